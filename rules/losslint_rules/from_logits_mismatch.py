"""LL401: Keras' `from_logits` says something else than what the model gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Edit, Finding, Fix, LossCall, Rule, Scale, Severity, short_name
from losslint_rules import activations
from losslint_rules.contracts import has_flag
from losslint_rules.counterparts import written
from losslint_rules.keras_backends import looks_behind
from losslint_rules.keras_losses import with_logits

if TYPE_CHECKING:
    import libcst as cst


class FromLogitsMismatch(Rule):
    """A Keras loss is told `from_logits` wrongly: it takes probabilities for logits, or logits for probabilities.

    ## What it does
    Finds `from_logits=True` where the model ends in a softmax or sigmoid, and `from_logits=False` (the default,
    and what a loss by name means) where it ends in a layer without an activation.

    ## Why is this bad?
    *Logits taken for probabilities*: the categorical loss divides the raw numbers by their sum and clips them. In
    runs of 200 steps with 10 classes, that reached 34 % on average instead of 100 %. So does the sparse one, which
    on TensorFlow clips them to [0, 1] first. The binary one has no gradient outside (0, 1). Nothing is said.

    *Probabilities taken for logits*: softmax is applied twice, the loss can't fall below 0.90 for 5 classes.
    TensorFlow's Keras looks behind a softmax or sigmoid of Keras' and mends it with a warning; it doesn't where
    a reshape or a cast stands between, where the activation is `tf.nn`'s in a loop of one's own, for focal
    losses, or for `model.predict`'s output. The torch and jax backends never do. So it is a warning where the backend
    mends it, and an error otherwise.

    ## Example
    ```python
    model = keras.Sequential([keras.layers.Dense(10)])
    model.compile(loss="sparse_categorical_crossentropy")
    ```

    ## Use instead
    ```python
    model = keras.Sequential([keras.layers.Dense(10)])
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    ```

    ## Fix safety
    Safe: the loss is told what it gets, the model stays as it is. The other way, a softmax at the model's end
    without `from_logits=True`, changes what the model gives.

    ## References
    - [Keras: probabilistic losses](https://keras.io/api/losses/probabilistic_losses/)
    """

    code = "LL401"
    name = "from-logits-mismatch"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if not has_flag(call) or call.contract.family not in ("softmax", "sigmoid"):
            return
        match call.contract.takes, call.prediction.scale:
            case "logits", Scale.PROBABILITIES | Scale.SIGMOID:
                yield self._told_logits(call, context)
            case "probabilities", Scale.UNBOUNDED | Scale.LOG_PROBABILITIES | Scale.LOG_SIGMOID:
                yield self._told_probabilities(call, context)

    def _told_logits(self, call: LossCall, context: Context) -> Finding:
        activation = activations.name(call.prediction)
        behind = looks_behind(call)
        severity: Severity = "error" if behind is False else "warning"
        if behind:
            effect = "TensorFlow looks behind it, and only warns; a reshape in between, and it's applied twice"
        elif behind is None:
            effect = "TensorFlow mends it with a warning; other backends, and a reshape in between, apply it twice"
        elif call.contract.family == "softmax":
            effect = f"softmax is applied to it, and {activations.bound(call)}"
        else:
            effect = "sigmoid is applied twice, and no answer can be less than 50 %"
        flag = _flag(call)
        return self.finding(
            call,
            f"{short_name(call.shown)} is told `from_logits=True`, and the input went through {activation} already: "
            f"{effect}. Take `from_logits=True` away.",
            context.trace(call, f"{short_name(call.shown)} takes logits, as from_logits=True says"),
            None
            if flag is None
            else context.fix("safe", "the loss takes probabilities", _removed(call, context, flag)),
            severity,
            alternatives=[activations.without(call, context)],
        )

    def _told_probabilities(self, call: LossCall, context: Context) -> Finding:
        what = "logits" if call.prediction.scale is Scale.UNBOUNDED else call.prediction.scale.value
        if call.contract.family == "sigmoid":
            effect = "it clips them to [0, 1], and there is no gradient outside"
        elif call.contract.labels == "indices":
            clips, divides = "it clips them to [0, 1]", "it divides them by their sum and clips them"
            known = {"tensorflow": clips, "torch": divides, "jax": divides}
            effect = known.get(call.backend or "", "it clips them or divides them by their sum")
        else:
            effect = "it divides them by their sum and clips them"
        return self.finding(
            call,
            f"{short_name(call.shown)} takes probabilities unless it is told `from_logits=True`, and gets {what}: "
            f"{effect}. Set `from_logits=True`, or end the model in "
            f"{'a sigmoid' if call.contract.family == 'sigmoid' else 'a softmax'}.",
            context.trace(call, f"{short_name(call.shown)} takes probabilities"),
            context.fix("safe", "the loss takes logits", _told(call, context))
            if call.prediction.scale is not Scale.LOG_SIGMOID
            else None,
            alternatives=[_activated(call, context)],
        )


def _flag(call: LossCall) -> ast.expr | None:
    """The expression that says `from_logits=True`."""
    name = call.contract.logits
    return call.arguments.get(name, (None, None))[1] if name is not None else None


def _removed(call: LossCall, context: Context, flag: ast.expr) -> tuple[Edit, ...] | None:
    """Without the flag: the argument is gone, by name or by position."""
    for module, node in (written(call), (call.module, call.node)):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            if keyword.value is flag and keyword.arg is not None:
                return context.rewriter.remove_argument(module, node, keyword.arg)
        for index, argument in enumerate(node.args):
            if argument is flag:
                last = index == len(node.args) - 1
                return (
                    context.rewriter.remove_argument(module, node, index)
                    if last
                    else context.rewriter.replace_node(module, flag, "False")
                )
    return None


def _told(call: LossCall, context: Context) -> tuple[Edit, ...] | None:
    """With `from_logits=True`."""
    module, node = written(call)
    flag = _flag(call)
    if flag is not None:
        return context.rewriter.replace_node(module, flag, "True") if isinstance(flag, ast.Constant) else None
    if isinstance(node, ast.Call) and call.contract.logits is not None:
        # an object's call or `compile` isn't where the loss is written
        own = node is not call.node or (call.form == "function" and not _calls_itself(node))
        return context.rewriter.set_keyword(module, node, call.contract.logits, "True") if own else None
    return with_logits(context, module, node) if call.form == "compile" else None


def _calls_itself(node: ast.Call) -> bool:
    """Whether it is Keras that calls the loss there: a partial that `compile` was given."""
    return isinstance(node.func, ast.Attribute) and node.func.attr in ("compile", "fit", "evaluate")


def _activated(call: LossCall, context: Context) -> Fix | None:
    """The fix that ends the model in the activation that the loss expects."""
    head = call.prediction.head
    if head is None or call.prediction.scale is not Scale.UNBOUNDED:
        return None
    node = head.made or head.node
    if not isinstance(node, ast.Call) or not head.name.rpartition(".")[2].startswith(("Dense", "Conv")):
        return None
    activation = "sigmoid" if call.contract.family == "sigmoid" else "softmax"
    edits = context.rewriter.set_keyword(head.made_module or head.module, node, "activation", f'"{activation}"')
    return context.fix("unsafe", f"end the model in a {activation}", edits)
