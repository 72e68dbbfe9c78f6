"""The figures of notebook 09."""

from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from helpers.plots import BLUE, GREEN, PURPLE, RED, as_images, show


def show_groups(groups, *, caption="", columns=8):
    """Show the images of each group as a block.

    Parameters
    ----------
    groups : dict of str to array_like, shape (n, 784) or (n, 28, 28)
        By name; all of the same number.
    caption : str
    columns : int
        Images in a row of a block.
    """
    most = max(-(-len(images) // columns) for images in groups.values())
    size = (10, 10 / len(groups) * most / columns + 0.5)
    figure, axes = plt.subplots(1, len(groups), figsize=size, squeeze=False)
    for axis, (name, images) in zip(axes[0], groups.items(), strict=True):
        images = as_images(images)
        tiles = np.zeros((-(-len(images) // columns) * columns, 28, 28))
        tiles[: len(images)] = images
        rows = tiles.reshape(-1, columns, 28, 28).transpose(0, 2, 1, 3).reshape(-1, 28 * columns)
        axis.imshow(rows, cmap="gray_r", vmin=0)
        axis.set(xticks=[], yticks=[], title=name)
        axis.spines[:].set(visible=True, color="0.7")
    show(figure, caption)


def plot_measures(measures, first, names, *, caption=""):
    """Draw how often each value of each measure occurs in two groups, with the two means.

    Parameters
    ----------
    measures : dict of str to ndarray of float, shape (n,)
        By what was measured.
    first : ndarray of bool, shape (n,)
        Which belong to the first group.
    names : pair of str
    caption : str
    """
    figure, axes = plt.subplots(1, len(measures), figsize=(10.5, 3.2))
    for axis, (name, values) in zip(axes, measures.items(), strict=True):
        low, high = np.quantile(values, [0.005, 0.995])
        edges = np.arange(low - 0.5, high + 1) if np.all(values % 1 == 0) else np.linspace(low, high, 31)
        for group, label, colour in zip((first, ~first), names, (BLUE, RED), strict=True):
            axis.hist(values[group], edges, density=True, histtype="step", linewidth=2, color=colour, label=label)
            axis.axvline(values[group].mean(), color=colour, linestyle="--", linewidth=1.5)
        axis.set(xlabel=name, yticks=[])
    axes[0].legend(loc="upper right", fontsize=10)
    show(figure, caption)


def plot_ways(runs, *, caption=""):
    """Draw what share of each group's digits is read, by what was learned from: a dot a seed, a line the mean.

    Parameters
    ----------
    runs : pandas.DataFrame
        With columns such as "students, employees": learned from students, read employees' digits.
    caption : str
    """
    learned = list(dict.fromkeys(name.partition(", ")[0] for name in runs if ", " in name))
    figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True)
    for axis, read in zip(axes, ("students", "employees"), strict=True):
        for i, (name, colour) in enumerate(zip(learned, cycle([BLUE, RED, GREEN, PURPLE]), strict=False)):
            values = runs[f"{name}, {read}"].dropna()
            axis.plot(i + np.linspace(-0.15, 0.15, len(values)), values, "o", color=colour, markeredgecolor="white")
            axis.plot([i - 0.3, i + 0.3], [values.mean()] * 2, color="black")
        axis.set(xticks=range(len(learned)), xticklabels=learned, xlim=(-0.6, len(learned) - 0.4))
        axis.set(title=f"reading {read}' digits", xlabel="learned from")
    axes[0].set_ylabel("read")
    axes[0].yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol="%"))
    show(figure, caption)


def plot_people(mistakes, by_luck, *, caption=""):
    """Draw what share of all mistakes is made on the digits of a share of the people, the hardest first.

    Parameters
    ----------
    mistakes : ndarray of float, shape (n,)
        For each person, how many of their digits were misread.
    by_luck : ndarray of float, shape (n,)
        The same if all people were equally hard to read.
    caption : str
    """
    figure, axis = plt.subplots(figsize=(7, 4))
    for values, label, style, colour in (
        (mistakes, "measured", "-", BLUE),
        (by_luck, "if all were equally hard", "--", "0.45"),
    ):
        shares = np.concatenate([[0], np.cumsum(np.sort(values)[::-1]) / values.sum()])
        axis.plot(np.linspace(0, 1, len(shares)), shares, style, color=colour, label=label)
        tenth = np.interp(0.1, np.linspace(0, 1, len(shares)), shares)
        axis.plot(0.1, tenth, "o", color=colour, markersize=8)
        axis.annotate(f"{tenth:.0%}", (0.1, tenth), (8, -12), textcoords="offset points")
    axis.set(xlabel="people, the hardest to read first", ylabel="share of all mistakes", xlim=(0, 1), ylim=(0, 1.02))
    for direction in (axis.xaxis, axis.yaxis):
        direction.set_major_formatter(PercentFormatter(1, symbol="%"))
    axis.legend(loc="lower right")
    show(figure, caption)


def show_for_whom(groups, *, caption=""):
    """Draw accuracies with two error bars each: one that counts images, one that counts people.

    Parameters
    ----------
    groups : dict of str to (float, float, float)
        Accuracy and the two standard errors, 0 to 1, by the name of the group.
    caption : str
    """
    figure, axis = plt.subplots(figsize=(8, 3.2))
    for i, (accuracy, images, people) in enumerate(groups.values()):
        for error, step, colour, label in (
            (images, 0.13, "0.45", "counting images"),
            (people, -0.13, BLUE, "counting people"),
        ):
            label = label if not i else None
            place = len(groups) - i + step
            axis.errorbar(accuracy, place, xerr=1.96 * error, fmt="o", color=colour, capsize=6, label=label)
    axis.set(yticks=range(len(groups), 0, -1), yticklabels=groups, ylim=(0.4, len(groups) + 0.6), xlabel="read")
    axis.grid(axis="x")
    axis.grid(visible=False, axis="y")
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=1, symbol="%"))
    axis.legend(loc="lower left")
    show(figure, caption)
