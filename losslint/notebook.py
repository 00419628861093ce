"""Notebooks: their code cells as one module, and edits of that module as edits of the file.

What IPython takes beside Python (magics, shell lines, help) becomes `pass`, at the same place, so that every line
of the module is a line of a cell. A cell is only looked at for these where it doesn't parse as it stands: `%`
and `?` at a line's start may as well be inside a string or an expression.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import TYPE_CHECKING

from losslint.editing import EditError, Lines, Replacement, normalized, replace, replacements
from losslint.finding import Edit, Place
from losslint.record import dataclass
from losslint.source import Cell, SourceError, compile_only

if TYPE_CHECKING:
    from losslint.source import Source

# Magics of a whole cell that run the rest of the cell as Python, in the notebook's own names.
_PYTHON_CELL_MAGICS = frozenset(
    {
        "capture",
        "heat",
        "memit",
        "mprun",
        "notify",
        "prun",
        "pyinstrument",
        "scalene",
        "snakeviz",
        "time",
        "timeit",
        "viztracer",
        "wandb",
    }
)

_CELL_MAGIC = re.compile(r"[ \t]*%%[ \t]*([\w.]*)[ \t]*(.*)")
_TIMED = re.compile(r"%time(?=[ \t]+[^\s-])")
_ESCAPED = re.compile(r"[ \t]*(?:[%!?,;/])")
_ASSIGNED = re.compile(r"""[ \t]*[A-Za-z_][\w.\[\]'", ]*=[ \t]*(?:!|%[A-Za-z])""")
_HELP = re.compile(r"""[^"'#]*\?[ \t]*$""")

_NOT_SPACE = re.compile(r"[^ \t\n\r]")


def read(raw: bytes) -> tuple[str, tuple[Cell, ...], tuple[int, ...]]:
    """The module text of a notebook, its code cells, and the numbers of those that aren't Python."""
    content = _decoded(raw)
    if not content.strip():
        raise SourceError("is empty, not a notebook")
    try:
        notebook: object = json.loads(content)
    except json.JSONDecodeError as error:
        raise SourceError(f"is not a notebook: {error.msg}, in line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise SourceError("is not a notebook: too deeply nested") from None
    except ValueError as error:
        raise SourceError(f"is not a notebook: {error}") from None
    if not isinstance(notebook, dict):
        raise SourceError("is not a notebook: no object at its top")
    cells = _cells(notebook)
    codes = [(number, *code) for number, cell in enumerate(cells, 1) if (code := _code(cell)) is not None]
    if not _is_python(notebook):
        return "", (), ()

    texts: list[str] = [normalized(text) for _, text, _ in codes]
    python: list[str | None] = list(texts)
    skipped: list[int] = []
    if not _parses("\n".join(texts)) or any(not foreign for _, _, foreign in codes):
        for index, (number, _, is_python) in enumerate(codes):
            python[index] = clean(texts[index]) if is_python else _blank(texts[index])
            if python[index] is None:
                skipped.append(number)

    lines: list[str] = []
    found: list[Cell] = []
    for (number, _, _), text, module in zip(codes, texts, python, strict=True):
        if module is not None and _indented(module):
            # IPython takes an indented cell as if it weren't. Its columns have to stay what they are.
            lines.append("if True:")
        found.append(Cell(number, len(lines) + 1, text))
        lines.extend((module if module is not None else _blank(text)).split("\n"))
    return "\n".join(lines), tuple(found), tuple(skipped)


def clean(text: str) -> str | None:
    """A cell as Python, line for line; None where it isn't Python.

    A cell in another language (`%%bash`) is empty lines.
    """
    if _parses(text):
        return text
    lines = text.split("\n")
    first = 0
    while first < len(lines):
        if not lines[first].strip() or lines[first].lstrip().startswith("#"):
            first += 1
            continue
        magic = _CELL_MAGIC.match(lines[first])
        if magic is None:
            break
        if magic.group(1) not in _PYTHON_CELL_MAGICS:
            return _blank(text)
        lines[first] = "pass"
        first += 1
    _pass_over(lines, first)
    cleaned = "\n".join(lines)
    return cleaned if _parses(cleaned) else None


def _pass_over(lines: list[str], first: int) -> None:
    """Replace the lines that are IPython's own, where a statement can start, by `pass`."""
    state = _State()
    index = first
    while index < len(lines):
        line = lines[index]
        if state.at_statement and (_ESCAPED.match(line) or _ASSIGNED.match(line) or _HELP.match(line)):
            last = index
            while lines[last].rstrip().endswith("\\") and last + 1 < len(lines):
                last += 1
            indentation = line[: len(line) - len(line.lstrip())]
            # `%time x = f()` runs x = f() in the notebook's names. "%time" and "pass;" are as long as each other.
            timed = f"{indentation}pass;{line.lstrip()[5:]}" if _TIMED.match(line.lstrip()) else ""
            if timed and last == index and _parses(timed.lstrip()):
                lines[index] = timed
            else:
                lines[index] = f"{indentation}pass"
                lines[index + 1 : last + 1] = [""] * (last - index)
            index = last + 1
            continue
        state.feed(line)
        index += 1


class _State:
    """Where in Python's syntax a line starts: in a string, in brackets, after a backslash, or at a statement."""

    __slots__ = ("continued", "depth", "quote")

    _TOKEN = re.compile(r"#.*|[rRbBuUfFtT]{0,2}(\"\"\"|'''|\"|')|[(\[{]|[)\]}]")

    def __init__(self) -> None:
        self.quote = ""
        self.depth = 0
        self.continued = False

    @property
    def at_statement(self) -> bool:
        return not self.quote and self.depth == 0 and not self.continued

    def feed(self, line: str) -> None:
        """Go over one more line."""
        position, self.continued = 0, False
        while True:
            if self.quote:
                end = self._string_end(line, position)
                if end < 0:
                    # A string in single quotes goes on in the next line after a backslash only.
                    if len(self.quote) == 1 and not line.endswith("\\"):
                        self.quote = ""
                    return
                position, self.quote = end, ""
            match = self._TOKEN.search(line, position)
            if match is None or match.group().startswith("#"):
                break
            position = match.end()
            if match.group(1):
                self.quote = match.group(1)
            elif match.group() in "([{":
                self.depth += 1
            else:
                self.depth = max(0, self.depth - 1)
        self.continued = match is None and line.endswith("\\")

    def _string_end(self, line: str, position: int) -> int:
        while position < len(line):
            if line[position] == "\\":
                position += 2
            elif line.startswith(self.quote, position):
                return position + len(self.quote)
            else:
                position += 1
        return -1


def edited(source: Source, edits: Iterable[Edit]) -> bytes:
    """The notebook's bytes with edits of its module text made; only the strings of changed lines differ.

    Raises EditError or SourceError where that can't be done.
    """
    by_cell: dict[int, list[Edit]] = {}
    for edit in edits:
        place = edit.place
        cell = source.cell_at(place.line)
        if cell is None:
            raise EditError("the notebook has no code")
        if place.line > cell.last_line:
            raise EditError(f"line {place.line} is outside of the cells")
        _, line, column, end_line, end_column = source.located(place)
        if place.end_line > cell.last_line + 1 or (place.end_line == cell.last_line + 1 and place.end_column > 1):
            raise EditError(f"an edit reaches from cell {cell.number} into the next one")
        _check_untouched(source, cell, place, end_line + cell.first_line - 1)
        local = Edit(Place(place.path, line, column, end_line, end_column), edit.text)
        by_cell.setdefault(cell.number, []).append(local)

    content = _decoded(source.raw)
    spans = _source_spans(content)
    changes: list[Replacement] = []
    for number, local_edits in sorted(by_cell.items()):
        span = spans[number - 1]
        if span is None:
            raise EditError(f"cell {number} has no source")
        old = "".join(span.strings)
        new = replace(old, replacements(Lines(old), local_edits))
        if new != old:  # else its string may be written in another way, with other escapes
            changes.extend(_changed(content, span, new))
    mark = b"\xef\xbb\xbf" if source.raw.startswith(b"\xef\xbb\xbf") else b""
    return mark + replace(content, sorted(changes)).encode("utf-8")


def file_line(source: Source, line: int) -> int:
    """The line of the notebook's file that a line of its module text is in."""
    cell = source.cell_at(line)
    content = _decoded(source.raw)
    span = None if cell is None else _source_spans(content)[cell.number - 1]
    if cell is None or span is None:
        return 1
    start = span.start
    before = line - cell.first_line  # line feeds, of which each string may have several
    for string, (at, _) in zip(span.strings, span.ranges, strict=True):
        start = at
        before -= normalized(string).count("\n")
        if before < 0:
            break
    return content.count("\n", 0, start) + 1


def _check_untouched(source: Source, cell: Cell, place: Place, end_line: int) -> None:
    """Refuse an edit of a line of which the module text shows something else than the cell has."""
    cell_lines = cell.text.split("\n")
    for line in range(place.line, end_line + 1):
        shown, real = source.line(line), cell_lines[line - cell.first_line]
        if shown == real:
            continue
        if line == place.line == end_line and shown.startswith("pass;"):
            # `%time x = f()`: from the fifth character on they are the same.
            if place.column > 5:
                continue
        elif line == end_line and place.end_column == 1 and (line != place.line or "%%" not in real):
            # Nothing of the line itself. Before a cell's magic, though, there can't be anything.
            continue
        raise EditError(f"cell {cell.number} has a magic in line {line - cell.first_line + 1}")


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a cell's source is in the JSON text: as a string, or as a list of strings, each with its own range."""

    start: int
    end: int
    is_list: bool
    strings: tuple[str, ...]
    ranges: tuple[tuple[int, int], ...]


def _changed(content: str, span: _Span, new: str) -> list[Replacement]:
    """The replacements in the JSON text that make a cell's source the new one."""
    if not span.is_list:
        return [Replacement(span.start, span.end, _dumped(new, content))]
    old = list(span.strings)
    # Some tools write the whole cell as the one string of a list.
    strings = [new] if len(old) == 1 and old != _lines(old[0]) else _lines(new)
    separator = _separator(content, span)
    changes: list[Replacement] = []
    if not old or not strings:
        body = separator.join(_dumped(string, content) for string in strings)
        return [Replacement(span.start, span.end, f"[{body}]")]
    matcher = difflib.SequenceMatcher(None, old, strings, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        dumped = [_dumped(string, content) for string in strings[j1:j2]]
        if tag == "replace":
            changes.append(Replacement(span.ranges[i1][0], span.ranges[i2 - 1][1], separator.join(dumped)))
        elif tag == "insert" and i1 < len(old):
            at = span.ranges[i1][0]
            changes.append(Replacement(at, at, "".join(text + separator for text in dumped)))
        elif tag == "insert":
            at = span.ranges[-1][1]
            changes.append(Replacement(at, at, "".join(separator + text for text in dumped)))
        elif i2 < len(old):
            changes.append(Replacement(span.ranges[i1][0], span.ranges[i2][0], ""))
        else:
            changes.append(Replacement(span.ranges[i1 - 1][1], span.ranges[-1][1], ""))
    return changes


def _separator(content: str, span: _Span) -> str:
    """What stands between two strings of the list."""
    if len(span.ranges) > 1:
        return content[span.ranges[0][1] : span.ranges[1][0]]
    if span.ranges and (space := content[span.start + 1 : span.ranges[0][0]]):
        return "," + space
    return ", " if re.search(r'"cells"\s*:\s', content) else ","


def _dumped(text: str, content: str) -> str:
    """A string as JSON, escaped the way the notebook is."""
    surrogates = any("\ud800" <= character <= "\udfff" for character in text)
    if surrogates or (content.isascii() and re.search(r"\\u(?!00[01])", content)):
        return json.dumps(text)
    return json.dumps(text, ensure_ascii=False)


def _lines(text: str) -> list[str]:
    """The lines with their line feeds, as notebooks store them."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _source_spans(content: str) -> list[_Span | None]:
    """The source of each cell in the JSON text, in the order in which cells are counted."""
    spans: list[_Span | None] = []
    in_sheets: list[_Span | None] = []
    decoder = json.JSONDecoder()

    def cell_of(into: list[_Span | None]) -> Callable[[int], int]:
        def cell(start: int) -> int:
            found: dict[str, _Span] = {}

            def member(key: str, position: int) -> int:
                if key in ("source", "input"):
                    found[key] = _span(content, position, decoder)
                return decoder.raw_decode(content, position)[1]

            end = _members(content, start, member)
            into.append(found.get("source") or found.get("input"))
            return end

        return cell

    def member_of_sheet(key: str, position: int) -> int:
        if key == "cells":
            return _elements(content, position, cell_of(in_sheets))
        return decoder.raw_decode(content, position)[1]

    def member_of_top(key: str, position: int) -> int:
        if key == "cells":
            spans.clear()
            return _elements(content, position, cell_of(spans))
        if key == "worksheets":
            return _elements(content, position, lambda start: _members(content, start, member_of_sheet))
        return decoder.raw_decode(content, position)[1]

    _members(content, _skip(content, 0), member_of_top)
    return spans or in_sheets


def _span(content: str, start: int, decoder: json.JSONDecoder) -> _Span:
    """The span of a source value: a string or a list of strings."""
    if content[start] != "[":
        value, end = decoder.raw_decode(content, start)
        return _Span(start, end, False, (value if isinstance(value, str) else "",), ((start, end),))
    strings: list[str] = []
    ranges: list[tuple[int, int]] = []

    def element(position: int) -> int:
        value, end = decoder.raw_decode(content, position)
        strings.append(value if isinstance(value, str) else "")
        ranges.append((position, end))
        return int(end)

    end = _elements(content, start, element)
    return _Span(start, end, True, tuple(strings), tuple(ranges))


def _skip(content: str, position: int) -> int:
    match = _NOT_SPACE.search(content, position)
    return match.start() if match else len(content)


def _members(content: str, start: int, member: Callable[[str, int], int]) -> int:
    """Go over an object's members; `member` takes a key and where its value starts, and says where it ends.

    The text was read as JSON before: it's well-formed.
    """
    if content[start] != "{":
        return int(json.JSONDecoder().raw_decode(content, start)[1])
    position = _skip(content, start + 1)
    while content[position] != "}":
        if content[position] == ",":
            position = _skip(content, position + 1)
        key, position = scanstring(content, position + 1, True)
        position = _skip(content, _skip(content, position) + 1)
        position = _skip(content, member(key, position))
    return position + 1


def _elements(content: str, start: int, element: Callable[[int], int]) -> int:
    """Go over an array's elements; `element` takes where one starts and says where it ends."""
    if content[start] != "[":
        return int(json.JSONDecoder().raw_decode(content, start)[1])
    position = _skip(content, start + 1)
    while content[position] != "]":
        if content[position] == ",":
            position = _skip(content, position + 1)
        position = _skip(content, element(position))
    return position + 1


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"is not a notebook: not UTF-8 ({error.reason}, at byte {error.start})") from None


def _cells(notebook: dict[str, object]) -> list[object]:
    """The cells, of today's format and of the one before 2015, which kept them in worksheets."""
    cells = notebook.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = notebook.get("worksheets")
    if isinstance(sheets, list):
        found: list[object] = []
        for sheet in sheets:
            inside = sheet.get("cells") if isinstance(sheet, dict) else None
            found.extend(inside if isinstance(inside, list) else [])
        return found
    raise SourceError("is not a notebook: it has no cells")


def _code(cell: object) -> tuple[str, bool] | None:
    """A code cell's text, and whether it is Python; None for other cells."""
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    source = cell.get("source", cell.get("input"))
    if isinstance(source, list):
        text = "".join(part for part in source if isinstance(part, str))
    elif isinstance(source, str):
        text = source
    else:
        return None
    metadata = cell.get("metadata")
    editor = metadata.get("vscode") if isinstance(metadata, dict) else None
    language = editor.get("languageId") if isinstance(editor, dict) else cell.get("language")
    return text, not isinstance(language, str) or language.lower() in ("python", "ipython", "")


def _is_python(notebook: dict[str, object]) -> bool:
    """Whether the notebook's kernel runs Python. One that doesn't say is taken to."""
    metadata = notebook.get("metadata")
    if not isinstance(metadata, dict):
        return True
    kernel, language = metadata.get("kernelspec"), metadata.get("language_info")
    named = [
        kernel.get("language") if isinstance(kernel, dict) else None,
        language.get("name") if isinstance(language, dict) else None,
    ]
    names = [name.lower() for name in named if isinstance(name, str) and name]
    return not names or any("python" in name for name in names)


def _blank(text: str) -> str:
    return "\n" * text.count("\n")


def _indented(text: str) -> bool:
    """Whether the first statement is indented."""
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            return line[0] in " \t"
    return False


def _parses(text: str) -> bool:
    try:
        compile_only(f"if True:\n{text}" if _indented(text) else text, "<cell>", top_level_await=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
