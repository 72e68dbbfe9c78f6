"""Keep what a reader answered and guessed, in small files of their own folder, so that later notebooks know it."""

import contextlib
import inspect
import json

import numpy as np

from helpers.files import mine, write_atomically

#: How many of the last answers to an exercise are kept.
KEPT = 5
#: Characters of a text, a function's source or a network's description beyond which an answer is not kept.
LONGEST = {"value": 20, "function": 4_000, "network": 40_000}


def read_record(lesson):
    """Return what the reader did in a lesson; nothing if there is no record, or a damaged one.

    Parameters
    ----------
    lesson : str
        As in `helpers.lesson.texts`, such as "03" or "speed".

    Returns
    -------
    dict
        "answers": by the number of the exercise, the last answers, each a dict of its kind ("value", "function" or
        "network", if it can be kept) and "right", a bool. "guesses": by name, a dict of "guess" and perhaps "outcome".
    """
    found = {}
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(mine(f"progress/{lesson}.json").read_text(encoding="utf-8"))
    found = found if isinstance(found, dict) else {}
    return {kind: part if isinstance(part := found.get(kind), dict) else {} for kind in ("answers", "guesses")}


def note_answer(number, answer, right):
    """Keep an answer to an exercise, such as "03.2". Where nothing can be written, the lesson goes on without."""
    kept = {**portable(answer), "right": right}
    with _changed(number.partition(".")[0]) as record:
        earlier = [one for one in record["answers"].get(number, []) if one != kept]
        record["answers"][number] = [*earlier, kept][-KEPT:]


def note_guess(name, **what):
    """Keep the ``guess`` of a name such as "04-accuracy", or its ``outcome``."""
    with _changed(name.partition("-")[0]) as record:
        before = {} if "guess" in what else record["guesses"].get(name, {})
        record["guesses"][name] = before | what


@contextlib.contextmanager
def _changed(lesson):
    """Give the record of a lesson, and store it if it was changed."""
    record = read_record(lesson)
    before = json.dumps(record)
    yield record
    if json.dumps(record) != before:
        with contextlib.suppress(OSError):
            write_atomically(mine(f"progress/{lesson}.json"), json.dumps(record, indent=1).encode())


def portable(answer):
    """Return an answer in a form that can be handed on: numbers, a word, a function's source, a network's layers.

    Nothing that may name a person, a machine or a folder is in it, unless the learner wrote that into a function.
    """
    found = {}
    with contextlib.suppress(Exception):  # an answer may be anything
        if hasattr(answer, "to_json") and hasattr(answer, "layers"):
            found = {"network": answer.to_json()}
        elif callable(answer):
            found = {"function": inspect.cleandoc(inspect.getsource(answer))}
        else:
            values = np.asarray(answer)
            if values.size <= 20 and values.dtype.kind in "biufU" and not np.any(values == np.inf):
                found = {"value": values.tolist()}
    kind, kept = next(iter(found.items()), ("value", ""))
    text = kept if isinstance(kept, str) else json.dumps(kept)
    if len(text) > LONGEST[kind] * (10 if isinstance(kept, list) else 1) or (kind == "value" and set(text) & set("/\\@")):
        return {}
    return found
