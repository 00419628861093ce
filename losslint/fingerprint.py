"""Knowing a finding again in another run: by what it says of which code, not by the numbers of lines."""

from __future__ import annotations

import collections
import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from losslint.finding import Finding, Place

if TYPE_CHECKING:
    from losslint.source import Source


def fingerprints(findings: Iterable[Finding], sources: Mapping[str, Source]) -> list[str]:
    """A fingerprint for each finding, in their order, and no two the same.

    It is made of the rule, and of the code (not its indentation) of the loss and of the cause, each with its file. Of
    findings that are the same in all that, the first is the first, and so on.
    """
    seen: collections.Counter[str] = collections.Counter()
    made: list[str] = []
    for finding in findings:
        cause = finding.trace[0].place if finding.trace else finding.place
        parts = (finding.code, *_code(finding.place, sources), *_code(cause, sources))
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
        again = seen[digest]
        seen[digest] += 1
        made.append(hashlib.sha256(f"{digest}\0{again}".encode()).hexdigest() if again else digest)
    return made


def _code(place: Place, sources: Mapping[str, Source]) -> tuple[str, str]:
    """A place's file, and its lines without the space around them."""
    source = sources.get(place.path)
    if source is None:
        return place.path, ""
    last = max(place.line, place.end_line)
    return place.path, "\n".join(source.line(number).strip() for number in range(place.line, last + 1))
