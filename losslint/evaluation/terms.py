"""What arithmetic makes of a loss's result, and of logarithms of probabilities.

So a loss that a program writes by hand is recognised: a focal loss is a loss times a power of 1 - exp(-loss), a cross-entropy
the negative sum or mean of logarithms. What isn't one of these steps ends the matter.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.evaluation import conditions as cond
from losslint.evaluation import values as v
from losslint.evaluation.observations import FocalCall, LogarithmCall, LossCall
from losslint.evaluation.values import (
    PROBABILITY_SCALES,
    Assumption,
    Atom,
    Cause,
    Choice,
    Const,
    LogResult,
    LogTerm,
    LossResult,
    LossTerm,
    Made,
    Scale,
    Tensor,
    Unknown,
    Value,
    Way,
)  # fmt: skip
from losslint.frameworks.vocabulary import Loss
from losslint.record import replace

if TYPE_CHECKING:
    from losslint.evaluation.effects import Bindings, Site
    from losslint.evaluation.evaluator import Evaluator
    from losslint.frameworks.vocabulary import Logarithm
    from losslint.program.module import Module

MOST_LOGS = 4
"""Logarithms that are followed in one sum."""

PICKED = frozenset({"column", "picked"})
"""Notes of a tensor of which one class, or one for each row, was chosen."""

RAW = "clamped-logits"
"""The note of logits of which only those were left that lie between bounds."""

_REDUCTIONS = {
    "none": "none",
    "mean": "mean",
    "elementwise_mean": "mean",
    "sum": "sum",
    "auto": "mean",
    "sum_over_batch_size": "mean",
    "mean_with_sample_weight": "mean",
    "weighted_sum_by_nonzero_weights": "mean",
}
"""The values of `reduction` in PyTorch, Keras and TensorFlow 1, by what comes out."""


def has_terms(value: Value) -> bool:
    """Whether something of a loss or of a logarithm is in a value."""
    if isinstance(value, Tensor):
        return value.loss is not None or bool(value.logs)
    return isinstance(value, Choice) and any(has_terms(atom) for _, atom in value.alternatives)


# ------------------------------------------------------------------------------------------------------ a loss's result


def result_of(
    evaluator: Evaluator, effect: Loss, shown: str, bound: Bindings, module: Module, node: ast.Call, made: Made | None
) -> Value:
    """What a loss gives: a number for each example, or one for all, weighted or not."""
    if effect.family not in ("softmax", "sigmoid") or effect.takes == "any":
        return Tensor(Scale.LOSS, dtype="float")

    def with_reduction(reduction: Atom) -> Value:
        return evaluator.each(weights[1], lambda weight: one(reduction, weight))

    def one(reduction: Atom, weight: Atom) -> Value:
        assumed: list[Assumption] = []
        name = _weighs(evaluator, weight, weights[0], assumed)
        reduced = _reduction(reduction, bound, assumed)
        result = LossResult(
            shown, effect.family, effect.framework, module, node, made.node if made is not None else None,
            made.module if made is not None else None, reduced, name, tuple(assumed),
        )  # fmt: skip
        message = {
            "none": "gives one loss for each example",
            "mean": "gives one number: the mean over the batch",
            "sum": "gives one number: the sum over the batch",
        }.get(reduced or "", "gives the loss")
        way = Way(module, node, f"{shown.rpartition('.')[2]} {message}")
        return Tensor(Scale.LOSS, dtype="float", way=way, loss=LossTerm(result, "loss", reduced))

    given = [(name, value) for name in effect.weights if (value := bound.value(name)) is not None]
    weights = next(((n, w) for n, w in given if not (isinstance(w, Const) and w.value is None)), ("", Const(None)))
    return evaluator.each(bound.value("reduction") or Unknown("no reduction"), with_reduction)


def _reduction(reduction: Atom, bound: Bindings, assumed: list[Assumption]) -> str | None:
    """What an argument `reduction` says, and what the old arguments do that override it."""
    old = [bound.value(name) for name in ("size_average", "reduce") if name in bound.defaults]
    if any(not isinstance(value, Const) and not is_left_out(value) for value in old):
        return None
    averaged, reduced = (value.value if isinstance(value, Const) else None for value in (*old, None, None)[:2])
    if averaged is not None or reduced is not None:
        if reduced is not None and not reduced:
            return "none"
        return "mean" if averaged is None or averaged else "sum"
    if not isinstance(reduction, Const):
        return None
    if reduction.assumed:
        assumed.append(Assumption("reduction", f"{reduction.assumed[-1]} == {reduction.value!r}", reduction.assumed))
    return _REDUCTIONS.get(str(reduction.value).lower())


def is_left_out(value: Value | None) -> bool:
    """Whether it is a parameter that nobody sets, and that is None then: so are the ones that are deprecated."""
    return isinstance(value, Unknown) and value.origin == "default"


def revised(evaluator: Evaluator, call: FocalCall) -> FocalCall:
    """Without what was assumed of a function that the program was seen to call after all."""
    for assumption in call.result.assumed:
        if evaluator.parameters.get(assumption.key) in evaluator.called:
            call = replace(call, weight=None) if assumption.argument == "weight" else replace(call, reduction=None)
    return call


def _weighs(evaluator: Evaluator, weight: Atom, name: str, assumed: list[Assumption]) -> str | None:
    """The argument's name where it surely weighs the classes, or does as soon as a parameter is given that may be left out."""
    node = evaluator.frame.module.tree
    none, given = evaluator.compare(weight, "is", None, node)
    if given is None:
        return None
    if none is None:
        return name
    if isinstance(weight, Unknown) and weight.origin == "default" and isinstance(weight.key, tuple):
        assumed.append(Assumption("weight", f"{weight.key[-1]} is not None", weight.key))
        return name
    return None


# ------------------------------------------------------------------------------------------------------------ operators


class Group:
    """One operation on values that may be several: what is observed of it is one event."""

    def __init__(self, evaluator: Evaluator, node: ast.AST) -> None:
        self.evaluator = evaluator
        self.module = evaluator.frame.module
        self.node = node
        self.base = evaluator.path
        self.event: int | None = None
        self.others = False

    def combined(self, op: ast.operator, one: Atom, other: Atom, result: Value) -> Value:
        """`one op other`, of which `result` is known but for the terms in it."""
        if not isinstance(result, Tensor):
            return result
        logs = self._logs(op, one, other)
        loss, way = self._loss(op, one, other)
        if loss is None and not logs:
            return result
        return settled(self.evaluator, result.but(loss=loss, logs=logs, way=way or result.way), self.module, self.node)

    def close(self) -> None:
        """Say so where the operation was a focal loss for some of the alternatives only."""
        if self.event is not None and self.others:
            self.evaluator.incomplete.add(self.event)

    # ------------------------------------------------------------------------------------------------------- focal losses

    def _loss(self, op: ast.operator, one: Atom, other: Atom) -> tuple[LossTerm | None, Way | None]:
        left, right = _loss_term(one), _loss_term(other)
        if left is not None and right is not None:
            if isinstance(op, ast.Mult):
                for factor, loss, tensor in ((left, right, one), (right, left, other)):
                    if factor.form in ("power", "complement") and loss.form in ("loss", "negative"):
                        assert isinstance(tensor, Tensor)
                        return self._focal(factor, tensor, loss), tensor.way
            self.others = True
            return None, None
        self.others = True
        term, holder, plain = (left, one, other) if left is not None else (right, other, one)
        if term is None or not isinstance(holder, Tensor):
            return None, None
        number = plain.value if isinstance(plain, Const) else None
        return self._with_other(op, term, number, left is not None), holder.way

    def _with_other(self, op: ast.operator, term: LossTerm, number: object, left: bool) -> LossTerm | None:
        """A term and a number, or what isn't known; `left` where the term stands left of the operator."""
        match op, term.form:
            case ast.Sub(), "likelihood" if not left and number == 1:
                return replace(term, form="complement")
            case ast.Pow(), "complement" if left:
                return replace(term, form="power")
            case (ast.Mult() | ast.Div()), ("loss" | "negative" | "power" | "complement" | "focal") if (
                left or isinstance(op, ast.Mult)
            ):
                if isinstance(number, (int, float)) and number < 0:
                    term = _opposite(term)
                return term if number in (1, -1) else replace(term, scaled=True)
            case (ast.Add() | ast.Sub()), "focal":
                return term
        return None

    def _focal(self, factor: LossTerm, tensor: Tensor, term: LossTerm) -> LossTerm:
        evaluator = self.evaluator
        if self.event is None:
            self.event = evaluator.next_event()
        evaluator.observe(
            FocalCall(
                result=factor.result,
                reduction=factor.reduction,
                weight=factor.result.weight,
                module=self.module,
                node=self.node,
                event=self.event,
                conditions=cond.without(evaluator.path, self.base),
                way=tensor.way,
                exponential=factor.exponential,
                times=term.result,
                reduced=evaluator.reduced,
            )
        )
        return LossTerm(factor.result, "focal", factor.reduction, exponential=factor.exponential)

    # --------------------------------------------------------------------------------------------------------- logarithms

    def _logs(self, op: ast.operator, one: Atom, other: Atom) -> tuple[LogTerm, ...]:
        left, right = _log_terms(one), _log_terms(other)
        if not left and not right:
            return ()
        match op:
            case ast.Add() | ast.Sub():
                if isinstance(op, ast.Sub):
                    right = tuple(replace(t, negative=not t.negative) for t in right)
                both = (*left, *right)[:MOST_LOGS]
                if (left and right) or isinstance(other if left else one, Const):
                    return both
                # what is between two logarithms of chosen actions' probabilities is a measure of how a policy changed
                return tuple(t for t in both if not _is_picked(t, one if left else other))
            case ast.Mult() if left and right:
                return ()
            case ast.Mult():
                tensor, plain = (one, other) if left else (other, one)
                written = getattr(self.node, "right" if left else "left", None)
                terms = (_times(self.evaluator, term, tensor, plain, written) for term in left or right)
                return tuple(t for t in terms if t is not None)
            case ast.Div() if left:
                sign = isinstance(other, Const) and isinstance(other.value, (int, float)) and other.value < 0
                return tuple(replace(t, negative=t.negative != sign) for t in left)
        return ()


def _loss_term(atom: Atom) -> LossTerm | None:
    return atom.loss if isinstance(atom, Tensor) else None


def _log_terms(atom: Atom) -> tuple[LogTerm, ...]:
    return atom.logs if isinstance(atom, Tensor) else ()


def _opposite(term: LossTerm) -> LossTerm:
    return replace(term, form={"loss": "negative", "negative": "loss"}.get(term.form, term.form))


def _is_picked(term: LogTerm, atom: Atom) -> bool:
    """Whether it is the logarithm of one class's probability, as that of an action is that was chosen."""
    notes = term.log.tensor.notes | (atom.notes if isinstance(atom, Tensor) else frozenset())
    return not notes.isdisjoint(PICKED)


def _times(
    evaluator: Evaluator, term: LogTerm, atom: Atom, other: Atom, written: ast.AST | None
) -> LogTerm | None:
    """A logarithm times something else. Times its own probabilities it is part of an entropy; that of a chosen action times
    what it brought in teaches a policy. Both are right as they are."""
    if isinstance(other, Const):
        if not isinstance(other.value, (int, float)):
            return None
        return replace(term, negative=term.negative != (other.value < 0))
    cause = term.log.tensor.cause
    own = {kind for factor, kind in factors_of(other) if same_input(factor, cause)}
    if ("power" if term.log.complement else "multiple") in own:
        evaluator.entropies.add(term.log)
        return None
    if _is_picked(term, atom) and not own and not term.weighted:
        return None
    negative = term.negative != (isinstance(written, ast.UnaryOp) and isinstance(written.op, ast.USub))
    labels = other if term.labels is None and not term.reduced and isinstance(other, Tensor) else term.labels
    return replace(term, weighted=term.weighted or not term.reduced, negative=negative, labels=labels)


def factors_of(atom: Atom) -> tuple[tuple[Cause, str], ...]:
    """The probabilities that a value is a multiple of."""
    if not isinstance(atom, Tensor):
        return ()
    if atom.factors or atom.cause is None or atom.scale not in PROBABILITY_SCALES | {Scale.UNIT}:
        return atom.factors
    return ((atom.cause, "power" if "complement" in atom.notes else "multiple"),)


def multiplied(op: ast.operator, one: Atom, other: Atom, result: Value) -> Value:
    """The result of a multiplication, a division or a power, with the probabilities that are factors of it."""
    if not isinstance(result, Tensor):
        return result
    factors = factors_of(one)
    if isinstance(op, ast.Mult):
        factors = tuple(dict.fromkeys((*factors, *factors_of(other))))[:MOST_LOGS]
    elif isinstance(op, ast.Pow):
        factors = tuple(pair for pair in factors if pair[1] == "power")
    return result.but(factors=factors) if factors else result


def same_input(one: Cause | None, other: Cause | None) -> bool:
    """Whether two activations are one, or the same one of the same expression."""
    if one is None or other is None:
        return False
    if one.node is other.node:
        return True
    return (
        one.input is not None
        and other.input is not None
        and one.name == other.name
        and ast.dump(one.input) == ast.dump(other.input)
    )


def negated(evaluator: Evaluator, tensor: Tensor, result: Tensor, node: ast.AST) -> Tensor:
    """`-tensor`."""
    if tensor.loss is None and not tensor.logs:
        return result
    loss = _opposite(tensor.loss) if tensor.loss is not None and tensor.loss.form != "likelihood" else None
    logs = tuple(replace(t, negative=not t.negative) for t in tensor.logs)
    return settled(evaluator, result.but(loss=loss, logs=logs, way=tensor.way), evaluator.frame.module, node)


# ------------------------------------------------------------------------------------------------------------ functions


def reduced(evaluator: Evaluator, how: str, whole: bool, tensor: Tensor, result: Value, site: Site) -> Value:
    """A mean or a sum of a tensor, over all of it (`whole`) or over some axes."""
    if not isinstance(result, Tensor) or (tensor.loss is None and not tensor.logs):
        return result
    loss, way = tensor.loss, result.way
    if loss is not None:
        if loss.form == "focal":
            evaluator.reduced.add(loss.result)
        elif loss.form not in ("loss", "negative"):
            loss = None
        elif loss.reduction not in ("mean", "sum"):
            loss = replace(loss, reduction=how if whole else "partial")
            if whole:
                way = v.further(tensor.way, site.module, site.node, f"one number: the {how} over the batch")
    logs = tuple(replace(t, reduced=True) for t in tensor.logs)
    result = result.but(loss=loss, logs=logs, way=way or tensor.way)
    return settled(evaluator, result, site.module, site.node)


def exponential(tensor: Tensor, result: Tensor, site: Site) -> Tensor:
    """exp of a negative loss: the probability that the loss stands for."""
    term = tensor.loss
    if term is None or term.form != "negative" or (term.scaled and term.reduction not in ("mean", "sum")):
        return result
    if not isinstance(site.node, ast.Call):
        return result
    way = v.further(tensor.way, site.module, site.node, "p_t = exp(-loss)")
    return result.but(loss=replace(term, form="likelihood", exponential=site.node), way=way)


def clamped(tensor: Tensor, result: Tensor) -> Tensor:
    """A clamped likelihood, or 1 minus it, is still one."""
    term = tensor.loss
    if term is None or term.form not in ("likelihood", "complement"):
        return result
    return result.but(loss=term, way=tensor.way)


def logarithm(
    evaluator: Evaluator, effect: Logarithm, tensor: Tensor, result: Tensor, site: Site, event: int, base: cond.Conditions
) -> Tensor:
    """A logarithm of what an activation gave, or of logits; without a gradient nobody is trained on it."""
    cause = tensor.cause
    if effect.base != "e" or not effect.gradient or not isinstance(site.node, ast.Call):
        return result
    if evaluator.without_gradient or "detached" in tensor.notes:
        return result
    if cause is None and tensor.head is not None and (tensor.scale is Scale.UNBOUNDED or RAW in tensor.notes):
        raw = LogResult(
            site.module, site.node, effect.base, site.api, tensor, event, cond.without(evaluator.path, base),
            site.input_node, "complement" in tensor.notes, raw=True,
        )  # fmt: skip
        evaluator.incomplete.add(event)  # where the choice is between probabilities and these, no logarithm is meant
        return result.but(logs=(LogTerm(raw),))
    if cause is None or cause.name not in ("softmax", "sigmoid"):
        return result
    log = LogResult(
        site.module, site.node, effect.base, site.api, tensor, event, cond.without(evaluator.path, base),
        site.input_node, "complement" in tensor.notes,
    )  # fmt: skip
    if log.is_nested:
        if not log.complement and not tensor.notes & PICKED:
            evaluator.nested.append(log)
    elif tensor.notes & PICKED and not _is_here(evaluator, cause.node):
        return result  # whether a class was picked, or an action, and what for: only a loss's own softmax tells
    return result.but(logs=(LogTerm(log),))


def _is_here(evaluator: Evaluator, node: ast.AST) -> bool:
    """Whether a node is in the function that runs; at the top of a module, in what is no function there."""
    function = evaluator.frame.function
    if function is not None:
        return any(part is node for part in ast.walk(function.node))
    todo: list[ast.AST] = list(evaluator.frame.module.tree.body)
    while todo:
        part = todo.pop()
        if part is node:
            return True
        if not isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            todo.extend(ast.iter_child_nodes(part))
    return False


def settled(evaluator: Evaluator, tensor: Tensor, module: Module, node: ast.AST) -> Tensor:
    """Observe the logarithms of which a negative sum or mean is made: that is a loss."""
    for term in tensor.logs:
        log = term.log
        if not term.negative or not term.reduced or log.complement:
            continue
        if log.raw or log.tensor.scale is Scale.PROBABILITIES:
            written_out(evaluator, term, tensor.logs)
        if log.raw:
            continue
        partner = next((o.log for o in tensor.logs if o.log.complement and _same(o.log, log)), None)
        if partner is not None and log.tensor.scale is not Scale.SIGMOID:
            continue  # log(1 - softmax) has no logits' form, and so has the whole none
        use = "binary" if partner is not None else "weighted" if term.weighted else "mean"
        observe_logarithm(evaluator, log, module, node, use, partner)
    return tensor


def _same(one: LogResult, other: LogResult) -> bool:
    if one.raw and other.raw:
        head, another = one.tensor.head, other.tensor.head
        return head is not None and another is not None and head.node is another.node
    return same_input(one.tensor.cause, other.tensor.cause)


def written_out(evaluator: Evaluator, term: LogTerm, logs: tuple[LogTerm, ...]) -> None:
    """A cross-entropy that is written out is a loss, too: what stands under its logarithm meets what it's multiplied with.

    Of logits it is one where both logarithms of a binary one are there, what it's multiplied with are surely labels, or they are
    kept between 0 and 1.
    """
    log, labels = term.log, term.labels
    others = (o.log for o in logs if o.log.complement and o.negative and o.weighted and _same(o.log, log))
    partner = next(others, None)
    binary = partner is not None
    meant = log.tensor.scale is Scale.UNIT  # who keeps them between 0 and 1 takes them for probabilities
    meant = meant or (labels is not None and (labels.role == "label" or labels.scale is Scale.ONE_HOT))
    if log in evaluator.written_out or not term.weighted or (binary and not log.raw):
        return
    if log.raw and not (binary or meant):
        return
    evaluator.written_out.add(log)
    framework = log.api.partition(".")[0]
    contract = Loss(
        "cross-entropy", "probabilities", "sigmoid" if binary else "softmax", "binary" if binary else "probabilities",
        framework, class_axis=None,
    )  # fmt: skip
    event = evaluator.written_events.setdefault(log.event, evaluator.next_event())
    if log.event in (evaluator.not_raw if log.raw else evaluator.incomplete):
        evaluator.incomplete.add(event)
    evaluator.observe(
        LossCall(
            contract=contract,
            api=None,
            shown="A binary cross-entropy by hand" if binary else "A cross-entropy by hand",
            form="by hand",
            module=log.module,
            node=log.node,
            input=log.tensor,
            target=labels if labels is not None else Unknown("what it's multiplied with"),
            event=event,
            conditions=log.conditions,
            input_node=log.input,
            callers=evaluator.callers,
            partner=partner,
        )
    )


def into_loss(evaluator: Evaluator, tensor: Tensor, contract: Loss, module: Module, node: ast.Call) -> None:
    """Observe the logarithm that is the input of a loss."""
    if contract.family not in ("softmax", "divergence") or contract.takes not in ("log-probabilities", "logits"):
        return
    for term in tensor.logs:
        if tensor.scale is Scale.LOG_PROBABILITIES and not term.log.complement:
            observe_logarithm(evaluator, term.log, module, node, "loss")


def observe_logarithm(
    evaluator: Evaluator, log: LogResult, module: Module, node: ast.AST, use: str, partner: LogResult | None = None
) -> None:
    """Leave a `LogarithmCall`, once for each logarithm.

    A logarithm that other numbers reach as well, by another choice of the program's, has to be one of those, too.
    """
    if log in evaluator.observed_logs or log.event in evaluator.incomplete:
        return
    evaluator.observed_logs.add(log)
    evaluator.observe(
        LogarithmCall(
            log=log,
            use=use,
            loss_module=module,
            loss_node=node,
            partner=partner,
            module=log.module,
            node=log.node,
            event=log.event,
            conditions=log.conditions,
        )
    )
