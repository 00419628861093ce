"""losslint runs nothing of what it lints: a project that would do harm if any of its code ran, watched by Python itself.

The command runs in a process of its own with an audit hook, which Python tells of each file that is opened, each module that is
imported, each process and each connection. What isn't reading a source, or writing what was asked for, fails the test.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from losslint import session

CHECKOUT = Path(__file__).resolve().parent.parent

HARM = """\
import os, pathlib, socket, subprocess, sys
pathlib.Path(__file__).with_name("HARM").write_text("ran")
try:
    subprocess.run([sys.executable, "-c", "pass"])
    os.system("true")
    socket.create_connection(("127.0.0.1", 9))
    import victim
except Exception:
    pass
"""
"""A file, a process, a connection, and an import of itself: at once, when any of its code runs."""

TRAIN = (
    HARM
    + """
import torch, torch.nn as nn, torch.nn.functional as F
from helpers import Net, harm

exec("import os; os.system('true')")
eval("__import__('os').system('true')")
compile("1", "x", "exec")
__import__("victim")


class Meta(type):
    def __new__(mcs, name, bases, namespace, harm=harm()):
        harm()
        return super().__new__(mcs, name, bases, namespace)

    def __prepare__(name, bases):
        return harm() or {}


class Trainer(Net, metaclass=Meta):
    harm()

    def __init_subclass__(cls):
        harm()

    def __getattr__(self, name):
        return harm()

    def __del__(self):
        harm()


@harm
def train(x: harm(), y: harm() = harm()) -> harm():
    criterion = nn.CrossEntropyLoss(weight=harm())
    return criterion(F.softmax(Trainer()(x), dim=harm() or 1), y)


f"{harm()!r:{harm()}}"
[harm() for _ in range(9)]
(lambda: harm())()
criterion = nn.CrossEntropyLoss()
loss = criterion(F.softmax(Net()(torch.randn(4, 8)), dim=1), torch.tensor([0, 1, 2, 0]))
"""
)
HELPERS = (
    HARM
    + """
import torch.nn as nn


def harm(*_):
    with open("HARM", "w") as stream:
        stream.write("ran")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        return self.fc(x)
"""
)
NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "code", "source": "!touch HARM\n%run helpers.py\n%%writefile HARM\nx", "metadata": {}, "outputs": []},
            {"cell_type": "code", "source": TRAIN, "metadata": {}, "outputs": []},
        ],
        "metadata": {"kernelspec": {"language": "python", "name": "x"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)
# Names that losslint and what it is made of import: none of these may be taken from the folder that it is started in.
SHADOWS = (
    "libcst", "rich", "click", "pygments", "markdown_it", "json", "multiprocessing", "losslint_rules", "tempfile",
)  # fmt: skip

WATCH = """
import json, os, sys
seen = []
def hook(event, arguments):
    try:
        if event == "exec":
            code = arguments[0]
            seen.append([event, getattr(code, "co_filename", ""), ""])
        elif event == "open":
            path, mode, flags = arguments
            if not isinstance(path, int):  # one that is open already
                seen.append([event, os.fsdecode(path), flags])
        elif event == "import":
            seen.append([event, str(arguments[0]), str(arguments[1])])
        elif event != "compile":
            seen.append([event, repr(arguments)[:300], ""])
    except Exception as error:
        seen.append(["hook failed", repr(error), event])
sys.addaudithook(hook)
from losslint import cli
try:
    cli.main(sys.argv[2:])
except SystemExit as done:
    seen.append(["status", done.code, ""])
finally:
    events = list(seen)
    with open(sys.argv[1], "w") as stream:
        json.dump(events, stream)
"""

# What Python, and losslint, do for themselves.
HARMLESS = frozenset(
    [
        "open", "import", "exec", "status", "os.listdir", "os.scandir", "marshal.loads", "marshal.load", "object.__getattr__",
        "object.__setattr__", "object.__delattr__", "code.__new__", "sys._getframe", "sys._getframemodulename",
        "sys.set_asyncgen_hooks", "builtins.id", "gc.get_objects", "os.listxattr", "os.getxattr", "function.__new__",
        "ctypes.dlopen", "ctypes.dlsym", "ctypes.call_function", "ctypes.cdata", "ctypes.cdata/buffer", "array.__new__",
        "ctypes.get_errno", "ctypes.set_errno", "re._compile", "cpython.PyInterpreterState_New", "cpython._PySys_ClearAuditHooks",
    ]
)  # fmt: skip
WRITES = frozenset(["os.mkdir", "os.rename", "os.remove", "os.link", "os.chmod", "os.chown", "tempfile.mkstemp", "os.setxattr"])


@dataclass(frozen=True)
class Watched:
    """What a run did: its events, each with what it was about."""

    project: Path
    events: list[tuple[str, str, object]]
    out: str
    err: str

    @property
    def status(self) -> object:
        return next(what for event, what, _ in self.events if event == "status")

    def about(self, event: str) -> list[str]:
        return [what for name, what, _ in self.events if name == event]

    @property
    def written(self) -> set[str]:
        """The files that were opened to write."""
        writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        return {what for event, what, flags in self.events if event == "open" and int(str(flags or 0)) & writing}

    @property
    def read(self) -> set[str]:
        return {what for event, what, flags in self.events if event == "open"} - self.written

    def inside(self, path: str) -> bool:
        """Whether a name is that of a file of the project."""
        real = os.path.realpath(os.path.join(self.project, path))
        return os.path.exists(real) and real.startswith(str(self.project) + os.sep)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "setup.py").write_text(HARM)
    (folder / "conftest.py").write_text(HARM)
    (folder / "sitecustomize.py").write_text(HARM)
    (folder / "train.py").write_text(TRAIN)
    (folder / "victim.py").write_text(TRAIN)
    (folder / "helpers.py").write_text(HELPERS)
    (folder / "notebook.ipynb").write_text(NOTEBOOK)
    for name in SHADOWS:
        (folder / f"{name}.py").write_text(HARM)
    # a plugin that is "installed" by lying in the folder
    (folder / "evil-1.0.dist-info").mkdir()
    (folder / "evil-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
    (folder / "evil-1.0.dist-info" / "entry_points.txt").write_text(
        "[losslint.rules]\nevil = victim\n[losslint.frameworks]\nevil = victim\n"
    )
    (folder / "pyproject.toml").write_text('[tool.losslint]\nselect = ["ALL"]\n[tool.losslint.losses]\n')
    for path in folder.rglob("*"):
        os.utime(path, (1_500_000_000,) * 2)  # of another day, so that its time says something to a cache
    return folder


def watch(project: Path, *arguments: str, first: str = "") -> Watched:
    """Run the command in the project, and watch it; `first` runs before."""
    record = project.parent / "events.json"
    path = [entry for entry in sys.path if entry and Path(entry).resolve() != Path(__file__).parent]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "rules"), *path])}
    environment.pop("PYTHONSAFEPATH", None)
    # a script's own folder is first on Python's path, as the command's is: not the one that it is started in
    script = project.parent / "elsewhere" / "watch.py"
    script.parent.mkdir(exist_ok=True)
    script.write_text(WATCH.replace("from losslint import cli", f"{first}\nfrom losslint import cli"))
    done = subprocess.run(
        [sys.executable, str(script), str(record), *arguments], cwd=project, env=environment, capture_output=True, text=True
    )
    assert record.exists(), done.stderr
    events = [(event, what, more) for event, what, more in json.loads(record.read_text())]
    return Watched(project, events, done.stdout, done.stderr)


def unexpected(watched: Watched, *also: str) -> list[tuple[str, str, object]]:
    return [
        (event, what, more)
        for event, what, more in watched.events
        if event not in HARMLESS and event not in also and not event.startswith("ctypes.")
    ]


def check_nothing_ran(watched: Watched) -> None:
    """Nothing of the project was executed or imported, and no trace of it is there."""
    project = watched.project
    assert not list(project.rglob("HARM"))
    assert [what for what in watched.about("exec") if watched.inside(what)] == []
    assert "x" not in watched.about("exec")
    assert [m for event, _, m in watched.events if event == "import" and m not in ("None", "") and watched.inside(str(m))] == []
    for name in ("victim", "helpers", "train", "torch"):
        assert name not in watched.about("import")


def test_linting(project: Path) -> None:
    watched = watch(project, "--no-cache", "--explain-silence", ".")
    check_nothing_ran(watched)
    assert unexpected(watched) == []
    assert watched.status == 1  # it was evaluated
    assert "LL101" in watched.out
    assert watched.written == set()
    sources = {path for path in watched.read if watched.inside(path)}
    names = {os.path.relpath(os.path.realpath(os.path.join(project, path)), project) for path in sources}
    programs = {path.name for path in project.iterdir() if path.suffix in (".py", ".ipynb")}
    assert names <= programs | {"pyproject.toml", ".gitignore", "losslint.toml"}
    assert {"train.py", "helpers.py", "notebook.ipynb"} <= names


def test_what_lies_beside_the_project_is_not_read(project: Path) -> None:
    """Nor what a link to a folder leads to."""
    theirs = project.parent / "theirs"
    theirs.mkdir()
    for folder in (theirs, project.parent):
        (folder / "train_too.py").write_text(TRAIN)
    (project / "linked").symlink_to(theirs)
    watched = watch(project, "--no-cache", ".")
    assert watched.status == 1
    assert [path for path in watched.read if os.path.basename(path) == "train_too.py"] == []
    theirs.joinpath("train_too.py").replace(project / "train_too.py")
    assert [path for path in watch(project, "--no-cache", ".").read if os.path.basename(path) == "train_too.py"] != []


def test_the_cache_is_all_that_linting_writes(project: Path) -> None:
    for _ in range(2):
        watched = watch(project, ".")
        check_nothing_ran(watched)
        assert unexpected(watched, *WRITES) == []
        assert {os.path.basename(os.path.dirname(path)) for path in watched.written} <= {".losslint_cache"}
    assert watched.written == set()


def test_reporting(project: Path) -> None:
    """All formats in one run, written where they're asked for."""
    formats = ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "html")
    reports = project.parent / "reports"
    reports.mkdir()
    asked = [part for name in formats for part in ("--output-file", f"{name}:{reports / name}")]
    watched = watch(project, "--no-cache", *asked, ".")
    check_nothing_ran(watched)
    assert unexpected(watched, *WRITES) == []
    assert {os.path.dirname(path) for path in watched.written} == {str(reports)}
    assert sorted(os.listdir(reports)) == sorted(formats)


def test_fixing(project: Path) -> None:
    """It writes the files of its fixes, by temporary ones beside them, and nothing else."""
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    watched = watch(project, "--no-cache", "--fix", "--unsafe-fixes", ".")
    check_nothing_ran(watched)
    assert unexpected(watched, *WRITES) == []
    written = {os.path.basename(path) for path in watched.written}
    assert written and all(name.startswith(".losslint-") for name in written)
    assert {os.path.dirname(os.path.realpath(path)) for path in watched.written} == {str(project)}
    after = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert after.keys() == before.keys()
    assert {path.name for path in after if after[path] != before[path]} >= {"train.py"}
    assert {path.suffix for path in after if after[path] != before[path]} <= {".py", ".ipynb"}


def test_python_m(project: Path) -> None:
    """Of what `-m` puts on the path, losslint takes the linted folder away before it looks for anything."""
    for name in ("sitecustomize", "tempfile", "json", "multiprocessing"):  # -m itself may look for these
        (project / f"{name}.py").unlink()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "rules")])}
    done = subprocess.run(
        [sys.executable, "-m", "losslint", "--no-cache", "."], cwd=project, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    assert "evil" not in done.stderr
    assert not list(project.rglob("HARM"))


POOL = """
import sys
sys.argv = ["losslint", "--no-cache", "--jobs", "2", "a", "b"]
from losslint import cli, session
if __name__ == "__main__":
    session.PARALLEL_BYTES = 0
    session._method = lambda: {method!r}
    cli.main(sys.argv[1:])
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.skipif(sys.version_info < (3, 11), reason="there is one process where a new one can't be told where to look")
def test_other_processes(project: Path, method: str) -> None:
    """A process that starts anew looks for its modules in the folder that it is in, if nobody tells it not to."""
    if method == "fork" and sys.platform == "win32":
        pytest.skip("no fork here")
    for name in "ab":
        (project / name).mkdir()
        (project / name / "setup.py").touch()
        for file in ("train.py", "helpers.py"):
            (project / name / file).write_bytes((project / file).read_bytes())
    script = project.parent / "elsewhere" / "pool.py"
    script.parent.mkdir(exist_ok=True)
    script.write_text(POOL.format(method=method))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "rules")])}
    done = subprocess.run([sys.executable, str(script)], cwd=project, env=environment, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "a/train.py" in done.stdout
    assert not list(project.rglob("HARM"))


def test_how_processes_are_started() -> None:
    assert session._method("linux", (3, 14)) == "fork"
    assert session._method("darwin", (3, 11)) == "spawn"
    assert session._method("win32", (3, 10)) is None


def test_the_watch_sees_what_runs(project: Path) -> None:
    """What the tests above would say if the project's code ran: here it does."""
    for name in (*SHADOWS, "victim"):
        (project / f"{name}.py").unlink()
    (project / "torch").mkdir()
    (project / "torch" / "__init__.py").touch()
    (project / "torch" / "nn.py").write_text("Module = object\n")
    watched = watch(project, "--version", first="sys.path.insert(0, os.getcwd())\nimport helpers")
    assert {"subprocess.Popen", "os.system", "socket.connect"} <= {event for event, _, _ in unexpected(watched)}
    assert any(path.endswith("HARM") for path in watched.written)
    assert any(watched.inside(what) for what in watched.about("exec"))
    with pytest.raises(AssertionError):
        check_nothing_ran(watched)
