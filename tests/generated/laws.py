"""The three laws, each a function from a program to what it breaks: empty where it holds."""

from __future__ import annotations

import ast
import functools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from losslint import lint_sources
from losslint.finding import Finding
from losslint.fix import fix_until_stable, is_applicable
from losslint.result import Result
from losslint.settings import Settings

from .code import Program
from .equality import normal_form
from .misuses import Case, Project

Found = tuple[str, str, int]
"""A rule's code, a path and a line."""


@dataclass(frozen=True)
class Verdict:
    """What became of a law: whether it was judged at all, and what breaks it."""

    judged: bool
    broken: str = ""


HOLDS = Verdict(True)
NOT_JUDGED = Verdict(False)


def lint(files: Mapping[str, str | bytes]) -> Result:
    """All rules, in memory."""
    return _lint(
        tuple((path, text.encode() if isinstance(text, str) else text) for path, text in sorted(files.items()))
    )


@functools.lru_cache(maxsize=8)  # the laws and the passes of fixing ask for the same programs again
def _lint(files: tuple[tuple[str, bytes], ...]) -> Result:
    return lint_sources(dict(files), settings=Settings())


def found(result: Result) -> Counter[Found]:
    """What is found where."""
    return Counter((finding.code, finding.place.path, finding.place.line) for finding in result.findings)


def silent_on_right(project: Project) -> Verdict:
    """The first law: a right program is silent."""
    result = lint(project.rendered().files)
    said = [*(f"{error.path}: {error.message}" for error in result.errors), *map(_told, result.findings)]
    return Verdict(True, "\n".join(said))


def finds_the_misuse(case: Case) -> Verdict:
    """The second law: the misuse is found at its place, and nothing else."""
    wrong = case.wrong.rendered()
    return _compared(expected(case, wrong), lint(wrong.files))


def expected(case: Case, wrong: Program) -> Counter[Found]:
    """What is to be found in the misused program."""
    return Counter(case.misuse.expected(wrong))


def _compared(wanted: Counter[Found], result: Result) -> Verdict:
    got = found(result)
    said = [f"{error.path}: {error.message}" for error in result.errors]
    said += [f"{path}:{line}: {code} isn't found" for code, path, line in sorted((wanted - got).elements())]
    more = got - wanted
    said += [_told(f) for f in result.findings if (f.code, f.place.path, f.place.line) in more]
    return Verdict(True, "\n".join(said))


def fixes_to_a_right_program(case: Case) -> Verdict:
    """The third law: the fixed program is silent, and is one that the generator calls right."""
    wrong = case.wrong.rendered()
    first = lint(wrong.files)
    if not any(is_applicable(finding.fix, unsafe=True) for finding in first.findings):
        return NOT_JUDGED
    texts = {path: text.encode() for path, text in wrong.files.items()}
    done = fix_until_stable(lambda overlay: lint({**texts, **overlay}), unsafe=True)
    fixed = {path: done.contents.get(path, raw).decode() for path, raw in texts.items()}
    for path, text in fixed.items():
        try:
            ast.parse(text)
        except SyntaxError as error:
            return Verdict(True, f"{path}: no longer parses: {error}\n{text}")
    left = [_told(finding) for finding in done.result.findings if finding.code not in case.misuse.advice]
    if left:
        return Verdict(True, "left after the fixes: " + "\n".join(left) + _difference(wrong, fixed))
    again = fix_until_stable(lambda overlay: lint({**fixed, **overlay}), unsafe=True)
    if again.contents:
        return Verdict(True, "a second run changes something" + _difference(wrong, fixed))
    form = normal_form(fixed)
    if any(form == normal_form(right.rendered().files) for right in case.accepted):
        return HOLDS
    return Verdict(True, "the fixed program isn't one of the right ones" + _difference(wrong, fixed))


def mended(program: Program) -> dict[str, str]:
    """A program's files after all fixes."""
    texts = {path: text.encode() for path, text in program.files.items()}
    done = fix_until_stable(lambda overlay: lint({**texts, **overlay}), unsafe=True)
    return {path: done.contents.get(path, raw).decode() for path, raw in texts.items()}


LAWS = {"found": finds_the_misuse, "fixed": fixes_to_a_right_program}
"""The laws of misused programs."""


def _told(finding: Finding) -> str:
    condition = f" (when {finding.condition})" if finding.condition else ""
    return f"{finding.place.path}:{finding.place.line}: {finding.code} is found{condition}: {finding.message}"


def _difference(wrong: Program, fixed: Mapping[str, str]) -> str:
    import difflib

    lines: list[str] = []
    for path, text in wrong.files.items():
        lines += difflib.unified_diff(text.splitlines(), fixed[path].splitlines(), path, path, lineterm="")
    return "\n" + "\n".join(lines)
