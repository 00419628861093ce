"""A line a finding, as editors and build logs match it: `path:line:column: code name: message [*]`."""

from __future__ import annotations

import collections
from typing import TextIO

from losslint.finding import is_applicable
from losslint.report import Report, harmless, said, shown_place


def write(report: Report, out: TextIO) -> None:
    """Write the findings. `[*]` marks those that `--fix` mends, with the options of this run.

    Where several causes lead to one place, each line says which it is.
    """
    lines = []
    for finding in report.findings:
        place = shown_place(finding.place, report.sources)
        lines.append(f"{place}: {finding.code} {finding.name}: {harmless(said(finding))}")
    several = collections.Counter(lines)
    for finding, line in zip(report.findings, lines, strict=True):
        if several[line] > 1 and finding.trace:
            line += f" (from {shown_place(finding.trace[0].place, report.sources)})"
        mark = " [*]" if is_applicable(finding.fix, unsafe=report.unsafe) else ""
        out.write(f"{line}{mark}\n")
