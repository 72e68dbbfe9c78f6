"""Figures that move, in a module with the name of their notebook, and a script for each; `explore.NAME` finds each."""

from helpers.lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "base": [],
        "how_a_network_learns": ["loss_of_a_guess"],
        "who_wrote_it": ["two_piles"],
    },
)
