"""What a class guessed, beside what came out, and which exercises were hard for it: for tools/grade.py."""

import math
from collections import Counter
from statistics import median

from matplotlib.ticker import MaxNLocator

from helpers.exercises import exercises
from helpers.exercises.reports import lessons
from helpers.lesson import as_text, texts

#: How many bars a histogram of numbers has.
BARS = 10
#: The largest number that is shown, and the smallest above 0.
MOST, LEAST = 1e15, 1e-12


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
        labels = {letter: as_text(name, letter) for letter in asked["choices"]}
        places, out = made, result
    else:
        made, numbers = ([0 if abs(n) < LEAST else n for n in within(some, (-MOST, MOST))] for some in (made, results))
        result = median(numbers) if numbers else None
        shown = within(made, range_of(made, median(made) if result is None else result))
        edges = edges_of(asked["unit"], [*shown, *([result] if numbers else [])])
        ends = [as_text(name, edge) for edge in edges]
        labels = {i: f"{ends[i]} to {ends[i + 1]}" for i in range(len(edges) - 1)}
        if min(made) < edges[0]:
            labels[0] = f"less than {ends[1]}"
        if max(made) > edges[-1]:
            labels[len(edges) - 2] = f"{ends[-2]} or more"
        places, out = [place(value, edges) for value in made], None if result is None else place(result, edges)
    counts = Counter(places)
    most = max(counts.values())
    bars = [
        {"label": label, "count": counts[key], "share": round(100 * counts[key] / most), "out": key == out}
        for key, label in labels.items()
    ]
    return {"question": asked["question"], "bars": bars, "outcome": None if result is None else as_text(name, result)}


def range_of(made, middle):
    """Return the least and the largest number that bars show: what lies beyond counts in the bars at the ends."""
    if middle <= 0:
        return -1_000 * max(1, -middle), 1_000 * max(1, -middle)
    return (-10 * middle, 10 * middle) if min(made) <= 0 else (middle / 1e6, 1e6 * middle)


def within(values, limits):
    """Return values, those beyond the limits at these."""
    return [min(max(value, limits[0]), limits[1]) for value in values]


def edges_of(unit, values):
    """Return round edges for bars that hold all values; where the largest is over 100 times the smallest, in ratios."""
    low, high = min(values), max(values)
    if low == high:
        low, high = low - abs(low or 1), high + abs(high or 1)
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
    """Return the exercises that the fewest solved of those who answered: number, solved, answered, and wrong ideas.

    A reply may quote what a student typed, so only those are shown that the course has in its texts.
    """
    rows = []
    for number, column, (_, said) in zip(numbers, columns, ideas, strict=True):
        answered = [verdict.state == "right" for verdict in column if verdict.state in ("right", "wrong")]
        if answered and not all(answered):
            known = {wrong[1] for wrong in exercises()[number].get("wrong", [])}
            said = [(idea, count) for idea, count in said if idea in known]
            rows.append({"number": number, "solved": sum(answered), "answered": len(answered), "ideas": said[:2]})
    rows.sort(key=lambda row: row["solved"] / row["answered"])
    return rows[:most]
