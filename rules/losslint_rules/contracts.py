"""Which losses a rule speaks of, and which of two rules speaks."""

from __future__ import annotations

from losslint.rule import LossCall, short_name


def has_flag(call: LossCall) -> bool:
    """Whether it's a Keras loss that is told by `from_logits` what it gets: those are from-logits-mismatch's."""
    return call.contract.framework == "keras" and call.contract.logits is not None


def takes_logits(call: LossCall, family: str) -> bool:
    """Whether the loss applies the activation of its family ("softmax" or "sigmoid") itself."""
    return call.contract.takes == "logits" and call.contract.family == family and not has_flag(call)


def is_cross_entropy(call: LossCall) -> bool:
    """Whether it's a cross-entropy, of one kind or the other: what it can't fall below is known. A focal loss isn't one."""
    title = call.contract.title
    return any(word in title for word in ("ross", "BCE", "SoftMargin", "soft_margin")) and "ocal" not in title


def subject(call: LossCall) -> str:
    """What takes logits, as a message says it: the loss, or the activation that the program applies before it."""
    return f"{call.behind} in front of {short_name(call.shown)}" if call.behind else short_name(call.shown)


def applying(call: LossCall, applied: str) -> str:
    """ "CrossEntropyLoss applies log_softmax", or, where the program does that, "log_softmax in front of NLLLoss is applied"."""
    return f"{subject(call)} is applied" if call.behind else f"{subject(call)} applies {applied}"


def last_step(call: LossCall, says: str) -> str:
    """What the loss does, for the end of a trace: what it says to its input, or that it takes the activation's result."""
    return f"{short_name(call.shown)} {'takes its result' if call.behind else says}"


def one_unit(call: LossCall) -> bool:
    """Whether a softmax loss gets the output of a single unit, its axis squeezed away or not."""
    tensor, axis = call.prediction, call.contract.class_axis
    if "squeezed-classes" in tensor.notes:
        return True
    if tensor.shape.class_size != 1 or tensor.shape.classes is None:
        return False
    return axis is None or tensor.shape.same_axis(tensor.shape.classes, axis) is not False


def channels_without_classes(call: LossCall) -> bool:
    """Whether what lacks is the classes' axis of an image, rather than a second unit of a classifier."""
    if call.contract.framework != "torch" or not one_unit(call):
        return False
    tensor = call.prediction
    if "squeezed-classes" in tensor.notes:
        convolution = tensor.head is not None and "Conv" in tensor.head.name
        return convolution or (tensor.shape.rank or 0) >= 3 or (call.labels.shape.rank or 0) >= 3
    return (tensor.shape.rank or 0) >= 4
