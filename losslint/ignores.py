"""Writing the comments that suppress all that is found: `losslint --add-ignores REASON`."""

from __future__ import annotations

import tokenize
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from losslint.finding import Edit, FileError, Finding, Place
from losslint.fix import Fixed, Result
from losslint.source import Source, SourceError
from losslint.suppression import (
    IGNORE,
    UNUSED,
    Comment,
    column_in_bytes,
    comments,
    lines_of,
    statement_at,
    tokens,
)

_Result = TypeVar("_Result", bound=Result)


def add_ignores(
    lint: Callable[[Mapping[str, bytes]], _Result], named: Collection[str], reason: str
) -> tuple[Fixed[_Result], tuple[FileError, ...]]:
    """Lint, write a comment for each finding, and lint again. Nothing is written to the disk.

    `lint` is given the bytes of changed files by path as shown; `named` are the files that comments may be written
    into. A comment that suppresses nothing gets none: it is to be taken away.
    """
    before = lint({})
    wanted: dict[str, dict[Place, set[str]]] = {}
    for finding in before.findings:
        place = _place(finding, named)
        if place is not None:
            wanted.setdefault(place.path, {}).setdefault(place, set()).add(finding.name)
    contents: dict[str, bytes] = {}
    errors: list[FileError] = []
    for path, places in sorted(wanted.items()):
        source = before.sources[path]
        try:
            raw = source.edited(_edits(source, places, reason))
            Source.from_bytes(raw, path).parse()
        except (SourceError, tokenize.TokenError, SyntaxError) as error:
            errors.append(FileError(path, f"no comment can be written: {error}"))
        else:
            contents[path] = raw
    after = lint(contents)
    written = tuple(f for f in before.findings if (place := _place(f, named)) is not None and place.path in contents)
    groups = tuple(frozenset({path}) for path in contents)
    return Fixed(after, contents, {path: before.sources[path] for path in contents}, written, groups), tuple(errors)


def _place(finding: Finding, named: Collection[str]) -> Place | None:
    """Where a finding's comment goes: to the loss, or to the cause where only that is in a file that was named."""
    if finding.code == UNUSED:
        return None
    places = (finding.place, *(step.place for step in finding.trace[:1]))
    return next((place for place in places if place.path in named), None)


def _edits(source: Source, places: Mapping[Place, Iterable[str]], reason: str) -> tuple[Edit, ...]:
    """The edits that write a comment for the statement of each of a file's places, for the rules that are named there.

    Raises SourceError where the file isn't Python.
    """
    tree = source.parse()
    wanted: dict[int, set[str]] = {}
    above: dict[int, set[str]] = {}
    ends = _line_ends(source)
    for place, names in places.items():
        statement = statement_at(tree, place.line, column_in_bytes(source, place))
        lines = range(place.line, place.line + 1) if statement is None else lines_of(statement, source)
        free = [line for line in dict.fromkeys((place.line, lines[-1], *lines)) if line in ends]
        (wanted if free else above).setdefault(free[0] if free else lines[0], set()).update(names)
    by_line = {c.line: c for c in comments(source) if c.kind == IGNORE and c.listed is not None and c.problem is None}
    edits = [_in_line(source, line, by_line.get(line), names, reason) for line, names in wanted.items()]
    edits += [_in_a_line_of_its_own(source, line, names, reason) for line, names in above.items()]
    return tuple(edits)


def _line_ends(source: Source) -> set[int]:
    """The lines at whose end a comment can stand: not inside a string, nor after a backslash."""
    ends = {tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT}
    return {token.start[0] for token in tokens(source) if token.type in ends}


def _written(names: Iterable[str], reason: str) -> str:
    return f"# losslint: {IGNORE}[{', '.join(sorted(names))}]{f' {reason}' if reason else ''}"


def _in_line(source: Source, line: int, comment: Comment | None, names: set[str], reason: str) -> Edit:
    text = source.line(line)
    if comment is not None and comment.listed is not None:
        at = comment.listed[1] + 1
        return Edit(Place(source.path, line, at, line, at), "".join(f", {name}" for name in sorted(names)))
    start = len(text.rstrip()) + 1
    return Edit(Place(source.path, line, start, line, len(text) + 1), f"  {_written(names, reason)}")


def _in_a_line_of_its_own(source: Source, line: int, names: set[str], reason: str) -> Edit:
    text = source.line(line)
    indentation = text[: len(text) - len(text.lstrip())]
    return Edit(Place(source.path, line, 1, line, 1), f"{indentation}{_written(names, reason)}\n")
