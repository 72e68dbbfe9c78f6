"""Find how much ink is where in a picture: paper, its light and its shadows are taken away."""

import numpy as np
from scipy import ndimage
from skimage import filters, segmentation, transform

#: The widest stroke that is ink and no shadow, as a share of the picture's shorter side.
WIDEST_STROKE = 0.2
#: The picture is smoothed over its longer side divided by this, so that the grain of paper and camera is no ink.
SMOOTHING = 600
#: The least contrast of ink, as a share of the paper's brightness, and as a multiple of the paper's grain. Pastel has
#: 0.08 on white; the steps of JPEG have 0.02, light that falls along the edge of a shadow 0.05.
MIN_CONTRAST, MIN_OF_GRAIN = 0.06, 6
#: Contrast is relative to the brightness by which ink may differ, but at least to this, or grain would become ink.
LEAST_RANGE = 0.2
#: Fainter marks than this share of the darkest are no ink beside it, but a fold or the lines of squared paper.
FAINTEST = 1 / 3
#: Fewer clear pixels than this share of the picture are dust.
LEAST_INK = 1e-4


def find_ink(grey):
    """Return how much ink is where, float32: 0 for paper, whatever its brightness, 1 for ink; zeros if there is none.

    The paper's brightness is what is left when all that is narrower than a wide stroke is filled up from its
    surroundings (a morphological closing), which keeps light that falls and the edge of a shadow as they are.
    """
    paper_is_light = _paper_is_light(grey)
    grey = filters.gaussian(grey, max(grey.shape) / SMOOTHING)
    size = max(3, round(WIDEST_STROKE * min(grey.shape)))
    # Beyond the edges the light goes on falling or rising as it does within.
    wide = np.clip(np.pad(grey, size // 2, mode="reflect", reflect_type="odd"), 0, 1)
    if paper_is_light:
        paper = ndimage.grey_closing(wide, (size, size))[size // 2 : -(size // 2), size // 2 : -(size // 2)]
        ink = (paper - grey) / np.maximum(paper, LEAST_RANGE)
    else:
        paper = ndimage.grey_opening(wide, (size, size))[size // 2 : -(size // 2), size // 2 : -(size // 2)]
        ink = (grey - paper) / np.maximum(1 - paper, LEAST_RANGE)
    low, level, strong = np.quantile(ink, [0.05, 0.35, 0.999])  # of paper, of most of it, of ink
    ink, strong = ink - level, strong - level
    clear = ink > max(MIN_CONTRAST, MIN_OF_GRAIN * (level - low), FAINTEST * strong)
    inside = segmentation.clear_border(clear)
    darkest = ink[inside if ink[inside].sum() > 0.1 * ink[clear].sum() else clear]
    if darkest.size < LEAST_INK * ink.size:
        return np.zeros(ink.shape, np.float32)
    return np.clip(ink / np.quantile(darkest, 0.95), 0, 1).astype(np.float32)


def _paper_is_light(grey):
    """Tell whether paper is light and ink dark, by two signs: ink is rarer, and the edges of a picture are paper.

    The first compares with the median of a neighbourhood, whatever the light. Where half of that is ink, the second
    decides: light is what is nearer to the lightest than to the darkest around it.
    """
    grey = transform.resize_local_mean(grey, [max(8, round(96 * length / max(grey.shape))) for length in grey.shape])
    window = np.ones([length // 2 for length in grey.shape], bool)
    usual = grey - filters.rank.median((255 * grey).round().astype(np.uint8), window) / 255
    rare = np.sign(usual) * np.maximum(np.abs(usual) - 6 * np.median(np.abs(usual)) - 0.01, 0)
    size = [round(0.6 * length) for length in grey.shape]
    light, dark = ndimage.grey_closing(grey, size), ndimage.grey_opening(grey, size)
    middle = (grey - (light + dark) / 2) * (light - dark)
    edges = np.concatenate([middle[[0, -1]].ravel(), middle[:, [0, -1]].ravel()])
    return _balance(middle) + _balance(edges) - _balance(rare) >= 0


def _balance(values):
    """Return the sum of values as a share of the sum of their amounts, -1 to 1."""
    return values.sum() / max(np.abs(values).sum(), 1e-9)
