"""What is noted while a fixture runs: losses that are called and made, activations, and what models give."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from proving.reference import Array


@dataclass(eq=False)
class Event(ABC):
    """Something that a line of the fixture does. `lines` are the fixture's lines that are running, the innermost first.

    `error` is what it raised; the recorder then hands the program a stand-in, so that the lines after it run too.
    """

    name: str
    lines: tuple[int, ...]
    error: Exception | None = field(default=None, kw_only=True)
    judged: bool = field(default=False, kw_only=True)

    @property
    def line(self) -> int:
        """The fixture's line."""
        return self.lines[0] if self.lines else 0


@dataclass(eq=False, repr=False)
class Made(Event):
    """A loss is made: its class's name, and the arguments that it was given."""

    given: Mapping[str, Any]
    made: Any


@dataclass(eq=False, repr=False)
class Call(Event):
    """A loss meets its arguments. Subclasses say how their framework's numbers are read."""

    arguments: Mapping[str, Any]
    result: Any

    @property
    @abstractmethod
    def value(self) -> Array:
        """What the loss is."""

    @property
    @abstractmethod
    def meant(self) -> Array:
        """What it ought to be: the loss of its kind on the model's logits, in NumPy."""

    @abstractmethod
    def mistakes(self) -> list[str]:
        """What keeps the input and the target from being what the loss takes."""

    @property
    @abstractmethod
    def logits(self) -> Array:
        """What reached the loss, with the activations on the way left out."""

    @property
    @abstractmethod
    def activations(self) -> tuple[str, ...]:
        """The activations between the logits and the loss, the last one first."""


@dataclass(eq=False, repr=False)
class Activation(Event):
    """A softmax, sigmoid or the like, and what it makes of its input."""

    before: Array
    after: Array
    arguments: Mapping[str, Any]
    warnings: tuple[str, ...] = ()
