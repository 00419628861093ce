"""Writing is safe: whole or not at all, together or not at all, and nowhere but where it was said."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Run

from losslint import writing
from losslint.writing import Change, WriteError, write_file, write_together

MODEL = """\
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)
"""
TRAIN = """\
import torch.nn as nn
from model import Net

criterion = nn.CrossEntropyLoss()
model = Net()


def train(x, y):
    return criterion(model(x), y)
"""
WHOLE = MODEL + TRAIN.replace("from model import Net\n", "")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Change]]:
    """Two files that are to be written together; no temporary file is left, whatever happens."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "b.py"):
        Path(name).write_bytes(b"old\n")
    yield [Change("a.py", b"new a\n", b"old\n"), Change("b.py", b"new b\n", b"old\n")]
    assert [name for name in os.listdir() if name.startswith(".losslint-")] == []


def contents() -> list[bytes]:
    return [Path(name).read_bytes() for name in ("a.py", "b.py")]


def refused(changes: list[Change], path: str, says: str, **options: list[str]) -> None:
    with pytest.raises(WriteError, match=says) as caught:
        write_together(changes, **options)
    assert caught.value.path == path


def test_both_are_written(two: list[Change]) -> None:
    before = os.stat("a.py").st_ino
    write_together(two, ["."])
    assert contents() == [b"new a\n", b"new b\n"]
    assert os.stat("a.py").st_ino != before
    assert sorted(os.listdir()) == ["a.py", "b.py"]


# ------------------------------------------------------------------------------------------------- nothing else changes


@pytest.mark.skipif(os.name != "posix", reason="folders can't be synced there")
def test_files_are_synced_before_and_their_names_after(two: list[Change], monkeypatch: pytest.MonkeyPatch) -> None:
    """A power failure finds the old files or the new ones."""
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def replaced(one: str, other: str) -> None:
        done.append("replaced")
        replace(one, other)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    write_together(two)
    assert done == ["file", "file", "replaced", "replaced", "folder"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o4755, 0o666])
def test_modes_stay(two: list[Change], mode: int) -> None:
    os.chmod("a.py", mode)
    write_together(two)
    assert stat.S_IMODE(os.stat("a.py").st_mode) == mode


def test_a_new_file_has_the_mode_of_new_files(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(str(tmp_path / "new"), b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give files away")
def test_owners_stay(two: list[Change]) -> None:
    os.chown("a.py", 12345, 23456)
    os.chmod("a.py", 0o4711)
    write_together(two)
    status = os.stat("a.py")
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (12345, 23456, 0o4711)


def test_an_owner_that_cannot_stay(two: list[Change], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may write a file of somebody else's, but not give files away, doesn't make it their own."""
    real = os.fstat

    def fstat(handle: int) -> os.stat_result:
        status = list(real(handle))
        status[4] += os.lseek(handle, 0, os.SEEK_END) != 4  # the new file's, not the old one's
        return os.stat_result(status)

    def fchown(handle: int, user: int, group: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", fchown)
    monkeypatch.setattr(os, "fstat", fstat)
    monkeypatch.setattr(writing, "_check_same", lambda prepared: None)
    with pytest.raises(WriteError, match="its owner couldn't stay the same"):
        write_together([Change("a.py", b"longer than it was\n")])
    assert contents() == [b"old\n", b"old\n"]


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no such attributes here")
def test_attributes_stay(two: list[Change]) -> None:
    try:
        os.setxattr("a.py", "user.note", b"mine")
    except OSError:
        pytest.skip("a file system without attributes")
    write_together(two)
    assert os.getxattr("a.py", "user.note") == b"mine"


def test_other_names_of_a_file_keep_what_it_was(two: list[Change], tmp_path: Path) -> None:
    """A hard link may be outside of the project (a cache that packages are installed from)."""
    os.link("a.py", "other")
    write_together(two)
    assert Path("other").read_bytes() == b"old\n"


# --------------------------------------------------------------------------------------------------------------- refusals


def test_a_file_that_changed(two: list[Change]) -> None:
    Path("b.py").write_bytes(b"edited\n")
    refused(two, "b.py", "is not written: it changed while it was linted")
    assert contents() == [b"old\n", b"edited\n"]


def test_a_file_that_changes_while_others_are_written(two: list[Change], monkeypatch: pytest.MonkeyPatch) -> None:
    prepare = writing._prepare

    def slow(change: Change, roots: list[str] | None, *, keep: bool) -> object:
        prepared = prepare(change, roots, keep=keep)
        if change.path == "b.py":
            Path("a.py").write_bytes(b"edited\n")
        return prepared

    monkeypatch.setattr(writing, "_prepare", slow)
    refused(two, "a.py", "is not written: it changed while it was linted")
    assert contents() == [b"edited\n", b"old\n"]


def test_a_file_that_is_gone(two: list[Change]) -> None:
    os.unlink("b.py")
    refused(two, "b.py", "is not written: it was removed while it was linted")
    assert Path("a.py").read_bytes() == b"old\n"
    assert not os.path.exists("b.py")


def test_a_file_that_is_read_only(two: list[Change]) -> None:
    """For root, too, who could write it."""
    os.chmod("b.py", 0o444)
    refused(two, "b.py", "can't be written: it is read-only")
    assert contents() == [b"old\n", b"old\n"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_what_is_no_file(two: list[Change]) -> None:
    os.unlink("b.py")
    os.mkfifo("b.py")
    refused(two, "b.py", "can't be written: it is no regular file")
    assert Path("a.py").read_bytes() == b"old\n"


def test_a_folder_that_is_not_there(two: list[Change]) -> None:
    refused([Change("none/a.py", b"x")], "none/a.py", "can't be written: No such file or directory")
    refused([Change("a\0.py", b"x")], "a\0.py", "can't be written: .*null")
    with pytest.raises(WriteError, match="can't be written"):
        write_file("a\0.py", b"x")


# ----------------------------------------------------------------------------------------------------------- where to


def test_links_inside_are_followed(two: list[Change]) -> None:
    os.rename("a.py", "real.py")
    os.symlink("real.py", "a.py")
    write_together(two, ["."])
    assert os.readlink("a.py") == "real.py"
    assert contents() == [b"new a\n", b"new b\n"]


@pytest.mark.parametrize("through", ["file", "folder", "dots"])
def test_nothing_outside_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, through: str) -> None:
    outside, project = tmp_path / "outside", tmp_path / "project"
    outside.mkdir()
    project.mkdir()
    (outside / "a.py").write_bytes(b"old\n")
    (project / "b.py").write_bytes(b"old\n")
    monkeypatch.chdir(project)
    path = {"file": "a.py", "folder": "inside/a.py", "dots": "../outside/a.py"}[through]
    if through == "file":
        os.symlink("../outside/a.py", "a.py")
    if through == "folder":
        os.symlink("../outside", "inside")
    changes = [Change("b.py", b"new\n", b"old\n"), Change(path, b"new\n", b"old\n")]
    refused(changes, path, "is not written: it leads out of the project, to ", roots=["."])
    assert (outside / "a.py").read_bytes() == (project / "b.py").read_bytes() == b"old\n"
    assert sorted(os.listdir(outside)) == ["a.py"]


def test_a_name_that_only_begins_like_the_project(tmp_path: Path) -> None:
    for name in ("project", "project2"):
        (tmp_path / name).mkdir()
    path = str(tmp_path / "project2" / "a.py")
    refused([Change(path, b"")], path, "leads out", roots=[str(tmp_path / "project")])


# -------------------------------------------------------------------------------------------------------------- failing


@pytest.mark.parametrize("failing", ["fsync", "chmod", "replace", "link"])
@pytest.mark.parametrize("at", [1, 2])
def test_whatever_fails_nothing_is_lost(
    two: list[Change], monkeypatch: pytest.MonkeyPatch, failing: str, at: int
) -> None:
    real = getattr(os, failing)
    calls: list[object] = []

    def fail(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == at:
            raise OSError(28, "No space left on device")
        return real(*arguments)

    monkeypatch.setattr(os, failing, fail)
    if failing == "link":  # not every file system has hard links: then it's copied
        write_together(two)
        assert contents() == [b"new a\n", b"new b\n"]
    else:
        refused(two, "ab"[at - 1] + ".py", "can't be written: No space left on device")
        assert contents() == [b"old\n", b"old\n"]


def test_an_interrupt_between_the_two(two: list[Change], monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.replace

    def interrupted(source: str, target: str) -> None:
        real(source, target)
        if target.endswith("a.py") and not source.endswith(".old"):
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_together(two)
    assert contents() == [b"old\n", b"old\n"]


def test_what_cannot_be_put_back_is_kept_and_named(
    two: list[Change], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = os.replace
    calls: list[str] = []

    def fail(source: str, target: str) -> None:
        calls.append(target)
        if len(calls) > 1:
            raise OSError(5, "Input/output error")
        real(source, target)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WriteError, match="was written, and can't be put back: Input/output error; what it was is in ") as caught:
        write_together(two)
    assert caught.value.path == "a.py"
    kept = Path(caught.value.message.rpartition(" ")[2])
    assert kept.read_bytes() == b"old\n"
    kept.unlink()


FULL = """
import os, resource, sys
sys.path[:0] = {path!r}
from losslint.writing import Change, WriteError, write_together
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    write_together([Change("a.py", b"x" * 10, b"old\\n"), Change("b.py", b"x" * 2000, b"old\\n")])
except WriteError as error:
    print(error.path, error.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no bounds to the size of files here")
def test_no_room_for_the_second(two: list[Change]) -> None:
    """The system itself refuses to write on, as it does where the disk is full."""
    done = subprocess.run([sys.executable, "-c", FULL.format(path=sys.path)], capture_output=True, text=True, check=True)
    assert done.stdout == "b.py can't be written: File too large\n"
    assert contents() == [b"old\n", b"old\n"]


# ----------------------------------------------------------------------------------------------------------- the command


def project(folder: Path) -> None:
    (folder / "model.py").write_text(MODEL)
    (folder / "train.py").write_text(TRAIN)


def test_a_link_out_of_the_project(run: Run, tmp_path: Path) -> None:
    """A program that is a link to one of another project: losslint reads it, and writes nothing there."""
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "train.py").write_text(WHOLE)
    (tmp_path / "train.py").symlink_to(outside / "train.py")
    for options in (["--fix", "--unsafe-fixes"], ["--add-ignores", "known"]):
        for path in (".", "train.py"):
            done = run(*options, path)
            assert done.status == 2
            assert "train.py: error: is not written: it leads out of the project, to " in done.err
    assert (outside / "train.py").read_text() == WHOLE
    assert os.listdir(outside) == ["train.py"]
    assert run("--fix", "--unsafe-fixes", str(outside)).status == 0
    assert (outside / "train.py").read_text() != WHOLE


def test_a_project_elsewhere(run: Run, tmp_path: Path) -> None:
    """What is named may be anywhere: then it's that project's folder in which is written."""
    elsewhere = tmp_path.parent / f"{tmp_path.name}-elsewhere"
    elsewhere.mkdir()
    project(elsewhere)
    assert run("--fix", "--unsafe-fixes", str(elsewhere)).status == 0
    assert "softmax" not in (elsewhere / "model.py").read_text()


def test_a_report_is_written_over_no_program(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    for given in ("train.py", "json:train.py"):
        done = run("--output-file", given)
        assert done.status == 2
        assert "train.py is there, and is a program" in done.err
    assert (tmp_path / "train.py").read_text() == TRAIN
    done = run("--write-baseline", "train.py")
    assert done.status == 2
    assert (tmp_path / "train.py").read_text() == TRAIN


def test_reports_are_whole_or_not_there(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path)
    (tmp_path / "report.json").write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = run("--output-file", "json:report.json", "--no-cache")
    assert done.status == 2
    assert "json:report.json can't be written: No space left on device" in done.err
    assert (tmp_path / "report.json").read_text() == "old"
    done = run("--write-baseline", "baseline.json")
    assert done.status == 2
    assert "baseline.json can't be written: No space left on device" in done.err
    assert sorted(path for path in os.listdir() if path.startswith((".losslint-", "base"))) == []


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="no such file here")
@pytest.mark.parametrize("file", ["/dev/stdout", "/dev/null"])
def test_a_report_to_what_is_no_file(tmp_path: Path, file: str) -> None:
    (tmp_path / "train.py").write_text(TRAIN)
    command = [sys.executable, "-m", "losslint", "--isolated", "--no-cache", "--output-file", f"json:{file}", "train.py"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert ('"findings"' in done.stdout) is (file == "/dev/stdout")
    assert "All checks passed" in done.stdout
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
