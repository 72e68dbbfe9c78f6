"""Count how many minutes each notebook takes: the numbers of the map, of the openings and of TEACHING.md.

A hundred words of prose a minute, a minute for each code cell, two more for a guess, and for an exercise three to eight
by its kind; rounded to five.

Usage: python tools/count_minutes.py
"""

import re
from pathlib import Path

import nbformat

COURSE = Path(__file__).resolve().parents[1]
#: Minutes for an exercise, by its kind.
EXERCISES = {"Predict": 3, "Choose": 3, "By hand, on paper": 4, "Modify": 6, "Make": 8}


def minutes_of(notebook):
    """Return the minutes of a notebook's lesson, and those with its exercises."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    kinds = re.findall(r"^\*\*\w+\.\d ([A-Z][a-z, ]+)\.\*\*", prose, re.M)
    words = len(re.findall(r"[\w'-]+", re.sub(r"<details>.*?</details>", "", prose, flags=re.S)))
    tags = [set(cell.metadata.get("tags", [])) for cell in notebook.cells if cell.cell_type == "code"]
    cells = sum(not {"bootstrap", "parameters", "check", "exercise", "solution"} & found for found in tags)
    guesses = sum("guess" in found for found in tags)
    lesson = words / 100 + cells + 2 * guesses
    return round_to_five(lesson), round_to_five(lesson + sum(EXERCISES[kind] for kind in kinds))


def round_to_five(minutes):
    """Round minutes up to the next five."""
    return int(-(-minutes // 5) * 5)


def main():
    """Print the minutes of all notebooks."""
    for path in sorted(COURSE.glob("notebooks/*.ipynb")):
        print(path.stem, *minutes_of(nbformat.read(path, as_version=4)))


if __name__ == "__main__":
    main()
