"""How much faster the course trains than plain `fit`: both variants, whole recipes, alternating, as ratios.

Usage: python benchmarks/training.py [REPETITIONS]
"""

import statistics
import sys
import time

import helpers

# isort: split
import keras  # after helpers, which sets TensorFlow up

RECIPES = {"A": (helpers.relu_adam, 32, 10), "B": (helpers.sigmoid_sgd, 128, 20)}


def train(make, batch_size, epochs, options, x, y):
    """Train from seed 0, compilation included; return the seconds and the loss of each epoch."""
    keras.utils.set_random_seed(0)
    model = make()
    model.compile(optimizer=model.optimizer, loss=model.loss, metrics=["accuracy"], **options)
    start = time.perf_counter()
    history = model.fit(x, y, batch_size=batch_size, epochs=epochs, verbose=0)
    return time.perf_counter() - start, history.history["loss"]


def main():
    """Measure and print one line a variant."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    (images, labels), _ = helpers.load_mnist()
    x, y = helpers.preprocess(images), helpers.one_hot(labels)
    for variant, recipe in RECIPES.items():
        seconds = {"plain": [], "fast": []}
        for _ in range(repetitions):
            plain, plain_losses = train(*recipe, {"jit_compile": False}, x, y)
            fast, fast_losses = train(*recipe, helpers.fast(), x, y)
            seconds["plain"].append(plain)
            seconds["fast"].append(fast)
        ratios = [plain / fast for plain, fast in zip(seconds["plain"], seconds["fast"], strict=True)]
        difference = abs(plain_losses[0] / fast_losses[0] - 1)
        plain, fast = (statistics.median(times) for times in seconds.values())
        print(
            f"{variant}: plain {plain:.1f} s, fast {fast:.1f} s, "
            f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), "
            f"first losses differ by {difference:.1%}",
            flush=True,
        )


if __name__ == "__main__":
    main()
