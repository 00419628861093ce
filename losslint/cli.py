"""The command `losslint`: from arguments to an exit status.

What isn't needed for every call is imported where it's needed: most command lines can be read without click.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Collection, Sequence
from typing import Any

from losslint.command import FAILED, Command, UsageError, run, say

_INTERRUPTED = 130


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
        status = _status(arguments)
        if not sys.stdout.closed:  # a language server's is closed by whom it serves
            sys.stdout.flush()
    except UsageError as error:
        from losslint import options
        from losslint.report import harmless

        # names of files, and what stands in settings, are anybody's
        options.refuse("\n".join(map(harmless, str(error).split("\n"))))
        status = FAILED
    except KeyboardInterrupt:
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

        say(f"losslint: internal error: {harmless(where)} (LOSSLINT_DEBUG=1 shows where)")
        status = FAILED
    gc.freeze()  # what is left ends with the process: nobody has to look through it once more
    if collects:
        gc.enable()
    sys.exit(status)


def _status(arguments: Sequence[str] | None) -> int:
    """The exit status of a command line. Raises UsageError."""
    given = sys.argv[1:] if arguments is None else arguments
    # not where a shell asks what could come next, nor where the shell leaves patterns to the program
    plain = None if "_LOSSLINT_COMPLETE" in os.environ or os.name == "nt" else _plain(given)
    if plain is None:
        from losslint import options

        return options.main(arguments)
    return run(plain)


def _plain(given: Sequence[str]) -> Command | None:
    """A command line of paths and of the options that most have, written in the usual way; None for one that click has to read.

    So has one with a mistake in it, which click names.
    """
    paths: list[str] = []
    options: dict[str, Any] = {}
    words = iter(given)
    for word in words:
        option = word[2:].replace("-", "_") if word.startswith("--") and "_" not in word else ""
        if not word.startswith("-"):
            paths.append(word)
        elif Command.__annotations__.get(option) == "bool":
            options[option] = True
        elif option == "jobs" and (value := next(words, "")).isdecimal() and int(value) > 0:
            options[option] = int(value)
        elif option == "output_format" and (value := next(words, "")) in _formats():
            options[option] = value
        else:
            return None
    return Command(tuple(paths), **options)


def _formats() -> Collection[str]:
    from losslint.settings import OUTPUT_FORMATS

    return OUTPUT_FORMATS
