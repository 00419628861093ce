"""TensorFlow: tf.nn, tf.math and the functions around them, of version 2 and of 1 (tf.layers, tf.losses, tf.contrib).

Canonical names begin with "tensorflow."; what is Keras' leads to its table. Signatures are those of TensorFlow 2.21;
where only TensorFlow 1 has a function, those of `tensorflow.compat.v1`, of tf_keras' legacy layers and of tf_slim 1.1.
Parameters that TensorFlow 1 calls otherwise are `renamed`; their positions are the same.
"""

from __future__ import annotations

from losslint.evaluation.values import Scale
from losslint.frameworks import keras
from losslint.frameworks.vocabulary import (
    Activate,
    Affine,
    Api,
    Arithmetic,
    Cast,
    Clamp,
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
    Product,
    Reshape,
    Same,
    Sum,
    Weights,
)

T = "tensorflow."
NN = "tensorflow.nn."
MATH = "tensorflow.math."
LAYERS = "tensorflow.layers."
LOSS = "tensorflow.losses."
CONTRIB = "tensorflow.contrib.layers."
CONTRIB_LOSS = "tensorflow.contrib.losses."

_DIM = (("dim", "axis"),)
_REDUCTION = (("reduction_indices", "axis"), ("keep_dims", "keepdims"))
_PREDICTIONS = (("labels", "y_true"), ("predictions", "y_pred"))


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
        title, takes, family, labels, "tensorflow", applies, input, target, axis=axis,
        class_axis=-1 if family == "softmax" else None, shapes="equal" if applies == "sigmoid" else None,
    )  # fmt: skip


_SOFTMAX_LOSS = _loss("softmax_cross_entropy_with_logits", "logits", "softmax", "probabilities", axis="axis")
_SPARSE_LOSS = _loss("sparse_softmax_cross_entropy_with_logits", "logits", "softmax", "indices")
_SIGMOID_LOSS = _loss("sigmoid_cross_entropy_with_logits", "logits", "sigmoid", "binary")
_WEIGHTED_LOSS = _loss("weighted_cross_entropy_with_logits", "logits", "sigmoid", "binary")
_SAMPLED = "weights, biases, labels, inputs, num_sampled, num_classes, num_true=1, sampled_values=None"
_V1 = "scope=None, loss_collection='losses', reduction='weighted_sum_by_nonzero_weights'"
_FOCAL = Loss(
    "SigmoidFocalCrossEntropy", "probabilities", "sigmoid", "binary", "keras", input="y_pred", target="y_true",
    class_axis=-1, logits="from_logits",
)  # fmt: skip

LOSSES: dict[str, Api] = {
    NN + "softmax_cross_entropy_with_logits": Api("labels, logits, axis=-1, name=None", _SOFTMAX_LOSS, renamed=_DIM),
    NN + "softmax_cross_entropy_with_logits_v2": Api(
        "labels, logits, axis=None, name=None, dim=None", _SOFTMAX_LOSS, renamed=_DIM
    ),
    NN + "sparse_softmax_cross_entropy_with_logits": Api("labels, logits, name=None", _SPARSE_LOSS),
    NN + "sigmoid_cross_entropy_with_logits": Api(
        "labels=None, logits=None, name=None", _SIGMOID_LOSS, renamed=(("targets", "labels"),)
    ),
    NN + "weighted_cross_entropy_with_logits": Api(
        "labels, logits, pos_weight, name=None", _WEIGHTED_LOSS, renamed=(("targets", "labels"),)
    ),
    NN + "sampled_softmax_loss": Api(
        f"{_SAMPLED}, remove_accidental_hits=True, seed=None, name='sampled_softmax_loss'",
        _loss("sampled_softmax_loss", "any", "margin", "same", "inputs"),
    ),
    NN + "nce_loss": Api(
        f"{_SAMPLED}, remove_accidental_hits=False, name='nce_loss'",
        _loss("nce_loss", "any", "margin", "same", "inputs"),
    ),
    NN + "log_poisson_loss": Api(
        "targets, log_input, compute_full_loss=False, name=None",
        _loss("log_poisson_loss", "any", "regression", "same", "log_input", "targets"),
    ),
    NN + "ctc_loss": Api(
        "labels, logits, label_length, logit_length, logits_time_major=True, unique=None, blank_index=None, name=None",
        _loss("ctc_loss", "any", "margin", "same"),
        renamed=(("inputs", "logits"),),
    ),
    LOSS + "softmax_cross_entropy": Api(
        f"onehot_labels, logits, weights=1.0, label_smoothing=0, {_V1}",
        _loss("softmax_cross_entropy", "logits", "softmax", "probabilities", target="onehot_labels"),
    ),
    LOSS + "sparse_softmax_cross_entropy": Api(
        f"labels, logits, weights=1.0, {_V1}", _loss("sparse_softmax_cross_entropy", "logits", "softmax", "indices")
    ),
    LOSS + "sigmoid_cross_entropy": Api(
        f"multi_class_labels, logits, weights=1.0, label_smoothing=0, {_V1}",
        _loss("sigmoid_cross_entropy", "logits", "sigmoid", "binary", target="multi_class_labels"),
    ),
    LOSS + "log_loss": Api(
        f"labels, predictions, weights=1.0, epsilon=1e-07, {_V1}",
        _loss("log_loss", "probabilities", "sigmoid", "binary", "predictions"),
    ),
    LOSS + "hinge_loss": Api(f"labels, logits, weights=1.0, {_V1}", _loss("hinge_loss", "any", "margin", "same")),
    LOSS + "absolute_difference": Api(
        f"labels, predictions, weights=1.0, {_V1}",
        _loss("absolute_difference", "any", "regression", "same", "predictions"),
    ),
    LOSS + "huber_loss": Api(
        f"labels, predictions, weights=1.0, delta=1.0, {_V1}",
        _loss("huber_loss", "any", "regression", "same", "predictions"),
    ),
    LOSS + "cosine_distance": Api(
        f"labels, predictions, axis=None, weights=1.0, {_V1}, dim=None",
        _loss("cosine_distance", "any", "regression", "same", "predictions"),
    ),
    LOSS + "mean_pairwise_squared_error": Api(
        "labels, predictions, weights=1.0, scope=None, loss_collection='losses'",
        _loss("mean_pairwise_squared_error", "any", "regression", "same", "predictions"),
    ),
    **{
        CONTRIB_LOSS + name: Api(
            f"predictions, labels=None, {text}", _loss(name, "any", "regression", "same", "predictions")
        )
        for name, text in (
            ("absolute_difference", "weights=1.0, scope=None"),
            ("mean_squared_error", "weights=1.0, scope=None"),
            ("mean_pairwise_squared_error", "weights=1.0, scope=None"),
            ("cosine_distance", "axis=None, weights=1.0, scope=None, dim=None"),
        )
    },
    CONTRIB_LOSS + "softmax_cross_entropy": Api(
        "logits, onehot_labels, weights=1.0, label_smoothing=0, scope=None",
        _loss("softmax_cross_entropy", "logits", "softmax", "probabilities", target="onehot_labels"),
    ),
    CONTRIB_LOSS + "sparse_softmax_cross_entropy": Api(
        "logits, labels, weights=1.0, scope=None", _loss("sparse_softmax_cross_entropy", "logits", "softmax", "indices")
    ),
    CONTRIB_LOSS + "sigmoid_cross_entropy": Api(
        "logits, multi_class_labels, weights=1.0, label_smoothing=0, scope=None",
        _loss("sigmoid_cross_entropy", "logits", "sigmoid", "binary", target="multi_class_labels"),
    ),
    CONTRIB_LOSS + "log_loss": Api(
        "predictions, labels=None, weights=1.0, epsilon=1e-07, scope=None",
        _loss("log_loss", "probabilities", "sigmoid", "binary", "predictions"),
    ),
    CONTRIB_LOSS + "hinge_loss": Api("logits, labels=None, scope=None", _loss("hinge_loss", "any", "margin", "same")),
    "tensorflow_addons.losses.SigmoidFocalCrossEntropy": Api(
        "from_logits=False, alpha=0.25, gamma=2.0, reduction='none', name='sigmoid_focal_crossentropy'",
        _FOCAL,
        "y_true, y_pred, sample_weight=None",
    ),
    "tensorflow_addons.losses.sigmoid_focal_crossentropy": Api(
        "y_true, y_pred, alpha=0.25, gamma=2.0, from_logits=False", _FOCAL
    ),
}

_OF_KERAS = {
    f"tensorflow.{module}.{name.rpartition('.')[2]}": api
    for module in ("losses", "metrics")
    for name, api in keras.TABLE.items()
    if name.startswith(f"keras.{module}.")
}
"""TensorFlow 2 has Keras' losses and metrics as tf.losses and tf.metrics, beside the names of TensorFlow 1."""

_MSE = Api(
    "y_true, y_pred, sample_weight=None",
    _OF_KERAS[LOSS + "mean_squared_error"].effect,
    renamed=_PREDICTIONS,
)


# ----------------------------------------------------------------------------------------------------------- functions

_LOGITS_SOFTMAX = Activate(Scale.PROBABILITIES, "softmax", "axis", "logits")
_LOGITS_LOG_SOFTMAX = Activate(Scale.LOG_PROBABILITIES, "log_softmax", "axis", "logits")
_SIGMOID = Activate(Scale.SIGMOID, "sigmoid", input="x")
_LOG_SIGMOID = Activate(Scale.LOG_SIGMOID, "log_sigmoid", input="x")
_TANH = Activate(Scale.BOUNDED, "tanh", input="x")
_FEATURES = Opaque("features")

_X = "x, name=None"
_XY = "x, y, name=None"
_F = "features, name=None"


def _relu(title: str) -> Api:
    return Api(_F, Activate(Scale.NON_NEGATIVE, title, input="features"))


_SOFTMAX = Api("logits, axis=None, name=None", _LOGITS_SOFTMAX, renamed=_DIM)
_LOG_SOFTMAX = Api("logits, axis=None, name=None", _LOGITS_LOG_SOFTMAX, renamed=_DIM)
_SOFTPLUS = _relu("softplus")
_SOFTSIGN = Api(_F, Activate(Scale.BOUNDED, "softsign", input="features"))
_LOG = Api(_X, Logarithm("x"))
_EXP = Api(_X, Exponential("x"))
_ARGMAX = Api(
    "input, axis=None, output_type='int64', name=None", Hard(True, "input", "axis"), renamed=(("dimension", "axis"),)
)
_OLD_ARGMAX = Api("input, dimension, output_type='int64', name=None", Hard(True, "input", "dimension"))
_ROUND = Api(_X, Hard(input="x"))
_COMPARE = Api(_XY, Hard(input="x", truth=True))
_REDUCE = Api(
    "input_tensor, axis=None, keepdims=False, name=None", Reshape("reduce", "input_tensor"), renamed=_REDUCTION
)
_EXTREME = Api(
    "input_tensor, axis=None, keepdims=False, name=None", Reshape("extreme", "input_tensor"), renamed=_REDUCTION
)
_SUM = Api("input_tensor, axis=None, keepdims=False, name=None", Sum("input_tensor", "axis"), renamed=_REDUCTION)
_RESIZE = Reshape("resize", "images")
_UNIFORM = Api(
    "shape, minval=0, maxval=None, dtype='float32', seed=None, name=None", Makes(dtype="float", shape="shape")
)
_NORMAL = Api("shape, mean=0.0, stddev=1.0, dtype='float32', seed=None, name=None", Makes(dtype="float", shape="shape"))
_SAME = Api("input, name=None", Same())
_CHECK = Api("tensor, message, name=None", Same("tensor"))

FUNCTIONS: dict[str, Api] = {
    NN + "softmax": _SOFTMAX,
    MATH + "softmax": _SOFTMAX,
    NN + "log_softmax": _LOG_SOFTMAX,
    MATH + "log_softmax": _LOG_SOFTMAX,
    **{prefix + "sigmoid": Api(_X, _SIGMOID) for prefix in (NN, MATH, T)},
    **{prefix + "log_sigmoid": Api(_X, _LOG_SIGMOID) for prefix in (MATH, T)},
    **{prefix + "tanh": Api(_X, _TANH) for prefix in (NN, MATH, T)},
    NN + "softplus": _SOFTPLUS,
    MATH + "softplus": _SOFTPLUS,
    NN + "softsign": _SOFTSIGN,
    MATH + "softsign": _SOFTSIGN,
    NN + "relu": _relu("relu"),
    NN + "relu6": _relu("relu6"),
    NN + "elu": Api(_F, _FEATURES),
    NN + "selu": Api(_F, _FEATURES),
    NN + "leaky_relu": Api("features, alpha=0.2, name=None", _FEATURES),
    NN + "gelu": Api("features, approximate=False, name=None", _FEATURES),
    NN + "silu": Api("features, beta=1.0", _FEATURES),
    NN + "swish": Api("features, beta=1.0", _FEATURES),
    NN + "dropout": Api("x, rate, noise_shape=None, seed=None, name=None", Same("x"), renamed=(("keep_prob", "rate"),)),
    NN + "bias_add": Api("value, bias, data_format=None, name=None", Arithmetic("add", "value", "bias")),
    NN + "xw_plus_b": Api("x, weights, biases, name=None", Product("x", "weights")),
    NN + "conv2d": Api(
        "input, filters, strides, padding, data_format='NHWC', dilations=None, name=None",
        Product("input", "filters", rank=4, data_format="data_format"),
        renamed=(("filter", "filters"),),
    ),
    **{
        NN + name: Api(f"{text}, name=None", Opaque())
        for name, text in (
            ("conv1d", "input, filters, stride, padding, data_format='NWC', dilations=None"),
            ("conv3d", "input, filters, strides, padding, data_format='NDHWC', dilations=None"),
            (
                "conv2d_transpose",
                "input, filters, output_shape, strides, padding='SAME', data_format='NHWC', dilations=None",
            ),
            ("depthwise_conv2d", "input, filter, strides, padding, data_format=None, dilations=None"),
            (
                "separable_conv2d",
                "input, depthwise_filter, pointwise_filter, strides, padding, data_format=None, dilations=None",
            ),
        )
    },
    NN + "batch_normalization": Api("x, mean, variance, offset, scale, variance_epsilon, name=None", Opaque("x")),
    **{
        NN + name: Api("input, depth_radius=5, bias=1, alpha=1, beta=0.5, name=None", Opaque())
        for name in ("local_response_normalization", "lrn")
    },
    **{
        NN + f"{kind}_pool{n}d": Api(
            f"input, ksize, strides, padding, data_format='{layout}', name=None", Reshape("resize")
        )
        for kind in ("max", "avg")
        for n, layout in ((1, "NWC"), (2, "NHWC"), (3, "NDHWC"))
    },
    NN + "max_pool": Api(
        "input, ksize, strides, padding, data_format=None, name=None", Reshape("resize"), renamed=(("value", "input"),)
    ),
    NN + "avg_pool": Api(
        "input, ksize, strides, padding, data_format=None, name=None", Reshape("resize"), renamed=(("value", "input"),)
    ),
    NN + "l2_normalize": Api("x, axis=None, epsilon=1e-12, name=None, dim=None", Opaque("x")),
    NN + "embedding_lookup": Api("params, ids, max_norm=None, name=None", Opaque("ids")),
    MATH + "log": _LOG,
    T + "log": _LOG,
    MATH + "log1p": Api(_X, Logarithm("x", "1p")),
    MATH + "exp": _EXP,
    T + "exp": _EXP,
    **{prefix + name: _ARGMAX for prefix in (MATH, T) for name in ("argmax", "argmin")},
    T + "arg_max": _OLD_ARGMAX,
    T + "arg_min": _OLD_ARGMAX,
    **{prefix + name: _ROUND for prefix in (MATH, T) for name in ("round", "floor", "sign")},
    **{
        prefix + name: _COMPARE
        for prefix in (MATH, T)
        for name in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")
    },
    **{prefix + name: Api(_XY, Opaque("x")) for prefix in (MATH, T) for name in ("maximum", "minimum")},
    **{
        prefix + name: Api(_XY, Arithmetic(operator, "x", "y"))
        for prefix in (MATH, T)
        for name, operator in (
            ("add", "add"),
            ("subtract", "sub"),
            ("multiply", "mul"),
            ("divide", "div"),
            ("sub", "sub"),
            ("mul", "mul"),
            ("pow", "pow"),
        )
    },
    **{prefix + "negative": Api(_X, Negative("x")) for prefix in (MATH, T)},
    **{
        T + name: Api(_XY, Arithmetic(operator, "x", "y"))
        for name, operator in (("sub", "sub"), ("mul", "mul"), ("div", "div"))
    },
    T + "neg": Api(_X, Negative("x")),
    T + "clip_by_value": Api(
        "t, clip_value_min, clip_value_max, name=None", Clamp("clip_value_min", "clip_value_max", "t")
    ),
    **{prefix + "reduce_mean": _REDUCE for prefix in (MATH, T)},
    **{prefix + "reduce_max": _EXTREME for prefix in (MATH, T)},
    **{prefix + "reduce_sum": _SUM for prefix in (MATH, T)},
    T + "one_hot": Api(
        "indices, depth, on_value=None, off_value=None, axis=None, dtype=None, name=None",
        OneHot("float", "indices", "dtype", "depth"),
    ),
    T + "cast": Api("x, dtype, name=None", Cast(None, "x", "dtype")),
    T + "saturate_cast": Api("value, dtype, name=None", Cast(None, "value", "dtype")),
    T + "to_float": Api("x, name='ToFloat'", Cast("float", "x")),
    T + "to_double": Api("x, name='ToDouble'", Cast("float", "x")),
    T + "to_int32": Api("x, name='ToInt32'", Cast("int", "x")),
    T + "to_int64": Api("x, name='ToInt64'", Cast("int", "x")),
    T + "reshape": Api("tensor, shape, name=None", Reshape("reshape", "tensor")),
    T + "squeeze": Api("input, axis=None, name=None", Reshape("squeeze"), renamed=(("squeeze_dims", "axis"),)),
    T + "expand_dims": Api("input, axis, name=None", Reshape("unsqueeze"), renamed=_DIM),
    T + "transpose": Api("a, perm=None, conjugate=False, name='transpose'", Reshape("permute", "a", "perm")),
    T + "ensure_shape": Api("x, shape, name=None", Same("x")),
    T + "tile": Api("input, multiples, name=None", Reshape("unknown")),
    T + "concat": Api("values, axis, name='concat'", Join("values", "axis")),
    T + "stack": Api("values, axis=0, name='stack'", Join("values", "axis", new_axis=True)),
    T + "pack": Api("values, axis=0, name='pack'", Join("values", "axis", new_axis=True)),
    T + "identity": _SAME,
    T + "stop_gradient": Api("input, name=None", Detach()),
    T + "check_numerics": _CHECK,
    T + "debugging.check_numerics": _CHECK,
    T + "gather": Api(
        "params, indices, validate_indices=None, axis=None, batch_dims=0, name=None", Reshape("select", "params")
    ),
    T + "gather_nd": Api(
        "params, indices, batch_dims=0, name=None, bad_indices_policy=''", Reshape("select", "params")
    ),
    T + "boolean_mask": Api("tensor, mask, axis=None, name='boolean_mask'", Reshape("select", "tensor")),
    T + "slice": Api("input_, begin, size, name=None", Reshape("unknown", "input_")),
    T + "where": Api("condition, x=None, y=None, name=None", Pick(("x", "y"))),
    T + "matmul": Api(
        "a, b, transpose_a=False, transpose_b=False, adjoint_a=False, adjoint_b=False, a_is_sparse=False, "
        "b_is_sparse=False, output_type=None, grad_a=False, grad_b=False, name=None",
        Product("a", "b", "transpose_b"),
    ),
    T + "tensordot": Api("a, b, axes, name=None", Product("a", "b")),
    T + "Variable": Api(
        "initial_value=None, trainable=None, validate_shape=True, caching_device=None, name=None, **kwargs",
        Weights("initial_value", trained="trainable"),
    ),
    T + "get_variable": Api(
        "name, shape=None, dtype=None, initializer=None, regularizer=None, trainable=None, **kwargs",
        Weights(shape="shape", trained="trainable"),
    ),
    T + "image.resize": Api(
        "images, size, method='bilinear', preserve_aspect_ratio=False, antialias=False, name=None", _RESIZE
    ),
    T + "image.resize_images": Api(
        "images, size, method=0, align_corners=False, preserve_aspect_ratio=False, name=None", _RESIZE
    ),
    T + "image.resize_bilinear": Api("images, size, align_corners=False, name=None, half_pixel_centers=False", _RESIZE),
    T + "placeholder": Api("dtype, shape=None, name=None", Makes(role="data", shape="shape", fed=True)),
    T + "placeholder_with_default": Api(
        "input, shape, name=None", Makes(role="data", shape="shape", dtype_argument=None)
    ),
    T + "convert_to_tensor": Api("value, dtype=None, dtype_hint=None, name=None", FromData("value")),
    T + "constant": Api("value, dtype=None, shape=None, name='Const'", FromData("value")),
    T + "random.uniform": _UNIFORM,
    T + "random_uniform": _UNIFORM,
    T + "random.normal": _NORMAL,
    T + "random_normal": _NORMAL,
    T + "zeros": Api("shape, dtype='float32', name=None, layout=None", Makes(dtype="float", shape="shape")),
    T + "ones": Api("shape, dtype='float32', name=None, layout=None", Makes(dtype="float", shape="shape")),
    T + "fill": Api("dims, value, name=None, layout=None", Makes(dtype_argument=None, fill="value", shape="dims")),
    T + "eye": Api(
        "num_rows, num_columns=None, batch_shape=None, dtype='float32', name=None",
        Makes(Scale.ONE_HOT, "float", rank=2),
    ),
    T + "zeros_like": Api(
        "input, dtype=None, name=None, layout=None", Makes(like="input"), renamed=(("tensor", "input"),)
    ),
    T + "ones_like": Api(
        "input, dtype=None, name=None, layout=None", Makes(like="input"), renamed=(("tensor", "input"),)
    ),
}


# ------------------------------------------------------------------------------------------------- layers of version 1

_WEIGHTS = (
    "activation=None, use_bias=True, kernel_initializer=None, bias_initializer=None, kernel_regularizer=None, "
    "bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None, trainable=True, "
    "name=None, reuse=None"
)
_SLIM = (
    "normalizer_fn=None, normalizer_params=None, weights_initializer=None, weights_regularizer=None, "
    "biases_initializer=None, biases_regularizer=None, reuse=None, variables_collections=None, "
    "outputs_collections=None, trainable=True, scope=None"
)


def _units(n: int | None, units: str = "filters", activation: str = "activation", default: str | None = None) -> Affine:
    return Affine(
        units, -1, None if n is None else n + 2, activation=activation, input="inputs", default_activation=default,
        data_format=None if n is None else "data_format",
    )  # fmt: skip


def _ones(n: int) -> str:
    return "1" if n == 1 else str((1,) * n)


def _conv(n: int) -> Api:
    return Api(
        f"inputs, filters, kernel_size, strides={_ones(n)}, padding='valid', data_format='channels_last', "
        f"dilation_rate={_ones(n)}, {_WEIGHTS}",
        _units(n),
    )


def _conv_transpose(n: int) -> Api:
    return Api(
        f"inputs, filters, kernel_size, strides={_ones(n)}, padding='valid', data_format='channels_last', {_WEIGHTS}",
        _units(n),
    )


def _slim_conv(n: int) -> Api:
    return Api(
        "inputs, num_outputs, kernel_size, stride=1, padding='SAME', data_format=None, rate=1, activation_fn='relu', "
        f"{_SLIM}",
        _units(n, "num_outputs", "activation_fn", "relu"),
    )


_POOL = Api(
    "inputs, pool_size, strides, padding='valid', data_format='channels_last', name=None", Reshape("resize", "inputs")
)
_SLIM_POOL = Api(
    "inputs, kernel_size, stride=2, padding='VALID', data_format='NHWC', outputs_collections=None, scope=None",
    Reshape("resize", "inputs"),
)
_DENSE = Api(f"inputs, units, {_WEIGHTS}", _units(None, "units"))
_FULLY_CONNECTED = Api(
    f"inputs, num_outputs, activation_fn='relu', {_SLIM}", _units(None, "num_outputs", "activation_fn", "relu")
)
_BATCH_NORM = (
    "inputs, axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, *, training=False, trainable=True, "
    "name=None, **kwargs"
)

_VERSION_1: dict[str, Api] = {
    LAYERS + "dense": _DENSE,
    **{LAYERS + f"conv{n}d": _conv(n) for n in (1, 2, 3)},
    **{LAYERS + f"conv{n}d_transpose": _conv_transpose(n) for n in (2, 3)},
    **{
        LAYERS + f"separable_conv{n}d": Api(
            f"inputs, filters, kernel_size, strides={_ones(n)}, padding='valid', data_format='channels_last', "
            f"dilation_rate={_ones(n)}, depth_multiplier=1, activation=None, use_bias=True, **kwargs",
            _units(n),
        )
        for n in (1, 2)
    },
    **{LAYERS + f"{kind}_pooling{n}d": _POOL for kind in ("max", "average") for n in (1, 2, 3)},
    LAYERS + "flatten": Api("inputs, name=None, data_format='channels_last'", Reshape("flatten-batch", "inputs")),
    LAYERS + "dropout": Api(
        "inputs, rate=0.5, noise_shape=None, seed=None, training=False, name=None", Same("inputs")
    ),
    LAYERS + "batch_normalization": Api(_BATCH_NORM, Opaque("inputs")),
    **{
        LAYERS + name: keras.TABLE["keras.layers." + name]
        for name in (
            "Dense", "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D", "Dropout", "Flatten",
            "BatchNormalization", "MaxPooling2D", "AveragePooling2D",
        )
    },
    CONTRIB + "fully_connected": _FULLY_CONNECTED,
    CONTRIB + "relu": Api(
        f"inputs, num_outputs, *, activation_fn='relu', {_SLIM}", _units(None, "num_outputs", "activation_fn", "relu")
    ),
    CONTRIB + "linear": Api(
        f"inputs, num_outputs, *, activation_fn=None, {_SLIM}", _units(None, "num_outputs", "activation_fn")
    ),
    **{CONTRIB + f"conv{n}d": _slim_conv(n) for n in (1, 2, 3)},
    **{CONTRIB + f"convolution{n}d": _slim_conv(n) for n in (1, 2, 3)},
    CONTRIB + "conv2d_transpose": Api(
        "inputs, num_outputs, kernel_size, stride=1, padding='SAME', data_format='NHWC', activation_fn='relu', "
        f"{_SLIM}",
        _units(2, "num_outputs", "activation_fn", "relu"),
    ),
    CONTRIB + "separable_conv2d": Api(
        "inputs, num_outputs, kernel_size, depth_multiplier=1, stride=1, padding='SAME', data_format='NHWC', rate=1, "
        "activation_fn='relu', normalizer_fn=None, **kwargs",
        _units(2, "num_outputs", "activation_fn", "relu"),
    ),
    CONTRIB + "max_pool2d": _SLIM_POOL,
    CONTRIB + "avg_pool2d": _SLIM_POOL,
    CONTRIB + "softmax": Api(
        "logits, scope=None", Activate(Scale.PROBABILITIES, "softmax", input="logits")
    ),
    CONTRIB + "flatten": Api("inputs, outputs_collections=None, scope=None", Reshape("flatten-batch", "inputs")),
    CONTRIB + "dropout": Api(
        "inputs, keep_prob=0.5, noise_shape=None, is_training=True, outputs_collections=None, scope=None, seed=None",
        Same("inputs"),
    ),
    CONTRIB + "batch_norm": Api(
        "inputs, decay=0.999, center=True, scale=False, epsilon=0.001, **kwargs", Opaque("inputs")
    ),
    CONTRIB + "one_hot_encoding": Api(
        "labels, num_classes, on_value=1.0, off_value=0.0, outputs_collections=None, scope=None",
        OneHot("float", "labels", units="num_classes"),
    ),
}  # fmt: skip

TABLE: dict[str, Api] = {**_OF_KERAS, LOSS + "mean_squared_error": _MSE, **LOSSES, **FUNCTIONS, **_VERSION_1}

NAMESPACES: dict[str, str] = {
    "tensorflow.compat.v1": "tensorflow",
    "tensorflow.compat.v2": "tensorflow",
    "tensorflow._api.v1": "tensorflow",
    "tensorflow._api.v2": "tensorflow",
    "tensorflow.python.ops.nn_ops": "tensorflow.nn",
    "tensorflow.python.ops.nn_impl": "tensorflow.nn",
    "tensorflow.python.ops.nn": "tensorflow.nn",
    "tensorflow.python.ops.math_ops": "tensorflow.math",
    "tensorflow.python.ops.clip_ops": "tensorflow",
    "tensorflow.python.ops.array_ops": "tensorflow",
    "tensorflow.python.ops.losses.losses": "tensorflow.losses",
    "tensorflow.python.ops.losses": "tensorflow.losses",
    "tensorflow.contrib.layers.python.layers": "tensorflow.contrib.layers",
    "tensorflow.contrib.framework.nest": "tensorflow.nest",
    "tensorflow.contrib.slim.losses": "tensorflow.contrib.losses",
    "tensorflow.contrib.slim": "tensorflow.contrib.layers",
    "tensorflow.contrib.slim.layers": "tensorflow.contrib.layers",
    "tf_slim.losses": "tensorflow.contrib.losses",
    "tf_slim.layers": "tensorflow.contrib.layers",
    "tf_slim": "tensorflow.contrib.layers",
}
"""Other names of the same modules."""
