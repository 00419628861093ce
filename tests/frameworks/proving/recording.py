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


def seed() -> None:
    """The same random numbers again."""
    torch.manual_seed(0)
    np.random.seed(0)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)


@contextlib.contextmanager
def recording(filename: str, *, go_on: bool) -> Iterator[TorchRecorder]:
    """Note what a file does. What it prints goes nowhere."""
    stand_ins.install()
    recorder = TorchRecorder(filename, go_on=go_on)
    with contextlib.redirect_stdout(io.StringIO()), recorder.recording():
        yield recorder
