"""Answers to the exercises: right ones in any reasonable form, typical wrong ones, and odd ones."""

import itertools
import os

import numpy as np
import pytest
from scipy.ndimage import center_of_mass

import helpers
from helpers.exercises import exercises
from helpers.exercises.functions import FUNCTIONS, grade_function
from helpers.exercises.grading import grade
from helpers.exercises.networks import grade_network
from helpers.start import import_keras

keras = import_keras()
EXERCISES = exercises()
KINDS = {"letter", "number", "share", "list", "function", "network"}


@pytest.mark.parametrize("number", EXERCISES)
def test_an_exercise_has_what_its_kind_needs(number):
    exercise = EXERCISES[number]
    assert exercise["kind"] in KINDS and exercise["right"]
    if exercise["kind"] in ("function", "network"):
        assert exercise[exercise["kind"]] in {*FUNCTIONS, "centre", "sigmoid_sgd", "convnet"}
    else:
        assert grade(number, exercise["answer"]) is None
        for answer, reply, *_ in exercise.get("wrong", []):
            assert grade(number, answer) == reply, answer
    if exercise["kind"] == "letter":
        assert sorted([exercise["answer"], *(letter for letter, _ in exercise["wrong"])]) == list("abcd")


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
    float("nan"),
    True,
    [None],
    [[1], [2, 3]],
    np.full((2, 2), np.nan),
    type,
    exit,
    lambda *arguments: arguments,
    lambda *arguments: 1 / 0,
    lambda *arguments: None,
    keras.Sequential(),
]


@pytest.mark.parametrize("number", EXERCISES)
def test_no_answer_is_too_odd_for_a_reply(number, capsys, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda file: None)  # these answers need not outlive a loss of power
    for answer in ODD:
        helpers.check_answer(number, answer)
        reply = capsys.readouterr().out
        assert reply.startswith(f"{number}: not yet. ") and len(reply) > 30, (answer, reply)
    for nothing in (..., None):
        helpers.check_answer(number, nothing)
        assert f"{number}: not answered yet" in capsys.readouterr().out


@pytest.mark.parametrize("number", ["9.9", 1, ["01.1"], None])
def test_an_unknown_exercise_is_answered_with_those_that_exist(number, capsys):
    helpers.check_answer(number, 1)
    said = capsys.readouterr().out
    assert all(known in said for known in EXERCISES)


def first(kind):
    return next(number for number, exercise in EXERCISES.items() if exercise["kind"] == kind)


def forms():
    """Return right answers of each kind in forms that a learner may give them."""
    number, share, letter, several = map(first, ("number", "share", "letter", "list"))
    value = EXERCISES[number]["answer"]
    yield from ((number, form) for form in (str(value), f" {value} ", np.float64(value), np.array([value]), [value]))
    value = EXERCISES[share]["answer"]
    yield from ((share, form) for form in (100 * value, f"{100 * value} %", f"{value}", value))
    value = EXERCISES[letter]["answer"]
    yield from ((letter, form) for form in (value.upper(), f"{value})", f" ({value}) ", [value]))
    value = EXERCISES[several]["answer"]
    yield from ((several, form) for form in (tuple(value), np.array(value), list(map(str, value)), str(value)))


@pytest.mark.parametrize(("number", "answer"), list(forms()))
def test_reasonable_forms_of_a_right_answer_count(number, answer):
    assert grade(number, answer) is None


def test_a_measured_answer_gets_the_reply_to_what_it_is_near():
    assert grade("03.6", 0.1) is None and grade("03.6", 1) is None
    near = {"00.3": (0.955, "large network"), "03.6": (0.88, "share of digits"), "05.3": (-0.21, "got worse")}
    for number, (answer, reply) in near.items():
        assert reply in grade(number, answer)


def test_less_than_one_per_cent_is_not_taken_for_a_share():
    share = first("share")
    assert "too small" in grade(share, f"{EXERCISES[share]['answer']} %")


@pytest.mark.parametrize("kind", ["number", "list", "letter"])
def test_wrong_forms_are_told_what_is_expected(kind):
    number = first(kind)
    wanted = {"number": "one number", "list": "numbers, as a list", "letter": "a, b, c, d"}[kind]
    assert wanted in grade(number, "many words")
    if kind == "number":
        assert "without a comma" in grade(number, (1, 563)) and "too large" in grade(number, 10**9)


def weights(sizes):
    return sum(a * b for a, b in itertools.pairwise(sizes))


def overflowing(z):
    with np.errstate(over="ignore", invalid="ignore"):
        return np.exp(z) / np.exp(z).sum()


#: By function: wrong ones, each with a word that its reply must contain.
WRONG = {
    "share_right": [
        (lambda answers, digits: (answers == digits).sum(), "divide"),
        (lambda answers, digits: (answers != digits).mean(), "share of wrong answers"),
        (lambda answers, digits: answers == digits, "one number"),
        (lambda answers, digits: 0.965, "0.965"),
        (lambda answers, digits: "all", "numbers"),
        (lambda answers, digits: None, "returns nothing"),
        (0.965, "the function itself"),
    ],
    "restore": [
        (lambda rows: rows * 255, "shape"),
        (lambda rows: (rows * 255).reshape(-1, 28, 28), "float32"),
        (lambda rows: rows.astype("uint8").reshape(-1, 28, 28), "multiply"),
        (lambda rows: (rows * 255).round().astype("uint16").reshape(-1, 28, 28), "uint16"),
    ],
    "softmax": [(overflowing, "nan"), (lambda z: np.exp(z - z.max()), "adds up"), (np.abs, "adds up")],
    "slope": [
        (lambda function, place: (function(place) - function(place + 0.001)) / 0.001, "sign"),
        (lambda function, place: function(place + 0.001) - function(place), "divide"),
        (lambda function, place: function(place + 1) - function(place), "small enough"),
        (lambda function, place: [1.0] * 5, "(5,)"),
    ],
    "accuracy": [(np.trace, "between 0 and 1"), (lambda counts: 0.5, "diagonal")],
    "centre": [
        (lambda image: image, "row 6.5, column 5.0"),
        (lambda image: np.roll(image, [round(13 - place) for place in center_of_mass(image)], (0, 1)), "14"),
        (lambda image: image.ravel(), "(784,)"),
        (lambda image: np.eye(28), "changes the pixels"),
    ],
    "refuse": [
        (lambda p, t: p.argmax(axis=1), "read as 3 with 82%"),
        (lambda p, t: np.where(p.max(axis=1) >= 0.9, p.argmax(axis=1), -1), "threshold of 0.5"),
        (lambda p, t: np.where(p.max(axis=1) > t, p.argmax(axis=1), -1), "threshold of 0.55"),
        (lambda p, t: p.max(axis=1) >= t, "bool"),
    ],
    "operations": [
        (lambda sizes: 6 * weights(sizes), "first layer"),
        (lambda sizes: 2 * weights(sizes), "way forward"),
        (lambda sizes: 3 * weights(sizes) - sizes[0] * sizes[1], "two operations"),
    ],
    "worst_tenth": [
        (lambda m: np.sort(m)[: len(m) // 10].sum() / m.sum(), "other way round"),
        (lambda m: m[: len(m) // 10].sum() / m.sum(), "sort the people"),
        (lambda m: np.sort(m)[::-1][: len(m) // 10].sum(), "number of all mistakes"),
        (lambda m: np.max(m) / np.mean(m) / 20, "expected 0.5"),
    ],
    "most_confused": [
        (lambda answers, labels: FUNCTIONS["most_confused"][0](labels, answers), "other way round"),
        (lambda answers, labels: [6, 6], "is a right answer"),
        (lambda answers, labels: [3, 4], "expected [0 6]"),
    ],
}


@pytest.mark.parametrize("name", [*FUNCTIONS, "centre"])
def test_a_wrong_function_gets_a_useful_reply(name):
    for answer, says in WRONG[name]:
        assert says in grade_function(answer, name)


def test_whole_numbers_may_be_bytes():
    def find(answers, labels):
        return np.array(FUNCTIONS["most_confused"][0](answers, labels), np.uint8)

    assert grade_function(find, "most_confused") is None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_right_function_is_right(name):
    assert grade_function(FUNCTIONS[name][0], name) is None


def compiled(model, optimizer="adam", loss="categorical_crossentropy"):
    model.compile(optimizer=optimizer, loss=loss)
    return model


def convnet_with(place, layer):
    """Return the convolutional network with the layer at one place replaced or, by None, removed."""
    layers = [type(layer).from_config(layer.get_config()) for layer in helpers.convnet().layers]
    layers[place] = layer
    return compiled(keras.Sequential([keras.Input((784,)), *(layer for layer in layers if layer is not None)]))


def functional(model):
    """Return the same network as a functional model, which counts its input as a layer."""
    optimizer = type(model.optimizer)(float(model.optimizer.learning_rate))
    return compiled(keras.Model(model.inputs, model.outputs), optimizer, keras.losses.categorical_crossentropy)


SGD, CROSSENTROPY = keras.optimizers.SGD, keras.losses.CategoricalCrossentropy


@pytest.mark.parametrize(
    ("name", "model", "says"),
    [
        ("convnet", lambda: convnet_with(1, keras.layers.Conv2D(24, 5, activation="relu")), "strides is (1, 1)"),
        ("convnet", lambda: convnet_with(2, None), "Layer 3 is Conv2D; expected BatchNormalization"),
        ("convnet", lambda: convnet_with(10, keras.layers.Dropout(0.6)), "rate is 0.6; expected 0.4"),
        ("convnet", lambda: convnet_with(11, None), "Layer 12 is none; expected Dense"),
        ("convnet", lambda: convnet_with(11, keras.layers.Dense(10, "softmax", use_bias=False)), "use_bias is False"),
        ("convnet", lambda: compiled(helpers.convnet(), "sgd"), "SGD; expected Adam"),
        ("convnet", helpers.relu_adam, "Layer 1 is Dense; expected Reshape"),
        ("convnet", lambda: keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()]), "rows of 784 pixels"),
        ("convnet", lambda: "a network", "no Keras model"),
        ("sigmoid_sgd", helpers.relu_adam, "units is 128; expected 512"),
        ("sigmoid_sgd", lambda: keras.Sequential([keras.Input((784,)), *helpers.sigmoid_sgd().layers]), "compile"),
        ("sigmoid_sgd", lambda: compiled(helpers.sigmoid_sgd(), SGD(0.1)), "learning_rate"),
        ("sigmoid_sgd", lambda: compiled(helpers.sigmoid_sgd(), SGD(0.01, momentum=0.9)), "momentum"),
        ("sigmoid_sgd", lambda: compiled(helpers.sigmoid_sgd(), "adam"), "Adam; expected SGD"),
        ("sigmoid_sgd", lambda: compiled(helpers.sigmoid_sgd(), SGD(0.01), "mse"), "'mse'"),
        (
            "sigmoid_sgd",
            lambda: compiled(helpers.sigmoid_sgd(), SGD(0.01), CROSSENTROPY(from_logits=True)),
            "no settings",
        ),
        ("sigmoid_sgd", lambda: compiled(helpers.sigmoid_sgd(), SGD(0.01), CROSSENTROPY()), None),
        ("sigmoid_sgd", lambda: functional(helpers.sigmoid_sgd()), None),
        ("convnet", lambda: functional(helpers.convnet()), None),
    ],
)
def test_a_network_is_compared_with_the_course_s_own(name, model, says):
    reply = grade_network(model(), name)
    assert reply is None if says is None else says in reply


def test_a_lesson_goes_on_with_the_learner_s_own_work_if_it_is_right(capsys):
    number = next(number for number, exercise in EXERCISES.items() if exercise.get("network") == "sigmoid_sgd")
    own, course = helpers.sigmoid_sgd(), object()
    assert helpers.continue_with(number, own, otherwise=lambda: course) is own
    assert "yours" in capsys.readouterr().out
    for wrong in (..., None, "a network", helpers.relu_adam()):
        assert helpers.continue_with(number, wrong, otherwise=lambda: course) is course
        assert "from helpers" in capsys.readouterr().out
