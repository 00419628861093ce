"""LL114: independent probabilities, taken for exclusive."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, about, require
from proving.proof import KERAS, TENSORFLOW, measurement, proof
from proving.training import Clouds, linear, train, trained


@proof("bad.py", on=KERAS, LL114=2)
def independent(lab: Lab) -> None:
    """Three sigmoids with the categorical loss, one-hot labels, and with the sparse one."""

    def drive(program: Any) -> None:
        lab.fit(program.sequential(), lab.floats(12, 20), torch.eye(3).repeat(4, 1))
        lab.fit(program.functional(), lab.floats(12, 20), lab.classes(3, 12))

    bad, _ = lab.pair(drive)
    for line in bad.at("LL114"):
        call = line.call
        sums = reference.sigmoid(call.logits).sum(axis=1)
        lab.holds(call, abs(sums - 1).max() > 0.1, "a prediction's sum", f"{sums.min():.3f} to {sums.max():.3f}")
        if lab.environment == TENSORFLOW:
            lab.right(call, call.meant, what="in training: the softmax of what is behind the sigmoid")
        else:
            divided = np.log(reference.sigmoid(call.logits) / sums[:, None])
            labels = call.labels if call.labels.ndim == 2 else np.eye(3)[call.labels]
            lab.wrong(call, by=1e-3)
            lab.right(call, reference.nll(divided, labels), what="what it is: sigmoids, divided by their sum")


@measurement()
def what_it_costs(lab: Lab) -> None:
    """200 steps of SGD with Keras' categorical loss of sigmoids, what sigmoids of softmax's logits sum to, and two labels."""
    import keras

    def divided(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        one_hot = F.one_hot(labels, logits.shape[1]).float()
        return keras.losses.categorical_crossentropy(one_hot, torch.sigmoid(logits)).mean()

    clouds = Clouds(100)
    wrong, correct = trained(divided, clouds), trained(F.cross_entropy, clouds)
    lab.measure("200 steps of SGD, 100 classes", "right", f"{wrong:.1f} % instead of {correct:.1f} %")
    lab.claim(
        "in one run of 200 steps of SGD, 100 classes reached {wrong} % instead of {correct} %",
        wrong=about(wrong, 2),
        correct=about(correct, 2),
    )

    few = Clouds(10)
    model = linear(few)
    train(model, F.cross_entropy, few)
    logits = model(few.sample(2)[0]).detach()
    sums, one = torch.sigmoid(logits).sum(dim=1), float(torch.softmax(logits, dim=1).sum(dim=1).mean())
    lab.measure(
        "the same, 10 classes, the softmax trained", "sigmoids sum to", f"{sums.mean():.3f}, from {sums.min():.2f}"
    )
    require(float(sums.min()) > 2, f"sigmoids sum to {float(sums.min())}")
    lab.claim(
        "don't sum to {one:.0f}: after the same run with 10 classes they summed to {sums} on average",
        one=one,
        sums=about(float(sums.mean()), 0.1),
    )
    lab.claim("they don't sum to {one:.0f}", one=one)
    lab.claim("the outputs don't sum to {one:.0f}", one=one)
    lab.claim("takes probabilities that sum to {one:.0f}", one=one)

    both = torch.tensor([[1.0, 1.0, 0.0]])
    says = torch.linspace(0.001, 0.999, 999)
    pairs = torch.stack([says, 1 - says, torch.zeros_like(says)], dim=1)
    losses = keras.losses.categorical_crossentropy(both.expand(999, 3), pairs)
    floor = float(losses.min())
    lab.measure("2 labels of 3 are right", "the least of the categorical loss", f"{floor:.4f}")
    lab.claim(
        "with {right} of them right it can't fall below {floor:.2f}", right=f"{float(both.sum()):.0f}", floor=floor
    )


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """A softmax with the categorical loss, sigmoids with the binary one, and a sigmoid between layers."""

    def drive(program: Any) -> None:
        labels = {"kind": torch.eye(3).repeat(3, 1).numpy(), "tags": lab.binary(9, 8).numpy()}
        lab.fit(program.model, lab.floats(9, 20), labels)

    lab.run(drive)
