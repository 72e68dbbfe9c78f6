"""The figures of notebook 06."""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from helpers.plots import BLUE, RED, show, write


def plot_confusion(counts, *, caption=""):
    """Draw a confusion matrix: numbers of images, and on the diagonal also the share of the digit in per cent.

    Parameters
    ----------
    counts : ndarray of int, shape (10, 10)
        Row: true digit; column: predicted digit.
    caption : str
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
    axis.set(xticks=range(10), yticks=range(10), xlabel="predicted digit", ylabel="true digit")
    axis.spines[:].set_visible(False)
    show(figure, caption)


def reliability(probabilities, classes):
    """Return mean probability, share of right answers and number, for each tenth with twenty answers or more."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == classes
    tenths = np.minimum((10 * confidence).astype(int), 9)
    groups = [tenths == i for i in range(10) if np.sum(tenths == i) >= 20]
    return [(float(confidence[group].mean()), float(right[group].mean()), int(group.sum())) for group in groups]


def plot_reliability(predictions, *, caption=""):
    """Draw how often answers are right against how sure the network is, in ten ranges of probability.

    Parameters
    ----------
    predictions : dict of str to (ndarray of float, shape (n, 10), ndarray of int, shape (n,))
        Probabilities and true classes, by the name of the network.
    caption : str
    """
    figure, axis = plt.subplots(figsize=(6.5, 5.2))
    axis.plot([0, 1], [0, 1], color="0.5", linewidth=1, label="well calibrated")
    offsets = cycle([(7, -12), (-30, 7)])
    series = zip(predictions.items(), cycle("os^D"), offsets, strict=False)
    for (name, (probabilities, classes)), marker, offset in series:
        points = reliability(probabilities, classes)
        axis.plot(*zip(*(point[:2] for point in points), strict=True), marker=marker, label=name)
        for x, y, count in points:
            axis.annotate(f"{count:,}", (x, y), offset, textcoords="offset points", fontsize=9)
    axis.set(xlabel="mean probability of the answer", ylabel="share of right answers", aspect="equal")
    for direction in (axis.xaxis, axis.yaxis):
        direction.set_major_formatter(PercentFormatter(1, symbol="%"))
    axis.set(xlim=(0, 1.1), ylim=(0, 1.1), xticks=np.linspace(0, 1, 6), yticks=np.linspace(0, 1, 6))
    axis.legend(loc="upper left")
    show(figure, caption)


def plot_polynomials(x, y, new_x, new_y, fits, *, caption=""):
    """Draw points, curves through them, and new points.

    Parameters
    ----------
    x, y, new_x, new_y : ndarray of float
        The points that the curves were fitted to, and others.
    fits : dict of int to callable
        The curves, by their degree.
    caption : str
    """
    figure, axes = plt.subplots(1, len(fits), figsize=(3.5 * len(fits), 3.4), sharey=True)
    line = np.linspace(0, 1, 400)
    for axis, (degree, fit) in zip(axes, fits.items(), strict=True):
        axis.plot(new_x, new_y, ".", color="0.7", markersize=5, label="new")
        axis.plot(line, fit(line), color=BLUE)
        axis.plot(x, y, "o", color=RED, label="measured")
        axis.set(ylim=(min(y) - 0.7, max(y) + 0.7), xlabel=f"degree {degree}")
    axes[0].legend(loc="lower left")
    show(figure, caption)


def show_report(accuracy, counts, probabilities, labels, *, caption=""):
    """Draw what a report should say: the accuracy with its luck, the share of each digit, and calibration.

    Parameters
    ----------
    accuracy : float
        On the test set, 0 to 1.
    counts : ndarray of int, shape (10, 10)
        Confusion matrix: row, true digit; column, predicted digit.
    probabilities : ndarray of float, shape (n, 10)
    labels : ndarray of int, shape (n,)
    caption : str
    """
    figure, axes = plt.subplots(1, 3, figsize=(10.5, 3.1))
    error = 2 * np.sqrt(accuracy * (1 - accuracy) / counts.sum())
    axes[0].errorbar([0], [accuracy], yerr=error, fmt="o", capsize=8, markersize=9)
    axes[0].set(xticks=[], xlim=(-1, 1), ylim=(accuracy - 0.01, accuracy + 0.01), title="how good, with its luck")
    axes[0].yaxis.set_major_formatter(PercentFormatter(1, decimals=1, symbol="%"))
    axes[1].bar(range(10), np.diag(counts) / counts.sum(axis=1))
    axes[1].set(xticks=range(10), ylim=(0.9, 1), title="which digits")
    axes[1].yaxis.set_major_formatter(PercentFormatter(1, symbol="%"))
    points = reliability(probabilities, labels)
    axes[2].plot([0, 1], [0, 1], color="0.5", linewidth=1)
    axes[2].plot(*zip(*(point[:2] for point in points), strict=True), marker="o", markersize=6)
    axes[2].set(xlabel="what it says", ylabel="how often right", title="how honest")
    show(figure, caption)
