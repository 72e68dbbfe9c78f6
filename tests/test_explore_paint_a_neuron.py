"""Painting a neuron, in Chromium."""

import functools
import re

import numpy as np
import pytest
from conftest import open_numbers, source_of, turn

import helpers
from helpers.explore.variant_a import GREYS, paint_a_neuron, task

PAIRS = ((0, 1), (4, 9))


@functools.cache
def digits():
    """Return images to train on, their labels, images to sort, and theirs."""
    (images, labels), _ = helpers.load_mnist()
    x = helpers.preprocess(images[:12_000])
    return x[:10_000], labels[:10_000], x[10_000:], labels[10_000:12_000]


def draw():
    paint_a_neuron(*digits(), caption="A neuron.")


def numbers(page):
    """Return the sums in the table, and on which side each digit stands."""
    table = page.locator("details")
    if table.get_attribute("open") is None:
        open_numbers(page)
    rows = [row.split() for row in page.locator("tbody").inner_text().splitlines()]
    return np.array([float(row[1]) for row in rows]), np.array([row[2] == row[0] for row in rows])


def in_greys(digit):
    x, labels = digits()[2:]
    return np.round(x[labels == digit][:50].astype(float) * GREYS) / GREYS


def stroke(page, *points):
    """Draw a line with the mouse; points are shares of the square."""
    box = page.locator(".paint canvas").bounding_box()
    for i, (column, row) in enumerate(points):
        page.mouse.move(box["x"] + column * box["width"], box["y"] + row * box["height"], steps=4)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def score(page):
    return int(re.match(r"(\d+) of 100 digits", page.locator(".say").inner_text())[1])


def test_sums_are_those_of_numpy(live):
    page = live(draw)
    for pair in PAIRS:
        page.get_by_label(f"{pair[0]} from {pair[1]}").check()
        images = np.concatenate([in_greys(digit) for digit in pair])
        for name, label in {"means": "difference of means", "trained": "trained neuron"}.items():
            page.get_by_label(label).check()
            weights = np.array(task(*digits(), pair, 50)[name])
            values, right = numbers(page)
            np.testing.assert_allclose(values, images @ weights, atol=1e-4)
            best = max(np.sum((images @ weights > line) == np.repeat([False, True], 50)) for line in values)
            assert score(page) == right.sum() == best


def test_the_trained_neuron_is_better_than_the_means_and_the_means_than_nothing(live):
    page = live(draw)
    page.get_by_label("4 from 9").check()
    scores = []
    for label in ("difference of means", "trained neuron"):
        page.get_by_label(label).check()
        scores.append(score(page))
    assert 80 < scores[0] < scores[1]


def test_a_reader_paints_and_the_digits_go_to_their_sides(live):
    page = live(draw)
    assert "Can you get 95 of 100" in page.locator(".say").inner_text()
    stroke(page, (0.5, 0.2), (0.5, 0.8))
    page.get_by_label("against (red)").check()
    stroke(page, (0.28, 0.3), (0.27, 0.7))
    stroke(page, (0.72, 0.3), (0.73, 0.6))
    painted = score(page)
    assert painted > 90
    page.get_by_label("trained neuron").check()
    assert f"Your best: {painted}" in page.locator(".say").inner_text()
    page.get_by_label("mine").check()
    assert score(page) == painted
    page.get_by_label("eraser").check()
    stroke(page, (0.28, 0.3), (0.27, 0.7))
    stroke(page, (0.72, 0.3), (0.73, 0.6))
    values, _ = numbers(page)
    ink = np.concatenate([in_greys(0), in_greys(1)]).sum(axis=1)
    assert np.all((values > -1e-9) & (values <= ink))
    page.get_by_role("button", name="Clear").press("Enter")
    assert "Can you get" in page.locator(".say").inner_text() and not numbers(page)[0].any()


def test_who_paints_the_wrong_way_round_is_told_so(live):
    page = live(draw)
    page.get_by_label("against (red)").check()
    stroke(page, (0.5, 0.2), (0.5, 0.8))
    assert "wrong way round: your neuron likes the 0" in page.locator(".say").inner_text()


def test_keys_paint_and_go_from_digit_to_digit(live):
    page = live(draw)
    square = page.locator(".paint canvas")
    square.focus()
    page.keyboard.press(" ")
    values, _ = numbers(page)
    images = np.concatenate([in_greys(0), in_greys(1)]).reshape(-1, 28, 28)
    np.testing.assert_allclose(values, images[:, 13:16, 13:16].sum(axis=(1, 2)), atol=1e-4)
    square.focus()
    for _ in range(6):
        page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("ArrowUp")
    np.testing.assert_allclose(numbers(page)[0], images[:, 13:22, 13:16].sum(axis=(1, 2)), atol=1e-4)
    page.locator(".field svg").focus()
    page.keyboard.press("End")
    said = page.locator(".say").inner_text()
    assert said.startswith("This 1: blue adds ") and "red subtracts 0;" in said
    assert float(said.rsplit(" ", 1)[1].rstrip(".")) == pytest.approx(numbers(page)[0].max(), rel=1e-2)
    page.locator(".field svg").press("ArrowLeft")
    page.keyboard.press("Escape")
    assert "of 100 digits" in page.locator(".say").inner_text()


def test_a_finger_paints_and_the_line_can_be_moved(live):
    page = live(draw)
    box = page.locator(".paint canvas").bounding_box()
    page.touchscreen.tap(box["x"] + 140, box["y"] + 140)
    best = score(page)
    page.get_by_label("Line between the sides").press("Home")
    assert not page.get_by_label("at its best place").is_checked()
    assert score(page) < best
    page.get_by_label("at its best place").press(" ")
    assert score(page) == best


def test_pointing_at_a_digit_shows_it_among_the_weights(live):
    page = live(draw)
    page.get_by_label("trained neuron").check()
    before = page.locator(".paint canvas").evaluate("canvas => canvas.toDataURL()")
    page.locator("image").first.hover()
    assert page.locator(".say").inner_text().startswith("This 0: blue adds")
    assert page.locator(".paint canvas").evaluate("canvas => canvas.toDataURL()") != before
    page.mouse.move(5, 5)
    assert page.locator(".paint canvas").evaluate("canvas => canvas.toDataURL()") == before


def test_who_wants_no_movement_gets_none(live, page):
    page.emulate_media(reduced_motion="reduce")
    page = live(draw)
    assert page.locator("image").first.evaluate("image => getComputedStyle(image).transitionDuration") == "0s"


def test_it_fits_a_phone_and_is_readable(live):
    page = live(draw, width=360)
    page.get_by_label("4 from 9").check()
    page.get_by_label("difference of means").check()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for look, ink in {"dark": "invert(1)", "light": "none"}.items():
        turn(page, look)
        assert page.locator("image:not(.wrong)").first.evaluate("image => getComputedStyle(image).filter") == ink


def test_its_data_are_small():
    source = source_of(draw)
    script, data = source[source.index("<script") :].rsplit("\nbegin(", 1)
    assert len(data) < 150_000 and len(script) < 60_000


def test_images_that_are_none_and_digits_that_are_missing_are_refused():
    x, labels, x_new, new_labels = digits()
    with pytest.raises(ValueError, match="shape"):
        paint_a_neuron(x.reshape(-1, 28, 28), labels, x_new, new_labels)
    with pytest.raises(ValueError, match="no 0 or no 1"):
        paint_a_neuron(x[labels > 0], labels[labels > 0], x_new, new_labels)
