"""The check of an environment: the good case, and real faults. Each is named, with what mends it and exit status 1."""

import ast
import ctypes
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

COURSE = Path(__file__).resolve().parents[1]
CHECK = Path("tools") / "check_environment.py"


def check(course=COURSE, python=sys.executable, preexec_fn=None, **variables):
    """Run the check of a course; return the exit status, what it printed, and its error output."""
    result = subprocess.run(
        [python, course / CHECK],
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=preexec_fn,
        env={**os.environ, "PYTHONPATH": str(course), **variables},
    )
    assert "Traceback" not in result.stderr + result.stdout
    return result.returncode, result.stdout, result.stderr


@pytest.fixture
def copy(tmp_path):
    """Give a copy of what a learner has."""
    for folder in ("helpers", "tools", "notebooks", "data", "site"):
        shutil.copytree(
            COURSE / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "build", "*.tmp")
        )
    for file in ("requirements.txt", "constraints.txt", "pyproject.toml"):
        shutil.copy(COURSE / file, tmp_path)
    return tmp_path


def test_an_environment_that_works():
    status, out, _ = check()
    assert status == 0
    assert "\nOK: Python 3.1" in out and "tensorflow 2." in out and "WRONG" not in out


def test_damaged_data_are_named_with_the_command_that_restores_them(copy):
    path = copy / "data" / "mnist.npz"
    data = bytearray(path.read_bytes())
    data[5_000_000] ^= 1
    path.write_bytes(data)
    status, out, _ = check(copy)
    assert status == 1
    assert (
        "WRONG: Notebook 00 fails: code cell " in out and f"(from helpers import load_mnist): ValueError: {path}" in out
    )
    assert "is damaged" in out and "git -C" in out and "OK" not in out


def test_a_python_without_the_packages(copy, tmp_path):
    venv.create(tmp_path / "empty", with_pip=False)
    python = tmp_path / "empty" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    status, out, _ = check(copy, python)
    assert status == 1
    assert (
        "tensorflow is not installed" in out
        and "pandas is not installed" in out
        and "pip install -r requirements.txt" in out
    )
    assert "activate" not in out
    (copy / ".venv").mkdir()
    assert f"If {copy / '.venv'} was made for the course, activate it" in check(copy, python)[1]


def test_another_version_than_the_course_needs(copy):
    """Another version cannot be installed here in a second, so the project asks for one."""
    project = copy / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8").replace("tensorflow>=2.21,<3", "tensorflow>=3,<4"))
    status, out, _ = check(copy)
    assert status == 1
    assert "tensorflow 2." in out and ">=3,<4" in out and "pip install -r requirements.txt" in out


@pytest.mark.parametrize("fake", ["(3, 10, 4, 'final', 0)", "(3, 14, 0, 'final', 0)"])
def test_another_python(fake):
    code = (
        f"import runpy, sys; sys.version_info = type('V', (tuple,), {{}})({fake});"
        f"runpy.run_path({str(COURSE / CHECK)!r}, run_name='__main__')"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert result.returncode == 1 and result.stderr == ""
    assert result.stdout.startswith("WRONG: This course needs Python 3.11 to 3.13; this is Python 3.1")
    assert "make a new environment" in result.stdout


def test_an_old_python_can_at_least_read_the_program():
    ast.parse((COURSE / CHECK).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_another_backend_in_a_variable_or_in_the_settings_of_keras(tmp_path):
    status, out, _ = check(KERAS_BACKEND="jax")
    assert status == 1
    assert "KERAS_BACKEND is 'jax' in this environment. Remove the variable." in out
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "torch"}))
    status, out, _ = check(KERAS_HOME=str(tmp_path), KERAS_BACKEND="")
    assert status == 1
    assert f"The backend in {tmp_path / 'keras.json'} is 'torch'" in out


def test_helpers_of_another_copy(copy):
    status, out, _ = check(copy, PYTHONPATH=str(COURSE))
    assert status == 1
    assert f"the helpers of another copy, {COURSE / 'helpers'}" in out


def respect_permissions():
    """Take from this process, if it is root's, the right to write where permissions forbid it (CAP_DAC_OVERRIDE)."""
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) == 0


@pytest.mark.skipif(os.name == "nt", reason="on Windows, permissions of folders are something else")
def test_a_folder_in_which_nothing_can_be_saved(copy):
    (copy / "notebooks").chmod(0o555)
    status, out, _ = check(copy, preexec_fn=respect_permissions)
    assert status == 1
    assert f"Notebooks cannot be saved in {copy / 'notebooks'} (Permission denied)" in out
    assert "Copy the course to a folder of your own." in out


def test_too_little_disk_and_memory(copy):
    """The limits are raised, since disk and memory cannot be filled here."""
    path = copy / CHECK
    source = path.read_text(encoding="utf-8")
    path.write_text(source.replace("MEMORY, DISK = ", "MEMORY, DISK = 10**18, 10**18 #"), encoding="utf-8")
    status, out, _ = check(copy)
    assert status == 1
    assert "MB left; the course needs" in out and "GB of memory are free; the course needs" in out
