"""What earlier runs found out, in one small file.

A project's result is kept with all that it was drawn from: the files that exist, the content of those that were read
for it, and of every other file the few things that were asked of it. It holds as long as these hold, for the same
losslint, rules, tables and settings. What can't be read, or was written by another losslint, is as if it weren't there.

The file is sealed with what only the machine knows on which losslint is installed, so that one that somebody else made (a
cache may come with a repository) is as if it weren't there, too.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import stat
import sys
import time
from _operator import _compare_digest as compare_digest  # hmac's own; importing that loads OpenSSL
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from losslint import __version__, content, installed
from losslint.discovery import is_whole
from losslint.finding import Edit, FileError, Finding, Fix, Place, Step
from losslint.record import is_record, names, replace
from losslint.result import Linted, paths
from losslint.settings import declared_in
from losslint.source import Source, SourceError

if TYPE_CHECKING:
    from losslint.discovery import File
    from losslint.extension import Extension
    from losslint.hierarchy import Hierarchy
    from losslint.selection import Words
    from losslint.settings import Settings

_OWN = os.path.dirname(os.path.abspath(__file__))
FOLDER = ".losslint_cache"
FILE = "cache.json"
FORMAT = 2
MOST_BYTES = 64_000_000
"""A larger file isn't read, nor written: thousands of projects with findings don't need as much."""
MOST_PROJECTS = 64
"""Results that are kept: those that were used last."""


class Cache:
    """The results of earlier runs, and what is known of the files that they were drawn from."""

    def __init__(self, folder: str, settings: Settings | Hierarchy) -> None:
        """`folder` is where the cache is, or is to be."""
        self._folder = folder
        self._settings = settings
        self._keys: dict[int, tuple[Settings, str]] = {}
        self._changed = False
        self._read_at = time.time_ns()
        self._files: dict[str, list[Any]] = {}
        self._projects: dict[str, dict[str, Any]] = {}
        self._watched: list[str] = []
        self._words: dict[str, Words] = {}
        kept = _read(os.path.join(folder, FILE))
        # what another losslint wrote, in another place, says nothing of this one
        if kept and _OWN in kept["watched"] and kept["engine"] == self._engine(kept["watched"]):
            self._files, self._projects, self._watched = kept["files"], kept["projects"], kept["watched"]

    def recall(self, members: Sequence[File], named: frozenset[str]) -> Linted | None:
        """The result of linting a project, if all that it was drawn from is as it was."""
        key = self._project(members, named)
        known = self._projects.get(key)
        if known is None:
            return None
        try:
            read = set(known["read"])
            declared = declared_in(self._settings, members)
            under = _under(declared)
            now = ((file.real, self._now(file, under, declared), file.real in read) for file in members)
            if known["drawn"] != _drawn(now):
                return None
            linted = _linted(known["result"])
            wanted = {path for finding in linted.findings for path in paths(finding)}
            sources = {file.shown: Source.read(file.path, file.shown) for file in members if file.shown in wanted}
        except (OSError, SourceError, KeyError, IndexError, TypeError, ValueError, AttributeError):
            return None  # a file that can't be read any more, or a damaged cache: the work is done again
        self._projects[key] = self._projects.pop(key)  # the last one to be used is the last one to go
        return replace(linted, sources=sources)

    def keep(self, members: Sequence[File], named: frozenset[str], linted: Linted) -> None:
        """Remember the result of linting a project."""
        if not all(file.real in linted.contents for file in members):
            return  # one couldn't be read: nobody knows when it can
        contents: dict[str, list[Any]] = {file.real: list(linted.contents[file.real]) for file in members}
        for known in contents.values():
            if known[3] > self._read_at - content.RACY:
                known[2] = -1
        under = _under(declared_in(self._settings, members))
        self._files.update((real + under, known) for real, known in contents.items())
        key = self._project(members, named)
        self._projects.pop(key, None)
        self._projects[key] = {
            "read": sorted(linted.read),
            "drawn": _drawn((real, known, real in linted.read) for real, known in contents.items()),
            "result": _plain(linted),
        }
        self._changed = True

    def save(self) -> None:
        """Write the cache, whole or not at all. Where that can't be done, the next run does the work again."""
        if not self._changed:
            return
        watched = _watched() or self._watched
        kept = {
            "engine": self._engine(watched),
            "watched": watched,
            "files": self._files,
            "projects": dict(list(self._projects.items())[-MOST_PROJECTS:]),
        }
        text = json.dumps(kept, separators=(",", ":"))
        if len(text) > MOST_BYTES:
            return
        file = os.path.join(self._folder, FILE)
        if os.path.basename(self._folder) != FOLDER and not _is_free(file):
            return
        temporary = os.path.join(self._folder, f"{FILE}.{os.urandom(8).hex()}")
        try:
            if not os.path.isdir(self._folder):
                os.makedirs(self._folder)
                # in a folder that was there already other things may be, which git is to see
                _write(os.path.join(self._folder, ".gitignore"), "*\n")
            _write(temporary, f"{_HEAD % _seal(text[1:])}{text[1:]}")
            os.replace(temporary, file)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(temporary)

    def _project(self, members: Sequence[File], named: frozenset[str]) -> str:
        """What tells one request from another: which files there are, and which of them were named, and how."""
        parts = [os.getcwd()]
        for file in members:
            given = 0 if file.shown not in named else 1 if not file.is_named else 2 + is_whole(file)
            parts.append(f"{given} {file.real}\0{file.shown}\0{self._under_which(file)}")
        return _digest("\0".join(parts))

    def _under_which(self, file: File) -> str:
        """What tells the settings of a file from others."""
        settings = self._settings.in_folder(file.folder)
        known = self._keys.get(id(settings))
        if known is None or known[0] is not settings:
            # the other two change nothing of what is found
            asked = replace(settings, output_format="full", fail_on="warning")
            known = self._keys[id(settings)] = settings, _digest(repr(_stable(asked)))
        return known[1]

    def _now(self, file: File, under: str, declared: Sequence[Extension]) -> list[Any]:
        """How a file is now. Where its size and time are as they were, so is its content.

        `under` tells from others what the project's settings declare: what is asked of a file hangs on that.
        """
        status = os.stat(file.path)
        known = self._files[file.real + under]
        if known[2] == status.st_size and known[3] == status.st_mtime_ns:
            return known
        raw, size, changed = content.read(file)
        digest, facts = content.digest(raw), known[1]
        if digest != known[0]:
            from losslint import linting

            if under not in self._words:
                self._words[under] = linting.words_of(declared)
            facts = linting.facts_now(raw, facts, file.real, self._words[under])
        if changed > self._read_at - content.RACY:
            size = -1
        now = self._files[file.real + under] = [digest, facts, size, changed]
        self._changed = True
        return now

    def _engine(self, watched: Sequence[str]) -> str:
        """What tells one losslint from another: its files and its rules', tables, what is installed, Python."""
        files = [
            (path, status.st_size, status.st_mtime_ns) for root in watched for path, status in sorted(_programs(root))
        ]
        installation = [title for _, title in installed.distributions()]
        return _digest(repr((FORMAT, __version__, sys.version, sys.platform, files, installation)))


def _read(path: str) -> dict[str, Any]:
    """A cache's content; nothing where there is none, or it isn't one that was written here."""
    try:
        if not os.path.isfile(path):  # or a pipe of that name is waited for
            return {}
        with open(path, encoding="ascii") as stream:
            text = stream.read(MOST_BYTES)
        head, body = text[: len(_HEAD % "") + 32], text[len(_HEAD % "") + 32 :]
        if not compare_digest(head, _HEAD % _seal(body)):
            return {}
        kept = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return {}
    shape = {"engine": str, "watched": list, "files": dict, "projects": dict}
    if not isinstance(kept, dict) or not all(isinstance(kept.get(key), kind) for key, kind in shape.items()):
        return {}
    return kept if all(isinstance(path, str) for path in kept["watched"]) else {}


def _is_free(path: str) -> bool:
    """Whether there's no file, or an older cache: in a folder that a person named one of that name may be theirs."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return False
        with open(path, "rb") as stream:
            start = stream.read(100)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return start.startswith((b'{"seal":"', b'{"engine":"'))


def _write(path: str, text: str) -> None:
    """Write a file that isn't there yet; a link that somebody has put there isn't followed."""
    with open(path, "x", encoding="ascii") as stream:
        stream.write(text)


_HEAD = '{"seal":"%s",'


def _seal(text: str) -> str:
    """What only this machine can write under a text."""
    return content.blake2b(text.encode("ascii"), digest_size=16, key=_secret()).hexdigest()


@functools.cache
def _secret() -> bytes:
    """When losslint's files came here, to the nanosecond: no file can be given these times, and nobody elsewhere knows them.

    (They are the times of the last change of status, on Windows those of the making.)
    """
    times = "".join(f"{status.st_ctime_ns} {status.st_ino} " for _, status in sorted(_programs(_OWN)))
    return content.blake2b(times.encode(), digest_size=32).digest()


def _watched() -> list[str]:
    """The folders of losslint, of all rules, and the files of plugins' tables; nothing where the engine didn't run."""
    if "losslint.linting" not in sys.modules:
        return []
    from losslint import frameworks
    from losslint.rule import all_rules

    files = [sys.modules[rule.__module__].__file__ for rule in all_rules()]
    tables = [
        sys.modules[value].__file__ for _, value in installed.entry_points(frameworks.GROUP) if value in sys.modules
    ]
    folders = {_OWN, *(os.path.dirname(file) for file in files if file is not None)}
    return sorted({*folders, *(file for file in tables if file is not None)})


def _programs(root: str) -> Iterator[tuple[str, os.stat_result]]:
    """The Python files below a folder, or the one file that was named instead."""
    if root.endswith(".py"):
        with contextlib.suppress(OSError):
            yield root, os.stat(root)
        return
    try:
        with os.scandir(root) as scan:
            entries = list(scan)
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith(".py"):
            yield entry.path, entry.stat()
        elif entry.name != "__pycache__" and entry.is_dir(follow_symlinks=False):
            yield from _programs(entry.path)


def _drawn(files: Iterable[tuple[str, Sequence[Any], bool]]) -> str:
    """All that a result was drawn from: of what was read the content, of the rest what was asked of it."""
    return _digest("\0".join(f"{real}\0{known[0] if read else known[1]}" for real, known, read in files))


def _digest(text: str) -> str:
    return content.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _under(declared: Sequence[Extension]) -> str:
    """What tells what settings declare from other declarations; nothing where they declare nothing."""
    return "\0" + _digest(repr(_stable(declared))) if any(extension.table for extension in declared) else ""


def _stable(value: object) -> object:
    """A value whose `repr` is the same in every process."""
    if is_record(value):
        return (type(value).__name__, [(name, _stable(getattr(value, name))) for name in names(value)])
    if isinstance(value, Mapping):
        return sorted((repr(_stable(key)), _stable(item)) for key, item in value.items())
    if isinstance(value, (set, frozenset)):
        return sorted(repr(_stable(item)) for item in value)
    if isinstance(value, (tuple, list)):
        return [_stable(item) for item in value]
    return value if value is None or isinstance(value, (str, bytes, int, float)) else str(value)


# ------------------------------------------------------------------------------------------------------------- results


def _plain(linted: Linted) -> dict[str, Any]:
    return {
        "findings": [_of_finding(finding) for finding in linted.findings],
        "errors": {path: error.message for path, error in linted.errors.items()},
        "selected": dict(linted.selected),
        "numbers": [linted.judged, linted.silent, linted.suppressed],
    }


def _linted(plain: dict[str, Any]) -> Linted:
    judged, silent, suppressed = plain["numbers"]
    return Linted(
        tuple(_finding(finding) for finding in plain["findings"]),
        {path: FileError(path, message) for path, message in plain["errors"].items()},
        plain["selected"],
        judged,
        silent,
        suppressed,
    )


def _of_finding(finding: Finding) -> list[Any]:
    return [
        finding.code, finding.name, finding.severity, finding.message, _of_place(finding.place),
        [[_of_place(step.place), step.message] for step in finding.trace],
        None if finding.fix is None else _of_fix(finding.fix),
        finding.condition,
        [_of_fix(fix) for fix in finding.alternatives],
    ]  # fmt: skip


def _finding(plain: list[Any]) -> Finding:
    code, name, severity, message, place, trace, fix, condition, alternatives = plain
    return Finding(
        code, name, severity, message, Place(*place),
        tuple(Step(Place(*at), said) for at, said in trace),
        None if fix is None else _fix(fix),
        condition,
        tuple(_fix(other) for other in alternatives),
    )  # fmt: skip


def _of_place(place: Place) -> list[Any]:
    return [place.path, place.line, place.column, place.end_line, place.end_column]


def _of_fix(fix: Fix) -> list[Any]:
    return [fix.applicability, fix.message, [[_of_place(edit.place), edit.text] for edit in fix.edits]]


def _fix(plain: list[Any]) -> Fix:
    applicability, message, edits = plain
    return Fix(applicability, message, tuple(Edit(Place(*place), text) for place, text in edits))
