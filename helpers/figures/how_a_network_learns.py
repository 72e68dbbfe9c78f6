"""The figures of notebook 03."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from helpers.plots import BLUE, GREEN, RED, show

#: The five parts of a training step, in their order, each with what it does.
CYCLE = {
    "batch": "take a few\nimages",
    "forward": "compute\nthe answers",
    "loss": "compare with\nthe labels",
    "gradient": "for each weight:\nwhich way is up?",
    "step": "a little way\ndown",
}


def loss_curve(marks):
    """Return a figure of the loss against the probability that an answer gives to the true digit, marked in places."""
    figure, axis = plt.subplots(figsize=(8, 4))
    probabilities = np.geomspace(0.0005, 1, 400)
    axis.plot(probabilities, -np.log(probabilities))
    for mark in marks:
        loss = abs(np.log(mark))
        axis.plot(mark, loss, "o", color=RED)
        axis.annotate(f"{mark:g}: {loss:.2f}", (mark, loss), (9, 5), textcoords="offset points")
    axis.set(xlabel="probability given to the true digit", ylabel="loss", xlim=(-0.02, 1.14), ylim=(-0.2, 7.8))
    return figure


def plot_descent(loss_of, walk, *, xlabel="weight", ylabel="loss", caption=""):
    """Draw a loss as a curve, and a walk on it as numbered points joined by arrows; the axes follow the walk.

    Parameters
    ----------
    loss_of : callable
        Gives the loss for an array of weights.
    walk : sequence of float
        The weights, in the order in which they were visited.
    xlabel, ylabel, caption : str
    """
    walk = np.asarray(walk, float)
    margin = max(0.15 * np.ptp(walk), 0.5)
    x = np.linspace(walk.min() - margin, walk.max() + margin, 300)
    figure, axis = plt.subplots(figsize=(8, 3.8))
    axis.plot(x, loss_of(x))
    axis.plot(walk, loss_of(walk), "o", color=RED)
    points = list(zip(walk, loss_of(walk), strict=True))
    for start, end in pairwise(points):
        axis.annotate("", end, start, arrowprops={"arrowstyle": "->", "color": RED, "connectionstyle": "arc3,rad=-0.3"})
    for i, point in enumerate(points[:8]):
        axis.annotate(str(i), point, (-3, -17), textcoords="offset points")
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.margins(y=0.16)
    show(figure, caption)


def plot_surface(loss_of, walk, *, xlabel, ylabel, caption=""):
    """Draw a loss of two numbers from above, as lines of equal height like those of a map, and a walk on it.

    Parameters
    ----------
    loss_of : callable
        Gives the loss, a positive number, for two numbers.
    walk : array_like of float, shape (k, 2)
        The places of the walk. The first is marked as start, the last as end; a cross marks the lowest place drawn.
    xlabel, ylabel, caption : str
    """
    walk = np.asarray(walk, float)
    margin = np.maximum(0.7 * np.ptp(walk, axis=0), 0.5)
    low, high = walk.min(axis=0) - margin, walk.max(axis=0) + margin
    x, y = np.linspace(low[0], high[0], 45), np.linspace(low[1], high[1], 45)
    heights = np.array([[loss_of(a, b) for a in x] for b in y])
    figure, axis = plt.subplots(figsize=(8, 5))
    levels = heights.min() * 1.18 ** np.arange(0.3, 18)
    lines = axis.contour(x, y, heights, levels, colors="0.45", linewidths=1)
    axis.clabel(lines, levels[::3], fmt="%.2f", fontsize=9, colors="0.25")
    row, column = np.unravel_index(heights.argmin(), heights.shape)
    axis.plot(x[column], y[row], "x", color="0.1", markersize=10, markeredgewidth=2)
    axis.plot(*walk.T, color=RED, marker="o", markersize=4)
    axis.annotate("start", walk[0], (-9, 8), textcoords="offset points", ha="right")
    axis.annotate("end", walk[-1], (10, 8), textcoords="offset points")
    axis.set(xlabel=xlabel, ylabel=ylabel)
    axis.grid(visible=False)
    show(figure, caption)


def plot_chain(values, factors, *, caption=""):
    """Draw a chain of neurons: the numbers on the way forward above, the factors of each step below.

    Parameters
    ----------
    values : sequence of float
        The input, and the output of each neuron.
    factors : sequence of float
        One fewer: by how much each neuron passes on a small change of its input.
    caption : str
    """
    figure, axis = plt.subplots(figsize=(9, 3.2))
    axis.axis("off")
    last = len(values) - 1
    for i, value in enumerate(values):
        axis.scatter(i, 0, s=2300, color="white", edgecolor=RED if i else BLUE, linewidth=2.5, zorder=2)
        axis.text(i, 0, f"{value:.3g}", ha="center", va="center", fontsize=13, zorder=3)
        name = "input" if i == 0 else "output" if i == last else f"neuron {i}"
        axis.text(i, 0.62, name, ha="center")
    for i, factor in enumerate(factors):
        axis.annotate("", (i + 0.8, 0), (i + 0.2, 0), arrowprops={"arrowstyle": "->", "color": "0.3", "lw": 2})
        axis.annotate("", (i + 0.2, -0.65), (i + 0.8, -0.65), arrowprops={"arrowstyle": "->", "color": GREEN, "lw": 2})
        axis.text(i + 0.5, -0.95, f"times {factor:.3g}", ha="center", color="0.1")
    product = " x ".join(f"{factor:.3g}" for factor in factors)
    axis.text(last / 2, -1.4, f"{product} = {np.prod(factors):.3g}", ha="center", fontsize=13)
    axis.set(xlim=(-0.5, last + 0.5), ylim=(-1.7, 0.95))
    show(figure, caption)


def training_cycle(here=None, *, caption="03-cycle"):
    """Draw the five parts of a training step as a circle.

    Parameters
    ----------
    here : {None, "batch", "forward", "loss", "gradient", "step"}
        The part to mark.
    caption : str
    """
    figure, axis = plt.subplots(figsize=(6.4, 4.6))
    axis.axis("off")
    angles = np.pi / 2 - 2 * np.pi * np.arange(len(CYCLE)) / len(CYCLE)
    places = np.column_stack([1.45 * np.cos(angles), np.sin(angles)])
    for (name, does), place in zip(CYCLE.items(), places, strict=True):
        marked = name == here
        box = {"boxstyle": "round,pad=0.55", "facecolor": BLUE if marked else "white", "edgecolor": BLUE, "lw": 2}
        colour = "white" if marked else "black"
        axis.text(*place, f"{name}\n{does}", ha="center", va="center", bbox=box, color=colour, fontsize=11, zorder=3)
    for start, end in pairwise([*places, places[0]]):
        arrow = {"arrowstyle": "-|>", "color": "0.4", "lw": 2, "shrinkA": 42, "shrinkB": 46}
        axis.annotate("", end, start, arrowprops=arrow | {"connectionstyle": "arc3,rad=-0.15"})
    axis.text(0, 0, "again and\nagain", ha="center", va="center", color="0.35")
    axis.set(xlim=(-2.2, 2.2), ylim=(-1.25, 1.35))
    show(figure, caption)


def plot_batch_losses(losses, *, caption=""):
    """Draw the loss of each batch in grey, and its running mean in colour.

    Parameters
    ----------
    losses : sequence of float
        One a batch, in the order of training.
    caption : str
    """
    window = max(1, min(100, len(losses) // 10))
    means = np.convolve(losses, np.ones(window) / window, mode="valid")
    figure, axis = plt.subplots(figsize=(8, 3.6))
    axis.plot(losses, color="0.7", linewidth=0.6, label="one batch")
    axis.plot(np.arange(len(means)) + window // 2, means, label=f"mean of {window} batches")
    axis.set(xlabel="step", ylabel="loss", ylim=(0, None))
    axis.legend()
    show(figure, caption)
