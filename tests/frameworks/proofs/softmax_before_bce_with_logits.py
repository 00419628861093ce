"""LL105: a softmax under the sigmoid."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving.laboratory import Lab, about
from proving.proof import measurement, proof
from proving.training import Clouds, trained


@proof("bad.py", LL105=2)
def softmaxes(lab: Lab) -> None:
    """A network that ends in a softmax over 4 classes, and a softmax in place; one-hot labels."""

    def drive(program: Any) -> None:
        x, y = lab.floats(8, 16), lab.classes(4, 8)
        program.train(lab.loader(x, y))
        program.train_local(lab.loader(x, F.one_hot(y, 4).float()))

    bad, _ = lab.pair(drive)
    floor = (math.log(1 + 1 / math.e) + 3 * math.log(2)) / 4
    for line in bad.at("LL105"):
        lab.wrong(line)
        target = line.call.target
        least = float(line.call.with_logits(np.where(target.numpy() > 0, 1000.0, -1000.0)))
        lab.holds(line.call, abs(least - floor) < 1e-5, "on perfect logits of 4 classes", f"{least:.4f}")


@proof("bad_column.py", LL105=1)
def column(lab: Lab) -> None:
    """The column of the positive class out of two."""
    from proving import reference
    from proving.on_torch import number

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(8, 16), lab.classes(2, 8)))

    bad, fixed = lab.pair(drive)
    (line,) = bad.at("LL105")
    # the softmax's column is the sigmoid of the difference of two logits
    step = line.call.steps[-1]
    difference = number(step.source)[:, 1] - number(step.source)[:, 0]
    meant = reference.binary_cross_entropy(difference, number(line.call.target))
    lab.wrong(line, meant=meant)
    lab.right(fixed.at("LL105")[0], meant)


@measurement()
def what_it_costs(lab: Lab) -> None:
    """The binary loss of a softmax, one-hot labels: floors, gradients on random logits, and a training."""
    floors, gradients = {}, {}
    for classes in (2, 10, 100):
        labels = torch.arange(classes)
        floors[f"c{classes}"] = float(of_softmax(2000 * torch.eye(classes) - 1000, labels))
        logits, labels = lab.floats(1000, classes), lab.classes(classes, 1000)
        gradients[classes] = 100 * lab.ratio(of_softmax, of_logits, logits, labels)
        lab.measure(f"{classes} classes", "on perfect logits", f"{floors[f'c{classes}']:.4f}")
        lab.measure(f"{classes} classes", "the gradient on random logits", f"{gradients[classes]:.2f} %")
    even = float(of_logits(torch.zeros(100, 100), torch.arange(100)))
    lab.measure("100 classes", "50 % everywhere", f"{even:.4f}")
    lab.claim(
        "can't fall below {c2:.2f} for 2 classes, {c10:.2f} for 10 and {c100:.2f} for 100, where saying {half:.0f} % "
        "everywhere costs {even:.2f}",
        half=100 * float(torch.sigmoid(torch.tensor(0.0))),
        even=even,
        **floors,
    )
    lab.claim(
        "The gradients on random logits are {c10} % of the right ones with 10 classes and {c100} % with 100",
        c10=about(gradients[10], 0.5),
        c100=about(gradients[100], 0.05),
    )
    least = float(torch.sigmoid(F.softmax(1000 * torch.eye(10), dim=1)).min())
    lab.claim("every class is said to be over {least:.0f} % likely", least=100 * least)

    clouds = Clouds(10)
    wrong, correct = trained(of_softmax, clouds), trained(of_logits, clouds)
    lab.measure("200 steps of SGD, 10 classes", "right", f"{wrong:.1f} % instead of {correct:.1f} %")
    lab.claim(
        "In one run of 200 steps of SGD, 10 classes reached {wrong} % instead of {correct} %",
        wrong=about(wrong, 2),
        correct=about(correct, 1),
    )


def of_softmax(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The binary loss of the softmax of the logits."""
    return of_logits(F.softmax(logits, dim=1), labels)


def of_logits(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The binary loss, each class by itself."""
    return F.binary_cross_entropy_with_logits(logits, F.one_hot(labels, logits.shape[1]).float())


@proof("good.py")
def good(lab: Lab) -> None:
    """Softmax over the tokens, for display, and the column of two with BCELoss."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(4, 7, 32), lab.binary(4, 12)))
        program.column(lab.loader(lab.floats(6, 8), lab.classes(2, 6)))

    lab.run(drive)
