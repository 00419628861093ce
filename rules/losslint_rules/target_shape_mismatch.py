"""LL203: a target whose shape doesn't fit the output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules.contracts import one_unit
from losslint_rules.labels import differ, text

if TYPE_CHECKING:
    import libcst as cst


class TargetShapeMismatch(Rule):
    """The target's shape doesn't fit the output's: (N, 1) against (N,), or class indices for a loss of each class.

    ## What it does
    Finds targets of shape (N,) for outputs of shape (N, 1), and the reverse, in binary cross-entropies; one number for
    each example where the loss takes one for each class; class indices that kept an axis of their own, (N, 1) or
    (B, 1, H, W), in PyTorch's `CrossEntropyLoss` and `NLLLoss`; and labels of more steps than the output has in Keras'
    categorical losses: a label for each step, and an output for the whole sequence.

    ## Why is this bad?
    PyTorch raises at the first batch: "Target size (torch.Size([8])) must be the same as input size (torch.Size([8, 1]))",
    "0D or 1D target tensor expected, multi-target not supported", "only batches of spatial targets supported (3D tensors)".
    Where nothing checks, it's worse: `optax.sigmoid_binary_cross_entropy` on (N, 1) and (N,), and Keras 2's
    `binary_crossentropy` called by itself, compare every output with every label, so that each output learns the mean of
    the batch's labels. In one run of 200 steps the loss stayed at 0.69 instead of 0.06, and 51 % instead of 98 % were
    right, which is what guessing gives. `MultiLabelSoftMarginLoss` takes (N, 1) class indices for the label of every class.

    ## Example
    ```python
    loss = F.binary_cross_entropy_with_logits(nn.Linear(16, 1)(x), torch.ones(x.size(0)))
    ```

    ## Use instead
    ```python
    loss = F.binary_cross_entropy_with_logits(nn.Linear(16, 1)(x), torch.ones(x.size(0)).unsqueeze(1))
    ```

    ## Fix safety
    Safe: `.unsqueeze(1)`, `.squeeze(1)` or `[:, None]` on the target, at the loss, or the same of the last of more axes. A call
    that could only raise, or compute over pairs, computes what was meant. There is none where one number is given for each of
    several classes: the labels or the loss are others than was thought.

    ## References
    -
      [torch.nn.BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html):
      target (*), same shape as the input
    - [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html):
      target (), (N), (N, d1, …, dK)
    """

    code = "LL203"
    name = "target-shape-mismatch"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if call.labels.role == "prediction" or call.prediction.role != "prediction":
            return
        if call.form == "by hand":
            return  # arithmetic broadcasts
        if call.contract.framework == "keras" and call.contract.family == "softmax":
            found = _axes(call)
        elif call.form == "compile":
            return
        else:
            found = _indices(call) if call.contract.family == "softmax" else _same_shape(call)
        if found is None:
            return
        says, suffix = found
        yield self.finding(
            call,
            f"{short_name(call.shown)} {says}",
            context.trace(call, f"{short_name(call.shown)} gets a target of shape {text(call.labels.shape)}",
                          call.labels if call.labels.way is not None else None),
            _on_target(call, context, suffix),
        )  # fmt: skip


def _same_shape(call: LossCall) -> tuple[str, str] | None:
    """What a loss says that compares each number with one of the other side, and what the target needs."""
    does = _where_shapes_differ(call)
    how = differ(call)
    if does is None or how is None:
        return None
    output, target = text(call.prediction.shape), text(call.labels.shape)
    if how in ("flat labels", "flat output"):
        axis = 1 if call.labels.shape.rank == (2 if how == "flat output" else 1) else -1
        if how == "flat output":
            suffix = f".squeeze({axis})"
        elif call.contract.framework == "torch":
            suffix = f".unsqueeze({axis})"
        else:
            suffix = "[:, None]" if axis == 1 else "[..., None]"
        effect = "compares every output with every label" if does == "broadcast" else "raises at the first batch"
        return (
            f"takes a target of the output's shape. The output is {output}, the target {target}, and it {effect}. "
            f"Use `{suffix}` on the target.",
            suffix,
        )
    if how == "one each":
        if does == "broadcast" and not (call.labels.scale is Scale.INDICES and (call.labels.n_classes or 0) > 2):
            return None  # (N, 1) may be meant for every column
        return (
            f"takes a label for each of {call.prediction.shape.size(-1)} classes, and gets one number for each example, "
            f"{target}: class indices are for a softmax cross-entropy. Use that, or one-hot labels.",
            "",
        )
    if does == "equal" and (how == "axes" or call.labels.scale not in (Scale.ONE_HOT, Scale.MULTI_HOT)):
        return f"takes a target of the output's shape, {output}, and gets {target}: it raises at the first batch.", ""
    return None  # the width of one-hot labels is output-units-mismatch's


def _where_shapes_differ(call: LossCall) -> str | None:
    """What a loss does where output and target differ in shape: "equal" (it raises), "broadcast", or not known."""
    contract = call.contract
    if contract.framework == "keras":
        # the classes squeeze or expand; the bare functions raise in Keras 3, and compare all pairs in Keras 2
        plain = contract.family == "sigmoid" and contract.labels == "binary" and call.form == "function"
        return "equal" if plain else None
    return contract.shapes


def _indices(call: LossCall) -> tuple[str, str] | None:
    """The same of a loss that takes a class index where the output has an axis of classes."""
    contract, output, labels = call.contract, call.prediction.shape, call.labels
    if contract.framework != "torch" or "indices" not in contract.labels or one_unit(call):
        return None
    if output.class_size is None or (labels.scale is Scale.ONE_HOT and labels.dtype != "float"):
        return None
    column = labels.shape.size(1) == 1
    flat = output.rank is None and output.classes == -1 and labels.shape.rank in (None, 2) and output.class_size > 1
    if not (flat and column) and (output.rank is None or labels.shape.rank != output.rank or output.rank < 2):
        return None
    if column and output.class_size > 1:
        suffix = ".squeeze(1)" if labels.dtype != "float" else ".squeeze(1).long()"
        return (
            f"takes class indices without an axis of classes, and gets {text(labels.shape)}: it raises at the first "
            f"batch. Use `{suffix}`: {text(labels.shape, without=1)}.",
            suffix,
        )
    if labels.dtype not in ("int", "bool") or labels.scale in (Scale.ONE_HOT, Scale.HARD):
        return None
    return (
        f"takes one class index for each {'example' if output.rank == 2 else 'position'}, and gets integers of the "
        f"output's own {output.rank} axes: it raises. Several labels at once are for BCEWithLogitsLoss.",
        "",
    )


def _axes(call: LossCall) -> tuple[str, str] | None:
    """The same of Keras' categorical losses, which leave out an axis of size 1, and no other one.

    An output of more axes than the labels is a layer too few, which is no matter of the loss's.
    """
    output, labels = call.prediction.shape, call.labels
    last = labels.shape.size(-1)
    if output.rank is None or labels.shape.rank is None or output.rank < 2 or labels.shape.rank < output.rank:
        return None
    if labels.shape.rank == output.rank and (
        call.contract.labels != "indices" or labels.scale is Scale.ONE_HOT or last in (None, 1, output.size(-1))
    ):
        return None  # of as many axes as the output: what isn't of the output's width are no classes
    if labels.shape.rank == output.rank + 1 and last in (1, None):
        return None
    if call.contract.labels == "indices":
        wanted = "one label for each row of the output"
    elif labels.scale is Scale.ONE_HOT and last != 1:
        wanted = "a target of the output's shape"
    else:
        return None
    return f"takes {wanted}, {text(output)}, and gets {text(labels.shape)}: it raises at the first batch.", ""


def _on_target(call: LossCall, context: Context, suffix: str) -> Fix | None:
    if not suffix or call.target_node is None:
        return None
    edits = context.rewriter.append_method(call.module, call.target_node, suffix)
    return context.fix("safe", f"the target with `{suffix}`", edits)
