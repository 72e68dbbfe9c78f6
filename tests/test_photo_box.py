"""Photos come into the notebook as files of any kind, HEIC too, and what cannot be read is told."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import helpers
from helpers.handwriting.photo_box import PhotoBox

# isort: split
import keras  # after helpers, which sets TensorFlow up

SEVEN = Path(__file__).with_name("seven.heic")  # a drawn 7, 240 x 320, as phones store photos


@pytest.fixture(scope="module")
def box():
    """With a network that always says 8."""
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
    model.set_weights([np.zeros((784, 10)), 9.0 * (np.arange(10) == 8)])
    return PhotoBox(model)


def test_the_kind_of_file_that_phones_write_is_read():
    image = helpers.prepare_photo(SEVEN)
    np.testing.assert_array_equal(image, helpers.prepare_photo(SEVEN.read_bytes()))
    drawn = helpers.strokes_to_image([[(0.1, 0.05), (0.6, 0.02), (0.43, 0.43), (0.32, 0.85)]])
    assert np.corrcoef(image.ravel(), drawn.ravel())[0, 1] > 0.85


def test_a_photo_from_the_browser_is_read_and_its_stages_shown(box):
    box._hear(None, {"photo": "seven.heic"}, [memoryview(SEVEN.read_bytes())])  # what a message from a browser does
    assert repr(box) == "PhotoBox: I read an 8, 100% sure."
    assert box.stages["centred in 28 x 28"].shape == (28, 28)
    assert Image.open(io.BytesIO(box.answer["picture"])).width > 800


@pytest.mark.parametrize(
    ("photo", "says", "stages"),
    [
        (np.ones((100, 100)), "No digit was found", 2),
        (np.zeros((100, 100), np.uint8), "No digit was found", 2),
        (np.pad(np.ones((40, 4)), ((30, 30), (30, 60))) + np.pad(np.ones((40, 4)), ((30, 30), (60, 30))), "2 marks", 2),
        (b"no picture", "no picture that can be read", 0),
        (b"", "no picture that can be read", 0),
        ("nowhere.heic", "There is no picture", 0),
    ],
    ids=["empty", "black", "two marks", "text", "nothing", "nowhere"],
)
def test_what_is_no_digit_gets_no_answer_but_the_stages_up_to_there(photo, says, stages, box):
    assert box.read(photo) is None
    assert says in box.answer["message"] and "I read" not in box.answer["message"]
    assert len(box.stages) == stages and bool(box.answer["picture"]) == bool(stages)


@pytest.mark.parametrize("way", ["choose", "paste", "drop"])
def test_a_photo_is_chosen_pasted_or_dropped_and_sent_reduced(way, page, box):
    page.set_content("<!doctype html><div id='here'></div>")
    page.evaluate(
        """async (source) => {
            const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
            const { default: { render } } = await import(url);
            const on = (event, hear) => { window.hear = hear; };
            window.answer = {};
            const send = (message, _, buffers) => { window.got = [...new Uint8Array(buffers[0])]; };
            render({ model: { get: () => window.answer, on, send }, el: document.getElementById("here") });
        }""",
        str(PhotoBox._esm),
    )
    file = io.BytesIO()
    Image.fromarray(np.full((900, 2000), 200, np.uint8)).save(file, "PNG")
    if way == "choose":
        page.set_input_files("input", {"name": "photo.png", "mimeType": "image/png", "buffer": file.getvalue()})
    else:
        page.evaluate(
            """([way, bytes]) => {
                const data = new DataTransfer();
                data.items.add(new File([new Uint8Array(bytes)], "photo.png", { type: "image/png" }));
                const options = { bubbles: true, cancelable: true, clipboardData: data, dataTransfer: data };
                const event = way === "paste" ? new ClipboardEvent("paste", options) : new DragEvent("drop", options);
                document.querySelector(".field").dispatchEvent(event);
            }""",
            [way, list(file.getvalue())],
        )
    page.wait_for_function("window.got")
    assert page.locator("input").input_value() == ""  # so that the same photo can be chosen again
    sent = Image.open(io.BytesIO(bytes(page.evaluate("got"))))
    assert sent.size == (1600, 720) and sent.convert("L").getpixel((9, 9)) == 200
    dropped = """() => !document.querySelector(".field").dispatchEvent(
        new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }))"""
    assert page.evaluate(dropped)  # a link that is dropped opens nothing
    assert page.get_by_role("status").inner_text() == "That is no picture."
    page.evaluate("() => { answer.message = 'I read a 7.'; hear(); }")
    assert page.get_by_role("status").inner_text() == "I read a 7."
