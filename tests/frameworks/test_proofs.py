"""What the rules say is so: their fixtures, run on the real frameworks.

Run with `pytest -m frameworks`; `--proof-table FILE` writes what was run and what it measured. The proofs are in `proofs/`, a
module for each rule; the processes that they run in are the bench's.
"""

from __future__ import annotations

import pytest
from proving import bench
from proving.proof import Proof, all_proofs

PROOFS = [pytest.param(p, e, id=f"{p.module}/{p.function}-{e}") for p in all_proofs() for e in p.environments]


@pytest.mark.frameworks
@pytest.mark.parametrize(("proof", "environment"), PROOFS)
def test_proof(proof: Proof, environment: str, laboratory: bench.Bench) -> None:
    error = laboratory.outcome(proof, environment).error
    if error:
        pytest.fail(error, pytrace=False)
