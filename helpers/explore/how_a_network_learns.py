"""The figures that move of notebook 03."""

import numpy as np

from helpers.explore.base import show_live
from helpers.figures.how_a_network_learns import loss_curve


def loss_of_a_guess(marks, *, caption=""):
    """Let the reader drag the probability of the true digit along the curve of the loss, -ln(p).

    Parameters
    ----------
    marks : sequence of float
        Probabilities, over 0 to 1, that stay marked on the curve.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    ValueError
        If a mark is no probability over 0.
    """
    marks = np.asarray(marks, float)
    if not ((marks > 0) & (marks <= 1)).all():
        raise ValueError(f"marks are {marks.tolist()}, expected probabilities over 0 and at most 1.")
    show_live("loss_of_a_guess", {"marks": marks.tolist()}, loss_curve(marks), caption)
