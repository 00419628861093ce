"""LL116: right, but less stable than it could be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules import activations
from losslint_rules.counterparts import BCE_TO_LOGITS, renamed

if TYPE_CHECKING:
    import libcst as cst


class SigmoidBeforeBce(Rule):
    """Sigmoid, and then `BCELoss`: right, but it gets stuck where the one loss that does both doesn't.

    ## What it does
    Finds the result of a sigmoid in PyTorch's `BCELoss` and `F.binary_cross_entropy`.

    ## Why is this bad?
    Up to logits of 16 the two are within 0.16 of each other. From 17 on the sigmoid of a wrong answer rounds to
    1: the loss is 100 and the gradient 0, and the example is lost to the training. In half precision that
    happens from 8.5 on, and the gradient is NaN. Under CUDA autocast `BCELoss` raises. `BCEWithLogitsLoss`
    computes both in one, without either trouble.

    ## Example
    ```python
    loss = F.binary_cross_entropy(torch.sigmoid(logits), y)
    ```

    ## Use instead
    ```python
    loss = F.binary_cross_entropy_with_logits(logits, y)
    ```

    ## Fix safety
    Safe, and only offered, where the sigmoid's result goes into the loss alone.

    ## References
    -
      [torch.nn.BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html)
    """

    code = "LL116"
    name = "sigmoid-before-bce"
    severity = "info"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        contract, tensor = call.contract, call.prediction
        if contract.framework != "torch" or contract.takes != "probabilities" or contract.family != "sigmoid":
            return
        if tensor.scale is not Scale.SIGMOID or tensor.cause is None or tensor.notes & activations.CHANGED:
            return
        yield self.finding(
            call,
            f"sigmoid, then {short_name(call.shown)}: right, but the gradient is 0 from a logit of 17 on (in half "
            "precision NaN from 8.5 on), and CUDA autocast refuses it. BCEWithLogitsLoss on the logits does both in one.",
            context.trace(call, f"{short_name(call.shown)} takes probabilities"),
            _fix(call, context),
        )


def _fix(call: LossCall, context: Context) -> Fix | None:
    # An object may be called elsewhere with probabilities too: only a function's call is this call's own.
    if call.form != "function" or not activations.is_local(call, context):
        return None
    drop = activations.without(call, context)
    rename = renamed(call, context, BCE_TO_LOGITS)
    if drop is None or rename is None:
        return None
    return context.fix("safe", "BCEWithLogitsLoss without the sigmoid", (*drop.edits, *rename))
