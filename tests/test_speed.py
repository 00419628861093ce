"""What is imported when, and that how a run is done makes no difference to what it says. Nothing here is about time."""

from __future__ import annotations

import ast
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from command import Run

from losslint import cache, discovery, frameworks, lint_sources, selection, session
from losslint.evaluation.relevance import Mentions, Relevance
from losslint.extension import Extension
from losslint.program.project import Project
from losslint.report.progress import Progress
from losslint.settings import Settings
from losslint.source import Source

HEAVY = ("libcst", "rich", "multiprocessing", "importlib.metadata", "difflib")
ENGINE = ("losslint.linting", "losslint.evaluation", "losslint.frameworks", "losslint_rules")

BAD = """\
import torch.nn as nn
model = nn.Sequential(nn.Linear(8, 4), nn.Softmax(dim=1))
criterion = nn.CrossEntropyLoss()
loss = criterion(model(x), y)
"""


def imported(folder: Path, *arguments: str) -> set[str]:
    """The modules that a call of the command imports."""
    # What measures coverage imports modules of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "losslint", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}


def among(names: tuple[str, ...], modules: set[str]) -> list[str]:
    return sorted({name for name in names for module in modules if f"{module}.".startswith(f"{name}.")})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "setup.py").touch()
    return tmp_path


def test_the_version_imports_nothing(folder: Path) -> None:
    modules = imported(folder, "--version")
    assert among((*HEAVY, *ENGINE, "json"), modules) == []


def test_a_clean_run_imports_no_more_than_the_engine(folder: Path) -> None:
    (folder / "a.py").write_text(BAD.replace(", nn.Softmax(dim=1)", ""))
    modules = imported(folder)
    assert among(HEAVY, modules) == []
    assert among(ENGINE, modules) == sorted(ENGINE)


def test_a_clean_run_that_is_known_imports_no_engine(folder: Path) -> None:
    (folder / "a.py").write_text(BAD.replace(", nn.Softmax(dim=1)", ""))
    imported(folder)
    assert among((*HEAVY, *ENGINE), imported(folder)) == []


def test_findings_that_are_known_import_no_engine(folder: Path) -> None:
    (folder / "a.py").write_text(BAD)
    assert "libcst" in imported(folder)
    assert among((*ENGINE, "libcst", "rich", "multiprocessing"), imported(folder)) == []


# -------------------------------------------------------------------------------------------------------------- equality


@pytest.fixture
def projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Several projects, with findings in some."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(session, "PARALLEL_BYTES", 0)
    for number in range(7):
        root = tmp_path / f"project{number}"
        root.mkdir()
        (root / "setup.py").touch()
        (root / "model.py").write_text(
            "import torch.nn as nn\n"
            f"model = nn.Sequential(nn.Linear(8, {number + 2}){', nn.Softmax(dim=1)' * (number % 3 > 0)})\n"
        )
        (root / "train.py").write_text(
            "import torch.nn as nn\nfrom model import model\nloss = nn.CrossEntropyLoss()(model(x), y)\n"
        )
    (tmp_path / "project6" / "broken.py").write_text("def CrossEntropyLoss(:\n")
    return [f"project{number}" for number in range(7)]


def said(paths: list[str], *, jobs: int = 1, known: cache.Cache | None = None) -> tuple[object, ...]:
    result = session.lint(discovery.discover(paths, Settings()).files, Settings(), cache=known, jobs=jobs)
    assert len(result.findings) == 4
    statistics = result.statistics
    return (
        result.findings, result.errors, sorted(result.sources), list(result.selected.items()), statistics.files,
        statistics.selected, statistics.judged,
    )  # fmt: skip


def test_any_number_of_processes_says_the_same(projects: list[str]) -> None:
    one = said(projects)
    assert len(one[1]) == 1  # type: ignore[arg-type]
    assert said(projects, jobs=2) == one
    assert said(projects, jobs=5) == one


def test_cold_and_warm_say_the_same(projects: list[str]) -> None:
    one = said(projects)
    for jobs in (1, 2, 5):
        assert said(projects, jobs=jobs, known=cache.Cache(f"cache{jobs}", Settings())) == one
        assert said(projects, jobs=jobs, known=cache.Cache(f"cache{jobs}", Settings())) == one
        (Path("project0") / "more.py").write_text(f"x = {jobs}\n")  # one project is done anew, beside known ones
        assert said(projects, jobs=jobs, known=cache.Cache(f"cache{jobs}", Settings()))[0] == one[0]
        os.unlink(Path("project0") / "more.py")


def test_the_order_of_paths_does_not_matter(projects: list[str]) -> None:
    one = said(projects)
    for seed in range(4):
        shuffled = [*projects, "project1/train.py", "project2"]
        random.Random(seed).shuffle(shuffled)
        assert said(shuffled)[:1] == one[:1]
        assert said(shuffled, jobs=2)[:1] == one[:1]


def test_small_runs_start_no_process(projects: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "PARALLEL_BYTES", 10_000_000)
    monkeypatch.setattr(session, "_one", None)
    said(projects, jobs=5)


@pytest.mark.parametrize("jobs", ["0", "-1", "x"])
def test_jobs_that_are_no_number(run: Run, jobs: str) -> None:
    assert run("--jobs", jobs).status == 2


# -------------------------------------------------------------------------------------------------------------- selection


def test_the_scan_is_one_of_all_words() -> None:
    words = selection.Words(Extension(tokens=(b"mylib_objective",)))
    for token in (*frameworks.TOKENS, b"mylib_objective"):
        assert words.has_loss(b"x = " + token + b"\n"), token
    assert not words.has_loss(b"possible = across + embossed\n")


@pytest.mark.parametrize("word", ["Zebra", "MyLoss", "pyre", "BCEx", "objective"])
def test_a_name_that_somebody_declares_is_a_word_of_its_own(word: str) -> None:
    """Whatever part of it is looked for first."""
    words = selection.Words(Extension(table={f"lib.{word}": frameworks.TABLE["torch.nn.CrossEntropyLoss"]}))
    for text in (word, f"lib.{word}(x)", f"x{word} = {word}"):
        assert words.has_loss(text.encode()), text
        assert words.first(text.encode()) == word
        assert words.is_word(text)
    for text in (f"{word}s = 1", f"x{word} = 1", word[1:], word.swapcase()):
        assert not words.has_loss(text.encode()), text
        assert words.first(text.encode()) == ""
        assert not words.is_word(text)


def test_who_takes_nothing_of_a_loss_is_not_evaluated(run: Run, tmp_path: Path) -> None:
    (tmp_path / "losses.py").write_text(
        "import torch.nn as nn\n\ndef criterion():\n    return nn.CrossEntropyLoss()\n\ndef plot(x):\n    return x\n"
    )
    (tmp_path / "plots.py").write_text("from losses import plot\nplot(1)\n")
    (tmp_path / "train.py").write_text("from losses import criterion\nloss = criterion()\n")
    (tmp_path / "other.py").write_text("import losses\nlosses.plot(2)\n")
    (tmp_path / "again.py").write_text("import losses\nlosses.criterion()\n")
    (tmp_path / "stars.py").write_text("from losses import *\n")
    result = session.lint(discovery.discover(["."], Settings()).files, Settings())
    assert sorted(result.selected) == ["again.py", "losses.py", "stars.py", "train.py"]


def test_logarithms_that_no_framework_takes_select_nothing() -> None:
    assert not selection.has_logarithm(b"def entropy(p):\n    return -sum(x*log(x) for x in p)\n")
    assert selection.has_logarithm(b"from torch import log\ndef loss(p, y):\n    return -(y * log(p)).sum()\n")


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_pictures_of_a_notebook_are_not_scanned(indent: int | None, kind: str) -> None:
    words = selection.Words(Extension())

    def notebook(*sources: str) -> bytes:
        picture = {"data": {f"image/{kind}": "iVBORbce/ntropy" * 40, "text/plain": ["<Figure>"]}, "output_type": "display_data"}
        cells = [{"cell_type": "code", "outputs": [picture, picture], "source": [source]} for source in sources]
        return json.dumps({"cells": cells, "nbformat": 4}, indent=indent).encode()

    nothing = notebook("import torch", "show(1)")
    assert b"bce" in nothing
    assert b"bce" not in selection.without_pictures(nothing)
    assert json.loads(selection.without_pictures(nothing))["cells"][1]["source"] == ["show(1)"]
    assert not words.has_loss(nothing)
    # a cell may hold the same words, and a quotation mark there ends nothing
    spoken = notebook('show({"image/png": "', 'loss = nn.CrossEntropyLoss()\nd = {"image/png": ""}')
    assert json.loads(selection.without_pictures(spoken))["cells"][0]["source"] == ['show({"image/png": "']
    assert words.has_loss(spoken)
    assert words.first(spoken) == "CrossEntropy"


@pytest.mark.parametrize("raw", [
    b'd = {"image/png": "nn.CrossEntropyLoss"}',
    b'{"image/png": "nn.CrossEntropyLoss',
    b'{"image/svg+xml": "nn.CrossEntropyLoss"}',
])  # fmt: skip
def test_what_is_no_picture_of_a_notebook_is_scanned(raw: bytes) -> None:
    assert selection.without_pictures(raw) == raw
    assert selection.Words(Extension()).has_loss(raw)


def test_a_star_brings_what_leads_to_a_loss_and_nothing_else() -> None:
    """A package that exports all of its modules by stars doesn't make each of its users one of a loss."""
    heads = "\n\ndef head_loss(x, y):\n    return nn.CrossEntropyLoss()(x, y)\n"
    result = lint_sources(
        {
            "models/__init__.py": "from .heads import *\nfrom .blocks import *\n",
            "models/blocks.py": "def block(x):\n    return x\n",
            "models/heads.py": BAD + heads,
            "uses_block.py": "from models import block\nblock(1)\n",
            "uses_loss.py": "from models import head_loss\nhead_loss(1, 2)\n",
            "uses_all.py": "from models import *\nhead_loss(1, 2)\n",
        }
    )
    assert sorted(result.selected) == ["models/__init__.py", "models/heads.py", "uses_all.py", "uses_loss.py"]


@pytest.mark.parametrize(
    "imports",
    [
        "from parts.net import Net", "from parts import Net", "from parts import *", "import parts\nNet = parts.Net",
        "import parts.net as net\nNet = net.Net", "if fast:\n    from parts import Net\nelse:\n    from parts.net import Net",
        "try:\n    from parts import Net\nexcept ImportError:\n    Net = None",
        "def late():\n    from parts import Net\n    return Net\nNet = late()",
        "import importlib\nNet = importlib.import_module('parts.net').Net", "from parts import *\nNet = globals()['Net']",
        "from more import *", "from parts import net\nNet = getattr(net, 'Net')",
    ],
)  # fmt: skip
def test_what_is_imported_is_there_when_it_is_read(run: Run, tmp_path: Path, imports: str) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "__init__.py").write_text("from .net import *\nfrom .unused import nothing\n")
    (tmp_path / "parts" / "unused.py").write_text("from . import net\nnothing = net\n")
    (tmp_path / "parts" / "net.py").write_text(
        "import torch.nn as nn\nfrom parts import unused\n\nclass Net(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.fc = nn.Linear(8, 4)\n\n    def forward(self, x):\n"
        "        return self.fc(x).softmax(1)\n"
    )
    (tmp_path / "more.py").write_text("from parts import *\n__all__ = ['Net']\n")
    (tmp_path / "train.py").write_text(f"import torch.nn as nn\n{imports}\nloss = nn.CrossEntropyLoss()(Net()(x), y)\n")
    result = session.lint(discovery.discover(["."], Settings()).files, Settings())
    assert [finding.code for finding in result.findings] == ["LL101"]


# -------------------------------------------------------------------------------------------------------------- progress


class Terminal:
    """A stream that may be one."""

    def __init__(self, *, terminal: bool) -> None:
        self.terminal, self.text = terminal, ""

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None: ...


def test_a_bar_on_a_terminal_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("losslint.report.progress.time.monotonic", lambda: now[0])
    stream = Terminal(terminal=True)
    progress = Progress(stream, 40)  # type: ignore[arg-type]
    progress(1, 0)
    assert stream.text == ""  # a short run shows none
    now[0] += 2
    progress(20.4, 1)
    assert stream.text == "\r[###############---------------] 20/40 files, 1 finding\x1b[K"
    progress(21, 2)
    assert stream.text.count("files") == 1  # not so soon
    progress.end()
    assert stream.text.endswith("\r\x1b[K")


def test_no_bar_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("losslint.report.progress.time.monotonic", lambda: now[0])
    stream = Terminal(terminal=False)
    progress = Progress(stream, 40)  # type: ignore[arg-type]
    now[0] += 60
    progress(20, 3)
    progress.end()
    assert stream.text == ""


def test_only_files_that_were_asked_for_are_done(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest of a project is their context: of one file, one is done at the end, not all that were read."""
    monkeypatch.chdir(folder)
    Path("model.py").write_text("import torch.nn as nn\n\nmodel = nn.Linear(3, 2)\n")
    Path("train.py").write_text("import torch.nn as nn\nfrom model import model\n\nnn.CrossEntropyLoss()(model(x), y)\n")
    said: list[float] = []
    files = discovery.discover(["train.py"], Settings()).files
    session.lint(files, Settings(), progress=lambda done, findings: said.append(done))
    assert said == sorted(said)
    assert said[-1] == 1


def test_a_name_leads_to_a_loss_where_it_can_be_the_same() -> None:
    """The `loss` of a function is of interest in its own file, to who imports that name, and as a parameter; not everywhere."""
    texts = {
        "made.py": "import torch.nn as nn\n\ndef build():\n    loss = nn.CrossEntropyLoss()\n    return loss\n"
        "\ndef again():\n    return loss\n",
        "other.py": "def total(parts):\n    loss = sum(parts)\n    return loss\n\ndef given(loss, x):\n    return loss(x)\n",
        "taking.py": "from made import loss\n\ndef taken(x):\n    return loss(x)\n\ndef idle(x):\n    return x\n",
        "late.py": "def taken(x):\n    from made import loss\n    return loss(x)\n",
        "stars.py": "from made import *\n\ndef taken(x):\n    return loss(x)\n",
    }  # fmt: skip
    files = {path: Source.from_bytes(text.encode(), path) for path, text in texts.items()}
    project = Project([(path, path) for path in texts], lambda real, shown: files[real])
    modules = [module for path in texts if (module := project.module(path)) is not None]
    words = selection.Words(Extension())
    relevant = Relevance(modules, Mentions(words.is_word))
    found = {
        (module.path, name): (relevant(node, module.file), relevant.direct(node, module.file))
        for module in modules
        for name, node in module.definitions.items()
        if isinstance(node, ast.FunctionDef)
    }
    assert {key for key, (reaches, _) in found.items() if not reaches} == {("other.py", "total"), ("taking.py", "idle")}
    assert {key for key, (_, direct) in found.items() if not direct} == {("other.py", "total"), ("taking.py", "idle")}


def test_an_import_is_found_wherever_a_line_starts() -> None:
    """In the first line of a file with a mark of its encoding, too, and behind a form feed."""
    raw = b"\xef\xbb\xbffrom a import b\n\fimport c\r\n x = 1"
    assert selection.import_lines("a.py", raw) == (b"from a import b", b"\fimport c")


@pytest.mark.parametrize(("raw", "lines"), [
    (b"import a", [b"import a"]),
    (b"x = 1\nfrom b \\\n import c\nimport d\n", [b"from b \\\n import c", b"import d"]),
    (b"x = 1\\\n\nfrom b\\\n\\\n import \\\n c\n", [b"from b\\\n\\\n import \\\n c"]),
    (b"from a import (b,\n imported); import c\n import d\n", [b"from a import (b,\n imported)", b" import d"]),
    (b"important = 1\nfoo.import_(x)\n", []),
    (b"as it comes from a (large) table\nfrom the (other) one\n  from a import b\n", [b"  from a import b"]),
    (b"", []),
])  # fmt: skip
def test_import_statements_and_nothing_else_are_read(raw: bytes, lines: list[bytes]) -> None:
    assert selection.import_lines("a.py", raw) == tuple(lines)


@pytest.mark.parametrize("line", [
    "import pkg.losses", "import pkg.losses as l", "from pkg import losses", "from pkg import other, losses as l", "import pkg",
    "from .. import losses", "from ..losses import criterion", "from .. import criterion", "from pkg import criterion",
    "import pkg.__init__", "from pkg import __init__", "from ..__init__ import criterion", "from .. import *",
])  # fmt: skip
def test_each_way_to_import_is_followed_to_a_loss(line: str) -> None:
    words = "from elsewhere import pkg, losses\n"  # files without these aren't looked at
    idle = line.replace("criterion", "nothing").replace("*", "nothing")
    result = lint_sources({
        "pkg/__init__.py": "from pkg.losses import criterion\n",
        "pkg/losses.py": "import torch.nn as nn\n\ndef criterion():\n    return nn.CrossEntropyLoss()\n",
        "pkg/other.py": "x = 1\n",
        "pkg/sub/a.py": f"{words}{line}\nuse(criterion)\n",
        "pkg/sub/idle.py": f"{words}{idle}\nuse(nothing)\n",
    })  # fmt: skip
    assert sorted(result.selected) == ["pkg/__init__.py", "pkg/losses.py", "pkg/sub/a.py"]
