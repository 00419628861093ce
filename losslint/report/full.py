"""The report that people read: the loss in its code, the way from the cause to it, and what mends it."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING, TextIO

from losslint.finding import Finding, Fix, Place, Severity, is_applicable
from losslint.fix import fix_diff
from losslint.report import Report, fix_option, harmless, shown_place
from losslint.source import Source

if TYPE_CHECKING:
    from rich.console import Console

_CONTEXT = 2  # lines of code above and below the loss
_MOST_LINES = 6  # of a loss that goes over several lines
_WIDEST = 100  # for prose; longer lines are hard to read
_PIPED = 80

_COLOURS: dict[Severity, str] = {"error": "bold red", "warning": "bold yellow", "info": "bold cyan"}


def write(report: Report, out: TextIO, *, plain: bool = False) -> None:
    """Write the findings. On a terminal in colour, and with long lines of code cut to its width."""
    _Writer(report, out, plain=plain).write()


def _terminal(out: TextIO) -> Console | None:
    """The terminal that is written to, if any: without one nobody waits for rich, which takes half as long as a small run."""
    if not out.isatty() and not {"FORCE_COLOR", "TTY_COMPATIBLE"} & os.environ.keys():
        return None
    from rich.console import Console

    console = Console(file=out, highlight=False, markup=False, emoji=False, legacy_windows=False)
    return console if console.is_terminal else None


class _Writer:
    def __init__(self, report: Report, out: TextIO, *, plain: bool = False) -> None:
        self.report = report
        self.out = out
        self.console = None if plain else _terminal(out)
        # What isn't a terminal keeps lines of code whole: a file or a log has room.
        self.cut = self.console.width if self.console is not None else None
        self.width = min(self.console.width, _WIDEST) if self.console is not None else _PIPED
        encoding = (getattr(out, "encoding", None) or "utf-8").lower().replace("-", "")
        self.unicode = encoding.startswith("utf")
        self.bar = "│" if self.unicode else "|"

    def write(self) -> None:
        for finding in self.report.findings:
            self._head(finding)
            self._frame(finding.place, _COLOURS[finding.severity])
            self._prose(finding.message, 2)
            if finding.condition is not None:
                self._prose(f"This is so when {finding.condition}.", 2)
            self._way(finding)
            for number, fix in enumerate(finding.fixes):
                self._fix(fix, "  Fix: " if number == 0 else "  Or:  ", chosen=fix is finding.fix)
            self._line()

    def _line(self, *parts: str | tuple[str, str]) -> None:
        if self.console is None:
            self.out.write("".join(part if isinstance(part, str) else part[0] for part in parts) + "\n")
            return
        from rich.text import Text

        # soft_wrap: rich neither wraps nor cuts; what is too long was dealt with before.
        self.console.print(Text.assemble(*parts), soft_wrap=True)

    def _head(self, finding: Finding) -> None:
        self._line(
            (finding.severity, _COLOURS[finding.severity]),
            "[",
            (finding.code, "bold"),
            "] ",
            (finding.name, "bold"),
        )
        self._line(("  --> ", "blue"), (shown_place(finding.place, self.report.sources), "bold"))

    def _frame(self, place: Place, colour: str) -> None:
        """The lines around a place, with the place underlined."""
        source = self.report.sources.get(place.path)
        if source is None:
            self._line()
            return
        lines, line, end_line = _numbered(source, place)
        last = min(end_line, line + _MOST_LINES - 1)
        first_shown, last_shown = max(1, line - _CONTEXT), min(len(lines), last + _CONTEXT)
        while first_shown < line and not lines[first_shown - 1].strip():
            first_shown += 1
        while last_shown > last and not lines[last_shown - 1].strip():
            last_shown -= 1
        digits = len(str(last_shown))
        margin = " " * (digits + 3)
        self._line((f"{margin}{self.bar}", "blue"))
        for number in range(first_shown, last_shown + 1):
            inside = line <= number <= last
            code = lines[number - 1]
            start = (place.column - 1 if number == line else len(code) - len(code.lstrip())) if inside else 0
            end = place.end_column - 1 if number == end_line else len(code.rstrip())
            shown, before, marked = self._cut(code, start, max(end, start + 1), digits + 5)
            self._line(
                (f"{'>' if inside else ' '} {number:>{digits}} {self.bar}", "bold" if inside else "blue"),
                " " if shown else "",
                (shown, "" if inside else "dim"),
            )
            if inside:
                self._line((f"{margin}{self.bar} ", "blue"), " " * before, ("^" * marked, colour))
            if number == last < end_line:
                self._line((f"{margin}{self.bar} ", "blue"), ("…" if self.unicode else "...", "dim"))
        self._line((f"{margin}{self.bar}", "blue"))

    def _cut(self, code: str, start: int, end: int, used: int) -> tuple[str, int, int]:
        """A line of code as it fits, the width of what stands before its marked part, and of that part."""
        end = min(end, len(code)) if start < len(code) else start + 1
        shown, before = harmless(code), harmless(code[:start])
        marked = harmless(code[: max(end, start + 1)])
        left, width = _cells(before), max(1, _cells(marked) - _cells(before))
        if self.cut is None:
            return shown, left, width
        room = max(20, self.cut - used)
        if _cells(shown) <= room:
            return shown, left, width
        dots = "…" if self.unicode else "..."
        # Cut at the left only where the marked part would not be seen.
        skipped = 0
        if left + min(width, room // 2) > room - len(dots):
            skipped = left - room // 4
            shown = dots + _without_cells(shown, skipped)
            left = left - skipped + len(dots)
        if _cells(shown) > room:
            shown = _first_cells(shown, room - len(dots)) + dots
        return shown, left, max(1, min(width, room - left))

    def _prose(self, text: str, indent: int, first: str = "", style: str = "") -> None:
        """A text, wrapped; `first` stands before it in its first line."""
        wrapped = textwrap.wrap(
            harmless(text), max(20, self.width - indent), break_long_words=False, break_on_hyphens=False
        )
        for number, line in enumerate(wrapped or [""]):
            self._line(first if number == 0 and first else " " * indent, (line, style))

    def _way(self, finding: Finding) -> None:
        if not finding.trace:
            return
        self._line()
        self._line(("  The way there", "bold"))
        digits = len(str(len(finding.trace)))
        indent = digits + 6
        places = [shown_place(step.place, self.report.sources) for step in finding.trace]
        # Places in a column of their own, as long as that leaves room for what they say.
        column = max(_cells(place) for place in places)
        aligned = column <= 30
        for number, (step, place) in enumerate(zip(finding.trace, places, strict=True), 1):
            before: list[str | tuple[str, str]] = [f"   {number:>{digits}}  ", (place, "cyan")]
            if aligned:
                start = indent + column + 1
                lines = textwrap.wrap(
                    harmless(step.message),
                    max(20, self.width - start),
                    break_long_words=False,
                    break_on_hyphens=False,
                ) or [""]
                self._line(*before, " " * (column - _cells(place) + 2), lines[0])
                for line in lines[1:]:
                    self._line(" " * (start + 1), line)
            else:
                self._line(*before)
                self._prose(step.message, indent)
            if code := self._code_of(step.place, indent + 2):
                self._line(" " * (indent - 1), (f"{self.bar} ", "blue"), (code, "dim"))

    def _code_of(self, place: Place, used: int) -> str:
        """The line of a step, as it fits."""
        source = self.report.sources.get(place.path)
        if source is None:
            return ""
        lines, line, _ = _numbered(source, place)
        code = lines[line - 1] if line <= len(lines) else ""
        indentation = len(code) - len(code.lstrip())
        return self._cut(code[indentation:], max(0, place.column - 1 - indentation), len(code), used)[0].rstrip()

    def _fix(self, fix: Fix, first: str, *, chosen: bool) -> None:
        self._line()
        now = chosen and is_applicable(fix, unsafe=self.report.unsafe)
        option = fix_option(fix) if chosen else "--interactive"
        if fix.applicability == "safe":
            how, style = f"safe fix, with {option}", "bold green"
        elif fix.applicability == "unsafe":
            how, style = f"unsafe fix, with {option}", "bold green" if now else "bold yellow"
        else:
            how, style = "to be done by hand", "bold"
        self._prose(f"{fix.message} ({how})", 7, first, style)
        for line in fix_diff(fix, self.report.sources).splitlines():
            kind = (
                "bold" if line.startswith(("---", "+++")) else {"-": "red", "+": "green", "@": "cyan"}.get(line[:1], "")
            )
            self._line("    ", (harmless(line), kind))


def _numbered(source: Source, place: Place) -> tuple[list[str], int, int]:
    """The lines that people number (the file's, or the cell's), and a place's first and last line among them."""
    cell = source.cell_at(place.line)
    _, line, _, end_line, _ = source.located(place)
    return (source.lines if cell is None else cell.text.split("\n")), line, max(line, end_line)


def _cells(text: str) -> int:
    """How wide a text is on the screen."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _first_cells(text: str, width: int) -> str:
    """The longest start of a text that isn't wider than this on the screen."""
    taken = 0
    for index, character in enumerate(text):
        taken += _cells(character)
        if taken > width:
            return text[:index]
    return text


def _without_cells(text: str, width: int) -> str:
    """A text without its start of this width."""
    return text[len(_first_cells(text, width)) :]
