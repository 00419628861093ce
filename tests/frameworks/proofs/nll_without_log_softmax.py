"""LL107: NLLLoss takes no logarithm."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, about, require
from proving.on_torch import number
from proving.proof import measurement, proof
from proving.training import Clouds, right, small_network, train, trained


@proof("bad.py", LL107=4)
def no_logarithm(lab: Lab) -> None:
    """Logits, and the outputs of Softmax and of F.softmax; 10 classes."""
    bad, _ = lab.pair(lambda p: p.train(lab.loader(lab.floats(10, 784), lab.classes(10, 10))))
    logits, module, function, summed = bad.at("LL107")
    for line in (logits, summed):
        lab.wrong(line)
        once, tenfold = (float(line.call.with_logits(k * _perfect(line.call.labels))) for k in (100.0, 1000.0))
        what = "no lower bound: perfect logits of 100 and 1000"
        lab.holds(line.call, tenfold < 9.9 * once < 0, what, f"{once:.6g}, {tenfold:.6g}")
    for line, examples in ((module, 10), (function, 1)):
        lab.wrong(line)
        perfect = 1000 * _perfect(line.call.labels)
        best, worst = (float(line.call.with_logits(k * perfect)) / examples for k in (1, -1))
        bounded = abs(best + 1) < 1e-6 and abs(worst) < 1e-6
        lab.holds(line.call, bounded, "from the best answer to the worst", f"{best:.6g}, {worst:.6g}")
    lab.claim("the loss lies between {best:.0f} and {worst:.0f}", best=best, worst=abs(worst))


def _perfect(labels: Any) -> Any:
    return np.where(np.eye(10)[labels] > 0, 1.0, -1.0)


@measurement()
def what_it_costs(lab: Lab) -> None:
    """200 steps of SGD on 100 classes with F.nll_loss of logits, probabilities and sigmoids, and the answer it likes best."""
    clouds = Clouds(100)
    correct, wrong = trained(F.cross_entropy, clouds), trained(F.nll_loss, clouds)
    network = small_network(clouds)
    loss = train(network, F.nll_loss, clouds)
    best, worst = trained(F.cross_entropy, clouds, small_network), right(network, clouds)
    lab.measure("logits", "a linear model", f"{wrong:.1f} % instead of {correct:.1f} %")
    lab.measure("logits", "a small network", f"{worst:.1f} % instead of {best:.1f} %, loss {loss:.1f}")
    lab.claim(
        "in runs of 200 steps of SGD with 100 classes a linear model reached {wrong} % instead of {correct} %, and a small "
        "network {worst} % instead of {best} %, with a loss of {loss}",
        wrong=about(wrong, 2),
        correct=about(correct, 2),
        worst=about(worst, 2),
        best=about(best, 2),
        loss=about(loss, 20),
    )

    shares = {
        "softmax": trained(lambda z, y: F.nll_loss(F.softmax(z, dim=1), y), clouds),
        "sigmoid": trained(lambda z, y: F.nll_loss(torch.sigmoid(z), y), clouds),
    }
    for name, share in shares.items():
        lab.measure(name, "a linear model", f"{share:.1f} % instead of {correct:.1f} %")
    lab.claim("the linear model reached {share} %", share=about(shares["softmax"], 1.5))

    sigmoids = torch.sigmoid(lab.floats(8, 100)).requires_grad_()
    F.nll_loss(sigmoids, lab.classes(100, 8)).backward()
    assert sigmoids.grad is not None
    require((sigmoids.grad <= 0).all() and (sigmoids.grad < 0).sum() == 8, "a class is pushed down")
    lab.claim("no class is pushed down: it reached {share} %", share=about(shares["sigmoid"], 1.5))

    truth = 0.55
    says = torch.linspace(0, 1, 1001)
    pairs = torch.stack([1 - says, says], dim=1)
    one, other = (F.nll_loss(pairs, torch.full((1001,), label), reduction="none") for label in (1, 0))
    losses = truth * one + (1 - truth) * other
    sure = float(says[losses.argmin()])
    lab.measure("2 classes, the truth is 0.55", "the loss is least where the model says", f"{sure:.3f}")
    lab.claim("the model says {sure:.1f} even if {truth:.0f} % is the truth", sure=sure, truth=100 * truth)
    lab.claim("wants every answer to be {sure:.0f} % sure", sure=100 * sure)


@proof("good.py")
def good(lab: Lab) -> None:
    """LogSoftmax in a Sequential, log_softmax in place, and a mixture of two softmaxes."""
    lab.run(lambda p: p.train(lab.loader(lab.floats(10, 784), lab.classes(5, 10))))


@proof("bad_by_hand.py", LL107=2)
def by_hand(lab: Lab) -> None:
    """The cross-entropy that is written out, of logits: NaN, or without a gradient where they were clipped, which no logarithm
    mends."""
    logits = torch.tensor([[1.0, -2.0, 0.5, -0.5], [2.0, 1.0, 3.0, 0.5], [-1.0, 0.1, -0.2, -3.0]])
    labels = torch.tensor([3, 0, 2])
    one_hot = F.one_hot(labels, 4).float()

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(6, 8), lab.classes(4, 6)))

    bad, fixed = lab.pair(drive)
    plain, mended = bad.at("LL107")[0], fixed.at("LL107")[0]
    wrong, right = (run.module.written_out(logits, one_hot) for run in (bad, fixed))
    require(bool(wrong.isnan()), f"{wrong}")
    lab.speak_of(bad, plain, "on three examples", f"{wrong}")
    expected = reference.cross_entropy(number(logits), labels.numpy())
    lab.equal(f"fixed:{mended.number}", number(right), expected)
    lab.speak_of(fixed, mended, "on three examples", f"{right:.5g}, reference {expected:.5g}")
    for run in (bad, fixed):
        clipped = run.at("LL107")[1]
        leaf = logits.clone().requires_grad_()
        run.module.cut_off(leaf, one_hot).backward()
        assert leaf.grad is not None
        require(leaf.grad[[0, 2]].count_nonzero() == 0, f"gradients {leaf.grad}")
        lab.speak_of(run, clipped, "where the right class's logit is negative", "no gradient")


@proof("good_by_hand.py")
def right_by_hand(lab: Lab) -> None:
    """In one step, of weights that sum up to 1, and the entropy of the labels."""
    logits, labels = lab.floats(6, 4), lab.classes(4, 6)
    one_hot = F.one_hot(labels, 4).float()

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(6, 8), labels))
        right = reference.cross_entropy(number(logits), labels.numpy())
        lab.equal("in one step", number(program.in_one_step(logits, one_hot)), right)
        positive = np.log1p(np.exp(number(logits)))
        weights = positive / positive.sum(axis=1, keepdims=True)
        expected = -np.log(weights[np.arange(6), labels.numpy()]).mean()
        lab.equal("of weights", number(program.of_weights(logits, one_hot)), expected)
        own = program.of_the_labels(logits, one_hot)
        require(abs(float(own) - float(right)) < 1e-4, f"{own}: the entropy of certain labels is 0")

    lab.run(drive)
