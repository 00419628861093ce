"""The README says what is so: the table of rules, the output, the options, rules, settings and hooks that it names.

`pytest tests/test_readme.py --record` writes the table anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from losslint import settings
from losslint.declarations import LAYER_KEYS, LOSS_KEYS, SCALES
from losslint.frameworks.vocabulary import APPLIES, FAMILIES, LABELS, SHAPES, TAKES
from losslint.rule import all_rules
from losslint.settings import BACKENDS, Settings, check_selectors, read

CHECKOUT = Path(__file__).resolve().parent.parent
README = CHECKOUT / "README.md"
EXAMPLE = "fixtures/projects/image_classifier"

RULES = all_rules()

TABLE = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- /rules -->)", re.DOTALL)
OUTPUT = re.compile(r"<!-- output -->\n```text\n(.*?)```\n", re.DOTALL)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*[a-z]")
CODE = re.compile(r"\bLL\d+\b")


@pytest.fixture
def readme() -> str:
    return README.read_text(encoding="utf-8")


def losslint(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "losslint", *arguments],
        cwd=CHECKOUT,
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def table() -> str:
    """The rules as the README shows them."""
    rows = [("code", "name", "severity", "fix", "what is wrong"), ("---",) * 5]
    rows += [(r.code, r.name, r.severity, r.fix, r.summary().replace("|", r"\|")) for r in RULES]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def test_the_table_of_rules(readme: str, record: bool) -> None:
    assert len(TABLE.findall(readme)) == 1
    written = TABLE.sub(lambda _: table(), readme)
    if record and written != readme:
        README.write_text(written, encoding="utf-8")
        readme = written
    assert readme == written, "pytest tests/test_readme.py --record"


def test_the_output_is_real(readme: str) -> None:
    assert f"/losslint {EXAMPLE}\n" in readme
    done = losslint(EXAMPLE)
    assert (done.returncode, done.stderr) == (1, "")
    shown = OUTPUT.findall(readme)
    assert len(shown) == 2
    rest = done.stdout
    for block in shown:
        _, found, rest = rest.partition(block)
        assert found, f"not in the output, or not in this order:\n{block}\n{done.stdout}"


def test_the_options_exist(readme: str) -> None:
    done = losslint("--help")
    assert done.returncode == 0
    known = set(OPTION.findall(done.stdout))
    named = set(OPTION.findall(readme))
    assert named
    assert named - known == set()
    assert known - named == set(), "the README's table of options is whole"


def test_the_rules_exist(readme: str) -> None:
    written = {rule.code for rule in RULES}
    named = set(CODE.findall(readme))
    assert written <= named
    check_selectors(sorted(named), [(rule.code, rule.name) for rule in RULES], "README.md")


def test_the_settings_are_valid(readme: str, tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(\[tool\.losslint.*?)```\n", readme, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        pyproject = tmp_path / "pyproject.toml"
        pyproject.write_text(example, encoding="utf-8")
        assert read(pyproject, [(rule.code, rule.name) for rule in RULES]) != Settings(root=tmp_path, file=pyproject)


def test_every_key_is_documented(readme: str) -> None:
    rows = {
        key for row in re.findall(r"^\| (`.*?) \|", readme, re.MULTILINE) for key in re.findall(r"`([a-z-]+)`", row)
    }
    assert {*settings.KEYS, *LOSS_KEYS, *LAYER_KEYS} - rows == set()
    named = set(re.findall(r"`([a-z_-]+)`", readme))
    assert {*TAKES, *FAMILIES, *LABELS, *APPLIES, *SHAPES, *SCALES, *BACKENDS} - named == set()


def test_the_hooks_exist(readme: str) -> None:
    hooks = (CHECKOUT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    known = re.findall(r"^- id: (\S+)$", hooks, re.MULTILINE)
    assert re.findall(r"- id: (\S+)$", readme, re.MULTILINE) == known
