"""LL205: labels and output swapped in a loss of one's own that Keras calls."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from proving.laboratory import Lab, Run
from proving.on_keras import number
from proving.proof import KERAS, proof

FOLDER = "rules/swapped-arguments"


def drive_of(lab: Lab) -> Any:
    """Both models, each fitted on a batch of eight."""

    def drive(program: Any) -> None:
        model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
        program.train(model, lab.floats(8, 4).numpy(), lab.binary(8, 1).numpy())
        program.classes(lab.floats(8, 4).numpy(), np.eye(3, dtype="float32")[lab.classes(3, 8).numpy()])

    return drive


def meant(call: Any) -> float:
    """What the program's own loss is, on these labels and this output: twice, or half of, what Keras' is."""
    labels, output = number(call.target), number(call.input)
    if output.shape[-1] == 1:
        return float(-0.5 * np.mean(labels * np.log(output) + (1 - labels) * np.log(1 - output)))
    return float(-2.0 * np.mean(np.sum(labels * np.log(output), axis=-1)))


def own(run: Run) -> list[Any]:
    """The calls of the program's own losses by `compile`."""
    return [call for call in run.calls if call.name.rpartition(".")[2] in ("halved", "Weighted")]


@proof("bad_own_loss.py", on=KERAS, LL205=2)
def swapped(lab: Lab) -> None:
    """A loss class and a loss function, with the output where the labels belong."""
    bad, fixed = lab.pair(drive_of(lab))
    for call in own(bad):
        lab.wrong(call, meant=meant(call))
    for call in own(fixed):
        lab.right(call, meant(call))
    for run, what in ((bad, "the labels' logarithm is taken"), (fixed, "the output's logarithm is taken")):
        for line in run.at("LL205"):
            lab.speak_of(run, line, "what `compile` gets, from inside", what)


@proof("good_own_loss.py", on=KERAS)
def right(lab: Lab) -> None:
    """The same with the labels first, under other names."""
    for call in own(lab.run(drive_of(lab))):
        lab.right(call, meant(call))
