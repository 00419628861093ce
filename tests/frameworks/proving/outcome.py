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

    def rows(self) -> list[Measure]:
        """The measures, those of one place and kind as one; of many, the first and the last."""
        found: dict[tuple[str, str], list[str]] = {}
        for measure in self.measures:
            found.setdefault((measure.where, measure.what), []).append(measure.numbers)
        return [Measure(where, what, _together(numbers)) for (where, what), numbers in found.items()]


def _together(numbers: list[str]) -> str:
    if len(numbers) <= 3:
        return ", ".join(numbers)
    return f"{numbers[0]} to {numbers[-1]} ({len(numbers)} times)"
