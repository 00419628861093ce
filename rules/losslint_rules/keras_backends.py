"""What Keras does on each of its backends behind a model's last activation."""

from __future__ import annotations

from losslint.rule import LossCall


def looks_behind(call: LossCall) -> bool | None:
    """Whether the loss is computed on the logits behind the activation instead of on what it gives.

    TensorFlow's does that where a softmax or sigmoid is the last thing that was done: Keras' own functions leave the logits
    on what they give, as its layers do, and what TensorFlow's give is recognised in a graph, as `fit` builds one. It
    doesn't behind a reshape, a slice or a cast, for what `predict` gave, nor for focal losses. None where that hangs on the
    backend, which isn't known. torch and jax never look.
    """
    tensor, cause = call.prediction, call.prediction.cause
    if call.contract.framework != "keras" or cause is None or call.backend not in (None, "tensorflow"):
        return False
    foreign = cause.form == "call" and not cause.api.startswith("keras.")
    if "Focal" in call.contract.title or "reworked" in tensor.notes or (foreign and call.form != "compile"):
        return False
    return True if call.backend == "tensorflow" else None
