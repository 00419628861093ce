"""What the command does. What isn't needed for every call (the engine, libcst, rich) is imported where it's needed."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO, overload

from losslint.record import dataclass, replace

if TYPE_CHECKING:
    from losslint.baseline import Baseline
    from losslint.cache import Cache
    from losslint.discovery import File
    from losslint.finding import FileError, Finding
    from losslint.fix import Fixed
    from losslint.hierarchy import Hierarchy
    from losslint.report import Report
    from losslint.rule import Rule
    from losslint.session import Result
    from losslint.settings import OutputFormat, Selection

CLEAN, FOUND, FAILED = 0, 1, 2
"""Exit statuses: nothing to say; findings are left; it could not do its work."""


@dataclass(frozen=True, slots=True)
class Piped:
    """A file that an editor gives on standard input: where it is, or would be, and its bytes."""

    file: File
    raw: bytes


@dataclass(frozen=True, slots=True)
class Command:
    """The arguments and options of the command line."""

    paths: tuple[str, ...] = ()
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False
    interactive: bool = False
    show_fixes: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    config: tuple[str, ...] = ()
    add_ignores: str | None = None
    baseline: str | None = None
    write_baseline: str | None = None
    isolated: bool = False
    show_settings: bool = False
    show_files: bool = False
    output_format: str | None = None
    output_file: tuple[str, ...] = ()
    stdin_filename: str | None = None
    fail_on: str | None = None
    exit_zero: bool = False
    quiet: bool = False
    statistics: bool = False
    verbose: bool = False
    no_cache: bool = False
    cache_dir: str | None = None
    jobs: int | None = None
    explain_silence: bool = False
    explain: str | None = None
    list_rules: bool = False
    new_rule: str | None = None
    server: bool = False


@dataclass(frozen=True, slots=True)
class _Options:
    """How to run, beside the settings: what was asked for, and what was read for it."""

    asked: Command
    baseline: Baseline | None = None
    piped: Piped | None = None


class UsageError(Exception):
    """What was asked for can't be done; the message says why."""


def run(asked: Command) -> int:
    """Do what was asked for; the exit status. Raises UsageError."""
    from losslint.discovery import SUFFIXES
    from losslint.settings import Selection, SettingsError

    _warn_of_namesake()
    if asked.server:
        return _serve()
    try:
        if asked.explain is not None:
            return _explain(asked.explain)
        if asked.list_rules:
            return _list_rules(as_json=asked.output_format == "json")
        if asked.new_rule is not None:
            return _new_rule(asked.new_rule)
        paths = asked.paths
        piped = asked.stdin_filename is not None or "-" in paths
        if piped:
            if paths not in ((), ("-",)):
                raise UsageError("'-' is one file, and linted alone")
            paths = (asked.stdin_filename or "-",)
        paths = paths or (".",)
        given = Selection(asked.select, asked.extend_select, asked.ignore)
        settings = _settings(paths, given, asked.config, asked.isolated, asked.output_format, asked.fail_on)
        if asked.show_settings:
            return _show_settings(paths, settings)
        if asked.show_files:
            return _show_files(paths, settings)
        if asked.diff and asked.explain_silence:
            raise UsageError("--explain-silence reports; --diff prints a diff and nothing else")
        if asked.interactive and (piped or asked.diff or asked.add_ignores is not None or asked.write_baseline is not None):
            raise UsageError(
                "--interactive fixes files and asks on the terminal, and goes with nothing else that does"
            )
        if asked.interactive and settings.run.output_format not in ("full", "concise"):
            named = f"--output-file {settings.run.output_format}:FILE"
            raise UsageError(f"--interactive shows what it asks about; {named} writes a report besides")
        if asked.add_ignores is not None:
            if asked.fix or asked.diff:
                raise UsageError("--add-ignores suppresses what is found; --fix and --diff mend it")
            if not asked.add_ignores.isprintable():
                raise UsageError("--add-ignores: the reason must be one line of text")
        for file in asked.output_file:
            path = _format_of(file)[1]
            if path.endswith(SUFFIXES) and os.path.exists(path):
                # `--output-file train.py` would be the end of train.py
                raise UsageError(f"--output-file: {path} is there, and is a program: no report is written over it")
        known = None if asked.baseline is None else _baseline(asked.baseline)
        options = _Options(asked, known, _piped(paths[0]) if piped else None)
        if piped and (asked.write_baseline is not None or asked.add_ignores is not None):
            raise UsageError("--write-baseline and --add-ignores write files, and standard input is none")
        if asked.write_baseline is not None:
            if asked.fix or asked.diff or asked.baseline is not None or asked.add_ignores is not None:
                raise UsageError(
                    "--write-baseline writes all that is found, and goes with nothing that changes that"
                )
            return _write_baseline(paths, settings, options, asked.write_baseline)
        if asked.add_ignores is not None:
            return _add_ignores(paths, settings, options, asked.add_ignores.strip())
        return _run(paths, settings, options)
    except SettingsError as error:
        _name_plugins()  # a rule that isn't known may be of a plugin that could not be used
        raise UsageError(str(error)) from None


def say(text: str) -> None:
    """Say something beside the report."""
    print(text, file=sys.stderr)


def _piped(name: str) -> Piped:
    """Standard input as the file of that name, which need not exist."""
    from losslint.discovery import File
    from losslint.source import shown_path

    path = os.path.abspath(name)
    file = File.at(path, shown_path(path, os.getcwd()), path, os.path.realpath(path))
    return Piped(file, sys.stdin.buffer.read())


def _run(paths: Sequence[str], settings: Hierarchy, options: _Options) -> int:
    from losslint.discovery import Discovered, discover, project_roots

    piped = options.piped
    discovered = discover(paths, settings) if piped is None else Discovered((piped.file,), ())
    errors = list(discovered.errors)
    fixed = 0
    if options.asked.diff:
        return _diff(discovered.files, errors, settings, options)
    if options.asked.fix and piped is not None:
        outcome = _fix(discovered.files, settings, options)
        sys.stdout.buffer.write(outcome.contents.get(piped.file.shown, piped.raw))
        sys.stdout.flush()
        result = outcome.result
        fixed = len(outcome.findings)
    elif options.asked.fix or options.asked.interactive:
        outcome = _interactive(discovered.files, settings, options) if options.asked.interactive else _fix(
            discovered.files, settings, options
        )  # fmt: skip
        roots = project_roots(discovered.files)
        result, mended = _written(outcome, roots, errors, lambda: _lint(discovered.files, settings, options, {}))
        fixed = len(mended)
        if options.asked.show_fixes:
            _show_fixes(mended, outcome)
    else:
        result = _lint(discovered.files, settings, options, {})
    errors.extend(result.errors)
    if options.asked.verbose:
        _say_more(result, discovered.files, settings)
    return _end(_report(result, errors, settings, options, fixed=fixed), settings, options)


def _written(
    outcome: Fixed[Result], roots: Collection[str], errors: list[FileError], again: Callable[[], Result]
) -> tuple[Result, tuple[Finding, ...]]:
    """Write the fixed files; what is left, and what was fixed."""
    from losslint.fix import write_fixed

    written = write_fixed(outcome, roots)
    if not written.errors:
        return outcome.result, outcome.findings
    # Not all of it is on the disk: what is left is what's there.
    errors.extend(written.errors)
    paths = set(written.paths)
    mended = [f for f in outcome.findings if f.fix is not None and all(e.place.path in paths for e in f.fix.edits)]
    return again(), tuple(mended)


def _show_fixes(mended: Sequence[Finding], outcome: Fixed[Result]) -> None:
    """What `--show-fixes` says: a line for each finding that was fixed, where it was."""
    from losslint.report import harmless, shown_place

    for finding in sorted(mended, key=lambda finding: finding.sort_key):
        assert finding.fix is not None
        place = shown_place(finding.place, outcome.originals)
        say(f"Fixed {place}: {finding.code} {finding.name}: {harmless(finding.fix.message)}")


def _interactive(files: Sequence[File], settings: Hierarchy, options: _Options) -> Fixed[Result]:
    """Lint, ask, and make what was chosen."""
    from losslint.fix import fix_until_stable
    from losslint.report import interactive

    result = _lint(files, settings, options, {})
    choices = interactive.ask(_report(result, (), settings, options), sys.stdin, sys.stdout)
    return fix_until_stable(
        lambda overlay: _lint(files, settings, options, overlay) if overlay else result, unsafe=True, choices=choices
    )


def _say_more(result: Result, files: Sequence[File], settings: Hierarchy) -> None:
    """What `--verbose` says, to stderr: what was looked at, and what came of it."""
    from losslint.report import count, harmless
    from losslint.settings import where

    rules = _rules()
    on = [(held, sum(held.selects(rule.code, rule.name) for rule in rules)) for held in settings.holding(files)]
    statistics = result.statistics
    lines = [
        *(f"Settings: {harmless(where(held))}, {number} of {len(rules)} rules" for held, number in on),
        f"Files: {statistics.files} named, {count(statistics.selected, 'file')} evaluated in {statistics.seconds:.2f} s",
        *(
            f"  {harmless(path)}: {f'holds {word}' if word else 'imports one of these'}"
            for path, word in sorted(result.selected.items())
        ),
        f"Losses: {statistics.judged} judged, {statistics.silent} silent (--explain-silence says why)",
        f"Findings: {len(result.findings)}, {statistics.suppressed} more suppressed, {statistics.known} in the baseline",
    ]
    say("\n".join(lines))


def _end(shown: Report, settings: Hierarchy, options: _Options, *, quiet: bool = False) -> int:
    """Write the report, and say how the run ends. `quiet`: something else is said of it."""
    # Where the fixed text goes to stdout, nothing else does.
    out = sys.stderr if options.asked.fix and options.piped is not None else sys.stdout
    asked, files = options.asked.interactive, options.asked.output_file
    if not _write(shown, settings.run.output_format, files, out, quiet=quiet or options.asked.quiet, asked=asked) or shown.errors:
        return FAILED
    if not options.asked.exit_zero and any(settings.run.fails(finding.severity) for finding in shown.findings):
        return FOUND
    return CLEAN


def _write(
    shown: Report,
    output_format: OutputFormat,
    output_files: Sequence[str],
    out: TextIO,
    *,
    quiet: bool,
    asked: bool = False,
) -> bool:
    """Write the report to `out` and to files, and say whether that could be done.

    A file with a format of its own has a report besides; one without takes the terminal's, where the sum is left.
    """
    from losslint import report
    from losslint.writing import WriteError

    here = True
    written = True
    for file in output_files:
        own, path = _format_of(file)
        here = here and own is not None
        try:
            report.write_file(shown, own or output_format, path)
        except WriteError as error:
            say(f"losslint: {report.harmless(f'{file} {error.message}')}")
            written = False
    if here and not asked:  # whoever was asked has seen them
        report.write(shown, output_format, out, sys.stderr, quiet=quiet)
    else:
        report.write_rest(shown, out, sys.stderr, quiet=quiet)
    return written


def _format_of(file: str) -> tuple[OutputFormat | None, str]:
    """What `--output-file` names: the report's own format, if it has one, and the file."""
    from losslint.settings import OUTPUT_FORMATS

    prefix, colon, path = file.partition(":")
    own = next((known for known in OUTPUT_FORMATS if colon and known == prefix), None)
    return own, file if own is None else path


def _add_ignores(paths: Sequence[str], settings: Hierarchy, options: _Options, reason: str) -> int:
    """Write a comment for each finding, and report what is left: comments that suppress nothing."""
    from losslint.discovery import discover, project_roots
    from losslint.fix import write_fixed
    from losslint.ignores import add_ignores
    from losslint.report import count

    discovered = discover(paths, settings)
    named = frozenset(file.shown for file in discovered.files)
    outcome, failed = add_ignores(lambda overlay: _lint(discovered.files, settings, options, overlay), named, reason)
    written = write_fixed(outcome, project_roots(discovered.files))
    result = outcome.result if not written.errors else _lint(discovered.files, settings, options, {})
    errors = [*discovered.errors, *failed, *written.errors, *result.errors]
    status = _end(_report(result, errors, settings, options), settings, options, quiet=True)
    if not options.asked.quiet:
        say(
            f"Suppressed {count(len(outcome.findings), 'finding')} in {count(len(written.paths), 'file')}.")
    return status


def _baseline(path: str) -> Baseline:
    from losslint.baseline import BaselineError, read
    from losslint.report import harmless

    try:
        return read(path)
    except BaselineError as error:
        raise UsageError(harmless(str(error))) from None


def _write_baseline(paths: Sequence[str], settings: Hierarchy, options: _Options, path: str) -> int:
    """Write what is found as a baseline, in place of what that said of the same files and rules."""
    from losslint.baseline import Baseline
    from losslint.discovery import discover
    from losslint.report import count, harmless
    from losslint.writing import WriteError, write_file

    old = _baseline(path) if os.path.exists(path) else Baseline(os.path.dirname(os.path.abspath(path)))
    discovered = discover(paths, settings)
    result = _lint(discovered.files, settings, options, {})
    failed = {error.path for error in result.errors}
    judged: dict[str, set[str]] = {}
    for file in discovered.files:
        if file.shown not in failed:
            held = settings.in_folder(file.folder)
            judged[file.shown] = {rule.code for rule in _rules() if held.selects(rule.code, rule.name)}
    renewed = old.renewed(result.findings, result.sources, judged, {rule.code for rule in _rules()})
    try:
        write_file(path, renewed.text().encode("utf-8"))
    except WriteError as error:
        raise UsageError(f"--write-baseline: {harmless(f'{path} {error.message}')}") from None
    shown = replace(_report(result, [*discovered.errors, *result.errors], settings, options), findings=())
    status = _end(shown, settings, options, quiet=True)
    if not options.asked.quiet:
        say(f"Wrote {count(renewed.entries.total(), 'finding')} to {harmless(path)}.")
    return status


def _diff(files: Sequence[File], errors: list[FileError], settings: Hierarchy, options: _Options) -> int:
    """Print what `--fix` would change."""
    from losslint.fix import unified_diff
    from losslint.report import count, harmless

    outcome = _fix(files, settings, options)
    for path, content in sorted(outcome.contents.items()):
        diff = unified_diff(outcome.originals[path], content)
        if sys.stdout.isatty():  # what reads it elsewhere wants it as it is
            diff = "\n".join(map(harmless, diff.split("\n")))
        sys.stdout.write(diff)
    sys.stdout.flush()
    errors = [*errors, *outcome.result.errors]
    for error in errors:
        say(f"{harmless(error.path)}: error: {harmless(error.message)}")
    if not options.asked.quiet:
        say(f"Would fix {count(len(outcome.findings), 'finding')}.")
    if errors:
        return FAILED
    return FOUND if outcome.contents else CLEAN


def _lint(files: Sequence[File], settings: Hierarchy, options: _Options, overlay: Mapping[str, bytes]) -> Result:
    from losslint import session
    from losslint.report.progress import Progress

    if options.piped is not None:
        overlay = {options.piped.file.shown: options.piped.raw, **overlay}
    progress = Progress(sys.stderr, len(files))
    try:
        result = session.lint(
            files,
            settings,
            overlay=overlay,
            explain_silence=options.asked.explain_silence,
            cache=_cache(settings, options),
            jobs=options.asked.jobs or _processors(),
            progress=progress,
        )
    finally:
        progress.end()
    if options.baseline is None:
        return result
    new = options.baseline.new(result.findings, result.sources)
    statistics = replace(result.statistics, known=len(result.findings) - len(new))
    return replace(result, findings=new, statistics=statistics)


def _cache(settings: Hierarchy, options: _Options) -> Cache | None:
    """The cache, beside the settings or in the current folder.

    One that is a link leads anywhere: whoever wants it elsewhere names the folder.
    """
    if options.asked.no_cache:
        return None
    from losslint.cache import FOLDER, Cache

    folder = os.path.join(settings.run.root or os.getcwd(), FOLDER)
    if options.asked.cache_dir is None and os.path.islink(folder):
        return None
    return Cache(options.asked.cache_dir or folder, settings)


def _processors() -> int:
    """How many processes can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _fix(files: Sequence[File], settings: Hierarchy, options: _Options) -> Fixed[Result]:
    from losslint.fix import fix_until_stable

    piped = options.piped
    return fix_until_stable(
        lambda overlay: _lint(files, settings, options, overlay),
        unsafe=options.asked.unsafe_fixes,
        # a fix of other files, too, can't be written to stdout
        only=None if piped is None else lambda finding: _is_within(finding, piped.file.shown),
    )


def _is_within(finding: Finding, path: str) -> bool:
    return finding.fix is None or all(edit.place.path == path for edit in finding.fix.edits)


def _report(
    result: Result, errors: Sequence[FileError], settings: Hierarchy, options: _Options, *, fixed: int = 0
) -> Report:
    from losslint.report import Report

    statistics = result.statistics
    return Report(
        findings=result.findings,
        errors=tuple(errors),
        sources=result.sources,
        files=statistics.files,
        selected=statistics.selected,
        implicated=statistics.implicated,
        seconds=statistics.seconds,
        judged=statistics.judged,
        silent=statistics.silent,
        suppressed=statistics.suppressed,
        known=statistics.known,
        by_rule=options.asked.statistics,
        fixed=fixed,
        fixing=options.asked.fix or options.asked.interactive,
        unsafe=options.asked.unsafe_fixes,
        silences=result.silences,
        rules=_rules() if _describes_rules(settings, options) else (),
        fail_on=settings.run.fail_on,
    )


def _describes_rules(settings: Hierarchy, options: _Options) -> bool:
    """Whether a report says what the rules are."""
    formats = {settings.run.output_format, *(file.partition(":")[0] for file in options.asked.output_file)}
    return not formats.isdisjoint({"sarif", "html"})


def _settings(
    paths: Sequence[str],
    given: Selection,
    config: Sequence[str],
    isolated: bool,
    output_format: str | None,
    fail_on: str | None,
) -> Hierarchy:
    """The settings of each project, with the command line's over them."""
    from losslint.finding import SEVERITIES
    from losslint.hierarchy import load
    from losslint.settings import OUTPUT_FORMATS, check_selectors

    rules = _Known()
    settings = load(paths, rules, config, isolated=isolated, command_line=given)
    check_selectors(given.select, rules, "--select")
    check_selectors(given.extend_select, rules, "--extend-select")
    check_selectors(given.ignore, rules, "--ignore")
    for known_format in OUTPUT_FORMATS:
        if output_format == known_format:
            settings.run = replace(settings.run, output_format=known_format)
    for severity in SEVERITIES:
        if fail_on == severity:
            settings.run = replace(settings.run, fail_on=severity)
    return settings


def _show_settings(paths: Sequence[str], settings: Hierarchy) -> int:
    """Print the settings that hold for some of the files."""
    from losslint.discovery import discover
    from losslint.settings import shown

    rules = [(rule.code, rule.name) for rule in _rules()]
    print("\n".join(shown(held, rules) for held in settings.holding(discover(paths, settings).files)), end="")
    return CLEAN


def _show_files(paths: Sequence[str], settings: Hierarchy) -> int:
    from losslint.discovery import discover
    from losslint.report import harmless

    discovered = discover(paths, settings)
    for file in discovered.files:
        print(harmless(file.shown))
    for error in discovered.errors:
        say(f"{harmless(error.path)}: error: {harmless(error.message)}")
    return FAILED if discovered.errors else CLEAN


class _Known(Sequence[tuple[str, str]]):
    """The code and name of each rule, which are imported when somebody asks: without selectors nobody does."""

    @overload
    def __getitem__(self, index: int) -> tuple[str, str]: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[tuple[str, str]]: ...

    def __getitem__(self, index: int | slice) -> tuple[str, str] | Sequence[tuple[str, str]]:
        return [(rule.code, rule.name) for rule in _rules()][index]

    def __len__(self) -> int:
        return len(_rules())


def _rules() -> tuple[type[Rule], ...]:
    from losslint.rule import all_rules

    return all_rules()


def _name_plugins() -> bool:
    """Name the plugins that can't be used, on stderr, and say whether there are any."""
    from losslint import frameworks, rule
    from losslint.report import harmless

    failed = (*rule.plugin_errors(), *frameworks.plugin_errors())
    for error in failed:
        say(f"{harmless(error.path)}: error: {harmless(error.message)}")
    return bool(failed)


def _explain(word: str) -> int:
    from losslint.report import rules as shown
    from losslint.settings import SettingsError
    from losslint.suggestions import suggestion

    rules = _rules()
    for rule in rules:
        if word.casefold() in (rule.code.casefold(), rule.name):
            shown.explain(rule, sys.stdout)
            return CLEAN
    known = [name for rule in rules for name in (rule.code, rule.name)]
    raise SettingsError(f"--explain: unknown rule {word!r}{suggestion(word, known)}")


def _list_rules(*, as_json: bool) -> int:
    from losslint.report import rules as shown

    if as_json:
        shown.list_as_json(_rules(), sys.stdout)
    else:
        shown.list_as_table(_rules(), sys.stdout)
    return FAILED if _name_plugins() else CLEAN


def _new_rule(name: str) -> int:
    from pathlib import Path

    from losslint.scaffold import ScaffoldError, new_rule

    try:
        written = new_rule(name, Path.cwd(), [rule.code for rule in _rules()], [rule.name for rule in _rules()])
    except ScaffoldError as error:
        raise UsageError(f"--new-rule: {error}") from None
    for path in written.paths:
        print(path)
    say(written.next)
    return CLEAN


def _serve() -> int:
    try:
        import pygls  # noqa: F401
    except ImportError:
        raise UsageError('--server needs the extra "server": losslint-classification[server]') from None
    from losslint import server

    gc.enable()
    server.main()
    return CLEAN


def _warn_of_namesake() -> None:
    """Say so where the other losslint is installed beside this one: command and import name are the same."""
    from losslint.installed import has

    if not has("losslint"):
        return
    say(
        "losslint: the package 'losslint' (it lints training logs) is installed beside losslint-classification; both "
        "have the command and the module losslint, so uninstall one, then install the other again"
    )
