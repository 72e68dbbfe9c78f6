"""The notebook of the 90-minute lesson, made of cells of the others as ninety_minutes.toml lists them.

`make student` and `make class` write it.
"""

import tomllib
from pathlib import Path

import nbformat

COURSE = Path(__file__).resolve().parents[1]
NAME = "class_90_minutes.ipynb"


def ninety_minutes():
    """Return the notebook, without outputs."""
    outline = tomllib.loads(Path(__file__).with_name("ninety_minutes.toml").read_text(encoding="utf-8"))
    cells, metadata = [], {}
    for number, part in enumerate(outline["part"]):
        if "text" in part:
            cells.append(nbformat.v4.new_markdown_cell(part["text"].strip(), id=f"text-{number}"))
        elif "code" in part:
            cells.append(nbformat.v4.new_code_cell(part["code"], id=f"code-{number}"))
        else:
            notebook = nbformat.read(COURSE / "notebooks" / f"{part['notebook']}.ipynb", as_version=4)
            metadata = notebook.metadata
            cells += [taken(notebook, *entry.split(" > ")) for entry in part["cells"]]
    for cell in cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def taken(notebook, name, start=""):
    """Return the cell of this id, its text from `start` on; LookupError if there is no such cell or text."""
    cell = next((cell for cell in notebook.cells if cell.id == name), None)
    if cell is None or start not in cell.source:
        raise LookupError(f"There is no cell {name!r} with {start!r}: mend tools/ninety_minutes.toml.")
    cell.source = cell.source[cell.source.index(start) :]
    return cell
