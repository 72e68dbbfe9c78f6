"""The reader's own copies, which `make lab` opens; tests/test_browser.py clicks on their links."""

import copies
import nbformat
import papermill
import pytest


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mine") / "notebooks"
    written = copies.write_copies(folder, copies.without_outputs, overwrite=False)
    assert {path.name for path in written} == {path.name for path in (copies.COURSE / "notebooks").glob("*.*")}
    return folder


def test_a_copy_has_no_outputs(own):
    for path in own.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
        original = papermill.inspect_notebook(str(copies.COURSE / "notebooks" / path.name))
        assert papermill.inspect_notebook(str(path)) == original


def test_what_the_reader_has_is_never_overwritten(own):
    mine, gone = own / "00_start_here.ipynb", own / "01_load_the_data.ipynb"
    mine.write_text("what I wrote", encoding="utf-8")
    gone.unlink()
    assert copies.write_copies(own, copies.without_outputs, overwrite=False) == [gone]
    assert mine.read_text(encoding="utf-8") == "what I wrote" and gone.exists()
