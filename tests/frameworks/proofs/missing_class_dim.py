"""LL301: one channel is one class."""

from __future__ import annotations

from typing import Any

import torch
from proving import reference
from proving.laboratory import Lab, require
from proving.on_torch import number
from proving.proof import proof


@proof("bad.py", LL301=2)
def one_channel(lab: Lab) -> None:
    """A segmentation network with one channel, on masks of zeros and on masks of zeros and ones, 6 by 6."""
    images = (2, 3, 6, 6)

    def drive(program: Any) -> None:
        program.train([
            (lab.floats(*images), torch.zeros(2, 6, 6, dtype=torch.long)),
            (lab.floats(*images), lab.classes(2, 2, 6, 6)),
        ])  # fmt: skip

    bad, _ = lab.pair(drive)
    channel, squeezed = bad.at("LL301")
    zeros, both = (event for event in channel.events if event.name == "cross_entropy")
    lab.no_gradient(zeros, value=0.0)
    lab.claim("the loss is {loss:.0f} and the gradient exactly {gradient:.0f}", loss=0.0, gradient=0.0)
    lab.claim("the loss is constant and its gradient {gradient:.0f}", gradient=0.0)
    lab.raises(both, IndexError, "Target 1 is out of bounds")
    lab.claim("at the first pixel labelled {label:.0f}", label=float(both.target.max()))
    lab.raises(squeezed, RuntimeError, "Expected floating point type for target with class probabilities, got Long")

    shown = lab.run(drive, "shown")
    for line in shown.at("LL301"):
        for call in [event for event in line.events if "binary" in event.name]:
            # the diff that is shown is for masks of floats, of the output's shape
            require(call.error is not None, f"line {call.line}: it takes integers")
            masks = call.target.float().view_as(call.input)
            meant = reference.binary_cross_entropy(number(call.input), number(masks))
            value = number(call.function(call.input, masks))
            lab.equal(f"shown:{call.line}, with masks of floats", value, meant)
            lab.judged(call, "refuses masks of integers", type(call.error).__name__)


@proof("good.py")
def good(lab: Lab) -> None:
    """A channel for each class, one channel with the binary loss, and outputs that are enlarged."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(2, 3, 6, 6), lab.classes(2, 2, 6, 6)))

    lab.run(drive)
