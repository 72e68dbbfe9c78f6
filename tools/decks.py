"""Make a deck of slides of each notebook: all that it says, with a title on every slide (`make slides`).

Code that draws a figure is left out, and so are the cells to answer in; all else stands in the deck as in the notebook.

Usage: python tools/decks.py [--out FOLDER]
"""

import argparse
import importlib.util
import re
import shutil
import sys
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter

sys.path.insert(0, str(Path(__file__).parent))  # where PYTHONSAFEPATH is set, Python does not do that
from run_notebooks import TEMPLATES, fill, heading, relink

COURSE = Path(__file__).resolve().parents[1]
#: So many lines of text fit on a slide, besides its title; a figure takes all of them but three.
LINES = 13
LETTERS = 74  # in a line
HINTS = re.compile(r"<details>.*?</details>", re.S)
#: A block of code in prose.
FENCED = re.compile(r"^(```.*?^```) *$", re.M | re.S)
#: What begins a slide of its own within a cell of prose: a heading, or the number of an exercise.
BEGINS = re.compile(r"#+ |\*\*\w+\.\d ")


def blocks_of(source):
    """Return the paragraphs, lists, tables, headings and code of a cell of prose, each as text; without hints."""
    blocks = []
    for i, part in enumerate(FENCED.split(HINTS.sub("", source))):
        prose = re.sub(r"^(#+ .*)$", r"\n\1\n", part, flags=re.M)
        blocks += [part] if i % 2 else re.split(r"\n\s*\n", prose.strip())
    return [block for block in blocks if block]


def lines_of(block):
    """Estimate how many lines a block of prose takes on a slide, with the space below it."""
    return 0.5 + sum(max(1, -(-len(line) // LETTERS)) for line in block.splitlines())


def pieces(cell):
    """Yield what may stand on a slide: (how many lines it takes, a cell, whether it begins a slide of its own)."""
    if cell.cell_type == "markdown":
        for block in blocks_of(cell.source):
            yield lines_of(block), nbformat.v4.new_markdown_cell(block), bool(BEGINS.match(block))
        return
    outputs = [output for output in cell.outputs if "text/markdown" not in output.get("data", {})]
    drawn = [set(output.get("data", {})) & {"image/png", "text/html"} for output in cell.outputs]
    pictures = [i for i, kinds in enumerate(drawn) if kinds]
    printed = [output for output in outputs if output.get("text", "").strip()]
    lines = 0.7 * sum(output.text.count("\n") for output in printed)
    if not pictures:
        cell.metadata.pop("transient", None)
        yield 1 + 0.7 * len(cell.source.splitlines()) + lines, cell, False
        return
    for i in pictures:
        caption = [output for output in cell.outputs[i + 1 : i + 2] if "text/markdown" in output.get("data", {})]
        shown = [*caption, cell.outputs[i], *(printed if lines <= 2 else [])]
        hidden = {"transient": {"remove_source": True}}
        moves = "text/html" in cell.outputs[i]["data"]
        yield LINES - 3 * (not moves), nbformat.v4.new_code_cell(outputs=shown, metadata=hidden), False
        printed = []


def slides(notebook):
    """Return a notebook in which each slide has a title and as much as fits."""
    cells, title, room = [], "", 0
    for cell in notebook.cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        if kind in ("skip", "notes") or "guess" in cell.metadata.get("tags", []):
            continue
        for lines, piece, begins in pieces(cell):
            is_title = piece.source.startswith("#") and piece.cell_type == "markdown"
            if is_title:
                title = piece.source
            if begins or is_title or lines > room:
                starts = "slide" if kind == "slide" else "subslide"
                kind = "subslide"
                cells.append(nbformat.v4.new_markdown_cell(title, metadata={"slideshow": {"slide_type": starts}}))
                room = LINES + 9 * title.startswith("# ")  # letters are smaller on the first slide
            if not is_title:
                piece.metadata["slideshow"] = {"slide_type": "-"}
                cells.append(piece)
                room -= lines
    return nbformat.v4.new_notebook(cells=without_bare_titles(cells), metadata=notebook.metadata)


def without_bare_titles(cells):
    """Leave out slides that hold a title alone."""
    kept = []
    for cell in cells:
        starts = cell.metadata["slideshow"]["slide_type"]
        if kept and starts == "subslide" and kept[-1].metadata["slideshow"]["slide_type"] != "-":
            starts = kept.pop().metadata["slideshow"]["slide_type"]
        cell.metadata["slideshow"]["slide_type"] = starts
        kept.append(cell)
    return kept


def write_slides(out):
    """Write the decks, what they need of reveal.js, and a page that links them."""
    package = importlib.util.find_spec("sphinx_revealjs")
    if package is None:
        raise SystemExit("reveal.js is missing. Run: python -m pip install -c constraints.txt -e '.[site]'")
    source = Path(package.origin).parent / "_static" / "revealjs" / "dist"
    shutil.copytree(source, out / "reveal.js" / "dist", dirs_exist_ok=True)
    exporter = SlidesExporter(
        extra_template_basedirs=TEMPLATES,
        extra_template_paths=TEMPLATES,
        template_name="slides",
        reveal_url_prefix="reveal.js",
        reveal_theme="white",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    decks = []
    for path in sorted(COURSE.glob("notebooks/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        deck, _ = exporter.from_notebook_node(slides(notebook), {"metadata": {"name": path.stem}})
        (out / f"{path.stem}.html").write_text(relink(deck, out), encoding="utf-8")
        decks.append((f"{path.stem}.html", heading(notebook, path.stem)))
    fill("decks.html.j2", out / "index.html", decks=decks)


def main():
    """Write the decks."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--out", type=Path, default=COURSE / "build" / "slides", help="folder for the decks")
    out = parser.parse_args().out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    write_slides(out)
    print(f"Written to {out}")


if __name__ == "__main__":
    main()
