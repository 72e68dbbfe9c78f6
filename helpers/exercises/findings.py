"""One page of findings, to hand in or to show."""

import base64
import io
from pathlib import Path

import numpy as np
from jinja2 import Template
from matplotlib.figure import Figure
from PIL import Image

from helpers.files import as_path, write_atomically
from helpers.lesson import number
from helpers.look import CSS, DARK


def export_findings(path, *, title, sections, results=None, pictures=None):
    """Write what a project has found as one web page, which opens from a file, and print what is still missing.

    Parameters
    ----------
    path : str or Path
        Ends in ``.html``. Its folder is made if it is not there.
    title : str
    sections : dict of str to str
        Texts by heading, in the order of the page; ``...`` or an empty text counts as missing.
    results : dict of str to float, optional
        Numbers by name, written with four digits.
    pictures : dict of str to (matplotlib.figure.Figure or ndarray), optional
        By caption. Arrays: images of shape (28, 28) or (784,), ink dark on white paper.

    Returns
    -------
    Path

    Raises
    ------
    TypeError
        If a text is no text, a result no number, or a picture neither a figure nor an array of numbers.
    ValueError
        If the name does not end in ``.html``, or an array has another shape.
    OSError
        If the file cannot be written there; a file that was there before is untouched.
    """
    path = as_path(path, ".html")
    sections = {heading: "" if text is ... else text for heading, text in sections.items()}
    for name, text in {"title": title, **sections}.items():
        if not isinstance(text, str):
            raise TypeError(f"{name!r} is of type {type(text).__name__}; expected text, in quotation marks.")
    results = {} if results is None else results
    for name, value in results.items():
        if isinstance(value, bool) or not isinstance(value, int | float | np.number):
            raise TypeError(f"The result {name!r} is of type {type(value).__name__}; expected a number.")
    template = Template(Path(__file__).with_name("findings.html").read_text(encoding="utf-8"), autoescape=True)
    page = template.render(
        look=CSS + DARK,
        title=title,
        sections={heading: text.strip() for heading, text in sections.items()},
        results={name: number(float(value)) for name, value in results.items()},
        pictures={caption: base64.b64encode(_png(what)).decode() for caption, what in (pictures or {}).items()},
    )
    write_atomically(path, page.encode())
    missing = [heading for heading, text in sections.items() if not text.strip()]
    print(f"Written: {path.name}." + (f" Still empty: {', '.join(missing)}." if missing else ""))
    return path


def _png(picture):
    """Return a figure, or an image of 28 x 28 pixels four times as large, as the bytes of a PNG."""
    file = io.BytesIO()
    if isinstance(picture, Figure):
        picture.savefig(file, format="png", dpi=100, metadata={"Software": None})
        return file.getvalue()
    if not isinstance(picture, np.ndarray) or picture.dtype.kind not in "uif":
        raise TypeError(f"A picture is of type {type(picture).__name__}; expected a figure or an array of numbers.")
    if picture.size != 784:
        raise ValueError(f"A picture has shape {picture.shape}; expected (28, 28) or (784,).")
    ink = np.nan_to_num(picture.reshape(28, 28).astype(float))
    grey = np.uint8(np.round(255 * (1 - np.clip(ink / max(ink.max(), 1e-9), 0, 1))))
    Image.fromarray(grey).resize((112, 112), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()
