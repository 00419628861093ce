"""The bench of the proofs, the table of what they measured, and how the frameworks can be imported beside each other."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from proving import bench

from losslint.rule import all_rules

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# torchvision's wheel is built for another torch than the CPU's: its compiled operators don't load beside it, and the
# import fails where it describes two of them. Declared, they can be described; nothing here ever runs them.
OPERATORS = ("nms", "qnms")
LIBRARY: list[object] = []


@pytest.fixture(autouse=True, scope="session")
def torchvision_imports() -> None:
    """Declare torchvision's operators where its own library can't."""
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("torchvision") is None:
        return
    import torch

    try:
        import torchvision
    except RuntimeError:
        declared = torch.library.Library("torchvision", "DEF")
        for name in OPERATORS:
            declared.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        LIBRARY.append(declared)
        import torchvision  # noqa: F401


@pytest.fixture(scope="session")
def laboratory(request: pytest.FixtureRequest) -> Iterator[bench.Bench]:
    """Where proofs are performed. All that were chosen are asked for at once, so that the processes run side by side."""
    if absent := bench.missing():
        pytest.skip(f"{', '.join(absent)} not installed: pip install '.[frameworks]'")
    made = bench.Bench()
    for item in request.session.items:
        arguments = getattr(item, "callspec", None)
        if arguments is not None and "environment" in arguments.params:
            made.ask(arguments.params["proof"], arguments.params["environment"])
    yield made
    if (path := request.config.getoption("--proof-table")) is not None:
        Path(path).write_text(table(made), encoding="utf-8")
    made.close()


def table(made: bench.Bench) -> str:
    """What was run and what it measured, a row for each program and environment."""
    codes = {rule.__module__.rpartition(".")[2]: rule.code for rule in all_rules()}
    rows = ["| rule | what was run | on | what it measured |", "| --- | --- | --- | --- |"]
    for proof, environment, outcome in made.outcomes():
        measured = "; ".join(f"{m.where}: {m.what}: {m.numbers}" for m in outcome.rows())
        if outcome.error:
            measured = f"**doesn't hold**: {outcome.error.strip().splitlines()[-1]}"
        run = f"{proof.file}: {proof.about}" if proof.file else proof.about
        cells = (codes.get(proof.module, proof.folder), run, environment, measured)
        rows.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(rows) + "\n"
