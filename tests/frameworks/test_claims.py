"""The numbers that rules tell people are the measured ones: change one in a message or in a rule's documentation, and this fails.

`test_claims_find_wrong_numbers` tries it.
"""

from __future__ import annotations

import pytest
from proving import bench, claims, texts
from proving.outcome import Claim, Number, Outcome
from proving.proof import all_proofs

from losslint.rule import Rule, all_rules

RULES = {rule.__module__.rpartition(".")[2]: rule for rule in all_rules()}
PROVED = sorted({proof.module for proof in all_proofs()} & set(RULES))

SHARED = sorted({name for rule in RULES.values() for name in texts.shared_modules(rule)})


def outcomes_of(module: str, laboratory: bench.Bench) -> list[Outcome]:
    folder = f"rules/{module.replace('_', '-')}"
    own = [proof for proof in all_proofs() if proof.module == module or proof.folder == folder]
    found = [laboratory.outcome(proof, environment) for proof in own for environment in proof.environments]
    assert not [outcome for outcome in found if outcome.error], "its proofs don't hold"
    return found


@pytest.mark.frameworks
@pytest.mark.parametrize("module", PROVED)
def test_numbers(module: str, laboratory: bench.Bench) -> None:
    outcomes = outcomes_of(module, laboratory)
    made = [claim for outcome in outcomes for claim in outcome.claims]
    raised = [message for outcome in outcomes for message in outcome.raised]
    own = texts.tellings(RULES[module])
    shared = [telling for name in texts.shared_modules(RULES[module]) for telling in texts.of_strings(name)]
    said = claims.unmeasured(own, made, raised) + claims.untold([*own, *shared], made)
    assert not said, "\n".join(said)


@pytest.mark.frameworks
@pytest.mark.parametrize("name", [name for name in SHARED if texts.of_strings(name)])
def test_numbers_in_what_rules_share(name: str, laboratory: bench.Bench) -> None:
    users = [module for module, rule in RULES.items() if name in texts.shared_modules(rule)]
    made = [claim for module in users for outcome in outcomes_of(module, laboratory) for claim in outcome.claims]
    said = claims.unmeasured(texts.of_strings(name), made)
    assert not said, "\n".join(said)


FLOOR = Claim("with {classes} classes it can't fall below {floor:.2f}", {"classes": "10", "floor": Number(1.4612)})
RUN = Claim("{share} % instead of 98 %", {"share": Number(2.7, 0.5)})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On axis 1 with 10 classes it can't fall below 1.46, and 3 % instead of 98 % are right.", []),
        ("with 10 classes it can't fall below 1.47, and 3 % instead of 98 % are right.", ["10", "1.47"]),
        ("with 9 classes it can't fall below 1.46, and 3 % instead of 98 % are right.", ["9", "1.46"]),
        ("with 10 classes it can't fall below 1.462, and 3 % instead of 98 % are right.", ["10", "1.462"]),
        ("with 10 classes it can't fall below 1.46, and 4 % instead of 98 % are right.", ["4", "98"]),
        ("with 10 classes it can't fall below 1.46, and 3 % instead of 97 % are right.", ["3", "97"]),
        ("with 10 classes it can't fall below 1.46, and 3 % instead of 98 % are right, half of 7.", ["7"]),
    ],
)
def test_claims_find_wrong_numbers(text: str, expected: list[str]) -> None:
    telling = texts.Telling("LL000", text)
    said = claims.unmeasured([telling], [FLOOR, RUN])
    assert [line.split(" in ")[0].rpartition(" ")[2] for line in said] == expected
    assert bool(claims.untold([telling], [FLOOR, RUN])) == bool(set(expected) - {"7"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(B, 1, H, W) and (N, 1) on axis 1, or (0, 1), as Keras 2 has it", []),
        ("(N, 64, 64), (3, 7), and labels of 0 and 1", ["64", "64", "3", "7", "0", "1"]),
        ("a loss of 0.69 after 200 steps, -5.7 with 3 classes", ["0.69", "200", "-5.7", "3"]),
    ],
)
def test_which_digits_are_numbers(text: str, expected: list[str]) -> None:
    assert [match.group() for match in texts.numbers(text)] == expected


def test_a_quotation_is_covered_by_what_was_raised() -> None:
    telling = texts.Telling("LL000", 'It raises "Target 1 is out of bounds".')
    assert claims.unmeasured([telling], [], ["Target 1 is out of bounds."]) == []
    assert claims.unmeasured([telling], [], ["Target 2 is out of bounds."]) != []


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_says_what_it_costs_in_numbers(rule: type[Rule]) -> None:
    assert any(texts.numbers(texts.sections(rule)["Why is this bad?"])), "no number that somebody measured"
