"""What all tests share."""

import contextlib
from pathlib import Path

import pytest

# As in the notebooks, helpers comes first and imports TensorFlow quietly, before a test imports Keras itself.
import helpers

# isort: split
import keras

#: Files that take longest, so that with two processes neither is left with a long one at the end.
LONGEST = [
    "06_improve_it.ipynb",
    "05_train_and_evaluate.ipynb",
    "test_mutations.py",
    "test_sweep.py",
    "04_variant_b.ipynb",
    "03_variant_a.ipynb",
    "08_make_it_fast.ipynb",
    "test_benchmark.py",
    "test_runs.py",
    "test_faults.py",
    "07_your_own_handwriting.ipynb",
    "test_browser.py",
    "test_photo.py",
]


def pytest_collection_modifyitems(items):
    """Let the longest files begin."""

    def rank(item):
        return next((i for i, name in enumerate(LONGEST) if item.path.name == name), len(LONGEST))

    items.sort(key=rank)


@contextlib.contextmanager
def memory_below(limit):
    """Fail if the process meanwhile took so many bytes more than before; Linux alone tells that."""
    status, reset = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    if not reset.exists():
        yield
        return

    def kilobytes(name):
        return int(status.read_text().partition(f"{name}:")[2].split()[0])

    reset.write_text("5")  # from now on, the peak is measured anew
    before = kilobytes("VmRSS")
    yield
    assert (kilobytes("VmHWM") - before) * 1024 < limit


@pytest.fixture(scope="session")
def trained_model():
    """Variant A after two epochs; it reads about 96% of the test digits."""
    (images, labels), _ = helpers.load_mnist()
    keras.utils.set_random_seed(0)
    model = helpers.relu_adam()
    model.fit(helpers.preprocess(images), helpers.one_hot(labels), batch_size=32, epochs=2, verbose=0)
    return model
