"""Faults of the machine, caused for real: no place to write, a full disk, kernels that die or hang, many at once."""

import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import weekly
from test_runs import COURSE, a_notebook, in_namespace, run

from helpers.files import write_atomically

#: How many notebooks are executed at the same time; raise it to see whether a machine is equal to more.
AT_ONCE = int(os.environ.get("DIGITS_AT_ONCE", "2"))


def store(*arguments):
    command = [sys.executable, str(COURSE / "tools" / "store_outputs.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def python(script, program, *arguments):
    """Run a Python program in a namespace that a shell script has prepared."""
    command = shlex.join([sys.executable, "-c", program, *map(str, arguments)])
    result = subprocess.run(in_namespace(f"{script}\n{command}"), capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_where_nothing_can_be_written_lessons_work_and_saving_says_what_to_do_and_a_full_disk_loses_nothing(tmp_path):
    """Neither checkout nor home can be written; then there is a small disk, which is full for a while."""
    program = """
import runpy, sys
from pathlib import Path
import keras, helpers
from helpers import export_page, load_model, save_model
(images, labels), _ = helpers.load_mnist()
model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
model.compile("sgd", "categorical_crossentropy", **helpers.xla_options())
model.fit(helpers.preprocess(images[:640]), helpers.one_hot(labels[:640]), verbose=0)
for save, path in ((save_model, "model.keras"), (export_page, "build/page.html"),
                   (save_model, Path.home() / "model.keras")):
    try:
        save(model, path)
        raise SystemExit("It could be written.")
    except OSError as error:
        print(error)
folder = Path(sys.argv[1])
for tool in ("run_notebooks", "store_outputs"):
    sys.argv[1:] = ["00_start_here.ipynb"]
    try:
        runpy.run_path(f"../tools/{tool}.py", run_name="__main__")
    except SystemExit as error:
        print(error.code)
        assert error.code

saves = {"model.keras": save_model, "page.html": export_page}
for name, save in saves.items():
    save(model, folder / name)
before = {path.name: path.read_bytes() for path in folder.iterdir()}
with (folder / "filler").open("wb", buffering=0) as filler:
    try:
        while filler.write(bytes(1000)): pass
    except OSError as error:
        assert error.errno == 28
for name, save in saves.items():
    try:
        save(model, folder / name)
        raise SystemExit("The disk is not full.")
    except OSError as error:
        print(error)
    assert (folder / name).read_bytes() == before[name]
(folder / "filler").unlink()
assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
for name, save in saves.items():
    save(model, folder / name)
load_model(folder / "model.keras")
"""
    home, disk = tmp_path / "home", tmp_path / "disk"
    home.mkdir()
    disk.mkdir()
    course = shlex.quote(str(COURSE))
    script = f"""
mount --bind {course} {course} && mount -o remount,bind,ro {course}
mount -t tmpfs -o ro tmpfs {shlex.quote(str(home))}
mount -t tmpfs -o size=400k tmpfs {shlex.quote(str(disk))}
export HOME={shlex.quote(str(home))}
cd {course}/notebooks
"""
    said = python(script, program, disk)
    assert said.count("Could not write (Read-only file system). Choose another place, such as /") == 3
    assert str(home / "model.keras") not in "".join(re.findall("such as (.*):", said))
    assert "Nothing can be written to " in said and "Choose another folder with --out." in said
    assert "00_start_here: left as it was" in said
    assert said.count("Could not write (No space left on device). Choose another place, such as ") == 2


def test_stored_outputs_outlive_a_full_disk(tmp_path):
    notebook = a_notebook(tmp_path / "notebook.ipynb", "print('x\\n' * 100_000)")
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f"""
mount -t tmpfs -o size=100k tmpfs {shlex.quote(str(disk))}
cd {shlex.quote(str(disk))}
cp {shlex.quote(str(notebook))} .
{shlex.quote(sys.executable)} {shlex.quote(str(COURSE / "tools" / "store_outputs.py"))} notebook.ipynb
echo exit $?
cmp notebook.ipynb {shlex.quote(str(notebook))} && ls -A
"""
    result = subprocess.run(in_namespace(script), capture_output=True, text=True, timeout=120)
    assert "No space left on device" in result.stdout and "notebook: left as it was" in result.stdout
    assert result.stdout.endswith("exit 1\nnotebook.ipynb\n"), result.stdout + result.stderr


def test_what_cannot_be_replaced_leaves_nothing_beside_it(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_atomically(tmp_path / "folder", b"data")
    assert os.listdir(tmp_path) == ["folder"]


def hang_and_die(folder):
    """Write notebooks whose kernels stop (and so hear no signal but one), loop deaf to interrupts, and are killed."""
    begin = (
        f"import os, signal, time\nwith open({str(folder / 'kernels')!r}, 'a') as file: print(os.getpid(), file=file)\n"
    )
    return [
        a_notebook(folder / "stopped.ipynb", "1 + 1", begin + "os.kill(os.getpid(), signal.SIGSTOP)"),
        a_notebook(
            folder / "deaf.ipynb", begin + "signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: time.sleep(1)"
        ),
        a_notebook(folder / "killed.ipynb", "1 + 1", begin + "os.kill(os.getpid(), signal.SIGKILL)", "2 + 2"),
    ]


def kernels_are_gone(folder):
    for kernel in map(int, (folder / "kernels").read_text().split()):
        with pytest.raises(ProcessLookupError):
            os.kill(kernel, 0)
    return True


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
def test_kernels_that_hang_or_are_killed_fail_the_run_by_name_and_stop_no_other(tmp_path):
    stopped, *others = hang_and_die(tmp_path)
    others.append(a_notebook(tmp_path / "good.ipynb", "print('still here')"))
    options = ["--timeout", 4, "--out", tmp_path / "out"]
    with ThreadPoolExecutor() as pool:  # side by side, since both wait most of the time
        results = list(pool.map(lambda paths: run(*options, *paths), [[stopped], others]))
    assert [result.returncode for result in results] == [1, 1]
    for failure in (
        "stopped, code cell 2 (import os, signal, time): CellTimeoutError: A cell timed out",
        "deaf, code cell 1 (import os, signal, time): CellTimeoutError: A cell timed out",
        "killed, code cell 2 (import os, signal, time): DeadKernelError: Kernel died",
    ):
        assert f"FAILED: {failure}" in results[0].stdout + results[1].stdout
    assert "still here" in (tmp_path / "out" / "good.html").read_text(encoding="utf-8")
    assert len((tmp_path / "kernels").read_text().split()) == 3  # none of them was started once more
    assert kernels_are_gone(tmp_path)


@pytest.mark.parametrize("dies", [1, 9])
def test_a_kernel_that_dies_while_it_starts_is_started_once_more(dies, tmp_path):
    program = f"""
import os, runpy
with open({str(tmp_path / "starts")!r}, "a") as file:
    file.write("x")
if os.path.getsize({str(tmp_path / "starts")!r}) <= {dies}:
    raise SystemExit("Address already in use")
runpy.run_module("ipykernel_launcher", run_name="__main__")
"""
    kernel = {"argv": [sys.executable, "-c", program, "-f", "{connection_file}"], "display_name": "Late"}
    kernels = tmp_path / "jupyter" / "kernels" / "python3"
    kernels.mkdir(parents=True)
    (kernels / "kernel.json").write_text(json.dumps(kernel | {"language": "python"}))
    notebook = a_notebook(tmp_path / "late.ipynb", "print('here after all')")
    result = run("--out", tmp_path / "out", notebook, JUPYTER_PATH=str(tmp_path / "jupyter"))
    assert (tmp_path / "starts").read_text() == "xx"
    if dies == 1:
        assert result.returncode == 0, result.stdout + result.stderr
        assert "here after all" in (tmp_path / "out" / "late.html").read_text(encoding="utf-8")
    else:
        assert result.returncode == 1
        assert "FAILED: late, RuntimeError: Kernel died before replying" in result.stdout


@weekly
@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
def test_kernels_that_hang_or_are_killed_leave_the_stored_outputs_as_they_were(tmp_path):
    bad, good = hang_and_die(tmp_path), a_notebook(tmp_path / "good.ipynb", "print('still here')")
    before = [path.read_bytes() for path in bad]
    result = store("--timeout", 3, *bad, good)
    assert result.returncode == 1
    assert [path.read_bytes() for path in bad] == before
    for path in bad:
        assert f"{path.stem}: left as it was, since this went wrong:" in result.stdout
    assert "still here" in good.read_text(encoding="utf-8")
    assert kernels_are_gone(tmp_path)
    assert not list(tmp_path.glob(".*"))


@weekly
def test_notebooks_executed_at_the_same_time_all_succeed(tmp_path):
    """They start together, and save the same file."""
    sources = [
        "import helpers, keras\nfrom helpers import plots\n(images, labels), _ = helpers.load_mnist()",
        "plots.show_images(images[:3], caption='Three digits.')",
        "model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation='softmax')])",
        "helpers.load_model(helpers.save_model(model, 'model.keras'))(helpers.preprocess(images[:3])).shape",
    ]
    paths = [a_notebook(tmp_path / f"notebook_{i}.ipynb", *sources) for i in range(AT_ONCE)]
    command = [sys.executable, str(COURSE / "tools" / "run_notebooks.py"), "--out"]
    runs = [
        subprocess.Popen([*command, tmp_path / path.stem, path], stdout=subprocess.PIPE, text=True) for path in paths
    ]
    try:
        for process in runs:
            said, _ = process.communicate(timeout=600)
            assert process.returncode == 0, said
    finally:
        for process in runs:
            process.kill()
    assert len(list(tmp_path.glob("*/notebook_*.html"))) == AT_ONCE
    assert (tmp_path / "model.keras").exists() and not list(tmp_path.glob(".model*"))


def test_nothing_in_the_course_turns_the_security_of_jupyter_off():
    if not (COURSE / ".git").exists():
        pytest.skip("This copy of the course is no git repository.")
    listed = subprocess.run(["git", "ls-files"], cwd=COURSE, capture_output=True, text=True, check=True).stdout
    lab = r"disable_check_xsrf|allow_origin|allow_remote|token=(''|\"\"|\s|$)|password=|--ip=(?!127\.)|0\.0\.0\.0"
    for name in listed.splitlines():
        if name.endswith((".py", ".yml", ".md", ".toml", ".ipynb", "Makefile", "run")) and "test_faults" not in name:
            text = (COURSE / name).read_text(encoding="utf-8")
            assert not re.search(lab, text), (name, re.search(lab, text))
