"""No rule, fixture or line without its proof. This needs no framework; whether the proofs hold is test_proofs.py's."""

from __future__ import annotations

import collections

import pytest
from proving.proof import FIXTURES, Proof, all_proofs

from losslint.rule import Rule, all_rules
from losslint.testing import Fixture

NOT_YET = frozenset({
    "cross-entropy/bad_dim_argument.py",
    "cross-entropy/bad_softmax.py",
    "cross-entropy/good_logits.py",
    "focal/good_none_reduction.py",
    "keras/bad_softmax_from_logits.py",
    "keras/good_from_logits.py",
    "label-encoding-mismatch/bad_fed.py",
    "label-encoding-mismatch/bad_folder.py",
    "label-encoding-mismatch/bad_made.py",
    "label-encoding-mismatch/bad_margin.py",
    "label-encoding-mismatch/bad_optax.py",
    "label-encoding-mismatch/good_fed.py",
    "label-encoding-mismatch/good_folder.py",
    "label-encoding-mismatch/good_made.py",
    "label-encoding-mismatch/good_margin.py",
    "multi-label/bad_integer.py",
    "multi-label/good_float.py",
    "nll/bad_logits.py",
    "nll/bad_softmax.py",
    "nll/good_log_softmax.py",
    "output-units-mismatch/bad.py",
    "output-units-mismatch/good.py",
    "segmentation/bad_missing_classes.py",
    "segmentation/good_classes_in_dim_1.py",
    "swapped-arguments/bad_sklearn.py",
    "target-shape-mismatch/bad_pairs.py",
    "target-shape-mismatch/good_pairs.py",
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
