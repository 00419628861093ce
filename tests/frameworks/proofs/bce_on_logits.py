"""LL106: BCELoss refuses what isn't a probability."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, about, require
from proving.on_torch import number
from proving.proof import measurement, proof

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


@measurement()
def what_it_costs(lab: Lab) -> None:
    """How many fresh linear layers of 20 features leave [0, 1] at once, and what a logit inside of it costs."""
    low, high = torch.sigmoid(torch.tensor([-200.0, 200.0])).tolist()
    lab.claim("as long as the sigmoid doesn't round to {low:.0f} or {high:.0f}", low=low, high=high)
    torch.manual_seed(0)
    layers, batches = 500, (1, 32)
    raised = dict.fromkeys(batches, 0)
    for _ in range(layers):
        layer = torch.nn.Linear(20, 1)
        for batch in batches:
            try:
                F.binary_cross_entropy(layer(lab.floats(batch, 20)), torch.ones(batch, 1))
            except RuntimeError as error:
                require(REFUSED in str(error), str(error))
                raised[batch] += 1
    few, many = (100 * raised[batch] / layers for batch in batches)
    lab.measure(f"{layers} linear layers", "raise on a batch of 1, and of 32", f"{few:.1f} %, {many:.1f} %")
    lab.claim(
        "Of {layers} fresh linear layers, {few} % raised on a batch of 1, and {many:.0f} % on a batch of 32",
        layers=str(layers),
        few=about(few, 2),
        many=many,
    )

    logit, positive = torch.tensor([0.05]), torch.ones(1)
    says = 100 * float(torch.sigmoid(logit))
    wrong = float(F.binary_cross_entropy(logit, positive))
    right = float(F.binary_cross_entropy_with_logits(logit, positive))
    lab.measure("a positive example with a logit of 0.05", "costs", f"{wrong:.4f} instead of {right:.4f}")
    lab.claim(
        "a logit of {logit:.2f}, which says {says:.0f} %, costs a positive example {wrong:.2f} instead of {right:.2f}",
        logit=float(logit),
        says=says,
        wrong=wrong,
        right=right,
    )


@proof("good.py", LL116=2)
def good(lab: Lab) -> None:
    """Sigmoids, a shifted tanh, a cosine of what isn't negative, a clamp."""

    def drive(program: Any) -> None:
        batch = lab.floats(6, 64), torch.sigmoid(lab.floats(6, 784)), lab.binary(6, 1)
        program.train(lab.loader(*batch), torch.nn.Linear(64, 5))

    lab.run(drive)


@proof("good_gan.py")
def gan(lab: Lab) -> None:
    """A generator's tanh, and a discriminator's logits with their own loss."""
    lab.run(lambda p: p.train(lab.loader(lab.floats(3, 1, 28, 28), lab.classes(3, 3))))


@proof("bad_by_hand.py", LL106=3)
def by_hand(lab: Lab) -> None:
    """The binary cross-entropy that is written out, of logits: NaN, or without a gradient where they were clipped."""
    logits, labels = torch.tensor([[-1.5], [0.3], [2.0], [0.7]]), torch.tensor([[1.0], [0.0], [1.0], [1.0]])

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(6, 8), lab.binary(6, 1)))

    bad, fixed = lab.pair(drive)
    right = reference.binary_cross_entropy(number(logits), number(labels))
    for name, before, after in zip(("written_out", "kept_from_zero"), bad.at("LL106"), fixed.at("LL106"), strict=False):
        wrong, mended = (getattr(run.module, name)(logits, labels) for run in (bad, fixed))
        require(bool(wrong.isnan()), f"{name} gives {wrong}")
        lab.speak_of(bad, before, "on four logits", f"{wrong}")
        lab.equal(f"fixed:{after.number}", number(mended), right)
        lab.speak_of(fixed, after, "on four logits", f"{mended:.5g}, reference {right:.5g}")
    for run in (bad, fixed):  # no logarithm mends what was clipped before
        line = run.at("LL106")[2]
        leaf = logits.clone().requires_grad_()
        run.module.cut_off(leaf, labels).backward()
        assert leaf.grad is not None
        lost = (leaf.grad == 0).flatten().tolist()
        require(lost == [True, False, True, False], f"gradients {leaf.grad}")
        lab.speak_of(run, line, "logits of -1.5 and 2.0", "no gradient")


@proof("good_by_hand.py")
def right_by_hand(lab: Lab) -> None:
    """What is right by hand: in one step, of a shifted tanh, of counts, and the entropy of the labels."""
    logits, labels = lab.floats(6, 1), lab.binary(6, 1)

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(6, 8), labels))
        z, y = number(logits), number(labels)
        right = reference.binary_cross_entropy(z, y)
        lab.equal("in one step", number(program.in_one_step(logits, labels)), right)
        shifted = reference.binary_of_probabilities((np.tanh(z) + 1) / 2, y)
        lab.equal("a shifted tanh", number(program.between_zero_and_one(logits, labels)), shifted)
        rate = np.log1p(np.exp(z))
        lab.equal("counts", number(program.counts(logits, labels)), np.mean(rate - y * np.log(rate)))
        own = program.of_the_labels(logits, labels)
        require(abs(float(own) - float(right)) < 1e-4, f"{own}: the entropy of certain labels is 0")

    lab.run(drive)
