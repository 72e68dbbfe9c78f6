"""Save and load networks, so that a good file is never lost and a bad one never runs."""

import contextlib
import json
import os
import tempfile
import zipfile
from pathlib import Path

import keras

#: Files that unpack to more bytes than this are refused; the networks of the course take less than 10 MB.
MAX_BYTES = 200_000_000


def save_model(model, path):
    """Save a network, its weights and the state of its optimizer.

    The file is at every moment either the old one or the new one, whatever happens while it is written.

    Parameters
    ----------
    model : keras.Model
    path : str or Path
        Ends in ``.keras``.

    Returns
    -------
    Path

    Raises
    ------
    TypeError
        If `model` is no Keras model.
    ValueError
        If `path` does not end in ``.keras``.
    OSError
        If the file cannot be written there; a file that was there before is untouched.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"Expected a Keras model, found {type(model).__name__}.")
    path = Path(path)
    if path.suffix != ".keras":
        raise ValueError(f"Keras's own format has names that end in .keras, found {path.name!r}.")
    with tempfile.TemporaryDirectory() as folder:
        complete = Path(folder) / "model.keras"
        try:
            model.save(complete)
        except OSError as error:
            raise _no_place(complete, error) from None
        return write_atomically(path, complete.read_bytes())


def load_model(path):
    """Load a network from a ``.keras`` file, without running any code that the file may hold.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    keras.Model

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no ``.keras`` file, damaged, too large, holds code, or was saved by a Keras that this one does not
        understand.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}.")
    if path.suffix != ".keras":
        raise ValueError(f"Keras's own format has names that end in .keras, found {path.name!r}.")
    again = "Train the network again and save it with helpers.save_model(model, path), or ask for a new file."
    size = 0
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size <= MAX_BYTES:
                if broken := archive.testzip():
                    raise zipfile.BadZipFile(f"{broken} is damaged")
                saved_by = str(json.loads(archive.read("metadata.json"))["keras_version"])[:20]
    except Exception as error:  # zipfile raises many kinds
        raise ValueError(f"{path} is no whole .keras file ({error}). {again}") from None
    if size > MAX_BYTES:
        raise ValueError(f"{path} would unpack to {size:,} bytes, expected at most {MAX_BYTES:,}.")
    try:
        return keras.models.load_model(path, safe_mode=True)
    except Exception as error:  # of many kinds: the file comes from anywhere
        reason = str(error).partition("\n")[0][:200]
        reason = reason[: reason.rfind(". ") + 1] or reason  # whole sentences, if there are any
        raise ValueError(
            f"{path} was saved by Keras {saved_by} and cannot be loaded safely by Keras {keras.__version__}: "
            f"{reason} {again}"
        ) from None


def write_atomically(path, data):
    """Write bytes to a file that is at every moment either the old one or the new one, and return its path.

    Raises
    ------
    OSError
        If that is not possible; says how to choose another place.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _no_place(path, error) from None
        raise
    return path


def _no_place(path, error):
    """Return an OSError that says what to do."""
    reason = f"Could not write ({error.strerror}). Choose another place, such as {Path.home() / path.name}"
    return OSError(error.errno, reason, str(path))
