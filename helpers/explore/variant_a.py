"""The figures that move of notebook 04."""

import matplotlib.colors
import matplotlib.pyplot as plt
import numpy as np

from helpers.data import check_array
from helpers.explore.base import as_bytes, rounded, show_live
from helpers.figures.variant_a import COLOURS, project
from helpers.figures.variant_a import _draw_cloud as draw_cloud

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
    left.set_title("weights")
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


def turn_like(points, before):
    """Return points of a plane, mirrored and with its axes swapped if so they lie nearer to where they were before."""
    orders, signs = ([0, 1], [1, 0]), ([1, 1], [1, -1], [-1, 1], [-1, -1])
    ways = [points[:, order] * np.array(sign) for order in orders for sign in signs]
    return min(ways, key=lambda way: ((way - before) ** 2).sum())


def places(stages):
    """Return where each row of each stage lies in a plane, by principal component analysis, within -1 and 1."""
    points = []
    for stage in stages:
        projected = project(stage)
        projected = projected / np.abs(projected).max()
        points.append(turn_like(projected, points[-1]) if points else projected)
    return points


def clouds(networks, images, labels, *, count=500, caption=""):
    """Let the reader follow digits from layer to layer: dots in a plane, by principal component analysis.

    From stage to stage the plane may be mirrored or its axes swapped, so that the dots move as little as they can.

    Parameters
    ----------
    networks : dict of str to list of ndarray of float, shapes (n, k)
        By the name of a network, the numbers at the pixels and behind each layer; as many stages for each.
    images : ndarray of float, shape (n, 784)
        0 to 1; shown with 14 x 14 pixels and in 16 greys.
    labels : ndarray of int, shape (n,)
    count : int
        How many digits to show.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    TypeError
        If the images hold no numbers.
    ValueError
        If they have another shape or range, or there are more or fewer labels or rows of a stage.
    """
    images = check_array(images, "images", shape=(None, 784), kinds="f", low=0, high=1)
    rows = {len(stage) for stages in networks.values() for stage in stages} | {len(labels)}
    if rows != {len(images)}:
        raise ValueError(f"There are {len(images)} images, and {sorted(rows)} labels or rows, expected as many.")
    chosen, shown = np.asarray(labels[:count]), {name: [s[:count] for s in stages] for name, stages in networks.items()}
    columns = len(next(iter(shown.values())))
    figure, axes = plt.subplots(len(shown), columns, figsize=(2.75 * columns, 2.9 * len(shown)), squeeze=False)
    for line, (name, stages) in zip(axes, shown.items(), strict=True):
        for i, (axis, stage) in enumerate(zip(line, stages, strict=True)):
            draw_cloud(axis, stage, chosen)
            axis.set_title("pixels" if i == 0 else f"hidden layer {i}", fontsize=12)
        line[0].set_ylabel(name)
    data = {
        "names": list(shown),
        "sizes": [stage.shape[1] for stage in next(iter(shown.values()))],
        "places": [[np.round(1e4 * p).astype(int).tolist() for p in places(stages)] for stages in shown.values()],
        "labels": chosen.tolist(),
        "images": pack_greys(images[:count].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4))),
        "colours": [matplotlib.colors.to_hex(colour) for colour in COLOURS],
    }
    show_live("clouds", data, figure, caption)
