"""Saving loses nothing, and loading runs nothing."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest

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
    images = np.random.default_rng(0).random((64, 784), np.float32)
    targets = np.eye(10)[np.arange(64) % 10]
    model = relu_adam()
    model.fit(images, targets, epochs=1, verbose=0)
    again = load_model(save_model(model, tmp_path / "a.keras"))
    np.testing.assert_array_equal(again(images), model(images))
    assert again.optimizer.iterations == model.optimizer.iterations == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.keras"]


def test_a_wrong_name_or_object_is_refused(model, tmp_path):
    with pytest.raises(ValueError, match=r"end in .keras, found 'model.h5'"):
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


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
def test_a_process_killed_while_it_saves_leaves_the_old_file_or_the_new(tmp_path):
    path = tmp_path / "page.html"
    old, new = b"old" * 100_000, b"new" * 100_000
    program = (
        "from pathlib import Path; import sys; from helpers.files import write_atomically\n"
        "old, new = b'old' * 100_000, b'new' * 100_000\n"
        "print('begun', flush=True)\n"
        "while True:\n    write_atomically(sys.argv[1], new); write_atomically(sys.argv[1], old)"
    )
    path.write_bytes(old)
    process = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)
    process.stdout.readline()
    rng = np.random.default_rng(0)
    for _ in range(100):
        time.sleep(rng.uniform(0, 0.01))
        process.send_signal(signal.SIGSTOP)  # as good as killed for whoever reads the file now
        assert path.read_bytes() in (old, new)
        process.send_signal(signal.SIGCONT)
    process.kill()
    process.communicate()
    assert path.read_bytes() in (old, new)
    write_atomically(path, b"the next one")
    assert path.read_bytes() == b"the next one"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit for the size of files")
@pytest.mark.parametrize("what", ["save_model(model, path)", "export_page(model, path)"])
def test_a_full_disk_leaves_the_old_file_and_says_what_to_do(what, tmp_path):
    path = tmp_path / ("old.keras" if "save" in what else "old.html")
    path.write_bytes(b"the old one")
    program = (
        "import resource, signal, sys, keras\nfrom helpers import export_page, save_model\npath = sys.argv[1]\n"
        "model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation='softmax')])\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
    )
    command = [sys.executable, "-c", program + what, str(path)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert result.returncode == 1 and "Could not write" in result.stderr and "Choose another place" in result.stderr
    assert path.read_bytes() == b"the old one" and [other.name for other in tmp_path.iterdir()] == [path.name]


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
    with pytest.raises(ValueError, match=r"end in .keras, found 'model.h5'"):
        load_model(path.rename(tmp_path / "model.h5"))


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

    with pytest.raises(ValueError, match=rf"Keras 9.9.9 .* Keras {re.escape(keras.__version__)}"):
        load_model(repacked(saved, change))


def test_code_in_a_file_is_not_run(tmp_path):
    trap = tmp_path / "trap"
    source = f"lambda x: (open({str(trap)!r}, 'w'), x)[1]"
    layers = [keras.Input((784,)), keras.layers.Lambda(eval(source)), keras.layers.Dense(10)]
    path = save_model(keras.Sequential(layers), tmp_path / "model.keras")
    trap.unlink(missing_ok=True)
    with pytest.raises(ValueError, match="cannot be loaded safely"):
        load_model(path)
    assert not trap.exists()


def test_a_file_that_unpacks_to_too_much_is_refused_unread(saved):
    path = repacked(saved, lambda files: files.update(bomb=bytes(200_000_001)))
    assert os.path.getsize(path) < 1_000_000
    with pytest.raises(ValueError, match="would unpack to 200,"):
        load_model(path)
