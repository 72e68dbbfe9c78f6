"""The front page of the website and "Train one yourself", in Chromium."""

import json
import re
import subprocess
import sys
from pathlib import Path

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
    """The two pages, with the README and one notebook; test_copies.py builds the whole website."""
    folder = tmp_path_factory.mktemp("website")
    command = [sys.executable, "-m", "sphinx", "-q", "-c", COURSE / "site", "-d", folder / "cache"]
    command += [
        "-D",
        f"live={live}",
        "-D",
        "include_patterns=README.md,notebooks/00_start_here.ipynb",
        COURSE,
        folder / "site",
    ]
    subprocess.run(list(map(str, command)), capture_output=True, check=True, timeout=300)
    return folder / "site"


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
    script = """(digits) => readers.map(({ network }) => digits.map(
        (digit) => readImage(network, digit.map((value) => value / 255))))"""
    answers = dict(zip(home.evaluate("readers.map(({ name }) => name)"), home.evaluate(script, digits), strict=True))
    for network in networks:
        assert network["accuracy_before_rounding"] - network["accuracy"] <= 0.001  # of 10,000 validation digits
        read = np.argmax(answers[network["name"]], axis=1)
        assert abs(np.mean(read == labels[some]) - network["accuracy"]) < 0.1  # of 200 of them
        assert f"It reads {network['accuracy']:.1%} of 10,000 other digits." in home.locator(".recipes").inner_text()
    assert networks[0]["accuracy"] > 0.95 and networks[1]["accuracy"] < 0.8 and networks[2]["accuracy"] > 0.97


@pytest.mark.parametrize("build", [helpers.relu_adam, helpers.sigmoid_sgd, helpers.convnet])
def test_the_browser_computes_what_keras_computes_with_rounded_weights(build, home):
    model = build()
    steps = network_steps(model, one_byte=True)
    round_kernels(model)
    images = helpers.preprocess(helpers.load_mnist()[1][0][:50])
    script = (
        "([steps, images]) => { const n = decodeNetwork(steps); return images.map((image) => readImage(n, image)); }"
    )
    answers = home.evaluate(script, [steps, images.tolist()])
    np.testing.assert_allclose(answers, model.predict(images, verbose=0), atol=1e-5)


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


STEP = """([width, weights, images, labels]) => {
    const names = ["hidden", "hiddenBias", "output", "outputBias"], count = labels.length;
    const network = { width }, sums = zerosLike({ width });
    names.forEach((name, i) => { network[name] = new Float32Array(weights[i]); });
    for (let n = 0; n < count; n++) addGradient(network, sums, images, labels, n);
    const gradients = names.map((name) => Array.from(sums[name], (sum) => sum / count));
    step(network, sums, 0.5, count);
    const emptied = names.every((name) => !sums[name].some(Boolean));
    return [gradients, names.map((name) => Array.from(network[name])), emptied];
}"""


@pytest.mark.parametrize("width", [2, 16, 64])
def test_the_gradients_are_those_of_numpy_and_a_step_follows_them(width, trainer):
    rng = np.random.default_rng(width)
    (images, labels), _ = helpers.load_mnist()
    images, labels = images[:24].reshape(24, 784), labels[:24]
    shapes = [(784, width), (width,), (width, 10), (10,)]
    weights = [rng.normal(0, 0.1, shape).astype(np.float32) for shape in shapes]
    given = [width, [array.ravel().tolist() for array in weights], images.ravel().tolist(), labels.tolist()]
    found, after, emptied = trainer.evaluate(STEP, given)
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
    page.emulate_media(reduced_motion="reduce")
    open_trainer(website, page)
    page.evaluate("""() => {
        const before = picture, begun = performance.now();
        window.pictures = 0;
        window.picture = () => { pictures++; before(); };
        window.seconds = () => (performance.now() - begun) / 1000;
    }""")
    page.get_by_role("button", name="Start").click()
    page.wait_for_function("seen > 0 && seconds() > 2.5")
    assert page.evaluate("pictures <= 2 + seconds()")  # one more when it starts


# Both


@pytest.mark.parametrize(("name", "limit"), [("index.html", 5_000_000), ("train.html", 4_000_000)])
def test_the_pages_are_small(name, limit, website):
    assert 100_000 < bytes_of(website, name) < limit


@pytest.mark.parametrize("name", ["index.html", "train.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_and_fits_a_phone(name, scheme, website, page):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto((website / name).as_uri())
    page.wait_for_function("window.readers?.length === 3 || !document.querySelector('#start')?.disabled")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert_accessible(page)


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
    steps = lesson.locator("[data-ask]", has_text="Your answer:").first
    for given, says in (("1562", "Not yet."), ("1,563", "without a comma"), ("1563", "Right.")):
        steps.locator("input").fill(given)
        steps.get_by_role("button", name="Check").click()
        assert says in steps.locator("output").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_lesson_can_be_used_without_eyes_or_mouse(scheme, lesson):
    lesson.emulate_media(color_scheme=scheme)
    assert_accessible(lesson)
