"""LL502: size_average and reduce win over reduction."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from proving.laboratory import Lab, require
from proving.proof import measurement, proof

SAYS = "size_average and reduce args will be deprecated"


@proof("bad.py", LL502=3)
def deprecated(lab: Lab) -> None:
    """A sum, unreduced losses and a mean, said the old way."""

    def drive(program: object) -> None:
        batch = lab.floats(6, 8), lab.classes(4, 6), lab.binary(6, 4)
        program.train(torch.nn.Linear(8, 4), lab.loader(*batch))

    bad, fixed = lab.pair(drive)
    require(any(SAYS in said for said in bad.warnings), "PyTorch doesn't warn")
    require(not any(SAYS in said for said in fixed.warnings), "PyTorch still warns")
    total, each, mean = bad.at("LL502")
    for line, reduction in ((total, "sum"), (each, "none")):
        got = line.made.made.reduction
        lab.holds(line.made, got == reduction, "with a warning, its reduction is", got)
    lab.right(mean)
    for one, other in zip(bad.calls, fixed.calls, strict=True):
        lab.equal(f"fixed:{other.line}", other.value, one.value)


@measurement()
def they_win(lab: Lab) -> None:
    """F.cross_entropy with size_average=True and reduction="sum", on 32 examples."""
    z, y = lab.floats(32, 5), lab.classes(5, 32)
    smaller = float(F.cross_entropy(z, y, reduction="sum") / F.cross_entropy(z, y, size_average=True, reduction="sum"))
    lab.measure("32 examples", "how much smaller than the sum", f"{smaller:.4g}")
    lab.claim("the mean, for 32 examples {smaller:.0f} times less than the sum", smaller=smaller)


@proof("good.py")
def good(lab: Lab) -> None:
    """reduction, by its name."""
    lab.run(lambda p: p.train(torch.nn.Linear(8, 4), lab.loader(lab.floats(6, 8), lab.classes(4, 6))))
