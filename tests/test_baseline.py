"""The baseline: what is known stays silent, whatever moves around it, and what is new doesn't."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from command import Run

from losslint import baseline
from losslint.baseline import Baseline, BaselineError, Entry

TRAIN = """\
import torch.nn.functional as F


class Trainer:
    def step(self, x, w, y):
        loss = F.cross_entropy(F.softmax(x @ w, dim=1), y)  # the softmax is old
        return loss


def train(x, w, y):
    return F.cross_entropy(F.softmax(x @ w, dim=1), y)
"""

CALL = "F.cross_entropy(F.softmax(x @ w, dim=1), y)"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def codes(run: Run, *arguments: str) -> list[str]:
    content = json.loads(run(*arguments, "--output-format", "json").out)
    assert content["errors"] == []
    return [f"{f['path']}:{f['line']}:{f['code']}" for f in content["findings"]]


def entries(path: str = "base.json") -> list[tuple[str, str, str, int]]:
    content = json.loads(Path(path).read_text())
    assert content["version"] == 1
    return [(e["path"], e["rule"], e["within"], e["count"]) for e in content["findings"]]


def test_what_is_known_is_silent(run: Run) -> None:
    write("a.py", TRAIN)
    done = run("--write-baseline", "base.json")
    assert (done.status, done.out, done.err) == (0, "", "Wrote 2 findings to base.json.\n")
    assert entries() == [("a.py", "LL101", "Trainer.step", 1), ("a.py", "LL101", "train", 1)]
    assert len(Path("base.json").read_text().splitlines()) == 4
    known = run("--baseline", "base.json")
    assert (known.status, known.out) == (0, "All checks passed (2 files).\n")
    assert run().status == 1
    assert run("--baseline", "base.json", "--fix", "--unsafe-fixes").status == 0
    assert run("--baseline", "base.json", "--diff").status == 0
    assert run("--baseline", "base.json", "--add-ignores", "x").err == "Suppressed 0 findings in 0 files.\n"
    assert Path("a.py").read_text() == TRAIN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("class Trainer", "import os\n\n\nclass Trainer"),
        (f"{CALL}  #", "F.cross_entropy(\n            F.softmax(x @ w, dim=1), y,\n        )  #"),
        (f"loss = {CALL}", "loss = F.cross_entropy(  F.softmax( x@w,dim=1),y)"),
        ("  # the softmax is old", ""),
        ("  # the softmax is old", "  # said otherwise"),
        ("        loss = ", "        # above\n        x = x + 1\n        loss = "),
        (f"        loss = {CALL}  # the softmax is old", f"        if y:\n            loss = {CALL}"),
        ("class Trainer:\n    def step", "class Trainer:\n    def other(self): pass\n    def step"),
    ],
)
def test_what_moves_makes_no_difference(run: Run, old: str, new: str) -> None:
    write("a.py", TRAIN)
    run("--write-baseline", "base.json")
    assert old in TRAIN
    write("a.py", TRAIN.replace(old, new))
    assert codes(run, "--baseline", "base.json") == []


def test_what_is_new_fails(run: Run) -> None:
    write("a.py", TRAIN)
    run("--write-baseline", "base.json")
    # the same line once more, in the same function: one is known, and one is new
    write("a.py", TRAIN.replace("        return loss", f"        loss = {CALL}\n        return loss"))
    assert codes(run, "--baseline", "base.json") == ["a.py:7:LL101"]
    assert run("--baseline", "base.json").status == 1
    # another function, another statement, another rule, another file
    write("a.py", TRAIN.replace("def train", "def fit"))
    assert codes(run, "--baseline", "base.json") == ["a.py:11:LL101"]
    write("a.py", TRAIN.replace(f"return {CALL}", f"return 2 * {CALL}"))
    assert codes(run, "--baseline", "base.json") == ["a.py:11:LL101"]
    write("base.json", Path("base.json").read_text().replace("LL101", "LL103", 1))
    write("a.py", TRAIN)
    assert codes(run, "--baseline", "base.json") == ["a.py:6:LL101"]
    run("--write-baseline", "base.json")
    write("b.py", TRAIN)
    assert codes(run, "--baseline", "base.json") == ["b.py:6:LL101", "b.py:11:LL101"]


def test_paths_are_relative_to_the_baseline(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write("pkg/a.py", TRAIN)
    write("pkg/setup.py", "")
    run("--write-baseline", "pkg/base.json", "pkg")
    assert entries("pkg/base.json")[0][0] == "a.py"
    assert codes(run, "--baseline", "pkg/base.json", "pkg") == []
    monkeypatch.chdir("pkg")
    assert codes(run, "--baseline", "base.json") == []


def test_what_was_mended_goes_when_it_is_written_again(run: Run) -> None:
    write("a.py", TRAIN)
    write("b.py", TRAIN)
    write("c.py", TRAIN)
    run("--write-baseline", "base.json")
    assert len(entries()) == 6
    write(
        "a.py", TRAIN.replace("return F.cross_entropy(F.softmax(x @ w, dim=1), y)", "return F.cross_entropy(x @ w, y)")
    )
    os.unlink("c.py")
    # Only a.py is linted, and only LL101 is looked for: of b.py nothing is known anew, and c.py is gone.
    assert run("--write-baseline", "base.json", "--select", "LL2", "a.py").err == "Wrote 4 findings to base.json.\n"
    assert run("--write-baseline", "base.json", "--select", "LL1", "a.py").err == "Wrote 3 findings to base.json.\n"
    assert [entry[:3] for entry in entries()] == [
        ("a.py", "LL101", "Trainer.step"), ("b.py", "LL101", "Trainer.step"), ("b.py", "LL101", "train"),
    ]  # fmt: skip
    before = Path("base.json").read_text()
    run("--write-baseline", "base.json")
    assert Path("base.json").read_text() == before
    # A file that can't be linted keeps what is known of it.
    write("b.py", "x = (\n")
    done = run("--write-baseline", "base.json", "a.py", "b.py")
    assert done.status == 2
    assert Path("base.json").read_text() == before


def test_a_loss_in_a_file_that_was_not_named(run: Run) -> None:
    write("model.py", "import torch.nn.functional as F\n\ndef net(x, w):\n    return F.softmax(x @ w, dim=1)\n")
    write(
        "a.py",
        "import torch.nn.functional as F\nfrom model import net\n\n"
        "def train(x, w, y):\n    return F.cross_entropy(net(x, w), y)\n",
    )
    for _ in range(2):
        run("--write-baseline", "base.json", "model.py")
        assert entries() == [("a.py", "LL101", "train", 1)]
    assert codes(run, "--baseline", "base.json") == []


def test_a_notebook(run: Run) -> None:
    cells = [{"cell_type": "code", "source": "%time\nimport torch.nn.functional as F"},
             {"cell_type": "code", "source": "loss = F.cross_entropy(F.softmax(F.linear(x, w), dim=1), y)"}]  # fmt: skip
    write("a.ipynb", json.dumps({"cells": cells}))
    run("--write-baseline", "base.json")
    write("a.ipynb", json.dumps({"cells": [cells[0], {"cell_type": "markdown", "source": "text"}, *cells]}))
    assert codes(run, "--baseline", "base.json") == []


def test_a_new_file_has_the_usual_mode_and_an_old_one_keeps_its_own(run: Run) -> None:
    write("a.py", TRAIN)
    run("--write-baseline", "base.json")
    mask = os.umask(0o022)
    os.umask(mask)
    assert os.stat("base.json").st_mode & 0o777 == 0o666 & ~mask
    os.chmod("base.json", 0o640)
    run("--write-baseline", "base.json")
    assert os.stat("base.json").st_mode & 0o777 == 0o640


GOOD = {"path": "a.py", "rule": "LL101", "within": "f", "statement": "x", "count": 1}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is damaged: it isn't JSON"),
        ("{", "is damaged: it isn't JSON"),
        ("[" * 100_000, "is damaged: it isn't JSON"),
        ('{"version": 1, "findings": [], "x": ' + "9" * 5000 + "}", "is damaged: it isn't JSON"),
        ("[]", "is damaged: it has no list of findings"),
        ('{"version": 1, "findings": {}}', "is damaged: it has no list of findings"),
        ('{"version": 2, "findings": []}', "has another version than 1"),
        ('{"findings": []}', "has another version than 1"),
        ('{"version": 1, "findings": [3]}', "is damaged: finding 1 is no object"),
        *(
            (json.dumps({"version": 1, "findings": [GOOD, {**GOOD, key: value}]}), f"is damaged: finding 2 has no {key}")
            for key, value in [
                ("path", 3), ("path", "a\0b"), ("rule", None), ("within", []), ("statement", {}),
                ("count", 0), ("count", "1"), ("count", True), ("count", 10**7), ("count", 1.5),
            ]
        ),
    ],
)  # fmt: skip
def test_a_damaged_baseline(run: Run, text: str, message: str) -> None:
    write("a.py", TRAIN)
    write("base.json", text)
    for option in ("--baseline", "--write-baseline"):
        done = run(option, "base.json")
        assert (done.status, done.out) == (2, "")
        assert "the baseline base.json" in done.err
        assert message in " ".join(done.err.split())
        assert Path("base.json").read_text() == text


def test_a_baseline_that_cannot_be_read_or_written(run: Run) -> None:
    Path("folder").mkdir()
    Path("latin.json").write_bytes(b'{"\xff": 1}')
    for name, message in (("none.json", "No such file"), ("folder", "Is a directory"), ("latin.json", "isn't JSON")):
        done = run("--baseline", name)
        assert done.status == 2
        assert f"the baseline {name}" in done.err
        assert message in done.err
    done = run("--write-baseline", "none/base.json")
    assert done.status == 2
    assert "none/base.json can't be written" in done.err


@pytest.mark.parametrize("others", [["--fix"], ["--diff"], ["--baseline", "base.json"], ["--add-ignores", "x"]])
def test_writing_goes_alone(run: Run, others: list[str]) -> None:
    write("base.json", '{"version": 1, "findings": []}')
    done = run("--write-baseline", "new.json", *others)
    assert done.status == 2
    assert "goes with nothing that changes that" in " ".join(done.err.split())


def test_what_an_attacker_can_do(run: Run) -> None:
    """A made-up baseline hides what it says that it hides, and nothing else: no path in it is followed, nothing is run."""
    made_up = [
        {**GOOD, "path": path, "statement": statement, "rule": rule}
        for path in ("/etc/passwd", "../../a.py", "a.py/../a.py", "\x1b[31m", "a" * 10_000, "")
        for statement in ("__import__('os').system('false')", ",)" * 5_000, "\ud800")
        for rule in ("LL101", "*", "ALL", "")
    ]
    write("a.py", TRAIN)
    write("base.json", json.dumps({"version": 1, "findings": made_up, "more": {"keys": []}}))
    assert codes(run, "--baseline", "base.json") == ["a.py:6:LL101", "a.py:11:LL101"]
    assert run("--write-baseline", "base.json").status == 0
    assert "\x1b" not in run("--baseline", "base.json").out


def test_a_baseline_of_any_size(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline, "MOST_BYTES", 100)
    write("base.json", '{"version": 1, "findings": []}' + " " * 100)
    done = run("--baseline", "base.json")
    assert done.status == 2
    assert "is damaged: it's larger than 100 bytes" in " ".join(done.err.split())


def test_what_formatting_changes_is_not_compared() -> None:
    one = Entry("a.py", "LL101", "f", "loss = f( a, b, )")
    assert one.key == Entry("a.py", "LL101", "f", "loss=f(a,\n  b)").key
    assert one.key != Entry("a.py", "LL101", "f", "loss = f(a, c)").key


def test_the_text_is_read_back(tmp_path: Path) -> None:
    written = Baseline(str(tmp_path))
    written.entries.update({Entry("é.py", "LL101", "", 'x = "日本\ud800"\n'): 3, Entry("a", "LL9", "b", "c"): 1})
    (tmp_path / "base.json").write_text(written.text())
    assert baseline.read(str(tmp_path / "base.json")) == written
    (tmp_path / "base.json").write_text(Baseline(str(tmp_path)).text())
    assert baseline.read(str(tmp_path / "base.json")).entries == {}
    with pytest.raises(BaselineError):
        baseline.read(str(tmp_path))
