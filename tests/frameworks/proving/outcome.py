"""What a proof brings back from its process: plain Python, so that nothing but the standard library is needed to read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Measure:
    """A row of the table: where, what was asserted, and the numbers."""

    where: str
    what: str
    numbers: str


@dataclass(frozen=True)
class Number:
    """A measured number in a claim. With a tolerance, the text may say any number that is no farther away."""

    value: float
    tolerance: float | None = None


@dataclass(frozen=True)
class Claim:
    """A sentence, or a part of one, that a rule tells people, with measured numbers in its places.

    `template` is a format string: `"1 class of {classes} costs {floor:.2f}"`.
    """

    template: str
    numbers: Mapping[str, Number | str]


@dataclass
class Outcome:
    """What became of a proof: `error` is empty where it holds."""

    error: str = ""
    measures: list[Measure] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    """The messages of what was raised, and of warnings."""
    seconds: float = 0.0
