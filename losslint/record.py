"""Records: the standard library's dataclasses, made so that a program is there sooner.

To who checks types, and to who reads, `dataclass` is `dataclasses.dataclass`, and so are `fields` and `replace` of one. What runs
leaves to the first object of a class what only objects need, since most of a hundred classes have none in most runs: that was
a third of the start. Nor does a frozen object keep anybody from assigning to it, unless it's `Frozen`: that nobody does is
proved by types, and to prevent it makes an object three times as slow to create.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, eq=True, order=False, slots=False):
        """`dataclasses.dataclass`. A frozen record that is compared has a hash, by the fields that it's compared by."""
        if cls is None:
            return lambda it: dataclass(it, frozen=frozen, eq=eq, order=order, slots=slots)
        if cls.__doc__ is None:
            cls.__doc__ = cls.__name__  # or a signature is drawn up for one
        own = cls.__dict__
        eq, hashed = eq and "__eq__" not in own, eq and "__hash__" not in own
        annotations = cls.__annotations__
        # every one is a field here; of a text, dataclasses would find out with a regular expression whether it's a ClassVar
        cls.__annotations__ = dict.fromkeys(annotations, object)
        made = dataclasses.dataclass(cls, init=False, repr=False, eq=False, slots=slots)
        made.__annotations__ = annotations
        if "__init__" not in own:
            _later(made, "__init__", _init)
        if "__repr__" not in own:
            made.__repr__ = _repr
        if eq:
            _later(made, "__eq__", _eq)
        if hashed:
            if frozen:
                _later(made, "__hash__", _hash)
            else:
                made.__hash__ = None
        if order:
            for name, sign in _ORDER.items():
                _later(made, name, _compared(sign))
        return made


class Frozen:
    """What keeps others from assigning to a record: for what losslint gives to programs that use it."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def __reduce__(self) -> tuple[type[object], tuple[object, ...]]:
        fields: Any = self
        return type(self), tuple(getattr(self, field.name) for field in dataclasses.fields(fields))


_ORDER = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}


def _later(cls: type, name: str, body: Callable[[type, dict[str, object]], str]) -> None:
    """Give a class a method that is written when it's first called. `body` gives its text, and fills what that names."""

    def first(self: object, *args: object, **kwargs: object) -> object:
        names: dict[str, object] = {"cls": cls}
        exec(body(cls, names), names)
        method: Any = names[name]
        method.__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, method)
        return method(self, *args, **kwargs)

    setattr(cls, name, first)


def _init(cls: type, names: dict[str, object]) -> str:
    parameters, lines = ["self"], []
    names["put"] = object.__setattr__
    put = "put(self, {name!r}, {value})" if issubclass(cls, Frozen) else "self.{name} = {value}"
    for field in dataclasses.fields(cls):
        value = field.name
        if field.default_factory is not dataclasses.MISSING:
            names[f"made_{field.name}"], names["missing"] = field.default_factory, dataclasses.MISSING
            value = f"made_{field.name}() if {field.name} is missing else {field.name}"
            parameters.append(f"{field.name}=missing")
        elif field.default is not dataclasses.MISSING:
            names[f"default_{field.name}"] = field.default
            parameters.append(f"{field.name}=default_{field.name}")
        else:
            parameters.append(field.name)
        lines.append(" " + put.format(name=field.name, value=value))
    return f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or [" pass"])


def _compared_by(cls: type, of: str) -> str:
    return "(" + "".join(f"{of}.{field.name}, " for field in dataclasses.fields(cls) if field.compare) + ")"


def _eq(cls: type, names: dict[str, object]) -> str:
    return _compared("==", "__eq__")(cls, names)


def _compared(sign: str, name: str = "") -> Callable[[type, dict[str, object]], str]:
    name = name or next(name for name, known in _ORDER.items() if known == sign)
    return lambda cls, names: (
        f"def {name}(self, other):\n"
        f" if other.__class__ is not self.__class__:\n"
        f"  return NotImplemented\n"
        f" return {_compared_by(cls, 'self')} {sign} {_compared_by(cls, 'other')}"
    )


def _hash(cls: type, _: dict[str, object]) -> str:
    return f"def __hash__(self):\n return hash({_compared_by(cls, 'self')})"


def _repr(self: Any) -> str:
    """A record with its fields."""
    fields = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(fields)})"
