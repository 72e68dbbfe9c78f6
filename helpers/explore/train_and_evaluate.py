"""The figures that move of notebook 06."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from helpers.explore.base import rounded, show_live


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
