"""Tables out of files: pandas' data frames and their columns, and what NumPy reads. How many axes there are is known.

What stands in them isn't; but a column has one number, or one name, for each row, whatever it is.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.evaluation import shapes
from losslint.evaluation.values import (
    NO_SHAPE,
    Atom,
    Bound,
    Choice,
    Const,
    Seq,
    Shape,
    Tensor,
    Unknown,
    Value,
    Way,
)  # fmt: skip

if TYPE_CHECKING:
    from losslint.evaluation.effects import Bindings, Site
    from losslint.evaluation.evaluator import Evaluator
    from losslint.frameworks.vocabulary import Columns

FRAME, SERIES, LOCATED, FLAT = "frame", "series", "located", "flat"
"""Notes: of a data frame, of one of its columns, of `.iloc` and `.loc` of either, and of an array of one or two axes."""
KINDS = frozenset({FRAME, SERIES, LOCATED, FLAT})
OTHERWISE = {FRAME: ("iterator", "chunksize", "squeeze"), FLAT: ("unpack", "names")}
"""Arguments that make something else of what is read."""
CELLS = "cells"
"""The note of an array of what stood in a table: each may be a number, a text or a list."""

ALIKE = frozenset({
    "drop", "dropna", "fillna", "ffill", "bfill", "sample", "reset_index", "set_index", "copy", "head", "tail", "astype",
    "replace", "sort_values", "sort_index", "rename", "query", "interpolate", "round", "drop_duplicates", "assign",
    "infer_objects", "convert_dtypes", "select_dtypes", "filter", "join", "merge", "clip", "abs", "where", "mask", "reindex",
})  # fmt: skip
"""Methods of a data frame that give another one."""
ALIKE_SERIES = frozenset({
    "map", "isin", "isna", "isnull", "notna", "notnull", "between", "duplicated", "replace", "fillna", "ffill", "bfill",
    "dropna", "astype", "sample", "copy", "sort_values", "clip", "round", "head", "tail", "abs", "where", "mask",
})  # fmt: skip
"""Methods of a column that give another one."""
OTHER = frozenset({
    "T", "at", "attrs", "axes", "cat", "columns", "dt", "dtype", "dtypes", "empty", "flags", "iat", "index", "name", "plot",
    "sparse", "str", "style",
})  # fmt: skip
"""Attributes of pandas' own that are no column."""


def is_one(tensor: Tensor) -> bool:
    """Whether it's a table, or a column of one."""
    return not tensor.notes.isdisjoint(KINDS)


def read(effect: Columns, bound: Bindings, site: Site) -> Value:
    """What a function reads or makes."""
    if any(bound.given(name) for name in OTHERWISE.get(effect.kind, ())) or isinstance(bound.value("header"), Seq):
        return Unknown(f"what `{site.shown}` gives", None, "data")
    rank = {FRAME: 2, SERIES: 1}.get(effect.kind)
    return Tensor(shape=Shape(rank), role="data", notes=frozenset({effect.kind, "batch"}), reason=f"read by `{site.shown}`")


def plain(tensor: Tensor) -> Tensor:
    """The same as an array."""
    return tensor.but(notes=tensor.notes - KINDS | ({CELLS} if {FRAME, SERIES} & tensor.notes else frozenset()))


def attribute(tensor: Tensor, name: str, called: bool) -> Value | None:
    """An attribute of a table or a column; None where it's that of any other tensor."""
    kind = tensor.notes & {FRAME, SERIES}
    if not kind or LOCATED in tensor.notes or name in ("shape", "ndim", "size"):
        return None
    if name in ("iloc", "loc", "ix"):
        return tensor.but(notes=tensor.notes | {LOCATED})
    if name == "values":
        return plain(tensor)
    if called:
        return Bound(tensor, name)
    if name in OTHER:
        return Unknown(f"`.{name}` of a table")
    return _column(tensor, None) if FRAME in kind else None


def method(tensor: Tensor, name: str) -> Value | None:
    """What a method of a table or a column gives; None where it's that of any other tensor."""
    if name in ("to_numpy", "as_matrix"):
        return plain(tensor)
    if FRAME in tensor.notes:
        if name in ("pop", "get"):
            return _column(tensor, None)
        return tensor if name in ALIKE else Unknown(f"`.{name}()` of a table", None, "data")
    if SERIES in tensor.notes:
        return tensor if name in ALIKE_SERIES else Unknown(f"`.{name}()` of a column", None, "data")
    return None


def item(evaluator: Evaluator, tensor: Tensor, node: ast.Subscript) -> Value | None:
    """`table[...]`; None where it's as of any other tensor."""
    if FLAT in tensor.notes:
        return None
    unknown = Unknown(tensor.reason, None, "data")
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if FRAME in tensor.notes and LOCATED not in tensor.notes:
        if len(parts) != 1:  # `table[()]` is possible, too
            return unknown
        (part,) = parts
        kind = _kind(evaluator, part)
        if kind is None and isinstance(evaluator.eval(part), Tensor):
            kind = "some"  # no column is called so: it's which rows
        match kind:
            case "one":
                return _column(tensor, Way(evaluator.frame.module, node, "a column: one value for each row"))
            case "some":
                return tensor.but(shape=shapes.make(2, _columns(evaluator, part), None))
        return unknown
    kinds = [_kind(evaluator, part) for part in parts]
    axes = 1 if SERIES in tensor.notes else 2
    if None in kinds or len(kinds) > axes:
        return unknown
    left = [kind == "some" for kind in [*kinds, *["some"] * (axes - len(kinds))]]
    notes = tensor.notes - {LOCATED} if left[0] else tensor.notes - {LOCATED, "batch"}
    match sum(left):
        case 2:
            return tensor.but(notes=notes)
        case 1:
            way = Way(evaluator.frame.module, node, "a column: one value for each row") if left[0] else None
            return tensor.but(shape=Shape(1), notes=notes - {FRAME} | {SERIES}, way=way)
    return unknown  # a number, a text, a list


def _columns(evaluator: Evaluator, part: ast.expr) -> dict[int, int]:
    """How many columns `frame[["a", "b"]]` has."""
    listed = evaluator.eval(part) if not isinstance(part, ast.Slice) else None
    if not isinstance(listed, Seq) or listed.rest is not None or listed.repeated:
        return {}
    named = all(isinstance(item, Const) and isinstance(item.value, str) for item in listed.items)
    return {1: len(listed.items)} if named else {}  # truth values say which rows


def _column(frame: Tensor, way: Way | None) -> Tensor:
    return Tensor(shape=Shape(1), role="data", notes=frozenset({SERIES, "batch"}), way=way, reason=frame.reason)


def _kind(evaluator: Evaluator, part: ast.expr) -> str | None:
    """ "one" for a name or a number, "some" for a slice, a list or a mask; None for what may be either."""
    if isinstance(part, (ast.Slice, ast.List)):
        return "some"
    value = evaluator.eval(part)
    if isinstance(value, Choice):
        return None
    return _kind_of(value)


def _kind_of(value: Atom) -> str | None:
    if isinstance(value, Const):
        return "one" if isinstance(value.value, (str, int)) else None
    if isinstance(value, Unknown) and value.kind in ("int", "str", "length"):
        return "one"
    if isinstance(value, Seq) or (isinstance(value, Tensor) and value.shape != NO_SHAPE and value.shape.rank != 0):
        return "some"
    return "some" if isinstance(value, Tensor) and value.dtype == "bool" else None
