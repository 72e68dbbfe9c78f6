"""What belongs to training: faster settings, a line an epoch, shifted images."""

import reprlib

import numpy as np

from helpers.checks import check_array
from helpers.start import import_keras, xla_works

keras = import_keras()
import tensorflow as tf  # noqa: E402 - Keras starts it, quietly


def xla_options():
    """Return arguments of `Model.compile` that make dense networks train faster, with the same arithmetic.

    ``jit_compile`` turns the training step into one program, compiled by XLA, and ``steps_per_execution`` runs 125
    steps for each return to Python. Sums may be rounded in another order. Empty where XLA is not available; see
    `helpers.start.xla_works`.
    """
    return {"jit_compile": True, "steps_per_execution": 125} if xla_works() else {}


class OneProgram(keras.Sequential):
    """A `Sequential` network whose `fit` gives many batches at once to one compiled program: the same training, sooner.

    ``OneProgram(model.layers)`` shares the layers of a network, so that this one learns what that one does. Compile it
    with ``jit_compile=xla_works()``, and call `fit` as ever, with arrays. Shuffling, a smaller last batch, validation
    and callbacks remain, but to callbacks 125 steps are one. Sums may be rounded in another order.

    Attributes
    ----------
    batches : int
        How many batches the program gets at once.
    """

    batches = 125

    def fit(self, x, y, batch_size=None, *more, **options):
        """Train; see `keras.Model.fit`."""
        batch_size = 32 if batch_size is None else batch_size
        if batch_size != getattr(self, "_size", None):
            self._size, self.train_function = batch_size, None  # None: Keras compiles it anew
        return super().fit(x, y, self.batches * batch_size, *more, **options)

    def train_step(self, data):
        """Make a step of the training for each batch that fits into the data, and one for the images that remain."""
        step, size, images = super().train_step, self._size, tf.shape(data[0])[0]

        def next_batch(start):
            step(tuple(tf.gather(part, start + tf.range(size)) for part in data))
            return start + size

        def last_batch():
            step(tuple(part[images - images % size :] for part in data))
            return images

        tf.while_loop(lambda start: start + size <= images, next_batch, [0])
        if data[0].shape[0] is None or data[0].shape[0] % size:  # where nothing can remain, nothing is compiled for it
            tf.cond(images % size > 0, last_batch, lambda: images)
        return self.get_metrics_result()


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


class Snapshots(keras.callbacks.Callback):
    """Keep what a network answers to some images at some moments of its training, and the weights of its first layer.

    The moments come in quick succession at first, and then ever more slowly, from before the first step to the last.

    Parameters
    ----------
    x : ndarray of float32, shape (k, 784)
        The images.
    count : int
        How many moments, 2 or more.

    Attributes
    ----------
    probabilities : dict of int to ndarray of float32, shape (k, 10)
        By the number of steps made.
    weights : dict of int to ndarray of float32, shape (784, neurons)
        Likewise.
    """

    def __init__(self, x, count=30):
        super().__init__()
        self.x, self.count = x, count
        self.probabilities, self.weights, self._moments, self._made, self._before = {}, {}, [], 0, 0

    def on_train_begin(self, logs=None):
        """Choose the moments, and look before the first step."""
        last, more = self.params["steps"] * self.params["epochs"], self.count - 1
        moments = {0}
        while len(moments) < min(self.count, last + 1):
            moments = {0, *np.geomspace(1, last, more).round().astype(int).tolist()}
            more += 1
        self.probabilities, self.weights, self._moments, self._made = {}, {}, sorted(moments), 0
        self._look()

    def on_epoch_begin(self, epoch, logs=None):
        """Remember how many steps were made before."""
        self._before = self._made

    def on_train_batch_end(self, batch, logs=None):
        """Count the steps, of which Keras may make many at once, and look if it is time."""
        self._made = self._before + min(batch + 1, self.params["steps"])
        self._look()

    def _look(self):
        if self._moments and self._made >= self._moments[0]:
            self._moments = [moment for moment in self._moments if moment > self._made]
            self.probabilities[self._made] = self.model(self.x, training=False).numpy()
            self.weights[self._made] = self.model.layers[0].get_weights()[0]


def shift_randomly(x, pixels, rng):
    """Move each image to a random place, up to some pixels each way: augmentation, as notebook 07 explains it.

    Parameters
    ----------
    x : array_like, shape (n, 784)
        Images whose paper is 0.
    pixels : int
        The most that an image moves, down or up and right or left, 0 to 28; what leaves the image is lost.
    rng : numpy.random.Generator
        Draws the places, such as ``np.random.default_rng(seed)``.

    Returns
    -------
    ndarray of the same shape and dtype

    Raises
    ------
    TypeError
        If the images are no numbers, `pixels` is no whole number, or `rng` is no generator.
    ValueError
        If the images have another shape or hold NaN, or `pixels` is out of range.
    """
    x = check_array(x, "images", shape=(None, 784), kinds="uif", low=-np.inf, high=np.inf)
    whole = isinstance(pixels, (int, np.integer)) and not isinstance(pixels, bool)
    if not whole or not 0 <= pixels <= 28:
        wrong = ValueError if whole else TypeError
        raise wrong(f"The pixels are {reprlib.repr(pixels)}; expected a whole number from 0 to 28.")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is {reprlib.repr(rng)}; expected a generator, such as np.random.default_rng(0).")
    pixels = int(pixels)
    padded = np.pad(x.reshape(-1, 28, 28), ((0, 0), (pixels, pixels), (pixels, pixels)))
    places = np.lib.stride_tricks.sliding_window_view(padded, (28, 28), axis=(1, 2))
    down, right = rng.integers(0, 2 * pixels + 1, (2, len(x)))
    return places[np.arange(len(x)), down, right].reshape(-1, 784)
