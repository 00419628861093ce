"""LL114: independent probabilities, and a loss of exclusive classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules import activations
from losslint_rules.contracts import one_unit
from losslint_rules.counterparts import CATEGORICAL_TO_BINARY, renamed
from losslint_rules.keras_backends import looks_behind

if TYPE_CHECKING:
    import libcst as cst


class SigmoidWithCategoricalCrossEntropy(Rule):
    """Independent probabilities go into a loss that takes the classes for exclusive.

    ## What it does
    Finds a sigmoid in Keras' `categorical_crossentropy` and `sparse_categorical_crossentropy` (with
    `from_logits=False`).

    ## Why is this bad?
    Keras divides the probabilities by their sum: in one run of 200 steps of SGD, 100 classes reached 20 %
    instead of 78 %. On TensorFlow it looks behind the sigmoid and takes the softmax, which trains as it should;
    but what `predict` gives are sigmoids that were never trained as such, and don't sum to 1: after the same
    run with 10 classes they summed to 4.5 on average. Where several labels are right at once, the categorical
    loss lets them compete: with 2 of them right it can't fall below 1.39.

    ## Example
    ```python
    model = keras.Sequential([keras.layers.Dense(10, activation="sigmoid")])
    model.compile(loss="categorical_crossentropy")
    ```

    ## Use instead
    ```python
    keras.layers.Dense(10, activation="softmax")  # one label an example
    model.compile(loss="binary_crossentropy")      # or several, with the sigmoid
    ```

    ## Fix safety
    Unsafe: the sigmoid becomes a softmax, which changes the model's outputs. With labels known to be several an
    example, the loss becomes the binary one instead: safe.

    ## References
    - [Keras: probabilistic losses](https://keras.io/api/losses/probabilistic_losses/)
    """

    code = "LL114"
    name = "sigmoid-with-categorical-cross-entropy"
    severity = "warning"
    fix = "unsafe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        contract, tensor = call.contract, call.prediction
        if contract.takes != "probabilities" or contract.family != "softmax" or tensor.scale is not Scale.SIGMOID:
            return
        if one_unit(call) or "column" in tensor.notes:
            return
        yield self.finding(
            call,
            f"{short_name(call.shown)} takes the classes for exclusive, and {activations.name(tensor)} makes each "
            f"probability by itself: {_effect(call)}. Use softmax, or the binary cross-entropy where "
            "several labels can be right.",
            context.trace(call, f"{short_name(call.shown)} takes probabilities that sum to 1"),
            _fix(call, context),
        )


def _effect(call: LossCall) -> str:
    if looks_behind(call):
        return "TensorFlow trains a softmax that the outputs don't show, and they don't sum to 1"
    if call.contract.framework == "keras" and call.backend in ("torch", "jax"):
        return "the loss divides them by their sum, which the outputs don't show"
    return "the outputs don't sum to 1"


def _fix(call: LossCall, context: Context) -> Fix | None:
    if call.labels.scale is Scale.MULTI_HOT:
        return context.fix("safe", "the binary loss", renamed(call, context, CATEGORICAL_TO_BINARY))
    cause = call.prediction.cause
    if cause is None:
        return None
    return context.fix("unsafe", "softmax instead of sigmoid", activations.instead(cause, "softmax", context))
