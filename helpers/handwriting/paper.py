"""Digits of MNIST as they might come from elsewhere: changed, or as photos that were never taken."""

import io

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage import transform

from helpers.checks import check_array

#: Colours of pens: red, green and blue, from 0 (dark) to 1.
PENS = {"black": (0.08, 0.08, 0.1), "blue": (0.1, 0.15, 0.5), "red": (0.65, 0.1, 0.12), "pencil": (0.4, 0.4, 0.42)}

#: By the name of a change that `corrupt` makes: the largest amount; where it is an int, so is the amount.
LARGEST = {
    "invert": 1.0,
    "grey paper": 1.0,
    "noise": 10.0,
    "shift": 28,
    "rotate": 360.0,
    "shrink": 0.9,
    "thin": 28,
    "thicken": 28,
}
#: By the name of a change that `corrupt` makes: amounts to try, and their unit.
AMOUNTS = {
    "invert": ([1], "share"),
    "grey paper": ([0.1, 0.2, 0.4, 0.6, 0.8], "value of the paper"),
    "noise": ([0.1, 0.2, 0.4, 0.8], "standard deviation"),
    "shift": ([1, 2, 3, 4, 5, 6], "pixels"),
    "rotate": ([10, 20, 30, 45, 60], "degrees"),
    "shrink": ([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], "share of the size"),
    "thin": ([1, 2], "pixels"),
    "thicken": ([1, 2, 3, 4], "pixels"),
}


def corrupt(images, how, amount):
    """Change images of digits as handwriting from elsewhere differs from MNIST.

    Parameters
    ----------
    images : ndarray of float, shape (n, 28, 28)
        0 (paper) to 1 (ink).
    how : str
        What is done, and what `amount` is:

        - ``"invert"``: 0 leaves them, 1 turns ink into paper and paper into ink
        - ``"grey paper"``: value of the paper, 0 to 1; that of full ink stays 1
        - ``"noise"``: standard deviation of normal noise, added to each pixel, up to 10
        - ``"shift"``: whole pixels, right, left, down and up in turn, up to 28
        - ``"rotate"``: degrees, to either side in turn, up to 360
        - ``"shrink"``: the share of the size that is lost, up to 0.9
        - ``"thin"``: whole pixels less across a stroke, up to 28
        - ``"thicken"``: whole pixels more across a stroke, up to 28
    amount : int or float
        0 changes nothing.

    Returns
    -------
    ndarray of float32, shape (n, 28, 28)
        0 to 1.

    Raises
    ------
    TypeError
        If the images are no floats, or the amount is no number, or no whole one where pixels are counted.
    ValueError
        If there is no such change, the amount is out of range, or the images have another shape or range.
    """
    images = check_array(images, "images", shape=(None, 28, 28), kinds="f", low=0, high=1)
    if not isinstance(how, str) or how not in LARGEST:
        raise ValueError(f"There is no change {how!r}; there are {', '.join(LARGEST)}.")
    kinds = (int, np.integer) if isinstance(LARGEST[how], int) else (int, float, np.integer, np.floating)
    if isinstance(amount, bool) or not isinstance(amount, kinds):
        kind = "a whole number, written without a point," if isinstance(LARGEST[how], int) else "a number"
        raise TypeError(f"The amount is {amount!r}; expected {kind} from 0 to {LARGEST[how]}.")
    if not 0 <= amount <= LARGEST[how]:
        raise ValueError(f"The amount is {amount}; expected 0 to {LARGEST[how]}.")
    if not len(images):
        return images.astype(np.float32)
    images, amount = images.astype(np.float32), type(LARGEST[how])(amount)  # unsigned amounts have no negative
    if how == "invert":
        changed = (1 - amount) * images + amount * (1 - images)
    elif how == "grey paper":
        changed = images + amount * (1 - images)
    elif how == "noise":
        changed = images + amount * np.random.default_rng(0).normal(size=images.shape)
    elif how == "shift":
        ways = [(0, amount), (0, -amount), (amount, 0), (-amount, 0)]
        changed = np.array([ndimage.shift(image, ways[i % 4], order=0) for i, image in enumerate(images)])
    elif how == "rotate":
        changed = np.empty_like(images)
        for first, degrees in enumerate((amount, -amount)):
            changed[first::2] = ndimage.rotate(images[first::2], degrees, axes=(2, 1), reshape=False, order=1)
    elif how == "shrink":
        zoom = np.array([1, 1 / (1 - amount), 1 / (1 - amount)])
        changed = ndimage.affine_transform(images, zoom, [0, *(13.5 * (1 - zoom[1:]))], order=1)
    elif how == "thin":
        changed = ndimage.grey_erosion(images, (1, 1 + amount, 1 + amount))
    else:
        changed = ndimage.grey_dilation(images, (1, 1 + amount, 1 + amount))
    return np.clip(changed, 0, 1).astype(np.float32)


def write_on_paper(image, rng):
    """Return a synthetic photo of a digit on paper: uneven light, a shadow, grain, perspective, JPEG.

    Parameters
    ----------
    image : array_like of whole numbers, shape (28, n)
        An image of MNIST, or up to 20 side by side, 0 to 255.
    rng : numpy.random.Generator
        Decides on everything else: pen, paper, place, size, light, noise, camera.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)

    Raises
    ------
    TypeError
        If the image holds no numbers, or `rng` is no generator.
    ValueError
        If its shape is another, a value is outside 0-255 or not whole, or the largest is 1.
    """
    width = np.shape(image)[1] if np.ndim(image) == 2 else 28
    image = check_array(image, "the pixels", shape=(28, width), kinds="uif", low=0, high=255)
    if not 28 <= width <= 560 or image.max() <= 1 or not np.array_equal(image, np.round(image)):
        raise ValueError(
            f"Expected whole numbers from 0 to 255 of shape (28, n), n from 28 to 560, found {image.dtype} from "
            f"{image.min():g} to {image.max():g} of shape {image.shape}. If they run from 0 to 1, pass "
            "(255 * image).round()."
        )
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is {rng!r}; expected a generator, such as np.random.default_rng(0).")
    digit = image.astype(np.float32) / 255
    height, width = rng.integers(240, 420, 2)
    width = width * digit.shape[1] // digit.shape[0]
    strokes = _place(digit, height, width, rng)
    paper = np.ones(3) * rng.uniform(0.8, 1) * [1, rng.uniform(0.96, 1), rng.uniform(0.85, 1)]
    pen = np.array(PENS[rng.choice(list(PENS))])
    photo = paper + strokes[:, :, None] * rng.uniform(0.75, 1) * (pen - paper)
    photo *= _light(height, width, rng)[:, :, None]
    grain = ndimage.gaussian_filter(rng.normal(size=(height, width)), rng.uniform(0.4, 1.2))
    photo += rng.uniform(0.005, 0.03) * (grain / grain.std())[:, :, None]
    picture = Image.fromarray((255 * np.clip(photo, 0, 1)).round().astype(np.uint8))
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=int(rng.integers(40, 95)))
    return np.asarray(Image.open(file))


def _place(digit, height, width, rng):
    """Return a digit, enlarged, somewhere on an empty sheet and seen a little from the side; 0 to 1."""
    rows, columns = digit.shape
    size = rng.uniform(0.5, 0.9) * min(height, width * rows / columns)
    left, top = rng.uniform(0, width - size * columns / rows), rng.uniform(0, height - size)
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    corners = unit * [size * columns / rows, size] + [left, top]
    angle = np.radians(rng.uniform(-6, 6))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = corners.mean(axis=0)
    corners = (corners - centre) @ turn + centre + rng.uniform(-0.04, 0.04, (4, 2)) * size
    view = transform.ProjectiveTransform.from_estimate(corners, unit * [columns - 1, rows - 1])
    strokes = transform.warp(digit, view, output_shape=(height, width), order=3, mode="constant")
    return 1 / (1 + np.exp(-12 * (strokes - 0.45)))  # sharp edges again, as those of a pen


def _light(height, width, rng):
    """Return the brightness of the light everywhere: falling to one side, with a soft shadow; 0 to 1."""
    rows, columns = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    direction = rng.uniform(0, 2 * np.pi)
    slope = np.cos(direction) * columns + np.sin(direction) * rows
    light = 1 - rng.uniform(0, 0.45) * (slope - slope.min()) / np.ptp(slope)
    across = np.cos(direction + 1) * (columns - rng.uniform(0, 1)) + np.sin(direction + 1) * (rows - rng.uniform(0, 1))
    return light * (1 - rng.uniform(0, 0.4) / (1 + np.exp(-across / rng.uniform(0.02, 0.2))))
