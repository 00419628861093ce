"""LL601: a focal loss on a cross-entropy that was averaged already."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.record import replace
from losslint.rule import Context, Finding, Fix, FocalCall, Rule, short_name
from losslint_rules import focal

if TYPE_CHECKING:
    import libcst as cst


class FocalLossOnReducedCrossEntropy(Rule):
    """A focal loss takes p_t = exp(-CE) of a cross-entropy that is averaged over the batch already.

    ## What it does
    Finds `(1 - exp(-ce)) ** gamma * ce` where `ce` is one number: from `F.cross_entropy`, `CrossEntropyLoss` and their
    binary forms with `reduction="mean"`, which is the default, or `"sum"`, and where `.mean()` was taken of it.

    ## Why is this bad?
    The factor `(1 - p_t)**gamma` is to be small for the examples that the model knows and large for the others. Of one
    number for the whole batch it is one number, too: the gradient points exactly where that of the plain
    cross-entropy does (cosine 1.000000), and only its length changes, from batch to batch. Nothing is focused, and
    nothing shows it: the loss goes down.

    ## Example
    ```python
    ce = F.cross_entropy(logits, target)
    p_t = torch.exp(-ce)
    loss = (1 - p_t) ** gamma * ce
    ```

    ## Use instead
    ```python
    ce = F.cross_entropy(logits, target, reduction="none")
    p_t = torch.exp(-ce)
    loss = ((1 - p_t) ** gamma * ce).mean()
    ```

    ## Fix safety
    Safe where nothing but the focal loss reads the cross-entropy: it gets `reduction="none"`, and the product is
    averaged where it isn't yet. Elsewhere, and where the reduction is a parameter, for display.

    ## References
    - Lin et al., [Focal Loss for Dense Object Detection](https://arxiv.org/abs/1708.02002), equation 4
    """

    code = "LL601"
    name = "focal-loss-on-reduced-cross-entropy"
    severity = "error"
    fix = "safe"

    def visit_FocalCall(self, node: cst.CSTNode | None, call: FocalCall, context: Context) -> Iterator[Finding]:
        if call.reduction not in ("mean", "sum"):
            return
        finding = self.finding(
            call,
            f"{short_name(call.result.shown)} gives the {call.reduction} over the batch, so p_t = exp(-CE) is one number for "
            "all examples, and nothing is focused: only the step size changes. Use `reduction=\"none\"` and average the "
            "product.",
            focal.trace(call, context, "`(1 - p_t)**gamma` is the same for every example"),
            _fix(call, context),
            place=focal.place(call),
        )
        yield replace(finding, condition=focal.condition(call, "reduction"))


def _fix(call: FocalCall, context: Context) -> Fix | None:
    result = call.result
    made = result.node if result.made is None else result.made
    module = result.module if result.made_module is None else result.made_module
    if result.reduction != call.reduction or not isinstance(made, ast.Call) or _says_otherwise(made, result.made is None):
        return None
    edits = context.rewriter.set_keyword(module, made, "reduction", '"none"')
    if result not in call.reduced:
        if result.framework != "torch" or not isinstance(call.node, ast.BinOp):
            return None
        averaged = context.rewriter.append_method(call.module, call.node, f".{call.reduction}()")
        edits = (*edits, *averaged) if edits is not None and averaged is not None else None
    # whose mean it is, is then another one: of a parameter's choice, or without the examples that are ignored
    other = focal.condition(call, "reduction") is not None or any(k.arg == "ignore_index" for k in made.keywords)
    sure = (result in call.reduced or not other) and focal.is_only_in_it(call, context)
    return context.fix("safe" if sure else "display", 'reduction="none", and the mean of the product', edits)


def _says_otherwise(call: ast.Call, is_function: bool) -> bool:
    """Whether arguments that override `reduction`, or positional ones that may be it, are given."""
    if len(call.args) > (3 if is_function else 1) or any(isinstance(a, ast.Starred) for a in call.args):
        return True
    return any(keyword.arg in (None, "size_average", "reduce") for keyword in call.keywords)
