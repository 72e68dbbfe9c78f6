"""Networks that the exported page could not compute are refused; what it computes is tested in test_browser.py."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

import helpers
from helpers.handwriting import round_kernels

# isort: split
import keras  # after helpers, which sets TensorFlow up
from keras import layers


def network(*inner, last="softmax"):
    return keras.Sequential([keras.Input((28, 28, 1)), *inner, layers.Flatten(), layers.Dense(10, activation=last)])


def branched():
    image = keras.Input((784,))
    hidden = layers.Dense(8)(image)
    sums = layers.Dense(10, activation="softmax")(hidden)
    return keras.Model(image, layers.Activation("softmax")(layers.Add()([sums, layers.Dense(10)(hidden)])))


def shared():
    """One layer used twice: the list of layers has it once."""
    image = keras.Input((784,))
    layer = layers.Dense(784, activation="relu")
    return keras.Model(image, layers.Dense(10, activation="softmax")(layer(layer(image))))


def recurrent():
    image = keras.Input((784,))
    states = layers.LSTM(10, return_state=True)(layers.Reshape((28, 28))(image))
    return keras.Model(image, layers.Softmax()(states[0]))


class Doubled(layers.Dense):
    def call(self, inputs, training=None):
        return 2 * super().call(inputs)


def relu(values):
    """Not what Keras calls by this name."""
    return values + 1


def quantized():
    model = keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")])
    model.quantize("int8")
    return model


def diverged():
    model = keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax")])
    model.set_weights([np.full_like(weights, np.nan) for weights in model.get_weights()])
    return model


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: "a model", TypeError, "found str"),
        (lambda: network(layers.Conv2DTranspose(1, 3)), TypeError, "of type Conv2DTranspose"),
        (lambda: network(layers.LeakyReLU()), TypeError, "of type LeakyReLU"),
        (lambda: network(layers.ReLU(max_value=6)), TypeError, "of type ReLU"),
        (lambda: network(Doubled(3)), TypeError, "of type Doubled"),
        (lambda: network(layers.Conv2D(2, 3, activation=relu)), ValueError, "an activation relu that the page lacks"),
        (lambda: network(layers.Flatten(data_format="channels_first")), ValueError, "channels first"),
        (lambda: network(layers.Conv2D(2, 3, dtype="mixed_float16")), ValueError, "compute in float32"),
        (quantized, ValueError, "compute in float32"),
        (diverged, ValueError, "NaN or infinity"),
        (lambda: network(layers.Dense(3)), TypeError, "of type Dense.*put Flatten before it"),
        (lambda: network(layers.Conv2D(1, 3, activation="gelu")), ValueError, "an activation gelu"),
        (lambda: network(layers.Conv2D(2, 3, activation="softmax")), ValueError, "softmax"),
        (lambda: network(layers.Conv2D(2, 3, dilation_rate=2)), ValueError, "groups or dilation"),
        (lambda: network(layers.BatchNormalization(axis=1)), ValueError, "normalizes axis 1"),
        (lambda: network(last="sigmoid"), ValueError, "must be softmax"),
        (lambda: keras.Sequential([keras.Input((32,)), layers.Dense(10)]), ValueError, r"from \(None, 32\)"),
        (lambda: keras.Sequential([keras.Input((784,)), layers.Dense(3)]), ValueError, r"to \(None, 3\)"),
        (lambda: keras.Sequential([layers.Dense(10)]), ValueError, "does not know its input"),
        (branched, ValueError, "no chain"),
        (recurrent, ValueError, "returns several arrays"),
        (shared, ValueError, "no chain"),
    ],
)
def test_what_the_page_cannot_compute_is_refused(make, error, says, tmp_path):
    with pytest.raises(error, match=says):
        helpers.export_page(make(), tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "error"), [("model.keras", ValueError), ("", ValueError), (None, TypeError)])
def test_a_page_replaces_nothing_but_a_page(name, error, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("model.keras").write_bytes(b"a network")
    with pytest.raises(error, match=r"\.html"):
        helpers.export_page(network(), name)
    assert Path("model.keras").read_bytes() == b"a network"


def test_the_page_needs_nothing_else(tmp_path):
    page = helpers.export_page(network(), tmp_path / "new folder" / "page.html")
    text = page.read_text(encoding="utf-8")
    for word in ("http:", "https:", "src=", "import(", "import ", "fetch(", "XMLHttpRequest", "WebSocket"):
        assert word not in text, word
    assert page.stat().st_size < 150_000
    assert np.array_equal(sorted(path.name for path in page.parent.iterdir()), ["page.html"])


def test_a_network_in_double_precision_becomes_a_page_too(tmp_path):
    model = keras.Sequential([keras.Input((784,)), layers.Dense(10, activation="softmax", dtype="float64")])
    assert helpers.export_page(model, tmp_path / "page.html").stat().st_size > 10_000


@pytest.mark.parametrize(("name", "parameters"), [("narrow", 4_450), ("wide", 7_046)])
def test_a_small_network_makes_a_page_of_less_than_60_kilobytes(name, parameters, tmp_path):
    """The networks of sweeps/small.ipynb; data/small.csv has what they read, also with a byte a weight."""
    cells = nbformat.read(Path(__file__).parents[1] / "sweeps" / "small.ipynb", as_version=4).cells
    build = next(cell.source for cell in cells if "keras.Sequential(" in cell.source)
    names = {"keras": keras, "layers": layers, "network": name, "seed": 0}
    exec(build, names)
    assert names["model"].count_params() == parameters
    assert helpers.export_page(names["model"], tmp_path / "page.html", one_byte=True).stat().st_size < 60_000


def test_a_frozen_layer_is_rounded_as_its_page_rounds_it():
    model = network()
    before = [np.array(weights) for weights in model.get_weights()]
    model.layers[-1].trainable = False
    round_kernels(model)
    assert not np.array_equal(model.get_weights()[0], before[0])
    np.testing.assert_allclose(model.get_weights()[0], before[0], atol=np.abs(before[0]).max() / 127)
