"""LL109: logits that are clipped or squashed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving.laboratory import Lab, about, perfect, require
from proving.proof import KERAS, measurement, proof
from proving.training import Clouds, small_network, trained


@proof("bad.py", on=KERAS, LL109=7, LL116=1)
def squashed(lab: Lab) -> None:
    """relu and tanh before softmax losses, relu before sigmoid losses, relu and tanh in Keras."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(8, 16), lab.classes(4, 8), lab.binary(8, 32)))
        program.train_on_logarithms(lab.loader(lab.floats(8, 16), lab.classes(4, 8), lab.binary(8, 1)))
        lab.fit(program.model, lab.floats(8, 16), lab.classes(4, 8))
        lab.fit(program.twice, lab.floats(8, 16), torch.eye(4).repeat(2, 1))

    bad, _ = lab.pair(drive)
    relu, tanh, binary, keras, logarithms, gate, twice = bad.at("LL109")
    for line in (relu, tanh, binary, keras, logarithms, gate, twice):
        lab.wrong(line, by=1e-3)
    for line in (tanh, twice):
        least = float(line.call.with_logits(perfect(line.call.logits, line.call.labels)).mean())
        floor = math.log(1 + 3 * math.exp(-2))
        lab.holds(line.call, abs(least - floor) < 1e-5, "on perfect logits of 4 classes", f"{least:.4f}")
    lowest = float(gate.call.with_logits(np.full((8, 1), -1000.0), torch.zeros(8, 1)))
    lab.holds(gate.call, abs(lowest - math.log(2)) < 1e-6, "where y = 0, on perfect logits", f"{lowest:.4f}")
    gradient = relu.call.gradient()
    lab.holds(relu.call, not gradient[relu.call.logits < 0].any(), "the gradient of negative logits", "0")


@measurement()
def what_it_costs(lab: Lab) -> None:
    """The floors under tanh, and 200 steps of SGD of a small network whose last layer is clipped."""
    floors = {
        f"c{classes}": float(F.cross_entropy(torch.tanh(2000 * torch.eye(classes) - 1000), torch.arange(classes)))
        for classes in (2, 10, 100)
    }
    lab.measure("tanh, 2, 10 and 100 classes", "on perfect logits", ", ".join(f"{f:.4f}" for f in floors.values()))
    lab.claim("log(1 + (C-1)/e²): {c2:.2f} for 2 classes, {c10:.2f} for 10, {c100:.2f} for 100", **floors)

    least = float(F.relu(torch.tensor(-1000.0)))
    lab.claim("no logit can fall below {least:.0f}", least=least)
    lab.claim("With relu none can fall below {least:.0f}", least=least)

    clouds = Clouds(10)
    losses = (lambda z, y: F.cross_entropy(z.relu(), y), F.cross_entropy)
    shares = [trained(loss, clouds, small_network) for loss in losses]
    lab.measure(
        "200 steps of SGD, 10 classes, a small network", "right", f"{shares[0]:.1f} % instead of {shares[1]:.1f} %"
    )
    lab.claim(
        "In one run of 200 steps with 10 classes, a small network reached {wrong} % instead of {correct} %",
        wrong=about(shares[0], 2.5),
        correct=about(shares[1], 2),
    )


@measurement(on=KERAS)
def told_probabilities(lab: Lab) -> None:
    """Keras' categorical loss with from_logits=False on outputs of relu that are all 0."""
    import keras

    outputs = keras.ops.relu(keras.ops.full((4, 4), -1.0))
    value = keras.losses.CategoricalCrossentropy()(np.eye(4), outputs)
    require(np.isnan(float(value)), f"{float(value)} instead of NaN")
    lab.measure("relu without from_logits", "all outputs 0", str(float(value)))
    lab.claim("relu gives NaN where all outputs are {zero:.0f}", zero=float(keras.ops.max(outputs)))


@proof("good.py")
def good(lab: Lab) -> None:
    """relu between layers, tanh on features, an amount, and a scaled tanh."""

    def drive(program: Any) -> None:
        amounts = lab.floats(8, 1).abs()
        program.train(lab.loader(lab.floats(8, 16), lab.classes(4, 8), amounts))
        program.train_attentive(lab.loader(lab.floats(8, 16), lab.classes(4, 8)))

    lab.run(drive)
