"""Operators, indexing, unpacking and iteration over abstract values."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING

from losslint import frameworks
from losslint.evaluation import conditions as cond
from losslint.evaluation import frames, shapes, terms
from losslint.evaluation import values as v
from losslint.evaluation.conditions import choice
from losslint.evaluation.values import (
    NO_SHAPE,
    Arguments,
    Atom,
    Bound,
    Choice,
    Const,
    External,
    Instance,
    Made,
    Mapping,
    Network,
    Scale,
    Seq,
    Shape,
    Tensor,
    Unknown,
    Value,
    Way,
)  # fmt: skip

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator

_ARITHMETIC: dict[type[ast.operator], Callable[[object, object], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
SMALL = 1e-2
"""A number that is added to a probability only to keep a logarithm finite is smaller than this."""
MOST_TEXT = 2_000
MOST_ITEMS = 400


def binary(evaluator: Evaluator, op: ast.operator, one: Value, other: Value, node: ast.AST) -> Value:
    """`one op other`."""
    if isinstance(op, ast.MatMult):
        from losslint.evaluation import effects

        site = effects.Site(evaluator.frame.module, node, "operator", "@")
        written = node.left if isinstance(node, ast.BinOp) else None
        return evaluator.both(one, other, lambda a, b: effects.product(a, b, site, written=written))
    if not terms.has_terms(one) and not terms.has_terms(other):
        return evaluator.both(one, other, lambda a, b: _binary(evaluator, op, a, b))
    group = terms.Group(evaluator, node)
    result = evaluator.both(one, other, lambda a, b: group.combined(op, a, b, _binary(evaluator, op, a, b)))
    group.close()
    return result


def _binary(evaluator: Evaluator, op: ast.operator, one: Atom, other: Atom) -> Value:
    result = _computed(evaluator, op, one, other)
    if isinstance(op, (ast.Mult, ast.Div, ast.Pow)):
        return terms.multiplied(op, one, other, result)
    return result


def _computed(evaluator: Evaluator, op: ast.operator, one: Atom, other: Atom) -> Value:
    if isinstance(one, Const) and isinstance(other, Const):
        return _constants(op, one.value, other.value)
    if isinstance(one, Seq) and isinstance(other, Seq) and isinstance(op, ast.Add):
        grows = evaluator.loops > min(one.depth, other.depth)  # `layers = layers + [layer]`
        return Seq(one.kind, [*one.items, *other.items][:MOST_ITEMS], one.rest or other.rest, one.node, one.module,
                   [*one.nodes, *other.nodes][:MOST_ITEMS], depth=min(one.depth, other.depth),
                   repeated=one.repeated or other.repeated or grows)  # fmt: skip
    if isinstance(one, Seq) and isinstance(other, Const) and isinstance(op, ast.Mult) and isinstance(other.value, int):
        if one.rest is None and len(one.items) * max(other.value, 0) <= MOST_ITEMS:
            return Seq(one.kind, one.items * other.value, None, one.node, one.module, one.nodes * other.value,
                       repeated=one.repeated)  # fmt: skip
        return Seq(one.kind, [], one.rest or (one.items[0] if one.items else Unknown("a repeated list")))
    if isinstance(one, Seq) and isinstance(op, ast.Mult):
        return Seq(
            one.kind, [], one.items[0] if one.items else Unknown("a repeated list"), one.node, one.module, one.nodes
        )
    if isinstance(one, Tensor) and isinstance(other, Const):
        return _with_constant(op, one, other.value, left=True)
    if isinstance(one, Const) and isinstance(other, Tensor):
        return _with_constant(op, other, one.value, left=False)
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return _tensors(op, one, other)
    if isinstance(op, ast.Add) and (text := joined_text(one, other)) is not None:
        return text
    tensor = one if isinstance(one, Tensor) else other if isinstance(other, Tensor) else None
    if tensor is not None:
        return Tensor(role=tensor.role if tensor.role == "prediction" else None, reason=_arithmetic(one, other))
    return Unknown(_arithmetic(one, other), ("arithmetic", v.fresh()))


def _constants(op: ast.operator, one: object, other: object) -> Value:
    function = _ARITHMETIC.get(type(op))
    if function is not None:
        if isinstance(one, (int, float)) and isinstance(other, (int, float)):
            try:
                if abs(one) < 1e12 and abs(other) < 1e12:
                    return Const(function(one, other))
            except (ArithmeticError, ValueError):
                pass
        elif isinstance(op, ast.Add) and isinstance(one, str) and isinstance(other, str):
            if len(one) + len(other) < MOST_TEXT:
                return Const(one + other)
    return Unknown("arithmetic", ("arithmetic", v.fresh()))


def joined_text(one: Atom, other: Atom) -> Unknown | None:
    """`"models." + name`: a text of which it's known how it begins and ends, and what is between."""
    if isinstance(one, Const) and isinstance(one.value, str):
        return _around(one.value, named(other), "")
    if isinstance(other, Const) and isinstance(other.value, str):
        return _around("", named(one), other.value)
    return None


def _around(before: str, inner: Atom, after: str) -> Unknown | None:
    if not isinstance(inner, Unknown) or inner.key is None or inner.kind not in (None, "str"):
        return None
    key = inner.key
    if isinstance(key, tuple) and key[0] == "joined":
        before, key, after = before + key[1], key[2], key[3] + after
    if len(before) + len(after) > MOST_TEXT:
        return None
    return Unknown(inner.reason, ("joined", before, key, after), None, inner.origin, "str")


def _with_constant(op: ast.operator, tensor: Tensor, number: object, left: bool) -> Value:
    """A tensor and a number; `left` where the tensor stands left of the operator."""
    if not isinstance(number, (int, float)):
        return Tensor(role=tensor.role, reason=_arithmetic(tensor))
    plain = Tensor(
        shape=tensor.shape, dtype=_result_dtype(op, tensor, number), role=tensor.role, reason=_arithmetic(tensor)
    )
    match tensor.scale:
        case Scale.UNBOUNDED:
            linear = isinstance(op, (ast.Add, ast.Sub, ast.Mult)) or (isinstance(op, ast.Div) and left)
            if isinstance(op, ast.Sub) and not left and number == 1:
                return tensor.but(notes=tensor.notes | {"complement"})
            return tensor if linear and not (isinstance(op, ast.Mult) and number == 0) else plain
        case Scale.PROBABILITIES | Scale.SIGMOID | Scale.UNIT:
            if abs(number) <= SMALL and (isinstance(op, ast.Add) or (isinstance(op, ast.Sub) and left)):
                return tensor.but(notes=tensor.notes | {"epsilon"}) if number else tensor
            if isinstance(op, ast.Sub) and not left and number == 1:
                return tensor.but(scale=Scale.SIGMOID if tensor.scale is Scale.SIGMOID else Scale.UNIT,
                                  cause=tensor.cause, notes=tensor.notes | {"complement"})  # fmt: skip
            return plain
        case Scale.INDICES:
            if isinstance(op, (ast.Add, ast.Sub)) and isinstance(number, int) and left:
                shift = number if isinstance(op, ast.Add) else -number
                n_classes = None if tensor.n_classes is None else tensor.n_classes + shift
                return plain.but(scale=Scale.INDICES, n_classes=n_classes, notes=tensor.notes & {"batch"})
            if isinstance(op, ast.Div) and left and abs(number) > 1:
                return plain.but(notes=plain.notes | {"fractions"} | (tensor.notes & {"batch"}))
    return plain


def _result_dtype(op: ast.operator, tensor: Tensor, number: object) -> str | None:
    if tensor.dtype is None:
        return None
    if isinstance(op, ast.Div) or isinstance(number, float):
        return "float"
    return "int" if tensor.dtype in ("int", "bool") else tensor.dtype


def _tensors(op: ast.operator, one: Tensor, other: Tensor) -> Value:
    role = "prediction" if "prediction" in (one.role, other.role) else None
    if isinstance(op, (ast.Add, ast.Sub)) and one.scale is other.scale is Scale.UNBOUNDED:
        shape = one.shape if one.shape == other.shape else NO_SHAPE
        return one.but(shape=shape, role=role)
    # a bias, or a learned temperature
    if one.scale is Scale.UNBOUNDED and other.role == "weights":
        return one.but(shape=shapes.broadcast(one.shape, other.shape))
    if other.scale is Scale.UNBOUNDED and one.role == "weights" and not isinstance(op, ast.Div):
        return other.but(shape=shapes.broadcast(other.shape, one.shape))
    dtype = "float" if isinstance(op, ast.Div) or "float" in (one.dtype, other.dtype) else None
    return Tensor(role=role, dtype=dtype, reason=_arithmetic(one, other))


def _arithmetic(*parts: Atom) -> str:
    """Why the scale of a result isn't known: that of a part wasn't, or the operation ends it."""
    return next((p.reason for p in parts if isinstance(p, (Tensor, Unknown)) and p.reason), "arithmetic")


def unary(evaluator: Evaluator, op: ast.unaryop, atom: Atom, node: ast.AST) -> Value:
    """`-x`, `+x`, `~x`."""
    if isinstance(atom, Const) and isinstance(atom.value, (int, float)) and not isinstance(op, ast.Invert):
        return Const(-atom.value if isinstance(op, ast.USub) else atom.value)
    if isinstance(atom, Tensor):
        if isinstance(op, ast.UAdd) or atom.scale is Scale.UNBOUNDED:
            return atom
        result = Tensor(
            shape=atom.shape, dtype=atom.dtype, role=atom.role, factors=terms.factors_of(atom),
            reason=atom.reason or "a sign changed",
        )  # fmt: skip
        return terms.negated(evaluator, atom, result, node) if isinstance(op, ast.USub) else result
    return Unknown("a value with its sign changed")


# ------------------------------------------------------------------------------------------------------------ sequences


def is_exact(value: Value) -> bool:
    """Whether iterating a value gives exactly its known items."""
    return (
        (isinstance(value, Seq) and value.rest is None and not value.repeated)
        or (isinstance(value, Network) and not value.rest)
        or (isinstance(value, Mapping) and value.rest is None)
    )


def elements(evaluator: Evaluator, value: Value, node: ast.AST) -> list[Value]:
    """What iterating a value gives, in order; one element that stands for all where they aren't known."""
    if isinstance(value, Choice):
        firsts = [(inner, elements(evaluator, atom, node)) for inner, atom in value.alternatives]
        return [choice([(inner, found[0]) for inner, found in firsts if found])]
    match value:
        case Seq():
            if value.items and (value.rest is None or value.kind == "tuple"):
                return list(value.items)
            if value.rest is None:
                return []
            return [one_of([value.rest, *value.items])]
        case Mapping():
            keys: list[Value] = [Const(k) for k in value.items]
            return keys if value.rest is None else [Unknown("a key", ("key", v.fresh()))]
        case Network():
            return [layer for _, layer, _ in value.layers]
        case Tensor():
            return [value.but(shape=NO_SHAPE, way=value.way)]
        case Const() if isinstance(value.value, str):
            return [Const(c) for c in value.value[:16]]
        case Instance():
            return [_iterated(evaluator, value, node)]
        case Made():
            from losslint.evaluation import data

            found = data.elements(evaluator, value, node)
            return found if found is not None else [Unknown("an element", ("element", v.fresh()), "data")]
    if isinstance(value, Unknown):
        return [Unknown(value.reason, ("element", v.fresh()), "data")]
    return [Unknown("an element of a value that isn't known", ("element", v.fresh()))]


def one_of(values: list[Value]) -> Value:
    """What is known of each of several values: all of it where they are alike, else nothing."""
    first = values[0]
    if isinstance(first, Choice):
        return first if len(values) == 1 else Unknown("one of several elements", ("element", v.fresh()))
    facts = first.facts()
    if all(not isinstance(value, Choice) and value.facts() == facts for value in values[1:]):
        return first
    return Unknown("one of several elements", ("element", v.fresh()))


def rows(evaluator: Evaluator, values: list[Value], node: ast.AST) -> Seq:
    """What going through several values side by side gives: a tuple for each round.

    Where some are known and others aren't, the known ones are gone through whole: `zip(self.layers, blocks)`. So is the longest
    of those that grew in loops: they are as long as one another, or the program would stop at one of its layers.
    """
    columns = [elements(evaluator, value, node) or [Unknown("an element")] for value in values]
    exact = [len(c) for c, value in zip(columns, values, strict=True) if is_exact(value)]
    listed = [len(c) for c, value in zip(columns, values, strict=True) if is_listed(value)]
    if not listed:
        return Seq("list", [], Seq("tuple", [column[0] for column in columns]))
    count = min(exact) if exact else max(listed)
    found = [Seq("tuple", [column[i] if i < len(column) else column[-1] for column in columns]) for i in range(count)]
    return Seq("list", list(found), repeated=not all(is_exact(value) for value in values))


def is_listed(value: Value) -> bool:
    """Whether a value's elements are written out, even if nobody knows how often some of them are there."""
    return is_exact(value) or (isinstance(value, Seq) and value.rest is None)


def _iterated(evaluator: Evaluator, instance: Instance, node: ast.AST) -> Value:
    for name in ("__iter__", "__getitem__"):
        method = evaluator.find_method(instance.cls, name)
        if method is None:
            continue
        arguments = Arguments() if name == "__iter__" else Arguments([(Unknown("an index"), None)])
        found = evaluator.call_function(method, instance, arguments, method.node)
        if name == "__getitem__":
            return found
        first = elements(evaluator, found, node) if not isinstance(found, Instance) else []
        if first:
            return first[0]
    return Unknown("an element", ("element", v.fresh()), "data")


def unpack(evaluator: Evaluator, targets: list[ast.expr], value: Value, node: ast.expr | None) -> None:
    """Assign the parts of a value to several targets."""
    if isinstance(value, Choice):
        parts = [_parts(evaluator, atom, targets) for _, atom in value.alternatives]
        for index, target in enumerate(targets):
            evaluator.assign(
                target,
                choice([(inner, p[index]) for (inner, _), p in zip(value.alternatives, parts, strict=False)]),
                None,
            )
        return
    for target, part in zip(targets, _parts(evaluator, value, targets), strict=False):
        evaluator.assign(target, part, None)


def _parts(evaluator: Evaluator, atom: Atom, targets: list[ast.expr]) -> list[Value]:
    count = len(targets)
    star = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
    if isinstance(atom, Seq) and atom.rest is None:
        items = atom.items
        if star is None and atom.repeated and len({id(i) for i in items}) == 1:
            return [items[0]] * count
        if star is None and len(items) == count:
            return list(items)
        if star is not None and len(items) >= count - 1:
            after = count - star - 1
            middle = Seq("list", items[star : len(items) - after])
            return [*items[:star], middle, *items[len(items) - after :]]
        return [Unknown("unpacked into another number of names") for _ in targets]
    if isinstance(atom, Seq):
        other = _somewhere(atom) or Unknown("an element")
        return [atom.items[i] if atom.kind == "tuple" and i < len(atom.items) else other for i in range(count)]
    if isinstance(atom, Mapping):
        keys: list[Value] = [Const(k) for k in list(atom.items)[:count]]
        return keys + [Unknown("a key")] * (count - len(keys))
    if isinstance(atom, Unknown):
        return [
            Unknown(atom.reason, ("part", atom.key, i) if atom.key is not None else None, atom.role, atom.origin)
            for i in range(count)
        ]
    if isinstance(atom, Instance):
        fields = atom.cls.attributes.get("__dataclass_fields__")
        if isinstance(fields, Seq):
            return [
                atom.attributes.get(str(f.value), Unknown("a field")) for f in fields.items if isinstance(f, Const)
            ][:count] + [Unknown("a field")] * max(0, count - len(fields.items))
    if isinstance(atom, Tensor):
        return [atom.but(shape=NO_SHAPE) for _ in targets]
    return [Unknown("a part of a value that isn't known") for _ in targets]


def extend(evaluator: Evaluator, target: Seq, value: Value, node: ast.expr) -> None:
    """`list += value`, `list.extend(value)`."""
    grown(evaluator, target)
    if isinstance(value, Seq) and value.repeated:
        target.repeated = True
    if isinstance(value, Seq) and value.rest is None and not under_condition(evaluator):
        target.items.extend(value.items)
        written = value.nodes if len(value.nodes) == len(value.items) else [node] * len(value.items)
        target.nodes.extend(written)
        if len(target.items) > MOST_ITEMS:
            target.rest = Unknown("a long list")
    else:
        target.rest = Unknown("a list that grows by what isn't known")


def grown(evaluator: Evaluator, target: Seq) -> None:
    """Note that a list grows or shrinks: in a loop that was running on when it was made, nobody knows how often."""
    evaluator.memory.touch(target)
    if evaluator.loops > target.depth:
        target.repeated = True


def remove(evaluator: Evaluator, container: Atom, key: Value) -> None:
    """`del container[key]`, `container.pop(key)`: what can't be told to be gone or not makes the rest unknown."""
    known = key.value if isinstance(key, Const) else None
    certain = not under_condition(evaluator)
    evaluator.memory.touch(container)
    match container:
        case Mapping():
            if isinstance(key, Const) and certain:
                container.items.pop(known, None)
            elif isinstance(key, Const):
                container.items[known] = Unknown("taken out under a condition")
            else:
                container.items.clear()
                container.rest = Unknown("a dict from which something was taken")
        case Seq():
            grown(evaluator, container)
            if isinstance(known, int) and certain and -len(container.items) <= known < len(container.items):
                if len(container.nodes) == len(container.items):
                    container.nodes.pop(known)
                container.items.pop(known)
            else:
                container.rest = Unknown("a list from which something was taken")
        case Network():
            if isinstance(known, int) and certain and -len(container.layers) <= known < len(container.layers):
                container.layers.pop(known)
            else:
                container.rest = True
                container.changed = container.of is not None


def under_condition(evaluator: Evaluator) -> bool:
    """Whether what happens now happens under a condition that the function's own call didn't have.

    A list holds items, not alternatives: what is put in under a condition makes its content unknown.
    """
    return bool(cond.without(evaluator.path, evaluator.frame.base))


def index_of(value: Value) -> object:
    """The constant index that a value is, else None."""
    return value.value if isinstance(value, Const) else None


def _somewhere(seq: Seq) -> Value | None:
    """What stands at a place of a list of which not all is known: what its elements have in common. None where all is known."""
    values = [*seq.items] if seq.rest is None else [seq.rest, *seq.items]
    if isinstance(seq.rest, Unknown) or not values or is_exact(seq):
        return seq.rest
    found = one_of(values)
    return cond.shared(values) if isinstance(found, Unknown) else found


def item(evaluator: Evaluator, atom: Atom, node: ast.Subscript) -> Value:
    """`atom[...]`."""
    match atom:
        case Seq():
            if isinstance(node.slice, ast.Slice):
                return _sliced(evaluator, atom, node.slice)
            index = index_of(evaluator.eval(node.slice))
            if isinstance(index, int) and not isinstance(index, bool):
                # where some are there several times, only the ends are known
                known = atom.rest is None and (not atom.repeated or index in (0, -1))
                if known and -len(atom.items) <= index < len(atom.items):
                    return atom.items[index]
                if atom.rest is not None and atom.kind == "tuple" and 0 <= index < len(atom.items):
                    return atom.items[index]
                return _somewhere(atom) or Unknown("an index beyond the end")
            if atom.rest is None and atom.items and index is None:
                return _any(evaluator, list(atom.items), node, "named")
            return _somewhere(atom) or Unknown("an unknown index of a list")
        case Mapping():
            return lookup(evaluator, atom, evaluator.eval(node.slice), node)
        case Tensor():
            return _indexed(evaluator, atom, node)
        case Network():
            if isinstance(node.slice, ast.Slice):
                low, high = _bounds(evaluator, node.slice)
                if low is not False and high is not False and not atom.rest:
                    part = Network(atom.framework, atom.layers[low:high], atom.node, atom.module, atom.born, atom.shown)
                    return part
                return Unknown("a part of a Sequential")
            index = index_of(evaluator.eval(node.slice))
            if isinstance(index, int) and not atom.rest and -len(atom.layers) <= index < len(atom.layers):
                return atom.layers[index][1]
            if isinstance(index, str):
                for name, layer, _ in atom.layers:
                    if name == index:
                        return layer
            return Unknown("a layer of a Sequential")
        case Instance():
            method = evaluator.find_method(atom.cls, "__getitem__")
            if method is not None:
                return evaluator.call_function(method, atom, Arguments([(evaluator.eval(node.slice), None)]), node)
        case Const() if isinstance(atom.value, str):
            return Unknown("a part of a string")
        case Made():
            from losslint.evaluation import data

            return data.method(evaluator, atom, "__getitem__", Arguments(), node) or Unknown("an item")
        case Unknown():
            index = index_of(evaluator.eval(node.slice)) if not isinstance(node.slice, (ast.Slice, ast.Tuple)) else None
            key = ("item", atom.key, index) if atom.key is not None and index is not None else None
            kind = "length" if atom.kind == "size" and isinstance(index, int) else None
            if atom.kind in ("size", "shape") and isinstance(node.slice, ast.Slice):
                kind = "size"
            return Unknown(atom.reason, key, atom.role if kind is None else None, atom.origin, kind)
    return Unknown("an item of a value that isn't known")


def _any(evaluator: Evaluator, items: list[Value], node: ast.AST, origin: str) -> Value:
    """One of several values, chosen by what isn't known: each under a choice of its own."""
    key = v.fresh()
    evaluator.origins[key] = (origin, node)
    return choice([(((key, "eq", index, True),), value) for index, value in enumerate(items)])


TYPE_CHECKING_NAMES = frozenset({"typing.TYPE_CHECKING", "typing_extensions.TYPE_CHECKING"})


def named(value: Atom) -> Atom:
    """A value of a module outside the project (`FLAGS.model`, `settings.LOSS`): unknown, and the same where it's met again.

    So is what an object was not seen to be given, whose class has a base from outside: set by a method that nobody calls.
    """
    if isinstance(value, Bound) and value.function is None and isinstance(value.owner, Instance):
        return Unknown(
            f"`{value.name}` isn't set on {value.owner.cls.name}", ("attribute", ("instance", value.owner.key), value.name)
        )
    if (
        not isinstance(value, External)
        or value.name.startswith("builtins.")
        or frameworks.lookup(value.name) is not None
    ):
        return value
    if value.name in TYPE_CHECKING_NAMES:
        return Const(True)  # what is imported for the types' sake is what the names are
    last = value.name.rpartition(".")[2]
    if last[:1].isupper() and not last.isupper() and ".FLAGS." not in value.name:
        return value  # a class
    origin = "choice" if ".FLAGS." in value.name else None
    return Unknown(f"`{value.shown}` is outside the project", ("external", value.name), None, origin)


def lookup(evaluator: Evaluator, mapping: Mapping, key: Value, node: ast.AST, default: Value | None = None) -> Value:
    """`mapping[key]`: where the key isn't known, each value that the mapping names, under that choice."""
    if isinstance(key, Choice):
        return evaluator.each(key, lambda atom: lookup(evaluator, mapping, atom, node, default))
    if isinstance(key, Tensor):
        key = Unknown("a key out of a tensor", ("key", v.fresh()))
    if not isinstance(key, (Const, Unknown)) and key.facts() not in mapping.items:
        key = named(key)
    constant = key.value if isinstance(key, Const) else None if isinstance(key, Unknown) else key.facts()
    if not evaluator.registrations.complete(mapping, key):
        return Unknown("a key that isn't known")
    if constant is not None or isinstance(key, Const):
        found = mapping.items.get(constant)
        if found is not None:
            here = evaluator.here(found)
            return here if here is not None else Unknown("a key that isn't set here")
        said = f"the key {key.value!r} isn't known" if isinstance(key, Const) else "a key that isn't known"
        return mapping.rest or Unknown(said)
    if mapping.items and isinstance(key, Unknown) and mapping.rest is None:
        written = node.slice if isinstance(node, ast.Subscript) else node
        if len(mapping.items) > v.MOST_ALTERNATIVES:
            options = evaluator.spelled_out(key, written)
            known = [atom for _, atom in cond.alternatives(options) if isinstance(atom, Const) and atom.value in mapping.items]
            if known:
                return evaluator.each(options, lambda atom: lookup(evaluator, mapping, atom, node))
            return Unknown("a key that isn't known")
        identity = evaluator.key(key.key if key.key is not None else ("key", v.fresh()), key.origin or "", written)
        origin, tested = evaluator.origins[identity]
        evaluator.origins[identity] = (origin or "named", tested)
        parts: list[tuple[cond.Conditions, Value]] = [
            (((identity, "eq", name, True),), value) for name, value in mapping.items.items()
        ]
        if default is not None:
            parts.append((tuple((identity, "eq", name, False) for name in mapping.items), default))
        return choice(parts)
    return mapping.rest if mapping.rest is not None and not mapping.items else Unknown("a key that isn't known")


def _bounds(evaluator: Evaluator, node: ast.Slice) -> tuple[int | bool | None, int | bool | None]:
    """The bounds of a slice: an int, None where open, False where not known."""
    found: list[int | bool | None] = []
    for part in (node.lower, node.upper):
        if part is None:
            found.append(None)
            continue
        value = evaluator.eval(part)
        found.append(value.value if isinstance(value, Const) and isinstance(value.value, int) else False)
    return (False, False) if node.step is not None else (found[0], found[1])


def _sliced(evaluator: Evaluator, seq: Seq, node: ast.Slice) -> Value:
    low, high = _bounds(evaluator, node)
    if low is False or high is False or seq.rest is not None or (seq.repeated and (low, high) != (None, None)):
        return Seq(seq.kind, [], _somewhere(seq) or Unknown("a part of a list"))
    nodes = seq.nodes[low:high] if len(seq.nodes) == len(seq.items) else []
    return Seq(seq.kind, seq.items[low:high], None, seq.node, seq.module, nodes, repeated=seq.repeated)


def _indexed(evaluator: Evaluator, tensor: Tensor, node: ast.Subscript) -> Value:
    if frames.is_one(tensor):
        if (found := frames.item(evaluator, tensor, node)) is not None:
            return found
        two = isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2
        tensor = frames.plain(tensor).but(shape=Shape(2)) if two else frames.plain(tensor)
    index = node.slice
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    kinds: list[str] = []
    column: int | None = None
    chosen: Value | None = None
    for position, part in enumerate(parts):
        if isinstance(part, ast.Slice):
            whole = part.lower is None and part.upper is None and part.step is None
            kinds.append("slice" if whole else "part")
            continue
        if isinstance(part, ast.Constant) and part.value is Ellipsis:
            kinds.append("dots")
            continue
        value = evaluator.eval(part)
        if (isinstance(value, Const) and value.value is None) or (
            isinstance(value, External) and value.name.endswith(".newaxis")
        ):
            kinds.append("none")
        elif isinstance(value, Const) and isinstance(value.value, int):
            kinds.append("int")
            column = position
        elif isinstance(value, Unknown) and value.kind in ("int", "length"):
            kinds.append("int")
        else:
            kinds.append("mask")
            chosen = value
    if "identity" in tensor.notes and len(kinds) == 1 and kinds[0] == "mask":
        return _rows_of_identity(evaluator, tensor, chosen, node)
    if kinds == ["mask"] and tensor.shape.rank and isinstance(chosen, Tensor) and chosen.shape.rank == 1:
        # some of the examples: by their numbers, or where a mask says so
        notes = tensor.notes - {"zeros", "identity"} | ({"reworked"} if tensor.cause is not None else set())
        notes = notes | {"picked"} if tensor.shape.rank == 1 else notes
        return tensor.but(shape=shapes.rows(tensor.shape), notes=notes, n_classes=None)  # the mask may leave classes out
    shape = shapes.index(tensor.shape, kinds)
    if shape.rank == 0 and frames.CELLS in tensor.notes:
        return Unknown(tensor.reason, None, tensor.role)
    notes = tensor.notes - {"zeros", "identity"}
    picked = column is not None and (column > 0 or "dots" in kinds or len(kinds) > 1)
    if picked:
        notes = notes | {"column"}
    elif "mask" in kinds:
        notes = notes | {"picked"}
    if kinds[0] not in ("slice", "part", "mask"):
        notes = notes - {"batch"}
    if kinds != ["slice"]:
        notes = notes - {"every-class"}
    n_classes = None if "mask" in kinds else tensor.n_classes
    axis = tensor.axis if all(kind in ("slice", "part") for kind in kinds) else None
    if tensor.cause is not None:
        notes = notes | {"reworked"}
    return tensor.but(shape=shape, notes=notes, axis=axis, n_classes=n_classes)


def _rows_of_identity(evaluator: Evaluator, tensor: Tensor, chosen: Value | None, node: ast.Subscript) -> Value:
    """`np.eye(n)[y]`: one-hot labels."""
    width = tensor.shape.size(-1)
    rank = chosen.shape.rank + 1 if isinstance(chosen, Tensor) and chosen.shape.rank is not None else None
    notes = chosen.notes & {"batch"} if isinstance(chosen, Tensor) else frozenset()
    way = Way(evaluator.frame.module, node, f"{ast.unparse(node.value)[:40]}[…] makes one-hot labels")
    return tensor.but(shape=shapes.make(rank, {} if width is None else {-1: width}, -1), role="label", way=way,
                      notes=notes, n_classes=width)  # fmt: skip


def _is_whole(part: ast.expr) -> bool:
    """`[:]`, `[...]`"""
    match part:
        case ast.Slice(lower=None, upper=None, step=None) | ast.Constant(value=builtins.Ellipsis):
            return True
    return False


LABELS = frozenset({Scale.INDICES, Scale.ONE_HOT, Scale.MULTI_HOT})


def _with_items_set(evaluator: Evaluator, tensor: Tensor, target: ast.Subscript, value: Value) -> Tensor:
    """A tensor some of whose numbers were set: labels may be other labels now; the dtype and the shape stay."""
    index = target.slice
    if (
        "zeros" in tensor.notes
        and isinstance(index, ast.Tuple)
        and len(index.elts) == 2
        and isinstance(value, Const)
        and value.value == 1
    ):
        row = evaluator.eval(index.elts[0])
        if isinstance(row, Tensor) and "counting" in row.notes:  # z[np.arange(n), y] = 1
            way = Way(evaluator.frame.module, target, "a one in each row makes one-hot labels")
            shape = shapes.make(tensor.shape.rank, dict(tensor.shape.sizes), -1)
            return tensor.but(scale=Scale.ONE_HOT, shape=shape, role="label", way=way, notes=tensor.notes - {"zeros"})
    filled = _with_a_part_set(tensor, index, value)
    if filled is not None:
        return filled
    notes = tensor.notes - {"zeros", "blank", "identity", "every-class", "fractions"}
    if _is_whole(index):
        what = "numbers that were set"
        return Tensor(shape=tensor.shape, dtype=tensor.dtype, exact=tensor.exact, role=tensor.role, reason=what)
    if tensor.scale in LABELS:
        return tensor.but(scale=Scale.UNKNOWN, notes=notes, reason="labels that were set one by one")
    if tensor.scale in _SET and isinstance(value, Tensor) and value.scale in _SET and value.scale is not tensor.scale:
        # `out[..., :2] = torch.sigmoid(out[..., :2])`: a detector's boxes, and its classes as they were
        mixed = "a part of it was set to numbers of another scale"
        return Tensor(shape=tensor.shape, dtype=tensor.dtype, exact=tensor.exact, role=tensor.role, reason=mixed)
    return tensor.but(notes=notes) if notes != tensor.notes else tensor


_SET = frozenset(
    {Scale.UNBOUNDED, Scale.PROBABILITIES, Scale.SIGMOID, Scale.LOG_PROBABILITIES, Scale.LOG_SIGMOID, Scale.NON_NEGATIVE,
     Scale.BOUNDED}
)  # fmt: skip


def _with_a_part_set(tensor: Tensor, index: ast.expr, value: Value) -> Tensor | None:
    """`outputs = torch.zeros(length, batch, words)`, and `outputs[t] = output` in each round: what a model made, step by step.

    None where it isn't that: what was there before isn't blank, or single numbers or classes are set, not whole rows.
    """
    if "filled" in tensor.notes:
        if isinstance(value, Tensor) and value.scale is tensor.scale and value.role == tensor.role:
            return tensor
        return Tensor(shape=tensor.shape, dtype=tensor.dtype, exact=tensor.exact, reason="set to numbers of several scales")
    if "blank" not in tensor.notes or tensor.scale is not Scale.UNKNOWN or tensor.role is not None:
        return None
    if not isinstance(value, Tensor) or value.scale not in _SET or value.role == "label":
        return None
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    single = [not isinstance(part, ast.Slice) and not _is_whole(part) for part in parts]
    left = tensor.shape.rank - sum(single) if tensor.shape.rank is not None else value.shape.rank
    if left is None or left < 1 or (single[-1] and (left < 2 if len(parts) > 1 else left < 1)):
        return None
    return value.but(
        shape=tensor.shape, axis=None, notes=frozenset({"filled", "reworked"}) | (tensor.notes & {"batch"}),
        dtype=tensor.dtype, exact=tensor.exact, loss=None, logs=(), factors=(),
    )  # fmt: skip


def assign_item(evaluator: Evaluator, target: ast.Subscript, value: Value) -> None:
    """`target[...] = value`."""
    container = evaluator.eval(target.value)
    if isinstance(container, Choice):
        now = evaluator.here(container)
        if now is None:
            return
        container = now
    if isinstance(container, (Choice, Tensor)) and (isinstance(container, Choice) or isinstance(value, Choice)):
        if any(not isinstance(atom, Tensor) for _, atom in cond.alternatives(container)):
            return

        def one(tensor: Atom, part: Atom) -> Value:
            return _with_items_set(evaluator, tensor, target, part) if isinstance(tensor, Tensor) else tensor

        evaluator.assign(target.value, evaluator.both(container, value, one), None)
        return
    if not isinstance(container, (Tensor, Unknown)):
        evaluator.memory.touch(container, value)
    match container:
        case External():
            from losslint.evaluation import backends

            backends.item_set(evaluator, container, evaluator.eval(target.slice), value)
        case Tensor():
            evaluator.assign(target.value, _with_items_set(evaluator, container, target, value), None)
        case Mapping():
            key = evaluator.eval(target.slice) if not isinstance(target.slice, ast.Slice) else Unknown("")
            if isinstance(key, Const) and isinstance(key.value, (str, int, float, bool, type(None))):
                store: dict[object, Value] = container.items
                evaluator.write(store, key.value, value, evaluator.frame.base)  # type: ignore[arg-type]
            else:
                container.rest = value if container.rest is None else Unknown("set under keys that aren't known")
        case Seq():
            index = index_of(evaluator.eval(target.slice)) if not isinstance(target.slice, ast.Slice) else None
            if isinstance(index, int) and -len(container.items) <= index < len(container.items):
                if under_condition(evaluator):
                    container.items[index] = Unknown("set under a condition")
                else:
                    container.items[index] = value
            else:
                container.rest = Unknown("set at an index that isn't known")
        case Network():
            index = index_of(evaluator.eval(target.slice)) if not isinstance(target.slice, ast.Slice) else None
            if isinstance(index, int) and -len(container.layers) <= index < len(container.layers):
                name, _, _ = container.layers[index]
                container.layers[index] = (name, value, target)
            elif isinstance(index, str):
                container.layers.append((index, value, target))
            elif isinstance(index, int) and container.of is not None:
                container.layers.append((f"[{index}]", value, target))
            else:
                container.rest = True
                container.changed = True
