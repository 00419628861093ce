"""GitLab's code quality report, which is shown in merge requests.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import hashlib
from typing import TextIO

from losslint.finding import Severity
from losslint.fingerprint import fingerprints
from losslint.report import Json, Report, harmless, path_below, said, shown_place, steps, write_json

_SEVERITIES: dict[Severity, str] = {"error": "critical", "warning": "major", "info": "info"}


def write(report: Report, out: TextIO) -> None:
    """Write the findings and the errors of files as one list.

    Fingerprints stay what they are when lines move, so that GitLab knows old findings from new ones. Paths are relative
    to the repository where GitLab says where it is.
    """
    issues: list[Json] = []
    for finding, fingerprint in zip(report.findings, fingerprints(report.findings, report.sources), strict=True):
        source = report.sources.get(finding.place.path)
        place = finding.place
        line, end_line = (place.line, place.end_line) if source is None else source.file_lines(place)
        path = path_below("CI_PROJECT_DIR", place.path)
        way = [f"{number}. {step}" for number, step in enumerate(steps(finding, report.sources), 1)]
        fixes = [f"Fix: {harmless(fix.message)}" for fix in finding.fixes]
        body = "\n".join([shown_place(place, report.sources), *way, *fixes])
        issues.append(
            {
                "type": "issue",
                "check_name": finding.code,
                "description": f"{finding.code} {finding.name}: {harmless(said(finding))}",
                "content": {"body": f"```text\n{body.replace('```', '` ` `')}\n```"},
                "categories": ["Bug Risk"],
                "severity": _SEVERITIES[finding.severity],
                "fingerprint": fingerprint,
                "location": {"path": path, "lines": {"begin": line, "end": end_line}},
            }
        )
    for error in report.errors:
        # A plugin is in no file of the repository's, and there has to be one.
        path = path_below("CI_PROJECT_DIR", error.path if error.is_file else "pyproject.toml")
        key = f"error\0{error.path}\0{error.message}".encode("utf-8", "surrogatepass")
        issues.append(
            {
                "type": "issue",
                "check_name": "losslint",
                "description": harmless(error.message if error.is_file else f"{error.path} {error.message}"),
                "categories": ["Bug Risk"],
                "severity": "blocker",
                "fingerprint": hashlib.sha256(key).hexdigest(),
                "location": {"path": path, "lines": {"begin": 1, "end": 1}},
            }
        )
    write_json(issues, out)
