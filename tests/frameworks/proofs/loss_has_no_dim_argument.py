"""LL305: a TypeError."""

from __future__ import annotations

from typing import Any

import torch
from proving.laboratory import Lab, require
from proving.proof import TENSORFLOW, proof


@proof("bad.py", LL305=4)
def arguments(lab: Lab) -> None:
    """dim, axis and from_logits for CrossEntropyLoss, NLLLoss and F.cross_entropy; a segmentation of 5 classes."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(2, 3, 4, 4), lab.classes(5, 2, 4, 4)), torch.ones(5))

    bad, _ = lab.pair(drive)
    unexpected = "got an unexpected keyword argument "
    for line, text in zip(bad.at("LL305"), ("'dim'", "'dim'", "'from_logits'", "'axis'"), strict=True):
        lab.raises(line, TypeError, unexpected + text)


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """The arguments that they have, Keras' axis, and a loss of the project's own."""

    def drive(program: Any) -> None:
        made = program.losses(torch.ones(5), reduction="none")
        require(len(made) == 5, "not all losses are made")
        p, y = torch.softmax(lab.floats(4, 5), dim=1), torch.nn.functional.one_hot(lab.classes(5, 4), 5)
        made[2](p, y)
        program.DiceLoss()(p, y)

    lab.run(drive)
