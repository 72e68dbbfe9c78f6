"""What a lesson does besides teaching: parameters, guesses, claims and results."""

import json

import numpy as np
import pandas as pd
import pytest

import helpers
from helpers import lesson
from helpers.lesson import TEXTS, texts
from helpers.records import portable, read_record

FULL = {"epochs": 10, "n_train": 50_000}


def test_full_and_shortened_runs(capsys):
    assert helpers.validate_parameters(full=FULL, seed=7, epochs=10, n_train=50_000) is True
    assert helpers.validate_parameters(full=FULL, seed=0, epochs=2, n_train=50_000) is False
    assert "shortened" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("values", "error", "says"),
    [
        ({"epochs": 0}, ValueError, "epochs is 0; expected a whole number from 1 to 100"),
        ({"n_train": -1}, ValueError, "n_train is -1; expected a whole number from 1000 to 50000"),
        ({"n_train": 60_000}, ValueError, "n_train is 60000"),
        ({"seed": -3}, ValueError, "seed is -3"),
        ({"epochs": "3"}, TypeError, "epochs is '3'"),
        ({"epochs": 3.0}, TypeError, "epochs is 3.0; expected a whole number from 1 to 100, written without point"),
        ({"epochs": True}, TypeError, "epochs is True"),
        ({"seed": None}, TypeError, "seed is None"),
    ],
)
def test_impossible_parameters_are_refused(values, error, says):
    with pytest.raises(error) as raised:
        helpers.validate_parameters(full={}, **values)
    assert says in str(raised.value)


def test_a_claim_holds_fails_or_is_left_open(capsys):
    helpers.claim("one is one", True)
    helpers.claim("a short run reads all", False, full_run=False)
    with pytest.raises(AssertionError, match="one is two"):
        helpers.claim("one is two", False)
    with pytest.raises(TypeError, match="expected True or False, found float"):
        helpers.claim("the accuracy is high", float("nan"))
    for wrong, error in {
        float("nan"): ValueError,
        np.float32("inf"): ValueError,
        10**400: ValueError,
        True: TypeError,
    }.items():
        with pytest.raises(error, match=r"accuracy is .*, expected a number"):
            helpers.record_results(accuracy=wrong)
    assert capsys.readouterr().out.splitlines() == [
        "✓ one is one",
        "Not checked in a shortened run: a short run reads all",
    ]


def test_a_record_is_printed_as_what_it_is(monkeypatch, recwarn):
    shown = []
    monkeypatch.setattr(lesson, "display", lambda data, metadata, raw: shown.append((data, metadata)))
    helpers.record_results(accuracy=np.float32(0.97), loss=2.303, change=-5, seconds=np.int64(81), parameters=270_218.0)
    text = "accuracy: 97.0%\nloss: 2.303\nchange: -5\nseconds: 81\nparameters: 270,218"
    assert shown[0][0] == {"text/plain": text} and shown[0][1]["results"]["loss"] == 2.303 and not recwarn.list


WORDS = {
    "guesses": {
        "share": {"question": "How many?", "unit": "share"},
        "count": {"question": "How large?", "unit": "number"},
        "pick": {"question": "Which one?", "choices": {"a": "the first", "b": "the second"}},
    }
}


@pytest.fixture
def asked(monkeypatch):
    """Three guesses of a lesson that does not exist, and nothing guessed before."""
    monkeypatch.setattr(lesson, "texts", lambda name: WORDS)
    monkeypatch.setattr(lesson, "_GUESSED", {})
    monkeypatch.setattr(lesson, "_OUTCOMES", {})
    shown = []
    monkeypatch.setattr(lesson, "display", lambda data, metadata, raw: shown.append((data["text/plain"], metadata)))
    return shown


@pytest.mark.parametrize(
    ("name", "answer", "value", "says"),
    [
        ("00-share", 0.5, 0.11, "39 points too high"),
        ("00-share", "50 %", 0.61, "11 points too low"),
        ("00-share", 97, 0.968, "spot on"),
        ("00-share", "0.5", 0.5, "spot on"),
        ("00-share", "0.5%", 0.005, "spot on"),
        ("00-share", 0.51, 0.5, "1 point too high"),
        ("00-count", 1000, 2000, "2 times too small"),
        ("00-count", np.float32(3), 3.02, "spot on"),
        ("00-count", -1, 2, "too low"),
        ("00-count", 0, 2, "too low"),
        ("00-pick", "b", "b", "b) the second. You guessed b) the second: right"),
        ("00-pick", "(A)", "b", "not that"),
    ],
)
def test_a_guess_is_compared_with_what_came_out(asked, name, answer, value, says, capsys):
    helpers.guess(name, answer)
    helpers.outcome(name, value)
    assert says in asked[-1][0]
    assert asked[0][1]["guess"].keys() == asked[1][1]["outcome"].keys() == {name}
    helpers.guesses()
    assert says.partition("You guessed ")[2] in capsys.readouterr().out


@pytest.mark.parametrize("answer", [..., None, "x", [1, 2], object(), float("nan"), 10**400, {}, -5, "a,b"])
def test_no_guess_is_no_error(asked, answer, capsys):
    for name, value in {"00-share": 0.3, "00-pick": "a"}.items():
        helpers.guess(name, answer)
        helpers.outcome(name, value)
    assert not asked
    printed = capsys.readouterr().out
    assert "a share, such as 0.5" in printed and "one of a, b" in printed and "It is 30%." in printed
    helpers.guesses()
    assert "you guessed nothing" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answers", [{"03.2": 5}, {"03.2": [5, {"value": 2}, {"right": "yes"}]}, {"03.2": {"right": True}}], ids=repr
)
def test_what_is_damaged_in_a_record_is_dropped_and_stops_no_lesson(answers, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DIGITS_MINE", str(tmp_path))
    kept = {"answers": answers | {"03.1": [{"right": True}]}, "guesses": {"03-epoch": 0.5, "03-other": {"guess": 1}}}
    (tmp_path / "progress").mkdir()
    (tmp_path / "progress" / "03.json").write_text(json.dumps(kept))
    helpers.progress("03")
    printed = capsys.readouterr().out
    assert "03: 1 of 6 solved, 1 of" in printed and "tried" not in printed
    helpers.check_answer("03.2", 1.7)
    assert read_record("03")["answers"]["03.2"] == [{"value": 1.7, "right": True}]
    assert read_record("03")["guesses"] == {"03-other": {"guess": 1}}


@pytest.mark.parametrize("answer", [np.zeros(10**7), pd.DataFrame({"a": range(1_000)}), "x" * 10**6, [[1], [1, 2]]])
def test_a_large_answer_is_not_kept(answer):
    assert portable(answer) == {}
    assert portable(pd.DataFrame({"a": [1, 2]})) == {"value": [[1], [2]]}


def test_an_outcome_that_is_no_number_is_said_and_not_kept(capsys):
    helpers.guess("04-accuracy", 0.9)
    for value in (float("nan"), float("inf")):
        helpers.outcome("04-accuracy", value)
    helpers.guesses()
    printed = capsys.readouterr().out
    assert printed.count("It is no number. Look for a division by zero") == 2 and "nan" not in printed


def test_a_text_with_a_slash_or_an_at_is_not_handed_on_and_others_are():
    assert portable("/home/ada") == portable(["ada@example.org"]) == portable("C:\\Ada") == {}
    assert portable('"é"') == {"value": '"é"'}


def test_the_words_of_every_lesson_are_whole():
    for path in set(TEXTS.glob("*.toml")) - {TEXTS / "inventory.toml"}:
        name = path.stem[:2] if path.stem[:2].isdigit() else path.stem.split("_")[-1]
        words = texts(name)
        assert set(words) == {"captions", "guesses", "exercises"}
        assert all(len(caption) > 30 for caption in words["captions"].values())
        for asked in words["guesses"].values():
            assert asked["question"].endswith("?")
            assert ("choices" in asked) != (asked.get("unit") in ("share", "number"))
