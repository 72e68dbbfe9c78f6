"""A field in the notebook for a photo of a digit: chosen, dropped or pasted; below it, how a network reads it."""

import io
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from helpers.handwriting.pad import read_images
from helpers.handwriting.photo import photo_stages
from helpers.handwriting.unreadable import UnreadablePhoto, draw_stages
from helpers.look import CSS


class PhotoBox(anywidget.AnyWidget):
    """A field for a photo of one handwritten digit, and how a network reads it.

    A file is chosen (on a phone, the camera too), dropped on the field, or pasted from the clipboard. Below stand the
    stages of `photo_stages` and what the network reads; where no digit is found, the stages up to there, and why. A
    photo comes from a phone to a laptop by a cable, by sharing with a device nearby, or in a mail to oneself.

    Parameters
    ----------
    model : keras.Model
        As for `DrawingPad`.

    Attributes
    ----------
    stages : dict of str to ndarray
        As of `photo_stages`, up to the one that failed; empty before the first photo.

    Raises
    ------
    TypeError, ValueError
        If `model` is none, as for `DrawingPad`.
    """

    _esm = Path(__file__).with_name("photo_box.js")
    _css = CSS + Path(__file__).with_name("photo_box.css").read_text(encoding="utf-8")
    answer = traitlets.Dict().tag(sync=True)

    def __init__(self, model):
        read_images(model, np.zeros((28, 28), np.float32))  # complains now, and is faster the next time
        self._model = model
        self.stages = {}
        super().__init__()
        self.on_msg(self._hear)

    def __repr__(self):
        return f"PhotoBox: {self.answer.get('message', 'no photo yet')}"

    def _hear(self, _, content, buffers):
        """Read a photo that comes from the browser as the bytes of a file."""
        if buffers:
            self.read(bytes(buffers[0]))

    def read(self, photo):
        """Read a photo, anything that `prepare_photo` takes, and show how; returns the digit, or None."""
        self.stages, boxes, digit = {}, (), None
        try:
            self.stages = photo_stages(photo)
            probabilities = read_images(self._model, self.stages["centred in 28 x 28"])[0]
            digit = int(probabilities.argmax())
            message = f"I read a{'n' if digit == 8 else ''} {digit}, {probabilities.max():.0%} sure."
        except UnreadablePhoto as unreadable:
            self.stages, boxes, message = unreadable.stages, unreadable.boxes, str(unreadable)
        except (OSError, TypeError, ValueError) as error:
            message = str(error)
        self.answer = {"message": message, "picture": _as_png(self.stages, boxes)}
        return digit


def _as_png(stages, boxes):
    """Return a picture of stages as the bytes of a PNG file, none if there are no stages."""
    if not stages:
        return b""
    figure, file = draw_stages(stages, boxes), io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    plt.close(figure)
    return file.getvalue()
