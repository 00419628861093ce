"""LL502: size_average and reduce."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Const, Context, Edit, Finding, Fix, LossMade, Rule

if TYPE_CHECKING:
    import libcst as cst

OLD = ("size_average", "reduce")


class DeprecatedReductionArguments(Rule):
    """`size_average=` and `reduce=` are deprecated, and override `reduction=`.

    ## What it does
    Finds them in PyTorch's losses.

    ## Why is this bad?
    PyTorch warns about them, and they win over `reduction=`: `size_average=True, reduction="sum"` gives the mean,
    for 32 examples 32 times less than the sum.

    ## Example
    ```python
    criterion = nn.CrossEntropyLoss(size_average=False)
    ```

    ## Use instead
    ```python
    criterion = nn.CrossEntropyLoss(reduction="sum")
    ```

    ## Fix safety
    Safe: `reduction` is written as PyTorch itself translates the two. There is no fix where they aren't
    constants.

    ## References
    - [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
    """

    code = "LL502"
    name = "deprecated-reduction-arguments"
    severity = "info"
    fix = "safe"

    def visit_LossMade(self, node: cst.CSTNode | None, made: LossMade, context: Context) -> Iterator[Finding]:
        if made.contract.framework != "torch":
            return
        given = [name for name in OLD if name in made.arguments.keywords]
        if not given:
            return
        reduction = _reduction(made)
        says = f"`reduction={reduction!r}`" if reduction is not None else "`reduction=`"
        yield self.finding(
            made,
            f"{' and '.join(f'`{name}`' for name in given)} {'is' if len(given) == 1 else 'are'} deprecated, and "
            f"override `reduction`. Write {says}.",
            (),
            None if reduction is None else _fix(made, given, reduction, context),
        )


def _reduction(made: LossMade) -> str | None:
    """What PyTorch makes of the two (torch.nn._reduction.legacy_get_string); None where it isn't known."""
    flags: list[bool] = []
    for name in OLD:
        value = made.arguments.keywords.get(name, (Const(None), None))[0]
        if not isinstance(value, Const) or not (value.value is None or isinstance(value.value, bool)):
            return None
        flags.append(value.value is not False)
    average, reduce = flags
    return "none" if not reduce else "mean" if average else "sum"


def _fix(made: LossMade, given: list[str], reduction: str, context: Context) -> Fix | None:
    """One of the old arguments becomes the new one, the others go."""
    by_name = {keyword.arg: keyword for keyword in made.node.keywords}
    edits: list[Edit] = []
    kept = "reduction" if "reduction" in by_name else given[0]
    for name in (*given, *(["reduction"] if kept == "reduction" else [])):
        keyword = by_name.get(name)
        if keyword is None:
            return None
        if name == kept:
            edits.append(Edit(made.module.place(keyword), f'reduction="{reduction}"'))
            continue
        part = context.rewriter.remove_argument(made.module, made.node, name)
        if part is None:
            return None
        edits.extend(part)
    return context.fix("safe", "reduction instead", tuple(edits))
