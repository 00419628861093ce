"""The table from each rule to the misuses that can be put into a right program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from .code import Mark, Program


class Project(Protocol):
    """What every specification is: a frozen dataclass that says of itself whether it's right, and renders itself."""

    __dataclass_fields__: Any

    @property
    def framework(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def plumbing(self) -> tuple[str, ...]: ...
    @property
    def is_right(self) -> bool: ...
    def possible(self) -> bool: ...
    def rendered(self) -> Program: ...


Change = Mapping[str, object] | Callable[[Any], Mapping[str, object]]
"""Fields of a specification and their new values, or a function from a specification to them."""


@dataclass(frozen=True)
class Misuse:
    """One misuse of one rule.

    `given` restricts the right programs that it can be put into; `change` puts it in, and `at` is the mark of the
    place at which it is to be found. `accepted` are changes of the misused program that make it right, each in another
    way: the right program itself always is.
    """

    code: str
    title: str
    framework: str
    given: Mapping[str, tuple[object, ...]]
    change: Change
    at: Mark | tuple[Mark, ...] = Mark.LOSS
    accepted: tuple[Change, ...] = ()
    advice: tuple[str, ...] = ()
    """Rules of severity info that may be left after a fix, whose programs are right."""

    def __str__(self) -> str:
        return f"{self.code} {self.title} ({self.framework})"

    def expected(self, wrong: Program) -> set[tuple[str, str, int]]:
        """What is to be found in a program with the misuse: the rule, at the first of the marks that the program has."""
        marks = (self.at,) if isinstance(self.at, Mark) else self.at
        places = next((places for mark in marks if (places := wrong.places(mark))), ())
        return {(self.code, path, line) for path, line in places}


def changed(project: Any, change: Change) -> Any:
    """A specification with some fields changed."""
    return replace(project, **(change if isinstance(change, Mapping) else change(project)))


@dataclass(frozen=True)
class Case:
    """A right program, and the misuse that is put into it."""

    right: Any
    misuse: Misuse

    @property
    def wrong(self) -> Any:
        """The program with the misuse."""
        return changed(self.right, self.misuse.change)

    @property
    def accepted(self) -> Iterable[Any]:
        """Right programs that a fix may lead to."""
        yield self.right
        for change in self.misuse.accepted:
            yield changed(self.wrong, change)

    def possible(self) -> bool:
        """Whether both are programs."""
        return bool(self.right.possible() and self.right.is_right and self.wrong.possible())


NOT_PUT_IN: dict[str, str] = {
    "LL115": "scikit-learn's metrics have no network and no plumbing: its fixtures and its proof show them"
}
"""Rules that no misuse here belongs to, each with the reason."""


def all_misuses() -> tuple[Misuse, ...]:
    """All that can be put in, rule by rule."""
    from .function_misuses import MISUSES as function_misuses
    from .keras_misuses import MISUSES as keras_misuses
    from .torch_misuses import MISUSES as torch_misuses

    return (*torch_misuses, *keras_misuses, *function_misuses)
