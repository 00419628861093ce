"""Linting one project: its files to findings.

Files are scanned; those that can matter are evaluated; what was observed and doesn't keep its contract is handed to the
rules. libcst is imported only where there is something to hand over.
"""

from __future__ import annotations

import ast
import functools
import gc
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from losslint import content, discovery, frameworks, selection
from losslint.content import Content
from losslint.evaluation.evaluator import FEW_STEPS, FILE_STEPS, PROJECT_STEPS, Evaluator
from losslint.evaluation.observations import (
    ActivationCall,
    FocalCall,
    LogarithmCall,
    LossCall,
    LossMade,
    MetricCall,
    Observation,
    with_losses,
)  # fmt: skip
from losslint.evaluation.relevance import Mentions
from losslint.evaluation.silence import numbers
from losslint.evaluation.silence import silences as silent
from losslint.evaluation.values import Scale
from losslint.extension import Extension
from losslint.finding import FileError, Finding, Silence
from losslint.program.project import Project, posix
from losslint.record import dataclass, field, replace
from losslint.result import Linted, Setup, paths
from losslint.rule import Context, Rule, all_rules, short_name
from losslint.settings import PerFileIgnores, Settings, declared_in
from losslint.sharing import fitting, one_of_each, only_shown
from losslint.source import Source, SourceError
from losslint.suppression import Suppressions, may_hold_comments

if TYPE_CHECKING:
    from losslint.evaluation.conditions import Condition

Part: TypeAlias = Callable[[float, int], None]
Lint: TypeAlias = "Callable[[Sequence[discovery.File]], Linted]"

MOST_MEETINGS = 200
"""Times that one loss is met and judged; programs by people come to some dozens."""
FEW_MEETINGS, MOST_MET = 10, 3_000
"""After so many in all, only so many of each: the projects by people that have the most come to some hundreds."""
MOST_JUDGED = 500
"""Places of one file that are judged: files by people have some dozens to say something of."""
MOST_WAYS = 2_000
"""The same for the ways in which its places are met: those of projects by people come to some hundreds."""
FEW_LEFT = 500_000
"""The steps of evaluation after which it's worthwhile to look for what they left behind."""
RECURSION = 12_000
"""Python's own bound while evaluating: a call of the program's costs some twenty of Python's."""


class _Scope:
    """What holds for the files under the same settings: which rules may report there, and which of their fixes be made."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.codes = frozenset(rule.code for rule in all_rules() if settings.selects(rule.code, rule.name))
        self._ignored = PerFileIgnores(settings)

    def reports(self, real: str, code: str, name: str) -> bool:
        """Whether a rule may report in one of these files, by its real path."""
        return code in self.codes and not self._ignored(real, code, name)


class _Leftovers:
    """Frees what the evaluation of a project leaves behind (scopes and functions hold each other), before the next one begins.

    Not in between: of a large project that is a fiftieth of its memory, and to look for it takes a tenth of its time.
    """

    def __init__(self) -> None:
        self._many = False

    def add(self, steps: int) -> None:
        """A project took so many steps."""
        self._many = self._many or steps >= FEW_LEFT

    def free(self) -> None:
        """Another project begins, or the process goes on without the run."""
        if self._many:
            self._many = False
            gc.collect()


@dataclass(frozen=True, slots=True)
class _Run:
    """What linting each project needs beside its files."""

    setup: Setup
    part: Part
    scopes: dict[int, _Scope] = field(default_factory=dict)
    words: dict[tuple[int, ...], selection.Words] = field(default_factory=dict)
    leftovers: _Leftovers = field(default_factory=_Leftovers)

    def scope(self, file: discovery.File) -> _Scope:
        """What holds for a file."""
        settings = self.setup.settings.in_folder(file.folder)
        known = self.scopes.get(id(settings))
        if known is None or known.settings is not settings:
            known = self.scopes[id(settings)] = _Scope(settings)
        return known

    def words_of(self, declared: Sequence[Extension]) -> selection.Words:
        """The words that select the files of a project."""
        key = tuple(map(id, declared))
        if key not in self.words:
            self.words[key] = words_of(declared)
        return self.words[key]


@dataclass(frozen=True, slots=True)
class _Part:
    """The files of a project whose settings declare the same losses and layers, by path as shown: what is found there counts.

    `words` select files in all of the project, since any file may be the context of another.
    """

    scopes: Mapping[str, _Scope]
    extension: Extension
    words: selection.Words
    rules: Sequence[type[Rule]]


@contextmanager
def engine(setup: Setup, part: Part = lambda share, files: None) -> Iterator[Lint]:
    """What lints a project's files, as long as the context lasts.

    `part` is told which share of a project's work is done, and of how many of the files that were asked for.
    """
    run = _Run(setup, part)
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    # syntax trees are millions of objects that all live until the end: looking through them for cycles took most of the time
    collects = gc.isenabled()
    gc.disable()

    def lint(members: Sequence[discovery.File]) -> Linted:
        run.leftovers.free()
        return _lint_project(members, run)

    try:
        yield lint
    finally:
        sys.setrecursionlimit(limit)
        if collects:
            gc.enable()
            run.leftovers.free()


def words_of(declared: Sequence[Extension]) -> selection.Words:
    """The words that select the files of a project: those of plugins, and of what the settings of its files declare, too."""
    return selection.Words(*(frameworks.plugins() | extension for extension in declared))


def _lint_project(members: Sequence[discovery.File], run: _Run) -> Linted:
    scopes = {file.shown: run.scope(file) for file in members}
    declared = declared_in(run.setup.settings, members)
    words = run.words_of(declared)
    found: list[Linted] = []
    for extension in declared:
        here = {path: scope for path, scope in scopes.items() if scope.settings.declared == extension}
        codes = frozenset[str]().union(*(scope.codes for scope in here.values()))
        rules = tuple(rule for rule in all_rules() if rule.code in codes)
        own = _Part(here, frameworks.plugins() | extension, words, rules)
        with frameworks.extended(own.extension):
            found.append(_lint_part(members, own, run))
    return functools.reduce(_both, found) if found else Linted()


def _both(one: Linted, other: Linted) -> Linted:
    """What two parts of a project come to."""
    return Linted(
        (*one.findings, *other.findings),
        {**one.errors, **other.errors},
        {**one.selected, **other.selected},
        one.judged + other.judged,
        one.silent + other.silent,
        one.suppressed + other.suppressed,
        (*one.silences, *other.silences),
        {**one.sources, **other.sources},
        one.read | other.read,
        other.contents,
    )


@dataclass(slots=True)
class _Scan:
    """What's asked of all files of a project, by real path: of those that aren't kept it is noted when they're read."""

    raws: content.Files
    words: selection.Words
    contents: bool
    seeds: set[str] = field(default_factory=set)
    """The files in which a loss can be met."""
    lines: dict[str, Sequence[bytes] | None] = field(default_factory=dict)
    """The import statements of files."""
    changing: dict[str, bool] = field(default_factory=dict)
    """Whether a program changes `sys.path`."""
    with_star: dict[str, bool] = field(default_factory=dict)
    """Whether one may import all names of another one."""
    is_spoken_of: bool = False
    """Whether one of the files that aren't kept may compute in anything but float32: then nothing hangs on the others for the
    result, only for what is kept of it."""
    lines_digests: dict[str, str] = field(default_factory=dict)
    """What tells the import statements of a file from others, where not all are kept any more."""
    noted: dict[str, tuple[str, bool, bool, bool, bool]] = field(default_factory=dict)
    first_words: dict[str, str] = field(default_factory=dict)

    def add(self, real: str, raw: bytes) -> None:
        """A file was read."""
        has_loss = self.words.has_loss(raw)
        if has_loss:
            self.seeds.add(real)
        if self.raws.is_kept(real):
            return
        self.noted[real] = (
            content.digest(raw) if self.contents else "",
            may_hold_comments(raw),
            selection.chooses_backend(raw),
            has_loss and selection.asks_for_precision(raw),
            (self.contents or not self.is_spoken_of) and selection.speaks_of_precision(raw),
        )
        self.is_spoken_of = self.is_spoken_of or self.noted[real][4]
        if has_loss:
            self.first_words[real] = self.words.first(raw)
        if not real.endswith(".ipynb"):
            self.changing[real] = b"sys.path" in raw
            self.with_star[real] = selection.has_star(raw)
        if self.seeds:  # else it may be that nobody asks for them
            self.lines[real] = selection.import_lines(real, raw)

    def settle(self, project: Project) -> None:
        """Files are selected: of import statements that were read nobody needs more than what they call a thing otherwise."""
        for real, lines in self.lines.items():
            if lines and real in project.statements:
                if self.contents:
                    self.lines_digests[real] = content.digest(b"\n".join(lines))
                self.lines[real] = tuple(line for line in lines if b" as" in line or b"\tas" in line)

    def lines_digest(self, real: str, lines: Sequence[bytes] | None) -> str:
        """What tells a file's import statements from others; where these can't be told, what tells the file."""
        return self.digest(real) if lines is None else content.digest(b"\n".join(lines))

    def digest(self, real: str) -> str:
        """What tells a file's content from another."""
        return self.noted[real][0] if real in self.noted else content.digest(self.raws[real])

    def may_hold_comments(self, real: str) -> bool:
        """Whether a file may hold comments that could be of no use."""
        return self.noted[real][1] if real in self.noted else may_hold_comments(self.raws[real])

    def chooses_backend(self, real: str) -> bool:
        """Whether a file may choose Keras' backend."""
        return self.noted[real][2] if real in self.noted else selection.chooses_backend(self.raws[real])

    @property
    def asks_for_precision(self) -> bool:
        """Whether there's a loss to which the precision matters: most projects needn't be read for that."""
        return any(
            self.noted[real][3] if real in self.noted else selection.asks_for_precision(self.raws[real]) for real in self.seeds
        )

    def speaks_of_precision(self, real: str) -> bool:
        """Whether a file may compute in anything but float32."""
        return self.noted[real][4] if real in self.noted else selection.speaks_of_precision(self.raws[real])

    def first_word(self, real: str) -> str:
        """The first word of a loss in a file; empty where it has none."""
        if real not in self.seeds:
            return ""
        return self.first_words[real] if real in self.noted else self.words.first(self.raws[real])


def _lint_part(members: Sequence[discovery.File], own: _Part, run: _Run) -> Linted:
    """The findings in a part of a project. Where a file changes while it's looked at, all are read once more, and kept."""
    raws = content.Files(content.MOST_KEPT)
    try:
        found = _lint_files(members, raws, own, run)
    except Exception:
        if not raws.changed:
            raise
    else:
        if not raws.changed:
            return found
    gc.collect()
    return _lint_files(members, content.Files(), own, run)


def _lint_files(members: Sequence[discovery.File], raws: content.Files, own: _Part, run: _Run) -> Linted:
    setup, named = run.setup, run.setup.named
    errors: dict[str, FileError] = {}
    shown: dict[str, str] = {}
    scan = _Scan(raws, own.words, setup.contents)
    for file in members:
        real = posix(file.real)
        shown[real] = file.shown
        try:
            given = setup.overlay.get(file.shown)
            raw = raws.add(real, file) if given is None else raws.put(real, given)
        except SourceError as error:
            errors[file.shown] = FileError(file.shown, str(error))
            continue
        scan.add(real, raw)
    seeds = scan.seeds
    sources: dict[str, Source] = {}

    def source(real: str, path: str) -> Source:
        if real not in raws:
            raise SourceError("can't be read")
        if path not in sources:
            sources[path] = raws.source(real, path)
        return sources[path]

    project = Project([(real, path) for real, path in shown.items() if real in raws], source, raws)
    project.imports_of = lambda real: selection.statements(project, real)
    project.lets_go = not raws.is_whole
    project.import_lines, project.changing, project.with_star = scan.lines, scan.changing, scan.with_star
    inside = {real for real, path in shown.items() if path in named and real in raws}
    near: Set[str] = frozenset()
    if seeds:
        near = inside if len(inside) == len(raws) else selection.connected(project, inside, raws.keys())
    for file in members:
        if file.shown in named and file.is_named and posix(file.real) in raws:
            project.module(posix(file.real))  # a file that was named is parsed, whatever it holds: its errors are said
    modules, relevance, examined = selection.select(project, seeds, near, Mentions(own.words.is_word))
    if project.lets_go:
        relevance.settle()
        scan.settle(project)
    project.same_statements.clear()
    project.import_words.clear()  # nobody asks for them from here on, and they take as much as what is known of the functions
    declared = _declared(project, own.extension)
    backends = {
        posix(file.real): own.scopes[file.shown].settings.backend for file in members if file.shown in own.scopes
    }
    evaluator = Evaluator(project, relevance, declared, backends)
    # where some files of a project are asked for, the others are only their context
    evaluator.most = min(PROJECT_STEPS, FEW_STEPS + FILE_STEPS * sum(module.file in inside for module in modules))
    few = FEW_STEPS + FILE_STEPS // 2 if evaluator.most < PROJECT_STEPS else 0
    evaluator.end = max(evaluator.most, 2 * evaluator.most - few)
    # where no file speaks of another precision than torch's own, a layer surely gives float32
    evaluator.single = scan.asks_for_precision and not any(map(scan.speaks_of_precision, raws))
    evaluator.choosing = set(filter(scan.chooses_backend, raws))
    count = sum(file.shown in named for file in members)
    share, left_out = evaluator.most - FILE_STEPS - FEW_STEPS // 4, False
    for phase, evaluate in enumerate((evaluator.run_module, evaluator.run_entries, evaluator.run_entries)):
        # where not all can be run, who names no loss comes last; else all had their turn together
        evaluator.others = phase == 2
        for index, module in enumerate(() if phase == 2 and evaluator.has_time() else modules):
            run.part(min(1, (phase + index / len(modules)) / 2), count)
            if module.file not in inside and evaluator.spent >= share:
                left_out = True  # what's left of the steps is for the files that were asked for
                continue
            try:
                evaluate(module)
            except Exception as error:  # a defect of ours: said of the file, and the others are linted all the same
                errors.setdefault(module.path, _defect(module.path, error))
    for function, owner, most in evaluator.uncalled():
        try:
            evaluator.run_function(function, owner, most=most)
            evaluator.run_pending()
        except Exception as error:  # likewise
            errors.setdefault(function.module.path, _defect(function.module.path, error))
    others = [
        *((unturned[0].module, functools.partial(evaluator.run_unturned, *unturned)) for unturned in evaluator.unturned()),
        *((asleep[0], functools.partial(evaluator.run_asleep, *asleep)) for asleep in evaluator.asleep),
    ]
    for module, run_other in others:
        if evaluator.spent >= evaluator.most:
            break
        try:
            run_other()
        except Exception as error:  # likewise
            errors.setdefault(module.path, _defect(module.path, error))
    evaluator.finish()
    if project.lets_go:
        evaluator.settle()
    run.leftovers.add(evaluator.spent)
    errors.update(project.errors)
    for path, what in evaluator.given_up.items():
        errors.setdefault(path, _given_up(path, what))
    found = judge(evaluator, own.rules, errors)
    reals = {path: real for real, path in shown.items() if real in raws}
    mine = named & own.scopes.keys()

    def reports(path: str, code: str, name: str) -> bool:
        return path in own.scopes and own.scopes[path].reports(reals[path], code, name)

    def read(path: str) -> tuple[Source, ast.Module] | None:
        module = project.parsed(reals[path])
        if module is not None:
            return module.source, module.tree
        try:  # parsed for itself: nobody asked for this file's errors
            return source(reals[path], path), sources[path].parse()
        except SourceError:
            return None

    suppressions = Suppressions(functools.cache(read))
    kept = [
        finding
        for finding in found
        if any(path in named for path in paths(finding)) and reports(finding.place.path, finding.code, finding.name)
    ]
    left = [finding for finding in kept if not suppressions.hides(finding)]
    suppressed = len(kept) - len(left)
    # what could be found elsewhere, and isn't since not all was looked at, doesn't make a comment unused
    partly = {module.path for module, _ in evaluator.unfinished}
    partly |= {file.shown for file in members if not discovery.is_whole(file)}
    partly |= mine if left_out else set()
    for path in sorted(mine & reals.keys() - errors.keys()):
        if scan.may_hold_comments(reals[path]):
            reported = functools.partial(reports, path)
            left += _unused(path, suppressions, own.rules, reported, whole=path not in partly)
    kept = [_restricted(finding, own.scopes[finding.place.path].settings) for finding in left]
    silences: tuple[Silence, ...] = ()
    if setup.silences:
        silences = tuple(replace(s, loss=short_name(s.loss)) for s in silent(evaluator) if s.place.path in mine)
    selected = {module.path: scan.first_word(module.file) for module in modules}
    judged, unjudged = numbers(evaluator, mine.__contains__)
    for path in {path for finding in kept for path in paths(finding)} | {silence.place.path for silence in silences}:
        sources[path] = sources[path].whole
    return Linted(
        tuple(kept),
        {path: error for path, error in errors.items() if path in named},
        selected,
        judged,
        unjudged,
        suppressed,
        silences,
        sources,
        frozenset(reals[path] for path in sources) | examined | project.looked_at,
        _contents(project, scan) if setup.contents else {},
    )


def _contents(project: Project, scan: _Scan) -> dict[str, Content]:
    """How the files of a project are now. Where there's no loss in any of them, nobody asked for their imports."""
    asks = ASKS_NOTHING
    if scan.seeds:
        asks = ASKS_PRECISION if scan.asks_for_precision else ASKS_IMPORTS
    found: dict[str, Content] = {}
    for real in scan.raws:
        imports = scan.lines_digests.get(real)
        if imports is None:
            imports = scan.lines_digest(real, selection.lines_of(project, real) if scan.seeds else ())
        found[real] = Content(scan.digest(real), _facts(scan, real, imports, asks), *scan.raws.times(real))
    return found


ASKS_NOTHING, ASKS_IMPORTS, ASKS_PRECISION = "0", "1", "2"


def _facts(scan: _Scan, real: str, imports: str, asks: str) -> str:
    """All that is asked of a file that no result is drawn from: it may change in every other way. `imports` tells its imports."""
    found = asks + "01"[real in scan.seeds] + "01"[scan.may_hold_comments(real)]
    if asks == ASKS_NOTHING:
        return found
    found += "01"[scan.chooses_backend(real)]
    if asks == ASKS_PRECISION:
        found += "01"[scan.speaks_of_precision(real)]
    return found + imports


def facts_now(raw: bytes, before: str, real: str, words: selection.Words) -> str:
    """The same of a file that changed, as it was asked before."""
    raws = content.Files()
    raws.put(real, raw)
    scan = _Scan(raws, words, contents=True)
    scan.add(real, raw)
    return _facts(scan, real, scan.lines_digest(real, selection.import_lines(real, raw)), before[:1])


def _declared(project: Project, extension: Extension) -> dict[ast.AST, str]:
    """The project's own functions and classes that a table names, by their definitions."""
    return {
        definition: to
        for name, to in [*((name, name) for name in extension.table), *extension.namespaces.items()]
        for definition in project.defined(name)
    }


def _unused(
    path: str,
    suppressions: Suppressions,
    rules: Sequence[type[Rule]],
    reports: Callable[[str, str], bool],
    *,
    whole: bool,
) -> list[Finding]:
    """What the rules say of the comments in a file that suppress nothing; where it isn't `whole` only of unknown rules.

    `reports` says whether a rule, by its code and name, reports in the file.
    """
    every = [(rule.code, rule.name) for rule in all_rules()]
    context = Context()
    found = [
        finding
        for comment in suppressions.unused(path, every, lambda code, name: whole and reports(code, name))
        for rule in rules
        for finding in rule().visit_Unused(comment, context)
    ]
    return [finding for finding in found if reports(finding.code, finding.name) and not suppressions.hides(finding)]


def _restricted(finding: Finding, settings: Settings) -> Finding:
    """The finding; its fix is only shown where the settings say that the rule's fixes aren't to be made."""
    return finding if settings.fixes(finding.code, finding.name) else only_shown(finding)


def _given_up(path: str, what: str) -> FileError:
    return FileError(path, f"losslint gave up here: {what}")


def _defect(path: str, error: Exception) -> FileError:
    if isinstance(error, (RecursionError, MemoryError)):
        what = "calls go too deep" if isinstance(error, RecursionError) else "more memory is needed than there is"
        return _given_up(path, what)
    return FileError(path, f"losslint failed here, please report it: {type(error).__name__}: {error}")


# ---------------------------------------------------------------------------------------------------------------- rules


def suspicious(observation: Observation) -> bool:
    """Whether a rule can have something to say of an observation."""
    match observation:
        case LossCall():
            return not observation.keeps_contract
        case ActivationCall():
            tensor = observation.tensor
            if observation.has_axis and not observation.explicit and observation.axis is None:
                return True
            return observation.axis == 0 or any(size == 1 for _, size in tensor.shape.sizes)
        case MetricCall():
            return observation.loss is not None and observation.prediction.scale is Scale.UNBOUNDED
        case LossMade():
            return (
                bool(observation.unexpected)
                or bool(observation.arguments.positional)
                or bool({"size_average", "reduce"} & set(observation.arguments.keywords))
            )
        case LogarithmCall():
            return True
        case FocalCall():
            return observation.reduction in ("mean", "sum") or observation.weight is not None


def judge(evaluator: Evaluator, rules: Sequence[type[Rule]], errors: dict[str, FileError]) -> list[Finding]:
    """Hand what was observed to the rules, and keep what holds."""
    events: dict[int, list[Observation]] = {}
    observations = with_losses(evaluator.observations)
    for observation in observations:
        events.setdefault(observation.event, []).append(observation)
    everything = any(rule.wants_all for rule in rules)
    interesting = [group for group in events.values() if everything or any(suspicious(o) for o in group)]
    interesting = _some_of_each_file(_some_of_each(interesting), errors)
    if not interesting:
        return []
    context = Context(evaluator.project.all_parsed)
    instances = [rule() for rule in rules]
    judged: list[tuple[Observation, Finding]] = []
    for group in interesting:
        doubted = [suspicious(o) for o in group]
        for rule in instances:
            with _said(rule, group[0].module.path, errors):
                judged.extend(_judged(evaluator, rule, group, doubted, context))

    every: list[Rule] = []

    def ask(observation: Observation) -> list[Finding]:
        if not every:  # what a fix must not bring doesn't hang on what is asked for
            every.extend(rule() for rule in all_rules())
        found: list[Finding] = []
        for rule in every:
            with _said(rule, observation.module.path, errors):
                found += _visited(rule, observation, context)
        return found

    return _without_repetition(one_of_each(fitting(evaluator, observations, judged, MOST_MEETINGS, ask, context)))


@contextmanager
def _said(rule: Rule, path: str, errors: dict[str, FileError]) -> Iterator[None]:
    """Where a rule fails, that is said of the file, and the other rules go on."""
    try:
        yield
    except RecursionError as error:
        errors.setdefault(path, _defect(path, error))
    except Exception as error:  # anybody's code
        errors.setdefault(
            path, FileError(path, f"the rule {rule.name} failed here: {type(error).__name__}: {error}")
        )


def _some_of_each(groups: Sequence[list[Observation]]) -> list[list[Observation]]:
    """The groups, but of a loss that is met more often than any program meets it (it calls itself on every way) only some."""
    met: Counter[int] = Counter()
    kept: list[list[Observation]] = []
    for group in groups:
        identity = id(group[0].node)
        met[identity] += 1
        if met[identity] <= (MOST_MEETINGS if len(kept) < MOST_MET else FEW_MEETINGS):
            kept.append(group)
    return kept


def _some_of_each_file(groups: Sequence[list[Observation]], errors: dict[str, FileError]) -> list[list[Observation]]:
    """The groups, but of a file that has more places to judge than any program has only the first ones, and of one whose places
    are met in more ways only some of each place: which is said."""
    ways: dict[str, Counter[int]] = {}
    kept: list[list[Observation]] = []
    for group in groups:
        path, identity = group[0].module.path, id(group[0].node)
        known = ways.setdefault(path, Counter())
        if identity in known or len(known) < MOST_JUDGED:
            known[identity] += 1
            kept.append(group)
        else:
            what = f"more than {MOST_JUDGED:,} places to judge, of which the first were judged"
            errors.setdefault(path, _given_up(path, what))
    several = {path: MOST_WAYS // len(known) for path, known in ways.items() if sum(known.values()) > MOST_WAYS}
    if not several:
        return kept
    met: Counter[int] = Counter()
    some: list[list[Observation]] = []
    for group in kept:
        path, identity = group[0].module.path, id(group[0].node)
        met[identity] += 1
        if path not in several or met[identity] <= max(1, several[path]):
            some.append(group)
        else:
            what = f"places to judge that are met in more than {MOST_WAYS:,} ways, of which some of each were judged"
            errors.setdefault(path, _given_up(path, what))
    return some


def _without_repetition(findings: list[Finding]) -> list[Finding]:
    """A conditional finding is dropped where the same place and cause has a certain one.

    So is one that another fix mends in the same way: labels of two loaders, to train and to validate, at one loss.
    """
    certain = {(f.code, f.place) for f in findings if f.condition is None}
    kept: dict[object, Finding] = {}
    for finding in findings:
        if finding.condition is None or (finding.code, finding.place) not in certain:
            fix = finding.fix.edits if finding.fix is not None else id(finding)
            kept.setdefault((finding.code, finding.place, finding.message, fix), finding)
    return list(kept.values())


@functools.cache
def _visits(rule: type[Rule], kind: str) -> bool:
    """Whether a rule looks at observations of a kind at all: most look at one kind, and each is handed to all of them."""
    visitor = f"visit_{kind}"
    return getattr(rule, visitor) is not getattr(Rule, visitor)


def _visited(rule: Rule, observation: Observation, context: Context) -> list[Finding]:
    """What a rule says of an observation."""
    if not _visits(type(rule), type(observation).__name__):
        return []
    node = context.rewriter.node(observation.module, observation.node) if rule.wants_node else None
    match observation:
        case LossCall():
            found = list(rule.visit_LossCall(node, observation, context))
            if rule.looks_behind and (beneath := observation.beneath) is not None:
                found.extend(rule.visit_LossCall(node, beneath, context))
            return found
        case ActivationCall():
            return list(rule.visit_ActivationCall(node, observation, context))
        case LossMade():
            return list(rule.visit_LossMade(node, observation, context))
        case LogarithmCall():
            return list(rule.visit_LogarithmCall(node, observation, context))
        case FocalCall():
            return list(rule.visit_FocalCall(node, observation, context))
        case MetricCall():
            return list(rule.visit_MetricCall(node, observation, context))


def _judged(
    evaluator: Evaluator, rule: Rule, group: list[Observation], doubted: list[bool], context: Context
) -> list[tuple[Observation, Finding]]:
    flagged: list[tuple[Observation, Finding]] = []
    for observation, strange in zip(group, doubted, strict=True):
        if not (rule.wants_all or strange):
            continue
        found = _visited(rule, observation, context)
        flagged.extend((observation, finding) for finding in found)
    if not flagged:
        return []
    if len({id(o) for o, _ in flagged}) == len(group) and group[0].event not in evaluator.incomplete:
        return flagged
    kept: list[tuple[Observation, Finding]] = []
    for observation, finding in flagged:
        chosen = observation.chosen if isinstance(observation, LossCall) else ()
        if (
            chosen
            and observation.conditions
            and {c[0] for c in chosen}.isdisjoint(c[0] for c in observation.conditions)
        ):
            continue  # two choices that have nothing to do with each other: nobody need ever make both
        condition = named_choice(
            evaluator, (*chosen, *observation.conditions), given=isinstance(observation, FocalCall)
        )
        if condition is not None:
            kept.append((observation, replace(finding, condition=condition)))
    return kept


def named_choice(evaluator: Evaluator, conditions: tuple[Condition, ...], *, given: bool = False) -> str | None:
    """In words, the choice under which a finding holds, where the program itself names it; else None.

    Equal to a written-out string or number is such a choice, whatever is asked of a command-line argument, and that an
    argument whose default is None is left out. That a flag has one value rather than the other is not; that such an
    argument is `given` is where that is what the finding is about.
    """
    texts: list[str] = []
    settled = {key for key, operator, _, outcome in conditions if operator == "eq" and outcome}
    for key, operator, constant, outcome in conditions:
        if operator == "eq" and not outcome and key in settled:
            continue  # what equals one thing needn't be said to be no other
        origin, tested = evaluator.origins.get(key, ("", None))
        left_out = origin == "default" and (operator, outcome) in (("is", True), ("truth", False))
        left_out = left_out or (
            given and origin == "default" and (operator, outcome) in (("is", False), ("truth", True))
        )
        written = isinstance(constant, str) or (type(constant) is int and outcome and constant > 0)
        if not (left_out or origin in ("choice", "named") or (operator == "eq" and written)):
            return None
        if operator in ("gt", "ge") or (operator == "eq" and isinstance(constant, int) and not outcome):
            return None  # how many classes there are is the data's, not a choice between two programs
        text = ast.unparse(tested) if tested is not None else ""
        if operator == "is":
            texts.append(f"{text} {'is' if outcome else 'is not'} {constant!r}")
        elif operator == "eq":
            texts.append(f"{text} {'==' if outcome else '!='} {constant!r}")
        else:
            texts.append(text if outcome else _negated(tested))
    said = list(dict.fromkeys(texts))
    implied = {part for text in said for part in _implied(text)}
    return " and ".join(text for text in said if text not in implied) or None


_OPPOSITE: dict[type[ast.cmpop], ast.cmpop] = {
    ast.In: ast.NotIn(), ast.NotIn: ast.In(), ast.Is: ast.IsNot(), ast.IsNot: ast.Is(), ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(),
}  # fmt: skip


def _negated(tested: ast.AST | None) -> str:
    """The opposite of a test, in words."""
    match tested:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return ast.unparse(inner)
        case ast.Compare(left=left, ops=[operator], comparators=others) if type(operator) in _OPPOSITE:
            return ast.unparse(ast.Compare(left, [_OPPOSITE[type(operator)]], others))
        case ast.expr():
            return ast.unparse(ast.UnaryOp(ast.Not(), tested))
    return ""


def _implied(text: str) -> list[str]:
    """What needn't be said beside a condition: its parts, and that what is none of several is not each of them."""
    match ast.parse(text or "''", mode="eval").body:
        case ast.BoolOp(op=ast.And(), values=parts):
            return [ast.unparse(part) for part in parts]
        case ast.UnaryOp(op=ast.Not(), operand=ast.BoolOp(op=ast.Or(), values=parts)):
            return [_negated(part) for part in parts]
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[ast.Tuple(elts=options) | ast.List(elts=options)]):
            return [f"{ast.unparse(left)} != {ast.unparse(option)}" for option in options]
    return []
