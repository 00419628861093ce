"""Conditions: under which outcome of the program's own tests a value holds.

A condition is (key, operator, constant, outcome): `key` is the tested value's number, the operator is "truth", "eq",
"gt", "ge", "is" or "opaque", the outcome is a bool. A set of conditions holds together; two sets that contradict each
other never meet, so that `if binary: x = sigmoid(x)` and `if binary: loss = BCELoss()` are not mixed up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from losslint.evaluation import shapes
from losslint.evaluation.values import MOST_ALTERNATIVES, Choice, Tensor, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losslint.evaluation.values import Atom, Value

Condition: TypeAlias = "tuple[int, str, object, bool]"
Conditions: TypeAlias = "tuple[Condition, ...]"

ALWAYS: Conditions = ()

MOST_IN_PAIRS = 16
"""Of more conditions it's looked up first which speak of the same."""

SEVERAL = 4
"""More conditions than this are looked for in a set."""


def holds(operator: str, constant: object, value: object) -> bool | None:
    """What a test gives for a known value; None where it can't be told."""
    try:
        match operator:
            case "truth":
                return bool(value)
            case "eq":
                return bool(value == constant)
            case "is":
                return value is constant if constant is None else bool(value == constant)
            case "gt":
                return bool(value > constant)  # type: ignore[operator]
            case "ge":
                return bool(value >= constant)  # type: ignore[operator]
    except TypeError:
        return None
    return None


def contradict_each_other(one: Condition, other: Condition) -> bool:
    """Whether two conditions can't both hold."""
    if one[0] != other[0]:
        return False
    if one[1] == other[1] and type(one[2]) is type(other[2]) and one[2] == other[2]:
        return one[3] != other[3]
    for known, test in ((one, other), (other, one)):
        if known[1] in ("eq", "is") and known[3]:
            outcome = holds(test[1], test[2], known[2])
            if outcome is not None and outcome != test[3]:
                return True
    return False


def _begun(one: Conditions, other: Conditions) -> int:
    """How many conditions two sets begin with alike: sets grow at their end, and those of one chain of tests are long."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low


def compatible(one: Conditions, other: Conditions) -> bool:
    """Whether two sets of conditions can hold together."""
    if not one or not other:
        return True
    if one[0] is other[0]:
        # what is in both goes with all of either
        begun = _begun(one, other)
        one, other = one[begun:], other[begun:]
    if len(one) + len(other) > MOST_IN_PAIRS:
        one, other = (one, other) if len(one) < len(other) else (other, one)
        keys = {condition[0] for condition in one}
        other = tuple([condition for condition in other if condition[0] in keys])
    for a in one:
        key = a[0]
        for b in other:
            if b[0] == key and a is not b and contradict_each_other(a, b):
                return False
    return True


def joined(one: Conditions, other: Conditions) -> Conditions:
    """Both sets together, in order, without repetition."""
    if not one:
        return other
    if not other:
        return one
    rest = other[_begun(one, other) :]
    among = set(one) if len(rest) > SEVERAL and len(one) > SEVERAL else one
    return one + tuple([c for c in rest if c not in among])


def without(one: Conditions, other: Conditions) -> Conditions:
    """The conditions of one that are not in the other."""
    if not one or not other:
        return one
    if one is other:
        return ALWAYS
    rest = one[_begun(one, other) :]
    among = set(other) if len(rest) > SEVERAL and len(other) > SEVERAL else other
    return tuple([c for c in rest if c not in among])


def beyond(one: Conditions, other: Conditions) -> Conditions | None:
    """The conditions of one that are not in the other; None where the two can't hold together."""
    if not one or not other:
        return one
    rest = without(one, other)
    # what is in both goes with all of the other
    return rest if not rest or compatible(rest, other) else None


def negations(conditions: Conditions, implied: Mapping[Condition, Conditions]) -> list[Conditions]:
    """Disjoint sets that together say "not all of these hold", by the last three of them.

    What one of the conditions implies goes without saying: that a name isn't in a list, that it isn't each of the list.
    """
    said = {c for condition in conditions for c in implied.get(condition, ())} if implied else None
    conditions = tuple([c for c in conditions if c not in said][-3:]) if said else conditions[-3:]
    found: list[Conditions] = []
    for index, (key, operator, constant, outcome) in enumerate(conditions):
        found.append((*conditions[:index], (key, operator, constant, not outcome)))
    return found


def alternatives(value: Value) -> tuple[tuple[Conditions, Atom], ...]:
    """A value as its alternatives."""
    if isinstance(value, Choice):
        return value.alternatives
    return ((ALWAYS, value),)


def choice(parts: list[tuple[Conditions, Value]]) -> Value:
    """One value of several, each under its conditions: equal facts are merged, and too many become unknown."""
    flat: list[tuple[Conditions, Atom]] = []
    for conditions, value in parts:
        if isinstance(value, Choice):
            for inner, atom in value.alternatives:
                rest = beyond(inner, conditions)
                if rest is not None:
                    flat.append((conditions + rest, atom))
        else:
            flat.append((conditions, value))
    if len(flat) > 1:
        flat = _merged(flat)
    if len(flat) == 1 and not flat[0][0]:
        return flat[0][1]
    if not flat:
        return Unknown("no way leads here")
    if len(flat) > MOST_ALTERNATIVES:
        common = shared([atom for _, atom in flat])
        return common if isinstance(common, Tensor) else Unknown("too many alternatives")
    return Choice(tuple(flat))


def shared(values: Sequence[Value]) -> Value:
    """What several values have in common, any of which it may be: the scale, where all are tensors of the same."""
    first = values[0]
    if len(values) == 1:
        return first
    tensors = [value for value in values if isinstance(value, Tensor)]
    if not isinstance(first, Tensor) or len(tensors) < len(values) or any(t.scale is not first.scale for t in tensors):
        return Unknown("one of several values that differ")
    return first.but(
        shape=shapes.joined([t.shape for t in tensors]),
        dtype=first.dtype if all(t.dtype == first.dtype for t in tensors) else None,
        role=first.role if all(t.role == first.role for t in tensors) else None,
        axis=first.axis if all(t.axis == first.axis for t in tensors) else None,
        notes=frozenset().union(*(t.notes for t in tensors)),
    )


def _merged(flat: list[tuple[Conditions, Atom]]) -> list[tuple[Conditions, Atom]]:
    """Put alternatives with equal facts together where their conditions are each other's complement."""
    facts = [atom.facts() for _, atom in flat[: 4 * MOST_ALTERNATIVES]]
    if len(facts) == 2 and facts[0] != facts[1]:
        return flat
    found = flat[: len(facts)]

    def fits(i: int, among: range) -> int | None:
        """The first of some whose alternative can be put together with the one at i, which it then is."""
        own, conditions = facts[i], found[i][0]
        for k in among:
            if facts[k] == own:
                first, second = (i, k) if i < k else (k, i)
                merged = _union(conditions, found[k][0]) if i < k else _union(found[k][0], conditions)
                if merged is not None:
                    found[first] = (merged, found[first][1])
                    del found[second], facts[second]
                    return first
        return None

    i = 0
    while i < len(found):
        if fits(i, range(i + 1, len(found))) is None:
            i += 1
            continue
        # now it may fit one before it, and that one the ones before that
        while (k := fits(i, range(i))) is not None:
            i = k
    return found


def _union(one: Conditions, other: Conditions) -> Conditions | None:
    """The conditions that hold where one or the other holds, if that is one set; else None."""
    if len(one) > MOST_IN_PAIRS and len(other) > MOST_IN_PAIRS:
        rest_one, rest_other = without(one, other), without(other, one)
    else:
        rest_one = tuple([c for c in one if c not in other])
        if len(rest_one) > 1 and len(other) >= len(one):
            return None  # neither is a part of the other, and they differ in more than one outcome
        rest_other = tuple([c for c in other if c not in one])
    if not rest_one:
        return one
    if not rest_other:
        return other
    if len(rest_one) == len(rest_other) == 1:
        a, b = rest_one[0], rest_other[0]
        if a[:3] == b[:3] and type(a[2]) is type(b[2]) and a[3] != b[3]:
            return without(one, rest_one)
    return None
