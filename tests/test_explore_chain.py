"""Three neurons in a row, in Chromium."""

import numpy as np
import pytest
from conftest import open_numbers, source_of

from helpers import explore

WHICH = ["first", "second", "third"]


def draw():
    explore.chain([0.5, 3, 4], caption="A chain.")


def forward(weights, bent, number=1.0):
    values = [number]
    for weight in weights:
        values.append(weight * values[-1])
        if bent:
            values[-1] = 1 / (1 + np.exp(-values[-1]))
    return np.array(values)


def slopes(weights, bent, number=1.0, small=1e-5):
    """Return the slope of each weight, by trying."""
    steps = small * np.eye(3)
    rise = [forward(weights + step, bent, number)[-1] - forward(weights - step, bent, number)[-1] for step in steps]
    return np.array(rise) / (2 * small)


def numbers(page):
    """Return what the table says: the four numbers, and the slopes of the three weights."""
    rows = [row.replace("\u2212", "-").split("\t") for row in page.locator("tbody").inner_text().splitlines()]
    return [float(row[2]) for row in rows], [float(row[3]) for row in rows[1:]]


def weight(page, which):
    return page.get_by_role("slider", name=f"{which} weight")


def said(page):
    return page.locator(".say").inner_text().replace("\u2212", "-").replace("\u00d7", "x")


def test_numbers_and_slopes_are_those_of_numpy(live):
    page = live(draw)
    open_numbers(page)
    rng = np.random.default_rng(0)
    for bent in (False, True):
        page.get_by_label("a sigmoid" if bent else "nothing").check()
        for weights in [np.array([0.5, 3, 4]), *rng.uniform(-5, 5, (6, 3)).round(2)]:
            for which, value in zip(WHICH, weights, strict=True):
                weight(page, which).fill(str(value))
            values, found = numbers(page)
            np.testing.assert_allclose(values, forward(weights, bent), atol=1e-4)
            np.testing.assert_allclose(found, slopes(weights, bent), atol=1e-4)


def test_a_nudge_arrives_at_the_output_as_the_slope_says(live):
    page = live(draw)
    nudge = page.get_by_role("button", name="Nudge")
    nudge.click()
    assert "first weight by +0.01, and the output moved by +0.12. The slope said 12 x 0.01 = 0.12." in said(page)
    assert page.locator("svg text", has_text="+0.0").all_text_contents() == ["+0.01", "+0.03"]
    page.get_by_role("button", name="Back to").click()
    weight(page, "third").focus()
    nudge.click()
    assert "third weight by +0.01, and the output moved by +0.015. The slope said 1.5 x 0.01 = 0.015." in said(page)
    page.get_by_role("button", name="Back to").click()
    page.get_by_label("a sigmoid").check()
    weight(page, "first").focus()
    nudge.click()
    assert "the output moved by +0.000096. The slope said 0.00962 x 0.01 = 0.000096." in said(page)


def test_the_factors_of_each_weight_multiply_and_shrink_with_a_sigmoid(live):
    page = live(draw)
    expected = {"first": "4 x 3 x 1 = 12", "second": "4 x 0.5 = 2", "third": "1.5. Move"}
    for which, product in expected.items():
        weight(page, which).focus()
        assert f"slope of the {which} weight is {product}" in said(page)
    weight(page, "first").focus()
    page.get_by_label("a sigmoid").check()
    factors = [float(factor) for factor in said(page).split(" is ")[1].split(" = ")[0].split(" x ")]
    assert len(factors) == 3 and max(factors) < 0.5
    assert np.prod(factors) == pytest.approx(slopes(np.array([0.5, 3, 4]), True)[0], rel=0.01)


def test_keys_count_from_where_a_weight_was_taken(live):
    page = live(draw)
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight"):
        weight(page, "second").press(key)
    assert "second weight by +0.02, and the output moved by +0.04" in said(page)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert "third weight by -0.01, and the output moved by -0.015" in said(page)
    page.get_by_label("nothing").press("ArrowRight")
    assert page.get_by_label("a sigmoid").is_checked()
    page.get_by_role("button", name="Nudge").press("Enter")
    page.locator("[role=status]", has_text="third weight by +0.01").wait_for(state="attached")


def test_mouse_and_finger_move_a_weight(live):
    page = live(draw)
    box = weight(page, "first").bounding_box()
    page.mouse.move(box["x"] + 0.55 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    assert "You moved the first weight by +" in said(page)
    assert 3 < float(weight(page, "first").input_value()) < 5
    box = weight(page, "third").bounding_box()
    page.touchscreen.tap(box["x"] + 0.1 * box["width"], box["y"] + box["height"] / 2)
    assert "You moved the third weight by -" in said(page)


def test_a_large_move_with_a_sigmoid_is_not_what_the_slope_said(live):
    page = live(draw)
    page.get_by_label("a sigmoid").check()
    weight(page, "third").fill("-5")
    assert "it holds for small moves only" in said(page)


def test_the_goal_can_be_reached(live):
    page = live(draw)
    for which, value in zip(WHICH, ("0.5", "2", "2"), strict=True):
        weight(page, which).fill(value)
    assert "Goal" not in said(page)
    page.get_by_label("a sigmoid").check()
    assert "Goal reached!" in said(page)
    for which, value in zip(WHICH, ("0", "-3", "5"), strict=True):
        weight(page, which).fill(value)
    assert "you found the trick!" in said(page)


def test_it_fits_a_phone(live):
    page = live(draw, width=360)
    page.get_by_label("a sigmoid").check()
    for which in WHICH:
        weight(page, which).fill("-4.99")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sides = "all => all.map(e => e.getBoundingClientRect()).map(box => [box.left, box.right])"
    ((left, right),) = page.locator("svg").evaluate_all(sides)
    texts = np.array(page.locator("svg text").evaluate_all(sides))
    assert left - 12 <= texts.min() and texts.max() <= right + 12


def test_it_is_small():
    source = source_of(draw)
    script, data = source[source.index("<script") :].rsplit("\nbegin(", 1)
    assert len(script) < 60_000 and len(data) < 1_000


@pytest.mark.parametrize("weights", [[1, 2], [1, 2, 6], [1, 2, float("nan")]])
def test_other_chains_are_refused(weights):
    with pytest.raises(ValueError, match="expected three weights, all from -5 to 5"):
        explore.chain(weights)
