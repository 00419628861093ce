"""LL901: a comment does nothing when a program runs.

What the rule says is about losslint's own comments, so there's no error and no number of a framework's to show. What can be
executed is its fix: a program without the comment computes what it did, bit for bit. That the comment hides nothing, and would
hide the next finding on its line, is tested in tests/test_suppression.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from proving.laboratory import Lab, require
from proving.proof import proof


def drive_of(lab: Lab) -> Any:
    def drive(program: Any) -> None:
        model = program.Net()
        loader = lab.loader(lab.floats(10, 20), lab.classes(10, 10))
        program.train(model, loader, torch.optim.SGD(model.parameters(), lr=0.1))
        program.distill(model, loader)
        program.evaluate(model, loader[0][0])

    return drive


@proof("bad.py", LL901=13)
def comments(lab: Lab) -> None:
    """The program with the comments and without: the same losses, bit for bit."""
    bad, fixed = lab.pair(drive_of(lab))
    require(len(bad.calls) == len(fixed.calls) == 2, "not both losses are called")
    for one, other in zip(bad.calls, fixed.calls, strict=True):
        require(np.array_equal(one.value, other.value), f"{one.value} becomes {other.value}")
        lab.judged(one, "the comment changes nothing", f"{float(one.value):.6g}")
        lab.judged(other, "bit for bit as before", f"{float(other.value):.6g}")
    for run in (bad, fixed):
        for line in run.at("LL901"):
            lab.speak_of(run, line, "a comment", "nothing to run")


@proof("good.py")
def suppressed(lab: Lab) -> None:
    """What the comments suppress is there: each loss whose finding is suppressed is wrong."""
    lab.unrun("return a", "a loss over two softmaxes of 10 classes is under 2.5")
    run = lab.run(lambda p: p.train(lab.floats(10, 20), lab.classes(10, 10)))
    for call in run.calls:
        lab.wrong(call, by=1e-4)
