"""What the engine is known not to see yet, by name: the laws pass these programs over, and a test fails when one is seen.

Each is told in the README's "What it doesn't see".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from .facts import Loss, Task
from .function_projects import Cross, FunctionProject, Head
from .keras_projects import KerasLoss, KerasProject, LabelMade, LossSpelled
from .misuses import Case, Misuse, all_misuses
from .torch_projects import TorchProject
from .torch_training import Kind, Shell, Source

SHAPES = frozenset({"LL112", "LL113", "LL202", "LL203", "LL301", "LL302", "LL304", "LL402"})
"""Rules that ask for sizes and axes."""
LABELS = frozenset({"LL108", "LL201", "LL202", "LL203", "LL205", "LL402", "LL501"})
"""Rules that ask what labels are, or that the other one is no label."""


@dataclass(frozen=True)
class Limit:
    """A hole of recall: the misused programs that it swallows, and one of them, a right program and a misuse's name."""

    name: str
    applies: Callable[[Any, Misuse], bool]
    example: tuple[Any, str]

    def case(self) -> Case:
        """The example."""
        project, title = self.example
        (misuse,) = [misuse for misuse in all_misuses() if str(misuse) == title]
        return Case(project, misuse)


def _listed(project: Any, misuse: Misuse) -> bool:
    return isinstance(project, TorchProject) and project.source is Source.PAIRS and misuse.code in ("LL205", "LL501")


def _trainers_list(project: Any, misuse: Misuse) -> bool:
    return (isinstance(project, TorchProject) and project.source is Source.PAIRS and project.shell is Shell.LIGHTNING
            and misuse.code in LABELS | SHAPES)  # fmt: skip


def _own_keras_loss(project: Any, misuse: Misuse) -> bool:
    return (isinstance(project, KerasProject) and misuse.code == "LL402" and project.loss is KerasLoss.CATEGORICAL
            and project.loss_spelled in (LossSpelled.OWN_FUNCTION, LossSpelled.PARTIAL))  # fmt: skip


def _numbers(project: Any, misuse: Misuse) -> bool:
    return isinstance(project, TorchProject) and project.source is Source.NUMBERS and misuse.code == "LL402"


def _drawn_by_jax(project: Any, misuse: Misuse) -> bool:
    told = project.framework == "optax" and project.loss is Cross.INDICES and project.head is not Head.CLASS
    return project.framework == "optax" and misuse.code == "LL205" and not told


_BINARY = TorchProject(task=Task.BINARY, loss=Loss.BCE_LOGITS, units=1, kind=Kind.FLOATS)
_ONE_HOT = KerasProject(task=Task.SOFT, loss=KerasLoss.CATEGORICAL, labels=LabelMade.CATEGORICAL)

LIMITS: tuple[Limit, ...] = (
    # The labels of batches in a list that a program writes out aren't told from its examples.
    Limit("labels in a list of batches", _listed, (replace(_BINARY, source=Source.PAIRS), "LL205 labels first (torch)")),
    # What Lightning's trainer takes out of a list isn't followed into `training_step`.
    Limit("a trainer's list of batches", _trainers_list,
          (replace(_BINARY, source=Source.PAIRS, shell=Shell.LIGHTNING), "LL201 integers (torch)")),
    # How many classes there are isn't known any more of the numbers that a data set of the program's own makes of its labels.
    Limit("classes of labels made numbers", _numbers,
          (TorchProject(source=Source.NUMBERS), "LL402 more labels than units (torch)")),
    # What `jax.random` draws isn't told from any other array, and no loader says which of two arrays are labels. Class indices
    # and scores are told by their types, where it's known how many axes the scores have.
    Limit("labels of jax in the logits' place", _drawn_by_jax,
          (FunctionProject("optax", loss=Cross.SIGMOID), "LL205 labels for logits (optax)")),
    # Labels' widths aren't compared in a function that Keras calls.
    Limit("widths in a loss that Keras calls", _own_keras_loss,
          (replace(_ONE_HOT, loss_spelled=LossSpelled.OWN_FUNCTION), "LL402 more labels than units (keras)")),
)  # fmt: skip


def limit_of(case: Case) -> Limit | None:
    """The limit that a case lies behind."""
    return next((limit for limit in LIMITS if limit.applies(case.right, case.misuse)), None)
