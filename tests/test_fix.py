"""Making fixes: which go together, that they do what they promise, and writing them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from losslint import lint_sources
from losslint.finding import Applicability, Edit, FileError, Finding, Fix, Place, Step, joined
from losslint.fix import (
    MAX_PASSES,
    Applied,
    apply_fixes,
    fix_diff,
    fix_until_stable,
    unified_diff,
    write_fixed,
)
from losslint.source import Source


def edit(line: int, column: int, end_line: int, end_column: int, text: str, path: str = "a.py") -> Edit:
    return Edit(Place(path, line, column, end_line, end_column), text)


@pytest.mark.parametrize(
    ("places", "overlaps"),
    [
        ([(1, 1, 1, 5), (1, 5, 1, 9)], False),
        ([(1, 1, 1, 5), (1, 4, 1, 9)], True),
        ([(1, 1, 3, 5), (2, 1, 2, 2)], True),
        ([(1, 5, 1, 5), (1, 5, 1, 5)], True),
        ([(1, 5, 1, 5), (1, 5, 1, 9)], True),
        ([(2, 1, 2, 5), (1, 1, 1, 9)], False),
    ],
)
def test_edits_that_reach_into_one_another(places: list[tuple[int, int, int, int]], overlaps: bool) -> None:
    edits = [edit(*place, str(number)) for number, place in enumerate(places)]
    fixes = [Fix("safe", "", (one,)) for one in edits]
    assert (joined("both", *fixes) is None) is overlaps
    assert joined("both", fixes[0], fixes[0]) == Fix("safe", "both", (edits[0],))
    elsewhere = edit(*places[1], "", path="b.py")
    assert joined("both", fixes[0], Fix("unsafe", "", (elsewhere,))) == Fix("unsafe", "both", (edits[0], elsewhere))


def finding(
    *edits: Edit,
    at: Place | None = None,
    applicability: Applicability = "safe",
    cause: Place | None = None,
    code: str = "LL101",
) -> Finding:
    place = at or (edits[0].place if edits else Place("a.py", 1, 1, 1, 2))
    trace = () if cause is None else (Step(cause, "the cause"),)
    return Finding(
        code, "a-rule", "error", "a message", place, trace, Fix(applicability, "mend it", edits) if edits else None
    )


def sources(**texts: str) -> dict[str, Source]:
    return {f"{name}.py": Source.from_text(f"{name}.py", text) for name, text in texts.items()}


def apply(findings: list[Finding], unsafe: bool = False, **texts: str) -> tuple[Applied, dict[str, str]]:
    applied = apply_fixes(findings, sources(**texts), unsafe=unsafe)
    return applied, {path: raw.decode() for path, raw in applied.contents.items()}


def test_only_what_is_allowed() -> None:
    safe = finding(edit(1, 1, 1, 2, "x"))
    unsafe = finding(edit(2, 1, 2, 2, "y"), applicability="unsafe")
    display = finding(edit(3, 1, 3, 2, "z"), applicability="display")
    assert apply([safe, unsafe, display, finding()], a="a\nb\nc\n")[1] == {"a.py": "x\nb\nc\n"}
    assert apply([safe, unsafe, display, finding()], a="a\nb\nc\n", unsafe=True)[1] == {"a.py": "x\ny\nc\n"}


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (edit(1, 1, 1, 2, "x"), edit(1, 5, 1, 6, "y"), True),
        (edit(1, 1, 1, 3, "x"), edit(1, 2, 1, 4, "y"), False),
        (edit(1, 1, 1, 6, "x"), edit(1, 2, 1, 3, "y"), False),
        (edit(1, 1, 1, 3, "x"), edit(1, 3, 1, 6, ""), True),
        # An insertion at the edge of what another fix replaces.
        (edit(1, 1, 1, 2, "x"), edit(1, 2, 1, 2, "y"), False),
        (edit(1, 2, 1, 3, "x"), edit(1, 2, 1, 2, "y"), False),
        (edit(1, 1, 1, 1, "x"), edit(1, 1, 1, 1, "y"), False),
        (edit(1, 1, 1, 1, "import b\n"), edit(1, 1, 1, 1, "import a\n"), True),
        (edit(1, 1, 1, 1, "import b\n"), edit(1, 1, 1, 1, "import b\n"), True),
        (edit(1, 1, 1, 1, "import b\n"), edit(1, 1, 1, 1, "f()\n"), False),
        # The same edit twice is one edit.
        (edit(1, 1, 1, 2, "x"), edit(1, 1, 1, 2, "x"), True),
    ],
)
def test_fixes_that_touch(first: Edit, second: Edit, both: bool) -> None:
    applied, _ = apply([finding(first), finding(second)], a="a + b\n")
    assert len(applied.findings) == (2 if both else 1)
    assert len(applied.waiting) == (0 if both else 1)


def test_imports_come_in_order() -> None:
    findings = [
        finding(edit(2, 1, 2, 1, f"import {name}\n"), edit(line, 1, line, 2, name))
        for line, name in ((3, "c"), (4, "b"))
    ]
    expected = "import a\nimport b\nimport c\nx\nc\nb\n"
    assert apply(findings, a="import a\nx\ny\nz\n")[1] == {"a.py": expected}
    assert apply(findings[::-1], a="import a\nx\ny\nz\n")[1] == {"a.py": expected}


def test_a_fix_is_made_whole_or_not_at_all() -> None:
    one = finding(edit(1, 1, 1, 2, "x"), edit(1, 1, 1, 2, "x", "b.py"))
    other = finding(edit(2, 1, 2, 2, "y"), edit(1, 1, 1, 2, "z", "b.py"))
    applied, texts = apply([one, other], a="a\nb\n", b="c\n")
    assert texts == {"a.py": "x\nb\n", "b.py": "x\n"}
    assert applied.waiting == (other,)


def test_what_no_longer_parses_is_not_made() -> None:
    bad = finding(edit(2, 1, 2, 2, "("), edit(1, 1, 1, 2, "fine", "b.py"))
    good = finding(edit(1, 1, 1, 2, "x"))
    applied, texts = apply([bad, good], a="a\nb\n", b="c\n")
    assert texts == {"a.py": "x\nb\n"}
    assert applied.broken == (bad,)
    assert applied.findings == (good,)


def test_fixes_that_cannot_be_made() -> None:
    outside = finding(edit(9, 1, 9, 1, "x"))
    unknown = finding(edit(1, 1, 1, 2, "x", "none.py"))
    itself = finding(edit(1, 1, 1, 3, "x"), edit(1, 2, 1, 4, "y"))
    applied, texts = apply([outside, unknown, itself], a="a + b\n")
    assert texts == {}
    assert applied.broken == (outside, unknown, itself)
    latin = Source.from_bytes(b"# coding: ascii\na\n", "a.py")
    assert apply_fixes([finding(edit(2, 1, 2, 2, "'\u4e00'"))], {"a.py": latin}).contents == {}


def test_a_cell_that_no_longer_parses() -> None:
    cells = [{"cell_type": "code", "source": "x = 1"}, {"cell_type": "code", "source": "y = 2"}]
    source = Source.from_bytes(json.dumps({"cells": cells}).encode(), "nb.ipynb")
    bad = finding(edit(2, 5, 2, 6, "((", "nb.ipynb"))
    assert apply_fixes([bad], {"nb.ipynb": source}) == Applied({}, (), {}, (), (bad,))


# ---- the passes


@dataclass
class Result:
    findings: tuple[Finding, ...]
    sources: Mapping[str, Source]
    errors: tuple[FileError, ...] = ()


@dataclass
class Linter:
    """Lints files that are in memory, by a function from sources to findings."""

    files: dict[str, str]
    rule: Callable[[Mapping[str, Source]], list[Finding]]
    errors: Callable[[Mapping[str, Source]], list[FileError]] = lambda sources: []
    runs: int = 0
    seen: list[dict[str, bytes]] = field(default_factory=list)

    def __call__(self, overlay: Mapping[str, bytes]) -> Result:
        self.runs += 1
        self.seen.append(dict(overlay))
        read = {p: Source.from_bytes(overlay.get(p, text.encode()), p) for p, text in self.files.items()}
        return Result(tuple(sorted(self.rule(read), key=lambda f: f.sort_key)), read, tuple(self.errors(read)))


def each(word: str, new: str, *, code: str = "LL101") -> Callable[[Mapping[str, Source]], list[Finding]]:
    """A finding wherever a word stands, with the fix to write another one."""

    def rule(read: Mapping[str, Source]) -> list[Finding]:
        found = []
        for path, source in read.items():
            for number, line in enumerate(source.lines, 1):
                column = line.find(word) + 1
                if column:
                    found.append(finding(edit(number, column, number, column + len(word), new, path), code=code))
        return found

    return rule


def texts(contents: Mapping[str, bytes]) -> dict[str, str]:
    return {path: raw.decode() for path, raw in contents.items()}


def test_until_nothing_changes() -> None:
    linter = Linter({"a.py": "bad bad bad\n".replace(" ", "; "), "b.py": "x\n"}, each("bad", "good"))
    fixed = fix_until_stable(linter)
    assert texts(fixed.contents) == {"a.py": "good; good; good\n"}
    # The rule reports the first in a line, and the next one stands elsewhere.
    assert fixed.passes == 3
    assert len(fixed.findings) == 3
    assert fixed.result.findings == ()
    assert fixed.originals["a.py"].text == "bad; bad; bad\n"
    assert linter.seen[0] == {}


def test_nothing_to_fix() -> None:
    linter = Linter({"a.py": "x\n"}, each("bad", "good"))
    fixed = fix_until_stable(linter)
    assert (fixed.contents, fixed.passes, linter.runs) == ({}, 0, 1)


def test_a_fix_that_does_not_help_is_taken_back() -> None:
    linter = Linter(
        {"a.py": "import os\nworse\nbad\nx\n"},
        lambda read: [*each("bad", "good")(read), *each("worse", "x; worse")(read)],
    )
    # The finding at "worse" moves within its own replacement, and stays.
    fixed = fix_until_stable(linter)
    assert texts(fixed.contents) == {"a.py": "import os\nworse\ngood\nx\n"}
    assert [f.place.line for f in fixed.findings] == [3]
    assert {f.place.line for f in fixed.taken_back} == {2}
    assert [f.place.line for f in fixed.result.findings] == [2]


def test_taken_back_and_moved() -> None:
    """A fix that was taken back isn't tried again where another one moves its line."""

    def rule(read: Mapping[str, Source]) -> list[Finding]:
        found = each("worse", "still_worse")(read)
        source = read["a.py"]
        if "import b" not in source.text:
            found.append(finding(edit(1, 1, 1, 1, "import b\n"), code="LL102"))
        elif "import a" not in source.text:
            found.append(finding(edit(1, 1, 1, 1, "import a\n"), code="LL103"))
        return found

    linter = Linter({"a.py": "x\nworse\n"}, rule)
    fixed = fix_until_stable(linter)
    assert texts(fixed.contents) == {"a.py": "import a\nimport b\nx\nworse\n"}
    assert len(fixed.taken_back) == 1
    assert fixed.passes == 2


def test_two_causes_of_one_loss() -> None:
    """A fix of one cause isn't taken back because the other cause is still there."""
    loss = Place("b.py", 1, 1, 1, 2)

    def rule(read: Mapping[str, Source]) -> list[Finding]:
        found = []
        for number, line in enumerate(read["a.py"].lines, 1):
            if "softmax" in line:
                place = Place("a.py", number, 1, number, len(line) + 1)
                kind: Applicability = "safe" if number == 1 else "unsafe"
                found.append(finding(Edit(place, "x"), at=loss, cause=place, applicability=kind))
        return found

    linter = Linter({"a.py": "softmax\nsoftmax\n", "b.py": "loss\n"}, rule)
    assert texts(fix_until_stable(linter).contents) == {"a.py": "x\nsoftmax\n"}
    fixed = fix_until_stable(linter, unsafe=True)
    assert texts(fixed.contents) == {"a.py": "x\nx\n"}
    assert fixed.taken_back == ()


def test_fixes_that_undo_each_other() -> None:
    linter = Linter(
        {"a.py": "ping\n"}, lambda read: [*each("ping", "pong")(read), *each("pong", "ping", code="LL102")(read)]
    )
    fixed = fix_until_stable(linter)
    assert fixed.contents == {}
    assert linter.runs < MAX_PASSES


def test_passes_are_bounded() -> None:
    def rule(read: Mapping[str, Source]) -> list[Finding]:
        number = len(read["a.py"].lines)
        return [finding(edit(1, 1, 1, 1, "import a\n"), code=f"LL{number}")]

    linter = Linter({"a.py": "x\n"}, rule)
    assert fix_until_stable(linter).passes == MAX_PASSES


def test_a_file_that_can_no_longer_be_linted() -> None:
    linter = Linter(
        {"a.py": "bad\n", "b.py": "bad\n"},
        each("bad", "good"),
        lambda read: [FileError("a.py", "crash")] if "good" in read["a.py"].text else [],
    )
    fixed = fix_until_stable(linter)
    assert texts(fixed.contents) == {"b.py": "good\n"}
    assert [f.place.path for f in fixed.taken_back] == ["a.py"]


def test_only_some_findings() -> None:
    linter = Linter({"a.py": "bad\nbad\n"}, each("bad", "good"))
    assert texts(fix_until_stable(linter, only=lambda f: f.place.line == 2).contents) == {"a.py": "bad\ngood\n"}


# ---- writing


def fixed_on_disk(files: dict[str, str], rule: Callable[[Mapping[str, Source]], list[Finding]]) -> Linter:
    for path, text in files.items():
        Path(path).write_text(text, encoding="utf-8")
    return Linter(files, rule)


def together(read: Mapping[str, Source]) -> list[Finding]:
    """One fix in both files."""
    if "bad" not in read["a.py"].text:
        return []
    return [finding(edit(1, 1, 1, 4, "good"), edit(1, 1, 1, 4, "good", "b.py"))]


def test_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    fixed = fix_until_stable(fixed_on_disk({"a.py": "bad\n", "b.py": "bad\n"}, together))
    assert fixed.groups == (frozenset({"a.py", "b.py"}),)
    written = write_fixed(fixed)
    assert written.paths == ("a.py", "b.py")
    assert written.errors == ()
    assert Path("b.py").read_text() == "good\n"
    assert sorted(os.listdir()) == ["a.py", "b.py"]


def test_a_file_that_changed_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    files = {"a.py": "bad\n", "b.py": "bad\n", "c.py": "bad\n"}
    fixed = fix_until_stable(
        fixed_on_disk(files, lambda read: [*together(read), *each("bad", "good")({"c.py": read["c.py"]})])
    )
    Path("b.py").write_text("edited\n")
    written = write_fixed(fixed)
    assert [error.path for error in written.errors] == ["b.py"]
    assert "changed while it was linted" in written.errors[0].message
    assert [Path(path).read_text() for path in ("a.py", "b.py", "c.py")] == ["bad\n", "edited\n", "good\n"]


def test_what_was_written_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the second of two files can't be written, the first is as it was."""
    monkeypatch.chdir(tmp_path)
    fixed = fix_until_stable(fixed_on_disk({"a.py": "bad\n", "b.py": "bad\n"}, together))
    replace = os.replace

    def failing(source: str, target: str) -> None:
        if target.endswith("b.py"):
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    written = write_fixed(fixed)
    assert written.paths == ()
    assert [(e.path, e.message) for e in written.errors] == [("b.py", "can't be written: No space left on device")]
    assert Path("a.py").read_text() == "bad\n"
    assert sorted(os.listdir()) == ["a.py", "b.py"]


# ---- diffs


def test_diffs() -> None:
    old = Source.from_bytes(b"a\r\nb\x0c\nc", "pkg/a.py")
    assert unified_diff(old, old.raw) == ""
    assert unified_diff(old, b"a\r\nb\x0c\nd\n") == (
        "--- a/pkg/a.py\n+++ b/pkg/a.py\n@@ -1,3 +1,3 @@\n a\n b\x0c\n-c\n\\ No newline at end of file\n+d\n"
    )


def test_diffs_of_notebooks() -> None:
    cells = [{"cell_type": kind, "source": f"x = {n}\n!ls"} for n, kind in enumerate(["code", "markdown", "code"])]
    old = Source.from_bytes(json.dumps({"cells": cells}).encode(), "nb.ipynb")
    new = old.edited([edit(3, 5, 3, 6, "9", "nb.ipynb")])
    assert unified_diff(old, new) == (
        "--- a/nb.ipynb:cell 3\n+++ b/nb.ipynb:cell 3\n@@ -1,2 +1,2 @@\n-x = 2\n+x = 9\n !ls\n"
        "\\ No newline at end of file\n"
    )


def test_the_diff_of_a_fix() -> None:
    fix = Fix("safe", "", (edit(1, 1, 1, 2, "x"), edit(1, 1, 1, 2, "y", "b.py")))
    assert fix_diff(fix, sources(a="a\n", b="b\n")).count("@@ -1 +1 @@") == 2
    assert fix_diff(fix, sources(a="a\n")) == ""
    assert fix_diff(Fix("safe", "", (edit(9, 1, 9, 2, "x"),)), sources(a="a\n")) == ""


def _fixed(**texts: str) -> dict[str, str]:
    """What all fixes make of a project."""
    files = {f"{name}.py": text.encode() for name, text in texts.items()}
    done = fix_until_stable(lambda overlay: lint_sources({**files, **overlay}), unsafe=True)
    return {path: raw.decode() for path, raw in done.contents.items()}


NAMED_OUTPUT = """
from tensorflow import keras

def make_model():
    inputs = keras.Input((8,))
    x = keras.layers.Dense(5)(inputs)
    x = keras.layers.Activation("tanh"{name})(x)
    return keras.Model(inputs, x)
"""
ASKS_BY_NAME = """
from tensorflow import keras
from networks import make_model

model = make_model()
model.compile("sgd", loss={loss})
"""


def test_a_layer_stays_whose_name_another_file_asks_for() -> None:
    logits = "keras.losses.CategoricalCrossentropy(from_logits=True)"
    named = NAMED_OUTPUT.format(name=', name="scores"')
    assert _fixed(networks=named, train=ASKS_BY_NAME.format(loss=f'{{"scores": {logits}}}')) == {}
    fixed = _fixed(networks=named, train=ASKS_BY_NAME.format(loss=logits))
    assert "Activation" not in fixed["networks.py"]


def test_a_flag_isnt_given_to_what_calls_a_partial() -> None:
    text = (
        "import functools\nfrom tensorflow import keras\n\nmodel = keras.Sequential([keras.layers.Dense(5)])\n"
        "smooth = functools.partial(keras.losses.categorical_crossentropy, label_smoothing=0.1)\n"
        'model.compile(optimizer="sgd", loss=smooth)\n'
    )
    fixed = _fixed(train=text)["train.py"]
    assert 'compile(optimizer="sgd", loss=smooth)' in fixed
    assert 'Dense(5, activation="softmax")' in fixed


def test_a_softmax_over_the_batch_of_images_goes_over_their_channels() -> None:
    text = (
        "import torch.nn as nn\nimport torch.nn.functional as F\n\n\ndef train(loader):\n"
        "    net = nn.Conv2d(3, 5, kernel_size=1)\n    for images, masks in loader:\n"
        "        loss = F.nll_loss(F.log_softmax(net(images), dim=0), masks)\n        loss.backward()\n"
    )
    assert "F.log_softmax(net(images), dim=1)" in _fixed(train=text)["train.py"]
