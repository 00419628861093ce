"""LL402: more classes among the labels than units, or another number of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving.laboratory import Lab
from proving.proof import TENSORFLOW, proof

OUT_OF_RANGE = "is out of bounds"


@proof("bad_torch.py", LL402=3)
def torch_units(lab: Lab) -> None:
    """Ten classes and eight units, ten columns and eight, ten classes and one unit."""

    def drive(program: Any) -> None:
        images = lab.floats(40, 8, 8)
        program.digits(images)
        program.one_unit(images)

    bad, _ = lab.pair(drive)
    index, columns, single = bad.at("LL402")
    lab.raises(index, IndexError, OUT_OF_RANGE)
    lab.raises(columns, ValueError, "must be the same as input size")
    call = single.call
    import torch

    certain = torch.full_like(call.input, 50.0)
    least = float(call.with_logits(certain.double().numpy()))
    lab.holds(call, least < -100, "it has no lower bound: the loss at logits of 50", f"{least:.1f}")


@proof("good_torch.py")
def torch_good(lab: Lab) -> None:
    """Classes that were left out, put together or shifted, and more units than classes."""

    def drive(program: Any) -> None:
        images = lab.floats(40, 8, 8)
        program.part(images)
        program.fewer(images)
        program.parity(images)

    lab.run(drive)


@proof("bad.py", on=TENSORFLOW, LL402=6)
def keras_units(lab: Lab) -> None:
    """More columns than units, fewer units than classes, one unit for ten classes and for one-hot labels."""

    import tensorflow as tf

    def drive(program: Any) -> None:
        for function in ("more_columns", "fewer_units", "one_unit_for_ten", "two_units_for_one", "one_hot_for_one"):
            getattr(program, function)()
        program.shifted(lab.floats(20, 8).numpy())

    bad, _ = lab.pair(drive)
    columns, classes, one, two, one_hot, shifted = bad.at("LL402")
    for line in (columns, two, one_hot, shifted):
        lab.raises(line, ValueError, "must have the same ")
    lab.raises(classes, tf.errors.InvalidArgumentError, "outside the valid range of [0, 9)")
    least = float(one.call.with_logits(np.full((40, 1), 50.0), one.call.labels[:, None]).mean())
    lab.holds(one.call, least < -100, "it has no lower bound: the loss at logits of 50", f"{least:.1f}")


@proof("good.py", on=TENSORFLOW)
def keras_good(lab: Lab) -> None:
    """Units that fit, more of them, classes that were left out, and pictures of 6 kinds."""

    def drive(program: Any) -> None:
        program.digits()
        program.steps()
        program.flowers()
        program.animals(lab.pictures(6))

    lab.run(drive)
