"""Start TensorFlow and Keras, quietly, and say that all is ready."""

import contextlib
import functools
import gc
import os
import sys
import tempfile
import traceback
from pathlib import Path

from helpers.environment import MEMORY, check_versions, keras_settings, memory_left, versions

#: True from the beginning of the import of Keras to its end; for good if that end was never reached.
_starting = False


@contextlib.contextmanager
def _silence():
    """Keep what C++ code writes to stderr back, and show it only if an exception passes through."""

    def flush():
        if sys.stderr:
            sys.stderr.flush()

    with tempfile.TemporaryFile() as kept:
        try:
            stderr = os.dup(2)
        except OSError:  # a process without standard error, as some on Windows
            yield
            return
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


@contextlib.contextmanager
def _no_garbage_collection():
    """Search for no garbage while TensorFlow is imported, and never among what it made: a fifth of its start.

    One in a hundred of these objects is garbage, and stays. Where TensorFlow runs already, others may have made
    objects, so nothing is done.
    """
    if "tensorflow" in sys.modules:
        yield
        return
    collects = gc.isenabled()
    try:
        gc.disable()
        yield
        gc.freeze()
    finally:
        if collects:
            gc.enable()


@functools.lru_cache(maxsize=None)  # noqa: UP033 - an old Python reads this file, to be told that it is too old
def import_keras():
    """Import Keras on TensorFlow, quietly, after checking what is here, and return it.

    oneDNN, which reorders sums by processor type, is switched off unless the environment says otherwise: without it
    results differ less from machine to machine. Dense networks as small as these gain nothing by it; convolutions would
    train faster with it, as the appendix on speed shows. The user's keras.json, which may be years old, changes nothing
    here.

    Raises
    ------
    ImportError
        If a version does not suit, a package is missing, a file is taken for a module, keras.json is broken, an
        earlier import was stopped, or Keras already runs on another backend.
    """
    global _starting
    if _starting:
        raise ImportError(
            "TensorFlow was stopped, or failed, while it started in this kernel, and cannot go on from there. Restart "
            "the kernel (Kernel, Restart Kernel), and run the first cell again; the first time it may take a minute."
        )
    check_versions()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    if "keras" not in sys.modules:
        os.environ["KERAS_BACKEND"] = "tensorflow"
    with _silence(), _no_garbage_collection():
        _starting = True
        try:
            import keras
        except (ValueError, AttributeError, OSError) as error:
            last = Path(traceback.extract_tb(error.__traceback__)[-1].filename)
            if keras_settings().is_file() and last.parts[-4:] == ("keras", "src", "backend", "config.py"):
                raise ImportError(
                    f"Keras cannot use its settings, {keras_settings()}: {error} Remove that file, and restart the "
                    "kernel."
                ) from None
            raise
        import tensorflow
    _starting = False
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
    left = memory_left()
    if left < MEMORY:
        print(
            f"Only {left / 1e9:.1f} GB of memory are free here, and the course needs {MEMORY / 1e9:.0f}. Close other "
            "programs and notebooks; a kernel that dies has run out of memory."
        )
    slow = "" if xla_works() else ". XLA is not in use here, so training works, but takes longer"
    found = {"Python": ".".join(map(str, sys.version_info[:3])), **versions()}
    print(f"Ready: {', '.join(map(' '.join, found.items()))}{slow}")
