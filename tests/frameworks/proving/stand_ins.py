"""What stands in for libraries that the extra doesn't install, and for data that isn't here.

Only what the fixtures use of them and what isn't what they are about: a Lightning module is a module of PyTorch's whose
`training_step` the proof calls itself; nobody asks torchvision for more than pictures.
"""

from __future__ import annotations

import functools
import sys
import types
from pathlib import Path
from typing import Any


def _module(name: str, **contents: Any) -> types.ModuleType:
    """A module of this name, also where the library is installed: proofs do the same everywhere."""
    module = types.ModuleType(name)
    vars(module).update(contents)
    sys.modules[name] = module
    parent, _, own = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], own, module)
    return module


@functools.cache
def install() -> None:
    """Put them where imports find them, once a process."""
    import torch

    class LightningModule(torch.nn.Module):
        """As much of Lightning's as the fixtures need."""

        def __init__(self) -> None:
            super().__init__()
            self.hparams = types.SimpleNamespace(lr=1e-3)

        def save_hyperparameters(self, *args: Any, **kwargs: Any) -> None:
            """Lightning reads the caller's arguments here."""

        def log(self, name: str, value: Any, **kwargs: Any) -> None:
            """Lightning hands it to its loggers."""

    class MissingSegmentationLoss(torch.nn.Module):
        """OpenMMLab's loss takes what it is told to; here it is the mean of what it gets."""

        def __init__(self, use_sigmoid: bool = False) -> None:
            super().__init__()
            self.use_sigmoid = use_sigmoid

        def forward(self, prediction: Any, target: Any) -> Any:
            return prediction.mean()

    _module("lightning")
    _module("lightning.pytorch", LightningModule=LightningModule)
    _module("torchvision")
    _module("torchvision.datasets")
    _module("torchvision.transforms")
    _module("mmseg")
    _module("mmseg.models")
    _module("mmseg.models.losses", CrossEntropyLoss=MissingSegmentationLoss)


@functools.cache
def install_data() -> None:
    """The data sets that Keras would download, and pictures in folders: a few random ones. Once a process."""
    import keras
    import numpy as np

    def images(count: int, *shape: int) -> tuple[Any, Any]:
        random = np.random.default_rng(0)
        return random.integers(0, 3, (count, *shape), dtype=np.uint8), np.arange(count, dtype=np.uint8) % 10

    for name in ("mnist", "fashion_mnist"):
        getattr(keras.datasets, name).load_data = lambda: (images(40, 28, 28), images(20, 28, 28))

    class Pictures(keras.utils.PyDataset):
        """What `flow_from_directory` yields: a batch, its labels as `class_mode` says."""

        def __init__(self, folder: str, mode: str) -> None:
            super().__init__()
            self.mode = mode
            self.classes = len(list(Path(folder).iterdir())) if Path(folder).exists() else 10

        def __len__(self) -> int:
            return 1

        def labels(self, classes: Any) -> Any:
            """Class indices as floats, zeros and ones, or one-hot."""
            return {
                "sparse": classes.astype("float32"),
                "binary": (classes % 2).astype("float32"),
                "categorical": np.eye(self.classes)[classes],
            }[self.mode]

        def __getitem__(self, index: int) -> Any:
            x, y = images(20, 28, 28)
            y %= self.classes
            return x / 255, self.labels(y)

    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    ImageDataGenerator.flow_from_directory = lambda self, folder, class_mode="categorical": Pictures(folder, class_mode)
