"""LL602: a focal loss on a cross-entropy that carries class weights."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.record import replace
from losslint.rule import Context, Edit, Finding, FocalCall, Rule, short_name
from losslint_rules import focal

if TYPE_CHECKING:
    import libcst as cst

WEIGHTS = ("weight", "pos_weight")


class FocalLossOnWeightedCrossEntropy(Rule):
    """A focal loss takes p_t = exp(-CE) of a cross-entropy that carries class weights.

    ## What it does
    Finds `(1 - exp(-ce)) ** gamma * ce` where the `ce` in the exponent was computed with `weight=` or `pos_weight=`.

    ## Why is this bad?
    exp(-w * CE) is p**w, not the probability p. With a weight of 10 and p = 0.9 the factor (1 - p_t)**2 is 42 times too
    large, with a weight of 0.1 it is 91 times too small: what the weights are to balance, the focal factor distorts.
    On classes of 90, 5 and 5 %, weighted by their inverse frequency, 65 % of the answers were right instead of 84 %,
    and 80 % instead of 84 % as the mean of the classes.

    ## Example
    ```python
    ce = F.cross_entropy(logits, target, weight=weight, reduction="none")
    loss = ((1 - torch.exp(-ce)) ** gamma * ce).mean()
    ```

    ## Use instead
    ```python
    ce = F.cross_entropy(logits, target, reduction="none")
    loss = (weight[target] * (1 - torch.exp(-ce)) ** gamma * ce).mean()
    ```

    ## Fix safety
    Safe: the exponent gets a cross-entropy without the weights, and the product keeps them. There is no fix where that
    can't be written at the place of the exponent, and none while the cross-entropy is averaged (LL601).

    ## References
    - Lin et al., [Focal Loss for Dense Object Detection](https://arxiv.org/abs/1708.02002), equation 5: the weight is
      outside of p_t
    """

    code = "LL602"
    name = "focal-loss-on-weighted-cross-entropy"
    severity = "warning"
    fix = "safe"

    def visit_FocalCall(self, node: cst.CSTNode | None, call: FocalCall, context: Context) -> Iterator[Finding]:
        weight = call.weight
        if weight is None:
            return
        finding = self.finding(
            call,
            f"{short_name(call.result.shown)} carries class weights (`{weight}`), so exp(-CE) is p**w, not p: with w = 10 and "
            "p = 0.9 the focal factor is 42 times too large. Take p_t from the cross-entropy without them.",
            focal.trace(call, context, "`(1 - p_t)**gamma` is that of p**w"),
            context.fix("safe", "p_t from the cross-entropy without weights", _edits(call, context)),
            place=focal.place(call),
        )
        yield replace(finding, condition=focal.condition(call, "weight"))


def _edits(call: FocalCall, context: Context) -> tuple[Edit, ...] | None:
    """The edits that write the cross-entropy without its weights into the exponent."""
    result, module, rewriter = call.result, call.module, context.rewriter
    if result.made is not None or result.module is not module or call.exponential is None or call.reduction in ("mean", "sum"):
        return None
    weights = [keyword.arg for keyword in result.node.keywords if keyword.arg in WEIGHTS]
    if not weights or len(result.node.args) > 2:
        return None
    around = rewriter.above(module, result.node)
    if call.exponential in around:
        return rewriter.remove_argument(module, result.node, *(name for name in weights if name is not None))
    outer = focal.signed(result.node, module, context)
    assigned = rewriter.assigned(module, outer)
    read = next((part for part in ast.walk(call.exponential) if assigned and part in assigned.reads), None)
    keywords = [keyword for keyword in result.node.keywords if keyword.arg not in WEIGHTS]
    parts = (result.node.func, *result.node.args, *(keyword.value for keyword in keywords))
    if not isinstance(read, ast.Name) or not all(rewriter.is_repeatable(module, part, read) for part in parts):
        return None
    given = [module.segment(argument) for argument in result.node.args]
    given += [f"{k.arg}={module.segment(k.value)}" if k.arg else f"**{module.segment(k.value)}" for k in keywords]
    plain = f"{module.segment(result.node.func)}({', '.join(given)})"
    return rewriter.replace_node(module, read, rewriter.text(module, outer, {result.node: plain}))
