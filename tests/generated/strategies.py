"""Hypothesis strategies for right programs, and for right programs with a misuse to put in.

Every field of a specification is drawn by itself, and simplest choices come first, so that hypothesis makes counter-examples
small. Pieces that don't fit each other are put back to their defaults, one by one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from hypothesis import strategies as st

from . import function_projects as functions
from . import keras_projects as keras
from . import torch_losses, torch_networks, torch_training
from .code import Sharing
from .facts import CLASSES, FLOATS, TASKS, Loss, Scale, Task
from .misuses import Case, Misuse, all_misuses
from .torch_projects import APART, NAMES, NAMESPACES, Beside, TorchProject, Wrapped

_TORCH: dict[str, tuple[object, ...]] = {
    "loss": (Loss.CROSS_ENTROPY, Loss.NLL, Loss.BCE_LOGITS, Loss.KL),
    "spelled": tuple(torch_networks.Spelled),
    "at_site": (False, False, False, True),
    "head": tuple(torch_networks.HEADS),
    "output": tuple(torch_networks.Output),
    "idle": tuple(torch_networks.Idle),
    "binding": tuple(torch_losses.BINDINGS),
    "route": tuple(torch_training.ROUTES),
    "taken": (0, 1, 2),
    "shell": tuple(torch_training.Shell),
    "batches": tuple(torch_training.Batches),
    "source": tuple(torch_training.Source),
    "beside": tuple(Beside),
    "wrapped": tuple(Wrapped),
    "names": tuple(range(len(NAMES))),
    "apart": tuple(range(len(APART))),
    "sharing": tuple(Sharing),
}

_SETTINGS: dict[Loss, tuple[str, ...]] = {
    Loss.CROSS_ENTROPY: ("", 'reduction="sum"', "label_smoothing=0.1", "ignore_index=-1", "weight=torch.ones(5)"),
    Loss.NLL: ("", 'reduction="sum"', "ignore_index=-1"),
    Loss.BCE_LOGITS: ("", 'reduction="sum"', "pos_weight=torch.ones(1)"),
    Loss.KL: ("",),
    Loss.BCE: ("",),
}

_TORCH_RESET = ("beside", "settings", "shell", "route", "binding", "head", "output", "idle", "source", "at_site")
"""In this order fields are put back where pieces don't fit."""


@st.composite
def torch_projects(draw: st.DrawFn, given: Mapping[str, tuple[object, ...]] | None = None) -> TorchProject:
    """Right projects for PyTorch; `given` says what some fields may be."""
    given = given or {}
    kept: dict[str, Any] = {name: draw(st.sampled_from(given.get(name, choices))) for name, choices in _TORCH.items()}
    loss: Loss = kept["loss"]
    tasks = [task for task in TASKS[loss] if task in given.get("task", TASKS[loss])]
    task: Task = draw(st.sampled_from(tasks))
    scale = Scale.LOGITS if loss in (Loss.CROSS_ENTROPY, Loss.BCE_LOGITS) else Scale.LOG_SOFTMAX
    width = 1 if task is Task.BINARY else CLASSES
    kept |= {
        "task": task,
        "scale": scale,
        "axis": draw(st.sampled_from(("1",) if task is Task.PIXELS else ("1", "-1"))),
    }
    if task is Task.TOKENS:
        kept["axis"] = "1" if kept["at_site"] else "-1"
    kept["units"], kept["label_classes"] = (given.get(name, (width,))[0] for name in ("units", "label_classes"))
    kept["kind"] = torch_training.Kind.FLOATS if task in FLOATS else torch_training.Kind.INTEGERS
    kept["settings"] = draw(st.sampled_from(given.get("settings", _SETTINGS[loss])))
    kept["spelling"] = tuple(draw(st.sampled_from(range(len(space.ways)))) for space in NAMESPACES[:5])
    return _fitting(TorchProject(**kept), given, _TORCH_RESET)


def _fitting(project: Any, given: Mapping[str, tuple[object, ...]], reset: tuple[str, ...]) -> Any:
    """The project, with as many pieces put back to what fits as need be."""
    if project.possible():
        return project
    simplest = {f.name: given.get(f.name, (f.default,))[0] for f in fields(project) if f.name in reset}
    back = [{name: simplest[name]} for name in reset]
    for change in back:
        if (changed := replace(project, **change)).possible():
            return changed
    for change in back:
        if (project := replace(project, **change)).possible():
            break
    return project


_KERAS: dict[str, tuple[object, ...]] = {
    "loss": tuple(keras.KerasLoss),
    "from_logits": (False, True),
    "spelled": tuple(keras.Spelled),
    "head": tuple(keras.Head),
    "loss_spelled": tuple(keras.LossSpelled),
    "fit": tuple(keras.Fit),
    "metric": ("", '"accuracy"'),
    "settings": ("", "", "label_smoothing=0.1"),
    "apart": (0, 1, 2),
    "sharing": tuple(Sharing),
}

_KERAS_RESET = ("settings", "metric", "loss_spelled", "spelled", "head", "fit", "apart")


@st.composite
def keras_projects(draw: st.DrawFn, given: Mapping[str, tuple[object, ...]] | None = None) -> keras.KerasProject:
    """Right projects for Keras. `tape` and `compiled` in `given` say how the model is trained."""
    given = dict(given or {})
    if given.pop("tape", None):
        given |= {"fit": (keras.Fit.TAPE,)}
        given.setdefault("loss_spelled", (keras.LossSpelled.CLASS, keras.LossSpelled.VARIABLE))
    if given.pop("compiled", None):
        given["fit"] = tuple(fit for fit in keras.Fit if fit is not keras.Fit.TAPE)
    kept: dict[str, Any] = {name: draw(st.sampled_from(given.get(name, choices))) for name, choices in _KERAS.items()}
    loss: keras.KerasLoss = kept["loss"]
    task: Task = draw(st.sampled_from(given.get("task", keras.TASK[loss])))
    probabilities = Scale.SIGMOID if loss is keras.KerasLoss.BINARY else Scale.SOFTMAX
    one_hot = draw(st.sampled_from((keras.LabelMade.CATEGORICAL, keras.LabelMade.EYE)))
    labels = {keras.KerasLoss.SPARSE: keras.LabelMade.INDICES, keras.KerasLoss.CATEGORICAL: one_hot,
              keras.KerasLoss.BINARY: keras.LabelMade.FLOATS}[loss]  # fmt: skip
    kept |= {"task": task, "scale": Scale.LOGITS if kept["from_logits"] else probabilities, "labels": labels,
             "units": 1 if task is Task.BINARY else CLASSES, "spelling": (draw(st.sampled_from((0, 1, 2))),)}  # fmt: skip
    if kept["from_logits"] and kept["metric"] and loss is keras.KerasLoss.BINARY:
        kept["metric"] = "keras.metrics.BinaryAccuracy(threshold=0.0)"
    return _fitting(keras.KerasProject(**kept), given, _KERAS_RESET)


_FUNCTIONS: dict[str, tuple[object, ...]] = {
    "loss": tuple(functions.Cross),
    "head": tuple(functions.Head),
    "output": tuple(functions.Output),
    "way": tuple(functions.Way),
    "apart": (0, 1),
    "sharing": tuple(Sharing),
}


@st.composite
def _function_projects(
    draw: st.DrawFn, library: str, given: Mapping[str, tuple[object, ...]] | None = None
) -> functions.FunctionProject:
    given = given or {}
    kept: dict[str, Any] = {
        name: draw(st.sampled_from(given.get(name, choices))) for name, choices in _FUNCTIONS.items()
    }
    kept["spelling"] = tuple(draw(st.sampled_from(range(len(space.ways)))) for space in functions.NAMESPACES[library])
    one_hot = kept["loss"] is functions.Cross.ONE_HOT
    return _fitting(functions.FunctionProject(library, one_hot=one_hot, **kept), given, ("output",))


PROJECTS: dict[str, Callable[..., st.SearchStrategy[Any]]] = {
    "torch": torch_projects,
    "keras": keras_projects,
    "tensorflow": functools.partial(_function_projects, "tensorflow"),
    "optax": functools.partial(_function_projects, "optax"),
}
"""Right projects, by framework; each is given what some fields may be."""


def right_programs(framework: str | None = None) -> st.SearchStrategy[Any]:
    """Right programs, of any framework or of one."""
    chosen = [framework] if framework else list(PROJECTS)
    return st.sampled_from(chosen).flatmap(lambda name: PROJECTS[name]()).filter(lambda p: p.possible() and p.is_right)


@st.composite
def cases(draw: st.DrawFn, misuses: tuple[Misuse, ...] | None = None) -> Case:
    """Right programs, each with a misuse to put in; each misuse is as likely as any other."""
    misuse = draw(st.sampled_from(misuses or all_misuses()))
    return Case(draw(PROJECTS[misuse.framework](misuse.given)), misuse)


def possible_cases(misuses: tuple[Misuse, ...] | None = None) -> st.SearchStrategy[Case]:
    """Those of them that are programs."""
    return cases(misuses).filter(lambda case: case.possible())
