"""The networks of the course, compiled."""

import numpy as np

from helpers.start import import_keras
from helpers.training import xla_options

keras = import_keras()


def check_finite(answers):
    """Raise ValueError, with the remedy, if an answer of a network is NaN or infinite: its training has failed."""
    if not np.isfinite(answers).all():
        raise ValueError(
            "This network answers NaN or infinity: build it again, and train it with a smaller learning rate."
        )


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
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"], **xla_options())
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
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"], **xla_options())
    return model


def convnet():
    """Return the convolutional network of notebook 07, compiled; 159,546 parameters.

    It reads rows of 784 pixels, as the variants do, and makes squares of them itself. It does without XLA, which is
    slow at convolutions on a processor. Trained in the course for 6 epochs, with batches of 128 images that are
    shifted anew in each epoch, and a learning rate that rises from 0.002 to 0.006 and falls to 0.0001.
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
