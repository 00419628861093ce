"""What can be put wrong into a project for TensorFlow 1, or for optax and flax."""

from __future__ import annotations

from collections.abc import Iterator

from .code import Mark
from .facts import Scale
from .function_projects import Cross
from .misuses import Misuse

_SOFTMAX = (Cross.INDICES, Cross.ONE_HOT)


def _of(library: str) -> Iterator[Misuse]:
    def misuse(code: str, title: str, losses: tuple[object, ...], change: dict[str, object], **more: object) -> Misuse:
        return Misuse(code, title, library, {"loss": losses}, change, **more)  # type: ignore[arg-type]

    yield misuse("LL101", "softmax", _SOFTMAX, {"scale": Scale.SOFTMAX})
    yield misuse("LL103", "sigmoid", _SOFTMAX, {"scale": Scale.SIGMOID})
    yield misuse("LL104", "sigmoid", (Cross.SIGMOID,), {"scale": Scale.SIGMOID})
    yield misuse("LL105", "softmax", (Cross.SIGMOID,), {"scale": Scale.SOFTMAX})
    yield misuse("LL109", "relu", (*_SOFTMAX, Cross.SIGMOID), {"scale": Scale.RELU})
    yield misuse("LL204", "one-hot labels", (Cross.INDICES,), {"one_hot": True}, accepted=({"loss": Cross.ONE_HOT},))
    yield misuse("LL204", "class indices", (Cross.ONE_HOT,), {"one_hot": False}, accepted=({"loss": Cross.INDICES},))
    yield misuse("LL205", "labels for logits", tuple(Cross), {"swapped": True})
    yield misuse("LL901", "a comment", tuple(Cross), {"comment": "losslint: ignore[LL101] as it was"}, at=Mark.COMMENT)


MISUSES: tuple[Misuse, ...] = (*_of("tensorflow"), *_of("optax"))
