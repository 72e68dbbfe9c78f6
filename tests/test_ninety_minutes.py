"""The notebook of the 90-minute lesson: it fits, the pad comes early, and it runs in one kernel, which bears a lot."""

import os
import re
from pathlib import Path

import copies
import nbformat
import pytest
from count_minutes import minutes_of
from jupyter_client.manager import start_new_kernel
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


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """A kernel, and a function that runs code in it and returns what that printed."""
    env = os.environ | {"DIGITS_MINE": str(tmp_path_factory.mktemp("mine"))}
    options = {"cwd": str(COURSE / "notebooks"), "env": env, "extra_arguments": ["--log-level=CRITICAL"]}
    manager, client = start_new_kernel(**options)

    def run(code):
        printed = []

        def hear(message):
            printed.append(message["content"].get("text", ""))

        answer = client.execute_interactive(code, timeout=120, output_hook=hear)["content"]
        assert answer["status"] == "ok", answer
        return "".join(printed)

    yield client, run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def printed(kernel):
    """What the lesson prints, with few images."""
    _, run = kernel
    printed = ""
    for cell in ninety_minutes().cells:
        if cell.cell_type == "code":
            printed += run(cell.source)
        if "parameters" in cell.metadata.get("tags", []):
            run("n_train = 1_000")
    return printed


def test_it_runs_in_one_kernel(printed):
    assert "This run is shortened" in printed and printed.count("you guessed nothing") == 7


HOSTILE = [
    {},
    {"method": "update"},
    {"method": "update", "state": None},
    {"method": "update", "state": {"strokes": {"a": 1}, "answer": {"probabilities": [2] * 10}}},
    {"method": "update", "state": {"answer": [1]}},
    {"method": "update", "state": {"_model_name": 3, "layout": "gone", "no such trait": [1]}},
    {"method": "update", "state": {"strokes": [[[0.1, 0.2]] * 10_000]}},
    {"method": "update", "state": {"strokes": [[]] * 30_000}},
    {"method": "update", "state": {"strokes": [[["x" * 1_000_000]]]}},
    {"method": "update", "state": {}, "buffer_paths": [["strokes", 0, "a"]]},
    {"method": "update", "state": {"strokes": []}, "buffer_paths": "junk"},
    {"method": "custom", "content": {"anything": [None] * 1_000}},
    {"method": "custom", "content": {"glance": [["x"] * 1_000]}},
    {"method": "custom", "content": {"glance": None, "keep": 7, "forget": True}},
    {"method": "request_state"},
    {"method": "no such method", "state": 5},
    [1, 2],
    "text",
]


def test_its_kernel_outlives_hostile_messages(kernel, printed):
    """Sent as a browser sends them, to the pad of the lesson."""
    client, run = kernel
    comm, process = run("import os; print(pad.comm.comm_id, os.getpid())").split()
    strokes = [[[0.25, 0.2], [0.75, 0.2], [0.45, 0.85]]]
    for data in [*HOSTILE, {"method": "update", "state": {"strokes": strokes}}]:
        client.shell_channel.send(client.session.msg("comm_msg", {"comm_id": comm, "data": data}))
    client.shell_channel.send(client.session.msg("comm_msg", {"comm_id": "unknown", "data": {}}))
    said = run("print(os.getpid(), pad.strokes, len(pad.answer['probabilities']))")
    assert f"{process} {strokes} 10" in said
