"""The abstract interpreter: runs a program over abstract values, without running it.

Statements run in order over one store. A branch whose test isn't known runs both ways: each under its condition
(`self.path`), and what it writes is written under that condition, so nothing is copied and nothing has to be joined. Calls of
the project's functions are evaluated where they are made, with the arguments that they are made with. Everything is
bounded: steps, depth, alternatives; what is beyond a bound is unknown.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Mapping_
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from losslint import frameworks
from losslint.evaluation import attributes, calls, data, effects, functional, operators, terms
from losslint.evaluation import conditions as cond
from losslint.evaluation import values as v
from losslint.evaluation.conditions import ALWAYS, Condition, Conditions
from losslint.evaluation.memory import EVER, Memory
from losslint.evaluation.observations import FocalCall, LossCall
from losslint.evaluation.registration import Registrations, Top
from losslint.evaluation.values import (
    FORM,
    Arguments,
    Atom,
    Bound,
    Choice,
    ClassValue,
    Const,
    Deferred,
    External,
    Function,
    Instance,
    LogResult,
    LossResult,
    Made,
    Mapping,
    ModuleValue,
    Network,
    Partial,
    Scale,
    Scope,
    Seq,
    Super,
    Tensor,
    Unknown,
    Value,
)  # fmt: skip
from losslint.frameworks.vocabulary import Loss
from losslint.program import bodies
from losslint.record import dataclass, field, replace

if TYPE_CHECKING:
    from losslint.evaluation.observations import Caller, Observation, Unmet
    from losslint.evaluation.relevance import Relevance
    from losslint.program.module import Module
    from losslint.program.project import Project

MOST_DEPTH = 24
"""Calls inside calls; deeper ones are unknown."""
MOST_NESTING = 60
"""Expressions inside expressions."""
MOST_UNROLLED = 24
MOST_HOLDERS = 4
"""Objects of one class that were given a loss, whose methods are run for their own sake."""
MODULE_STEPS = 60_000
ENTRY_STEPS = 30_000
LEAST_STEPS = 1_500
SOME_CUT = 16
"""After so many bodies that were cut off since they were too much work, each gets a quarter, after twice as many a ninth: people
write some of them, and a project in which all are so would take as long as the bounds of all of them together."""
MOST_ENTRIES = 2_000
"""Functions and methods of one file that are run for their own sake: the tests of a library's losses have some hundreds."""
PERHAPS_STEPS = 2_000
"""For what can come to a loss through a logarithm only: few of them are a loss's."""
PART_STEPS = 3_000
"""For what an object is made of, what a switch leaves out, and methods that only call those that use a loss."""
USER_PATIENCE, PATIENCE = 1_500, 5_000
"""A method that is handed what isn't known, and names no loss, meets one within so many steps after the last one, if at all: who
uses an attribute that holds a loss, and who comes to one further on. Of those in which there was anything to say, the slowest
took 1,267 and 4,817."""
CALL_STEPS = 6_000
"""For a call of a function that doesn't name a loss: models are built and run in less; a library's inner workings aren't."""
NESTED_STEPS = 14_000
"""The same for a function that may come to one further on, or that a program calls itself: a factory of models."""
MOST_STARS = 40
MOST_NAMES = 400
"""A module that takes all names of more files, or has more names, isn't looked through for one that isn't known."""
MOST_CUTS = 2
"""What was too much work so many times is too much."""
MOST_OPTIONS = 32
"""Of a name that isn't in a longer list it isn't known that it's none of the list."""
SOME_DECORATED, DECORATION_STEPS = 8, 40
"""A decorator that left so many as they were, one after the other, with so much work for each, leaves the others, too."""
NEVER = -(1 << 30)
LOOP_STEPS = 1_500
"""For a loop whose rounds do the same: beyond this, what is left of them is the last one."""
MEETING_STEPS = 12
"""What it takes to meet a loss, in other steps."""
LONG_CONDITIONS = 64
"""To write under as many conditions takes another step: programs by people come to a quarter."""
NO_GRADIENT = "losslint.no_gradient"
"""What `torch.no_grad()` gives, as the name of something from outside."""
WITHOUT_GRADIENT = frozenset({"torch.no_grad", "torch.inference_mode", "torch.autograd.no_grad"})
PROJECT_STEPS = 1_500_000
"""Beyond this, only what names a loss is run for its own sake, and gets a tenth: a large project ends, and says less. Beyond
twice this, nothing more is."""
FEW_STEPS, FILE_STEPS = 200_000, 100_000
"""What the same is for a project of few files, and for each: the largest ones that people write need a half. Beyond nearly
as much again for each file, nothing more is run; and where some files are asked for, no other one with the last file's share."""


KERAS_LOSSES = frozenset({"keras.losses.Loss", "keras.Loss"})
MODELS = frozenset({"torch.nn.Module", "pytorch_lightning.LightningModule", "keras.Model", "keras.models.Model"})
"""What a class of models inherits from."""


class OutOfSteps(Exception):
    """The entry's bound on work is reached: what is left of it isn't evaluated."""


class OutOfPatience(OutOfSteps):
    """No loss was met for so long that none is expected any more."""


@dataclass(slots=True)
class Frame:
    """A running function: its scope, its class, its `self`, what it returned."""

    module: Module
    scope: Scope
    function: Function | None = None
    cls: ClassValue | None = None
    owner: Atom | None = None
    base: Conditions = ALWAYS
    returned: list[tuple[Conditions, Value]] = field(default_factory=list)
    yielded: list[Value] = field(default_factory=list)


class Evaluator:
    """Runs modules, functions and methods of a project, and collects what it observes."""

    def __init__(
        self,
        project: Project,
        relevance: Relevance | None = None,
        declared: Mapping_[ast.AST, str] | None = None,
        backends: Mapping_[str, str | None] | None = None,
    ) -> None:
        """`relevance` says which functions can come to a loss: others aren't run for their own sake.

        `declared` are definitions of the project that a table names: what that says of them holds, not their bodies.
        `backends` are those of Keras that the settings of files say, by real path.
        """
        self.project = project
        self.declared: Mapping_[ast.AST, str] = declared or {}
        self.declared_methods: set[str] = set()
        """Those of them that take the object that they're called on."""
        self.backends: Mapping_[str, str | None] = backends or {}
        self.environment: str | None = None
        self.choosing: AbstractSet[str] = frozenset()
        self.imported_under: dict[str, str] = {}
        self.folders: set[str] = set()
        """Folders of the project without an `__init__.py` that were imported, by name."""
        self.of_tensorflow: dict[str, bool] = {}
        self.relevant: Callable[[ast.AST, str], bool] = relevance or (lambda node, file: True)
        self.direct: Callable[[ast.AST, str], bool] = relevance.direct if relevance is not None else (lambda node, file: True)
        self.perhaps: Callable[[ast.AST], bool] = relevance.perhaps if relevance is not None else (lambda node: False)
        self.names_loss: Callable[[ast.AST], bool] = relevance.says if relevance is not None else (lambda node: True)
        self.observations: list[Observation] = []
        self.path: Conditions = ALWAYS
        self.keys: dict[object, int] = {}
        self.origins: dict[int, tuple[str, ast.AST | None]] = {}
        self.implied: dict[Condition, Conditions] = {}
        self.options: dict[object, tuple[str, ...]] = {}
        self.visited: set[ast.AST] = set()
        self.called: set[ast.AST] = set()
        self.parameters: dict[object, ast.AST] = {}
        self.pending: list[Function] = []
        self.instances: dict[int, list[Instance]] = {}
        self.stack: list[ast.AST] = []
        self.callers: tuple[Caller, ...] = ()
        self.nesting = 0
        self.loops = 0
        self.steps = 0
        self.spent = 0
        self.met = 0
        """The step at which a loss was met last."""
        self.patience = EVER
        """How many steps without one are too many."""
        self.most = PROJECT_STEPS
        self.end = 2 * PROJECT_STEPS
        self.repeating: dict[ast.AST, bool] = {}
        self.limit = MODULE_STEPS
        self.ceiling = MODULE_STEPS
        """What no call sets the limit above: the body's own, which gets less where a module that it imports was cut off."""
        self.event = 0
        self.chosen: tuple[int, Conditions] | None = None
        self.incomplete: set[int] = set()
        self.seeking: set[tuple[str, str]] = set()
        self.registrations = Registrations(self)
        self.memory = Memory()
        self.cuts: dict[tuple[ast.AST, int | None], int] = {}
        self.left_alone: dict[ast.AST, int] = {}
        """How many functions and classes a decorator has left as they were, one after the other."""
        self.modules_running = 0
        self.nested: list[LogResult] = []
        self.observed_logs: set[LogResult] = set()
        self.branching: dict[ast.If, list[tuple[bool, list[ast.stmt]]]] = {}
        """The branches of a test that mention a loss: the first is True."""
        self.messages: dict[ast.stmt, int] = {}
        """How many statements before one that raises may have done something else than make its message."""
        self.asleep: list[tuple[Module, dict[str, Value], list[ast.stmt]]] = []
        self.taken: set[tuple[ast.If, bool]] = set()
        self.untaken: dict[tuple[ast.If, bool], tuple[Function, Atom | None, list[ast.stmt]]] = {}
        self.not_raw: set[int] = set()
        """The events of logarithms that are taken of something else than logits, too."""
        self.written_out: set[LogResult] = set()
        self.written_events: dict[int, int] = {}
        """The events of cross-entropies that are written out, by those of their logarithms."""
        self.entropies: set[LogResult] = set()
        self.reduced: set[LossResult] = set()
        self.without_gradient = False
        self.stopped_by: type[ast.stmt] | None = None
        """The kind of statement that ended a body last."""
        self.unfinished: list[tuple[Module, ast.AST]] = []
        self.cut_off = 0
        """How many of these were too much work, and not only without a loss for too long."""
        self.given_up: dict[str, str] = {}
        """What was left out of a file that nobody writes, by its path."""
        self.entries = 0
        self.others = False
        """Whether those that name a loss have had their turn, in a project that has cost much."""
        self.unmet: list[Unmet] = []
        self.fed: set[tuple[object, ...]] = set()
        self._inherited: tuple[int, set[str]] = (0, set())
        self.single = False
        """Whether torch's layers surely give float32: nothing in the project speaks of another precision."""
        self.batches: dict[tuple[int, Conditions], tuple[Made, Value]] = {}
        self.escaped: dict[ast.AST, str] = {}
        self.frame: Frame = None  # type: ignore[assignment]

    # ------------------------------------------------------------------------------------------------------- entries

    def run_module(self, module: Module) -> None:
        """Execute a module's body, once. Its steps are its own: whoever imports it first doesn't pay for it."""
        if module.state != "new":
            self.imported(module)
            return
        module.state = "running"
        environment = self.environment
        self.environment = module.backend = self.imported_under.get(module.file)
        module.scope = Scope(None, ALWAYS)
        saved = (self.frame, self.path, self.nesting, self.stack, self.limit, self.ceiling, self.loops, self.steps)
        without, self.without_gradient = self.without_gradient, False
        callers, self.callers = self.callers, ()
        before, self.patience = (self.met, self.patience), EVER
        self.path, self.nesting, self.stack, self.loops, self.steps = ALWAYS, 0, [], 0, 0
        self.limit = self.ceiling = self.allowed(MODULE_STEPS, MODULE_STEPS // 4)
        self.frame = Frame(module, module.scope)
        changed = self.memory.watch()
        self.modules_running += 1
        try:
            for statement in module.tree.body:
                if self.top(module, statement):
                    break
        except OutOfSteps:
            self.unfinished.append((module, module.tree))
            self.cut_off += 1
            for name in module.definitions:
                if name not in module.scope.names or not isinstance(
                    module.scope.names[name], (Function, ClassValue, External, ModuleValue, Deferred)
                ):
                    module.scope.names[name] = Unknown(f"`{module.path}` is too much work")
        finally:
            self.spent += self.steps
            self.frame, self.path, self.nesting, self.stack, self.limit, self.ceiling, self.loops, self.steps = saved
            # who imports it has no more for what is left than it would have if it started now
            self.ceiling = min(self.ceiling, self.steps + self.allowed(MODULE_STEPS, MODULE_STEPS // 4))
            self.limit = min(self.limit, self.ceiling)
            self.modules_running -= 1
            # what it changes isn't changed by who happens to import it first
            self.memory.oldest, self.memory.oldest_told = changed
            self.without_gradient = without
            self.callers = callers
            self.met, self.patience = before
            module.state = "done"
            self.environment = environment
            self.imported(module)

    def top(self, module: Module, statement: ast.stmt) -> bool:
        """Execute a statement of a module's body; True where control never comes to its end."""
        running = self.registrations.top
        top = self.registrations.top = Top(module, statement)
        try:
            return self.block([statement])
        finally:
            top.running = False
            self.registrations.top = running

    def importing(self, found: str) -> None:
        """A file of the project is imported: a backend that was chosen holds in it, or one that it chooses here."""
        if found in self.choosing and found != self.frame.module.file:
            module = self._module_at(found)
            if module is not None:
                self.run_module(module)
        elif self.environment is not None:
            self.imported_under.setdefault(found, self.environment)
            known = self.project.parsed(found)
            if known is not None and known.state == "done" and known.backend is None:
                known.backend = self.environment

    def imported(self, module: Module) -> None:
        """A module was imported: what it chose for its process holds in the importing one from here on."""
        if module.chooses is not None and self.modules_running and self.frame.module is not module:
            self.environment = self.frame.module.backend = self.frame.module.chooses = module.chooses

    def run_entries(self, module: Module) -> None:
        """Run every function and method of a module that nothing has called, with unknown arguments."""
        assert module.scope is not None
        first = self.entries
        for statement in module.definitions.values():
            if self.entries - first >= MOST_ENTRIES:
                self.given_up[module.path] = f"more than {MOST_ENTRIES:,} functions to run, of which the first were run"
                self.unfinished.append((module, module.tree))
                self.cut_off += 1
                break
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if statement not in self.visited and self.wanted(statement, module):
                    for _, atom in cond.alternatives(module.scope.names.get(statement.name, Unknown())):
                        if isinstance(atom, Function) and atom.node is statement:
                            self.run_function(atom, None)
            elif isinstance(statement, ast.ClassDef):
                for _, atom in cond.alternatives(module.scope.names.get(statement.name, Unknown())):
                    if isinstance(atom, ClassValue):
                        self.run_class(atom)
        self.run_pending()
        if self.spent >= self.end:
            self.unfinished.append((module, module.tree))
            self.cut_off += 1

    def allowed(self, steps: int, fewer: int) -> int:
        """How many steps a body has: fewer in a project that has cost much, or of which much was cut off already."""
        share = 1 + self.cut_off // SOME_CUT
        return max((steps if self.has_time() else fewer) // (share * share), min(fewer, LEAST_STEPS))

    def wanted(self, node: ast.AST, module: Module) -> bool:
        """Whether a function is run for its own sake: in a project that has cost much, only where it uses a loss itself.

        Those come first that name one, and then those that name what a loss was given to.
        """
        if self.has_time():
            return self.relevant(node, module.file)
        return self.spent < self.end and (self.direct(node, module.file) if self.others else self.names_loss(node))

    def has_time(self) -> bool:
        """Whether a project hasn't cost much so far."""
        return self.spent < self.most

    def step(self) -> None:
        """One more step. Raises OutOfSteps where that is one too many."""
        self.steps += 1
        if self.steps > self.limit:
            raise OutOfSteps

    def settle(self) -> None:
        """Nothing more is run: what was only of use for that goes."""
        self.registrations = Registrations(self)
        self.memory = Memory()

    def run_pending(self) -> None:
        """Run the functions made inside functions that nothing has called."""
        rounds = 0
        while self.pending and rounds < 200:
            rounds += 1
            function = self.pending.pop(0)
            if function.node not in self.visited and self.wanted(function.node, function.module):
                self.run_function(function, None)

    def run_class(self, cls: ClassValue) -> None:
        """Run the methods of a class that nothing has called, on the objects that were made of it, else on one of its own."""
        methods = self.methods(cls)
        inherits = any(isinstance(b, ClassValue) for b in cls.mro[1:])
        todo = [
            (name, f)
            for name, f in methods.items()
            if name not in _MADE_BY
            and self.wanted(f.node, f.module)
            and (f.node not in self.visited or (inherits and f.owner is not cls))
        ]
        init = methods.get("__init__")
        if not todo and (init is None or init.node in self.visited or not self.wanted(init.node, init.module)):
            return
        made = self.instances.get(id(cls), [])[-2:]
        if not made:
            fresh: list[Instance] = []
            self.entry(lambda: fresh.append(self.new_unknown(cls)), cls.module, cls.node, PART_STEPS)
            made = fresh
        for _, function in todo:
            for instance in made:
                if function.kind == "staticmethod":
                    if function.node not in self.visited:
                        self.run_function(function, None)
                elif function.node not in self.visited or function.owner is not cls or len(made) > 1:
                    owner: Atom = cls if function.kind == "classmethod" else instance
                    self.run_function(function, owner)

    def uncalled(self) -> Iterator[tuple[Function, Instance, int]]:
        """Methods that use a loss that their object was given, and that nothing has called.

        These are trainers, whose own file need not hold a word of a loss: each object is tried. Where nobody makes the object,
        what calls such a method comes before it: `fit` calls one that sets the criterion, and then another one that uses it. With
        how many steps each is worth.
        """
        before = frozenset(self.visited)
        for instance in [i for made in self.instances.values() for i in made[-MOST_HOLDERS:]]:
            held = {name for name, value in instance.attributes.items() if self.is_loss(value)}
            methods = self.methods(instance.cls) if held else {}
            mentioned = {
                name: {node.attr for node in ast.walk(function.node) if isinstance(node, ast.Attribute)}
                for name, function in methods.items()
                if name not in _MADE_BY and function.kind == "function"
            }
            users = [name for name, attributes in mentioned.items() if not held.isdisjoint(attributes)]
            direct = frozenset(users)
            for name in users if instance.node is instance.cls.node else ():  # which grows
                users.extend(n for n, attributes in mentioned.items() if name in attributes and n not in users)
            own = {methods[name].node for name in users} - before
            self.visited -= own  # what another object's turn came to
            for name in reversed(users):
                if methods[name].node in own - self.visited:
                    yield methods[name], instance, ENTRY_STEPS if name in direct else PART_STEPS

    def unturned(self) -> list[tuple[Function, Atom | None, list[ast.stmt]]]:
        """Functions with branches that no call of them came to, and these: others give them other arguments, or none do."""
        found: dict[ast.AST, tuple[Function, Atom | None, list[ast.stmt]]] = {}
        for key, (function, owner, block) in self.untaken.items():
            if key not in self.taken:
                _, _, blocks = found.setdefault(function.node, (function, owner, []))
                blocks.extend(block)
        return list(found.values())

    def run_unturned(self, function: Function, owner: Atom | None, blocks: list[ast.stmt]) -> None:
        """Run a function with nothing known of its arguments, and keep what is observed in branches that no call came to."""

        def run() -> None:
            made = owner
            if isinstance(owner, Instance):
                made = Instance(owner.cls, {}, self.path, owner.cls.node, owner.cls.module)
                constructor = self.find_method(owner.cls, "__init__")
                if constructor is not None:
                    self.call_unknown(constructor, made, assumes=False)
            self.call_unknown(function, made, assumes=False)

        self.kept_inside(blocks, lambda: self.entry(run, function.module, function.node, ENTRY_STEPS))

    def is_loss(self, value: Value) -> bool:
        """Whether a value can be a loss: a library's or one of the project's own, or something that is partly one."""
        for _, atom in cond.alternatives(value):
            own = self.find_method(atom.cls, "forward") if isinstance(atom, Instance) else atom
            if isinstance(own, Function) and self.direct(own.node, own.module.file):
                return True
            if isinstance(atom, Partial):
                return self.is_loss(atom.function)
            if isinstance(atom, Made) and atom.api is not None and isinstance(atom.api.effect, Loss):
                return True
            if isinstance(atom, External):
                api = frameworks.lookup(atom.name)
                if api is not None and isinstance(api.effect, Loss):
                    return True
        return False

    def methods(self, cls: ClassValue) -> dict[str, Function]:
        """The methods of a class and of the project's classes that it inherits from, by name."""
        found: dict[str, Function] = {}
        for base in reversed(cls.mro):
            if isinstance(base, ClassValue):
                for name, value in base.attributes.items():
                    for _, atom in cond.alternatives(value):
                        if isinstance(atom, Function):
                            found[name] = atom
        return found

    def run_function(self, function: Function, owner: Atom | None, *, most: int | None = None) -> None:
        """Run a function or method for its own sake, with unknown arguments, in `most` steps where it's known to use a loss."""
        patience = EVER
        if owner is not None and _is_handed_something(function.node.args) and not self.names_loss(function.node):
            patience = USER_PATIENCE if self.direct(function.node, function.module.file) else PATIENCE
        if most is None:
            most = PERHAPS_STEPS if self.perhaps(function.node) else EVER
        self.entry(lambda: self.call_unknown(function, owner), function.module, function.node, most, patience)

    def entry(
        self, run: Callable[[], object], module: Module, node: ast.AST, most: int, patience: int = EVER
    ) -> None:
        """Run something from the top, within its bounds."""
        saved = (self.frame, self.path, self.nesting, self.stack, self.limit, self.ceiling, self.loops, self.steps)
        self.path, self.nesting, self.stack, self.loops, self.steps = ALWAYS, 0, [], 0, 0
        self.entries += 1
        before, self.met, self.patience = (self.met, self.patience), 0, patience
        self.limit = self.ceiling = min(most, self.allowed(ENTRY_STEPS, ENTRY_STEPS // 10))
        assert module.scope is not None
        self.frame = Frame(module, module.scope)
        try:
            run()
        except OutOfPatience:
            self.unfinished.append((module, node))
        except OutOfSteps:
            self.unfinished.append((module, node))
            self.cut_off += 1
        finally:
            self.spent += self.steps
            self.met, self.patience = before
            self.frame, self.path, self.nesting, self.stack, self.limit, self.ceiling, self.loops, self.steps = saved

    def new_unknown(self, cls: ClassValue) -> Instance:
        """An object of a class whose constructor nobody was seen to call."""
        instance = Instance(cls, {}, self.path, cls.node, cls.module)
        self.instances.setdefault(id(cls), []).append(instance)
        found = self.find_method(cls, "__init__")
        if found is not None:
            self.call_unknown(found, instance)
        return instance

    def call_unknown(self, function: Function, owner: Atom | None, *, assumes: bool = True) -> Value:
        """Call a function with arguments of which nothing is known but the defaults, and these are only assumed, if at all.

        A default of None says that something else is given too: `forward(ids, targets=None)` is trained with targets.
        """
        arguments = Arguments()
        spec = function.node.args
        names = [a.arg for a in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]]
        if owner is not None and names:
            names = names[1:]
        roles: dict[str, str] = {}
        if function.name == "call" and isinstance(owner, Instance) and self.is_a(owner.cls, KERAS_LOSSES):
            roles = dict(zip(names, ("label", "prediction"), strict=False))  # Keras calls it with these
        annotations = {a.arg: a.annotation for a in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]}
        for name in names:
            default = function.defaults.get(name)
            said = self.annotated(function.module, function.scope, annotations[name], function.node) if default is None else None
            if said is not None:
                arguments.keywords[name] = (said, None)
            elif default is None or (isinstance(default, Const) and (default.value is None or not assumes)):
                reason = f"`{name}` is a parameter of `{function.name}`, which nothing in the project calls"
                origin = "default" if isinstance(default, Const) and default.value is None else None
                key = ("parameter", v.fresh(), name)
                self.parameters[key] = function.node
                arguments.keywords[name] = (Unknown(reason, key, roles.get(name), origin), None)
            elif isinstance(default, Const):
                key = ("parameter", v.fresh(), name)
                self.parameters[key] = function.node
                arguments.keywords[name] = (replace(default, assumed=key), None)
        called = function.node in self.called
        result = self.call_function(function, owner, arguments, function.node)
        if not called:
            self.called.discard(function.node)
        return result

    def annotated(self, module: Module, scope: Scope, annotation: ast.expr | None, node: ast.AST) -> Value | None:
        """What a parameter, a name or a call gets, where its annotation says it: a model of the project's, or a library's loss.

        Of a class that others inherit from, whichever of them may come.
        """
        match annotation:
            case ast.Constant(value=str(text)) if text.isidentifier():
                annotation = ast.Name(text, ast.Load())
            case ast.Name(id=text) | ast.Attribute(attr=text) if text[:1].isupper():
                pass
            case _:
                return None
        saved, path, self.path = self.frame, self.path, ALWAYS
        self.frame = Frame(module, scope)
        try:
            said = self.eval(annotation)
        finally:
            self.frame, self.path = saved, path
        if isinstance(said, External):
            api = frameworks.lookup(said.name)
            if api is None or api.call is None or not isinstance(api.effect, Loss):
                return None
            return Made(said.name, said.shown, api, Arguments(open=True), node, module, self.path)
        if not isinstance(said, ClassValue) or not self.is_a(said, MODELS) or said.name in self.inherited():
            return None
        made = self.instances.get(id(said), [])
        return made[-1] if made else self.new_unknown(said)

    def inherited(self) -> set[str]:
        """The names of classes that others inherit from, in the files that were needed so far."""
        known, found = self._inherited
        modules = self.project.all_parsed()
        if len(modules) != known:
            for module in modules[known:]:  # in the order in which they were needed
                for statement in module.definitions.values():
                    for base in statement.bases if isinstance(statement, ast.ClassDef) else ():
                        found.add(base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", ""))
            self._inherited = (len(modules), found)
        return self._inherited[1]

    # ---------------------------------------------------------------------------------------------------- statements

    def block(self, statements: list[ast.stmt]) -> bool:
        """Execute statements in order; True where control never comes to their end."""
        if len(statements) > 1 and statements[-1].__class__ is ast.Raise:
            statements = self.before_error(statements)
        for statement in statements:
            self.steps += 1
            if self.steps > self.limit:
                raise OutOfSteps
            handler = _STATEMENTS.get(type(statement))
            if handler is not None and handler(self, statement):
                return True
        return False

    def before_error(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """Statements that end in an exception, without those that only make its message."""
        error = statements[-1]
        start = self.messages.get(error)
        if start is None:
            file, start = self.frame.module.file, len(statements) - 1
            while start and not _may_end(statements[start - 1]) and not self.relevant(statements[start - 1], file):
                start -= 1
            self.messages[error] = start
        return [*statements[:start], error]

    def _expression(self, node: ast.Expr) -> bool:
        self.eval(node.value)
        return False

    def _assign(self, node: ast.Assign) -> bool:
        value = self.said(node, self.eval(node.value))
        for target in node.targets:
            self.assign(target, value, node.value)
        return False

    def _annotated(self, node: ast.AnnAssign) -> bool:
        if node.value is not None:
            value = self.said(node, self.eval(node.value))
            if isinstance(value, Unknown):
                value = self.annotated(self.frame.module, self.frame.scope, node.annotation, node) or value
            self.assign(node.target, value, node.value)
        return False

    def said(self, node: ast.stmt, value: Value) -> Value:
        """What a statement defines: what a table says of it, where it does."""
        name = self.declared.get(node)
        return value if name is None else External(name, name.rpartition(".")[2])

    def _augmented(self, node: ast.AugAssign) -> bool:
        current = self.eval(_loaded(node.target))
        value = self.eval(node.value)
        if isinstance(node.op, ast.Add) and isinstance(current, Seq) and current.kind == "list":
            operators.extend(self, current, value, node.value)
            return False
        self.assign(node.target, operators.binary(self, node.op, current, value, node), node.value)
        return False

    def _return(self, node: ast.Return) -> bool:
        self.stopped_by = ast.Return
        value: Value = Const(None) if node.value is None else self.eval(node.value)
        self.frame.returned.append((cond.without(self.path, self.frame.base), value))
        return True

    def _stop(self, node: ast.stmt) -> bool:
        self.stopped_by = type(node)
        return True

    def _if(self, node: ast.If) -> bool:
        saved = self.path
        true, false = self.test(node.test)
        if self.frame.function is not None:
            self.turned(node, self.frame.function, true is not None, false is not None)
        elif (true is None or false is None) and self.frame.cls is None and self.is_switch(node.test):
            self.switched(node.body if true is None else node.orelse)
        if true is None:
            # `if not TYPE_CHECKING:` alone is what really runs
            return self.block(node.orelse or (node.body if self.is_of_types(node.test) else []))
        if false is None:
            return self.block(node.body)
        self.path = cond.joined(saved, true)
        ended_true = self.block(node.body)
        after_true = self.path
        self.path = cond.joined(saved, false)
        ended_false = self.block(node.orelse)
        after_false = self.path
        self.path = after_false if ended_true else after_true if ended_false else saved
        return ended_true and ended_false

    def turned(self, node: ast.If, function: Function, true: bool, false: bool) -> None:
        """Note which branches of a test of arguments were run, and which weren't, of those that mention a loss."""
        known = self.branching.get(node)
        if known is None:
            file, known = self.frame.module.file, []
            if _asks_for_arguments(node.test, function.node.args):
                known = [
                    (branch, block)
                    for branch, block in ((True, node.body), (False, node.orelse))
                    if any(self.direct(statement, file) for statement in block)
                ]
            self.branching[node] = known
        for branch, block in known:
            if true if branch else false:
                self.taken.add((node, branch))
            else:
                self.untaken.setdefault((node, branch), (function, self.frame.owner, block))

    def is_of_types(self, test: ast.expr) -> bool:
        """Whether a test is `not TYPE_CHECKING`."""
        if not isinstance(test, ast.UnaryOp) or not isinstance(test.operand, (ast.Name, ast.Attribute)):
            return False
        value = self.eval(test.operand)
        return isinstance(value, External) and value.name in operators.TYPE_CHECKING_NAMES

    def is_switch(self, test: ast.expr) -> bool:
        """Whether a module asks for one of its own names that is True or False."""
        name = test.operand if isinstance(test, ast.UnaryOp) else test
        value = self.frame.scope.names.get(name.id) if isinstance(name, ast.Name) else None
        return isinstance(value, Const) and isinstance(value.value, bool)

    def switched(self, block: list[ast.stmt]) -> None:
        """Note what a module does only where a switch (`TRAIN = False`) is set otherwise, and what its names are there."""
        module = self.frame.module
        if any(self.relevant(statement, module.file) for statement in block):
            self.asleep.append((module, dict(self.frame.scope.names), block))

    def run_asleep(self, module: Module, names: dict[str, Value], block: list[ast.stmt]) -> None:
        """Run what a module would do if a switch were set otherwise, after all else: what it changes is of no further use."""

        def run() -> None:
            self.frame = Frame(module, Scope(None, ALWAYS, names))
            self.block(block)

        self.kept_inside(block, lambda: self.entry(run, module, block[0], PART_STEPS))

    def kept_inside(self, block: list[ast.stmt], run: Callable[[], None]) -> None:
        """Run something, and keep what is observed in these statements, or on calls out of them."""
        inside = {id(node) for statement in block for node in ast.walk(statement)}
        seen, unmet = len(self.observations), len(self.unmet)
        run()
        self.observations[seen:] = [
            o
            for o in self.observations[seen:]
            if id(o.node) in inside or (isinstance(o, LossCall) and any(id(c.node) in inside for c in o.callers))
        ]
        self.unmet[unmet:] = [o for o in self.unmet[unmet:] if id(o.node) in inside]

    def _for(self, node: ast.For | ast.AsyncFor) -> bool:
        iterable = self.eval(node.iter)
        saved = self.path
        elements = operators.elements(self, iterable, node.iter)
        loops = self.loops
        if not operators.is_exact(iterable) or len(elements) > MOST_UNROLLED:
            self.loops += 1
        elements = elements[:MOST_UNROLLED]
        last, started, index, ended = len(elements) - 1, self.steps, 0, False
        while index <= last:
            self.assign(node.target, elements[index], node.iter)
            # `continue` ends one round, what else ends a body ends the loop
            if self.block(node.body) and cond.without(self.path, saved) == () and self.stopped_by is not ast.Continue:
                ended = True
                break
            self.path = saved
            index += 1
            if 1 < index < last and self.steps - started > LOOP_STEPS and self.repeats(node, elements):
                index = last
                self.loops += 1
        self.path, self.loops = saved, loops
        if not ended or not operators.is_exact(iterable):
            self.block(node.orelse)
        self.path = saved
        return ended and self.stopped_by is ast.Return and operators.is_exact(iterable)

    def repeats(self, node: ast.For | ast.AsyncFor, elements: list[Value]) -> bool:
        """Whether every round of a loop does the same: epochs, folds, blocks of one class, not numbers that index layers."""
        kinds = {(type(e), id(e.cls) if isinstance(e, Instance) else 0) for e in elements}
        if len(kinds) != 1 or not isinstance(elements[0], (Const, Instance)):
            return False
        known = self.repeating.get(node)
        if known is None:
            names = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
            known = self.repeating[node] = not any(
                isinstance(inner, ast.Name) and inner.id in names
                for statement in node.body
                for index in ast.walk(statement)
                if isinstance(index, (ast.Subscript, ast.JoinedStr))
                for inner in ast.walk(index.slice if isinstance(index, ast.Subscript) else index)
            )
        return known

    def _while(self, node: ast.While) -> bool:
        saved = self.path
        true, _ = self.test(node.test)
        if true is None:
            return self.block(node.orelse)
        self.loops += 1
        self.block(node.body)
        self.loops -= 1
        self.path = saved
        self.block(node.orelse)
        self.path = saved
        return False

    def _with(self, node: ast.With | ast.AsyncWith) -> bool:
        if any(self.expects_an_error(item.context_expr) for item in node.items):
            return False
        saved = self.without_gradient
        for item in node.items:
            value = self.eval(item.context_expr)
            if isinstance(value, External) and value.name == NO_GRADIENT:
                self.without_gradient = True
            if item.optional_vars is not None:
                self.assign(item.optional_vars, self.entered(value), item.context_expr)
        try:
            return self.block(node.body)
        finally:
            self.without_gradient = saved

    def expects_an_error(self, node: ast.expr) -> bool:
        """Whether a `with` is a test's for code that has to fail: what is misused there is misused on purpose."""
        match node:
            case ast.Call(func=ast.Attribute(attr="assertRaises" | "assertRaisesRegex" | "assertRaisesRegexp")):
                return True
            case ast.Call(func=ast.Name() | ast.Attribute() as function):
                value = self.eval(function)
                return isinstance(value, External) and value.name == "pytest.raises"
        return False

    def entered(self, value: Value) -> Value:
        """What `with value as name` gives the name."""

        def one(atom: Atom) -> Value:
            if isinstance(atom, Instance):
                method = self.find_method(atom.cls, "__enter__")
                if method is not None:
                    return self.call_function(method, atom, Arguments(), method.node)
            return atom

        return self.each(value, one)

    def _try(self, node: ast.Try) -> bool:
        saved = self.path
        names = self.frame.scope.names
        before = dict(names)
        ended = self.block(node.body)
        after = names.copy()
        all_end = True
        self.path = saved
        for handler in node.handlers:
            names.clear()
            names.update(before)
            all_end = self.block(handler.body) and all_end
            self.path = saved
            for name, value in names.items():
                known = after.get(name)
                if known is None or (
                    name not in before
                    and isinstance(known, (Unknown, External))
                    and isinstance(value, (Tensor, Made, Network, Instance))
                ):
                    after[name] = value
        names.clear()
        names.update(after)
        if not ended:
            ended = self.block(node.orelse)
        ended = self.block(node.finalbody) or (ended and all_end)
        self.path = saved
        return ended

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        cls = self.frame.cls if self.frame.cls and self.frame.scope.names is self.frame.cls.attributes else None
        if node in self.declared:
            self.bind(node.name, External(self.declared[node], node.name))
            plain = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}.isdisjoint(("staticmethod", "classmethod"))
            if cls is not None and plain:
                self.declared_methods.add(self.declared[node])
            return False
        if node.decorator_list and self.registrations.defers(node):
            self.bind(node.name, self.registrations.defer(node))
            return False
        value = self.make_function(node)
        if cls is not None:
            value.owner, value.scope = cls, cls.scope  # what its decorators call is a method already
        self.bind(node.name, self.decorated(node, value))
        return False

    def make_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Function:
        """A function of the project, with its defaults evaluated."""
        spec = node.args
        defaults: dict[str, Value] = {}
        if spec.defaults:
            plain = [*spec.posonlyargs, *spec.args]
            for argument, default in zip(plain[len(plain) - len(spec.defaults) :], spec.defaults, strict=False):
                defaults[argument.arg] = self.eval(default)
        if spec.kw_defaults:
            for argument, maybe in zip(spec.kwonlyargs, spec.kw_defaults, strict=False):
                if maybe is not None:
                    defaults[argument.arg] = self.eval(maybe)
        bodies.made(node)
        name = "lambda" if isinstance(node, ast.Lambda) else node.name
        function = Function(name, node, self.frame.module, self.frame.scope, defaults)
        if self.frame.function is not None:
            self.pending.append(function)
        return function

    def decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef, function: Function) -> Value:
        """The function as its decorators leave it. A decorator from outside is taken to leave it as it is."""
        value: Value = function
        for decorator in reversed(node.decorator_list):
            target = decorator.func if isinstance(decorator, ast.Call) else decorator
            known = self.eval(target)
            if isinstance(known, External) and known.name == "functools.partial" and isinstance(decorator, ast.Call):
                made = self.eval(decorator.args[0]) if decorator.args else None
                if isinstance(made, External) and made.name in (*functional.JITTERS, *functional.MAPPERS):
                    known = made  # `@partial(jax.jit, static_argnums=0)`
            if isinstance(known, External):
                if known.name in WITHOUT_GRADIENT:
                    function.gradient = False
                elif known.name in ("builtins.staticmethod", "builtins.classmethod"):
                    function.kind = known.name[9:]
                elif known.name in ("builtins.property", "functools.cached_property"):
                    function.kind = "property"
                elif known.name in ("contextlib.contextmanager", "functools.singledispatch"):
                    value = Unknown(f"`{node.name}` is decorated by `{known.shown}`")
                elif known.name in functional.MAPPERS:
                    value = Partial(External("losslint.mapped", known.shown), Arguments([(value, None)]))
                elif isinstance(decorator, ast.Call) and known.name == "functools.partial":
                    value = Unknown("a decorator made by functools.partial")
            elif isinstance(known, (Function, Partial, Bound)):
                value = self.applied(known, decorator, value)
            elif isinstance(target, ast.Attribute) and target.attr in ("setter", "getter", "deleter"):
                return self.lookup_here(node.name) or value
        return value

    def applied(self, known: Value, decorator: ast.expr, value: Value) -> Value:
        """What a decorator of the project makes of a function or a class: the same, where what it gives isn't known.

        One that is much work, has left several as they were, and nothing else changed, is taken to leave the others: those that
        write documentation for a library's classes are more work than the classes.
        """
        key = known.node if isinstance(known, Function) else None
        if key is not None and self.left_alone.get(key, 0) >= SOME_DECORATED:
            return value
        memory = self.memory
        before = memory.watch()
        started, steps, observed = v.fresh(), self.steps, len(self.observations) + len(self.unmet)
        try:
            maker = self.eval(decorator) if isinstance(decorator, ast.Call) else known
            made = self.call(maker, Arguments([(value, None)]), decorator, decorator)
            decorated = made if isinstance(made, (Function, ClassValue, Partial, Bound, Instance)) else value
            if key is not None:
                idle = memory.oldest_told > started and len(self.observations) + len(self.unmet) == observed
                much = self.steps - steps > DECORATION_STEPS
                alone = self.left_alone.get(key, 0) + much if idle else 0
                self.left_alone[key] = alone if decorated is value else NEVER
        finally:
            memory.resume(before)
        return decorated

    def lookup_here(self, name: str) -> Value | None:
        """A name in the scope that is running, not around it."""
        return self.frame.scope.names.get(name)

    def _class(self, node: ast.ClassDef) -> bool:
        if node in self.declared:
            self.bind(node.name, External(self.declared[node], node.name))
            return False
        bases: list[Atom] = []
        for base in node.bases:
            value = self.eval(base)
            for _, atom in cond.alternatives(value)[:1]:
                bases.append(atom if isinstance(atom, (ClassValue, External)) else Unknown(f"base of `{node.name}`"))
        scope = Scope(self.frame.scope, self.path)
        cls = ClassValue(node.name, node, self.frame.module, bases, scope.names, self.frame.scope)
        cls.mro = _mro(cls)
        saved, path = self.frame, self.path
        self.frame = Frame(saved.module, scope, saved.function, cls, saved.owner, saved.base)
        try:
            self.block(node.body)
        finally:
            self.frame, self.path = saved, path
        for value in list(scope.names.values()):
            for _, atom in cond.alternatives(value):
                if isinstance(atom, Function) and atom.owner is None and atom.scope is scope:
                    atom.owner = cls
                    atom.scope = cls.scope
        decorators = [self.eval(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list]
        if any(
            isinstance(d, External) and d.name.endswith(("dataclass", "attrs.define", "attr.s")) for d in decorators
        ):
            scope.names["__dataclass_fields__"] = Seq(
                "tuple",
                [
                    Const(s.target.id)
                    for s in node.body
                    if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
                ],
            )
        decorated: Value = cls
        for decorator, known in zip(reversed(node.decorator_list), reversed(decorators), strict=True):
            if isinstance(known, (Function, Partial, Bound)):
                decorated = self.applied(known, decorator, decorated)
        self.bind(node.name, decorated)
        return False

    def _import(self, node: ast.Import) -> bool:
        for alias in node.names:
            name = alias.name
            if alias.asname is not None:
                self.bind(alias.asname, self.import_module(name))
            else:
                top = name.partition(".")[0]
                self.bind(top, self.import_module(top))
                self.registrations.note(self.frame.module.file, name, 0)
        return False

    def import_module(self, name: str) -> Value:
        """A module by its absolute name: the project's, or from outside."""
        found = None
        if frameworks.lookup(frameworks.canonical(name)) is None:
            found = self.project.find(self.frame.module.file, name)
        if found is None:
            return External(frameworks.canonical(name), name)
        self.registrations.note(self.frame.module.file, name, 0)
        self.importing(found)
        path = found
        return Deferred(lambda: self.module_value(path, name))

    def module_value(self, found: str, name: str) -> Value:
        """The module at a path; a folder without `__init__.py` is a module whose names are its files."""
        if not found.endswith((".py", ".ipynb")):
            self.folders.add(name)
            return External(name, name)
        module = self.project.module(found)
        if module is None:
            return Unknown(f"`{name}` can't be parsed")
        return ModuleValue(module)

    def _import_from(self, node: ast.ImportFrom) -> bool:
        name, level = node.module or "", node.level
        found = self.project.find(self.frame.module.file, name, level)
        known_outside = (
            not level
            and found is not None
            and all(frameworks.lookup(frameworks.canonical(f"{name}.{alias.name}")) is not None for alias in node.names)
        )
        if found is None or known_outside:
            if level:
                for alias in node.names:
                    self.bind(alias.asname or alias.name, Unknown(f"`{'.' * level}{name}` isn't among the files"))
                return False
            for alias in node.names:
                if alias.name == "*":
                    self.frame.scope.names.setdefault("*", Seq("tuple", [])).items.append(  # type: ignore[union-attr]
                        External(frameworks.canonical(name), name)
                    )
                else:
                    full = f"{name}.{alias.name}"
                    self.bind(
                        alias.asname or alias.name, External(frameworks.canonical(full), alias.asname or alias.name)
                    )
            return False
        importer = self.frame.module
        self.importing(found)
        for alias in node.names:
            if alias.name == "*":
                importer.stars.append(found)
                self.registrations.note(importer.file, name, level)
                continue
            self.registrations.note(importer.file, name, level)
            self.registrations.note(importer.file, f"{name}.{alias.name}" if name else alias.name, level)
            self.bind(alias.asname or alias.name, self._deferred_import(importer, found, name, level, alias.name))
        return False

    def _deferred_import(self, importer: Module, found: str, name: str, level: int, wanted: str) -> Deferred:
        # there are tens of thousands: a function of its own, with all that it sees, takes twice as much
        return Deferred(functools.partial(self.from_import, importer, found, name, level, wanted))

    def _module_at(self, found: str) -> Module | None:
        return self.project.module(found) if found.endswith((".py", ".ipynb")) else None

    def from_import(self, importer: Module, found: str, name: str, level: int, wanted: str) -> Value:
        """`from name import wanted`, where `name` is the project's."""
        module = self._module_at(found)
        if module is importer and wanted not in module.definitions:
            # a package's own `from . import part`: the name is bound by this very import
            part = self.project.find(importer.file, f"{name}.{wanted}" if name else wanted, level)
            if part is not None:
                return self.module_value(part, f"{name}.{wanted}" if name else wanted)
        if module is not None:
            self.run_module(module)
            assert module.scope is not None
            if wanted in module.scope.names or wanted in module.definitions:
                return self.module_attribute(module, wanted)
            if (starred := self.starred(module, wanted)) is not None:
                return starred
        full = f"{name}.{wanted}" if name else wanted
        below = self.project.find(importer.file, full, level)
        if below is not None:
            return self.module_value(below, full)
        if module is not None:
            return self.module_attribute(module, wanted)
        return Unknown(f"`{full}` isn't among the files")

    def module_attribute(self, module: Module, name: str) -> Value:
        """A global of a module, evaluated when it is needed."""
        self.run_module(module)
        assert module.scope is not None
        if name in module.scope.names:
            return self.read(module.scope.names, name) or Unknown(f"`{name}` has no value here")
        statement = module.definitions.get(name)
        if statement is not None and module.state == "running":
            saved, path = self.frame, self.path
            self.frame, self.path = Frame(module, module.scope), ALWAYS
            try:
                if len(self.stack) < MOST_DEPTH:
                    self.stack.append(statement)
                    self.top(module, statement)
                    self.stack.pop()
            finally:
                self.frame, self.path = saved, path
            if name in module.scope.names:
                return module.scope.names[name]
        if (starred := self.starred(module, name)) is not None:
            return starred
        if module.package:
            below = self.project.find(module.file, name, 1)
            if below is not None:
                return self.module_value(below, name)
        return Unknown(f"`{name}` isn't defined in `{module.path}`", ("global", id(module), name))

    def starred(self, module: Module, name: str) -> Value | None:
        """What the `from … import *` of a module give a name, the last first: such a file is read when a name is missing."""
        assert module.scope is not None
        key = (module.file, name)
        if name == "*" or key in self.seeking:
            return None
        self.seeking.add(key)
        try:
            for star in reversed(module.stars if name not in _BUILTINS else []):
                found = self.exported(star, name)
                if found is not None:
                    module.scope.names[name] = found
                    return found
        finally:
            self.seeking.discard(key)
        outside = module.scope.names.get("*")
        for atom in outside.items if isinstance(outside, Seq) else []:
            if isinstance(atom, External):
                full = frameworks.canonical(f"{atom.name}.{name}")
                if frameworks.lookup(full) is not None or full in frameworks.HOUSES or name in ("nn", "F", "optim"):
                    return External(full, name)
        return None

    def exported(self, real: str, name: str) -> Value | None:
        """What `from … import *` of a file gives a name; None where it gives it nothing."""
        module = self._module_at(real) if self.project.gives(real, name) else None
        if module is None:
            return None
        self.run_module(module)
        public = self._public(module)
        if public is not None:
            return self.module_attribute(module, name) if name in public else None
        assert module.scope is not None
        if name.startswith("_"):
            return None
        if name in module.scope.names or name in module.definitions:
            return self.module_attribute(module, name)
        return self.starred(module, name)

    def _public(self, module: Module) -> list[str] | None:
        """A module's `__all__`, where it's known."""
        assert module.scope is not None
        public = self.read(module.scope.names, "__all__")
        if not isinstance(public, Seq) or public.rest is not None:
            return None
        return [item.value for item in public.items if isinstance(item, Const) and isinstance(item.value, str)]

    def star_names(self, module: Module) -> set[str] | None:
        """The names that a module gets by `from … import *`, of the project's files; None where these are too many."""
        found: set[str] = set()
        met: set[str] = set()
        todo = list(module.stars)
        while todo:
            star = todo.pop()
            if star in met:
                continue
            met.add(star)
            if len(met) > MOST_STARS:
                return None
            starred = self._module_at(star)
            if starred is None:
                continue
            self.run_module(starred)
            assert starred.scope is not None
            names = self._public(starred)
            if names is None:
                names = [n for n in (*starred.definitions, *starred.scope.names) if not n.startswith("_") and n != "*"]
                todo.extend(starred.stars)
            found.update(names)
        return found

    def everything(self, scope: Scope, module: Module) -> Mapping:
        """All names of a scope of a module, those that are imported too; where they're too many, those of its own."""
        starred = self.star_names(module) if scope is module.scope else set()
        rest: Value | None = None
        if starred is None or len(starred) > MOST_NAMES:
            starred, rest = set(), Unknown(f"one of many names of `{module.path}`")
        for name in sorted(starred - scope.names.keys()):
            self.starred(module, name)
        found: dict[object, Value] = {}
        many = len(scope.names) > MOST_NAMES
        for name, value in list(scope.names.items()):
            if many and isinstance(value, Deferred):
                rest = Unknown(f"one of many names of `{module.path}`")
                continue
            read = self.read(scope.names, name)
            found[name] = scope.names[name] if read is None else read
        return Mapping(found, rest)

    def _delete(self, node: ast.Delete) -> bool:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.frame.scope.names.pop(target.id, None)
            elif isinstance(target, ast.Subscript):
                for _, atom in cond.alternatives(self.eval(target.value)):
                    key = self.eval(target.slice) if not isinstance(target.slice, ast.Slice) else Unknown("a slice")
                    operators.remove(self, atom, key)
            elif isinstance(target, ast.Attribute):
                for _, atom in cond.alternatives(self.eval(target.value)):
                    if isinstance(atom, (Instance, Made, Network)):
                        self.memory.touch(atom)
                        atom.attributes.pop(target.attr, None)
        return False

    def _global(self, node: ast.Global) -> bool:
        self.frame.scope.globals |= set(node.names)
        return False

    def _nonlocal(self, node: ast.Nonlocal) -> bool:
        self.frame.scope.nonlocals |= set(node.names)
        return False

    def _match(self, node: ast.Match) -> bool:
        subject = self.eval(node.subject)
        saved = self.path
        all_end = True
        exhausted = False
        for case in node.cases:
            here: Conditions | None = ALWAYS
            rest: Conditions | None = None
            match case.pattern:
                case ast.MatchValue(value=ast.Constant(value=constant)):
                    here, rest = self.compare(subject, "eq", constant, node)
                case ast.MatchOr(patterns=patterns):
                    options = [
                        p.value.value
                        for p in patterns
                        if isinstance(p, ast.MatchValue) and isinstance(p.value, ast.Constant)
                    ]
                    key = v.fresh()
                    if isinstance(subject, Const) and len(options) == len(patterns):
                        inside = any(subject.value == option for option in options)
                        here, rest = (ALWAYS, None) if inside else (None, ALWAYS)
                    else:
                        here, rest = ((key, "opaque", None, True),), ((key, "opaque", None, False),)
                case ast.MatchAs(pattern=None, name=name):
                    if name is not None:
                        self.bind(name, subject)
                    exhausted = case.guard is None
                case _:
                    key = v.fresh()
                    here, rest = ((key, "opaque", None, True),), ((key, "opaque", None, False),)
            if here is None:
                continue
            before = self.path
            self.path = cond.joined(before, here)
            all_end = self.block(case.body) and all_end
            self.path = before
            if rest is None or exhausted:
                exhausted = True
                break
            self.path = cond.joined(before, rest)
        self.path = saved
        return all_end and exhausted

    # --------------------------------------------------------------------------------------------------- assignments

    def bind(self, name: str, value: Value) -> None:
        """Give a name of the running scope a value."""
        scope = self.frame.scope
        if name in scope.globals or name in scope.nonlocals:
            self.memory.touch(scope, value)
        if name in scope.globals:
            target = self.frame.module.scope
            assert target is not None
            scope = target
        elif name in scope.nonlocals:
            around = scope.parent
            while around is not None and name not in around.names:
                around = around.parent
            scope = around or scope
        self.write(scope.names, name, value, scope.born)

    def write(self, store: dict[str, Value], name: str, value: Value, born: Conditions) -> None:
        """Write under the conditions that hold now, beyond those under which the store was made."""
        suffix = cond.without(self.path, born) if self.path else ALWAYS
        if not suffix:
            store[name] = value
            return
        if isinstance(value, Deferred):
            value = value.force()
        self.steps += len(suffix) // LONG_CONDITIONS
        parts: list[tuple[Conditions, Value]] = [(suffix, value)]
        old = store.get(name)
        if isinstance(old, Deferred):
            old = self.forced(old)
        if old is not None:
            for others in cond.negations(suffix, self.implied):
                for inner, atom in cond.alternatives(old):
                    beyond = cond.beyond(others, inner)
                    if beyond is not None:
                        parts.append((inner + beyond, atom))
        store[name] = cond.choice(parts)

    def read(self, store: dict[str, Value], name: str) -> Value | None:
        """What a name holds under the conditions that hold now; None where it has no value."""
        value = store.get(name)
        if isinstance(value, Choice):
            return self.here(value)
        if isinstance(value, Deferred):
            # what is imported is evaluated when it's read: most of what a file imports has no part in its losses
            value = store[name] = self.forced(value)
            return self.here(value)
        return value

    def forced(self, deferred: Deferred) -> Value:
        """What an import gives, whatever the conditions under which it happens to be read first."""
        saved, self.path = self.path, ALWAYS
        try:
            return deferred.force()
        finally:
            self.path = saved

    def here(self, value: Value) -> Value | None:
        """A value's alternatives that the conditions of now allow."""
        if not isinstance(value, Choice):
            return value
        keys = {condition[0] for condition in self.path}
        if all(inner and keys.isdisjoint([condition[0] for condition in inner]) for inner, _ in value.alternatives):
            return value  # as most are: nothing of it has been tested yet
        parts: list[tuple[Conditions, Value]] = [
            (rest, atom) for inner, atom in value.alternatives if (rest := cond.beyond(inner, self.path)) is not None
        ]
        if not parts:
            return None
        certain = [atom for inner, atom in parts if not inner]
        if certain:
            return certain[-1]
        return cond.choice(parts)

    def assign(self, target: ast.expr, value: Value, node: ast.expr | None) -> None:
        """Assign a value to a target of any form."""
        match target:
            case ast.Name():
                self.bind(target.id, value)
            case ast.Tuple() | ast.List():
                operators.unpack(self, target.elts, value, node)
            case ast.Starred():
                self.assign(target.value, value, node)
            case ast.Attribute():
                owner = self.eval(target.value)
                if isinstance(owner, Tensor):
                    if isinstance(target.value, (ast.Name, ast.Attribute)):
                        self.assign(target.value, attributes.changed(owner, target.attr, value), None)
                    return
                attributes.assign(self, owner, target.attr, value)
            case ast.Subscript():
                operators.assign_item(self, target, value)

    # -------------------------------------------------------------------------------------------------------- tests

    def test(self, node: ast.expr) -> tuple[Conditions | None, Conditions | None]:
        """The conditions under which a test is true, and false; None where it can't be."""
        match node:
            case ast.UnaryOp(op=ast.Not()):
                true, false = self.test(node.operand)
                return false, true
            case ast.BoolOp():
                return self._bool_test(node)
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._compare_test(node, left, operator, right)
            case ast.NamedExpr():
                self.eval(node)
                return self.test(ast.copy_location(ast.Name(node.target.id, ast.Load()), node))
        return self.truth(self.eval(node), node)

    def truth(self, value: Value, node: ast.expr) -> tuple[Conditions | None, Conditions | None]:
        """When a value counts as true."""
        return self.compare(value, "truth", None, node)

    def compare(
        self, value: Value, operator: str, constant: object, node: ast.AST
    ) -> tuple[Conditions | None, Conditions | None]:
        """When a comparison with a constant holds, and when not."""
        if isinstance(value, Choice):
            now = self.here(value)
            if now is not None and not isinstance(now, Choice):
                return self.compare(now, operator, constant, node)
            if isinstance(now, Choice):
                found = [self._known(atom, operator, constant) for _, atom in now.alternatives]
                outcomes = set(found)
                if outcomes == {True}:
                    return ALWAYS, None
                if outcomes == {False}:
                    return None, ALWAYS
                if None not in outcomes and len(now.alternatives) == 2:
                    (one, _), (other, _) = now.alternatives
                    return (one, other) if found[0] else (other, one)
                if found.count(None) == 1 and len(outcomes) == 2:  # only this one of them can come to the other outcome
                    where, atom = now.alternatives[found.index(None)]
                    true, false = self._opaque(node, atom)
                    return (true, cond.joined(where, false)) if True in outcomes else (cond.joined(where, true), false)
            return self._opaque(node, value)
        value = operators.named(value)
        known = self._known(value, operator, constant)
        if known is not None:
            return (ALWAYS, None) if known else (None, ALWAYS)
        if not isinstance(value, Unknown) or value.key is None:
            return self._opaque(node, value)
        key = self.key(value.key, value.origin or "", node.left if isinstance(node, ast.Compare) else node)
        condition: Condition = (key, operator, constant, True)
        opposite: Condition = (key, operator, constant, False)
        if any(c == condition for c in self.path):
            return ALWAYS, None
        if any(c == opposite or cond.contradict_each_other(c, condition) for c in self.path):
            return None, ALWAYS
        if any(cond.contradict_each_other(c, opposite) for c in self.path):
            return ALWAYS, None
        return (condition,), (opposite,)

    def _known(self, value: Atom, operator: str, constant: object) -> bool | None:
        match value:
            case Const():
                return cond.holds(operator, constant, value.value)
            case Seq(repeated=True):
                return None if operator == "truth" else False
            case Seq(rest=None) | Mapping(rest=None) if operator == "truth":
                return bool(value.items)
            case Tensor() | Unknown() | Super():
                if operator == "is" and constant is None and _is_something(value):
                    return False
                return None
        if operator == "truth":
            return None if isinstance(value, (Seq, Mapping)) else True
        if operator in ("is", "eq") and (constant is None or isinstance(constant, (str, bool, int))):
            if isinstance(value, External) and frameworks.lookup(value.name) is None:
                return None  # a constant of a library's, for all that's known
            return False
        return None

    def spelled_out(self, value: Value, written: ast.AST) -> Value:
        """A command-line argument as the choices that the program itself names for it, each under that choice."""
        if not isinstance(value, Unknown) or value.key not in self.options:
            return value
        key = self.key(value.key, value.origin or "", written)
        return cond.choice([(((key, "eq", option, True),), Const(option)) for option in self.options[value.key]])

    def _opaque(self, node: ast.AST, *values: Value) -> tuple[Conditions, Conditions]:
        """The two outcomes of a test of values, of which nothing else is known."""
        key = v.fresh()
        if any(map(_is_of_form, values)):
            self.origins[key] = (FORM, node if isinstance(node, ast.expr) else None)
        return ((key, "opaque", None, True),), ((key, "opaque", None, False),)

    def key(self, identity: object, origin: str, node: ast.AST) -> int:
        """The key of conditions on a value: a number, the same for the same value, for which comparing is cheap."""
        key = self.keys.get(identity)
        if key is None:
            key = self.keys[identity] = v.fresh()
            self.origins[key] = (origin, node if isinstance(node, ast.expr) else None)
        return key

    def _bool_test(self, node: ast.BoolOp) -> tuple[Conditions | None, Conditions | None]:
        conjunction = isinstance(node.op, ast.And)
        saved = self.path
        wins: Conditions = ALWAYS  # all true (and), all false (or)
        unknown: list[tuple[Conditions, Conditions]] = []
        for part in node.values:
            true, false = self.test(part)
            keep, out = (true, false) if conjunction else (false, true)
            if keep is None:
                self.path = saved
                return (None, ALWAYS) if conjunction else (ALWAYS, None)
            if out is None:
                continue
            unknown.append((keep, out))
            wins = cond.joined(wins, keep)
            self.path = cond.joined(self.path, keep)
        self.path = saved
        if not unknown:
            return (ALWAYS, None) if conjunction else (None, ALWAYS)
        if len(unknown) == 1:
            keep, out = unknown[0]
            return (keep, out) if conjunction else (out, keep)
        origins = {self.origins.get(c[0], ("", None))[0] for c in wins}
        said = node if conjunction else ast.copy_location(ast.UnaryOp(ast.Not(), node), node)
        origin = FORM if FORM in origins else origins.pop() if len(origins) == 1 else ""
        key = self.key(("bool", conjunction, wins), origin, said)
        whole: Condition = (key, "opaque", None, True)
        broken: Condition = (key, "opaque", None, False)
        if conjunction:
            return cond.joined(wins, (whole,)), (broken,)
        return (broken,), cond.joined(wins, (whole,))

    def _compare_test(
        self, node: ast.Compare, left: ast.expr, operator: ast.cmpop, right: ast.expr
    ) -> tuple[Conditions | None, Conditions | None]:
        one, other = self.eval(left), self.eval(right)
        if isinstance(operator, (ast.In, ast.NotIn)):
            one = one if isinstance(one, Choice) else operators.named(one)
        if isinstance(one, Const) and not isinstance(other, Const):
            if isinstance(operator, (ast.Eq, ast.NotEq)):
                one, other = other, one
            elif isinstance(operator, (ast.In, ast.NotIn)):
                return self._membership(node, one, other, isinstance(operator, ast.NotIn))
            else:
                return self._opaque(node, other)
        if isinstance(other, Const):
            constant = other.value
            match operator:
                case ast.Eq():
                    return self.compare(one, "eq", constant, node)
                case ast.NotEq():
                    return _swap(self.compare(one, "eq", constant, node))
                case ast.Is():
                    return self.compare(one, "is", constant, node)
                case ast.IsNot():
                    return _swap(self.compare(one, "is", constant, node))
                case ast.Gt():
                    return self.compare(one, "gt", constant, node)
                case ast.GtE():
                    return self.compare(one, "ge", constant, node)
                case ast.Lt():
                    return _swap(self.compare(one, "ge", constant, node))
                case ast.LtE():
                    return _swap(self.compare(one, "gt", constant, node))
        if isinstance(operator, (ast.In, ast.NotIn)):
            return self._membership(node, one, other, isinstance(operator, ast.NotIn))
        if isinstance(one, External) and isinstance(other, External) and isinstance(operator, (ast.Is, ast.Eq)):
            return (ALWAYS, None) if one.name == other.name else (None, ALWAYS)
        return self._opaque(node, one, other)

    def _membership(
        self, node: ast.Compare, one: Value, other: Value, negated: bool
    ) -> tuple[Conditions | None, Conditions | None]:
        result: tuple[Conditions | None, Conditions | None]
        said = ast.copy_location(ast.Compare(node.left, [ast.In()], node.comparators), node)
        options: list[object] | None = None
        if isinstance(other, Seq) and other.rest is None and all(isinstance(i, Const) for i in other.items):
            options = [i.value for i in other.items if isinstance(i, Const)]
        elif isinstance(other, Mapping) and other.rest is None and self.registrations.complete(other, one):
            options = list(other.items)
        if (
            isinstance(one, Const)
            and isinstance(one.value, str)
            and isinstance(other, Const)
            and isinstance(other.value, str)
        ):
            result = (ALWAYS, None) if one.value in other.value else (None, ALWAYS)
        elif options is None:
            if not isinstance(other, Unknown) or other.key is None or not isinstance(one, Const):
                return self._opaque(node, one, other)
            key = self.key(("in", one.value, other.key), other.origin or "", said)
            result = ((key, "opaque", None, True),), ((key, "opaque", None, False),)
        elif isinstance(one, Const):
            result = (ALWAYS, None) if one.value in options else (None, ALWAYS)
        elif isinstance(one, Unknown) and one.key is not None and len(options) == 1:
            result = self.compare(one, "eq", options[0], node)
        elif isinstance(one, Unknown) and one.key is not None:
            key = self.key(("in", one.key, tuple(map(repr, options))), one.origin or "named", said)
            tested = self.key(one.key, one.origin or "", node.left)
            # what isn't in a table of hundreds isn't each of them, which nobody asks
            never: Conditions = tuple((tested, "eq", o, False) for o in options) if len(options) <= MOST_OPTIONS else ()
            outside: Condition = (key, "opaque", None, False)
            if never:
                self.implied[outside] = never
            result = ((key, "opaque", None, True),), (outside, *never)
        else:
            return self._opaque(node, one, other)
        return _swap(result) if negated else result

    # --------------------------------------------------------------------------------------------------- expressions

    def eval(self, node: ast.expr) -> Value:
        """The value of an expression."""
        self.steps += 1
        if self.steps > self.limit:
            raise OutOfSteps
        kind = node.__class__
        if kind is ast.Name:  # half of all expressions
            return self.lookup(node.id)  # type: ignore[attr-defined]
        handler = _EXPRESSIONS.get(kind)
        if handler is None:
            return Unknown("an expression that isn't followed")
        self.nesting += 1
        try:
            if self.nesting > MOST_NESTING * MOST_DEPTH:
                return Unknown("nested too deeply")
            return handler(self, node)
        finally:
            self.nesting -= 1

    def each(self, value: Value, apply: Callable[[Atom], Value]) -> Value:
        """Apply to every alternative that can be here, each under its conditions."""
        if not isinstance(value, Choice):
            return apply(value)
        parts: list[tuple[Conditions, Value]] = []
        saved = self.path
        for inner, atom in value.alternatives:
            rest = cond.beyond(inner, saved)
            if rest is None:
                continue
            self.path = saved + rest
            parts.append((rest, apply(atom)))
            self.path = saved
        return cond.choice(parts)

    def both(self, one: Value, other: Value, apply: Callable[[Atom, Atom], Value]) -> Value:
        """Apply to every pair of alternatives that can be together."""
        return self.each(one, lambda a: self.each(other, lambda b: apply(a, b)))

    def _constant(self, node: ast.Constant) -> Value:
        return Const(node.value, node, self.frame.module)

    def _name(self, node: ast.Name) -> Value:
        return self.lookup(node.id)

    def lookup(self, name: str) -> Value:
        """A name, from the running scope outwards."""
        scope: Scope | None = self.frame.scope
        if scope is not None and name in scope.globals:
            scope = scope.parent
        while scope is not None:
            value = scope.names.get(name)
            if value is not None:
                if isinstance(value, (Choice, Deferred)):
                    value = self.read(scope.names, name)
                if value is not None:
                    return value
            scope = scope.parent
        module = self.frame.module
        found = self.module_attribute(module, name) if name in module.definitions or module.state == "running" else None
        if found is None or isinstance(found, Unknown):
            found = self.module_attribute(module, name) if module.scope and (module.stars or "*" in module.scope.names) else found
        if found is None or isinstance(found, Unknown):
            if name in _BUILTINS:
                return External(f"builtins.{name}", name)
            if name == "__name__":
                return Const("__main__")
        return found if found is not None else Unknown(f"`{name}` isn't bound", ("name", id(module), name))

    def _attribute(self, node: ast.Attribute) -> Value:
        owner = self.eval(node.value)
        if not isinstance(owner, Choice):
            return attributes.read(self, owner, node.attr, node)
        return self.each(owner, lambda atom: attributes.read(self, atom, node.attr, node))

    def _call(self, node: ast.Call) -> Value:
        target = node.func
        if isinstance(target, ast.Attribute):
            name, owner = target.attr, self.eval(target.value)
            if not isinstance(owner, Choice):
                function = attributes.read(self, owner, name, target, called=True)
            else:
                function = self.each(owner, lambda atom: attributes.read(self, atom, name, target, called=True))
        else:
            function = self.eval(target)
        if isinstance(function, External) and function.name == "builtins.super":
            instance = self.frame.owner
            if self.frame.cls is not None and instance is not None:
                cls: Value = self.frame.cls
                if node.args:
                    cls = self.eval(node.args[0])
                return Super(instance, cls if isinstance(cls, ClassValue) else self.frame.cls)
            return Unknown("super() outside a method")
        arguments = self.arguments(node)
        if not isinstance(function, Choice):
            value = calls.call(self, function, arguments, node)
            if isinstance(function, Bound) and isinstance(function.owner, Tensor) and _in_place(function.name):
                self._changed(target, value)
            return value
        # one of several is called: what losses among them meet is one event
        event = self.next_event()
        saved, self.chosen = self.chosen, (event, self.path)
        try:
            if not all(_is_external(atom) for _, atom in function.alternatives):
                self.incomplete.add(event)
            return self.call(function, arguments, node, node)
        finally:
            self.chosen = saved

    def _changed(self, target: ast.expr, value: Value) -> None:
        """`y.unsqueeze_(1)` changes y itself, and so does `y.squeeze_(3).squeeze_(2)`."""
        receiver = target.value if isinstance(target, ast.Attribute) else target
        while isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Attribute) and _in_place(receiver.func.attr):
            receiver = receiver.func.value
        if isinstance(receiver, (ast.Name, ast.Attribute)):
            self.assign(receiver, value, None)

    def arguments(self, node: ast.Call) -> Arguments:
        """The arguments of a call, evaluated in order."""
        found = Arguments()
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                value = self.eval(argument.value)
                if isinstance(value, Seq) and value.rest is None:
                    for index, item in enumerate(value.items):
                        written = value.nodes[index] if index < len(value.nodes) else None
                        found.positional.append((item, written if isinstance(written, ast.expr) else None))
                else:
                    found.open = True
            else:
                found.positional.append((self.eval(argument), argument))
        for keyword in node.keywords:
            value = self.eval(keyword.value)
            if keyword.arg is not None:
                found.keywords[keyword.arg] = (value, keyword.value)
            elif isinstance(value, Mapping) and value.rest is None:
                for key, item in value.items.items():
                    if isinstance(key, str):
                        found.keywords[key] = (item, None)
            elif isinstance(value, Mapping):
                for key, item in value.items.items():
                    if isinstance(key, str):
                        found.keywords[key] = (item, None)
                found.open = True
            else:
                found.open = True
        return found

    def call(self, function: Value, arguments: Arguments, node: ast.AST, at: ast.AST) -> Value:
        """Call a value."""
        return self.each(function, lambda atom: calls.call(self, atom, arguments, at))

    def escape(self, arguments: Arguments, to: str) -> None:
        """What is handed to what isn't known: functions are run later, with unknown arguments, and losses are lost."""
        for value, _ in [*arguments.positional, *arguments.keywords.values()]:
            for _, atom in cond.alternatives(value):
                if isinstance(atom, Function) and atom.node not in self.visited:
                    self.pending.append(atom)
                elif isinstance(atom, Made) and atom.api is not None and isinstance(atom.api.effect, Loss):
                    self.escaped.setdefault(atom.node, to)

    def returned(self, value: Value, message: str, module: Module, node: ast.AST, depth: int = 0) -> Value:
        """A value that a call gives back, with that step on its way; inside tuples too."""

        def one(atom: Atom) -> Value:
            if isinstance(atom, Tensor):
                return atom if atom.way is None else atom.but(way=v.further(atom.way, module, node, message))
            if (
                isinstance(atom, Seq)
                and atom.kind == "tuple"
                and depth < 2
                and atom.rest is None
                and len(atom.items) <= 8
            ):
                items = [self.returned(item, message, module, node, depth + 1) for item in atom.items]
                if all(a is b for a, b in zip(items, atom.items, strict=False)):
                    return atom
                return Seq("tuple", items, None, atom.node, atom.module, atom.nodes, atom.names)
            return atom

        if isinstance(value, Choice):
            return cond.choice([(inner, one(atom)) for inner, atom in value.alternatives])
        return one(value) if isinstance(value, (Tensor, Seq)) else value

    def _lambda(self, node: ast.Lambda) -> Value:
        return self.make_function(node)

    def _conditional(self, node: ast.IfExp) -> Value:
        true, false = self.test(node.test)
        if true is None:
            return self.eval(node.orelse)
        if false is None:
            return self.eval(node.body)
        saved = self.path
        self.path = cond.joined(saved, true)
        one = self.eval(node.body)
        self.path = cond.joined(saved, false)
        other = self.eval(node.orelse)
        self.path = saved
        return cond.choice([(true, one), (false, other)])

    def _bool(self, node: ast.BoolOp) -> Value:
        conjunction = isinstance(node.op, ast.And)
        parts: list[tuple[Conditions, Value]] = []
        saved = self.path
        for index, part in enumerate(node.values):
            value = self.eval(part)
            if index == len(node.values) - 1:
                parts.append((cond.without(self.path, saved), value))
                break
            true, false = self.truth(value, part)
            stays, goes = (false, true) if conjunction else (true, false)
            if goes is None:
                parts.append((cond.without(self.path, saved), value))
                break
            if stays is not None:
                parts.append((cond.joined(cond.without(self.path, saved), stays), value))
            self.path = cond.joined(self.path, goes)
        self.path = saved
        return cond.choice(parts)

    def _compare(self, node: ast.Compare) -> Value:
        saved = self.path
        values = [self.eval(node.left), *(self.eval(c) for c in node.comparators)]
        self.path = saved
        tensors = [t for t in values if isinstance(t, Tensor)]
        if tensors:
            role = next((t.role for t in tensors if t.role), None)
            shape = tensors[0].shape
            return Tensor(Scale.HARD, shape, "bool", role)
        origin = FORM if any(map(_is_of_form, values)) else None
        if len(node.ops) == 1:
            true, false = self.test(node)
            if true is None:
                return Const(False)
            if false is None:
                return Const(True)
            if len(true) == 1 and true[0][1] != "opaque":
                return cond.choice([(true, Const(True)), (false, Const(False))])
        return Unknown("a comparison", ("test", id(node), v.fresh()), origin=origin)

    def _binary(self, node: ast.BinOp) -> Value:
        return operators.binary(self, node.op, self.eval(node.left), self.eval(node.right), node)

    def _unary(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            true, false = self.test(node)
            if true is None:
                return Const(False)
            if false is None:
                return Const(True)
            if len(true) == 1 and len(false) == 1:
                return cond.choice([(true, Const(True)), (false, Const(False))])
            return Unknown("a negation")
        return self.each(self.eval(node.operand), lambda atom: operators.unary(self, node.op, atom, node))

    def _sequence(self, node: ast.Tuple | ast.List | ast.Set) -> Value:
        items: list[Value] = []
        nodes: list[ast.AST] = []
        rest: Value | None = None
        repeated = False
        for element in node.elts:
            if isinstance(element, ast.Starred):
                inner = self.eval(element.value)
                if isinstance(inner, Seq):
                    items.extend(inner.items)
                    repeated = repeated or inner.repeated
                    nodes.extend(inner.nodes if len(inner.nodes) == len(inner.items) else [element] * len(inner.items))
                    rest = inner.rest or rest
                    if inner.rest is not None:
                        rest = inner.rest
                else:
                    rest = Unknown("an unpacked value")
            else:
                items.append(self.eval(element))
                nodes.append(element)
        kind = "tuple" if isinstance(node, ast.Tuple) else "list"
        return Seq(kind, items, rest, node, self.frame.module, nodes, depth=self.loops, repeated=repeated)

    def _dict(self, node: ast.Dict) -> Value:
        items: dict[object, Value] = {}
        rest: Value | None = None
        for key, item in zip(node.keys, node.values, strict=False):
            value = self.eval(item)
            if key is None:
                if isinstance(value, Mapping):
                    items.update(value.items)
                    rest = value.rest or rest
                else:
                    rest = Unknown("an unpacked mapping")
                continue
            known = self.eval(key)
            if isinstance(known, Const) and isinstance(known.value, (str, int, float, bool, type(None), tuple)):
                items[known.value] = value  # a tuple is a member of an enumeration
            elif isinstance(known, (ClassValue, Function, External)):
                items[known.facts()] = value
            elif isinstance(known, Tensor) and (fed := data.fed_by(known)) is not None:
                items[fed] = value
            else:
                rest = value if rest is None else Unknown("keys that aren't constants")
        made = Mapping(items, rest, node, self.frame.module)
        return made if node.keys else self.empty_dict(made)

    def empty_dict(self, made: Mapping) -> Mapping:
        """A new dict; one that a module makes may be filled by other modules."""
        if self.modules_running:
            self.registrations.made(made)
        return made

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
        found: list[Value] = []
        kind = self._generate(node.generators, lambda: found.append(self.eval(node.elt)))
        if kind == "exact" or (kind == "repeated" and found):
            return Seq("list", found, None, node, self.frame.module, [node.elt] * len(found),
                       depth=self.loops, repeated=kind == "repeated")  # fmt: skip
        element = operators.one_of(found) if found else Unknown("an empty loop")
        return Seq("list", [], element, node, self.frame.module, [node.elt], depth=self.loops)

    def _dict_comprehension(self, node: ast.DictComp) -> Value:
        items: dict[object, Value] = {}
        rest: list[Value] = []

        def one() -> None:
            key, value = self.eval(node.key), self.eval(node.value)
            if isinstance(key, Const) and isinstance(key.value, (str, int)):
                items[key.value] = value
            else:
                rest.append(value)

        exact = self._generate(node.generators, one) == "exact"
        return Mapping(items, None if exact and not rest else (rest or [Unknown("an unknown key")])[0], node)

    def _generate(self, generators: list[ast.comprehension], run: Callable[[], None]) -> str:
        """Run for each element.

        "exact" where these are all, "repeated" where some stand for as many as there are, "some" where they may be left out.
        """
        saved, path = self.frame, self.path
        scope = Scope(saved.scope, self.path)
        self.frame = Frame(saved.module, scope, saved.function, saved.cls, saved.owner, saved.base)
        kinds: set[str] = set()
        try:
            self._generate_inside(generators, run, kinds)
        finally:
            self.frame, self.path = saved, path
        return "some" if "some" in kinds else "repeated" if kinds else "exact"

    def _generate_inside(self, generators: list[ast.comprehension], run: Callable[[], None], kinds: set[str]) -> None:
        if not generators:
            run()
            return
        generator, *others = generators
        iterable = self.eval(generator.iter)
        elements = operators.elements(self, iterable, generator.iter)
        if not operators.is_exact(iterable):
            kinds.add("repeated")
        if len(elements) > MOST_UNROLLED or not operators.is_listed(iterable):
            kinds.add("some")
            elements = [operators.one_of(elements)] if elements else []
        started = self.steps
        for number, element in enumerate(elements):
            if number > 1 and self.steps - started > LOOP_STEPS and isinstance(element, (Const, Instance)):
                kinds.add("some")
                break
            before = self.path
            self.assign(generator.target, element, generator.iter)
            skip = False
            for condition in generator.ifs:
                true, false = self.test(condition)
                if true is None:
                    skip = True
                    break
                if false is not None:
                    kinds.add("some")
            if not skip:
                self._generate_inside(others, run, kinds)
            self.path = before

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.eval(node.value)
        return self.each(value, lambda atom: operators.item(self, atom, node))

    def _named(self, node: ast.NamedExpr) -> Value:
        value = self.eval(node.value)
        self.bind(node.target.id, value)
        return value

    def _await(self, node: ast.Await) -> Value:
        return self.eval(node.value)

    def _yield(self, node: ast.Yield) -> Value:
        if node.value is not None:
            self.frame.yielded.append(self.eval(node.value))
        return Unknown("sent to a generator")

    def _yield_from(self, node: ast.YieldFrom) -> Value:
        value = self.eval(node.value)
        self.frame.yielded.extend(operators.elements(self, value, node.value)[:1])
        return Unknown("sent to a generator")

    def _joined_string(self, node: ast.JoinedStr) -> Value:
        text: Atom = Const("", node, self.frame.module)
        for part in node.values[:50]:
            value: Value = Const(str(part.value)) if isinstance(part, ast.Constant) else Const("")
            if isinstance(part, ast.FormattedValue):
                value = self.eval(part.value)
                if part.format_spec is not None or isinstance(value, Choice):
                    return Unknown("a formatted string", ("text", v.fresh()))
            if isinstance(text, Const) and isinstance(value, Const):
                text = Const(f"{text.value}{value.value}", node, self.frame.module)
            else:
                joined = None if isinstance(value, Choice) else operators.joined_text(text, value)
                if joined is None:
                    return Unknown("a formatted string", ("text", v.fresh()))
                text = joined
        return text

    def _slice(self, node: ast.Slice) -> Value:
        return Unknown("a slice")

    # -------------------------------------------------------------------------------------------------------- calls

    def call_function(self, function: Function, owner: Atom | None, arguments: Arguments, at: ast.AST) -> Value:
        """Evaluate a function of the project with these arguments, unless the like came to nothing before."""
        node = function.node
        if len(self.stack) >= MOST_DEPTH or self.stack.count(node) >= 2:
            return Unknown(f"`{function.name}` calls itself, or is called too deeply")
        self.visited.add(node)
        self.called.add(node)
        if owner is None and _too_many(node.args, arguments):
            return Unknown(f"`{function.name}` is called with more arguments than it has")
        if self.relevant(node, function.module.file):
            return self._run_call(function, owner, arguments)
        memory = self.memory
        signature = memory.signature(function, owner, arguments)
        if signature is None:
            return self._run_call(function, owner, arguments)
        known = memory.recall(signature)
        if known is not None:
            return known
        before = memory.watch()
        started, observed = v.fresh(), len(self.observations) + len(self.unmet)
        try:
            result = self._run_call(function, owner, arguments)
            if memory.oldest > started and len(self.observations) + len(self.unmet) == observed:
                memory.keep(signature, result)
        finally:
            memory.resume(before)
        return result

    def _run_call(self, function: Function, owner: Atom | None, arguments: Arguments) -> Value:
        node = function.node
        if self.steps - self.met > self.patience:
            raise OutOfPatience
        allowed = None if self.direct(node, function.module.file) else NESTED_STEPS if len(self.stack) < 3 else CALL_STEPS
        if self.cuts.get((node, allowed), 0) >= MOST_CUTS:
            return self._cut(function, owner)
        scope = Scope(function.scope, self.path)
        frame = Frame(function.module, scope, function, function.owner, owner, self.path)
        self.bind_parameters(function, owner, arguments, scope)
        saved, path, limit = self.frame, self.path, self.limit
        self.frame = frame
        self.stack.append(node)
        chosen, self.chosen = self.chosen, None
        without, self.without_gradient = self.without_gradient, self.without_gradient or not function.gradient
        if allowed is not None:
            self.limit = min(limit, self.steps + allowed)
        try:
            if isinstance(node, ast.Lambda):
                return self.eval(node.body)
            if function.module.state == "new":
                self.run_module(function.module)
            ended = self.block(node.body)
            if not ended:
                frame.returned.append((cond.without(self.path, frame.base), Const(None)))
        except OutOfPatience:
            self.visited.discard(node)
            raise
        except OutOfSteps:
            self.visited.discard(node)
            limit = min(limit, self.ceiling)
            if self.steps > limit or self.limit == limit:
                raise
            self.cuts[node, allowed] = self.cuts.get((node, allowed), 0) + 1
            return self._cut(function, owner)
        finally:
            self.frame, self.path, self.limit, self.chosen = saved, path, min(limit, self.ceiling), chosen
            self.without_gradient = without
            self.stack.pop()
        if frame.yielded:
            return Seq("list", [], frame.yielded[0])
        result = cond.choice(frame.returned) if frame.returned else Unknown(f"`{function.name}` doesn't return")
        if isinstance(result, Unknown) and node.returns is not None:
            return self.annotated(function.module, function.scope, node.returns, node) or result
        return result

    def _cut(self, function: Function, owner: Atom | None) -> Value:
        """What a call gives that is too much work: an object that wasn't made to its end has nothing that's known."""
        self.visited.discard(function.node)  # what comes to a loss in it is run for its own sake
        if isinstance(owner, Instance) and function.name == "__init__":
            self.memory.touch(owner)
            owner.attributes.clear()
        return Unknown(f"`{function.name}` is too much work")

    def bind_parameters(self, function: Function, owner: Atom | None, arguments: Arguments, scope: Scope) -> None:
        """Give parameters their arguments, defaults, or nothing known."""
        spec = function.node.args
        plain = [a.arg for a in [*spec.posonlyargs, *spec.args]]
        names = scope.names
        given = [value for value, _ in arguments.positional]
        if owner is not None and function.kind != "staticmethod":
            given.insert(0, owner)
        for name, value in zip(plain, given, strict=False):
            names[name] = value
        if spec.vararg is not None:
            names[spec.vararg.arg] = Seq(
                "tuple", given[len(plain) :], Unknown("unpacked arguments") if arguments.open else None
            )
        extra: dict[object, Value] = {}
        keyword_only = [a.arg for a in spec.kwonlyargs]
        for key, (value, _) in arguments.keywords.items():
            if key in plain or key in keyword_only:
                names[key] = value
            else:
                extra[key] = value
        if spec.kwarg is not None:
            names[spec.kwarg.arg] = Mapping(extra, Unknown("unpacked arguments") if arguments.open else None)
        for name in (*plain, *keyword_only):
            if name not in names:
                default = function.defaults.get(name)
                if default is not None and not arguments.open:
                    names[name] = default
                else:
                    why = "comes from unpacked arguments" if arguments.open else "isn't given"
                    names[name] = Unknown(f"`{name}` of `{function.name}` {why}", ("parameter", v.fresh(), name))

    def find_method(self, cls: ClassValue, name: str, after: ClassValue | None = None) -> Function | None:
        """A method through the classes' order, after one of them for `super()`."""
        found = self.class_attribute(cls, name, after)
        if found is not None:
            for _, atom in cond.alternatives(found):
                if isinstance(atom, Function):
                    return atom
        return None

    def class_attribute(self, cls: ClassValue, name: str, after: ClassValue | None = None) -> Value | None:
        """An attribute of a class or of its bases."""
        passed = after is None
        for base in cls.mro:
            if not passed:
                passed = base is after
                continue
            if isinstance(base, ClassValue) and name in base.attributes:
                return self.read(base.attributes, name)
        return None

    def is_a(self, cls: ClassValue, names: tuple[str, ...] | frozenset[str]) -> bool:
        """Whether a class of the project inherits from one of these names from outside."""
        return any(isinstance(b, External) and b.name in names for b in cls.mro)

    # -------------------------------------------------------------------------------------------------- observations

    def observe(self, observation: Observation) -> None:
        """Keep an observation."""
        self.observations.append(observation)
        self.steps += MEETING_STEPS
        self.met = self.steps

    def next_event(self) -> int:
        self.event += 1
        return self.event

    def finish(self) -> None:
        """Observe the logarithms of activations that stand in their own argument, and of which nothing else was seen.

        And let go what was assumed of parameters of functions that the program was then seen to call.
        """
        for log in self.nested:
            if log not in self.entropies:
                terms.observe_logarithm(self, log, log.module, log.node, "nested")
        self.observations = [
            terms.revised(self, o) if isinstance(o, FocalCall) else effects.settled(self, o) for o in self.observations
        ]


def _may_end(statement: ast.stmt) -> bool:
    """Whether a statement may lead elsewhere than to the next one, or to an exception."""
    ends = (ast.Return, ast.Break, ast.Continue, ast.Yield, ast.YieldFrom, *_DEFINITIONS)
    return any(isinstance(node, ends) for node in ast.walk(statement))


def _is_external(atom: Atom) -> bool:
    """Whether a library's function, object or tensor's method is called, and no code of the project's."""
    return isinstance(atom, (Made, External)) or (isinstance(atom, Bound) and isinstance(atom.owner, Tensor))


def _too_many(spec: ast.arguments, arguments: Arguments) -> bool:
    """Whether a call raises for the number of its positional arguments."""
    return spec.vararg is None and len(arguments.positional) > len(spec.posonlyargs) + len(spec.args)


def _is_handed_something(spec: ast.arguments) -> bool:
    """Whether a method can't be called without arguments."""
    plain = len(spec.posonlyargs) + len(spec.args) - 1
    return plain > len(spec.defaults) or None in spec.kw_defaults


def _asks_for_arguments(test: ast.expr, spec: ast.arguments) -> bool:
    """Whether a test is of nothing but a function's parameters and their attributes: of choices that a caller makes.

    Of what kind a tensor is, or whether a model is trained, is none.
    """
    names = {a.arg for a in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]}
    return all(
        part.id in names
        if isinstance(part, ast.Name)
        else not isinstance(part, (ast.Call, ast.Subscript)) and getattr(part, "attr", None) not in _OF_TENSORS
        for part in ast.walk(test)
    )


_OF_TENSORS = frozenset({"ndim", "dtype", "shape", "is_cuda", "device", "training"})


def _in_place(name: str) -> bool:
    """Whether a tensor's method of that name changes the tensor."""
    return name.endswith("_") and not name.endswith("__")


def _is_something(value: Atom) -> bool:
    """Whether it can't be None: a tensor, its sizes, what's one of Python's own types."""
    return isinstance(value, Tensor) or (isinstance(value, Unknown) and value.kind not in (None, "shape"))


def _is_of_form(value: Value) -> bool:
    """Whether a value says how many axes a tensor has, or its dtype, on some way."""
    return any(isinstance(atom, Unknown) and atom.origin == FORM for _, atom in cond.alternatives(value))


def _swap(
    result: tuple[Conditions | None, Conditions | None],
) -> tuple[Conditions | None, Conditions | None]:
    return result[1], result[0]


def _loaded(target: ast.expr) -> ast.expr:
    """The target of `+=`, as an expression that is read."""
    match target:
        case ast.Name():
            return ast.copy_location(ast.Name(target.id, ast.Load()), target)
        case ast.Attribute():
            return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
        case ast.Subscript():
            return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
    return target


def _mro(cls: ClassValue) -> list[Atom]:
    """The class and its bases, depth first, each at its last place: Python's order for all but odd hierarchies."""
    found: list[Atom] = []
    _add_bases(cls, cls, found)
    seen: set[object] = set()
    result: list[Atom] = []
    for atom in reversed(found):
        key = id(atom) if isinstance(atom, ClassValue) else atom.facts()
        if key not in seen:
            seen.add(key)
            result.append(atom)
    result.reverse()
    return result


def _add_bases(atom: Atom, cls: ClassValue, found: list[Atom]) -> None:
    if len(found) > 60:
        return
    found.append(atom)
    if isinstance(atom, ClassValue):
        for base in atom.mro[1:] if atom is not cls and atom.mro else atom.bases:
            if len(found) > 60:
                break
            _add_bases(base, cls, found)


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_MADE_BY = frozenset({"__init__", "__new__", "__repr__", "__str__"})
"""Methods that say nothing of how an object is used."""

_BUILTINS = frozenset(
    [
        "print",
        "len",
        "range",
        "enumerate",
        "zip",
        "isinstance",
        "issubclass",
        "getattr",
        "setattr",
        "hasattr",
        "list",
        "tuple",
        "dict",
        "set",
        "frozenset",
        "reversed",
        "sorted",
        "map",
        "filter",
        "type",
        "int",
        "float",
        "str",
        "bool",
        "next",
        "iter",
        "min",
        "max",
        "sum",
        "abs",
        "round",
        "any",
        "all",
        "super",
        "staticmethod",
        "classmethod",
        "property",
        "globals",
        "locals",
        "vars",
        "object",
        "Exception",
        "ValueError",
        "open",
        "id",
        "callable",
        "repr",
        "divmod",
        "pow",
        "slice",
        "bytes",
        "eval",
        "exec",
        "NotImplementedError",
        "RuntimeError",
        "TypeError",
        "KeyError",
        "StopIteration",
    ]
)

_STATEMENTS: dict[type, Callable[..., bool]] = {
    ast.Expr: Evaluator._expression,
    ast.Assign: Evaluator._assign,
    ast.AnnAssign: Evaluator._annotated,
    ast.AugAssign: Evaluator._augmented,
    ast.Return: Evaluator._return,
    ast.Raise: Evaluator._stop,
    ast.Break: Evaluator._stop,
    ast.Continue: Evaluator._stop,
    ast.If: Evaluator._if,
    ast.For: Evaluator._for,
    ast.AsyncFor: Evaluator._for,
    ast.While: Evaluator._while,
    ast.With: Evaluator._with,
    ast.AsyncWith: Evaluator._with,
    ast.Try: Evaluator._try,
    ast.FunctionDef: Evaluator._function,
    ast.AsyncFunctionDef: Evaluator._function,
    ast.ClassDef: Evaluator._class,
    ast.Import: Evaluator._import,
    ast.ImportFrom: Evaluator._import_from,
    ast.Delete: Evaluator._delete,
    ast.Global: Evaluator._global,
    ast.Nonlocal: Evaluator._nonlocal,
    ast.Match: Evaluator._match,
}
if hasattr(ast, "TryStar"):
    _STATEMENTS[ast.TryStar] = Evaluator._try

_EXPRESSIONS: dict[type, Callable[..., Value]] = {
    ast.Constant: Evaluator._constant,
    ast.Name: Evaluator._name,
    ast.Attribute: Evaluator._attribute,
    ast.Call: Evaluator._call,
    ast.Lambda: Evaluator._lambda,
    ast.IfExp: Evaluator._conditional,
    ast.BoolOp: Evaluator._bool,
    ast.Compare: Evaluator._compare,
    ast.BinOp: Evaluator._binary,
    ast.UnaryOp: Evaluator._unary,
    ast.Tuple: Evaluator._sequence,
    ast.List: Evaluator._sequence,
    ast.Set: Evaluator._sequence,
    ast.Dict: Evaluator._dict,
    ast.ListComp: Evaluator._comprehension,
    ast.SetComp: Evaluator._comprehension,
    ast.GeneratorExp: Evaluator._comprehension,
    ast.DictComp: Evaluator._dict_comprehension,
    ast.Subscript: Evaluator._subscript,
    ast.NamedExpr: Evaluator._named,
    ast.Await: Evaluator._await,
    ast.Yield: Evaluator._yield,
    ast.YieldFrom: Evaluator._yield_from,
    ast.JoinedStr: Evaluator._joined_string,
    ast.Slice: Evaluator._slice,
    ast.Starred: lambda self, node: self.eval(node.value),
}
