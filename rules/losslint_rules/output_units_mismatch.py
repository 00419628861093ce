"""LL402: more classes among the labels than units at the end of the model, or another number of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules.labels import columns, one_each, text, units

if TYPE_CHECKING:
    import libcst as cst


class OutputUnitsMismatch(Rule):
    """The number of output units can't fit the labels.

    ## What it does
    Finds one-hot labels with another number of columns than the output has units (`to_categorical(y, 30)` and
    `Dense(10)`); class indices beyond the last unit (MNIST's ten classes and `Linear(64, 5)`); several units with a binary
    cross-entropy and one label for each example; and one unit with labels of more than two classes. That a softmax has a
    single unit is single-class-softmax.

    ## Why is this bad?
    Mostly it raises: "Arguments `target` and `output` must have the same shape", "Target 7 is out of bounds", "Received a
    label value of 7 which is outside the valid range of [0, 5)". JAX doesn't check: labels out of range give a loss of
    0 in Keras and NaN in optax. One sigmoid unit with class indices trains in silence on TensorFlow and JAX: in one run
    of 200 steps with 3 classes the loss fell to -5.7, and 65 % instead of 100 % were right.

    ## Example
    ```python
    y_train = keras.utils.to_categorical(y_train, 4)
    model.add(layers.Dense(3, activation="softmax"))
    model.compile(loss="categorical_crossentropy")
    ```

    ## Use instead
    ```python
    y_train = keras.utils.to_categorical(y_train, 4)
    model.add(layers.Dense(4, activation="softmax"))
    model.compile(loss="categorical_crossentropy")
    ```
    More units than classes are no error for class indices: the last ones are never the answer.

    ## Fix safety
    Display only: which of the two numbers is the right one is a person's to say. The diff writes the labels' number at the layer.

    ## References
    - [keras.losses.CategoricalCrossentropy](https://keras.io/api/losses/probabilistic_losses/#categoricalcrossentropy-class)
    - [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
    """

    code = "LL402"
    name = "output-units-mismatch"
    severity = "error"
    fix = "display"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        count = units(call)
        family, role = call.contract.family, call.prediction.role
        if count is None or family not in ("softmax", "sigmoid") or role != "prediction" or call.labels.role == role:
            return
        if count == 1 and (family == "softmax" or call.prediction.scale is Scale.PROBABILITIES):
            return  # single-class-softmax
        found = _columns(call, count) or _indices(call, count)
        if found is None:
            return
        says, wanted = found
        unit = "unit" if count == 1 else "units"
        yield self.finding(
            call,
            f"The output has {count} {unit}, and {says}",
            (
                *context.way(call.prediction.way)[:1],
                *context.trace(call, f"{short_name(call.shown)} compares the two", call.labels),
            ),
            _as_many(call, context, wanted),
        )


def _columns(call: LossCall, count: int) -> tuple[str, int | None] | None:
    """What is wrong with labels that have a column for each class."""
    contract, labels = call.contract, call.labels
    many = labels.scale in (Scale.ONE_HOT, Scale.MULTI_HOT)
    by_class = contract.labels in ("one-hot", "probabilities", "binary")
    if contract.labels == "indices-or-probabilities":
        by_class = many and labels.dtype == "float"
    if not by_class or (not many and (contract.framework == "torch" or labels.scale is Scale.INDICES)):
        return None
    width = columns(call)
    if many and width is None and count == 1 and contract.family == "sigmoid" and labels.scale is Scale.ONE_HOT:
        return "the labels are one-hot, with a column for each class: it raises. One unit takes labels 0 and 1.", None
    if width is None or width == count or width == 1:
        return None
    output, target = call.prediction.shape, labels.shape
    if not many and (output.rank not in (None, target.rank) or (count == 1 and output.rank is None)):
        return None  # (N, T, 1) and (N, T): Keras puts the axis there
    kind = {Scale.ONE_HOT: "one-hot labels", Scale.MULTI_HOT: "multi-hot labels"}.get(labels.scale, "labels")
    return (
        f"the {kind} have {width} columns: {short_name(call.shown)} compares them one by one, and raises. They have to "
        "be as many.",
        width,
    )


def _indices(call: LossCall, count: int) -> tuple[str, int | None] | None:
    """What is wrong with class indices, or with one label for each example."""
    contract, labels = call.contract, call.labels
    if call.form == "by hand":
        return None  # what is multiplied with each column may be meant so
    written = labels.scale is Scale.UNKNOWN and one_each(call)  # whole numbers, one for each example
    n_classes = labels.n_classes if labels.scale is Scale.INDICES or written else None
    if contract.family == "softmax":
        if "indices" not in contract.labels or n_classes is None or n_classes <= count:
            return None
        if "ignore_index" in call.arguments or "ignore_class" in call.arguments:
            return None
        return (
            f"the labels go up to {n_classes - 1}: from {count} on they are out of range, and it raises (on JAX the "
            f"loss is wrong in silence). Give it {n_classes} units.",
            n_classes,
        )
    if contract.labels != "binary":
        return None
    if count == 1 and n_classes is not None and n_classes > 2:
        return (
            f"the labels are indices of {n_classes} classes: one unit tells two apart, and the loss falls below zero "
            "or raises. Use as many units and a softmax cross-entropy.",
            None,
        )
    if count > 1 and contract.framework != "torch" and one_each(call):
        return (
            f"the labels are one number for each example, {text(labels.shape)}: {short_name(call.shown)} takes one for "
            "each unit. Use one unit, or a softmax and the loss for class indices.",
            None,
        )
    return None


def _as_many(call: LossCall, context: Context, wanted: int | None) -> Fix | None:
    head = call.prediction.head
    if wanted is None or head is None or not isinstance(head.written, ast.Constant):
        return None
    edits = context.rewriter.replace_node(head.made_module or head.module, head.written, str(wanted))
    return context.fix("display", "a unit for each class", edits)
