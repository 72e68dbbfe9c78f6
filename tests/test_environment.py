"""What the first cell says when something is not installed as it should be, from real processes where possible."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import environment
from helpers.data import DATA


def python(code, **variables):
    """Run code in a new Python; return its exit status, output and error output."""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **variables}, timeout=120
    )
    return result.returncode, result.stdout, result.stderr


def test_importing_helpers_is_silent():
    assert python("import helpers, helpers.models") == (0, "", "")


def test_importing_helpers_is_cheap():
    code = (
        "import time; start = time.perf_counter(); import helpers; took = time.perf_counter() - start\n"
        "import sys; print('tensorflow' in sys.modules, 'numpy' in sys.modules, took < 0.3)"
    )
    assert python(code) == (0, "False False True\n", "")


def test_every_public_name_is_listed_before_it_is_used():
    assert python("import helpers; print(sorted(set(helpers.__all__) - set(dir(helpers))))") == (0, "[]\n", "")


def test_another_backend_and_other_settings_of_the_user_do_not_matter_and_his_files_are_left_alone(tmp_path):
    settings = {"backend": "jax", "floatx": "float16", "epsilon": 0.5, "image_data_format": "channels_first"}
    (tmp_path / "datasets").mkdir()
    files = {tmp_path / "keras.json": json.dumps(settings), tmp_path / "datasets" / "mnist.npz": "of the user"}
    for path, text in files.items():
        path.write_text(text)
        os.utime(path, (1, 1))
    code = (
        "import helpers.environment; helpers.environment.import_keras(); import keras; c = keras.config\n"
        "helpers.load_mnist(); helpers.convnet()(keras.ops.ones((1, 784)))\n"
        "print(c.backend(), c.floatx(), c.epsilon(), c.image_data_format())"
    )
    status, out, err = python(code, KERAS_BACKEND="numpy", KERAS_HOME=str(tmp_path))
    assert (status, out) == (0, "tensorflow float32 1e-07 channels_last\n"), err
    for path, text in files.items():
        assert path.read_text() == text and path.stat().st_mtime == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["datasets", "keras.json", "mnist.npz"]


@pytest.mark.parametrize("text", ['{"floatx": "float8"}', "[]"])
def test_broken_settings_of_keras_are_named(text, tmp_path):
    (tmp_path / "keras.json").write_text(text)
    status, _, err = python("import helpers; helpers.setup()", KERAS_HOME=str(tmp_path))
    assert status == 1
    assert f"Keras cannot use its settings, {tmp_path / 'keras.json'}: " in err and err.endswith("Remove that file.\n")


def test_keras_already_started_on_another_backend_is_refused():
    """No other backend is installed here, so Keras is made to say that it runs on one."""
    status, _, err = python("import keras; keras.backend.backend = lambda: 'jax'; import helpers; helpers.setup()")
    assert status == 1
    assert "Keras was started on 'jax'" in err and "Restart the kernel" in err


def test_a_failing_import_shows_what_was_said():
    code = (
        "import os, helpers.environment as e\n"
        "with e._silence():\n    os.write(2, b'told by C++\\n'); raise ImportError('broken')"
    )
    status, _, err = python(code)
    assert status == 1 and "told by C++" in err and "broken" in err


@pytest.mark.parametrize("found", [(3, 10), (3, 14), (2, 7)])
def test_another_python_is_refused(found):
    with pytest.raises(ImportError, match=rf"3.11 to 3.13; this is Python {found[0]}.{found[1]}"):
        environment.check_python(found)


@pytest.mark.parametrize("name", ["__init__.py", "environment.py"])
def test_an_old_python_reads_far_enough_to_say_so(name):
    source = (Path(environment.__file__).parent / name).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))


@pytest.mark.parametrize(
    ("package", "version"),
    [("tensorflow", "2.20.0"), ("keras", "2.15.0"), ("keras", "3.14.9"), ("keras", "4.0"), ("numpy", "1.26.4")],
)
def test_an_unsuitable_version_is_refused_with_the_command(package, version, tmp_path):
    """In an environment in which this version is the first that is found."""
    folder = tmp_path / f"{package}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
    paths = os.pathsep.join([str(tmp_path), str(DATA.parent)])
    status, _, err = python("import helpers; helpers.setup()", PYTHONPATH=paths)
    assert status == 1
    assert f"{package} {version} is installed; the course needs" in err and "pip install -r requirements.txt" in err


def test_versions_names_what_runs():
    line = environment.versions()
    for name in ("Python", "tensorflow", "keras", "numpy", "matplotlib"):
        assert name in line


def test_this_environment_has_what_the_project_requires():
    assert not environment.wrong_packages()


def test_the_first_cell_understands_letters_without_quotes():
    code = (
        "from IPython.testing.globalipapp import start_ipython; shell = start_ipython()\n"
        "shell.run_cell('import helpers; helpers.setup()')\n"
        "shell.run_cell('answer = b'); print(shell.user_ns['answer'])"
    )
    status, out, err = python(code)
    assert status == 0 and out.splitlines()[-1] == "b", err
