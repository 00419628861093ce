"""LL107: the negative log-likelihood of what aren't log-probabilities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules import activations, logarithms
from losslint_rules.counterparts import NLL_TO_CROSS_ENTROPY, renamed

if TYPE_CHECKING:
    import libcst as cst


class NllWithoutLogSoftmax(Rule):
    """Numbers that aren't log-probabilities go into the negative log-likelihood loss.

    ## What it does
    Finds logits, and the results of softmax, sigmoid or relu, in `NLLLoss` and `F.nll_loss`, and logits in a
    cross-entropy that is written by hand.

    ## Why is this bad?
    `NLLLoss` takes no logarithm: it picks the right class's number, and negates it. On logits that is a loss
    without a lower bound, which falls for ever as the numbers grow: in runs of 200 steps of SGD with 100
    classes a linear model reached 54 % instead of 78 %, and a small network 7 % instead of 81 %, with a loss of
    -676. On probabilities it lies in [-1, 0], and is least where the model says 1.0 even if 55 % is the truth:
    the linear model reached 3 %. After a sigmoid, no class is pushed down: it reached 11 %.

    ## Example
    ```python
    loss = F.nll_loss(self.fc(x), y)
    loss = F.nll_loss(F.softmax(self.fc(x), dim=1), y)
    ```

    ## Use instead
    ```python
    loss = F.cross_entropy(self.fc(x), y)
    loss = F.nll_loss(F.log_softmax(self.fc(x), dim=1), y)
    ```

    ## Fix safety
    On logits, `NLLLoss` becomes `CrossEntropyLoss`: safe, the outputs stay. On probabilities softmax becomes
    log_softmax: safe where the loss alone reads the result, unsafe where it is the model's output (`.exp()`
    gives the probabilities back). In a cross-entropy by hand the logarithm becomes log_softmax: safe.

    ## References
    - [torch.nn.NLLLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html): "the input given
      through a forward call is expected to contain log-probabilities of each class"
    """

    code = "LL107"
    name = "nll-without-log-softmax"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        contract, tensor = call.contract, call.prediction
        if call.form == "by hand" and contract.family == "softmax" and tensor.scale is not Scale.PROBABILITIES:
            clipped = "clamped-logits" in tensor.notes
            says = "what was clipped gets no gradient" if clipped else "that of a negative number is NaN"
            yield self.finding(
                call,
                f"A cross-entropy by hand takes the logarithm of probabilities and gets logits: {says}. Apply log_softmax "
                "instead of the logarithm, or use a loss that takes logits.",
                context.trace(call, "the logarithm of logits, multiplied with labels: a cross-entropy by hand"),
                logarithms.of_softmax(call, context),
            )
            return
        if contract.takes != "log-probabilities" or contract.family != "softmax":
            return
        fix = other = None
        match tensor.scale:
            case Scale.UNBOUNDED:
                what, effect = (
                    "logits",
                    "the loss has no lower bound and falls for ever. Use CrossEntropyLoss, or apply log_softmax",
                )
                fix = context.fix("safe", "CrossEntropyLoss takes logits", renamed(call, context, NLL_TO_CROSS_ENTROPY))
                other = _logarithm(call, context)
            case Scale.PROBABILITIES:
                what = f"the output of {activations.name(tensor)}"
                effect = "the loss lies between -1 and 0 and wants every answer to be 100 % sure. Use log_softmax"
                fix = activations.logarithm_instead(call, context)
                other = _cross_entropy(call, context)
            case Scale.SIGMOID | Scale.LOG_SIGMOID | Scale.NON_NEGATIVE | Scale.BOUNDED if tensor.cause is not None:
                name = activations.name(tensor)
                by_hand = tensor.scale is Scale.LOG_SIGMOID and not name.lower().startswith("log")
                what = f"the {'logarithm' if by_hand else 'output'} of {name}"
                effect = "the loss only pushes the right class up and no class down. Use CrossEntropyLoss on the logits"
            case _:
                return
        yield self.finding(
            call,
            f"{short_name(call.shown)} takes log-probabilities and gets {what}: {effect}.",
            context.trace(call, f"{short_name(call.shown)} takes log-probabilities, and takes no logarithm itself"),
            fix,
            alternatives=[other],
        )


def _logarithm(call: LossCall, context: Context) -> Fix | None:
    """The fix that applies log_softmax where the loss is called, which takes the classes to be on axis 1."""
    if call.form not in ("function", "object") or call.input_node is None or (call.prediction.shape.rank or 2) < 2:
        return None
    edits = context.rewriter.append_method(call.module, call.input_node, ".log_softmax(dim=1)")
    return context.fix("safe", "log_softmax in front of the loss", edits)


def _cross_entropy(call: LossCall, context: Context) -> Fix | None:
    """The fix that leaves both to the loss: the softmax and the logarithm."""
    without = activations.without(call, context)
    edits = renamed(call, context, NLL_TO_CROSS_ENTROPY)
    if without is None or edits is None:
        return None
    return context.fix(without.applicability, "CrossEntropyLoss, and take the softmax away", (*without.edits, *edits))
