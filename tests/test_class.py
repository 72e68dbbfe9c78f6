"""What a class gets: the archive, the questions with letters, and the concept inventory."""

import re
import zipfile
from html.parser import HTMLParser

import classroom
import pytest
import questions
from moodle_xml_parser.parser import parse_file

from helpers.exercises import exercises

COURSE = classroom.COURSE


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The archive of a class, unpacked, and the students' archive in it as well."""
    folder = tmp_path_factory.mktemp("class")
    with zipfile.ZipFile(classroom.write_class(folder / "class.zip")) as archive:
        archive.extractall(folder)
    with zipfile.ZipFile(folder / "students.zip") as archive:
        archive.extractall(folder / "students")
    return folder


@pytest.mark.parametrize(("name", "given"), [("questions", questions.lettered), ("inventory", questions.inventory)])
def test_the_files_for_moodle_hold_the_questions_with_a_reply_to_each_choice(name, given, unpacked):
    read = parse_file(str(unpacked / "for_the_teacher" / f"{name}_moodle.xml"))["multichoice"]
    assert [question.name for question in read] == [question["name"] for question in given()]
    for question, wanted in zip(read, given(), strict=True):
        assert question.single and not question.shuffle_answers and len(question.text_pre_parse) > 30
        assert [option.score_fraction for option in question.options].count(100) == 1 and len(question.options) == 4
        for letter, option in zip("abcd", question.options, strict=True):
            assert (option.score_fraction == 100) == (letter == wanted["answer"])
            assert len(text_of(option.answer)) > 1 and len(text_of(option.feedback)) > 5
            assert "](" not in option.feedback + option.answer + question.text_pre_parse


class Text(HTMLParser):
    """The text of a piece of HTML."""

    def __init__(self, source):
        super().__init__()
        self.text = ""
        self.feed(source)

    def handle_data(self, data):
        self.text += data


def text_of(source):
    return Text(source).text.strip()


def test_all_exercises_with_letters_are_there():
    letters = [number for number, exercise in exercises().items() if exercise["kind"] == "letter"]
    assert sorted(question["name"] for question in questions.lettered()) == sorted(letters) and len(letters) >= 17
    assert set(questions.asked()) == set(exercises())


def test_every_wrong_choice_of_the_inventory_has_a_cell_that_shows_otherwise():
    """By running: the cell is code, and its stored outputs are what it shows."""
    asked = questions.inventory()
    ideas = [question["idea"] for question in asked]
    assert len(asked) == 18 and len(set(ideas)) == 9 and all(ideas.count(idea) == 2 for idea in ideas)
    assert all([question["answer"] for question in asked].count(letter) >= 3 for letter in "abcd")
    for question in asked:
        assert sorted([*question["cells"], question["answer"]]) == list("abcd") == sorted(question["choices"])
        for short, cell_id in question["cells"].values():
            cell = next(cell for cell in questions.notebooks()[short].cells if cell.id == cell_id)
            assert cell.cell_type == "code" and cell.outputs, (short, cell_id)


def test_the_inventory_is_scored_before_and_after(tmp_path, monkeypatch, capsys):
    right = [question["answer"] for question in questions.inventory()]
    wrong = [min(question["cells"]) for question in questions.inventory()]
    numbers = ";".join(str(i) for i in range(1, 19))
    lines = [f'"Who";when;{numbers}']
    for who in ("blue", "owl"):
        lines += [f"{who};before;{';'.join(right[:9] + wrong[9:])}", f"{who};After;{';'.join(right[:17])};"]
    lines += [f"M\xfcller;before;{';'.join(right[:9] + wrong[9:])}", "nobody"]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(lines), encoding="cp1252")
    found = questions.score(questions.read_table(table))
    assert found["before"]["mean"] == 0.5 and found["after"]["mean"] == pytest.approx(17 / 18)
    assert found["before"]["people"] == 3 and found["both"] == 2
    assert found["gain"] == pytest.approx(8 / 9) and found["after"]["ideas"]["Sure is right"] == 0.5
    assert found["before"]["wrong"][10, wrong[9]] == 3 and not found["after"]["wrong"]
    monkeypatch.setattr("sys.argv", ["questions.py", "--score", str(table)])
    questions.main()
    assert "both times: 2. Of what they had wrong before, 89% is right after" in capsys.readouterr().out
    table.write_text("who,when,1\nblue,before,a\n")
    with pytest.raises(SystemExit, match="no column 10, 11"):
        questions.main()


def test_the_archive_is_a_zip(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["classroom.py", "--out", "class.2026"])
    with pytest.raises(SystemExit):
        classroom.main()
    assert "ends in .zip, not class.2026" in capsys.readouterr().err


def test_students_get_what_the_notebooks_need_and_no_solution(unpacked):
    course = unpacked / "students" / "digits"
    assert {path.name for path in COURSE.glob("notebooks/*")} - {".ipynb_checkpoints"} <= {
        path.name for path in (course / "notebooks").iterdir()
    }
    for path in course.glob("notebooks/*"):
        text = path.read_text(encoding="utf-8")
        assert "# Solution" not in text and "image/png" not in text
        for target in re.findall(r"\]\((?!\w+:|#)([^)\s#]+)", text):
            assert (course / "notebooks" / target).resolve().exists(), (path.name, target)
    for path in ("data/mnist.npz", "tools/check_environment.py", "tools/lab.py", "begin_windows.html", "Makefile"):
        assert (course / path).exists()
    assert not list(course.rglob("inventory*")) and not list(course.rglob("*.pyc"))


def test_the_teacher_gets_a_key_to_every_exercise(unpacked):
    page = (unpacked / "for_the_teacher" / "solutions.html").read_text(encoding="utf-8")
    assert re.findall(r"<h3>(\w+\.\d) ", page) == list(exercises())
    assert "best_rate = max(shares, key=shares.get)" in page and "check_answer" not in page
    for name in ("inventory", "inventory_key", "exit_ticket"):
        assert (unpacked / "for_the_teacher" / f"{name}.html").stat().st_size > 1_000


def test_the_commands_of_the_sheets_name_what_is_there(unpacked):
    for system in classroom.SYSTEMS:
        page = text_of((unpacked / f"begin_{system}.html").read_text(encoding="utf-8"))
        files = re.findall(r"(?:python |-r )([\w./]+\.(?:py|txt))", page)
        assert len(files) == 3 and all((unpacked / "students" / "digits" / name).exists() for name in files)
        assert "{{" not in page
