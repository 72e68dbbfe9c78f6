"""Check the answers to the exercises. What is right, and what to say to typical wrong answers, is in exercises.toml."""

import contextlib
import copy
import functools
import itertools
import reprlib
import tomllib
import traceback
from pathlib import Path

import keras
import numpy as np

from helpers import models
from helpers.data import MIDDLE

#: number: {"answer", "tolerance", "percent", "right", "wrong"}, as exercises.toml explains
EXERCISES = tomllib.loads(Path(__file__).with_name("exercises.toml").read_text(encoding="utf-8"))
_TRY_AGAIN = "Try again; the hint above may help."


def _grade_value(exercise, answer):
    """Return what to say to a wrong number, letter or list; None if it is right."""
    expected, wrong = exercise["answer"], exercise.get("wrong", [])
    if isinstance(expected, str):
        letter = str(answer).strip(" ()[]'\".,").lower()
        letters = sorted([expected, *(other for other, _ in wrong)])
        unknown = f"Choose one of {', '.join(letters)}, and write it as a string such as 'a'."
        return None if letter == expected else dict(wrong).get(letter, unknown)
    count = np.size(expected)
    wanted = "one number" if np.ndim(expected) == 0 else f"{count} numbers, as a list"
    try:
        around = " ()[]%," if exercise.get("percent") else " ()[],"
        found = np.asarray(answer.strip(around).split(",") if isinstance(answer, str) else answer)
    except ValueError:
        return "Its rows are not all of the same length."
    if found.dtype.kind == "U":
        with contextlib.suppress(ValueError):  # no numbers: said below
            found = np.array([float(text) for text in found.ravel().tolist()])
    if found.dtype.kind not in "uif" or np.isnan(found).any():
        shown = reprlib.repr(answer)
        return f"Expected {wanted}, found {shown if len(shown) < 100 else shown[:100] + '...'}."
    if exercise.get("percent") and found.size == 1 and found.item() > 1:
        found = found / 100
    tolerance = exercise.get("tolerance", 0)
    if found.size == count and np.allclose(found.ravel(), np.ravel(expected), rtol=0, atol=tolerance):
        return None
    alike = [(value, reply) for value, reply in wrong if np.size(value) == found.size]
    if alike:
        value, reply = min(alike, key=lambda pair: np.abs(found.ravel() - np.ravel(pair[0])).max())
        if np.allclose(found.ravel(), np.ravel(value), rtol=5e-4, atol=1e-9):
            return reply
    if found.size != count:
        comma = " Write large numbers without a comma." if count == 1 < found.size else ""
        return f"Expected {wanted}, found {found.size}.{comma}"
    if count == 1:
        return f"{found.item():g} is too {'large' if found.item() > expected else 'small'}. {_TRY_AGAIN}"
    return _TRY_AGAIN


def _grade_function(answer, reference, cases, explain):
    """Call the learner's function with each case, a tuple of arguments.

    `explain(found, expected, *case)` comments on the first wrong result.
    """
    if not callable(answer):
        return "Pass the function itself, without calling it."
    for case in cases:
        expected, found = np.asarray(reference(*case)), answer(*copy.deepcopy(case))
        if found is None or found is ...:
            return "Your function returns nothing yet: put what it computes behind `return`."
        found = np.asarray(found)
        if found.shape != expected.shape:
            wanted = f"of shape {expected.shape}" if expected.shape else "one number"
            given = f"For input of shape {np.shape(case[0])} it" if np.ndim(case[0]) else "It"
            return f"{given} returns shape {found.shape}; expected {wanted}."
        if found.dtype.kind not in "uif":
            return f"It returns {found.dtype}; expected numbers."
        if not np.allclose(found, expected) or (expected.dtype == np.uint8) != (found.dtype == np.uint8):
            return explain(found, expected, *case)
    return None


def _share_right(answers, digits):
    return np.mean(answers == digits)


def _explain_share_right(found, expected, answers, digits):
    if found > 1:
        return "An accuracy lies between 0 and 1: divide the number of right answers by the number of images."
    if np.isclose(found, 1 - expected):
        return "That is the share of wrong answers."
    return f"For the answers {answers} and the labels {digits} it gives {found:.3g}; expected {expected:.3g}."


def _restore(rows):
    return np.round(np.asarray(rows) * 255).astype(np.uint8).reshape(-1, 28, 28)


def _explain_restore(found, expected, _):
    if np.allclose(found, expected):
        return f"The values are right, but they are {found.dtype}: turn them into uint8."
    if found.max() <= 1:
        return "The values lie between 0 and 1: multiply by 255 before turning them into uint8."
    return f"The values differ. {_TRY_AGAIN}"


def _softmax(z):
    powers = np.exp(np.asarray(z, float) - np.max(z))
    return powers / powers.sum()


def _explain_softmax(found, _, z):
    if np.isnan(found).any() and z.max() > 700:
        return f"For {z} it gives nan: np.exp(1000) is too large for a float. Subtract the largest value first."
    if not np.isclose(found.sum(), 1):
        return f"For {z} the result adds up to {found.sum():.3g}, not to 1. Divide by the sum."
    return f"For {z} the result differs. {_TRY_AGAIN}"


def _descend(rate, steps):
    return 5 - 4 * (1 - 8 * rate) ** steps  # each step multiplies the distance from 5 by 1 - 8 * rate


def _explain_descend(found, expected, rate, steps):
    if np.isclose(found, _descend(rate, 1)):
        return "That is the weight after one step: `return` belongs behind the loop, not into it."
    if np.isclose(found, _descend(-rate, steps)):
        return "It goes uphill: subtract the rate times the gradient."
    return f"With a rate of {rate} and {steps} steps it gives {found:.4g}; expected {expected:.4g}."


def _accuracy(counts):
    return np.trace(counts) / np.sum(counts)


def _explain_accuracy(found, _, counts):
    if found > 1:
        return "An accuracy lies between 0 and 1: divide the images on the diagonal by all images."
    return f"For\n{counts}\nit gives {found:.3g}, which is not the share of images on the diagonal."


def _explain_operations(found, expected, sizes):
    weights = np.multiply(sizes[:-1], sizes[1:])
    if found == 6 * weights.sum():
        return "The first layer takes two products only: nothing is handed on to the pixels."
    if found == 2 * weights.sum():
        return "That is the way forward. The way back takes two more products, for the first layer one."
    if 2 * found == expected:
        return "Each weight takes two operations in a product: a multiplication and an addition."
    return f"For the sizes {sizes} it gives {found:,}; expected {expected:,}."


def _refuse(probabilities, threshold):
    return np.where(probabilities.max(axis=1) >= threshold, probabilities.argmax(axis=1), -1)


def _explain_refuse(found, expected, probabilities, threshold):
    row = np.flatnonzero(found != expected)[0]
    largest, digit = probabilities[row].max(), probabilities[row].argmax()
    return (
        f"For a threshold of {threshold} and an image read as {digit} with {largest:.0%} it gives "
        f"{found[row]:g}; expected {expected[row]}."
    )


def _layers_of(model):
    """Return the layers of a model without its input, which a functional model counts as one of them."""
    return [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]


def _grade_variant_b(model):
    """Grade a compiled Keras model by what it is made of."""
    if not isinstance(model, keras.Model):
        return "That is no Keras model. Begin with keras.Sequential([...])."
    layers = _layers_of(model)
    if [type(layer).__name__ for layer in layers] != ["Dense"] * 3:
        return f"It has {len(layers)} layers; expected three Dense ones: two hidden and the output."
    units = [layer.units for layer in layers]
    activations = [layer.activation.__name__ for layer in layers]
    if units != [512, 512, 10]:
        return f"Its layers have {units} neurons; expected [512, 512, 10]."
    if not model.built or model.input_shape != (None, 784):
        return "It does not know its input yet. Let the list begin with keras.Input(shape=(784,))."
    if activations != ["sigmoid", "sigmoid", "softmax"]:
        return f"The activations are {activations}; expected sigmoid in both hidden layers and softmax in the output."
    if not all(layer.use_bias for layer in layers):
        return "A layer has no biases. Leave use_bias away."
    if not model.compiled:
        return "The layers are right. Now compile it."
    name, settings = type(model.optimizer).__name__, model.optimizer.get_config()
    plain = keras.optimizers.SGD(learning_rate=0.01).get_config()
    if name != "SGD" or not np.isclose(settings["learning_rate"], 0.01):
        return f"The optimizer is {name} with rate {settings['learning_rate']:g}; expected SGD with rate 0.01."
    if any(settings[key] != plain[key] for key in plain if key not in ("name", "learning_rate")):
        return "SGD has the right rate, but is not plain: give it the learning rate and nothing else."
    return _grade_loss(model)


def _grade_loss(model):
    """Grade the loss of a compiled model, given by its name, as a function or as an object."""
    loss = model.loss if isinstance(model.loss, str) else getattr(model.loss, "__name__", model.loss)
    loss = loss if isinstance(loss, str) else loss.name
    if loss != "categorical_crossentropy":
        return f"The loss is {loss!r}; for one-hot labels it is 'categorical_crossentropy'."
    if isinstance(model.loss, keras.losses.Loss) and (model.loss.from_logits or model.loss.label_smoothing):
        return "The loss is right, but not plain: softmax gives probabilities, so it needs no settings."
    return None


#: What counts in a layer of the convolutional network, in the order in which it is compared.
_SETTINGS = ("target_shape", "filters", "kernel_size", "strides", "padding", "units", "use_bias", "rate", "activation")


def _grade_convnet(model):
    """Grade a compiled Keras model by comparing it with the convolutional network, layer by layer."""
    if not isinstance(model, keras.Model):
        return "That is no Keras model. Begin with keras.Sequential([...])."
    if not model.built or model.input_shape != (None, 784):
        return "It should take rows of 784 pixels. Let the list begin with keras.Input(shape=(784,))."
    pairs = itertools.zip_longest(_layers_of(model), models.convnet().layers)
    for number, (found, wanted) in enumerate(pairs, start=1):
        names = [type(layer).__name__ if layer is not None else "none" for layer in (found, wanted)]
        if names[0] != names[1]:
            return f"Layer {number} is {names[0]}; expected {names[1]}."
        ours, theirs = found.get_config(), wanted.get_config()
        for name in _SETTINGS:
            if name in theirs and ours[name] != theirs[name]:
                return f"Layer {number}, {names[0]}: {name} is {ours[name]}; expected {theirs[name]}."
    if not model.compiled:
        return "The layers are right. Now compile it."
    if not isinstance(model.optimizer, keras.optimizers.Adam):
        return f"The optimizer is {type(model.optimizer).__name__}; expected Adam."
    return _grade_loss(model)


def _grade_share_right(answer):
    cases = [([7, 2, 1, 0, 4], [7, 2, 1, 0, 9]), ([3, 5, 8, 8], [3, 8, 5, 3])]
    cases = [(np.array(answers), np.array(digits)) for answers, digits in cases]
    return _grade_function(answer, _share_right, cases, _explain_share_right)


def _grade_restore(answer):
    rows = np.random.default_rng(0).integers(0, 256, (2, 784)).astype(np.float32) / np.float32(255)
    return _grade_function(answer, _restore, [(rows,), (rows[:1],)], _explain_restore)


def _grade_softmax(answer):
    cases = [(np.array(z),) for z in ([0.0, 1.0, 2.0], [-3.0, 0.5], [1000.0, 999.0, 0.0])]
    return _grade_function(answer, _softmax, cases, _explain_softmax)


def _grade_descend(answer):
    return _grade_function(answer, _descend, [(0.05, 5), (0.3, 3)], _explain_descend)


def _grade_accuracy(answer):
    cases = [(np.array([[80, 20], [4, 136]]),), (np.diag([3, 4, 5]),)]
    return _grade_function(answer, _accuracy, cases, _explain_accuracy)


def _grade_operations(answer):
    cases = [([3, 5, 2],), ([784, 128, 256, 512, 10],)]
    return _grade_function(answer, models.operations, cases, _explain_operations)


def _grade_refuse(answer):
    probabilities = np.full((4, 10), 0.02)
    probabilities[range(4), [3, 0, 9, 6]] = 0.82
    probabilities[1] = np.eye(10)[7]
    probabilities[2] = 0.05
    probabilities[2, 9] = 0.55
    return _grade_function(
        answer, _refuse, [(probabilities, threshold) for threshold in (0.9, 0.5, 0.55)], _explain_refuse
    )


def _grade_centre(answer):
    """Grade a function that moves images: the same pixels, the centre of mass within half a pixel of MNIST's."""
    if not callable(answer):
        return "Pass the function itself, without calling it."
    for top, left in ((2, 3), (14, 12)):
        image = np.zeros((28, 28), np.float32)
        image[top : top + 8, left : left + 5] = np.linspace(0.2, 1, 8)[:, None]
        found = answer(image.copy())
        if found is None or found is ...:
            return "Your function returns nothing yet: put the moved image behind `return`."
        found = np.asarray(found)
        if found.shape != (28, 28):
            return f"It returns shape {found.shape}; expected (28, 28)."
        if found.dtype.kind not in "uif" or not np.allclose(np.sort(found, axis=None), np.sort(image, axis=None)):
            return "It changes the pixels; expected the same ones at other places. np.roll moves them."
        place = [float((index * found).sum() / found.sum()) for index in np.mgrid[:28, :28]]
        if max(abs(value - MIDDLE) for value in place) > 0.51:
            return f"For one image the centre of mass ends in row {place[0]:.1f}, column {place[1]:.1f}; expected 14."
    return None


#: Exercises whose answer is a function or a model.
_GRADERS = {
    "00.6": _grade_share_right,
    "02.6": _grade_restore,
    "03.4": _grade_softmax,
    "04.1": _grade_variant_b,
    "04.5": _grade_descend,
    "05.4": _grade_accuracy,
    "06.5": _grade_convnet,
    "07.4": _grade_centre,
    "07.6": _grade_refuse,
    "08.2": _grade_operations,
}


def check(number, answer, explain=True):
    """Print whether `answer` solves the exercise `number`, and if not, what may have gone wrong.

    Raises nothing, whatever the answer is: an error in it is explained instead.

    Parameters
    ----------
    number : str
        As printed above the exercise, such as "01.2".
    answer : object
        What the exercise asks for; ``...`` counts as not answered yet.
    explain : bool
        Say why a right answer is right. The folded solutions do not, since their outputs stand in the open.
    """
    if not isinstance(number, str) or number not in EXERCISES:
        print(f"There is no exercise {number!r}. The exercises are {', '.join(EXERCISES)}.")
        return
    if answer is None or answer is ...:
        print(f"{number}: not answered yet. Put your answer in place of the dots and run the cell again.")
        return
    try:
        grade = _GRADERS.get(number) or functools.partial(_grade_value, EXERCISES[number])
        reply = grade(answer)
    except (Exception, SystemExit) as error:
        reason = (traceback.format_exception_only(error) or [""])[-1].strip()
        reply = f"Your answer, a {type(answer).__name__}, could not be checked ({reason}). {_TRY_AGAIN}"
    if reply is None:
        print(f"{number}: right. {EXERCISES[number]['right']}" if explain else f"{number}: right.")
    else:
        print(f"{number}: not yet. {reply}")
