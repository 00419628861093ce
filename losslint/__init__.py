"""A linter for the losses of classifiers: what does each loss expect, and what does it get?

    from losslint import lint_paths, lint_sources

    for finding in lint_paths(["src"]).findings:
        print(finding.place.path, finding.place.line, finding.code, finding.message)

    result = lint_sources({"model.py": text, "train.py": other_text})  # without a disk

What is imported from here stays as it is from one version to the next, but that more is added.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from losslint.api import lint_paths, lint_sources
    from losslint.finding import Applicability, Edit, FileError, Finding, Fix, Place, Severity, Step
    from losslint.result import Result, Statistics
    from losslint.settings import Settings, SettingsError
    from losslint.source import Source

__version__ = "0.1.0"

__all__ = [
    "Applicability", "Edit", "FileError", "Finding", "Fix", "Place", "Result", "Settings", "SettingsError", "Severity",
    "Source", "Statistics", "Step", "__version__", "lint_paths", "lint_sources",
]  # fmt: skip

_MODULES = {
    "lint_paths": "api",
    "lint_sources": "api",
    "Result": "result",
    "Statistics": "result",
    "Settings": "settings",
    "SettingsError": "settings",
    "Source": "source",
    **dict.fromkeys(("Applicability", "Edit", "FileError", "Finding", "Fix", "Place", "Severity", "Step"), "finding"),
}


def __getattr__(name: str) -> object:
    """Imported when somebody asks: the command line needs little of it in most runs."""
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"losslint.{module}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
