"""The figures: every text in them, and every line, stands out from what is behind it."""

import re
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.display import Image
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from numpy.lib.stride_tricks import sliding_window_view

import helpers
from helpers import figures, plots

COURSE = Path(__file__).resolve().parents[1]
RNG = np.random.default_rng(0)
ROW = np.linspace(0, 1, 10)
IMAGE = np.linspace(0, 1, 784, dtype="float32").reshape(28, 28)
EDGE = np.array([[-1.0, 0, 1]] * 3)
EVERY_SHADE = np.arange(784, dtype="uint8").reshape(28, 28)
COUNTS = np.diag(np.full(10, 900)) + np.arange(100).reshape(10, 10)
CURVES = {"loss": ROW, "val_loss": ROW, "accuracy": ROW, "val_accuracy": ROW}
LABELS = {"caption": "", "xlabel": "x", "ylabel": "y"}
GROUPS = {name: ROW for name in "abcd"}
FIGURES = {
    "draw_network": lambda: figures.draw_network([784, 128, 10], ["in", "hidden", "out"], caption=""),
    "plot_bars": lambda: plots.plot_bars(range(10), ROW, percent=True, **LABELS),
    "plot_confusion": lambda: figures.plot_confusion(COUNTS, caption="", title="title"),
    "plot_descent": lambda: figures.plot_descent(ROW, ROW**2, ROW[:3], ROW[:3] ** 2, **LABELS),
    "plot_dots": lambda: plots.plot_dots(GROUPS, caption="", ylabel="y", paired=True),
    "plot_history": lambda: plots.plot_history(SimpleNamespace(history=CURVES), caption="", best=2),
    "plot_lines": lambda: plots.plot_lines(ROW, GROUPS, **LABELS),
    "plot_panels": lambda: figures.plot_panels({"x": (ROW, GROUPS), "z": (ROW, GROUPS)}, caption="", ylabel="y"),
    "plot_points": lambda: figures.plot_points({"a": {"p": (1, 0.9), "q": (2, 0.8)}}, lowest=0.5, **LABELS),
    "plot_prediction": lambda: plots.plot_prediction(IMAGE, ROW, caption="", title="title"),
    "plot_reliability": lambda: figures.plot_reliability(
        {"A": (RNG.dirichlet(np.ones(10) / 3, 500), RNG.integers(0, 10, 500))}, caption=""
    ),
    "plot_stages": lambda: figures.plot_stages(range(10), {"a": 5 * ROW - 1, "b": ROW}, caption="", xlabel="x"),
    "plot_surface": lambda: figures.plot_surface(
        ROW, ROW, 9 * ROW[:, None] ** 2 + 1 + ROW, np.array([[0.1, 0.9], [0.2, 0.2]]), **LABELS
    ),
    "show_convolution": lambda: figures.show_convolution(
        IMAGE, EDGE, (sliding_window_view(IMAGE, (3, 3)) * EDGE).sum(axis=(2, 3)), (9, 7), caption=""
    ),
    "show_images": lambda: plots.show_images([IMAGE, IMAGE], ["1", "2"], caption="", frame=True),
    "show_maps": lambda: figures.show_maps([EDGE, EDGE], ["1", "2"], caption=""),
    "show_neurons": lambda: figures.show_neurons(IMAGE.reshape(1, 784) - 0.5, [[IMAGE, IMAGE]], caption=""),
    "show_pictures": lambda: figures.show_pictures([IMAGE, EVERY_SHADE], ["a", "b"], caption="", boxes=[(1, 1, 9, 9)]),
    "show_pixels": lambda: figures.show_pixels(EVERY_SHADE, caption=""),
}


def contrast(one, other):
    """Return the contrast of two colours, 1 to 21, as the Web Content Accessibility Guidelines define it."""

    def luminance(colour):
        c = np.asarray(colour)
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]

    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def texts_of(figure, monkeypatch):
    """Return each text that a figure draws, its contrast to what is behind it, and whether it is on the figure."""
    texts = []
    with monkeypatch.context() as without_texts:
        without_texts.setattr(Text, "draw", lambda text, renderer: texts.append(text))
        figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3] / 255
    height, width = pixels.shape[:2]
    for text in (text for text in texts if text.get_visible() and text.get_text().strip()):
        box = text.get_window_extent()
        behind = pixels[max(height - round(box.y1), 0) : height - round(box.y0), round(box.x0) : round(box.x1)]
        inside = box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 and box.y1 < height + 1
        yield text.get_text(), contrast(to_rgb(text.get_color()), np.median(behind, axis=(0, 1))), inside


def test_every_kind_of_figure_is_looked_at():
    public = {name for name in vars(plots) if re.match("(plot|show)_", name)}
    assert public | set(figures.__all__) == set(FIGURES)


@pytest.fixture
def drawn(monkeypatch):
    """What is drawn in a test, instead of showing it."""
    drawn, close = [], plt.close
    monkeypatch.setattr(plots, "display", lambda output: None)
    monkeypatch.setattr(plt, "close", drawn.append)
    yield drawn
    close("all")


@pytest.mark.parametrize("name", FIGURES)
def test_every_text_of_a_figure_is_on_it_and_readable(name, drawn, monkeypatch):
    FIGURES[name]()
    assert drawn
    for figure in drawn:
        found = list(texts_of(figure, monkeypatch))
        assert found
        for text, value, inside in found:
            assert value >= 4.5, (text, value)
            assert inside, text


def test_lines_and_dots_stand_out_from_white_paper():
    for colour in plt.rcParams["axes.prop_cycle"].by_key()["color"]:
        assert contrast(to_rgb(colour), (1, 1, 1)) >= 3, colour


@pytest.mark.parametrize("name", ["pad.js", "page.html"])
def test_the_pad_and_the_page_are_readable(name):
    source = (Path(helpers.__file__).parent / "handwriting" / name).read_text(encoding="utf-8")
    found = re.findall(r"([\w-]*)(?:: ?|=\"?|, )[^;\n]*?(#[0-9a-f]{6}|#[0-9a-f]{3})\b", source)
    assert len(found) >= 3
    for what, colour in found:
        if to_rgb(colour) == (1, 1, 1):
            continue
        assert contrast(to_rgb(colour), (1, 1, 1)) >= (4.5 if what == "color" else 3), (what, colour)


def test_a_figure_stays_one_that_can_be_looked_at(drawn):
    figures.draw_network([784, 512, 512], ["in", "hidden", "out"], caption="")
    plots.show_images(np.ones((3, 28, 28)), columns=300, caption="")
    figures.plot_stages([0, 1], {"the only one": [0.5, 0.5]}, caption="", xlabel="")
    assert len(drawn[2].axes) == 1
    assert len(drawn[0].axes[0].lines) == 8 * 8 + 8 * 10 and len(drawn[1].axes) == 10
    with pytest.raises(ValueError, match="There are 2 titles for 3 images"):
        plots.show_images(np.ones((3, 28, 28)), titles="ab", caption="")
    with pytest.raises(ValueError, match="There are 0 titles for 3 images"):
        plots.show_images(np.ones((3, 28, 28)), titles=[], caption="")
    with pytest.raises(ValueError, match=r"\(2, 3, 28, 28\)"):
        plots.show_images(np.ones((2, 3, 28, 28)), caption="")


def test_a_training_without_validation_is_drawn(drawn):
    history = SimpleNamespace(history={"loss": [2, 1], "accuracy": [0.3, 0.5]})
    plots.plot_history(history, caption="")
    assert [len(axis.lines) for axis in drawn[0].axes] == [1, 1]


def test_a_caption_is_given_by_name_or_in_words(monkeypatch):
    shown = []
    monkeypatch.setattr(plots, "display", shown.append)
    monkeypatch.setattr(plots, "texts", lambda lesson: {"captions": {"two": f"Two squares of lesson {lesson}."}})
    plots.show_images(np.ones((2, 28, 28)), caption="07-two")
    plots.show_images(np.ones((2, 28, 28)), caption="Two squares of my own.")
    plots.show_images(np.ones((2, 28, 28)))
    assert [repr(output) for output in shown if isinstance(output, Image)] == [
        "Two squares of lesson 07.",
        "Two squares of my own.",
        "A figure without a caption.",
    ]
    assert len(shown) == 5
