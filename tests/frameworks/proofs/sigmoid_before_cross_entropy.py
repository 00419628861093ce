"""LL103: a sigmoid under the softmax."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving.laboratory import Lab, about
from proving.proof import measurement, proof
from proving.training import Clouds, trained


@proof("bad.py", LL103=3)
def sigmoids(lab: Lab) -> None:
    """LeNet with 10 sigmoids for outputs, three of a small network, and logsigmoid."""

    def drive(program: Any) -> None:
        batch = lab.floats(9, 3, 32, 32), lab.floats(9, 4), lab.classes(3, 9)
        program.train(lab.loader(*batch), epochs=1)

    bad, _ = lab.pair(drive)
    net, gate, log = bad.at("LL103")
    lab.floor(net)
    lab.floor(gate)
    lab.wrong(log, by=1e-3)
    perfect = np.where(np.eye(3)[log.call.labels] > 0, 1000.0, -1000.0)
    least = float(log.call.with_logits(perfect))
    lab.holds(log.call, abs(least) < 1e-6, "no floor with logsigmoid", f"{least:.1g} on perfect logits")


@measurement()
def what_it_costs(lab: Lab) -> None:
    """F.cross_entropy of a sigmoid: floors, the gradient where training starts, and a training."""
    floors = {
        f"c{classes}": float(squashed(2000 * torch.eye(classes) - 1000, torch.arange(classes)))
        for classes in (2, 10, 100)
    }
    lab.measure("2, 10 and 100 classes", "on perfect logits", ", ".join(f"{floor:.4f}" for floor in floors.values()))
    lab.claim("which is {c2:.2f} for 2 classes, {c10:.2f} for 10 and {c100:.2f} for 100", **floors)

    start = 100 * lab.ratio(squashed, F.cross_entropy, torch.zeros(100, 10), lab.classes(10, 100))
    random = 100 * lab.ratio(squashed, F.cross_entropy, lab.floats(100, 10), lab.classes(10, 100))
    lab.measure("10 classes", "the gradient on logits of 0, and on random ones", f"{start:.2f} %, {random:.2f} %")
    lab.claim(
        "Its gradient is {start:.0f} % of the right one where all logits are alike, as in the beginning, and {random} % on "
        "random ones",
        start=start,
        random=about(random, 1),
    )
    lab.claim("its gradient starts at {start:.0f} % of the right one", start=start)

    most = float(F.logsigmoid(torch.tensor(1000.0)))
    lab.claim("no class can get more than {most:.0f}", most=abs(most))

    clouds = Clouds(100)
    wrong, log, correct = (trained(loss, clouds) for loss in (squashed, log_squashed, F.cross_entropy))
    lab.measure(
        "200 steps of SGD, 100 classes", "right", f"{wrong:.1f} %, logsigmoid {log:.1f} % instead of {correct:.1f} %"
    )
    lab.claim(
        "In one run of 200 steps of SGD, 100 classes reached {wrong} % instead of {correct} %",
        wrong=about(wrong, 1.5),
        correct=about(correct, 2),
    )
    lab.claim("and the same run reached {log} %", log=about(log, 2))


def squashed(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The loss of the sigmoid of the logits."""
    return F.cross_entropy(torch.sigmoid(logits), labels)


def log_squashed(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The loss of the logarithm of the sigmoid of the logits."""
    return F.cross_entropy(F.logsigmoid(logits), labels)


@proof("good.py")
def good(lab: Lab) -> None:
    """Sigmoids as gates and between layers, with one unit and BCELoss, and for display."""

    def drive(program: Any) -> None:
        images = lab.floats(10, 8, 4, 4)
        program.train(lab.loader(images, lab.binary(10, 1)), True)
        program.train(lab.loader(images, lab.classes(5, 10)), False)
        program.train_classes(lab.loader(images, lab.classes(5, 10)))

    lab.run(drive)
