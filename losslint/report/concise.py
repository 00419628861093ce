"""A line a finding, as editors and build logs match it: `path:line:column: code name: message [*]`."""

from __future__ import annotations

from typing import TextIO

from losslint.fix import is_applicable
from losslint.report import Report, harmless, said, shown_place


def write(report: Report, out: TextIO) -> None:
    """Write the findings. `[*]` marks those that `--fix` mends, with the options of this run."""
    for finding in report.findings:
        place = shown_place(finding.place, report.sources)
        mark = " [*]" if is_applicable(finding.fix, unsafe=report.unsafe) else ""
        out.write(f"{place}: {finding.code} {finding.name}: {harmless(said(finding))}{mark}\n")
