"""LL304: examples that compete with each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving.laboratory import Lab, about
from proving.proof import measurement, proof
from proving.training import Clouds, linear, train, trained


@proof("bad.py", LL304=1)
def batch(lab: Lab) -> None:
    """A network whose log_softmax goes over the batch, 10 classes, 16 examples."""
    bad, _ = lab.pair(lambda p: p.train([*zip(lab.floats(16, 8, 8), lab.classes(10, 16), strict=True)]))
    (line,) = bad.at("LL304")
    lab.wrong(line)
    sums = np.exp(line.call.input.detach().numpy()).sum(axis=0)
    lab.holds(
        line.call, np.allclose(sums, 1, atol=1e-5), "a class's probabilities sum to 1 over the batch", str(sums[0])
    )
    alone = float(line.call.function(F.log_softmax(lab.floats(1, 10), dim=0), torch.tensor([3])))
    lab.holds(line.call, alone == 0, "with a batch of one every class is certain: loss", f"{alone:.0f}")
    lab.claim("with a batch of 1 the loss is {alone:.0f}, whatever the model says", alone=alone)


@measurement()
def what_it_costs(lab: Lab) -> None:
    """200 steps of SGD with log_softmax over the batch: 10 classes that are equally frequent, and 10 of which one has 70 %."""

    def over_batch(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return F.nll_loss(F.log_softmax(z, dim=0), y)

    for shares, name in (((), "balanced"), ((0.7, *[0.3 / 9] * 9), "unbalanced")):
        clouds = Clouds(10, distance=0.8, shares=shares)
        wrong, correct = trained(over_batch, clouds), trained(F.cross_entropy, clouds)
        lab.measure(f"{name} classes", "right", f"{wrong:.1f} % instead of {correct:.1f} %")
        before = "In one run of 200 steps that gave " if not shares else ""
        lab.claim(
            before + "{wrong} % instead of {correct} % on " + f"{name} classes",
            wrong=about(wrong, 2),
            correct=about(correct, 2),
        )
    good = linear(clouds)
    train(good, F.cross_entropy, clouds)
    x, y = clouds.sample(2)
    with torch.no_grad():
        used = 100 * float((F.softmax(good(x), dim=0).argmax(dim=1) == y).float().mean())
    lab.measure("unbalanced classes, a good model used so", "right", f"{used:.1f} %")
    lab.claim("a good model of these, used so, was right in {used} %", used=about(used, 2))


@proof("good.py")
def good(lab: Lab) -> None:
    """Softmax over the classes, and over the only axis of a single state."""

    def drive(program: Any) -> None:
        episodes = [(lab.floats(4), torch.tensor(1))]
        program.train(lab.loader(lab.floats(10, 8, 8), lab.classes(10, 10)), episodes)

    lab.run(drive)
