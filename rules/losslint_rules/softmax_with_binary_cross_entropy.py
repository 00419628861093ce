"""LL113: exclusive classes, and a loss of independent ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, LossCall, Rule, Scale, short_name
from losslint_rules import activations
from losslint_rules.counterparts import BINARY_TO_CATEGORICAL, renamed
from losslint_rules.keras_backends import looks_behind

if TYPE_CHECKING:
    import libcst as cst


class SoftmaxWithBinaryCrossEntropy(Rule):
    """The probabilities of exclusive classes go into a loss that takes each class by itself.

    ## What it does
    Finds a softmax over three classes or more in `BCELoss`, or in Keras' `binary_crossentropy`. Where the number
    of classes isn't known, and where Keras' loss gets two, it is advice only.

    ## Why is this bad?
    Over 2 classes it is the cross-entropy. Over more it is a weaker loss than that (88 % instead of 100 % after
    the same 200 steps of SGD with 10 classes); where labels don't exclude each other the softmax can't fit them
    (a floor of 0.46 for 2 labels of 3). Keras on TensorFlow looks behind the softmax and trains independent
    sigmoids, of which the model then shows the softmax, over two classes as well; and its `binary_accuracy`
    flatters (80 % of 10 classes where 0 % of the answers are right).

    ## Example
    ```python
    model = keras.Sequential([keras.layers.Dense(10, activation="softmax")])
    model.compile(loss="binary_crossentropy")
    ```

    ## Use instead
    ```python
    model.compile(loss="categorical_crossentropy")           # one label an example
    keras.layers.Dense(10, activation="sigmoid")              # or several, with the binary loss
    ```

    ## Fix safety
    With one-hot labels, Keras' binary loss becomes the categorical one; unsafe, since the model learns
    otherwise. Where the labels aren't known it is only shown.

    ## References
    - [Keras: probabilistic losses](https://keras.io/api/losses/probabilistic_losses/)
    """

    code = "LL113"
    name = "softmax-with-binary-cross-entropy"
    severity = "warning"
    fix = "unsafe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        contract, tensor = call.contract, call.prediction
        if contract.takes != "probabilities" or contract.family != "sigmoid" or tensor.scale is not Scale.PROBABILITIES:
            return
        # over two classes, and for one class's column, it is the cross-entropy; but a Keras model on TensorFlow trains
        # something else
        count = tensor.shape.class_size
        behind = looks_behind(call) if call.form == "compile" else False
        if count == 1 or (count == 2 and behind is False) or "column" in tensor.notes:
            return
        applicability = "unsafe" if call.labels.scale is Scale.ONE_HOT else "display"
        exclusive = (
            f"{activations.name(tensor)} makes {count if count is not None else 'the'} classes exclude each other"
        )
        if count == 2 or behind:
            advice = (
                "The categorical cross-entropy trains what is shown."
                if count == 2
                else "Use the categorical cross-entropy for one label an example, sigmoid for several."
            )
            several = {2: "two sigmoids"}.get(count or 0, "sigmoids")
            message = (
                f"{short_name(call.shown)} takes each class by itself, and {exclusive}: with TensorFlow it "
                f"trains {several} and shows their softmax. {advice}"
            )
        else:
            message = (
                f"{short_name(call.shown)} takes each class by itself, and {exclusive}. Use the categorical "
                "cross-entropy for one label an example, or sigmoid for several."
            )
        yield self.finding(
            call,
            message,
            context.trace(call, f"{short_name(call.shown)} takes independent probabilities"),
            context.fix(
                "unsafe" if applicability == "unsafe" else "display",
                "the categorical loss",
                renamed(call, context, BINARY_TO_CATEGORICAL),
            ),
            severity="warning" if count is not None and count > 2 else "info",
        )
