"""The nearest right word to a wrong one."""

from __future__ import annotations

from collections.abc import Sequence


def suggestion(word: str, known: Sequence[str]) -> str:
    """ " (did you mean 'x'?)", or nothing where nothing is near. Case doesn't count."""
    import difflib  # which few runs need

    folded = {name.casefold(): name for name in reversed(known)}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.5)
    return f" (did you mean {folded[near[0]]!r}?)" if near else ""
