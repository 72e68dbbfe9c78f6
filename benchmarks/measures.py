"""What `make bench` measures: one function a row, each run in a process of its own.

Usage: python benchmarks/measures.py GROUP NAME full|quick SEED

Prints one line of JSON: `seconds`, a list of repeated measurements, and what else belongs to the row: `start`, the
seconds that the first epoch takes longer (compilation, mostly), `accuracy` on the test images, and `memory`, the most
megabytes that the process held. The libraries to compare with are imported by their rows only.
"""

import gzip
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

COURSE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(COURSE))
MNIST = COURSE / "data" / "mnist.npz"


@dataclass
class Recipe:
    """A variant: its network, and how the post of 2021 trains it."""

    sizes: tuple
    activation: str
    adam: bool
    batch_size: int
    epochs: int
    learning_rate: float


RECIPES = {
    "A": Recipe((784, 128, 256, 512, 10), "relu", True, 32, 10, 0.001),
    "B": Recipe((784, 512, 512, 10), "sigmoid", False, 128, 20, 0.01),
}


def arrays(n):
    """Return n prepared training images and their labels, and the test images and labels."""
    with np.load(MNIST) as file:
        x, labels, x_test, test_labels = (file[name] for name in ("x_train", "y_train", "x_test", "y_test"))
    x, x_test = (images.reshape(-1, 784).astype(np.float32) / np.float32(255) for images in (x[:n], x_test))
    return x, labels[:n].astype(np.int64), x_test, test_labels


def first_weights(recipe, seed):
    """Return weights as Keras draws them by default: Glorot's uniform distribution, and biases of 0."""
    generator = np.random.default_rng(seed)
    for inputs, neurons in zip(recipe.sizes, recipe.sizes[1:], strict=False):
        limit = np.sqrt(6 / (inputs + neurons))
        yield generator.uniform(-limit, limit, (inputs, neurons)).astype(np.float32), np.zeros(neurons, np.float32)


def time_epochs(train, quick):
    """Call `train` for one epoch after the other; the first one's surplus is the start."""
    times = []
    for epoch in range(2 if quick else 5):
        begin = time.perf_counter()
        train(epoch)
        times.append(time.perf_counter() - begin)
    return {"start": times[0] - min(times[1:]), "seconds": times[1:]}


def time_calls(action, quick, calls=1):
    """Call `action` once, then measure it; the seconds are of one call."""
    action()
    times = []
    for _ in range(2 if quick else 7):
        begin = time.perf_counter()
        for _ in range(calls):
            action()
        times.append((time.perf_counter() - begin) / calls)
    return {"seconds": times}


def accuracy(model, x, labels):
    """Return the share of images that a network of Keras reads."""
    return float((model.predict(x, batch_size=1000, verbose=0).argmax(axis=1) == labels).mean())


def image_count(quick):
    """Return how many images an epoch has."""
    return 1_280 if quick else 60_000


def fit(variant, quick, seed, options, one_program=False):
    """Train by `Model.fit`."""
    import helpers

    # isort: split
    import keras

    recipe = RECIPES[variant]
    x, labels, x_test, test_labels = arrays(image_count(quick))
    keras.utils.set_random_seed(seed)
    model = made = {"A": helpers.relu_adam, "B": helpers.sigmoid_sgd}[variant]()
    if one_program:
        model = helpers.OneProgram(made.layers)
    model.compile(optimizer=made.optimizer, loss=made.loss, metrics=["accuracy"], **options(helpers))
    ends = [time.perf_counter()]
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(time.perf_counter()))
    epochs = 2 if quick else 5
    y = helpers.one_hot(labels)
    model.fit(x, y, batch_size=recipe.batch_size, epochs=epochs, verbose=0, callbacks=[note])
    times = np.diff(ends).tolist()
    start = times[0] - min(times[1:])
    return {"start": start, "seconds": times[1:], "accuracy": accuracy(model, x_test, test_labels)}


def program(variant, quick, seed):
    """Train by one program an epoch, as the appendix on speed builds it."""
    import helpers

    # isort: split
    import keras
    import tensorflow as tf

    from helpers.start import xla_works

    cross_entropy = keras.losses.categorical_crossentropy

    @tf.function(jit_compile=xla_works())
    def train_epoch(network, images, targets, order):
        weights = network.trainable_variables
        losses = tf.TensorArray(tf.float32, size=len(order))
        for i in tf.range(len(order)):
            batch, answers = tf.gather(images, order[i]), tf.gather(targets, order[i])
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(cross_entropy(answers, network(batch)))
            network.optimizer.apply(tape.gradient(loss, weights), weights)
            losses = losses.write(i, loss)
        return losses.stack()

    recipe = RECIPES[variant]
    x, labels, x_test, test_labels = arrays(image_count(quick))
    keras.utils.set_random_seed(seed)
    network = {"A": helpers.relu_adam, "B": helpers.sigmoid_sgd}[variant]()
    network.optimizer.build(network.trainable_variables)
    images, targets = tf.constant(x), tf.constant(helpers.one_hot(labels))
    generator = np.random.default_rng(seed)

    def train(_):
        order = generator.permutation(len(x))[: len(x) // recipe.batch_size * recipe.batch_size]
        train_epoch(network, images, targets, tf.constant(order.reshape(-1, recipe.batch_size))).numpy()

    result = time_epochs(train, quick)
    return {**result, "accuracy": accuracy(network, x_test, test_labels)}


def products(variant, quick, seed):
    """Compute nothing but an epoch's matrix products, compiled; of TensorFlow, NumPy and PyTorch, XLA does it fastest.

    One number of every left factor changes from step to step, so that no product can be computed once and kept.
    """
    import helpers  # noqa: F401

    # isort: split
    import tensorflow as tf

    from helpers.start import xla_works

    recipe = RECIPES[variant]
    rows, steps = recipe.batch_size, image_count(quick) // recipe.batch_size
    generator = tf.random.Generator.from_seed(seed)
    pairs = []
    for i, (inputs, neurons) in enumerate(zip(recipe.sizes, recipe.sizes[1:], strict=False)):
        shapes = [((rows, inputs), (inputs, neurons), {}), ((rows, inputs), (rows, neurons), {"transpose_a": True})]
        if i:
            shapes.append(((rows, neurons), (inputs, neurons), {"transpose_b": True}))
        for left, right, how in shapes:
            pairs.append((tf.Variable(generator.normal(left)), generator.normal(right), how))

    @tf.function(jit_compile=xla_works())
    def multiply():
        total = tf.constant(0.0)
        for _ in tf.range(steps):
            for left, right, how in pairs:
                total += tf.matmul(left, right, **how)[0, 0]
                left.assign(tf.tensor_scatter_nd_update(left, [[0, 0]], [total * 1e-9]))
        return total

    return time_epochs(lambda _: multiply().numpy(), quick)


def torch_rows(variant, quick, seed, compiled):
    """Train with PyTorch: tensors in memory, Adam in its fused form."""
    import torch

    recipe = RECIPES[variant]
    torch.manual_seed(seed)
    x, labels, x_test, test_labels = arrays(image_count(quick))
    layers = []
    for kernel, bias in first_weights(recipe, seed):
        layer = torch.nn.Linear(*kernel.shape)
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(kernel.T.copy()))
            layer.bias.copy_(torch.from_numpy(bias))
        layers += [layer, torch.nn.ReLU() if recipe.activation == "relu" else torch.nn.Sigmoid()]
    model = torch.nn.Sequential(*layers[:-1])
    make = torch.optim.Adam if recipe.adam else torch.optim.SGD
    optimizer = make(model.parameters(), lr=recipe.learning_rate, fused=True)
    images, targets = torch.from_numpy(x), torch.from_numpy(labels)

    def loss_of(batch, answers):
        return torch.nn.functional.cross_entropy(model(batch), answers)

    if compiled:
        loss_of = torch.compile(loss_of)

    def train(_):
        for rows in torch.randperm(len(x))[: len(x) // recipe.batch_size * recipe.batch_size].split(recipe.batch_size):
            optimizer.zero_grad()
            loss_of(images[rows], targets[rows]).backward()
            optimizer.step()

    result = time_epochs(train, quick)
    with torch.no_grad():
        answers = model(torch.from_numpy(x_test)).argmax(dim=1).numpy()
    return {**result, "accuracy": float((answers == test_labels).mean())}


def sklearn_rows(variant, quick, seed):
    """Train scikit-learn's MLPClassifier, in its own way of drawing first weights."""
    from sklearn.neural_network import MLPClassifier

    recipe = RECIPES[variant]
    x, labels, x_test, test_labels = arrays(image_count(quick))
    model = MLPClassifier(
        hidden_layer_sizes=recipe.sizes[1:-1],
        activation={"relu": "relu", "sigmoid": "logistic"}[recipe.activation],
        solver="adam" if recipe.adam else "sgd",
        alpha=0.0,
        batch_size=recipe.batch_size,
        learning_rate_init=recipe.learning_rate,
        momentum=0.0,
        random_state=seed,
    )
    result = time_epochs(lambda _: model.partial_fit(x, labels, classes=np.arange(10)), quick)
    return {**result, "accuracy": float((model.predict(x_test) == test_labels).mean())}


def jax_rows(variant, quick, seed):
    """Train with JAX: an epoch is one compiled scan; gradient descent or Adam written out, with Keras's epsilon."""
    import jax
    import jax.numpy as jnp

    recipe = RECIPES[variant]
    x, labels, x_test, test_labels = arrays(image_count(quick))
    images, targets = jnp.asarray(x), jnp.asarray(np.eye(10, dtype=np.float32)[labels])
    bend = jax.nn.relu if recipe.activation == "relu" else jax.nn.sigmoid

    def logits(weights, batch):
        for kernel, bias in weights[:-1]:
            batch = bend(batch @ kernel + bias)
        return batch @ weights[-1][0] + weights[-1][1]

    def loss_of(weights, batch, answers):
        return -(jax.nn.log_softmax(logits(weights, batch)) * answers).sum(axis=1).mean()

    def step(state, rows):
        weights, means, squares, count = state
        gradients = jax.grad(loss_of)(weights, images[rows], targets[rows])
        if not recipe.adam:
            weights = jax.tree.map(lambda w, g: w - recipe.learning_rate * g, weights, gradients)
            return (weights, means, squares, count), None
        count = count + 1
        rate = recipe.learning_rate * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        means = jax.tree.map(lambda m, g: m + 0.1 * (g - m), means, gradients)
        squares = jax.tree.map(lambda s, g: s + 0.001 * (g * g - s), squares, gradients)
        weights = jax.tree.map(lambda w, m, s: w - rate * m / (jnp.sqrt(s) + 1e-7), weights, means, squares)
        return (weights, means, squares, count), None

    weights = [(jnp.asarray(kernel), jnp.asarray(bias)) for kernel, bias in first_weights(recipe, seed)]
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, zeros, zeros, jnp.float32(0))
    epoch = jax.jit(lambda state, order: jax.lax.scan(step, state, order)[0])
    generator = np.random.default_rng(seed)

    def train(_):
        nonlocal state
        order = generator.permutation(len(x))[: len(x) // recipe.batch_size * recipe.batch_size]
        state = jax.block_until_ready(epoch(state, order.reshape(-1, recipe.batch_size).astype(np.int32)))

    result = time_epochs(train, quick)
    answers = np.asarray(logits(state[0], jnp.asarray(x_test))).argmax(axis=1)
    return {**result, "accuracy": float((answers == test_labels).mean())}


def convolutions(quick, seed, ours, onednn=False):
    """Train convolutional networks on 12,800 images: that of keras.io's example, or that of notebook 07.

    The latter with its images shifted anew in each epoch, by NumPy. Intel's oneDNN library, which the course does
    without, must be chosen before TensorFlow starts.
    """
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = str(int(onednn))
    import helpers

    # isort: split
    import keras

    layers = keras.layers
    x, labels, _, _ = arrays(1_280 if quick else 12_800)
    keras.utils.set_random_seed(seed)
    if ours:
        model = helpers.convnet()
    else:
        inner = [layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2)]
        inner += [
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
        ]
        output = layers.Dense(10, activation="softmax")
        model = keras.Sequential([keras.Input((784,)), layers.Reshape((28, 28, 1)), *inner, output])
        model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
    y, generator = helpers.one_hot(labels), np.random.default_rng(seed)

    def epoch(_):
        model.fit(helpers.shift_randomly(x, 2, generator) if ours else x, y, batch_size=128, verbose=0)

    return time_epochs(epoch, quick)


def whole_training(quick, seed, name, recipe):
    """Train by one row of the grid of a notebook in sweeps/, as that does, on all cores, compilation included."""
    import papermill

    notebook = papermill.execute_notebook(
        str(COURSE / "sweeps" / f"{name}.ipynb"),
        None,
        parameters={**recipe, "seed": seed, **({"n_train": 1_280, "epochs": 1} if quick else {})},
        cwd=str(COURSE),
        kernel_name="python3",
        progress_bar=False,
    )
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    results = next(output.metadata["results"] for output in outputs if "results" in output.get("metadata", {}))
    return {"seconds": [results["wall_seconds"]], "accuracy": results["unseen_accuracy"]}


def one_epoch(quick, seed, onednn=True, xla=False, dtype="float32"):
    """Train a small convolutional network in one epoch, as the last step of github.com/tuomaso/train_mnist_fast.

    Written anew from its description: 24 filters of 5 x 5 and 32 of 3 x 3, each with pooling and then ReLU, 256
    neurons, batches of 256, Adam with shorter memories, a rate that rises and falls. Compilation is included.
    """
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = str(int(onednn))
    import helpers

    # isort: split
    import keras

    layers = keras.layers
    x, labels, x_test, test_labels = arrays(image_count(quick))
    y, steps = helpers.one_hot(labels), -(-len(x) // 256)
    keras.utils.set_random_seed(seed)
    begin = time.perf_counter()
    keras.config.set_dtype_policy(dtype)
    maps = []
    for filters, size in ((24, 5), (32, 3)):
        maps += [layers.Conv2D(filters, size), layers.MaxPooling2D(), layers.ReLU()]
    hidden = [layers.Flatten(), layers.Dense(256, activation="relu")]
    output = layers.Dense(10, activation="softmax", dtype="float32")
    model = keras.Sequential([keras.Input((784,)), layers.Reshape((28, 28, 1)), *maps, *hidden, output])
    keras.config.set_dtype_policy("float32")
    rising = round(0.3 * steps)
    rate = keras.optimizers.schedules.CosineDecay(0.0004, steps - rising, warmup_target=0.01, warmup_steps=rising)
    adam = keras.optimizers.Adam(rate, beta_1=0.7, beta_2=0.9)
    model.compile(adam, "categorical_crossentropy", jit_compile=xla, steps_per_execution=25)
    model.fit(x, y, batch_size=256, verbose=0)
    end = time.perf_counter()
    return {"seconds": [end - begin], "accuracy": accuracy(model, x_test, test_labels)}


def bare_decompression(quick, seed):
    """Unpack the four members of the data file with zlib, and do nothing with them."""
    with zipfile.ZipFile(MNIST) as archive:
        members = []
        for info in archive.infolist():
            archive.fp.seek(info.header_offset + 26)
            lengths = archive.fp.read(4)
            archive.fp.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
            members.append((archive.fp.read(info.compress_size), info.file_size))
    return time_calls(lambda: [zlib.decompress(packed, -15, size) for packed, size in members], quick)


def load_by_course(quick, seed):
    """Load and verify the data as the course does."""
    import helpers

    return time_calls(helpers.load_mnist, quick)


def load_by_keras(quick, seed):
    """Make the calls of `keras.datasets.mnist.load_data` on a warm cache, with the hash of the course's file."""
    import helpers  # noqa: F401

    # isort: split
    import keras

    sha256 = hashlib.sha256(MNIST.read_bytes()).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "datasets").mkdir()
        (Path(folder) / "datasets" / "mnist.npz").write_bytes(MNIST.read_bytes())

        def load():
            path = keras.utils.get_file("mnist.npz", origin="file:///", file_hash=sha256, cache_dir=folder)
            with np.load(path, allow_pickle=False) as file:
                return [file[name] for name in ("x_train", "y_train", "x_test", "y_test")]

        return time_calls(load, quick)


def load_idx(quick, seed, packed):
    """Read the four arrays from files in the form of the original ones, packed by gzip or not, and verify nothing."""
    with tempfile.TemporaryDirectory() as folder, np.load(MNIST) as file:
        for name in file.files:
            data = bytes(16) + file[name].tobytes()
            (Path(folder) / name).write_bytes(gzip.compress(data, 6) if packed else data)

        def load():
            for name in file.files:
                data = (Path(folder) / name).read_bytes()
                np.frombuffer(gzip.decompress(data) if packed else data, np.uint8, offset=16).copy()

        return time_calls(load, quick)


def one_answer(quick, seed, way):
    """Ask variant A about one image."""
    import helpers

    # isort: split
    import tensorflow as tf

    from helpers.start import xla_works

    model = helpers.relu_adam()
    image = arrays(1)[0]
    weights = model.get_weights()
    compiled = tf.function(model, jit_compile=xla_works())

    def by_numpy():
        hidden = image
        for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            hidden = np.maximum(hidden @ kernel + bias, 0)
        powers = np.exp(hidden @ weights[-2] + weights[-1])
        return powers / powers.sum()

    ask = {
        "predict": lambda: model.predict(image, verbose=0),
        "call": lambda: model(image).numpy(),
        "compiled": lambda: compiled(image).numpy(),
        "NumPy": by_numpy,
    }[way]
    np.testing.assert_allclose(ask(), model(image), atol=1e-5)
    return time_calls(ask, quick, calls=20)


def import_time(quick, seed, statement):
    """Import something in a new Python; the time of an empty Python is part of it."""
    command = [sys.executable, "-c", statement]
    return time_calls(lambda: subprocess.run(command, check=True, capture_output=True, cwd=COURSE), quick=True)


def growth(quick, seed, images, width):
    """Train networks of A's form as the course does: with more images, or with hidden layers of other widths."""
    import helpers

    # isort: split
    import keras

    x, labels, x_test, test_labels = arrays(min(images, image_count(quick)))
    keras.utils.set_random_seed(seed)
    hidden = [keras.layers.Dense(int(width * units), activation="relu") for units in (128, 256, 512)]
    model = keras.Sequential([keras.Input((784,)), *hidden, keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"], **helpers.xla_options())
    y = helpers.one_hot(labels)
    result = time_epochs(lambda _: model.fit(x, y, batch_size=32, verbose=0), quick)
    return {**result, "accuracy": accuracy(model, x_test, test_labels)}


#: The recipes of the ladder to 99 % in the appendix on speed, from the bottom up.
LADDER = yaml.safe_load((COURSE / "sweeps" / "ladder.yml").read_text(encoding="utf-8"))
#: The recipe for the test images that takes about a minute.
MINUTE = {"unseen": "test", "n_train": 60_000, "epochs": 6}


def compiled(helpers):
    """Return the argument of `compile` that asks for XLA, where it works."""
    return {"jit_compile": helpers.start.xla_works()}


#: How far A grows: the name of the group, how many images, how many times as wide.
GROWTH, IMAGES, WIDTHS = "A, as it grows", (1_000, 4_000, 16_000, 60_000), (0.25, 1, 4)
#: Group: rows. A row: its name, the package it needs besides the course's, a function of `quick` and `seed`.
#: Ratios are to the first row of the group.
GROUPS = {
    **{
        f"{variant}, an epoch": [
            ("fit, as typed", None, lambda q, s, v=variant: fit(v, q, s, lambda _: {"jit_compile": False})),
            ("fit, with xla_options()", None, lambda q, s, v=variant: fit(v, q, s, lambda h: h.xla_options())),
            ("fit, of OneProgram", None, lambda q, s, v=variant: fit(v, q, s, compiled, True)),
            ("one program", None, lambda q, s, v=variant: program(v, q, s)),
            ("PyTorch, eager", "torch", lambda q, s, v=variant: torch_rows(v, q, s, False)),
            ("PyTorch, compiled", "torch", lambda q, s, v=variant: torch_rows(v, q, s, True)),
            ("scikit-learn", "sklearn", lambda q, s, v=variant: sklearn_rows(v, q, s)),
            ("JAX, one scan", "jax", lambda q, s, v=variant: jax_rows(v, q, s)),
            ("the matrix products alone", None, lambda q, s, v=variant: products(v, q, s)),
        ]
        for variant in RECIPES
    },
    "convolution, 12,800 images": [
        ("keras.io's example", None, lambda q, s: convolutions(q, s, False)),
        ("notebook 07, shifted images", None, lambda q, s: convolutions(q, s, True)),
        ("keras.io's example, oneDNN", None, lambda q, s: convolutions(q, s, False, True)),
        ("notebook 07, shifted images, oneDNN", None, lambda q, s: convolutions(q, s, True, True)),
    ],
    "ladder": [(recipe["rung"], None, lambda q, s, r=recipe: whole_training(q, s, "ladder", r)) for recipe in LADDER],
    "a minute": [
        ("notebook 07, shifted images, label smoothing", None, lambda q, s: whole_training(q, s, "minutes", MINUTE))
    ],
    "a convolution in one epoch": [
        ("as in train_mnist_fast", None, one_epoch),
        ("without oneDNN", None, lambda q, s: one_epoch(q, s, onednn=False)),
        ("with XLA", None, lambda q, s: one_epoch(q, s, xla=True)),
        ("in bfloat16", None, lambda q, s: one_epoch(q, s, dtype="mixed_bfloat16")),
    ],
    "loading the data": [
        ("bare decompression", None, bare_decompression),
        ("load_mnist, verified", None, load_by_course),
        ("keras.datasets, cached", None, load_by_keras),
        ("idx files", None, lambda q, s: load_idx(q, s, False)),
        ("idx files, gzip", None, lambda q, s: load_idx(q, s, True)),
    ],
    "one answer of A": [
        ("model.predict", None, lambda q, s: one_answer(q, s, "predict")),
        ("model(...)", None, lambda q, s: one_answer(q, s, "call")),
        ("compiled function", None, lambda q, s: one_answer(q, s, "compiled")),
        ("NumPy", None, lambda q, s: one_answer(q, s, "NumPy")),
    ],
    "starting Python": [
        ("the first cell", None, lambda q, s: import_time(q, s, "import helpers; helpers.setup()")),
        ("import helpers", None, lambda q, s: import_time(q, s, "import helpers")),
        ("import tensorflow", None, lambda q, s: import_time(q, s, "import tensorflow")),
        ("import keras", None, lambda q, s: import_time(q, s, "import keras")),
        ("import torch", "torch", lambda q, s: import_time(q, s, "import torch")),
        ("import sklearn.neural_network", "sklearn", lambda q, s: import_time(q, s, "import sklearn.neural_network")),
        ("import jax", "jax", lambda q, s: import_time(q, s, "import jax")),
        ("nothing", None, lambda q, s: import_time(q, s, "pass")),
    ],
    GROWTH: [
        *((f"{n:,} images", None, lambda q, s, n=n: growth(q, s, n, 1)) for n in IMAGES),
        *((f"16,000 images, width x {w}", None, lambda q, s, w=w: growth(q, s, 16_000, w)) for w in WIDTHS if w != 1),
    ],
}


def measure(group, name, quick, seed):
    """Measure one row in this process."""
    function = next(function for row, _, function in GROUPS[group] if row == name)
    result = function(quick, seed)
    try:
        import resource
    except ImportError:  # Windows
        return result
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {**result, "memory": most / (2**20 if sys.platform == "darwin" else 2**10)}


if __name__ == "__main__":
    group, name, mode, seed = sys.argv[1:]
    print(json.dumps(measure(group, name, mode == "quick", int(seed))))
