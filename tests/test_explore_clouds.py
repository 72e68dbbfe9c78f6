"""Clouds of digits, in Chromium."""

import functools
import re

import numpy as np
import pytest
from conftest import open_numbers, source_of, turn

import helpers
from helpers.explore.variant_a import clouds

NAMES = ["pixels", "hidden layer 1", "hidden layer 2"]
COUNT = 200


@functools.cache
def networks():
    """Return images, labels, and what two networks of random weights make of the images."""
    (images, labels), _ = helpers.load_mnist()
    x, rng, stages = helpers.preprocess(images[:400]), np.random.default_rng(0), {}
    for name in ("trained", "random weights"):
        stages[name] = [x]
        for size in (50, 30):
            weights = rng.normal(size=(stages[name][-1].shape[1], size))
            stages[name].append(np.maximum(stages[name][-1] @ weights, 0))
    return x, labels[:400], stages


def draw():
    x, labels, stages = networks()
    clouds(stages, x, labels, count=COUNT, caption="Clouds.")


def table(page):
    """Return the rows of the table: number, digit, across, up, digit beside it."""
    if page.locator("details").get_attribute("open") is None:
        open_numbers(page)
    return np.array([row.split() for row in page.locator("tbody").inner_text().splitlines()], float)


def where(numbers, labels):
    """Return where digits lie between corners: at twelve o'clock for a 0, then clockwise."""
    points = []
    means = [numbers[labels == digit].mean(axis=0) for digit in range(10)]
    distances = np.array([[np.sqrt(((row - mean) ** 2).sum()) for mean in means] for row in numbers[:COUNT]])
    for row in distances:
        pulls = np.exp(-10 * (row - row.min()) / distances.mean())
        turns = np.arange(10) / 10
        points.append(
            [np.average(np.sin(2 * np.pi * turns), weights=pulls), np.average(np.cos(2 * np.pi * turns), weights=pulls)]
        )
    return np.array(points)


def settle(page):
    page.wait_for_function("document.getAnimations().length === 0")


def test_each_digit_lies_where_the_corners_pull_it(live):
    page = live(draw)
    _, labels, stages = networks()
    for name, numbers in stages.items():
        page.get_by_label(name).check()
        for i, stage in enumerate(NAMES):
            page.get_by_label(stage).check()
            rows, points = table(page), where(numbers[i], labels)
            assert np.abs(rows[:, 2:4] - points).max() < 1e-4
            np.testing.assert_array_equal(rows[:, 1], labels[:COUNT])
            distances = ((points[:, None] - points[None]) ** 2).sum(axis=2) + 9 * np.eye(COUNT)
            beside = labels[distances.argmin(axis=1)]
            assert np.mean(rows[:, 4] == beside) > 0.98
            share = int(100 * np.mean(rows[:, 4] == rows[:, 1]) + 0.5)
            assert f"{share} of 100 digits have one of their own kind" in page.locator(".say").inner_text()


def test_a_digit_that_is_pointed_at_is_shown(live):
    page = live(draw)
    page.locator("svg text").nth(17).hover(force=True)
    x, labels, _ = networks()
    number = int(page.locator(".side p").inner_text().split()[1].rstrip(","))
    assert re.search(rf"This is an? {labels[number]},", page.locator(".say").inner_text())
    ink = page.locator(".side canvas").evaluate("c => [...c.getContext('2d').getImageData(0, 0, 14, 14).data]")
    small = x[number].reshape(14, 2, 14, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(np.reshape(ink, (14, 14, 4))[:, :, 3] / 255, small, atol=0.034)


def test_arrow_keys_go_from_digit_to_digit(live):
    page = live(draw)
    page.locator(".cloud svg").focus()
    rows, seen = table(page), []
    for key in ["ArrowRight"] * 5 + ["ArrowUp"] * 5:
        page.locator(".cloud svg").press(key)
        seen.append(int(page.locator(".side p").inner_text().split()[1].rstrip(",")))
    assert np.all(np.diff(rows[seen[:5], 2]) > 0) and np.all(np.diff(rows[seen[4:], 3]) > 0)
    page.get_by_role("button", name="3", exact=True).click()
    page.locator(".cloud svg").press("ArrowLeft")
    assert "This is a 3," in page.locator(".say").inner_text()


def test_play_goes_through_all_stages_and_escape_stops_it(live):
    page = live(draw, paused=True)
    play = page.get_by_role("button", name="Play")
    play.press("Enter")
    assert page.get_by_label("hidden layer 1").is_checked()
    page.get_by_role("button", name="Stop").press("Escape")
    page.clock.run_for(4000)
    assert page.get_by_label("hidden layer 1").is_checked()
    play.click()
    assert page.get_by_label("hidden layer 2").is_checked()
    play.click()
    assert page.get_by_label("pixels").is_checked()
    page.clock.run_for(4000)
    assert page.get_by_label("hidden layer 2").is_checked() and play.is_visible()


def test_digits_of_one_kind_are_shown_alone_and_a_digit_is_followed(live):
    page = live(draw)
    labels = networks()[1][:COUNT]
    button = page.get_by_role("button", name="7", exact=True)
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator("text.faint").count() == np.sum(labels != 7)
    page.locator(".cloud svg").press("ArrowRight")
    page.get_by_label("hidden layer 2").check()
    settle(page)
    number = int(page.locator(".side p").inner_text().split()[1].rstrip(","))
    ring, dot = page.locator("circle"), page.locator("svg text").nth(number)
    assert ring.evaluate("e => e.style.transform") == dot.evaluate("e => e.style.transform")
    button.click()
    assert page.locator("text.faint").count() == 0


def test_who_wants_no_movement_gets_none(live, page):
    page.emulate_media(reduced_motion="reduce")
    page = live(draw)
    durations = page.locator("svg text").first.evaluate("e => getComputedStyle(e).transitionDuration")
    assert "1.1s" not in durations


def test_it_fits_a_phone_and_its_digits_stand_out_and_a_finger_chooses(live):
    page = live(draw, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for look in ("dark", "light"):
        turn(page, look)
        colours = page.locator(".side button").evaluate_all("all => all.map(e => getComputedStyle(e).color)")
        for colour in colours:
            light = np.mean([float(part) for part in colour[colour.index("(") + 1 : -1].split() if part != "srgb"])
            assert light > 0.4 if look == "dark" else light < 0.6
    box = page.locator(".cloud svg").bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.locator(".say").inner_text().startswith("This is a")


def test_its_data_are_small():
    source = source_of(draw)
    script, data = source[source.index("<script") :].rsplit("\nbegin(", 1)
    assert len(data) * 500 / COUNT < 150_000 and len(script) < 60_000


def test_rows_that_do_not_belong_together_are_refused():
    x, labels, stages = networks()
    with pytest.raises(ValueError, match="expected as many"):
        clouds(stages, x, labels[1:])
    with pytest.raises(ValueError, match="shape"):
        clouds(stages, x.reshape(-1, 28, 28), labels)
    with pytest.raises(ValueError, match="expected each of 0 to 9"):
        clouds(stages, x, labels % 9)
