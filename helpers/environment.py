"""Check what is installed, and import TensorFlow and Keras without their start-up messages."""

import contextlib
import functools
import os
import re
import sys
import tempfile
import traceback
from pathlib import Path

COURSE = Path(__file__).resolve().parents[1]
INSTALL = "In the folder of this course, run: python -m pip install -r requirements.txt"
#: Packages whose version matters to the lessons; pyproject.toml says which versions suit.
ESSENTIAL = ("tensorflow", "keras", "numpy", "matplotlib")


def check_python(python=None):
    """Raise ImportError if Python does not suit the course.

    Parameters
    ----------
    python : tuple of int, optional
        Version to check, by default the running one.
    """
    python = tuple(python or sys.version_info[:2])
    text = (COURSE / "pyproject.toml").read_text(encoding="utf-8")
    lowest, beyond = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', text).groups()
    if not (3, int(lowest)) <= python < (3, int(beyond)):
        raise ImportError(
            f"This course needs Python 3.{lowest} to 3.{int(beyond) - 1}; this is Python {'.'.join(map(str, python))}. "
            "Install one of them, make a new environment with it, and run there, in the folder of this course: "
            "python -m pip install -r requirements.txt"
        )


def wrong_packages(names=None):
    """Return which of these packages, by default all that the course needs, are missing or do not suit.

    What it needs stands in pyproject.toml. The answer is a list of sentences without full stop, such as
    "keras 2.15.0 is installed; the course needs >=3.15,<4".
    """
    import importlib.metadata  # old Pythons, which have been told by now, do not have these
    import tomllib

    wrong = []
    for wanted in tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]:
        name, suits = re.match(r"([\w-]+)(.*)", wanted).groups()
        if names and name not in names:
            continue
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{name} is not installed")
            continue
        from packaging.specifiers import SpecifierSet

        if not SpecifierSet(suits).contains(found, prereleases=True):
            wrong.append(f"{name} {found} is installed; the course needs {suits}")
    return wrong


def check_versions():
    """Raise ImportError, with the command that helps, if Python or an essential package does not suit the course."""
    check_python()
    for problem in wrong_packages(ESSENTIAL):
        raise ImportError(f"{problem}. This is the Python of {sys.prefix}. {INSTALL}")


@contextlib.contextmanager
def _silence():
    """Keep what C++ code writes to stderr back, and show it only if an exception passes through."""

    def flush():
        if sys.stderr:
            sys.stderr.flush()

    try:
        stderr = os.dup(2)
    except OSError:  # a process without standard error, as some on Windows
        yield
        return
    with tempfile.TemporaryFile() as kept:
        flush()
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            flush()
            kept.seek(0)
            os.write(stderr, kept.read())
            raise
        finally:
            flush()
            os.dup2(stderr, 2)
            os.close(stderr)


@functools.lru_cache(maxsize=None)  # noqa: UP033 - an old Python reads this file, to be told that it is too old
def import_keras():
    """Import Keras on TensorFlow, quietly, after checking the versions, and return it.

    oneDNN, which reorders sums by processor type, is switched off unless the environment says otherwise: it gains
    these small networks nothing, and without it results differ less from machine to machine. The user's keras.json,
    which may be years old, changes nothing here.

    Raises
    ------
    ImportError
        If a version does not suit, a package is missing, keras.json is broken, or Keras already runs on another
        backend.
    """
    check_versions()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    if "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = "tensorflow"
    with _silence():
        try:
            import keras
        except (ValueError, AttributeError, OSError) as error:
            _explain_settings(error)
            raise
        import tensorflow
    # A lesson that builds several networks would otherwise be told that it compiles often.
    tensorflow.get_logger().setLevel("ERROR")
    if keras.backend.backend() != "tensorflow":
        raise ImportError(
            f"Keras was started on {keras.backend.backend()!r}; the course needs it on 'tensorflow'. "
            "Restart the kernel and run the first cell before any other."
        )
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
    return keras


def _explain_settings(error):
    """Raise an ImportError that names keras.json if Keras failed while it read that file."""
    settings = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "keras.json"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if "keras" in Path(frame.filename).parts]
    if settings.is_file() and own and Path(own[-1].filename).parts[-2:] == ("backend", "config.py"):
        raise ImportError(f"Keras cannot use its settings, {settings}: {error} Remove that file.") from None


@functools.lru_cache(maxsize=None)  # noqa: UP033 - an old Python reads this file, to be told that it is too old
def xla_works():
    """Tell whether this TensorFlow can compile with XLA, and is not forbidden to: DIGITS_XLA=0 switches it off."""
    if os.environ.get("DIGITS_XLA") == "0":
        return False
    import_keras()
    import tensorflow as tf

    try:
        tf.function(lambda x: x + 1.0, jit_compile=True)(tf.constant(1.0))
    except Exception:  # what is raised differs from platform to platform
        return False
    return True


def versions():
    """Return one line that names the versions this process uses."""
    import importlib.metadata

    python = ".".join(map(str, sys.version_info[:3]))
    return ", ".join([f"Python {python}", *(f"{name} {importlib.metadata.version(name)}" for name in ESSENTIAL)])


def setup():
    """Load Keras, and print the line that the first cell of every notebook ends with: *Ready* and the versions.

    In a notebook, the names a, b, c and d stand for these letters from now on, so that an answer without quotes is
    understood.

    Raises
    ------
    ImportError
        If something is missing or does not suit; says how to mend it.
    """
    import_keras()
    from IPython import get_ipython

    shell = get_ipython()
    if shell:
        shell.push({letter: letter for letter in "abcd"})
    slow = "" if xla_works() else ". XLA is not in use here, so training works, but takes longer"
    print(f"Ready: {versions()}{slow}")
