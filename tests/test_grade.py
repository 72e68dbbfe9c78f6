"""Progress, and grading a folder: each kind of file that a class hands in, right, wrong and broken."""

import csv
import json
import os
import sys

import grade
import isolation
import nbformat
import psutil
import pytest
from cells import needed_for
from class_page import edges_of, histogram, place
from submissions import Answer, read

import helpers
from helpers.exercises import exercises
from helpers.exercises.grading import grade as grade_answer
from helpers.records import portable, read_record

PLAIN = 'answer = 1.7\ncheck_answer("03.2", answer)'
SLOPE = "def slope(function, place):\n    return {}\n\n\ncheck_answer('03.4', slope)"
RIGHT = "(function(place + nudge) - function(place)) / nudge"
UPHILL = "That step goes uphill"


@pytest.fixture
def own(monkeypatch, tmp_path):
    """An empty folder of the reader's own."""
    monkeypatch.setenv("DIGITS_MINE", str(tmp_path / "mine"))
    return tmp_path / "mine"


def notebook(path, *sources, printed=""):
    """Write a notebook; the last of its cells has printed something."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    if printed:
        cells[-1].outputs = [nbformat.v4.new_output("stream", text=printed)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)


def graded(folder, out, monkeypatch, *options):
    """Grade a folder; return the rows of both tables by file."""
    monkeypatch.setattr("sys.argv", ["grade.py", str(folder), "--out", str(out), *options])
    grade.main()
    tables = []
    for name in ("scores.csv", "answers.csv"):
        with (out / name).open(newline="", encoding="utf-8-sig") as file:
            tables.append(list(csv.DictReader(file)))
    return {row["file"]: row for row in tables[0]}, tables[1]


def test_what_was_answered_is_told_and_handed_in_without_names(own, capsys, tmp_path):
    helpers.check_answer("03.2", 2.3)
    helpers.check_answer("03.2", 1.7)
    helpers.check_answer("03.3", "b", explain=False)  # a folded solution is not the reader's
    helpers.check_answer("03.1", "/home/somebody/answer.txt")
    helpers.check_answer("03.5", ...)
    helpers.check_answer("03.4", lambda function, place: ...)
    helpers.guess("03-epoch", 0.5)
    helpers.outcome("03-epoch", 0.91)
    capsys.readouterr()
    helpers.progress("03", "04")
    printed = capsys.readouterr().out
    assert "03: 1 of 6 solved, 1 of 5 guesses; open: 03.1 (tried), 03.3, 03.4" in printed and "Not begun: 04" in printed
    with pytest.raises(ValueError, match="no lesson '3'; there are 00"):
        helpers.progress("3")
    assert helpers.hand_in() is None  # a path would stand in the notebook
    text = helpers.mine("hand_in.json").read_text(encoding="utf-8")
    assert "somebody" not in text and str(tmp_path) not in text + capsys.readouterr().out
    assert json.loads(text)["answers"]["03.2"] == [{"value": 2.3, "right": False}, {"value": 1.7, "right": True}]
    assert json.loads(text)["guesses"] == {"03-epoch": {"guess": 0.5, "outcome": 0.91}}


def test_a_damaged_record_or_a_folder_that_cannot_be_written_stops_no_lesson(own, capsys, monkeypatch, tmp_path):
    for damage in ("{", "[]", '{"answers": 3}'):
        (own / "progress").mkdir(parents=True, exist_ok=True)
        (own / "progress" / "03.json").write_text(damage)
        helpers.check_answer("03.2", 1.7)
        assert read_record("03")["answers"]["03.2"][-1]["right"] is True
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DIGITS_MINE", str(tmp_path / "file"))
    helpers.check_answer("03.2", 1.7)
    assert capsys.readouterr().out.count("03.2: right") == 4


def test_a_class_is_graded_and_broken_files_stop_nobody(own, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "room"
    (folder / "Ada_1").mkdir(parents=True)

    def slope(function, place):
        return function(place + 0.001) - function(place)

    for number, answer in {"03.2": 2.3, "00.1": 1563, "03.4": slope}.items():
        helpers.check_answer(number, answer)
    helpers.check_answer("03.2", 1.7)
    helpers.guess("03-epoch", 0.5)
    helpers.outcome("03-epoch", 0.91)
    helpers.guess("03-rate", "b")
    helpers.outcome("03-rate", "Ada was here")
    helpers.hand_in(folder / "Ada_1" / "hand_in.json")
    guess = 'guess("03-epoch", 0.9)'
    others = [f"answer = ...\ncheck_answer('03.{i}', answer)" for i in (3, 5)]
    notebook(folder / "code.ipynb", "nudge = 1e-5", guess, *others, SLOPE.format(RIGHT))
    notebook(folder / "wrong.ipynb", PLAIN.replace("1.7", "2.3"), 'answer = b\ncheck_answer("03.3" answer)')
    notebook(
        folder / "endless.ipynb", "answer = 0\nwhile True:\n    answer += 1\n" + 'check_answer("03.2", answer)', PLAIN
    )
    lie = "def check_answer(number, answer):\n    print(f'{number}: right.')"
    notebook(folder / "altered.ipynb", lie, PLAIN.replace("1.7", "tune()"), printed="03.2: right. \n")
    trains = "model.fit(x, y)\nanswer = 0.9\nbest_rate = len(x)\ncheck_answer('03.6', best_rate)"
    notebook(folder / "trained.ipynb", trains, printed="03.6: not yet. That one still crawls, Ada.\n")
    (folder / "words.ipynb").write_text("My answers: b, c, a")
    (folder / "cut.ipynb").write_text((folder / "code.ipynb").read_text()[:300])
    scores, answers = graded(folder, tmp_path / "out", monkeypatch, "--seconds", "3", "--lessons", "00, 03")
    assert len(scores) == 8
    hand_in = scores["Ada_1/hand_in.json"]
    assert [hand_in[number] for number in ("00.1", "03.2", "03.3")] == ["right", "right", "open"]
    assert scores["code.ipynb"]["03.4"] == "right" and "03.1, 03.2, 03.6" in scores["code.ipynb"]["notes"]
    assert (scores["wrong.ipynb"]["03.2"], scores["wrong.ipynb"]["03.3"]) == ("wrong", "unknown")
    assert scores["endless.ipynb"]["03.2"] == "right"  # in the second of its cells
    assert scores["altered.ipynb"]["03.2"] == "unknown" and "another meaning" in scores["altered.ipynb"]["notes"]
    assert scores["trained.ipynb"]["03.6"] == "wrong"
    assert all("neither a notebook" in scores[name]["notes"] for name in ("words.ipynb", "cut.ipynb"))
    assert hand_in["03.4"] == "wrong" and hand_in["notes"] == ""
    said = {(row["file"], row["exercise"]): (row["how"], row["what the check says"]) for row in answers}
    assert said["Ada_1/hand_in.json", "03.2"][1].startswith(UPHILL)  # what she thought before
    assert said["Ada_1/hand_in.json", "03.4"][0] == "checked" and "nudge" in said["Ada_1/hand_in.json", "03.4"][1]
    assert said["trained.ipynb", "03.6"] == ("said", "That one still crawls, Ada.")
    page = (tmp_path / "out" / "class.html").read_text(encoding="utf-8")
    assert "What share of new digits" in page and "← here" in page and "91%" in page and "Ada" not in page
    assert f"2 x {UPHILL}" in page and "Ada_1" in (tmp_path / "out" / "scores.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (SLOPE.format(f"[0 for nudge in iter(int, 1)] or {RIGHT}"), "more than 1 seconds"),
        ("import numpy as np\nones = [np.ones(10**7) for _ in range(10**4)]\n" + SLOPE.format(0), "MB of memory"),
        ("import os\nopen('result.json', 'w').write('[]')\nos._exit(0)\n" + SLOPE.format(0), "ended the process"),
        ("open('large', 'wb').truncate(10**9)\n" + SLOPE.format(0), "OSError"),
        (SLOPE.format(f"{RIGHT}").replace("slope(", "other("), "NameError: name 'slope'"),
    ],
    ids=["endless", "memory", "exit", "disk", "another name"],
)
def test_code_that_does_harm_costs_one_answer(source, says, tmp_path):
    limits = (1 if "seconds" in says else 10, 300 if "memory" in says else 2_000)
    notebook(tmp_path / "one.ipynb", PLAIN, source)
    submission = read(tmp_path / "one.ipynb", "one")
    verdicts = grade.grade_file(submission, *limits)
    assert verdicts["03.2"].state == "right" and verdicts["03.4"].state == "unknown"
    assert says in " ".join(submission.notes)


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and fifos")
def test_nothing_that_code_leaves_behind_is_believed_or_goes_on(tmp_path):
    too_large = " " * 200_000 + '{"reply": null}'
    for text in ("[]", "{}", '{"reply": ["x"]}', '{"problem": 3}', "[" * 50_000, too_large):
        (tmp_path / "text").write_text(text)
        assert isolation.read_result(tmp_path / "text") == {"problem": "Its code ended the process."}
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("/dev/zero")
    assert all("ended" in isolation.read_result(tmp_path / name)["problem"] for name in ("fifo", "link", "none"))
    lost = f"""import os, shutil, time, helpers
shutil.rmtree(helpers.__path__[0])
if not os.fork():
    os.setsid()
    if os.fork():
        os._exit(0)
    open({str(tmp_path / "pid")!r}, "w").write(str(os.getpid()))
    time.sleep(60)
while not os.path.exists({str(tmp_path / "pid")!r}):
    time.sleep(0.01)
time.sleep(0.1)
"""
    job = {"number": "03.4", "code": [lost + SLOPE.format(RIGHT)], "expression": "slope"}
    assert isolation.check(job, 10, 2_000)["problem"].startswith("Its code fails")
    pid = int((tmp_path / "pid").read_text())
    assert not psutil.pid_exists(pid) or psutil.Process(pid).wait(5) is None
    assert (isolation.COURSE / "helpers" / "__init__.py").exists()


def test_what_cannot_be_graded_leaves_the_other_answers(tmp_path, monkeypatch):
    notebook(tmp_path / "one.ipynb", PLAIN, SLOPE.format(RIGHT))
    submission = read(tmp_path / "one.ipynb", "one")
    monkeypatch.setattr(isolation.tempfile, "tempdir", str(tmp_path / "gone"))
    verdicts = grade.grade_file(submission, 10, 2_000)
    assert verdicts["03.2"].state == "right" and verdicts["03.4"].state == "unknown"
    assert "03.4: could not be graded (FileNotFoundError" in " ".join(submission.notes)


def test_an_odd_cell_costs_one_answer_and_an_odd_text_none(own, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "room"
    folder.mkdir()
    odd = {
        "twice": "def slope(function, function):\n    pass\ncheck_answer('03.4', slope)",
        "nonlocal": "nonlocal slope\ncheck_answer('03.4', slope)",
        "deep": f"total = {'+'.join('1' * 3_000)}\ncheck_answer('03.4', total)",
        "large": f"answer = 0x{'f' * 5_000}\ncheck_answer('03.1', answer)",
        "bytes": "answer = '\0'\nanswer = \x0c (\n%%\ncheck_answer('03.4', slope",
        "own": "class Own:\n    pass\nguess(images, labels)",
        "magic": f"%%time\nif 1:\n    %matplotlib inline\n!pip list\nnudge = 1e-5\n{SLOPE.format(RIGHT)}",
        "half": "# LONE\n'LONE'\nmodel.fit(x)\ncheck_answer('03.6', x[0])",
    }
    for name, source in odd.items():
        path = folder / f"{name}.ipynb"
        notebook(path, PLAIN, source, printed="03.6: not yet. No LONE\n" if name == "half" else "")
        path.write_text("\ufeff" + path.read_text(encoding="utf-8").replace("LONE", "\\ud800"), encoding="utf-8")
    if sys.platform == "linux":
        (folder / "half.ipynb").rename(folder / os.fsdecode(b"half\xff.ipynb"))
    scores, answers = graded(folder, tmp_path / "out", monkeypatch)
    assert [row["03.2"] for row in scores.values()] == len(odd) * ["right"]
    assert scores["magic.ipynb"]["03.4"] == "right"
    assert all(
        "cannot be read" in scores[f"{name}.ipynb"]["notes"] for name in ("twice", "nonlocal", "bytes", "deep", "large")
    )
    assert [row["what the check says"] for row in answers if row["exercise"] == "03.6"] == ["No \\ud800"]


def test_a_network_is_handed_in_as_its_layers():
    for model, says in ((helpers.sigmoid_sgd(), None), (helpers.relu_adam(), "units is 128; expected 512")):
        reply = grade_answer("05.1", isolation.answer_of(portable(model)))
        assert reply is None if says is None else says in reply
    job = {"number": "05.1", "code": [], "expression": "", **portable(model)}
    assert isolation.check(job, 30, 2_000) == {"reply": reply}


def test_bars_have_round_edges_and_hold_every_guess():
    absurd = [1.7e308, 1.7e308, 1e300, 1e-320, -1e300, 0.0]
    for made, results in ((absurd, [1e308]), (absurd[:3], []), ([900, *absurd[:4]], [1_000]), ([900, *absurd], [900])):
        bars = histogram("00-untrained", made, results)["bars"]
        assert len(bars) < 20 and sum(bar["count"] for bar in bars) == len(made)
    assert bars[0]["label"].startswith("less than -") and bars[-1]["label"].endswith(" or more")
    assert edges_of("number", [3, 41])[:3] == [0, 4, 8]
    assert edges_of("number", [7, 3_000]) == [5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]
    for values in ([5], [-3, 2], [0, 10**9], [1, 10**12], [0.001, 0.002]):
        edges = edges_of("number", values)
        assert edges[0] <= min(values) and max(values) <= edges[-1] and 1 < len(edges) < 20
        assert all(edges[place(value, edges)] <= value <= edges[place(value, edges) + 1] for value in values)


def test_every_exercise_as_the_course_leaves_it_is_open_and_as_it_solves_it_is_never_wrong(tmp_path):
    for path in sorted(grade.COURSE.glob("notebooks/*.ipynb")):
        assert not read(path, path.name).answers
        solved = nbformat.read(path, as_version=4)
        for cell in solved.cells:
            if cell.cell_type == "code":
                cell.outputs = []
            if "solution" in cell.metadata.get("tags", []):
                cell.source = cell.source.replace("# Solution\n", "").replace(", explain=False", "")
                cell.metadata["tags"] = []
        nbformat.write(solved, tmp_path / path.name)
        found = read(tmp_path / path.name, path.name)
        lesson = next(iter(found.answers)).partition(".")[0]
        assert set(found.answers) == {number for number in exercises() if number.partition(".")[0] == lesson}
        for number, (answer,) in found.answers.items():
            if answer.value is not ...:
                assert grade.judge(number, answer, 1, 1)[0].state == "right"


def test_a_function_that_needs_more_than_was_handed_in_is_what_its_own_check_said():
    code = [SLOPE.format(RIGHT).partition("check_answer")[0]]
    for right, state in ((True, "right"), (False, "wrong")):
        verdict, problem = grade.judge("03.4", Answer(code=code, expression="slope", right=right), 10, 2_000)
        assert verdict.state == state and ("besides what was handed in" in problem) == right


def test_an_answer_that_looks_at_the_data_is_checked(tmp_path):
    load = "from helpers import load_mnist\n(images, labels), _ = load_mnist()"
    notebook(tmp_path / "one.ipynb", load, "answer = (labels == 7).argmax()\ncheck_answer('01.2', answer)")
    verdicts = grade.grade_file(read(tmp_path / "one.ipynb", "one"), 10, 2_000)
    assert (verdicts["01.2"].state, verdicts["01.2"].how) == ("right", "checked")


def test_a_cell_needs_only_what_it_does_not_give_itself():
    before = ["answer = 0\nwhile True:\n    answer += 1", "place = 2"]
    assert needed_for("answer = 3 * place\ncheck_answer('03.5', answer)", before) == ["place = 2"]
    assert len(needed_for("answer = answer + 1\ncheck_answer('03.5', answer)", before)) == 2


def test_who_calls_an_answer_a_solution_has_answered(tmp_path):
    notebook(tmp_path / "one.ipynb", f"# Solution\n{PLAIN}")
    assert read(tmp_path / "one.ipynb", "one").answers["03.2"][0].value == 1.7
