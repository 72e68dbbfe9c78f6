"""Grade exercises that ask for a network: it is compared with the course's own, layer by layer."""

import itertools

from helpers import models
from helpers.start import import_keras

keras = import_keras()

#: What counts in a layer, in the order in which it is compared.
SETTINGS = ("target_shape", "filters", "kernel_size", "strides", "padding", "units", "use_bias", "rate", "activation")


def grade_network(model, name):
    """Return what to say to a wrong network; None if it is right.

    Parameters
    ----------
    model : keras.Model
        The learner's, compiled.
    name : str
        Of the function in `helpers.models` that gives the right one.
    """
    reference = getattr(models, name)()
    if not isinstance(model, keras.Model):
        return "That is no Keras model. Begin with keras.Sequential([...])."
    if not model.built or model.input_shape != (None, 784):
        return "It should take rows of 784 pixels. Let the list begin with keras.Input(shape=(784,))."
    # A functional model counts its input as a layer.
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    for number, (found, wanted) in enumerate(itertools.zip_longest(layers, reference.layers), start=1):
        names = [type(layer).__name__ if layer is not None else "none" for layer in (found, wanted)]
        if names[0] != names[1]:
            return f"Layer {number} is {names[0]}; expected {names[1]}."
        ours, theirs = found.get_config(), wanted.get_config()
        for setting in SETTINGS:
            if setting in theirs and ours[setting] != theirs[setting]:
                return f"Layer {number}, {names[0]}: {setting} is {ours[setting]}; expected {theirs[setting]}."
    if not model.compiled:
        return "The layers are right. Now compile it."
    return grade_optimizer(model.optimizer, reference.optimizer) or grade_loss(model)


def grade_optimizer(found, wanted):
    """Return what to say to a wrong optimizer; None if it is right. A schedule may stand for a learning rate."""
    if type(found) is not type(wanted):
        return f"The optimizer is {type(found).__name__}; expected {type(wanted).__name__}."
    ours, theirs = found.get_config(), wanted.get_config()
    for setting in theirs:
        free = setting == "name" or (setting == "learning_rate" and isinstance(ours[setting], dict))
        close = isinstance(ours[setting], float) and abs(ours[setting] - theirs[setting]) < 1e-6
        if not free and not close and ours[setting] != theirs[setting]:
            return f"{type(wanted).__name__} has {setting} {ours[setting]}; expected {theirs[setting]}."
    return None


def grade_loss(model):
    """Return what to say to a wrong loss, given by its name, as a function or as an object; None if it is right."""
    loss = model.loss if isinstance(model.loss, str) else getattr(model.loss, "__name__", model.loss)
    loss = loss if isinstance(loss, str) else loss.name
    if loss != "categorical_crossentropy":
        return f"The loss is {loss!r}; for one-hot labels it is 'categorical_crossentropy'."
    if isinstance(model.loss, keras.losses.Loss) and (model.loss.from_logits or model.loss.label_smoothing):
        return "The loss is right, but not plain: softmax gives probabilities, so it needs no settings."
    return None
