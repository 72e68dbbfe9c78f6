"""The figures of notebook 01."""

import matplotlib.pyplot as plt

from helpers.plots import RED, show, write


def show_pixels(image, *, caption="", rows=(4, 16), columns=(8, 20)):
    """Show an image, and beside it a part of it with the number of each pixel written into it.

    Parameters
    ----------
    image : ndarray of uint8, shape (28, 28)
    caption : str
        See `show`.
    rows, columns : tuple of int
        First, and last plus one, of the part.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 6), width_ratios=[1, 1.5])
    for axis in (left, right):
        axis.imshow(image, cmap="gray_r")
        axis.set(xlabel="column", ylabel="row")
    (top, bottom), (first, last) = rows, columns
    frame = plt.Rectangle((first - 0.5, top - 0.5), last - first, bottom - top, fill=False, color=RED, linewidth=2)
    left.add_patch(frame)
    left.set(xticks=[0, 10, 20, 27], yticks=[0, 10, 20, 27])
    right.set(xlim=(first - 0.5, last - 0.5), ylim=(bottom - 0.5, top - 0.5))
    right.set(xticks=range(first, last), yticks=range(top, bottom))
    for row in range(top, bottom):
        for column in range(first, last):
            value = image[row, column]
            write(right, column, row, value, plt.cm.gray_r(int(value)))
    show(figure, caption)
