"""The installed libraries themselves: where a table's name is found in them, and what they say of its signature."""

from __future__ import annotations

import contextlib
import enum
import functools
import importlib
import importlib.util
import inspect
import re
import typing
from inspect import Parameter
from types import ModuleType

from losslint import frameworks
from losslint.frameworks import torch
from losslint.frameworks.vocabulary import REQUIRED, Api, Signature

ALL: dict[str, Api] = {
    **frameworks.TABLE,
    **{f"torch.Tensor.{name}": api for name, api in torch.METHODS.items()},
}

LAYERS_1 = "tf_keras.src.legacy_tf_layers."
HOMES: tuple[tuple[str, str], ...] = (
    (r"tensorflow\.contrib\.losses\.(.*)", r"tf_slim.losses.\1"),
    (r"tensorflow\.contrib\.layers\.(.*)", r"tf_slim.\1"),
    (r"tensorflow\.layers\.(.*pooling.*)", LAYERS_1 + r"pooling.\1"),
    (r"tensorflow\.layers\.(.*conv.*)", LAYERS_1 + r"convolutional.\1"),
    (r"tensorflow\.layers\.(batch_normalization)", LAYERS_1 + r"normalization.\1"),
    (r"tensorflow\.layers\.([a-z]\w*)", LAYERS_1 + r"core.\1"),
    (r"tensorflow\.(losses|metrics)\.(.*)", r"tf_keras.\1.\2"),
    (r"tensorflow\.(.*)", r"tensorflow.compat.v1.\1"),
    (r"keras\.(.*)", r"tf_keras.\1"),
    (r"optax\.(.*)", r"optax.losses.\1"),
    (r"torch\.nn\.(_\w+)", r"torch.nn.modules.loss.\1"),
    (r"pytorch_lightning\.(.*)", r"lightning.pytorch.\1"),
)
"""Where else a name is, if it isn't where the table has it: what the newest version has no more, an older one has."""

Parameters = list[Parameter]


@functools.cache
def installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


HERE = sorted(name for name in ALL if installed(name.partition(".")[0]))
"""The names of the libraries that are installed."""
CLASSES = [name for name in HERE if ALL[name].call is not None]
"""Those whose objects are called."""


def find(name: str) -> object | None:
    """The object of a dotted name, or None. A module isn't one: `torch.nn.utils.weight_norm` is both."""
    parts = name.split(".")
    if not installed(parts[0]):
        return None
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            try:
                found = getattr(found, part)
            except (AttributeError, ImportError):
                return None
        if not isinstance(found, ModuleType):
            return found
    return None


def homes_of(name: str) -> list[str]:
    """Where a table's name may be, the likeliest first."""
    return [name, *(re.sub(pattern, home, name) for pattern, home in HOMES if re.fullmatch(pattern, name))]


def anywhere(name: str) -> tuple[str, object] | None:
    """The object of a table's name, there or in one of its other homes, and where that is."""
    for home in homes_of(name):
        found = find(home)
        if found is not None:
            return home, found
    return None


def listed(name: str, patterns: dict[str, str]) -> str | None:
    """The reason that a list of patterns has for a name."""
    return next((reason for pattern, reason in patterns.items() if re.fullmatch(pattern, name)), None)


# ---------------------------------------------------------------------------------------------------------- signatures


def signatures(home: str, found: object) -> tuple[list[Parameters], bool]:
    """What a library says of a function's or constructor's signature, and whether an operator's schema says it.

    There are several where it's overloaded, and none where the library is silent.
    """
    if not callable(found):
        return [], False
    told: list[Parameters] = []
    with contextlib.suppress(TypeError, ValueError):
        told = [list(inspect.signature(found).parameters.values())]
    if inspect.isclass(found) and (not told or says_nothing(told[0])):
        # a metaclass or a `__new__` that takes anything stands before the constructor
        told = [list(inspect.signature(f).parameters.values())[1:] for f in overloads(found.__init__)]
    if home.startswith("torch.Tensor."):  # written in Python; the operators' schemas are told so, too
        told = [[p.replace(name="input") if p.name == "self" else p for p in parameters] for parameters in told]
    told = [parameters for parameters in told if not says_nothing(parameters)]
    return (told, False) if told else (operator_schemas(home), True)


def overloads(function: object) -> list[typing.Callable[..., object]]:
    if not inspect.isfunction(function):
        return []
    return list(typing.get_overloads(function)) or [function]


def says_nothing(parameters: Parameters) -> bool:
    """`(*args, **kwargs)`: not a word of what it takes. No parameters at all are an answer."""
    return bool(parameters) and all(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters if p.name != "self")


OF_EVERY_OPERATOR = {
    "out", "generator", "dtype", "layout", "device", "pin_memory", "requires_grad", "memory_format",
}  # fmt: skip
"""Keywords that bindings add to operators, or that say where and how numbers are kept: schemas differ in them."""


def operator_schemas(home: str) -> list[Parameters]:
    """torch's functions that are written in C, by their operators' schemas: what their argument parsers are made from."""
    if not home.startswith("torch."):
        return []
    import torch

    name = home.rpartition(".")[2]
    packets = [getattr(torch.ops.aten, name, None), getattr(torch.ops.aten, f"special_{name}", None)]
    schemas = [getattr(packet, o)._schema for packet in packets if packet is not None for o in packet.overloads()]
    told = [
        [
            Parameter(
                {"self": "input", "from": "from_"}.get(argument.name, argument.name),
                Parameter.KEYWORD_ONLY if argument.kwarg_only else Parameter.POSITIONAL_OR_KEYWORD,
                default=argument.default_value if argument.has_default_value() else Parameter.empty,
            )
            for argument in schema.arguments
            if argument.name not in OF_EVERY_OPERATOR
        ]
        for schema in schemas
        if schema.returns and "Tensor" in str(schema.returns[0].type)
    ]
    names = [[p.name for p in parameters] for parameters in told]
    # what an overload has and another one doesn't may be left out
    return told + [
        [p.replace(default=LEFT_OUT) if p.name not in fewer and p.default is p.empty else p for p in parameters]
        for parameters in told
        for fewer in names
        if len(fewer) < len(parameters) and fewer == [p.name for p in parameters][: len(fewer)]
    ]


LEFT_OUT = object()


def calls(found: object, api: Api) -> Parameters | None:
    """What calling an object of a class takes, where the library tells."""
    if not inspect.isclass(found) or api.call is None:
        return None
    for method in ("forward", "call", "__call__"):
        function = getattr(found, method, None)
        if inspect.isfunction(function):
            parameters = list(inspect.signature(function).parameters.values())[1:]
            if not says_nothing(parameters) or not parameters:
                return parameters
    return None


# ---------------------------------------------------------------------------------------------------------- comparison


def plain(value: object) -> object:
    """A default as a table writes it: an enumeration's value, a dtype's name; NOT_PLAIN where a table has no way to write it."""
    if isinstance(value, enum.Enum):
        value = value.value
    if type(value).__name__ == "DType":
        value = getattr(value, "name")  # noqa: B009
    if value is None or type(value) in (bool, int, float, str, tuple):
        return value
    return NOT_PLAIN


NOT_PLAIN = object()


def same(ours: object, theirs: object) -> bool:
    """Whether two defaults are the same; 0 and 0.0 are, 0 and False aren't."""
    return ours == theirs and isinstance(ours, bool) == isinstance(theirs, bool)


def compare(ours: Signature, theirs: Parameters) -> None:
    """Our parameters are theirs, in their order, with their defaults; where ours ends in `**kwargs`, theirs may go on."""
    theirs = [p for p in theirs if p.name != "self"]
    if any(p.kind is p.VAR_KEYWORD for p in theirs):
        assert ours.extra is not None, "it takes further keywords"
    if any(p.kind is p.VAR_POSITIONAL for p in theirs):
        assert ours.open is not None or ours.extra is not None, "it takes further arguments"
    named = [p for p in theirs if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    names = [p.name for p in named]
    if ours.extra is None and ours.open is None:
        assert list(ours.names()) == names
    needed = [p.name for p in named if p.default is p.empty and p.kind is not p.KEYWORD_ONLY]
    assert ours.open is not None or set(needed) <= set(ours.names()), f"it needs {needed}"
    positions = [names.index(name) for name in ours.names() if name in names]
    assert positions == sorted(positions), "another order"
    for position, parameter in enumerate(ours.parameters):
        if parameter.name not in names:
            assert ours.extra is not None, f"no parameter {parameter.name}"
            assert any(p.kind is p.VAR_KEYWORD for p in theirs), f"no parameter {parameter.name}, nor **keywords"
            continue
        real = named[names.index(parameter.name)]
        if parameter.keyword_only:
            assert real.kind is real.KEYWORD_ONLY or ours.extra is not None, f"{parameter.name} may stand alone"
        elif ours.open is None or (position < len(names) and names[position] == parameter.name):
            assert real.kind is not real.KEYWORD_ONLY, f"{parameter.name} is keyword-only"
            assert names[position] == parameter.name, f"{parameter.name} is elsewhere"
        if real.default is real.empty:
            assert parameter.default is REQUIRED, f"{parameter.name} has no default"
        else:
            default = plain(real.default)
            assert parameter.default is not REQUIRED, f"{parameter.name} has a default"
            assert default is NOT_PLAIN or same(parameter.default, default), f"{parameter.name}={real.default!r}"


def compare_any(ours: Signature, theirs: list[Parameters], of_operator: bool = False) -> None:
    """Our signature is one of theirs."""
    if of_operator:
        kept = tuple(p for p in ours.parameters if p.name not in OF_EVERY_OPERATOR)
        ours = Signature(kept, ours.open, ours.extra)
    problems: list[str] = []
    for one in theirs:
        try:
            compare(ours, one)
        except AssertionError as problem:
            problems.append(str(problem))
        else:
            return
    raise AssertionError("; ".join(dict.fromkeys(problems)))
