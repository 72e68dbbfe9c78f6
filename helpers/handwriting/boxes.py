"""A sheet of paper with boxes to write digits in: printed, filled in by hand, photographed, and read as a whole."""

import io
import itertools

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage
from skimage import measure, transform

from helpers.files import as_path, write_atomically
from helpers.handwriting.fitting import centre, cut, fit
from helpers.handwriting.ink import find_ink
from helpers.handwriting.marks import CLEAR, box_of
from helpers.handwriting.picture import load_picture
from helpers.handwriting.unreadable import UnreadablePhoto

#: A row of boxes for each digit, and the sides of the rectangle between the middles of the four black squares, in mm.
COLUMNS, WIDTH, HEIGHT = 7, 170, 240
#: Sides of a box and of a black square; the first box's left and top, and how far the next one is, in mm.
BOX, MARK = 20, 9
LEFT, TOP, ACROSS, DOWN = 14.5, 8, 21.5, 22.5
#: The square in the upper left corner has a white square in it, so that one sees which way round the sheet lies.
HOLE = 4
#: A box is read in so many pixels per mm, without so many mm at its edges, where its lines are.
SCALE, MARGIN = 4, 1.3
#: A box is smoothed over so many pixels, and what is written in it is darker than the paper around it, the median of so
#: many pixels, by more than this share: the grain of paper and camera is no ink.
GRAIN, AROUND, DARKER = 0.6, 15, 0.05
#: What is written in a box has a mark longer than this share of it (or is a slip of the pen), and fills less than the
#: second. Marks of less than the third share of the largest one's area are grain and dust.
SMALLEST, FULLEST, DUST = 0.2, 0.5, 0.06
#: Photos are reduced to this side. A black square is darker than this share of its surroundings' brightness.
SIDE, DARK = 1600, 0.7


def print_sheet(path):
    """Write a sheet to print, with ten rows of seven boxes to write the digits 0 to 9 in.

    Parameters
    ----------
    path : str or Path
        Ends in ``.pdf``. One page of A4; it may be printed smaller or larger, on any paper.

    Returns
    -------
    Path

    Raises
    ------
    TypeError, ValueError
        If `path` is no path, or has another ending.
    OSError
        If the file cannot be written there; a file that was there before is untouched.
    """
    path = as_path(path, ".pdf")
    file = io.BytesIO()
    draw_sheet().savefig(file, format="pdf")
    return write_atomically(path, file.getvalue())


def draw_sheet():
    """Return the sheet as a figure of matplotlib, 210 mm wide and 297 mm high."""
    figure = plt.Figure(figsize=(210 / 25.4, 297 / 25.4), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(-20, 190), ylim=(HEIGHT + 28.5, -28.5))
    axis.axis("off")
    for x, y in _corners():
        axis.add_patch(plt.Rectangle((x - MARK / 2, y - MARK / 2), MARK, MARK, color="black", linewidth=0))
    axis.add_patch(plt.Rectangle((-HOLE / 2, -HOLE / 2), HOLE, HOLE, color="white", linewidth=0))
    for label, left, top in _boxes():
        axis.add_patch(plt.Rectangle((left, top), BOX, BOX, fill=False, edgecolor="0.6", linewidth=0.7))
        axis.text(LEFT - 8, top + BOX / 2, label, fontsize=22, color="0.35", ha="center", va="center")
    words = "Write each digit in the boxes of its row, with a dark pen; leave out what you like.\n"
    words += "Then take a photo of the whole sheet, with its four black squares."
    axis.text(WIDTH / 2, 0, words, fontsize=10, ha="center", va="center")
    return figure


def read_sheet(photo):
    """Read a photo of a sheet of `print_sheet` on which somebody wrote digits.

    Parameters
    ----------
    photo : str, Path, PIL.Image.Image or array_like
        As for `prepare_photo`. All four black squares must be in it; it may be tilted, or lie on its side.

    Returns
    -------
    images : ndarray of float32, shape (n, 28, 28)
        0 (paper) to 1 (ink), as `prepare_photo` makes them: one for each box that is not empty, row by row.
        Smudges, and boxes that are half filled with ink, count as empty.
    labels : ndarray of uint8, shape (n,)
        The digits of their rows.

    Raises
    ------
    FileNotFoundError, TypeError, ValueError
        As `prepare_photo`.
    UnreadablePhoto
        A ValueError: if the black squares are not found, or no box is filled.
    """
    grey, _ = load_picture(photo, SIDE)
    corners = _find_corners(grey)
    view = transform.ProjectiveTransform.from_estimate(_corners(), corners)
    images, labels = [], []
    for label, left, top in _boxes():
        image = _read_box(_look_at(grey, view, left, top))
        if image is not None:
            images.append(image)
            labels.append(label)
    if not images:
        frames = [(x - 10, y - 10, x + 10, y + 10) for x, y in corners]
        raise UnreadablePhoto("The sheet was found, but all of its boxes are empty.", {"in grey": grey}, frames)
    return np.array(images), np.array(labels, np.uint8)


def _corners():
    """Return the middles of the black squares in mm, clockwise from the upper left one."""
    return np.array([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT), (0, HEIGHT)], float)


def _boxes():
    """Yield the digit of each box, and its left and top in mm, row by row."""
    for label, column in itertools.product(range(10), range(COLUMNS)):
        yield label, LEFT + ACROSS * column, TOP + DOWN * label


def _look_at(grey, view, left, top):
    """Return a box without its edges, straight from above."""
    pixels = round(SCALE * (BOX - 2 * MARGIN))
    steps = (np.arange(pixels) + 0.5) / SCALE + MARGIN
    places = np.stack(np.meshgrid(left + steps, top + steps), axis=-1).reshape(-1, 2)
    columns, rows = view(places).T
    return ndimage.map_coordinates(grey, [rows, columns], order=1, mode="nearest").reshape(pixels, pixels)


def _read_box(box):
    """Return what is written in a box as an image of shape (28, 28), or None if it is empty."""
    box = ndimage.gaussian_filter(box, GRAIN)
    ink = find_ink(box)
    parts = [part for part in measure.regionprops(measure.label(ink > CLEAR)) if not _is_edge(part, len(box))]
    largest = max((part.area for part in parts), default=0)
    strokes = [part for part in parts if part.area >= DUST * largest]
    longest = max((max(part.image.shape) for part in strokes), default=0)
    if longest < SMALLEST * len(box) or sum(part.area for part in strokes) > FULLEST * box.size:
        return None
    written = tuple(np.concatenate([part.coords for part in strokes]).T)
    if np.median(box[written] / ndimage.median_filter(box, AROUND)[written]) > 1 - DARKER:
        return None
    return centre(fit(*cut(ink, strokes)))


def _is_edge(part, side):
    """Tell whether a mark is a piece of the box's line."""
    top, left, bottom, right = part.bbox
    width = MARGIN * SCALE / 2
    return bottom <= width or right <= width or top >= side - width or left >= side - width


def _find_corners(grey):
    """Return the middles of the black squares in pixels, shape (4, 2), clockwise from that with a hole."""
    around = ndimage.gaussian_filter(grey, max(grey.shape) / 50)
    squares = [
        part for part in measure.regionprops(measure.label(grey < DARK * around)) if _is_square(part, grey.shape)
    ]
    squares = sorted(squares, key=lambda part: -part.area_filled)[:12]
    best, largest = None, 0.15 * grey.size  # the sheet fills so much of the photo
    for four in itertools.combinations(squares, 4):
        areas = [part.area_filled for part in four]
        holes = [part.area < 0.92 * part.area_filled for part in four]
        if max(areas) > 4 * min(areas) or sum(holes) != 1:
            continue
        middles = np.array([part.centroid[::-1] for part in four])
        away = middles - middles.mean(axis=0)
        order = np.argsort(np.arctan2(away[:, 1], away[:, 0]))
        middles = np.roll(middles[order], -int(np.argmax(np.array(holes)[order])), axis=0)
        if (area := _area_of_convex(middles)) > largest:
            best, largest = middles, area
    if best is None:
        boxes = [box_of([part]) for part in squares]
        raise UnreadablePhoto(
            "The four black squares in the corners of the sheet were not found. Take the photo again, from above, in "
            "even light, with all four in it and some paper around them.",
            {"in grey": grey},
            boxes,
        )
    return best


def _is_square(part, shape):
    """Tell whether a mark may be a black square, seen from any side."""
    side = max(shape)
    top, left, bottom, right = part.bbox
    if not 0.01 * side < max(bottom - top, right - left) < 0.1 * side or part.area < 0.6 * part.area_filled:
        return False
    return part.area_filled > 0.88 * part.area_convex and part.axis_minor_length > 0.5 * part.axis_major_length


def _area_of_convex(points):
    """Return the area of a quadrangle, or 0 if it has a corner that points inwards."""
    edges = np.roll(points, -1, axis=0) - points
    following = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    if not (turns > 0).all():
        return 0
    x, y = points.T
    return abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2
