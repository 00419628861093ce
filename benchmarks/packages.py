#!/usr/bin/env python3
"""What losslint says, and doesn't say, of well-known packages.

    python benchmarks/packages.py [--work FOLDER] [--save FILE] [PACKAGE...]

Downloads the wheels of the tree `large` with pip, lints each package alone with every rule, and prints how many files and
lines it has, how many losses were judged, how many weren't, and each finding; then the causes of what wasn't judged, as
`--explain-silence` counts them. Whether a finding is right is for people to say: the README says what they said.
"""

from __future__ import annotations

import argparse
import collections
import json
import subprocess
import sys
from pathlib import Path

import trees

HERE = Path(__file__).resolve().parent


def lint(package: Path) -> dict[str, object]:
    """The JSON report of one package."""
    command = [sys.executable, "-m", "losslint", ".", "--isolated", "--no-cache", "--select", "ALL"]
    command += ["--explain-silence", "--output-format", "json"]
    done = subprocess.run(command, cwd=package, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 2) or not done.stdout:
        raise SystemExit(f"{package.name}: {done.stderr}")
    report: dict[str, object] = json.loads(done.stdout)
    return report


def lines(package: Path) -> int:
    """The lines of a package's Python files."""
    return sum(path.read_bytes().count(b"\n") for path in package.rglob("*.py"))


def main() -> None:
    """Lint them, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help="only these")
    parser.add_argument("--work", type=Path, default=HERE / "work", help="where wheels and trees are kept")
    parser.add_argument("--save", type=Path, help="write the reports to this file, too, as JSON")
    arguments = parser.parse_args()
    tree = trees.make(arguments.work)["large"]
    names = arguments.packages or sorted(path.name for path in tree.iterdir() if path.is_dir() and not path.name.startswith("."))
    reports: dict[str, object] = {}
    totals: collections.Counter[str] = collections.Counter()
    causes: collections.Counter[str] = collections.Counter()
    print("| package | files | lines | losses judged | not judged | errors and warnings | infos |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name in names:
        report = reports[name] = lint(tree / name)
        statistics: dict[str, int] = report["statistics"]  # type: ignore[assignment]
        findings: list[dict[str, object]] = report["findings"]  # type: ignore[assignment]
        infos = sum(finding["severity"] == "info" for finding in findings)
        row = {
            "files": statistics["files"], "lines": lines(tree / name), "judged": statistics["judged"],
            "silent": statistics["silent"], "shown": len(findings) - infos, "infos": infos,
        }  # fmt: skip
        totals.update(row)
        print(f"| {name} |", " | ".join(f"{number:,}" for number in row.values()), "|", flush=True)
        for cause in report["silence_causes"]:  # type: ignore[attr-defined]
            causes[cause["cause"]] += cause["count"]
    print("| all |", " | ".join(f"{number:,}" for number in totals.values()), "|\n")
    for name, report in reports.items():
        for finding in report["findings"]:  # type: ignore[index]
            place = f"{name}/{finding['path']}:{finding['line']}"
            print(f"{finding['severity']:<8} {finding['code']} {place} {finding['message'].splitlines()[0]}")
    print("\nWhy losses weren't judged:")
    for cause, count in causes.most_common():
        print(f"{count:>6} {cause}")
    if arguments.save:
        arguments.save.write_text(json.dumps(reports, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
