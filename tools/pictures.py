"""Make the pictures of the README from the course itself: `make pictures`. Needs Chromium.

The moving one shows the page that `helpers.export_page` writes, with a network trained here, while digits are drawn on
it. The others show cells of notebook 01, executed with a reader's guess and a reader's wrong answer in them. The card,
for those who share a link to the course, has the name and the last of the digits.

Usage: python tools/pictures.py
"""

import base64
import contextlib
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from nbclient import NotebookClient
from PIL import Image
from playwright.sync_api import sync_playwright
from scipy.interpolate import make_interp_spline

from helpers import convnet, export_page, load_mnist, one_hot, preprocess
from helpers.files import write_atomically

sys.path.insert(0, str(Path(__file__).parent))  # where PYTHONSAFEPATH is set, Python does not do that
from run_notebooks import fill, write_page

# isort: split
import keras  # after helpers, which sets TensorFlow up

COURSE = Path(__file__).resolve().parents[1]
OUT = COURSE / "pictures"
#: What is drawn: strokes, each through points of the pad, x and y from 0 to 1, downwards.
DIGITS = [
    [[(0.28, 0.3), (0.46, 0.17), (0.68, 0.26), (0.62, 0.46), (0.42, 0.64), (0.26, 0.82), (0.5, 0.8), (0.76, 0.8)]],
    [[(0.44, 0.16), (0.34, 0.38), (0.24, 0.58), (0.5, 0.58), (0.78, 0.57)], [(0.64, 0.34), (0.61, 0.6), (0.56, 0.88)]],
    [
        [
            (0.68, 0.26), (0.5, 0.16), (0.33, 0.28), (0.45, 0.45), (0.62, 0.6), (0.66, 0.77),
            (0.48, 0.86), (0.32, 0.74), (0.42, 0.57), (0.62, 0.42), (0.7, 0.25),
        ],
    ],
]  # fmt: skip
#: Milliseconds of a frame; frames in which a digit is drawn, and in which its answer stays.
FRAME, DRAWING, RESTING = 60, 30, 22
#: What a reader might write in notebook 01, by cell, in place of the dots.
WRITTEN = {"guess-nearest": "0.3", "exercise-1": "(5, 10, 28)"}
#: The pictures of cells: the first and the last of each.
CELLS = {"guess": ("guess-nearest", "nearest"), "reply": ("exercise-1", "exercise-1")}


def trained_network():
    """Return the network of notebook 07 after one epoch."""
    (images, labels), _ = load_mnist()
    keras.utils.set_random_seed(0)
    model = convnet()
    model.fit(preprocess(images), one_hot(labels), batch_size=64, epochs=1, verbose=0)
    return model


def smooth(stroke, count):
    """Return so many points along a smooth curve through the points of a stroke, at an even pace."""
    stroke = np.array(stroke)
    curve = make_interp_spline(np.linspace(0, 1, len(stroke)), stroke, k=min(3, len(stroke) - 1))
    fine = curve(np.linspace(0, 1, 400))
    length = np.append(0, np.cumsum(np.hypot(*np.diff(fine, axis=0).T)))
    even = np.linspace(0, length[-1], count)
    return np.stack([np.interp(even, length, values) for values in fine.T], axis=1)


def film(page):
    """Return pictures of the page while the digits are drawn on it, one after the other."""
    frames = []
    paper = page.locator(".digit-pad .paper")
    box = paper.bounding_box()

    def take():
        frames.append(Image.open(io.BytesIO(page.locator("#pad").screenshot())).convert("RGB"))

    for i, strokes in enumerate(DIGITS):
        if i:
            page.get_by_role("button", name="Clear").click()
        for stroke in strokes:
            points = smooth(stroke, DRAWING // len(strokes)) * [box["width"], box["height"]] + [box["x"], box["y"]]
            page.mouse.move(*points[0])
            page.mouse.down()
            for point in points:
                page.mouse.move(*point, steps=4)
                take()
            page.mouse.up()
        for _ in range(RESTING):
            take()
    return frames


def execute_with_answers(path):
    """Execute a notebook with what a reader might write in it, and return it."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.id in WRITTEN:
            cell.source = cell.source.replace("...", WRITTEN[cell.id], 1)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # the kernel warns of its own transport otherwise
        resources={"metadata": {"path": str(path.parent)}},
    )
    with tempfile.TemporaryDirectory() as own:  # and not in the reader's own folder
        return client.execute(env={**os.environ, "DIGITS_MINE": own})


def cell_pictures(page):
    """Yield name and picture of the cells on the page."""
    for name, ends in CELLS.items():
        boxes = [page.locator(f'[id="cell-id={cell}"]').bounding_box() for cell in ends]
        clip = {**boxes[0], "height": boxes[-1]["y"] + boxes[-1]["height"] - boxes[0]["y"]}
        yield name, Image.open(io.BytesIO(page.screenshot(clip=clip, full_page=True)))


@contextlib.contextmanager
def chromium(**options):
    """Give a function that opens a file of HTML as a page of Chromium."""
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        others = filter(None, map(shutil.which, ["chromium", "google-chrome"]))
        found = own if own.exists() else next(others, None)
        if found is None:
            raise SystemExit("Chromium is missing. Run: python -m playwright install chromium")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(**options)
        yield lambda path: page.goto(path.as_uri()) and page
        browser.close()


def write_card(pad, path):
    """Write the page of the card, with a picture of the pad."""
    png = io.BytesIO()
    pad.save(png, "png")
    picture = f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"
    fill("card.html.j2", path, pad=picture, mark=(OUT / "mark.svg").read_text(encoding="utf-8"))


def main():
    """Write the pictures."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        pad, card, lesson = (Path(folder) / f"{name}.html" for name in ("pad", "card", "lesson"))
        export_page(trained_network(), pad)
        with chromium(viewport={"width": 640, "height": 700}, device_scale_factor=2) as show:
            frames = film(show(pad))
        moving = io.BytesIO()
        # The last frame comes first, too: it is what whoever has switched movement off sees.
        frames[-1].save(
            moving, "webp", save_all=True, append_images=frames, duration=FRAME, loop=3, quality=60, method=6
        )
        write_atomically(OUT / "pad.webp", moving.getvalue())
        write_card(frames[-1], card)
        with chromium(viewport={"width": 1280, "height": 640}) as show:
            picture = Image.open(io.BytesIO(show(card).screenshot()))
            picture.quantize(128).save(OUT / "card.png", optimize=True)
        write_page(execute_with_answers(COURSE / "notebooks" / "01_load_the_data.ipynb"), lesson)
        with chromium(viewport={"width": 760, "height": 900}, device_scale_factor=2) as show:
            for name, picture in cell_pictures(show(lesson)):
                picture.quantize(64).save(OUT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
