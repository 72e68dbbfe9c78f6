"""Open the course in JupyterLab, in copies of the reader's own: `make lab`.

The copies are in mine/notebooks/, without outputs, their solutions folded. What is there already is never overwritten:
whoever wants to begin a notebook anew renames or deletes the copy.

Usage: python tools/lab.py [OPTIONS OF JUPYTERLAB]
"""

import sys
from pathlib import Path

from jupyterlab.labapp import LabApp

sys.path.insert(0, str(Path(__file__).parent))  # where PYTHONSAFEPATH is set, Python does not do that
from copies import COURSE, without_outputs, write_copies

#: Beside the notebooks that are read, since the server's folder is the course's.
OWN = COURSE / "mine" / "notebooks"


def main():
    """Copy the notebooks that the reader does not have yet, and start JupyterLab on the first."""
    for path in write_copies(OWN, without_outputs, overwrite=False):
        print(f"New: {path.relative_to(COURSE)}")
    # The whole course is served, since the notebooks link to it; settings of the user's own may name another folder.
    root = [f"--ServerApp.root_dir={COURSE}", "--FileContentsManager.preferred_dir="]
    first = "--LabApp.default_url=/lab/tree/mine/notebooks/00_start_here.ipynb"
    # Settings that ask for no news and look for no newer version: nothing here needs a network.
    settings = f"--LabApp.app_settings_dir={COURSE / 'tools' / 'jupyterlab'}"
    LabApp.launch_instance([*root, first, settings, *sys.argv[1:]])


if __name__ == "__main__":
    main()
