"""Finding the files to lint: the ones that were named, and in folders the ones that git sees.

Files that are named are always linted. Below a folder, `.gitignore` files count (also those above it, up to the
repository's root, and `.git/info/exclude`), and folders that never hold a project's own programs are left out.
"""

from __future__ import annotations

import functools
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from losslint.finding import FileError
from losslint.patterns import PatternError, Patterns, lines_of
from losslint.record import dataclass
from losslint.source import shown_path

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = (".py", ".ipynb")

# What ruff leaves out, and __pycache__.
DEFAULT_EXCLUDE = (
    ".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".losslint_cache", ".mypy_cache", ".nox",
    ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode",
    "__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip

SETTINGS_FILES = ("losslint.toml", "pyproject.toml")
"""Where settings stand: in a folder that has both, in the first."""
REPOSITORY = ".git"
NOTED = frozenset({*SETTINGS_FILES, REPOSITORY, ".gitignore"})
"""What a folder may hold that changes what is left out below it."""

_MOST_IGNORES = 1_000_000
"""How large a .gitignore file may be."""
_LONGEST_LINE = 40_000

_ROOT_MARKS = ("pyproject.toml", ".git", "setup.py", "setup.cfg")
_NAMES = NOTED.union(_ROOT_MARKS)


class Excludes(Protocol):
    """The settings that discovery reads: patterns as in a .gitignore file, relative to `root`."""

    @property
    def exclude(self) -> tuple[str, ...]:
        """What is left out."""

    @property
    def extend_exclude(self) -> tuple[str, ...]:
        """What is left out besides."""

    @property
    def respect_gitignore(self) -> bool:
        """Whether what git ignores is left out."""

    @property
    def root(self) -> Path | None:
        """The folder that patterns are relative to; None is the current one."""


class Layers(Protocol):
    """The settings of every folder. Settings that hold everywhere are such, too."""

    def in_folder(self, folder: str) -> Excludes:
        """What holds in a folder, by its absolute path."""

    def entered(self, folder: str, names: Collection[str]) -> Excludes:
        """The same of a folder that is being walked, after the one above: `names` are those of `NOTED` in it."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to lint.

    `path` is absolute; `shown` is relative to where losslint was started, with forward slashes; `base` is the path
    that was named: a folder that the file was found in, or the file itself; `real` has no symbolic links in it; `folder` is the
    one of `path`.
    """

    path: str
    shown: str
    base: str
    real: str
    folder: str

    @classmethod
    def at(cls, path: str, shown: str, base: str, real: str) -> File:
        """The file at a path."""
        return cls(path, shown, base, real, os.path.dirname(path))

    @property
    def is_named(self) -> bool:
        """Whether the file itself was named, not a folder that it is in."""
        return self.base == self.path


@dataclass(frozen=True, slots=True)
class Discovered:
    """The files, sorted and each once, and the named paths that can't be linted."""

    files: tuple[File, ...]
    errors: tuple[FileError, ...]


def discover(paths: Sequence[str], settings: Layers) -> Discovered:
    """The files that the named files and folders stand for: what is left out of a folder is what its own settings leave out."""
    cwd = os.getcwd()
    found: dict[str, File] = {}
    linked: list[File] = []
    errors: list[FileError] = []
    for named in paths:
        path = os.path.abspath(os.path.join(cwd, named))
        shown = shown_path(path, cwd)
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            if isinstance(error, FileNotFoundError):
                reason = "no such file or folder"
            errors.append(FileError(shown if "\0" not in shown else named, reason))
            continue
        if stat.S_ISDIR(mode):
            walk = _Walk(path, shown, settings)
            for file, is_link in walk.files():
                if is_link:
                    linked.append(file)
                else:
                    found.setdefault(file.real, file)
            errors.extend(walk.errors)
        elif stat.S_ISREG(mode):
            real = os.path.realpath(path)
            found.setdefault(real, File.at(path, shown, path, real))
        else:
            errors.append(FileError(shown, "is not a regular file"))
    # A link counts where what it leads to wasn't found by its own name.
    for file in sorted(linked, key=lambda file: file.shown):
        found.setdefault(file.real, file)
    return Discovered(tuple(sorted(found.values(), key=lambda file: file.shown)), tuple(errors))


def project_root(file: File) -> str:
    """The folder of the project that a file is in: the nearest one with a project's marks.

    Where there is none: the named folder, or the one that the named file is in.
    """
    return _marked(file.folder) or (file.folder if file.is_named else file.base)


def project_roots(files: Iterable[File]) -> frozenset[str]:
    """The folders of the projects that files are in: nothing outside of these is written when they are fixed."""
    return frozenset(map(project_root, files))


def is_whole(file: File) -> bool:
    """Whether all that belongs to a file is known: it's in a project with its marks, or its folder was named."""
    return not file.is_named or _marked(file.folder) is not None


_unmarked: set[str] = set()
"""Folders that were walked, and had none of a project's marks."""


@functools.cache
def _marked(folder: str) -> str | None:
    for mark in _ROOT_MARKS if folder not in _unmarked else ():
        if os.path.exists(os.path.join(folder, mark)):
            # a package may have a module named setup.py
            if mark == "setup.py" and os.path.exists(os.path.join(folder, "__init__.py")):
                continue
            return folder
    above = os.path.dirname(folder)
    return None if above == folder else _marked(above)


def is_excluded(file: File, settings: Layers) -> bool:
    """Whether the settings' excludes, not what git ignores, leave a file out, by itself or with a folder that it's in."""
    path = file.path
    is_folder = False
    while (folder := os.path.dirname(path)) != path:
        excluded = _Excluded(settings.in_folder(folder))
        real = os.path.realpath(path)
        if not real.startswith(excluded.root.rstrip(os.sep) + os.sep):
            break
        if excluded.covers(os.path.basename(path), real, is_folder):
            return True
        path = folder
        is_folder = True
    return False


class _Excluded:
    """The settings' excludes."""

    def __init__(self, settings: Excludes) -> None:
        self.patterns = Patterns((*settings.exclude, *settings.extend_exclude))
        self.root = os.path.realpath(settings.root or os.getcwd())

    def covers(self, name: str, real: str, is_folder: bool) -> bool:
        """Whether a file or folder is left out."""
        path = name
        if self.patterns.anchored:
            relative = os.path.relpath(real, self.root).replace(os.sep, "/")
            # Outside of the settings' folder only names count.
            path = name if relative.startswith("../") else relative
        return bool(self.patterns.verdict(path, is_folder))


class _Walk:
    """One named folder."""

    def __init__(self, path: str, shown: str, settings: Layers) -> None:
        self.base = path
        self.shown = "" if shown == "." else shown.rstrip("/") + "/"
        self.real = os.path.realpath(path)
        self.settings = settings
        self.errors: list[FileError] = []

    def files(self) -> Iterator[tuple[File, bool]]:
        """The folder's files, and whether each is a symbolic link. Links to folders aren't followed: git doesn't."""
        # Depth first with a stack of its own: folders may be nested deeper than Python's recursion allows.
        held = self.settings.in_folder(self.base)
        excluded = _Excluded(held)
        above = _ignores_above(self.real, self.errors) if held.respect_gitignore else ()
        stack = [(self.base, self.real, self.shown, above, held, excluded)]
        while stack:
            folder, real, shown, ignores, held, excluded = stack.pop()
            try:
                with os.scandir(folder) as scan:
                    entries = list(scan)
            except OSError as error:
                self.errors.append(FileError(shown.rstrip("/") or ".", f"can't be read: {error.strerror or error}"))
                continue
            names = {entry.name for entry in entries if entry.name in _NAMES}
            if names.isdisjoint(_ROOT_MARKS):
                _unmarked.add(folder)
            own = self.settings.entered(folder, names)
            if own is not held:
                excluded = _Excluded(own)
                if own.respect_gitignore != held.respect_gitignore:
                    ignores = _ignores_above(real, self.errors) if own.respect_gitignore else ()
            if own.respect_gitignore and ".gitignore" in names:
                ignores += _read_ignores(os.path.join(folder, ".gitignore"), real, self.errors)
            for entry in entries:
                name = entry.name
                is_file = name.endswith(SUFFIXES)
                try:
                    is_link = entry.is_symlink()
                    is_folder = not is_link and entry.is_dir(follow_symlinks=False)
                    if not is_folder and not (is_file and entry.is_file()):
                        continue
                except OSError:
                    continue
                entry_real = f"{real}{name}" if real.endswith(os.sep) else f"{real}{os.sep}{name}"
                if excluded.covers(name, entry_real, is_folder) or (ignores and _ignored(ignores, entry_real, is_folder)):
                    continue
                if is_folder:
                    stack.append((entry.path, entry_real, f"{shown}{name}/", ignores, own, excluded))
                else:
                    target = os.path.realpath(entry.path) if is_link else entry_real
                    yield File(entry.path, f"{shown}{name}", self.base, target, folder), is_link


@dataclass(frozen=True, slots=True)
class _Ignores:
    """What a folder's .gitignore file says of the paths below it."""

    folder: str
    patterns: Patterns


def _ignored(ignores: Sequence[_Ignores], real: str, is_folder: bool) -> bool:
    """Whether git ignores a path: the deepest .gitignore that says anything about it has the word."""
    for each in reversed(ignores):
        # All folders are real paths above this one.
        relative = real[len(each.folder) :].lstrip(os.sep).replace(os.sep, "/")
        verdict = each.patterns.verdict(relative, is_folder)
        if verdict is not None:
            return verdict
    return False


def _ignores_above(real: str, errors: list[FileError]) -> tuple[_Ignores, ...]:
    """The patterns of the repository that a folder is in, from its root down to the folder above this one.

    There are none where the named folder is ignored itself: who names it wants it linted.
    """
    folders = []
    above = real
    while True:
        folders.append(above)
        if os.path.exists(os.path.join(above, ".git")):
            break
        parent = os.path.dirname(above)
        if parent == above:
            return ()
        above = parent
    root = above
    ignores = _read_ignores(os.path.join(_git_folder(root), "info", "exclude"), root, errors)
    # The named folder's own .gitignore is read when it is walked.
    for folder in reversed(folders[1:]):
        ignores += _read_ignores(os.path.join(folder, ".gitignore"), folder, errors)
    for folder in reversed(folders[:-1]):
        if _ignored([each for each in ignores if len(each.folder) < len(folder)], folder, True):
            return ()
    return ignores


def _git_folder(root: str) -> str:
    """Where a repository keeps its data: `.git`, or what the file `.git` names (a worktree, a submodule)."""
    git = os.path.join(root, ".git")
    if not os.path.isfile(git):
        return git
    try:
        line = _first_line(git)
        if not line.startswith("gitdir:"):
            return git
        folder = os.path.join(root, line[len("gitdir:") :].strip())
        common = os.path.join(folder, "commondir")
        if os.path.isfile(common):
            return os.path.join(folder, _first_line(common))
        return folder
    except (OSError, ValueError):
        return git


def _first_line(path: str) -> str:
    """What a file of git's begins with: a path, and no more of it than a path may have."""
    with open(path, encoding="utf-8") as stream:
        return stream.readline(_LONGEST_LINE).strip()


def _read_ignores(path: str, folder: str, errors: list[FileError]) -> tuple[_Ignores, ...]:
    """What a .gitignore file says, if there is one that says anything; what can't be judged is an error."""
    try:
        status = os.lstat(path)
        # Like git: neither what a link leads to nor what never ends is one.
        if not stat.S_ISREG(status.st_mode):
            return ()
        if status.st_size > _MOST_IGNORES:
            raise PatternError(f"is larger than {_MOST_IGNORES // 1_000_000} MB")
        with open(path, "rb") as stream:
            patterns = Patterns(lines_of(stream.read(_MOST_IGNORES)), bytewise=True)
    except PatternError as error:
        errors.append(FileError(shown_path(path, os.getcwd()), f"{error}: none of it is heeded"))
        return ()
    except (OSError, ValueError):
        return ()
    return (_Ignores(folder, patterns),) if patterns else ()
