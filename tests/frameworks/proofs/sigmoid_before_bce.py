"""LL116: right, until the sigmoid rounds to 1."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from proving.laboratory import Lab, about, require
from proving.proof import TENSORFLOW, measurement, proof


@proof("bad.py", LL116=2)
def right_and_slower(lab: Lab) -> None:
    """A network that ends in a sigmoid, and a sigmoid in place."""
    bad, _ = lab.pair(lambda p: p.train(lab.loader(lab.floats(8, 16), lab.binary(8, 1))))
    for line in bad.at("LL116"):
        lab.right(line)


@measurement()
def where_it_sticks(lab: Lab) -> None:
    """BCELoss of the sigmoid of one logit of a negative example, single and half precision, up to 30."""
    stuck = {}
    for precision, name in ((torch.float32, "single"), (torch.float16, "half")):
        logits = torch.arange(0, 30, 0.5, dtype=precision)
        gradients, losses = [], []
        for logit in logits:
            leaf = logit.clone().requires_grad_()
            loss = F.binary_cross_entropy(torch.sigmoid(leaf)[None], torch.zeros(1, dtype=precision))
            loss.backward()
            gradients.append(float(leaf.grad))
            losses.append(float(loss.detach()))
        first = next(n for n, gradient in enumerate(gradients) if not gradient > 0)
        after = {str(gradient) for gradient in gradients[first:]}
        require(after == {"0.0" if name == "single" else "nan"}, f"gradients of {after}")
        require(all(value == 100 for value in losses[first:]), "another loss than 100")
        stuck[name] = float(logits[first])
        lab.measure(f"{name} precision", f"a gradient of {after} from", f"{stuck[name]} on, loss {losses[first]:.0f}")
    one = torch.arange(-16.0, 17.0)
    right = F.binary_cross_entropy_with_logits(one, torch.zeros(33), reduction="none")
    far = (F.binary_cross_entropy(torch.sigmoid(one), torch.zeros(33), reduction="none") - right).abs()
    lab.measure("up to 16", "the two differ by", f"{float(far.max()):.2g} at most")

    numbers = {"single": stuck["single"], "half": stuck["half"]}
    lab.claim("the gradient is 0 from a logit of {single:.0f} on (in half precision NaN from {half:.1f} on)", **numbers)
    lab.claim(
        "Up to logits of 16 the two are within {far} of each other. From {single:.0f} on the sigmoid of a wrong answer "
        "rounds to 1: the loss is {loss:.0f} and the gradient 0",
        far=about(float(far.max()), 0.01),
        loss=100.0,
        **numbers,
    )
    lab.claim("In half precision that happens from {half:.1f} on, and the gradient is NaN", **numbers)


@measurement()
def under_autocast(lab: Lab) -> None:
    """BCELoss under CUDA autocast, as PyTorch dispatches it, on tensors without memory."""
    from torch._subclasses.fake_tensor import FakeTensorMode

    torch.set_autocast_enabled("cuda", True)  # torch.autocast looks for a GPU
    try:
        with FakeTensorMode():
            p = torch.empty(3, device="cuda")
            lab.refuses(lambda: F.binary_cross_entropy(p, p), RuntimeError, "unsafe to autocast")
            F.binary_cross_entropy_with_logits(p, p)
    finally:
        torch.set_autocast_enabled("cuda", False)


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """The two in one, an ensemble's mean, and Keras."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(8, 16), lab.binary(8, 1)))
        lab.fit(program.model, lab.floats(8, 16), lab.binary(8, 1))

    lab.run(drive)
