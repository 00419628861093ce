"""LL112: one class has a probability of 1."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from proving.laboratory import Lab, require
from proving.proof import KERAS, TENSORFLOW, proof


@proof("bad_torch.py", LL112=2)
def one_unit(lab: Lab) -> None:
    """CrossEntropyLoss on one unit, labels of zeros and of both, and a softmax over one unit with BCELoss."""

    def drive(program: Any) -> None:
        program.train([(lab.floats(6, 10), torch.zeros(6, dtype=torch.long)), (lab.floats(6, 10), lab.classes(2, 6))])

    bad, fixed = lab.pair(drive)
    lab.speak_of(fixed, fixed.at("LL112")[0], "there's no fix", "")
    constant, churn = bad.at("LL112")
    zeros, both = (event for event in churn.events if event.name == "cross_entropy")
    lab.no_gradient(zeros, value=0.0)
    lab.raises(both, IndexError, "Target 1 is out of bounds")
    softmaxes = [event for event in constant.events if event.name == "softmax"]
    for event in softmaxes:
        lab.holds(event, (event.after == 1).all(), "whatever the network says", "1")
        size, sums, value = event.after.shape[1], float(event.after.sum(1).max()), float(event.after.max())
        lab.claim("over an axis of size {size}", size=str(size))
        lab.claim(
            "The probabilities of one class sum to {sums:.0f}, so the one there is *is* {value:.0f}",
            sums=sums,
            value=value,
        )
        lab.claim("over one unit always gives {value:.0f}", value=value)
        lab.claim("the softmax over one unit is {value:.0f}, the loss is constant and the gradient 0", value=value)
        lab.claim("there is one class, whose probability is {value:.0f}", value=value)
    _, balanced = (call for call in bad.calls if call.name == "binary_cross_entropy")
    lab.no_gradient(balanced, value=50.0)
    lab.claim("With `BCELoss` the loss stays at {stuck:.0f} on balanced labels", stuck=float(balanced.value))
    lab.claim("with `CrossEntropyLoss` it is {constant:.0f}", constant=float(zeros.value))
    lab.claim("and the gradient is exactly {gradient:.0f}", gradient=0.0)
    lab.claim("the first label 1")


@proof("bad_keras.py", on=KERAS, LL112=3)
def keras(lab: Lab) -> None:
    """Dense(1, softmax) with the binary loss, in two layers with the squared error, and one unit with the categorical loss."""
    x, y = lab.floats(20, 12), lab.binary(20, 1)
    answers: list[Any] = []

    def drive(program: Any) -> None:
        program.train(x.numpy(), y.numpy())
        squared = program.build_in_two_layers(12)
        lab.fit(squared, x, y)
        answers.append(squared.predict(x.numpy(), verbose=0))
        lab.fit(program.build_categorical(12), x, y)

    bad, fixed = lab.pair(drive)
    for line in fixed.at("LL112")[:2]:
        lab.speak_of(fixed, line, "not fixed, as the fix is only shown", "")
    activation, in_two_layers, categorical = bad.at("LL112")
    require(all(np.allclose(answer, 1) for answer in answers), f"{answers}")
    lab.speak_of(bad, in_two_layers, "after training", "every answer is 1")
    (binary,) = (call for call in bad.calls if call.name == "binary_crossentropy")
    predictions = binary.prediction
    require(np.allclose(predictions, 1, atol=1e-6), f"it predicts {predictions}")
    share = float((np.round(predictions) == y.numpy()).mean())
    lab.speak_of(bad, activation, "every prediction", f"1, accuracy {share}")
    lab.claim("every prediction is {least:.1f}", least=float(predictions.min()))
    lab.claim("accuracy stays at the share of one class ({share:.1f} on balanced labels)", share=share)
    if lab.environment == TENSORFLOW:
        lab.right(binary, binary.meant, what="the trap: the loss is the one on the logits behind the softmax")
    else:
        stuck = float(binary.value)
        lab.holds(binary, abs(stuck - 0.5 * -np.log(1e-7)) < 0.1, "clipped, and stuck at", f"{stuck:.4f}")
    before = {call.name: call for call in bad.calls}
    for call in fixed.calls:
        lab.same(call, before[call.name])
    constant = float(categorical.call.value)
    lab.holds(categorical.call, abs(constant) < 1e-6, "the categorical loss of one class", f"{constant:.1g}")

    shown = lab.run(drive, "shown")
    (mended,) = (call for call in shown.calls if call.name == "binary_crossentropy")
    lab.right(mended)
    lab.speak_of(shown, shown.at("LL112")[0], "with the sigmoid that is shown", "right")
    spread = float(np.ptp(answers[-1]))
    require(spread > 0.01, f"{answers[-1]}")
    lab.speak_of(shown, shown.at("LL112")[1], "with the sigmoid that is shown, the answers differ by", f"{spread:.3f}")
    (left,) = (call for call in shown.calls if call.name == "categorical_crossentropy")
    lab.same(left, categorical.call)


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """A softmax over tokens, one unit with the binary losses, and candidates that are stacked."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.floats(8, 5, 32), lab.floats(8, 32), lab.classes(2, 8)))
        lab.fit(program.model, lab.floats(8, 6), lab.binary(8, 1))

    lab.run(drive)
