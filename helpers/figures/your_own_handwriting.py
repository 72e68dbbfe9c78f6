"""The figures of notebook 08."""

import matplotlib.pyplot as plt
from matplotlib.ticker import PercentFormatter

from helpers.handwriting.paper import AMOUNTS
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


#: How the networks of the sweep are called.
NETWORKS = {"relu_adam": "variant A", "sigmoid_sgd": "variant B", "convnet": "convolutional network"}
#: The changes of the sweep that were made in several amounts, and their units.
UNITS = {how: unit for how, (amounts, unit) in AMOUNTS.items() if len(amounts) > 1}


def plot_changes(runs, *, caption=""):
    """Draw the accuracy of networks on changed digits, a small plot for each kind of change.

    Parameters
    ----------
    runs : pandas.DataFrame
        Of the sweep "own_writing": a column for each change and amount, such as "shift 2".
    caption : str
        See `helpers.plots.show`.
    """
    means = runs.groupby("network").mean(numeric_only=True)
    figure, axes = plt.subplots(2, 4, figsize=(11, 5.3), sharey=True)
    for axis, (how, unit) in zip(axes.flat, UNITS.items(), strict=False):
        changed = [column for column in means if column.startswith(f"{how} ")]
        amounts = [float(column.removeprefix(how)) for column in changed]
        columns = ["unseen_accuracy", *changed]
        for (network, name), style in zip(NETWORKS.items(), ("o-", "s--", "^:"), strict=True):
            axis.plot([0, *amounts], means.loc[network, columns], style, markersize=5, label=name)
        axis.set(xlabel=f"{how} ({unit})", ylim=(0, 1.02))
        axis.yaxis.set_major_formatter(PercentFormatter(1, symbol="%"))
    for axis in axes.flat[len(UNITS) :]:
        axis.axis("off")
    for axis in axes[:, 0]:
        axis.set_ylabel("read")
    figure.legend(*axes.flat[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    show(figure, caption)
