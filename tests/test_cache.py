"""The cache: what is known from an earlier run holds as long as all that it was drawn from."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command import Run

from losslint import cache, discovery, linting, session
from losslint.settings import Settings

MODEL = """\
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)
"""
TRAIN = """\
import torch.nn as nn
from model import Net

model = Net()
criterion = nn.CrossEntropyLoss()
for x, y in loader:
    loss = criterion(model(x), y)
"""
PLAIN = "import os\n\n\ndef listing(folder):\n    return os.listdir(folder)\n"

Worked = Callable[[], list[int]]


@pytest.fixture
def worked(monkeypatch: pytest.MonkeyPatch) -> Worked:
    """Says how many files the engine was given since it was asked last, project by project."""
    projects: list[int] = []
    lint = linting._lint_project

    def counted(members: list[discovery.File], run: object) -> object:
        projects.append(len(members))
        return lint(members, run)  # type: ignore[arg-type]

    monkeypatch.setattr(linting, "_lint_project", counted)

    def since() -> list[int]:
        found = projects.copy()
        projects.clear()
        return found

    return since


@pytest.fixture
def project(run: Run, tmp_path: Path) -> Path:
    write(tmp_path, model=MODEL, train=TRAIN, other=PLAIN)
    return tmp_path


def write(folder: Path, **texts: str) -> None:
    """Write files as an earlier day's, so that their time says something."""
    for name, text in texts.items():
        path = folder / f"{name}.py"
        path.write_text(text)
        write.day += 1  # type: ignore[attr-defined]
        os.utime(path, (write.day * 86_400,) * 2)  # type: ignore[attr-defined]


write.day = 15_000  # type: ignore[attr-defined]


def codes(run: Run, *arguments: str) -> list[str]:
    done = run("--output-format", "concise", "--quiet", *arguments)
    return [line.split(": ")[1].split("[")[-1].split(" ")[0] for line in done.out.splitlines()]


def test_the_second_run_says_the_same_and_does_nothing(run: Run, project: Path, worked: Worked) -> None:
    first = run("--output-format", "full")
    assert worked() == [4]
    assert "softmax-before-cross-entropy" in first.out
    second = run("--output-format", "full")
    assert worked() == []
    assert (second.status, second.out) == (first.status, first.out)
    assert (project / ".losslint_cache" / ".gitignore").read_text() == "*\n"
    assert sorted(os.listdir(project / ".losslint_cache")) == [".gitignore", "cache.json"]


def test_all_of_a_finding_is_kept(project: Path) -> None:
    files = discovery.discover(["."], Settings()).files
    first = session.lint(files, Settings(), cache=cache.Cache("kept", Settings()))
    second = session.lint(files, Settings(), cache=cache.Cache("kept", Settings()))
    assert first.findings and first.findings[0].fix is not None
    assert second.findings == first.findings
    assert second.sources.keys() == first.sources.keys()
    assert second.selected == first.selected


def test_a_change_in_the_model_renews_what_was_said_of_the_training(run: Run, project: Path, worked: Worked) -> None:
    assert run().status == 1
    write(project, model=MODEL.replace("F.softmax(self.fc(x), dim=1)", "self.fc(x)"))
    assert run().status == 0
    assert worked() == [4, 4]
    write(project, model=MODEL)
    assert run().status == 1


def test_a_change_of_the_same_size_and_time_is_seen_where_the_time_says_nothing(run: Run, project: Path) -> None:
    """A file that was just written may be written again within the clock's tick."""
    (project / "model.py").write_text(MODEL)
    status = os.stat(project / "model.py")
    assert run().status == 1
    (project / "model.py").write_text(MODEL.replace("softmax", "dropout").replace("dim=1", "p=0.1"[:5]))
    os.utime(project / "model.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert os.stat(project / "model.py").st_size == status.st_size
    assert run().status == 0


def test_a_change_that_nothing_was_drawn_from(run: Run, project: Path, worked: Worked) -> None:
    run()
    write(project, other=PLAIN.replace("folder", "path"))
    assert run().status == 1
    assert worked() == [4]
    run()
    assert worked() == []


def test_a_file_that_is_only_touched(run: Run, project: Path, worked: Worked) -> None:
    run()
    write(project, model=MODEL)
    assert run().status == 1
    assert worked() == [4]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN + "from train import criterion\n",
        PLAIN + "import torch.nn as nn\ncriterion = nn.BCELoss()\n",
        PLAIN + "x = 1  # losslint: ignore[LL101]\n",
    ],
    ids=["an import", "a loss", "a comment"],
)
def test_a_change_that_may_matter(run: Run, project: Path, worked: Worked, text: str) -> None:
    run()
    write(project, other=text)
    run()
    assert worked() == [4, 4]


def test_files_that_come_and_go(run: Run, project: Path, worked: Worked) -> None:
    run()
    write(project, new="from model import Net\n")
    run()
    (project / "new.py").unlink()
    (project / "other.py").unlink()
    run()
    assert worked() == [4, 5, 3]


def test_what_was_named(run: Run, project: Path, worked: Worked) -> None:
    assert run("model.py").status == 1
    assert run("other.py").status == 0
    assert run("other.py").status == 0
    assert run("model.py").status == 1
    assert worked() == [4, 4]


def test_settings_and_rules(run: Run, project: Path, worked: Worked) -> None:
    assert run().status == 1
    assert run("--ignore", "LL101").status == 0
    (project / "losslint.toml").write_text('ignore = ["LL101"]\n')
    assert run().status == 0
    (project / "losslint.toml").unlink()
    assert worked() == [4, 4, 4]
    assert run("--output-format", "json").status == 1
    assert worked() == []


def test_another_version(run: Run, project: Path, worked: Worked, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    monkeypatch.setattr(cache, "__version__", "0.0.0")
    run()
    assert worked() == [4, 4]


def test_a_losslint_in_another_place(
    run: Run, project: Path, worked: Worked, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run().status == 1
    assert worked()
    monkeypatch.setattr(cache, "_OWN", str(project / "elsewhere" / "losslint"))
    assert run().status == 1
    assert worked() != []


def test_a_rule_that_changes(run: Run, project: Path, worked: Worked, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = project / "rules"
    rules.mkdir()
    (rules / "mine.py").write_text("x = 1\n")
    watched = cache._watched
    monkeypatch.setattr(cache, "_watched", lambda: [*watched(), str(rules)])
    run("train.py")
    run("train.py")
    (rules / "mine.py").write_text("x = 10\n")
    run("train.py")
    assert len(worked()) == 2


def test_a_distribution_that_is_installed(
    run: Run, project: Path, worked: Worked, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("train.py")
    (project / "site" / "more_rules-1.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(project / "site"))
    run("train.py")
    assert len(worked()) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"\xff\x00", b"[]", b"{}", b'{"engine": 1}', b"[" * 100_000,
        b'{"engine": "x", "watched": [1], "files": {}, "projects": {}}',
    ],
)  # fmt: skip
def test_a_damaged_cache_is_made_anew(run: Run, project: Path, worked: Worked, content: bytes) -> None:
    first = run()
    file = project / ".losslint_cache" / "cache.json"
    file.write_bytes(content)
    second = run()
    assert (second.status, second.out, second.err) == (first.status, first.out, first.err)
    run()
    assert worked() == [4, 4]


@pytest.mark.parametrize("part", ["files", "projects"])
@pytest.mark.parametrize("value", [None, 1, [], {}, "x", [[]]])
def test_a_part_that_is_damaged(run: Run, project: Path, part: str, value: object) -> None:
    first = run()
    file = project / ".losslint_cache" / "cache.json"
    content = json.loads(file.read_text())
    content[part] = dict.fromkeys(content[part], value)
    file.write_text(json.dumps(content))
    second = run()
    assert (second.status, second.out, second.err) == (first.status, first.out, first.err)
    (result,) = json.loads(file.read_text())["projects"].values()
    assert result["result"]["findings"]


# ------------------------------------------------------------------------------------ a cache that somebody else made


def forged(file: Path, change: Callable[[dict[str, Any]], None], *, sealed: bool = False) -> None:
    """Change what a cache holds; `sealed` as only this machine can."""
    content = json.loads(file.read_text())
    change(content)
    del content["seal"]
    body = json.dumps(content, separators=(",", ":"))[1:]
    file.write_text(f"{cache._HEAD % (cache._seal(body) if sealed else '0' * 32)}{body}")


def silence(content: dict[str, Any]) -> None:
    for project in content["projects"].values():
        project["result"]["findings"] = []


def inject(content: dict[str, Any]) -> None:
    """The fix of a finding writes what somebody else wants."""
    for project in content["projects"].values():
        for finding in project["result"]["findings"]:
            finding[6][2][0][1] = "__import__('os').system('touch pwned')"


@pytest.mark.parametrize("change", [silence, inject])
def test_a_forged_cache_is_ignored(
    run: Run, project: Path, worked: Worked, change: Callable[[dict[str, Any]], None]
) -> None:
    """All in it fits this project and this losslint but the seal, which nobody elsewhere can write."""
    first = run()
    file = project / ".losslint_cache" / "cache.json"
    forged(file, change)
    second = run()
    assert (second.status, second.out, second.err) == (first.status, first.out, first.err)
    assert worked() == [4, 4]
    forged(file, change)
    assert run("--fix", "--unsafe-fixes").status == 0
    assert not any("pwned" in path.read_text() for path in project.glob("*.py"))
    # the same with the seal would be believed: it's the seal that the others fail at
    write(project, model=MODEL)
    run()
    forged(file, silence, sealed=True)
    assert run().status == 0


def test_the_seal_is_of_one_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same files with the same names, contents and times, installed twice: what one seals the other doesn't believe."""

    def sealed(name: str) -> str:
        file = tmp_path / name / "losslint" / "cache.py"
        if not file.exists():
            file.parent.mkdir(parents=True)
            file.write_text("pass\n")
            os.utime(file, (1_000_000_000, 1_000_000_000))
        monkeypatch.setattr(cache, "_OWN", str(file.parent))
        cache._secret.cache_clear()
        return cache._seal("{}")

    try:
        assert sealed("one") == sealed("one") != sealed("other")
    finally:
        cache._secret.cache_clear()


def test_a_link_in_the_place_of_a_new_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("theirs")
    (tmp_path / "new").symlink_to(tmp_path / "theirs")
    with pytest.raises(FileExistsError):
        cache._write(str(tmp_path / "new"), "ours")
    assert (tmp_path / "theirs").read_text() == "theirs"


def test_the_seal_is_of_every_byte(run: Run, project: Path, worked: Worked) -> None:
    run()
    file = project / ".losslint_cache" / "cache.json"
    raw = file.read_bytes()
    for at in range(0, len(raw), max(1, len(raw) // 150)):
        file.write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])
        assert cache._read(str(file)) == {}
    for other in (raw[:-1], raw + b" ", b" " + raw, raw.replace(b"seal", b"Seal")):
        file.write_bytes(other)
        assert cache._read(str(file)) == {}
    file.write_bytes(raw)
    assert cache._read(str(file)) != {}


@pytest.mark.parametrize("content", [b'{"a":' * 200_000, b"9" * 100_000, b'{"seal":"%s",' % (b"0" * 32), b"\x00" * 1000])
def test_a_cache_that_is_meant_to_hurt(run: Run, project: Path, content: bytes) -> None:
    first = run("--no-cache")
    file = project / ".losslint_cache" / "cache.json"
    file.parent.mkdir()
    file.write_bytes(content)
    second = run()
    assert (second.status, second.out, second.err) == (first.status, first.out, first.err)


def test_a_cache_of_any_size(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more of it is read than a cache may have, and none is written that isn't read again."""
    files = discovery.discover(["."], Settings()).files
    session.lint(files, Settings(), cache=cache.Cache("big", Settings()))
    size = os.stat("big/cache.json").st_size
    monkeypatch.setattr(cache, "MOST_BYTES", size // 2)
    assert cache._read("big/cache.json") == {}
    session.lint(files, Settings(), cache=cache.Cache("bigger", Settings()))
    assert not os.path.exists("bigger")


def test_a_cache_that_is_a_link(run: Run, project: Path) -> None:
    """Nothing is written where a link leads that came with the project."""
    outside = project.parent / f"{project.name}-outside"
    outside.mkdir()
    (project / ".losslint_cache").symlink_to(outside)
    assert run().status == 1
    assert os.listdir(outside) == []
    (project / ".losslint_cache").unlink()
    (project / ".losslint_cache").mkdir()
    for name in ("cache.json", ".gitignore"):
        (project / ".losslint_cache" / name).symlink_to(outside / name)
    assert run().status == 1
    assert os.listdir(outside) == []
    assert not (project / ".losslint_cache" / "cache.json").is_symlink()


def test_a_folder_that_was_there(run: Run, project: Path) -> None:
    """git goes on seeing what is in it."""
    (project / "mine").mkdir()
    assert run("--cache-dir", "mine").status == 1
    assert os.listdir(project / "mine") == ["cache.json"]


def test_a_file_of_that_name_that_is_no_cache(run: Run, project: Path) -> None:
    (project / "cache.json").write_text('{"mine": 1}')
    assert run("--cache-dir", ".").status == 1
    assert (project / "cache.json").read_text() == '{"mine": 1}'


def test_no_cache(run: Run, project: Path, worked: Worked) -> None:
    run("--no-cache")
    assert not (project / ".losslint_cache").exists()
    run()
    write(project, model=MODEL.replace("F.softmax(self.fc(x), dim=1)", "self.fc(x)"))
    assert run("--no-cache").status == 0
    assert worked() == [4, 4, 4]


def test_another_folder(run: Run, project: Path, worked: Worked) -> None:
    run("--cache-dir", "made/here")
    assert not (project / ".losslint_cache").exists()
    assert (project / "made" / "here" / ".gitignore").read_text() == "*\n"
    run("--cache-dir", "made/here")
    assert worked() == [4]


def test_a_folder_that_cannot_be_written(run: Run, project: Path) -> None:
    (project / ".losslint_cache").write_text("a file")
    assert run().status == 1
    assert run().err == run().err


def test_fixing_is_not_told_old_things(run: Run, project: Path) -> None:
    assert run().status == 1
    assert run("--fix", "--unsafe-fixes").status == 0
    assert "softmax" not in (project / "model.py").read_text()
    assert run().status == 0


def test_two_runs_at_once(project: Path) -> None:
    files = discovery.discover(["."], Settings()).files
    one, other = cache.Cache("shared", Settings()), cache.Cache("shared", Settings())
    first = session.lint(files, Settings(), cache=one)
    assert session.lint(files, Settings(), cache=other).findings == first.findings
    assert sorted(os.listdir("shared")) == [".gitignore", "cache.json"]
    assert session.lint(files, Settings(), cache=cache.Cache("shared", Settings())).findings == first.findings


def test_a_file_that_does_not_parse(run: Run, project: Path) -> None:
    write(project, broken="def f(:\n    CrossEntropyLoss\n")
    first = run()
    assert first.status == 2
    second = run()
    assert (second.status, second.out, second.err) == (first.status, first.out, first.err)
    write(project, broken="x = 1\n")
    assert run().status == 1


def test_the_cache_stays_small(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_PROJECTS", 2)
    for name in ("model.py", "train.py", "other.py", "model.py"):
        session.lint(discovery.discover([name], Settings()).files, Settings(), cache=cache.Cache("small", Settings()))
    assert len(json.loads(Path("small/cache.json").read_text())["projects"]) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
@pytest.mark.parametrize("folder", [".losslint_cache", "mine"])
def test_a_pipe_is_no_cache(run: Run, folder: str) -> None:
    """Nobody waits for what it says."""
    Path("a.py").write_text("x = 1\n")
    Path(folder).mkdir()
    os.mkfifo(Path(folder, "cache.json"))
    assert run("--isolated", "--cache-dir", folder, "a.py").status == 0
