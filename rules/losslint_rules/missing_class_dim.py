"""LL301: no axis for the classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, LossCall, Rule, short_name
from losslint_rules.contracts import channels_without_classes
from losslint_rules.counterparts import CROSS_ENTROPY_TO_BINARY, renamed

if TYPE_CHECKING:
    import libcst as cst


class MissingClassDim(Rule):
    """A segmentation's output goes into a softmax cross-entropy without an axis for the classes.

    ## What it does
    Finds outputs of a convolution with one channel in `CrossEntropyLoss` and `NLLLoss`, with the channel's axis
    still there ((B, 1, H, W)) or squeezed away ((B, H, W)).

    ## Why is this bad?
    The loss takes axis 1 for the classes. With one channel there is one class: the loss is 0 and the gradient
    exactly 0, or it raises "Target 1 is out of bounds" at the first pixel labelled 1. With the axis squeezed
    away, the rows of the image become the classes, and it raises for its shapes or, where height and width are
    equal, may train on nonsense.

    ## Example
    ```python
    self.head = nn.Conv2d(64, 1, 1)
    loss = F.cross_entropy(self.head(x), mask)
    ```

    ## Use instead
    ```python
    self.head = nn.Conv2d(64, 2, 1)             # a channel for each class
    loss = F.cross_entropy(self.head(x), mask)  # (B, 2, H, W) and (B, H, W)
    ```
    or one channel and `F.binary_cross_entropy_with_logits(self.head(x).squeeze(1), mask.float())`.

    ## Fix safety
    The diff that is shown is for a binary mask: BCEWithLogitsLoss, with a mask of floats. It is never written: whether there are
    two classes or one channel for each is a person's to say.

    ## References
    -
      [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html):
      shape (N, C, d1, …, dK)
    """

    code = "LL301"
    name = "missing-class-dim"
    severity = "error"
    fix = "display"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if (
            call.contract.family != "softmax"
            or call.prediction.role != "prediction"
            or call.form == "by hand"  # arithmetic takes no axis: the softmax does, and that is found
            or not channels_without_classes(call)
        ):
            return
        if "squeezed-classes" in call.prediction.notes:
            effect = "and its axis was squeezed away, so that another axis is taken for the classes"
        else:
            effect = "so there is one class: the loss is constant and its gradient 0"
        yield self.finding(
            call,
            f"{short_name(call.shown)} takes axis 1 for the classes. The output has one channel, {effect}. Make a "
            "channel for each class, or use BCEWithLogitsLoss.",
            context.trace(call, f"{short_name(call.shown)} takes axis 1 for the classes"),
            context.fix("display", "one channel is a binary mask", renamed(call, context, CROSS_ENTROPY_TO_BINARY)),
        )
