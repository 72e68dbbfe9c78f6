"""The figures of notebook 00."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from helpers.plots import BLUE, RED, show


def draw_network(sizes, names, *, caption=""):
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
