"""What can be put wrong into a project for PyTorch."""

from __future__ import annotations

from .code import Mark
from .facts import Loss, Scale, Task
from .misuses import Misuse
from .torch_networks import Spelled
from .torch_projects import TorchProject
from .torch_training import ROUTES, Kind, Source

CE, NLL, BCE_LOGITS, BCE, KL = (Loss.CROSS_ENTROPY, Loss.NLL, Loss.BCE_LOGITS, Loss.BCE, Loss.KL)


def _last_axis(wrong: TorchProject) -> dict[str, object]:
    """The last axis, where that is the one of the classes."""
    return {"axis": "1" if wrong.task is Task.PIXELS else "-1"}


_UNMASKED = tuple(route for route in ROUTES if route != "masked")
"""A mask may leave out the classes that are too many."""
_PLAIN = ("", 'reduction="sum"')
_NOT_SPECIAL = (
    "functional",
    "module",
    "function_itself",
    "constant",
    "registry",
    "factory",
    "at_once",
    "wrapper",
    "wrapper_class",
)


def _torch(code: str, title: str, given: dict[str, tuple[object, ...]], change: object, **more: object) -> Misuse:
    return Misuse(code, title, "torch", given, change, **more)  # type: ignore[arg-type]


MISUSES: tuple[Misuse, ...] = (
    _torch("LL101", "softmax", {"loss": (CE,)}, {"scale": Scale.SOFTMAX}),
    _torch("LL102", "log-softmax", {"loss": (CE,), "task": (Task.CLASSES, Task.PIXELS), "settings": _PLAIN},
           {"scale": Scale.LOG_SOFTMAX}, accepted=({"loss": NLL},)),
    _torch("LL103", "sigmoid", {"loss": (CE,)}, {"scale": Scale.SIGMOID}),
    _torch("LL104", "sigmoid", {"loss": (BCE_LOGITS,)}, {"scale": Scale.SIGMOID},
           accepted=({"loss": BCE}, {"loss": BCE, "label_cast": ".float()"}),
           advice=("LL116",)),
    _torch("LL105", "softmax", {"loss": (BCE_LOGITS,), "task": (Task.TAGS,)}, {"scale": Scale.SOFTMAX}),
    _torch("LL106", "logits", {"loss": (BCE_LOGITS,), "settings": _PLAIN}, {"loss": BCE},
           accepted=({"decision": ".sigmoid()"},), advice=("LL116",)),
    _torch("LL107", "logits", {"loss": (NLL,), "scale": (Scale.LOG_SOFTMAX,)}, {"scale": Scale.LOGITS},
           accepted=({"loss": CE}, {"decision": ".log_softmax(dim=1)"})),
    _torch("LL107", "probabilities", {"loss": (NLL,), "scale": (Scale.LOG_SOFTMAX,)}, {"scale": Scale.SOFTMAX},
           accepted=({"loss": CE, "scale": Scale.LOGITS},)),
    _torch("LL108", "probabilities", {"loss": (KL,), "scale": (Scale.LOG_SOFTMAX,)}, {"scale": Scale.SOFTMAX}),
    _torch("LL108", "logits", {"loss": (KL,), "scale": (Scale.LOG_SOFTMAX,)}, {"scale": Scale.LOGITS}),
    _torch("LL109", "relu", {"loss": (CE, BCE_LOGITS)}, {"scale": Scale.RELU}),
    _torch("LL109", "tanh", {"loss": (CE, BCE_LOGITS)}, {"scale": Scale.TANH}),
    _torch("LL110", "argmax", {"loss": (CE,), "task": (Task.CLASSES,)}, {"decision": ".argmax(dim=1)"}),
    _torch("LL110", "round", {"loss": (BCE_LOGITS,)}, {"decision": ".round()"}),
    _torch("LL111", "logarithm of a softmax", {"loss": (CE,), "task": (Task.SOFT,), "binding": ("by_hand",), "settings": ("",)},
           {"binding": "by_hand_in_two_steps"}, at=Mark.LOGARITHM),
    _torch("LL112", "one unit", {"loss": (CE,), "task": (Task.CLASSES,), "units": (2,), "label_classes": (2,),
           "settings": _PLAIN}, {"units": 1}),
    _torch("LL112", "softmax of one unit", {"loss": (BCE_LOGITS,), "task": (Task.BINARY,), "settings": _PLAIN},
           {"loss": BCE, "scale": Scale.SOFTMAX}, at=(Mark.CALLED, Mark.ACTIVATION)),
    _torch("LL113", "softmax", {"loss": (BCE_LOGITS,), "task": (Task.TAGS,), "settings": _PLAIN},
           {"loss": BCE, "scale": Scale.SOFTMAX}),
    _torch("LL116", "sigmoid", {"loss": (BCE_LOGITS,), "settings": _PLAIN}, {"loss": BCE, "scale": Scale.SIGMOID}),
    _torch("LL201", "integers", {"loss": (BCE_LOGITS,)}, {"kind": Kind.INTEGERS},
           accepted=({"label_cast": ".float()"},)),
    _torch("LL202", "floats", {"loss": (CE, NLL), "task": (Task.CLASSES, Task.PIXELS)}, {"kind": Kind.FLOATS},
           accepted=({"label_cast": ".long()"},)),
    _torch("LL202", "integers of one-hot labels", {"loss": (CE,), "task": (Task.SOFT,)}, {"kind": Kind.INTEGERS},
           accepted=({"label_cast": ".float()"}, {"label_cast": ".argmax(dim=1)"})),
    _torch("LL203", "a row against a column", {"loss": (BCE_LOGITS,), "task": (Task.BINARY,)}, {"reshaped": ".squeeze(1)"},
           accepted=({"label_cast": ".unsqueeze(1)"},)),
    _torch("LL203", "a column of indices", {"loss": (CE, NLL), "task": (Task.CLASSES,)}, {"reshaped": ".unsqueeze(1)"},
           accepted=({"label_cast": ".squeeze(1)"},)),
    _torch("LL205", "labels first", {"loss": (CE, NLL, BCE_LOGITS)}, {"swapped": True}),
    _torch("LL301", "one channel", {"loss": (CE,), "task": (Task.PIXELS,), "units": (2,), "label_classes": (2,)}, {"units": 1}),
    _torch("LL302", "classes last", {"loss": (CE,), "task": (Task.TOKENS,)}, {"transposed": False},
           accepted=({"decision": ".transpose(1, 2)"},)),
    _torch("LL303", "no axis", {"loss": (NLL,), "scale": (Scale.LOG_SOFTMAX,)}, {"axis": "", "spelled": Spelled.FUNCTIONAL},
           at=Mark.ACTIVATION, accepted=({"axis": "1"}, _last_axis)),
    _torch("LL304", "the batch's axis", {"loss": (NLL,), "scale": (Scale.LOG_SOFTMAX,)}, {"axis": "0"},
           accepted=({"axis": "1"}, _last_axis)),
    _torch("LL305", "an axis for the loss", {"settings": ("",), "binding": _NOT_SPECIAL}, {"settings": "dim=1"},
           at=(Mark.MADE, Mark.LOSS)),
    _torch("LL402", "more labels than units", {"loss": (CE, NLL), "task": (Task.CLASSES,), "settings": _PLAIN,
           "route": _UNMASKED},
           {"label_classes": 9}),
    _torch("LL501", "tensors in the constructor", {"loss": (CE, NLL, BCE_LOGITS), "binding": ("at_once",), "settings": ("",)},
           {"binding": "in_constructor"}),
    _torch("LL502", "size_average", {"settings": ('reduction="sum"',), "binding": _NOT_SPECIAL},
           {"settings": "size_average=False"}, at=(Mark.MADE, Mark.LOSS)),
    _torch("LL601", "a mean", {"binding": ("focal",), "settings": ('reduction="none"',), "task": (Task.CLASSES,), "loss": (CE,)},
           {"settings": ""}),
    _torch("LL602", "weights", {"binding": ("focal",), "settings": ('reduction="none"',), "task": (Task.CLASSES,), "loss": (CE,)},
           {"settings": 'weight=torch.ones(5), reduction="none"'}, accepted=({"binding": "focal_weighed_after"},)),
    _torch("LL901", "a comment", {"comment": ("",)}, {"comment": "losslint: ignore[LL101] the head is new"}, at=Mark.COMMENT),
)  # fmt: skip

__all__ = ["MISUSES", "Source"]
