"""Why nothing is said: the losses that were met and could not be judged, each with the one thing that was unknown.

A loss is judged where it met a value whose scale is known: then it's right, or there is a finding. Losses that take any
numbers (margins, regressions) have nothing to judge.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from losslint.evaluation.observations import LossCall, LossMade
from losslint.evaluation.values import Scale, Tensor, Unknown, described
from losslint.finding import Silence

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.program.module import Module

MOST_TEXT = 48


_Key = tuple[int, int]
"""A loss where it is met: its call and where it is made, by their identities."""


def silences(evaluator: Evaluator) -> list[Silence]:
    """The losses that were not judged, a place once, in order."""
    _, silent = _met(evaluator)
    said = {
        Silence(module.place(node), shown, reason if isinstance(reason, str) else _reason(reason))
        for module, node, shown, reason in silent.values()
    }
    return sorted(said)


def numbers(evaluator: Evaluator, is_counted: Callable[[str], bool]) -> tuple[int, int]:
    """How many losses were judged, and how many weren't, in the files that count (by path as shown)."""
    judged, silent = _met(evaluator)
    places = {id(node): module for module, node, shown, _ in silent.values() if shown and is_counted(module.path)}
    return len({key[0] for key, module in judged.items() if is_counted(module.path)}), len(places)


def _met(evaluator: Evaluator) -> tuple[dict[_Key, Module], dict[_Key, tuple[Module, ast.AST, str, str | LossCall]]]:
    """The losses that were judged, and those that weren't: where, what they are called, and why."""
    judged: dict[_Key, Module] = {}
    met: set[int] = set()
    found: dict[_Key, tuple[Module, ast.AST, str, str | LossCall]] = {}
    made: list[LossMade] = []
    for observation in evaluator.observations:
        if isinstance(observation, LossCall):
            key = (id(observation.node), id(observation.made))
            met.add(id(observation.made))
            if observation.contract.takes == "any" or observation.prediction.scale is not Scale.UNKNOWN:
                judged[key] = observation.module
            elif key not in found:
                found[key] = (observation.module, observation.node, observation.shown, observation)
        elif isinstance(observation, LossMade) and not observation.call and observation.contract.takes != "any":
            made.append(observation)
    for unmet in evaluator.unmet:
        met.add(id(unmet.made))
        found.setdefault((id(unmet.node), id(unmet.made)), (unmet.module, unmet.node, unmet.shown, unmet.reason))
    for loss in made:
        if id(loss.node) not in met:
            reason = evaluator.escaped.get(loss.node, "no call of what is made here was followed")
            found[id(loss.node), 0] = (loss.module, loss.node, loss.shown, reason)
    for module, node in evaluator.unfinished:
        name = f"`{node.name}`" if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else "module"
        found[id(node), 0] = (module, node, "", f"the rest of the {name} is too much work")
    return judged, {key: loss for key, loss in found.items() if key not in judged}


def _reason(call: LossCall) -> str:
    """What of a loss's input isn't known, and why."""
    value = call.input
    written = ast.unparse(call.input_node) if call.input_node is not None else ""
    text = f"`{written}`" if written and len(written) <= MOST_TEXT and "\n" not in written else "its input"
    if isinstance(value, (Tensor, Unknown)):
        return f"{text} isn't known: {value.reason}" if value.reason else f"{text} isn't known"
    return f"{text} is {described(value)}"
