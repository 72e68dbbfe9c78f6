"""Load MNIST from the project's own file, and prepare it for a network."""

import contextlib
import csv
import hashlib
import io
import math
import os
import reprlib
import zipfile
from pathlib import Path

import numpy as np

from helpers.files import open_zip

DATA = Path(__file__).resolve().parents[1] / "data"

#: name: (shape, SHA-256 of the array's bytes). See data/README.md for where these come from.
ARRAYS = {
    "x_train": ((60000, 28, 28), "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757"),
    "y_train": ((60000,), "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13"),
    "x_test": ((10000, 28, 28), "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161"),
    "y_test": ((10000,), "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5"),
}
NUM_CLASSES = 10
#: Row and column, counted from 0, in which the digits have their centre of mass, within half a pixel.
MIDDLE = 14
#: The longest header of an array in the file, in bytes.
MAX_HEADER = 256


def load_mnist(path=DATA / "mnist.npz"):
    """Load the MNIST data set from a local file and verify every array. No network is used, ever.

    Parameters
    ----------
    path : str or Path
        An ``.npz`` file with the arrays ``x_train``, ``y_train``, ``x_test`` and ``y_test``.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : tuples of ndarray
        Images, uint8 of shape (60000, 28, 28) and (10000, 28, 28), 0 (paper) to 255 (ink), and labels,
        uint8 of shape (60000,) and (10000,), 0 to 9. The same arrays, in the same order, as
        `keras.datasets.mnist.load_data`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If `path` is no path.
    ValueError
        If the file is damaged, or any of the four arrays is not the original. Sizes are compared before
        anything is unpacked, nothing is unpickled, and no more is unpacked than the original holds.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 1998.
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"Expected the path of the data file, or nothing: load_mnist(). Found {type(path).__name__}.")
    path = Path(path)
    fix = "Pass the path of the original file, or leave the brackets empty: load_mnist()."
    if path == DATA / "mnist.npz":
        fix = f'Restore it in a terminal: git -C "{DATA.parent}" checkout -- data/mnist.npz (or unpack the course).'
    if not path.is_file():
        raise FileNotFoundError(f"No data file at {path}. {fix}")
    try:
        with open_zip(path) as archive:
            arrays = {name: _read_array(archive, name) for name in ARRAYS}
    except Exception as error:  # a damaged zip file raises nearly anything
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ValueError(f"{path} is not the MNIST file, or is damaged: {reason}. {fix}") from error
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def _read_array(archive, name):
    """Unpack one array in small pieces, after comparing sizes and header, and compare its hash."""
    shape, sha256 = ARRAYS[name]
    info = archive.getinfo(f"{name}.npy")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"array {name} is packed by another method than the original")
    expected = math.prod(shape)
    length = info.file_size - expected  # of the header, which differs from one version of NumPy to another
    if not 0 < length <= MAX_HEADER:
        raise ValueError(f"array {name} takes {info.file_size:,} bytes, expected {expected:,} and a short header")
    with archive.open(info) as member:
        header = io.BytesIO(member.read(length))
        np.lib.format.read_magic(header)
        if np.lib.format.read_array_header_1_0(header) != (shape, False, np.uint8) or header.tell() != length:
            raise ValueError(f"array {name} is not uint8 of shape {shape}")
        array = np.empty(shape, np.uint8)
        view, read = memoryview(array).cast("B"), 0
        while count := member.readinto(view[read : read + 2**16]):
            read += count
    if read != array.nbytes or hashlib.sha256(array).hexdigest() != sha256:
        raise ValueError(f"array {name} differs from the original (its SHA-256 does not match)")
    return array


def preprocess(images):
    """Turn MNIST images into what the dense networks of this course read.

    Parameters
    ----------
    images : array_like of int, shape (n, 28, 28)
        Grey values from 0 (paper) to 255 (ink).

    Returns
    -------
    ndarray of float32, shape (n, 784)
        The same values divided by 255, one row an image, between 0 and 1.

    Raises
    ------
    TypeError
        If the values are no whole numbers: they are prepared already, or are no grey values.
    ValueError
        If the shape is another, a value is outside 0-255, none is larger than 1, or an image is blank.
    """
    images = as_array(images, "images")
    if images.dtype.kind == "f" and images.size and images.min() >= 0 and images.max() <= 1:
        found = f"divided by 255 already. {as_rows(images.shape) or 'Pass the uint8 images that load_mnist() gives.'}"
        if images.ndim == 2 and images.shape[1] == 784:
            found = "prepared already. Use them as they are."
        raise TypeError(f"These images are {images.dtype} from {images.min():g} to {images.max():g}: they are {found}")
    if images.dtype.kind not in "ui":
        fix = "Pass the uint8 images that load_mnist() gives."
        if images.dtype.kind == "f":
            fix = "If these are grey values from 0 to 255, pass images.astype('uint8')."
            if not np.isfinite(images).all():
                fix = "Some are NaN or infinity: look for a division by zero before this line."
        raise TypeError(f"Expected whole numbers from 0 to 255 (uint8), found {such_as(images)}. {fix}")
    if images.ndim != 3 or images.shape[1:] != (28, 28):
        raise ValueError(f"Expected images of shape (n, 28, 28), found {images.shape}.{as_squares(images.shape)}")
    if images.size and (images.min() < 0 or images.max() > 255):
        raise ValueError(f"Expected grey values from 0 to 255, found {images.min()} to {images.max()}.")
    check_grey(images)
    rows = images.reshape(len(images), 784)
    blank = np.flatnonzero((rows == rows[:, :1]).all(axis=1))
    if blank.size:
        raise ValueError(f"Image {blank[0]} is blank: all its pixels are {rows[blank[0], 0]}. {leave_out(blank[0])}")
    return rows.astype(np.float32) / np.float32(255)


def as_array(values, name):
    """Return `values` as an array; raise a ValueError that names them if they are no regular block of numbers."""
    try:
        return np.asarray(values)
    except ValueError:
        raise ValueError(
            f"The {name} do not form one array: pass neither a pair (images, labels) nor rows of different lengths."
        ) from None


def check_grey(images):
    """Raise ValueError if whole numbers that should be grey values run from 0 to 1 only."""
    if images.size and images.max() == 1:
        raise ValueError(
            "Expected grey values from 0 to 255, found whole numbers from 0 to 1: the grey is lost, perhaps by "
            "dividing by 255 and rounding. Start again from the images that load_mnist() gives."
        )


def check_generator(rng):
    """Raise TypeError if `rng` is no generator of random numbers."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is {reprlib.repr(rng)}; expected a generator, such as np.random.default_rng(0).")


def as_squares(shape):
    """Return a sentence, with a space before it, on how images of this shape become squares; empty if they do not."""
    if shape == (28, 28):
        return " For one image, pass image[None]."
    return " Give them back their shape: images.reshape(-1, 28, 28)." if shape[1:] == (784,) else ""


def as_rows(shape):
    """Return a sentence on how images of this shape become rows; empty if they are no images, or rows already."""
    if shape == (784,) or shape[-2:] == (28, 28) or shape[-3:] == (28, 28, 1):
        return "Make rows of 784 values: x = images.reshape(-1, 784)."
    return ""


def leave_out(index):
    """Return a sentence on how to leave an image out."""
    return (
        f"Leave it out, and its label too: np.delete(images, {index}, axis=0) and np.delete(labels, {index}, axis=0)."
    )


def such_as(array):
    """Say what an array holds, for an error: its dtype, and the first value."""
    first = array.ravel()[:1].tolist()
    return f"{array.dtype}, such as {reprlib.repr(first[0])}" if first else f"{array.dtype}"


def check_classes(labels):
    """Return `labels` as an array if they are classes, whole numbers from 0 to 9; else raise.

    Parameters
    ----------
    labels : array_like of int, shape (n,)

    Returns
    -------
    ndarray of int, shape (n,)

    Raises
    ------
    TypeError
        If they are no whole numbers.
    ValueError
        If they are not one-dimensional (one-hot rows, say) or one is outside 0-9.
    """
    labels = as_array(labels, "labels")
    if labels.ndim != 1:
        fix = "Pass the labels, not the images."
        if labels.ndim == 0:
            fix = "For a single one, pass a list, such as [3]."
        elif labels.shape[1:] == (1,):
            fix = "Pass labels.ravel()."
        elif labels.shape[1:] == (NUM_CLASSES,):
            fix = "One-hot rows become classes with rows.argmax(axis=1)."
        raise ValueError(f"Expected labels of shape (n,), one class for each image, found shape {labels.shape}. {fix}")
    if labels.size == 0:
        return labels.astype(np.uint8)
    if labels.dtype.kind == "f":
        fraction = np.flatnonzero(~np.isfinite(labels) | (labels != np.floor(labels)))
        at = fraction[0] if fraction.size else 0
        raise TypeError(
            f"Expected whole numbers from 0 to 9 as labels, found {labels.dtype}: labels[{at}] is {labels[at]}. "
            "If they are all whole, pass np.array(labels).astype(int)."
        )
    if labels.dtype.kind not in "ui":
        fix = " Digits as text become numbers with np.array(labels).astype(int)." if labels.dtype.kind in "US" else ""
        raise TypeError(f"Expected whole numbers from 0 to 9 as labels, found {such_as(labels)}.{fix}")
    wrong = np.flatnonzero((labels < 0) | (labels >= NUM_CLASSES))
    if wrong.size:
        raise ValueError(f"Expected classes from 0 to 9 as labels, found {labels[wrong[0]]} at index {wrong[0]}.")
    return labels


def one_hot(labels):
    """Turn classes into rows with a single 1: the class 3 becomes 0 0 0 1 0 0 0 0 0 0.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Classes from 0 to 9.

    Returns
    -------
    ndarray of float32, shape (n, 10)

    Raises
    ------
    TypeError, ValueError
        If the labels are no classes; see `check_classes`.
    """
    return np.eye(NUM_CLASSES, dtype=np.float32)[check_classes(labels)]


def shift_randomly(x, pixels, rng):
    """Move each image to a random place, up to some pixels each way: augmentation, as notebook 06 explains it.

    Parameters
    ----------
    x : array_like, shape (n, 784)
        Images whose paper is 0.
    pixels : int
        The most that an image moves, down or up and right or left, 0 to 28; what leaves the image is lost.
    rng : numpy.random.Generator
        Draws the places, such as ``np.random.default_rng(seed)``.

    Returns
    -------
    ndarray of the same shape and dtype

    Raises
    ------
    TypeError
        If the images are no numbers, `pixels` is no whole number, or `rng` is no generator.
    ValueError
        If the images have another shape, or `pixels` is out of range.
    """
    x = as_array(x, "images")
    if x.dtype.kind not in "fui":
        raise TypeError(f"Expected images of numbers, found {such_as(x)}. Prepare them: x = preprocess(images).")
    if x.ndim != 2 or x.shape[1] != 784:
        fix = as_rows(x.shape) or "Prepare them: x = preprocess(images)."
        raise ValueError(f"Expected images of shape (n, 784), found {x.shape}. {fix}")
    whole = isinstance(pixels, (int, np.integer)) and not isinstance(pixels, bool)
    if not whole or not 0 <= pixels <= 28:
        wrong = ValueError if whole else TypeError
        raise wrong(f"The pixels are {reprlib.repr(pixels)}; expected a whole number from 0 to 28.")
    check_generator(rng)
    pixels = int(pixels)
    padded = np.pad(x.reshape(-1, 28, 28), ((0, 0), (pixels, pixels), (pixels, pixels)))
    places = np.lib.stride_tricks.sliding_window_view(padded, (28, 28), axis=(1, 2))
    down, right = rng.integers(0, 2 * pixels + 1, (2, len(x)))
    return places[np.arange(len(x)), down, right].reshape(-1, 784)


def _number(text):
    """Return the whole number or the float that a text stands for, or else the text."""
    for convert in (int, float):
        with contextlib.suppress(ValueError):
            return convert(text)
    return text


def load_runs(name):
    """Load the results of a sweep: many trainings, with other parameters each time.

    Parameters
    ----------
    name : str
        Such as ``"ten_seeds"``: a file in ``data/``, see ``data/README.md``.

    Returns
    -------
    list of dict
        One a training: its parameters, among them ``seed``; what was measured, such as ``training_accuracy`` and
        ``unseen_accuracy``, 0 to 1, on the images that it learned from and on others; what it ran on.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    names = sorted(path.stem for path in DATA.glob("*.csv"))
    if name not in names:
        raise FileNotFoundError(f"There are no results named {name!r} in {DATA}; there are {', '.join(names)}.")
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        return [{column: _number(value) for column, value in row.items()} for row in csv.DictReader(file)]
