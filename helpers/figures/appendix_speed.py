"""The figure of the appendix on speed that shows stored trainings."""

import matplotlib.pyplot as plt

from helpers.plots import show


def plot_ladder(runs, *, caption=""):
    """Draw how long each recipe trains, from the top down, and write what it reaches on the validation images.

    Parameters
    ----------
    runs : pandas.DataFrame
        The stored runs "ladder"; see `helpers.load_runs`.
    caption : str
        See `helpers.plots.show`.
    """
    rungs = runs.groupby("rung", sort=False)[["processor_seconds", "unseen_accuracy"]].mean()
    figure, axis = plt.subplots(figsize=(8, 0.4 * len(rungs) + 1))
    bars = axis.barh(rungs.index, rungs.processor_seconds)
    labels = [f"{rung.processor_seconds:.0f} s, {rung.unseen_accuracy:.2%}" for rung in rungs.itertuples()]
    axis.bar_label(bars, labels, padding=4)
    axis.invert_yaxis()
    axis.margins(x=0.25)
    axis.set(xlabel="seconds of a processor core")
    show(figure, caption)
