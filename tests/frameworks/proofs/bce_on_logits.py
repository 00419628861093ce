"""LL106: BCELoss refuses what isn't a probability."""

from __future__ import annotations

from typing import Any

from proving.laboratory import Lab
from proving.proof import proof

REFUSED = "all elements of input should be between 0 and 1"


@proof("bad.py", LL106=3)
def outside(lab: Lab) -> None:
    """A discriminator, a linear model and a relu, none with a sigmoid."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(6, 3, 8, 8), lab.binary(6)), "cpu")
        rows = lab.loader(lab.floats(30, 10), lab.binary(30, 1))
        program.train_rows(rows)
        program.train_relu(lab.loader(3 * rows[0][0], rows[0][1]))

    bad, _ = lab.pair(drive)
    for line in bad.at("LL106"):
        lab.raises(line, RuntimeError, REFUSED)


@proof("good.py", LL116=2)
def good(lab: Lab) -> None:
    """Sigmoids, a shifted tanh, a cosine of what isn't negative, a clamp."""

    def drive(program: Any) -> None:
        import torch

        batch = lab.floats(6, 64), torch.sigmoid(lab.floats(6, 784)), lab.binary(6, 1)
        program.train(lab.loader(*batch), torch.nn.Linear(64, 5))

    lab.run(drive)


@proof("good_gan.py")
def gan(lab: Lab) -> None:
    """A generator's tanh, and a discriminator's logits with their own loss."""
    lab.run(lambda p: p.train(lab.loader(lab.floats(3, 1, 28, 28), lab.classes(3, 3))))
