"""The loss of a guess, in Chromium."""

import numpy as np
import pytest
from conftest import open_numbers

from helpers import explore


def draw():
    explore.loss_of_a_guess([1, 0.5, 0.1, 0.001], caption="The loss.")


def test_every_probability_has_the_loss_that_numpy_gives_it(live):
    page = live(draw)
    open_numbers(page)
    control = page.locator("input[type=range]")
    for p in np.geomspace(0.0006, 1, 12):
        control.fill(str(round(float(np.log10(p)), 2)))
        exact = 10 ** float(control.input_value())
        loss = page.locator("tbody tr").last.locator("td").last.inner_text()
        assert float(loss) == pytest.approx(-np.log(exact), abs=1e-4)


def test_keys_and_mouse_move_the_guess(live):
    page = live(draw)
    say = page.locator(".say")
    page.locator("input[type=range]").press("Home")
    assert "nearly sure of something else" in say.inner_text()
    box = page.locator("svg").bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"], box["y"] + 0.5 * box["height"], steps=5)
    page.mouse.up()
    assert "Probability 1, loss 0.00" in say.inner_text()


def test_it_fits_a_phone(live):
    page = live(draw, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_impossible_marks_are_refused():
    with pytest.raises(ValueError, match="over 0"):
        explore.loss_of_a_guess([0.5, 0])
