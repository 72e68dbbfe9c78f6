"""Know where this runs: which Python, which modules, how much memory; and start TensorFlow and Keras quietly.

The terminal, the kernel and the files may belong to different places. What does not fit together is told here, to the
first cell of each notebook and to tools/check_environment.py, with the way out.
"""

import contextlib
import functools
import os
import re
import sys
import tempfile
import traceback
from pathlib import Path

COURSE = Path(__file__).resolve().parents[1]
#: The Python that `make` installs the course for.
OWN_PYTHON = COURSE / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
#: Packages whose version matters to the lessons; pyproject.toml says which versions suit.
ESSENTIAL = ("tensorflow", "keras", "numpy", "matplotlib")
#: Bytes that must be free: the kernels of notebooks 04 and 08 grow to 1.5 GB, of which TensorFlow takes 0.7.
MEMORY = 2_000_000_000
#: Modules that have another name than their packages.
MODULES = {"pillow": "PIL", "scikit-image": "skimage"}
#: True from the beginning of the import of Keras to its end; for good if that end was never reached.
_starting = False


def which_python():
    """Say which Python this is, where the course has its own, and how to install what is missing."""
    text = f"This is the Python {sys.executable}. "
    of_the_system = sys.prefix == sys.base_prefix and "CONDA_PREFIX" not in os.environ
    if of_the_system and not os.path.lexists(OWN_PYTHON) and "ipykernel" not in sys.modules:
        return (
            f"{text}The course is not installed yet. In the folder {COURSE} run: make lab. That installs it into .venv "
            "there, and nothing elsewhere; without make, see Begin in README.md."
        )
    if OWN_PYTHON.exists() and Path(sys.prefix).resolve() != OWN_PYTHON.parents[1].resolve():
        text += f"The course has its own, {OWN_PYTHON}: "
        if "ipykernel" in sys.modules:
            text += (
                f'start JupyterLab with make lab; or run "{OWN_PYTHON}" -m ipykernel install --user --name digits, and '
                "choose that kernel (Kernel, Change Kernel). "
            )
        else:
            text += "make lab and make check use that one. "
    elif os.path.lexists(OWN_PYTHON) and not OWN_PYTHON.exists():
        text += f"The Python that {OWN_PYTHON.parents[1]} was made with is gone: make lab makes it anew. "
    text += f"To install into this one, in the folder {COURSE} run: "
    return f'{text}"{sys.executable}" -m pip install -r requirements.txt'


def suitable_pythons():
    """Return the versions of Python that suit the course, as pyproject.toml has them: x of each 3.x, a range."""
    text = (COURSE / "pyproject.toml").read_text(encoding="utf-8")
    return range(*map(int, re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', text).groups()))


def check_python(python=None):
    """Raise ImportError if this Python, or a version of it such as (3, 12), does not suit the course."""
    python = tuple(python or sys.version_info[:2])
    suitable = suitable_pythons()
    lowest = suitable[0]
    if python not in [(3, minor) for minor in suitable]:
        raise ImportError(
            f"This course needs Python 3.{lowest} to 3.{suitable[-1]}; this is Python {'.'.join(map(str, python))} "
            f"({sys.executable}). Install one of these, and name it: make PYTHON=python3.{lowest} lab. Without make, "
            "make a new environment with it: see Begin in README.md."
        )


def _required():
    """Return the packages that the course needs, each with the versions that suit, as pyproject.toml has them."""
    import tomllib  # old Pythons, which have been told by now, do not have it

    project = tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [re.match(r"([\w-]+)(.*)", wanted).groups() for wanted in project["dependencies"]]


def impostors(folder):
    """Return a sentence about each file that Python, in this folder, would take for a module that it is not.

    Such as random.py, keras.py or six.py beside a learner's notebook, or another `helpers` on PYTHONPATH.
    """
    import importlib.metadata
    from importlib.machinery import PathFinder

    first = map(os.path.realpath, [folder, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))])
    first = [entry for entry in first if os.path.isdir(entry) and os.access(entry, os.R_OK)]
    installed = [entry for entry in filter(None, sys.path) if os.path.realpath(entry) not in first]
    packages = {MODULES.get(name, name.replace("-", "_")): name for name, _ in _required()}
    found = []
    for name in sorted({Path(file).stem for entry in first for file in os.listdir(entry)} | {"helpers"}):
        if name not in {"helpers", *packages, *sys.stdlib_module_names} and not (
            name.isidentifier() and PathFinder.find_spec(name, [folder]) and PathFinder.find_spec(name, installed)
        ):
            continue
        path = [*first, *filter(None, sys.path)]
        specs = (finder.find_spec(name, path if finder is PathFinder else None) for finder in sys.meta_path)
        spec = next(filter(None, specs), None)
        if spec is None or spec.origin in ("built-in", "frozen"):
            continue
        file = Path(spec.origin or next(iter(spec.submodule_search_locations)))
        where = Path(os.path.realpath(file.parents[file.name == "__init__.py"]))
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            if name in packages and Path(importlib.metadata.distribution(packages[name]).locate_file("")) == where:
                continue
        if str(where) in first and (name != "helpers" or where != COURSE):
            found.append(
                f"Python takes {file} for its module {name}, which the course needs. Rename that file, or take its "
                "folder out of PYTHONPATH, and restart the kernel."
            )
        elif name == "helpers" and where != COURSE:
            found.append(f"Notebooks use the helpers of another copy of the course, {file.parent}. {which_python()}")
    return found


def wrong_packages(names=None):
    """Return which of these packages, by default all that the course needs, are missing or do not suit.

    What it needs stands in pyproject.toml. The answer is a list of sentences without full stop, such as
    "keras 2.15.0 is installed; the course needs >=3.15,<4".
    """
    import importlib.metadata

    wrong = []
    for name, suits in _required():
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
    """Raise ImportError, with what helps, if Python, a module or an essential package does not suit the course."""
    if not (COURSE / "pyproject.toml").exists():
        raise ImportError(
            f"Python uses helpers that were installed without the rest of the course, {COURSE / 'helpers'}. In the "
            f'folder of the course, run: "{sys.executable}" -m pip install -e . Then restart the kernel.'
        )
    check_python()
    for problem in impostors("."):
        raise ImportError(problem)
    for problem in wrong_packages(ESSENTIAL):
        raise ImportError(f"{problem}. {which_python()}")


def memory_left():
    """Return how many bytes of memory are free for this process, within the limits of its container or system."""
    import psutil  # comes with ipykernel

    left = sys.maxsize
    with contextlib.suppress(OSError):  # of a system that does not tell
        left = psutil.virtual_memory().available
    groups = Path("/proc/self/cgroup").read_text().splitlines() if os.path.exists("/proc/self/cgroup") else []
    for _, kinds, group in (line.split(":", 2) for line in groups):
        if kinds not in ("", "memory"):
            continue
        root = Path("/sys/fs/cgroup") / kinds
        limit, usage = ("limit_in_bytes", "usage_in_bytes") if kinds else ("max", "current")
        for folder in [root / group.strip("/"), *(root / group.strip("/")).parents]:
            with contextlib.suppress(OSError, ValueError):  # no such folder here, or no limit
                taken = int((folder / f"memory.{usage}").read_text())
                stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
                caches = stat.get("total_inactive_file", stat.get("inactive_file", 0))
                left = min(left, int((folder / f"memory.{limit}").read_text()) - taken + int(caches))
    return left


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
    _starting = True
    with _silence():
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


def keras_settings():
    """Return the path of keras.json as Keras finds it, whether it is there or not."""
    return Path(os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")) / "keras.json"


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
    """Return the versions of the essential packages that are installed here, by name."""
    import importlib.metadata

    return {name: importlib.metadata.version(name) for name in ESSENTIAL}


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
