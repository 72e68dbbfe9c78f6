"""What a class guessed, beside what came out, and which exercises were hard for it: for tools/grade.py."""

import math
from collections import Counter
from statistics import median

from matplotlib.ticker import MaxNLocator

from helpers.exercises.reports import lessons
from helpers.lesson import show, texts

#: How many bars a histogram of numbers has.
BARS = 10


def histograms(guesses, outcomes):
    """Count the guesses of a class.

    Parameters
    ----------
    guesses, outcomes : list of dict
        Of each file, by the name of the guess.

    Returns
    -------
    list of dict
        For each guess that somebody made, in the order of the course: "question"; "bars", each with "label", "count",
        "share" of the longest bar in per cent, and "out", whether the result lies there; and "outcome" as text, None
        if nobody's file has it.
    """
    names = [f"{lesson}-{name}" for lesson in lessons() for name in texts(lesson)["guesses"]]
    found = []
    for name in names:
        made = [each[name] for each in guesses if name in each]
        results = [each[name] for each in outcomes if name in each]
        if made:
            found.append(histogram(name, made, results))
    return found


def histogram(name, made, results):
    """Return the bars of one guess."""
    lesson, _, short = name.partition("-")
    asked = texts(lesson)["guesses"][short]
    if "choices" in asked:
        result = Counter(map(str, results)).most_common(1)[0][0] if results else None
        labels = {letter: show(name, letter) for letter in asked["choices"]}
        places, out = made, result
    else:
        numbers = [float(value) for value in results if isinstance(value, int | float) and math.isfinite(value)]
        result = median(numbers) if numbers else None
        edges = edges_of(asked["unit"], [*made, *([result] if numbers else [])])
        texts_of_edges = [show(name, edge) for edge in edges]
        labels = {i: f"{texts_of_edges[i]} to {texts_of_edges[i + 1]}" for i in range(len(edges) - 1)}
        places, out = [place(value, edges) for value in made], None if result is None else place(result, edges)
    counts = Counter(places)
    most = max(counts.values())
    bars = [
        {"label": label, "count": counts[key], "share": round(100 * counts[key] / most), "out": key == out}
        for key, label in labels.items()
    ]
    return {"question": asked["question"], "bars": bars, "outcome": None if result is None else show(name, result)}


def edges_of(unit, values):
    """Return round edges for bars that hold all values; where the largest is over 100 times the smallest, in ratios."""
    low, high = min(values), max(values)
    if unit == "share":
        return [i / BARS for i in range(BARS + 1)]
    if low <= 0 or high / low <= 100:
        return [float(edge) for edge in MaxNLocator(BARS).tick_values(low, high)]
    steps = (1, 2, 5) if high / low < 10_000 else (1,)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    edges = [step * 10.0**decade for decade in decades for step in steps]
    return edges[sum(edge <= low for edge in edges) - 1 : sum(edge < high for edge in edges) + 1]


def place(value, edges):
    """Return the number of the bar in which a value lies."""
    return min(max(sum(value >= edge for edge in edges) - 1, 0), len(edges) - 2)


def hardest(numbers, columns, ideas, most=5):
    """Return the exercises that the fewest solved of those who answered: number, solved, answered, and wrong ideas."""
    rows = []
    for number, column, (_, said) in zip(numbers, columns, ideas, strict=True):
        answered = [verdict.state == "right" for verdict in column if verdict.state in ("right", "wrong")]
        if answered and not all(answered):
            rows.append({"number": number, "solved": sum(answered), "answered": len(answered), "ideas": said[:2]})
    rows.sort(key=lambda row: row["solved"] / row["answered"])
    return rows[:most]
