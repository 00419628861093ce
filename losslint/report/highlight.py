"""Python code as HTML: tokens in spans, a marked range, and nothing in it that isn't text."""

from __future__ import annotations

import html
from collections.abc import Iterator

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, _TokenType

from losslint.report import pictured, without_commands

_CLASSES: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "c"),
    (String, "s"),
    (Number, "m"),
    (Keyword, "k"),
    (Operator.Word, "k"),
    (Name.Decorator, "d"),
    (Name.Function, "f"),
    (Name.Class, "f"),
    (Name.Builtin, "b"),
)

Span = tuple[int, int, str]
"""Where a token is in its line, and the class of its span."""


def escaped(text: str) -> str:
    """A text that is text in HTML, in an attribute too, and that is shown for what it is."""
    return without_commands(html.escape(pictured(text)), "&#91;")


def spans(text: str) -> list[list[Span]]:
    """The tokens of each line of a program that are to be seen."""
    lines: list[list[Span]] = [[]]
    column = 0
    for kind, value in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        name = next((name for token, name in _CLASSES if kind[: len(token)] == token), "")
        for number, part in enumerate(value.split("\n")):
            if number:
                lines.append([])
                column = 0
            if name and part.strip():
                lines[-1].append((column, column + len(part), name))
            column += len(part)
    return lines


def line(code: str, tokens: list[Span], marked: tuple[int, int] | None = None) -> str:
    """A line of code, with the characters from one offset to another marked."""
    if marked is None or marked[0] >= len(code):
        return "".join(_parts(code, tokens, 0, len(code)))
    start, end = marked[0], max(marked[0] + 1, min(marked[1], len(code)))
    inside = "".join(_parts(code, tokens, start, end))
    before, after = _parts(code, tokens, 0, start), _parts(code, tokens, end, len(code))
    return f"{''.join(before)}<mark>{inside}</mark>{''.join(after)}"


def _parts(code: str, tokens: list[Span], start: int, end: int) -> Iterator[str]:
    """The pieces of a part of a line."""
    at = start
    for first, last, name in tokens:
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        yield escaped(code[at:first])
        yield f'<span class="{name}">{escaped(code[first:last])}</span>'
        at = last
    yield escaped(code[at:end])
