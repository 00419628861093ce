"""No rule, fixture or line without its proof. This needs no framework; whether the proofs hold is test_proofs.py's."""

from __future__ import annotations

import collections

import pytest
from proving.proof import FIXTURES, Proof, all_proofs

from losslint.rule import Rule, all_rules
from losslint.testing import Fixture

NOT_YET = frozenset({
})  # fmt: skip
"""Rules and programs that are without a proof. To be emptied, never to be filled."""

PROOFS = all_proofs()
PROGRAMS = [*Fixture.of_rules(FIXTURES / "rules"), *Fixture.of_rules(FIXTURES / "article")]


def of(fixture: Fixture) -> list[Proof]:
    return [proof for proof in PROOFS if proof.file and proof.path == fixture.folder / fixture.name]


@pytest.mark.parametrize("fixture", PROGRAMS, ids=str)
def test_a_fixture_has_its_proof(fixture: Fixture) -> None:
    if not NOT_YET.isdisjoint((fixture.folder.name, str(fixture))):
        pytest.skip("not yet")
    assert of(fixture), "no proof in tests/frameworks/proofs (CONTRIBUTING.md says how)"
    lines = collections.Counter(code for _, _, code in fixture.expected.elements())
    for proof in of(fixture):
        assert proof.lines == lines, f"{proof.function} speaks of other lines than the file expects"


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_has_its_proof(rule: type[Rule]) -> None:
    if rule.name in NOT_YET:
        pytest.skip("not yet")
    own = [proof for proof in PROOFS if proof.module == rule.__module__.rpartition(".")[2]]
    assert sum(proof.lines.get(rule.code, 0) for proof in own), "no proof of any of its findings"


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: f"{proof.module}/{proof.function}")
def test_a_proof_is_of_something(proof: Proof) -> None:
    assert proof.path.exists() if proof.file else not proof.lines
    assert proof.about, "the first line of its docstring says what is run"
