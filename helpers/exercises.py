"""The exercises' answers, and what to say to each typical wrong one. Reading on spoils them."""

import numpy as np

_TRY_AGAIN = "Try again; the hint above may help."


def _number(expected, typical=None, tolerance=0.0):
    """Grade one number; `typical` maps wrong numbers to what they reveal."""

    def grade(answer):
        value = float(np.asarray(answer).reshape(()))
        if abs(value - expected) <= tolerance:
            return None
        for wrong, reply in (typical or {}).items():
            if abs(value - wrong) <= tolerance:
                return reply
        return f"{value:g} is too {'large' if value > expected else 'small'}. {_TRY_AGAIN}"

    return grade


def _choice(expected, typical):
    """Grade a letter; `typical` maps each wrong letter to what it reveals."""

    def grade(answer):
        letter = str(answer).strip().lower()
        if letter == expected:
            return None
        letters = ", ".join(sorted([expected, *typical]))
        return typical.get(letter, f"Choose one of {letters}, and write it as a string such as 'a'.")

    return grade


def _array(expected, typical=None):
    """Grade a sequence of numbers, in any form that NumPy takes."""

    def grade(answer):
        found = np.asarray(answer, dtype=float)
        for wrong, reply in typical or []:
            if np.array_equal(found, wrong):
                return reply
        if found.shape != np.shape(expected):
            return f"It has shape {found.shape}; expected {np.shape(expected)}."
        return None if np.allclose(found, expected) else _TRY_AGAIN

    return grade


def _function(reference, cases, explain):
    """Grade a function by calling it; `explain(case, found, expected)` comments on a wrong result."""

    def grade(answer):
        if not callable(answer):
            return "Pass the function itself, without calling it."
        for case in cases:
            expected, found = reference(case), answer(case)
            if found is None or found is ...:
                return "Your function returns nothing yet: put what it computes behind `return`."
            found = np.asarray(found)
            if found.shape != expected.shape:
                return f"For input of shape {np.shape(case)} it returns shape {found.shape}; expected {expected.shape}."
            if not np.allclose(found, expected, equal_nan=False) or found.dtype.kind != expected.dtype.kind:
                return explain(case, found, expected)
        return None

    return grade


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


_rng = np.random.default_rng(0)
_rows = _rng.integers(0, 256, (2, 784)).astype(np.float32) / np.float32(255)

#: number: (grade, what to say when it is right)
EXERCISES = {
    "00.1": (
        _number(
            1563,
            {
                50_000: "That is the number of images. One step takes 32 of them.",
                1562: "1,562 batches hold 49,984 images. The last 16 make one more, smaller batch.",
                1562.5: "There are no half steps: the last 16 images make a batch of their own.",
                60_000: "That is the whole training set; this network trains on 50,000, 32 at a time.",
                1875: "That would be all 60,000 images; this network trains on 50,000.",
            },
        ),
        "50,000 / 32 is 1,562.5, so 1,562 full batches and one of 16 images. Every image is used once.",
    ),
    "00.2": (
        _choice(
            "b",
            {
                "a": "The digits are only the positions; the ten numbers say something about each of them.",
                "c": "Pixels are what goes in. By the end only ten numbers are left, one for each digit.",
                "d": "The weights stay inside the network. What comes out is computed from them and the image.",
            },
        ),
        "Ten probabilities that add up to 1; the largest is the network's answer.",
    ),
    "00.3": (
        _number(
            400,
            {
                9_600: "Those are the right ones.",
                4: "That is per cent; how many images is it of 10,000?",
                0.04: "That is the share; how many images is it of 10,000?",
            },
        ),
        "4% of 10,000. A small share can be many mistakes.",
    ),
    "01.1": (
        _array(
            (5, 28),
            [
                ((5, 28, 28), "That is x_train[:5]. The second index, 10, picks one row of each image."),
            ],
        ),
        "Five images, and of each only row 10, which has 28 pixels.",
    ),
    "01.2": (
        _number(15, {16: "Counting starts at 0: the first image is number 0.", 7: "7 is the digit; find its place."}),
        "y_train[15] is the first 7.",
    ),
    "01.3": (
        _number(
            0,
            {
                8: "An 8 has two loops, but people draw them small. Compare the means of all pixels.",
                1: "1 has the least ink. Look for the largest mean.",
            },
        ),
        "The large round 0 takes the most ink; 1 takes less than half of that.",
    ),
    "01.4": (
        _choice(
            "c",
            {
                "a": "More training data would help, and that is just the temptation. Then nothing unseen is left.",
                "b": "They come from the same kind of forms. Being harder is not the point; being unseen is.",
                "d": "Speed has nothing to do with it: testing takes under a second.",
            },
        ),
        "Only images that played no part in any decision tell how it does on new ones.",
    ),
    "02.1": (
        _number(
            563,
            {
                104: "That is row 3, column 20: row and column are swapped.",
                60: "Every full row before it counts 28 pixels, not 1 or 3.",
                564: "Rows, columns and positions all count from 0.",
            },
        ),
        "20 full rows of 28 pixels come first, then 3 more pixels: 20 * 28 + 3.",
    ),
    "02.2": (
        _function(_restore, [_rows], _explain_restore),
        "The three steps of preparing, undone in the reverse order.",
    ),
    "02.3": (
        _array(
            [0, 0, 0, 0, 0, 0, 0, 1, 0, 0],
            [
                ([0, 0, 0, 0, 0, 0, 1, 0, 0, 0], "That is a 6: the first place stands for the digit 0."),
                ([1, 1, 1, 1, 1, 1, 1, 0, 0, 0], "A single 1, in the place of the digit: the others stay 0."),
            ],
        ),
        "The place of the 1 is the class; places count from 0.",
    ),
    "02.4": (
        _choice(
            "b",
            {
                "a": "An image of MNIST shows exactly one of ten digits: one answer of many, that is multi-class.",
                "c": "A price is a number on a scale, not a label: that is regression.",
            },
        ),
        "Several labels can be true of one photo. Of ten digits exactly one is: multi-class.",
    ),
    "03.1": (
        _number(
            0,
            {
                -1.5: "That is the weighted sum with its bias. ReLU comes after it.",
                -2: "The bias is missing, and ReLU comes after it.",
                1.5: "ReLU does not change the sign: it replaces negative numbers by 0.",
            },
            tolerance=1e-6,
        ),
        "0.5 * 2 + 1 * (-3) + 0 * 1 + 0.5 is -1.5, and ReLU makes 0 of it: this neuron stays silent.",
    ),
    "03.2": (
        _function(
            _softmax,
            [np.array([0.0, 1.0, 2.0]), np.array([-3.0, 0.5]), np.array([1000.0, 999.0, 0.0])],
            _explain_softmax,
        ),
        "Positive numbers that add up to 1, even for 1000.",
    ),
    "03.3": (
        _number(
            50_890,
            {
                50_816: "Those are the weights. Every neuron has a bias as well.",
                50_240: "That is the hidden layer alone; add the output layer.",
                50_880: "The ten biases of the output layer are missing.",
                50_826: "The 64 biases of the hidden layer are missing.",
            },
        ),
        "784 * 64 + 64 in the hidden layer, 64 * 10 + 10 in the output layer.",
    ),
    "03.4": (
        _choice(
            "b",
            {
                "a": "Steps, not images: each step took 32 images. Every image was used once.",
                "c": "Every step adjusts all 270,218 weights and biases a little.",
                "d": "fit uses every image in every epoch; nothing is left out. Count in batches.",
            },
        ),
        "1,563 steps of 32 images (the last one smaller) are all 50,000 images.",
    ),
    "03.5": (
        _choice(
            "c",
            {
                "a": "Nothing is stored image by image: the weights are far too few, and new images are read as well.",
                "b": "No probabilities yet: those come from the output layer, which has softmax.",
                "d": "It changes numbers, not pictures, and nothing tells it what noise is. Training shapes it "
                "so that the answer comes out right.",
            },
        ),
        "New numbers, learned so that the next layer can tell the digits apart more easily.",
    ),
    "04.1": (_grade_variant_b, "Variant B, ready to train."),
    "04.2": (
        _number(
            669_706,
            {
                668_672: "Those are the weights alone: add one bias for each of the 512 + 512 + 10 neurons.",
                407_050: "That is one hidden layer of 512; variant B has two.",
            },
        ),
        "784 * 512 + 512, then 512 * 512 + 512, then 512 * 10 + 10.",
    ),
    "04.3": (
        _number(
            1.7,
            {
                2.3: "That step goes uphill: the gradient points to where the loss grows, so subtract.",
                -1: "That is the whole gradient. Only a tenth of it is subtracted.",
                1.9: "The step is the rate times the gradient, 0.1 * 3.",
            },
            tolerance=1e-6,
        ),
        "2 - 0.1 * 3.",
    ),
    "04.4": (
        _choice(
            "b",
            {
                "a": "An overfitting network is much better on the images it was trained on. This one is not.",
                "c": "More images help when those at hand have been learned. Here they have not.",
                "d": "All of these labels were looked at by people; wrong ones are far fewer than one in eight.",
            },
        ),
        "It has not even learned its own training images: it underfits.",
    ),
    "05.1": (
        _number(
            0.44,
            {
                0.14: "That is for 10,000 images; with a tenth of them the error grows.",
                0.0044: "Right as a share. In points it is 100 times that.",
            },
            0.011,
        ),
        "sqrt(0.98 * 0.02 / 1000) is 0.0044, so 0.44 points: with few images, a small gain means nothing.",
    ),
    "05.2": (
        _number(
            0.8,
            {
                0.96: "That is precision: of those called A, how many were A. Recall stays in A's row.",
                0.9: "That is the accuracy of both rows together. Recall looks at the row of A alone.",
                0.2: "That is the share of A that it missed.",
            },
            tolerance=0.015,
        ),
        "80 of 100 true A were found.",
    ),
    "05.3": (
        _function(_accuracy, [np.array([[80, 20], [4, 136]]), np.diag([3, 4, 5])], _explain_accuracy),
        "The diagonal holds what was right.",
    ),
    "05.4": (
        _choice(
            "a",
            {
                "b": "Choosing by the test set fits the choice to it: its accuracy is then too good to be true.",
                "c": "Training accuracy rewards memory: the network that knows its images by heart would win.",
                "d": "The first epoch tells how fast a network starts, not how far it gets.",
            },
        ),
        "Choose on validation data, and keep the test set for the one final figure.",
    ),
}


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
    grade, why = EXERCISES[number]
    if answer is None or answer is ...:
        print(f"{number}: not answered yet. Put your answer in place of the dots and run the cell again.")
        return
    try:
        reply = grade(answer)
    except Exception as error:
        reply = f"Your answer, a {type(answer).__name__}, could not be checked: {error}. {_TRY_AGAIN}"
    print(f"{number}: right. {why}" if reply is None else f"{number}: not yet. {reply}")
