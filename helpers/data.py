"""Load MNIST from the project's own file, and prepare it for a network."""

import hashlib
import os
from pathlib import Path

import numpy as np

from helpers.checks import NUM_CLASSES, check_array, check_blank

DATA = Path(__file__).resolve().parents[1] / "data"
#: SHA-256 of the files in data/, as data/README.md gives them.
SHA256 = {
    "mnist.npz": "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64",
    "fashion.npz": "0a5d1c8dc77f39c08c415300cd791da862f38b589902362bf94d91ce40ecb5ca",
}
#: What the classes 0 to 9 of Fashion-MNIST show.
CLOTHES = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
#: Row and column, counted from 0, in which the digits have their centre of mass, within half a pixel.
MIDDLE = 14


def load_mnist(path=DATA / "mnist.npz"):
    """Load the MNIST data set from a local file whose bytes are compared with their hash. No network is used, ever.

    Parameters
    ----------
    path : str or Path
        The course's own ``mnist.npz``, or a copy of it.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : tuples of ndarray
        Images, uint8 of shape (60000, 28, 28) and (10000, 28, 28), 0 (paper) to 255 (ink), and labels, uint8 of shape
        (60000,) and (10000,), 0 to 9. The same arrays, in the same order, as `keras.datasets.mnist.load_data`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError
        If `path` is no path.
    ValueError
        If the file is another, or damaged. Then nothing of it has been unpacked.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86(11), 1998.
    """
    arrays = _load_verified(path, "mnist.npz")
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def load_fashion(path=DATA / "fashion.npz"):
    """Load 15,000 pictures of clothes, of ten kinds, in the form of MNIST; see `load_mnist`, also for errors.

    They are the first of Fashion-MNIST, as many of each kind.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : tuples of ndarray
        Images, uint8 of shape (12000, 28, 28) and (3000, 28, 28), 0 (nothing) to 255, and classes, uint8 of shape
        (12000,) and (3000,), 0 to 9; `helpers.data.CLOTHES` names them.

    References
    ----------
    H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning
    Algorithms", arXiv:1708.07747, 2017.
    """
    arrays = _load_verified(path, "fashion.npz")
    return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])


def _load_verified(path, name):
    """Return the arrays of an npz file whose bytes must be those of the course's file `name`."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"Expected the path of the data file, or nothing; found {type(path).__name__}.")
    path = Path(os.path.expanduser(path))
    fix = f"Pass the path of a copy of data/{name}, or leave the brackets empty."
    if path == DATA / name:
        fix = f'Restore it in a terminal: git -C "{DATA.parent}" checkout -- data/{name} (or unpack the course anew).'
    if not path.is_file():
        raise FileNotFoundError(f"No data file at {path}. {fix}")
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != SHA256[name]:
            raise ValueError(f"{path} is not the course's {name}, or is damaged (its SHA-256 does not match). {fix}")
        file.seek(0)
        with np.load(file, allow_pickle=False) as archive:
            return dict(archive)


def written_by_students():
    """Tell for each image of MNIST, in the order of `load_mnist`, which of two groups of people wrote it.

    The training images with even numbers below 58,100 and the test images 0 to 5,000 are from high-school students, all
    others from employees of the US Census Bureau. The rule agrees with the writers that Yadav and Bottou found for
    all 70,000 images.

    Returns
    -------
    train, test : ndarray of bool, shapes (60000,) and (10000,)
        True: a student. False: an employee.

    References
    ----------
    C. Yadav, L. Bottou, "Cold Case: The Lost MNIST Digits", Advances in Neural Information Processing Systems 32, 2019.
    """
    number = np.arange(60_000)
    return (number % 2 == 0) & (number < 58_100), np.arange(10_000) <= 5_000


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
    images = check_array(images, "images", shape=(None, 28, 28), kinds="ui", low=0, high=255)
    if images.size and images.max() <= 1:
        raise ValueError(
            "Expected grey values from 0 to 255, found whole numbers from 0 to 1: the grey is lost, perhaps by "
            "dividing by 255 and rounding. Start again from the images that load_mnist() gives."
        )
    rows = images.reshape(len(images), 784)
    check_blank(rows)
    return np.divide(rows, 255, dtype=np.float32)  # without a second array of this size


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
    TypeError
        If they are no whole numbers.
    ValueError
        If they are not one-dimensional (one-hot rows, say) or one is outside 0-9.
    """
    labels = check_array(labels, "labels", shape=(None,), kinds="ui", low=0, high=NUM_CLASSES - 1)
    return np.eye(NUM_CLASSES, dtype=np.float32)[labels]


def load_runs(name):
    """Load the results of a sweep: many trainings, with other parameters each time.

    Parameters
    ----------
    name : str
        Such as ``"ten_seeds"``: a file in ``data/``, see ``data/README.md``.

    Returns
    -------
    pandas.DataFrame
        One row a training: its parameters, among them ``seed``; what was measured, such as ``training_accuracy`` and
        ``unseen_accuracy``, 0 to 1, on the images that it learned from and on others; what it ran on.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    import pandas as pd

    names = sorted(path.stem for path in DATA.glob("*.csv"))
    if name not in names:
        raise FileNotFoundError(f"There are no results named {name!r} in {DATA}; there are {', '.join(names)}.")
    return pd.read_csv(DATA / f"{name}.csv")
