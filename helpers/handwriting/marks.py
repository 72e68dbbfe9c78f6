"""Find the digits in a picture of ink: which marks are none, which belong together, in what order one reads them."""

import numpy as np
from scipy import ndimage
from skimage import filters, measure, morphology, transform

#: Ink above the second number is a stroke, and so is what is joined to it by ink above the first: strokes may be faint.
FAINT, CLEAR = 0.35, 0.45
#: More separate marks than this are no handwritten number.
MAX_PARTS = 200
#: A mark with fewer pixels, or less than this share of the area of a typical one, is dust.
DUST_PIXELS, DUST_SHARE = 12, 0.04
#: A digit is longer than this share of a typical one in the picture.
SMALLEST = 0.4
#: A blot: a circle within it is wider than this share of its longer side. Digits of a brush have up to 0.4.
BLOT = 0.6
#: An object among digits: wider than so many typical strokes, and than this share of its own longer side.
THICKEST, OBJECT = 3, 0.42
#: A mark that leaves the picture is no digit if it leaves on more of the edge than this share of its longer side, or if
#: there is one within the picture of more than the second share of its size.
LONG_CONTACT, SMALL_INSIDE = 0.75, 0.5
#: The marks in a frame or table are together longer than this share of its shorter side; else they are specks in a 0.
FRAMED = 0.25
#: A mark is a part of a digit if both have so much of the narrower one's columns in common, and of the shorter one's
#: rows, and it is less than so high: digits on two lines have few rows in common.
COLUMN, PART_ROWS, PART_HEIGHT = 0.4, 0.25, 0.75
#: A hat, bar or dot is less high than so much of its digit (beside it, above or below), and nearer than so much of its
#: height. The digits of a line differ less.
SMALL_BESIDE, SMALL_BELOW, SMALL_NEAR = 0.3, 0.4, 0.3
#: Digits beside each other have at least so much of their rows in common; what has less and is so near broke off.
NO_NEIGHBOUR, BROKEN = 0.6, 0.04
#: The long bar of a 4 stands so near beside its angle, and has at least so much of its rows in common with it.
BAR_NEAR, BAR_ROWS = 0.15, 0.15
#: A digit goes on with a line if it has so much of the rows of the line's last one; a slanted line has less than all.
SAME_LINE = 0.3
#: A line of the paper is thinner than this share of the picture's longer side. It leads from edge to edge, give or take
#: the second share; strokes hide less than the third of it. It may slope by so many degrees, and is so many pixels from
#: the next.
LINE_WIDTH, LINE_ENDS, LINE_HIDDEN, LINE_SLOPE, LINE_APART = 0.03, 0.03, 0.7, 4, 5


def find_strokes(ink):
    """Return where strokes are (bool), without frames, tables and the lines of ruled or squared paper."""
    strokes = filters.apply_hysteresis_threshold(ink, FAINT, CLEAR)
    lines = _lines_across(strokes) | _lines_across(strokes.T).T
    if (strokes & ~lines).sum() < 0.1 * strokes.sum():  # a 1 may lead from edge to edge, too
        lines[:] = False
    left = strokes & ~lines & ~_frame_lines(strokes)
    return left & ~_frame_lines(left)


def _lines_across(strokes):
    """Return the pixels of lines (bool) that lead through a picture from left to right, but not those of strokes."""
    width, widest = strokes.shape[1], round(LINE_WIDTH * max(strokes.shape)) + 2
    thin = strokes & ~_in_runs(strokes, widest + 1)
    rows, columns = np.nonzero(thin)
    slopes = np.radians(np.arange(90 - LINE_SLOPE, 90 + LINE_SLOPE + 0.1, 0.25))
    peaks = transform.hough_line_peaks(
        *transform.hough_line(thin, slopes), LINE_APART, len(slopes), (1 - LINE_HIDDEN) * width
    )
    lines = np.zeros_like(strokes)
    for angle, distance in zip(*peaks[1:], strict=True):
        away = np.abs(columns * np.cos(angle) + rows * np.sin(angle) - distance)
        thickness = np.bincount(columns[away < widest], minlength=width)
        ends = round(LINE_ENDS * width) + 1
        if thickness[:ends].any() and thickness[-ends:].any():
            usual = np.median(thickness[thickness > 0])
            own = np.zeros_like(strokes)
            own[rows[away < usual / 2 + 2], columns[away < usual / 2 + 2]] = True
            lines |= own & ~_in_runs(strokes, 1.5 * usual + 2)
    return lines


def _in_runs(strokes, length, axis=0):
    """Return the pixels of strokes (bool) in a run of at least that length, rounded to an odd one, along an axis."""
    length = 2 * (int(length) // 2) + 1
    centres = ndimage.minimum_filter1d(strokes, length, axis, mode="constant")
    return ndimage.maximum_filter1d(centres, length, axis, mode="constant")


def find_marks(strokes):
    """Return the digits among strokes (bool), in reading order, each as a list of its connected parts."""
    parts = [part for part in measure.regionprops(measure.label(strokes)) if part.area > DUST_PIXELS]
    parts = parts if len(parts) <= MAX_PARTS else _no_dust(parts)
    if len(parts) > MAX_PARTS:
        raise ValueError(f"There are {len(parts)} marks in this picture, expected at most {MAX_PARTS}.")
    parts = _no_dust(_no_blots(_within(parts, strokes.shape)))
    marks = []
    for part in sorted(parts, key=_size, reverse=True):
        home = next((mark for mark in marks if _belong_together(box_of(mark), box_of([part]))), None)
        if home is None:
            marks.append([part])
        else:
            home.append(part)
    sizes = [_longer_side(box_of(mark)) for mark in marks]
    least = SMALLEST * _typical(sizes, np.square(sizes)) if marks else 0
    marks = [mark for mark, size in zip(marks, sizes, strict=True) if size > least]
    if sum((right - left) * (bottom - top) for left, top, right, bottom in map(box_of, marks)) > 2 * strokes.size:
        raise ValueError(f"The {len(marks)} marks in this picture lie across each other.")
    return _in_reading_order(marks)


def box_of(mark):
    """Return the box of all parts of a mark: left, top, right, bottom, the last two exclusive."""
    tops, lefts, bottoms, rights = zip(*(part.bbox for part in mark), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _longer_side(box):
    left, top, right, bottom = box
    return max(right - left, bottom - top)


def _size(part):
    return _longer_side(box_of([part]))


def _typical(values, weights):
    """Return the weighted median of values: with sizes as weights, dust hardly counts."""
    order = np.argsort(values)
    counts = np.cumsum(np.array(weights, float)[order])
    return np.array(values)[order][np.searchsorted(counts, counts[-1] / 2)]


def _no_dust(parts):
    """Return the parts that are no dust."""
    areas, sizes = [part.area for part in parts], [_size(part) for part in parts]
    return [part for part in parts if part.area > DUST_SHARE * _typical(areas, np.square(sizes))]


def _frame_lines(strokes):
    """Return the lines (bool) of frames and tables: the long straight runs of parts that have others within."""
    parts = [part for part in measure.regionprops(measure.label(strokes)) if part.area > DUST_PIXELS]
    parts = sorted(parts, key=_size, reverse=True)[:MAX_PARTS]
    lines = np.zeros_like(strokes)
    for i, part in enumerate(parts):
        framed = [_size(other) for other in parts[i + 1 :] if _frames(part, other)]
        if sum(framed) > FRAMED * min(part.image.shape):
            frame = np.pad(part.image, 1)
            width = 2 * np.median(ndimage.distance_transform_edt(frame)[morphology.skeletonize(frame)])
            long = max(5 * width, min(max(framed), 12 * width))  # on slanted lines, runs are no longer
            across, down = _in_runs(frame, long, 1), _in_runs(frame, long, 0)
            stroke_down, stroke_across = (_in_runs(frame, 2 * width + 2, axis) for axis in (0, 1))
            own = (across & (down | ~stroke_down)) | (down & (across | ~stroke_across))
            lines[part.slice] |= own[1:-1, 1:-1]
    return lines


def _frames(part, other):
    """Tell whether a part is on all four sides of another."""
    top, left, bottom, right = part.bbox
    inner_top, inner_left, inner_bottom, inner_right = other.bbox
    if not (top < inner_top and left < inner_left and inner_bottom < bottom and inner_right < right):
        return False
    row, column = (inner_top + inner_bottom) // 2 - top, (inner_left + inner_right) // 2 - left
    beside, above = part.image[row], part.image[:, column]
    return bool(
        beside[: inner_left - left].any()
        and beside[inner_right - left :].any()
        and above[: inner_top - top].any()
        and above[inner_bottom - top :].any()
    )


def _within(parts, shape):
    """Return the parts within the picture, and those that touch its edge briefly if those within are small."""
    contacts = [_contact(part, shape) for part in parts]
    inside = [part for part, contact in zip(parts, contacts, strict=True) if contact == 0]
    largest = max(map(_size, inside), default=0)
    for part, contact in zip(parts, contacts, strict=True):
        if 0 < contact < LONG_CONTACT * _size(part) and largest < SMALL_INSIDE * _size(part):
            inside.append(part)
    return inside


def _contact(part, shape):
    """Return how many pixels of a part lie on the edge of the picture; if on opposite edges, infinity."""
    top, left, bottom, right = part.bbox
    edges = [
        part.image[0].sum() * (top == 0),
        part.image[-1].sum() * (bottom == shape[0]),
        part.image[:, 0].sum() * (left == 0),
        part.image[:, -1].sum() * (right == shape[1]),
    ]
    return np.inf if (edges[0] and edges[1]) or (edges[2] and edges[3]) else sum(edges)


def _no_blots(parts):
    """Return the parts that consist of strokes: no blots, and no objects beside digits."""
    widths = [2 * ndimage.distance_transform_edt(np.pad(part.image, 1)).max() - 1 for part in parts]
    typical = _typical(widths, [_size(part) for part in parts]) if parts else 0
    shares = [OBJECT if width > THICKEST * typical else BLOT for width in widths]
    return [part for part, width, share in zip(parts, widths, shares, strict=True) if width < share * _size(part)]


def _belong_together(one, other):
    """Tell whether the second of two boxes holds a part of the digit in the first, larger one."""
    left, top, right, bottom = one
    other_left, other_top, other_right, other_bottom = other
    heights, widths = (bottom - top, other_bottom - other_top), (right - left, other_right - other_left)
    across = (max(left, other_left) - min(right, other_right)) / max(heights)  # the gap between them; below 0, there
    down = (max(top, other_top) - min(bottom, other_bottom)) / max(heights)  # is none, but rows or columns in common
    shorter, gap, common = min(heights) / max(heights), max(across, down), -down * max(heights) / min(heights)
    below = -across * max(heights) > COLUMN * min(widths)
    within = below and common > PART_ROWS and shorter < PART_HEIGHT
    small = shorter < (SMALL_BESIDE if across >= 0 else SMALL_BELOW) and gap < SMALL_NEAR
    broken = gap < BROKEN and common < NO_NEIGHBOUR
    bar_of_4 = across < BAR_NEAR and BAR_ROWS < common < NO_NEIGHBOUR
    return within or small or broken or bar_of_4


def _in_reading_order(marks):
    """Return marks line by line: from left to right, each goes on with the line whose last mark it is most beside."""
    lines = []
    for mark in sorted(marks, key=lambda mark: box_of(mark)[0]):
        _, top, _, bottom = box_of(mark)
        beside = []
        for line in lines:
            _, last_top, _, last_bottom = box_of(line[-1])
            shorter = min(bottom - top, last_bottom - last_top)
            beside.append((min(bottom, last_bottom) - max(top, last_top)) / shorter)
        if beside and max(beside) > SAME_LINE:
            lines[int(np.argmax(beside))].append(mark)
        else:
            lines.append([mark])
    heights = [np.mean([box_of(mark)[1] + box_of(mark)[3] for mark in line]) for line in lines]
    return [mark for i in np.argsort(heights, kind="stable") for mark in lines[i]]
