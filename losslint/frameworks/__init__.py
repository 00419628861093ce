"""The tables of all frameworks, and the way from a name as it is imported to its entry."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from losslint.frameworks import (
    keras,
    kornia,
    lightning,
    monai,
    optax,
    segmentation_models,
    tensorflow,
    timm,
    torch,
    torchvision,
    transformers,
)

if TYPE_CHECKING:
    from losslint.frameworks.vocabulary import Api, Effect

MODULES = (
    torch, keras, tensorflow, optax, lightning, torchvision, timm, segmentation_models, monai, kornia, transformers,
)  # fmt: skip

TABLE: dict[str, Api] = {name: api for module in MODULES for name, api in module.TABLE.items()}
NAMED_OTHERWISE = (torch, keras, tensorflow, optax, lightning)
NAMESPACES: dict[str, str] = {name: to for module in NAMED_OTHERWISE for name, to in module.NAMESPACES.items()}

TOKENS: tuple[bytes, ...] = (
    b"CrossEntropy", b"Crossentropy", b"crossentropy", b"cross_entropy",
    b"BCELoss", b"BCEWithLogits", b"NLLLoss", b"nll_loss", b"KLDiv", b"kl_div", b"kullback_leibler",
    b"SoftMarginLoss", b"soft_margin_loss", b"FocalLoss", b"focal_loss", b"AsymmetricLoss", b"log_loss",
    b"DiceLoss", b"dice_loss", b"DiceCELoss", b"JaccardLoss", b"TverskyLoss", b"tversky_loss", b"LovaszLoss",
    b"LovaszSoftmax", b"lovasz_softmax",
    b"'bce'", b'"bce"', b"'BCE'", b'"BCE"', b"'kld'", b'"kld"', b"'KLD'", b'"KLD"',
    b"losses.bce", b"losses.BCE", b"losses.kld", b"losses.KLD", b"metrics.bce", b"metrics.BCE", b"metrics.kld",
    b"metrics.KLD", b"import bce", b"import BCE", b"import kld", b"import KLD",
)  # fmt: skip
"""A file that holds one of these words may meet a classification loss: one that cares for the scale of its input.

Losses that take any numbers (margins, regressions, CTC) select no file; case matters.
"""


def _step_by_step() -> None:
    """Add what a namespace is called when the one around it has been replaced already."""
    for name, to in list(NAMESPACES.items()):
        parts = name.split(".")
        for length in range(1, len(parts)):
            around = NAMESPACES.get(".".join(parts[:length]))
            if around is not None:
                NAMESPACES.setdefault(".".join([around, *parts[length:]]), to)


_step_by_step()

HOUSES: frozenset[str] = frozenset(name.rpartition(".")[0] for name in TABLE) - {
    "torch",
    "keras",
    "tensorflow",
    "numpy",
}
"""Packages that name what their modules define: what a module of theirs is called is no fact, and changes by version.

The four are left out: what lies below them isn't theirs (`torch.distributions`, `tensorflow.experimental.numpy`).
"""


@cache
def canonical(name: str) -> str:
    """The canonical form of a dotted name: "tensorflow.keras.layers.Dense" is "keras.layers.Dense".

    The longest namespace that is a prefix of the name is replaced, until none is left. A name that is put together
    step by step ("tensorflow.keras" first, then ".layers") comes to the same. What a package names itself is taken from
    there: "keras.layers.core.dense.Dense" is "keras.layers.Dense".
    """
    for _ in range(8):
        prefix = name
        while prefix and prefix not in NAMESPACES:
            prefix = prefix.rpartition(".")[0]
        if not prefix or NAMESPACES[prefix] == prefix:
            break
        name = NAMESPACES[prefix] + name[len(prefix) :]
    if name not in TABLE:
        house, _, own = name.rpartition(".")
        while house and house not in HOUSES:
            house = house.rpartition(".")[0]
        if house and f"{house}.{own}" in TABLE:
            return f"{house}.{own}"
    return name


@cache
def lookup(name: str) -> Api | None:
    """What the tables say of a name, in whatever form it is imported."""
    name = canonical(name)
    return TABLE.get(name) or transformers.by_pattern(name)


def method(name: str) -> Api | None:
    """What a tensor's method of that name does."""
    return torch.METHODS.get(name)


def activation_from_string(name: str) -> Effect | None:
    """What `activation="…"` does, in Keras and in segmentation_models_pytorch."""
    return keras.ACTIVATIONS.get(name) or segmentation_models.ACTIVATIONS.get(name)


def loss_from_string(name: str) -> Api | None:
    """The loss that `compile(loss="…")` means."""
    return TABLE.get(keras.LOSS_STRINGS.get(name, ""))


def metric_from_string(name: str) -> Api | None:
    """The metric that `compile(metrics=["…"])` means, where it depends on the scale of what it gets."""
    return TABLE.get(keras.METRIC_STRINGS.get(name, ""))
