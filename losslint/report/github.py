"""GitHub's workflow commands: a line a finding, which GitHub shows beside the code of a pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TextIO

from losslint.finding import Finding, Severity
from losslint.report import Report, harmless, path_below, said, shown_place, steps

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def write(report: Report, out: TextIO) -> None:
    """Write the findings and the errors of files. Paths are those of the repository where GitHub says where it is."""
    for finding in report.findings:
        out.write(_finding(finding, report) + "\n")
    for error in report.errors:
        message = f"{harmless(error.path)}: {harmless(error.message)}"
        properties = {"title": "losslint"}
        if error.is_file:
            properties["file"] = path_below("GITHUB_WORKSPACE", error.path)
        out.write(_command("error", properties, message) + "\n")


def _finding(finding: Finding, report: Report) -> str:
    place = finding.place
    source = report.sources.get(place.path)
    line, end_line = (place.line, place.end_line) if source is None else source.file_lines(place)
    properties = {
        "title": f"{finding.code} {finding.name}",
        "file": path_below("GITHUB_WORKSPACE", place.path),
        "line": str(line),
        "endLine": str(end_line),
    }
    if line == end_line and (source is None or source.cells is None):  # GitHub takes columns within one line only
        properties["col"] = str(place.column)
        properties["endColumn"] = str(place.end_column)
    lines = [f"{shown_place(place, report.sources)}: {finding.code} {harmless(said(finding))}"]
    if finding.trace:
        lines += ["", "The way there:"]
        lines += [f"{number}. {step}" for number, step in enumerate(steps(finding, report.sources), 1)]
    for number, fix in enumerate(finding.fixes):
        lines += [*([""] if number == 0 else []), f"{'Fix' if number == 0 else 'Or'}: {harmless(fix.message)}"]
    return _command(_COMMANDS[finding.severity], properties, "\n".join(lines))


def _command(name: str, properties: dict[str, str], message: str) -> str:
    """A command in one line: what would end it, or one of its properties, is escaped."""
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return harmless(_data(text).replace(":", "%3A").replace(",", "%2C"))
