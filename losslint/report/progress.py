"""How far a run is, on a terminal."""

from __future__ import annotations

import time
from typing import TextIO

DELAY = 1.0
"""Seconds after which a run is worth a bar."""
EVERY = 0.1
WIDTH = 30


class Progress:
    """A bar on a terminal: files that are done, and findings so far. Elsewhere, and in short runs, nothing is written."""

    def __init__(self, stream: TextIO, files: int) -> None:
        self._stream = stream
        self._files = files
        self._next = time.monotonic() + DELAY if stream.isatty() else float("inf")
        self._shown = False

    def __call__(self, done: float, findings: int) -> None:
        """Show how many of the files are done."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + EVERY
        filled = int(WIDTH * min(done / max(self._files, 1), 1))
        plural = "" if findings == 1 else "s"
        bar = "#" * filled + "-" * (WIDTH - filled)
        self._write(f"\r[{bar}] {int(done)}/{self._files} files, {findings} finding{plural}\x1b[K")
        self._shown = True

    def end(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._write("\r\x1b[K")
            self._shown = False

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
