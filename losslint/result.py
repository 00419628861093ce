"""What a run comes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from losslint.finding import FileError, Finding, Silence
from losslint.record import Frozen, dataclass, field

if TYPE_CHECKING:
    from losslint.content import Content
    from losslint.hierarchy import Hierarchy
    from losslint.settings import Settings
    from losslint.source import Source


@dataclass(frozen=True, slots=True)
class Statistics(Frozen):
    """How much work there was: files named, files evaluated, files with a finding's place or step, seconds.

    Of the losses in named files `judged` met a value of which something is known, and `silent` didn't. `suppressed`
    findings are hidden by comments, and `known` ones by a baseline.
    """

    files: int = 0
    selected: int = 0
    implicated: int = 0
    seconds: float = 0.0
    judged: int = 0
    silent: int = 0
    suppressed: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Result(Frozen):
    """Findings in order, the errors of files, and the sources of all files that a finding names.

    `silences` are the losses that could not be judged, where they were asked for. `selected` are the files that were
    evaluated, by path as shown, each with the word that selected it; empty where it only imports such a file.
    """

    findings: tuple[Finding, ...] = ()
    errors: tuple[FileError, ...] = ()
    statistics: Statistics = Statistics()
    sources: Mapping[str, Source] = field(default_factory=dict)
    silences: tuple[Silence, ...] | None = None
    selected: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Setup:
    """What linting needs beside files: `named` are those that were asked for, by path as shown, as in `overlay`.

    `contents` says that each file's content is to be recorded.
    """

    settings: Settings | Hierarchy
    named: frozenset[str]
    overlay: Mapping[str, bytes]
    silences: bool
    contents: bool


@dataclass(frozen=True, slots=True)
class Linted:
    """What linting one project, or a part of it, comes to.

    `sources` are all that were read, by path as shown; the rest is about the files that were named. `read` are the files
    that it was drawn from, by real path, and `contents` says of every file of the project how it was then.
    """

    findings: tuple[Finding, ...] = ()
    errors: Mapping[str, FileError] = field(default_factory=dict)
    selected: Mapping[str, str] = field(default_factory=dict)
    judged: int = 0
    silent: int = 0
    suppressed: int = 0
    silences: tuple[Silence, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    read: frozenset[str] = frozenset()
    contents: Mapping[str, Content] = field(default_factory=dict)


def paths(finding: Finding) -> set[str]:
    """The files that a finding names."""
    found = {finding.place.path, *(step.place.path for step in finding.trace)}
    found.update(edit.place.path for fix in finding.fixes for edit in fix.edits)
    return found
