"""The reader's own digits: a file in the reader's own folder. It grows; only the last digit can be taken back."""

import io
import re

import numpy as np

from helpers.checks import check_array
from helpers.files import mine, write_atomically


def own_digits(who=None):
    """Return the digits that the reader has kept, in the order in which they were kept.

    Parameters
    ----------
    who : str, optional
        Who wrote them, if several people keep digits, each in a file of their own: letters, digits, - and _, 40 at
        most.

    Returns
    -------
    images : ndarray of uint8, shape (n, 28, 28)
        Ink 255 on paper 0, as in MNIST; n is 0 if nothing was kept yet.
    labels : ndarray of uint8, shape (n,), 0 to 9

    Raises
    ------
    OSError
        If the file cannot be read, because another program holds it, say.
    TypeError, ValueError
        If the file is damaged, and says where it is; or `who` is no such name.
    """
    path = _file_of(who)
    if not path.exists():
        return np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8)
    data = path.read_bytes()
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            images, labels = file["images"], file["labels"]
        if images.dtype != np.uint8 or images.shape[1:] != (28, 28) or labels.shape != images.shape[:1]:
            raise ValueError(f"images of {images.dtype} {images.shape}, labels {labels.shape}")
        if labels.dtype != np.uint8 or (labels > 9).any():
            raise ValueError("labels that are no digits")
    except Exception as error:  # of many kinds: the file may be anything
        raise ValueError(f"{path} does not hold digits ({error}). Rename it, and begin a new collection.") from None
    return images, labels


def keep_digits(images, labels, who=None):
    """Add digits to those that the reader has kept.

    Parameters
    ----------
    images : ndarray, shape (n, 28, 28), or (28, 28) for one
        Whole numbers, 0 to 255, or floats, 0 to 1.
    labels : sequence of int, 0 to 9, or one int
        Which digits they are.
    who : str, optional
        As for `own_digits`.

    Returns
    -------
    int
        How many are kept now.

    Raises
    ------
    TypeError, ValueError
        If there are not as many labels as images, a label is no digit, or the images are no such arrays; or as
        `own_digits`.
    OSError
        If the file cannot be read or written; what it held is untouched.
    """
    images = np.asarray(images)
    if images.ndim == 2:
        images = images[np.newaxis]
    labels = np.atleast_1d(np.asarray(labels))
    floats = images.dtype.kind == "f"
    check_array(images, "images", shape=(None, 28, 28), kinds="f" if floats else "ui", low=0, high=1 if floats else 255)
    check_array(labels, "labels", shape=(len(images),), kinds="ui", low=0, high=9)
    images = (np.round(255 * images) if floats else images).astype(np.uint8)
    kept, names = own_digits(who)
    return _write(np.concatenate([kept, images]), np.concatenate([names, labels.astype(np.uint8)]), who)


def forget_last(who=None):
    """Drop the digit that was kept last.

    Parameters
    ----------
    who : str, optional
        As for `own_digits`.

    Returns
    -------
    int
        How many are kept now.

    Raises
    ------
    TypeError, ValueError
        If none is kept, or as `own_digits`.
    OSError
        If the file cannot be read or written; what it held is untouched.
    """
    images, labels = own_digits(who)
    if not len(labels):
        raise ValueError("You have kept no digits yet.")
    return _write(images[:-1], labels[:-1], who)


def _file_of(who):
    """Return the path of somebody's file, the reader's own for None."""
    if who is None:
        return mine("digits.npz")
    if not isinstance(who, str):
        raise TypeError(f"Expected a name such as 'Ada', found {type(who).__name__}.")
    if not re.fullmatch(r"[\w-]{1,40}", who):
        raise ValueError(f"Expected a name of 1 to 40 letters, digits, - and _, such as 'Ada'; found {who[:60]!r}.")
    return mine(f"digits_{who}.npz")


def _write(images, labels, who):
    """Write the file, and return how many digits it holds."""
    data = io.BytesIO()
    np.savez_compressed(data, images=images, labels=labels)
    write_atomically(_file_of(who), data.getvalue())
    return len(labels)
