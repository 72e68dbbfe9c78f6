"""The networks: what they are made of, and that fast training is the same training."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf

import helpers
from helpers import start

(IMAGES, LABELS), _ = helpers.load_mnist()
# 129 batches of 8: more than one execution of 125 steps, and a last batch that is smaller.
X, Y = helpers.preprocess(IMAGES[:1_028]), helpers.one_hot(LABELS[:1_028])


@pytest.mark.parametrize(
    ("make", "parameters", "units", "activations"),
    [
        (helpers.relu_adam, 270_218, [128, 256, 512, 10], ["relu", "relu", "relu", "softmax"]),
        (helpers.sigmoid_sgd, 669_706, [512, 512, 10], ["sigmoid", "sigmoid", "softmax"]),
    ],
)
def test_the_variants(make, parameters, units, activations):
    model = make()
    assert model.input_shape == (None, 784)
    assert model.count_params() == parameters
    assert [layer.units for layer in model.layers] == units
    assert [layer.activation.__name__ for layer in model.layers] == activations
    assert model.loss == "categorical_crossentropy"
    assert model.jit_compile is start.xla_works()
    assert model.steps_per_execution == (125 if start.xla_works() else 1)


def test_the_optimizers():
    adam, sgd = helpers.relu_adam().optimizer, helpers.sigmoid_sgd().optimizer
    assert isinstance(adam, keras.optimizers.Adam) and float(adam.learning_rate) == pytest.approx(0.001)
    assert isinstance(sgd, keras.optimizers.SGD) and float(sgd.learning_rate) == pytest.approx(0.01)
    assert sgd.momentum == 0


def test_the_convolutional_network():
    model = helpers.convnet()
    assert model.input_shape == (None, 784) and model.output_shape == (None, 10)
    assert model.count_params() == 159_546
    assert model.loss == "categorical_crossentropy" and isinstance(model.optimizer, keras.optimizers.Adam)
    assert model.jit_compile is False and model.steps_per_execution == 125
    keras.utils.set_random_seed(0)
    losses = [model.fit(X[:512], Y[:512], batch_size=128, verbose=0).history["loss"][0] for _ in range(3)]
    assert losses[2] < losses[0] / 2
    rows = model(X[:8]).numpy()
    np.testing.assert_allclose(rows.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("make", [helpers.relu_adam, helpers.sigmoid_sgd])
def test_fast_training_is_the_same_training(make):
    losses = []
    for options in (helpers.xla_options(), {"jit_compile": False}):
        keras.utils.set_random_seed(1)
        model = make()
        model.compile(optimizer=model.optimizer, loss=model.loss, metrics=["accuracy"], **options)
        losses.append(model.fit(X, Y, batch_size=8, epochs=2, verbose=0).history["loss"])
    np.testing.assert_allclose(losses[0][0], losses[1][0], rtol=1e-5)
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-3)


def test_without_xla_it_trains_plainly_and_the_first_cell_says_so(monkeypatch, capsys):
    def refuse(*_, **__):
        raise NotImplementedError("no XLA on this platform")

    start.xla_works.cache_clear()
    try:
        monkeypatch.setattr(tf, "function", refuse)
        assert helpers.xla_options() == {}
        helpers.setup()
        assert "XLA is not in use" in capsys.readouterr().out
    finally:
        start.xla_works.cache_clear()
    helpers.setup()
    assert ("XLA is not in use" in capsys.readouterr().out) == (not start.xla_works())


def test_print_epochs_prints_one_clean_line_an_epoch(capsys):
    for metrics in (["accuracy"], ["mse"], None):
        model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
        model.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=metrics)
        data = {"x": X[:64], "y": Y[:64], "validation_data": (X[:64], Y[:64])}
        model.fit(**data, epochs=2, verbose=0, callbacks=[helpers.PrintEpochs()])
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == 2
        part = r"loss [\d.]+, accuracy [\d.]+%" if metrics == ["accuracy"] else r"loss [\d.]+"
        assert re.fullmatch(rf"epoch  2: {part}; validation {part}", lines[1])


def test_snapshots_keep_what_the_network_answers_on_the_way():
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer="sgd", loss="categorical_crossentropy")
    before = model(X[:2]).numpy()
    snapshots = helpers.Snapshots(X[:2], count=3)
    for _ in range(2):  # the second training begins anew
        model.fit(X[:128], Y[:128], batch_size=32, verbose=0, callbacks=[snapshots])
    assert list(snapshots.probabilities) == list(snapshots.weights) == [0, 1, 4]
    assert snapshots.probabilities[4].shape == (2, 10)
    assert not np.allclose(snapshots.probabilities[0], before)
