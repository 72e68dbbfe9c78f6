"""The error of a photo that is not read: it brings along, and shows in a notebook, what was found up to there."""

import matplotlib.pyplot as plt
from IPython import get_ipython

from helpers.plots import RED, show


class UnreadablePhoto(ValueError):
    """Says why a photo is not read. If a notebook does not catch it, the stages up to the failing one are shown."""

    def __init__(self, message, stages, boxes=()):
        super().__init__(message)
        #: as of `photo_stages`, up to the one that failed
        self.stages = stages
        #: left, top, right, bottom of the marks that were found, in pixels of the first stage
        self.boxes = list(boxes)

    def show_stages(self):
        """Show the stages, with the marks that were found in frames on the first."""
        show(draw_stages(self.stages, self.boxes), f"Up to here it went. {self}")

    def _render_traceback_(self):
        """Return the lines of the traceback, as IPython asks for it, after the picture was shown."""
        self.show_stages()
        return get_ipython().InteractiveTB.structured_traceback(type(self), self, self.__traceback__)


def draw_stages(stages, boxes=()):
    """Return a figure of the stages of a photo side by side, with boxes as frames on the first."""
    figure, axes = plt.subplots(1, len(stages), figsize=(3 * len(stages), 3), squeeze=False)
    for axis, (name, stage) in zip(axes.flat, stages.items(), strict=True):
        axis.imshow(stage, cmap="gray" if axis is axes[0, 0] else "gray_r", vmin=0, vmax=1)
        axis.set_title(name, fontsize=11)
        axis.set(xticks=[], yticks=[])
    for left, top, right, bottom in boxes:
        frame = plt.Rectangle((left, top), right - left, bottom - top, fill=False, color=RED, linewidth=2)
        axes[0, 0].add_patch(frame)
    return figure
