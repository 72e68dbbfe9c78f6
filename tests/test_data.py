"""Loading and preparing: what is right, and what every kind of damaged file and unsuitable array gets."""

import shutil
import zipfile

import numpy as np
import pytest

import helpers
from helpers.data import ARRAYS, DATA

MNIST = DATA / "mnist.npz"


@pytest.fixture(scope="module")
def mnist():
    return helpers.load_mnist()


def test_load_mnist_gives_the_arrays_of_keras(mnist):
    (x_train, y_train), (x_test, y_test) = mnist
    assert x_train.shape == (60000, 28, 28) and x_test.shape == (10000, 28, 28)
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}
    assert np.bincount(y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert x_train.flags.writeable


def truncate(path):
    path.write_bytes(MNIST.read_bytes()[:5_000_000])


def flip_a_bit(path):
    data = bytearray(MNIST.read_bytes())
    data[5_000_000] ^= 1
    path.write_bytes(data)


def be_a_text_file(path):
    path.write_text("<html>404 Not Found</html>")


def be_empty(path):
    path.write_bytes(b"")


def saver(**changes):
    """Return a function that writes an .npz like the original, but for some arrays (None: left out)."""

    def save(path):
        with np.load(MNIST) as original:
            arrays = {name: original[name] for name in ARRAYS} | changes
        np.savez(path, **{name: array for name, array in arrays.items() if array is not None})

    return save


def be_a_zip_bomb(path):
    shutil.copy(MNIST, path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x_train.npy", "w") as member:
        np.lib.format.write_array_header_1_0(
            member, {"descr": "|u1", "fortran_order": False, "shape": (2_000_000_000,)}
        )
        for _ in range(2000):
            member.write(bytes(1_000_000))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (truncate, "not a complete MNIST file"),
        (flip_a_bit, "MNIST file"),
        (be_a_text_file, "not a zip file"),
        (be_empty, "not a zip file"),
        (saver(y_test=None), "y_test"),
        (saver(y_train=np.zeros(60000, np.int64)), "is int64"),
        (saver(y_train=np.zeros(60000, np.uint8)), "differs from the original"),
        (saver(x_test=np.zeros((10, 28, 28), np.uint8)), "(10, 28, 28)"),
        (saver(y_test=np.array([{}] * 10000)), "is object"),
        (be_a_zip_bomb, "(2000000000,)"),
    ],
)
def test_a_damaged_file_is_refused_by_name_with_the_way_to_restore_it(damage, says, tmp_path):
    path = tmp_path / "mnist.npz"
    damage(path)
    before = path.read_bytes()
    with pytest.raises(ValueError) as error:
        helpers.load_mnist(path)
    message = str(error.value)
    assert str(path) in message and "git checkout" in message
    assert says in message
    assert path.read_bytes() == before


def test_every_bit_counts(tmp_path):
    """One bit of one label, in a file that is otherwise sound."""
    with np.load(MNIST) as original:
        y_test = original["y_test"].copy()
    y_test[9_999] ^= 1
    saver(y_test=y_test)(tmp_path / "mnist.npz")
    with pytest.raises(ValueError, match="y_test differs"):
        helpers.load_mnist(tmp_path / "mnist.npz")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no_such.npz.*git checkout"):
        helpers.load_mnist(tmp_path / "no_such.npz")


def test_preprocess(mnist):
    images = mnist[1][0]
    x = helpers.preprocess(images)
    assert x.shape == (10000, 784) and x.dtype == np.float32
    assert x.min() == 0 and x.max() == 1
    assert np.array_equal(np.round(x * 255).astype(np.uint8).reshape(-1, 28, 28), images)
    assert np.array_equal(helpers.preprocess(images[:3].astype(int).tolist()), x[:3])
    assert helpers.preprocess(images[:0]).shape == (0, 784)


ONE = np.arange(784).reshape(1, 28, 28) % 256


@pytest.mark.parametrize(
    ("images", "error", "says"),
    [
        (ONE / 255, TypeError, "prepared already"),
        ((ONE / 255).astype(np.float32), TypeError, "float32 between 0 and 1"),
        (ONE.astype(float), TypeError, "found float64"),
        (ONE * np.nan, TypeError, "found float64"),
        (ONE > 3, TypeError, "found bool"),
        (ONE[0], ValueError, "found (28, 28)"),
        (ONE.reshape(1, 784), ValueError, "found (1, 784)"),
        (ONE - 1, ValueError, "found -1 to 254"),
        (ONE + 1, ValueError, "found 1 to 256"),
        (np.concatenate([ONE, ONE * 0]), ValueError, "Image 1 is blank: all its pixels are 0"),
        (ONE * 0 + 255, ValueError, "Image 0 is blank: all its pixels are 255"),
        ([], TypeError, "found float64"),
        ("digits", TypeError, "found <U6"),
    ],
)
def test_preprocess_refuses(images, error, says):
    with pytest.raises(error) as raised:
        helpers.preprocess(images)
    assert says in str(raised.value)


def test_one_hot(mnist):
    labels = mnist[1][1]
    y = helpers.one_hot(labels)
    assert y.shape == (10000, 10) and y.dtype == np.float32
    assert np.array_equal(y.argmax(axis=1), labels) and np.all(y.sum(axis=1) == 1)
    assert helpers.one_hot([3]).tolist() == [[0, 0, 0, 1, 0, 0, 0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("labels", "error", "says"),
    [
        ([1, 2, -1], ValueError, "found -1 at index 2"),
        ([1, 10], ValueError, "found 10 at index 1"),
        ([1.0, 3.9], TypeError, "labels[1] is 3.9"),
        ([1.0, 2.0], TypeError, "found float64"),
        ([np.nan], TypeError, "labels[0] is nan"),
        (np.eye(10), ValueError, "shape (10, 10)"),
        (["5"], TypeError, "found <U1"),
        (5, ValueError, "shape ()"),
        ([True, False], TypeError, "found bool"),
    ],
)
def test_one_hot_refuses(labels, error, says):
    with pytest.raises(error) as raised:
        helpers.one_hot(labels)
    assert says in str(raised.value)


def test_seed_runs_are_ten_of_each_recipe():
    runs = helpers.load_seed_runs()
    recipes = {("A", 50_000, 10), ("A", 50_000, 20), ("A", 60_000, 10), ("B", 50_000, 20), ("B", 60_000, 20)}
    for variant, n_train, epochs in recipes:
        wanted = {"variant": variant, "n_train": n_train, "epochs": epochs}
        assert sorted(run["seed"] for run in runs if wanted.items() <= run.items()) == list(range(10))
    assert len(runs) == 10 * len(recipes)
