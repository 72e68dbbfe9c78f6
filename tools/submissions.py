"""Read what a student handed in, without running any of it: a notebook, or the file of `helpers.hand_in`."""

import ast
import functools
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import nbformat.reader
from cells import TRAINS, calls, literal, literal_value, needed_for, parsed, plain, redefined

from helpers.exercises import exercises
from helpers.exercises.reports import FORM
from helpers.lesson import read_guess

COURSE = Path(__file__).resolve().parents[1]
#: Bytes above which a file is not read.
LARGEST = 30_000_000
PRINTED = re.compile(r"^(\w+\.\d): (right|not yet)\. ?(.*)", re.M)


@dataclass
class Answer:
    """An answer: a value, or code with the expression that gives it; and what the student's own check said of it."""

    value: object = ...
    code: list = field(default_factory=list)
    expression: str = ""
    network: str = ""
    right: bool | None = None
    reply: str = ""
    problem: str = ""


@dataclass
class Submission:
    """What one file holds. By the number of an exercise there are the answers that are known, the last one last."""

    name: str
    answers: dict = field(default_factory=dict)
    guesses: dict = field(default_factory=dict)
    outcomes: dict = field(default_factory=dict)
    missing: list = field(default_factory=list)
    notes: list = field(default_factory=list)


def read(path, name):
    """Return what a file holds that was handed in; whatever it is, nothing is raised.

    Parameters
    ----------
    path : Path
    name : str
        What tables call it.

    Returns
    -------
    Submission
    """
    found = Submission(name)
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"it has more than {LARGEST // 1_000_000} MB")
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text)
        if content.get("course") == FORM["course"]:
            read_hand_in(content, found)
        else:
            read_notebook(nbformat.convert(nbformat.reader.reads(text), 4), found)
    except json.JSONDecodeError:
        return Submission(name, notes=["This is neither a notebook nor a file to hand in, or it is cut off."])
    except Exception as error:  # the file may be anything
        reason = (str(error) or type(error).__name__).splitlines()[0][:100]
        return Submission(name, notes=[f"This is neither a notebook nor a file to hand in ({reason})."])
    if not found.answers and not found.missing and not found.guesses:
        found.notes.append("No answer and no guess is in it.")
    return found


def read_hand_in(content, found):
    """Take the answers and guesses of a file that `helpers.hand_in` wrote."""
    for number in [number for number in content["answers"] if number in exercises()]:
        for one in content["answers"][number]:
            code = [one["function"]] if "function" in one else []
            name = re.search(r"^def (\w+)", code[0], re.M) if code else None
            answer = Answer(
                one.get("value", ...), code if name else [], name[1] if name else "", one.get("network", "")
            )
            answer.right = one.get("right") is True
            found.answers.setdefault(number, []).append(answer)
    for name, one in content["guesses"].items():
        note_guess(found, name, one.get("guess"))
        note_outcome(found, name, one.get("outcome"))


def read_notebook(notebook, found):
    """Take the answers and guesses of a notebook."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and not is_solution(cell)]
    sources = [plain(cell["source"]) for cell in cells]
    altered = sorted(set().union(*map(redefined, sources)))
    if altered:
        found.notes.append(f"It gives {', '.join(altered)} another meaning, so what it printed does not count.")
    numbers = [checked(source)[0] for source in sources]
    lessons = {number.partition(".")[0] for number in numbers if number}
    by_id = {stub["id"]: number for number, stub in stubs().items() if number.partition(".")[0] in lessons}
    numbers = [number or by_id.get(cell.get("id")) for number, cell in zip(numbers, cells, strict=True)]
    for place, number in enumerate(numbers):
        for name, guessed in guesses_in(sources[place]):
            note_guess(found, name, guessed)
        for output in cells[place].get("outputs", []):
            for name, value in output.get("metadata", {}).get("outcome", {}).items():
                note_outcome(found, name, value)
        answer = answer_in(cells[place], number, sources[: place + 1]) if number in stubs() else None
        if answer:
            if altered:
                answer.right, answer.reply = None, ""
            found.answers[number] = [answer]
    wanted = [number for number in stubs() if number.partition(".")[0] in lessons]
    if len(wanted) <= 2 * len(set(wanted) & set(numbers)):  # and not one made of parts of several
        found.missing = [number for number in wanted if number not in numbers]
    if found.missing:
        found.notes.append(f"The cells of {', '.join(found.missing)} are missing.")


def is_solution(cell):
    """Tell whether a cell is one of the course's solutions."""
    looks = cell["source"].startswith("# Solution") and "explain=False" in cell["source"]
    return "solution" in cell["metadata"].get("tags", []) or looks


def note_guess(found, name, guessed):
    """Keep a guess, if the course asks for it and it is one."""
    value = read_guess(name, guessed)
    if value is not None:
        found.guesses[name] = value


def note_outcome(found, name, value):
    """Keep what came out, if the course asks for it and it may be that: it is shown to the class."""
    value = read_guess(name, value)
    if value is not None:
        found.outcomes[name] = value


def answer_in(cell, number, sources):
    """Return the answer in the cell of an exercise, the last of these sources; None if the course left it so."""
    *before, source = sources
    printed = [
        match for output in cell.get("outputs", []) for match in PRINTED.findall("".join(output.get("text", "")))
    ]
    printed = [(said == "right", reply) for which, said, reply in printed if which == number]
    right, reply = printed[-1] if printed else (None, "")
    try:
        answer = given(source, before, stubs()[number])
    except Exception as error:  # the cell may be anything, nested too deeply for instance
        answer = Answer(problem=f"The cell could not be read ({type(error).__name__}).")
    if answer:
        answer.right, answer.reply = right, reply
    return answer


def given(source, before, stub):
    """Return the answer that the source of a cell gives, with sources before it; None if it is that of the stub."""
    tree = parsed(source)
    if tree is None:
        return Answer(problem="The cell is not Python, or it cannot be read.")
    if ast.dump(tree) == ast.dump(parsed(stub["source"])):
        return None
    expression = checked(source)[1] or stub["expression"]
    value = literal(tree, expression)
    if value is None or value is ...:
        return None
    if value is not NotImplemented:
        return Answer(value)
    needed = None if TRAINS.search(source) else needed_for(source, before)
    return Answer(code=[] if needed is None else [*needed, source], expression=expression)


@functools.cache
def stubs():
    """Return the exercises as the course leaves them: by number, the "id", "expression" and "source" of the cell."""
    found = {}
    for path in sorted(COURSE.glob("notebooks/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if "exercise" in cell.metadata.get("tags", []):
                number, expression = checked(cell.source)
                found[number] = {"id": cell.id, "expression": expression, "source": cell.source}
    return found


def checked(source):
    """Return the number of the exercise that a cell checks, and the expression of its answer; None for what is not."""
    for arguments in reversed(calls(source, "check_answer")):
        if arguments and isinstance(arguments[0], ast.Constant) and isinstance(arguments[0].value, str):
            return arguments[0].value, ast.unparse(arguments[1]) if len(arguments) > 1 else None
    number = re.search(r"""check_answer\(\s*["'](\w+\.\d)["']""", source)  # in a cell that is not Python
    return number and number[1], None


def guesses_in(source):
    """Return the guesses in a cell: the name of each, and what was written."""
    for arguments in calls(source, "guess"):
        if len(arguments) == 2:
            name, guessed = map(literal_value, arguments)
            if isinstance(name, str):  # and not a function of the reader's own that is called so
                yield name, guessed
