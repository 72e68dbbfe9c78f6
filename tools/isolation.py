"""Check one answer in a process of its own, with limits of time and memory: what it does there stops nobody else.

That process is started anew for each answer, in an empty folder, without the variables of this one. It is no prison:
code that is meant to do harm can do what its user may do.
"""

import contextlib
import json
import os
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
        variables = {name: os.environ[name] for name in KEPT if name in os.environ}
        variables |= {"HOME": folder, "USERPROFILE": folder, "TMPDIR": folder, "TEMP": folder, "TMP": folder}
        variables |= {"DIGITS_MINE": folder, "MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(COURSE)}
        result = Path(folder) / "result.json"
        process = psutil.Popen(
            [sys.executable, __file__, str(result), str(int(seconds) + 2)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=variables,
        )
        with contextlib.suppress(OSError):
            process.stdin.write(json.dumps(job).encode())
            process.stdin.close()
        problem = watch(process, seconds, megabytes)
        try:
            return {"problem": problem} if problem else json.loads(result.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {"problem": "Its code ended the process."}


def watch(process, seconds, megabytes):
    """Wait for a process, and end it and its children if they take too much; return what that was, None if nothing."""
    end, problem, family = time.monotonic() + 3 * seconds, None, [process]
    while process.poll() is None and not problem:
        time.sleep(0.02)
        taken = worked = 0
        with contextlib.suppress(psutil.Error):
            family = list({*family, *process.children(recursive=True)})
        for member in family:
            with contextlib.suppress(psutil.Error):
                taken += member.memory_info().rss
                worked += sum(member.cpu_times()[:2])
        if taken > megabytes * 1e6:
            problem = f"Its code took more than {megabytes:,.0f} MB of memory."
        elif worked > seconds or time.monotonic() > end:
            problem = f"Its code took more than {seconds:.0f} seconds: an endless loop, perhaps."
    for member in family:
        with contextlib.suppress(psutil.Error):
            member.kill()
    process.wait()
    return problem


def limit(seconds):
    """Set the limits that the system itself keeps, where it has them."""
    with contextlib.suppress(ImportError):  # on Windows
        import resource

        for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, FILE), (resource.RLIMIT_CORE, 0)):
            resource.setrlimit(kind, (most, most))


def answer_of(job):
    """Return the answer that the job describes."""
    if job.get("network"):
        from helpers.environment import import_keras

        return import_keras().models.model_from_json(job["network"])
    import itertools
    import math

    import numpy as np

    class Later:
        """Keras, imported when it is first used: that takes seconds."""

        def __getattr__(self, name):
            from helpers.environment import import_keras

            return getattr(import_keras(), name)

    space = {"__name__": "__main__", "np": np, "math": math, "itertools": itertools, "keras": Later()}
    space |= {"check_answer": lambda *_, **__: None, "guess": lambda *_: None, "outcome": lambda *_: None}
    for source in job["code"]:
        exec(source, space)
    return eval(job["expression"], space)


def main():
    """Read a job, do it, and write what came out to the file that is named."""
    limit(int(sys.argv[2]))
    job = json.load(sys.stdin)
    from helpers.exercises.grading import grade

    try:
        answer = answer_of(job)
        unanswered = answer is None or answer is ...
        found = {"problem": "It gives no answer."} if unanswered else {"reply": grade(job["number"], answer)}
    except (Exception, SystemExit) as error:
        found = {"problem": f"Its code fails: {type(error).__name__}: {str(error)[:150]}"}
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
