"""Checks of parameters, data, claims and exercises."""

import itertools

import keras
import numpy as np
import pytest
from scipy.ndimage import center_of_mass

import helpers
from helpers.exercises import EXERCISES

INK = np.random.default_rng(0).random((4, 24, 24), np.float32)
X = np.pad(INK, ((0, 0), (2, 2), (2, 2))).reshape(4, 784)  # paper at the edges
Y = np.eye(10, dtype=np.float32)[[3, 1, 4, 1]]
DIGITS = helpers.load_mnist()[1][0][:3]
FULL = {"epochs": 10, "n_train": 50_000}


def test_full_and_shortened_runs(capsys):
    assert helpers.check_parameters(full=FULL, seed=7, epochs=10, n_train=50_000) is True
    assert helpers.check_parameters(full=FULL, seed=0, epochs=2, n_train=50_000) is False
    assert "shortened" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ({"epochs": 0}, ValueError, "epochs is 0; expected a whole number from 1 to 100"),
        ({"n_train": -1}, ValueError, "n_train is -1; expected a whole number from 1000 to 50000"),
        ({"n_train": 60_000}, ValueError, "n_train is 60000"),
        ({"seed": -3}, ValueError, "seed is -3"),
        ({"epochs": "3"}, TypeError, "epochs is '3'"),
        ({"epochs": 3.0}, TypeError, "epochs is 3.0; expected a whole number from 1 to 100, written without point"),
        ({"epochs": True}, TypeError, "epochs is True"),
        ({"seed": None}, TypeError, "seed is None"),
        ({"epoch": 3}, TypeError, "There is no parameter epoch; there are"),
    ],
)
def test_impossible_parameters_are_refused(values, error, says):
    with pytest.raises(error) as raised:
        helpers.check_parameters(full={}, **values)
    assert says in str(raised.value)


def test_prepared_data_pass():
    helpers.check_prepared(X)
    helpers.check_prepared(X, Y)
    (images, labels), _ = helpers.load_mnist()
    helpers.check_prepared(helpers.preprocess(images), helpers.one_hot(labels))


def broken(value, at=2):
    x = X.copy()
    x[at, 5] = value
    return x


@pytest.mark.parametrize(
    ("x", "y", "error", "says"),
    [
        (X * 255, Y, ValueError, "expected 0 to 1"),
        (X - 0.5, Y, ValueError, "expected 0 to 1"),
        (X / 255, Y, ValueError, "divided by 255 twice"),
        (np.concatenate([X[:3], X[3:] / 255]), Y, ValueError, "The largest value of image 3 is 0.0039"),
        (helpers.preprocess(255 - DIGITS), None, ValueError, "The edge of image 0 has a mean of 1.00"),
        (np.concatenate([X[:2], 1 - helpers.preprocess(DIGITS)]), None, ValueError, "image 2 has a mean of 1.00"),
        ((X * 255).astype(np.uint8), Y, TypeError, "uint8, not prepared"),
        (X.reshape(4, 28, 28), Y, ValueError, "found (4, 28, 28). Make rows"),
        (broken(np.nan), Y, ValueError, "Image 2 holds NaN"),
        (broken(np.inf), Y, ValueError, "Image 2 holds NaN or infinity"),
        (np.concatenate([X[:3], X[:1] * 0]), Y, ValueError, "Image 3 is blank"),
        (np.full((4, 784), 0.5), Y, ValueError, "Image 0 is blank: all its pixels are 0.5"),
        (0.5 + X / 2, Y, ValueError, "The edge of image 0 has a mean of 0.50, expected 0"),
        (X, Y[:3], ValueError, "their shapes are (4, 784) and (3, 10)"),
        (Y, X, ValueError, "swapped"),
        (X, np.array([3, 1, 4, 1]), ValueError, "one_hot(labels)"),
        (X, np.array([3, 1, 4, 10]), ValueError, "found 10 at index 3"),
        (X, Y[:, :9], ValueError, "float32 of shape (4, 9)"),
        (X, Y * 0.5, ValueError, "a single 1. Make them from the classes"),
        (X, Y * np.nan, ValueError, "Row 0 of the labels"),
        (X, np.array([[1, 0.5, -0.5] + [0] * 7] * 4), ValueError, "Row 0 of the labels"),
        (X, Y.astype(int), ValueError, "found int64"),
        (X, np.array([["1"] * 10] * 4), ValueError, "found <U1"),
        (X, 3, ValueError, "their shapes are (4, 784) and ()"),
        (0.5, None, ValueError, "found ()"),
        (X.T, None, ValueError, "found (784, 4). Prepare them"),
        (None, Y, TypeError, "object, not prepared"),
    ],
)
def test_unprepared_data_are_refused(x, y, error, says):
    with pytest.raises(error) as raised:
        helpers.check_prepared(x, y)
    assert says in str(raised.value)


def test_a_claim_holds_fails_or_is_left_open(capsys):
    helpers.claim("one is one", True)
    helpers.claim("a short run reads all", False, full_run=False)
    with pytest.raises(AssertionError, match="one is two"):
        helpers.claim("one is two", False)
    with pytest.raises(TypeError, match="expected True or False, found float"):
        helpers.claim("the accuracy is high", float("nan"))
    for wrong, error in {
        float("nan"): ValueError,
        np.float32("inf"): ValueError,
        10**400: ValueError,
        True: TypeError,
    }.items():
        with pytest.raises(error, match=r"accuracy is .*, expected a number"):
            helpers.record(accuracy=wrong)
    assert capsys.readouterr().out.splitlines() == [
        "Holds: one is one",
        "Not checked in a shortened run: a short run reads all",
    ]


def test_a_record_is_printed_as_what_it_is(monkeypatch, recwarn):
    shown = []
    monkeypatch.setattr(helpers.checks, "display", lambda data, metadata, raw: shown.append((data, metadata)))
    helpers.record(accuracy=np.float32(0.97), loss=2.303, change=-5, seconds=np.int64(81), parameters=270_218.0)
    text = "accuracy: 97.0%\nloss: 2.303\nchange: -5\nseconds: 81\nparameters: 270,218"
    assert shown[0][0] == {"text/plain": text} and shown[0][1]["results"]["loss"] == 2.303 and not recwarn.list


SGD = keras.optimizers.SGD(0.01)


def model_with(units=512, activation="sigmoid", optimizer=None, loss="categorical_crossentropy", use_bias=True):
    layers = [keras.layers.Dense(units, activation=activation, use_bias=use_bias) for _ in range(2)]
    model = keras.Sequential([keras.Input((784,)), *layers, keras.layers.Dense(10, activation="softmax")])
    if optimizer:
        model.compile(optimizer=optimizer, loss=loss)
    return model


def overflowing(z):
    with np.errstate(over="ignore", invalid="ignore"):
        return np.exp(z) / np.exp(z).sum()


def convnet_with(place=None, layer=None, optimizer="adam"):
    """Return the convolutional network with the layer at one place replaced."""
    layers = [type(layer).from_config(layer.get_config()) for layer in helpers.convnet().layers]
    if place is not None:
        layers[place] = layer
    model = keras.Sequential([keras.Input((784,)), *(layer for layer in layers if layer is not None)])
    if optimizer:
        model.compile(optimizer=optimizer, loss="categorical_crossentropy")
    return model


def weights(sizes):
    return sum(a * b for a, b in itertools.pairwise(sizes))


def functional(model):
    """Return the same network as a functional model, which counts its input as a layer."""
    same = keras.Model(model.inputs, model.outputs)
    same.compile(optimizer=type(model.optimizer)(float(model.optimizer.learning_rate)), loss="categorical_crossentropy")
    return same


#: number: wrong answers, each with a word that its reply must contain
WRONG = {
    "00.1": [
        (50_000, "number of images"),
        (1562, "last 16"),
        (1, "small"),
        ("many", "found 'many'"),
    ],
    "00.2": [("a", "positions"), ("A", "positions"), ("z", "Choose one of"), (2, "Choose one of")],
    "00.3": [
        ("400%", "Expected one number, found '400%'"),
        (9600, "right ones"),
        (4, "per cent"),
        ([1, 2], "Expected one number, found 2"),
        ((1, 563), "without a comma"),
        (True, "found True"),
        (float("nan"), "found nan"),
        ([], "Expected one number, found 0.\n"),
    ],
    "00.4": [("a", "cell under Build"), ("c", "Seen is not learned"), ("d", "as often")],
    "00.5": [
        (270_218, "as it is"),
        (52_320, "output layer"),
        (keras.Sequential([]), "Expected one number"),
        (0, "small"),
    ],
    "00.6": [
        (lambda answers, digits: (answers == digits).sum(), "divide"),
        (lambda answers, digits: (answers != digits).mean(), "share of wrong answers"),
        (lambda answers, digits: answers == digits, "expected one number"),
        (lambda answers, digits: 0.965, "it gives 0.965; expected 0.8"),
        (lambda answers, digits: "all", "expected numbers"),
        (lambda answers, digits: None, "returns nothing"),
        (lambda answers: 1, "could not be checked"),
        (lambda answers, digits: 1 / 0, "ZeroDivisionError"),
        (0.965, "the function itself"),
    ],
    "01.1": [((5, 28, 28), "picks one row"), ((28,), "Expected 2 numbers"), ("five, 28", "found 'five, 28'")],
    "01.2": [(16, "starts at 0"), (7, "place")],
    "01.3": [(8, "loops"), (1, "least")],
    "01.4": [("a", "unseen"), ("b", "same kind"), ("d", "Speed")],
    "01.5": [([3, 3], "without the squares"), ([9, 5], "order"), (5, "Expected 2 numbers"), ("first", "found 'first'")],
    "01.6": [
        (0.8307, "with the squares"),
        (83.07, "with the squares"),
        ("64.564%", "training images"),
        (0.7, "0.7 is too large"),
        (np.array([0.6, 0.7]), "found 2"),
    ],
    "02.1": [(104, "swapped"), (564, "from 0")],
    "02.2": [(-2, "no negative numbers"), (np.array([44], np.uint8), "small"), (None.__class__, "Expected one number")],
    "02.3": [([0, 0, 0, 0, 0, 0, 1, 0, 0, 0], "6"), ([7], "Expected 10 numbers"), ([0] * 10, "again")],
    "02.4": [
        (0.0943, "0.91"),
        (np.float32(2.9957), "still has 0.05"),
        (2, "base 10"),
        (-4.605, "sign"),
        (0.01, "minus"),
    ],
    "02.5": [("a", "multi-class"), ("c", "regression"), ("d", "one answer for each photo")],
    "02.6": [
        (lambda rows: rows * 255, "shape"),
        (lambda rows: None, "returns nothing"),
        (lambda rows: (rows * 255).reshape(-1, 28, 28), "they are float32"),
        (lambda rows: rows.astype("uint8").reshape(-1, 28, 28), "multiply"),
        (lambda rows: (rows * 255).round().astype("uint8").reshape(2, 28, 28), "could not be checked"),
        (lambda rows: (rows * 255).round().astype(int).reshape(-1, 28, 28), "values are right"),
        (lambda rows: (rows * 255).round().astype("uint16").reshape(-1, 28, 28), "they are uint16"),
        (exit, "could not be checked"),
        (3, "the function itself"),
        (lambda: 1, "could not be checked"),
    ],
    "03.1": [(-1.5, "ReLU comes after"), (1.5, "sign")],
    "03.2": [
        ([[2, 0], [-1, 1], [3, 1], [1, 1]], "fourth row"),
        ([[2, 0], [-1, 1], [3, 1], [1, 1, 1]], "not all of the same length"),
        (np.array([[2, -1, 3], [0, 1, 1], [1, 1, 1]]), "each neuron is a row"),
        ([[2, 0, 1], [-1, 1, 1], [3, 1, 2]], "Try again"),
        (3, "Expected 9 numbers"),
    ],
    "03.3": [("a", "differences"), ("b", "add up to 1"), ("d", "were halved")],
    "03.4": [(overflowing, "nan"), (lambda z: np.exp(z - z.max()), "adds up"), (np.abs, "adds up")],
    "03.5": [(50_816, "bias"), (50_240, "output layer")],
    "03.6": [("a", "Steps"), ("c", "Every step"), ("d", "every image")],
    "03.7": [("a", "stored"), ("b", "output layer"), ("d", "numbers")],
    "04.1": [
        (model_with(units=128), "[128, 128, 10]"),
        (keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)]), "1 layers"),
        (model_with(optimizer=keras.optimizers.SGD(0.01, momentum=0.9)), "not plain"),
        (model_with(activation="relu"), "activations"),
        (model_with(), "compile"),
        (model_with(optimizer="adam"), "Adam"),
        (model_with(optimizer=keras.optimizers.SGD(0.1)), "rate 0.1"),
        (model_with(optimizer=keras.optimizers.SGD(0.01), loss="mse"), "'mse'"),
        (model_with(optimizer=keras.optimizers.SGD(0.01, clipnorm=1e-9)), "not plain"),
        (model_with(optimizer=SGD, loss=keras.losses.CategoricalCrossentropy(from_logits=True)), "no settings"),
        (model_with(optimizer=SGD, loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.3)), "no settings"),
        (model_with(use_bias=False), "use_bias"),
        ("a model", "no Keras model"),
    ],
    "04.2": [(668_672, "bias"), (407_050, "two")],
    "04.3": [(2.3, "uphill"), (-1, "tenth")],
    "04.4": [("a", "leads past 5"), ("c", "with 0.3"), ("d", "4 long"), (9, "Choose one of")],
    "04.5": [
        (lambda rate, steps: 1 + rate * 32, "after one step"),
        (lambda rate, steps: 5 - 4 * (1 + 8 * rate) ** steps, "uphill"),
        (lambda rate, steps: [1.0] * steps, "It returns shape (5,); expected one number"),
        (lambda rate, steps: 5, "it gives 5; expected 4.689"),
        (lambda rate, steps: ..., "returns nothing"),
        (lambda rate: rate, "could not be checked"),
        (lambda rate, steps: steps.missing, "AttributeError"),
        (4.69, "the function itself"),
    ],
    "04.6": [("a", "overfitting"), ("c", "images"), ("d", "agree")],
    "05.1": [("a", "need not go together"), ("c", "makes two"), ("d", "other way round")],
    "05.2": [(0.14, "10,000"), (0.0044, "points")],
    "05.3": [(0.952, "precision"), (0.9, "accuracy"), (0.2, "missed"), (90, "accuracy"), ("20%", "missed")],
    "05.4": [(np.trace, "between 0 and 1"), (lambda counts: 0.5, "diagonal")],
    "05.5": [("b", "test set"), ("c", "memory"), ("d", "starts")],
    "06.1": [("a", "still a 7"), ("b", "lean"), ("d", "strokes")],
    "06.2": [("a", "second line"), ("c", "Nothing is removed"), ("d", "one answer")],
    "06.3": [
        ([[1, 1, 1], [0, 0, 0], [-1, -1, -1]], "Exchange"),
        ([[-1, 0, 1]] * 3, "left and right"),
        ([[1, 0, -1]] * 3, "right and left"),
        ([-1, 0, 1], "Expected 9 numbers"),
        ([[-1, -1, -1], [0], [1, 1, 1]], "not all of the same length"),
    ],
    "06.4": [(320, "24 maps"), (6912, "biases"), (217, "32"), (694_400, "places")],
    "06.5": [
        (convnet_with(1, keras.layers.Conv2D(24, 5, activation="relu")), "Layer 2, Conv2D: strides is (1, 1)"),
        (convnet_with(1, keras.layers.Conv2D(32, 5, strides=2, activation="relu")), "filters is 32; expected 24"),
        (convnet_with(3, keras.layers.Conv2D(32, 3)), "Layer 4, Conv2D: activation is linear; expected relu"),
        (convnet_with(2), "Layer 3 is Conv2D; expected BatchNormalization"),
        (convnet_with(10, keras.layers.Dropout(0.6)), "rate is 0.6; expected 0.4"),
        (convnet_with(11), "Layer 12 is none; expected Dense"),
        (convnet_with(11, keras.layers.Dense(10, "softmax", use_bias=False)), "use_bias is False; expected True"),
        (convnet_with(optimizer=None), "compile"),
        (convnet_with(optimizer="sgd"), "SGD; expected Adam"),
        (helpers.relu_adam(), "Layer 1 is Dense; expected Reshape"),
        (keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()]), "rows of 784 pixels"),
        ("a network", "no Keras model"),
    ],
    "07.1": [(7, "still reads a 7"), (9, "open at the top"), (np.int64(1), "corner"), (6, "reach above")],
    "07.2": [("a", "trained enough"), ("c", "these neurons"), ("d", "0.14 points")],
    "07.3": [((2, 1.5), "row comes first"), ([2, 2.5], "outermost pixels"), (2, "Expected 2 numbers")],
    "07.4": [
        (lambda image: image, "row 6.5, column 5.0"),
        (lambda image: np.roll(image, [round(13 - place) for place in center_of_mass(image)], (0, 1)), "expected 14"),
        (lambda image: None, "returns nothing"),
        (lambda image: image.ravel(), "shape (784,)"),
        (lambda image: np.eye(28), "changes the pixels"),
        (np.zeros((28, 28)), "the function itself"),
        (lambda: 1, "could not be checked"),
    ],
    "07.5": [("a", "whether there is any ink"), ("b", "before the training"), ("c", "paper")],
    "07.6": [
        (lambda p, t: p.argmax(axis=1), "read as 3 with 82%"),
        (lambda p, t: np.where(p.max(axis=1) >= 0.9, p.argmax(axis=1), -1), "threshold of 0.5"),
        (lambda p, t: np.where(p.max(axis=1) < t, p.argmax(axis=1), -1), "it gives 3; expected -1"),
        (lambda p, t: np.where(p.max(axis=1) > t, p.argmax(axis=1), -1), "threshold of 0.55"),
        (lambda p, t: p.max(axis=1) >= t, "returns bool"),
        (lambda p, t: None, "returns nothing"),
        (lambda p: p, "could not be checked"),
        (-1, "the function itself"),
    ],
    "08.1": [(3_211_264, "additions"), (200_704, "one image"), (100_352, "number of weights"), (1, "too small")],
    "08.2": [
        (lambda sizes: 6 * weights(sizes), "first layer"),
        (lambda sizes: 2 * weights(sizes), "way forward"),
        (lambda sizes: 3 * weights(sizes) - sizes[0] * sizes[1], "two operations"),
        (lambda sizes: 2 * (3 * (sizes[:-1] * sizes[1:]).sum() - sizes[0] * sizes[1]), "could not be checked"),
        (lambda sizes: 1, "expected"),
        (1_415_168, "the function itself"),
    ],
    "08.3": [(2, "pair"), (4, "pixels"), (3.22, "factor of the weights"), (0.295, "other way")],
    "08.4": [("a", "four times as many images"), ("c", "a quarter"), ("d", "higher rate")],
    "08.5": [("a", "mean"), ("c", "every image once"), ("d", "underfits")],
    "08.6": [(4, "12 / 3"), (2.4, "12 / 5"), (7, "one epoch earlier")],
}


@pytest.mark.parametrize("number", EXERCISES)
def test_wrong_and_missing_answers_get_a_useful_reply(number, capsys):
    for answer, says in WRONG[number]:
        helpers.check(number, answer)
        reply = capsys.readouterr().out
        assert reply.startswith(f"{number}: not yet. ") and says in reply, (answer, reply)
    for nothing in (..., None):
        helpers.check(number, nothing)
        assert f"{number}: not answered yet" in capsys.readouterr().out


def failing(*arguments):
    raise RecursionError(f"{len(arguments)} arguments")


ODD = [
    object(),
    {},
    set(),
    [],
    "",
    "?",
    b"a",
    1j,
    float("inf"),
    [None],
    [[1], [2, 3]],
    np.full((2, 2), np.nan),
    type,
    failing,
    lambda *arguments: arguments,
    keras.Sequential(),
]


@pytest.mark.parametrize("number", EXERCISES)
def test_no_answer_is_too_odd_for_a_reply(number, capsys):
    for answer in ODD:
        helpers.check(number, answer)
        reply = capsys.readouterr().out
        assert reply.startswith(f"{number}: not yet. ") and len(reply) > 30, (answer, reply)


def test_every_typical_wrong_answer_gets_its_own_reply(capsys):
    for number, exercise in EXERCISES.items():
        for answer, reply in exercise.get("wrong", []):
            helpers.check(number, answer)
            assert capsys.readouterr().out == f"{number}: not yet. {reply}\n"


def test_values_near_a_typical_wrong_answer_do_not_get_its_reply(capsys):
    for answer in (0, 0.0014, -0.005, 0.0143):
        helpers.check("05.2", answer)
        assert "as a share" not in capsys.readouterr().out
    helpers.check("00.1", 1564)
    assert "too large" in capsys.readouterr().out


@pytest.mark.parametrize("number", ["9.9", 1, ["01.1"], None])
def test_an_unknown_exercise_is_answered_with_those_that_exist(number, capsys):
    helpers.check(number, 1)
    assert "00.1, 00.2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("04.1", model_with(optimizer=keras.optimizers.SGD(0.01), loss=keras.losses.CategoricalCrossentropy())),
        ("04.1", model_with(optimizer=keras.optimizers.SGD(0.01), loss=keras.losses.categorical_crossentropy)),
        ("04.1", functional(model_with(optimizer=SGD))),
        ("00.1", "1563"),
        ("00.2", " B "),
        ("00.2", "b)"),
        ("00.2", ["b"]),
        ("00.5", np.int64(52_650)),
        ("00.6", lambda answers, digits: sum(a == d for a, d in zip(answers, digits, strict=True)) / len(digits)),
        ("01.1", ["5", " 28"]),
        ("01.1", [5, 28]),
        ("01.1", np.array([5, 28])),
        ("01.1", "(5, 28)"),
        ("01.2", "15"),
        ("01.5", (5.0, 9.0)),
        ("01.6", 0.6724),
        ("01.6", 67),
        ("01.6", "67.2 %"),
        ("02.2", np.array([254], np.uint8)),
        ("02.3", list("0000000100")),
        ("02.3", np.eye(10)[7]),
        ("02.4", 4.6),
        ("02.4", -np.log([0.01])),
        ("03.2", [2, 0, 1, -1, 1, 1, 3, 1, 1]),
        ("04.3", [1.7]),
        ("04.5", lambda rate, steps: np.float32(5 - 4 * (1 - 8 * rate) ** steps)),
        ("05.2", 0.4427),
        ("05.3", 80),
        ("05.3", "80%"),
        ("06.3", np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])),
        ("06.5", convnet_with(optimizer=keras.optimizers.Adam(0.004))),
        ("06.5", functional(convnet_with())),
    ],
)
def test_reasonable_forms_of_a_right_answer_count(number, answer, capsys):
    helpers.check(number, answer)
    assert f"{number}: right" in capsys.readouterr().out
