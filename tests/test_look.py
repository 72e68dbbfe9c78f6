"""What look.css promises."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from helpers import look
from helpers.look import variables


def luminance(colour):
    """Return a colour's luminance, as the Web Content Accessibility Guidelines define it."""
    c = np.array(to_rgb(colour))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("dark", [False, True])
def test_text_and_edges_stand_out(dark):
    colours = variables(dark)
    for name, back in itertools.product(("ink", "soft", "blue", "red", "green", "purple", "edge"), ("paper", "wash")):
        low, high = sorted(luminance(colours[colour]) for colour in (name, back))
        least = 3 if name == "edge" or (back == "wash" and name not in ("ink", "soft")) else 4.5
        assert (high + 0.05) / (low + 0.05) >= least, (name, back)
    assert set(variables(dark=True)) < set(variables())


def test_more_rules_in_the_style_change_no_variable(monkeypatch):
    expected = variables(), variables(dark=True)
    monkeypatch.setattr(look, "CSS", f"p {{ --blue: #000; }}\n{look.CSS}\n.note {{ --blue: #000; }}")
    assert (variables(), variables(dark=True)) == expected
