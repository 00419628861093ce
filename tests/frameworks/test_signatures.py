"""The tables' signatures are the libraries' own: names, order and defaults, wherever the library is installed.

Run with `pytest -m frameworks`. What a library has no more, or never told of itself, is listed here with the reason.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import re
from types import ModuleType

import pytest

from losslint import frameworks
from losslint.frameworks import keras, tensorflow
from losslint.frameworks.vocabulary import REQUIRED, Api, Signature

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

pytestmark = [pytest.mark.frameworks, pytest.mark.filterwarnings("ignore")]

ABSENT: dict[str, str] = {
    r"tensorflow\.(layers|contrib)\..*": "TensorFlow 1 only",
    r"tensorflow_addons\..*": "archived; read in its source",
    r"tensorflow\.losses\.(softmax|sparse_softmax|sigmoid)_cross_entropy": "TensorFlow 1 only",
    r"tensorflow\.losses\.(log_loss|hinge_loss|absolute_difference|huber_loss)": "TensorFlow 1 only",
    r"tensorflow\.nn\.(softmax_cross_entropy_with_logits_v2|xw_plus_b)": "TensorFlow 1 only",
    r"tensorflow\.(log|log_sigmoid|arg_max|arg_min|to_\w+)": "TensorFlow 1 only",
    r"tensorflow\.(check_numerics|random_\w+|placeholder\w*)": "TensorFlow 1 only",
    r"tensorflow\.pack": "before TensorFlow 1.0",
    r"tensorflow\.image\.resize_(images|bilinear)": "TensorFlow 1 only",
    r"keras\.backend\..*": "Keras 3 has no functions there; tf_keras has (see below)",
    r"(keras|tensorflow)\.(losses|metrics)\.(bce|BCE|kld|KLD|mse|MSE|mae|MAE|mape|MAPE|msle|MSLE)": "Keras 2 only",
    r"(keras|tensorflow)\.(losses|metrics)\.(kullback_leibler_divergence|cosine\w*|logcosh|huber_loss)": "Keras 2 only",
    r"keras\.metrics\.(dice|tversky|ctc|categorical_generalized_cross_entropy)": "kept beside the losses",
    r"tensorflow\.(losses|metrics)\..*(dice|tversky|ctc|generalized_cross_entropy|mean_\w+|log_cosh|kl_divergence)": (
        "other aliases by version"
    ),
    r"keras\.layers\.(Deconvolution|AtrousConvolution)\dD": "Keras 1 only",
    r"keras\.layers\.(LocallyConnected\dD|ThresholdedReLU|CuDNN\w+|SyncBatchNormalization)": "Keras 2 only",
    r"keras\.models\.Functional": "private in Keras 3",
    r"keras\.utils\.multi_gpu_model": "Keras 2 only",
    r"optax\.(poly_loss_cross_entropy|kl_divergence_with_log_targets|multiclass_hinge_loss)": "optax.losses has it",
}
"""Names that an installed library needn't have, as patterns, with the reason."""

UNTOLD: dict[str, str] = {
    r"keras\.(models\.)?(Sequential|Model)": "made by __new__(*args, **kwargs)",
    r"torch\.nn\.(LSTM|GRU|RNN|NLLLoss2d|Softsign|Tanhshrink)": "__init__(*args, **kwargs)",
    r"torch\.nn\.functional\.(adaptive_)?max_pool\dd": "dispatched: (*args, **kwargs)",
    r"torch\.nn\.utils\.(weight_norm|spectral_norm)": "also the name of a module",
    r"flax\.nnx\.[A-Z]\w+": "its metaclass takes (*args, **kwargs)",
    r"monai\.networks\.nets\.(UNETR|SwinUNETR)": "the order of arguments changed between versions",
    r"(tensorflow\.(losses|metrics)\.)mean_squared_error": "TensorFlow 1 and 2 differ",
}
"""Objects that exist and whose `inspect.signature` says nothing, with the reason."""

LIBRARIES = ("torch", "keras", "tensorflow", "optax", "jax", "flax", "numpy", "monai")
ALL = frameworks.TABLE
NAMES = sorted(name for name in ALL if name.partition(".")[0] in LIBRARIES)


def installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


def listed(name: str, patterns: dict[str, str]) -> str | None:
    return next((reason for pattern, reason in patterns.items() if re.fullmatch(pattern, name)), None)


def find(name: str) -> object | None:
    """The object of a dotted name, or None."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return found
    return None


def of_library(function: object) -> list[inspect.Parameter]:
    assert callable(function)
    parameters = inspect.signature(function).parameters.values()
    return [p for p in parameters if p.name != "self" and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]


def is_plain(value: object) -> bool:
    """Whether a default is one that a table can write."""
    return value is None or type(value) in (bool, int, float, str, tuple)


def compare(ours: Signature, theirs: list[inspect.Parameter]) -> None:
    """Our parameters are theirs, in their order; where ours ends in `**kwargs`, theirs may go on."""
    if ours.extra is None and ours.open is None:
        assert list(ours.names()) == [p.name for p in theirs]
    by_name = {p.name: p for p in theirs}
    positions = [[p.name for p in theirs].index(name) for name in ours.names() if name in by_name]
    assert positions == sorted(positions), "another order"
    for position, parameter in enumerate(ours.parameters):
        real = by_name.get(parameter.name)
        if real is None:
            assert ours.extra is not None, f"no parameter {parameter.name}"
            continue
        if not parameter.keyword_only:
            assert [p.name for p in theirs][position] == parameter.name, f"{parameter.name} is elsewhere"
        if real.default is real.empty:
            assert parameter.default is REQUIRED, f"{parameter.name} has no default"
        elif is_plain(real.default):
            assert parameter.default == real.default, f"{parameter.name}={real.default!r}"


@pytest.mark.parametrize("name", NAMES)
def test_signature(name: str) -> None:
    library = name.partition(".")[0]
    if not installed(library):
        pytest.skip(f"{library} isn't installed")
    found = find(name)
    if found is None or isinstance(found, ModuleType):
        reason = listed(name, ABSENT) or listed(name, UNTOLD)
        assert reason is not None, f"{library} has no {name}"
        pytest.skip(reason)
    if (reason := listed(name, UNTOLD)) is not None:
        pytest.skip(reason)
    try:
        theirs = of_library(found)
    except (TypeError, ValueError):
        pytest.skip("written in C: tells no signature")
    compare(ALL[name].signature, theirs)


def call_of(cls: object, api: Api) -> object | None:
    """What calling an object of the class runs."""
    if not inspect.isclass(cls) or api.call is None:
        return None
    for method in ("forward", "call", "__call__"):
        found = cls.__dict__.get(method) or getattr(cls, method, None)
        if found is not None and inspect.isfunction(found):
            return found
    return None


GIVEN_BY_KERAS = {"training", "mask", "sample_weight"}
"""Arguments of every Keras layer's and loss's __call__."""


@pytest.mark.parametrize("name", [name for name in NAMES if ALL[name].call is not None])
def test_call_signature(name: str) -> None:
    library = name.partition(".")[0]
    if not installed(library):
        pytest.skip(f"{library} isn't installed")
    api = ALL[name]
    function = call_of(find(name), api)
    if function is None:
        pytest.skip("tells no signature")
    theirs = [p.name for p in of_library(function) if p.name not in GIVEN_BY_KERAS]
    ours = [n for n in api.call_signature.names() if n not in GIVEN_BY_KERAS]
    if not any(p.kind is p.POSITIONAL_OR_KEYWORD for p in of_library(function)):
        pytest.skip("tells no signature: (*args, **kwargs)")
    assert ours == theirs[: len(ours)]


@pytest.mark.parametrize("name", sorted(name for name in keras.TABLE if name.startswith("keras.backend.")))
def test_backend_signature(name: str) -> None:
    if not installed("tf_keras"):
        pytest.skip("tf_keras isn't installed")
    found = find(name.replace("keras", "tf_keras", 1))
    assert found is not None
    compare(keras.TABLE[name].signature, of_library(found))


TENSORFLOW_1 = (
    "nn.softmax", "nn.softmax_cross_entropy_with_logits", "nn.softmax_cross_entropy_with_logits_v2",
    "nn.sparse_softmax_cross_entropy_with_logits", "nn.sigmoid_cross_entropy_with_logits",
    "nn.weighted_cross_entropy_with_logits", "losses.softmax_cross_entropy", "losses.sparse_softmax_cross_entropy",
    "losses.sigmoid_cross_entropy", "losses.log_loss", "losses.hinge_loss", "losses.absolute_difference",
    "losses.huber_loss", "losses.mean_squared_error", "to_float", "to_int32", "log", "placeholder", "random_uniform",
    "reduce_mean", "argmax", "squeeze", "expand_dims",
)  # fmt: skip


@pytest.mark.parametrize("short", TENSORFLOW_1)
def test_tensorflow_1_understands_the_names(short: str) -> None:
    """Every parameter of TensorFlow 1's function is ours, under its name or an old one, or changes nothing here."""
    if not installed("tensorflow"):
        pytest.skip("tensorflow isn't installed")
    found = find(f"tensorflow.compat.v1.{short}")
    assert found is not None
    api = tensorflow.TABLE[f"tensorflow.{short}"]
    known = {*api.signature.names(), *(old for old, _ in api.renamed)}
    without_effect = {"weights", "scope", "loss_collection", "reduction"}
    assert {p.name for p in of_library(found)} - without_effect <= known
