"""What all tests share."""

# As in the notebooks, helpers comes first and imports TensorFlow quietly, before a test imports Keras itself.
import helpers  # noqa: F401

#: Files that take longest, so that with two processes neither is left with a long one at the end.
LONGEST = [
    "05_train_and_evaluate.ipynb",
    "test_mutations.py",
    "test_sweep.py",
    "04_variant_b.ipynb",
    "03_variant_a.ipynb",
    "test_runs.py",
    "test_photo.py",
]


def pytest_collection_modifyitems(items):
    """Let the longest files begin."""

    def rank(item):
        return next((i for i, name in enumerate(LONGEST) if item.path.name == name), len(LONGEST))

    items.sort(key=rank)
