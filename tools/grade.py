"""Grade what a class handed in: `make grade FOLDER=submissions`. Files may be notebooks, or those of `helpers.hand_in`.

Each answer is put to the course's own check. A number, a letter or a list is read from the file; code is run, each
piece in a process of its own with limits of time and memory, together with those lines of the notebook that it needs.
What needs a training is not run again: there counts what the student's own check said, and the tables say so.

Written are scores.csv (a row for each file), answers.csv (a row for each answer, with what the check says to it),
scores.html (both, for the teacher), and class.html for the projector, which names nobody: the guesses beside what came
out, and the hardest exercises.

Usage: python tools/grade.py FOLDER [--out FOLDER] [--lessons 00,03] [--seconds N] [--megabytes N]
"""

import argparse
import csv
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent))  # where PYTHONSAFEPATH is set, Python does not do that
import isolation
from class_page import hardest, histograms
from run_notebooks import fill, make_writable
from submissions import Submission, read

from helpers.exercises import exercises
from helpers.exercises.grading import grade

COURSE = Path(__file__).resolve().parents[1]
#: How many times the limit of one answer all answers of a file may take together.
FILE = 3


@dataclass
class Verdict:
    """What came of an exercise: "right", "wrong", "open", "missing", or "unknown" where nothing can be said."""

    state: str
    how: str = ""  # "checked" here, or "said" by the student's own check
    ideas: tuple = ()  # what the check says to the wrong answers, the last one last
    answer: str = ""


def main():
    """Grade the files of a folder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="with the files; those in folders within it count as well")
    parser.add_argument("--out", type=Path, default=COURSE / "build" / "grades", help="default: build/grades")
    parser.add_argument("--lessons", help="such as 00,03; default: all of which somebody handed in something")
    parser.add_argument("--seconds", type=float, default=10, help="that an answer may compute (default: 10)")
    parser.add_argument("--megabytes", type=float, default=2_000, help="that an answer may take (default: 2,000)")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")
    paths = files_of(arguments.folder)
    if not paths:
        sys.exit(f"There is no file in {arguments.folder}. Name the folder that holds what was handed in.")
    make_writable(arguments.out)
    start = time.monotonic()
    found = [read(path, path.relative_to(arguments.folder).as_posix()) for path in paths]
    numbers = numbers_of(found, arguments.lessons)
    limits = (arguments.seconds, arguments.megabytes)
    room = psutil.virtual_memory().available / (arguments.megabytes * 1e6)  # for so many answers at a time
    with ThreadPoolExecutor(max(1, min(os.cpu_count() or 1, int(room)))) as pool:
        verdicts = list(pool.map(lambda submission: grade_file(submission, *limits), found))
    try:
        write_tables(found, verdicts, numbers, arguments.out)
    except OSError as error:  # a program may hold a table of before
        sys.exit(f"{error.filename} cannot be written ({error.strerror}). Close it elsewhere, or choose another --out.")
    for submission in found:
        for note in submission.notes:
            print(f"{submission.name}: {note}")
    print(f"{len(found)} files in {time.monotonic() - start:.0f} seconds: {arguments.out / 'scores.html'}")
    print(f"For the projector, without names: {arguments.out / 'class.html'}")


def files_of(folder):
    """Return the files in a folder and in those within it, but for hidden ones."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts)]


def numbers_of(found, lessons):
    """Return the exercises that count: of the lessons that are named, or of all that somebody handed in."""
    there = {number.partition(".")[0] for one in found for number in [*one.answers, *one.missing]}
    wanted = {lesson.strip() for lesson in lessons.split(",")} if lessons else there
    if unknown := wanted - {number.partition(".")[0] for number in exercises()}:
        sys.exit(f"There is no lesson {', '.join(sorted(unknown))}.")
    return [number for number in exercises() if number.partition(".")[0] in wanted]


def grade_file(submission: Submission, seconds, megabytes):
    """Return the verdicts on a file, by the number of the exercise; whatever is in it, nothing is raised."""
    end, verdicts = time.monotonic() + 3 * FILE * seconds, {number: Verdict("missing") for number in submission.missing}
    for number, answers in submission.answers.items():
        each = []
        try:
            for answer in answers:
                if time.monotonic() > end:
                    each.append((Verdict("unknown"), "not graded, since this file took too long."))
                    break
                each.append(judge(number, answer, seconds, megabytes))
        except Exception as error:  # the answer may be anything
            reason = str(error).partition("\n")[0][:100]
            each.append((Verdict("unknown"), f"could not be graded ({type(error).__name__}: {reason})."))
        last = next((verdict for verdict, _ in each if verdict.state == "right"), each[-1][0])
        last.ideas = tuple(dict.fromkeys(idea for verdict, _ in each for idea in verdict.ideas))
        verdicts[number] = last
        submission.notes += [f"{number}: {problem}" for _, problem in each[-1:] if problem]
    return verdicts


def judge(number, answer, seconds, megabytes):
    """Return the verdict on one answer, and what went wrong meanwhile."""
    shown, problem = "", answer.problem
    if answer.value is not ...:
        shown, reply = str(answer.value), grade(number, answer.value)
        return Verdict("wrong" if reply else "right", "checked", (reply,) if reply else (), shown), ""
    if answer.code or answer.network:
        job = {"number": number, "code": answer.code, "expression": answer.expression, "network": answer.network}
        result = isolation.check(job, seconds, megabytes)
        shown = answer.code[-1] if answer.code else "a network"
        problem = result.get("problem", "")
        reply = result.get("reply")
        if answer.right and "(NameError: " in (reply or ""):
            problem = "It uses something besides what was handed in."
        if not problem:
            return Verdict("wrong" if reply else "right", "checked", (reply,) if reply else (), shown), ""
    if answer.right is None:
        return Verdict("unknown", answer=shown), problem or "It needs a training, and its own check was not run."
    ideas = (answer.reply,) if answer.reply and not answer.right else ()
    return Verdict("right" if answer.right else "wrong", "said", ideas, shown), problem


def write_tables(found, verdicts, numbers, out):
    """Write the scores and the answers as CSV and as a page, and the page of the class."""
    rows = [[each.get(number, Verdict("open")) for number in numbers] for each in verdicts]
    scores = [sum(verdict.state == "right" for verdict in row) for row in rows]
    header = ["file", "right", "of", *numbers, "notes"]
    table = [
        [one.name, score, len(numbers), *(verdict.state for verdict in row), " ".join(one.notes)]
        for one, score, row in zip(found, scores, rows, strict=True)
    ]
    write_csv(out / "scores.csv", [header, *table])
    answers = [["file", "exercise", "state", "how", "answer", "what the check says"]]
    for one, row in zip(found, rows, strict=True):
        for number, verdict in zip(numbers, row, strict=True):
            if verdict.state not in ("open", "missing"):
                for idea in verdict.ideas or ("",):
                    answers.append([one.name, number, verdict.state, verdict.how, verdict.answer, idea])
    write_csv(out / "answers.csv", answers)
    columns = list(zip(*rows, strict=True))
    ideas = [
        (number, Counter(idea for verdict in column for idea in verdict.ideas).most_common())
        for number, column in zip(numbers, columns, strict=True)
    ]
    teacher = {"numbers": numbers, "rows": list(zip(found, scores, rows, strict=True)), "ideas": ideas}
    fill("class_scores.html.j2", out / "scores.html", **teacher)
    pictures = histograms([one.guesses for one in found], [one.outcomes for one in found])
    fill("class_guesses.html.j2", out / "class.html", pictures=pictures, hardest=hardest(numbers, columns, ideas))


def write_csv(path, rows):
    """Write rows that a spreadsheet opens, and never runs: what looks like a formula gets an apostrophe before it.

    Some take a semicolon, too, for the end of a cell; so texts have none, and no ends of lines.
    """
    with path.open("w", newline="", encoding="utf-8-sig", errors="backslashreplace") as file:
        for row in rows:
            texts = [" ⏎ ".join(str(cell).replace(";", ",").replace("\t", " ").splitlines()) for cell in row]
            csv.writer(file).writerow([f"'{text}" if text.startswith(("=", "+", "-", "@")) else text for text in texts])


if __name__ == "__main__":
    main()
