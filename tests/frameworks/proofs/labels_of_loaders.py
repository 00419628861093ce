"""LL201: what a loader makes of a data set's labels."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving.laboratory import Lab
from proving.proof import proof

FOLDER = "rules/bce-integer-labels"
CAST = "result type Float can't be cast to the desired output type Long"
DOUBLE = "Found dtype Double but expected Float"


def tickets(count: int, size: int) -> list[dict[str, Any]]:
    """Rows of a table: features, and whether a ticket is urgent, closed, and what share of it is done."""
    random = np.random.default_rng(0)
    return [
        {
            "features": random.standard_normal(size).astype(np.float32),
            "urgent": index % 2,
            "share": float(random.random()),
            "closed": index % 3 == 0,
        }
        for index in range(count)
    ]


@proof("bad_loader.py", LL201=5)
def loaders(lab: Lab) -> None:
    """Python's ints, bools and floats, a tensor of longs, and NumPy's floats, through torch's own collation."""

    def drive(program: Any) -> None:
        program.tickets(tickets(8, 30))
        program.pictures(lab.floats(8, 3, 12, 12))
        program.arrays(20)

    bad, _ = lab.pair(drive)
    urgent, closed, share, pictures, arrays = bad.at("LL201")
    for line in (urgent, pictures):
        lab.raises(line, RuntimeError, CAST)
    lab.raises(closed, RuntimeError, "Subtraction, the `-` operator, with two bool tensors is not supported")
    for line in (share, arrays):
        lab.raises(line, RuntimeError, DOUBLE)


@proof("good_loader.py")
def good_loaders(lab: Lab) -> None:
    """NumPy's and torch's float32, a cast of what is wider, and a table of floats."""

    def drive(program: Any) -> None:
        program.tickets(tickets(8, 30), lab.binary(8).numpy())
        program.arrays(lab.floats(20, 8), 20, lab.floats(1))

    lab.run(drive)
