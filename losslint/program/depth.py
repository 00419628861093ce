"""How deep a program is nested: what is deeper than anybody writes isn't looked into.

Everything after the parser goes into a tree by recursion, and some of it (libcst's parser) takes much longer the deeper it is.
Brackets are bounded by Python itself, but a chain of calls, operators or `elif`s isn't.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Sequence
from itertools import accumulate

MOST_LEVELS = 400
"""Programs by people have some thirty; the longest `elif` chains and sums of texts that are known a hundred or two."""

_HOLDERS: tuple[type[ast.AST], ...] = (*ast.stmt.__subclasses__(), ast.ExceptHandler, ast.match_case, ast.Module)
BLOCKS = {
    kind: tuple(name for name in ("body", "orelse", "finalbody", "handlers", "cases") if name in kind._fields)
    for kind in _HOLDERS
}
"""Where a statement, a handler, a `case` or a module has statements inside of it."""


@functools.lru_cache(maxsize=1)
def lengths(text: str) -> Sequence[int]:
    """How many characters stand in the lines before each line of a text, without their ends: line i begins at that and i.

    Asked for twice in a row, of a module that was parsed and of its functions.
    """
    return [0, *accumulate(map(len, text.split("\n")))]


def is_too_deep(tree: ast.Module, text: str) -> bool:
    """Whether some node of a module is deeper than `MOST_LEVELS`.

    Only statements are gone through, and the expressions of those whose text is long enough to be that deep.
    """
    if len(text) <= MOST_LEVELS:
        return False
    before = lengths(text)
    todo: list[tuple[ast.stmt | ast.excepthandler | ast.match_case, int]] = [(node, 1) for node in tree.body]
    while todo:
        node, level = todo.pop()
        if level > MOST_LEVELS:
            return True
        if node.__class__ is ast.Expr and node.value.__class__ is ast.Constant:  # a docstring
            continue
        inner = 0
        for name in BLOCKS[node.__class__]:
            block = getattr(node, name)
            if block:
                inner += len(block)
                todo += [(child, level + 1) for child in block]
        line = _first_line(node)
        # offsets in UTF-8 are never smaller than those in characters, which is all that matters here
        size = len(text)
        if line:
            end: int = node.end_lineno  # type: ignore[union-attr,assignment]
            size = before[end - 1] + end + node.end_col_offset - before[line - 1] - line  # type: ignore[union-attr,operator]
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
    todo = [(node, level)]
    while todo:
        parent, level = todo.pop()
        if level > MOST_LEVELS:
            return True
        # flat here, and a chain in libcst's trees
        if isinstance(parent, ast.BoolOp):
            level += len(parent.values)
        elif isinstance(parent, ast.Compare):
            level += len(parent.ops)
        elif isinstance(parent, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            level += len(parent.generators)
        for child in ast.iter_child_nodes(parent):
            if not isinstance(child, (ast.stmt, ast.excepthandler)):
                todo.append((child, level + 1))
    return False
