"""LL101: two softmaxes, and a floor under the loss."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import torch
import torch.nn.functional as F
from proving.laboratory import Lab, Run, about
from proving.proof import TENSORFLOW, measurement, proof
from proving.training import Clouds, trained


def all_floors(lab: Lab, bad: Run) -> None:
    for line in bad.at("LL101"):
        lab.floor(line)


@proof("bad_functional.py", LL101=1)
def functional(lab: Lab) -> None:
    """A convolutional network of 10 classes, a batch of 10 pictures."""

    def drive(program: Any) -> None:
        model = program.Net(hidden=16)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        loader = lab.loader(lab.floats(10, 1, 28, 28), lab.classes(10, 10))
        program.train(SimpleNamespace(log_interval=1), model, "cpu", loader, optimizer, 1)
        program.test(model, "cpu", loader)

    lab.unrun("main", "it loads MNIST")
    all_floors(lab, lab.pair(drive)[0])


@proof("bad_layers.py", LL101=3)
def layers(lab: Lab) -> None:
    """Softmax as an attribute, in a Sequential, and as a named element; 5 classes."""
    all_floors(lab, lab.pair(lambda p: p.fit(lab.loader(lab.floats(10, 20), lab.classes(5, 10))))[0])


@proof("bad_factory.py", LL101=2)
def factory(lab: Lab) -> None:
    """Heads that factories make, a loss out of a dict, and one with label smoothing; 6 classes."""
    all_floors(lab, lab.pair(lambda p: p.fit(lab.loader(lab.floats(12, 32), lab.classes(6, 12))))[0])


@proof("bad_lightning.py", LL101=1)
def lightning(lab: Lab) -> None:
    """A Lightning module's training_step, called as its trainer would; 37 classes, no backbone."""

    def drive(program: Any) -> None:
        module = program.Classifier(torch.nn.Flatten(), width=48)
        batch = lab.floats(74, 3, 4, 4), lab.classes(37, 74)
        module.training_step(batch, 0).backward()
        module.validation_step(batch, 0)
        module.configure_optimizers().step()

    all_floors(lab, lab.pair(drive)[0])


@proof("bad_trainer.py", LL101=2)
def trainer(lab: Lab) -> None:
    """A trainer's step: the second output of a GRU, and a dict of two heads."""
    batch = (8, 5)

    def drive(program: Any) -> None:
        labels, tone = lab.classes(4, 8), lab.classes(3, 8)
        program.run(lab.loader(lab.classes(100, *batch), labels, lab.floats(8, 16), tone))

    all_floors(lab, lab.pair(drive)[0])


@proof("bad_twice.py", LL101=1)
def twice(lab: Lab) -> None:
    """A loss of one's own that applies log_softmax, and then nll_loss; 6 classes."""
    bad, _ = lab.pair(lambda p: p.train(lab.loader(lab.floats(12, 8), lab.classes(6, 12))))
    (line,) = bad.at("LL101")
    share = 100 * math.exp(-lab.floor(line, tells=False))
    lab.claim("with {classes} classes none gets more than {share:.0f} %", classes="6", share=share)


@proof("bad_logarithms.py", LL101=1, LL102=2, LL109=1)
def logarithms(lab: Lab) -> None:
    """log_softmax between a softmax, or a relu, and cross_entropy; 6 classes."""
    bad, _ = lab.pair(lambda p: p.train(lab.loader(lab.floats(12, 8), lab.classes(6, 12))))
    (softmax,), (relu,) = bad.at("LL101"), bad.at("LL109")
    lab.wrong(softmax)
    lab.wrong(relu, by=1e-3)


@proof("good_twice.py")
def once(lab: Lab) -> None:
    """The same loss of one's own, on scores."""
    lab.run(lambda p: p.train(lab.loader(lab.floats(12, 8), lab.classes(6, 12))))


@proof("bad_tensorflow.py", on=TENSORFLOW, LL101=1)
def tensorflow(lab: Lab) -> None:
    """A model of Keras' that ends in tf.nn.softmax, and TensorFlow's own loss in a step; 10 classes."""
    import tensorflow as tf

    def drive(program: Any) -> None:
        program.train_step(tf.constant(lab.floats(10, 4, 4).numpy()), tf.constant(lab.classes(10, 10).numpy()))

    all_floors(lab, lab.pair(drive)[0])


@proof("good_bypassed.py")
def bypassed(lab: Lab) -> None:
    """A head whose softmax is bypassed, a body without one, and a loss of one's own that takes probabilities."""
    import numpy as np
    from proving import reference
    from proving.on_torch import number

    def drive(program: Any) -> None:
        loader = lab.loader(lab.floats(10, 32), lab.classes(5, 10))
        program.train(loader)
        head = program.Head(32, 5)
        program.train_on_probabilities(loader, head)
        ((x, y),) = loader
        expected = reference.cross_entropy(number(head.logits(x)), y.numpy())
        lab.equal("CrossEntropyLoss of its own", number(program.CrossEntropyLoss()(head(x), y)), np.asarray(expected))

    lab.run(drive)


@proof("good_elsewhere.py")
def elsewhere(lab: Lab) -> None:
    """A softmax in the attention, in predict, in a Dice term and in a teacher."""

    def drive(program: Any) -> None:
        net, pair = program.Net(), program.Pair()
        teacher = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(320, 10))
        loader = lab.loader(lab.floats(10, 5, 64), lab.classes(10, 10))
        program.train(loader, teacher, net, pair)
        net.eval()
        net.predict(loader[0][0])

    lab.run(drive)


@proof("good_flags.py")
def flags(lab: Lab) -> None:
    """Flags and branches that belong together."""

    def drive(program: Any) -> None:
        loader = lab.loader(lab.floats(8, 32), lab.classes(4, 8))
        program.train(SimpleNamespace(threshold=0.5), loader)
        program.train_order(loader)
        program.Net(head="probabilities")(loader[0][0])

    lab.run(drive)


@proof("good_policy.py")
def policy(lab: Lab) -> None:
    """Actions drawn from probabilities and learned from logits; tokens that are generated."""

    def drive(program: Any) -> None:
        agent = program.Agent(6, 3)
        state, action = lab.floats(9, 6), lab.classes(3, 9)
        program.act(agent, state)
        program.generate(torch.nn.Embedding(7, 7), lab.classes(7, 2, 3), length=2)
        program.imitate(agent, lab.loader(state, action))

    lab.run(drive)


@measurement()
def what_it_costs(lab: Lab) -> None:
    """F.cross_entropy of a softmax: floors, gradients on random logits, a training, and the answer that it likes best."""
    floors = {}
    for classes in (2, 10, 100):
        perfect = 1000 * torch.eye(classes)
        floors[classes] = float(doubled(perfect, torch.arange(classes)))
        lab.measure(f"{classes} classes", "on perfect logits", f"{floors[classes]:.4f}")
    numbers = {f"c{classes}": floor for classes, floor in floors.items()}
    lab.claim("which is {c2:.2f} for 2 classes, {c10:.2f} for 10 and {c100:.2f} for 100", **numbers)
    lab.claim("the loss can't fall below log(1 + (C-1)/e), {c10:.2f} for 10 classes", **numbers)

    share = 100 * math.exp(-floors[10])
    lab.claim("no class gets more than e/(e+C-1), {share:.0f} % of 10 classes", share=share)

    gradients = {}
    for classes in (10, 100):
        logits, labels = lab.floats(1000, classes), lab.classes(classes, 1000)
        gradients[classes] = 100 * lab.ratio(doubled, F.cross_entropy, logits, labels)
        lab.measure(f"{classes} classes", "the gradient on random logits", f"{gradients[classes]:.2f} %")
    mistake = 100 * lab.ratio(doubled, F.cross_entropy, 10 * torch.eye(10), torch.arange(10).roll(1))
    lab.measure("10 classes", "the gradient of a mistake that is 10 ahead", f"{mistake:.4f} %")
    lab.claim(
        "{c10} % of the right one at 10 classes and {c100} % at 100, and a mistake that is 10 ahead gets {mistake} %",
        c10=about(gradients[10], 0.5),
        c100=about(gradients[100], 0.2),
        mistake=about(mistake, 0.005),
    )

    clouds = Clouds(100)
    wrong, correct = trained(doubled, clouds), trained(F.cross_entropy, clouds)
    lab.measure("200 steps of SGD, 100 classes", "right", f"{wrong:.1f} % instead of {correct:.1f} %")
    lab.claim(
        "In one run of 200 steps of SGD, 100 classes reached {wrong} % instead of {correct} %",
        wrong=about(wrong, 1.5),
        correct=about(correct, 2),
    )

    says = torch.linspace(0, 1, 1001)
    losses = F.cross_entropy(
        torch.stack([1 - says, says], dim=1), torch.tensor([0.27, 0.73]).expand(1001, 2), reduction="none"
    )
    best = float(says[losses.argmin()])
    lab.measure("2 classes, the truth is 0.73", "the loss is least where the softmax says", f"{best:.3f}")
    lab.claim("learns to say {best:.1f} where the truth is 0.73", best=best)


def doubled(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The loss of the softmax of the logits."""
    return F.cross_entropy(F.softmax(logits, dim=1), labels)
