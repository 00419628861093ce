"""Records: dataclasses, made so that a program is there sooner.

To who checks types, and to who reads, `dataclass`, `field` and `replace` are those of `dataclasses`, and to `dataclasses` records
are dataclasses. What runs leaves to the first object of a class what only objects need, since most of a hundred classes have
none in most runs, and does without importing `dataclasses`, which takes as long as a fifth of a run that has nothing to do.
Nor does a frozen object keep anybody from assigning to it, unless it's `Frozen`: that nobody does is proved by types, and to
prevent it makes an object three times as slow to create.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace
else:

    def dataclass(cls=None, /, *, frozen=False, eq=True, order=False, slots=False):
        """`dataclasses.dataclass`. A frozen record that is compared has a hash, by the fields that it's compared by."""
        if cls is None:
            return lambda it: _made(it, frozen, eq, order, slots)
        return _made(cls, frozen, eq, order, slots)

    def field(*, default=..., default_factory=None, compare=True, repr=True):
        """`dataclasses.field`."""
        return _Field(default, default_factory, compare, repr)

    def replace(record, /, **changes):
        """`dataclasses.replace`."""
        for name in record.__record__:
            if name not in changes:
                changes[name] = getattr(record, name)
        return record.__class__(**changes)


class _Field:
    """A field. Without a default it has none but the dots, which nobody has for one."""

    __slots__ = ("compare", "default", "factory", "shown")

    def __init__(
        self, default: object = ..., factory: Callable[[], object] | None = None, compare: bool = True, shown: bool = True
    ) -> None:
        self.default, self.factory, self.compare, self.shown = default, factory, compare, shown


def is_record(value: object) -> bool:
    """Whether a value is a record."""
    return not isinstance(value, type) and hasattr(value, "__record__")


def names(record: object) -> tuple[str, ...]:
    """The names of a record's fields."""
    return tuple(_fields(type(record)))


def _fields(cls: type) -> dict[str, _Field]:
    found: dict[str, _Field] = cls.__record__  # type: ignore[attr-defined]
    return found


class Frozen:
    """What keeps others from assigning to a record: for what losslint gives to programs that use it."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __reduce__(self) -> tuple[type[object], tuple[object, ...]]:
        return type(self), tuple(getattr(self, name) for name in names(self))


class _ForDataclasses:
    """What `dataclasses` knows a dataclass by, made when it asks."""

    def __get__(self, _: object, cls: type) -> dict[str, Any]:
        import dataclasses

        owner: Any = cls
        made: list[tuple[str, object, Any]] = []
        for name, known in _fields(cls).items():
            given: dict[str, Any] = {"compare": known.compare, "repr": known.shown}
            if known.factory is not None:
                given["default_factory"] = known.factory
            elif known.default is not ...:
                given["default"] = known.default
            made.append((name, object, dataclasses.field(**given)))
        twin: Any = dataclasses.make_dataclass(cls.__name__, made)
        fields: dict[str, Any] = twin.__dataclass_fields__
        owner.__dataclass_fields__ = fields
        return fields


_FOR_DATACLASSES = _ForDataclasses()
_ORDER = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}


def _made(cls: type, frozen: bool, eq: bool, order: bool, slots: bool) -> type:
    """A class as a record."""
    given = frozenset(cls.__dict__)
    own = dict(cls.__dict__)
    fields: dict[str, _Field] = {}
    for base in cls.__mro__[:0:-1]:
        fields.update(base.__dict__.get("__record__", ()))
    inherited = set(fields)
    for name in cls.__annotations__:
        value = own.get(name, ...)
        fields[name] = known = value if isinstance(value, _Field) else _Field(value)
        if slots or known.default is ...:
            own.pop(name, None)
        else:
            own[name] = known.default
    if slots:
        own["__slots__"] = tuple(name for name in cls.__annotations__ if name not in inherited)
        own.pop("__dict__", None)
        own.pop("__weakref__", None)
    own["__record__"] = fields
    own["__dataclass_fields__"] = _FOR_DATACLASSES
    own.setdefault("__match_args__", tuple(fields))
    own.setdefault("__repr__", _repr)
    own.setdefault("__replace__", replace)
    if eq:
        own.setdefault("__hash__", None)
    if slots:
        made = type(cls)(cls.__name__, cls.__bases__, own)
    else:
        made = cls
        for name in ("__record__", "__dataclass_fields__", "__match_args__", "__repr__", "__replace__"):
            setattr(made, name, own[name])
        for name in cls.__annotations__:
            if name in own:
                setattr(made, name, own[name])
            elif name in cls.__dict__:
                delattr(made, name)
        if eq and "__hash__" not in given:
            made.__hash__ = None  # type: ignore[assignment]
    if "__init__" not in given:
        _later(made, "__init__", _init)
    if eq and "__eq__" not in given:
        _later(made, "__eq__", lambda of, names: _compared(of, "__eq__", "=="))
    if eq and frozen and "__hash__" not in given:
        _later(made, "__hash__", _hash)
    if order:
        for name, sign in _ORDER.items():
            _later(made, name, lambda of, names, name=name, sign=sign: _compared(of, name, sign))  # type: ignore[misc]
    return made


def _later(cls: type, name: str, body: Callable[[type, dict[str, object]], str]) -> None:
    """Give a class a method that is written when it's first called. `body` gives its text, and fills what that names."""

    def first(self: object, *args: object, **kwargs: object) -> object:
        names: dict[str, object] = {}
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
    for name, known in _fields(cls).items():
        value = name
        if known.factory is not None:
            names[f"made_{name}"] = known.factory
            value = f"made_{name}() if {name} is ... else {name}"
            parameters.append(f"{name}=...")
        elif known.default is not ...:
            names[f"default_{name}"] = known.default
            parameters.append(f"{name}=default_{name}")
        else:
            parameters.append(name)
        lines.append(" " + put.format(name=name, value=value))
    return f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or [" pass"])


def _compared_by(cls: type, of: str) -> str:
    return "(" + "".join(f"{of}.{name}, " for name, known in _fields(cls).items() if known.compare) + ")"


def _compared(cls: type, name: str, sign: str) -> str:
    return (
        f"def {name}(self, other):\n"
        f" if other.__class__ is not self.__class__:\n"
        f"  return NotImplemented\n"
        f" return {_compared_by(cls, 'self')} {sign} {_compared_by(cls, 'other')}"
    )


def _hash(cls: type, _: dict[str, object]) -> str:
    return f"def __hash__(self):\n return hash({_compared_by(cls, 'self')})"


def _repr(self: object) -> str:
    """A record with its fields."""
    shown = (f"{name}={getattr(self, name)!r}" for name, known in _fields(type(self)).items() if known.shown)
    return f"{type(self).__qualname__}({', '.join(shown)})"
