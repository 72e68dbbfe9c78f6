"""Measure what only those can who know the writer of each image, and store it as tables without images or writers.

The writers are those that Yadav and Bottou found; their labels are to be had at github.com/facebookresearch/qmnist, as
the files qmnist-train-labels-idx2-int.gz and qmnist-test-labels-idx2-int.gz. Writes, into data/,

- held_out.csv: a row for each training of variant A. A fifth of the training set was held out: whole people, or single
  images whoever wrote them. On that fifth the network is judged, then on the same images held out singly.
- people.csv: how many people had so many digits misread.
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
    for pair, students in zip(pairs, helpers.written_by_students(), strict=True):
        if not np.array_equal(pair[:, 0] == 4, students):  # the series 4 of NIST
            raise ValueError(f"{path} contradicts the rule for the two groups: are its rows in the order of MNIST?")
    return [np.unique(pair.astype(int), axis=0, return_inverse=True)[1].ravel() for pair in pairs]


def folds_of(units, draw):
    """Deal the units (people, or images) of the training set into five parts of about the same number of images."""
    order = np.random.default_rng(draw).permutation(units.max() + 1)
    sizes = np.bincount(units)[order]
    part = np.minimum(FOLDS * np.cumsum(sizes) // (sizes.sum() + 1), FOLDS - 1)
    return part[np.argsort(order)][units]


def shares_of_draws(correct, images, rng, n=1_000):
    """Return the accuracies of n bootstrap samples: as many people, drawn from these with replacement."""
    drawn = rng.integers(0, len(images), (n, len(images)))
    return correct[drawn].sum(axis=1) / images[drawn].sum(axis=1)


def coverage(right, people, rng, size, shares=None, most=None, times=1_000):
    """Return how often two 95% intervals hold the truth: that counts images, and that counts people.

    Each time, `size` people are drawn, with replacement, as a test set, and some of the images of each. The truth is
    the share that is read of all test sets that could be drawn.

    Parameters
    ----------
    right : ndarray of bool, shape (n,)
        Which images were read.
    people : ndarray of int, shape (n,)
        Who wrote them.
    shares : ndarray of float, optional
        How probable it is that a person is drawn; all alike if left out.
    most : ndarray of int, optional
        How many images of a person belong to a test set, if that person is drawn; all if left out.
    """
    images = np.bincount(people)
    correct = np.bincount(people, weights=right).astype(int)
    shares = np.full(len(images), 1 / len(images)) if shares is None else shares
    used = images if most is None else np.minimum(images, most)
    truth, held = (shares * used * correct / images).sum() / (shares * used).sum(), np.zeros((times, 2), bool)
    for i in range(times):
        drawn = rng.choice(len(images), size, p=shares)
        n = used[drawn]
        k = rng.hypergeometric(correct[drawn], images[drawn] - correct[drawn], n)
        p = k.sum() / n.sum()
        low, high = np.quantile(shares_of_draws(k, n, rng, 300), [0.025, 0.975])
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
    unseen = [done[name] for name in sorted(done) if name.startswith("people")]
    for part, who, networks in (("test", people_test, tests), ("training", people, unseen)):
        images = np.bincount(who)
        tenth = round(len(images) / 10)
        wrong = [np.bincount(who, weights=~right) for right in networks]
        luck = [rng.binomial(images, w.sum() / images.sum(), (1_000, len(images))) for w in wrong]
        if not wrong:
            continue
        add(f"share of the mistakes, worst tenth, {part}", [np.sort(w)[-tenth:].sum() / w.sum() for w in wrong])
        by_luck = [(np.sort(k, axis=1)[:, -tenth:].sum(axis=1) / k.sum(axis=1)).mean() for k in luck]
        add(f"share of the mistakes, worst tenth, {part}, if all were equally hard", by_luck, 1_000)
        add(f"share of the people without a mistake, {part}", [np.mean(w == 0) for w in wrong])
        add(f"share of the people without a mistake, {part}, if all were equally hard", [np.mean(k == 0) for k in luck])
    # Test sets of 10,000 images: of 90 people with all their images, or about as in MNIST, 249 students with 20
    # images each and 48 employees with all of theirs.
    wrote = np.bincount(people, weights=students) > 0
    share = np.where(wrote, 249 / 297 / wrote.sum(), 48 / 297 / (~wrote).sum())
    kinds = {
        "90 people": {"size": 90},
        "297 people": {"size": 297, "shares": share, "most": np.where(wrote, 20, 1_000)},
    }
    for kind, options in kinds.items():
        held = [coverage(right, people, rng, **options) for right in unseen]
        for i, counted in enumerate(("images", "people")):
            if held:
                add(f"coverage of the 95% interval that counts {counted}, {kind}", [h[i] for h in held], 1_000)
    add("students, last 10,000 training images", students[50_000:].mean())
    return rows


def mistakes_by_people(part, right, people, students, fewest=3):
    """Return rows for people.csv: how many people of a group had so many digits misread, and of how many.

    Numbers of mistakes are put together until a row stands for at least `fewest` people.
    """
    rows = []
    for group, chosen in {"students": students, "employees": ~students}.items():
        who = np.unique(people[chosen], return_inverse=True)[1].ravel()
        wrong, images = np.bincount(who, weights=~right[chosen]), np.bincount(who)
        rooms = []
        for person in np.argsort(wrong, kind="stable"):
            if rooms and (len(rooms[-1]) < fewest or wrong[rooms[-1][-1]] == wrong[person]):
                rooms[-1].append(person)
            else:
                rooms.append([person])
        if len(rooms[-1]) < fewest:
            rooms[-2:] = [rooms[-2] + rooms[-1]]
        for room in rooms:
            means = {"mistakes": wrong[room].mean(), "images": images[room].mean()}
            means = {name: round(float(mean), 3) for name, mean in means.items()}
            rows.append({"part": part, "group": group, "people": len(room)} | means)
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
        "people": mistakes_by_people("test", done["test 0"], people_test, helpers.written_by_students()[1])
        + mistakes_by_people("training", done["people 0 0"], people, helpers.written_by_students()[0]),
    }
    for name, rows in tables.items():
        pd.DataFrame(rows).to_csv(arguments.out / f"{name}.csv", index=False)


if __name__ == "__main__":
    main()
