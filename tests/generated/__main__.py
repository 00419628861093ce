"""A long run: `python -m tests.generated --programs 20000 --seed 1`."""

from __future__ import annotations

import argparse
import collections
import sys
import time
from dataclasses import MISSING, fields, replace
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from . import strategies
from .laws import LAWS, Verdict, silent_on_right
from .limits import limit_of
from .misuses import Case, all_misuses


def smaller(case: Any, judge: Any, same: Any) -> Any:
    """A counter-example with as many fields at their simplest as still break the law in the same way."""
    project = case.right if isinstance(case, Case) else case

    def with_(changed: Any) -> Any:
        return Case(changed, case.misuse) if isinstance(case, Case) else changed

    again = True
    while again:
        again = False
        for field in fields(project):
            if field.default is MISSING or getattr(project, field.name) == field.default:
                continue
            tried = replace(project, **{field.name: field.default})
            candidate = with_(tried)
            try:
                if not tried.is_right or not candidate.possible():
                    continue
                if isinstance(candidate, Case) and limit_of(candidate) is not None:
                    continue
                verdict = judge(candidate)
            except Exception:
                continue
            if verdict.broken and same(verdict):
                project, again = tried, True
    return with_(project)


def kind_of(verdict: Verdict) -> str:
    """What breaks a law, without places and numbers: counter-examples of one kind are told once."""
    import re

    return re.sub(r"\d+:|\S+\.py:", "", verdict.broken.split("\n")[0])[:60]


class Tally:
    """Counts, and the counter-examples that are worth telling."""

    def __init__(self, each: int) -> None:
        self.judged: collections.Counter[str] = collections.Counter()
        self.rules: collections.Counter[tuple[str, str]] = collections.Counter()
        self.pieces: collections.Counter[tuple[str, str]] = collections.Counter()
        self.broken: collections.Counter[str] = collections.Counter()
        self.kinds: collections.Counter[tuple[str, str, str]] = collections.Counter()
        self.limited: collections.Counter[str] = collections.Counter()
        self.told: list[str] = []
        self.each = each

    def count(self, law: str, rule: str, project: Any) -> None:
        """A judgement."""
        self.judged[law] += 1
        if sum(self.judged.values()) % 1000 == 0:
            print(f"{dict(self.judged)}, broken: {dict(self.broken)}", file=sys.stderr, flush=True)
        self.rules[project.family, rule] += 1
        for piece in project.plumbing:
            self.pieces[project.family, piece] += 1

    def add(self, law: str, rule: str, case: Any, judge: Any, verdict: Verdict) -> None:
        """A counter-example."""
        self.broken[law] += 1
        kind = kind_of(verdict)
        self.kinds[law, rule, kind] += 1
        if self.kinds[law, rule, kind] > self.each:
            return
        small = smaller(case, judge, lambda other: kind_of(other) == kind)
        wrong = small.wrong if isinstance(small, Case) else small
        shown = f"=== {law}: {rule}\n{judge(small).broken}\n{difference(small)}\n{wrong.rendered()}"
        if shown not in self.told:
            self.told.append(shown)
            print(shown, flush=True)


def difference(case: Any) -> str:
    """In which fields a program isn't the simplest one."""
    project = case.right if isinstance(case, Case) else case
    found = [f"{f.name}={getattr(project, f.name)!r}" for f in fields(project) if getattr(project, f.name) != f.default]
    return f"{type(project).__name__}({', '.join(found)})"


def run(programs: int, number: int, each: int, only: str) -> Tally:
    """Judge as many programs: half of them right, half misused (each by two laws)."""
    tally = Tally(each)
    wanted = tuple(m for m in all_misuses() if only in str(m)) if only else all_misuses()
    quiet = settings(max_examples=max(1, programs // 2), database=None, deadline=None, phases=[Phase.generate],
                     suppress_health_check=list(HealthCheck))  # fmt: skip

    @seed(number)
    @quiet
    @given(strategies.right_programs(wanted[0].framework if only else None))
    def right(project: Any) -> None:
        tally.count("silent", "right", project)
        verdict = silent_on_right(project)
        if verdict.broken:
            tally.add("silent", "right", project, silent_on_right, verdict)

    @seed(number)
    @quiet
    @given(strategies.possible_cases(wanted))
    def misused(case: Case) -> None:
        for law, judge in LAWS.items():
            verdict = judge(case)
            if verdict.judged:
                tally.count(law, case.misuse.code, case.right)
            if verdict.broken and (limit := limit_of(case)) is not None:
                tally.limited[limit.name] += 1
                break
            if verdict.broken:
                tally.add(law, str(case.misuse), case, judge, verdict)
                break

    try:
        misused()
        right()
    except KeyboardInterrupt:
        print("interrupted: what follows is what was judged until then")
    return tally


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated", description=__doc__)
    parser.add_argument("--programs", type=int, default=1000, help="how many programs to build, half of them right")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="misuses with this in their name: LL101, keras, …")
    parser.add_argument("--each", type=int, default=1, help="counter-examples to make small and show, of each kind")
    arguments = parser.parse_args()
    started = time.perf_counter()
    tally = run(arguments.programs, arguments.seed, arguments.each, arguments.only)
    print("\nJudgements by framework and rule")
    for (family, rule), count in sorted(tally.rules.items()):
        print(f"  {family:10} {rule:6} {count}")
    print("Programs by piece")
    for (family, piece), count in sorted(tally.pieces.items()):
        print(f"  {family:10} {piece:45} {count}")
    print("Counter-examples")
    for (law, rule, kind), count in sorted(tally.kinds.items()):
        print(f"  {law:6} {rule:40} {count:6} {kind}")
    print("Programs behind a known limit")
    for name, count in sorted(tally.limited.items()):
        print(f"  {name:45} {count}")
    counts = ", ".join(f"{law}: {tally.judged[law]} judged, {tally.broken[law]} broken" for law in ("silent", *LAWS))
    print(f"{counts}; {time.perf_counter() - started:.0f} s")
    return 1 if tally.broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
