"""The README says what is so: the table of rules, the output, the options, rules, settings and hooks that it names.

`pytest tests/test_readme.py --record` writes the table anew.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
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
    named = set(OPTION.findall(re.sub(r"`python [^`]*`", "", readme)))  # other programs have their own
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


# ---- the commands

SHOWN = re.compile(r"^ {4}(?: {3})?((?:losslint|python3?|pip|pytest)\b[^\n]*)$", re.MULTILINE)
"""A command in a block of its own, or in one of a list's item."""
NAMED = re.compile(r"`((?:losslint|python3?|\.venv/bin/python|pip|pytest) [^`]*)`")
"""A command in a sentence."""
FENCED = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
STAND_FOR = {"FILE": "train.py", "NAME": "readme-rule", "REASON": "because"}
"""What the words in capitals stand for."""

TRAIN = """\
import torch.nn as nn

from model import net


def train(x, y):
    return nn.CrossEntropyLoss()(net(x), y)
"""
MODEL = """\
import torch.nn as nn

net = nn.Sequential(nn.Linear(20, 10), nn.Softmax(dim=1))
"""


def commands(readme: str) -> list[str]:
    """Every command that the README shows or names, in order, without its comment."""
    text = FENCED.sub("", readme)
    found = [(m.start(), m.group(1)) for pattern in (SHOWN, NAMED) for m in pattern.finditer(text)]
    return list(dict.fromkeys(re.sub(r"\s+#.*", "", command) for _, command in sorted(found)))


def test_every_command_is_run_or_has_a_reason_not_to_be(readme: str) -> None:
    kinds: dict[str, list[str]] = {}
    for command in commands(readme):
        words = command.split()
        if command.startswith("losslint"):
            kind = "losslint"
        elif "&&" in command:
            kind = "install"
        elif words[0].startswith("python"):
            kind = "python"
        elif "pytest" in words:
            kind = "pytest"
        else:
            kind = "others"
        kinds.setdefault(kind, []).append(command)
    assert len(kinds["losslint"]) > 15  # run below, all of them
    assert len(kinds["install"]) == 2  # the first is run below
    assert kinds["install"][1].endswith("python -m pytest"), "it runs the tests, this one too, as .ci/run does"
    ci = (CHECKOUT / ".ci" / "run").read_text(encoding="utf-8")
    assert "-m venv" in ci and re.search(r'pip install .*"\.\[test', ci) and re.search("^pytest", ci, re.MULTILINE)
    project = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8")
    for command in kinds["pytest"]:  # it would run the tests as well; the marks exist
        for mark in re.findall(r"-m (?:\"not )?(\w+)", command.partition("pytest")[2]):
            assert re.search(rf'"{mark}: ', project), command
    for command in kinds["python"]:  # they take long, or need what others make: they say what they are
        _, *words = shlex.split(command)
        options = [word for word in words if word.startswith("--")]
        program = words[:2] if words[0] == "-m" else words[:1]
        done = subprocess.run(
            [sys.executable, *program, "--help"], cwd=CHECKOUT, capture_output=True, text=True, check=True
        )
        assert all(option in done.stdout for option in options), command
    assert kinds["others"], "nobody can install from an address that isn't known"
    assert all("<URL of this repository>" in command for command in kinds["others"])


def test_the_commands_run(readme: str, tmp_path: Path) -> None:
    """One after the other, in a project with a misused loss: each does its work, and none complains of how it's called."""
    (tmp_path / "setup.py").touch()
    (tmp_path / "notebooks").mkdir()
    cells = [{"cell_type": "code", "source": TRAIN.replace("from model", "from ..model")}]
    (tmp_path / "notebooks" / "a.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    found = 0
    for command in commands(readme):
        if not command.startswith("losslint"):
            continue
        (tmp_path / "train.py").write_text(TRAIN, encoding="utf-8")
        (tmp_path / "model.py").write_text(MODEL, encoding="utf-8")
        arguments = [STAND_FOR.get(word, word) for word in shlex.split(command)[1:]]
        done = subprocess.run(
            [sys.executable, "-m", "losslint", *arguments],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            encoding="utf-8",
            input="" if "--server" in arguments else TRAIN,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'rules'}"},
        )
        if "--server" in arguments and done.returncode == 2:
            assert 'needs the extra "server"' in done.stderr
            continue
        assert done.returncode in (0, 1), f"{command}: {done.stderr}"
        assert "Traceback" not in done.stderr and "Usage:" not in done.stderr, f"{command}: {done.stderr}"
        found += done.returncode
    assert found > 5
    assert (tmp_path / "losslint.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert json.loads((tmp_path / "losslint-baseline.json").read_text(encoding="utf-8"))["findings"]


@pytest.mark.network
def test_the_first_command(readme: str, tmp_path: Path) -> None:
    """Installs this checkout into a new environment, and prints what the README shows."""
    first = next(command for command in commands(readme) if "&&" in command)
    copy = tmp_path / "clone"
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis", ".venv", "venv", ".git", "tests")
    shutil.copytree(CHECKOUT, copy, ignore=ignore)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        ["bash", "-c", first],
        cwd=copy,
        env={**environment, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    for block in OUTPUT.findall(readme):
        assert block in done.stdout
