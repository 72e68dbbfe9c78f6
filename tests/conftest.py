"""What all tests share."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest

import helpers
from helpers.environment import import_keras

# Notebooks that are tested save here, and not in the reader's own folder; all processes share it, so that a network
# which one notebook has trained is there for the next.
if "PYTEST_XDIST_WORKER" not in os.environ:
    OWN = tempfile.TemporaryDirectory()
    os.environ["DIGITS_MINE"] = OWN.name
    # Nor does Matplotlib read the list of fonts of the machine, which names those of environments that may be gone.
    os.environ["MPLCONFIGDIR"] = f"{OWN.name}/matplotlib"

keras = import_keras()  # imports Matplotlib, so its list is made now, once for all processes

#: For faults whose kind is caused by another test of each run; see LONG in the Makefile.
weekly = pytest.mark.skipif("DIGITS_EXAMPLES" not in os.environ, reason="only in make test-long, weekly")
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
OPTIONS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
OPTIONS += " --disable-component-update --disable-sync"
#: Files that take longest, so that with two processes neither is left with a long one at the end.
LONGEST = [
    "test_runs.py",
    "07_improve_it.ipynb",
    "05_variant_b.ipynb",
    "04_variant_a.ipynb",
    "appendix_speed.ipynb",
    "test_sweep.py",
    "test_website_live.py",
    "06_train_and_evaluate.ipynb",  # goes on with the networks of 04 and 05
    "test_mutations.py",
    "test_faults.py",
    "test_photo.py",
    "test_boxes.py",
    "test_properties.py",
    "09_who_wrote_it.ipynb",
    "08_your_own_handwriting.ipynb",
    "test_check_environment.py",
    "test_browser.py",
    "test_copies.py",
    "test_benchmark.py",
]


def pytest_collection_modifyitems(items):
    """Let the longest files begin."""

    def rank(item):
        return next((i for i, name in enumerate(LONGEST) if item.path.name == name), len(LONGEST))

    items.sort(key=rank)


@contextlib.contextmanager
def memory_below(limit):
    """Fail if the process meanwhile took so many bytes more than before; Linux alone tells that."""
    status, reset = Path("/proc/self/status"), Path("/proc/self/clear_refs")
    try:
        reset.write_text("5")  # from now on, the peak is measured anew
    except OSError:
        yield
        return

    def kilobytes(name):
        return int(status.read_text().partition(f"{name}:")[2].split()[0])

    before = kilobytes("VmRSS")
    yield
    assert (kilobytes("VmHWM") - before) * 1024 < limit


@pytest.fixture(scope="session")
def trained_model():
    """Variant A after two epochs; it reads about 96% of the test digits."""
    (images, labels), _ = helpers.load_mnist()
    keras.utils.set_random_seed(0)
    model = helpers.relu_adam()
    model.fit(helpers.preprocess(images), helpers.one_hot(labels), batch_size=32, epochs=2, verbose=0)
    return model


@pytest.fixture(scope="session")
def browser():
    """Chromium, or the reason why there is none; with DIGITS_BROWSER=required, that is a failure."""
    give_up = pytest.fail if os.environ.get("DIGITS_BROWSER") == "required" else pytest.skip
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        give_up("playwright is not installed: python -m pip install -c constraints.txt -e '.[test]'")
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        path = own if Path(own).exists() else CHROMIUM
        if not path:
            give_up("Chromium is not installed: python -m playwright install chromium")
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS.split())
        yield browser
        browser.close()


@pytest.fixture
def page(browser):
    """A new page with touch, offline but for this machine; at the end, nothing must have gone wrong in it."""
    context = browser.new_context(has_touch=True, viewport={"width": 1000, "height": 900})
    page, problems = context.new_page(), []
    page.on("console", lambda message: message.type == "error" and problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))

    def note(request):
        if not request.url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:", "ws://127.0.0.1:")):
            problems.append(request.url)

    page.on("request", note)
    page.on("websocket", note)
    yield page
    context.close()
    assert not problems


def assert_accessible(page):
    """Fail if axe-core finds something on a page that somebody with a screen reader or poor sight could not use."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"preload": False})  # which a page from a file would refuse
    assert found.violations_count == 0, found.generate_report()


@pytest.fixture
def live(page, monkeypatch):
    """A function that draws a figure that moves, on a page of its own, and returns the page.

    It takes a function that draws; dark=True gives a dark page, width another than 1,000 pixels.
    """

    def open_page(draw, *, dark=False, width=1000):
        shown = []
        monkeypatch.setattr(helpers.explore.base, "display", shown.append)
        draw()
        source = "".join(output._repr_html_() for output in shown if hasattr(output, "_repr_html_"))
        page.set_viewport_size({"width": width, "height": 900})
        look = "background: #111; color: #eee" if dark else "background: #fff"
        page.set_content(
            f'<!doctype html><html lang="en"><head><title>A figure</title><meta name="viewport" content="width='
            f'device-width"></head><body style="{look}"><main><h1>A figure</h1>{source}</main></body></html>'
        )
        page.locator("[data-running]").first.wait_for()
        if width < 1000:  # a phone, which each figure is tried on in light and dark
            assert_accessible(page)
        return page

    return open_page
