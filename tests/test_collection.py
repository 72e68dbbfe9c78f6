"""The reader's own digits are kept: from the pad, and as arrays."""

import numpy as np
import pytest

import helpers
from helpers.files import mine
from helpers.handwriting.collection import forget_last
from helpers.handwriting.pad import DrawingPad

# isort: split
import keras  # after helpers, which sets TensorFlow up

SEVEN = [[[0.25, 0.2], [0.75, 0.2], [0.45, 0.85]]]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGITS_MINE", str(tmp_path / "mine"))


@pytest.fixture
def pad():
    """A pad that keeps digits, with a network that always says 7."""
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
    model.set_weights([np.zeros((784, 10)), 9.0 * (np.arange(10) == 7)])
    return DrawingPad(model, keep=True)


def test_digits_are_kept_in_order_and_the_last_can_be_taken_back():
    images, labels = helpers.own_digits()
    assert images.shape == (0, 28, 28) and images.dtype == labels.dtype == np.uint8
    with pytest.raises(ValueError, match="kept no digits"):
        forget_last()
    digits = np.random.default_rng(0).random((3, 28, 28))
    assert helpers.keep_digits(digits, [3, 1, 4]) == 3
    assert helpers.keep_digits((255 * digits[0]).astype(np.uint8), 5) == 4
    for kind in (np.uint16, np.int64):
        assert helpers.keep_digits(np.full((28, 28), 200, kind), 6) == 5
        assert helpers.own_digits()[0].dtype == np.uint8 and forget_last() == 4
    assert forget_last() == 3
    images, labels = helpers.own_digits()
    assert labels.tolist() == [3, 1, 4]
    np.testing.assert_allclose(images / 255, digits, atol=0.5 / 255 + 1e-9)


@pytest.mark.parametrize(
    ("labels", "images"), [([1, 2], 1), ([10], 1), ([-1], 1), ([0.5], 1), ([1], 300), ([1], np.nan)]
)
def test_what_is_no_digit_is_not_kept(labels, images):
    helpers.keep_digits(np.ones((28, 28)), 1)
    with pytest.raises((TypeError, ValueError)):
        helpers.keep_digits(np.full((1, 28, 28), images, float), labels)
    assert len(helpers.own_digits()[1]) == 1


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_a_damaged_file_is_told_and_left_alone(content, pad):
    path = mine("digits.npz")
    path.parent.mkdir()
    path.write_bytes(content)
    for use in (helpers.own_digits, forget_last, lambda: helpers.keep_digits(np.ones((28, 28)), 1)):
        with pytest.raises(ValueError, match="Rename it"):
            use()
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_read_is_not_called_damaged():
    mine("digits.npz").mkdir(parents=True)
    with pytest.raises(OSError):
        helpers.own_digits()


def test_the_pad_tells_of_a_file_that_was_damaged_meanwhile(pad):
    pad._hear(None, {"keep": 7, "strokes": SEVEN}, [])
    mine("digits.npz").write_bytes(b"no archive")
    for _ in range(2):  # the second message equals the first, and is sent all the same
        before = pad.kept
        pad._hear(None, {"forget": True}, [])
        assert "Rename it" in pad.kept["message"] and pad.kept["labels"] == [7] and pad.kept != before


def test_the_pad_reads_anew_what_was_exchanged_elsewhere(pad):
    kernel, bias = pad._model.get_weights()
    kernel[0, 3] = 20  # ink in the corner makes it a 3
    pad._model.set_weights([kernel, bias])
    for _ in range(2):
        pad._hear(None, {"keep": 7, "strokes": SEVEN}, [])
    forget_last()
    helpers.keep_digits(np.ones((28, 28)), 3)
    pad._hear(None, {"keep": 7, "strokes": SEVEN}, [])
    assert pad.kept["labels"] == pad.kept["read"] == [7, 3, 7]


def test_each_name_has_a_file_of_its_own(pad):
    for who in ("Ada", "Zoë-2"):
        other = DrawingPad(pad._model, SEVEN, keep=who)
        other.keep_as(7)
        assert helpers.own_digits(who)[1].tolist() == [7] and mine(f"digits_{who}.npz").exists()
        assert helpers.keep_digits(np.ones((28, 28)), 1, who) == 2 and forget_last(who) == 1
    assert len(helpers.own_digits()[1]) == 0
    for wrong, error in {
        "../Ada": ValueError,
        "": ValueError,
        "a" * 41: ValueError,
        "Ada\n": ValueError,
        5: TypeError,
    }.items():
        with pytest.raises(error, match="Expected a name"):
            helpers.own_digits(wrong)
    with pytest.raises(ValueError, match="Expected a name"):
        DrawingPad(pad._model, keep="a/b")


def test_the_pad_keeps_what_is_drawn_and_asks_for_the_digit_of_which_there_are_fewest(pad):
    assert pad.kept["asks"] == 0 and pad.kept["labels"] == []
    pad.strokes = SEVEN
    pad.keep_as(0)
    assert pad.strokes == [] and pad.kept["asks"] == 1
    pad._hear(None, {"keep": 7, "strokes": SEVEN}, [])  # what a message from a browser does
    assert (pad.kept["labels"], pad.kept["read"], pad.kept["message"]) == ([0, 7], [7, 7], "")
    images, _ = helpers.own_digits()
    np.testing.assert_allclose(images[1] / 255, helpers.strokes_to_image(SEVEN), atol=0.5 / 255 + 1e-6)
    assert pad.kept["images"] == images.tobytes()
    helpers.keep_digits(images, [1, 2])  # from elsewhere, meanwhile
    pad._hear(None, {"forget": True}, [])
    assert pad.kept["labels"] == [0, 7, 1] and pad.kept["read"] == [7] * 3 and pad.kept["asks"] == 2


@pytest.mark.parametrize(
    ("strokes", "digit"),
    [(strokes, 4) for strokes in (None, [], [[[0.5, 0.5]]], "text", [[[0.1, float("nan")]]])]
    + [(SEVEN, digit) for digit in (10, "four", None, True)],
)
def test_messages_that_are_no_digit_keep_nothing(strokes, digit, pad):
    pad._hear(None, {"keep": digit, "strokes": strokes}, [])
    assert pad.kept["message"] and not mine("digits.npz").exists()


def test_a_pad_that_keeps_nothing_says_so(pad):
    plain = DrawingPad(pad._model, SEVEN)
    plain._hear(None, {"keep": 7, "strokes": SEVEN}, [])
    with pytest.raises(ValueError, match="keep=True"):
        plain.keep_as(7)
    assert plain.kept is None and not mine("digits.npz").exists()
