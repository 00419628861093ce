"""LL501: the class, where an object of it is meant."""

from __future__ import annotations

import contextlib
from typing import Any

import torch
from proving.laboratory import Lab, require
from proving.proof import KERAS, measurement, proof


def pairs(*parts: Any) -> list[Any]:
    """A data set: examples one by one."""
    return list(zip(*parts, strict=True))


@proof("bad.py", on=KERAS, LL501=3)
def constructors(lab: Lab) -> None:
    """CrossEntropyLoss and MSELoss of PyTorch's, CategoricalCrossentropy of Keras', on tensors."""

    def drive(program: Any) -> None:
        x = lab.floats(9, 8)
        # where the constructor's error is passed over, the module that is left has no backward
        with contextlib.suppress(AttributeError):
            program.train(pairs(x, lab.classes(3, 9)))
        with contextlib.suppress(AttributeError):
            program.train_values(pairs(x, lab.floats(9, 3)))
        program.train_keras(lab.loader(x.numpy(), lab.classes(3, 9).numpy()))

    bad, _ = lab.pair(drive)
    cross_entropy, squared, keras = bad.at("LL501")
    for line in (cross_entropy, squared):
        lab.raises(line, RuntimeError, "Boolean value of Tensor with more than one value is ambiguous")
    import keras as library

    made = keras.made
    lab.holds(made, isinstance(made.made, library.losses.Loss), "without a word, a loss object", made.name)


@measurement()
def without_a_word(lab: Lab) -> None:
    """A batch of one, and the outputs alone."""
    one = torch.nn.CrossEntropyLoss(torch.zeros(1, 3), torch.tensor([1]))
    lab.refuses(lambda: one.backward(), AttributeError, "object has no attribute 'backward'")
    require(isinstance(torch.nn.CrossEntropyLoss(torch.zeros(4, 3)), torch.nn.Module), "no module")
    lab.measure("the outputs alone", "without a word", "a module")
    lab.claim("with a batch of 1 a module comes out")


@proof("good.py")
def good(lab: Lab) -> None:
    """Losses that are made and then called, with weights that are tensors."""
    lab.run(lambda p: p.train(pairs(lab.floats(9, 8), lab.classes(3, 9)), [3.0, 4.0, 2.0]))
