"""Read what a student handed in, without running any of it: a notebook, or the file of `helpers.hand_in`."""

import ast
import functools
import json
import re
import symtable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import nbformat.reader

from helpers.exercises import exercises
from helpers.exercises.reports import FORM
from helpers.lesson import read_guess

COURSE = Path(__file__).resolve().parents[1]
#: Bytes above which a file is not read.
LARGEST = 30_000_000
#: What a notebook has from the course, and must not give another meaning.
CHECKS = {"check_answer", "guess", "outcome"}
#: What of a cell tells that it trains: that takes too long to be done again for each student.
TRAINS = re.compile(r"\bfit\(|train_on_batch|apply_gradients|try_change\(")
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
        text = path.read_text(encoding="utf-8")
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
        if "outcome" in one:
            found.outcomes[name] = one["outcome"]


def read_notebook(notebook, found):
    """Take the answers and guesses of a notebook."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and not is_solution(cell)]
    sources = [cell["source"] for cell in cells]
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
            found.outcomes.update(output.get("metadata", {}).get("outcome", {}))
        answer = answer_in(cells[place], number, sources[:place]) if number in stubs() else None
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
    return "solution" in cell["metadata"].get("tags", []) or cell["source"].startswith("# Solution")


def note_guess(found, name, guessed):
    """Keep a guess, if the course asks for it and it is one."""
    value = read_guess(name, guessed)
    if value is not None:
        found.guesses[name] = value


def answer_in(cell, number, before):
    """Return the answer in the cell of an exercise; None if it is as open as the course left it."""
    source, stub = cell["source"], stubs()[number]
    printed = [
        match for output in cell.get("outputs", []) for match in PRINTED.findall("".join(output.get("text", "")))
    ]
    printed = [(said == "right", reply) for which, said, reply in printed if which == number]
    right, reply = printed[-1] if printed else (None, "")
    tree = parsed(source)
    if tree is None:
        return Answer(problem="The cell is not Python.", right=right, reply=reply)
    if ast.dump(tree) == ast.dump(parsed(stub["source"])):
        return None
    expression = checked(source)[1] or stub["expression"]
    value = literal(tree, expression)
    if value is None or value is ...:
        return None
    if value is not NotImplemented:
        return Answer(value, right=right, reply=reply)
    needed = None if TRAINS.search(source) else needed_for(source, before)
    return Answer(code=[] if needed is None else [*needed, source], expression=expression, right=right, reply=reply)


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


def parsed(source):
    """Return the syntax tree of a cell; None if it is not Python."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def calls(source, name):
    """Return the arguments of each call of a function in a cell, those that are given by place, in order."""
    nodes = ast.walk(parsed(source) or ast.Module([], []))
    found = [node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", None) == name]
    return [call.args for call in sorted(found, key=lambda call: call.lineno)]


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
            yield tuple(literal_value(argument) for argument in arguments)


def literal_value(node):
    """Return the value of an expression without running it; NotImplemented if it has to be run."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return NotImplemented


def literal(tree, expression):
    """Return the value that a cell gives to an expression, if that can be told without running it."""
    given = [node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets) == expression]
    stores = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    if len(given) != sum(node.id == expression for node in stores):
        return NotImplemented  # it is changed, in a loop perhaps
    return literal_value(given[-1].value if given else ast.parse(expression, mode="eval").body)


def redefined(source):
    """Return which of the course's checks a cell gives another meaning."""
    found = set()
    for node in ast.walk(parsed(source) or ast.Module([], [])):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.id if isinstance(node, ast.Name) else node.attr)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] != "helpers":
            found |= {alias.asname or alias.name for alias in node.names}
    return found & CHECKS


def needed_for(source, before):
    """Return the statements of earlier cells that a cell needs; None if they train a network."""
    statements = [part for cell in before if (tree := parsed(cell)) for part in tree.body]
    imports = [part for part in statements if isinstance(part, ast.Import | ast.ImportFrom)]
    modules = {alias.asname or alias.name for part in imports for alias in part.names}
    wanted, kept = used(source) - CHECKS, []
    for part in reversed(statements):
        text = ast.unparse(part)
        if changed(part, modules) & wanted:
            if TRAINS.search(text):
                return None
            wanted |= used(text) - CHECKS
            kept.append(text)
    return kept[::-1]


def used(source):
    """Return the names that a piece of code takes from outside its functions."""
    tables, found = [symtable.symtable(source, "cell", "exec")], set()
    for table in tables:
        tables += table.get_children()
        symbols = [symbol for symbol in table.get_symbols() if symbol.is_referenced()]
        found |= {symbol.get_name() for symbol in symbols if table.get_type() == "module" or symbol.is_global()}
    return found


def changed(statement, modules):
    """Return the names that a statement gives a value, or of whose objects a method or a part may change."""
    made, touched = set(), set()
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made.add(node.id)
        elif isinstance(node, ast.Attribute) or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)):
            touched.add(getattr(node.value, "id", None))
    return made | touched - modules
