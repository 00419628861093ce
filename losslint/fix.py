"""Making fixes: which ones go together, whether they do what they promise, and writing them.

Everything is tried in memory first: after each pass the files are parsed and linted again, and a fix whose finding is
still there is taken back. Only then anything is written.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from losslint.editing import EditError, Lines, Replacement, moved, normalized, replacements
from losslint.finding import Edit, FileError, Finding, Fix, Place, is_applicable
from losslint.record import dataclass, replace
from losslint.source import Source, SourceError
from losslint.writing import Change, WriteError, write_together

MAX_PASSES = 10
"""Passes of linting and fixing. Two are the usual; more are needed where fixes overlap."""

Start = tuple[str, int, int]
"""Where a place starts: path, line and column."""

Key = tuple[str, Start, Start]
"""A finding, as it is known from one pass to the next: its code, the start of the loss, and the start of the cause.

The cause belongs to it: a loss may be given softmax from two models, each with a fix of its own.
"""


class Result(Protocol):
    """What linting yields, as far as fixing needs it (`losslint.session.Result`)."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, sorted."""

    @property
    def errors(self) -> tuple[FileError, ...]:
        """The files that could not be linted."""

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources of all files that a finding, a step or an edit is in, by path as shown."""


_Result = TypeVar("_Result", bound=Result)


@dataclass(frozen=True, slots=True)
class Applied:
    """What one pass made of the fixes.

    `contents` has the new bytes of the changed files, `findings` those whose fixes are in them, and `edits` what was
    edited, by path. `waiting` are findings with a fix that overlaps another one, for the next pass; `broken`
    are those whose fix can't be made: a file would no longer parse, or can't be written in its encoding.
    """

    contents: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    edits: Mapping[str, tuple[Edit, ...]]
    waiting: tuple[Finding, ...] = ()
    broken: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Fixed(Generic[_Result]):
    """What all passes made of the fixes.

    `result` is what linting yields after them. `contents` has the new bytes of the changed files, `originals` what they
    were. `findings` were fixed; `groups` are the paths of files that were changed by a fix together. `taken_back` are
    findings whose fix was made and didn't help.
    """

    result: _Result
    contents: Mapping[str, bytes]
    originals: Mapping[str, Source]
    findings: tuple[Finding, ...]
    groups: tuple[frozenset[str], ...] = ()
    taken_back: tuple[Finding, ...] = ()
    passes: int = 0


def key_of(finding: Finding) -> Key:
    """What a finding is known by within one state of the files."""
    return finding.code, _start(finding.place), _start(finding.trace[0].place if finding.trace else finding.place)


def _start(place: Place) -> Start:
    return place.path, place.line, place.column


def apply_fixes(
    findings: Iterable[Finding],
    sources: Mapping[str, Source],
    *,
    unsafe: bool = False,
    banned: Collection[Key] = (),
) -> Applied:
    """Make the fixes that go together, each whole or not at all. Nothing is written."""
    chosen = _Chosen(sources)
    waiting: list[Finding] = []
    broken: list[Finding] = []
    for finding in findings:
        fix = finding.fix
        if fix is None or not is_applicable(fix, unsafe=unsafe) or key_of(finding) in banned:
            continue
        try:
            if not chosen.add(finding, fix):
                waiting.append(finding)
        except (EditError, KeyError):
            broken.append(finding)
    try:
        return chosen.applied(waiting, broken)
    except SourceError:
        pass
    # Some file no longer parses: one by one, to see which fix it is.
    good = _Chosen(sources)
    for finding in chosen.findings:
        assert finding.fix is not None
        trial = good.copy()
        try:
            if not trial.add(finding, finding.fix):
                waiting.append(finding)
                continue
            trial.applied([], [])
        except SourceError:
            broken.append(finding)
        else:
            good = trial
    return good.applied(waiting, broken)


class _Chosen:
    """The fixes of a pass, as edits that don't touch each other."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        self.findings: list[Finding] = []
        self._edits: dict[str, dict[Replacement, Edit]] = {}
        self._lines: dict[str, Lines] = {}

    def copy(self) -> _Chosen:
        """The same fixes, to add another one on trial."""
        other = _Chosen(self.sources)
        other.findings = list(self.findings)
        other._edits = {path: dict(edits) for path, edits in self._edits.items()}
        other._lines = self._lines
        return other

    def add(self, finding: Finding, fix: Fix) -> bool:
        """Add a fix, or say that it touches another one's text.

        Raises EditError where its edits don't fit the text or each other, KeyError where a file isn't known.
        """
        added: dict[str, dict[Replacement, Edit]] = {}
        for path in dict.fromkeys(edit.place.path for edit in fix.edits):
            edits = [edit for edit in fix.edits if edit.place.path == path]
            lines = self._lines_of(path)
            replacements(lines, edits)
            added[path] = {replacements(lines, [edit])[0]: edit for edit in edits}
        for path, news in added.items():
            others = self._edits.get(path, {})
            for new in news:
                if new not in others and any(_touch(new, other) for other in others):
                    return False
        for path, news in added.items():
            self._edits.setdefault(path, {}).update(news)
        self.findings.append(finding)
        return True

    def applied(self, waiting: Iterable[Finding], broken: Iterable[Finding]) -> Applied:
        """The new bytes. Raises SourceError where one of the files doesn't parse after its edits."""
        contents: dict[str, bytes] = {}
        edits: dict[str, tuple[Edit, ...]] = {}
        for path, chosen in sorted(self._edits.items()):
            source = self.sources[path]
            # Imports that several fixes need at one place come in the order of the alphabet, on every run.
            ordered = tuple(edit for _, edit in sorted(chosen.items()))
            raw = source.edited(ordered)
            if raw == source.raw:
                continue
            after = Source.from_bytes(raw, path)
            after.parse()
            if after.skipped_cells != source.skipped_cells or len(after.cells or ()) != len(source.cells or ()):
                raise SourceError("a cell doesn't parse any more")
            contents[path] = raw
            edits[path] = ordered
        return Applied(contents, tuple(self.findings), edits, tuple(waiting), tuple(broken))

    def _lines_of(self, path: str) -> Lines:
        if path not in self._lines:
            self._lines[path] = Lines(self.sources[path].text)
        return self._lines[path]


def _touch(one: Replacement, other: Replacement) -> bool:
    """Whether two different replacements can't both be made: they share characters, or meet at an insertion."""
    if one.start == one.end == other.start == other.end:
        return not (_is_import(one.text) and _is_import(other.text))
    if one.start == one.end or other.start == other.end:
        return one.start <= other.end and other.start <= one.end
    return one.start < other.end and other.start < one.end


def _is_import(text: str) -> bool:
    """Whether a text is whole lines of imports: several of those may go to one place."""
    return text.endswith("\n") and all(
        line.startswith(("import ", "from ")) and "(" not in line and not line.endswith("\\")
        for line in text[:-1].split("\n")
    )


def fix_until_stable(
    lint: Callable[[Mapping[str, bytes]], _Result],
    *,
    unsafe: bool = False,
    only: Callable[[Finding], bool] | None = None,
    choices: Mapping[Key, int] | None = None,
) -> Fixed[_Result]:
    """Lint, fix, and lint again until nothing changes. Nothing is written.

    `lint` is given the bytes of the files that were changed so far, by path as shown, to read in place of those on the
    disk. A fix stays only where its finding is gone in the run after it. `only` says which findings may be fixed.
    `choices` says the same of each finding by itself, with the number of the one of its fixes that is to be made.
    """
    contents: dict[str, bytes] = {}
    originals: dict[str, Source] = {}
    fixed: list[Finding] = []
    taken_back: list[Finding] = []
    together: list[frozenset[str]] = []
    banned: set[Key] = set()
    result = lint({})
    seen: list[tuple[dict[str, bytes], int]] = [({}, 0)]
    passes = 0
    while passes < MAX_PASSES:
        wanted = [finding for finding in result.findings if only is None or only(finding)]
        if choices is not None:
            wanted = list(_chosen(wanted, choices))
        applied = apply_fixes(wanted, result.sources, unsafe=unsafe, banned=banned)
        if not applied.contents:
            break
        after = {**contents, **applied.contents}
        new_result = lint(after)
        failed = _failed(applied, result, new_result)
        if failed:
            # Without them, the same pass again. This ends: each time there's at least one fix less.
            taken_back.extend(failed)
            banned.update(map(key_of, failed))
            continue
        passes += 1
        banned = {key for old in banned for key in [_moved_key(old, applied, result.sources)] if key is not None}
        if choices is not None:
            keys = [(_moved_key(key, applied, result.sources), number) for key, number in choices.items()]
            choices = {key: number for key, number in keys if key is not None}
        for path in applied.contents:
            originals.setdefault(path, result.sources[path])
        fixed.extend(applied.findings)
        for finding in applied.findings:
            assert finding.fix is not None
            together.append(frozenset(edit.place.path for edit in finding.fix.edits))
        contents, result = after, new_result
        changed = _changed(contents, originals)
        earlier = next((number for state, number in seen if state == changed), None)
        if earlier is not None:
            # Two fixes that undo each other: nothing was fixed since this state was met first.
            del fixed[earlier:], together[earlier:]
            break
        seen.append((changed, len(fixed)))
    changed = _changed(contents, originals)
    return Fixed(
        result,
        changed,
        {path: originals[path] for path in changed},
        tuple(fixed),
        _connected(together, changed),
        tuple(taken_back),
        passes,
    )


def _chosen(findings: Iterable[Finding], choices: Mapping[Key, int]) -> Iterator[Finding]:
    """The findings that are to be fixed, each with the fix that was chosen for it."""
    for finding in findings:
        number = choices.get(key_of(finding))
        if number is not None and number < len(finding.fixes):
            yield replace(finding, fix=finding.fixes[number], alternatives=())


def _changed(contents: Mapping[str, bytes], originals: Mapping[str, Source]) -> dict[str, bytes]:
    """The contents that differ from what was there before."""
    return {path: raw for path, raw in contents.items() if raw != originals[path].raw}


def _failed(applied: Applied, before: Result, after: Result) -> list[Finding]:
    """The findings that are still there after their fix, or of whose files linting says nothing any more."""
    old_errors = {error.path for error in before.errors}
    new_errors = {error.path for error in after.errors} - old_errors
    failed = [
        finding
        for finding in applied.findings
        if finding.fix is not None
        and ({finding.place.path, *(edit.place.path for edit in finding.fix.edits)} & new_errors)
    ]
    if new_errors and not failed:
        # Linting another file fails now; which fix did it can't be told.
        return list(applied.findings)
    left = [key_of(finding) for finding in after.findings]
    for finding in applied.findings:
        code, loss, cause = key_of(finding)
        candidates = [key for key in left if key[0] == code]
        if not candidates or finding in failed:
            continue
        loss_low, loss_high = _moved(loss, applied, before.sources)
        cause_low, cause_high = _moved(cause, applied, before.sources)
        if any(loss_low <= key[1] <= loss_high and cause_low <= key[2] <= cause_high for key in candidates):
            failed.append(finding)
    return failed


def _moved(start: Start, applied: Applied, sources: Mapping[str, Source]) -> tuple[Start, Start]:
    """Where the start of a place is after the edits: the first and the last one that it can be."""
    path, line, column = start
    edits = applied.edits.get(path)
    if not edits:
        return start, start
    old = Lines(sources[path].text)
    low, high = moved(old.offset(line, column), replacements(old, edits))
    new = Lines(Source.from_bytes(applied.contents[path], path).text)
    return (path, *new.position(low)), (path, *new.position(min(high, len(new.text))))


def _moved_key(key: Key, applied: Applied, sources: Mapping[str, Source]) -> Key | None:
    code, loss, cause = key
    try:
        return code, _moved(loss, applied, sources)[0], _moved(cause, applied, sources)[0]
    except (EditError, KeyError):
        return None


def _connected(sets: Iterable[frozenset[str]], changed: Collection[str]) -> tuple[frozenset[str], ...]:
    """Sets that share an element, joined; only the changed files of them."""
    joined: list[set[str]] = []
    for paths in sets:
        overlapping = [group for group in joined if group & paths]
        joined = [group for group in joined if not group & paths]
        joined.append(set(paths).union(*overlapping))
    groups = (frozenset(group & set(changed)) for group in joined)
    return tuple(sorted((group for group in groups if group), key=sorted))


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and the ones that couldn't be."""

    paths: tuple[str, ...]
    errors: tuple[FileError, ...]


def write_fixed(fixed: Fixed[_Result], roots: Iterable[str] | None = None) -> Written:
    """Write the changed files. Files that one fix changed together are all written, or none of them.

    Paths are taken as shown, relative to the current folder. A file that is no longer what was linted isn't written, nor is
    one outside of the `roots`, the projects' folders (the current folder where there are none given).
    """
    roots = (os.getcwd(),) if roots is None else tuple(roots)
    written: list[str] = []
    errors: list[FileError] = []
    for group in fixed.groups:
        changes = [Change(path, fixed.contents[path], fixed.originals[path].raw) for path in sorted(group)]
        try:
            write_together(changes, roots)
        except WriteError as error:
            errors.append(FileError(error.path, error.message))
        else:
            written.extend(change.path for change in changes)
    return Written(tuple(sorted(written)), tuple(errors))


def fix_diff(fix: Fix, sources: Mapping[str, Source]) -> str:
    """What a fix would change, as a unified diff; empty where it can't be made."""
    parts: list[str] = []
    for path in dict.fromkeys(edit.place.path for edit in fix.edits):
        source = sources.get(path)
        if source is None:
            return ""
        try:
            parts.append(unified_diff(source, source.edited(e for e in fix.edits if e.place.path == path), context=1))
        except SourceError:
            return ""
    return "".join(parts)


def unified_diff(old: Source, new: bytes | Source, *, context: int = 3) -> str:
    """What changed, as a unified diff; for a notebook one for each changed cell (`a/nb.ipynb:cell 3`)."""
    if isinstance(new, bytes):
        new = Source.from_bytes(new, old.path)
    if old.cells is None or new.cells is None:
        return _diff(_whole(old), _whole(new), old.path, context)
    return "".join(
        _diff(before.text, after.text, f"{old.path}:cell {before.number}", context)
        for before, after in zip(old.cells, new.cells, strict=False)
    )


def _whole(source: Source) -> str:
    return normalized(source.text)


def _diff(old: str, new: str, path: str, context: int) -> str:
    # Split at line feeds only: a form feed is no line end.
    import difflib  # which few runs need

    from losslint.report import harmless

    path = harmless(path)  # a line feed in a name would begin another file
    lines = difflib.unified_diff(_with_ends(old), _with_ends(new), f"a/{path}", f"b/{path}", n=context, lineterm="\n")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _with_ends(text: str) -> list[str]:
    lines = text.split("\n")
    return [*(f"{line}\n" for line in lines[:-1]), *([lines[-1]] if lines[-1] else [])]
