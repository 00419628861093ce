"""What losslint reports: places, steps of a way, fixes and findings.

Everything here is frozen data. Lines and columns count from 1, columns in characters. A place is in the
coordinates of the *module text*: for a Python file that is the file itself, for a notebook all its code cells
one after the other (`losslint.source.Source.locate` turns such a line into a cell and a line within it).
"""

from __future__ import annotations

import itertools
from typing import Literal

from losslint.record import Frozen, dataclass

Severity = Literal["error", "warning", "info"]
Applicability = Literal["safe", "unsafe", "display"]

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")


@dataclass(frozen=True, slots=True, order=True)
class Place(Frozen):
    """A range of characters in the text of a module.

    `path` is the file's path as it is shown: relative to where losslint was started, with forward slashes.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Step(Frozen):
    """One step of the way from the cause to the loss."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True, order=True)
class Edit(Frozen):
    """Replace the text of a place by another text."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Fix(Frozen):
    """Edits, in one file or in several, that belong together: all of them are made, or none."""

    applicability: Applicability
    message: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding(Frozen):
    """A misuse: what is wrong, where the loss is, the way from the cause to it, and what mends it.

    `condition` says under which choice of the program's own the finding holds ("args.loss == 'ce'"), or is
    None where it holds always. `alternatives` are other fixes that are right as well, which only a person can choose:
    `fix` is the one that `--fix` makes.
    """

    code: str
    name: str
    severity: Severity
    message: str
    place: Place
    trace: tuple[Step, ...] = ()
    fix: Fix | None = None
    condition: str | None = None
    alternatives: tuple[Fix, ...] = ()

    @property
    def fixes(self) -> tuple[Fix, ...]:
        """All fixes, the one that `--fix` makes first."""
        return self.alternatives if self.fix is None else (self.fix, *self.alternatives)

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Findings are shown in this order."""
        return (self.place.path, self.place.line, self.place.column, self.code, self.message)


@dataclass(frozen=True, slots=True, order=True)
class Silence(Frozen):
    """A loss that was met and could not be judged: where it is, its name, and the one thing that was unknown."""

    place: Place
    loss: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileError(Frozen):
    """A file that could not be read or parsed, and why. Not `is_file`: a plugin that could not be used, by its name."""

    path: str
    message: str
    is_file: bool = True


def is_applicable(fix: Fix | None, *, unsafe: bool) -> bool:
    """Whether a fix may be made: safe ones may, unsafe ones where they're allowed, others never."""
    return (
        fix is not None
        and bool(fix.edits)
        and (fix.applicability == "safe" or (unsafe and fix.applicability == "unsafe"))
    )


def joined(message: str, *fixes: Fix) -> Fix | None:
    """One fix that is all of these, as little safe as the least; None where one's edits are in another's way."""
    edits = sorted({edit for fix in fixes for edit in fix.edits})
    for one, other in itertools.pairwise(edits):
        start, end = (other.place.line, other.place.column), (one.place.end_line, one.place.end_column)
        if one.place.path == other.place.path and (start < end or start == (one.place.line, one.place.column)):
            return None
    order: tuple[Applicability, ...] = ("display", "unsafe", "safe")
    least = min((fix.applicability for fix in fixes), key=order.index)
    return Fix(least, message, tuple(edits))
