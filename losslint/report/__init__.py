"""Reports: the same findings for people to read, for tools that match lines, and for programs. A module a format."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TextIO, TypeAlias

from losslint.finding import SEVERITIES, FileError, Finding, Fix, Place, Severity, Silence, is_applicable
from losslint.record import dataclass, field
from losslint.source import shown_path

if TYPE_CHECKING:
    from losslint.rule import Rule
    from losslint.settings import OutputFormat
    from losslint.source import Source


Json: TypeAlias = "str | int | float | Sequence[Json] | Mapping[str, Json] | None"
"""What the formats that are JSON are made of."""


@dataclass(frozen=True, slots=True)
class Report:
    """What there is to say after a run.

    `sources` has every file that a finding, a step or an edit is in. `files` were looked at, `selected` of them
    evaluated, `implicated` are in a finding or on its way. `fixed` findings are no longer there. `fixing` says that
    fixes were made in this run, `unsafe` that the unsafe ones may be. `silences` are the losses that could not be judged,
    or None where nobody asked. `rules` are all that there are, for the formats that explain them; `fail_on` is the least
    severity that fails the run. Of the losses `judged` met a value of which something is known, and `silent` didn't;
    `suppressed` findings are hidden by comments, and `known` ones by a baseline. `by_rule` says that the findings of each
    rule are to be counted, not shown.
    """

    findings: tuple[Finding, ...]
    errors: tuple[FileError, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    files: int = 0
    selected: int = 0
    implicated: int = 0
    seconds: float = 0.0
    fixed: int = 0
    fixing: bool = False
    unsafe: bool = False
    silences: tuple[Silence, ...] | None = None
    rules: tuple[type[Rule], ...] = ()
    fail_on: Severity = "warning"
    judged: int = 0
    silent: int = 0
    suppressed: int = 0
    known: int = 0
    by_rule: bool = False

    def fails(self, severity: Severity) -> bool:
        """Whether a finding of this severity fails the run."""
        return SEVERITIES.index(severity) >= SEVERITIES.index(self.fail_on)


def write(report: Report, output_format: OutputFormat, out: TextIO, err: TextIO, *, quiet: bool = False) -> None:
    """Write a report: findings to `out`, and in the formats for people the files' errors to `err`.

    `quiet` leaves out what isn't a finding or an error.
    """
    write_findings(report, output_format, out)
    if output_format in ("full", "concise"):
        write_rest(report, out, err, quiet=quiet)


def write_findings(report: Report, output_format: OutputFormat, out: TextIO, *, plain: bool = False) -> None:
    """Write what a format has to say of the findings; `plain` where `out` isn't a terminal, whatever the environment says.

    Each format is imported only where it is asked for, and rich only where there is something to say.
    """
    match output_format:
        case "json":
            from losslint.report import json

            json.write(report, out)
        case "sarif":
            from losslint.report import sarif

            sarif.write(report, out)
        case "github":
            from losslint.report import github

            github.write(report, out)
        case "gitlab":
            from losslint.report import gitlab

            gitlab.write(report, out)
        case "junit":
            from losslint.report import junit

            junit.write(report, out)
        case "html":
            from losslint.report import html

            html.write(report, out)
        case "full" | "concise" if report.by_rule:
            from losslint.report import statistics

            statistics.write(report, out)
        case "full" if report.findings:
            from losslint.report import full

            full.write(report, out, plain=plain)
        case "concise" if report.findings:
            from losslint.report import concise

            concise.write(report, out)
    if report.silences is not None and output_format in ("full", "concise"):
        from losslint.report import silence

        silence.write(report.silences, report, out)


def write_rest(report: Report, out: TextIO, err: TextIO, *, quiet: bool = False) -> None:
    """Write what stands below the findings: files' errors to `err`, and the last line."""
    out.flush()
    for error in report.errors:
        err.write(f"{harmless(error.path)}: error: {harmless(error.message)}\n")
    err.flush()
    if not quiet:
        out.write(summary(report) + "\n")


def write_file(report: Report, output_format: OutputFormat, path: str) -> None:
    """Write a report to a file, in UTF-8 and without colour. Raises WriteError."""
    from losslint import writing

    out = io.StringIO()
    write_findings(report, output_format, out, plain=True)
    if output_format in ("full", "concise"):
        write_rest(report, out, out)
    writing.write_file(path, out.getvalue().encode("utf-8", "backslashreplace"))


def summary(report: Report) -> str:
    """The last line: what was found, in how many files, and what can be done about it."""
    said: list[str] = []
    if report.fixing and report.fixed:
        said.append(f"Fixed {count(report.fixed, 'finding')}.")
    if report.findings:
        files = len({finding.place.path for finding in report.findings})
        kinds = [
            count(number, severity)
            for severity in _WORST_FIRST
            if (number := sum(finding.severity == severity for finding in report.findings))
        ]
        listed = kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} and {kinds[-1]}"
        left = " left" if report.fixing and report.fixed else ""
        said.append(f"Found {listed}{left} in {count(files, 'file')}.")
        said.extend(_possible(report))
    elif not report.errors:
        said.append(f"All checks passed ({count(report.files, 'file')})." if report.files else "No Python files found.")
    files = sum(error.is_file for error in report.errors)
    if files:
        said.append(f"{count(files, 'path')} could not be linted.")
    if plugins := len(report.errors) - files:
        said.append(f"{count(plugins, 'plugin')} could not be used.")
    return " ".join(said)


_WORST_FIRST: tuple[Severity, ...] = ("error", "warning", "info")


def _possible(report: Report) -> list[str]:
    """What fixes there are. In a run that makes them, the ones that could be made have been."""
    fixes = {finding.fix for finding in report.findings if finding.fix is not None}
    now = 0 if report.fixing else sum(is_applicable(fix, unsafe=report.unsafe) for fix in fixes)
    unsafe = 0 if report.unsafe else sum(fix.applicability == "unsafe" for fix in fixes)
    unsafe_options = "--unsafe-fixes" if report.fixing else "--fix --unsafe-fixes"
    said: list[str] = []
    if now:
        said.append(f"{count(now, 'fix')} with {'--fix --unsafe-fixes' if report.unsafe else '--fix'}")
    if unsafe:
        said.append(f"{unsafe} more with {unsafe_options}" if now else f"{count(unsafe, 'fix')} with {unsafe_options}")
    return [", ".join(said) + "."] if said else []


def count(number: int, noun: str) -> str:
    """A number of things, in words."""
    plural = {"fix": "fixes"}.get(noun, f"{noun}s")
    return f"{number} {noun if number == 1 else plural}"


def shown_place(place: Place, sources: Mapping[str, Source]) -> str:
    """Where a place starts: `train.py:31:12`, or in a notebook `nb.ipynb:cell 3:4:1`."""
    source = sources.get(place.path)
    cell, line, column = (None, place.line, place.column) if source is None else source.located(place)[:3]
    inside = "" if cell is None else f"cell {cell}:"
    return f"{harmless(place.path)}:{inside}{line}:{column}"


def path_below(variable: str, path: str) -> str:
    """A path as a CI server takes it: relative to the checkout that an environment variable names, if there is one.

    That need not be where losslint was started.
    """
    checkout = os.environ.get(variable)
    return shown_path(os.path.abspath(path), os.path.realpath(checkout)) if checkout else path


def steps(finding: Finding, sources: Mapping[str, Source]) -> list[str]:
    """The way from the cause to the loss, a line a step."""
    return [f"{shown_place(step.place, sources)}  {harmless(step.message)}" for step in finding.trace]


def said(finding: Finding) -> str:
    """The message, with the choice of the program's own under which the finding holds."""
    return finding.message if finding.condition is None else f"{finding.message} (when {finding.condition})"


def fix_option(fix: Fix) -> str:
    """What makes a fix."""
    options = {"safe": "--fix", "unsafe": "--fix --unsafe-fixes", "display": "by hand"}
    return options[fix.applicability]


# Characters that move the cursor, colour the terminal or turn the direction of what follows, and what no encoding and no XML
# can hold: halves of surrogates, and numbers that are no characters.
_CONTROLS = {
    **{code: chr(0x2400 + code) for code in range(0x20) if code != 0x09},
    0x7F: "\u2421",
    **{
        code: f"<U+{code:04X}>"
        for code in (
            *range(0x80, 0xA0),
            0x061C,
            *range(0x200B, 0x2010),
            *range(0x2028, 0x202F),
            *range(0x2060, 0x2070),
            0xFEFF,
            *range(0xFFF9, 0xFFFC),
            *range(0xD800, 0xE000),
            *range(0xE0000, 0xE0080),
            *(plane << 16 | end for plane in range(17) for end in (0xFFFE, 0xFFFF)),
        )
    },
}


def pictured(text: str) -> str:
    """A text with pictures of its control characters, but for tabs."""
    return text if text.isascii() and text.isprintable() else text.translate(_CONTROLS)


def harmless(text: str) -> str:
    """A text that can be printed in one line: control characters as pictures of themselves, a tab as spaces.

    A build server reads what it shows: what it would take for a command has a picture of one sign of it.
    """
    text = without_commands(pictured(text).expandtabs(4), "⟦")
    if text.lstrip().startswith("::"):  # of GitHub
        text = text.replace("::", "∶:", 1)
    return text


def without_commands(text: str, bracket: str) -> str:
    """A text with something else for the bracket of a command of Azure Pipelines or TeamCity: they look for them everywhere."""
    return re.sub(r"(##[A-Za-z]*)\[", lambda command: command[1] + bracket, text) if "##" in text else text


def write_json(content: Json, out: TextIO) -> None:
    """Write JSON. Escaped, so that it can be written in any encoding, lone surrogates of file names too."""
    import json

    out.write(without_commands(json.dumps(content, indent=2), "\\u005b") + "\n")
