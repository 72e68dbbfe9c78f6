"""The figures that move of notebook 05."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.explore.base import rounded, show_live
from helpers.figures.variant_b import NAMES
from helpers.plots import write


def board(runs, curves=None, *, found=("sigmoid", "SGD", 0.01), caption=""):
    """Let the reader change activation, optimizer and rate by clicks; a stored result fills a square of the board.

    Parameters
    ----------
    runs : pandas.DataFrame
        One row a training, with the columns "activation", "optimizer", "learning_rate", "unseen_accuracy" (0 to 1) and
        "seed"; see `helpers.load_runs`. Every activation with every pair of optimizer and rate.
    curves : dict of (str, str, float) to sequence of float, optional
        Validation accuracy after each epoch, 0 to 1, by (activation, optimizer, rate), for all or some of them. Without
        a curve, only the results of the seeds are drawn, at the last epoch.
    found : (str, str, float)
        The one that is known from the beginning, with which the others are compared.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    ValueError
        If a combination is missing, or `found` or the key of a curve is none of them.
    """
    activations = [found[0], *(name for name in runs.activation.unique() if name != found[0])]
    rules = list(runs[["optimizer", "learning_rate"]].drop_duplicates().itertuples(index=False, name=None))
    rules.sort(key=lambda rule: (rule[0] != found[1], rule))
    cells = {}
    for activation in activations:
        for optimizer, rate in rules:
            same = (runs.activation == activation) & (runs.optimizer == optimizer) & (runs.learning_rate == rate)
            if not same.any():
                raise ValueError(f"There is no run of {activation} with {optimizer} and a rate of {rate}.")
            cells[activation, optimizer, rate] = runs.unseen_accuracy[same].to_numpy()
    curves = dict(curves or {})
    for key in (found, *curves):
        if key not in cells:
            raise ValueError(f"{key} is on no square of the board, expected one of {list(cells)}.")
    means = np.array([seeds.mean() for seeds in cells.values()]).reshape(len(activations), len(rules))
    columns = [f"{optimizer} {rate:g}" if optimizer == found[1] else optimizer for optimizer, rate in rules]

    figure, axis = plt.subplots(figsize=(8.5, 3.4))
    shown = axis.imshow(means, cmap="viridis", vmin=0.86, vmax=0.985, aspect="auto")
    for (row, column), value in np.ndenumerate(means):
        write(axis, column, row, f"{value:.1%}", shown.to_rgba(value), fontsize=15)
    axis.set(xticks=range(len(rules)), xticklabels=columns, yticks=range(len(activations)))
    axis.set_yticklabels([NAMES.get(name, name) for name in activations])
    axis.set_xlabel("optimizer and learning rate")
    axis.grid(visible=False)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    data = {
        "activations": [NAMES.get(name, name) for name in activations],
        "rules": [[optimizer, f"{rate:g}", name] for (optimizer, rate), name in zip(rules, columns, strict=True)],
        "seeds": [rounded(seeds, 6) for seeds in cells.values()],
        "curves": [rounded(curves.get(key, []), 4) if len(curves.get(key, [])) else [] for key in cells],
        "found": list(cells).index(found),
    }
    show_live("board", data, figure, caption)
