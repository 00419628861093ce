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
from proving.proof import GRAPH


def seed() -> None:
    """The same random numbers again."""
    torch.manual_seed(0)
    np.random.seed(0)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)


@contextlib.contextmanager
def recording(text: Text, environment: str, *, go_on: bool) -> Iterator[TorchRecorder]:
    """Note what a program does. What it prints goes nowhere. Keras and JAX are only imported for who uses them."""
    stand_ins.install()
    recorder = TorchRecorder(text.filename, go_on=go_on)
    with contextlib.ExitStack() as stack:
        if environment == GRAPH:
            import tensorflow

            tensorflow.compat.v1.reset_default_graph()
        elif "keras" in text.text or "tensorflow" in text.text:
            from proving.on_keras import KerasRecorder

            stand_ins.install_data()
            keras = KerasRecorder(text.filename, recorder.events, recorder.outputs, go_on=go_on)
            stack.enter_context(keras.recording())
        if "optax" in text.text or "jax" in text.text:
            from proving.on_jax import JaxRecorder

            jax = JaxRecorder(text.filename, recorder.events, recorder.outputs, go_on=go_on)
            stack.enter_context(jax.recording())
        stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        stack.enter_context(recorder.recording())
        yield recorder
