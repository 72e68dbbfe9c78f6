"""The figures of notebook 05."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from helpers.plots import BLUE, RED, show, write

#: How the rows of the board are called.
NAMES = {"relu": "ReLU", "sigmoid": "sigmoid"}


def plot_board(board, *, caption=""):
    """Draw accuracies as a board of coloured squares.

    Parameters
    ----------
    board : pandas.DataFrame of float
        0 to 1; a row an activation, a column a rule of training.
    caption : str
        See `helpers.plots.show`.
    """
    figure, axis = plt.subplots(figsize=(8.5, 3.4))
    shown = axis.imshow(board, cmap="viridis", vmin=0.86, vmax=0.985, aspect="auto")
    for (row, column), value in np.ndenumerate(board.to_numpy()):
        write(axis, column, row, f"{value:.1%}", shown.to_rgba(value), fontsize=15)
    axis.set(xticks=range(board.shape[1]), xticklabels=board.columns, yticks=range(board.shape[0]))
    axis.set_yticklabels([NAMES.get(name, name) for name in board.index])
    axis.set_xlabel("optimizer and learning rate")
    axis.grid(visible=False)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    show(figure, caption)


def plot_gradients(sizes, *, caption=""):
    """Draw how large the gradients are in each layer, on a logarithmic scale, from the output back to the input.

    Parameters
    ----------
    sizes : dict of str to sequence of float
        By the activation, the mean size of a gradient in each layer, first layer first.
    caption : str
    """
    figure, axis = plt.subplots(figsize=(8, 3.8))
    layers = ["last layer", "layer before", "first layer"]
    for (name, values), style in zip(sizes.items(), ("o--", "s-"), strict=True):
        axis.plot(layers, values[::-1], style, markersize=8, label=NAMES.get(name, name))
    axis.set_yscale("log")
    axis.set(xlabel="on the way back from the answer", ylabel="mean size of a gradient")
    axis.legend()
    show(figure, caption)


def plot_suspects(board, *, caption=""):
    """Draw how the accuracy depends on the rate, for each activation, with Adam beside.

    Parameters
    ----------
    board : pandas.DataFrame of float
        As for `plot_board`, with the columns "SGD 0.01", "SGD 0.1", "SGD 1.0" and "Adam".
    caption : str
    """
    figure, axis = plt.subplots(figsize=(8, 3.8))
    rules = ["SGD 0.01", "SGD 0.1", "SGD 1.0", "Adam"]
    for name, marker, colour in (("relu", "s", BLUE), ("sigmoid", "o", RED)):
        values = board.loc[name, rules]
        axis.plot(rules[:3], values[:3], marker=marker, color=colour, markersize=8, label=NAMES[name])
        axis.plot(rules[3:], values[3:], marker=marker, color=colour, markersize=8)
    axis.annotate("variant B", ("SGD 0.01", board.loc["sigmoid", "SGD 0.01"]), (14, 0), textcoords="offset points")
    axis.set(ylabel="validation accuracy", ylim=(0.86, 1))
    axis.yaxis.set_major_formatter(PercentFormatter(1, symbol="%", decimals=0))
    axis.legend()
    show(figure, caption)
