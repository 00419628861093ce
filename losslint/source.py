"""Reading files: bytes to module text, notebooks to one module, and back.

A `Source` is what the rest of the program sees of a file. Its `text` is the *module text*: for a Python file the
decoded file, for a notebook all code cells in order, with magics and shell lines passed over. Line ends are kept in
`raw` and read as a line feed in `text`.
"""

from __future__ import annotations

import bisect
import codecs
import os
import re
import warnings
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from losslint.editing import EditError, Lines, normalized, replace, replacements
from losslint.finding import Edit, Place
from losslint.record import dataclass

if TYPE_CHECKING:
    import ast
    import pathlib
    from io import FileIO

    from losslint.program.bodies import Definition

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#|$)")
_NEWLINE = re.compile(rb"\r\n|\r|\n")


MOST_BYTES = 100_000_000
"""A larger file isn't read: notebooks with their pictures have some ten million bytes."""
_MORE = 65_536
"""How much is read at once where the system doesn't know how much there is."""
MOST_SIGNS = 180_000
"""A larger program isn't parsed: that's some 16,000 lines. The largest ones that people write to train have 125,000 signs."""


_ASYNC = re.compile(r"([(,]\s*)async(?=\s*=(?!=))")
"""An argument called `async`, a word that Python 3.7 took: torch's `.cuda(async=True)` of 2017, now `non_blocking`."""
_LONG_NUMBER = re.compile(r"0[xXoObB][0-9a-fA-F_]{3500}")


class SourceError(Exception):
    """A file that can't be read, decoded, parsed or rewritten; the message says why, without the file's name."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell of a notebook.

    `number` counts from 1 over all cells, also those that hold no code; `first_line` is the cell's first line in the
    module text; `text` is what the notebook has in the cell, with line feeds, magics included.
    """

    number: int
    first_line: int
    text: str

    @property
    def last_line(self) -> int:
        """The cell's last line in the module text."""
        return self.first_line + self.text.count("\n")


@dataclass(frozen=True)
class Source:
    """A file's bytes, and the module that they hold.

    `path` is shown to people: relative to where losslint was started, with forward slashes. `cells` is None for a
    Python file. `skipped_cells` are the numbers of the code cells that aren't Python, and whose lines are empty in `text`.
    """

    path: str
    raw: bytes
    text: str
    encoding: str = "utf-8"
    cells: tuple[Cell, ...] | None = None
    skipped_cells: tuple[int, ...] = ()

    @staticmethod
    def read(file: pathlib.Path | str, shown: str) -> Source:
        """Read a file. Raises SourceError where that can't be done."""
        try:
            with open(file, "rb", buffering=0) as stream:
                raw = read_all(stream, os.fstat(stream.fileno()).st_size)
        except IsADirectoryError:
            raise SourceError("is a folder, not a file") from None
        except OSError as error:
            raise SourceError(f"can't be read: {error.strerror or error}") from None
        except (ValueError, MemoryError) as error:
            raise SourceError(f"can't be read: {error}") from None
        return Source.from_bytes(raw, shown)

    @staticmethod
    def from_bytes(raw: bytes, shown: str) -> Source:
        """The source that a file with these bytes is; `.ipynb` in the name makes it a notebook."""
        if shown.endswith(".ipynb"):
            from losslint import notebook

            text, cells, skipped = notebook.read(raw)
            return Source(shown, raw, text, "utf-8", cells, skipped)
        decoded, encoding = _decode(raw)
        return Source(shown, raw, normalized(decoded), encoding)

    @staticmethod
    def from_text(path: str, text: str) -> Source:
        """The source that a file with this text is, encoded as UTF-8."""
        return Source.from_bytes(text.encode("utf-8", "surrogatepass"), path)

    @property
    def whole(self) -> Source:
        """The source with all that it holds: that of a large project's file may read it again when it's asked for."""
        return self

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the module text, without their ends."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """A line of the module text, counted from 1; empty outside of it."""
        return self.lines[number - 1] if 1 <= number <= len(self.lines) else ""

    def cell_at(self, line: int) -> Cell | None:
        """The cell that a line of the module text is in, for a notebook."""
        if not self.cells:
            return None
        index = bisect.bisect_right(self.cells, line, key=lambda cell: cell.first_line) - 1
        return self.cells[max(index, 0)]

    def locate(self, line: int) -> tuple[int | None, int]:
        """A line of the module text as people count it: the cell's number, or None, and the line within it."""
        cell = self.cell_at(line)
        return (None, line) if cell is None else (cell.number, line - cell.first_line + 1)

    def located(self, place: Place) -> tuple[int | None, int, int, int, int]:
        """A place as people count it: cell, line, column, end line, end column.

        A range that ends where the next cell starts (a deleted last line does) ends with its own cell.
        """
        cell = self.cell_at(place.line)
        if cell is None:
            return None, place.line, place.column, place.end_line, place.end_column
        end_line, end_column = place.end_line, place.end_column
        if end_line > cell.last_line:
            end_line, end_column = cell.last_line, len(self.line(cell.last_line)) + 1
        shift = cell.first_line - 1
        return cell.number, place.line - shift, place.column, end_line - shift, end_column

    def file_lines(self, place: Place) -> tuple[int, int]:
        """The first and the last line of a place in the file itself, which for a notebook is its JSON text."""
        if self.cells is None:
            return place.line, max(place.line, place.end_line)
        from losslint import notebook

        cell = self.cell_at(place.line)
        last = place.end_line if cell is None else min(place.end_line, cell.last_line)
        return notebook.file_line(self, place.line), notebook.file_line(self, max(place.line, last))

    def char_column(self, line: int, utf8_offset: int) -> int:
        """The column in characters, from 1, of an offset in UTF-8 bytes, as `ast` has it."""
        if self.text.isascii():
            return utf8_offset + 1
        text = self.line(line)
        if text.isascii():
            return utf8_offset + 1
        return len(text.encode("utf-8", "surrogatepass")[:utf8_offset].decode("utf-8", "replace")) + 1

    def parse(self) -> ast.Module:
        """The module's syntax tree. Raises SourceError where the text isn't Python that this Python can parse."""
        from losslint.program import depth

        size = _size(self.text)
        if size > MOST_SIGNS:
            raise SourceError(f"is too large to be linted: {size:,} signs, of {MOST_SIGNS:,} at most")
        if _LONG_NUMBER.search(self.text):  # Python reads it, and then refuses to write it
            raise SourceError("has a number of more than 3,500 digits")
        try:
            tree = self._compiled(self.text)
        except SyntaxError as error:
            from losslint import syntax

            if self.cells and error.lineno:
                cell, line = self.locate(error.lineno)
                raise SourceError(syntax.explain(error, self.text, f"cell {cell}, line {line}")) from None
            raise SourceError(syntax.explain(error, self.text)) from None
        except (RecursionError, MemoryError):
            raise SourceError("is too deeply nested to be parsed") from None
        except ValueError as error:
            raise SourceError(f"can't be parsed: {error}") from None
        if depth.is_too_deep(tree, self.text):
            raise SourceError(f"is too deeply nested to be linted: more than {depth.MOST_LEVELS} levels")
        return tree

    def definition(self, start: int, end: int, line: int) -> Definition:
        """The function or class whose lines these are (in characters of the text, the first one's number), without decorators."""
        import ast

        segment = self.text[start:end]
        above = "\n" * (line - 2) + "if 1:\n" if segment[:1].isspace() else "\n" * (line - 1)
        [found] = self._compiled(f"{above}{segment}\n\n").body  # a line may be continued by an empty one
        if isinstance(found, ast.If):
            [found] = found.body
        assert isinstance(found, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        return found

    def _compiled(self, text: str) -> ast.Module:
        """The syntax tree, in which an argument called `async` has the name that torch gives it now. Raises SyntaxError."""
        try:
            return compile_only(text, self.path, top_level_await=self.cells is not None)
        except SyntaxError:
            text, count = _ASYNC.subn(r"\1Async", text)  # as long as it was: all places stay
            if not count:
                raise
        import ast

        tree = compile_only(text, self.path, top_level_await=self.cells is not None)
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "Async":
                node.arg = "non_blocking"
        return tree

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """The file's bytes with the edits made, in the module text's coordinates, and every other byte as it was.

        Raises SourceError where that can't be done.
        """
        edits = list(edits)
        if not edits:
            return self.raw
        try:
            if self.cells is not None:
                from losslint import notebook

                return notebook.edited(self, edits)
            decoded, encoding = _decode(self.raw)
            if _encode(decoded, encoding, self.raw) != self.raw:
                raise SourceError(f"can't be written back byte for byte in its encoding, {encoding}")
            lines = Lines(decoded)
            return _encode(replace(decoded, replacements(lines, edits)), encoding, self.raw)
        except EditError as error:
            raise SourceError(f"can't be edited: {error}") from None
        except UnicodeEncodeError:
            raise SourceError(f"can't be edited: the new text can't be written in {self.encoding}") from None


def compile_only(text: str, path: str, *, top_level_await: bool) -> ast.Module:
    """Parse, never run. What Python warns about (invalid escapes) is the program's matter, and not printed."""
    import ast

    flags = ast.PyCF_ONLY_AST | (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if top_level_await else 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = compile(text, path, "exec", flags=flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def _size(text: str) -> float:
    """How large a program's syntax tree is at most, about, without parsing it: what's inside of long texts is nearly left out."""
    if len(text) <= MOST_SIGNS:
        return 0
    return sum(map(text.count, "\n,.([{=:;+-*/%<>@|&^~")) + text.count(" ") // 2


def read_all(stream: FileIO, size: int) -> bytes:
    """An open file's bytes. Raises SourceError where there are too many.

    `size` is what the system says: a buffer of that size is filled at once, and one for all that a file may have takes thrice as
    long to get. There may be more all the same, in a file that is no such or grows.
    """
    parts: list[bytes] = []
    left, wanted = MOST_BYTES + 1, size + 1
    while left and (part := stream.read(min(left, wanted))):
        parts.append(part)
        left -= len(part)
        wanted = _MORE
    if not left:
        raise SourceError(f"is too large to be linted: more than {MOST_BYTES:,} bytes")
    return b"".join(parts)


def _decode(raw: bytes) -> tuple[str, str]:
    """The text (line ends kept, no byte order mark) and the name of its encoding, as PEP 263 has it."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SourceError("is UTF-16, which Python can't read as a program")
    if b"\0" in raw:
        line = len(_NEWLINE.findall(raw, 0, raw.index(b"\0"))) + 1
        raise SourceError(f"contains a null byte, in line {line}")
    marked = raw.startswith(codecs.BOM_UTF8)
    body = raw[3:] if marked else raw
    name = _declared(body)
    if name is None:
        encoding = "utf-8"
    else:
        encoding = _usual(name)
        if marked and encoding != "utf-8":
            raise SourceError(f"has a UTF-8 byte order mark, but declares the encoding {name!r}")
    try:
        return body.decode(encoding), encoding
    except LookupError:
        raise SourceError(f"declares an unknown encoding, {name!r}") from None
    except UnicodeDecodeError as error:
        line = len(_NEWLINE.findall(body, 0, error.start)) + 1
        hint = "" if name else " (and no coding line declares another)"
        raise SourceError(f"can't be decoded as {encoding}{hint}: {error.reason}, in line {line}") from None
    except Exception as error:
        raise SourceError(f"can't be decoded as {encoding}: {error}") from None


def _encode(text: str, encoding: str, raw: bytes) -> bytes:
    """The bytes of a text, with the byte order mark that the old bytes have."""
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    return mark + text.encode(encoding)


def _declared(body: bytes) -> str | None:
    """The encoding that one of the first two lines declares."""
    if b"coding" not in body[:400]:
        return None
    for line in _NEWLINE.split(body[:4000], maxsplit=2)[:2]:
        if match := _CODING.match(line):
            return match.group(1).decode("ascii", "replace")
        if not _BLANK.match(line):
            return None
    return None


def _usual(name: str) -> str:
    """The name of an encoding without the suffixes of editors ("utf-8-unix"), as CPython's tokenizer takes it."""
    usual = name[:12].lower().replace("_", "-")
    if usual == "utf8" or usual == "utf-8" or usual.startswith("utf-8-"):
        return "utf-8"
    if any(usual == latin or usual.startswith(latin + "-") for latin in ("latin-1", "iso-8859-1", "iso-latin-1")):
        return "iso-8859-1"
    return name


def shown_path(path: str, cwd: str) -> str:
    """A path as it is shown: relative to a folder, with forward slashes."""
    try:
        relative = os.path.relpath(path, cwd)
    except ValueError:  # another drive
        relative = path
    return relative.replace(os.sep, "/") if os.sep != "/" else relative
