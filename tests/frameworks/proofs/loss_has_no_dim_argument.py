"""LL305: a TypeError."""

from __future__ import annotations

import inspect
from typing import Any

import torch
import torch.nn.functional as F
from proving.laboratory import Lab, require
from proving.proof import TENSORFLOW, measurement, proof


@proof("bad.py", LL305=5)
def arguments(lab: Lab) -> None:
    """dim, axis, from_logits and weights for CrossEntropyLoss, NLLLoss and F.cross_entropy; a segmentation of 5 classes."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(2, 3, 4, 4), lab.classes(5, 2, 4, 4)), torch.ones(5))

    bad, _ = lab.pair(drive)
    unexpected = "got an unexpected keyword argument "
    for line, text in zip(bad.at("LL305"), ("'dim'", "'dim'", "'from_logits'", "'axis'", "'weights'"), strict=True):
        lab.raises(line, TypeError, unexpected + text)


@measurement()
def who_has_one(lab: Lab) -> None:
    """The constructors of torch.nn's losses, and the functions behind them."""
    classes = [made for name, made in vars(torch.nn).items() if name.endswith("Loss") and inspect.isclass(made)]
    functions = [f for name, f in vars(F).items() if name.endswith(("_loss", "entropy", "_logits", "kl_div"))]
    telling = [made for made in (*classes, *functions) if inspect.isroutine(made) or inspect.isclass(made)]
    having = [made for made in telling if {"dim", "axis", "from_logits"} & set(inspect.signature(made).parameters)]
    lab.measure(f"{len(classes)} losses, {len(telling) - len(classes)} functions", "have it", f"{having}")
    require(not having, f"{having}")
    lab.claim("None of the {count:.0f} losses of `torch.nn` has such an argument", count=len(classes))


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
