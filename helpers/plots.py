"""The figures of the course: one style, safe for colour-blind readers, each with a sentence that says what to see."""

import io
from itertools import cycle, pairwise

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Image, Markdown, display
from matplotlib.ticker import PercentFormatter

from helpers.data import as_array

#: More images than this make no figure that anybody could look at.
MOST_IMAGES = 200
#: Of Okabe and Ito's colours, which readers with any colour vision tell apart, those that are dark enough on white.
BLUE, RED, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
STYLE = {
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


def _write(axis, column, row, text, colour, **options):
    """Write centred text in black or white, whichever is more readable on the colour (RGB or RGBA, each 0 to 1)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    luminance = np.dot(linear, [0.2126, 0.7152, 0.0722])  # as in the Web Content Accessibility Guidelines
    ink = "black" if luminance > 0.179 else "white"  # there both have the same contrast
    axis.text(column, row, text, ha="center", va="center", color=ink, **options)


def show(figure, caption):
    """Display a figure and, below it, the caption; the caption is also the picture's alternative text.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Closed afterwards.
    caption : str
        One or two sentences that say what to see.
    """
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    plt.close(figure)
    display(_Figure(png.getvalue(), caption))
    display(Markdown(f"*{caption}*"))


def _checked(images):
    """Return images as an array of shape (n, 28, 28); raise an error if they cannot be shown as such."""
    images = as_array(images, "images")
    if images.dtype.kind not in "buif":
        raise TypeError(f"Expected images of numbers, found {images.dtype}.")
    if images.shape not in ((28, 28), (784,)) and images.shape[1:] not in ((28, 28), (784,)):
        raise ValueError(f"Expected images of shape (n, 28, 28) or (n, 784), found {images.shape}.")
    if not np.isfinite(images).all():
        raise ValueError("An image holds NaN or infinity. Look for a division by zero before this line.")
    return images.reshape(-1, 28, 28)


def show_images(images, titles=None, *, caption, columns=10, frame=False):
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
        Draw the edges of each image, where it matters what is how far from them.

    Raises
    ------
    TypeError
        If the images hold no numbers.
    ValueError
        If they have another shape, hold NaN or infinity, or are more than 200, or there are more or fewer titles.
    """
    images = _checked(images)
    if len(images) > MOST_IMAGES:
        raise ValueError(
            f"{len(images):,} images are too many for one figure, expected at most {MOST_IMAGES}. "
            "Show some of them, such as images[:20]."
        )
    if not len(images):
        print("There is no image to show.")
        return
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
        axis.imshow(image, cmap="gray_r", vmin=0)
        if frame:
            axis.axis("on")
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set(visible=True, color="0.6")
        if titles:
            axis.set_title(titles[i], fontsize=11)
    show(figure, caption)


def show_pictures(pictures, titles, *, caption, boxes=()):
    """Show pictures of any size side by side: photos in colour or grey, images of ink dark on white paper.

    Parameters
    ----------
    pictures : sequence of ndarray
        Photos of uint8, shape (height, width) or (height, width, 3); images of float, shape (height, width), 0 to 1.
    titles : sequence of str
        What to write above each.
    caption : str
        See `show`.
    boxes : sequence of (int, int, int, int)
        Left, top, right, bottom of frames to draw on the first picture.
    """
    aspects = [picture.shape[1] / picture.shape[0] for picture in pictures]
    height = min(2.6, 10.5 / sum(aspects))
    size = (max(height * sum(aspects), 2) + 0.15 * len(pictures), height + 0.4)
    figure, axes = plt.subplots(1, len(pictures), figsize=size, width_ratios=aspects, squeeze=False)
    for axis, picture, title in zip(axes.flat, pictures, titles, strict=True):
        dark = picture.dtype.kind == "f"
        axis.imshow(picture, cmap="gray_r" if dark else "gray", vmin=0, vmax=1 if dark else 255)
        axis.set_title(title, fontsize=11)
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color="0.7")
    for left, top, right, bottom in boxes:
        frame = plt.Rectangle((left, top), right - left, bottom - top, fill=False, color=RED, linewidth=2)
        axes[0, 0].add_patch(frame)
    show(figure, caption)


def show_pixels(image, *, caption, rows=(4, 16), columns=(8, 20)):
    """Show an image, and beside it a part of it with the number of each pixel written into it.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
    caption : str
        See `show`.
    rows, columns : tuple of int
        First, and last plus one, of the part.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 6), width_ratios=[1, 1.5])
    for axis in (left, right):
        axis.imshow(image, cmap="gray_r")
        axis.set(xlabel="column", ylabel="row")
    (top, bottom), (first, last) = rows, columns
    frame = plt.Rectangle((first - 0.5, top - 0.5), last - first, bottom - top, fill=False, color=RED, linewidth=2)
    left.add_patch(frame)
    left.set(xticks=[0, 10, 20, 27], yticks=[0, 10, 20, 27])
    right.set(xlim=(first - 0.5, last - 0.5), ylim=(bottom - 0.5, top - 0.5))
    right.set(xticks=range(first, last), yticks=range(top, bottom))
    for row in range(top, bottom):
        for column in range(first, last):
            value = image[row, column]
            _write(right, column, row, value, plt.cm.gray_r(int(value)))
    show(figure, caption)


def draw_network(sizes, names, *, caption):
    """Draw a network of dense layers: circles for the neurons (a few stand for many), lines for the weights.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of inputs, of neurons in each hidden layer, and of outputs.
    names : sequence of str
        What to write under each.
    caption : str
        See `show`.
    """
    figure, axis = plt.subplots(figsize=(9.5, 5))
    axis.axis("off")
    most = [*[8] * (len(sizes) - 1), 10]
    shown = [np.linspace(-1, 1, min(size, limit)) for size, limit in zip(sizes, most, strict=True)]
    for i, (left, right) in enumerate(pairwise(shown)):
        for y0 in left:
            for y1 in right:
                axis.plot([i, i + 1], [y0, y1], color="0.55", linewidth=0.6, zorder=1)
    for i, (size, name, heights) in enumerate(zip(sizes, names, shown, strict=True)):
        colour = [BLUE, RED][0 < i < len(sizes) - 1]
        axis.scatter([i] * len(heights), heights, s=190, color=colour, edgecolor="black", zorder=2)
        if size > len(heights):
            axis.text(i, 1.14, f"{len(heights)} of {size} drawn", ha="center", fontsize=10, color="0.35")
        axis.text(i, -1.2, f"{name}\n{size}", ha="center", va="top")
    for digit, y in enumerate(shown[-1][::-1]):
        axis.text(len(sizes) - 0.87, y, digit, ha="left", va="center")
    axis.set(xlim=(-0.5, len(sizes) - 0.5), ylim=(-1.65, 1.25))
    show(figure, caption)


def plot_bars(names, heights, *, caption, xlabel, ylabel, percent=False, log=False, width=7.0):
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
    log : bool
        Use a logarithmic scale.
    width : float
        Inches.
    """
    figure, axis = plt.subplots(figsize=(width, 3.4))
    bars = axis.bar([str(name) for name in names], heights)
    form = "{:.1%}" if percent else "{:.2g}" if log else "{:,.4g}"
    axis.bar_label(bars, [form.format(height) for height in heights], fontsize=10, padding=2)
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.margins(y=0.12)
    if percent:
        axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="%"))
    if log:
        axis.set_yscale("log")
    show(figure, caption)


def plot_stages(names, stages, *, caption, xlabel):
    """Draw the same bars in several stages of a computation, side by side, each with its own scale.

    Parameters
    ----------
    names : sequence
        What stands under each bar.
    stages : dict of str to sequence of float
        Heights, as many as `names`, by the title of the stage.
    caption, xlabel : str
    """
    figure, axes = plt.subplots(1, len(stages), figsize=(3.6 * len(stages), 3.2), squeeze=False)
    for axis, (title, heights) in zip(axes.flat, stages.items(), strict=True):
        bars = axis.bar([str(name) for name in names], heights)
        digits = 2 if max(heights) <= 1 else 1
        axis.bar_label(bars, [f"{round(height, digits):.3g}" for height in heights], fontsize=9)
        axis.set(xlabel=xlabel, title=title)
        axis.margins(y=0.12)
        axis.axhline(0, color="black", linewidth=0.8)
    show(figure, caption)


def plot_lines(x, series, *, caption, xlabel, ylabel, log="", percent=True, lowest=0.0, markers=True):
    """Draw one line for each name.

    Parameters
    ----------
    x : sequence of float or str
    series : dict of str to sequence of float
        Heights, as many as `x`, or fewer: then for the first of `x`.
    caption, xlabel, ylabel : str
    log : {"", "x", "y"}
        Which scale is logarithmic.
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


def plot_panels(panels, *, caption, ylabel, columns=4):
    """Draw small plots side by side, each with its own lines of percentages and all with the same legend.

    Parameters
    ----------
    panels : dict of str to (sequence of float, dict of str to sequence of float)
        What stands below each plot; its places on the horizontal axis; by the name of each line, its heights, 0 to 1.
    caption, ylabel : str
    columns : int
        Plots in a row.
    """
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(2.75 * columns, 2.5 * rows + 0.3), sharey=True, squeeze=False)
    for axis, (name, (x, series)) in zip(axes.flat, panels.items(), strict=False):
        for (label, heights), marker, style in zip(
            series.items(), cycle("os^D"), cycle(["-", "--", ":"]), strict=False
        ):
            axis.plot(x, heights, style, marker=marker, markersize=5, label=label)
        axis.set(xlabel=name, ylim=(0, 1.02))
        axis.yaxis.set_major_formatter(PercentFormatter(1, symbol="%"))
    for axis in axes.flat[len(panels) :]:
        axis.axis("off")
    for axis in axes[:, 0]:
        axis.set_ylabel(ylabel)
    figure.legend(*axes.flat[0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    show(figure, caption)


def plot_descent(x, y, steps, heights, *, caption, xlabel, ylabel):
    """Draw a curve, and a walk along it as numbered points joined by arrows.

    Parameters
    ----------
    x, y : sequence of float
        The curve.
    steps, heights : sequence of float
        The points of the walk.
    caption, xlabel, ylabel : str
    """
    figure, axis = plt.subplots(figsize=(8, 3.8))
    axis.plot(x, y)
    axis.plot(steps, heights, "o", color=RED)
    points = list(zip(steps, heights, strict=True))
    for start, end in pairwise(points):
        axis.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": RED, "connectionstyle": "arc3,rad=-0.3"})
    for i, point in enumerate(points):
        axis.annotate(str(i), point, (-3, -17), textcoords="offset points")
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.margins(y=0.14)
    show(figure, caption)


def plot_surface(x, y, heights, walk, *, caption, xlabel, ylabel):
    """Draw a surface from above, as lines of equal height like those of a map, and a walk on it.

    Parameters
    ----------
    x, y : ndarray of float, shapes (n,) and (m,)
    heights : ndarray of float, shape (m, n)
        Positive; the lines stand for heights of which each is twice the one before.
    walk : ndarray of float, shape (k, 2)
        Places x, y of the walk. The first is marked as start, the last as end; a cross marks the lowest place of all.
    caption, xlabel, ylabel : str
    """
    figure, axis = plt.subplots(figsize=(7.5, 4.8))
    levels = 2.0 ** np.arange(np.ceil(np.log2(np.median(heights))) - 6, np.log2(heights.max()))
    lines = axis.contour(x, y, heights, levels, colors="0.45", linewidths=1)
    axis.clabel(lines, fmt=lambda level: f"{level:g}", fontsize=9, colors="0.25")
    row, column = np.unravel_index(heights.argmin(), heights.shape)
    axis.plot(x[column], y[row], "x", color="0.1", markersize=9, markeredgewidth=2)
    axis.plot(*walk.T, color=RED, marker="o", markersize=4)
    for name, place, offset in (("start", walk[0], (-8, 8)), ("end", walk[-1], (10, -4))):
        axis.annotate(name, place, offset, textcoords="offset points", ha="right" if offset[0] < 0 else "left")
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.grid(visible=False)
    show(figure, caption)


def show_neurons(weights, images, *, caption):
    """Draw, for each neuron, its weights and some images: blue for positive weights, red for negative, white for 0.

    Parameters
    ----------
    weights : ndarray of float, shape (n, size)
        One row a neuron; `size` is the number of pixels of a square, 784 for a whole image.
    images : sequence of array_like, shape (k, size)
        As many as `weights`: images, or parts of images, that belong to the neuron.
    caption : str
        See `show`.
    """
    rows, columns = len(weights), 1 + len(images[0])
    figure, axes = plt.subplots(rows, columns, figsize=(1.05 * columns, 1.1 * rows + 0.3), squeeze=False)
    limit, side = np.quantile(np.abs(weights), 0.99), round(weights.shape[1] ** 0.5)
    for line, row, favourites in zip(axes, weights, images, strict=True):
        line[0].imshow(row.reshape(side, side), cmap="RdBu", vmin=-limit, vmax=limit)
        line[0].set(xticks=[], yticks=[])
        line[0].spines[:].set_visible(True)
        for axis, image in zip(line[1:], favourites, strict=True):
            axis.imshow(np.asarray(image).reshape(side, side), cmap="gray_r", vmin=0)
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set(visible=side < 28, color="0.8")
    axes[0, 0].set_title("weights", fontsize=11)
    axes[0, 1].set_title("likes best", fontsize=11)
    show(figure, caption)


def show_maps(maps, titles, *, caption, columns=8):
    """Show square arrays of numbers, each on its own scale: blue for positive, red for negative, white for 0.

    Parameters
    ----------
    maps : sequence of ndarray of float, shape (n, n)
    titles : sequence of str
        What to write above each.
    caption : str
        See `show`.
    columns : int
        Arrays in a row.
    """
    columns = min(columns, len(maps))
    rows = -(-len(maps) // columns)
    size = min(2.6, 10 / columns)
    figure, axes = plt.subplots(rows, columns, figsize=(size * columns, (size + 0.3) * rows), squeeze=False)
    for axis, values, title in zip(axes.flat, maps, titles, strict=True):
        limit = max(np.abs(values).max(), 1e-9)
        axis.imshow(values, cmap="RdBu", vmin=-limit, vmax=limit)
        axis.set_title(title, fontsize=11)
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color="0.7")
    show(figure, caption)


def show_convolution(image, weights, result, place, *, caption):
    """Show one step of a convolution: where the filter lies, the pixels and weights that meet there, and their sum.

    Parameters
    ----------
    image : ndarray of float, shape (28, 28)
        0 to 1.
    weights : ndarray of float, shape (k, k)
        The filter.
    result : ndarray of float, shape (29 - k, 29 - k)
        The map.
    place : (int, int)
        Row and column of the sum in the map, and of the window's first pixel in the image.
    caption : str
        See `show`.
    """
    (row, column), size = place, len(weights)
    window = image[row : row + size, column : column + size]
    titles = "image", "its pixels in the frame", "times the filter", f"map; in the frame {result[place]:.1f}"
    figure, axes = plt.subplots(1, 4, figsize=(11, 3.5), width_ratios=[1.3, 1, 1, 1.3])
    for axis, values, title, signed in zip(axes, (image, window, weights, result), titles, (0, 0, 1, 1), strict=True):
        limit = np.abs(result if values is result else values).max() if signed else 1
        shown = axis.imshow(values, cmap="RdBu" if signed else "gray_r", vmin=-limit if signed else 0, vmax=limit)
        axis.set(xticks=[], yticks=[])
        axis.set_title(title, fontsize=11)
        axis.spines[:].set(visible=True, color="0.7")
        if len(values) == size:
            for (y, x), value in np.ndenumerate(values):
                _write(axis, x, y, f"{value:.1f}" if values is window else f"{value:g}", shown.to_rgba(value))
    for axis, side in ((axes[0], size), (axes[3], 1)):
        frame = plt.Rectangle((column - 0.5, row - 0.5), side, side, fill=False, color="black", linewidth=2)
        axis.add_patch(frame)
    show(figure, caption)


def plot_points(groups, *, caption, xlabel, ylabel, lowest):
    """Draw named points in groups, each group with its own colour and marker.

    Parameters
    ----------
    groups : dict of str to dict of str to (float, float)
        By the name of a group, and in it by what to write beside the point: its place on the horizontal axis, and its
        height, `lowest` to 1.
    caption, xlabel, ylabel : str
    lowest : float
        Where the vertical axis begins.
    """
    figure, axis = plt.subplots(figsize=(10, 5.6))
    for (name, points), marker in zip(groups.items(), cycle("os^D"), strict=False):
        axis.plot(*zip(*points.values(), strict=True), marker, markersize=9, linestyle="none", label=name)
        free = lowest  # where the next text of this group has room
        for text, (x, y) in sorted(points.items(), key=lambda item: item[1][1]):
            height = max(y, free)
            axis.annotate(text, (x, y), (14, height), textcoords=("offset points", "data"), va="center", fontsize=10)
            free = height + (1 - lowest) / 34
    axis.set(xlabel=xlabel, ylabel=ylabel, ylim=(lowest, 1))
    axis.set_xlim(0, 1.13 * axis.get_xlim()[1])
    axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=1, symbol="%"))
    axis.legend(loc="lower right")
    show(figure, caption)


def plot_prediction(image, probabilities, *, caption, title=""):
    """Show an image beside the ten probabilities that a network gives it.

    Parameters
    ----------
    image : array_like, shape (28, 28) or (784,)
    probabilities : array_like of float, shape (10,)
        0 to 1.
    caption, title : str

    Raises
    ------
    TypeError
        If the image or the probabilities hold no numbers.
    ValueError
        If a shape is another, or a value is NaN, infinite or no probability.
    """
    images, probabilities = _checked(image), np.ravel(as_array(probabilities, "probabilities"))
    if probabilities.dtype.kind not in "uif":
        raise TypeError(f"Expected ten probabilities, found {probabilities.dtype}.")
    if len(images) != 1 or len(probabilities) != 10:
        raise ValueError(
            f"Expected one image and ten probabilities, found {len(images)} and {len(probabilities)}. Of several, pass "
            "one, such as images[0] and probabilities[0]."
        )
    if not ((probabilities >= 0) & (probabilities <= 1.001)).all():
        raise ValueError(
            f"Expected probabilities from 0 to 1, found {probabilities}. Does the network end with softmax? If these "
            "are nan, its training failed."
        )
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8), width_ratios=[1, 2.2])
    left.imshow(images[0], cmap="gray_r", vmin=0)
    left.axis("off")
    left.set_title(title)
    right.bar(range(10), probabilities)
    right.set(xticks=range(10), ylim=(0, 1), xlabel="digit", ylabel="probability")
    show(figure, caption)


def plot_history(history, *, caption, best=None):
    """Draw loss and accuracy of each epoch: solid for training data, dashed for validation data.

    Parameters
    ----------
    history : keras.callbacks.History
        Of a training with the metric accuracy, and usually with validation data.
    caption : str
    best : int, optional
        Epoch, counted from 1, to mark on the validation loss.
    """
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.8))
    epochs = np.arange(1, len(history.history["loss"]) + 1)
    for axis, what in zip(axes, ("loss", "accuracy"), strict=True):
        axis.plot(epochs, history.history[what], marker=".", label="training")
        if f"val_{what}" in history.history:
            axis.plot(epochs, history.history[f"val_{what}"], "--", marker=".", label="validation")
        axis.set(xlabel="epoch", ylabel=what)
        axis.xaxis.get_major_locator().set_params(integer=True)
    if best:
        axes[0].plot(best, history.history["val_loss"][best - 1], "o", ms=11, mfc="none", color="black")
    axes[0].set_ylim(0, None)
    axes[1].yaxis.set_major_formatter(PercentFormatter(1, symbol="%"))
    for axis in axes:
        axis.legend()
    show(figure, caption)


def plot_confusion(counts, *, caption, title=""):
    """Draw a confusion matrix: numbers of images, and on the diagonal also the share of the digit in per cent.

    Parameters
    ----------
    counts : ndarray of int, shape (10, 10)
        Row: true digit; column: predicted digit.
    caption, title : str
    """
    figure, axis = plt.subplots(figsize=(8.5, 7.6))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mistakes = np.where(np.eye(len(counts), dtype=bool), np.nan, share)
    shown = axis.imshow(mistakes, cmap="Oranges", vmin=0, vmax=max(1.2 * np.nanmax(mistakes), 1e-9))
    axis.set_facecolor("0.88")
    for (row, column), value in np.ndenumerate(counts):
        right = row == column
        text = f"{value}\n{share[row, column]:.1%}" if right else str(value) if value else "·"
        colour = (0.88, 0.88, 0.88) if right else shown.to_rgba(share[row, column])
        _write(axis, column, row, text, colour, fontsize=10 if right else 12)
    axis.set(xticks=range(10), yticks=range(10), xlabel="predicted digit", ylabel="true digit", title=title)
    axis.spines[:].set_visible(False)
    show(figure, caption)


def plot_dots(groups, *, caption, ylabel, paired=False, width=8.0):
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


def plot_reliability(predictions, *, caption, min_count=20):
    """Draw how often answers are right against how sure the network is, in ten ranges of probability.

    Parameters
    ----------
    predictions : dict of str to (ndarray of float, shape (n, 10), ndarray of int, shape (n,))
        Probabilities and true classes, by the name of the network.
    caption : str
    min_count : int
        A range with fewer images than this is left out.
    """
    figure, axis = plt.subplots(figsize=(6.5, 5.2))
    axis.plot([0, 1], [0, 1], color="0.5", linewidth=1, label="well calibrated")
    offsets = cycle([(7, -12), (-30, 7)])
    series = zip(predictions.items(), cycle("os^D"), offsets, strict=False)
    for (name, (probabilities, classes)), marker, offset in series:
        confidence = probabilities.max(axis=1)
        right = probabilities.argmax(axis=1) == classes
        ranges = np.minimum((10 * confidence).astype(int), 9)
        groups = [ranges == i for i in range(10) if np.sum(ranges == i) >= min_count]
        points = [(confidence[g].mean(), right[g].mean()) for g in groups]
        axis.plot(*zip(*points, strict=True), marker=marker, label=name)
        for (x, y), group in zip(points, groups, strict=True):
            axis.annotate(f"{group.sum():,}", (x, y), offset, textcoords="offset points", fontsize=9)
    axis.set(xlabel="mean probability of the answer", ylabel="share of right answers", aspect="equal")
    for direction in (axis.xaxis, axis.yaxis):
        direction.set_major_formatter(PercentFormatter(1, symbol="%"))
    axis.set(xlim=(0, 1.1), ylim=(0, 1.1), xticks=np.linspace(0, 1, 6), yticks=np.linspace(0, 1, 6))
    axis.legend(loc="upper left")
    show(figure, caption)
