"""LL104: a sigmoid under the sigmoid."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving.laboratory import Lab, about
from proving.proof import measurement, proof
from proving.training import Clouds, linear, train


@proof("bad.py", LL104=3)
def twice(lab: Lab) -> None:
    """A model that returns its loss, a Sequential, and a call in place."""

    def drive(program: Any) -> None:
        class Encoder(torch.nn.Module):
            def forward(self, ids: Any, mask: Any) -> Any:
                return ids * mask

        model = program.Labels(Encoder(), 8, 3)
        model(lab.floats(6, 8), lab.binary(6, 8), lab.binary(6, 3))
        program.train(lab.loader(lab.floats(6, 20), lab.binary(6, 1)))
        program.train_scores(lab.loader(lab.floats(6, 20), lab.binary(6, 3)))

    bad, _ = lab.pair(drive)
    for line in bad.at("LL104"):
        negative, positive = lab.binary_floors(line)
        lab.claim("a negative example costs at least {negative:.2f}", negative=negative)
    text = "a negative example costs at least {negative:.2f}, a positive one at least {positive:.2f}"
    lab.claim(text, negative=negative, positive=positive)


@proof("bad_weighted.py", LL104=1)
def weighted(lab: Lab) -> None:
    """With a weight for the positive examples."""
    bad, _ = lab.pair(lambda p: p.train(lab.loader(lab.floats(6, 20), lab.binary(6, 1)), torch.tensor([3.0])))
    (line,) = bad.at("LL104")
    _, positive = lab.binary_floors(line)
    lab.holds(
        line.call, np.isclose(positive, 3 * np.log(1 + 1 / np.e)), "the weight of 3 on the floor", f"{positive:.4f}"
    )


@proof("bad_margin.py", LL104=1)
def margin(lab: Lab) -> None:
    """The margin loss of -1 and 1, on the outputs of a sigmoid."""
    signs = 2 * lab.binary(6) - 1
    bad, _ = lab.pair(lambda p: p.train(lab.loader(lab.floats(6, 20), signs)))
    (line,) = bad.at("LL104")
    floors = [
        float(line.call.with_logits(np.full((6, 1), 1000.0 * sign), torch.full((6,), float(sign)))) for sign in (-1, 1)
    ]
    right = np.allclose(floors, [np.log(2), np.log(1 + 1 / np.e)], atol=1e-5)
    lab.holds(line.call, right, "on perfect logits", f"{floors[0]:.4f} where y = -1, {floors[1]:.4f} where y = 1")


@measurement()
def read_again(lab: Lab) -> None:
    """What a sigmoid makes of the least and the greatest that a sigmoid gives, and of a threshold."""
    least, most = torch.sigmoid(torch.sigmoid(torch.tensor([-1000.0, 1000.0]))).tolist()
    lab.claim("reads every answer as {least:.0f} to {most:.0f} %", least=100 * least, most=100 * most)
    lab.claim("The loss reads 0 as {least:.0f} %", least=100 * least)

    # the share of positive examples from which on the loss is least where the model says more than one half
    half = float(torch.sigmoid(torch.tensor(0.0)))
    says, shares = torch.linspace(0, 1, 1001), torch.linspace(0, 1, 1001)
    losses = F.binary_cross_entropy_with_logits(
        says.expand(1001, 1001), shares[:, None].expand(1001, 1001), reduction="none"
    )
    best = says[losses.argmin(dim=1)]
    means = 100 * float(shares[best > half].min())
    lab.measure("the least share of positive examples", "where the best answer is over one half", f"{means:.1f} %")
    lab.claim("p > {half:.1f} comes to mean {means:.0f} %", half=half, means=means)
    lab.claim("a threshold of {half:.1f} becomes {logit:.0f}", half=half, logit=float(torch.logit(torch.tensor(half))))


@measurement()
def what_it_costs(lab: Lab) -> None:
    """The gradient of a mistake, and a training on two classes, of which the positive one is rare."""
    far = torch.full((8, 1), 10.0)
    mistake = 100 * lab.ratio(twice_squashed, F.binary_cross_entropy_with_logits, far, torch.zeros(8, 1))
    lab.measure("a negative example with a logit of 10", "the gradient", f"{mistake:.5f} % of the right one")
    lab.claim("a mistake that is 10 ahead gets {mistake:.3f} % of its gradient", mistake=mistake)

    rare = 0.2
    clouds = Clouds(2, distance=0.4, shares=(1 - rare, rare))
    x, y = clouds.sample(2)
    found, correct = [], []
    for loss in (twice_squashed, F.binary_cross_entropy_with_logits):
        model = linear(clouds, units=1)
        train(model, lambda z, t, loss=loss: loss(z[:, 0], t.float()), clouds)  # type: ignore[misc]
        says = torch.sigmoid(model(x)[:, 0]) > 0.5
        found.append(100 * float(says[y == 1].float().mean()))
        correct.append(100 * float((says == (y == 1)).float().mean()))
    lab.measure("200 steps of SGD", "positive examples found", f"{found[0]:.1f} % instead of {found[1]:.1f} %")
    lab.measure("200 steps of SGD", "right", f"{correct[0]:.1f} % instead of {correct[1]:.1f} %")
    lab.claim(
        "In one run of 200 steps of SGD where {rare:.0f} % of the examples were positive, it found {wrong} % of them instead "
        "of {right} %",
        rare=100 * rare,
        wrong=about(found[0], 2),
        right=about(found[1], 2),
    )


def twice_squashed(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """The loss of the sigmoid of the logits."""
    return F.binary_cross_entropy_with_logits(torch.sigmoid(logits), target)


@proof("good.py", LL116=1)
def good(lab: Lab) -> None:
    """Sigmoids in a metric, in a focal weight and in a Dice term; Sigmoid with BCELoss."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(4, 3, 5, 5), lab.binary(4, 1, 5, 5)))
        program.right_pair(lab.loader(lab.floats(6, 4), lab.binary(6, 1)))

    lab.run(drive)


@proof("good_teacher.py", LL116=1)
def teacher(lab: Lab) -> None:
    """A teacher's sigmoid, and the loss that fits a flag, both ways."""

    def drive(program: Any) -> None:
        loader = lab.loader(lab.floats(6, 8), lab.binary(6, 1))
        program.distill(loader, torch.nn.Linear(8, 1))
        program.train(SimpleNamespace(loss="bce"), loader)
        program.train(SimpleNamespace(loss="logits"), loader)

    lab.run(drive)
