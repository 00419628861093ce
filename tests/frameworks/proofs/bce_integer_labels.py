"""LL201: a binary cross-entropy computes with its target."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from proving.laboratory import Lab
from proving.proof import measurement, proof

CAST = "result type Float can't be cast to the desired output type Long"


@proof("bad.py", LL201=3)
def integers(lab: Lab) -> None:
    """Targets that a data set, torch.ones and randint make as integers."""

    def drive(program: Any) -> None:
        program.train(lab.floats(8, 20).numpy(), lab.classes(2, 8, 4).numpy())
        program.gan(None, lab.floats(6, 100), lab.floats(6, 100))

    bad, _ = lab.pair(drive)
    for line in bad.at("LL201"):
        lab.raises(line, RuntimeError, CAST)


@measurement()
def other_types(lab: Lab) -> None:
    """BCELoss on integers, BCEWithLogitsLoss on booleans."""
    p, y = torch.full((4,), 0.5), torch.ones(4, dtype=torch.long)
    lab.refuses(lambda: F.binary_cross_entropy(p, y), RuntimeError, "Found dtype Long but expected Float")
    lab.refuses(lambda: F.binary_cross_entropy_with_logits(p, y), RuntimeError, CAST)
    text = "Subtraction, the `-` operator, with two bool tensors is not supported"
    lab.refuses(lambda: F.binary_cross_entropy_with_logits(p, y.bool()), RuntimeError, text)


@proof("good.py")
def good(lab: Lab) -> None:
    """Floats, however they came to be."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(8, 20), lab.binary(8)))
        program.classes(lab.loader(lab.floats(10, 20), lab.classes(5, 10)))

    lab.run(drive)
