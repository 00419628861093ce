"""Building edits: how an activation, an argument, a name or an import is taken out of a program or put into it.

Nothing is ever re-emitted. A `Rewriter` finds, with libcst, the ranges of text that a change touches (commas, comments,
parentheses and all), and every result is proved before it is given away: the edits are made, the new text is parsed,
and its syntax tree has to be the old one with exactly the wanted nodes changed. What can't be proved is None. So a
precedence that was overlooked, a wrong position (those inside f-strings are, before Python 3.12) or a generator that
loses its parentheses can cost a fix, but never breaks a program.
"""

from __future__ import annotations

import ast
import bisect
import copy
import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from losslint.editing import EditError, Lines, Replacement, replace
from losslint.evaluation.values import Cause
from losslint.finding import Edit, Place
from losslint.program.module import Module
from losslint.record import dataclass, field
from losslint.source import compile_only

Edits: TypeAlias = tuple[Edit, ...]
Span: TypeAlias = tuple[int, int]
"""A range of characters of the text: start and end (exclusive), counted from 0."""

_GAP = re.compile(r"(?:[ \t\f\n]|\\\n|#[^\n]*)*")
"""What may stand between two tokens inside brackets."""
_BLANK_GAP = re.compile(r"(?:[ \t\f\n]|\\\n)*")
_BLANK_COMMA = re.compile(r"(?:[ \t\f\n]|\\\n)*,(?:[ \t\f\n]|\\\n)*")
_REST = re.compile(r"[ \t\f]*(?:#.*)?")
"""The rest of a line on which nothing more happens."""
_TYPE_COMMENT = re.compile(r"#\s*type:(.*)")
_STRING = re.compile(r"""([uUrR]?)('''|\"\"\"|'|")(.*)\2""", re.DOTALL)

_CONTAINERS = ("Sequential", "ModuleList", "OrderedDict")
_GROWING = ("append", "add", "add_module", "register_module")
_PLAIN_LAYERS = re.compile(r"dense|conv", re.IGNORECASE)
"""Layers whose `activation` is none where it isn't given."""
_COMPARED_OUT = frozenset({"ctx", "kind", "type_comment", "type_ignores"})


MOST_READ = 200_000
"""The findings of a longer text have no fix. That is some 5,000 lines."""
MOST_TAKEN = 80_000
"""What libcst is given of a text, since it takes seconds for more: the functions and classes in which something is to change."""
MOST_PROVED = 1_500_000
"""Characters that are read to make and to prove the fixes of one module; beyond these its findings have none. Some
ten fixes of the longest programs need as much."""


class Tree:
    """A module's text with both of its syntax trees, and the way between them: positions."""

    def __init__(
        self,
        module: Module,
        modules: Callable[[], Iterable[Module]] = tuple,
        texts: dict[Module, Counter[object]] | None = None,
    ) -> None:
        """`modules` are all of the project that were read: a layer's name may be asked for in another file. `texts` are the
        constants in those that were looked through."""
        self._texts = {} if texts is None else texts
        self._assigning: dict[str, set[ast.AST]] = {}
        self.module = module
        self.modules = modules
        self.text = module.source.text
        self.lines = Lines(self.text)
        self.notebook = module.source.cells is not None
        self.proved = 0
        self._parsed: dict[tuple[Replacement, ...], tuple[str, ast.Module | None]] = {}
        self._changes: dict[ast.AST, list[tuple[int, str | None]]] = {}
        self.positions: dict[cst.CSTNode, Span] = {}
        """Where libcst's nodes are, of what it was asked for; parentheses around an expression aren't counted."""
        self._nodes_at: dict[Span, list[cst.CSTNode]] = {}
        self._wrapped_at: dict[Span, list[cst.CSTNode]] = {}
        """Expressions by where they are together with one, two, … of the parentheses around them."""
        self._taken = 0
        self._asked: set[int] = set()
        self._unread: set[int] = set()
        """The numbers of statements that were asked for, and of those that libcst can't read."""

    # ---------------------------------------------------------------------------------------------------------- ast

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the module: every fix asks for some of them, and to find them takes ten times as long."""
        return tuple(ast.walk(self.module.tree))

    @cached_property
    def names(self) -> Counter[str]:
        """How often each name is read or written."""
        return Counter(node.id for node in self.nodes if isinstance(node, ast.Name))

    @cached_property
    def loads(self) -> dict[str, list[ast.Name]]:
        """The reads of each name."""
        found: dict[str, list[ast.Name]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found.setdefault(node.id, []).append(node)
        return found

    @cached_property
    def parents(self) -> dict[ast.AST, tuple[ast.AST, str]]:
        """Each node's parent, and the field that it is in."""
        found: dict[ast.AST, tuple[ast.AST, str]] = {}
        for node in self.nodes:
            for name, value in ast.iter_fields(node):
                for child in value if isinstance(value, list) else (value,):
                    if isinstance(child, ast.AST) and not isinstance(child, ast.expr_context):
                        found[child] = (node, name)
        return found

    def parsed(self, made: tuple[Replacement, ...], text: str) -> ast.Module | None:
        """The tree of a text that these replacements made. A loss that is met often is mended in the same way each time."""
        if made not in self._parsed:
            self.proved += len(text)
            if sum(len(known) for known, _ in self._parsed.values()) + len(text) > MOST_READ:
                self._parsed.clear()
            self._parsed[made] = text, _parsed(self, text)
        return self._parsed[made][1]

    @cached_property
    def mentions(self) -> dict[str, list[ast.AST]]:
        """Where each name is: as a name, a parameter or an attribute, or all of a string."""
        found: dict[str, list[ast.AST]] = {}
        for node in self.nodes:
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.Constant(value=str(name)):
                    found.setdefault(name, []).append(node)
        return found

    @cached_property
    def subscripts(self) -> tuple[ast.Subscript, ...]:
        """What is asked for by its number or its key."""
        return tuple(node for node in self.nodes if isinstance(node, ast.Subscript))

    @cached_property
    def made(self) -> tuple[tuple[ast.Assign | ast.Return, ast.Call], ...]:
        """What is assigned or returned where it's made, with the call that makes it."""
        return tuple(
            (node, node.value)
            for node in self.nodes
            if isinstance(node, (ast.Assign, ast.Return)) and isinstance(node.value, ast.Call)
        )

    def classes_with(self, attribute: str) -> set[ast.AST]:
        """The classes in which something is assigned to an attribute of this name."""
        if attribute not in self._assigning:
            stores = [node for node in self.mentions.get(attribute, ()) if isinstance(node, ast.Attribute)]
            self._assigning[attribute] = {
                around
                for node in stores
                if isinstance(node.ctx, ast.Store)
                for around in self.above(node)
                if isinstance(around, ast.ClassDef)
            }
        return self._assigning[attribute]

    def texts_of(self, module: Module) -> Counter[object]:
        """How often each constant is in a module of the project."""
        if module not in self._texts:
            self._texts[module] = Counter(node.value for node in ast.walk(module.tree) if isinstance(node, ast.Constant))
        return self._texts[module]

    @cached_property
    def name_lines(self) -> dict[str, list[int]]:
        """The lines in which each name is read or written."""
        found: dict[str, list[int]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Name):
                found.setdefault(node.id, []).append(node.lineno)
        return {name: sorted(lines) for name, lines in found.items()}

    def changes_in(self, scope: ast.AST) -> list[tuple[int, str | None]]:
        """Where a scope binds or changes which name, in order; None for what may change any."""
        if scope not in self._changes:
            self._changes[scope] = sorted(self._changed(scope), key=lambda change: change[0])
        return self._changes[scope]

    def _changed(self, scope: ast.AST) -> Iterator[tuple[int, str | None]]:
        for part in ast.walk(scope):
            match part:
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    yield self.span(part)[0], name
                case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
                    yield self.span(part)[0], _root(part.value)
                case ast.Call(func=ast.Attribute(attr=method)) if method.endswith("_"):
                    yield self.span(part)[0], _root(part.func)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Global() | ast.Nonlocal():
                    yield self.span(part)[0], None

    @cached_property
    def text_lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    @cached_property
    def tops(self) -> list[tuple[int, int]]:
        """The lines of the module's statements, decorators included: the first and the last one."""
        return [(_first_line(one), one.end_lineno or one.lineno) for one in self.module.tree.body]

    def region(self, start: int, end: int) -> tuple[int, int, int, int]:
        """Which statements of the module are in some text, and in the lines of those: the first, the one behind the last, and the
        text from the end of the one before to the start of the one behind."""
        tops = self.tops
        line, last_line = self.lines.position(start)[0], self.lines.position(end)[0]
        first = bisect.bisect_left(tops, line, key=lambda top: top[1])
        while 0 < first < len(tops) and tops[first][0] <= tops[first - 1][1]:  # two in one line
            first -= 1
        last = max(first, bisect.bisect_right(tops, last_line, key=lambda top: top[0]))
        while 0 < last < len(tops) and tops[last][0] <= tops[last - 1][1]:
            last += 1
        starts = self.lines.starts
        return (
            first,
            last,
            starts[tops[first - 1][1]] if first else 0,
            starts[tops[last][0] - 1] if last < len(tops) else len(self.text),
        )

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node right around a node."""
        pair = self.parents.get(node)
        return pair[0] if pair is not None else None

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, from the inside out."""
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """The statement that a node is in, or is."""
        return next((n for n in (node, *self.above(node)) if isinstance(n, ast.stmt)), None)

    def function(self, node: ast.AST) -> ast.AST | None:
        """The function, lambda, class or module whose names a node sees."""
        scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Module)
        return next((n for n in self.above(node) if isinstance(n, scopes)), None)

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        """The class that a node is in."""
        return next((n for n in self.above(node) if isinstance(n, ast.ClassDef)), None)

    def span(self, node: ast.AST) -> Span:
        """Where a node is in the text, without the parentheses around it."""
        place = self.module.place(node)
        return self.lines.offset(place.line, place.column), self.lines.offset(place.end_line, place.end_column)

    def segment(self, node: ast.AST) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    @cached_property
    def imports(self) -> dict[str, list[tuple[ast.Import | ast.ImportFrom, ast.alias]]]:
        """The names that import statements bind, anywhere in the module."""
        found: dict[str, list[tuple[ast.Import | ast.ImportFrom, ast.alias]]] = {}
        for node in self.nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for alias in node.names:
                    plain = alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name
                    found.setdefault(alias.asname or plain, []).append((node, alias))
        return found

    @cached_property
    def bound(self) -> frozenset[str]:
        """The names that something else than an import binds, anywhere in the module."""
        return frozenset(_bound(self.module.tree))

    def is_imported(self, node: ast.expr) -> bool:
        """Whether a name, or the dotted name that a name begins, comes from an import."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.imports and node.id not in self.bound

    # ------------------------------------------------------------------------------------------------------- libcst

    def _take_apart(self, offset: int) -> None:
        """Have libcst read the statement of the module that an offset is in, and others in the same line: for all of a module
        it takes twenty times as long as Python's own parser. What it can't read, or what is too much, has no nodes."""
        first, last, _, _ = self.region(offset, offset)
        if first in self._asked:
            return
        self._asked.add(first)
        self._unread.add(first)
        starts = [*self.lines.starts, len(self.text)]
        first_line = self.tops[first][0] - 1
        text = self.text[starts[first_line] : starts[self.tops[last - 1][1]]]
        if self._taken + len(text) > MOST_TAKEN:
            return
        self._taken += len(text)
        try:
            parsed = cst.parse_module(text)
            # The tree was just parsed and belongs to nobody else: a deep copy would cost as much as parsing it.
            places = MetadataWrapper(parsed, unsafe_skip_copy=True).resolve(PositionProvider)
        except Exception:  # libcst's native parser raises what it likes on syntax that is newer than it
            return
        if parsed.code != text:
            return
        self._unread.remove(first)
        # libcst counts the line feed that a last line lacks: the module ends where no line starts.
        starts = starts[first_line:]
        for node, place in places.items():
            assert isinstance(place, CodeRange)
            span = starts[place.start.line - 1] + place.start.column, starts[place.end.line - 1] + place.end.column
            self.positions[node] = span
            self._nodes_at.setdefault(span, []).append(node)
        for node in places:
            if isinstance(node, cst.BaseExpression):
                for left, right in zip(reversed(node.lpar), node.rpar, strict=False):
                    wrapped = self.positions[left][0], self.positions[right][1]
                    self._wrapped_at.setdefault(wrapped, []).append(node)

    def is_unread(self, replacement: Replacement) -> bool:
        """Whether a replacement is in a statement that libcst was asked about and can't read."""
        return self.region(replacement.start, replacement.start)[0] in self._unread

    def candidates(self, node: ast.AST) -> Iterator[cst.CSTNode]:
        """The nodes of libcst's at the place of one of ast's, the likeliest first.

        ast counts the parentheses of a tuple or a generator as its own, libcst never does; the parentheses of a call
        are those of its only argument too, where that is a generator.
        """
        if not hasattr(node, "lineno"):
            return
        try:
            start, end = self.span(node)
        except EditError:
            return
        self._take_apart(start)
        here = [*self._nodes_at.get((start, end), ())]
        if isinstance(node, (ast.Tuple, ast.GeneratorExp)):
            here = [*self._wrapped_at.get((start, end), ()), *here]
        if isinstance(node, ast.GeneratorExp):
            here += self._nodes_at.get((start + 1, end - 1), ())
        kind = _cst_type(node)
        exact = getattr(cst, type(node).__name__, None)
        matching = [n for n in here if isinstance(n, kind)]
        matching.sort(key=lambda n: type(n) is not exact)  # stable
        yield from matching

    def cst(self, node: ast.AST) -> cst.CSTNode | None:
        """libcst's node for one of ast's."""
        return next(self.candidates(node), None)

    def outer(self, node: ast.expr) -> Span:
        """Where an expression is in the text, with the parentheses around it."""
        found = self.cst(node)
        if isinstance(found, cst.BaseExpression) and found.lpar and not _is_generator_argument(self, node):
            return self.positions[found.lpar[0]][0], self.positions[found.rpar[-1]][1]
        return self.span(node)

    def items(self, node: ast.AST) -> list[Span]:
        """Where the arguments of a call, the elements of a list, tuple, set or dict, or the names of an import are."""
        match self.cst(node):
            case cst.Call(args=parts):
                found: Sequence[cst.CSTNode] = parts
            case cst.List(elements=parts) | cst.Tuple(elements=parts) | cst.Set(elements=parts):
                found = parts
            case cst.Dict(elements=parts):
                found = parts
            case cst.ImportFrom(names=parts) | cst.Import(names=parts) if not isinstance(parts, cst.ImportStar):
                found = parts
            case _:
                return []
        return [self.positions[part] for part in found if part in self.positions]

    # --------------------------------------------------------------------------------------------------------- text

    def line_start(self, offset: int) -> int:
        """Where the line that an offset is in starts."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_end(self, offset: int) -> int:
        """Where the line that an offset is in ends, before its line feed."""
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end

    def comma_after(self, offset: int) -> int | None:
        """Where the comma is that follows, with nothing but comments and space before it."""
        match = _GAP.match(self.text, offset)
        at = match.end() if match else offset
        return at if self.text[at : at + 1] == "," else None

    def begins_line(self, offset: int) -> bool:
        """Whether only space comes before it on the line."""
        return not self.text[self.line_start(offset) : offset].strip(" \t\f")

    def ends_line(self, offset: int) -> bool:
        """Whether only space and a comment follow on the line."""
        return _REST.fullmatch(self.text, offset, self.line_end(offset)) is not None

    def is_continued(self, offset: int) -> bool:
        """Whether the line before ends in a backslash, so that this one can't just go."""
        return self.text[: self.line_start(offset)].endswith("\\\n")

    def indentation(self, offset: int) -> str:
        """The space that the line of an offset begins with."""
        start = self.line_start(offset)
        line = self.text[start:offset]
        return line[: len(line) - len(line.lstrip(" \t\f"))]


@dataclass
class _Plan:
    """Replacements that are to be made together, and what they are to do to the syntax tree.

    `changes` gives for a node of the old tree the node that is there afterwards, or None where it is gone.
    """

    tree: Tree
    replacements: list[Replacement] = field(default_factory=list)
    changes: dict[ast.AST, ast.AST | None] = field(default_factory=dict)

    def write(self, start: int, end: int, text: str) -> None:
        self.replacements.append(Replacement(start, end, text))

    def copy(self) -> _Plan:
        return _Plan(self.tree, list(self.replacements), dict(self.changes))

    @property
    def ordered(self) -> list[Replacement] | None:
        """The replacements in order, each once; None where two of them touch the same text."""
        ordered = sorted(dict.fromkeys(self.replacements), key=lambda r: (r.start, r.end))
        for before, after in itertools.pairwise(ordered):
            if after.start < before.end or (before.start, before.end) == (after.start, after.end):
                return None
        return ordered

    def result(self) -> ast.Module | None:
        """The tree afterwards, where it is what it is to be. Statements of the module before and after the first and the last one
        that change stay as they are: only what is between them is parsed again, with the lines around it."""
        ordered = self.ordered
        if not ordered:
            return None
        around: set[ast.AST] = set()
        for node in self.changes:
            around |= {node, *self.tree.above(node)}
        body = self.tree.module.tree.body
        first, last, start, end = self.tree.region(ordered[0].start, max(r.end for r in ordered))
        if any(one in around for one in (*body[:first], *body[last:])):
            return None
        text = replace(self.tree.text, ordered)
        text = text[start : len(text) - (len(self.tree.text) - end)]
        self.tree.proved += len(text) // 4
        if self.tree.proved > MOST_PROVED or any(map(self.tree.is_unread, ordered)):
            return None
        new = self.tree.parsed(tuple(ordered), text)
        if new is None:
            return None
        try:
            kept = [one for one in body[first:last] if self.changes.get(one, one) is not None]
            if not self._are_same_each(kept, new.body, around, text.split("\n")):
                return None
        except RecursionError:
            return None
        return ast.Module([*body[:first], *new.body, *body[last:]], [])

    def _are_same(self, old: list[ast.stmt], new: list[ast.stmt], around: set[ast.AST], lines: list[str]) -> bool:
        """Whether a block is the old one with the changes made. Statements in which nothing changes are the same where their
        lines are: the parser is known to be right. `around` are the nodes that change, or in which something does."""
        kept = [one for one in old if self.changes.get(one, one) is not None]
        if not kept and old:
            return [_shape(one, {}) for one in new] == [("Pass",)]
        return self._are_same_each(kept, new, around, lines)

    def _are_same_each(
        self, old: Sequence[ast.AST], new: Sequence[ast.AST], around: set[ast.AST], lines: list[str]
    ) -> bool:
        return len(old) == len(new) and all(
            self._is_same(one, other, around, lines) for one, other in zip(old, new, strict=True)
        )

    def _is_same(self, old: ast.AST, new: ast.AST, around: set[ast.AST], lines: list[str]) -> bool:
        """The same of two statements, or of two parts of one that hold statements."""
        if old not in around and isinstance(old, ast.stmt) and isinstance(new, ast.stmt):
            if _lines_of(old, self.tree.text_lines) == _lines_of(new, lines):
                return True
        elif old not in self.changes and type(old) is type(new):
            pairs = [(getattr(old, name), getattr(new, name)) for name in old._fields if name not in _COMPARED_OUT]
            return all(self._are_same_fields(one, other, around, lines) for one, other in pairs)
        return _shape(old, self.changes) == _shape(new, {})

    def _are_same_fields(self, old: object, new: object, around: set[ast.AST], lines: list[str]) -> bool:
        if isinstance(old, list) and isinstance(new, list) and old and new:
            if isinstance(old[0], ast.stmt):
                return self._are_same(old, new, around, lines)
            if isinstance(old[0], (ast.ExceptHandler, ast.match_case)):
                return self._are_same_each(old, new, around, lines)
        return _shape(old, self.changes) == _shape(new, {})


@dataclass(frozen=True)
class Assigned:
    """A name, and the reads of it that may get one value; `local` where it's a function's own."""

    name: str
    reads: frozenset[ast.AST]
    local: bool


class Rewriter:
    """Builds edits. One is made for a run; it keeps the trees of the modules that it was asked about.

    The nodes that go in are ast's, from the module's own tree. Every builder gives the edits, in the coordinates of the
    module's text, or None where the change can't be made without risk. An import that nothing uses after a change goes
    with it.
    """

    def __init__(self, modules: Callable[[], Iterable[Module]] = tuple) -> None:
        self._modules = modules
        self._trees: dict[Module, Tree] = {}
        self._texts: dict[Module, Counter[object]] = {}

    def tree(self, module: Module) -> Tree | None:
        """The module's trees; None where it's too long, or enough was mended in it."""
        tree = self._any_tree(module)
        tree.proved += len(tree.text) // 16  # what is looked for in it costs as much
        return tree if tree.proved <= MOST_PROVED and len(tree.text) <= MOST_READ else None

    def _any_tree(self, module: Module) -> Tree:
        if module not in self._trees:
            self._trees[module] = Tree(module, self._modules, self._texts)
        return self._trees[module]

    def node(self, module: Module, node: ast.AST) -> cst.CSTNode | None:
        """libcst's node for one of ast's."""
        tree = self._any_tree(module)
        return tree.cst(node) if len(tree.text) <= MOST_READ else None

    # ----------------------------------------------------------------------------------------- taking activations away

    def drop_activation(self, cause: Cause) -> Edits | None:
        """Take an activation away, in whatever form it is written."""
        tree = self.tree(cause.module)
        node = cause.node
        if tree is None or node not in tree.parents:
            return None
        try:
            match cause.form:
                case "call" if isinstance(node, ast.Call):
                    return self._drop_call(tree, node, cause)
                case "method" if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    return self._put_inside(tree, node, node.func.value)
                case "layer" if isinstance(node, ast.Call):
                    return self._drop_layer(tree, node, cause)
                case "element":
                    module = cause.made_module if cause.made is not None and cause.made_module else cause.module
                    made = cause.made if cause.made is not None else node
                    holder = self.tree(module)
                    return _finish(_element(holder, made)) if holder is not None else None
                case "keyword" if isinstance(node, ast.Call):
                    return self._drop_keyword(tree, node, cause)
        except (EditError, LookupError, RecursionError):
            return None
        return None

    def _drop_call(self, tree: Tree, node: ast.Call, cause: Cause) -> Edits | None:
        """`F.softmax(x, dim=1)` becomes `x`."""
        given = [*node.args, *(k.value for k in node.keywords if k.arg is not None)]
        if cause.input is None or not any(g is cause.input for g in given) or isinstance(cause.input, ast.Starred):
            return None
        if any(isinstance(a, ast.Starred) for a in node.args):
            return None
        return self._put_inside(tree, node, cause.input) if _calls_library(tree, node.func, cause.name) else None

    def _put_inside(self, tree: Tree, node: ast.expr, inner: ast.expr, plan: _Plan | None = None) -> Edits | None:
        """Put an expression where one is that contains it. A statement that then says `x = x` goes."""
        plan = plan or _Plan(tree)
        parent = tree.parent(node)
        match parent:
            case ast.Assign(targets=[target]) if _is_reference(inner) and _shape(target, {}) == _shape(inner, {}):
                deleted = plan.copy()
                if _delete_statement(deleted, parent):
                    return _finish(deleted)
        start, end = tree.span(node)
        text = tree.segment(inner)
        outer = tree.outer(inner)
        for written in dict.fromkeys((text, tree.text[slice(*outer)], f"({text})")):
            attempt = plan.copy()
            attempt.write(start, end, written)
            attempt.changes[node] = inner
            if (edits := _finish(attempt)) is not None:
                return edits
        return None

    def _drop_layer(self, tree: Tree, node: ast.Call, cause: Cause) -> Edits | None:
        """`self.softmax(x)` becomes `x`; where nothing else uses `self.softmax`, it isn't made any more either."""
        arguments = [*node.args, *(k.value for k in node.keywords if k.arg is not None)]
        inner = cause.input
        if inner is None or isinstance(inner, ast.Starred) or not any(a is inner for a in arguments):
            return None
        if cause.made is None or any(isinstance(a, ast.Starred) for a in node.args):
            return None
        callee: ast.expr = node.func
        if isinstance(callee, ast.Attribute) and callee.attr in ("forward", "__call__"):
            callee = callee.value
        if callee is cause.made:
            return None if _named_elsewhere(tree, callee) else self._put_inside(tree, node, inner)
        holder = self._any_tree(cause.made_module or cause.module)
        assignment = _only_assignment(holder, cause.made, callee)
        if assignment is None or _named_elsewhere(holder, cause.made):
            return None
        plan = _Plan(tree)
        if holder is tree and not _used_elsewhere(tree, callee, assignment) and _delete_statement(plan, assignment):
            return self._put_inside(tree, node, inner, plan)
        return self._put_inside(tree, node, inner)

    def _drop_keyword(self, tree: Tree, node: ast.Call, cause: Cause) -> Edits | None:
        """`Dense(10, activation="softmax")` loses the argument; `Activation("softmax")` goes altogether."""
        written = cause.written
        if written is None or not isinstance(written, ast.expr) or not _names_activation(tree, written):
            return None
        parent = tree.parent(written)
        keyword = parent if isinstance(parent, ast.keyword) else None
        call = tree.parent(keyword) if keyword is not None else parent
        if not isinstance(call, ast.Call) or call not in (node, cause.made):
            return None
        if _last_name(call.func) == "Activation":
            return self._drop_activation_layer(tree, call, written)
        if keyword is not None:
            if keyword.arg == "activation" and _PLAIN_LAYERS.search(_last_name(call.func) or ""):
                return self.remove_argument(tree.module, call, "activation")
        elif written is call.args[-1] and _PLAIN_LAYERS.search(_last_name(call.func) or ""):
            return self.remove_argument(tree.module, call, len(call.args) - 1)
        # What is put there where the argument is left out may be another activation, so it's said to be none.
        return self.replace_node(tree.module, written, "None")

    def _drop_activation_layer(self, tree: Tree, made: ast.Call, written: ast.expr) -> Edits | None:
        """Keras' Activation: an element, a layer that is called where it is made, or one that is kept in a name."""
        edits = _finish(_element(tree, made))
        if edits is not None:
            return edits
        parent = tree.parent(made)
        if isinstance(parent, ast.Call) and parent.func is made:
            if len(parent.args) == 1 and not parent.keywords and not isinstance(parent.args[0], ast.Starred):
                return None if _named_elsewhere(tree, made) else self._put_inside(tree, parent, parent.args[0])
            return None
        if isinstance(written, ast.Constant):
            return self.string(tree.module, written, "linear")
        return None

    def drop_imports(self, module: Module, names: Iterable[str], removed: Iterable[Place]) -> Edits | None:
        """The edits that drop the imports of names which nothing uses, once the text at `removed` is gone."""
        tree = self.tree(module)
        if tree is None:
            return None
        try:
            gone = [(tree.lines.offset(p.line, p.column), tree.lines.offset(p.end_line, p.end_column)) for p in removed]
        except EditError:
            return None
        left = [
            node
            for node in ast.walk(module.tree)
            if not (
                hasattr(node, "lineno") and any(a <= tree.span(node)[0] and tree.span(node)[1] <= b for a, b in gone)
            )
        ]
        plan = _Plan(tree)
        _drop_unused(plan, sorted(set(names)), _uses(left))
        ordered = plan.ordered
        if ordered is None or plan.result() is None:
            return None
        return _edits(tree, ordered)

    # ---------------------------------------------------------------------------------------------- names and literals

    def replace_node(self, module: Module, node: ast.expr, text: str) -> Edits | None:
        """Write another expression instead of one, in parentheses where it needs them."""
        tree = self.tree(module)
        new = _expression(text)
        if tree is None or new is None or node not in tree.parents:
            return None
        try:
            start, end = tree.span(node)
        except EditError:
            return None
        for written in (text, f"({text})"):
            plan = _Plan(tree)
            plan.write(start, end, written)
            plan.changes[node] = new
            if (edits := _finish(plan)) is not None:
                return edits
        return None

    def rename_callee(self, module: Module, callee: ast.expr, old: str, new: str) -> Edits | None:
        """Name another function or class of the same library; `old` and `new` are the last parts of their dotted names.

        `callee` is the name, or the call of it. A name that a from-import binds is imported under its new name; the
        import of the old one goes where nothing else uses it.
        """
        tree = self.tree(module)
        if isinstance(callee, ast.Call):
            callee = callee.func
        if tree is None or callee not in tree.parents or not new.isidentifier():
            return None
        try:
            start, end = tree.span(callee)
            if isinstance(callee, ast.Attribute) and callee.attr == old:
                if tree.text[end - len(old) : end] != old or not _is_library_attribute(tree, callee):
                    return None
                plan = _Plan(tree)
                plan.write(end - len(old), end, new)
                plan.changes[callee] = ast.Attribute(callee.value, new, callee.ctx)
                return _finish(plan)
            if isinstance(callee, ast.Name) and tree.text[start:end] == callee.id:
                return _finish(_rename_imported(tree, callee, old, new))
        except EditError:
            return None
        return None

    def string(self, module: Module, node: ast.Constant, value: str) -> Edits | None:
        """Write another string in a literal, with its own quotes and prefix."""
        tree = self.tree(module)
        if tree is None or not isinstance(node.value, str) or node not in tree.parents:
            return None
        literal = tree.cst(node)
        if not isinstance(literal, cst.SimpleString) or not value.isprintable() or set(value) & set("'\"\\"):
            return None
        match = _STRING.fullmatch(literal.value)
        if match is None:
            return None
        start, _ = tree.positions[literal]
        plan = _Plan(tree)
        plan.write(start + match.start(3), start + match.end(3), value)
        plan.changes[node] = ast.Constant(value)
        return _finish(plan)

    # ------------------------------------------------------------------------------------------------------- arguments

    def set_keyword(self, module: Module, call: ast.Call, name: str, value: str) -> Edits | None:
        """Give a call a keyword argument: its value is replaced, or it comes last (but before `**`)."""
        tree = self.tree(module)
        new = _expression(value)
        if tree is None or new is None or call not in tree.parents or not name.isidentifier():
            return None
        changed = copy.copy(call)
        existing = next((k for k in call.keywords if k.arg == name), None)
        plan = _Plan(tree)
        try:
            if existing is not None:
                plan.write(*tree.outer(existing.value), value)
                plan.changes[existing.value] = new
                return _finish(plan)
            keyword = ast.keyword(name, new)
            written = f"{name}={value}"
            items = tree.items(call)
            spread = next((i for i, k in enumerate(call.keywords) if k.arg is None), None)
            if len(items) != len(call.args) + len(call.keywords):
                return None
            if spread is not None:
                start = items[_index_of(items, tree.span(call.keywords[spread].value)[0])][0]
                between = f"\n{tree.indentation(start)}" if tree.begins_line(start) else " "
                plan.write(start, start, f"{written},{between}")
                changed.keywords = [*call.keywords[:spread], keyword, *call.keywords[spread:]]
            else:
                closing = tree.span(call)[1] - 1
                if items:
                    _insert_item(plan, items[-1], written, closing)
                else:
                    opening = len(tree.text[:closing].rstrip())
                    plan.write(opening if tree.text[opening - 1] == "(" else closing, closing, written)
                changed.keywords = [*call.keywords, keyword]
        except EditError:
            return None
        plan.changes[call] = changed
        return _finish(plan)

    def rename_keyword(self, module: Module, call: ast.Call, old: str, new: str) -> Edits | None:
        """Give a keyword argument another name."""
        tree = self.tree(module)
        keyword = next((k for k in call.keywords if k.arg == old), None)
        if tree is None or keyword is None or call not in tree.parents or any(k.arg == new for k in call.keywords):
            return None
        try:
            start, _ = tree.span(keyword)
        except EditError:
            return None
        if tree.text[start : start + len(old)] != old:
            return None
        plan = _Plan(tree)
        plan.write(start, start + len(old), new)
        plan.changes[keyword] = ast.keyword(new, keyword.value)
        return _finish(plan)

    def remove_argument(self, module: Module, call: ast.Call, *which: str | int) -> Edits | None:
        """Take arguments away: keywords by their names, positional ones by their indices."""
        tree = self.tree(module)
        if tree is None or call not in tree.parents or not which:
            return None
        plan = _Plan(tree)
        values: list[ast.expr] = []
        for one in which:
            if isinstance(one, str):
                keyword = next((k for k in call.keywords if k.arg == one), None)
                if keyword is None:
                    return None
                plan.changes[keyword] = None
                values.append(keyword.value)
            else:
                if not 0 <= one < len(call.args) or any(isinstance(a, ast.Starred) for a in call.args[: one + 1]):
                    return None
                values.append(call.args[one])
                plan.changes[call.args[one]] = None
        try:
            items = tree.items(call)
            _remove_items(plan, items, {_index_of(items, tree.span(value)[0]) for value in values})
        except (EditError, LookupError):
            return None
        return _finish(plan)

    def swap_arguments(self, module: Module, first: ast.expr, second: ast.expr) -> Edits | None:
        """Exchange two arguments of a call; keywords keep their place and get the other's value."""
        tree = self.tree(module)
        if tree is None or isinstance(first, ast.Starred) or isinstance(second, ast.Starred):
            return None
        call = _call_of(tree, first)
        if call is None or first is second or _call_of(tree, second) is not call:
            return None
        try:
            one, other = tree.outer(first), tree.outer(second)
        except EditError:
            return None
        texts = (tree.text[slice(*other)], tree.text[slice(*one)])
        for left, right in itertools.product(*((text, f"({text})") for text in texts)):
            plan = _Plan(tree)
            plan.write(*one, left)
            plan.write(*other, right)
            plan.changes = {first: second, second: first}
            if (edits := _finish(plan)) is not None:
                return edits
        return None

    def append_method(self, module: Module, node: ast.expr, suffix: str) -> Edits | None:
        """Call a method on an expression: `suffix` is ".float()", ".argmax(dim=1)" and the like."""
        tree = self.tree(module)
        pattern = _expression(f"_{suffix}")
        if tree is None or pattern is None or node not in tree.parents or isinstance(node, ast.Starred):
            return None
        new = _Fill(copy.copy(node)).visit(pattern)
        try:
            start, end = tree.span(node)
            outer = tree.outer(node)
        except EditError:
            return None
        for before, after, at in (("", suffix, outer[1]), ("(", f"){suffix}", end)):
            plan = _Plan(tree)
            if before:
                plan.write(start, start, before)
            plan.write(at, at, after)
            plan.changes[node] = new
            if (edits := _finish(plan)) is not None:
                return edits
        return None

    def split_constructor(self, module: Module, call: ast.Call, tensors: int) -> Edits | None:
        """`nn.CrossEntropyLoss(out, y, reduction="sum")` becomes `nn.CrossEntropyLoss(reduction="sum")(out, y)`.

        `tensors` is the number of positional arguments; `input=` and `target=` are moved with them.
        """
        tree = self.tree(module)
        if tree is None or call not in tree.parents or len(call.args) != tensors:
            return None
        if any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords):
            return None
        options = [k for k in call.keywords if k.arg not in ("input", "target")]
        moved = [k for k in call.keywords if k.arg in ("input", "target")]
        if not call.args and not moved:
            return None
        plan = _Plan(tree)
        try:
            items = tree.items(call)
            if len(items) != len(call.args) + len(call.keywords):
                return None
            gone = {_index_of(items, tree.span(k.value)[0]) for k in options}
            after = tree.outer(call.func)[1]
            gap = _GAP.match(tree.text, after)
            opening = gap.end() if gap else after
            texts = [tree.text[slice(*items[i])] for i in sorted(gone)]
            plan.write(opening, opening, f"({', '.join(texts)})")
            _remove_items(plan, items, gone)
        except (EditError, LookupError):
            return None
        made = ast.Call(call.func, [], options)
        plan.changes[call] = ast.Call(made, call.args, moved)
        return _finish(plan)

    # ----------------------------------------------------------------------------------------------------- who uses it

    def is_local(self, cause: Cause, loss: ast.Call, argument: ast.expr | None) -> bool:
        """Whether the activation's result goes into this argument of the loss, and nowhere else.

        It does where the activation stands in the argument, and where it is assigned to a name of the function that, as
        long as it holds that value, is read by this argument only.
        """
        node = cause.node
        if cause.form not in ("call", "method", "layer") or not isinstance(node, ast.Call):
            return False
        tree = self._any_tree(cause.module)
        if node not in tree.parents or loss not in tree.parents:
            return False
        arguments = [argument] if argument is not None else [*loss.args, *(k.value for k in loss.keywords)]
        if any(a is not loss and loss not in tree.above(a) for a in arguments):
            return False
        around = [node, *tree.above(node)]
        for place in arguments:
            if place in around:
                way = around[: around.index(place) + 1]
                return not any(isinstance(n, (ast.NamedExpr, ast.Lambda)) for n in way)
        try:
            return argument is not None and _only_reaches(tree, node, argument)
        except RecursionError:
            return False

    def assigned(self, module: Module, node: ast.expr) -> Assigned | None:
        """The name that an expression alone is assigned to, and the reads of that name that may get its value.

        None where it is assigned to something else, or where its reads can't be told.
        """
        tree = self._any_tree(module)
        definition = tree.parent(node)
        match definition:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is node:
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is node:
                pass
            case _:
                return None
        scope = tree.function(definition)
        if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module)):
            return None
        return self._reads(scope, name, definition, tree.name_lines.get(name, ()))

    def parameter(self, function: ast.AST, name: str) -> Assigned | None:
        """A function's parameter, and the reads that may get the value it is called with; None where they can't be told."""
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        lines = sorted(part.lineno for part in ast.walk(function) if isinstance(part, ast.Name) and part.id == name)
        return self._reads(function, name, None, lines)

    def _reads(
        self, scope: ast.AST, name: str, definition: ast.stmt | None, lines: Sequence[int]
    ) -> Assigned | None:
        flow = _Flow(name, definition, lines)
        try:
            flow.block(getattr(scope, "body", []), definition is None)
        except (_Lost, RecursionError):
            return None
        return Assigned(name, frozenset(flow.reached), not isinstance(scope, ast.Module))

    def text(self, module: Module, node: ast.AST, instead: Mapping[ast.AST, str] | None = None) -> str:
        """The text of a node; parts of it as `instead` has them. Where it can't be told, nothing that could be parsed."""
        tree = self._any_tree(module)
        try:
            start, end = tree.span(node)
            spans = [(*tree.span(part), text) for part, text in (instead or {}).items()]
        except EditError:
            return "?"
        return replace(tree.text[start:end], [Replacement(a - start, b - start, text) for a, b, text in sorted(spans)])

    def above(self, module: Module, node: ast.AST) -> list[ast.AST]:
        """The nodes around a node, from the inside out."""
        return list(self._any_tree(module).above(node))

    def chain(self, module: Module, node: ast.expr) -> ast.expr:
        """The expression with what is called on it and indexed of it: `F.softmax(x, 1).gather(1, y)[0]`."""
        return _chain(self._any_tree(module), node)

    def is_repeatable(self, module: Module, node: ast.AST, at: ast.AST, but: Collection[ast.AST] = ()) -> bool:
        """Whether an expression, written again at a later place of the same function, has the same value there.

        It has where it calls nothing (but the calls `but`, and products of matrices), and where nothing in between binds or
        changes a name in it.
        """
        tree = self._any_tree(module)
        scope = tree.function(node)
        if scope is None or tree.function(at) is not scope or isinstance(scope, (ast.Lambda, ast.ClassDef)):
            return False
        for part in ast.walk(node):
            if isinstance(part, ast.Call):
                if part not in but and (_last_name(part.func) not in _PRODUCTS or not tree.is_imported(part.func)):
                    return False
            elif not isinstance(part, _REPEATABLE):
                return False
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        try:
            start, end = tree.span(tree.statement(node) or node)[0], tree.span(at)[0]
            if end < tree.span(node)[1]:
                return False
            around = set(tree.above(node))
            for loop in tree.above(at):
                if isinstance(loop, (ast.For, ast.AsyncFor, ast.While)) and loop not in around:
                    end = max(end, tree.span(loop)[1])  # what comes later in it comes before the next round
        except EditError:
            return False
        changes = tree.changes_in(scope)
        first = bisect.bisect_left(changes, start, key=lambda change: change[0])
        for offset, changed in itertools.islice(changes, first, None):
            if offset >= end:
                break
            if changed in names or changed is None:
                return False
        return True

    def written_name(self, module: Module, dotted: str) -> str | None:
        """How a module writes a library's dotted name, by what it imports: `F.log_softmax`; None where it can't yet."""
        tree = self._any_tree(module)
        found: list[str] = []
        for name, statements in tree.imports.items():
            if len(statements) != 1 or name in tree.bound:
                continue
            statement, alias = statements[0]
            if tree.function(statement) is not module.tree:
                continue
            if isinstance(statement, ast.Import):
                full = alias.name if alias.asname is not None else alias.name.partition(".")[0]
            elif statement.level or statement.module is None:
                continue
            else:
                full = f"{statement.module}.{alias.name}"
            if dotted.startswith(f"{full}."):
                found.append(name + dotted[len(full) :])
        return min(found, key=len) if found else None


_PRODUCTS = frozenset({"matmul", "mm", "add", "bias_add", "xw_plus_b", "dot"})
"""Functions that may be called twice instead of once."""
_REPEATABLE = (
    ast.Name, ast.Attribute, ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.expr_context, ast.keyword,
    ast.Tuple, ast.List, ast.Subscript, ast.Slice,
)  # fmt: skip


# ---------------------------------------------------------------------------------------------------- proof and result


def _parsed(tree: Tree, text: str) -> ast.Module | None:
    try:
        return compile_only(text, tree.module.path, top_level_await=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _expression(text: str) -> ast.expr | None:
    try:
        return ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


_GONE = ("gone",)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(d.lineno for d in decorators)])


def _lines_of(statement: ast.stmt, lines: list[str]) -> list[str]:
    """The lines of a statement, its decorators included."""
    return lines[_first_line(statement) - 1 : statement.end_lineno]


def _shape(node: object, changes: dict[ast.AST, ast.AST | None], substitute: bool = True) -> object:
    """A tree without its positions, with the changes made: two programs are the same where these are equal.

    A block that lost all of its statements has a `pass`.
    """
    if isinstance(node, ast.AST):
        if substitute and node in changes:
            changed = changes[node]
            return _GONE if changed is None else _shape(changed, changes, False)
        return (
            type(node).__name__,
            *(_shape(value, changes) for name, value in ast.iter_fields(node) if name not in _COMPARED_OUT),
        )
    if isinstance(node, list):
        kept = tuple(shape for item in node if (shape := _shape(item, changes)) is not _GONE)
        if node and not kept and isinstance(node[0], ast.stmt):
            return (("Pass",),)
        return kept
    return (type(node).__name__, repr(node))


def _finish(plan: _Plan | None) -> Edits | None:
    """Prove a plan, let the imports go that it leaves unused, and give its edits."""
    if plan is None:
        return None
    new = plan.result()
    if new is None:
        return None
    changed = Counter(n.id for old in plan.changes for n in ast.walk(old) if isinstance(n, ast.Name))
    names = {name for name in changed if name in plan.tree.imports and plan.tree.names[name] <= changed[name]}
    if names:
        further = plan.copy()
        _drop_unused(further, sorted(names), _uses(ast.walk(new)))
        if len(further.replacements) > len(plan.replacements) and further.result() is not None:
            plan = further
    ordered = plan.ordered
    return _edits(plan.tree, ordered) if ordered else None


def _edits(tree: Tree, ordered: Sequence[Replacement]) -> Edits:
    path, position = tree.module.path, tree.lines.position
    return tuple(Edit(Place(path, *position(r.start), *position(r.end)), r.text) for r in ordered)


class _Fill(ast.NodeTransformer):
    """Puts an expression where the name `_` is."""

    def __init__(self, node: ast.expr) -> None:
        self.node = node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.node if node.id == "_" else node


# --------------------------------------------------------------------------------------------------------------- items


def _index_of(items: Sequence[Span], offset: int) -> int:
    """The item that an offset is in. Raises LookupError where there's none."""
    for index, (start, end) in enumerate(items):
        if start <= offset < end:
            return index
    raise LookupError(offset)


def _remove_items(plan: _Plan, items: Sequence[Span], gone: set[int]) -> None:
    """Take items out of what is separated by commas.

    An item on its own line goes with the line and the comment at its end; the other lines stay as they are, comments
    and all. The last item's comma, or that it has none, is the style of the whole, and stays.
    """
    tree, text = plan.tree, plan.tree.text
    index = 0
    while index < len(items):
        if index not in gone:
            index += 1
            continue
        first = index
        while index + 1 in gone:
            index += 1
        start, end = items[first][0], items[index][1]
        before = items[first - 1][1] if first else None
        after = items[index + 1][0] if index + 1 < len(items) else None
        comma = tree.comma_after(end)
        full = end if comma is None else comma + 1
        if tree.begins_line(start) and tree.ends_line(full) and not tree.is_continued(start):
            plan.write(tree.line_start(start), min(tree.line_end(full) + 1, len(text)), "")
            previous = tree.comma_after(before) if before is not None else None
            if after is None and comma is None and previous is not None:
                plan.write(previous, previous + 1, "")
        elif after is not None and "\n" not in text[full:after]:
            plan.write(start, after, "")
        elif after is not None and before is not None and "\n" not in text[before:start]:
            plan.write(before, end, "")
        elif after is not None:
            alone = _BLANK_GAP.fullmatch(text, full, after) is not None
            plan.write(start, after if alone else tree.line_end(full), "")
        elif before is None:
            plan.write(start, full, "")
        elif _BLANK_COMMA.fullmatch(text, before, start):
            plan.write(before, end, "")
        else:
            # A comment stands between the last two items: it belongs to the one that stays.
            previous = tree.comma_after(before)
            if previous is not None:
                plan.write(previous, previous + 1, "")
            plan.write(start, full, "")
        index += 1


def _insert_item(plan: _Plan, item: Span, written: str, end_of_all: int) -> None:
    """Write one more item after an item, on its own line where that one has its own."""
    tree = plan.tree
    start, end = item
    comma = tree.comma_after(end)
    full = end if comma is None else comma + 1
    at = tree.line_end(full)
    if not (tree.begins_line(start) and tree.ends_line(full) and at < end_of_all):
        plan.write(end, end, f", {written}")
        return
    line = f"\n{tree.indentation(start)}{written}"
    if comma is not None:
        plan.write(at, at, f"{line},")
    elif at == end:
        plan.write(end, end, f",{line}")
    else:
        plan.write(end, end, ",")
        plan.write(at, at, line)


# ---------------------------------------------------------------------------------------------------------- statements


def _delete_statement(plan: _Plan, statement: ast.stmt) -> bool:
    """Take a statement away with the comment at its end; a block that it was alone in gets a `pass`."""
    tree, text = plan.tree, plan.tree.text
    parent, field = tree.parents[statement]
    block = getattr(parent, field)
    index = next(i for i, s in enumerate(block) if s is statement)
    others = [s for s in block if s is not statement and plan.changes.get(s, s) is not None]
    start, end = tree.span(statement)
    tail = re.compile(r"[ \t\f]*;?[ \t\f]*(?:#.*)?").fullmatch(text, end, tree.line_end(end))
    alone = tree.begins_line(start) and tail is not None
    plan.changes[statement] = None
    if not others:
        plan.write(start, tree.line_end(end) if alone else end, "pass")
    elif alone:
        first, last = tree.line_start(start), min(tree.line_end(end) + 1, len(text))
        if not tree.notebook:
            last = _blank_lines(tree, first, last)
        if last == len(text) and not text.endswith("\n") and first:
            first -= 1
        plan.write(first, last, "")
    elif index + 1 < len(block) and tree.line_end(tree.span(block[index + 1])[0]) == tree.line_end(end):
        plan.write(start, tree.span(block[index + 1])[0], "")
    elif index and tree.line_end(tree.span(block[index - 1])[1]) == tree.line_end(start):
        plan.write(tree.span(block[index - 1])[1], end, "")
    else:
        return False
    return True


def _blank_lines(tree: Tree, first: int, last: int) -> int:
    """Where a deletion of whole lines ends, so that the blank lines before and after it don't add up."""
    line = bisect.bisect_right(tree.lines.starts, first) - 1
    before, after = 0, last
    lines = tree.text[:first].split("\n")[:-1]
    while before < line and not lines[line - 1 - before].strip():
        before += 1
    while before and after < len(tree.text) and not tree.text[after : tree.line_end(after)].strip():
        after = min(tree.line_end(after) + 1, len(tree.text))
        before -= 1
    return after


# ------------------------------------------------------------------------------------------------------------- imports


def _bound(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.arg(arg=name):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name


@dataclass(frozen=True)
class _Uses:
    """The names that a program uses, and the strings in which it may use more (`__all__`, annotations, getattr)."""

    names: frozenset[str]
    strings: tuple[str, ...]

    def __contains__(self, name: str) -> bool:
        return name in self.names or any(re.search(rf"\b{re.escape(name)}\b", s) for s in self.strings)


def _uses(nodes: Iterable[ast.AST]) -> _Uses:
    names: set[str] = set()
    strings: dict[ast.AST, str] = {}
    texts: set[ast.AST] = set()
    for node in nodes:
        match node:
            case ast.Name(id=name):
                names.add(name)
            case ast.Global(names=declared) | ast.Nonlocal(names=declared):
                names.update(declared)
            case ast.Constant(value=str(value)):
                strings[node] = value
            case ast.Expr(value=ast.Constant() as value):
                texts.add(value)  # a docstring speaks of names, and uses none
    return _Uses(frozenset(names), tuple(s for n, s in strings.items() if n not in texts))


def _is_droppable(tree: Tree, name: str) -> bool:
    """Whether a name is bound by one import only, and that one is there for this module's own sake."""
    found = tree.imports.get(name, [])
    if len(found) != 1 or tree.module.package or tree.module.path.rpartition("/")[2] == "__init__.py":
        return False
    statement, alias = found[0]
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return False
    if alias.name == "*" or (alias.asname == alias.name and isinstance(statement, ast.ImportFrom)):
        return False
    # A try or an if around it says that there's more to it.
    if not isinstance(tree.parent(statement), (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    start, end = tree.span(statement)
    if "noqa" in tree.text[start : tree.line_end(end)].lower():
        return False
    word = re.compile(rf"\b{re.escape(name)}\b")
    return not any(word.search(comment) for comment in _TYPE_COMMENT.findall(tree.text))


def _drop_unused(plan: _Plan, names: Sequence[str], uses: _Uses) -> None:
    """Drop the imports of the names that aren't used."""
    tree = plan.tree
    statements: dict[ast.Import | ast.ImportFrom, set[int]] = {}
    for name in names:
        if name in tree.imports and name not in uses and _is_droppable(tree, name):
            statement, alias = tree.imports[name][0]
            if statement not in plan.changes and plan.changes.get(alias, alias) is not None:
                statements.setdefault(statement, set()).add(statement.names.index(alias))
    for statement, gone in statements.items():
        if len(gone) == len(statement.names):
            _delete_statement(plan, statement)
            continue
        items = tree.items(statement)
        if len(items) == len(statement.names):
            _remove_items(plan, items, gone)
            for index in gone:
                plan.changes[statement.names[index]] = None


def _rename_imported(tree: Tree, callee: ast.Name, old: str, new: str) -> _Plan | None:
    """Use `new` where `old`, which a from-import binds, is used, and import it."""
    name = callee.id
    found = tree.imports.get(name, [])
    if len(found) != 1 or name in tree.bound:
        return None
    statement, alias = found[0]
    if not isinstance(statement, ast.ImportFrom) or alias.name != old:
        return None
    others = [n for n in tree.nodes if n is not callee]
    needed = name in _uses(others) or not _is_droppable(tree, name)
    plan = _Plan(tree)
    existing = [
        bound
        for bound, bindings in tree.imports.items()
        for other, imported in bindings
        if isinstance(other, ast.ImportFrom) and imported.name == new and len(bindings) == 1
        if (other.module, other.level) == (statement.module, statement.level)
        if isinstance(tree.parent(other), ast.Module) or other is statement
    ]
    start, end = tree.span(alias)
    if tree.text[start : start + len(old)] != old:
        return None
    if not existing and alias.asname is not None and not needed:
        plan.write(start, start + len(old), new)
        plan.changes[alias] = ast.alias(new, alias.asname)
        return plan
    if existing:
        bound = existing[0]
        if bound in tree.bound:
            return None
    else:
        bound = new
        if new in tree.imports or new in tree.bound or new in _uses(others).names:
            return None
    plan.write(*tree.span(callee), bound)
    plan.changes[callee] = ast.Name(bound, callee.ctx)
    if existing:
        return plan  # where the old name isn't needed any more, its import goes as any other does
    if not needed:
        plan.write(start, end, new)
        plan.changes[alias] = ast.alias(new)
        return plan
    items = tree.items(statement)
    index = statement.names.index(alias)
    if len(items) != len(statement.names):
        return None
    _insert_item(plan, items[index], new, tree.span(statement)[1])
    changed = copy.copy(statement)
    changed.names = [*statement.names[: index + 1], ast.alias(new), *statement.names[index + 1 :]]
    plan.changes[statement] = changed
    return plan


# ----------------------------------------------------------------------------------------------- what an expression is


def _cst_type(node: ast.AST) -> tuple[type[cst.CSTNode], ...]:
    """The types of libcst's that a node of ast's can be."""
    match node:
        case ast.expr():
            return (cst.BaseExpression,)
        case ast.stmt():
            return (cst.BaseSmallStatement, cst.BaseCompoundStatement)
    return (cst.CSTNode,)


def _is_generator_argument(tree: Tree, node: ast.expr) -> bool:
    """Whether the parentheses around a generator are those of the call."""
    parent = tree.parent(node)
    return isinstance(node, ast.GeneratorExp) and isinstance(parent, ast.Call) and len(parent.args) == 1


def _is_reference(node: ast.expr) -> bool:
    """A name, or attributes of one: reading it and writing it back does nothing."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _last_name(node: ast.AST | None) -> str | None:
    """The last part of a dotted name."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return None


def _root(node: ast.expr) -> str | None:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _call_of(tree: Tree, node: ast.expr) -> ast.Call | None:
    """The call that an expression is an argument of."""
    parent = tree.parent(node)
    if isinstance(parent, ast.keyword):
        parent = tree.parent(parent)
    return parent if isinstance(parent, ast.Call) and parent.func is not node else None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _calls_library(tree: Tree, callee: ast.expr, activation: str) -> bool:
    """Whether a call names the library's function itself: what may stand for several things isn't safe to drop."""
    if tree.is_imported(callee):
        return True
    root = _root(callee)
    if isinstance(callee, ast.Attribute):
        if root not in (None, "self", "cls") and _plain(callee.attr) == _plain(activation):
            return True
    elif isinstance(callee, ast.Name) and callee.id not in tree.bound and "*" in tree.imports:
        return callee.id not in tree.imports
    assigned = _assignments(tree, callee)
    if len(assigned) != 1 or not isinstance(assigned[0], (ast.Assign, ast.AnnAssign)):
        return False
    value = assigned[0].value
    return isinstance(value, (ast.Name, ast.Attribute)) and tree.is_imported(value)


def _is_library_attribute(tree: Tree, callee: ast.Attribute) -> bool:
    """Whether `a.b.name` is a library's name or a tensor's method, and not what the program keeps under that name."""
    if tree.is_imported(callee):
        return True
    if isinstance(callee.value, ast.Name) and callee.value.id in ("self", "cls"):
        return False
    return not any(
        isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store) for n in tree.mentions.get(callee.attr, ())
    )


def _names_activation(tree: Tree, node: ast.expr) -> bool:
    """Whether an argument is one activation by name: not a variable, which may hold another one the next time."""
    match node:
        case ast.Constant():
            return isinstance(node.value, str)
        case ast.Name() | ast.Attribute():
            return tree.is_imported(node)
        case ast.Call():
            return tree.is_imported(node.func)
    return False


def _assignments(tree: Tree, name: ast.expr, within: ast.AST | None = None) -> list[ast.AST | None]:
    """What assigns to a name, or to an attribute of that name: the statements, or None for what is no assignment."""
    found: list[ast.AST | None] = []
    for node in tree.mentions.get(_last_name(name) or "", ()):
        match name, node:
            case (ast.Attribute(), ast.Attribute(ctx=ast.Store())) | (ast.Name(), ast.Name(ctx=ast.Store()) | ast.arg()):
                if within is not None and within is not node and all(around is not within for around in tree.above(node)):
                    continue
            case _:
                continue
        if isinstance(node, ast.arg):
            found.append(None)
            continue
        parent = tree.parent(node)
        match parent:
            case ast.Assign(targets=[target]) if target is node:
                found.append(parent)
            case ast.AnnAssign(target=target) if target is node:
                found.append(parent)
            case _:
                found.append(None)
    return found


def _only_assignment(tree: Tree, made: ast.AST, callee: ast.expr) -> ast.stmt | None:
    """The statement that puts a made layer where `callee` finds it, where no other puts another thing there."""
    statement = tree.parent(made)
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is not made:
        return None
    match callee:
        case ast.Attribute(value=ast.Name()):
            within: ast.AST | None = tree.class_of(made)
        case ast.Name():
            within = tree.function(made)
        case _:
            return None
    return statement if _assignments(tree, callee, within) == [statement] else None


def _used_elsewhere(tree: Tree, callee: ast.expr, assignment: ast.stmt) -> bool:
    """Whether anything but this call may use what the assignment keeps."""
    home = tree.class_of(assignment)
    for node in tree.mentions.get(_last_name(callee) or "", ()):
        if node is callee:
            continue
        match callee, node:
            case _, ast.Constant():
                return True
            case ast.Name(), ast.Name(ctx=ast.Load()):
                return True
            case ast.Attribute(), ast.Attribute(value=owner, ctx=ast.Load() | ast.Del()):
                if tree.is_imported(owner):
                    continue  # F.softmax
                elsewhere = tree.class_of(node)
                own = isinstance(owner, ast.Name) and owner.id == "self" and elsewhere not in (None, home)
                if own and elsewhere in tree.classes_with(callee.attr):
                    continue  # another class' own
                return True
    if isinstance(callee, ast.Name):  # other modules may import a module's names
        return not isinstance(tree.function(assignment), (ast.FunctionDef, ast.AsyncFunctionDef))
    return False


def _named_elsewhere(tree: Tree, made: ast.AST) -> bool:
    """Whether a layer has a name of its own (`name="probs"`) by which the program may ask for it."""
    if not isinstance(made, ast.Call):
        return False
    name = next((k.value for k in made.keywords if k.arg == "name"), None)
    if name is None:
        return False
    if not isinstance(name, ast.Constant):
        return True
    return sum(tree.texts_of(module)[name.value] for module in {tree.module, *tree.modules()}) > 1


# -------------------------------------------------------------------------------------------- elements of a Sequential


def _element(tree: Tree, made: ast.AST) -> _Plan | None:
    """Take a layer out of the chain that it was written into."""
    if not isinstance(made, ast.Call) or made not in tree.parents or _named_elsewhere(tree, made):
        return None
    element: ast.expr = made
    key: str | None = None
    parent = tree.parent(made)
    if isinstance(parent, ast.Tuple) and len(parent.elts) == 2 and parent.elts[1] is made:
        first = parent.elts[0]
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            return None
        element, key, parent = parent, first.value, tree.parent(parent)
    if isinstance(parent, ast.keyword):
        parent = tree.parent(parent)
    match parent:
        case ast.Call(func=ast.Attribute(value=owner, attr=method)) if method in _GROWING:
            return _growing_statement(tree, parent, owner, element, key)
        case ast.Call() if element in parent.args and _is_container(tree, parent):
            return _container_item(tree, parent, element, key)
        case ast.List() | ast.Tuple():
            return _list_item(tree, parent, element, key)
        case ast.Dict() if element in parent.values and element is made:
            at = parent.values.index(element)
            named = parent.keys[at]
            if not isinstance(named, ast.Constant) or not isinstance(named.value, str):
                return None
            plan = _container_item(tree, parent, element, named.value)
            if plan is not None:
                plan.changes[named] = None
            return plan
    return None


def _growing_statement(tree: Tree, call: ast.Call, owner: ast.expr, element: ast.expr, key: str | None) -> _Plan | None:
    """`model.add(…)`, `layers.append(…)`, `net.add_module("name", …)`: the statement goes."""
    statement = tree.parent(call)
    names = {_last_name(owner) or ""}
    if not isinstance(statement, ast.Expr) or "" in names:
        return None
    others = [a for a in (*call.args, *(k.value for k in call.keywords)) if a is not element]
    for other in others:
        if not isinstance(other, ast.Constant):
            return None
        if isinstance(other.value, str):
            key = other.value
    if isinstance(owner, ast.Name) and _last_name(call.func) == "append" and not _is_list_of_layers(tree, owner):
        return None
    if _asked_for(tree, _all_names(tree, names, set()), None, key):
        return None
    plan = _Plan(tree)
    return plan if _delete_statement(plan, statement) else None


def _list_item(tree: Tree, container: ast.List | ast.Tuple, element: ast.expr, key: str | None) -> _Plan | None:
    """An element of a list: in a container, or in what a list is made of or grows by."""
    parent = tree.parent(container)
    if isinstance(parent, ast.Starred):
        parent = tree.parent(parent)
    if isinstance(parent, ast.keyword):
        parent = tree.parent(parent)
    match parent:
        case ast.Call(func=ast.Attribute(value=owner, attr="extend"), args=[argument]) if argument is container:
            statement = tree.parent(parent)
        case ast.AugAssign(op=ast.Add(), target=owner):
            statement = parent
        case ast.Call() if _is_container(tree, parent):
            return _container_item(tree, container, element, key)
        case ast.Assign(targets=[ast.Name() as target]):
            return _container_item(tree, container, element, key) if _is_list_of_layers(tree, target) else None
        case ast.Assign(targets=[ast.Attribute()]) | ast.Return():
            return _container_item(tree, container, element, key)
        case _:
            return None
    if isinstance(owner, ast.Name) and not _is_list_of_layers(tree, owner):
        return None
    if len(container.elts) > 1:
        return _container_item(tree, container, element, key, grows=True)
    names = {_last_name(owner) or ""}
    if "" in names or not isinstance(statement, (ast.Expr, ast.AugAssign)):
        return None
    if _asked_for(tree, _all_names(tree, names, set()), None, key):
        return None
    plan = _Plan(tree)
    return plan if _delete_statement(plan, statement) else None


def _container_item(
    tree: Tree,
    container: ast.Call | ast.List | ast.Tuple | ast.Dict,
    element: ast.expr,
    key: str | None,
    grows: bool = False,
) -> _Plan | None:
    items = tree.items(container)
    if len(items) < 2:
        return None
    index = _index_of(items, tree.span(element)[0])
    match container:
        case ast.Call(args=before) | ast.List(elts=before) | ast.Tuple(elts=before):
            counted = not grows and not any(isinstance(e, ast.Starred) for e in before[:index])
        case _:
            counted = True
    names = _names_of(tree, container)
    if names is None or _asked_for(tree, names, index if counted else None, key):
        return None
    plan = _Plan(tree)
    _remove_items(plan, items, {index})
    plan.changes[element] = None
    return plan


def _is_container(tree: Tree, call: ast.Call) -> bool:
    """Whether a call makes a chain of layers: a Sequential, a class derived from it, or what goes into one."""
    name = _last_name(call.func) or ""
    if name.endswith(_CONTAINERS):
        return True
    if name == "__init__":
        home = tree.class_of(call)
        return home is not None and _derives(home)
    return any(isinstance(n, ast.ClassDef) and n.name == name and _derives(n) for n in tree.nodes)


def _derives(node: ast.ClassDef) -> bool:
    return any((_last_name(base) or "").endswith(_CONTAINERS) for base in node.bases)


def _is_list_of_layers(tree: Tree, variable: ast.Name) -> bool:
    """Whether a list's name is only used to grow it and to put it into a container.

    A list that is counted, walked through beside another one or handed to a function may need each of its elements.
    """
    scope = tree.function(variable)
    for node in (ast.walk(scope) if scope is not None else tree.nodes):
        if not isinstance(node, ast.Name) or node.id != variable.id or not isinstance(node.ctx, ast.Load):
            continue
        match tree.parent(node):
            case ast.Starred() | ast.Return() | ast.AugAssign() | ast.BinOp(op=ast.Add()):
                continue
            case ast.Attribute(attr=method) if method in (*_GROWING, "extend"):
                continue
            case ast.Call(func=function) as call if function is not node:
                if _is_container(tree, call) or _last_name(function) in ("list", "tuple"):
                    continue
            case ast.Subscript():
                continue  # `_asked_for` looks at these
        return False
    return True


def _names_of(tree: Tree, container: ast.AST) -> set[str] | None:
    """The names under which the chain that a container is part of is known in the module."""
    statement = tree.statement(container)
    made_by: set[str] = set()
    names: set[str] = set()
    match statement:
        case ast.Assign(targets=targets):
            names = {_last_name(t) or "" for t in targets}
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            names = {_last_name(target) or ""}
        case ast.Return():
            function = tree.function(statement)
            made_by = {function.name} if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) else set()
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=method))):
            if method == "__init__":
                home = tree.class_of(statement)
                names, made_by = {"self"}, {home.name} if home is not None else set()
            else:
                names = {_last_name(owner) or ""}
    return None if "" in names or not names | made_by else _all_names(tree, names, made_by)


def _all_names(tree: Tree, names: set[str], made_by: set[str]) -> set[str]:
    """The names, and those of the chains that are made of what they name, or by the functions or classes `made_by`."""
    for _ in range(3):
        known = len(names) + len(made_by)
        for node, call in tree.made:
            inside = {_last_name(a.value if isinstance(a, ast.Starred) else a) for a in call.args}
            if isinstance(node, ast.Assign):
                if _last_name(call.func) in made_by or (inside & names and _is_container(tree, call)):
                    names |= {_last_name(t) or "" for t in node.targets}
            elif inside & names and _is_container(tree, call):
                function = tree.function(node)
                if isinstance(function, ast.FunctionDef):
                    made_by.add(function.name)
        if known == len(names) + len(made_by):
            break
    return names


def _asked_for(tree: Tree, names: set[str], index: int | None, key: str | None) -> bool:
    """Whether the module asks a chain for a layer by its number or its name: taking one away may change the answer.

    Numbers below that of the layer, which is known where it is counted from the front, stay right.
    """
    for node in tree.subscripts:
        if not _is_chain(node.value, names):
            continue
        match node.slice:
            case ast.Constant(value=str(text)):
                if text == key:
                    return True
            case ast.Constant(value=int(number)):
                if index is None or number >= index:
                    return True
            case ast.Slice(lower=lower, upper=ast.Constant(value=int(number)), step=None):
                if index is None or number > index or isinstance(lower, ast.UnaryOp):
                    return True
            case _:
                return True
    asked = [node for name in {"pop", "insert", key or "pop"} for node in tree.mentions.get(name, ())]
    return any(isinstance(node, ast.Attribute) and _is_chain(node.value, names) for node in asked)


def _is_chain(node: ast.expr, names: set[str]) -> bool:
    """Whether an expression is one of the names, its `.layers`, its children, or one of its parts."""
    while True:
        match node:
            case ast.Name(id=name):
                return name in names
            case ast.Attribute(attr="layers" | "module", value=inner) if not {"layers", "module"} & names:
                node = inner
            case ast.Attribute(attr=name):
                return name in names
            case ast.Subscript(value=inner):
                node = inner
            case ast.Call(func=ast.Name(id="list" | "tuple"), args=[inner]):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="children" | "modules" | "to" | "cuda")):
                node = inner
            case _:
                return False


# --------------------------------------------------------------------------------------------------- where a value goes


def _chain(tree: Tree, node: ast.expr) -> ast.expr:
    """What is made of an expression alone: `F.softmax(x, 1).squeeze()`."""
    while True:
        parent = tree.parent(node)
        match parent:
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(func=inner) if inner is node:
                node = parent
            case _:
                return node


def _only_reaches(tree: Tree, node: ast.Call, argument: ast.expr) -> bool:
    """Whether the name that a call's result is assigned to brings it to the argument, and nowhere else."""
    value = _chain(tree, node)
    definition = tree.parent(value)
    match definition:
        case ast.Assign(targets=[ast.Name(id=name)]):
            pass
        case ast.AnnAssign(target=ast.Name(id=name)):
            pass
        case _:
            return False
    wanted = [n for n in ast.walk(argument) if isinstance(n, ast.Name) and n.id == name]
    scope = tree.function(definition)
    if len(wanted) != 1 or scope is None or tree.function(argument) is not scope:
        return False
    if any(isinstance(n, (ast.NamedExpr, ast.Lambda)) for n in (argument, *tree.above(wanted[0])) if n is not scope):
        return False
    if isinstance(scope, ast.Module):
        # Functions, and other modules, may read a module's names: one that is read once anywhere is as good as local.
        if tree.loads.get(name, []) != wanted or tree.module.package or tree.notebook:
            return False
    elif not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    flow = _Flow(name, definition, tree.name_lines.get(name, ()))
    try:
        flow.block(scope.body, False)
    except _Lost:
        return False
    return flow.reached == {wanted[0]}


class _Lost(Exception):
    """The name is used in a way that isn't followed."""


class _Flow:
    """Follows one assignment of a name through a function's body: which reads can get that value.

    The state is whether the assignment may be the one that holds. Each method takes the state before and gives the one
    after.
    """

    def __init__(self, name: str, definition: ast.stmt | None, lines: Sequence[int]) -> None:
        """`lines` are those in which the name is read or written."""
        self.lines = lines
        self.name = name
        self.definition = definition
        self.reached: set[ast.AST] = set()
        self.breaks: list[bool] = []
        self.continues: list[bool] = []
        self.ever = False

    def block(self, statements: Sequence[ast.stmt], state: bool) -> bool:
        for statement in statements:
            state = self.statement(statement, state)
            self.ever = self.ever or state
        return state

    def is_of_others(self, node: ast.stmt) -> bool:
        """Whether a statement surely has nothing to do with the name: most have, and are asked for each of many names."""
        first = bisect.bisect_left(self.lines, node.lineno)
        later = first == len(self.lines) or self.lines[first] > (node.end_lineno or node.lineno)
        return later and isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr))

    def statement(self, node: ast.stmt, state: bool) -> bool:
        if self.is_of_others(node):
            return state
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                state = self.reads(test, state)
                return self.block(body, state) | self.block(orelse, state)
            case ast.While(test=test, body=body, orelse=orelse):
                return self.loop(state, test, None, body, orelse)
            case (
                ast.For(target=target, iter=test, body=body, orelse=orelse)
                | ast.AsyncFor(target=target, iter=test, body=body, orelse=orelse)
            ):
                return self.loop(self.reads(test, state), None, target, body, orelse)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    state = self.reads(item.context_expr, state)
                    if item.optional_vars is not None:
                        state = self.binds(item.optional_vars, state)
                # A context manager may swallow an exception, so that the block ends anywhere.
                before, self.ever = self.ever, state
                state = self.block(body, state)
                state, self.ever = state | self.ever, before | self.ever
                return state
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
                return self.attempt(body, handlers, orelse, finalbody, state)
            case ast.Match(subject=subject, cases=cases):
                state = self.reads(subject, state)
                after = state
                for case in cases:
                    for part in ast.walk(case.pattern):
                        if self.name in (getattr(part, "name", None), getattr(part, "rest", None)):
                            raise _Lost
                    inner = self.reads(case.guard, state) if case.guard is not None else state
                    after |= self.block(case.body, inner)
                return after
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self.inner(node)
                return state
            case ast.Return() | ast.Raise():
                self.reads(node, state)
                return False
            case ast.Break():
                self.breaks[-1] |= state
                return False
            case ast.Continue():
                self.continues[-1] |= state
                return False
            case ast.Assign(targets=targets, value=value):
                state = self.reads(value, state)
                for target in targets:
                    state = self.binds(target, state)
                return True if node is self.definition else state
            case ast.AnnAssign(target=target, value=given):
                state = self.reads(given, state) if given is not None else state
                if given is not None:
                    state = self.binds(target, state)
                return True if node is self.definition else state
            case ast.AugAssign(target=ast.Name(id=name)) if name == self.name:
                self.reads(node.value, state)
                if state:
                    self.reached.add(node)
                return False
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                if self.name in names:
                    raise _Lost
                return state
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                if any((a.asname or a.name) == self.name for a in aliases):
                    raise _Lost
                return state
            case ast.Expr() | ast.Assert() | ast.AugAssign() | ast.Delete() | ast.Pass():
                return self.reads(node, state)
        raise _Lost  # a statement of a newer Python

    def loop(
        self, state: bool, test: ast.expr | None, target: ast.expr | None, body: list[ast.stmt], orelse: list[ast.stmt]
    ) -> bool:
        left = False
        head = state
        for _ in range(3):  # the state only grows, so that it is stable after the second time
            entered = self.reads(test, head) if test is not None else head
            if target is not None:
                entered = self.binds(target, entered)
            self.breaks.append(False)
            self.continues.append(False)
            after = self.block(body, entered)
            left |= self.breaks.pop()
            head |= after | self.continues.pop()
        return self.block(orelse, head) | left

    def attempt(
        self,
        body: list[ast.stmt],
        handlers: list[ast.ExceptHandler],
        orelse: list[ast.stmt],
        finalbody: list[ast.stmt],
        state: bool,
    ) -> bool:
        before, self.ever = self.ever, state
        after = self.block(orelse, self.block(body, state))
        for handler in handlers:
            if handler.name == self.name:
                raise _Lost
            if handler.type is not None:
                self.reads(handler.type, self.ever)
            after |= self.block(handler.body, self.ever)
        if finalbody:
            # It runs after whatever happened; what it leaves is the state of the ways that go on.
            self.block(finalbody, self.ever)
            after = self.block(finalbody, after)
        self.ever |= before
        return after

    def binds(self, target: ast.expr, state: bool) -> bool:
        """Assignment to a target: the name's own ends the old value, others only read (`x[i] = …`)."""
        match target:
            case ast.Name(id=name):
                return state and name != self.name
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    state = self.binds(part, state)
                return state
            case ast.Starred(value=inner):
                return self.binds(inner, state)
        return self.reads(target, state)

    def reads(self, node: ast.AST, state: bool) -> bool:
        parts: list[ast.AST] = [node]
        while parts:
            part = parts.pop()
            if not isinstance(part, ast.Lambda):
                parts.extend(ast.iter_child_nodes(part))
            match part:
                case ast.NamedExpr(target=ast.Name(id=name)) if name == self.name:
                    raise _Lost
                case ast.Lambda(args=arguments):
                    self.inner(part)
                    parts.extend(d for d in (*arguments.defaults, *arguments.kw_defaults) if d is not None)
                case ast.Name(id=name) if name == self.name:
                    if not isinstance(part.ctx, ast.Load):
                        raise _Lost
                    if state:
                        self.reached.add(part)
                case ast.Name(id="locals" | "vars" | "eval" | "exec"):
                    raise _Lost
        return state

    def inner(self, node: ast.AST) -> None:
        """A function inside: it may read the name whenever it's called, unless the name is its own."""
        own = set(_bound(node)) if not isinstance(node, ast.ClassDef) else set()
        declared = any(isinstance(n, (ast.Global, ast.Nonlocal)) and self.name in n.names for n in ast.walk(node))
        if getattr(node, "name", None) == self.name or declared:
            raise _Lost
        if self.name not in own and any(isinstance(n, ast.Name) and n.id == self.name for n in ast.walk(node)):
            raise _Lost
