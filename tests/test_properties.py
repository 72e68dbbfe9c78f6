"""Whatever a learner could pass to a function of helpers: the right answer or the documented error, and soon."""

import contextlib
import datetime
import io
import json
import math
import os
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import memory_below
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import helpers
from helpers import plots
from helpers.draw import DrawingPad
from helpers.exercises import EXERCISES
from helpers.files import write_atomically
from helpers.paper import LARGEST

# isort: split
import keras  # after helpers, which sets TensorFlow up

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
images = hnp.arrays(np.uint8, st.integers(0, 3).map(lambda n: (n, 28, 28)))


def answer_or_error(function, *arguments, errors=(TypeError, ValueError)):
    """Return the answer of a function, or None if it raised a documented error with a message worth reading."""
    try:
        return function(*arguments)
    except errors as error:
        said = str(error)
        assert type(error) in errors
        assert 20 < len(said) < 600 and said.endswith("."), f"This looks like an error of NumPy's: {error!r}"
        return None


@examples()
@given(anything)
def test_preprocess(values):
    rows = answer_or_error(helpers.preprocess, values)
    if rows is not None:
        given = np.asarray(values)
        assert given.dtype.kind in "ui" and given.shape == (len(rows), 28, 28)
        assert rows.dtype == np.float32 and rows.shape == (len(rows), 784)
        assert np.array_equal(rows, given.reshape(len(rows), 784) / np.float32(255))
        assert given.min(initial=0) >= 0 and given.max(initial=0) <= 255
        assert all(len(set(row)) > 1 for row in rows.tolist())


@examples()
@given(images)
def test_preprocess_takes_all_images_that_are_not_blank(images):
    blank = any(image.min() == image.max() for image in images)
    assert (answer_or_error(helpers.preprocess, images) is None) == blank


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


@examples(2)
@given(
    st.one_of(
        anything,
        hnp.arrays(np.float32, st.sampled_from([(0, 784), (1, 784), (2, 784)]), elements=st.floats(0, 1, width=32)),
    ),
    st.one_of(st.none(), anything, hnp.arrays(np.float32, (2, 10), elements=st.sampled_from([0, 1]))),
)
def test_check_prepared(x, y):
    before = np.array(x, copy=True) if isinstance(x, np.ndarray) else None
    prepared = answer_or_error(lambda: helpers.check_prepared(x, y) is None)
    assert before is None or x.tobytes() == before.tobytes()
    if prepared:
        x = np.asarray(x)
        assert x.dtype.kind == "f" and x.ndim == 2 and x.shape[1] == 784
        assert np.isfinite(x).all() and (x >= 0).all() and (x <= 1).all() and (x.max(axis=1, initial=0) >= 0.02).all()
        assert all(
            np.pad(row.reshape(28, 28)[1:-1, 1:-1] * 0, 1, constant_values=1).ravel() @ row <= 0.701 * 108 for row in x
        )
        if y is not None:
            y = np.asarray(y)
            assert y.shape == (len(x), 10) and y.dtype.kind == "f"
            assert all(sorted(row) == [0] * 9 + [1] for row in y.tolist())


@examples()
@given(images, st.integers(0, 9))
def test_what_preprocess_and_one_hot_give_passes_unless_it_is_inverted(images, label):
    rows = answer_or_error(helpers.preprocess, images)
    if rows is not None:
        passes = answer_or_error(lambda: helpers.check_prepared(rows, helpers.one_hot([label] * len(rows))) is None)
        edge = np.pad(np.zeros((26, 26), bool), 1, constant_values=True)
        usual = all(image[edge].mean() <= 178 and image.max() >= 6 for image in images)
        assert passes or not usual


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


photos = st.one_of(
    anything,
    arrays(st.tuples(st.integers(10, 40), st.integers(10, 40))),
    hnp.arrays(np.uint8, (24, 30), elements=st.sampled_from([20, 200]), fill=st.just(200)),
)


@examples()
@given(photos)
def test_photos(picture):
    errors = (TypeError, ValueError, FileNotFoundError)
    if isinstance(picture, str) and not picture.isalnum():
        return  # the current folder, say
    with contextlib.suppress(FileNotFoundError):
        image = answer_or_error(helpers.prepare_photo, picture, errors=errors[:2])
        found = answer_or_error(helpers.find_digits, picture, errors=errors[:2])
        for result in [image] * (image is not None) + [digit.image for digit in found or []]:
            assert result.dtype == np.float32 and result.shape == (28, 28)
            assert np.isfinite(result).all() and result.min() >= 0 and result.max() == 1
        assert image is None or (len(found) == 1 and np.array_equal(found[0].image, image))


@examples()
@given(
    st.one_of(anything, hnp.arrays(np.float32, (2, 28, 28), elements=st.floats(0, 1, width=32))),
    st.sampled_from([*LARGEST, "tear"]),
    st.one_of(numbers, st.floats(0, 1), st.integers(0, 28), st.just(0)),
)
def test_disturb(images, how, amount):
    changed = answer_or_error(helpers.disturb, images, how, amount)
    if changed is not None:
        assert changed.dtype == np.float32 and changed.shape == np.shape(images) and how in LARGEST
        assert 0 <= amount <= LARGEST[how]
        assert changed.size == 0 or (changed.min() >= 0 and changed.max() <= 1)
        assert amount != 0 or np.allclose(changed, images, atol=1e-5)


@examples()
@given(
    st.one_of(anything, images.map(lambda images: images.reshape(-1, 784) / np.float32(255))),
    st.one_of(things, st.integers(0, 28)),
    st.one_of(st.builds(np.random.default_rng, st.integers(0, 9)), things, st.just(np.random)),
)
def test_shift_randomly(x, pixels, rng):
    moved = answer_or_error(helpers.shift_randomly, x, pixels, rng)
    if moved is not None:
        assert moved.shape == np.shape(x) == (len(moved), 784) and moved.dtype == np.asarray(x).dtype
        assert isinstance(rng, np.random.Generator) and 0 <= pixels <= 28
        assert set(moved.ravel().tolist()) <= {0, *np.ravel(x).tolist()} or np.isnan(x).any()
        assert pixels != 0 or np.array_equal(moved, x, equal_nan=True)


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
def test_check_never_raises_and_calls_right_only_what_is(number, answer):
    said = io.StringIO()
    with contextlib.redirect_stdout(said), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        helpers.check(number, answer)
    said = said.getvalue()
    said = said.partition(f"{number}: ")[2] if answer is print else said.removeprefix(f"{number}: ")
    assert said.startswith(("not yet. ", "not answered yet. ", "right")) and len(said) < 900
    if said.startswith("right"):
        expected = EXERCISES[number]["answer"]
        if isinstance(expected, str):
            assert str(answer).strip().lower() == expected
        else:
            found = np.ravel(np.asarray(answer)).astype(float)
            assert np.allclose(found, np.ravel(expected), rtol=0, atol=EXERCISES[number].get("tolerance", 0))


@examples()
@given(
    st.dictionaries(
        st.sampled_from(["seed", "epochs", "n_train", "n_photos", "epoch"]), st.one_of(things, st.integers(0, 60_000))
    )
)
def test_check_parameters(values):
    full = {"epochs": 10} if "epochs" in values else {}
    with contextlib.redirect_stdout(io.StringIO()):
        full_run = answer_or_error(lambda: helpers.check_parameters(full, **values))
    if full_run is not None:
        assert "epoch" not in values and all(type(value) is int for value in values.values())
        assert full_run == (values.get("epochs", 10) == 10) and 1 <= values.get("epochs", 1) <= 100


@examples()
@given(things)
def test_claims_and_records(value):
    with contextlib.redirect_stdout(io.StringIO()):
        if answer_or_error(lambda: helpers.claim("it holds", value) is None, errors=(TypeError, AssertionError)):
            assert value is True
        if answer_or_error(lambda: helpers.record(value=value) is None):
            assert math.isfinite(value)


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
        with pytest.raises(
            ValueError, match=r"is no whole .keras file|is not the MNIST file|no picture that can be read"
        ):
            load(path)


@examples()
@given(st.one_of(st.text(), things))
def test_load_runs(name):
    with pytest.raises(FileNotFoundError, match=r"there are .*ten_seeds"):
        helpers.load_runs(name)


@examples(0.2)
@given(anything, st.one_of(anything, st.lists(st.floats(0, 1), min_size=10, max_size=10)))
def test_plots(images, probabilities):
    with contextlib.redirect_stdout(io.StringIO()):
        answer_or_error(lambda: plots.show_images(images, caption="images"))
        answer_or_error(lambda: plots.plot_prediction(images, probabilities, caption="a prediction"))
    assert not plt.get_fignums()


def test_too_many_images_are_refused_at_once():
    (images, _), _ = helpers.load_mnist()
    with pytest.raises(ValueError, match=r"60,000 images are too many .* such as images\[:20\]"):
        plots.show_images(images, caption="all")
