"""LL202: a target of a type that the loss refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, LossCall, Rule, Scale, short_name
from losslint_rules.contracts import one_unit
from losslint_rules.labels import text

if TYPE_CHECKING:
    import libcst as cst

REFUSED = frozenset({"int8", "int16", "int32", "uint16", "uint32"})


class CrossEntropyTargetDtype(Rule):
    """The target of a softmax cross-entropy has a type that it refuses.

    ## What it does
    Finds class indices that are floats, booleans or integers other than long and byte, and one-hot labels of
    integers, in PyTorch's `CrossEntropyLoss`, `NLLLoss` and their functions.

    ## Why is this bad?
    It raises at the first batch: "expected target dtype to be Long or Byte, but got Float" (Int, Short, Bool). Of
    the 13 types of numbers, 2 are taken for class indices. Integer one-hot labels raise "Expected floating point
    type for target with class probabilities, got Long"; `NLLLoss` takes no one-hot labels at all.

    ## Example
    ```python
    loss = F.cross_entropy(logits, F.one_hot(labels, 10))
    ```

    ## Use instead
    ```python
    loss = F.cross_entropy(logits, labels)
    ```

    ## Fix safety
    Safe: `.long()`, or `.argmax(dim=1)` for one-hot labels, at the loss. A call that could only raise computes
    what was meant.

    ## References
    - [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
    """

    code = "LL202"
    name = "cross-entropy-target-dtype"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        contract, labels = call.contract, call.labels
        if contract.framework != "torch" or contract.family != "softmax" or call.labels.role == "prediction":
            return
        if call.form == "by hand":
            return  # arithmetic takes labels of any type
        only_indices = contract.labels == "indices"
        method = ".long()"
        if labels.scale is Scale.ONE_HOT:
            if not only_indices and labels.dtype not in ("int", "bool"):
                return
            what, method = "one-hot labels", ".argmax(dim=1)"
            if not only_indices:
                what = f"one-hot labels of type {labels.dtype}"
        elif labels.scale is Scale.INDICES and labels.dtype in ("float", "bool"):
            what = f"class indices of type {labels.exact or labels.dtype}"
        elif labels.exact in REFUSED:
            what = f"class indices of type {labels.exact}"
        elif only_indices and labels.dtype in ("float", "bool"):
            what = f"a target of type {labels.exact or labels.dtype}"
        elif labels.dtype in ("float", "bool") and _without_classes(call):
            what = f"a target {text(labels.shape)} of type {labels.exact or labels.dtype}"
        else:
            return
        yield self.finding(
            call,
            f"{short_name(call.shown)} takes class indices of type long, and gets {what}: it raises at the first "
            f"batch. Use `{method}`.",
            context.trace(call, f"{short_name(call.shown)} takes class indices of type long", labels),
            None
            if call.target_node is None
            else context.fix(
                "safe",
                f"the target with {method}",
                context.rewriter.append_method(call.module, call.target_node, method),
            ),
        )


def _without_classes(call: LossCall) -> bool:
    """Whether the target surely lacks the output's axis of classes: then it isn't class probabilities."""
    output, labels = call.prediction.shape, call.labels.shape
    if labels.rank is None or one_unit(call):
        return False
    if output.rank is not None:
        return output.rank > 1 and labels.rank == output.rank - 1
    return labels.rank == 1 and "batch" in call.labels.notes and (output.size(-1) or 0) > 1
