"""LL205: the labels where the prediction belongs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, about, require
from proving.on_torch import number
from proving.proof import KERAS, TENSORFLOW, measurement, proof
from proving.training import Clouds, linear, train


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
    binary, classes, categorical = bad.at("LL205")
    lab.wrong(
        binary, meant=reference.binary_cross_entropy(number(binary.call.target), number(binary.call.input)), by=1e-3
    )
    lab.raises(classes, NotImplementedError, "not implemented for 'Long'")
    logits, labels = number(categorical.call.target), number(categorical.call.input)
    lab.wrong(categorical, meant=reference.nll(torch.log(torch.from_numpy(logits)).numpy(), labels))


@measurement()
def what_it_costs(lab: Lab) -> None:
    """200 steps of SGD with labels and output swapped in PyTorch's three losses, and one call of Keras' loss."""
    clouds = Clouds(10)
    lowest = train(linear(clouds), lambda z, y: F.cross_entropy(F.one_hot(y, 10).float(), z), clouds)
    lab.measure("swapped cross_entropy, 10 classes", "the last loss", f"{lowest:.1f}")
    lab.claim(
        "In one run of 200 steps, swapped `CrossEntropyLoss` on one-hot labels, which has no lower bound, fell to {lowest}",
        lowest=about(lowest, 20),
    )

    pair = Clouds(2, distance=0.8)
    shares = []
    for swap in (True, False):
        model = linear(pair, units=1)

        def loss(z: torch.Tensor, y: torch.Tensor, swap: bool = swap) -> torch.Tensor:
            both = z, y[:, None].float()
            return F.binary_cross_entropy_with_logits(*(reversed(both) if swap else both))

        train(model, loss, pair)
        x, y = pair.sample(2)
        with torch.no_grad():
            shares.append(100 * float(((model(x)[:, 0] > 0) == (y == 1)).float().mean()))
    wrong, correct = shares
    lab.measure("swapped binary_cross_entropy_with_logits", "right", f"{wrong:.1f} % instead of {correct:.1f} %")
    lab.claim("reached {wrong} % instead of {correct} %", wrong=about(wrong, 1.5), correct=about(correct, 1.5))

    outputs, labels = torch.full((4, 1), 0.5, requires_grad=True), torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    F.binary_cross_entropy(labels, outputs).backward()
    require(outputs.grad is not None and bool(outputs.grad.isinf().all()), f"the gradient is {outputs.grad}")
    model = linear(pair, units=1)
    train(model, lambda z, y: F.binary_cross_entropy(y[:, None].float(), z.sigmoid()), pair, steps=1)
    require(all(bool(p.isnan().all()) for p in model.parameters()), "not all weights are NaN")
    lab.measure("swapped binary_cross_entropy", "gradient, and weights after 1 step", "infinite, NaN")

    z, y = lab.floats(9, 3), F.one_hot(lab.classes(3, 9), 3).float()
    loss = keras.losses.CategoricalCrossentropy()
    other, right = float(loss(F.softmax(z, dim=1), y)), float(loss(y, F.softmax(z, dim=1)))
    require(abs(right - float(F.cross_entropy(z, y))) < 1e-5, f"{right}")
    lab.measure("swapped CategoricalCrossentropy", "silently wrong", f"{other:.4f} instead of {right:.4f}")
    lab.claim(
        "on {examples:.0f} examples of {classes:.0f} classes {other:.2f} instead of {right:.2f}",
        examples=len(z), classes=z.shape[1], other=other, right=right,
    )  # fmt: skip


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """The right order, keywords, a wrapper with the other order, and losses that are symmetric."""

    def drive(program: Any) -> None:
        program.train(pairs(lab.floats(8, 16), lab.binary(8, 3)))
        program.train_keras(lab.loader(lab.floats(9, 16).numpy(), lab.classes(3, 9).numpy()))

    lab.run(drive)


@proof("bad_sklearn.py", LL205=2)
def sklearn(lab: Lab) -> None:
    """scikit-learn's log_loss with the probabilities first."""

    def drive(program: Any) -> list[object]:
        results: list[object] = []
        for function, arguments in (
            (program.evaluate, ()),
            (program.evaluate_others, (program.x_test, program.y_test)),
        ):
            np.random.seed(0)  # the trees draw
            try:
                results.append(function(*arguments))
            except ValueError as error:
                results.append(error)
        return results

    bad, fixed = lab.run(drive), lab.run(drive, "fixed")
    for line, error in zip(bad.at("LL205"), bad.result, strict=True):  # type: ignore[call-overload]
        require("Multioutput target data is not supported" in str(error), str(error))
        lab.speak_of(bad, line, f"raises {type(error).__name__}", str(error).partition("\n")[0])
    for line, loss in zip(fixed.at("LL205"), fixed.result, strict=True):  # type: ignore[call-overload]
        module = fixed.module
        np.random.seed(0)
        model = module.GradientBoostingClassifier(n_estimators=10).fit(module.x_train, module.y_train)
        p = model.predict_proba(module.x_test)[:, 1]
        lab.equal(f"fixed:{line.number}", np.asarray(loss), reference.binary_of_probabilities(p, module.y_test))
        lab.speak_of(fixed, line, "the log loss", f"{loss:.4f}")
