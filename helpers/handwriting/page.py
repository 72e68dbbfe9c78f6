"""Take a trained network along as one web page, which reads digits without a network connection or any library."""

import base64
import json
from pathlib import Path

import numpy as np

from helpers.files import as_path, write_atomically
from helpers.handwriting.pad import SCRIPTS
from helpers.look import CSS, DARK
from helpers.models import check_finite, image_shape
from helpers.start import import_keras

keras = import_keras()

ACTIVATIONS = ("linear", "relu", "sigmoid", "softmax", "tanh")
#: Layers that change nothing when a trained network is used, or nothing but the shape.
UNCHANGED = (keras.layers.Dropout, keras.layers.Flatten, keras.layers.Reshape)
NO_CHAIN = "The layers of this network are no chain, one after the other; the page cannot compute it."


def export_page(model, path, *, one_byte=False):
    """Write one web page with a pad to draw on, and the network that reads it; it opens from a file, on a phone too.

    The page takes no photos: finding ink in one needs the filters of SciPy and scikit-image, and a second set of
    them in JavaScript, equal to the first, would be longer than all the rest of the page. PhotoBox reads photos in a
    notebook.

    Parameters
    ----------
    model : keras.Model
        A chain of Dense, Conv2D, BatchNormalization, MaxPooling2D, AveragePooling2D, GlobalAveragePooling2D, Flatten,
        Reshape, Dropout and Activation layers, from 784 values (0 to 1) to ten probabilities by softmax.
    path : str or Path
        Ends in ``.html``. Its folder is made if it is not there.
    one_byte : bool
        Keep each weight in one byte, rounded as `round_kernels` does it, in place of four.

    Returns
    -------
    Path

    Raises
    ------
    TypeError
        If `model` is no Keras model, `path` is no path, or a layer is of another kind.
    ValueError
        If the name does not end in ``.html``, or the layers are no chain, have settings that the page cannot compute,
        or do not lead from an image to ten probabilities.
    OSError
        If the file cannot be written there; a file that was there before is untouched.
    """
    path = as_path(path, ".html")
    steps = network_steps(model, one_byte)
    folder = Path(__file__).parent
    page = (folder / "page.html").read_text(encoding="utf-8")
    for name in ("pad.css", *SCRIPTS, "network.js"):
        page = page.replace(f"/* {name} */", (folder / name).read_text(encoding="utf-8"))
    page = page.replace("/* look.css */", CSS + DARK).replace("/* steps */", json.dumps(steps))
    return write_atomically(path, page.encode())


def network_steps(model, one_byte=False):
    """Return what has to be computed for a network, as network.js reads it.

    Parameters
    ----------
    model : keras.Model
        As for `export_page`, which refuses the same ones.
    one_byte : bool
        Whether each weight of a kernel becomes a whole number from -127 to 127, times a unit that all weights into
        the same neuron or filter share: a quarter of the size. `round_kernels` does the same to a model.

    Returns
    -------
    list of dict
        The steps in order: names, numbers and arrays encoded as text.
    """
    images = np.random.default_rng(0).random((2, *image_shape(model)), np.float32)
    steps, answers = _steps(model.layers, images)
    softmax = [step.get("activation") == "softmax" for step in steps]
    if not any(softmax) or softmax.index(True) != len(steps) - 1:
        raise ValueError("The last layer, and no other, must be softmax, so that the page can show probabilities.")
    expected = np.asarray(model(images, training=False))
    check_finite(expected)
    if np.shape(answers) != (2, 10) or not np.allclose(answers, expected, atol=1e-5):
        raise ValueError(NO_CHAIN)
    return [_encode_step(step, one_byte) for step in steps]


def round_kernels(model):
    """Give the kernels of a network the values that they have on a page with one byte a weight."""
    for weights in model.weights:
        if weights.name == "kernel":
            whole, unit = _whole_numbers(weights.numpy())
            weights.assign(whole * unit)


def _steps(layers, values):
    """Return what the page has to compute for layers, as dicts of numbers, names and arrays; and the result.

    `values` are passed through the layers one after the other.
    """
    steps = []
    for layer in layers:
        if type(layer) is keras.Sequential:
            inner, values = _steps(layer.layers, values)
            steps += inner
        elif type(layer) is not keras.layers.InputLayer:
            try:
                after = layer(values, training=False)
            except (TypeError, ValueError):
                raise ValueError(NO_CHAIN) from None
            if not hasattr(after, "shape"):
                raise ValueError(f"{layer.name} returns several arrays, which the page cannot compute.")
            steps += _steps_of(layer, tuple(values.shape), tuple(after.shape))
            values = after
    return steps, values


def _steps_of(layer, before, after):
    """Return the steps of one layer, whose input and output have these shapes."""
    kind = type(layer)
    if layer.compute_dtype not in ("float32", "float64") or getattr(layer, "quantization_mode", None):
        raise ValueError(f"{layer.name} does not compute in float32, as the page does.")
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        raise ValueError(f"{layer.name} expects channels first; the page can only do channels last.")
    if kind in UNCHANGED:
        return []
    if kind is keras.layers.Dense and len(before) == 2:
        bias = layer.bias if layer.use_bias else np.zeros(layer.units)
        step = {"do": "dense", "kernel": np.asarray(layer.kernel), "bias": np.asarray(bias)}
        return [step, *_activation(layer)]
    if kind is keras.layers.Conv2D:
        if layer.groups != 1 or tuple(layer.dilation_rate) != (1, 1):
            raise ValueError(f"{layer.name} has groups or dilation, which the page cannot compute.")
        bias = layer.bias if layer.use_bias else np.zeros(layer.filters)
        step = {"do": "convolve", "kernel": np.asarray(layer.kernel), "bias": np.asarray(bias)}
        return [{**step, **_windows(layer, layer.kernel_size, before, after)}, *_activation(layer)]
    if kind in (keras.layers.MaxPooling2D, keras.layers.AveragePooling2D):
        what = "largest" if kind is keras.layers.MaxPooling2D else "mean"
        return [{"do": "pool", "take": what, **_windows(layer, layer.pool_size, before, after)}]
    if kind is keras.layers.GlobalAveragePooling2D:
        whole = {"input": before[1:], "output": [1, 1], "window": before[1:3]}
        return [{"do": "pool", "take": "mean", **whole, "strides": [1, 1], "before": [0, 0]}]
    if kind is keras.layers.BatchNormalization:
        if layer.axis not in (-1, len(before) - 1):
            raise ValueError(f"{layer.name} normalizes axis {layer.axis}; the page can only do the last.")
        factor = (np.asarray(layer.gamma) if layer.scale else 1) / np.sqrt(layer.moving_variance + layer.epsilon)
        offset = (np.asarray(layer.beta) if layer.center else 0) - layer.moving_mean * factor
        return [{"do": "scale", "factor": np.asarray(factor), "offset": np.asarray(offset)}]
    if kind is keras.layers.Activation:
        return _activation(layer)
    flatten = f" It gets values of shape {before[1:]}: put Flatten before it." if kind is keras.layers.Dense else ""
    raise TypeError(f"The page cannot compute the layer {layer.name} of type {kind.__name__}.{flatten}")


def _activation(layer):
    """Return the step of a layer's activation."""
    name = next((name for name in ACTIVATIONS if layer.activation is keras.activations.get(name)), None)
    if name is None:
        found = getattr(layer.activation, "__name__", layer.activation)
        raise ValueError(
            f"{layer.name} has an activation {found} that the page lacks; it knows {', '.join(ACTIVATIONS)}."
        )
    return [] if name == "linear" else [{"do": "activate", "activation": name}]


def _windows(layer, window, before, after):
    """Return where the windows of a convolution or of pooling lie, as TensorFlow places them."""
    size, output = before[1:3], after[1:3]
    missing = [(n - 1) * s + k - length for n, s, k, length in zip(output, layer.strides, window, size, strict=True)]
    return {
        "input": before[1:],
        "output": output,
        "window": window,
        "strides": layer.strides,
        "before": [max(0, m) // 2 if layer.padding == "same" else 0 for m in missing],
    }


def _encode_step(step, one_byte):
    """Return a step with its arrays as text."""
    step = dict(step)
    if one_byte and "kernel" in step:
        whole, step["unit"] = _whole_numbers(step["kernel"])
        step["kernel"] = whole.astype("i1")
    return {name: _encode(value) if isinstance(value, np.ndarray) else value for name, value in step.items()}


def _whole_numbers(kernel):
    """Return a kernel as whole numbers from -127 to 127, and the units by which they are to be multiplied."""
    largest = np.abs(kernel).max(axis=tuple(range(kernel.ndim - 1)))
    unit = np.where(largest > 0, largest, 1).astype(np.float32) / np.float32(127)
    return np.rint(kernel / unit), unit


def _encode(array):
    """Return an array as text in base64: whole numbers of one byte as they are, others as little-endian float32."""
    return base64.b64encode(array.astype("i1" if array.dtype == np.int8 else "<f4").tobytes()).decode()
