"""LL303: PyTorch picks an axis."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving.laboratory import Lab, about, require
from proving.proof import TENSORFLOW, measurement, proof

SAYS = "Implicit dimension choice"


def sums(after: Any, axis: int) -> bool:
    """Whether it is normalised along an axis; log-probabilities are taken for probabilities."""
    values = np.exp(after) if after.max() <= 0 else after
    return bool(np.allclose(values.sum(axis=axis), 1, atol=1e-5))


@proof("bad.py", LL303=3)
def axes(lab: Lab) -> None:
    """A softmax of 2 axes, one of 3 in an attention, and one of a model that is handed in."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(6, 16), lab.classes(4, 6)))
        program.Attention()(lab.floats(5, 4, 8))
        program.predict(torch.nn.Linear(16, 4), lab.floats(6, 16))

    bad, fixed = lab.pair(drive)
    require(any(SAYS in said for said in bad.warnings), "PyTorch doesn't warn")
    require(not any(SAYS in said for said in fixed.warnings), "PyTorch still warns")
    layer, attention, predicted = ([e for e in bad.events if e.name in ("softmax", "log_softmax")][n] for n in range(3))
    lines = [line.number for line in bad.at("LL303")]
    lab.speak_of(bad, lines[0], "2 axes: over axis 1, with a warning", f"sums to 1: {sums(layer.after, 1)}")
    require(sums(layer.after, 1) and sums(predicted.after, 1), "with 2 axes it isn't over axis 1")
    require(sums(attention.after, 0) and not sums(attention.after, -1), "with 3 axes it isn't over axis 0")
    totals = attention.after.sum(axis=-1)
    lab.speak_of(
        bad, lines[1], "3 axes: over axis 0, the batch", f"an example's sum to {totals.min():.2f} to {totals.max():.2f}"
    )
    lab.speak_of(bad, lines[2], "2 axes: over axis 1", "sums to 1: True")
    after = [event for event in fixed.events if event.name in ("softmax", "log_softmax")]
    for line, event in zip(fixed.at("LL303"), after, strict=True):
        lab.speak_of(fixed, line, "over the last axis", f"sums to 1: {sums(event.after, -1)}")
        require(sums(event.after, -1), f"line {line.number}: not over the last axis")


@measurement()
def which_axis(lab: Lab) -> None:
    """F.softmax without dim on 1 to 4 axes, and how far the sums of an example's classes are from 1 with 3."""
    warnings.simplefilter("ignore")
    picked = {}
    for rank in range(1, 5):
        x = lab.floats(*(4, 3, 5, 2)[:rank])
        picked[rank] = [axis for axis in range(rank) if sums(F.softmax(x).numpy(), axis)]
        lab.measure(f"{rank} axes", "over axis", str(picked[rank]))
    require(picked == {1: [0], 2: [1], 3: [0], 4: [1]}, f"it picks {picked}")
    lab.claim("axis 0 for 1 and 3 of them")
    lab.claim("axis 0 for 1 or 3 axes")
    lab.claim("with 3 axes PyTorch takes axis 0")
    totals = F.softmax(lab.floats(4, 100, 10)).sum(dim=-1)
    low, high = float(totals.min()), float(totals.max())
    lab.measure("4 sequences of 100 tokens, 10 classes", "a token's probabilities sum to", f"{low:.2f} to {high:.2f}")
    lab.claim(
        "with 4 sequences of 10 classes, the probabilities of a token summed to {low} up to {high} instead of 1",
        low=about(low, 0.05),
        high=about(high, 0.05),
    )


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """An axis that is said, and TensorFlow and Keras, where the last one is the default."""
    import tensorflow as tf

    def drive(program: Any) -> None:
        x = lab.floats(6, 16)
        for out, axis in zip(program.predict(torch.nn.Linear(16, 4), x, 1)[:4], (1, 1, 0, 1), strict=True):
            require(sums(out.detach().numpy(), axis), "not over the axis that it says")
        z = lab.floats(3, 4)
        for out in program.show(tf.constant(z.numpy()), z)[:3]:
            require(sums(np.asarray(out), -1), "not over the last axis")

    lab.run(drive)
