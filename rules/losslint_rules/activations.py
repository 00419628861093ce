"""The activation in front of a loss: is it over the classes, and how is it taken away."""

from __future__ import annotations

import ast
import math

from losslint.rule import Cause, Context, Edit, Fix, LossCall, Scale, Tensor
from losslint_rules.contracts import is_cross_entropy
from losslint_rules.counterparts import renamed_callee

CHANGED = frozenset({"log", "complement", "clamped"})
"""Notes of a tensor that was computed from the activation's result, and would be something else without it."""

LOGARITHMS = {"softmax": ("log_softmax", "LogSoftmax"), "sigmoid": ("logsigmoid", "LogSigmoid")}
"""The activation whose result is the logarithm: as a function, and as a layer."""


def name(tensor: Tensor) -> str:
    """What people call the activation that gave a tensor its scale."""
    return tensor.cause.name if tensor.cause is not None else tensor.scale.value


def over_the_classes(call: LossCall) -> bool:
    """Whether the softmax can be over the axis that the loss takes for the classes'.

    False only where it is known to be over another one. An axis that the tensor no longer has, since it was
    reshaped, says nothing.
    """
    tensor, axis = call.prediction, call.prediction.axis
    if axis is None:
        return True
    shape = tensor.shape
    if shape.rank is not None and not -shape.rank <= axis < shape.rank:
        return True
    classes = shape.classes if shape.classes is not None else call.contract.class_axis
    return classes is None or shape.same_axis(axis, classes) is not False


def without(call: LossCall, context: Context) -> Fix | None:
    """The fix that takes the activation away: safe where its result goes into this loss only."""
    cause = call.prediction.cause
    if cause is None or call.prediction.notes & CHANGED:
        return None
    edits = context.rewriter.drop_activation(cause)
    if edits is None:
        return None
    return context.fix("safe" if is_local(call, context) else "unsafe", f"take the {cause.name} away", edits)


def is_local(call: LossCall, context: Context) -> bool:
    """Whether the activation's result goes into this loss and nowhere else."""
    cause = call.prediction.cause
    return (
        cause is not None
        and call.input_node is not None
        and cause.module is call.module
        and context.rewriter.is_local(cause, call.node, call.input_node)
    )


def logarithm_instead(call: LossCall, context: Context) -> Fix | None:
    """The fix that writes log_softmax instead of softmax."""
    cause = call.prediction.cause
    if cause is None or cause.name not in LOGARITHMS or call.prediction.notes & CHANGED:
        return None
    function, layer = LOGARITHMS[cause.name]
    edits: tuple[Edit, ...] | None
    match cause.form:
        case "call" | "method":
            edits = renamed_callee(context, cause.module, cause.node, cause.name, function)
        case "layer" if cause.made is not None:
            edits = renamed_callee(context, cause.made_module or cause.module, cause.made, cause.name.title(), layer)
        case "element":
            edits = renamed_callee(context, cause.module, cause.made or cause.node, cause.name.title(), layer)
        case _:
            edits = None
    if edits is None:
        return None
    return context.fix("safe" if is_local(call, context) else "unsafe", f"{function} instead of {cause.name}", edits)


def instead(cause: Cause, name: str, context: Context) -> tuple[Edit, ...] | None:
    """The edits that write another activation where Keras is told one: `activation="softmax"`, `Activation(tf.nn.softmax)`."""
    module, written = cause.module, cause.written
    if written is None and cause.form in ("element", "layer"):
        made = cause.node if cause.made is None else cause.made
        module = cause.made_module or module
        written = _told(made)
    match written:
        case ast.Constant(value=str(value)) if value.lower() == cause.name:
            return context.rewriter.string(module, written, name)
        case ast.Attribute(attr=attribute, value=owner) if attribute == cause.name:
            return context.rewriter.replace_node(module, written, f"{context.rewriter.text(module, owner)}.{name}")
    return None


def _told(made: ast.AST) -> ast.expr | None:
    """The activation that Keras' `Activation` is made with."""
    if not isinstance(made, ast.Call):
        return None
    given = [*made.args[:1], *(keyword.value for keyword in made.keywords if keyword.arg == "activation")]
    return given[0] if len(given) == 1 else None


def class_count(call: LossCall) -> int | None:
    """The number of classes, where it is known."""
    return call.prediction.shape.class_size


def bound(call: LossCall) -> str:
    """What a softmax loss can't reach on inputs between 0 and 1, in words: the least loss, or the highest probability.

    A cross-entropy's least value is known. A focal loss has a lower one, an overlap another; both see the probabilities.
    """
    count = class_count(call)
    if not is_cross_entropy(call):
        if count is None or count < 2:
            return "no class gets more than e/(e+C-1), 23 % of 10 classes"
        return f"with {count} classes none gets more than {100 * math.e / (math.e + count - 1):.0f} %"
    if count is None or count < 2:
        return "the loss can't fall below log(1 + (C-1)/e), 1.46 for 10 classes"
    return f"with {count} classes the loss can't fall below {math.log(1 + (count - 1) / math.e):.2f}"


def clipped(tensor: Tensor) -> bool:
    """Whether an activation such as relu or tanh cut or squashed the logits."""
    return tensor.cause is not None and tensor.scale in (Scale.NON_NEGATIVE, Scale.BOUNDED, Scale.UNIT)
