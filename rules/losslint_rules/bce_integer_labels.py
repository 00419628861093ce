"""LL201: integer labels for a binary cross-entropy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, short_name
from losslint_rules.labels import differ

if TYPE_CHECKING:
    import libcst as cst


class BceIntegerLabels(Rule):
    """Integer or boolean labels go into a binary cross-entropy, which takes floats.

    ## What it does
    Finds targets known to be integers or booleans (`.long()`, `torch.LongTensor`, `randint`, `torch.full((n,),
    1)`, the labels of `ImageFolder`, the `int` of a data set through its loader, …) in `BCELoss`, `BCEWithLogitsLoss` and their
    functions; and in `BCELoss` targets of 64 bits, which NumPy's floats are, and Python's in a loader's batch.

    ## Why is this bad?
    It raises at the first batch, for each of the 8 integer types and for booleans: `BCELoss` "Found dtype Long
    but expected Float", `BCEWithLogitsLoss` "result type Float can't be cast to the desired output type Long", and
    for booleans that the subtraction of two bool tensors isn't supported. Unlike `CrossEntropyLoss`, whose labels
    are class indices, these losses compute with the labels. `BCELoss` also wants them as wide as the output, and
    takes 1 of 4 types of floats: "Found dtype Double but expected Float".

    ## Example
    ```python
    loss = F.binary_cross_entropy_with_logits(logits, labels.long())
    ```

    ## Use instead
    ```python
    loss = F.binary_cross_entropy_with_logits(logits, labels.float())
    ```

    ## Fix safety
    Safe: `.float()` at the loss. It computes what was meant, and nothing else sees it.

    ## References
    - [torch.nn.BCELoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html)
    """

    code = "LL201"
    name = "bce-integer-labels"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if not call.contract.checks_dtype or call.labels.role == "prediction":
            return
        if call.labels.dtype in ("int", "bool"):
            if differ(call) == "one each":
                return  # class indices, which no cast makes labels of each class: target-shape-mismatch
            kind = "integers" if call.labels.dtype == "int" else "booleans"
            says = f"computes with its target, and the target is {kind}: it raises at the first batch. Give it floats"
        elif _is_wider(call):
            says = "takes a target of the output's type, float32, and gets float64: it raises at the first batch. Cast it"
        else:
            return
        yield self.finding(
            call,
            f"{short_name(call.shown)} {says}: `.float()`.",
            context.trace(call, f"{short_name(call.shown)} takes a target of floats", call.labels),
            _as_float(call, context),
        )


def _is_wider(call: LossCall) -> bool:
    """Whether it's BCELoss, the one that wants both in the same type, with float32 and float64."""
    return (
        call.contract.title == "BCELoss" and call.prediction.exact == "float32" and call.labels.exact == "float64"
    )


def _as_float(call: LossCall, context: Context) -> Fix | None:
    if call.target_node is None or call.contract.framework != "torch":
        return None
    edits = context.rewriter.append_method(call.module, call.target_node, ".float()")
    return context.fix("safe", "labels as floats", edits)
