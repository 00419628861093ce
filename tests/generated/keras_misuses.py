"""What can be put wrong into a project for Keras."""

from __future__ import annotations

from .code import Mark
from .facts import Scale, Task
from .keras_projects import KerasLoss, KerasProject, LabelMade, LossSpelled, Spelled
from .misuses import Change, Misuse

SPARSE, CATEGORICAL, BINARY = KerasLoss.SPARSE, KerasLoss.CATEGORICAL, KerasLoss.BINARY
_OBJECTS = (LossSpelled.CLASS, LossSpelled.VARIABLE, LossSpelled.FACTORY, LossSpelled.CONSTANT, LossSpelled.LIST,
            LossSpelled.DICTIONARY, LossSpelled.OWN_FUNCTION)  # fmt: skip


def _keras(
    code: str, title: str, given: dict[str, tuple[object, ...]], change: Change, at: object = Mark.LOSS,
    accepted: tuple[Change, ...] = (),
) -> Misuse:  # fmt: skip
    return Misuse(code, title, "keras", given, change, at, accepted)  # type: ignore[arg-type]


def _ended(wrong: KerasProject) -> dict[str, object]:
    """The activation in the last layer, as a string."""
    return {"scale": Scale.SIGMOID if wrong.loss is BINARY else Scale.SOFTMAX, "spelled": Spelled.STRING}


_ANYWHERE = (Mark.WITHIN, Mark.LOSS)

MISUSES: tuple[Misuse, ...] = (
    _keras("LL401", "probabilities as logits", {"from_logits": (False,), "loss_spelled": _OBJECTS}, {"from_logits": True},
           _ANYWHERE),
    _keras("LL401", "logits as probabilities", {"from_logits": (True,)}, {"from_logits": False}, _ANYWHERE,
           accepted=({"from_logits": True, "loss_spelled": LossSpelled.CLASS},
                     {"from_logits": True, "loss_spelled": LossSpelled.FUNCTION}, _ended)),
    _keras("LL401", "logits as probabilities, by name", {"from_logits": (False,), "loss_spelled": (LossSpelled.STRING,),
           "metric": ("",)}, {"scale": Scale.LOGITS}, _ANYWHERE,
           accepted=({"from_logits": True, "loss_spelled": LossSpelled.CLASS}, _ended)),
    _keras("LL109", "relu", {"from_logits": (True,)}, {"scale": Scale.RELU}, _ANYWHERE),
    _keras("LL109", "tanh", {"from_logits": (True,)}, {"scale": Scale.TANH}, _ANYWHERE),
    _keras("LL112", "softmax of one unit", {"loss": (BINARY,), "task": (Task.BINARY,), "from_logits": (False,)},
           {"scale": Scale.SOFTMAX}, (Mark.CALLED, Mark.ACTIVATION)),
    _keras("LL113", "softmax", {"loss": (BINARY,), "task": (Task.TAGS,), "from_logits": (False,)}, {"scale": Scale.SOFTMAX},
           _ANYWHERE),
    _keras("LL114", "sigmoid", {"loss": (SPARSE, CATEGORICAL), "from_logits": (False,)}, {"scale": Scale.SIGMOID}, _ANYWHERE),
    _keras("LL204", "one-hot labels", {"loss": (SPARSE,), "metric": ("",)}, {"labels": LabelMade.CATEGORICAL}, _ANYWHERE,
           ({"loss": CATEGORICAL},)),
    _keras("LL204", "class indices", {"loss": (CATEGORICAL,), "metric": ("",)}, {"labels": LabelMade.INDICES}, _ANYWHERE,
           ({"loss": SPARSE},)),
    _keras("LL205", "prediction first", {"swapped": (False,), "tape": (True,)}, {"swapped": True}),
    _keras("LL402", "more labels than units", {"loss": (SPARSE, CATEGORICAL)}, {"label_classes": 9}, _ANYWHERE),
    _keras("LL403", "accuracy of logits", {"loss": (BINARY,), "task": (Task.BINARY,), "from_logits": (True,),
           "compiled": (True,)},
           {"metric": '"accuracy"'}, Mark.METRIC, ({"metric": 'keras.metrics.BinaryAccuracy(name="accuracy", threshold=0)'},)),
    _keras("LL501", "tensors in the constructor", {"tape": (True,), "loss_spelled": (LossSpelled.CLASS,), "from_logits": (False,),
           "settings": ("",)},
           {"in_constructor": True}),
    _keras("LL901", "a comment", {}, {"comment": "losslint: ignore[LL401] the head is new"}, Mark.COMMENT),
)  # fmt: skip
