"""Reading TOML, with whatever the Python that runs has for it."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


MOST_CHARACTERS = 1_000_000
"""How long a settings file may be."""
MOST_STEPS = 20_000_000
"""How often the parser may look at a part of a key."""


class TomlError(Exception):
    """A text that isn't TOML, or too much of it; the message says so."""


def loads(text: str) -> dict[str, object]:
    """What a text of TOML says. Raises TomlError."""
    if len(text) > MOST_CHARACTERS:
        raise TomlError(f"is too large: it has more than {MOST_CHARACTERS:,} characters")
    # The parser goes through all parts of a dotted key for each of them.
    if sum(line.count(".") ** 2 for line in text.split("\n")) > MOST_STEPS:
        raise TomlError("has keys of too many parts")
    try:
        content: dict[str, object] = tomllib.loads(text)
    except RecursionError:
        raise TomlError("is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise TomlError(f"is not TOML: {error}") from None
    except ValueError:  # Python's own limit
        raise TomlError("has a number of too many digits") from None
    return content
