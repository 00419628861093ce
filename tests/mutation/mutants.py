"""What can be wrong in a module: the places that Cosmic Ray's operators change, and a module with one of them changed."""

from __future__ import annotations

import ast
import difflib
import functools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from mutation import CHECKOUT

# Each operator is replaced by those that are near it. What's far (`is` by `<`, `+` by `**`) raises in the first test that comes
# there, and `is` by `==` changes nothing here: both would say more of the numbers than of the tests.
OPERATORS = (
    *(f"ReplaceComparisonOperator_{was}_{becomes}" for was, becomes in (
        ("Eq", "NotEq"), ("NotEq", "Eq"), ("Is", "IsNot"), ("IsNot", "Is"), ("Lt", "LtE"), ("Lt", "GtE"), ("LtE", "Lt"),
        ("LtE", "Gt"), ("Gt", "GtE"), ("Gt", "LtE"), ("GtE", "Gt"), ("GtE", "Lt"), ("Eq", "LtE"), ("Eq", "GtE"),
    )),
    *(f"ReplaceBinaryOperator_{was}_{becomes}" for was, becomes in (
        ("Add", "Sub"), ("Sub", "Add"), ("Mul", "FloorDiv"), ("FloorDiv", "Mul"), ("Div", "Mul"), ("Mod", "FloorDiv"),
        ("Pow", "Mul"), ("BitOr", "BitAnd"), ("BitAnd", "BitOr"), ("BitXor", "BitOr"), ("BitOr", "Sub"), ("Sub", "BitOr"),
    )),
    "ReplaceUnaryOperator_USub_UAdd", "ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Not", "AddNot",
    "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer", "RemoveDecorator", "ZeroIterationForLoop",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A change of one place. It's known by its line's text and not by its number, so that it's found again after edits above."""

    module: str
    operator: str
    definition: str
    text: str
    column: int
    variant: int
    again: int
    """Which of the equal lines of its definition."""


@dataclass(frozen=True)
class Place:
    """Where a mutant is in the module as it is now."""

    line: int
    occurrence: int


def modules(patterns: Sequence[str]) -> list[Path]:
    """The files that are mutated."""
    return sorted({path for pattern in patterns for path in CHECKOUT.glob(pattern) if path.name != "__init__.py"})


@functools.cache
def places(path: Path) -> dict[Mutant, Place]:
    """All mutants of a module."""
    source = path.read_text(encoding="utf-8")
    lines = source.split("\n")
    tree = ast.parse(source)
    annotations, definitions = _annotations(tree), _definitions(tree)
    nodes = list(ast_nodes(get_ast(source)))
    found: dict[Mutant, Place] = {}
    for name in OPERATORS:
        operator = cosmic_ray.plugins.get_operator(f"core/{name}")()
        occurrence = 0
        for node in nodes:
            for variant, (start, _) in enumerate(operator.mutation_positions(node)):
                line, column = start
                occurrence += 1
                if any(first <= (line, column) < last for first, last in annotations):
                    continue  # nobody evaluates it
                text = lines[line - 1]
                indent = len(text) - len(text.lstrip())
                again = 0
                while True:
                    mutant = Mutant(
                        path.relative_to(CHECKOUT).as_posix(), name, definitions[line],
                        text.strip(), column - indent, variant, again,
                    )  # fmt: skip
                    if mutant not in found:
                        break
                    again += 1
                found[mutant] = Place(line, occurrence - 1)
    return found


def _annotations(tree: ast.AST) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    found = []
    for node in ast.walk(tree):
        named = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for annotation in named:
            if isinstance(annotation, ast.expr) and annotation.end_lineno and annotation.end_col_offset:
                first = annotation.lineno, annotation.col_offset
                found.append((first, (annotation.end_lineno, annotation.end_col_offset)))
    return found


def _definitions(tree: ast.AST) -> dict[int, str]:
    """The function or class that each line is in."""

    class Lines(dict[int, str]):
        def __missing__(self, line: int) -> str:
            return ""

    found = Lines()

    def visit(node: ast.AST, outer: str) -> None:
        for child in ast.iter_child_nodes(node):
            name = outer
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                name = f"{outer}.{child.name}".lstrip(".")
                for line in range(child.lineno, (child.end_lineno or child.lineno) + 1):
                    found[line] = name
            visit(child, name)

    visit(tree, "")
    return found


def sample(paths: Sequence[Path], number: int, seed: int) -> list[Mutant]:
    """So many places at random, and for each of them one mutant."""
    at: dict[tuple[str, int, int], list[Mutant]] = {}
    for path in paths:
        for mutant, place in places(path).items():
            at.setdefault((mutant.module, place.line, mutant.column), []).append(mutant)
    chance = random.Random(seed)
    chosen = chance.sample(sorted(at), min(number, len(at)))
    return [chance.choice(at[place]) for place in chosen]


def mutated(mutant: Mutant) -> str | None:
    """The module's text with the mutant in it; None where its line isn't there any more, or that isn't Python (`case 1 & 2`)."""
    path = CHECKOUT / mutant.module
    place = places(path).get(mutant)
    if place is None:
        return None
    source = path.read_text(encoding="utf-8")
    changed: str | None = mutate_code(source, cosmic_ray.plugins.get_operator(f"core/{mutant.operator}")(), place.occurrence)
    try:
        ast.parse(changed or "")
    except SyntaxError:
        return None
    return changed


def difference(source: str, changed: str) -> Iterator[str]:
    """The lines that differ."""
    for line in difflib.unified_diff(source.split("\n"), changed.split("\n"), n=0, lineterm=""):
        if not line.startswith(("---", "+++", "@@")):
            yield line
