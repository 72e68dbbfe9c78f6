"""The figures that move of notebook 06."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from helpers.checks import check_array
from helpers.explore.base import rounded, show_live
from helpers.figures.train_and_evaluate import reliability

#: The thresholds of the slider: finer at the end, where most of the answers are.
THRESHOLDS = [*(i / 100 for i in range(100)), *(0.99 + i / 1000 for i in range(1, 10)), 0.9995, 0.9999]


def luck(groups, *, caption=""):
    """Let the reader train two recipes again and again, with stored seeds in a random order, and say who is better.

    After each training the figure computes the two means, their difference and its standard error, the root of the sum
    of both variances (with n - 1), each divided by n.

    Parameters
    ----------
    groups : dict of str to array_like of float, shape (n,)
        By the name of the recipe, an accuracy of 0 to 1 for each seed, 2 or more. The first recipe meets each of the
        others, of which the reader chooses one; of the longer group no more are drawn than the shorter one has.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    ValueError
        If there is one group only, or one of less than two accuracies, or accuracies are not between 0 and 1.
    """
    groups = {name: np.asarray(values, float) for name, values in groups.items()}
    if len(groups) < 2 or min(map(len, groups.values())) < 2:
        sizes = {name: len(values) for name, values in groups.items()}
        raise ValueError(f"The groups have the sizes {sizes}, expected two groups or more of two accuracies or more.")
    for name, values in groups.items():
        if not ((values >= 0) & (values <= 1)).all():
            raise ValueError(f"The accuracies of {name} are {values.tolist()}, expected numbers from 0 to 1.")
    figure, axis = plt.subplots(figsize=(8, 3.8))
    for i, values in enumerate(groups.values()):
        axis.plot(i + np.linspace(-0.15, 0.15, len(values)), values, "o", markeredgecolor="white")
        axis.plot([i - 0.25, i + 0.25], [np.mean(values)] * 2, color="black")
    axis.set(xticks=range(len(groups)), xticklabels=groups, ylabel="accuracy", xlim=(-0.5, len(groups) - 0.5))
    axis.yaxis.set_major_formatter(PercentFormatter(1, symbol="%"))
    data = {"names": list(groups), "runs": [rounded(values, 6) for values in groups.values()]}
    show_live("luck", data, figure, caption)


def threshold(sets, *, caption=""):
    """Let the reader slide the probability below which a network says "I don't know".

    Shown are the shares that are refused, right and wrong, the mistakes in 1,000 answers, and beside them how often the
    network is right against what it says. All counts are exact: an answer stands if its probability reaches the
    threshold.

    Parameters
    ----------
    sets : dict of str to (ndarray of float, shape (n, 10), ndarray of int, shape (n,) or None)
        Probabilities, 0 to 1, and true classes, by a name. None instead of classes: these are no digits, so that each
        answer is a mistake. At least one set has classes.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    TypeError
        If the arrays hold no numbers.
    ValueError
        If a shape is another, a value is no probability or no class, a set is empty, or no set has classes.
    """
    if all(labels is None for _, labels in sets.values()):
        raise ValueError("No set has classes, expected at least one, such as (probabilities, labels).")
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.8), width_ratios=[1.4, 1])
    data = {"thresholds": [round(value, 4) for value in THRESHOLDS], "sets": []}
    for name, (probabilities, labels) in sets.items():
        probabilities = check_array(probabilities, name, shape=(None, 10), kinds="f", low=0, high=1.001)
        if not len(probabilities):
            raise ValueError(f"There is nothing in {name}, expected at least one row.")
        if labels is not None:
            labels = check_array(labels, "labels", shape=(len(probabilities),), kinds="ui", low=0, high=9)
        confidence = probabilities.max(axis=1)
        right = probabilities.argmax(axis=1) == (-1 if labels is None else labels)
        refused = np.array([np.sum(confidence < value) for value in data["thresholds"]])
        wrong = np.array([np.sum(~right[confidence >= value]) for value in data["thresholds"]])
        points = [] if labels is None else reliability(probabilities, labels)
        data["sets"].append(
            {
                "name": name,
                "count": len(right),
                "digits": labels is not None,
                "refused": refused.tolist(),
                "wrong": wrong.tolist(),
                "points": [[*rounded(point[:2]), point[2]] for point in points],
            }
        )
        (line,) = axes[0].plot(THRESHOLDS, refused / len(right), label=f"{name}: refused")
        if labels is not None:
            among = wrong / np.maximum(len(right) - refused, 1)
            axes[0].plot(THRESHOLDS, among, "--", color=line.get_color(), label=f"{name}: wrong answers")
            axes[1].plot(*np.reshape(points, (-1, 3))[:, :2].T, marker="o", color=line.get_color(), label=name)
    axes[1].plot([0, 1], [0, 1], color="0.5", linewidth=1)
    axes[0].set(xlabel="threshold", ylabel="share")
    axes[1].set(xlabel="what it says", ylabel="how often it is right")
    axes[0].legend(fontsize=10)
    axes[1].legend(fontsize=10)
    show_live("threshold", data, figure, caption)
