"""Sweeps with real clusters of real processes: resumed, failing, with a worker killed, with a scheduler elsewhere."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import pytest
import yaml
from conftest import weekly
from nbclient import NotebookClient

import helpers

sweep_tool = pytest.importorskip("sweep", reason="the extra [sweep] is not installed", exc_type=ImportError)
COURSE = Path(__file__).resolve().parents[1]
#: Records its parameters' product. Leaves a file for every execution, with the number of its worker's process.
NOTEBOOK = [
    'a: int = 1\nb: float = 0.5\nname: str = "x"\nfolder: str = ""\nwait: float = 0.0\nfail: bool = False',
    "import os, time\nfrom pathlib import Path\n"
    'Path(folder, f"{a}-{b}-{time.monotonic_ns()}").write_text(str(os.getppid()))\n'
    "time.sleep(wait)\nassert not (fail and a == 2), 'two is not wanted'",
    'assert Path(os.environ["DIGITS_MINE"]).parent == Path.cwd()',
    'from IPython.display import display\nthreads = int(os.environ["TF_NUM_INTRAOP_THREADS"])\n'
    'display({"text/plain": ""}, metadata={"results": {"product": a * b, "threads": threads}}, raw=True)',
]
#: Notebook and grid of each stored sweep, as `make sweep` runs them.
SWEEPS = re.findall(r"(\w+)/(\w+)", re.search(r"SWEEPS := ((?:.*\\\n)*.*)", (COURSE / "Makefile").read_text())[1])


@pytest.fixture
def notebook(tmp_path):
    cells = [nbformat.v4.new_code_cell(source) for source in NOTEBOOK]
    cells[0].metadata["tags"] = ["parameters"]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    (tmp_path / "ran").mkdir()
    path = tmp_path / "product.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), path)
    return path


def start(notebook, *options, **grid):
    """Start a sweep of the notebook over the grid; its results go to results.csv beside it."""
    folder = notebook.parent
    blocks = grid.pop("blocks", None) or {"folder": str(folder / "ran"), **grid}
    (folder / "grid.yml").write_text(yaml.safe_dump(blocks), encoding="utf-8")
    command = [sys.executable, str(COURSE / "tools" / "sweep.py"), str(notebook)]
    command += ["--grid", str(folder / "grid.yml"), "--out", str(folder / "results.csv"), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8")


def sweep(notebook, *options, **grid):
    process = start(notebook, *options, **grid)
    output, _ = process.communicate(timeout=300)
    return process.returncode, output


@pytest.fixture
def sweep_here(notebook, monkeypatch, capsys):
    """A function that sweeps the notebook from this process: what is refused needs no cluster."""

    def run(*options, **grid):
        (notebook.parent / "grid.yml").write_text(yaml.safe_dump({"folder": str(notebook.parent / "ran"), **grid}))
        command = ["sweep.py", str(notebook), "--grid", str(notebook.parent / "grid.yml")]
        command += ["--out", str(notebook.parent / "results.csv"), *options]
        monkeypatch.setattr(sys, "argv", command)
        monkeypatch.setattr(sys.stdout, "reconfigure", lambda **settings: None, raising=False)
        capsys.readouterr()
        try:
            sweep_tool.main()
            code = 0
        except SystemExit as error:
            code = error.code
        output = capsys.readouterr().out
        return (1, output + code) if isinstance(code, str) else (int(code or 0), output)

    return run


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """The address of a cluster of someone else, with two workers, which is left running."""
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    place = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard"]
    module = [sys.executable, "-m"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [subprocess.Popen([*module, "distributed.cli.dask_scheduler", *place, "--port", "0"], **quiet)]
    try:
        wait_for(file.exists)
        workers = ["--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)]
        running.append(subprocess.Popen([*module, "distributed.cli.dask_worker", *place, *workers], **quiet))
        yield yaml.safe_load(file.read_text(encoding="utf-8"))["address"]
        assert all(process.poll() is None for process in running)
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait(timeout=60)


def rows_of(notebook):
    with open(notebook.parent / "results.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def executions(notebook):
    return list((notebook.parent / "ran").iterdir())


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_every_combination_once_though_a_worker_is_killed_and_a_stopped_sweep_goes_on(notebook, sweep_here):
    process = start(notebook, a=[1, 2], b=[0.5, 3], wait=1.0)
    wait_for(lambda: any(path.read_text() for path in executions(notebook)))
    victim = next(int(text) for path in executions(notebook) if (text := path.read_text()))
    os.kill(victim, getattr(signal, "SIGKILL", signal.SIGTERM))
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    rows = rows_of(notebook)
    assert [(row["a"], row["b"], float(row["product"])) for row in rows] == [
        ("1", "0.5", 0.5),
        ("1", "3.0", 3.0),
        ("2", "0.5", 1.0),
        ("2", "3.0", 6.0),
    ]
    assert len(executions(notebook)) == 5  # the run that was under way began once more
    assert "[4/4]" in output and re.search(r"about \d+ min left", output)
    assert "4 runs in" in output and "WARNING" not in output
    assert all(float(row["seconds"]) > 0 and row["processor"] and "Python 3" in row["versions"] for row in rows)
    jobs = min(os.cpu_count(), 4)
    assert {int(row["threads"]) for row in rows} == {max(1, os.cpu_count() // jobs)}
    before = (notebook.parent / "results.csv").read_text(encoding="utf-8")
    code, output = sweep_here(a=[1, 2], b=[0.5, 3], wait=1.0)
    assert code == 0 and "4 runs, 4 of them done before." in output
    assert (notebook.parent / "results.csv").read_text(encoding="utf-8") == before
    code, output = sweep(notebook, "--jobs", "1", a=[1, 2, 5], b=[0.5, 3], wait=1.0)
    assert code == 0 and "6 runs, 4 of them done before." in output and "WARNING" not in output
    assert len(executions(notebook)) == 7
    assert [int(row["threads"]) for row in rows_of(notebook)][-2:] == [os.cpu_count()] * 2


@weekly
def test_a_sweep_killed_half_way_keeps_what_is_done(notebook):
    process = start(notebook, "--jobs", "1", a=[1, 2, 3, 4], wait=0.5)
    wait_for(lambda: (notebook.parent / "results.csv").exists() and len(rows_of(notebook)) >= 1)
    process.kill()
    process.wait()
    done = len(rows_of(notebook))
    assert 1 <= done < 4
    code, output = sweep(notebook, a=[1, 2, 3, 4], wait=0.5)
    assert code == 0 and f"4 runs, {done} of them done before." in output
    assert [float(row["product"]) for row in rows_of(notebook)] == [0.5, 1.0, 1.5, 2.0]


def test_on_a_cluster_by_the_address_of_its_scheduler_a_run_that_fails_is_tried_again_and_stops_no_other(
    notebook, sweep_here, scheduler
):
    """Nor are their results mixed with those of another grid or other code."""
    code, output = sweep(notebook, "--scheduler", scheduler, a=[1, 2, 3], fail=True)
    assert code == 1
    assert output.count("FAILED twice: AssertionError: two is not wanted (in the cell: import os") == 1
    assert [(row["a"], float(row["product"])) for row in rows_of(notebook)] == [("1", 0.5), ("3", 1.5)]
    assert len([path for path in executions(notebook) if path.name.startswith("2-")]) == 2
    code, output = sweep_here(a=[2], fail=True)
    assert code == 1 and "holds a run that the grid does not" in output
    changed = nbformat.read(notebook, as_version=4)
    changed.cells[-1].source += "\n1 + 1"
    nbformat.write(changed, notebook)
    code, output = sweep_here(a=[1, 2, 3], fail=True)
    assert code == 1 and "was measured with another version of the notebook" in output
    results = notebook.parent / "results.csv"
    results.write_text(results.read_text().replace("notebook", "another", 1))
    code, output = sweep_here(a=[1, 2, 3], fail=True)
    assert code == 1 and "was measured with another version of the notebook" in output


@pytest.mark.parametrize(
    ("grid", "says"),
    [
        ({"c": [1]}, "The notebook has no parameter 'c'; it has a, b, name, fail."),
        ({"a": [1, 1.5]}, "a is 1.5 in the grid; the notebook expects a value of type int."),
        ({"a": [True]}, "a is True in the grid; the notebook expects a value of type int."),
        ({"b": ["0.5"]}, "b is '0.5' in the grid; the notebook expects a value of type float."),
        ({"fail": [1]}, "fail is 1 in the grid; the notebook expects a value of type bool."),
        ({"a": []}, "a parameter without values"),
        ([{"a": [1, 2]}, {"a": 2}], "The grid holds a combination twice: a=2."),
        ([{"a": 3}, {"a": 3, "b": 0.5}], "The grid holds a combination twice: a=3."),
        ({"b": [1, 1.0]}, "The grid holds a combination twice: b=1.0."),
        ("a", "A grid holds lists of values by parameter name; found 'a'."),
        ([], "nothing to run"),
    ],
)
def test_what_cannot_work_is_refused(grid, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        sweep_tool.combinations(grid, {"a": 1, "b": 0.5, "name": "x", "fail": False})


def test_what_cannot_work_is_refused_before_the_first_run(notebook, sweep_here):
    code, output = sweep_here(a=[1, 2], c=[3])
    assert code == 1
    assert output == "Nothing was run. The notebook has no parameter 'c'; it has a, b, name, folder, wait, fail."
    assert not executions(notebook) and not (notebook.parent / "results.csv").exists()


@pytest.mark.parametrize(("notebook_name", "grid_name"), SWEEPS)
def test_the_stored_results_are_those_of_the_stored_notebooks_and_grids(notebook_name, grid_name):
    path = COURSE / "sweeps" / f"{notebook_name}.ipynb"
    defaults = sweep_tool.defaults_of(path)
    grid = yaml.safe_load((COURSE / "sweeps" / f"{grid_name}.yml").read_text(encoding="utf-8"))
    runs = sweep_tool.combinations(grid, defaults)
    swept = [name for name in defaults if any(name in run for run in runs)]
    version = sweep_tool.notebook_version(nbformat.read(path, as_version=4))
    results = sweep_tool.Results(COURSE / "data" / f"{grid_name}.csv", runs, swept, version)
    assert set(results.rows) == set(results.order) and len(SWEEPS) == len(list(COURSE.glob("sweeps/*.yml")))
    assert len(helpers.load_runs(grid_name)) == len(runs)


@weekly
def test_an_empty_text_is_a_value_like_others(notebook):
    assert sweep(notebook, name=["", "y"])[0] == 0
    code, output = sweep(notebook, name=["", "y"])
    assert code == 0 and "2 runs, 2 of them done before." in output


@weekly
def test_a_notebook_must_not_record_under_the_name_of_another_column(notebook):
    changed = nbformat.read(notebook, as_version=4)
    changed.cells[-1].source = changed.cells[-1].source.replace("product", "a")
    nbformat.write(changed, notebook)
    code, output = sweep(notebook, a=[1])
    assert code == 1 and "The notebook records ['a'], which are names of other columns" in output


def test_results_that_cannot_be_written_are_refused_before_the_first_run(notebook, sweep_here):
    code, output = sweep_here("--out", str(notebook.parent / "no such folder" / "results.csv"), a=[1])
    assert code == 1 and output.startswith("Nothing was run.") and "no such folder" in output
    assert not executions(notebook)


@weekly
def test_a_scheduler_that_is_not_there_is_named(notebook):
    code, output = sweep(notebook, "--scheduler", "tcp://127.0.0.1:9", a=[1])
    assert code == 1 and "Nothing was run. No workers at tcp://127.0.0.1:9" in output
    assert not executions(notebook)


#: Parameters with which each notebook takes seconds or a minute; the first two run in every `make test`, in one kernel.
SMALL = {
    "variants": {"n_train": 600, "copies": 2},
    "improve": {"network": "convolution", "n_train": 600, "shifts": 2, "dropout": 0.4},
    "changes_of_b": {},
    "own_writing": {"n_photos": 20, "shifts": 1},
    "batch_size": {"batch_size": 2048},
    "curves_of_b": {},
    "grey_paper": {},
    "small_budget": {},
    "who_wrote_it": {"epochs": 2},
    "own_digits": {},
    "carry_over": {"images": "clothes"},
    "ladder": {"n_train": 1_280, "network": "narrow", "normalize": True, "one_cycle": True, "shifts": 1},
    "small": {"n_train": 1_280},
    "minutes": {"n_train": 1_280},
}


@pytest.mark.parametrize("names", [list(SMALL)[:2], *(pytest.param([name], marks=weekly) for name in list(SMALL)[2:])])
def test_the_notebooks_made_for_sweeps_run(names, monkeypatch):
    monkeypatch.setenv("DIGITS_XLA", "0")  # so few steps take less time than to compile them
    cells = []
    for name in names:
        given = papermill.iorw.load_notebook_node(str(COURSE / "sweeps" / f"{name}.ipynb"))
        given = papermill.parameterize.parameterize_notebook(given, {"epochs": 1, **SMALL[name]})
        cells += [*given.cells, nbformat.v4.new_code_cell("%reset -f")]  # the next one finds nothing of this one
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=None, resources={"metadata": {"path": COURSE / "sweeps"}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    found = [output.metadata["results"] for output in outputs if "results" in output.get("metadata", {})]
    assert len(found) == len(names) and all(found)
    for results in found:
        assert all(0 <= value <= 1 for key, value in results.items() if "accuracy" in key)


def test_every_notebook_made_for_sweeps_is_among_them():
    assert {path.stem for path in (COURSE / "sweeps").glob("*.ipynb")} == set(SMALL)
