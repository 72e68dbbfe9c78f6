"""Execute notebooks in place and store their outputs; twice gives the same bytes (`make outputs`).

The picture of the README is taken from the cell tagged `readme`.

Usage: python tools/store_outputs.py [NOTEBOOK...]
"""

import base64
import os
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

COURSE = Path(__file__).resolve().parents[1]
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def write_atomically(path, data):
    """Write bytes so that the file is at every moment either the old or the new one."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            file.close()
            os.unlink(file.name)
            raise
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def store_outputs(path):
    """Execute one notebook; replace the file by the result once all of it has run."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=1200,
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
            picture = next(output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {}))
            write_atomically(COURSE / "picture.png", base64.b64decode(picture))
    write_atomically(path, (nbformat.writes(notebook).rstrip("\n") + "\n").encode())


def main():
    """Store the outputs of the notebooks named on the command line, or of all; exit with 1 if one fails."""
    failed = False
    for path in [Path(name).resolve() for name in sys.argv[1:]] or sorted(COURSE.glob("notebooks/*.ipynb")):
        start = time.monotonic()
        try:
            store_outputs(path)
            print(f"{path.stem}: {time.monotonic() - start:.0f} s", flush=True)
        except CellExecutionError as error:
            failed = True
            print(f"{path.stem}: left as it was, since a cell failed:\n{error}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
