"""The command; `python -m mutation --help`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from mutation import CHECKOUT
from mutation.judging import QUIET, Judge, kept, known, measured
from mutation.mutants import Mutant, difference, modules, mutated, places, sample

MODULES = ("losslint/evaluation/*.py", "rules/losslint_rules/*.py")
TESTS = (
    "tests/test_rules.py", "tests/test_evaluator.py", "tests/test_labels.py", "tests/test_backends.py", "tests/test_terms.py",
    "tests/test_silence.py", "tests/test_memory.py", "tests/test_declarations.py", "tests/test_libraries.py",
    "tests/test_tables.py", "tests/test_generated.py", "tests/test_ways.py", "tests/test_lookalikes.py", "tests/test_mended.py",
    "tests/test_files.py", "tests/test_real_shapes.py",
)  # fmt: skip


def main() -> int:
    """Make mutants, and have the tests judge them."""
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("--sample", type=int, default=500, help="how many mutants, each of another place")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--modules", nargs="*", default=MODULES, metavar="GLOB", help="what is mutated")
    parser.add_argument("--tests", nargs="*", default=TESTS, metavar="FILE", help="what judges them")
    parser.add_argument("--session", type=Path, required=True, metavar="FOLDER", help="where the judgements are, to go on")
    parser.add_argument("--most", type=int, default=0, help="how many of the tests that come to a mutant's line (default: all)")
    parser.add_argument("--survivors", action="store_true", help="judge those again that survived")
    arguments = parser.parse_args()
    os.chdir(CHECKOUT)

    arguments.session.mkdir(parents=True, exist_ok=True)
    written = arguments.session / "mutants.jsonl"
    before = [json.loads(line) for line in written.read_text().splitlines()] if written.exists() else []
    outcomes = {Mutant(**record["mutant"]): record for record in before}
    if arguments.survivors:
        chosen = [mutant for mutant, record in outcomes.items() if record["outcome"] == "survived"]
    else:
        chosen = sample(modules(arguments.modules), arguments.sample, arguments.seed)
        chosen = [mutant for mutant in chosen if mutant not in outcomes]

    reached = arguments.session / "reach.json"
    if arguments.survivors or not reached.exists():
        kept(reached, measured(arguments.tests, modules(arguments.modules)))
    reach = known(reached)

    def judge_all(judge: Judge) -> None:
        for number, mutant in enumerate(chosen, 1):
            source = mutated(mutant)
            started = time.perf_counter()
            line, tests, shown, outcome = 0, [], [], "gone"
            if source is not None:
                line = places(CHECKOUT / mutant.module)[mutant].line
                tests = reach.tests(mutant.module, line, arguments.most)
                seconds = sum(reach.seconds[test] for test in tests)
                outcome = judge.judged(mutant.module, source, line, tests, seconds) if tests else "survived"
                shown = list(difference((CHECKOUT / mutant.module).read_text(encoding="utf-8"), source))
            took = round(time.perf_counter() - started, 1)
            record = {"mutant": asdict(mutant), "outcome": outcome, "tests": len(tests), "seconds": took, "diff": shown}
            outcomes[mutant] = record
            with written.open("a") as file:
                file.write(json.dumps(record) + "\n")
            if outcome == "survived":
                where = f"{mutant.module}:{line}, in {mutant.definition or 'the module'}"
                print("\n".join((f"[{number}/{len(chosen)}] {where}: survived {len(tests)} tests", *shown)), file=out, flush=True)

    with open(os.dup(1), "w") as out:  # pytest has the other one
        pytest.main([*QUIET, *arguments.tests], plugins=[Judge(judge_all)])
    counted = Counter(str(record["outcome"]) for record in outcomes.values())
    print(f"{len(outcomes)} mutants: " + ", ".join(f"{count} {outcome}" for outcome, count in sorted(counted.items())))
    return int(counted["survived"] > 0)


if __name__ == "__main__":
    sys.exit(main())
