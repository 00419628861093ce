#!/usr/bin/env python3
"""What losslint's peers find in the programs of fixtures/rules: those with a misused loss, and those that look like them.

    python benchmarks/compare.py [--neurarch lint.mjs]

Runs what is installed: losslint, torchfix, and neurarch-lint by node. Counts the lines that a program marks with `# expect:` and
that the peer reports, and in the programs that are right its findings on lines without such a mark. Of neurarch-lint's rules,
those count that are about losses. (ruff, fixit and semgrep's rules have none.)
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

RULES = Path(__file__).resolve().parent.parent / "fixtures" / "rules"
EXPECTED = re.compile(r"# expect: LL")
OF_NEURARCH = {
    "softmax-cross-entropy",
    "sigmoid-bce-with-logits",
    "bceloss-without-sigmoid",
    "softmax-no-dim",
    "log-then-softmax",
}

Found = set[tuple[str, int]]
"""The files and lines that are reported."""


def _run(*command: str, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False).stdout


def torchfix(folder: Path) -> Found:
    """What all of TorchFix' rules report."""
    said = _run("torchfix", "--select", "ALL", ".", cwd=folder)
    return {(path, int(line)) for path, line in re.findall(r"^(?:\./)?([^:\s]+):(\d+):", said, re.MULTILINE)}


def losslint(folder: Path) -> Found:
    """What losslint reports."""
    said = _run("losslint", "--isolated", "--no-cache", "--output-format", "json", ".", cwd=folder)
    return {(finding["path"], finding["line"]) for finding in json.loads(said)["findings"]}


def neurarch(script: str) -> Callable[[Path], Found]:
    """What neurarch-lint's rules on losses report."""

    def found(folder: Path) -> Found:
        said = json.loads(_run("node", str(Path(script).resolve()), "--json", "--dir=.", cwd=folder))
        findings = said["findings"] if isinstance(said, dict) else said
        return {(Path(f["file"]).name, f["line"]) for f in findings if f["rule"] in OF_NEURARCH}

    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--neurarch", metavar="lint.mjs", help="neurarch-lint's program")
    given = parser.parse_args()
    peers: dict[str, tuple[str, Callable[[Path], Found]]] = {
        "losslint": ("losslint", losslint),
        "TorchFix": ("torchfix", torchfix),
    }
    if given.neurarch:
        peers["neurarch-lint"] = ("node", neurarch(given.neurarch))
    with tempfile.TemporaryDirectory() as name:
        folders = {kind: Path(name, kind) for kind in ("bad", "good")}
        expected: dict[str, Found] = {kind: set() for kind in folders}
        for kind, folder in folders.items():
            folder.mkdir()
            for file in sorted(RULES.glob(f"*/{kind}*")):
                own = folder / f"{file.parent.name}__{file.name}"
                shutil.copy(file, own)
                for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
                    if EXPECTED.search(line) and file.suffix == ".py":
                        expected[kind].add((own.name, number))
        files = {kind: len(list(folder.iterdir())) for kind, folder in folders.items()}
        lines = len(expected["bad"])
        print(f"| | of {lines} wrong lines in {files['bad']} programs | other lines in {files['good']} right programs |")
        print("|---|---|---|")
        for title, (command, found) in peers.items():
            if shutil.which(command) is None:
                print(f"{title} isn't installed", file=sys.stderr)
                continue
            right, other = found(folders["bad"]) & expected["bad"], found(folders["good"]) - expected["good"]
            print(f"| {title} | {len(right)} | {len(other)} |", flush=True)


if __name__ == "__main__":
    main()
