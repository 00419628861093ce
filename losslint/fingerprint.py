"""Knowing a finding again in another run: by its rule and the code that it's in, not by the numbers of lines.

It's known by its rule, its file, the names of the classes and functions around it, and the text of its statement without
spaces and comments. Baselines are made of that, and the fingerprints in reports.
"""

from __future__ import annotations

import ast
import collections
import hashlib
import os
import re
import tokenize
from collections.abc import Iterable, Mapping

from losslint.finding import Finding
from losslint.record import dataclass
from losslint.source import Source, SourceError
from losslint.suppression import column_in_bytes, lines_of, path_to, tokens


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What a finding is known by. `path` is relative to a folder, `within` is "Net.forward" or empty."""

    path: str
    rule: str
    within: str
    statement: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is compared by: of the statement only what formatting doesn't change."""
        return self.path, self.rule, self.within, re.sub(r",(?=[)\]}])", "", re.sub(r"\s+", "", self.statement))


class Reader:
    """Turns findings into entries; each file is parsed once."""

    def __init__(self, folder: str, sources: Mapping[str, Source]) -> None:
        self.folder = folder
        self.sources = sources
        self._files: dict[str, tuple[ast.Module, dict[int, int]] | None] = {}

    def relative(self, shown: str) -> str:
        """A path as shown, relative to the folder."""
        try:
            return os.path.relpath(os.path.abspath(shown), self.folder).replace(os.sep, "/")
        except ValueError:  # another drive
            return os.path.abspath(shown).replace(os.sep, "/")

    def path(self, finding: Finding) -> str:
        """The file that a finding is in."""
        return self.relative(finding.place.path)

    def entry(self, finding: Finding) -> Entry:
        """What a finding is known by."""
        place = finding.place
        source = self.sources.get(place.path)
        file = self._file(place.path)
        if source is None or file is None:
            return Entry(self.path(finding), finding.code, "", "")
        tree, comments = file
        way = path_to(tree, place.line, column_in_bytes(source, place))
        names = [node.name for node in way if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))]
        lines = lines_of(way[-1], source) if way else range(place.line, place.line + 1)
        text = "\n".join(source.line(line)[: comments.get(line)] for line in lines)
        return Entry(self.path(finding), finding.code, ".".join(names), " ".join(text.split()))

    def _file(self, path: str) -> tuple[ast.Module, dict[int, int]] | None:
        """A file's tree, and the column of the comment in each line that has one."""
        if path not in self._files:
            self._files[path] = None
            source = self.sources.get(path)
            if source is not None:
                try:
                    starts = [token.start for token in tokens(source) if token.type == tokenize.COMMENT]
                    self._files[path] = source.parse(), dict(starts)
                except (SourceError, tokenize.TokenError, SyntaxError):
                    pass
        return self._files[path]


def fingerprints(findings: Iterable[Finding], sources: Mapping[str, Source]) -> list[str]:
    """A fingerprint for each finding, in their order, and no two the same: of several that are, the first is the first."""
    seen: collections.Counter[tuple[str, ...]] = collections.Counter()
    made: list[str] = []
    reader = Reader(os.getcwd(), sources)
    for finding in findings:
        key = reader.entry(finding).key
        text = "\0".join((*key, str(seen[key]) if seen[key] else ""))
        seen[key] += 1
        made.append(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
    return made
