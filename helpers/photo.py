"""Turn photos of handwritten digits into images like those of MNIST.

The thresholds were found by trying, on photos that `write_on_paper` made; tests/test_photo.py has what they must do.
"""

import contextlib
import math
import os
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage
from skimage import filters, measure, morphology, segmentation, transform

from helpers.data import MIDDLE, as_array

#: Pictures with more pixels than this are refused unread; larger sides than this are reduced before looking for ink.
MAX_PIXELS, LARGEST_SIDE = 100_000_000, 800
#: Formats of files that are read; Pillow knows others, and runs a program for one of them.
FORMATS = ["AVIF", "BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP"]
#: Pictures with smaller sides are refused; with smaller sides than the second, they are enlarged first.
MIN_SIDE, ENLARGED_SIDE = 12, 200
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
    grey, scale = _load(image)
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
    grey, _ = _load(image)
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


def _load(image):
    """Return a picture in grey, float32 from 0 to 1 and of moderate size, and its scale."""
    if isinstance(image, Image.Image) or hasattr(image, "__fspath__") or isinstance(image, str):
        grey, before = _load_picture(image)
    else:
        grey, before = _load_array(image)
    side = max(grey.shape)
    if side > LARGEST_SIDE or side < ENLARGED_SIDE:
        scale = (LARGEST_SIDE if side > LARGEST_SIDE else ENLARGED_SIDE) / side
        shape = [max(1, round(length * scale)) for length in grey.shape]
        resize = transform.resize_local_mean if scale < 1 else transform.resize
        return resize(grey, shape).astype(np.float32), scale * before
    return grey, before


class _WrongSize(ValueError):
    """Says in its own words what is wrong with the size of a picture."""


def _check_size(width, height):
    """Raise _WrongSize if a picture is too large, or too small in one direction."""
    if width * height > MAX_PIXELS:
        raise _WrongSize(
            f"This picture has {width} x {height} pixels, expected at most {MAX_PIXELS:,}. Make it smaller first."
        )
    if min(width, height) < MIN_SIDE:
        raise _WrongSize(f"This picture has {width} x {height} pixels, expected at least {MIN_SIDE} each way.")


def _load_picture(image):
    """Return a picture of any mode, upright, as an array in grey from 0 to 1, and its scale."""
    if not isinstance(image, Image.Image) and os.path.isdir(image or "."):  # an empty name is the folder at work
        folder = str(Path(os.fsdecode(image)).absolute())
        raise ValueError(f"{folder!r} is a folder, expected a picture. Add the name of a file, such as my_digit.jpg.")
    with contextlib.ExitStack() as opened:
        return _read_picture(image, opened)


def _read_picture(image, opened):
    """Return a picture of any mode as `_load_picture` does; `opened` will close its file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a large picture: there is a limit here; of odd ones: an error, or none
            picture = image if isinstance(image, Image.Image) else Image.open(image, formats=FORMATS)
            if picture is not image:
                opened.enter_context(picture)
            _check_size(*picture.size)
            side = max(picture.size)
            if picture is not image:  # lets JPEG files be read in a reduced size
                picture.draft("L", (2 * LARGEST_SIDE, 2 * LARGEST_SIDE))
                ImageOps.exif_transpose(picture, in_place=True)
            else:
                picture = ImageOps.exif_transpose(picture)
            _reduce_picture(picture.crop((0, 0, 1, 1)), 1)  # fails here if such a mode cannot be converted
    except FileNotFoundError:
        raise FileNotFoundError(
            f"There is no picture {str(Path(image).absolute())!r}. Look at folder, name and ending (such as .jpg)."
        ) from None
    except Exception as error:  # of many kinds: the file comes from anywhere
        if isinstance(error, _WrongSize):
            raise
        raise ValueError(
            f"This is no picture that can be read ({error}). Save it as JPEG or PNG: HEIC, for one, which many "
            "phones write, cannot be read here."
        ) from None
    if picture.mode.startswith(("I", "F")):
        grey, scale = _load_array(np.asarray(picture))
        return grey, scale * max(picture.size) / side
    factor = max(1, max(picture.size) // (2 * LARGEST_SIDE))
    height = 64 * factor
    boxes = [(0, top, picture.width, min(top + height, picture.height)) for top in range(0, picture.height, height)]
    grey = np.concatenate([_reduce_picture(picture.crop(box), factor) for box in boxes])
    return grey, max(grey.shape) / side


def _reduce_picture(picture, factor):
    """Return a picture in grey from 0 to 1, smaller by a factor, as it looks on white paper if it is transparent."""
    transparent = "A" in picture.getbands() or "transparency" in picture.info
    picture = picture.convert("RGBA" if transparent else "L").reduce(factor)
    if transparent:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("L")
    return np.asarray(picture, np.float32) / 255


def _load_array(image):
    """Return an array of numbers as a picture in grey from 0 to 1, and its scale."""
    pixels = as_array(image, "rows of this picture")
    if pixels.dtype.kind not in "buif" or pixels.ndim == 0:
        found = type(image).__name__ + (f" of {pixels.dtype}" if pixels.ndim else "")
        raise TypeError(f"Expected a path, a PIL image or an array of numbers, found {found}.")
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (2, 3, 4)):
        raise ValueError(
            f"Expected one picture of shape (height, width) or (height, width, channels), with 1 to 4 channels, found "
            f"{pixels.shape}. Of several, pass one at a time, such as images[0]."
        )
    height, width = pixels.shape[:2]
    _check_size(width, height)
    lowest, highest = pixels.min(), pixels.max()
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        raise ValueError("This picture holds NaN or infinity. Look for a division by zero before this line.")
    largest = {"b": 1, "f": 1}.get(pixels.dtype.kind) or (
        255 if pixels.dtype.itemsize == 1 or highest <= 255 else 65535
    )
    if lowest < 0 or highest > largest:
        fix = " If these are grey values from 0 to 255, divide them by 255." if largest == 1 and lowest >= 0 else ""
        raise ValueError(f"Values run from {lowest:g} to {highest:g}, expected 0 to {largest}.{fix}")
    if pixels.dtype.kind in "iu" and (highest == 1 or (largest > 255 and highest < 1024)):
        fix = "Multiply them by 255." if highest == 1 else "Pass image / image.max(), or np.clip(image, 0, 255)."
        raise ValueError(f"Whole numbers run from {lowest} to {highest}, expected 0 to 255, or to 65535. {fix}")
    factor = max(1, max(height, width) // (2 * LARGEST_SIDE))
    if factor > 1:
        pixels = _reduce_array(pixels, factor)
    pixels = pixels.astype(np.float32) / largest
    if pixels.ndim == 3:
        colours = pixels.shape[2]
        if colours in (2, 4):  # the last channel is opacity; paper is white
            opacity = pixels[:, :, -1:]
            pixels = pixels[:, :, :-1] * opacity + (1 - opacity)
        pixels = pixels @ np.float32([0.299, 0.587, 0.114]) if pixels.shape[2] == 3 else pixels[:, :, 0]
    return pixels, 1 / factor


def _reduce_array(pixels, factor):
    """Return an array smaller by a factor: means of squares, taken strip by strip so that little memory is needed."""
    rows, columns = (max(1, length // factor) for length in pixels.shape[:2])
    height, width = (min(length, factor) for length in pixels.shape[:2])
    strips = (pixels[i * height : (i + 1) * height, : columns * width] for i in range(rows))
    shape = (height, columns, width, *pixels.shape[2:])
    return np.array([strip.reshape(shape).mean(axis=(0, 2), dtype=np.float32) for strip in strips])


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
