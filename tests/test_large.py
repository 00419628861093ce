"""What is done otherwise in large projects, to need less memory, makes no difference to what is said."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from losslint import cache, content, discovery, linting, session
from losslint.finding import Finding
from losslint.record import replace
from losslint.result import Result
from losslint.settings import Settings

FIXTURES = Path(__file__).parent.parent / "fixtures"

MODEL = """\
import torch.nn as nn
import torch.nn.functional as F
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)
"""
TRAIN = """\
import torch.nn as nn
from model import Net
criterion = nn.CrossEntropyLoss()
net = Net()
loss = criterion(net(x), y)
"""


@pytest.fixture
def none_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file's bytes are kept."""
    monkeypatch.setattr(content, "MOST_KEPT", 0)
    monkeypatch.setattr(content, "MOST_RECENT", 0)


def lint(kept: cache.Cache | None = None) -> Result:
    return session.lint(discovery.discover(["."], Settings()).files, Settings(), cache=kept)


def said(result: Result) -> tuple[object, ...]:
    return result.findings, result.errors, result.sources, result.selected, replace(result.statistics, seconds=0)


@pytest.mark.parametrize("folder", ["article", "projects", "rules"])
def test_what_is_read_again_is_what_it_was(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FIXTURES / folder)
    before = said(lint())
    monkeypatch.setattr(content, "MOST_KEPT", 20_000)
    monkeypatch.setattr(content, "MOST_RECENT", 50_000)
    assert said(lint()) == before


def test_notebooks_and_other_encodings_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"# coding: latin-1\n# é\n{MODEL}".replace("return", "é = x; return").replace("\n", "\r\n")
    Path("model.py").write_bytes(text.encode("latin-1"))
    cells = [{"cell_type": "code", "source": [source]} for source in ("%matplotlib inline\n", f"é = 'é'; y = 1\n{TRAIN}")]
    Path("train.ipynb").write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))
    before = lint()
    assert [(finding.place.path, finding.trace[0].place.path) for finding in before.findings] == [("train.ipynb", "model.py")]
    monkeypatch.setattr(content, "MOST_KEPT", 0)
    monkeypatch.setattr(content, "MOST_RECENT", 0)
    assert said(lint()) == said(before)


def change(monkeypatch: pytest.MonkeyPatch, text: str | None, path: str = "model.py") -> None:
    """Have a file changed, or taken away, between the first look at it and the next, whatever its time says."""
    select = linting.selection.select
    changed: list[str] = []

    def late(*arguments: object) -> object:
        if not changed:
            changed.append(path)
            status = os.stat(path)
            if text is None:
                os.unlink(path)
            else:
                Path(path).write_text(text)
                os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        return select(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(linting.selection, "select", late)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings]


RIGHT = MODEL.replace("F.softmax(self.fc(x), dim=1)", "self.fc(x)")


@pytest.mark.usefixtures("none_kept")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(RIGHT, id="of another size"),
        pytest.param(RIGHT + "#" * (len(MODEL) - len(RIGHT)), id="of the same size, just written"),
    ],
)
def test_a_file_that_changes_meanwhile_is_read_as_it_is_then(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(MODEL)
    Path("train.py").write_text(TRAIN)
    assert codes(lint().findings) == ["LL101"]
    change(monkeypatch, text)
    result = lint(cache.Cache("kept", Settings()))
    assert (result.findings, result.errors) == ((), ())
    # what is remembered is of what the file is now
    monkeypatch.undo()
    monkeypatch.chdir(tmp_path)
    assert lint(cache.Cache("kept", Settings())).findings == ()
    Path("model.py").write_text(MODEL)
    assert codes(lint(cache.Cache("kept", Settings())).findings) == ["LL101"]


@pytest.mark.usefixtures("none_kept")
def test_a_file_that_vanishes_meanwhile_is_an_error_of_that_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(MODEL)
    Path("train.py").write_text(TRAIN)
    Path("other.py").write_text(MODEL + TRAIN.replace("from model import Net\n", ""))
    change(monkeypatch, None)
    result = lint()
    assert codes(result.findings) == ["LL101"]
    assert [(error.path, error.message) for error in result.errors] == [
        ("model.py", "can't be read: No such file or directory")
    ]


@pytest.mark.parametrize("folder", ["article", "projects", "rules"])
def test_what_is_known_of_files_is_the_same(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the cache has of each file: its content, and what was asked of it."""
    monkeypatch.chdir(FIXTURES / folder)

    def known(name: str) -> object:
        kept = cache.Cache(str(tmp_path / name), Settings())
        lint(kept)
        kept.save()
        return json.loads((tmp_path / name / cache.FILE).read_text())["files"]

    before = known("before")
    monkeypatch.setattr(content, "MOST_KEPT", 20_000)
    assert known("after") == before
