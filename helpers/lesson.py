"""What a lesson does besides teaching: parameters, guesses, claims and results.

The words that belong to a lesson, and must not stand above the results that they would give away, are in
helpers/texts/: the captions of its figures, its guesses, and the answers to its exercises.
"""

import ast
import functools
import reprlib
import sys
import tomllib
from pathlib import Path

import numpy as np
from IPython import get_ipython
from IPython.display import display

from helpers.records import note_guess

TEXTS = Path(__file__).with_name("texts")
#: Ranges of the parameters that notebooks have.
RANGES = {"seed": (0, 2**32 - 1), "epochs": (1, 100), "n_train": (1_000, 50_000), "n_photos": (20, 1_000)}
#: What was guessed, and what came out, by the name of the guess, in the order in which they were met.
_GUESSED, _OUTCOMES = {}, {}


@functools.cache
def texts(lesson):
    """Return the words of a lesson: a dict with "captions", "guesses" and "exercises", each by name.

    Parameters
    ----------
    lesson : str
        The number of a notebook, such as "03", or for an appendix the last word of its name, such as "speed".
    """
    paths = {path.stem[:2] if path.stem[:2].isdigit() else path.stem.split("_")[-1]: path for path in TEXTS.iterdir()}
    found = tomllib.loads(paths[lesson].read_text(encoding="utf-8")) if lesson in paths else {}
    return {"captions": {}, "guesses": {}, "exercises": {}} | found


def validate_parameters(full, **values):
    """Refuse parameters that cannot work; tell whether this run is the full lesson or a shortened one.

    Parameters
    ----------
    full : dict
        The values of the full lesson, by name.
    **values : int
        The values of this run: ``seed``, ``epochs``, ``n_train``, ``n_photos``.

    Returns
    -------
    bool
        True if every parameter named in `full` has its full value: only then are all claims checked.

    Raises
    ------
    TypeError
        If a value is no whole number, or papermill was given a parameter that the notebook does not have.
    ValueError
        If a value is out of range.
    """
    if unknown := _injected() - set(values):
        known = ", ".join(f"{name} ({RANGES[name][0]} to {RANGES[name][1]})" for name in sorted(values))
        raise TypeError(f"This notebook has no parameter {', '.join(sorted(unknown))}; it has {known}.")
    for name, value in values.items():
        lowest, highest = RANGES[name]
        wrong = f"{name} is {reprlib.repr(value)}; expected a whole number from {lowest} to {highest}"
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise TypeError(f"{wrong}, written without point or comma.")
        if not lowest <= value <= highest:
            raise ValueError(f"{wrong}.")
    full_run = all(values[name] == value for name, value in full.items())
    print("This is the full lesson." if full_run else "This run is shortened: claims about accuracy are not checked.")
    return full_run


def _injected():
    """Return the names of the parameters that papermill was given; it adds a cell that begins with a comment."""
    cells = getattr(get_ipython(), "user_ns", {}).get("In", [])
    sources = [cell for cell in cells if cell.startswith("# Parameters\n")]
    nodes = (node for source in sources for node in ast.walk(ast.parse(source)))
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def guess(name, answer):
    """Note a guess before the result is there; raises nothing, whatever the answer is.

    Parameters
    ----------
    name : str
        The lesson and the guess, such as "04-untrained"; see helpers/texts/.
    answer : object
        A number, or a letter where there are choices; ``...`` counts as no guess.
    """
    asked = _asked(name)
    _GUESSED.pop(name, None)
    if answer is None or answer is ...:
        print(f"No guess yet. In place of the dots, put {_example(asked)}; or go on without one.")
        return
    value = read_guess(name, answer)
    if value is None:
        print(f"{reprlib.repr(answer)} is no guess here. Write {_example(asked)}.")
        return
    _GUESSED[name] = value
    note_guess(name, guess=value)
    _store(f"Your guess: {as_text(name, value)}. Now see.", {"guess": {name: value}})


def outcome(name, value):
    """Print what came out, and how near the guess was.

    Parameters
    ----------
    name : str
        As in `guess`.
    value : float or str
        The measured number, or the letter of the choice that came out.
    """
    asked = _asked(name)
    value = value if isinstance(value, str) else float(value)
    if not (isinstance(value, str) or abs(value) <= sys.float_info.max):
        print("It is no number. Look for a division by zero above, or train with a smaller learning rate.")
        return
    _OUTCOMES[name] = value
    shown = as_text(name, value)
    if name not in _GUESSED:
        print(f"It is {shown}.")
        return
    guessed = _GUESSED[name]
    note_guess(name, outcome=value)
    _store(
        f"It is {shown}. You guessed {as_text(name, guessed)}: {_verdict(asked, guessed, value)}.",
        {"outcome": {name: value}},
    )


def guesses():
    """Show all guesses of the lesson beside what came out."""
    rows = [
        f"- {_asked(name)['question']} {as_text(name, value)}; you guessed "
        + (
            f"{as_text(name, _GUESSED[name])}: {_verdict(_asked(name), _GUESSED[name], value)}."
            if name in _GUESSED
            else "nothing."
        )
        for name, value in _OUTCOMES.items()
    ]
    print("\n".join(rows) or "No result yet: run the cells above first.")


def _asked(name):
    """Return what is known of a guess: its "question", its "unit" and, for choices, the text of each letter."""
    lesson, _, short = name.partition("-")
    return texts(lesson)["guesses"][short]


def _example(asked):
    """Say how a guess is written."""
    if "choices" in asked:
        return f"one of {', '.join(asked['choices'])}"
    return "a share, such as 0.5" if asked["unit"] == "share" else "a number, such as 20"


def read_guess(name, answer):
    """Return a guess as a letter or a float; None if it is none, or nobody asks for it."""
    try:
        asked = _asked(name)
    except KeyError:
        return None
    if "choices" in asked:
        letter = str(answer).strip(" ()\"'.").lower()
        return letter if letter in asked["choices"] else None
    try:
        percent = isinstance(answer, str) and "%" in answer
        value = float(answer.strip(" %") if isinstance(answer, str) else answer)
    except (TypeError, ValueError, OverflowError):
        return None
    if asked["unit"] == "share" and (percent or 1 < value <= 100):
        value /= 100
    return value if abs(value) <= sys.float_info.max and (asked["unit"] != "share" or 0 <= value <= 1) else None


def as_text(name, value):
    """Return a guess or a result as text."""
    asked = _asked(name)
    if "choices" in asked:
        text = asked["choices"].get(value, value)
        return text if text == value else f"{value}) {text}"
    if asked["unit"] == "share":
        return f"{value:.1%}".replace(".0%", "%")
    return number(value)


def _verdict(asked, guessed, value):
    """Say how near a guess was."""
    if "choices" in asked:
        return "right" if guessed == value else "not that"
    if asked["unit"] == "share":
        points = 100 * abs(guessed - value)
        unit = "point" if round(points) == 1 else "points"
        return "spot on" if points < 0.5 else f"{points:.0f} {unit} too {'high' if guessed > value else 'low'}"
    if abs(guessed - value) <= 0.02 * abs(value):
        return "spot on"
    if guessed * value <= 0:
        return f"too {'high' if guessed > value else 'low'}"
    times = max(guessed / value, value / guessed)
    return f"{times:.2g} times too {'large' if abs(guessed) > abs(value) else 'small'}"


def claim(text, holds, full_run=True):
    """Print a claim that the lesson makes, and raise AssertionError if the measurement contradicts it.

    Parameters
    ----------
    text : str
        The claim, in words.
    holds : bool
        Whether the measurement agrees.
    full_run : bool
        False in a shortened run, whose networks have learned less: then nothing is concluded.

    Raises
    ------
    AssertionError
        If it does not hold.
    TypeError
        If `holds` is neither True nor False.
    """
    if not isinstance(holds, (bool, np.bool_)):
        raise TypeError(f"A claim holds or does not: expected True or False, found {type(holds).__name__}.")
    if not full_run:
        print(f"Not checked in a shortened run: {text}")
    elif not holds:
        raise AssertionError(
            f"The lesson claims: {text}. This run says otherwise. If you have changed a cell, that may be why: go on "
            "with the next. If not, restart the kernel and run all cells; if it fails again, please report it."
        )
    else:
        print(f"✓ {text}")


def record_results(**results):
    """Print results by name, and store them in the output so that programs that run the notebook can read them.

    Parameters
    ----------
    **results : float
        Accuracies from 0 to 1, such as ``test_accuracy_A=0.98``, printed as per cent; or other numbers.

    Raises
    ------
    TypeError
        If a result is no number.
    ValueError
        If a result is NaN, infinite or too large for a float, which no notebook can store.
    """
    results = {name: value.item() if isinstance(value, np.generic) else value for name, value in results.items()}
    for name, value in results.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{name} is {reprlib.repr(value)}, expected a number.")
        if not abs(value) <= sys.float_info.max:
            raise ValueError(
                f"{name} is {reprlib.repr(value)}, expected a number. Look for a division by zero before this line, or "
                "train with a smaller learning rate."
            )
    results = {name: float(value) for name, value in results.items()}
    _store("\n".join(f"{name}: {readable(value)}" for name, value in results.items()), {"results": results})


def readable(value):
    """Return a number as text: from 0 to 1 as per cent, else as `number` does."""
    return f"{value:.1%}" if 0 <= value <= 1 else number(value)


def number(value):
    """Return a number as text with four digits, or all of those before the point."""
    return f"{value:,.0f}" if abs(value) >= 9999.5 else f"{value:,.4g}"


def _store(text, metadata):
    """Print a text as an output with metadata, which programs that run the notebook can read."""
    display({"text/plain": text}, metadata=metadata, raw=True)
