"""Fixes do no harm: what is demanded of the fixes of a program, in every form in which its files can be written.

A form is a way to write the same program: other line ends, tabs, a mark of the encoding, another encoding, no newline at the end,
form feeds, identifiers that aren't ASCII, a notebook. What is demanded in each form:

- the findings are those of the program as it is written in the fixtures;
- to write the program in the form and then mend it gives, byte for byte, what mending it and then writing it in the form
  gives: so nothing outside of the edits changes, and what edits write is written as the file is;
- each file parses, no finding is left that has a fix, no other rule has come, and a second run changes nothing.

    python -m tests.harmless                  # every fixture, in every form
    python -m tests.harmless FOLDER...        # each fix of each finding in these trees, one by one
"""

from __future__ import annotations

import argparse
import ast
import itertools
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from losslint import discovery, lint_sources, session
from losslint.finding import Edit, Finding
from losslint.fix import fix_until_stable, is_applicable
from losslint.record import replace
from losslint.result import Result
from losslint.settings import Settings
from losslint.source import Source, SourceError
from losslint.testing import Fixture

FIXTURES = Path(__file__).parent.parent / "fixtures"

Files = Mapping[str, bytes]


# ---------------------------------------------------------------------------------------------------------------- forms


@dataclass(frozen=True)
class Form:
    """A way to write a file. `write` gives None for a text that can't be written so."""

    name: str
    write: Callable[[str], bytes | None]
    suffix: str = ".py"

    def of(self, files: Mapping[str, str]) -> dict[str, bytes] | None:
        """A program's files, written so."""
        written = {str(Path(path).with_suffix(self.suffix)): self.write(text) for path, text in files.items()}
        found = {path: raw for path, raw in written.items() if raw is not None}
        return found if len(found) == len(files) else None


def _tabs(text: str) -> bytes | None:
    if '"""\n ' in text or "\\\n" in text or any(re.match(r" *[^ ].*\"\"\"|\t", line) for line in text.split("\n")[8:]):
        return None  # spaces in strings aren't indentation
    lines = [re.sub(r"^(?:    )+", lambda m: "\t" * (len(m[0]) // 4), line) for line in text.split("\n")]
    return "\n".join(lines).encode()


def _latin(text: str) -> bytes | None:
    return f"# -*- coding: latin-1 -*-\n# für die Übung\n{text}".encode("latin-1") if text.isascii() else None


def _unicode(text: str) -> bytes | None:
    # Python reads names in their normal form: the micro sign as a Greek letter, a ligature as two letters.
    names = {"criterion": "critère", "loader": "\u00b5_loader", "net": "réseau", "labels": "\ufb01ltered", "x": "ξ"}
    if re.search(rf"\b({'|'.join(names)})=\S", text):
        return None  # keyword arguments: a library's parameters have the names that they have
    return re.sub(rf"(?<![\w.\"'/])({'|'.join(names)})\b(?![\"'/])", lambda match: names[match[0]], text).encode()


def _form_feeds(text: str) -> bytes:
    return re.sub(r"\n\n\n(?=def |class )", "\n\n\f\n", text).encode()


def _cells(text: str) -> list[str]:
    """The text in pieces that are statements of their own; joined again they are the text."""
    starts = [
        n.decorator_list[0].lineno if getattr(n, "decorator_list", []) else n.lineno for n in ast.parse(text).body
    ]
    lines = text.split("\n")
    cuts = [0, *(start - 1 for number, start in enumerate(starts) if number and number % 3 == 0), len(lines)]
    return ["\n".join(lines[low:high]) for low, high in itertools.pairwise(cuts)]


def _notebook(text: str, **style: object) -> bytes | None:
    cells: list[dict[str, object]] = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# A title — ünïcode\n", "text"]}
    ]
    for source in _cells(text):
        lines = source.splitlines(keepends=True)
        cells.append({"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": lines})
    whole = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(whole, **style) + "\n").encode()  # type: ignore[arg-type]


FORMS: tuple[Form, ...] = (
    Form("as it is", lambda text: text.encode()),
    Form("CRLF", lambda text: text.replace("\n", "\r\n").encode()),
    Form("tabs", _tabs),
    Form("BOM", lambda text: b"\xef\xbb\xbf" + text.encode()),
    Form("latin-1", _latin),
    Form("no newline at the end", lambda text: text.rstrip("\n").encode()),
    Form("form feeds", _form_feeds),
    Form("unicode identifiers", _unicode),
    Form("CRLF and BOM", lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()),
    Form("notebook", lambda text: _notebook(text, indent=1, ensure_ascii=False), ".ipynb"),
    Form("notebook, indented by 4", lambda text: _notebook(text, indent=4), ".ipynb"),
    Form("notebook in one line", lambda text: _notebook(text), ".ipynb"),
)
"""All forms; the first is the one that the others are compared with."""

NOTEBOOKS = tuple(form.name for form in FORMS if form.suffix == ".ipynb")


# ------------------------------------------------------------------------------------------------------ what is demanded


@dataclass(frozen=True)
class Mended:
    """A program before and after all its fixes."""

    before: tuple[Finding, ...]
    files: dict[str, bytes]
    left: tuple[Finding, ...]


def mend(files: Files) -> Mended:
    """Make all fixes of a program, in memory."""
    before = lint_sources(files, settings=Settings()).findings
    done = fix_until_stable(lambda overlay: lint_sources({**files, **overlay}, settings=Settings()), unsafe=True)
    return Mended(before, {**files, **done.contents}, tuple(done.result.findings))


def texts(files: Files) -> dict[str, str]:
    """The module texts of a program's files."""
    return {path: Source.from_bytes(raw, path).text for path, raw in files.items()}


def harm(fixture: Fixture, form: Form) -> list[str] | None:
    """What is wrong with the fixes of a program in a form, a line each; None where it can't be written so."""
    plain = {path: raw for path, raw in fixture.files.items() if path.endswith(".py")}
    if len(plain) != len(fixture.files) or not plain:
        return None
    if form.suffix == ".ipynb" and len(plain) > 1:
        return None  # nothing can be imported from a notebook
    written = form.of(texts(plain))
    if written is None:
        return None
    mended = mend(written)
    said = list(_harm(written, mended))
    ours = Counter((f.code, _stem(f.place.path)) for f in mended.before)
    reference = mend(plain)
    theirs = Counter((f.code, _stem(f.place.path)) for f in reference.before)
    if ours != theirs:
        said.append(f"finds {sorted((ours - theirs).elements())} more and {sorted((theirs - ours).elements())} less")
    wanted = form.of(texts(reference.files))
    if form.suffix == ".ipynb":
        said += _differing_notebooks(written, mended.files, reference.files)
    elif wanted is not None and wanted != mended.files:
        said += [
            _first_difference(path, wanted[path], mended.files[path])
            for path in wanted
            if wanted[path] != mended.files[path]
        ]
    return said


def _stem(path: str) -> str:
    return path.rpartition(".")[0]


def _harm(written: Files, mended: Mended) -> Iterator[str]:
    """What is wrong whatever the form is."""
    for path, raw in mended.files.items():
        try:
            Source.from_bytes(raw, path).parse()
        except SourceError as error:
            yield f"{path} no longer parses: {error}"
    new = {f.code for f in mended.left if f.severity != "info"} - {f.code for f in mended.before}
    yield from (f"the fixes bring {code}" for code in sorted(new))
    left = [f for f in mended.left if is_applicable(f.fix, unsafe=True)]
    yield from (f"{f.place.path}:{f.place.line}: {f.code} is left, although it has a fix" for f in left)
    if mend(mended.files).files != mended.files:
        yield "a second run changes something"


def _differing_notebooks(written: Files, mended: Files, reference: Files) -> Iterator[str]:
    """Where a mended notebook isn't written as it was, or says something else than the mended file."""
    for path, raw in mended.items():
        before, after = json.loads(written[path]), json.loads(raw)
        style = (
            {"indent": 1, "ensure_ascii": False}
            if b'\n "' in written[path]
            else {"indent": 4}
            if b"\n    " in written[path]
            else {}
        )
        if (json.dumps(after, **style) + "\n").encode() != raw:  # type: ignore[arg-type]
            yield f"{path}: the JSON is written in another way"
        for old, new in zip(before["cells"], after["cells"], strict=True):
            if {**old, "source": 0} != {**new, "source": 0} or (old["cell_type"] != "code" and old != new):
                yield f"{path}: more than the source of a cell changed"
        whole = "\n".join("".join(cell["source"]) for cell in after["cells"] if cell["cell_type"] == "code")
        (text,) = texts(reference).values()
        if [line for line in whole.split("\n") if line.strip()] != [line for line in text.split("\n") if line.strip()]:
            yield f"{path}: the notebook is mended in another way than the file"


def _first_difference(path: str, wanted: bytes, got: bytes) -> str:
    pairs = zip(wanted.splitlines(keepends=True), got.splitlines(keepends=True), strict=False)
    for number, (one, other) in enumerate(pairs, 1):
        if one != other:
            return f"{path}:{number}: {other!r} instead of {one!r}"
    return f"{path}: another number of lines"


def fixtures() -> list[Fixture]:
    """The programs that have something to mend."""
    found = [
        *Fixture.of_rules(FIXTURES / "rules"),
        *Fixture.of_rules(FIXTURES / "article"),
        *Fixture.of_projects(FIXTURES / "projects"),
    ]
    return [fixture for fixture in found if fixture.expected]


# ---------------------------------------------------------------------------------------------------------------- trees


def edited(raw: bytes, path: str, edits: tuple[Edit, ...]) -> str:
    """A file's text with edits made: written anew here, to compare with what losslint makes of them."""
    lines = Source.from_bytes(raw, path).text.split("\n")
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    text = "\n".join(lines)
    for edit in sorted(set(edits), key=lambda e: e.place, reverse=True):
        place = edit.place
        start, end = offsets[place.line - 1] + place.column - 1, offsets[place.end_line - 1] + place.end_column - 1
        text = text[:start] + edit.text + text[end:]
    return text


def _same_around(before: bytes, after: bytes, edits: tuple[Edit, ...]) -> bool:
    """Whether the lines before the first and after the last edit are the same bytes. Not for notebooks."""
    old, new = before.split(b"\n"), after.split(b"\n")
    first, last = min(e.place.line for e in edits) - 1, max(e.place.end_line for e in edits)
    return old[:first] == new[:first] and (last >= len(old) or old[last:] == new[last - len(old) :])


class Tree:
    """The files of a tree. What linting comes to is kept: most fixes change one project, and many are made more than once.

    Of what fixes came to only the latest are: each holds its project's sources.
    """

    LATEST = 8

    def __init__(self, folder: Path) -> None:
        self._projects: dict[str, list[discovery.File]] = {}
        for file in discovery.discover([str(folder)], Settings()).files:
            self._projects.setdefault(discovery.project_root(file), []).append(file)
        self._unchanged: dict[str, Result] = {}
        self._changed: dict[tuple[str, frozenset[tuple[str, bytes]]], Result] = {}
        self._shown = {root: {file.shown for file in files} for root, files in self._projects.items()}

    def lint(self, overlay: Files) -> Result:
        """What linting comes to with files replaced, each project by itself, as a run does it."""
        found = [self._lint(root, {p: raw for p, raw in overlay.items() if p in self._shown[root]}) for root in self._projects]
        return replace(
            session.lint([], Settings()),
            findings=tuple(sorted((f for each in found for f in each.findings), key=lambda f: f.sort_key)),
            errors=tuple(dict.fromkeys(error for each in found for error in each.errors)),
            sources={path: source for each in found for path, source in each.sources.items()},
        )

    def _lint(self, root: str, overlay: Files) -> Result:
        if not overlay:
            if root not in self._unchanged:
                self._unchanged[root] = session.lint(self._projects[root], Settings())
            return self._unchanged[root]
        key = (root, frozenset(overlay.items()))
        if key not in self._changed:
            while len(self._changed) >= self.LATEST:
                del self._changed[next(iter(self._changed))]
            self._changed[key] = session.lint(self._projects[root], Settings(), overlay=overlay)
        return self._changed[key]


def harm_in(folder: Path) -> tuple[int, list[str]]:
    """How many fixes the findings of a tree have, and what is wrong with them, each made by itself and all together."""
    tree = Tree(folder)
    result = tree.lint({})
    codes = Counter(finding.code for finding in result.findings)
    made, said = 0, []
    for finding in result.findings:
        brought: list[tuple[str, set[str]]] = []
        for fix in finding.fixes:
            if not is_applicable(fix, unsafe=True):
                continue
            made += 1
            where = f"{finding.place.path}:{finding.place.line}: {finding.code}, {fix.message!r}"
            overlay: dict[str, bytes] = {}
            for path in {edit.place.path for edit in fix.edits}:
                own = tuple(edit for edit in fix.edits if edit.place.path == path)
                source = result.sources[path]
                overlay[path] = source.edited(own)
                if Source.from_bytes(overlay[path], path).text.split("\n") != edited(source.raw, path, own).split("\n"):
                    said.append(f"{where}: more than its edits changes in {path}")
                if path.endswith(".py") and b"\n" in source.raw and not _same_around(source.raw, overlay[path], own):
                    said.append(f"{where}: bytes outside of its edits change in {path}")
            after = tree.lint(overlay)
            said += [f"{where}: {e.path}: {e.message}" for e in after.errors if e not in result.errors]
            # Where one activation of several leads to a loss, the next one may be said in its place.
            still = Counter(f.code for f in after.findings)[finding.code]
            moved = any(raw.count(b"\n") != result.sources[path].raw.count(b"\n") for path, raw in overlay.items())
            key = _known_by(finding, result, moved)
            itself = sum(_known_by(f, after, moved) == key for f in after.findings)
            before = sum(_known_by(f, result, moved) == key for f in result.findings)
            if still > codes[finding.code] or (still == codes[finding.code] and itself >= before):
                said.append(f"{where}: the finding is still there")
            brought.append((where, {f.code for f in after.findings if f.severity != "info"} - set(codes)))
        # What comes whichever way a finding is mended was behind it: a relu in front of a softmax that isn't to be there.
        behind = set.intersection(*(new for _, new in brought)) if len(brought) > 1 else set()
        said += [f"{where}: brings {code}" for where, new in brought for code in sorted(new - behind)]
    return made, [*said, *(f"{folder}: {line}" for line in _harm_of_all(tree, result))]


def _known_by(finding: Finding, result: Result, moved: bool) -> tuple[object, ...]:
    """What a finding is told apart by: its rule and the lines of loss and cause, by their texts where some have moved."""
    places = [finding.place, *(step.place for step in finding.trace[:1])]
    lines = [result.sources[place.path].text.split("\n")[place.line - 1] if moved else place.line for place in places]
    return (finding.code, *(place.path for place in places), *lines)


def _harm_of_all(tree: Tree, result: Result) -> Iterator[str]:
    """What is wrong with a tree after --fix --unsafe-fixes."""
    done = fix_until_stable(tree.lint, unsafe=True)
    for path, raw in done.contents.items():
        try:
            Source.from_bytes(raw, path).parse()
        except SourceError as error:
            yield f"{path} no longer parses: {error}"
    after = tree.lint(done.contents)
    yield from (f"{e.path}: {e.message}" for e in after.errors if e not in result.errors)
    loud = [Counter(f.code for f in each.findings if f.severity != "info") for each in (after, result)]
    new = loud[0] - loud[1]
    yield from (f"the fixes bring {code}" for code in sorted(new))
    for finding in after.findings:
        if is_applicable(finding.fix, unsafe=True):
            yield f"{finding.place.path}:{finding.place.line}: {finding.code} is left, although it has a fix"
    again = fix_until_stable(lambda overlay: tree.lint({**done.contents, **overlay}), unsafe=True)
    if again.contents:
        yield f"a second run changes {', '.join(sorted(again.contents))}"


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.harmless", description=__doc__.split("\n")[0] if __doc__ else ""
    )
    parser.add_argument("--form", default="", help="only forms with this in their name")
    parser.add_argument("folders", nargs="*", type=Path, help="trees to lint; default: the fixtures")
    arguments = parser.parse_args()
    started = time.perf_counter()
    judged, wrong = 0, 0
    if arguments.folders:
        for folder in arguments.folders:
            made, said = harm_in(folder)
            judged, wrong = judged + made, wrong + len(said)
            print(*said, sep="\n", end="\n" if said else "", flush=True)
        print(
            f"{judged} fixes in {len(arguments.folders)} trees, {wrong} with harm; {time.perf_counter() - started:.0f} s"
        )
        return 1 if wrong else 0
    for fixture in fixtures():
        for form in FORMS:
            if arguments.form not in form.name:
                continue
            said = harm(fixture, form)
            if said is None:
                continue
            judged, wrong = judged + 1, wrong + bool(said)
            print(*(f"{fixture}, {form.name}: {line}" for line in said), sep="\n", end="\n" if said else "", flush=True)
    print(f"{judged} programs in {len(FORMS)} forms, {wrong} with harm; {time.perf_counter() - started:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
