"""LL305: an argument that the loss doesn't have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Applicability, Context, Edit, Finding, Fix, LossMade, Rule, short_name

AXES = frozenset({"dim", "axis", "class_dim", "class_axis"})

if TYPE_CHECKING:
    import libcst as cst


class LossHasNoDimArgument(Rule):
    """A loss is given `dim`, `axis` or `from_logits`, which it doesn't have.

    ## What it does
    Finds `nn.CrossEntropyLoss(dim=1)`, `nn.NLLLoss(axis=-1)`, `F.cross_entropy(..., from_logits=True)` and the
    like, and `weights=` where PyTorch says `weight=`.

    ## Why is this bad?
    TypeError: "CrossEntropyLoss.__init__() got an unexpected keyword argument 'dim'". None of the 23 losses
    of `torch.nn` has such an argument: they always take axis 1 for the classes, also of (N, C, H, W), and each says by its name
    whether it takes logits. (Some
    tutorials recommend the argument all the same.)

    ## Example
    ```python
    criterion = nn.CrossEntropyLoss(dim=1)
    ```

    ## Use instead
    ```python
    criterion = nn.CrossEntropyLoss()
    ```

    ## Fix safety
    Safe: the argument is taken away from a call that could only raise. Where `from_logits` was given to a loss
    that takes probabilities, another loss was meant, and the diff is only shown. `weights` is called `weight`, likewise.

    ## References
    - [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
    """

    code = "LL305"
    name = "loss-has-no-dim-argument"
    severity = "error"
    fix = "safe"

    def visit_LossMade(self, node: cst.CSTNode | None, made: LossMade, context: Context) -> Iterator[Finding]:
        known = AXES | {"from_logits"} if made.contract.framework == "torch" else frozenset({"from_logits"})
        names = [name for name in made.unexpected if name in known]
        if "weights" in made.unexpected and made.api.signature.get("weight") is not None:
            yield self.finding(
                made,
                f"{short_name(made.shown)} has no argument `weights`: this is a TypeError. It's called `weight`.",
                (),
                context.fix("safe", "weight=", context.rewriter.rename_keyword(made.module, made.node, "weights", "weight")),
            )
        if not names:
            return
        given = " and ".join(f"`{name}`" for name in names)
        if AXES.isdisjoint(names):
            hint = (
                f"it takes {made.contract.takes}, always" if made.contract.takes != "any" else "it doesn't take logits"
            )
        else:
            hint = "the classes are always on axis 1"
        yield self.finding(
            made,
            f"{short_name(made.shown)} has no argument {given}: this is a TypeError. Take it away; {hint}.",
            (),
            _removed(made, names, context),
        )


def _removed(made: LossMade, names: list[str], context: Context) -> Fix | None:
    edits: list[Edit] = []
    for name in names:
        part = context.rewriter.remove_argument(made.module, made.node, name)
        if part is None:
            return None
        edits.extend(part)
    applicability: Applicability = "display" if "from_logits" in names and made.contract.takes != "logits" else "safe"
    return context.fix(applicability, "without the argument", tuple(edits))
