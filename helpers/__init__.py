"""What the notebooks would be distracted by: data, networks, plots and checks."""

import importlib

from helpers import environment

environment.import_keras()

from helpers.checks import check_parameters, check_prepared, claim, record
from helpers.data import load_mnist, load_runs, one_hot, preprocess
from helpers.exercises import check
from helpers.models import PrintEpochs, fast, ready, relu_adam, sigmoid_sgd

__all__ = [
    "PrintEpochs",
    "check",
    "check_parameters",
    "check_prepared",
    "claim",
    "fast",
    "find_digits",
    "load_mnist",
    "load_runs",
    "one_hot",
    "photo_stages",
    "prepare_photo",
    "preprocess",
    "ready",
    "record",
    "relu_adam",
    "sigmoid_sgd",
    "write_on_paper",
]

#: Where to find what needs scikit-image, which is imported only when it is asked for: not every notebook needs it.
_LATER = {
    "find_digits": "helpers.photo",
    "photo_stages": "helpers.photo",
    "prepare_photo": "helpers.photo",
    "write_on_paper": "helpers.paper",
}


def __getattr__(name):
    """Import a function for photos when it is first used."""
    if name not in _LATER:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)
