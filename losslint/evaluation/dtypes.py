"""The names of dtypes: their kind, and their own name where it's the same everywhere.

Kinds are "float", "int", "bool" and "string". A dtype's own name is that of NumPy: torch's `long` and `LongTensor` are
"int64". Where a name means one thing here and another there ("float" is float64 to NumPy and float32 to TensorFlow), only its
kind is known.
"""

from __future__ import annotations

from losslint.evaluation.values import Bound, Const, External, Value

_EXACT: dict[str, str] = {
    **{name: name for name in ("float16", "bfloat16", "float32", "float64")},
    **{name: name for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool")},
    "half": "float16", "single": "float32", "double": "float64", "float_": "float64",
    "short": "int16", "long": "int64", "longlong": "int64", "int_": "int64", "intp": "int64", "ubyte": "uint8",
    "bool_": "bool", "bool8": "bool",
    "FloatTensor": "float32", "DoubleTensor": "float64", "HalfTensor": "float16", "BFloat16Tensor": "bfloat16",
    "LongTensor": "int64", "IntTensor": "int32", "ShortTensor": "int16", "CharTensor": "int8", "ByteTensor": "uint8",
    "BoolTensor": "bool",
    "f2": "float16", "f4": "float32", "f8": "float64", "i1": "int8", "i2": "int16", "i4": "int32", "i8": "int64",
    "u1": "uint8",
}  # fmt: skip
_KIND_ONLY = {"float": "float", "int": "int", "uint": "int", "string": "string", "str": "string", "str_": "string"}
_PYTHON = {"builtins.float": "float64", "builtins.int": "int64", "torch.float": "float32", "torch.int": "int32"}
"""Names that depend on whose they are: torch and NumPy read Python's own types as 64 bits."""


def kind_of(name: str | None) -> str | None:
    """The kind of a dtype's name, or of a kind itself; None of what is no dtype."""
    if name is None:
        return None
    exact = _EXACT.get(name, name)
    if exact == "bool":
        return "bool"
    if exact in _KIND_ONLY:
        return _KIND_ONLY[exact]
    if name in _EXACT:
        return "float" if "float" in exact else "int"
    return None


def exact_of(name: str | None) -> str | None:
    """The dtype's own name, where the name says it."""
    return _EXACT.get(name) if name is not None else None


def read(value: Value | None) -> tuple[str | None, str | None]:
    """The kind and the own name of the dtype that a value names; (None, None) where it names none."""
    name = ""
    if isinstance(value, External):
        if value.name in _PYTHON:
            return kind_of(_PYTHON[value.name]), _PYTHON[value.name]
        name = value.name.rpartition(".")[2]
    elif isinstance(value, Const) and isinstance(value.value, str):
        name = value.value.rpartition(".")[2]  # x.type("torch.FloatTensor")
    elif isinstance(value, Bound):
        name = value.name
    return kind_of(name), exact_of(name)
