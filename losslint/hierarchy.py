"""Which settings hold where: a file's are those of the nearest settings file above it, as far as its repository goes.

What the command line says holds everywhere, whatever the files say; a settings file that it names is the only one.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from losslint.discovery import REPOSITORY, SETTINGS_FILES, File
from losslint.record import dataclass, field, replace
from losslint.settings import (
    MOST_BYTES,
    Selection,
    Settings,
    SettingsError,
    applied,
    inline,
    read,
    shown_file,
    table_of,
)

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Hierarchy:
    """The settings of every folder: they're read when somebody asks for them, and once.

    `run` are those of the run as a whole: how it reports, what fails it, where the cache is. `only` says that they hold
    everywhere. `config` and `command_line` come after each settings file, and `rules` are the code and name of each rule
    that selectors in them may name.
    """

    run: Settings
    only: bool = False
    config: Sequence[tuple[str, Mapping[str, object]]] = ()
    command_line: Selection = field(default_factory=Selection)
    rules: Sequence[tuple[str, str]] | None = None
    known: dict[str, Settings] = field(default_factory=dict)
    lenient: bool = False
    """Whether a settings file that can't be used is passed over: nobody asked for the files that are read beside the named."""

    def in_folder(self, folder: str) -> Settings:
        """What holds for the files of a folder, by its absolute path. Raises SettingsError."""
        if self.only:
            return self.run
        passed: list[str] = []
        while folder not in self.known:
            passed.append(folder)
            own = self._own(folder, _noted(folder))
            above = os.path.dirname(folder)
            if own is None and above == folder:
                own = self._of(None)
            if own is not None:
                self.known[folder] = own
                break
            folder = above
        found = self.known[folder]
        for below in passed:
            self.known[below] = found
        return found

    def entered(self, folder: str, names: Collection[str]) -> Settings:
        """The same of a folder that is being walked: `names` says what of note is in it."""
        if self.only:
            return self.run
        if folder not in self.known:
            self.known[folder] = self._own(folder, names) or self.in_folder(os.path.dirname(folder))
        return self.known[folder]

    def holding(self, files: Iterable[File]) -> list[Settings]:
        """What holds for some of these files, each once; for none of them, what would hold for the run's."""
        found: dict[Path | None, Settings] = {}
        for file in files:
            settings = self.in_folder(file.folder)
            found.setdefault(settings.file, settings)
        return list(found.values()) or [self.run]

    def _own(self, folder: str, names: Collection[str]) -> Settings | None:
        """What a folder itself says; None where that is left to the one above."""
        try:
            file = _file_in(folder, names)
            return self._of(file) if file is not None or REPOSITORY in names else None
        except SettingsError:
            if not self.lenient:
                raise
            return None

    def _of(self, file: Path | None) -> Settings:
        """The settings of a file, or without one, and what comes after them."""
        if file == self.run.file and file is not None:
            return self.run
        settings = Settings() if file is None else read(file, self.rules)
        for where, table in self.config:
            settings = applied(settings, table, where, self.rules)
        return replace(settings, command_line=self.command_line)


def load(
    paths: Sequence[str],
    rules: Sequence[tuple[str, str]] | None = None,
    config: Sequence[str] = (),
    *,
    isolated: bool = False,
    command_line: Selection | None = None,
) -> Hierarchy:
    """The settings of the projects that the named paths are in. Raises SettingsError.

    The run's are those of the paths' common folder. `rules` are the code and name of each rule there is; without them,
    selectors aren't checked. Each of `config` is KEY=VALUE, or the path of a settings file that alone is to be read.
    `isolated` says that no file is read.
    """
    files = [path for path in config if _is_path(path)]
    if len(files) > 1 or (files and isolated):
        raise SettingsError("--config: there can be one settings file" + (", and none with --isolated" * isolated))
    given = [(f"--config {text!r}: ", inline(text)) for text in config if not _is_path(text)]
    hierarchy = Hierarchy(Settings(), bool(files or isolated), given, command_line or Selection(), rules)
    found = _path(files[0]) if files else None if isolated else find(paths)
    hierarchy.run = hierarchy._of(found)
    return hierarchy


def _is_path(text: str) -> bool:
    """Whether a `--config` is a file's path, not KEY=VALUE."""
    return "=" not in text or os.path.isfile(text)


def find(paths: Sequence[str]) -> Path | None:
    """The nearest losslint.toml, or pyproject.toml with a `[tool.losslint]`, from the named paths' common folder upwards."""
    cwd = os.getcwd()
    absolute = [os.path.abspath(os.path.join(cwd, path)) for path in paths] or [cwd]
    try:
        folder = os.path.commonpath(absolute)
    except ValueError:  # several drives
        folder = cwd
    if not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    while True:
        names = _noted(folder)
        if (file := _file_in(folder, names)) is not None:
            return file
        above = os.path.dirname(folder)
        if REPOSITORY in names or above == folder:
            return None
        folder = above


def _noted(folder: str) -> list[str]:
    """What a folder holds that says which settings are its own."""
    return [name for name in (*SETTINGS_FILES, REPOSITORY) if os.path.exists(os.path.join(folder, name))]


def _file_in(folder: str, names: Collection[str]) -> Path | None:
    """A folder's settings file."""
    own, pyproject = SETTINGS_FILES
    path = os.path.join(folder, own)
    if own in names and os.path.isfile(path):
        return _path(path)
    path = os.path.join(folder, pyproject)
    if pyproject in names and os.path.isfile(path):
        # Looked at before it's parsed: other tools' tables, and their mistakes, aren't ours.
        try:
            with open(path, "rb") as stream:
                raw = stream.read(MOST_BYTES)
        except OSError as error:
            raise SettingsError(f"{shown_file(_path(path))}: can't be read: {error.strerror or error}") from None
        if b"losslint" in raw and table_of(_path(path)) is not None:
            return _path(path)
    return None


def _path(path: str) -> Path:
    from pathlib import Path  # most projects have no settings of ours, and then nobody has to import it

    return Path(path)
