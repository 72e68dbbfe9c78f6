"""Digits drawn by a program, as traces of a pen or from images of MNIST, and photos of sheets with them."""

import io

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage
from skimage import transform

from helpers.handwriting.writers import FORMS

#: A form of each digit, by name: strokes of points, x and y from 0 to 1, down.
TRACES = {str(digit): forms[0] for digit, forms in FORMS.items()}
FOUR_OF_TWO = [[(0.21, 0), (0.05, 0.6), (0.75, 0.6)], [(1.02, 0.32), (0.92, 1.1)]]
FIVE_OF_TWO = [
    [(0.2, 0.12), (0.1, 0.45), (0.6, 0.42), (0.95, 0.64), (0.85, 0.88), (0.5, 1), (0, 0.95)],
    [(0.36, 0.02), (1.05, 0)],
]


def trace(strokes, height, pen, rng=None):
    """Return strokes as ink, 0 to 1, with round ends, cut out; slanted and stretched a little if there is an rng."""
    points = [np.array(stroke) * [0.62 * height, height] for stroke in strokes]
    if rng is not None:
        change = np.array([[rng.uniform(0.85, 1.2), rng.uniform(-0.25, 0.1)], [rng.uniform(-0.06, 0.06), 1]])
        points = [stroke @ change.T + rng.normal(0, 0.012 * height, stroke.shape) for stroke in points]
    first = np.min(np.vstack(points), axis=0) - pen
    width, height = (np.ptp(np.vstack(points), axis=0) + 2 * pen + 1).astype(int)
    picture = Image.new("L", (2 * width, 2 * height))
    pencil = ImageDraw.Draw(picture)
    for stroke in points:
        stroke = 2 * (stroke - first)
        pencil.line([tuple(point) for point in stroke], 255, round(2 * pen))
        for x, y in stroke:
            pencil.ellipse([x - pen, y - pen, x + pen, y + pen], 255)
    return cut(np.asarray(picture.reduce(2), np.float32) / 255)


def cut(ink):
    """Return ink without empty rows and columns around it."""
    rows, columns = (np.nonzero((ink > 0.3).any(axis=axis))[0] for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def draw(digit, height, rng, pool, pen=None):
    """Return a digit as ink, of about that height: as a trace, or an image of MNIST."""
    if pen or rng.random() < 0.5:
        return trace(TRACES[digit], height, pen or max(1.5, rng.uniform(0.05, 0.13) * height), rng)
    image = cut(np.float32(pool[digit][rng.integers(len(pool[digit]))]) / 255)
    scale = height / max(image.shape)
    large = transform.resize(np.pad(image, 1), [round(scale * (length + 2)) for length in image.shape], order=3)
    return cut(1 / (1 + np.exp(-14 * (large - 0.45))))


def put(sheet, ink, left, top):
    """Add ink to a sheet, at a place in whole pixels; what lies outside is lost."""
    left, top = round(left), round(top)
    height, width = sheet.shape
    ink = ink[max(0, -top) : max(0, height - top), max(0, -left) : max(0, width - left)]
    part = sheet[max(0, top) : max(0, top) + ink.shape[0], max(0, left) : max(0, left) + ink.shape[1]]
    np.maximum(part, ink, out=part)


def take(sheet, rng, paper=None, ink=None, light=1.0, grain=None):
    """Return a photo of a sheet of ink: paper and pen of some grey, lens, light, grain, and mostly JPEG."""
    paper = rng.uniform(190, 250) if paper is None else paper
    ink = rng.uniform(20, 0.5 * paper) if ink is None else ink
    rows, columns = np.mgrid[-0.5 : 0.5 : sheet.shape[0] * 1j, -0.5 : 0.5 : sheet.shape[1] * 1j]
    light = light * (1 - rng.uniform(0, 0.3) * (0.5 + rng.choice([-1, 1]) * (rows + columns) / 2))
    photo = light * (paper + (ink - paper) * ndimage.gaussian_filter(sheet, rng.uniform(0.3, 1)))
    grain = rng.uniform(0, 4) if grain is None else grain
    photo = np.clip(photo + grain * ndimage.gaussian_filter(rng.normal(size=sheet.shape), 0.6), 0, 255)
    return squeeze(photo, rng)


def squeeze(photo, rng):
    """Return a photo as uint8, in two of three cases after JPEG."""
    photo = photo.round().astype(np.uint8)
    if rng.random() < 1 / 3:
        return photo
    file = io.BytesIO()
    Image.fromarray(photo).save(file, "JPEG", quality=int(rng.integers(50, 95)))
    return np.asarray(Image.open(file))
