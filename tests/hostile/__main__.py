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
SECONDS = 20
MEGABYTES = 8_000

RUN = """
import resource, sys, time
resource.setrlimit(resource.RLIMIT_CPU, ({seconds},) * 2)
resource.setrlimit(resource.RLIMIT_AS, ({megabytes} * 1_000_000,) * 2)
from losslint import cli
before = time.process_time()
try:
    cli.main(["--isolated", "--no-cache", "--jobs", "1", "--output-format", "json", "."])
finally:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.flush()
    print("\\n@", time.process_time() - before, most // 1024, flush=True)
"""


def outcome(files: Files) -> tuple[str, float, int]:
    """What linting the files came to, in words; the seconds of its own, and megabytes."""
    with tempfile.TemporaryDirectory(prefix="losslint-hostile-") as folder:
        (Path(folder) / "setup.cfg").touch()
        for name, raw in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(raw)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "rules")])}
        started = time.perf_counter()
        try:
            program = RUN.format(megabytes=MEGABYTES, seconds=SECONDS)
            done = subprocess.run(
                [sys.executable, "-c", program], cwd=folder, env=environment, capture_output=True, text=True, timeout=10 * SECONDS
            )
        except subprocess.TimeoutExpired:
            return "HANGS", SECONDS, 0
        seconds, megabytes = time.perf_counter() - started, 0
    report, at, measured = done.stdout.rpartition("\n@ ")
    if not at:
        if done.returncode in (-9, -24):
            return "HANGS", SECONDS, 0
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
        says, seconds, megabytes = outcome(files)
        failed = says.startswith(("HANGS", "CRASHES", "SAYS")) or "please report" in says
        wrong = failed or seconds > 2 * max(1, len(files) / 10) or megabytes > 500
        bad += wrong
        print(f"{'BAD ' if wrong else 'good'} {name}: {seconds:.2f} s, {megabytes} MB: {says}", flush=True)
    print(f"{bad} of {len(PROGRAMS)} bad")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
