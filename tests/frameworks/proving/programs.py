"""Fixtures as programs to run: as they are, with their fixes made, and which of their lines ran."""

from __future__ import annotations

import ast
import dataclasses
import linecache
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from losslint.finding import Finding
from losslint.fix import Applied, apply_fixes, fix_until_stable, is_applicable, key_of
from losslint.testing import EXPECT, Fixture

FORMS = ("bad", "fixed", "safe", "shown", "other", "good")
"""A fixture as it is (bad or good), as recorded with all its fixes, with its safe fixes only, with those that are only
shown, with the other one where two are right."""


@dataclasses.dataclass(frozen=True)
class Text:
    """A form of a fixture.

    `expected` are its `# expect:` comments, as line and code in order; `left` are those whose finding is still there.
    """

    form: str
    filename: str
    text: str
    expected: tuple[tuple[int, str], ...]
    left: frozenset[tuple[int, str]]

    def lines(self) -> frozenset[int]:
        """The lines inside functions that can run."""
        found: set[int] = set()
        code = compile(self.text, self.filename, "exec")
        waiting = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
        while waiting:
            inner = waiting.pop()
            waiting += [constant for constant in inner.co_consts if isinstance(constant, types.CodeType)]
            found.update(line for _, _, line in inner.co_lines() if line is not None and line != inner.co_firstlineno)
        return frozenset(found) - self._silent()

    def _silent(self) -> set[int]:
        """Lines of class bodies (they ran when the module was made) and of docstrings."""
        silent: set[int] = set()
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, ast.ClassDef):
                body = [statement for statement in node.body if not isinstance(statement, ast.FunctionDef)]
                silent.update(line for s in body for line in range(s.lineno, (s.end_lineno or s.lineno) + 1))
                silent.update(s.lineno for s in node.body)
                silent.update(d.lineno for s in node.body if isinstance(s, ast.FunctionDef) for d in s.decorator_list)
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
                silent.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
        return silent

    def lines_of(self, name: str) -> Sequence[int]:
        """The lines of a function or class, or those that say exactly this."""
        for node in ast.walk(ast.parse(self.text)):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name:
                return range(node.lineno, (node.end_lineno or node.lineno) + 1)
        found = [number for number, line in enumerate(self.text.split("\n"), 1) if line.strip() == name]
        if not found:
            raise KeyError(name)
        return found


@cache
def text_of(folder: Path, file: str, form: str) -> Text:
    """A form of a fixture."""
    fixture = Fixture(folder, file, {file: (folder / file).read_bytes()})
    path = fixture.fixed_path if form == "fixed" else folder / file
    filename = str(path)
    match form:
        case "bad" | "good" | "fixed":
            raw = path.read_bytes()
        case "safe":
            with fixture.linter() as lint:
                raw = fix_until_stable(lint).contents.get(file, fixture.files[file])
        case "shown":
            raw = _shown(fixture).contents.get(file, fixture.files[file])
        case "other":
            raw = _other(fixture)[file]
        case _:
            raise ValueError(form)
    text = raw.decode("utf-8")
    if form in ("safe", "shown", "other"):
        filename = f"<{folder.name}/{file} with its {form} fixes>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    expected = tuple(
        (number, code.strip())
        for number, line in enumerate(text.split("\n"), 1)
        for match in EXPECT.finditer(line)
        for code in match.group(1).split(",")
    )
    findings = Fixture(folder, file, {file: raw}).findings
    return Text(form, filename, text, expected, frozenset((f.place.line, f.code) for f in findings))


def _other(fixture: Fixture) -> Mapping[str, bytes]:
    """Its files with the second of two right fixes made, of every finding that has one that can be."""
    files: dict[str, bytes] = dict(fixture.files)
    tried: set[object] = set()
    while True:
        now = Fixture(fixture.folder, fixture.name, files)
        two = (f for f in now.findings if len(f.fixes) > 1 and is_applicable(f.fixes[1], unsafe=True))
        finding = next((f for f in two if key_of(f) not in tried), None)
        if finding is None:
            return files
        tried.add(key_of(finding))
        with now.linter() as lint:
            files |= fix_until_stable(lint, unsafe=True, choices={key_of(finding): 1}).contents


def _shown(fixture: Fixture) -> Applied:
    """Its fixes made in one pass, those that are only shown as well."""

    def allowed(finding: Finding) -> Finding:
        if finding.fix is None:
            return finding
        return dataclasses.replace(finding, fix=dataclasses.replace(finding.fix, applicability="unsafe"))

    result = fixture.result
    return apply_fixes([allowed(finding) for finding in result.findings], result.sources, unsafe=True)


def module_of(text: Text) -> types.ModuleType:
    """The program's module, run as if it was imported."""
    module = types.ModuleType("fixture")
    module.__file__ = text.filename
    sys.modules["fixture"] = module  # dataclasses and scripted modules look there
    exec(compile(text.text, text.filename, "exec"), vars(module))
    return module


@contextmanager
def traced(filename: str, executed: set[int]) -> Iterator[None]:
    """Notes the lines of a file that run."""

    def local(frame: types.FrameType, event: str, argument: object) -> Callable[..., Any]:
        executed.add(frame.f_lineno)
        return local

    def everywhere(frame: types.FrameType, event: str, argument: object) -> Callable[..., Any] | None:
        return local if frame.f_code.co_filename == filename else None

    before = sys.gettrace()
    sys.settrace(everywhere)
    try:
        yield
    finally:
        sys.settrace(before)


def lines_here(filename: str, *, but_through: str = "\0") -> tuple[int, ...]:
    """The lines of a file that are being run, the innermost first; none where a library of this name runs in between."""
    found: list[int] = []
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == filename:
            found.append(frame.f_lineno)
        elif not found and frame.f_globals.get("__name__", "").startswith(but_through):
            return ()
        frame = frame.f_back
    return tuple(found)
