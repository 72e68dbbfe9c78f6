"""The notebooks as documents: their stored form, their shape, their words' links, and what CI could miss."""

import base64
import itertools
import json
import re
from pathlib import Path
from statistics import median

import nbformat
import numpy as np
import papermill
import pytest

import helpers
from helpers.environment import import_keras
from helpers.exercises import exercises

keras = import_keras()
EXERCISES = exercises()

COURSE = Path(__file__).resolve().parents[1]
PATHS = sorted((COURSE / "notebooks").glob("*.ipynb"))
NOTEBOOKS = {path.stem: nbformat.read(path, as_version=4) for path in PATHS}
every_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS.values(), ids=NOTEBOOKS.keys())


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def text_of(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def prose(notebook):
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_there_are_notebooks():
    assert [name[:2] for name in NOTEBOOKS] == [f"{i:02}" for i in range(len(NOTEBOOKS))]
    assert len(NOTEBOOKS) >= 6


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
    assert set(notebook.metadata.language_info) == {"name"}
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
        assert not re.search(old, cell.source)


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


@every_notebook
def test_the_shape_is_that_of_a_story(notebook):
    lines, comments, lengths, run, longest_run = 0, 0, [], 0, 0
    for cell in notebook.cells:
        run = run + 1 if cell.cell_type == "code" else 0
        longest_run = max(run, longest_run)
        if cell.cell_type == "code":
            code = [line for line in cell.source.splitlines() if line.strip()]
            assert max(map(len, code)) <= 110, code
            lengths.append(len(code))
            lines += len(code)
            comments += sum(line.lstrip().startswith("#") and line != "# Solution" for line in code)
    words = len(re.findall(r"\w+", prose(notebook)))
    lesson = [cell for cell in notebook.cells if not {"exercise", "solution"} & set(cell.metadata.get("tags", []))]
    assert 20 <= len(lesson) - len(tagged(notebook, "exercise")) <= 60
    assert 1 <= median(lengths) <= 5 and sorted(lengths)[int(0.9 * len(lengths))] <= 15 and max(lengths) <= 25
    assert comments <= 0.1 * lines
    assert 8 <= words / lines <= 40
    assert longest_run <= 2


@every_notebook
def test_the_frame_is_the_same_everywhere(notebook):
    first, last = notebook.cells[0].source, notebook.cells[-1].source
    assert first.startswith("# ")
    for part in ("**What you will do**", "**What you will be able to do**", "**Time:**"):
        assert part in first
    assert "## What you did" in last
    assert "**Predict.**" in prose(notebook)
    levels = [
        len(marks) for marks in re.findall(r"^(#+) ", re.sub(r"```.*?```", "", prose(notebook), flags=re.S), re.M)
    ]
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))


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


def exercises():
    for name, notebook in NOTEBOOKS.items():
        for i, cell in enumerate(notebook.cells):
            if "exercise" in cell.metadata.get("tags", []):
                yield pytest.param(notebook, i, id=f"{name}-{i}")


@pytest.mark.parametrize(("notebook", "i"), list(exercises()))
def test_an_exercise_has_a_hint_an_open_answer_and_a_folded_right_solution(notebook, i):
    question, stub, solution = notebook.cells[i - 1 : i + 2]
    number = re.search(r'check_answer\("(\d\d\.\d)"', stub.source)[1]
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
    asked = [re.split(r"^\*\*(\d\d\.\d) ([A-Z][a-z, ]+)\.\*\* ", text, flags=re.M) for text in above]
    return [(number, kind, text) for _, number, kind, text in asked]


@every_notebook
def test_there_are_exercises_of_all_four_kinds(notebook):
    kinds = [kind for _, kind, _ in questions(notebook)]
    assert set(kinds) - {"Choose"} == {"Predict", "By hand, on paper", "Modify", "Make"}


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
        here = re.findall(
            r'check_answer\("(\d\d\.\d)"', "\n".join(cell.source for cell in tagged(notebook, "exercise"))
        )
        assert all(number.startswith(name[:2]) for number in here)
        numbers += here
    assert numbers == list(EXERCISES)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("03_variant_a", helpers.relu_adam),
        ("04_variant_b", helpers.sigmoid_sgd),
        ("06_improve_it", helpers.convnet),
    ],
)
def test_the_lesson_builds_the_network_that_helpers_gives(name, make):
    namespace = {"keras": keras, "check_answer": helpers.check_answer}
    for cell in tagged(NOTEBOOKS[name], "build"):
        exec(cell.source, namespace)
    lesson, helper = namespace["model"], make()
    names = re.compile(r'"name": "[^"]*"')
    assert len(lesson.layers) == len(helper.layers)
    for ours, theirs in zip(lesson.layers, helper.layers, strict=True):
        assert names.sub("", json.dumps(ours.get_config())) == names.sub("", json.dumps(theirs.get_config()))
    assert {**lesson.optimizer.get_config(), "name": ""} == {**helper.optimizer.get_config(), "name": ""}
    assert lesson.get_compile_config()["loss"] == helper.get_compile_config()["loss"]
    assert (lesson.jit_compile, lesson.steps_per_execution) == (helper.jit_compile, helper.steps_per_execution)


def test_the_lesson_shifts_images_as_the_helper_does():
    sources = [cell.source for cell in code_cells(NOTEBOOKS["06_improve_it"])]
    functions = [re.search(r"^def (?:frames|shifted)\(.*?(?=\n\n\n)", source, re.M | re.S) for source in sources]
    lesson = {"np": np, "sliding_window_view": np.lib.stride_tricks.sliding_window_view}
    exec("\n".join(function[0] for function in functions if function), lesson)
    rows = np.random.default_rng(1).random((20, 784), np.float32)
    ours = helpers.shift_randomly(rows, 2, np.random.default_rng(0))
    np.testing.assert_array_equal(lesson["shifted"](rows, np.random.default_rng(0)), ours)


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
        base64.b64decode(output.data["image/png"])
        for notebook in NOTEBOOKS.values()
        for cell in tagged(notebook, "readme")
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    }
    shown = re.findall(r"!\[[^\]]{30,}\]\(([^)]+)\)", (COURSE / "README.md").read_text(encoding="utf-8"))
    assert shown and all((COURSE / name).read_bytes() in pictures for name in shown)


def test_the_readme_counts_the_stored_trainings():
    stored = sum(len(path.read_text(encoding="utf-8").splitlines()) - 1 for path in COURSE.glob("data/*.csv"))
    assert f"the results of {stored} trainings" in (COURSE / "README.md").read_text(encoding="utf-8")


def test_sizes():
    assert all(path.stat().st_size < 1_500_000 for path in PATHS)
