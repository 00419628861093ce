"""What the losses ought to be: plain NumPy in float64, written from their definitions and from nothing else.

Logits, probabilities and targets are arrays; where a loss knows an axis of classes, it is `axis`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def one_hot(indices: NDArray[Any], classes: int, axis: int = -1) -> Array:
    """Class indices as rows of zeros with a one, the classes along an axis."""
    return np.moveaxis(np.eye(classes)[indices.astype(int)], -1, axis)


def log_softmax(logits: Array, axis: int = -1) -> Array:
    """The logarithm of the softmax."""
    shifted = logits - logits.max(axis=axis, keepdims=True)
    result: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return result


def softmax(logits: Array, axis: int = -1) -> Array:
    """The softmax."""
    return np.exp(log_softmax(logits, axis))


def log_sigmoid(logits: Array) -> Array:
    """The logarithm of the sigmoid."""
    return -np.logaddexp(0.0, -logits)


def sigmoid(logits: Array) -> Array:
    """The sigmoid."""
    return np.exp(log_sigmoid(logits))


def reduced(losses: Array, reduction: str) -> Array:
    """The losses, their sum, or their mean."""
    return {"none": lambda: losses, "sum": losses.sum, "mean": losses.mean}[reduction]()


def nll(
    log_probabilities: Array,
    target: NDArray[Any],
    *,
    weight: Array | None = None,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
    axis: int = -1,
) -> Array:
    """The negative log-likelihood of targets: class indices, or probabilities of the classes along the axis.

    The mean over indices is divided by the sum of their classes' weights, the mean over probabilities by their number.
    """
    classes = log_probabilities.shape[axis]
    weights = np.ones(classes) if weight is None else weight
    along = np.moveaxis(log_probabilities, axis, -1)
    if target.ndim == log_probabilities.ndim:
        mixed = np.moveaxis(target, axis, -1) * (1 - label_smoothing) + label_smoothing / classes
        return reduced(-(mixed * weights * along).sum(axis=-1), reduction)
    kept = target != ignore_index
    indices = np.where(kept, target, 0).astype(int)
    chosen = np.take_along_axis(along, indices[..., None], axis=-1)[..., 0]
    each = -(1 - label_smoothing) * weights[indices] * chosen
    each = (each - label_smoothing / classes * (weights * along).sum(axis=-1)) * kept
    if reduction == "mean":
        mean: Array = each.sum() / (weights[indices] * kept).sum()
        return mean
    return reduced(each, reduction)


def cross_entropy(logits: Array, target: NDArray[Any], *, axis: int = -1, **settings: Any) -> Array:
    """The softmax cross-entropy; the settings are those of `nll`."""
    return nll(log_softmax(logits, axis), target, axis=axis, **settings)


def binary_cross_entropy(
    logits: Array,
    target: Array,
    *,
    weight: Array | None = None,
    pos_weight: Array | None = None,
    reduction: str = "mean",
) -> Array:
    """The binary cross-entropy of the sigmoid of logits."""
    positive = 1.0 if pos_weight is None else pos_weight
    each = -(positive * target * log_sigmoid(logits) + (1 - target) * log_sigmoid(-logits))
    return reduced(each if weight is None else each * weight, reduction)


def binary_of_probabilities(
    probabilities: Array, target: Array, *, weight: Array | None = None, reduction: str = "mean"
) -> Array:
    """The binary cross-entropy of probabilities; logarithms are at least -100, as in PyTorch."""
    with np.errstate(divide="ignore"):
        yes, no = (np.maximum(np.log(p), -100.0) for p in (probabilities, 1 - probabilities))
    each = -(target * yes + (1 - target) * no)
    return reduced(each if weight is None else each * weight, reduction)


def divergence(log_probabilities: Array, target: Array, *, reduction: str = "mean") -> Array:
    """The Kullback-Leibler divergence of log-probabilities from target probabilities."""
    each = np.where(target > 0, target * (np.log(np.where(target > 0, target, 1.0)) - log_probabilities), 0.0)
    if reduction == "batchmean":
        mean: Array = each.sum() / len(each)
        return mean
    return reduced(each, reduction)


def multi_margin(scores: Array, target: NDArray[Any], *, margin: float = 1.0, reduction: str = "mean") -> Array:
    """How far each other class comes nearer than the margin to the right one, over the number of classes."""
    right = np.take_along_axis(scores, target[:, None], axis=1)
    each = np.maximum(0.0, margin - right + scores) * (1 - one_hot(target, scores.shape[1]))
    return reduced(each.sum(axis=1) / scores.shape[1], reduction)


def multilabel_margin(scores: Array, target: NDArray[Any], *, reduction: str = "mean") -> Array:
    """The same for each of several right classes, whose indices come first and are ended by -1."""
    losses = []
    for row, classes in zip(scores, target.tolist(), strict=True):
        right = classes[: classes.index(-1)] if -1 in classes else classes
        others = [c for c in range(len(row)) if c not in right]
        losses.append(sum(max(0.0, 1 - (row[r] - row[o])) for r in right for o in others) / len(row))
    return reduced(np.array(losses), reduction)


def hinge_embedding(distances: Array, target: Array, *, reduction: str = "mean") -> Array:
    """A distance where the target is 1, and what it lacks to 1 where the target is -1."""
    return reduced(np.where(target == 1, distances, np.maximum(0.0, 1 - distances)), reduction)


def squared_error(prediction: Array, target: Array, *, reduction: str = "mean") -> Array:
    """The squared error."""
    return reduced((prediction - target) ** 2, reduction)


def absolute_error(prediction: Array, target: Array, *, reduction: str = "mean") -> Array:
    """The absolute error."""
    return reduced(np.abs(prediction - target), reduction)
