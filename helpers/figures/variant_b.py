"""The figures of notebook 05."""

import matplotlib.pyplot as plt
from matplotlib.ticker import PercentFormatter

from helpers.plots import BLUE, RED, show

#: How the rows of the board are called.
NAMES = {"relu": "ReLU", "sigmoid": "sigmoid"}


def plot_gradients(sizes, *, caption=""):
    """Draw how large the gradients are in each layer, on a logarithmic scale, from the output back to the input.

    Parameters
    ----------
    sizes : dict of str to sequence of float
        By the activation, "sigmoid" and "relu", the mean size of a gradient in each layer, first layer first.
    caption : str
    """
    figure, axis = plt.subplots(figsize=(8, 3.8))
    layers = ["last layer", "layer before", "first layer"]
    for name, style, colour in (("sigmoid", "o--", RED), ("relu", "s-", BLUE)):
        axis.plot(layers, sizes[name][::-1], style, color=colour, markersize=8, label=NAMES[name])
    axis.set_yscale("log")
    axis.set(xlabel="on the way back from the answer", ylabel="mean size of a gradient")
    axis.legend()
    show(figure, caption)


def plot_suspects(board, *, caption=""):
    """Draw how the accuracy depends on the rate, for each activation, with Adam beside.

    Parameters
    ----------
    board : pandas.DataFrame of float
        Accuracies, 0 to 1; a row an activation, with the columns "SGD 0.01", "SGD 0.1", "SGD 1.0" and "Adam".
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
