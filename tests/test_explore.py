"""What the figures that move share, in Chromium; each has a test of its own besides."""

import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import open_numbers

import helpers
from helpers import explore

FOLDER = Path(explore.__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.js") if path.stem != "base")


def test_each_script_has_a_function_of_its_name_and_a_test():
    assert [name for name in explore.__all__ if name != "base"] == NAMES
    for name in NAMES:
        assert getattr(explore, name).__name__ == name
        assert (Path(__file__).parent / f"test_explore_{name}.py").is_file()


@pytest.mark.parametrize("name", NAMES)
def test_a_script_is_small_and_asks_nobody(name):
    source = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 170
    base = (FOLDER / "base.js").read_text(encoding="utf-8")
    assert len(source) + len(base) < 60_000
    assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|https?://(?!www\.w3\.org)", source + base)


@pytest.fixture
def shown(monkeypatch):
    """What is displayed."""
    shown = []
    monkeypatch.setattr(explore.base, "display", shown.append)
    return shown


def test_the_picture_stands_there_without_scripts_and_the_caption_is_its_text(shown):
    explore.loss_of_a_guess([1, 0.5], caption="A & B.")
    assert repr(shown[0]) == "A & B." and shown[1].data == "*A & B.*"
    assert '<img alt="A &amp; B." src="data:image/png;base64,' in shown[0]._repr_html_()


def test_a_page_may_hold_the_same_figure_twice(live, page):
    page = live(lambda: explore.loss_of_a_guess([0.5]))
    page.evaluate(
        """() => {
            const main = document.querySelector("main"), copy = document.createElement("div");
            copy.dataset.live = document.querySelector("[data-live]").dataset.live;
            copy.innerHTML = "<img alt='again'>"; main.append(copy);
            const code = document.createElement("script"); code.type = "module";
            code.textContent = document.querySelector("script[type=module]").textContent; main.append(code);
        }"""
    )
    page.locator("[data-running]").nth(1).wait_for()
    page.locator("input[type=range]").nth(1).press("End")
    assert "Probability 1," in page.locator(".say").nth(1).inner_text()
    assert "Probability 0.5" in page.locator(".say").nth(0).inner_text()


def test_two_figures_of_a_kind_on_a_page_have_each_its_own_data(live):
    page = live(lambda: [explore.loss_of_a_guess([mark]) for mark in (0.5, 0.1)])
    page.locator("[data-running]").nth(1).wait_for()
    for i, loss in enumerate(("0.6931", "2.3026")):
        open_numbers(page, i)
        assert page.locator("table").nth(i).locator("tbody td").nth(1).inner_text() == loss


def test_the_theme_of_the_page_is_followed_also_when_it_changes(live):
    page = live(lambda: explore.loss_of_a_guess([0.5]), dark=True)
    assert page.locator(".live.dark").count() == 1
    page.evaluate("document.body.style.background = '#fff'")
    page.locator(".live:not(.dark)").wait_for()


def test_what_is_sent_to_a_script_cannot_end_it(shown):
    explore.base.show_live("loss_of_a_guess", {"marks": [0.5], "text": "</script>"}, plt.figure(), "")
    source = shown[0]._repr_html_()
    assert source.count("</script>") == 1
    values = re.search(r'begin\("loss_of_a_guess-\w+", start, (.*)\);', source)[1]
    assert json.loads(values)["text"] == "</script>"


def test_a_network_whose_training_failed_or_of_other_layers_is_refused():
    broken, (x, labels) = helpers.relu_adam(), (np.zeros((2, 784), np.float32), np.array([0, 1]))
    broken.set_weights([weights * np.nan for weights in broken.get_weights()])
    film = helpers.Snapshots(x)
    film.probabilities = {0: np.full((2, 10), 0.1), 1: np.full((2, 10), np.nan)}
    for draw in (
        lambda: explore.through_the_network(broken, x, labels),
        lambda: explore.spoil({"the network": broken}, [(x[0], 0)]),
        lambda: explore.training_film(film, labels),
    ):
        with pytest.raises(ValueError, match="smaller learning rate"):
            draw()
    with pytest.raises(ValueError, match="has a layer Reshape, expected dense layers only"):
        explore.through_the_network(helpers.convnet(), x, labels)


def test_few_images_have_a_threshold_too():
    explore.threshold({"digits": (np.full((3, 10), 0.1), np.array([0, 1, 2]))})
    plt.close("all")
