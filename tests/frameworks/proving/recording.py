"""Watching all frameworks at once, and starting their random numbers anew."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator

import numpy as np
import torch

from proving import stand_ins
from proving.on_torch import TorchRecorder
from proving.programs import Text


def seed() -> None:
    """The same random numbers again."""
    torch.manual_seed(0)
    np.random.seed(0)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)


@contextlib.contextmanager
def recording(text: Text, *, go_on: bool) -> Iterator[TorchRecorder]:
    """Note what a program does. What it prints goes nowhere. Keras is only imported for who uses it."""
    stand_ins.install()
    recorder = TorchRecorder(text.filename, go_on=go_on)
    with contextlib.ExitStack() as stack:
        if "keras" in text.text or "tensorflow" in text.text:
            from proving.on_keras import KerasRecorder

            stand_ins.install_data()
            keras = KerasRecorder(text.filename, recorder.events, recorder.outputs, go_on=go_on)
            stack.enter_context(keras.recording())
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(recorder.recording())
        yield recorder
