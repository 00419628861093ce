"""LL105: softmax, and then a loss that applies sigmoid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, LossCall, Rule, Scale
from losslint_rules import activations
from losslint_rules.contracts import applying, last_step, takes_logits
from losslint_rules.counterparts import bce_instead

if TYPE_CHECKING:
    import libcst as cst


class SoftmaxBeforeBceWithLogits(Rule):
    """Probabilities from a softmax go into a loss that applies sigmoid itself.

    ## What it does
    Finds the result of a softmax in `BCEWithLogitsLoss`, `F.binary_cross_entropy_with_logits`, TensorFlow's
    `sigmoid_cross_entropy_with_logits`, optax's `sigmoid_binary_cross_entropy`, torchvision's
    `sigmoid_focal_loss`, and losses built on them.

    ## Why is this bad?
    The sigmoid reads every probability as a positive logit, so every class is said to be over 50 % likely: on
    one-hot targets the loss can't fall below 0.50 for 2 classes, 0.66 for 10 and 0.69 for 100, where saying 50
    % everywhere costs 0.69. The gradients on random logits are 6 % of the right ones with 10 classes and 0.3 %
    with 100. In one run of 200 steps of SGD, 10 classes reached 33 % instead of 100 %.

    ## Example
    ```python
    probabilities = F.softmax(self.fc(x), dim=1)
    loss = F.binary_cross_entropy_with_logits(probabilities, one_hot)
    ```

    ## Use instead
    ```python
    loss = F.binary_cross_entropy_with_logits(self.fc(x), multi_hot)  # several labels an example
    loss = F.cross_entropy(self.fc(x), indices)                       # one label an example
    ```

    ## Fix safety
    A single column of the softmax is a probability as it stands: there the loss becomes `BCELoss`, which is
    safe. Elsewhere the fix takes the softmax away and leaves the loss: the model then learns a probability for
    each class by itself. Safe where the softmax's result goes into the loss alone, unsafe where it is the
    model's output. Where every example has one label, the softmax cross-entropy is the better loss; that is for
    a person to choose.

    ## References
    -
      [torch.nn.BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html)
    """

    code = "LL105"
    name = "softmax-before-bce-with-logits"
    severity = "error"
    fix = "unsafe"
    looks_behind = True

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if not takes_logits(call, "sigmoid") or call.prediction.scale is not Scale.PROBABILITIES:
            return
        yield self.finding(
            call,
            f"{applying(call, 'sigmoid')} to what went through {activations.name(call.prediction)} "
            "already: every class is said to be over 50 % likely, and little gradient comes back. Give it the logits, or "
            "use a softmax cross-entropy on them.",
            context.trace(call, last_step(call, "applies sigmoid itself")),
            bce_instead(call, context) if "column" in call.prediction.notes else activations.without(call, context),
        )
