"""What a file holds: its bytes, and what tells one content from another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from losslint.source import SourceError, read_all

try:
    from _blake2 import blake2b as blake2b  # hashlib's own; importing that loads OpenSSL
except ImportError:
    from hashlib import blake2b as blake2b

if TYPE_CHECKING:
    from losslint.discovery import File


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
