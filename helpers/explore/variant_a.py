"""The figures that move of notebook 04."""

import matplotlib.colors
import matplotlib.pyplot as plt
import numpy as np

from helpers.checks import check_array
from helpers.explore.base import as_bytes, rounded, show_live
from helpers.figures.variant_a import COLOURS, draw_cloud, project
from helpers.models import check_finite
from helpers.plots import BLUE, RED

GREYS = 15


def pack_greys(images):
    """Return images of 0 to 1 as one text, in 16 greys, two pixels to a byte; see `unpackGreys` in the scripts."""
    greys = np.round(np.asarray(images, float) * GREYS).reshape(-1, 2)
    return as_bytes((16 * greys[:, 0] + greys[:, 1]) / 255)


def train_neuron(x, targets, steps=100, rate=0.3):
    """Return the weights, shape (784,), of one neuron after gradient descent on its loss; targets are 0 or 1."""
    weights, bias = np.zeros(x.shape[1]), 0.0
    for _ in range(steps):
        error = 1 / (1 + np.exp(-(x @ weights + bias))) - targets
        weights, bias = weights - rate * x.T @ error / len(x), bias - rate * error.mean()
    return weights


def task(x, labels, x_new, new_labels, pair, count):
    """Return what the script needs to let the reader tell two digits apart."""
    no, yes = (x[labels == digit][:500].astype(float) for digit in pair)
    chosen = [x_new[new_labels == digit][:count] for digit in pair]
    if min(map(len, [no, yes, *chosen])) < 1:
        raise ValueError(f"There is no {pair[0]} or no {pair[1]} among the digits, expected some of both.")
    means = yes.mean(axis=0) - no.mean(axis=0)
    trained = train_neuron(np.concatenate([no, yes]), np.repeat([0.0, 1.0], [len(no), len(yes)]))
    return {
        "pair": [int(digit) for digit in pair],
        "counts": [len(some) for some in chosen],
        "images": pack_greys(np.concatenate(chosen)),
        "means": rounded(means / np.abs(means).max()),
        "trained": rounded(trained / np.abs(trained).max()),
        "seen": len(no) + len(yes),
    }


def _picture(weights, images, columns=24):
    """Draw weights, and beside them images in columns by what the neuron answers."""
    answers = images @ weights
    places = np.floor((answers - answers.min()) / np.ptp(answers) * (columns - 1e-6))
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.8), width_ratios=[1, 1.8])
    left.imshow(weights.reshape(28, 28), cmap="RdBu", vmin=-1, vmax=1)
    left.set_xlabel("weights")
    left.spines[:].set(visible=True, color="0.7")
    for place in np.unique(places):
        for i, image in enumerate(images[places == place]):
            box = (place, place + 1, i, i + 1)
            right.imshow(image.reshape(28, 28), cmap="gray_r", vmin=0, vmax=1, extent=box)
    right.set(xlim=(0, columns), ylim=(0, np.unique(places, return_counts=True)[1].max() + 0.5), xlabel="weighted sum")
    for axis in (left, right):
        axis.set(xticks=[], yticks=[])
    right.spines[["left"]].set_visible(False)
    return figure


def paint_a_neuron(x, labels, x_new, new_labels, *, pairs=((0, 1), (4, 9)), count=50, caption=""):
    """Let the reader paint the weights of a neuron that tells two digits apart, and compare it with a trained one.

    The digits shown are in 16 greys. Trained means: 100 steps of gradient descent on up to 500 images of each digit.

    Parameters
    ----------
    x : ndarray of float, shape (n, 784)
        Images to train on and to take means of, 0 to 1.
    labels : ndarray of int, shape (n,)
    x_new : ndarray of float, shape (m, 784)
        Images to sort.
    new_labels : ndarray of int, shape (m,)
    pairs : sequence of pairs of int
        Tasks. The neuron shall say no to the first digit of a pair, and yes to the second.
    count : int
        How many images of each digit to sort.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    TypeError
        If the images hold no numbers.
    ValueError
        If they have another shape or range, or one of the digits is missing.
    """
    x, x_new = (check_array(images, "images", shape=(None, 784), kinds="f", low=0, high=1) for images in (x, x_new))
    tasks = [task(x, np.asarray(labels), x_new, np.asarray(new_labels), pair, count) for pair in pairs]
    first = [x_new[np.asarray(new_labels) == digit][:count] for digit in pairs[0]]
    figure = _picture(np.array(tasks[0]["trained"]), np.concatenate(first))
    show_live("paint_a_neuron", {"tasks": tasks, "goal": 0.95}, figure, caption)


def clouds(networks, images, labels, *, count=500, names=None, caption=""):
    """Let the reader follow images from layer to layer: dots between ten corners that pull at them.

    Each class has a corner. It pulls at an image the more, the nearer that lies to the mean of the class; see
    `helpers.figures.variant_a.project`.

    Parameters
    ----------
    networks : dict of str to list of ndarray of float, shapes (n, k)
        By the name of a network, the numbers at the pixels and behind each layer; as many stages for each.
    images : ndarray of float, shape (n, 784)
        0 to 1; shown with 14 x 14 pixels and in 16 greys.
    labels : ndarray of int, shape (n,)
    count : int
        How many digits to show.
    names : sequence of str, optional
        What the ten classes are, if they are no digits.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    TypeError
        If the images hold no numbers.
    ValueError
        If they have another shape or range, there are more or fewer labels or rows of a stage, or a class is missing.
    """
    images = check_array(images, "images", shape=(None, 784), kinds="f", low=0, high=1)
    rows = {len(stage) for stages in networks.values() for stage in stages} | {len(labels)}
    if rows != {len(images)}:
        raise ValueError(f"There are {len(images)} images, and {sorted(rows)} labels or rows, expected as many.")
    labels = np.asarray(labels)
    if not np.array_equal(np.unique(labels), range(10)):
        raise ValueError(f"The labels are {np.unique(labels).tolist()}; expected each of 0 to 9, for its corner.")
    columns = len(next(iter(networks.values())))
    figure, axes = plt.subplots(len(networks), columns, figsize=(2.75 * columns, 2.9 * len(networks)), squeeze=False)
    for line, (name, stages) in zip(axes, networks.items(), strict=True):
        for i, (axis, stage) in enumerate(zip(line, stages, strict=True)):
            draw_cloud(axis, stage, labels, count)
            axis.set_title("pixels" if i == 0 else f"hidden layer {i}", fontsize=12)
        line[0].set_ylabel(name)
    data = {
        "noun": "picture" if names else "digit",
        "kinds": list(names or ("an 8" if digit == 8 else f"a {digit}" for digit in range(10))),
        "names": list(networks),
        "sizes": [stage.shape[1] for stage in next(iter(networks.values()))],
        "places": [
            [np.round(1e4 * project(stage, labels, count)).astype(int).tolist() for stage in stages]
            for stages in networks.values()
        ],
        "labels": labels[:count].tolist(),
        "images": pack_greys(images[:count].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))),
        "colours": [matplotlib.colors.to_hex(colour) for colour in COLOURS],
    }
    show_live("clouds", data, figure, caption)


def _draw_way(image, layers, weights):
    """Draw an image, the drawn neurons of each layer by what they answer, and lines by what they hand on."""
    figure, axis = plt.subplots(figsize=(8, 3.8))
    heights = [np.linspace(1, -1, len(layer)) for layer in layers]
    axis.imshow(image.reshape(28, 28), cmap="gray_r", extent=(-0.3, 0.5, -0.5, 0.5), aspect="auto")
    for i, (layer, matrix) in enumerate(zip(layers, weights, strict=False), start=1):
        handed = layer[:, None] * matrix
        for (a, b), value in np.ndenumerate(handed / np.abs(handed).max()):
            if abs(value) > 0.5:
                ends = [heights[i - 1][a], heights[i][b]]
                axis.plot([i, i + 1], ends, color=BLUE if value > 0 else RED, linewidth=1.5 * abs(value), zorder=1)
    for i, (layer, places) in enumerate(zip(layers, heights, strict=True), start=1):
        options = {"cmap": "Purples", "vmin": 0, "vmax": layer.max(), "edgecolor": "0.4"}
        axis.scatter(np.full(len(layer), i), places, s=110, c=layer, zorder=2, **options)
    for digit, place in enumerate(heights[-1]):
        axis.text(len(layers) + 0.12, place, f"{digit}  {layers[-1][digit]:.0%}", va="center", fontsize=10)
    axis.set(xlim=(-0.4, len(layers) + 0.6), ylim=(-1.1, 1.1))
    axis.axis("off")
    return figure


def through_the_network(model, x, labels, *, drawn=16, misread=2, caption=""):
    """Let the reader choose a digit and watch it go through a network of dense layers, neuron by neuron.

    Of each hidden layer, the neurons are drawn that hand on most of all: their mean number, over the digits that can be
    chosen, times the sizes of their weights. Lines show what a drawn neuron adds to the sum of one in the next layer,
    its number times the weight.

    Parameters
    ----------
    model : keras.Sequential
        Dense layers, from 784 pixels to ten probabilities.
    x : ndarray of float, shape (n, 784)
        0 to 1. The first image of each digit can be chosen.
    labels : ndarray of int, shape (n,)
    drawn : int
        How many neurons of a hidden layer to draw.
    misread : int
        How many images that the network misreads can be chosen, besides.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    TypeError
        If the images hold no numbers.
    ValueError
        If they have another shape or range, there are more or fewer labels, or the network has other layers or gives no
        ten probabilities.
    """
    x, labels = check_array(x, "images", shape=(None, 784), kinds="f", low=0, high=1), np.asarray(labels)
    if len(labels) != len(x):
        raise ValueError(f"There are {len(labels)} labels for {len(x)} images, expected as many.")
    if model.output_shape != (None, 10):
        raise ValueError(f"The network gives {model.output_shape[1:]} numbers, expected ten probabilities.")
    if others := [type(layer).__name__ for layer in model.layers if type(layer).__name__ != "Dense"]:
        raise ValueError(f"The network has a layer {others[0]}, expected dense layers only.")
    stages = [x]
    for layer in model.layers:
        stages.append(np.asarray(layer(stages[-1]), float))
    check_finite(stages[-1])
    wrong = np.flatnonzero(stages[-1].argmax(axis=1) != labels)
    chosen = [int(np.flatnonzero(labels == digit)[0]) for digit in np.unique(labels)]
    chosen += [int(i) for i in wrong if i not in chosen][:misread]
    sizes = [stage.shape[1] for stage in stages[1:]]
    kernels = [layer.get_weights()[0] for layer in model.layers]
    shown = []
    for stage, kernel in zip(stages[1:-1], kernels[1:], strict=True):
        handed = stage[chosen].mean(axis=0) * np.abs(kernel).sum(axis=1)
        shown.append(np.sort(np.argsort(-handed)[:drawn]))
    shown.append(np.arange(10))
    weights = [kernel[np.ix_(a, b)] for kernel, a, b in zip(kernels[1:], shown, shown[1:], strict=False)]
    values = [stage[np.ix_(chosen, neurons)] for stage, neurons in zip(stages[1:], shown, strict=True)]
    limit = np.quantile(np.abs(kernels[0]), 0.995)
    data = {
        "labels": labels[chosen].tolist(),
        "images": [as_bytes(x[i]) for i in chosen],
        "sizes": sizes,
        "neurons": [neurons.tolist() for neurons in shown],
        "values": [np.round(layer, 4).tolist() for layer in values],
        "weights": [rounded(matrix) for matrix in weights],
        "looks": [as_bytes(np.clip(kernels[0][:, i] / limit, -1, 1) / 2 + 0.5) for i in shown[0]],
    }
    first = [layer[min(4, len(chosen) - 1)] for layer in values]
    show_live("through_the_network", data, _draw_way(x[chosen[min(4, len(chosen) - 1)]], first, weights), caption)
