"""What is installed beside losslint, read from the folders of Python's path.

`importlib.metadata` knows more, and takes longer to import than all of losslint that a run needs where there's nothing to do.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

_SUFFIXES = (".dist-info", ".egg-info")


def distributions() -> Iterator[tuple[str, str]]:
    """The folder of each distribution's metadata, and the distribution's name with its version."""
    for folder in dict.fromkeys(sys.path):
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in sorted(names):
            if name.endswith(_SUFFIXES):
                yield os.path.join(folder, name), name.rpartition(".")[0]


def entry_points(group: str) -> list[tuple[str, str]]:
    """The entry points of a group, name and value; of a distribution that is there twice the first one counts, as in Python."""
    found: list[tuple[str, str]] = []
    seen: set[str] = set()
    for folder, title in distributions():
        name = title.partition("-")[0].lower().replace(".", "_")
        if name in seen:
            continue
        seen.add(name)
        try:
            with open(os.path.join(folder, "entry_points.txt"), encoding="utf-8") as stream:
                text = stream.read()
        except (OSError, UnicodeDecodeError):
            continue
        found += _group(text, group)
    return sorted(found)


def _group(text: str, group: str) -> Iterator[tuple[str, str]]:
    """The lines of one section."""
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            inside = line == f"[{group}]"
        elif inside and "=" in line and not line.startswith(("#", ";")):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def has(distribution: str) -> bool:
    """Whether a distribution of that name is installed."""
    wanted = distribution.lower().replace("-", "_")
    return any(title.partition("-")[0].lower().replace(".", "_") == wanted for _, title in distributions())
