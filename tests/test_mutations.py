"""Does a lesson notice when something is wrong? Each mutation must make a claim of the notebook fail.

The notebooks run at their full parameters, so that their claims are checked, with one cell inserted after the first.
"""

from pathlib import Path

import nbformat
import papermill
import pytest
from conftest import weekly
from papermill.exceptions import PapermillExecutionError

COURSE = Path(__file__).resolve().parents[1]

MUTATIONS = {
    # All training takes place, with a rate of 0 in networks of over two layers, and so with few images, without XLA.
    "untrained": """
import os
os.environ["DIGITS_XLA"] = "0"
import helpers, keras
helpers.start.xla_works.cache_clear()
fit = keras.Model.fit
def no_learning(self, x, y, **arguments):
    if self.compiled and len(self.layers) > 2:
        self.optimizer.learning_rate = 0.0
    return fit(self, x[:512], y[:512], **arguments)
keras.Model.fit = no_learning
""",
    # Variant A, with its four layers, gets two epochs: on true labels it is within its band after them. B gets all.
    "shuffled labels": """
import keras, numpy as np, helpers
fit = keras.Model.fit
def two_epochs(self, x, y, **arguments):
    if "validation_data" in arguments and len(self.layers) == 4:
        arguments["epochs"] = 2
    return fit(self, x, y, **arguments)
keras.Model.fit = two_epochs
load = helpers.load_mnist
def shuffled():
    (x_train, y_train), test = load()
    return (x_train, np.random.default_rng(0).permutation(y_train)), test
helpers.load_mnist = shuffled
""",
    # The check of prepared data would stop at once, and so would a figure; without them, a claim must.
    "unscaled data": """
import numpy as np, helpers
helpers.preprocess = lambda images: images.reshape(-1, 784).astype(np.float32)
helpers.check_dataset = lambda x, y: None
helpers.explore.paint_a_neuron = lambda *arguments, **options: None
""",
}


def mutated(name, mutation, folder):
    """Write the notebook with the mutation inserted, and return its path."""
    notebook = nbformat.read(COURSE / "notebooks" / f"{name}.ipynb", as_version=4)
    first = next(i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code")
    notebook.cells.insert(first + 1, nbformat.v4.new_code_cell(mutation))
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.mark.parametrize(
    ("name", "mutation", "claim"),
    [
        ("04_variant_a", "untrained", "the first loss is near 2.3, and it learns 32 images by heart"),
        pytest.param("04_variant_a", "shuffled labels", "variant A reads 96.4 to 98.3%", marks=weekly),
        pytest.param("04_variant_a", "unscaled data", "the first loss is near 2.3", marks=weekly),
        pytest.param("05_variant_b", "untrained", "variant B reads 87.0 to 88.1%", marks=weekly),
        pytest.param("06_train_and_evaluate", "untrained", "with careless labels, stopping early gains", marks=weekly),
        pytest.param("07_improve_it", "untrained", "two pixels cost A more than 8 points", marks=weekly),
        pytest.param("09_who_wrote_it", "untrained", "a network sorts over 72%", marks=weekly),
    ],
)
def test_a_claim_fails(name, mutation, claim, tmp_path, monkeypatch):
    monkeypatch.setenv("DIGITS_MINE", str(tmp_path))  # the networks of other tests must not come in here
    path = mutated(name, MUTATIONS[mutation], tmp_path)
    with pytest.raises(PapermillExecutionError) as raised:
        papermill.execute_notebook(str(path), None, cwd=str(tmp_path), progress_bar=False)
    assert raised.value.ename == "AssertionError", raised.value
    assert raised.value.evalue.startswith(f"The lesson claims: {claim}")
