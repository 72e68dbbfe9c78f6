"""Saving loses nothing, and loading runs nothing."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from test_check_environment import respect_permissions

import helpers
from helpers import load_model, relu_adam, save_model
from helpers.files import write_atomically

# isort: split
import keras  # after helpers, which sets TensorFlow up


@pytest.fixture(scope="module")
def model():
    return keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])


@pytest.fixture
def saved(model, tmp_path):
    return save_model(model, tmp_path / "model.keras")


def test_a_saved_network_comes_back_the_same_and_can_go_on_training(tmp_path):
    images, model = np.random.default_rng(0).random((64, 784), np.float32), relu_adam()
    for _ in range(2):  # steps, of which `fit` would first make a program, which takes seconds
        model.optimizer.apply([0.1 * variable for variable in model.trainable_variables], model.trainable_variables)
    again = load_model(save_model(model, tmp_path / "a.keras"))
    np.testing.assert_array_equal(again(images), model(images))
    assert again.optimizer.iterations == model.optimizer.iterations == 2
    assert (again.jit_compile, again.steps_per_execution) == (model.jit_compile, model.steps_per_execution)
    for found, expected in zip(again.optimizer.variables, model.optimizer.variables, strict=True):
        np.testing.assert_array_equal(found, expected)
    assert [path.name for path in tmp_path.iterdir()] == ["a.keras"]


def test_a_wrong_name_or_object_is_refused(model, tmp_path):
    with pytest.raises(ValueError, match=r"\.keras file.*model\.h5"):
        save_model(model, tmp_path / "model.h5")
    with pytest.raises(TypeError, match="found dict"):
        save_model({}, tmp_path / "model.keras")


def test_where_nothing_can_be_written_the_message_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match=r"Could not write .* Choose another place, such as"):
        write_atomically(tmp_path / "file" / "model.keras", b"new")
    (tmp_path / "folder.keras" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="Choose another place"):
        write_atomically(tmp_path / "folder.keras", b"new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.keras"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")
def test_processes_killed_while_they_save_leave_the_old_file_or_the_new(tmp_path):
    """A process is killed at a random moment, many times; the next one goes on with what it left."""
    path, kills = tmp_path / "page.html", int(os.environ.get("DIGITS_KILLS", "100"))
    program = """
import itertools, os, signal, sys, time
import numpy as np
from helpers.files import write_atomically
path, kills, rng = sys.argv[1], int(sys.argv[2]), np.random.default_rng(0)
contents = [b"old" * 100_000, b"new" * 100_000]
write_atomically(path, contents[0])
seen, killed_in_between = set(), 0
for _ in range(kills):
    child = os.fork()
    if not child:
        for content in itertools.cycle(contents):
            write_atomically(path, content)
    time.sleep(rng.uniform(0, 0.01))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with open(path, "rb") as file:
        seen.add(contents.index(file.read()))
    killed_in_between += os.path.exists(os.path.join(os.path.dirname(path), f".page.html.{child}.tmp"))
write_atomically(path, b"the next one")
print(len(seen), killed_in_between)
"""
    command = [sys.executable, "-c", program, str(path), str(kills)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert result.returncode == 0, result.stderr
    seen, killed_in_between = map(int, result.stdout.split())
    assert seen == 2 and killed_in_between > kills / 10
    assert path.read_bytes() == b"the next one"
    assert all(re.fullmatch(r"page.html|.page.html.\d+.tmp", other.name) for other in tmp_path.iterdir())


@pytest.mark.skipif(os.name == "nt", reason="Windows replaces no file that is being read")
def test_whoever_reads_a_network_while_it_is_saved_finds_a_whole_one(model, tmp_path):
    """Again and again, at random moments; a process that is killed at one of them would leave what is read then."""
    path, end = save_model(model, tmp_path / "model.keras"), threading.Event()

    def save():
        while not end.is_set():
            save_model(model, path)

    rng, written, tries = np.random.default_rng(0), set(), 0
    with ThreadPoolExecutor() as pool:
        saving = pool.submit(save)
        try:
            while len(written) <= 10 or tries < 100:
                tries += 1
                assert tries < 5_000 and not saving.done()
                time.sleep(rng.uniform(0, 0.01))
                with zipfile.ZipFile(path) as archive:
                    assert archive.testzip() is None
                written.add(path.stat().st_mtime_ns)
        finally:
            end.set()
        saving.result()
    np.testing.assert_array_equal(load_model(path).get_weights()[0], model.get_weights()[0])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit for the size of files")
def test_files_that_cannot_grow_leave_the_old_ones_and_say_what_to_do(model, tmp_path):
    """As on a full disk, also where no disk of its own can be given to a test."""
    import resource

    paths = [tmp_path / "old.keras", tmp_path / "old.html"]
    for path in paths:
        path.write_bytes(b"the old one")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    said = []
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))  # Python ignores the signal SIGXFSZ
    try:
        for save, path in zip((save_model, helpers.export_page), paths, strict=True):
            with pytest.raises(OSError) as raised:
                save(model, path)
            said.append(str(raised.value))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "Could not write there" in said[0] and "space for temporary files" in said[0]
    assert "Could not write" in said[1] and "Choose another place" in said[1]
    assert all(path.read_bytes() == b"the old one" for path in paths) and len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("length", [0, 10, 1000, -1])
def test_a_truncated_file_is_refused(length, saved):
    saved.write_bytes(saved.read_bytes()[:length])
    with pytest.raises(ValueError, match=r"is no whole .keras file.*Train the network again"):
        load_model(saved)


@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA])
def test_a_flipped_bit_is_refused_or_does_not_matter(packed, saved, model):
    data, rng = repacked(saved, packed=packed).read_bytes(), np.random.default_rng(0)
    images = rng.random((4, 784), np.float32)
    expected = np.array(model(images))
    positions = [*range(50), *range(len(data) - 250, len(data), 5), *rng.integers(0, len(data), 30)]
    positions = positions if "DIGITS_FLIPS" in os.environ else positions[::3]
    refused = 0
    for position in positions:
        flipped = bytearray(data)
        flipped[position] ^= 1 << int(rng.integers(8))
        saved.write_bytes(flipped)
        try:
            np.testing.assert_array_equal(load_model(saved)(images), expected)
        except ValueError as error:
            assert str(saved) in str(error)
            refused += 1
    assert refused > len(positions) / 3


@pytest.mark.parametrize("data", [b"", b"no network", b"\x89HDF\r\n\x1a\n"])
def test_what_is_no_keras_file_is_refused(data, tmp_path):
    path = tmp_path / "model.keras"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"is no whole .keras file"):
        load_model(path)
    with pytest.raises(FileNotFoundError, match="There is no file"):
        load_model(tmp_path / "nothing.keras")
    with pytest.raises(ValueError, match=r"\.keras file.*model.h5"):
        load_model(path.rename(tmp_path / "model.h5"))
    with pytest.raises(ValueError, match="may hold code, so it is not loaded, whatever its name"):
        load_model(tmp_path / "model.h5")
    for nothing in (None, 5, b"model.keras", keras.Sequential()):
        with pytest.raises(TypeError, match=f"Expected the path of a file, .* found {type(nothing).__name__}"):
            load_model(nothing)


def mine(expected, found):
    """Return a loss: of no use, but another function than any of Keras."""
    return keras.ops.mean(expected - found)


class Mine(keras.layers.Dense):
    """A layer that Keras cannot write down."""

    def get_config(self):
        raise NotImplementedError("Mine has no configuration.\nMore of it.")


def test_what_cannot_be_saved_is_a_value_error(tmp_path):
    with pytest.raises(ValueError, match=r"cannot be saved: Mine has no configuration. Nothing was written"):
        save_model(keras.Sequential([keras.Input((784,)), Mine(10)]), tmp_path / "model.keras")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("layers", "loss", "says"),
    [
        ([10], mine, "Could not locate function 'mine'"),
        ([10], "mse", ""),
        ([100, 10], "mse", "would unpack to .* bytes"),
    ],
)
def test_only_what_can_be_loaded_again_is_saved(layers, loss, says, tmp_path, recwarn, monkeypatch):
    if "unpack" in says:
        monkeypatch.setattr("helpers.files.MAX_BYTES", 100_000)
    model = keras.Sequential([keras.Input((784,)), *map(keras.layers.Dense, layers)])
    model.compile(loss=loss)
    path = tmp_path / "model.keras"
    path.write_bytes(b"an older one")
    if not says:
        assert load_model(save_model(model, path)).loss == loss
        return
    with pytest.raises(ValueError, match=f"This network .*{says}.* Nothing was written"):
        save_model(model, path)
    assert path.read_bytes() == b"an older one"
    assert not [warning for warning in recwarn if warning.category is UserWarning]


def repacked(path, change=lambda files: None, packed=zipfile.ZIP_DEFLATED):
    """Rewrite a .keras file with its files, {name: bytes}, changed."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", packed) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    path.write_bytes(data.getvalue())
    return path


def test_a_file_of_another_keras_that_cannot_be_loaded_names_both_versions(saved):
    def change(files):
        files["metadata.json"] = json.dumps({"keras_version": "9.9.9", "date_saved": "2040"})
        files["config.json"] = files["config.json"].replace(b'"Dense"', b'"Denser"')

    with pytest.raises(ValueError, match=rf"saved by Keras 9.9.9; this is Keras {re.escape(keras.__version__)}"):
        load_model(repacked(saved, change))


def test_code_in_a_file_is_not_run(tmp_path):
    trap = tmp_path / "trap"
    source = f"lambda x: (open({str(trap)!r}, 'w'), x)[1]"
    layers = [keras.Input((784,)), keras.layers.Lambda(eval(source)), keras.layers.Dense(10)]
    path, model = tmp_path / "model.keras", keras.Sequential(layers)
    model.save(path)
    with pytest.raises(ValueError, match=r"cannot be loaded safely: .* Nothing was written"):
        save_model(model, tmp_path / "other.keras")
    assert not (tmp_path / "other.keras").exists()
    trap.unlink(missing_ok=True)
    with pytest.raises(ValueError, match="cannot be loaded safely"):
        load_model(path)
    assert not trap.exists()


def test_networks_of_many_kinds_of_layers_come_back(tmp_path):
    image, layers = keras.Input((28, 28, 1)), keras.layers
    x = layers.RandomTranslation(0.1, 0.1)(layers.Rescaling(2.0)(image))
    x = layers.Concatenate()([layers.SeparableConv2D(4, 3, padding="same")(x), x * 2])
    x = layers.LSTM(3)(layers.Reshape((28, -1))(layers.LayerNormalization()(x)))
    model = keras.Model(image, layers.Dense(10, activation="softmax")(layers.Dropout(0.5, seed=2**31 - 2)(x)))
    schedule = keras.optimizers.schedules.CosineDecay(0.01, decay_steps=5_000_000)
    model.compile(keras.optimizers.Adam(schedule), "categorical_crossentropy", metrics=["accuracy"])
    images = np.random.default_rng(0).random((2, 28, 28, 1), np.float32)
    again = load_model(save_model(model, tmp_path / "model.keras"))
    np.testing.assert_array_equal(again(images, training=False), model(images, training=False))


def test_a_file_that_unpacks_to_too_much_is_refused_unread(saved):
    path = repacked(saved, lambda files: files.update(bomb=bytes(200_000_001)))
    assert os.path.getsize(path) < 1_000_000
    with pytest.raises(ValueError, match="would unpack to 200,"):
        load_model(path)


def test_the_reader_s_own_folder_is_in_the_course_or_where_a_variable_says(monkeypatch, tmp_path):
    monkeypatch.setenv("DIGITS_MINE", str(tmp_path))
    assert helpers.mine("network.keras") == tmp_path / "network.keras"
    monkeypatch.delenv("DIGITS_MINE")
    assert helpers.mine("network.keras").parent.name == "mine"


def test_a_network_of_an_earlier_notebook_is_taken_and_a_damaged_or_missing_one_is_not(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DIGITS_MINE", str(tmp_path))
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
    assert helpers.own_network("mine.keras", otherwise=lambda: "another") == "another"
    save_model(model, helpers.mine("mine.keras"))
    found = helpers.own_network("mine.keras", otherwise=lambda: "another")
    np.testing.assert_array_equal(found.get_weights()[0], model.get_weights()[0])
    helpers.mine("mine.keras").write_bytes(b"damaged")
    assert helpers.own_network("mine.keras", otherwise=lambda: "another") == "another"
    said = capsys.readouterr().out
    assert said.count("yours, from an earlier notebook") == 1 and said.count("you have none") == 1
    assert "no whole" in said and "here is another" in said


def test_a_home_directory_a_link_and_the_mode_of_a_file_are_respected(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
    assert save_model(model, "~/model.keras") == tmp_path.resolve() / "model.keras"
    link = tmp_path / "link.keras"
    link.symlink_to(tmp_path / "model.keras")
    (tmp_path / "model.keras").chmod(0o664)
    save_model(model, link)
    again = f"~{os.sep}model.keras"
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as for an account without a home directory
    with pytest.raises(ValueError, match="No home directory ~ is known here"):
        save_model(model, again)
    assert link.is_symlink() and (tmp_path / "model.keras").stat().st_mode & 0o777 == 0o664


@pytest.mark.skipif(not shutil.which("unshare"), reason="no other account can be had here")
def test_an_account_without_name_and_home_can_save_and_is_told_where_it_cannot(tmp_path):
    """As in a container that is run with a number for a user."""
    program = (
        "import os, sys; from helpers.files import as_path, write_atomically\n"
        "import helpers.environment as e; print(e.keras_settings())\n"
        "print(write_atomically(as_path(sys.argv[1] + '/a.keras', '.keras'), b'new'))\n"
        "for path in ('~/a.keras', '/proc/a.keras'):\n"
        "    try: write_atomically(as_path(path, '.keras'), b'new')\n"
        "    except (OSError, ValueError) as error: print(error)"
    )
    without = {name: value for name, value in os.environ.items() if name != "HOME"}
    result = subprocess.run(
        ["unshare", "-U", "--map-user=54321", sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        env=without,
    )
    said = result.stdout.splitlines()
    assert said[1:3] == [f"{tmp_path}/a.keras", "No home directory ~ is known here: write the whole path of a.keras."]
    assert "Could not write" in said[3] and "Choose another place, such as" in said[3], result.stderr


def test_a_file_that_is_held_for_a_moment_is_saved_all_the_same(tmp_path, monkeypatch):
    """As by a virus scanner, on Windows."""
    replace, tries = os.replace, []

    def held(*paths):
        tries.append(paths)
        if len(tries) < 3:
            raise PermissionError(13, "The file is in use")
        replace(*paths)

    monkeypatch.setattr(os, "replace", held)
    assert write_atomically(tmp_path / "a.keras", b"new").read_bytes() == b"new" and len(tries) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["a.keras"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has another kind of permissions")
def test_a_protected_file_is_left_as_it_is(tmp_path):
    path = tmp_path / "a.keras"
    path.write_bytes(b"old")
    path.chmod(0o444)
    code = "import sys; from helpers.files import write_atomically; write_atomically(sys.argv[1], b'new')"
    command = [sys.executable, "-c", code, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, preexec_fn=respect_permissions)
    assert "protected against writing" in result.stderr and path.read_bytes() == b"old"
