"""One JSON object for programs. Lines and columns are those of the notebook's cell where `cell` is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO, TypeAlias

from losslint import __version__
from losslint.finding import Finding, Fix, Place, Step
from losslint.report import Json, Report, write_json
from losslint.report.silence import by_cause
from losslint.report.statistics import Counted, by_rule
from losslint.source import Source

_Object: TypeAlias = "dict[str, Json]"


def write(report: Report, out: TextIO) -> None:
    """Write the report. Keys are only ever added."""
    content: _Object = {
        "version": __version__,
        "findings": [_finding(finding, report.sources) for finding in report.findings],
        "errors": [{"path": error.path, "message": error.message} for error in report.errors],
        "statistics": {
            "files": report.files,
            "selected": report.selected,
            "implicated": report.implicated,
            "judged": report.judged,
            "silent": report.silent,
            "suppressed": report.suppressed,
            "known": report.known,
            "fixed": report.fixed,
            "seconds": round(report.seconds, 3),
            **({"rules": [_counted(rule) for rule in by_rule(report)]} if report.by_rule else {}),
        },
    }
    if report.silences is not None:
        content["silences"] = [
            {**_range(silence.place, report.sources), "loss": silence.loss, "reason": silence.reason}
            for silence in report.silences
        ]
        content["silence_causes"] = [
            {"cause": cause, "count": len(group)} for cause, group in by_cause(report.silences)
        ]
    write_json(content, out)


def _counted(rule: Counted) -> Json:
    return {"code": rule.code, "name": rule.name, "count": rule.count, "fixable": rule.fixable}


def _finding(finding: Finding, sources: Mapping[str, Source]) -> _Object:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "condition": finding.condition,
        **_range(finding.place, sources),
        "trace": [_step(step, sources) for step in finding.trace],
        "fix": None if finding.fix is None else _fix(finding.fix, sources),
        "alternatives": [_fix(fix, sources) for fix in finding.alternatives],
    }


def _step(step: Step, sources: Mapping[str, Source]) -> _Object:
    return {**_range(step.place, sources), "message": step.message}


def _fix(fix: Fix, sources: Mapping[str, Source]) -> _Object:
    return {
        "applicability": fix.applicability,
        "message": fix.message,
        "edits": [{**_range(edit.place, sources), "text": edit.text} for edit in fix.edits],
    }


def _range(place: Place, sources: Mapping[str, Source]) -> _Object:
    source = sources.get(place.path)
    if source is None:
        cell, line, column, end_line, end_column = None, place.line, place.column, place.end_line, place.end_column
    else:
        cell, line, column, end_line, end_column = source.located(place)
    return {
        "path": place.path,
        "cell": cell,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }
