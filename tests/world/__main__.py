"""The command; `python -m world --help`."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent.parent
SECONDS = 600
"""A tree that takes longer hangs: the largest takes a twentieth of it."""

# What isn't Python for the Python that runs is said, and no failure: libraries have templates, programs of Python 2 and tests of
# what a parser refuses.
UNREADABLE = (
    "is Python 2", "has a syntax error", "needs Python", "can't be decoded", "contains a null byte", "declares an unknown",
    "is UTF-16", "is too deeply nested", "has a UTF-8 byte order mark", "is not a notebook", "can't be parsed",
    "is too large", "is empty",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What linting one tree came to."""

    name: str
    files: int
    findings: list[str]
    unreadable: int
    failures: list[str]
    seconds: float
    megabytes: int


def packages() -> Iterator[tuple[str, bool]]:
    """Each package, and whether it's one of machine learning's."""
    learning = False
    for line in (HERE / "packages.txt").read_text().splitlines():
        if line.startswith("["):
            learning = line == "[machine-learning]"
        elif line and not line.startswith("#"):
            yield line, learning


def download(name: str, folder: Path) -> Path | None:
    """A package's wheel: the one that is there, or the newest one of pure Python that the index has."""
    stem = name.replace("-", "_").lower()
    there = sorted(path for path in folder.glob("*.whl") if path.name.lower().split("-")[0].replace(".", "_") == stem)
    if there:
        return there[-1]
    folder.mkdir(parents=True, exist_ok=True)
    only = ["--no-deps", "--only-binary", ":all:", "--implementation", "py", "--abi", "none", "--platform", "any"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", *only, "--dest", str(folder), name], capture_output=True, text=True
    )
    if done.returncode:
        print(f"{name}: no wheel: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    return download(name, folder)


def lint(name: str, tree: Path) -> Told:
    """Lint a tree as its own project, in a process of its own."""
    command = [
        sys.executable, "-W", "error", "-m", "losslint", "--isolated", "--no-cache", "--jobs", "1",
        "--config", "respect-gitignore=false", "--config", "exclude=[]", "--output-format", "json", str(tree),
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "rules")]), "LOSSLINT_DEBUG": "1"}
    started = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    try:
        done = subprocess.run(
            command, cwd=tree.parent, env=environment, capture_output=True, text=True, timeout=SECONDS, errors="replace"
        )
    except subprocess.TimeoutExpired:
        return Told(name, 0, [], 0, [f"took more than {SECONDS} s"], SECONDS, 0)
    seconds = time.perf_counter() - started
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    failures = [f"stderr: {line}" for line in done.stderr.splitlines() if not _is_silent(line)]
    try:
        said = json.loads(done.stdout)
    except ValueError:
        return Told(name, 0, [], 0, [*failures, f"exit {done.returncode}: no report"], seconds, most // 1024)
    unreadable = 0
    for error in said["errors"]:
        if error["message"].startswith(UNREADABLE):
            unreadable += 1
        else:
            failures.append(f"{error['path']}: {error['message']}")
    findings = [f"{f['path']}:{f['line']}: {f['code']} {f['message']}" for f in said["findings"]]
    megabytes = most // 1024 if most > before else 0
    return Told(name, said["statistics"]["files"], findings, unreadable, failures, seconds, megabytes)


def _is_silent(line: str) -> bool:
    return not line.strip()


def trees(arguments: argparse.Namespace, folder: Path) -> Iterator[tuple[str, bool, Path]]:
    """Each tree that is to be linted: its name, whether findings may be in it, and where it is."""
    wanted = [pair for pair in packages() if not arguments.only or arguments.only in pair[0]]
    for name, learning in wanted:
        wheel = download(name, arguments.wheels)
        if wheel is None:
            continue
        tree = folder / name
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tree)
        yield name, learning, tree
    if not arguments.only or arguments.only in "standard library":
        library = Path(sysconfig.get_paths()["stdlib"])
        for part in sorted(library.iterdir()):
            if part.name == "site-packages" or (part.is_file() and part.suffix != ".py"):
                continue
            (folder / "standard-library").mkdir(exist_ok=True)
            target = folder / "standard-library" / part.name
            subprocess.run(["cp", "-r", str(part), str(target)], check=True)
        yield "standard library", False, folder / "standard-library"


def main() -> int:
    """Lint the world, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m world", description=__doc__)
    kept = Path(tempfile.gettempdir()) / "losslint-world"
    parser.add_argument("--wheels", type=Path, default=kept, help="where the wheels are kept")
    parser.add_argument("--only", metavar="WORD", help="packages with this in their name")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write all that was found as JSON")
    arguments = parser.parse_args()
    told: list[Told] = []
    bad = 0
    with tempfile.TemporaryDirectory(prefix="losslint-world-") as folder:
        for name, learning, tree in trees(arguments, Path(folder)):
            one = lint(name, tree)
            told.append(one)
            unwanted = [*one.failures, *([] if learning else one.findings)]
            bad += len(unwanted)
            print(
                f"{name}: {one.files} files, {len(one.findings)} findings, {one.unreadable} that aren't Python here, "
                f"{one.seconds:.1f} s, {one.megabytes or '<'} MB",
                flush=True,
            )
            for line in unwanted:
                print(f"  BAD {line}", flush=True)
            if arguments.record:
                arguments.record.write_text(json.dumps([vars(each) for each in told], indent=1, default=list))
    print(
        f"{len(told)} trees, {sum(t.files for t in told)} files, {sum(len(t.findings) for t in told)} findings, "
        f"{sum(t.unreadable for t in told)} files that aren't Python here, {sum(t.seconds for t in told):.0f} s, {bad} bad"
    )
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
