"""Photos of the kinds that are hard to read, made by a program: edges, lines, frames, shadows, pale and thick pens.

Each kind is a function of a generator of random numbers and of images of MNIST by digit; it returns a photo, uint8, and
the digits on it in reading order, as a text.
"""

import numpy as np
from drawn_digits import FIVE_OF_TWO, FOUR_OF_TWO, TRACES, draw, put, squeeze, take, trace
from scipy import ndimage


def any_digit(rng):
    """Return one of the ten digits."""
    return str(rng.integers(10))


def empty(rng):
    """Return a sheet without ink, of some shape, and the length of its shorter side."""
    sheet = np.zeros(rng.integers(180, 420, 2), np.float32)
    return sheet, min(sheet.shape)


def inside(sheet, ink, rng, margin=4):
    """Add ink to a sheet, anywhere within it."""
    room = np.array(sheet.shape) - ink.shape - 2 * margin
    put(sheet, ink, *(margin + rng.uniform(0, max(0, length)) for length in room[::-1]))


def at_the_edge(rng, pool):
    """A digit that touches the edge of the picture; mostly with a speck elsewhere."""
    sheet, side = empty(rng)
    digit = any_digit(rng)
    ink = draw(digit, rng.uniform(0.5, 0.85) * side, rng, pool)
    over = rng.uniform(0, 0.03) * max(ink.shape)
    (height, width), (rows, columns) = sheet.shape, ink.shape
    across, down = rng.uniform(0.05, 0.95, 2) * [width - columns, height - rows]
    places = [(-over, down), (width - columns + over, down), (across, -over), (across, height - rows + over)]
    put(sheet, ink, *places[rng.integers(2, 4) if digit != "1" else rng.integers(4)])
    free = ndimage.distance_transform_edt(np.pad(sheet < 0.1, 1))[1:-1, 1:-1] > 14
    if rng.random() < 0.75 and free.any():
        row, column = rng.permutation(np.argwhere(free))[0]
        size = rng.integers(3, 10)
        put(sheet, np.ones((size, size)), column - size / 2, row - size / 2)
    return take(sheet, rng), digit


def ruled(rng, pool, squared=False):
    """A digit on ruled paper, between lines or across them, which lead through the picture."""
    sheet, side = empty(rng)
    digit = any_digit(rng)
    inside(sheet, draw(digit, rng.uniform(0.5, 0.8) * side, rng, pool), rng)
    lines, pen = np.zeros([length + 120 for length in sheet.shape], np.float32), rng.integers(1, 4)
    gap = side * (rng.uniform(0.12, 0.25) if squared else rng.uniform(0.25, 0.75))
    for start in np.arange(rng.uniform(0.1, 0.4) * gap, max(lines.shape), gap):
        lines[round(start) : round(start) + pen] = 1
        if squared:
            lines[:, round(start) : round(start) + pen] = 1
    if rng.random() < 0.5:
        lines = ndimage.rotate(lines, rng.uniform(-3, 3), reshape=False, order=1)
    return take(np.maximum(sheet, rng.uniform(0.3, 1) * lines[60:-60, 60:-60]), rng), digit


def on_squared_paper(rng, pool):
    """A digit on squared paper."""
    return ruled(rng, pool, squared=True)


def row_on_ruled_paper(rng, pool):
    """Three to five digits in a row, over two lines, which most of them cross."""
    sheet = np.zeros((300, 800), np.float32)
    pen = rng.integers(2, 5)
    top = rng.uniform(60, 100)
    for start in (top, top + rng.uniform(90, 130)):
        sheet[round(start) : round(start) + pen] = rng.uniform(0.4, 1)
    digits = "".join(any_digit(rng) for _ in range(rng.integers(3, 6)))
    for i, digit in enumerate(digits):
        put(sheet, draw(digit, rng.uniform(115, 140), rng, pool), 25 + 155 * i, top + rng.uniform(-45, 20))
    return take(sheet, rng), digits


def framed(rng, pool, joined=False):
    """A digit within a frame of lines, which may reach the edges of the picture on some sides."""
    sheet, side = empty(rng)
    height, width = sheet.shape
    margins = (rng.uniform(0.06, 0.2, 4) * side).astype(int)
    left, top, right, bottom = margins[0], margins[1], width - margins[2], height - margins[3]
    pen = rng.integers(2, 8)
    sheet[top:bottom, left:right] = rng.uniform(0.6, 1)
    sheet[top + pen : bottom - pen, left + pen : right - pen] = 0
    if joined:
        level = sheet.max()
        for way in rng.permutation(4)[: rng.integers(1, 5)]:
            line = [np.s_[top : top + pen], np.s_[bottom - pen : bottom], np.s_[:, left : left + pen]][way % 3]
            sheet[line] = level
    digit = any_digit(rng)
    room = np.zeros((bottom - top - 2 * pen, right - left - 2 * pen), np.float32)
    inside(room, draw(digit, rng.uniform(0.55, 0.8) * min(room.shape), rng, pool), rng, 5)
    put(sheet, room, left + pen, top + pen)
    return take(sheet, rng), digit


def in_a_joined_frame(rng, pool):
    """A digit within a frame that reaches the edges of the picture: lines, or all outside is dark."""
    if rng.random() < 0.6:
        return framed(rng, pool, joined=True)
    sheet, side = empty(rng)
    left, top, right, bottom = (rng.uniform(0.06, 0.18, 4) * side).astype(int)
    digit = any_digit(rng)
    room = np.zeros((sheet.shape[0] - top - bottom, sheet.shape[1] - left - right), np.float32)
    inside(room, draw(digit, rng.uniform(0.55, 0.8) * min(room.shape), rng, pool), rng, 6)
    return take(np.pad(room, [(top, bottom), (left, right)], constant_values=rng.uniform(0.6, 1)), rng), digit


def sudoku(rng, pool):
    """A digit in a cell of a table whose lines run through the picture, one of them thick."""
    sheet, side = empty(rng)
    height, width = sheet.shape
    digit = any_digit(rng)
    ink = draw(digit, rng.uniform(0.5, 0.62) * side, rng, pool)
    rows, columns = ink.shape
    left, top = (width - columns) / 2 + rng.uniform(-0.04, 0.04) * side, (height - rows) / 2
    put(sheet, ink, left, top)
    gaps = rng.uniform(0.03, 0.14, 4) * side
    for i, start in enumerate([top - gaps[0], top + rows + gaps[1], left - gaps[2], left + columns + gaps[3]]):
        pen = rng.integers(6, 12) if i == 0 else rng.integers(2, 5)
        start = round(start) - pen * (i % 2 == 0)
        (sheet if i < 2 else sheet.T)[max(0, start) : max(0, start + pen)] = 1
    return take(sheet, rng), digit


def in_two_marks(rng, pool):
    """A 4 whose bar stands apart, or a 5 whose hat does."""
    sheet, side = empty(rng)
    digit = rng.choice(["4", "5"])
    strokes = FOUR_OF_TWO if digit == "4" else FIVE_OF_TWO
    height = rng.uniform(0.45, 0.75) * side
    inside(sheet, trace(strokes, height, max(2, rng.uniform(0.05, 0.1) * height), rng), rng)
    return take(sheet, rng), digit


def faint_in_the_middle(rng, pool):
    """A digit whose stroke is faint in one place."""
    sheet, side = empty(rng)
    digit = any_digit(rng)
    inside(sheet, draw(digit, rng.uniform(0.5, 0.8) * side, rng, pool), rng)
    row, column = rng.permutation(np.argwhere(sheet > 0.5))[0]
    rows, columns = np.ogrid[: sheet.shape[0], : sheet.shape[1]]
    away = np.hypot(rows - row, columns - column) / (rng.uniform(0.05, 0.1) * side)
    sheet *= 1 - rng.uniform(0.55, 0.66) * np.exp(-(away**4))
    return take(sheet, rng, grain=rng.uniform(0, 2)), digit


def in_a_hard_shadow(rng, pool):
    """A digit, mostly of thin lines, and the sharp edge of a shadow somewhere across the picture."""
    sheet = np.zeros((600, 800) if rng.random() < 0.5 else (400, 400), np.float32)
    side = min(sheet.shape)
    digit = any_digit(rng)
    pen = None if rng.random() < 0.4 else rng.uniform(4, 14)
    inside(sheet, draw(digit, rng.uniform(0.35, 0.7) * side, rng, pool, pen), rng, 20)
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[: sheet.shape[0], : sheet.shape[1]] - np.array(sheet.shape).reshape(2, 1, 1) / 2
    across = np.cos(angle) * columns + np.sin(angle) * rows + rng.uniform(-0.25, 0.25) * side
    light = 1 - rng.uniform(0.3, 0.6) / (1 + np.exp(-across / rng.uniform(0.6, 3)))
    paper = rng.uniform(200, 245)
    return take(sheet, rng, paper, rng.uniform(30, 0.5 * paper), light), digit


def pale(rng, pool):
    """A digit in pale ink, in colour, on white or grey paper."""
    sheet, side = empty(rng)
    digit = any_digit(rng)
    inside(sheet, draw(digit, rng.uniform(0.5, 0.85) * side, rng, pool), rng)
    paper = np.full(3, rng.uniform(225, 255))
    pen = paper * (1 - rng.uniform(0.075, 0.1)) + np.array([[7, -6, 16], [-12, 3, 10], [3, 2, -24]][rng.integers(3)])
    photo = paper + (np.clip(pen, 0, 255) - paper) * ndimage.gaussian_filter(sheet, 0.6)[:, :, None]
    noise = rng.uniform(0, 1.2) * rng.normal(size=sheet.shape)[:, :, None]
    return squeeze(np.clip(photo + noise, 0, 255), rng), digit


def thick(rng, pool):
    """A digit of very thick lines, black or grey."""
    sheet = np.zeros((rng.integers(300, 700), rng.integers(300, 700)), np.float32)
    height = rng.uniform(0.6, 0.72) * min(sheet.shape)
    digit = rng.choice(list("123457"))
    inside(sheet, trace(TRACES[digit], height, rng.uniform(0.15, 0.24) * height, rng), rng, 10)
    return take(sheet, rng, paper=230, ink=rng.uniform(30, 110)), digit


def slanted_row(rng, pool):
    """Five to eight digits in a row that rises or falls."""
    count, rise = rng.integers(5, 9), rng.uniform(6, 18) * rng.choice([-1, 1])
    sheet = np.zeros((320, 95 * count + 60), np.float32)
    digits = "".join(any_digit(rng) for _ in range(count))
    for i, digit in enumerate(digits):
        ink = draw(digit, rng.uniform(65, 85), rng, pool)
        put(sheet, ink, 40 + 95 * i, 160 + rise * (i - (count - 1) / 2) - ink.shape[0] / 2)
    return take(sheet, rng), digits


def two_lines(rng, pool):
    """Two lines of digits of unequal heights, close together."""
    heights = rng.permutation([rng.uniform(55, 70), rng.uniform(80, 100)])
    gap = rng.uniform(20, 40)
    sheet = np.zeros((320, 660), np.float32)
    text, top = "", 30
    for height in heights:
        line = "".join(any_digit(rng) for _ in range(rng.integers(3, 6)))
        for i, digit in enumerate(line):
            put(sheet, draw(digit, height, rng, pool), 30 + 125 * i + rng.uniform(0, 15), top + rng.uniform(-3, 3))
        text, top = text + line, top + height + gap
    return take(sheet, rng), text


def close_neighbours(rng, pool):
    """Two to four digits of unequal heights on one line, 2 to 6 pixels apart."""
    sheet, left = np.zeros((160, 380), np.float32), 30
    digits = "".join(any_digit(rng) for _ in range(rng.integers(2, 5)))
    for i, digit in enumerate(digits):
        ink = draw(digit, rng.uniform(44, 52) if i % 2 else rng.uniform(60, 72), rng, pool)
        put(sheet, ink, left, 110 - ink.shape[0])
        left += ink.shape[1] + rng.integers(2, 7)
    return take(sheet, rng, grain=rng.uniform(0, 2)), digits


def beside_an_object(rng, pool):
    """Ten small digits in two rows and one large object."""
    sheet = np.zeros((240, 420), np.float32)
    digits = "".join(any_digit(rng) for _ in range(10))
    for i, digit in enumerate(digits):
        ink = draw(digit, rng.uniform(28, 36), rng, pool)
        put(sheet, ink, 20 + 52 * (i % 5), 50 + 80 * (i // 5) + rng.uniform(-6, 6))
    height, width = rng.integers(80, 110), rng.integers(50, 75)
    put(sheet, np.ones((height, width)), 420 - width - 25, rng.uniform(20, 220 - height))
    return take(sheet, rng), digits


def table(rng, pool):
    """A table of cells, each with a digit."""
    rows, columns = rng.integers(2, 6, 2)
    cell, pen = rng.integers(70, 100), rng.integers(2, 5)
    sheet = np.zeros((rows * cell + 60, columns * cell + 60), np.float32)
    for i in range(rows + 1):
        sheet[30 + i * cell : 30 + i * cell + pen, 30 : 30 + columns * cell + pen] = 1
    for i in range(columns + 1):
        sheet[30 : 30 + rows * cell + pen, 30 + i * cell : 30 + i * cell + pen] = 1
    digits = "".join(any_digit(rng) for _ in range(rows * columns))
    for i, digit in enumerate(digits):
        ink = draw(digit, rng.uniform(0.5, 0.65) * cell, rng, pool)
        top, left = 30 + np.array(divmod(i, columns)) * cell + (cell - np.array(ink.shape)) / 2
        put(sheet, ink, left + rng.uniform(-3, 6), top + rng.uniform(-3, 6))
    return take(sheet, rng), digits


def small_and_full(rng, pool):
    """A picture of 28 x 28, nearly half of it white ink on black."""
    digit = any_digit(rng)
    image = np.float32(pool[digit][rng.integers(len(pool[digit]))])
    width = 3 if (image > 127).mean() < 0.15 else 2
    return np.uint8(ndimage.grey_dilation(image, (width, width))), digit


SINGLE = {
    "1 at the edge": at_the_edge,
    "2 ruled": ruled,
    "2 squared": on_squared_paper,
    "2 sudoku": sudoku,
    "2 framed": framed,
    "3 two marks": in_two_marks,
    "4 faint": faint_in_the_middle,
    "5 hard shadow": in_a_hard_shadow,
    "6 pale": pale,
    "7 thick": thick,
    "8 joined frame": in_a_joined_frame,
    "9 small and full": small_and_full,
}
SEVERAL = {
    "2 row on lines": row_on_ruled_paper,
    "9 slanted row": slanted_row,
    "9 two lines": two_lines,
    "9 neighbours": close_neighbours,
    "9 object": beside_an_object,
    "9 table": table,
}
