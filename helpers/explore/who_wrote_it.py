"""The figure that moves of notebook 09."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.checks import check_array
from helpers.explore.base import as_bytes, show_live
from helpers.plots import as_images


def two_piles(images, groups, names, *, examples=20, caption=""):
    """Let the reader sort digits into two piles, one by one, and count how many were right.

    Parameters
    ----------
    images : array_like, shape (n, 784) or (n, 28, 28)
        0 to 1. The first ones are shown with their group, the others are the cards to sort.
    groups : sequence of bool
        True: the second group.
    names : pair of str
        Of the two groups.
    examples : int
        How many are shown.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    ValueError
        If the images have another shape or range, there are not as many groups, or no card is left to sort.
    """
    images = check_array(as_images(images), "images", shape=(None, 28, 28), kinds="uif", low=0, high=1)
    groups = check_array(np.asarray(groups).astype(int), "groups", shape=(None,), kinds="ui", low=0, high=1)
    if len(groups) != len(images) or examples >= len(images):
        raise ValueError(
            f"There are {len(images)} images, {len(groups)} groups and {examples} examples; expected as many groups as "
            "images, and fewer examples."
        )
    figure, axes = plt.subplots(1, 3, figsize=(8, 3.9))
    first, second = (images[:examples][groups[:examples] == group] for group in (0, 1))
    parts = {names[0]: first, "which pile?": images[examples:], names[1]: second}
    rows = max(-(-len(part) // 4) for part in parts.values())
    for axis, (name, part) in zip(axes, parts.items(), strict=True):
        tiles = np.zeros((4 * rows, 28, 28))
        tiles[: len(part)] = part
        axis.imshow(tiles.reshape(-1, 4, 28, 28).transpose(0, 2, 1, 3).reshape(-1, 112), cmap="gray_r", vmin=0)
        axis.set(xticks=[], yticks=[], title=name)
        axis.spines[:].set(visible=True, color="0.6")
    data = {"images": as_bytes(images), "sides": groups.tolist(), "names": list(names), "examples": examples}
    show_live("two_piles", data, figure, caption)
