"""LL302: the classes on the last axis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, short_name

TO_AXIS_1 = {3: ".transpose(1, 2)", 4: ".permute(0, 3, 1, 2)"}

if TYPE_CHECKING:
    import libcst as cst


class MisplacedClassDim(Rule):
    """The classes are on the last axis, and the loss takes axis 1 for them.

    ## What it does
    Finds outputs of shape (B, T, C) or (B, H, W, C) in PyTorch's `CrossEntropyLoss`, `NLLLoss` and their
    functions.

    ## Why is this bad?
    Mostly it raises: "Expected target size [B, C], got [B, T]". Where the sequence is as long as there are
    classes it doesn't, and the model learns to tell positions apart instead of classes: in one run of 200 steps
    with 32 of both, the loss stayed at 3.50, where log 32 is 3.47, and 14 % of the tokens were right instead of
    100 %. `view` or `reshape` to (B, C, T) doesn't help: it scrambles the values.

    ## Example
    ```python
    logits = self.head(x)                # (B, T, C)
    loss = F.cross_entropy(logits, tags)  # (B, T)
    ```

    ## Use instead
    ```python
    loss = F.cross_entropy(logits.transpose(1, 2), tags)
    ```

    ## Fix safety
    Safe: the axes are put in order at the loss, nothing else sees it.

    ## References
    -
      [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html):
      shape (N, C, d1, …, dK)
    """

    code = "LL302"
    name = "misplaced-class-dim"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        contract, shape = call.contract, call.prediction.shape
        if contract.framework != "torch" or contract.family != "softmax" or contract.class_axis != 1:
            return
        if shape.rank is None or shape.rank < 3 or shape.classes != shape.rank - 1:
            return
        axes = {3: "(B, T, C)", 4: "(B, H, W, C)"}.get(shape.rank, f"{shape.rank} axes, the classes last")
        yield self.finding(
            call,
            f"{short_name(call.shown)} takes axis 1 for the classes and gets {axes}: it raises, or, where the sizes "
            f"are equal, trains on the wrong axis. Use `{TO_AXIS_1.get(shape.rank, '.movedim(-1, 1)')}`.",
            context.trace(call, f"{short_name(call.shown)} takes axis 1 for the classes"),
            _in_order(call, context, TO_AXIS_1.get(shape.rank, ".movedim(-1, 1)")),
        )


def _in_order(call: LossCall, context: Context, method: str) -> Fix | None:
    if call.input_node is None:
        return None
    return context.fix(
        "safe", "the classes on axis 1", context.rewriter.append_method(call.module, call.input_node, method)
    )
