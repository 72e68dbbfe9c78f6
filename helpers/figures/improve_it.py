"""The figures of notebook 07."""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from helpers.plots import show, write


def show_maps(maps, titles, *, caption="", columns=8):
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


def show_convolution(image, weights, result, place, *, caption=""):
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
                write(axis, x, y, f"{value:.1f}" if values is window else f"{value:g}", shown.to_rgba(value))
    for axis, side in ((axes[0], size), (axes[3], 1)):
        frame = plt.Rectangle((column - 0.5, row - 0.5), side, side, fill=False, color="black", linewidth=2)
        axis.add_patch(frame)
    show(figure, caption)


def plot_points(groups, *, caption="", xlabel, ylabel, lowest):
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
