"""Check in twenty seconds that the course runs here: `make check`. Says OK, or what is wrong and how to mend it.

First what can be seen without TensorFlow: Python, packages, the kernel that notebooks get, files that stand in the way,
whether this folder was moved, Keras's backend, whether files can be saved, free disk and memory. If nothing is wrong
there, notebook 00 is executed with 1,000 images, in a kernel of its own: it imports TensorFlow, verifies the data,
builds a network, trains it, and draws. The exit status is 0 or 1.

Usage: python tools/check_environment.py
"""

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
        _, _, problem = run_notebooks.execute(first, Path(folder), run_notebooks.QUICK, 300, progress_bar=False)
        if problem:
            anew = "If this names no remedy, make a new environment and install requirements.txt there."
            return f"Notebook 00 fails: {problem} {anew}", None
        cells = nbformat.read(Path(folder) / first.name, as_version=4).cells
    bootstrap = next(cell for cell in cells if "bootstrap" in cell.metadata.get("tags", []))
    return None, bootstrap.outputs[0].text.partition("Ready: ")[2].strip()


def main():
    """Print the result; the exit status says it as well."""
    if hasattr(sys.stdout, "reconfigure"):  # not before Python 3.7, which is to be told that it is too old
        sys.stdout.reconfigure(errors="replace")
    problems, versions = visible_problems(), None
    if not problems:
        print("Running notebook 00 with 1,000 images ...", flush=True)
        problem, versions = run_notebook()
        problems = [problem] if problem else []
    print("\n" + ("\n".join(f"WRONG: {problem}" for problem in problems) or f"OK: {versions}"))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
