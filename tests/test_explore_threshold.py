"""The threshold below which a network says "I don't know", in Chromium."""

import numpy as np
import pytest
from conftest import open_numbers

from helpers import explore
from helpers.explore.train_and_evaluate import THRESHOLDS

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 10, 3_000)
SUMS = RNG.normal(size=(3_000, 10)) + 12 * RNG.random((3_000, 1)) * np.eye(10)[LABELS]
PROBABILITIES = (np.exp(SUMS) / np.exp(SUMS).sum(axis=1, keepdims=True)).astype(np.float32)
STRANGE = RNG.dirichlet(np.full(10, 0.2), 500).astype(np.float32)


def draw():
    explore.threshold({"digits": (PROBABILITIES, LABELS), "no digits": (STRANGE, None)}, caption="Sure?")


def test_all_counts_are_those_of_numpy(live):
    page = live(draw)
    open_numbers(page)
    control = page.locator("input[type=range]")
    confidence, right = PROBABILITIES.max(axis=1), PROBABILITIES.argmax(axis=1) == LABELS
    for i in range(0, len(THRESHOLDS), 5):
        control.fill(str(i))
        rows = page.locator("tbody tr").evaluate_all("all => all.map(row => [...row.cells].map(e => e.innerText))")
        value = float(rows[5][1])
        assert value == pytest.approx(THRESHOLDS[i])
        kept = confidence >= value
        expected = [
            np.sum(~kept),
            np.sum(right[kept]),
            np.sum(~right[kept]),
            1000 * np.sum(~right[kept]) / max(1, kept.sum()),
        ]
        assert list(map(float, rows[5][2:])) == pytest.approx(expected, abs=1e-4)
        strange = np.sum(STRANGE.max(axis=1) < value)
        assert list(map(int, rows[11][2:5])) == [strange, 0, 500 - strange]
        assert i == 0 or f"{1 - kept.mean():.1%} refused" in page.locator(".say").inner_text()


def test_the_points_are_those_of_the_reliability_curve(live):
    page = live(draw)
    confidence, right = PROBABILITIES.max(axis=1), PROBABILITIES.argmax(axis=1) == LABELS
    tenths = np.minimum((10 * confidence).astype(int), 9)
    groups = [tenths == i for i in range(10) if np.sum(tenths == i) >= 20]
    places = page.locator("svg circle").evaluate_all("all => all.map(e => [e.cx.baseVal.value, e.cy.baseVal.value])")
    assert len(places) == len(groups) > 5
    for place, group in zip(places, groups, strict=True):
        inside = [(place[0] - 52) / (336 - 66), (256 - place[1]) / 244]
        assert inside == pytest.approx([confidence[group].mean(), right[group].mean()], abs=1e-3)


def test_keys_and_mouse_move_the_threshold_and_the_goal_is_noticed(live):
    page = live(draw)
    say = page.locator(".say")
    assert "can you get below 1" in say.inner_text()
    page.locator("input[type=range]").press("End")
    assert "Threshold 0.9999" in say.inner_text()
    page.locator("input[type=range]").press("Home")
    page.locator("input[type=range]").fill("99")
    assert "Below 1 in 1,000!" in say.inner_text()
    box = page.locator("svg[role=img]").bounding_box()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + (52 + 0.5 * 270) / 336 * box["width"], box["y"] + 100, steps=4)
    page.mouse.up()
    assert "Threshold 0.5." in say.inner_text()


def test_it_fits_a_phone(live):
    page = live(draw, width=360)
    page.locator("input[type=range]").press("PageUp")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert len(page.locator("script[type=module]").inner_html()) < 60_000
    assert "no digits:" in page.locator(".say").inner_text()


@pytest.mark.parametrize(
    ("sets", "error", "message"),
    [
        ({"strange": (STRANGE, None)}, ValueError, "No set has classes"),
        ({"digits": (PROBABILITIES[:, :9], LABELS)}, ValueError, "shape"),
        ({"digits": (PROBABILITIES, LABELS[:5])}, ValueError, "labels of shape"),
        ({"digits": (PROBABILITIES[:0], LABELS[:0])}, ValueError, "nothing in digits"),
        ({"digits": (PROBABILITIES > 0.5, LABELS)}, TypeError, "floats"),
    ],
)
def test_what_makes_no_sense_is_refused(sets, error, message):
    with pytest.raises(error, match=message):
        explore.threshold(sets)
