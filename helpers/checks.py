"""Check data before training, parameters before a run, and claims after it."""

import ast
import reprlib
import sys

import numpy as np
from IPython import get_ipython
from IPython.display import display

from helpers.data import NUM_CLASSES, as_array, as_rows, check_classes, leave_out

#: Ranges of the parameters that notebooks have.
RANGES = {"seed": (0, 2**32 - 1), "epochs": (1, 100), "n_train": (1_000, 50_000), "n_photos": (20, 1_000)}


def check_parameters(full, **values):
    """Refuse parameters that cannot work; tell whether this run is the full lesson or a shortened one.

    Parameters
    ----------
    full : dict
        The values of the full lesson, by name.
    **values : int
        The values of this run: ``seed``, ``epochs``, ``n_train``, ``n_photos``.

    Returns
    -------
    bool
        True if every parameter named in `full` has its full value: only then are all claims checked.

    Raises
    ------
    TypeError
        If a value is no whole number, or a name is none of a parameter, be it one that papermill was given.
    ValueError
        If a value is out of range.
    """
    if unknown := (set(values) | set(full)) - set(RANGES):
        raise TypeError(f"There is no parameter {', '.join(sorted(unknown))}; there are {', '.join(RANGES)}.")
    if missing := set(full) - set(values):
        raise TypeError(f"The parameter {', '.join(sorted(missing))} has no value here.")
    if unknown := _injected() - set(values):
        known = ", ".join(f"{name} ({RANGES[name][0]} to {RANGES[name][1]})" for name in sorted(values))
        raise TypeError(f"This notebook has no parameter {', '.join(sorted(unknown))}; it has {known}.")
    for name, value in values.items():
        lowest, highest = RANGES[name]
        wrong = f"{name} is {reprlib.repr(value)}; expected a whole number from {lowest} to {highest}"
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{wrong}, written without point or comma.")
        if not lowest <= value <= highest:
            raise ValueError(f"{wrong}.")
    full_run = all(values[name] == value for name, value in full.items())
    print("This is the full lesson." if full_run else "This run is shortened: claims about accuracy are not checked.")
    return full_run


def _injected():
    """Return the names of the parameters that papermill was given; it adds a cell that begins with a comment."""
    cells = getattr(get_ipython(), "user_ns", {}).get("In", [])
    sources = [cell for cell in cells if cell.startswith("# Parameters\n")]
    nodes = (node for source in sources for node in ast.walk(ast.parse(source)))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def check_prepared(x, y=None):
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
        If `x` is no array of floats, or `y` holds neither rows nor classes.
    ValueError
        If a shape, a range or a length is wrong, a value is NaN or infinite, an image is blank or shows dark ink on
        white paper, or the data have been scaled twice or not at all.
    """
    x = as_array(x, "images")
    if y is not None:
        y = as_array(y, "labels")
        if x.ndim == 2 and x.shape[1] == NUM_CLASSES and y.ndim == 2 and y.shape[1] == 784:
            raise ValueError(f"Images {x.shape} and labels {y.shape} are swapped: pass the images first.")
    if x.dtype.kind != "f":
        raise TypeError(f"These images are {x.dtype}, not prepared. Prepare them: x = preprocess(images).")
    if x.ndim != 2 or x.shape[1] != 784:
        fix = as_rows(x.shape) or "Prepare them: x = preprocess(images)."
        raise ValueError(f"Expected images of shape (n, 784), found {x.shape}. {fix}")
    if y is not None and x.shape[:1] != y.shape[:1]:
        raise ValueError(
            f"Images and labels differ in number: their shapes are {x.shape} and {y.shape}. "
            "Pass both of the training data, or both of the test data."
        )
    if not np.isfinite(x).all():
        row = np.flatnonzero(~np.isfinite(x).all(axis=1))[0]
        raise ValueError(f"Image {row} holds NaN or infinity. Look for a division by zero before this line.")
    if x.size and (x.min() < 0 or x.max() > 1):
        raise ValueError(
            f"Values run from {x.min():g} to {x.max():g}, expected 0 to 1. "
            "Start again from the uint8 images: x = preprocess(images)."
        )
    most = x.max(axis=1, initial=0)
    if blank := np.flatnonzero(most == x.min(axis=1, initial=1)).tolist():
        raise ValueError(f"Image {blank[0]} is blank: all its pixels are {most[blank[0]]:g}. {leave_out(blank[0])}")
    if faint := np.flatnonzero(most < 0.02).tolist():
        raise ValueError(
            f"The largest value of image {faint[0]} is {most[faint[0]]:.4f}, so it has been divided by 255 twice. "
            "Start again from the uint8 images: x = preprocess(images)."
        )
    edges = np.pad(np.zeros((26, 26), bool), 1, constant_values=True).ravel()
    around = x[:, edges].mean(axis=1)  # at most 0.04 in MNIST
    if inverted := np.flatnonzero(around > 0.35).tolist():
        raise ValueError(
            f"The edge of image {inverted[0]} has a mean of {around[inverted[0]]:.2f}, expected 0, which is paper: it "
            "shows dark ink on white. Pass 1 - x. For a photo, or on grey paper, use prepare_photo(photo)."
        )
    if y is None:
        return
    again = "Make them from the classes: y = one_hot(labels)."
    if y.ndim == 1:
        check_classes(y)
        raise ValueError(f"These labels are classes; the networks here are trained with one-hot rows. {again}")
    if y.shape != (len(x), NUM_CLASSES) or y.dtype.kind != "f":
        raise ValueError(
            f"Expected one-hot labels, floats of shape ({len(x)}, {NUM_CLASSES}), found {y.dtype} of shape {y.shape}. "
            f"{again}"
        )
    wrong = np.flatnonzero(~(np.isin(y, (0, 1)).all(axis=1) & (y.sum(axis=1) == 1)))
    if wrong.size:
        raise ValueError(f"Row {wrong[0]} of the labels is {y[wrong[0]]}: expected nine 0s and a single 1. {again}")


def claim(text, holds, full_run=True):
    """Print a claim that the lesson makes, and raise AssertionError if the measurement contradicts it.

    Parameters
    ----------
    text : str
        The claim, in words.
    holds : bool
        Whether the measurement agrees.
    full_run : bool
        False in a shortened run, whose networks have learned less: then nothing is concluded.

    Raises
    ------
    AssertionError
        If it does not hold.
    TypeError
        If `holds` is neither True nor False.
    """
    if not isinstance(holds, (bool, np.bool_)):
        raise TypeError(f"A claim holds or does not: expected True or False, found {type(holds).__name__}.")
    if not full_run:
        print(f"Not checked in a shortened run: {text}")
        return
    if not holds:
        raise AssertionError(
            f"The lesson claims: {text}. This run says otherwise. If you have changed a cell, that may be why: go on "
            "with the next. If not, restart the kernel and run all cells; if it fails again, please report it."
        )
    print(f"Holds: {text}")


def record(**results):
    """Print results by name, and store them in the output so that programs that run the notebook can read them.

    Parameters
    ----------
    **results : float
        Accuracies from 0 to 1, such as ``test_accuracy_A=0.98``, printed as per cent; or other numbers.

    Raises
    ------
    TypeError
        If a result is no number.
    ValueError
        If a result is NaN, infinite or too large for a float, which no notebook can store.
    """
    results = {name: value.item() if isinstance(value, np.generic) else value for name, value in results.items()}
    for name, value in results.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{name} is {reprlib.repr(value)}, expected a number.")
        if not abs(value) <= sys.float_info.max:
            raise ValueError(
                f"{name} is {reprlib.repr(value)}, expected a number. Look for a division by zero before this line, or "
                "train with a smaller learning rate."
            )
    results = {name: float(value) for name, value in results.items()}
    text = "\n".join(f"{name}: {_readable(value)}" for name, value in results.items())
    display({"text/plain": text}, metadata={"results": results}, raw=True)


def _readable(value):
    """Return a number as text: from 0 to 1 as per cent, else with four digits, or all of those before the point."""
    return f"{value:.1%}" if 0 <= value <= 1 else f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
