"""LL205: the labels where the prediction belongs."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from proving import reference
from proving.laboratory import Lab, require
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
