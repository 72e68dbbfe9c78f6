"""Spoil a digit, in Chromium."""

import functools

import numpy as np
import pytest
from conftest import open_numbers, source_of

from helpers import corrupt, explore, load_mnist, preprocess
from helpers.explore.your_own_handwriting import AMOUNTS
from helpers.start import import_keras

keras = import_keras()
SLIDERS = ["turn", "strokes", "grey", "noise"]


@functools.cache
def images():
    (images, labels), _ = load_mnist()
    rows = preprocess(images[:50])
    return [(rows[list(labels[:50]).index(digit)], digit) for digit in (5, 7)]


@functools.cache
def networks():
    made = {}
    for name, shape in {"rows": (784,), "squares": (28, 28, 1)}.items():
        keras.utils.set_random_seed(len(made))
        layers = [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
        made[name] = keras.Sequential(layers)
    return made


def draw():
    explore.spoil(networks(), images(), caption="A digit.")


def draw_three():
    explore.spoil({**networks(), "again": networks()["rows"]}, images() * 3)


def expected(image, kind, amount):
    """Return the image that the figure should show."""
    image = np.reshape(image, (28, 28))
    if kind == "shift":
        right, down = amount
        return np.pad(image, 6)[6 - down : 34 - down, 6 - right : 34 - right]
    how = {"turn": "rotate", "grey": "grey paper", "noise": "noise"}.get(kind) or ("thin" if amount < 0 else "thicken")
    return corrupt(np.stack([image, image]), how, abs(amount))[int(kind == "turn" and amount < 0)]


def compare(page, image, kind, amount):
    """Check pixels and probabilities."""
    right = expected(image, kind, amount)
    canvas = "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    shown = 1 - np.array(page.locator("canvas").evaluate(canvas)) / 255
    assert shown.reshape(28, 28) == pytest.approx(right, abs=0.003)
    cells = page.locator("tbody tr").evaluate_all("all => all.map(row => [...row.cells].map(cell => cell.innerText))")
    for found, network in zip(np.array(cells, float).T[1:], networks().values(), strict=True):
        batch = np.reshape(right, (-1, *network.input_shape[1:])).astype(np.float32)
        assert found == pytest.approx(network(batch).numpy()[0], abs=1e-4)


def test_every_answer_is_that_of_keras_to_the_image_that_is_shown(live):
    page, checked = live(draw), 0
    open_numbers(page)
    for image, label in images():
        page.get_by_label(str(label), exact=True).check()
        for i, kind in enumerate(SLIDERS):
            values = list(AMOUNTS[kind])
            for at in range(0, len(values), 3 if kind == "strokes" else 7):
                page.locator("input[type=range]").nth(i).fill(str(at))
                compare(page, image, kind, values[at])
                checked += 1
    assert checked >= 20


def test_keys_and_mouse_move_the_digit_and_one_change_takes_the_place_of_another(live):
    page = live(draw)
    open_numbers(page)
    page.get_by_label("noise").press("End")
    board = page.get_by_role("application")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp"):
        board.press(key)
    compare(page, images()[0][0], "shift", (2, -1))
    assert page.get_by_label("noise").input_value() == "0"
    assert "Moved by 2 right and 1 up" in page.locator(".say").inner_text()
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 100 - 5 * 7, box["y"] + 100 + 20 * 7, steps=4)
    page.mouse.up()
    compare(page, images()[0][0], "shift", (-3, 6))


def test_what_a_network_fails_at_is_remembered_until_another_digit_is_chosen(live):
    page = live(draw)
    for value in ("End", "Home"):
        page.get_by_label("turn").press(value)
    assert page.get_by_text("failed at: turned by 60").count() > 0
    page.get_by_label("7", exact=True).check()
    assert page.get_by_text("failed at: turned by").count() == 0


def test_it_fits_a_phone(live):
    page = live(draw, width=360)
    page.get_by_label("turn").press("End")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert "Turned by 60" in page.locator(".say").inner_text()


def test_data_of_three_networks_stay_small():
    assert len(source_of(draw_three).split("begin(")[-1]) < 150_000


@pytest.mark.parametrize(("many", "amount"), [(0, 1), (1, 0), (2, 11)])
def test_too_many_or_none_are_refused(many, amount):
    chosen = dict(list(networks().items())[:many])
    with pytest.raises(ValueError, match="expected 1 to 3 networks"):
        explore.spoil(chosen, (images() * 6)[:amount])
