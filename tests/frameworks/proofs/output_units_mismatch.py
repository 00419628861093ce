"""LL402: more classes among the labels than units, or another number of them."""

from __future__ import annotations

from typing import Any

from proving.laboratory import Lab
from proving.proof import proof

OUT_OF_RANGE = "is out of bounds"


@proof("bad_torch.py", LL402=3)
def torch_units(lab: Lab) -> None:
    """Ten classes and eight units, ten columns and eight, ten classes and one unit."""

    def drive(program: Any) -> None:
        images = lab.floats(40, 8, 8)
        program.digits(images)
        program.one_unit(images)

    bad, _ = lab.pair(drive)
    index, columns, single = bad.at("LL402")
    lab.raises(index, IndexError, OUT_OF_RANGE)
    lab.raises(columns, ValueError, "must be the same as input size")
    call = single.call
    import torch

    certain = torch.full_like(call.input, 50.0)
    least = float(call.with_logits(certain.double().numpy()))
    lab.holds(call, least < -100, "it has no lower bound: the loss at logits of 50", f"{least:.1f}")


@proof("good_torch.py")
def torch_good(lab: Lab) -> None:
    """Classes that were left out, put together or shifted, and more units than classes."""

    def drive(program: Any) -> None:
        images = lab.floats(40, 8, 8)
        program.part(images)
        program.fewer(images)
        program.parity(images)

    lab.run(drive)
