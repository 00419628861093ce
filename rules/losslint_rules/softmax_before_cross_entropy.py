"""LL101: softmax, and then a loss that applies softmax."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale
from losslint_rules import activations
from losslint_rules.contracts import applying, last_step, takes_logits
from losslint_rules.counterparts import CROSS_ENTROPY_TO_NLL, renamed, together

if TYPE_CHECKING:
    import libcst as cst


class SoftmaxBeforeCrossEntropy(Rule):
    """Probabilities from a softmax go into a loss that applies log-softmax itself.

    ## What it does
    Finds values that went through a softmax (a function, a method, a layer, the tail of a Sequential, a model
    that ends in one, gumbel-softmax too) and reach `CrossEntropyLoss`, `F.cross_entropy`, TensorFlow's
    `softmax_cross_entropy_with_logits`, optax's `softmax_cross_entropy`, or a loss built on one of them; or a
    second softmax or log_softmax, and the loss that takes its result.

    ## Why is this bad?
    It runs, and it trains badly. The second softmax sees numbers between 0 and 1, so the probability it gives
    the right class never exceeds e / (e + C - 1): the loss can't fall below log(1 + (C-1)/e), which is 0.31 for
    2 classes, 1.46 for 10 and 3.62 for 100. Its gradient is 11 % of the right one at 10 classes and 1.5 % at
    100, and a mistake that is 10 ahead gets 0.01 %. In one run of 200 steps of SGD, 100 classes reached 3 %
    instead of 78 %; Adam hides most of it. The loss isn't a proper score any more either: the model learns to
    say 1.0 where the truth is 0.73.

    ## Example
    ```python
    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)

    loss = F.cross_entropy(model(x), y)
    ```

    ## Use instead
    ```python
    def forward(self, x):
        return self.fc(x)

    loss = F.cross_entropy(model(x), y)
    probabilities = F.softmax(model(x), dim=1)  # where probabilities are wanted
    ```
    or, of the same value, `log_softmax` in the model and `NLLLoss`, which takes log-probabilities.

    ## Fix safety
    The fix takes the softmax away. It is safe where the softmax's result goes into the loss alone. Where it is
    the model's output, the fix is unsafe: the model gives logits from then on. The order of the classes stays
    as it was, but code that compares outputs with a threshold or shows them as probabilities has to apply the
    softmax itself. The other fix, PyTorch's `log_softmax` and `NLLLoss`, makes it give log-probabilities, whose
    `exp()` are the probabilities. There is none where the loss smooths labels or takes soft ones, which
    `NLLLoss` can't, or where other values meet it.

    ## References
    -
      [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html):
      the input "is expected to contain the unnormalized logits"
    -
      [tf.nn.softmax_cross_entropy_with_logits](https://www.tensorflow.org/api_docs/python/tf/nn/softmax_cross_entropy_with_logits)
    """

    code = "LL101"
    name = "softmax-before-cross-entropy"
    severity = "error"
    fix = "unsafe"
    looks_behind = True

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if not takes_logits(call, "softmax") or call.prediction.scale is not Scale.PROBABILITIES:
            return
        if not activations.over_the_classes(call):
            return
        applied = call.contract.applies or "log_softmax"
        without = activations.without(call, context)
        other = _log_softmax_and_nll(call, context) if without is not None else None
        cause = call.prediction.cause
        mixed = cause is not None and cause.form == "other"  # there are no logits that it's made of
        yield self.finding(
            call,
            f"{applying(call, applied)} to what went through {activations.name(call.prediction)} "
            f"already: {activations.bound(call)}, and confident mistakes get next to no gradient. "
            + ("Give the logarithm to a loss that takes log-probabilities." if mixed else "Give it the logits."),
            context.trace(call, last_step(call, f"applies {applied} itself")),
            alternatives=[without, other],
        )


def _log_softmax_and_nll(call: LossCall, context: Context) -> Fix | None:
    """The fix that keeps the two apart: log_softmax instead of softmax, and the loss that takes its result."""
    if call.contract.framework != "torch" or call.behind or "label_smoothing" in call.arguments:
        return None
    if call.labels.scale not in (Scale.UNKNOWN, Scale.INDICES):
        return None
    return together(
        context,
        "log_softmax instead of softmax, and NLLLoss, which takes its result",
        activations.logarithm_instead(call, context),
        edits=renamed(call, context, CROSS_ENTROPY_TO_NLL),
    )
