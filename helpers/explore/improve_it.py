"""The figures that move of notebook 07."""

import matplotlib.pyplot as plt
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers.checks import check_array
from helpers.explore.base import rounded, show_live
from helpers.plots import write


def moving_filter(images, filters, *, caption=""):
    """Let the reader change the weights of a filter, and move it over a digit; the sums make the map.

    Each place of the map is the sum of the pixels in the frame times the weights, without bias and activation.

    Parameters
    ----------
    images : dict of str to array_like of float, shape (28, 28) or (784,)
        By a name, 0 to 1; at most 6.
    filters : dict of str to array_like of float, shape (k, k)
        Weights to begin with, by a name, -100 to 100; k is 3 or 5. The first is there at the beginning.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    TypeError
        If images or filters hold no numbers.
    ValueError
        If there is none of them, or there are more than 6 images, or a shape or a value is another.
    """
    if not 1 <= len(images) <= 6 or not filters:
        raise ValueError(f"There are {len(images)} images and {len(filters)} filters, expected 1 to 6, and 1 or more.")
    squares = {
        name: check_array(np.reshape(image, (-1, 28)), name, shape=(28, 28), kinds="uif", low=0, high=1)
        for name, image in images.items()
    }
    for name, weights in filters.items():
        size = 5 if np.shape(weights) == (5, 5) else 3
        check_array(weights, f"weights of {name}", shape=(size, size), kinds="uif", low=-100, high=100)

    image, (name, weights) = next(iter(squares.values())), next(iter(filters.items()))
    weights = np.asarray(weights, float)
    result = (sliding_window_view(image, weights.shape) * weights).sum(axis=(2, 3))
    row, column = place = np.unravel_index(np.abs(result).argmax(), result.shape)
    titles = next(iter(squares)), f"filter: {name}", f"map; in the frame {result[place]:.1f}"
    figure, axes = plt.subplots(1, 3, figsize=(10, 3.6), width_ratios=[1.3, 1, 1.3])
    for axis, values, title in zip(axes, (image, weights, result), titles, strict=True):
        limit = max(np.abs(values).max(), 1e-9)
        signed = values is not image
        shown = axis.imshow(values, cmap="RdBu" if signed else "gray_r", vmin=-limit if signed else 0, vmax=limit)
        axis.set(xticks=[], yticks=[])
        axis.set_title(title, fontsize=11)
        axis.spines[:].set(visible=True, color="0.7")
        if values is weights:
            for (y, x), value in np.ndenumerate(values):
                write(axis, x, y, f"{value:.2g}", shown.to_rgba(value))
    for axis, side in ((axes[0], len(weights)), (axes[2], 1)):
        axis.add_patch(plt.Rectangle((column - 0.5, row - 0.5), side, side, fill=False, color="black", linewidth=2))
    data = {
        "images": [[name, rounded(np.ravel(image), 6)] for name, image in squares.items()],
        "filters": [[name, rounded(np.ravel(weights), 6)] for name, weights in filters.items()],
        "place": [int(row), int(column)],
    }
    show_live("moving_filter", data, figure, caption)
