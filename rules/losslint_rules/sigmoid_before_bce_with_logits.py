"""LL104: sigmoid, and then a loss that applies sigmoid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, LossCall, Rule, Scale
from losslint_rules import activations
from losslint_rules.contracts import applying, is_cross_entropy, last_step, takes_logits
from losslint_rules.counterparts import bce_instead

if TYPE_CHECKING:
    import libcst as cst


class SigmoidBeforeBceWithLogits(Rule):
    """Values from a sigmoid go into a loss that applies sigmoid itself.

    ## What it does
    Finds the result of `sigmoid` (or `logsigmoid`) in `BCEWithLogitsLoss`,
    `F.binary_cross_entropy_with_logits`, `MultiLabelSoftMarginLoss`, `SoftMarginLoss`, TensorFlow's
    `sigmoid_cross_entropy_with_logits`, optax's `sigmoid_binary_cross_entropy`, torchvision's
    `sigmoid_focal_loss`, and losses built on them.

    ## Why is this bad?
    The loss reads 0 as 50 % and can never read less: a negative example costs at least 0.69, a positive one at
    least 0.31, and a mistake that is 10 ahead gets 0.003 % of its gradient. The outputs aren't probabilities
    any more: p > 0.5 comes to mean 62 %. In one run of 200 steps of SGD where 20 % of the examples were
    positive, it found 36 % of them instead of 59 %. Code that applies the sigmoid once more for a prediction
    reads every answer as 50 to 73 %.

    ## Example
    ```python
    model = nn.Sequential(nn.Linear(20, 1), nn.Sigmoid())
    criterion = nn.BCEWithLogitsLoss()
    ```

    ## Use instead
    ```python
    model = nn.Sequential(nn.Linear(20, 1), nn.Sigmoid())
    criterion = nn.BCELoss()
    ```
    or, better where nothing else reads the probabilities, without the sigmoid and with `BCEWithLogitsLoss`.

    ## Fix safety
    Where the sigmoid's result goes into the loss alone, it is taken away: safe. Elsewhere the loss becomes
    `BCELoss`: safe, the outputs stay what they were (but `BCELoss` is refused under CUDA autocast, and has no
    `pos_weight`). Where neither is possible, the sigmoid is taken away from the model: unsafe, its outputs
    become logits and a threshold of 0.5 becomes 0.

    ## References
    -
      [torch.nn.BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html):
      "combines a Sigmoid layer and the BCELoss in one single class"
    -
      [torchvision.ops.sigmoid_focal_loss](https://docs.pytorch.org/vision/stable/generated/torchvision.ops.sigmoid_focal_loss.html)
    """

    code = "LL104"
    name = "sigmoid-before-bce-with-logits"
    severity = "error"
    fix = "safe"
    looks_behind = True

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        tensor = call.prediction
        if not takes_logits(call, "sigmoid") or tensor.scale not in (Scale.SIGMOID, Scale.LOG_SIGMOID):
            return
        if tensor.scale is Scale.SIGMOID:
            effect = (
                "a negative example costs at least 0.69, and p > 0.5 comes to mean 62 %"
                if is_cross_entropy(call)
                else "it reads every answer as 50 to 73 %"
            )
            bce = bce_instead(call, context)
        else:
            effect = "no example can be said to be positive"
            bce = None
        without = activations.without(call, context)
        fixes = [without, bce] if without is not None and without.applicability == "safe" else [bce, without]
        other = "Use BCELoss, or drop the sigmoid." if bce is not None else "Give it the logits."
        yield self.finding(
            call,
            f"{applying(call, 'sigmoid itself')}, and its input went through {activations.name(tensor)} already: "
            f"{effect}. {other}",
            context.trace(call, last_step(call, "applies sigmoid itself")),
            alternatives=fixes,
        )
