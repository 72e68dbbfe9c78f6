"""A figure that is a picture first and moves where scripts run."""

import base64
import hashlib
import html
import io
import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import Markdown, display

from helpers.lesson import texts
from helpers.look import CSS

FOLDER = Path(__file__).parent


class _Live:
    """An output that is HTML, and whose plain-text form is its caption."""

    def __init__(self, source, caption):
        self.source, self.caption = source, caption

    def _repr_html_(self):
        return self.source

    def __repr__(self):
        return self.caption


def rounded(values, digits=4):
    """Return an array's values as nested lists of numbers with so many significant digits, small as JSON."""
    values = np.asarray(values, float)
    return np.vectorize(lambda value: float(f"{value:.{digits}g}"), otypes=[object])(values).tolist()


def as_bytes(values):
    """Return values of 0 to 1, such as images, as one text of bytes from 0 to 255; base.js reads it with `unpack`."""
    return base64.b64encode(np.round(np.asarray(values) * 255).astype(np.uint8).tobytes()).decode()


def script(name):
    """Return the figure's JavaScript behind base.js, with the look of the course, as one module."""
    parts = [(FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in ("base", name)]
    source = re.sub(r"^import .*?;\n|^export ", "", "\n".join(parts), flags=re.MULTILINE | re.DOTALL)
    return source.replace("/* look.css */", CSS)


def show_live(name, data, figure, caption):
    """Display a figure that moves, with its picture for places where no script runs.

    Parameters
    ----------
    name : str
        Of the script in this folder, without its ending.
    data : dict
        What the script needs, as numbers, texts, lists and dicts.
    figure : matplotlib.figure.Figure
        The picture. Closed afterwards.
    caption : str
        See `helpers.plots.show`.
    """
    lesson, _, key = caption.partition("-")
    caption = texts(lesson)["captions"].get(key, caption)
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    plt.close(figure)
    picture = base64.b64encode(png.getvalue()).decode()
    values = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("</", "<\\/")
    key = f"{name}-{hashlib.sha256(values.encode()).hexdigest()[:8]}"  # a page may hold two, with other data in each
    source = (
        f'<div data-live="{key}"><img alt="{html.escape(caption)}" src="data:image/png;base64,{picture}"></div>\n'
        f'<script type="module">\n{script(name)}\nbegin("{key}", start, {values});\n</script>'
    )
    display(_Live(source, caption or "A figure that moves."))
    if caption:
        display(Markdown(f"*{caption}*"))
