"""Which functions can come to a loss at all: the others aren't run for their own sake.

This only saves work. It goes by identifiers, and too many is no harm: a function is relevant where it mentions a word of a
loss, a name that a loss was given to, or a function or class that is relevant itself.
"""

from __future__ import annotations

import ast
from ast import Assign, Attribute, Call, Constant, Name, alias, arg
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from typing import Any

from losslint.program.bodies import inside
from losslint.program.depth import Fields
from losslint.program.module import Module
from losslint.record import dataclass, field

GENERIC = frozenset(
    [
        "__init__",
        "forward",
        "call",
        "train",
        "eval",
        "test",
        "fit",
        "run",
        "main",
        "step",
        "update",
        "compute",
        "reset",
        "build",
        "get",
        "load",
        "save",
        "evaluate",
        "predict",
        "validate",
        "backward",
        "parameters",
        "to",
        "cuda",
        "add",
        "append",
        "items",
        "keys",
        "values",
        "size",
        "view",
        "mean",
        "sum",
        "format",
        "copy",
        "log",
        "device",
        "astype",
        "float",
        "pop",
        "split",
        "flatten",
        "clone",
        "extend",
        "softmax",
        "int",
        "long",
        "detach",
        "numpy",
        "reshape",
    ]
)
"""Names of so many methods that to be called by one of them says nothing."""


SOFTMAXES = frozenset({"softmax", "log_softmax", "softmin", "Softmax", "LogSoftmax", "Softmin"})

LOGARITHMS = frozenset({"log", "log_"})
UNITS = frozenset({"Dense", "dense"})
REDUCTIONS = frozenset({"mean", "sum", "reduce_mean", "reduce_sum", "nanmean", "average"})
NO_GRADIENT = frozenset({"self", "math", "np", "numpy", "logger", "logging", "wandb"})
"""What has a `log` that isn't the logarithm of a tensor."""
STAR = "*"
MOST_HOMONYMS = 3
"""A method's name that more classes than this have says nothing either."""


NONE: frozenset[str] = frozenset()
DEFINITIONS = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})


@dataclass(slots=True)
class _Mentioned:
    """What stands in a piece of code: identifiers by name and as an attribute, short strings, assignments.

    There is one for each function of a project: those that are empty are one and the same set.
    """

    names: Set[str]
    parameters: Set[str]
    imported: Set[str]
    """Names that are imported; STAR, too."""
    attributes: Set[str]
    assigns: Sequence[ast.Assign]
    bare_softmax: bool
    """Whether something named softmax is called and not told over which axis, or there's a layer of one unit beside a softmax:
    rules of their own ask for these, whatever the loss is."""
    logarithm: bool
    """Whether a logarithm is taken of something: a loss can be made of it."""
    word: bool = False
    """Whether one of them is a loss's."""


@dataclass(slots=True)
class _Unit:
    """A function or method, and what it mentions."""

    node: ast.AST
    name: str
    cls: str | None
    mentioned: _Mentioned
    file: str


@dataclass(slots=True)
class _Module:
    """A module's functions and methods, and the names and attributes that it gives a loss."""

    units: list[_Unit] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    attributes: set[str] = field(default_factory=set)
    handed: dict[str, set[str]] = field(default_factory=dict)
    """Attributes by what is kept in them: a name, or the class of an object (`self.criterion = FocalLoss()`)."""


class Mentions:
    """What pieces of code mention, each looked at once."""

    def __init__(self, is_word: Callable[[str], bool]) -> None:
        """`is_word` says whether an identifier or a string holds a loss's word."""
        self._known: dict[ast.AST, _Mentioned] = {}
        self._words: dict[bool, set[str]] = {True: set(), False: set()}
        """The identifiers and strings that were met so far, by whether they hold a loss's word."""
        self._modules: dict[str, _Module] = {}
        self._is_word = is_word
        self._done = False

    def of(self, node: ast.AST) -> _Mentioned:
        """What stands in a piece of code."""
        known = self._known.get(node)
        if known is None:
            known, strings = mentioned_in(node)
            if not self._done:
                self._known[node] = known
            known.word = any(map(self._any_word, (known.names, known.attributes, strings)))
        return known

    def forget(self) -> None:
        """Nobody asks for the same twice from here on."""
        self._done = True
        self._known.clear()
        self._modules.clear()

    def module(self, module: Module) -> _Module:
        """The functions of a module, and what it gives a loss to."""
        known = self._modules.get(module.file)
        if known is None:
            known = self._modules[module.file] = self._read(module)
        return known

    def word(self, name: str) -> bool:
        """Whether an identifier, or a string, holds a loss's word."""
        return name in self._words[True] or (name not in self._words[False] and self._any_word({name}))

    def _any_word(self, names: Set[str]) -> bool:
        """The same of any of several."""
        for name in names - self._words[False] - self._words[True]:
            self._words[self._is_word(name)].add(name)
        return not self._words[True].isdisjoint(names)

    def _read(self, module: Module) -> _Module:
        found = _Module()
        todo: list[tuple[ast.stmt, str | None]] = [(s, None) for s in module.tree.body]
        while todo:
            statement, cls = todo.pop()
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                mentioned = self.of(statement)
                found.units.append(_Unit(statement, statement.name, cls, mentioned, module.file))
                found.imported |= mentioned.imported
                self._bindings(found, mentioned.assigns, word=mentioned.word)
                mentioned.assigns = ()  # what they are in may be let go
            elif isinstance(statement, ast.ClassDef):
                todo.extend((s, statement.name) for s in statement.body)
                if any(self.word(_last(base)) for base in statement.bases):  # its objects are losses
                    found.names.add(statement.name)
                    found.attributes.add(statement.name)
            elif isinstance(statement, (ast.Import, ast.ImportFrom)):
                found.imported |= self.of(statement).imported
            elif isinstance(statement, ast.Assign):
                self._bindings(found, [statement], of_class=cls is not None)
            else:
                todo.extend((s, cls) for s in _inner_statements(statement))
        return found

    def _bindings(
        self, found: _Module, assigns: Iterable[ast.Assign], *, of_class: bool = False, word: bool = True
    ) -> None:
        """Names and attributes that are given a loss. The names of a class are its objects' attributes.

        `word` says whether there's a loss's word in any of these: in most functions there is none.
        """
        for node in assigns:
            if not word or not self._holds_loss(node.value):
                for target in node.targets:
                    if isinstance(target, ast.Attribute) and target.attr not in GENERIC:
                        kept = _kept(node.value)
                        if kept:
                            found.handed.setdefault(kept, set()).add(target.attr)
                continue
            for target in node.targets:
                for inner in ast.walk(target):
                    # only what is assigned: the `self` of `self.criterion = …` would make every method relevant
                    if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                        found.names.add(inner.id)
                        if of_class:
                            found.attributes.add(inner.id)
                    elif isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
                        found.attributes.add(inner.attr)

    def _holds_loss(self, value: ast.expr) -> bool:
        """Whether an expression gives a loss to call later, not the number that a loss gives."""
        todo: list[ast.AST] = [value]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Call):
                name = _last(node.func)
                if self.word(name):
                    if name[:1].isupper():
                        return True
                    continue
                todo.extend([*node.args, *(k.value for k in node.keywords)])
            elif isinstance(node, (ast.Name, ast.Attribute)):
                if self.word(_last(node)):
                    return True
            elif isinstance(node, ast.Lambda):
                if any(isinstance(n, (ast.Name, ast.Attribute)) and self.word(_last(n)) for n in ast.walk(node.body)):
                    return True
            elif not isinstance(node, ast.Constant):
                todo.extend(ast.iter_child_nodes(node))
        return False


def _kept(value: ast.expr) -> str:
    """The name, or the class of the object or of the method, that an expression is; empty for anything else."""
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in ("to", "cuda"):
        value = value.func.value
    if isinstance(value, ast.Call):
        name = _last(value.func)
        return name if name[:1].isupper() else ""
    match value:
        case ast.Attribute(value=ast.Name(id=name)) if name[:1].isupper():
            return name  # a method of a class
        case ast.Name() | ast.Attribute():
            return _last(value)
    return ""


class Relevance:
    """Which functions of these modules can come to a loss."""

    def __init__(self, modules: Iterable[Module], mentions: Mentions) -> None:
        self._mentions = mentions
        self._word = mentions.word
        self.units: list[_Unit] = []
        self.names: set[str] = set()
        """Names of any module that lead to a loss: what another module imports, or has for a parameter."""
        self._own: dict[str, set[str]] = {}
        """Those of each module. The `loss` of one function is not another module's `loss`."""
        self._imported: dict[str, set[str]] = {}
        self.attributes: set[str] = set()
        self._handed: dict[str, set[str]] = {}
        for module in modules:
            read = mentions.module(module)
            self.units.extend(read.units)
            self.names |= read.names
            self._own[module.file] = set(read.names)
            self._imported[module.file] = read.imported
            self.attributes |= read.attributes
            for kept, attributes in read.handed.items():
                self._handed.setdefault(kept, set()).update(attributes)
        self._given = frozenset(self.names | self.attributes)
        self._given_in = {file: frozenset(names) for file, names in self._own.items()}
        self._direct: dict[ast.AST, bool] = {}
        self._says: dict[ast.AST, bool] = {}
        self._relevant: dict[ast.AST, bool] = {}
        cold = self._spread(self.units, self._names_loss)
        self._surely = frozenset(unit.node for unit in self.units if self._names_loss(unit.mentioned, unit.file))
        self._spread(cold, self._leads_on)
        for unit in self.units:
            self._relevant[unit.node] = self._hot(unit.mentioned, unit.file) or unit.mentioned.bare_softmax

    def __call__(self, node: ast.AST, file: str) -> bool:
        """Whether a function of a file can come to a loss."""
        known = self._relevant.get(node)
        if known is None:
            mentioned = self._mentions.of(node)
            known = self._relevant[node] = self._hot(mentioned, file)
            self._direct[node] = self._is_direct(mentioned, file)
        return known

    def direct(self, node: ast.AST, file: str) -> bool:
        """Whether a function of a file itself mentions a loss, or a name that a loss was given to."""
        known = self._direct.get(node)
        if known is None:
            mentioned = self._mentions.of(node)
            known = self._direct[node] = self._is_direct(mentioned, file)
            self._relevant.setdefault(node, self._hot(mentioned, file))
        return known

    def says(self, node: ast.AST) -> bool:
        """Whether a word of a loss is in a function itself."""
        known = self._says.get(node)
        if known is None:
            known = self._says[node] = self._mentions.of(node).word
        return known

    def _is_direct(self, mentioned: _Mentioned, file: str) -> bool:
        return (
            mentioned.word
            or not self._given_in.get(file, self._given).isdisjoint(mentioned.names)
            or self._from_elsewhere(mentioned, file, self._given)
            or not self._given.isdisjoint(mentioned.attributes)
        )

    def settle(self) -> None:
        """Keep of what the functions mention only what follows from it: in a large project that takes a tenth of the memory."""
        for unit in self.units:
            self._direct[unit.node] = self._is_direct(unit.mentioned, unit.file)
            self._says[unit.node] = unit.mentioned.word
        self.units = []
        self._handed = {}
        for sets in (self._own, self._imported):
            sets.update({file: set(names) for file, names in sets.items()})  # which have grown, and have room for more
        self._mentions.forget()

    def perhaps(self, node: ast.AST) -> bool:
        """Whether a function can come to a loss through a logarithm only, of which one may be made by hand."""
        return node not in self._surely

    def globals_of(self, module: Module, of_star: Callable[[ast.ImportFrom], Set[str]]) -> set[str]:
        """The globals of a module through which another one can come to a loss.

        `of_star` says which of these a `from … import *` brings.
        """
        found: set[str] = set()
        rest: list[tuple[ast.stmt, Sequence[ast.AST]]] = []
        todo: list[ast.stmt] = list(module.tree.body)
        while todo:
            statement = todo.pop()
            match statement:
                case ast.If() | ast.Try() | ast.With():
                    todo.extend(_inner_statements(statement))
                case ast.Import() | ast.ImportFrom():
                    for alias in statement.names:
                        last = alias.name.rpartition(".")[2]
                        if last == "*":
                            if isinstance(statement, ast.ImportFrom):
                                found |= of_star(statement)
                        elif last in self.names or last in self.attributes or self._word(last):
                            found.add(alias.asname or alias.name)
                case _:
                    parts = _parts(statement)
                    if any(self._leads_on(self._mentions.of(part), module.file) for part in parts):
                        found |= self._bound(statement)
                    else:
                        rest.append((statement, parts))
        size = -1
        while size < len(found):  # what mentions a global of these is another one
            size = len(found)
            for statement, parts in rest:
                if not all(found.isdisjoint(self._mentions.of(part).names) for part in parts):
                    found |= self._bound(statement)
        return found

    def _bound(self, statement: ast.stmt) -> Set[str]:
        """The names that a statement gives a value."""
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return {statement.name}
        return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}

    def _hot(self, mentioned: _Mentioned, file: str) -> bool:
        return mentioned.logarithm or self._names_loss(mentioned, file)

    def _from_elsewhere(self, mentioned: _Mentioned, file: str, names: Set[str]) -> bool:
        """Whether a piece of code has one of these names that may be another module's: an imported one, or a parameter, which a
        caller gives."""
        met = mentioned.names & names
        if not met:
            return False
        imported = self._imported.get(file)
        return (
            imported is None
            or STAR in imported
            or not imported.isdisjoint(met)
            or not mentioned.parameters.isdisjoint(met)
        )

    def _names_loss(self, mentioned: _Mentioned, file: str) -> bool:
        """Whether a piece of a module's code mentions a loss, or a name that leads to one."""
        return (
            mentioned.word
            or not self.attributes.isdisjoint(mentioned.attributes)
            or not self._own.get(file, self.names).isdisjoint(mentioned.names)
            or self._from_elsewhere(mentioned, file, self.names)
        )

    def _leads_on(self, mentioned: _Mentioned, file: str) -> bool:
        """Whether who uses this piece of code can come to a loss by it.

        A logarithm is part of a loss where something is averaged or summed; models take them of coordinates and scales, too.
        """
        return self._names_loss(mentioned, file) or (
            mentioned.logarithm
            and not (REDUCTIONS.isdisjoint(mentioned.attributes) and REDUCTIONS.isdisjoint(mentioned.names))
        )

    def _spread(self, cold: list[_Unit], leads_on: Callable[[_Mentioned, str], bool]) -> list[_Unit]:
        """Names and attributes become those that lead to a loss by the functions that do; which functions are left over."""
        homonyms = Counter(unit.name for unit in self.units)
        added: set[str] | None = None
        for _ in range(12):
            for kept in [kept for kept in self._handed if kept in self.names]:
                attributes = self._handed.pop(kept)
                self.attributes |= attributes
                if added is not None:
                    added |= attributes
            hot: list[_Unit] = []
            rest: list[_Unit] = []
            for unit in cold:
                mentioned = unit.mentioned
                # who led to nothing the last time still does, unless it mentions what came since then
                if added is None or not (added.isdisjoint(mentioned.names) and added.isdisjoint(mentioned.attributes)):
                    (hot if leads_on(mentioned, unit.file) else rest).append(unit)
                else:
                    rest.append(unit)
            if not hot:
                break
            cold = rest
            added = set()
            for unit in hot:
                if unit.cls is not None:
                    self.attributes.add(unit.cls)
                name = unit.cls or unit.name
                self.names.add(name)
                self._own[unit.file].add(name)
                added.add(name)
                if unit.name not in GENERIC and not unit.name.startswith("__") and homonyms[unit.name] <= MOST_HOMONYMS:
                    self.attributes.add(unit.name)
                    added.add(unit.name)
        return cold


_INSIDE = Fields()
_TOLD = SOFTMAXES | LOGARITHMS | UNITS
"""What calls are told by."""


def mentioned_in(node: ast.AST) -> tuple[_Mentioned, set[str]]:
    """What a piece of code mentions, and its short strings.

    In one walk: this is done for all code near a loss, and `ast.walk` takes four times as long.
    """
    names: set[str] = set()
    parameters: set[str] = set()
    imported: set[str] = set()
    attributes: set[str] = set()
    strings: set[str] = set()
    assigns: list[ast.Assign] = []
    bare_softmax = logarithm = one_unit = False
    todo: list[Any] = [node]
    pop, push = todo.pop, todo.append
    while todo:
        inner = pop()
        kind = type(inner)
        while kind is Attribute:
            attributes.add(inner.attr)
            inner = inner.value
            kind = type(inner)
        if kind is Name:
            names.add(inner.id)
        elif kind is Constant:
            value = inner.value
            if type(value) is str and len(value) < 60:
                strings.add(value)
        elif kind is Call:
            func = inner.func
            if _last(func) in _TOLD:
                bare_softmax = bare_softmax or _is_bare_softmax(inner)
                logarithm = logarithm or _is_logarithm(inner)
                one_unit = one_unit or _has_one_unit(inner)
            push(func)
            todo += inner.args
            for keyword in inner.keywords:
                push(keyword.value)
        elif kind is arg:
            parameters.add(inner.arg)
            push(inner.annotation)
        elif kind is alias:
            imported.add(inner.name.rpartition(".")[2])
        else:
            if kind is Assign:
                assigns.append(inner)
            elif kind in DEFINITIONS and (whole := inside(inner)) is not inner:
                todo += inner.decorator_list
                inner = whole
            for name in _INSIDE[kind]:
                child = getattr(inner, name)
                if isinstance(child, list):
                    todo += child
                elif child is not None:
                    push(child)
    if one_unit and not bare_softmax:
        bare_softmax = not SOFTMAXES.isdisjoint(names | attributes | strings)
    found = _Mentioned(
        names or NONE, parameters or NONE, imported or NONE, attributes or NONE, assigns, bare_softmax, logarithm
    )
    return found, strings


def _parts(statement: ast.stmt) -> Sequence[ast.AST]:
    """What is looked at of a statement by itself: a logarithm in one method isn't averaged by another one's mean."""
    if not isinstance(statement, ast.ClassDef):
        return (statement,)
    return (*statement.bases, *statement.keywords, *statement.decorator_list, *statement.body)


def _is_bare_softmax(call: ast.Call) -> bool:
    return not call.keywords and len(call.args) <= 1 and _last(call.func) in SOFTMAXES


def _has_one_unit(call: ast.Call) -> bool:
    """`Dense(1)`."""
    if _last(call.func) not in UNITS:
        return False
    given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg in ("units", "output_dim"))]
    return any(isinstance(value, ast.Constant) and value.value == 1 for value in given)


def _inner_statements(statement: ast.stmt) -> list[ast.stmt]:
    """The statements inside of one: blocks, and those of handlers and cases."""
    found: list[ast.stmt] = []
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(statement, name, ()):
            if isinstance(inner, ast.stmt):
                found.append(inner)
            else:
                found.extend(inner.body)
    return found


def _is_logarithm(call: ast.Call) -> bool:
    """Whether it is the logarithm of a tensor, of which a loss may be made, and not a message that is logged."""
    if _last(call.func) not in LOGARITHMS:
        return False
    if isinstance(call.func, ast.Attribute):
        if not call.args and not call.keywords:
            return True
        if _last(call.func.value) in NO_GRADIENT:
            return False
    first = call.args[0] if call.args else next((k.value for k in call.keywords), None)
    return not isinstance(first, (ast.Constant, ast.JoinedStr, ast.Dict, type(None)))


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
