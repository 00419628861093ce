"""Fixes that fit all that they touch: a loss that is met elsewhere, and an activation that leads to other losses.

A rule judges one way through the program, and writes the fix for that one. Where the same loss, or the same activation, is part
of other ways, the fix is made together with what those need, or is only shown.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from losslint.evaluation.observations import FocalCall, LogarithmCall, LossCall, MetricCall, Observation
from losslint.evaluation.values import Scale, Tensor, Unknown
from losslint.finding import Finding, Fix, Place, Step, joined
from losslint.record import replace

if TYPE_CHECKING:
    import ast

    from losslint.evaluation.evaluator import Evaluator
    from losslint.evaluation.values import Atom, Cause
    from losslint.program.module import Module
    from losslint.rule import Context

Judged = tuple[Observation, Finding]
Meeting = LossCall | MetricCall
Judge = Callable[[Observation], Iterable[Finding]]
"""What the rules say of an observation."""

MOST_LED_TO = 50
"""Losses that an activation leads to and that need it, of which it's looked at what they need instead."""

MOST_TOGETHER = 100
"""Edits that are made together: who has so many of them has to look at each."""

CHANGED = frozenset({"log", "complement", "clamped"})
"""Notes of a tensor that was computed from the activation's result, and would be something else without it."""


def fitting(
    evaluator: Evaluator,
    observations: Sequence[Observation],
    judged: Sequence[Judged],
    most: int,
    judge: Judge,
    context: Context,
) -> list[Finding]:
    """The findings, their fixes such as fit the rest of the program. A loss that's met more than `most` times isn't looked at."""
    met = _Met(evaluator, observations, judged)
    activations = _Activations(met, observations, judged, judge, context)
    found: list[Finding] = []
    for observation, finding in judged:
        if isinstance(observation, LossCall) and met.is_said_with_labels(observation, finding.code):
            continue
        often = isinstance(observation, (LossCall, MetricCall)) and len(met.here(observation)) > most
        if finding.fixes and often:
            finding = only_shown(finding)  # whether all of them fit isn't looked at
        elif finding.fixes and isinstance(observation, FocalCall):
            made, node = observation.result.made, observation.result.node
            if made is not None and any(other.node is not node for other in met.at.get((id(made), False), ())):
                finding = only_shown(finding)
        elif finding.fixes and isinstance(observation, (LossCall, MetricCall)):
            finding = met.fitting(observation, finding)
            if isinstance(observation, LossCall):
                finding = activations.fitting(observation, finding)
        if isinstance(observation, LossCall) and observation.callers:
            finding = _with_caller(finding, observation, met.right(observation, finding.code))
        found.append(finding)
    return found


def one_of_each(findings: Iterable[Finding]) -> list[Finding]:
    """One finding of those at the same loss with the same cause. What mends it mends all of them, or is only shown."""
    alike: dict[object, list[Finding]] = {}
    for finding in findings:
        key = (finding.code, finding.place, finding.trace[0].place if finding.trace else None)
        alike.setdefault(key, []).append(finding)
    return [_for_all(group) for group in alike.values()]


def _for_all(group: Sequence[Finding]) -> Finding:
    best = group[0]
    for finding in group[1:]:
        if _better(finding, best):
            best = finding
    fixes: list[Fix] = []
    for fix in best.fixes:
        whole: Fix | None = fix
        for other in group:
            if other is not best and whole is not None and fix.applicability != "display":
                whole = _with(whole, other.fixes)
        fixes.append(replace(fix, applicability="display") if whole is None else whole)
    return _having(best, fixes)


def _with(fix: Fix, others: Sequence[Fix]) -> Fix | None:
    """A fix together with the one that does the same for somebody else; None where there's none that can be made with it."""
    if any(other.edits and set(other.edits) <= set(fix.edits) for other in others):
        return fix
    for other in others:
        if other.message == fix.message and other.applicability != "display":
            return joined(fix.message, fix, other) if len(fix.edits) < MOST_TOGETHER else None
    return None


def _better(one: Finding, other: Finding) -> bool:
    """Whether a finding says more than another of the same cause: certain before conditional, mended before only shown."""
    certain, sure = one.condition is None, other.condition is None
    return certain > sure or (certain is sure and _is_mended(one) and not _is_mended(other))


def _is_mended(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.applicability != "display"


def only_shown(finding: Finding, which: Callable[[Fix], bool] = lambda fix: True) -> Finding:
    """The finding, some of its fixes only for display."""
    if not any(which(fix) for fix in finding.fixes):
        return finding
    return _having(finding, [replace(fix, applicability="display") if which(fix) else fix for fix in finding.fixes])


def _having(finding: Finding, fixes: Sequence[Fix]) -> Finding:
    return replace(finding, fix=fixes[0] if fixes else None, alternatives=tuple(fixes[1:]))


# ----------------------------------------------------------------------------------------------------------------- losses


class _Met:
    """What each loss is met with, by the call and by where the loss is written.

    What is judged as it was meant, with its arguments the other way round, is another matter than how it is.
    """

    def __init__(self, evaluator: Evaluator, observations: Sequence[Observation], judged: Sequence[Judged]) -> None:
        self._evaluator = evaluator
        self.at: dict[tuple[int, bool], list[Meeting]] = {}
        for observation in observations:
            if isinstance(observation, (LossCall, MetricCall)):
                for identity in {id(observation.node), id(observation.made)}:
                    self.at.setdefault((identity, _is_turned(observation)), []).append(observation)
        self._flagged = {(finding.code, id(observation)) for observation, finding in judged}
        self._wrong = {id(observation) for observation, _ in judged}
        self._labelled = {
            (finding.code, *_compiled(observation))
            for observation, finding in judged
            if isinstance(observation, LossCall) and observation.form == "compile" and _has_labels(observation)
        }
        self._others = functools.cache(self._others_at)
        self._right = functools.cache(self._right_at)
        self._is_everywhere = functools.cache(self._everywhere)

    def here(self, call: Meeting) -> list[Meeting]:
        """What is met by the same call."""
        return self.at[id(call.node), _is_turned(call)]

    def others(self, written: ast.AST, call: Meeting) -> list[Meeting]:
        """What is met where a loss is written, its call or where it is made."""
        return self._others(id(written), id(call.node), id(call.made), _is_turned(call))

    def right(self, call: LossCall, code: str) -> list[LossCall]:
        """The same call on the ways on which a rule has nothing to say of it."""
        return self._right(id(call.node), _is_turned(call), code)

    def _right_at(self, node: int, turned: bool, code: str) -> list[LossCall]:
        return [o for o in self.at[node, turned] if isinstance(o, LossCall) and (code, id(o)) not in self._flagged]

    def is_said_with_labels(self, call: LossCall, code: str) -> bool:
        """Whether a compile that nobody has brought labels yet is said, too, of a fit that does: that knows what mends it."""
        return not _has_labels(call) and (code, *_compiled(call)) in self._labelled

    def fitting(self, call: Meeting, finding: Finding) -> Finding:
        """The finding: a fix that rewrites the loss is only shown where it's also met with what fits it as it is."""
        for module, written in places_of(call):
            place = module.place(written)
            if not self._is_everywhere(finding.code, id(written), id(call.node), id(call.made), _is_turned(call)):
                finding = only_shown(finding, functools.partial(_rewrites, place=place))
            else:
                at_it = self.others(written, call)
                alone = functools.partial(_rewrites_both, place=place, cause=call.prediction.cause, others=at_it)
                finding = _having(finding, [fix for fix in finding.fixes if not alone(fix)])
        return finding

    def _others_at(self, written: int, node: int, made: int, turned: bool) -> list[Meeting]:
        """What a loss is met with. A compile (the node) is met again by each fit: what else it compiles, and a fit that isn't
        right itself or of which the labels aren't known, says nothing of it.

        A function that was run for its own sake before somebody was seen to call it met nothing with its parameters.
        """

        def is_nothing(atom: Atom) -> bool:
            return isinstance(atom, Unknown) and self._evaluator.parameters.get(atom.key) in self._evaluator.called

        return [
            other
            for other in self.at[written, turned]
            if not (
                other.form == "compile"
                and id(other.node) == node
                and (id(other.made) != made or id(other) in self._wrong or not _has_labels(other))
            )
            and not (isinstance(other, LossCall) and is_nothing(other.input) and is_nothing(other.target))
        ]

    def _everywhere(self, code: str, written: int, node: int, made: int, turned: bool) -> bool:
        return all((code, id(other)) in self._flagged for other in self._others(written, node, made, turned))


def _is_turned(call: Meeting) -> bool:
    return isinstance(call, LossCall) and call.turned


def _has_labels(call: Meeting) -> bool:
    return isinstance(call, LossCall) and call.labels.scale is not Scale.UNKNOWN


def _compiled(call: LossCall) -> tuple[int, ...]:
    """What is compiled: which loss, for which model's outputs."""
    cause = call.prediction.cause
    return id(call.node), id(call.made), id(cause.node if cause is not None else None)


def places_of(call: Meeting) -> Iterator[tuple[Module, ast.AST]]:
    """Where a loss is written: its call, and where it's made."""
    yield call.module, call.node
    if call.made is not None:
        yield call.made_module or call.module, call.made


def _rewrites(fix: Fix, place: Place) -> bool:
    """Whether a fix edits something at a place."""
    return any(_within(edit.place, place) for edit in fix.edits)


def _rewrites_both(fix: Fix, place: Place, cause: Cause | None, others: Sequence[Meeting]) -> bool:
    """Whether a fix rewrites a loss together with one of the several activations that it is met with: it fits no other one."""
    causes = [other.prediction.cause for other in others]
    if cause is None or all(known is None or known.node is cause.node for known in causes):
        return False
    return _rewrites(fix, place) and any(_touches(fix, at) for at in _places_of(cause))


def _touches(fix: Fix, place: Place) -> bool:
    """Whether a fix edits something at a place, or with it: a whole statement that goes away."""
    start, end = (place.line, place.column), (place.end_line, place.end_column)
    return any(
        edit.place.path == place.path
        and (edit.place.line, edit.place.column) < end
        and start < (edit.place.end_line, edit.place.end_column)
        for edit in fix.edits
    )


def _within(inner: Place, outer: Place) -> bool:
    return (
        inner.path == outer.path
        and (outer.line, outer.column) <= (inner.line, inner.column)
        and (inner.end_line, inner.end_column) <= (outer.end_line, outer.end_column)
    )


def _with_caller(finding: Finding, observation: LossCall, others: Sequence[LossCall]) -> Finding:
    """The finding with the call that leads to it, where other calls lead to the same place and are right."""
    for other in others:
        for caller, elsewhere in zip(observation.callers, other.callers, strict=False):
            if caller == elsewhere:
                continue
            place = caller.module.place(caller.node)
            if any(step.place == place for step in finding.trace):
                return finding
            step = Step(place, f"{caller.title} is called here")
            return replace(finding, trace=(*finding.trace[:-1], step, *finding.trace[-1:]))
    return finding


# ------------------------------------------------------------------------------------------------------------ activations


class _Activations:
    """Which losses, metrics and logarithms each activation leads to, by where it's applied and where it's made; and which losses
    each model's last layer does."""

    def __init__(
        self,
        met: _Met,
        observations: Sequence[Observation],
        judged: Sequence[Judged],
        judge: Judge,
        context: Context,
    ) -> None:
        self._met, self._judge, self._context = met, judge, context
        self._observations = observations
        self._known: dict[int, set[str]] = {}
        self._fixes: dict[int, list[Fix]] = {}
        for observation, finding in judged:
            self._known.setdefault(id(observation), set()).add(finding.code)
            self._fixes.setdefault(id(observation), []).extend(finding.fixes)
        self._edits = {key: [frozenset(fix.edits) for fix in fixes if fix.edits] for key, fixes in self._fixes.items()}
        self._whole: dict[tuple[Fix, int, int], Fix | None] = {}
        self._without: dict[tuple[int, int], list[Finding]] = {}

    @functools.cached_property
    def _led(self) -> dict[int, list[Meeting | LogarithmCall]]:
        found: dict[int, list[Meeting | LogarithmCall]] = {}
        for observation in self._observations:
            for identity in {identity for cause in _causes(observation) for identity in _identities(cause)}:
                assert isinstance(observation, (LossCall, MetricCall, LogarithmCall))
                found.setdefault(identity, []).append(observation)
        return found

    @functools.cached_property
    def _heads(self) -> dict[int, list[LossCall]]:
        found: dict[int, list[LossCall]] = {}
        for observation in self._observations:
            if isinstance(observation, LossCall) and (head := observation.prediction.head) is not None:
                for identity in _identities(head):
                    found.setdefault(identity, []).append(observation)
        return found

    def fitting(self, call: LossCall, finding: Finding) -> Finding:
        """The finding: a fix that rewrites an activation mends, too, what else that leads to, or is only shown."""
        fixes = [self._fitting(call, fix) for fix in finding.fixes]
        return finding if all(map(operator.is_, fixes, finding.fixes)) else _having(finding, fixes)

    def _fitting(self, call: LossCall, fix: Fix) -> Fix:
        if fix.applicability == "display":
            return fix
        whole: Fix | None = fix
        causes = [cause for cause in _causes(call) if any(_touches(fix, place) for place in _places_of(cause))]
        for cause in causes:
            if whole is not None:
                key = (whole, id(cause.node), id(cause.made))
                if key not in self._whole:
                    self._whole[key] = self._with_all(call, whole, cause)
                whole = self._whole[key]
        if not causes and not self._fits_head(call, fix):
            whole = None
        return whole if whole is not None else replace(fix, applicability="display")

    def _fits_head(self, call: LossCall, fix: Fix) -> bool:
        """Whether a fix that rewrites a model's last layer leaves no other loss with what is wrong for it."""
        head = call.prediction.head
        if head is None:
            return True
        led = [self._heads[identity] for identity, place in _written(head) if _touches(fix, place)]
        return not any(
            id(mate) not in self._known
            and mate.node is not call.node
            and (mate.made is None or mate.made is not call.made)
            for mates in led
            for mate in mates
        )

    def _with_all(self, call: LossCall, fix: Fix, cause: Cause) -> Fix | None:
        """A fix together with what everything else needs that the activation leads to."""
        led = [self._led[identity] for identity, place in _written(cause) if _touches(fix, place)]
        mates = list({id(mate): mate for mates in led for mate in mates}.values())
        others = [mate for mate in mates if not self._is_mended(mate, fix)]
        if not others:
            return fix
        if len(others) > MOST_LED_TO:
            return None
        dropped = self._context.rewriter.drop_activation(cause)
        drops = dropped is not None and set(dropped) <= set(fix.edits)
        whole: Fix | None = fix
        for mate in others:
            if whole is None or self._is_mended(mate, whole):
                continue
            if not drops:
                whole = _with(whole, self._fixes.get(id(mate), ()))
            elif isinstance(mate, LogarithmCall) or mate.prediction.notes & CHANGED:
                whole = None
            else:
                whole = self._with_needed(call, whole, mate, mates)
        return whole

    def _is_mended(self, mate: Meeting | LogarithmCall, fix: Fix) -> bool:
        """Whether a fix is one of those that something has itself."""
        edits = frozenset(fix.edits)
        return any(own <= edits for own in self._edits.get(id(mate), ()))

    def _with_needed(
        self, call: LossCall, fix: Fix, mate: Meeting, mates: Sequence[Meeting | LogarithmCall]
    ) -> Fix | None:
        """A fix that takes an activation away together with what another loss needs that gets its result."""
        known = self._known.get(id(mate), ())
        own = {id(mate) for mate in mates}
        whole: Fix | None = fix
        for finding in self._judged_without(call, mate):
            if finding.code in known or whole is None or (finding.severity == "info" and not finding.fixes):
                continue
            fits = [
                other
                for other in finding.fixes
                if other.applicability != "display"
                and all(
                    id(elsewhere) in own
                    for module, written in places_of(mate)
                    if _rewrites(other, module.place(written))
                    for elsewhere in self._met.others(written, mate)
                )
            ]
            ways = (joined(_both_said(whole, other), whole, other) for other in fits)
            whole = next((way for way in ways if way is not None), None)
        return whole

    def _judged_without(self, call: LossCall, mate: Meeting) -> list[Finding]:
        """What the rules say of something where the activation is taken away that leads to it. They are logits then."""
        loss = call if isinstance(mate, MetricCall) else None
        key = (id(mate), id(loss))
        if key not in self._without:
            cause = mate.prediction.cause
            before = cause.before if cause is not None and cause.before is not None else Tensor()
            if before.scale is Scale.UNKNOWN:
                before = before.but(scale=Scale.UNBOUNDED)
            given = before.but(shape=mate.prediction.shape, way=mate.prediction.way)
            without = (
                replace(mate, input=given, loss=loss) if isinstance(mate, MetricCall) else replace(mate, input=given)
            )
            self._without[key] = list(self._judge(without))
        return self._without[key]


def _both_said(one: Fix, other: Fix) -> str:
    return one.message if other.message in one.message.split("; ") else f"{one.message}; {other.message}"


def _causes(observation: Observation) -> list[Cause]:
    """The activations that what is observed went through, the last first."""
    match observation:
        case LogarithmCall():
            return [observation.cause]
        case LossCall() if (beneath := observation.beneath) is not None:
            causes = [observation.prediction.cause, beneath.prediction.cause]
        case LossCall() | MetricCall():
            causes = [observation.prediction.cause]
        case _:
            causes = []
    return [cause for cause in causes if cause is not None]


def _written(cause: Cause) -> Iterator[tuple[int, Place]]:
    """Where an activation is applied, and where it is made."""
    yield id(cause.node), cause.module.place(cause.node)
    if cause.made is not None:
        yield id(cause.made), (cause.made_module or cause.module).place(cause.made)


def _identities(cause: Cause) -> list[int]:
    return [id(cause.node), *([id(cause.made)] if cause.made is not None else ())]


def _places_of(cause: Cause) -> list[Place]:
    return [place for _, place in _written(cause)]
