"""Asking which fixes are to be made: each finding is shown with its diffs, and a letter answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from losslint.finding import Edit, Finding, is_applicable
from losslint.fix import Key, key_of
from losslint.record import replace
from losslint.report import Report, full, harmless

_HELP = """\
  y  make this fix
  n  leave this finding as it is
  a  make this fix, and that of each finding of this rule from here on
  q  ask no more: what was answered so far is made
"""


def ask(report: Report, answers: TextIO, out: TextIO) -> dict[Key, int]:
    """Show each finding, ask about those with a fix that can be made, and say which of its fixes is to be made.

    Answers are lines; the end of them is a quit.
    """
    choices: dict[Key, int] = {}
    made: set[tuple[Edit, ...]] = set()
    always: dict[str, int] = {}
    possible = {finding: _possible(finding) for finding in report.findings}
    total = sum(map(bool, possible.values()))
    index = 0
    for finding, numbers in possible.items():
        index += bool(numbers)
        if numbers and finding.code in always:
            wanted = always[finding.code]
            choices[key_of(finding)] = wanted if wanted in numbers else numbers[0]
            continue
        full.write(replace(report, findings=(finding,)), out)
        if not numbers:
            continue
        same = next((number for number in numbers if finding.fixes[number].edits in made), None)
        if same is not None:  # two losses that get one softmax
            choices[key_of(finding)] = same
            out.write(f"({index} of {total}) Mended by a fix that is made already.\n\n")
            continue
        answer = _answer(finding, numbers, f"{index} of {total}", answers, out)
        if answer is None:
            break
        letter, number = answer
        if letter == "a":
            always[finding.code] = number
        if letter != "n":
            choices[key_of(finding)] = number
            made.add(finding.fixes[number].edits)
    return choices


def _possible(finding: Finding) -> list[int]:
    """The numbers of the fixes that can be made."""
    return [number for number, fix in enumerate(finding.fixes) if is_applicable(fix, unsafe=True)]


def _answer(
    finding: Finding, numbers: Sequence[int], where: str, answers: TextIO, out: TextIO
) -> tuple[str, int] | None:
    """One finding's answer: "y", "n" or "a", and the number of the fix; None is a quit."""
    several = len(numbers) > 1
    if several:
        for choice, number in enumerate(numbers, 1):
            out.write(f"  {choice}  {harmless(finding.fixes[number].message)}\n")
    letters = "[" + "/".join(map(str, range(1, len(numbers) + 1))) + ", n, a, q, ?]" if several else "[y, n, a, q, ?]"
    while True:
        out.write(f"({where}) {'Which fix' if several else 'Make this fix'}? {letters} ")
        out.flush()
        line = answers.readline()
        if not line:
            out.write("\n")
            return None
        word = line.strip().casefold()
        letter, digits = (word[0], word[1:].strip()) if word[:1].isalpha() else ("y", word)
        if letter == "q" or word == "quit":
            return None
        if word in ("n", "no"):
            return "n", 0
        if word in ("y", "yes", "a", "all"):
            return letter, numbers[0]
        if digits.isdecimal() and letter in "ya" and 1 <= int(digits) <= len(numbers):
            return letter, numbers[int(digits) - 1]
        out.write(_HELP)
        if several:
            out.write("  1  make this one of the fixes; a1, for each finding of this rule from here on\n")
