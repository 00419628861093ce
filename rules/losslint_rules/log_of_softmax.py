"""LL111: the logarithm of a softmax, or of a sigmoid, taken in two steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, LogarithmCall, Rule
from losslint_rules.logarithms import GUARDS, IN_ONE_STEP, in_one_step, library

if TYPE_CHECKING:
    import libcst as cst

BINARY = {
    "torch": "F.binary_cross_entropy_with_logits",
    "tensorflow": "tf.nn.sigmoid_cross_entropy_with_logits",
    "jax": "optax.sigmoid_binary_cross_entropy",
    "keras": "BinaryCrossentropy(from_logits=True)",
}
USES = {
    "loss": "a loss of it",
    "weighted": "multiplied, summed up, and its sign changed: a cross-entropy by hand",
    "binary": "with `log(1 - p)`, a binary cross-entropy by hand",
    "mean": "summed up, and its sign changed: a cross-entropy by hand",
}


class LogOfSoftmax(Rule):
    """The logarithm of a softmax, or of a sigmoid, is taken in two steps, and underflows in between.

    ## What it does
    Finds `log(softmax(x))` and `log(sigmoid(x))` in losses: where the logarithm goes into `NLLLoss` or `KLDivLoss`, and
    where it is part of a cross-entropy that is written by hand. An activation that stands in the logarithm's own
    argument is found wherever it is, as an info. Entropies, mixtures, `log(1 - p)`, the logarithm of a chosen action's
    probability times what it brought in, and what runs without a gradient are let be.

    ## Why is this bad?
    A softmax underflows where a logit lies 104 below the largest one (17.5 in half precision, 93 in bfloat16, 87 with
    TensorFlow and JAX), a sigmoid from a logit of -89 on. The logarithm is then -inf: the loss is inf where the right
    class is concerned, NaN where the target of a wrong class is multiplied with it, even if the answer is right; the
    gradients are NaN, and so are the weights after the next step. With `log(1 - sigmoid(x))` that happens from a logit of 17 on.
    With an epsilon the loss is capped instead (at 18.4 for 1e-8), and a mistake that is 30 ahead gets a gradient of
    9e-6 instead of 1: it is never corrected. That is an info. `log_softmax` and `logsigmoid` have none of this, and
    give the same value everywhere else.

    ## Example
    ```python
    probabilities = F.softmax(logits, dim=1)
    loss = -(target * torch.log(probabilities)).sum(dim=1).mean()
    ```

    ## Use instead
    ```python
    loss = -(target * F.log_softmax(logits, dim=1)).sum(dim=1).mean()
    loss = F.cross_entropy(logits, target)
    ```

    ## Fix safety
    Safe: the logarithm is taken in one step, of the same logits, and nothing else changes. There is no fix where the
    activation is in another function than the logarithm, and where its input can't be written a second time.

    ## References
    - [torch.nn.functional.log_softmax](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html):
      "doing these two operations separately is slower and numerically unstable"
    """

    code = "LL111"
    name = "log-of-softmax"
    severity = "warning"
    fix = "safe"

    def visit_LogarithmCall(
        self, node: cst.CSTNode | None, call: LogarithmCall, context: Context
    ) -> Iterator[Finding]:
        guarded = bool(call.tensor.notes & GUARDS)
        if guarded and not _is_worth_it(call):
            return
        trace = (*context.way(call.tensor.way), context.step(call.module, call.node, f"the logarithm {_of(call)}"))
        if call.loss_node is not None and call.use in USES:
            trace = (*trace, context.step(call.loss_module or call.module, call.loss_node, USES[call.use]))
        yield self.finding(
            call,
            _message(call, guarded),
            trace,
            in_one_step(call, context),
            severity="info" if guarded or call.use == "nested" else None,
        )


def _is_worth_it(call: LogarithmCall) -> bool:
    """Whether a logarithm that is kept from -inf is worth a word.

    The libraries' own losses on probabilities do the same. So a model that ends in its activation, and a binary loss on a
    sigmoid, are right in the way that these are.
    """
    if call.cause.name == "sigmoid":
        return call.is_nested
    return call.cause.form in ("call", "method", "layer")


def _of(call: LogarithmCall) -> str:
    return f"of a {call.cause.name}" + (", kept from -inf" if call.tensor.notes & GUARDS else "")


def _message(call: LogarithmCall, guarded: bool) -> str:
    name, framework = call.cause.name, library(call)
    instead = IN_ONE_STEP[framework][name]
    if guarded:
        return (
            f"log({name}(x)) that is kept from -inf caps the loss, at 18.4 for 1e-8, and confident mistakes get next to no "
            f"gradient. {instead} of the logits needs no guard."
        )
    if call.use == "binary":
        return (
            "A binary cross-entropy by hand: `1 - sigmoid(x)` is 0 from a logit of 17 on, and the loss inf or NaN. "
            f"Use {BINARY[framework]} on the logits."
        )
    if name == "sigmoid":
        return (
            "log(sigmoid(x)) is -inf from a logit of -89 on (-17.5 in half precision), and the loss is inf, its gradient NaN. "
            f"Use {instead}(x)."
        )
    gap = 104 if framework == "torch" else 87
    return (
        f"log(softmax(x)) is -inf where a logit lies {gap} below the largest (17.5 in half precision), and the loss is inf "
        f"or NaN, even on right answers. Use {instead}."
    )


