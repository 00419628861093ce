"""The command line. What isn't needed for every call (the engine, libcst, rich) is imported where it's needed."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO, overload

import click

from losslint import __version__
from losslint.record import dataclass

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

_INTERRUPTED = 130

_FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "html")
_SEVERITIES = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Piped:
    """A file that an editor gives on standard input: where it is, or would be, and its bytes."""

    file: File
    raw: bytes


@dataclass(frozen=True, slots=True)
class _Options:
    """How to run, beside the settings: what is to be made of the findings, and what to say of them."""

    fix: bool = False
    diff: bool = False
    unsafe: bool = False
    exit_zero: bool = False
    quiet: bool = False
    explain_silence: bool = False
    output_files: tuple[str, ...] = ()
    baseline: Baseline | None = None
    statistics: bool = False
    verbose: bool = False
    piped: Piped | None = None
    interactive: bool = False
    show_fixes: bool = False
    cache: bool = True
    cache_dir: str | None = None
    jobs: int | None = None


def _split(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Selectors may be repeated, and separated by commas."""
    return tuple(part for value in values for part in (piece.strip() for piece in value.split(",")) if part)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@click.option("--fix", is_flag=True, help="Write the safe fixes.")
@click.option("--unsafe-fixes", is_flag=True, help="Allow fixes that change the model's outputs, too.")
@click.option("--diff", is_flag=True, help="Print the fixes as a diff and write nothing.")
@click.option("--interactive", is_flag=True, help="Show each finding with its fixes, and ask which to make.")
@click.option("--show-fixes", is_flag=True, help="Name what was fixed, too.")
@click.option(
    "--select", multiple=True, callback=_split, metavar="RULES", help="Rules to use: names, codes, prefixes, ALL."
)
@click.option("--ignore", multiple=True, callback=_split, metavar="RULES", help="Rules not to use.")
@click.option("--extend-select", multiple=True, callback=_split, metavar="RULES", help="Rules to use besides.")
@click.option(
    "--config", multiple=True, metavar="KEY=VALUE", help="A setting, as TOML; or a settings file to use instead."
)
@click.option("--add-ignores", metavar="REASON", help="Write a comment that suppresses it for each finding.")
@click.option("--baseline", metavar="FILE", help="Report only what isn't in this baseline.")
@click.option("--write-baseline", metavar="FILE", help="Write what is found now as a baseline.")
@click.option("--isolated", is_flag=True, help="Read no settings file.")
@click.option("--show-settings", is_flag=True, help="Print the settings that hold, and lint nothing.")
@click.option("--show-files", is_flag=True, help="Print the files that would be linted, and lint nothing.")
@click.option("--output-format", type=click.Choice(_FORMATS), help="How to report. [default: full]")
@click.option(
    "--output-file",
    multiple=True,
    metavar="[FORMAT:]FILE",
    help="Write the report to FILE; with FORMAT:, a report in that format besides.",
)
@click.option("--stdin-filename", metavar="FILE", help="The name of what is read from standard input, for PATHS '-'.")
@click.option("--fail-on", type=click.Choice(_SEVERITIES), help="The least severity that fails. [default: warning]")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 where there are findings, too.")
@click.option("--quiet", "-q", is_flag=True, help="Print findings and errors, nothing else.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of showing them.")
@click.option("--verbose", "-v", is_flag=True, help="Say which files and losses were looked at, too.")
@click.option("--no-cache", is_flag=True, help="Neither read nor write the cache.")
@click.option("--cache-dir", metavar="FOLDER", help="Where the cache is. [default: .losslint_cache]")
@click.option(
    "--jobs", "-j", type=click.IntRange(1), metavar="N", help="The most processes. [default: one a processor]"
)
@click.option("--explain-silence", is_flag=True, help="Name the losses that could not be judged, and why.")
@click.option("--explain", metavar="RULE", help="Print a rule's documentation.")
@click.option("--list-rules", is_flag=True, help="Print the rules.")
@click.option("--new-rule", metavar="NAME", help="Write the files of a new rule, ready to run.")
@click.option("--server", is_flag=True, help="Serve an editor, as a language server on standard input and output.")
@click.version_option(__version__, prog_name="losslint", message="%(prog)s %(version)s")
def cli(
    paths: tuple[str, ...],
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    interactive: bool,
    show_fixes: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    config: tuple[str, ...],
    add_ignores: str | None,
    baseline: str | None,
    write_baseline: str | None,
    isolated: bool,
    show_settings: bool,
    show_files: bool,
    output_format: str | None,
    output_file: tuple[str, ...],
    stdin_filename: str | None,
    fail_on: str | None,
    exit_zero: bool,
    quiet: bool,
    statistics: bool,
    verbose: bool,
    no_cache: bool,
    cache_dir: str | None,
    jobs: int | None,
    explain_silence: bool,
    explain: str | None,
    list_rules: bool,
    new_rule: str | None,
    server: bool,
) -> int:
    """Find misused classification losses in PATHS (default: the current folder; '-' is standard input).

    Exits with 0 where nothing was found, 1 where findings are left, and 2 where it could not do its work.
    """
    from losslint.discovery import SUFFIXES
    from losslint.settings import Selection, SettingsError

    _warn_of_namesake()
    if server:
        return _serve()
    try:
        if explain is not None:
            return _explain(explain)
        if list_rules:
            return _list_rules(as_json=output_format == "json")
        if new_rule is not None:
            return _new_rule(new_rule)
        piped = stdin_filename is not None or "-" in paths
        if piped:
            if paths not in ((), ("-",)):
                raise click.UsageError("'-' is one file, and linted alone")
            paths = (stdin_filename or "-",)
        given = Selection(select, extend_select, ignore)
        settings = _settings(paths, given, config, isolated, output_format, fail_on)
        if show_settings:
            return _show_settings(paths or (".",), settings)
        if show_files:
            return _show_files(paths or (".",), settings)
        if diff and explain_silence:
            raise click.UsageError("--explain-silence reports; --diff prints a diff and nothing else")
        if interactive and (piped or diff or add_ignores is not None or write_baseline is not None):
            raise click.UsageError(
                "--interactive fixes files and asks on the terminal, and goes with nothing else that does"
            )
        if interactive and settings.run.output_format not in ("full", "concise"):
            named = f"--output-file {settings.run.output_format}:FILE"
            raise click.UsageError(f"--interactive shows what it asks about; {named} writes a report besides")
        if add_ignores is not None:
            if fix or diff:
                raise click.UsageError("--add-ignores suppresses what is found; --fix and --diff mend it")
            if not add_ignores.isprintable():
                raise click.UsageError("--add-ignores: the reason must be one line of text")
        for file in output_file:
            path = _format_of(file)[1]
            if path.endswith(SUFFIXES) and os.path.exists(path):
                # `--output-file train.py` would be the end of train.py
                raise click.UsageError(f"--output-file: {path} is there, and is a program: no report is written over it")
        known = None if baseline is None else _baseline(baseline)
        options = _Options(
            fix, diff, unsafe_fixes, exit_zero, quiet, explain_silence, output_file, known, statistics, verbose,
            _piped(paths[0]) if piped else None, interactive, show_fixes,
            not no_cache, cache_dir, jobs,
        )  # fmt: skip
        if piped and (write_baseline is not None or add_ignores is not None):
            raise click.UsageError("--write-baseline and --add-ignores write files, and standard input is none")
        if write_baseline is not None:
            if fix or diff or baseline is not None or add_ignores is not None:
                raise click.UsageError(
                    "--write-baseline writes all that is found, and goes with nothing that changes that"
                )
            return _write_baseline(paths or (".",), settings, options, write_baseline)
        if add_ignores is not None:
            return _add_ignores(paths or (".",), settings, options, add_ignores.strip())
        return _run(paths or (".",), settings, options)
    except SettingsError as error:
        _name_plugins()  # a rule that isn't known may be of a plugin that could not be used
        raise click.UsageError(str(error)) from None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and exit with its status. Whatever happens, there's a message and no traceback."""
    # A command is over before it pays to look for cycles; evaluation does so in its own time.
    collects = gc.isenabled()
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that can't show a character of someone's code gets its number.
            stream.reconfigure(errors="backslashreplace")
    try:
        status = cli.main(args=arguments, prog_name="losslint", standalone_mode=False)
        if not sys.stdout.closed:  # a language server's is closed by whom it serves
            sys.stdout.flush()
    except click.ClickException as error:
        from losslint.report import harmless

        # names of files, and what stands in settings, are anybody's
        message = "\n".join(map(harmless, error.message.split("\n")))
        shown = click.UsageError(message, error.ctx) if isinstance(error, click.UsageError) else click.ClickException(message)
        shown.show()
        status = FAILED
    except (KeyboardInterrupt, click.Abort):
        status = _INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough. Python would complain once more when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = FAILED
    except Exception as error:
        if os.environ.get("LOSSLINT_DEBUG"):
            raise
        where = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        from losslint.report import harmless

        click.echo(f"losslint: internal error: {harmless(where)} (LOSSLINT_DEBUG=1 shows where)", err=True)
        status = FAILED
    gc.freeze()  # what is left ends with the process: nobody has to look through it once more
    if collects:
        gc.enable()
    sys.exit(status)


def _piped(name: str) -> Piped:
    """Standard input as the file of that name, which need not exist."""
    from losslint.discovery import File
    from losslint.source import shown_path

    path = os.path.abspath(name)
    file = File(path, shown_path(path, os.getcwd()), path, os.path.realpath(path))
    return Piped(file, sys.stdin.buffer.read())


def _run(paths: Sequence[str], settings: Hierarchy, options: _Options) -> int:
    from losslint.discovery import Discovered, discover, project_roots

    piped = options.piped
    discovered = discover(paths, settings) if piped is None else Discovered((piped.file,), ())
    errors = list(discovered.errors)
    fixed = 0
    if options.diff:
        return _diff(discovered.files, errors, settings, options)
    if options.fix and piped is not None:
        outcome = _fix(discovered.files, settings, options)
        sys.stdout.buffer.write(outcome.contents.get(piped.file.shown, piped.raw))
        sys.stdout.flush()
        result = outcome.result
        fixed = len(outcome.findings)
    elif options.fix or options.interactive:
        outcome = _interactive(discovered.files, settings, options) if options.interactive else _fix(
            discovered.files, settings, options
        )  # fmt: skip
        roots = project_roots(discovered.files)
        result, mended = _written(outcome, roots, errors, lambda: _lint(discovered.files, settings, options, {}))
        fixed = len(mended)
        if options.show_fixes:
            _show_fixes(mended, outcome)
    else:
        result = _lint(discovered.files, settings, options, {})
    errors.extend(result.errors)
    if options.verbose:
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
        click.echo(f"Fixed {place}: {finding.code} {finding.name}: {harmless(finding.fix.message)}", err=True)


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
    click.echo("\n".join(lines), err=True)


def _end(shown: Report, settings: Hierarchy, options: _Options) -> int:
    """Write the report, and say how the run ends."""
    # Where the fixed text goes to stdout, nothing else does.
    out = sys.stderr if options.fix and options.piped is not None else sys.stdout
    asked, files = options.interactive, options.output_files
    if not _write(shown, settings.run.output_format, files, out, quiet=options.quiet, asked=asked) or shown.errors:
        return FAILED
    if not options.exit_zero and any(settings.run.fails(finding.severity) for finding in shown.findings):
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
            click.echo(f"losslint: {report.harmless(f'{file} {error.message}')}", err=True)
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
    status = _end(_report(result, errors, settings, options), settings, replace(options, quiet=True))
    if not options.quiet:
        click.echo(
            f"Suppressed {count(len(outcome.findings), 'finding')} in {count(len(written.paths), 'file')}.", err=True
        )
    return status


def _baseline(path: str) -> Baseline:
    from losslint.baseline import BaselineError, read
    from losslint.report import harmless

    try:
        return read(path)
    except BaselineError as error:
        raise click.UsageError(harmless(str(error))) from None


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
            held = settings.in_folder(os.path.dirname(file.path))
            judged[file.shown] = {rule.code for rule in _rules() if held.selects(rule.code, rule.name)}
    renewed = old.renewed(result.findings, result.sources, judged, {rule.code for rule in _rules()})
    try:
        write_file(path, renewed.text().encode("utf-8"))
    except WriteError as error:
        raise click.UsageError(f"--write-baseline: {harmless(f'{path} {error.message}')}") from None
    shown = replace(_report(result, [*discovered.errors, *result.errors], settings, options), findings=())
    status = _end(shown, settings, replace(options, quiet=True))
    if not options.quiet:
        click.echo(f"Wrote {count(renewed.entries.total(), 'finding')} to {harmless(path)}.", err=True)
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
        click.echo(f"{harmless(error.path)}: error: {harmless(error.message)}", err=True)
    if not options.quiet:
        click.echo(f"Would fix {count(len(outcome.findings), 'finding')}.", err=True)
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
            explain_silence=options.explain_silence,
            cache=_cache(settings, options),
            jobs=options.jobs or _processors(),
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
    if not options.cache:
        return None
    from losslint.cache import FOLDER, Cache

    folder = os.path.join(settings.run.root or os.getcwd(), FOLDER)
    if options.cache_dir is None and os.path.islink(folder):
        return None
    return Cache(options.cache_dir or folder, settings)


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
        unsafe=options.unsafe,
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
        by_rule=options.statistics,
        fixed=fixed,
        fixing=options.fix or options.interactive,
        unsafe=options.unsafe,
        silences=result.silences,
        rules=_rules() if _describes_rules(settings, options) else (),
        fail_on=settings.run.fail_on,
    )


def _describes_rules(settings: Hierarchy, options: _Options) -> bool:
    """Whether a report says what the rules are."""
    formats = {settings.run.output_format, *(file.partition(":")[0] for file in options.output_files)}
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
    click.echo("\n".join(shown(held, rules) for held in settings.holding(discover(paths, settings).files)), nl=False)
    return CLEAN


def _show_files(paths: Sequence[str], settings: Hierarchy) -> int:
    from losslint.discovery import discover
    from losslint.report import harmless

    discovered = discover(paths, settings)
    for file in discovered.files:
        click.echo(harmless(file.shown))
    for error in discovered.errors:
        click.echo(f"{harmless(error.path)}: error: {harmless(error.message)}", err=True)
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
        click.echo(f"{harmless(error.path)}: error: {harmless(error.message)}", err=True)
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
        raise click.UsageError(f"--new-rule: {error}") from None
    for path in written.paths:
        click.echo(path)
    click.echo(written.next, err=True)
    return CLEAN


def _serve() -> int:
    try:
        import pygls  # noqa: F401
    except ImportError:
        raise click.UsageError('--server needs the extra "server": losslint-classification[server]') from None
    from losslint import server

    gc.enable()
    server.main()
    return CLEAN


def _warn_of_namesake() -> None:
    """Say so where the other losslint is installed beside this one: command and import name are the same."""
    from losslint.installed import has

    if not has("losslint"):
        return
    click.echo(
        "losslint: the package 'losslint' (it lints training logs) is installed beside losslint-classification; both "
        "have the command and the module losslint, so uninstall one, then install the other again",
        err=True,
    )
