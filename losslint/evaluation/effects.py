"""Carrying out the effects that the frameworks' tables name."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from losslint import frameworks
from losslint.evaluation import backends, dtypes, frames, operators, shapes, terms
from losslint.evaluation import conditions as cond
from losslint.evaluation import values as v
from losslint.evaluation.observations import ActivationCall, LossCall, LossMade, Unmet
from losslint.evaluation.values import (
    FORM,
    NO_SHAPE,
    PROBABILITY_SCALES,
    Arguments,
    Atom,
    Cause,
    Const,
    External,
    Function,
    Instance,
    Made,
    Mapping,
    Network,
    Partial,
    Scale,
    Seq,
    Shape,
    Tensor,
    Unknown,
    Value,
    Way,
)  # fmt: skip
from losslint.frameworks.vocabulary import (
    REQUIRED,
    Activate,
    ActivationLayer,
    Affine,
    Api,
    Arithmetic,
    Cast,
    Clamp,
    Columns,
    Detach,
    Effect,
    Exponential,
    FromData,
    Gives,
    Hard,
    Join,
    Logarithm,
    Loss,
    Makes,
    MaxAlong,
    Model,
    Negative,
    OneHot,
    Opaque,
    Pick,
    Product,
    Reshape,
    Same,
    Scatter,
    Signature,
    Sum,
    Trainer,
    Weights,
    Wrap,
)  # fmt: skip
from losslint.record import dataclass, field, replace

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.evaluation.observations import Observation
    from losslint.program.module import Module

HEADS = ("fc", "classifier", "head", "heads", "last_linear", "_fc", "fc_out")
"""Attributes under which libraries' models keep their last layer: setting one sets what the model gives."""


@dataclass(slots=True)
class Bindings:
    """Arguments by the names of a signature: values beside the nodes that wrote them."""

    values: dict[str, tuple[Value, ast.expr | None]] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)
    rest: list[tuple[Value, ast.expr | None]] = field(default_factory=list)
    defaults: dict[str, object] = field(default_factory=dict)
    open: bool = False

    @classmethod
    def of(cls, signature: Signature, arguments: Arguments) -> Bindings:
        """Bind arguments as Python would."""
        bound = cls(open=arguments.open)
        plain = [p for p in signature.parameters if not p.keyword_only]
        if signature.open is not None:
            # what comes before *args is bound first; `*size` alone takes everything
            index = len(plain)
            plain = plain[:index]
        for index, pair in enumerate(arguments.positional):
            if index < len(plain):
                bound.values[plain[index].name] = pair
            else:
                bound.rest.append(pair)
        names = set(signature.names())
        for name, pair in arguments.keywords.items():
            if name in names:
                bound.values[name] = pair
            elif signature.extra is None:
                bound.unexpected.append(name)
                bound.values.setdefault(name, pair)
            else:
                bound.values.setdefault(name, pair)
        for parameter in signature.parameters:
            if parameter.default is not REQUIRED:
                bound.defaults[parameter.name] = parameter.default
        return bound

    def is_default(self, name: str) -> bool:
        """Whether an argument has its default's value."""
        value = self.value(name)
        return value is None or (isinstance(value, Const) and value.value == self.defaults.get(name))

    def value(self, name: str | None) -> Value | None:
        """An argument's value, its default, or None."""
        if name is None:
            return None
        if name in self.values:
            return self.values[name][0]
        if name in self.defaults and not self.open:
            return Const(self.defaults[name])
        return None

    def node(self, name: str) -> ast.expr | None:
        return self.values[name][1] if name in self.values else None

    def given(self, name: str) -> bool:
        return name in self.values

    def constant(self, name: str | None) -> object:
        """The constant that an argument is; None where it isn't one."""
        value = self.value(name)
        return value.value if isinstance(value, Const) else None

    def integer(self, name: str | None) -> int | None:
        constant = self.constant(name)
        return constant if isinstance(constant, int) and not isinstance(constant, bool) else None

    def merged(self, other: Bindings) -> Bindings:
        """These, and the other's where these have none (a constructor's beside its call's)."""
        return Bindings(
            {**other.values, **self.values},
            self.unexpected,
            self.rest,
            {**other.defaults, **self.defaults},
            self.open or other.open,
        )


def renamed(api: Api, arguments: Arguments) -> Arguments:
    """The arguments under the names of the signature, where they were given under other ones."""
    if not api.renamed or not arguments.keywords:
        return arguments
    names = dict(api.renamed)
    if not any(key in names for key in arguments.keywords):
        return arguments
    return Arguments(
        arguments.positional, {names.get(key, key): pair for key, pair in arguments.keywords.items()}, arguments.open
    )


@dataclass(frozen=True, slots=True)
class Site:
    """Where an effect happens and how it is written: see `Cause`."""

    module: Module
    node: ast.AST
    form: str
    shown: str
    made: Made | None = None
    input_node: ast.expr | None = None
    written: ast.AST | None = None
    api: str = ""

    def cause(self, name: str, base: Scale, before: Tensor | None = None) -> Cause:
        made = self.made
        return Cause(
            name,
            self.form,
            self.module,
            self.node,
            made.node if made is not None else None,
            made.module if made is not None else None,
            self.written,
            self.input_node,
            base,
            before,
            self.api or (made.name if made is not None else ""),
        )


# ------------------------------------------------------------------------------------------------------------- calling


def call_function(
    evaluator: Evaluator, external: External, api: Api, arguments: Arguments, node: ast.AST, form: str
) -> Value:
    """Call a function that a table knows."""
    bound = Bindings.of(api.signature, renamed(api, arguments))
    effect = api.effect
    module = evaluator.frame.module
    if isinstance(effect, Loss):
        if isinstance(node, ast.Call) and (bound.unexpected or bound.given("size_average") or bound.given("reduce")):
            made = Made(external.name, external.shown, api, arguments, node, module, evaluator.path)
            observe_made(evaluator, made, effect, node, is_call=True)
        return meet(evaluator, effect, api, external.shown, "function", bound, node, None, external.name)
    name = getattr(effect, "input", None)
    input_node = bound.node(name) if isinstance(name, str) else None
    return apply(evaluator, effect, bound, Site(module, node, form, external.shown, None, input_node, api=external.name))


def call_method(evaluator: Evaluator, owner: Tensor | Unknown, name: str, arguments: Arguments, node: ast.AST) -> Value:
    """Call a method of a tensor, or of what may be one."""
    if isinstance(owner, Tensor) and frames.is_one(owner) and (found := frames.method(owner, name)) is not None:
        return found
    api = frameworks.method(name)
    if name == "size":
        if arguments.positional or arguments.keywords:
            return Unknown("the size of an axis", ("length", v.fresh()), kind="length")
        count = owner.shape.rank if isinstance(owner, Tensor) else None
        return Unknown("the sizes of a tensor", kind="size", count=count)
    if name in ("dim", "ndimension", "is_floating_point") and not arguments.positional and not arguments.keywords:
        key = ("method", owner.key, name) if isinstance(owner, Unknown) and owner.key is not None else None
        return Unknown("the rank of a tensor" if name != "is_floating_point" else "the dtype of a tensor", key, origin=FORM)
    if name == "item" and isinstance(owner, Tensor) and owner.dtype is not None:
        return Unknown("one number of a tensor", ("item", v.fresh()), kind=owner.dtype)
    if api is None:
        evaluator.escape(arguments, f"passed to `.{name}()`, which isn't followed")
        if name in ("items", "values", "keys") or isinstance(owner, Unknown):
            key = ("method", owner.key, name) if isinstance(owner, Unknown) and owner.key is not None else None
            return Unknown(owner.reason if isinstance(owner, Unknown) else f"`.{name}()`", key, owner.role)
        return Tensor(role=owner.role if owner.role == "prediction" else None, reason=f"`.{name}()` isn't followed")
    if isinstance(owner, Unknown) and isinstance(api.effect, (Same, Detach, Reshape, Pick, Join)):
        if isinstance(api.effect, (Same, Detach)) or name in ("to", "type"):
            return owner
        if name not in ("squeeze", "unsqueeze", "view", "permute", "reshape", "flatten"):
            return Unknown(owner.reason, None, owner.role, owner.origin)
    if isinstance(owner, Unknown) and name in ("to", "type"):
        return apply_unknown_to(owner, arguments)
    if isinstance(owner, Unknown) and isinstance(api.effect, (Arithmetic, Negative)):
        # a set has an `add` too: only what is done with a tensor is arithmetic
        if not any(terms.has_terms(value) for value, _ in arguments.positional):
            evaluator.escape(arguments, f"passed to `.{name}()`, which isn't followed")
            return Unknown(owner.reason, None, owner.role)
    receiver = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
    full = Arguments([(owner, receiver), *arguments.positional], arguments.keywords, arguments.open)
    bound = Bindings.of(api.signature, renamed(api, full))
    site = Site(evaluator.frame.module, node, "method", f".{name}", None, receiver, api=f"torch.tensor_methods.{name}")
    return apply(evaluator, api.effect, bound, site)


def apply_unknown_to(owner: Unknown, arguments: Arguments) -> Value:
    """`.to(…)` of what isn't known: the same, and with a dtype where one is given."""
    for value, _ in [*arguments.positional, *arguments.keywords.values()]:
        dtype, exact = dtypes.read(value)
        if dtype is not None:
            return Tensor(dtype=dtype, exact=exact, role=owner.role, reason=owner.reason)
    return owner


def call_made(evaluator: Evaluator, made: Made, arguments: Arguments, node: ast.AST) -> Value:
    """Call an object that a library made: a layer, a loss, a model."""
    if made.api is None:
        names = made.attributes.get("__names__")
        if made.name == "namedtuple" and isinstance(names, Seq):
            return v.named_tuple(tuple(str(n.value) for n in names.items if isinstance(n, Const)), arguments)
        evaluator.escape(arguments, f"passed to `{made.shown}`, which is outside the project")
        return Unknown(f"`{made.shown}` is outside the project")
    effect = made.api.effect
    constructor = Bindings.of(made.api.signature, renamed(made.api, made.arguments))
    if isinstance(effect, Loss):
        call = Bindings.of(made.api.call_signature, arguments)
        return meet(evaluator, effect, made.api, made.shown, "object", call.merged(constructor), node, made, made.name)
    if isinstance(effect, Model):
        return call_model(evaluator, made, effect, constructor, arguments, node)
    if isinstance(effect, Trainer):
        return Unknown("a trainer's call")
    call = Bindings.of(made.api.call_signature, arguments)
    name = getattr(effect, "input", None)
    input_node = call.node(name) if isinstance(name, str) else None
    site = Site(evaluator.frame.module, node, "layer", made.shown, made, input_node)
    return apply(evaluator, effect, call.merged(constructor), site)


def constructed(made: Made, name: str) -> Value | None:
    """The argument of its constructor that an object keeps under its name; None where there is none."""
    if made.api is None or made.api.signature.get(name) is None:
        return None
    bound = Bindings.of(made.api.signature, renamed(made.api, made.arguments))
    if name == "reduction":
        for old in ("size_average", "reduce"):
            if not bound.is_default(old) and not terms.is_left_out(bound.value(old)):
                return Unknown("the reduction that the old arguments say")
    return bound.value(name)


def run_layer(evaluator: Evaluator, layer: Value, value: Value, at: ast.AST) -> Value:
    """Run an element of a chain of layers on a value; what it does is written where the element is."""

    def one(atom: Atom) -> Value:
        if isinstance(atom, Made) and atom.api is not None and not isinstance(atom.api.effect, (Loss, Model, Trainer)):
            effect = atom.api.effect
            bound = Bindings.of(atom.api.signature, renamed(atom.api, atom.arguments))
            name = getattr(effect, "input", "input")
            bound.values[name] = (value, None)
            site = Site(atom.module, atom.node, "element", atom.shown, atom, None)
            return apply(evaluator, effect, bound, site)
        return evaluator.call(atom, Arguments([(value, None)]), at, at)

    return evaluator.each(layer, one)


def call_model(
    evaluator: Evaluator, made: Made, effect: Model, bound: Bindings, arguments: Arguments, node: ast.AST
) -> Value:
    """Call a library's model: its own head, or one that the program has put in its place."""
    for name in HEADS:
        if name in made.attributes:
            head = evaluator.read(made.attributes, name)
            if head is None or isinstance(head, Unknown) or effect.outputs == "unknown":
                return (
                    Tensor(role="prediction", dtype="float", reason=f"the head of `{made.shown}` was replaced")
                    if effect.outputs == "logits"
                    else Unknown("a replaced head")
                )
            features = Tensor(shape=Shape(effect.rank), role="prediction", dtype="float")
            return _fields(effect, run_layer(evaluator, head, features, node))
    if effect.outputs == "unknown":
        return Unknown(f"what `{made.shown}` gives")
    behind: list[Value] = []
    for head in _own_heads(made):
        put = [key for key, _, _ in head.layers if key is not None and key.startswith("[")]
        if put or head.changed or head.attributes:
            features = Tensor(shape=Shape(effect.rank), role="prediction", dtype="float")
            last = head.layers[-1][1] if put and put[-1] == head.layers[-1][0] else None
            if last is None or put[-1] not in ("[-1]", f"[{effect.last}]") or head.changed or head.attributes:
                return features.but(reason=f"the head of `{made.shown}` was changed")
            return _fields(effect, run_layer(evaluator, last, features, node))
        behind.extend(layer for _, layer, _ in head.layers)
    if any(not bound.is_default(name) for name in effect.unless):
        return Unknown(f"`{made.shown}` with other outputs than its own")
    if effect.conditional is not None and bound.constant(effect.conditional) is not True:
        return Tensor(role="prediction", dtype="float", reason=f"`{made.shown}` without its classifier")
    if any(name in made.attributes for name in ("forward", "__call__")):
        return Unknown("a model whose forward was replaced")
    size = bound.integer(effect.units)
    shape = shapes.make(effect.rank, {effect.axis: size} if size is not None else {}, effect.axis)
    origin = Cause(made.shown, "model", made.module, made.node, made.node, made.module)
    result: Value = Tensor(
        Scale.UNBOUNDED, shape, "float", "prediction", None,
        Way(made.module, made.node, f"{made.shown} gives logits"), None, origin,
    )  # fmt: skip
    if effect.activation is not None:
        given = bound.value(effect.activation)
        if given is None:
            return Tensor(role="prediction", dtype="float", shape=shape, reason=f"the activation of `{made.shown}`")
        result = activate_by(evaluator, given, bound.node(effect.activation), result, made, node)
    for layer in behind:
        result = run_layer(evaluator, layer, result, node)
    return _fields(effect, result)


def own_head(made: Made, name: str) -> Network | None:
    """The last part of a library's model, as the program reaches into it: what is in it isn't known, what is put in is."""
    if name not in HEADS or made.api is None or not isinstance(made.api.effect, Model):
        return None
    known = made.attributes.get(f"{name} of its own")
    if not isinstance(known, Network):
        known = Network("torch", [], made.node, made.module, made.born, made.shown, rest=True, of=made)
        made.attributes[f"{name} of its own"] = known
    return known


def _own_heads(made: Made) -> list[Network]:
    return [head for name in HEADS if isinstance(head := made.attributes.get(f"{name} of its own"), Network)]


def _fields(effect: Model, result: Value) -> Value:
    """A model's result in the form that the library gives it."""
    if effect.outputs == "logits-field":
        return Mapping({"logits": result}, Unknown("another field of the output"))
    if effect.outputs == "out":
        return Mapping({"out": result, "aux": Unknown("the auxiliary output")})
    return result


def activate_by(
    evaluator: Evaluator, given: Value, written: ast.expr | None, value: Value, made: Made, node: ast.AST
) -> Value:
    """Put an activation that an argument names (a string, a function, a layer) on a value."""
    site = Site(made.module, made.node, "keyword", made.shown, made, None, written)

    def one(atom: Atom) -> Value:
        effect: Effect | None = None
        bound = Bindings()
        match atom:
            case Const(value=None):
                return value
            case Const() if isinstance(atom.value, str):
                effect = frameworks.activation_from_string(atom.value)
                if effect is None:
                    return _unknown_like(value, f"the activation {atom.value!r} isn't known")
            case External():
                api = frameworks.lookup(atom.name)
                if api is None:
                    return _unknown_like(value, f"`{atom.shown}` is outside the project")
                effect = api.effect
                bound = Bindings.of(api.signature, Arguments())
            case Made() if atom.api is not None:
                effect = atom.api.effect
                bound = Bindings.of(atom.api.signature, renamed(atom.api, atom.arguments))
            case Function() | Partial() | Instance() | v.ClassValue() | v.Bound():
                if isinstance(atom, v.ClassValue):
                    return _unknown_like(value)
                return evaluator.call(atom, Arguments([(value, None)]), node, node)
            case _:
                return _unknown_like(value)
        name = getattr(effect, "input", "input")
        bound.values[name] = (value, None)
        return apply(evaluator, effect, bound, site)

    return evaluator.each(given, one)


def _unknown_like(value: Value, reason: str = "an activation that isn't known") -> Value:
    if isinstance(value, Tensor):
        return Tensor(shape=value.shape, dtype=value.dtype, role=value.role, reason=reason)
    return Unknown(reason)


# ------------------------------------------------------------------------------------------------------------- effects


def apply(evaluator: Evaluator, effect: Effect, bound: Bindings, site: Site) -> Value:
    """What an effect makes of its input."""
    name = getattr(effect, "input", None)
    given = bound.value(name) if isinstance(name, str) else None
    if given is None:
        given = Unknown("an input that isn't given")
    if isinstance(effect, (Join, Pick, Makes, FromData, Weights, Product, Arithmetic, Columns)):
        return _APPLY[type(effect)](evaluator, effect, bound, site, Unknown(""))
    if isinstance(effect, Logarithm):
        return _logarithm(evaluator, effect, site, given)
    handler = _APPLY.get(type(effect))
    if handler is None:
        return Unknown(f"what `{site.shown}` gives")
    if isinstance(given, Seq) and not isinstance(effect, (OneHot, Cast)):
        if given.kind == "list" and given.items and isinstance(given.items[0], Tensor):
            given = given.items[0] if len(given.items) == 1 else Unknown("several inputs")
    return evaluator.each(given, lambda atom: handler(evaluator, effect, bound, site, atom))


def _tensor(atom: Atom) -> Tensor:
    """An atom as a tensor: what isn't known of it stays unknown, but its role."""
    if isinstance(atom, Tensor):
        return atom
    if isinstance(atom, Unknown):
        return Tensor(role=atom.role, reason=atom.reason)
    return Tensor(reason=f"{v.described(atom)} where a tensor is expected")


def _axis_text(axis: int | None, explicit: bool) -> str:
    return f" over dim {axis}" if axis is not None and explicit else ""


def _activate(evaluator: Evaluator, effect: Activate, bound: Bindings, site: Site, atom: Atom) -> Value:
    tensor = _tensor(atom)
    if any(not bound.is_default(name) for name in effect.unless):
        return _unknown_like(tensor)
    axis = bound.integer(effect.axis) if effect.axis is not None else None
    explicit = effect.axis is not None and bound.given(effect.axis)
    shown = bound.constant(effect.axis) if explicit else None
    explicit = (explicit and shown is not None) or (explicit and not isinstance(bound.value(effect.axis), Const))
    cause = site.cause(effect.title, tensor.scale, tensor if tensor.cause is not None else None)
    kind = {
        Scale.PROBABILITIES: "probabilities",
        Scale.SIGMOID: "probabilities",
        Scale.LOG_PROBABILITIES: "log-probabilities",
        Scale.LOG_SIGMOID: "log-probabilities",
        Scale.NON_NEGATIVE: "values of at least 0",
        Scale.BOUNDED: "values between -1 and 1",
    }.get(effect.scale, "values between 0 and 1")
    source = "logits" if tensor.scale is Scale.UNBOUNDED else "its input"
    message = f"{effect.title}{_axis_text(axis, explicit)} turns {source} into {kind}"
    if site.form == "keyword":
        message = f"{site.shown} ends in {effect.title}: it gives {kind}"
    place = site.made if site.form in ("element", "keyword") else None
    way = Way(place.module if place else site.module, place.node if place else site.node, message)
    if site.form == "keyword" and site.written is not None and hasattr(site.written, "lineno"):
        way = Way(site.module, site.written, message)
    if site.form == "layer" and site.made is not None and site.made.node is not site.node:
        way = Way(site.made.module, site.made.node, f"{site.shown} is made here")
        way = Way(site.module, site.node, message, way, 2)
    evaluator.observe(
        ActivationCall(cause, effect.scale, axis, explicit, effect.axis == "dim", atom, site.module, site.node,
                       evaluator.next_event(), evaluator.path)
    )  # fmt: skip
    notes = tensor.notes & {"detached"}
    if "counting" in tensor.notes:
        notes |= {"detached"}  # a table of values
    return Tensor(
        effect.scale, tensor.shape, "float", tensor.role, axis, way, cause, tensor.head, tensor.layer, notes,
        exact=tensor.exact,
    )


def _same(evaluator: Evaluator, effect: Same, bound: Bindings, site: Site, atom: Atom) -> Value:
    return atom


def is_device(value: Value) -> bool:
    """Whether a value is surely a device, not a dtype: `.to(…)` takes both."""
    match value:
        case v.Choice():
            return all(is_device(atom) for _, atom in value.alternatives)
        case Const():
            return True
        case Unknown():
            return value.origin == "device"
        case v.Bound():
            return value.name == "device"
    return False


def _cast(evaluator: Evaluator, effect: Cast, bound: Bindings, site: Site, atom: Atom) -> Value:
    dtype, exact = dtypes.kind_of(effect.dtype), dtypes.exact_of(effect.dtype)
    if effect.like is not None:
        like = bound.value(effect.like)
        dtype, exact = (like.dtype, like.exact) if isinstance(like, Tensor) else (None, None)
        if dtype is None:
            return atom.but(dtype=None) if isinstance(atom, Tensor) else atom
    elif dtype is None:
        candidates = [bound.value(effect.argument)] if effect.argument else []
        candidates += [value for value, _ in bound.rest]
        dtype, exact = next((d for d in map(dtypes.read, candidates) if d[0] is not None), (None, None))
        if dtype is None:
            if all(candidate is None or is_device(candidate) for candidate in candidates):
                return atom
            return atom.but(dtype=None) if isinstance(atom, Tensor) else atom
    if effect.sizes and not bound.rest and not bound.open and not bound.given("data"):
        return Tensor(dtype=dtype, exact=exact, shape=shapes.make(1, {0: 0}, None), reason=f"`{site.shown}` is empty")
    if effect.sizes and (bound.rest or _is_whole(atom)):
        return Tensor(dtype=dtype, exact=exact, shape=Shape(1 + len(bound.rest)), reason=f"`{site.shown}` is empty")
    if isinstance(atom, (Seq, Const)):
        return _of_data(atom, dtype, exact, site)
    tensor = _tensor(atom)
    scale = tensor.scale
    if dtype in ("int", "bool") and scale in PROBABILITY_SCALES | {Scale.UNBOUNDED, Scale.UNIT}:
        return Tensor(Scale.HARD, tensor.shape, dtype, tensor.role, exact=exact)
    if tensor.cause is not None:
        return tensor.but(dtype=dtype, exact=exact, notes=tensor.notes | {"reworked"})
    return tensor.but(dtype=dtype, exact=exact)


def _has_old_names(made: Made) -> bool:
    """Whether a layer was made with arguments that are called otherwise by now."""
    return made.api is not None and any(old in made.arguments.keywords for old, _ in made.api.renamed)


def _affine(evaluator: Evaluator, effect: Affine, bound: Bindings, site: Site, atom: Atom) -> Value:
    tensor = _tensor(atom)
    size = bound.integer(effect.units)
    axis = -1 if effect.axis is None and effect.units is not None else effect.axis
    if effect.data_format is not None:
        given_format = bound.constant(effect.data_format)
        axis = 1 if given_format in ("channels_first", "NCHW", "NCDHW", "th") else axis
        # Keras 1, by its names of arguments: there the channels are where the user's own settings say, Theano's first
        if given_format is None and site.made is not None and _has_old_names(site.made):
            axis = None
    shape = shapes.with_axis(tensor.shape, axis, size, effect.rank, effect.keeps_rank)
    made = site.made
    node, module = (made.node, made.module) if made is not None else (site.node, site.module)
    units = bound.node(effect.units) if effect.units is not None else None
    given_units = bound.value(effect.units)
    head = Cause(site.shown, site.form, site.module, site.node, made.node if made else None,
                 made.module if made else None, units, site.input_node, tensor.scale,
                 assumed=evaluator.parameters.get(given_units.assumed) if isinstance(given_units, Const) else None)  # fmt: skip
    exact = "float32" if evaluator.single and made is not None and made.name.startswith("torch.nn.") else None
    short = site.shown.rpartition(".")[2]
    result: Value = Tensor(
        Scale.UNBOUNDED, shape, "float", "prediction", None,
        Way(module, node, f"{short} gives logits: any real number"), None, head, exact=exact,
    )  # fmt: skip
    if effect.activation is not None:
        given = bound.value(effect.activation)
        holder = (
            made
            if made is not None
            else Made(site.shown, short, None, Arguments(), site.node, site.module, evaluator.path)
        )
        if effect.default_activation is not None and not bound.given(effect.activation):
            given = Const(effect.default_activation)
        if given is None:
            return Tensor(
                shape=shape, dtype="float", role="prediction", head=head, reason="an activation that isn't known"
            )
        if given is not None:
            result = activate_by(evaluator, given, bound.node(effect.activation), result, holder, site.node)
    named = bound.constant("name")
    return _named(result, named) if isinstance(named, str) else result


def _gives(evaluator: Evaluator, effect: Gives, bound: Bindings, site: Site, atom: Atom) -> Value:
    shape = NO_SHAPE
    if effect.units is not None or effect.axis is not None:
        axis = effect.axis if effect.axis is not None else -1
        size = bound.integer(effect.units)
        shape = shapes.make(effect.rank, {axis: size} if size is not None else {}, axis)
    elif effect.rank is not None:
        shape = Shape(effect.rank)
    way = Way(site.module, site.node, f"{effect.title} gives {effect.scale.value}")
    # no form that a fix knows: what stands there is more than an activation
    cause = Cause(effect.title, "other", site.module, site.node)
    return Tensor(effect.scale, shape, "float", "prediction", None, way, cause)


def _weights(evaluator: Evaluator, effect: Weights, bound: Bindings, site: Site, atom: Atom) -> Value:
    data = bound.value(effect.data)
    trained = bound.value(effect.trained)
    dtype = data.dtype if isinstance(data, Tensor) else None
    role: str | None = "weights"
    if (isinstance(trained, Const) and trained.value is False) or dtype in ("int", "bool"):
        role = data.role if isinstance(data, Tensor) else None
    shape = data.shape if isinstance(data, Tensor) else NO_SHAPE
    sizes = bound.value(effect.shape)
    if isinstance(sizes, Seq) and operators.is_exact(sizes):
        known = {i: s.value for i, s in enumerate(sizes.items) if isinstance(s, Const) and isinstance(s.value, int)}
        shape = shapes.make(len(sizes.items), known, None)
    return Tensor(shape=shape, dtype=dtype or "float", role=role, reason=f"`{site.shown}` is a parameter")


def _product(evaluator: Evaluator, effect: Product, bound: Bindings, site: Site, atom: Atom) -> Value:
    left, right = bound.value(effect.left), bound.value(effect.right)
    if left is None or right is None:
        return Unknown(f"`{site.shown}` of arguments that aren't known")
    transposed = effect.transposed is not None and not bound.is_default(effect.transposed)
    axis, convolution = effect.axis, effect.rank is not None
    if effect.data_format is not None and not bound.is_default(effect.data_format):
        given = bound.constant(effect.data_format)
        axis = 1 if given in ("channels_first", "NCHW", "NCDHW") else axis

    def one(value: Atom, weights: Atom) -> Value:
        return product(value, weights, site, axis, effect.rank, transposed, convolution, bound.node(effect.left))

    return evaluator.both(left, right, one)


def product(
    value: Atom, weights: Atom, site: Site, axis: int = -1, rank: int | None = None, transposed: bool = False,
    convolution: bool = False, written: ast.expr | None = None,
) -> Value:  # fmt: skip
    """A product of matrices: with weights it gives logits, as a layer does."""
    one, other = _tensor(value), _tensor(weights)
    if not convolution and one.scale is Scale.PROBABILITIES and other.scale is Scale.ONE_HOT and one.axis != 0:
        # attention over examples, of which the labels are mixed: rows that sum up to 1 still
        way = v.further(one.way, site.module, site.node, "one-hot labels mixed by their probabilities are probabilities")
        cause = Cause("a softmax over examples", "other", site.module, site.node)
        return Tensor(Scale.PROBABILITIES, NO_SHAPE, "float", one.role, way=way, cause=cause)
    if not convolution and "weights" not in (one.role, other.role):
        role = "prediction" if "prediction" in (one.role, other.role) else None
        return Tensor(dtype="float", role=role, reason=one.reason or other.reason or "a product of matrices")
    size = None if other.shape.rank is None else other.shape.size(-1)
    right = convolution or other.role == "weights"
    known = right and not transposed
    shape = shapes.with_axis(one.shape, axis, size, rank, not convolution) if known else NO_SHAPE
    short = site.shown.rpartition(".")[2]
    head = Cause(site.shown, site.form, site.module, site.node, input=written, base=one.scale)
    way = Way(site.module, site.node, f"{short} with weights gives logits: any real number")
    return Tensor(Scale.UNBOUNDED, shape, "float", "prediction", None, way, None, head)


def _arithmetic(evaluator: Evaluator, effect: Arithmetic, bound: Bindings, site: Site, atom: Atom) -> Value:
    left, right = bound.value(effect.left), bound.value(effect.right)
    if left is None or right is None:
        return Unknown(f"`{site.shown}` of arguments that aren't known")
    return operators.binary(evaluator, _OPERATORS[effect.operator], left, right, site.node)


_OPERATORS: dict[str, ast.operator] = {
    "add": ast.Add(), "sub": ast.Sub(), "mul": ast.Mult(), "div": ast.Div(), "pow": ast.Pow(),
}  # fmt: skip


def _negative(evaluator: Evaluator, effect: Negative, bound: Bindings, site: Site, atom: Atom) -> Value:
    return operators.unary(evaluator, ast.USub(), atom, site.node)


def _named(value: Value, name: str) -> Value:
    """The value with the name of the layer that made it: Keras matches outputs and losses by it."""
    if isinstance(value, v.Choice):
        return cond.choice(
            [(inner, a.but(layer=name) if isinstance(a, Tensor) else a) for inner, a in value.alternatives]
        )
    return value.but(layer=name) if isinstance(value, Tensor) else value


def _opaque(evaluator: Evaluator, effect: Opaque, bound: Bindings, site: Site, atom: Atom) -> Value:
    tensor = _tensor(atom)
    rank = effect.rank if effect.rank is not None else tensor.shape.rank if site.made is not None else None
    if effect.outputs == "embedding":
        rank = tensor.shape.rank + 1 if tensor.shape.rank is not None else None
    role = "prediction" if site.made is not None else tensor.role if tensor.role == "prediction" else None
    result = Tensor(shape=Shape(rank), dtype="float", role=role, reason=f"`{site.shown}` leaves its scale open")
    if effect.outputs == "recurrent":
        if isinstance(atom, Seq):  # sequences that were packed: what comes out is packed, too
            result = result.but(shape=NO_SHAPE)
        return Seq("tuple", [result, Unknown("a recurrent state", None)])
    if effect.outputs == "keras-recurrent":
        sequences, states = bound.value("return_sequences"), bound.value("return_state")
        if not (isinstance(states, Const) and not states.value):
            return Unknown("the states of a recurrent layer")
        if not isinstance(sequences, Const):
            return result.but(shape=NO_SHAPE)
        return result.but(shape=Shape(rank + 1 if sequences.value and rank is not None else rank))
    if effect.outputs == "unknown":
        return Unknown(f"what `{site.shown}` gives")
    return result


def _activation_layer(evaluator: Evaluator, effect: ActivationLayer, bound: Bindings, site: Site, atom: Atom) -> Value:
    given = bound.value(effect.activation)
    if given is None:
        return _unknown_like(atom)
    known: Effect | None = None
    inner = Bindings()
    if isinstance(given, Const) and isinstance(given.value, str):
        known = frameworks.activation_from_string(given.value)
    elif isinstance(given, External):
        api = frameworks.lookup(given.name)
        if api is not None:
            known = api.effect
            inner = Bindings.of(api.signature, Arguments())
    elif isinstance(given, (Function, Partial)):
        return evaluator.call(given, Arguments([(atom, None)]), site.node, site.node)
    if known is None:
        return _unknown_like(atom)
    inner.values[getattr(known, "input", "input")] = (atom, None)
    return apply(evaluator, known, inner, site)


def _detach(evaluator: Evaluator, effect: Detach, bound: Bindings, site: Site, atom: Atom) -> Value:
    return atom.detached() if isinstance(atom, Tensor) else atom


def _sum(evaluator: Evaluator, effect: Sum, bound: Bindings, site: Site, atom: Atom) -> Value:
    result = _opaque(evaluator, Opaque(effect.input), bound, site, atom)
    if isinstance(atom, Tensor):
        return terms.reduced(evaluator, "sum", _over_all(bound, effect.axis), atom, result, site)
    return result


def _over_all(bound: Bindings, axis: str) -> bool:
    """Whether a sum or a mean is over all axes."""
    value = bound.value(axis)
    return isinstance(value, Const) and value.value is None


def _logarithm(evaluator: Evaluator, effect: Logarithm, site: Site, given: Value) -> Value:
    event, base = evaluator.chosen or (evaluator.next_event(), evaluator.path)

    def one(atom: Atom) -> Value:
        result = _logarithm_of(effect, site, atom)
        if isinstance(atom, Tensor) and isinstance(result, Tensor):
            result = terms.logarithm(evaluator, effect, atom, result, site, event, base)
        if not (isinstance(result, Tensor) and result.logs):
            evaluator.incomplete.add(event)
        if not (isinstance(result, Tensor) and result.logs and result.logs[0].log.raw):
            evaluator.not_raw.add(event)
        return result

    return evaluator.each(given, one)


def _logarithm_of(effect: Logarithm, site: Site, atom: Atom) -> Value:
    tensor = _tensor(atom)
    if isinstance(atom, Const):
        return Unknown("the logarithm of a number")
    if tensor.scale is Scale.PROBABILITIES and effect.base == "e" and "complement" not in tensor.notes:
        way = v.further(tensor.way, site.module, site.node, "log gives log-probabilities")
        return tensor.but(scale=Scale.LOG_PROBABILITIES, way=way, notes=tensor.notes | {"log"})
    if tensor.scale is Scale.SIGMOID and effect.base == "e":
        way = v.further(tensor.way, site.module, site.node, "log gives log-probabilities")
        return tensor.but(scale=Scale.LOG_SIGMOID, way=way, notes=tensor.notes | {"log"})
    return Tensor(shape=tensor.shape, dtype="float", role=tensor.role, reason=tensor.reason or "a logarithm")


def _exponential(evaluator: Evaluator, effect: Exponential, bound: Bindings, site: Site, atom: Atom) -> Value:
    tensor = _tensor(atom)
    if tensor.scale is Scale.LOG_PROBABILITIES:
        way = v.further(tensor.way, site.module, site.node, "exp gives probabilities")
        cause = Cause("exp", "other", site.module, site.node)
        return tensor.but(scale=Scale.PROBABILITIES, way=way, cause=cause, notes=frozenset(), logs=())
    result = Tensor(Scale.UNKNOWN, tensor.shape, "float", tensor.role, reason=tensor.reason or "an exponential")
    return terms.exponential(tensor, result, site)


def _clamp(evaluator: Evaluator, effect: Clamp, bound: Bindings, site: Site, atom: Atom) -> Value:
    tensor = _tensor(atom)
    if tensor.scale in PROBABILITY_SCALES | {Scale.UNIT, Scale.LOG_PROBABILITIES}:
        return tensor.but(notes=tensor.notes | {"clamped"})
    low, high = bound.constant(effect.low), bound.constant(effect.high)
    # which numbers they were still tells what a logarithm of them is worth
    raw = tensor.scale is Scale.UNBOUNDED and tensor.cause is None
    notes = frozenset({terms.RAW}) | (tensor.notes & {"complement"}) if raw else frozenset()
    way, head = (tensor.way, tensor.head) if raw else (None, None)
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and 0 <= low <= high <= 1:
        result = Tensor(
            Scale.UNIT, tensor.shape, "float", tensor.role, exact=tensor.exact, way=way, head=head, notes=notes
        )
    else:
        result = Tensor(
            shape=tensor.shape, dtype=tensor.dtype, role=tensor.role, way=way, head=head, notes=notes,
            reason=tensor.reason or "a clamp of unbounded values",
        )  # fmt: skip
    return terms.clamped(tensor, result)


def _hard(evaluator: Evaluator, effect: Hard, bound: Bindings, site: Site, atom: Atom) -> Value:
    tensor = _tensor(atom)
    if isinstance(atom, Const):
        return Unknown("a rounded number")
    role = tensor.role if tensor.role is not None else None
    if effect.indices:
        scale = Scale.INDICES if tensor.scale is Scale.ONE_HOT or role == "label" else Scale.HARD
        axis = bound.integer(effect.axis)
        keeps = any(bound.given(name) and bound.constant(name) is not False for name in ("keepdim", "keepdims"))
        shape = shapes.without(tensor.shape, axis) if axis is not None and not keeps else NO_SHAPE
        return Tensor(scale, shape, "int", role, n_classes=tensor.n_classes if scale is Scale.INDICES else None,
                      notes=tensor.notes & {"batch"},
                      way=Way(site.module, site.node, f"{site.shown} takes the index: no gradient"),
                      cause=site.cause(site.shown.rpartition(".")[2], tensor.scale))  # fmt: skip
    dtype = "bool" if effect.truth else tensor.dtype
    if role == "label" or tensor.scale is Scale.UNKNOWN:
        return Tensor(shape=tensor.shape, dtype=dtype, role=role, reason=tensor.reason)
    return Tensor(Scale.HARD, tensor.shape, dtype, role,
                  way=Way(site.module, site.node, f"{site.shown} takes a decision: no gradient"),
                  cause=site.cause(site.shown.rpartition(".")[2], tensor.scale))  # fmt: skip


def _max_along(evaluator: Evaluator, effect: MaxAlong, bound: Bindings, site: Site, atom: Atom) -> Value:
    tensor = _tensor(atom)
    axis = bound.value(effect.axis)
    if isinstance(axis, Const) and axis.value is None:
        return Tensor(dtype=tensor.dtype, role=tensor.role, reason=tensor.reason or "a maximum")
    if isinstance(axis, Tensor):
        return Tensor(role=tensor.role, reason=tensor.reason or "a maximum of two values")
    hard = _hard(evaluator, Hard(indices=True), bound, site, atom)
    values = tensor.but(shape=NO_SHAPE, notes=tensor.notes | {"column", "maximum"})
    return Seq("tuple", [values, hard], None, names=("values", "indices"))


def _makes(evaluator: Evaluator, effect: Makes, bound: Bindings, site: Site, atom: Atom) -> Value:
    dtype, exact = dtypes.kind_of(effect.dtype), dtypes.exact_of(effect.dtype)
    shape, notes = _made_shape(effect, bound)
    if effect.fill is not None:
        constant = bound.constant(effect.fill)
        dtype = {bool: "bool", int: "int", float: "float"}.get(type(constant))
        exact = {"bool": "bool", "int": "int64"}.get(dtype or "")
        if constant == 0:
            notes |= {"zeros"}
    if effect.like is not None:
        like = bound.value(effect.like)
        dtype, exact = (like.dtype, like.exact) if isinstance(like, Tensor) else (None, None)
        if effect.shape is None and isinstance(like, Tensor):
            shape, notes = like.shape, like.notes & {"batch"}
    if effect.dtype_argument is not None and bound.given(effect.dtype_argument):
        given = bound.value(effect.dtype_argument)
        if not (isinstance(given, Const) and given.value is None):
            dtype, exact = dtypes.read(given)
    way = (
        Way(site.module, site.node, f"{site.shown} makes {effect.scale.value}")
        if effect.scale is Scale.INDICES
        else None
    )
    if dtype == "int" and way is None:
        way = Way(site.module, site.node, f"{site.shown} makes integers")
    scale, n_classes = effect.scale, None
    if scale is Scale.INDICES:
        n_classes = _upper_bound(bound, effect)
        if dtype == "float" or not _one_each(shape) or (effect.choices is not None and n_classes is None):
            scale, n_classes = Scale.UNKNOWN, None
    if scale is Scale.ONE_HOT:
        notes |= {"identity"}
        shape = _identity_shape(bound)
    if effect.zeros:
        notes |= {"zeros"}
    if effect.zeros or effect.blank:
        notes |= {"blank"}
    if effect.counting:
        notes |= {"counting"}
        if dtype is None and not bound.given(effect.dtype_argument or ""):
            dtype, exact = _counted(bound)
    if effect.fed:
        notes |= {f"fed {v.fresh()}"}
    if effect.choices is not None and n_classes is None and scale is Scale.UNKNOWN and dtype == "int":
        dtype, exact = None, None  # what is chosen from isn't known
    if way is None and shape.rank is not None and effect.role is None:
        way = Way(site.module, site.node, f"{site.shown} makes a tensor of shape {shapes.shown(shape)}")
    return Tensor(scale, shape, dtype, effect.role, way=way, notes=notes, exact=exact, n_classes=n_classes)


def _made_shape(effect: Makes, bound: Bindings) -> tuple[Shape, frozenset[str]]:
    """The shape that the arguments ask for, and the note "batch" where its first axis is sized as that of other data."""
    if effect.shape is None:
        return Shape(effect.rank), frozenset()
    given = bound.value(effect.shape)
    if not bound.given(effect.shape) and isinstance(bound.value("high"), Seq):
        given = bound.value("high")  # torch.randint(high, size)
    sizes: list[Value] | None = None
    if isinstance(given, Seq):
        sizes = list(given.items) if given.rest is None else None
    elif effect.shape in bound.values:
        one = _is_whole(given)
        sizes = [given] if one and given is not None else None
    elif bound.rest:
        values = [value for value, _ in bound.rest]
        if len(values) == 1 and isinstance(values[0], Seq):
            sizes = list(values[0].items) if values[0].rest is None else None
        elif len(values) > 1 or _is_whole(values[0]):
            sizes = values
        if bound.open:
            sizes = None
    if sizes is None:
        return Shape(effect.rank), frozenset()
    before = 1 if effect.batch else 0
    known = {i + before: v.value for i, v in enumerate(sizes) if isinstance(v, Const) and isinstance(v.value, int)}
    first = sizes[0] if sizes else None
    batch = (isinstance(first, Unknown) and first.kind == "length") or (isinstance(first, Const) and first.value is None)
    return shapes.make(len(sizes) + before, known, None), frozenset({"batch"} if batch else ())


def _counted(bound: Bindings) -> tuple[str | None, str | None]:
    """The dtype of `arange(n)`: integers where all that it is given are."""
    given = [bound.value(name) for name in ("start", "end", "stop", "step") if bound.given(name)]
    if given and all(_is_whole(value) for value in given):
        return "int", "int64"
    return ("float", None) if any(isinstance(g, Const) and isinstance(g.value, float) for g in given) else (None, None)


def _is_whole(value: Value | None) -> bool:
    """Whether a value is one whole number, not several: `zeros(n)` and `zeros(shape)` look alike."""
    if isinstance(value, Const):
        return isinstance(value.value, int)
    return isinstance(value, Unknown) and value.kind in ("int", "length")


def _identity_shape(bound: Bindings) -> Shape:
    """That of `eye(n)`: square unless told otherwise."""
    names = [name for name in ("n", "N", "num_rows") if name in bound.values]
    size = bound.integer(names[0]) if names else None
    other = next((name for name in ("m", "M", "num_columns") if bound.given(name)), None)
    given = bound.value(other) if other is not None else None
    width = size if given is None or (isinstance(given, Const) and given.value is None) else bound.integer(other)
    return shapes.make(2, {} if width is None else {1: width}, 1)


def _upper_bound(bound: Bindings, effect: Makes) -> int | None:
    """The number that all random integers lie below: `randint(0, 10)`, `randint(10, size)`."""
    if effect.choices is not None:
        given = bound.value(effect.choices)
        if isinstance(given, Seq) and given.rest is None and given.items:
            numbers = [item.value for item in given.items if isinstance(item, Const) and type(item.value) is int]
            return max(numbers) + 1 if len(numbers) == len(given.items) else None
        return bound.integer(effect.choices)
    high = next((name for name in ("high", "maxval") if bound.given(name)), None)
    value = bound.value(high) if high is not None else None
    if value is None or isinstance(value, Seq) or (isinstance(value, Const) and value.value is None):
        return bound.integer("low") if bound.given("low") else None
    return value.value if isinstance(value, Const) and isinstance(value.value, int) else None


def _one_each(shape: Shape) -> bool:
    """Whether random integers are one for each example: a matrix of zeros and ones is no column of class indices."""
    return shape.rank is not None and (shape.rank <= 1 or shape.size(-1) == 1)


def _from_data(evaluator: Evaluator, effect: FromData, bound: Bindings, site: Site, atom: Atom) -> Value:
    data = bound.value(effect.data)
    dtype: str | None = None
    exact: str | None = None
    told = False
    if effect.dtype_argument is not None and bound.given(effect.dtype_argument):
        given = bound.value(effect.dtype_argument)
        told = not (isinstance(given, Const) and given.value is None)
        dtype, exact = dtypes.read(given) if told else (None, None)

    def one(inner: Atom) -> Value:
        if isinstance(inner, Tensor):
            inner = frames.plain(inner) if frames.is_one(inner) else inner
            if not site.api.startswith("numpy."):  # of texts and lists there are no tensors
                inner = inner.but(notes=inner.notes - {frames.CELLS})
            return inner.but(dtype=dtype, exact=exact) if told else inner
        if isinstance(inner, Unknown) and inner.kind is None:
            if told and dtype is not None:
                return Tensor(dtype=dtype, exact=exact, role=inner.role, reason=inner.reason)
            return Unknown(inner.reason, None, inner.role, inner.origin)
        return _of_data(inner, dtype, exact, site, told, effect.floats)

    return evaluator.each(data, one) if data is not None else Tensor(dtype=dtype, exact=exact)


def _of_data(
    data: Atom, dtype: str | None, exact: str | None, site: Site, told: bool = True, floats: str | None = None
) -> Tensor:
    """A tensor of what is written out: the dtype is that of its numbers where none is told."""
    if not told:
        kinds = set(_leaf_types(data, 0))
        if kinds and kinds <= {int, bool, float}:
            dtype = "float" if float in kinds else "int" if int in kinds else "bool"
        elif kinds == {str}:
            dtype = "string"
        exact = {"int": "int64", "bool": "bool", "float": floats}.get(dtype or "") if floats is not None else None
    way = None
    if dtype == "int" and not told:
        way = Way(site.module, site.node, f"{site.shown} of whole numbers makes integers")
    sizes = _sizes_of(data)
    shape = NO_SHAPE if sizes is None else shapes.make(len(sizes), {i: n for i, n in enumerate(sizes) if n is not None}, None)
    tensors = _leaf_tensors(data, 0)
    role = tensors[0].role if tensors and all(t.role == tensors[0].role for t in tensors) else None
    if isinstance(data, Unknown):
        role = data.role
    # whole numbers that are written out, one for each example, say how many classes there are, should they be labels
    numbers = _written(data, 0) if dtype == "int" and shape.rank and _one_each(shape) else None
    n_classes = max(numbers) + 1 if numbers and min(numbers) >= 0 else None
    return Tensor(dtype=dtype, exact=exact, shape=shape, role=role, way=way, n_classes=n_classes,
                  reason=f"`{site.shown}` leaves its scale open")  # fmt: skip


def _written(data: Value, depth: int) -> list[int] | None:
    """The whole numbers of nested lists that are written out; None where there's anything else."""
    if isinstance(data, Const):
        return [data.value] if isinstance(data.value, int) and not isinstance(data.value, bool) else None
    if not isinstance(data, Seq) or not operators.is_exact(data) or depth > 2:
        return None
    found: list[int] = []
    for item in data.items:
        numbers = _written(item, depth + 1)
        if numbers is None:
            return None
        found += numbers
    return found


def _sizes_of(data: Value | None) -> list[int | None] | None:
    """The sizes of nested lists, None for one that isn't known; None of what may be anything."""
    if isinstance(data, Const) and isinstance(data.value, (int, float, bool, str)):
        return []
    if isinstance(data, Unknown) and data.kind in ("int", "float", "bool", "length"):
        return []
    if isinstance(data, Tensor) and data.shape.rank is not None:
        return [data.shape.size(axis) for axis in range(data.shape.rank)]
    if isinstance(data, Seq) and not data.items and operators.is_exact(data):
        return [0]
    if isinstance(data, Seq) and (data.items or data.rest is not None):
        first = data.items[0] if data.items else data.rest
        inner = _sizes_of(first)
        if inner is None:
            return None
        return [len(data.items) if operators.is_exact(data) else None, *inner]
    if isinstance(data, v.Choice):
        found = [_sizes_of(atom) for _, atom in data.alternatives]
        return found[0] if all(sizes == found[0] for sizes in found) else None
    return None


def _leaf_tensors(data: Value | None, depth: int) -> list[Tensor]:
    if isinstance(data, Tensor):
        return [data]
    if isinstance(data, Seq) and data.rest is None and depth < 4:
        return [t for item in data.items[:64] for t in _leaf_tensors(item, depth + 1)]
    return []


def _leaf_types(data: Value | None, depth: int) -> list[type]:
    if isinstance(data, Const):
        return [type(data.value)]
    if isinstance(data, Unknown):
        return [{"int": int, "length": int, "float": float, "bool": bool, "str": str}.get(data.kind or "", object)]
    if isinstance(data, Tensor):
        return [{"int": int, "float": float, "bool": bool}.get(data.dtype or "", object)]
    if isinstance(data, Seq) and data.rest is not None and not data.items and depth < 4:
        return _leaf_types(data.rest, depth + 1)
    if isinstance(data, v.Choice):
        return [t for _, atom in data.alternatives for t in _leaf_types(atom, depth + 1)]
    if isinstance(data, Seq) and data.rest is None and depth < 4:
        return [t for item in data.items[:64] for t in _leaf_types(item, depth + 1)]
    return [object]


def _one_hot(evaluator: Evaluator, effect: OneHot, bound: Bindings, site: Site, atom: Atom) -> Value:
    dtype, exact = dtypes.kind_of(effect.dtype), dtypes.exact_of(effect.dtype)
    if effect.dtype_argument is not None and bound.given(effect.dtype_argument):
        dtype, exact = dtypes.read(bound.value(effect.dtype_argument))
    tensor = _tensor(atom)
    sizes = _sizes_of(atom)
    if sizes is not None and not isinstance(atom, Tensor):
        tensor = tensor.but(shape=shapes.make(len(sizes), {i: n for i, n in enumerate(sizes) if n}, None))
    width = bound.integer(effect.units)
    if width == -1 or (width is None and not (effect.units is not None and bound.given(effect.units))):
        # as wide as the largest index asks for: known only where every class is among the labels
        width = tensor.n_classes if "every-class" in tensor.notes else None
    rank = tensor.shape.rank
    if rank is not None:
        dropped = {None: None, 1: rank}  # where nobody knows whether there's one column, neither is it known what's left
        last = tensor.shape.size(-1) if rank > 1 else 0
        rank = dropped.get(last, rank + 1) if effect.drops_column else rank + 1
    axis = bound.integer("axis") if bound.given("axis") else -1
    if axis in (-1, None) and (axis == -1 or not bound.given("axis") or bound.constant("axis") is None):
        shape = shapes.make(rank, {} if width is None else {-1: width}, -1)
    else:
        shape = Shape(rank)
    return Tensor(Scale.ONE_HOT, shape, dtype, "label", exact=exact, n_classes=width, notes=tensor.notes & {"batch"},
                  way=Way(site.module, site.node, f"{site.shown} makes one-hot labels"),
                  cause=site.cause("one_hot", tensor.scale))  # fmt: skip


def _scatter(evaluator: Evaluator, effect: Scatter, bound: Bindings, site: Site, atom: Atom) -> Value:
    tensor = _tensor(atom)
    index = bound.value(effect.index)
    value = next((bound.value(name) for name in effect.values if bound.given(name)), None)
    axis = bound.integer(effect.axis)
    kept = Tensor(shape=tensor.shape, dtype=tensor.dtype, exact=tensor.exact, notes=tensor.notes & {"batch"},
                  reason=f"`{site.shown}` sets some of its numbers")  # fmt: skip
    if not (
        "zeros" in tensor.notes
        and isinstance(value, Const)
        and value.value == 1
        and isinstance(index, Tensor)
        and axis is not None
        and index.shape.size(axis) == 1
    ):
        return kept
    return kept.but(
        scale=Scale.ONE_HOT, role="label", way=Way(site.module, site.node, f"{site.shown} makes one-hot labels"),
        shape=shapes.make(tensor.shape.rank, dict(tensor.shape.sizes), axis), n_classes=tensor.shape.size(axis),
        cause=site.cause("one_hot", tensor.scale),
    )  # fmt: skip


def _columns(evaluator: Evaluator, effect: Columns, bound: Bindings, site: Site, atom: Atom) -> Value:
    return frames.read(effect, bound, site)


def _join(evaluator: Evaluator, effect: Join, bound: Bindings, site: Site, atom: Atom) -> Value:
    given = bound.value(effect.input)
    if not isinstance(given, Seq):
        return Unknown("joined tensors that aren't known")
    items = [*given.items, *([given.rest] if given.rest is not None else [])]
    filled = [t for t in items if not (isinstance(t, Tensor) and t.shape.is_empty)]
    if not effect.new_axis and filled:  # `out = torch.tensor([])`, and each round puts a batch behind it
        items = filled
    tensors = [t for t in items if isinstance(t, Tensor)]
    if not tensors or len(tensors) != len(items):
        role = "prediction" if any(t.role == "prediction" for t in tensors) else None
        if items and all(isinstance(t, Unknown) and t.role == "data" for t in items):
            return Unknown("joined data", None, "data")
        reason = next((t.reason for t in items if isinstance(t, (Tensor, Unknown)) and t.reason), "joined values")
        return Tensor(role=role, reason=reason)
    first = tensors[0]
    axis = bound.integer(effect.axis) if effect.axis else 0
    scales = {t.scale for t in tensors}
    if effect.new_axis:
        shape = shapes.stacked([t.shape for t in tensors], axis, len(tensors) if operators.is_exact(given) else None)
    elif effect.rows and first.shape.rank == 1:
        shape = Shape(2)
    else:
        shape = shapes.concatenated([t.shape for t in tensors], axis if effect.axis else None)
    dtype, exact, n_classes, notes = _in_common(tensors)
    roles = {t.role for t in tensors}
    role = roles.pop() if len(roles) == 1 else None
    if len(scales) != 1:
        return Tensor(shape=shape, dtype=dtype, role=role, reason="joined values of several scales")
    if effect.elementwise:
        kept = (
            first.scale
            if first.scale is Scale.UNBOUNDED
            else Scale.UNIT
            if first.scale in PROBABILITY_SCALES
            else Scale.UNKNOWN
        )
        return Tensor(kept, first.shape, dtype, role, way=first.way, head=first.head)
    if effect.new_axis:
        first = first.but(axis=None)
    if effect.new_axis:
        notes = notes - {"batch"}
    over_classes = (
        first.scale is Scale.PROBABILITIES
        and axis in (-1, 1)
        and not effect.new_axis
        and len(items) > 1
        and (first.axis is None or first.shape.same_axis(first.axis, axis) is not False)
    )
    if over_classes:
        return Tensor(Scale.UNIT, shape, dtype, role)
    return first.but(shape=shape, dtype=dtype, exact=exact, role=role, notes=notes, n_classes=n_classes)


def _in_common(tensors: list[Tensor]) -> tuple[str | None, str | None, int | None, frozenset[str]]:
    """The dtype that several tensors share, its own name, how many classes there are in all, and the first one's notes."""
    first = tensors[0]
    dtype = first.dtype if all(t.dtype == first.dtype for t in tensors) else None
    exact = first.exact if all(t.exact == first.exact for t in tensors) else None
    counts = [t.n_classes for t in tensors if t.n_classes is not None]
    n_classes = max(counts) if len(counts) == len(tensors) else None
    return dtype, exact, n_classes, first.notes - {"zeros", "blank", "filled", "identity", "counting", "every-class"}


def _pick(evaluator: Evaluator, effect: Pick, bound: Bindings, site: Site, atom: Atom) -> Value:
    found = [bound.value(name) for name in effect.inputs]
    tensors = [t for t in found if isinstance(t, Tensor)]
    if tensors and len({t.scale for t in tensors}) == 1 and len(tensors) == len(found):
        dtype, exact, n_classes, notes = _in_common(tensors)
        return tensors[0].but(
            shape=shapes.joined([t.shape for t in tensors]), dtype=dtype, exact=exact, n_classes=n_classes, notes=notes
        )
    numbers = [type(t.value) for t in found if isinstance(t, Const) and isinstance(t.value, (bool, int, float))]
    if len(numbers) == len(found) > 1:
        kind = "float" if float in numbers else "int" if int in numbers else "bool"
        condition = bound.value("condition")
        shape = condition.shape if isinstance(condition, Tensor) else NO_SHAPE
        way = Way(site.module, site.node, f"{site.shown} of whole numbers makes integers") if kind == "int" else None
        return Tensor(shape=shape, dtype=kind, exact={"int": "int64", "bool": "bool"}.get(kind), way=way)
    if tensors and all(isinstance(t, (Tensor, Const)) for t in found):
        return Tensor(shape=tensors[0].shape, role=tensors[0].role, reason=f"`{site.shown}` picks one of two values")
    return Unknown(f"`{site.shown}` picks one of two values")


def _reshape(evaluator: Evaluator, effect: Reshape, bound: Bindings, site: Site, atom: Atom) -> Value:
    if isinstance(atom, (Mapping, Instance, Const, Made, Network)):
        return Unknown(f"`{site.shown}` of what isn't a tensor")
    if isinstance(atom, Unknown):
        if atom.role is None and effect.operation not in ("reshape", "squeeze", "unsqueeze", "permute", "flatten"):
            return Unknown(atom.reason, None, atom.role, atom.origin)
    tensor = _tensor(atom)
    shape, notes = tensor.shape, tensor.notes

    def number(name: str) -> int | None:
        return bound.integer(name)

    def many(name: str | None) -> list[int | None]:
        values = [value for value, _ in bound.rest]
        given = bound.value(name)
        if given is not None:
            values = [given, *values]
        if len(values) == 1 and isinstance(values[0], Seq) and values[0].rest is None:
            values = list(values[0].items)
        elif len(values) == 1 and isinstance(values[0], Unknown):
            return []
        if bound.open:
            return []
        return [value.value if isinstance(value, Const) and isinstance(value.value, int) else None for value in values]

    if effect.operation in ("average-pool", "global-pool") and tensor.scale in (Scale.NON_NEGATIVE, Scale.BOUNDED):
        # scores that are averages of relu's result: how SqueezeNet and its kin end, by design
        return Tensor(role=tensor.role, dtype="float", reason=f"`{site.shown}` of what was clipped")
    match effect.operation:
        case "squeeze":
            name = effect.axis or ("dim" if "dim" in bound.defaults or bound.given("dim") else "axis")
            axis = bound.constant(name)
            shape, gone = shapes.squeeze(shape, axis if isinstance(axis, int) else None)
            if bound.given(name) and not isinstance(axis, int):
                shape, gone = NO_SHAPE, False
            if gone:
                notes = notes | {"squeezed-classes"}
        case "unsqueeze":
            name = effect.axis or ("dim" if bound.given("dim") else "axis")
            shape = shapes.unsqueeze(shape, number(name))
        case "transpose":
            names = ("dim0", "dim1") if bound.given("dim0") else ("axis0", "axis1")
            shape = shapes.transpose(shape, number(names[0]), number(names[1]))
        case "permute":
            name = (
                effect.axis or "dims"
                if effect.axis or bound.given("dims")
                else "perm"
                if bound.given("perm")
                else "axes"
            )
            shape = shapes.permute(shape, many(name))
        case "reshape":
            name = effect.axis or next(
                (n for n in ("shape", "newshape", "size", "target_shape") if bound.given(n)), "shape"
            )
            shape = shapes.reshape(shape, many(name))
        case "flatten":
            shape = shapes.flatten(shape, number("start_dim"), number("end_dim"))
        case "resize" | "average-pool":
            shape = shapes.same_rank(shape)
        case "flatten-batch":
            shape = shapes.flatten(shape, 1, -1)
        case "reshape-batch":
            sizes = many(effect.axis)
            shape = shapes.reshape(shape, [None, *sizes]) if sizes else NO_SHAPE
        case "permute-batch":
            order = many(effect.axis)
            shape = shapes.permute(shape, [0, *order]) if order else NO_SHAPE
        case "global-pool":
            shape = Shape(2)
        case "reduce" | "extreme":
            if tensor.scale in PROBABILITY_SCALES:
                way = v.further(tensor.way, site.module, site.node, f"{site.shown.rpartition('.')[2]} over an axis")
                return Tensor(Scale.UNIT, NO_SHAPE, "float", tensor.role, way=way, notes=frozenset({"mean"}))
            reduced = Tensor(role=tensor.role, reason=tensor.reason or f"`{site.shown}` over an axis")
            if tensor.scale is Scale.UNBOUNDED:
                reduced = tensor.but(shape=NO_SHAPE)
            if effect.operation == "reduce":
                whole = _over_all(bound, "dim" if "dim" in bound.defaults else "axis")
                return terms.reduced(evaluator, "mean", whole, tensor, reduced, site)
            return reduced
        case "rearrange" | "combine":
            dtype, exact = (tensor.dtype, tensor.exact) if effect.operation == "rearrange" else (None, None)
            reason = f"`{site.shown}` leaves its scale open"
            return Tensor(shape=shapes.same_rank(shape), dtype=dtype, role=tensor.role, reason=reason, exact=exact)
        case "parts":
            along = 0 if not bound.given("dim") else number("dim")
            if along == 0:
                return Seq("tuple", [], tensor.but(shape=shapes.rows(shape)))
            shape = NO_SHAPE
        case "gather":
            return tensor.but(shape=NO_SHAPE, notes=notes | {"column"})
        case "select":
            shape, notes = NO_SHAPE, notes | {"picked"}
        case "ravel":
            shape = Shape(1)
        case _:
            shape = NO_SHAPE
    if isinstance(atom, Unknown) and shape == NO_SHAPE:
        return Unknown(atom.reason, None, atom.role, atom.origin)
    if shape == NO_SHAPE and effect.operation != "squeeze":  # what it's fed with has another shape then
        notes = frozenset([note for note in notes if not note.startswith("fed ")])
    if tensor.scale in (Scale.ONE_HOT, Scale.MULTI_HOT) and effect.operation in _LOSES_CLASSES and (shape.size(-1) or 0) < 2:
        # in one row, they are zeros and ones of as many examples as there were columns
        return Tensor(shape=shape, dtype=tensor.dtype, role=tensor.role, reason="one-hot labels in another shape",
                      exact=tensor.exact)  # fmt: skip
    # the axis of a softmax is that of the tensor it was applied to: once axes have moved, it says nothing
    axis = tensor.axis if effect.operation in ("resize", "average-pool") else None
    if effect.operation == "unsqueeze":
        axis = _behind_new(tensor, number(effect.axis or ("dim" if bound.given("dim") else "axis")))
    return tensor.but(shape=shape, notes=notes | {"reworked"} if tensor.cause is not None else notes, axis=axis)


def _behind_new(tensor: Tensor, new: int | None) -> int | None:
    """The axis of a softmax where an axis is put in; None where it isn't known which one that is then."""
    rank, axis = tensor.shape.rank, tensor.axis
    if rank is None or axis is None or new is None:
        return None
    axis = axis + rank if axis < 0 else axis
    return axis + 1 if (new + rank + 1 if new < 0 else new) <= axis else axis


_LOSES_CLASSES = frozenset({"reshape", "flatten", "flatten-batch", "ravel", "parts", "unknown"})

_APPLY: dict[type, Callable[..., Value]] = {
    Activate: _activate,
    Same: _same,
    Detach: _detach,
    Sum: _sum,
    Cast: _cast,
    Affine: _affine,
    Weights: _weights,
    Product: _product,
    Arithmetic: _arithmetic,
    Negative: _negative,
    Gives: _gives,
    Opaque: _opaque,
    ActivationLayer: _activation_layer,
    Exponential: _exponential,
    Clamp: _clamp,
    Hard: _hard,
    MaxAlong: _max_along,
    Makes: _makes,
    FromData: _from_data,
    OneHot: _one_hot,
    Scatter: _scatter,
    Columns: _columns,
    Join: _join,
    Pick: _pick,
    Reshape: _reshape,
    Wrap: _same,
}


# -------------------------------------------------------------------------------------------------------------- losses


def contract_of(effect: Loss, bound: Bindings) -> Loss | None:
    """The contract as these arguments make it; None where an argument that decides it isn't known."""
    for switch in effect.switches:
        given = bound.value(switch.argument)
        if not isinstance(given, Const):
            return None
        if given.value == switch.value:
            changes = {
                name: value
                for name in ("takes", "family", "labels", "applies")
                if (value := getattr(switch, name)) is not None
            }
            effect = replace(effect, **changes)
    if effect.axis is not None and bound.given(effect.axis):
        axis = bound.constant(effect.axis)
        effect = replace(effect, class_axis=axis if isinstance(axis, int) else None)
    if effect.logits is None:
        return effect
    value = bound.value(effect.logits)
    if not isinstance(value, Const):
        return None
    if value.value:
        applies = effect.applies or {"softmax": "log_softmax", "sigmoid": "sigmoid"}.get(effect.family)
        return replace(effect, takes="logits", applies=applies)
    return replace(effect, takes=effect.takes if effect.takes != "logits" else "probabilities", applies=None)


def meet(
    evaluator: Evaluator,
    effect: Loss,
    api: Api | None,
    shown: str,
    form: str,
    bound: Bindings,
    node: ast.AST,
    made: Made | None,
    name: str = "",
) -> Value:
    """A loss meets its arguments: observe every pair of alternatives that can be together.

    `name` is the canonical name of a library's loss.
    """
    if not isinstance(node, ast.Call):
        return Tensor(Scale.LOSS, dtype="float")
    inputs = bound.value(effect.input)
    targets = bound.value(effect.target)
    if inputs is None:
        unmet(evaluator, shown, node, "its arguments are unpacked from what isn't known", made)
        return Tensor(Scale.LOSS, dtype="float")
    result = terms.result_of(evaluator, effect, shown, bound, evaluator.frame.module, node, made)
    if targets is None:
        targets = Unknown("a target that isn't given")
    event, start = evaluator.chosen or (evaluator.next_event(), evaluator.path)
    chosen = cond.without(evaluator.path, start)
    module = evaluator.frame.module
    base = evaluator.path
    exchanged: dict[int, int] = {}
    flags = bound.value(effect.logits) if effect.logits is not None else None

    def contracted(flag: Atom) -> Value:
        inner = Bindings(dict(bound.values), [], [], bound.defaults, bound.open)
        if effect.logits is not None:
            if not isinstance(flag, Const):
                evaluator.incomplete.add(event)
                unmet(evaluator, shown, node, f"what `{effect.logits}` is isn't known", made)
                return result
            inner.values[effect.logits] = (flag, bound.node(effect.logits))
        contract = contract_of(effect, inner)
        if contract is None:
            evaluator.incomplete.add(event)
            unmet(evaluator, shown, node, "an argument that says what it takes isn't known", made)
            return result

        def one(value: Atom, target: Atom) -> Value:
            if contract.framework in ("tensorflow", "keras"):
                value, target = _stacked(value), _stacked(target)
            observe_call(
                evaluator, contract, api, shown, form, module, node, value, target, event, base, bound, made, chosen, name
            )
            if _are_swapped(contract, value, target):
                # the other way round, as they are meant and will be, there may be something else to say
                other = exchanged.setdefault(event, evaluator.next_event())
                if event in evaluator.incomplete:
                    evaluator.incomplete.add(other)
                turned = replace(bound, values={**bound.values})
                nodes = bound.node(contract.input), bound.node(contract.target)
                turned.values[contract.input] = (target, nodes[1])
                turned.values[contract.target] = (value, nodes[0])
                observe_call(
                    evaluator, contract, api, shown, form, module, node, target, value, other, base, turned, made, chosen, name,
                    turned=True,
                )  # fmt: skip
            return result

        return evaluator.both(inputs, targets, one)

    if flags is not None:
        evaluator.each(flags, contracted)
    else:
        contracted(Const(None))
    return result


def _stacked(atom: Atom) -> Atom:
    """What TensorFlow makes of a tuple: one tensor of several, of which it's only known what they are."""
    if not isinstance(atom, Seq) or atom.rest is not None or not atom.items:
        return atom
    roles = {item.role if isinstance(item, Tensor) else None for item in atom.items}
    if not roles <= {"prediction", "weights"} or "prediction" not in roles:
        return atom
    return Tensor(role="prediction", reason="several tensors in one")


def _are_swapped(contract: Loss, value: Atom, target: Atom) -> bool:
    """Whether a loss surely gets the model's output for the labels, and these for the output.

    Of an argmax of it nobody can tell what was meant: that is what is done to one-hot labels.
    """
    if isinstance(target, Tensor) and target.scale is Scale.HARD:
        return False
    roles = [atom.role if isinstance(atom, (Tensor, Unknown)) else None for atom in (value, target)]
    return contract.family in ("softmax", "sigmoid") and roles[0] in ("label", "data") and roles[1] == "prediction"


def settled(evaluator: Evaluator, observation: Observation) -> Observation:
    """Without the single unit of a default, where the program was then seen to call the function: who does says how many."""
    if not isinstance(observation, (ActivationCall, LossCall)) or not isinstance(observation.input, Tensor):
        return observation
    tensor = observation.input
    if tensor.head is None or tensor.head.assumed not in evaluator.called:
        return observation
    return replace(observation, input=tensor.but(shape=NO_SHAPE, notes=tensor.notes - {"squeezed-classes"}))


def unmet(evaluator: Evaluator, shown: str, node: ast.AST, reason: str, made: Made | None) -> None:
    """A loss is met, and can't be judged whatever it gets."""
    evaluator.unmet.append(Unmet(shown, evaluator.frame.module, node, reason, made.node if made is not None else None))


def ask_for_form(evaluator: Evaluator, conditions: cond.Conditions) -> bool:
    """`if len(scores.shape) == 1`, `if target.dtype == torch.long`: several losses, or labels, each for what goes with it."""
    return any(evaluator.origins.get(condition[0], ("", None))[0] == FORM for condition in conditions)


def observe_call(
    evaluator: Evaluator, contract: Loss, api: Api | None, shown: str, form: str, module: Module, node: ast.Call,
    value: Atom, target: Atom, event: int, base: cond.Conditions, bound: Bindings, made: Made | None,
    chosen: cond.Conditions, name: str, *, turned: bool = False,
) -> None:  # fmt: skip
    """Leave a `LossCall`; where its input is a logarithm, that is in a loss."""
    if isinstance(value, Tensor) and value.logs:
        terms.into_loss(evaluator, value, contract, module, node)
    if isinstance(target, Tensor):
        if target.shape.is_empty:
            target = Unknown("there are no labels in it")
        elif ask_for_form(evaluator, evaluator.path) or ask_for_form(evaluator, base):
            target = Unknown("the program asks for ranks or dtypes that aren't known, before it takes this loss")
    evaluator.observe(
        LossCall(
            contract=contract,
            api=api,
            shown=shown,
            form=form,
            module=module,
            node=node,
            input=value,
            target=target,
            event=event,
            conditions=cond.without(evaluator.path, base),
            chosen=chosen,
            input_node=bound.node(contract.input),
            target_node=bound.node(contract.target),
            made=made.node if made is not None else None,
            made_module=made.module if made is not None else None,
            name=name,
            arguments={n: p for n, p in bound.values.items() if n not in (contract.input, contract.target)},
            backend=backends.of(evaluator, module, made.shown if made is not None else shown),
            callers=evaluator.callers,
            turned=turned,
        )
    )


def observe_made(evaluator: Evaluator, made: Made, effect: Loss, node: ast.Call, is_call: bool) -> None:
    """Leave a `LossMade`."""
    assert made.api is not None
    bound = Bindings.of(made.api.signature, renamed(made.api, made.arguments))
    evaluator.observe(
        LossMade(effect, made.api, made.shown, made.module, node, made.arguments, tuple(bound.unexpected), is_call,
                 evaluator.next_event(), evaluator.path)
    )  # fmt: skip
