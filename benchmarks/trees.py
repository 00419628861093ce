"""The trees that are linted: wheels by name and version, downloaded with pip and unpacked."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

SMALL = ["segmentation_models_pytorch==0.6.0"]
MIDDLE = ["monai==1.6.1", "timm==1.0.31", "catalyst==22.4", *SMALL]
LARGE = [
    *MIDDLE, "accelerate==1.15.0", "allennlp==2.10.1", "autogluon.multimodal==1.6.3", "diffusers==0.42.1", "espnet==202511",
    "fastai==2.8.12", "flair==0.15.1", "flax==0.12.8", "gluonts==0.17.0", "keras==3.15.1", "keras_cv==0.9.0",
    "keras_hub==0.32.0", "kornia==0.9.0", "lightning==2.6.6", "mmdet==3.3.0", "mmengine==0.10.7", "mmsegmentation==1.2.2",
    "nemo_toolkit==3.0.0", "optax==0.2.8", "paddleseg==2.8.0", "peft==0.21.2", "pytorch_forecasting==1.8.0",
    "pytorch_ignite==0.5.5", "sentence_transformers==6.2.0", "speechbrain==1.1.2", "sympy==1.14.0",
    "tensorflow_datasets==4.9.10", "tensorflow_probability==0.25.0", "tf_models_official==2.20.0", "torch_geometric==2.8.1",
    "torchmetrics==1.9.0", "transformers==5.24.0",
]  # fmt: skip
THREE_FILES = ["losses/dice.py", "losses/focal.py", "losses/soft_ce.py"]
"""Of segmentation_models_pytorch: files with a loss, and nothing to report."""

ONE_FINDING = """\
import torch.nn as nn

model = nn.Sequential(nn.Linear(784, 10), nn.Softmax(dim=1))
criterion = nn.CrossEntropyLoss()


def step(images, labels):
    return criterion(model(images), labels)
"""


def make(work: Path) -> dict[str, Path]:
    """The trees by name, made where they aren't there yet."""
    wheels = work / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    for requirement in LARGE:
        name = requirement.partition("==")[0]
        if not list(wheels.glob(f"{name.replace('.', '_')}-*.whl")):
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
            subprocess.run([*pip, "--dest", str(wheels), requirement], check=True)
    trees = {
        name: _unpacked(work, name, requirements)
        for name, requirements in (("small", SMALL), ("middle", MIDDLE), ("large", LARGE))
    }
    package = trees["small"] / "segmentation_models_pytorch" / "segmentation_models_pytorch"
    for name, texts in (
        ("three files", {Path(path).name: (package / path).read_text() for path in THREE_FILES}),
        ("three files, one finding", {"train.py": ONE_FINDING, "a.py": "a = 1\n", "b.py": "b = 2\n"}),
    ):
        trees[name] = work / "trees" / name.replace(", ", "_").replace(" ", "_")
        trees[name].mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (trees[name] / file).write_text(text)
    return trees


def _unpacked(work: Path, name: str, requirements: list[str]) -> Path:
    tree = work / "trees" / name
    for requirement in requirements:
        package = requirement.partition("==")[0].replace(".", "_")
        if (tree / package).exists():
            continue
        (wheel,) = (work / "wheels").glob(f"{package}-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(tree / package, [member for member in archive.namelist() if member.endswith(".py")])
    return tree


def repeated(work: Path, tree: Path, times: int) -> Path:
    """A tree that holds a project several times."""
    found = work / "trees" / f"{times}_times"
    for number in range(times):
        copy = found / f"copy{number}"
        if not copy.exists():
            shutil.copytree(tree, copy, ignore=shutil.ignore_patterns(".*"))
    return found


def size(tree: Path) -> tuple[int, int]:
    """How many Python files a tree has, and lines."""
    files = list(tree.rglob("*.py"))
    return len(files), sum(path.read_bytes().count(b"\n") for path in files)
