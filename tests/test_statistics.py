"""`--statistics` and `--verbose`: how much of each, and what was looked at."""

from __future__ import annotations

import json
from pathlib import Path

from command import Run

TRAIN = """\
import torch.nn as nn
import torch.nn.functional as F
from data import load


def train(x, w, y):
    a = F.cross_entropy(F.softmax(x @ w, dim=1), y)
    b = F.cross_entropy(F.softmax(x @ w, dim=1), y)
    c = F.cross_entropy(F.sigmoid(x @ w), y)  # losslint: ignore[LL103]
    d = F.cross_entropy(F.linear(x, w), y)
    e = F.cross_entropy(load(), y)
    return a + b + c + d + e, nn.CrossEntropyLoss(dim=1)
"""


def write() -> None:
    Path("train.py").write_text(TRAIN)
    Path("data.py").write_text("import secret\n\n\ndef load():\n    return secret.load()\n")
    Path("run.py").write_text("import train\n\ntrain.train(1, 2, 3)\n")


def test_statistics(run: Run) -> None:
    write()
    done = run("--statistics")
    assert done.status == 1
    assert done.out == (
        "2  LL101  [*] softmax-before-cross-entropy\n"
        "1  LL305  [*] loss-has-no-dim-argument\n"
        "Found 3 errors in 1 file. 3 fixes with --fix.\n"
    )
    assert run("--statistics", "--quiet", "--output-format", "concise", "--select", "LL305").out == (
        "1  LL305  [*] loss-has-no-dim-argument\n"
    )
    assert run("--statistics", "--config", "unfixable=['LL101']", "-q").out.startswith("2  LL101  [ ] softmax")
    assert run("--statistics", "data.py").out == "All checks passed (1 file).\n"


def test_statistics_for_programs(run: Run) -> None:
    write()
    content = json.loads(run("--statistics", "--output-format", "json").out)
    assert len(content["findings"]) == 3
    assert content["statistics"]["rules"] == [
        {"code": "LL101", "name": "softmax-before-cross-entropy", "count": 2, "fixable": 2},
        {"code": "LL305", "name": "loss-has-no-dim-argument", "count": 1, "fixable": 1},
    ]
    content = json.loads(run("--output-format", "json").out)
    assert "rules" not in content["statistics"]
    assert {key: content["statistics"][key] for key in ("judged", "silent", "suppressed", "known")} == {
        "judged": 4, "silent": 2, "suppressed": 1, "known": 0,
    }  # fmt: skip


def test_verbose(run: Run) -> None:
    write()
    Path("losslint.toml").write_text("ignore = ['LL2']\n")
    done = run("-v", "--quiet", "--output-format", "concise")
    said = done.err.splitlines()
    assert said[0].startswith("Settings: losslint.toml, ")
    assert said[0].endswith(" rules")
    assert said[1].startswith("Files: 4 named, 2 files evaluated in ")
    assert said[2:] == [
        "  run.py: imports one of these",
        "  train.py: holds cross_entropy",
        "Losses: 4 judged, 2 silent (--explain-silence says why)",
        "Findings: 3, 1 more suppressed, 0 in the baseline",
    ]
    assert len(done.out.splitlines()) == 3
    run("--write-baseline", "base.json")
    assert run("-v", "--baseline", "base.json").err.endswith("Findings: 0, 1 more suppressed, 3 in the baseline\n")
    silent = json.loads(run("--explain-silence", "--output-format", "json").out)["silences"]
    assert len(silent) == 2
