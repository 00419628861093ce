"""Programs that are made to make losslint fail: each has an answer, within bounds of work.

What each costs `python -m hostile` says (CONTRIBUTING); here it's counted in steps, which no machine is slower at.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from command import Run
from hostile.__main__ import MEGABYTES, SECONDS
from hostile.programs import HEAD, PROGRAMS, TAIL
from matching import Counted

from losslint import linting, rewriting, source, syntax
from losslint.evaluation import evaluator
from losslint.evaluation.evaluator import ENTRY_STEPS, MODULE_STEPS, Evaluator
from losslint.program import depth
from losslint.source import Source, SourceError

# These take more than a second each, and are left to the command.
LONG = {
    "many_functions", "many_functions_that_call_each_other", "many_layers", "many_arguments", "many_names", "many_classes",
    "exponential_calls", "exponential_branches", "exponential_branches_with_losses", "choices_without_end",
    "functions_in_many_files", "a_notebook_of_many_cells", "a_notebook_of_magics", "coding_lines", "numbers_that_grow_in_a_loop",
    "twenty_megabytes_of_data", "twenty_megabytes_of_losses", "twenty_megabytes", "a_million_assignments_to_one", "withs",
    "decorators", "comparisons", "unions_of_unions", "classes_that_inherit_in_circles", "import_lines",
}  # fmt: skip

GAVE_UP = (
    "has a syntax error", "is too deeply nested", "is too large", "contains a null byte", "is not a notebook", "needs Python",
    "losslint gave up here", "has a number of more than", "can't be parsed",
)  # fmt: skip
"""What may be said of a file that isn't judged: that, and why."""


@pytest.fixture
def evaluators(monkeypatch: pytest.MonkeyPatch) -> list[Evaluator]:
    """The evaluators that runs make, in order."""
    made: list[Evaluator] = []

    class Counted(Evaluator):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(linting, "Evaluator", Counted)
    return made


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name not in LONG])
def test_each_has_an_answer(run: Run, name: str, evaluators: list[Evaluator]) -> None:
    files = PROGRAMS[name]()
    for path, raw in files.items():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(raw)
    recursion = sys.getrecursionlimit()
    done = run("--isolated", "--no-cache", "--output-format", "json", ".")
    assert sys.getrecursionlimit() == recursion
    said = json.loads(done.out)
    for error in said["errors"]:
        assert error["message"].startswith(GAVE_UP), error
        assert error["path"] in files
    assert done.status == (2 if said["errors"] else 1 if said["findings"] else 0)
    assert done.err == ""
    for each in evaluators:
        assert each.spent <= each.end + max(MODULE_STEPS, ENTRY_STEPS) * max(1, len(files))


def test_a_deep_statement_says_nothing_of_the_others(run: Run) -> None:
    """One file is given up, and named; the rest of the project is linted."""
    Path("deep.py").write_text(HEAD + "x = a" + ".b()" * 5_000 + TAIL)
    Path("train.py").write_text(HEAD + TAIL)
    done = run("--isolated", "--no-cache", "--output-format", "concise", ".")
    assert done.status == 2
    assert "train.py:" in done.out
    assert "deep.py: error: is too deeply nested" in done.err


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("x = a" + ".b" * (depth.MOST_LEVELS - 10), False),
        ("x = a" + ".b" * (depth.MOST_LEVELS + 10), True),
        ("x = (a\n" + ".b()\n" * (depth.MOST_LEVELS + 10) + ")", True),
        ("@a" + ".b" * 500 + "\ndef f():\n    pass", True),
        ("@a\n" * 500 + "def f():\n    pass", False),
        ("def f(x=a" + "[0]" * 500 + "):\n    pass", True),
        ("class A(a" + "[0]" * 500 + "):\n    pass", True),
        ("if a" + ".b" * 500 + ":\n    pass", True),
        ("if a:\n    pass\n" + "elif a:\n    pass\n" * 500, True),
        ("if a:\n    pass\n" + "elif a:\n    pass\n" * 200, False),
        ("for a in b" + ".c" * 500 + ":\n    pass\nelse:\n    pass", True),
        ("try:\n    pass\nexcept a" + ".c" * 500 + ":\n    pass", True),
        ("match a:\n    case b if a" + ".c" * 500 + ":\n        pass", True),
        ("with a" + ".c" * 500 + ":\n    pass", True),
        ("x = " + " and ".join(["a"] * 500), True),
        ("x = " + " < ".join(["a"] * 500), True),
        ("x = [" + ", ".join(["a"] * 5000) + "]", False),
        ("def f():\n" + "    x = [1, 2, 3]\n" * 5000, False),
        ("x = 'é' + " + " + ".join(["'é'"] * 500), True),
    ],
)
def test_depth(text: str, deep: bool) -> None:
    try:
        Source.from_text("a.py", text).parse()
    except SourceError as error:
        assert deep
        assert "is too deeply nested" in error.message
    else:
        assert not deep


def test_files_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setattr(source, "MOST_BYTES", 1_000)
    Path("a.py").write_text("x = 1\n" * 1_000)
    done = run("a.py")
    assert done.status == 2
    assert "a.py: error: is too large to be linted: more than 1,000 bytes" in done.err
    with pytest.raises(SourceError, match="is too large"):
        Source.read("a.py", "a.py")


def test_a_text_inside_a_program_may_be_long(run: Run) -> None:
    """Programs carry their data with them: one long text is one node of the tree."""
    Path("train.py").write_text(HEAD + "data = '" + "QUJD" * 1_000_000 + "'\n" + TAIL)
    assert run("--isolated", "--no-cache", "train.py").status == 1


def test_a_long_program_has_findings_without_fixes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("train.py").write_text(HEAD + TAIL * 3)
    monkeypatch.setattr(rewriting, "MOST_READ", 100)
    done = run("--isolated", "--no-cache", "--output-format", "json", "train.py")
    assert [finding["fix"] for finding in json.loads(done.out)["findings"]] == [None] * 3
    monkeypatch.undo()
    os.chdir(Path("train.py").resolve().parent)


def test_proofs_have_a_bound(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("train.py").write_text(HEAD + TAIL * 6)
    monkeypatch.setattr(rewriting, "MOST_PROVED", len(HEAD + TAIL * 6) // 4)
    done = run("--isolated", "--no-cache", "--output-format", "json", "train.py")
    fixes = [finding["fix"] is not None for finding in json.loads(done.out)["findings"]]
    assert len(fixes) == 6
    assert fixes[0]
    assert not fixes[-1]


def test_a_file_with_more_findings_than_anybody_reads(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones are said, and that there are more."""
    Path("train.py").write_text(HEAD + TAIL * 6)
    monkeypatch.setattr(linting, "MOST_JUDGED", 4)
    done = run("--isolated", "--no-cache", "--output-format", "json", "train.py")
    said = json.loads(done.out)
    assert [finding["line"] for finding in said["findings"]] == [5, 7, 9, 11]
    gave_up = "losslint gave up here: more than 4 places to judge, of which the first were judged"
    assert said["errors"] == [{"path": "train.py", "message": gave_up}]
    assert done.status == 2


def test_a_file_with_more_ways_than_anybody_reads(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each activation that leads to a loss is a finding of its own."""
    functions = "".join(f"def f{n}(x, y):\n    g(x.softmax(1), y)\n" for n in range(9))
    Path("train.py").write_text(HEAD + "def g(x, y):\n    F.cross_entropy(x, y)\n" + functions)
    monkeypatch.setattr(linting, "MOST_WAYS", 5)
    said = json.loads(run("--isolated", "--no-cache", "--output-format", "json", "train.py").out)
    assert len(said["findings"]) == 5
    gave_up = "losslint gave up here: places to judge that are met in more than 5 ways, of which some of each were judged"
    assert said["errors"] == [{"path": "train.py", "message": gave_up}]


def test_a_file_with_more_functions_than_anybody_writes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    functions = "".join(f"def f{n}(x, y):\n    F.cross_entropy(x.softmax(1), y)\n" for n in range(9))
    Path("train.py").write_text(HEAD + functions)
    monkeypatch.setattr(evaluator, "MOST_ENTRIES", 5)
    said = json.loads(run("--isolated", "--no-cache", "--output-format", "json", "train.py").out)
    assert [finding["line"] for finding in said["findings"]] == [5, 7, 9, 11, 13]
    gave_up = "losslint gave up here: more than 5 functions to run, of which the first were run"
    assert said["errors"] == [{"path": "train.py", "message": gave_up}]


def test_a_project_with_more_to_run_than_anybody_writes(
    run: Run, monkeypatch: pytest.MonkeyPatch, evaluators: list[Evaluator]
) -> None:
    """Beyond its steps only what names a loss is run, beyond twice as many nothing more."""
    functions = "".join(f"def f{n}(x):\n" + "    x = F.cross_entropy(F.softmax(x, 1), x)\n" * 9 for n in range(9))
    for n in range(40):
        Path(f"m{n}.py").write_text(HEAD + functions)
    run("--isolated", "--no-cache", "--output-format", "json", ".")
    monkeypatch.setattr(linting, "PROJECT_STEPS", 8_000)
    run("--isolated", "--no-cache", "--output-format", "json", ".")
    whole, cut = (each.spent for each in evaluators)
    assert 8_000 < cut < 2 * 8_000 + 2_000 < whole


def test_the_bounds_are_those_that_are_promised() -> None:
    promised = " ".join((Path(__file__).parent.parent / "SECURITY.md").read_text(encoding="utf-8").split())
    for says in (
        f"Beyond {depth.MOST_LEVELS} levels of nesting, about {source.MOST_SIGNS // 11_000},000 lines, "
        f"or {source.MOST_BYTES // 1_000_000} MB a file is named and left",
        f"beyond {rewriting.MOST_READ:,} characters it gets findings without fixes",
        f"Beyond {linting.MOST_JUDGED} places that look wrong, {linting.MOST_WAYS:,} ways to them, "
        f"or {evaluator.MOST_ENTRIES:,} functions of one file the first ones are judged",
        f"Beyond {linting.PROJECT_STEPS:,} steps of evaluation in a project only what names a loss itself is run",
        f"A file takes two seconds and {MEGABYTES} MB at most",
    ):
        assert says in promised
    assert SECONDS == 2


def test_each_promise_names_tests_that_are_there() -> None:
    promised = (Path(__file__).parent.parent / "SECURITY.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/\w+\.py)`", promised))
    assert len(named) >= 10
    assert all((Path(__file__).parent.parent / name).is_file() for name in named)
    assert all(section.count("`tests/") for section in promised.split("\n## ")[1:] if not section.startswith("Reporting"))


def test_who_names_a_loss_comes_first_where_not_all_can_be_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linting, "PROJECT_STEPS", 2_000)
    work = "".join(f"    a{n} = x + {n}\n" for n in range(20))
    users = "".join(f"def use_{n}(x, y):\n{work}    return criterion(F.relu(x), y)\n" for n in range(40))
    Path("a.py").write_text(f"{HEAD}{work.replace('    ', '') * 25}criterion = nn.CrossEntropyLoss()\n{users}")
    Path("b.py").write_text(f"{HEAD}def loss(x, y):\n    return F.cross_entropy(F.softmax(x, 1), y)\n")
    Path("c.py").write_text(f"{HEAD}criterion = nn.NLLLoss()\ndef use(x, y):\n    return criterion(F.softmax(x, 1), y)\n")
    report = json.loads(run("--isolated", "--no-cache", "--output-format", "json", ".").out)
    assert {(finding["path"], finding["code"]) for finding in report["findings"]} == {("a.py", "LL109"), ("b.py", "LL101")}


def test_what_is_cut_off_again_and_again_gets_less(
    run: Run, monkeypatch: pytest.MonkeyPatch, evaluators: list[Evaluator]
) -> None:
    """Bodies that all are too much work don't take as long as all of their bounds together."""
    monkeypatch.setattr(evaluator, "MODULE_STEPS", 2_000)
    monkeypatch.setattr(evaluator, "LEAST_STEPS", 20)
    monkeypatch.setattr(evaluator, "SOME_CUT", 2)
    for n in range(40):
        Path(f"m{n}.py").write_text(
            f"{HEAD}import m{(n * 7 + 1) % 40} as a, m{(n * 3 + 1) % 40} as b\n"
            "def f(x):\n    return a.f(F.softmax(x, 1)) + b.f(F.cross_entropy(x, a.f(b.f(x))))\nf(model(1))\n"
        )
    run("--isolated", "--no-cache", "--output-format", "json", ".")
    assert len(evaluators[0].unfinished) >= 40
    assert evaluators[0].spent < 40 * 2_000 // 3


@pytest.mark.parametrize(
    "line", ["don't " + "\\" * 5_000 + " x", "'" + "\\'" * 2_500, "\"'\\" * 1_600, " " * 5_000 + "x", ":" + " " * 4_999]
)
def test_why_a_line_is_not_python_is_found_in_one_pass(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are more ways to cut such lines into strings than anybody can try."""
    text = f"x = 1 1\n{line}\n" * 20
    counted: list[Counted] = []

    def count(pattern: object) -> object:
        match pattern:
            case re.Pattern():
                counted.append(Counted(pattern, 20 * len(text)))
                return counted[-1]
            case tuple():
                return tuple(map(count, pattern))
            case dict():
                return {key: count(value) for key, value in pattern.items()}
        return pattern

    for name, value in vars(syntax).items():
        if name.isupper():
            monkeypatch.setattr(syntax, name, count(value))
    with pytest.raises(SourceError, match="has a syntax error"):
        Source.from_text("a.py", text).parse()
    assert sum(pattern.steps for pattern in counted) > 0


@pytest.mark.parametrize(
    ("line", "blanked"),
    [
        ("x = 'a' + \"b'c\" # 'd'", "x = ' ' + \"   \" "),
        (r"'a\'b' + 'c\\' + 'd", "'    ' + '   ' + 'd"),
        (r"don't print 'a", "don'        'a"),
        (r"\"a\" 'b' # c", r"\"a\" ' ' "),
        (r'''x = "a 'b' \" 'c' ''', r'''x = "a ' ' \" ' ' '''),
    ],
)
def test_strings_are_blanked(line: str, blanked: str) -> None:
    assert syntax._without_strings(line) == blanked
