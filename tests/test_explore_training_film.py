"""A training as a film, in Chromium."""

import functools
import re

import numpy as np
import pytest
from conftest import open_numbers, source_of, turn

import helpers
from helpers import Snapshots
from helpers.explore.start_here import six, training_film
from helpers.start import import_keras

keras = import_keras()


@functools.cache
def trained(steps_per_execution=1, epochs=2):
    """Return the film of a small training, its network, and the labels of its images."""
    (images, labels), _ = helpers.load_mnist()
    x, y = helpers.preprocess(images[:3000]), helpers.one_hot(labels[:3000])
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(16, activation="relu"), keras.layers.Dense(10, activation="softmax")]
    model = keras.Sequential([keras.Input((784,)), *layers])
    model.compile(optimizer="adam", loss="categorical_crossentropy", steps_per_execution=steps_per_execution)
    film = Snapshots(x[2800:])
    model.fit(x[:2800], y[:2800], batch_size=32, epochs=epochs, verbose=0, callbacks=[film])
    return film, model, labels[2800:3000]


def draw():
    film, _, labels = trained()
    training_film(film, labels, caption="A film.")


def test_the_film_has_thirty_moments_from_before_the_first_step_to_the_last():
    film, model, _ = trained()
    steps = list(film.probabilities)
    assert len(steps) == 30 and steps[:4] == [0, 1, 2, 3] and steps[-1] == 176 and steps == sorted(steps)
    assert list(film.weights) == steps
    np.testing.assert_allclose(film.probabilities[176], model(film.x).numpy(), atol=1e-6)
    np.testing.assert_array_equal(film.weights[176], model.layers[0].get_weights()[0])
    assert np.abs(film.probabilities[0] - 0.1).max() < 0.35


def test_the_film_counts_rightly_when_keras_makes_many_steps_at_once():
    film, model, _ = trained(25, 1)
    assert list(film.probabilities) == [0, 25, 50, 75, 88]
    np.testing.assert_allclose(film.probabilities[88], model(film.x).numpy(), atol=1e-6)


def test_a_short_training_has_as_many_moments_as_steps():
    film = Snapshots(np.zeros((1, 784), "float32"))
    film.set_model(keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)]))
    film.set_params({"steps": 3, "epochs": 2})
    film.on_train_begin()
    for batch in (0, 1, 2, 0, 1, 2):
        if batch == 0:
            film.on_epoch_begin(0)
        film.on_train_batch_end(batch)
    assert list(film.probabilities) == [0, 1, 2, 3, 4, 5, 6]


def test_six_digits_are_chosen_with_one_that_is_misread():
    labels = np.array([3, 3, 8, 6, 4, 5, 9, 1])
    assert six(np.array([3, 3, 8, 6, 4, 5, 7, 1]), labels) == [0, 2, 3, 4, 5, 6]
    assert six(labels, labels) == [0, 2, 3, 4, 5, 6]


def test_all_numbers_are_those_of_keras(live):
    page = live(draw)
    film, _, labels = trained()
    open_numbers(page)
    rows = page.locator("tbody tr").evaluate_all("all => all.map(row => [...row.cells].map(cell => cell.textContent))")
    chosen = six(film.probabilities[176].argmax(axis=1), labels)
    for row, (step, probabilities) in zip(rows, film.probabilities.items(), strict=True):
        right = probabilities[np.arange(200), labels].astype(float)
        assert int(row[0]) == step
        assert float(row[1]) == pytest.approx(-np.log(right).mean(), abs=1e-4)
        assert float(row[2].rstrip(" %")) == pytest.approx(100 * np.mean(probabilities.argmax(axis=1) == labels))
        np.testing.assert_allclose([float(cell) for cell in row[3:]], right[chosen], atol=1e-4)


def test_keys_and_mouse_go_through_time(live):
    page = live(draw)
    say, moment = page.locator(".say"), page.get_by_label("Moment")
    assert re.match(r"Before training: .*which of them will it read first\?", say.inner_text())
    moment.press("ArrowRight")
    assert say.inner_text().startswith("After 1 step: ")
    moment.press("End")
    assert say.inner_text().startswith("After 176 steps: ")
    film, _, labels = trained()
    share = np.mean(film.probabilities[176].argmax(axis=1) == labels)
    assert f"reads {int(100 * share + 0.5)} of 100" in say.inner_text()
    chosen = six(film.probabilities[176].argmax(axis=1), labels)
    for place, i in enumerate(chosen):
        answer = film.probabilities[176][i].argmax()
        assert f"reads {answer}" in page.locator(".six p").nth(place).inner_text()
    box = page.locator(".top svg").bounding_box()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 5, box["y"] + 60, steps=5)
    page.mouse.up()
    assert moment.input_value() == "0"


def test_the_bars_and_the_weights_are_drawn(live):
    page = live(draw)
    film, _, labels = trained()
    page.get_by_label("Moment").press("End")
    page.wait_for_function("document.getAnimations().length === 0")
    chosen = six(film.probabilities[176].argmax(axis=1), labels)
    heights = page.locator(".six rect").evaluate_all("all => all.map(e => +e.getAttribute('height'))")
    ten = film.probabilities[176][chosen].ravel()
    np.testing.assert_allclose(np.array(heights) / (84 - 26), ten, atol=1e-3)
    change = ((film.weights[176] - film.weights[0]) ** 2).sum(axis=0)
    neuron = film.weights[176][:, change.argmax()]
    pixels = page.locator(".neurons canvas").first.evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    red, blue = np.reshape(pixels, (784, 4))[:, [0, 2]].T.astype(int)
    strong = np.abs(neuron) > 0.03
    np.testing.assert_array_equal(np.sign(blue - red)[strong], np.sign(neuron)[strong])


def test_play_runs_to_the_end_and_escape_stops_it(live):
    page = live(draw, paused=True)
    play, moment = page.get_by_role("button", name="Play the training"), page.get_by_label("Moment")
    play.press("Enter")
    page.clock.run_for(3500)
    page.get_by_role("button", name="Stop").press("Escape")
    page.clock.run_for(3500)
    assert moment.input_value() == "11"
    play.click()
    page.clock.run_for(20_000)
    assert moment.input_value() == "29" and play.is_visible()
    play.click()
    assert moment.input_value() == "0"


def test_who_wants_no_movement_gets_none(live, page):
    page.emulate_media(reduced_motion="reduce")
    page = live(draw)
    assert page.locator(".six rect").first.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"


def test_it_fits_a_phone_and_its_words_stand_out(live):
    page = live(draw, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for look in ("dark", "light"):
        turn(page, look)
        colour = page.locator(".six p").first.evaluate("e => getComputedStyle(e).color")
        light = np.mean([int(part) for part in re.findall(r"\d+", colour)[:3]])
        assert light > 130 if look == "dark" else light < 110


def test_its_data_are_small():
    source = source_of(draw)
    script, data = source[source.index("<script") :].rsplit("\nbegin(", 1)
    assert len(data) < 150_000 and len(script) < 60_000


def test_a_film_without_a_training_and_labels_of_others_are_refused():
    with pytest.raises(ValueError, match="empty"):
        training_film(Snapshots(np.zeros((3, 784), "float32")), [1, 2, 3])
    with pytest.raises(ValueError, match="3 labels for 200 images"):
        training_film(trained()[0], [1, 2, 3])
