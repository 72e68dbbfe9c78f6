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
QUICK = {"epochs": 1, "n_train": 1_000, "n_photos": 20}
#: The form of an output that only a running kernel can fill; beside it there is one in words.
WIDGET = "application/vnd.jupyter.widget-view+json"
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
<details>
<summary style="font: 14px sans-serif; margin-left: 80px">
{{- 'Solution' if 'solution' in tags else 'Set-up cell' }}</summary>
{{ super() }}
</details>
{%- else -%}{{ super() }}{%- endif -%}
{%- endblock codecell -%}
"""


def execute(path, out, wanted):
    """Execute one notebook, with those of the `wanted` parameters that it has, and write its page.

    Returns the seconds it took, its recorded results by name, and in one line what went wrong (None if nothing).
    """
    target, page = out / path.name, out / f"{path.stem}.html"
    if target.resolve() == path.resolve():
        raise SystemExit(f"The results would overwrite {path}: choose another folder with --out.")
    start, problem, results = time.monotonic(), None, {}
    try:
        for old in (target, page):
            old.unlink(missing_ok=True)
        known = papermill.inspect_notebook(str(path))
        papermill.execute_notebook(
            str(path),
            str(target),
            parameters={name: value for name, value in wanted.items() if name in known},
            cwd=str(path.parent),
            kernel_name="python3",
            execution_timeout=1200,
            extra_arguments=["--log-level=ERROR"],  # the kernel warns of its own transport otherwise
        )
    except Exception as error:  # whatever it is, the other notebooks still run
        problem = describe_failure(error, target)
    seconds = time.monotonic() - start
    if target.exists():
        notebook = nbformat.read(target, as_version=4)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                output.get("data", {}).pop(WIDGET, None)
                results.update(output.get("metadata", {}).get("results", {}))
        write_page(notebook, page)
    return seconds, results, problem


def describe_failure(error, target):
    """Say in one line which cell failed, by its number and first line, and why."""
    what = f"{type(error).__name__}: {error}"
    if isinstance(error, PapermillExecutionError):
        what = f"{error.ename}: {error.evalue}"
    what = next((line for line in what.splitlines() if line.strip()), what)
    if not target.exists():
        return what
    cells = [cell for cell in nbformat.read(target, as_version=4).cells if cell.cell_type == "code"]
    begun = [i for i, cell in enumerate(cells, 1) if cell.metadata.get("papermill", {}).get("start_time")]
    if not begun:
        return what
    first_line = cells[begun[-1] - 1].source.partition("\n")[0]
    return f"code cell {begun[-1]} ({first_line}): {what}"


def write_page(notebook, path):
    """Write a notebook as one page of HTML, its links to other notebooks turned into links to their pages."""
    exporter = HTMLExporter(extra_loaders=[DictLoader({"course.html.j2": TEMPLATE})], template_file="course.html.j2")
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": path.stem}})
    for other in COURSE.glob("notebooks/*.ipynb"):
        page = page.replace(f'href="{other.name}', f'href="{other.stem}.html')
    page = page.replace('href="glossary.md', 'href="glossary.html')
    path.write_text(page, encoding="utf-8")


def write_glossary(out):
    """Write the glossary as a page, since the pages of the notebooks link to its terms."""
    text = (COURSE / "notebooks" / "glossary.md").read_text(encoding="utf-8")
    write_page(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)]), out / "glossary.html")


def describe(results):
    """Return recorded results as text: "validation accuracy A 97.5 %"."""
    return ", ".join(f"{name.replace('_', ' ')} {100 * value:.1f}%" for name, value in results.items())


def write_index(rows, path):
    """Write a page that links the executed notebooks."""
    lines = []
    for name, seconds, results, problem in rows:
        name, result = html.escape(name), html.escape(f"FAILED: {problem}" if problem else describe(results))
        link = f'<a href="{name}.html">{name}</a>' if path.with_name(f"{name}.html").exists() else name
        lines.append(f"<tr><td>{link}</td><td>{seconds:.0f}</td><td>{result}</td></tr>")
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
    sys.stdout.reconfigure(errors="replace")
    arguments.out.mkdir(parents=True, exist_ok=True)
    rows = []
    for path in arguments.notebooks or sorted(COURSE.glob("notebooks/*.ipynb")):
        print(f"\n{path.stem}", flush=True)
        rows.append((path.stem, *execute(path.resolve(), arguments.out, QUICK if arguments.quick else {})))
        if problem := rows[-1][-1]:
            print(f"FAILED: {path.stem}, {problem}", flush=True)
    write_index(rows, arguments.out / "index.html")
    write_glossary(arguments.out)
    width = max(len(row[0]) for row in rows)
    print(f"\n{'notebook':{width}}  seconds  result")
    for name, seconds, results, problem in rows:
        print(f"{name:{width}}  {seconds:7.0f}  {'FAILED: ' + problem if problem else describe(results)}")
    print(f"\nPages: {arguments.out / 'index.html'}")
    sys.exit(any(row[-1] for row in rows))


if __name__ == "__main__":
    main()
