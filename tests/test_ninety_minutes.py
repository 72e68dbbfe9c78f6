"""The notebook of the 90-minute lesson: it fits, the pad comes early, and it runs in one kernel."""

import re
from pathlib import Path

import copies
import nbformat
import papermill
from count_minutes import minutes_of
from ninety_minutes import NAME, ninety_minutes

COURSE = Path(__file__).resolve().parents[1]


def test_it_fits_with_time_to_talk_and_the_pad_comes_in_its_first_quarter():
    notebook = ninety_minutes()
    places = [cell.id for cell in notebook.cells]
    before_pad = nbformat.v4.new_notebook(cells=notebook.cells[: places.index("pad-it") + 1])
    lesson, _ = minutes_of(notebook)
    assert lesson <= 70 and minutes_of(before_pad)[0] <= 20
    rows = re.findall(r"^\| (\d):(\d\d) \| (\d+) \|", (COURSE / "TEACHING.md").read_text(encoding="utf-8"), re.M)[:7]
    starts = [60 * int(hour) + int(minute) for hour, minute, _ in rows]
    assert [start + int(length) for start, (*_, length) in zip(starts, rows, strict=True)] == [*starts[1:], 90]


def test_the_teacher_finds_it_among_the_copies_and_its_links_hold(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["copies.py", "student", "--out", str(tmp_path / "student")])
    copies.main()
    cells = nbformat.read(tmp_path / "student" / NAME, as_version=4).cells
    targets = [t for cell in cells for t in re.findall(r"\]\((?!\w+:|#)([^)\s#]+)", cell.source)]
    assert targets and all((tmp_path / "student" / target).exists() for target in targets)
    assert sum(cell.source.startswith("# Set") for cell in cells) >= 2


def test_it_runs_in_one_kernel(tmp_path, monkeypatch):
    monkeypatch.setenv("DIGITS_MINE", str(tmp_path))
    monkeypatch.setenv("DIGITS_XLA", "0")  # to compile takes longer than this shortened training
    path = tmp_path / "lesson.ipynb"
    nbformat.write(ninety_minutes(), path)
    folder = str(COURSE / "notebooks")
    done = papermill.execute_notebook(str(path), None, {"n_train": 1_000}, cwd=folder, progress_bar=False)
    printed = "".join(output.get("text", "") for cell in done.cells for output in cell.get("outputs", []))
    assert "This run is shortened" in printed and printed.count("you guessed nothing") == 7
