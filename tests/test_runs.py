"""The notebooks executed by papermill, through the same program as `make run`: shortened, failing and dying."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import copies
import nbformat
import pytest
import run_notebooks
from conftest import weekly

COURSE = Path(__file__).resolve().parents[1]
PATHS = sorted((COURSE / "notebooks").glob("*.ipynb"))


def run(*arguments, timeout=600, prefix=(), **environment):
    command = [*prefix, sys.executable, str(COURSE / "tools" / "run_notebooks.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env={**os.environ, **environment})


def a_notebook(path, *sources):
    cells = [nbformat.v4.new_markdown_cell("# A title"), *map(nbformat.v4.new_code_cell, sources)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def in_namespace(script):
    """Return a command that runs a shell script with mounts of its own and no network; skip where that is forbidden."""
    permitted = "mount -t tmpfs tmpfs /mnt && ip link set lo up && ! ip route get 192.0.2.1"
    try:
        tried = subprocess.run(["unshare", "-rmn", "sh", "-c", permitted], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("This system has no unshare, and so no namespaces.")
    if tried.returncode:
        pytest.skip(f"This system permits no namespaces of its own to tests: {tried.stderr.strip()}")
    return ["unshare", "-rmn", "sh", "-c", f"ip link set lo up || exit\n{script}"]


def run_cells_twice(path):
    """Put a copy of each code cell behind it, but of the parameters and of what trains."""
    notebook = nbformat.read(path, as_version=4)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        trains = re.search(r"\bfit\(|train_on_batch|apply_gradients", cell.source)
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []) and not trains:
            cells.append(nbformat.v4.new_code_cell(cell.source, id=f"{cell.id}-run-again", metadata=cell.metadata))
    notebook.cells = cells
    nbformat.write(notebook, path)


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """Run all students' copies as `make quick` runs the notebooks, which have the same cells and solutions besides.

    Cells run twice, as under the hands of a learner: what held must hold again. Gives the folder of results, the
    exit status, and what was printed. Where the system permits that, they have no network but the machine itself, and
    cannot write into the course.
    """
    folder, students = tmp_path_factory.mktemp("quick"), tmp_path_factory.mktemp("student")
    copies.write_students(students)
    paths = sorted(students.glob("*.ipynb"))
    slow = {path for path in paths if path.stem == "appendix_speed"}  # it takes the time of all its cells
    paths = [path for path in paths if path not in slow or "DIGITS_EXAMPLES" in os.environ]
    for path in set(paths) - slow:
        run_cells_twice(path)
    before = [path.read_bytes() for path in paths]
    course = shlex.quote(str(COURSE))
    script = f'mount --bind {course} {course} && mount -o remount,bind,ro {course} && exec "$0" "$@"'
    try:
        prefix = in_namespace(script)
    except pytest.skip.Exception:
        prefix = []
    # Without XLA, so that this way is tested as well.
    result = run("--quick", "--out", folder, *paths, prefix=prefix, DIGITS_XLA="0", timeout=1800)
    assert [path.read_bytes() for path in paths] == before
    return folder, result.returncode, result.stdout + result.stderr


def test_the_quick_run_ends_well(quick):
    _, code, printed = quick
    assert code == 0, printed


def test_no_notebook_needs_a_network_or_a_checkout_that_can_be_written(quick):
    in_namespace("")  # skips where the quick run had to do without
    assert quick[1] == 0, quick[2]


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem, marks=weekly if path.stem == "appendix_speed" else ()) for path in PATHS],
)
def test_every_notebook_runs_with_small_parameters(path, quick):
    folder, _, printed = quick
    assert f"FAILED: {path.stem}" not in printed, printed
    notebook = nbformat.read(folder / path.name, as_version=4)
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    assert not [output for found in outputs.values() for output in found if output.get("name") == "stderr"]
    texts = {name: "".join(output.get("text", "") for output in found) for name, found in outputs.items()}
    again = [name for name in texts if name.endswith("-run-again")]
    assert len(again) >= 12 or path.stem == "appendix_speed"
    for name in again:
        held = [re.findall("✓ .*", texts[key]) for key in (name.removesuffix("-run-again"), name)]
        assert held[0] == held[1], name
    text = "".join(texts[name] for name in texts if name not in again)
    assert text.count("XLA is not in use") == 1
    if "n_train" in "".join(cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])):
        claims = any("claim(" in cell.source for cell in notebook.cells)
        assert "This run is shortened" in text and ("Not checked in a shortened run" in text) == claims
    page = (folder / f"{path.stem}.html").read_text(encoding="utf-8")
    assert "# Solution" not in page
    assert not re.search(r'(src|href)="https?://[^"]*\.(m?js|css)|<script src', page)
    assert 'alt=""' not in page and "No description has been provided" not in page
    assert f'href="{path.stem}.html"' in (folder / "index.html").read_text(encoding="utf-8")


def test_a_page_folds_solutions_and_its_links_lead_to_pages_or_files(tmp_path):
    run_notebooks.write_texts(tmp_path)
    terms = (tmp_path / "glossary.html").read_text(encoding="utf-8")
    linked = set()
    for path in PATHS:
        notebook = copies.without_outputs(nbformat.read(path, as_version=4))
        run_notebooks.write_page(notebook, tmp_path / f"{path.stem}.html")
    for path in PATHS:
        page = (tmp_path / f"{path.stem}.html").read_text(encoding="utf-8")
        assert page.count(">Solution</summary>") >= 3
        for target in re.findall(r'href="(?!\w+:|#)([^"#]+)', page):
            assert (tmp_path / target).resolve().is_file(), target
            linked.add(Path(target).name)
        assert all(f'id="{term}"' in terms for term in re.findall(r'href="glossary.html#([^"]*)"', page))
    assert {"05_variant_b.html", "glossary.html", "README.md", "changes_of_b.ipynb"} <= linked


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Run notebooks, all but the last with a fault of its own; give the exit status, what was printed, and the folder.

    Of two of them, pages of an earlier run are there.
    """
    folder, out = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("out")
    paths = [
        folder / "broken.ipynb",
        a_notebook(folder / "blocked.ipynb", "1 + 1"),
        a_notebook(folder / "bad.ipynb", "1 + 1", "import helpers\nhelpers.claim('two is three', 2 == 3)"),
        a_notebook(folder / "dying.ipynb", "1 + 1", "import os\nos._exit(1)", "2 + 2"),
        a_notebook(
            folder / "good.ipynb",
            "print('still here')",
            "import helpers\nhelpers.record_results(test_accuracy_A=0.978, loss=2.303, change=-5)",
        ),
    ]
    paths[0].write_text("no notebook", encoding="utf-8")
    (out / "broken.ipynb").write_text("of an earlier run")
    (out / "broken.html").write_text("of an earlier run")
    (out / "blocked.ipynb").mkdir()
    result = run("--quick", "--out", out, *paths)
    return result.returncode, result.stdout, out


def test_a_failing_notebook_is_named_with_cell_and_error_and_the_others_are_kept(faulty):
    code, printed, out = faulty
    assert code == 1
    assert "FAILED: bad, code cell 2 (import helpers): AssertionError: The lesson claims: two is three." in printed
    assert "test accuracy A 97.8%, loss 2.303, change -5" in printed
    page = (out / "good.html").read_text(encoding="utf-8")
    assert "<title>A title</title>" in page and page.count('aria-label="Output" role="group"') == 2
    assert "still here" in page
    index = (out / "index.html").read_text(encoding="utf-8")
    assert "two is three" in index and "97.8%" in index and '<a href="good.html">A title</a>' in index
    assert all(part in index for part in ('name="viewport"', "<main>", 'scope="col"'))


def test_a_kernel_that_dies_fails_the_run(faulty):
    _, printed, out = faulty
    assert "FAILED: dying, code cell 2 (import os): DeadKernelError" in printed
    first = nbformat.read(out / "dying.ipynb", as_version=4).cells[1]
    assert first.outputs[0].data["text/plain"] == "2"


def test_a_file_that_is_no_notebook_fails_the_run_and_leaves_no_stale_page(faulty):
    _, printed, out = faulty
    assert "FAILED: broken" in printed and "FAILED: blocked" in printed
    assert not (out / "broken.html").exists()


def test_the_notebooks_themselves_are_never_overwritten(tmp_path, monkeypatch):
    path = a_notebook(tmp_path / "mine.ipynb", "1 + 1")
    before = path.read_bytes()
    monkeypatch.setattr(sys, "argv", ["run_notebooks.py", "--out", str(tmp_path), str(path)])
    with pytest.raises(SystemExit, match="would overwrite"):
        run_notebooks.main()
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_two_notebooks_of_one_name_are_refused(tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    paths = [a_notebook(tmp_path / folder / "mine.ipynb", "1 + 1") for folder in ("", "other")]
    monkeypatch.setattr(sys, "argv", ["run_notebooks.py", "--out", str(tmp_path / "out"), *map(str, paths)])
    with pytest.raises(SystemExit, match="More than one notebook is called mine"):
        run_notebooks.main()
    assert not (tmp_path / "out").exists()


def test_papermill_itself_fails_before_training_on_a_parameter_that_is_not_there(tmp_path):
    """Shown by a notebook without its set-up, so that nothing waits for TensorFlow."""
    notebook = nbformat.read(COURSE / "notebooks" / "01_load_the_data.ipynb", as_version=4)
    notebook.cells = [cell for cell in notebook.cells if "bootstrap" not in cell.metadata.get("tags", [])]
    nbformat.write(notebook, tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", str(tmp_path / "in.ipynb"), str(tmp_path / "out.ipynb")]
    result = subprocess.run([*command, "-p", "sed", "3", "--no-progress-bar"], capture_output=True, text=True)
    assert result.returncode == 1 and "no parameter sed; it has seed (0 to 4294967295" in result.stderr


def test_a_notebook_outside_the_course_says_what_it_needs(tmp_path):
    """A Python without the editable install, in a folder that is not the course's."""
    source = nbformat.read(PATHS[0], as_version=4).cells
    bootstrap = next(cell.source for cell in source if "bootstrap" in cell.metadata.get("tags", []))
    command = [sys.executable, "-E", "-S", "-c", bootstrap]
    outside = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "Open this in the folder that holds helpers/, or set DIGITS_COURSE" in outside.stderr
    inside = subprocess.run(command, cwd=COURSE / "notebooks", capture_output=True, text=True, timeout=60)
    assert "tensorflow is not installed" in inside.stderr and "pip install -r requirements.txt" in inside.stderr


def test_a_notebook_that_came_alone_fetches_the_course_from_the_address_that_is_set(tmp_path):
    """As on a hosted service; here the course is a repository on this disk with a helper of one line."""
    course = tmp_path / "course"
    (course / "helpers").mkdir(parents=True)
    (course / "helpers" / "__init__.py").write_text("def setup():\n    print('fetched')\n", encoding="utf-8")
    (course / "requirements.txt").touch()
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "course"]):
        subprocess.run(["git", *arguments], cwd=course, check=True)
    cells = nbformat.read(PATHS[0], as_version=4).cells
    bootstrap = next(cell.source for cell in cells if "bootstrap" in cell.metadata.get("tags", []))
    alone = tmp_path / "alone"
    alone.mkdir()
    for _ in range(2):  # the second time it is there
        result = subprocess.run(
            [sys.executable, "-E", "-S", "-c", bootstrap],
            cwd=alone,
            env={**os.environ, "DIGITS_COURSE": course.as_uri()},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert result.returncode == 0 and result.stdout == "fetched\n", result.stderr
    assert (alone / "digits" / "helpers").is_dir()
