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
from losslint.record import dataclass
from losslint.source import shown_path

if TYPE_CHECKING:
    from pathlib import Path

    from pathspec import GitIgnoreSpec

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

_ROOT_MARKS = ("pyproject.toml", ".git", "setup.py", "setup.cfg")


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
    that was named: a folder that the file was found in, or the file itself; `real` has no symbolic links in it.
    """

    path: str
    shown: str
    base: str
    real: str

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
            found.setdefault(real, File(path, shown, path, real))
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
    folder = os.path.dirname(file.path)
    return _marked(folder) or (folder if file.is_named else file.base)


def project_roots(files: Iterable[File]) -> frozenset[str]:
    """The folders of the projects that files are in: nothing outside of these is written when they are fixed."""
    return frozenset(map(project_root, files))


def is_whole(file: File) -> bool:
    """Whether all that belongs to a file is known: it's in a project with its marks, or its folder was named."""
    return not file.is_named or _marked(os.path.dirname(file.path)) is not None


@functools.cache
def _marked(folder: str) -> str | None:
    for mark in _ROOT_MARKS:
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
    """The settings' excludes: plain names in a set, since most of them are, and the others as patterns."""

    def __init__(self, settings: Excludes) -> None:
        patterns = (*settings.exclude, *settings.extend_exclude)
        self.names = frozenset(p.rstrip("/") for p in patterns if not set(p.rstrip("/")) & set("/*?[!\\"))
        others = [pattern for pattern in patterns if pattern.rstrip("/") not in self.names]
        self.root = os.path.realpath(settings.root or os.getcwd())
        self.spec: GitIgnoreSpec | None = _spec(others) if others else None

    def covers(self, name: str, real: str, is_folder: bool) -> bool:
        """Whether a file or folder is left out."""
        if name in self.names:
            return True
        if self.spec is None:
            return False
        relative = os.path.relpath(real, self.root).replace(os.sep, "/")
        return not relative.startswith("../") and bool(_verdict(self.spec, relative, is_folder))


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
        above = _specs_above(self.real) if held.respect_gitignore else ()
        stack = [(self.base, self.real, self.shown, above, held, excluded)]
        while stack:
            folder, real, shown, specs, held, excluded = stack.pop()
            try:
                with os.scandir(folder) as scan:
                    entries = list(scan)
            except OSError as error:
                self.errors.append(FileError(shown.rstrip("/") or ".", f"can't be read: {error.strerror or error}"))
                continue
            names = {entry.name for entry in entries if entry.name in NOTED}
            own = self.settings.entered(folder, names)
            if own is not held:
                excluded = _Excluded(own)
                if own.respect_gitignore != held.respect_gitignore:
                    specs = _specs_above(real) if own.respect_gitignore else ()
            if own.respect_gitignore and ".gitignore" in names:
                spec = _read_spec(os.path.join(folder, ".gitignore"))
                specs = specs if spec is None else (*specs, (real, spec))
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
                if excluded.covers(name, entry_real, is_folder) or (specs and _ignored(specs, entry_real, is_folder)):
                    continue
                if is_folder:
                    stack.append((entry.path, entry_real, f"{shown}{name}/", specs, own, excluded))
                else:
                    target = os.path.realpath(entry.path) if is_link else entry_real
                    yield File(entry.path, f"{shown}{name}", self.base, target), is_link


_Specs = tuple[tuple[str, "GitIgnoreSpec"], ...]


def _ignored(specs: _Specs, real: str, is_folder: bool) -> bool:
    """Whether git ignores a path: the deepest .gitignore that says anything about it has the word."""
    for folder, spec in reversed(specs):
        # All folders are real paths above this one.
        relative = real[len(folder) :].lstrip(os.sep).replace(os.sep, "/")
        verdict = _verdict(spec, relative, is_folder)
        if verdict is not None:
            return verdict
    return False


def _verdict(spec: GitIgnoreSpec, relative: str, is_folder: bool) -> bool | None:
    return spec.check_file(f"{relative}/" if is_folder else relative).include


def _specs_above(real: str) -> _Specs:
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
    specs: _Specs = ()
    info = os.path.join(_git_folder(root), "info", "exclude")
    if os.path.isfile(info) and (spec := _read_spec(info)) is not None:
        specs = ((root, spec),)
    # The named folder's own .gitignore is read when it is walked.
    for folder in reversed(folders[1:]):
        if (spec := _read_spec(os.path.join(folder, ".gitignore"))) is not None:
            specs = (*specs, (folder, spec))
    for folder in reversed(folders[:-1]):
        if _ignored(tuple(s for s in specs if len(s[0]) < len(folder)), folder, True):
            return ()
    return specs


def _git_folder(root: str) -> str:
    """Where a repository keeps its data: `.git`, or what the file `.git` names (a worktree, a submodule)."""
    git = os.path.join(root, ".git")
    if os.path.isdir(git):
        return git
    try:
        with open(git, encoding="utf-8") as stream:
            line = stream.readline().strip()
        if not line.startswith("gitdir:"):
            return git
        folder = os.path.join(root, line[len("gitdir:") :].strip())
        common = os.path.join(folder, "commondir")
        if os.path.isfile(common):
            with open(common, encoding="utf-8") as stream:
                return os.path.join(folder, stream.readline().strip())
        return folder
    except (OSError, ValueError):
        return git


def _read_spec(path: str) -> GitIgnoreSpec | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            patterns = stream.read().splitlines()
    except OSError:
        return None
    return _spec(patterns)


def _spec(patterns: Sequence[str]) -> GitIgnoreSpec | None:
    """Patterns as git reads them; one that git couldn't read is passed over, as git does."""
    from pathspec import GitIgnoreSpec

    kept = [pattern for pattern in patterns if pattern.strip() and not pattern.startswith("#")]
    if not kept:
        return None
    try:
        return GitIgnoreSpec.from_lines(kept)
    except ValueError:
        good = []
        for pattern in kept:
            try:
                GitIgnoreSpec.from_lines([pattern])
            except ValueError:
                continue
            good.append(pattern)
        return GitIgnoreSpec.from_lines(good) if good else None
