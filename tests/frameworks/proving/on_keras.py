"""What a program does in Keras and TensorFlow: which losses get what, from a call of their own or by `compile` and `fit`."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras.src import activations as own_activations

from proving import reference
from proving.events import Call, Event, Made
from proving.programs import lines_here
from proving.reference import Array

ACTIVATIONS = (
    "softmax",
    "log_softmax",
    "sigmoid",
    "log_sigmoid",
    "relu",
    "tanh",
    "gelu",
    "elu",
    "hard_sigmoid",
    "softplus",
)


def spaces(name: str) -> list[ModuleType]:
    """The modules that Keras has by this name. Each way to import it makes one of its own."""
    return [
        importlib.import_module(f"{package}.{name}")
        for package in ("keras", "keras._tf_keras.keras", "tensorflow.keras")
    ]


TENSORFLOW = (
    "softmax_cross_entropy_with_logits",
    "sparse_softmax_cross_entropy_with_logits",
    "sigmoid_cross_entropy_with_logits",
)


def number(tensor: Any) -> Array:
    """A tensor's numbers, of whatever backend."""
    return np.asarray(keras.ops.convert_to_numpy(tensor), dtype=np.float64)


def _concrete(tensor: Any) -> bool:
    """Whether a tensor has numbers, rather than being a part of a graph."""
    try:
        number(tensor)
    except Exception:  # each backend has errors of its own for it
        return False
    return True


def _plain(name: str) -> str:
    """A loss's name without what its kind of API adds: `CategoricalCrossentropy` is `categorical_crossentropy`."""
    return {
        "CategoricalCrossentropy": "categorical_crossentropy",
        "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
        "BinaryCrossentropy": "binary_crossentropy",
        "MeanSquaredError": "mean_squared_error",
        "softmax_cross_entropy_with_logits": "categorical_crossentropy",
        "sparse_softmax_cross_entropy_with_logits": "sparse_categorical_crossentropy",
        "mse": "mean_squared_error",
    }.get(name, name)


@dataclass(eq=False, repr=False)
class KerasCall(Call):
    """A loss of Keras' or TensorFlow's gets labels and a prediction. `function` is the loss, as it can be called again.

    `reduction` is how the examples' losses are reduced; `unactivated` what the prediction was before its activations.
    """

    function: Callable[..., Any]
    target: Any
    input: Any
    unactivated: Any
    passed: tuple[tuple[str, Callable[[Any], Any]], ...]
    reduction: str

    @property
    def value(self) -> Array:
        return number(self.result)

    @property
    def labels(self) -> Any:
        """The labels as NumPy has them."""
        return np.asarray(keras.ops.convert_to_numpy(self.target))

    @property
    def prediction(self) -> Array:
        """What the loss takes for the prediction, as NumPy has it."""
        return number(self.input)

    @property
    def logits(self) -> Array:
        return number(self.unactivated)

    @property
    def activations(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.passed)

    def with_logits(self, logits: Array, labels: Any = None) -> Array:
        """What the loss would be for other logits, through the same activations, in eager execution."""
        prediction = keras.ops.convert_to_tensor(np.asarray(logits, dtype=np.float32))
        for _, again in reversed(self.passed):
            prediction = again(prediction)
        losses = number(self.function(self.target if labels is None else labels, prediction))
        return losses if self.name not in TENSORFLOW else losses.mean()

    @property
    def takes_logits(self) -> bool:
        """Whether the loss is told that it gets logits, or always takes them."""
        return self.name in TENSORFLOW or bool(self.arguments.get("from_logits"))

    @property
    def meant(self) -> Array:
        smoothing = float(self.arguments.get("label_smoothing") or 0)
        logits, labels = self.logits, self.labels
        match _plain(self.name):
            case "categorical_crossentropy" | "sparse_categorical_crossentropy" as name:
                if name.startswith("sparse") and labels.ndim == logits.ndim and labels.shape[-1] == 1:
                    labels = labels[..., 0]
                settings = {"label_smoothing": smoothing, "reduction": "none"}
                each = reference.cross_entropy(logits, np.asarray(labels), axis=-1, **settings)
            case "binary_crossentropy":
                labels = labels.reshape(logits.shape) * (1 - smoothing) + smoothing / 2
                each = reference.binary_cross_entropy(logits, labels, reduction="none").mean(axis=-1)
            case "sigmoid_cross_entropy_with_logits":
                each = reference.binary_cross_entropy(logits, labels, reduction="none")
            case "mean_squared_error":
                each = reference.squared_error(number(self.input), labels.reshape(logits.shape), reduction="none")
                each = each.mean(axis=-1)
            case name:
                raise NotImplementedError(f"no reference for {name}")
        return reference.reduced(each, {"sum_over_batch_size": "mean"}.get(self.reduction, self.reduction))

    def mistakes(self) -> list[str]:
        if _plain(self.name) == "mean_squared_error":
            return []
        given = number(self.input)
        if self.takes_logits:
            return [f"logits went through {name}" for name in self.activations if name != "log_softmax"]
        if not ((given >= 0) & (given <= 1)).all():
            return [f"probabilities from {given.min():.3g} to {given.max():.3g}"]
        if "categorical" in _plain(self.name) and not np.allclose(given.sum(axis=-1), 1, atol=1e-5):
            return [f"probabilities that sum to {given.sum(axis=-1).min():.3g} to {given.sum(axis=-1).max():.3g}"]
        return []


@dataclass(eq=False, repr=False)
class Compiled(Event):
    """`compile`: the model and what it was given. Once it is fitted, there's a call for each of its losses."""

    model: Any
    given: Mapping[str, Any]
    predictions: tuple[Any, ...] = ()


class KerasRecorder:
    """Notes what happens in Keras and TensorFlow while it is active."""

    active: KerasRecorder | None = None

    def __init__(self, filename: str, events: list[Event], outputs: list[Array], *, go_on: bool) -> None:
        self.filename = filename
        self.go_on = go_on
        self.events = events
        self.outputs = outputs
        self.passed: dict[int, tuple[str, Any, Any, Callable[[Any], Any]]] = {}
        self.inside = False
        self.depth = 0

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Active from here to the end."""
        _install()
        KerasRecorder.active = self
        eagerly = tf.config.functions_run_eagerly()
        # a tf.function of the program's own runs as it is written; fit and evaluate build their graphs all the same
        tf.config.run_functions_eagerly(True)
        try:
            yield
        finally:
            tf.config.run_functions_eagerly(eagerly)
            KerasRecorder.active = None
            self.passed.clear()

    def before(self, tensor: Any) -> tuple[Any, tuple[tuple[str, Callable[[Any], Any]], ...]]:
        """What a tensor was before its activations, and which they are, the last one first."""
        found: list[tuple[str, Callable[[Any], Any]]] = []
        while (step := self.passed.get(id(tensor))) is not None and step[2] is tensor:
            found.append((step[0], step[3]))
            tensor = step[1]
        return tensor, tuple(found)

    # ------------------------------------------------------------------------------------------------- what is seen

    def called(
        self, name: str, function: Callable[..., Any], loss: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """A loss is called by a line of the program."""
        lines = lines_here(self.filename)
        if not lines or self.inside:
            return function(*args, **kwargs)
        bound = _bound(function, args, kwargs)
        target = bound.get("y_true", bound.get("labels"))
        prediction = bound.get("y_pred", bound.get("logits"))
        settings = _settings(loss) if loss is not None else bound
        error, result = None, None
        self.inside = True
        try:
            result = function(*args, **kwargs)
        except Exception as raised:
            if not self.go_on:
                raise
            error, result = raised, keras.ops.zeros(())
        finally:
            self.inside = False
        if error is None and not _concrete(result):
            return result
        unactivated, passed = self.before(prediction)
        reduction = loss.reduction if loss is not None else "none"
        call = KerasCall(
            name, lines, settings, result, function, target, prediction, unactivated, passed, reduction, error=error
        )
        self.events.append(call)
        return result

    def made(self, loss: Any, init: Callable[..., None], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """A loss is made."""
        init(loss, *args, **kwargs)
        if lines := lines_here(self.filename):
            given = {**{str(n): v for n, v in enumerate(args)}, **kwargs}
            self.events.append(Made(type(loss).__name__, lines, given, loss))

    def compiled(
        self, model: Any, compile_: Callable[..., None], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """A model is compiled."""
        lines = lines_here(self.filename)
        given = _bound(compile_, (model, *args), kwargs)
        error = None
        if keras.config.backend() != "jax":
            kwargs.setdefault("jit_compile", False)  # compiling a model this small takes longer than fitting it
        try:
            compile_(model, *args, **kwargs)
        except Exception as raised:
            if not self.go_on:
                raise
            error = raised
        if lines:
            self.events.append(Compiled("compile", lines, model, given, error=error))

    def fitted(self, model: Any, fit: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A model is fitted: what its losses are before that is measured, then it is trained for an epoch."""
        if self.inside:
            return fit(model, *args, **kwargs)
        bound = _bound(fit, (model, *args), kwargs)
        x, y = bound["x"], bound.get("y")
        if y is None:
            x, y = next(iter(x)) if isinstance(x, tf.data.Dataset) else x[0]
        if self.go_on:
            self.measure(model, np.asarray(x), y)
        self.inside = True
        tf.config.run_functions_eagerly(False)
        try:
            return fit(model, x, y, epochs=1, verbose=0)
        except Exception:
            if not self.go_on:
                raise
            return None
        finally:
            tf.config.run_functions_eagerly(True)
            self.inside = False
            keras.utils.set_random_seed(0)  # the models after it start the same, whether this one was trained or not

    def measure(self, model: Any, x: Any, y: Any) -> None:
        """Note what the losses of a compiled model are."""
        compiled = next(e for e in reversed(self.events) if isinstance(e, Compiled) and e.model is model)
        self.inside = True
        # `fit` and `evaluate` compute in a graph, where TensorFlow's Keras sees other things than in eager execution
        tf.config.run_functions_eagerly(False)
        error, values = None, {}
        try:
            out = model(keras.ops.convert_to_tensor(x), training=False)
            values = model.evaluate(x, y, batch_size=len(x), verbose=0, return_dict=True)
        except Exception as raised:
            error = raised
        finally:
            tf.config.run_functions_eagerly(True)
            self.inside = False
        outputs = _by_name(model, out)
        losses = _by_name(model, compiled.given["loss"], len(outputs))
        labels = _by_name(model, y, len(outputs))
        compiled.predictions = tuple(outputs.values())
        for name, prediction in outputs.items():
            self.outputs.append(number(prediction))
            loss = keras.losses.get(losses[name])
            unactivated, passed = self.before(prediction)
            value = values.get("loss" if len(outputs) == 1 else f"{name}_loss", np.nan)
            title = type(loss).__name__ if isinstance(loss, keras.losses.Loss) else loss.__name__
            reduction = loss.reduction if isinstance(loss, keras.losses.Loss) else "sum_over_batch_size"
            self.events.append(
                KerasCall(
                    title,
                    compiled.lines,
                    _settings(loss),
                    np.asarray(value),
                    loss,
                    labels[name],
                    prediction,
                    unactivated,
                    passed,
                    reduction,
                    error=error,
                )
            )

    def gave(self, layer: Any, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A layer or a model is called by the program."""
        self.depth += 1
        try:
            out = call(layer, *args, **kwargs)
        finally:
            self.depth -= 1
        if self.depth == 0 and not self.inside and lines_here(self.filename):
            self.outputs += [number(part) for part in keras.tree.flatten(out) if _concrete(part)]
        return out

    def activated(self, name: str, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """An activation is applied."""
        out = function(*args, **kwargs)
        given = args[0] if args else next(iter(kwargs.values()))
        if out is not given and _concrete(out):
            again = functools.partial(_again, function, args[1:], kwargs if args else dict(list(kwargs.items())[1:]))
            self.passed[id(out)] = (name, given, out, again)
        return out


def _again(function: Callable[..., Any], rest: tuple[Any, ...], kwargs: Mapping[str, Any], given: Any) -> Any:
    return function(given, *rest, **kwargs)


def _bound(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except (TypeError, ValueError):
        return {**{str(n): value for n, value in enumerate(args)}, **kwargs}
    bound.apply_defaults()
    return dict(bound.arguments)


def _settings(loss: Any) -> dict[str, Any]:
    """What a loss was told."""
    if isinstance(loss, keras.losses.Loss):
        return {**getattr(loss, "_fn_kwargs", getattr(loss, "fn_kwargs", {})), **loss.get_config()}
    return {name: p.default for name, p in inspect.signature(loss).parameters.items() if p.default is not p.empty}


def _by_name(model: Any, given: Any, count: int = 1) -> dict[str, Any]:
    """Outputs, losses or labels by their outputs' names."""
    if isinstance(given, Mapping):
        return dict(given)
    names = list(getattr(model, "output_names", None) or ["output"])
    if isinstance(given, (list, tuple)):
        return dict(zip(names, given, strict=True))
    return dict.fromkeys(names[:1] if count == 1 else names, given)


@functools.cache
def _install() -> None:
    """Put the watches in, once a process; without an active recorder they do nothing."""

    def activation(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            recorder = KerasRecorder.active
            return function(*args, **kwargs) if recorder is None else recorder.activated(name, function, args, kwargs)

        return call

    def loss_function(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            recorder = KerasRecorder.active
            if recorder is None:
                return function(*args, **kwargs)
            return recorder.called(name, function, None, args, kwargs)

        return call

    def made(init: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(init)
        def make(self: Any, *args: Any, **kwargs: Any) -> None:
            recorder = KerasRecorder.active
            if recorder is None:
                init(self, *args, **kwargs)
            else:
                recorder.made(self, init, args, kwargs)

        return make

    for name in ACTIVATIONS:
        if name in own_activations.ALL_OBJECTS_DICT:
            watched = activation(name, own_activations.ALL_OBJECTS_DICT[name])
            own_activations.ALL_OBJECTS_DICT[name] = watched
            for space in (own_activations, *spaces("activations")):
                setattr(space, name, watched)
        for space in (*spaces("ops"), tf.nn, tf.math, tf):
            if hasattr(space, name):
                setattr(space, name, activation(name, getattr(space, name)))
    for name in ("categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy"):
        watched = loss_function(name, getattr(keras.losses, name))
        for space in spaces("losses"):
            setattr(space, name, watched)
    for name in TENSORFLOW:
        setattr(tf.nn, name, loss_function(name, getattr(tf.nn, name)))
    for cls in vars(keras.losses).values():
        if inspect.isclass(cls) and issubclass(cls, keras.losses.Loss) and cls is not keras.losses.Loss:
            cls.__init__ = made(cls.__init__)

    loss_call = keras.losses.Loss.__call__

    @functools.wraps(loss_call)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = KerasRecorder.active
        if recorder is None:
            return loss_call(self, *args, **kwargs)
        return recorder.called(type(self).__name__, functools.partial(loss_call, self), self, args, kwargs)

    keras.losses.Loss.__call__ = call

    layer_call = keras.Layer.__call__

    @functools.wraps(layer_call)
    def calling(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = KerasRecorder.active
        return layer_call(self, *args, **kwargs) if recorder is None else recorder.gave(self, layer_call, args, kwargs)

    keras.Layer.__call__ = calling

    compile_, fit = keras.Model.compile, keras.Model.fit

    @functools.wraps(compile_)
    def compiling(self: Any, *args: Any, **kwargs: Any) -> None:
        recorder = KerasRecorder.active
        if recorder is None:
            compile_(self, *args, **kwargs)
        else:
            recorder.compiled(self, compile_, args, kwargs)

    @functools.wraps(fit)
    def fitting(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = KerasRecorder.active
        return fit(self, *args, **kwargs) if recorder is None else recorder.fitted(self, fit, args, kwargs)

    keras.Model.compile, keras.Model.fit = compiling, fitting
