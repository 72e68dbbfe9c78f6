"""The look of the course, as look.css has it, for what is drawn with Python."""

import re
from pathlib import Path

CSS = (Path(__file__).parent / "look.css").read_text(encoding="utf-8")


def variables(dark=False):
    """Return the variables of look.css by name, such as "blue": "#0072b2"; for dark pages, those that differ there."""
    rule = re.search(r"\.dark[^{]*\{([^}]*)\}" if dark else r":root[^{]*\{([^}]*)\}", CSS)
    return dict(re.findall(r"--([\w-]+): ([^;]+);", rule[1]))


_RULES = " ".join(f"--{name}: {value};" for name, value in variables(dark=True).items())
#: What follows look.css on a page that is dark where the reader's system is.
DARK = f"@media (prefers-color-scheme: dark) {{ body {{ {_RULES} }} }}"
