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
        See `helpers.plots.show`.
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


def _draw_bars(axis, probabilities, title, colour=BLUE):
    """Draw ten probabilities as bars."""
    axis.bar(range(10), probabilities, color=colour)
    axis.set(xticks=range(10), ylim=(0, 1), xlabel="digit")
    axis.set_title(title, fontsize=12)


def plot_before_after(image, before, after, *, caption=""):
    """Draw an image, and beside it the ten bars of an untrained and of a trained network.

    Parameters
    ----------
    image : array_like, shape (784,) or (28, 28)
    before, after : array_like of float, shape (10,)
        Probabilities, 0 to 1.
    caption : str
    """
    figure, axes = plt.subplots(1, 3, figsize=(10, 2.9), width_ratios=[1, 1.7, 1.7])
    axes[0].imshow(np.reshape(image, (28, 28)), cmap="gray_r")
    axes[0].axis("off")
    _draw_bars(axes[1], before, "before training")
    _draw_bars(axes[2], after, "after training")
    axes[1].set_ylabel("probability")
    show(figure, caption)


def show_reading(image, *, caption=""):
    """Draw what reading is: an image, its pixels as a row, layers, ten bars, an answer; only the image is real.

    Parameters
    ----------
    image : array_like of float, shape (784,)
        0 to 1.
    caption : str
    """
    figure, axes = plt.subplots(1, 5, figsize=(10.5, 2.6), width_ratios=[1, 1.4, 1.3, 1, 0.6])
    axes[0].imshow(np.reshape(image, (28, 28)), cmap="gray_r")
    axes[1].imshow(np.tile(image, (60, 1)), cmap="gray_r", aspect="auto")
    rng = np.random.default_rng(0)
    heights = [rng.uniform(0.15, 1, count) for count in (5, 7, 9)]
    for i, layer in enumerate(heights):
        axes[2].scatter(
            np.full(len(layer), i), np.linspace(-1, 1, len(layer)), s=90, c=layer, cmap="Oranges", vmin=-0.3
        )
    axes[3].bar(range(10), np.where(np.arange(10) == 8, 0.95, 0.02))
    axes[3].set(ylim=(0, 1), xticks=range(0, 10, 2))
    axes[4].text(0.5, 0.5, "8", fontsize=44, ha="center", va="center")
    names = ["image", "784 numbers", "layer after layer", "ten probabilities", "answer"]
    for i, (axis, name) in enumerate(zip(axes, names, strict=True)):
        axis.set_title(name, fontsize=12)
        if i != 3:
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(i < 2)
    axes[2].set(xlim=(-0.6, 2.6), ylim=(-1.3, 1.3))
    axes[3].set_yticks([0, 1])
    show(figure, caption)
