"""The benchmark runs, with what is installed; nothing here is about time."""

import importlib.util
import inspect
import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
from conftest import weekly
from measures import GROUPS, GROWTH, measure, program

COURSE = Path(__file__).resolve().parents[1]


def bench(*arguments):
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=COURSE)


@weekly
def test_a_quick_benchmark_has_every_row_or_names_it_as_left_out(tmp_path):
    out, groups = tmp_path / "results.md", ["B, an epoch", "a convolution in one epoch", "one answer of A"]
    result = bench(COURSE / "benchmarks" / "run.py", "--quick", "--rounds", 1, "--out", out, "--only", *groups)
    assert result.returncode == 0, result.stdout + result.stderr
    text = out.read_text(encoding="utf-8")
    assert text in result.stdout
    table = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    rows = {(cells[0], cells[1]): cells for cells in table[2:]}
    for group in groups:
        for name, package, _ in GROUPS[group]:
            if package and importlib.util.find_spec(package) is None:
                assert (group, name) not in rows and f"{group}: {name}" in text
            else:
                assert float(rows[group, name][2]) > 0


def test_rows_of_two_other_groups_run():
    assert 0 < measure(GROWTH, "1,000 images", True, 0)["accuracy"] < 1
    assert min(measure("starting Python", "nothing", True, 0)["seconds"]) > 0


def test_a_row_is_measured_in_a_process_of_its_own():
    result = bench(COURSE / "benchmarks" / "measures.py", "loading the data", "bare decompression", "quick", 0)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert len(found["seconds"]) == 2 and all(seconds > 0 for seconds in found["seconds"])
    failing = bench(COURSE / "benchmarks" / "measures.py", "loading the data", "no such row", "quick", 0)
    assert failing.returncode != 0


def test_the_benchmark_measures_the_program_that_the_lesson_builds():
    notebook = nbformat.read(COURSE / "notebooks" / "appendix_speed.ipynb", as_version=4)
    lesson = next(cell.source for cell in notebook.cells if "program" in cell.metadata.get("tags", []))
    body = textwrap.dedent(re.search(r"    @tf\.function.*?losses\.stack\(\)\n", inspect.getsource(program), re.S)[0])
    assert lesson.strip() == body.strip()
