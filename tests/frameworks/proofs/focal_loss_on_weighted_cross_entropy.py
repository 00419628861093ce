"""LL602: exp(-w * CE) is p**w."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving import reference, training
from proving.laboratory import Lab, about, require
from proving.on_torch import number
from proving.proof import measurement, proof
from torch import Tensor

WEIGHT = torch.tensor([0.5, 2.0, 8.0])


def weighed(logits: Tensor, labels: Tensor, weight: Tensor, gamma: float = 2.0) -> float:
    """The focal loss of each example, weighted by its class: its mean, in NumPy."""
    each = reference.cross_entropy(number(logits), labels.numpy(), reduction="none")
    return float((number(weight)[labels.numpy()] * (1 - np.exp(-each)) ** gamma * each).mean())


@proof("bad.py", LL602=5, LL601=1)
def weighted(lab: Lab) -> None:
    """Five focal losses with class weights in the exponent, on 9 examples of 3 classes."""
    logits, labels, binary = lab.floats(9, 3), lab.classes(3, 9), lab.binary(9, 1)
    counts = torch.tensor([1, 2, 6])
    shares = counts.sum() / counts.float()

    def drive(program: Any) -> list[Tensor]:
        torch.nn.Linear(3, 3)(logits)
        both = program.Both(3)
        both.weight = WEIGHT
        return [
            program.FocalLoss(WEIGHT)(logits, labels),
            program.Weighted(counts, 2.0)(logits, labels),
            program.binary(logits[:, :1], binary),
            program.negative(logits, labels, counts),
            both(logits, labels),
        ]

    bad, fixed = lab.pair(drive)
    z, y = number(logits[:, :1]), number(binary)
    ce = reference.binary_cross_entropy(z, y, reduction="none")
    positive = (np.where(y > 0, 3.0, 1.0) * (1 - np.exp(-ce)) ** 2 * ce).mean()
    own = torch.tensor([1.0, 5.0, 10.0])
    meant = [
        weighed(logits, labels, WEIGHT), weighed(logits, labels, own), float(positive), weighed(logits, labels, shares),
        weighed(logits, labels, WEIGHT),
    ]  # fmt: skip
    lines = zip(bad.at("LL602"), fixed.at("LL602"), bad.result, fixed.result, meant, strict=True)  # type: ignore[call-overload]
    for before, after, lost, mended, right in lines:
        wrong, again = float(lost), float(mended)
        lab.holds(
            before.call, abs(wrong - right) > 0.02 * right, "not the focal loss", f"{wrong:.5g} instead of {right:.5g}"
        )
        if not fixed.is_left(after.number):
            lab.equal(f"fixed:{after.number}", np.asarray(again), np.asarray(right))
    (line,) = bad.at("LL601")
    lab.speak_of(bad, line, "one number", f"{float(bad.result[4]):.5g}")  # type: ignore[index]


@proof("good.py")
def good(lab: Lab) -> None:
    """Weights outside of p_t, weights that nobody gives, and label smoothing; 9 examples of 3 classes."""
    logits, labels = lab.floats(9, 3), lab.classes(3, 9)

    def drive(program: Any) -> None:
        program.train(lab.loader(logits, labels), torch.nn.Linear(3, 3))
        for made in (program.FocalLoss(WEIGHT), program.TwoCrossEntropies(WEIGHT)):
            name = type(made).__name__
            lab.equal(name, number(made(logits, labels)), np.asarray(weighed(logits, labels, WEIGHT)))
        plain = np.asarray(weighed(logits, labels, torch.ones(3)))
        lab.equal("Optional", number(program.Optional()(logits, labels)), plain)
        smoothed = float(program.Smoothed()(logits, labels))
        require(abs(smoothed - plain) < 0.25 * plain, f"smoothed {smoothed}, and without {plain}")

    lab.run(drive)


@measurement()
def what_weights_distort(lab: Lab) -> None:
    """The focal factor of p**w beside that of p, and a training on classes of 90, 5 and 5 %."""
    factors = {}
    for name, w in (("large", 10.0), ("small", 0.1)):
        factors[name] = (1 - 0.9**w) ** 2 / (1 - 0.9) ** 2
        lab.measure(f"a weight of {w:g}, p = 0.9", "the factor, compared with the right one", f"{factors[name]:.4g}")
    large, small = factors["large"], 1 / factors["small"]
    lab.claim("With a weight of 10 and p = 0.9 the factor (1 - p_t)**2 is {large:.0f} times too large", large=large)
    lab.claim("with a weight of 0.1 it is {small:.0f} times too small", small=small)
    lab.claim("with w = 10 and p = 0.9 the focal factor is {large:.0f} times too large", large=large)

    clouds = training.Clouds(3, distance=0.5, shares=(0.9, 0.05, 0.05), examples=2000)
    weight = 1 / torch.tensor(clouds.shares) / 3
    distorted, outside = (
        trained(lambda z, y, inside=inside: focal(z, y, weight, inside=inside), clouds)  # type: ignore[misc]
        for inside in (True, False)
    )
    lab.measure(
        "classes of 90, 5 and 5 %", "right, and by class",
        f"{distorted[0]:.1f} % and {distorted[1]:.1f} %, outside of p_t {outside[0]:.1f} % and {outside[1]:.1f} %",
    )  # fmt: skip
    lab.claim(
        "On classes of 90, 5 and 5 %, weighted by their inverse frequency, {wrong} % of the answers were right instead of "
        "{right} %, and {few} % instead of {many} % as the mean of the classes",
        wrong=about(distorted[0], 2),
        right=about(outside[0], 2),
        few=about(distorted[1], 1.5),
        many=about(outside[1], 1.5),
    )


def focal(logits: Tensor, labels: Tensor, weight: Tensor, *, inside: bool) -> Tensor:
    """A focal loss with the weights inside of p_t, or outside."""
    ce = F.cross_entropy(logits, labels, reduction="none")
    own = weight[labels] * ce
    return ((1 - torch.exp(-(own if inside else ce))) ** 2 * own).mean()


def trained(loss: Callable[[Tensor, Tensor], Tensor], clouds: training.Clouds) -> tuple[float, float]:
    """The share of right answers after training, and the mean of the classes' shares, in percent."""
    model = training.linear(clouds)
    training.train(model, loss, clouds)
    x, y = clouds.sample(2)
    with torch.no_grad():
        right = (model(x).argmax(dim=1) == y).float()
    return 100 * float(right.mean()), 100 * float(np.mean([float(right[y == c].mean()) for c in range(clouds.classes)]))
