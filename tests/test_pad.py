"""Strokes become images like those of MNIST, and the pad answers to whatever comes from a browser."""

import json

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel
from scipy import ndimage
from skimage.morphology import skeletonize

import helpers
from helpers.data import MIDDLE
from helpers.handwriting.pad import DrawingPad, strokes_to_image

# isort: split
import keras  # after helpers, which sets TensorFlow up

SEVEN = [[[0.25, 0.2], [0.75, 0.2], [0.45, 0.85]]]


def trace(image):
    """Return strokes along the middle of a digit's lines: short ones, from pixel to neighbouring pixel."""
    middle = set(map(tuple, np.argwhere(skeletonize(image > 100))))
    steps = [(0, 1), (1, 0), (1, 1), (1, -1)]
    neighbours = [[(r, c), (r + i, c + j)] for r, c in middle for i, j in steps if (r + i, c + j) in middle]
    return [[((c + 0.5) / 28, (r + 0.5) / 28) for r, c in pair] for pair in neighbours]


def test_a_stroke_is_as_wide_as_it_should_be_and_fades_within_a_pixel():
    image = strokes_to_image([[[0.5, 0.1], [0.5, 0.9]]])
    assert image.dtype == np.float32 and image.shape == (28, 28)
    np.testing.assert_allclose(image[14, 12:17], [0, 0.75, 1, 0.75, 0], atol=1e-6)  # 2.5 pixels
    assert (image[5:24, 14] == 1).all() and not image[[3, 25]].any()


@pytest.mark.parametrize("seed", range(5))
def test_the_digit_fits_20_pixels_and_its_mass_lies_in_the_middle(seed):
    rng = np.random.default_rng(seed)
    strokes = [rng.uniform(0.3, 0.8, (6, 2)), rng.uniform(0.2, 0.6, (3, 2))]
    image = strokes_to_image(strokes)
    rows, columns = np.nonzero(image.any(axis=1))[0], np.nonzero(image.any(axis=0))[0]
    assert 20 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21
    np.testing.assert_allclose(ndimage.center_of_mass(image), [MIDDLE, MIDDLE], atol=0.1)
    moved = [stroke * 0.4 + [0.5, 0.1] for stroke in strokes]
    np.testing.assert_allclose(strokes_to_image(moved), image, atol=1e-6)


def test_what_is_not_centred_stays_where_it_was_drawn():
    image = strokes_to_image([[[0.1, 0.1], [0.3, 0.1]]], centred=False)
    assert image[2, 5] == 1 and not image[5:].any() and not image[:, 10:].any()


def test_traced_digits_are_read_nearly_as_well_as_the_digits_themselves(trained_model):
    """Measured over 2,000 validation digits and three trainings of five epochs.

    96.8 to 97.1% of them, 95.0 to 95.7% of the traced ones, 94.7 to 94.9% without centring.
    """
    _, (images, labels) = helpers.load_mnist()
    images, labels = images[:300], labels[:300]
    traced = np.array([strokes_to_image(trace(image)) for image in images])

    def accuracy(x):
        return np.mean(trained_model.predict(x.reshape(-1, 784), verbose=0).argmax(axis=1) == labels)

    assert accuracy(traced) > accuracy(helpers.preprocess(images)) - 0.05


@pytest.mark.parametrize(
    ("strokes", "error", "says"),
    [
        ([], ValueError, "Nothing is drawn"),
        ([[], []], ValueError, "Nothing is drawn"),
        ([[[0.5, 0.5]]], ValueError, "too small"),
        ([[[0.5, 0.5], [0.51, 0.52]]], ValueError, "too small"),
        ([[[1.4, 1.4], [1.5, 1.2]]], ValueError, "too small"),  # all of it beyond the same corner
        ([[[0.1, float("nan")]]], ValueError, "Stroke 0 holds NaN"),
        ([[[0.1, 0.2]], [[float("inf"), 0]]], ValueError, "Stroke 1 holds NaN or infinity"),
        ([[[0.1, 0.2, 0.3]]], TypeError, "Stroke 0 holds something else than points"),
        ([[0.1, 0.2]], TypeError, "Stroke 0"),
        ([[["0.1", "0.2"]]], TypeError, "Stroke 0"),
        ([[[0.1, None]]], TypeError, "Stroke 0"),
        ([[[True, False]]], TypeError, "Stroke 0"),
        ([[[0.1, 0.2], [0.3]]], TypeError, "Stroke 0"),
        ([{"x": 1}], TypeError, "Stroke 0"),
        ([[[10**400, 1]]], ValueError, "Stroke 0 holds NaN or infinity"),
        ([["x" * 20_000] + [""] * 5_000], ValueError, "more than 2,000 points"),
        ([["x" * 20_000, ""]], TypeError, "Stroke 0 holds something else"),
        ([5], TypeError, "Stroke 0"),
        ("draw", TypeError, "found str"),
        ({"strokes": []}, TypeError, "found dict"),
        (None, TypeError, "found NoneType"),
        ([[[0.5, 0.5]] * 2_001], ValueError, "more than 2,000 points"),
        ([[[0.5, 0.5]]] * 2_001, ValueError, "more than 2,000 points"),
    ],
)
def test_malformed_strokes_are_refused_and_the_pad_says_so(strokes, error, says, trained_model):
    with pytest.raises(error, match=says):
        strokes_to_image(strokes)
    pad = DrawingPad(trained_model, SEVEN)
    pad.set_state({"strokes": strokes})  # what a message from a browser does
    if strokes in ([], [[], []]):
        assert pad.answer == {"number": 2, "probabilities": [], "image": [], "message": ""}
    else:
        assert says in pad.answer["message"] and not pad.answer["probabilities"]
    with pytest.raises(ValueError, match="Nothing is drawn|" + says):
        _ = pad.image
    pad.set_state({"strokes": SEVEN, "answer": {}})  # an answer from the browser counts for nothing
    sent = []
    pad.send = sent.append
    pad._hear(None, {"glance": strokes}, [])  # a stroke that is being drawn
    assert sent[0]["glance"]["probabilities"] == [] and pad.strokes == SEVEN
    assert pad.digit == 7 and repr(pad) == "DrawingPad: reads a 7"


def test_points_that_are_no_shares_of_the_pad_are_refused(trained_model):
    """From a program; a hand may leave the pad."""
    pixels = [[[0, 0], [27, 0], [10, 27]]]
    with pytest.raises(ValueError, match=r"The point \(27, 0\) is not on the pad: expected numbers from 0 to 1"):
        strokes_to_image(pixels)
    pad = DrawingPad(trained_model)
    pad.set_state({"strokes": pixels})
    assert pad.strokes == [[[0, 0], [1, 0], [1, 1]]] and len(pad.answer["probabilities"]) == 10


@pytest.mark.parametrize("strokes", [[(0.1, 0.1), (0.9, 0.9)], None, 5, [np.array(0.5)], [[[0.1, "2"]]]])
def test_strokes_to_begin_with_must_be_strokes(strokes, trained_model):
    with pytest.raises(TypeError, match="points"):
        DrawingPad(trained_model, strokes)


def test_a_kernel_outlives_hostile_messages():
    """Sent as a browser sends them, to the pad of a real kernel."""
    manager, client = start_new_kernel(extra_arguments=["--log-level=CRITICAL"])
    hostile = [
        {},
        {"method": "update"},
        {"method": "update", "state": None},
        {"method": "update", "state": {"strokes": {"a": 1}, "answer": {"probabilities": [2] * 10}}},
        {"method": "update", "state": {"answer": [1]}},
        {"method": "update", "state": {"_model_name": 3, "layout": "gone", "no such trait": [1]}},
        {"method": "update", "state": {"strokes": [[[0.1, 0.2]] * 100_000]}},
        {"method": "update", "state": {"strokes": [[]] * 300_000}},
        {"method": "update", "state": {"strokes": [[["x" * 1_000_000]]]}},
        {"method": "update", "state": {}, "buffer_paths": [["strokes", 0, "a"]]},
        {"method": "update", "state": {"strokes": []}, "buffer_paths": "junk"},
        {"method": "custom", "content": {"anything": [None] * 1_000}},
        {"method": "custom", "content": {"glance": [["x"] * 1_000]}},
        {"method": "custom", "content": {"glance": None, "keep": 7, "forget": True}},
        {"method": "request_state"},
        {"method": "no such method", "state": 5},
        [1, 2],
        "text",
    ]
    try:
        code = (
            "import keras, helpers, os\n"
            "model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation='softmax')])\n"
            "pad = helpers.DrawingPad(model)"
        )
        client.execute_interactive(code, timeout=120, output_hook=lambda message: None)
        said = []
        ask = {"output_hook": lambda message: said.append(message["content"].get("text", "")), "timeout": 120}
        client.execute_interactive("print(pad.comm.comm_id, os.getpid())", **ask)
        comm, kernel = "".join(said).split()
        for data in [*hostile, {"method": "update", "state": {"strokes": SEVEN}}]:
            content = {"comm_id": comm, "data": data}
            client.shell_channel.send(client.session.msg("comm_msg", content))
        client.shell_channel.send(client.session.msg("comm_msg", {"comm_id": "unknown", "data": {}}))
        said.clear()
        client.execute_interactive("print(os.getpid(), pad.strokes, len(pad.answer['probabilities']))", **ask)
        assert f"{kernel} {SEVEN} 10" in "".join(said)
        assert manager.is_alive()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize(
    "strokes",
    [
        [[[0.5, 0.1], [0.5, 0.9]]],
        [[[-3, 0.5], [9, 0.5], [0.5, 1e300]]],
        [np.random.default_rng(0).random((2_000, 2)).tolist()],
        [[[0.1, 0.1]], [[0.9, 0.9]]],
    ],
    ids=["a straight line", "far outside", "2,000 points", "two dots"],
)
def test_odd_strokes_are_answered(strokes, trained_model):
    pad = DrawingPad(trained_model, strokes)
    assert pad.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert pad.image.shape == (28, 28) and pad.image.max() > 0.9
    sent = pad.get_state()["answer"]
    json.dumps(sent, allow_nan=False)
    np.testing.assert_allclose(sent["probabilities"], pad.probabilities, atol=1e-6)


def test_the_pad_reads_recorded_strokes_without_a_browser(trained_model):
    pad = DrawingPad(trained_model, SEVEN)
    assert pad.digit == pad.probabilities.argmax() == 7
    np.testing.assert_array_equal(pad.image, strokes_to_image(SEVEN))
    assert repr(pad) == "DrawingPad: reads a 7"
    assert repr(DrawingPad(trained_model)) == "DrawingPad: Nothing is drawn yet."


def test_an_answer_that_equals_the_last_one_is_sent_again(trained_model):
    pad, sent = DrawingPad(trained_model), []
    pad.observe(lambda change: sent.append(change.new["message"]), "answer")
    for dot in ([0.5, 0.5], [0.51, 0.5]):
        pad.set_state({"strokes": [[dot]]})
    assert len(sent) == 2 and sent[0] == sent[1]


def test_an_eight_has_its_own_article():
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
    model.set_weights([np.zeros((784, 10)), 9.0 * (np.arange(10) == 8)])
    assert repr(DrawingPad(model, SEVEN)) == "DrawingPad: reads an 8"


@pytest.mark.parametrize("shape", [(784,), (28, 28), (28, 28, 1)])
def test_models_of_any_of_the_usual_input_shapes_are_used(shape):
    layers = [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    assert DrawingPad(keras.Sequential(layers), SEVEN).probabilities.shape == (10,)


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        ([keras.Input((32,)), keras.layers.Dense(10, activation="softmax")], r"goes from \(None, 32\)"),
        ([keras.layers.Dense(10)], "does not know its input"),
        ([keras.Input((784,)), keras.layers.Dense(3, activation="softmax")], r"to \(None, 3\)"),
        (
            [keras.Input((784,)), keras.layers.Dense(10, bias_initializer="ones")],
            "add up to 10, not to 1. Give its last layer",
        ),
        (
            [keras.Input((784,)), keras.layers.Dense(10, bias_initializer=keras.initializers.Constant(np.nan))],
            "answers NaN",
        ),
    ],
)
def test_other_models_are_refused(layers, says):
    with pytest.raises(ValueError, match=says):
        DrawingPad(keras.Sequential(layers))
    with pytest.raises(TypeError, match="found str"):
        DrawingPad("a model")
