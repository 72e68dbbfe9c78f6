"""The figures that move of notebook 00."""

import matplotlib.pyplot as plt
import numpy as np

from helpers.explore.base import as_bytes, rounded, show_live
from helpers.models import check_finite
from helpers.plots import BLUE, RED


def six(answers, labels):
    """Return the places of six images: the first that is misread in the end, if any, and digits that differ from it."""
    wrong = np.flatnonzero(answers != labels)[:1].tolist()
    first = [np.flatnonzero(labels == digit)[0] for digit in np.unique(labels) if digit not in labels[wrong]]
    return [*sorted(first)[: 6 - len(wrong)], *wrong]


def _picture(steps, losses, images, frames):
    """Draw the loss, and ten bars of each image at the first moment, one between, and the last."""
    figure = plt.figure(figsize=(11, 4.6))
    grid = figure.add_gridspec(4, 2 + len(images), width_ratios=[2.2, 0.1, *[1] * len(images)])
    axis = figure.add_subplot(grid[:, 0])
    axis.plot(range(len(steps)), losses, marker=".", color=BLUE)
    marks = [0, len(steps) // 2, len(steps) - 1]
    axis.set(xticks=marks, xticklabels=[steps[mark] for mark in marks], ylim=(0, None), xlabel="steps", ylabel="loss")
    for i, image in enumerate(images):
        axis = figure.add_subplot(grid[0, 2 + i])
        axis.imshow(image.reshape(28, 28), cmap="gray_r")
        axis.axis("off")
        for row, mark in enumerate(marks, start=1):
            axis = figure.add_subplot(grid[row, 2 + i])
            best = frames[mark][i].argmax()
            axis.bar(range(10), frames[mark][i], color=[RED if digit == best else BLUE for digit in range(10)])
            axis.set(xticks=[0, 5, 9], yticks=[], ylim=(0, 1))
            if i == 0:
                axis.set_ylabel(f"{steps[mark]} steps", fontsize=10)
    return figure


def training_film(film, labels, *, neurons=2, caption=""):
    """Let the reader play a training, and drag through it: ten bars of six images, the loss, and weights of neurons.

    Parameters
    ----------
    film : helpers.Snapshots
        It was a callback of the training.
    labels : ndarray of int, shape (k,)
        Of its images; the loss is the mean over all of them.
    neurons : int
        How many of the first layer to show: those whose weights have changed most.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    ValueError
        If there was no training, there are more or fewer labels than images, or the network came to answer NaN.
    """
    if len(film.probabilities) < 2:
        raise ValueError("The film is empty; give it to a training first: model.fit(..., callbacks=[film]).")
    if len(labels) != len(film.x):
        raise ValueError(f"There are {len(labels)} labels for {len(film.x)} images, expected as many.")
    labels, steps, frames = np.asarray(labels), list(film.probabilities), np.stack(list(film.probabilities.values()))
    check_finite(frames)
    chosen = six(frames[-1].argmax(axis=1), labels)
    losses = -np.log(np.maximum(frames[:, np.arange(len(labels)), labels].astype(float), 1e-7)).mean(axis=1)
    change = ((film.weights[steps[-1]] - film.weights[steps[0]]) ** 2).sum(axis=0)
    weights = np.stack([film.weights[step][:, np.argsort(-change)[:neurons]] for step in steps]).transpose(2, 0, 1)
    limit = np.quantile(np.abs(weights), 0.995)
    data = {
        "steps": steps,
        "losses": rounded(losses, 5),
        "shares": rounded((frames.argmax(axis=2) == labels).mean(axis=1)),
        "count": len(labels),
        "images": [as_bytes(film.x[i]) for i in chosen],
        "labels": labels[chosen].tolist(),
        "frames": np.round(frames[:, chosen].astype(float), 4).tolist(),
        "weights": [as_bytes(np.clip(neuron / limit, -1, 1) / 2 + 0.5) for neuron in weights],
    }
    show_live("training_film", data, _picture(steps, losses, film.x[chosen], frames[:, chosen]), caption)
