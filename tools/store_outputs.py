"""Execute notebooks in place and store their outputs; twice gives the same bytes, measured times excepted.

The README's picture of the layers is taken from the cell tagged `readme`.

Usage: python tools/store_outputs.py [--timeout SECONDS] [NOTEBOOK...]
"""

import argparse
import base64
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from helpers.files import write_atomically

COURSE = Path(__file__).resolve().parents[1]
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py"},
}


def store_outputs(path, timeout=1200):
    """Execute one notebook; replace the file by the result once all of it has run. No cell may take longer."""
    with tempfile.TemporaryFile(dir=path.parent):  # complains now if nothing can be written here
        pass
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],  # the kernel warns of its own transport otherwise
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)  # has an address of this run
        if "readme" in cell.metadata.get("tags", []):
            shown = "".join(output.data.get("text/html", "") for output in cell.outputs if "data" in output)
            picture = re.search(r'src="data:image/png;base64,([^"]+)"', shown)[1]
            write_atomically(COURSE / "pictures" / "layers.png", base64.b64decode(picture))
    write_atomically(path, (nbformat.writes(notebook).rstrip("\n") + "\n").encode())


def main():
    """Store the outputs of the notebooks named on the command line, or of all; exit with 1 if one fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of the course")
    parser.add_argument("--timeout", type=int, default=1200, help="seconds that a cell may take (default: %(default)s)")
    arguments = parser.parse_args()
    failed = False
    own = tempfile.TemporaryDirectory()
    os.environ["DIGITS_MINE"] = own.name  # stored outputs do not depend on the reader's own network, nor change it
    for path in [path.resolve() for path in arguments.notebooks] or sorted(COURSE.glob("notebooks/*.ipynb")):
        start = time.monotonic()
        try:
            store_outputs(path, arguments.timeout)
            print(f"{path.stem}: {time.monotonic() - start:.0f} s", flush=True)
        except Exception as error:  # a cell that fails or hangs, a dead kernel, a full disk: the others still run
            failed = True
            print(f"{path.stem}: left as it was, since this went wrong:\n{type(error).__name__}: {error}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
