"""Tell a reader what is solved and what is open, and put that into a file to hand in."""

import json

from helpers.exercises.grading import exercises
from helpers.files import as_path, mine, write_atomically
from helpers.lesson import texts
from helpers.records import read_record

#: What a file to hand in says that it is.
FORM = {"course": "handwritten digits", "form": 1}


def lessons():
    """Return the numbers of all lessons that have exercises, such as "03" or "speed", in the order of the course."""
    return list(dict.fromkeys(number.partition(".")[0] for number in exercises()))


def progress(*chosen):
    """Print which exercises are solved and which are open, and how many guesses were made.

    Parameters
    ----------
    *chosen : str
        Lessons, such as "03" or "speed"; all if there is none.

    Raises
    ------
    ValueError
        If there is no such lesson.
    """
    if unknown := set(chosen) - set(lessons()):
        raise ValueError(
            f"There is no lesson {', '.join(map(repr, sorted(unknown)))}; there are {', '.join(lessons())}."
        )
    rows = {lesson: _row(lesson) for lesson in chosen or lessons()}
    begun = {lesson: row for lesson, row in rows.items() if row["tried"] or row["guessed"]}
    for lesson, row in begun.items():
        still = ", ".join(f"{n} (tried)" if n in row["tried"] else n for n in row["open"])
        guesses = f"{row['guessed']} of {row['asked']} guesses"
        print(f"{lesson}: {row['solved']} of {row['exercises']} solved, {guesses}{'; open: ' + still if still else ''}")
    if rest := [lesson for lesson in rows if lesson not in begun]:
        print(f"Not begun: {', '.join(rest)}")
    solved, all_of_them = (sum(row[key] for row in rows.values()) for key in ("solved", "exercises"))
    print(f"In all, {solved} of {all_of_them} exercises are solved.")


def _row(lesson):
    """Count what is solved, tried, open and guessed in a lesson."""
    answers, guesses = read_record(lesson).values()
    numbers = [f"{lesson}.{i}" for i in texts(lesson)["exercises"]]
    solved = [number for number in numbers if any(one["right"] for one in answers.get(number, []))]
    return {
        "exercises": len(numbers),
        "solved": len(solved),
        "tried": [number for number in numbers if number in answers],
        "open": [number for number in numbers if number not in solved],
        "asked": len(texts(lesson)["guesses"]),
        "guessed": len(guesses),
    }


def hand_in(path=None):
    """Write your answers and guesses to a file that you can hand in; it has no name, no machine and no folder in it.

    Your functions are in it as you wrote them, with their comments.

    Parameters
    ----------
    path : str or Path, optional
        Ends in ``.json``; otherwise `hand_in.json` in your own folder, `mine/`.

    Raises
    ------
    OSError
        If the file cannot be written there.
    TypeError, ValueError
        If `path` is no path, or does not end in ``.json``.
    """
    path = as_path(mine("hand_in.json") if path is None else path, ".json")
    records = {lesson: read_record(lesson) for lesson in lessons()}
    parts = {
        kind: {k: v for record in records.values() for k, v in record[kind].items()} for kind in ("answers", "guesses")
    }
    path = write_atomically(path, json.dumps(FORM | parts, indent=1).encode())
    where = "your folder mine/" if path.parent.name == "mine" else f"the folder {path.parent.name}/"
    counted = f"Exercises answered: {len(parts['answers'])}, guesses: {len(parts['guesses'])}"
    print(f"{counted}. They are in {path.name}, in {where}: hand in that file.")
