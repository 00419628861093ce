#!/usr/bin/env python3
"""How fast losslint is, beside its peers.

    python benchmarks/run.py [--rounds N] [--work FOLDER] [--trees NAME...] [--save FILE]

Downloads wheels by name and version with pip, unpacks them, installs losslint and its peers, each in an environment of
its own, and runs them in turns, several rounds. Prints and saves a table of medians: user and system seconds of all
processes, wall seconds, the largest process, each as a ratio to ruff's in the same run. What can't be installed is left out.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import trees as wheels

HERE = Path(__file__).resolve().parent
PEERS = {
    "losslint": [str(HERE.parent)],
    "ruff": ["ruff"],
    "torchfix": ["torchfix", "setuptools<80"],
    "fixit": ["fixit"],
    "semgrep": ["semgrep"],
}
GROWTH = (1, 2, 4, 8, 16)


@dataclass(frozen=True)
class Run:
    """What one process and its children took: seconds of all processors, of the clock, and MiB of the largest one."""

    cpu: float
    wall: float
    memory: float


@dataclass
class Measured:
    """The rounds of one command on one tree."""

    tree: str
    command: str
    runs: list[Run] = field(default_factory=list)

    @property
    def cpu(self) -> float:
        """The median of the seconds of all processors."""
        return statistics.median(run.cpu for run in self.runs)

    @property
    def wall(self) -> float:
        """The median of the seconds of the clock."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def memory(self) -> float:
        """MiB of the largest process of all rounds."""
        return max(run.memory for run in self.runs)


def run(command: Sequence[str], folder: Path) -> Run:
    """Run a command in a folder, and measure it and its children."""
    # bytecode is written when a package is installed; a setting of this shell must not make Python compile it each time
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment["SEMGREP_SEND_METRICS"] = "off"
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {said[-500:]}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Run(usage.ru_utime + usage.ru_stime, wall, kilobytes / 1024)


def environments(work: Path) -> dict[str, tuple[Path, str]]:
    """The environments that could be made: the folder of the commands, and the version. losslint's is made anew."""
    found: dict[str, tuple[Path, str]] = {}
    for name, requirements in PEERS.items():
        folder = work / "environments" / name
        python = folder / "bin" / "python"
        if not python.exists():
            venv.create(folder, with_pip=True)
        if name == "losslint" or not (folder / "done").exists():
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            if name == "losslint" and (folder / "done").exists():
                pip += ["--force-reinstall", "--no-deps"]
            done = subprocess.run([*pip, *requirements], check=False, capture_output=True, text=True)
            if done.returncode != 0:
                print(f"{name} can't be installed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
                shutil.rmtree(folder)
                continue
            (folder / "done").touch()
        asked = "losslint-classification" if name == "losslint" else name
        text = f"import importlib.metadata; print(importlib.metadata.version({asked!r}))"
        version = subprocess.run([str(python), "-c", text], check=True, capture_output=True, text=True).stdout.strip()
        found[name] = (folder / "bin", version)
    return found


def commands(tools: dict[str, tuple[Path, str]], tree: str) -> list[tuple[str, list[str], Callable[[Path], None]]]:
    """What is run on a tree: a name, the command, and what has to be done before each run."""

    def nothing(_: Path) -> None: ...

    def fresh(folder: Path) -> None:
        for name in (".losslint_cache", ".ruff_cache"):
            shutil.rmtree(folder / name, ignore_errors=True)

    def warmed(command: list[str]) -> Callable[[Path], None]:
        def warm(folder: Path) -> None:
            # twice: a file that was written a moment ago is looked at again
            subprocess.run(command, cwd=folder, capture_output=True, check=False)

        return warm

    found: list[tuple[str, list[str], Callable[[Path], None]]] = []
    losslint = [str(tools["losslint"][0] / "losslint"), "."]
    found.append(("losslint, cold", losslint, fresh))
    found.append(("losslint, no cache, one process", [*losslint, "--no-cache", "--jobs", "1"], nothing))
    found.append(("losslint, warm", losslint, warmed(losslint)))
    found.append(("the floor", [str(tools["losslint"][0] / "python"), str(HERE / "floor.py"), "."], nothing))
    if "ruff" in tools:
        ruff = [str(tools["ruff"][0] / "ruff"), "check", "--isolated", "--select", "F", "."]
        found.append(("ruff F, no cache", [*ruff, "--no-cache"], nothing))
        found.append(("ruff F, cached", ruff, warmed(ruff)))
    if tree == "small" and "torchfix" in tools:
        found.append(("TorchFix", [str(tools["torchfix"][0] / "torchfix"), "."], nothing))
    if tree == "small" and "fixit" in tools:
        found.append(("Fixit", [str(tools["fixit"][0] / "fixit"), "lint", "."], nothing))
    if tree in ("small", "middle") and "semgrep" in tools:
        semgrep = [
            str(tools["semgrep"][0] / "semgrep"),
            "scan",
            "--quiet",
            "--metrics",
            "off",
            "--disable-version-check",
        ]
        found.append(("semgrep, one rule", [*semgrep, "--config", str(HERE / "semgrep.yml"), "."], nothing))
    return found


def measure(tools: dict[str, tuple[Path, str]], found: dict[str, Path], rounds: int) -> list[Measured]:
    """Run everything in turns, so that what else the machine does meets all alike."""
    measured: dict[tuple[str, str], Measured] = {}
    for number in range(rounds):
        for tree, folder in found.items():
            for name, command, before in commands(tools, tree):
                if name in ("TorchFix", "Fixit") and number:
                    continue  # minutes, and a hundred times what matters
                before(folder)
                entry = measured.setdefault((tree, name), Measured(tree, name))
                entry.runs.append(run(command, folder))
                print(f"round {number + 1}: {tree}: {name}: {entry.runs[-1].cpu:.2f} s", file=sys.stderr)
    return list(measured.values())


def growth(tools: dict[str, tuple[Path, str]], work: Path, tree: Path, rounds: int) -> dict[int, float]:
    """CPU seconds of one project that is there several times."""
    command = [str(tools["losslint"][0] / "losslint"), ".", "--no-cache", "--jobs", "1"]
    return {
        times: statistics.median(run(command, wheels.repeated(work, tree, times)).cpu for _ in range(rounds))
        for times in GROWTH
    }


def table(measured: Sequence[Measured], sizes: dict[str, tuple[int, int]], grown: dict[int, float]) -> str:
    """The measurements as Markdown."""
    lines: list[str] = []
    for tree in dict.fromkeys(entry.tree for entry in measured):
        rows = [entry for entry in measured if entry.tree == tree]
        ruff = next((entry for entry in rows if entry.command == "ruff F, no cache"), None)
        files, count = sizes[tree]
        lines += [f"**{tree}**: {files:,} files, {count:,} lines", ""]
        lines += ["| | CPU s | of ruff's | wall s | largest process, MiB |", "|---|---|---|---|---|"]
        for entry in rows:
            ratio = f"{entry.cpu / ruff.cpu:.1f}" if ruff is not None and ruff.cpu else "–"
            lines.append(f"| {entry.command} | {entry.cpu:.2f} | {ratio} | {entry.wall:.2f} | {entry.memory:.0f} |")
        lines.append("")
    if grown:
        lines += ["| one project, times | " + " | ".join(map(str, grown)) + " |", "|---|" + "---|" * len(grown)]
        lines.append("| CPU s | " + " | ".join(f"{seconds:.2f}" for seconds in grown.values()) + " |")
        lines.append("| of once | " + " | ".join(f"{seconds / grown[1]:.1f}" for seconds in grown.values()) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--work", type=Path, default=HERE / ".work", help="where wheels, trees and environments are kept"
    )
    parser.add_argument("--trees", nargs="*", help="only these trees")
    parser.add_argument("--save", type=Path, default=HERE / "results.json")
    options = parser.parse_args()
    work = options.work.resolve()
    found = wheels.make(work)
    tools = environments(work)
    chosen = {name: tree for name, tree in found.items() if not options.trees or name in options.trees}
    sizes = {name: wheels.size(tree) for name, tree in chosen.items()}
    measured = measure(tools, chosen, options.rounds)
    grown = (
        growth(tools, work, found["small"], options.rounds) if not options.trees or "growth" in options.trees else {}
    )
    versions = ", ".join(f"{name} {version}" for name, (_, version) in tools.items())
    head = (
        f"{datetime.date.today()}, {platform.platform()}, {len(os.sched_getaffinity(0))} processors, "
        f"Python {platform.python_version()}, {versions}; medians of {options.rounds} rounds\n\n"
        if hasattr(os, "sched_getaffinity")
        else f"{datetime.date.today()}, {platform.platform()}, Python {platform.python_version()}, {versions}\n\n"
    )
    text = head + table(measured, sizes, grown)
    options.save.write_text(
        json.dumps({"head": head, "measured": [{**vars(m), "runs": [vars(r) for r in m.runs]} for m in measured],
                    "growth": grown, "sizes": sizes}, indent=1)
    )  # fmt: skip
    options.save.with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
