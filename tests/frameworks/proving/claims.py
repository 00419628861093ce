"""Whether the numbers in a rule's texts are the measured ones."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable

from proving.outcome import Claim, Number
from proving.texts import QUOTED, Telling, numbers

WRITTEN = r"-?\d+(?:\.\d+)?"
"""A number as texts write it."""

END = r"(?!\d|\.\d)"


def pattern(claim: Claim) -> re.Pattern[str]:
    """What a claim looks like in a text. A number that is measured within a tolerance may be any number."""
    parts: list[str] = []
    for literal, name, spec, _ in string.Formatter().parse(" ".join(claim.template.split())):
        parts.append(re.escape(literal))
        if name is None:
            continue
        number = claim.numbers[name]
        if isinstance(number, Number) and number.tolerance is not None:
            parts.append(f"(?P<{name}>{WRITTEN})")
        else:
            parts.append(re.escape(format(number.value if isinstance(number, Number) else number, spec or "")))
            parts.append(END)
    return re.compile("".join(parts))


def found(claim: Claim, text: str) -> list[tuple[int, int]]:
    """Where a text says it, with the measured numbers."""
    spans = []
    for match in pattern(claim).finditer(text):
        said = {name: float(value) for name, value in match.groupdict().items()}
        if all(_near(claim.numbers[name], value) for name, value in said.items()):
            spans.append(match.span())
    return spans


def _near(measured: Number | str, said: float) -> bool:
    return isinstance(measured, Number) and abs(measured.value - said) <= (measured.tolerance or 0.0) + 1e-9


def rendered(claim: Claim) -> str:
    """A claim with its measured numbers."""
    values = {name: number.value if isinstance(number, Number) else number for name, number in claim.numbers.items()}
    return claim.template.format(**values)


def unmeasured(tellings: Iterable[Telling], claims: Iterable[Claim], raised: Iterable[str] = ()) -> list[str]:
    """Numbers that nobody measured, a line each.

    A number in quotation marks is told by a library: what it raised has the quotation in it.
    """
    claims, raised = list(claims), [" ".join(text.split()) for text in raised]
    said = []
    for telling in tellings:
        covered = [m.span() for m in QUOTED.finditer(telling.text) if any(m.group(1) in text for text in raised)]
        covered += [span for claim in claims for span in found(claim, telling.text)]
        for match in numbers(telling.text):
            if not any(start <= match.start() and match.end() <= end for start, end in covered):
                around = telling.text[max(0, match.start() - 50) : match.end() + 30]
                said.append(f"{telling.where}: no proof measured {match.group()} in '…{around}…'")
    return said


def untold(tellings: Iterable[Telling], claims: Iterable[Claim]) -> list[str]:
    """Claims that no text makes with the measured numbers, a line each."""
    tellings = list(tellings)
    return [
        f"no text says '{rendered(claim)}', as it was measured"
        for claim in claims
        if not any(found(claim, telling.text) for telling in tellings)
    ]
