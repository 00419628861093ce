"""The article's programs: what it recommends is right, what it warns of is wrong, and one of its claims is a TypeError."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving import reference
from proving.laboratory import Lab, perfect, require
from proving.on_torch import number
from proving.proof import KERAS, TENSORFLOW, proof

FOLDER = "article"


def as_written(program: Any) -> None:
    """The article's programs run when they're imported."""


@proof("cross-entropy/bad_dim_argument.py", LL305=1)
def dim_argument(lab: Lab) -> None:
    """CrossEntropyLoss(dim=1), which the article recommends."""
    bad, _ = lab.pair(as_written)
    lab.raises(bad.at("LL305")[0], TypeError, "got an unexpected keyword argument 'dim'")


@proof("cross-entropy/bad_softmax.py", LL101=1)
def softmax(lab: Lab) -> None:
    """100 steps of a small network of 5 classes that ends in a softmax."""
    bad, _ = lab.pair(as_written)
    (line,) = bad.at("LL101")
    require(len([event for event in line.events if event.name == "cross_entropy"]) == 100, "not 100 steps")
    lab.floor(line, tells=False)


@proof("cross-entropy/good_logits.py")
def logits(lab: Lab) -> None:
    """100 steps of the same network on logits."""
    lab.run(as_written)


@proof("focal/good_none_reduction.py")
def focal(lab: Lab) -> None:
    """A focal loss on the unreduced cross-entropy, and with gamma=0 the cross-entropy itself."""

    def drive(program: Any) -> None:
        scores, labels = program.model(program.inputs), program.labels
        p = np.take_along_axis(reference.softmax(number(scores)), labels.numpy()[:, None], axis=1)[:, 0]
        expected = np.asarray((0.25 * (1 - p) ** 2 * -np.log(p)).mean())
        lab.equal("focal loss", number(program.criterion(scores, labels)), expected)
        plain = program.FocalLoss(gamma=0.0, alpha=1.0)(scores, labels)
        expected = reference.cross_entropy(number(scores), labels.numpy())
        lab.equal("gamma=0: the cross-entropy", number(plain), expected)

    lab.run(drive)


@proof("keras/bad_softmax_from_logits.py", on=KERAS, LL401=1)
def keras_softmax(lab: Lab) -> None:
    """Softmax and from_logits=True, 3 classes."""
    bad, _ = lab.pair(lambda p: lab.fit(p.model, lab.floats(12, 8), lab.classes(3, 12)))
    (line,) = bad.at("LL401")
    if lab.environment == TENSORFLOW:
        lab.right(line, line.call.meant, what="mended: TensorFlow looks behind the activation")
    else:
        lab.floor(line, tells=False)


@proof("keras/good_from_logits.py", on=KERAS)
def keras_logits(lab: Lab) -> None:
    """The article's numbers: 5.601 of both losses."""

    def drive(program: Any) -> None:
        lab.fit(program.model, lab.floats(12, 8), lab.classes(3, 12))

    run = lab.run(drive)
    for call in run.calls[:2]:
        require(abs(float(call.value) - 5.601112) < 1e-5, f"{float(call.value)} instead of 5.601112")


@proof("multi-label/bad_integer.py", LL201=1)
def integers(lab: Lab) -> None:
    """Integer labels for BCEWithLogitsLoss."""
    bad, _ = lab.pair(as_written)
    lab.raises(bad.at("LL201")[0], RuntimeError, "result type Float can't be cast to the desired output type Long")


@proof("multi-label/good_float.py")
def floats(lab: Lab) -> None:
    """The same labels as floats."""
    lab.run(as_written)


@proof("nll/bad_logits.py", LL107=1)
def nll_logits(lab: Lab) -> None:
    """NLLLoss on logits: no lower bound."""
    bad, _ = lab.pair(as_written)
    (line,) = bad.at("LL107")
    lab.wrong(line)
    call = line.call
    least = [float(call.with_logits(perfect(call.logits, call.labels, size))) for size in (100.0, 1000.0)]
    lab.holds(call, np.allclose(least, [-100, -1000]), "perfect logits of 100 and 1000", f"{least}")


@proof("nll/bad_softmax.py", LL107=1)
def nll_softmax(lab: Lab) -> None:
    """NLLLoss on probabilities: between -1 and 0."""
    bad, _ = lab.pair(as_written)
    (line,) = bad.at("LL107")
    lab.wrong(line)
    call = line.call
    ends = [float(call.with_logits(sign * perfect(call.logits, call.labels))) for sign in (1, -1)]
    lab.holds(call, np.allclose(ends, [-1, 0]), "from the best answer to the worst", f"{ends}")


@proof("nll/good_log_softmax.py")
def nll_log_softmax(lab: Lab) -> None:
    """NLLLoss with LogSoftmax."""
    lab.run(as_written)


@proof("segmentation/bad_missing_classes.py", LL301=1)
def missing_classes(lab: Lab) -> None:
    """One channel, squeezed away, and masks of 5 classes: the rows are taken for classes."""
    bad, _ = lab.pair(as_written)
    (line,) = bad.at("LL301")
    lab.raises(line, RuntimeError, "Expected floating point type for target with class probabilities, got Long")


@proof("segmentation/good_classes_in_dim_1.py")
def classes_in_dim_1(lab: Lab) -> None:
    """(N, C, H, W) and (N, H, W)."""
    lab.run(as_written)
