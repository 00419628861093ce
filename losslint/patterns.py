"""Patterns as in a .gitignore file, as git reads them, in bounded time.

The patterns come from files that anybody may have written, so each becomes a regular expression that tries no path in more ways
than one: where a star has found its next piece, it isn't asked again. That gives the same answers, since the first place is as
good as any later one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable

from losslint.record import dataclass, field

MOST_WILD = 100_000
"""How many characters the patterns that hold wildcards may have together."""

_LONGEST_NAME = 255
"""Of a file or folder, on every system: what wants a longer one fits nothing."""
_LONGEST_PATH = 32_767

_SPECIAL = frozenset("*?[\\")
_CLASSES = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": r" \t", "cntrl": r"\x00-\x1f\x7f", "digit": "0-9", "graph": "!-~",
    "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`{-~", "space": r" \t\n\r\v\f", "upper": "A-Z", "xdigit": "0-9A-Fa-f",
}  # fmt: skip


class PatternError(Exception):
    """A pattern, or several together, that can't be used; the message says why, after a name for them."""


_STAR, _BELOW, _ALL = "[^/]*", "(?:.*/)?", ".*"
"""What may be of any length: a star; two with a slash behind; two at the end."""


@dataclass(slots=True)
class _Pattern:
    """A line of a .gitignore file.

    `pieces` are regular expressions, each of one character or one of the three of any length; None where nothing fits.
    """

    text: str
    includes: bool = True
    folders_only: bool = False
    anchored: bool = False
    pieces: list[str] | None = field(default_factory=list)
    complaint: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is a name or a path without any wildcard."""
        return not set(self.text) & _SPECIAL


class Patterns:
    """Some patterns, of which the last one that fits a path has the word.

    `bytewise` says that a path counts as its bytes, as git has it; otherwise as its characters. Raises PatternError where there
    are more of them than anybody needs.
    """

    def __init__(self, lines: Iterable[str], *, bytewise: bool = False) -> None:
        self._bytewise = bytewise
        # One for files and one for folders.
        self._names: tuple[dict[str, tuple[int, bool]], ...] = ({}, {})
        self._paths: tuple[dict[str, tuple[int, bool]], ...] = ({}, {})
        self._wild: list[tuple[int, Callable[[str], object], bool, bool, bool]] = []
        # Of two that are the same only the last one counts.
        last = {line: number for number, line in enumerate(lines, 1)}
        wild = 0
        for line, number in last.items():
            pattern = _parsed(line)
            if pattern is None or pattern.pieces is None:
                continue
            if pattern.is_plain:
                table = self._paths if pattern.anchored else self._names
                for which in (1,) if pattern.folders_only else (0, 1):
                    if number > table[which].get(pattern.text, (0, False))[0]:
                        table[which][pattern.text] = (number, pattern.includes)
                continue
            wild += len(line)
            if wild > MOST_WILD:
                raise PatternError(f"has more than {MOST_WILD:,} characters of patterns with wildcards")
            fits = re.compile(_expression(pattern.pieces), re.DOTALL).fullmatch
            self._wild.append((number, fits, pattern.anchored, pattern.folders_only, pattern.includes))
        self._wild.sort(key=lambda wild: -wild[0])
        self.anchored = any(self._paths) or any(anchored for _, _, anchored, _, _ in self._wild)
        """Whether more than a file's name is looked at."""

    def __bool__(self) -> bool:
        return bool(any(self._names) or any(self._paths) or self._wild)

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Whether a path is meant, or with a "!" isn't; None where no pattern says anything about it.

        A path has forward slashes, and is relative to where the patterns are. What is said of the folders above isn't looked at.
        """
        if self._bytewise and not path.isascii():
            path = os.fsencode(path).decode("latin-1")
        name = path[path.rfind("/") + 1 :]
        said = max(self._names[is_folder].get(name, (0, None)), self._paths[is_folder].get(path, (0, None)), key=_number)
        for number, fits, anchored, folders_only, includes in self._wild:
            if number < said[0]:
                break
            if (is_folder or not folders_only) and fits(path if anchored else name):
                return includes
        return said[1]

    def covers(self, path: str) -> bool:
        """Whether a file is meant, by itself or with a folder that it's in."""
        at = path.find("/")
        while at >= 0:
            if self.verdict(path[:at], True):
                return True
            at = path.find("/", at + 1)
        return bool(self.verdict(path, False))


def _number(said: tuple[int, bool | None]) -> int:
    return said[0]


def check(line: str) -> None:
    """Raise PatternError where a pattern can't be what somebody meant: it fits nothing, or a part of it does."""
    pattern = _parsed(line)
    if pattern is None:
        raise PatternError("fits nothing")
    if pattern.complaint or pattern.pieces is None:
        raise PatternError(pattern.complaint or "fits nothing")


def lines_of(raw: bytes) -> list[str]:
    """The lines of a .gitignore file as git parts them, each byte a character."""
    text = raw.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return [line.removesuffix("\r") for line in text.split("\n")]


def _parsed(line: str) -> _Pattern | None:
    """A line as a pattern; None where it is none: empty, a comment, a slash."""
    if not line or line.startswith("#"):
        return None
    line = _trimmed(line.partition("\0")[0])
    pattern = _Pattern(line.removeprefix("!"), not line.startswith("!"))
    if pattern.text.endswith("/"):
        pattern.text = pattern.text[:-1]
        pattern.folders_only = True
    pattern.anchored = "/" in pattern.text
    pattern.text = pattern.text.removeprefix("/")
    if not pattern.text:
        return None
    if not pattern.is_plain:
        _read(pattern)
        if pattern.pieces is not None and _is_too_long(pattern.pieces):
            pattern.pieces, pattern.complaint = None, "is longer than any path"
    return pattern


def _trimmed(line: str) -> str:
    """Without the spaces at the end that no backslash keeps."""
    end = len(line.rstrip(" "))
    if end < len(line) and (len(line[:end]) - len(line[:end].rstrip("\\"))) % 2:
        end += 1
    return line[:end]


def _read(pattern: _Pattern) -> None:
    """Take a pattern apart."""
    text = pattern.text
    pieces: list[str] = []
    # git compares what is before the first wildcard by itself: two stars right behind it count as those of a folder.
    plain = next(at for at, sign in enumerate(text) if sign in _SPECIAL)
    at = 0
    while at < len(text):
        sign = text[at]
        if sign == "*":
            start = at
            at = len(text) - len(text[at:].lstrip("*"))
            begins = start == plain or text[start - 1] == "/"
            if at - start > 1 and pattern.anchored and begins and (at == len(text) or text.startswith(("/", "\\/"), at)):
                if at == len(text):
                    pieces.append(_ALL)
                elif text.startswith("/", at):
                    pieces.append(_BELOW)
                    at += 1
                else:  # a slash with a backslash before it has to be there
                    pieces += (_STAR, "/", _BELOW)
                    at += 2
            else:
                pieces.append(_STAR)
            continue
        if sign == "?":
            pieces.append("[^/]")
        elif sign == "[":
            members, at = _set(pattern, at)
            if members is None:
                pattern.pieces = None
                return
            pieces.append(members)
            continue
        elif sign == "\\":
            at += 1
            if at == len(text):
                pattern.pieces, pattern.complaint = None, "ends with a backslash"
                return
            pieces.append(re.escape(text[at]))
        else:
            pieces.append(re.escape(sign))
        at += 1
    pattern.pieces = pieces


def _set(pattern: _Pattern, at: int) -> tuple[str | None, int]:
    """The signs in brackets, as a regular expression, and where the brackets end; None where they never do."""
    text = pattern.text
    at += 1
    negated = text.startswith(("!", "^"), at)
    at += negated
    members: list[str] = []
    before = ""
    first = True
    while first or not text.startswith("]", at):
        first = False
        sign = text[at : at + 1]
        at += 1
        if sign == "-" and before and text[at : at + 1] not in ("", "]"):
            to = text[at]
            at += 1
            if to == "\\":
                to = text[at : at + 1]
                at += 1
            if to and before <= to:
                members.append(f"{re.escape(before)}-{re.escape(to)}")
            elif to:
                pattern.complaint = f"has a range that is empty: {before}-{to}"
            before = ""
            continue
        if sign == "[" and text.startswith(":", at):
            end = text.find("]", at + 1)
            if end < 0:
                sign = ""
            elif end > at + 1 and text[end - 1] == ":":
                named = _CLASSES.get(text[at + 1 : end - 1])
                if named is None:
                    pattern.complaint = f"has a class of signs that nobody knows: [:{text[at + 1 : end - 1]}:]"
                    return None, at
                members.append(named)
                at = end + 1
                before = ""
                continue
        if sign == "\\":
            sign = text[at : at + 1]
            at += 1
        if not sign:
            pattern.complaint = "has a bracket that never closes"
            return None, at
        members.append(re.escape(sign))
        before = sign
    if not members:
        return ("[^/]" if negated else "(?!)"), at + 1
    return f"(?!/)[{'^' * negated}{''.join(members)}]", at + 1


def _is_too_long(pieces: list[str]) -> bool:
    longest = length = whole = 0
    for piece in pieces:
        if piece in (_STAR, _BELOW, _ALL):
            continue
        whole += 1
        length = 0 if piece == "/" else length + 1
        longest = max(longest, length)
    return longest > _LONGEST_NAME or whole > _LONGEST_PATH


def _expression(pieces: list[str]) -> str:
    """The regular expression for a pattern's pieces, in which nothing is tried twice.

    Folders between two of `**/` are as many as the pattern says, so their first place is as good as any later one; so is, within
    a name, the first place of what is between two stars.
    """
    parts: list[list[str]] = [[]]
    for piece in pieces:
        if piece == _BELOW:
            parts.append([])
        else:
            parts[-1].append(piece)
    made = []
    groups = 0
    for number, part in enumerate(parts):
        inside, groups = _in_names(part, groups + 1)
        if number == 0:
            made.append(inside)
        elif number == len(parts) - 1:
            made.append(f"(?:.*/)?{inside}")
        else:
            groups += 1
            made.append(f"(?=(?P<g{groups}>(?:[^/]*/)*?{inside}))(?P=g{groups})")
    return "".join(made)


def _in_names(pieces: list[str], groups: int) -> tuple[str, int]:
    """The same of pieces without a `**/`, and how many groups there are by now."""
    made: list[str] = []
    piece_after: list[str] | None = None
    for piece in [*pieces, ""]:
        if piece_after is None:
            if piece == _STAR:
                piece_after = []
            else:
                made.append(piece)
        elif piece == _STAR:
            if piece_after:
                groups += 1
                made.append(f"(?=(?P<g{groups}>[^/]*?{''.join(piece_after)}))(?P=g{groups})")
            piece_after = []
        elif piece in ("/", "", _ALL):
            made.append(f"[^/]*{''.join(piece_after)}{piece}")
            piece_after = None
        else:
            piece_after.append(piece)
    return "".join(made), groups
