"""The three laws, on some hundreds of generated programs. `python -m tests.generated` judges as many as one likes."""

from __future__ import annotations

from typing import Any

import pytest
from generated import strategies
from generated.equality import same
from generated.laws import finds_the_misuse, fixes_to_a_right_program, silent_on_right
from generated.limits import LIMITS, Limit, limit_of
from generated.misuses import NOT_PUT_IN, Case, Misuse, all_misuses
from hypothesis import HealthCheck, Phase, given, settings

from losslint.rule import all_rules

MISUSES = all_misuses()
EACH = 5
"""Programs for each misuse."""

quick = settings(
    derandomize=True, database=None, deadline=None, print_blob=False, suppress_health_check=list(HealthCheck)
)  # fmt: skip


def test_every_rule_is_put_in_or_said_why_not() -> None:
    rules = {rule.code for rule in all_rules() if rule.__module__.startswith("losslint_rules.")}
    assert {misuse.code for misuse in MISUSES} | set(NOT_PUT_IN) == rules
    assert {misuse.code for misuse in MISUSES}.isdisjoint(NOT_PUT_IN)


def test_misuses_have_names_of_their_own() -> None:
    assert len({str(misuse) for misuse in MISUSES}) == len(MISUSES)


@pytest.mark.parametrize("framework", strategies.PROJECTS)
def test_a_right_program_is_silent(framework: str) -> None:
    @settings(quick, max_examples=80)
    @given(strategies.right_programs(framework))
    def judge(project: Any) -> None:
        broken = silent_on_right(project).broken
        assert not broken, f"{broken}\n{project}\n{project.rendered()}"

    judge()


@pytest.mark.parametrize("misuse", MISUSES, ids=str)
def test_a_misuse_is_found_and_its_fix_is_right(misuse: Misuse) -> None:
    judged = 0

    @settings(quick, max_examples=EACH, phases=[Phase.generate, Phase.shrink])
    @given(strategies.possible_cases((misuse,)))
    def judge(case: Case) -> None:
        nonlocal judged
        if limit_of(case) is not None:
            return
        judged += 1
        for verdict in (finds_the_misuse(case), fixes_to_a_right_program(case)):
            assert not verdict.broken, f"{verdict.broken}\n{case.right}\n{case.wrong.rendered()}"

    judge()
    assert judged or any(limit.case().misuse is misuse for limit in LIMITS)


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_a_known_limit_still_is_one(limit: Limit) -> None:
    """Where this fails, the engine sees more than is said: the limit goes, here and in the README."""
    case = limit.case()
    assert case.possible()
    assert limit_of(case) is limit
    assert finds_the_misuse(case).broken


def test_a_partial_that_is_called_at_once_is_a_call() -> None:
    """A fix may tell a loss what it gets in the one place or in the other."""
    head = "import functools\nfrom losses import loss\n"
    one, other = "functools.partial(loss, a=1, b=2)(y, z)", "functools.partial(loss, a=1)(y, z, b=2)"
    assert same({"a.py": head + one}, {"a.py": head + other})
    assert not same({"a.py": head + one}, {"a.py": head + other.replace("b=2", "b=3")})
