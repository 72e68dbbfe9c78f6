"""The figures that several lessons draw: one style, safe for colour-blind readers, each with a caption.

Figures of a single lesson are in helpers/figures/.
"""

import io
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Image, Markdown, display
from matplotlib.ticker import PercentFormatter

from helpers.checks import as_array, check_array
from helpers.lesson import number, texts
from helpers.look import variables

#: More images than this make no figure that anybody could look at.
MOST_IMAGES = 200
#: After Okabe and Ito's colours, which readers with any colour vision tell apart; dark enough for text on white.
BLUE, RED, GREEN, PURPLE = (variables()[name] for name in ("blue", "red", "green", "purple"))
STYLE = {
    "text.usetex": False,
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "font.size": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid.axis": "y",
    "axes.prop_cycle": plt.cycler(color=[BLUE, RED, GREEN, PURPLE]),
    "lines.linewidth": 2,
}
plt.rcParams.update(STYLE)


class _Figure(Image):
    """A PNG whose plain-text form, for readers without pictures, is its caption."""

    def __init__(self, data, caption):
        super().__init__(data=data, alt=caption)
        self.caption = caption

    def __repr__(self):
        return self.caption


def show(figure, caption):
    """Display a figure and, below it, the caption; the caption is also the picture's alternative text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Closed afterwards.
    caption : str
        One or two sentences that say what to see; or the name of such a text in helpers/texts/, such as "03-downhill",
        so that it does not stand above the result. Empty: none.
    """
    lesson, _, name = caption.partition("-")
    caption = texts(lesson)["captions"].get(name, caption)
    png = io.BytesIO()
    try:
        figure.savefig(png, format="png", metadata={"Software": None})
    finally:
        plt.close(figure)
    display(_Figure(png.getvalue(), caption or "A figure without a caption."))
    if caption:
        display(Markdown(f"*{caption}*"))


def write(axis, column, row, text, colour, **options):
    """Write centred text in black or white, whichever is more readable on the colour (RGB or RGBA, each 0 to 1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    luminance = np.dot(linear, [0.2126, 0.7152, 0.0722])  # as in the Web Content Accessibility Guidelines
    ink = "black" if luminance > 0.179 else "white"  # there both have the same contrast
    axis.text(column, row, text, ha="center", va="center", color=ink, **options)


def as_images(images):
    """Return images of any scale as an array of shape (n, 28, 28); raise an error if they cannot be shown as such."""
    images = as_array(images, "images")
    images = images.astype(float) if images.dtype.kind == "b" else images
    if images.shape in ((28, 28), (784,)):
        images = images[None]
    shape = (None, 784) if images.ndim == 2 else (None, 28, 28)
    return check_array(images, "images", shape=shape, kinds="uif", low=-1e9, high=1e9).reshape(-1, 28, 28)


def show_images(images, titles=None, *, caption="", columns=10, frame=False):
    """Show images side by side, ink dark on white paper.

    Parameters
    ----------
    images : array_like, shape (n, 28, 28) or (n, 784)
        Any scale; each is drawn from its own 0 to its own maximum.
    titles : sequence, optional
        What to write above each image.
    caption : str
        See `show`.
    columns : int
        Images in a row.
    frame : bool
        Draw the edges of each image.

    Raises
    ------
    TypeError
        If the images hold no numbers.
    ValueError
        If they have another shape, hold NaN or infinity, or are more than 200, or there are more or fewer titles.
    """
    images = as_images(images)
    if len(images) > MOST_IMAGES:
        raise ValueError(
            f"{len(images):,} images are too many for one figure, expected at most {MOST_IMAGES}. "
            "Show some of them, such as images[:20]."
        )
    if not len(images):
        return print("There is no image to show.")
    columns = min(columns, max(len(images), 10))
    rows = -(-len(images) // columns)
    titles = None if titles is None else [str(title) for title in titles]
    if titles is not None and len(titles) != len(images):
        raise ValueError(f"There are {len(titles)} titles for {len(images)} images, expected as many.")
    width = max([0.9, *(0.09 * len(title) for title in titles or [])])
    height = 1.12 if titles else 0.9
    figure, axes = plt.subplots(rows, columns, figsize=(width * columns, height * rows), squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    for i, (axis, image) in enumerate(zip(axes.flat, images, strict=False)):
        axis.imshow(image, cmap="gray_r", vmin=0, vmax=max(image.max(), 0))
        if frame:
            axis.axis("on")
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set(visible=True, color="0.6")
        if titles:
            axis.set_title(titles[i], fontsize=11)
    show(figure, caption)


def plot_bars(names, heights, *, caption="", xlabel, ylabel, percent=False, width=7.0):
    """Draw one bar for each name, with its value on top.

    Parameters
    ----------
    names : sequence
        What stands under each bar.
    heights : sequence of float
        As long as `names`.
    caption, xlabel, ylabel : str
    percent : bool
        Write heights from 0 to 1 as per cent.
    width : float
        Inches.
    """
    figure, axis = plt.subplots(figsize=(width, 3.4))
    bars = axis.bar([str(name) for name in names], heights)
    shown = [f"{height:.1%}" if percent else number(height) for height in heights]
    axis.bar_label(bars, shown, fontsize=10, padding=2)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.margins(y=0.12)
    if percent:
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="%"))
    show(figure, caption)


def plot_lines(x, series, *, caption="", xlabel, ylabel, log="", percent=True, lowest=0.0, markers=True):
    """Draw one line for each name.

    Parameters
    ----------
    x : sequence of float or str
    series : dict of str to sequence of float
        Heights, as many as `x`, or fewer: then for the first of `x`.
    caption, xlabel, ylabel : str
    log : {"", "x", "y"}
        Which scale is logarithmic; "y" needs ``percent=False``.
    percent : bool
        Heights lie between 0 and 1, and are written as per cent.
    lowest : float
        With `percent`, where the axis begins.
    markers : bool
        Mark the points.
    """
    figure, axis = plt.subplots(figsize=(8, 3.6))
    styles = cycle(["-", "--", ":", "-."])
    for (name, heights), marker, style in zip(series.items(), cycle("os^D"), styles, strict=False):
        axis.plot(x[: len(heights)], heights, style, marker=marker if markers else None, label=name)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    if log:
        getattr(axis, f"set_{log}scale")("log")
    if percent:
        axis.set_ylim(lowest, 1 + 0.02 * (lowest > 0))
        axis.yaxis.set_major_formatter(PercentFormatter(1, symbol="%"))
    if len(series) > 1:
        axis.legend()
    show(figure, caption)


def plot_history(history, *, caption=""):
    """Draw loss and accuracy of each epoch: solid for training data, dashed for validation data.

    Parameters
    ----------
    history : keras.callbacks.History
        Of a training with the metric accuracy, and usually with validation data.
    caption : str
    """
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.8))
    epochs = np.arange(1, len(history.history["loss"]) + 1)
    for axis, what in zip(axes, ("loss", "accuracy"), strict=True):
        axis.plot(epochs, history.history[what], marker=".", label="training")
        if f"val_{what}" in history.history:
            axis.plot(epochs, history.history[f"val_{what}"], "--", marker=".", label="validation")
        axis.set(xlabel="epoch", ylabel=what)
        axis.xaxis.get_major_locator().set_params(integer=True)
    axes[0].set_ylim(0, None)
    axes[1].yaxis.set_major_formatter(PercentFormatter(1, symbol="%"))
    for axis in axes:
        axis.legend()
    show(figure, caption)


def plot_dots(groups, *, caption="", ylabel, paired=False, width=8.0):
    """Draw the values of each group as dots, and their mean as a line; values lie between 0 and 1.

    Parameters
    ----------
    groups : dict of str to sequence of float
        Values by the name of the group.
    caption, ylabel : str
    paired : bool
        The values of all groups belong together in their order: join them by lines.
    width : float
        Of the figure, in inches.
    """
    figure, axis = plt.subplots(figsize=(width, 3.8))
    places = [i + np.linspace(-0.15, 0.15, len(values)) for i, values in enumerate(groups.values())]
    if paired:
        axis.plot(np.array(places), np.array(list(groups.values())), color="0.55", linewidth=1)
    for i, (place, values) in enumerate(zip(places, groups.values(), strict=True)):
        axis.plot(place, values, "o", markeredgecolor="white", markeredgewidth=0.5)
        axis.plot([i - 0.25, i + 0.25], [np.mean(values)] * 2, color="black")
    axis.set(xticks=range(len(groups)), xticklabels=groups, ylabel=ylabel, xlim=(-0.5, len(groups) - 0.5))
    axis.yaxis.set_major_formatter(PercentFormatter(1, symbol="%"))
    show(figure, caption)
