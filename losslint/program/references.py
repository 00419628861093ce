"""What a name leads to: which functions, classes and variables of the project's files stand in what it's made of, and in theirs.

Read from the files' texts: to parse a file for it would take twenty times as long. Too much is no harm.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Callable, Iterator, Sequence, Set
from typing import TYPE_CHECKING, TypeAlias

from losslint.record import dataclass, field

if TYPE_CHECKING:
    from losslint.program.project import Project

MOST_REACHED = 400
"""What leads to more than this may lead to anything in the packages that its own one imports."""

Global: TypeAlias = "tuple[str, str]"
"""A global by its file's real path and its name."""
DYNAMIC = frozenset({"import_module", "__import__"})
ANYTHING: Global = ("", "import_module")
"""What has a name that's computed imported."""

_WORD = re.compile(r"[^\W\d]\w*")
_TEXTS = re.compile(r"\"\"\".*?\"\"\"|'''.*?'''", re.DOTALL)
"""Docstrings, whose words are about anything."""
_HEAD = re.compile(r"^(?:[^\W\d]|@)[^\n]*", re.MULTILINE)
"""A line at which a statement of a module's body may begin."""
_DEFINES = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
_GOES_ON = re.compile(r"(?:else|elif|except|finally|case)\b")
_COMPOUND = re.compile(r"(?:if|try|with|for|while|match|async)\b")
_ASSIGNS = re.compile(r"(?:[\w.,\[\]\"' ()*]+(?::[^=\n]*)?[-+*/%|&^@]?=(?!=)[ \t]*)+")
_INSIDE = re.compile(
    r"^[ \t]+(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)(?:[ \t]*,[ \t]*\w+)*[ \t]*(?::[^=\n]*)?=(?!=))", re.MULTILINE
)
"""What is defined in a branch of a module's body."""
_GLOBAL = re.compile(r"^[ \t]+global[ \t]+([\w, \t]+)", re.MULTILINE)
_ALIAS = re.compile(r"([\w.]+)[ \t]+as[ \t]+(\w+)")


@dataclass(slots=True)
class _Globals:
    """The globals of a file."""

    made: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """By name, where in the text the statements are that give it a value."""
    imported: dict[str, Sequence[tuple[str, str | None]]] = field(default_factory=dict)
    """By name, the files that it may be, or whose name it may be; also names that functions import."""
    stars: list[str] = field(default_factory=list)

    def holds(self, name: str) -> bool:
        """Whether the file itself gives a name a value."""
        return name in self.made or name in self.imported

    def words(self, name: str, text: Callable[[], str]) -> set[str]:
        """The words of all statements that give a name a value; `text` gives the file's text."""
        made = self.made.get(name)
        if made is None:
            return set()
        whole = text()
        parts = [_TEXTS.sub("", whole[start:end]) for start, end in made]
        return {word for part in parts for word in _WORD.findall(part)}


class References:
    """What names lead to, in the files of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._globals: dict[str, _Globals] = {}
        self._next_of: dict[Global, list[Global]] = {}
        self._reached: dict[Global, Sequence[Global] | None] = {}
        self._led_to: dict[tuple[str, frozenset[str]], Sequence[Global] | None] = {}
        self._tops: dict[str, str] = {}
        self._packages: dict[str, list[str]] = {}
        """The files of packages, by their topmost folder."""
        self._direct: dict[str, Set[str]] = {}
        self._imported: dict[str, Set[str]] = {}

    def reached(self, real: str, name: str) -> Sequence[Global] | None:
        """The globals that stand in what makes a global of a file, itself included; None where these are too many to tell."""
        start = (real, name)
        if start not in self._reached:
            found = self._search(start)
            self._reached[start] = None if found is None else tuple(found)  # a set takes six times as much
        return self._reached[start]

    def leads(self, real: str, words: frozenset[str], to: Set[Global]) -> bool:
        """Whether a piece of a file's code, with these words in it, can lead to one of these globals."""
        if self._project.imports_of is None:
            return True
        imported = self._imported_by(self._top(real))
        if not any(not file or self._top(file) in imported for file, _ in to):
            return False  # which goes without reading the file
        key = (real, words)
        if key not in self._led_to:
            found = self._of_code(real, words)
            self._led_to[key] = None if found is None else tuple(found)
        reached = self._led_to[key]
        return reached is None or not to.isdisjoint(reached)

    def _of_code(self, real: str, words: Set[str]) -> Set[Global] | None:
        found: set[Global] = set()
        for start in self._of_words(real, self._of(real), words):
            reached = self.reached(*start)
            if reached is None or len(found) > MOST_REACHED:
                return None
            found.update(reached)
        return found

    def _top(self, real: str) -> str:
        """The topmost folder of the package that a file is in; its own folder where it's in none."""
        folder = posixpath.dirname(real)
        known = self._tops.get(folder)
        if known is None:
            parent = posixpath.dirname(folder)
            is_package = f"{folder}/__init__.py" in self._project.files and f"{parent}/__init__.py" in self._project.files
            known = self._tops[folder] = self._top(folder) if is_package else folder
        return known

    def _imported_by(self, top: str) -> Set[str]:
        """The packages that one imports, or one that it imports does, itself included."""
        if not self._packages:
            for real in self._project.files:
                self._packages.setdefault(self._top(real), []).append(real)
        known = self._imported.get(top)
        if known is None:
            found = {top}
            todo = [top]
            while todo:
                for other in self._imports_directly(todo.pop()):
                    if other not in found:
                        found.add(other)
                        todo.append(other)
            known = self._imported[top] = found
        return known

    def _imports_directly(self, top: str) -> Set[str]:
        known = self._direct.get(top)
        if known is None:
            project = self._project
            known = set()
            for real in self._packages.get(top, ()):
                for level, module, names in project.imports_of(real) if project.imports_of is not None else ():
                    for name in (module,) if module else names:
                        source = project.find(real, name, level)
                        if source is not None:
                            known.add(self._top(source) if source.endswith((".py", ".ipynb")) else source)
            self._direct[top] = known
        return known

    def _search(self, start: Global) -> Set[Global] | None:
        found = {start}
        todo = [start]
        while todo:
            one = todo.pop()
            following = self._next_of.get(one)
            if following is None:
                following = self._next_of[one] = list(self._next(*one))
            for other in following:
                if other not in found:
                    found.add(other)
                    todo.append(other)
            if len(found) > MOST_REACHED:
                return None
        return found

    def _next(self, real: str, name: str) -> Iterator[Global]:
        """What stands in what makes one global."""
        if not real:
            return
        here = self._of(real)
        for target, original in here.imported.get(name, ()):
            if original is not None:
                yield target, original
        if not here.holds(name):
            yield from ((star, name) for star in here.stars)
        words = here.words(name, lambda: self._project.text(real))
        if words:
            yield from self._of_words(real, here, words - {name})

    def _of_words(self, real: str, here: _Globals, words: Set[str]) -> Iterator[Global]:
        """The globals that the words in a piece of code may be."""
        if not DYNAMIC.isdisjoint(words):
            yield ANYTHING
        stars = [(star, self._of(star)) for star in here.stars]
        for word in words:
            if here.holds(word):
                yield real, word
                for target, original in here.imported.get(word, ()):
                    if original is None:  # a module: any word may be a name of it
                        there = self._of(target)
                        yield from ((target, other) for other in words if there.holds(other))
            else:
                yield from ((star, word) for star, there in stars if there.stars or there.holds(word))

    def _of(self, real: str) -> _Globals:
        known = self._globals.get(real)
        if known is None:
            known = self._globals[real] = self._read(real)
        return known

    def _read(self, real: str) -> _Globals:
        text = self._project.text(real) if real.endswith((".py", ".ipynb")) else ""
        found = _Globals()
        if text:
            self._imports(real, text, found)
            for names, start, end in _statements(text):
                for name in names:
                    found.made.setdefault(name, []).append((start, end))
        return found

    def _imports(self, real: str, text: str, found: _Globals) -> None:
        project = self._project
        statements = project.imports_of(real) if project.imports_of is not None else ()
        lines = project.import_lines.get(real)
        text = text if lines is None else b"\n".join(lines).decode("utf-8", "replace")
        imported: dict[str, dict[tuple[str, str | None], None]] = {}
        aliases: dict[str, set[str]] = {}
        for original, alias in _ALIAS.findall(text):
            aliases.setdefault(original, set()).add(alias)
        for level, module, names in statements:
            source = project.find(real, module, level) if module is not None else None
            for name in names:
                if name == "*":
                    if source is not None and source != real:
                        found.stars.append(source)
                    continue
                # `import a.b` gives `a`, of which `b` is a part
                given = {name if module is not None else name.partition(".")[0], *aliases.get(name, ())}
                part = project.find(real, f"{module}.{name}" if module else name, level)
                for one in given:
                    targets = imported.setdefault(one, {})
                    if part is not None:
                        targets[part, None] = None
                    if source is not None and source != real:
                        targets[source, name] = None
        found.imported = {name: tuple(targets) for name, targets in imported.items()}


def _statements(text: str) -> Iterator[tuple[set[str], int, int]]:
    """The statements of a module's body that give globals a value: these, and where a statement begins and ends in the text."""
    blocks: list[tuple[int, str]] = []
    decorated = False
    texts = [found.span() for found in _TEXTS.finditer(text)]
    texts.reverse()
    for head in _HEAD.finditer(text):
        line = head.group()
        while texts and texts[-1][1] <= head.start():
            texts.pop()
        if texts and texts[-1][0] < head.start():
            continue  # a line of a docstring
        if decorated:
            decorated = line[0] == "@"
            if not decorated:
                blocks[-1] = blocks[-1][0], line
        elif not _GOES_ON.match(line):
            blocks.append((head.start(), line))
            decorated = line[0] == "@"
    ends = [*(start for start, _ in blocks[1:]), len(text)]
    for (start, line), end in zip(blocks, ends, strict=False):  # where there's no block there's an end all the same
        names: set[str] = set()
        if (defined := _DEFINES.match(line)) is not None:
            names.add(defined.group(1))
        elif _COMPOUND.match(line):
            names.update(name for pair in _INSIDE.findall(text, start, end) for name in pair if name)
        elif (assigned := _ASSIGNS.match(line)) is not None:
            names.update(_WORD.findall(assigned.group()))
        for declared in _GLOBAL.findall(text, start, end) if "global" in text else ():
            names.update(_WORD.findall(declared))
        if names:
            yield names, start, end


def stored_by(statement: ast.stmt) -> set[str]:
    """The globals that a statement of a module's body gives a value."""
    found: set[str] = set()
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case _:
                todo.extend(ast.iter_child_nodes(node))
    return found
