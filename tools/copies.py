"""Copies of the notebooks for a class, without solutions and outputs (`make student`), or for a reader (`make lab`).

Usage: python tools/copies.py student|live [--out FOLDER]
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor

sys.path.insert(0, str(Path(__file__).parent))  # where PYTHONSAFEPATH is set, Python does not do that
from ninety_minutes import NAME, ninety_minutes
from run_notebooks import path_from

from helpers.files import write_atomically

COURSE = Path(__file__).resolve().parents[1]
#: Tags of the folded cells that each notebook begins with.
FOLDED = ("bootstrap", "parameters", "check")
#: What nobody types in front of a class: figures, claims, and the list of guesses.
NOT_TYPED = re.compile(r"caption=|\bclaim\(|\bguesses\(")


def without_outputs(notebook):
    """Return a notebook without outputs."""
    return ClearOutputPreprocessor().preprocess(notebook, {})[0]


def student(notebook):
    """Return a notebook without solutions and outputs, which runs to the end all the same."""
    return without_outputs(TagRemovePreprocessor(remove_cell_tags={"solution"}).preprocess(notebook, {})[0])


def live(notebook):
    """Return a student's copy whose key cells are empty, for live coding; its words, guesses and exercises stay."""
    notebook = student(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code" and not {*FOLDED, "guess", "exercise"} & set(cell.metadata.get("tags", [])):
            cell.source = cell.source if NOT_TYPED.search(cell.source) else ""
    return notebook


def write_copies(out, change, overwrite=True):
    """Write copies of the notebooks and the texts beside them, their links to other files still right.

    Parameters
    ----------
    out : Path
        Made if it is not there.
    change : callable
        Takes a notebook and returns it changed.
    overwrite : bool
        Whether copies that are there are written again.

    Returns
    -------
    list of Path
        What was written.
    """
    wanted = [path for kind in ("ipynb", "md") for path in sorted(COURSE.glob(f"notebooks/*.{kind}"))]
    wanted = [path for path in wanted if overwrite or not (out / path.name).exists()]
    for path in wanted:
        if path.suffix == ".md":
            write_atomically(out / path.name, path.read_bytes())
            continue
        write_copy(change(nbformat.read(path, as_version=4)), out / path.name)
    return [out / path.name for path in wanted]


def write_copy(notebook, path):
    """Write a notebook of the course to another folder, its links to other files still right."""

    def link(match):
        return "](" + path_from(path.parent, COURSE / "notebooks" / match[1])

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\((?!\w+:|#|\w+\.(?:ipynb|md))([^)#\s]+)", link, cell.source)
    write_atomically(path, (nbformat.writes(notebook) + "\n").encode())


def write_students(out):
    """Write the students' copies."""
    write_copies(out, student)


def main():
    """Write the students' copies with the notebook of the 90-minute lesson, or copies for live coding."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=["student", "live"])
    parser.add_argument("--out", type=Path, help="folder for the copies; default: build/student or build/live_coding")
    arguments = parser.parse_args()
    folder = {"student": "student", "live": "live_coding"}[arguments.kind]
    out = (arguments.out or COURSE / "build" / folder).resolve()
    if arguments.kind == "live":
        write_copies(out, live)
    else:
        write_students(out)
        write_copy(ninety_minutes(), out / NAME)
    print(f"Written to {out}")


if __name__ == "__main__":
    main()
