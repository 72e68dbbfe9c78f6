"""The notebooks as documents: their stored form, their shape, their words' links, and what CI could miss."""

import base64
import itertools
import json
import re
import tomllib
from pathlib import Path
from statistics import median

import nbformat
import numpy as np
import papermill
import pytest
from conftest import weekly

import helpers
from helpers.exercises import exercises
from helpers.exercises.networks import grade_network
from helpers.lesson import texts
from helpers.start import import_keras

keras = import_keras()
EXERCISES = exercises()

COURSE = Path(__file__).resolve().parents[1]
PATHS = sorted((COURSE / "notebooks").glob("*.ipynb"))
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in PATHS}
every_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS.values(), ids=NOTEBOOKS.keys())

#: What the folded cells begin with, by their tags, since that is the line of them that JupyterLab shows.
FOLDED = {
    "bootstrap": "Set-up: run this folded cell like any other; you need not read it. It may take a minute.",
    "parameters": "Settings: you can change them here.",
    "check": "Set-up: what this notebook uses, and a check of the settings.",
}


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def text_of(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def key_of(name):
    """Return what begins the numbers of a notebook's exercises: "03", or the last word of an appendix."""
    return name[:2] if name[:2].isdigit() else name.split("_")[-1]


def counted(notebook):
    """Return how many words of prose a reader meets: without hints, solutions and folds."""
    shown = re.sub(r"<details>.*?</details>|\]\([^)]*\)", " ", prose(notebook), flags=re.S)  # no targets of links
    return len(re.findall(r"[\w'-]+", shown))


#: The most words of prose: a notebook is read in the minutes that it names.
WORDS = {"00": 1_100, "01": 1_400, "02": 1_400}


def test_there_are_notebooks():
    numbered = [name for name in NOTEBOOKS if name[:2].isdigit()]
    assert [name[:2] for name in numbered] == [f"{i:02}" for i in range(len(numbered))]
    assert len(numbered) >= 9 and set(NOTEBOOKS) - set(numbered) == {"appendix_speed", "appendix_the_two_posts"}


@every_notebook
def test_every_cell_ran_in_order_without_errors(notebook):
    assert [cell.execution_count for cell in code_cells(notebook)] == list(range(1, len(code_cells(notebook)) + 1))
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output
            assert "\r" not in output.get("text", "")


@every_notebook
def test_nothing_is_stored_that_changes_from_run_to_run(notebook):
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.language_info == {"name": "python", "file_extension": ".py"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "jupyter", "slideshow"}
        for output in cell.get("outputs", []):
            texts = [text for kind, text in output.get("data", {}).items() if kind != "image/png"]
            assert not re.search(
                r"0x[0-9a-f]{6,}|/home/|/root/|/Users/|/tmp/", json.dumps([output.get("text"), *texts])
            )


@every_notebook
def test_there_are_no_magics_or_shell_commands(notebook):
    for cell in code_cells(notebook):
        assert not re.search(r"^\s*[%!?]|^get_ipython", cell.source, re.M)


@every_notebook
def test_no_call_is_deprecated(notebook):
    old = r"np_utils|predict_classes|input_shape\s*=|SGD\(lr|\[['\"]acc['\"]\]|\.h5\b|safe_mode=False|allow_pickle=True"
    for cell in code_cells(notebook):
        assert cell.id == "old-names-it" or not re.search(old, cell.source)  # that one shows what became of them


def test_the_bootstrap_is_the_first_code_cell_and_the_same_everywhere():
    sources = {code_cells(notebook)[0].source for notebook in NOTEBOOKS.values()}
    assert len(sources) == 1
    for notebook in NOTEBOOKS.values():
        assert "bootstrap" in code_cells(notebook)[0].metadata.tags


@pytest.mark.parametrize("path", PATHS, ids=NOTEBOOKS.keys())
def test_the_parameters_are_typed_explained_and_have_the_values_of_the_full_lesson(path):
    parameters = papermill.inspect_notebook(str(path))
    assert "seed" in parameters
    for parameter in parameters.values():
        assert parameter["inferred_type_name"] == "int" and parameter["help"]
    call = next(cell.source for cell in code_cells(NOTEBOOKS[path.stem]) if "validate_parameters(" in cell.source)
    full = json.loads(re.sub(r"(\d)_(\d)", r"\1\2", re.search(r"full=({.*?})", call)[1]))
    for name, value in full.items():
        assert value == int(parameters[name]["default"].replace("_", ""))
    assert set(full) == set(parameters) - {"seed"}
    for name in parameters:
        assert f"{name}={name}" in call


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_shape_is_that_of_a_story(name):
    notebook = NOTEBOOKS[name]
    lines, comments, lengths, run, longest_run = 0, 0, [], 0, 0
    for cell in notebook.cells:
        run = run + 1 if cell.cell_type == "code" else 0
        longest_run = max(run, longest_run)
        if cell.cell_type == "code":
            code = [line for line in cell.source.splitlines() if line.strip()]
            assert max(map(len, code)) <= 120, code
            assert len(code) <= 25, cell.id
            if not cell.metadata.get("jupyter", {}).get("source_hidden"):
                lengths.append(len(code))
            lines += len(code)
            comments += sum(line.lstrip().startswith("#") and line != "# Solution" for line in code)
    lesson = [cell for cell in notebook.cells if not {"exercise", "solution"} & set(cell.metadata.get("tags", []))]
    assert 20 <= len(lesson) - len(tagged(notebook, "exercise")) <= 60
    assert 1 <= median(lengths) <= 5 and sorted(lengths)[int(0.9 * len(lengths))] <= 15
    assert comments <= 0.1 * lines
    assert 6 <= counted(notebook) / lines <= 40 and counted(notebook) <= WORDS.get(key_of(name), 2_000)
    assert longest_run <= 3


@every_notebook
def test_the_frame_is_the_same_everywhere(notebook):
    first, last = notebook.cells[0].source, notebook.cells[-1].source
    assert re.match(r"# .*\n\n\*[^*]+\?\*\n", first)
    for part in ("**What you will be able to do**", "**Time:**"):
        assert part in first
    assert "## What you found" in prose(notebook) and "guesses()" in [cell.source for cell in code_cells(notebook)]
    assert "Next: " in last or "appendix" in last.lower()
    without = re.sub(r"```.*?```", "", prose(notebook), flags=re.S)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", without, re.M)]
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))
    for tag, words in FOLDED.items():
        (cell,) = tagged(notebook, tag)
        assert cell.metadata.jupyter.source_hidden and cell.source.startswith(f"# {words}\n")
    assert all(cell.metadata.jupyter.source_hidden for cell in tagged(notebook, "solution"))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_guesses_come_before_what_they_are_about_and_every_word_of_a_lesson_is_used(name):
    words, key = texts(key_of(name)), key_of(name)
    sources = [cell.source for cell in code_cells(NOTEBOOKS[name])]
    asked = [found for source in sources for found in re.findall(r'\bguess\("([^"]*)"', source)]
    answered = [found for source in sources for found in re.findall(r'\boutcome\("([^"]*)"', source)]
    assert asked == answered == [f"{key}-{guess}" for guess in words["guesses"]]
    assert 3 <= len(asked) <= 5
    for name_of_guess in asked:
        at, after = (
            next(i for i, source in enumerate(sources) if f'{call}("{name_of_guess}"' in source)
            for call in ("guess", "outcome")
        )
        assert at < after <= at + 5
    captions = {found for source in sources for found in re.findall(rf'"{key}-([\w-]+)"', source)}
    assert set(words["captions"]) <= captions | ({"cycle"} if key == "03" else set())
    assert sum("claim(" in source for source in sources) <= 6


@every_notebook
def test_every_cell_has_a_slide_type(notebook):
    kinds = {cell.id: cell.metadata.get("slideshow", {}).get("slide_type") for cell in notebook.cells}
    assert set(kinds.values()) <= {"slide", "subslide", "fragment", "skip", "notes", "-"}, kinds
    assert all(kinds[cell.id] == "skip" for tag in ("exercise", "solution") for cell in tagged(notebook, tag))
    assert "$" not in prose(notebook)  # pages and slides load nothing that could show formulas


@every_notebook
def test_every_picture_has_an_alternative_text_that_is_also_its_caption(notebook):
    pictures = 0
    for cell in code_cells(notebook):
        for i, output in enumerate(cell.outputs):
            if "image/png" in output.get("data", {}):
                alt = output.metadata["image/png"]["alt"]
                assert len(alt) > 30 and output.data["text/plain"] == alt
                assert cell.outputs[i + 1].data["text/markdown"] == f"*{alt}*"
                pictures += 1
    assert pictures >= 1


def exercise_cells():
    for name, notebook in NOTEBOOKS.items():
        for i, cell in enumerate(notebook.cells):
            if "exercise" in cell.metadata.get("tags", []):
                yield pytest.param(notebook, i, id=f"{name}-{i}")


@pytest.mark.parametrize(("notebook", "i"), list(exercise_cells()))
def test_an_exercise_has_a_hint_an_open_answer_and_a_folded_right_solution(notebook, i):
    question, stub, solution = notebook.cells[i - 1 : i + 2]
    number = re.search(r'check_answer\("(\w+\.\d)"', stub.source)[1]
    assert f"**{number} " in question.source
    assert "<details><summary>Hint</summary>" in question.source
    assert re.search(r"answer yet|answered yet|returns nothing yet", text_of(stub))
    assert "solution" in solution.metadata.tags
    assert solution.metadata.jupyter.source_hidden and solution.metadata.jupyter.outputs_hidden
    assert f'check_answer("{number}"' in solution.source
    assert text_of(solution) == f"{number}: right.\n"
    assert solution.source.startswith("# Solution\n")  # JupyterLab shows the first line of a folded cell


def questions(notebook):
    """Return (number, kind, text) of each exercise, from the cell above its stub."""
    pairs = itertools.pairwise(notebook.cells)
    above = [cell.source for cell, stub in pairs if "exercise" in stub.metadata.get("tags", [])]
    asked = [re.split(r"^\*\*(\w+\.\d) ([A-Z][a-z, ]+)\.\*\* ", text, flags=re.M) for text in above]
    return [(number, kind, text) for _, number, kind, text in asked]


@every_notebook
def test_there_are_exercises_of_several_kinds(notebook):
    kinds = [kind for _, kind, _ in questions(notebook)]
    assert set(kinds) <= {"Choose", "Predict", "By hand, on paper", "Modify", "Make"}
    assert len(set(kinds)) >= 3 and {"Modify", "Make"} & set(kinds)


@every_notebook
def test_a_question_with_choices_answers_each_of_the_wrong_ones(notebook):
    choices = 0
    for number, kind, text in questions(notebook):
        exercise, offered = EXERCISES[number], re.findall(r"^- ([a-z])\) ", text, re.M)
        assert bool(offered) == isinstance(exercise.get("answer"), str)
        if offered:
            assert kind in ("Choose", "Predict") and offered == list("abcd")
            assert sorted([exercise["answer"], *(letter for letter, _ in exercise["wrong"])]) == offered
            choices += 1
        else:
            assert kind != "Choose"
    assert choices >= 1


def test_every_exercise_stands_once_in_its_notebook_and_in_order():
    numbers = []
    for name, notebook in NOTEBOOKS.items():
        here = re.findall(r'check_answer\("(\w+\.\d)"', "\n".join(cell.source for cell in tagged(notebook, "exercise")))
        assert all(number.startswith(key_of(name)) for number in here)
        numbers += here
    assert numbers == list(EXERCISES)


def test_the_lesson_builds_the_network_that_helpers_gives():
    namespace = {"keras": keras}
    for cell in tagged(NOTEBOOKS["04_variant_a"], "build"):
        exec(cell.source, namespace)
    assert grade_network(namespace["model"], "relu_adam") is None


@pytest.mark.parametrize(("name", "network"), [("05_variant_b", "sigmoid_sgd"), ("07_improve_it", "convnet")])
def test_the_solution_builds_the_network_that_helpers_gives(name, network):
    solution = next(cell for cell in tagged(NOTEBOOKS[name], "solution") if ".compile(" in cell.source)
    namespace = {"keras": keras, "check_answer": lambda *answer, explain: None, "xla_options": helpers.xla_options}
    exec(solution.source, namespace)
    found = next(value for value in namespace.values() if isinstance(value, keras.Model))
    assert grade_network(found, network) is None


def test_the_lesson_has_the_laboratory_that_was_swept():
    """Notebook 07 and the sweep train the same small network."""
    sweep = nbformat.read(COURSE / "sweeps" / "small_budget.ipynb", as_version=4)
    sources = "\n".join(cell.source for cell in code_cells(sweep))
    lesson = next(cell.source for cell in code_cells(NOTEBOOKS["07_improve_it"]) if "def small_network" in cell.source)
    assert lesson in sources


@weekly
def test_the_small_project_of_10_runs_and_finds_what_it_says():
    cell = next(cell for cell in NOTEBOOKS["10_your_project"].cells if cell.id == "project")
    namespace = {name: getattr(helpers, name) for name in ("load_fashion", "preprocess", "one_hot", "relu_adam")}
    exec(re.search(r"```python\n(.*?)```", cell.source, re.S)[1], namespace | {"np": np, "keras": keras}, namespace)
    means = {n: np.mean(found) for n, found in namespace["my_accuracies"].items()}
    assert means[500] < means[1_000] + 0.01 and 0.79 < namespace["my_accuracy"] == means[2_000] < 0.83


def slug(heading):
    return re.sub(r"\s+", "-", heading.strip())


def documents():
    for path in [*PATHS, *(path for place in ("*.md", "data/*.md", "notebooks/*.md") for path in COURSE.glob(place))]:
        text = prose(NOTEBOOKS[path.stem]) if path.suffix == ".ipynb" else path.read_text(encoding="utf-8")
        yield pytest.param(path, text, id=path.name)


@pytest.mark.parametrize(("path", "text"), list(documents()))
def test_links_between_files_resolve(path, text):
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        linked = (path.parent / file).resolve() if file else path
        assert linked.exists(), target
        if anchor:
            source = prose(NOTEBOOKS[linked.stem]) if linked.suffix == ".ipynb" else linked.read_text(encoding="utf-8")
            anchors = {slug(heading) for heading in re.findall(r"^#+ (.*)$", source, re.M)}
            assert anchor in anchors | {name.lower() for name in anchors}, target


def test_every_term_of_the_glossary_is_linked_once_in_the_open_and_few_in_a_cell():
    glossary = (COURSE / "notebooks" / "glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^## (.*)$", glossary, re.M)
    assert terms == sorted(terms, key=str.lower) and len(set(terms)) == len(terms) > 50
    linked = []
    for notebook in NOTEBOOKS.values():
        for cell in notebook.cells:
            links = re.findall(r"\(glossary\.md#([^)]*)\)", cell.source)
            shown = re.sub(r"(?s:<details>.*?</details>)|^#.*$", "", cell.source, flags=re.M)
            assert len(links) <= 3 and len(re.findall(r"\(glossary\.md#", shown)) == len(links), cell.source
            linked += links
    assert sorted(linked) == sorted(slug(term) for term in terms)


def test_the_picture_of_the_readme_is_one_of_the_notebooks():
    pictures = {
        base64.b64decode(picture)
        for notebook in NOTEBOOKS.values()
        for cell in tagged(notebook, "readme")
        for output in cell.outputs
        for picture in re.findall(r'src="data:image/png;base64,([^"]+)"', output.get("data", {}).get("text/html", ""))
    }
    assert (COURSE / "pictures" / "layers.png").read_bytes() in pictures
    shown = re.findall(r"!\[.{30,}\]\((pictures/\w+\.\w+)\)", (COURSE / "README.md").read_text(encoding="utf-8"))
    assert len(shown) == 4 and all((COURSE / name).stat().st_size < 1_000_000 for name in shown)


def test_the_version_stands_in_two_files():
    project = tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"\nversion: {project['version']}\n" in (COURSE / "CITATION.cff").read_text(encoding="utf-8")


def test_the_readme_counts_the_stored_trainings():
    tables = [path.read_text(encoding="utf-8").splitlines() for path in COURSE.glob("data/*.csv")]
    stored = sum(len(table) - 1 for table in tables if "notebook" in table[0].split(","))  # the results of sweeps
    assert f"the results of {stored} runs" in (COURSE / "README.md").read_text(encoding="utf-8")


def test_sizes():
    assert all(path.stat().st_size < 1_500_000 for path in PATHS)
