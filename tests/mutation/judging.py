"""Which tests come to a line, and what they say of a module with a mistake in it."""

from __future__ import annotations

import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import pickle
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import coverage
import pytest

from mutation import CHECKOUT

QUIET = ("-q", "-x", "-p", "no:cacheprovider", "--no-header", "--no-summary", "-m", "not network and not frameworks")


@dataclass
class Reach:
    """The lines that each test runs, and how long it takes."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    """module → line → tests."""

    def tests(self, module: str, line: int, most: int = 0) -> list[str]:
        """The tests that come to a line, or so many of them, the quickest first. What runs at the import is every test's."""
        there = self.lines.get(module, {}).get(line, [])
        found = sorted(self.seconds if "" in there else there)
        if 0 < most < len(found):
            found = random.Random(f"{module} {line}").sample(found, most)
        return sorted(found, key=lambda test: (self.seconds[test], test))


class _Measuring:
    """A plugin of pytest that says whose lines are measured.

    Programs of fixtures are linted once for all the tests that ask what was found there, so these share what they reach.
    """

    def __init__(self, measure: coverage.Coverage) -> None:
        self.measure = measure
        self.reach = Reach()
        self.folders: dict[str, list[str]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.measure.switch_context(item.nodeid)
        started = time.process_time()
        for value in item.callspec.params.values() if hasattr(item, "callspec") else ():
            folder = value if isinstance(value, Path) else getattr(value, "folder", None)
            if isinstance(folder, Path):
                self.folders.setdefault(str(folder), []).append(item.nodeid)
        try:
            return (yield)
        finally:
            self.reach.seconds[item.nodeid] = round(time.process_time() - started, 3)
            self.measure.switch_context("")

    def said(self) -> Reach:
        share = {test: tests for tests in self.folders.values() for test in tests}
        data = self.measure.get_data()
        for name in data.measured_files():
            module = Path(name).resolve().relative_to(CHECKOUT).as_posix()
            self.reach.lines[module] = {
                line: sorted({other for context in contexts for other in share.get(context, [context])})
                for line, contexts in data.contexts_by_lineno(name).items()
            }
        return self.reach


class _Chosen:
    """A plugin of pytest that keeps some tests, in their order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.order = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.order), key=lambda item: self.order[item.nodeid])


class Judge:
    """A plugin of pytest that collects the tests once, and runs those that come to a mutant in a process of its own.

    What is wrong in a function is put into the function that is there. What's wrong outside of functions (in a table, a
    decorator, a default) needs the module anew, and so a pytest anew.
    """

    def __init__(self, work: Callable[[Judge], None]) -> None:
        self.work = work
        self.items: dict[str, pytest.Item] = {}
        self.functions: dict[str, list[FunctionType]] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.functions = _functions()
        gc.collect()
        gc.freeze()  # the processes share what is never written
        self.work(self)
        return True

    def judged(self, module: str, source: str, line: int, tests: Sequence[str], seconds: float) -> str:
        """`killed`, `timeout` or `survived`: what tests say of a module with a mistake in it."""
        function = _function(self.functions.get(_name(module), []), line)
        code = None if function is None else _code(compile(source, str(CHECKOUT / module), "exec"), function)

        def work() -> int:
            if function is None or code is None or code.co_freevars != function.__code__.co_freevars:
                raise AssertionError("not asked here")
            function.__code__ = code
            items = [self.items[test] for test in tests]
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if item.session.testsfailed:
                    return 1
            return 0

        if code is None or code.co_freevars != (function.__code__.co_freevars if function else ()):
            return judged(module, source, tests, seconds)
        return _outcome(*in_child(work, int(10 + 4 * seconds)))


def _functions() -> dict[str, list[FunctionType]]:
    """The functions and methods of each module, as far as they aren't made by others."""
    found: dict[str, list[FunctionType]] = {}
    for function in gc.get_objects():
        if type(function) is FunctionType and "<locals>" not in function.__qualname__ and _is_ours(function.__code__.co_filename):
            found.setdefault(function.__module__, []).append(function)
    return found


def _is_ours(path: str | None) -> bool:
    return path is not None and path.endswith(".py") and Path(path).is_relative_to(CHECKOUT)


def _function(functions: Sequence[FunctionType], line: int) -> FunctionType | None:
    """The one whose body a line is in: decorators and defaults aren't, they run when it's made."""
    for function in functions:
        code = function.__code__
        body = _lines(code) - {code.co_firstlineno}
        if body and min(body) <= line <= max(body):
            return function
    return None


def _lines(code: CodeType) -> set[int]:
    inner = [_lines(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return {number for _, _, number in code.co_lines() if number is not None}.union(*inner)


def _code(code: CodeType, function: FunctionType) -> CodeType | None:
    """The code of a function in its module's."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            was = function.__code__
            if constant.co_name == was.co_name and constant.co_firstlineno == was.co_firstlineno:
                return constant
            found = _code(constant, function)
            if found is not None:
                return found
    return None


def _name(module: str) -> str:
    return module.removeprefix("rules/").removesuffix(".py").replace("/", ".")


def _outcome(status: object, ended: int) -> str:
    if ended in (signal.SIGXCPU, signal.SIGKILL):
        return "timeout"
    return "survived" if status == 0 else "killed"


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module with another text; no file is changed."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


def in_child(work: Callable[[], object], seconds: int = 0) -> tuple[object, int]:
    """What some work comes to in a process of its own, and the signal that ended it, which took its time.

    The process has what was imported here, and nothing of losslint.
    """
    with tempfile.TemporaryFile() as answer, tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if not child:
            try:
                for stream in (1, 2):
                    os.dup2(said.fileno(), stream)
                if seconds:
                    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
                    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
                pickle.dump(work(), answer)
                answer.flush()
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)
        _, status = os.waitpid(child, 0)
        answer.seek(0)
        raw = answer.read()
        return (pickle.loads(raw) if raw else None), os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def measured(tests: Sequence[str], modules: Sequence[Path]) -> Reach:
    """Run tests without a mistake, and see where in some modules each of them comes."""

    def work() -> Reach | int:
        measure = coverage.Coverage(data_file=None, config_file=False, include=[str(path) for path in modules], messages=False)
        measure.start()
        plugin = _Measuring(measure)
        status = pytest.main([*QUIET, *tests], plugins=[plugin])
        measure.stop()
        return int(status) or plugin.said()

    found, _ = in_child(work)
    if not isinstance(found, Reach):
        sys.exit(f"the tests fail without a mistake: pytest says {found}")
    return found


def judged(module: str, source: str, tests: Sequence[str], seconds: float) -> str:
    """The same, in a process that has nothing of losslint yet and asks for the module."""
    files = sorted({test.partition("::")[0] for test in tests})

    def work() -> int:
        # what is there from before, the tests too, has the module as it was
        for known, there in list(sys.modules.items()):
            if _is_ours(getattr(there, "__file__", None)) and known.partition(".")[0] != "mutation":
                del sys.modules[known]
        sys.meta_path.insert(0, _Mutated(_name(module), CHECKOUT / module, source))
        return int(pytest.main([*QUIET, *files], plugins=[_Chosen(tests)]))

    return _outcome(*in_child(work, int(10 + 4 * seconds)))


def kept(path: Path, reach: Reach) -> None:
    """Write what tests reach."""
    path.write_text(json.dumps({"seconds": reach.seconds, "lines": reach.lines}), encoding="utf-8")


def known(path: Path) -> Reach:
    """Read it again."""
    found = json.loads(path.read_text(encoding="utf-8"))
    lines = {module: {int(line): tests for line, tests in at.items()} for module, at in found["lines"].items()}
    return Reach(found["seconds"], lines)
