"""Standard input as a file: editors that pipe what they show."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command import Done, Run

BAD = """\
import torch.nn.functional as F

def train(x, w, y):
    return F.cross_entropy(F.softmax(x @ w, dim=1), y)
"""
FIXED = BAD.replace("F.softmax(x @ w, dim=1)", "x @ w")
MODEL = "import torch.nn.functional as F\n\ndef net(x, w):\n    return F.softmax(x @ w, dim=1)\n"
TRAIN = (
    "import torch.nn.functional as F\nfrom model import net\n\n"
    "def train(x, w, y):\n    return F.cross_entropy(net(x, w), y)\n"
)

Pipe = Callable[..., Done]


@pytest.fixture
def pipe(run: Run, monkeypatch: pytest.MonkeyPatch) -> Pipe:
    """Runs the command line with a text on standard input."""

    def call(text: str | bytes, *arguments: str) -> Done:
        raw = text.encode() if isinstance(text, str) else text
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        return run(*arguments)

    return call


def test_what_is_piped_is_linted(pipe: Pipe) -> None:
    done = pipe(BAD, "-", "--output-format", "concise", "--quiet")
    assert done.status == 1
    assert done.out.startswith("-:4:12: LL101")
    done = pipe(BAD, "-", "--stdin-filename", "pkg/a.py", "--output-format", "concise")
    assert done.out.startswith("pkg/a.py:4:12: LL101")
    assert pipe(BAD, "--stdin-filename", "a.py").status == 1
    assert pipe(FIXED, "-").out == "All checks passed (1 file).\n"
    assert pipe("", "-").status == 0


def test_it_takes_the_place_of_the_file(pipe: Pipe, run: Run) -> None:
    """In its project, with the other files as they are on the disk."""
    Path("model.py").write_text(MODEL)
    Path("train.py").write_text(TRAIN)
    assert run().status == 1
    assert pipe(TRAIN, "-", "--stdin-filename", "train.py").status == 1
    assert pipe(TRAIN.replace("net(x, w)", "x @ w"), "-", "--stdin-filename", "train.py").status == 0
    assert pipe(MODEL.replace("F.softmax(x @ w, dim=1)", "x @ w"), "-", "--stdin-filename", "model.py").status == 0
    content = json.loads(pipe(MODEL, "-", "--stdin-filename", "model.py", "--output-format", "json").out)
    assert [(f["path"], f["trace"][0]["path"]) for f in content["findings"]] == [("train.py", "model.py")]
    assert Path("train.py").read_text() == TRAIN


def test_settings_are_those_of_the_file(pipe: Pipe) -> None:
    Path("pkg").mkdir()
    Path("pkg/losslint.toml").write_text("per-file-ignores = { 'a.py' = ['LL101'] }\n")
    assert pipe(BAD, "-", "--stdin-filename", "pkg/a.py").status == 0
    assert pipe(BAD, "-", "--stdin-filename", "pkg/b.py").status == 1
    assert pipe(BAD, "-").status == 1


def test_the_fixed_text_is_all_that_stdout_gets(pipe: Pipe) -> None:
    done = pipe(BAD, "-", "--fix", "--stdin-filename", "a.py")
    assert (done.status, done.out, done.err) == (0, FIXED, "Fixed 1 finding. All checks passed (1 file).\n")
    assert not Path("a.py").exists()
    done = pipe(FIXED, "-", "--fix", "--quiet")
    assert (done.status, done.out, done.err) == (0, FIXED, "")
    # What can't be fixed, or parsed, comes back as it was.
    done = pipe(BAD, "-", "--fix", "--config", "unfixable=['LL101']", "--output-format", "concise", "--quiet")
    assert (done.status, done.out) == (1, BAD)
    assert done.err.startswith("-:4:12: LL101")
    done = pipe("x = (\n", "-", "--fix", "--stdin-filename", "a.py")
    assert (done.status, done.out) == (2, "x = (\n")
    assert done.err.startswith("a.py: error: has a syntax error")


def test_every_other_byte_stays(tmp_path: Path) -> None:
    raw = "\ufeff# é\r\n".encode() + BAD.replace("\n", "\r\n").encode()
    command = [sys.executable, "-m", "losslint", "-", "--fix", "--quiet"]
    done = subprocess.run(command, input=raw, capture_output=True, cwd=tmp_path)
    fixed = raw.replace(b"F.softmax(x @ w, dim=1)", b"x @ w")
    assert (done.returncode, done.stdout, done.stderr) == (0, fixed, b"")


def test_a_diff(pipe: Pipe) -> None:
    done = pipe(BAD, "-", "--diff", "--stdin-filename", "a.py")
    assert done.status == 1
    assert done.out.startswith("--- a/a.py\n+++ b/a.py\n")
    assert done.err == "Would fix 1 finding.\n"


def test_a_fix_of_other_files_is_not_made(pipe: Pipe) -> None:
    Path("model.py").write_text(MODEL)
    Path("train.py").write_text(TRAIN)
    done = pipe(TRAIN, "-", "--fix", "--unsafe-fixes", "--stdin-filename", "train.py", "--quiet")
    assert (done.status, done.out) == (1, TRAIN)
    done = pipe(MODEL, "-", "--fix", "--unsafe-fixes", "--stdin-filename", "model.py", "--quiet")
    assert done.status == 0
    assert "softmax" not in done.out
    assert Path("model.py").read_text() == MODEL


def test_a_notebook(pipe: Pipe) -> None:
    text = json.dumps({"cells": [{"cell_type": "code", "source": BAD}], "metadata": {}}, indent=1)
    done = pipe(text, "-", "--fix", "--stdin-filename", "a.ipynb", "--quiet")
    assert json.loads(done.out)["cells"][0]["source"] == FIXED


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-", "a.py"], "'-' is one file, and linted alone"),
        (["a.py", "--stdin-filename", "b.py"], "'-' is one file, and linted alone"),
        (["-", "--add-ignores", "x"], "--write-baseline and --add-ignores write files, and standard input is none"),
        (["-", "--write-baseline", "x"], "--write-baseline and --add-ignores write files, and standard input is none"),
    ],
)
def test_what_makes_no_sense(pipe: Pipe, arguments: list[str], message: str) -> None:
    done = pipe(BAD, *arguments)
    assert (done.status, done.out) == (2, "")
    assert message in " ".join(done.err.split())
