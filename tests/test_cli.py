"""The command line: options, exit statuses, bad input."""

from __future__ import annotations

import importlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from command import Run

from losslint import __version__, cli, options, session
from losslint.command import Command
from losslint.discovery import File
from losslint.finding import Edit, FileError, Finding, Fix, Place, Severity
from losslint.settings import Settings
from losslint.source import Source, SourceError

# A model and a loss that don't fit: the one program that goes through the whole engine here.
BAD = """\
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 10)

    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)


def train(loader):
    model = Net()
    criterion = nn.CrossEntropyLoss()
    for x, y in loader:
        loss = criterion(model(x), y)
        loss.backward()
"""


def in_process(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "losslint", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env={**os.environ, **environment})


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that finds words: an `error` becomes `fine` (safe), a `warning` too (unsafe), an `info` not."""
    kinds: Mapping[Severity, str] = {"error": "safe", "warning": "unsafe", "info": ""}

    def lint(
        files: Sequence[File],
        settings: Settings,
        *,
        overlay: Mapping[str, bytes] | None = None,
        explain_silence: bool = False,
        **_more: object,
    ) -> session.Result:
        findings, errors, sources = [], [], {}
        for file in files:
            try:
                raw = (overlay or {}).get(file.shown)
                source = Source.read(file.path, file.shown) if raw is None else Source.from_bytes(raw, file.shown)
                source.parse()
            except SourceError as error:
                errors.append(FileError(file.shown, error.message))
                continue
            sources[file.shown] = source
            for number, line in enumerate(source.lines, 1):
                for severity, kind in kinds.items():
                    if line.startswith(severity):
                        place = Place(file.shown, number, 1, number, len(severity) + 1)
                        fix = Fix(kind, "say fine", (Edit(place, "fine"),)) if kind else None  # type: ignore[arg-type]
                        findings.append(Finding("LL101", "a-rule", severity, "A word.", place, (), fix))
        statistics = session.Statistics(len(files), len(files), len(sources), 0.1)
        return session.Result(tuple(findings), tuple(errors), statistics, sources)

    monkeypatch.setattr(session, "lint", lint)


def write(**texts: str) -> None:
    for name, text in texts.items():
        Path(f"{name}.py").write_text(text, encoding="utf-8")


# ---- the whole engine


def test_end_to_end(run: Run) -> None:
    write(train=BAD)
    found = run()
    assert found.status == 1
    assert "error[LL101] softmax-before-cross-entropy" in found.out
    assert "train.py:18:16" in found.out
    assert "train.py:11:16" in found.out
    content = json.loads(run("--output-format", "json", "train.py").out)
    assert [f["code"] for f in content["findings"]] == ["LL101"]
    assert content["errors"] == []
    assert run("--ignore", "LL1").status == 0
    assert run("--select", "LL2,LL3", "--select", "LL4").status == 0
    assert run("--fix").status == 1
    diff = run("--diff", "--unsafe-fixes")
    assert diff.status == 1
    assert Path("train.py").read_text() == BAD
    fixed = run("--fix", "--unsafe-fixes")
    assert (fixed.status, fixed.out) == (0, "Fixed 1 finding. All checks passed (2 files).\n")
    # The import that nothing uses any more goes with the softmax.
    mended = BAD.replace("F.softmax(self.fc(x), dim=1)", "self.fc(x)").replace("import torch.nn.functional as F\n", "")
    assert Path("train.py").read_text() == mended
    assert run("--diff", "--unsafe-fixes").status == 0


# ---- options, statuses


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    ("text", "options", "status"),
    [
        ("", [], 0),
        ("info\n", [], 0),
        ("info\n", ["--fail-on", "info"], 1),
        ("warning\n", [], 1),
        ("warning\n", ["--fail-on", "error"], 0),
        ("error\n", ["--fail-on", "error"], 1),
        ("error\n", ["--exit-zero"], 0),
        ("error\n", ["--fix"], 0),
        ("warning\n", ["--fix"], 1),
        ("warning\n", ["--fix", "--unsafe-fixes"], 0),
        ("error\n", ["--diff"], 1),
        ("warning\n", ["--diff"], 0),
        ("warning\n", ["--diff", "--unsafe-fixes"], 1),
        ("x = (\n", [], 2),
        ("x = (\n", ["--exit-zero"], 2),
        ("x = (\n", ["--diff"], 2),
        ("error\n", ["none.py"], 2),
    ],
)
@pytest.mark.parametrize("output_format", ["full", "concise", "json", "sarif", "github", "gitlab", "junit", "html"])
def test_statuses(run: Run, text: str, options: list[str], status: int, output_format: str) -> None:
    write(a=text)
    assert run(*options, "--output-format", output_format, "a.py").status == status


@pytest.mark.usefixtures("words")
def test_fix(run: Run) -> None:
    write(a="error\nwarning\n", b="error\n", c="x\n")
    done = run("--fix", "--output-format", "concise")
    assert done.out == (
        "a.py:2:1: LL101 a-rule: A word.\n"
        "Fixed 2 findings. Found 1 warning left in 1 file. 1 fix with --unsafe-fixes.\n"
    )
    assert Path("a.py").read_text() == "fine\nwarning\n"
    assert Path("b.py").read_text() == "fine\n"
    content = json.loads(run("--fix", "--unsafe-fixes", "--output-format", "json").out)
    assert content["findings"] == []
    assert content["statistics"]["fixed"] == 1


@pytest.mark.usefixtures("words")
def test_diff(run: Run) -> None:
    write(a="error\n", b="warning\n")
    done = run("--diff")
    assert done.out == "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-error\n+fine\n"
    assert done.err == "Would fix 1 finding.\n"
    assert run("--diff", "--fix", "--quiet").err == ""
    assert Path("a.py").read_text() == "error\n"


@pytest.mark.usefixtures("words")
def test_a_fix_that_cannot_be_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write(a="error\n", b="error\n")
    replace = os.replace

    def failing(source: str, target: str) -> None:
        if target.endswith("b.py"):
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    done = run("--fix", "--output-format", "concise")
    assert done.status == 2
    assert done.err == "b.py: error: can't be written: Permission denied\n"
    assert done.out.startswith("b.py:1:1: LL101 a-rule: A word. [*]\nFixed 1 finding.")


@pytest.mark.usefixtures("words")
def test_quiet(run: Run) -> None:
    write(a="fine\n")
    assert run().out == "All checks passed (2 files).\n"
    assert run("--quiet").out == ""
    write(a="error\n")
    assert run("-q", "--output-format", "concise").out == "a.py:1:1: LL101 a-rule: A word. [*]\n"


@pytest.mark.usefixtures("words")
def test_settings_and_options(run: Run) -> None:
    write(a="info\n")
    Path("pyproject.toml").write_text('[tool.losslint]\nfail-on = "info"\noutput-format = "concise"\n')
    done = run("--quiet")
    assert (done.status, done.out) == (1, "a.py:1:1: LL101 a-rule: A word.\n")
    assert run("--fail-on", "error").status == 0
    assert json.loads(run("--output-format", "json").out)["findings"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "LL999"], "--select: unknown rule 'LL999'"),
        (["--ignore", "softmax-before-crossentropy"], "did you mean 'softmax-before-cross-entropy'?"),
        (["--explain", "nothing"], "--explain: unknown rule 'nothing'"),
        (["--no-such-option"], "--no-such-option"),
        (["--output-format", "xml"], "'xml' is not one of 'full', 'concise', 'json'"),
        (["--fail-on", "never"], "'never' is not one of"),
    ],
)
def test_bad_options(run: Run, arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.status == 2
    assert message in done.err
    assert done.out == ""


def test_bad_settings(run: Run) -> None:
    Path("pyproject.toml").write_text('[tool.losslint]\nselect = ["LL999"]\n')
    assert "pyproject.toml: [tool.losslint] select: unknown rule 'LL999'" in run().err
    Path("pyproject.toml").write_text("[tool.losslint]\nselekt = []\n")
    done = run()
    assert done.status == 2
    assert "has an unknown key 'selekt' (did you mean 'select'?)" in done.err


def test_explain(run: Run) -> None:
    for word in ("LL101", "ll101", "softmax-before-cross-entropy"):
        done = run("--explain", word)
        assert done.status == 0
        assert done.out.startswith("LL101 softmax-before-cross-entropy (error; fix: ")
        assert "What it does" in done.out
        # The programs that it's tested with, from the source tree.
        _, _, fixtures = done.out.partition("## Fixtures\n")
        assert "fixtures/rules/softmax-before-cross-entropy/bad" in fixtures
        assert fixtures.count("# expect: LL101") > 3
        assert "nothing is found in its" in fixtures


def test_list_rules(run: Run) -> None:
    lines = run("--list-rules").out.splitlines()
    assert lines[0].split() == ["code", "name", "severity", "fix", "what", "is", "wrong"]
    assert set(lines[1]) == {"-", " "}
    listed = json.loads(run("--list-rules", "--output-format", "json").out)
    assert len(listed) == len(lines) - 2
    assert [sorted(rule) for rule in listed] == [["code", "fix", "name", "severity", "summary"]] * len(listed)
    assert [rule["code"] for rule in listed] == sorted(rule["code"] for rule in listed)
    assert all(rule["summary"] for rule in listed)


def test_help_and_version(run: Run) -> None:
    assert run("--version").out == f"losslint {__version__}\n"
    text = run("--help").out
    names = "fix unsafe-fixes diff interactive show-fixes select ignore output-format output-file explain list-rules"
    names += " new-rule server fail-on exit-zero quiet version help"
    for option in [f"--{name}" for name in names.split(" ")]:
        assert option in text


# ---- asking

TWICE = """\
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 1)

    def forward(self, x):
        return torch.sigmoid(self.fc(x))


def train(loader):
    model = Net()
    criterion = nn.BCEWithLogitsLoss()
    for x, y in loader:
        loss = criterion(model(x), y)
        loss.backward()
"""


def answering(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    ("answers", "text", "status"),
    [
        (["y", "y", "y"], "fine\nfine\nfine\ninfo\n", 0),
        (["n", "y", "n"], "error\nfine\nerror\ninfo\n", 1),
        (["", "what", "yes", "no", "q"], "fine\nwarning\nerror\ninfo\n", 1),
        (["q"], "error\nwarning\nerror\ninfo\n", 1),
        (["y"], "fine\nwarning\nerror\ninfo\n", 1),  # and then the end of the input
        (["a"], "fine\nfine\nfine\ninfo\n", 0),
    ],
)
def test_interactive(run: Run, monkeypatch: pytest.MonkeyPatch, answers: list[str], text: str, status: int) -> None:
    write(a="error\nwarning\nerror\ninfo\n")
    answering(monkeypatch, *answers)
    done = run("--interactive", "a.py")
    assert done.status == status
    assert Path("a.py").read_text() == text
    assert "(1 of 3) Make this fix? [y, n, a, q, ?]" in done.out
    fixed = text.count("fine")
    assert (f"Fixed {fixed} finding" in done.out.splitlines()[-1]) == bool(fixed)
    assert ("leave this finding" in done.out) == ("what" in answers)


@pytest.mark.parametrize(
    ("answer", "gone", "kept"),
    [
        ("1", "BCEWithLogitsLoss", "torch.sigmoid"),
        ("2", "torch.sigmoid", "BCEWithLogitsLoss"),
        ("a2", "torch.sigmoid", "BCEWithLogitsLoss"),
        ("y", "BCEWithLogitsLoss", "torch.sigmoid"),
        ("n", "nothing", "torch.sigmoid"),
        ("3", "nothing", "torch.sigmoid"),
    ],
)
def test_a_choice_of_two_fixes(run: Run, monkeypatch: pytest.MonkeyPatch, answer: str, gone: str, kept: str) -> None:
    write(train=TWICE)
    answering(monkeypatch, answer)
    done = run("--interactive")
    assert "  1  BCELoss takes probabilities\n  2  take the sigmoid away\n" in done.out
    assert "Which fix? [1/2, n, a, q, ?]" in done.out
    text = Path("train.py").read_text()
    assert gone not in text
    assert kept in text
    assert done.status == (1 if gone == "nothing" else 0)


def test_one_fix_of_two_findings_is_asked_for_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    again = "\n\ndef validate(x, y):\n    return nn.CrossEntropyLoss()(Net()(x), y)\n"
    write(train=BAD + again)
    answering(monkeypatch, "y")
    done = run("--interactive")
    assert done.status == 0
    assert done.out.count("Which fix?") == 1
    assert "(2 of 2) Mended by a fix that is made already." in done.out
    assert "softmax" not in Path("train.py").read_text()


@pytest.mark.parametrize(
    "options",
    [["--diff"], ["-"], ["--add-ignores", "x"], ["--write-baseline", "x"], ["--output-format", "json"]],
)
def test_interactive_goes_alone(run: Run, options: list[str]) -> None:
    done = run("--interactive", *options)
    assert done.status == 2
    assert "--interactive" in done.err


@pytest.mark.usefixtures("words")
def test_show_fixes(run: Run) -> None:
    write(a="error\nwarning\n", b="x = 1\nerror\n")
    done = run("--fix", "--show-fixes", "--output-format", "concise")
    assert done.err == ("Fixed a.py:1:1: LL101 a-rule: say fine\nFixed b.py:2:1: LL101 a-rule: say fine\n")


# ---- files


@pytest.mark.usefixtures("words")
def test_output_file(run: Run) -> None:
    write(a="error\n")
    done = run("--output-file", "report.txt", "--output-format", "concise")
    assert (done.status, done.out, done.err) == (1, "Found 1 error in 1 file. 1 fix with --fix.\n", "")
    assert Path("report.txt").read_text() == (
        "a.py:1:1: LL101 a-rule: A word. [*]\nFound 1 error in 1 file. 1 fix with --fix.\n"
    )
    assert run("--output-file", "report.txt", "--quiet").out == ""
    assert Path("report.txt").read_text().startswith("error[LL101] a-rule\n")


@pytest.mark.usefixtures("words")
def test_several_reports_of_one_run(run: Run) -> None:
    write(a="error\n", b="x = (\n")
    done = run("--output-format", "github", "--output-file", "sarif:a.sarif", "--output-file", "json:a:b.json")
    assert done.status == 2
    assert [line.split(" ")[0] for line in done.out.splitlines()] == ["::error", "::error"]
    assert len(json.loads(Path("a.sarif").read_text())["runs"][0]["results"]) == 1
    assert len(json.loads(Path("a:b.json").read_text())["errors"]) == 1
    # The errors of files are said on the terminal where the report isn't.
    done = run("--output-file", "no-format:a.txt")
    assert Path("no-format:a.txt").exists()
    assert "b.py: error: " in done.err


@pytest.mark.usefixtures("words")
def test_an_output_file_that_cannot_be_written(run: Run) -> None:
    write(a="error\n")
    done = run("--output-file", "no/report.txt", "--output-file", "json:.", "--exit-zero")
    assert done.status == 2
    assert "losslint: no/report.txt can't be written: No such file or directory\n" in done.err
    assert "losslint: json:. can't be written: Is a directory\n" in done.err


# ---- bad input


def test_bad_input(run: Run) -> None:
    """Each file that can't be linted is named, with a reason, and the rest is linted."""
    write(
        train=BAD,
        broken="loss = nn.CrossEntropyLoss(\n",
        old="import torch.nn as nn\nprint 'CrossEntropyLoss'\n",
        empty="",
    )
    Path("null.py").write_bytes(b"CrossEntropyLoss\0\n")
    Path("coding.py").write_bytes(b"# coding: nonsense\nCrossEntropyLoss\n")
    Path("latin.py").write_bytes(b"# coding: latin-1\n# \xe9\nimport CrossEntropyLoss\n")
    Path("folder.py").mkdir()
    Path("nb.ipynb").write_text('{"cells": [CrossEntropyLoss')
    done = run(".", "none.py", "--output-format", "json")
    content = json.loads(done.out)
    assert done.status == 2
    assert [finding["path"] for finding in content["findings"]] == ["train.py"]
    messages = {error["path"]: error["message"] for error in content["errors"]}
    assert set(messages) == {"none.py", "broken.py", "old.py", "null.py", "coding.py", "nb.ipynb"}
    assert "Python 2" in messages["old.py"]
    assert "null byte" in messages["null.py"]
    assert "unknown encoding" in messages["coding.py"]
    assert "not a notebook" in messages["nb.ipynb"]
    assert "syntax error in line 1" in messages["broken.py"]


def test_top_level_await_in_a_notebook(run: Run) -> None:
    cells = [{"cell_type": "code", "source": "await f()"}, {"cell_type": "code", "source": BAD}]
    Path("nb.ipynb").write_text(json.dumps({"cells": cells}))
    content = json.loads(run("--output-format", "json").out)
    assert content["errors"] == []
    assert [(f["cell"], f["line"], f["column"]) for f in content["findings"]] == [(2, 18, 16)]
    assert [(s["cell"], s["line"]) for s in content["findings"][0]["trace"]][:1] == [(2, 11)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(run: Run) -> None:
    write(a=BAD, b=BAD)
    os.chmod("a.py", 0)
    done = run("--output-format", "concise")
    assert done.status == 2
    assert done.err == "a.py: error: can't be read: Permission denied\n"
    assert "b.py" in done.out


def test_an_internal_error_is_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*arguments: object, **options: object) -> session.Result:
        raise RuntimeError("oh")

    monkeypatch.setattr(session, "lint", crash)
    write(a="x\n")
    done = run()
    assert done.status == 2
    assert done.err == "losslint: internal error: RuntimeError: oh (LOSSLINT_DEBUG=1 shows where)\n"


def test_an_interrupt(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object, **options: object) -> session.Result:
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "lint", interrupt)
    write(a="x\n")
    assert run().status == 130


def test_nobody_reads_the_output(tmp_path: Path) -> None:
    """`losslint | head` ends without a complaint."""
    (tmp_path / "setup.py").touch()
    (tmp_path / "a.py").write_text(BAD)
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen(
        [sys.executable, "-m", "losslint"], cwd=tmp_path, stdout=writer, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(writer)
        _, err = process.communicate()
    assert err == ""


def test_the_other_losslint(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = tmp_path / "site" / "losslint-0.3.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: losslint\nVersion: 0.3\n")
    assert run("--list-rules").err == ""
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    importlib.invalidate_caches()
    done = run("--list-rules")
    assert done.status == 0
    assert done.err.count("\n") == 1
    assert "the package 'losslint' (it lints training logs) is installed beside losslint-classification" in done.err


def test_python_m(tmp_path: Path) -> None:
    (tmp_path / "setup.py").touch()
    done = in_process(cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "All checks passed (1 file).\n", "")
    assert in_process("--select", "LL999", cwd=tmp_path).returncode == 2


def test_colour_on_a_terminal_only(tmp_path: Path) -> None:
    (tmp_path / "setup.py").touch()
    (tmp_path / "a.py").write_text(BAD)
    assert "\x1b" not in in_process(cwd=tmp_path).stdout
    pty = pytest.importorskip("pty")

    def on_a_terminal(**environment: str) -> str:
        main, other = pty.openpty()
        env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment}
        process = subprocess.Popen([sys.executable, "-m", "losslint"], cwd=tmp_path, stdout=other, env=env)
        os.close(other)
        said = b""
        try:
            while chunk := os.read(main, 4096):
                said += chunk
        except OSError:  # Linux: the other end is closed
            pass
        process.wait()
        os.close(main)
        return said.decode()

    assert "\x1b[1;31merror" in on_a_terminal()
    plain = on_a_terminal(NO_COLOR="1")
    assert "\x1b[1;31m" not in plain
    assert "error" in plain


def test_what_is_imported_when() -> None:
    for argument in ("--version", "--help"):
        command = [sys.executable, "-X", "importtime", "-m", "losslint", argument]
        imported = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        names = {line.rpartition("|")[2].strip() for line in imported.splitlines()}
        assert not {"libcst", "rich", "losslint.session", "losslint_rules"} & names


def test_what_is_read_without_click_is_what_click_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Command] = []

    def run(command: Command) -> int:
        asked.append(command)
        return 0

    for module in (cli, options):
        monkeypatch.setattr(module, "run", run)
    flags = [f"--{name.replace('_', '-')}" for name, kind in Command.__annotations__.items() if kind == "bool"]
    lines = [
        [], ["."], ["a", "b c", ""], ["--jobs", "2"], ["a", "--jobs", "1", "--jobs", "07", "b"], ["--output-format", "json", "a"],
        ["--no-cache", "a", "--fix", "--no-cache"], flags, *([flag] for flag in flags),
    ]  # fmt: skip
    for line in lines:
        with pytest.raises(SystemExit):
            cli.main(line)
        options.main(line)
        assert len(asked) == 2 and asked[0] == asked[1], line
        asked.clear()


@pytest.mark.parametrize("line", [
    ["--no_cache"], ["--jobs", "0"], ["--jobs"], ["--jobs", "-1"], ["--jobs", "²"], ["--output-format", "yaml"],
    ["--output-format"], ["-x"], ["--fixe"], ["--jobs", "1", "--selects", "ALL"], ["---fix"],
])  # fmt: skip
def test_a_mistake_is_named_by_click(run: Run, line: list[str]) -> None:
    done = run(*line)
    assert (done.status, done.out) == (2, "")
    assert "Error" in done.err or "error" in done.err


def test_the_commonest_options_need_no_click(tmp_path: Path) -> None:
    for line, imported in (([], False), (["--no-cache", "--jobs", "1"], False), (["--select", "ALL"], True)):
        text = "import atexit, sys; atexit.register(lambda: print('click' in sys.modules)); from losslint import cli; "
        text += f"cli.main({line})"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        done = subprocess.run(
            [sys.executable, "-c", text], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.stdout.splitlines()[-1] == str(imported), line
