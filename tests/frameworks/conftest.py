"""The marker of the tests that need the frameworks themselves, and how they can be imported beside each other."""

from __future__ import annotations

import importlib.util
import os

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# torchvision's wheel is built for another torch than the CPU's: its compiled operators don't load beside it, and the
# import fails where it describes two of them. Declared, they can be described; nothing here ever runs them.
OPERATORS = ("nms", "qnms")
LIBRARY: list[object] = []


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "frameworks: compares the tables with the installed frameworks")


@pytest.fixture(autouse=True, scope="session")
def torchvision_imports() -> None:
    """Declare torchvision's operators where its own library can't."""
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("torchvision") is None:
        return
    import torch

    try:
        import torchvision
    except RuntimeError:
        declared = torch.library.Library("torchvision", "DEF")
        for name in OPERATORS:
            declared.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        LIBRARY.append(declared)
        import torchvision  # noqa: F401
