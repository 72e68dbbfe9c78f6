"""What all tests share."""

import contextlib
import functools
import os
import shutil
import tempfile
from pathlib import Path
from unittest import mock

import pytest

import helpers
from helpers.start import import_keras

# Notebooks that are tested save here, and not in the reader's own folder; all processes share it, so that a network
# which one notebook has trained is there for the next.
if "PYTEST_XDIST_WORKER" not in os.environ:
    OWN = tempfile.TemporaryDirectory()
    os.environ["DIGITS_MINE"] = OWN.name
    # Nor does Matplotlib read the list of fonts of the machine, which names those of environments that may be gone.
    os.environ["MPLCONFIGDIR"] = f"{OWN.name}/matplotlib"

#: For faults whose kind is caused by another test of each run; see LONG in the Makefile.
weekly = pytest.mark.skipif("DIGITS_EXAMPLES" not in os.environ, reason="only in make test-long, weekly")
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
OPTIONS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
OPTIONS += " --disable-component-update --disable-sync"
#: Files that take longest, so that no process is left with a long one at the end.
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
    "test_benchmark.py",
]


def pytest_configure(config):
    """Start TensorFlow as the course does, but not in a process that only hands the tests out to others."""
    if not getattr(config.option, "numprocesses", None) or hasattr(config, "workerinput"):
        import_keras()


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
    """Variant A after two epochs; it reads about 96% of the test digits. The first process that needs it trains it."""
    path = Path(os.environ["DIGITS_MINE"]) / "two_epochs.keras"
    if path.exists():
        return helpers.load_model(path)
    (images, labels), _ = helpers.load_mnist()
    import_keras().utils.set_random_seed(0)
    model = helpers.relu_adam()
    model.fit(helpers.preprocess(images), helpers.one_hot(labels), batch_size=32, epochs=2, verbose=0)
    helpers.save_model(model, path)
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


@pytest.fixture(scope="session")
def kept():
    """The page that the next test can go on with, if there is one."""
    return []


@pytest.fixture
def page(browser, kept, request):
    """A page with touch, offline but for this machine; at the end, nothing must have gone wrong in it.

    A new one takes 0.3 s. So it is that of the last test, emptied, unless that failed, set the clock or used a server.
    """
    problems, failed = [], request.session.testsfailed
    page = kept.pop() if kept else browser.new_context(has_touch=True).new_page()
    page.set_viewport_size({"width": 1000, "height": 900})

    def note(asked):
        if not asked.url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:", "ws://127.0.0.1:")):
            problems.append(asked.url)

    listeners = {
        "console": lambda message: message.type == "error" and problems.append(message.text),
        "pageerror": lambda error: problems.append(str(error)),
        "request": note,
        "websocket": note,
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    yield page
    local = page.url.startswith(("about:", "file:")) and request.session.testsfailed == failed
    if local and not page.evaluate("'__pwClock' in window"):
        if page.url.startswith("file:"):
            page.evaluate("localStorage.clear()")
        page.emulate_media(color_scheme="light", reduced_motion="no-preference", forced_colors="none")
        page.mouse.move(0, 0)
        page.goto("about:blank")
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
        kept.append(page)
    else:
        page.context.close()
    assert not problems


def assert_accessible(page, *rules):
    """Fail if axe-core finds something on a page that somebody with a screen reader or poor sight could not use.

    With rules, it looks for these alone: on a page that has only turned dark, for "color-contrast".
    """
    from axe_playwright_python.sync_playwright import Axe

    options = {"preload": False, "resultTypes": ["violations"]}  # a page from a file would refuse to be preloaded
    found = Axe().run(page, options=options | ({"runOnly": list(rules)} if rules else {}))
    violations = [(rule["help"], node["target"]) for rule in found.response["violations"] for node in rule["nodes"]]
    assert not violations


@functools.cache
def source_of(draw):
    """Return the HTML of the figures that a function draws; the same function draws them once."""
    with mock.patch("helpers.explore.base.display") as display:
        draw()
    outputs = [call.args[0] for call in display.call_args_list]
    return "".join(output._repr_html_() for output in outputs if hasattr(output, "_repr_html_"))


#: Styles of a page with a figure.
LOOKS = {"dark": "background: #111; color: #eee", "light": "background: #fff"}


def turn(page, look):
    """Make the page of a figure light or dark."""
    page.evaluate("style => { document.body.style = style; }", LOOKS[look])
    page.locator(".live.dark" if look == "dark" else ".live:not(.dark)").first.wait_for()


def open_numbers(page, figure=0):
    """Open the table of numbers below a figure, and wait for the browser, which fills it after the click."""
    page.get_by_text("The numbers", exact=True).nth(figure).click()
    page.locator("tbody").nth(figure).wait_for(state="attached")


@pytest.fixture
def live(page):
    """A function that shows what another one draws, a figure that moves, on a page of its own, and returns the page.

    dark=True gives a dark page, width another than 1,000 pixels; with paused=True, time goes by page.clock alone.
    """

    def open_page(draw, *, dark=False, width=1000, paused=False):
        if paused:
            page.clock.install(time=0)
        page.set_viewport_size({"width": width, "height": 900})
        look = LOOKS["dark" if dark else "light"]
        page.set_content(
            f'<!doctype html><html lang="en"><head><title>A figure</title><meta name="viewport" content="width='
            f'device-width"></head><body style="{look}"><main><h1>A figure</h1>{source_of(draw)}</main></body></html>'
        )
        page.locator("[data-running]").first.wait_for()
        if paused:
            page.clock.pause_at(3_600_000)
        if width < 1000:  # a phone, which each figure is tried on in light and dark
            assert_accessible(page)
            turn(page, "dark")
            assert_accessible(page, "color-contrast")
            turn(page, "light")
        return page

    return open_page
