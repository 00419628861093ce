"""LL107: NLLLoss takes no logarithm."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving.laboratory import Lab
from proving.proof import proof


@proof("bad.py", LL107=4)
def no_logarithm(lab: Lab) -> None:
    """Logits, and the outputs of Softmax and of F.softmax; 10 classes."""
    bad, _ = lab.pair(lambda p: p.train(lab.loader(lab.floats(10, 784), lab.classes(10, 10))))
    logits, module, function, summed = bad.at("LL107")
    for line in (logits, summed):
        lab.wrong(line)
        once, tenfold = (float(line.call.with_logits(k * _perfect(line.call.labels))) for k in (100.0, 1000.0))
        what = "no lower bound: perfect logits of 100 and 1000"
        lab.holds(line.call, tenfold < 9.9 * once < 0, what, f"{once:.6g}, {tenfold:.6g}")
    for line, examples in ((module, 10), (function, 1)):
        lab.wrong(line)
        perfect = 1000 * _perfect(line.call.labels)
        best, worst = (float(line.call.with_logits(k * perfect)) / examples for k in (1, -1))
        bounded = abs(best + 1) < 1e-6 and abs(worst) < 1e-6
        lab.holds(line.call, bounded, "from the best answer to the worst", f"{best:.6g}, {worst:.6g}")
    lab.claim("the loss lies between {best:.0f} and {worst:.0f}", best=best, worst=abs(worst))


def _perfect(labels: Any) -> Any:
    return np.where(np.eye(10)[labels] > 0, 1.0, -1.0)


@proof("good.py")
def good(lab: Lab) -> None:
    """LogSoftmax in a Sequential, log_softmax in place, and a mixture of two softmaxes."""
    lab.run(lambda p: p.train(lab.loader(lab.floats(10, 784), lab.classes(5, 10))))
