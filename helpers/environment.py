"""Know where this runs: which Python, which modules, how much memory.

The terminal, the kernel and the files may belong to different places. What does not fit together is told here, to the
first cell of each notebook and to tools/check_environment.py, with the way out.
"""

import contextlib
import os
import re
import sys
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


def processor():
    """Return the name of this machine's processor."""
    import platform

    lines = Path("/proc/cpuinfo").read_text().splitlines() if os.path.exists("/proc/cpuinfo") else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def keras_settings():
    """Return the path of keras.json as Keras finds it, whether it is there or not."""
    return Path(os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")) / "keras.json"


def versions():
    """Return the versions of the essential packages that are installed here, by name."""
    import importlib.metadata

    return {name: importlib.metadata.version(name) for name in ESSENTIAL}
