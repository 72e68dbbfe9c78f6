"""The networks of the course, compiled, and how they are trained."""

import functools
import itertools
import os

import keras
import tensorflow as tf

from helpers.environment import versions

TRAINING_FAILED = "This network answers NaN or infinity: build it again, and train it with a smaller learning rate."


@functools.cache
def xla_works():
    """Tell whether this TensorFlow can compile with XLA, and is not forbidden to: DIGITS_XLA=0 switches it off."""
    if os.environ.get("DIGITS_XLA") == "0":
        return False
    try:
        tf.function(lambda x: x + 1.0, jit_compile=True)(tf.constant(1.0))
    except Exception:  # what is raised differs from platform to platform
        return False
    return True


def ready():
    """Return the line that the first cell of every notebook prints: the versions, and whether training is fast."""
    slow = "" if xla_works() else ". XLA is not in use here, so training works, but takes longer"
    return f"Ready: {versions()}{slow}"


def fast():
    """Return arguments of `Model.compile` that make dense networks train faster, with the same arithmetic.

    ``jit_compile`` turns the training step into one compiled program, and ``steps_per_execution`` runs
    125 steps for each return to Python. Sums may be rounded in another order. Empty where XLA is not
    available; see `ready`.
    """
    return {"jit_compile": True, "steps_per_execution": 125} if xla_works() else {}


def relu_adam():
    """Return variant A, compiled: 784-128-256-512-10, ReLU and softmax, Adam; 270,218 parameters.

    Trained in the course with batches of 32 images for 10 epochs.
    """
    model = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(256, activation="relu"),
            keras.layers.Dense(512, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"], **fast())
    return model


def sigmoid_sgd():
    """Return variant B, compiled: 784-512-512-10, sigmoid and softmax, plain SGD; 669,706 parameters.

    Trained in the course with batches of 128 images for 20 epochs, learning rate 0.01.
    """
    model = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            keras.layers.Dense(512, activation="sigmoid"),
            keras.layers.Dense(512, activation="sigmoid"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    optimizer = keras.optimizers.SGD(learning_rate=0.01)
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"], **fast())
    return model


def convnet():
    """Return the convolutional network of notebook 06, compiled; 159,546 parameters.

    It reads rows of 784 pixels, as the variants do, and makes squares of them itself. It does without XLA, which is
    slow at convolutions on a processor. Trained in the course for 9 epochs, with batches of 128 images that are
    shifted anew in each epoch, and a learning rate that falls from 0.004 to 0.0001.
    """
    model = keras.Sequential(
        [
            keras.Input(shape=(784,)),
            keras.layers.Reshape((28, 28, 1)),
            keras.layers.Conv2D(24, 5, strides=2, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Conv2D(64, 3, strides=2, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.4),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer="adam",
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
        steps_per_execution=125,
    )
    return model


def image_shape(model):
    """Return the shape in which a network takes an image: (784,), (28, 28) or (28, 28, 1).

    Raises
    ------
    TypeError
        If it is no Keras model.
    ValueError
        If it takes something else, or does not give ten numbers for each image.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"Expected a Keras model, found {type(model).__name__}. Of a file: model = load_model(path).")
    takes, gives = (getattr(model, name, None) if model.built else None for name in ("input_shape", "output_shape"))
    if takes is None:
        raise ValueError("This network does not know its input yet: begin it with keras.Input((784,)), and train it.")
    if takes not in [(None, 784), (None, 28, 28), (None, 28, 28, 1)] or gives != (None, 10):
        raise ValueError(
            f"This network goes from {takes} to {gives}; expected (None, 784), (None, 28, 28) or (None, 28, 28, 1) to "
            "(None, 10), where None stands for any number of images."
        )
    return takes[1:]


def operations(sizes):
    """Return how many operations training a dense network takes for one image, as exercise 08.2 counts them.

    Parameters
    ----------
    sizes : sequence of int
        The numbers of a layer each, inputs first, such as ``[784, 128, 256, 512, 10]``.
    """
    weights = [inputs * neurons for inputs, neurons in itertools.pairwise(sizes)]
    return 2 * (3 * sum(weights) - weights[0])


class PrintEpochs(keras.callbacks.Callback):
    """Print one line an epoch: what `verbose=1` says, without a progress bar and without timings."""

    def on_epoch_end(self, epoch, logs=None):
        """Print the losses that Keras has collected for this epoch, and the accuracies if it was told to."""
        logs = logs or {}
        parts = []
        for prefix, of in {"": "", "val_": "validation "}.items():
            if f"{prefix}loss" in logs:
                accuracy = logs.get(f"{prefix}accuracy")
                part = f"{of}loss {logs[f'{prefix}loss']:.3f}"
                parts.append(part if accuracy is None else f"{part}, accuracy {accuracy:.1%}")
        print(f"epoch {epoch + 1:2}: " + "; ".join(parts))
