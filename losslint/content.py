"""What a file holds: its bytes, and what tells one content from another."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from losslint.source import Source, SourceError, read_all

try:
    from _blake2 import blake2b as blake2b  # hashlib's own; importing that loads OpenSSL
except ImportError:
    from hashlib import blake2b as blake2b

if TYPE_CHECKING:
    from losslint.discovery import File


MOST_KEPT = 16_000_000
"""Beyond so many bytes of a project they are read again when they're asked for: a large one has hundreds of millions, and nearly
all of them are looked at once."""
MOST_RECENT = 4_000_000
"""So many characters of files that were read again are kept: who asks for one often asks for more of it."""
RACY = 2_000_000_000
"""A file that was changed less than two seconds before may change again without getting another time."""


class Content(NamedTuple):
    """A file as it was read: the digest, what is asked of a file that no result is drawn from, the size, the last change."""

    digest: str
    facts: str
    size: int
    changed: int


def read(file: File) -> tuple[bytes, int, int]:
    """A file's bytes, its size and the time of its last change in nanoseconds. Raises SourceError."""
    try:
        with open(file.path, "rb", buffering=0) as stream:
            status = os.fstat(stream.fileno())
            return read_all(stream, status.st_size), status.st_size, status.st_mtime_ns
    except IsADirectoryError:
        raise SourceError("is a folder, not a file") from None
    except OSError as error:
        raise SourceError(f"can't be read: {error.strerror or error}") from None
    except MemoryError:
        raise SourceError("can't be read: it doesn't fit into the memory") from None


def digest(raw: bytes) -> str:
    """What tells one content from another."""
    return blake2b(raw, digest_size=16).hexdigest()


def _read_once_more(path: str, size: int) -> tuple[bytes, list[int]]:
    """A file's bytes, its size, and the time of its last change, if it still has this size; nothing where it can't be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            raw = os.read(descriptor, size + 1)
            while raw and len(raw) < size and (more := os.read(descriptor, size + 1 - len(raw))):
                raw += more
            status = os.fstat(descriptor)
        finally:
            os.close(descriptor)
    except (OSError, MemoryError):
        return b"", []
    return raw, [len(raw), status.st_mtime_ns]


class Files(Mapping[str, bytes]):
    """The bytes of a project's files, by real path. Of a large project's not all are kept: the others are read again.

    One that then isn't as it was is named in `changed`, and what was drawn from it says nothing of what there is.
    """

    def __init__(self, most: float = math.inf) -> None:
        """`most` is how many bytes are kept."""
        self._most = most
        self._size = 0
        self._kept: dict[str, bytes] = {}
        self._left: dict[str, tuple[File, int, int, str]] = {}
        self._times: dict[str, tuple[int, int]] = {}
        self._recent: dict[str, Source] = {}
        self._recent_size = 0
        self.changed: set[str] = set()

    def put(self, real: str, raw: bytes) -> bytes:
        """A file whose bytes are given: they're kept."""
        self._kept[real] = raw
        return raw

    def add(self, real: str, file: File) -> bytes:
        """Read a file. Raises SourceError where that can't be done."""
        raw, size, changed = read(file)
        self._size += len(raw)
        if self._size <= self._most:
            self._kept[real] = raw
            self._times[real] = size, changed
        else:
            racy = changed > time.time_ns() - RACY
            self._left[real] = file, size, changed, digest(raw) if racy else ""
        return raw

    @property
    def is_whole(self) -> bool:
        """Whether all files' bytes are kept."""
        return not self._left

    def is_kept(self, real: str) -> bool:
        """Whether a file's bytes are kept."""
        return real in self._kept

    def times(self, real: str) -> tuple[int, int]:
        """A file's size and the time of its last change when it was read; (-1, 0) where it wasn't read from a disk."""
        left = self._left.get(real)
        return (left[1], left[2]) if left is not None else self._times.get(real, (-1, 0))

    def __getitem__(self, real: str) -> bytes:
        kept = self._kept.get(real)
        return kept if kept is not None else self._again(real)

    def __contains__(self, real: object) -> bool:
        return real in self._kept or real in self._left

    def __iter__(self) -> Iterator[str]:
        yield from self._kept
        yield from self._left

    def __len__(self) -> int:
        return len(self._kept) + len(self._left)

    def _again(self, real: str) -> bytes:
        file, *before, known = self._left[real]
        recent = self._recent.get(real)
        if recent is not None:
            return recent.raw
        raw, now = _read_once_more(file.path, before[0])
        if now != before or (known and digest(raw) != known):
            self.changed.add(real)
            return b""
        return raw

    def source(self, real: str, shown: str) -> Source:
        """The source that a file is. Raises SourceError where it is none."""
        if real in self._kept:
            return Source.from_bytes(self._kept[real], shown)
        return Again(self.again(real, shown), self, real)

    def again(self, real: str, shown: str) -> Source:
        """The source that a file is which isn't kept, as long as it's asked for. Raises SourceError where it changed."""
        known = self._recent.pop(real, None)
        if known is None:
            raw = self._again(real)
            if real in self.changed:
                raise SourceError("changed while it was linted")
            known = Source.from_bytes(raw, shown)
            self._recent_size += len(known.text)
            while self._recent and self._recent_size > MOST_RECENT:
                self._recent_size -= len(self._recent.pop(next(iter(self._recent))).text)
        self._recent[real] = known  # the last one to be asked for is the last one to go
        return known


class Again(Source):
    """The source of a file whose bytes and text are read again when they're asked for."""

    def __init__(self, first: Source, files: Files, real: str) -> None:
        """`first` is what the file is. What it holds raises SourceError when it changed since."""
        self.path = first.path  # type: ignore[misc]
        self.encoding = first.encoding  # type: ignore[misc]
        self.cells = first.cells  # type: ignore[misc]
        self.skipped_cells = first.skipped_cells  # type: ignore[misc]
        self._is_ascii = first.text.isascii()
        self._files = files
        self._real = real

    @property
    def whole(self) -> Source:
        """The source with all that it holds."""
        return self._files.again(self._real, self.path)

    @property
    def raw(self) -> bytes:
        """The bytes."""
        return self.whole.raw

    @property
    def text(self) -> str:
        """The module text."""
        return self.whole.text

    @property
    def lines(self) -> list[str]:
        """The lines of the module text, without their ends."""
        return self.whole.lines

    def char_column(self, line: int, utf8_offset: int) -> int:
        """The column in characters, from 1, of an offset in UTF-8 bytes, as `ast` has it."""
        return utf8_offset + 1 if self._is_ascii else super().char_column(line, utf8_offset)
