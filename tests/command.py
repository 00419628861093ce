"""losslint as the tests call it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from losslint import cli, discovery, session
from losslint.settings import Settings


class Done:
    """What a call of the command line did."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


Run = Callable[..., Done]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command line in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    # The folder of the project ends here, not at a repository that the tests' folder may be in.
    (tmp_path / "setup.py").touch()

    def call(*arguments: str) -> Done:
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return Done(int(caught.value.code or 0), captured.out, captured.err)

    return call


def codes(folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lint a project in a folder of its own: the codes that are found."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
    (folder / "setup.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(folder)
    result = session.lint(discovery.discover(["."], Settings()).files, Settings())
    assert not result.errors
    return [finding.code for finding in result.findings]
