"""LL202: a softmax cross-entropy takes indices of type long, or probabilities of type float."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from proving.laboratory import Lab, require
from proving.proof import measurement, proof

TYPES = (
    *(getattr(torch, f"{sign}int{bits}") for sign in ("u", "") for bits in (8, 16, 32, 64)),
    torch.bool, torch.float16, torch.bfloat16, torch.float32, torch.float64,
)  # fmt: skip
INDICES = "expected target dtype to be Long or Byte, but got "
PROBABILITIES = "Expected floating point type for target with class probabilities, got Long"


@proof("bad.py", LL202=3)
def types(lab: Lab) -> None:
    """One-hot integers, and class indices that are floats."""
    bad, _ = lab.pair(lambda p: p.train(lab.loader(lab.floats(6, 8), lab.classes(3, 6))))
    one_hot, nll, drawn = bad.at("LL202")
    lab.raises(one_hot, RuntimeError, PROBABILITIES)
    lab.raises(nll, RuntimeError, INDICES + "Float")
    lab.raises(drawn, RuntimeError, INDICES + "Float")


@measurement()
def other_types(lab: Lab) -> None:
    """Indices of type int, short and bool, and one-hot labels in nll_loss."""
    z, y = torch.zeros(4, 3), torch.tensor([0, 1, 1, 0])
    for kind, name in ((torch.int32, "Int"), (torch.int16, "Short"), (torch.bool, "Bool")):
        lab.refuses(lambda kind=kind: F.cross_entropy(z, y.to(kind)), RuntimeError, INDICES + name)
    lab.refuses(lambda: F.nll_loss(z, F.one_hot(y, 3).float()), RuntimeError, "0D or 1D target tensor expected")
    for loss in (F.cross_entropy, F.nll_loss):
        taken = []
        for kind in TYPES:
            try:
                loss(z, y.to(kind))
            except RuntimeError as error:
                require(INDICES in str(error), f"{kind}: {error}")
            else:
                taken.append(kind)
        require(taken == [torch.uint8, torch.int64], f"{loss.__name__} takes {taken}")
        lab.measure(loss.__name__, f"of {len(TYPES)} types, class indices may be", ", ".join(map(str, taken)))
        lab.claim(
            "Of the {all:.0f} types of numbers, {taken:.0f} are taken for class indices",
            all=len(TYPES),
            taken=len(taken),
        )


@proof("good.py")
def good(lab: Lab) -> None:
    """Class indices, and class probabilities."""
    mixed = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64).expand(6, 3)
    lab.run(lambda p: p.train(lab.loader(lab.floats(6, 8), lab.classes(3, 6), mixed)))
