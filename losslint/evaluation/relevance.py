"""Which functions can come to a loss at all: the others aren't run for their own sake.

This only saves work. It goes by identifiers, and too many is no harm: a function is relevant where it mentions a word of a
loss, a name that a loss was given to, or a function or class that is relevant itself.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from losslint.program.module import Module

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

MOST_HOMONYMS = 3
"""A method's name that more classes than this have says nothing either."""


@dataclass(slots=True)
class _Unit:
    """A function or method: the identifiers it mentions, by name and as an attribute."""

    node: ast.AST
    name: str
    cls: str | None
    names: set[str]
    attributes: set[str]
    strings: set[str]


class Relevance:
    """Which functions of these modules can come to a loss."""

    def __init__(self, modules: Iterable[Module], is_word: Callable[[str], bool]) -> None:
        self._words: dict[str, bool] = {}
        self._is_word = is_word
        self.units: list[_Unit] = []
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        for module in modules:
            self._module(module)
        self.given = frozenset(self.names | self.attributes)
        self._direct: dict[int, bool] = {}
        self._spread()
        self._relevant = {id(unit.node) for unit in self.units if self._hot(unit) or _softmax_without_axis(unit.node)}

    def __call__(self, node: ast.AST) -> bool:
        if id(node) in self._relevant:
            return True
        names: set[str] = set()
        attributes: set[str] = set()
        strings: set[str] = set()
        _identifiers(node, names, attributes, strings)
        return self._mentions(names, attributes, strings)

    def direct(self, node: ast.AST) -> bool:
        """Whether a function itself mentions a loss, or a name that a loss was given to."""
        known = self._direct.get(id(node))
        if known is None:
            names: set[str] = set()
            attributes: set[str] = set()
            strings: set[str] = set()
            _identifiers(node, names, attributes, strings)
            known = not self.given.isdisjoint(names | attributes) or any(
                self._word(n) for found in (names, attributes, strings) for n in found
            )
            self._direct[id(node)] = known
        return known

    def _word(self, name: str) -> bool:
        known = self._words.get(name)
        if known is None:
            known = self._words[name] = self._is_word(name)
        return known

    def _module(self, module: Module) -> None:
        todo: list[tuple[ast.stmt, str | None]] = [(s, None) for s in module.tree.body]
        while todo:
            statement, cls = todo.pop()
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                names: set[str] = set()
                attributes: set[str] = set()
                strings: set[str] = set()
                _identifiers(statement, names, attributes, strings)
                self.units.append(_Unit(statement, statement.name, cls, names, attributes, strings))
                self._bindings(statement)
            elif isinstance(statement, ast.ClassDef):
                todo.extend((s, statement.name) for s in statement.body)
            else:
                self._bindings(statement, of_class=cls is not None)
                todo.extend((s, cls) for s in ast.iter_child_nodes(statement) if isinstance(s, ast.stmt))

    def _bindings(self, statement: ast.stmt, of_class: bool = False) -> None:
        """Names and attributes that are given a loss. The names of a class are its objects' attributes."""
        for node in ast.walk(statement):
            if not isinstance(node, ast.Assign):
                continue
            if not self._holds_loss(node.value):
                continue
            for target in node.targets:
                for inner in ast.walk(target):
                    # only what is assigned: the `self` of `self.criterion = …` would make every method relevant
                    if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                        self.names.add(inner.id)
                        if of_class:
                            self.attributes.add(inner.id)
                    elif isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
                        self.attributes.add(inner.attr)

    def _holds_loss(self, value: ast.expr) -> bool:
        """Whether an expression gives a loss to call later, not the number that a loss gives."""
        todo: list[ast.AST] = [value]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Call):
                name = _last(node.func)
                if self._word(name):
                    if name[:1].isupper():
                        return True
                    continue
                todo.extend([*node.args, *(k.value for k in node.keywords)])
            elif isinstance(node, (ast.Name, ast.Attribute)):
                if self._word(_last(node)):
                    return True
            elif isinstance(node, ast.Lambda):
                if any(isinstance(n, (ast.Name, ast.Attribute)) and self._word(_last(n)) for n in ast.walk(node.body)):
                    return True
            else:
                todo.extend(ast.iter_child_nodes(node))
        return False

    def _mentions(self, names: set[str], attributes: set[str], strings: set[str]) -> bool:
        if not self.names.isdisjoint(names) or not self.attributes.isdisjoint(attributes):
            return True
        return any(self._word(n) for found in (names, attributes, strings) for n in found)

    def _hot(self, unit: _Unit) -> bool:
        return self._mentions(unit.names, unit.attributes, unit.strings)

    def _spread(self) -> None:
        cold = self.units
        homonyms = Counter(unit.name for unit in self.units)
        for _ in range(12):
            hot = [unit for unit in cold if self._hot(unit)]
            if not hot:
                break
            cold = [unit for unit in cold if not self._hot(unit)]
            for unit in hot:
                if unit.cls is not None:
                    self.names.add(unit.cls)
                    self.attributes.add(unit.cls)
                else:
                    self.names.add(unit.name)
                if unit.name not in GENERIC and not unit.name.startswith("__") and homonyms[unit.name] <= MOST_HOMONYMS:
                    self.attributes.add(unit.name)


def _softmax_without_axis(node: ast.AST) -> bool:
    """Whether a function calls something named softmax and doesn't say over which axis: a rule of its own asks for these."""
    for inner in ast.walk(node):
        if (
            isinstance(inner, ast.Call)
            and not inner.keywords
            and _last(inner.func) in SOFTMAXES
            and len(inner.args) <= 1
        ):
            return True
    return False


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _identifiers(node: ast.AST, names: set[str], attributes: set[str], strings: set[str]) -> None:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            names.add(inner.id)
        elif isinstance(inner, ast.Attribute):
            attributes.add(inner.attr)
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and len(inner.value) < 60:
            strings.add(inner.value)
