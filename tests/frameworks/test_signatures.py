"""The tables' signatures are the libraries' own: names, order and defaults, wherever the library is installed.

Run with `pytest -m frameworks`. What a library has no more, or never told of itself, is listed here with the reason; a
reason that isn't needed fails, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from inspect import Parameter

import pytest
from libraries import (
    ALL,
    CLASSES,
    HERE,
    NOT_PLAIN,
    OF_EVERY_OPERATOR,
    anywhere,
    calls,
    compare,
    compare_any,
    find,
    homes_of,
    installed,
    listed,
    plain,
    signatures,
)

from losslint import frameworks
from losslint.frameworks import tensorflow
from losslint.frameworks.vocabulary import REQUIRED, Signature

pytestmark = [pytest.mark.frameworks, pytest.mark.filterwarnings("ignore")]

ABSENT: dict[str, str] = {
    r"tensorflow_addons\..*": "archived, doesn't run beside this TensorFlow; read in its source",
    r"segmentation_models\..*": "archived, doesn't run beside this Keras; read in its source",
    r"tensorflow\.layers\.[A-Z].*": "classes of TensorFlow 1 only",
    r"tensorflow\.(examples\.tutorials|contrib\.learn)\..*": "until TensorFlow 1.15; read in its source",
    r"tensorflow\.(math\.)?(pack|mul|sub|neg)": "before TensorFlow 1.0",
    r"(keras|tensorflow)\.(losses|metrics)\.(bce|BCE|cosine|cosine_proximity)": "Keras 2.0 to 2.3",
    r"(keras\.losses|keras\.metrics|tensorflow\.metrics)\.huber_loss": "Keras 2.3",
    r"keras\.layers\.(Deconvolution|AtrousConvolution)\dD": "Keras 1 only",
    r"keras\.layers\.(CuDNN\w+|SyncBatchNormalization)": "Keras 2 under TensorFlow 1, or experimental",
    r"keras\.models\.Functional": "private",
    r"keras\.utils\.multi_gpu_model": "until TensorFlow 2.3",
    r"keras\.wrappers\.scikit_learn\.\w+": "until TensorFlow 2.11",
    r"sklearn\.model_selection\.Halving\w+": "behind sklearn.experimental",
    r"pytorch_lightning\.Trainer\.from_argparse_args": "until Lightning 1",
    r"torch\.Tensor\.(astype|copy|to_numpy|toarray|todense)": (
        "an array's or a table's; whether a value is a tensor or one of these isn't always known"
    ),
}
"""Names that no installed library has any more, as patterns, with the reason."""

UNTOLD: dict[str, str] = {
    r"keras\.(models\.)?Model": "__new__(*args, **kwargs)",
    r"torch\.nn\.(Softmax2d|Sigmoid|LogSigmoid|Tanh|Softsign|Tanhshrink|Identity)": "the base class takes anything",
    r"keras\.layers\.(Identity|Average|Add|Subtract|Multiply|Maximum|Minimum)": "the base class takes anything",
    r"torch\.nn\.functional\.logsigmoid": "its operator is called log_sigmoid",
    r"torch\.(from_numpy|(cuda\.)?[A-Z]\w+Tensor|autograd\.Variable)": "C, and no operator",
    r"torch\.Tensor\.(float|double|half|bfloat16|long|int|byte|bool|char|short|type|data|numpy)": "C, and no operator",
    r"numpy\.random\.(rand|randn)": "C",
    r"flax\.nnx\.Sequential": "takes layers: (*fns)",
    r"torch\.utils\.data\.TensorDataset": "takes tensors: (*tensors)",
}
"""Objects of which the library says nothing, with the reason."""

OTHERWISE: dict[str, str] = {
    r"torch\.nn\.functional\.(adaptive_)?max_pool\dd": "dispatched: (*args, **kwargs); its operator lacks return_indices",
    r"torch\.(randint|randint_like|arange)|torch\.Tensor\.scatter_?": "overloads that differ in the middle",
    r"jax\.numpy\.(add|multiply|negative|subtract)": "objects that are called: (*args)",
    r"torch\.(Tensor\.)?tensor_split": "overloads, each with another name for its second parameter",
    r"(jax\.)?numpy\.arange": "begins with the end where there is one argument",
    r"torch\.Tensor\.(random_|uniform_)": "its first parameter is called `from`",
    r"torch\.Tensor\.cuda": "its operator has no arguments",
    r"monai\.networks\.nets\.(UNETR|SwinUNETR)": "the order of arguments changed between versions",
    r"tensorflow\.losses\.mean_squared_error": "TensorFlow 1 and 2 have one each: our signature serves both",
}
"""What a table says otherwise than the library, with the reason."""


def home_of(name: str) -> tuple[str, object]:
    """Where a name is found; skips where a library that may have it, rather than where it is found, isn't installed."""
    found = anywhere(name)
    reason = listed(name, ABSENT)
    homes = homes_of(name)
    nearer = homes[: homes.index(found[0])] if found is not None else homes
    missing = sorted({library for home in nearer if not installed(library := home.partition(".")[0])})
    if found is not None:
        assert reason is None, f"{name} isn't absent: it is {found[0]}"
        if missing:
            pytest.skip(f"{', '.join(missing)} isn't installed: this one may be another of the same name")
        return found
    if reason is None and missing:
        pytest.skip(f"{', '.join(missing)} isn't installed")
    assert reason is not None, f"there is no {name}"
    pytest.skip(reason)


def told(name: str) -> tuple[list[list[Parameter]], bool]:
    """What the library says of a name's signature; skips where it says nothing, or the table says otherwise on purpose."""
    home, found = home_of(name)
    theirs, of_operator = signatures(home, found)
    for reasons, needed in ((UNTOLD, not theirs), (OTHERWISE, bool(theirs))):
        if (reason := listed(name, reasons)) is not None:
            assert needed, f"{name} tells its signature"
            pytest.skip(reason)
    assert theirs, f"{name} tells no signature"
    return theirs, of_operator


@pytest.mark.parametrize("name", HERE)
def test_signature(name: str) -> None:
    theirs, of_operator = told(name)
    compare_any(ALL[name].signature, theirs, of_operator)


@pytest.mark.parametrize("name", [name for name in HERE if listed(name, OTHERWISE)])
def test_what_is_said_otherwise_is_otherwise(name: str) -> None:
    theirs, of_operator = signatures(*home_of(name))
    with pytest.raises(AssertionError):
        compare_any(ALL[name].signature, theirs, of_operator)


GIVEN_BY_KERAS = {"training", "mask", "sample_weight"}
"""Arguments of every Keras layer's and loss's __call__."""


OTHER_CALLS = {
    "keras.layers.InputLayer": "its call takes nothing, and a Sequential passes its input by",
    "flax.nnx.Sequential": "passes anything on to its first layer",
}
"""Classes whose call the table says otherwise, with the reason."""


def call_told(name: str) -> list[Parameter]:
    _, found = home_of(name)
    theirs = calls(found, ALL[name])
    if theirs is None or name in OTHER_CALLS:
        pytest.skip(OTHER_CALLS.get(name, "tells no signature of its call"))
    return [p for p in theirs if p.name not in GIVEN_BY_KERAS]


def of_call(name: str) -> Signature:
    ours = ALL[name].call_signature
    return replace(ours, parameters=tuple(p for p in ours.parameters if p.name not in GIVEN_BY_KERAS))


def compare_call(ours: Signature, theirs: list[Parameter]) -> None:
    """Our parameters are the first of theirs; what follows has a default."""
    known = set(ours.names())
    compare(ours, [p for p in theirs if p.name in known or p.default is p.empty])


@pytest.mark.parametrize("name", CLASSES)
def test_call_signature(name: str) -> None:
    compare_call(of_call(name), call_told(name))


# ---------------------------------------------------------------------------------------------------------- other names


@pytest.mark.parametrize("name", HERE)
def test_the_name_under_which_a_library_keeps_it_is_known(name: str) -> None:
    """`torch.nn.modules.loss.CrossEntropyLoss` is `torch.nn.CrossEntropyLoss`."""
    home, found = home_of(name)
    module, own = getattr(found, "__module__", None), getattr(found, "__qualname__", None)
    if home != name or not isinstance(module, str) or not isinstance(own, str) or find(f"{module}.{own}") is not found:
        pytest.skip("is kept nowhere else")
    if own != name.rpartition(".")[2] or (reason := listed(f"{module}.{own}", KEPT)) is not None:
        pytest.skip("an alias" if own != name.rpartition(".")[2] else reason)
    known = frameworks.lookup(f"{module}.{own}")
    assert known is not None, f"{module}.{own}"
    assert type(known.effect) is type(ALL[name].effect), f"{module}.{own} is something else"
    assert astuple(known.effect) == astuple(ALL[name].effect), f"{module}.{own} is something else"


KEPT: dict[str, str] = {
    r"tensorflow\.python\..*": "private: TensorFlow exports from there",
    r"torch\._C\..*": "C",
}
"""Where libraries keep what nobody imports from there, as patterns, with the reason."""


# ----------------------------------------------------------------------------------------------------------- mutations


def changed(ours: Signature, theirs: list[Parameter]) -> Iterator[tuple[str, Signature]]:
    """The signature with one thing wrong: a parameter's name, a default, the order, one too few, one too many."""
    real = {p.name: p for p in theirs}
    given = list(ours.parameters)
    for index, parameter in enumerate(given):
        if parameter.name not in real:
            continue  # it's one of the library's **kwargs, which have no order
        rest = given[:index], given[index + 1 :]
        if ours.extra is None or any(p.kind is p.VAR_KEYWORD for p in theirs) is False:
            renamed = replace(parameter, name=f"{parameter.name}_")
            yield f"{parameter.name} renamed", replace(ours, parameters=(*rest[0], renamed, *rest[1]))
        if plain(real[parameter.name].default) is not NOT_PLAIN:
            other = 17 if parameter.default is REQUIRED else REQUIRED
            yield (
                f"{parameter.name}={other}",
                replace(ours, parameters=(*rest[0], replace(parameter, default=other), *rest[1])),
            )
            wrong = (not parameter.default) if isinstance(parameter.default, bool) else "another"
            yield (
                f"{parameter.name}={wrong}",
                replace(ours, parameters=(*rest[0], replace(parameter, default=wrong), *rest[1])),
            )
        if index and not parameter.keyword_only and not given[index - 1].keyword_only and ours.open is None:
            yield (
                f"{parameter.name} one earlier",
                replace(ours, parameters=(*given[: index - 1], parameter, given[index - 1], *rest[1])),
            )
        if ours.extra is None and ours.open is None:
            yield f"without {parameter.name}", replace(ours, parameters=(*rest[0], *rest[1]))


@pytest.mark.parametrize("name", HERE)
def test_a_wrong_table_would_be_noticed(name: str) -> None:
    """Every single change of what a table says of a signature fails the comparison."""
    theirs, of_operator = told(name)
    if of_operator and len(theirs) > 1:
        pytest.skip("overloaded: another overload may be what the change makes")
    ours = ALL[name].signature
    if of_operator:
        ours = replace(ours, parameters=tuple(p for p in ours.parameters if p.name not in OF_EVERY_OPERATOR))
    for what, mutant in changed(ours, theirs[0]):
        with pytest.raises(AssertionError):
            compare_any(mutant, theirs, of_operator)
            pytest.fail(f"{name} with {what} passes")


@pytest.mark.parametrize("name", CLASSES)
def test_a_wrong_call_would_be_noticed(name: str) -> None:
    theirs, ours = call_told(name), of_call(name)
    for index, parameter in enumerate(ours.parameters):
        if parameter.name not in {p.name for p in theirs} or parameter.default is not REQUIRED:
            continue
        renamed = replace(parameter, name=f"{parameter.name}_")
        with pytest.raises(AssertionError):
            compare_call(
                replace(ours, parameters=(*ours.parameters[:index], renamed, *ours.parameters[index + 1 :])), theirs
            )


# -------------------------------------------------------------------------------------------------------- TensorFlow 1

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
    theirs, _ = signatures(short, find(f"tensorflow.compat.v1.{short}"))
    api = tensorflow.TABLE[f"tensorflow.{short}"]
    known = {*api.signature.names(), *(old for old, _ in api.renamed)}
    without_effect = {"weights", "scope", "loss_collection", "reduction"}
    assert {p.name for p in theirs[0]} - without_effect <= known
