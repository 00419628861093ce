"""What judges mutants of ourselves: the tests that come to the line, and what they say of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
MODULE = "rules/losslint_rules/labels.py"
TEST = "tests/test_rules.py::test_what_is_expected_is_found_and_nothing_else[target-shape-mismatch/bad.py]"
LINE = "    last, other = output.size(-1), "
JUDGE = """
import json, os, sys
from mutation import CHECKOUT
from mutation.judging import judged, measured
asked = json.loads(sys.argv[1])
reach = measured([asked["test"]], [CHECKOUT / asked["module"]])
tests = reach.tests(asked["module"], asked["line"])
print(json.dumps([tests, *(judged(asked["module"], source, tests, -2) for source in asked["sources"])]))
"""


def test_a_mistake_is_seen_by_the_tests_that_come_there() -> None:
    right = (CHECKOUT / MODULE).read_text(encoding="utf-8")
    assert LINE in right
    sources = [right, right.replace(LINE, LINE.replace("-1", "0")), right.replace(LINE, "    while True: pass\n" + LINE)]
    line = right[: right.index(LINE)].count("\n") + 1
    asked = json.dumps({"test": TEST, "module": MODULE, "line": line, "sources": sources})
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    environment["PYTHONPATH"] = os.pathsep.join(map(str, (CHECKOUT, CHECKOUT / "rules", CHECKOUT / "tests")))
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, asked], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [[TEST], "survived", "killed", "timeout"]
