"""Turn photos of handwritten digits into images like those of MNIST."""

from typing import NamedTuple

import numpy as np

from helpers.handwriting.fitting import centre, cut, fit
from helpers.handwriting.ink import find_ink
from helpers.handwriting.marks import box_of, find_marks, find_strokes
from helpers.handwriting.picture import load_picture
from helpers.handwriting.sheet import without_table
from helpers.handwriting.unreadable import UnreadablePhoto

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
    image : str, Path, bytes, PIL.Image.Image or array_like
        A file (JPEG, PNG, HEIC and others), or what is in one: dark ink on light paper, or light on dark, in grey or
        colour, also on a table. Arrays have the shape (height, width), or (height, width, channels) with 1 to 4
        channels; whole numbers of 8 or 16 bits, or floats from 0 to 1.

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
        If the picture cannot be read, is too small or too large, or holds NaN or infinity.
    UnreadablePhoto
        A ValueError: if no digit is found, or several. A notebook that does not catch it shows the stages up to there,
        with what was found.
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
    FileNotFoundError, TypeError, ValueError, UnreadablePhoto
        As `prepare_photo`, except that several digits are welcome.
    """
    grey, scale = load_picture(image)
    _, ink, marks, corner = _read(grey, scale)
    return [
        Digit(tuple(round(edge / scale) for edge in _placed(box_of(mark), corner)), centre(fit(*cut(ink, mark))))
        for mark in marks
    ]


def photo_stages(image):
    """Prepare a photo as `prepare_photo` does, and return each stage on the way as an image.

    Returns
    -------
    dict of str to ndarray of float32
        From the photo in grey to the image of shape (28, 28), by what was done; all but the first have 0 for paper.
    """
    stages, ink, marks, corner = _read(*load_picture(image))
    if len(marks) > 1:
        raise UnreadablePhoto(
            f"Found {len(marks)} marks that may be digits, expected one. For several digits, use find_digits(image). "
            "If you wrote only one, cut the rest of the picture away, or write it without gaps.",
            stages,
            [_placed(box_of(mark), corner) for mark in marks],
        )
    found, mask = cut(ink, marks[0])
    small = fit(found, mask)
    return stages | {
        "the digit, cut out": found,
        "fitted into 20 x 20": small,
        "centred in 28 x 28": centre(small),
    }


def _read(grey, scale):
    """Return the stages of a picture up to its ink, the ink, the digits' marks, and what was cut off left and above.

    Raises UnreadablePhoto if there is no digit.
    """
    stages = {"in grey": grey}
    paper, corner = without_table(grey, scale)
    ink = find_ink(paper)
    stages["ink, without paper and shadow"] = ink
    if not ink.any():
        raise UnreadablePhoto(
            f"No digit was found: there is nothing darker or lighter than the paper around it. {USABLE}", stages
        )
    try:
        marks = find_marks(find_strokes(ink))
    except ValueError as error:
        raise UnreadablePhoto(f"{error} {USABLE}", stages) from None
    if not marks:
        raise UnreadablePhoto(f"No digit was found in this picture. {USABLE}", stages)
    return stages, ink, marks, corner


def _placed(box, corner):
    """Return a box in the pixels of a picture from which rows and columns were cut off."""
    return tuple(int(edge + start) for edge, start in zip(box, 2 * corner, strict=True))
