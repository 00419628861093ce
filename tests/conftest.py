"""The test run's own options, and what all tests have."""

import pytest
from command import run as run  # a fixture


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="record the fixtures' fixed files and reports anew")
    parser.addoption("--proof-table", metavar="FILE", help="write what the proofs ran and measured, as a table")


@pytest.fixture
def record(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--record"))


@pytest.fixture(autouse=True)
def plain_output(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour and no width of the terminal that the tests run in."""
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
