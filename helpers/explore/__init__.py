"""Figures that move, in a module with the name of their notebook, and a script for each; `explore.NAME` finds each."""

from helpers.lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "base": [],
        "how_a_network_learns": ["chain", "downhill", "loss_of_a_guess", "two_weights"],
        "improve_it": ["moving_filter"],
        "start_here": ["training_film"],
        "train_and_evaluate": ["luck", "threshold"],
        "variant_a": ["clouds", "paint_a_neuron", "through_the_network"],
        "variant_b": ["board"],
        "your_own_handwriting": ["spoil"],
        "who_wrote_it": ["two_piles"],
    },
)
