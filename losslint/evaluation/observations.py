"""What the evaluator observes: a loss that meets its arguments, an activation that is applied, a loss that is made.

An observation is of *one* way through the program: each argument is one atom. Where a loss is met with several
alternatives, there is one observation for each that the program can reach, all with the same `event`.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from losslint.evaluation.values import (
    NO_SHAPE,
    PROBABILITY_SCALES,
    Arguments,
    Atom,
    Cause,
    Const,
    LogResult,
    LossResult,
    Scale,
    Tensor,
    Unknown,
    Value,
    Way,
    further,
)  # fmt: skip
from losslint.record import dataclass, field, replace

if TYPE_CHECKING:
    from losslint.evaluation.conditions import Conditions
    from losslint.frameworks.vocabulary import Api, Loss, Metric
    from losslint.program.module import Module


_EXPECTED = {
    ("log-probabilities", "softmax"): Scale.LOG_PROBABILITIES,
    ("probabilities", "softmax"): Scale.PROBABILITIES,
    ("probabilities", "sigmoid"): Scale.SIGMOID,
}
"""What a loss expects by what it takes, and its family."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A call of a function of the project, inside of which something was observed."""

    module: Module
    node: ast.AST
    title: str


@dataclass(frozen=True, slots=True, eq=False)
class LossCall:
    """A loss meets its arguments.

    `form` is "function" (`F.cross_entropy(x, y)`), "object" (`criterion(x, y)`, made at `made`), "compile" (Keras: `node` is
    the `compile` call, or the `fit` that brings the labels is `fit`), in which case `made` is where the loss is
    written (a string, a name or a constructor), or "by hand" (`-(y * log(p)).sum()`: `node` is the logarithm).
    `conditions` are those under which its arguments are what they are, `chosen` those under which it is this loss.
    `callers` are the calls of the project's functions that led to it, the outermost first.
    `behind` names the activation that the program applies itself, where this is a loss together with it (see `beneath`).
    `input_node` and `target_node` are the expressions at the call, where there are any. `arguments` are the loss's other
    arguments (constructor's and call's together) by name. `turned` where its two arguments are swapped in the program, and stand
    here as they were meant. `name` is the canonical name of a library's loss ("torch.nn.BCELoss"). `partner` is the other
    logarithm of a binary cross-entropy by hand, that of 1 - p.
    """

    contract: Loss
    api: Api | None
    shown: str
    form: str
    module: Module
    node: ast.Call
    input: Atom
    target: Atom
    event: int
    conditions: Conditions = ()
    chosen: Conditions = ()
    input_node: ast.expr | None = None
    target_node: ast.expr | None = None
    made: ast.AST | None = None
    made_module: Module | None = None
    name: str = ""
    arguments: Mapping[str, tuple[Value, ast.expr | None]] = field(default_factory=dict)
    way: Way | None = None
    backend: str | None = None
    behind: str = ""
    callers: tuple[Caller, ...] = ()
    turned: bool = False
    partner: LogResult | None = None

    @property
    def prediction(self) -> Tensor:
        """The input as a tensor; one of which nothing is known where it is something else."""
        return self.input if isinstance(self.input, Tensor) else Tensor()

    @property
    def labels(self) -> Tensor:
        """The target as a tensor, likewise."""
        return self.target if isinstance(self.target, Tensor) else Tensor()

    def constant(self, name: str) -> object:
        """The constant that an argument of the loss is; None where it isn't given or isn't known."""
        value = self.arguments.get(name, (None, None))[0]
        return value.value if isinstance(value, Const) else None

    @property
    def beneath(self) -> LossCall | None:
        """The loss together with the activation that it expects in front of it: those two are a loss on logits.

        `log_softmax(probabilities)` and `NLLLoss` do what `CrossEntropyLoss` does; and what that gets from a log_softmax
        comes to the same as without. None where no such activation is there, or was applied to what nothing else was
        applied to before.
        """
        tensor, cause, contract = self.prediction, self.prediction.cause, self.contract
        if cause is None or cause.before is None:
            return None
        twice = contract.applies == "log_softmax" and tensor.scale is Scale.LOG_PROBABILITIES
        if not twice and _EXPECTED.get((contract.takes, contract.family)) is not tensor.scale:
            return None
        way = further(cause.before.way, cause.module, cause.node, f"{cause.name} is applied to it")
        for step in tensor.way.steps() if tensor.way is not None else ():
            if step.node is not cause.node and step.node is not cause.made:
                way = further(way, step.module, step.node, step.message)
        contract = replace(contract, takes="logits", applies=cause.name, logits=None)
        given = cause.before.but(shape=tensor.shape, way=way)
        return replace(self, contract=contract, input=given, behind=cause.name)

    @property
    def keeps_contract(self) -> bool:
        """Whether nothing of what is known could interest a rule. Unknown keeps every contract."""
        tensor, target, contract = self.prediction, self.labels, self.contract
        if "squeezed-classes" in tensor.notes or "clamped-logits" in tensor.notes:
            return False
        beneath = self.beneath
        if beneath is not None and not beneath.keeps_contract:
            return False
        if tensor.role in (None, "data") and target.role == "prediction":
            return False
        if isinstance(self.input, Tensor) and tensor.role == "label":
            return False
        if isinstance(self.target, Unknown) and self.target.role == "prediction":
            return False
        if target.scale is not Scale.UNKNOWN or target.dtype is not None or target.shape != NO_SHAPE:
            return False
        if tensor.shape.class_size == 1 or tensor.shape.rank is not None or tensor.shape.classes is not None:
            return False
        match contract.takes:
            case "logits":
                return tensor.scale in (Scale.UNKNOWN, Scale.UNBOUNDED) and tensor.cause is None
            case "log-probabilities":
                return tensor.scale in (Scale.UNKNOWN, Scale.LOG_PROBABILITIES)
            case "probabilities":
                expected = Scale.SIGMOID if contract.family == "sigmoid" else Scale.PROBABILITIES
                return tensor.scale in (Scale.UNKNOWN, expected)
        return tensor.scale not in PROBABILITY_SCALES


@dataclass(frozen=True, slots=True, eq=False)
class ActivationCall:
    """An activation is applied to a value.

    `name` is the activation's title ("softmax"), `axis` the axis that was given; `explicit` tells whether one was given
    (`axis` may be None all the same, where it isn't a constant). `form` is as in `Cause`.
    """

    cause: Cause
    scale: Scale
    axis: int | None
    explicit: bool
    has_axis: bool
    input: Atom
    module: Module
    node: ast.AST
    event: int
    conditions: Conditions = ()

    @property
    def tensor(self) -> Tensor:
        return self.input if isinstance(self.input, Tensor) else Tensor()


@dataclass(frozen=True, slots=True, eq=False)
class LossMade:
    """A loss object is made, or a loss function is called: with these arguments, before any contract is looked at.

    `unexpected` are the keywords that the signature doesn't have; `call` tells a function's call from a constructor's.
    """

    contract: Loss
    api: Api
    shown: str
    module: Module
    node: ast.Call
    arguments: Arguments
    unexpected: tuple[str, ...]
    call: bool
    event: int
    conditions: Conditions = ()


@dataclass(frozen=True, slots=True, eq=False)
class Unmet:
    """A loss that is there, and that could not be brought together with what it gets: `reason` says why."""

    shown: str
    module: Module
    node: ast.AST
    reason: str
    made: ast.AST | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LogarithmCall:
    """A logarithm is taken of what an activation gave (`log`), and is used as `use` says.

    "loss": it is the input of a loss (`loss_node` is its call); "weighted": it is multiplied with other numbers, summed
    or averaged, and its sign changed, so that it is a cross-entropy (`loss_node` is where that is complete); "binary": so
    it is, and the logarithm of 1 minus the same probabilities (`partner`) is in it too; "mean": the same without other
    numbers; "nested": the activation stands in the logarithm's own argument, and no more is known.
    """

    log: LogResult
    use: str
    module: Module
    node: ast.Call
    event: int
    conditions: Conditions = ()
    loss_module: Module | None = None
    loss_node: ast.AST | None = None
    partner: LogResult | None = None

    @property
    def tensor(self) -> Tensor:
        """What stands under the logarithm."""
        return self.log.tensor

    @property
    def cause(self) -> Cause:
        """The activation."""
        assert self.log.tensor.cause is not None
        return self.log.tensor.cause

    @property
    def is_nested(self) -> bool:
        """Whether the activation stands in the logarithm's own argument."""
        return self.log.is_nested


@dataclass(frozen=True, slots=True, eq=False)
class FocalCall:
    """A loss is multiplied with a power of 1 - exp(-loss), at `node`: a focal loss.

    `result` is what the loss in the exponent gave, `reduction` what was done to it there: "none", "mean", "sum",
    "partial" (over some axes), or None where it isn't known, `weight` the argument that weighs the classes, if any.
    `way` leads from the loss to the power, `exponential` is the call of exp, `times` what the loss gave that the power
    is multiplied with. `reduced` holds the results of which a focal loss's mean or sum was taken later.
    """

    result: LossResult
    reduction: str | None
    weight: str | None
    module: Module
    node: ast.AST
    event: int
    conditions: Conditions = ()
    way: Way | None = None
    exponential: ast.Call | None = None
    times: LossResult | None = None
    reduced: AbstractSet[LossResult] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class MetricCall:
    """A metric that takes probabilities meets a model's output.

    `form` is "function", "object" (also `metric.update_state(…)`) or "compile"; `made` is where the metric is written, a
    constructor, a name or a string. `arguments` are its arguments by name, with their defaults in `defaults`.
    `loss` is a loss that takes logits and that the same layer's output meets elsewhere in the program: it says that the
    output is logits, which no layer knows of itself. None where there isn't one.
    """

    metric: Metric
    shown: str
    form: str
    module: Module
    node: ast.Call
    input: Atom
    event: int
    conditions: Conditions = ()
    made: ast.AST | None = None
    made_module: Module | None = None
    arguments: Mapping[str, tuple[Value, ast.expr | None]] = field(default_factory=dict)
    defaults: Mapping[str, object] = field(default_factory=dict)
    loss: LossCall | None = None

    @property
    def prediction(self) -> Tensor:
        """The input as a tensor; one of which nothing is known where it is something else."""
        return self.input if isinstance(self.input, Tensor) else Tensor()

    def argument(self, name: str | None) -> object:
        """The constant that an argument is, its default's where it isn't given; None where it isn't known."""
        if name is None:
            return None
        if name in self.arguments:
            value = self.arguments[name][0]
            return value.value if isinstance(value, Const) else None
        return self.defaults.get(name)


def with_losses(observations: Sequence[Observation]) -> list[Observation]:
    """The observations, each metric's with the loss that takes the output of the same layer for logits."""
    losses: dict[int, LossCall] = {}
    for observation in observations:
        if isinstance(observation, LossCall) and observation.contract.takes == "logits":
            if observation.contract.family in ("softmax", "sigmoid") and (layer := _layer(observation.prediction)):
                losses.setdefault(layer, observation)
    return [
        replace(o, loss=losses[layer])
        if isinstance(o, MetricCall) and (layer := _layer(o.prediction)) is not None and layer in losses
        else o
        for o in observations
    ]


def _layer(tensor: Tensor) -> int | None:
    """The layer that made a tensor, where it is known."""
    if tensor.head is None or "clamped-logits" in tensor.notes:
        return None
    return id(tensor.head.made) if tensor.head.made is not None else id(tensor.head.node)


Observation = LossCall | ActivationCall | LossMade | LogarithmCall | FocalCall | MetricCall
