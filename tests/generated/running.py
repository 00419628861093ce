"""Runs generated programs on the frameworks themselves: `python running.py torch|keras`, in a process of its own.

Standard input has a list of programs, each with its files and its main module; standard output gets, for each, the losses that
came out of its first step, or what it raised. Where a program says what its loss is, the loss is held against plain NumPy.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


class Stop(Exception):
    """A program has shown what it was run for."""


def run(program: Mapping[str, Any], prepare: Callable[[], None]) -> str:
    """Run a program's main module; what it raised, or nothing."""
    with tempfile.TemporaryDirectory(prefix="generated-") as folder:
        for path, text in program["files"].items():
            target = os.path.join(folder, path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w", encoding="utf-8") as stream:
                stream.write(text)
        before = set(sys.modules)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            prepare()
            module = importlib.import_module(program["main"])
            if hasattr(module, "main"):
                module.main()
            return ""
        except Stop:
            return ""
        except Exception as error:
            own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(folder)]
            return f"{type(error).__name__}: {error} (line {own[-1].lineno if own else '?'})"
        finally:
            sys.path.remove(folder)
            for name in set(sys.modules) - before:
                if getattr(sys.modules[name], "__file__", "") and str(sys.modules[name].__file__).startswith(folder):
                    del sys.modules[name]


def log_softmax(x: Any, axis: int) -> Any:
    """The logarithm of the softmax, in float64."""
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def reference(
    kind: str, logits: Any, target: Any, *, axis: int, smoothing: float = 0.0, reduction: str = "mean"
) -> float:
    """What a loss ought to be, of logits and labels."""
    logits, target = np.asarray(logits, np.float64), np.asarray(target)
    if kind == "binary":
        wanted = target * (1 - smoothing) + smoothing / 2
        each = np.logaddexp(0, -logits) * wanted + np.logaddexp(0, logits) * (1 - wanted)
    else:
        log = np.moveaxis(log_softmax(logits, axis), axis, -1)
        if target.ndim == logits.ndim:
            classes = np.moveaxis(target, axis, -1).astype(np.float64)
        else:
            classes = np.eye(log.shape[-1])[target.astype(int)]
        wanted = classes * (1 - smoothing) + smoothing / log.shape[-1]
        each = -(wanted * log).sum(axis=-1)
    return float(each.sum() if reduction == "sum" else each.mean())


def on_torch(programs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each program's first loss that goes backward; and of a right one, the first loss and what it ought to be."""
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(1)
    seen: dict[str, Any] = {}
    backward = torch.Tensor.backward

    def recorded(self: torch.Tensor, *args: Any, **kwargs: Any) -> None:
        backward(self, *args, **kwargs)
        seen.setdefault("loss", float(self.detach()))
        raise Stop

    def layer(module: torch.nn.Module, _: object, output: Any) -> None:
        if isinstance(module, (torch.nn.Linear, torch.nn.Conv2d)):
            seen["logits"] = output.detach().numpy()

    torch.Tensor.backward = recorded  # type: ignore[assignment,method-assign]
    torch.nn.modules.module.register_module_forward_hook(layer)
    for name in ("cross_entropy", "nll_loss", "binary_cross_entropy_with_logits"):
        whole = getattr(F, name)

        def wrapped(input: Any, target: Any, *args: Any, _whole: Any = whole, **kwargs: Any) -> Any:
            value = _whole(input, target, *args, **kwargs)
            if "call" not in seen and "logits" in seen and value.ndim == 0:
                seen["call"] = (seen["logits"], input.shape, target.detach().numpy(), float(value.detach()), kwargs)
            return value

        setattr(F, name, wrapped)
    found = []

    def prepare() -> None:
        torch.manual_seed(0)
        np.random.seed(0)

    for program in programs:
        seen.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raised = run(program, prepare)
        result: dict[str, Any] = {"raised": raised, "loss": seen.get("loss")}
        if program.get("kind") and "call" in seen:
            logits, shape, target, value, settings = seen["call"]
            if program["axis"] != 1:
                logits = np.moveaxis(logits, program["axis"], 1)
            if tuple(shape) == logits.shape and settings.get("weight") is None:
                result["first"] = value
                result["ought"] = reference(program["kind"], logits, target, axis=1, reduction=settings.get("reduction", "mean"),
                                            smoothing=settings.get("label_smoothing", 0.0))  # fmt: skip
        found.append(result)
    return found


def on_keras(programs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each program's loss in one batch of all examples; and of a right one what it ought to be."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["CUDA_VISIBLE_DEVICES"] = ""
    import keras
    import tensorflow as tf

    seen: dict[str, Any] = {}
    fit, gradient = keras.Model.fit, tf.GradientTape.gradient

    def outputs(model: Any, x: Any) -> None:
        seen["output"] = np.asarray(model(x))

    def fitted(self: Any, x: Any, y: Any, **kwargs: Any) -> None:
        outputs(self, x)
        seen["labels"] = np.asarray(y)
        seen["loss"] = float(fit(self, x, y, epochs=1, batch_size=len(x), shuffle=False, verbose=0).history["loss"][0])
        raise Stop

    def derived(self: Any, target: Any, sources: Any, **kwargs: Any) -> Any:
        value = gradient(self, target, sources, **kwargs)
        if not tf.executing_eagerly():
            return value  # Keras' own step
        assert all(part is not None for part in value)
        seen["loss"] = float(target)
        raise Stop

    keras.Model.fit = fitted
    tf.GradientTape.gradient = derived
    found = []

    def prepare() -> None:
        keras.backend.clear_session()
        keras.utils.set_random_seed(0)

    for program in programs:
        seen.clear()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raised = run(program, prepare)
        result: dict[str, Any] = {"raised": raised.split("\n")[0], "loss": seen.get("loss")}
        if program.get("kind") and "output" in seen and "loss" in seen:
            output = seen["output"].astype(np.float64)
            if not program["logits"]:
                output = np.log(output) - (np.log1p(-output) if program["kind"] == "binary" else 0)
            result["first"] = seen["loss"]
            result["ought"] = reference(
                program["kind"], output, seen["labels"], axis=-1, smoothing=program["smoothing"]
            )
        found.append(result)
    return found


if __name__ == "__main__":
    given = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr  # what programs print isn't the result
    json.dump({"torch": on_torch, "keras": on_keras}[sys.argv[1]](given), out)
