"""Check an answer, and reply to it. The kinds of exercises are explained in helpers/texts/README.md."""

import functools
import reprlib
import traceback

import numpy as np

from helpers.exercises.functions import TRY_AGAIN, grade_function
from helpers.lesson import TEXTS, texts
from helpers.records import note_answer


@functools.cache
def exercises():
    """Return all exercises by number, such as "03.1" or "speed.2", in the order of the course."""
    stems = sorted(path.stem for path in TEXTS.glob("*.toml"))
    lessons = [stem[:2] if stem[:2].isdigit() else stem.split("_")[-1] for stem in stems]
    return {f"{lesson}.{i}": found for lesson in lessons for i, found in texts(lesson)["exercises"].items()}


def grade(number, answer):
    """Return what to say to a wrong answer; None if it is right."""
    exercise = exercises()[number]
    graders = {"letter": _grade_letter, "number": _grade_numbers, "share": _grade_numbers, "list": _grade_numbers}
    try:
        if exercise["kind"] == "function":
            return grade_function(answer, exercise["function"])
        if exercise["kind"] == "network":
            from helpers.exercises.networks import grade_network

            return grade_network(answer, exercise["network"])
        return graders[exercise["kind"]](exercise, answer)
    except (Exception, SystemExit) as error:
        reason = (traceback.format_exception_only(error) or [""])[-1].strip()
        return f"Your answer, a {type(answer).__name__}, could not be checked ({reason}). {TRY_AGAIN}"


def check_answer(number, answer, explain=True):
    """Print whether `answer` solves the exercise `number`, and if not, what may have gone wrong.

    Raises nothing, whatever the answer is: an error in it is explained instead.

    Parameters
    ----------
    number : str
        As printed above the exercise, such as "01.2".
    answer : object
        What the exercise asks for; ``...`` counts as not answered yet.
    explain : bool
        Say why a right answer is right, and keep the answer for `helpers.progress`. The folded solutions do neither:
        their outputs stand in the open, and they are not the reader's.
    """
    if not isinstance(number, str) or number not in exercises():
        print(f"There is no exercise {number!r}. The exercises are {', '.join(exercises())}.")
        return
    if answer is None or answer is ...:
        print(f"{number}: not answered yet. Put your answer in place of the dots and run the cell again.")
        return
    reply = grade(number, answer)
    if explain and "returns nothing yet" not in (reply or ""):  # as the course leaves a function
        note_answer(number, answer, reply is None)
    if reply is None:
        print(f"{number}: right. {exercises()[number]['right']}" if explain else f"{number}: right.")
    else:
        print(f"{number}: not yet. {reply}")


def continue_with(number, answer, otherwise):
    """Return the learner's own work if it solves the exercise, else what the course has instead; say which.

    Parameters
    ----------
    number : str
        The exercise, such as "05.2".
    answer : object
        What the learner made there; ``...`` if nothing.
    otherwise : callable
        Called without arguments if the answer is not right, such as `helpers.sigmoid_sgd`.
    """
    if answer is not None and answer is not ... and grade(number, answer) is None:
        print("Going on with yours.")
        return answer
    print(f"Going on with the one from helpers. When {number} is right, run this cell again to go on with yours.")
    return otherwise()


def _grade_letter(exercise, answer):
    """Reply to the choice of a letter."""
    letter = str(answer).strip(" ()[]'\".,").lower()
    replies = dict(exercise["wrong"])
    if letter == exercise["answer"]:
        return None
    letters = ", ".join(sorted([exercise["answer"], *replies]))
    return replies.get(letter, f"Choose one of {letters}, and write it as a string such as 'a'.")


def _grade_numbers(exercise, answer):
    """Reply to a number, a share (which may be given in per cent) or a list of numbers."""
    expected, share = exercise["answer"], exercise["kind"] == "share"
    count = np.size(expected)
    wanted = f"{count} numbers, as a list" if exercise["kind"] == "list" else "one number"
    found = _read_numbers(answer)
    if found is None:
        shown = reprlib.repr(answer)
        return f"Expected {wanted}, found {shown if len(shown) < 100 else shown[:100] + '...'}."
    if share and found.size == 1 and (found.item() > 1 or (isinstance(answer, str) and "%" in answer)):
        found = found / 100
    alike = [(np.ravel(value), *more) for value, *more in exercise.get("wrong", []) if np.size(value) == found.size]
    for value, reply, within in (wrong for wrong in alike if len(wrong) == 3):
        if np.allclose(found, value, rtol=0, atol=within):
            return reply
    if found.size == count and np.allclose(found, np.ravel(expected), rtol=0, atol=exercise.get("tolerance", 0)):
        return None
    value, reply, *_ = min(alike, key=lambda wrong: np.abs(found - wrong[0]).max(), default=(np.inf, ""))
    if reply and np.allclose(found, value, rtol=5e-4, atol=1e-9):
        return reply
    if found.size != count:
        comma = " Write large numbers without a comma." if count == 1 < found.size else ""
        return f"Expected {wanted}, found {found.size}.{comma}"
    if count == 1:
        return f"{found.item():g} is too {'large' if found.item() > expected else 'small'}. {TRY_AGAIN}"
    return TRY_AGAIN


def _read_numbers(answer):
    """Return an answer, which may be a text such as "1, 2", as an array of numbers in one row; None if it is none."""
    values = answer.strip(" ()[]%,").split(",") if isinstance(answer, str) else answer
    try:
        found = np.asarray(values)
        found = found.astype(float) if found.dtype.kind == "U" else found
    except ValueError:
        return None
    return found.ravel() if found.dtype.kind in "uif" and not np.isnan(found).any() else None
