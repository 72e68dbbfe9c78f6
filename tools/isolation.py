"""Check one answer in a process of its own, with limits of time and memory: what it does there stops nobody else.

That process is started anew for each answer, in a folder with a copy of the course's helpers, without the variables of
this one. It is no prison: code that is meant to do harm can do what its user may do, and can call itself right.
"""

import contextlib
import json
import math
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

COURSE = Path(__file__).resolve().parents[1]
#: Variables that the process keeps, without which Python or a library does not start on some systems.
KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG")
#: Bytes that the process may write to one file.
FILE = 50_000_000
#: Bytes that a result may have.
RESULT = 100_000
#: Seconds by the clock in which the process must have started.
START = 120


def check(job, seconds, megabytes):
    """Run the code of an answer, and ask the course's own check about it.

    Parameters
    ----------
    job : dict
        "number" of the exercise; "code", a list of sources, and "expression", the answer that they make; or "network",
        the JSON of a Keras model.
    seconds, megabytes : float
        What it may take, with all processes that it starts: time of the processor, and memory. By the clock it has
        three times as long, since the machine may have other things to do.

    Returns
    -------
    dict
        "reply": what is said to a wrong answer, None if it is right. Or "problem": why there is no reply.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        folder = str(Path(folder).resolve())
        furnish(Path(folder))
        variables = {name: os.environ[name] for name in KEPT if name in os.environ}
        variables |= {"HOME": folder, "USERPROFILE": folder, "TMPDIR": folder, "TEMP": folder, "TMP": folder}
        variables |= {"DIGITS_MINE": folder, "MPLBACKEND": "Agg", "MPLCONFIGDIR": folder, "OMP_NUM_THREADS": "1"}
        variables |= {"PYTHONPATH": folder}
        result, begun = Path(folder) / "result.json", Path(folder) / "begun"
        process = psutil.Popen(
            [sys.executable, Path(__file__).name, str(result), str(begun), str(int(seconds) + 2)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=variables,
        )
        with contextlib.suppress(OSError):
            process.stdin.write(json.dumps(job).encode())
            process.stdin.close()
        problem = watch(process, seconds, megabytes, begun)
        end_all(folder)
        return {"problem": problem} if problem else read_result(result)


def furnish(folder):
    """Copy into a folder what the process needs of the course, so that its code alters nothing for later answers."""
    import matplotlib.font_manager  # makes the list of fonts, if there is none yet

    half_written = shutil.ignore_patterns("*.pyc.*", "*.tmp")
    shutil.copytree(COURSE / "helpers", folder / "helpers", ignore=half_written)
    for path in (__file__, COURSE / "pyproject.toml"):  # which says what versions Keras may have
        shutil.copy(path, folder)
    (folder / "data").mkdir()
    for archive in (COURSE / "data").glob("*.npz"):
        shutil.copy(archive, folder / "data")
    for fonts in Path(matplotlib.get_cachedir()).glob("fontlist*.json"):
        shutil.copy(fonts, folder)


def read_result(path):
    """Return what the process wrote, as `check` does; the code of the answer may have written anything there."""
    found = None
    with contextlib.suppress(OSError, ValueError, RecursionError):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= RESULT:
            found = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(found, dict):
        if isinstance(found.get("problem"), str):
            return {"problem": found["problem"]}
        if isinstance(found.get("reply", ...), str | None):
            return {"reply": found["reply"]}
    return {"problem": "Its code ended the process."}


def end_all(folder):
    """End the processes that still work in a folder: those that left the family of the one that was watched."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if Path(process.cwd() or "/").is_relative_to(folder):
                process.kill()


def watch(process, seconds, megabytes, begun):
    """Wait for a process, and end it and its children if they take too much; return what that was, None if nothing.

    Seconds count from when it makes the file `begun`: before that, it imports what it needs.
    """
    end, start, problem, family = time.monotonic() + START, None, None, [process]
    while process.poll() is None and not problem:
        time.sleep(0.02)
        taken = worked = 0
        with contextlib.suppress(psutil.Error):
            family = list({*family, *process.children(recursive=True)})
        for member in family:
            with contextlib.suppress(psutil.Error):
                taken += member.memory_info().rss
                worked += sum(member.cpu_times()[:2])
        if start is None and begun.exists():
            start, end = worked, time.monotonic() + 3 * seconds
        if taken > megabytes * 1e6:
            problem = f"Its code took more than {megabytes:,.0f} MB of memory."
        elif start is None and time.monotonic() > end:
            problem = f"Its process did not start within {START} seconds."
        elif start is not None and (worked > start + seconds or time.monotonic() > end):
            problem = f"Its code took more than {seconds:.0f} seconds: an endless loop, perhaps."
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.kill()
    process.wait()
    return problem


def limit(seconds):
    """Set the limits that the system itself keeps, where it has them; lower ones that it has already stay."""
    with contextlib.suppress(ImportError):  # on Windows
        import resource

        for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, FILE), (resource.RLIMIT_CORE, 0)):
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))


def answer_of(job):
    """Return the answer that the job describes."""
    if job.get("network"):
        from helpers.start import import_keras

        return import_keras().models.model_from_json(job["network"])
    import itertools

    import numpy as np

    class Later:
        """Keras, imported when it is first used: that takes seconds."""

        def __getattr__(self, name):
            from helpers.start import import_keras

            return getattr(import_keras(), name)

    space = {"__name__": "__main__", "np": np, "math": math, "itertools": itertools, "keras": Later()}
    space |= {"check_answer": lambda *_, **__: None, "guess": lambda *_: None, "outcome": lambda *_: None}
    for source in job["code"]:
        exec(source, space)
    return eval(job["expression"], space)


def main():
    """Read a job, do it, and write what came out to the file that is named."""
    job = json.load(sys.stdin)
    from helpers.exercises.grading import grade

    if job.get("network") or any("keras" in source for source in job["code"]):
        from helpers.start import import_keras

        with contextlib.suppress(ImportError):  # the answer meets it again, and says so
            import_keras()
    limit(math.ceil(time.process_time()) + int(sys.argv[3]))
    Path(sys.argv[2]).touch()
    try:
        answer = answer_of(job)
        unanswered = answer is None or answer is ...
        found = {"problem": "It gives no answer."} if unanswered else {"reply": grade(job["number"], answer)}
    except (Exception, SystemExit) as error:
        found = {"problem": f"Its code fails: {type(error).__name__}: {str(error)[:150]}"}
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
