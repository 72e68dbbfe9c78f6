"""Pack what a class needs into build/class.zip: `make class`.

In it is students.zip, to hand out: the course with the students' copies of its notebooks, the check, and a sheet for
each system that says how to begin. Beside it, for the teacher: the solutions as a page to print, the questions for
Moodle, the concept inventory with its key, and an exit ticket.

Usage: python tools/classroom.py [--out FILE.zip]
"""

import argparse
import re
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from nbconvert.filters import markdown2html

sys.path.insert(0, str(Path(__file__).parent))  # where PYTHONSAFEPATH is set, Python does not do that
from copies import student
from ninety_minutes import NAME, ninety_minutes
from questions import asked, inventory, lettered, notebooks, quiz
from run_notebooks import fill, heading

from helpers.exercises import exercises

COURSE = Path(__file__).resolve().parents[1]
#: What of the course goes to the students, besides the notebooks.
NEEDED = [
    *("helpers", "data", "Makefile", "requirements.txt", "constraints.txt", "pyproject.toml", "environment.yml"),
    *(
        "LICENSE",
        "README.md",
        "pictures",
        "sweeps",
        "benchmarks/results.md",
        "notebooks/glossary.md",
        "tools/jupyterlab",
    ),
    *(f"site/templates/{name}" for name in ("page", "page.css", "picture.html.j2", "runs.html.j2")),
    *(f"tools/{name}.py" for name in ("check_environment", "copies", "lab", "ninety_minutes", "run_notebooks")),
    "tools/ninety_minutes.toml",
]
#: How the commands are called on each system.
SYSTEMS = {
    "windows": {
        "title": "Windows",
        "version": "py -3.12 --version",
        "make": "py -3.12 -m venv .venv",
        "activate": r".venv\Scripts\activate",
        "terminal": "Open the folder digits in the Explorer, click into its address bar, type cmd and press Enter.",
        "python": "If that is an error, install Python 3.12 from python.org, with the box for the launcher ticked.",
    },
    "macos": {
        "title": "macOS",
        "version": "python3 --version",
        "make": "python3 -m venv .venv",
        "activate": "source .venv/bin/activate",
        "terminal": "Open Terminal, type cd and a space, drag the folder digits into the window, and press Enter.",
        "python": "If that is not 3.11, 3.12 or 3.13, install Python 3.12 from python.org. Macs with an Intel "
        "processor cannot run this TensorFlow: share a machine.",
    },
    "linux": {
        "title": "Linux",
        "version": "python3 --version",
        "make": "python3 -m venv .venv",
        "activate": "source .venv/bin/activate",
        "terminal": "Open a terminal, and go to the folder with cd digits.",
        "python": "If that is not 3.11, 3.12 or 3.13, install one of them with the package manager. On Debian and "
        "Ubuntu, python3-venv is needed as well.",
    },
}


def write_course(folder):
    """Write the course as students get it: notebooks without solutions and outputs, and what these need."""
    ignored = shutil.ignore_patterns("__pycache__", "*.tmp", "inventory.toml", ".ipynb_checkpoints")
    for name in NEEDED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (COURSE / name).is_dir():
            shutil.copytree(COURSE / name, target, ignore=ignored)
        else:
            shutil.copy(COURSE / name, target)
    for path in sorted(COURSE.glob("notebooks/*.ipynb")):
        nbformat.write(student(nbformat.read(path, as_version=4)), folder / "notebooks" / path.name)
    nbformat.write(ninety_minutes(), folder / "notebooks" / NAME)
    write_sheets(folder)


def write_sheets(folder):
    """Write a page for each system that says how to begin."""
    for name, system in SYSTEMS.items():
        fill("class_setup.html.j2", folder / f"begin_{name}.html", **system)


def solutions():
    """Return the key: for each notebook its title and its exercises, each with what is asked, the solution, and the
    replies to wrong answers."""
    found = []
    for short, notebook in notebooks().items():
        rows = []
        cells = {re.search(r'check_answer\("([^"]+)"', cell.source)[1]: cell.source for cell in tagged(notebook)}
        for number, source in cells.items():
            kind, text = asked()[number]
            exercise = exercises()[number]
            lines = [line for line in source.splitlines() if not line.startswith(("# Solution", "check_answer("))]
            wrong = []
            for answer, reply, *by in exercise.get("wrong", []):
                shown = f"{answer - by[0]:g} to {answer + by[0]:g}" if by else str(answer)
                wrong.append((shown, markdown2html(reply)))
            rows.append(
                {"number": number, "kind": kind, "asked": markdown2html(text), "code": "\n".join(lines).strip()}
                | {"right": markdown2html(exercise["right"]), "wrong": wrong}
            )
        found.append((heading(notebook, short), rows))
    return found


def tagged(notebook):
    """Return the cells with solutions."""
    return [cell for cell in notebook.cells if "solution" in cell.metadata.get("tags", [])]


def write_teacher(folder):
    """Write what the teacher needs: pages to print, and questions for Moodle."""
    folder.mkdir(parents=True, exist_ok=True)
    fill("class_solutions.html.j2", folder / "solutions.html", lessons=solutions())
    fill("class_inventory.html.j2", folder / "inventory.html", questions=inventory())
    fill("class_inventory_key.html.j2", folder / "inventory_key.html", questions=inventory())
    fill("class_ticket.html.j2", folder / "exit_ticket.html")
    (folder / "questions_moodle.xml").write_bytes(quiz(lettered()))
    (folder / "inventory_moodle.xml").write_bytes(quiz(inventory()))


def write_class(path):
    """Write the archive, and return its path."""
    with tempfile.TemporaryDirectory() as temporary:
        students, everything = Path(temporary) / "students", Path(temporary) / "class"
        write_course(students / "digits")
        write_teacher(everything / "for_the_teacher")
        write_sheets(everything)
        shutil.make_archive(str(everything / "students"), "zip", students)
        path.parent.mkdir(parents=True, exist_ok=True)
        return Path(shutil.make_archive(str(path.with_suffix("")), "zip", everything))


def main():
    """Write the archive for a class."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=COURSE / "build" / "class.zip", help="default: build/class.zip")
    arguments = parser.parse_args()
    if arguments.out.suffix != ".zip":
        parser.error(f"--out must name a file that ends in .zip, not {arguments.out.name}")
    path = write_class(arguments.out.resolve())
    print(f"{path}, {path.stat().st_size / 1e6:.0f} MB. Unpack it, and hand out students.zip.")


if __name__ == "__main__":
    main()
