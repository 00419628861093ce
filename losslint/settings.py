"""What can be set: on the command line, and in `[tool.losslint]` of pyproject.toml. The command line wins."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeVar, get_args

from losslint.discovery import DEFAULT_EXCLUDE
from losslint.finding import SEVERITIES, Severity

OutputFormat = Literal["full", "concise", "json"]
OUTPUT_FORMATS: tuple[OutputFormat, ...] = get_args(OutputFormat)

ALL = "ALL"

_Choice = TypeVar("_Choice", bound=str)


class SettingsError(Exception):
    """A setting that can't be used; the message names where it stands and the nearest right one."""


@dataclass(frozen=True)
class Settings:
    """What to lint, with which rules, and what counts as failure.

    `select` and `ignore` hold selectors: a rule's name or code, a code's prefix, or ALL. `exclude` and
    `extend_exclude` are patterns as in a .gitignore file, relative to `root`, the folder of the pyproject.toml.
    """

    select: tuple[str, ...] = (ALL,)
    ignore: tuple[str, ...] = ()
    fail_on: Severity = "warning"
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    output_format: OutputFormat = "full"
    root: Path | None = None

    def selects(self, code: str, name: str) -> bool:
        """Whether a rule is on: the most specific selector that fits it decides; of two such, `ignore`."""
        selected = max((_specificity(selector, code, name) for selector in self.select), default=-1)
        ignored = max((_specificity(selector, code, name) for selector in self.ignore), default=-1)
        return selected > ignored

    def fails(self, severity: Severity) -> bool:
        """Whether a finding of this severity fails the run."""
        return SEVERITIES.index(severity) >= SEVERITIES.index(self.fail_on)


def _specificity(selector: str, code: str, name: str) -> int:
    """How closely a selector fits a rule: -1 not at all, 0 is ALL, then a prefix by its length, then the rule itself."""
    if selector == ALL:
        return 0
    if selector in (code, name):
        return 1000
    return len(selector) if code.startswith(selector) else -1


def check_selectors(selectors: Iterable[str], rules: Sequence[tuple[str, str]], where: str) -> None:
    """Raise SettingsError for the first selector that fits no rule (code, name); `where` says where it stands."""
    for selector in selectors:
        if selector == ALL or any(_specificity(selector, code, name) > 0 for code, name in rules):
            continue
        known = [ALL, *(code for code, _ in rules), *(name for _, name in rules)]
        raise SettingsError(f"{where}: unknown rule {selector!r}{suggestion(selector, known)}")


def suggestion(word: str, known: Sequence[str]) -> str:
    """ " (did you mean 'x'?)", or nothing where nothing is near. Case doesn't count."""
    folded = {name.casefold(): name for name in reversed(known)}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.5)
    return f" (did you mean {folded[near[0]]!r}?)" if near else ""


def load(paths: Sequence[str]) -> Settings:
    """The settings of the project that the named paths are in. Raises SettingsError."""
    found = find_pyproject(paths)
    return Settings() if found is None else read(found)


def find_pyproject(paths: Sequence[str]) -> Path | None:
    """The nearest pyproject.toml with a `[tool.losslint]`, from the named paths' common folder upwards."""
    cwd = os.getcwd()
    absolute = [os.path.abspath(os.path.join(cwd, path)) for path in paths] or [cwd]
    try:
        folder = Path(os.path.commonpath(absolute))
    except ValueError:  # several drives
        folder = Path(cwd)
    if not folder.is_dir():
        folder = folder.parent
    for candidate in (folder, *folder.parents):
        pyproject = candidate / "pyproject.toml"
        if pyproject.is_file():
            # Looked at before it's parsed: other tools' tables, and their mistakes, aren't ours.
            try:
                if b"losslint" in pyproject.read_bytes() and _table(pyproject) is not None:
                    return pyproject
            except OSError as error:
                raise SettingsError(f"{_shown(pyproject)}: can't be read: {error.strerror or error}") from None
        if (candidate / ".git").exists():
            break
    return None


def read(pyproject: Path) -> Settings:
    """The settings in a pyproject.toml. Raises SettingsError."""
    table = _table(pyproject)
    settings = Settings(root=pyproject.parent)
    if table is None:
        return settings
    shown = _shown(pyproject)
    keys = ("select", "ignore", "exclude", "extend-exclude", "fail-on", "output-format")
    for key, value in table.items():
        where = f"{shown}: [tool.losslint] {key}"
        if key not in keys:
            raise SettingsError(f"{shown}: [tool.losslint] has an unknown key {key!r}{suggestion(key, keys)}")
        if key == "select":
            settings = replace(settings, select=_strings(value, where))
        elif key == "ignore":
            settings = replace(settings, ignore=_strings(value, where))
        elif key == "exclude":
            settings = replace(settings, exclude=_strings(value, where))
        elif key == "extend-exclude":
            settings = replace(settings, extend_exclude=_strings(value, where))
        elif key == "fail-on":
            settings = replace(settings, fail_on=_choice(value, SEVERITIES, where))
        else:
            settings = replace(settings, output_format=_choice(value, OUTPUT_FORMATS, where))
    return settings


def _table(pyproject: Path) -> dict[str, object] | None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        content: dict[str, object] = tomllib.loads(pyproject.read_bytes().decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{_shown(pyproject)}: is not TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"{_shown(pyproject)}: can't be read: {error.strerror or error}") from None
    tool = content.get("tool")
    table = tool.get("losslint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{_shown(pyproject)}: tool.losslint must be a table")
    return table


def _strings(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise SettingsError(f"{where} must be a list of strings")


def _choice(value: object, choices: tuple[_Choice, ...], where: str) -> _Choice:
    for choice in choices:
        if value == choice:
            return choice
    near = suggestion(value, choices) if isinstance(value, str) else ""
    raise SettingsError(f"{where} must be one of {', '.join(choices)}, not {value!r}{near}")


def _shown(path: Path) -> str:
    from losslint.source import shown_path

    return shown_path(str(path), os.getcwd())
