"""What the first cell says when something is not installed as it should be, from real processes where possible."""

import ast
import gc
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import pytest

import helpers
from helpers import environment, exercises, handwriting, start
from helpers.data import DATA


def python(code, cwd=None, **variables):
    """Run code in a new Python; return its exit status, output and error output."""
    environment = {**os.environ, "PYTHONPATH": str(DATA.parent), **variables}
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=120)
    return result.returncode, result.stdout, result.stderr


def test_importing_helpers_is_cheap():
    code = (
        "import time; start = time.perf_counter(); import helpers; took = time.perf_counter() - start\n"
        "import sys; print('tensorflow' in sys.modules, 'numpy' in sys.modules, took < 0.3)"
    )
    assert python(code) == (0, "False False True\n", "")


def test_every_public_name_is_listed_before_it_is_used():
    for package in (helpers, exercises, handwriting):
        assert set(package.__all__) <= set(dir(package))
        for name in package.__all__:
            assert getattr(package, name) is not None


@pytest.fixture(scope="module")
def new_kernel(tmp_path_factory):
    """What a new Python says that imports the course, computes and runs a first cell; and Keras's folder of its user.

    There are settings of his own, and a file that he calls as the course calls one.
    """
    folder = tmp_path_factory.mktemp("keras")
    settings = {"backend": "jax", "floatx": "float16", "epsilon": 0.5, "image_data_format": "channels_first"}
    (folder / "datasets").mkdir()
    files = {folder / "keras.json": json.dumps(settings), folder / "datasets" / "mnist.npz": "of the user"}
    for path, text in files.items():
        path.write_text(text)
        os.utime(path, (1, 1))
    code = (
        "import helpers, helpers.models; print('imported')\n"
        "import keras; helpers.load_mnist(); helpers.convnet()(keras.ops.ones((1, 784))); c = keras.config\n"
        "print(c.backend(), c.floatx(), c.epsilon(), c.image_data_format())\n"
        "from IPython.testing.globalipapp import start_ipython; shell = start_ipython()\n"
        "shell.run_cell('import helpers; helpers.setup()')\n"
        "shell.run_cell('answer = b'); print(shell.user_ns['answer'])\n"
        "import gc; print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    )
    return *python(code, KERAS_BACKEND="numpy", KERAS_HOME=str(folder)), files


def test_importing_helpers_is_silent(new_kernel):
    status, out, err, _ = new_kernel
    assert status == 0 and out.startswith("imported\n") and err == ""


def test_another_backend_and_other_settings_of_the_user_do_not_matter_and_his_files_are_left_alone(new_kernel):
    _, out, err, files = new_kernel
    assert out.splitlines()[1] == "tensorflow float32 1e-07 channels_last", err
    for path, text in files.items():
        assert path.read_text() == text and path.stat().st_mtime == 1
    folder = next(iter(files)).parent
    assert sorted(path.name for path in folder.rglob("*")) == ["datasets", "keras.json", "mnist.npz"]


def test_the_first_cell_understands_letters_without_quotes(new_kernel):
    _, out, err, _ = new_kernel
    assert out.splitlines()[-2] == "b", err


def test_what_was_made_after_tensorflow_started_may_become_garbage():
    before = gc.get_freeze_count()
    with start._no_garbage_collection():
        assert gc.isenabled()
    assert gc.get_freeze_count() == before


def test_garbage_is_collected_after_the_first_cell_but_tensorflow_is_not_searched_for_it(new_kernel):
    _, out, err, _ = new_kernel
    assert out.splitlines()[-1] == "True True", err


@pytest.mark.parametrize("text", ['{"floatx": "float8"}', "[]"])
def test_broken_settings_of_keras_are_named(text, tmp_path):
    (tmp_path / "keras.json").write_text(text)
    status, _, err = python("import helpers; helpers.setup()", KERAS_HOME=str(tmp_path))
    assert status == 1
    assert f"Keras cannot use its settings, {tmp_path / 'keras.json'}: " in err
    assert err.endswith("Remove that file, and restart the kernel.\n")


def test_a_failed_import_is_not_blamed_on_a_good_keras_json(tmp_path):
    """A binary that does not fit, such as that of another optree, fails while Keras's own config.py imports it."""
    (tmp_path / "keras.json").write_text("{}")
    (tmp_path / "optree").mkdir()
    (tmp_path / "optree" / "__init__.py").write_text("raise ValueError('numpy.dtype size changed')")
    status, _, err = python(
        "import helpers; helpers.setup()",
        KERAS_HOME=str(tmp_path),
        PYTHONPATH=os.pathsep.join([str(tmp_path), str(DATA.parent)]),
    )
    assert status == 1 and err.endswith("ValueError: numpy.dtype size changed\n") and "keras.json" not in err


def test_after_an_interrupted_start_the_kernel_must_be_restarted():
    """The interrupt comes, as from the button, while TensorFlow loads; then the cell is run again."""
    code = (
        "import helpers, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell in the background ignores it
        "class Stop:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'tensorflow.python.framework': signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Stop())\n"
        "for _ in range(2):\n"
        "    try: helpers.setup()\n"
        "    except (KeyboardInterrupt, ImportError) as error: print(repr(error))"
    )
    status, out, err = python(code)
    first, second = out.splitlines()
    assert status == 0 and first == "KeyboardInterrupt()", err
    assert "Restart the kernel (Kernel, Restart Kernel)" in second and "keras.json" not in second


def test_files_that_python_takes_for_modules_are_named(tmp_path):
    """Beside a notebook and on PYTHONPATH. A folder without __init__.py hides helpers that pip has installed."""
    files = ["keras.py", "tensorflow/__init__.py", "statistics.py", "PIL.py", "helpers.py", "helpers/notes.txt"]
    for i, file in enumerate(files):
        (tmp_path / str(i) / file).parent.mkdir(parents=True)
        (tmp_path / str(i) / file).write_text("")
        (tmp_path / str(i) / "mine.py").write_text("")
    code = f"""
import json, os, sys
sys.path[0] = {str(DATA.parent / "helpers")!r}
import environment
sys.path, said = sys.path[1:], []
for i in range({len(files)}):
    said.append(environment.impostors(str(i)))
    os.environ["PYTHONPATH"], sys.path = str(i), [str(i), *sys.path]
    said.append(environment.impostors("."))
    os.environ["PYTHONPATH"], sys.path = "", sys.path[1:]
print(json.dumps(said))
"""
    status, out, err = python(code, PYTHONPATH="", cwd=tmp_path)
    assert status == 0, err
    for i, said in enumerate(json.loads(out)):
        file = tmp_path / str(i // 2) / files[i // 2]
        named = file if file.suffix == ".py" else file.parent
        own = [text for text in said if "another copy of the course" not in text]  # installed from there, maybe
        assert own == [
            f"Python takes {named} for its module {files[i // 2].split('/')[0].removesuffix('.py')}, which the course "
            "needs. Rename that file, or take its folder out of PYTHONPATH, and restart the kernel."
        ]


@pytest.mark.parametrize("name", ["tensorflow", "six"])  # which TensorFlow needs
def test_the_first_cell_names_a_file_that_python_takes_for_a_module(name, tmp_path):
    (tmp_path / f"{name}.py").write_text("")
    (tmp_path / "rich").mkdir()  # a folder without __init__.py comes after a package
    status, _, err = python("import helpers; helpers.setup()", cwd=tmp_path)
    assert status == 1
    assert err.count("Python takes ") == 1 and f"Python takes {tmp_path / f'{name}.py'} for its module {name}" in err


def test_packages_of_another_environment_on_pythonpath_are_not_taken_for_files_of_a_learner(tmp_path):
    (tmp_path / "six.py").write_text("")
    code = "from helpers import environment; print(environment.impostors('.'))"
    assert python(code, PYTHONPATH=f"{DATA.parent}{os.pathsep}{tmp_path}") == (0, "[]\n", "")


def test_an_unfit_kernel_names_itself_and_the_course_s_own_python(tmp_path, monkeypatch):
    """Pip must fill this Python; and the learner in a foreign kernel is told of the course's."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    own = tmp_path / ".venv" / "bin" / "python"
    own.symlink_to(sys.executable)
    code = (
        f"import helpers.environment as e, pathlib; e.OWN_PYTHON = pathlib.Path({str(own)!r}); {{}}\n"
        "print(e.which_python())"
    )
    status, out, _ = python(code.format(""))
    assert status == 0 and f"This is the Python {sys.executable}. The course has its own, {own}: make lab" in out
    assert f'run: "{sys.executable}" -m pip install -r requirements.txt' in out
    out = python(code.format("import ipykernel"))[1]
    assert f'"{own}" -m ipykernel install --user --name digits' in out and "Change Kernel" in out
    own.unlink()
    own.symlink_to(tmp_path / "gone")
    assert "is gone: make lab makes it anew" in python(code.format(""))[1]


def test_tools_start_where_python_is_told_to_optimize_and_not_to_trust_folders():
    code = (
        "import runpy, sys; sys.argv[1:] = ['--help']\n"
        "for tool in ('store_outputs', 'copies'):\n"
        "    try: runpy.run_path(f'{tool}.py', run_name='__main__')\n"
        "    except SystemExit as error: print(error.code)"
    )
    status, out, err = python(code, cwd=DATA.parent / "tools", PYTHONOPTIMIZE="2", PYTHONSAFEPATH="1")
    assert status == 0 and out.count("usage: ") == out.count("\n0\n") == 2, err


def test_helpers_that_were_installed_without_the_course_say_so(tmp_path):
    """As by pip install . without -e."""
    shutil.copytree(DATA.parent / "helpers", tmp_path / "helpers", ignore=shutil.ignore_patterns("__pycache__"))
    status, _, err = python("import helpers; helpers.setup()", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert status == 1 and f"without the rest of the course, {tmp_path / 'helpers'}" in err
    assert f'"{sys.executable}" -m pip install -e .' in err


def test_a_matplotlibrc_that_asks_for_latex_does_not_matter(tmp_path):
    (tmp_path / "matplotlibrc").write_text("text.usetex: True")
    code = "import matplotlib; print(matplotlib.rcParams['text.usetex']); import helpers.plots as p, io\n"
    code += "figure, axes = p.plt.subplots(); axes.set_title('a_b'); figure.savefig(io.BytesIO()); print('drawn')"
    status, out, err = python(code, MATPLOTLIBRC=str(tmp_path))
    assert (status, out) == (0, "True\ndrawn\n"), err


def test_keras_already_started_on_another_backend_is_refused(monkeypatch):
    """No other backend is installed here, so Keras, which runs here already, is made to say that it runs on one."""
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(ImportError, match=r"Keras was started on 'jax'.* Restart the kernel"):
        start.import_keras.__wrapped__()


def test_a_failing_import_shows_what_was_said():
    code = (
        "import os, helpers.start as e\n"
        "with e._silence():\n    os.write(2, b'told by C++\\n'); raise ImportError('broken')"
    )
    status, _, err = python(code)
    assert status == 1 and "told by C++" in err and "broken" in err


@pytest.mark.parametrize("found", [(3, 10), (3, 14), (2, 7)])
def test_another_python_is_refused(found):
    with pytest.raises(ImportError, match=rf"3.11 to 3.13; this is Python {found[0]}.{found[1]}"):
        environment.check_python(found)


@pytest.mark.parametrize("name", ["__init__.py", "lazy.py", "environment.py", "start.py"])
def test_an_old_python_reads_far_enough_to_say_so(name):
    source = (Path(environment.__file__).parent / name).read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))


@pytest.mark.parametrize(
    ("package", "version"),
    [("tensorflow", "2.20.0"), ("keras", "2.15.0"), ("keras", "3.14.9"), ("keras", "4.0"), ("numpy", "1.26.4")],
)
def test_an_unsuitable_version_is_refused_with_the_command(package, version, tmp_path):
    """In an environment in which this version is the first that is found."""
    folder = tmp_path / f"{package}-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
    paths = os.pathsep.join([str(tmp_path), str(DATA.parent)])
    status, _, err = python("import helpers; helpers.setup()", PYTHONPATH=paths)
    assert status == 1
    assert f"{package} {version} is installed; the course needs" in err and "pip install -r requirements.txt" in err


def test_versions_names_what_runs():
    found = environment.versions()
    assert list(found) == ["tensorflow", "keras", "numpy", "matplotlib"] and all(
        re.match(r"\d+\.", version) for version in found.values()
    )


def test_this_environment_has_what_the_project_requires():
    assert not environment.wrong_packages()
