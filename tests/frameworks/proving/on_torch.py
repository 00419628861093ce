"""What a program does in PyTorch: which losses get which tensors, and how these came to be."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.modules.loss import _Loss
from torch.optim.optimizer import register_optimizer_step_pre_hook
from torch.overrides import TorchFunctionMode

from proving import reference
from proving.events import Activation, Call, Event, Made
from proving.programs import lines_here
from proving.reference import Array

SOFTMAX = ("cross_entropy", "nll_loss")
SIGMOID = ("binary_cross_entropy_with_logits", "binary_cross_entropy", "multilabel_soft_margin_loss")
MARGIN = ("soft_margin_loss", "multi_margin_loss", "multilabel_margin_loss", "hinge_embedding_loss")
OTHERS = ("kl_div", "mse_loss", "l1_loss", *MARGIN)
LOSSES = (*SOFTMAX, *SIGMOID, *OTHERS)

KERAS = "keras."
"""What Keras calls on its PyTorch backend is noted by on_keras."""

ACTIVATIONS = frozenset({
    "softmax", "log_softmax", "softmin", "sigmoid", "logsigmoid", "log_sigmoid", "tanh", "relu", "leaky_relu", "gumbel_softmax",
    "hardtanh", "hardsigmoid", "relu6", "softplus", "elu", "gelu", "round",
})  # fmt: skip

SHAPES = frozenset({
    "view", "reshape", "squeeze", "unsqueeze", "transpose", "permute", "flatten", "contiguous", "__getitem__", "movedim", "float",
    "to", "type_as", "clone", "long", "double",
})  # fmt: skip
"""What leaves a value's scale as it is."""


def number(tensor: Any) -> Array:
    """A tensor's numbers."""
    result: Array = torch.as_tensor(tensor).detach().to(torch.float64).numpy()
    return result


@dataclass(eq=False)
class Step:
    """A function that made a tensor out of its first argument."""

    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    lines: tuple[int, ...]
    out: Tensor

    @property
    def source(self) -> Tensor:
        source: Tensor = self.arguments[0]
        return source

    def again(self, source: Tensor) -> Tensor:
        """What it makes of another tensor."""
        made: Tensor = self.function(source, *self.arguments[1:], **self.keywords)
        return made


@dataclass(eq=False, repr=False)
class TorchCall(Call):
    """A loss of `torch.nn.functional` gets its arguments, whether it is called itself or by a module."""

    function: Callable[..., Any]
    steps: tuple[Step, ...] = field(repr=False)
    """From the input back to the logits: activations, and what changes the shape."""
    target_steps: tuple[Step, ...] = field(repr=False)

    @property
    def value(self) -> Array:
        return number(self.result)

    @property
    def input(self) -> Tensor:
        """What the loss takes for the prediction."""
        given: Tensor = self.arguments["input"]
        return given

    @property
    def target(self) -> Tensor:
        """What the loss takes for the labels."""
        given: Tensor = self.arguments["target"]
        return given

    @property
    def activations(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps if step.name in ACTIVATIONS)

    @property
    def source(self) -> Tensor:
        """The tensor of the logits, as the model made it."""
        return self.steps[-1].source if self.steps else self.input

    @property
    def logits(self) -> Array:
        return number(_bare(self.source, self.steps))

    @property
    def labels(self) -> Any:
        """The target as NumPy has it: integers stay integers."""
        return self.target.detach().numpy()

    def reduction(self) -> str:
        """How the losses of the examples are reduced."""
        average, reduce = self.arguments.get("size_average"), self.arguments.get("reduce")
        if average is None and reduce is None:
            return str(self.arguments["reduction"])
        return "none" if reduce is False else "sum" if average is False else "mean"

    def _weights(self, *names: str) -> dict[str, Any]:
        return {n: number(self.arguments[n]) for n in names if self.arguments.get(n) is not None}

    @property
    def class_axis(self) -> int:
        """The axis that a softmax loss takes for the classes'."""
        return 0 if self.input.dim() == 1 else 1

    @property
    def meant(self) -> Array:
        reduction = self.reduction()
        match self.name:
            case "cross_entropy" | "nll_loss":
                settings = {n: self.arguments[n] for n in ("ignore_index", "label_smoothing") if n in self.arguments}
                settings |= self._weights("weight")
                logits, axis = self.logits, self.class_axis
                if self.name == "nll_loss" and not self.activations and not self.mistakes():
                    # log-probabilities that no activation made
                    return reference.nll(logits, self.labels, axis=axis, reduction=reduction, **settings)
                return reference.cross_entropy(logits, self.labels, axis=axis, reduction=reduction, **settings)
            case "binary_cross_entropy" if "sigmoid" not in self.activations:
                weights = self._weights("weight")
                return reference.binary_of_probabilities(
                    number(self.input), number(self.target), reduction=reduction, **weights
                )
            case "binary_cross_entropy" | "binary_cross_entropy_with_logits":
                weights = self._weights("weight", "pos_weight")
                return reference.binary_cross_entropy(self.logits, number(self.target), reduction=reduction, **weights)
            case "soft_margin_loss":
                labels = (number(self.target) + 1) / 2
                return reference.binary_cross_entropy(self.logits, labels, reduction=reduction)
            case "multilabel_soft_margin_loss":
                each = reference.binary_cross_entropy(self.logits, number(self.target), reduction="none")
                return reference.reduced(each.mean(axis=-1), reduction)
            case "multi_margin_loss":
                margin = float(self.arguments["margin"])
                return reference.multi_margin(number(self.input), self.labels, margin=margin, reduction=reduction)
            case "multilabel_margin_loss":
                return reference.multilabel_margin(number(self.input), self.labels, reduction=reduction)
            case "hinge_embedding_loss":
                return reference.hinge_embedding(number(self.input), number(self.target), reduction=reduction)
            case "kl_div":
                target = number(self.target)
                target = np.exp(target) if self.arguments["log_target"] else target
                logits = self.logits if self.activations else number(self.input)
                return reference.divergence(reference.log_softmax(logits, self.class_axis), target, reduction=reduction)
            case "mse_loss" | "l1_loss":
                error = reference.squared_error if self.name == "mse_loss" else reference.absolute_error
                return error(number(self.input), number(self.target), reduction=reduction)
        raise NotImplementedError(f"no reference for {self.name}")

    def mistakes(self) -> list[str]:
        given = number(self.input)
        said = []
        if self.name in (*SIGMOID, "kl_div", "mse_loss", "l1_loss") and self.input.shape != self.target.shape:
            said.append(
                f"a prediction of shape {tuple(self.input.shape)} and a target of shape {tuple(self.target.shape)}"
            )
        if self.name == "soft_margin_loss" and not set(np.unique(number(self.target))) <= {-1.0, 1.0}:
            said.append("labels other than -1 and 1")
        if self.name in (
            "cross_entropy", "binary_cross_entropy_with_logits", "multilabel_soft_margin_loss", "soft_margin_loss",
        ):  # fmt: skip
            # log_softmax changes nothing before another one
            wrong = set(self.activations) - ({"log_softmax"} if self.name == "cross_entropy" else set())
            said += [f"logits went through {name}" for name in sorted(wrong)]
        if self.name in ("nll_loss", "kl_div"):
            sums = np.exp(given).sum(axis=self.class_axis)
            if not np.allclose(sums, 1, atol=1e-5):
                said.append(f"log-probabilities whose probabilities sum to {sums.min():.3g} to {sums.max():.3g}")
        if self.name == "kl_div":
            target = number(self.target)
            sums = (np.exp(target) if self.arguments["log_target"] else target).sum(axis=self.class_axis)
            if not np.allclose(sums, 1, atol=1e-5):
                said.append(f"a target that sums to {sums.min():.3g} to {sums.max():.3g}")
        if self.name == "binary_cross_entropy" and not ((given >= 0) & (given <= 1)).all():
            said.append(f"probabilities from {given.min():.3g} to {given.max():.3g}")
        if self.name in SOFTMAX and self.class_axis == 1 and self.target.is_floating_point():
            if self.target.shape == self.input.shape and not np.allclose(number(self.target).sum(axis=1), 1, atol=1e-5):
                said.append("class probabilities that don't sum to 1")
        return said

    # ------------------------------------------------------------------------------------------------- other numbers

    def prediction(self, logits: Tensor) -> Tensor:
        """What would reach the loss for other logits, through the same activations and shapes."""
        for step in reversed(self.steps):
            logits = step.again(logits)
        return logits

    def with_logits(self, logits: Array, target: Tensor | None = None) -> Array:
        """What the loss would be for other logits, through the same activations."""
        made = self.prediction(torch.as_tensor(logits, dtype=self.source.dtype))
        arguments = {**self.arguments, "input": made}
        if target is not None:
            arguments["target"] = target
        return number(self.function(**arguments))

    def gradient(self) -> Array | None:
        """The gradient at the logits; None where no way leads back to them."""
        if not self.result.requires_grad:
            return None
        (found,) = torch.autograd.grad(self.result.sum(), self.source, retain_graph=True, allow_unused=True)
        return None if found is None else number(found)


def _bare(source: Tensor, steps: tuple[Step, ...]) -> Tensor:
    """A tensor with the steps' changes of shape, and without their activations."""
    for step in reversed(steps):
        if step.name not in ACTIVATIONS:
            source = step.again(source)
    return source


class _Watch(TorchFunctionMode):
    """Sees every function of PyTorch that the program calls."""

    def __init__(self, recorder: TorchRecorder) -> None:
        super().__init__()
        self.recorder = recorder

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        keywords = dict(kwargs or {})
        name = getattr(func, "__name__", "")
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            out = func(*args, **keywords)
        self.recorder.saw(name, func, args, keywords, out, tuple(str(w.message) for w in said))
        return out


class TorchRecorder:
    """Notes what happens in PyTorch while it is active."""

    active: TorchRecorder | None = None

    def __init__(self, filename: str, *, go_on: bool) -> None:
        self.filename = filename
        self.go_on = go_on
        self.events: list[Event] = []
        self.outputs: list[Array] = []
        self.warnings: list[str] = []
        self.backward_errors: list[Exception] = []
        self.stepped = False
        self._steps: dict[int, Step] = {}
        self._depth = 0
        self._inside = False

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Active from here to the end."""
        _install()
        TorchRecorder.active = self
        try:
            with _Watch(self):
                yield
        finally:
            TorchRecorder.active = None

    def saw(
        self, name: str, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], out: Any, said: tuple[str, ...]
    ) -> None:
        """A function made something."""
        self.warnings += said
        if name in LOSSES:
            return
        if args and isinstance(args[0], (tuple, list)) and name not in ("stack", "cat"):
            return
        if not args and "input" in kwargs:
            kwargs = dict(kwargs)
            args = (kwargs.pop("input"),)
        if not args or not isinstance(args[0], Tensor):
            return
        lines = lines_here(self.filename, but_through=KERAS)
        if isinstance(out, Tensor):
            if out is args[0]:
                return
            self._steps[id(out)] = Step(name, function, args, kwargs, lines, out)
            if name in ACTIVATIONS and lines:
                bound = _bound(function, args, kwargs)
                self.events.append(Activation(name, lines, number(args[0]), number(out), bound, said))
        elif isinstance(out, tuple):
            for part in out:
                if isinstance(part, Tensor):
                    self._steps[id(part)] = Step(name, function, args, kwargs, lines, part)

    def way(self, tensor: Any) -> tuple[Step, ...]:
        """The steps from a tensor back to where its scale comes from."""
        found: list[Step] = []
        while (step := self._steps.get(id(tensor))) is not None and step.out is tensor:
            if step.name not in ACTIVATIONS and step.name not in SHAPES:
                break
            found.append(step)
            tensor = step.source
        while found and found[-1].name not in ACTIVATIONS:
            found.pop()  # before the activation a change of shape changes nothing
        return tuple(found)

    def call(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A loss is called."""
        lines = lines_here(self.filename, but_through=KERAS)
        if not lines or self._inside:  # PyTorch hands a function's call to the watch by the function's global name
            return function(*args, **kwargs)
        error, result = None, None
        self._inside = True
        try:
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                result = function(*args, **kwargs)
            self.warnings += [str(w.message) for w in said]
        except Exception as raised:
            if not self.go_on:
                raise
            error, result = raised, torch.zeros((), requires_grad=True)
        finally:
            self._inside = False
        bound = _bound(function, args, kwargs)
        steps, target_steps = self.way(bound.get("input")), self.way(bound.get("target"))
        self.events.append(
            TorchCall(function.__name__, lines, bound, result, function, steps, target_steps, error=error)
        )
        return result

    def made(self, loss: _Loss, init: Callable[..., None], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """A loss is made."""
        lines = lines_here(self.filename, but_through=KERAS)
        error = None
        try:
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                init(loss, *args, **kwargs)
            self.warnings += [str(w.message) for w in said]
        except Exception as raised:
            if not self.go_on or not lines:
                raise
            error = raised
            init(loss)  # a plain one, for the lines after it
        given = {**{str(n): v for n, v in enumerate(args)}, **kwargs}
        self.events.append(Made(type(loss).__name__, lines, given, loss, error=error))

    def entered(self) -> None:
        """A module is called."""
        self._depth += 1

    def left(self, module: nn.Module, out: Any) -> None:
        """A module has given its output."""
        self._depth -= 1
        if self._depth == 0 and not self.stepped and not isinstance(module, _Loss) and not _is_of_keras(module):
            self.outputs += [number(tensor) for tensor in _tensors(out) if tensor.dim() > 0]


def _is_of_keras(module: nn.Module) -> bool:
    """Whether it's a layer of Keras', which are modules of PyTorch's on that backend; on_keras notes what they give."""
    return any(cls.__module__.startswith("keras.") for cls in type(module).__mro__)


def _tensors(out: Any) -> list[Tensor]:
    if isinstance(out, Tensor):
        return [out]
    if isinstance(out, Mapping):
        out = list(out.values())
    return [tensor for part in out for tensor in _tensors(part)] if isinstance(out, (tuple, list)) else []


def _bound(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments by their names, with the defaults, as far as the function tells them."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except (TypeError, ValueError):
        return {**{str(n): value for n, value in enumerate(args)}, **kwargs}
    bound.apply_defaults()
    return dict(bound.arguments)


@functools.cache
def _install() -> None:
    """Put the watches in, once a process; without an active recorder they do nothing."""

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            recorder = TorchRecorder.active
            return function(*args, **kwargs) if recorder is None else recorder.call(function, args, kwargs)

        return call

    def made(init: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(init)
        def make(self: _Loss, *args: Any, **kwargs: Any) -> None:
            recorder = TorchRecorder.active
            if recorder is None:
                init(self, *args, **kwargs)
            else:
                recorder.made(self, init, args, kwargs)

        return make

    for name in LOSSES:
        setattr(F, name, watched(getattr(F, name)))
    for cls in vars(nn.modules.loss).values():
        if inspect.isclass(cls) and issubclass(cls, _Loss) and not cls.__name__.startswith("_"):
            cls.__init__ = made(cls.__init__)  # type: ignore[method-assign]

    backward = Tensor.backward

    @functools.wraps(backward)
    def keeping(self: Tensor, *args: Any, **kwargs: Any) -> None:
        recorder = TorchRecorder.active
        if recorder is None:
            return backward(self, *args, **kwargs)
        kwargs["retain_graph"] = True  # gradients are asked for afterwards
        try:
            return backward(self, *args, **kwargs)
        except RuntimeError as error:
            if not recorder.go_on:
                raise
            recorder.backward_errors.append(error)

    Tensor.backward = keeping  # type: ignore[method-assign]

    def entered(module: nn.Module, args: Any) -> None:
        if TorchRecorder.active is not None:
            TorchRecorder.active.entered()

    def left(module: nn.Module, args: Any, out: Any) -> None:
        if TorchRecorder.active is not None:
            TorchRecorder.active.left(module, out)

    def stepped(*args: Any) -> None:
        if TorchRecorder.active is not None:
            TorchRecorder.active.stepped = True

    nn.modules.module.register_module_forward_pre_hook(entered)
    nn.modules.module.register_module_forward_hook(left, always_call=True)
    register_optimizer_step_pre_hook(stepped)
