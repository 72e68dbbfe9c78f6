"""Load a picture of any kind, from a file, a PIL image or an array, in grey and of a moderate size."""

import contextlib
import io
import os
import warnings
from pathlib import Path

import numpy as np
from pi_heif import register_heif_opener
from PIL import Image, ImageOps
from skimage import transform

#: Pictures with more pixels than this are refused unread; by default, larger sides than this are reduced.
MAX_PIXELS, LARGEST_SIDE = 100_000_000, 800
#: Formats of files that are read; Pillow knows others, and runs a program for one of them.
FORMATS = ["AVIF", "BMP", "GIF", "HEIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP"]
register_heif_opener()  # HEIC, which many phones write
#: Pictures with smaller sides are refused; with smaller sides than the second, they are enlarged first.
MIN_SIDE, ENLARGED_SIDE = 12, 200


def load_picture(image, largest=LARGEST_SIDE):
    """Return a picture in grey, float32 from 0 to 1 and with sides of at most `largest` pixels, and its scale."""
    if isinstance(image, bytes):
        image = io.BytesIO(image)
    if isinstance(image, Image.Image | io.BytesIO | str) or hasattr(image, "__fspath__"):
        grey, before = _load_file(image)
    else:
        grey, before = _load_array(image)
    side = max(grey.shape)
    if side > largest or side < ENLARGED_SIDE:
        scale = (largest if side > largest else ENLARGED_SIDE) / side
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


def _load_file(image):
    """Return a picture of any mode, upright, as an array in grey from 0 to 1, and its scale."""
    if isinstance(image, str) or hasattr(image, "__fspath__"):
        image = os.path.expanduser(image)
        _refuse_folder(image)
    with contextlib.ExitStack() as opened:
        return _read_picture(image, opened)


def _refuse_folder(image):
    """Raise ValueError if this is a folder; an empty name is the folder at work."""
    if os.path.isdir(image or "."):
        folder = str(Path(os.fsdecode(image)).absolute())
        raise ValueError(f"{folder!r} is a folder, expected a picture. Add the name of a file, such as my_digit.jpg.")


def _read_picture(image, opened):
    """Return a picture of any mode as `_load_file` does; `opened` will close its file."""
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
        reason = "it is of no known kind" if isinstance(image, io.BytesIO) else error
        raise ValueError(f"This is no picture that can be read ({reason}). Save it as JPEG or PNG.") from None
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
    try:
        pixels = np.asarray(image)
    except ValueError:
        raise ValueError("The rows of this picture differ in length.") from None
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
