"""LL201: a binary cross-entropy computes with its target."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from proving.laboratory import Lab, require
from proving.proof import measurement, proof

INTEGERS = tuple(getattr(torch, f"{sign}int{bits}") for sign in ("", "u") for bits in (8, 16, 32, 64))
FLOATS = torch.float16, torch.bfloat16, torch.float32, torch.float64
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
    """BCELoss on integers, BCEWithLogitsLoss on booleans; each type of integers and floats in both."""
    p, y = torch.full((4,), 0.5), torch.ones(4, dtype=torch.long)
    lab.refuses(lambda: F.binary_cross_entropy(p, y), RuntimeError, "Found dtype Long but expected Float")
    lab.refuses(lambda: F.binary_cross_entropy_with_logits(p, y), RuntimeError, CAST)
    text = "Subtraction, the `-` operator, with two bool tensors is not supported"
    lab.refuses(lambda: F.binary_cross_entropy_with_logits(p, y.bool()), RuntimeError, text)
    lab.refuses(lambda: F.binary_cross_entropy(p, y.double()), RuntimeError, "Found dtype Double but expected Float")
    lab.claim("targets of {bits:.0f} bits", bits=torch.finfo(torch.float64).bits)

    def taken(loss: Any, types: tuple[torch.dtype, ...]) -> int:
        count = 0
        for kind in types:
            try:
                loss(p.clone().requires_grad_(), y.to(kind)).backward()
            except RuntimeError:  # what isn't implemented for a type is one, too
                continue
            count += 1
        return count

    for loss in (F.binary_cross_entropy, F.binary_cross_entropy_with_logits):
        require(taken(loss, (*INTEGERS, torch.bool)) == 0, f"{loss.__name__} takes one of them")
        lab.measure(loss.__name__, f"raises for {len(INTEGERS)} integer types and for booleans", "takes 0")
    floats = taken(F.binary_cross_entropy, FLOATS), taken(F.binary_cross_entropy_with_logits, FLOATS)
    require(floats[1] == len(FLOATS), f"BCEWithLogitsLoss takes {floats[1]}")
    lab.measure("BCELoss, BCEWithLogitsLoss", f"of {len(FLOATS)} types of floats", f"take {floats[0]}, {floats[1]}")
    lab.claim("for each of the {count:.0f} integer types and for booleans", count=len(INTEGERS))
    lab.claim("takes {taken:.0f} of {all:.0f} types of floats", taken=floats[0], all=len(FLOATS))


@proof("good.py")
def good(lab: Lab) -> None:
    """Floats, however they came to be."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(8, 20), lab.binary(8)))
        program.classes(lab.loader(lab.floats(10, 20), lab.classes(5, 10)))

    lab.run(drive)
