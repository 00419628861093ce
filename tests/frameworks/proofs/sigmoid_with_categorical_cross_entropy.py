"""LL114: independent probabilities, taken for exclusive."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from proving import reference
from proving.laboratory import Lab
from proving.proof import KERAS, TENSORFLOW, proof


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


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """A softmax with the categorical loss, sigmoids with the binary one, and a sigmoid between layers."""

    def drive(program: Any) -> None:
        labels = {"kind": torch.eye(3).repeat(3, 1).numpy(), "tags": lab.binary(9, 8).numpy()}
        lab.fit(program.model, lab.floats(9, 20), labels)

    lab.run(drive)
