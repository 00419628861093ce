"""A part of the fuzzing that is the same on every run: `python -m fuzzing` makes inputs without an end."""

from __future__ import annotations

import json
import random

import pytest
from fuzzing.mutation import mutated, seeds_for
from fuzzing.targets import TARGETS, LawBroken

from losslint import session
from losslint.finding import Edit, Place
from losslint.source import Source

INPUTS = {"evaluation": 60}


@pytest.mark.parametrize("name", TARGETS)
def test_inputs(name: str) -> None:
    chance = random.Random(name)
    seeds = seeds_for(name)
    for _ in range(INPUTS.get(name, 200)):
        TARGETS[name](mutated(seeds, chance))


def test_inputs_are_the_same_every_time() -> None:
    seeds = seeds_for("reading")
    one, other = random.Random("x"), random.Random("x")
    assert [mutated(seeds, one) for _ in range(20)] == [mutated(seeds, other) for _ in range(20)]


def test_a_broken_law_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("losslint.evaluation.evaluator.Evaluator.block", broken)
    with pytest.raises(LawBroken, match="please report it: ZeroDivisionError"):
        TARGETS["evaluation"](b"import torch.nn as nn\nnn.CrossEntropyLoss()(x, y)\n")
    answers = iter(range(9))
    lint = session.lint_sources

    def changing(sources: dict[str, bytes], settings: object) -> object:
        if next(answers):
            sources = {"train.py": b""}
        return lint(sources, settings)  # type: ignore[arg-type]

    monkeypatch.undo()
    monkeypatch.setattr(session, "lint_sources", changing)
    with pytest.raises(LawBroken, match="another answer"):
        TARGETS["evaluation"](
            b"import torch\nimport torch.nn.functional as F\nF.cross_entropy(torch.softmax(torch.nn.Linear(2, 3)(x), 1), y)\n"
        )


def test_an_edit_of_nothing_changes_nothing() -> None:
    """Found by fuzzing: a cell that is one string was written with other escapes."""
    raw = json.dumps({"cells": [{"cell_type": "code", "source": "x = 'A'"}]}).replace("'A'", "'\\u0041'").encode()
    source = Source.from_bytes(raw, "nb.ipynb")
    assert source.text == "x = 'A'"
    assert source.edited([Edit(Place("nb.ipynb", 1, 1, 1, 1), "")]) == raw
