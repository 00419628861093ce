"""What a proof is: a function that runs a fixture on the real frameworks and asserts what happens, number by number.

    @proof("bad.py", LL110=3)
    def decisions(lab: Lab) -> None:
        '''argmax, max and round of a linear model's output, 6 examples of 3 classes.'''
        bad, _ = lab.pair(lambda program: program.train(lab.loader(lab.floats(6, 8), lab.classes(3, 6))))
        lab.raises(bad.at("LL110")[0], RuntimeError, "Expected floating point type")
        ...

Its module is named as the rule is: `proofs/argmax_before_loss.py` speaks of `fixtures/rules/argmax-before-loss/`. The test run
reads the decorators as they're written and imports nothing: proofs import their frameworks in a process of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
PROOFS = Path(__file__).resolve().parents[1] / "proofs"

TORCH, TENSORFLOW, JAX = "torch", "tensorflow", "jax"
"""Where a proof runs: in the process whose Keras has this backend. PyTorch can be used in each of them."""

GRAPH = "graph"
"""TensorFlow 1's graphs: who asks for them ends the eager execution of the whole process."""

ENVIRONMENTS = (TORCH, TENSORFLOW, JAX, GRAPH)
KERAS = (TENSORFLOW, TORCH)
"""For a program in Keras: the backend that may mend a mistake, and one that doesn't. JAX's does as PyTorch's does."""

LIBRARIES = ("numpy", "torch", "keras", "tensorflow", "optax", "flax", "sklearn")
"""What the extra `frameworks` installs."""

Function = TypeVar("Function", bound=Callable[..., None])


def proof(file: str, *, on: str | tuple[str, ...] = TORCH, **lines: int) -> Callable[[Function], Function]:
    """A proof of the fixture of this name, which expects findings at so many lines for each code.

    Its arguments are written out: strings, numbers, and the names of this module's environments.
    """
    return lambda function: function


def measurement(*, on: str | tuple[str, ...] = TORCH) -> Callable[[Function], Function]:
    """A measurement of numbers that a rule's documentation or message tells, and that no fixture shows."""
    return lambda function: function


@dataclass(frozen=True)
class Proof:
    """A proof of one fixture, or, without a file, a measurement of what a rule's texts say.

    `module` is that of its function, below `proofs`; `folder` that of the fixtures, below `fixtures/`; `about` says what is run;
    `lines` says how many lines of each rule's findings the file has, all of which the function speaks of.
    """

    module: str
    function: str
    about: str
    folder: str
    file: str
    environments: tuple[str, ...]
    lines: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """What the proof is known by."""
        return f"{self.module}/{self.file or self.function}"

    @property
    def path(self) -> Path:
        """The fixture."""
        return FIXTURES / self.folder / self.file


@cache
def all_proofs() -> tuple[Proof, ...]:
    """The proofs in `proofs/`, by module and in the order in which they're written."""
    return tuple(proof for path in sorted(PROOFS.glob("*.py")) for proof in _proofs_of(path))


def _proofs_of(path: Path) -> Iterator[Proof]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    base = f"rules/{path.stem.replace('_', '-')}"
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name("FOLDER")], value=value):
                base = ast.literal_eval(value)
            case ast.FunctionDef(decorator_list=[ast.Call(func=ast.Name("proof" | "measurement")) as call]):
                inner, _, file = (ast.literal_eval(call.args[0]) if call.args else "").rpartition("/")
                given = {keyword.arg or "": _literal(keyword.value) for keyword in call.keywords}
                on = given.pop("on", TORCH)
                about = (ast.get_docstring(statement) or "").partition("\n")[0].rstrip(".")
                folder = f"{base}/{inner}" if inner else base
                where = (on,) if isinstance(on, str) else on
                yield Proof(path.stem, statement.name, about, folder, file, where, given)


def _literal(node: ast.expr) -> Any:
    if isinstance(node, ast.Name):
        return globals()[node.id]
    if isinstance(node, ast.Tuple):
        return tuple(_literal(element) for element in node.elts)
    return ast.literal_eval(node)
