"""Syntax trees that take half of the memory: a large project's nodes have the names of their fields in common.

Each node that Python's parser makes has a dict of its own, of which the names and their places are the same for all nodes of a
kind. Objects of a class share these, and so does a dict that one of them was made with.
"""

from __future__ import annotations

import ast
from typing import Any

MOST_SHARED = 20_000
"""Numbers of lines and columns below this are the same objects everywhere."""

_NUMBERS = list(range(MOST_SHARED))
_EMPTY: list[Any] = []
LEAVES: set[type] = {
    kind for base in (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop) for kind in base.__subclasses__()
}
"""Kinds of nodes that are left as they are."""


class _Makers(dict[type, type[Any]]):
    """A class for each kind of node, whose objects have the attributes of such a node."""

    def __missing__(self, kind: type) -> type[Any]:
        made = self[kind] = type(kind.__name__, (), {})
        return made


_MAKERS = _Makers()


def slim(tree: ast.AST) -> None:
    """Make a tree smaller. Nobody may change its lists from here on."""
    todo: list[Any] = [tree]
    pop, push = todo.pop, todo.append
    while todo:
        node = pop()
        own = node.__dict__
        slimmer = _MAKERS[type(node)]()
        for name, value in own.items():
            kind = type(value)
            if kind is int:
                if 256 < value < MOST_SHARED:  # Python shares the smaller ones itself
                    value = _NUMBERS[value]
            elif kind is list:
                if not value:
                    value = _EMPTY
                elif isinstance(value[-1], ast.AST):
                    todo += value if None not in value else [part for part in value if part is not None]
            elif kind not in LEAVES and kind is not str and isinstance(value, ast.AST):
                push(value)
            setattr(slimmer, name, value)
        node.__dict__ = slimmer.__dict__
