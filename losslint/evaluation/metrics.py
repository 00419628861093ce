"""Metrics that take probabilities: where they meet a model's output, by `compile` or by hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint import frameworks
from losslint.evaluation import conditions as cond
from losslint.evaluation.effects import Bindings, renamed
from losslint.evaluation.observations import MetricCall
from losslint.evaluation.values import (
    Arguments,
    Atom,
    Compiled,
    Const,
    External,
    Made,
    Mapping,
    Seq,
    Tensor,
    Unknown,
    Value,
)
from losslint.frameworks.vocabulary import Metric

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.frameworks.vocabulary import Api
    from losslint.program.module import Module

ACCURACIES = ("accuracy", "acc")
"""Strings for which Keras takes the metric that fits: for a single unit it is BinaryAccuracy."""

INPUT = "y_pred"


def called(evaluator: Evaluator, made: Made, arguments: Arguments, node: ast.AST) -> Value:
    """`metric(y, p)`, `metric.update_state(y, p)`."""
    assert made.api is not None
    constructor = Bindings.of(made.api.signature, renamed(made.api, made.arguments))
    bound = Bindings.of(made.api.call_signature, arguments)
    _meet(evaluator, made.api, made.shown, "object", constructor, bound.value(INPUT), node, made.node, made.module)
    return Unknown("a metric's value")


def function(evaluator: Evaluator, shown: str, api: Api, bound: Bindings, node: ast.AST) -> Value:
    """`binary_accuracy(y, p)`."""
    _meet(evaluator, api, shown, "function", bound, bound.value(INPUT), node, node, evaluator.frame.module)
    return Unknown("a metric's value")


def compiled(evaluator: Evaluator, given: Compiled, output: Value) -> None:
    """The metrics of a `compile`, each on its output."""
    for metric, written, one in _matched(given, output):

        def meet(atom: Atom, metric: Value = metric, written: ast.AST | None = written) -> Value:
            evaluator.each(metric, lambda m: _of_compile(evaluator, given, m, written, atom))
            return Const(None)

        evaluator.each(one, meet)


def _matched(given: Compiled, output: Value) -> Iterator[tuple[Value, ast.AST | None, Value]]:
    """Each metric, where it is written, and the output that it gets. Which output is whose isn't always known."""
    metrics = given.metrics
    outputs = output.items if isinstance(output, Seq) and output.rest is None else None
    if isinstance(metrics, Mapping):
        for name, value in metrics.items.items():
            named = [o for o in outputs or [output] if isinstance(o, Tensor) and o.layer == name]
            if len(named) == 1 or (outputs is None and len(metrics.items) == 1):
                one: Value = named[0] if named else output
                yield from ((m, w, one) for m, w in _each(value, None))
    elif isinstance(metrics, Seq) and outputs is None:
        yield from ((m, w, output) for m, w in _each(metrics, None))
    elif isinstance(metrics, Seq) and outputs is not None and len(metrics.items) == len(outputs):
        if all(isinstance(m, Seq) for m in metrics.items):
            for value, its in zip(metrics.items, outputs, strict=True):
                yield from ((m, w, its) for m, w in _each(value, None))


def _each(value: Value, written: ast.AST | None) -> Iterator[tuple[Value, ast.AST | None]]:
    """The metrics of a list, also of a list in a list."""
    if isinstance(value, Seq):
        for index, item in enumerate(value.items):
            yield from _each(item, value.nodes[index] if index < len(value.nodes) else value.node)
    else:
        yield value, written


def _of_compile(evaluator: Evaluator, given: Compiled, metric: Atom, written: ast.AST | None, output: Atom) -> Value:
    match metric:
        case Const(value=str(name)):
            api = frameworks.metric_from_string(name)
            if name in ACCURACIES:
                one_unit = isinstance(output, Tensor) and output.shape.class_size == 1
                api = frameworks.metric_from_string("binary_accuracy") if one_unit else None
            if api is not None:
                bound = Bindings.of(api.signature, Arguments())
                _meet(evaluator, api, name, "compile", bound, output, given.node, metric.node or written,
                      metric.module or given.module, given.module)  # fmt: skip
        case External():
            api = frameworks.lookup(metric.name)
            if api is not None:
                bound = Bindings.of(api.signature, Arguments())
                _meet(evaluator, api, metric.shown, "compile", bound, output, given.node, written, given.module,
                      given.module)  # fmt: skip
        case Made() if metric.api is not None:
            bound = Bindings.of(metric.api.signature, renamed(metric.api, metric.arguments))
            _meet(evaluator, metric.api, metric.shown, "compile", bound, output, given.node, metric.node, metric.module,
                  given.module)  # fmt: skip
    return Const(None)


def _meet(
    evaluator: Evaluator, api: Api, shown: str, form: str, bound: Bindings, value: Value | None, node: ast.AST,
    made: ast.AST | None, made_module: Module, module: Module | None = None,
) -> None:  # fmt: skip
    effect = api.effect
    if not isinstance(effect, Metric) or value is None or not isinstance(node, ast.Call) or bound.open:
        return
    event, base = evaluator.next_event(), evaluator.path

    def one(atom: Atom) -> Value:
        evaluator.observe(
            MetricCall(
                effect, shown, form, module or evaluator.frame.module, node, atom, event,
                cond.without(evaluator.path, base), made, made_module, dict(bound.values), dict(bound.defaults),
            )
        )  # fmt: skip
        return Const(None)

    evaluator.each(value, one)
