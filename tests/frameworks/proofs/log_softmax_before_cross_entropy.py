"""LL102: log_softmax twice is log_softmax."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, require
from proving.proof import measurement, proof


@proof("bad.py", LL102=3)
def twice(lab: Lab) -> None:
    """A tagger with class weights and an ignored class, a linear model, and label smoothing."""

    def drive(program: Any) -> None:
        words, tags = lab.classes(500, 12), lab.classes(3, 12)
        program.train(lab.loader(words, lab.floats(12, 8), tags), lab.floats(12).abs())

    bad, _ = lab.pair(drive)
    for line in bad.at("LL102"):
        lab.right(line, what="right, though computed twice")
    call = bad.at("LL102")[1].call
    logits, labels = call.logits, call.labels
    right = (reference.softmax(logits) - reference.one_hot(labels, 3)) / len(labels)
    far = float(np.abs(call.gradient() - right).max())
    require(far < 1e-7, f"the gradient is {far} off")
    lab.holds(call, far < 1e-7, "its gradient is right", f"off by {far:.1g}")


WITHIN = "1e-6"


@measurement()
def what_it_costs(lab: Lab) -> None:
    """cross_entropy of log_softmax and of the logits: loss, gradients, and the numbers kept for the backward pass."""
    logits, labels = 10 * lab.floats(1000, 100), lab.classes(100, 1000)
    (loss, gradient, kept), (other, its_gradient, its_kept) = (
        backwards(function, logits, labels)
        for function in (F.cross_entropy, lambda z, y: F.cross_entropy(F.log_softmax(z, dim=1), y))
    )
    far = max(abs(loss - other), float((gradient - its_gradient).abs().max()))
    require(far < float(WITHIN), f"they are {far} apart")
    lab.measure("1,000 examples of 100 classes", "loss and gradients differ by", f"{far:.1g} at most")
    lab.measure("1,000 examples of 100 classes", "numbers kept for each logit", f"{its_kept:.2f} instead of {kept:.2f}")
    lab.claim("stay the same, to within {within} in 1,000 examples of 100 classes", within=WITHIN)
    lab.claim(
        "For the backward pass {twice:.0f} numbers are kept for each logit instead of {once:.0f}",
        twice=its_kept,
        once=kept,
    )


def backwards(function: Any, logits: torch.Tensor, labels: torch.Tensor) -> tuple[float, torch.Tensor, float]:
    """The loss, its gradient at the logits, and how many numbers are kept in between for each logit."""
    kept: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.data_ptr()] = tensor.numel()
        return tensor

    leaf = logits.clone().requires_grad_()
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        loss = function(leaf, labels)
    (gradient,) = torch.autograd.grad(loss, leaf)
    return float(loss.detach()), gradient, sum(kept.values()) / logits.numel()


@proof("good.py")
def good(lab: Lab) -> None:
    """log_softmax before NLLLoss, and in an entropy."""
    lab.run(lambda p: p.train(lab.loader(lab.floats(9, 8), lab.classes(3, 9))))
