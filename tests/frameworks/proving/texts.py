"""What a rule tells people in numbers: its documentation, its messages, and the strings that messages are made of."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from losslint.rule import Rule
from losslint.testing import Fixture
from proving.proof import FIXTURES

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:[.,]\d+)*(?:e-?\d+)?(?!\w)")
"""A number that stands for itself: not the 1 of TF1 or LL101."""

NO_MEASUREMENT = re.compile(
    r"``[^`]*``|`[^`]*`"  # code
    r"|\b(?:axis|axes|dim) -?\d(?:(?:,| and| or) -?\d)*"
    r"|between -?[01] and [01]\b"
    r"|[\[(]-?[01], [01][\])]"  # an interval
    r"|\((?:\w, )*\w, 1\)|\(1, \w\)|\((?=[^()]*[A-Z])\w(?:, \w)+\)"  # a shape
    r"|\b(?:Keras|TensorFlow) \d\b"  # a version
    r"|log\(1 \+ \(C-1\)/e²?\)|e / \(e \+ C - 1\)"  # the formula of the number that is measured beside it
)
"""Digits that name an axis, an interval, a shape or a formula, or belong to code."""

QUOTED = re.compile(r'"([^"]+)"')
"""What a library is quoted with."""

CODE_BLOCK = re.compile(r"```.*?```", re.DOTALL)
HEADING = re.compile(r"^ *## (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Telling:
    """A text that a rule tells people, without line ends, and where."""

    where: str
    text: str


def sections(rule: type[Rule]) -> dict[str, str]:
    """A rule's documentation by its headings, in prose alone; what comes before the first one is its summary."""
    parts = HEADING.split(CODE_BLOCK.sub(" ", inspect.getdoc(rule) or ""))
    return {name: " ".join(text.split()) for name, text in zip(["", *parts[1::2]], parts[::2], strict=True)}


def numbers(text: str) -> Iterator[re.Match[str]]:
    """The numbers of a text that somebody must have measured."""
    silent = [match.span() for match in NO_MEASUREMENT.finditer(text)]
    for match in NUMBER.finditer(text):
        if not any(start <= match.start() and match.end() <= end for start, end in silent):
            yield match


def of_documentation(rule: type[Rule]) -> list[Telling]:
    """A rule's documentation, but for its links."""
    return [
        Telling(f"{rule.code}, {name or 'summary'}", text)
        for name, text in sections(rule).items()
        if name != "References"
    ]


@cache
def of_messages(rule: type[Rule]) -> list[Telling]:
    """What the rule says of the fixtures of its folder."""
    found: dict[str, Telling] = {}
    for fixture in Fixture.of_rules(FIXTURES / "rules"):
        if fixture.folder.name != rule.name:
            continue
        for finding in fixture.findings:
            if finding.code == rule.code:
                where = f"{rule.code} on {fixture.name}:{finding.place.line}"
                found.setdefault(finding.message, Telling(where, " ".join(finding.message.split())))
    return list(found.values())


def of_strings(module_name: str) -> list[Telling]:
    """The strings with digits in a module's code; what a message puts in is `…`."""
    module = importlib.import_module(module_name)
    path = Path(inspect.getsourcefile(module) or "")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    documentation |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found: list[Telling] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(v.value) if isinstance(v, ast.Constant) else "…" for v in node.values)
            waiting += [v for v in node.values if not isinstance(v, ast.Constant)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            text = node.value
        else:
            waiting += ast.iter_child_nodes(node)
            continue
        # a word is no sentence, and neither is a method's call that is put behind an expression
        if " " in text.strip() and not text.startswith(".") and any(numbers(text)):
            found.append(Telling(f"{path.name}:{node.lineno}", " ".join(text.split())))
    return found


def shared_modules(rule: type[Rule]) -> list[str]:
    """The modules beside the rule's own that it gets words from."""
    tree = ast.parse(inspect.getsource(importlib.import_module(rule.__module__)))
    package = rule.__module__.rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == package:
            found.update(f"{package}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package}."):
            found.add(node.module or "")
    return sorted(found)


def tellings(rule: type[Rule]) -> list[Telling]:
    """All that a rule tells people."""
    return [*of_documentation(rule), *of_messages(rule), *of_strings(rule.__module__)]
