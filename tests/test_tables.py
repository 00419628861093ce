"""The frameworks' tables are sound: every argument that an effect names exists, and no name has two meanings."""

from __future__ import annotations

import dataclasses

import pytest

from losslint import frameworks
from losslint.frameworks import MODULES, keras, torch
from losslint.frameworks.vocabulary import (
    APPLIES,
    FAMILIES,
    LABELS,
    TAKES,
    Affine,
    Api,
    Arithmetic,
    Cast,
    Clamp,
    Effect,
    FromData,
    Hard,
    Join,
    Loss,
    Makes,
    MaxAlong,
    Metric,
    Model,
    OneHot,
    Opaque,
    Pick,
    Reshape,
    Signature,
    Sum,
)

METHODS = {f"tensor.{name}": api for name, api in torch.METHODS.items()}
ALL = {**{name: api for module in MODULES for name, api in module.TABLE.items()}, **METHODS}

OPERATIONS = {
    "squeeze", "unsqueeze", "flatten", "reshape", "permute", "transpose", "transposed", "resize", "reduce", "extreme",
    "gather", "select", "unknown", "ravel", "flatten-batch", "reshape-batch", "permute-batch", "global-pool",
    "average-pool", "rearrange", "combine", "parts",
}  # fmt: skip


def arguments_of(effect: Effect) -> tuple[list[str], list[str]]:
    """The names of arguments in an effect: what the call takes in, and what either signature may have."""
    inputs: list[str] = []
    others: list[str | None] = []
    match effect:
        case Loss():
            inputs = [effect.input, effect.target]
            others = [effect.logits, effect.axis, *effect.weights, *(switch.argument for switch in effect.switches)]
        case Model():
            others = [effect.units, effect.activation, effect.conditional, *effect.unless]
        case Metric():
            others = [effect.threshold, effect.logits]
        case Pick():
            inputs = list(effect.inputs)
        case Makes():
            others = [effect.fill, effect.like, effect.shape]
        case FromData():
            inputs = [effect.data]
        case Arithmetic():
            inputs = [effect.left, effect.right]
        case Sum():
            inputs, others = [effect.input], [effect.axis]
        case _:
            given = getattr(effect, "input", None)
            inputs = [given] if given is not None else []
            others = list(getattr(effect, "unless", ()))
    match effect:
        case Affine():
            others += [effect.units, effect.activation, effect.data_format]
        case Cast():
            others.append(effect.argument)
        case Clamp():
            others += [effect.low or None, effect.high or None]
        case Hard() | MaxAlong() | Reshape():
            others.append(effect.axis)
        case OneHot():
            others += [effect.dtype_argument, effect.units]
        case Join():
            others.append(effect.axis or None)
        case _ if type(effect).__name__ in ("Activate",):
            others.append(getattr(effect, "axis", None))
        case _ if type(effect).__name__ == "ActivationLayer":
            others.append(getattr(effect, "activation", None))
    return inputs, [name for name in others if name is not None]


def names(signature: Signature) -> set[str]:
    return {*signature.names(), *([signature.open] if signature.open else [])}


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_arguments_that_an_effect_names_exist(name: str) -> None:
    api = ALL[name]
    inputs, others = arguments_of(api.effect)
    taken = names(api.call_signature if api.call is not None else api.signature)
    either = names(api.signature) | names(api.call_signature)
    assert set(inputs) <= taken, f"{inputs} not in {taken}"
    assert set(others) <= either, f"{others} not in {either}"
    for old, new in api.renamed:
        assert new in either or api.signature.extra is not None, f"{old} is renamed to {new}, which is no parameter"


@pytest.mark.parametrize("name", sorted(n for n, api in ALL.items() if isinstance(api.effect, Loss)))
def test_contracts_use_the_vocabulary(name: str) -> None:
    loss = ALL[name].effect
    assert isinstance(loss, Loss)
    contracts = [loss]
    for switch in loss.switches:
        changes = {
            field: value
            for field in ("takes", "family", "labels", "applies")
            if (value := getattr(switch, field)) is not None
        }
        assert changes, f"the switch on {switch.argument} changes nothing"
        contracts.append(dataclasses.replace(loss, **changes))
    for contract in contracts:
        assert contract.takes in TAKES
        assert contract.family in FAMILIES
        assert contract.labels in LABELS
        assert contract.applies in (None, *APPLIES)
    if loss.takes == "logits" and loss.family in ("softmax", "sigmoid"):
        assert loss.applies is not None


@pytest.mark.parametrize("name", sorted(ALL))
def test_shapes_and_outputs_use_the_vocabulary(name: str) -> None:
    match ALL[name].effect:
        case Reshape(operation):
            assert operation in OPERATIONS
        case Opaque(outputs=outputs):
            assert outputs in {"tensor", "embedding", "recurrent", "keras-recurrent", "unknown"}
        case Model(outputs=outputs):
            assert outputs in {"logits", "logits-field", "out", "unknown"}


def test_no_name_is_defined_twice() -> None:
    seen: dict[str, Api] = {}
    for module in MODULES:
        for name, api in module.TABLE.items():
            assert seen.setdefault(name, api) is api, f"{name} is in two tables"


def test_no_namespace_is_defined_twice() -> None:
    seen: dict[str, str] = {}
    for module in frameworks.NAMED_OTHERWISE:
        for name, to in module.NAMESPACES.items():
            assert seen.setdefault(name, to) == to, f"{name} leads to two places"


def test_names_in_tables_are_canonical() -> None:
    assert [name for name in frameworks.TABLE if frameworks.canonical(name) != name] == []


def step_by_step(name: str) -> str:
    first, *rest = name.split(".")
    current = frameworks.canonical(first)
    for part in rest:
        current = frameworks.canonical(f"{current}.{part}")
    return current


def test_names_may_be_canonicalised_step_by_step() -> None:
    for namespace in frameworks.NAMESPACES:
        assert step_by_step(f"{namespace}.Name") == frameworks.canonical(f"{namespace}.Name")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tensorflow.keras.layers.Dense", "keras.layers.Dense"),
        ("tensorflow.compat.v1.keras.layers.Dense", "keras.layers.Dense"),
        ("tensorflow.compat.v1.nn.softmax", "tensorflow.nn.softmax"),
        ("tensorflow.python.keras.layers.core.Dense", "keras.layers.Dense"),
        ("keras.src.layers.core.dense.Dense", "keras.layers.Dense"),
        ("keras.layers.advanced_activations.Softmax", "keras.layers.Softmax"),
        ("keras.api._tf_keras.keras.layers.Dense", "keras.layers.Dense"),
        ("keras.objectives.categorical_crossentropy", "keras.losses.categorical_crossentropy"),
        ("keras.applications.resnet50.ResNet50", "keras.applications.ResNet50"),
        ("tf_keras.losses.CategoricalCrossentropy", "keras.losses.CategoricalCrossentropy"),
        ("tensorflow.contrib.slim.losses.softmax_cross_entropy", "tensorflow.contrib.losses.softmax_cross_entropy"),
        ("tf_slim.fully_connected", "tensorflow.contrib.layers.fully_connected"),
        ("lightning.pytorch.LightningModule", "pytorch_lightning.LightningModule"),
        ("torch.nn.modules.loss.CrossEntropyLoss", "torch.nn.CrossEntropyLoss"),
        ("sklearn.metrics.log_loss", "sklearn.metrics.log_loss"),
        ("numpy.argmax", "numpy.argmax"),
    ],
)
def test_canonical_names(name: str, expected: str) -> None:
    assert frameworks.canonical(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "transformers.AutoModelForSequenceClassification.from_pretrained",
        "transformers.BertForTokenClassification",
        "transformers.models.bert.modeling_bert.BertForSequenceClassification.from_pretrained",
        "transformers.TFDistilBertForSequenceClassification.from_pretrained",
        "tensorflow.losses.SparseCategoricalCrossentropy",
        "tensorflow.keras.metrics.categorical_crossentropy",
        "keras.layers.convolutional.Convolution2D",
    ],
)
def test_lookup_finds(name: str) -> None:
    assert frameworks.lookup(name) is not None


@pytest.mark.parametrize("name", ["transformers.AutoModel.from_pretrained", "keras.layers.Layer", "nothing.at.all"])
def test_lookup_does_not_find(name: str) -> None:
    assert frameworks.lookup(name) is None


def test_strings_lead_to_losses_and_metrics() -> None:
    for string in keras.LOSS_STRINGS:
        api = frameworks.loss_from_string(string)
        assert api is not None, string
        assert isinstance(api.effect, Loss), string
    for string in keras.METRIC_STRINGS:
        api = frameworks.metric_from_string(string)
        assert api is not None, string
        assert isinstance(api.effect, Metric), string


def test_tokens_find_every_loss_that_cares_for_its_input() -> None:
    for name, api in frameworks.TABLE.items():
        if isinstance(api.effect, Loss) and frameworks.cares(api.effect):
            last = name.rpartition(".")[2]
            written = (name.encode(), f"import {last}".encode())
            assert any(token in text for token in frameworks.TOKENS for text in written), name
            assert any(token in f"import {last}".encode() for token in frameworks.TOKENS), name
    for string, name in keras.LOSS_STRINGS.items():
        loss = frameworks.TABLE[name].effect
        if isinstance(loss, Loss) and frameworks.cares(loss):
            for quoted in (f"'{string}'", f'"{string}"'):
                assert any(token in quoted.encode() for token in frameworks.TOKENS), string


def test_no_token_holds_another() -> None:
    for token in frameworks.TOKENS:
        assert [other for other in frameworks.TOKENS if other != token and other in token] == []
