"""Two recipes trained again and again, in Chromium."""

import numpy as np
import pytest
from conftest import open_numbers

from helpers import explore, load_runs

TEN = load_runs("ten_seeds").query("unseen == 'validation'")
GROUPS = {
    "A": TEN.query("variant == 'A' and epochs == 20").unseen_accuracy.to_numpy(),
    "A, 10 epochs": TEN.query("variant == 'A' and epochs == 10").unseen_accuracy.to_numpy(),
    "B as it is": TEN.query("variant == 'B'").unseen_accuracy.to_numpy(),
}


def draw():
    explore.luck(GROUPS, caption="Two recipes.")


def rows(page):
    texts = page.locator("tbody tr").evaluate_all("all => all.map(row => [...row.cells].map(cell => cell.innerText))")
    return [[float(cell or "nan") for cell in row] for row in texts]


def test_means_difference_and_error_are_those_of_numpy(live):
    page = live(draw)
    open_numbers(page)
    again, checked = page.get_by_role("button", name="Train both again"), 0
    for rival in ("A, 10 epochs", "B as it is"):
        page.get_by_label(rival).check()
        for _ in range(10):
            again.click()
        assert again.is_disabled()
        seen = np.array(rows(page))
        assert sorted(seen[:, 1]) == pytest.approx(sorted(GROUPS["A"]), abs=1e-6)
        assert sorted(seen[:, 2]) == pytest.approx(sorted(GROUPS[rival]), abs=1e-6)
        for n, row in enumerate(seen, start=1):
            a, b = seen[:n, 1], seen[:n, 2]
            assert row[3:6] == pytest.approx([a.mean(), b.mean(), 100 * (b.mean() - a.mean())], abs=1e-4)
            if n > 1:
                assert row[6] == pytest.approx(100 * np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / n), abs=1e-4)
            checked += 1
    assert checked == 20


def test_nothing_is_shown_before_the_first_training_and_each_adds_two_dots(live):
    page = live(draw)
    dots = page.locator("svg").first.locator("circle")
    assert dots.count() == 0 and "Nothing is trained yet" in page.locator(".say").last.inner_text()
    page.get_by_role("button", name="Train both again").click()
    assert dots.count() == 2 and "luck?" in page.locator(".say").last.inner_text()


def test_a_verdict_is_more_than_twice_the_error_and_earlier_rounds_are_remembered(live):
    page = live(draw)
    page.get_by_label("B as it is").check()
    for _ in range(5):
        page.get_by_role("button", name="Train both again").click()
    assert "by the rule A is better" in page.locator(".say").last.inner_text()
    page.get_by_role("button", name="Start over").click()
    assert "After 5 of each: A is better." in page.locator(".say").first.inner_text()
    assert page.locator("svg").first.locator("circle").count() == 0


def test_keys_are_enough(live):
    page = live(draw)
    page.get_by_label("A, 10 epochs").press("ArrowRight")
    page.keyboard.press("Tab")
    for _ in range(3):
        page.keyboard.press("Enter")
    assert "3 trainings of each" in page.locator(".say").last.inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert "Nothing is trained yet" in page.locator(".say").last.inner_text()


def test_it_fits_a_phone(live):
    page = live(draw, width=360)
    page.get_by_role("button", name="Train both again").tap()
    page.get_by_role("button", name="Train both again").tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert len(page.locator("script[type=module]").inner_html()) < 60_000
    assert "2 trainings of each" in page.locator(".say").last.inner_text()


@pytest.mark.parametrize(
    "groups", [{"A": [0.9, 0.8]}, {"A": [0.9, 0.8], "B": [0.9]}, {"A": [0.9, 0.8], "B": [0.9, 2.0]}]
)
def test_impossible_groups_are_refused(groups):
    with pytest.raises(ValueError, match="expected"):
        explore.luck(groups)
