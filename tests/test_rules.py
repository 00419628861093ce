"""The rules: their documentation, their catalogue, and their fixtures.

`pytest tests/test_rules.py --record` writes the fixed files and the reports anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint.rule import Rule, all_rules
from losslint.testing import Fixture

FIXTURES = Path(__file__).parent.parent / "fixtures"

HEADINGS = ("What it does", "Why is this bad?", "Example", "Use instead", "Fix safety", "References")

CATALOGUE = {
    "LL101": ("softmax-before-cross-entropy", "error"),
    "LL102": ("log-softmax-before-cross-entropy", "info"),
    "LL103": ("sigmoid-before-cross-entropy", "error"),
    "LL104": ("sigmoid-before-bce-with-logits", "error"),
    "LL105": ("softmax-before-bce-with-logits", "error"),
    "LL106": ("bce-on-logits", "error"),
    "LL107": ("nll-without-log-softmax", "error"),
    "LL108": ("kl-div-without-log", "error"),
    "LL109": ("relu-before-cross-entropy", "warning"),
    "LL110": ("argmax-before-loss", "error"),
    "LL111": ("log-of-softmax", "warning"),
    "LL112": ("single-class-softmax", "error"),
    "LL113": ("softmax-with-binary-cross-entropy", "warning"),
    "LL114": ("sigmoid-with-categorical-cross-entropy", "warning"),
    "LL115": ("log-loss-on-hard-predictions", "error"),
    "LL116": ("sigmoid-before-bce", "info"),
    "LL201": ("bce-integer-labels", "error"),
    "LL202": ("cross-entropy-target-dtype", "error"),
    "LL203": ("target-shape-mismatch", "error"),
    "LL204": ("label-encoding-mismatch", "error"),
    "LL205": ("swapped-arguments", "error"),
    "LL301": ("missing-class-dim", "error"),
    "LL302": ("misplaced-class-dim", "error"),
    "LL303": ("softmax-without-dim", "warning"),
    "LL304": ("softmax-over-batch-dim", "error"),
    "LL305": ("loss-has-no-dim-argument", "error"),
    "LL403": ("metric-on-logits", "info"),
    "LL401": ("from-logits-mismatch", "error"),
    "LL402": ("output-units-mismatch", "error"),
    "LL501": ("tensors-into-loss-constructor", "error"),
    "LL502": ("deprecated-reduction-arguments", "info"),
    "LL601": ("focal-loss-on-reduced-cross-entropy", "error"),
    "LL602": ("focal-loss-on-weighted-cross-entropy", "warning"),
    "LL901": ("unused-suppression", "warning"),
}

RULES = all_rules()
RULE_FIXTURES = Fixture.of_rules(FIXTURES / "rules")
PROGRAMS = Fixture.of_rules(FIXTURES / "article")
PROJECTS = Fixture.of_projects(FIXTURES / "projects")


def test_the_catalogue_is_the_one_that_others_match_on() -> None:
    assert {rule.code: (rule.name, rule.severity) for rule in RULES} == CATALOGUE


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_documented(rule: type[Rule]) -> None:
    documentation = rule.__doc__ or ""
    assert rule.summary().endswith(".")
    found = [line.strip()[3:] for line in documentation.splitlines() if line.strip().startswith("## ")]
    assert found == list(HEADINGS)
    assert documentation.count("```python") >= 2
    assert rule.fix in ("safe", "unsafe", "display", "none")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_is_in_the_file_of_its_name(rule: type[Rule]) -> None:
    assert rule.__module__.rpartition(".")[2] == rule.name.replace("-", "_")
    assert rule.__name__ == rule.name.title().replace("-", "")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_fixtures(rule: type[Rule]) -> None:
    own = [fixture for fixture in RULE_FIXTURES if fixture.folder.name == rule.name]
    assert any(fixture.is_good for fixture in own)
    bad = [fixture for fixture in own if not fixture.is_good]
    assert any(code == rule.code for fixture in bad for _, _, code in fixture.expected)


@pytest.mark.parametrize("fixture", [*RULE_FIXTURES, *PROGRAMS, *PROJECTS], ids=str)
def test_what_is_expected_is_found_and_nothing_else(fixture: Fixture) -> None:
    assert fixture.problems() == []


@pytest.mark.parametrize("fixture", [f for f in [*RULE_FIXTURES, *PROGRAMS] if not f.is_good], ids=str)
def test_fixes_of_a_program(fixture: Fixture, record: bool) -> None:
    assert fixture.fix_problems() == []
    check(fixture.fixed_path, fixture.fixed_text, record)


@pytest.mark.parametrize("fixture", [f for f in [*RULE_FIXTURES, *PROGRAMS, *PROJECTS] if f.expected], ids=str)
def test_each_other_fix_is_right_by_itself(fixture: Fixture) -> None:
    assert fixture.alternative_problems() == []


@pytest.mark.parametrize("fixture", PROJECTS, ids=str)
def test_fixes_of_a_project(fixture: Fixture, record: bool) -> None:
    assert fixture.fix_problems() == []
    if fixture.expected:
        check(fixture.fixed_path, fixture.diff, record)


@pytest.mark.parametrize("folder", sorted({f.folder for f in [*RULE_FIXTURES, *PROGRAMS]}), ids=lambda p: p.name)
def test_the_report_of_a_folder(folder: Path, record: bool) -> None:
    bad = [f for f in [*RULE_FIXTURES, *PROGRAMS] if f.folder == folder and not f.is_good]
    if bad:
        check(bad[0].report_path, "\n".join(fixture.report for fixture in bad), record)


@pytest.mark.parametrize("fixture", PROJECTS, ids=str)
def test_the_report_of_a_project(fixture: Fixture, record: bool) -> None:
    if fixture.expected:
        check(fixture.report_path, fixture.report, record)


MISUSE = "import torch.nn as nn\nloss = nn.CrossEntropyLoss()(nn.Softmax(dim=1)(nn.Linear(8, 4)(x)), y)"


@pytest.mark.parametrize(
    ("name", "text", "problems"),
    [
        ("bad.py", f"{MISUSE}  # expect: LL101\n", []),
        ("bad.py", "x = 1  # expect: LL101, LL102\n", [f"bad.py:1: LL10{n} is expected and not found" for n in (1, 2)]),
        ("bad.py", f"{MISUSE}\n", ["bad.py:2: LL101 is found and not expected: "]),
        ("good.py", f"{MISUSE}  # expect: LL101\n", ["good.py:2: LL101 is a error in what is said to be good"]),
        ("bad.py", "nn.CrossEntropyLoss()(\n", ["bad.py: has a syntax error in line 1"]),
    ],
)
def test_what_is_wrong_with_a_fixture_is_said(name: str, text: str, problems: list[str], tmp_path: Path) -> None:
    found = Fixture(tmp_path, name, {name: text.encode()}).problems()
    assert len(found) == len(problems)
    assert all(said.startswith(expected) for said, expected in zip(found, problems, strict=True)), found


def check(path: Path, text: str, record: bool) -> None:
    """Compare a text with what is recorded, or record it."""
    if record and (not path.exists() or path.read_text(encoding="utf-8") != text):
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{path} isn't recorded yet: pytest --record"
    assert path.read_text(encoding="utf-8") == text
