"""Copies of the notebooks for a class: without solutions and outputs (`make student`), or as slides (`make slides`).

Usage: python tools/copies.py student|slides [--out FOLDER]
"""

import argparse
import importlib.util
import re
import shutil
import sys
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor

sys.path.insert(0, str(Path(__file__).parent))  # where PYTHONSAFEPATH is set, Python does not do that
from run_notebooks import TEMPLATES, fill, heading, path_from, relink

COURSE = Path(__file__).resolve().parents[1]
#: What begins a slide of its own within a cell of prose: a heading, or the number of an exercise.
BEGINS = re.compile(r"#+ |\*\*\d\d\.\d")
#: What is shown whatever its length: those, questions, program lines, tables.
STAYS = re.compile(BEGINS.pattern + r"|\*\*Predict|```|\|")
SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z`(*])|(?<=[.!?]\*\*)\s+")
HINTS = re.compile(r"<details>.*?</details>", re.S)
#: What the folded cells of a copy begin with, by their tags.
FOLDED = {
    "bootstrap": "Set-up: run this folded cell like any other; you need not read it.",
    "parameters": "Settings: you can change them here.",
    "check": "Set-up: what this notebook uses, and a check of the settings.",
}


def without_outputs(notebook):
    """Return a notebook without outputs."""
    return ClearOutputPreprocessor().preprocess(notebook, {})[0]


def student(notebook):
    """Return a notebook without solutions and outputs, which runs to the end all the same."""
    return without_outputs(TagRemovePreprocessor(remove_cell_tags={"solution"}).preprocess(notebook, {})[0])


def definitions(block):
    """Return the sentences of a block of prose that hold a term in bold, with the one before where they need it."""
    sentences = SENTENCES.split(block)
    bold = {i for i, sentence in enumerate(sentences) if re.search(r"(?!^)\*\*[^*`]+\*\*|^\*\*[^*`.]+\*\*", sentence)}
    bold |= {i - 1 for i in bold if i and re.match(r"(This|It|That|Its) ", sentences[i])}
    return " ".join(re.sub(r"^\((.*)\)$", r"\1", sentences[i]) for i in sorted(bold))


def opening(block):
    """Return the first sentence of a block of prose, or the first two if it is a short one."""
    sentences = SENTENCES.split(block)
    return " ".join(sentences[: 1 + (len(sentences[0].split()) < 9)])


def shown(block):
    """Return what of a block of prose is shown: all of a short one, and of a long one what a slide has room for."""
    if re.match(r"- |\d+\. ", block):
        items = re.split(r"\n(?=- |\d+\. )", block)
        return "\n".join(item if len(item.split()) <= 16 else opening(item) for item in items)
    return block if STAYS.match(block) or len(block.split()) <= 35 else definitions(block)


def prose_slides(cell):
    """Cut a cell of prose into slides, one for each heading and exercise, and notes that hold all that is said."""
    kind, hints = kind_of(cell), HINTS.findall(cell.source)
    source = re.sub(r"^(#+ .*)$", r"\n\1\n", HINTS.sub("", cell.source), flags=re.M)
    groups = [[]]
    for block in re.split(r"\n\s*\n", source.strip()):
        bare = all(text.startswith("#") for text in map(shown, groups[-1]) if text)  # but for its heading
        if BEGINS.match(block) and groups[-1] and not (bare and BEGINS.match(groups[-1][0])):
            groups.append([])
        groups[-1].append(block)
    for group in groups:
        lead = group is groups[0] and len(groups) > 1 and not BEGINS.match(group[0])  # about the slide before
        texts = list(filter(None, map(definitions if lead else shown, group)))
        if not lead and texts != group and all(text.startswith("#") for text in texts):
            texts.append(next(opening(block) for block in group if block not in texts))
        text = "\n\n".join(texts)
        said = "\n\n".join(group + hints * (group is groups[-1]))
        if text:
            yield nbformat.v4.new_markdown_cell(text, metadata=slide("subslide" if lead else kind))
            kind = "subslide" if not lead else kind
        if text != said:
            yield nbformat.v4.new_markdown_cell(said, metadata=slide("notes"))


def figure_slides(cell):
    """Return the figures of a cell, a slide each, below their captions; what else it prints, if it is a line or two."""
    kind, outputs, printed = kind_of(cell), cell.outputs, []
    if kind in ("notes", "skip"):
        return
    kind = "subslide" if kind == "-" else kind
    for output in outputs:
        lines = [line for line in output.get("text", "").splitlines() if not line.startswith("✓ ")]
        if lines:
            printed.append(nbformat.v4.new_output("stream", text="\n".join(lines) + "\n"))
    fits = sum(output.text.count("\n") for output in printed) <= 3
    for i, output in enumerate(outputs):
        if "image/png" in output.get("data", {}):
            parts = [outputs[i + 1], output, *(printed if fits else [])]
            yield nbformat.v4.new_code_cell(outputs=parts, metadata=slide(kind, transient={"remove_source": True}))
            kind, fits = "subslide", False


def kind_of(cell):
    """Return the slide type of a cell."""
    return cell.metadata.get("slideshow", {}).get("slide_type", "-")


def slide(kind, **others):
    """Return the metadata of a cell of this slide type."""
    return {"slideshow": {"slide_type": kind}, **others}


def slides(notebook):
    """Make slides of cells: prose is cut short, and of a figure's cell only the figure remains, below its caption."""
    cells = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and kind_of(cell) not in ("notes", "skip"):
            cells += prose_slides(cell)
        elif any("image/png" in output.get("data", {}) for output in cell.get("outputs", [])):
            cells += figure_slides(cell)
        else:
            cells.append(cell)
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


def write_copies(out, change, overwrite=True):
    """Write copies of the notebooks and the texts beside them, their links to other files still right.

    Of a folded cell JupyterLab shows the first line, so there the copies say what it is.

    Parameters
    ----------
    out : Path
        Made if it is not there.
    change : callable
        Takes a notebook and returns it changed.
    overwrite : bool
        Whether copies that are there are written again.

    Returns
    -------
    list of Path
        What was written.
    """

    def link(match):
        return "](" + path_from(out, COURSE / "notebooks" / match[1])

    out.mkdir(parents=True, exist_ok=True)
    wanted = [path for kind in ("ipynb", "md") for path in sorted(COURSE.glob(f"notebooks/*.{kind}"))]
    wanted = [path for path in wanted if overwrite or not (out / path.name).exists()]
    for path in wanted:
        if path.suffix == ".md":
            shutil.copy(path, out)
            continue
        notebook = change(nbformat.read(path, as_version=4))
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = re.sub(r"\]\((?!\w+:|#|\w+\.(?:ipynb|md))([^)#\s]+)", link, cell.source)
            for tag in set(cell.metadata.get("tags", [])) & set(FOLDED):
                cell.source = f"# {FOLDED[tag]}\n{cell.source}"
        nbformat.write(notebook, out / path.name)
    return [out / path.name for path in wanted]


def write_students(out):
    """Write the students' copies."""
    write_copies(out, student)


def write_slides(out):
    """Write the decks, what they need of reveal.js, and a page that links them."""
    package = importlib.util.find_spec("sphinx_revealjs")
    if package is None:
        raise SystemExit("reveal.js is missing. Run: python -m pip install -c constraints.txt -e '.[site]'")
    for part in ("dist", "plugin/notes"):
        source = Path(package.origin).parent / "_static" / "revealjs" / part
        shutil.copytree(source, out / "reveal.js" / part, dirs_exist_ok=True)
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
    """Write the copies named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=["student", "slides"])
    parser.add_argument("--out", type=Path, help="folder for the copies; default: build/student or build/slides")
    arguments = parser.parse_args()
    out = (arguments.out or COURSE / "build" / arguments.kind).resolve()
    out.mkdir(parents=True, exist_ok=True)
    {"student": write_students, "slides": write_slides}[arguments.kind](out)
    print(f"Written to {out}")


if __name__ == "__main__":
    main()
