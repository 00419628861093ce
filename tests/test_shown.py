"""Names and code that hold terminal escapes, markup and control characters are shown harmlessly, whatever is asked for."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path

import pytest
from command import Run

from losslint.report.progress import Progress

EVIL = "\x1b[31m\x07[red]x[/red]<script>&'\u202e\x9b\r\x85"
TEXT = EVIL.replace("\r", "")
CODE = f"""\
import torch, torch.nn as nn, torch.nn.functional as F
model = nn.Linear(8, 3)
x = "{TEXT}"; loss = F.cross_entropy(F.softmax(model(torch.randn(2, 8)), dim=1), y)  # {TEXT}
other = F.nll_loss(unknown("{TEXT}"), y)
"""
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")

OPTIONS = [
    [], ["--statistics"], ["--show-files"], ["--show-settings"], ["--explain-silence"], ["--verbose"], ["--fix", "--show-fixes"],
    ["--write-baseline", f"b{EVIL}.json"], ["--baseline", f"none{EVIL}.json"], ["--output-file", f"json:none{EVIL}/x"],
    ["--add-ignores", "known"], ["--select", EVIL], ["--config", f"{EVIL}=1"], ["--config", f"none{EVIL}.toml"],
    ["--explain", EVIL],
    ["--new-rule", EVIL], [f"none{EVIL}.py"], ["--output-file", f"train{EVIL}.py"],
    ["--cache-dir", f"cache{EVIL}"],
    *(["--output-format", name] for name in ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "html")),
]  # fmt: skip


@pytest.fixture
def project(run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / f"pkg{EVIL.replace('/', '')}"
    folder.mkdir()
    (folder / f"train{EVIL.replace('/', '')}.py").write_text(CODE)
    (folder / f"broken{EVIL.replace('/', '')}.py").write_text("CrossEntropyLoss(\n")
    (folder / f"latin{EVIL.replace('/', '')}.py").write_bytes(b"# coding: \x1b[31m\n'\xff CrossEntropyLoss'\n")
    return tmp_path


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: " ".join(options[:1]) or "none")
def test_nothing_reaches_the_terminal(run: Run, project: Path, options: list[str]) -> None:
    done = run(*options, ".")
    assert done.out or done.err
    assert not CONTROLS.search(done.out + done.err)


COMMANDS = re.compile(r"^\s*::|##[A-Za-z]*\[", re.MULTILINE)
"""What GitHub, Azure Pipelines and TeamCity take for commands in what a build prints."""


SHORT = [option for option in OPTIONS if len(option) < 2 or option[0] == "--output-format"]


@pytest.mark.parametrize("name", ["::add-mask::x", " ::error::x", "##vso[task.setvariable x=y]x", "##[group]x", "##teamcity[]x"])
@pytest.mark.parametrize("options", SHORT, ids=str)
def test_nothing_is_a_command_of_the_build(run: Run, name: str, options: list[str]) -> None:
    Path(name).mkdir()
    Path(name, f"{name}.py").write_text(CODE.replace(TEXT, f'" "{name}'))
    Path(name, f"broken{name}.py").write_text("CrossEntropyLoss(\n")
    done = run("--no-cache", *options, ".")
    assert "x.py" in done.out + done.err or options == ["--show-settings"]
    assert not COMMANDS.search(done.out.replace("::error title", "") + done.err)
    if "json" in options or "sarif" in options:
        assert name in str(json.loads(done.out))


@pytest.mark.skipif(sys.platform != "linux", reason="names are of any bytes there")
@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: " ".join(options[:2]) or "none")
def test_names_that_no_encoding_has(run: Run, tmp_path: Path, options: list[str]) -> None:
    folder = os.path.join(os.fsencode(tmp_path), b"\xff\xed\xa0\x80")
    os.mkdir(folder)
    with open(os.path.join(folder, b"\xfe\x9b.py"), "w", encoding="utf-8") as stream:
        stream.write(CODE)
    with open(os.path.join(folder, b"\xc3.py"), "w", encoding="utf-8") as stream:
        stream.write("CrossEntropyLoss(\n")
    done = run("--no-cache", *options, ".")
    assert done.out or done.err
    assert not CONTROLS.search(done.out + done.err)
    assert not re.search("[\ud800-\udfff]", done.out + done.err)


def test_unsafe_settings(run: Run, project: Path) -> None:
    (project / "pyproject.toml").write_text('[tool.losslint]\nselect = ["\\u001b[31m"]\n')
    done = run(".")
    assert done.status == 2
    assert not CONTROLS.search(done.out + done.err)


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def test_a_diff_on_a_terminal(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere it's what `patch` reads: byte for byte, but for names."""
    shown = Terminal(io.BytesIO(), encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", shown)
        run("--no-cache", "--diff", "--unsafe-fixes", ".")
    shown.flush()
    text = shown.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert "-x = " in text
    assert not CONTROLS.search(text)
    plain = run("--no-cache", "--diff", "--unsafe-fixes", ".").out
    assert "\x1b[31m" in plain
    assert not any(CONTROLS.search(line) for line in plain.split("\n") if line.startswith(("---", "+++")))


def test_asking(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\nn\nn\n"))
    done = run("--no-cache", "--interactive", ".")
    assert not CONTROLS.search(done.out + done.err)


def test_the_bar_names_nothing() -> None:
    """The bar's own escapes are all that it writes, and it's given numbers only."""
    shown = Terminal(io.BytesIO(), encoding="utf-8")
    bar = Progress(shown, 3)
    bar._next = 0
    bar(1, 2)
    bar.end()
    shown.flush()
    text = shown.buffer.getvalue().decode()  # type: ignore[attr-defined]
    assert not CONTROLS.search(text.replace("\r", "").replace("\x1b[K", ""))
    assert os.linesep not in text
