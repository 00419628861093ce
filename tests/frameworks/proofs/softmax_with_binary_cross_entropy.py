"""LL113: exclusive classes, each by itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, about
from proving.proof import KERAS, TENSORFLOW, measurement, proof
from proving.training import Clouds, trained


@proof("bad.py", on=KERAS, LL113=4)
def exclusive(lab: Lab) -> None:
    """Keras' binary loss after softmaxes of 7, 2 and 4 classes, and BCELoss after one of 5."""

    def drive(program: Any) -> None:
        program.train_keras(lab.floats(21, 6).numpy(), lab.classes(7, 21).numpy())
        program.train(lab.loader(lab.floats(10, 16), torch.eye(5).repeat(2, 1)))
        program.two_classes(lab.floats(8, 6).numpy(), torch.eye(2).repeat(4, 1).numpy())
        program.however_many("abcd", lab.floats(8, 6).numpy(), torch.eye(4).repeat(2, 1).numpy())

    bad, _ = lab.pair(drive)
    seven, module, two, four = bad.at("LL113")
    for line in (seven, two, four):
        logits, labels = line.call.logits, line.call.labels
        if line is not four:  # however many there are: the message can't tell
            lab.claim("softmax makes {classes} classes exclude each other", classes=str(logits.shape[1]))
        meant = reference.cross_entropy(logits, labels)
        independent = reference.binary_cross_entropy(logits, labels)
        of_softmax = reference.binary_of_probabilities(reference.softmax(logits), labels)
        if lab.environment == TENSORFLOW:
            lab.wrong(line, meant=meant, by=1e-4)
            lab.right(line, independent, what="what it is: sigmoids on the logits behind the softmax")
        elif line is two:
            lab.right(line, meant, what="the cross-entropy of 2 classes")
        else:
            lab.wrong(line, meant=meant)
            lab.right(line, of_softmax, what="what it is: the binary loss of the softmax")
    logits, labels = module.call.logits, module.call.target.numpy()
    lab.claim("softmax makes {classes} classes exclude each other", classes=str(logits.shape[1]))
    lab.wrong(module, meant=reference.cross_entropy(logits, labels))
    of_softmax = reference.binary_of_probabilities(reference.softmax(logits), labels)
    lab.right(module, of_softmax, what="what it is: the binary loss of the softmax")


@measurement()
def what_it_costs(lab: Lab) -> None:
    """200 steps of SGD on 10 classes, two of three labels at once, and two classes."""

    def binary(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return F.binary_cross_entropy(z.softmax(dim=1), F.one_hot(y, z.shape[1]).float())

    clouds = Clouds(10)
    wrong, correct = trained(binary, clouds, rate=0.03), trained(F.cross_entropy, clouds, rate=0.03)
    lab.measure("200 steps of SGD, 10 classes", "right", f"{wrong:.1f} % instead of {correct:.1f} %")
    lab.claim(
        "{wrong} % instead of {correct} % after the same 200 steps of SGD with 10 classes",
        wrong=about(wrong, 2),
        correct=about(correct, 2),
    )
    z, y = lab.floats(50, 2), lab.classes(2, 50)
    far = float((binary(z, y) - F.cross_entropy(z, y)).abs())
    assert far < 1e-6
    lab.measure("2 classes", "from the cross-entropy", f"{far:.1g}")
    lab.claim("Over {classes} classes it is the cross-entropy", classes=str(z.shape[1]))

    both = torch.tensor([[1.0, 1.0, 0.0]])
    says = torch.linspace(0, 0.5, 501)
    floor = float(min(F.binary_cross_entropy(torch.stack([p, p, 1 - 2 * p])[None], both) for p in says))
    lab.measure("2 labels of 3", "the least of the loss", f"{floor:.4f}")
    lab.claim("(a floor of {floor:.2f} for 2 labels of 3)", floor=floor)


@measurement(on=TENSORFLOW)
def the_metric(lab: Lab) -> None:
    """Keras' accuracies of a softmax over 10 classes: binary_accuracy of answers of which none is right."""
    import keras

    labels = np.eye(10)
    wrong = np.roll(labels, 1, axis=1)
    flattered = 100 * float(np.mean(keras.metrics.binary_accuracy(labels, wrong)))
    share = 100 * float(np.mean(keras.metrics.categorical_accuracy(labels, wrong)))
    lab.measure("10 classes, no answer right", "binary_accuracy, and the accuracy", f"{flattered:.0f} %, {share:.0f} %")
    lab.claim(
        "its `binary_accuracy` flatters ({flattered:.0f} % of 10 classes where {share:.0f} % of the answers are right)",
        flattered=flattered,
        share=share,
    )


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """Two classes, one column, and sigmoids of Keras'."""

    def drive(program: Any) -> None:
        y = lab.classes(2, 10)
        program.train(lab.loader(lab.floats(10, 16), F.one_hot(y, 2).float(), y))
        lab.fit(program.model, lab.floats(14, 6), lab.binary(14, 7))
        program.by_count("abc")

    run = lab.run(drive)
    pair, column, many, _ = run.calls
    lab.right(pair, reference.cross_entropy(pair.logits, pair.labels), what="the cross-entropy of 2 classes")
    for call, index in ((column, 1), (many, 3)):
        probabilities = reference.softmax(call.steps[-1].source.detach().double().numpy())[:, index]
        lab.right(call, reference.binary_of_probabilities(probabilities, call.target.double().numpy()))
