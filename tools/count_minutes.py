"""Count how many minutes each notebook takes: the numbers of the map, of the openings and of TEACHING.md.

A hundred words of prose a minute, a minute for each code cell, two more for a guess, and for an exercise three to eight
by its kind. Notebooks are rounded up to five.

Usage: python tools/count_minutes.py [--sections]
"""

import argparse
import re
from pathlib import Path

import nbformat

COURSE = Path(__file__).resolve().parents[1]
#: Minutes for an exercise, by its kind.
EXERCISES = {"Predict": 3, "Choose": 3, "By hand, on paper": 4, "Modify": 6, "Make": 8}


def minutes_of(notebook):
    """Return the minutes of a notebook's lesson, and those with its exercises."""
    lesson = sum(sections_of(notebook).values())
    return round_to_five(lesson), round_to_five(lesson + sum(exercises_of(notebook).values()))


def exercises_of(notebook):
    """Return the minutes of each exercise, by its number."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    kinds = re.findall(r"^\*\*(\w+\.\d) ([A-Z][a-z, ]+)\.\*\*", prose, re.M)
    return {number: EXERCISES[kind] for number, kind in kinds}


def sections_of(notebook):
    """Return the minutes of what stands below each heading, without exercises; "" is what comes before the first."""
    minutes, heading = {"": 0.0}, ""
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", []))
        if cell.cell_type == "code" and not tags & {"bootstrap", "parameters", "check", "exercise", "solution"}:
            minutes[heading] += 3 if "guess" in tags else 1
        if cell.cell_type == "markdown":
            prose = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S)
            for block in re.split(r"(?=^#+ )", prose, flags=re.M):
                if found := re.match(r"#+ (.*)", block):
                    heading = found[1]
                    minutes.setdefault(heading, 0.0)
                minutes[heading] += len(re.findall(r"[\w'-]+", block)) / 100
    return minutes


def round_to_five(minutes):
    """Round minutes up to the next five."""
    return int(-(-minutes // 5) * 5)


def main():
    """Print the minutes of all notebooks, or of each of their sections."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sections", action="store_true", help="the minutes below each heading, too")
    sections = parser.parse_args().sections
    for path in sorted(COURSE.glob("notebooks/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        print(path.stem, *minutes_of(notebook))
        for heading, minutes in sections_of(notebook).items() if sections else ():
            print(f"  {minutes:4.1f}  {heading}")


if __name__ == "__main__":
    main()
