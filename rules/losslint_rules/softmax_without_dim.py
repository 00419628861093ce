"""LL303: a softmax that doesn't say over which axis."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import ActivationCall, Applicability, Context, Finding, Rule

if TYPE_CHECKING:
    import libcst as cst


class SoftmaxWithoutDim(Rule):
    """A softmax, log-softmax or softmin doesn't say over which axis.

    ## What it does
    Finds `nn.Softmax()`, `nn.LogSoftmax()`, `F.softmax(x)`, `F.log_softmax(x)` and `F.softmin(x)` without
    `dim`.

    ## Why is this bad?
    PyTorch then picks the axis by the number of axes, and warns about it: axis 0 for 1 and 3 of them, axis 1
    otherwise. For a sequence (B, T, C) that is the batch: the examples of a batch compete with each other, and
    what the model says of one depends on the others: with 4 sequences of 10 classes, the probabilities of a token
    summed to 0.9 up to 4.4 instead of 1. With two or four axes the axis that PyTorch takes is the
    classes': right, and deprecated. So this is a warning where three axes are known, and an info otherwise.

    ## Example
    ```python
    probabilities = F.softmax(logits)
    ```

    ## Use instead
    ```python
    probabilities = F.softmax(logits, dim=1)
    ```

    ## Fix safety
    Safe where the input is known to have one, two or four axes: the axis is written down that is used anyway.
    With three it is changed to the last one, and where the number isn't known the last one is written too: both
    unsafe.

    ## References
    -
      [torch.nn.functional.softmax](https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html)
    """

    code = "LL303"
    name = "softmax-without-dim"
    severity = "warning"
    fix = "unsafe"

    def visit_ActivationCall(
        self, node: cst.CSTNode | None, call: ActivationCall, context: Context
    ) -> Iterator[Finding]:
        if not call.has_axis or call.explicit or call.axis is not None:
            return
        cause = call.cause
        if cause.form not in ("call", "layer", "element"):
            return
        made = cause.made if cause.form in ("layer", "element") else call.node
        module = (cause.made_module or call.module) if made is cause.made else call.module
        if not isinstance(made, ast.Call):
            return
        dim, applicability, effect = _dim(call.tensor.shape.rank)
        yield self.finding(
            call,
            f"{cause.name} doesn't say over which axis: {effect}. Say it: `dim={dim}`.",
            context.way(call.tensor.way),
            context.fix(applicability, f"dim={dim}", context.rewriter.set_keyword(module, made, "dim", str(dim))),
            place=module.place(made),
            # with 1, 2 or 4 axes PyTorch picks the right one: deprecated, and right. Where the rank isn't known, that is all
            # that can be said
            severity=None if call.tensor.shape.rank == 3 else "info",
        )


def _dim(rank: int | None) -> tuple[int, Applicability, str]:
    """The axis to write, how safe that is, and what PyTorch does without it."""
    match rank:
        case None:
            return (
                -1,
                "unsafe",
                "PyTorch takes axis 0 for 1 or 3 axes, which is the batch of a sequence, and axis 1 otherwise",
            )
        case 0 | 1:
            return 0, "safe", "PyTorch takes axis 0, with a warning"
        case 3:
            return -1, "unsafe", "with 3 axes PyTorch takes axis 0, the batch, and the examples compete with each other"
        case _:
            return 1, "safe", "PyTorch takes axis 1, with a warning"
