"""JUnit's XML, which CI servers show as test results: a suite a file, a case a finding."""

from __future__ import annotations

import itertools
from typing import TextIO
from xml.etree import ElementTree

from losslint.finding import Finding
from losslint.report import Report, harmless, said, shown_place, steps


def write(report: Report, out: TextIO) -> None:
    """Write the report. A finding fails its case where it fails the run; a lesser one is said in a case that passes."""
    root = ElementTree.Element("testsuites", name="losslint")
    for path, findings in itertools.groupby(report.findings, key=lambda finding: finding.place.path):
        suite = _suite(root, path)
        for finding in findings:
            _finding(suite, finding, report)
    for error in report.errors:
        case = _case(_suite(root, error.path), "losslint", error.path, 1)
        message = _text(error.message)
        ElementTree.SubElement(case, "error", message=message, type="losslint").text = message
    if not report.findings and not report.errors:
        _case(_suite(root, "losslint"), "no findings", "losslint", None)
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        element.set("tests", str(len(cases)))
        element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        element.set("errors", str(sum(case.find("error") is not None for case in cases)))
    ElementTree.indent(root)
    # In ASCII, other characters by their number: true in whatever encoding the output is written.
    out.write("<?xml version='1.0' encoding='utf-8'?>\n")
    out.write(ElementTree.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii") + "\n")


def _suite(root: ElementTree.Element, path: str) -> ElementTree.Element:
    return ElementTree.SubElement(root, "testsuite", name=_text(path))


def _case(suite: ElementTree.Element, name: str, path: str, line: int | None) -> ElementTree.Element:
    case = ElementTree.SubElement(suite, "testcase", name=_text(name), classname=_text(path), file=_text(path))
    if line is not None:
        case.set("line", str(line))
    return case


def _finding(suite: ElementTree.Element, finding: Finding, report: Report) -> None:
    place = finding.place
    source = report.sources.get(place.path)
    line = place.line if source is None else source.file_lines(place)[0]
    shown = shown_place(place, report.sources)
    case = _case(suite, f"{finding.code} {finding.name} {shown}", place.path, line)
    message = _text(said(finding))
    way = [f"{number}. {_text(step)}" for number, step in enumerate(steps(finding, report.sources), 1)]
    fixes = [f"Fix: {_text(fix.message)}" for fix in finding.fixes]
    body = "\n".join([f"{_text(shown)}: {message}", *way, *fixes])
    if report.fails(finding.severity):
        ElementTree.SubElement(case, "failure", message=message, type=finding.severity).text = body
    else:
        ElementTree.SubElement(case, "system-out").text = body


def _text(text: str) -> str:
    """A text that XML can hold: it has no place for control characters, not even by their number."""
    return harmless(text)
