"""Reading TOML, with whatever the Python that runs has for it."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class TomlError(Exception):
    """A text that isn't TOML; the message says why."""


def loads(text: str) -> dict[str, object]:
    """What a text of TOML says. Raises TomlError."""
    try:
        content: dict[str, object] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise TomlError(str(error)) from None
    return content
