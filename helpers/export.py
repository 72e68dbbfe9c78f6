"""Take a trained network along as one web page, which reads digits without a network connection or any library."""

import base64
import json
from pathlib import Path

import keras
import numpy as np

from helpers.files import write_atomically

ACTIVATIONS = ("linear", "relu", "sigmoid", "softmax", "tanh")
#: Layers that change nothing when a trained network is used, or nothing but the shape.
UNCHANGED = (
    keras.layers.InputLayer,
    keras.layers.Dropout,
    keras.layers.SpatialDropout2D,
    keras.layers.GaussianNoise,
    keras.layers.Flatten,
    keras.layers.Reshape,
)


def export_page(model, path):
    """Write one web page with a pad to draw on, and the network that reads it; it opens from a file, on a phone too.

    Parameters
    ----------
    model : keras.Model
        A chain of Dense, Conv2D, BatchNormalization, MaxPooling2D, AveragePooling2D, GlobalAveragePooling2D, Flatten,
        Reshape, Dropout, ReLU and Activation layers, from 784 values (0 to 1) to ten probabilities by softmax.
    path : str or Path
        Its folder is made if it is not there.

    Returns
    -------
    Path

    Raises
    ------
    TypeError
        If `model` is no Keras model, or a layer is of another kind.
    ValueError
        If the layers are no chain, have settings that the page cannot compute, or do not lead from an image to ten
        probabilities.
    OSError
        If the file cannot be written there; a file that was there before is untouched.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"Expected a Keras model, found {type(model).__name__}.")
    if (
        not model.built
        or model.input_shape[1:] not in [(784,), (28, 28), (28, 28, 1)]
        or model.output_shape[1:] != (10,)
    ):
        raise ValueError("Expected a network from images of 784 values to ten probabilities.")
    steps = [step for layer in model.layers for step in _steps(layer)]
    softmax = [step.get("activation") == "softmax" for step in steps]
    if not any(softmax) or softmax.index(True) != len(steps) - 1:
        raise ValueError("The last layer, and no other, must be softmax, so that the page can show probabilities.")
    _check_chain(model)
    folder = Path(__file__).parent
    page = (folder / "page.html").read_text(encoding="utf-8")
    page = page.replace("/* pad.js */", (folder / "pad.js").read_text(encoding="utf-8"))
    page = page.replace("/* steps */", json.dumps(steps))
    return write_atomically(path, page.encode())


def _steps(layer):
    """Return what the page has to compute for a layer, as dicts of numbers, names and encoded arrays."""
    if isinstance(layer, UNCHANGED):
        return []
    if isinstance(layer, keras.Sequential):
        return [step for inner in layer.layers for step in _steps(inner)]
    if isinstance(layer, keras.layers.Dense) and len(layer.input.shape) == 2:
        bias = layer.bias if layer.use_bias else np.zeros(layer.units)
        step = {"do": "dense", "kernel": _encode(layer.kernel), "bias": _encode(bias)}
        return [step, *_activation(layer)]
    if isinstance(layer, keras.layers.Conv2D) and type(layer).__name__ == "Conv2D":
        if layer.groups != 1 or tuple(layer.dilation_rate) != (1, 1):
            raise ValueError(f"{layer.name} has groups or dilation, which the page cannot compute.")
        bias = layer.bias if layer.use_bias else np.zeros(layer.filters)
        step = {"do": "convolve", "kernel": _encode(layer.kernel), "bias": _encode(bias)}
        return [{**step, **_windows(layer, layer.kernel_size)}, *_activation(layer)]
    if isinstance(layer, keras.layers.MaxPooling2D | keras.layers.AveragePooling2D):
        what = "largest" if isinstance(layer, keras.layers.MaxPooling2D) else "mean"
        return [{"do": "pool", "take": what, **_windows(layer, layer.pool_size)}]
    if isinstance(layer, keras.layers.GlobalAveragePooling2D):
        _, height, width, channels = layer.input.shape
        whole = {"input": [height, width, channels], "output": [1, 1], "window": [height, width]}
        return [{"do": "pool", "take": "mean", **whole, "strides": [1, 1], "before": [0, 0]}]
    if isinstance(layer, keras.layers.BatchNormalization):
        if layer.axis not in (-1, len(layer.input.shape) - 1):
            raise ValueError(f"{layer.name} normalizes axis {layer.axis}; the page can only do the last.")
        factor = (np.asarray(layer.gamma) if layer.scale else 1) / np.sqrt(layer.moving_variance + layer.epsilon)
        offset = (np.asarray(layer.beta) if layer.center else 0) - layer.moving_mean * factor
        return [{"do": "scale", "factor": _encode(factor), "offset": _encode(offset)}]
    if isinstance(layer, keras.layers.Activation):
        return _activation(layer)
    if isinstance(layer, keras.layers.ReLU) and not (layer.negative_slope or layer.threshold or layer.max_value):
        return [{"do": "activate", "activation": "relu"}]
    raise TypeError(f"The page cannot compute the layer {layer.name} of type {type(layer).__name__}.")


def _activation(layer):
    name = layer.activation.__name__
    if name not in ACTIVATIONS:
        raise ValueError(f"{layer.name} has the activation {name}; the page knows {', '.join(ACTIVATIONS)}.")
    return [] if name == "linear" else [{"do": "activate", "activation": name}]


def _windows(layer, window):
    """Return where the windows of a convolution or of pooling lie, as TensorFlow places them."""
    if layer.data_format != "channels_last":
        raise ValueError(f"{layer.name} expects channels first; the page can only do channels last.")
    _, *size, channels = layer.input.shape
    output = list(layer.output.shape[1:3])
    strides = list(layer.strides)
    missing = [(n - 1) * s + k - length for n, s, k, length in zip(output, strides, window, size, strict=True)]
    before = [max(0, m) // 2 if layer.padding == "same" else 0 for m in missing]
    return {
        "input": [*size, channels],
        "output": output,
        "window": list(window),
        "strides": strides,
        "before": before,
    }


def _encode(values):
    """Return an array as text: little-endian float32 in base64."""
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode()


def _check_chain(model):
    """Raise ValueError if the layers one after the other do not give what the network gives."""
    images = np.random.default_rng(0).random((2, *model.input_shape[1:]), np.float32)
    answers = images
    for layer in model.layers:
        answers = layer(answers, training=False) if not isinstance(layer, keras.layers.InputLayer) else answers
    if np.shape(answers) != (2, 10) or not np.allclose(answers, model(images, training=False), atol=1e-5):
        raise ValueError("The layers of this network are no chain, one after the other; the page cannot compute it.")
