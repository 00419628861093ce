"""LL205: the labels where the prediction belongs."""

from __future__ import annotations

from typing import Any

import torch
from proving import reference
from proving.laboratory import Lab
from proving.on_torch import number
from proving.proof import KERAS, TENSORFLOW, proof


def pairs(*parts: Any) -> list[Any]:
    """A data set: examples one by one."""
    return list(zip(*parts, strict=True))


@proof("bad.py", on=KERAS, LL205=3)
def swapped(lab: Lab) -> None:
    """BCEWithLogitsLoss on floats, cross_entropy on class indices, and Keras' categorical loss."""

    def drive(program: Any) -> None:
        program.train(pairs(lab.floats(8, 16), lab.binary(8, 3)))
        program.train_classes(pairs(lab.floats(8, 16), lab.classes(3, 8)))
        program.train_keras(lab.loader(lab.floats(9, 16).numpy(), lab.classes(3, 9).numpy()))

    bad, _ = lab.pair(drive)
    binary, classes, keras = bad.at("LL205")
    lab.wrong(
        binary, meant=reference.binary_cross_entropy(number(binary.call.target), number(binary.call.input)), by=1e-3
    )
    lab.raises(classes, NotImplementedError, "not implemented for 'Long'")
    logits, labels = number(keras.call.target), number(keras.call.input)
    lab.wrong(keras, meant=reference.nll(torch.log(torch.from_numpy(logits)).numpy(), labels))


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """The right order, keywords, a wrapper with the other order, and losses that are symmetric."""

    def drive(program: Any) -> None:
        program.train(pairs(lab.floats(8, 16), lab.binary(8, 3)))
        program.train_keras(lab.loader(lab.floats(9, 16).numpy(), lab.classes(3, 9).numpy()))

    lab.run(drive)
