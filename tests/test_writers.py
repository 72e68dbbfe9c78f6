"""Made-up writers, and a page of findings."""

import base64
import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image

import helpers
from helpers.figures.your_project import verdict
from helpers.handwriting.writers import FORMS, write_digits


def test_each_writer_has_a_hand_of_their_own_and_keeps_it():
    images, labels = write_digits(3, 25)
    assert images.shape == (25, 28, 28) and images.dtype == labels.dtype == np.uint8
    assert labels.tolist() == [*range(10), *range(10), *range(5)]
    again, _ = write_digits(3, 10)
    assert np.array_equal(images[:10], again)  # more digits are the same, and then others
    assert not np.array_equal(images[:10], images[10:20])  # a hand shakes
    other, _ = write_digits(4, 25)

    def distance(a, b):
        return np.abs(a[:10].astype(float) - b[10:20]).mean()

    assert distance(images, images) < distance(images, other)
    assert write_digits(0, 0)[0].shape == (0, 28, 28)


def test_there_are_several_ways_to_write_each_digit():
    assert list(FORMS) == list(range(10)) and all(len(ways) >= 2 for ways in FORMS.values())
    points = np.array([point for ways in FORMS.values() for way in ways for stroke in way for point in stroke])
    assert points.min() >= 0 and points.max() <= 1.05


@pytest.mark.parametrize("drawn", [np.eye(28), 200 * np.eye(28, dtype=np.uint8)], ids=["float", "uint8"])
def test_findings_are_one_page_with_all_that_was_given(drawn, tmp_path, capsys):
    figure, axis = plt.subplots()
    axis.plot([1, 2])
    plt.close(figure)
    path = helpers.export_findings(
        tmp_path / "findings.html",
        title="Shoes & <socks>",
        sections={"Question": "Can it?\nReally?", "What I found": ..., "Limits": " "},
        results={"accuracy": np.float32(0.85), "pictures": 2_000},
        pictures={"A line": figure, "A digit": drawn},
    )
    page = path.read_text(encoding="utf-8")
    assert "Written: findings.html. Still empty: What I found, Limits." in capsys.readouterr().out
    assert "<h1>Shoes &amp; &lt;socks&gt;</h1>" in page and "Really?" in page and page.count("Nothing yet.") == 2
    assert "<td>0.85</td>" in page and "<td>2,000</td>" in page and 'alt="A digit"' in page
    pictures = [base64.b64decode(data) for data in re.findall(r"base64,([^\"]+)", page)]
    line, digit = (np.asarray(Image.open(io.BytesIO(data)).convert("L")) for data in pictures)
    assert line.shape[1] > 300 and digit.shape == (112, 112) and digit[0, 0] == 0 and digit[0, 111] == 255


@pytest.mark.parametrize(
    ("points", "says"),
    [([3.0, 3.1, 3.2], "yes"), ([-3.0, -3.1, -3.2], "no"), ([3.0, 0.1, -1.0], "luck"), ([3.0], "luck")],
)
def test_a_gain_is_more_than_luck_only_if_several_trainings_say_so(points, says):
    assert verdict(np.array(points)) == says


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"path": "findings.txt"}, ValueError, ".html"),
        ({"title": 5}, TypeError, "title"),
        ({"sections": {"Question": ["no"]}}, TypeError, "list"),
        ({"results": {"accuracy": "85%"}}, TypeError, "str"),
        ({"pictures": {"shoes": np.zeros((10, 10))}}, ValueError, "(10, 10)"),
        ({"pictures": {"shoes": "shoes.png"}}, TypeError, "str"),
    ],
)
def test_what_is_no_finding_is_refused_and_nothing_is_written(change, error, says, tmp_path):
    arguments = {"path": "findings.html", "title": "Shoes", "sections": {"Question": "Can it?"}} | change
    path = tmp_path / arguments.pop("path")
    with pytest.raises(error, match=re.escape(says)):
        helpers.export_findings(path, **arguments)
    assert not path.exists()
