"""Loading and preparing: what is right, and what every kind of damaged file and unsuitable array gets."""

import hashlib
import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
import tracemalloc
import zipfile

import numpy as np
import pytest

import helpers
from helpers.data import CLOTHES, DATA, MIDDLE

MNIST = DATA / "mnist.npz"


@pytest.fixture(scope="module")
def mnist():
    return helpers.load_mnist()


def test_the_arrays_are_the_original_files(mnist):
    """A file in the idx form is four bytes for its kind, four for each length, and the values."""
    listed = re.findall(r"^\| ([\w-]+-ubyte) \| ([\d,]+) \| (\w+) \|$", (DATA / "README.md").read_text("utf-8"), re.M)
    for (name, size, known), array in zip(listed, itertools.chain(*mnist), strict=True):
        file = np.array([2048 + array.ndim, *array.shape], ">i4").tobytes() + array.tobytes()
        assert f"{len(file):,}" == size and hashlib.md5(file).hexdigest() == known, name


def test_load_mnist_gives_the_arrays_of_keras(mnist):
    (x_train, y_train), (x_test, y_test) = mnist
    assert x_train.shape == (60000, 28, 28) and x_test.shape == (10000, 28, 28)
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}
    assert np.bincount(y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert x_train.flags.writeable


def test_load_fashion_gives_the_first_of_each_part_in_the_same_form(tmp_path):
    (x_train, y_train), (x_test, y_test) = helpers.load_fashion()
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    text = (DATA / "README.md").read_text(encoding="utf-8").partition("## fashion.npz")[2]
    table = dict(re.findall(r"^\| `(\w+)` \|.*\| ([0-9a-f]{64}) \|$", text, re.M)[:4])
    assert {name: hashlib.sha256(array).hexdigest() for name, array in arrays.items()} == table
    assert x_train.shape == (12_000, 28, 28) and x_test.shape == (3_000, 28, 28) and len(CLOTHES) == 10
    assert y_train.shape == (12_000,) and y_train.max() == y_test.max() == 9
    with pytest.raises(ValueError, match="SHA-256"):
        helpers.load_fashion(MNIST)


def change(path, do):
    """Write the original file's bytes, changed by a function, to a path."""
    path.write_bytes(do(bytearray(MNIST.read_bytes())))


def flip(data, place, bit=1):
    data[place] ^= bit
    return data


def be_a_bomb(path):
    """A small file which would unpack to 50 MB."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x_train.npy", "w") as member:
        for _ in range(50):
            member.write(bytes(1_000_000))


def be_pickled(path):
    with np.load(MNIST) as original:
        np.savez(path, **{**original, "y_test": np.array([{}] * 10_000)})


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: change(path, lambda data: data[:5_000_000]),
        lambda path: change(path, lambda data: flip(data, 5_000_000)),
        lambda path: change(path, lambda data: flip(data, len(data) - 100)),
        lambda path: path.write_text("<html>404 Not Found</html>"),
        lambda path: path.write_bytes(b""),
        be_a_bomb,
        be_pickled,
    ],
    ids=["truncated", "one bit", "one bit of the directory", "a text file", "empty", "a bomb", "a pickle"],
)
def test_a_damaged_file_is_refused_by_name_with_the_fix_and_nothing_is_unpacked(damage, tmp_path):
    path = tmp_path / "mnist.npz"
    damage(path)
    before = path.read_bytes()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="SHA-256") as error:
            helpers.load_mnist(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert str(path) in str(error.value) and "data/mnist.npz" in str(error.value)
    assert peak < 15_000_000
    assert path.read_bytes() == before


def test_the_hashes_of_the_arrays_are_those_of_the_original(mnist):
    """As data/README.md gives them, whatever the file that they came in."""
    names = ("x_train", "y_train", "x_test", "y_test")
    arrays = dict(zip(names, [*mnist[0], *mnist[1]], strict=True))
    text = (DATA / "README.md").read_text(encoding="utf-8").partition("## fashion.npz")[0]
    table = dict(re.findall(r"^\| `(\w+)` \|.*\| ([0-9a-f]{64}) \|$", text, re.M))
    assert {name: hashlib.sha256(array).hexdigest() for name, array in arrays.items()} == table


def test_a_copy_of_the_file_is_loaded_too(mnist, tmp_path):
    shutil.copy(MNIST, tmp_path / "copy.npz")
    np.testing.assert_array_equal(helpers.load_mnist(tmp_path / "copy.npz")[1][1], mnist[1][1])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no_such.npz.*data/mnist.npz"):
        helpers.load_mnist(tmp_path / "no_such.npz")
    with pytest.raises(TypeError, match="path of the data file"):
        helpers.load_mnist(5)


def test_the_digits_have_their_centre_of_mass_in_the_middle(mnist):
    """Not at 13.5, which is the middle of rows 0 to 27."""
    ink = np.concatenate([mnist[0][0], mnist[1][0]]).astype(float)
    total, places = ink.sum(axis=(1, 2)), np.arange(28)
    centres = np.array([ink.sum(axis=3 - axis) @ places / total for axis in (1, 2)])
    assert np.abs(centres.mean(axis=1) - MIDDLE).max() < 0.01
    assert np.mean(np.abs(centres - MIDDLE).max(axis=0) <= 0.5) > 0.9999


def test_the_course_s_own_file_is_restored_by_the_command_that_the_error_names(tmp_path):
    """In a copy of the course, seen from another folder: damage, error, command, repaired."""
    course = tmp_path / "course"
    for folder in ("helpers", "data"):
        shutil.copytree(DATA.parent / folder, course / folder)
    git = ["git", "-C", str(course), "-c", "user.name=test", "-c", "user.email=test@example.invalid"]
    for command in (["init", "-q"], ["add", "data/mnist.npz"], ["commit", "-qm", "data"]):
        subprocess.run([*git, *command], check=True)
    code = "import helpers; helpers.load_mnist(); print('loaded')"

    def load():
        environment = {**os.environ, "PYTHONPATH": str(course)}
        command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)

    (course / "data" / "mnist.npz").write_bytes(b"damaged")
    message = load().stderr
    command = re.search(r"Restore it in a terminal: (git .*) \(or", message)[1]
    subprocess.run(command if os.name == "nt" else shlex.split(command), check=True)
    assert load().stdout == "loaded\n"


def test_preprocess(mnist):
    images = mnist[1][0]
    x = helpers.preprocess(images)
    assert x.shape == (10000, 784) and x.dtype == np.float32
    assert x.min() == 0 and x.max() == 1
    assert np.array_equal(np.round(x * 255).astype(np.uint8).reshape(-1, 28, 28), images)
    assert np.array_equal(helpers.preprocess((images[:5] // 2).astype(np.int8)), helpers.preprocess(images[:5] // 2))
    assert np.array_equal(helpers.preprocess(images[:3].astype(int).tolist()), x[:3])
    assert helpers.preprocess(images[:0]).shape == (0, 784)


ONE = np.arange(784).reshape(1, 28, 28) % 256


@pytest.mark.parametrize(
    ("images", "error", "says"),
    [
        (ONE / 255, TypeError, ["float64", "divided by 255 already"]),
        (ONE.reshape(1, 784), ValueError, ["(1, 784)", "images.reshape(-1, 28, 28)"]),
        (ONE.astype(float), TypeError, ["float64", "astype('uint8')"]),
        (ONE * np.nan, TypeError, ["float64", "NaN"]),
        (ONE > 3, TypeError, ["bool"]),
        (ONE[0], ValueError, ["(28, 28)", "image[None]"]),
        (ONE[..., None], ValueError, ["(1, 28, 28, 1)"]),
        ([[1, 2], [3]], ValueError, ["different lengths"]),
        ((ONE, [3]), ValueError, ["a pair"]),
        (None, TypeError, ["object", "None"]),
        (3, ValueError, ["()"]),
        (np.zeros((1, 28, 28), np.int8), ValueError, ["0 to 1"]),
        (ONE % 2, ValueError, ["0 to 1", "load_mnist()"]),
        (ONE - 1, ValueError, ["-1", "(0, 0, 0)"]),
        (ONE + 1, ValueError, ["256"]),
        (np.concatenate([ONE, ONE * 0]), ValueError, ["Image 1", "blank", "np.delete"]),
        (ONE * 0 + 255, ValueError, ["Image 0", "blank", "255"]),
        ([], TypeError, ["float64"]),
        ("digits", TypeError, ["<U6"]),
    ],
)
def test_preprocess_refuses(images, error, says):
    with pytest.raises(error) as raised:
        helpers.preprocess(images)
    assert all(part in str(raised.value) for part in says), raised.value


def test_one_hot(mnist):
    labels = mnist[1][1]
    y = helpers.one_hot(labels)
    assert y.shape == (10000, 10) and y.dtype == np.float32
    assert np.array_equal(y.argmax(axis=1), labels) and np.all(y.sum(axis=1) == 1)
    assert helpers.one_hot([]).shape == (0, 10)
    assert helpers.one_hot([3]).tolist() == [[0, 0, 0, 1, 0, 0, 0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("labels", "error", "says"),
    [
        ([1, 2, -1], ValueError, ["-1", "index 2"]),
        ([1, 10], ValueError, ["10", "index 1"]),
        ([1.0, 3.9], TypeError, ["labels[1]", "3.9"]),
        ([1.0, 2.0], TypeError, ["float64", "astype(int)"]),
        ([np.nan], TypeError, ["NaN"]),
        ([[1], [2, 3]], ValueError, ["different lengths"]),
        (np.eye(10), TypeError, ["float64", "argmax(axis=1)"]),
        (np.eye(10, dtype=int), ValueError, ["(10, 10)", "argmax(axis=1)"]),
        ([[3], [4]], ValueError, ["(2, 1)", "labels.ravel()"]),
        (["5"], TypeError, ["<U1", "astype(int)"]),
        (5, ValueError, ["()", "pass a list"]),
        ([True, False], TypeError, ["bool"]),
    ],
)
def test_one_hot_refuses(labels, error, says):
    with pytest.raises(error) as raised:
        helpers.one_hot(labels)
    assert all(part in str(raised.value) for part in says), raised.value


INK = np.random.default_rng(0).random((4, 24, 24), np.float32)
X = np.pad(INK, ((0, 0), (2, 2), (2, 2))).reshape(4, 784)  # paper at the edges
Y = np.eye(10, dtype=np.float32)[[3, 1, 4, 1]]


def test_prepared_data_pass(mnist):
    helpers.check_dataset(X)
    helpers.check_dataset(X, Y)
    (images, labels), _ = mnist
    helpers.check_dataset(helpers.preprocess(images), helpers.one_hot(labels))


def broken(value, at=2):
    x = X.copy()
    x[at, 5] = value
    return x


@pytest.mark.parametrize(
    ("x", "y", "error", "says"),
    [
        (X * 255, Y, ValueError, ["from 0 to 1", "preprocess"]),
        (X - 0.5, Y, ValueError, ["-0.5", "(0, 0)"]),
        (X / 255, Y, ValueError, ["Image 0", "0.0039", "twice", "preprocess"]),
        (np.concatenate([X[:3], X[3:] / 255]), Y, ValueError, ["Image 3", "twice"]),
        (1 - X, None, ValueError, ["Image 0", "1.00", "1 - x", "prepare_photo"]),
        (0.5 + X / 2, Y, ValueError, ["Image 0", "0.50"]),
        ((X * 255).astype(np.uint8), Y, TypeError, ["uint8", "preprocess"]),
        (X.reshape(4, 28, 28), Y, ValueError, ["(4, 28, 28)", "reshape(-1, 784)"]),
        (broken(np.nan), Y, ValueError, ["nan", "(2, 5)"]),
        (broken(np.inf), Y, ValueError, ["inf", "(2, 5)"]),
        (np.concatenate([X[:3], X[:1] * 0]), Y, ValueError, ["Image 3", "blank", "np.delete"]),
        (np.full((4, 784), 0.5), Y, ValueError, ["Image 0", "blank", "0.5"]),
        (X, Y[:3], ValueError, ["(4, 784)", "(3, 10)"]),
        (Y, X, ValueError, ["(4, 10)", "(4, 784)", "swapped"]),
        (X, np.array([3, 1, 4, 1]), TypeError, ["one_hot(labels)"]),
        (X, Y[:, :9], ValueError, ["(4, 9)", "one_hot(labels)"]),
        (X, Y * 0.5, ValueError, ["Row 0", "one_hot(labels)"]),
        (X, Y * np.nan, ValueError, ["nan", "(0, 0)"]),
        (X, Y.astype(int), TypeError, ["int64", "one_hot(labels)"]),
        (X, 3, TypeError, ["int64"]),
        (None, Y, TypeError, ["object"]),
    ],
)
def test_unprepared_data_are_refused(x, y, error, says):
    with pytest.raises(error) as raised:
        helpers.check_dataset(x, y)
    assert all(part in str(raised.value) for part in says), raised.value


def test_seed_runs_are_ten_of_each_recipe():
    runs = helpers.load_runs("ten_seeds")
    recipes = {("A", 50_000, 10), ("A", 50_000, 20), ("A", 60_000, 10), ("B", 50_000, 20), ("B", 60_000, 20)}
    for variant, n_train, epochs in recipes:
        unseen = "test" if n_train == 60_000 else "validation"
        chosen = (
            (runs.variant == variant) & (runs.n_train == n_train) & (runs.epochs == epochs) & (runs.unseen == unseen)
        )
        assert sorted(runs.seed[chosen]) == list(range(10))
    assert len(runs) == 10 * len(recipes)
    assert runs.unseen_accuracy.between(0.8, 1).all() and runs.training_accuracy.between(0.8, 1).all()


def test_runs_that_are_not_there_are_not_found():
    with pytest.raises(FileNotFoundError, match="no_such_sweep"):
        helpers.load_runs("no_such_sweep")


def test_the_rule_tells_who_wrote_an_image():
    """What it says of the training set must be seen in the images: a simple reader finds the same groups."""
    train, test = helpers.written_by_students()
    assert train.shape == (60_000,) and test.shape == (10_000,) and train.dtype == test.dtype == bool
    assert (
        train.sum() == 29_050
        and test.sum() == 5_001
        and test[5_000]
        and not train[1::2].any()
        and not train[58_100:].any()
    )
    (images, labels), (test_images, test_labels) = helpers.load_mnist()
    x, x_test = helpers.preprocess(images), helpers.preprocess(test_images)
    means = np.stack([x[:50_000][labels[:50_000] == digit].mean(axis=0) for digit in range(10)])

    def read(rows, digits):
        return ((means**2).sum(axis=1) - 2 * rows @ means.T).argmin(axis=1) == digits

    right, right_test = read(x[50_000:], labels[50_000:]), read(x_test, test_labels)
    assert abs(right[train[50_000:]].mean() - 0.761) < 0.001 and abs(right_test[test].mean() - 0.773) < 0.001
    assert right[~train[50_000:]].mean() > 0.87 and abs(right_test[~test].mean() - 0.867) < 0.001
    assert abs(right[8_100::2].mean() - right[8_101::2].mean()) < 0.01  # from 58,100 on, even and odd are alike


def test_images_are_shifted_to_every_place_within_reach():
    image = np.zeros((1, 28, 28), np.float32)
    image[0, 10:18, 12:15] = np.arange(1, 25).reshape(8, 3)
    moved = helpers.shift_randomly(np.repeat(image.reshape(1, 784), 500, axis=0), 2, np.random.default_rng(0))
    assert moved.shape == (500, 784) and moved.dtype == np.float32
    steps = [(down, right) for down in range(-2, 3) for right in range(-2, 3)]
    expected = {np.roll(image, step, axis=(1, 2)).tobytes() for step in steps}
    assert {row.tobytes() for row in moved} == expected and len(expected) == 25
    np.testing.assert_array_equal(helpers.shift_randomly(moved, 0, np.random.default_rng(0)), moved)
    at_the_edge = helpers.shift_randomly(
        np.eye(784, dtype=np.uint8)[:1].repeat(50, axis=0), 1, np.random.default_rng(0)
    )
    assert set(at_the_edge.sum(axis=1)) == {0, 1}  # what leaves the image does not come back at the other side
