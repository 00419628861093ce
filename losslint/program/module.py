"""A module of the linted project: its source, its tree, its name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.finding import Place
from losslint.record import dataclass, field

if TYPE_CHECKING:
    from losslint.evaluation.values import Scope
    from losslint.source import Source


@dataclass(eq=False, slots=True)
class Module:
    """A module that the evaluator has met. `file` is its real path, `path` the path as it is shown."""

    file: str
    path: str
    source: Source
    tree: ast.Module
    package: bool
    scope: Scope | None = None
    state: str = "new"  # new, running, done
    definitions: dict[str, ast.stmt] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    """The project's files that it imports all names of, in order."""
    backend: str | None = None
    """The backend of Keras that was chosen before its body ran, or in it."""
    chooses: str | None = None
    """The one that it chooses itself, or that a module which it imports does."""

    def place(self, node: ast.AST) -> Place:
        """The range of a node, in characters."""
        line: int = getattr(node, "lineno", 1)
        end: int = getattr(node, "end_lineno", None) or line
        return Place(
            self.path,
            line,
            self.source.char_column(line, getattr(node, "col_offset", 0)),
            end,
            self.source.char_column(end, getattr(node, "end_col_offset", None) or 0),
        )

    def segment(self, node: ast.AST) -> str:
        """The text of a node."""
        place = self.place(node)
        lines = self.source.lines[place.line - 1 : place.end_line]
        if not lines:
            return ""
        lines[-1] = lines[-1][: place.end_column - 1]
        lines[0] = lines[0][place.column - 1 :]
        return "\n".join(lines)
