"""What a project's settings say of its own losses and layers, as entries of a framework's table.

[tool.losslint.losses."mylib.losses.SmoothCE"]
call = "input, target"
takes = "logits"
family = "softmax"
labels = "indices"

[tool.losslint.layers."mylib.nn.Head"]
init = "features, classes"
scale = "probabilities"
units = "classes"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn

from losslint.evaluation.values import Scale
from losslint.extension import Extension
from losslint.frameworks.keras import ACTIVATIONS
from losslint.frameworks.vocabulary import (
    APPLIES,
    FAMILIES,
    LABELS,
    SHAPES,
    TAKES,
    Activate,
    Affine,
    Api,
    Effect,
    Gives,
    Loss,
    Model,
    Opaque,
    Same,
    Signature,
    Switch,
    signature,
)
from losslint.suggestions import suggestion

FRAMEWORKS = ("torch", "keras")
NOTHING = "nothing"
"""What `applies` is where a loss takes logits and applies nothing to them."""

SCALES = {
    "logits": Scale.UNBOUNDED,
    "probabilities": Scale.PROBABILITIES,
    "independent-probabilities": Scale.SIGMOID,
    "log-probabilities": Scale.LOG_PROBABILITIES,
    "log-independent-probabilities": Scale.LOG_SIGMOID,
    "non-negative": Scale.NON_NEGATIVE,
    "bounded": Scale.BOUNDED,
    "unit": Scale.UNIT,
}
"""What a layer's `scale` may be, besides "same" (its input as it is) and "unknown" (a model's numbers, of any kind)."""

KNOWN_ACTIVATIONS = {name: effect for name, effect in ACTIVATIONS.items() if isinstance(effect, Activate)}

LOSS_KEYS = (
    "call", "function", "init", "aliases", "takes", "family", "labels", "applies", "input", "target", "class-axis",
    "axis", "logits", "checks-dtype", "shapes", "framework", "switches",
)  # fmt: skip
SWITCH_KEYS = ("argument", "value", "takes", "family", "labels", "applies")
LAYER_KEYS = (
    "call", "function", "init", "aliases", "scale", "activation", "input", "axis", "units", "class-axis", "rank",
    "activation-argument", "default-activation", "model",
)  # fmt: skip


class DeclarationError(Exception):
    """A declaration that says nothing, or that can't be so."""


def read(losses: object, layers: object, where: str) -> Extension:
    """The declarations of the tables `losses` and `layers`; `where` names what they stand in. Raises DeclarationError."""
    found = Extension()
    for kind, table, make in (("losses", losses, _loss), ("layers", layers, _layer)):
        if not isinstance(table, dict):
            raise DeclarationError(f"{where}{kind} must be a table, with a table for each dotted name")
        for name, content in table.items():
            found |= _declared(str(name), content, make, f'{where}{kind}."{name}"', found)
    return found


def _declared(
    name: str, content: object, make: Callable[[str, _Table], tuple[Effect, bool]], where: str, others: Extension
) -> Extension:
    if not isinstance(content, dict):
        raise DeclarationError(f"{where} must be a table")
    if "." not in name or not all(part.isidentifier() for part in name.split(".")):
        raise DeclarationError(f"{where}: the name must be a dotted import path, as in mylib.losses.SmoothCE")
    table = _Table(content, where)
    effect, is_object = make(name, table)
    aliases = table.strings("aliases")
    for alias in (name, *aliases):
        if alias in others.table or alias in others.namespaces:
            raise DeclarationError(f"{where}: {alias} is declared twice")
    if is_object:
        api = Api(table.string("init") or "*args, **kwargs", effect, table.string("call"))
    else:
        api = Api(table.string("function") or "", effect)
    return Extension({name: api}, {alias: name for alias in aliases if alias != name})


class _Table:
    """The keys of one declaration; whoever asks gets the value in its type, or there's an error that names the key."""

    def __init__(self, content: Mapping[str, object], where: str) -> None:
        self.content = content
        self.where = where

    def fail(self, key: str, problem: str) -> NoReturn:
        raise DeclarationError(f"{self.where}: {key} {problem}")

    def only(self, keys: tuple[str, ...]) -> None:
        """Refuse a key that isn't one of these."""
        for key in self.content:
            if key not in keys:
                near = suggestion(key, keys) or f" (the keys are {', '.join(keys)})"
                raise DeclarationError(f"{self.where} has an unknown key {key!r}{near}")

    def string(self, key: str) -> str | None:
        value = self.content.get(key)
        if value is None or isinstance(value, str):
            return value
        self.fail(key, f"must be a string, not {value!r}")

    def strings(self, key: str) -> tuple[str, ...]:
        value = self.content.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        self.fail(key, f"must be a list of strings, not {value!r}")

    def integer(self, key: str) -> int | None:
        value = self.content.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self.fail(key, f"must be a whole number, not {value!r}")

    def flag(self, key: str) -> bool:
        value = self.content.get(key, False)
        if isinstance(value, bool):
            return value
        self.fail(key, f"must be true or false, not {value!r}")

    def choice(self, key: str, choices: tuple[str, ...]) -> str | None:
        value = self.content.get(key)
        if value is None or (isinstance(value, str) and value in choices):
            return value
        near = suggestion(value, choices) if isinstance(value, str) else ""
        self.fail(key, f"must be one of {', '.join(choices)}, not {value!r}{near}")

    def required(self, key: str, choices: tuple[str, ...]) -> str:
        value = self.choice(key, choices)
        if value is None:
            self.fail(key, f"is missing: it must be one of {', '.join(choices)}")
        return value

    def signature(self, key: str) -> Signature | None:
        text = self.string(key)
        if text is None:
            return None
        try:
            return signature(text)
        except (SyntaxError, ValueError, TypeError, AssertionError, RecursionError, MemoryError):
            self.fail(
                key, f'must list parameters as Python writes them, as in "input, target, gamma=2.0", not {text!r}'
            )

    def parameter(self, key: str, *signatures: Signature | None) -> str | None:
        """The name of a parameter that one of these signatures has."""
        name = self.string(key)
        known = [s for s in signatures if s is not None]
        if name is None or any(s.get(name) is not None or s.extra is not None for s in known):
            return name
        names = [name for s in known for name in s.names()]
        self.fail(key, f"must be one of the parameters {', '.join(names)}, not {name!r}{suggestion(name, names)}")


def _signatures(table: _Table) -> tuple[Signature, Signature | None, bool]:
    """What takes the input, what else there is (a constructor), and whether it's an object that is called."""
    function, call, init = table.signature("function"), table.signature("call"), table.signature("init")
    if function is not None and call is None and init is None:
        return function, None, False
    if function is not None:
        table.fail("function", f"is for a function, and {'call' if call is not None else 'init'} for a class: use one")
    if call is None:
        table.fail("call", 'is missing: the parameters of calling the object, as in "input, target" '
                           "(or `function`, those of a function)")  # fmt: skip
    return call, init or signature("*args, **kwargs"), True


def _input(table: _Table, key: str, usual: tuple[str, ...], call: Signature) -> str:
    """The name of the parameter that takes the input, or the target: as declared, or by its usual name."""
    given = table.string(key)
    if given is not None:
        table.parameter(key, Signature(call.parameters))
        return given
    found = next((name for name in usual if call.get(name) is not None), None)
    if found is None:
        table.fail(key, f"is missing: it must be one of the parameters {', '.join(call.names())}")
    return found


# -------------------------------------------------------------------------------------------------------------- losses


def _loss(name: str, table: _Table) -> tuple[Effect, bool]:
    table.only(LOSS_KEYS)
    call, init, is_object = _signatures(table)
    takes, family = table.required("takes", TAKES), table.required("family", FAMILIES)
    framework = table.choice("framework", FRAMEWORKS) or "other"
    of_classes = family == "softmax"
    axis = table.integer("class-axis")
    if axis is None and of_classes and framework != "other":
        axis = 1 if framework == "torch" else -1
    return Loss(
        title=name.rpartition(".")[2],
        takes=takes,
        family=family,
        labels=table.required("labels", LABELS),
        framework=framework,
        applies=_applies(table, takes, family),
        input=_input(table, "input", ("input",), call),
        target=_input(table, "target", ("target",), call),
        class_axis=axis,
        logits=table.parameter("logits", call, init),
        checks_dtype=table.flag("checks-dtype"),
        axis=table.parameter("axis", call, init),
        switches=_switches(table, family, call, init),
        shapes=table.choice("shapes", SHAPES),
    ), is_object


def _applies(table: _Table, takes: str | None, family: str) -> str | None:
    """What a loss applies itself: as declared, or what its family does to logits."""
    given = table.choice("applies", (*APPLIES, NOTHING))
    if given is not None:
        return None if given == NOTHING else given
    return {"softmax": "log_softmax", "sigmoid": "sigmoid"}.get(family) if takes == "logits" else None


def _switches(table: _Table, family: str, call: Signature, init: Signature | None) -> tuple[Switch, ...]:
    content = table.content.get("switches", [])
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        table.fail(
            "switches", 'must be a list of tables, as in [{ argument = "sigmoid", value = true, takes = "logits" }]'
        )
    found: list[Switch] = []
    for item in content:
        inner = _Table(item, f"{table.where}: switches")
        inner.only(SWITCH_KEYS)
        argument = inner.parameter("argument", call, init)
        if argument is None:
            inner.fail("argument", "is missing")
        if "value" not in item or isinstance(item["value"], (list, dict)):
            inner.fail("value", "must be the value of the argument with which the rest holds")
        takes, other = inner.choice("takes", TAKES), inner.choice("family", FAMILIES)
        labels, applies = inner.choice("labels", LABELS), _applies(inner, takes, other or family)
        if takes is other is labels is applies is None:
            raise DeclarationError(
                f"{inner.where}: {argument} changes nothing: say one of {', '.join(SWITCH_KEYS[2:])}"
            )
        found.append(Switch(argument, item["value"], takes, other, labels, applies))
    return tuple(found)


# -------------------------------------------------------------------------------------------------------------- layers


def _layer(name: str, table: _Table) -> tuple[Effect, bool]:
    table.only(LAYER_KEYS)
    call, init, is_object = _signatures(table)
    scale = table.choice("scale", (*SCALES, "same", "unknown"))
    activation = table.choice("activation", tuple(KNOWN_ACTIVATIONS))
    if (scale is None) == (activation is None):
        table.fail(
            "scale", f"or activation: exactly one must be given; scale is one of {', '.join(SCALES)}, same, unknown"
        )
    first = call.names()[:1]
    if not first and table.string("input") is None:
        table.fail("call" if is_object else "function", "has no parameter that takes the input")
    taken = _input(table, "input", ("input", "inputs", "x", *first), call)
    kind = "activation" if scale is None else scale if scale in _SAYS else "other"
    for key in table.content:
        if key not in _SAYS[kind] and any(key in keys for keys in _SAYS.values()):
            table.fail(key, f"has no meaning beside {kind if scale is None else f'scale = {scale!r}'}")
    units, axis, rank = table.parameter("units", call, init), table.integer("class-axis"), table.integer("rank")
    argument = table.parameter("activation-argument", call, init)
    default = table.choice("default-activation", tuple(ACTIVATIONS))
    is_model = table.flag("model")
    if default is not None and argument is None:
        table.fail("default-activation", "has no meaning without activation-argument")
    if activation is not None:
        # known by its whole name: a fix that writes another function of the same library has nothing to go by
        made = KNOWN_ACTIVATIONS[activation].scale
        return Activate(made, name, table.parameter("axis", call, init), taken), is_object
    if scale == "same":
        return Same(taken), is_object
    if scale == "unknown":
        return Opaque(taken, rank), is_object
    if scale != "logits":
        return Gives(SCALES[str(scale)], name.rpartition(".")[2], units, axis, rank, taken), is_object
    if is_model and not is_object:
        table.fail("model", "is for what makes a model, and call for calling it: a function of tensors is none")
    if is_model:
        return Model("logits", units, -1 if axis is None else axis, rank, argument, default), is_object
    if units is None and axis is None and rank is not None:
        table.fail("rank", "says nothing unless class-axis or units says where the classes are")
    return Affine(units, axis, rank, False, argument, taken, default), is_object


_SAYS: dict[str, tuple[str, ...]] = {
    "activation": ("axis",),
    "logits": ("units", "class-axis", "rank", "activation-argument", "default-activation", "model"),
    "same": (),
    "unknown": ("rank",),
    "other": ("units", "class-axis", "rank"),
}
"""The keys that say something beside `activation`, or beside each `scale`."""
