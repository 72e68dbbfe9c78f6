"""How fast the course is, beside others: `make bench` stores one table in benchmarks/results.md and prints it.

Every row is measured in a process of its own, all rows once a round, in an order that turns with each round. A ratio
is taken within a round; the table, written after each round, shows their median, with the least and the most. A row
whose package is not installed is left out, and named.

Usage: python benchmarks/run.py [--rounds NUMBER] [--quick] [--only GROUP...] [--out FILE]
"""

import argparse
import datetime
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

from measures import GROUPS, GROWTH, RECIPES, measure

from helpers.environment import processor

FOLDER = Path(__file__).resolve().parent
PACKAGES = ["tensorflow", "keras", "numpy", "torch", "scikit-learn", "jax"]
RECIPE_GROUPS = [f"{variant}, an epoch" for variant in RECIPES]
COLUMNS = ["what", "how", "seconds", "times as fast as the first", "whole recipe", "floors", "start", "MB", "accuracy"]


def run_row(group, name, quick, seed):
    """Measure a row in a new process (in this one if quick), and return its results."""
    if quick:
        return measure(group, name, quick, seed)
    command = [sys.executable, str(FOLDER / "measures.py"), group, name, "full", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{group}, {name} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def spread(values, form="{:.2f}"):
    """Return a median with the least and the most."""
    middle = form.format(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({form.format(min(values))} to {form.format(max(values))})"


def table_rows(group, results):
    """Yield the lines of a group as lists of cells; `results` has, by row name, one dict a round."""
    seconds = {name: [min(r["seconds"]) for r in rounds] for name, rounds in results.items()}
    first, last = next(iter(seconds)), next(reversed(seconds))
    trained = group in RECIPE_GROUPS
    for name, rounds in results.items():
        cells = dict.fromkeys(COLUMNS, "")
        cells |= {"what": group, "how": name, "seconds": f"{statistics.median(seconds[name]):.3g}"}
        faster = [a / b for a, b in zip(seconds[first], seconds[name], strict=True)]
        cells["times as fast as the first"] = spread(faster)
        if trained:
            cells["floors"] = spread([a / b for a, b in zip(seconds[name], seconds[last], strict=True)])
        if trained and name != last:
            epochs = RECIPES[group[0]].epochs
            whole = {
                row: [r["start"] + epochs * s for r, s in zip(results[row], seconds[row], strict=True)]
                for row in (first, name)
            }
            cells["whole recipe"] = spread([a / b for a, b in zip(whole[first], whole[name], strict=True)])
            cells["start"] = f"{statistics.median(r['start'] for r in rounds):.1f}"
        if "memory" in rounds[0] and group not in ("starting Python", "ladder", "a minute"):
            cells["MB"] = f"{statistics.median(r['memory'] for r in rounds):.0f}"
        if "accuracy" in rounds[0]:
            accuracy = statistics.mean(r["accuracy"] for r in rounds)
            cells["accuracy"] = f"{accuracy:.1%}" if group in (GROWTH, *RECIPE_GROUPS) else f"{accuracy:.2%}"
        yield list(cells.values())


def describe(rounds, left_out):
    """Return the words above the table."""
    found = [name for name in PACKAGES if importlib.util.find_spec({"scikit-learn": "sklearn"}.get(name, name))]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in found)
    lines = [
        "# Benchmark",
        "",
        "Written by `make bench`; [measures.py](measures.py) has what each row does.",
        "",
        f"- {datetime.date.today()}; {processor()}, {os.cpu_count()} cores; "
        f"Python {platform.python_version()}, {versions}",
        f"- rounds: {rounds}, each row in a process of its own, in turning order. "
        + ("In brackets: the least and the most of the rounds. " if rounds > 1 else "")
        + "Ratios are taken within a round.",
        "- *seconds*: of an epoch of 60,000 images (convolution: of 12,800), the shortest of four after the first; of "
        "one call, the shortest of seven; of a start of Python, of two; of a whole training in the ladder, in a minute "
        "and in one epoch, on all cores, compilation included (the lesson's ladder counts the seconds of one core). "
        "The shortest, since whatever else a computer does can only add to it",
        "- *whole recipe*: the ratio for all epochs of the post, with *start*, the seconds that the first epoch takes "
        "longer than the others: compilation, mostly; below zero it is chance",
        "- *floors*: how many times the seconds of the matrix products alone",
        "- *accuracy*: mean on the test images, after five epochs, or the one, or the six of a minute; in the ladder, "
        "on the validation images, after the epochs that [ladder.yml](../sweeps/ladder.yml) names. All rows of a "
        "variant train the same recipe, but scikit-learn draws its first weights in its own way. After five epochs B "
        "is still near its start, where its accuracy jumps from epoch to epoch",
    ]
    if left_out:
        lines.append(f"- left out, since the package is not installed: {', '.join(left_out)}")
    return [*lines, ""]


def main():
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="few images and calls: to see that it works")
    parser.add_argument("--only", nargs="*", choices=list(GROUPS), default=list(GROUPS), metavar="GROUP")
    parser.add_argument("--out", type=Path, default=FOLDER / "results.md")
    arguments = parser.parse_args()
    rows, left_out = [], []
    for group in arguments.only:
        for name, package, _ in GROUPS[group]:
            if package and importlib.util.find_spec(package) is None:
                left_out.append(f"{group}: {name}")
            else:
                rows.append((group, name))
    results = {group: {name: [] for g, name in rows if g == group} for group in arguments.only}
    for seed in range(arguments.rounds):
        for group, name in rows[:: 1 - 2 * (seed % 2)]:
            result = run_row(group, name, arguments.quick, seed)
            results[group][name].append(result)
            print(f"round {seed + 1}, {group}: {name}: {min(result['seconds']):.3g} s", flush=True)
        lines = [COLUMNS, ["---"] * len(COLUMNS)]
        for group, found in results.items():
            lines += table_rows(group, found)
        table = [*describe(seed + 1, left_out), *("| " + " | ".join(line) + " |" for line in lines)]
        arguments.out.write_text("\n".join(table) + "\n", encoding="utf-8")
    print("\n".join(["", *table]))


if __name__ == "__main__":
    main()
