"""Train both variants with ten seeds each and write the accuracies to data/ten_seeds.csv (about 20 minutes).

Each variant is trained on 50,000 images, with the other 10,000 for validation, and on all 60,000, as the posts
of 2021 did; only the latter look at the test set. Variant A is looked at after 10 and after 20 epochs.
"""

import csv
import io
import os
import platform
from pathlib import Path

from store_outputs import write_atomically

import helpers

# isort: split
import keras  # after helpers, which sets TensorFlow up

SEEDS = range(10)
#: variant: (function, batch size, epochs after which it is evaluated when images are held out, and when not)
VARIANTS = {"A": (helpers.relu_adam, 32, (10, 20), (10,)), "B": (helpers.sigmoid_sgd, 128, (20,), (20,))}
COLUMNS = ["variant", "n_train", "seed", "epochs", "train", "validation", "test"]


def processor():
    """Return the processor's name as the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def trainings():
    """Train everything; yield one row of results after each evaluation."""
    (x_train, y_train), (x_test, y_test) = helpers.load_mnist()
    x, y = helpers.preprocess(x_train), helpers.one_hot(y_train)
    test = helpers.preprocess(x_test), helpers.one_hot(y_test)
    for variant, (make, batch_size, held_out_epochs, whole_epochs) in VARIANTS.items():
        for n_train, stops, unseen in (
            (50_000, held_out_epochs, (x[50_000:], y[50_000:])),
            (60_000, whole_epochs, test),
        ):
            for seed in SEEDS:
                keras.utils.set_random_seed(seed)
                model = make()
                done = 0
                for epochs in stops:
                    model.fit(
                        x[:n_train], y[:n_train], batch_size=batch_size, epochs=epochs, initial_epoch=done, verbose=0
                    )
                    done = epochs
                    seen = model.evaluate(x[:n_train], y[:n_train], batch_size=1000, verbose=0)[1]
                    accuracy = model.evaluate(*unseen, batch_size=1000, verbose=0)[1]
                    validation, test_accuracy = (
                        (accuracy, float("nan")) if n_train < 60_000 else (float("nan"), accuracy)
                    )
                    yield [variant, n_train, seed, epochs, *(f"{a:.5f}" for a in (seen, validation, test_accuracy))]


def main():
    """Measure, then write the file in one go."""
    text = io.StringIO()
    text.write(f"# {processor()}, {os.cpu_count()} cores; {helpers.environment.versions()}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in trainings():
        writer.writerow(row)
        print(*row, flush=True)
    write_atomically(helpers.data.DATA / "ten_seeds.csv", text.getvalue().encode())


if __name__ == "__main__":
    main()
