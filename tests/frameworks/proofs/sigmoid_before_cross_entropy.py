"""LL103: a sigmoid under the softmax."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving.laboratory import Lab
from proving.proof import proof


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


@proof("good.py")
def good(lab: Lab) -> None:
    """Sigmoids as gates and between layers, with one unit and BCELoss, and for display."""

    def drive(program: Any) -> None:
        images = lab.floats(10, 8, 4, 4)
        program.train(lab.loader(images, lab.binary(10, 1)), True)
        program.train(lab.loader(images, lab.classes(5, 10)), False)
        program.train_classes(lab.loader(images, lab.classes(5, 10)))

    lab.run(drive)
