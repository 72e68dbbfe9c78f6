"""Find the sheet of paper in a picture of a table."""

import math

import numpy as np
from scipy import ndimage
from skimage import filters, morphology, transform

#: A picture with smaller sides, before it was enlarged, shows no table.
SMALLEST = 64
#: The table around a sheet is looked for in a picture of this side. It begins where the logarithm of brightness changes
#: by more per pixel than at the edge of a shadow; gaps of such an edge up to twice the second number are closed.
TABLE_SIDE, TABLE_EDGES = 200, [(0.045, 4), (0.03, 0)]
#: How much lighter or darker a table is, as a logarithm, and the least share of the picture that a sheet takes: with a
#: table all around, and on some sides only, which a shadow or a digit without paper around it may look like.
TABLE_AROUND, TABLE_BESIDE = (0.08, 0.2), (0.46, 0.5)
#: Ink differs by so much from paper, as a logarithm. Where it crosses the edge of the sheet, that is one of a shadow.
INK_STEP = 0.25
#: So near to the rim of a sheet there is paper, at the least share of the rim. At the rim of a digit that is as thick
#: and square as a sheet, there is none between its strokes.
RIM = (10, 0.85)


def without_table(grey, scale):
    """Return a picture cut to its sheet of paper, and what is left and top of it; all of it if there is no table.

    Near the edges of the sheet, what is not of it gets the brightness of the nearest paper.
    """
    if max(grey.shape) < SMALLEST * scale:
        return grey, (0, 0)
    small = [max(8, round(TABLE_SIDE * length / max(grey.shape))) for length in grey.shape]
    small = transform.resize_local_mean(grey, small)
    light = np.log(small + 0.1)  # the step from paper to table is the same in shadow
    slope = ndimage.gaussian_gradient_magnitude(light, 1)
    for edge, gap in TABLE_EDGES:
        labels, _ = ndimage.label(ndimage.distance_transform_edt(slope < edge) > gap)
        for label in np.bincount(labels.ravel())[1:].argsort()[:-3:-1] + 1:  # the sheet, or first the table
            part = labels == label
            # Sheets are convex: what ink takes from one at its edge belongs to it.
            sheet = ndimage.distance_transform_edt(~morphology.convex_hull_image(part)) <= gap
            nearest = tuple(ndimage.distance_transform_edt(~part, return_distances=False, return_indices=True))
            if _is_sheet(sheet, part, np.abs(light - light[nearest])):
                inside = transform.resize(sheet.astype(np.float32), grey.shape, order=1) > 0.99
                paper = transform.resize(filters.gaussian(small[nearest], 2), grey.shape).astype(np.float32)
                rows, columns = (np.nonzero(inside.any(axis=axis))[0] for axis in (1, 0))
                return np.where(inside, grey, paper)[np.ix_(rows, columns)], (int(columns[0]), int(rows[0]))
    return grey, (0, 0)


def _is_sheet(sheet, part, step):
    """Tell whether a part of a picture is a sheet on a table: much of it, a rectangle, and all outside is different.

    Around a digit, there is paper again: what is outside must be lighter or darker up to the edges of the picture.
    """
    inner = sheet[1:-1, 1:-1].sum()
    least, share = TABLE_AROUND if sheet.sum() - inner < 0.1 * sum(sheet.shape) else TABLE_BESIDE
    if not share < sheet.mean() < 0.97 or part.sum() < 0.5 * sheet.sum():
        return False
    points = np.argwhere(sheet)
    turned = [points @ [[math.cos(a), math.sin(a)], [-math.sin(a), math.cos(a)]] for a in np.radians(range(0, 90, 3))]
    away = ndimage.distance_transform_edt(~sheet)
    near, all_outside = step[(away > 4) & (away < 9)] > least, step[away > 4] > least
    edge = (away == 0) & (ndimage.distance_transform_edt(sheet) < 8) & (ndimage.distance_transform_edt(sheet) > 4)
    if least == TABLE_BESIDE[0] and (step[edge] > INK_STEP).any():
        return False
    rim = sheet & (ndimage.distance_transform_edt(np.pad(sheet, 1, mode="edge"))[1:-1, 1:-1] < 2)
    covered = (ndimage.distance_transform_edt(~part)[rim] < RIM[0]).mean()
    filled = len(points) / min(np.prod(np.ptp(corners, axis=0) + 1) for corners in turned)
    return filled > 0.9 and covered > RIM[1] and near.size > 0 and near.mean() > 0.85 and all_outside.mean() > 0.8
