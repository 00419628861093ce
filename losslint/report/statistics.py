"""What `--statistics` says: how many findings each rule has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from losslint.finding import is_applicable
from losslint.record import dataclass
from losslint.report import Report


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule, how many findings it has, and how many of them `--fix` mends, with the options of this run."""

    code: str
    name: str
    count: int
    fixable: int


def by_rule(report: Report) -> Sequence[Counted]:
    """The rules that found something, the one that found most first."""
    found: dict[tuple[str, str], list[bool]] = {}
    for finding in report.findings:
        found.setdefault((finding.code, finding.name), []).append(is_applicable(finding.fix, unsafe=report.unsafe))
    counted = [Counted(code, name, len(fixable), sum(fixable)) for (code, name), fixable in found.items()]
    return sorted(counted, key=lambda rule: (-rule.count, rule.code))


def write(report: Report, out: TextIO) -> None:
    """Write a line a rule. As in ruff's statistics, `[*]` marks those whose findings can all be fixed, `[-]` some."""
    counted = by_rule(report)
    digits = max((len(str(rule.count)) for rule in counted), default=0)
    for rule in counted:
        mark = "[*]" if rule.fixable == rule.count else "[-]" if rule.fixable else "[ ]"
        out.write(f"{rule.count:>{digits}}  {rule.code}  {mark} {rule.name}\n")
