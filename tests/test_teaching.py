"""TEACHING.md keeps to the course: its schedules add up, and what it names exists."""

import re
import shlex
from pathlib import Path

import papermill
import pytest
from count_minutes import exercises_of, minutes_of, sections_of
from test_documents import NOTEBOOKS, prose

from helpers.exercises import exercises
from helpers.lesson import RANGES

EXERCISES = exercises()

COURSE = Path(__file__).resolve().parents[1]
README, GUIDE = ((COURSE / name).read_text(encoding="utf-8") for name in ("README.md", "TEACHING.md"))
SCHEDULES = re.findall(r"^### (.*?(\d+) minutes)$(.*?)(?=^##)", GUIDE, re.M | re.S)


def rows(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in re.findall(r"^\|.*", table, re.M)][2:]


@pytest.mark.parametrize(("minutes", "table"), [schedule[1:] for schedule in SCHEDULES], ids=[s[0] for s in SCHEDULES])
def test_a_schedule_adds_up(minutes, table):
    elapsed = 0
    for start, duration, *_ in rows(table):
        assert start == f"{elapsed // 60}:{elapsed % 60:02}"
        elapsed += int(duration)
    assert elapsed == int(minutes)


@pytest.mark.parametrize("table", [schedule[2] for schedule in SCHEDULES[1:]], ids=[s[0] for s in SCHEDULES[1:]])
def test_what_a_row_names_fits_its_minutes(table):
    """By the count of the script; what is left out is run, but takes no time."""
    for _, duration, what, left_out in rows(table):
        if not re.match(r"\d\d\b", what):
            continue
        notebook = next(found for name, found in NOTEBOOKS.items() if name.startswith(what[:2]))
        sections, exercises = sections_of(notebook), exercises_of(notebook)
        named, without = (re.findall(r"\*([^*]+)\*", text) for text in (what, left_out))
        assert {*named, *without} <= set(sections)
        taken = sum(sections[name] for name in named or set(sections) - set(without))
        taken += sum(exercises[number] for number in re.findall(r"\d\d\.\d", what))
        assert taken <= int(duration) + 1, (what, taken)


def test_there_are_three_schedules_and_their_sections_are_in_the_notebooks():
    assert len(SCHEDULES) == 3
    names = [
        name
        for schedule in SCHEDULES
        for row in rows(schedule[2])
        for name in re.findall(r"\*([^*]+)\*", " ".join(row[2:]))
    ]
    headings = re.findall(r"^#+ (.*)$", "\n".join(map(prose, NOTEBOOKS.values())), re.M)
    assert len(names) >= 20
    assert not [name for name in names if not any(name.lower() in heading.lower() for heading in headings)]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_minutes_are_those_that_the_script_counts(name):
    """On the map of the README and of notebook 00, in the opening of the notebook, and in the guide."""
    lesson, exercises = minutes_of(NOTEBOOKS[name])
    assert re.search(rf"notebooks/{name}.ipynb\).*\| {lesson} \({exercises}\) \|$", README, re.M)
    here = rf"\[[^]]*\]\({name}.ipynb\)" if name != "00_start_here" else r"\*\*00 Start here\*\*"
    assert re.search(rf"\| {here} .*\| {lesson} \({exercises}\) \|$", prose(NOTEBOOKS["00_start_here"]), re.M)
    assert f"**Time:** {lesson} minutes, or {exercises} with the exercises." in NOTEBOOKS[name].cells[0].source
    title = NOTEBOOKS[name].cells[0].source.splitlines()[0].removeprefix("# ")
    title = "## " + (title if name.startswith("appendix") else title.partition(":")[0])
    assert re.search(rf"^{title}.*\n\n{lesson} minutes, {exercises} with exercises", GUIDE, re.M), title


def test_papermill_lines_name_notebooks_and_parameters_that_exist():
    lines = re.findall(r"^(?:\| `|\s*)(papermill [^`\n]*)", GUIDE + "\n" + README, re.M)
    assert len(lines) >= 3
    for line in lines:
        words = [word for word in shlex.split(line) if word != "--prepare-only"]
        source, target, options = words[1], words[2], words[3:]
        known = papermill.inspect_notebook(str(COURSE / source))
        assert target.endswith(".ipynb") and not (COURSE / target).exists()
        assert options[0::3] == ["-p"] * (len(options) // 3) and len(options) % 3 == 0
        for parameter, value in zip(options[1::3], options[2::3], strict=True):
            lowest, highest = RANGES[parameter]
            assert parameter in known and lowest <= int(value) <= highest


def test_exercises_that_are_named_exist():
    assert set(re.findall(r"\b0[0-8]\.\d\b", GUIDE)) <= set(EXERCISES)
