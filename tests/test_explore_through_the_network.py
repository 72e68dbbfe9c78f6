"""A digit on its way through a network, in Chromium."""

import functools

import numpy as np
import pytest
from conftest import open_numbers, source_of

import helpers
from helpers.explore.variant_a import through_the_network
from helpers.start import import_keras

keras = import_keras()
DRAWN, SIZES = 8, [24, 16, 10]
NAMES = ["pixels", "hidden layer 1", "hidden layer 2", "answer"]


@functools.cache
def network():
    """Return a small network after a little training, images, and labels."""
    (images, labels), _ = helpers.load_mnist()
    x, labels = helpers.preprocess(images[:1500]), labels[:1500]
    keras.utils.set_random_seed(0)
    hidden = [keras.layers.Dense(size, activation="relu") for size in SIZES[:-1]]
    model = keras.Sequential([keras.Input((784,)), *hidden, keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer="adam", loss="categorical_crossentropy")
    model.fit(x, helpers.one_hot(labels), batch_size=32, epochs=2, verbose=0)
    return model, x[:300], labels[:300]


def draw():
    through_the_network(*network(), drawn=DRAWN, caption="On its way.")


@functools.cache
def chosen():
    """Return which images can be chosen, and what each layer makes of all images."""
    model, x, labels = network()
    stages = [x]
    for layer in model.layers:
        stages.append(layer(stages[-1]).numpy())
    wrong = np.flatnonzero(stages[-1].argmax(axis=1) != labels)
    first = [np.flatnonzero(labels == digit)[0] for digit in range(10)]
    return [*first, *[i for i in wrong if i not in first][:2]], stages


def drawn():
    """Return the neurons of each hidden layer that hand on most, in their order."""
    places, stages = chosen()
    found = []
    for layer, stage in zip(network()[0].layers[1:], stages[1:-1], strict=True):
        handed = [
            stage[places, neuron].mean() * np.abs(layer.get_weights()[0][neuron]).sum()
            for neuron in range(stage.shape[1])
        ]
        found.append(sorted(sorted(range(len(handed)), key=lambda neuron: -handed[neuron])[:DRAWN]))
    return found


def choose(page, place):
    """Choose a digit, and let it go through at once."""
    page.locator(".digits button").nth(place).click()
    page.get_by_label("answer").check()


def table(page):
    if page.locator("details").get_attribute("open") is None:
        open_numbers(page)
    return page.locator("tbody tr").evaluate_all("all => all.map(row => [...row.cells].map(cell => cell.textContent))")


def test_all_numbers_are_those_of_keras(live):
    page = live(draw)
    places, stages = chosen()
    labels = network()[2]
    assert page.locator(".digits button").count() == len(places) == 12
    for place, i in enumerate(places):
        choose(page, place)
        rows = table(page)
        assert len(rows) == 2 * DRAWN + 10
        hidden = [[int(neuron) for name, neuron, _ in rows if name == layer] for layer in NAMES[1:-1]]
        assert hidden == drawn()
        for name, neuron, number in rows:
            assert float(number) == pytest.approx(stages[NAMES.index(name)][i, int(neuron)], abs=1e-4)
        answer = stages[-1][i].argmax()
        verdict = "right" if answer == labels[i] else f"wrong, this is a {labels[i]}"
        said = f"It reads {answer}, with {100 * stages[-1][i].max():.1f} %: {verdict}."
        assert page.locator(".say").inner_text() == said


def test_neurons_light_up_by_their_numbers_and_lines_by_what_they_add(live):
    page = live(draw)
    places, stages = chosen()
    choose(page, 3)
    shown = drawn()
    lights = page.locator("circle").evaluate_all("all => all.map(e => +e.getAttribute('fill-opacity'))")
    for layer, neurons in enumerate(shown):
        values = stages[layer + 1][places[3], neurons]
        np.testing.assert_allclose(lights[layer * DRAWN : (layer + 1) * DRAWN], values / values.max(), atol=1e-3)
    kernel = network()[0].layers[1].get_weights()[0]
    added = stages[1][places[3], shown[0]][:, None] * kernel[np.ix_(*shown)]
    lines = page.locator(".net line").evaluate_all(
        "all => all.map(e => [e.getAttribute('stroke'), +e.getAttribute('stroke-opacity')])"
    )[DRAWN : DRAWN + DRAWN**2]
    np.testing.assert_allclose(
        [opacity for _, opacity in lines], np.abs(added / np.abs(added).max()).ravel(), atol=1.5e-3
    )
    assert [colour == "var(--blue)" for colour, _ in lines] == (added > 0).ravel().tolist()


def test_a_digit_goes_through_layer_by_layer_and_escape_stops_it(live):
    page = live(draw, paused=True)
    assert "Choose a digit" in page.locator(".say").inner_text()
    page.locator(".digits button").nth(7).press("Enter")
    assert page.get_by_label("hidden layer 1").is_checked()
    assert "of the 8 neurons drawn answer" in page.locator(".say").inner_text()
    assert page.locator("rect").evaluate_all("all => all.every(e => e.getAttribute('width') === '0')")
    page.keyboard.press("Escape")
    page.clock.run_for(5000)
    assert page.get_by_label("hidden layer 1").is_checked()
    page.get_by_role("button", name="Send it through").click()
    page.clock.run_for(5000)
    assert page.get_by_label("answer").is_checked()
    page.get_by_label("pixels").press(" ")
    assert page.locator("circle").evaluate_all("all => all.every(e => e.getAttribute('fill-opacity') === '0')")


def test_who_wants_no_movement_sees_the_answer_at_once(live, page):
    page.emulate_media(reduced_motion="reduce")
    page = live(draw)
    page.locator(".digits button").nth(2).click()
    assert page.get_by_label("answer").is_checked()
    assert page.locator("circle").first.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"


def test_arrow_keys_go_from_neuron_to_neuron(live):
    page = live(draw)
    places, stages = chosen()
    choose(page, 5)
    net, say = page.locator(".net"), page.locator(".say")
    net.press("ArrowDown")
    first, second = drawn()[0][:2]
    assert say.inner_text().startswith(f"Neuron {first} of hidden layer 1: ")
    assert page.locator(".net image").nth(1).get_attribute("href").startswith("data:image/png")
    net.press("ArrowDown")
    value = stages[1][places[5], second]
    said = say.inner_text().removeprefix(f"Neuron {second} of hidden layer 1: ").rstrip(".")
    assert said == "0, it keeps silent" if value == 0 else float(said) == pytest.approx(value, rel=1e-2)
    assert page.locator(".net line:not(.faint)").count() == 1 + DRAWN
    for _ in range(3):
        net.press("ArrowRight")
    assert say.inner_text().startswith("The probability of a ")
    for _ in range(12):
        net.press("ArrowUp")
    assert say.inner_text() == f"The probability of a 0 is {100 * stages[-1][places[5], 0]:.1f} %."
    net.press("Escape")
    assert say.inner_text().startswith("It reads") and page.locator(".net line.faint").count() == 0


def test_mouse_and_finger_point_at_neurons(live):
    page = live(draw)
    choose(page, 0)
    page.locator("circle").nth(DRAWN + 2).hover()
    assert page.locator(".say").inner_text().startswith(f"Neuron {drawn()[1][2]} of hidden layer 2: ")
    page.mouse.move(2, 2)
    assert page.locator(".say").inner_text().startswith("It reads")
    page.locator("circle").nth(1).tap()
    assert page.locator(".say").inner_text().startswith(f"Neuron {drawn()[0][1]} of hidden layer 1: ")


def test_it_fits_a_phone(live):
    page = live(draw, width=360)
    choose(page, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    boxes = page.locator(".net circle, .net text, .net rect").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(box => [box.left, box.right])"
    )
    assert np.min(boxes) >= 0 and np.max(boxes) <= 360


def test_its_data_are_small():
    source = source_of(draw)
    script, data = source[source.index("<script") :].rsplit("\nbegin(", 1)
    assert len(data) < 75_000 and len(script) < 60_000


def test_another_network_and_labels_of_others_are_refused():
    model, x, labels = network()
    with pytest.raises(ValueError, match="expected ten probabilities"):
        through_the_network(keras.Sequential([keras.Input((784,)), keras.layers.Dense(3)]), x, labels)
    with pytest.raises(ValueError, match="3 labels for 300 images"):
        through_the_network(model, x, labels[:3])
