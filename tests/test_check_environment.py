"""The check of an environment: the good case, and real faults. Each is named, with what mends it and exit status 1."""

import ast
import contextlib
import ctypes
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

import check_environment
import nbformat
import pytest
from check_environment import with_sum
from test_runs import in_namespace

COURSE = Path(__file__).resolve().parents[1]
CHECK = Path("tools") / "check_environment.py"


def check(course=COURSE, python=sys.executable, *options, preexec_fn=None, **variables):
    """Run the check of a course; return the exit status, what it printed, and its error output."""
    result = subprocess.run(
        [python, course / CHECK, *options],
        capture_output=True,
        text=True,
        timeout=300,
        preexec_fn=preexec_fn,
        env={**os.environ, "PYTHONPATH": str(course), **variables},
    )
    assert "Traceback" not in result.stderr + result.stdout
    return result.returncode, result.stdout, result.stderr


@pytest.fixture
def copy(tmp_path):
    """Give a copy of what a learner has."""
    for folder in ("helpers", "tools", "notebooks", "data", "site"):
        shutil.copytree(
            COURSE / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "build", "*.tmp")
        )
    for file in ("requirements.txt", "constraints.txt", "pyproject.toml"):
        shutil.copy(COURSE / file, tmp_path)
    return tmp_path


def leave(copy, *cells):
    """Leave these cells of notebook 00 in a copy; all of them, with the same parameters, run in test_runs.py."""
    path = copy / "notebooks" / "00_start_here.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id in cells]
    assert len(notebook.cells) == len(cells)
    nbformat.write(notebook, path)


def test_an_environment_that_works_has_a_code_and_a_list_of_codes_is_looked_at(copy, tmp_path, monkeypatch, capsys):
    leave(copy, "set-up", "settings", "start", "load-it")
    status, out, _ = check(copy)
    assert status == 0 and check_environment.visible_problems() == []
    assert "\nOK: Python 3.1" in out and "tensorflow 2." in out and "WRONG" not in out
    code = re.search(r"\nOK ([0-9A-F]{4})\n$", out)[1]

    def look_at(path):
        monkeypatch.setattr(sys, "argv", ["check_environment.py", "--codes", str(path)])
        with pytest.raises(SystemExit) as end:
            check_environment.main()
        return int(end.value.code), capsys.readouterr().out

    (tmp_path / "well.csv").write_text(
        f"Ada;OK {code}\n\nBjörn {code.lower()}\nCy,OK {with_sum('ABC')}\n", encoding="cp1252"
    )
    status, out = look_at(tmp_path / "well.csv")
    assert status == 0 and out.count("Python 3.") == 2 and out.count("other versions") == 1
    others = {f"{code[:i]}{place}{code[i + 1 :]}" for i in range(4) for place in "0123456789ABCDEF"} - {code}
    (tmp_path / "wrong.csv").write_text("Dora\n" + "".join(f"Emil {other}\n" for other in others))
    status, out = look_at(tmp_path / "wrong.csv")
    assert status == 1 and out.count("NO CODE") == 61  # whichever place is misheard


def test_damaged_data_are_named_with_the_command_that_restores_them(copy):
    leave(copy, "load-it")  # those before it start Keras, which takes seconds
    path = copy / "data" / "mnist.npz"
    data = bytearray(path.read_bytes())
    data[5_000_000] ^= 1
    path.write_bytes(data)
    status, out, _ = check(copy)
    assert status == 1
    assert (
        "WRONG: Notebook 00 fails: code cell " in out and f"(from helpers import load_mnist): ValueError: {path}" in out
    )
    assert "is damaged" in out and "git -C" in out and "OK" not in out


def test_a_python_without_the_packages(copy, tmp_path):
    venv.create(tmp_path / "empty", with_pip=False)
    python = tmp_path / "empty" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    status, out, _ = check(copy, python)
    assert status == 1
    assert (
        "tensorflow is not installed" in out
        and "pandas is not installed" in out
        and "pip install -r requirements.txt" in out
    )
    assert f'"{python}" -m pip install' in out and "has its own" not in out
    own = copy / ".venv" / python.relative_to(tmp_path / "empty")
    own.parent.mkdir(parents=True)
    own.symlink_to(sys.executable)
    assert f"The course has its own, {own}: make lab and make check use that one." in check(copy, python)[1]


def test_another_version_than_the_course_needs(copy):
    """Another version cannot be installed here in a second, so the project asks for one."""
    project = copy / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8").replace("tensorflow>=2.21,<3", "tensorflow>=3,<4"))
    status, out, _ = check(copy)
    assert status == 1
    assert "tensorflow 2." in out and ">=3,<4" in out and "pip install -r requirements.txt" in out


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="needs a Python without the course's packages")
def test_before_the_installation_the_way_to_it_is_named(copy):
    python = Path(sys.base_prefix) / ("python.exe" if os.name == "nt" else "bin/python3")
    status, out, _ = check(copy, python)
    assert status == 1 and "The course is not installed yet" in out and "run: make lab" in out
    assert "pip install" not in out


@pytest.mark.parametrize("fake", ["(3, 10, 4, 'final', 0)", "(3, 14, 0, 'final', 0)"])
def test_another_python(fake):
    code = (
        f"import runpy, sys; sys.version_info = type('V', (tuple,), {{}})({fake});"
        f"runpy.run_path({str(COURSE / CHECK)!r}, run_name='__main__')"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert result.returncode == 1 and result.stderr == ""
    assert result.stdout.startswith("\nWRONG: This course needs Python 3.11 to 3.13; this is Python 3.1")
    assert "make a new environment" in result.stdout


def test_an_old_python_can_at_least_read_the_program():
    ast.parse((COURSE / CHECK).read_text(encoding="utf-8"), feature_version=(3, 6))


def test_another_backend_in_a_variable_or_in_the_settings_of_keras(tmp_path):
    status, out, _ = check(KERAS_BACKEND="jax")
    assert status == 1
    assert "KERAS_BACKEND is 'jax' in this environment. Remove the variable." in out
    (tmp_path / "keras.json").write_text(json.dumps({"backend": "torch"}))
    status, out, _ = check(KERAS_HOME=str(tmp_path), KERAS_BACKEND="")
    assert status == 1
    assert f"The backend in {tmp_path / 'keras.json'} is 'torch'" in out


def test_helpers_of_another_copy(copy):
    status, out, _ = check(copy, PYTHONPATH=str(COURSE))
    assert status == 1
    assert f"Python takes {COURSE / 'helpers' / '__init__.py'} for its module helpers" in out
    assert "take its folder out of PYTHONPATH" in out


def test_files_of_a_learner_that_hide_modules(copy, tmp_path):
    (copy / "notebooks" / "helpers").mkdir()
    (copy / "notebooks" / "helpers" / "__init__.py").write_text("")
    (copy / "notebooks" / "random.py").write_text("")
    status, out, _ = check(copy)
    assert status == 1
    for file in (Path("helpers") / "__init__.py", "random.py"):
        assert f"Python takes {copy / 'notebooks' / file} for its module" in out


def test_a_kernel_of_another_python(tmp_path):
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    spec = {"argv": ["/usr/bin/env", "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "Python 3"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    status, out, _ = check(JUPYTER_PATH=str(tmp_path))
    assert status == 1
    assert f"another Python than this one, which is {sys.executable}: the kernel in {folder} starts /usr/bin/env" in out
    assert "make lab" in out and "JUPYTER_PATH" in out


def test_a_broken_kernel_and_an_account_without_a_home_are_told(tmp_path):
    folder = tmp_path / "kernels" / "python3"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text('{"argv": [')
    status, out, _ = check(JUPYTER_PATH=str(tmp_path))
    assert status == 1 and "python3, cannot be read" in out and f"JUPYTER_PATH ({tmp_path})" in out
    if shutil.which("unshare"):  # as in a container that is run with a number for a user
        anonymous = ["unshare", "-U", "--map-user=54321", "env", "-u", "HOME", sys.executable, COURSE / CHECK]
        result = subprocess.run(
            anonymous, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(COURSE)}
        )
        assert (result.returncode, result.stderr) == (1, "")
        assert "WRONG: This account has no home directory, and Jupyter needs one. Set HOME" in result.stdout


def test_a_folder_that_was_moved(copy):
    """Scripts of its environment lead to the old place, though its Python works."""
    (copy / ".venv").mkdir()
    (copy / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\ncommand = /usr/bin/python3 -m venv /old place/.venv\n")
    status, out, _ = check(copy)
    assert status == 1
    assert (
        "moved or copied after /old place/.venv was made" in out and f"Delete {copy / '.venv'}, and run make lab" in out
    )


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_make_makes_an_environment_anew_whose_python_is_gone(copy):
    shutil.copy(COURSE / "Makefile", copy)
    (copy / ".venv" / "bin").mkdir(parents=True)

    def plan(target):
        command = ["make", "--dry-run", "--no-print-directory", "PYTHON=python3", target]
        return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=True).stdout

    python = copy / ".venv" / "bin" / "python"
    python.symlink_to(sys.executable)
    (copy / ".venv" / "pyvenv.cfg").write_text(f"home = {Path(sys._base_executable).parent}\n")
    (copy / ".venv" / "lib").symlink_to(Path(sys.prefix) / "lib")
    (copy / ".venv" / "installed").touch()
    assert "venv" not in plan("lab").replace(".venv/bin/python tools/lab.py", "")
    python.unlink()
    python.symlink_to("gone")
    assert "python3 -m venv --clear .venv" in plan("lab")
    assert plan("check").startswith("python3 tools/check_environment.py")


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
@pytest.mark.parametrize(("target", "first"), [("lab", COURSE / ".venv" / "share" / "jupyter"), ("check", "/foreign")])
def test_the_kernel_of_the_course_comes_first_but_the_check_sees_what_there_is(target, first):
    command = ["make", f"--eval={target}: show", "--eval=show: ; @echo $$JUPYTER_PATH", "show"]
    if target == "check":
        command = ["make", "--eval=check: show", "--eval=show: ; @echo $$JUPYTER_PATH", "PYTHON=:", "WORKS=", "check"]
    outer = {name: value for name, value in os.environ.items() if name not in ("MAKELEVEL", "MAKEFLAGS", "MFLAGS")}
    environment = {**outer, "JUPYTER_PATH": "/foreign"}
    result = subprocess.run(command, cwd=COURSE, env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[0].startswith(str(first))


@pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals are Unix's")
@pytest.mark.parametrize(("variables", "shown"), [({}, "\033[1;31mWRONG: "), ({"NO_COLOR": "1"}, "\nWRONG: ")])
def test_the_verdict_is_in_colour_in_a_terminal(variables, shown):
    ours, theirs = os.openpty()
    command = [sys.executable, CHECK]
    surroundings = {**os.environ, "TERM": "xterm", "KERAS_BACKEND": "jax", **variables}
    subprocess.run(command, cwd=COURSE, env=surroundings, stdout=theirs, timeout=60)
    os.close(theirs)
    said = os.read(ours, 100_000).decode().replace("\r", "")
    os.close(ours)
    assert shown in said and ("\033" in said) == (not variables)


def respect_permissions():
    """Take from this process, if it is root's, the right to write where permissions forbid it (CAP_DAC_OVERRIDE)."""
    if os.geteuid() == 0:
        assert ctypes.CDLL(None).prctl(24, 1, 0, 0, 0) == 0


@pytest.mark.skipif(os.name == "nt", reason="on Windows, permissions of folders are something else")
def test_a_folder_in_which_nothing_can_be_saved(copy):
    (copy / "notebooks").chmod(0o555)
    status, out, _ = check(copy, preexec_fn=respect_permissions)
    assert status == 1
    assert f"Notebooks cannot be saved in {copy / 'notebooks'} (Permission denied)" in out
    assert "Copy the course to a folder of your own." in out


def test_too_little_disk(copy):
    """The limit is raised, since the disk cannot be filled here."""
    path = copy / CHECK
    path.write_text(path.read_text(encoding="utf-8").replace("DISK = ", "DISK = 10**18 #"), encoding="utf-8")
    status, out, _ = check(copy)
    assert status == 1 and "MB left; the course needs" in out


@pytest.fixture
def group():
    """A control group whose processes may take 1.2 GB together, as a container's: gives the file that takes members."""
    root = Path("/sys/fs/cgroup")
    old = (root / "memory").is_dir()
    folder = (root / "memory" if old else root) / f"digits-{os.getpid()}"
    try:
        folder.mkdir()
        (folder / ("memory.limit_in_bytes" if old else "memory.max")).write_text("1200000000")
    except OSError as error:
        pytest.skip(f"no control group can be made here ({error.strerror})")
    yield folder / "cgroup.procs"
    for _ in range(50):
        with contextlib.suppress(OSError):
            folder.rmdir()
            break
        time.sleep(0.1)


def test_the_limit_of_a_container_is_seen_by_the_check_and_by_the_first_cell(group):
    def join():
        group.write_text(str(os.getpid()))

    status, out, _ = check(preexec_fn=join)
    assert status == 1
    assert "1.2 GB of memory are free; the course needs 2. Close other programs, or give the container more." in out
    code = "import helpers.start as e; e.import_keras = e.xla_works = lambda: 1; e.versions = dict; e.setup()"
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, cwd=COURSE, preexec_fn=join)
    assert result.stdout.startswith("Only 1.2 GB of memory are free here, and the course needs 2."), result.stderr


def test_the_limit_of_a_container_in_the_newer_form_is_seen(tmp_path):
    """Control groups of version 2: their files are laid over those of this machine, whose kernel may have others."""
    for name, text in {"memory.max": 1_200_000_000, "memory.current": 500_000_000}.items():
        (tmp_path / name).write_text(f"{text}\n")
    (tmp_path / "memory.stat").write_text("anon 300000000\ninactive_file 100000000\n")
    (tmp_path / "cgroup").write_text("0::/\n")
    code = "import helpers.environment as e; print(e.memory_left())"
    script = f"""
mount --bind {tmp_path} /sys/fs/cgroup && mount --bind {tmp_path}/cgroup /proc/$$/cgroup || exit
exec {shlex.join([sys.executable, "-c", code])}
"""
    result = subprocess.run(in_namespace(script), capture_output=True, text=True, cwd=COURSE)
    assert result.stdout == "800000000\n", result.stderr
    (tmp_path / "memory.max").write_text("max\n")  # no limit: the machine's own
    result = subprocess.run(in_namespace(script), capture_output=True, text=True, cwd=COURSE)
    assert int(result.stdout) > 800_000_000, result.stderr


def test_a_kernel_that_dies_is_explained(copy):
    """As a processor ends it that lacks what TensorFlow was compiled for."""
    path = copy / "helpers" / "start.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("    import_keras()\n    from IPython", "    os.kill(os.getpid(), 4)\n    from IPython")
    )
    status, out, _ = check(copy, TF_XLA_FLAGS="--tf_xla_auto_jit=0")
    assert status == 1 and "or does not know what TF_XLA_FLAGS asks for: remove that variable." in out
    assert "Kernel died. It ran out of memory (close other programs and notebooks), or TensorFlow cannot run on" in out
