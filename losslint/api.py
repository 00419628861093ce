"""losslint from Python: the same engine, rules and settings as the command's, and nothing printed or written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from losslint import session
from losslint.record import replace
from losslint.result import Result
from losslint.settings import Settings


def lint_paths(paths: Iterable[str | os.PathLike[str]], *, settings: Settings | None = None) -> Result:
    """Lint files and folders, as the command does with the same paths.

    Without `settings`, those of each file are read (`[tool.losslint]` of the nearest pyproject.toml, or losslint.toml),
    and SettingsError is raised where they can't be used. Paths in the result are relative to the current folder. What can't
    be read or parsed is in the result's `errors`.
    """
    from losslint.discovery import discover
    from losslint.hierarchy import load
    from losslint.rule import all_rules

    named = [os.fspath(path) for path in paths]
    holding = settings or load(named, [(rule.code, rule.name) for rule in all_rules()])
    discovered = discover(named, holding)
    result = session.lint(discovered.files, holding)
    return replace(result, errors=(*discovered.errors, *result.errors))


def lint_sources(sources: Mapping[str, str | bytes], *, settings: Settings | None = None) -> Result:
    """Lint the files of one project from memory: nothing is read from a disk, settings included.

    `sources` has each file's content by its path, relative and with forward slashes, as in
    `{"model.py": ..., "training/train.py": ...}`; a text stands for its bytes in UTF-8, and a name that ends in `.ipynb`
    for a notebook. Raises ValueError for a path that is absolute, or leads out of the project.
    """
    raws: dict[str, bytes] = {}
    for path, content in sources.items():
        parts = path.split("/")
        if not path or os.path.isabs(path) or any(part in ("", ".", "..") for part in parts):
            raise ValueError(f"not a relative path with forward slashes, below the project: {path!r}")
        raws[path] = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return session.lint_sources(raws, settings or Settings())
