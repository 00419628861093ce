"""LL901: a comment that suppresses nothing."""

from __future__ import annotations

from collections.abc import Iterator

from losslint.rule import Context, Finding, Rule, Unused


class UnusedSuppression(Rule):
    """A comment suppresses a finding that isn't there, or names a rule that doesn't exist.

    ## What it does
    Finds `# losslint: ignore[...]` and `# losslint: ignore-file[...]` that suppress nothing, or of whose rules some
    do, and rules in them that don't exist; in `# noqa: ...` the same for codes that begin with LL. A bare
    `# noqa` is never reported, since it may be another linter's. A rule that isn't selected, or isn't reported in the
    file, can't make a comment unused.

    ## Why is this bad?
    Such a comment says that something is wrong with a line that isn't. When a mistake gets into the line later, the
    comment hides it: of all findings, that is the one that nobody will see. A softmax that is put before the loss
    below keeps it from falling under 1.46 with 10 classes, and the number of findings is 0 instead of 1.

    ## Example
    ```python
    loss = F.cross_entropy(logits, y)  # losslint: ignore[softmax-before-cross-entropy] until the head is mended
    ```

    ## Use instead
    ```python
    loss = F.cross_entropy(logits, y)
    ```

    ## Fix safety
    Safe: the rule is taken out of the comment, or the comment away with its reason; what other tools read stays.
    There is none for a comment that can't be understood or stands in the wrong place: something was meant by it.

    ## References
    - [ruff: unused-noqa](https://docs.astral.sh/ruff/rules/unused-noqa/), the same for its comments
    """

    code = "LL901"
    name = "unused-suppression"
    severity = "warning"
    fix = "safe"

    def visit_Unused(self, unused: Unused, context: Context) -> Iterator[Finding]:
        if unused.problem is not None:
            yield self.finding(unused, f"This comment suppresses nothing: {unused.problem}.")
            return
        take, fix = ("the comment away", "the comment") if unused.whole else ("that out of the comment", "that")
        why = "" if unused.unknown and not unused.unused else ": it would hide what goes wrong here later"
        yield self.finding(unused, f"{_said(unused)} Take {take}{why}.", (), context.fix("safe", f"without {fix}", unused.edits))


def _said(unused: Unused) -> str:
    """What is wrong with the comment."""
    said = [f"There is no rule `{name}`{suggestion}." for name, suggestion in unused.unknown.items()]
    if unused.unused:
        names = " and ".join(f"`{name}`" for name in unused.unused)
        said.append(f"{names} suppress{'es' if len(unused.unused) == 1 else ''} nothing here.")
    return " ".join(said) or "This comment suppresses nothing."
