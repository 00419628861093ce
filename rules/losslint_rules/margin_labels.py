"""Labels of torch's margin losses, which read numbers that other labels have as something else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules.counterparts import SOFT_MARGIN_TO_BCE, renamed, written


def findings(rule: Rule, call: LossCall, context: Context) -> Iterator[Finding]:
    """torch's margin losses: -1 and 1, or class indices, are numbers that other labels have as well."""
    zeros = call.labels.scale in (Scale.MULTI_HOT, Scale.ONE_HOT)
    if call.contract.labels == "signs" and (zeros or call.labels.scale is Scale.INDICES):
        wants = "labels of -1 and 1"
        if call.contract.takes == "logits":
            effect = "a label of 0 costs log 2 whatever the model says, and everything becomes positive"
            advice = "Use BCEWithLogitsLoss, or `2 * y - 1`."
        else:
            effect = "a label of 0 counts as both"
            advice = "Give it `2 * y - 1`, and distances."
        fix = _binary(call, context)
    elif call.contract.labels == "padded-indices" and zeros:
        wants, effect = "class indices with -1 behind them", "it reads 0 and 1 as the indices of two classes"
        advice, fix = "Use MultiLabelSoftMarginLoss.", None
    elif call.contract.family == "margin" and call.contract.labels == "indices" and call.labels.scale is Scale.ONE_HOT:
        wants, effect = "class indices", "it raises"
        advice, fix = "Give it `y.argmax(dim=1)`.", None
    else:
        return
    gets = "labels of 0 and 1" if call.labels.scale is not Scale.INDICES else "class indices"
    yield rule.finding(
        call,
        f"{short_name(call.shown)} takes {wants} and gets {gets}: {effect}. {advice}",
        context.trace(call, f"{short_name(call.shown)} takes {wants}", call.labels),
        fix,
    )


def _binary(call: LossCall, context: Context) -> Fix | None:
    """BCEWithLogitsLoss computes the same of 0 and 1; its positional arguments are others, and it refuses integers."""
    _, node = written(call)
    if call.labels.dtype != "float" or call.contract.takes != "logits":
        return None
    if isinstance(node, ast.Call) and len(node.args) > (0 if call.form == "object" else 2):
        return None
    return context.fix("safe", "the loss for labels of 0 and 1", renamed(call, context, SOFT_MARGIN_TO_BCE))
