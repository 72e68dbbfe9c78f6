"""What the notebooks would be distracted by: data, networks, plots and checks."""

from helpers import environment

environment.import_keras()

from helpers.checks import check_parameters, check_prepared, claim, record
from helpers.data import load_mnist, load_seed_runs, one_hot, preprocess
from helpers.exercises import check
from helpers.models import PrintEpochs, fast, ready, relu_adam, sigmoid_sgd

__all__ = [
    "PrintEpochs",
    "check",
    "check_parameters",
    "check_prepared",
    "claim",
    "fast",
    "load_mnist",
    "load_seed_runs",
    "one_hot",
    "preprocess",
    "ready",
    "record",
    "relu_adam",
    "sigmoid_sgd",
]
