"""Which files have to be evaluated: a scan of bytes for the losses' names, and what hangs together with those files."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterable, Mapping

from losslint import frameworks
from losslint.program.project import Project

_PRECISIONS = (
    b"set_default_dtype", b"set_default_tensor_type", b".double(", b"torch.double", b"torch.float64", b"autocast", b".half(",
    b"bfloat16", b"precision=",
)  # fmt: skip
"""Words of a program that may compute in anything but float32."""
_NAMES = re.compile(rb"[A-Za-z_][A-Za-z_0-9]*")
_IMPORTS = re.compile(rb"^[ \t]*(?:from[^\n(]*import[ \t]*\([^)]*\)|(?:from|import)[ \t.][^\n]*)", re.MULTILINE)
MOST_ROUNDS = 2
"""How many importers of importers of a file with a loss are evaluated."""


class Words:
    """The words under which a loss can be met: the built-in ones, and those of tables beside the built-in ones."""

    def __init__(self, extension: frameworks.Extension) -> None:
        self.extension = extension
        tokens = [re.escape(token) for token in (*frameworks.TOKENS, *extension.tokens)]
        # Anybody may call a loss anything, "Loss" too: such a name is a word of its own, not a part of one.
        tokens += [rb"\b%s\b" % re.escape(word.encode()) for word in extension.words()]
        self._pattern = re.compile(b"|".join(tokens))

    def has_loss(self, raw: bytes) -> bool:
        """Whether a file holds a word under which a loss can be met."""
        return self._pattern.search(raw) is not None

    def first(self, raw: bytes) -> str:
        """The first such word of a file; empty where it holds none."""
        found = self._pattern.search(raw)
        return "" if found is None else found.group().decode("utf-8", "replace").strip("\"'")

    def is_word(self, name: str) -> bool:
        """Whether an identifier, or a string, holds such a word."""
        return self.has_loss(name.encode("utf-8", "replace")) or self.has_loss(f'"{name}"'.encode("utf-8", "replace"))


def single_precision(seeds: Iterable[str], raws: Mapping[str, bytes]) -> bool:
    """Whether no file speaks of another precision than torch's own: then a layer surely gives float32.

    Only BCELoss asks for it, so that most projects aren't read for it.
    """
    if not any(word in raws[path] for path in seeds for word in (b"BCELoss", b"binary_cross_entropy")):
        return False
    return not any(word in raw for raw in raws.values() for word in _PRECISIONS)


def with_importers(project: Project, seeds: Iterable[str], raws: Mapping[str, bytes]) -> list[str]:
    """The seeds, and before them the files that import them: a loss in one file meets the model of another there."""
    chosen = set(seeds)
    fresh = set(chosen)
    for _ in range(MOST_ROUNDS):
        stems = {_stem(path).encode() for path in fresh}
        if not stems:
            break
        found: set[str] = set()
        for path, raw in raws.items():
            if path in chosen or b"import" not in raw:
                continue
            if stems.isdisjoint(_imported(path, raw)):
                continue
            if imports_any(project, path, raw, fresh):
                found.add(path)
        chosen |= found
        fresh = found
    return sorted(chosen)


def connected(project: Project, named: set[str], raws: Mapping[str, bytes]) -> set[str]:
    """The named files and those that import them, or import those: all that a named file can meet a loss through."""
    found = set(named)
    fresh = set(named)
    for _ in range(MOST_ROUNDS + 1):
        stems = {_stem(path).encode() for path in fresh}
        fresh = {
            path
            for path, raw in raws.items()
            if path not in found
            and b"import" in raw
            and not stems.isdisjoint(_imported(path, raw))
            and imports_any(project, path, raw, fresh)
        }
        if not fresh:
            break
        found |= fresh
    return found


def _imported(path: str, raw: bytes) -> set[bytes]:
    """The words of a file's import statements; in a notebook, and where lines are continued, of all of it."""
    if not _is_plain(path, raw):
        return set(_NAMES.findall(raw))
    return {word for statement in _IMPORTS.findall(raw) for word in _NAMES.findall(statement)}


def _is_plain(path: str, raw: bytes) -> bool:
    """Whether a file's import statements can be found line by line."""
    return not path.endswith(".ipynb") and b"\\\n" not in raw and b"\r" not in raw


def _stem(path: str) -> str:
    name = posixpath.basename(path)
    if name == "__init__.py":
        return posixpath.basename(posixpath.dirname(path))
    return name.rpartition(".")[0]


def imports_any(project: Project, path: str, raw: bytes, wanted: set[str]) -> bool:
    """Whether a module imports one of these files, by its own import statements."""
    for node in _statements(project, path, raw):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if project.find(path, alias.name) in wanted:
                    return True
        else:
            name = node.module or ""
            if project.find(path, name, node.level) in wanted:
                return True
            for alias in node.names:
                full = f"{name}.{alias.name}" if name else alias.name
                if project.find(path, full, node.level) in wanted:
                    return True
    return False


def _statements(project: Project, path: str, raw: bytes) -> list[ast.Import | ast.ImportFrom]:
    """The import statements of a file: parsed alone, since a whole tree costs a hundred times as much, in time and in memory."""
    if _is_plain(path, raw):
        lines = [b" ".join(statement.split()) for statement in _IMPORTS.findall(raw)]
        found: list[ast.Import | ast.ImportFrom] = []
        for line in lines:
            try:
                found.extend(imports(ast.parse(line)))
            except (SyntaxError, ValueError):  # a line of a text that looks like an import, or a comment inside of one
                break
        else:
            return found
    module = project.module(path)
    return imports(module.tree) if module is not None else []


def imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """The import statements of a module, those in functions and branches too."""
    found: list[ast.Import | ast.ImportFrom] = []
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.append(node)
            continue
        for block in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, block, None)
            if isinstance(inner, list):
                todo.extend(inner)
    return found
