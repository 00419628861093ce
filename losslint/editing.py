"""Replacing ranges of characters in a text, without touching anything else in it.

A text is seen as lines the way Python sees a program: a line ends with `\\n`, `\\r\\n` or `\\r`, and with nothing
else (`str.splitlines` would also split at form feeds and at U+2028, which Python doesn't).
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Sequence

from losslint.finding import Edit
from losslint.record import dataclass

_LINE_END = re.compile(r"\r\n|\r|\n")


class EditError(Exception):
    """Edits that cannot be made: outside the text, or two of them on the same text."""


def normalized(text: str) -> str:
    """The text with a line feed as the only line end."""
    return _LINE_END.sub("\n", text) if "\r" in text else text


class Lines:
    """Where the lines of a text start, and how they end.

    `starts` has the offset of each line; `ends` the text of each line's end, which is empty for the last one.
    """

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = [0]
        self.ends: list[str] = []
        for match in _LINE_END.finditer(text):
            self.ends.append(match.group())
            self.starts.append(match.end())
        self.ends.append("")

    def offset(self, line: int, column: int) -> int:
        """The offset of a place, both counted from 1. The text's end is also the start of one more line."""
        if line == len(self.starts) + 1 and column == 1:
            return len(self.text)
        if not 1 <= line <= len(self.starts):
            raise EditError(f"line {line} is outside the text")
        start = self.starts[line - 1]
        end = self.starts[line] - len(self.ends[line - 1]) if line < len(self.starts) else len(self.text)
        if not 0 <= column - 1 <= end - start:
            raise EditError(f"column {column} is outside line {line}")
        return start + column - 1

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of an offset, both counted from 1."""
        line = bisect.bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def end_near(self, line: int) -> str:
        """The line end for text that goes into a line: that line's own, or the one before it at the end of the text."""
        index = min(line, len(self.ends)) - 1
        while index >= 0:
            if self.ends[index]:
                return self.ends[index]
            index -= 1
        return "\n"


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """Characters `start` to `end` (exclusive, counted from 0) of a text give way to `text`."""

    start: int
    end: int
    text: str


def replacements(lines: Lines, edits: Iterable[Edit]) -> list[Replacement]:
    """The edits as offsets, in order; the same edit twice is one edit.

    Raises EditError where two of them replace the same characters, or one lies outside the text.
    """
    found: dict[Replacement, None] = {}
    for edit in edits:
        place = edit.place
        start, end = lines.offset(place.line, place.column), lines.offset(place.end_line, place.end_column)
        if end < start:
            raise EditError(f"an edit ends before it starts, in line {place.line}")
        text = normalized(edit.text)
        if "\n" in text and (line_end := lines.end_near(place.line)) != "\n":
            text = text.replace("\n", line_end)
        found[Replacement(start, end, text)] = None
    # Stable, so that several insertions at one place keep the order in which they were given.
    ordered = sorted(found, key=lambda r: (r.start, r.end))
    for before, after in itertools.pairwise(ordered):
        if after.start < before.end:
            raise EditError(f"two edits replace the same text, in line {lines.position(after.start)[0]}")
    return ordered


def replace(text: str, ordered: Sequence[Replacement]) -> str:
    """The text with the replacements made; they come in order and don't overlap."""
    parts: list[str] = []
    done = 0
    for replacement in ordered:
        parts.append(text[done : replacement.start])
        parts.append(replacement.text)
        done = replacement.end
    parts.append(text[done:])
    return "".join(parts)


def moved(offset: int, ordered: Sequence[Replacement]) -> tuple[int, int]:
    """Where an offset of the old text is in the new one: a range of offsets, both ends included.

    It is one offset, except for what was inside a replaced range, or at its start: that may be anywhere in the new
    text.
    """
    shift = 0
    for replacement in ordered:
        if replacement.start > offset:
            break
        if offset < replacement.end or replacement.start == replacement.end == offset:
            start = replacement.start + shift
            return start, start + len(replacement.text)
        shift += len(replacement.text) - (replacement.end - replacement.start)
    return offset + shift, offset + shift
