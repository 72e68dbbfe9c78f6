"""Two piles, in Chromium."""

import numpy as np
import pytest
from conftest import open_numbers

from helpers import explore, load_mnist

SIDES = [0, 1, 0, 1, 1, 0, 1, 0, 0, 1]


def draw():
    (images, _), _ = load_mnist()
    explore.two_piles(images[:10] / 255, SIDES, ("even", "odd"), examples=4, caption="Two piles.")


@pytest.mark.parametrize(("flipped", "says"), [(0, "6 of 6 right"), (1, "0 of 6 right")])
def test_cards_are_counted_as_the_groups_say(live, flipped, says):
    page = live(draw)
    assert "6 cards" in page.locator(".say").inner_text()
    for side in SIDES[4:]:
        page.get_by_role("button", name=("even", "odd")[side ^ flipped]).click()
    said = page.locator(".say").inner_text()
    assert says in said and "about 3" in said
    # Twice the scatter of six coins over their mean is 5.4: six right are beyond luck.
    assert ("you see something" in said) == (not flipped)
    assert page.get_by_role("button", name="odd").is_disabled()
    open_numbers(page)
    page.locator("tbody tr").nth(5).wait_for()
    rows = [row.inner_text().split() for row in page.locator("tbody tr").all()]
    assert [row[2] for row in rows] == [("even", "odd")[side] for side in SIDES[4:]]
    page.get_by_role("button", name="Again").click()
    assert "6 cards" in page.locator(".say").inner_text()


def test_arrow_keys_sort_too(live):
    page = live(draw)
    page.get_by_role("button", name="even").focus()
    page.keyboard.press("ArrowRight")
    assert "1 of 1 right" in page.locator(".say").inner_text()
    page.keyboard.press("ArrowRight")
    assert "1 of 2 right" in page.locator(".say").inner_text()


def test_the_card_shows_the_image(live):
    page = live(draw)
    (images, _), _ = load_mnist()
    pixels = page.evaluate(
        """() => { const root = document.querySelector("[data-live]").shadowRoot;
            const canvas = root.querySelector("[aria-label^='card 1']");
            return [...canvas.getContext("2d").getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0); }"""
    )
    assert np.abs(255 - np.array(pixels) - images[4].ravel()).max() <= 1


def test_it_fits_a_phone(live):
    page = live(draw, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_impossible_cards_are_refused():
    for groups, examples in ((SIDES[:9], 4), (SIDES, 10)):
        with pytest.raises(ValueError, match="as many groups"):
            explore.two_piles(np.ones((10, 784)), groups, ("a", "b"), examples=examples)
    with pytest.raises(ValueError, match="from 0 to 1"):
        explore.two_piles(np.full((10, 784), 255, np.uint8), SIDES, ("a", "b"), examples=4)
