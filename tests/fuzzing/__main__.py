"""The command; `python -m fuzzing --help`."""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import itertools
import random
import sys
import time
from collections import Counter
from pathlib import Path

from fuzzing.mutation import mutated, seeds_for
from fuzzing.targets import TARGETS


def main() -> int:
    """Make inputs, and try them."""
    parser = argparse.ArgumentParser(prog="python -m fuzzing", description=__doc__)
    parser.add_argument("--target", choices=TARGETS, action="append", help="what to fuzz (default: all)")
    parser.add_argument("--inputs", type=int, help="how many inputs for each target")
    parser.add_argument("--seconds", type=float, default=60, help="how long for each target, where no number is given")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--trees", type=Path, nargs="*", default=[], help="folders of real programs, beside the fixtures")
    parser.add_argument("--crashes", type=Path, metavar="FOLDER", help="where inputs are written that break a law")
    parser.add_argument("--atheris", action="store_true", help="choose inputs by the code that they reach (the extra fuzz)")
    arguments = parser.parse_args()
    faulthandler.enable()
    if arguments.atheris:
        return _guided((arguments.target or ["evaluation"])[0], arguments)
    broken = 0
    for name in arguments.target or TARGETS:
        broken += _at_random(name, arguments)
    return int(broken > 0)


def _at_random(name: str, arguments: argparse.Namespace) -> int:
    chance = random.Random(f"{name} {arguments.seed}")
    seeds = seeds_for(name, arguments.trees)
    found: Counter[str] = Counter()
    started, longest = time.process_time(), 0.0
    number = 0
    for number in itertools.count(1):
        raw = mutated(seeds, chance)
        before = time.process_time()
        problem = _problem(name, raw)
        now = time.process_time()
        longest = max(longest, now - before)
        if now - before > 5:
            problem = problem or "took more than five seconds"
        if problem:
            if not found[problem]:
                print(f"{name}: {problem}", flush=True)
                _keep(name, raw, arguments.crashes)
            found[problem] += 1
        if number >= arguments.inputs if arguments.inputs else now - started > arguments.seconds:
            break
    seconds = time.process_time() - started
    took = f"{seconds:.0f} s, the longest {longest:.2f} s"
    print(f"{name}: {number} inputs of {len(seeds)} files, {took}, {len(found)} kinds of problems", flush=True)
    return len(found)


def _problem(name: str, raw: bytes) -> str:
    """What is wrong with how an input is answered; empty where nothing is."""
    try:
        TARGETS[name](raw)
    except Exception as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        code = trace.tb_frame.f_code if trace is not None else None
        where = f" in {Path(code.co_filename).name}:{trace.tb_lineno}" if code is not None and trace is not None else ""
        return f"{type(error).__name__}: {str(error)[:200]!r}{where}"
    return ""


def _keep(name: str, raw: bytes, folder: Path | None) -> None:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}-{hashlib.sha256(raw).hexdigest()[:12]}").write_bytes(raw)


def _guided(name: str, arguments: argparse.Namespace) -> int:
    """libFuzzer chooses the inputs. It ends the process at the first that breaks a law, and names its file."""
    import tempfile

    import atheris

    atheris.instrument_all()
    corpus = Path(tempfile.mkdtemp(prefix="losslint-fuzzing-"))
    for number, raw in enumerate(seeds_for(name, arguments.trees)):
        (corpus / str(number)).write_bytes(raw)
    crashes = arguments.crashes or Path.cwd()
    crashes.mkdir(parents=True, exist_ok=True)
    limit = [f"-runs={arguments.inputs}"] if arguments.inputs else [f"-max_total_time={int(arguments.seconds)}"]
    bounds = ["-timeout=30", "-rss_limit_mb=2000", f"-seed={arguments.seed + 1}", f"-artifact_prefix={crashes}/"]
    atheris.Setup(
        [sys.argv[0], *limit, *bounds, str(corpus)],
        lambda raw: TARGETS[name](bytes(raw)),
    )
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
