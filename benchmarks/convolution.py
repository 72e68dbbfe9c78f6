"""How long the network of notebook 06 trains, compared with the convnet of Keras's own pages, in the same run.

Both train on all processor cores: keras.io's (https://keras.io/examples/vision/mnist_convnet/) as published, for 15
epochs of 54,000 images with 6,000 to validate; ours for 9 epochs of 60,000, shifted anew in each. A few epochs of
each are timed, alternating, and the medians extrapolated.

Usage: python benchmarks/convolution.py [REPETITIONS]
"""

import statistics
import sys
import time

import helpers

# isort: split
import keras  # after helpers, which sets TensorFlow up
import numpy as np
from keras import layers


def keras_io():
    """Return the convnet of Keras's pages, compiled as there; 34,826 parameters."""
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    return model


def shifted(rows, random):
    """Return the images, each shifted by up to two pixels, as in the notebook."""
    padded = np.pad(rows.reshape(-1, 28, 28), ((0, 0), (2, 2), (2, 2)))
    places = np.lib.stride_tricks.sliding_window_view(padded, (28, 28), axis=(1, 2))
    down, right = random.integers(0, 5, (2, len(rows)))
    return places[np.arange(len(rows)), down, right].reshape(-1, 784)


def main():
    """Time one epoch of each, some times over, and print the whole trainings' seconds and their ratio."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    (images, labels), _ = helpers.load_mnist()
    x, y = helpers.preprocess(images), helpers.one_hot(labels)
    theirs, ours, random = keras_io(), helpers.convnet(), np.random.default_rng(0)

    def epoch_of_theirs():
        theirs.fit(x.reshape(-1, 28, 28, 1), y, batch_size=128, epochs=1, validation_split=0.1, verbose=0)

    def epoch_of_ours():
        ours.fit(shifted(x, random), y, batch_size=128, verbose=0)

    seconds = {"keras.io": [], "ours": []}
    for repetition in range(repetitions + 1):
        for name, epoch in (("keras.io", epoch_of_theirs), ("ours", epoch_of_ours)):
            start = time.perf_counter()
            epoch()
            if repetition:  # the first epoch builds the program as well
                seconds[name].append(time.perf_counter() - start)
    their_total, our_total = 15 * statistics.median(seconds["keras.io"]), 9 * statistics.median(seconds["ours"])
    for name, values in seconds.items():
        print(f"{name}: " + ", ".join(f"{value:.1f}" for value in values) + " s an epoch")
    ratio = our_total / their_total
    print(f"keras.io, 15 epochs: {their_total:.0f} s; ours, 9 epochs: {our_total:.0f} s; ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
