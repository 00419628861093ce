"""Small trainings, for what a mistake costs in accuracy: a linear model on clouds of points, with PyTorch.

One run each, with one seed: it says that a mistake can cost so much. Clouds, starting weights and steps are the same for the
wrong loss and the right one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import Tensor, nn

Loss = Callable[[Tensor, Tensor], Tensor]
"""Of the model's outputs, before any activation, and the labels."""


@dataclass(frozen=True)
class Clouds:
    """Examples of some classes around a centre each; `shares` says how often a class is."""

    classes: int
    features: int = 20
    examples: int = 500
    distance: float = 1.5
    shares: tuple[float, ...] = ()

    def sample(self, seed: int) -> tuple[Tensor, Tensor]:
        """Points and their classes."""
        centres = np.random.default_rng(0).standard_normal((self.classes, self.features)) * self.distance
        random = np.random.default_rng(seed)
        labels = random.choice(self.classes, self.examples, p=self.shares or None)
        points = centres[labels] + random.standard_normal((self.examples, self.features))
        return torch.from_numpy(points.astype(np.float32)), torch.from_numpy(labels)


Model = Callable[[Clouds], nn.Module]
"""Makes a model for the clouds, always with the same weights."""


def linear(clouds: Clouds, units: int | None = None) -> nn.Module:
    """A linear model with a unit for each class."""
    torch.manual_seed(0)
    return nn.Linear(clouds.features, units or clouds.classes)


def small_network(clouds: Clouds) -> nn.Module:
    """One hidden layer."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(clouds.features, 64), nn.ReLU(), nn.Linear(64, clouds.classes))


def train(
    model: nn.Module, loss: Loss, clouds: Clouds, *, steps: int = 200, rate: float = 0.1, adam: bool = False
) -> float:
    """Train on all examples at once, with SGD or Adam. Returns the last loss."""
    x, y = clouds.sample(1)
    optimizer = (torch.optim.Adam if adam else torch.optim.SGD)(model.parameters(), lr=rate)
    value = torch.tensor(torch.nan)
    for _ in range(steps):
        value = loss(model(x), y)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return float(value.detach())


@torch.no_grad()
def right(model: nn.Module, clouds: Clouds) -> float:
    """How many of new examples are given their class by the largest output, in percent."""
    x, y = clouds.sample(2)
    return 100 * float((model(x).argmax(dim=1) == y).float().mean())


@cache
def trained(loss: Loss, clouds: Clouds, model: Model = linear, **how: float | bool) -> float:
    """How many new examples a model gets right after training with a loss, in percent.

    What the right loss reaches is asked for by many: each run is made once.
    """
    made = model(clouds)
    train(made, loss, clouds, **how)  # type: ignore[arg-type]
    return right(made, clouds)
