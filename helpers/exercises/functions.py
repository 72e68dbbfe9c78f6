"""Grade exercises that ask for a function: what is right, what to try it with, and what to say to a wrong result."""

import copy
import itertools

import numpy as np

from helpers.data import MIDDLE

TRY_AGAIN = "Try again; the hint above may help."


def grade_function(answer, name):
    """Return what to say to a wrong function; None if it is right.

    Parameters
    ----------
    answer : callable
        The learner's. It is called with each case of the exercise.
    name : str
        Of a function in this module, with the cases to try, and what explains the first wrong result:
        ``explain(found, expected, *case)``.
    """
    if name == "centre":
        return grade_centre(answer)
    reference, cases, explain, *tolerance = FUNCTIONS[name]
    if not callable(answer):
        return "Pass the function itself, without calling it."
    for case in cases:
        expected, found = np.asarray(reference(*case)), answer(*copy.deepcopy(case))
        if found is None or found is ...:
            return "Your function returns nothing yet: write what it computes after `return`."
        found = np.asarray(found)
        if found.shape != expected.shape:
            wanted = f"of shape {expected.shape}" if expected.shape else "one number"
            given = f"For input of shape {np.shape(case[0])} it" if np.ndim(case[0]) else "It"
            return f"{given} returns shape {found.shape}; expected {wanted}."
        if found.dtype.kind not in "uif":
            return f"It returns {found.dtype}; expected numbers."
        bytes_wanted = expected.dtype == np.uint8 and found.dtype != np.uint8
        if bytes_wanted or not np.allclose(found, expected, *tolerance):
            return explain(found, expected, *case)
    return None


def share_right(answers, digits):
    return np.mean(answers == digits)


def explain_share_right(found, expected, answers, digits):
    if found > 1:
        return "An accuracy lies between 0 and 1: divide the number of right answers by the number of images."
    if np.isclose(found, 1 - expected):
        return "That is the share of wrong answers."
    return f"For the answers {answers} and the labels {digits} it gives {found:.3g}; expected {expected:.3g}."


def restore(rows):
    return np.round(np.asarray(rows) * 255).astype(np.uint8).reshape(-1, 28, 28)


def explain_restore(found, expected, _):
    if np.allclose(found, expected):
        return f"The values are right, but they are {found.dtype}: turn them into uint8."
    if found.max() <= 1:
        return "The values lie between 0 and 1: multiply by 255 before turning them into uint8."
    return f"The values differ. {TRY_AGAIN}"


def softmax(z):
    powers = np.exp(np.asarray(z, float) - np.max(z))
    return powers / powers.sum()


def explain_softmax(found, _, z):
    if np.isnan(found).any() and z.max() > 700:
        return f"For {z} it gives nan: np.exp(1000) is too large for a float. Subtract the largest value first."
    if not np.isclose(found.sum(), 1):
        return f"For {z} the result adds up to {found.sum():.3g}, not to 1. Divide by the sum."
    return f"For {z} the result differs. {TRY_AGAIN}"


def slope(function, place):
    return (function(place + 1e-5) - function(place - 1e-5)) / 2e-5


def explain_slope(found, expected, function, place):
    if np.isclose(found, -expected, rtol=0.01):
        return "The sign: the function at the nudged place comes first, the one at the place itself is subtracted."
    if abs(found) < 0.1 * abs(expected):
        return f"It gives {found:.3g}; expected about {expected:.4g}. Did you divide by the nudge?"
    return f"At {place} it gives {found:.4g}; expected about {expected:.4g}. Is your nudge small enough?"


def accuracy(counts):
    return np.trace(counts) / np.sum(counts)


def explain_accuracy(found, _, counts):
    if found > 1:
        return "An accuracy lies between 0 and 1: divide the images on the diagonal by all images."
    return f"For\n{counts}\nit gives {found:.3g}, which is not the share of images on the diagonal."


def explain_operations(found, expected, sizes):
    weights = np.multiply(sizes[:-1], sizes[1:])
    if found == 6 * weights.sum():
        return "The first layer takes two products only: nothing is handed on to the pixels."
    if found == 2 * weights.sum():
        return "That is the way forward. The way back takes two more products, for the first layer one."
    if 2 * found == expected:
        return "Each weight takes two operations in a product: a multiplication and an addition."
    return f"For the sizes {sizes} it gives {found:,}; expected {expected:,}."


def refuse(probabilities, threshold):
    return np.where(probabilities.max(axis=1) >= threshold, probabilities.argmax(axis=1), -1)


def explain_refuse(found, expected, probabilities, threshold):
    row = np.flatnonzero(found != expected)[0]
    largest, digit = probabilities[row].max(), probabilities[row].argmax()
    return (
        f"For a threshold of {threshold} and an image read as {digit} with {largest:.0%} it gives "
        f"{found[row]:g}; expected {expected[row]}."
    )


def operations(sizes):
    """Return how many operations training a dense network takes for one image.

    Parameters
    ----------
    sizes : sequence of int
        The numbers of a layer each, inputs first, such as ``[784, 128, 256, 512, 10]``.
    """
    weights = [inputs * neurons for inputs, neurons in itertools.pairwise(sizes)]
    return 2 * (3 * sum(weights) - weights[0])


def grade_centre(answer):
    """Grade a function that moves images: the same pixels, the centre of mass within half a pixel of MNIST's."""
    if not callable(answer):
        return "Pass the function itself, without calling it."
    for top, left in ((2, 3), (14, 12)):
        image = np.zeros((28, 28), np.float32)
        image[top : top + 8, left : left + 5] = np.linspace(0.2, 1, 8)[:, None]
        found = answer(image.copy())
        if found is None or found is ...:
            return "Your function returns nothing yet: write the moved image after `return`."
        found = np.asarray(found)
        if found.shape != (28, 28):
            return f"It returns shape {found.shape}; expected (28, 28)."
        if found.dtype.kind not in "uif" or not np.allclose(np.sort(found, axis=None), np.sort(image, axis=None)):
            return "It changes the pixels; expected the same ones at other places. np.roll moves them."
        place = [float((index * found).sum() / found.sum()) for index in np.mgrid[:28, :28]]
        if max(abs(value - MIDDLE) for value in place) > 0.51:
            return f"For one image the centre of mass ends in row {place[0]:.1f}, column {place[1]:.1f}; expected 14."
    return None


def probabilities_to_refuse():
    """Return four rows of probabilities: three sure ones, one of them quite sure, and one that is in doubt."""
    probabilities = np.full((4, 10), 0.02)
    probabilities[range(4), [3, 0, 9, 6]] = 0.82
    probabilities[1] = np.eye(10)[7]
    probabilities[2] = 0.05
    probabilities[2, 9] = 0.55
    return probabilities


ROWS = np.random.default_rng(0).integers(0, 256, (2, 784)).astype(np.float32) / np.float32(255)


def worst_tenth(mistakes):
    mistakes = np.sort(mistakes)[::-1]
    return mistakes[: len(mistakes) // 10].sum() / mistakes.sum()


def explain_worst_tenth(found, expected, mistakes):
    n = len(mistakes) // 10
    if np.isclose(found, np.sort(mistakes)[:n].sum() / mistakes.sum()):
        return "That is the share of the tenth with the fewest mistakes: sort the other way round."
    if np.isclose(found, np.asarray(mistakes)[:n].sum() / mistakes.sum()):
        return "That is the share of the first tenth: sort the people by their mistakes first."
    if np.isclose(found, n * expected) or found > 1:
        return "A share lies between 0 and 1: divide by the number of all mistakes."
    return f"For the mistakes {mistakes} it gives {found:.3g}; expected {expected:.3g}."


def most_confused(answers, labels):
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (labels, answers), 1)
    np.fill_diagonal(counts, 0)
    return np.unravel_index(counts.argmax(), counts.shape)


def explain_most_confused(found, expected, answers, labels):
    if np.array_equal(found, expected[::-1]):
        return "Those are the two, the other way round: first what it is, then what it is read as."
    if found[0] == found[1]:
        return "That is a right answer, not a mistake: set the diagonal to 0, or leave the right answers out."
    return f"For the answers {answers} and the labels {labels} it gives {found}; expected {expected}."


#: By name: what is right, the cases to try (a tuple of arguments each), and what explains a wrong result.
FUNCTIONS = {
    "share_right": (
        share_right,
        [(np.array([7, 2, 1, 0, 4]), np.array([7, 2, 1, 0, 9])), (np.array([3, 5, 8, 8]), np.array([3, 8, 5, 3]))],
        explain_share_right,
    ),
    "restore": (restore, [(ROWS,), (ROWS[:1],)], explain_restore),
    "softmax": (
        softmax,
        [(np.array(z),) for z in ([0.0, 1.0, 2.0], [-3.0, 0.5], [1000.0, 999.0, 0.0])],
        explain_softmax,
    ),
    "slope": (slope, [(lambda weight: (2 * weight - 10) ** 2, 1.0), (np.exp, 2.0)], explain_slope, 2e-3),
    "accuracy": (accuracy, [(np.array([[80, 20], [4, 136]]),), (np.diag([3, 4, 5]),)], explain_accuracy),
    "operations": (operations, [([3, 5, 2],), ([784, 128, 256, 512, 10],)], explain_operations),
    "refuse": (
        refuse,
        [(probabilities_to_refuse(), threshold) for threshold in (0.9, 0.5, 0.55)],
        explain_refuse,
    ),
    "most_confused": (
        most_confused,
        [
            (np.array([6, 0, 6, 3, 6, 6, 6]), np.array([0, 6, 0, 3, 0, 6, 6])),
            (np.array([1, 1, 1, 7, 7]), np.array([1, 1, 1, 2, 2])),
        ],
        explain_most_confused,
    ),
    "worst_tenth": (
        worst_tenth,
        [(np.array([1, 2, 0, 5, 1, 0, 0, 1, 0, 0]),), (np.array([1, 0, 2, 9, 0, 3, 0, 0, 4, 0] + 10 * [1]),)],
        explain_worst_tenth,
    ),
}
