"""Numbers in the prose that stored data or arithmetic decide: each is computed again here."""

import math
from pathlib import Path

import nbformat
import numpy as np
import pytest

from helpers import load_mnist, load_runs, one_hot, preprocess, relu_adam, sigmoid_sgd, written_by_students
from helpers.figures.your_project import CLAIMS, gains, verdict

COURSE = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def digits():
    """The training images as rows, 0 to 1, and their labels."""
    (images, labels), _ = load_mnist()
    return images.reshape(-1, 784) / np.float32(255), labels


def nearest_mean(x, y, new):
    means = np.stack([x[y == digit].mean(axis=0) for digit in range(10)])
    return np.stack([((new - mean) ** 2).sum(axis=1) for mean in means], axis=1).argmin(axis=1)


def test_01_a_reader_without_a_network(digits):
    x, y = digits
    assert round(np.bincount(y).max() / len(y), 2) == 0.11
    new = (nearest_mean(x[:50_000], y[:50_000], x[50_000:]) == y[50_000:]).mean()
    few = (nearest_mean(x[:10_000], y[:10_000], x[50_000:]) == y[50_000:]).mean()  # in notebook 04
    assert round(few, 2) == 0.82
    seen = (nearest_mean(x[:50_000], y[:50_000], x[:50_000]) == y[:50_000]).mean()
    assert round(new, 2) == 0.83 and seen < new - 0.02


def test_02_a_random_cut_makes_both_parts_alike(digits):
    x, y = digits
    order = np.random.default_rng(0).permutation(60_000)
    seen, new = order[:50_000], order[50_000:]
    share = (nearest_mean(x[seen], y[seen], x[new]) == y[new]).mean()
    assert abs(share - 0.803) < 0.003


def test_03_prices_and_steps():
    assert round(np.log(0.001) / np.log(0.5)) == 10 and round(-np.log(0.1), 2) == 2.30
    assert round(-np.log(0.5), 2) == 0.69 and -(-50_000 // 32) == 1_563


@pytest.fixture
def board():
    """Mean accuracy of B by activation and rule, as notebook 05 draws it."""
    runs = load_runs("changes_of_b").query("largest == 1")
    rule = runs.optimizer.where(runs.optimizer == "Adam", "SGD " + runs.learning_rate.astype(str))
    return 100 * runs.assign(rule=rule).pivot_table(index="activation", columns="rule", values="unseen_accuracy")


def test_05_who_is_guilty(board):
    relu, sigmoid = board.loc["relu"], board.loc["sigmoid"]
    assert round(relu["SGD 0.01"] - sigmoid["SGD 0.01"]) == 8
    assert relu["SGD 1.0"] - sigmoid["SGD 1.0"] < 0.5
    assert round(relu["SGD 0.1"] - relu["SGD 0.01"]) == 2 and round(sigmoid["SGD 1.0"] - sigmoid["SGD 0.01"]) == 10
    singles = [relu["SGD 0.01"], sigmoid["SGD 0.1"], sigmoid["SGD 1.0"], sigmoid["Adam"]]
    assert min(singles) > sigmoid["SGD 0.01"] + 5
    assert max(singles) == sigmoid["Adam"] and sigmoid["Adam"] - sigmoid["SGD 1.0"] < 0.5
    a = load_runs("ten_seeds").query("variant == 'A' and epochs == 20 and unseen == 'validation'").unseen_accuracy
    assert relu["Adam"] > 100 * a.mean()
    small_batches = load_runs("batch_size").query("variant == 'B' and batch_size == 32").unseen_accuracy
    assert round(100 * small_batches.mean()) == 92
    fewer = load_runs("training_images").query("variant == 'B' and n_train == 20_000").unseen_accuracy
    more = load_runs("ten_seeds").query("variant == 'B' and unseen == 'test'").unseen_accuracy
    assert len(fewer) == 2 and abs(more.mean() - fewer.mean()) < 0.005
    unscaled = load_runs("changes_of_b").query("largest == 255").unseen_accuracy
    assert 100 * unscaled.min() > sigmoid["SGD 0.01"] + 5 and 0.25**5 < 0.001 < 0.25**4


def test_06_the_share_of_right_labels(digits):
    rng, labels = np.random.default_rng(0), digits[1][:2_000]
    given = labels.copy()
    careless = rng.random(2_000) < 0.3
    given[careless] = rng.integers(0, 10, careless.sum())
    assert abs((given == labels).mean() - 0.73) < 0.01


def test_06_ten_seeds_of_each_cannot_tell():
    a = load_runs("ten_seeds").query("variant == 'A' and epochs == 20 and unseen == 'validation'").unseen_accuracy
    b = load_runs("changes_of_b").query("activation == 'sigmoid' and optimizer == 'Adam'").unseen_accuracy
    assert len(a) == len(b) == 10
    error = np.sqrt(a.var() / 10 + b.var() / 10)
    assert abs(a.mean() - b.mean()) < 2 * error
    assert 0.004 < np.ptp(a) < 0.007 and np.ptp(b) > 0.005  # single trainings differ by half a point and more
    assert round(100 * np.sqrt(0.98 * 0.02 / 10_000), 2) == 0.14
    assert round(math.erfc(2 / math.sqrt(2)), 2) == 0.05  # how often luck alone goes beyond two errors


def test_07_what_single_changes_gain():
    runs = load_runs("small_budget").fillna("nothing")
    means = runs[~runs.shuffled].groupby("change").unseen_accuracy.mean()
    assert set(means.index) == {"nothing", "dropout", "falling rate", "shifts", "convolution"}
    assert means.idxmax() == "convolution" and means["convolution"] > means["nothing"] + 0.01
    assert round(159_546 / 270_218, 1) == 0.6  # of the parameters that variant A has


def test_07_each_change_gains_beyond_luck_dropout_and_shifts_half_a_point():
    runs = load_runs("small_budget").fillna("nothing")
    board = runs[~runs.shuffled].groupby("change").unseen_accuracy.agg(["mean", "var", "count"])
    gain = board["mean"] - board["mean"]["nothing"]
    error = np.sqrt(board["var"] / board["count"] + board["var"]["nothing"] / board["count"]["nothing"])
    assert (gain > 2 * error).sum() == 4 and (board["count"] == 10).all()
    assert all(0.003 < gain[change] < 0.007 for change in ("dropout", "shifts"))


def test_07_a_convolution_needs_neighbours_and_a_dense_network_does_not():
    runs = load_runs("small_budget").fillna("nothing").groupby(["change", "shuffled"]).unseen_accuracy
    assert runs.count().min() == 5
    mean, least, most = runs.mean(), runs.min(), runs.max()
    assert abs(mean["nothing", True] - mean["nothing", False]) < 0.005
    assert most["convolution", True] < mean["nothing", True] and least["convolution", False] > mean["nothing", False]


def test_07_batch_normalization_is_to_blame_on_grey_paper():
    runs = load_runs("grey_paper").groupby("normalize")[["paper 0.0", "paper 0.2", "paper 0.4"]]
    assert (runs.count() == 3).all(axis=None)
    means = runs.mean()
    white = means["paper 0.0"]  # the error of the difference is that of two shares of 2,000 digits
    assert abs(white[True] - white[False]) < 2 * np.sqrt(2 * white.mean() * (1 - white.mean()) / 2_000)
    for paper in ("paper 0.2", "paper 0.4"):
        assert means.loc[False, paper] > 2 * means.loc[True, paper]
        assert runs.min().loc[False, paper] > runs.max().loc[True, paper] + 0.15


def test_08_what_the_networks_can_bear():
    means = load_runs("own_writing").groupby("network").mean(numeric_only=True)
    a, b, convnet = (means.loc[name] for name in ("relu_adam", "sigmoid_sgd", "convnet"))
    assert round(100 * (a.unseen_accuracy - b.unseen_accuracy)) == 10
    assert a["shift 2"] < b.unseen_accuracy
    assert convnet["shift 4"] > 0.9 > 2 * a["shift 4"]
    assert convnet["grey paper 0.4"] < min(a["grey paper 0.4"], b["grey paper 0.4"]) / 2


def test_08_a_few_digits_of_ones_own_teach_a_network_and_alone_they_make_it_forget():
    runs = 100 * load_runs("own_digits").groupby("network").mean(numeric_only=True)
    for network in ("A", "convolution"):
        shares = {
            when: np.array([runs.loc[network, f"writer {writer}, {when}"] for writer in range(8)])
            for when in ("before", "beside", "alone")
        }
        costs = {
            when: np.array([runs.loc[network, f"MNIST, {when}, writer {writer}"] for writer in range(8)])
            for when in ("beside", "alone")
        }
        before = runs.loc[network, "MNIST, before"]
        found = [shares[when].mean() for when in ("before", "beside", "alone")]
        mnist = [before, costs["beside"].mean(), costs["alone"].mean()]
        assert [round(value) for value in found] == ([86, 99, 97] if network == "A" else [94, 100, 94])
        told = [97.3, 97.9, 96.5] if network == "A" else [99.4, 99.3, 98.7]
        assert [round(value, 1) for value in mnist] == told
        assert shares["before"].argmin() == 7  # the hardest of eight stands in
    single = 100 * load_runs("own_digits").set_index(["network", "seed"])
    before, alone = (
        single[[f"writer {writer}, {when}" for writer in range(8)]].mean(axis=1) for when in ("before", "alone")
    )
    gain = alone - before
    assert gain["A"].min() > 5 and gain["convolution"].min() < -1 and gain["convolution"].max() > 1
    assert gain["A"].size == gain["convolution"].size == 3


def test_09_the_mix_of_writers_solves_a_riddle(digits):
    x, y = digits
    right = nearest_mean(x[:50_000], y[:50_000], x) == y
    assert round(right[:50_000].mean(), 2) == 0.80 and round(right[50_000:].mean(), 2) == 0.83
    students, students_test = written_by_students()
    assert students[:50_000].mean() == 0.5 and students[50_000:].mean() == 0.405 and students_test.sum() == 5_001
    seen, new = slice(50_000), slice(50_000, 60_000)
    of_students, of_employees = right[seen][students[seen]].mean(), right[seen][~students[seen]].mean()
    by_mix = 0.405 * of_students + 0.595 * of_employees - right[seen].mean()
    assert 0.2 < by_mix / (right[new].mean() - right[seen].mean()) < 1 / 3
    assert right[new][~students[new]].mean() > of_employees + 0.02
    assert abs(right[new][students[new]].mean() - of_students) < 0.005


@pytest.fixture(scope="module")
def writers():
    """What was measured with the list of writers, by name."""
    return load_runs("writers").set_index("what").value


def test_09_who_they_are(writers):
    assert writers["people, training set"] == 539 and writers["people, test set"] == 297
    assert writers["people, test set, students"] == 249 and writers["people, test set, employees"] == 48
    assert writers["people, validation images"] == 305
    assert writers["people, validation images, also in training"] == 251


def test_09_who_learned_from_others_loses():
    means = 100 * load_runs("who_wrote_it").groupby("network").mean(numeric_only=True)
    a, convolution = means.loc["A"], means.loc["convolution"]
    students, employees = (
        a[f"{own}, {own}"] - a[f"{other}, {own}"]
        for own, other in (("students", "employees"), ("employees", "students"))
    )
    assert round(students) == 3 and 0.35 < employees / students < 0.65
    for group in ("students", "employees"):
        assert a[f"both, {group}"] > a[f"{group}, {group}"] - 0.5
        assert abs(a[f"twice, {group}"] - a[f"both, {group}"]) < 0.8
    lost = convolution["students, students"] - convolution["employees, students"]
    assert lost < students and 100 - convolution["employees, students"] > 2 * (100 - convolution["students, students"])


def test_09_whole_people_are_read_a_little_worse():
    held = load_runs("held_out").groupby("draw")[["single images", "whole people"]].mean()
    gap = held["single images"] - held["whole people"]
    assert len(held) == 10 and (gap > 0).all()
    assert 2 * gap.std() / np.sqrt(10) < gap.mean() < 0.006
    assert round(held["single images"].mean(), 2) == 0.97


def test_09_an_error_bar_must_count_people(writers):
    images, people = (writers[f"error that counts {counted}, all"] for counted in ("images", "people"))
    assert round(100 * images, 2) == 0.16 and 1.35 < people / images < 1.65
    for kind in ("90 people", "297 people"):
        assert writers[f"coverage of the 95% interval that counts people, {kind}"] > 0.925
        assert writers[f"coverage of the 95% interval that counts images, {kind}"] < 0.86
    assert 0.3 < 200 * writers["error that counts people, difference of two seeds"] < 0.45


def test_09_the_table_of_people_has_the_error_of_the_people_themselves(writers):
    table = load_runs("people").query("part == 'test'")
    people = table.loc[table.index.repeat(table.people)]
    mistakes, images = people.mistakes.to_numpy(), people.images.to_numpy()
    assert table.people.min() >= 3 and len(people) == 297 and abs(images.sum() - 10_000) < 1
    drawn = np.random.default_rng(0).integers(0, 297, (2_000, 297))
    error = (mistakes[drawn].sum(axis=1) / images[drawn].sum(axis=1)).std()
    assert abs(error - writers["error that counts people, all"]) < 0.0002


def test_09_some_are_hard_to_read_and_luck_makes_it_look_worse(writers):
    share = "share of the mistakes, worst tenth, {}"
    by_luck = share + ", if all were equally hard"
    assert round(writers[share.format("training")], 1) == 0.3 and round(writers[by_luck.format("training")], 1) == 0.2
    assert round(writers[share.format("test")], 2) == 0.43 and round(writers[by_luck.format("test")], 2) == 0.44


def test_the_posts_post_a_is_within_luck():
    runs = load_runs("ten_seeds").query("variant == 'A' and epochs == 10 and unseen == 'test'").unseen_accuracy
    assert int(100 * runs.min()) == 97 and len(runs) == 10


def test_05_the_curves_of_the_board_end_where_its_squares_stand(board):
    curves = load_runs("curves_of_b")
    for _, run in curves.iterrows():
        rule = "Adam" if run.optimizer == "Adam" else f"SGD {run.learning_rate}"
        assert abs(100 * run["epoch 20"] - board.loc[run.activation, rule]) < 1
    assert len(curves) == 8


def test_03_the_slope_of_the_loss_at_the_end_of_the_chain():
    def loss(weight):
        return (1 * weight * 3 * 4 - 5) ** 2

    assert (loss(0.5001) - loss(0.4999)) / 0.0002 == pytest.approx(24)


def test_03_a_short_step_helps_other_batches_too():
    """With the functions and the first weights of the lesson."""
    lesson = nbformat.read(COURSE / "notebooks" / "03_how_a_network_learns.ipynb", as_version=4)
    made = {"np": np}
    exec(next(cell.source for cell in lesson.cells if cell.id == "softmax"), made)
    (images, labels), _ = load_mnist()
    batches = [(preprocess(images[i : i + 32]), one_hot(labels[i : i + 32])) for i in range(0, 32 * 101, 32)]
    first = np.random.default_rng(0).normal(0, 0.05, (784, 10)), np.zeros(10)
    helped = {}
    for rate in (0.5, 0.1):
        after = made["step"](*batches[0], *first, rate)
        helped[rate] = sum(made["loss_on"](*batch, *after) < made["loss_on"](*batch, *first) for batch in batches[1:])
    assert helped == {0.5: 29, 0.1: 97}


def test_the_readme_says_why_there_is_another_course():
    tested = load_runs("ten_seeds").query("unseen == 'test'").groupby("variant").unseen_accuracy
    mistakes, spread = 1 - tested.mean(), tested.max() - tested.min()
    assert round(mistakes["B"] / mistakes["A"]) == 5 and round(1 - mistakes["A"], 2) == 0.98
    assert tested.size()["A"] == 10 and round(100 * spread["A"], 1) == 0.5
    assert sigmoid_sgd().count_params() > 2 * relu_adam().count_params()
    moved = load_runs("own_writing").groupby("network")["shift 4"].mean()
    assert round(moved["relu_adam"], 2) == 0.34 and round(moved["convnet"], 2) == 0.97
    a = load_runs("who_wrote_it").query("network == 'A'").mean(numeric_only=True)
    assert round(a["employees, employees"], 2) == 0.98 and round(a["employees, students"], 2) == 0.93
    assert 0 < a["students, employees"] - a["students, students"] < 0.01


def test_10_what_carries_over_to_clothes():
    runs = load_runs("carry_over")
    assert runs.groupby("images").seed.nunique().tolist() == [3, 3, 3, 3]
    points = {claim: gains(runs, *names) for claim, names in CLAIMS.items()}
    means = {claim: {images: values.mean() for images, values in found.items()} for claim, found in points.items()}
    assert 3 < means["hidden layers help"]["digits"] < 4 and means["hidden layers help"]["clothes"] < 2
    assert round(means["the convolutional network beats A"]["digits"]) == 3
    assert means["the convolutional network beats A"]["clothes"] < 1
    for claim in ("mirrored images help", "... and helps with unshifted ones, too"):
        assert means[claim]["digits"] * means[claim]["clothes"] < 0
    for claim in (
        "A beats B",
        "Adam alone makes up for that",
        "it is surer than it is right",
        "a shift by two pixels hurts",
    ):
        assert {verdict(values) for values in points[claim].values()} == {"yes"}
