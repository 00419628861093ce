"""What is fuzzed: each target takes bytes, and raises where a law is broken."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from losslint import baseline, cache, linting, session
from losslint.evaluation.evaluator import ENTRY_STEPS, MODULE_STEPS, Evaluator
from losslint.finding import Edit, Place
from losslint.report import Report, write
from losslint.rule import all_rules
from losslint.settings import OUTPUT_FORMATS, PerFileIgnores, Settings, SettingsError, read
from losslint.source import Source, SourceError
from losslint.suppression import comments

GAVE_UP = "losslint failed here"
"""What an error says that is a defect."""


class LawBroken(Exception):
    """An input that was answered, and wrongly."""


class Counted(Evaluator):
    """An evaluator that is seen to keep its bounds."""

    latest: Counted | None = None

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        Counted.latest = self


def reading(raw: bytes) -> None:
    """Bytes to text, tree and back: an edit that changes nothing gives the same bytes."""
    try:
        source = Source.from_bytes(raw, "a.py")
        source.parse()
        place = Place("a.py", 1, 1, 1, 1)
        if source.edited([Edit(place, "")]) != raw:
            raise LawBroken("an edit of nothing changed something")
    except SourceError as error:
        _is_one_line(error.message)


def notebooks(raw: bytes) -> None:
    """The same of notebooks; each place is in a cell."""
    try:
        source = Source.from_bytes(raw, "a.ipynb")
    except SourceError as error:
        _is_one_line(error.message)
        return
    try:
        source.parse()
    except SourceError as error:
        _is_one_line(error.message)
    for cell in source.cells or ():
        if source.locate(cell.first_line) != (cell.number, 1):
            raise LawBroken(f"cell {cell.number} isn't found again")
        source.file_lines(Place("a.ipynb", cell.first_line, 1, cell.last_line, 1))
        try:
            if source.edited([Edit(Place("a.ipynb", cell.first_line, 1, cell.first_line, 1), "")]) != raw:
                raise LawBroken("an edit of nothing changed something")
        except SourceError as error:
            _is_one_line(error.message)


def evaluation(raw: bytes) -> None:
    """A program, to the report in every format: bounded, without a defect, and the same again."""
    sources = {"train.py": raw}
    for part in raw.split(b"\n# file: ")[1:]:
        name, _, rest = part.partition(b"\n")
        sources[f"{name.decode('latin-1').replace('/', '').replace('.', '').strip() or 'x'}.py"] = rest
    Counted.latest = None
    linting.Evaluator = Counted  # type: ignore[misc]
    try:
        result = session.lint_sources(sources, Settings())
        counted = Counted.latest
        again = session.lint_sources(sources, Settings())
    finally:
        linting.Evaluator = Evaluator  # type: ignore[misc]
    if counted is not None and counted.spent > counted.end + max(ENTRY_STEPS, MODULE_STEPS) * len(sources):
        raise LawBroken(f"{counted.spent} steps, of {counted.end}")
    for error in result.errors:
        _is_one_line(error.message)
        if GAVE_UP in error.message or "the rule " in error.message:
            raise LawBroken(error.message)
    if (result.findings, result.errors) != (again.findings, again.errors):
        raise LawBroken("another answer the second time")
    if result.findings:
        report = Report(result.findings, result.errors, result.sources, files=len(sources), rules=all_rules())
        import io

        for output_format in OUTPUT_FORMATS:
            write(report, output_format, io.StringIO(), io.StringIO())
    for finding in result.findings:
        for path in {finding.place.path, *(step.place.path for step in finding.trace)}:
            if path not in result.sources:
                raise LawBroken(f"a place in {path}, which nobody knows")
        for fix in finding.fixes:
            for path in {edit.place.path for edit in fix.edits}:
                fixed = result.sources[path].edited([edit for edit in fix.edits if edit.place.path == path])
                Source.from_bytes(fixed, path).parse()


def suppressions(raw: bytes) -> None:
    """The comments of a file: each in its line."""
    try:
        source = Source.from_bytes(raw, "a.py")
        source.parse()
    except SourceError:
        return
    for comment in comments(source):
        if not 1 <= comment.line <= len(source.lines):
            raise LawBroken(f"a comment in line {comment.line}")


def settings(raw: bytes) -> None:
    """A settings file: it holds, or is refused with what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pyproject.toml")
        file.write_bytes(raw)
        try:
            PerFileIgnores(read(file, [(rule.code, rule.name) for rule in all_rules()]))
        except SettingsError as error:
            if not str(error):
                raise LawBroken("an error that says nothing") from None


def caches(raw: bytes) -> None:
    """A cache that somebody else made is as if it weren't there; sealed here, it raises nothing all the same."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, cache.FILE).write_bytes(raw)
        if cache._read(str(Path(folder, cache.FILE))):
            raise LawBroken("a cache without a seal is believed")
        try:
            text = json.dumps(json.loads(raw))
        except (ValueError, RecursionError):
            return
        if text.startswith("{") and len(text) > 2:
            Path(folder, cache.FILE).write_text(f"{cache._HEAD % cache._seal(text[1:])}{text[1:]}")
            cache.Cache(folder, Settings())


def baselines(raw: bytes) -> None:
    """A baseline is read, or refused; what is read is written as it was."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "base.json"))
        Path(path).write_bytes(raw)
        try:
            known = baseline.read(path)
        except baseline.BaselineError:
            return
        Path(path).write_text(known.text())
        if baseline.read(path) != known:
            raise LawBroken("it isn't what it was")


def _is_one_line(message: str) -> None:
    if not message or "\n" in message:
        raise LawBroken(f"an error that isn't one line: {message!r}")


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (reading, notebooks, evaluation, suppressions, settings, caches, baselines)
}
