"""The figures of notebook 03."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from helpers.plots import RED, show


def plot_descent(x, y, steps, heights, *, caption="", xlabel, ylabel):
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


def plot_surface(x, y, heights, walk, *, caption="", xlabel, ylabel):
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
