"""Registries: what a file puts into a dict of another one when it's imported.

Imports are evaluated when what they give is read, and nobody reads a file that only registers its classes somewhere. So the
files that were imported are remembered, and those that can have registered are run when a dict that grows by assignments
is asked for what it doesn't hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from losslint.evaluation.values import MOST_ALTERNATIVES, Const, Mapping, Value

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.program.module import Module

_REGISTERS = re.compile(r"^(?:@|[\w.]*regist\w*\(|[\w.]+\[[^\]\n]*\] *=)", re.MULTILINE)
"""A decorator, a call of something named so, an assignment to an item, at the top of a file."""


class Registrations:
    """The imported files that may register something and weren't run yet."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._imports: list[tuple[str, str, int]] = []
        self._met: set[str] = set()
        self._waiting: dict[str, int] = {}
        self.dicts: dict[int, Mapping] = {}
        """The dicts that were empty when a module made them, by identity."""

    def note(self, importer: Module, name: str, level: int) -> None:
        """A module, or a name of one, was imported."""
        self._imports.append((importer.file, name, level))

    def complete(self, mapping: Mapping, key: Value | None) -> bool:
        """Have everything in a dict that belongs under a key (any key, for None); False where it's too much to tell."""
        if id(mapping) not in self.dicts or not (self._imports or self._waiting):
            return True
        if isinstance(key, Const):
            if key.value in mapping.items or not isinstance(key.value, str):
                return True
            self._meet()
            fitting = [real for real in self._waiting if self._evaluator.project.mentions(real, key.value)]
        else:
            self._meet()
            if sum(self._waiting.values()) > 4 * MOST_ALTERNATIVES:
                return False
            fitting = list(self._waiting)
        for real in fitting:
            if self._waiting.pop(real, None) is not None:  # running one of them may have run the next one
                self._run(real)
        return True if not fitting or not self._imports else self.complete(mapping, key)

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
            elif number := len(_REGISTERS.findall(project.text(real))):
                self._waiting[real] = number

    def _run(self, real: str) -> None:
        module = self._evaluator.project.module(real)
        if module is not None:
            self._evaluator.run_module(module)
