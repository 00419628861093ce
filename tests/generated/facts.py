"""What is right: tasks, scales and losses, in a table of the generator's own. Nothing here asks the linter."""

from __future__ import annotations

import enum


class Task(str, enum.Enum):
    """What is learned, with the shapes of outputs and labels (N examples, C classes)."""

    CLASSES = "classes"
    """(N, C) against N class indices."""
    SOFT = "soft labels"
    """(N, C) against (N, C) probabilities of the classes."""
    BINARY = "binary"
    """(N, 1) against (N, 1) zeros and ones."""
    TAGS = "tags"
    """(N, C) against (N, C) zeros and ones: each class by itself."""
    PIXELS = "pixels"
    """(N, C, H, W) against (N, H, W) class indices."""
    TOKENS = "tokens"
    """(N, T, C) against (N, T) class indices."""


class Scale(str, enum.Enum):
    """What the last thing is that a network does to its output."""

    LOGITS = "logits"
    SOFTMAX = "softmax"
    LOG_SOFTMAX = "log_softmax"
    SIGMOID = "sigmoid"
    RELU = "relu"
    TANH = "tanh"


class Loss(str, enum.Enum):
    """A loss, whatever its framework calls it."""

    CROSS_ENTROPY = "cross-entropy"
    NLL = "negative log-likelihood"
    BCE_LOGITS = "binary cross-entropy of logits"
    BCE = "binary cross-entropy of probabilities"
    KL = "KL divergence"


RIGHT: dict[Loss, frozenset[Scale]] = {
    Loss.CROSS_ENTROPY: frozenset({Scale.LOGITS}),
    Loss.NLL: frozenset({Scale.LOG_SOFTMAX}),
    Loss.BCE_LOGITS: frozenset({Scale.LOGITS}),
    # What a person needn't change; losslint's advice (LL116) is another loss, so none is built as a right program.
    Loss.BCE: frozenset({Scale.SIGMOID}),
    Loss.KL: frozenset({Scale.LOG_SOFTMAX}),
}
"""What each loss takes."""

TASKS: dict[Loss, tuple[Task, ...]] = {
    Loss.CROSS_ENTROPY: (Task.CLASSES, Task.SOFT, Task.PIXELS, Task.TOKENS),
    Loss.NLL: (Task.CLASSES, Task.PIXELS),
    Loss.BCE_LOGITS: (Task.BINARY, Task.TAGS),
    Loss.BCE: (Task.BINARY, Task.TAGS),
    Loss.KL: (Task.SOFT,),
}
"""What each loss is for."""

FLOATS = frozenset({Task.SOFT, Task.BINARY, Task.TAGS})
"""Tasks whose labels are floats."""

CLASSES = 5
EXAMPLES = 12
FEATURES = 8
