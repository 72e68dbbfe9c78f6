"""The figures of notebook 02."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.plots import show, write


def show_preparation(image, label, *, caption=""):
    """Draw how an image becomes a row of numbers, and a label ten of them.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
    label : int
        0 to 9.
    caption : str
        See `helpers.plots.show`.
    """
    figure, axes = plt.subplots(2, 2, figsize=(10, 3.4), width_ratios=[1, 3.6], height_ratios=[2.2, 1])
    axes[0, 0].imshow(image, cmap="gray_r")
    axes[0, 0].set_title("image: 28 x 28, 0 to 255", fontsize=11)
    axes[0, 1].imshow(np.tile(image.reshape(1, 784), (40, 1)), cmap="gray_r", aspect="auto")
    axes[0, 1].set_title("x: a row of 784 floats, 0 to 1", fontsize=11)
    axes[1, 0].text(0.5, 0.5, label, fontsize=26, ha="center", va="center")
    axes[1, 0].set_title("label", fontsize=11)
    shown = axes[1, 1].imshow(np.eye(10)[[label]], cmap="gray_r", aspect="auto")
    for digit in range(10):
        write(axes[1, 1], digit, 0, int(digit == label), shown.to_rgba(float(digit == label)), fontsize=13)
    axes[1, 1].set_title("y: ten numbers, a single 1", fontsize=11)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color="0.7")
    show(figure, caption)
