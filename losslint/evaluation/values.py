"""What the evaluator knows of a value.

A value is an *atom* or a `Choice` of atoms, each under the conditions that lead to it. An atom that nothing is
known of is `Unknown`, and says why. Numbers that a model makes are `Tensor`s, with a scale, a shape, a dtype, a
role and the way that made them; everything else is what the program handles on the way: constants, functions,
classes, instances, layers, containers.
"""

from __future__ import annotations

import ast
import enum
import itertools
from typing import TYPE_CHECKING, TypeAlias

from losslint.record import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from losslint.evaluation.conditions import Conditions
    from losslint.frameworks.vocabulary import Api
    from losslint.program.module import Module

MOST_ALTERNATIVES = 10
MOST_STEPS = 14

_serial = itertools.count(1)


class Scale(enum.Enum):
    """What kind of numbers a tensor holds."""

    UNKNOWN = "unknown"
    UNBOUNDED = "logits"
    PROBABILITIES = "probabilities"
    SIGMOID = "independent probabilities"
    LOG_PROBABILITIES = "log-probabilities"
    LOG_SIGMOID = "log-sigmoids"
    NON_NEGATIVE = "non-negative values"
    BOUNDED = "values between -1 and 1"
    UNIT = "values between 0 and 1"
    INDICES = "class indices"
    ONE_HOT = "one-hot labels"
    MULTI_HOT = "multi-hot labels"
    HARD = "hard predictions"
    LOSS = "a loss"


PROBABILITY_SCALES = frozenset({Scale.PROBABILITIES, Scale.SIGMOID})
"""Scales that an activation made, and that lie between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Way:
    """The last step that made a value, and the way before it."""

    module: Module
    node: ast.AST
    message: str
    parent: Way | None = None
    length: int = 1

    def steps(self) -> tuple[Way, ...]:
        found: list[Way] = []
        way: Way | None = self
        while way is not None:
            found.append(way)
            way = way.parent
        return tuple(reversed(found))


def further(way: Way | None, module: Module, node: ast.AST, message: str) -> Way | None:
    """The way with one more step; a way that is already long stays as it is."""
    if way is None:
        return Way(module, node, message)
    if way.length >= MOST_STEPS or (way.node is node and way.message == message):
        return way
    return Way(module, node, message, way, way.length + 1)


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a tensor's axes.

    `rank` is None where unknown. `sizes` maps an axis to its size; axes are non-negative where the rank is known,
    otherwise counted from the front (>= 0) or from the back (< 0). `classes` is the axis of the classes.
    """

    rank: int | None = None
    sizes: tuple[tuple[int, int], ...] = ()
    classes: int | None = None

    def axis(self, axis: int) -> int:
        """The axis in this shape's own way of counting."""
        if self.rank is not None and axis < 0:
            return axis + self.rank
        return axis

    def size(self, axis: int) -> int | None:
        return dict(self.sizes).get(self.axis(axis))

    @property
    def is_empty(self) -> bool:
        """Whether there are surely no numbers in it."""
        return any(size == 0 for _, size in self.sizes)

    def same_axis(self, one: int, other: int) -> bool | None:
        """Whether two axes are the same; None where the rank would have to be known."""
        one, other = self.axis(one), self.axis(other)
        if self.rank is not None or (one < 0) == (other < 0):
            return one == other
        return None

    @property
    def class_size(self) -> int | None:
        return None if self.classes is None else self.size(self.classes)


NO_SHAPE = Shape()


@dataclass(frozen=True, slots=True)
class Cause:
    """What gave a tensor its scale: where an activation is applied and where it was written.

    `form` tells how it is written: "call" (`F.softmax(x)`), "method" (`x.softmax(1)`), "layer" (a made object that is
    called: `self.softmax(x)`), "element" (an element of a Sequential), "keyword" (`Dense(10, activation="softmax")`),
    "model" (a library's model that ends in it), "other".
    `node` is the call that applies it (form call, method, layer) or the construction (element, keyword, model),
    `made` the construction of the layer, `written` the keyword's value, `input` the expression it is applied to, `before`
    the value, and `base` that one's scale. `api` is the full name of a function that is called, whatever it was imported as.
    `assumed` is the function of which the number of units is a default, where nobody was seen to call it.
    """

    name: str
    form: str
    module: Module
    node: ast.AST
    made: ast.AST | None = None
    made_module: Module | None = None
    written: ast.AST | None = None
    input: ast.expr | None = None
    base: Scale = Scale.UNKNOWN
    before: Tensor | None = None
    api: str = ""
    assumed: ast.AST | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LossResult:
    """What a loss gave at a call.

    `reduction` is "none", "mean" or "sum", and None where it isn't known; `weight` names the argument that weighs the
    classes, where one does. `assumed` says under which values of parameters that nobody sets both are what they are.
    """

    shown: str
    family: str
    framework: str
    module: Module
    node: ast.Call
    made: ast.AST | None = None
    made_module: Module | None = None
    reduction: str | None = None
    weight: str | None = None
    assumed: tuple[Assumption, ...] = ()


@dataclass(frozen=True, slots=True)
class Assumption:
    """The argument of a loss, the condition in words ("alpha is not None"), and the key of the parameter in it."""

    argument: str
    text: str
    key: object


@dataclass(frozen=True, slots=True)
class LossTerm:
    """What arithmetic has made of a loss's result.

    `form` is "loss", "negative" (-loss), "likelihood" (exp(-loss), by the call `exponential`), "complement" (1 -
    exp(-loss)), "power" (of that) or "focal" (the power times the loss). `reduction` is the result's, or what was done to
    it since ("partial" where a sum or a mean was taken over some axes). `scaled` tells that other factors came in.
    """

    result: LossResult
    form: str
    reduction: str | None
    scaled: bool = False
    exponential: ast.Call | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LogResult:
    """A logarithm that was taken of what an activation gave: `tensor` is what stood under it, `api` the function's name.

    `event` and `conditions` are those of an observation. `complement` where it was 1 - p: that has no logits' form of its own,
    and only tells what the other logarithms in a sum are part of. `raw` where no activation made it: logits stood under it.
    """

    module: Module
    node: ast.Call
    base: str
    api: str
    tensor: Tensor
    event: int
    conditions: Conditions
    input: ast.expr | None = None
    complement: bool = False
    raw: bool = False

    @property
    def is_nested(self) -> bool:
        """Whether the activation stands in the logarithm's own argument."""
        cause = self.tensor.cause
        return cause is not None and any(part is cause.node for part in ast.walk(self.node))


@dataclass(frozen=True, slots=True)
class LogTerm:
    """What arithmetic has made of a logarithm: `negative` where its sign was changed, `weighted` where it was multiplied with
    other numbers than its own probabilities, `reduced` where a sum or a mean was taken. `labels` is the first that it was
    multiplied with: in a cross-entropy, the labels."""

    log: LogResult
    negative: bool = False
    weighted: bool = False
    reduced: bool = False
    labels: Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """Numbers: their scale, shape, dtype ("float", "int", "bool", "string"), role, and the way that made them.

    `role` is "prediction" where a model with parameters made it, "label" where it was made as a label, "data" where it
    comes out of a loader, else None. `reason` says why the scale is unknown, where it is.
    `exact` is the dtype's own name where it's known ("int32"). `n_classes` is how many classes labels tell apart: class
    indices lie below it. `layer` is the name of the Keras layer that made it.
    comes out of a loader, else None. `loss` and `logs` say what of a loss's result, and of logarithms of
    probabilities, is in it. `factors` are the activations whose results it is a product with: of the probabilities
    ("multiple"), or of a power of 1 minus them ("power").
    """

    scale: Scale = Scale.UNKNOWN
    shape: Shape = NO_SHAPE
    dtype: str | None = None
    role: str | None = None
    axis: int | None = None
    way: Way | None = None
    cause: Cause | None = None
    head: Cause | None = None
    layer: str | None = None
    notes: frozenset[str] = frozenset()
    reason: str = ""
    exact: str | None = None
    n_classes: int | None = None
    loss: LossTerm | None = None
    logs: tuple[LogTerm, ...] = ()
    factors: tuple[tuple[Cause, str], ...] = ()

    def but(self, **changes: object) -> Tensor:
        """The same with changes. Another dtype has another name, and another scale isn't that of these classes."""
        if "dtype" in changes:
            changes.setdefault("exact", None)
        if "scale" in changes:
            changes.setdefault("n_classes", None)
        return replace(self, **changes)  # type: ignore[arg-type]

    def detached(self) -> Tensor:
        """The same numbers, without a gradient."""
        return self.but(notes=self.notes | {"detached"}, logs=())

    def facts(self) -> tuple[object, ...]:
        return (self.scale, self.shape, self.dtype, self.role, self.axis, self.cause, self.head, self.layer, self.notes,
                self.exact, self.n_classes, self.loss, self.logs, self.factors)  # fmt: skip


FORM = "rank or dtype"
"""The origin of what the program asks of a tensor's form, and isn't known: how many axes it has, or its dtype."""


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """Nothing is known. `reason` says why; `key` identifies it where it is met again (for conditions).

    `kind` is the type of what is one of Python's own ("int", "float", "bool", "str"; "length" for the size of an axis,
    "size" for the sizes of all, of which there are `count` where that is known; "shape" for what may be such sizes).
    `origin` is what the program's tests of it tell: "choice" and "named" (one of several that it names itself), "default" (a
    parameter that nobody sets), "device", or `FORM`.
    """

    reason: str = ""
    key: object = None
    role: str | None = None
    origin: str | None = None
    kind: str | None = None
    count: int | None = None

    def facts(self) -> tuple[object, ...]:
        return (self.key, self.role, self.kind, self.count)


@dataclass(frozen=True, slots=True)
class Const:
    """A constant: None, a bool, a number, a string, bytes, or Ellipsis.

    `assumed` is the key of the parameter whose default it is, where nobody was seen to call the function.
    """

    value: object
    node: ast.AST | None = field(default=None, compare=False)
    module: Module | None = field(default=None, compare=False)
    assumed: tuple[str, int, str] | None = field(default=None, compare=False)

    def facts(self) -> tuple[object, ...]:
        return (type(self.value), self.value)


class Identity:
    """An atom that is itself only: it lives in one place and may change."""

    __slots__ = ()

    def facts(self) -> tuple[object, ...]:
        return (id(self),)


@dataclass(slots=True, eq=False)
class Seq(Identity):
    """A list or a tuple (`kind`), `items` in order; `rest` stands for unknown many further elements.

    `depth` is the number of loops of unknown length around the place where it was made. One that grew further inside of
    them is `repeated`: some of the items stand for as many as there were rounds, and how many there are isn't known.
    """

    kind: str
    items: list[Value]
    rest: Value | None = None
    node: ast.AST | None = None
    module: Module | None = None
    nodes: list[ast.AST] = field(default_factory=list)
    names: tuple[str, ...] = ()
    depth: int = 0
    repeated: bool = False
    key: int = field(default_factory=_serial.__next__)


@dataclass(slots=True, eq=False)
class Mapping(Identity):
    """A dict with constant keys; `rest` stands for whatever other keys give."""

    items: dict[object, Value]
    rest: Value | None = None
    node: ast.AST | None = None
    module: Module | None = None
    key: int = field(default_factory=_serial.__next__)


@dataclass(slots=True, eq=False)
class Function(Identity):
    """A function, method or lambda of the project."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    module: Module
    scope: Scope
    defaults: dict[str, Value]
    owner: ClassValue | None = None
    kind: str = "function"  # function, staticmethod, classmethod, property
    gradient: bool = True


@dataclass(slots=True, eq=False)
class ClassValue(Identity):
    """A class of the project. `bases` are atoms: ClassValue, External or Unknown."""

    name: str
    node: ast.ClassDef
    module: Module
    bases: list[Atom]
    attributes: dict[str, Value]
    scope: Scope
    mro: list[Atom] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Instance(Identity):
    """An object of a project's class."""

    cls: ClassValue
    attributes: dict[str, Value]
    born: Conditions
    node: ast.AST | None = None
    module: Module | None = None
    open: bool = False
    compiled: Compiled | None = None
    key: int = field(default_factory=_serial.__next__)


@dataclass(slots=True, eq=False)
class ModuleValue(Identity):
    """A module of the project."""

    module: Module


@dataclass(frozen=True, slots=True)
class External:
    """A name from outside the project. `name` is canonical ("keras.losses.X"), `shown` as imported."""

    name: str
    shown: str

    def facts(self) -> tuple[object, ...]:
        return (self.name,)


@dataclass(slots=True, eq=False)
class Made(Identity):
    """An object made by calling a library's class: a layer, a loss, an optimizer. `api` is None where no table knows it."""

    name: str
    shown: str
    api: Api | None
    arguments: Arguments
    node: ast.AST
    module: Module
    born: Conditions
    attributes: dict[str, Value] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Network(Identity):
    """A chain of layers (nn.Sequential, keras.Sequential), or a functional Keras model with known outputs.

    `layers` are (key, layer, the node that put it there); `outputs` is the value of a functional model. The head of a
    library's model is one, too: `of` is that model, and `layers` what the program puts there, or behind it; `changed` says
    that it did something else to it.
    """

    framework: str
    layers: list[tuple[str | None, Value, ast.AST]]
    node: ast.AST
    module: Module
    born: Conditions
    shown: str = "Sequential"
    rest: bool = False
    outputs: Value | None = None
    inputs: Value | None = None
    compiled: Compiled | None = None
    attributes: dict[str, Value] = field(default_factory=dict)
    of: Made | None = None
    changed: bool = False


@dataclass(slots=True, eq=False)
class Compiled(Identity):
    """What Keras' `compile` was given."""

    node: ast.Call
    module: Module
    loss: Value
    loss_node: ast.expr | None
    metrics: Value | None = None


@dataclass(slots=True, eq=False)
class Partial(Identity):
    """`functools.partial`, or a bound `__init__`-less callable: a function with arguments already given."""

    function: Value
    arguments: Arguments


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """A method of an atom: `x.softmax`, `model.compile`, `self.helper`."""

    owner: Atom
    name: str
    function: Function | None = None

    def facts(self) -> tuple[object, ...]:
        return (self.owner.facts(), self.name)


@dataclass(frozen=True, slots=True, eq=False)
class Super:
    """`super()` in a method of `cls`, on `instance`."""

    instance: Atom
    cls: ClassValue

    def facts(self) -> tuple[object, ...]:
        return (id(self.cls), self.instance.facts())


@dataclass(slots=True, eq=False)
class Deferred(Identity):
    """What an import gives, which isn't looked for before it's read. It stands in scopes only."""

    find: Callable[[], Value] | None
    found: Value | None = None

    def force(self) -> Value:
        """The value. What leads back to itself isn't known."""
        if self.found is None:
            find, self.find = self.find, None
            self.found = Unknown("an import that leads back to itself") if find is None else find()
        return self.found


Atom: TypeAlias = (
    Tensor | Unknown | Const | Seq | Mapping | Function | ClassValue | Instance | ModuleValue | External | Made | Network
    | Partial | Bound | Super | Deferred
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Several atoms, each under its conditions."""

    alternatives: tuple[tuple[Conditions, Atom], ...]


Value: TypeAlias = Atom | Choice


@dataclass(slots=True)
class Arguments:
    """The arguments of a call, evaluated: values beside the nodes that wrote them.

    `open` says that a `*args` or `**kwargs` of unknown content was among them.
    """

    positional: list[tuple[Value, ast.expr | None]] = field(default_factory=list)
    keywords: dict[str, tuple[Value, ast.expr | None]] = field(default_factory=dict)
    open: bool = False


class Scope:
    """Names of a module, a class body or a function, and the scope around them."""

    __slots__ = ("born", "globals", "names", "nonlocals", "parent")

    def __init__(self, parent: Scope | None, born: Conditions, names: dict[str, Value] | None = None) -> None:
        self.parent = parent
        self.born = born
        self.names: dict[str, Value] = {} if names is None else names
        self.globals: frozenset[str] = frozenset()
        self.nonlocals: frozenset[str] = frozenset()


def described(value: Value) -> str:
    """What kind of value it is, in words."""
    match value:
        case Seq():
            return f"a {value.kind}"
        case Mapping():
            return "a dict"
        case Const():
            return "a constant"
        case Instance():
            return f"an object of `{value.cls.name}`"
        case Function():
            return f"the function `{value.name}`"
        case ClassValue():
            return f"the class `{value.name}`"
        case External() | Made():
            return f"`{value.shown}`"
        case Network():
            return "a model"
        case Tensor():
            return "a tensor"
    return "a value"


def fresh() -> int:
    """A number that was never given before: the identity of an unknown."""
    return next(_serial)


def named_tuple(names: tuple[str, ...], arguments: Arguments) -> Value:
    """A named tuple with its fields."""
    items: list[Value] = [value for value, _ in arguments.positional][: len(names)]
    for name in names[len(items) :]:
        items.append(arguments.keywords[name][0] if name in arguments.keywords else Unknown("a field with its default"))
    return Seq("tuple", items, None, names=names)
