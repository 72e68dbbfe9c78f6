"""The figures of notebook 04."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.plots import show

#: Ten colours that also readers with another colour vision tell apart in most pairs; the digits are written as well.
COLOURS = plt.get_cmap("tab10").colors


def show_weighted_sum(image, weights, *, caption=""):
    """Show an image, the weights of a neuron, and what their product adds and subtracts.

    Parameters
    ----------
    image : ndarray of float, shape (28, 28)
        0 to 1.
    weights : ndarray of float, shape (28, 28)
    caption : str
        See `helpers.plots.show`.
    """
    product = image * weights
    adds, subtracts = (product[side].sum().round(1) for side in (product > 0, product < 0))  # as a reader adds them
    figure, axes = plt.subplots(1, 3, figsize=(9.5, 3.2))
    limit = np.abs(weights).max()
    axes[0].imshow(image, cmap="gray_r", vmin=0, vmax=1)
    axes[1].imshow(weights, cmap="RdBu", vmin=-limit, vmax=limit)
    axes[2].imshow(product, cmap="RdBu", vmin=-limit, vmax=limit)
    titles = ["image", "times weights", f"adds {adds:.1f}, subtracts {-subtracts:.1f}: sum {adds + subtracts:.1f}"]
    for axis, title in zip(axes, titles, strict=True):
        axis.set_title(title, fontsize=12)
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color="0.7")
    show(figure, caption)


def show_neurons(weights, images, *, caption=""):
    """Draw, for each neuron, its weights and some images: blue for positive weights, red for negative, white for 0.

    Parameters
    ----------
    weights : ndarray of float, shape (n, size)
        One row a neuron; `size` is the number of pixels of a square, 784 for a whole image.
    images : sequence of array_like, shape (k, size)
        As many as `weights`: images, or parts of images, that belong to the neuron.
    caption : str
    """
    rows, columns = len(weights), 1 + len(images[0])
    figure, axes = plt.subplots(rows, columns, figsize=(1.05 * columns, 1.1 * rows + 0.3), squeeze=False)
    limit, side = np.quantile(np.abs(weights), 0.99), round(weights.shape[1] ** 0.5)
    for line, row, favourites in zip(axes, weights, images, strict=True):
        line[0].imshow(row.reshape(side, side), cmap="RdBu", vmin=-limit, vmax=limit)
        line[0].set(xticks=[], yticks=[])
        line[0].spines[:].set_visible(True)
        for axis, image in zip(line[1:], favourites, strict=True):
            axis.imshow(np.asarray(image).reshape(side, side), cmap="gray_r", vmin=0)
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set(visible=side < 28, color="0.8")
    axes[0, 0].set_title("weights", fontsize=11)
    axes[0, 1].set_title("likes best", fontsize=11)
    show(figure, caption)


def project(numbers, labels, count):
    """Return the first rows as points of a plane, between ten corners that pull at them, one for each class.

    The corners lie on a circle, the first class at the top, then clockwise. A corner pulls by e to the power of minus
    the distance of the row from the mean of its class, in tenths of the mean distance.

    Parameters
    ----------
    numbers : ndarray of float, shape (n, k)
    labels : ndarray of int, shape (n,)
        The class of each row.
    count : int
        How many points to return; the means are those of all rows.

    Returns
    -------
    ndarray of float, shape (count, 2)
        Inside a circle of radius 1.
    """
    kinds = np.unique(labels)
    means = np.stack([numbers[labels == kind].mean(axis=0) for kind in kinds])
    distances = np.linalg.norm(numbers[:count, None] - means, axis=2)
    pulls = np.exp((distances.min(axis=1, keepdims=True) - distances) / (0.1 * distances.mean()))
    angles = 2 * np.pi * np.arange(len(kinds)) / len(kinds)
    return pulls / pulls.sum(axis=1, keepdims=True) @ np.stack([np.sin(angles), np.cos(angles)], axis=1)


def draw_cloud(axis, numbers, labels, count):
    """Draw the first rows of numbers as dots, and at the middle of each class its digit."""
    points, labels = project(numbers, labels, count), labels[:count]
    for digit in np.unique(labels):
        own = points[labels == digit]
        axis.plot(*own.T, ".", markersize=4, color=COLOURS[digit], alpha=0.7)
    for digit in np.unique(labels):
        middle = np.median(points[labels == digit], axis=0)
        box = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": COLOURS[digit], "alpha": 0.9}
        axis.text(*middle, digit, ha="center", va="center", fontsize=11, bbox=box)
    axis.set(xticks=[], yticks=[], xlim=(-1.15, 1.15), ylim=(-1.15, 1.15))
    axis.spines[:].set(visible=True, color="0.7")


def show_layers_at_work(stages, labels, *, caption="", count=300):
    """Draw, from left to right, what becomes of digits in a trained network: dots behind each layer, then the answer.

    Parameters
    ----------
    stages : list of ndarray of float, shapes (n, k)
        The numbers at the pixels and behind each hidden layer.
    labels : ndarray of int, shape (n,)
    caption : str
    count : int
        How many digits to draw.
    """
    figure, axes = plt.subplots(1, len(stages), figsize=(2.75 * len(stages), 2.9))
    titles = ["pixels", *["new numbers"] * (len(stages) - 2), "ready for ten sums"]
    for axis, stage, title in zip(axes, stages, titles, strict=True):
        draw_cloud(axis, stage, labels, count)
        axis.set_title(title, fontsize=12)
        axis.set_xlabel(f"{stage.shape[1]} numbers")
    show(figure, caption)
