"""Measure what only those can who know the writer of each image, and store it as tables without images or writers.

The writers are those that Yadav and Bottou found; their labels are to be had at github.com/facebookresearch/qmnist, as
the files qmnist-train-labels-idx2-int.gz and qmnist-test-labels-idx2-int.gz. Writes, into data/,

- held_out.csv: a row for each training of variant A. A fifth of the training set was held out: whole people, or single
  images whoever wrote them. On that fifth the network is judged, then on the same images held out singly.
- writers.csv: a row for each quantity, such as how often an interval holds the truth.

Usage: python sweeps/writers.py LABELS [--out FOLDER] [--cache FILE.npz]

LABELS is the folder of these two files, or an npz file with the arrays series_train, writer_train, series_test and
writer_test. With --cache, which images were read is kept there, and a stopped run goes on.
"""

import argparse
import gzip
import sys
from pathlib import Path

import numpy as np

COURSE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(COURSE))
import helpers  # noqa: E402

FOLDS, DRAWS, SEEDS = 5, 2, 3


def read_writers(path):
    """Return the person, as a whole number from 0, of each training image and of each test image.

    Parameters
    ----------
    path : Path
        The folder of QMNIST's two files, or an npz file.

    Returns
    -------
    train, test : ndarray of int, shapes (60000,) and (10000,)
    """
    if path.is_dir():
        pairs = []
        for part, n in {"train": 60_000, "test": 10_000}.items():
            with gzip.open(path / f"qmnist-{part}-labels-idx2-int.gz") as file:
                pairs.append(np.frombuffer(file.read(), ">i4", offset=12).reshape(-1, 8)[:n, 1:3])
    else:
        with np.load(path, allow_pickle=False) as arrays:
            pairs = [
                np.stack([arrays[f"series_{part}"], arrays[f"writer_{part}"]], axis=1) for part in ("train", "test")
            ]
    if [len(pair) for pair in pairs] != [60_000, 10_000]:
        raise ValueError(f"{path} has labels for {[len(pair) for pair in pairs]} images, expected [60000, 10000].")
    return [np.unique(pair.astype(int), axis=0, return_inverse=True)[1].ravel() for pair in pairs]


def folds_of(units, draw):
    """Deal the units (people, or images) of the training set into five parts of about the same number of images."""
    order = np.random.default_rng(draw).permutation(units.max() + 1)
    sizes = np.bincount(units)[order]
    part = np.minimum(FOLDS * np.cumsum(sizes) // (sizes.sum() + 1), FOLDS - 1)
    return part[np.argsort(order)][units]


def interval_for_images(right):
    """Return mean and half width of the usual 95% interval, which counts images."""
    p = right.mean()
    return p, 1.96 * np.sqrt(p * (1 - p) / len(right))


def shares_of_draws(correct, images, rng, n=1_000):
    """Return the accuracies of n test sets: as many people, drawn from these with replacement."""
    drawn = rng.integers(0, len(images), (n, len(images)))
    return correct[drawn].sum(axis=1) / images[drawn].sum(axis=1)


def coverage(right, people, rng, size, times=2_000):
    """Return how often two 95% intervals hold the truth: that counts images, and that counts people.

    The truth is the share of all people's images that are read. Each time, `size` people are drawn with replacement.
    """
    images = np.bincount(people)
    correct = np.bincount(people, weights=right)
    truth, held = correct.sum() / images.sum(), np.zeros((times, 2), bool)
    for i in range(times):
        drawn = rng.integers(0, len(images), size)
        k, n = correct[drawn], images[drawn]
        p = k.sum() / n.sum()
        again = shares_of_draws(k, n, rng, 300)
        low, high = np.quantile(again, [0.025, 0.975])
        held[i] = abs(p - truth) <= 1.96 * np.sqrt(p * (1 - p) / n.sum()), low <= truth <= high
    return held.mean(axis=0)


def train(x, y, seed, batch_size, epochs):
    """Return variant A, trained."""
    import keras

    keras.utils.set_random_seed(seed)
    model = helpers.relu_adam()
    model.fit(x, y, batch_size=batch_size, epochs=epochs, verbose=0)
    return model


def measure(people, cache):
    """Train what is missing in the cache; return which images were read, by what was held out, draw and seed."""
    (images, labels), (test_images, test_labels) = helpers.load_mnist()
    x, y, x_test = helpers.preprocess(images), helpers.one_hot(labels), helpers.preprocess(test_images)
    done = dict(np.load(cache)) if cache and cache.exists() else {}

    def keep(name, value):
        done[name] = value
        print(name, f"{np.mean(value):.4f}", flush=True)
        if cache:
            np.savez_compressed(cache, **done)

    def answer(model, rows):
        return model.predict(rows, batch_size=1_000, verbose=0).argmax(axis=1)

    # The network of notebook 06: 50,000 images, batches of 32, 10 epochs.
    for seed in range(SEEDS):
        if f"test {seed}" not in done:
            keep(f"test {seed}", answer(train(x[:50_000], y[:50_000], seed, 32, 10), x_test) == test_labels)
    for seed in range(SEEDS):
        for units, draws in {"people": DRAWS, "images": 1}.items():
            for draw in range(draws):
                if f"{units} {draw} {seed}" in done:
                    continue
                part = folds_of(people if units == "people" else np.arange(60_000), draw)
                right = np.zeros(60_000, bool)
                for fold in range(FOLDS):
                    out = part == fold
                    right[out] = answer(train(x[~out], y[~out], seed, 128, 5), x[out]) == labels[out]
                keep(f"{units} {draw} {seed}", right)
    return done
