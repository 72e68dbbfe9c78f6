"""The figures of notebook 07."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from helpers.plots import RED, show, write


def show_maps(maps, titles, *, caption="", columns=8):
    """Show square arrays of numbers, each on its own scale: blue for positive, red for negative, white for 0.

    Parameters
    ----------
    maps : sequence of ndarray of float, shape (n, n)
    titles : sequence of str
        What to write above each.
    caption : str
        See `show`.
    columns : int
        Arrays in a row.
    """
    columns = min(columns, len(maps))
    rows = -(-len(maps) // columns)
    size = min(2.6, 10 / columns)
    figure, axes = plt.subplots(rows, columns, figsize=(size * columns, (size + 0.3) * rows), squeeze=False)
    for axis, values, title in zip(axes.flat, maps, titles, strict=True):
        limit = max(np.abs(values).max(), 1e-9)
        axis.imshow(values, cmap="RdBu", vmin=-limit, vmax=limit)
        axis.set_title(title, fontsize=11)
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color="0.7")
    show(figure, caption)


def show_convolution(image, weights, result, place, *, caption=""):
    """Show one step of a convolution: where the filter lies, the pixels and weights that meet there, and their sum.

    Parameters
    ----------
    image : ndarray of float, shape (28, 28)
        0 to 1.
    weights : ndarray of float, shape (k, k)
        The filter.
    result : ndarray of float, shape (29 - k, 29 - k)
        The map.
    place : (int, int)
        Row and column of the sum in the map, and of the window's first pixel in the image.
    caption : str
        See `show`.
    """
    (row, column), size = place, len(weights)
    window = image[row : row + size, column : column + size]
    titles = "image", "its pixels in the frame", "times the filter", f"map; in the frame {result[place]:.1f}"
    figure, axes = plt.subplots(1, 4, figsize=(11, 3.5), width_ratios=[1.3, 1, 1, 1.3])
    for axis, values, title, signed in zip(axes, (image, window, weights, result), titles, (0, 0, 1, 1), strict=True):
        limit = np.abs(result if values is result else values).max() if signed else 1
        shown = axis.imshow(values, cmap="RdBu" if signed else "gray_r", vmin=-limit if signed else 0, vmax=limit)
        axis.set(xticks=[], yticks=[])
        axis.set_title(title, fontsize=11)
        axis.spines[:].set(visible=True, color="0.7")
        if len(values) == size:
            for (y, x), value in np.ndenumerate(values):
                write(axis, x, y, f"{value:.1f}" if values is window else f"{value:g}", shown.to_rgba(value))
    for axis, side in ((axes[0], size), (axes[3], 1)):
        frame = plt.Rectangle((column - 0.5, row - 0.5), side, side, fill=False, color="black", linewidth=2)
        axis.add_patch(frame)
    show(figure, caption)


def _draw_means(axis, names, means, errors):
    """Draw means as dots with bars, a row each, from the top down."""
    axis.errorbar(means, range(len(names)), xerr=errors, fmt="o", capsize=5, markersize=8)
    axis.set(yticks=range(len(names)), yticklabels=names, xlabel="validation accuracy")
    axis.invert_yaxis()
    axis.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axis.grid(axis="x")
    axis.xaxis.set_major_formatter(PercentFormatter(1, decimals=1, symbol="%"))


def plot_laboratory(board, own, *, caption=""):
    """Draw what each change reaches on the small budget, and the reader's own run.

    Parameters
    ----------
    board : pandas.DataFrame
        By the change, the columns "mean", "std" and "count".
    own : float or ...
        The reader's accuracy, 0 to 1; anything else is left out.
    caption : str
        See `helpers.plots.show`.
    """
    board = board.sort_values("mean")
    figure, axis = plt.subplots(figsize=(8, 3.4))
    _draw_means(axis, board.index, board["mean"], 2 * board["std"] / np.sqrt(board["count"]))
    if isinstance(own, float | np.floating):
        axis.axvline(own, linestyle="--", color=RED)
        axis.text(own, -0.25, " yours", va="center")
    show(figure, caption)


def plot_gains(improve, ten_seeds, *, caption=""):
    """Draw what each remedy reaches on 50,000 images.

    Parameters
    ----------
    improve, ten_seeds : pandas.DataFrame
        The stored runs of these names; see `helpers.load_runs`.
    caption : str
    """
    seen = improve[improve.unseen == "validation"]
    a, convolution = seen[seen.network == "A"], seen[seen.network == "convolution"]
    chosen = ten_seeds.query("variant == 'A' and epochs == 10 and unseen == 'validation'")
    everything = convolution[(convolution.shifts == 2) & (convolution.dropout > 0) & (convolution.last_rate < 0.001)]
    groups = {
        "A as it is": chosen,
        "A, dropout": a[(a.dropout > 0) & (a.shifts == 0) & (a.last_rate == 0.001)],
        "A, shifts": a[(a.dropout == 0) & (a.shifts == 2) & (a.last_rate == 0.001)],
        "A, falling rate": a[(a.dropout == 0) & (a.shifts == 0) & (a.last_rate < 0.001)],
        "A, all three": a[(a.dropout > 0) & (a.shifts == 2) & (a.last_rate < 0.001)],
        "convolution alone": convolution.query("dropout == 0 and shifts == 0 and last_rate == 0.001"),
        "convolution, all three": everything,
    }
    groups = {name: runs.unseen_accuracy for name, runs in groups.items() if len(runs) > 1}
    figure, axis = plt.subplots(figsize=(8, 3.8))
    scatters = [values.std() / np.sqrt(len(values)) if len(values) > 2 else np.nan for values in groups.values()]
    errors = 2 * np.array(scatters)
    _draw_means(axis, list(groups), [values.mean() for values in groups.values()], errors)
    show(figure, caption)
