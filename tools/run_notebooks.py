"""Execute notebooks with papermill and write them as pages: `make run`, and shortened `make quick`.

Each notebook is run in a fresh kernel; the executed copy and its page go to the output folder, with an index. A
notebook that fails does not stop the others, but the exit status is then 1.

Usage: python tools/run_notebooks.py [--quick] [--timeout SECONDS] [--out FOLDER] [NOTEBOOK...]
"""

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import nbformat
import papermill
from jinja2 import Environment, FileSystemLoader
from nbclient.exceptions import DeadKernelError
from nbconvert import HTMLExporter
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

COURSE = Path(__file__).resolve().parents[1]
#: Small values for a run that shows whether everything works; a notebook gets those that it has.
QUICK = {"epochs": 1, "n_train": 1_000, "n_photos": 20}
#: The form of an output that only a running kernel can fill; beside it there is one in words.
WIDGET = "application/vnd.jupyter.widget-view+json"
#: Folders of the templates and styles of pages and slides.
TEMPLATES = [str(COURSE / "site" / "templates"), str(COURSE / "helpers")]


class SaveAtTheEnd(NBClientEngine):
    """Papermill's own engine, but the notebook is saved when it has ended, well or not, and not twice a cell.

    Only if this process itself is killed are its outputs lost. And a kernel that dies while it starts is started once
    more: another program may have taken one of its ports meanwhile (github.com/nteract/papermill/issues/511).
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        nb_man.save = lambda **_: None
        try:
            try:
                super().execute_managed_notebook(nb_man, kernel_name, **options)
            except RuntimeError as error:
                if "before replying to kernel_info" not in str(error):
                    raise
                print("Its kernel died while it started; once more.", flush=True)
                super().execute_managed_notebook(nb_man, kernel_name, **options)
        finally:
            del nb_man.save


papermill_engines.register("save at the end", SaveAtTheEnd)


def execute(path, out, wanted, timeout, progress_bar=True):
    """Execute one notebook, with those of the `wanted` parameters that it has, and write its page.

    No cell may take longer than `timeout` seconds.

    Returns the seconds it took, its results by name (texts, as `helpers.record_results` prints them), and in one line
    what went wrong (None if nothing).
    """
    target, page = out / path.name, out / f"{path.stem}.html"
    start, problem, results = time.monotonic(), None, {}
    try:
        for old in (target, page):
            old.unlink(missing_ok=True)
    except OSError as error:  # what is there belongs to an earlier run
        return 0, results, f"{type(error).__name__}: {error}"
    try:
        known = papermill.inspect_notebook(str(path))
        papermill.execute_notebook(
            str(path),
            str(target),
            parameters={name: value for name, value in wanted.items() if name in known},
            cwd=str(path.parent),
            kernel_name="python3",
            engine_name="save at the end",
            execution_timeout=timeout,
            progress_bar=progress_bar,
            extra_arguments=["--log-level=ERROR"],  # the kernel warns of its own transport otherwise
        )
    except Exception as error:  # whatever it is, the other notebooks still run
        problem = describe_failure(error, target)
    seconds = time.monotonic() - start
    try:
        results = finish(target, page)
    except Exception as error:  # it was never begun, or the disk is full
        problem = problem or f"{type(error).__name__}: {error}"
    return seconds, results, problem


def finish(target, page):
    """Write the page of an executed notebook, and return its results by name."""
    notebook, results = nbformat.read(target, as_version=4), {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
            if "results" in output.get("metadata", {}):
                results.update(line.split(": ") for line in output["data"]["text/plain"].splitlines())
    write_page(notebook, page)
    return results


def describe_failure(error, target):
    """Say in one line which cell failed, by its number and first line, and why."""
    what = f"{type(error).__name__}: {error}"
    if isinstance(error, PapermillExecutionError):
        what = f"{error.ename}: {error.evalue}"
    elif isinstance(error, DeadKernelError):
        what = (
            "DeadKernelError: Kernel died. It ran out of memory (close other programs and notebooks), or TensorFlow "
            "cannot run on this processor, because that has no AVX"
        )
        flags = [name for name in ("XLA_FLAGS", "TF_XLA_FLAGS") if os.environ.get(name)]
        what += f", or does not know what {' and '.join(flags)} asks for: remove that variable." if flags else "."
    what = next((line for line in what.splitlines() if line.strip()), what)
    try:
        notebook = nbformat.read(target, as_version=4)
    except Exception:  # there is none, or a full disk has cut it off
        return what
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    begun = [i for i, cell in enumerate(cells, 1) if cell.metadata.get("papermill", {}).get("start_time")]
    if not begun:
        return what
    first_line = cells[begun[-1] - 1].source.partition("\n")[0]
    return f"code cell {begun[-1]} ({first_line}): {what}"


def heading(notebook, otherwise):
    """Return the first heading of a notebook."""
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = re.search(r"^#+ (.+)", prose, re.M)
    return found[1] if found else otherwise


def write_page(notebook, path):
    """Write a notebook as one page of HTML, its links to other notebooks turned into links to their pages."""
    exporter = HTMLExporter(extra_template_basedirs=TEMPLATES, extra_template_paths=TEMPLATES, template_name="page")
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": heading(notebook, path.stem)}})
    path.write_text(relink(page, path.parent), encoding="utf-8")


def write_texts(out):
    """Write the texts beside the notebooks as pages, before the notebooks, which link to them."""
    for path in COURSE.glob("notebooks/*.md"):
        text = nbformat.v4.new_markdown_cell(path.read_text(encoding="utf-8"))
        write_page(nbformat.v4.new_notebook(cells=[text]), out / f"{path.stem}.html")


def relink(page, out):
    """Turn the relative links of a notebook's page into links that hold in the folder `out`.

    Notebooks have pages there, and texts beside them may have; other files are linked where they are.
    """

    def link(match):
        file = Path(os.path.normpath(COURSE / "notebooks" / match[1]))
        if file.parent == COURSE / "notebooks" and (file.suffix == ".ipynb" or (out / f"{file.stem}.html").exists()):
            return f'href="{file.stem}.html'
        return f'href="{path_from(out, file)}' if file.exists() else match[0]

    return re.sub(r'href="(?!\w+:|#)([^"#]+)', link, page)


def path_from(folder, file):
    """Return a link from a folder to a file: relative, or on another drive absolute."""
    try:
        return quote(os.path.relpath(file, folder.resolve()).replace(os.sep, "/"))
    except ValueError:
        return file.resolve().as_uri()


def describe(results):
    """Return results in one line: "validation accuracy A 97.5%, parameters 270,218"."""
    return ", ".join(f"{name.replace('_', ' ')} {text}" for name, text in results.items())


def write_index(rows, path):
    """Write a page that links the executed notebooks."""
    shown = []
    for name, seconds, results, problem in rows:
        page, title = f"{name}.html", name
        if path.with_name(page).exists():
            title = heading(nbformat.read(path.with_name(f"{name}.ipynb"), as_version=4), name)
        else:
            page = None
        result = f"FAILED: {problem}" if problem else describe(results)
        shown.append({"page": page, "title": title, "seconds": round(seconds), "result": result})
    fill("runs.html.j2", path, rows=shown)


def fill(template, path, **values):
    """Write a page from a template of site/templates/."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    page = environment.get_template(template).render(values)
    path.write_text(page, encoding="utf-8", errors="backslashreplace")  # names of files need not be UTF-8


def make_writable(out):
    """Make the folder of the results; end the program with words if nothing can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=out):
            pass
    except OSError as error:
        sys.exit(f"Nothing can be written to {out} ({error.strerror}). Choose another folder with --out.")


def main():
    """Run the notebooks named on the command line, or all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of the course")
    parser.add_argument("--quick", action="store_true", help=f"with small parameters: {QUICK}")
    parser.add_argument("--timeout", type=int, default=1200, help="seconds that a cell may take (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=COURSE / "build", help="folder for the results")
    arguments = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")
    paths = [path.resolve() for path in arguments.notebooks] or sorted(COURSE.glob("notebooks/*.ipynb"))
    for path in paths:
        if path.parent == arguments.out.resolve():
            sys.exit(f"The results would overwrite {path}: choose another folder with --out.")
        if [other.name for other in paths].count(path.name) > 1:
            sys.exit(
                f"More than one notebook is called {path.name}. Run each by itself, with a folder of its own as --out."
            )
    make_writable(arguments.out)
    os.environ.setdefault("DIGITS_MINE", str(arguments.out.resolve() / "mine"))  # and not the reader's own folder
    write_texts(arguments.out)
    rows = []
    for path in paths:
        print(f"\n{path.stem}", flush=True)
        wanted = QUICK if arguments.quick else {}
        rows.append((path.stem, *execute(path, arguments.out, wanted, arguments.timeout)))
        if problem := rows[-1][-1]:
            print(f"FAILED: {path.stem}, {problem}", flush=True)
    write_index(rows, arguments.out / "index.html")
    width = max(len(row[0]) for row in rows)
    print(f"\n{'notebook':{width}}  seconds  result")
    for name, seconds, results, problem in rows:
        print(f"{name:{width}}  {seconds:7.0f}  {'FAILED: ' + problem if problem else describe(results)}")
    print(f"\nPages: {arguments.out / 'index.html'}")
    sys.exit(any(row[-1] for row in rows))


if __name__ == "__main__":
    main()
