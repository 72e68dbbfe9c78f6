"""The reader's own digits: one file in the reader's own folder. It grows; only the last digit can be taken back."""

import io

import numpy as np

from helpers.checks import check_array
from helpers.files import mine, write_atomically

FILE = "digits.npz"


def own_digits():
    """Return the digits that the reader has kept, in the order in which they were kept.

    Returns
    -------
    images : ndarray of uint8, shape (n, 28, 28)
        Ink 255 on paper 0, as in MNIST; n is 0 if nothing was kept yet.
    labels : ndarray of uint8, shape (n,), 0 to 9

    Raises
    ------
    ValueError
        If the file is damaged; says where it is.
    """
    path = mine(FILE)
    if not path.exists():
        return np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8)
    try:
        with np.load(path, allow_pickle=False) as file:
            images, labels = file["images"], file["labels"]
        if images.dtype != np.uint8 or images.shape[1:] != (28, 28) or labels.shape != images.shape[:1]:
            raise ValueError(f"images of {images.dtype} {images.shape}, labels {labels.shape}")
        if labels.dtype != np.uint8 or (labels > 9).any():
            raise ValueError("labels that are no digits")
    except Exception as error:  # of many kinds: the file may be anything
        raise ValueError(f"{path} does not hold digits ({error}). Rename it, and begin a new collection.") from None
    return images, labels


def keep_digits(images, labels):
    """Add digits to those that the reader has kept.

    Parameters
    ----------
    images : ndarray, shape (n, 28, 28), or (28, 28) for one
        Of uint8, 0 to 255, or of float, 0 to 1.
    labels : sequence of int, 0 to 9, or one int
        Which digits they are.

    Returns
    -------
    int
        How many are kept now.

    Raises
    ------
    TypeError, ValueError
        If there are not as many labels as images, a label is no digit, or the images are no such arrays.
    OSError
        If the file cannot be written; what it held is untouched.
    """
    images = np.asarray(images)
    if images.ndim == 2:
        images = images[np.newaxis]
    labels = np.atleast_1d(np.asarray(labels))
    floats = images.dtype.kind == "f"
    check_array(images, "images", shape=(None, 28, 28), kinds="f" if floats else "u", low=0, high=1 if floats else 255)
    check_array(labels, "labels", shape=(len(images),), kinds="ui", low=0, high=9)
    if floats:
        images = np.round(255 * images).astype(np.uint8)
    kept, names = own_digits()
    return _write(np.concatenate([kept, images]), np.concatenate([names, labels.astype(np.uint8)]))


def forget_last():
    """Drop the digit that was kept last.

    Returns
    -------
    int
        How many are kept now.

    Raises
    ------
    ValueError
        If none is kept, or the file is damaged.
    OSError
        If the file cannot be written; what it held is untouched.
    """
    images, labels = own_digits()
    if not len(labels):
        raise ValueError("You have kept no digits yet.")
    return _write(images[:-1], labels[:-1])


def _write(images, labels):
    """Write the file, and return how many digits it holds."""
    data = io.BytesIO()
    np.savez_compressed(data, images=images, labels=labels)
    write_atomically(mine(FILE), data.getvalue())
    return len(labels)
