"""Turn photos of handwritten digits into images like those of MNIST.

The thresholds were found by trying, on photos that `write_on_paper` made; tests/test_photo.py has what they must do.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy import ndimage
from skimage import filters, measure, morphology, segmentation, transform

from helpers.data import MIDDLE
from helpers.handwriting.picture import load_picture

#: More separate marks than this are no handwritten number.
MAX_PARTS = 200
#: The least contrast, as a share of the paper's brightness, that is taken for ink.
MIN_CONTRAST = 0.12
#: The least width of a stroke as a share of the digit's longer side. Thinner ones fade when they are made small.
MIN_STROKE = 0.11
#: The table around a sheet is looked for in a picture of this side. It begins where the logarithm of brightness changes
#: by more per pixel than at the edge of a shadow; gaps of such an edge up to twice the second number are closed.
TABLE_SIDE, TABLE_EDGES = 200, [(0.045, 4), (0.03, 0)]
#: How much lighter or darker a table is, as a logarithm, and the least share of the picture that a sheet takes: with a
#: table all around, and on some sides only, which a shadow or a digit without paper around it may look like.
TABLE_AROUND, TABLE_BESIDE = (0.08, 0.2), (0.46, 0.5)
USABLE = "A usable picture shows a digit, written with a dark pen on plain paper, that fills a good part of it."


class Digit(NamedTuple):
    """A digit found in a photo."""

    #: left, top, right, bottom, in pixels of the photo, turned upright; the last two exclusive
    box: tuple
    #: float32, shape (28, 28), 0 (paper) to 1 (ink), as in MNIST
    image: np.ndarray


def prepare_photo(image):
    """Turn a photo of one handwritten digit into an image like those of MNIST.

    The way MNIST was made: the digit keeps its proportions and fits a box of 20 x 20 pixels, and its centre of mass
    lies within half a pixel of row and column 14, counted from 0 (LeCun and others, Proceedings of the IEEE 86(11),
    1998).

    Parameters
    ----------
    image : str, Path, PIL.Image.Image or array_like
        Dark ink on light paper, or light on dark, in grey or colour, also on a table. Arrays have the shape (height,
        width), or (height, width, channels) with 1 to 4 channels; whole numbers of 8 or 16 bits, or floats from 0 to 1.

    Returns
    -------
    ndarray of float32, shape (28, 28)
        0 (paper) to 1 (ink).

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If `image` is none of the above.
    ValueError
        If the picture cannot be read, is too small or too large, holds NaN or infinity, no digit or several.
    """
    return photo_stages(image)["centred in 28 x 28"]


def find_digits(image):
    """Find the digits in a photo.

    Parameters
    ----------
    image : str, Path, PIL.Image.Image or array_like
        As for `prepare_photo`.

    Returns
    -------
    list of Digit
        Each with its box and its image, in reading order: line by line, from left to right.

    Raises
    ------
    FileNotFoundError, TypeError, ValueError
        As `prepare_photo`, except that several digits are welcome.
    """
    grey, scale = load_picture(image)
    paper, corner = _without_table(grey)
    ink = _ink(paper)
    return [
        Digit(
            tuple(round((edge + start) / scale) for edge, start in zip(_box(region), 2 * corner, strict=True)),
            _centre(_fit(*_cut(ink, region))),
        )
        for region in _regions(ink)
    ]


def photo_stages(image):
    """Prepare a photo as `prepare_photo` does, and return each stage on the way as an image.

    Returns
    -------
    dict of str to ndarray of float32
        From the photo in grey to the image of shape (28, 28), by what was done; all but the first have 0 for paper.
    """
    grey, _ = load_picture(image)
    ink = _ink(_without_table(grey)[0])
    regions = _regions(ink)
    if len(regions) > 1:
        raise ValueError(
            f"Found {len(regions)} marks that may be digits, expected one. For several digits, use find_digits(image). "
            "If you wrote only one, cut the rest of the picture away, or write it without gaps."
        )
    found, mask = _cut(ink, regions[0])
    small = _fit(found, mask)
    return {
        "in grey": grey,
        "ink, without paper and shadow": ink,
        "the digit, cut out": found,
        "fitted into 20 x 20": small,
        "centred in 28 x 28": _centre(small),
    }


def _without_table(grey):
    """Return a picture cut to its sheet of paper, and what is left and top of it; all of it if there is no table.

    Near the edges of the sheet, what is not of it gets the brightness of the nearest paper.
    """
    small = [max(8, round(TABLE_SIDE * length / max(grey.shape))) for length in grey.shape]
    small = transform.resize_local_mean(grey, small)
    light = np.log(small + 0.1)  # the step from paper to table is the same in shadow
    slope = ndimage.gaussian_gradient_magnitude(light, 1)
    for edge, gap in TABLE_EDGES:
        labels, _ = ndimage.label(ndimage.distance_transform_edt(slope < edge) > gap)
        for label in np.bincount(labels.ravel())[1:].argsort()[:-3:-1] + 1:  # the sheet, or first the table
            part = labels == label
            # Sheets are convex: what ink takes from one at its edge belongs to it.
            sheet = ndimage.distance_transform_edt(~morphology.convex_hull_image(part)) <= gap
            nearest = tuple(ndimage.distance_transform_edt(~part, return_distances=False, return_indices=True))
            if _is_sheet(sheet, part, np.abs(light - light[nearest])):
                inside = transform.resize(sheet.astype(np.float32), grey.shape, order=1) > 0.99
                paper = transform.resize(filters.gaussian(small[nearest], 2), grey.shape).astype(np.float32)
                rows, columns = (np.nonzero(inside.any(axis=axis))[0] for axis in (1, 0))
                return np.where(inside, grey, paper)[np.ix_(rows, columns)], (int(columns[0]), int(rows[0]))
    return grey, (0, 0)


def _is_sheet(sheet, part, step):
    """Tell whether a part of a picture is a sheet on a table: much of it, a rectangle, and all outside is different.

    Around a digit, there is paper again: what is outside must be lighter or darker up to the edges of the picture.
    """
    inner = sheet[1:-1, 1:-1].sum()
    least, share = TABLE_AROUND if sheet.sum() - inner < 0.1 * sum(sheet.shape) else TABLE_BESIDE
    if not share < sheet.mean() < 0.97 or part.sum() < 0.5 * sheet.sum():
        return False
    points = np.argwhere(sheet)
    turned = [points @ [[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]] for a in np.radians(range(0, 90, 3))]
    away = ndimage.distance_transform_edt(~sheet)
    near, all_outside = step[(away > 4) & (away < 9)] > least, step[away > 4] > least
    filled = len(points) / min(np.prod(np.ptp(corners, axis=0) + 1) for corners in turned)
    return filled > 0.86 and near.size > 0 and near.mean() > 0.85 and all_outside.mean() > 0.8


def _ink(grey):
    """Return how much ink is where: 0 for paper, whatever its brightness, up to about 1; raise ValueError if none is.

    The paper's brightness near a pixel is the median of a wide neighbourhood, since most of a picture is paper.
    """
    grey = filters.gaussian(grey, max(grey.shape) / 600)
    small = transform.resize_local_mean(grey, [max(8, round(96 * length / max(grey.shape))) for length in grey.shape])
    half = [length // 4 for length in small.shape]
    # Beyond the edges the light goes on falling or rising as it does within.
    wide = np.clip(np.pad(small, [(n, n) for n in half], mode="reflect", reflect_type="odd"), 0, 1)
    median = filters.rank.median((255 * wide).round().astype(np.uint8), np.ones([2 * n + 1 for n in half], bool)) / 255
    median = median[half[0] : -half[0], half[1] : -half[1]]
    paper = transform.resize(filters.gaussian(median, 2), grey.shape)
    difference = grey - paper
    noise = 1.5 * np.median(np.abs(difference)) + 0.01
    darker = np.maximum(-difference - 4 * noise, 0).sum()
    lighter = np.maximum(difference - 4 * noise, 0).sum()
    ink = -difference / np.maximum(paper, 0.1) if darker >= lighter else difference / np.maximum(1 - paper, 0.1)
    ink = np.clip(ink, 0, 1)
    noise = 1.5 * np.median(ink) + 0.01
    clear = ink > max(4 * noise, MIN_CONTRAST)
    inside = segmentation.clear_border(clear)  # what reaches the edge is a shadow, or the table
    clear = ink[inside if ink[inside].sum() > 0.1 * ink[clear].sum() else clear]
    if clear.size < 1e-4 * ink.size:
        raise ValueError(f"No digit was found: there is nothing darker or lighter than the paper around it. {USABLE}")
    return np.clip(ink / np.quantile(clear, 0.95), 0, 1).astype(np.float32)


def _box(region):
    """Return the box of all parts of a digit: left, top, right, bottom, the last two exclusive."""
    tops, lefts, bottoms, rights = zip(*(part.bbox for part in region), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _belong_together(one, other):
    """Tell whether two parts are of one digit: the smaller lies near, and above, below or well short of the other."""
    left, top, right, bottom = _box(one)
    other_left, other_top, other_right, other_bottom = _box(other)
    across = max(left, other_left) - min(right, other_right)
    down = max(top, other_top) - min(bottom, other_bottom)
    heights, widths = (bottom - top, other_bottom - other_top), (right - left, other_right - other_left)
    shorter, gap = min(heights) / max(heights), max(across, down) / max(heights)
    stacked = across < -0.4 * min(widths) and down < 0.4 * max(heights) and shorter < 0.75
    return stacked or (shorter < 0.5 and gap < 0.3) or (shorter < 0.75 and gap < 0.06)


def _regions(ink):
    """Return the digits in a picture of ink in reading order, each as a list of its connected parts."""
    parts = measure.regionprops(measure.label(ink > 0.45))
    height, width = ink.shape
    inside = [
        part
        for part in parts
        if part.bbox[0] > 0 and part.bbox[1] > 0 and part.bbox[2] < height and part.bbox[3] < width
    ]
    parts = sorted(inside or parts, key=lambda part: part.area, reverse=True)  # what leaves the picture is no digit
    parts = [part for part in parts if part.area > max(12, 0.04 * parts[0].area)] if parts else []
    if len(parts) > MAX_PARTS:
        raise ValueError(f"There are {len(parts)} marks in this picture, expected at most {MAX_PARTS}. {USABLE}")
    regions = []
    for part in parts:
        home = next((region for region in regions if _belong_together(region, [part])), None)
        if home is None:
            regions.append([part])
        else:
            home.append(part)
    sizes = [max(right - left, bottom - top) for left, top, right, bottom in map(_box, regions)]
    regions = [region for region, size in zip(regions, sizes, strict=True) if size > 0.4 * max(sizes)]
    if not regions:
        raise ValueError(f"No digit was found in this picture. {USABLE}")
    boxes = list(map(_box, regions))
    if sum((right - left) * (bottom - top) for left, top, right, bottom in boxes) > 2 * ink.size:
        raise ValueError(f"The {len(regions)} marks in this picture lie across each other. {USABLE}")
    lines = []
    for region in sorted(regions, key=lambda region: _box(region)[1] + _box(region)[3]):
        _, top, _, bottom = _box(region)
        last = _box(lines[-1][0]) if lines else None
        if last and (top + bottom) / 2 < last[3]:
            lines[-1].append(region)
        else:
            lines.append([region])
    return [region for line in lines for region in sorted(line, key=lambda region: _box(region)[0])]


def _cut(ink, region):
    """Return the ink of a digit, cut out, and where its strokes are (bool)."""
    left, top, right, bottom = _box(region)
    mask = np.zeros((bottom - top, right - left), bool)
    for part in region:
        row, column = part.bbox[0] - top, part.bbox[1] - left
        mask[row : row + part.image.shape[0], column : column + part.image.shape[1]] |= part.image
    around = morphology.dilation(mask, morphology.disk(2))
    return ink[top:bottom, left:right] * around, mask


def _fit(ink, mask):
    """Return a digit within 20 x 20 pixels, its proportions kept, its strokes not too thin."""
    side = max(ink.shape)
    stroke = 2 * np.median(ndimage.distance_transform_edt(np.pad(mask, 1))[np.pad(morphology.skeletonize(mask), 1)])
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


def _centre(small):
    """Return an image of shape (28, 28) with a digit's centre of mass within half a pixel of the middle of MNIST's."""
    rows, columns = (round(MIDDLE - centre) for centre in ndimage.center_of_mass(small))
    row, column = np.clip([rows, columns], 0, [28 - length for length in small.shape])
    image = np.zeros((28, 28), np.float32)
    image[row : row + small.shape[0], column : column + small.shape[1]] = small
    return image
