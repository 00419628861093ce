"""Why nothing is said: the losses that were met and could not be judged, each with the one thing that was unknown.

A loss is judged where it met a value whose scale is known: then it's right, or there is a finding. Losses that take any
numbers (margins, regressions) have nothing to judge.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.evaluation.observations import LossCall, LossMade
from losslint.evaluation.values import Scale, Tensor, Unknown, described
from losslint.finding import Silence

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.program.module import Module

MOST_TEXT = 48


def silences(evaluator: Evaluator) -> list[Silence]:
    """The losses that were not judged, a place once, in order."""
    judged: set[tuple[int, int]] = set()
    met: set[int] = set()
    found: dict[tuple[int, int], tuple[Module, ast.AST, str, str]] = {}
    made: list[LossMade] = []
    for observation in evaluator.observations:
        if isinstance(observation, LossCall):
            key = (id(observation.node), id(observation.made))
            met.add(id(observation.made))
            if observation.contract.takes == "any" or observation.prediction.scale is not Scale.UNKNOWN:
                judged.add(key)
            elif key not in found:
                found[key] = (observation.module, observation.node, observation.shown, _reason(observation))
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
    said = {
        Silence(module.place(node), shown, reason)
        for key, (module, node, shown, reason) in found.items()
        if key not in judged
    }
    return sorted(said)


def _reason(call: LossCall) -> str:
    """What of a loss's input isn't known, and why."""
    value = call.input
    written = ast.unparse(call.input_node) if call.input_node is not None else ""
    text = f"`{written}`" if written and len(written) <= MOST_TEXT and "\n" not in written else "its input"
    if isinstance(value, (Tensor, Unknown)):
        return f"{text} isn't known: {value.reason}" if value.reason else f"{text} isn't known"
    return f"{text} is {described(value)}"
