"""LL202: class indices that aren't long."""

from __future__ import annotations

from typing import Any

import torch
from proving.laboratory import Lab
from proving.proof import proof

FOLDER = "rules/cross-entropy-target-dtype"
EXPECTED = "expected target dtype to be Long or Byte, but got"


@proof("bad_width.py", LL202=5)
def widths(lab: Lab) -> None:
    """A loader's float64, int32 and int16, a cast to int, and a mask of floats."""

    def drive(program: Any) -> None:
        program.grades(lab.floats(8, 12).numpy(), lab.classes(5, 8).numpy())
        program.narrow(lab.floats(3, 12))
        program.pixels(lab.floats(2, 8, 64, 64))

    bad, _ = lab.pair(drive)
    for line, got in zip(bad.at("LL202"), ("Double", "Int", "Short", "Int", "Float"), strict=True):
        lab.raises(line, RuntimeError, f"{EXPECTED} {got}")
    _, *size = bad.at("LL202")[-1].call.target.shape
    lab.claim("gets a target (N, {height:.0f}, {width:.0f})", height=size[0], width=size[1])


@proof("good_width.py")
def good_widths(lab: Lab) -> None:
    """Longs, bytes and casts to them; class probabilities; a single example."""

    def drive(program: Any) -> None:
        program.grades(lab.floats(8, 12).numpy(), lab.classes(5, 8).numpy())
        program.narrow(lab.floats(3, 12), torch.long)
        program.one_example(lab.floats(12))
        program.pixels(lab.floats(2, 8, 64, 64))

    lab.run(drive)
