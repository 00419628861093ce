"""Comments that suppress findings: where they may stand, what they may say, and which are of no use."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from command import Run
from hypothesis import given
from hypothesis import strategies as st

from losslint.source import Source, SourceError
from losslint.suppression import Comment, Suppressions, comments, covered, may_hold_comments, statement_at
from losslint.testing import Fixture


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


# ---- reading comments


def read(text: str) -> list[Comment]:
    return list(comments(Source.from_text("a.py", text)))


def said(comment: Comment) -> tuple[str, str | None]:
    names = None if comment.selectors is None else " ".join(selector.text for selector in comment.selectors)
    return comment.kind, names


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# losslint: ignore", [("ignore", None)]),
        ("#losslint:ignore", [("ignore", None)]),
        ("#  losslint:  ignore  for a reason", [("ignore", None)]),
        ("# losslint: ignore[LL101]", [("ignore", "LL101")]),
        ("# losslint: ignore [ LL101 , softmax-without-dim ] reason, with a comma", [("ignore", "LL101 softmax-without-dim")]),
        ("# losslint: ignore[LL1, LL303,]", [("ignore", "LL1 LL303")]),
        ("# losslint: ignore-file[LL303] old", [("ignore-file", "LL303")]),
        ("# losslint: ignore-file", [("ignore-file", None)]),
        ("# type: ignore  # losslint: ignore[LL101]  # noqa: E501", [("ignore", "LL101"), ("noqa", "E501")]),
        ("# noqa", [("noqa", None)]),
        ("#NOQA", [("noqa", None)]),
        ("# noqa because", [("noqa", None)]),
        ("# noqa: LL101", [("noqa", "LL101")]),
        ("# noqa:E501,LL101 LL303 reason", [("noqa", "E501 LL101 LL303")]),
        ("# noqa : LL101", [("noqa", "LL101")]),
        # as ruff has it: what names no code suppresses nothing
        ("# noqa: the line is long", []),
        ("# noqa:", []),
        ("# noqa-file", []),
        ("# noqattention", []),
        ("# losslint: see the paper", []),
        ("# losslint: ignores this", []),
        ("# the losslint: ignore", []),
        ("# read losslint: ignore[LL101]", []),
        ("#: losslint", []),
    ],
)  # fmt: skip
def test_what_a_comment_says(comment: str, expected: list[tuple[str, str | None]]) -> None:
    assert [said(found) for found in read(f"x = 1  {comment}\n")] == expected
    assert [said(found) for found in read(f"{comment}\n")] == expected


@pytest.mark.parametrize(
    "text",
    [
        's = "# losslint: ignore[LL101]"\n',
        "s = '''\n# losslint: ignore\n# noqa\n'''\n",
        's = f"{x}  # noqa: LL101"\n',
        "b = b'# noqa'\n",
        "# losslint: ignore[LL101]\nx = (\n",
        "if x:\n  y\n z  # noqa\n",
    ],
)
def test_what_is_no_comment(text: str) -> None:
    assert read(text) == []


def test_where_a_comment_is() -> None:
    text = "é = '日本'  # type: x  # losslint: ignore[LL101, LL3] why  # more\n    # noqa: LL1, E5  \n"
    own, noqa = read(text)
    line = text.split("\n")[0]
    assert line[own.start : own.end] == "# losslint: ignore[LL101, LL3] why"
    assert [line[s.start : s.end] for s in own.selectors or ()] == ["LL101", "LL3"]
    assert own.listed is not None
    assert line[slice(*own.listed)] == "LL101, LL3"
    assert (own.line, own.alone, noqa.line, noqa.alone) == (1, False, 2, True)
    line = text.split("\n")[1]
    assert line[noqa.start : noqa.end] == "# noqa: LL1, E5"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"x  # losslint: ignore", True),
        (b"x  # noqa: LL101", True),
        (b"x  # NOQA: E1, LL101", True),
        (b"x  # noqa", False),
        (b"x  # noqa: E501\nLL1", False),
        (b"losslint", False),
    ],
)
def test_which_files_are_looked_at(raw: bytes, expected: bool) -> None:
    assert may_hold_comments(raw) is expected


PROGRAM = """\
import x
@x.deco(
    1
)
# comment
def f(
    a,
):  # end of head

    # first comment
    # second comment
    b = [
        a,
        # inside

    ]
    if b:
        c = 1; d = 2
    elif a:
        e = 3
    else:
        # above
        g = 4
    try:
        with a as b, \\
             c as d:
            pass
    except x.Error:
        return lambda: 1

    match b:
        case [1, 2]:
            h = 5
class C: i = 6
"""


@pytest.mark.parametrize(
    ("line", "lines", "above"),
    [
        (1, "1", ""),
        (2, "2-8", ""),
        (7, "2-8", ""),
        (12, "12-16", "10-11"),
        (14, "12-16", "10-11"),
        (17, "17", ""),
        (18, "18", ""),
        (19, "19", ""),
        (20, "20", ""),
        (23, "23", "22"),
        (24, "24", ""),
        (25, "25-26", ""),
        (26, "25-26", ""),
        (27, "27", ""),
        (29, "29", ""),
        (33, "33", ""),
        (34, "34", ""),
    ],
)
def test_the_lines_of_a_statement(line: int, lines: str, above: str) -> None:
    source = Source.from_text("a.py", PROGRAM)
    column = len(source.line(line)) - len(source.line(line).lstrip())
    statement = statement_at(source.parse(), line, column)
    assert statement is not None
    shown = ["" if not r else str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in covered(statement, source)]
    assert shown == [lines, above]


def test_two_statements_in_a_line() -> None:
    tree = ast.parse("a = 1; b = 2\n")
    assert statement_at(tree, 1, 0) is tree.body[0]
    assert statement_at(tree, 1, 8) is tree.body[1]
    assert statement_at(tree, 2, 0) is None


PIECES = st.sampled_from([
    "# losslint: ignore", "# losslint: ignore[LL101]", "# losslint: ignore[LL101, LL3 ,x]", "[", "]", "#", " ", "é", "日本",
    "# noqa", "# noqa: LL101", "# noqa: E501,LL999", ":", ",", "\t", "# losslint: ignore-file[LL1]", "'''", '"', "\\",
])  # fmt: skip
STATEMENTS = st.sampled_from([
    "x = 1", "def f(a,|      b):|    return a", "y = [|    1,|]", "s = '''|text|'''", "if x:|    z = f(|    )|else:|    pass", "",
])  # fmt: skip
BEFORE = st.sampled_from(["  #", "#", "  # a  ", "  # ", ""])


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Statements with something at the ends of their lines, a comment mostly: not all of them are Python."""
    lines: list[str] = []
    for statement in draw(st.lists(STATEMENTS, max_size=6)):
        for line in statement.split("|"):
            pieces = draw(st.lists(PIECES, max_size=4))
            lines.append(line + (draw(BEFORE) + "".join(pieces) if pieces else ""))
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"]))


@given(programs(), st.data())
def test_whatever_a_file_holds(text: str, data: st.DataObject) -> None:
    """Nothing raises, comments are where they are said to be, and taking one away leaves the program as it was."""
    source = Source.from_text("a.py", text)
    found = comments(source)
    for comment in found:
        line = source.line(comment.line)
        assert line[comment.start] == "#"
        assert comment.start < comment.end <= len(line)
        assert all(line[s.start : s.end] == s.text for s in comment.selectors or ())
    try:
        tree = source.parse()
    except SourceError:
        return
    suppressions = Suppressions(lambda path: (source, tree))
    rules = [("LL101", "a-rule"), ("LL301", "b-rule")]
    edits = [unused.edits for unused in suppressions.unused("a.py", rules, lambda code, name: True) if unused.edits]
    if edits:
        after = Source.from_bytes(source.edited(data.draw(st.sampled_from(edits))), "a.py")
        assert ast.dump(after.parse()) == ast.dump(tree)
        assert len(comments(after)) <= len(found)
        assert after.text != source.text


# ---- suppressing

MODEL = """\
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 10)

    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)
"""

TRAIN = """\
import torch.nn as nn
from model import Net


def train(loader):
    criterion = nn.CrossEntropyLoss()
    for x, y in loader:
        loss = criterion(
            Net()(x),
            y,
        )
        loss.backward()
"""

LOSS, CAUSE = "        loss = criterion(", "        return F.softmax"


def codes(run: Run, *arguments: str) -> list[str]:
    content = json.loads(run(*arguments, "--output-format", "json").out)
    assert content["errors"] == []
    return [f"{f['path']}:{f['line']}:{f['code']}" for f in content["findings"]]


def with_comment(text: str, line: str, comment: str) -> str:
    """A text with a comment at the end of the line that starts so."""
    lines = text.split("\n")
    (index,) = (i for i, other in enumerate(lines) if other.startswith(line))
    lines[index] += f"  {comment}"
    return "\n".join(lines)


@pytest.mark.parametrize("comment", [
    "# losslint: ignore", "# losslint: ignore[LL101]", "# losslint: ignore[softmax-before-cross-entropy] as in the paper",
    "# losslint: ignore[LL1]", "# losslint: ignore[LL101, LL101]", "# losslint: ignore[ALL]", "# noqa", "# noqa: E501, LL101",
    "# type: ignore # noqa: LL101 # losslint: ignore[LL101]",
])  # fmt: skip
@pytest.mark.parametrize(
    "at", ["        loss = criterion(", "            Net()(x)", "            y,", "        )", "cause"]
)
def test_at_the_loss_or_at_the_cause(run: Run, at: str, comment: str) -> None:
    """In whichever of its lines."""
    write("model.py", with_comment(MODEL, CAUSE, comment) if at == "cause" else MODEL)
    write("train.py", TRAIN if at == "cause" else with_comment(TRAIN, at, comment))
    assert codes(run) == []
    assert codes(run, "train.py") == []
    assert codes(run, "model.py") == []


@pytest.mark.parametrize(
    ("comment", "at"),
    [
        ("# losslint: ignore[LL102]", LOSS),
        ("# noqa: E501", LOSS),
        ("# losslint: ignore[LL101]", "    criterion ="),  # neither the loss nor its cause
        ("# losslint: ignore[LL101]", "        loss.backward"),
        ("# losslint: ignore[LL101]", "    for x"),
        ("# noqa: LL101", "    for x"),
        ("# losslint: ignore[LL101", LOSS),
        ("# losslint: ignore[]", LOSS),
        ("# losslint: ignore-file[LL101]", LOSS),
    ],
)
def test_what_suppresses_nothing(run: Run, comment: str, at: str) -> None:
    write("model.py", MODEL)
    write("train.py", with_comment(TRAIN, at, comment))
    assert codes(run, "--ignore", "LL901") == ["train.py:8:LL101"]


def test_in_a_line_of_its_own(run: Run) -> None:
    write("model.py", MODEL)
    own = "        # losslint: ignore[LL101] both softmaxes are meant,\n        # see the paper\n"
    write("train.py", TRAIN.replace(LOSS, own + LOSS))
    assert codes(run) == []
    # A line without a comment ends it; a line of its own below the statement is the next one's; noqa is never there.
    write("train.py", TRAIN.replace(LOSS, own + "\n" + LOSS))
    assert codes(run, "--ignore", "LL901") == ["train.py:11:LL101"]
    write("train.py", TRAIN.replace("        loss.backward", own + "        loss.backward"))
    assert codes(run, "--ignore", "LL901") == ["train.py:8:LL101"]
    write("train.py", TRAIN.replace(LOSS, "        # noqa: LL101\n" + LOSS))
    assert codes(run, "--ignore", "LL901") == ["train.py:9:LL101"]
    write(
        "train.py", TRAIN.replace("            y,\n", "            # losslint: ignore[LL101] inside\n            y,\n")
    )
    assert codes(run) == []


@pytest.mark.parametrize("where", ["model.py", "train.py"])
@pytest.mark.parametrize("head", ["", "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n", '"""What it does."""\n\n'])
def test_for_a_file(run: Run, where: str, head: str) -> None:
    for name, text in (("model.py", MODEL), ("train.py", TRAIN)):
        write(name, (head + "# losslint: ignore-file[LL101] as it was\n" + text) if name == where else text)
    assert codes(run) == []
    write(where, Path(where).read_text().replace("[LL101]", "[LL303]"))
    assert len(codes(run, "--ignore", "LL901")) == 1


def test_for_a_file_only_at_its_top(run: Run) -> None:
    write("model.py", MODEL)
    write("train.py", TRAIN.replace("\n\n\ndef", "\n# losslint: ignore-file[LL101]\n\ndef"))
    found = codes(run)
    assert found == ["train.py:3:LL901", "train.py:8:LL101"]
    assert run("--fix").status == 1
    assert "ignore-file" in Path("train.py").read_text()


def test_fixes_leave_what_is_suppressed(run: Run) -> None:
    write("model.py", MODEL)
    write("train.py", with_comment(TRAIN, LOSS, "# losslint: ignore[LL101]"))
    assert run("--fix", "--unsafe-fixes").status == 0
    assert Path("model.py").read_text() == MODEL


NOTEBOOK = [
    "%matplotlib inline\nimport torch.nn.functional as F",
    "# a cell\nloss = F.cross_entropy(F.softmax(F.linear(x, w), dim=1), y)",
    "# losslint: ignore[LL1] until\nprint(loss)\n# losslint: ignore[LL2]",
    "# losslint: ignore[LL303]",
]


def notebook(*cells: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}, indent=1)


def test_in_a_notebook(run: Run) -> None:
    write("a.ipynb", notebook(*NOTEBOOK[:2]))
    assert codes(run) == ["a.ipynb:2:LL101"]
    for comment in ("# losslint: ignore[LL101]", "# noqa"):
        write("a.ipynb", notebook(NOTEBOOK[0], f"{NOTEBOOK[1]}  {comment}"))
        assert codes(run) == []
    write("a.ipynb", notebook(NOTEBOOK[0], NOTEBOOK[1].replace("a cell", "losslint: ignore[LL101] so it is")))
    assert codes(run) == []
    write("a.ipynb", notebook("# losslint: ignore-file[LL101]", *NOTEBOOK[:2]))
    assert codes(run) == []


def test_what_is_unused_in_a_notebook(run: Run) -> None:
    write("a.ipynb", notebook(*NOTEBOOK))
    content = json.loads(run("--output-format", "json", "--select", "ALL").out)
    assert [(f["code"], f["cell"], f["line"]) for f in content["findings"]] == [
        ("LL101", 2, 2), ("LL901", 3, 1), ("LL901", 3, 3), ("LL901", 4, 1),
    ]  # fmt: skip
    run("--fix", "--select", "ALL", "--ignore", "LL101", "--config", "extend-exclude=[]")
    run("--fix")
    cells = ["".join(cell["source"]) for cell in json.loads(Path("a.ipynb").read_text())["cells"]]
    assert cells[2:] == ["print(loss)", ""]


# ---- unused ones


def test_unused_after_the_fix(run: Run) -> None:
    mended = MODEL.replace("F.softmax(self.fc(x), dim=1)", "self.fc(x)").replace(
        "import torch.nn.functional as F\n", ""
    )
    write("model.py", mended)
    write("train.py", with_comment(TRAIN, LOSS, "# losslint: ignore[LL101] they are meant"))
    assert codes(run) == ["train.py:8:LL901"]
    assert codes(run, "train.py") == ["train.py:8:LL901"]
    assert codes(run, "model.py") == []
    done = run("--fix")
    assert (done.status, done.out) == (0, "Fixed 1 finding. All checks passed (3 files).\n")
    assert Path("train.py").read_text() == TRAIN
    assert run("--fix").out == "All checks passed (3 files).\n"


def test_only_rules_that_ran_can_make_a_comment_unused(run: Run) -> None:
    write("model.py", MODEL)
    write("train.py", with_comment(TRAIN, "    for", "# losslint: ignore[LL101]"))
    assert codes(run, "--select", "LL102,LL901") == []
    assert codes(run, "--select", "LL101,LL901", "--ignore", "LL101") == []
    assert codes(run, "--select", "LL1") == ["train.py:8:LL101"]
    assert codes(run, "--select", "LL9,LL101") == ["train.py:7:LL901", "train.py:8:LL101"]
    write("train.py", with_comment(TRAIN, "    for", "# losslint: ignore[LL1]"))
    assert codes(run, "--select", "LL101,LL901") == ["train.py:8:LL101"]
    assert codes(run, "--select", "LL1,LL901") == ["train.py:7:LL901", "train.py:8:LL101"]
    write("train.py", with_comment(TRAIN, "    for", "# losslint: ignore"))
    assert codes(run, "--ignore", "LL502") == ["train.py:8:LL101"]
    assert codes(run) == ["train.py:7:LL901", "train.py:8:LL101"]
    # A rule that isn't reported in the file can't, either.
    assert codes(run, "--config", "per-file-ignores.'train.py'=['LL502']") == ["train.py:8:LL101"]


def test_unknown_rules(run: Run) -> None:
    write("a.py", "x = 1  # losslint: ignore[LL999, softmax-with-dim]  # noqa: E501, LL998, W1\n")
    (first, second) = json.loads(run("--output-format", "json", "--select", "LL901").out)["findings"]
    assert "There is no rule `LL999` (did you mean" in first["message"]
    assert "There is no rule `softmax-with-dim` (did you mean 'softmax-without-dim'?)." in first["message"]
    assert "There is no rule `LL998`" in second["message"]
    assert run("--fix", "--select", "LL901").status == 0
    assert Path("a.py").read_text() == "x = 1  # noqa: E501, W1\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # losslint: ignore[LL101]", "x = 1"),
        ("x = 1# losslint: ignore[LL101] r, e", "x = 1"),
        ("x = 1  # a  # losslint: ignore[LL101] r  # b", "x = 1  # a  # b"),
        ("x = 1  # losslint: ignore[LL101]  # b", "x = 1  # b"),
        ("x = 1  # a # losslint: ignore[LL101]", "x = 1  # a"),
        ("if x:\n    # losslint: ignore[LL101]\n    y = 1", "if x:\n    y = 1"),
        ("if x:\n    y = 1\n    # losslint: ignore[LL101]", "if x:\n    y = 1"),
        ("# losslint: ignore[LL101]", ""),
        ("é = 1  # losslint: ignore[LL101]", "é = 1"),
        ("x = (\n    1,  # losslint: ignore[LL101]\n)", "x = (\n    1,\n)"),
        ("x = 1  # noqa: LL101", "x = 1"),
        ("x = 1  # noqa:E501,LL101", "x = 1  # noqa:E501"),
        ("x = 1  # noqa: LL101 E501 why", "x = 1  # noqa: E501 why"),
    ],
)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_taking_a_comment_away(run: Run, before: str, after: str, end: str) -> None:
    newline = end or "\n"
    Path("a.py").write_bytes((before.replace("\n", newline) + end).encode())
    assert run("--fix").status == 0
    expected = after.replace("\n", newline) + (end if after or "\n" in before else "")
    assert Path("a.py").read_bytes().decode() == expected
    assert run().out == "All checks passed (2 files).\n"


def test_suppressing_the_rule_itself(run: Run) -> None:
    write("a.py", "x = 1  # losslint: ignore[LL101, LL901]\n")
    assert codes(run) == []
    write("a.py", "# losslint: ignore-file[unused-suppression]\nx = 1  # losslint: ignore[LL101]\n")
    assert codes(run) == []
    # What is for all rules isn't for this one: it would never be found.
    write("a.py", "x = 1  # losslint: ignore[LL101]  # losslint: ignore\n")
    assert codes(run) == ["a.py:1:LL901", "a.py:1:LL901"]


def test_a_file_out_of_its_project_says_only_what_is_unknown(run: Run) -> None:
    """Without a project's marks the rest of the program isn't found: what it does to the loss can't be told."""
    write("model.py", MODEL)
    write("train.py", with_comment(TRAIN, LOSS, "# losslint: ignore[LL101]"))
    write("lib/net.py", MODEL)
    write("lib/use/train.py", with_comment(TRAIN.replace("model", "lib.net"), LOSS, "# losslint: ignore[LL101, LL999]"))
    Path("setup.py").unlink()
    assert codes(run) == ["lib/use/train.py:8:LL901"]
    assert codes(run, "lib/use") == ["lib/use/train.py:8:LL901"]
    (finding,) = json.loads(run("lib/use/train.py", "--output-format", "json").out)["findings"]
    assert finding["message"].startswith("There is no rule `LL999`")
    assert "`LL101`" not in finding["message"]


def test_a_comment_is_not_run() -> None:
    """LL901 can't be shown on a framework, as other rules are: what it finds changes nothing when the program runs.

    What can be shown: the fix leaves the program, node for node, as it was. The comments that it takes away hid nothing
    (with them and without them the other rules find the same), and those that it leaves hid something.
    """
    folder = Path(__file__).parent.parent / "fixtures/rules/unused-suppression"
    bad, fixed, good = ((folder / name).read_text() for name in ("bad.py", "fixed.py", "good.py"))
    assert ast.dump(ast.parse(bad)) == ast.dump(ast.parse(fixed))
    assert bad != fixed

    def found(text: str) -> set[tuple[int, str]]:
        findings = Fixture(folder, "a.py", {"a.py": text.encode()}).findings
        return {(finding.place.line, finding.code) for finding in findings if finding.code != "LL901"}

    def bare(text: str) -> str:
        return text.replace("losslint:", "said:").replace("noqa", "said")

    assert found(bad) == found(fixed) == set()
    assert {code for _, code in found(bare(bad))} == {"LL101"}
    assert found(bare(bad)) == found(bare(fixed))
    assert found(good) == set()
    assert {code for _, code in found(bare(good))} == {"LL101", "LL107", "LL303"}


def test_a_file_without_losses_is_looked_at_and_not_asked_for_its_errors(run: Run) -> None:
    write("a.py", "x = 1  # losslint: ignore[LL101]\n")
    write("b.py", "x = (  # losslint: ignore[LL101]\n")
    done = run("--output-format", "concise", "--quiet")
    assert done.status == 1
    assert done.out.startswith("a.py:1:8: LL901 unused-suppression: `LL101` suppresses nothing here.")
    assert done.err == ""


# ---- --add-ignores

HARD = """\
import torch.nn.functional as F


def train(x, w, y):
    a = F.cross_entropy(F.softmax(x @ w, dim=1), y); b = F.cross_entropy((x @ w).softmax(0), y)
    c = F.cross_entropy(F.softmax(x @ w, dim=1), y)  # noqa: E501
    d = F.cross_entropy(F.softmax(x @ w, dim=1), y)  # losslint: ignore[LL304] why
    e = F.cross_entropy(F.softmax(x @ w, dim=1), y), '''
    text
    '''
    f = \\
        F.cross_entropy(F.softmax(x @ w, dim=1), y) + \\
        3
    if F.cross_entropy(F.softmax(x @ w, dim=1), y): e = '''
    '''
    g = F.cross_entropy(\x20\x20
        F.softmax(x @ w, dim=1), y
    )
    return a + b + c + d + e + f + g
"""


NOTE = "# losslint: ignore[softmax-before-cross-entropy] they are old"


def test_add_ignores(run: Run) -> None:
    write("a.py", HARD)
    assert len(codes(run)) == 8
    done = run("--add-ignores", "they are old", "--output-format", "concise")
    assert done.err == "Suppressed 7 findings in 1 file.\n"
    assert done.out.startswith("a.py:7:54: LL901 unused-suppression: `LL304` suppresses nothing here.")
    assert done.status == 1
    noted = Path("a.py").read_text()
    assert [line.replace(NOTE, "NOTE") for line in noted.splitlines() if "losslint" in line] == [
        "    a = F.cross_entropy(F.softmax(x @ w, dim=1), y); b = F.cross_entropy((x @ w).softmax(0), y)  NOTE",
        "    c = F.cross_entropy(F.softmax(x @ w, dim=1), y)  # noqa: E501  NOTE",
        "    d = F.cross_entropy(F.softmax(x @ w, dim=1), y)  # losslint: ignore[LL304, softmax-before-cross-entropy] why",
        "    '''  NOTE",
        "        3  NOTE",
        "    NOTE",
        "    g = F.cross_entropy(  NOTE",
    ]
    ast.parse(noted)
    assert codes(run) == ["a.py:7:LL901"]
    # Running twice changes nothing.
    assert run("--add-ignores", "again").err == "Suppressed 0 findings in 0 files.\n"
    assert Path("a.py").read_text() == noted


def test_add_ignores_where_the_file_was_named(run: Run) -> None:
    write("model.py", MODEL)
    write("train.py", TRAIN)
    done = run("--add-ignores", "", "model.py")
    assert (done.status, done.out, done.err) == (0, "", "Suppressed 1 finding in 1 file.\n")
    assert Path("train.py").read_text() == TRAIN
    assert Path("model.py").read_text() == with_comment(
        MODEL, CAUSE, "# losslint: ignore[softmax-before-cross-entropy]"
    )


def test_add_ignores_in_a_notebook(run: Run) -> None:
    write("a.ipynb", notebook(*NOTEBOOK[:2]))
    assert run("--add-ignores", "it's déjà vu").status == 0
    cells = ["".join(cell["source"]) for cell in json.loads(Path("a.ipynb").read_text())["cells"]]
    assert cells == [NOTEBOOK[0], f"{NOTEBOOK[1]}  # losslint: ignore[softmax-before-cross-entropy] it's déjà vu"]
    assert codes(run) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--add-ignores", "x", "--fix"], "--add-ignores suppresses what is found; --fix and --diff mend it"),
        (["--add-ignores", "x", "--diff"], "--add-ignores suppresses what is found"),
        (["--add-ignores", "two\nlines"], "the reason must be one line of text"),
    ],
)
def test_bad_add_ignores(run: Run, arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.status == 2
    assert message in done.err


def test_a_comment_that_cannot_be_written(run: Run) -> None:
    Path("a.py").write_bytes(b"# coding: ascii\n" + TRAIN.replace("from model import Net", MODEL).encode())
    done = run("--add-ignores", "déjà vu", "--output-format", "concise")
    assert done.status == 2
    assert done.err.startswith(
        "a.py: error: no comment can be written: can't be edited: the new text can't be written in ascii\n"
    )
    assert "a.py:20:16: LL101" in done.out


@pytest.mark.parametrize("context", [True, False])
def test_what_the_context_was_not_asked_for_makes_no_comment_unused(
    run: Run, monkeypatch: pytest.MonkeyPatch, context: bool
) -> None:
    loss = "import torch.nn.functional as F\ndef loss(x, y):\n    return F.cross_entropy(x, y)  # losslint: ignore[LL101]\n"
    train = "import torch\nimport torch.nn as nn\nimport losses\nnet = nn.Linear(8, 4)\nlosses.loss(net(x){0}, y)\n"
    Path("losses.py").write_text(loss, encoding="utf-8")
    Path("train.py").write_text(train.format(".softmax(1)"), encoding="utf-8")
    if not context:  # all steps are for the files that were asked for
        monkeypatch.setattr("losslint.linting.FEW_STEPS", 0)
    assert "All checks passed" in run("losses.py", "--no-cache", "--select", "ALL").out
    Path("train.py").write_text(train.format(""), encoding="utf-8")
    assert ("LL901" in run("losses.py", "--no-cache", "--select", "ALL").out) is context
