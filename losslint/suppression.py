"""Comments that suppress findings: where they are, which findings they are for, and which of them are of no use.

    loss = criterion(model(x), y)  # losslint: ignore[softmax-before-cross-entropy] distilled from a softmax
    # losslint: ignore[LL101, LL3] in a line of its own, for the statement below it
    # losslint: ignore-file[LL303] above the first statement of a file
    loss = criterion(model(x), y)  # noqa: LL101

A comment is for a statement: the one that it stands in, in whichever of its lines, or the one below it. It
suppresses the findings whose loss, or whose cause, is in that statement. Without brackets it is for all rules.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from losslint.finding import Edit, Finding, Place
from losslint.record import dataclass
from losslint.selectors import fits
from losslint.source import Source
from losslint.suggestions import suggestion

if TYPE_CHECKING:
    import tokenize

IGNORE, IGNORE_FILE, NOQA = "ignore", "ignore-file", "noqa"
UNUSED = "LL901"
"""The rule about these comments. None suppresses it but one that names it."""

_OWN = re.compile(r"#[ \t]*losslint:[ \t]*(?P<word>[\w-]+)(?P<more>[^#]*)")
_LISTED = re.compile(r"[ \t]*\[(?P<list>[^\]]*)\]")
_NOQA = re.compile(r"#[ \t]*noqa(?![\w-])(?P<more>[^#]*)", re.IGNORECASE)
_CODES = re.compile(r"[ \t]*:[ \t]*(?P<list>[A-Za-z]+[0-9]+(?:[,\s]+[A-Za-z]+[0-9]+)*)(?![\w-])")
_SELECTOR = re.compile(r"[^,\s](?:[^,]*[^,\s])?")
_CODE = re.compile(r"[A-Za-z]+[0-9]+")
_LOSSLINTS = re.compile(r"LL[0-9]+")

_MARK = b"losslint:"
_CODE_OF_OURS = re.compile(rb"LL")
"""To look for a rare letter takes the regular expressions a third of the time of `in`."""
_NOQA_OF_OURS = re.compile(rb"noqa[^\n]{0,200}ll[0-9]")
"""In lower case: letters of either case are looked for one by one."""


@dataclass(frozen=True, slots=True)
class Selector:
    """A rule that a comment names, and the characters of its line that do."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that suppresses findings: characters `start` to `end` (exclusive) of a line of the module text.

    `kind` is "ignore", "ignore-file" or "noqa". `selectors` is None for all rules. `alone` says that there's no code
    in its line. `listed` is the range of the list of selectors. `problem` says why it can't be understood.
    """

    line: int
    start: int
    end: int
    kind: str
    selectors: tuple[Selector, ...] | None
    alone: bool
    listed: tuple[int, int] | None = None
    problem: str | None = None


def may_hold_comments(raw: bytes) -> bool:
    """Whether a file may hold comments that could be of no use: those of losslint's own, and `noqa` with its codes."""
    return _MARK in raw or (_CODE_OF_OURS.search(raw) is not None and _NOQA_OF_OURS.search(raw.lower()) is not None)


def comments(source: Source) -> tuple[Comment, ...]:
    """The suppressing comments of a file. A string that looks like one is none."""
    if not re.search(r"losslint:|noqa", source.text, re.IGNORECASE):
        return ()
    import tokenize  # most runs have nothing for it

    found: list[Comment] = []
    try:
        for token in tokens(source):
            if token.type == tokenize.COMMENT:
                line, start = token.start
                found.extend(_read(token.string, line, start, not source.line(line)[:start].strip()))
    except (tokenize.TokenError, SyntaxError):  # a file that isn't Python has an error of its own
        return ()
    return tuple(found)


def tokens(source: Source) -> Iterator[tokenize.TokenInfo]:
    """A file's tokens. Raises tokenize.TokenError or SyntaxError where it isn't Python."""
    import tokenize

    lines = iter([f"{line}\n" for line in source.lines])
    return tokenize.generate_tokens(lambda: next(lines, ""))


def _read(text: str, line: int, offset: int, alone: bool) -> Iterator[Comment]:
    """What a comment says, which may be several things one after the other."""
    for match in _OWN.finditer(text):
        comment = _own(match, line, offset, alone)
        if comment is not None:
            yield comment
    for match in _NOQA.finditer(text):
        start, end = match.start() + offset, match.start("more") + len(match["more"].rstrip()) + offset
        codes = _CODES.match(match["more"])
        if codes is None and not match["more"].lstrip().startswith(":"):
            yield Comment(line, start, end, NOQA, None, alone)
        elif codes is not None:
            at = match.start("more") + codes.start("list") + offset
            selectors = tuple(
                Selector(code.group(), at + code.start(), at + code.end()) for code in _CODE.finditer(codes["list"])
            )
            yield Comment(line, start, end, NOQA, selectors, alone, (at, at + len(codes["list"])))


_WRITE = "write `# losslint: ignore[RULE] REASON`"


def _own(match: re.Match[str], line: int, offset: int, alone: bool) -> Comment | None:
    word, more = match["word"], match["more"]
    start, end = match.start() + offset, match.start("more") + len(more.rstrip()) + offset
    listed = _LISTED.match(more)
    if word not in (IGNORE, IGNORE_FILE):
        if not more.startswith(("[", "=", ":")):
            return None  # prose
        return Comment(line, start, end, word, (), alone, problem=f"there is no `{word}`, {_WRITE}")
    if listed is None:
        if more.lstrip().startswith("["):
            return Comment(line, start, end, word, (), alone, problem=f"its bracket isn't closed, {_WRITE}")
        return Comment(line, start, end, word, None, alone)
    at = match.start("more") + listed.start("list") + offset
    selectors = tuple(
        Selector(found.group(), at + found.start(), at + found.end()) for found in _SELECTOR.finditer(listed["list"])
    )
    problem = None if selectors else f"it names no rule, {_WRITE}"
    return Comment(line, start, end, word, selectors, alone, (at, at + len(listed["list"])), problem)


# ---------------------------------------------------------------------------------------------------------- statements


_Position = tuple[int, int]
_BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)
"""What statements consist of, and what holds them."""


def statement_at(tree: ast.Module, line: int, column: int) -> ast.stmt | None:
    """The innermost statement at a place, as trees count: lines from 1, columns in bytes from 0."""
    way = path_to(tree, line, column)
    return way[-1] if way else None


def path_to(tree: ast.Module, line: int, column: int) -> list[ast.stmt]:
    """The statements around a place, the outermost first."""
    found: list[ast.stmt] = []
    inside: ast.AST | None = tree
    while inside is not None:
        if isinstance(inside, ast.stmt):
            found.append(inside)
        blocks = (node for node in ast.iter_child_nodes(inside) if isinstance(node, _BLOCKS))
        inside = next((node for node in blocks if _start(node) <= (line, column) <= _end(node)), None)
    return found


def _start(node: ast.stmt | ast.ExceptHandler | ast.match_case) -> _Position:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno, 0
    decorators = getattr(node, "decorator_list", None)
    return (decorators[0].lineno, 0) if decorators else (node.lineno, node.col_offset)


def _end(node: ast.stmt | ast.ExceptHandler | ast.match_case) -> _Position:
    last = node.body[-1] if isinstance(node, ast.match_case) else node
    return last.end_lineno or last.lineno, last.end_col_offset or 0


def column_in_bytes(source: Source, place: Place) -> int:
    """The column of a place as trees count: in bytes, from 0."""
    return len(source.line(place.line)[: place.column - 1].encode("utf-8", "surrogatepass"))


def lines_of(statement: ast.stmt, source: Source) -> range:
    """The lines of a statement; of one that holds others, those of its head."""
    first = _start(statement)[0]
    inner = [node for node in ast.iter_child_nodes(statement) if isinstance(node, _BLOCKS)]
    if not inner:
        return range(first, _end(statement)[0] + 1)
    last = max(statement.lineno, min(_start(node)[0] for node in inner) - 1)
    while last > statement.lineno and _is_blank(source.line(last)):
        last -= 1
    return range(first, last + 1)


def _is_blank(line: str) -> bool:
    """Whether a line holds nothing but perhaps a comment."""
    stripped = line.strip()
    return not stripped or stripped.startswith("#")


def covered(statement: ast.stmt, source: Source) -> tuple[range, range]:
    """The lines of a statement, and the lines with nothing but comments that stand right above it."""
    lines = lines_of(statement, source)
    above = lines.start
    while source.line(above - 1).strip().startswith("#"):
        above -= 1
    return lines, range(above, lines.start)


# --------------------------------------------------------------------------------------------------------- suppressing


@dataclass(frozen=True, slots=True)
class Unused:
    """A comment that suppresses nothing, or not all that it names.

    `unused` are the selectors whose rules found nothing here, `unknown` those that mean no rule, each with " (did you
    mean …?)" where one is near. Where `whole` is set nothing of the comment is of use. `problem` says why it can't
    be understood, or doesn't count where it is, and what to do.
    """

    place: Place
    comment: Comment
    unused: tuple[str, ...]
    unknown: Mapping[str, str]
    whole: bool
    problem: str | None
    edits: tuple[Edit, ...]


class Suppressions:
    """The suppressing comments of a project's files, and which of them were of use.

    `read` gives the source and the tree of a file by its path as shown, or None where it can't be read or parsed.
    """

    def __init__(self, read: Callable[[str], tuple[Source, ast.Module] | None]) -> None:
        self._read = read
        self._comments: dict[str, tuple[Comment, ...]] = {}
        self._used: set[tuple[str, Comment, Selector | None]] = set()

    def hides(self, finding: Finding) -> bool:
        """Whether a finding is suppressed: at its loss, or at its cause."""
        places = dict.fromkeys((finding.place, *(step.place for step in finding.trace[:1])))
        # all places are looked at: a comment at each of them is of use
        return sum(self._hides(place, finding.code, finding.name) for place in places) > 0

    def _hides(self, place: Place, code: str, name: str) -> bool:
        found = self._of(place.path)
        if not found:
            return False
        pair = self._read(place.path)
        assert pair is not None
        source, tree = pair
        statement = statement_at(tree, place.line, column_in_bytes(source, place))
        own, above = (range(place.line, place.line + 1), range(0)) if statement is None else covered(statement, source)
        hidden = False
        for comment in found:
            if comment.kind == IGNORE_FILE:
                here = comment.alone and comment.line < _first_statement(tree)
            else:
                here = comment.line in own or (comment.line in above and comment.kind == IGNORE)
            if here and comment.problem is None:
                hidden |= self._suppresses(place.path, comment, code, name)
        return hidden

    def _suppresses(self, path: str, comment: Comment, code: str, name: str) -> bool:
        if code == UNUSED:
            return any(selector.text in (code, name) for selector in comment.selectors or ())
        if comment.selectors is None:
            self._used.add((path, comment, None))
            return True
        fitting = [selector for selector in comment.selectors if fits(selector.text, code, name)]
        self._used.update((path, comment, selector) for selector in fitting)
        return bool(fitting)

    def _of(self, path: str) -> tuple[Comment, ...]:
        if path not in self._comments:
            pair = self._read(path)
            self._comments[path] = () if pair is None else comments(pair[0])
        return self._comments[path]

    def unused(self, path: str, rules: Iterable[tuple[str, str]], ran: Callable[[str, str], bool]) -> Iterator[Unused]:
        """The comments of a file that are of no use. `rules` are all there are (code, name); `ran` says which were judged."""
        known = list(rules)
        for comment in self._of(path):
            unused = self._unused(path, comment, known, ran)
            if unused is not None:
                yield unused

    def _unused(
        self, path: str, comment: Comment, rules: Sequence[tuple[str, str]], ran: Callable[[str, str], bool]
    ) -> Unused | None:
        pair = self._read(path)
        if pair is None:
            return None
        source, tree = pair
        problem = comment.problem
        if problem is None and comment.kind == IGNORE_FILE and not (comment.alone and comment.line < _first_statement(tree)):
            problem = "it counts in a line of its own above the file's first statement, move it there"
        place = Place(path, comment.line, comment.start + 1, comment.line, comment.end + 1)
        if problem is not None:
            return Unused(place, comment, (), {}, True, problem, ())  # something was meant: nothing is taken away
        judged = [(code, name) for code, name in rules if code != UNUSED]
        if comment.selectors is None:
            if comment.kind == NOQA or (path, comment, None) in self._used or not all(ran(*rule) for rule in judged):
                return None
            return Unused(place, comment, (), {}, True, None, _without(source, place, comment))
        unknown: list[Selector] = []
        unused: list[Selector] = []
        for selector in comment.selectors:
            if comment.kind == NOQA and not _LOSSLINTS.fullmatch(selector.text):
                continue  # another linter's
            if not any(fits(selector.text, *rule) for rule in rules):
                unknown.append(selector)
            elif (path, comment, selector) not in self._used:
                meant = [rule for rule in judged if fits(selector.text, *rule)]
                if meant and all(ran(*rule) for rule in meant):
                    unused.append(selector)
        useless = [*unknown, *unused]
        if not useless:
            return None
        kept = [selector for selector in comment.selectors if selector not in useless]
        edits = _fewer(place, comment, kept) if kept else _without(source, place, comment)
        names = [name for rule in rules for name in rule]
        nearest = {selector.text: suggestion(selector.text, names) for selector in unknown}
        return Unused(place, comment, tuple(s.text for s in unused), nearest, not kept, None, edits)


def _first_statement(tree: ast.Module) -> int:
    """The line of the first statement that isn't the module's docstring."""
    match tree.body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return _start(rest[0])[0] if rest else _NEVER
        case [first, *_]:
            return _start(first)[0]
    return _NEVER


_NEVER = sys.maxsize


def _fewer(place: Place, comment: Comment, kept: Sequence[Selector]) -> tuple[Edit, ...]:
    """The edit that leaves a comment with some of its selectors."""
    assert comment.listed is not None
    start, end = comment.listed
    return (Edit(Place(place.path, place.line, start + 1, place.line, end + 1), ", ".join(s.text for s in kept)),)


def _without(source: Source, place: Place, comment: Comment) -> tuple[Edit, ...]:
    """The edit that takes a comment away, and its line where there's nothing else in it."""
    path, line, text = place.path, comment.line, source.line(comment.line)
    before, after = text[: comment.start].rstrip(), text[comment.end :].strip()
    if after:
        # another tool's comment follows
        skipped = len(text[comment.end :]) - len(text[comment.end :].lstrip())
        return (Edit(Place(path, line, comment.start + 1, line, comment.end + skipped + 1), ""),)
    if before:
        return (Edit(Place(path, line, len(before) + 1, line, len(text) + 1), ""),)
    cell = source.cell_at(line)
    first, last = (1, len(source.lines)) if cell is None else (cell.first_line, cell.last_line)
    if line < last:
        return (Edit(Place(path, line, 1, line + 1, 1), ""),)
    if line > first:
        return (Edit(Place(path, line - 1, len(source.line(line - 1)) + 1, line, len(text) + 1), ""),)
    return (Edit(Place(path, line, 1, line, len(text) + 1), ""),)
