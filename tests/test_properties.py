"""Whatever a learner could pass to a function of helpers: the right answer or the documented error, and soon."""

import collections
import contextlib
import copy
import datetime
import functools
import io
import json
import os
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import memory_below
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

import helpers
from helpers import plots
from helpers.exercises import exercises
from helpers.files import write_atomically
from helpers.handwriting.pad import DrawingPad
from helpers.start import import_keras

keras = import_keras()
EXERCISES = exercises()
#: The same examples in every run; set DIGITS_EXAMPLES to try more.
EXAMPLES = int(os.environ.get("DIGITS_EXAMPLES", "150"))
#: No warning, since a learner would not understand it.
pytestmark = pytest.mark.filterwarnings("error", "ignore::DeprecationWarning")


def examples(share=1.0):
    """Return settings for a test: how many examples, of which none may take long."""
    return settings(
        max_examples=max(10, round(share * EXAMPLES)),
        derandomize=EXAMPLES == 150,
        database=None,
        deadline=datetime.timedelta(seconds=20),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(autouse=True, scope="module")
def within_bounds():
    """All of it in less than a gigabyte more than before."""
    with memory_below(1_000_000_000):
        yield


#: How many calls in this test were answered (True), and how many were refused (False).
outcomes = collections.Counter()


@pytest.fixture
def both():
    """At least a third of the calls in a test are answered, and at least a third are refused."""
    outcomes.clear()
    yield
    if EXAMPLES == 150:  # others are random
        assert min(outcomes[True], outcomes[False]) >= outcomes.total() / 3, outcomes


dtypes = st.one_of(
    st.sampled_from([np.dtype(name) for name in ("uint8", "int8", "int64", "uint64", "float16", "float32", "float64")]),
    st.sampled_from([np.dtype(name) for name in ("bool", "complex64", "U2", "S2", "datetime64[s]", "longdouble")]),
)
shapes = st.one_of(
    st.sampled_from([(), (0,), (3,), (10,), (784,), (28, 28), (0, 784), (2, 784), (1, 10), (0, 10), (784, 10)]),
    st.sampled_from([(0, 28, 28), (1, 28, 28), (3, 28, 28), (28, 28, 1), (2, 28, 28, 1), (40, 12), (13, 17, 3)]),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
)


def arrays(shapes=shapes, dtypes=dtypes):
    """Return a strategy for arrays in which values, also odd ones, repeat."""
    return shapes.flatmap(lambda shape: dtypes.flatmap(lambda dtype: hnp.arrays(dtype, shape)))


numbers = st.one_of(
    st.integers(-3, 300),
    st.integers(),
    st.floats(),
    st.floats(0, 1),
    st.booleans(),
    st.sampled_from([10**400, -(2**63)]),
)
things = st.recursive(
    st.one_of(numbers, st.none(), st.just(...), st.text(max_size=3), st.binary(max_size=3), st.complex_numbers()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.tuples(inner, inner), st.dictionaries(st.text(), inner)),
    max_leaves=12,
)
anything = st.one_of(arrays(), things, arrays().map(lambda a: a.astype(object)), arrays().map(lambda a: a.tolist()))


@functools.cache
def mnist():
    """Return the test images of MNIST."""
    return helpers.load_mnist()[1][0]


counts = st.sampled_from([1, 2, 3, 0])
digits = hnp.arrays(np.int64, counts, elements=st.integers(0, 9_999)).map(lambda places: mnist()[places])
prepared = digits.map(lambda images: images.reshape(-1, 784) / np.float32(255))


def either(*strategies):
    """Return a strategy that takes each of these as often, which one_of does not if one is itself a one_of."""
    return st.sampled_from(strategies).flatmap(lambda strategy: strategy)


def spoilt(array):
    """Return a strategy for this array after one change, to its dtype, its shape or a value, or for anything else."""
    values = [-1, 0, 255, 256, 2**40] if array.dtype.kind in "ui" else [-0.01, 0, 1, 1.01, np.nan, np.inf]

    def put(place, value):
        changed = array.astype(np.int64 if array.dtype.kind in "ui" else array.dtype)
        changed.flat[place : place + 1] = value
        return changed

    return either(
        dtypes.map(array.astype),
        shapes.map(lambda shape: np.resize(array, shape)),
        st.builds(put, st.integers(0, max(0, array.size - 1)), st.sampled_from(values)),
        st.sampled_from([array[:, None], array[:, :-1], array * 2, array / 255, array * 0 + 1, array.astype(object)]),
        anything,
    )


def arguments(valid, **change):
    """Return a strategy for arguments: in one of four examples valid ones, else one of them, by name, is changed."""

    def spoil(right):
        changed = [wrong(right[name]).map(lambda value, name=name: right | {name: value}) for name, wrong in change]
        return either(st.just(right), *[either(*changed)] * 3)

    change = list(change.items())
    return valid.flatmap(spoil)


def scalars(value):
    """Return a strategy for a number as Python or NumPy has it; NumPy's must do the same."""
    kinds = (np.float16, np.float32, np.float64) if isinstance(value, float) else (np.int8, np.uint8, np.int64)
    return st.sampled_from([type(value), *kinds]).map(lambda kind: kind(value))


def as_array(values):
    """Return an array, or None if these values form none."""
    try:
        return np.asarray(values)
    except ValueError:
        return None


def answer_or_error(function, *arguments, errors=(TypeError, ValueError)):
    """Return the answer of a function, or None if it raised a documented error with a message worth reading."""
    try:
        answer = function(*arguments)
        outcomes[True] += 1
        return answer
    except errors as error:
        outcomes[False] += 1
        said = str(error)
        assert type(error) in errors or (type(error).__module__.startswith("helpers.") and isinstance(error, errors))
        assert 20 < len(said) < 600 and said.endswith("."), f"This looks like an error of NumPy's: {error!r}"
        return None


@pytest.mark.usefixtures("both")
@examples()
@given(
    arguments(
        st.fixed_dictionaries({"images": digits}),
        images=lambda images: either(
            spoilt(images), st.sampled_from([images.tolist(), images // 128, images // 2 * 0])
        ),
    )
)
def test_preprocess(call):
    """Whole numbers from 0 to 255, in images that are not blank, become a 255th each; all else is refused."""
    rows, given = answer_or_error(helpers.preprocess, call["images"]), as_array(call["images"])
    right = given is not None and given.dtype.kind in "ui" and given.ndim == 3 and given.shape[1:] == (28, 28)
    values = given.reshape(-1, 784).tolist() if right else []
    right = right and all(0 <= min(row) < max(row) <= 255 for row in values)
    assert (rows is not None) == (right and (not values or max(map(max, values)) > 1))
    if rows is not None:
        assert rows.dtype == np.float32 and rows.shape == (len(values), 784)
        assert np.array_equal(rows, given.reshape(len(rows), 784).astype(np.float32) / np.float32(255))
        assert [[round(255 * value, 4) for value in row] for row in rows.tolist()] == values


@examples(2)
@given(st.one_of(anything, st.lists(st.integers(-1, 10)), st.lists(numbers), arrays(hnp.array_shapes(max_dims=1))))
def test_one_hot(labels):
    rows = answer_or_error(helpers.one_hot, labels)
    given = np.asarray(labels) if rows is not None else None
    if rows is not None:
        assert rows.dtype == np.float32 and rows.shape == (*given.shape, 10) and given.ndim == 1
        assert [row.tolist() for row in rows] == [[float(label == i) for i in range(10)] for label in given.tolist()]
        assert all(type(label) is int for label in given.tolist())
    elif isinstance(labels, list):
        whole = all(type(label) is int and 0 <= label <= 9 for label in labels)
        assert not whole


@functools.cache
def raw_photos():
    """Return photos of digits on paper, made small and divided by 255, as rows."""
    photos = [helpers.write_on_paper(mnist()[i], np.random.default_rng(i)) for i in range(10)]
    small = [np.asarray(Image.fromarray(photo).convert("L").resize((28, 28))) for photo in photos]
    return np.reshape(small, (-1, 784)) / np.float32(255)


def spoilt_rows(x):
    """Return a strategy for prepared images that are no longer so: faint, constant, inverted, grey, or photos."""
    return either(
        spoilt(x),
        st.floats(0.01, 0.03).map(lambda most: x * np.float32(most)),
        st.floats(0, 1).map(lambda paper: x + np.float32(paper) * (1 - x)),
        st.floats(0.02, 0.34).map(lambda paper: 0 * x + np.float32(paper)),
        st.integers(0, 9).map(lambda i: np.concatenate([x[:-1], raw_photos()[[i] * len(x[:1])]])),
    )


def spoilt_labels(y):
    """Return a strategy for labels that are no longer one-hot, or are not as many."""
    return either(spoilt(y), st.sampled_from([y[1:], 1 - y, y / 2, y - y, y + y[:, ::-1], y.argmax(axis=1)]))


@pytest.mark.usefixtures("both")
@examples(1.5)
@given(
    arguments(
        st.builds(
            lambda x, labels: {"x": x, "y": labels and np.eye(10, dtype=np.float32)[labels[: len(x)]]},
            prepared,
            st.one_of(st.none(), st.lists(st.integers(0, 9), min_size=3, max_size=3)),
        ),
        x=spoilt_rows,
        y=lambda y: anything if y is None else spoilt_labels(y),
    )
)
def test_check_dataset(call):
    """Rows of 0 to 1 with ink on paper pass, with as many one-hot labels; all else is refused, and nothing changed."""
    x, y = call["x"], call["y"]
    before = np.array(x, copy=True) if isinstance(x, np.ndarray) else None
    passes = answer_or_error(lambda: helpers.check_dataset(x, y) is None)
    assert before is None or x.tobytes() == before.tobytes()
    photo = np.shape(x)[1:] == (784,) and any(np.array_equal(x[-1:], [row]) for row in raw_photos())
    x, y = as_array(x), None if y is None else as_array(y)
    right = x is not None and x.dtype.kind == "f" and x.ndim == 2 and x.shape[1] == 784
    rows = x.tolist() if right else []
    right = right and all(0 <= v <= 1 for row in rows for v in row) and all(min(row) < max(row) for row in rows)
    if call["y"] is not None:
        right = right and y is not None and y.shape == (len(x), 10) and y.dtype.kind == "f"
        right = right and all(sorted(row) == [0] * 9 + [1] for row in y.tolist())
    edge = [i for i in range(784) if i // 28 in (0, 27) or i % 28 in (0, 27)]
    edges = [sum(row[i] for i in edge) / 108 for row in rows]
    if passes:
        assert right and not photo and max(edges, default=0) < 0.3501
        assert np.isfinite(x).all() and (x.max(axis=1, initial=0) >= 0.02).all()
    else:
        assert not right or min(map(max, rows), default=1) < 0.0201 or max(edges, default=0) > 0.3499


points = st.tuples(st.floats(-0.2, 1.2), st.floats(-0.2, 1.2))
strokes = st.lists(st.lists(points, max_size=6), max_size=4)


@examples()
@given(
    st.one_of(things, strokes, st.lists(hnp.arrays(float, st.tuples(st.integers(0, 5), st.just(2)))), anything),
    st.booleans(),
)
def test_strokes_to_image(strokes, centred):
    image = answer_or_error(helpers.strokes_to_image, strokes, centred)
    if image is not None:
        assert image.dtype == np.float32 and image.shape == (28, 28)
        assert np.isfinite(image).all() and image.min() >= 0 and 0.5 < image.max() <= 1


@pytest.fixture(scope="module")
def pad():
    return DrawingPad(keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")]))


@examples()
@given(state=st.one_of(things, strokes.map(lambda strokes: [[list(point) for point in stroke] for stroke in strokes])))
def test_the_pad_answers_whatever_it_is_sent(pad, state):
    pad.set_state({"strokes": state})
    answer = json.loads(json.dumps(pad.answer, allow_nan=False))
    json.dumps(pad.strokes, allow_nan=False)
    assert set(answer) == {"probabilities", "image", "message", "number"}
    if answer["probabilities"]:
        assert sum(answer["probabilities"]) == pytest.approx(1, abs=1e-4) and len(answer["image"]) == 784
        assert not answer["message"] and 0 <= pad.digit <= 9
    else:
        assert answer["message"].endswith(".") or not any(pad.strokes)
    assert repr(pad).startswith("DrawingPad: ")


def photo_of(place, scale, light, form):
    """Return a photo of a digit of MNIST, and where its ink begins and ends: left, top, right, bottom."""
    photo = np.kron(mnist()[place] // 2 + 60, np.ones((scale, scale), np.uint8))
    photo = photo if light else 255 - photo
    photo = [photo, photo / 255, photo * np.uint16(257), np.stack([photo] * 3, axis=-1), photo.tolist()][form]
    rows, columns = np.nonzero(mnist()[place] > 127)
    box = scale * np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
    return {"picture": photo, "photo": photo, "digit": mnist()[place], "box": box, "scale": scale}


photos = st.one_of(
    arrays(st.tuples(st.integers(10, 40), st.integers(10, 40))),
    hnp.arrays(np.uint8, (24, 30), elements=st.sampled_from([20, 200]), fill=st.just(200)),
)


@pytest.mark.usefixtures("both")
@examples(0.6)
@given(
    arguments(
        st.builds(photo_of, st.integers(0, 9_999), st.integers(2, 7), st.booleans(), st.integers(0, 4)),
        picture=lambda photo: either(photos, spoilt(np.asarray(photo)), st.just(np.hstack([photo, photo]))),
    )
)
def test_photos(call):
    """A photo of a digit of MNIST becomes nearly that digit, found where it is; all else gives an image or an error."""
    picture = call["picture"]
    if isinstance(picture, str) and not picture.isalnum():
        return  # the current folder, say
    with contextlib.suppress(FileNotFoundError):
        image = answer_or_error(helpers.prepare_photo, picture)
        found = answer_or_error(helpers.find_digits, picture)
        for result in [image] * (image is not None) + [digit.image for digit in found or []]:
            assert result.dtype == np.float32 and result.shape == (28, 28)
            assert np.isfinite(result).all() and result.min() >= 0 and result.max() == 1
        assert (image is None) == (found is None or len(found) != 1)
        assert image is None or np.array_equal(found[0].image, image)
        if picture is call["photo"]:
            assert found
            if image is not None:
                assert np.corrcoef(image.ravel(), call["digit"].ravel())[0, 1] > 0.6
                assert np.abs(found[0].box - call["box"]).max() <= 2 * call["scale"]


def moved(image, down, right):
    """Return an image, moved by whole pixels."""
    return np.pad(image, 28)[28 - down : 56 - down, 28 - right : 56 - right]


#: The largest amounts, by the docstring.
LARGEST = {"invert": 1.0, "grey paper": 1.0, "noise": 10.0, "rotate": 360.0, "shrink": 0.9}
LARGEST |= {"shift": 28, "thin": 28, "thicken": 28}
inks = st.builds(lambda n, seed: np.random.default_rng(seed).random((n, 28, 28)), counts, st.integers(0, 99))


def amounts(how):
    """Return a strategy for amounts that this change takes."""
    whole = st.integers(0, min(100, int(LARGEST[how])))
    if isinstance(LARGEST[how], int):
        return st.one_of(whole, st.integers(0, 3)).flatmap(scalars)
    often = {"rotate": st.sampled_from([90, 90.0, 180.0, 270.0, 360.0])}
    return st.one_of(whole, st.floats(0, LARGEST[how]), often.get(how, st.just(LARGEST[how]))).flatmap(scalars)


def is_corrupted(changed, images, how, amount):
    """Tell whether images have been changed as the docstring says, computed in another way."""
    if how == "invert":
        return np.allclose(changed, images + amount * (1 - 2 * images), atol=1e-5)
    if how == "grey paper":
        return np.allclose(changed, 1 - (1 - amount) * (1 - images), atol=1e-5)
    if how == "noise":
        amount /= 100  # so that nothing is clipped
        added = helpers.corrupt(np.full((9, 28, 28), 0.5), how, amount) - 0.5
        return abs(added.std() - amount) <= 0.03 * amount + 1e-6 and abs(added.mean()) <= 0.05 * amount + 1e-6
    if how == "shift":
        ways = [(0, amount), (0, -amount), (amount, 0), (-amount, 0)]
        return all(np.array_equal(changed[i], moved(images[i], *ways[i % 4])) for i in range(len(images)))
    if how == "rotate":
        turned = [np.rot90(image, (-1) ** i * amount // 90) for i, image in enumerate(images)]
        back = [np.rot90(image, -((-1) ** i) * amount // 90) for i, image in enumerate(images)]
        return amount % 90 or not turned or any(np.allclose(changed, each, atol=1e-5) for each in (turned, back))
    if how == "shrink":
        (box,) = helpers.corrupt(np.ones((1, 28, 28)), how, amount)
        return abs(np.sqrt(box.sum()) - 28 * (1 - amount)) < 1.5 and np.allclose(box, box[::-1, ::-1], atol=1e-3)
    size, paper, extreme = 1 + amount, int(how == "thin"), np.min if how == "thin" else np.max
    padded = np.pad(images, ((0, 0), (amount, amount), (amount, amount)), constant_values=paper)
    strokes = extreme(np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(1, 2)), axis=(3, 4))
    return any(np.array_equal(changed, strokes[:, k : k + 28, k : k + 28]) for k in (amount // 2, size // 2))


@pytest.mark.usefixtures("both")
@examples()
@given(
    arguments(
        st.sampled_from([*LARGEST]).flatmap(
            lambda how: st.fixed_dictionaries(
                {
                    "images": st.one_of(inks, prepared.map(lambda x: x.reshape(-1, 28, 28))),
                    "how": st.just(how),
                    "amount": amounts(how),
                }
            )
        ),
        images=spoilt,
        how=lambda how: st.sampled_from(["tear", None, how.upper()]),
        amount=lambda amount: st.one_of(numbers, st.sampled_from([-1, 1.5, 29, 361, [amount], None, "1"])),
    )
)
def test_corrupt(call):
    """Floats from 0 to 1 are changed as the docstring says, the same by NumPy's numbers; all else is refused."""
    images, how, amount = call["images"], call["how"], call["amount"]
    before = copy.deepcopy(images)
    changed, given = answer_or_error(helpers.corrupt, images, how, amount), as_array(images)
    right = given is not None and given.dtype.kind == "f" and given.ndim == 3 and given.shape[1:] == (28, 28)
    right = right and bool(((given >= 0) & (given <= 1)).all()) and how in LARGEST
    kinds = (int, np.integer) if isinstance(LARGEST.get(how), int) else (int, float, np.integer, np.floating)
    right = right and isinstance(amount, kinds) and not isinstance(amount, bool) and 0 <= amount <= LARGEST[how]
    assert (changed is not None) == right
    if right:
        assert np.array_equal(images, before)
        assert changed.dtype == np.float32 and changed.shape == given.shape
        assert changed.size == 0 or (changed.min() >= 0 and changed.max() <= 1)
        assert amount != 0 or np.allclose(changed, images, atol=1e-5)
        amount = amount.item() if isinstance(amount, np.generic) else amount
        for alike in (amount, np.uint8(amount), np.int8(amount)) if amount in range(128) else (amount,):
            assert np.array_equal(changed, helpers.corrupt(images, how, alike))
        assert is_corrupted(changed, given.astype(np.float32), how, amount)


@pytest.mark.usefixtures("both")
@examples()
@given(
    arguments(
        st.fixed_dictionaries(
            {
                "x": st.one_of(prepared, digits.map(lambda images: images.reshape(-1, 784))),
                "pixels": st.one_of(st.integers(0, 3), st.integers(0, 28)).flatmap(scalars),
                "rng": st.builds(np.random.default_rng, st.integers(0, 9)),
            }
        ),
        x=spoilt,
        pixels=lambda pixels: st.one_of(things, st.sampled_from([29, -1, float(pixels), True])),
        rng=lambda rng: st.one_of(things, st.just(np.random), st.just(np.random.RandomState(0))),
    )
)
def test_shift_randomly(call):
    """Each row of 784 numbers is moved by so many pixels at most, paper comes after it; all else is refused."""
    x, pixels, rng = call["x"], call["pixels"], call["rng"]
    again = copy.deepcopy(rng) if isinstance(rng, np.random.Generator) else None
    rows, given = answer_or_error(helpers.shift_randomly, x, pixels, rng), as_array(x)
    right = given is not None and given.dtype.kind in "fui" and given.ndim == 2 and given.shape[1] == 784
    right = right and isinstance(pixels, (int, np.integer)) and not isinstance(pixels, bool) and 0 <= pixels <= 28
    assert (rows is not None) == (right and again is not None)
    if rows is not None:
        assert rows.shape == np.shape(x) == (len(rows), 784) and rows.dtype == given.dtype
        assert pixels != 0 or np.array_equal(rows, x, equal_nan=True)
        assert np.array_equal(rows, helpers.shift_randomly(x, int(pixels), again), equal_nan=True)
        ways = range(-int(pixels), int(pixels) + 1)
        for row, image in zip(rows.reshape(-1, 28, 28), np.nan_to_num(given).reshape(-1, 28, 28), strict=True):
            row = np.nan_to_num(row)
            assert any(np.array_equal(row, moved(image, down, right)) for down in ways for right in ways)
        dots = helpers.shift_randomly(np.eye(784)[[406] * 200], 1, again).argmax(axis=1)
        assert set(dots.tolist()) == {406 + 28 * down + right for down in (-1, 0, 1) for right in (-1, 0, 1)}


@examples(0.5)
@given(
    st.one_of(
        anything,
        hnp.arrays(np.uint8, st.tuples(st.just(28), st.integers(20, 90))),
        hnp.arrays(np.int16, (28, 28), elements=st.integers(-3, 300)),
    )
)
@example(np.full((28, 28), -3))
@example(np.full((28, 28), 300))
def test_write_on_paper(image):
    photo = answer_or_error(helpers.write_on_paper, image, np.random.default_rng(0))
    if photo is not None:
        assert photo.dtype == np.uint8 and photo.ndim == 3 and photo.shape[2] == 3
        assert np.shape(image)[0] == 28 and photo.nbytes < 100_000_000
        assert np.min(image) >= 0 and np.max(image) <= 255


class Hostile:
    """An answer that fails at everything."""

    def __getattribute__(self, name):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no")

    __array__ = __eq__ = __call__ = __len__ = __iter__ = __hash__ = __repr__


@examples(3)
@given(
    st.sampled_from(list(EXERCISES)),
    st.one_of(
        anything, st.builds(Hostile), st.sampled_from([np.sum, len, print, keras.Model, lambda *_: Hostile(), 10**400])
    ),
)
def test_check_answer_never_raises_and_calls_right_only_what_is(number, answer):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        helpers.check_answer(number, answer)
    said = said.getvalue()
    said = said.partition(f"{number}: ")[2] if answer is print else said.removeprefix(f"{number}: ")
    assert said.startswith(("not yet. ", "not answered yet. ", "right")) and len(said) < 900
    if said.startswith("right"):
        expected = EXERCISES[number]["answer"]
        if isinstance(expected, str):
            assert str(answer).strip(" ()[]'\".,").lower() == expected
        else:
            found = np.ravel(np.asarray(answer)).astype(float)
            found = found / 100 if EXERCISES[number]["kind"] == "share" and found.max() > 1 else found
            assert np.allclose(found, np.ravel(expected), rtol=0, atol=EXERCISES[number].get("tolerance", 0))


@examples(0.5)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x05\x06", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n"]))
def test_files_of_any_bytes(tmp_path_factory, data, begin):
    folder = tmp_path_factory.getbasetemp()
    for name, load in (
        ("any.keras", helpers.load_model),
        ("any.npz", helpers.load_mnist),
        ("any.png", helpers.prepare_photo),
    ):
        path = write_atomically(folder / name, begin + data)
        assert path.read_bytes() == begin + data
        with pytest.raises(ValueError, match=r"is no whole .keras file|SHA-256|no picture that can be read"):
            load(path)


@examples(0.2)
@given(anything)
def test_plots(images):
    with contextlib.redirect_stdout(io.StringIO()):
        answer_or_error(lambda: plots.show_images(images, caption="images"))
    assert not plt.get_fignums()


def test_too_many_images_are_refused_at_once():
    (images, _), _ = helpers.load_mnist()
    with pytest.raises(ValueError, match=r"60,000 images are too many .* such as images\[:20\]"):
        plots.show_images(images, caption="all")
