"""The same output, byte for byte: for any hash seed, number of processes and order of paths, cold and warm.

With `-m network` also on each Python that is there, with the lowest and the newest dependencies that pyproject.toml allows.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
FORMATS = ("full", "concise", "json", "sarif", "github", "gitlab", "junit", "html")
_SECONDS = re.compile(rb'"seconds": [\d.]+')


@pytest.fixture(scope="module")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Several projects: more than one process has something to do."""
    folder = tmp_path_factory.mktemp("trees")
    for number, source in enumerate(sorted(filter(Path.is_dir, (CHECKOUT / "fixtures" / "projects").iterdir()))[:12]):
        shutil.copytree(source, folder / f"p{number:02}")
        (folder / f"p{number:02}" / "setup.cfg").touch()
    shutil.copytree(CHECKOUT / "fixtures" / "article", folder / "article")
    return folder


LINT = """
import sys
from losslint import cli, session
session.PARALLEL_BYTES = 0
cli.main(sys.argv[1:])
"""


def reports(folder: Path, out: Path, *arguments: str, seed: str = "0", check: tuple[int, ...] = (1,)) -> dict[str, bytes]:
    """What is written in every format; the time that it took is left out."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    asked = [part for name in FORMATS for part in ("--output-file", f"{name}:{out / name}")]
    path = [str(CHECKOUT), str(CHECKOUT / "rules"), *filter(None, sys.path)]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(path)}
    command = [sys.executable, "-c", LINT, "--isolated", *asked, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode in check, done.stderr
    assert done.stderr == ""
    found = {name: _SECONDS.sub(b"", (out / name).read_bytes()) for name in FORMATS}
    return {**found, "terminal": done.stdout.encode()}


@pytest.fixture(scope="module")
def expected(trees: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    found = reports(trees, tmp_path_factory.mktemp("out") / "first", "--no-cache", "--jobs", "1", ".")
    assert len(found["concise"].splitlines()) > 20
    return found


@pytest.mark.parametrize("seed", ["1", "42", "4294967295"])
def test_hash_seeds(trees: Path, tmp_path: Path, expected: dict[str, bytes], seed: str) -> None:
    assert reports(trees, tmp_path / "out", "--no-cache", "--jobs", "1", ".", seed=seed) == expected


def test_processes(trees: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    for jobs in ("2", "5"):
        assert reports(trees, tmp_path / "out", "--no-cache", "--jobs", jobs, ".", seed=jobs) == expected


def test_orders_of_paths(trees: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    paths = sorted(path.name for path in trees.iterdir() if path.name != ".losslint_cache")
    for order in (paths, paths[::-1], [*paths[5:], *paths[:5], *paths]):
        assert reports(trees, tmp_path / "out", "--no-cache", "--jobs", "1", *order) == expected


def test_cold_and_warm(trees: Path, tmp_path: Path, expected: dict[str, bytes]) -> None:
    cache = ("--cache-dir", str(tmp_path / "cache"))
    for seed in ("1", "2"):
        assert reports(trees, tmp_path / "out", *cache, "--jobs", "1", ".", seed=seed) == expected
    assert (tmp_path / "cache" / "cache.json").exists()


# ------------------------------------------------------------------------------------------------- other environments


def python(version: str) -> str | None:
    """A Python of a version: one of LOSSLINT_PYTHONS, pyenv's, or one on the path."""
    named = [path for path in os.environ.get("LOSSLINT_PYTHONS", "").split(os.pathsep) if path]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named += [str(path / "bin" / "python") for path in sorted(pyenv.glob(f"{version}.*"))] if pyenv.is_dir() else []
    named += [found for found in [shutil.which(f"python{version}")] if found]
    says = "import sys; print('%d.%d' % sys.version_info[:2])"
    return next(
        (p for p in named if subprocess.run([p, "-c", says], capture_output=True, text=True).stdout.strip() == version), None
    )


def lowest() -> list[str]:
    """The dependencies that pyproject.toml names, each at its lowest version."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    named = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["dependencies"]
    return [re.sub(r">=([\d.]+)", r"==\1", dependency) for dependency in named]


@pytest.mark.network
@pytest.mark.parametrize("which", ["lowest", "newest"])
@pytest.mark.parametrize("version", [f"3.{minor}" for minor in range(10, 16)])
def test_environments(trees: Path, tmp_path: Path, expected: dict[str, bytes], version: str, which: str) -> None:
    found_python = python(version)
    if found_python is None:
        pytest.skip(f"no Python {version} here")
    subprocess.run([found_python, "-m", "venv", str(tmp_path / "venv")], check=True)
    folder = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    install = [str(folder / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # from a copy: a build leaves its own files beside what it builds
    source = tmp_path / "source"
    shutil.copytree(CHECKOUT, source, ignore=shutil.ignore_patterns(".git", ".*cache", ".hypothesis", "tests"))
    subprocess.run([*install, *(lowest() if which == "lowest" else []), str(source)], check=True)
    out = tmp_path / "out"
    out.mkdir()
    asked = [part for name in FORMATS for part in ("--output-file", f"{name}:{out / name}")]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(folder / "losslint"), "--isolated", "--no-cache", "--jobs", "1", *asked, "."],
        cwd=trees, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    found = {name: _SECONDS.sub(b"", (out / name).read_bytes()) for name in FORMATS}
    assert {**found, "terminal": done.stdout.encode()} == expected
