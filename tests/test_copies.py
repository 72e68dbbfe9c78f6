"""The copies of the course for students, and as slides, which are looked at in Chromium."""

import re
from pathlib import Path

import copies
import decks
import nbformat
import pytest

COURSE = Path(__file__).resolve().parents[1]
PATHS = sorted((COURSE / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in PATHS]

every_notebook = pytest.mark.parametrize("path", PATHS, ids=NAMES)

pytest.importorskip("sphinx_revealjs", reason="the extra [site] is not installed")


# Students' copies; tests/test_runs.py runs them


@pytest.fixture(scope="module")
def students(tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    copies.write_students(folder)
    return folder


@every_notebook
def test_a_students_copy_holds_no_solution_and_no_output(path, students):
    expected = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "solution" not in cell.metadata.get("tags", []):
            expected.append(cell.source)
    copied = nbformat.read(students / path.name, as_version=4)
    nbformat.validate(copied)
    code = [cell for cell in copied.cells if cell.cell_type == "code"]
    assert [cell.source for cell in code] == expected
    assert not any(cell.outputs or cell.execution_count for cell in code)
    assert "# Solution" not in "".join(expected)


@every_notebook
def test_the_links_of_a_students_copy_resolve(path, students):
    text = "".join(cell.source for cell in nbformat.read(students / path.name, as_version=4).cells)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"\w+:|#", target):
            assert (students / target.partition("#")[0]).resolve().exists(), target


def test_copies_for_live_coding_have_their_key_cells_empty_and_all_else(tmp_path):
    copies.write_copies(tmp_path, copies.live)
    for path in PATHS:
        before = copies.student(nbformat.read(path, as_version=4)).cells
        after = nbformat.read(tmp_path / path.name, as_version=4).cells
        emptied = {old.id for old, new in zip(before, after, strict=True) if old.source and not new.source}
        assert 4 <= len(emptied) <= 0.4 * len(after)
        emptied_cells = [cell for cell in before if cell.id in emptied]
        assert not any("caption=" in cell.source or "check_answer" in cell.source for cell in emptied_cells)
        if path.stem.startswith("04"):
            assert {"build-it", "compile-it", "train-it"} <= emptied


# Slides

#: For every slide: its title, its text, how much it was made smaller, what of it is outside the screen.
LOOK = """() => Reveal.getSlides().map((slide) => {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v, 99);
    const parts = [...slide.querySelectorAll('*')];
    const out = parts.filter((part) => {
        const { right, bottom, width } = part.getBoundingClientRect();
        return width && (right > 1280 || bottom > 720 || part.scrollWidth > part.clientWidth + 1 && part.clientWidth);
    });
    const images = parts.filter((part) => part.tagName === 'IMG');
    const scales = images.map((image) => Math.min(
        image.clientWidth / image.naturalWidth, image.clientHeight / image.naturalHeight));
    return { title: slide.querySelector('h1, h2, h3')?.innerText ?? '', text: slide.textContent,
        zoom: parseFloat(slide.style.zoom || 1), out: out.map((part) => part.outerHTML.slice(0, 200)),
        smallest: Math.min(1, ...scales), nameless: images.filter((image) => !image.alt).length };
})"""
#: Marks of Markdown, and what is not shown.
MARKS = re.compile(r"\[([^\]]*)\]\([^)]*\)|</?kbd>|\*\*|\*|`|^#+ |^- |^\d+\. |^\|.*$|^```\w*$", re.M)


@pytest.fixture(scope="module")
def made_decks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    decks.write_slides(folder)
    return folder


def words(text):
    return re.sub(r"\W+", " ", text).strip()


@every_notebook
def test_who_has_only_the_deck_can_follow_it(path, made_decks, page):
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto((made_decks / f"{path.stem}.html").as_uri())
    page.wait_for_function("window.Reveal?.isReady()")
    slides = page.evaluate(LOOK)
    assert len(slides) > 15
    for slide in slides:
        assert slide["title"] and not slide["out"] and slide["zoom"] > 0.6, slide
        assert slide["smallest"] > 0.45 and not slide["nameless"], slide
        assert len(words(slide["text"])) > len(words(slide["title"])) + 10, slide
    shown = words(" ".join(slide["text"] for slide in slides))
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown" and cell.metadata.slideshow.slide_type not in ("skip", "notes"):
            for line in MARKS.sub(r"\1", decks.HINTS.sub("", cell.source)).splitlines():
                assert words(line) in shown, line
    assert "# Solution" not in shown


def test_the_decks_are_listed_and_go_on_by_a_key(made_decks, page):
    page.goto((made_decks / "index.html").as_uri())
    for name in NAMES:
        assert page.locator(f'a[href="{name}.html"]').count() == 1
    page.get_by_role("link", name="00 Start here").click()
    page.wait_for_function("window.Reveal?.isReady()")
    assert page.get_by_role("heading", level=1).first.inner_text().startswith("00 Start here")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == 1


def test_code_in_prose_stays_whole_and_a_picture_needs_no_caption():
    code = "```python\n# no heading\n\nx = 1\n```"
    assert decks.blocks_of(f"# A title\nText:\n{code}\nMore.") == ["# A title", "Text:", code, "More."]
    picture = nbformat.v4.new_output("display_data", {"image/png": ""})
    ((_, shown, _),) = decks.pieces(nbformat.v4.new_code_cell("draw()", outputs=[picture]))
    assert shown.outputs == [picture]
