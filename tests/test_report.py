"""What is printed: for people, for tools that match lines, for programs."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from rich.console import Console

from losslint import __version__
from losslint.finding import Edit, FileError, Finding, Fix, Place, Step
from losslint.report import Report, full, harmless, summary, write
from losslint.settings import OutputFormat
from losslint.source import Source

MODEL = "import torch\n\ndef forward(x):\n    return torch.softmax(x, dim=1)\n"
TRAIN = """\
for x, y in loader:
    out = model(x)

    loss = criterion(
        out,
        y,
    )
    loss.backward()
"""
SOURCES = {"model.py": Source.from_text("model.py", MODEL), "train.py": Source.from_text("train.py", TRAIN)}
FINDING = Finding(
    "LL101",
    "softmax-before-cross-entropy",
    "error",
    "CrossEntropyLoss applies log_softmax to what went through softmax already: the loss can't fall below 1.46.",
    Place("train.py", 4, 12, 7, 6),
    (
        Step(Place("model.py", 4, 12, 4, 35), "softmax over dim 1 turns logits into probabilities"),
        Step(Place("train.py", 2, 11, 2, 19), "returned by Net.forward"),
    ),
    Fix("unsafe", "drop the softmax", (Edit(Place("model.py", 4, 12, 4, 35), "x"),)),
    "args.loss == 'ce'",
)


def printed(report: Report, output_format: OutputFormat = "full", *, quiet: bool = True) -> str:
    out = io.StringIO()
    write(report, output_format, out, out, quiet=quiet)
    return out.getvalue()


def test_full() -> None:
    assert printed(Report((FINDING,), sources=SOURCES), quiet=False) == (
        """\
error[LL101] softmax-before-cross-entropy
  --> train.py:4:12
    │
  2 │     out = model(x)
  3 │
> 4 │     loss = criterion(
    │            ^^^^^^^^^^
> 5 │         out,
    │         ^^^^
> 6 │         y,
    │         ^^
> 7 │     )
    │     ^
  8 │     loss.backward()
    │
  CrossEntropyLoss applies log_softmax to what went through softmax already: the
  loss can't fall below 1.46.
  This is so when args.loss == 'ce'.

  The way there
   1  model.py:4:12  softmax over dim 1 turns logits into probabilities
      │ return torch.softmax(x, dim=1)
   2  train.py:2:11  returned by Net.forward
      │ out = model(x)

  Fix: drop the softmax (unsafe fix, with --fix --unsafe-fixes)
    --- a/model.py
    +++ b/model.py
    @@ -3,2 +3,2 @@
     def forward(x):
    -    return torch.softmax(x, dim=1)
    +    return x

Found 1 error in 1 file. 1 fix with --fix --unsafe-fixes.
"""
    )


def test_concise() -> None:
    report = Report((FINDING,), sources=SOURCES)
    line = f"train.py:4:12: LL101 softmax-before-cross-entropy: {FINDING.message} (when args.loss == 'ce')"
    assert printed(report, "concise") == f"{line}\n"
    assert printed(Report((FINDING,), sources=SOURCES, unsafe=True), "concise") == f"{line} [*]\n"


def test_concise_tells_causes_apart() -> None:
    """Two models that reach one loss: the lines would be the same."""
    first, *rest = FINDING.trace
    other = replace(first, place=replace(first.place, line=first.place.line + 1))
    report = Report((FINDING, replace(FINDING, trace=(other, *rest))), sources=SOURCES)
    lines = printed(report, "concise").splitlines()
    where = f"{first.place.path}:{{}}:{first.place.column}"
    assert [line[line.index(" (from ") :] for line in lines] == [
        f" (from {where.format(first.place.line + number)})" for number in (0, 1)
    ]


def test_json() -> None:
    report = Report(
        (FINDING,),
        (FileError("broken.py", "is Python 2"),),
        SOURCES,
        files=3,
        selected=2,
        implicated=2,
        seconds=0.12345,
    )
    content = json.loads(printed(report, "json", quiet=False))
    assert content == {
        "version": __version__,
        "findings": [
            {
                "code": "LL101",
                "name": "softmax-before-cross-entropy",
                "severity": "error",
                "message": FINDING.message,
                "condition": "args.loss == 'ce'",
                "path": "train.py",
                "cell": None,
                "line": 4,
                "column": 12,
                "end_line": 7,
                "end_column": 6,
                "trace": [
                    {
                        "path": "model.py",
                        "cell": None,
                        "line": 4,
                        "column": 12,
                        "end_line": 4,
                        "end_column": 35,
                        "message": "softmax over dim 1 turns logits into probabilities",
                    },
                    {
                        "path": "train.py",
                        "cell": None,
                        "line": 2,
                        "column": 11,
                        "end_line": 2,
                        "end_column": 19,
                        "message": "returned by Net.forward",
                    },
                ],
                "fix": {
                    "applicability": "unsafe",
                    "message": "drop the softmax",
                    "edits": [
                        {
                            "path": "model.py",
                            "cell": None,
                            "line": 4,
                            "column": 12,
                            "end_line": 4,
                            "end_column": 35,
                            "text": "x",
                        }
                    ],
                },
                "alternatives": [],
            }
        ],
        "errors": [{"path": "broken.py", "message": "is Python 2"}],
        "statistics": {
            "files": 3, "selected": 2, "implicated": 2, "judged": 0, "silent": 0, "suppressed": 0, "known": 0,
            "fixed": 0, "seconds": 0.123,
        },
    }  # fmt: skip


def notebook() -> tuple[Finding, Source]:
    cells = [
        {"cell_type": "markdown", "source": "# A model"},
        {"cell_type": "code", "source": "!ls\nx = f()"},
        {"cell_type": "code", "source": "%time\nloss = criterion(x)\nlast = 1"},
        {"cell_type": "code", "source": "after = 1"},
    ]
    source = Source.from_bytes(json.dumps({"cells": cells}).encode(), "nb.ipynb")
    place = Place("nb.ipynb", 4, 8, 4, 20)
    edits = (Edit(place, "x"), Edit(Place("nb.ipynb", 5, 1, 6, 1), ""))
    trace = (Step(Place("nb.ipynb", 2, 5, 2, 8), "made here"),)
    return Finding("LL101", "a-rule", "warning", "Wrong.", place, trace, Fix("safe", "mend", edits)), source


def test_notebooks() -> None:
    finding, source = notebook()
    report = Report((finding,), sources={"nb.ipynb": source})
    assert printed(report, "concise") == "nb.ipynb:cell 3:2:8: LL101 a-rule: Wrong. [*]\n"
    assert printed(report) == (
        """\
warning[LL101] a-rule
  --> nb.ipynb:cell 3:2:8
    │
  1 │ %time
> 2 │ loss = criterion(x)
    │        ^^^^^^^^^^^^
  3 │ last = 1
    │
  Wrong.

  The way there
   1  nb.ipynb:cell 2:2:5  made here
      │ x = f()

  Fix: mend (safe fix, with --fix)
    --- a/nb.ipynb:cell 3
    +++ b/nb.ipynb:cell 3
    @@ -1,3 +1,2 @@
     %time
    -loss = criterion(x)
    -last = 1
    \\ No newline at end of file
    +loss = x

"""
    )
    found = json.loads(printed(report, "json"))["findings"][0]
    assert (found["cell"], found["line"], found["column"], found["end_line"]) == (3, 2, 8, 2)
    assert (found["trace"][0]["cell"], found["trace"][0]["line"]) == (2, 2)
    # The last line's removal ends with its own cell.
    last = found["fix"]["edits"][1]
    assert (last["cell"], last["line"], last["end_line"], last["end_column"]) == (3, 3, 3, 9)


def at(text: str, column: int, end_column: int, message: str = "A message.") -> Report:
    """A finding in the one line of a file."""
    finding = Finding("LL101", "a-rule", "info", message, Place("a.py", 1, column, 1, end_column))
    return Report((finding,), sources={"a.py": Source.from_text("a.py", text)})


def test_what_could_harm_a_terminal() -> None:
    text = "x = '\x1b[31m\u202e' + loss(\t[bold]x[/bold])"
    lines = printed(at(text, 16, 31, "Not \x1b[0m [red]this[/red]\r\n.")).splitlines()
    assert lines[3] == "> 1 │ x = '␛[31m<U+202E>' + loss( [bold]x[/bold])"
    assert lines[6] == "  Not ␛[0m [red]this[/red]␍␊."
    assert lines[3].index("loss") == lines[4].index("^")
    assert harmless("a\tb\x7f\x9b") == "a   b␡<U+009B>"
    assert "\x1b" not in printed(at(text, 16, 31, "\x1b"), "concise")


def test_wide_characters() -> None:
    lines = printed(at("名 = loss('数据')", 5, 15)).splitlines()
    # Two columns of the screen for each of them.
    assert lines[3] == "> 1 │ 名 = loss('数据')"
    assert lines[4] == "    │      " + "^" * 12


@pytest.mark.parametrize(("column", "end_column"), [(1, 5), (300, 320), (390, 400), (1, 400), (150, 390)])
@pytest.mark.parametrize("width", [40, 80])
def test_long_lines_on_a_terminal(column: int, end_column: int, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    report = at("x" * 399, column, end_column, "word " * 40)
    out = io.StringIO()
    writer = full._Writer(report, out)
    writer.console = Console(file=out, width=width, force_terminal=True, no_color=True, highlight=False, markup=False)
    writer.cut = writer.width = width
    writer.write()
    lines = out.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "").replace("\x1b[2m", "").splitlines()
    assert max(map(len, lines)) <= width
    carets = next(line for line in lines if "^" in line)
    code = next(line for line in lines if "xxx" in line)
    start, end = carets.index("^"), carets.rindex("^")
    assert set(code[start : min(end, len(code) - 2) + 1]) <= {"x", "…"}
    assert code[start] == "x"


def test_an_empty_range_and_odd_places() -> None:
    assert "    │ ^" in printed(at("x", 1, 1))
    assert "    │  ^" in printed(at("x", 2, 2))
    finding = Finding("LL101", "a-rule", "info", "A message.", Place("unknown.py", 9, 1, 9, 2))
    assert "unknown.py:9:1" in printed(Report((finding,)))
    long = Source.from_text("a.py", "f(\n" + "    x,\n" * 20 + ")\n")
    finding = Finding("LL101", "a-rule", "info", "A message.", Place("a.py", 1, 1, 22, 2))
    assert "…" in printed(Report((finding,), sources={"a.py": long}))


def test_an_output_that_is_not_unicode() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii", errors="backslashreplace")
    write(at("x = 1", 1, 2), "full", out, out)
    out.flush()
    assert "> 1 | x = 1" in raw.getvalue().decode("ascii")


def with_fixes(*kinds: str) -> tuple[Finding, ...]:
    made = []
    for line, kind in enumerate(kinds, 1):
        severity, _, applicability = kind.partition(" ")
        place = Place(f"{line}.py", line, 1, line, 2)
        fix = Fix(applicability, "", (Edit(place, "x"),)) if applicability else None  # type: ignore[arg-type]
        made.append(Finding("LL101", "a", severity, "m", place, (), fix))  # type: ignore[arg-type]
    return tuple(made)


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (Report((), files=2), "All checks passed (2 files)."),
        (Report((), files=0), "No Python files found."),
        (Report(with_fixes("error")), "Found 1 error in 1 file."),
        (
            Report(with_fixes("error", "error safe", "info display", "warning unsafe", "error unsafe")),
            "Found 3 errors, 1 warning and 1 info in 5 files. 1 fix with --fix, 2 more with --fix --unsafe-fixes.",
        ),
        (
            Report(with_fixes("error safe", "warning unsafe"), unsafe=True),
            "Found 1 error and 1 warning in 2 files. 2 fixes with --fix --unsafe-fixes.",
        ),
        (
            Report(with_fixes("info unsafe", "info unsafe")),
            "Found 2 infos in 2 files. 2 fixes with --fix --unsafe-fixes.",
        ),
        (Report((), files=1, fixed=2, fixing=True), "Fixed 2 findings. All checks passed (1 file)."),
        (
            Report(with_fixes("error safe", "error unsafe"), fixed=1, fixing=True),
            "Fixed 1 finding. Found 2 errors left in 2 files. 1 fix with --unsafe-fixes.",
        ),
        (Report((), (FileError("a.py", "m"),), files=1), "1 path could not be linted."),
    ],
)
def test_summary(report: Report, line: str) -> None:
    assert summary(report) == line


def test_errors_of_files() -> None:
    out, err = io.StringIO(), io.StringIO()
    write(Report((), (FileError("a\x1b.py", "is Python 2"),)), "full", out, err)
    assert err.getvalue() == "a␛.py: error: is Python 2\n"
    assert out.getvalue() == "1 path could not be linted.\n"


def test_rich_is_for_findings_on_a_terminal_only() -> None:
    place = "Place('a.py', 1, 1, 1, 2)"
    for findings, colours, imported in (("", {}, False), ("x,", {}, False), ("x,", {"FORCE_COLOR": "1"}, True)):
        code = (
            "import sys; from losslint.finding import Finding, Place; from losslint.report import Report, write\n"
            f"x = Finding('LL101', 'x', 'error', 'm', {place})\n"
            f"write(Report(({findings}), files=1), 'full', sys.stdout, sys.stderr)\nprint('rich' in sys.modules)"
        )
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment | colours, capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == str(imported)
