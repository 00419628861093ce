"""Writing files: each whole or not at all, those of one fix together or not at all, and nowhere but where it was said.

All that is to be written is on the disk, beside the files that it replaces, before the first of them is replaced. Whatever
fails until then (a full disk, a file that may not be written) has changed nothing; what fails after it puts back what was
replaced already.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress

from losslint.record import dataclass


class WriteError(Exception):
    """A file that wasn't written, and why. All files are as they were, or the message says which one isn't."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class Change:
    """A file's new content. `original` is what it has to hold for that; None where that doesn't matter."""

    path: str
    content: bytes
    original: bytes | None = None


@dataclass(slots=True)
class _Prepared:
    """A change whose content is on the disk, in `temporary`. `kept` is what there was, where it may have to be put back."""

    path: str
    target: str
    temporary: str
    status: os.stat_result | None
    kept: str | None = None


def write_together(changes: Sequence[Change], roots: Iterable[str] | None = None) -> None:
    """Replace the content of all these files, or of none.

    Modes and owners stay. A symbolic link's target is what changes; where that is outside of the `roots`, folders, nothing is
    written (None allows every place: one that a person named for this). A hard link is none any more: its other names keep
    the old content. A file that isn't there yet is made. Raises WriteError.
    """
    inside = None if roots is None else [os.path.realpath(root) for root in roots]
    prepared: list[_Prepared] = []
    path = ""
    try:
        for change in changes:
            path = change.path
            prepared.append(_prepare(change, inside, keep=len(changes) > 1))
        for one in prepared:
            path = one.path
            _check_same(one)
        for number, one in enumerate(prepared):
            path = one.path
            try:
                os.replace(one.temporary, one.target)
            except BaseException:
                _put_back(prepared[: number + 1])
                raise
        for folder in {os.path.dirname(one.target) for one in prepared}:
            _sync(folder)
    except OSError as error:
        raise WriteError(path, f"can't be written: {error.strerror or error}") from None
    finally:
        for one in prepared:
            for left in (one.temporary, one.kept):
                if left is not None:
                    with suppress(FileNotFoundError):
                        os.unlink(left)


def write_file(path: str, content: bytes) -> None:
    """Write a file that a person named, wherever it is. What is no file (a pipe, a terminal) is written to. Raises WriteError."""
    try:
        special = os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode)
        # what a shell sends standard output to is a file that others write to, too: it must stay the same one
        if special or os.path.abspath(path).startswith(("/dev/", "/proc/")):
            with open(path, "wb") as stream:
                stream.write(content)
            return
    except (OSError, ValueError) as error:
        raise WriteError(path, f"can't be written: {getattr(error, 'strerror', None) or error}") from None
    write_together([Change(path, content)])


def _prepare(change: Change, roots: Sequence[str] | None, *, keep: bool) -> _Prepared:
    """Write the new content beside the file, with its mode and owner. Raises OSError, or WriteError."""
    try:
        target = os.path.realpath(change.path)
    except ValueError as error:
        raise WriteError(change.path, f"can't be written: {error}") from None
    if roots is not None and not any(_is_below(target, root) for root in roots):
        raise WriteError(change.path, f"is not written: it leads out of the project, to {target}")
    status = _status(change, target)
    import tempfile  # which only writing needs

    folder = os.path.dirname(target)
    handle, temporary = tempfile.mkstemp(prefix=".losslint-", dir=folder)
    prepared = _Prepared(change.path, target, temporary, status)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(change.content)
            stream.flush()
            _same_owner(change.path, stream.fileno(), status)
            os.fsync(stream.fileno())
        os.chmod(temporary, _new_mode() if status is None else stat.S_IMODE(status.st_mode))
        if status is not None:
            _same_attributes(target, temporary)
        if keep and status is not None:
            prepared.kept = _kept(target, temporary)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    return prepared


def _status(change: Change, target: str) -> os.stat_result | None:
    """How the file is; None where there is none. Raises WriteError where it isn't to be written."""
    try:
        if not stat.S_ISREG(os.stat(target).st_mode):  # to open a pipe may take forever
            raise WriteError(change.path, "can't be written: it is no regular file")
        with open(target, "rb") as stream:
            status = os.fstat(stream.fileno())
            if change.original is not None and stream.read() != change.original:
                raise WriteError(change.path, "is not written: it changed while it was linted")
    except FileNotFoundError:
        if change.original is not None:
            raise WriteError(change.path, "is not written: it was removed while it was linted") from None
        return None
    # root may write everything: that somebody took the right from everybody counts all the same
    if not status.st_mode & 0o222 or not os.access(target, os.W_OK):
        raise WriteError(change.path, "can't be written: it is read-only")
    return status


def _check_same(prepared: _Prepared) -> None:
    """Nobody wrote the file while its new content was written beside it."""
    status = prepared.status
    if status is None:
        return
    now = os.stat(prepared.target)
    if (now.st_ino, now.st_size, now.st_mtime_ns) != (status.st_ino, status.st_size, status.st_mtime_ns):
        raise WriteError(prepared.path, "is not written: it changed while it was linted")


def _put_back(replaced: Sequence[_Prepared]) -> None:
    """Make files what they were; the last one may not have been replaced yet."""
    lost: list[tuple[_Prepared, OSError]] = []
    kept: dict[str, str | None] = {}
    for one in reversed(replaced):
        if os.path.exists(one.temporary):
            continue
        try:
            if one.kept is not None:
                os.replace(one.kept, one.target)
            elif one.status is None:
                os.unlink(one.target)
        except OSError as error:
            lost.append((one, error))
    if lost:
        for one, _ in lost:
            kept[one.path], one.kept = one.kept, None  # it stays on the disk
        one, reason = lost[0]
        old = kept[one.path]
        message = f"was written, and can't be put back: {reason.strerror or reason}"
        raise WriteError(one.path, message if old is None else f"{message}; what it was is in {old}")


def _kept(target: str, temporary: str) -> str:
    """The file as it is, under another name beside it: the same one where there are hard links, else a copy."""
    name = f"{temporary}.old"
    try:
        os.link(target, name)
    except OSError:  # a file system without hard links, or a file of somebody else's
        import shutil

        try:
            shutil.copy2(target, name)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise
    return name


def _same_owner(path: str, handle: int, status: os.stat_result | None) -> None:
    if status is None or not hasattr(os, "fchown"):
        return
    mine = os.fstat(handle)
    if (mine.st_uid, mine.st_gid) == (status.st_uid, status.st_gid):
        return
    try:
        os.fchown(handle, status.st_uid, status.st_gid)
    except PermissionError:
        raise WriteError(path, "can't be written: its owner couldn't stay the same") from None


def _same_attributes(target: str, temporary: str) -> None:
    """Access lists and a user's own attributes; what only the system may set it sets itself."""
    if not hasattr(os, "listxattr"):
        return
    with suppress(OSError):  # a file system without them
        for name in os.listxattr(target):
            with suppress(OSError):
                os.setxattr(temporary, name, os.getxattr(target, name))


def _new_mode() -> int:
    """The mode of a new file."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask


def _is_below(target: str, root: str) -> bool:
    try:
        return os.path.commonpath([target, root]) == root
    except ValueError:  # another drive
        return False


def _sync(folder: str) -> None:
    """Write a folder's names to the disk, where the system can do that to folders."""
    if os.name != "posix":
        return
    with suppress(OSError):  # the files are written: whether their names outlive a power failure is all that's open
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
