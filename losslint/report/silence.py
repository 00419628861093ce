"""What `--explain-silence` says: the losses that could not be judged, and how often each cause there is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from losslint.finding import Silence
from losslint.report import Report, harmless, shown_place

_NAME = re.compile(r"`[^`]*`")
_MOST_NAMES = 5


def write(silences: Sequence[Silence], report: Report, out: TextIO) -> None:
    """Write a line a loss, and then the causes with the most frequent first."""
    for silence in silences:
        loss = f"{silence.loss}: " if silence.loss else ""
        place = shown_place(silence.place, report.sources)
        out.write(f"{place}: not judged: {harmless(loss + silence.reason)}\n")
    if silences:
        out.write(f"\nNot judged: {len(silences)}\n")
    for cause, group in by_cause(silences):
        names = Counter(name for silence in group for name in _NAME.findall(cause_of(silence))[:1])
        listed = [f"{name} {count}" if count > 1 else name for name, count in names.most_common(_MOST_NAMES)]
        more = ", …" if len(names) > _MOST_NAMES else ""
        which = f": {', '.join(listed)}{more}" if listed else ""
        out.write(f"{len(group):>6}  {harmless(cause + which)}\n")


def by_cause(silences: Sequence[Silence]) -> list[tuple[str, list[Silence]]]:
    """The silences of each cause, the most frequent first; names are left out of it."""
    groups: dict[str, list[Silence]] = {}
    for silence in silences:
        groups.setdefault(_NAME.sub("…", cause_of(silence)), []).append(silence)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))


def cause_of(silence: Silence) -> str:
    """What was unknown, without the expression of the loss's call that it reached."""
    return silence.reason.rpartition(" isn't known: ")[2]
