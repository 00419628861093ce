"""LL401: a loss of Keras' is told what it doesn't get. Which number comes of it depends on the backend."""

from __future__ import annotations

import math
from typing import Any

import torch
from proving.laboratory import Lab, Line, perfect, require
from proving.proof import KERAS, TENSORFLOW, proof


@proof("bad_compile.py", on=KERAS, LL401=5)
def compiled(lab: Lab) -> None:
    """Five models of compile and fit: logits by name and by class, probabilities, and both for two classes."""

    def drive(program: Any) -> None:
        program.logits_by_name()
        program.logits_by_class()
        program.probabilities()
        if lab.environment == TENSORFLOW:
            program.binary(lab.floats(20, 8).numpy(), lab.binary(20, 1).numpy())
        program.binary_logits(lab.floats(20, 8).numpy(), lab.binary(20, 1).numpy())

    if lab.environment != TENSORFLOW:
        lab.unrun("binary", "its activation is TensorFlow's, which takes no other backend's tensors")
    bad, _ = lab.pair(drive)
    by_name, by_class, probabilities, binary, binary_logits = bad.at("LL401")
    for line in (by_name, by_class, binary_logits):
        lab.wrong(line)
    if lab.environment == TENSORFLOW:
        for line in (probabilities, binary):
            lab.right(line, line.call.meant, what="mended: TensorFlow looks behind the activation")
    else:
        lab.wrong(probabilities)


@proof("bad_loop.py", on=TENSORFLOW, LL401=4)
def loop(lab: Lab) -> None:
    """Subclassed models whose call ends in ops.softmax, in tf.nn.softmax and in logits, in a loop of one's own."""
    bad, _ = lab.pair(lambda p: p.train(lab.loader(lab.floats(10, 6).numpy(), lab.classes(5, 10).numpy())))
    own, foreign, *logits = bad.at("LL401")
    lab.right(own, own.call.meant, what="mended: TensorFlow looks behind Keras' own softmax")
    for line in (foreign, *logits):
        lab.wrong(line)
    lab.claim("with {classes} classes the loss can't fall below {floor:.2f}", classes="5", floor=least_of(lab, foreign))


def least_of(lab: Lab, line: Line) -> float:
    """What a loss of 5 classes is on perfect logits."""
    least = float(line.call.with_logits(perfect(line.call.logits, line.call.labels)))
    require(abs(least - math.log(1 + 4 / math.e)) < 1e-5, f"{least} on perfect logits")
    lab.holds(line.call, True, "on perfect logits of 5 classes", f"{least:.4f}")
    return least


@proof("good.py", on=KERAS)
def good(lab: Lab) -> None:
    """A flag that goes with the activation, activations of their own, two outputs with a loss each, a regression."""

    def drive(program: Any) -> None:
        pictures, labels = lab.floats(20, 4, 4), lab.classes(10, 20)
        for model in (program.build(True), program.build(False)):
            lab.fit(model, pictures, labels)
        rows, ten = lab.floats(20, 6), torch.nn.functional.one_hot(labels, 10).float()
        lab.fit(program.classifier, rows, ten)
        lab.fit(program.plain, rows, ten)
        x, actions, values = lab.floats(12, 32), torch.eye(4).repeat(3, 1), lab.floats(12, 1)
        lab.fit(program.both, x, [actions.numpy(), values.numpy()])
        lab.fit(program.named, x, {"policy": actions.numpy(), "value": values.numpy()})
        lab.fit(program.linear, rows, lab.floats(20, 1))

    lab.run(drive)


@proof("good_outputs.py", on=TENSORFLOW)
def outputs(lab: Lab) -> None:
    """A detector of three outputs with a loss each, and a head with and without its softmax."""

    def drive(program: Any) -> None:
        model = program.detector(6)
        labels = {"objectness": lab.binary(10, 1), "kind": lab.classes(5, 10), "box": lab.floats(10, 4)}
        lab.fit(model, lab.floats(10, 6), {name: part.numpy() for name, part in labels.items()})
        loader = lab.loader(lab.floats(14, 6).numpy(), lab.classes(7, 14).numpy())
        program.train(loader, program.Config)
        probabilities = program.Config()
        probabilities.kind = "probabilities"
        program.train(loader, probabilities)

    lab.run(drive)
