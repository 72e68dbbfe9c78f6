"""The moving filter, in Chromium."""

import numpy as np
import pytest
from conftest import open_numbers

from helpers import explore

RNG = np.random.default_rng(0)
IMAGES = {"one": np.clip(RNG.normal(0, 0.6, (28, 28)), 0, 1), "two": np.clip(RNG.normal(0, 0.6, 784), 0, 1)}
EDGE = np.array([[-1.0, 0.0, 1.0]] * 3)
FILTERS = {"left edges": EDGE, "blur": np.full((3, 3), 1 / 9), "found": RNG.normal(0, 0.3, (5, 5))}


def draw():
    explore.moving_filter(IMAGES, FILTERS, caption="A filter.")


def read(page):
    """Return the place of the frame, and the sum, from the table of numbers."""
    rows = page.locator("tbody tr").evaluate_all("all => all.map(row => [...row.cells].map(cell => cell.innerText))")
    return int(rows[0][0]), int(rows[0][1]), float(rows[-1][-1])


def total(image, weights, row, column):
    size = len(weights)
    return np.sum(np.reshape(image, (28, 28))[row : row + size, column : column + size] * weights)


def test_every_sum_is_that_of_numpy(live):
    page = live(draw)
    open_numbers(page)
    board, checked = page.get_by_role("application"), 0
    for picture, image in IMAGES.items():
        page.get_by_label(picture, exact=True).check()
        for name, weights in FILTERS.items():
            page.get_by_label(name, exact=True).check()
            before = read(page)[:2]
            for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowDown", "ArrowUp"):
                board.press(key)
                row, column, found = read(page)
                assert (row, column) != before
                before = row, column
                assert found == pytest.approx(total(image, weights, row, column), abs=1e-4)
                checked += 1
    assert checked == 30


def test_the_map_holds_the_sums_as_colours(live):
    page = live(draw)
    page.get_by_role("button", name="Fill the map").click()
    assert "The map is full" in page.locator(".say").inner_text()
    pixels = page.locator("canvas").nth(1).evaluate("c => [...c.getContext('2d').getImageData(0, 0, 26, 26).data]")
    colours = np.reshape(pixels, (26, 26, 4))
    sums = np.array([[total(IMAGES["one"], EDGE, r, c) for c in range(26)] for r in range(26)])
    shown = np.where(sums > 0, 255 - colours[..., 0], colours[..., 2] - 255) / 255
    assert shown == pytest.approx(sums / np.abs(sums).max(), abs=3 / 255)


def test_weights_change_by_clicks_and_by_keys(live):
    page = live(draw)
    open_numbers(page)
    first = page.get_by_role("button", name="weight, row 1, column 1")
    assert first.inner_text() == "\u22121"
    for expected in ("0", "1", "\u22121"):
        first.click()
        assert first.inner_text() == expected
    for key, expected in (("ArrowUp", "\u22120.5"), ("-", "0.5"), ("7", "7"), ("ArrowDown", "6.5")):
        first.press(key)
        assert first.inner_text() == expected
    changed = EDGE.copy()
    changed[0, 0] = 6.5
    row, column, found = read(page)
    assert found == pytest.approx(total(IMAGES["one"], changed, row, column), abs=1e-4)
    page.get_by_role("button", name="All weights 0").click()
    assert read(page)[2] == 0


def test_the_mouse_drags_the_frame(live):
    page = live(draw)
    open_numbers(page)
    box = page.locator("canvas").first.bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 8 * 5.5, box["y"] + 8 * 9.5, steps=3)
    page.mouse.up()
    assert read(page)[:2] == (8, 4)


def test_it_slides_and_escape_stops_it(live):
    page = live(draw)
    page.get_by_role("button", name="Clear the map").click()
    slide = page.get_by_role("button", name="Slide over the digit")
    slide.press("Enter")
    page.get_by_text("of 676 places").wait_for()
    page.keyboard.press("Escape")
    slide.wait_for()
    page.emulate_media(reduced_motion="reduce")
    slide.press("Enter")
    page.get_by_text("The map is full").first.wait_for()
    slide.wait_for()


def test_it_fits_a_phone(live):
    page = live(draw, width=360)
    page.get_by_label("found", exact=True).check()
    page.get_by_role("button", name="weight, row 5, column 5").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert len(page.locator("script[type=module]").inner_html()) < 60_000
    assert "the 25 products add up" in page.locator(".say").inner_text()


@pytest.mark.parametrize(
    ("images", "filters", "message"),
    [
        ({}, FILTERS, "0 images"),
        (IMAGES, {}, "0 filters"),
        (IMAGES, {"wide": np.zeros((3, 4))}, "shape"),
        ({"grey": 255 * np.ones((28, 28))}, FILTERS, "from 0 to 1"),
    ],
)
def test_what_makes_no_sense_is_refused(images, filters, message):
    with pytest.raises(ValueError, match=message):
        explore.moving_filter(images, filters)
