"""LL901: a comment does nothing when a program runs.

What the rule says is about losslint's own comments: a framework has no error and no number of its own for them. What is executed
is its fix (a program without the comment computes what it did, bit for bit), and what the comment would hide: the next mistake on
its line, in losslint and on PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from proving.laboratory import Lab, require
from proving.proof import measurement, proof

from losslint import lint_sources


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


LATER = """\
import torch
import torch.nn.functional as F


def train(logits, y):
    return F.cross_entropy(torch.softmax(logits, dim=1), y){comment}
"""
"""The line of the documentation's example, with the mistake that its comment speaks of."""


@measurement()
def what_it_hides(lab: Lab) -> None:
    """A softmax that gets into the line of a comment that was left behind: what losslint says, and what the loss is."""
    comment = "  # losslint: ignore[softmax-before-cross-entropy] until the head is mended"
    found = {}
    for text in (LATER.format(comment=comment), LATER.format(comment="")):
        found[text] = [finding.code for finding in lint_sources({"train.py": text}).findings]
    hidden, seen = found.values()
    require(hidden == [] and seen == ["LL101"], f"{found}")
    program: dict[str, Any] = {}
    exec(compile(next(iter(found)), "train.py", "exec"), program)
    least = float(program["train"](1000 * torch.eye(10), torch.arange(10)))
    lab.measure("with the comment, and without", "findings", f"{len(hidden)}, {len(seen)}")
    lab.measure("10 classes", "the loss on perfect logits", f"{least:.4f}")
    lab.claim(
        "keeps it from falling under {least:.2f} with {classes:.0f} classes, and the number of findings is {hidden:.0f} "
        "instead of {seen:.0f}",
        least=least, classes=10, hidden=len(hidden), seen=len(seen),
    )  # fmt: skip
