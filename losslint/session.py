"""A run: from files to findings, project by project.

What is known from an earlier run is taken from the cache. Only where there's more to do is the engine imported: most runs
have nothing to do. Large runs are shared among several processes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from losslint import discovery
from losslint.finding import FileError
from losslint.hierarchy import Hierarchy
from losslint.record import replace
from losslint.result import Linted, Result, Setup, Statistics, paths

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

    from losslint.cache import Cache
    from losslint.finding import Finding, Silence
    from losslint.linting import Lint
    from losslint.settings import Settings
    from losslint.source import Source

__all__ = ["Result", "Statistics", "lint", "lint_sources"]

Progress = Callable[[float, int], None]
"""Called with the number of files that are done, and of findings so far."""

PARALLEL_BYTES = 4_000_000
"""Below this, to start processes takes longer than what they save."""


def lint(
    files: Sequence[discovery.File],
    settings: Settings | Hierarchy,
    *,
    overlay: Mapping[str, bytes] | None = None,
    explain_silence: bool = False,
    cache: Cache | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Result:
    """Lint files, each in the context of its project and under the settings of its folder.

    `overlay` replaces the bytes of files, by path as shown. `jobs` is the largest number of processes.
    """
    started = time.perf_counter()
    named = frozenset(file.shown for file in files)
    if overlay or explain_silence:
        cache = None  # what is replaced isn't what is on the disk, and silences aren't kept
    done: list[Linted] = []
    todo: list[list[discovery.File]] = []
    number = 0
    for members in _projects(files, settings):
        known = None if cache is None else cache.recall(members, named)
        if known is None:
            todo.append(members)
        else:
            done.append(known)
            number += _named(members, named)
    if todo:
        setup = Setup(settings, named, overlay or {}, explain_silence, cache is not None)
        findings = sum(len(linted.findings) for linted in done)

        def part(share: float, members: int) -> None:
            if progress is not None:
                progress(number + share * members, findings)

        for members, linted in zip(todo, _all(setup, todo, jobs, part), strict=True):
            done.append(linted)
            number += _named(members, named)
            findings += len(linted.findings)
            part(0, 0)
            if cache is not None:
                cache.keep(members, named, linted)
    unusable = _unusable() if todo else ()
    if cache is not None and not unusable:  # or nobody would name them the next time
        cache.save()
    return _result(files, done, unusable, explain_silence, started)


def _named(members: Sequence[discovery.File], named: frozenset[str]) -> int:
    """How many of a project's files were asked for: the others are their context."""
    return sum(file.shown in named for file in members)


def lint_sources(sources: Mapping[str, bytes], settings: Settings) -> Result:
    """Lint the files of one project from memory, by their paths in it. Nothing is read from a disk."""
    from losslint import linting
    from losslint.source import Source, SourceError

    started = time.perf_counter()
    root = os.path.join(os.sep, "losslint", "sources")  # so that each has a place; nothing is there
    places = {path: os.path.join(root, *path.split("/")) for path in sorted(sources)}
    files = [discovery.File.at(place, path, root, place) for path, place in places.items()]
    setup = Setup(settings, frozenset(sources), sources, silences=False, contents=False)
    with linting.engine(setup) as engine:
        linted = engine(files)
    errors = dict(linted.errors)
    for path, raw in sources.items():
        if path not in errors and path not in linted.sources:  # nobody had to read it yet
            try:
                Source.from_bytes(raw, path).parse()
            except SourceError as error:
                errors[path] = FileError(path, error.message)
    return _result(files, [replace(linted, errors=errors)], _unusable(), False, started)


def _unusable() -> tuple[FileError, ...]:
    """The plugins that can't be used."""
    from losslint import frameworks, rule

    return (*rule.plugin_errors(), *frameworks.plugin_errors())


def _result(
    files: Sequence[discovery.File],
    done: Sequence[Linted],
    unusable: tuple[FileError, ...],
    explain_silence: bool,
    started: float,
) -> Result:
    findings: list[Finding] = [finding for linted in done for finding in linted.findings]
    errors: dict[str, FileError] = {}
    sources: dict[str, Source] = {}
    silences: set[Silence] = set()
    for linted in done:
        errors.update(linted.errors)
        sources.update(linted.sources)
        silences.update(linted.silences)
    findings = sorted(dict.fromkeys(findings), key=lambda f: (f.sort_key, [step.place for step in f.trace]))
    places = {path for finding in findings for path in paths(finding)}
    shown = places | {silence.place.path for silence in silences}
    return Result(
        tuple(findings),
        (*unusable, *(errors[path] for path in sorted(errors))),
        Statistics(
            len(files),
            sum(len(linted.selected) for linted in done),
            len(places),
            time.perf_counter() - started,
            sum(linted.judged for linted in done),
            sum(linted.silent for linted in done),
            sum(linted.suppressed for linted in done),
        ),
        {path: sources[path] for path in sorted(shown) if path in sources},
        tuple(sorted(silences)) if explain_silence else None,
        dict(sorted((path, word) for linted in done for path, word in linted.selected.items())),
    )


def _projects(files: Sequence[discovery.File], settings: Settings | Hierarchy) -> list[list[discovery.File]]:
    """The files by project, each with all that belongs to it."""
    if isinstance(settings, Hierarchy):
        settings.holding(files)  # these are asked for; the settings of others are no reason to stop
        settings.lenient = True
    by_root: dict[str, dict[str, discovery.File]] = {}
    whole: set[str] = set()
    roots: dict[tuple[str, str], str] = {}
    for file in files:
        folder = (file.folder, file.base)
        root = roots.get(folder)
        if root is None or file.is_named:
            root = roots[folder] = discovery.project_root(file)
            if root == file.base or root.startswith(file.base.rstrip("/\\") + "/"):
                whole.add(root)
        by_root.setdefault(root, {})[file.real] = file
    for root, members in by_root.items():
        if root in whole:
            continue
        for file in discovery.discover([root], settings).files:
            members.setdefault(file.real, file)
    return [[members[real] for real in sorted(members)] for _, members in sorted(by_root.items())]


# ------------------------------------------------------------------------------------------------------------ processes


def _all(
    setup: Setup, todo: Sequence[Sequence[discovery.File]], jobs: int, part: Callable[[float, int], None]
) -> Iterator[Linted]:
    """Lint projects, in order, in as many processes as pay."""
    jobs = min(jobs, len(todo))
    method = _method()
    if jobs < 2 or method is None or sum(_size(file) for members in todo for file in members) < PARALLEL_BYTES:
        from losslint import linting

        with linting.engine(setup, part) as engine:
            yield from map(engine, todo)
        return
    # the largest first: whoever is last then has little left to do
    largest = sorted(range(len(todo)), key=lambda index: (-sum(map(_size, todo[index])), index))
    found: dict[int, Linted] = {}
    with _pool(method, jobs, setup) as pool:
        results = pool.imap_unordered(_one, [(index, todo[index]) for index in largest])
        for number in range(len(todo)):
            while number not in found:
                index, linted = next(results)
                found[index] = linted
            yield found.pop(number)
        # They end by themselves rather than killed, so that what measures processes (coverage) gets to write what it saw.
        pool.close()
        pool.join()


def _method(platform: str = sys.platform, version: tuple[int, int] = sys.version_info[:2]) -> str | None:
    """How processes are started: so that none imports what lies in the current folder, which is what's linted.

    A process that isn't forked is a new Python, which looks for its modules in the current folder first; since 3.11 it can be
    told not to. Before that there's one process.
    """
    if platform == "linux":
        return "fork"  # losslint has no threads
    return "spawn" if version >= (3, 11) else None


@contextmanager
def _pool(method: str, jobs: int, setup: Setup) -> Iterator[Pool]:
    import multiprocessing

    safe = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        with multiprocessing.get_context(method).Pool(jobs, _start, (setup,)) as pool:
            yield pool
    finally:
        if safe is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = safe


def _size(file: discovery.File) -> int:
    try:
        return os.stat(file.path).st_size
    except OSError:
        return 0


class _Process:
    """What a process of a run has: the engine, for as long as it lives."""

    stack: ExitStack
    engine: Lint


def _start(setup: Setup) -> None:
    from losslint import linting

    _Process.stack = ExitStack()
    _Process.engine = _Process.stack.enter_context(linting.engine(setup))


def _one(task: tuple[int, Sequence[discovery.File]]) -> tuple[int, Linted]:
    index, members = task
    linted = _Process.engine(members)
    shown = {path for finding in linted.findings for path in paths(finding)}
    shown |= {silence.place.path for silence in linted.silences}
    return index, replace(linted, sources={path: linted.sources[path] for path in shown if path in linted.sources})
