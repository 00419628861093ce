"""`--explain-silence`: which losses were not judged, and the one thing that was unknown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from losslint import cli, discovery, session
from losslint.finding import Silence
from losslint.settings import Settings

HEAD = "import torch.nn as nn\nimport torch.nn.functional as F\n"


def silences(folder: Path, **files: str) -> list[tuple[int, str, str]]:
    """Line, loss and reason of what isn't judged in these files."""
    (folder / "pyproject.toml").write_text("")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    found = discovery.discover([str(folder)], Settings()).files
    said: tuple[Silence, ...] | None = session.lint(found, Settings(), explain_silence=True).silences
    assert said is not None
    return [(s.place.line, s.loss, s.reason) for s in said]


REASONS = {
    "a function from outside": (
        "import hydra\nmodel = hydra.utils.instantiate(cfg)\nout = model(x)\nF.cross_entropy(out, y)\n",
        (6, "F.cross_entropy", "`out` isn't known: `hydra.utils.instantiate` is outside the project"),
    ),
    "a parameter that nothing gives": (
        "def train(model, x, y):\n    criterion = nn.BCELoss()\n    criterion(model(x), y)\n",
        (
            5,
            "BCELoss",
            "`model(x)` isn't known: `model` is a parameter of `train`, which nothing in the project calls",
        ),
    ),
    "a layer that leaves the scale open": (
        "gelu = nn.GELU()\nF.cross_entropy(gelu(x), y)\n",
        (4, "F.cross_entropy", "`gelu(x)` isn't known: `torch.nn.GELU` leaves its scale open"),
    ),
    "what isn't a tensor": (
        "F.nll_loss((a, b), y)\n",
        (3, "F.nll_loss", "`(a, b)` is a tuple"),
    ),
    **{
        f"what is {what}": (f"{first}F.nll_loss({given}, y)\n", (3 + first.count("\n"), "F.nll_loss", f"`{given}` is {what}"))
        for first, given, what in [
            ("", "{'a': 1}", "a dict"),
            ("", "3", "a constant"),
            ("", "nn.Sequential(nn.ReLU())", "a model"),
            ("def f(): pass\n", "f", "the function `f`"),
            ("class A: pass\n", "A", "the class `A`"),
            ("class A: pass\n", "A()", "an object of `A`"),
            ("class A:\n    def f(self): pass\n", "A().f", "a value"),
        ]
    },
    **{
        f"an expression of {len(name)} characters": (
            f"def f({name}):\n    F.nll_loss({name}, y)\n",
            (4, "F.nll_loss", f"{shown} isn't known: `{name}` is a parameter of `f`, which nothing in the project calls"),
        )
        for name, shown in [("p" * 48, f"`{'p' * 48}`"), ("p" * 49, "its input")]
    },
    "a flag that isn't known": (
        "import keras, other\nkeras.losses.sparse_categorical_crossentropy(y, p, from_logits=other.flag())\n",
        (4, "sparse_categorical_crossentropy", "what `from_logits` is isn't known"),
    ),
    "a loss that is handed away": (
        "from other import Trainer\nTrainer(nn.BCELoss())\n",
        (4, "BCELoss", "passed to `Trainer`, which is outside the project"),
    ),
    "a loss that nothing calls": (
        "criterion = nn.CrossEntropyLoss()\n",
        (3, "CrossEntropyLoss", "no call of what is made here was followed"),
    ),
    "a key whose name changes from run to run": (
        "class One:\n    def decoder(self): ...\nmodels = {One: nn.Linear(8, 4)}\nF.cross_entropy(models[One().decoder](x), y)\n",
        (6, "F.cross_entropy", "`models[One().decoder](x)` isn't known: a key that isn't known"),
    ),
    "compile of an unknown model": (
        "from keras_zoo import build\nmodel = build()\nmodel.compile('adam', loss='binary_crossentropy')\n",
        (5, "binary_crossentropy", "the model isn't known: `build` is outside the project"),
    ),
}


@pytest.mark.parametrize("name", REASONS)
def test_reason(name: str, tmp_path: Path) -> None:
    program, expected = REASONS[name]
    assert silences(tmp_path, program=HEAD + program) == [expected]


JUDGED = {
    "right": "model = nn.Linear(4, 2)\nF.cross_entropy(model(x), y)\n",
    "wrong": "F.cross_entropy(F.softmax(x, dim=1), y)\n",
    "judged on one of two ways": (
        "def step(out):\n    return F.cross_entropy(out, y)\nmodel = nn.Linear(4, 2)\nstep(model(x))\nstep(unknown)\n"
    ),
    "a loss that takes any numbers": "F.mse_loss(x, y)\nnn.L1Loss()\n",
}


@pytest.mark.parametrize("name", JUDGED)
def test_judged(name: str, tmp_path: Path) -> None:
    assert silences(tmp_path, program=HEAD + JUDGED[name]) == []


def test_only_where_asked(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(HEAD + "F.cross_entropy(x, y)\n")
    found = discovery.discover([str(tmp_path)], Settings()).files
    assert session.lint(found, Settings()).silences is None


def test_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "a.py").write_text(
        HEAD + "from zoo import one, two\nF.cross_entropy(one(x), y)\nF.nll_loss(two(x), y)\n"
    )

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as caught:
            cli.main(["--explain-silence", *arguments])
        assert caught.value.code == 0
        return capsys.readouterr().out

    assert run() == (
        "a.py:4:1: not judged: F.cross_entropy: `one(x)` isn't known: `one` is outside the project\n"
        "a.py:5:1: not judged: F.nll_loss: `two(x)` isn't known: `two` is outside the project\n"
        "\nNot judged: 2\n"
        "     2  … is outside the project: `one`, `two`\n"
        "All checks passed (1 file).\n"
    )
    content = json.loads(run("--output-format", "json"))
    assert [(s["path"], s["line"], s["loss"]) for s in content["silences"]] == [
        ("a.py", 4, "F.cross_entropy"),
        ("a.py", 5, "F.nll_loss"),
    ]
    assert content["silence_causes"] == [{"cause": "… is outside the project", "count": 2}]


def test_not_with_a_diff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        cli.main(["--explain-silence", "--diff"])
    assert caught.value.code == 2
