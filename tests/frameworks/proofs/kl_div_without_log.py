"""LL108: a divergence of what isn't the logarithm of probabilities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, about, require
from proving.on_torch import number
from proving.proof import measurement, proof


@proof("bad.py", LL108=3)
def divergences(lab: Lab) -> None:
    """A student and a teacher of 10 classes: probabilities, logits, and a target that is a logarithm."""
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


@measurement()
def what_it_learns(lab: Lab) -> None:
    """200 steps of SGD on the logits of one example, whose target is (0.6, 0.3, 0.1)."""
    target = torch.tensor([[0.6, 0.3, 0.1]])

    def learned(of: Callable[[torch.Tensor], torch.Tensor]) -> tuple[float, torch.Tensor]:
        logits = torch.zeros(1, 3, requires_grad=True)
        optimizer = torch.optim.SGD([logits], lr=1.0)
        for _ in range(200):
            optimizer.zero_grad()
            F.kl_div(of(logits), target, reduction="batchmean").backward()
            optimizer.step()
        with torch.no_grad():
            return float(F.kl_div(of(logits), target, reduction="batchmean")), F.softmax(logits, dim=1)

    least, right = learned(lambda logits: F.log_softmax(logits, dim=1))
    require(abs(least) < 1e-6 and torch.allclose(right, target, atol=1e-4), f"with logarithms {least}, {right}")
    probable, (of_probabilities,) = learned(lambda logits: F.softmax(logits, dim=1))
    unbounded, _ = learned(lambda logits: logits)
    largest = float(of_probabilities.max())
    lab.measure("probabilities", "after 200 steps", f"{probable:.4f}, the largest probability {largest:.4f}")
    lab.measure("logits", "after 200 steps", f"{unbounded:.2f}")
    lab.measure(
        "log-probabilities", "after 200 steps", f"{least:.2g}, the largest probability {float(right.max()):.4f}"
    )
    lab.claim(
        "in 200 steps it fell to {value:.1f}, with a probability of {largest:.2f} where the target has {truth:.1f}",
        value=probable,
        largest=largest,
        truth=float(target.max()),
    )
    lab.claim("it has no lower bound: it fell to {value}", value=about(unbounded, 1))


@proof("good.py")
def good(lab: Lab) -> None:
    """log_softmax and a softmax, log_target, and the logarithm of a softmax."""
    lab.run(lambda p: p.distill(lab.loader(lab.floats(8, 32), lab.classes(10, 8)), torch.nn.Linear(32, 10)))
