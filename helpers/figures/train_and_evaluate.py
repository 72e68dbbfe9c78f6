"""The figures of notebook 06."""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from helpers.plots import show, write


def plot_confusion(counts, *, caption="", title=""):
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
        write(axis, column, row, text, colour, fontsize=10 if right else 12)
    axis.set(xticks=range(10), yticks=range(10), xlabel="predicted digit", ylabel="true digit", title=title)
    axis.spines[:].set_visible(False)
    show(figure, caption)


def plot_reliability(predictions, *, caption="", min_count=20):
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
