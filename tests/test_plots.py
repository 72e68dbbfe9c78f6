"""The figures: every text in them, and every line, stands out from what is behind it."""

import re
from pathlib import Path
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
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
LABELS = {"xlabel": "x", "ylabel": "y"}
GROUPS = {name: ROW for name in "abcd"}
BOARD = pd.DataFrame(
    0.9, index=pd.Index(["relu", "sigmoid"], name="activation"), columns=["Adam", "SGD 0.01", "SGD 0.1", "SGD 1.0"]
)
STAGES = [RNG.random((60, 12)), RNG.random((60, 8)), RNG.random((60, 9))]
LABORATORY = pd.DataFrame({"mean": [0.95, 0.96], "std": [0.01, 0.01], "count": [5, 5]}, index=["nothing", "shifts"])
LADDER = pd.DataFrame({"rung": ["as typed", "half"], "processor_seconds": [60.0, 30.0], "unseen_accuracy": 0.99})
PROBABILITIES, LABELS_OF = RNG.dirichlet(np.ones(10) / 3, 500), RNG.integers(0, 10, 500)
FIGURES = {
    "draw_network": lambda: figures.draw_network([784, 128, 10], ["in", "hidden", "out"]),
    "plot_bars": lambda: plots.plot_bars(range(10), ROW, percent=True, **LABELS),
    "plot_batch_losses": lambda: figures.plot_batch_losses(ROW),
    "plot_before_after": lambda: figures.plot_before_after(IMAGE, ROW / 10, ROW),
    "plot_chain": lambda: figures.plot_chain([1, 0.5, 1.5, 6], [1, 3, 4]),
    "plot_changes": lambda: figures.plot_changes(helpers.load_runs("own_writing")),
    "plot_confusion": lambda: figures.plot_confusion(COUNTS),
    "plot_descent": lambda: figures.plot_descent(lambda w: (2 * w - 10) ** 2, [1, 8.68, 1.6]),
    "plot_dots": lambda: plots.plot_dots(GROUPS, ylabel="y", paired=True),
    "plot_gains": lambda: figures.plot_gains(helpers.load_runs("improve"), helpers.load_runs("ten_seeds")),
    "plot_gradients": lambda: figures.plot_gradients({"sigmoid": ROW[1:4] / 1000, "relu": ROW[1:4]}),
    "plot_history": lambda: plots.plot_history(SimpleNamespace(history=CURVES)),
    "plot_laboratory": lambda: figures.plot_laboratory(LABORATORY, 0.955),
    "plot_lines": lambda: plots.plot_lines(ROW, GROUPS, **LABELS),
    "plot_ladder": lambda: figures.plot_ladder(LADDER),
    "plot_measures": lambda: figures.plot_measures({"ink": ROW, "slant": ROW}, np.median(ROW) < ROW, ("even", "odd")),
    "plot_people": lambda: figures.plot_people(np.arange(40.0), np.full(40, 20.0)),
    "plot_polynomials": lambda: figures.plot_polynomials(ROW, ROW, ROW, ROW, {1: lambda x: x, 3: lambda x: x**3}),
    "plot_reliability": lambda: figures.plot_reliability({"A": (PROBABILITIES, LABELS_OF)}),
    "plot_readers": lambda: figures.plot_readers(helpers.load_runs("carry_over")),
    "plot_suspects": lambda: figures.plot_suspects(BOARD),
    "plot_surface": lambda: figures.plot_surface(
        lambda a, b: a**2 + 9 * b**2 + 1, [[1, 1], [0.5, 0.1]], xlabel="x", ylabel="y"
    ),
    "plot_ways": lambda: figures.plot_ways(helpers.load_runs("who_wrote_it").query("network == 'A'")),
    "show_claims": lambda: figures.show_claims(helpers.load_runs("carry_over")),
    "show_convolution": lambda: figures.show_convolution(
        IMAGE, EDGE, (sliding_window_view(IMAGE, (3, 3)) * EDGE).sum(axis=(2, 3)), (9, 7)
    ),
    "show_for_whom": lambda: figures.show_for_whom({"students": (0.963, 0.002, 0.004), "all": (0.975, 0.002, 0.003)}),
    "show_groups": lambda: figures.show_groups({"even": [IMAGE] * 8, "odd": [IMAGE] * 8}),
    "show_images": lambda: plots.show_images([IMAGE, IMAGE], ["1", "2"], frame=True),
    "show_layers_at_work": lambda: figures.show_layers_at_work(STAGES, np.arange(60) % 10),
    "show_maps": lambda: figures.show_maps([EDGE, EDGE], ["1", "2"]),
    "show_neurons": lambda: figures.show_neurons(IMAGE.reshape(1, 784) - 0.5, [[IMAGE, IMAGE]]),
    "show_pictures": lambda: figures.show_pictures([IMAGE, EVERY_SHADE], ["a", "b"], boxes=[(1, 1, 9, 9)]),
    "show_pixels": lambda: figures.show_pixels(EVERY_SHADE),
    "show_preparation": lambda: figures.show_preparation(EVERY_SHADE, 5),
    "show_reading": lambda: figures.show_reading(IMAGE.ravel()),
    "show_report": lambda: figures.show_report(0.978, COUNTS, PROBABILITIES, LABELS_OF),
    "show_weighted_sum": lambda: figures.show_weighted_sum(IMAGE, IMAGE - 0.5),
    "show_what_an_image_is": lambda: figures.show_what_an_image_is(EVERY_SHADE),
    "training_cycle": lambda: figures.training_cycle("loss"),
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
        behind = np.median(behind, axis=(0, 1))
        if patch := text.get_bbox_patch():
            behind = to_rgb(patch.get_facecolor())
        inside = box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 and box.y1 < height + 1
        yield text.get_text(), contrast(to_rgb(text.get_color()), behind), inside


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


def test_a_figure_stays_one_that_can_be_looked_at(drawn):
    figures.draw_network([784, 512, 512], ["in", "hidden", "out"], caption="")
    plots.show_images(np.ones((3, 28, 28)), columns=300, caption="")
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


def test_what_is_no_array_of_images_is_refused_in_words_and_negative_ones_are_drawn(monkeypatch):
    monkeypatch.setattr(plots, "display", lambda output: None)
    for call in (plots.show_images, helpers.check_dataset):
        with pytest.raises(ValueError, match="pass neither a pair"):
            call((np.ones((3, 28, 28)), [1, 2, 3]))
    plots.show_images(-np.ones((1, 28, 28)))
    assert not plt.get_fignums()


def test_bars_have_whole_numbers_on_top(monkeypatch):
    texts = []
    monkeypatch.setattr(plots, "show", lambda figure, caption: texts.extend(t.get_text() for t in figure.axes[0].texts))
    plots.plot_bars(["training", "test", "part"], [50_000, 9_999.7, 0.25], **LABELS)
    assert texts == ["50,000", "10,000", "0.25"]
