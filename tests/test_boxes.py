"""A sheet of boxes is printed, filled in, photographed, and read. The photos are drawn."""

import numpy as np
import pytest
from drawn_digits import draw, put, squeeze
from matplotlib.backends.backend_agg import FigureCanvasAgg
from scipy import ndimage
from skimage import transform

import helpers
from helpers.handwriting.boxes import BOX, MARGIN, _boxes, draw_sheet
from helpers.handwriting.unreadable import UnreadablePhoto

PER_MM = 5


@pytest.fixture(scope="module")
def sheet():
    """The sheet as it is printed, 0 (black) to 1, and the middle of each box in pixels."""
    figure = draw_sheet()
    figure.set_dpi(25.4 * PER_MM)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    grey = np.asarray(canvas.buffer_rgba())[:, :, 0] / np.float32(255)
    middles = [((left + BOX / 2 + 20) * PER_MM, (top + BOX / 2 + 28.5) * PER_MM) for _, left, top in _boxes()]
    return grey, middles


@pytest.fixture(scope="module")
def pool():
    (images, labels), _ = helpers.load_mnist()
    return {str(digit): images[labels == digit][:50] for digit in range(10)}


def photograph(sheet, pool, seed, filled=0.6):
    """Return a photo of a sheet with digits in some boxes, their labels, and their ink as it was written.

    The sheet lies on a table, turned and tilted, in uneven light with a shadow, out of focus a little.
    """
    grey, middles = sheet
    rng = np.random.default_rng(seed)
    ink, labels, written = np.zeros_like(grey), [], []
    for (label, _, _), (x, y) in zip(_boxes(), middles, strict=True):
        if rng.random() >= filled:
            continue
        digit = draw(str(label), PER_MM * rng.uniform(7, 14), rng, pool, PER_MM * rng.uniform(0.25, 0.6))
        digit = digit[: PER_MM * BOX, : PER_MM * BOX]
        shift = [rng.uniform(-1, 1) * max(0, PER_MM * (BOX / 2 - MARGIN - 0.5) - side / 2) for side in digit.shape]
        put(ink, digit, x + shift[1] - digit.shape[1] / 2, y + shift[0] - digit.shape[0] / 2)
        labels.append(label)
        written.append(digit)
    page = np.minimum(grey * rng.uniform(0.8, 1), 1 - ink * rng.uniform(0.5, 0.9))
    height, width = 1600, 1200
    corners = np.array([(0, 0), (page.shape[1], 0), page.shape[::-1], (0, page.shape[0])], float)
    places = (corners - corners.mean(axis=0)) * rng.uniform(0.78, 0.98) * width / page.shape[1]
    angle = np.radians(rng.uniform(-8, 8))
    places = places @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    places += np.array([width / 2, height / 2]) + rng.uniform(-50, 50, (4, 2))
    view = transform.ProjectiveTransform.from_estimate(places, corners)
    photo = transform.warp(page, view, output_shape=(height, width), order=1, cval=rng.uniform(0.1, 0.6))
    rows, columns = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    across = np.cos(angle * 9) * (columns - rng.uniform()) + np.sin(angle * 9) * (rows - rng.uniform())
    light = (1 - rng.uniform(0, 0.4) * rows) * (
        1 - rng.uniform(0, 0.4) / (1 + np.exp(-across / rng.uniform(0.01, 0.1)))
    )
    photo = ndimage.gaussian_filter(photo * light, rng.uniform(0.4, 1.2)) + rng.normal(
        0, rng.uniform(0, 0.02), photo.shape
    )
    return squeeze(255 * np.clip(photo, 0, 1), rng), labels, written


@pytest.mark.parametrize("seed", [1, 3])
def test_a_photo_of_a_filled_sheet_is_read(seed, sheet, pool):
    photo, labels, written = photograph(sheet, pool, seed)
    images, found = helpers.read_sheet(np.rot90(photo, seed))
    assert found.tolist() == labels and found.dtype == np.uint8
    assert images.dtype == np.float32 and images.shape == (len(labels), 28, 28)
    alike = []
    for image, ink in list(zip(images, written, strict=True))[::6]:
        alone = helpers.prepare_photo(np.pad(1 - ink, 20, constant_values=1))
        alike.append(np.corrcoef(image.ravel(), alone.ravel())[0, 1])
    assert min(alike) > 0.7


def test_an_empty_sheet_is_told(sheet, pool):
    photo, _, _ = photograph(sheet, pool, 0, filled=0)
    with pytest.raises(UnreadablePhoto, match="all of its boxes are empty"):
        helpers.read_sheet(photo)


def test_a_photo_without_the_sheet_is_told(sheet, pool):
    photo, _, _ = photograph(sheet, pool, 0)
    for other in (photo[:900], np.zeros((400, 300), np.uint8), 255 - 0 * photo):
        with pytest.raises(UnreadablePhoto, match="four black squares") as told:
            helpers.read_sheet(other)
        assert told.value.stages


def test_the_sheet_is_a_pdf(tmp_path):
    path = helpers.print_sheet(tmp_path / "new" / "sheet.pdf")
    assert path.read_bytes().startswith(b"%PDF") and path.stat().st_size < 50_000
    with pytest.raises(ValueError, match=r"\.pdf"):
        helpers.print_sheet(tmp_path / "sheet.png")
