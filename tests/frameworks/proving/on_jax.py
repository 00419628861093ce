"""What a program does in JAX: which losses of optax's get which arrays. Only what has numbers is noted, not what is traced."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import flax.linen
import flax.nnx
import jax
import numpy as np
import optax

from proving import reference
from proving.events import Call, Event
from proving.programs import lines_here
from proving.reference import Array

LOSSES = ("softmax_cross_entropy", "softmax_cross_entropy_with_integer_labels", "sigmoid_binary_cross_entropy")
ACTIVATIONS = ("softmax", "log_softmax", "sigmoid", "log_sigmoid", "relu", "tanh")


def number(array: Any) -> Array:
    """An array's numbers."""
    return np.asarray(array, dtype=np.float64)


def _concrete(*arrays: Any) -> bool:
    return not any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(arrays))


@dataclass(eq=False, repr=False)
class OptaxCall(Call):
    """A loss of optax's gets logits and labels. `unactivated` is what the logits were before their activations."""

    function: Callable[..., Any]
    unactivated: Any
    passed: tuple[tuple[str, Callable[[Any], Any]], ...]

    @property
    def value(self) -> Array:
        return number(self.result)

    @property
    def input(self) -> Any:
        """What the loss takes for logits."""
        return self.arguments["logits"]

    @property
    def target(self) -> Any:
        """What the loss takes for labels."""
        return self.arguments["labels"]

    @property
    def labels(self) -> Any:
        """The labels as NumPy has them."""
        return np.asarray(self.target)

    @property
    def logits(self) -> Array:
        return number(self.unactivated)

    @property
    def activations(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.passed)

    @property
    def meant(self) -> Array:
        if self.name == "sigmoid_binary_cross_entropy":
            return reference.binary_cross_entropy(self.logits, number(self.labels), reduction="none")
        return reference.cross_entropy(self.logits, self.labels, reduction="none")

    def mistakes(self) -> list[str]:
        said = [f"logits went through {name}" for name in self.activations if name != "log_softmax"]
        if self.name != "softmax_cross_entropy_with_integer_labels" and self.labels.shape != np.shape(self.input):
            said.append(f"a prediction of shape {np.shape(self.input)} and a target of shape {self.labels.shape}")
        return said

    def with_logits(self, logits: Array, labels: Any = None) -> Array:
        """What the mean loss would be for other logits, through the same activations."""
        made = jax.numpy.asarray(logits, dtype="float32")
        for _, again in reversed(self.passed):
            made = again(made)
        losses: Array = number(self.function(made, self.target if labels is None else labels)).mean()
        return losses


class JaxRecorder:
    """Notes what happens in optax while it is active."""

    active: JaxRecorder | None = None

    def __init__(self, filename: str, events: list[Event], outputs: list[Array], *, go_on: bool) -> None:
        self.filename = filename
        self.go_on = go_on
        self.events = events
        self.outputs = outputs
        self._passed: dict[int, tuple[str, Any, Any, Callable[[Any], Any]]] = {}

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Active from here to the end."""
        _install()
        JaxRecorder.active = self
        try:
            yield
        finally:
            JaxRecorder.active = None
            self._passed.clear()

    def called(self, name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A loss is called by a line of the program."""
        lines = lines_here(self.filename)
        if not lines or not _concrete(args, kwargs):
            return function(*args, **kwargs)
        error, result = None, None
        try:
            result = function(*args, **kwargs)
        except Exception as raised:
            if not self.go_on:
                raise
            error, result = raised, jax.numpy.zeros(())
        bound = inspect.signature(function).bind(*args, **kwargs)
        bound.apply_defaults()
        before, passed = self._before(bound.arguments["logits"])
        self.events.append(OptaxCall(name, lines, bound.arguments, result, function, before, passed, error=error))
        return result

    def activated(self, name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """An activation is applied."""
        out = function(*args, **kwargs)
        if args and _concrete(out):
            self._passed[id(out)] = (name, args[0], out, lambda given: function(given, *args[1:], **kwargs))
        return out

    def gave(self, out: Any) -> None:
        """A model has given its output."""
        if _concrete(out) and lines_here(self.filename):
            self.outputs += [number(leaf) for leaf in jax.tree.leaves(out)]

    def _before(self, array: Any) -> tuple[Any, tuple[tuple[str, Callable[[Any], Any]], ...]]:
        found: list[tuple[str, Callable[[Any], Any]]] = []
        while (step := self._passed.get(id(array))) is not None and step[2] is array:
            found.append((step[0], step[3]))
            array = step[1]
        return array, tuple(found)


@functools.cache
def _install() -> None:
    """Put the watches in, once a process; without an active recorder they do nothing."""

    def watched(name: str, function: Callable[..., Any], what: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            recorder = JaxRecorder.active
            if recorder is None:
                return function(*args, **kwargs)
            return getattr(recorder, what)(name, function, args, kwargs)

        return call

    for name in LOSSES:
        loss = watched(name, getattr(optax, name), "called")
        for space in (optax, optax.losses):
            setattr(space, name, loss)
    for name in ACTIVATIONS:
        activation = watched(name, getattr(jax.nn, name), "activated")
        for space in (jax.nn, flax.linen, flax.nnx):
            setattr(space, name, activation)

    apply = flax.linen.Module.apply

    @functools.wraps(apply)
    def applying(self: Any, *args: Any, **kwargs: Any) -> Any:
        out = apply(self, *args, **kwargs)
        if JaxRecorder.active is not None:
            JaxRecorder.active.gave(out)
        return out

    flax.linen.Module.apply = applying
