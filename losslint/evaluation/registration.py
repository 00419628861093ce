"""Registries: what a file puts into a dict of another one when it's imported.

Imports are evaluated when what they give is read, and nobody reads a file that only registers its classes somewhere. So the
files that were imported are remembered, and those that can have registered are run when a dict that grows by assignments
is asked for what it doesn't hold: those in which what registers leads to the name that the dict was made for. Likewise, a
function that can't come to a loss is decorated when it's read, or when such a dict is asked: a library registers its models by
the hundred.
"""

from __future__ import annotations

import ast
import itertools
import keyword
import re
from collections.abc import Sequence, Set
from typing import TYPE_CHECKING

from losslint.evaluation.values import (
    MOST_ALTERNATIVES,
    Bound,
    Const,
    Deferred,
    Function,
    Mapping,
    Partial,
    Value,
)
from losslint.program.references import ANYTHING, DYNAMIC, Global, References, stored_by
from losslint.program.words import holds
from losslint.record import dataclass, field

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.program.module import Module

_REGISTERS = re.compile(r"^(?:@|[\w.]*regist\w*\(|[\w.]+\[[^\]\n]*\] *=)", re.MULTILINE)
"""A decorator, a call of something named so, an assignment to an item, in a line of a file that isn't indented."""


_WORDS = re.compile(r"\w+")
STAR = "import *"
MOST_RUNNING = 24
"""A file that registers may itself ask a registry for what another one registers, and so on."""
FEW_FILES = 2_000
"""In a project of fewer files all that were imported are run: that's less work than to find out what leads where."""
FEW_FITTING = 40
"""So few files are looked through one by one for the words of a key, and more by an index."""
MOST_REGISTERED = 4 * MOST_ALTERNATIVES


_IMPORT = re.compile(
    r"^[ \t]*(?:from\b[^\n(]*import[ \t]*\([^)]*\)|(?:from|import)\b(?:[^\n\\]|\\\n)*)"
    r"|^[ \t]*(?:\"\"\".*?\"\"\"|\'\'\'.*?\'\'\')|\"[^\"\n]*\"|\'[^\'\n]*\'|#[^\n]*",
    re.MULTILINE | re.DOTALL,
)
"""What says nothing of what a package does beside imports."""
_CALLS = re.compile(r"^[ \t]*[\w.]+[ \t]*\(", re.MULTILINE)
"""A call for its own sake, of what may import by computed names."""
_NOTHING = frozenset({"__all__", *keyword.kwlist})
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_IMPORTS_BY_NAME = frozenset({ANYTHING})
_NEXT = re.compile(r"^[^\W\d]", re.MULTILINE)


@dataclass(eq=False, slots=True)
class Top:
    """A statement of a module's body that is run."""

    module: Module
    statement: ast.stmt
    running: bool = True


@dataclass(eq=False, slots=True)
class _Dict:
    """A dict that was empty when a module made it."""

    mapping: Mapping
    top: Top | None
    function: Function | None
    """The function that made it, called by the module's body."""
    names: Set[Global] | None = None
    """The globals that lead to it; None for not known."""
    asked: bool = False
    done: int = 0
    looked_at: int = 0
    fitting: set[str] = field(default_factory=set)
    looked_at_decorated: int = 0
    fitting_decorated: list[ast.AST] = field(default_factory=list)


def _registering(text: str) -> tuple[int, set[str]]:
    """At how many places of a file something may be registered, and the words there."""
    number = 0
    words: set[str] = set()
    for found in _REGISTERS.finditer(text):
        number += 1
        end = _NEXT.search(text, found.end())
        words.update(_IDENTIFIER.findall(text, found.start(), len(text) if end is None else end.start()))
    return number, words


class Registrations:
    """The imported files that may register something and weren't run yet."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._references = References(evaluator.project)
        self._few = len(evaluator.project.files) < FEW_FILES
        self._imports: list[tuple[str, str, int]] = []
        self._met: set[str] = set()
        self._waiting: dict[str, int] = {}
        self._packages: dict[str, frozenset[str]] = {}
        """Those of the waiting files that are packages, which are run whatever key is asked for."""
        self._registering: dict[str, frozenset[str]] = {}
        """The words of the waiting files where they register."""
        self._order: list[str] = []
        self._mentioning: list[str] = []
        """The files that register, of which some have a word and some don't."""
        self._starred: set[str] = set()
        """Those that import all names of another one: they may register any."""
        self._holding: dict[str, tuple[int, set[str]]] = {}
        """The files of `_mentioning` that hold a word, and how many of them were looked at."""
        self._decorated: dict[ast.AST, tuple[Deferred, frozenset[object]]] = {}
        self._done = 0
        """How many of the waiting files were run, and of the functions decorated."""
        self._decorators: list[tuple[ast.AST, str, frozenset[str]]] = []
        """The deferred functions, their files, and the words of their decorators."""
        self.top: Top | None = None
        """The statement of a module's body that is run now."""
        self._dicts: dict[int, _Dict] = {}

    def made(self, mapping: Mapping) -> None:
        """A module's body made an empty dict, or a function did that it called."""
        self._dicts[id(mapping)] = _Dict(mapping, self.top, self._evaluator.frame.function)

    def note(self, importer: str, name: str, level: int) -> None:
        """A module, or a name of one, was imported by a file."""
        self._imports.append((importer, name, level))

    def complete(self, mapping: Mapping, key: Value | None) -> bool:
        """Have everything in a dict that belongs under a key (any key, for None); False where it's too much to tell."""
        known = self._dicts.get(id(mapping))
        if known is None or not (self._imports or self._waiting or self._decorated):
            return True
        if known.function is not None and known.top is not None and known.top.running:
            return True  # what a function has made while it, or its caller, still runs, nobody else has
        if self._evaluator.modules_running > MOST_RUNNING:
            return False
        if isinstance(key, Const):
            if key.value in mapping.items or not isinstance(key.value, str):
                return True
            self._meet()
            self._look(known)
            fitting = self._fitting(known.fitting, key.value)
            every = known.fitting_decorated
            named = [node for node in every if key.value in self._decorated[node][1]]
            others = len(every) - len(named)  # one of these may be registered under a name that's made up
        else:
            self._meet()
            self._look(known)
            every = named = known.fitting_decorated
            others = 0
            if len(known.fitting) + len(named) > MOST_REGISTERED:  # as most are that are large, and asked again and again
                return False
            fitting = sorted(known.fitting)
            if sum(self._waiting[real] for real in fitting) + len(named) > MOST_REGISTERED:
                return False
        for real in fitting:
            if self._waiting.pop(real, None) is not None:  # running one of them may have run the next one
                self._done += 1
                self._run(real)
        for node in named:
            self._decorate(node)
        if others and not (isinstance(key, Const) and key.value in mapping.items):
            if others > MOST_REGISTERED:
                return False
            for node in every:
                self._decorate(node)
        return True if not fitting or not self._imports else self.complete(mapping, key)

    def _look(self, known: _Dict) -> None:
        """Look at the files that came since the dict was asked last: whether they can register something in it."""
        if not known.asked:
            known.asked = True
            known.names = self._names(known)
        names = known.names
        if known.done < self._done:
            known.done = self._done
            known.fitting &= self._waiting.keys()
            known.fitting_decorated = [node for node in known.fitting_decorated if node in self._decorated]
        for real in self._order[known.looked_at :]:
            words = self._registering[real]
            if real in self._waiting and (names is None or self._references.leads(real, words, names)):
                known.fitting.add(real)
        known.looked_at = len(self._order)
        for node, real, words in self._decorators[known.looked_at_decorated :]:
            if node in self._decorated and (names is None or self._references.leads(real, words, names)):
                known.fitting_decorated.append(node)
        known.looked_at_decorated = len(self._decorators)

    def _names(self, known: _Dict) -> Set[Global] | None:
        """The globals that lead to a dict: what it was made for, and what made it, unless that is an object's constructor."""
        if self._few or known.top is None:
            return None
        names = {(known.top.module.file, name) for name in stored_by(known.top.statement)}
        if not names:
            return None
        function = known.function
        if function is not None and function.name != "__init__":
            line = function.node.lineno
            for statement in function.module.tree.body:
                if statement.lineno <= line <= (statement.end_lineno or line):
                    names |= {(function.module.file, name) for name in stored_by(statement)}
        return names

    def defers(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a function's decorators can wait: it's a module's own, can't come to a loss, and the project decorates it."""
        evaluator = self._evaluator
        frame = evaluator.frame
        if frame.function is not None or frame.scope is not frame.module.scope or evaluator.path:
            return False
        if evaluator.relevant(node, frame.module.file):
            return False
        targets = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
        return all(isinstance(evaluator.eval(target), (Function, Partial, Bound)) for target in targets)

    def defer(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Deferred:
        """The function, which is decorated when it's read."""
        evaluator, frame = self._evaluator, self._evaluator.frame

        def decorate() -> Value:
            if self._decorated.pop(node, None) is not None:
                self._done += 1
            saved, evaluator.frame = evaluator.frame, frame
            try:
                return evaluator.decorated(node, evaluator.make_function(node))
            finally:
                evaluator.frame = saved

        parts = [part for decorator in node.decorator_list for part in ast.walk(decorator)]
        names = {part.value for part in parts if isinstance(part, ast.Constant)}
        deferred = Deferred(decorate)
        self._decorated[node] = deferred, frozenset({node.name, *names})
        words = frozenset(
            part.id if isinstance(part, ast.Name) else part.attr for part in parts if isinstance(part, (ast.Name, ast.Attribute))
        )
        self._decorators.append((node, frame.module.file, words))
        return deferred

    def _decorate(self, node: ast.AST) -> None:
        known = self._decorated.pop(node, None)
        if known is not None:
            self._done += 1
            self._evaluator.forced(known[0])

    def _meet(self) -> None:
        """Look at the files that were imported. Packages hold imports, and little else: these are noted as if they were run."""
        project = self._evaluator.project
        while self._imports:
            importer, name, level = self._imports.pop()
            real = project.find(importer, name, level)
            if real is None or real in self._met or not real.endswith((".py", ".ipynb")):
                continue
            self._met.add(real)
            text = project.text(real)
            if real.endswith("/__init__.py"):
                self._meet_package(real, text)
            else:
                number, words = _registering(text)
                if number:
                    if STAR in text:
                        self._starred.add(real)
                    else:
                        self._mentioning.append(real)
                    self._wait(real, number, frozenset(words))

    def _meet_package(self, real: str, text: str) -> None:
        if self._few:
            self._run(real)
            return
        rest = _IMPORT.sub("", text)
        words = frozenset(_IDENTIFIER.findall(rest)) - _NOTHING
        imports_of = self._evaluator.project.imports_of
        if imports_of is None or not DYNAMIC.isdisjoint(words) or (
            _CALLS.search(rest) and self._references.leads(real, words, _IMPORTS_BY_NAME)
        ):
            self._run(real)
            return
        module = self._evaluator.project.parsed(real)
        if module is not None and module.state != "new":
            return  # it has noted them itself
        for level, name, names in imports_of(real):
            for part in names:
                if name is None:
                    self.note(real, part, 0)
                    continue
                self.note(real, name, level)
                if part != "*":
                    self.note(real, f"{name}.{part}" if name else part, level)
        if words:
            self._packages[real] = words
            self._wait(real, 1, words)

    def _wait(self, real: str, number: int, words: frozenset[str]) -> None:
        self._waiting[real] = number
        self._registering[real] = words
        self._order.append(real)

    def _fitting(self, files: Set[str], key: str) -> list[str]:
        """The waiting files that can register something under a key: its words are in them, or they export others' names."""
        others = [real for real in files if real not in self._packages]
        found = files & self._packages.keys()
        words = _WORDS.findall(key)
        if len(others) > FEW_FITTING:
            mentioning = self._holding_all(words) if words else set()
            return sorted(found | (files & (mentioning | self._starred)))
        for real in others:
            if real in self._starred or (words and all(holds(self._text(real), word) for word in words)):
                found.add(real)
        return sorted(found)

    def _holding_all(self, words: Sequence[str]) -> set[str]:
        """The files that were met so far and hold these words. One with a star import isn't among them."""
        for word in words:
            self._holding.setdefault(word, (0, set()))
        count = len(self._mentioning)
        first = min(self._holding[word][0] for word in words)
        for number, real in enumerate(itertools.islice(self._mentioning, first, None), first):
            raw = self._evaluator.project.raw(real)
            for word in words:
                looked_at, found = self._holding[word]
                # most don't hold it in any form; for the others, a text may have to be read again
                if number >= looked_at and (word.encode() in raw or not word.isascii()) and holds(self._text(real), word):
                    found.add(real)
        for word in words:
            self._holding[word] = count, self._holding[word][1]
        return set.intersection(*(self._holding[word][1] for word in words))

    def _text(self, real: str) -> str:
        return self._evaluator.project.text(real)

    def _run(self, real: str) -> None:
        module = self._evaluator.project.module(real)
        if module is not None:
            self._evaluator.run_module(module)
