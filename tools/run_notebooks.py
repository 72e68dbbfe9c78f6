"""Execute notebooks with papermill and write them as pages: `make run`, and shortened `make quick`.

Each notebook is run in a fresh kernel; the executed copy and its page go to the output folder, with an index. A
notebook that fails does not stop the others, but the exit status is then 1.

Usage: python tools/run_notebooks.py [--quick] [--out FOLDER] [NOTEBOOK...]
"""

import argparse
import html
import sys
import time
from pathlib import Path

import nbformat
import papermill
from jinja2 import DictLoader
from nbconvert import HTMLExporter
from papermill.exceptions import PapermillExecutionError

COURSE = Path(__file__).resolve().parents[1]
#: Small values for a run that shows whether everything works; a notebook gets those that it has.
QUICK = {"epochs": 1, "n_train": 1_000}
#: nbconvert's page, but loading nothing from the network, with alternative texts for pictures, and with solutions and
#: the set-up cell folded.
TEMPLATE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js_requirejs -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block data_png scoped -%}
<div class="jp-RenderedImage jp-OutputArea-output {{ extra_class }}">
<img src="data:image/png;base64,{{ output.data['image/png'] | escape_html }}"
 alt="{{ (output | get_metadata('alt', 'image/png') or '') | escape_html }}">
</div>
{%- endblock data_png -%}
{%- block codecell -%}
{%- set tags = cell.metadata.get('tags', []) -%}
{%- if 'solution' in tags or 'bootstrap' in tags -%}
<details><summary>{{ 'Solution' if 'solution' in tags else 'Set-up cell' }}</summary>{{ super() }}</details>
{%- else -%}{{ super() }}{%- endif -%}
{%- endblock codecell -%}
"""


def parameters_of(path, wanted):
    """Return those of the `wanted` parameters that the notebook has."""
    known = papermill.inspect_notebook(str(path))
    return {name: value for name, value in wanted.items() if name in known}


def execute(path, out, parameters, progress=True):
    """Execute one notebook; return its seconds, its recorded results, and what went wrong (None if nothing)."""
    out.mkdir(parents=True, exist_ok=True)
    target = out / path.name
    start, problem = time.monotonic(), None
    try:
        papermill.execute_notebook(
            str(path),
            str(target),
            parameters=parameters,
            cwd=str(path.parent),
            kernel_name="python3",
            execution_timeout=1200,
            progress_bar=progress,
        )
    except PapermillExecutionError as error:
        problem = f"cell {error.exec_count}: {error.ename}: {error.evalue}"
    except Exception as error:  # a kernel that died, a file that is no notebook: the others still run
        problem = f"{type(error).__name__}: {error}"
    seconds = time.monotonic() - start
    results = {}
    if target.exists():
        notebook = nbformat.read(target, as_version=4)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                results.update(output.get("metadata", {}).get("results", {}))
        write_page(notebook, target.with_suffix(".html"))
    return seconds, results, problem


def write_page(notebook, path):
    """Write a notebook as one page of HTML, its links to other notebooks turned into links to their pages."""
    exporter = HTMLExporter(extra_loaders=[DictLoader({"course.html.j2": TEMPLATE})], template_file="course.html.j2")
    title = next(line for line in notebook.cells[0].source.splitlines() if line.startswith("# ")).removeprefix("# ")
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    for other in COURSE.glob("notebooks/*.ipynb"):
        page = page.replace(f'href="{other.name}', f'href="{other.stem}.html')
    path.write_text(page, encoding="utf-8")


def describe(results):
    """Return recorded results as text: "validation accuracy A 97.5 %"."""
    return ", ".join(f"{name.replace('_', ' ')} {100 * value:.1f}%" for name, value in results.items())


def write_index(rows, path):
    """Write a page that links the executed notebooks."""
    lines = [
        f'<tr><td><a href="{html.escape(name)}.html">{html.escape(name)}</a></td><td>{seconds:.0f}</td>'
        f"<td>{html.escape(problem or describe(results))}</td></tr>"
        for name, seconds, results, problem in rows
    ]
    path.write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Handwritten digits: executed notebooks</title>'
        "<style>body{font:16px sans-serif;margin:2em auto;max-width:60em}td,th{padding:.3em;text-align:left}</style>"
        "<h1>Executed notebooks</h1><table><tr><th>notebook</th><th>seconds</th><th>result</th></tr>"
        + "".join(lines)
        + "</table></html>\n",
        encoding="utf-8",
    )


def main():
    """Run the notebooks named on the command line, or all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of the course")
    parser.add_argument("--quick", action="store_true", help=f"with small parameters: {QUICK}")
    parser.add_argument("--out", type=Path, default=COURSE / "build", help="folder for the results")
    arguments = parser.parse_args()
    rows = []
    for path in arguments.notebooks or sorted(COURSE.glob("notebooks/*.ipynb")):
        print(f"\n{path.stem}", flush=True)
        parameters = parameters_of(path, QUICK) if arguments.quick else {}
        rows.append((path.stem, *execute(path.resolve(), arguments.out, parameters)))
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
