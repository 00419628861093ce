"""LL204: one-hot labels for a sparse loss, or class indices for a categorical one; 0 and 1 for a margin loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules import margin_labels
from losslint_rules.contracts import one_unit
from losslint_rules.counterparts import INDICES_TO_ONE_HOT, ONE_HOT_TO_INDICES, renamed
from losslint_rules.labels import one_each, units

if TYPE_CHECKING:
    import libcst as cst


class LabelEncodingMismatch(Rule):
    """One-hot labels for a sparse loss, or class indices for a categorical one.

    ## What it does
    Finds labels that `to_categorical`, `one_hot`, `np.eye(n)[y]` and the like made in
    `sparse_categorical_crossentropy`, `sparse_softmax_cross_entropy_with_logits` or optax's
    `softmax_cross_entropy_with_integer_labels`; and class indices in `categorical_crossentropy`,
    `softmax_cross_entropy_with_logits` or optax's `softmax_cross_entropy`. It also finds class indices that were divided
    like pixels (`y / 255`), labels that are strings, and a model's logits in the place of the labels.

    And for torch's margin losses: labels of 0 and 1 in `SoftMarginLoss` and `HingeEmbeddingLoss`, which take labels of
    -1 and 1; one-hot labels in `MultiMarginLoss`, which takes class indices; labels of 0 and 1 for each class in
    `MultiLabelMarginLoss`, which takes the indices of the classes.

    ## Why is this bad?
    Mostly it raises: Keras says that target and output "must have the same rank" or "shape". Where shapes
    happen to agree it doesn't: class indices of shape (N, 1) are broadcast, in `CategoricalFocalCrossentropy`
    and in `tf.nn.softmax_cross_entropy_with_logits` (for 5 examples of 5 classes a loss of 19.2 instead of 2.0), and
    so are those of shape (N,) where the batch is as large as the number of classes (17.2). Keras' sparse losses cast
    divided indices to integers without a word: every example becomes one of class 0. The margin losses say nothing
    either. `SoftMarginLoss` learns from the positive examples only: in one run of 200 steps, labels of 0 and 1 reached
    65 % instead of 98 %. `MultiLabelMarginLoss` gives perfect logits of 5 classes a loss of 8.4 instead of 0.

    ## Example
    ```python
    y_train = keras.utils.to_categorical(y_train, 10)
    model.compile(loss="sparse_categorical_crossentropy")
    ```

    ## Use instead
    ```python
    y_train = keras.utils.to_categorical(y_train, 10)
    model.compile(loss="categorical_crossentropy")
    ```

    ## Fix safety
    Safe: the other loss is written instead, which computes what was meant from the labels as they are. There is
    no fix where the loss has arguments that the other one doesn't take (`label_smoothing`, `ignore_class`), nor
    for focal losses, nor where a placeholder's shape would have to change, too.

    ## References
    -
      [keras.losses.SparseCategoricalCrossentropy](https://keras.io/api/losses/probabilistic_losses/#sparsecategoricalcrossentropy-class)
    - [optax.losses](https://optax.readthedocs.io/en/latest/api/losses.html)
    """

    code = "LL204"
    name = "label-encoding-mismatch"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if call.form == "by hand":
            if call.contract.family == "softmax" and call.labels.scale is Scale.INDICES:
                yield self._mismatch(call, context, "one-hot labels", "class indices", None)
            return
        if call.contract.framework == "torch":
            yield from margin_labels.findings(self, call, context)
            return
        if call.contract.family not in ("softmax", "sigmoid"):
            return
        if call.contract.family == "softmax" and call.contract.labels in ("one-hot", "probabilities") and _are_logits(call):
            yield self._logits(call, context)
            return
        if call.labels.role == "prediction" or (call.contract.family == "softmax" and one_unit(call)):
            return
        if call.labels.dtype == "string" or "fractions" in call.labels.notes:
            yield self._no_encoding(call, context)
            return
        if call.contract.family == "sigmoid":
            return
        scale = call.labels.scale
        if scale is Scale.UNKNOWN and one_each(call) and (units(call) or 0) > 1:
            scale = Scale.INDICES  # whatever the numbers are, there is one for each example
        if scale is Scale.UNKNOWN and _by_class(call):
            scale = Scale.ONE_HOT
        match call.contract.labels, scale:
            case "indices", Scale.ONE_HOT:
                wants = "class indices"
                gets = "one-hot labels" if call.labels.scale is scale else "labels with a column for each class"
                fix = _other(call, context, INDICES_TO_ONE_HOT, ("ignore_class",), "the loss for one-hot labels")
            case "one-hot" | "probabilities", Scale.INDICES:
                wants, gets = "one-hot labels", "class indices"
                fix = _other(
                    call, context, ONE_HOT_TO_INDICES, ("label_smoothing", "alpha"), "the loss for class indices"
                )
            case _:
                return
        yield self._mismatch(call, context, wants, gets, fix)

    def _mismatch(self, call: LossCall, context: Context, wants: str, gets: str, fix: Fix | None) -> Finding:
        return self.finding(
            call,
            f"{short_name(call.shown)} takes {wants} and gets {gets}: it raises, or broadcasts them into a wrong "
            f"loss where the shapes happen to fit. Use the loss for {'those' if len(gets) > 20 else gets}.",
            context.trace(call, f"{short_name(call.shown)} takes {wants}", call.labels),
            fix,
        )

    def _logits(self, call: LossCall, context: Context) -> Finding:
        return self.finding(
            call,
            f"{short_name(call.shown)} takes probabilities for the labels and gets logits, which may be negative and sum up to "
            "anything. Give it their softmax.",
            context.trace(call, f"{short_name(call.shown)} gets these labels", call.labels),
        )

    def _no_encoding(self, call: LossCall, context: Context) -> Finding:
        if call.labels.dtype == "string":
            says = "computes with the labels, and they are strings: it raises. Make class indices of them"
        elif call.contract.labels == "indices":
            says = "casts the labels to class indices, and they were divided: nearly all become 0. Leave them whole"
        else:
            says = "gets class indices that were divided, which are labels of nothing. Leave them whole"
        return self.finding(
            call,
            f"{short_name(call.shown)} {says}.",
            context.trace(call, f"{short_name(call.shown)} gets these labels", call.labels),
        )


def _are_logits(call: LossCall) -> bool:
    """Whether a model's logits stand where the labels do, and its output, or another one's, where that belongs."""
    labels, role = call.labels, call.prediction.role
    return labels.scale is Scale.UNBOUNDED and labels.role == "prediction" and role == "prediction"


def _by_class(call: LossCall) -> bool:
    """Whether the labels have the output's axes, that of the classes too: of another size, it's that of steps, or the like."""
    output, labels = call.prediction.shape, call.labels.shape
    if labels.rank is None or labels.rank != output.rank or labels.rank < 2:
        return False
    axis = call.contract.class_axis  # Keras' losses may be told which, and leave an axis of size 1 out
    width = (labels.size(axis) or 1) if axis is not None else 1
    return axis is not None and width > 1 and output.size(axis) in (None, width)


def _other(call: LossCall, context: Context, pairs: dict[str, str], without: tuple[str, ...], says: str) -> Fix | None:
    if any(name in call.arguments for name in without) or "Focal" in call.contract.title or "fed" in call.labels.notes:
        return None
    return context.fix("safe", says, renamed(call, context, pairs))
