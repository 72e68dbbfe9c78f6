"""What the notebooks would be distracted by: data, networks, plots and checks."""

import importlib

from helpers import environment

environment.import_keras()

from helpers.checks import check_parameters, check_prepared, claim, record
from helpers.data import load_mnist, load_runs, one_hot, preprocess, shift_randomly
from helpers.exercises import check
from helpers.export import export_page
from helpers.files import load_model, save_model
from helpers.models import PrintEpochs, convnet, fast, ready, relu_adam, sigmoid_sgd

__all__ = [
    "DrawingPad",
    "PrintEpochs",
    "check",
    "check_parameters",
    "check_prepared",
    "claim",
    "convnet",
    "disturb",
    "export_page",
    "fast",
    "find_digits",
    "load_mnist",
    "load_model",
    "load_runs",
    "one_hot",
    "photo_stages",
    "prepare_photo",
    "preprocess",
    "ready",
    "record",
    "relu_adam",
    "save_model",
    "shift_randomly",
    "sigmoid_sgd",
    "strokes_to_image",
    "write_on_paper",
]

#: Where to find what needs scikit-image or anywidget, imported only when asked for: not every notebook needs them.
_LATER = {
    "DrawingPad": "helpers.draw",
    "strokes_to_image": "helpers.draw",
    "disturb": "helpers.paper",
    "find_digits": "helpers.photo",
    "photo_stages": "helpers.photo",
    "prepare_photo": "helpers.photo",
    "write_on_paper": "helpers.paper",
}


def __getattr__(name):
    """Import what is needed for photos or drawing when it is first used."""
    if name not in _LATER:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)


def __dir__():
    """Name what `from helpers import` can name, also before it was imported."""
    return sorted({*globals(), *__all__})
