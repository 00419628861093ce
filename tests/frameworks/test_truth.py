"""What the generator of programs claims is so: a sample of its programs is run on PyTorch and Keras.

A right program's loss is the one of plain NumPy; one misuse makes another loss, or raises, where its rule says so; and the
fixed program has the loss of the right one again.
"""

from __future__ import annotations

import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from generated import strategies
from generated.facts import Loss, Task
from generated.keras_projects import KerasLoss, KerasProject, LossSpelled
from generated.laws import mended
from generated.misuses import Case, Misuse, all_misuses
from generated.torch_projects import TorchProject
from generated.torch_training import Shell
from hypothesis import HealthCheck, Phase, given, settings

RUNNER = Path(strategies.__file__).with_name("running.py")
"""It's run, not imported: that needs NumPy."""
EACH = {"torch": 4, "keras": 2}
"""Programs for each misuse."""

SAME = frozenset({"LL102", "LL111", "LL116", "LL303", "LL403", "LL502", "LL602", "LL901"})
"""Rules whose misuse gives the right program's number here: needless, deprecated, unstable, weights of 1, or no loss at all."""

MENDED_BY_TENSORFLOW = frozenset({"LL112", "LL113", "LL114", "LL401 probabilities as logits"})
"""Misuses in Keras whose loss TensorFlow may take from the logits behind the activation."""

SEED_MATTERS = frozenset({"LL402", "LL112 one unit"})
"""Misuses whose labels are drawn in another way: the right program has others, so there is nothing to compare a fix with."""


def sample(framework: str) -> list[Case]:
    """Cases of each misuse, always the same."""
    found: list[Case] = []
    for misuse in (misuse for misuse in all_misuses() if misuse.framework == framework):

        @settings(max_examples=EACH[framework], derandomize=True, database=None, deadline=None, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(strategies.possible_cases((misuse,)))
        def keep(case: Case) -> None:
            if getattr(case.right, "shell", None) is not Shell.LIGHTNING:
                found.append(case)

        keep()
    return found


def told(project: Any) -> dict[str, Any]:
    """A right program, and what its loss is."""
    program = project.rendered()
    said: dict[str, Any] = {"files": dict(program.files), "main": program.main}
    if isinstance(project, TorchProject):
        plain = project.binding not in ("focal", "focal_weighed_after", "by_hand")
        kinds = {Loss.CROSS_ENTROPY: "classes", Loss.NLL: "classes", Loss.BCE_LOGITS: "binary"}
        said |= {"kind": kinds.get(project.loss, "") if plain else "", "axis": -1 if project.task is Task.TOKENS else 1}
    elif isinstance(project, KerasProject):
        smoothing = 0.1 if project.settings else 0.0
        said |= {"kind": "binary" if project.loss is KerasLoss.BINARY else "classes", "logits": project.from_logits,
                 "smoothing": smoothing if project.loss_spelled is not LossSpelled.STRING else 0.0}  # fmt: skip
    return said


def run_all(framework: str, programs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Run programs in a process with the framework."""
    done = subprocess.run(
        [sys.executable, str(RUNNER), framework], input=json.dumps(programs), capture_output=True, text=True, timeout=900
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def is_near(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and math.isclose(one, other, rel_tol=2e-5, abs_tol=2e-6)


def differs(misuse: Misuse) -> bool | None:
    """Whether a misuse makes another loss, or raises; None where that depends."""
    if misuse.code in SAME:
        return False
    name = str(misuse).rpartition(" (")[0]
    return None if misuse.framework == "keras" and any(name.startswith(told) for told in MENDED_BY_TENSORFLOW) else True


@pytest.mark.frameworks
@pytest.mark.parametrize("framework", ["torch", "keras"])
def test_what_is_claimed_of_programs_is_so(framework: str) -> None:
    for name in (framework, "tensorflow") if framework == "keras" else (framework,):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} isn't installed: pip install '.[frameworks]'")
    cases = sample(framework)
    programs: list[dict[str, Any]] = []
    for case in cases:
        wrong = case.wrong.rendered()
        fixed = mended(wrong)
        programs += [
            told(case.right),
            {"files": dict(wrong.files), "main": wrong.main},
            {"files": fixed, "main": wrong.main},
        ]
    results = run_all(framework, programs)
    wrongs: list[str] = []
    held = 0
    for number, case in enumerate(cases):
        right, misused, fixed = results[3 * number : 3 * number + 3]
        said = []
        if right["raised"] or right["loss"] is None:
            said.append(f"the right program raises {right['raised']}")
        if "ought" in right:
            held += 1
            if not is_near(right["first"], right["ought"]):
                said.append(f"the loss of the right program is {right['first']}, and ought to be {right['ought']}")
        same = not misused["raised"] and is_near(misused["loss"], right["loss"])
        if differs(case.misuse) is not None and same == differs(case.misuse):
            said.append(f"the misused program's loss is {misused}, the right one's {right['loss']}")
        changed = programs[3 * number + 1]["files"] != programs[3 * number + 2]["files"]
        drawn = any(str(case.misuse).startswith(name) for name in SEED_MATTERS)
        if changed and not drawn and (fixed["raised"] or not is_near(fixed["loss"], right["loss"])):
            said.append(f"the fixed program's loss is {fixed}, the right one's {right['loss']}")
        wrongs += [f"{case.misuse}: {line}\n{case.right}\n{case.wrong.rendered()}" for line in said]
    assert not wrongs, f"{len(wrongs)} of {len(cases)}\n" + "\n\n".join(wrongs[:9])
    assert held >= len(cases) // 4
