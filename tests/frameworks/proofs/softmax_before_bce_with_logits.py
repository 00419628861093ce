"""LL105: a softmax under the sigmoid."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from proving.laboratory import Lab
from proving.proof import proof


@proof("bad.py", LL105=2)
def softmaxes(lab: Lab) -> None:
    """A network that ends in a softmax over 4 classes, and a softmax in place; one-hot labels."""
    import torch

    def drive(program: Any) -> None:
        x, y = lab.floats(8, 16), lab.classes(4, 8)
        program.train(lab.loader(x, y))
        program.train_local(lab.loader(x, torch.nn.functional.one_hot(y, 4).float()))

    bad, _ = lab.pair(drive)
    floor = (math.log(1 + 1 / math.e) + 3 * math.log(2)) / 4
    for line in bad.at("LL105"):
        lab.wrong(line)
        target = line.call.target
        least = float(line.call.with_logits(np.where(target.numpy() > 0, 1000.0, -1000.0)))
        lab.holds(line.call, abs(least - floor) < 1e-5, "on perfect logits of 4 classes", f"{least:.4f}")


@proof("bad_column.py", LL105=1)
def column(lab: Lab) -> None:
    """The column of the positive class out of two."""
    from proving import reference
    from proving.on_torch import number

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(8, 16), lab.classes(2, 8)))

    bad, fixed = lab.pair(drive)
    (line,) = bad.at("LL105")
    # the softmax's column is the sigmoid of the difference of two logits
    step = line.call.steps[-1]
    difference = number(step.source)[:, 1] - number(step.source)[:, 0]
    meant = reference.binary_cross_entropy(difference, number(line.call.target))
    lab.wrong(line, meant=meant)
    lab.right(fixed.at("LL105")[0], meant)


@proof("good.py")
def good(lab: Lab) -> None:
    """Softmax over the tokens, for display, and the column of two with BCELoss."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(4, 7, 32), lab.binary(4, 12)))
        program.column(lab.loader(lab.floats(6, 8), lab.classes(2, 6)))

    lab.run(drive)
