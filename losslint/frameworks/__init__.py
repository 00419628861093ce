"""The tables of all frameworks, and the way from a name as it is imported to its entry."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from losslint import installed
from losslint.extension import Extension, PluginError
from losslint.finding import FileError
from losslint.frameworks import (
    datasets,
    einops,
    graphs,
    keras,
    kornia,
    lightning,
    monai,
    optax,
    preprocessing,
    segmentation_models,
    sklearn,
    tensorflow,
    timm,
    torch,
    torchvision,
    training,
    transformers,
)
from losslint.frameworks.vocabulary import Api, Loss

if TYPE_CHECKING:
    from losslint.frameworks.vocabulary import Effect

MODULES = (
    torch, keras, tensorflow, optax, lightning, torchvision, timm, segmentation_models, monai, kornia, transformers,
    datasets, preprocessing, sklearn, training, graphs, einops,
)  # fmt: skip

TABLE: dict[str, Api] = {name: api for module in MODULES for name, api in module.TABLE.items()}
NAMED_OTHERWISE = (torch, keras, tensorflow, optax, lightning, training, graphs)
NAMESPACES: dict[str, str] = {name: to for module in NAMED_OTHERWISE for name, to in module.NAMESPACES.items()}

TOKENS: tuple[bytes, ...] = (
    b"CrossEntropy", b"Crossentropy", b"crossentropy", b"cross_entropy",
    b"BCELoss", b"BCEWithLogits", b"NLLLoss", b"nll_loss", b"KLDiv", b"kl_div", b"kullback_leibler",
    b"SoftMarginLoss", b"soft_margin_loss", b"FocalLoss", b"focal_loss", b"AsymmetricLoss", b"log_loss",
    b"DiceLoss", b"dice_loss", b"DiceCELoss", b"JaccardLoss", b"TverskyLoss", b"tversky_loss", b"LovaszLoss",
    b"LovaszSoftmax", b"lovasz_softmax", b"BoundaryLoss", b"HausdorffDTLoss", b"MCCLoss", b"NACLLoss",
    b"DistributionBalancedLoss", b"MultiLabelMarginLoss", b"multilabel_margin_loss", b"HingeEmbeddingLoss",
    b"hinge_embedding_loss", b"MultiMarginLoss", b"multi_margin_loss",
    b"'bce'", b'"bce"', b"'BCE'", b'"BCE"', b"'kld'", b'"kld"', b"'KLD'", b'"KLD"',
    b"losses.bce", b"losses.BCE", b"losses.kld", b"losses.KLD", b"metrics.bce", b"metrics.BCE", b"metrics.kld",
    b"metrics.KLD", b"import bce", b"import BCE", b"import kld", b"import KLD",
)  # fmt: skip
"""A file that holds one of these words may meet a classification loss: one that cares for what it gets.

Losses that take any numbers (regressions, CTC) select no file; case matters.
"""


def _step_by_step(namespaces: dict[str, str], new: Mapping[str, str]) -> None:
    """Add what a namespace is called when the one around it has been replaced already."""
    for name, to in list(new.items()):
        parts = name.split(".")
        for length in range(1, len(parts)):
            around = namespaces.get(".".join(parts[:length]))
            if around is not None:
                namespaces.setdefault(".".join([around, *parts[length:]]), to)


_step_by_step(NAMESPACES, NAMESPACES)


GROUP = "losslint.frameworks"
"""The entry point group of plugins' tables."""


def plugins() -> Extension:
    """The tables that installed packages ship."""
    return _installed()[0]


def plugin_errors() -> tuple[FileError, ...]:
    """The plugins whose tables can't be used, and are passed over."""
    return _installed()[1]


@cache
def _installed() -> tuple[Extension, tuple[FileError, ...]]:
    found = Extension()
    failed: list[FileError] = []
    for name, value in installed.entry_points(GROUP):
        where = f"the plugin {name!r} ({GROUP}: {value})"
        try:
            found |= _plugin(value)
        except PluginError as error:
            failed.append(FileError(where, f"is passed over: {error}", is_file=False))
    return found, tuple(failed)


def _plugin(name: str) -> Extension:
    """The table of a plugin's module. Raises PluginError."""
    try:
        module = importlib.import_module(name)
    except (Exception, SystemExit) as error:  # anybody's code: whatever it raises, the plugin is to be named
        raise PluginError(f"it can't be imported: {type(error).__name__}: {error}") from error
    table = getattr(module, "TABLE", None)
    if not isinstance(table, Mapping) or not all(isinstance(k, str) and isinstance(a, Api) for k, a in table.items()):
        raise PluginError("its TABLE must map dotted names to `losslint.frameworks.vocabulary.Api`")
    namespaces = getattr(module, "NAMESPACES", {})
    if not isinstance(namespaces, Mapping) or not all(isinstance(s, str) for pair in namespaces.items() for s in pair):
        raise PluginError("its NAMESPACES must map dotted names to dotted names")
    tokens = getattr(module, "TOKENS", ())
    if isinstance(tokens, bytes) or not all(isinstance(token, bytes) and token for token in tokens):
        raise PluginError("its TOKENS must be a tuple of bytes")
    for name, api in table.items():
        try:
            _ = api.signature, api.call_signature
        except (SyntaxError, ValueError, AssertionError):
            raise PluginError(f"the signature of {name} can't be read: {api.text!r}") from None
    return Extension(table, namespaces, tuple(tokens))


def cares(effect: Effect) -> bool:
    """Whether it's a loss to which the scale of its input matters, or the numbers that its labels are written with."""
    return isinstance(effect, Loss) and (
        effect.takes != "any"
        or effect.labels in ("signs", "padded-indices")
        or effect.logits is not None
        or any(s.takes is not None for s in effect.switches)
    )


@contextmanager
def extended(extension: Extension) -> Iterator[None]:
    """Look names up in this table, too, before the built-in ones, as long as the context lasts."""
    if not extension.table and not extension.namespaces:
        yield
        return
    saved = _Added.table, _Added.namespaces
    namespaces = {**NAMESPACES, **extension.namespaces}
    _step_by_step(namespaces, extension.namespaces)
    try:
        _Added.table, _Added.namespaces = extension.table, namespaces
        _forget()
        _Added.table = {canonical(name): api for name, api in extension.table.items()}
        _forget()
        yield
    finally:
        _Added.table, _Added.namespaces = saved
        _forget()


class _Added:
    """What is in force beside the built-in table: for a whole process, since names are looked up everywhere."""

    table: Mapping[str, Api] = {}
    namespaces: Mapping[str, str] = NAMESPACES


def _forget() -> None:
    canonical.cache_clear()
    lookup.cache_clear()


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
    namespaces = _Added.namespaces
    for _ in range(8):
        prefix = name
        while prefix and prefix not in namespaces:
            prefix = prefix.rpartition(".")[0]
        if not prefix or namespaces[prefix] == prefix:
            break
        name = namespaces[prefix] + name[len(prefix) :]
    if name not in TABLE and name not in _Added.table:
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
    return _Added.table.get(name) or TABLE.get(name) or transformers.by_pattern(name)


OBJECT_METHODS: dict[str, Api] = {
    name: api for module in (datasets, optax, preprocessing) for name, api in module.OBJECT_METHODS.items()
}


def object_method(cls: str, name: str) -> Api | None:
    """What a method of an object does that a library's class made."""
    return OBJECT_METHODS.get(f"{canonical(cls)}.{name}")


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
