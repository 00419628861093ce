"""LL601: a focal loss of one number focuses nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, require
from proving.on_torch import number
from proving.proof import measurement, proof
from torch import Tensor

Loss = Callable[[Any, Tensor, Tensor], Tensor]
"""Of a program, of logits and of labels."""


def plain(logits: Tensor, labels: Tensor) -> Tensor:
    """The cross-entropy that isn't focused."""
    if labels.is_floating_point():
        return F.binary_cross_entropy_with_logits(logits, labels)
    return F.cross_entropy(logits, labels)


def cosine(loss: Callable[[Tensor], Tensor], other: Callable[[Tensor], Tensor], logits: Tensor) -> float:
    """Of the angle between two losses' gradients."""
    gradients = []
    for each in (loss, other):
        leaf = logits.double().requires_grad_()
        (gradient,) = torch.autograd.grad(each(leaf), leaf)
        gradients.append(gradient.flatten())
    return float(F.cosine_similarity(*gradients, dim=0))


def unfocused(lab: Lab, run: Any, losses: list[Loss], logits: Tensor, labels: list[Tensor]) -> None:
    """Each line's loss points where the plain cross-entropy does."""
    for line, loss, target in zip(run.at("LL601"), losses, labels, strict=True):

        def of(z: Tensor, loss: Loss = loss, target: Tensor = target) -> Tensor:
            return loss(run.module, z, target.double() if target.is_floating_point() else target)

        angle = cosine(of, lambda z, target=target: plain(z, target), logits)  # type: ignore[misc]
        lab.holds(
            line.call, abs(angle - 1) < 1e-6, "the gradient's direction is the plain one's: cosine", f"{angle:.6f}"
        )


def focal(logits: Tensor, labels: Tensor, gamma: float) -> reference.Array:
    """The focal losses of the examples, in NumPy."""
    z, y = number(logits), labels.numpy()
    each = (
        reference.binary_cross_entropy(z, y, reduction="none")
        if labels.is_floating_point()
        else reference.cross_entropy(z, y, reduction="none")
    )
    result: reference.Array = (1 - np.exp(-each)) ** gamma * each
    return result


IN_PLACE: list[Loss] = [
    lambda p, z, y: p.FocalLoss()(z, y),
    lambda p, z, y: p.BinaryFocalLoss()(z, y),
    lambda p, z, y: p.Averaged()(z, y),
    lambda p, z, y: p.train_step(torch.nn.Identity(), z, y),
    lambda p, z, y: p.summed(z, y),
    lambda p, z, y: p.Parametrised()(z, y),
]


@proof("bad.py", LL601=6, LL116=1)
def in_place(lab: Lab) -> None:
    """Six focal losses of an average or a sum, on 8 examples of 4 classes, and the same of each example."""
    logits, labels, binary = lab.floats(8, 4), lab.classes(4, 8), lab.binary(8, 4)
    targets = [binary if n == 1 else labels for n in range(6)]

    def drive(program: Any) -> list[Tensor]:
        torch.nn.Linear(4, 4)(logits)
        return [loss(program, logits, target) for loss, target in zip(IN_PLACE, targets, strict=True)]

    bad, fixed = lab.pair(drive)
    unfocused(lab, bad, IN_PLACE, logits, targets)
    each = focal(logits, labels, 2.0)
    expected = [
        0.25 * each.mean(), 0.8 * focal(logits, binary, 2.0).mean(), each.mean(), each.mean(),
        focal(logits, labels, 1.5).sum(), each.mean(),
    ]  # fmt: skip
    for line, value, meant in zip(fixed.at("LL601"), fixed.result, expected, strict=True):  # type: ignore[call-overload]
        lab.equal(f"fixed:{line.number}", number(value), np.asarray(meant))


TO_CHOOSE: list[Loss] = [
    lambda p, z, y: p.Logged()(z, y),
    lambda p, z, y: p.Shared()(z, torch.zeros_like(z), y),
    lambda p, z, y: p.mean_first(z, y),
    lambda p, z, y: p.ignored(z, y),
    lambda p, z, y: p.old_arguments(z, y),
]


@proof("bad_display.py", LL601=5, LL502=1)
def to_choose(lab: Lab) -> None:
    """Five more, of which something else reads the average as well; 8 examples of 4 classes."""
    logits, labels = lab.floats(8, 4), lab.classes(4, 8)

    def drive(program: Any) -> list[Tensor]:
        torch.nn.Linear(4, 4)(logits)
        return [loss(program, logits, labels) for loss in TO_CHOOSE]

    bad, fixed = lab.pair(drive)
    unfocused(lab, bad, TO_CHOOSE, logits, [labels] * 5)
    (old,) = bad.at("LL502")
    lab.holds(old.made, old.made.made.reduction == "mean", "says the mean", old.made.made.reduction)
    lab.equal("fixed: old_arguments", number(fixed.result[4]), np.asarray(focal(logits, labels, 2.0).mean()))  # type: ignore[index]


@proof("good.py")
def good(lab: Lab) -> None:
    """Focal losses of each example, and exponentials of averages that are none."""
    logits, labels, binary = lab.floats(8, 4), lab.classes(4, 8), lab.binary(8, 4)

    def drive(program: Any) -> None:
        each = focal(logits, labels, 2.0)
        weighed = program.FocalLoss(alpha=torch.ones(4), reduction="sum")
        lab.equal("FocalLoss", number(program.FocalLoss()(logits, labels)), np.asarray(each.mean()))
        lab.equal("FocalLoss with weights", number(weighed(logits, labels)), np.asarray(each.sum()))
        lab.equal("Binary", number(program.Binary()(logits, binary)), np.asarray(focal(logits, binary, 2.0).mean()))
        lab.equal("from_log_softmax", number(program.from_log_softmax(logits, labels, 2.0)), np.asarray(each.mean()))
        halved = 0.5 * focal(logits, binary, 2.0).mean()
        lab.equal("from_sigmoid", number(program.from_sigmoid(logits, binary, 2.0, 0.5)), np.asarray(halved))
        lab.equal("whichever", number(program.whichever(logits, labels, "none")), np.asarray(each.mean()))
        lab.equal("Plain", number(program.make()(logits, labels)), each)
        program.perplexity(torch.nn.Identity(), lab.loader(logits, labels))
        program.uncertainty(logits, labels, torch.zeros(()))
        program.certainty(logits, labels)

    lab.run(drive)


@measurement()
def nothing_is_focused(lab: Lab) -> None:
    """The gradients of a focal loss of the average, and of one of each example, beside the plain cross-entropy's."""
    logits, labels = lab.floats(64, 10), lab.classes(10, 64)

    def averaged(z: Tensor) -> Tensor:
        ce = F.cross_entropy(z, labels)
        return (1 - torch.exp(-ce)) ** 2 * ce

    def focused(z: Tensor) -> Tensor:
        ce = F.cross_entropy(z, labels, reduction="none")
        return ((1 - torch.exp(-ce)) ** 2 * ce).mean()

    wrong, right = (cosine(loss, lambda z: F.cross_entropy(z, labels), logits) for loss in (averaged, focused))
    require(right < 0.9999, f"a focal loss points elsewhere: {right}")
    lab.measure(
        "64 examples of 10 classes", "cosine of the gradient with the plain one", f"{wrong:.6f}, focused {right:.4f}"
    )
    lab.claim("(cosine {wrong:.6f})", wrong=wrong)
