"""Classifiers in scikit-learn's ways: what their methods give, and the scores that are made of losses."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint import frameworks
from losslint.evaluation.effects import Bindings, observe_call, renamed
from losslint.evaluation.values import (
    NO_SHAPE,
    Arguments,
    Cause,
    Const,
    External,
    Made,
    Scale,
    Seq,
    Tensor,
    Unknown,
    Value,
    Way,
)
from losslint.frameworks.vocabulary import CrossPrediction, Estimator, Loss, Scorer

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.frameworks.vocabulary import Api
    from losslint.program.module import Module

GIVES: dict[str, tuple[Scale, str]] = {
    "predict": (Scale.HARD, "predict decides for a class"),
    "predict_proba": (Scale.UNIT, "predict_proba gives probabilities"),
    "predict_log_proba": (Scale.LOG_PROBABILITIES, "predict_log_proba gives log-probabilities"),
    "decision_function": (Scale.UNBOUNDED, "decision_function gives scores: any real number"),
}
"""What a classifier's methods give. With several labels an example, the probabilities are independent."""

MOST_AROUND = 8


def classifier(value: Value | None, depth: int = 0) -> Made | None:
    """The classifier that an estimator is, or stands for; None where it isn't known to be one."""
    if not isinstance(value, Made) or value.api is None or depth > MOST_AROUND:
        return None
    effect = value.api.effect
    if not isinstance(effect, Estimator):
        return None
    if effect.around is None:
        return value
    bound = Bindings.of(value.api.signature, renamed(value.api, value.arguments))
    inner: Value | None
    if value.api.signature.open == effect.around:
        inner = bound.rest[-1][0] if bound.rest and not bound.open else None
    else:
        inner = bound.value(effect.around)
    if isinstance(inner, Seq):
        last = inner.items[-1] if inner.rest is None and inner.items else None
        inner = last.items[-1] if isinstance(last, Seq) and len(last.items) == 2 else None
    return classifier(inner, depth + 1)


def has_probabilities(made: Made) -> bool:
    """Whether a classifier has `predict_proba`, whatever its arguments are."""
    return made.api is not None and isinstance(made.api.effect, Estimator) and made.api.effect.probabilities


def method(evaluator: Evaluator, made: Made, name: str, arguments: Arguments, node: ast.AST) -> Value | None:
    """A method of an estimator; None where it isn't one, or nothing is known of the method."""
    if made.api is None or not isinstance(made.api.effect, Estimator):
        return None
    if name in ("fit", "set_params", "partial_fit"):
        return made
    known = classifier(made)
    return None if known is None else _gives(known, name, node, evaluator.frame.module, "method")


def attribute(made: Made, name: str) -> Value | None:
    """`search.best_estimator_` and the like."""
    if made.api is None or not isinstance(made.api.effect, Estimator) or made.api.effect.around is None:
        return None
    return classifier(made) if name in ("best_estimator_", "estimator", "estimator_") else None


def _gives(made: Made, name: str, node: ast.AST, module: Module, form: str) -> Tensor | None:
    if name not in GIVES:
        return None
    scale, says = GIVES[name]
    notes = frozenset() if has_probabilities(made) else frozenset({"without-probabilities"})
    cause = Cause(name, form, module, node, made.node, made.module)
    dtype = None if scale is Scale.HARD else "float"
    return Tensor(scale, NO_SHAPE, dtype, "prediction", way=Way(module, node, says), cause=cause, notes=notes)


def call(evaluator: Evaluator, external: External, api: Api, arguments: Arguments, node: ast.AST) -> Value:
    """`cross_val_predict(…)`, `make_scorer(…)`."""
    bound = Bindings.of(api.signature, renamed(api, arguments))
    effect = api.effect
    if isinstance(effect, CrossPrediction):
        known = classifier(bound.value(effect.estimator))
        name = bound.constant(effect.method)
        if known is not None and isinstance(name, str):
            found = _gives(known, name, node, evaluator.frame.module, "call")
            if found is not None:
                return found
        return Unknown(f"what `{external.shown}` gives")
    assert isinstance(effect, Scorer)
    _score(evaluator, effect, bound, node)
    return Unknown("a scorer")


def _score(evaluator: Evaluator, effect: Scorer, bound: Bindings, node: ast.AST) -> None:
    """A loss is made a score: it will meet what the method gives, and labels."""
    function = bound.value(effect.function)
    if not isinstance(function, External) or not isinstance(node, ast.Call) or bound.open:
        return
    api = frameworks.lookup(function.name)
    if api is None or not isinstance(api.effect, Loss) or api.effect.family != "score":
        return
    name = bound.constant(effect.method)
    for old, meant in (("needs_proba", "predict_proba"), ("needs_threshold", "decision_function")):
        if bound.given(old):
            given = bound.value(old)
            if not isinstance(given, Const):
                return
            name = meant if given.value else name
    if not isinstance(name, str) or name not in GIVES:
        return
    module = evaluator.frame.module
    value = Tensor(GIVES[name][0], NO_SHAPE, None, "prediction", cause=Cause(name, "other", module, node))
    observe_call(
        evaluator, api.effect, api, function.shown, "scorer", module, node, value, Unknown("the labels"),
        evaluator.next_event(), evaluator.path, bound, None, (), function.name,
    )  # fmt: skip
