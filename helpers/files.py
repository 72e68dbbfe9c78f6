"""Save and load networks, so that a good file is never lost and a bad one never runs."""

import contextlib
import io
import json
import math
import os
import random
import tempfile
import warnings
import zipfile
from pathlib import Path

import h5py
import keras
import tensorflow as tf

#: Files that unpack to more bytes, or need more memory, than this are refused; the networks of the course take less
#: than 10 MB.
MAX_BYTES = 200_000_000
#: The largest description of a network that is read, in bytes, and the largest whole number in it.
MAX_CONFIG, MAX_NUMBER = 500_000, 1_000_000
#: What a .keras file holds.
MEMBERS = ["config.json", "metadata.json", "model.weights.h5"]
#: The most that is read from a zip file in one piece, such as its directory, in bytes.
MAX_PIECE = 2**20


def save_model(model, path):
    """Save a network, its weights and the state of its optimizer.

    The file is at every moment either the old one or the new one, whatever happens while it is written.

    Parameters
    ----------
    model : keras.Model
    path : str or Path
        Ends in ``.keras``. Its folder is made if it is not there.

    Returns
    -------
    Path

    Raises
    ------
    TypeError
        If `model` is no Keras model, or `path` no path.
    ValueError
        If `path` does not end in ``.keras``, or `load_model` would refuse the file, for own functions in it, say.
    OSError
        If the file cannot be written there; a file that was there before is untouched.
    """
    if not isinstance(model, keras.Model):
        raise TypeError(f"Expected a Keras model, and after it the path; found {type(model).__name__} first.")
    path = as_path(path, ".keras")
    with tempfile.TemporaryDirectory() as folder:
        complete = Path(folder) / "model.keras"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a network not built, an optimizer that has not made a step yet
            try:
                model.save(complete)
            except OSError as error:
                reason = f"Could not write there ({error.strerror}). Free space for temporary files, and save again"
                raise OSError(error.errno, reason, folder) from None
            except Exception as error:  # Keras's own, of many kinds
                reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
                raise ValueError(
                    f"This network cannot be saved: {reason} Nothing was written. Build it of layers of Keras alone."
                ) from None
            _load(complete, "This network", "Nothing was written, since nobody could load it again.")
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
    TypeError
        If `path` is no path.
    ValueError
        If it is no ``.keras`` file, damaged, too large, holds code, or was saved by a Keras that this one does not
        understand.
    """
    path = as_path(path, ".keras")
    if not path.exists():
        raise FileNotFoundError(
            f"There is no file {path.absolute()}. Save a network there first: helpers.save_model(model, path)."
        )
    again = "Train the network again and save it with helpers.save_model(model, path), or ask for a new file."
    return _load(path, str(path), again)


def as_path(path, ending):
    """Return `path` as a Path; raise an error if it is none, or its name has another ending."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"Expected the path of a file, such as 'my_network{ending}', found {type(path).__name__}.")
    path = Path(path)
    if path.suffix != ending:
        name = f"{path.stem or 'my_network'}{ending}"
        raise ValueError(f"The name of the file must end in {ending}, such as {name}; found {path.name!r}.")
    return path


def _load(path, name, advice):
    """Load a network from a file; the errors give it this name, and end with this advice."""
    size = 0
    try:
        with open_zip(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size <= MAX_BYTES:
                if broken := archive.testzip():
                    raise zipfile.BadZipFile(f"{broken} is damaged")
                saved_by = str(json.loads(archive.read("metadata.json"))["keras_version"])[:20]
    except Exception as error:  # zipfile raises many kinds
        raise ValueError(f"{name} is no whole .keras file ({error}). {advice}") from None
    if size > MAX_BYTES:
        raise ValueError(
            f"{name} would unpack to {size:,} bytes, expected at most {MAX_BYTES:,}. Build a smaller network. {advice}"
        )
    state = random.getstate()  # initializers draw their seeds from it; a seeded lesson must not see this
    try:
        _check_needs(path)
        return keras.models.load_model(path, safe_mode=True)
    except Exception as error:  # of many kinds: the file comes from anywhere
        reason = str(error).partition("\n")[0][:200]
        reason = reason[: reason.rfind(". ") + 1] or reason.rstrip(".") + "."  # whole sentences, if there are any
        raise ValueError(
            f"{name} cannot be loaded safely: {reason} It was saved by Keras {saved_by}; this is Keras "
            f"{keras.__version__}. {advice}"
        ) from None
    finally:
        random.setstate(state)


def _check_needs(path):
    """Raise an error if the network in a .keras file would take more memory than is allowed, before it takes it.

    The network is built as a TensorFlow graph that never runs: all shapes are known in it, and nothing is allocated.
    """
    with open_zip(path) as archive:
        if other := sorted(set(archive.namelist()).symmetric_difference(MEMBERS)):
            raise ValueError(f"It must hold {', '.join(MEMBERS)} and nothing else; look at {other[0][:50]!r}.")
        if archive.getinfo("config.json").file_size > MAX_CONFIG:
            raise ValueError(f"Its description of the network is larger than {MAX_CONFIG:,} bytes.")
        config = json.loads(archive.read("config.json"))
        with archive.open("model.weights.h5") as member:
            weights = io.BytesIO(b"".join(iter(lambda: member.read(MAX_PIECE), b"")))
    _check_numbers(config)
    with tf.Graph().as_default() as graph:
        if not isinstance(keras.saving.deserialize_keras_object(config, safe_mode=True), keras.Model):
            raise ValueError("It describes something else than a network.")
    needed = 0
    for operation in graph.get_operations():
        if operation.type == "VarHandleOp":
            needed += _bytes(tf.TensorShape(operation.get_attr("shape")), operation.get_attr("dtype"))
        needed = max([needed, *(_bytes(tensor.shape, tensor.dtype) for tensor in operation.outputs)])
    if needed > MAX_BYTES:
        raise ValueError(f"It would take {needed:,} bytes of memory, expected at most {MAX_BYTES:,}.")
    with h5py.File(weights) as file:
        file.visititems(_check_dataset)


def _check_numbers(config):
    """Raise ValueError if a whole number in the description of a network is larger than any that makes sense."""
    items = config.items() if isinstance(config, dict) else enumerate(config if isinstance(config, list) else [])
    for name, value in items:
        if isinstance(value, dict | list):
            _check_numbers(value)
        elif isinstance(value, int) and value > MAX_NUMBER and not str(name).endswith(("seed", "_id", "_steps")):
            raise ValueError(f"In its description, {str(name)[:50]} is {value:,}, expected at most {MAX_NUMBER:,}.")


def _bytes(shape, dtype):
    """Return how many bytes a tensor takes, as far as its shape is known."""
    return math.prod(n or 1 for n in shape.as_list()) * dtype.size if shape.rank is not None else 0


def _check_dataset(name, entry):
    """Raise ValueError if an array in a file of weights is not stored as a whole, as Keras stores it."""
    if isinstance(entry, h5py.Dataset) and entry.id.get_storage_size() < entry.size * entry.dtype.itemsize:
        raise ValueError(f"The array {name[:50]} in it unpacks to more than is stored.")


class _Pieces(io.FileIO):
    """A file that is read in pieces of limited size only."""

    def read(self, size=-1):
        data = super().read(size if 0 <= size <= MAX_PIECE else MAX_PIECE + 1)
        if len(data) > MAX_PIECE:
            raise ValueError("its directory is larger than that of any sound file")
        return data


@contextlib.contextmanager
def open_zip(path):
    """Open a zip file from anywhere for reading, without taking memory for a huge directory."""
    with _Pieces(path) as file, zipfile.ZipFile(file) as archive:
        yield archive


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
    place = Path.home() if os.access(Path.home(), os.W_OK) else Path(tempfile.gettempdir())
    reason = f"Could not write ({error.strerror}). Choose another place, such as {place / path.name}"
    return OSError(error.errno, reason, str(path))
