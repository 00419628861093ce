"""How deep a program is nested: what is deeper than anybody writes isn't looked into.

Everything after the parser goes into a tree by recursion, and some of it (libcst's parser) takes much longer the deeper it is.
Brackets are bounded by Python itself, but a chain of calls, operators or `elif`s isn't.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

MOST_LEVELS = 400
"""Programs by people have some thirty; the longest `elif` chains and sums of texts that are known a hundred or two."""

_HOLDERS: tuple[type[ast.AST], ...] = (*ast.stmt.__subclasses__(), ast.ExceptHandler, ast.match_case, ast.Module)
BLOCKS = {
    kind: tuple(name for name in ("body", "orelse", "finalbody", "handlers", "cases") if name in kind._fields)
    for kind in _HOLDERS
}
"""Where a statement, a handler, a `case` or a module has statements inside of it."""
_DECORATED = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_COMPREHENSIONS = frozenset({ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp})


_FLAT = frozenset({
    "arg", "attr", "conversion", "ctx", "id", "is_async", "kind", "level", "module", "op", "ops", "simple", "type_comment",
})  # fmt: skip
"""Fields that hold no node, or only the one that says how a name is used or which operator it is."""


class Fields(dict[type, tuple[str, ...]]):
    """The fields of a node that may have nodes in them, by its kind; none for what is no node.

    `left_out` are those that aren't asked for, by kind.
    """

    def __init__(self, left_out: Mapping[type, Sequence[str]] | None = None) -> None:
        super().__init__({ast.Constant: ()})
        self._left_out = left_out or {}

    def __missing__(self, kind: type) -> tuple[str, ...]:
        fields = kind._fields if issubclass(kind, ast.AST) else ()
        left_out = _FLAT.union(self._left_out.get(kind, ()))
        found = self[kind] = tuple(name for name in fields if name not in left_out)
        return found


_INSIDE = Fields(BLOCKS)


@functools.lru_cache(maxsize=1)
def lengths(text: str) -> Sequence[int]:
    """How many characters stand in the lines before each line of a text, without their ends: line i begins at that and i.

    Asked for twice in a row, of a module that was parsed and of its functions.
    """
    return [0, *accumulate(map(len, text.split("\n")))]


def is_too_deep(tree: ast.Module, text: str) -> bool:
    """Whether some node of a module is deeper than `MOST_LEVELS`.

    Only statements are gone through whose text is long enough that something in it can be that deep, and of their expressions
    only those that are.
    """
    if len(text) <= MOST_LEVELS:
        return False
    before = lengths(text)
    todo: list[tuple[Any, int]] = [(tree, 1)]
    while todo:
        parent, level = todo.pop()
        for name in BLOCKS[type(parent)]:
            block = getattr(parent, name)
            if block and level > MOST_LEVELS:
                return True
            for node in block:
                kind = type(node)
                if kind is ast.match_case:  # it has no place
                    size = len(text)
                else:
                    line, end = node.lineno, node.end_lineno
                    if kind in _DECORATED and node.decorator_list:
                        line = node.decorator_list[0].lineno
                    # offsets in UTF-8 are never smaller than those in characters, which is all that matters here
                    size = node.end_col_offset
                    if line != end:
                        size += before[end - 1] + end - before[line - 1] - line
                if level + size <= MOST_LEVELS:
                    continue
                if kind is ast.Expr and type(node.value) is ast.Constant:  # a docstring
                    continue
                inner = BLOCKS[kind]
                if inner:
                    todo.append((node, level + 1))
                if size > MOST_LEVELS and (not inner or _head_is_long(node, before)) and _is_deep(node, level):
                    return True
    return False


def _first_line(node: ast.AST) -> int:
    """The first line of a statement, its decorators included; 0 where it has none (a `case`)."""
    line: int = getattr(node, "lineno", 0)
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min(line, decorators[0].lineno) if decorators else line


def _head_is_long(node: ast.AST, before: Sequence[int]) -> bool:
    """Whether what stands before a block (decorators, parameters, a condition) is long enough to be deep."""
    block = getattr(node, "body", None)
    first = block[0] if block else None
    line = getattr(first, "lineno", 0)
    top = _first_line(node)
    if not line or not top:
        return True
    return bool(before[line - 1] + line + getattr(first, "col_offset", 0) - before[top - 1] - top > MOST_LEVELS)


def _is_deep(node: ast.AST, level: int) -> bool:
    """The same for one statement, node by node; the statements in its blocks are looked at by themselves."""
    todo: list[tuple[Any, int]] = [(node, level)]
    while todo:
        parent, level = todo.pop()
        if level > MOST_LEVELS:
            return True
        kind = type(parent)
        # flat here, and a chain in libcst's trees
        if kind is ast.BoolOp:
            level += len(parent.values)
        elif kind is ast.Compare:
            level += len(parent.ops)
        elif kind in _COMPREHENSIONS:
            level += len(parent.generators)
        level += 1
        for name in _INSIDE[kind]:
            child = getattr(parent, name)
            if isinstance(child, list):
                todo += [(one, level) for one in child]
            elif child is not None:
                todo.append((child, level))
    return False
