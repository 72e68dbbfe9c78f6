"""One weight on its curve, in Chromium."""

import re

import numpy as np
import pytest
from conftest import open_numbers, source_of

from helpers import explore
from helpers.explore.how_a_network_learns import RATES


def loss_of(weight):
    return (2 * weight - 10) ** 2


def draw(**options):
    explore.downhill(loss_of, caption="One weight.", **options)


def number(text):
    return float(text.replace("\u2212", "-"))


def numbers(page):
    """Return the rows of the table: step, weight, gradient, loss."""
    return [[number(cell) for cell in row.split("\t")] for row in page.locator("tbody").inner_text().splitlines()]


def press(page, name, times=1):
    """Click a button; more often than once with a key, which is quicker."""
    page.get_by_role("button", name=name, exact=True).click()
    for _ in range(times - 1):
        page.keyboard.press("Enter")


def choose(page, rate, start=None):
    page.get_by_role("slider", name="rate").fill(str(RATES.index(rate)))
    if start is not None:
        page.get_by_role("slider", name="start at weight").fill(str(start))


def test_each_walk_is_that_of_numpy(live):
    page = live(draw)
    open_numbers(page)
    pairs = [
        (0.001, 1),
        (0.01, -1),
        (0.05, 1),
        (0.07, 8),
        (0.1, 2.5),
        (0.12, 11),
        (0.13, 3),
        (0.24, 1),
        (0.25, 2),
        (0.3, 6),
    ]
    compared = 0
    for rate, start in pairs:
        choose(page, rate, start)
        press(page, "Step", 6)
        weight = float(start)
        for row in numbers(page):
            gradient = 4 * (2 * weight - 10)
            np.testing.assert_allclose(row[1:], [weight, gradient, loss_of(weight)], rtol=1e-5, atol=1e-4)
            weight, compared = weight - rate * gradient, compared + 1
    assert compared >= 40


def test_it_says_what_became_of_the_walk(live):
    page = live(draw)
    words = {
        (0.001, 3): "crawls",
        (0.05, 2): "each step is shorter",
        (0.05, 9): "arrived. Can another rate",
        (0.125, 1): "arrived in one step!",
        (0.24, 4): "swings over the valley, each time a little lower",
        (0.25, 4): "for ever",
        (0.26, 5): "escapes",
    }
    for (rate, steps), expected in words.items():
        press(page, "Back to the start")
        choose(page, rate)
        press(page, "Step", steps)
        assert expected in page.locator(".say").inner_text()


def test_the_axes_follow_a_walk_that_escapes_and_come_back(live):
    page = live(draw)

    def highest():
        return max(
            number(text) for text in page.locator("svg").first.locator("text").all_text_contents() if text[-1].isdigit()
        )

    before = highest()
    choose(page, 0.3)
    press(page, "Step", 12)
    assert highest() > 10 * before
    press(page, "Back to the start")
    choose(page, 0.05)
    assert highest() == before


def test_run_ends_by_itself_and_leaves_a_dot_for_its_rate(live):
    page = live(draw)
    page.emulate_media(reduced_motion="reduce")
    for rate in (0.1, 0.125, 0.25, 0.28):
        choose(page, rate)
        press(page, "Run")
        assert page.get_by_role("button", name="Run").count() == 1  # it has ended: there is nothing to stop
    dots = page.locator("svg").nth(1).locator("circle")
    assert dots.count() == 4
    heights = [float(dots.nth(i).get_attribute("cy")) for i in range(4)]
    assert heights[1] > heights[0] > heights[2] == heights[3]  # one step is lowest, "never" highest
    choose(page, 0.001)
    press(page, "Run")
    weight = 1 + 4 * (1 - 0.992 ** np.arange(1000))
    needed = int(np.argmax(loss_of(weight) < 0.01))
    assert page.locator(".say").inner_text().startswith(f"{needed} steps")


def test_a_run_is_stopped_by_escape_and_by_its_button(live):
    page = live(draw, paused=True)
    for stop in (lambda: page.keyboard.press("Escape"), lambda: press(page, "Stop")):
        choose(page, 0.001)
        press(page, "Run")
        page.clock.run_for(500)
        stop()
        said = page.locator(".say").inner_text()
        page.clock.run_for(900)
        assert page.locator(".say").inner_text() == said and int(said.split()[0]) >= 2
        press(page, "Back to the start")


def test_keys_alone_can_do_it(live):
    page = live(draw)
    page.get_by_role("slider", name="rate").press("ArrowRight")
    page.get_by_role("slider", name="start at weight").press("ArrowLeft")
    for name, key in (("Step", "Enter"), ("Step", "Space"), ("Back to the start", "Enter"), ("Step", "Enter")):
        page.get_by_role("button", name=name).press(key)
    said = page.locator(".say").inner_text()
    weight = 0.9 - 0.06 * 4 * (2 * 0.9 - 10)
    assert said.startswith("1 step:") and f"weight {weight:.3g}" in said
    page.locator("[role=status]", has_text="1 step:").wait_for(state="attached")


def test_a_drag_and_a_finger_choose_the_start(live):
    page = live(draw)
    box = page.locator("svg").first.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 60, steps=5)
    page.mouse.up()
    right = number(re.search(r"weight (\S+),", page.locator(".say").inner_text())[1])
    assert 9 < right < 11
    page.touchscreen.tap(box["x"] + 0.2 * box["width"], box["y"] + 60)
    left = number(re.search(r"weight (\S+),", page.locator(".say").inner_text())[1])
    assert -1 < left < 3
    page.mouse.click(box["x"] + 2, box["y"] + 60)
    assert "weight \u22121," in page.locator(".say").inner_text()


def test_at_the_bottom_there_is_nothing_to_do(live):
    page = live(draw)
    choose(page, 0.05, 5)
    assert "This is the bottom" in page.locator(".say").inner_text()
    press(page, "Step")
    press(page, "Run")
    assert "This is the bottom" in page.locator(".say").inner_text()
    assert page.locator("svg").nth(1).locator("circle").count() == 0


def test_it_fits_a_phone(live):
    page = live(draw, width=360)
    choose(page, 0.3)
    press(page, "Step", 9)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_it_is_small():
    source = source_of(draw)
    script, data = source[source.index("<script") :].rsplit("\nbegin(", 1)
    assert len(script) < 60_000 and len(data) < 1_000


def test_curves_and_numbers_that_cannot_work_are_refused():
    with pytest.raises(ValueError, match="no parabola"):
        explore.downhill(lambda weight: weight**3)
    with pytest.raises(ValueError, match="start is 12, expected a weight from -1 to 11"):
        draw(start=12)
    with pytest.raises(ValueError, match="expected rising numbers"):
        draw(rates=[0.1, 0.05])


def test_another_parabola_has_its_own_lowest_place(live):
    page = live(
        lambda: explore.downhill(lambda weight: 3 + 0.5 * (weight + 2) ** 2, start=-4, rate=0.1, rates=[0.1, 1, 2.5])
    )
    page.get_by_role("slider", name="rate").fill("1")
    press(page, "Step")
    assert "weight \u22122, loss 3, gradient 0. It arrived in one step!" in page.locator(".say").inner_text()
