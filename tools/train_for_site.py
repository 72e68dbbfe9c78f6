"""Train the networks of the website's front page, and pack the digits of "Train one yourself".

Both are kept in build/live/ as scripts, and made again only if what they are made from has changed.

Usage: python tools/train_for_site.py [--images NUMBER] [--out FOLDER]
"""

import argparse
import base64
import gzip
import hashlib
import json
from pathlib import Path

import numpy as np

from helpers import convnet, load_mnist, one_hot, preprocess, relu_adam, sigmoid_sgd
from helpers.data import SHA256
from helpers.files import write_atomically
from helpers.handwriting import network_steps, round_kernels

# isort: split
import keras  # after helpers, which sets TensorFlow up

COURSE = Path(__file__).resolve().parents[1]
#: Each network of the front page: what it is, for how long it is trained here, and for how long in the course.
NETWORKS = [
    {
        "name": "Variant A",
        "build": relu_adam,
        "what": "Three hidden layers, ReLU, Adam.",
        "notebook": "04_variant_a",
        "batch_size": 32,
        "epochs": 2,
        "epochs_in_course": 10,
    },
    {
        "name": "Variant B",
        "build": sigmoid_sgd,
        "what": "More than twice as many weights, sigmoid, plain SGD.",
        "notebook": "05_variant_b",
        "batch_size": 128,
        "epochs": 3,
        "epochs_in_course": 20,
    },
    {
        "name": "Convolutional",
        "build": convnet,
        "what": "Small filters slide over the image; Adam.",
        "notebook": "07_improve_it",
        "batch_size": 64,
        "epochs": 1,
        "epochs_in_course": 6,
    },
]
#: Digits of the page "Train one yourself": to learn from, and to be tested with.
TRAINING, OTHERS = 10_000, 1_000


def train(network, images, labels):
    """Return a network trained as NETWORKS says."""
    keras.utils.set_random_seed(0)
    model, batch_size = network["build"](), network["batch_size"]
    model.fit(preprocess(images), one_hot(labels), batch_size=batch_size, epochs=network["epochs"], verbose=0)
    return model


def accuracy(model, images, labels):
    """Return the share of the 10,000 validation digits that a network reads."""
    read = model.predict(preprocess(images[50_000:]), batch_size=1_000, verbose=0).argmax(axis=1)
    return float((read == labels[50_000:]).mean())


def digits_script(images, labels):
    """Return the script that holds digits for training, and others from behind the course's training digits."""
    chosen = np.r_[:TRAINING, 50_000 : 50_000 + OTHERS]
    packed = gzip.compress(images[chosen].tobytes() + labels[chosen].tobytes(), mtime=0)
    text = base64.b64encode(packed).decode()
    return f'const DIGITS = {{ training: {TRAINING}, others: {OTHERS}, packed: "{text}" }};'


def fingerprint(n_train):
    """Return a text that changes with all that the results depend on."""
    used = [COURSE / "helpers" / name for name in ("data.py", "models.py", "training.py", "handwriting/page.py")]
    parts = [path.read_bytes() for path in (Path(__file__), *used)] + [
        keras.__version__.encode(),
        *map(str.encode, SHA256.values()),
    ]
    return f"{hashlib.sha256(b''.join(parts)).hexdigest()} {n_train}"


def write(folder, n_train=50_000):
    """Write the scripts, and networks.json with what the front page says of them, unless they are there already."""
    record, made_from = folder / "networks.json", fingerprint(n_train)
    scripts = [folder / "digits.js", *(folder / f"{network['notebook']}.js" for network in NETWORKS)]
    complete = all(path.exists() for path in (record, *scripts))
    if complete and json.loads(record.read_text(encoding="utf-8"))["made_from"] == made_from:
        return
    (images, labels), _ = load_mnist()
    write_atomically(folder / "digits.js", digits_script(images, labels).encode())
    described = []
    for network in NETWORKS:
        model = train(network, images[:n_train], labels[:n_train])
        before = accuracy(model, images, labels)
        round_kernels(model)
        script = f"{network['notebook']}.js"
        steps = json.dumps(network_steps(model, one_byte=True), separators=(",", ":"))
        write_atomically(folder / script, f'addNetwork("{network["notebook"]}", {steps});'.encode())
        facts = {name: value for name, value in network.items() if name != "build"}
        facts |= {"script": script, "accuracy": accuracy(model, images, labels), "accuracy_before_rounding": before}
        described.append(facts)
    text = json.dumps({"made_from": made_from, "networks": described}, indent=1)
    write_atomically(record, text.encode())


def main():
    """Write the scripts for the website."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=50_000, help="to train on; few for a look at the website")
    parser.add_argument("--out", type=Path, default=COURSE / "build" / "live", help="folder for the scripts")
    arguments = parser.parse_args()
    write(arguments.out, arguments.images)


if __name__ == "__main__":
    main()
