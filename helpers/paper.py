"""Photos that were never taken: digits of MNIST written on paper by a program, to measure how well photos are read."""

import io

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage import transform

#: Colours of pens, from 0 (dark) to 1, and how much of the paper they cover.
PENS = {"black": (0.08, 0.08, 0.1), "blue": (0.1, 0.15, 0.5), "red": (0.65, 0.1, 0.12), "pencil": (0.4, 0.4, 0.42)}


def write_on_paper(image, rng):
    """Return a synthetic photo of a digit on paper: uneven light, a shadow, grain, perspective, JPEG.

    Parameters
    ----------
    image : array_like of uint8, shape (28, 28)
        An image of MNIST.
    rng : numpy.random.Generator
        Decides on everything else: pen, paper, place, size, light, noise, camera.

    Returns
    -------
    ndarray of uint8, shape (height, width, 3)
    """
    height, width = rng.integers(240, 420, 2)
    strokes = _place(np.asarray(image, np.float32) / 255, height, width, rng)
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
    size = rng.uniform(0.5, 0.9) * min(height, width)
    left, top = rng.uniform(0, width - size), rng.uniform(0, height - size)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * size + [left, top]
    angle = np.radians(rng.uniform(-6, 6))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = corners.mean(axis=0)
    corners = (corners - centre) @ turn + centre + rng.uniform(-0.04, 0.04, (4, 2)) * size
    edges = np.array([[0, 0], [27, 0], [27, 27], [0, 27]])
    view = transform.ProjectiveTransform.from_estimate(corners, edges)
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
