"""What shape operations do to the little that is known of a shape.

A `Shape` knows a rank or not, some sizes, and the axis of the classes. Every function here returns what is still
known afterwards; nothing is guessed.
"""

from __future__ import annotations

from losslint.evaluation.values import NO_SHAPE, Shape
from losslint.record import replace


def make(rank: int | None, sizes: dict[int, int], classes: int | None) -> Shape:
    """A shape with its axes normalised: non-negative where the rank is known."""
    if rank is not None:
        sizes = {a + rank if a < 0 else a: s for a, s in sizes.items() if -rank <= a < rank}
        if classes is not None:
            classes = classes + rank if classes < 0 else classes
            if not 0 <= classes < rank:
                classes = None
    return Shape(rank, tuple(sorted(sizes.items())), classes)


def with_axis(shape: Shape, axis: int | None, size: int | None, rank: int | None, keeps_rank: bool) -> Shape:
    """What a layer makes that puts `size` classes on `axis`; `rank` where the layer itself says it."""
    known = rank if rank is not None else (shape.rank if keeps_rank else None)
    sizes = {axis: size} if axis is not None and size is not None else {}
    return make(known, sizes, axis)


def squeeze(shape: Shape, axis: int | None) -> tuple[Shape, bool]:
    """Without an axis of size 1; and whether that left scores without the axis of their classes.

    It did where (N, 1) became (N,), or (N, 1, H, W) became (N, H, W). The scores of positions, (N, L, 1) made (N, L), have the
    positions for classes: that is how spans and pointers are learned.
    """
    if shape.rank is None:
        return NO_SHAPE, False
    one_unit = shape.class_size == 1 and (shape.rank == 2 or (shape.rank >= 4 and shape.classes == 1))
    if axis is None:
        sizes = [shape.size(a) for a in range(1, shape.rank)]
        if None in sizes:
            return NO_SHAPE, one_unit
        # a first axis whose size isn't known is taken for a batch of more than one
        for gone in reversed([a for a in range(shape.rank) if shape.size(a) == 1]):
            shape = _without(shape, gone)
        return shape, one_unit
    axis = shape.axis(axis)
    size = shape.size(axis)
    if size is not None and size != 1:
        return shape, False
    if size is None:
        return NO_SHAPE, False
    return _without(shape, axis), one_unit and shape.classes == axis


def without(shape: Shape, axis: int) -> Shape:
    """Without an axis that was reduced away."""
    if shape.rank is None or not -shape.rank <= axis < shape.rank:
        return NO_SHAPE
    return _without(shape, shape.axis(axis))


def _without(shape: Shape, axis: int) -> Shape:
    assert shape.rank is not None
    sizes = {a - (a > axis): s for a, s in shape.sizes if a != axis}
    classes = None if shape.classes in (None, axis) else shape.classes - (shape.classes > axis)
    return make(shape.rank - 1, sizes, classes)


def index(shape: Shape, parts: list[str]) -> Shape:
    """After `x[...]`: each part is "slice" (all of an axis), "part" (some of it), "int", "none", "mask" or "dots"."""
    if "dots" in parts or "mask" in parts:
        return NO_SHAPE
    if shape.rank is None:
        if all(p in ("slice", "part") for p in parts):
            classes = shape.classes if shape.classes is not None and shape.classes < 0 and len(parts) <= 1 else None
            return Shape(None, tuple((a, s) for a, s in shape.sizes if a < 0 and classes is not None), classes)
        return NO_SHAPE
    sizes, classes, rank, axis = {}, None, 0, 0
    known = dict(shape.sizes)
    for part in [*parts, *["slice"] * (shape.rank - sum(p != "none" for p in parts))]:
        if part == "none":
            sizes[rank] = 1
            rank += 1
            continue
        if part != "int":
            if part == "slice" and axis in known:
                sizes[rank] = known[axis]
            if shape.classes == axis:
                classes = rank
            rank += 1
        axis += 1
    return make(rank, sizes, classes)


def row(shape: Shape) -> Shape:
    """One row: without the first axis. Axes that are counted from the back stay where they are."""
    if shape.rank is not None:
        return _without(shape, 0) if shape.rank else NO_SHAPE
    sizes = {a - (a > 0): s for a, s in shape.sizes if a != 0}
    classes = None if shape.classes == 0 else shape.classes
    return make(None, sizes, classes if classes is None or classes < 0 else classes - 1)


def batched(shape: Shape) -> Shape:
    """A batch of such: with one axis more in front."""
    sizes = {a + (a >= 0): s for a, s in shape.sizes}
    classes = shape.classes if shape.classes is None or shape.classes < 0 else shape.classes + 1
    return make(None if shape.rank is None else shape.rank + 1, sizes, classes)


def unsqueeze(shape: Shape, axis: int | None) -> Shape:
    """With a new axis of size 1."""
    if axis is None:
        return NO_SHAPE
    if shape.rank is None:
        return Shape(None, ((axis, 1),)) if axis >= 0 or shape == NO_SHAPE else NO_SHAPE
    rank = shape.rank + 1
    axis = axis + rank if axis < 0 else axis
    sizes = {a + (a >= axis): s for a, s in shape.sizes}
    sizes[axis] = 1
    classes = None if shape.classes is None else shape.classes + (shape.classes >= axis)
    return make(rank, sizes, classes)


def transpose(shape: Shape, one: int | None, other: int | None) -> Shape:
    """With two axes exchanged."""
    if one is None or other is None:
        return NO_SHAPE
    if shape.rank is None:
        classes = shape.classes
        if classes is None:
            return NO_SHAPE
        if classes in (one, other):
            moved = other if classes == one else one
            size = shape.size(classes)
            return Shape(None, ((moved, size),) if size is not None else (), moved)
        return NO_SHAPE
    one, other = shape.axis(one), shape.axis(other)
    move = {one: other, other: one}
    sizes = {move.get(a, a): s for a, s in shape.sizes}
    classes = None if shape.classes is None else move.get(shape.classes, shape.classes)
    return make(shape.rank, sizes, classes)


def permute(shape: Shape, order: list[int | None]) -> Shape:
    """With its axes in another order."""
    if not order or any(o is None for o in order):
        return NO_SHAPE
    rank = len(order)
    full = make(rank, dict(shape.sizes), shape.classes) if shape.rank in (None, rank) else NO_SHAPE
    axes = [o + rank if o < 0 else o for o in order if o is not None]
    sizes = {axes.index(a): s for a, s in full.sizes if a in axes}
    classes = axes.index(full.classes) if full.classes is not None and full.classes in axes else None
    return make(rank, sizes, classes)


def reshape(shape: Shape, sizes: list[int | None]) -> Shape:
    """view, reshape: the rank is the number of sizes. The classes stay last where they were and their size is the same."""
    if not sizes:
        return NO_SHAPE
    rank = len(sizes)
    known = {a: s for a, s in enumerate(sizes) if s is not None and s >= 0}
    classes = None
    last_before = shape.same_axis(shape.classes, -1) if shape.classes is not None else None
    if last_before and shape.class_size is not None and known.get(rank - 1) == shape.class_size:
        classes = rank - 1
    return make(rank, known, classes)


def flatten(shape: Shape, start: int | None, end: int | None) -> Shape:
    """Flatten from one axis to another."""
    if start == 1 and end == -1:
        if shape.rank == 2:
            return shape
        return Shape(2, (), None)
    if start == 0 and end == -1:
        return Shape(1, (), None)
    return NO_SHAPE


def rows(shape: Shape) -> Shape:
    """Some of the examples: the axis of the batch has another size."""
    if shape.rank is None:
        return Shape(None, tuple((axis, size) for axis, size in shape.sizes if axis > 0), shape.classes)
    kept = tuple((axis, size) for axis, size in shape.sizes if axis != 0)
    return Shape(shape.rank, kept, shape.classes)


def same_rank(shape: Shape) -> Shape:
    """Other sizes on the axes beside the classes: pooling, interpolation."""
    size = shape.class_size
    return Shape(
        shape.rank, ((shape.classes, size),) if shape.classes is not None and size is not None else (), shape.classes
    )


def concatenated(shapes: list[Shape], axis: int | None) -> Shape:
    """Put together along an axis: the others keep the sizes, and the classes, that all have."""
    first = shapes[0]
    if any(s.rank != first.rank for s in shapes):
        return NO_SHAPE
    if axis is None:
        return Shape(first.rank)
    apart = [a for a, _ in first.sizes if first.same_axis(a, axis) is False]
    sizes = {a: size for a in apart if (size := first.size(a)) is not None and all(s.size(a) == size for s in shapes)}
    kept = first.classes is not None and first.same_axis(first.classes, axis) is False
    return make(first.rank, sizes, first.classes if kept and all(s.classes == first.classes for s in shapes) else None)


def stacked(shapes: list[Shape], axis: int | None, count: int | None) -> Shape:
    """Put together along a new axis, of size `count`."""
    first = shapes[0]
    if first.rank is None or any(s.rank != first.rank for s in shapes):
        return NO_SHAPE
    rank = first.rank + 1
    if axis is None or not -rank <= axis < rank:
        return Shape(rank)
    axis = axis + rank if axis < 0 else axis
    sizes = {a + (a >= axis): size for a, size in first.sizes if all(s.size(a) == size for s in shapes)}
    if count is not None:
        sizes[axis] = count
    return make(rank, sizes, None)


def joined(shapes: list[Shape]) -> Shape:
    """What several shapes share."""
    first = shapes[0]
    return (
        first
        if all(s == first for s in shapes)
        else Shape(first.rank if all(s.rank == first.rank for s in shapes) else None)
    )


def shown(shape: Shape) -> str:
    """As a message writes it: "(N, 3)", with N for the batch's size and ? for others that aren't known."""
    if shape.rank is None:
        last = shape.size(-1)
        return "(…)" if last is None else f"(…, {last})"
    sizes = [str(size) if (size := shape.size(axis)) is not None else "N" if axis == 0 else "?" for axis in range(shape.rank)]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def broadcast(shape: Shape, other: Shape) -> Shape:
    """The shape of a sum with weights: an axis of size 1 grows to the other's size, which mostly isn't known."""
    if other.rank is not None and len(other.sizes) == other.rank and all(size == 1 for _, size in other.sizes):
        return shape
    return replace(shape, sizes=tuple((axis, size) for axis, size in shape.sizes if size != 1))
