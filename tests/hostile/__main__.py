"""The command; `python -m hostile --help`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hostile.programs import PROGRAMS, Files

CHECKOUT = Path(__file__).resolve().parent.parent.parent
SECONDS, EACH = 2.0, 0.1
"""The processor's time that a project may take, its own and the system's, and what more for each file beyond the first."""
MEGABYTES = 500
TRIES = 3
"""On a machine that does other things as well a process takes longer: the shortest time counts."""

MOST_SECONDS, MOST_MEGABYTES = 60, 8_000
"""What isn't waited for."""

RUN = """
import resource, sys, time
resource.setrlimit(resource.RLIMIT_CPU, ({seconds},) * 2)
resource.setrlimit(resource.RLIMIT_AS, ({megabytes} * 1_000_000,) * 2)
from losslint import cli
try:
    cli.main(["--isolated", "--no-cache", "--jobs", "1", "--output-format", "json", "."])
finally:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.flush()
    print("\\n@", time.process_time(), most // 1024, flush=True)
"""


def outcome(files: Files) -> tuple[str, float, int]:
    """What linting the files came to, in words; the processor's seconds from the process's start, and megabytes."""
    with tempfile.TemporaryDirectory(prefix="losslint-hostile-") as folder:
        (Path(folder) / "setup.cfg").touch()
        for name, raw in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "rules")])}
        started = time.perf_counter()
        try:
            program = RUN.format(megabytes=MOST_MEGABYTES, seconds=MOST_SECONDS)
            done = subprocess.run(
                [sys.executable, "-c", program],
                cwd=folder, env=environment, capture_output=True, text=True, timeout=5 * MOST_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return "HANGS", MOST_SECONDS, 0
        seconds, megabytes = time.perf_counter() - started, 0
    report, at, measured = done.stdout.rpartition("\n@ ")
    if not at:
        if done.returncode in (-9, -24):
            return "HANGS", MOST_SECONDS, 0
        return f"CRASHES with {done.returncode}: {done.stderr.strip()[-300:]}", seconds, 0
    seconds, megabytes = float(measured.split()[0]), int(measured.split()[1])
    try:
        said = json.loads(report)
    except ValueError:
        return f"SAYS NOTHING, exit {done.returncode}: {(done.stdout + done.stderr).strip()[-300:]}", seconds, megabytes
    errors = sorted({error["message"] for error in said["errors"]})
    findings = len(said["findings"])
    return "; ".join([f"{findings} findings", *(error[:120] for error in errors)]), seconds, megabytes


def main() -> int:
    """Lint each program."""
    parser = argparse.ArgumentParser(prog="python -m hostile", description=__doc__)
    parser.add_argument("words", nargs="*", help="only programs with one of these in their names")
    words = parser.parse_args().words
    bad = 0
    for name, made in PROGRAMS.items():
        if words and not any(word in name for word in words):
            continue
        files = made()
        allowed = SECONDS + EACH * (len(files) - 1)
        says, seconds, megabytes = outcome(files)
        failed = says.startswith(("HANGS", "CRASHES", "SAYS")) or "please report" in says or " failed here" in says
        for _ in range(TRIES - 1):
            if failed or seconds <= allowed:
                break
            seconds = min(seconds, outcome(files)[1])
        wrong = failed or seconds > allowed or megabytes > MEGABYTES
        bad += wrong
        print(f"{'BAD ' if wrong else 'good'} {name}: {seconds:.2f} s, {megabytes} MB: {says}", flush=True)
    print(f"{bad} of {len(PROGRAMS)} bad")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
