"""The bodies of functions, let go in large projects and parsed again when somebody looks at them.

A syntax tree takes some forty times the memory of its text, and three quarters of a large library's are the bodies of functions
that nobody runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, SupportsIndex, overload

from losslint.program.depth import BLOCKS, lengths

if TYPE_CHECKING:
    from losslint.source import Source

FEWEST_LINES = 4
"""A shorter function isn't worth it."""


class Body(list[ast.stmt]):
    """The statements of a function, which are parsed when they're looked at for the first time."""

    __slots__ = ("_lines", "_source")

    def __init__(self, source: Source, start: int, end: int, line: int) -> None:
        """`start` and `end` are where the function's lines are in the text, `line` is the number of the first."""
        super().__init__()
        self._source: Source | None = source
        self._lines = start, end, line

    def _read(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            self.extend(source.function_body(*self._lines))

    def __iter__(self) -> Iterator[ast.stmt]:
        self._read()
        return super().__iter__()

    def __reversed__(self) -> Iterator[ast.stmt]:
        self._read()
        return super().__reversed__()

    def __len__(self) -> int:
        self._read()
        return super().__len__()

    @overload
    def __getitem__(self, index: SupportsIndex) -> ast.stmt: ...
    @overload
    def __getitem__(self, index: slice) -> list[ast.stmt]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> ast.stmt | list[ast.stmt]:
        self._read()
        return super().__getitem__(index)


def let_go(tree: ast.Module, source: Source) -> None:
    """Let the bodies go of a module's functions and methods, and of those that stand in its branches."""
    before = lengths(source.text)
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        for name in BLOCKS[node.__class__]:
            for inner in getattr(node, name):
                if not isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    if BLOCKS[inner.__class__]:
                        todo.append(inner)
                elif (end := inner.end_lineno or 0) - inner.lineno >= FEWEST_LINES:
                    first = inner.lineno - 1
                    inner.body = Body(source, before[first] + first, before[end] + end, inner.lineno)
