"""The drawing pad and the exported page in Chromium, and the whole way in JupyterLab, from stroke to digit."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import numpy as np
import psutil
import pytest
from conftest import assert_accessible
from PIL import Image

import helpers
from helpers.handwriting import round_kernels
from helpers.handwriting.pad import DrawingPad, strokes_to_image

# isort: split
import keras  # after helpers, which sets TensorFlow up

COURSE = Path(__file__).resolve().parents[1]
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
ONE = [[0.5, 0.15], [0.5, 0.85]]


def on(page, *points):
    """Return where points of the pad, from 0 to 1, are on the page; of one alone, its two numbers."""
    paper = page.locator(".digit-pad .paper").last
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    return places if len(points) > 1 else places[0]


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def draw(page, stroke):
    """Draw with the mouse."""
    first, *others = on(page, *stroke)
    page.mouse.move(*first)
    page.mouse.down()
    for place in others:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def touch(page, stroke):
    """Draw with a finger, eight steps from each point to the next."""
    session, last = page.context.new_cdp_session(page), len(stroke) - 1
    steps = np.linspace(0, last, 8 * last + 1)
    across, down = (np.interp(steps, range(last + 1), values) for values in zip(*stroke, strict=True))
    for i, (x, y) in enumerate(on(page, *zip(across.tolist(), down.tolist(), strict=True))):
        kind = "touchMove" if i else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


# The JavaScript alone


@pytest.fixture
def pad(page):
    """The pad on an empty page, with what it sends collected in `sent`, and a stub for Python's side of the widget."""
    return open_pad(page)


def open_pad(page, kept=None):
    """Open the pad on an empty page; `kept` is what a pad that keeps digits shows of them."""
    style = DrawingPad._css.read_text(encoding="utf-8") if isinstance(DrawingPad._css, Path) else DrawingPad._css
    page.set_content(f"<!doctype html><style>{style}</style><div id='here'></div>")
    page.evaluate(
        """async ([source, kept]) => {
            const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
            const pad = await import(url);
            const answer = { probabilities: [], image: [], message: "" }, handlers = {};
            const state = { strokes: [], answer, kept: kept && { ...kept, images: new DataView(new ArrayBuffer(0)) } };
            window.sent = [];
            window.messages = [];
            window.pad = pad;
            window.tell = (message) => handlers["msg:custom"](message);
            window.receive = (name, value) => { state[name] = value; handlers[`change:${name}`](); };
            const model = {
                get: (name) => state[name], set: (name, value) => { state[name] = value; },
                save_changes: () => window.sent.push(structuredClone(state.strokes)),
                send: (message) => window.messages.push(structuredClone(message)),
                on: (event, handler) => { handlers[event] = handler; }, off: (event) => { delete handlers[event]; },
            };
            window.end = pad.default.render({ model, el: document.getElementById("here") });
            window.handlers = handlers;
        }""",
        [DrawingPad._esm, kept],
    )
    return page


def test_a_stroke_of_the_mouse_is_sent_and_undo_and_clear_take_it_back(pad):
    draw(pad, ONE)
    draw(pad, [[0.2, 0.5], [0.8, 0.5]])
    first, second = pad.evaluate("sent")
    np.testing.assert_allclose([first[0][0], first[0][-1]], ONE, atol=0.01)
    assert len(first) == 1 and len(second) == 2 and second[0] == first[0] and len(first[0]) >= 5
    pad.get_by_role("button", name="Undo").click()
    assert pad.evaluate("sent.at(-1)") == first
    pad.get_by_role("button", name="Clear").click()
    assert pad.evaluate("sent.at(-1)") == []


def test_a_finger_draws_and_a_second_one_does_not(pad):
    touch(pad, ONE)
    (sent,) = pad.evaluate("sent")
    np.testing.assert_allclose([sent[0][0], sent[0][-1]], ONE, atol=0.01)
    session = pad.context.new_cdp_session(pad)
    points = [dict(zip("xy", on(pad, point), strict=True)) for point in ([0.3, 0.3], [0.7, 0.7], [0.3, 0.6])]
    fingers = [{**points[0], "id": 0}, {**points[1], "id": 1}]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": fingers[:1]})
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": fingers})
    session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{**points[2], "id": 0}, fingers[1]]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    last = pad.evaluate("sent.at(-1)")
    assert len(last) == 2 and all(x < 0.4 for x, _ in last[1])


class Pointer:
    """A finger, or with kind="pen" or "mouse" another pointer, as the system sends its events to Chromium."""

    def __init__(self, page, kind):
        self.kind, self.session = kind, page.context.new_cdp_session(page)
        self.corner, self.size = np.array(on(page, (0, 0), (1, 1)))
        self.size -= self.corner

    def send(self, what, *point):
        x, y = (self.corner + self.size * point).tolist() if point else self.last
        self.last = x, y
        if self.kind == "touch":
            points = [] if what == "up" else [{"x": x, "y": y}]
            kind = {"down": "touchStart", "move": "touchMove", "up": "touchEnd"}[what]
            self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        else:
            kind = {"down": "mousePressed", "move": "mouseMoved", "up": "mouseReleased"}[what]
            event = {"type": kind, "x": x, "y": y, "button": "left", "buttons": int(what != "up"), "clickCount": 1}
            self.session.send("Input.dispatchMouseEvent", {**event, "pointerType": self.kind})


@pytest.mark.parametrize("palm_first", [False, True])
def test_a_palm_beside_the_pen_does_not_draw(palm_first, pad):
    pen, palm = Pointer(pad, "pen"), Pointer(pad, "touch")
    if palm_first:
        palm.send("down", 0.9, 0.9)
    pen.send("down", 0.5, 0.2)
    pen.send("move", 0.5, 0.4)
    if not palm_first:
        palm.send("down", 0.9, 0.9)
    palm.send("move", 0.9, 0.8)
    pen.send("move", 0.5, 0.6)
    palm.send("up")
    pen.send("move", 0.5, 0.8)
    pen.send("up")
    ((stroke,),) = pad.evaluate("sent")
    np.testing.assert_allclose(stroke, [[0.5, 0.2], [0.5, 0.4], [0.5, 0.6], [0.5, 0.8]], atol=0.01)
    touch(pad, ONE)
    assert len(pad.evaluate("sent")) == 1
    pad.get_by_role("button", name="Clear").click()  # from now on with fingers again
    touch(pad, ONE)
    assert len(pad.evaluate("sent.at(-1)")) == 1


def test_one_pointer_draws_at_a_time(pad):
    finger, mouse = Pointer(pad, "touch"), Pointer(pad, "mouse")
    finger.send("down", 0.3, 0.2)
    mouse.send("down", 0.8, 0.8)
    mouse.send("move", 0.9, 0.9)
    finger.send("move", 0.3, 0.6)
    mouse.send("up")
    finger.send("move", 0.3, 0.8)
    finger.send("up")
    ((stroke,),) = pad.evaluate("sent")
    np.testing.assert_allclose(stroke, [[0.3, 0.2], [0.3, 0.6], [0.3, 0.8]], atol=0.01)


def test_a_kernel_that_does_not_answer_is_told(pad):
    pad.clock.install()
    draw(pad, ONE)
    pad.clock.run_for(2_000)
    assert pad.get_by_role("status").inner_text() == "Pen up, reading ..."
    pad.clock.run_for(4_000)
    assert pad.get_by_role("status").inner_text() == "No answer. If no cell is running, run this cell again."
    pad.evaluate(f"receive('answer', {NO_ANSWER})")
    pad.clock.run_for(9_000)
    assert pad.get_by_role("status").inner_text() == "As before."


def test_the_pad_is_readable_on_dark_right_to_left_and_high_contrast_pages(pad):
    pad.evaluate("document.body.style = 'background: #383838; color: #ddd'; document.documentElement.dir = 'rtl'")
    pad.evaluate("receive('answer', { probabilities: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0], image: [], message: '' })")
    draw(pad, ONE)
    assert pad.get_by_role("status").evaluate("(status) => status.matches(':dir(ltr)')")

    def brightness(selector, across):
        with Image.open(io.BytesIO(pad.locator(selector).first.screenshot())) as picture:
            return picture.convert("L").getpixel((round(across * picture.width), picture.height // 2))

    for colours in ("none", "active"):
        pad.emulate_media(forced_colors=colours, color_scheme="dark")
        assert brightness(".paper", 0.2) < 40 and brightness(".paper", 0.5) > 200  # paper and ink
        assert brightness(".best .bar", 0.5) > 120 and brightness(".verdict", 0.99) < 40


def test_a_stroke_is_read_while_it_is_drawn_one_question_at_a_time(pad):
    frame = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    pad.mouse.move(*on(pad, ONE[0]))
    pad.mouse.down()
    for down in (0.4, 0.5, 0.6):
        pad.mouse.move(*on(pad, [0.5, down]), steps=3)
        pad.evaluate(frame)
    (first,) = pad.evaluate("messages")  # until it is answered
    pad.evaluate("tell({ glance: { probabilities: [0.1, 0.9, 0, 0, 0, 0, 0, 0, 0, 0], image: [], message: '' } })")
    assert pad.locator(".verdict").inner_text().split() == ["1", "90%", "sure"]
    assert pad.get_by_role("status").inner_text().startswith("Write a digit")  # screen readers hear the last answer
    _, second = pad.evaluate("messages")
    assert len(first["glance"][0]) < len(second["glance"][0])
    np.testing.assert_allclose(second["glance"][0][-1], [0.5, 0.6], atol=0.01)
    pad.evaluate("() => { const now = performance.now(); performance.now = () => now + 6000; }")
    pad.mouse.move(*on(pad, [0.5, 0.7]), steps=3)  # the second answer never came
    pad.evaluate(frame)
    assert len(pad.evaluate("messages")) == 3
    pad.mouse.up()
    pad.evaluate("tell({ glance: { probabilities: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0], image: [], message: '' } })")
    assert pad.locator(".verdict b").inner_text() == "1"  # what comes too late is not shown
    assert len(pad.evaluate("messages")) == 3 and len(pad.evaluate("sent")) == 1


def test_a_pad_that_keeps_asks_which_digit_it_was(page):
    kept_now = {"labels": [0, 1, 1], "read": [0, 1, 7], "asks": 2, "message": ""}
    open_pad(page, kept=kept_now)
    assert page.locator(".count").inner_text() == "2 of 3 read."
    assert page.locator(".hint").inner_text() == "write a 2"
    kept = page.get_by_role("group", name="Which digit was it?")
    kept.get_by_role("button", name="2").click()
    assert "First write a 2" in page.get_by_role("status").first.inner_text() and not page.evaluate("messages")
    hear = "(kept) => receive('kept', { ...kept, images: new DataView(new ArrayBuffer(0)) })"
    for answer, digit in [("Enter", 2), ("7", 7), ("button", 4)]:
        page.evaluate("messages = []")
        draw(page, ONE)
        if answer == "button":
            kept.get_by_role("button", name="4").click()
        else:
            press(page, answer)
        message = page.evaluate("messages.at(-1)")
        assert message["keep"] == digit and len(message["strokes"]) == 1
        assert len(page.evaluate("sent.at(-1)")) == 1  # until it is kept, it stays
        press(page, "Enter")  # once more, which asks for nothing more
        assert "No answer" in page.get_by_role("status").first.inner_text()
        assert page.evaluate("messages.filter(({ keep }) => keep !== undefined)") == [message]
        page.evaluate(hear, kept_now | {"message": "The disk is full."})
        assert page.locator(".count").inner_text() == "The disk is full." and len(page.evaluate("sent.at(-1)")) == 1
        page.locator(".paper").focus()
        press(page, "Enter")
        assert page.evaluate("messages.at(-1)") == message | {"keep": 2}
        kept_now = {name: kept_now[name] + [digit] for name in ("labels", "read")} | {"asks": 2, "message": ""}
        page.evaluate(hear, kept_now)
        assert page.evaluate("sent.at(-1)") == []  # ready for the next
    page.get_by_role("button", name="Take back the last").click()
    assert page.evaluate("messages.at(-1)") == {"forget": True}


def test_what_leaves_the_pad_stays_at_its_edge_and_ends_when_the_button_is_lifted(pad):
    draw(pad, [[0.5, 0.5], [1.3, 0.5], [1.3, 1.3]])
    (stroke,) = pad.evaluate("sent.at(-1)")
    assert max(max(point) for point in stroke) == 1 and stroke[-1] == [1, 1]


def test_other_buttons_of_the_mouse_do_not_draw_and_a_dot_is_a_stroke(pad):
    pad.mouse.click(*on(pad, [0.5, 0.5]), button="right")
    assert pad.evaluate("sent") == []
    pad.mouse.click(*on(pad, [0.5, 0.5]))
    assert [len(stroke) for stroke in pad.evaluate("sent.at(-1)")] == [1]


def test_the_keyboard_draws(pad):
    press(pad, "Tab", *["ArrowUp"] * 6, " ", *["ArrowDown"] * 12, " ")
    (stroke,) = pad.evaluate("sent.at(-1)")
    np.testing.assert_allclose([stroke[0], stroke[-1]], [[0.5, 0.25], [0.5, 0.75]])
    press(pad, " ", "ArrowLeft", "Backspace")  # takes back the stroke that has begun, and no other
    assert pad.evaluate("sent.at(-1)") == [stroke]
    press(pad, "Backspace")
    assert pad.evaluate("sent.at(-1)") == []


def test_the_keyboard_draws_straight_lines_of_any_slant(pad):
    press(pad, "Tab", " ", *["Shift+ArrowRight"] * 6, *["Shift+ArrowDown"] * 9)
    ink = "document.querySelector('.paper').getContext('2d').getImageData(350, 385, 1, 1).data[3]"
    assert pad.evaluate(ink) == 255  # half way, before it is done
    press(pad, "ArrowLeft", *["Shift+ArrowUp"] * 3, *["Shift+ArrowLeft"] * 2, " ")
    expected = np.array([[12, 12], [18, 21], [17, 21], [15, 18]]) / 24
    np.testing.assert_allclose(pad.evaluate("sent.at(-1)"), [expected])


NO_ANSWER = "{ probabilities: [], image: [], message: 'As before.' }"


def test_the_status_says_where_the_pen_is_and_what_was_drawn_and_no_old_answer(pad):
    status = pad.get_by_role("status")
    answer = f"receive('answer', {NO_ANSWER})"
    pad.evaluate(answer)
    press(pad, "Tab", "ArrowRight")
    assert status.inner_text() == "54 across, 50 down, pen up"
    press(pad, " ", "ArrowDown")
    assert status.inner_text() == "54 across, 54 down, pen down"
    press(pad, " ")
    assert status.inner_text() == "Pen up, reading ...\n1 stroke, from 54, 50 to 54, 54."
    pad.evaluate(answer)
    assert status.inner_text() == "As before.\n1 stroke, from 54, 50 to 54, 54."
    press(pad, " ", *["ArrowLeft"] * 3, " ")
    assert status.inner_text() == "Pen up, reading ...\n2 strokes; the last from 54, 54 to 42, 54."
    for left in (1, "none"):
        pad.get_by_role("button", name="Undo").click()
        assert status.inner_text() == f"Reading ...\nStroke taken back, {left} left."
    pad.evaluate(answer)
    for name, says in [("Undo", "There is no stroke to take back."), ("Clear", "The pad is clear.")]:
        pad.get_by_role("button", name=name).click()
        assert status.inner_text() == f"As before.\n{says}"
    pad.mouse.move(*on(pad, ONE[0]))
    pad.mouse.down()
    assert status.inner_text() == "As before."
    pad.mouse.up()
    pad.evaluate(answer)
    pad.evaluate("(stroke) => receive('strokes', [stroke])", ONE)
    assert status.inner_text() == "As before."


def test_the_status_says_that_the_pen_is_at_the_edge(pad):
    press(pad, "Tab", *["ArrowLeft"] * 11)
    assert pad.get_by_role("status").inner_text() == "4 across, 50 down, pen up"
    press(pad, "ArrowLeft")
    assert pad.get_by_role("status").inner_text() == "edge, 0 across, 50 down, pen up"
    press(pad, "ArrowUp")
    assert pad.get_by_role("status").inner_text() == "0 across, 46 down, pen up"


def test_the_pen_stays_where_it_was_when_the_pad_is_left(pad):
    pad.evaluate(f"receive('answer', {NO_ANSWER})")
    marker = "document.querySelector('.paper').getContext('2d').getImageData(140, 280, 1, 1).data[3]"
    press(pad, "Tab", *["ArrowLeft"] * 6)
    assert pad.evaluate(marker) == 255
    press(pad, "Tab")
    assert pad.evaluate(marker) == 0
    assert pad.get_by_role("status").inner_text() == "As before."
    press(pad, "Shift+Tab")
    assert pad.get_by_role("status").inner_text() == "25 across, 50 down, pen up"
    press(pad, " ", " ")
    np.testing.assert_allclose(pad.evaluate("sent.at(-1)"), [[[0.25, 0.5]]])


def test_leaving_the_pad_ends_a_stroke_of_the_keyboard(pad):
    for key in ["Tab", " ", "ArrowDown", "Tab"]:
        pad.keyboard.press(key)
    assert [len(stroke) for stroke in pad.evaluate("sent.at(-1)")] == [2]


def test_strokes_from_elsewhere_do_not_disturb_one_that_has_begun(pad):
    pad.mouse.move(*on(pad, [0.2, 0.2]))
    pad.mouse.down()
    pad.evaluate("receive('strokes', [])")
    pad.mouse.move(*on(pad, [0.8, 0.8]), steps=4)
    pad.mouse.up()
    assert len(pad.evaluate("sent.at(-1)")) == 1 and len(pad.evaluate("sent.at(-1)")[0]) == 5


def test_too_much_ink_is_not_drawn(pad):
    pad.evaluate("receive('strokes', [Array.from({ length: 1999 }, (_, i) => [i / 2000, 0.5])])")
    draw(pad, ONE)
    pad.evaluate(f"receive('answer', {NO_ANSWER})")
    assert pad.get_by_role("status").inner_text().startswith("As before.\nThat is too much ink")
    assert sum(map(len, pad.evaluate("sent.at(-1)"))) == 2000
    draw(pad, ONE)
    assert len(pad.evaluate("sent")) == 1
    press(pad, " ")
    assert "pen up\nThat is too much ink" in pad.get_by_role("status").inner_text()
    pad.get_by_role("button", name="Clear").click()
    draw(pad, ONE)
    assert len(pad.evaluate("sent.at(-1)")) == 1


def test_a_pointer_that_is_gone_does_not_stop_the_pad(pad):
    pad.evaluate("""document.querySelector('.paper').dispatchEvent(
        new PointerEvent('pointerdown', { pointerId: 77, button: 0, isPrimary: true, clientX: 90, clientY: 90 }))""")
    draw(pad, ONE)
    assert len(pad.evaluate("sent.at(-1)")) == 2


def test_the_answer_is_shown_to_eyes_and_to_screen_readers(pad):
    assert "Write a digit" in pad.get_by_role("status").inner_text()
    meters = pad.get_by_role("group", name="Probabilities").get_by_role("meter").all()
    assert [meter.get_attribute("aria-valuetext") for meter in meters] == ["no answer yet"] * 10
    given = pad.get_by_role("img", name="What the network is given, 28 x 28 pixels")
    assert given.get_attribute("aria-label").endswith("pixels: nothing yet")
    image = np.zeros((28, 28))
    image[3:5, 3:10] = 0.5
    answer = {"probabilities": [0.02] * 8 + [0.82, 0.02], "image": image.ravel().tolist(), "message": ""}
    pad.evaluate("(answer) => receive('answer', answer)", answer)
    assert pad.get_by_role("status").inner_text() == "I read an 8, 82% sure."
    assert [meter.get_attribute("aria-valuenow") for meter in meters] == ["2"] * 8 + ["82", "2"]
    assert [meter.get_attribute("aria-valuetext") for meter in meters] == ["2%"] * 8 + ["82%", "2%"]
    assert pad.get_by_role("meter", name="probability of 9").count() == 1
    assert given.get_attribute("aria-label").endswith("pixels: ink 7 wide and 2 high, centred")
    pixel = pad.evaluate("[...document.querySelector('.seen').getContext('2d').getImageData(3, 3, 1, 1).data]")
    assert pixel == [26, 26, 26, 128]  # ink, half of it
    pad.evaluate("receive('answer', { probabilities: [], image: [], message: 'Too small.' })")
    assert pad.get_by_role("status").inner_text() == "Too small."


def test_a_view_shows_strokes_from_elsewhere_and_ends_cleanly(pad):
    ink = "document.querySelector('.paper').getContext('2d').getImageData(280, 280, 1, 1).data[3]"
    assert pad.evaluate(ink) == 0
    pad.evaluate("(stroke) => receive('strokes', [stroke])", ONE)
    assert pad.evaluate(ink) == 255
    pad.evaluate("end()")
    assert pad.evaluate("Object.keys(handlers)") == []


def test_the_browser_draws_the_image_that_python_draws(pad):
    rng = np.random.default_rng(0)
    drawings = [[rng.random((rng.integers(2, 20), 2)).tolist() for _ in range(rng.integers(1, 4))] for _ in range(40)]
    drawings += [[ONE], [[[0, 0.5], [1, 0.5]]], [[[0.4, 0.4]], [[0.6, 0.6]]], [[], ONE]]
    for strokes in drawings:
        image = pad.evaluate("(strokes) => Array.from(pad.strokesToImage(strokes))", strokes)
        np.testing.assert_allclose(np.reshape(image, (28, 28)), strokes_to_image(strokes), atol=1e-6)
    for strokes in ([], [[]], [[[0.5, 0.5]]], [[[0.5, 0.5], [0.55, 0.55]]]):
        with pytest.raises(ValueError) as refused:
            strokes_to_image(strokes)
        assert pad.evaluate("(strokes) => pad.strokesToImage(strokes)", strokes) == str(refused.value)


# The exported page


def convolutional(*last):
    """Return a network with every kind of layer that the page knows, one inside another, all weights random."""
    layers = keras.layers
    first = keras.Sequential([layers.Conv2D(6, 5, strides=2, padding="same"), layers.BatchNormalization()])
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            first,
            layers.Activation("relu"),
            layers.Conv2D(8, (3, 2), padding="valid", activation="tanh"),
            layers.MaxPooling2D(2, padding="same"),
            layers.Conv2D(8, 3, strides=(1, 2), padding="same", activation="sigmoid"),
            layers.AveragePooling2D(2, strides=1, padding="same"),
            *last,
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    return model


@pytest.mark.parametrize("name", ["A", "B", "07", "convolutional", "pooled"])
def test_the_page_computes_what_keras_computes(name, page, trained_model, tmp_path):
    network = {
        "A": lambda: trained_model,
        "B": helpers.sigmoid_sgd,
        "07": helpers.convnet,
        "convolutional": lambda: convolutional(keras.layers.Reshape((-1,))),
        "pooled": lambda: convolutional(keras.layers.GlobalAveragePooling2D(), keras.layers.Flatten()),
    }[name]()
    if name not in ("A", "07"):
        rng = np.random.default_rng(0)
        network.set_weights([rng.uniform(0.05, 0.3, weights.shape) for weights in network.get_weights()])
    images = helpers.preprocess(helpers.load_mnist()[1][0][:10]).reshape(-1, *network.input_shape[1:])
    one_byte = name == "pooled"
    page.goto(helpers.export_page(network, tmp_path / "page.html", one_byte=one_byte).as_uri())
    answers = page.evaluate("(images) => images.map((image) => read(image.flat(3)))", images.tolist())
    if one_byte:
        round_kernels(network)
    np.testing.assert_allclose(answers, network(images), atol=1e-5)


@pytest.mark.parametrize("way", [draw, touch])
def test_a_stroke_on_the_page_is_read(way, page, trained_model, tmp_path):
    page.goto(helpers.export_page(trained_model, tmp_path / "page.html").as_uri())
    way(page, ONE)
    assert page.get_by_role("status").inner_text().startswith("I read a 1")
    page.get_by_role("button", name="Clear").click()
    assert page.get_by_role("status").inner_text().startswith("Write a digit")
    way(page, [[0.25, 0.2], [0.75, 0.2], [0.45, 0.85]])
    assert page.get_by_role("status").inner_text().startswith("I read a 7")
    page.mouse.click(*on(page, [0.9, 0.9]))
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_role("status").inner_text().startswith("I read a 7")
    keys = page.get_by_text("Keys: arrows move the pen")
    assert keys.is_hidden()
    page.get_by_role("button", name="Keys").click()
    assert keys.is_visible()


def test_on_a_phone_the_answer_stands_above_the_square(browser, tmp_path):
    with browser.new_context(viewport={"width": 360, "height": 720}) as context:
        page = context.new_page()
        page.goto(helpers.export_page(helpers.relu_adam(), tmp_path / "page.html").as_uri())
        assert_accessible(page)
        draw(page, ONE)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        verdict, paper = (page.locator(f".{name}").bounding_box() for name in ("verdict", "paper"))
        assert 0 < verdict["y"] + verdict["height"] <= paper["y"] and paper["y"] + paper["height"] < 720
        assert_accessible(page)
        page.emulate_media(color_scheme="dark")
        assert_accessible(page, "color-contrast")
        page.get_by_role("button", name="Clear").click()
        assert_accessible(page, "color-contrast")


# The whole way


needs_make = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


@contextlib.contextmanager
def jupyterlab(command, own):
    """Run a command that starts JupyterLab, with settings in a folder of its own; gives what it says of itself."""
    folders = {f"JUPYTER_{name}_DIR": str(own / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **folders, "HOME": str(own), "PYTHONPATH": str(COURSE)}
    options = "--allow-root --no-browser --port=0 --LabApp.expose_app_in_browser=True"
    with (own / "log").open("w") as log:
        server = subprocess.Popen(command(options), env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        for _ in range(240):
            with contextlib.suppress(StopIteration, ValueError, OSError):  # no file yet, or nobody listens
                settings = json.loads(next((own / "RUNTIME").glob("jpserver-*.json")).read_text())
                urllib.request.urlopen(f"http://127.0.0.1:{settings['port']}/api", timeout=5).close()
                break
            assert server.poll() is None, (own / "log").read_text()
            time.sleep(0.25)
        else:
            pytest.fail((own / "log").read_text())
        yield settings
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(server.pid).children(recursive=True):
                process.terminate()
        server.wait(30)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """`make lab` in a copy of the course, which copies the notebooks; gives the folder, the address and the token.

    The copy is in a folder whose name is not easy, and the user's own settings name another folder to begin in.
    """
    own = tmp_path_factory.mktemp("lab")
    copy = own / "Kurs #1, für alle"
    for folder in ("notebooks", "data", "sweeps", "benchmarks", "tools", "site", "helpers", "pictures"):
        shutil.copytree(COURSE / folder, copy / folder, ignore=shutil.ignore_patterns("*.npz", "__pycache__"))
    for file in ("README.md", "Makefile", "pyproject.toml"):
        shutil.copy(COURSE / file, copy)
    (own / "CONFIG").mkdir()
    elsewhere = "c.ServerApp.root_dir = c.ServerApp.preferred_dir = c.FileContentsManager.preferred_dir = "
    (own / "CONFIG" / "jupyter_server_config.py").write_text(f"{elsewhere}{str(COURSE / 'site')!r}\n")
    make = ["make", "-C", str(copy), "--old-file=.venv/installed", f"RUN={sys.executable}", "lab"]
    with jupyterlab(lambda options: [*make, f"LAB={options}"], own) as settings:
        assert settings["hostname"] == "localhost"
        yield copy, f"http://127.0.0.1:{settings['port']}", settings["token"]


@needs_make
def test_jupyterlab_listens_on_this_machine_only_and_asks_for_its_token(lab):
    _, address, token = lab
    assert len(token) >= 32

    def status(query):
        try:
            with urllib.request.urlopen(f"{address}/api/contents/{query}", timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    assert status(f"?token={token}") == 200
    assert status("") == status("?token=wrong") == 403
    if Path("/proc/net/tcp").exists():
        places = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        port = f":{int(address.rpartition(':')[2]):04X}"
        assert {place for place in places if place.endswith(port)} == {f"0100007F{port}"}


#: A function that finds the open document of a path.
FIND = '(path) => [...jupyterapp.shell.widgets("main")].find((widget) => widget.context?.path === path)'


def links_of(folder):
    """Return the links of the notebooks and texts in a folder to other files, one for each file."""
    found = {}
    for path in sorted(folder.glob("*.*")):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            cells = nbformat.reads(text, as_version=4).cells
            text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for link in re.findall(r"\]\((?!\w+:|#)([^)\s]+)\)|href=\"(?!\w+:|#)([^\"]+)", text):
            link = next(filter(None, link))
            found.setdefault(link.partition("#")[0], link)
    return found


#: Lets the notebooks of these paths have the kernel that runs, for each of their own would take seconds to start.
SHARE = """async (paths) => {
    const { sessions } = jupyterapp.serviceManager, [{ kernel: { id } }] = sessions.running();
    for (const path of paths) {
        const session = await sessions.startNew({ path, name: path, type: "notebook", kernel: { id } });
        session.dispose(); // of this page; at the server, it stays
    }
}"""


@needs_make
def test_links_of_the_readers_copies_open_by_a_click_in_jupyterlab(lab, browser):
    """One to each kind of file in each folder; weekly, all of them.

    They stand in one notebook there, since they lead where they lead from any.
    """
    copy, address, token = lab
    page, folder = browser.new_page(), "mine/notebooks"
    links = links_of(copy / folder)
    assert len(links) > 15
    if "DIGITS_EXAMPLES" not in os.environ:
        links = dict({(Path(file).parent, Path(file).suffix): (file, link) for file, link in links.items()}.values())
        assert {Path(file).suffix for file in links} == {".ipynb", ".md", ".py", ".yml"}
    prose = nbformat.v4.new_markdown_cell("\n".join(f"- [{link}]({link})" for link in links.values()))
    notebook = nbformat.v4.new_notebook(cells=[prose], metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, copy / folder / "links.ipynb")
    page.goto(f"{address}/lab/tree/{folder}/links.ipynb?token={token}&reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    paths = [os.path.normpath(os.path.join(folder, file)).replace(os.sep, "/") for file in links]
    notebooks = [path for path in paths if path.endswith(".ipynb")]
    assert {nbformat.read(copy / path, 4).metadata.kernelspec.name for path in notebooks} == {KERNEL["name"]}
    page.evaluate(SHARE, notebooks)
    for path, link in zip(paths, links.values(), strict=True):
        page.get_by_role("link", name=link, exact=True).click()
        page.wait_for_function(f"(path) => ({FIND})(path)?.context.isReady", arg=path)
        assert page.locator(".jp-Dialog, .Toastify__toast").count() == 0  # no error, no question about news
        page.evaluate(
            f"""async (path) => {{
                const opened = ({FIND})(path);
                await opened.context.sessionContext.ready;
                opened.dispose();
            }}""",
            path,
        )
        page.evaluate(f"(path) => jupyterapp.shell.activateById(({FIND})(path).id)", f"{folder}/links.ipynb")
    page.close()


@needs_make
def test_a_digit_drawn_in_jupyterlab_is_read_and_a_figure_moves(lab, page, trained_model):
    copy, address, token = lab
    (copy / "drawn").mkdir()
    helpers.save_model(trained_model, copy / "drawn" / "model.keras")
    cells = [
        "import helpers",
        "pad = helpers.DrawingPad(helpers.load_model('model.keras'))",
        "pad",
        "helpers.explore.downhill(lambda weight: (2 * weight - 10) ** 2)",
        "print('strokes', len(pad.strokes), 'reads', pad.digit)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.metadata["kernelspec"] = KERNEL
    nbformat.write(notebook, copy / "drawn" / "draw.ipynb")
    page.goto(f"{address}/doc/tree/drawn/draw.ipynb?token={token}")
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=120_000)
    page.locator(".jp-CodeCell").first.click()
    for _ in range(4):
        page.keyboard.press("Shift+Enter")
    status = page.locator(".digit-pad [role=status]")
    status.wait_for(timeout=120_000)

    def says(text):
        page.wait_for_function(f"document.querySelector('.digit-pad [role=status]').textContent.startsWith('{text}')")

    def reads(digit, count):
        says(f"I read a {digit}")
        page.locator(".jp-CodeCell").last.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        page.locator(".jp-CodeCell").last.get_by_text(f"strokes {count} reads {digit}").wait_for()

    draw(page, [[0.25, 0.2], [0.75, 0.2], [0.45, 0.85]])
    reads(7, 1)
    page.get_by_role("button", name="Clear").click()
    touch(page, ONE)
    reads(1, 1)
    page.get_by_role("button", name="Clear").click()
    for x in (140, 142):  # the second answer equals the first, and comes all the same
        page.locator(".digit-pad .paper").click(position={"x": x, "y": 70})
        says("That is too small")
    cells = page.locator(".jp-Cell").count()
    press(page, "Delete", *["ArrowLeft"] * 6, *["ArrowUp"] * 7, " ", *["ArrowRight"] * 12)
    press(page, *["Shift+ArrowDown"] * 16, *["Shift+ArrowLeft"] * 7, " ")  # the notebook does not get the keys
    reads(7, 1)
    assert page.locator(".jp-Cell").count() == cells
    figure = page.locator("[data-live^=downhill]")
    figure.locator("input[type=range]").first.press("End")
    figure.get_by_role("button", name="Step").press("Enter")
    escaping = figure.locator(".say").inner_text()
    figure.locator("input[type=range]").first.press("Home")
    figure.get_by_role("button", name="Step").click()
    assert figure.locator(".say").inner_text() != escaping
    assert page.locator(".jp-Cell").count() == cells
    for place in (page.locator(".digit-pad .paper"), figure.get_by_role("button", name="Step")):
        place.focus()
        page.keyboard.press("Escape")  # back to the notebook, which hears its own keys again: b makes a cell
        page.keyboard.press("b")
        cells += 1
        page.wait_for_function(f"document.querySelectorAll('.jp-Cell').length === {cells}")
