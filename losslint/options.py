"""The options of the command line, as click reads them."""

from __future__ import annotations

from collections.abc import Sequence

import click

from losslint import __version__
from losslint.command import Command, UsageError, run

_FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "html")
_SEVERITIES = ("error", "warning", "info")


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
def cli(**given: object) -> int:
    """Find misused classification losses in PATHS (default: the current folder; '-' is standard input).

    Exits with 0 where nothing was found, 1 where findings are left, and 2 where it could not do its work.
    """
    return run(Command(**given))  # type: ignore[arg-type]  # click has made them what they are declared to be


def main(arguments: Sequence[str] | None) -> int:
    """Run a command line; the exit status. Raises UsageError."""
    try:
        status: int = cli.main(args=arguments, prog_name="losslint", standalone_mode=False)
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        raise UsageError(error.format_message()) from None
    return status


def refuse(message: str) -> None:
    """Say on stderr what is wrong with a command line, and how one looks."""
    click.UsageError(message, click.Context(cli, info_name="losslint")).show()
