"""The figures of notebook 04."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.plots import show


def plot_stages(names, stages, *, caption="", xlabel):
    """Draw the same bars in several stages of a computation, side by side, each with its own scale.

    Parameters
    ----------
    names : sequence
        What stands under each bar.
    stages : dict of str to sequence of float
        Heights, as many as `names`, by the title of the stage.
    caption, xlabel : str
    """
    figure, axes = plt.subplots(1, len(stages), figsize=(3.6 * len(stages), 3.2), squeeze=False)
    for axis, (title, heights) in zip(axes.flat, stages.items(), strict=True):
        bars = axis.bar([str(name) for name in names], heights)
        digits = 2 if max(heights) <= 1 else 1
        axis.bar_label(bars, [f"{round(height, digits):.3g}" for height in heights], fontsize=9)
        axis.set(xlabel=xlabel, title=title)
        axis.margins(y=0.12)
        axis.axhline(0, color="black", linewidth=0.8)
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
        See `show`.
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
