"""Loading and preparing: what is right, and what every kind of damaged file and unsuitable array gets."""

import io
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
from helpers.data import ARRAYS, DATA, MIDDLE

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


def have_a_huge_directory(path):
    with zipfile.ZipFile(path, "w") as archive:
        for i in range(10_000):
            archive.writestr(f"{i:05}" + "x" * 200, b"")


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


def aligned(path):
    """Write the original arrays with headers aligned to 16 bytes, as NumPy did before 1.14."""
    with np.load(MNIST) as original, zipfile.ZipFile(path, "w") as archive:
        for name in ARRAYS:
            text = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {original[name].shape}, }}"
            text += " " * (-(len(text) + 11) % 16) + "\n"
            header = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()
            archive.writestr(f"{name}.npy", header + original[name].tobytes())


def bomb(method, megabytes):
    """Return a function that writes a small file which would unpack to much more, under a header that looks right."""

    def save(path):
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": (60000, 28, 28)})
        with zipfile.ZipFile(path, "w", method) as archive, archive.open("x_train.npy", "w") as member:
            member.write(header.getvalue())
            for _ in range(megabytes):
                member.write(bytes(1_000_000))

    return save


def lie_about_the_size(path):
    """A bomb whose directory names the size of the original."""
    bomb(zipfile.ZIP_DEFLATED, 500)(path)
    data = path.read_bytes()
    path.write_bytes(data.replace((500_000_128).to_bytes(4, "little"), (47_040_128).to_bytes(4, "little")))


def fill_with_noise(path):
    data = bytearray(MNIST.read_bytes())
    data[1_000_000:1_001_000] = np.random.default_rng(0).bytes(1000)
    path.write_bytes(data)


def garble_the_directory(path):
    data = bytearray(MNIST.read_bytes())
    data[-300:-100] = np.random.default_rng(0).bytes(200)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (truncate, "not a zip file"),
        (flip_a_bit, ""),
        (fill_with_noise, ""),
        (garble_the_directory, ""),
        (have_a_huge_directory, "directory is larger than that of any sound file"),
        (be_a_text_file, "not a zip file"),
        (be_empty, "not a zip file"),
        (saver(y_test=None), "y_test"),
        (saver(y_train=np.zeros(60000, np.int64)), "takes 480,128 bytes, expected 60,000 and a short header"),
        (saver(y_train=np.zeros(60000, np.uint8)), "differs from the original"),
        (saver(x_test=np.zeros((10, 28, 28), np.uint8)), "takes 7,968 bytes"),
        (saver(y_test=np.array([{}] * 10000)), "y_test"),
        (saver(y_test=np.zeros((100, 100), np.uint8)), "y_test is not uint8 of shape (10000,)"),
        (saver(y_test=np.zeros(10000, np.int8)), "y_test is not uint8"),
        (bomb(zipfile.ZIP_DEFLATED, 500), "takes 500,000,128 bytes"),
        (bomb(zipfile.ZIP_BZIP2, 48), "another method"),
        (bomb(zipfile.ZIP_LZMA, 48), "another method"),
        (lie_about_the_size, ""),
    ],
)
def test_a_damaged_file_is_refused_by_name_with_the_way_to_restore_it(damage, says, tmp_path):
    path = tmp_path / "mnist.npz"
    damage(path)
    before = path.read_bytes()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError) as error:
            helpers.load_mnist(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    message = str(error.value)
    assert message.startswith(f"{path} is not the MNIST file, or is damaged: ") and "original file" in message
    assert says in message and "\n" not in message and "allow_pickle" not in message
    assert peak < 60_000_000
    assert path.read_bytes() == before


def test_bits_flipped_anywhere_are_noticed_or_do_not_matter(mnist, tmp_path):
    data, path = bytearray(MNIST.read_bytes()), tmp_path / "mnist.npz"
    rng, refused, flips = np.random.default_rng(0), 0, int(os.environ.get("DIGITS_FLIPS", "8"))
    for i in range(flips):
        place = int(rng.integers(len(data)) if i % 2 else len(data) - 1 - rng.integers(400))  # half in the directory
        bit = 1 << int(rng.integers(8))
        data[place] ^= bit
        path.write_bytes(data)
        try:
            (x_train, y_train), (x_test, y_test) = helpers.load_mnist(path)
        except ValueError as error:
            assert str(path) in str(error)
            refused += 1
        else:
            assert np.array_equal(x_train, mnist[0][0]) and np.array_equal(y_train, mnist[0][1])
            assert np.array_equal(x_test, mnist[1][0]) and np.array_equal(y_test, mnist[1][1])
        data[place] ^= bit
    print(f"{refused} of {flips} refused")
    assert refused >= flips / 2


def test_every_bit_counts(tmp_path):
    """One bit of one label, in a file that is otherwise sound."""
    with np.load(MNIST) as original:
        y_test = original["y_test"].copy()
    y_test[9_999] ^= 1
    saver(y_test=y_test)(tmp_path / "mnist.npz")
    with pytest.raises(ValueError, match="y_test differs"):
        helpers.load_mnist(tmp_path / "mnist.npz")


def test_another_header_is_no_damage(mnist, tmp_path):
    """The arrays are what counts."""
    aligned(tmp_path / "mnist.npz")
    for ours, theirs in zip(helpers.load_mnist(tmp_path / "mnist.npz"), mnist, strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no_such.npz.*original file"):
        helpers.load_mnist(tmp_path / "no_such.npz")
    with pytest.raises(TypeError, match="Expected the path of the data file, or nothing"):
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
    assert np.array_equal(helpers.preprocess(images[:3].astype(int).tolist()), x[:3])
    assert helpers.preprocess(images[:0]).shape == (0, 784)


ONE = np.arange(784).reshape(1, 28, 28) % 256


@pytest.mark.parametrize(
    ("images", "error", "says"),
    [
        (ONE / 255, TypeError, "from 0 to 1: they are divided by 255 already. Make rows of 784 values"),
        (ONE.reshape(784, 1) / 255, TypeError, "already. Pass the uint8 images"),
        (ONE.reshape(1, 784) / 255, TypeError, "prepared already. Use them as they are."),
        (ONE.reshape(1, 784), ValueError, "found (1, 784). Give them back their shape: images.reshape"),
        ((ONE / 255).astype(np.float32), TypeError, "float32 from 0 to 1"),
        (ONE.astype(float), TypeError, "found float64"),
        (ONE * np.nan, TypeError, "found float64, such as nan. Some are NaN or infinity"),
        (ONE > 3, TypeError, "found bool"),
        (ONE[0], ValueError, "found (28, 28). For one image, pass image[None]"),
        (ONE[..., None], ValueError, "found (1, 28, 28, 1)."),
        ([[1, 2], [3]], ValueError, "different lengths"),
        ((ONE, [3]), ValueError, "a pair"),
        (None, TypeError, "found object, such as None."),
        (3, ValueError, "found ()"),
        (np.zeros((1, 28, 28), np.int8), ValueError, "blank"),
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
    assert helpers.one_hot([]).shape == (0, 10)
    assert helpers.one_hot([3]).tolist() == [[0, 0, 0, 1, 0, 0, 0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("labels", "error", "says"),
    [
        ([1, 2, -1], ValueError, "found -1 at index 2"),
        ([1, 10], ValueError, "found 10 at index 1"),
        ([1.0, 3.9], TypeError, "labels[1] is 3.9"),
        ([1.0, 2.0], TypeError, "found float64"),
        ([np.nan], TypeError, "labels[0] is nan"),
        ([1.0, np.inf], TypeError, "labels[1] is inf"),
        ([[1], [2, 3]], ValueError, "different lengths"),
        (np.eye(10), ValueError, "shape (10, 10). One-hot rows become classes"),
        ([[3], [4]], ValueError, "shape (2, 1). Pass labels.ravel()."),
        (ONE, ValueError, "shape (1, 28, 28). Pass the labels, not the images."),
        (["5"], TypeError, "found <U1, such as '5'. Digits as text become numbers"),
        (5, ValueError, "shape (). For a single one, pass a list"),
        ([True, False], TypeError, "found bool"),
    ],
)
def test_one_hot_refuses(labels, error, says):
    with pytest.raises(error) as raised:
        helpers.one_hot(labels)
    assert says in str(raised.value)


def test_seed_runs_are_ten_of_each_recipe():
    runs = helpers.load_runs("ten_seeds")
    recipes = {("A", 50_000, 10), ("A", 50_000, 20), ("A", 60_000, 10), ("B", 50_000, 20), ("B", 60_000, 20)}
    for variant, n_train, epochs in recipes:
        unseen = "test" if n_train == 60_000 else "validation"
        wanted = {"variant": variant, "n_train": n_train, "epochs": epochs, "unseen": unseen}
        assert sorted(run["seed"] for run in runs if wanted.items() <= run.items()) == list(range(10))
    assert len(runs) == 10 * len(recipes)
    assert all(0.8 < run["unseen_accuracy"] < 1 and 0.8 < run["training_accuracy"] < 1 for run in runs)


def test_runs_that_are_not_there_are_not_found():
    with pytest.raises(FileNotFoundError, match="no_such_sweep"):
        helpers.load_runs("no_such_sweep")


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
