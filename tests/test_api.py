"""The Python interface: what is documented, and that it needs no disk, prints nothing and writes nothing."""

from __future__ import annotations

import builtins
import gc
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import losslint
from losslint import Finding, Fix, Result, Settings, SettingsError, lint_paths, lint_sources, linting
from losslint.evaluation.evaluator import Evaluator
from losslint.program.project import Project

MODEL = "import torch\nimport torch.nn as nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
MODEL += "        self.fc = nn.Linear(20, 10)\n\n    def forward(self, x):\n        return torch.softmax(self.fc(x), dim=1)\n"
TRAIN = "import torch.nn as nn\n\nfrom model import Net\n\nmodel = Net()\ncriterion = nn.CrossEntropyLoss()\n\n\n"
TRAIN += "def train(loader):\n    for x, y in loader:\n        criterion(model(x), y).backward()\n"


def test_sources() -> None:
    result = lint_sources({"model.py": MODEL, "train.py": TRAIN})
    assert isinstance(result, Result)
    (finding,) = result.findings
    assert isinstance(finding, Finding)
    assert (finding.code, finding.place.path, finding.place.line) == ("LL101", "train.py", 11)
    assert finding.trace[0].place.path == "model.py"
    assert isinstance(finding.fix, Fix)
    fixed = MODEL.replace("torch.softmax(self.fc(x), dim=1)", "self.fc(x)").replace("import torch\n", "")
    assert result.sources["model.py"].edited(finding.fix.edits).decode() == fixed
    assert result.errors == ()
    assert result.statistics.files == 2


def test_sources_need_no_disk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lint_sources({"model.py": MODEL, "train.py": TRAIN})  # what Python itself has to import is imported

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("the disk was asked")

    for module, name in ((builtins, "open"), (io, "open"), (os, "open"), (os, "stat"), (os, "listdir"), (os, "scandir")):
        monkeypatch.setattr(module, name, refused)
    train = TRAIN.replace("model im", "package.model im")
    result = lint_sources({"package/__init__.py": "", "package/model.py": MODEL, "train.py": train})
    monkeypatch.undo()
    assert [finding.code for finding in result.findings] == ["LL101"]
    assert capsys.readouterr() == ("", "")


def test_sources_of_every_kind() -> None:
    cells = [{"cell_type": "code", "source": MODEL + "\n" + TRAIN.replace("from model import Net\n", "")}]
    latin = b"# coding: latin-1\nx = '\xe9'\n"
    result = lint_sources({"nb.ipynb": json.dumps({"cells": cells}), "broken.py": "x = (\n", "bytes.py": latin})
    assert [finding.place.path for finding in result.findings] == ["nb.ipynb"]
    assert [error.path for error in result.errors] == ["broken.py"]
    assert lint_sources({}).findings == ()
    ignored = TRAIN.replace("y).backward()", "y).backward()  # losslint: ignore[LL101] known")
    assert lint_sources({"model.py": MODEL, "train.py": ignored}).findings == ()
    assert lint_sources({"model.py": MODEL, "train.py": TRAIN}, settings=Settings(ignore=("LL1",))).findings == ()
    unused = lint_sources({"a.py": "x = 1  # losslint: ignore[LL101] nothing\n"}).findings
    assert [finding.code for finding in unused] == ["LL901"]


@pytest.mark.parametrize("path", ["/a.py", "../a.py", "a//b.py", "./a.py", ""])
def test_paths_that_are_none(path: str) -> None:
    with pytest.raises(ValueError, match="not a relative path"):
        lint_sources({path: ""})


def test_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "train.py").write_text(TRAIN)
    before = sorted(tmp_path.iterdir())
    result = lint_paths([tmp_path, "none.py"])
    assert [finding.place.path for finding in result.findings] == ["train.py"]
    assert [(error.path, error.message) for error in result.errors] == [("none.py", "no such file or folder")]
    assert sorted(tmp_path.iterdir()) == before, "nothing is written, a cache neither"
    (tmp_path / "pyproject.toml").write_text('[tool.losslint]\nignore = ["LL101"]\n')
    assert lint_paths(["."]).findings == ()
    assert len(lint_paths(["."], settings=Settings()).findings) == 1
    (tmp_path / "pyproject.toml").write_text('[tool.losslint]\nignore = ["LL999"]\n')
    with pytest.raises(SettingsError, match="unknown rule 'LL999'"):
        lint_paths(["."])


def test_what_is_exported() -> None:
    assert set(losslint.__all__) <= set(dir(losslint))
    for name in losslint.__all__:
        found = getattr(losslint, name)
        assert name in ("__version__", "Severity", "Applicability") or found.__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = losslint.nothing


def test_importing_it_imports_no_engine() -> None:
    code = "import sys, losslint; print(sorted(n for n in sys.modules if n.startswith(('losslint.', 'libcst', 'rich'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_types(tmp_path: Path) -> None:
    """What a user writes against it passes a strict type checker, and a mistake doesn't."""
    program = tmp_path / "use.py"
    program.write_text(
        "from losslint import Finding, Fix, lint_paths, lint_sources\n\n"
        "def codes() -> list[str]:\n"
        '    findings: tuple[Finding, ...] = lint_sources({"a.py": ""}).findings + lint_paths(["."]).findings\n'
        "    fixes: list[Fix] = [finding.fix for finding in findings if finding.fix is not None]\n"
        "    return [fix.message for fix in fixes]\n"
    )
    checkout = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(program)]
    environment = {**os.environ, "MYPYPATH": f"{checkout}{os.pathsep}{checkout / 'rules'}"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout
    program.write_text(program.read_text().replace('{"a.py": ""}', "3"))
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert 'Argument 1 to "lint_sources" has incompatible type "int"' in done.stdout


def test_who_lints_and_goes_on_keeps_no_syntax_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python looks seldom through what is old; a server that lints at each key would fill the memory."""
    monkeypatch.setattr(linting, "FEW_LEFT", 0)
    known = gc.get_threshold()
    gc.set_threshold(1_000_000_000)
    try:
        result = lint_sources({"a.py": "import torch.nn as nn\n\nnn.CrossEntropyLoss()(nn.Softmax(1)(nn.Linear(8, 4)(x)), y)\n"})
        # by its type: to ask some modules for their class brings warnings
        left = [kept for kept in gc.get_objects() if issubclass(type(kept), (Evaluator, Project))]
    finally:
        gc.set_threshold(*known)
    assert [finding.code for finding in result.findings] == ["LL101"]
    assert left == []
