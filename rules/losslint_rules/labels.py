"""How labels and outputs lie beside each other: what is known of their shapes, and only what is certain."""

from __future__ import annotations

from losslint.rule import LossCall, Shape


def units(call: LossCall) -> int | None:
    """How many numbers the model gives for each label: the size of the axis that the loss takes for the classes.

    None where that is only the default of a class that nobody makes: who uses it with these labels asks for another number.
    """
    shape, axis = call.prediction.shape, call.contract.class_axis
    if shape.classes is None or shape.class_size is None:
        return None
    head = call.prediction.head
    if shape.class_size != 1 and head is not None and head.assumed:
        return None
    return shape.class_size if shape.same_axis(shape.classes, -1 if axis is None else axis) is not False else None


def columns(call: LossCall) -> int | None:
    """How many columns the labels have, where there is one for each class."""
    shape = call.labels.shape
    if shape.class_size is not None:
        return shape.class_size
    return shape.size(-1) if shape.rank is None or shape.rank > 1 else None


def one_each(call: LossCall) -> bool:
    """Whether the labels are one number for each example of a batch: (N,), or (N, 1)."""
    shape = call.labels.shape
    if shape.rank == 1:
        return "batch" in call.labels.notes or call.form == "compile"
    return shape.rank == 2 and shape.size(1) == 1


def differ(call: LossCall) -> str | None:
    """How the shapes of an output and its labels differ, where they must be the same; None where they may be.

    "flat labels": (N, 1) and (N,). "flat output": (N,) and (N, 1). "one each": (N, C) and (N,) or (N, 1). "columns": (N, C)
    and (N, K). "axes": another number of axes.
    """
    output, labels = call.prediction.shape, call.labels.shape
    last, other = output.size(-1), labels.size(-1) if labels.rank != 0 else None
    if output.rank is None:
        # (…, C): of one axis only where a single example is given without a batch
        if labels.rank == 1 and last is not None and (_batch(call) or other not in (None, last)):
            return "flat labels" if last == 1 else "one each"
        if (labels.rank or 0) > 1 and last is not None and other is not None and last != other:
            return "one each" if other == 1 else "columns"
        return None
    if labels.rank is None:
        return None
    if output.rank == labels.rank:
        if output.rank < 2 or last is None or other is None or last == other:
            return None
        return "one each" if other == 1 and output.rank == 2 else "columns"
    if labels.rank == output.rank - 1 and last == 1:
        return "flat labels"
    if labels.rank == output.rank + 1 and other == 1:
        return "flat output"
    if labels.rank == 1 and output.rank == 2 and last is not None:
        return "one each"
    return "axes"


def _batch(call: LossCall) -> bool:
    return "batch" in call.labels.notes


def text(shape: Shape, without: int | None = None) -> str:
    """A shape as a message writes it: (N, 3), with N for the batch's size; without one of its axes."""
    if shape.rank is None:
        last = shape.size(-1) if without is None else None
        return "(N, …)" if last is None else f"(N, {last})"
    sizes = ["N" if axis == 0 else str(shape.size(axis) or "?") for axis in range(shape.rank) if axis != without]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"
