"""Save and load networks, so that a good file is never lost and a bad one never runs."""

import contextlib
import json
import os
import random
import tempfile
import time
import warnings
import zipfile
from pathlib import Path

from helpers.environment import COURSE
from helpers.start import import_keras

#: A .keras file that unpacks to more bytes than this is refused; the networks of the course take less than 10 MB.
MAX_BYTES = 200_000_000


def mine(name):
    """Return the path of a file in the reader's own folder, `mine/`, which nothing in the course overwrites.

    Parameters
    ----------
    name : str
        Such as "network.keras".

    Returns
    -------
    Path
        The file need not be there. The environment variable DIGITS_MINE names another folder, for tests for example.
    """
    return Path(os.environ.get("DIGITS_MINE", COURSE / "mine")).expanduser() / name


def own_network(name, otherwise):
    """Return the network that the reader trained and saved in an earlier notebook, or another; say which.

    Parameters
    ----------
    name : str
        Of the file in the reader's own folder, such as "variant_a.keras"; see `mine`.
    otherwise : callable
        Called without arguments if there is no such file, or it cannot be loaded; returns a keras.Model.

    Returns
    -------
    keras.Model
    """
    if mine(name).exists():
        try:
            model = load_model(mine(name))
            print(f"{name}: yours, from an earlier notebook.")
            return model
        except ValueError as error:
            print(f"{error} For now, here is another.")
    else:
        print(f"{name}: you have none yet, so here is another.")
    return otherwise()


def save_model(model, path):
    """Save a network, its weights and the state of its optimizer.

    The file is at every moment either the old one or the new one, whatever happens while it is written.

    Parameters
    ----------
    model : keras.Model
    path : str or Path
        Ends in ``.keras``; ``~`` is the home directory. Its folder is made if it is not there.

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
    keras = import_keras()
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
                raise ValueError(
                    f"This network cannot be saved: {_sentence(error)} Nothing was written. Build it of layers of "
                    "Keras alone."
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
    if isinstance(path, str | os.PathLike) and Path(path).suffix in (".h5", ".hdf5"):
        raise ValueError(
            f"Expected a .keras file, found {Path(path).name!r}. A file of that older kind may hold code, so it is not "
            "loaded, whatever its name. Train the network again, and save it with helpers.save_model(model, path)."
        )
    path = as_path(path, ".keras")
    if not path.exists():
        raise FileNotFoundError(
            f"There is no file {path.absolute()}. Save a network there first: helpers.save_model(model, path)."
        )
    again = "Train the network again and save it with helpers.save_model(model, path), or ask for a new file."
    return _load(path, str(path), again)


def _load(path, name, advice):
    """Load a network from a file; the errors give it this name, and end with this advice."""
    keras = import_keras()
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            if size <= MAX_BYTES:
                if broken := archive.testzip():
                    raise zipfile.BadZipFile(f"{broken} is damaged")
                saved_by = str(json.loads(archive.read("metadata.json"))["keras_version"])[:20]
    except Exception as error:  # zipfile raises many kinds
        raise ValueError(f"{name} is no whole .keras file ({error}). {advice}") from None
    if size > MAX_BYTES:
        raise ValueError(f"{name} would unpack to {size:,} bytes, expected at most {MAX_BYTES:,}. {advice}")
    state = random.getstate()  # initializers draw their seeds from it; a seeded lesson must not see this
    try:
        return keras.models.load_model(path, safe_mode=True)
    except Exception as error:  # of many kinds: the file comes from anywhere
        raise ValueError(
            f"{name} cannot be loaded safely: {_sentence(error)} It was saved by Keras {saved_by}; this is Keras "
            f"{keras.__version__}. {advice}"
        ) from None
    finally:
        random.setstate(state)


def _sentence(error):
    """Return what an error says, as one line of whole sentences."""
    text = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
    return text[: text.rfind(". ") + 1] or text.rstrip(".") + "."


def as_path(path, ending):
    """Return `path` as a Path; raise an error if it is none, or its name has another ending."""
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"Expected the path of a file, such as 'my_network{ending}', found {type(path).__name__}.")
    path = Path(os.path.expanduser(path))
    if len(path.parts) > 1 and path.parts[0].startswith("~"):
        raise ValueError(f"No home directory {path.parts[0]} is known here: write the whole path of {path.name}.")
    if path.suffix != ending:
        raise ValueError(f"Expected the name of a {ending} file, such as my_network{ending}; found {path.name!r}.")
    return path


def write_atomically(path, data):
    """Write bytes to a file that is at every moment either the old one or the new one, and return its path.

    Raises
    ------
    OSError
        If that is not possible; says how to choose another place.
    """
    path = Path(path).resolve()  # of a symbolic link, the file that it leads to
    part = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, "it is there, and protected against writing", str(path))
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            part.chmod(path.stat().st_mode)
        for wait in (0.1, 0.3, 0.9, None):  # a virus scanner or a synchronised folder may hold the file for a moment
            try:
                os.replace(part, path)
                break
            except PermissionError:
                if wait is None:
                    raise
                time.sleep(wait)
    except BaseException as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            other = Path(tempfile.gettempdir()) / path.name
            reason = f"Could not write ({error.strerror}). Choose another place, such as {other}"
            raise OSError(error.errno, reason, str(path)) from None
        raise
    return path
