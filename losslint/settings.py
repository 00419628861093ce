"""What can be set: on the command line, in pyproject.toml's `[tool.losslint]`, or in losslint.toml. The command line wins."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar, get_args

from losslint.discovery import DEFAULT_EXCLUDE
from losslint.extension import Extension
from losslint.finding import SEVERITIES, Severity
from losslint.patterns import MOST_WILD, PatternError, Patterns, check
from losslint.record import Frozen, dataclass, field, replace
from losslint.selectors import ALL, fits, specificity
from losslint.suggestions import suggestion

if TYPE_CHECKING:
    from pathlib import Path

    from losslint.discovery import File

OutputFormat = Literal["full", "concise", "json", "sarif", "github", "gitlab", "junit", "html"]
OUTPUT_FORMATS: tuple[OutputFormat, ...] = get_args(OutputFormat)

Backend = Literal["tensorflow", "torch", "jax"]
BACKENDS: tuple[Backend, ...] = get_args(Backend)

MOST_BYTES = 4_000_001
"""How much of a settings file is read: what has more is refused."""
_LONGEST_SHOWN = 60
"""How much of a pattern a message quotes."""

_Choice = TypeVar("_Choice", bound=str)


class SettingsError(Exception):
    """A setting that can't be used; the message names where it stands and the nearest right one."""


@dataclass(frozen=True)
class Selection(Frozen):
    """Selectors of rules: names, codes, prefixes of codes, or ALL."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settings(Frozen):
    """What to lint, with which rules, and what counts as failure.

    `select`, `extend_select`, `ignore`, `fixable` and `unfixable` hold selectors: a rule's name or code, a code's
    prefix, or ALL; `command_line` has those that were given there. `exclude`, `extend_exclude` and the keys of
    `per_file_ignores` are patterns as in a .gitignore file, relative to `root`, the folder of `file`. `backend` is the
    Keras backend that the project uses; `declared` what it says of its own losses and layers.
    """

    select: tuple[str, ...] = (ALL,)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    command_line: Selection = Selection()
    fixable: tuple[str, ...] = (ALL,)
    unfixable: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fail_on: Severity = "warning"
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    output_format: OutputFormat = "full"
    backend: Backend | None = None
    declared: Extension = field(default_factory=Extension)
    root: Path | None = None
    file: Path | None = None

    def selects(self, code: str, name: str) -> bool:
        """Whether a rule is on: the most specific selector that fits it decides; of two such, `ignore`.

        What the command line selects replaces the settings', `ignore` included; what it adds or ignores comes after them.
        """
        given = self.command_line
        if given.select:
            return _outweighs((*given.select, *given.extend_select), given.ignore, code, name)
        chosen = _outweighs((*self.select, *self.extend_select), self.ignore, code, name)
        if any(fits(selector, code, name) for selector in (*given.extend_select, *given.ignore)):
            chosen = _outweighs(given.extend_select, given.ignore, code, name)
        return chosen

    def fixes(self, code: str, name: str) -> bool:
        """Whether a rule's fixes may be made."""
        return _outweighs(self.fixable, self.unfixable, code, name)

    def in_folder(self, folder: str) -> Settings:
        """What holds for the files of a folder: these settings, wherever it is."""
        return self

    def entered(self, folder: str, names: Collection[str]) -> Settings:
        """The same of a folder that is being walked."""
        return self

    def fails(self, severity: Severity) -> bool:
        """Whether a finding of this severity fails the run."""
        return SEVERITIES.index(severity) >= SEVERITIES.index(self.fail_on)


def _outweighs(selected: Iterable[str], ignored: Iterable[str], code: str, name: str) -> bool:
    chosen = max((specificity(selector, code, name) for selector in selected), default=-1)
    return chosen > max((specificity(selector, code, name) for selector in ignored), default=-1)


class PerFileIgnores:
    """Which rules aren't reported in which files: those that a pattern fits, or with "!" before it, all others."""

    def __init__(self, settings: Settings) -> None:
        self._root = os.path.realpath(settings.root or os.getcwd())
        self._patterns = [
            (Patterns([pattern.removeprefix("!")]), pattern.startswith("!"), selectors)
            for pattern, selectors in settings.per_file_ignores
        ]
        self._known: dict[str, list[str]] = {}

    def __call__(self, real: str, code: str, name: str) -> bool:
        """Whether a rule isn't reported in a file, by its real path."""
        if not self._patterns:
            return False
        if real not in self._known:
            self._known[real] = self._selectors(real)
        return any(fits(selector, code, name) for selector in self._known[real])

    def _selectors(self, real: str) -> list[str]:
        """What isn't reported in a file."""
        relative = os.path.relpath(real, self._root).replace(os.sep, "/")
        if relative.startswith("../"):
            return []
        fitting = [selectors for patterns, negated, selectors in self._patterns if patterns.covers(relative) != negated]
        return [selector for selectors in fitting for selector in selectors]


def check_selectors(selectors: Iterable[str], rules: Sequence[tuple[str, str]], where: str) -> None:
    """Raise SettingsError for the first selector that fits no rule (code, name); `where` says where it stands."""
    for selector in selectors:
        if selector == ALL or any(specificity(selector, code, name) > 0 for code, name in rules):
            continue
        known = [ALL, *(code for code, _ in rules), *(name for _, name in rules)]
        raise SettingsError(f"{where}: unknown rule {selector!r}{suggestion(selector, known)}")


# ------------------------------------------------------------------------------------------------------------- reading


def read(file: Path, rules: Sequence[tuple[str, str]] | None = None) -> Settings:
    """The settings in a file. Raises SettingsError; unknown rules are looked for where `rules` says which there are."""
    table = table_of(file)
    where = f"{shown_file(file)}: " + ("[tool.losslint] " if file.name == "pyproject.toml" else "")
    return applied(Settings(root=file.absolute().parent, file=file), table or {}, where, rules)


def applied(
    settings: Settings, table: Mapping[str, object], where: str, rules: Sequence[tuple[str, str]] | None
) -> Settings:
    """The settings with a table's keys over them."""
    for key, value in table.items():
        if key in ("losses", "layers"):
            continue
        reader = _READERS.get(key)
        if reader is None:
            raise SettingsError(f"{where}has an unknown key {key!r}{suggestion(key, KEYS)}")
        settings = reader(settings, value, f"{where}{key}")
        if rules is not None:
            for selectors, at in _selectors(key, value):
                check_selectors(selectors, rules, f"{where}{at}")
    if "losses" in table or "layers" in table:
        from losslint import declarations

        inside = where.replace("[tool.losslint] ", "tool.losslint.")
        try:
            declared = declarations.read(table.get("losses", {}), table.get("layers", {}), inside)
        except declarations.DeclarationError as error:
            raise SettingsError(str(error)) from None
        settings = replace(settings, declared=settings.declared | declared)
    return settings


def _selectors(key: str, value: object) -> Iterator[tuple[Iterable[str], str]]:
    """The selectors in a setting that was read, and where they stand."""
    if key in ("select", "extend-select", "ignore", "fixable", "unfixable") and isinstance(value, list):
        yield value, key
    elif key == "per-file-ignores" and isinstance(value, dict):
        for pattern, selectors in value.items():
            yield selectors, f"{key}.{pattern!r}"


def _strings(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise SettingsError(f"{where} must be a list of strings")


def _patterns(value: object, where: str) -> tuple[str, ...]:
    patterns = _strings(value, where)
    _check([pattern.removeprefix("!") for pattern in patterns], where)
    return patterns


def _check(patterns: Sequence[str], where: str) -> None:
    for pattern in patterns:
        try:
            check(pattern)
        except PatternError as error:
            short = pattern if len(pattern) <= _LONGEST_SHOWN else f"{pattern[:_LONGEST_SHOWN]}…"
            raise SettingsError(f"{where}: {short!r} is no pattern as in a .gitignore file: it {error}") from None
    # What is left out is said in two settings.
    if sum(map(len, patterns)) > MOST_WILD // 2:
        raise SettingsError(f"{where} has more than {MOST_WILD // 2:,} characters of patterns")


def _flag(value: object, where: str) -> bool:
    if isinstance(value, bool):
        return value
    raise SettingsError(f"{where} must be true or false, not {value!r}")


def _choice(value: object, choices: tuple[_Choice, ...], where: str) -> _Choice:
    for choice in choices:
        if value == choice:
            return choice
    near = suggestion(value, choices) if isinstance(value, str) else ""
    raise SettingsError(f"{where} must be one of {', '.join(choices)}, not {value!r}{near}")


def _by_file(value: object, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not isinstance(value, dict):
        raise SettingsError(f"{where} must be a table from patterns to lists of rules")
    _check([pattern.removeprefix("!") for pattern in value], where)
    if any(pattern.startswith("!!") for pattern in value):
        raise SettingsError(f'{where}: a pattern can have one "!" before it')
    return tuple((pattern, _strings(selectors, f"{where}.{pattern!r}")) for pattern, selectors in value.items())


_READERS: dict[str, Callable[[Settings, object, str], Settings]] = {
    "select": lambda s, value, where: replace(s, select=_strings(value, where)),
    "extend-select": lambda s, value, where: replace(s, extend_select=_strings(value, where)),
    "ignore": lambda s, value, where: replace(s, ignore=_strings(value, where)),
    "fixable": lambda s, value, where: replace(s, fixable=_strings(value, where)),
    "unfixable": lambda s, value, where: replace(s, unfixable=_strings(value, where)),
    "per-file-ignores": lambda s, value, where: replace(s, per_file_ignores=_by_file(value, where)),
    "exclude": lambda s, value, where: replace(s, exclude=_patterns(value, where)),
    "extend-exclude": lambda s, value, where: replace(s, extend_exclude=_patterns(value, where)),
    "respect-gitignore": lambda s, value, where: replace(s, respect_gitignore=_flag(value, where)),
    "fail-on": lambda s, value, where: replace(s, fail_on=_choice(value, SEVERITIES, where)),
    "output-format": lambda s, value, where: replace(s, output_format=_choice(value, OUTPUT_FORMATS, where)),
    "backend": lambda s, value, where: replace(s, backend=_choice(value, BACKENDS, where)),
}

KEYS = (*_READERS, "losses", "layers")


def inline(text: str) -> dict[str, object]:
    """What a `--config KEY=VALUE` says: TOML, or a plain word, since quotes are hard to get through a shell."""
    from losslint.toml import TomlError, loads

    try:
        return loads(text)
    except TomlError as error:
        key, _, value = text.partition("=")
        if (
            not key.strip()
            or not value.strip()
            or not all(c.isalnum() or c in "-_." for c in key.strip() + value.strip())
        ):
            raise SettingsError(f"--config {text!r}: is not KEY=VALUE, as TOML has it: it {error}") from None
    return {key.strip(): value.strip()}


def table_of(file: Path) -> dict[str, object] | None:
    """The settings' table in a file; None where a pyproject.toml has none."""
    from losslint.toml import TomlError, loads

    try:
        with open(file, "rb") as stream:
            raw = stream.read(MOST_BYTES)
        if len(raw) == MOST_BYTES:
            raise SettingsError(f"{shown_file(file)}: is too large to be a settings file")
        content = loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{shown_file(file)}: is not TOML: {error}") from None
    except TomlError as error:
        raise SettingsError(f"{shown_file(file)}: {error}") from None
    except OSError as error:
        raise SettingsError(f"{shown_file(file)}: can't be read: {error.strerror or error}") from None
    if file.name != "pyproject.toml":
        return content
    tool = content.get("tool")
    table = tool.get("losslint") if isinstance(tool, dict) else None
    if table is not None and not isinstance(table, dict):
        raise SettingsError(f"{shown_file(file)}: tool.losslint must be a table")
    return table


def shown_file(path: Path) -> str:
    """A settings file as it's named in messages."""
    from losslint.source import shown_path

    return shown_path(str(path.absolute()), os.getcwd())


def declared_in(layers: Layers, files: Iterable[File]) -> list[Extension]:
    """What the settings of these files declare, each once: nothing at all is such a declaration, too."""
    found: list[Extension] = []
    seen: set[int] = set()
    for file in files:
        declared = layers.in_folder(file.folder).declared
        if id(declared) not in seen:
            seen.add(id(declared))
            if declared not in found:
                found.append(declared)
    return found


class Layers(Protocol):
    """The settings of every folder."""

    def in_folder(self, folder: str) -> Settings:
        """What holds for the files of a folder, by its absolute path."""


# ------------------------------------------------------------------------------------------------------------- showing


def where(settings: Settings) -> str:
    """Where settings come from."""
    return "no settings file" if settings.file is None else shown_file(settings.file)


def shown(settings: Settings, rules: Sequence[tuple[str, str]]) -> str:
    """The settings that hold, as a losslint.toml would have them, with where they come from and what they come to."""
    on = [code for code, name in rules if settings.selects(code, name)]
    given = settings.command_line
    values: dict[str, object] = {
        "select": given.select or settings.select,
        "extend-select": given.extend_select if given.select else (*settings.extend_select, *given.extend_select),
        "ignore": given.ignore if given.select else (*settings.ignore, *given.ignore),
        "fixable": settings.fixable,
        "unfixable": settings.unfixable,
        "exclude": settings.exclude,
        "extend-exclude": settings.extend_exclude,
        "respect-gitignore": settings.respect_gitignore,
        "fail-on": settings.fail_on,
        "output-format": settings.output_format,
        "backend": settings.backend,
    }
    lines = [f"# {where(settings)}", f"# rules: {', '.join(on) or 'none'}"]
    if settings.declared.table:
        lines.append(f"# declared: {', '.join(settings.declared.table)}")
    lines += [f"{key} = {json.dumps(value)}" for key, value in values.items() if value is not None]
    if settings.per_file_ignores:
        lines += ["", "[per-file-ignores]"]
        lines += [f"{json.dumps(pattern)} = {json.dumps(rules)}" for pattern, rules in settings.per_file_ignores]
    return "\n".join(lines) + "\n"
