"""The website: its links, its front page and "Train one yourself", in Chromium."""

import itertools
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import nbformat
import numpy as np
import pytest
import train_for_site
from conftest import assert_accessible
from count_minutes import minutes_of
from test_browser import ONE, draw, on, press, touch

import helpers
from helpers.handwriting import network_steps, round_kernels

COURSE = Path(__file__).resolve().parents[1]
NAMES = sorted(path.stem for path in COURSE.glob("notebooks/*.ipynb"))
SEVEN = [[0.25, 0.2], [0.75, 0.2], [0.45, 0.85]]

pytest.importorskip("furo", reason="the extra [site] is not installed")


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """The scripts of the website, whose networks are trained on a part of the images."""
    folder = tmp_path_factory.mktemp("live")
    train_for_site.write(folder, n_train=40_000)
    return folder


@pytest.fixture(scope="module")
def website(live, tmp_path_factory):
    """The website, as `make site` builds it: a warning is an error."""
    folder = tmp_path_factory.mktemp("website")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-c", COURSE / "site"]
    command += ["-D", f"live={live}", "-d", folder / "cache", COURSE, folder / "site"]
    result = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return (folder / "site").resolve()


@pytest.fixture
def home(website, page):
    page.goto((website / "index.html").as_uri())
    page.wait_for_function(f"readers.length === {len(train_for_site.NETWORKS)}")
    return page


@pytest.fixture
def trainer(website, page):
    return open_trainer(website, page)


def open_trainer(website, page):
    page.goto((website / "train.html").as_uri())
    page.get_by_text("Ready.", exact=True).wait_for()
    return page


def bytes_of(website, name):
    """Return how large a page is with all its own scripts and styles."""
    text = (website / name).read_text(encoding="utf-8")
    loaded = re.findall(r'<(?:script|link)[^>]+(?:src|href)="(_static/[^"?#]+)', text)
    return sum((website / path).stat().st_size for path in {name, *loaded})


def slider(page, name):
    return page.get_by_role("slider", name=name)


# The whole


class Page(HTMLParser):
    """What a page of the website links, loads and shows."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loaded, self.names, self.levels, self.nameless = [], [], set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.names.update(attrs[key] for key in ("id", "name") if attrs.get(key))
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        if tag in ("script", "img", "link", "iframe", "source"):
            self.loaded += [attrs[key] for key in ("src", "href") if attrs.get(key)]
        # Sphinx gives a picture without an alternative text its file name.
        if tag == "img" and len((attrs.get("alt") or "").split()) < 5:
            self.nameless.append(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))


def test_the_links_of_the_website_resolve_and_nothing_comes_from_elsewhere(website):
    pages = {path: Page(path) for path in website.rglob("*.html")}
    assert {website / "index.html", *(website / "notebooks" / f"{name}.html" for name in NAMES)} <= set(pages)
    for path, page in pages.items():
        assert not page.nameless
        assert all(below <= above + 1 for above, below in itertools.pairwise([0, *page.levels])), path
        for target in page.links + page.loaded:
            if re.match(r"https?://|//", target):
                assert target in page.links, target
            elif not target.startswith(("data:", "mailto:")):
                file, _, name = unquote(target).partition("#")
                linked = (path.parent / file.partition("?")[0]).resolve() if file else path
                assert linked.is_file(), f"{path}: {target}"
                assert not name or linked.suffix != ".html" or name in pages[linked].names, f"{path}: {target}"


#: What of a page reaches beyond its right edge, but for what stands in a box that can be moved.
WIDE = """(width) => [...document.querySelectorAll('article *')].filter((part) =>
    part.getBoundingClientRect().right > width + 1 && !part.closest('pre, .table-wrapper')
).map((part) => part.outerHTML.slice(0, 200))"""


def test_the_website_fits_a_phone_and_a_desktop(website, page):
    pages = ["index", "train", *(f"notebooks/{name}" for name in NAMES)]
    for name in pages:
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto((website / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert page.evaluate(WIDE, width) == [], name


def test_the_menu_begins_with_what_moves_and_the_lessons_and_hides_the_sweeps(website, page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto((website / "README.html").as_uri())
    menu = page.locator(".sidebar-tree li.toctree-l1 > a").all_inner_texts()
    assert menu[:3] == ["Home", "Train one yourself", "00 Start here"] and len(menu) == len(NAMES) + 9
    assert page.locator(".sidebar-tree li.toctree-l1 > a[href*=sweeps]").count() == 0
    page.locator("a.sidebar-brand").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Write a digit")


def test_solutions_are_folded_hints_open_and_the_menu_and_the_search_work(website, page):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto((website / "notebooks" / "01_load_the_data.html").as_uri())
    solution = page.locator("details", has_text="# Solution").first
    assert not solution.locator("pre").first.is_visible()
    solution.locator("summary").click()
    assert solution.locator("pre").first.is_visible()
    page.get_by_text("Hint", exact=True).first.click()
    assert page.get_by_text("What is left of a row?").is_visible()
    link = page.locator(".sidebar-tree").get_by_role("link", name="02 Prepare the data")
    assert link.bounding_box()["x"] < 0
    page.locator("label.nav-overlay-icon[for=__navigation]").first.click()
    page.wait_for_function("link => link.getBoundingClientRect().x >= 0", arg=link.element_handle())
    link.click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("02 Prepare the data")
    page.goto((website / "search.html").as_uri() + "?q=softmax")
    page.locator("#search-results li a", has_text="04 Variant A").first.wait_for()


# The front page


def test_three_networks_answer_while_one_draws(home):
    digits = home.locator(".reader .digit")
    assert digits.all_inner_texts() == ["?"] * 3
    home.mouse.move(*on(home, SEVEN[0]))
    home.mouse.down()
    for point in SEVEN[1:]:
        home.mouse.move(*on(home, point), steps=8)
    home.wait_for_function("document.querySelector('.reader .digit').textContent === '7'")
    assert "?" not in digits.all_inner_texts()
    assert home.get_by_role("status").inner_text().startswith("Write a digit")  # it is not said before it is done
    home.mouse.up()
    said = home.get_by_role("status").inner_text()
    assert re.fullmatch(r"Variant A: 7, \d+% sure\. Variant B: \d, \d+% sure\. Convolutional: 7, \d+% sure\.", said)
    home.get_by_role("button", name="Clear").click()
    assert digits.all_inner_texts() == ["?"] * 3


def test_the_front_page_reads_what_fingers_and_keys_draw(home):
    first = home.locator(".reader .digit").first
    touch(home, ONE)
    assert first.inner_text() == "1"
    home.get_by_role("button", name="Clear").press("Enter")
    assert first.inner_text() == "?"
    home.locator(".paper").focus()
    press(home, *["ArrowLeft"] * 6, *["ArrowUp"] * 7, " ", *["ArrowRight"] * 12)
    press(home, *["Shift+ArrowDown"] * 16, *["Shift+ArrowLeft"] * 7, " ")
    assert first.inner_text() == "7"
    shown = home.get_by_role("img", name="Probabilities").first.get_attribute("aria-label")
    assert re.match(r"Probabilities: 0: \d+%, 1: ", shown)


def test_the_networks_of_the_front_page_read_as_well_as_it_says_and_rounding_costs_next_to_nothing(home, live):
    networks = json.loads((live / "networks.json").read_text(encoding="utf-8"))["networks"]
    (images, labels), _ = helpers.load_mnist()
    some = slice(50_000, 50_200)
    digits = images[some].reshape(-1, 784).tolist()
    script = """(digits) => readers.map(({ name, network }) => [name, JSON.parse(digits).map(
        (digit) => readImage(network, digit.map((value) => value / 255)))])"""
    answers = dict(home.evaluate(script, json.dumps(digits)))
    for network in networks:
        assert network["accuracy_before_rounding"] - network["accuracy"] <= 0.001  # of 10,000 validation digits
        read = np.argmax(answers[network["name"]], axis=1)
        assert abs(np.mean(read == labels[some]) - network["accuracy"]) < 0.1  # of 200 of them
        assert f"It reads {network['accuracy']:.1%} of 10,000 other digits." in home.locator(".recipes").inner_text()
    assert networks[0]["accuracy"] > 0.95 and networks[1]["accuracy"] < 0.8 and networks[2]["accuracy"] > 0.97


def test_the_browser_computes_what_keras_computes_with_rounded_weights(home):
    images = helpers.preprocess(helpers.load_mnist()[1][0][:10])
    script = """([steps, images]) => {
        const network = decodeNetwork(steps);
        return images.map((image) => readImage(network, image));
    }"""
    for build in (helpers.relu_adam, helpers.sigmoid_sgd, helpers.convnet):
        model = build()
        steps = network_steps(model, one_byte=True)
        round_kernels(model)
        answers = home.evaluate(script, [steps, images.tolist()])
        np.testing.assert_allclose(answers, model(images), atol=1e-5)


def test_the_map_says_what_the_notebooks_say(home):
    lessons = [re.split(r"\s*\n\s*|\t", text) for text in home.locator(".lessons li").all_inner_texts()]
    expected = []
    for path in sorted(COURSE.glob("notebooks/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        title, _, question = notebook.cells[0].source.splitlines()[:3]
        expected.append([title.strip("# "), question.strip("*"), f"{minutes_of(notebook)[0]} min"])
    assert lessons == expected
    links = [home.get_by_role("link", name=name) for name in ("Train one yourself", "Read the lessons")]
    assert [link.last.get_attribute("href") for link in links] == ["train.html", "notebooks/00_start_here.html"]


def test_a_notebook_can_be_downloaded(website, page):
    page.goto((website / "notebooks" / "00_start_here.html").as_uri())
    link = page.get_by_role("link", name="Download this notebook").get_attribute("href")
    downloaded = (website / "notebooks" / link).resolve().read_bytes()
    assert downloaded == (COURSE / "notebooks" / "00_start_here.ipynb").read_bytes()


# Train one yourself


def gradients(weights, x, labels):
    """Return the gradients of the mean loss, computed with NumPy."""
    hidden, hidden_bias, output, output_bias = (array.astype(float) for array in weights)
    before = x @ hidden + hidden_bias
    active = np.maximum(before, 0)
    powers = np.exp(active @ output + output_bias)
    error = (powers / powers.sum(axis=1, keepdims=True) - np.eye(10)[labels]) / len(x)
    back = error @ output.T * (before > 0)
    return [x.T @ back, back.sum(axis=0), active.T @ error, error.sum(axis=0)]


STEP = """(given) => {
    const [width, weights, images, labels] = JSON.parse(given);
    const names = ["hidden", "hiddenBias", "output", "outputBias"], count = labels.length;
    const network = { width }, sums = zerosLike({ width });
    names.forEach((name, i) => { network[name] = new Float32Array(weights[i]); });
    for (let n = 0; n < count; n++) addGradient(network, sums, images, labels, n);
    const gradients = names.map((name) => Array.from(sums[name], (sum) => sum / count));
    step(network, sums, 0.5, count);
    const emptied = names.every((name) => !sums[name].some(Boolean));
    return JSON.stringify([gradients, names.map((name) => Array.from(network[name])), emptied]);
}"""


def test_the_gradients_are_those_of_numpy_and_a_step_follows_them(trainer):
    (images, labels), _ = helpers.load_mnist()
    images, labels = images[:24].reshape(24, 784), labels[:24]
    for width in (2, 16, 64):
        rng = np.random.default_rng(width)
        shapes = [(784, width), (width,), (width, 10), (10,)]
        weights = [rng.normal(0, 0.1, shape).astype(np.float32) for shape in shapes]
        given = [width, [array.ravel().tolist() for array in weights], images.ravel().tolist(), labels.tolist()]
        found, after, emptied = json.loads(trainer.evaluate(STEP, json.dumps(given)))
        expected = gradients(weights, images / 255, labels)
        for array, gradient, computed, moved in zip(weights, expected, found, after, strict=True):
            np.testing.assert_allclose(computed, gradient.ravel(), atol=1e-5)
            np.testing.assert_allclose(moved, (array - 0.5 * gradient).ravel(), atol=1e-5)
        assert emptied and np.abs(expected[0]).max() > 1e-3


def test_the_digits_of_the_page_are_those_of_mnist_and_the_others_are_not_among_them(trainer):
    (images, labels), _ = helpers.load_mnist()
    sums = trainer.evaluate("""Array.from(labels, (_, n) => images.subarray(n * 784, n * 784 + 784)
        .reduce((sum, value, i) => (sum * 31 + value + i) % 1000003, 0))""")
    chosen = [0, 1, 5_000, 9_999, 10_000, 10_999]
    assert len(sums) == 11_000
    for n in chosen:
        expected, place = 0, n if n < 10_000 else n + 40_000
        for i, value in enumerate(images[place].ravel().tolist()):
            expected = (expected * 31 + value + i) % 1000003
        assert sums[n] == expected
    assert trainer.evaluate("Array.from(labels)") == [*labels[:10_000].tolist(), *labels[50_000:51_000].tolist()]


def test_it_reads_nine_of_ten_within_ten_seconds_and_then_what_is_drawn(trainer):
    assert trainer.get_by_text("Can you get 95%?").is_visible()
    before = trainer.evaluate("part('weights').toDataURL()")
    trainer.get_by_role("button", name="Start").click()
    trainer.wait_for_function("parseFloat(part('accuracy').textContent) >= 90", timeout=10_000)
    assert trainer.evaluate("part('weights').toDataURL()") != before
    trainer.get_by_role("button", name="Stop").click()
    status = trainer.locator("#status").inner_text()
    assert re.fullmatch(r"Stopped after [\d.]+ epochs: [\d.]+% of the others\.", status)
    still = trainer.evaluate("[seen, part('loss').textContent]")
    trainer.wait_for_timeout(200)
    assert trainer.evaluate("[seen, part('loss').textContent]") == still
    assert len(trainer.locator("#loss-curve").get_attribute("points").split()) >= 3
    said = trainer.locator(".digit-pad [role=status]")
    draw(trainer, ONE)
    assert said.inner_text().startswith("I read a 1")
    trainer.get_by_role("button", name="Clear").click()
    touch(trainer, SEVEN)
    assert said.inner_text().startswith("I read a 7")
    trainer.get_by_role("button", name="Begin anew").click()
    assert trainer.locator("#epochs").inner_text() == "0.0"
    assert trainer.get_by_role("button", name="Start").is_visible()


def test_keys_and_screen_readers_reach_everything(trainer):
    trainer.get_by_role("button", name="Start").focus()
    press(trainer, "Enter")
    trainer.wait_for_function("seen > 2000")
    press(trainer, "Enter", "Tab", "Tab", "ArrowRight")
    assert slider(trainer, "Learning rate").get_attribute("aria-valuetext") == "0.3"
    made = trainer.evaluate("seen")
    assert made > 0
    press(trainer, "Tab", "ArrowLeft", "ArrowLeft")  # a change of the neurons begins anew
    assert slider(trainer, "Hidden neurons").get_attribute("aria-valuetext") == "16 hidden neurons"
    assert trainer.evaluate("[seen, network.width]") == [0, 16]
    assert trainer.get_by_role("img", name="The weights into each of the 16 hidden neurons").is_visible()
    trainer.get_by_text("The numbers as a table").press("Enter")
    assert trainer.locator("#table tr").count() == 1


def test_the_page_says_when_the_goal_is_reached_and_steps_that_are_too_large_are_explained(trainer):
    trainer.evaluate("reach(0.9512)")
    assert trainer.locator("#goal").inner_text() == "95.1% with 64 hidden neurons: you did it. How few are enough?"
    trainer.evaluate("network.output.fill(NaN)")
    trainer.get_by_role("button", name="Start").click()
    trainer.get_by_text("The steps were too large").wait_for()
    assert not trainer.evaluate("running")


def test_whoever_wants_less_motion_gets_a_picture_a_second(website, page):
    """Between two frames, 0.2 seconds pass for the page."""
    page.emulate_media(reduced_motion="reduce")
    open_trainer(website, page)
    page.evaluate("""() => {
        const before = picture, soon = requestAnimationFrame, begun = performance.now();
        window.pictures = window.frames = 0;
        window.picture = () => { pictures++; before(); };
        window.requestAnimationFrame = (frame) => soon(() => frame(begun + 200 * ++frames));
    }""")
    page.get_by_role("button", name="Start").click()
    page.wait_for_function("seen > 0 && frames > 13")
    assert page.evaluate("pictures <= 2 + frames / 5")  # one more when it starts


# Both


@pytest.mark.parametrize(("name", "limit"), [("index.html", 5_000_000), ("train.html", 4_000_000)])
def test_the_pages_are_small(name, limit, website):
    assert 100_000 < bytes_of(website, name) < limit


@pytest.mark.parametrize("name", ["index.html", "train.html"])
def test_every_text_stands_out_and_fits_a_phone(name, website, page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto((website / name).as_uri())
    page.wait_for_function("window.readers?.length === 3 || !document.querySelector('#start')?.disabled")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page, "color-contrast")


@pytest.fixture
def lesson(website, page):
    page.goto((website / "notebooks" / "00_start_here.html").as_uri())
    return page


def test_a_guess_opens_what_came_out_and_not_before(lesson):
    folded = lesson.locator("details.hide", has_text="What came out").first
    assert not folded.evaluate("part => part.open")
    lesson.get_by_label("Your guess").first.fill("1000")
    lesson.get_by_role("button", name="Guess").first.press("Enter")
    assert folded.evaluate("part => part.open") and "It is " in folded.inner_text()
    assert "You guessed 1000" in lesson.locator("[data-ask] output").first.inner_text()


def test_an_answer_to_an_exercise_gets_its_reply(lesson):
    wrong, right = (
        lesson.get_by_role("button", name="a", exact=True),
        lesson.get_by_role("button", name="b", exact=True),
    )
    reply = lesson.locator("[data-ask]", has=right).locator("output")
    wrong.click()
    assert reply.inner_text().startswith("Not yet. ") and wrong.get_attribute("aria-pressed") == "true"
    right.press("Enter")
    assert reply.inner_text().startswith("Right. ") and wrong.get_attribute("aria-pressed") == "false"
    numbers = lesson.locator("[data-ask]", has_text="Your answer:")
    replies = [(numbers.first, "1562", "Not yet."), (numbers.first, "1,563", "without a comma")]
    replies += [(numbers.first, "1563", "Right."), (numbers.last, "95.5%", "large network")]
    for place, given, says in [*replies, (numbers.last, "92.4%", "Right.")]:
        place.locator("input").fill(given)
        place.get_by_role("button", name="Check").click()
        assert says in place.locator("output").inner_text()


def test_a_lesson_can_be_used_without_eyes_or_mouse(lesson):
    assert_accessible(lesson)
    lesson.emulate_media(color_scheme="dark")
    assert_accessible(lesson, "color-contrast")
