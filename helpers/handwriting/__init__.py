"""Digits that are not MNIST's: drawn on a pad, found in photos, made up; and a network as a page that reads them."""

from helpers.lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "boxes": ["print_sheet", "read_sheet"],
        "collection": ["keep_digits", "own_digits"],
        "pad": ["DrawingPad", "strokes_to_image"],
        "page": ["export_page", "network_steps", "round_kernels"],
        "paper": ["corrupt", "write_on_paper"],
        "photo_box": ["PhotoBox"],
        "photo": ["find_digits", "photo_stages", "prepare_photo"],
    },
)
