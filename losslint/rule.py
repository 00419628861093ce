"""Rules: what they are, what they are handed, and how they are found.

A rule is a class in a module of a package that the entry point group `losslint.rules` names. It implements
`visit_LossCall` (a loss meets its arguments) or one of its kin and yields findings. What a value is, the observation says; a
rule never walks the program to find out.
"""

from __future__ import annotations

import functools
import importlib
import os
import re
from abc import ABC
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.machinery import all_suffixes
from typing import TYPE_CHECKING, ClassVar

from losslint import frameworks, installed
from losslint.evaluation.observations import (
    ActivationCall,
    FocalCall,
    LogarithmCall,
    LossCall,
    LossMade,
    MetricCall,
    Observation,
)  # fmt: skip
from losslint.evaluation.values import (
    Arguments,
    Atom,
    Cause,
    Choice,
    Const,
    Scale,
    Shape,
    Tensor,
    Unknown,
    Value,
    Way,
)  # fmt: skip
from losslint.finding import SEVERITIES, Applicability, Edit, FileError, Finding, Fix, Place, Severity, Step, joined
from losslint.suppression import Unused

if TYPE_CHECKING:
    import ast

    import libcst as cst

    from losslint.program.module import Module
    from losslint.rewriting import Rewriter

__all__ = [
    "ActivationCall", "Applicability", "Arguments", "Atom", "Cause", "Choice", "Const", "Context", "Edit", "Finding",
    "Fix", "FocalCall", "LogarithmCall", "LossCall", "LossMade", "MetricCall", "Observation", "Place", "Rule", "Scale",
    "Severity", "Shape", "Step", "Tensor", "Unknown", "Unused", "Value", "Way", "all_rules", "is_known", "joined",
    "short_name",
]  # fmt: skip
"""All that a rule needs."""

GROUP = "losslint.rules"
BUILT_IN = "builtin"

_CODE = re.compile(r"[A-Z]+[0-9]+")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Context:
    """What a rule gets beside the observation: the means to report and to write a fix.

    `rewriter` builds edits out of libcst's trees (`losslint.rewriting.Rewriter`).
    """

    def __init__(self, modules: Callable[[], Iterable[Module]] = tuple) -> None:
        """`modules` gives those of the project that were read so far."""
        self._modules = modules

    @functools.cached_property
    def rewriter(self) -> Rewriter:
        """Builds edits. libcst takes its time to import: whoever asks for no edit doesn't pay for it."""
        from losslint.rewriting import Rewriter

        return Rewriter(self._modules)

    def step(self, module: Module, node: ast.AST, message: str) -> Step:
        """A step of a trace at a node of a module."""
        return Step(module.place(node), message)

    def way(self, way: Way | None) -> tuple[Step, ...]:
        """A value's way as steps."""
        if way is None:
            return ()
        return tuple(self.step(s.module, s.node, s.message) for s in way.steps())

    def trace(self, call: LossCall, says: str, of: Tensor | None = None) -> tuple[Step, ...]:
        """The way of the prediction (or of another value of the call) to the loss, and what the loss says to it.

        `says` is shown where the loss is made; where it isn't seen being made, at the call.
        """
        way = self.way((of or call.prediction).way)
        here = self.step(call.module, call.node, says)
        if call.made is None:
            return (*way, here)
        made = self.step(call.made_module or call.module, call.made, says)
        if made.place.path == here.place.path and _inside(made.place, here.place):
            return (*way, made)
        return (*way, made, Step(here.place, f"{short_name(call.shown)} gets it here"))

    def fix(self, applicability: Applicability, message: str, edits: tuple[Edit, ...] | None) -> Fix | None:
        """A fix, or None where its edits could not be built."""
        if edits is None:
            return None
        return Fix(applicability, message, tuple(sorted(set(edits))))


class Rule(ABC):
    """One misuse. The docstring is its documentation (`losslint --explain`)."""

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    fix: ClassVar[str] = "none"
    """The best fix that it has: "safe", "unsafe", "display" or "none"."""
    looks_behind: ClassVar[bool] = False
    """Whether it judges a loss together with the activation in front of it, too, as one loss on logits (`LossCall.beneath`)."""
    wants_all: ClassVar[bool] = False
    """Whether it is handed every observation, those too of which nothing is known that could be wrong."""
    wants_node: ClassVar[bool] = False
    """Whether the visitors need libcst's node. Parsing with libcst costs a hundred times the rest: who doesn't ask gets None."""

    @classmethod
    def summary(cls) -> str:
        """The first line of the documentation."""
        return (cls.__doc__ or "").strip().splitlines()[0] if cls.__doc__ else ""

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        """A loss meets its arguments; `node` is the libcst node of `call.node`."""
        return iter(())

    def visit_ActivationCall(
        self, node: cst.CSTNode | None, call: ActivationCall, context: Context
    ) -> Iterator[Finding]:
        """An activation is applied."""
        return iter(())

    def visit_LossMade(self, node: cst.CSTNode | None, made: LossMade, context: Context) -> Iterator[Finding]:
        """A loss is made, or a loss function is called."""
        return iter(())

    def visit_LogarithmCall(
        self, node: cst.CSTNode | None, call: LogarithmCall, context: Context
    ) -> Iterator[Finding]:
        """A logarithm is taken of what an activation gave."""
        return iter(())

    def visit_FocalCall(self, node: cst.CSTNode | None, call: FocalCall, context: Context) -> Iterator[Finding]:
        """A loss is multiplied with a power of 1 - exp(-loss)."""
        return iter(())

    def visit_MetricCall(self, node: cst.CSTNode | None, call: MetricCall, context: Context) -> Iterator[Finding]:
        """A metric that takes probabilities meets a model's output."""
        return iter(())

    def visit_Unused(self, unused: Unused, context: Context) -> Iterator[Finding]:
        """A comment suppresses nothing, or not all that it names."""
        return iter(())

    def finding(
        self,
        observation: Observation | Unused,
        message: str,
        trace: tuple[Step, ...] = (),
        fix: Fix | None = None,
        severity: Severity | None = None,
        place: Place | None = None,
        alternatives: Iterable[Fix | None] = (),
    ) -> Finding:
        """A finding of this rule at an observation; `place` where it is rather shown elsewhere.

        `alternatives` are fixes that are right as well. The first there is takes the place of a `fix` that isn't.
        """
        fixes = list(dict.fromkeys(made for made in (fix, *alternatives) if made is not None))
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity or self.severity,
            message=message,
            place=place or _place(observation),
            trace=trace,
            fix=fixes[0] if fixes else None,
            alternatives=tuple(fixes[1:]),
        )


def _place(observation: Observation | Unused) -> Place:
    return observation.place if isinstance(observation, Unused) else observation.module.place(observation.node)


def _inside(inner: Place, outer: Place) -> bool:
    return (outer.line, outer.column) <= (inner.line, inner.column) and (inner.end_line, inner.end_column) <= (
        outer.end_line,
        outer.end_column,
    )


def short_name(shown: str) -> str:
    """A loss's name as a message says it: "CrossEntropyLoss", "F.cross_entropy"."""
    prefix, _, last = shown.rpartition(".")
    return f"F.{last}" if prefix.endswith("nn.functional") or prefix == "F" else last


def is_known(name: str) -> bool:
    """Whether a table has an entry for a canonical name."""
    return frameworks.lookup(name) is not None


def all_rules() -> tuple[type[Rule], ...]:
    """Every rule that an installed package ships, sorted by code."""
    return _installed()[0]


def plugin_errors() -> tuple[FileError, ...]:
    """The plugins and the rules of plugins that can't be used, and are passed over."""
    return _installed()[1]


@functools.cache
def _installed() -> tuple[tuple[type[Rule], ...], tuple[FileError, ...]]:
    found: dict[str, type[Rule]] = {}
    failed: list[FileError] = []
    points = installed.entry_points(GROUP)
    for name, value in sorted(points, key=lambda point: (point[0] != BUILT_IN, point)):
        where = f"the plugin {name!r} ({GROUP}: {value})"
        try:
            rules = list(_rules_of(value))
        except (Exception, SystemExit) as error:  # anybody's code: whatever it raises, the plugin is to be named
            said = f"is passed over: it can't be imported: {type(error).__name__}: {error}"
            failed.append(FileError(where, said, is_file=False))
            continue
        for rule in rules:
            problem = _problem(rule, found)
            if problem is None:
                found[rule.code] = rule
            else:
                said = f"its rule {rule.__qualname__} is passed over: {problem}"
                failed.append(FileError(where, said, is_file=False))
    return tuple(found[code] for code in sorted(found)), tuple(failed)


def _rules_of(name: str) -> Iterator[type[Rule]]:
    """The rules in the modules of a package, or in a module."""
    package = importlib.import_module(name)
    modules = [package]
    for part in _modules_in(list(getattr(package, "__path__", ()))):
        modules.append(importlib.import_module(f"{name}.{part}"))
    for module in modules:
        for member in vars(module).values():
            if isinstance(member, type) and issubclass(member, Rule) and member.__module__ == module.__name__:
                if hasattr(member, "code"):  # without one it's a base for others
                    yield member


def _modules_in(folders: Sequence[str]) -> list[str]:
    """The names of a package's modules. (To import `pkgutil` and what it needs takes as long as to import all rules.)"""
    found: set[str] = set()
    for folder in folders:
        try:
            names = os.listdir(folder)
        except OSError:  # in an archive
            import pkgutil

            return [module.name for module in pkgutil.iter_modules(folders)]
        for name in names:
            suffix = next((suffix for suffix in all_suffixes() if name.endswith(suffix)), "")
            stem = name.removesuffix(suffix)
            if stem.isidentifier() and (suffix or os.path.isfile(os.path.join(folder, name, "__init__.py"))):
                found.add(stem)
    return sorted(found - {"__init__"})


def _problem(rule: type[Rule], known: Mapping[str, type[Rule]]) -> str | None:
    """What is wrong with a rule's description, if anything is."""
    if not isinstance(rule.code, str) or not _CODE.fullmatch(rule.code):
        return f"its code must be capital letters and digits, as in XY101, not {rule.code!r}"
    if not isinstance(getattr(rule, "name", None), str) or not _NAME.fullmatch(rule.name):
        return "its name must be words in lower case, with hyphens between"
    if getattr(rule, "severity", None) not in SEVERITIES:
        return f"its severity must be one of {', '.join(SEVERITIES)}"
    for other in known.values():
        if rule.code == other.code or rule.name == other.name:
            return f"{other.code} {other.name} is there already"
    return None
