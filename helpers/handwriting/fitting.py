"""Make a digit, found in a picture, an image like those of MNIST."""

import math

import numpy as np
from scipy import ndimage
from skimage import morphology, transform

from helpers.data import MIDDLE
from helpers.handwriting.marks import CLEAR, box_of

#: The least width of a stroke as a share of the digit's longer side. Thinner ones fade when they are made small.
MIN_STROKE = 0.11


def cut(ink, mark):
    """Return the ink of a digit, cut out, and where its strokes are (bool)."""
    left, top, right, bottom = box_of(mark)
    mask = np.zeros((bottom - top, right - left), bool)
    for part in mark:
        row, column = part.bbox[0] - top, part.bbox[1] - left
        mask[row : row + part.image.shape[0], column : column + part.image.shape[1]] |= part.image
    around = morphology.dilation(mask, morphology.disk(2))
    return ink[top:bottom, left:right] * around, mask


def fit(ink, mask):
    """Return a digit within 20 x 20 pixels, its proportions kept, its strokes not too thin."""
    side = max(ink.shape)
    mask = np.pad(mask & (ink > CLEAR * ink[mask].max()), 1)
    stroke = 2 * np.median(ndimage.distance_transform_edt(mask)[morphology.skeletonize(mask)])
    missing = math.ceil((MIN_STROKE * side - stroke) / 2)
    if missing > 0:
        ink = _thicken(ink, missing)
        side = max(ink.shape)
    small = transform.resize_local_mean(ink, [max(1, round(20 * length / side)) for length in ink.shape])
    return (small / small.max()).astype(np.float32)


def _thicken(ink, radius):
    """Return ink, `radius` pixels wider on each side: dilation by a disk, row by row of the disk, which is faster."""
    ink = np.pad(ink, radius)
    thick = np.zeros_like(ink)
    for row in range(-radius, radius + 1):
        width = 2 * math.isqrt(radius**2 - row**2) + 1
        np.maximum(thick, np.roll(ndimage.maximum_filter1d(ink, width, axis=1), row, axis=0), out=thick)
    return thick


def centre(small):
    """Return an image of shape (28, 28) with a digit's centre of mass within half a pixel of the middle of MNIST's."""
    rows, columns = (round(MIDDLE - centre) for centre in ndimage.center_of_mass(small))
    row, column = np.clip([rows, columns], 0, [28 - length for length in small.shape])
    image = np.zeros((28, 28), np.float32)
    image[row : row + small.shape[0], column : column + small.shape[1]] = small
    return image
