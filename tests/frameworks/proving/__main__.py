"""Performs proofs in this process, one after the other, and prints what they measured.

`python -m proving argmax_before_loss torch`, in this folder's parent: all proofs of that module for that environment.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from proving import bench
from proving.proof import ENVIRONMENTS, all_proofs


def main(arguments: Sequence[str]) -> int:
    """Perform the proofs whose name has the first argument in it, in the environment that the second one names."""
    if len(arguments) != 2 or arguments[1] not in ENVIRONMENTS:
        print(f"usage: python -m proving PART-OF-A-NAME {'|'.join(ENVIRONMENTS)}")
        return 2
    wanted, environment = arguments
    bench.start(environment)
    from proving.laboratory import perform

    failed = 0
    for proof in all_proofs():
        if wanted not in proof.name or environment not in proof.environments:
            continue
        outcome = perform(proof, environment)
        print(f"{proof.name}: {proof.about} ({outcome.seconds:.1f} s)")
        for measure in outcome.rows():
            print(f"    {measure.where}: {measure.what}: {measure.numbers}")
        if outcome.error:
            failed += 1
            print(outcome.error)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
