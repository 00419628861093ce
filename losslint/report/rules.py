"""What is said of the rules themselves: the list, and a rule's documentation with its fixtures."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from losslint.documentation import documentation
from losslint.report import harmless, write_json
from losslint.rule import Rule

_EXPECTED = re.compile(r"#\s*expect:\s*")


def list_as_table(rules: Sequence[type[Rule]], out: TextIO) -> None:
    """Write a line a rule, in columns."""
    rows = [("code", "name", "severity", "fix", "what is wrong")]
    rows += [(r.code, r.name, r.severity, r.fix, r.summary()) for r in rules]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for number, row in enumerate(rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        out.write(harmless("  ".join([*cells, row[4]])).rstrip() + "\n")
        if number == 0:
            out.write("  ".join("-" * width for width in [*widths, len(row[4])]) + "\n")


def list_as_json(rules: Sequence[type[Rule]], out: TextIO) -> None:
    """Write a list of objects."""
    listed = [
        {"code": r.code, "name": r.name, "severity": r.severity, "fix": r.fix, "summary": r.summary()} for r in rules
    ]
    write_json(listed, out)


def explain(rule: type[Rule], out: TextIO) -> None:
    """Write a rule's documentation, and the programs that it's tested with, where they're at hand."""
    lines = [f"{rule.code} {rule.name} ({rule.severity}; fix: {rule.fix})", ""]
    lines += (documentation(rule).markdown or "It has no documentation.").split("\n")
    fixtures = list(_fixtures(rule))
    if fixtures:
        lines += ["", "## Fixtures"]
    for path, text in fixtures:
        lines += ["", str(path)]
        marked = [(number, line) for number, line in enumerate(text.split("\n"), 1) if _EXPECTED.search(line)]
        lines += [f"  {number:>4}  {line.strip()}" for number, line in marked]
        if not marked:
            lines.append(f"        nothing is found in its {text.count(chr(10))} lines")
    for line in lines:
        out.write(harmless(line).rstrip() + "\n")


def _fixtures(rule: type[Rule]) -> Iterator[tuple[Path, str]]:
    """A rule's programs: in `fixtures` of its package, or of the source tree that the package is in."""
    module = sys.modules.get(rule.__module__)
    file = inspect.getsourcefile(module) if module is not None else None
    if file is None:
        return
    for parent in Path(file).resolve().parents[:4]:
        for folder in (parent / "fixtures" / rule.name, parent / "fixtures" / "rules" / rule.name):
            programs = [path for path in sorted(folder.glob("*.py")) if path.name.startswith(("bad", "good"))]
            if programs:
                for path in programs:
                    yield _shown(path), path.read_text(encoding="utf-8")
                return
        if (parent / "pyproject.toml").exists():  # what is above belongs to somebody else
            return


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
