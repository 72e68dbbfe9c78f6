"""Execute a notebook once for every combination of parameters, on several processes or machines: `make sweep`.

The grid is a YAML file: lists of values by parameter name, of which every combination is run, or several such
blocks in a list. Dask distributes the runs, on this machine or on the cluster whose scheduler's address is given.
The results go to a CSV file, one row a run: its parameters, what the notebook recorded, seconds, processor and
versions. The file grows as runs finish, and a sweep that was stopped goes on where it was. A run that fails is tried
once more; if it fails again, the others still run, and the exit status is 1.

Usage: python tools/sweep.py NOTEBOOK --grid GRID.yml [--out RESULTS.csv] [--jobs N] [--scheduler ADDRESS]
"""

import argparse
import ast
import collections
import csv
import hashlib
import importlib.metadata
import io
import itertools
import logging
import os
import platform
import sys
import tempfile
import time
import uuid
from pathlib import Path

import nbformat
import papermill
import yaml
from distributed import Client, LocalCluster, as_completed

from helpers.environment import processor
from helpers.files import write_atomically

#: Columns that follow the parameters and the results.
CONTEXT = ["seconds", "notebook", "processor", "versions"]


def notebook_version(notebook):
    """Return a short hash of a notebook's code cells: results of different code do not belong in one file."""
    code = "\0".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return hashlib.sha256(code.encode()).hexdigest()[:12]


def defaults_of(path):
    """Return the parameters of a notebook by name, in their order, with their default values (None: not a literal)."""
    defaults = {}
    for name, parameter in papermill.inspect_notebook(str(path)).items():
        try:
            defaults[name] = ast.literal_eval(parameter["default"])
        except (SyntaxError, ValueError):
            defaults[name] = None
    return defaults


def suits(value, default):
    """Tell whether a value may take the place of a default: a whole number may for a float, True for no number."""
    if default is None:
        return True
    if isinstance(default, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return type(value) is type(default)


def combinations(grid, defaults):
    """Return every combination of a grid as a dict of parameters.

    Parameters
    ----------
    grid : dict or list of dict
        Values by parameter name: each a list, or a single value.
    defaults : dict
        The notebook's parameters, from `defaults_of`.

    Raises
    ------
    ValueError
        If the grid is empty or has another form, a name is none of the notebook's parameters, a value has another type
        than the default, or a combination occurs twice.
    """
    blocks = grid if isinstance(grid, list) else [grid]
    runs = []
    for block in blocks:
        if not isinstance(block, dict) or not block:
            raise ValueError(f"A grid holds lists of values by parameter name; found {block!r}.")
        lists = {}
        for name, values in block.items():
            values = values if isinstance(values, list) else [values]
            if name not in defaults:
                raise ValueError(f"The notebook has no parameter {name!r}; it has {', '.join(defaults) or 'none'}.")
            for value in values:
                if not suits(value, defaults[name]):
                    expected = type(defaults[name]).__name__
                    raise ValueError(
                        f"{name} is {value!r} in the grid; the notebook expects a value of type {expected}."
                    )
            # 1 for a float is 1.0, so that a run has one name only.
            lists[name] = [float(value) if isinstance(defaults[name], float) else value for value in values]
        runs += [dict(zip(lists, values, strict=True)) for values in itertools.product(*lists.values())]
    if not runs:
        raise ValueError("The grid has a parameter without values, so there is nothing to run.")
    whole = collections.Counter(key_of(defaults | run) for run in runs)
    if twice := next((run for run in runs if whole[key_of(defaults | run)] > 1), None):
        raise ValueError(f"The grid holds a combination twice: {describe(twice)}.")
    return runs


def key_of(parameters):
    """Return what tells a run from the others: its parameters as in the CSV file, sorted, without empty ones."""
    return tuple(sorted((name, str(value)) for name, value in parameters.items() if value not in (None, "")))


def describe(parameters):
    """Return parameters as text: "variant=A seed=3"."""
    return " ".join(f"{name}={value}" for name, value in parameters.items())


def run_once(text, parameters, threads):
    """Execute a notebook; this runs on a worker, which need not see the files of the one that asks.

    Parameters
    ----------
    text : str
        The notebook's file.
    parameters : dict
    threads : int
        Threads for TensorFlow and for NumPy.

    Returns
    -------
    dict
        The recorded results by name, and the columns ``seconds``, ``processor`` and ``versions``.

    Raises
    ------
    RuntimeError
        If the notebook fails; with the error in one line.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ[name] = str(threads)
    # Dask makes its workers give memory back at once; a training takes the same memory again at every step.
    os.environ.pop("MALLOC_TRIM_THRESHOLD_", None)
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIGITS_MINE"] = str(Path(folder) / "mine")  # and not the reader's own networks
        path = Path(folder) / "notebook.ipynb"
        path.write_text(text, encoding="utf-8")
        try:
            notebook = papermill.execute_notebook(
                str(path),
                None,
                parameters=parameters,
                cwd=folder,
                kernel_name="python3",
                progress_bar=False,
                extra_arguments=["--log-level=ERROR"],  # of the kernel, which warns of its own transport otherwise
            )
        except papermill.PapermillExecutionError as error:
            cell = error.source.partition("\n")[0]
            raise RuntimeError(f"{error.ename}: {error.evalue}".splitlines()[0] + f" (in the cell: {cell})") from None
        except Exception as error:  # a dead kernel, for example; not every such exception can be sent back as it is
            raise RuntimeError(f"{type(error).__name__}: {error}".splitlines()[0]) from None
    row = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            row.update(output.get("metadata", {}).get("results", {}))
    if taken := set(row) & {*parameters, *CONTEXT}:
        raise RuntimeError(
            f"The notebook records {sorted(taken)}, which are names of other columns. Choose other names."
        )
    versions = [f"Python {platform.python_version()}"]
    versions += [f"{package} {importlib.metadata.version(package)}" for package in ("tensorflow", "keras", "numpy")]
    return row | {
        "seconds": round(time.monotonic() - start, 1),
        "processor": f"{processor()}, {threads} of {os.cpu_count()} cores",
        "versions": "; ".join(versions),
    }


class Results:
    """The CSV file of a sweep: read at the start, and written anew, in the order of the grid, after every run."""

    def __init__(self, path, runs, parameter_names, version):
        """Read what is there; raise ValueError if it comes from other code or another grid."""
        self.path, self.parameter_names, self.version = path, parameter_names, version
        self.order = [key_of(run) for run in runs]
        self.rows = {}
        if not os.access(path.parent, os.W_OK):
            raise ValueError(f"{path} cannot be written: its folder does not exist or is read-only. Choose with --out.")
        if not path.exists():
            return
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = key_of({name: row[name] for name in parameter_names if row.get(name)})
                if key not in self.order:
                    raise ValueError(f"{path} holds a run that the grid does not: {describe(dict(key))}.")
                if row.get("notebook") != version:
                    raise ValueError(
                        f"{path} was measured with another version of the notebook. Remove it, to begin anew."
                    )
                self.rows[key] = row

    def add(self, parameters, row):
        """Add one run, and write the file."""
        self.rows[key_of(parameters)] = parameters | row | {"notebook": self.version}
        rows = [self.rows[key] for key in self.order if key in self.rows]
        fixed = {*self.parameter_names, *CONTEXT}
        results = list(dict.fromkeys(name for row in rows for name in row if name not in fixed))
        text = io.StringIO()
        writer = csv.DictWriter(text, [*self.parameter_names, *results, *CONTEXT], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        write_atomically(self.path, text.getvalue().encode())


def threads_per_run(client):
    """Return how many threads a run may use: its share of a machine's cores, on the machine where that is least."""
    workers = client.scheduler_info(n_workers=-1)["workers"]
    cores = client.run(os.cpu_count)
    slots = collections.Counter()
    for worker in workers.values():
        slots[worker["host"]] += worker["nthreads"]
    return max(1, min(cores[address] // slots[worker["host"]] for address, worker in workers.items()))


def sweep(client, text, runs, results):
    """Execute all runs on a cluster; add each to the results as it finishes. Return those that failed twice."""
    threads = threads_per_run(client)
    slots = sum(client.nthreads().values())
    start, failed = time.monotonic(), []
    # A key of its own for every run of every sweep, so that Dask takes none for one that it knows.
    sweep_id = uuid.uuid4().hex
    waiting = {
        client.submit(run_once, text, run, threads, key=f"{sweep_id}-{number}", retries=1): run
        for number, run in enumerate(runs)
    }
    for done, future in enumerate(as_completed(waiting), start=1):
        run, problem = waiting[future], future.exception()
        if problem is None:
            row = future.result()
            results.add(run, row)
            said = f"{row['seconds']:.0f} s"
        else:
            failed.append(run)
            said = f"FAILED twice: {problem}"
        left = (time.monotonic() - start) / done * (len(runs) - done)
        print(f"[{done}/{len(runs)}] {describe(run)}: {said}; about {left / 60:.0f} min left", flush=True)
    busy = f"{slots} at a time, {threads} thread{'s' * (threads > 1)} each"
    print(f"{len(runs) - len(failed)} runs in {time.monotonic() - start:.0f} s, {busy}: {results.path}")
    return failed


def main():
    """Read the command line, refuse what cannot work, run what is missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--grid", type=Path, required=True, help="YAML file: lists of values by parameter name")
    parser.add_argument("--out", type=Path, help="CSV file; default: named after the grid, in the current folder")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="runs at a time on this machine")
    parser.add_argument("--scheduler", help="address of a running Dask scheduler, such as tcp://10.0.0.1:8786")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")
    out = arguments.out or Path(f"{arguments.grid.stem}.csv")
    try:
        if arguments.jobs < 1:
            raise ValueError(f"--jobs is {arguments.jobs}; expected at least 1.")
        text = arguments.notebook.read_text(encoding="utf-8")
        version = notebook_version(nbformat.reads(text, as_version=4))
        defaults = defaults_of(arguments.notebook)
        runs = combinations(yaml.safe_load(arguments.grid.read_text(encoding="utf-8")), defaults)
        swept = [name for name in defaults if any(name in run for run in runs)]
        results = Results(out, runs, swept, version)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SystemExit(f"Nothing was run. {error}") from None
    missing = [run for run in runs if key_of(run) not in results.rows]
    print(f"{len(runs)} runs, {len(runs) - len(missing)} of them done before.", flush=True)
    if not missing:
        return
    if arguments.scheduler:
        cluster = None
        try:
            client = Client(arguments.scheduler, timeout=10)
            client.wait_for_workers(1, timeout=60)
        except (OSError, ValueError) as error:  # a TimeoutError is an OSError
            raise SystemExit(f"Nothing was run. No workers at {arguments.scheduler}: {error}") from None
    else:
        cluster = LocalCluster(
            n_workers=min(arguments.jobs, len(missing)),
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=logging.ERROR,  # on a busy machine Dask warns of being slow, which does no harm here
        )
        client = Client(cluster)
    try:
        failed = sweep(client, text, missing, results)
    finally:
        client.close()
        if cluster is not None:
            cluster.close()
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
