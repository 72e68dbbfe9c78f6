"""The figures of notebook 08."""

from itertools import cycle

import matplotlib.pyplot as plt
from matplotlib.ticker import PercentFormatter

from helpers.plots import RED, show


def show_pictures(pictures, titles, *, caption="", boxes=()):
    """Show pictures of any size side by side: photos in colour or grey, images of ink dark on white paper.

    Parameters
    ----------
    pictures : sequence of ndarray
        Photos of uint8, shape (height, width) or (height, width, 3); images of float, shape (height, width), 0 to 1.
    titles : sequence of str
        What to write above each.
    caption : str
        See `show`.
    boxes : sequence of (int, int, int, int)
        Left, top, right, bottom of frames to draw on the first picture.
    """
    aspects = [picture.shape[1] / picture.shape[0] for picture in pictures]
    height = min(2.6, 10.5 / sum(aspects))
    size = (max(height * sum(aspects), 2) + 0.15 * len(pictures), height + 0.4)
    figure, axes = plt.subplots(1, len(pictures), figsize=size, width_ratios=aspects, squeeze=False)
    for axis, picture, title in zip(axes.flat, pictures, titles, strict=True):
        dark = picture.dtype.kind == "f"
        axis.imshow(picture, cmap="gray_r" if dark else "gray", vmin=0, vmax=1 if dark else 255)
        axis.set_title(title, fontsize=11)
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color="0.7")
    for left, top, right, bottom in boxes:
        frame = plt.Rectangle((left, top), right - left, bottom - top, fill=False, color=RED, linewidth=2)
        axes[0, 0].add_patch(frame)
    show(figure, caption)


def plot_panels(panels, *, caption="", ylabel, columns=4):
    """Draw small plots side by side, each with its own lines of percentages and all with the same legend.

    Parameters
    ----------
    panels : dict of str to (sequence of float, dict of str to sequence of float)
        What stands below each plot; its places on the horizontal axis; by the name of each line, its heights, 0 to 1.
    caption, ylabel : str
    columns : int
        Plots in a row.
    """
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(2.75 * columns, 2.5 * rows + 0.3), sharey=True, squeeze=False)
    for axis, (name, (x, series)) in zip(axes.flat, panels.items(), strict=False):
        for (label, heights), marker, style in zip(
            series.items(), cycle("os^D"), cycle(["-", "--", ":"]), strict=False
        ):
            axis.plot(x, heights, style, marker=marker, markersize=5, label=label)
        axis.set(xlabel=name, ylim=(0, 1.02))
        axis.yaxis.set_major_formatter(PercentFormatter(1, symbol="%"))
    for axis in axes.flat[len(panels) :]:
        axis.axis("off")
    for axis in axes[:, 0]:
        axis.set_ylabel(ylabel)
    figure.legend(*axes.flat[0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    show(figure, caption)
