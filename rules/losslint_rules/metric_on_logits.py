"""LL403: a metric that takes probabilities, on logits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Edit, Finding, Fix, MetricCall, Rule, Scale, Step, short_name
from losslint_rules.keras_losses import reference_to

if TYPE_CHECKING:
    import libcst as cst

CLASSES = {
    "acc": "BinaryAccuracy",
    "accuracy": "BinaryAccuracy",
    "auc": "AUC",
    "binary_accuracy": "BinaryAccuracy",
    "precision": "Precision",
    "recall": "Recall",
}
"""Metrics as strings and functions, and their classes."""


class MetricOnLogits(Rule):
    """A Keras metric takes the model's logits for probabilities.

    ## What it does
    Finds `accuracy` on a single unit, `BinaryAccuracy`, `Precision`, `Recall` and the like with their threshold of 0.5, `AUC`
    and the cross-entropies of `keras.metrics` without `from_logits=True`, where the output is trained with a loss that takes
    logits.

    ## Why is this bad?
    The training is right, and the number isn't: a probability of 0.5 is the logit 0, and the logit 0.5 a probability of
    0.62. `AUC` cuts logits off at 0 and 1, and can't tell apart what lies beyond. Early stopping and the choice of a
    checkpoint go by such numbers.

    ## Example
    ```python
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
    ```

    ## Use instead
    ```python
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0)],
    )
    ```

    ## Fix safety
    Safe: only the number that is measured changes; it keeps its name. There is no fix for a threshold on the logits of a
    softmax, which no single number stands for.

    ## References
    - [keras.metrics.BinaryAccuracy](https://keras.io/api/metrics/accuracy_metrics/#binaryaccuracy-class)
    - [keras.metrics.AUC](https://keras.io/api/metrics/classification_metrics/#auc-class)
    """

    code = "LL403"
    name = "metric-on-logits"
    severity = "info"
    fix = "safe"

    def visit_MetricCall(self, node: cst.CSTNode | None, call: MetricCall, context: Context) -> Iterator[Finding]:
        if call.loss is None or call.prediction.scale is not Scale.UNBOUNDED:
            return
        metric, title = call.metric, short_name(call.shown)
        if metric.logits is not None:
            if call.argument(metric.logits) is not False:
                return
            effect, setting, applies = (
                "takes its input for probabilities and cuts it off at 0 and 1",
                metric.logits,
                True,
            )
            advice = "Set `from_logits=True`."
        else:
            if not _half(call) or call.argument("top_k") is not None:
                return
            effect, setting = "takes what is above 0.5 for positive", metric.threshold or "threshold"
            applies = call.loss.contract.family == "sigmoid"
            advice = "The threshold of a logit is 0." if applies else "Give it the softmax's probabilities."
            if applies and isinstance(call.made, ast.Constant):
                advice = f"Use `{_title(title)}({setting}=0)`."
        value = "True" if setting == metric.logits else "0"
        says = f"{title} {effect}, and gets logits"
        module, made = call.made_module or call.module, call.made or call.node
        trace: tuple[Step, ...] = (
            *context.way(call.prediction.way),
            context.step(call.loss.made_module or call.loss.module, call.loss.made or call.loss.node,
                         f"{short_name(call.loss.shown)} takes logits"),
            context.step(module, made, f"{title} {effect}"),
        )  # fmt: skip
        yield self.finding(
            call,
            f"{says}: the model learns, and is measured wrongly. {advice}",
            trace,
            _told(call, context, setting, value) if applies else None,
            place=module.place(made),
        )


def _half(call: MetricCall) -> bool:
    """Whether the threshold is 0.5: said, or meant where nothing is."""
    threshold = call.metric.threshold
    given = call.argument(threshold)
    return given == 0.5 or (given is None and threshold not in call.arguments)


def _title(shown: str) -> str:
    return CLASSES.get(shown, shown)


def _told(call: MetricCall, context: Context, setting: str, value: str) -> Fix | None:
    """The metric with its threshold, or told that logits come."""
    module, made = call.made_module or call.module, call.made
    edits: tuple[Edit, ...] | None = None
    if isinstance(made, ast.Call):
        written = call.arguments.get(setting, (None, None))[1]
        edits = (
            context.rewriter.set_keyword(module, made, setting, value)
            if written is None
            else context.rewriter.replace_node(module, written, value)
        )
    elif isinstance(made, (ast.Name, ast.Attribute)):
        holder, _, own = module.segment(made).rpartition(".")
        if own in call.metric.title:  # a class; a function's class is elsewhere
            edits = context.rewriter.replace_node(module, made, f"{module.segment(made)}({setting}={value})")
        elif own in CLASSES and holder.rpartition(".")[2] == "metrics":
            edits = context.rewriter.replace_node(module, made, f"{holder}.{CLASSES[own]}({setting}={value})")
    elif isinstance(made, ast.Constant) and isinstance(made.value, str):
        title = _title(made.value)
        reference, imported = reference_to(module, "metrics", title)
        name = f'name="{made.value}", ' if made.value != "binary_accuracy" else ""
        if reference is not None:
            edits = context.rewriter.replace_node(module, made, f"{reference}({name}{setting}={value})")
            edits = None if edits is None else (*edits, *imported)
    return context.fix("safe", "the metric knows of the logits", edits)
