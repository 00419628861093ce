"""A rule's documentation, as its docstring has it: a line, and sections under headings, in Markdown."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

from losslint.record import dataclass

if TYPE_CHECKING:
    from losslint.rule import Rule

_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_FENCED = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Documentation:
    """A rule's summary in one line, and its sections, each a heading and the Markdown below it."""

    summary: str
    sections: tuple[tuple[str, str], ...]

    @property
    def markdown(self) -> str:
        """All of it."""
        return "\n\n".join([self.summary, *(f"## {heading}\n{text}" for heading, text in self.sections)])

    def section(self, heading: str) -> str:
        """A section's Markdown, empty where there is none."""
        return dict(self.sections).get(heading, "")

    def example(self) -> tuple[str, str] | None:
        """The program that is wrong and the one that is right, where the documentation has both."""
        wrong, right = _FENCED.search(self.section("Example")), _FENCED.search(self.section("Use instead"))
        return None if wrong is None or right is None else (wrong.group(1), right.group(1))


def documentation(rule: type[Rule]) -> Documentation:
    """What a rule's docstring says."""
    text = inspect.cleandoc(rule.__doc__ or "")
    start, *parts = _HEADING.split(text)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return Documentation(start.strip(), tuple((heading, section.strip()) for heading, section in pairs))
