"""LL102: log_softmax, and then a loss that applies log_softmax."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules import activations
from losslint_rules.contracts import takes_logits
from losslint_rules.counterparts import CROSS_ENTROPY_TO_NLL, renamed

if TYPE_CHECKING:
    import libcst as cst


class LogSoftmaxBeforeCrossEntropy(Rule):
    """Log-probabilities go into a loss that applies log-softmax itself: needless, not wrong.

    ## What it does
    Finds the result of `log_softmax` in `CrossEntropyLoss`, `F.cross_entropy` and their kin.

    ## Why is this bad?
    It costs time and memory and misleads the reader, and that is all: the log-softmax of log-probabilities is
    those same log-probabilities, so the loss and its gradients stay the same, to within 1e-6 in 1,000 examples
    of 100 classes. For the backward pass 2 numbers are kept for each logit instead of 1. It only is wrong where
    the two go over different axes, which is not what this rule reports.

    ## Example
    ```python
    criterion = nn.CrossEntropyLoss()
    loss = criterion(F.log_softmax(logits, dim=1), y)
    ```

    ## Use instead
    ```python
    criterion = nn.NLLLoss()
    loss = criterion(F.log_softmax(logits, dim=1), y)
    ```

    ## Fix safety
    Safe: `CrossEntropyLoss` becomes `NLLLoss`, which computes the same from log-probabilities, and the model's
    outputs stay as they are. Not offered with label smoothing or with class probabilities as target, which
    `NLLLoss` doesn't have; there, and for other frameworks, the log-softmax is taken away, which is unsafe
    where other code reads it.

    ## References
    -
      [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html):
      "equivalent to applying LogSoftmax on an input, followed by NLLLoss"
    """

    code = "LL102"
    name = "log-softmax-before-cross-entropy"
    severity = "info"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if not takes_logits(call, "softmax") or call.prediction.scale is not Scale.LOG_PROBABILITIES:
            return
        if not activations.over_the_classes(call):
            return
        other = ", or use NLLLoss" if call.contract.framework == "torch" else ""
        yield self.finding(
            call,
            f"{short_name(call.shown)} applies log_softmax itself. On log-probabilities that changes nothing: the "
            f"loss is right, and computed twice. Give it the logits{other}.",
            context.trace(call, f"{short_name(call.shown)} applies log_softmax itself"),
            _nll(call, context),
            alternatives=[activations.without(call, context)],
        )


def _nll(call: LossCall, context: Context) -> Fix | None:
    probabilities = call.labels.dtype == "float" or call.labels.scale not in (Scale.UNKNOWN, Scale.INDICES)
    if "label_smoothing" in call.arguments or probabilities:  # NLLLoss has no such argument, whatever it is
        return None
    return context.fix("safe", "NLLLoss takes log-probabilities", renamed(call, context, CROSS_ENTROPY_TO_NLL))
