"""LL204: labels for the other loss."""

from __future__ import annotations

from typing import Any

from proving import reference
from proving.laboratory import Lab
from proving.proof import KERAS, TENSORFLOW, measurement, proof


@proof("bad.py", on=KERAS, LL204=3)
def encodings(lab: Lab) -> None:
    """One-hot labels with the sparse losses, class indices with the categorical one."""
    import tensorflow as tf

    def drive(program: Any) -> None:
        program.one_hot_labels()
        program.index_labels()
        program.step(None, tf.constant(lab.floats(6, 8).numpy()), tf.constant(lab.classes(10, 6).numpy()))

    if lab.environment != TENSORFLOW:
        lab.unrun("step", "it is TensorFlow's alone")
    bad, _ = lab.pair(drive if lab.environment == TENSORFLOW else lambda p: (p.one_hot_labels(), p.index_labels()))
    sparse, categorical, own = bad.at("LL204")
    own_words = "`target.ndim - 1`" if lab.environment == TENSORFLOW else "must have the same shape up until the last"
    lab.raises(sparse, ValueError, own_words)
    lab.raises(categorical, ValueError, "must have the same ")
    if lab.environment == TENSORFLOW:
        lab.raises(own, ValueError, "`labels.shape.rank` must equal `logits.shape.rank - 1`")


@measurement(on=TENSORFLOW)
def broadcast(lab: Lab) -> None:
    """Class indices that are broadcast: of shape (N, 1), and of shape (N,) with as many classes."""
    import tensorflow as tf

    logits, labels = lab.floats(5, 5).numpy(), lab.classes(5, 5).numpy()
    right = float(reference.cross_entropy(logits.astype(float), labels))
    column = float(tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels[:, None].astype("float32"), logits)))
    row = float(tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels.astype("float32"), logits)))
    lab.measure("5 examples of 5 classes", "indices (N, 1), (N,), and right", f"{column:.4f}, {row:.4f}, {right:.4f}")
    lab.claim(
        "(for 5 examples of 5 classes a loss of {column:.1f} instead of {right:.1f}), and so are those of shape (N,) where the "
        "batch is as large as the number of classes ({row:.1f})",
        column=column,
        right=right,
        row=row,
    )


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """Labels and losses that fit, and pictures from folders."""
    import tensorflow as tf

    def drive(program: Any) -> None:
        program.step(tf.constant(lab.floats(6, 8).numpy()), tf.constant(lab.classes(10, 6).numpy()))

    lab.run(drive)
