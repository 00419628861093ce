"""Losses that come in pairs, and the fix that writes one instead of the other."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from losslint.rule import Context, Edit, Fix, LossCall, is_known, joined

if TYPE_CHECKING:
    from losslint.program.module import Module

CROSS_ENTROPY_TO_NLL = {"CrossEntropyLoss": "NLLLoss", "cross_entropy": "nll_loss"}
NLL_TO_CROSS_ENTROPY = {
    "NLLLoss": "CrossEntropyLoss",
    "NLLLoss2d": "CrossEntropyLoss",
    "nll_loss": "cross_entropy",
}
LOGITS_TO_BCE = {
    "BCEWithLogitsLoss": "BCELoss",
    "binary_cross_entropy_with_logits": "binary_cross_entropy",
}
BCE_TO_LOGITS = {
    "BCELoss": "BCEWithLogitsLoss",
    "binary_cross_entropy": "binary_cross_entropy_with_logits",
}
SOFT_MARGIN_TO_BCE = {
    "SoftMarginLoss": "BCEWithLogitsLoss",
    "soft_margin_loss": "binary_cross_entropy_with_logits",
}
ONE_HOT_TO_INDICES = {
    "CategoricalCrossentropy": "SparseCategoricalCrossentropy",
    "categorical_crossentropy": "sparse_categorical_crossentropy",
    "softmax_cross_entropy_with_logits": "sparse_softmax_cross_entropy_with_logits",
    "softmax_cross_entropy": "softmax_cross_entropy_with_integer_labels",
}
INDICES_TO_ONE_HOT = {
    "SparseCategoricalCrossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "categorical_crossentropy",
    "sparse_softmax_cross_entropy_with_logits": "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_integer_labels": "softmax_cross_entropy",
}
CROSS_ENTROPY_TO_BINARY = {
    "CrossEntropyLoss": "BCEWithLogitsLoss",
    "cross_entropy": "binary_cross_entropy_with_logits",
}
CATEGORICAL_TO_BINARY = {
    "CategoricalCrossentropy": "BinaryCrossentropy",
    "categorical_crossentropy": "binary_crossentropy",
}
BINARY_TO_CATEGORICAL = {
    "BinaryCrossentropy": "CategoricalCrossentropy",
    "binary_crossentropy": "categorical_crossentropy",
}


def written(call: LossCall) -> tuple[Module, ast.AST]:
    """Where the loss is written: the constructor, the string or the name; for a function, its call."""
    if call.made is not None:
        return call.made_module or call.module, call.made
    return call.module, call.node


def renamed(call: LossCall, context: Context, pairs: Mapping[str, str]) -> tuple[Edit, ...] | None:
    """The edits that write the other loss of a pair, with the same arguments."""
    module, node = written(call)
    if isinstance(node, ast.Constant):
        other = pairs.get(node.value) if isinstance(node.value, str) else None
        return context.rewriter.string(module, node, other) if other is not None else None
    for old, new in pairs.items():
        if call.name and not is_known(f"{call.name.rpartition('.')[0]}.{new}"):
            continue  # another library's loss of the same name need not have the other one beside it
        edits = renamed_callee(context, module, node, old, new)
        if edits is not None:
            return edits
    return None


def bce_instead(call: LossCall, context: Context) -> Fix | None:
    """The fix that writes BCELoss, which takes probabilities, instead of BCEWithLogitsLoss."""
    if "pos_weight" in call.arguments:  # BCELoss has none
        return None
    return context.fix("safe", "BCELoss takes probabilities", renamed(call, context, LOGITS_TO_BCE))


def together(context: Context, message: str, *fixes: Fix | None, edits: tuple[Edit, ...] | None = ()) -> Fix | None:
    """One fix that is all of these and these edits, as little safe as the least; None where one is missing or in the way."""
    every = [fix for fix in fixes if fix is not None]
    if edits is None or len(every) < len(fixes):
        return None
    return joined(message, *every, Fix("safe", message, edits))


def renamed_callee(context: Context, module: Module, node: ast.AST, old: str, new: str) -> tuple[Edit, ...] | None:
    """The edits that call `new` instead of `old`: `node` is the call, or the function's or class's name."""
    callee = node.func if isinstance(node, ast.Call) else node
    return context.rewriter.rename_callee(module, callee, old, new) if isinstance(callee, ast.expr) else None
