"""LL108: a divergence of what isn't the logarithm of probabilities."""

from __future__ import annotations

import numpy as np
from proving import reference
from proving.laboratory import Lab
from proving.on_torch import number
from proving.proof import proof


@proof("bad.py", LL108=3)
def divergences(lab: Lab) -> None:
    """A student and a teacher of 10 classes: probabilities, logits, and a target that is a logarithm."""
    import torch

    bad, _ = lab.pair(lambda p: p.distill(lab.loader(lab.floats(8, 32), lab.classes(10, 8)), torch.nn.Linear(32, 10)))
    probabilities, logits, target = bad.at("LL108")
    lab.wrong(probabilities)
    negative = float(probabilities.call.value)
    lab.holds(probabilities.call, negative < 0, "a divergence that is negative", f"{negative:.4g}")
    log_probabilities = reference.log_softmax(number(logits.call.input))
    lab.wrong(logits, meant=reference.divergence(log_probabilities, number(logits.call.target), reduction="batchmean"))
    values = [float(logits.call.with_logits(k * np.ones((8, 10)))) for k in (100.0, 1000.0)]
    what = "no lower bound: logits of 100 and 1000"
    lab.holds(logits.call, values[1] < values[0] - 800, what, f"{values[0]:.4g}, {values[1]:.4g}")
    lab.holds(target.call, np.isnan(target.call.value), "NaN", "nan")


@proof("good.py")
def good(lab: Lab) -> None:
    """log_softmax and a softmax, log_target, and the logarithm of a softmax."""
    import torch

    lab.run(lambda p: p.distill(lab.loader(lab.floats(8, 32), lab.classes(10, 8)), torch.nn.Linear(32, 10)))
