"""What calls came to before: a function that gave nothing known, and changed nothing, isn't run again with the like.

Programs call the same few helpers hundreds of times, to check a file, to convert an argument, to fetch a data set, and most of
them have no part in what reaches a loss. A call is remembered by its function and by what is known of its arguments, where
 - what it gave is a constant, or nothing at all is known of it;
 - nothing that was there before was changed by it, and no loss was met in it.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, TypeAlias

from losslint.evaluation.values import (
    NO_SHAPE,
    ClassValue,
    Const,
    External,
    Function,
    Instance,
    Made,
    Mapping,
    ModuleValue,
    Scale,
    Seq,
    Tensor,
    Unknown,
)

if TYPE_CHECKING:
    from losslint.evaluation.values import Arguments, Atom, Value

Signature: TypeAlias = "tuple[object, ...]"

MOST_PARTS = 40
"""What has more parts than this isn't compared."""
DEPTH = 2
"""Containers and objects in each other: what lies deeper in an argument isn't told apart."""
NOTHING = (Scale.UNKNOWN, NO_SHAPE, None, None)
EVER = 1 << 62


class Memory:
    """The calls of one evaluator."""

    def __init__(self) -> None:
        self.oldest = EVER
        """The serial number of the oldest thing that was changed since it was last asked."""
        self.oldest_told = EVER
        """That of the oldest that was changed by more than a value of which nothing is known."""
        self._known: dict[Signature, Value | None] = {}

    def touch(self, atom: object, value: Value | None = None) -> None:
        """Something is changed; by writing a value to it, where one is given."""
        key = atom.key if isinstance(atom, (Seq, Mapping, Instance)) else 0
        if key < self.oldest:
            self.oldest = key
        if key < self.oldest_told and (value is None or not is_nothing(value)):
            self.oldest_told = key

    def watch(self) -> tuple[int, int]:
        """Begin to look at what is changed from here on; gives what was changed before, for `resume`."""
        before = self.oldest, self.oldest_told
        self.oldest = self.oldest_told = EVER
        return before

    def resume(self, before: tuple[int, int]) -> None:
        """What was changed since `watch` was changed for who watches around it, too."""
        self.oldest, self.oldest_told = min(before[0], self.oldest), min(before[1], self.oldest_told)

    def signature(self, function: Function, owner: Atom | None, arguments: Arguments) -> Signature | None:
        """What a call has to have in common with another one to come to the same; None where it can't be told.

        What a function inside of another one sees isn't in its arguments: such a call is always run.
        """
        if arguments.open or function.scope is not function.module.scope:
            return None
        given = [value for value, _ in arguments.positional]
        if owner is not None:
            given.append(owner)
        given.extend(value for value, _ in arguments.keywords.values())
        parts = _parts(tuple(arguments.keywords), given, DEPTH)
        return None if parts is None else (id(function.node), parts)

    def recall(self, signature: Signature) -> Value | None:
        """What such a call gave."""
        return self._known.get(signature)

    def keep(self, signature: Signature, result: Value) -> None:
        """Remember what a call gave that changed nothing."""
        if (isinstance(result, Const) and result.assumed is None) or is_nothing(result):
            self._known[signature] = result


def is_nothing(value: Value) -> bool:
    """Whether nothing that could matter to a loss is known of a value."""
    if isinstance(value, Unknown):
        return value.role is None and value.origin is None
    return isinstance(value, Tensor) and value.role is None and _is_plain(value)


def _is_plain(tensor: Tensor) -> bool:
    return (
        (tensor.scale, tensor.shape, tensor.dtype, tensor.axis) == NOTHING
        and tensor.cause is None
        and tensor.head is None
        and tensor.loss is None
        and not tensor.logs
        and not tensor.factors
        and not tensor.notes
    )


def _part(value: Value, depth: int) -> object:
    """What is known of an argument, to compare it; None where it may matter to a loss, or is too much."""
    match value:
        case Const(value=known):
            return (type(known), known) if known.__hash__ is not None else None
        case Unknown():
            return ("unknown", value.role, value.origin, value.kind)
        case Tensor():
            return ("tensor", value.role) if _is_plain(value) else None
        case External():
            return value.name
        case Function() | ClassValue():
            return id(value.node)
        case ModuleValue():
            return id(value.module)
        case Made():
            return ("made", value.name)
        case Instance() if len(value.attributes) <= MOST_PARTS:
            if depth == 0:
                return id(value.cls.node)
            own = [(name, _part(inner, depth - 1)) for name, inner in value.attributes.items()]
            return (id(value.cls.node), *own)
        case Seq(rest=None):
            return _parts(value.kind, value.items, depth - 1)
        case Mapping(rest=None):
            return _parts(tuple(value.items), value.items.values(), depth - 1)
        case Seq() | Mapping():
            rest = value.rest
            return "unknown" if not value.items and rest is not None and _part(rest, 0) is not None else None
    return None


def _parts(name: object, values: Collection[Value], depth: int) -> object:
    if depth < 0 or len(values) > MOST_PARTS:
        return None
    found = [_part(value, depth) for value in values]
    return None if None in found else (name, *found)
