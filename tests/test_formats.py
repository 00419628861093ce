"""The formats for programs, each read back by what reads it: a schema's validator, a parser, the grammar of commands."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import junitparser
import pytest
import schemas

from losslint import __version__, session
from losslint.discovery import discover
from losslint.editing import Lines
from losslint.finding import Edit, FileError, Finding, Fix, Place, Step
from losslint.fingerprint import fingerprints
from losslint.report import Report, write
from losslint.rule import all_rules
from losslint.settings import OutputFormat, Settings
from losslint.source import Source

CHECKOUT = Path(__file__).resolve().parent.parent
FORMATS: tuple[OutputFormat, ...] = ("json", "sarif", "github", "gitlab", "junit", "html", "full", "concise")

# What a terminal, XML, HTML, a workflow command and SARIF's messages would each take for something else than text.
EVIL = (
    "\x1b[31m\x07\r\n::error::x%0A,:</script><script>alert(1)</script><!-- ]]> &amp; \"' [red]x[/red] "
    "[click](https://example.com) `code` \u202e\u2028\x85\x7f\ufffe\ud800 \N{GRINNING FACE}"
)
EVIL_PATH = "a\x1b[2J<b>&\"',:%\n\udcff/](x).py"


def printed(report: Report, output_format: OutputFormat) -> str:
    out = io.StringIO()
    write(report, output_format, out, out)
    return out.getvalue()


@pytest.fixture(scope="module")
def real() -> Report:
    """What is found in the projects of the fixtures: several files, a notebook, fixes, conditions."""
    os.chdir(CHECKOUT)
    settings = Settings()
    result = session.lint(discover(["fixtures/projects", "fixtures/rules/softmax-without-dim"], settings).files, settings)
    assert len(result.findings) > 5
    assert any(finding.place.path.endswith(".ipynb") for finding in result.findings)
    errors = (FileError("broken.py", "syntax error in line 1: '(' was never closed"),)
    return Report(result.findings, errors, result.sources, files=result.statistics.files, rules=all_rules())


@pytest.fixture(scope="module")
def hostile() -> Report:
    """A finding whose every text is hostile."""
    code = "x = '\x1b[31m\u202e</script><b>&amp;]]>\ufffe' + loss(\ta)\n"
    source = Source(EVIL_PATH, code.encode("utf-8", "surrogatepass"), code)
    place = Place(EVIL_PATH, 1, 5, 1, len(code))
    fix = Fix("safe", f"fix {EVIL}", (Edit(place, "'</pre><script>'"),))
    finding = Finding(
        "LL101", "a-rule", "error", f"message {EVIL}", place, (Step(place, f"step {EVIL}"),), fix, f"condition {EVIL}"
    )
    other = dataclasses.replace(finding, severity="info", fix=None, alternatives=(fix, dataclasses.replace(fix, message=EVIL)))
    return Report((finding, other), (FileError(EVIL_PATH, EVIL),), {EVIL_PATH: source}, files=1, rules=all_rules())


EMPTY = Report((), files=3, rules=all_rules())


@pytest.fixture(params=["real", "hostile", "empty"])
def report(request: pytest.FixtureRequest, real: Report, hostile: Report) -> Report:
    return {"real": real, "hostile": hostile, "empty": EMPTY}[request.param]


@pytest.fixture(autouse=True)
def no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("output_format", FORMATS)
def test_nothing_that_is_printed_can_do_harm(hostile: Report, output_format: OutputFormat) -> None:
    text = printed(hostile, output_format)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028]", text)
    text.encode("utf-8", "backslashreplace").decode("utf-8")


# ---------------------------------------------------------------------------------------------------------------- SARIF


def test_sarif_is_valid(report: Report) -> None:
    content = json.loads(printed(report, "sarif"))
    assert schemas.problems(content, schemas.SARIF) == []
    (run,) = content["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("losslint", __version__)
    assert [rule["id"] for rule in driver["rules"]] == [rule.code for rule in all_rules()]
    assert all(rule["help"]["markdown"] for rule in driver["rules"])
    assert len(run["results"]) == len(report.findings)
    assert run["invocations"][0]["executionSuccessful"] is (not report.errors)
    for result, finding in zip(run["results"], report.findings, strict=True):
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == finding.code
        assert len(result.get("relatedLocations", ())) == len(finding.trace)
        flows = [flow for code_flow in result.get("codeFlows", ()) for flow in code_flow["threadFlows"]]
        assert [len(flow["locations"]) for flow in flows] == [len(finding.trace)] * bool(finding.trace)


def test_the_validator_sees_what_is_wrong() -> None:
    assert schemas.problems({"version": "2.1.0", "runs": [{"results": []}]}, schemas.SARIF)
    assert schemas.problems({"version": "2.0.0", "runs": []}, schemas.SARIF)


def test_sarif_names_places_in_the_file(real: Report) -> None:
    (run,) = json.loads(printed(real, "sarif"))["runs"]
    for result, finding in zip(run["results"], real.findings, strict=True):
        location = result["locations"][0]
        physical = location["physicalLocation"]
        assert unquote(physical["artifactLocation"]["uri"]) == finding.place.path
        lines = (CHECKOUT / finding.place.path).read_text(encoding="utf-8").split("\n")
        region, shown = physical["region"], physical["region"]["snippet"]["text"]
        first = lines[region["startLine"] - 1]
        if finding.place.path.endswith(".ipynb"):
            assert json.dumps(shown.split("\n")[0])[1:-1] in first
            assert re.fullmatch(r"cell \d+", location["logicalLocations"][0]["name"])
        else:
            assert first == shown.split("\n")[0]
            assert region["startColumn"] == finding.place.column


def test_sarif_fixes_are_the_fixes(real: Report) -> None:
    """Who makes the replacements has the bytes that --fix writes."""
    (run,) = json.loads(printed(real, "sarif"))["runs"]
    made = 0
    for result, finding in zip(run["results"], real.findings, strict=True):
        if finding.fix is None:
            continue
        (fix, *_) = result["fixes"]
        for change in fix["artifactChanges"]:
            path = unquote(change["artifactLocation"]["uri"])
            source = real.sources[path]
            text = source.raw.decode("utf-8")
            lines = Lines(text)
            for replacement in sorted(change["replacements"], key=_start, reverse=True):
                region = replacement["deletedRegion"]
                start = lines.offset(region["startLine"], region["startColumn"])
                end = lines.offset(region["endLine"], region["endColumn"])
                text = text[:start] + replacement["insertedContent"]["text"] + text[end:]
            assert text.encode() == source.edited(e for e in finding.fix.edits if e.place.path == path)
            made += 1
    assert made > 5


def _start(replacement: dict[str, dict[str, int]]) -> tuple[int, int]:
    return replacement["deletedRegion"]["startLine"], replacement["deletedRegion"]["startColumn"]


def test_sarif_messages_hold_no_links(hostile: Report) -> None:
    (run,) = json.loads(printed(hostile, "sarif"))["runs"]
    for result in run["results"]:
        texts = [result["message"]["text"], *(place["message"]["text"] for place in result["relatedLocations"])]
        for text in texts:
            assert "click" in text
            assert not re.search(r"(?<!\\)\[[^\]]*(?<!\\)\]\(", text)


# --------------------------------------------------------------------------------------------------------------- GitHub

# What the runner reads: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
_COMMAND = re.compile(r"::(?P<name>[a-z-]+)(?: (?P<properties>.*?))?::(?P<data>.*)")


def commands(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    for line in text.splitlines():
        match = _COMMAND.fullmatch(line)
        assert match, line
        pairs = [pair.split("=", 1) for pair in (match["properties"] or "").split(",") if pair]
        properties = {key: _unescaped(value, "\r\n:,%") for key, value in pairs}
        yield match["name"], properties, _unescaped(match["data"], "\r\n%")


def _unescaped(text: str, characters: str) -> str:
    for character in characters:
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def test_github(report: Report) -> None:
    read = list(commands(printed(report, "github")))
    assert len(read) == len(report.findings) + len(report.errors)
    for (name, properties, message), finding in zip(read, report.findings, strict=False):
        assert name == {"error": "error", "warning": "warning", "info": "notice"}[finding.severity]
        assert {"title", "file", "line", "endLine"} <= set(properties) <= {
            "title", "file", "line", "endLine", "col", "endColumn"
        }  # fmt: skip
        assert properties["title"] == f"{finding.code} {finding.name}"
        assert properties["line"].isdigit() and properties["endLine"].isdigit()
        assert ("col" in properties) <= (properties["line"] == properties["endLine"])
        assert f"{finding.code} " in message
        assert message.count("\n") >= len(finding.trace)
    for (name, properties, _), error in zip(read[len(report.findings) :], report.errors, strict=True):
        assert name == "error"
        assert set(properties) == {"title", "file"}
        assert properties["file"].startswith(error.path[:1])


def test_paths_of_ci_servers(real: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """They count from the repository, wherever losslint was started."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(CHECKOUT.parent))
    monkeypatch.setenv("CI_PROJECT_DIR", str(CHECKOUT.parent))
    path = f"{CHECKOUT.name}/{real.findings[0].place.path}"
    assert next(commands(printed(real, "github")))[1]["file"] == path
    assert json.loads(printed(real, "gitlab"))[0]["location"]["path"] == path


# --------------------------------------------------------------------------------------------------------------- GitLab

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
CODE_QUALITY = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "type": {"const": "issue"},
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "categories": {"type": "array", "items": {"const": "Bug Risk"}},
            "content": {"type": "object", "required": ["body"], "properties": {"body": {"type": "string"}}},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/.]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1},
                            "end": {"type": "integer", "minimum": 1},
                        },
                    },
                },
            },
        },
    },
}


def test_gitlab(report: Report) -> None:
    content = json.loads(printed(report, "gitlab"))
    jsonschema.Draft7Validator(CODE_QUALITY).validate(content)
    assert len(content) == len(report.findings) + len(report.errors)
    assert len({issue["fingerprint"] for issue in content}) == len(content)


def test_fingerprints_stay_when_lines_move() -> None:
    def found(text: str, line: int, column: int = 1) -> str:
        place = Place("a.py", line, column, line, column + 4)
        finding = Finding("LL101", "a-rule", "error", f"In line {line}.", place)
        return fingerprints([finding], {"a.py": Source.from_text("a.py", text)})[0]

    first = found("loss(x)\n", 1)
    assert found("import y\n\nif y:\n    loss( x )  # again\n", 4, 5) == first
    assert found("loss(z)\n", 1) != first


def test_findings_that_are_alike_are_numbered() -> None:
    places = [Place("a.py", line, 1, line, 5) for line in (1, 2, 3)]
    findings = [Finding("LL101", "a-rule", "error", "A message.", place) for place in places]
    source = Source.from_text("a.py", "loss(x)\nloss(x)\nloss(y)\n")
    known = fingerprints(findings, {"a.py": source})
    assert len(set(known)) == 3
    assert fingerprints(findings[:1], {"a.py": source}) == known[:1]
    assert fingerprints(findings[1:], {"a.py": source}) == [known[0], known[2]]


# ---------------------------------------------------------------------------------------------------------------- JUnit


def test_junit(report: Report, tmp_path: Path) -> None:
    file = tmp_path / "report.xml"
    file.write_text(printed(report, "junit"), encoding="utf-8")
    read = junitparser.JUnitXml.fromfile(str(file))
    failing = [finding for finding in report.findings if finding.severity != "info"]
    suites = list(read)
    cases = [case for suite in suites for case in suite]
    assert (read.failures, read.errors) == (len(failing), len(report.errors))
    assert read.tests == len(cases) == max(1, len(report.findings) + len(report.errors))
    assert sum(suite.failures for suite in suites) == len(failing)
    for case, finding in zip(cases, report.findings, strict=False):
        assert case.name.startswith(f"{finding.code} {finding.name}")
        if finding.severity == "info":
            assert case.is_passed and finding.code not in (case.system_err or "") and case.system_out
        else:
            (failure,) = case.result
            assert isinstance(failure, junitparser.Failure)
            assert failure.type == finding.severity
            assert (failure.text or "").count("\n") >= len(finding.trace)


def test_junit_fails_what_fails_the_run(hostile: Report) -> None:
    root = ElementTree.fromstring(printed(dataclasses.replace(hostile, fail_on="info"), "junit"))
    assert root.get("failures") == "2"


@pytest.mark.parametrize("output_format", FORMATS)
def test_a_file_that_nobody_has_any_more(output_format: OutputFormat, real: Report) -> None:
    """What is found in it is named all the same, without its code."""
    said = printed(dataclasses.replace(real, sources={}, rules=()), output_format)
    for code in {finding.code for finding in real.findings}:
        assert code in said


def test_a_file_on_another_drive() -> None:
    finding = Finding("LL101", "softmax-before-cross-entropy", "error", "wrong", Place("/elsewhere/a.py", 1, 1, 1, 2), ())
    (run,) = json.loads(printed(Report((finding,)), "sarif"))["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///elsewhere/a.py"}
