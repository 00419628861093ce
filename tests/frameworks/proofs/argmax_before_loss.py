"""LL110: decisions have no gradient."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from proving.laboratory import Lab, about, require
from proving.proof import measurement, proof
from proving.training import Clouds, linear, train


@proof("bad.py", LL110=3)
def decisions(lab: Lab) -> None:
    """argmax, max and round of a linear model's output, 6 examples of 3 classes."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(6, 8), lab.classes(3, 6), lab.binary(6, 1)))

    bad, _ = lab.pair(drive)
    indices, made_floats, rounded = bad.at("LL110")
    lab.raises(indices, RuntimeError, "Expected floating point type for target with class probabilities, got Long")
    lab.no_gradient(made_floats)
    lab.no_gradient(rounded)


@measurement()
def what_it_learns(lab: Lab) -> None:
    """200 steps of SGD on 2 classes with BCELoss of what round makes of the sigmoid, and without it."""
    clouds = Clouds(2)
    x, y = clouds.sample(2)

    def right(model: torch.nn.Module) -> float:
        with torch.no_grad():
            return 100 * float(((model(x)[:, 0] > 0) == (y == 1)).float().mean())

    stuck, mended = linear(clouds, units=1), linear(clouds, units=1)
    before = right(stuck)
    loss = train(stuck, lambda z, t: F.binary_cross_entropy(torch.round(torch.sigmoid(z[:, 0])), t.float()), clouds)
    train(mended, lambda z, t: F.binary_cross_entropy_with_logits(z[:, 0], t.float()), clouds)
    after, correct = right(stuck), right(mended)
    require(before == after, f"it learns: {before} %, {after} %")
    lab.measure("200 steps of SGD, 2 classes", "right", f"{after:.1f} % as before instead of {correct:.1f} %")

    gradient = max(float(p.grad.abs().max()) for p in stuck.parameters() if p.grad is not None)
    wrong = float(F.binary_cross_entropy(torch.round(torch.tensor([0.4])), torch.ones(1)))
    lab.measure("200 steps of SGD, 2 classes", "the last loss, and its gradient", f"{loss:.2f}, {gradient:g}")
    lab.claim("the gradient is {gradient:.0f}, a wrong answer costs {wrong:.0f}", gradient=gradient, wrong=wrong)
    lab.claim(
        "In one run of 200 steps of SGD on 2 classes, the model stayed at the {after} % right answers of its first weights, "
        "instead of {correct} %",
        after=about(after, 1),
        correct=about(correct, 1),
    )


@proof("good.py")
def good(lab: Lab) -> None:
    """Decisions beside the loss, and as pseudo labels."""
    lab.run(lambda p: p.train(lab.loader(lab.floats(6, 8), lab.classes(3, 6)), lab.loader(lab.floats(6, 8))))
