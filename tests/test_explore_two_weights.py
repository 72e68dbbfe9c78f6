"""Two weights on their map, in Chromium."""

import functools
import re

import numpy as np
import pytest
from conftest import open_numbers, source_of

import helpers
from helpers import explore
from helpers.explore.how_a_network_learns import HIGH, LOW, MAP_RATES


@functools.cache
def measured():
    """Return the ink in the middle of each 0 and 1, and which are 1, as in the notebook."""
    (images, labels), _ = helpers.load_mnist()
    small, is_one = images[labels < 2], labels[labels < 2] == 1
    return small[:, 11:17, 11:17].mean(axis=(1, 2)) / 255, is_one


def draw():
    explore.two_weights(*measured())


def draw_few():
    rng = np.random.default_rng(0)
    is_one = np.arange(400) % 2 == 0
    ink = np.clip(np.where(is_one, 0.6, 0.2) + 0.15 * rng.normal(size=400), 0, 1)
    explore.two_weights(ink, is_one, rate=0.5)


def expected(place):
    """Return the loss and its two slopes, computed as in the notebook."""
    ink, is_one = measured()
    given = 1 / (1 + np.exp(-(place[0] * ink + place[1])))
    error = given - is_one
    return -np.log(np.where(is_one, given, 1 - given)).mean(), (error * ink).mean(), error.mean()


def number(text):
    return float(text.replace("\u2212", "-"))


def numbers(page):
    """Return the rows of the table: step, weight, bias, loss, two slopes."""
    return np.array(
        [[number(cell) for cell in row.split("\t")] for row in page.locator("tbody").inner_text().splitlines()]
    )


def press(page, name, times=1):
    """Click a button; more often than once with a key, which is quicker."""
    page.get_by_role("button", name=name, exact=True).click()
    for _ in range(times - 1):
        page.keyboard.press("Enter")


def choose(page, rate):
    page.get_by_role("slider", name="rate").fill(str(MAP_RATES.index(rate)))


def said(page):
    return page.locator(".say").inner_text()


def spot(page, place):
    """Return where a place of the map is on the page."""
    box = page.locator("[role=application] > svg").bounding_box()
    width, height = map(float, page.locator("[role=application] > svg").get_attribute("viewBox").split()[2:])
    x = 56 + (place[0] - LOW[0]) / (HIGH[0] - LOW[0]) * (width - 70)
    y = height - 44 - (place[1] - LOW[1]) / (HIGH[1] - LOW[1]) * (height - 56)
    return box["x"] + x / width * box["width"], box["y"] + y / height * box["height"]


def test_loss_and_slopes_are_those_of_numpy_all_over_the_map(live):
    page = live(draw)
    open_numbers(page)
    rng = np.random.default_rng(0)
    for place in rng.uniform(LOW, HIGH, (12, 2)):
        page.mouse.click(*spot(page, place))
        (row,) = numbers(page)
        np.testing.assert_allclose(row[1:3], place, atol=0.2)
        np.testing.assert_allclose(row[3:], expected(row[1:3]), atol=1e-4)


def test_a_walk_is_that_of_the_notebook(live):
    page = live(draw)
    open_numbers(page)
    for rate, steps in [(8, 40), (16, 15)]:
        choose(page, rate)
        press(page, "Step", steps)
        place, rows = np.zeros(2), numbers(page)
        assert len(rows) == steps + 1
        for row in rows:
            loss, *slopes = expected(place)
            np.testing.assert_allclose(row[1:], [*place, loss, *slopes], atol=1e-3)
            np.testing.assert_allclose(row[3:], expected(row[1:3]), atol=1e-4)
            place = place - rate * np.array(slopes)
        press(page, "Back to the start")


def test_it_says_what_the_walk_does_and_when_it_is_in_the_ring(live):
    page = live(draw)
    page.emulate_media(reduced_motion="reduce")
    choose(page, 2)
    press(page, "Step", 12)
    assert "It creeps: along the valley it is almost flat." in said(page)
    press(page, "Back to the start")
    choose(page, 8)
    press(page, "Step", 4)
    assert "It jumps from side to side of the valley." in said(page)
    press(page, "Back to the start")
    choose(page, 16)
    press(page, "Step", 2)
    assert "The step was too long: the loss rose." in said(page)
    press(page, "Run")
    assert "Inside the ring!" in said(page)
    few = int(said(page).split()[0])
    choose(page, 8)
    press(page, "Run")
    assert int(said(page).split()[0]) > few
    assert f"From this start you once needed only {few}." in said(page)
    page.mouse.click(*spot(page, (15, -4.5)))
    assert "inside the ring already" in said(page)
    press(page, "Step")
    assert said(page).startswith("Start")


def test_a_walk_may_leave_the_map_and_earlier_walks_stay(live):
    page = live(draw_few)
    choose(page, 40)
    page.mouse.click(*spot(page, (-4, 4.5)))
    press(page, "Step")
    assert "It has left the map." in said(page)
    press(page, "Back to the start")
    for _ in range(6):
        press(page, "Step", 2)
        press(page, "Back to the start")
    assert page.locator("[role=application] path[stroke='var(--purple)']").count() == 5


def test_keys_alone_can_do_it(live):
    page = live(draw_few)
    place = page.get_by_role("application")
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "ArrowDown"):
        place.press(key)
    assert said(page).startswith("Start: weight 0.5, bias \u22120.25, loss")
    page.get_by_role("slider", name="rate").press("ArrowRight")
    assert page.get_by_role("slider", name="rate").input_value() == str(MAP_RATES.index(1))  # the next after 0.5
    page.get_by_role("button", name="Step").press("Enter")
    page.locator("[role=status]", has_text="1 step:").wait_for(state="attached")
    page.get_by_role("button", name="Back to the start").press("Space")
    assert said(page).startswith("Start: weight 0.5, bias \u22120.25")
    place.focus()
    for _ in range(45):
        page.keyboard.press("ArrowDown")
    assert "bias \u221210," in said(page)


def test_a_drag_and_a_finger_choose_the_start(live):
    page = live(draw_few)
    page.mouse.move(*spot(page, (0, 0)))
    page.mouse.down()
    page.mouse.move(*spot(page, (10, -5)), steps=6)
    page.mouse.up()
    assert said(page).startswith("Start: weight 10, bias \u22125,")
    page.touchscreen.tap(*spot(page, (20, 2)))
    weight, bias = re.match(r"Start: weight (\S+), bias (\S+),", said(page)).groups()
    assert (number(weight), number(bias)) == pytest.approx((20, 2), abs=0.3)
    page.keyboard.press("ArrowLeft")  # the map that was touched has the keys
    assert f"weight {number(weight) - 0.5:g}," in said(page)


def test_a_run_goes_step_by_step_and_escape_stops_it(live):
    page = live(draw_few, paused=True)
    press(page, "Run")
    page.clock.run_for(700)
    page.keyboard.press("Escape")
    steps = int(said(page).split()[0])
    assert steps == 1 + 3  # one at once, and one each 0.2 s
    page.clock.run_for(500)
    assert int(said(page).split()[0]) == steps
    assert page.get_by_role("button", name="Run").count() == 1


@pytest.mark.parametrize("answers", ["told apart by a line", "by chance"])
def test_data_without_a_lowest_place_on_the_map_work_too(live, answers):
    ink = np.linspace(0, 1, 200)
    is_one = ink > 0.5 if answers.startswith("told") else np.random.default_rng(0).random(200) > 0.5
    page = live(lambda: explore.two_weights(ink, is_one))
    press(page, "Step", 2)
    assert said(page).startswith("2 steps" if answers.startswith("told") else "Start")


def test_it_fits_a_phone(live):
    page = live(draw_few, width=360)
    choose(page, 40)
    press(page, "Step", 6)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_it_is_small():
    source = source_of(draw)
    script, data = source[source.index("<script") :].rsplit("\nbegin(", 1)
    assert len(script) < 60_000 and len(data) < 60_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ink": [0.1, 2.0]}, "ink"),
        ({"is_one": [True]}, r"is_one has shape \(1,\), expected \(2,\)"),
        ({"is_one": [True, True]}, "both True and False"),
        ({"start": (30, 0)}, "expected a weight from -5 to 25"),
        ({"rate": 17}, "rate is 17"),
    ],
)
def test_what_cannot_work_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        explore.two_weights(**({"ink": [0.1, 0.9], "is_one": [False, True]} | change))
