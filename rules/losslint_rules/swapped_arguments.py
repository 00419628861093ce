"""LL205: the labels where the prediction belongs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Atom, Context, Finding, Fix, LossCall, Rule, Tensor, Unknown, short_name

if TYPE_CHECKING:
    import libcst as cst


class SwappedArguments(Rule):
    """The labels stand where the loss takes the prediction, and the prediction where it takes the labels.

    ## What it does
    Finds calls of a classification loss whose target came out of a model with weights while its input came out
    of the data. PyTorch and optax take the prediction first; Keras, TensorFlow's `tf.nn` losses and
    scikit-learn take the labels first.

    ## Why is this bad?
    Often it raises. Where the labels are floats it need not. In one run of 200 steps, swapped `CrossEntropyLoss` on
    one-hot labels, which has no lower bound, fell to -4208, and swapped `BCEWithLogitsLoss`, which learns from the
    positive examples only, reached 70 % instead of 98 %. Swapped `BCELoss` has infinite gradients and NaN weights
    after the first step. Keras computes another number without a word: on 9 examples of 3 classes 10.44 instead of
    1.18.

    ## Example
    ```python
    loss = F.binary_cross_entropy_with_logits(target, model(x))    # PyTorch: prediction first
    loss = keras.losses.CategoricalCrossentropy()(model(x), target)  # Keras: labels first
    ```

    ## Use instead
    ```python
    loss = F.binary_cross_entropy_with_logits(model(x), target)
    loss = keras.losses.CategoricalCrossentropy()(target, model(x))
    ```

    ## Fix safety
    Safe: the two expressions change places; only the loss changes.

    ## References
    -
      [torch.nn.functional.cross_entropy](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.cross_entropy.html)
    - [Keras losses](https://keras.io/api/losses/)
    """

    code = "LL205"
    name = "swapped-arguments"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if call.contract.family not in ("softmax", "sigmoid", "margin", "score") or call.form in ("compile", "scorer", "by hand"):
            return
        if not _by_type(call):
            if _role(call.target) != "prediction":
                return
            if _role(call.input) not in ("label", "data") and not _no_labels(call):
                return
        order = "the labels first" if _labels_first(call) else "the prediction first"
        yield self.finding(
            call,
            f"{short_name(call.shown)} takes {order}, and here the model's output and the labels are the other way "
            "round: it raises, or learns from the wrong numbers. Swap them.",
            context.trace(call, f"{short_name(call.shown)} takes {order}", call.labels),
            _swapped(call, context),
        )


def _labels_first(call: LossCall) -> bool:
    """Whether the labels come before the prediction among the loss's parameters."""
    names: tuple[str, ...] = ()
    if call.api is not None:
        names = (call.api.signature if call.api.call is None else call.api.call_signature).names()
    if call.contract.target in names and call.contract.input in names:
        return names.index(call.contract.target) < names.index(call.contract.input)
    return call.contract.framework in ("keras", "tensorflow", "sklearn")


def _by_type(call: LossCall) -> bool:
    """Whether integers stand where scores are taken, and floats with one axis more where class indices are."""
    scores, indices = call.prediction, call.labels
    return (
        "indices" in call.contract.labels
        and (scores.dtype, indices.dtype) == ("int", "float")
        and scores.shape.rank is not None
        and indices.shape.rank == scores.shape.rank + 1
    )


def _no_labels(call: LossCall) -> bool:
    """Whether a classifier's probabilities or scores stand where scikit-learn takes the labels: that always raises."""
    cause = call.labels.cause
    return (
        call.contract.framework == "sklearn"
        and cause is not None
        and cause.name in ("predict_proba", "predict_log_proba", "decision_function")
        and _role(call.input) != "prediction"
    )


def _role(atom: Atom) -> str | None:
    return atom.role if isinstance(atom, (Tensor, Unknown)) else None


def _swapped(call: LossCall, context: Context) -> Fix | None:
    if call.input_node is None or call.target_node is None:
        return None
    edits = context.rewriter.swap_arguments(call.module, call.input_node, call.target_node)
    return context.fix("safe", "the arguments in the loss's order", edits)
