"""Testing rules as losslint tests its own: programs to lint, with what is expected written beside the line.

A rule's folder holds programs of one file each: `bad*.py` with `# expect: LL101` at the end of each line that a
finding is at (several codes with commas), `good*.py`, which are silent but for the advice that they expect, and what is
recorded: `fixed*.py`, what all fixes make of the bad ones, and `report.txt`, the report as people read it. A
project's folder is one program of several files, with the same comments, or with lines as `train.py:25: LL101` in
`<name>.expect` beside it; `<name>.diff` and `<name>.txt` beside it are recorded.

    from losslint.testing import Fixture

    @pytest.mark.parametrize("fixture", Fixture.of_rules("fixtures"), ids=str)
    def test_fixture(fixture):
        assert fixture.problems() == []

Every program is linted alone, in a folder of its own, under all rules that are installed.
"""

from __future__ import annotations

import ast
import collections
import difflib
import io
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from losslint import session
from losslint.discovery import SUFFIXES, File
from losslint.finding import FileError, Finding, is_applicable
from losslint.fix import fix_until_stable, key_of
from losslint.record import dataclass
from losslint.report import Report, write
from losslint.settings import Settings
from losslint.source import Source

EXPECT = re.compile(r"#\s*expect:\s*([A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)")

Lint = Callable[[Mapping[str, bytes]], session.Result]


@dataclass(frozen=True)
class Fixture:
    """A program: its files' bytes by their path in it.

    `folder` is where they come from; `name` is the file's, and empty for a project.
    """

    folder: Path
    name: str
    files: Mapping[str, bytes]

    def __str__(self) -> str:
        return f"{self.folder.name}/{self.name}"

    @classmethod
    def of_rules(cls, folder: str | Path) -> list[Fixture]:
        """The programs of the rules' folders in a folder."""
        return [
            cls(rule, path.name, {path.name: path.read_bytes()})
            for rule in sorted(p for p in Path(folder).iterdir() if p.is_dir())
            for path in sorted(rule.glob("*.py"))
            if path.name.startswith(("bad", "good"))
        ]

    @classmethod
    def of_projects(cls, folder: str | Path) -> list[Fixture]:
        """The projects in a folder: each of its folders is one program."""
        return [
            cls(
                project,
                "",
                {
                    path.relative_to(project).as_posix(): path.read_bytes()
                    for path in sorted(project.rglob("*"))
                    if path.suffix in SUFFIXES and "__pycache__" not in path.parts
                },
            )
            for project in sorted(p for p in Path(folder).iterdir() if p.is_dir())
        ]

    @property
    def is_good(self) -> bool:
        """Whether it is said to be right by its name: nothing but advice may be expected in it."""
        return self.name.startswith("good")

    # ------------------------------------------------------------------------------------------------- what is expected

    @cached_property
    def expected(self) -> collections.Counter[tuple[str, int, str]]:
        """The findings that the comments expect: path, line and code, each with how often."""
        found: collections.Counter[tuple[str, int, str]] = collections.Counter()
        beside = self.folder.with_suffix(".expect")
        if not self.name and beside.exists():
            for line in beside.read_text(encoding="utf-8").splitlines():
                name, at, wanted = line.split(":")
                found[name, int(at), wanted.strip()] += 1
        for path, raw in self.files.items():
            if b"expect" not in raw:
                continue
            for number, line in enumerate(Source.from_bytes(raw, path).text.split("\n"), 1):
                for match in EXPECT.finditer(line):
                    found.update((path, number, code.strip()) for code in match.group(1).split(","))
        return found

    # ------------------------------------------------------------------------------------------------- what is found

    @contextmanager
    def linter(self) -> Iterator[Lint]:
        """A function that lints the program, with some of its files replaced."""
        with tempfile.TemporaryDirectory(prefix="losslint-") as name:
            base = Path(name).resolve()
            (base / "pyproject.toml").write_text("", encoding="utf-8")  # the program ends here, whatever is above
            for path, raw in self.files.items():
                target = base / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(raw)
            files = [File.at(str(base / path), path, str(base), str(base / path)) for path in sorted(self.files)]
            yield lambda overlay: session.lint(files, Settings(), overlay=overlay)

    @cached_property
    def result(self) -> session.Result:
        """What linting finds."""
        with self.linter() as lint:
            return lint({})

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is found, in order."""
        return self.result.findings

    @property
    def errors(self) -> tuple[FileError, ...]:
        """The files that could not be linted."""
        return self.result.errors

    def problems(self) -> list[str]:
        """What differs from what is expected, a line each."""
        found = collections.Counter((f.place.path, f.place.line, f.code) for f in self.findings)
        said = [f"{error.path}: {error.message}" for error in self.errors]
        for path, line, code in sorted((self.expected - found).elements()):
            said.append(f"{path}:{line}: {code} is expected and not found")
        for path, line, code in sorted((found - self.expected).elements()):
            messages = {f.message for f in self.findings if (f.place.path, f.place.line, f.code) == (path, line, code)}
            said.append(f"{path}:{line}: {code} is found and not expected: {' / '.join(sorted(messages))}")
        if self.is_good:
            said += [
                f"{f.place.path}:{f.place.line}: {f.code} is a {f.severity} in what is said to be good"
                for f in self.findings
                if f.severity != "info"
            ]
        return said

    @property
    def report(self) -> str:
        """The findings as people read them, without colour, in 80 columns."""
        out = io.StringIO()
        result = self.result
        write(Report(result.findings, result.errors, result.sources, files=len(self.files)), "full", out, out)
        return out.getvalue()

    # ------------------------------------------------------------------------------------------------- what is mended

    @cached_property
    def fixed(self) -> tuple[Mapping[str, bytes], tuple[Finding, ...]]:
        """What `--fix --unsafe-fixes` makes of the files that it changes, and the findings that are left."""
        with self.linter() as lint:
            done = fix_until_stable(lint, unsafe=True)
            return dict(done.contents), tuple(done.result.findings)

    def fix_problems(self) -> list[str]:
        """What is wrong with the fixes, a line each: findings left that have a fix, files that no longer parse."""
        contents, left = self.fixed
        said = []
        for path, raw in sorted(contents.items()):
            try:
                ast.parse(Source.from_bytes(raw, path).text)
            except SyntaxError as error:
                said.append(f"{path}:{error.lineno}: no longer parses: {error.msg}")
        said += [
            f"{f.place.path}:{f.place.line}: {f.code} is left although it has a fix"
            for f in left
            if is_applicable(f.fix, unsafe=True)
        ]
        new = {f.code for f in left if f.severity != "info"} - {f.code for f in self.findings}
        said += [f"the fixes bring {code}" for code in sorted(new)]
        return said

    def alternative_problems(self) -> list[str]:
        """What is wrong with the other fixes that findings offer, each made by itself, a line each."""
        said = []
        for finding in self.findings:
            for number, fix in enumerate(finding.fixes):
                if not number or not is_applicable(fix, unsafe=True):
                    continue
                where = f"{finding.place.path}:{finding.place.line}: {finding.code}, {fix.message!r}"
                with self.linter() as lint:
                    done = fix_until_stable(lint, unsafe=True, choices={key_of(finding): number})
                if not done.findings:
                    said.append(f"{where}: can't be made, or doesn't help")
                known = {f.code for f in self.findings}
                new = {f.code for f in done.result.findings if f.severity != "info"} - known
                said += [f"{where} brings {code}" for code in sorted(new)]
        return said

    @property
    def fixed_text(self) -> str:
        """The fixed form of a program of one file."""
        ((path, raw),) = self.files.items()
        return Source.from_bytes(self.fixed[0].get(path, raw), path).text

    @property
    def diff(self) -> str:
        """All fixes of a program, as a unified diff of its module texts."""
        lines: list[str] = []
        for path, raw in sorted(self.fixed[0].items()):
            before = Source.from_bytes(self.files[path], path).text.splitlines(keepends=True)
            after = Source.from_bytes(raw, path).text.splitlines(keepends=True)
            lines += difflib.unified_diff(before, after, f"a/{path}", f"b/{path}")
        return "".join(lines)

    @property
    def fixed_path(self) -> Path:
        """Where the fixed form is recorded."""
        if self.name:
            return self.folder / self.name.replace("bad", "fixed", 1)
        return self.folder.with_suffix(".diff")

    @property
    def report_path(self) -> Path:
        """Where the report is recorded; the programs of a folder share one."""
        return self.folder / "report.txt" if self.name else self.folder.with_suffix(".txt")
