"""LL110: decisions have no gradient."""

from __future__ import annotations

from typing import Any

from proving.laboratory import Lab
from proving.proof import proof


@proof("bad.py", LL110=3)
def decisions(lab: Lab) -> None:
    """argmax, max and round of a linear model's output, 6 examples of 3 classes."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(6, 8), lab.classes(3, 6), lab.binary(6, 1)))

    bad, _ = lab.pair(drive)
    indices, made_floats, rounded = bad.at("LL110")
    lab.raises(indices, RuntimeError, "Expected floating point type for target with class probabilities, got Long")
    lab.no_gradient(made_floats)
    lab.no_gradient(rounded)


@proof("good.py")
def good(lab: Lab) -> None:
    """Decisions beside the loss, and as pseudo labels."""
    lab.run(lambda p: p.train(lab.loader(lab.floats(6, 8), lab.classes(3, 6)), lab.loader(lab.floats(6, 8))))
