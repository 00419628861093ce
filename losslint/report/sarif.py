"""SARIF 2.1.0, which code hosts and editors read: the way to the loss as a code flow, the fix as replacements.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TextIO, TypeAlias
from urllib.parse import quote

from losslint import __version__
from losslint.documentation import documentation
from losslint.finding import FileError, Finding, Fix, Place, Severity
from losslint.fingerprint import fingerprints
from losslint.report import Json, Report, harmless, said, write_json
from losslint.rule import Rule
from losslint.source import Source, SourceError

_Object: TypeAlias = "dict[str, Json]"

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASE = "%SRCROOT%"
"""What paths are relative to: the folder that losslint was started in."""

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_CONTEXT = 2  # lines above and below
_LINK = re.compile(r"\](?=\()")


def write(report: Report, out: TextIO) -> None:
    """Write the report as one run."""
    rules, index = _rules(report)
    known = fingerprints(report.findings, report.sources)
    results: list[_Object] = [
        _result(finding, index[finding.code], fingerprint, report.sources)
        for finding, fingerprint in zip(report.findings, known, strict=True)
    ]
    invocation: _Object = {"executionSuccessful": not report.errors}
    if report.errors:
        invocation["toolExecutionNotifications"] = [_notification(error) for error in report.errors]
    driver: _Object = {"name": "losslint", "semanticVersion": __version__, "version": __version__, "rules": rules}
    run: _Object = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "originalUriBaseIds": {BASE: {"uri": Path(os.getcwd()).as_uri().rstrip("/") + "/"}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    write_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, out)


def _rules(report: Report) -> tuple[list[_Object], dict[str, int]]:
    """What is said of each rule, and where it stands in the list."""
    described = {rule.code: _rule(rule) for rule in report.rules}
    for finding in report.findings:
        described.setdefault(finding.code, {"id": finding.code, "name": _title(finding.name)})
    codes = sorted(described)
    return [described[code] for code in codes], {code: number for number, code in enumerate(codes)}


def _rule(rule: type[Rule]) -> _Object:
    text = documentation(rule)
    return {
        "id": rule.code,
        "name": _title(rule.name),
        "shortDescription": {"text": _message(text.summary)},
        "fullDescription": {"text": _message(f"{text.summary} {_plain(text.section('What it does'))}".strip())},
        "help": {"text": text.markdown, "markdown": text.markdown},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["correctness", "machine-learning"],
            "precision": "very-high",
            "problem.severity": "recommendation" if rule.severity == "info" else rule.severity,
        },
    }


def _title(name: str) -> str:
    return name.title().replace("-", "")


def _plain(markdown: str) -> str:
    """A paragraph in one line."""
    return " ".join(markdown.split("\n\n")[0].split())


def _message(text: str) -> str:
    """A text without a link: `[text](target)` would be one."""
    if _LINK.search(text):
        text = re.sub(r"([\\\[\]])", r"\\\1", text)
    return text


def _result(finding: Finding, index: int, fingerprint: str, sources: Mapping[str, Source]) -> _Object:
    result: _Object = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(harmless(said(finding)))},
        "locations": [_location(finding.place, sources)],
        "partialFingerprints": {"losslint/v1": fingerprint},
    }
    if finding.trace:
        steps = [(step.place, _message(harmless(step.message))) for step in finding.trace]
        result["relatedLocations"] = [
            {"id": number, **_location(place, sources, message)} for number, (place, message) in enumerate(steps, 1)
        ]
        result["codeFlows"] = [
            {"threadFlows": [{"locations": [_step(n, *step, sources) for n, step in enumerate(steps, 1)]}]}
        ]
    if fixes := [made for fix in finding.fixes if (made := _fix(fix, sources)) is not None]:
        result["fixes"] = fixes
    properties: _Object = {}
    if finding.condition is not None:
        properties["condition"] = finding.condition
    if finding.fix is not None:
        properties["applicability"] = finding.fix.applicability
    if properties:
        result["properties"] = properties
    return result


def _step(number: int, place: Place, message: str, sources: Mapping[str, Source]) -> _Object:
    return {
        "executionOrder": number,
        "importance": "essential",
        "location": _location(place, sources, message),
    }


def _location(place: Place, sources: Mapping[str, Source], message: str | None = None) -> _Object:
    """A place, with its code. A notebook's lines are those of its file, and the cell is named beside them."""
    source = sources.get(place.path)
    physical: _Object = {"artifactLocation": _artifact(place.path)}
    location: _Object = {"physicalLocation": physical}
    region = _region(place)
    if source is not None and source.cells is not None:
        first, last = source.file_lines(place)
        region = {"startLine": first, "endLine": last}
        cell, line, column, _, _ = source.located(place)
        location["logicalLocations"] = [
            {"name": f"cell {cell}", "fullyQualifiedName": f"{harmless(place.path)}:cell {cell}:{line}:{column}"}
        ]
    if source is not None:
        last_line = max(place.line, place.end_line)
        shown = [source.line(number) for number in range(place.line, last_line + 1)]
        region["snippet"] = {"text": "\n".join(shown)}
        if source.cells is None:
            above, below = max(1, place.line - _CONTEXT), min(len(source.lines), last_line + _CONTEXT)
            around = "\n".join(source.line(number) for number in range(above, below + 1))
            physical["contextRegion"] = {"startLine": above, "endLine": below, "snippet": {"text": around}}
    physical["region"] = region
    if message is not None:
        location["message"] = {"text": message}
    return location


def _artifact(path: str) -> _Object:
    if os.path.isabs(path):  # on another drive
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path, safe="/", errors="surrogateescape"), "uriBaseId": BASE}


def _region(place: Place) -> _Object:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _fix(fix: Fix, sources: Mapping[str, Source]) -> _Object | None:
    """A fix as replacements in files; None where it can't be made."""
    changes: list[_Object] = []
    for path in dict.fromkeys(edit.place.path for edit in fix.edits):
        source = sources.get(path)
        if source is None:
            return None
        edits = [edit for edit in fix.edits if edit.place.path == path]
        replacements: list[_Object]
        if source.cells is None:
            replacements = [
                {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}} for edit in edits
            ]
        else:
            try:
                replacements = list(_by_lines(source.raw, source.edited(edits)))
            except SourceError:
                return None
        changes.append({"artifactLocation": _artifact(path), "replacements": replacements})
    if not changes:
        return None
    return {"description": {"text": _message(harmless(fix.message))}, "artifactChanges": changes}


def _by_lines(old: bytes, new: bytes) -> Iterable[_Object]:
    """The lines of a file that give way to others."""
    before, after = (raw.decode("utf-8-sig").split("\n") for raw in (old, new))
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        text = "".join(f"{line}\n" for line in after[j1:j2])
        end: _Object = {"endLine": i2 + 1, "endColumn": 1}
        if i2 == len(before):  # the last line has no line feed
            text = text[:-1]
            end = {"endLine": i2, "endColumn": len(before[-1]) + 1}
        yield {
            "deletedRegion": {"startLine": i1 + 1, "startColumn": 1, **end},
            "insertedContent": {"text": text},
        }


def _notification(error: FileError) -> _Object:
    if not error.is_file:
        return {"level": "error", "message": {"text": _message(harmless(f"{error.path} {error.message}"))}}
    location: _Object = {"physicalLocation": {"artifactLocation": _artifact(error.path)}}
    return {"level": "error", "message": {"text": _message(harmless(error.message))}, "locations": [location]}
