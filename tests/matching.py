"""Regular expressions matched step by step, as Python's own engine tries them, so that the steps can be counted.

How long a match takes hangs on the machine; how often a sign is looked at, or another way is tried, doesn't.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

if sys.version_info >= (3, 11):
    from re import _parser as parser
else:
    import sre_parse as parser


class TooManySteps(Exception):
    """A match takes more steps than it may."""


Place = tuple[int, int, Any]
"""The next instruction, where in the text, and what groups were begun and ended: the last one, and what was before."""

_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda sign: sign.isalnum() or sign == "_",
}


class Found:
    """A match."""

    def __init__(self, text: str, start: int, end: int, groups: Any) -> None:
        self._text, self._start, self._end, self._groups = text, start, end, groups

    def start(self) -> int:
        return self._start

    def end(self) -> int:
        return self._end

    def group(self, number: int = 0) -> str:
        if not number:
            return self._text[self._start : self._end]
        return self._text[_place(self._groups, number, "begin") : _place(self._groups, number, "end")]


class Counted:
    """A regular expression that counts its steps, all matches together, and allows `most` of them."""

    def __init__(self, pattern: re.Pattern[str] | str, most: int, flags: int = 0) -> None:
        if isinstance(pattern, re.Pattern):
            pattern, flags = pattern.pattern, pattern.flags
        self.steps, self._most, self._flags = 0, most, flags
        self._program = self._compiled(parser.parse(pattern, flags))

    def match(self, text: str, position: int = 0) -> Found | None:
        end = self._run(self._program, text, position, ())
        return None if end is None else Found(text, position, *end)

    def fullmatch(self, text: str) -> Found | None:
        end = self._run(self._program, text, 0, (), whole=True)
        return None if end is None else Found(text, 0, *end)

    def search(self, text: str) -> Found | None:
        return next(self.finditer(text), None)

    def finditer(self, text: str, position: int = 0, end: int | None = None) -> Iterator[Found]:
        text = text[:end]
        while position <= len(text):
            found = self.match(text, position)
            if found is not None:
                yield found
            position = position + 1 if found is None or found.end() == position else found.end()

    # One instruction is (what, how): a sign that fits, another way, a jump, a group's begin or end, a look around.

    def _compiled(self, parsed: Iterable[Any]) -> list[tuple[str, Any]]:
        program: list[tuple[str, Any]] = []
        self._compile(parsed, program)
        return program

    def _compile(self, parsed: Iterable[Any], program: list[tuple[str, Any]]) -> None:
        for operation, argument in parsed:
            match str(operation):
                case "MAX_REPEAT" | "MIN_REPEAT" as kind:
                    least, most, inner = argument
                    for _ in range(least):
                        self._compile(inner, program)
                    if most == parser.MAXREPEAT:
                        begin = len(program)
                        program.append(("", None))
                        self._compile(inner, program)
                        program.append(("jump", begin))
                        ways = (begin + 1, len(program))
                        program[begin] = ("ways", ways if kind == "MAX_REPEAT" else ways[::-1])
                        continue
                    skips = []
                    for _ in range(most - least):
                        skips.append(len(program))
                        program.append(("", None))
                        self._compile(inner, program)
                    for skip in skips:
                        ways = (skip + 1, len(program))
                        program[skip] = ("ways", ways if kind == "MAX_REPEAT" else ways[::-1])
                case "SUBPATTERN":
                    group, _, _, inner = argument
                    program.append(("begin", group))
                    self._compile(inner, program)
                    program.append(("end", group))
                case "BRANCH":
                    ends = []
                    for branch in argument[1]:
                        way = len(program)
                        program.append(("", None))
                        self._compile(branch, program)
                        ends.append(len(program))
                        program.append(("", None))
                        program[way] = ("ways", (way + 1, len(program)))
                    program.append(("never", None))
                    for end in ends:
                        program[end] = ("jump", len(program))
                case "ASSERT" | "ASSERT_NOT" as kind:
                    direction, inner = argument
                    width = inner.getwidth()[0] if direction < 0 else 0
                    program.append((kind, (width, self._compiled(inner))))
                case "GROUPREF":
                    program.append(("again", argument))
                case "AT":
                    program.append(("at", str(argument)))
                case name:
                    program.append(("sign", self._fits(name, argument)))

    def _fits(self, name: str, argument: Any) -> Callable[[str], bool]:
        match name:
            case "LITERAL":
                return lambda sign: ord(sign) == argument
            case "NOT_LITERAL":
                return lambda sign: ord(sign) != argument
            case "ANY":
                return lambda sign: sign != "\n" or bool(self._flags & re.DOTALL)
            case "RANGE":
                return lambda sign: argument[0] <= ord(sign) <= argument[1]
            case "CATEGORY":
                positive = str(argument).replace("_NOT_", "_")
                return lambda sign: _CATEGORIES[positive](sign) == (positive == str(argument))
            case "IN":
                negated = str(argument[0][0]) == "NEGATE"
                parts = [self._fits(str(part), inner) for part, inner in argument[negated:]]
                return lambda sign: any(part(sign) for part in parts) != negated
        raise NotImplementedError(name)

    def _run(
        self, program: list[tuple[str, Any]], text: str, start: int, groups: Any, whole: bool = False
    ) -> tuple[int, Any] | None:
        """Where a match from a place on ends, and where its groups are."""
        others: list[Place] = [(0, start, groups)]
        while others:
            at, position, groups = others.pop()
            while True:
                self.steps += 1
                if self.steps > self._most:
                    raise TooManySteps
                if at == len(program):
                    if whole and position < len(text):
                        break
                    return position, groups
                what, how = program[at]
                at += 1
                match what:
                    case "sign":
                        if position == len(text) or not how(text[position]):
                            break
                        position += 1
                    case "ways":
                        others.append((how[1], position, groups))
                        at = how[0]
                    case "jump":
                        at = how
                    case "begin" | "end":
                        groups = (groups, (how, what, position))
                    case "again":
                        piece = text[_place(groups, how, "begin") : _place(groups, how, "end")]
                        if not text.startswith(piece, position):
                            break
                        self.steps += len(piece)
                        position += len(piece)
                    case "ASSERT" | "ASSERT_NOT":
                        width, inner = how
                        found = self._run(inner, text, position - width, groups) if position >= width else None
                        if (found is None) == (what == "ASSERT"):
                            break
                        if found is not None:
                            groups = found[1]
                    case "at":
                        if not _is_at(how, text, position):
                            break
                    case _:  # never
                        break
        return None


def _place(groups: Any, group: int, what: str) -> int:
    while groups:
        groups, (known, which, position) = groups
        if (known, which) == (group, what):
            return int(position)
    raise LookupError(group)


def _is_at(what: str, text: str, position: int) -> bool:
    word = _CATEGORIES["CATEGORY_WORD"]
    match what:
        case "AT_BEGINNING" | "AT_BEGINNING_STRING":
            return position == 0
        case "AT_END_STRING":
            return position == len(text)
        case "AT_END":
            return text[position:] in ("", "\n")
        case "AT_BOUNDARY":
            before, after = text[position - 1 : position], text[position : position + 1]
            return bool(before and word(before)) != bool(after and word(after))
    raise NotImplementedError(what)
