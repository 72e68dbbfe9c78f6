"""Check in twenty seconds that the course runs here: `make check`. Says OK, or what is wrong and how to mend it.

First what can be seen without TensorFlow: Python, packages, the kernel that notebooks get, files that stand in the way,
whether this folder was moved, Keras's backend, whether files can be saved, free disk and memory. If nothing is wrong
there, notebook 00 is executed with 1,000 images, in a kernel of its own: it imports TensorFlow, verifies the data,
builds a network, trains it, and draws. The exit status is 0 or 1.

The last line is a code to read out, such as "OK 4F2A". It stands for the versions and for a product of numbers of the
data; its last place is a sum over the others, so that a code misheard is noticed. With --codes, a list of such codes is
looked at: a line for each machine, its name and its code.

Usage: python tools/check_environment.py [--codes FILE]
"""

import argparse
import functools
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

COURSE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(COURSE))  # also where the course is not installed, which is to be told
from helpers import environment  # noqa: E402

sys.path.remove(str(COURSE))
#: Bytes of disk that must be free: executed notebooks and pages take some 15 MB.
DISK = 200_000_000
#: Colours of a verdict, as terminals number them.
RED, GREEN = 31, 32


def keras_backend():
    """Return where another backend than TensorFlow is asked for, and how to undo that; None if nowhere."""
    if os.environ.get("KERAS_BACKEND") == "tensorflow":
        return None
    if os.environ.get("KERAS_BACKEND"):
        return f"KERAS_BACKEND is {os.environ['KERAS_BACKEND']!r} in this environment. Remove the variable."
    settings = environment.keras_settings()
    try:
        backend = json.loads(settings.read_text(encoding="utf-8")).get("backend", "tensorflow")
    except (OSError, ValueError, AttributeError):  # no such file, or one that Keras ignores, too
        return None
    return None if backend == "tensorflow" else f"The backend in {settings} is {backend!r}. Write 'tensorflow' there."


def other_kernel():
    """Return that notebooks get another Python than this one, and what helps; None if they get this one."""
    from jupyter_client.manager import KernelManager  # here, since it may not be installed

    if os.path.expanduser("~") == "~":
        return "This account has no home directory, and Jupyter needs one. Set HOME to a folder that you can write in."
    manager = KernelManager(kernel_name="python3")
    try:
        command = manager.format_kernel_cmd()[0]
    except (ValueError, LookupError, OSError) as error:
        return (
            f"The kernel of notebooks, python3, cannot be read ({error}). Look for a broken kernel.json in the folders "
            f"of JUPYTER_PATH ({os.environ.get('JUPYTER_PATH', 'not set')}), and rename its folder."
        )
    here, there = Path(sys.executable), Path(shutil.which(command) or command)
    if (here.parent.resolve(), here.resolve()) == (there.parent.resolve(), there.resolve()):
        return None
    return (
        f"Notebooks get another Python than this one, which is {here}: the kernel in "
        f"{manager.kernel_spec.resource_dir} starts {command}. Start JupyterLab with make lab, which takes the "
        "course's own kernel; for other programs, take that folder out of JUPYTER_PATH, or rename it."
    )


def moved_from():
    """Return the folder in which the course's environment was made, if that is another than the one it is in now."""
    settings = environment.OWN_PYTHON.parents[1] / "pyvenv.cfg"
    text = settings.read_text(encoding="utf-8") if settings.exists() else ""
    made = re.search(r"^command = .* -m venv (?:--\S+ )*(.+)$", text, re.M)
    return made[1] if made and Path(made[1]).resolve() != settings.parent.resolve() else None


def visible_problems():
    """Return what is wrong, one sentence or two each, as far as it can be seen without importing TensorFlow."""
    try:
        environment.check_python()
        wrong = environment.wrong_packages()
    except ImportError as error:
        return [str(error)]
    problems = environment.impostors(COURSE / "notebooks")
    if wrong:
        problems.append(f"Of what the course needs, {'; '.join(wrong)}. {environment.which_python()}")
    else:
        problems += filter(None, [other_kernel()])
        memory, least = environment.memory_left(), environment.MEMORY
        if memory < least:
            problems.append(
                f"{memory / 1e9:.1f} GB of memory are free; the course needs {least / 1e9:.0f}. Close other "
                "programs, or give the container more."
            )
    old = moved_from()
    if old:
        problems.append(
            f"This folder was moved or copied after {old} was made, and commands such as jupyter, and activate, still "
            f"lead there. Delete {environment.OWN_PYTHON.parents[1]}, and run make lab: it is made anew."
        )
    backend = keras_backend()
    if backend:
        problems.append(f"{backend} The notebooks use TensorFlow all the same; your own programs would not.")
    try:
        tempfile.TemporaryFile(dir=COURSE / "notebooks").close()
    except OSError as error:
        problems.append(
            f"Notebooks cannot be saved in {COURSE / 'notebooks'} ({error.strerror}). "
            "Copy the course to a folder of your own."
        )
    disk = shutil.disk_usage(COURSE).free
    if disk < DISK:
        problems.append(f"The disk has {disk / 1e6:.0f} MB left; the course needs {DISK / 1e6:.0f}. Make room.")
    return problems


def run_notebook():
    """Execute notebook 00, shortened; return what went wrong (None if nothing), and the versions that it printed."""
    sys.path.insert(0, str(COURSE / "tools"))  # where PYTHONSAFEPATH is set, Python does not do that
    import nbformat
    import run_notebooks

    first = COURSE / "notebooks" / "00_start_here.ipynb"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DIGITS_MINE"] = folder  # the reader's own files do not come in, and stay as they are
        _, _, problem = run_notebooks.execute(first, Path(folder), run_notebooks.QUICK, 300, progress_bar=False)
        if problem:
            anew = "If this names no remedy, make a new environment and install requirements.txt there."
            return f"Notebook 00 fails: {problem} {anew}", None
        cells = nbformat.read(Path(folder) / first.name, as_version=4).cells
    bootstrap = next(cell for cell in cells if "bootstrap" in cell.metadata.get("tags", []))
    return None, bootstrap.outputs[0].text.partition("Ready: ")[2].strip()


def code_of(minor, versions):
    """Return the code of an environment with Python 3.`minor` and these versions of packages, by name."""
    text = " ".join([f"3.{minor}", *(f"{name} {version}" for name, version in sorted(versions.items()))])
    return with_sum(hashlib.sha256(f"{text} {tiny_result()}".encode()).hexdigest()[:3].upper())


def with_sum(places):
    """Return three places of a code with the fourth, which tells if one of them is misheard."""
    return f"{places}{sum(int(place, 16) * (2 * i + 1) for i, place in enumerate(places)) % 16:X}"


@functools.lru_cache(maxsize=None)  # noqa: UP033 - an old Python reads this file, to be told that it is too old
def tiny_result():
    """Return a product of pixels and labels: whole numbers that a float holds exactly, so alike on every machine."""
    import numpy

    with numpy.load(str(COURSE / "data" / "mnist.npz")) as data:
        images, labels = data["x_train"][:100], data["y_train"][:100]
    return int(images.reshape(100, 784).sum(axis=1, dtype="float64") @ labels.astype("float64"))


def known_codes():
    """Return what a code stands for, by the code: this machine's versions, or those that are pinned, on each Python."""
    pins = (COURSE / "constraints.txt").read_text(encoding="utf-8")
    pinned = {name: re.search(rf"^{name}==([^ ;\n]+)", pins, re.M).group(1) for name in environment.ESSENTIAL}
    kinds = {"the versions of this machine": environment.versions(), "the versions that the course pins": pinned}
    return {
        code_of(minor, versions): f"Python 3.{minor}, {kind}"
        for kind, versions in kinds.items()
        for minor in environment.suitable_pythons()
    }


def look_at_codes(path):
    """Print for each line of a list what its code says; return whether all are well."""
    known, well = known_codes(), True
    try:
        lines = Path(path).read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        sys.exit(f"{path} cannot be read ({error.strerror}).")
    for line in filter(str.strip, lines):
        code = re.split(r"[\s,;]+", line.strip().upper())[-1]
        says = known.get(code)
        if not says and re.match("[0-9A-F]{4}$", code) and code == with_sum(code[:3]):
            says = "works, with other versions: results may differ a little"
        well = well and bool(says)
        print(f"{line.strip():30}  {says or 'NO CODE, or misheard: let it be read out again, and else run the check'}")
    return well


def coloured(text, colour):
    """Return a text that a terminal shows in a colour; the text itself where it would not, or should not."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return text
    return f"\033[1;{colour}m{text}\033[0m"


def main():
    """Print the result; the exit status says it as well."""
    if hasattr(sys.stdout, "reconfigure"):  # not before Python 3.7, which is to be told that it is too old
        sys.stdout.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--codes", metavar="FILE", help="look at a list of names and codes, one pair a line")
    arguments = parser.parse_args()
    if arguments.codes:
        sys.exit(not look_at_codes(arguments.codes))
    problems, versions = visible_problems(), None
    if not problems:
        print("Running notebook 00 with 1,000 images ...", flush=True)
        problem, versions = run_notebook()
        problems = [problem] if problem else []
    if problems:
        print("", *(coloured(f"WRONG: {problem}", RED) for problem in problems), sep="\n")
    else:
        code = coloured(f"OK {code_of(sys.version_info[1], environment.versions())}", GREEN)
        print(f"\nOK: {versions}\nGo on with: make lab. In a class, read this out:\n{code}")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
