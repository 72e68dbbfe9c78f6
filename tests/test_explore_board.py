"""The detective's board, in Chromium."""

import numpy as np
import pytest
from conftest import open_numbers

from helpers import explore, load_runs

RUNS = load_runs("changes_of_b").query("largest == 1")
MEANS = RUNS.groupby(["activation", "optimizer", "learning_rate"]).unseen_accuracy.agg(["mean", "min", "max"])
CURVES = {key: np.linspace(0.5, mean, 20) for key, mean in MEANS["mean"].items()}
NAMES = {"relu": "ReLU", "sigmoid": "sigmoid"}


def draw():
    explore.board(RUNS, CURVES, caption="The board.")


def square(page, key):
    activation, optimizer, rate = key
    return page.get_by_role("button", name=f"{NAMES[activation]}, {optimizer} with a rate of {rate:g}:")


def wait_for_the_end(page):
    page.get_by_role("button", name="Train", exact=True).wait_for()


def test_every_square_is_a_mean_of_the_stored_runs(live):
    page = live(draw)
    open_numbers(page)
    page.emulate_media(reduced_motion="reduce")
    for key, values in MEANS.iterrows():
        square(page, key).click()
        wait_for_the_end(page)
        assert square(page, key).inner_text() == f"{values['mean']:.1%}"
    assert "The board is full" in page.locator(".say").inner_text()
    rows = page.locator("tbody tr").evaluate_all("all => all.map(row => [...row.cells].map(cell => cell.innerText))")
    shown = {(name, optimizer, float(rate)): list(map(float, cells)) for name, optimizer, rate, _, *cells in rows}
    assert len(shown) == len(MEANS) == 8
    for (activation, optimizer, rate), values in MEANS.iterrows():
        assert shown[NAMES[activation], optimizer, rate] == pytest.approx(values.to_list(), abs=1e-4)


def test_nothing_is_shown_before_it_was_tried(live):
    page = live(draw)
    squares = page.get_by_role("group", name="The board", exact=True).locator("button")
    assert sorted(squares.all_inner_texts()) == ["87.6%", *["?"] * 7]
    assert page.locator("svg path").count() == 1
    page.get_by_label("ReLU", exact=True).check()
    assert "What do you expect?" in page.locator(".say").inner_text()
    assert squares.all_inner_texts().count("?") == 7


def test_keys_choose_and_train_and_escape_stops(live):
    page = live(draw)
    page.get_by_label("sigmoid", exact=True).press("ArrowRight")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Stop").wait_for()
    page.keyboard.press("Escape")
    wait_for_the_end(page)
    assert square(page, ("relu", "SGD", 0.01)).inner_text() == "?"
    page.keyboard.press("Enter")
    wait_for_the_end(page)
    assert square(page, ("relu", "SGD", 0.01)).inner_text() == "95.7%"
    assert "One thing is changed" in page.locator(".say").inner_text()


def test_two_changes_are_told_from_one(live):
    page = live(draw)
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Train", exact=True).click()
    assert "Change one thing first" in page.locator(".say").inner_text()
    for key in (("relu", "SGD", 1), ("sigmoid", "SGD", 1), ("relu", "SGD", 0.01)):
        square(page, key).click()
        wait_for_the_end(page)
        if key[0] == "relu" and key[2] == 1:
            assert "Two things are changed" in page.locator(".say").inner_text()
    square(page, ("relu", "SGD", 1)).click()
    assert "Alone, the two changes gave +8.1 and +9.9 points" in page.locator(".say").inner_text()
    page.get_by_label("Adam", exact=True).check()
    assert page.get_by_label("0.1", exact=True).is_disabled()


def test_it_fits_a_phone(live):
    page = live(draw, width=360)
    page.emulate_media(reduced_motion="reduce")
    square(page, ("sigmoid", "Adam", 0.001)).tap()
    wait_for_the_end(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert len(page.locator("script[type=module]").inner_html()) < 60_000
    assert square(page, ("sigmoid", "Adam", 0.001)).inner_text() == "97.7%"


def test_without_curves_the_seeds_are_drawn(live):
    page = live(lambda: explore.board(RUNS))
    assert page.locator("svg path").count() == 0 and page.locator("svg circle").count() == 3


def test_a_board_with_a_gap_is_refused():
    with pytest.raises(ValueError, match="no run of relu with Adam"):
        explore.board(RUNS.query("not (activation == 'relu' and optimizer == 'Adam')"))
    with pytest.raises(ValueError, match="on no square"):
        explore.board(RUNS, {("tanh", "SGD", 0.01): [0.5]})
