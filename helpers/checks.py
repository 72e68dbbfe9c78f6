"""What data must be like: one check of arrays for all functions, with the advice that helps next."""

import functools
import reprlib

import numpy as np

NUM_CLASSES = 10


def check_dataset(x, y=None):
    """Raise an error unless `x`, and the one-hot labels `y`, are what the networks of this course expect.

    Parameters
    ----------
    x : ndarray of float32, shape (n, 784)
        Prepared images: 0 to 1, each with some ink.
    y : ndarray of float32, shape (n, 10), optional
        One-hot labels.

    Raises
    ------
    TypeError
        If `x` or `y` holds no floats.
    ValueError
        If a shape, a range or a length is wrong, a value is NaN or infinite, an image is blank or shows dark ink on
        white paper, the data have been scaled twice or not at all, or `x` and `y` are swapped.
    """
    x, y = as_array(x, "images"), None if y is None else as_array(y, "one-hot labels")
    if y is not None and x.shape[1:] == (NUM_CLASSES,) and y.shape[1:] == (784,):
        raise ValueError(f"Images {x.shape} and labels {y.shape} are swapped: pass the images first.")
    x = check_array(x, "images", shape=(None, 784), kinds="f", low=0, high=1)
    check_ink(x)
    if y is None:
        return
    y = check_array(y, "one-hot labels", shape=(None, NUM_CLASSES), kinds="f", low=0, high=1)
    if len(x) != len(y):
        raise ValueError(
            f"Images and labels differ in number: their shapes are {x.shape} and {y.shape}. "
            "Pass both of the training data, or both of the test data."
        )
    wrong = np.flatnonzero(~(np.isin(y, (0, 1)).all(axis=1) & (y.sum(axis=1) == 1)))
    if wrong.size:
        raise ValueError(
            f"Row {wrong[0]} of the labels is {y[wrong[0]]}: expected nine 0s and a single 1. "
            "Make them from the classes: y = one_hot(labels)."
        )


def as_array(values, name):
    """Return `values` as an array; raise ValueError, which calls them by this name, if they form none."""
    try:
        return np.asarray(values)
    except ValueError:
        raise ValueError(
            f"The {name} do not form one array: pass neither a pair (images, labels) nor rows of different lengths."
        ) from None


def check_array(values, name, *, shape, kinds, low, high):
    """Return `values` as an array if it has a shape, a kind and a range; else raise an error that says what to do.

    Parameters
    ----------
    values : array_like
    name : str
        What to call it in an error.
    shape : tuple of (int or None)
        Expected lengths; None stands for any.
    kinds : str
        Letters of `numpy.dtype.kind`: "ui" for whole numbers, "f" for floats, "uif" for either.
    low, high : float
        The least and the largest value.

    Returns
    -------
    ndarray

    Raises
    ------
    TypeError
        If the values are of another kind.
    ValueError
        If they form no array, the shape is another, or one is NaN, infinite or out of range.
    """
    array = as_array(values, name)
    advice = functools.partial(advise, array, shape, kinds)
    if not array.size and "f" not in kinds and array.dtype.kind == "f" and array.ndim == len(shape) == 1:
        array = array.astype(np.uint8)  # an empty list
    if array.dtype.kind not in kinds:
        wanted = "whole numbers" if kinds == "ui" else "numbers" if "u" in kinds else "floats"
        first = "".join(f", such as {reprlib.repr(value)}" for value in array.ravel()[:1].tolist())
        raise TypeError(f"Expected {wanted} from {low} to {high} as {name}, found {array.dtype}{first}.{advice()}")
    if array.ndim != len(shape) or any(n not in (None, m) for n, m in zip(shape, array.shape, strict=True)):
        wanted = str(tuple("n" if n is None else n for n in shape)).replace("'", "")
        raise ValueError(f"Expected {name} of shape {wanted}, found {array.shape}.{advice()}")
    if array.size and not (array.min() >= low and array.max() <= high):  # so it is with NaN, too
        at = tuple(map(int, np.argwhere(~((array >= low) & (array <= high)))[0]))
        place = at[0] if len(at) == 1 else at
        raise ValueError(f"Expected {name} from {low} to {high}, found {array[at]} at index {place}.{advice()}")
    return array


def check_blank(rows):
    """Raise ValueError if all pixels of a row are the same."""
    most = rows.max(axis=1)
    _refuse(
        most == rows.min(axis=1),
        "is blank: all its pixels are {:g}. Leave it out, and its label too, with np.delete(images, {i}, axis=0)",
        most,
    )


def check_ink(rows):
    """Raise ValueError if a row of floats is blank, hardly inked, or shows dark ink on white paper."""
    check_blank(rows)
    again = "Start again from the uint8 images: x = preprocess(images)"
    most = rows.max(axis=1)
    _refuse(most < 0.02, "has {:.4f} as its largest value: it has been divided by 255 twice. " + again, most)
    edges = np.pad(np.zeros((26, 26), bool), 1, constant_values=True).ravel()
    around = rows[:, edges].mean(axis=1)  # at most 0.04 in MNIST
    advice = "Pass 1 - x. For a photo, or on grey paper, use prepare_photo(photo)"
    _refuse(around > 0.35, "has edges of {:.2f}, expected 0: it shows dark ink on white paper. " + advice, around)


def _refuse(wrong, text, values):
    """Raise a ValueError about the first image of which something is wrong."""
    if len(found := np.flatnonzero(wrong)):
        i = int(found[0])
        raise ValueError(f"Image {i} " + text.format(values[i], i=i) + ".")


def advise(array, shape, kinds):
    """Return what may help if this array is not of a shape or kind, with a space before it; or an empty text."""
    floats, rows = array.dtype.kind == "f", shape[1:] == (784,)
    if floats and not np.isfinite(array).all():
        return " Some values are NaN or infinite: look for a division by zero before this line."
    scaled = floats and array.size and array.min() >= 0 and array.max() <= 1
    if len(shape) == 1:
        if kinds != "ui":
            return ""
        if array.ndim == 0:
            return " For a single one, pass a list, such as [3]."
        if array.shape[1:] == (1,):
            return " Pass labels.ravel()."
        if array.shape[1:] == (NUM_CLASSES,):
            return " One-hot rows become classes with rows.argmax(axis=1)."
        fraction = np.flatnonzero(array != np.floor(array)) if floats and array.ndim == 1 else []
        if len(fraction):
            return f" labels[{fraction[0]}] is {array[fraction[0]]}, which is no class."
        text = array.dtype.kind in "US" or floats
        return " Make them whole numbers: np.array(labels).astype(int)." if text else ""
    if shape[1:] == (NUM_CLASSES,):
        return " Make them from the classes: y = one_hot(labels)."
    if kinds == "ui" and scaled:
        return " They are divided by 255 already: use them as they are, or pass the uint8 images of load_mnist()."
    if (kinds == "f" and array.dtype.kind in "ui") or (rows and floats and array.size and array.max() > 1):
        return " Prepare them: x = preprocess(images), from the uint8 images of load_mnist()."
    if rows and (array.shape == (784,) or array.shape[-2:] == (28, 28) or array.shape[-3:] == (28, 28, 1)):
        return " Make rows of 784 values: x = images.reshape(-1, 784)."
    if array.shape == (28, 28):
        return " For one image, pass image[None]."
    if array.shape[1:] == (784,):
        return " Give them back their shape: images.reshape(-1, 28, 28)."
    return " If these are grey values from 0 to 255, pass images.astype('uint8')." if kinds == "ui" and floats else ""
