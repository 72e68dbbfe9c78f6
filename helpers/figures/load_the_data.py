"""The figures of notebook 01."""

import matplotlib.pyplot as plt

from helpers.plots import RED, show, write


def _write_pixels(axis, image, rows, columns):
    """Draw a part of an image with the number of each pixel written into it."""
    (top, bottom), (first, last) = rows, columns
    axis.imshow(image, cmap="gray_r")
    axis.set(xlim=(first - 0.5, last - 0.5), ylim=(bottom - 0.5, top - 0.5))
    for row in range(top, bottom):
        for column in range(first, last):
            value = image[row, column]
            write(axis, column, row, value, plt.cm.gray_r(int(value)))


def _frame(axis, rows, columns):
    """Draw a frame around some rows and columns of an image."""
    (top, bottom), (first, last) = rows, columns
    corner, width, height = (first - 0.5, top - 0.5), last - first, bottom - top
    axis.add_patch(plt.Rectangle(corner, width, height, fill=False, color=RED, linewidth=2))


def show_pixels(image, *, caption="", rows=(4, 16), columns=(8, 20)):
    """Show an image, and beside it a part of it with the number of each pixel written into it.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
    caption : str
        See `helpers.plots.show`.
    rows, columns : tuple of int
        First, and last plus one, of the part.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 6), width_ratios=[1, 1.5])
    left.imshow(image, cmap="gray_r")
    _frame(left, rows, columns)
    _write_pixels(right, image, rows, columns)
    left.set(xlabel="column", ylabel="row", xticks=[0, 10, 20, 27], yticks=[0, 10, 20, 27])
    right.set(xlabel="column", ylabel="row", xticks=range(*columns), yticks=range(*rows))
    show(figure, caption)


def show_what_an_image_is(image, *, caption=""):
    """Show an image three times: whole, a corner of it as grey squares, and the same corner as numbers.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
    caption : str
    """
    rows, columns = (5, 9), (12, 18)
    figure, axes = plt.subplots(1, 3, figsize=(10.5, 3), width_ratios=[1, 1.5, 1.5])
    axes[0].imshow(image, cmap="gray_r")
    _frame(axes[0], rows, columns)
    axes[1].imshow(image, cmap="gray_r")
    axes[1].set(xlim=(columns[0] - 0.5, columns[1] - 0.5), ylim=(rows[1] - 0.5, rows[0] - 0.5))
    _write_pixels(axes[2], image * 0, rows, columns)
    for text, value in zip(axes[2].texts, image[slice(*rows), slice(*columns)].ravel(), strict=True):
        text.set_text(value)
    for axis, title in zip(axes, ("an image", "a piece of it, closer", "what the computer has"), strict=True):
        axis.set_title(title, fontsize=12)
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color="0.7")
    show(figure, caption)
