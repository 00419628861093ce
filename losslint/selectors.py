"""Selectors: how a rule is named wherever one is, by its name, its code, a prefix of that, or ALL."""

from __future__ import annotations

ALL = "ALL"


def specificity(selector: str, code: str, name: str) -> int:
    """How closely a selector fits a rule: -1 not at all, 0 is ALL, then a prefix by its length, then the rule itself."""
    if selector == ALL:
        return 0
    if selector in (code, name):
        return 1000
    return len(selector) if selector and code.startswith(selector) else -1


def fits(selector: str, code: str, name: str) -> bool:
    """Whether a selector means a rule."""
    return specificity(selector, code, name) >= 0
