"""The course's questions with letters, and its concept inventory, as Moodle XML; and the scores of an inventory.

Moodle (Question bank, Import, Moodle XML format) and most other systems read the files. Each choice has the reply that
the course gives to it. The inventory is asked before the course and after it. What the class answered goes into a table
with the columns who, when (before or after) and 1 to 18, a letter each:

    who,when,1,2,3,...
    blue,before,a,c,d,...

Usage: python tools/questions.py [--out FOLDER], or: python tools/questions.py --score TABLE.csv
"""

import argparse
import csv
import functools
import re
import sys
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import nbformat
from nbconvert.filters import markdown2html

sys.path.insert(0, str(Path(__file__).parent))  # where PYTHONSAFEPATH is set, Python does not do that
from run_notebooks import heading

from helpers.exercises import exercises
from helpers.lesson import TEXTS

COURSE = Path(__file__).resolve().parents[1]
#: An exercise in the prose of a notebook: its number, its kind, and what is asked, up to the hint.
ASKED = re.compile(r"^\*\*(\w+\.\d) ([A-Z][a-z, ]+)\.\*\*(.*?)(?=<details>)", re.M | re.S)
CHOICE = re.compile(r"^- ([a-d])\) (.*)$", re.M)


@functools.cache
def notebooks():
    """Return the notebooks of the course, by the first two letters of their name, or for an appendix the last word."""
    found = {}
    for path in sorted(COURSE.glob("notebooks/*.ipynb")):
        short = path.stem[:2] if path.stem[:2].isdigit() else path.stem.split("_")[-1]
        found[short] = nbformat.read(path, as_version=4)
    return found


def asked():
    """Return what the exercises ask: by number, the kind, such as "Choose", and the text in Markdown without links."""
    found = {}
    for notebook in notebooks().values():
        prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        for number, kind, text in ASKED.findall(prose):
            found[number] = (kind, re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).strip())
    return found


def lettered():
    """Return the exercises that ask for a letter.

    Returns
    -------
    list of dict
        "name" (the number), "group" (the title of the notebook), "text" and "choices" in Markdown, "answer" (a letter)
        and "replies" by letter.
    """
    found = []
    for number, (_, text) in asked().items():
        exercise = exercises()[number]
        if exercise["kind"] == "letter":
            group = heading(notebooks()[number.partition(".")[0]], number).partition(":")[0]
            replies = dict(exercise["wrong"]) | {exercise["answer"]: exercise["right"]}
            question = CHOICE.sub("", text).strip()
            choices = dict(CHOICE.findall(text))
            found.append(
                {"name": number, "group": group, "text": question, "choices": choices, "replies": replies}
                | {"answer": exercise["answer"]}
            )
    return found


@functools.cache
def inventory():
    """Return the questions of the concept inventory, as `lettered`, with "idea" (a key), "shown" (what it is, in words)
    and "cells" (by wrong letter, the number of a notebook and the id of the cell that shows it)."""
    table = tomllib.loads((TEXTS / "inventory.toml").read_text(encoding="utf-8"))
    found = []
    for i, question in enumerate(table["questions"], 1):
        replies = {letter: f"{text} {where(*place)}" for letter, (text, *place) in question["wrong"].items()}
        found.append(
            {
                "name": f"Inventory {i:02}",
                "group": "Concept inventory",
                "text": question["question"],
                "choices": question["choices"],
                "answer": question["answer"],
                "replies": replies | {question["answer"]: "Right."},
                "idea": question["idea"],
                "shown": table["ideas"][question["idea"]],
                "cells": {letter: tuple(place) for letter, (_, *place) in question["wrong"].items()},
            }
        )
    return found


def where(short, cell_id):
    """Say where in a notebook a cell stands: the section, and how many code cells come before it there."""
    section, place = "", 0
    for cell in notebooks()[short].cells:
        if cell.cell_type == "markdown":
            headings = re.findall(r"^##+ (.*)", cell.source, re.M)
            section, place = (headings[-1], 0) if headings else (section, place)
        else:
            place += 1
            if cell.id == cell_id:
                return f"(Notebook {short}, {section.rstrip('.:')}, code cell {place}.)"
    raise LookupError(f"Notebook {short} has no code cell {cell_id!r}.")


def quiz(questions):
    """Return questions as Moodle XML, in which each choice has its reply.

    Parameters
    ----------
    questions : list of dict
        As `lettered` gives them.

    Returns
    -------
    bytes
    """
    root, group = ET.Element("quiz"), None
    for question in questions:
        if question["group"] != group:
            group = question["group"]
            category = ET.SubElement(ET.SubElement(root, "question", type="category"), "category")
            ET.SubElement(category, "text").text = f"$course$/Handwritten digits/{group}"
        node = ET.SubElement(root, "question", type="multichoice")
        ET.SubElement(ET.SubElement(node, "name"), "text").text = question["name"]
        text_in(node, "questiontext", question["text"])
        settings = {"defaultgrade": "1", "penalty": "0.3333333", "hidden": "0", "single": "true"}
        for name, value in (settings | {"shuffleanswers": "false", "answernumbering": "abc"}).items():
            ET.SubElement(node, name).text = value
        for letter, choice in sorted(question["choices"].items()):
            right = "100" if letter == question["answer"] else "0"
            answer = text_in(node, "answer", choice, fraction=right)
            text_in(answer, "feedback", question["replies"][letter])
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def text_in(node, name, markdown, **attributes):
    """Add a text to a node, as HTML made of Markdown; return the new node."""
    part = ET.SubElement(node, name, format="html", **attributes)
    ET.SubElement(part, "text").text = markdown2html(markdown).strip()
    return part


def score(rows):
    """Score the answers to the inventory.

    Parameters
    ----------
    rows : list of dict
        With "who", "when" ("before" or "after"), and the letters by number of the question, "1" to "18".

    Returns
    -------
    dict
        By "before" and "after": "people"; "mean", the share of right answers; "ideas", the share of right answers to
        the questions about each; "wrong", a Counter of pairs of a question's number and the wrong letter. "both": how
        many people answered before and after. "gain": what part of their mistakes before is gone after, None if that
        cannot be told.
    """
    taken = {w: [row for row in rows if (row["when"] or "").strip().lower() == w] for w in ("before", "after")}
    found = {when: shares(of_one_time) for when, of_one_time in taken.items()}
    both = set.intersection(*({word_of(row) for row in of_one_time} for of_one_time in taken.values())) - {""}
    before, after = (shares([row for row in taken[w] if word_of(row) in both])["mean"] for w in ("before", "after"))
    found["both"] = len(both)
    found["gain"] = (after - before) / (1 - before) if both and before < 1 else None
    return found


def word_of(row):
    """Return the code word of a person."""
    return (row["who"] or "").strip().lower()


def shares(rows):
    """Return what one asking of the inventory gave, as `score` has it for "before" and "after"."""
    right, wrong = {}, Counter()
    for i, question in enumerate(inventory(), 1):
        letters = [(row.get(str(i)) or "").strip(" ).").lower() for row in rows]
        right.setdefault(question["shown"], []).extend(letter == question["answer"] for letter in letters)
        wrong.update((i, letter) for letter in letters if letter in question["cells"])
    ideas = {idea: sum(marks) / len(marks) if marks else 0.0 for idea, marks in right.items()}
    mean = sum(ideas.values()) / len(ideas)  # each idea has as many questions
    return {"people": len(rows), "mean": mean, "ideas": ideas, "wrong": wrong}


def print_scores(found):
    """Print the scores of an inventory, and the commonest wrong choices with the cells that answer them."""
    width = max(map(len, found["before"]["ideas"]))
    print(f"{'':{width}}  before  after")
    for idea, share in found["before"]["ideas"].items():
        print(f"{idea:{width}}  {share:6.0%}  {found['after']['ideas'][idea]:5.0%}")
    print(f"{'all questions':{width}}  {found['before']['mean']:6.0%}  {found['after']['mean']:5.0%}")
    if found["gain"] is not None:
        print(
            f"Answered both times: {found['both']}. Of what they had wrong before, {found['gain']:.0%} is right after"
        )
        print("(the normalized gain).")
    for when in ("before", "after"):
        print(f"\nCommonest wrong choices {when}, of {found[when]['people']} people:")
        for (i, letter), count in found[when]["wrong"].most_common(5):
            print(f"{count:3} x {i}{letter}: {inventory()[i - 1]['replies'][letter]}")


def read_table(path):
    """Return the rows of a table of answers, whatever a spreadsheet wrote between its columns."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")  # names in another encoding do no harm
    except OSError as error:
        sys.exit(f"{path} cannot be read ({error.strerror}). Name the table of answers.")
    mark = max(",;\t", key=text.partition("\n")[0].count)
    table = csv.DictReader(text.splitlines(), delimiter=mark)
    table.fieldnames = [name.strip().lower() for name in table.fieldnames or []]
    if missing := {"who", "when", *(str(i + 1) for i in range(len(inventory())))} - set(table.fieldnames):
        sys.exit(f"The table has no column {', '.join(sorted(missing))}.")
    rows = list(table)
    said = {(row["when"] or "").strip() for row in rows}
    if odd := {when for when in said if when.lower() not in ("", "before", "after")}:
        sys.exit(f"In the column when stands {', '.join(sorted(odd))}, expected before or after.")
    return rows


def main():
    """Write the questions, or score a table of answers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=COURSE / "build" / "questions", help="default: build/questions")
    parser.add_argument("--score", type=Path, help="a table of answers to the inventory")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")
    if arguments.score:
        print_scores(score(read_table(arguments.score)))
        return
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, questions in {"questions": lettered(), "inventory": inventory()}.items():
        (arguments.out / f"{name}.xml").write_bytes(quiz(questions))
    print(f"{len(lettered())} questions and an inventory of {len(inventory())}: {arguments.out}")


if __name__ == "__main__":
    main()
