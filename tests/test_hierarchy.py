"""Which settings hold where: those of the nearest settings file above each file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import Run

from losslint import cache, discovery, session
from losslint.discovery import is_excluded
from losslint.hierarchy import Hierarchy, load
from losslint.settings import SettingsError

MODEL = """\
import torch.nn.functional as F

def predict(x, w):
    return F.softmax(F.linear(x, w), dim=1)
"""
BAD = """\
import torch.nn.functional as F

def train(x, y, w):
    return F.cross_entropy(F.softmax(F.linear(x, w), dim=1), y)
"""
KERAS = """\
import keras
from keras import layers

model = keras.Sequential([layers.Dense(10, activation="softmax")])
model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
"""
OWN = """\
import torch.nn.functional as F
from lossworks import Entropy

def train(x, y, w):
    return Entropy()(F.softmax(F.linear(x, w), dim=1), y)
"""
DECLARED = """\
[losses."lossworks.Entropy"]
init = ""
call = "input, target"
takes = "logits"
family = "softmax"
labels = "indices"
"""


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def codes(run: Run, *arguments: str) -> list[str]:
    content = json.loads(run(*arguments, "--output-format", "json").out)
    assert content["errors"] == []
    return [f"{finding['path']}:{finding['code']}" for finding in content["findings"]]


@pytest.fixture
def projects(run: Run) -> Run:
    """A repository with settings, and in it three projects: with settings, without, and with others' only."""
    write("pyproject.toml", "[tool.losslint]\nfail-on = 'error'\n")
    for folder in (".", "silent", "silent/deep", "plain", "other"):
        write(f"{folder}/a.py", BAD)
    write("silent/pyproject.toml", "[tool.losslint]\nignore = ['LL1']\n")
    write("silent/deep/losslint.toml", "select = ['LL101']\n")
    write("other/pyproject.toml", "[tool.other]\n")
    return run


def test_the_nearest_file_holds(projects: Run) -> None:
    everywhere = ["a.py:LL101", "other/a.py:LL101", "plain/a.py:LL101", "silent/deep/a.py:LL101"]
    assert codes(projects) == everywhere
    # whatever is named, and from wherever
    assert codes(projects, "silent", "plain") == ["plain/a.py:LL101", "silent/deep/a.py:LL101"]
    assert codes(projects, "silent/a.py", "other/a.py") == ["other/a.py:LL101"]
    assert codes(projects, "silent/deep/a.py") == ["silent/deep/a.py:LL101"]


def test_nothing_is_inherited(projects: Run) -> None:
    write("pyproject.toml", "[tool.losslint]\nignore = ['ALL']\n")
    assert codes(projects) == ["silent/deep/a.py:LL101"]


def test_the_command_line_comes_after_all(projects: Run) -> None:
    assert codes(projects, "--ignore", "LL101") == []
    assert codes(projects, "--config", "ignore=['LL101']", "plain", "silent") == []
    assert codes(projects, "--config", "ignore=[]", "silent/a.py") == ["silent/a.py:LL101"]
    write("one.toml", "extend-exclude = ['deep']\n")
    shown = ["a.py:LL101", "other/a.py:LL101", "plain/a.py:LL101", "silent/a.py:LL101"]
    assert codes(projects, "--config", "one.toml") == shown
    assert codes(projects, "--isolated", "silent") == ["silent/a.py:LL101", "silent/deep/a.py:LL101"]


def test_the_run_is_the_common_folders(projects: Run) -> None:
    write("pyproject.toml", "[tool.losslint]\noutput-format = 'concise'\n")
    write("silent/pyproject.toml", "[tool.losslint]\noutput-format = 'json'\n")
    assert projects().out.startswith("a.py:4:12: LL101")
    assert projects("silent", "plain").out.startswith("plain/a.py:4:12")
    assert json.loads(projects("silent").out)["findings"]


def test_excludes_are_each_folders_own(projects: Run) -> None:
    write("pyproject.toml", "[tool.losslint]\nextend-exclude = ['/plain/', 'generated']\n")
    write("silent/pyproject.toml", "[tool.losslint]\nextend-exclude = ['b.py', '/deep/']\nrespect-gitignore = false\n")
    for path in ("generated/x.py", "silent/generated/x.py", "silent/b.py", "silent/ignored.py", "b.py", "ignored.py"):
        write(path, "")
    write(".gitignore", "ignored.py\n")
    write("silent/back/losslint.toml", "")
    write("silent/back/ignored.py", "")
    Path(".git").mkdir()
    found = ["a.py", "b.py", "other/a.py", "setup.py", "silent/a.py", "silent/generated/x.py", "silent/ignored.py"]
    assert projects("--show-files").out.split() == found
    hierarchy = load([])
    for name, expected in {"plain/a.py": True, "silent/b.py": True, "b.py": False, "silent/deep/a.py": True,
                           "silent/generated/x.py": False, "generated/x.py": True}.items():  # fmt: skip
        path = str(Path(name).absolute())
        assert is_excluded(discovery.File.at(path, name, path, path), hierarchy) == expected, name


def test_per_file_ignores_and_fixes(projects: Run) -> None:
    write("silent/pyproject.toml", "[tool.losslint]\nunfixable = ['LL101']\nper-file-ignores = { 'b.py' = ['ALL'] }\n")
    write("silent/b.py", BAD)
    write("b.py", BAD)
    projects("--fix", "--unsafe-fixes", "b.py", "silent/a.py", "silent/b.py")
    assert "softmax" not in Path("b.py").read_text()
    assert Path("silent/a.py").read_text() == Path("silent/b.py").read_text() == BAD
    assert codes(projects, "b.py", "silent") == ["silent/a.py:LL101", "silent/deep/a.py:LL101"]


def test_a_finding_is_of_the_file_that_it_is_in(run: Run) -> None:
    """The settings of the cause's folder, in another, say nothing."""
    write("models/model.py", MODEL)
    write("models/losslint.toml", "ignore = ['ALL']\n")
    write(
        "train.py",
        "import torch.nn.functional as F\nfrom models.model import predict\n\n"
        "def train(x, y, w):\n    return F.cross_entropy(predict(x, w), y)\n",
    )
    assert codes(run) == codes(run, "models/model.py") == ["train.py:LL101"]
    write("losslint.toml", "ignore = ['LL101']\n")
    write("models/losslint.toml", "")
    assert codes(run) == codes(run, "models/model.py") == []


def test_unused_comments(run: Run) -> None:
    """A comment is of use or not under its own file's settings."""
    comment = "x = 1  # losslint: ignore[LL102]\n"
    write("a.py", comment)
    write("b/a.py", comment)
    write("b/losslint.toml", "ignore = ['LL102']\n")
    assert codes(run) == ["a.py:LL901"]
    write("losslint.toml", "ignore = ['LL901']\n")
    write("b/losslint.toml", "")
    assert codes(run) == ["b/a.py:LL901"]


def test_backends(run: Run) -> None:
    for folder, backend in (("a", "jax"), ("b", "tensorflow")):
        write(f"{folder}/run.py", KERAS)
        write(f"{folder}/losslint.toml", f"backend = '{backend}'\n")
    found = json.loads(run("--output-format", "json").out)["findings"]
    assert [(f["path"], f["code"], f["severity"]) for f in found] == [
        ("a/run.py", "LL401", "error"),
        ("b/run.py", "LL401", "warning"),
    ]


def test_declarations(run: Run) -> None:
    """In one project, two folders say different things of the same name, and a third one nothing."""
    for folder in ("a", "b", "c"):
        write(f"{folder}/run.py", OWN)
    write("a/losslint.toml", DECLARED)
    write("b/losslint.toml", DECLARED.replace('"logits"', '"any"'))
    expected = ["a/run.py:LL101"]
    assert codes(run) == codes(run, "--no-cache") == codes(run) == expected
    write("c/losslint.toml", DECLARED)
    assert codes(run) == [*expected, "c/run.py:LL101"]
    # What only one of them is interested in is no news to the cache, and what all are is.
    write("b/losslint.toml", "ignore = ['LL901']\n")
    assert codes(run) == [*expected, "c/run.py:LL101"]
    write("a/run.py", OWN.replace("F.softmax(F.linear(x, w), dim=1)", "F.linear(x, w)"))
    assert codes(run) == ["c/run.py:LL101"]


def test_the_cache_knows_every_settings_file(projects: Run) -> None:
    first = codes(projects)
    assert codes(projects) == first
    write("silent/pyproject.toml", "[tool.losslint]\n")
    assert codes(projects) == sorted([*first, "silent/a.py:LL101"])
    Path("silent/deep/losslint.toml").unlink()
    write("silent/pyproject.toml", "[tool.losslint]\nignore = ['LL101']\n")
    assert codes(projects) == [path for path in first if not path.startswith("silent")]


def test_any_number_of_processes(projects: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "PARALLEL_BYTES", 0)
    hierarchy = load([])
    files = discovery.discover(["."], hierarchy).files
    one, two = (session.lint(files, hierarchy, jobs=jobs) for jobs in (1, 2))
    assert one.findings == two.findings
    assert len(one.findings) == 4
    known = [session.lint(files, hierarchy, cache=cache.Cache("kept", hierarchy)).findings for _ in range(2)]
    assert known == [one.findings, one.findings]


def test_a_repository_within_another(projects: Run) -> None:
    """Nothing above a repository belongs to it, from wherever it is looked at."""
    write("pyproject.toml", "[tool.losslint]\nignore = ['LL101']\n")
    Path("plain/.git").mkdir()
    Path("other/.git").touch()
    assert codes(projects, "plain", "other") == codes(projects, ".", "--ignore", "LL2", "plain", "other")[:2]
    assert codes(projects, "plain") == ["plain/a.py:LL101"]
    assert codes(projects) == ["other/a.py:LL101", "plain/a.py:LL101", "silent/deep/a.py:LL101"]


def test_wrong_settings_of_a_project(projects: Run) -> None:
    write("silent/deep/losslint.toml", "selekt = []\n")
    for paths in ((), ("silent",), ("--show-files",), ("--show-settings",)):
        done = projects(*paths)
        assert (done.status, done.out) == (2, "")
        assert "silent/deep/losslint.toml: has an unknown key 'selekt' (did you mean 'select'?)" in " ".join(
            done.err.split()
        )
    with pytest.raises(SettingsError):
        load(["plain"]).in_folder(str(Path("silent/deep").absolute()))


def test_show_settings(projects: Run) -> None:
    shown = projects("--show-settings").out
    assert [line for line in shown.splitlines() if line.startswith("# ") and line.endswith("toml")] == [
        "# pyproject.toml",
        "# silent/pyproject.toml",
        "# silent/deep/losslint.toml",
    ]
    assert projects("--show-settings", "silent/deep/a.py").out.startswith(
        "# silent/deep/losslint.toml\n# rules: LL101\n"
    )
    said = projects("--verbose", "silent").err.splitlines()
    assert said[0].startswith("Settings: silent/pyproject.toml, ")
    assert said[1].startswith("Settings: silent/deep/losslint.toml, 1 of ")


def test_a_baseline_keeps_what_was_not_judged(projects: Run) -> None:
    """A rule that one project doesn't select is not mended there."""
    projects("--write-baseline", "known.json")
    assert codes(projects, "--baseline", "known.json") == []
    write("plain/losslint.toml", "ignore = ['LL101']\n")
    projects("--write-baseline", "known.json")
    known = json.loads(Path("known.json").read_text())["findings"]
    assert [entry["path"] for entry in known] == ["a.py", "other/a.py", "plain/a.py", "silent/deep/a.py"]


def test_a_folder_is_read_once(projects: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    from losslint import hierarchy as module

    real = module.read
    monkeypatch.setattr(module, "read", lambda file, rules: read.append(file) or real(file, rules))
    held = load(["."])
    assert isinstance(held, Hierarchy)
    session.lint(discovery.discover(["."], held).files, held)
    assert sorted(path.relative_to(Path.cwd()).as_posix() for path in read) == [
        "pyproject.toml", "silent/deep/losslint.toml", "silent/pyproject.toml",
    ]  # fmt: skip


def test_wrong_settings_that_nobody_asked_for(run: Run, tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("")
    (tmp_path / "train.py").write_text(BAD)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "train.py").write_text(BAD)
    (tmp_path / "other" / "losslint.toml").write_text("selekt = []\n")
    done = run("train.py", "--output-format", "concise")
    assert (done.status, done.err) == (1, "")
    assert "train.py:4:12: LL101" in done.out
    done = run(".")
    assert done.status == 2
    assert "losslint.toml: has an unknown key 'selekt'" in done.err
