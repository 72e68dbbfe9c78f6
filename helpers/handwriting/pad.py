"""Draw digits: strokes become images like those of MNIST, and a pad in the notebook shows what a network reads."""

import itertools
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from helpers.data import MIDDLE
from helpers.handwriting.collection import forget_last, keep_digits, own_digits
from helpers.look import CSS
from helpers.models import check_finite, image_shape

#: Sides of the image and of the box in it that a digit fits, and the width of a stroke, in pixels; as in image.js.
SIDE, BOX, WIDTH = 28, 20, 2.5
#: The least extent of a digit, as a share of the pad; as in image.js.
SMALLEST = 0.08
#: More points than this are no digit that a hand drew.
MAX_POINTS = 2_000
#: So many of the reader's digits, the newest, are shown below a pad that keeps them.
SHOWN = 100
#: The parts of the pad's JavaScript, in this order.
SCRIPTS = ("image.js", "parts.js", "pad.js")


def read_scripts(*names):
    """Return what these files in this folder hold, one after the other, as text."""
    return "".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in names)


def strokes_to_image(strokes, centred=True):
    """Draw strokes as an image like those of MNIST.

    Parameters
    ----------
    strokes : sequence of array_like of float, each of shape (n, 2)
        Points (x, y) of each stroke from the upper left corner (0, 0) to the lower right one (1, 1); what lies
        outside, by half a pad at most, is moved to the edge.
    centred : bool
        The way MNIST was made: the digit keeps its proportions and fits a box of 20 x 20 pixels (its faded edge may
        reach one further), and its centre of mass lies in row and column 14, counted from 0. If false, where and as
        large as it was drawn.

    Returns
    -------
    ndarray of float32, shape (28, 28)
        0 (paper) to 1 (ink).

    Raises
    ------
    TypeError
        If `strokes` is no sequence of sequences of points.
    ValueError
        If there is no point, a coordinate is NaN, infinite or far from 0 to 1, there are more than 2,000 points, or
        the digit takes less than 0.08 of the pad both ways.
    """
    strokes = _checked(strokes)
    if not strokes:
        raise ValueError("Nothing is drawn yet.")
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    size = (high - low).max()
    if size < SMALLEST:
        raise ValueError("That is too small to be a digit. Let it fill the pad.")
    if not centred:
        return _paint([stroke * SIDE for stroke in strokes]).astype(np.float32)
    strokes = [(stroke - (low + high) / 2) * (BOX - WIDTH) / size + SIDE / 2 for stroke in strokes]
    image = _paint(strokes)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    centre = np.array([(columns * image).sum(), (rows * image).sum()]) / image.sum()
    margin = (SIDE - BOX) / 2
    return _paint(strokes, np.clip(MIDDLE - centre, -margin, margin)).astype(np.float32)


def _checked(strokes, reach=1.0):
    """Return the strokes that have points as arrays of shape (n, 2), within the pad.

    Points that are further than `reach` from its middle, across or down, are an error.
    """
    if not isinstance(strokes, list | tuple):
        raise TypeError(f"Expected a list of strokes, each a list of points (x, y); found {type(strokes).__name__}.")
    checked, count = [], 0
    for i, stroke in enumerate(strokes):
        if not isinstance(stroke, list | tuple | np.ndarray) or getattr(stroke, "shape", None) == ():
            raise TypeError(f"Stroke {i} is no list of points (x, y), but {type(stroke).__name__}.")
        count += len(stroke)
        if count > MAX_POINTS:
            raise ValueError(f"There are more than {MAX_POINTS:,} points. Clear the pad and draw one digit.")
        if not all(map(_is_point, stroke)):
            raise TypeError(
                f"Stroke {i} holds something else than points (x, y), two numbers from 0 to 1. Is it "
                "a single stroke? Then put brackets around it: [stroke]."
            )
        if len(stroke):
            try:
                points = np.array(stroke, float)
            except OverflowError:
                points = np.array([np.inf])
            if not np.isfinite(points).all():
                raise ValueError(f"Stroke {i} holds NaN or infinity; expected numbers from 0 to 1.")
            if (far := (np.abs(points - 0.5) > reach).any(axis=1)).any():
                x, y = points[far][0]
                raise ValueError(
                    f"The point ({x:g}, {y:g}) is not on the pad: expected numbers from 0 to 1. If they are pixels, "
                    "divide them by the width of the picture."
                )
            checked.append(np.clip(points, 0, 1))
    return checked


def _is_point(point):
    """Tell whether this is a pair of numbers."""
    if not isinstance(point, list | tuple | np.ndarray) or len(point) != 2:
        return False
    return all(isinstance(v, int | float | np.integer | np.floating) and not isinstance(v, bool) for v in point)


def _paint(strokes, shift=(0, 0)):
    """Return the ink of strokes in pixels: 1 up to half a pixel inside their edge, 0 from half a pixel outside it."""
    starts = np.concatenate([stroke[: max(1, len(stroke) - 1)] for stroke in strokes]) + shift
    ends = np.concatenate([stroke[min(1, len(stroke) - 1) :] for stroke in strokes]) + shift
    rows, columns = np.mgrid[:SIDE, :SIDE].reshape(2, -1) + 0.5
    nearest = np.full(SIDE * SIDE, np.inf)  # squared distance of each pixel's middle from the strokes
    for i in range(0, len(starts), 64):  # in portions, so that memory is bounded
        (x, y), (dx, dy) = starts[i : i + 64].T[:, :, None], (ends - starts)[i : i + 64].T[:, :, None]
        right, down = columns - x, rows - y
        along = np.clip((right * dx + down * dy) / np.maximum(dx**2 + dy**2, 1e-12), 0, 1)
        nearest = np.minimum(nearest, ((right - along * dx) ** 2 + (down - along * dy) ** 2).min(axis=0))
    return np.clip(WIDTH / 2 + 0.5 - np.sqrt(nearest), 0, 1).reshape(SIDE, SIDE)


def read_images(model, images):
    """Return the ten probabilities that a network gives to each image.

    Parameters
    ----------
    model : keras.Model
        As for `DrawingPad`.
    images : ndarray of float32, shape (n, 28, 28), or (28, 28) for one
        0 (paper) to 1 (ink).

    Returns
    -------
    ndarray of float32, shape (n, 10); n is 1 for one

    Raises
    ------
    TypeError, ValueError
        If the model is none, takes no such images, or gives no ten probabilities.
    """
    probabilities = np.asarray(model(images.reshape(-1, *image_shape(model)), training=False), np.float32)
    check_finite(probabilities)
    if wrong := [total for total in probabilities.sum(axis=1) if not abs(total - 1) < 0.02]:
        raise ValueError(
            f"This model's ten outputs add up to {wrong[0]:.3g}, not to 1. Give its last layer "
            "activation='softmax', and train it again."
        )
    return probabilities


class DrawingPad(anywidget.AnyWidget):
    """A pad to write a digit on, with mouse, finger, pen or keys; beside it, what a network reads meanwhile.

    Without a browser, or before anything is drawn, it reads the strokes that it was given. What comes from the
    browser is checked: malformed strokes are answered with a message. How hard a pen presses is shown, but not read.

    Parameters
    ----------
    model : keras.Model
        Takes one image as (1, 784), (1, 28, 28) or (1, 28, 28, 1), values from 0 to 1, and gives ten probabilities.
    strokes : sequence, optional
        To begin with; see `strokes_to_image`.
    keep : bool or str
        Whether to collect the reader's own digits: the pad asks for one after the other, the one of which there are
        fewest first, and a button, a key 0 to 9 or Enter says which it was. They go to the file of `own_digits`; with
        a name, such as "Ada", to that of ``own_digits("Ada")``.

    Attributes
    ----------
    strokes : list of list of [float, float]
        What is drawn; set it to draw by program.

    Raises
    ------
    TypeError
        If `model` is no Keras model, or `strokes` is no sequence of sequences of points.
    ValueError
        If the model takes no such images or gives no ten probabilities, a coordinate is NaN or infinite, or there are
        more than 2,000 points; with `keep`, if that is no name, or the file of the digits is damaged.
    OSError
        With `keep`, if the file of the digits cannot be read.
    """

    _esm = read_scripts(*SCRIPTS, "keep.js", "widget.js")
    _css = CSS + Path(__file__).with_name("pad.css").read_text(encoding="utf-8")
    strokes = traitlets.Any().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    kept = traitlets.Dict(default_value=None, allow_none=True).tag(sync=True)

    def __init__(self, model, strokes=(), keep=False):
        read_images(model, np.zeros((SIDE, SIDE), np.float32))  # complains now, and is faster the next time
        _checked(strokes, reach=np.inf)  # complains now, too; what comes later is answered with a message
        self._model = model
        self._who = keep if isinstance(keep, str) else None
        self._numbers = itertools.count(1)
        super().__init__(strokes=list(strokes))
        if keep is not False:
            self._show_kept()
        self.on_msg(self._hear)

    def __repr__(self):
        try:
            digit = self.digit
            return f"DrawingPad: reads {'an' if digit == 8 else 'a'} {digit}"
        except ValueError as nothing:
            return f"DrawingPad: {nothing}"

    @traitlets.validate("strokes")
    def _read(self, proposal):
        """Answer to strokes, whatever they are, and keep them if they are any."""
        strokes, self.answer = self._answer_to(proposal.value)
        return strokes

    def _answer_to(self, given):
        """Return strokes, none if what was given is malformed, and the answer to them as a dict."""
        strokes = []
        # The number makes an equal answer another one, so that the browser, which waits for it, is sent it.
        answer = {"number": next(self._numbers), "probabilities": [], "image": [], "message": ""}
        try:
            strokes = [stroke.tolist() for stroke in _checked(given, reach=np.inf)]  # a hand leaves the pad
            if strokes:
                image = strokes_to_image(strokes)
                answer["probabilities"] = read_images(self._model, image)[0].tolist()
                answer["image"] = image.ravel().tolist()
        except (TypeError, ValueError) as error:
            answer["message"] = str(error)
        return strokes, answer

    def _hear(self, _, content, buffers):
        """Do what a message of the browser asks for: read an unfinished stroke, keep a digit, or drop the last."""
        if not isinstance(content, dict):
            return
        if "glance" in content:
            self.send({"glance": self._answer_to(content["glance"])[1]})
        if self.kept is None or not {"keep", "forget"} & set(content):
            return
        try:
            if "forget" in content:
                forget_last(self._who)
            else:
                strokes = _checked(content.get("strokes"), reach=np.inf)
                keep_digits(strokes_to_image(strokes), content["keep"], self._who)
            self._show_kept()
        except (OSError, TypeError, ValueError) as error:
            self.kept = {**self.kept, "number": next(self._numbers), "message": str(error)}

    def keep_as(self, digit):
        """Keep what is drawn as a digit, 0 to 9, in the reader's file, and clear the pad; only if the pad keeps digits.

        Raises
        ------
        TypeError, ValueError, OSError
            If no digit is drawn, or the pad keeps none; or as `keep_digits`.
        """
        if self.kept is None:
            raise ValueError("This pad keeps nothing. Make one that does: DrawingPad(model, keep=True).")
        keep_digits(self.image, digit, self._who)
        self._show_kept()
        self.strokes = []

    def _show_kept(self):
        """Let the browser show the reader's digits, what was read, and which is asked for next."""
        images, labels = own_digits(self._who)
        self.kept = {
            "number": next(self._numbers),  # as in an answer
            "labels": labels.tolist(),
            "read": read_images(self._model, images / np.float32(255)).argmax(axis=1).tolist() if len(labels) else [],
            "images": images[-SHOWN:].tobytes(),
            "asks": int(np.bincount(labels, minlength=10).argmin()),
            "message": "",
        }

    @property
    def image(self):
        """What the network is given: ndarray of float32, shape (28, 28), 0 to 1; ValueError if no digit is drawn."""
        return strokes_to_image(self.strokes)

    @property
    def probabilities(self):
        """What the network answers: ndarray of float32, shape (10,); ValueError if no digit is drawn."""
        return read_images(self._model, self.image)[0]

    @property
    def digit(self):
        """The most probable digit, 0 to 9; ValueError if no digit is drawn."""
        return int(self.probabilities.argmax())
