"""Many batches in one program train as `fit` does one by one; stored trainings reach what is said of them."""

from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import weekly

import helpers
from helpers import OneProgram, check_answer
from helpers.exercises.grading import grade
from helpers.start import xla_works

# isort: split
import keras

COURSE = Path(__file__).resolve().parents[1]
RNG = np.random.default_rng(0)
X, Y = RNG.random((110, 784), dtype="float32"), helpers.one_hot(RNG.integers(0, 10, 110))


def small(kind, **options):
    keras.utils.set_random_seed(0)
    layers = [keras.layers.Dense(16, activation="relu"), keras.layers.Dense(10, activation="softmax")]
    model = kind([keras.Input((784,)), *layers])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"], **options)
    return model


@pytest.mark.parametrize(("sizes", "options"), [([32], {"jit_compile": xla_works()}), ([None, 48], {})])
def test_one_program_is_the_same_training(sizes, options):
    """Of 110 images, in batches of 32 and 3 of them at once, 14 remain for a last, smaller one."""
    plain, program = small(keras.Sequential), small(OneProgram, **options)
    program.batches = 3
    for size in sizes:
        more = {"shuffle": False, "verbose": 0, "validation_data": (X, Y)}
        expected, found = (model.fit(X, Y, size, 2, **more).history for model in (plain, program))
        assert expected.keys() == found.keys() and expected["loss"][1] < expected["loss"][0]
        for name, values in expected.items():
            assert found[name] == pytest.approx(values, rel=1e-4), name


@weekly
def test_variant_a_grows_surer_of_its_mistakes_while_its_accuracy_hardly_changes():
    """From the third epoch to the tenth, by how sure it is of what it misreads: 75 to 83%."""
    (images, labels), _ = helpers.load_mnist()
    x, y = helpers.preprocess(images), helpers.one_hot(labels)
    keras.utils.set_random_seed(0)
    model, found = helpers.relu_adam(), []
    for epochs in (3, 7):
        model.fit(x[:50_000], y[:50_000], batch_size=32, epochs=epochs, verbose=0)
        answers = model.predict(x[50_000:], batch_size=1_000, verbose=0)
        right = answers.argmax(axis=1) == labels[50_000:]
        loss = model.evaluate(x[50_000:], y[50_000:], batch_size=1_000, verbose=0)[0]
        found.append((right.mean(), loss, answers.max(axis=1)[~right].mean()))
    (accuracy, loss, sure), (later_accuracy, later_loss, surer) = found
    assert abs(accuracy - later_accuracy) < 0.01 and later_loss > loss and surer > sure + 0.04


@weekly
@pytest.mark.parametrize("seed", [0, 6])
def test_exercise_06_4_takes_the_threshold_that_a_training_gives_and_no_smaller_one(seed):
    """With the cells of the lesson. The smallest threshold is 0.93 to 0.99 for most trainings; some have none."""
    lesson = nbformat.read(COURSE / "notebooks" / "06_train_and_evaluate.ipynb", as_version=4)
    (images, labels), _ = helpers.load_mnist()
    x, y = helpers.preprocess(images), helpers.one_hot(labels)
    keras.utils.set_random_seed(seed)
    model = helpers.relu_adam()
    model.fit(x[:50_000], y[:50_000], batch_size=32, epochs=10, verbose=0)
    probabilities = model.predict(x[50_000:], batch_size=1_000, verbose=0)
    made = {"np": np, "probabilities": probabilities, "val_labels": labels[50_000:], "check_answer": check_answer}
    for name in ("temperature-it", "threshold-it", "solution-4"):
        exec(next(cell.source for cell in lesson.cells if cell.id == name), made)
    assert grade("06.4", made["threshold"]) is None and "more than one in 500" in grade("06.4", 0.9)
    shares = [made["correct"][made["confidence"] >= threshold].mean() for threshold in (0.9, 0.99)]
    assert shares[0] < 0.998 and shares[0] < shares[1]


def test_the_ladder_leads_down_as_the_appendix_tells_it():
    rungs = helpers.load_runs("ladder").groupby("rung", sort=False)[["processor_seconds", "unseen_accuracy"]].mean()
    accuracy, seconds = rungs.unseen_accuracy, rungs.processor_seconds
    assert accuracy.min() > 0.985 and accuracy["as typed"] < 0.99
    assert (accuracy[["stride for pooling", "fewer filters", "with XLA"]] > 0.99).all()
    down = ["as typed", "oneDNN", "rate up, then down", "stride for pooling", "fewer filters"]
    assert seconds[down].is_monotonic_decreasing and seconds["as typed"] > 5 * seconds["fewer filters"]
    assert seconds["batch normalization"] > seconds["oneDNN"] and seconds["with XLA"] > seconds["fewer filters"]


def test_a_minute_is_enough_for_99_5_percent_ten_for_99_6_and_label_smoothing_helps():
    """Chosen on the validation images. A minute is that of two cores; benchmarks/results.md has it by the clock."""
    runs = helpers.load_runs("minutes")
    validation = runs.query("unseen == 'validation' and epochs == 6").groupby("smoothing").unseen_accuracy.mean()
    assert validation[0.05] > validation[0.0] + 0.0005
    test = runs[runs.unseen == "test"].groupby("epochs")
    accuracy, seconds = test.unseen_accuracy.mean(), test.processor_seconds.max()
    assert test.size()[6] == 10 and accuracy[6] > 0.995 and seconds[6] < 120
    assert accuracy[60] > 0.996 and seconds[60] < 1200


def test_a_few_thousand_parameters_read_what_the_small_networks_promise():
    means = helpers.load_runs("small").query("unseen == 'test'").groupby("network").mean(numeric_only=True)
    for network, parameters, accuracy in (("narrow", 5_000, 0.99), ("wide", 8_000, 0.994)):
        found = means.loc[network]
        assert found.parameters < parameters and found.unseen_accuracy > accuracy
        assert found.unseen_accuracy_8_bits > found.unseen_accuracy - 0.001
