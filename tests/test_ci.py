"""The GitHub Action, run step by step, and the README's recipes, against the official schemas."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import schemas
import yaml

CHECKOUT = Path(__file__).resolve().parent.parent
BAD = "import torch.nn as nn\n\nmodel = nn.Sequential(nn.Linear(20, 10), nn.Softmax(dim=1))\n\n\ndef train(x, y):\n"
BAD += "    return nn.CrossEntropyLoss()(model(x), y)\n"


@pytest.fixture(scope="module")
def action() -> dict[str, dict[str, list[dict[str, str]]]]:
    content = yaml.safe_load((CHECKOUT / "action.yml").read_text(encoding="utf-8"))
    assert schemas.problems(content, schemas.ACTION) == []
    assert {"paths", "args", "version"} <= set(content["inputs"])
    return content


def step(action: dict[str, dict[str, list[dict[str, str]]]], folder: Path, name: str, **environment: str) -> tuple[int, str]:
    """Run a step as the runner does, and return its status and what it printed."""
    (found,) = [step for step in action["runs"]["steps"] if step["name"] == name]
    assert "${{" not in found["run"], "inputs come through the environment: in the script they could be code"
    script = folder / "step.sh"
    script.write_text(found["run"], encoding="utf-8")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        cwd=folder / "repository",
        env={
            **os.environ,
            "GITHUB_OUTPUT": str(folder / "output"),
            "RUNNER_TEMP": str(folder),
            "GITHUB_WORKSPACE": str(folder / "repository"),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "repository" / "src").mkdir(parents=True)
    (tmp_path / "repository" / "pyproject.toml").touch()
    (tmp_path / "repository" / "src" / "train.py").write_text(BAD)
    (tmp_path / "output").touch()
    return tmp_path


def outputs(folder: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (folder / "output").read_text().splitlines())


@pytest.mark.parametrize(
    ("paths", "args", "status"),
    [(".", "", 1), ("src src/train.py", "--fail-on error", 1), ("src", "--ignore\nLL101", 0), ("$(id)", "", 2)],
)
def test_lint(
    action: dict[str, dict[str, list[dict[str, str]]]], folder: Path, paths: str, args: str, status: int
) -> None:
    command = folder / "losslint"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m losslint "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    done, said = step(action, folder, "Lint", COMMAND=str(command), PATHS=paths, ARGS=args)
    assert done == 0, said
    found = outputs(folder)
    assert found["status"] == str(status)
    assert ("::error title=LL101" in said and "file=src/train.py,line=7" in said) == (status == 1)
    assert "uid=" not in said
    content = json.loads(Path(found["sarif"]).read_text())
    assert schemas.problems(content, schemas.SARIF) == []
    assert len(content["runs"][0]["results"]) == (status == 1)
    assert step(action, folder, "Result", STATUS=found["status"])[0] == status


@pytest.mark.network
def test_install(action: dict[str, dict[str, list[dict[str, str]]]], folder: Path) -> None:
    done, said = step(action, folder, "Install losslint", VERSION="", SOURCE=str(CHECKOUT))
    assert done == 0, said
    command = outputs(folder)["command"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    listed = subprocess.run([command, "--list-rules"], capture_output=True, text=True, check=True, env=environment)
    assert "LL101" in listed.stdout


def test_recipes() -> None:
    """What the README says to put into CI's files is what these take."""
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)]
    hooks, adopted = [block for block in blocks if "repos" in block]
    (workflow,) = [block for block in blocks if "jobs" in block]
    (gitlab,) = [block for block in blocks if "losslint" in block]
    assert schemas.problems(hooks, schemas.PRE_COMMIT) == schemas.problems(adopted, schemas.PRE_COMMIT) == []
    workflow["on"] = workflow.pop(True)  # YAML 1.1 takes `on` for a truth value, GitHub doesn't
    assert schemas.problems(workflow, schemas.WORKFLOW) == []
    assert schemas.problems(gitlab, schemas.GITLAB_CI) == []
    inputs = yaml.safe_load((CHECKOUT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert set(workflow["jobs"]["losslint"]["steps"][-1]["with"]) <= set(inputs)
    assert set(re.findall(r"--[a-z-]+", str(gitlab))) == {"--output-file"}
