"""The bodies and parameters of functions, let go in large projects and parsed again when somebody looks at them.

A syntax tree takes some forty times the memory of its text, and nine tenths of a large library's are functions that nobody runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, SupportsIndex, overload

from losslint.program.depth import BLOCKS, lengths
from losslint.program.slim import LEAVES, slim

if TYPE_CHECKING:
    from losslint.source import Source

FEWEST_LINES = 1
"""A shorter function isn't worth it."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_BITS = 32
_PART = (1 << _BITS) - 1


class Body(list[ast.stmt]):
    """The statements of a function or a class, which are parsed when they're looked at for the first time."""

    __slots__ = ("_lines", "_source")

    def __init__(self, source: Source, start: int, end: int, line: int) -> None:
        """`start` and `end` are where the definition's lines are in the text, `line` is the number of the first."""
        super().__init__()
        self._source: Source | None = source
        self._lines = start << 2 * _BITS | end << _BITS | line  # of a hundred thousand, three numbers take as much as the rest

    def peek(self) -> Definition | None:
        """The definition, for who looks at it only once: it isn't kept for that. None where the statements are here."""
        return None if self._source is None else self.parsed(self._source)

    def parsed(self, source: Source) -> Definition:
        """The definition, parsed again; the last one is, since who asks whether to run a function often runs it then."""
        if _Last.body is not self:
            lines = self._lines
            _Last.definition = source.definition(lines >> 2 * _BITS, lines >> _BITS & _PART, lines & _PART)
            _Last.body = self
        return _Last.definition

    def with_parameters(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        """Let go of the parameters of the function, too."""
        if self._source is not None:
            node.args = _WithDefaults(self._source, self)

    def read(self) -> Definition | None:
        """Have the statements here, and give the definition; None where they were here before."""
        source, self._source = self._source, None
        if source is None:
            return None
        definition = self.parsed(source)
        _Last.body = None
        if isinstance(definition, ast.ClassDef):
            let_go(definition, source)
        else:
            slim(definition)
        self.extend(definition.body)
        return definition

    def __iter__(self) -> Iterator[ast.stmt]:
        self.read()
        return super().__iter__()

    def __reversed__(self) -> Iterator[ast.stmt]:
        self.read()
        return super().__reversed__()

    def __len__(self) -> int:
        self.read()
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        self.read()
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None

    def __contains__(self, statement: object) -> bool:
        self.read()
        return super().__contains__(statement)

    @overload
    def __getitem__(self, index: SupportsIndex) -> ast.stmt: ...
    @overload
    def __getitem__(self, index: slice) -> list[ast.stmt]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> ast.stmt | list[ast.stmt]:
        self.read()
        return super().__getitem__(index)


class _Last:
    """What was parsed last."""

    body: Body | None = None
    definition: Definition


_NONE: list[ast.expr] = []
_MAYBE_NONE: list[ast.expr | None] = []


class Parameters(ast.arguments):
    """The parameters of a function, parsed when they're looked at for the first time; but none has a default."""

    __slots__ = ("_body", "_source")

    defaults = _NONE  # as long as nobody has read them
    kw_defaults = _MAYBE_NONE

    def __init__(self, source: Source, body: Body) -> None:
        """`body` is the function's."""
        self._source: Source | None = source
        self._body: Body | None = body

    def read(self) -> None:
        """Have all of them here. Who asks for one is about to run the function."""
        source, body = self._source, self._body
        if source is not None and body is not None:
            self._source = self._body = None
            definition = body.read() or body.parsed(source)
            assert not isinstance(definition, ast.ClassDef)
            self.__dict__.update({"vararg": None, "kwarg": None} | definition.args.__dict__)


class _Part:
    """Some of the parameters, as long as they aren't here: then the object's own attribute is before this one of its class."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, parameters: Parameters | None, _: type) -> object:
        if parameters is None:
            return None
        parameters.read()
        return parameters.__dict__[self._name]


class _WithDefaults(Parameters):
    """The same where some have defaults."""

    __slots__ = ()


for _kind, _lacking in ((Parameters, ("defaults", "kw_defaults")), (_WithDefaults, ())):
    for _name in ast.arguments._fields:
        if _name not in _lacking:
            setattr(_kind, _name, _Part(_name))
    LEAVES.add(_kind)
    _kind.__name__ = ast.arguments.__name__  # who visits a tree goes by it


def made(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
    """A function was made, and its defaults evaluated: until it's called, nobody looks at its parameters again."""
    body = node.body
    if isinstance(body, Body) and node.args.__class__ is ast.arguments:
        body.with_parameters(node)


def inside(node: Definition) -> Definition:
    """A definition with all that's inside of it, for who looks at it only once. Decorators are where they were."""
    body = node.body
    return (body.peek() or node) if isinstance(body, Body) else node


def blocks(node: ast.AST) -> list[list[ast.AST]]:
    """The blocks of a statement, for who looks at them only once."""
    if isinstance(node, _DEFINITIONS):
        node = inside(node)
    return [getattr(node, name) for name in BLOCKS.get(node.__class__, ())]


def walk(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree, in any order, for who looks at them only once."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, _DEFINITIONS) and (whole := inside(node)) is not node:
            todo += node.decorator_list
            node = whole
        todo += ast.iter_child_nodes(node)


def let_go(tree: ast.Module | ast.ClassDef, source: Source, *, classes: bool = False) -> None:
    """Let go what's inside of a module's, or a class's, functions and methods, and of those that stand in its branches.

    Of a module's classes, too, if they are to be: then nobody runs it for its own sake.
    """
    before = lengths(source.text)
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        for name in BLOCKS[node.__class__]:
            for inner in getattr(node, name):
                end = inner.end_lineno or 0 if isinstance(inner, ast.stmt) else 0
                if not isinstance(inner, _DEFINITIONS) or (isinstance(inner, ast.ClassDef) and not classes):
                    if BLOCKS[inner.__class__]:
                        todo.append(inner)
                elif end - inner.lineno >= FEWEST_LINES:
                    first = inner.lineno - 1
                    inner.body = body = Body(source, before[first] + first, before[end] + end, inner.lineno)
                    if not isinstance(inner, ast.ClassDef) and not (inner.args.defaults or any(inner.args.kw_defaults)):
                        inner.args = Parameters(source, body)
    slim(tree)
