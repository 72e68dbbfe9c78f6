"""The course as a website, by Sphinx with MyST-NB: `make site`. Notebooks appear with their stored outputs."""

import re
import shutil

import nbformat
from docutils import nodes
from mdit_py_plugins.anchors.index import slugify

project = html_title = "Handwritten digit recognition, measured"
language = "en"
extensions = ["myst_nb"]
root_doc = "README"
include_patterns = ["*.md", "notebooks/*", "sweeps/*.ipynb", "data/README.md", "benchmarks/results.md"]
include_patterns += ["helpers/texts/README.md"]
exclude_patterns = [".venv", "build"]
nb_execution_mode = "off"
myst_heading_anchors = 4
html_theme = "furo"
html_show_search_summary = False  # it cannot be had from files
html_copy_source = html_show_copyright = html_show_sphinx = False

#: What the home page has beyond the README: the contents of the website.
CONTENTS = """

```{toctree}
:hidden:
:glob:
:caption: The course

notebooks/*
```

```{toctree}
:hidden:
:glob:
:caption: About it

*
data/README
benchmarks/results
helpers/texts/README
sweeps/*
```
"""


def prepare(app, name, source):
    """Adapt links; give the home page its contents; of a notebook, fold the set-up cell and solutions."""
    # JupyterLab keeps the capitals of a heading in its address.
    source[0] = re.sub(r"(\]\([^)#\s]*\.ipynb#)([^)]+)", lambda link: link[1] + slugify(link[2]), source[0])
    if name == root_doc:
        source[0] += CONTENTS
    if app.env.doc2path(name).suffix != ".ipynb":
        return
    notebook = nbformat.reads(source[0], as_version=4)
    for cell in notebook.cells:
        for tag, title in (("bootstrap", "Set-up cell"), ("solution", "Solution")):
            if tag in cell.metadata.get("tags", []):
                cell.metadata.tags.append("hide-cell")
                cell.metadata.mystnb = {"code_prompt_show": title, "code_prompt_hide": title}
    source[0] = nbformat.writes(notebook)


def describe_pictures(app, doctree):
    """Give each picture of a notebook its alternative text, which is also the caption below it."""
    for picture in doctree.findall(nodes.image):
        if "alt" not in picture:
            picture["alt"] = picture.next_node(nodes.paragraph, siblings=True, ascend=True).astext()


def copy_home(app, error):
    """Let the home page be found under its usual name as well."""
    if not error:
        shutil.copy(app.outdir / f"{root_doc}.html", app.outdir / "index.html")


def setup(app):
    """Connect these functions with Sphinx."""
    app.connect("source-read", prepare)
    app.connect("doctree-read", describe_pictures)
    app.connect("build-finished", copy_home)
