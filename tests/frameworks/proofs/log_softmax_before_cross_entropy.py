"""LL102: log_softmax twice is log_softmax."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving import reference
from proving.laboratory import Lab, require
from proving.proof import proof


@proof("bad.py", LL102=3)
def twice(lab: Lab) -> None:
    """A tagger with class weights and an ignored class, a linear model, and label smoothing."""

    def drive(program: Any) -> None:
        words, tags = lab.classes(500, 12), lab.classes(3, 12)
        program.train(lab.loader(words, lab.floats(12, 8), tags), lab.floats(12).abs())

    bad, _ = lab.pair(drive)
    for line in bad.at("LL102"):
        lab.right(line, what="right, though computed twice")
    call = bad.at("LL102")[1].call
    logits, labels = call.logits, call.labels
    right = (reference.softmax(logits) - reference.one_hot(labels, 3)) / len(labels)
    far = float(np.abs(call.gradient() - right).max())
    require(far < 1e-7, f"the gradient is {far} off")
    lab.holds(call, far < 1e-7, "its gradient is right", f"off by {far:.1g}")


@proof("good.py")
def good(lab: Lab) -> None:
    """log_softmax before NLLLoss, and in an entropy."""
    lab.run(lambda p: p.train(lab.loader(lab.floats(9, 8), lab.classes(3, 9))))
