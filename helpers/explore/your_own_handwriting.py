"""The figures that move of notebook 08."""

import base64

import matplotlib.pyplot as plt
import numpy as np

from helpers import corrupt
from helpers.checks import check_array
from helpers.explore.base import as_bytes, rounded, show_live
from helpers.models import check_finite, image_shape

#: The amounts of each change; strokes become thinner or thicker, the rest is as `helpers.corrupt` has it.
AMOUNTS = {
    "turn": range(-60, 61, 5),
    "strokes": range(-2, 5),
    "grey": [i / 20 for i in range(17)],
    "noise": [i / 20 for i in range(17)],
}
FARTHEST = 6  # pixels of a shift
MOST = 20  # images times networks: their answers take under 150 kB


def changed(image):
    """Return an image in every state of `spoil`: all shifts, row by row, and then each amount of each change.

    Parameters
    ----------
    image : ndarray of float, shape (28, 28)
        0 to 1.

    Returns
    -------
    ndarray of float32, shape (235, 28, 28)
    """
    names = {"grey": "grey paper", "noise": "noise"}
    around, places = np.pad(image, FARTHEST), range(2 * FARTHEST, -1, -1)
    states = [around[down : down + 28, right : right + 28] for down in places for right in places]
    for what, amounts in AMOUNTS.items():
        for amount in amounts:
            how = {"turn": "rotate", "strokes": "thin" if amount < 0 else "thicken"}.get(what) or names[what]
            both = corrupt(np.stack([image, image]), how, abs(amount))
            states.append(both[int(what == "turn" and amount < 0)])
    return np.array(states, np.float32)


def spoil(networks, images, *, caption=""):
    """Let the reader shift, turn, thicken or grey a digit, or add noise, and see what up to three networks answer.

    One change at a time. Python has computed all answers before, so they are those of the networks.

    Parameters
    ----------
    networks : dict of str to keras.Model
        One to three, by a name; from an image (see `helpers.models.image_shape`) to ten probabilities.
    images : list of (array_like of float, shape (28, 28) or (784,), int)
        Images, 0 to 1, with the digit that each shows. Images times networks are 20 at most.
    caption : str
        See `helpers.plots.show`.

    Raises
    ------
    TypeError
        If a network is no Keras model, or an image holds no numbers.
    ValueError
        If there are none or too many, an image or a network has another shape, or a network answers NaN.
    """
    if not 1 <= len(networks) <= 3 or not 1 <= len(images) * len(networks) <= MOST:
        raise ValueError(
            f"There are {len(networks)} networks and {len(images)} images, expected 1 to 3 networks, and at least one "
            f"image, with images times networks {MOST} at most."
        )
    squares = [
        check_array(np.reshape(image, (-1, 28)), "pixels", shape=(28, 28), kinds="f", low=0, high=1)
        for image, _ in images
    ]
    squares = [np.round(255 * square) / 255 for square in squares]  # as the page gets them
    states = np.concatenate([changed(square) for square in squares])
    answers = {
        name: model.predict(states.reshape(-1, *image_shape(model)), batch_size=1_000, verbose=0)
        for name, model in networks.items()
    }
    check_finite(list(answers.values()))
    figure, axes = plt.subplots(len(networks), 1, figsize=(7, 0.7 + 1.3 * len(networks)), squeeze=False, sharex=True)
    turns = slice((2 * FARTHEST + 1) ** 2, (2 * FARTHEST + 1) ** 2 + len(AMOUNTS["turn"]))
    for axis, (name, probabilities) in zip(axes[:, 0], answers.items(), strict=True):
        axis.plot(AMOUNTS["turn"], probabilities[turns, images[0][1]])
        axis.set(ylim=(0, 1.05), ylabel="probability", title=f"{name}: of {images[0][1]}, when it is turned")
    axes[-1, 0].set_xlabel("degrees")
    stacked = np.stack(list(answers.values()), axis=1)
    data = {
        "names": list(networks),
        "labels": [int(label) for _, label in images],
        "images": [as_bytes(square) for square in squares],
        "noise": rounded(np.random.default_rng(0).normal(size=(28, 28)).ravel()),
        "amounts": {what: list(amounts) for what, amounts in AMOUNTS.items()},
        "answers": base64.b64encode(np.round(1e4 * stacked).astype("<u2").tobytes()).decode(),
    }
    show_live("spoil", data, figure, caption)
