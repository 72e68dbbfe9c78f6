"""The figures that move of notebook 03."""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from helpers.checks import check_array
from helpers.explore.base import rounded, show_live
from helpers.figures.how_a_network_learns import loss_curve
from helpers.plots import BLUE, GREEN, RED

#: Rates to walk down the curve with, from far too small to far too large for that of the notebook.
RATES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12, 0.125, 0.13]
RATES += [0.14, 0.15, 0.16, 0.17, 0.18, 0.19, 0.2, 0.21, 0.22, 0.23, 0.24, 0.25, 0.26, 0.27, 0.28, 0.3]
#: The same for the map of two weights.
MAP_RATES = [0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40]
#: The corners of the map.
LOW, HIGH = (-5.0, -10.0), (25.0, 5.0)
#: How far from the lowest place a walk may begin.
REACH = 6


def loss_of_a_guess(marks, *, caption=""):
    """Let the reader drag the probability of the true digit along the curve of the loss, -ln(p).

    Parameters
    ----------
    marks : sequence of float
        Probabilities, over 0 to 1, that stay marked on the curve.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    ValueError
        If a mark is no probability over 0.
    """
    marks = np.asarray(marks, float)
    if not ((marks > 0) & (marks <= 1)).all():
        raise ValueError(f"marks are {marks.tolist()}, expected probabilities over 0 and at most 1.")
    show_live("loss_of_a_guess", {"marks": marks.tolist()}, loss_curve(marks), caption)


def downhill(loss_of, *, start=1.0, rate=0.05, rates=RATES, caption=""):
    """Let the reader choose a rate and a start, and walk down the loss of one weight.

    Parameters
    ----------
    loss_of : callable
        Gives the loss for an array of weights; its curve is a parabola that opens upwards.
    start : float
        The weight where the first walk begins, at most 6 from the lowest place.
    rate : float
        The rate of the first walk, one of `rates`.
    rates : sequence of float
        What to choose from: numbers over 0, in rising order.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    ValueError
        If the curve is no such parabola, the start is too far away, or the rates are no such numbers.
    """
    constant, plus, minus = (float(loss_of(weight)) for weight in (0.0, 1.0, -1.0))
    square, linear = (plus + minus) / 2 - constant, (plus - minus) / 2
    places = np.array([-7.0, -2.5, 0.3, 4.0, 11.0])
    if not (square > 0 and np.allclose(loss_of(places), square * places**2 + linear * places + constant)):
        raise ValueError("The loss is no parabola that opens upwards, such as (2 * weight - 10) ** 2.")
    lowest = -linear / (2 * square)
    if not abs(start - lowest) <= REACH:
        raise ValueError(f"start is {start}, expected a weight from {lowest - REACH:g} to {lowest + REACH:g}.")
    rates = [float(value) for value in rates]
    if rate not in rates or rates[0] <= 0 or rates != sorted(set(rates)):
        raise ValueError(f"rates are {rates}, expected rising numbers over 0, and {rate} among them.")
    data = {"square": square, "lowest": lowest, "floor": constant - linear**2 / (4 * square), "reach": REACH}
    data |= {"start": float(start), "rate": float(rate), "rates": rates}
    show_live("downhill", data, _four_walks(loss_of, start, square, lowest), caption)


def _four_walks(loss_of, start, square, lowest):
    """Return a figure of four walks of five steps, from the same start with four rates."""
    figure, axes = plt.subplots(1, 4, figsize=(10, 2.8))
    # What becomes of the distance to the lowest place in each step; it tells the rate.
    factors = {"crawls": 0.92, "arrives": 0.2, "swings": -0.92, "escapes": -1.08}
    for axis, (what, factor) in zip(axes, factors.items(), strict=True):
        walk = lowest + (start - lowest) * factor ** np.arange(6)
        sides = [*walk, 2 * lowest - start]
        margin = 0.15 * np.ptp(sides)
        weights = np.linspace(min(sides) - margin, max(sides) + margin)
        axis.plot(weights, loss_of(weights))
        axis.plot(walk, loss_of(walk), "o-", color=RED, linewidth=1, markersize=5)
        axis.set_title(f"rate {(1 - factor) / (2 * square):.2g}: {what}", fontsize=11)
        axis.set_xlabel("weight")
    axes[0].set_ylabel("loss")
    return figure


def chain(weights, *, number=1.0, caption=""):
    """Let the reader move the weights of three neurons in a row, and see what a change does on its way to the output.

    Parameters
    ----------
    weights : sequence of float
        Three numbers, each from -5 to 5.
    number : float
        The input, from -5 to 5.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    ValueError
        If there are more or fewer weights, or a number is out of range.
    """
    weights = [float(weight) for weight in weights]
    if len(weights) != 3 or not all(abs(value) <= 5 for value in [*weights, number]):
        raise ValueError(f"weights are {weights} and number is {number}, expected three weights, all from -5 to 5.")
    slopes = {
        "nothing in the neurons": _slopes(weights, number),
        "a sigmoid in each neuron": _slopes(weights, number, True),
    }
    figure, axes = plt.subplots(1, 2, figsize=(8, 3), sharey=True)
    for axis, colour, (name, values) in zip(axes, (BLUE, RED), slopes.items(), strict=True):
        bars = axis.bar(["first", "second", "third"], np.abs(values), color=colour)
        axis.bar_label(bars, [f"{value:.3g}" for value in values], padding=2)
        axis.set(title=name, xlabel="weight", yscale="log")
        axis.title.set_fontsize(12)
    axes[0].set_ylabel("slope")
    axes[0].margins(y=0.15)
    show_live("chain", {"weights": weights, "number": float(number)}, figure, caption)


def _slopes(weights, number, bent=False):
    """Return by how much the output of a chain grows for each 1 that a weight grows, for each of the weights."""
    values, bends = [number], []
    for weight in weights:
        total = weight * values[-1]
        values.append(1 / (1 + np.exp(-total)) if bent else total)
        bends.append(values[-1] * (1 - values[-1]) if bent else 1.0)
    passed_on = [np.prod(weights[i + 1 :]) * np.prod(bends[i:]) for i in range(len(weights))]
    return np.array(passed_on) * values[:-1]


def two_weights(ink, is_one, *, start=(0.0, 0.0), rate=8, caption=""):
    """Let the reader choose a start on the map of a loss of two numbers, and a rate, and walk down.

    One neuron multiplies what was measured by its weight, adds its bias, and makes a probability of it by a sigmoid.
    The loss is the mean of minus the logarithm of what it gives to the true answer.

    Parameters
    ----------
    ink : array_like of float, shape (n,)
        What was measured in each image, 0 to 1.
    is_one : array_like of bool, shape (n,)
        The true answers; both must be among them.
    start : tuple of float
        The weight, from -5 to 25, and the bias, from -10 to 5, where the first walk begins.
    rate : float
        The rate of the first walk, one of `MAP_RATES`.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    TypeError
        If the measures hold no numbers.
    ValueError
        If the measures are none from 0 to 1, the answers are not as many or all the same, the start lies outside the
        map, or there is no such rate.
    """
    ink, is_one = check_array(ink, "ink", shape=(None,), kinds="f", low=0, high=1), np.asarray(is_one, bool)
    if is_one.shape != ink.shape or is_one.all() or not is_one.any():
        raise ValueError(f"is_one has shape {is_one.shape}, expected {ink.shape}, with both True and False in it.")
    if not all(low <= value <= high for low, value, high in zip(LOW, start, HIGH, strict=True)):
        raise ValueError(f"start is {start}, expected a weight from -5 to 25 and a bias from -10 to 5.")
    if rate not in MAP_RATES:
        raise ValueError(f"rate is {rate}, expected one of {MAP_RATES}.")
    # Images with nearly the same ink count as one: a thousand places on the scale, each with its mean and its number.
    places, signs, counts = [], [], []
    for sign in (1, -1):
        values = ink[is_one == (sign > 0)]
        number = np.bincount((values * 1000).astype(int), minlength=1001)
        total = np.bincount((values * 1000).astype(int), values, minlength=1001)
        places.append(total[number > 0] / number[number > 0])
        counts.append(number[number > 0])
        signs.append(np.full(len(places[-1]), sign))
    figure, data = _map_of_loss(*map(np.concatenate, (places, signs, counts)), start)
    data |= {"places": [rounded(part, 6) for part in places], "counts": [part.tolist() for part in counts]}
    data |= {"low": LOW, "high": HIGH, "start": list(map(float, start)), "rate": rate, "rates": MAP_RATES}
    show_live("two_weights", data, figure, caption)


def _map_of_loss(places, signs, counts, start):
    """Return a figure of the map with three walks, and what the script needs to draw the map."""

    def loss(weight, bias):
        return np.logaddexp(0, -signs * (weight * places + bias)) @ counts / counts.sum()

    def slopes(pair):
        errors = -signs * expit(-signs * (pair[0] * places + pair[1])) * counts / counts.sum()
        return np.array([errors @ places, errors.sum()])

    found = minimize(lambda pair: loss(*pair), start, jac=slopes)
    x, y = np.linspace(LOW[0], HIGH[0], 101), np.linspace(LOW[1], HIGH[1], 68)
    heights = np.array([[loss(a, b) for a in x] for b in y])
    goal = max(0.01, np.ceil(found.fun * 104) / 100)
    levels = goal * 1.25 ** np.arange(20)
    figure, axis = plt.subplots(figsize=(8, 4.6))
    lines = axis.contour(x, y, heights, levels, colors="0.6", linewidths=1)
    data = {
        "goal": goal,
        "best": rounded(found.x),
        "lines": [[rounded(line.ravel()) for line in level if len(line)] for level in lines.allsegs],
    }
    labels = axis.clabel(lines, levels[1::3], fmt="%.2g", fontsize=9, colors="0.25")
    data["labels"] = [[*rounded(label.get_position()), label.get_text()] for label in labels]
    for rate, colour, marker in zip((2, 8, 16), (BLUE, RED, GREEN), "s.^", strict=True):
        walk = [np.array(start)]
        for _ in range(20):
            walk.append(walk[-1] - rate * slopes(walk[-1]))
        axis.plot(*np.transpose(walk), color=colour, marker=marker, markersize=5, linewidth=1, label=f"rate {rate}")
    axis.plot(*found.x, "x", color="0.1", markersize=10, markeredgewidth=2)
    axis.set(xlabel="weight", ylabel="bias", xlim=(LOW[0], HIGH[0]), ylim=(LOW[1], HIGH[1]))
    axis.grid(visible=False)
    axis.legend(loc="upper right")
    return figure, data
