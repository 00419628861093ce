"""Registries: what a file puts into a dict of another one when it's imported.

Imports are evaluated when what they give is read, and nobody reads a file that only registers its classes somewhere. So the
files that were imported are remembered, and those that can have registered are run when a dict that grows by assignments
is asked for what it doesn't hold. Likewise, a function that can't come to a loss is decorated when it's read, or when such a
dict is asked: a library registers its models by the hundred.
"""

from __future__ import annotations

import ast
import itertools
import re
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

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.program.module import Module

_REGISTERS = re.compile(r"@|[\w.]*regist\w*\(|[\w.]+\[[^\]\n]*\] *=")
"""A decorator, a call of something named so, an assignment to an item, in a line of a file that isn't indented."""


_WORDS = re.compile(r"\w+")
STAR = "import *"
MOST_RUNNING = 24
"""A file that registers may itself ask a registry for what another one registers, and so on."""
MOST_REGISTERED = 4 * MOST_ALTERNATIVES


def _places(text: str) -> int:
    """At how many places of a file something may be registered."""
    return sum(not line[:1].isspace() and _REGISTERS.match(line) is not None for line in text.split("\n"))


class Registrations:
    """The imported files that may register something and weren't run yet."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._imports: list[tuple[str, str, int]] = []
        self._met: set[str] = set()
        self._waiting: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self._holding: dict[str, tuple[int, set[str]]] = {}
        """The files of `_texts` that hold a word, and how many of them were looked at."""
        self._decorated: dict[ast.AST, tuple[Deferred, frozenset[object]]] = {}
        self.dicts: dict[int, Mapping] = {}
        """The dicts that were empty when a module made them, by identity."""

    def note(self, importer: Module, name: str, level: int) -> None:
        """A module, or a name of one, was imported."""
        self._imports.append((importer.file, name, level))

    def complete(self, mapping: Mapping, key: Value | None) -> bool:
        """Have everything in a dict that belongs under a key (any key, for None); False where it's too much to tell."""
        if id(mapping) not in self.dicts or not (self._imports or self._waiting or self._decorated):
            return True
        if self._evaluator.modules_running > MOST_RUNNING:
            return False
        if isinstance(key, Const):
            if key.value in mapping.items or not isinstance(key.value, str):
                return True
            self._meet()
            fitting = self._mentioning(key.value)
            named = [node for node, (_, names) in self._decorated.items() if key.value in names]
            others = len(self._decorated) - len(named)  # one of these may be registered under a name that's made up
        else:
            self._meet()
            if sum(self._waiting.values()) + len(self._decorated) > MOST_REGISTERED:
                return False
            fitting = list(self._waiting)
            named, others = list(self._decorated), 0
        for real in fitting:
            if self._waiting.pop(real, None) is not None:  # running one of them may have run the next one
                self._run(real)
        for node in named:
            self._decorate(node)
        if others and not (isinstance(key, Const) and key.value in mapping.items):
            if others > MOST_REGISTERED:
                return False
            for node in list(self._decorated):
                self._decorate(node)
        return True if not fitting or not self._imports else self.complete(mapping, key)

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
            self._decorated.pop(node, None)
            saved, evaluator.frame = evaluator.frame, frame
            try:
                return evaluator.decorated(node, evaluator.make_function(node))
            finally:
                evaluator.frame = saved

        parts = [part for decorator in node.decorator_list for part in ast.walk(decorator)]
        names = {part.value for part in parts if isinstance(part, ast.Constant)}
        deferred = Deferred(decorate)
        self._decorated[node] = deferred, frozenset({node.name, *names})
        return deferred

    def _decorate(self, node: ast.AST) -> None:
        known = self._decorated.pop(node, None)
        if known is not None:
            self._evaluator.forced(known[0])

    def _meet(self) -> None:
        """Look at the files that were imported. Those of packages are run at once: they hold imports, little else."""
        project = self._evaluator.project
        while self._imports:
            importer, name, level = self._imports.pop()
            real = project.find(importer, name, level)
            if real is None or real in self._met or not real.endswith((".py", ".ipynb")):
                continue
            self._met.add(real)
            if real.endswith("/__init__.py"):
                self._run(real)
            elif number := _places(text := project.text(real)):
                self._waiting[real] = number
                self._texts[real] = text

    def _mentioning(self, key: str) -> list[str]:
        """The waiting files that can register something under a key: its words are in them, or they export others' names."""
        found: set[str] = set(self._held(STAR))
        words = _WORDS.findall(key)
        if words:
            found |= set.intersection(*map(self._held, words))
        return sorted(found & self._waiting.keys())

    def _held(self, word: str) -> set[str]:
        """The files that were met so far and hold a word. One with a star import may register any name, and holds only that."""
        looked_at, found = self._holding.get(word, (0, set()))
        if looked_at < len(self._texts):
            pattern = re.compile(rf"\b{word}\b" if word != STAR else re.escape(STAR))
            for real, text in itertools.islice(self._texts.items(), looked_at, None):
                if word in text and (word == STAR or STAR not in text) and pattern.search(text):
                    found.add(real)
            self._holding[word] = len(self._texts), found
        return found

    def _run(self, real: str) -> None:
        module = self._evaluator.project.module(real)
        if module is not None:
            self._evaluator.run_module(module)
