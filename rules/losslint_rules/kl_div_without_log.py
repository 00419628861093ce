"""LL108: a KL divergence of what aren't log-probabilities."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules import activations
from losslint_rules.counterparts import written

if TYPE_CHECKING:
    import libcst as cst


class KlDivWithoutLog(Rule):
    """A KL divergence gets an input that isn't log-probabilities, or a target that is, without being told.

    ## What it does
    Finds probabilities and logits as the input of `KLDivLoss`, `F.kl_div` and optax's `kl_divergence`, and
    log-probabilities as the target of PyTorch's without `log_target=True`.

    ## Why is this bad?
    On probabilities the "divergence" is negative, least where the output is one-hot, and drives it there: in
    200 steps it fell to -1.5, with a probability of 0.99 where the target has 0.6. On logits it has no lower
    bound: it fell to -93. A log target without `log_target=True` gives NaN at once, since the loss takes the
    logarithm of negative numbers.

    ## Example
    ```python
    loss = F.kl_div(F.softmax(student, dim=1), F.softmax(teacher, dim=1), reduction="batchmean")
    ```

    ## Use instead
    ```python
    loss = F.kl_div(F.log_softmax(student, dim=1), F.softmax(teacher, dim=1), reduction="batchmean")
    ```

    ## Fix safety
    softmax becomes log_softmax: safe where its result goes into the loss alone, unsafe elsewhere.
    `log_target=True` is safe. For logits there is no fix.

    ## References
    - [torch.nn.KLDivLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html)
    """

    code = "LL108"
    name = "kl-div-without-log"
    severity = "error"
    fix = "unsafe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if call.contract.family != "divergence" or call.contract.takes != "log-probabilities":
            return
        tensor = call.prediction
        match tensor.scale:
            case Scale.PROBABILITIES | Scale.SIGMOID:
                what = f"the output of {activations.name(tensor)}"
                effect = "the result is negative and least for one-hot outputs. Use log_softmax"
            case Scale.UNIT if "mean" in tensor.notes:  # made of probabilities, not of random numbers to try it out
                what, effect = "numbers between 0 and 1", "the result is negative. Take their logarithm"
            case Scale.UNBOUNDED if tensor.role == "prediction":
                what, effect = "logits", "the result has no lower bound. Apply log_softmax"
            case _:
                yield from self._target(call, context)
                return
        yield self.finding(
            call,
            f"{short_name(call.shown)} takes log-probabilities as its input and gets {what}: {effect}.",
            context.trace(call, f"{short_name(call.shown)} takes log-probabilities"),
            activations.logarithm_instead(call, context) if tensor.scale is Scale.PROBABILITIES else None,
        )

    def _target(self, call: LossCall, context: Context) -> Iterator[Finding]:
        if call.labels.scale is not Scale.LOG_PROBABILITIES or call.contract.framework != "torch":
            return
        if "log_target" in call.arguments and call.constant("log_target") is not False:
            return
        yield self.finding(
            call,
            f"{short_name(call.shown)} takes probabilities as its target and gets log-probabilities: the result is "
            "NaN. Say `log_target=True`.",
            context.trace(call, f"{short_name(call.shown)} takes the logarithm of its target", call.labels),
            _log_target(call, context),
        )


def _log_target(call: LossCall, context: Context) -> Fix | None:
    module, node = written(call)
    if not isinstance(node, ast.Call):
        return None
    edits = context.rewriter.set_keyword(module, node, "log_target", "True")
    return context.fix("safe", "log_target=True", edits)
