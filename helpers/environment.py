"""Check what is installed, and import TensorFlow and Keras without their start-up messages."""

import contextlib
import os
import sys
import tempfile
import traceback
from pathlib import Path

#: Lowest and first unsuitable version of what the course stands on.
SUPPORTED = {"tensorflow": ("2.21", "3"), "keras": ("3.15", "4"), "numpy": ("2.4", "3"), "matplotlib": ("3.9", "4")}
INSTALL = "In the folder of this course, run: python -m pip install -r requirements.txt"


def _release(version):
    """Return the numbers of a version such as "2.21.0rc1" as a tuple, here (2, 21)."""
    numbers = []
    for part in version.split(".")[:3]:
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)


def check_python(python=None):
    """Raise ImportError if Python does not suit the course.

    Parameters
    ----------
    python : tuple of int, optional
        Version to check, by default the running one.
    """
    python = python or sys.version_info[:2]
    if not (3, 11) <= tuple(python) <= (3, 13):
        found = ".".join(map(str, python))
        raise ImportError(
            f"This course needs Python 3.11, 3.12 or 3.13; this is Python {found}. "
            "Install one of them, make a new environment with it, and run there, in the folder of this course: "
            "python -m pip install -r requirements.txt"
        )


def check_versions():
    """Raise ImportError, with the command that helps, if Python or a package does not suit the course."""
    check_python()
    import importlib.metadata  # old Pythons, which have been told by now, do not have it

    for package, (lowest, beyond) in SUPPORTED.items():
        try:
            found = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            raise ImportError(f"{package} is not installed. {INSTALL}") from None
        if not _release(lowest) <= _release(found) < _release(beyond):
            raise ImportError(
                f"{package} {found} is installed; the course needs {lowest} or newer, below {beyond}. {INSTALL}"
            )


def _flush():
    if sys.stderr:
        sys.stderr.flush()


@contextlib.contextmanager
def _silence():
    """Keep what C++ code writes to stderr back, and show it only if an exception passes through."""
    try:
        stderr = os.dup(2)
    except OSError:  # a process without standard error, as some on Windows
        yield
        return
    with tempfile.TemporaryFile() as kept:
        _flush()
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            _flush()
            kept.seek(0)
            os.write(stderr, kept.read())
            raise
        finally:
            _flush()
            os.dup2(stderr, 2)
            os.close(stderr)


def import_keras():
    """Import Keras on TensorFlow, quietly, after checking the versions.

    oneDNN, which reorders sums by processor type, is switched off unless the environment says otherwise:
    it gains these small networks nothing, and without it results differ less from machine to machine. Of the user's
    file keras.json, which may be years old, nothing holds here.

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
            frames = traceback.extract_tb(error.__traceback__)
            if not any(Path(frame.filename).parts[-2:] == ("backend", "config.py") for frame in frames):
                raise
            settings = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras")) / "keras.json"
            raise ImportError(f"Keras cannot use its settings, {settings}: {error} Remove that file.") from None
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


def versions():
    """Return one line that names the versions this process uses."""
    import importlib.metadata

    names = ["tensorflow", "keras", "numpy", "matplotlib"]
    python = ".".join(map(str, sys.version_info[:3]))
    return ", ".join([f"Python {python}", *(f"{name} {importlib.metadata.version(name)}" for name in names)])
