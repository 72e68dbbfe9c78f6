"""Made-up writers: digits drawn as traces of a pen, each writer with forms, a slant and a shake of their own."""

import numpy as np
from scipy.interpolate import PchipInterpolator

from helpers.handwriting.pad import strokes_to_image

#: The ways in which people write each digit: strokes of points, x and y from 0 to 1, right and down.
FORMS = {
    0: [
        [[(0.5, 0), (0.2, 0.15), (0.05, 0.5), (0.2, 0.88), (0.5, 1), (0.8, 0.85), (0.92, 0.45), (0.8, 0.1), (0.5, 0)]],
        [[(0.6, 0), (0.2, 0.2), (0.15, 0.8), (0.5, 1), (0.85, 0.75), (0.8, 0.2), (0.6, 0), (0.5, 0.1)]],
        [[(0.85, 0.15), (0.5, 0), (0.1, 0.4), (0.25, 0.9), (0.7, 0.95), (0.9, 0.5), (0.7, 0.1), (0.4, 0.05)]],
        [
            [(0.5, 0), (0.15, 0.2), (0.1, 0.75), (0.5, 1), (0.88, 0.75), (0.85, 0.2), (0.5, 0)],
            [(0.85, 0.08), (0.2, 0.92)],
        ],
    ],
    1: [
        [[(0.55, 0), (0.5, 0.5), (0.45, 1)]],
        [[(0.1, 0.5), (0.4, 0.22), (0.65, 0), (0.62, 0.5), (0.6, 1)]],
        [[(0.3, 0.2), (0.55, 0), (0.53, 0.5), (0.5, 1)], [(0.2, 1), (0.8, 1)]],
    ],
    2: [
        [[(0.1, 0.2), (0.3, 0.02), (0.7, 0.02), (0.85, 0.25), (0.7, 0.5), (0.1, 1), (0.9, 1)]],
        [
            [
                (0.1, 0.25), (0.4, 0), (0.8, 0.15), (0.7, 0.5), (0.2, 0.95),
                (0.1, 0.85), (0.25, 0.75), (0.5, 0.95), (0.95, 0.95),
            ]
        ],
    ],
    3: [
        [
            [(0.1, 0.1), (0.4, 0), (0.75, 0.08), (0.8, 0.27), (0.65, 0.42), (0.35, 0.48)],
            [(0.35, 0.48), (0.75, 0.55), (0.85, 0.75), (0.7, 0.95), (0.35, 1), (0.05, 0.9)],
        ],
        [
            [(0.1, 0), (0.8, 0), (0.4, 0.4)],
            [(0.4, 0.4), (0.8, 0.55), (0.85, 0.8), (0.5, 1), (0.1, 0.92)],
        ],
    ],
    4: [
        [[(0.2, 0), (0.05, 0.6), (0.9, 0.6)], [(0.72, 0.1), (0.65, 1)]],
        [[(0.6, 0), (0.05, 0.65), (0.95, 0.65)], [(0.6, 0), (0.6, 1)]],
        [[(0.6, 0), (0.05, 0.65), (0.95, 0.65)], [(0.65, 0.4), (0.6, 1)]],
    ],
    5: [
        [[(1, 0), (0.15, 0), (0.06, 0.42), (0.6, 0.38), (0.95, 0.62), (0.85, 0.88), (0.5, 1), (0, 0.95)]],
        [
            [(0.25, 0.05), (0.2, 0.45)],
            [(0.2, 0.45), (0.65, 0.42), (0.9, 0.65), (0.75, 0.95), (0.1, 0.97)],
            [(0.25, 0.05), (0.9, 0)],
        ],
    ],
    6: [
        [[(0.7, 0), (0.3, 0.3), (0.1, 0.7), (0.3, 0.98), (0.65, 0.98), (0.8, 0.75), (0.6, 0.55), (0.2, 0.65)]],
        [[(0.4, 0), (0.15, 0.5), (0.15, 0.85), (0.5, 1), (0.85, 0.8), (0.5, 0.6), (0.15, 0.8)]],
    ],
    7: [
        [[(0.05, 0.03), (0.85, 0), (0.55, 0.5), (0.4, 1)]],
        [[(0.05, 0.05), (0.9, 0)], [(0.9, 0), (0.55, 0.5), (0.35, 1)], [(0.3, 0.5), (0.85, 0.48)]],
        [[(0.05, 0.2), (0.1, 0.03)], [(0.1, 0.03), (0.9, 0)], [(0.9, 0), (0.5, 0.6), (0.45, 1)]],
    ],
    8: [
        [
            [(0.5, 0), (0.2, 0.15), (0.3, 0.38), (0.7, 0.6), (0.75, 0.85), (0.5, 1), (0.2, 0.88)],
            [(0.2, 0.88), (0.25, 0.62), (0.65, 0.38), (0.75, 0.15), (0.5, 0)],
        ],
        [
            [(0.5, 0), (0.2, 0.22), (0.5, 0.45), (0.8, 0.22), (0.5, 0)],
            [(0.5, 0.45), (0.12, 0.75), (0.5, 1), (0.88, 0.75), (0.5, 0.45)],
        ],
    ],
    9: [
        [[(0.8, 0.2), (0.5, 0), (0.2, 0.15), (0.2, 0.4), (0.5, 0.5), (0.8, 0.25), (0.8, 0.2), (0.75, 0.6), (0.6, 1)]],
        [
            [(0.8, 0.25), (0.5, 0), (0.15, 0.25), (0.5, 0.5), (0.8, 0.25)],
            [(0.8, 0.2), (0.85, 0.7), (0.6, 1), (0.2, 0.92)],
        ],
    ],
}  # fmt: skip


def write_digits(writer, count):
    """Write digits as a made-up person would on the pad, each digit in turn.

    Parameters
    ----------
    writer : int
        Chooses the person: the form of each digit, slant, width and steadiness of the hand.
    count : int
        How many digits.

    Returns
    -------
    images : ndarray of uint8, shape (count, 28, 28)
        Ink 255 on paper 0, prepared as the pad does; see `strokes_to_image`.
    labels : ndarray of uint8, shape (count,), 0 to 9
        0, 1, 2, ... 9, 0, 1, ...
    """
    person = np.random.default_rng([writer, 0])
    forms = [ways[person.integers(len(ways))] for ways in FORMS.values()]
    slant, width, shake = person.uniform(-0.6, 0.4), person.uniform(0.35, 0.8), person.uniform(0.02, 0.05)
    hand = np.random.default_rng([writer, 1])
    labels = np.arange(count, dtype=np.uint8) % 10
    images = []
    for label in labels:
        tilt, scale = slant + hand.normal(0, 0.05), width * hand.uniform(0.9, 1.1)
        strokes = [curve(np.array(stroke) + hand.normal(0, shake, (len(stroke), 2))) for stroke in forms[label]]
        slanted = [
            np.stack([0.5 + scale * (x - 0.5) + tilt * (y - 0.5), y], axis=1) for x, y in map(np.transpose, strokes)
        ]
        images.append(strokes_to_image([np.clip(0.1 + 0.8 * stroke, 0, 1) for stroke in slanted]))
    return np.round(255 * np.array(images)).astype(np.uint8).reshape(-1, 28, 28), labels


def curve(points, steps=40):
    """Return a smooth line through points, shape (n, 2), as points, shape (steps, 2)."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    at = np.concatenate([[0], np.cumsum(lengths + 1e-6)])
    return PchipInterpolator(at, points)(np.linspace(0, at[-1], steps))
