"""Check the answers to the exercises. What is right, and what to say to typical wrong answers, is in exercises.toml."""

import tomllib
from pathlib import Path

import numpy as np

#: number: {"answer", "tolerance", "right", "wrong"}, as exercises.toml explains
EXERCISES = tomllib.loads(Path(__file__).with_name("exercises.toml").read_text(encoding="utf-8"))
_TRY_AGAIN = "Try again; the hint above may help."


def _grade_value(exercise, answer):
    """Return what to say to a wrong number, letter or list; None if it is right."""
    expected, wrong = exercise["answer"], exercise.get("wrong", [])
    if isinstance(expected, str):
        letter = str(answer).strip().lower()
        letters = sorted([expected, *(other for other, _ in wrong)])
        unknown = f"Choose one of {', '.join(letters)}, and write it as a string such as 'a'."
        return None if letter == expected else dict(wrong).get(letter, unknown)
    tolerance = exercise.get("tolerance", 0)
    found = np.asarray(answer, dtype=float)
    if np.ndim(expected) == 0:
        found = found.reshape(())

    def equals(value):
        return found.shape == np.shape(value) and np.allclose(found, value, rtol=0, atol=tolerance)

    if equals(expected):
        return None
    for value, reply in wrong:
        if equals(value):
            return reply
    if found.shape != np.shape(expected):
        return f"It has shape {found.shape}; expected {np.shape(expected)}."
    if found.ndim == 0:
        return f"{found:g} is too {'large' if found > expected else 'small'}. {_TRY_AGAIN}"
    return _TRY_AGAIN


def _grade_function(answer, reference, cases, explain):
    """Call the learner's function; `explain(case, found, expected)` comments on the first wrong result."""
    if not callable(answer):
        return "Pass the function itself, without calling it."
    for case in cases:
        expected, found = reference(case), answer(case)
        if found is None or found is ...:
            return "Your function returns nothing yet: put what it computes behind `return`."
        found = np.asarray(found)
        if found.shape != expected.shape:
            return f"For input of shape {np.shape(case)} it returns shape {found.shape}; expected {expected.shape}."
        if not np.allclose(found, expected) or found.dtype.kind != expected.dtype.kind:
            return explain(case, found, expected)
    return None


def _restore(rows):
    return np.round(np.asarray(rows) * 255).astype(np.uint8).reshape(-1, 28, 28)


def _explain_restore(_, found, __):
    if found.dtype.kind == "f":
        return "The values are still floats: round them and turn them into uint8."
    if found.max() <= 1:
        return "The values lie between 0 and 1: multiply by 255 before turning them into uint8."
    return f"The values differ. {_TRY_AGAIN}"


def _softmax(z):
    powers = np.exp(np.asarray(z, float) - np.max(z))
    return powers / powers.sum()


def _explain_softmax(case, found, _):
    if np.isnan(found).any():
        return f"For {case} it gives nan: np.exp(1000) is too large for a float. Subtract the largest value first."
    if not np.isclose(found.sum(), 1):
        return f"For {case} the result adds up to {found.sum():.3g}, not to 1. Divide by the sum."
    return f"For {case} the result differs. {_TRY_AGAIN}"


def _accuracy(counts):
    return np.asarray(np.trace(counts) / np.sum(counts))


def _explain_accuracy(case, found, _):
    if found > 1:
        return "An accuracy lies between 0 and 1: divide the images on the diagonal by all images."
    return f"For\n{case}\nit gives {found:.3g}, which is not the share of images on the diagonal."


def _grade_variant_b(model):
    """Grade a compiled Keras model by what it is made of."""
    if not hasattr(model, "layers"):
        return "That is no Keras model. Begin with keras.Sequential([...])."
    units = [layer.units for layer in model.layers if hasattr(layer, "units")]
    activations = [layer.activation.__name__ for layer in model.layers if hasattr(layer, "units")]
    if units != [512, 512, 10]:
        return f"Its layers have {units} neurons; expected [512, 512, 10]."
    if not model.built or model.input_shape != (None, 784):
        return "It does not know its input yet. Let the list begin with keras.Input(shape=(784,))."
    if activations != ["sigmoid", "sigmoid", "softmax"]:
        return f"The activations are {activations}; expected sigmoid in both hidden layers and softmax in the output."
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or not model.compiled:
        return "The layers are right. Now compile it."
    if type(optimizer).__name__ != "SGD" or not np.isclose(float(optimizer.learning_rate), 0.01):
        rate = float(optimizer.learning_rate)
        return f"The optimizer is {type(optimizer).__name__} with rate {rate:g}; expected SGD with rate 0.01."
    if model.loss != "categorical_crossentropy":
        return f"The loss is {model.loss!r}; for one-hot labels it is 'categorical_crossentropy'."
    return None


def _grade_restore(answer):
    rows = np.random.default_rng(0).integers(0, 256, (2, 784)).astype(np.float32) / np.float32(255)
    return _grade_function(answer, _restore, [rows], _explain_restore)


def _grade_softmax(answer):
    cases = [np.array([0.0, 1.0, 2.0]), np.array([-3.0, 0.5]), np.array([1000.0, 999.0, 0.0])]
    return _grade_function(answer, _softmax, cases, _explain_softmax)


def _grade_accuracy(answer):
    return _grade_function(answer, _accuracy, [np.array([[80, 20], [4, 136]]), np.diag([3, 4, 5])], _explain_accuracy)


#: Exercises whose answer is a function or a model.
_GRADERS = {"02.2": _grade_restore, "03.2": _grade_softmax, "04.1": _grade_variant_b, "05.3": _grade_accuracy}


def check(number, answer):
    """Print whether `answer` solves the exercise `number`, and if not, what may have gone wrong.

    Never raises for what the answer is: an error in it is explained instead.

    Parameters
    ----------
    number : str
        As printed above the exercise, such as "01.2".
    answer : object
        What the exercise asks for; ``...`` counts as not answered yet.

    Raises
    ------
    KeyError
        If there is no exercise of that number.
    """
    exercise = EXERCISES[number]
    if answer is None or answer is ...:
        print(f"{number}: not answered yet. Put your answer in place of the dots and run the cell again.")
        return
    try:
        reply = _GRADERS[number](answer) if number in _GRADERS else _grade_value(exercise, answer)
    except Exception as error:
        reply = f"Your answer, a {type(answer).__name__}, could not be checked: {error}. {_TRY_AGAIN}"
    print(f"{number}: right. {exercise['right']}" if reply is None else f"{number}: not yet. {reply}")
