"""The marker of the tests that need the frameworks themselves."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "frameworks: compares the tables with the installed frameworks")
