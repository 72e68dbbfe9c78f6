"""The figures of notebook 10."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter

from helpers.look import variables
from helpers.plots import BLUE, GREEN, PURPLE, RED, show

#: The images of the sweep "carry_over", in the order in which they are shown.
IMAGES = ("digits", "students", "employees", "clothes")
#: Claims of the course: a number of the sweep that should be larger, and the one than which it should be larger.
CLAIMS = {
    "hidden layers help": ("A", "no hidden layer"),
    "A beats B": ("A", "B"),
    "Adam alone makes up for that": ("B with Adam", "B"),
    "after training, the last layer\nis easier to read than pixels": ("simple reader, last layer", "simple reader"),
    "... and with random weights, too": ("simple reader, random layers", "simple reader"),
    "four times the images help": ("A", "A, a quarter of the images"),
    "it reads what it learned from better": ("A, training", "A"),
    "it is surer than it is right": ("A says", "A"),
    "a shift by two pixels hurts": ("A", "A, shifted"),
    "training with shifted images repairs that": ("A with shifted images, shifted", "A, shifted"),
    "... and helps with unshifted ones, too": ("A with shifted images", "A"),
    "mirrored images help": ("A with mirrored images", "A"),
    "dropout helps": ("A with dropout", "A"),
    "the convolutional network beats A": ("convolution", "A"),
}


def gains(runs, better, worse):
    """Return by how many points one number of the sweep is above another: an array, one value a seed, by images."""
    points = 100 * (runs[better] - runs[worse])
    return {images: points[runs.images == images].to_numpy() for images in IMAGES}


def verdict(points):
    """Return "yes" for a gain and "no" for a loss whose mean is over three times its error, and else "luck".

    With three trainings, chance alone leads that far in about one case of ten, by Student's t distribution. From a
    single one nothing follows.
    """
    if len(points) < 2:
        return "luck"
    error = np.std(points, ddof=1) / np.sqrt(len(points))
    return "luck" if abs(np.mean(points)) <= 3 * error else "yes" if np.mean(points) > 0 else "no"


def show_claims(runs, *, caption=""):
    """Show for each claim and each kind of images how many points it is worth, and whether that is more than luck.

    Parameters
    ----------
    runs : pandas.DataFrame
        Of the sweep "carry_over".
    caption : str
    """
    colours = {"yes": (BLUE, 0.2), "no": (RED, 0.2), "luck": variables()["wash"]}
    figure, axis = plt.subplots(figsize=(10.5, 0.45 * len(CLAIMS) + 0.6))
    for row, (better, worse) in enumerate(CLAIMS.values()):
        for column, points in enumerate(gains(runs, better, worse).values()):
            found = verdict(points)
            axis.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colours[found], edgecolor="white"))
            words = {"yes": "", "no": "  no", "luck": "  ?"}[found]
            axis.text(column, row, f"{points.mean():+.1f}{words}", ha="center", va="center")
    axis.set(xlim=(-0.5, len(IMAGES) - 0.5), ylim=(len(CLAIMS) - 0.5, -0.5))
    axis.set_xticks(range(len(IMAGES)), IMAGES)
    axis.set_yticks(range(len(CLAIMS)), list(CLAIMS), fontsize=11)
    axis.tick_params(length=0, labeltop=True, labelbottom=False)
    axis.spines[:].set_visible(False)
    axis.grid(False)
    show(figure, caption)


def plot_readers(runs, *, caption=""):
    """Draw what share four readers, from the simplest to the best, read of each kind of images; a dot is a training.

    Parameters
    ----------
    runs : pandas.DataFrame
        Of the sweep "carry_over".
    caption : str
    """
    readers = {
        "simple reader": "nearest mean",
        "no hidden layer": "no hidden layer",
        "A": "A",
        "convolution": "convolution",
    }
    figure, axis = plt.subplots(figsize=(9, 3.8))
    for images, colour, marker in zip(IMAGES, (BLUE, GREEN, PURPLE, RED), "oDs^", strict=True):
        rows = runs[runs.images == images]
        means = [rows[name].mean() for name in readers]
        axis.plot(range(len(readers)), means, color=colour, linewidth=1.5, marker=marker, label=images)
        for at, name in enumerate(readers):
            axis.scatter([at] * len(rows), rows[name], color=colour, s=12, alpha=0.5)
    axis.set_xticks(range(len(readers)), readers.values())
    axis.set(ylabel="read")
    axis.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    axis.legend(fontsize=11)
    show(figure, caption)
