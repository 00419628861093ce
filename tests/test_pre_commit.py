"""The hooks, with the real pre-commit: a commit with a misused loss is refused, one without passes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).resolve().parent.parent

BAD = """\
import torch.nn as nn


def train(model, loader):
    head = nn.Sequential(nn.Linear(20, 10), nn.Softmax(dim=1))
    criterion = nn.CrossEntropyLoss()
    for x, y in loader:
        criterion(head(model(x)), y).backward()
"""
GOOD = BAD.replace(", nn.Softmax(dim=1)", "")
# One that has a safe fix: an argument that the loss doesn't have.
FIXABLE = GOOD.replace("nn.CrossEntropyLoss()", "nn.CrossEntropyLoss(dim=1)")

pytestmark = pytest.mark.network


def git(*arguments: str, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    settings = [
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.c",
        "-c",
        "commit.gpgsign=false",
        "-c",
        "init.defaultBranch=main",
    ]
    # The commit runs in an environment without the variables of a git command that the tests may be run by.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    bin_folder = os.path.dirname(sys.executable)
    environment["PATH"] = f"{bin_folder}{os.pathsep}{environment.get('PATH', '')}"
    return subprocess.run(
        ["git", *settings, *arguments], cwd=cwd, check=check, capture_output=True, text=True, env=environment
    )


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A repository with this checkout's files as they are now, and its commit."""
    folder = tmp_path_factory.mktemp("hooks") / "losslint"
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis", ".venv", "venv", "build", "dist", ".git")
    folder.mkdir()
    for name in ("losslint", "rules", "fixtures"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=ignore)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(CHECKOUT / name, folder / name)
    git("init", "-q", cwd=folder)
    git("add", "--all", cwd=folder)
    git("commit", "-q", "-m", "checkout", cwd=folder)
    return folder, git("rev-parse", "HEAD", cwd=folder).stdout.strip()


@pytest.fixture
def project(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, hooks: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A repository with the hook losslint installed, and nothing committed."""
    # One environment for all tests of this run, and none of the developer's own.
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path_factory.getbasetemp() / "pre-commit"))
    project = tmp_path / "project"
    project.mkdir()
    git("init", "-q", cwd=project)
    configure(project, hooks, "losslint")
    install = subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"], cwd=project, capture_output=True, text=True, check=False
    )
    assert install.returncode == 0, install.stdout + install.stderr
    return project


def configure(project: Path, hooks: tuple[Path, str], hook: str) -> None:
    repository, commit = hooks
    (project / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {repository}\n    rev: {commit}\n    hooks:\n      - id: {hook}\n", encoding="utf-8"
    )


def commit(project: Path, **texts: str) -> subprocess.CompletedProcess[str]:
    for name, text in texts.items():
        (project / f"{name}.py").write_text(text, encoding="utf-8")
    git("add", "--all", cwd=project)
    return git("commit", "-m", "a change", cwd=project, check=False)


def test_a_bad_file_is_refused_and_a_good_one_passes(project: Path) -> None:
    refused = commit(project, train=BAD)
    said = refused.stdout + refused.stderr
    assert refused.returncode == 1, said
    assert "LL101" in said
    assert git("log", cwd=project, check=False).returncode != 0
    passed = commit(project, train=GOOD)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert git("log", "--format=%s", cwd=project).stdout == "a change\n"


def test_what_it_does_to_the_loss_in_another_file(project: Path) -> None:
    """Only model.py is in the commit; the loss is in train.py, which was fine until now."""
    model = "import torch.nn as nn\n\n\ndef net():\n    return nn.Sequential(nn.Linear(20, 10))\n"
    train = (
        "import torch.nn as nn\n\nfrom model import net\n\n\ndef train(loader):\n    model = net()\n"
        "    criterion = nn.CrossEntropyLoss()\n    for x, y in loader:\n        criterion(model(x), y).backward()\n"
    )
    passed = commit(project, model=model, train=train)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    refused = commit(project, model=model.replace("10))", "10), nn.Softmax(dim=1))"))
    assert refused.returncode == 1
    assert "train.py:10" in refused.stdout + refused.stderr


def test_the_hook_that_fixes(project: Path, hooks: tuple[Path, str]) -> None:
    configure(project, hooks, "losslint-fix")
    refused = commit(project, train=FIXABLE)
    assert refused.returncode == 1
    assert "files were modified by this hook" in refused.stdout + refused.stderr
    assert (project / "train.py").read_text() == GOOD
    assert commit(project).returncode == 0


OLD = """\
import torch.nn as nn
import torch.nn.functional as F


def train(model, x, y):
    return F.cross_entropy(F.softmax(model(x), dim={number}), y)


def evaluate(model, x, y):
    criterion = nn.BCEWithLogitsLoss()
    return criterion(model(x).sigmoid(), y)
"""


def test_adoption(project: Path, hooks: tuple[Path, str]) -> None:
    """An old code base, step by step as the README has it: what is there is silent, what is new is refused."""
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    _, _, section = readme.partition("## Adopt it in an old code base\n")
    section = section.partition("\n## ")[0]
    look, write, check, preview, mend, again = re.findall(r"^ {7}(losslint .*)$", section, re.MULTILINE)
    (recipe,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)

    def losslint(command: str) -> tuple[int, str]:
        arguments = command.split()[1:]
        environment = {**os.environ, "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'rules'}"}
        done = subprocess.run(
            [sys.executable, "-m", "losslint", *arguments],
            cwd=project,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def known() -> list[str]:
        written = json.loads((project / "losslint-baseline.json").read_text())["findings"]
        return [f"{entry['path']}:{entry['rule']}" for entry in written for _ in range(entry["count"])]

    # Ten findings, of which nobody knows.
    (project / ".pre-commit-config.yaml").unlink()
    for number in range(5):
        (project / f"old{number}.py").write_text(OLD.format(number=1))
    (project / "fine.py").write_text(GOOD)
    status, said = losslint(look)
    assert status == 0
    assert re.search(r"^ *5 +LL101 ", said, re.MULTILINE) and re.search(r"^ *5 +LL104 ", said, re.MULTILINE), said
    assert losslint(write) == (0, "Wrote 10 findings to losslint-baseline.json.\n")
    assert known() == [f"old{number}.py:{code}" for number in range(5) for code in ("LL101", "LL104")]
    assert losslint(check)[0] == 0
    # The hook as the README writes it, of this checkout.
    repository, revision = hooks
    ours = yaml.safe_load(recipe)
    ours["repos"][0] |= {"repo": str(repository), "rev": revision}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(ours), encoding="utf-8")
    passed = commit(project)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    # Old code that moves and is formatted anew is still old.
    moved = "# a comment\n\n" + OLD.format(number=1).replace(
        "(F.softmax(model(x), dim=1), y)", "(\n        F.softmax(model(x), dim=1), y\n    )"
    )
    assert commit(project, old0=moved).returncode == 0
    # A new misuse is refused: in a new file, and in one with old ones.
    refused = commit(project, new=BAD)
    assert refused.returncode == 1
    assert "new.py:8" in refused.stderr and "old" not in refused.stderr
    (project / "new.py").unlink()
    worse = (
        OLD.format(number=1) + "\n\ndef test(model, x, y):\n    return F.cross_entropy(F.softmax(model(x), dim=1), y)\n"
    )
    refused = commit(project, old1=worse)
    assert refused.returncode == 1
    assert "Found 1 error" in refused.stderr
    commit(project, old1=OLD.format(number=1))
    # An old one is mended, and dropped.
    assert losslint(preview)[0] == 1
    mended = OLD.format(number=1).replace("F.softmax(model(x), dim=1)", "model(x)")
    (project / "old2.py").write_text(mended)
    assert losslint(again) == (0, "Wrote 9 findings to losslint-baseline.json.\n")
    assert "old2.py:LL101" not in known() and "old2.py:LL104" in known()
    assert commit(project).returncode == 0
    refused = commit(project, old2=OLD.format(number=1))
    assert refused.returncode == 1
    assert "old2.py:6" in refused.stderr
    git("checkout", "-q", "HEAD", "--", ".", cwd=project)
    # The rest, all that is safe at once.
    assert losslint(mend)[0] == 0
    assert losslint(again) == (0, "Wrote 0 findings to losslint-baseline.json.\n")
    assert commit(project).returncode == 0
    assert losslint("losslint")[0] == 0
