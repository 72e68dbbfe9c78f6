"""What the first cell says when something is not installed as it should be, from real processes where possible."""

import importlib.metadata
import os
import subprocess
import sys

import pytest

from helpers import environment


def python(code, **variables):
    """Run code in a new Python; return its exit status, output and error output."""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, **variables}, timeout=120
    )
    return result.returncode, result.stdout, result.stderr


def test_importing_helpers_is_silent():
    assert python("import helpers") == (0, "", "")


def test_another_backend_in_the_environment_does_not_matter():
    status, out, _ = python("import helpers, keras; print(keras.backend.backend())", KERAS_BACKEND="numpy")
    assert (status, out) == (0, "tensorflow\n")


def test_keras_already_started_on_another_backend_is_refused():
    """No other backend is installed here, so Keras is made to say that it runs on one."""
    status, _, err = python("import keras; keras.backend.backend = lambda: 'jax'; import helpers")
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
    with pytest.raises(ImportError, match=rf"3.11, 3.12 or 3.13; this is Python {found[0]}.{found[1]}"):
        environment.check_versions(python=found)


@pytest.mark.parametrize(
    ("package", "version"),
    [("tensorflow", "2.20.0"), ("keras", "2.15.0"), ("keras", "3.14.9"), ("keras", "4.0"), ("numpy", "1.26.4")],
)
def test_an_unsuitable_version_is_refused_with_the_command(package, version):
    def installed(name):
        return version if name == package else importlib.metadata.version(name)

    with pytest.raises(ImportError, match=rf"{package} {version} is installed.*pip install -r requirements.txt"):
        environment.check_versions(installed=installed)


def test_a_missing_package_is_refused_with_the_command():
    def installed(name):
        raise importlib.metadata.PackageNotFoundError(name)

    with pytest.raises(ImportError, match=r"tensorflow is not installed.*pip install -r requirements.txt"):
        environment.check_versions(installed=installed)


def test_versions_names_what_runs():
    line = environment.versions()
    for name in ("Python", "tensorflow", "keras", "numpy", "matplotlib"):
        assert name in line
