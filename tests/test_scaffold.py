"""`--new-rule`: what is written, where, and when nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import Run

POINTS = '[project.entry-points."losslint.rules"]\nmine = "{}"\n'
RULE = 'class Old:\n    code = "ACME104"\n'


def package(folder: Path, *, below: str = "", rule: str = RULE) -> Path:
    """A project with a package of rules."""
    (folder / "pyproject.toml").write_text(POINTS.format("acme.rules"))
    rules = folder / below / "acme" / "rules"
    rules.mkdir(parents=True)
    (rules / "__init__.py").touch()
    (rules / "old.py").write_text(rule)
    return rules


def test_a_folder_becomes_a_package(run: Run, tmp_path: Path) -> None:
    done = run("--new-rule", "smoothing-too-strong")
    assert done.status == 0
    assert "MY101" in done.err
    assert (tmp_path / "my_rules" / "smoothing_too_strong.py").exists()
    assert 'mine = "my_rules"' in (tmp_path / "pyproject.toml").read_text()
    assert (tmp_path / "tests" / "test_rules.py").exists()


@pytest.mark.parametrize("below", ["", "src", "rules"])
def test_a_package_gets_another_rule(run: Run, tmp_path: Path, below: str) -> None:
    rules = package(tmp_path, below=below)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_rules.py").write_text("kept")
    done = run("--new-rule", "another-rule")
    assert done.status == 0
    assert 'code = "ACME101"' in (rules / "another_rule.py").read_text()
    assert (tmp_path / "tests" / "test_rules.py").read_text() == "kept"


def test_a_package_without_rules(run: Run, tmp_path: Path) -> None:
    rules = package(tmp_path, rule="")
    assert run("--new-rule", "another-rule").status == 0
    assert 'code = "MY101"' in (rules / "another_rule.py").read_text()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (POINTS.format("gone"), "the package 'gone', which pyproject.toml names, isn't found"),
        ("[project]\nname = 'a'\n", "names no package of rules"),
        ("[project", "pyproject.toml"),
        ("entry-points = 3\n", "names no package of rules"),
    ],
)
def test_a_project_without_a_package(run: Run, tmp_path: Path, settings: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(settings)
    done = run("--isolated", "--new-rule", "another-rule")
    assert done.status == 2
    assert message in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pyproject.toml", "setup.py"]


def test_what_is_there_is_not_written_over(run: Run, tmp_path: Path) -> None:
    rules = package(tmp_path)
    (rules / "another_rule.py").write_text("kept")
    done = run("--new-rule", "another-rule")
    assert done.status == 2
    assert "another_rule.py is there already" in done.err
    assert (rules / "another_rule.py").read_text() == "kept"
    assert not (tmp_path / "fixtures").exists()


def test_what_can_not_be_written_is_not_begun(run: Run, tmp_path: Path) -> None:
    rules = package(tmp_path)
    (tmp_path / "fixtures").write_text("a file where the folder has to be")
    done = run("--new-rule", "another-rule")
    assert done.status == 2
    assert "can't be written" in done.err
    assert not (rules / "another_rule.py").exists()
