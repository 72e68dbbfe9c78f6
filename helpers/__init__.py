"""What would distract in the notebooks. `import helpers` is cheap: each name is loaded when it is first used."""

from helpers.lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "explore": [],
        "figures": [],
        "plots": [],
        "checks": ["check_dataset"],
        "data": ["load_fashion", "load_mnist", "load_runs", "one_hot", "preprocess", "written_by_students"],
        "exercises": ["check_answer", "continue_with", "export_findings", "hand_in", "progress"],
        "files": ["load_model", "mine", "own_network", "save_model"],
        "handwriting": [
            "DrawingPad",
            "PhotoBox",
            "corrupt",
            "export_page",
            "find_digits",
            "keep_digits",
            "own_digits",
            "photo_stages",
            "prepare_photo",
            "print_sheet",
            "read_sheet",
            "strokes_to_image",
            "write_on_paper",
        ],
        "lesson": ["claim", "guess", "guesses", "outcome", "record_results", "validate_parameters"],
        "models": ["convnet", "relu_adam", "sigmoid_sgd"],
        "start": ["setup"],
        "training": ["OneProgram", "PrintEpochs", "Snapshots", "shift_randomly", "xla_options"],
    },
)
