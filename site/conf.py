"""The course as a website, by Sphinx with MyST-NB: `make site`. Notebooks appear with their stored outputs."""

import html
import json
import re
from pathlib import Path

import nbformat
from docutils import nodes
from mdit_py_plugins.anchors.index import slugify
from sphinx.errors import ExtensionError

from helpers.lesson import texts
from helpers.look import CSS, variables

#: What the theme calls the colours of the course.
NAMES = {
    "color-background-primary": "paper",
    "color-background-secondary": "wash",
    "color-foreground-primary": "ink",
    "color-foreground-secondary": "soft",
    "color-brand-primary": "blue",
    "color-brand-content": "blue",
    "color-brand-visited": "purple",
    "color-admonition-title": "soft",
    "color-admonition-title-background": "wash",
    "mystnb-source-bg-color": "wash",
    "mystnb-source-border-color": "line",
    "mystnb-source-margin-color": "line",
}
#: Sizes and type, light or dark.
SIZES = {
    "font-stack--monospace": "Menlo, Consolas, 'DejaVu Sans Mono', monospace",
    "mystnb-source-border-radius": "6px",
    "sidebar-caption-font-size": "12px",
}


def look(dark=False):
    """Return the variables of the website's style, of light or of dark pages."""
    own = variables(dark)
    parts = {name: own[colour] for name, colour in NAMES.items()}
    return own | parts | ({} if dark else {"font-stack": own["font"], **SIZES})


project = html_title = "Handwritten digit recognition, measured"
language = "en"
extensions = ["myst_nb"]
root_doc = "README"
include_patterns = ["*.md", "notebooks/*", "sweeps/*.ipynb", "data/README.md", "benchmarks/results.md"]
include_patterns += ["helpers/texts/README.md"]
exclude_patterns = [".venv", "build", "mine"]
nb_execution_mode = "off"
myst_heading_anchors = 4
html_theme = "furo"
html_favicon = "../pictures/mark.svg"
html_theme_options = {"light_css_variables": look(), "dark_css_variables": look(dark=True)}
html_show_search_summary = False  # it cannot be had from files
html_copy_source = html_show_copyright = html_show_sphinx = False
templates_path = ["templates"]
html_static_path = ["live"]
PARTS = ("sidebar/brand", "sidebar/search", "sidebar/scroll-start", "website/sidebar", "sidebar/navigation")
html_sidebars = {"**": [f"{part}.html" for part in (*PARTS, "sidebar/scroll-end")]}
#: The pages that are no documents but templates, and the scripts of each.
html_additional_pages = {"index": "website/home.html", "train": "website/train.html"}
SCRIPTS = {
    "index": ["image.js", "parts.js", "pad.js", "network.js", "home.js"],
    "train": ["image.js", "parts.js", "pad.js", "learn.js", "digits.js", "train.js"],
}
COURSE = Path(__file__).resolve().parents[1]

#: The contents of the website, which the README hands over.
CONTENTS = """

```{toctree}
:hidden:
:glob:
:caption: The lessons

notebooks/[0-9]*
notebooks/appendix*
notebooks/glossary
```

```{toctree}
:hidden:
:caption: About the course

Install and run <self>
TEACHING
CONTRIBUTING
data/README
benchmarks/results
LICENSE-text
```
"""
#: What stands behind the page about the data, and not among the lessons.
MEASURED = """

```{toctree}
:hidden:
:glob:

/sweeps/*
/helpers/texts/README
```
"""
DOWNLOAD = "\n\n{{download}}`Download this notebook <{name}>`; it runs in the folder of [the course](../README.md)."
#: What is folded on the pages of the lessons, by the tag of the cell, and its title.
FOLDED = {"bootstrap": "Set-up cell", "parameters": "Settings", "check": "Set-up cell", "solution": "Solution"}
#: What a notebook begins with.
OPENING = re.compile(r"# (?P<title>.*)\n\n\*(?P<question>.*)\*\n[\s\S]*\*\*Time:\*\* (?P<minutes>\d+) minutes")


def prepare(app, name, source):
    """Adapt links, add contents; let a notebook be downloaded, and fold its set-up cell and solutions."""
    # JupyterLab keeps the capitals of a heading in its address.
    source[0] = re.sub(r"(\]\([^)#\s]*\.ipynb#)([^)]+)", lambda link: link[1] + slugify(link[2]), source[0])
    if name == root_doc:
        source[0] = re.sub(r"^# <img[^>]*> ", "# ", source[0]) + CONTENTS  # the mark is in the browser's tab
    if name == "data/README":
        source[0] += MEASURED
    path = app.env.doc2path(name)
    if path.suffix != ".ipynb":
        return
    notebook = nbformat.reads(source[0], as_version=4)
    notebook.cells[0].source += DOWNLOAD.format(name=path.name)
    for cell in notebook.cells:
        for tag, title in FOLDED.items():
            if tag in cell.metadata.get("tags", []):
                fold(cell, "hide-cell", title)
        if "outcome(" in cell.source:
            fold(cell, "hide-output", "What came out")
    notebook.cells = [question(cell) or cell for cell in notebook.cells]
    source[0] = nbformat.writes(notebook)


def fold(cell, tag, title):
    """Fold a cell, or its output, under a title."""
    cell.metadata.setdefault("tags", []).append(tag)
    cell.metadata.mystnb = {"code_prompt_show": title, "code_prompt_hide": title}


def question(cell):
    """Return what lesson.js turns into buttons or a field, for a guess or an exercise that it can judge; else None."""
    asked = re.search(r'^(?:guess|check_answer)\("(?P<lesson>\w+)[-.](?P<name>[\w-]+)"', cell.source, re.M)
    if cell.cell_type != "code" or not asked or not {"guess", "exercise"} & set(cell.metadata.get("tags", [])):
        return None
    words = texts(asked["lesson"])
    if asked["name"] in words["guesses"]:
        ask = {"guess": True, "options": list(words["guesses"][asked["name"]].get("choices", [])) or None}
    else:
        exercise = words["exercises"][asked["name"]]
        if exercise["kind"] not in ("letter", "number", "share"):
            return None
        ask = {"tolerance": 0, "wrong": [], **exercise}
        if exercise["kind"] == "letter":
            ask["options"] = sorted([exercise["answer"], *(letter for letter, _ in exercise["wrong"])])
    return nbformat.v4.new_markdown_cell(f'<div data-ask="{html.escape(json.dumps(ask))}"></div>')


def describe_pictures(app, doctree):
    """Give each picture of a notebook its alternative text, which is also the caption below it."""
    for picture in doctree.findall(nodes.image):
        if "alt" not in picture:
            picture["alt"] = picture.next_node(nodes.paragraph, siblings=True, ascend=True).astext()


def lessons():
    """Return page, title, question and minutes of each notebook, as it says them itself."""
    found = []
    for path in sorted(COURSE.glob("notebooks/*.ipynb")):
        first = nbformat.read(path, as_version=4).cells[0].source
        found.append({"page": f"notebooks/{path.stem}", **OPENING.match(first).groupdict()})
    return found


def networks(app):
    """Return what tools/train_for_site.py says of the networks that it trained."""
    record = Path(app.config.live) / "networks.json"
    if not record.exists():
        raise ExtensionError(f"{record} is missing. Run: python tools/train_for_site.py")
    return json.loads(record.read_text(encoding="utf-8"))["networks"]


def fill_live_pages(app, name, template, context, doctree):
    """Give the pages that are templates what they show; let all pages know where home is."""
    context["root_doc"] = context["master_doc"] = "index"
    menu = context["furo_navigation_tree"]  # whose captions are headings without a level
    context["furo_navigation_tree"] = menu.replace('role="heading"', 'role="heading" aria-level="2"')
    if name.startswith("notebooks/"):
        app.add_css_file("live.css")
        app.add_js_file("lesson.js", loading_method="defer")
    if name in html_additional_pages:
        shown = networks(app)
        trained = [network["script"] for network in shown] if name == "index" else []
        context.update(networks=shown, lessons=lessons(), scripts=SCRIPTS[name] + trained)


def copy_scripts(app, error):
    """Copy the scripts that are made elsewhere; what a script exports as a module, it has for all here."""
    if error:
        return
    static = app.outdir / "_static"
    pad = COURSE / "helpers" / "handwriting"
    (static / "pad.css").write_text(CSS + (pad / "pad.css").read_text(encoding="utf-8"), encoding="utf-8")
    for path in [*Path(app.config.live).glob("*.js"), *pad.glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        (static / path.name).write_text(re.sub(r"^export (default .*;$)?", "", text, flags=re.M), encoding="utf-8")


def setup(app):
    """Connect these functions with Sphinx."""
    app.add_config_value("live", str(COURSE / "build" / "live"), "html", str)
    app.connect("source-read", prepare)
    app.connect("doctree-read", describe_pictures)
    app.connect("html-page-context", fill_live_pages, priority=900)  # after the theme
    app.connect("build-finished", copy_scripts)
