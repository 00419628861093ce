"""A baseline: what was found when losslint was first used on a project, so that only what is new fails.

    losslint --write-baseline baseline.json
    losslint --baseline baseline.json

A finding is known by its rule, its file, the names of the classes and functions that it is in, and the text of its
statement without spaces and comments: lines that move, and code that is formatted anew, make no difference. Where there are
several of the same, as many as were written are known, and any further one is new.
"""

from __future__ import annotations

import collections
import json
import os
from collections.abc import Collection, Iterable, Mapping

from losslint.finding import Finding
from losslint.fingerprint import Entry, Reader
from losslint.record import dataclass, field
from losslint.source import Source

VERSION = 1
MOST = 1_000_000
"""More findings of one kind than this nobody has: a larger number is a mistake, or meant to hide what isn't known."""


MOST_BYTES = 64_000_000
"""A larger file is no baseline: that's room for some two hundred thousand findings."""


class BaselineError(Exception):
    """A file that is no baseline; the message names it, and what is wrong with it."""


@dataclass(frozen=True)
class Baseline:
    """The findings that are known, each with how often; `folder` is the one that paths are relative to."""

    folder: str
    entries: collections.Counter[Entry] = field(default_factory=collections.Counter)

    def new(self, findings: Iterable[Finding], sources: Mapping[str, Source]) -> tuple[Finding, ...]:
        """The findings that aren't known. They come in order, so that it's always the same ones of several."""
        left: collections.Counter[tuple[str, str, str, str]] = collections.Counter()
        for entry, count in self.entries.items():
            left[entry.key] += count
        found: list[Finding] = []
        reader = Reader(self.folder, sources)
        paths = {entry.path for entry in self.entries}
        for finding in findings:
            key = reader.entry(finding).key if reader.path(finding) in paths else None
            if key is not None and left[key] > 0:
                left[key] -= 1
            else:
                found.append(finding)
        return tuple(found)

    def renewed(
        self,
        findings: Iterable[Finding],
        sources: Mapping[str, Source],
        judged: Mapping[str, Collection[str]],
        rules: Collection[str],
    ) -> Baseline:
        """The baseline with what is found now, instead of what was.

        What can't be told stays: entries of files that exist and weren't linted, or of rules that there are and didn't run
        there. `judged` has the codes of the rules that ran for each file that was linted, by path as shown.
        """
        reader = Reader(self.folder, sources)
        again = {reader.relative(path): codes for path, codes in judged.items()}
        entries = collections.Counter(map(reader.entry, findings))
        for entry, count in self.entries.items():
            exists = entry.rule in rules and os.path.exists(os.path.join(self.folder, entry.path))
            if exists and entry.rule not in again.get(entry.path, ()):
                # what is in a file that wasn't named may have been found all the same, by its cause
                entries[entry] = max(entries[entry], count)
        return Baseline(self.folder, entries)

    def text(self) -> str:
        """The file: JSON, an entry a line, so that its changes can be read."""
        lines = [
            json.dumps({
                "path": entry.path, "rule": entry.rule, "within": entry.within, "statement": entry.statement, "count": count,
            })
            for entry, count in sorted(self.entries.items())
        ]  # fmt: skip
        listed = "[\n  " + ",\n  ".join(lines) + "\n]" if lines else "[]"
        return f'{{"version": {VERSION}, "findings": {listed}}}\n'


def read(path: str) -> Baseline:
    """The baseline that a file is. Raises BaselineError."""
    try:
        with open(path, "rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise BaselineError(f"the baseline {path} is damaged: it's larger than {MOST_BYTES:,} bytes")
        content: object = json.loads(raw.decode("utf-8"))
    except OSError as error:
        raise BaselineError(f"the baseline {path} can't be read: {error.strerror or error}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise BaselineError(f"the baseline {path} is damaged: it isn't JSON: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("findings"), list):
        raise BaselineError(f"the baseline {path} is damaged: it has no list of findings")
    if content.get("version") != VERSION:
        raise BaselineError(f"the baseline {path} has another version than {VERSION}, which this losslint reads")
    entries: collections.Counter[Entry] = collections.Counter()
    for number, item in enumerate(content["findings"], 1):
        entry, count = _entry(item, f"the baseline {path} is damaged: finding {number}")
        entries[entry] += count
    return Baseline(os.path.dirname(os.path.abspath(path)), entries)


def _entry(item: object, where: str) -> tuple[Entry, int]:
    if not isinstance(item, dict):
        raise BaselineError(f"{where} is no object")
    texts: list[str] = []
    for key in ("path", "rule", "within", "statement"):
        value = item.get(key)
        if not isinstance(value, str) or "\0" in value:
            raise BaselineError(f"{where} has no {key}, or one that is no text")
        texts.append(value)
    count = item.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= MOST:
        raise BaselineError(f"{where} has no count, or one that is no number from 1 on")
    return Entry(*texts), count
