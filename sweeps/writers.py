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


class Trainer:
    """Variant A, begun again and again with other weights: a model that is compiled once trains sooner."""

    def __init__(self):
        self.model = helpers.relu_adam()
        self.model.optimizer.build(self.model.trainable_variables)
        self.at_first = [variable.numpy() for variable in self.model.optimizer.variables]

    def train(self, x, y, seed, batch_size, epochs):
        """Train from the beginning."""
        import keras

        keras.utils.set_random_seed(seed)
        self.model.set_weights(helpers.relu_adam().get_weights())
        for variable, value in zip(self.model.optimizer.variables, self.at_first, strict=True):
            variable.assign(value)
        self.model.fit(x, y, batch_size=batch_size, epochs=epochs, verbose=0)
        return self

    def answer(self, x):
        """Return the digit that is read in each image."""
        return self.model.predict(x, batch_size=1_000, verbose=0).argmax(axis=1)


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

    trainer = Trainer()
    for seed in range(SEEDS):
        if f"test {seed}" not in done:
            keep(f"test {seed}", trainer.train(x[:50_000], y[:50_000], seed, 128, 6).answer(x_test) == test_labels)
    for seed in range(SEEDS):
        for units, draws in {"people": DRAWS, "images": 1}.items():
            for draw in range(draws):
                if f"{units} {draw} {seed}" in done:
                    continue
                part = folds_of(people if units == "people" else np.arange(60_000), draw)
                right = np.zeros(60_000, bool)
                for fold in range(FOLDS):
                    out = part == fold
                    right[out] = trainer.train(x[~out], y[~out], seed, 128, 4).answer(x[out]) == labels[out]
                keep(f"{units} {draw} {seed}", right)
    return done


def differences(done, people):
    """Return rows for held_out.csv: accuracy on a fifth of the training set, held out whole or singly, by draw and seed.

    Each fifth consists of whole people. Its images are judged by a network that never saw these people, and by
    networks that never saw the image itself, but others of the same people.
    """
    rows = []
    for name in sorted(name for name in done if name.startswith("people")):
        _, draw, seed = name.split()
        singly = done.get(f"images 0 {seed}")
        if singly is None:
            continue
        part = folds_of(people, int(draw))
        for fold in range(FOLDS):
            out = part == fold
            rows.append(
                {
                    "draw": FOLDS * int(draw) + fold,
                    "seed": int(seed),
                    "people": len(np.unique(people[out])),
                    "images": int(out.sum()),
                    "whole people": round(float(done[name][out].mean()), 5),
                    "single images": round(float(singly[out].mean()), 5),
                }
            )
    return rows


def quantities(done, people, people_test):
    """Return rows for writers.csv: what was measured, its value, its scatter, over how many draws and seeds."""
    rng = np.random.default_rng(0)
    students, students_test = helpers.written_by_students()
    validation, learned = people[50_000:], people[:50_000]
    rows = []

    def add(what, values, draws=1):
        values = np.atleast_1d(values)
        spread = values.std(ddof=1) if len(values) > 1 else 0
        row = {"what": what, "value": values.mean(), "spread": spread, "draws": draws, "seeds": len(values)}
        rows.append({key: round(value, 5) if isinstance(value, float) else value for key, value in row.items()})

    add("people, training set", len(np.unique(people)))
    add("people, test set", len(np.unique(people_test)))
    add("people, test set, students", len(np.unique(people_test[students_test])))
    add("people, test set, employees", len(np.unique(people_test[~students_test])))
    add("people, validation images", len(np.unique(validation)))
    add("people, validation images, also in training", len(np.intersect1d(validation, learned)))
    tests = [done[name] for name in sorted(done) if name.startswith("test")]
    groups = {"all": np.full(10_000, True), "students": students_test, "employees": ~students_test}
    for group, chosen in groups.items():
        again = [np.unique(people_test[chosen], return_inverse=True)[1].ravel()] * len(tests)
        shares = [right[chosen].mean() for right in tests]
        add(f"accuracy, {group}", shares)
        add(f"error that counts images, {group}", [np.sqrt(p * (1 - p) / chosen.sum()) for p in shares])
        errors = []
        for who, right in zip(again, tests, strict=True):
            errors.append(shares_of_draws(np.bincount(who, weights=right[chosen]), np.bincount(who), rng).std())
        add(f"error that counts people, {group}", errors, 1_000)
    # Students drawn among students, employees among employees.
    apart = []
    for right in tests:
        parts = []
        for chosen in (students_test, ~students_test):
            who = np.unique(people_test[chosen], return_inverse=True)[1].ravel()
            parts.append(shares_of_draws(np.bincount(who, weights=right[chosen]), np.bincount(who), rng))
        apart.append(np.mean(parts, axis=0).std())
    add("error that counts people, each group apart", apart, 1_000)
    images = np.bincount(people_test)
    pairs = [(a, b) for i, a in enumerate(tests) for b in tests[:i]]
    if pairs:
        change = [np.bincount(people_test, weights=a.astype(float) - b) for a, b in pairs]
        add("error that counts people, difference of two seeds", [shares_of_draws(c, images, rng).std() for c in change], 1_000)
        add("error that counts images, difference of two seeds", [(a.astype(float) - b).std() / 100 for a, b in pairs])
    wrong = [np.bincount(people_test, weights=~right) for right in tests]
    tenth = len(images) // 10
    add("share of the mistakes, worst tenth of the people", [np.sort(w)[-tenth:].sum() / w.sum() for w in wrong])
    add("share of the people without a mistake", [np.mean(w == 0) for w in wrong])
    luck = [rng.binomial(images, w.sum() / images.sum(), (1_000, len(images))) for w in wrong]
    add(
        "share of the mistakes, worst tenth, if all were equally hard",
        [(np.sort(k, axis=1)[:, -tenth:].sum(axis=1) / k.sum(axis=1)).mean() for k in luck],
        1_000,
    )
    add("share of the people without a mistake, if all were equally hard", [np.mean(k == 0) for k in luck], 1_000)
    held = [
        coverage(done[name], people, rng, len(np.unique(people_test))) for name in sorted(done) if name[:6] == "people"
    ]
    if held:
        add("coverage of the 95% interval that counts images", [h[0] for h in held], 2_000)
        add("coverage of the 95% interval that counts people", [h[1] for h in held], 2_000)
    add("students, last 10,000 training images", students[50_000:].mean())
    return rows


def mistakes_by_people(right, people_test, fewest=5):
    """Return rows for people.csv: how many test people of a group made so many mistakes, and of how many images.

    Counts of mistakes are put together until a row stands for at least `fewest` people.
    """
    students_test = helpers.written_by_students()[1]
    rows = []
    for group, chosen in {"students": students_test, "employees": ~students_test}.items():
        who = np.unique(people_test[chosen], return_inverse=True)[1].ravel()
        wrong, images = np.bincount(who, weights=~right[chosen]), np.bincount(who)
        order, parts = np.argsort(wrong, kind="stable"), []
        for person in order:
            if parts and (len(parts[-1]) < fewest or wrong[parts[-1][-1]] == wrong[person]):
                parts[-1].append(person)
            else:
                parts.append([person])
        if len(parts[-1]) < fewest:
            parts[-2:] = [parts[-2] + parts[-1]]
        for part in parts:
            row = {"mistakes": wrong[part].mean(), "images": images[part].mean()}
            rows.append({"group": group, "people": len(part)} | {key: round(float(row[key]), 3) for key in row})
    return rows


def main():
    """Read the command line, train what is missing, write the tables."""
    import pandas as pd

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labels", type=Path, help="folder of QMNIST's two files, or an npz file")
    parser.add_argument("--out", type=Path, default=COURSE / "data")
    parser.add_argument("--cache", type=Path, help="npz file that keeps which images were read")
    arguments = parser.parse_args()
    people, people_test = read_writers(arguments.labels)
    helpers.setup()
    done = measure(people, arguments.cache)
    tables = {
        "held_out": differences(done, people),
        "writers": quantities(done, people, people_test),
        "people": mistakes_by_people(done["test 0"], people_test),
    }
    for name, rows in tables.items():
        pd.DataFrame(rows).to_csv(arguments.out / f"{name}.csv", index=False)


if __name__ == "__main__":
    main()
