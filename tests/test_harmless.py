"""Fixes do no harm, in whatever form files are written. `python -m tests.harmless` tries every fixture in every form."""

from __future__ import annotations

import json
from pathlib import Path

import harmless
import pytest
from harmless import FORMS, NOTEBOOKS, Form

from losslint import linting
from losslint.testing import Fixture

EVERY = 11
"""Of each form, one fixture of as many is tried: each form another share of them."""

PROGRAMS = harmless.fixtures()
CHOSEN = [
    pytest.param(fixture, form, id=f"{fixture}-{form.name}")
    for number, form in enumerate(FORMS)
    for place, fixture in enumerate(PROGRAMS)
    if (place + number) % EVERY == 0
]


@pytest.mark.parametrize(("fixture", "form"), CHOSEN)
def test_fixes_do_no_harm(fixture: Fixture, form: Form) -> None:
    said = harmless.harm(fixture, form)
    if said is None:
        pytest.skip("can't be written so")
    assert said == []


def test_forms_are_forms() -> None:
    """Each form writes something else, and a notebook is one."""
    text = 'x = 1\n\n\ndef f(x):\n    criterion = x\n    return "criterion"\n'
    written = {form.name: form.write(text) for form in FORMS}
    assert len(set(written.values())) == len(FORMS)
    for name in NOTEBOOKS:
        raw = written[name]
        assert raw is not None
        assert "".join("".join(c["source"]) for c in json.loads(raw)["cells"] if c["cell_type"] == "code") == text
    assert written["unicode identifiers"] == text.replace("x", "ξ").replace("criterion =", "critère =").encode()
    assert written["tabs"] == text.replace("    ", "\t").encode()


def test_trees(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The command for trees: each fix of a project by itself."""
    project = harmless.FIXTURES / "projects" / "image_classifier"
    monkeypatch.setattr("sys.argv", ["harmless", str(project)])
    assert harmless.main() == 0
    assert capsys.readouterr().out.startswith("2 fixes in 1 trees, 0 with harm")


NET = """\
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.score = nn.Linear(8, 5)

    def forward(self, x):
        return self.score(x).{activations}
"""
TRAIN = "import torch.nn as nn\nfrom net import Net\n\nloss = nn.{loss}()(Net()(x), y)\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)


def test_what_fixes_bring_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fix that looks at one loss only takes a sigmoid away from another."""
    soft = TRAIN.format(loss="MultiLabelSoftMarginLoss")  # no BCELoss instead of this one
    write(tmp_path, net=NET.format(activations="sigmoid()"), train=soft, evaluate=TRAIN.format(loss="BCELoss"))
    monkeypatch.chdir(tmp_path)
    assert harmless.harm_in(Path()) == (1, [])
    monkeypatch.setattr(
        linting, "fitting", lambda evaluator, observations, judged, most, judge, context: [f for _, f in judged]
    )
    assert harmless.harm_in(Path()) == (1, ["train.py:4: LL104, 'take the sigmoid away': brings LL106"])


def test_what_was_behind_is_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relu in front of the softmax: once that's gone, it's seen that the relu has to go as well."""
    relu = NET.format(activations="relu().softmax(1)")
    write(tmp_path, net=relu, train=TRAIN.format(loss="CrossEntropyLoss"))
    monkeypatch.chdir(tmp_path)
    assert harmless.harm_in(Path()) == (2, [])
