"""Figures that one lesson draws, in a module with the name of its notebook; `figures.NAME` finds each."""

from helpers.lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "start_here": ["draw_network", "plot_before_after", "show_reading"],
        "load_the_data": ["show_pixels", "show_what_an_image_is"],
        "prepare_the_data": ["show_preparation"],
        "how_a_network_learns": [
            "plot_batch_losses",
            "plot_chain",
            "plot_descent",
            "plot_surface",
            "training_cycle",
        ],
        "variant_a": ["show_layers_at_work", "show_neurons", "show_weighted_sum"],
        "variant_b": ["plot_gradients", "plot_suspects"],
        "train_and_evaluate": ["plot_confusion", "plot_polynomials", "plot_reliability", "show_report"],
        "improve_it": ["plot_gains", "plot_laboratory", "show_convolution", "show_maps"],
        "your_own_handwriting": ["plot_changes", "show_pictures"],
        "who_wrote_it": ["plot_measures", "plot_people", "plot_ways", "show_for_whom", "show_groups"],
        "appendix_speed": ["plot_ladder"],
        "your_project": ["plot_readers", "show_claims"],
    },
)
