"""Keep what a reader answered and guessed, in small files of their own folder, so that later notebooks know it."""

import contextlib
import inspect
import json
import sys
import textwrap
import types

import numpy as np

from helpers.files import mine, write_atomically

#: How many of the last answers to an exercise are kept.
KEPT = 5
#: Characters beyond which an answer of this kind is not kept.
LONGEST = {"value": 200, "function": 4_000, "network": 40_000}


def read_record(lesson):
    """Return what the reader did in a lesson, without what is damaged; nothing if there is no record.

    Parameters
    ----------
    lesson : str
        As in `helpers.lesson.texts`, such as "03" or "speed".

    Returns
    -------
    dict
        "answers": by the number of the exercise, the last answers, each a dict of "right", a bool, and if it can be
        kept, the answer by its kind: "value", "function" or "network". "guesses": by name, a dict of "guess" and, if
        it came out already, "outcome".
    """
    found = {}
    with contextlib.suppress(OSError, ValueError, RecursionError):
        found = json.loads(mine(f"progress/{lesson}.json").read_text(encoding="utf-8"))
    parts = [found.get(kind) if isinstance(found, dict) else None for kind in ("answers", "guesses")]
    answers, guesses = (part if isinstance(part, dict) else {} for part in parts)
    whole = {
        number: [one for one in them if isinstance(one, dict) and isinstance(one.get("right"), bool)]
        for number, them in answers.items()
        if isinstance(them, list)
    }
    return {
        "answers": {number: them for number, them in whole.items() if them},
        "guesses": {name: guess for name, guess in guesses.items() if isinstance(guess, dict)},
    }


def note_answer(number, answer, right):
    """Keep an answer to an exercise, such as "03.2". Where nothing can be written, the lesson goes on without."""
    record, kept = read_record(number.partition(".")[0]), {**portable(answer), "right": right}
    earlier = [one for one in record["answers"].get(number, []) if one != kept]
    record["answers"][number] = [*earlier, kept][-KEPT:]
    _write(number.partition(".")[0], record)


def note_guess(name, **what):
    """Keep the ``guess`` of a name such as "04-accuracy", or its ``outcome``."""
    lesson = name.partition("-")[0]
    record = read_record(lesson)
    record["guesses"][name] = what if "guess" in what else record["guesses"].get(name, {}) | what
    _write(lesson, record)


def _write(lesson, record):
    """Store the record of a lesson, each in a file of its own, since several notebooks may be open."""
    if record != read_record(lesson):
        with contextlib.suppress(OSError):
            write_atomically(mine(f"progress/{lesson}.json"), json.dumps(record, indent=1).encode())


def portable(answer):
    """Return an answer in a form that can be handed on; an empty dict if it has none.

    It names no person, machine or folder, unless the learner wrote that into a function: a text with a slash or an @ is
    left out.

    Returns
    -------
    dict
        One of "value" (a number, a short text or a list of them), "function" (its source) and "network" (its layers,
        optimizer and loss as JSON).
    """
    try:
        if isinstance(answer, types.FunctionType):
            found = {"function": textwrap.dedent(inspect.getsource(answer))}
        elif isinstance(answer, getattr(sys.modules.get("keras"), "Model", ())):
            found = {"network": answer.to_json()}
        elif np.size(answer) > LONGEST["value"]:
            return {}
        else:
            found = {"value": np.asarray(answer).tolist()}
        text = json.dumps(found, allow_nan=False)
    except Exception:  # an answer may be anything
        return {}
    private = "value" in found and set(str(found["value"])) & set("/\\@")
    return {} if private or len(text) > LONGEST[next(iter(found))] else found
