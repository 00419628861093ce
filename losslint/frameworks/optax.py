"""JAX: optax' losses, jax.nn, flax (linen and nnx), jax.numpy; and NumPy, whose names jax.numpy shares.

Signatures are those of optax 0.2.8, jax 0.10.2, flax 0.12.8 and NumPy 2, `**kwargs` standing for parameters of flax'
and NumPy's that change nothing here.
"""

from __future__ import annotations

from losslint.evaluation.values import Scale
from losslint.frameworks.vocabulary import (
    Activate,
    Affine,
    Api,
    Arithmetic,
    Cast,
    Chain,
    Clamp,
    DataSet,
    Detach,
    Exponential,
    FromData,
    Hard,
    Join,
    Logarithm,
    Loss,
    Makes,
    Negative,
    OneHot,
    Opaque,
    Pick,
    Reshape,
    Same,
    Sum,
    Switch,
)

# -------------------------------------------------------------------------------------------------------------- losses


def _loss(
    title: str,
    takes: str,
    family: str,
    labels: str,
    input: str = "logits",
    target: str = "labels",
    axis: str | None = None,
) -> Loss:
    applies = {"softmax": "log_softmax", "sigmoid": "sigmoid"}.get(family) if takes == "logits" else None
    return Loss(
        title, takes, family, labels, "optax", applies, input, target, axis=axis,
        class_axis=-1 if family in ("softmax", "divergence") else None,
        shapes="broadcast" if applies == "sigmoid" else None,
    )  # fmt: skip


_PAIR = "logits, labels"
_LOG = "log-probabilities"

_LOSSES: dict[str, Api] = {
    "softmax_cross_entropy": Api(
        f"{_PAIR}, axis=-1, where=None",
        _loss("softmax_cross_entropy", "logits", "softmax", "probabilities", axis="axis"),
    ),
    "safe_softmax_cross_entropy": Api(_PAIR, _loss("safe_softmax_cross_entropy", "logits", "softmax", "probabilities")),
    "softmax_cross_entropy_with_integer_labels": Api(
        f"{_PAIR}, axis=-1, where=None",
        _loss("softmax_cross_entropy_with_integer_labels", "logits", "softmax", "indices", axis="axis"),
    ),
    "poly_loss_cross_entropy": Api(
        f"{_PAIR}, *, epsilon=2.0, axis=-1, where=None",
        _loss("poly_loss_cross_entropy", "logits", "softmax", "probabilities", axis="axis"),
    ),
    "sigmoid_binary_cross_entropy": Api(_PAIR, _loss("sigmoid_binary_cross_entropy", "logits", "sigmoid", "binary")),
    "sigmoid_focal_loss": Api(
        f"{_PAIR}, *, alpha=None, gamma=2.0", _loss("sigmoid_focal_loss", "logits", "sigmoid", "binary")
    ),
    "kl_divergence": Api(
        "log_predictions, targets, axis=-1, where=None",
        _loss("kl_divergence", _LOG, "divergence", "probabilities", "log_predictions", "targets", "axis"),
    ),
    "convex_kl_divergence": Api(
        "log_predictions, targets, axis=-1, where=None",
        _loss("convex_kl_divergence", _LOG, "divergence", "probabilities", "log_predictions", "targets", "axis"),
    ),
    "kl_divergence_with_log_targets": Api(
        "log_predictions, log_targets, axis=-1, where=None",
        _loss(
            "kl_divergence_with_log_targets", _LOG, "divergence", _LOG, "log_predictions", "log_targets", "axis"
        ),
    ),
    "hinge_loss": Api(
        "predictor_outputs, targets", _loss("hinge_loss", "any", "margin", "same", "predictor_outputs", "targets")
    ),
    "generalized_kl_divergence": Api(
        "log_predictions, targets, axis=-1, where=None",
        _loss("generalized_kl_divergence", _LOG, "divergence", "probabilities", "log_predictions", "targets", "axis"),
    ),
    "binary_dice_loss": Api(
        "predictions, targets, *, smooth=1.0, apply_sigmoid=True",
        Loss(
            "binary_dice_loss", "any", "overlap", "same", "optax", None, "predictions", "targets", None,
            switches=(Switch("apply_sigmoid", True, takes="logits", family="sigmoid", applies="sigmoid"),),
        ),
    ),
    "multiclass_generalized_dice_loss": Api(
        "predictions, targets, *, smooth=1.0, apply_softmax=True, ignore_background=False",
        Loss(
            "multiclass_generalized_dice_loss", "any", "overlap", "same", "optax", None, "predictions", "targets", -1,
            switches=(Switch("apply_softmax", True, takes="logits", family="softmax", applies="softmax"),),
        ),
    ),
    # softmax over several classes, and sigmoid over one
    "dice_loss": Api(
        "predictions, targets, *, class_weights=None, smooth=1.0, alpha=0.5, beta=0.5, apply_softmax=True, "
        "reduction='mean', ignore_background=False, axis=None",
        _loss("dice_loss", "any", "overlap", "same", "predictions", "targets"),
    ),
    **{
        name: Api(text, _loss(name, "any", "margin", "same", *text.split(", ")[:2]))
        for name, text in (
            ("perceptron_loss", "predictor_outputs, targets"),
            ("multiclass_perceptron_loss", "scores, labels"),
            ("multiclass_sparsemax_loss", "scores, labels"),
            ("sparsemax_loss", "logits, labels"),
        )
    },
    "multiclass_hinge_loss": Api(
        "scores, labels", _loss("multiclass_hinge_loss", "any", "margin", "indices", "scores")
    ),
    **{
        name: Api(
            f"predictions, targets=None{more}", _loss(name, "any", "regression", "same", "predictions", "targets")
        )
        for name, more in (("squared_error", ""), ("l2_loss", ""), ("log_cosh", ""), ("huber_loss", ", *, delta=1.0"))
    },
}  # fmt: skip

LOSSES: dict[str, Api] = {
    **{f"optax.{name}": api for name, api in _LOSSES.items()},
    **{f"optax.losses.{name}": api for name, api in _LOSSES.items()},
    "optax.smooth_labels": Api("labels, alpha, *, axis=-1, where=None", Opaque("labels")),
    "optax.losses.smooth_labels": Api("labels, alpha, *, axis=-1, where=None", Opaque("labels")),
}


# --------------------------------------------------------------------------------------------------------- activations

_X = Opaque("x")

_ACTIVATIONS: dict[str, Api] = {
    "softmax": Api("x, axis=-1, where=None", Activate(Scale.PROBABILITIES, "softmax", "axis", "x")),
    "log_softmax": Api("x, axis=-1, where=None", Activate(Scale.LOG_PROBABILITIES, "log_softmax", "axis", "x")),
    "sigmoid": Api("x", Activate(Scale.SIGMOID, "sigmoid", input="x")),
    "log_sigmoid": Api("x", Activate(Scale.LOG_SIGMOID, "log_sigmoid", input="x")),
    "hard_sigmoid": Api("x", Activate(Scale.UNIT, "hard_sigmoid", input="x")),
    "relu": Api("x", Activate(Scale.NON_NEGATIVE, "relu", input="x")),
    "relu6": Api("x", Activate(Scale.NON_NEGATIVE, "relu6", input="x")),
    "softplus": Api("x", Activate(Scale.NON_NEGATIVE, "softplus", input="x")),
    "tanh": Api("x", Activate(Scale.BOUNDED, "tanh", input="x")),
    "hard_tanh": Api("x", Activate(Scale.BOUNDED, "hard_tanh", input="x")),
    "soft_sign": Api("x", Activate(Scale.BOUNDED, "soft_sign", input="x")),
    "celu": Api("x, alpha=1.0", _X),
    "elu": Api("x, alpha=1.0", _X),
    "gelu": Api("x, approximate=True", _X),
    "glu": Api("x, axis=-1", _X),
    "leaky_relu": Api("x, negative_slope=0.01", _X),
    "selu": Api("x", _X),
    "silu": Api("x", _X),
    "swish": Api("x", _X),
    "hard_silu": Api("x", _X),
    "hard_swish": Api("x", _X),
    "standardize": Api("x, axis=-1, **kwargs", _X),
    "one_hot": Api("x, num_classes, *, dtype=None, axis=-1", OneHot("float", "x", "dtype", "num_classes")),
}

ACTIVATIONS: dict[str, Api] = {
    **{prefix + name: api for prefix in ("jax.nn.", "flax.linen.", "flax.nnx.") for name, api in _ACTIVATIONS.items()},
    "jax.nn.sparse_sigmoid": Api("x", Activate(Scale.UNIT, "sparse_sigmoid", input="x")),
    "jax.nn.sparse_plus": Api("x", Activate(Scale.NON_NEGATIVE, "sparse_plus", input="x")),
    "jax.nn.squareplus": Api("x, b=4", Activate(Scale.NON_NEGATIVE, "squareplus", input="x")),
    "jax.scipy.special.expit": Api("x", Activate(Scale.SIGMOID, "expit", input="x")),
    "scipy.special.expit": Api("x, **kwargs", Activate(Scale.SIGMOID, "expit", input="x")),
    **{
        f"{prefix}scipy.special.{name}": Api(
            "x, /, *, axis=None" if prefix else "x, axis=None", Activate(scale, name, "axis", "x")
        )
        for prefix in ("jax.", "")
        for name, scale in (("softmax", Scale.PROBABILITIES), ("log_softmax", Scale.LOG_PROBABILITIES))
    },
    "jax.nn.mish": Api("x", _X),
    "jax.nn.identity": Api("x", Same("x")),
    "flax.nnx.identity": Api("x", Same("x")),
}


# -------------------------------------------------------------------------------------------------------- flax' layers

L = "flax.linen."
X = "flax.nnx."

_POOL = "inputs, window_shape, strides=None, padding='VALID'"

LAYERS: dict[str, Api] = {
    L + "Dense": Api("features, use_bias=True, **kwargs", Affine("features", -1, input="inputs"), "inputs"),
    L + "DenseGeneral": Api(
        "features, axis=-1, batch_dims=(), use_bias=True, **kwargs",
        Affine("features", -1, keeps_rank=False, input="inputs"),
        "inputs",
    ),
    L + "Conv": Api("features, kernel_size, **kwargs", Affine("features", -1, input="inputs"), "inputs"),
    L + "ConvLocal": Api("features, kernel_size, **kwargs", Affine("features", -1, input="inputs"), "inputs"),
    L + "ConvTranspose": Api("features, kernel_size, **kwargs", Affine("features", -1, input="inputs"), "inputs"),
    L + "Embed": Api("num_embeddings, features, **kwargs", Opaque("inputs", outputs="embedding"), "inputs"),
    L + "Dropout": Api(
        "rate, broadcast_dims=(), deterministic=None, rng_collection='dropout', **kwargs",
        Same("inputs"),
        "inputs, deterministic=None, rng=None",
    ),
    L + "BatchNorm": Api(
        "use_running_average=None, axis=-1, momentum=0.99, **kwargs", _X, "x, use_running_average=None, *, mask=None"
    ),
    L + "LayerNorm": Api("epsilon=1e-06, **kwargs", _X, "x, *, mask=None"),
    L + "GroupNorm": Api("num_groups=32, **kwargs", _X, "x, *, mask=None"),
    L + "InstanceNorm": Api("epsilon=1e-06, **kwargs", _X, "x, *, mask=None"),
    L + "RMSNorm": Api("epsilon=1e-06, **kwargs", _X, "x, *, mask=None"),
    L + "PReLU": Api("**kwargs", Opaque("inputs"), "inputs"),
    L + "SelfAttention": Api(
        "num_heads, **kwargs", Opaque("inputs_q"), "inputs_q, mask=None, deterministic=None, **kwargs"
    ),
    L + "MultiHeadDotProductAttention": Api(
        "num_heads, **kwargs", Opaque("inputs_q"), "inputs_q, inputs_k=None, inputs_v=None, **kwargs"
    ),
    L + "MultiHeadAttention": Api(
        "num_heads, **kwargs", Opaque("inputs_q"), "inputs_q, inputs_k=None, inputs_v=None, **kwargs"
    ),
    L + "RNN": Api("cell, **kwargs", Opaque("inputs", outputs="unknown"), "inputs, **kwargs"),
    L + "Sequential": Api("layers, **kwargs", Chain("sequential"), "inputs"),
    L + "max_pool": Api(_POOL, Reshape("resize", "inputs")),
    L + "avg_pool": Api(f"{_POOL}, count_include_pad=True", Reshape("resize", "inputs")),
    X + "max_pool": Api(_POOL, Reshape("resize", "inputs")),
    X + "avg_pool": Api(f"{_POOL}, count_include_pad=True", Reshape("resize", "inputs")),
    X + "Linear": Api(
        "in_features, out_features, *, use_bias=True, **kwargs",
        Affine("out_features", -1, input="inputs"),
        "inputs, out_sharding=None",
    ),
    X + "LinearGeneral": Api(
        "in_features, out_features, *, axis=-1, **kwargs",
        Affine("out_features", -1, keeps_rank=False, input="inputs"),
        "inputs, out_sharding=None",
    ),
    X + "Conv": Api(
        "in_features, out_features, kernel_size, **kwargs",
        Affine("out_features", -1, input="inputs"),
        "inputs, out_sharding=None",
    ),
    X + "ConvTranspose": Api(
        "in_features, out_features, kernel_size, **kwargs", Affine("out_features", -1, input="inputs"), "inputs"
    ),
    X + "Embed": Api(
        "num_embeddings, features, **kwargs", Opaque("inputs", outputs="embedding"), "inputs, out_sharding=None"
    ),
    X + "Dropout": Api("rate, **kwargs", Same("inputs"), "inputs, *, deterministic=None, rngs=None"),
    X + "BatchNorm": Api("num_features, **kwargs", _X, "x, use_running_average=None, *, mask=None"),
    X + "LayerNorm": Api("num_features, **kwargs", _X, "x, *, mask=None"),
    X + "GroupNorm": Api("num_features, num_groups=32, **kwargs", _X, "x, *, mask=None"),
    X + "RMSNorm": Api("num_features, **kwargs", _X, "x, mask=None"),
    X + "MultiHeadAttention": Api(
        "num_heads, in_features, **kwargs", Opaque("inputs_q"), "inputs_q, inputs_k=None, inputs_v=None, **kwargs"
    ),
    X + "Sequential": Api("*layers", Chain("sequential"), "inputs"),
}


# ---------------------------------------------------------------------------------------------------- NumPy, jax.numpy


def _arrays(prefix: str) -> dict[str, Api]:
    """What NumPy and jax.numpy share."""
    numpy = prefix == "numpy."
    two = ("x1", "x2") if numpy else ("x", "y")
    a = Opaque("a")
    doubles = "float64" if numpy else None
    double = "float64" if numpy else "float"  # jax has 32 bits unless told to have 64
    return {
        prefix + name: api
        for name, api in {
            "log": Api("x, **kwargs", Logarithm("x", gradient=not numpy)),
            "log2": Api("x, **kwargs", Logarithm("x", "2", not numpy)),
            "log10": Api("x, **kwargs", Logarithm("x", "10", not numpy)),
            "log1p": Api("x, **kwargs", Logarithm("x", "1p", not numpy)),
            "exp": Api("x, **kwargs", Exponential("x")),
            "tanh": Api("x, **kwargs", Activate(Scale.BOUNDED, "tanh", input="x")),
            "argmax": Api("a, axis=None, out=None, **kwargs", Hard(True, "a", "axis")),
            "argmin": Api("a, axis=None, out=None, **kwargs", Hard(True, "a", "axis")),
            "round": Api("a, decimals=0, out=None", Hard(input="a")),
            "around": Api("a, decimals=0, out=None", Hard(input="a")),
            "rint": Api("x, **kwargs", Hard(input="x")),
            "floor": Api("x, **kwargs", Hard(input="x")),
            "sign": Api("x, **kwargs", Hard(input="x")),
            **{
                compare: Api(f"{two[0]}, {two[1]}, **kwargs", Hard(input=two[0], truth=True))
                for compare in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")
            },
            "clip": Api("a, a_min=None, a_max=None, out=None, **kwargs", Clamp("a_min", "a_max", "a"))
            if numpy
            else Api(
                "arr=None, min=None, max=None", Clamp("min", "max", "arr"),
                renamed=(("a", "arr"), ("a_min", "min"), ("a_max", "max")),
            ),
            "eye": Api("N, M=None, k=0, dtype=None, **kwargs", Makes(Scale.ONE_HOT, double, rank=2)),
            "identity": Api("n, dtype=None, **kwargs", Makes(Scale.ONE_HOT, double, rank=2)),
            "squeeze": Api("a, axis=None", Reshape("squeeze", "a")),
            "expand_dims": Api("a, axis", Reshape("unsqueeze", "a")),
            "reshape": Api("a, shape, order='C', **kwargs", Reshape("reshape", "a"), renamed=(("newshape", "shape"),)),
            "ravel": Api("a, order='C', **kwargs", Reshape("ravel", "a")),
            "transpose": Api("a, axes=None", Reshape("permute", "a", "axes")),
            "swapaxes": Api("a, axis1, axis2", Reshape("transpose", "a")),
            "moveaxis": Api("a, source, destination", Reshape("unknown", "a")),
            "concatenate": Api("arrays, axis=0, **kwargs", Join("arrays", "axis")),
            "stack": Api("arrays, axis=0, **kwargs", Join("arrays", "axis", new_axis=True)),
            "vstack": Api("tup, **kwargs", Join("tup", "", rows=True)),
            "hstack": Api("tup, **kwargs", Join("tup", "")),
            "where": Api("condition, x=None, y=None, **kwargs", Pick(("x", "y"))),
            "mean": Api("a, axis=None, dtype=None, out=None, **kwargs", Reshape("reduce", "a")),
            "max": Api("a, axis=None, out=None, **kwargs", Reshape("extreme", "a")),
            "amax": Api("a, axis=None, out=None, **kwargs", Reshape("extreme", "a")),
            "sum": Api("a, axis=None, dtype=None, out=None, **kwargs", Sum("a", "axis")),
            "negative": Api("x, **kwargs", Negative("x")),
            **{
                name: Api("x1, x2, **kwargs", Arithmetic(operator, "x1", "x2"))
                for name, operator in (
                    ("add", "add"), ("subtract", "sub"), ("multiply", "mul"), ("divide", "div"), ("power", "pow"),
                )
            },
            "take": Api("a, indices, axis=None, out=None, **kwargs", Reshape("select", "a")),
            "take_along_axis": Api("arr, indices, axis=-1, **kwargs", Reshape("gather", "arr")),
            "repeat": Api("a, repeats, axis=None, **kwargs", Reshape("unknown", "a")),
            "tile": Api("A, reps", Reshape("unknown", "A")),
            "copy": Api("a, **kwargs", Same("a")),
            "nan_to_num": Api("x, copy=True, nan=0.0, posinf=None, neginf=None", Same("x")),
            "matmul": Api("x1, x2, **kwargs", Opaque("x1")) if numpy else Api("a, b, **kwargs", a),
            "dot": Api("a, b, **kwargs", a),
            "array": Api("object, dtype=None, **kwargs", FromData("object", floats=doubles)),
            "asarray": Api("a, dtype=None, order=None, **kwargs", FromData("a", floats=doubles)),
            "astype": Api("x, dtype, **kwargs", Cast(None, "x", "dtype")),
            "zeros": Api("shape, dtype=None, **kwargs", Makes(dtype=double, shape="shape", zeros=True)),
            "ones": Api("shape, dtype=None, **kwargs", Makes(dtype=double, shape="shape")),
            "empty": Api("shape, dtype=None, **kwargs", Makes(dtype=double, shape="shape")),
            "full": Api("shape, fill_value, dtype=None, **kwargs", Makes(fill="fill_value", shape="shape")),
            "zeros_like": Api("a, dtype=None, **kwargs", Makes(like="a")),
            "ones_like": Api("a, dtype=None, **kwargs", Makes(like="a")),
            "full_like": Api("a, fill_value, dtype=None, **kwargs", Makes(like="a")),
            "arange": Api("start=0, stop=None, step=None, dtype=None, **kwargs", Makes(rank=1, counting=True)),
            "linspace": Api("start, stop, num=50, **kwargs", Makes(dtype="float", rank=1)),
        }.items()
    }  # fmt: skip


_RANDOM = "numpy.random."

ARRAYS: dict[str, Api] = {
    **_arrays("numpy."),
    **_arrays("jax.numpy."),
    "jax.lax.stop_gradient": Api("x", Detach("x")),
    _RANDOM + "randint": Api("low, high=None, size=None, dtype=None", Makes(Scale.INDICES, "int64", shape="size")),
    _RANDOM + "choice": Api(
        "a, size=None, replace=True, p=None", Makes(Scale.INDICES, "int64", shape="size", choices="a")
    ),
    _RANDOM + "binomial": Api("n, p, size=None", Makes(dtype="int64", shape="size")),
    _RANDOM + "default_rng": Api("seed=None", DataSet("generator"), ""),
    _RANDOM + "RandomState": Api("seed=None", DataSet("generator"), ""),
    _RANDOM + "rand": Api("*size", Makes(Scale.UNIT, "float64", shape="size")),
    _RANDOM + "randn": Api("*size", Makes(dtype="float64", shape="size")),
    _RANDOM + "random": Api("size=None", Makes(Scale.UNIT, "float64", shape="size")),
    _RANDOM + "normal": Api("loc=0.0, scale=1.0, size=None", Makes(dtype="float64", shape="size")),
    _RANDOM + "uniform": Api("low=0.0, high=1.0, size=None", Makes(dtype="float64", shape="size")),
    "jax.random.randint": Api(
        "key, shape, minval, maxval, dtype=None, **kwargs", Makes(Scale.INDICES, "int", shape="shape")
    ),
    "jax.random.normal": Api("key, shape=(), dtype=None, **kwargs", Makes(dtype="float", shape="shape")),
    "jax.random.uniform": Api(
        "key, shape=(), dtype=None, minval=0.0, maxval=1.0, **kwargs", Makes(dtype="float", shape="shape")
    ),
    "jax.random.bernoulli": Api("key, p=0.5, shape=None, mode='low', **kwargs", Makes(dtype="bool", shape="shape")),
}

_INTEGERS = Makes(Scale.INDICES, "int64", shape="size")

OBJECT_METHODS: dict[str, Api] = {
    _RANDOM + "default_rng.integers": Api("low, high=None, size=None, dtype=None, endpoint=False", _INTEGERS),
    _RANDOM + "default_rng.random": Api("size=None, dtype='float64', out=None", Makes(dtype="float64", shape="size")),
    _RANDOM + "RandomState.randint": Api("low, high=None, size=None, dtype=None", _INTEGERS),
}
"""Methods of an object that a library's class made, without its `self`."""

TABLE: dict[str, Api] = {**LOSSES, **ACTIVATIONS, **LAYERS, **ARRAYS}

NAMESPACES: dict[str, str] = {
    "optax._src.loss": "optax.losses",
    "jax._src": "jax",
    "jax.experimental.nn": "jax.nn",
    "numpy.core": "numpy",
    "flax.nn": "flax.linen",
    "flax.experimental.nnx": "flax.nnx",
    "autograd.numpy": "numpy",
}
"""Other names of the same modules."""
