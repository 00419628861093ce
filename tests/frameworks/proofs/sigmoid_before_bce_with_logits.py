"""LL104: a sigmoid under the sigmoid."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from proving.laboratory import Lab
from proving.proof import measurement, proof


@proof("bad.py", LL104=3)
def twice(lab: Lab) -> None:
    """A model that returns its loss, a Sequential, and a call in place."""

    def drive(program: Any) -> None:
        import torch

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
    import torch

    bad, _ = lab.pair(lambda p: p.train(lab.loader(lab.floats(6, 20), lab.binary(6, 1)), torch.tensor([3.0])))
    (line,) = bad.at("LL104")
    _, positive = lab.binary_floors(line)
    lab.holds(
        line.call, np.isclose(positive, 3 * np.log(1 + 1 / np.e)), "the weight of 3 on the floor", f"{positive:.4f}"
    )


@proof("bad_margin.py", LL104=1)
def margin(lab: Lab) -> None:
    """The margin loss of -1 and 1, on the outputs of a sigmoid."""
    import torch

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
    """What a sigmoid makes of the least and the greatest that a sigmoid gives."""
    import torch

    least, most = torch.sigmoid(torch.sigmoid(torch.tensor([-1000.0, 1000.0]))).tolist()
    lab.claim("it reads every answer as {least:.0f} to {most:.0f} %", least=100 * least, most=100 * most)


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
        import torch

        loader = lab.loader(lab.floats(6, 8), lab.binary(6, 1))
        program.distill(loader, torch.nn.Linear(8, 1))
        program.train(SimpleNamespace(loss="bce"), loader)
        program.train(SimpleNamespace(loss="logits"), loader)

    lab.run(drive)
