"""Keras: Keras 3, tf.keras, tf_keras and the Keras 1 and 2 of old programs, in one table.

Canonical names begin with "keras."; `NAMESPACES` leads the others there. Signatures are those of Keras 3.15, as
`inspect.signature` gives them; `keras.backend`'s are tf_keras 2.21's, because Keras 3 has no functions there any more.
Names that Keras 1 and 2 gave to parameters are `renamed`.
"""

from __future__ import annotations

from losslint.evaluation.values import Scale
from losslint.frameworks.vocabulary import (
    Activate,
    ActivationLayer,
    Affine,
    Api,
    Arithmetic,
    Cast,
    Chain,
    Clamp,
    Detach,
    Effect,
    Exponential,
    FromData,
    Hard,
    Join,
    LabelledData,
    Logarithm,
    Loss,
    Makes,
    Metric,
    Model,
    Negative,
    OneHot,
    Opaque,
    Pick,
    Reshape,
    Same,
    Sum,
    Wrap,
)

A = "keras.activations."
B = "keras.backend."
L = "keras.layers."
LOSS = "keras.losses."
METRIC = "keras.metrics."
OP = "keras.ops."
U = "keras.utils."


# --------------------------------------------------------------------------------------------------------- activations

_SOFTMAX = Activate(Scale.PROBABILITIES, "softmax", "axis", "x")
_LOG_SOFTMAX = Activate(Scale.LOG_PROBABILITIES, "log_softmax", "axis", "x")
_SPARSEMAX = Activate(Scale.PROBABILITIES, "sparsemax", "axis", "x")
_SIGMOID = Activate(Scale.SIGMOID, "sigmoid", input="x")
_LOG_SIGMOID = Activate(Scale.LOG_SIGMOID, "log_sigmoid", input="x")
_HARD_SIGMOID = Activate(Scale.UNIT, "hard_sigmoid", input="x")
_SPARSE_SIGMOID = Activate(Scale.UNIT, "sparse_sigmoid", input="x")
_RELU = Activate(Scale.NON_NEGATIVE, "relu", input="x", unless=("negative_slope", "threshold"))
_PLAIN_RELU = Activate(Scale.NON_NEGATIVE, "relu", input="x")
_RELU6 = Activate(Scale.NON_NEGATIVE, "relu6", input="x")
_SOFTPLUS = Activate(Scale.NON_NEGATIVE, "softplus", input="x")
_SPARSE_PLUS = Activate(Scale.NON_NEGATIVE, "sparse_plus", input="x")
_SQUAREPLUS = Activate(Scale.NON_NEGATIVE, "squareplus", input="x")
_TANH = Activate(Scale.BOUNDED, "tanh", input="x")
_HARD_TANH = Activate(Scale.BOUNDED, "hard_tanh", input="x")
_SOFTSIGN = Activate(Scale.BOUNDED, "softsign", input="x")
_X = Opaque("x")

ACTIVATIONS: dict[str, Effect] = {
    "linear": Same("x"),
    "softmax": _SOFTMAX,
    "log_softmax": _LOG_SOFTMAX,
    "sparsemax": _SPARSEMAX,
    "sigmoid": _SIGMOID,
    "log_sigmoid": _LOG_SIGMOID,
    "hard_sigmoid": _HARD_SIGMOID,
    "sparse_sigmoid": _SPARSE_SIGMOID,
    "relu": _PLAIN_RELU,
    "relu6": _RELU6,
    "softplus": _SOFTPLUS,
    "sparse_plus": _SPARSE_PLUS,
    "squareplus": _SQUAREPLUS,
    "tanh": _TANH,
    "hard_tanh": _HARD_TANH,
    "softsign": _SOFTSIGN,
    "exponential": Exponential("x"),
    "celu": _X,
    "elu": _X,
    "gelu": _X,
    "glu": _X,
    "hard_shrink": _X,
    "hard_silu": _X,
    "hard_swish": _X,
    "leaky_relu": _X,
    "mish": _X,
    "selu": _X,
    "silu": _X,
    "soft_shrink": _X,
    "swish": _X,
    "tanh_shrink": _X,
    "threshold": _X,
}
"""What the string says that an `activation=` argument takes."""

_ACTIVATION_SIGNATURES: dict[str, str] = {
    "softmax": "x, axis=-1",
    "log_softmax": "x, axis=-1",
    "sparsemax": "x, axis=-1",
    "glu": "x, axis=-1",
    "squareplus": "x, b=4",
    "celu": "x, alpha=1.0",
    "elu": "x, alpha=1.0",
    "gelu": "x, approximate=False",
    "hard_shrink": "x, threshold=0.5",
    "soft_shrink": "x, threshold=0.5",
    "leaky_relu": "x, negative_slope=0.2",
    "threshold": "x, threshold, default_value",
}

_ALPHA = (("alpha", "negative_slope"),)

ACTIVATION_FUNCTIONS: dict[str, Api] = {
    **{A + name: Api(_ACTIVATION_SIGNATURES.get(name, "x"), effect) for name, effect in ACTIVATIONS.items()},
    A + "relu": Api("x, negative_slope=0.0, max_value=None, threshold=0.0", _RELU, renamed=_ALPHA),
}


# -------------------------------------------------------------------------------------------------------------- losses


def _loss(title: str, takes: str, family: str, labels: str, flags: bool = False, axis: str | None = None) -> Loss:
    """A Keras loss's contract; `flags` where it has a `from_logits`."""
    return Loss(
        title, takes, family, labels, "keras", input="y_pred", target="y_true",
        class_axis=-1 if labels != "same" else None, logits="from_logits" if flags else None, axis=axis,
    )  # fmt: skip


_BINARY = _loss("BinaryCrossentropy", "probabilities", "sigmoid", "binary", True)
_CATEGORICAL = _loss("CategoricalCrossentropy", "probabilities", "softmax", "one-hot", True, "axis")
_SPARSE = _loss("SparseCategoricalCrossentropy", "probabilities", "softmax", "indices", True, "axis")
_BINARY_FOCAL = _loss("BinaryFocalCrossentropy", "probabilities", "sigmoid", "binary", True)
_CATEGORICAL_FOCAL = _loss("CategoricalFocalCrossentropy", "probabilities", "softmax", "one-hot", True, "axis")
_GENERALIZED = _loss("CategoricalGeneralizedCrossEntropy", "probabilities", "softmax", "indices")

_CALL = "y_true, y_pred, sample_weight=None"
_SUM = "reduction='sum_over_batch_size', name"
_SUM_AXIS = "reduction='sum_over_batch_size', axis=-1, name"
_FOCAL = "alpha=0.25, gamma=2.0, from_logits=False, label_smoothing=0.0, axis=-1"

LOSS_CLASSES: dict[str, tuple[str, str, Loss]] = {
    "BinaryCrossentropy": (
        "binary_crossentropy",
        f"from_logits=False, label_smoothing=0.0, axis=-1, {_SUM}='binary_crossentropy', dtype=None",
        _BINARY,
    ),
    "CategoricalCrossentropy": (
        "categorical_crossentropy",
        f"from_logits=False, label_smoothing=0.0, axis=-1, {_SUM}='categorical_crossentropy', dtype=None",
        _CATEGORICAL,
    ),
    "SparseCategoricalCrossentropy": (
        "sparse_categorical_crossentropy",
        f"from_logits=False, ignore_class=None, {_SUM_AXIS}='sparse_categorical_crossentropy', dtype=None",
        _SPARSE,
    ),
    "BinaryFocalCrossentropy": (
        "binary_focal_crossentropy",
        f"apply_class_balancing=False, {_FOCAL}, {_SUM}='binary_focal_crossentropy', dtype=None",
        _BINARY_FOCAL,
    ),
    "CategoricalFocalCrossentropy": (
        "categorical_focal_crossentropy",
        f"{_FOCAL}, {_SUM}='categorical_focal_crossentropy', dtype=None",
        _CATEGORICAL_FOCAL,
    ),
    "CategoricalGeneralizedCrossEntropy": (
        "categorical_generalized_cross_entropy",
        f"q=0.5, {_SUM}='categorical_generalized_cross_entropy', dtype=None",
        _GENERALIZED,
    ),
    "KLDivergence": (
        "kl_divergence",
        f"{_SUM}='kl_divergence', dtype=None",
        _loss("KLDivergence", "probabilities", "divergence", "probabilities"),
    ),
    "CategoricalHinge": (
        "categorical_hinge",
        f"{_SUM}='categorical_hinge', dtype=None",
        _loss("CategoricalHinge", "any", "margin", "one-hot"),
    ),
    "Hinge": ("hinge", f"{_SUM}='hinge', dtype=None", _loss("Hinge", "any", "margin", "same")),
    "SquaredHinge": (
        "squared_hinge",
        f"{_SUM}='squared_hinge', dtype=None",
        _loss("SquaredHinge", "any", "margin", "same"),
    ),
    "Dice": ("dice", f"{_SUM}='dice', axis=None, dtype=None", _loss("Dice", "any", "overlap", "same")),
    "Tversky": (
        "tversky",
        f"alpha=0.5, beta=0.5, {_SUM}='tversky', axis=None, dtype=None",
        _loss("Tversky", "any", "overlap", "same"),
    ),
    "Circle": (
        "circle",
        "gamma=80.0, margin=0.4, remove_diagonal=True, reduction='sum_over_batch_size', name='circle', dtype=None",
        _loss("Circle", "any", "regression", "same"),
    ),
    "CTC": ("ctc", f"{_SUM}='ctc', dtype=None", _loss("CTC", "any", "margin", "same")),
    "CosineSimilarity": (
        "cosine_similarity",
        f"axis=-1, {_SUM}='cosine_similarity', dtype=None",
        _loss("CosineSimilarity", "any", "regression", "same"),
    ),
    "Huber": ("huber", f"delta=1.0, {_SUM}='huber_loss', dtype=None", _loss("Huber", "any", "regression", "same")),
    **{
        title: (name, f"{_SUM}='{name}', dtype=None", _loss(title, "any", "regression", "same"))
        for title, name in (
            ("LogCosh", "log_cosh"),
            ("MeanAbsoluteError", "mean_absolute_error"),
            ("MeanAbsolutePercentageError", "mean_absolute_percentage_error"),
            ("MeanSquaredError", "mean_squared_error"),
            ("MeanSquaredLogarithmicError", "mean_squared_logarithmic_error"),
            ("Poisson", "poisson"),
        )
    },
}
"""Each loss class: the name of its function, its constructor's signature, its contract."""

_PAIR = "y_true, y_pred"
_LOSS_SIGNATURES: dict[str, str] = {
    "binary_crossentropy": f"{_PAIR}, from_logits=False, label_smoothing=0.0, axis=-1",
    "categorical_crossentropy": f"{_PAIR}, from_logits=False, label_smoothing=0.0, axis=-1",
    "sparse_categorical_crossentropy": f"{_PAIR}, from_logits=False, ignore_class=None, axis=-1",
    "binary_focal_crossentropy": f"{_PAIR}, apply_class_balancing=False, {_FOCAL}",
    "categorical_focal_crossentropy": f"{_PAIR}, {_FOCAL}",
    "categorical_generalized_cross_entropy": f"{_PAIR}, q",
    "circle": f"{_PAIR}, ref_labels=None, ref_embeddings=None, remove_diagonal=True, gamma=80, margin=0.4",
    "dice": f"{_PAIR}, axis=None",
    "tversky": f"{_PAIR}, alpha=0.5, beta=0.5, axis=None",
    "cosine_similarity": f"{_PAIR}, axis=-1",
    "huber": f"{_PAIR}, delta=1.0",
}

_SHORT: dict[str, str] = {
    "bce": "binary_crossentropy",
    "BCE": "binary_crossentropy",
    "kld": "kl_divergence",
    "KLD": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "mse": "mean_squared_error",
    "MSE": "mean_squared_error",
    "mae": "mean_absolute_error",
    "MAE": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "MAPE": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "MSLE": "mean_squared_logarithmic_error",
    "logcosh": "log_cosh",
    "huber_loss": "huber",
    "cosine": "cosine_similarity",
    "cosine_proximity": "cosine_similarity",
}
"""Other names of loss functions, as attributes of `keras.losses` and as strings."""

_FUNCTIONS = {
    function: Api(_LOSS_SIGNATURES.get(function, _PAIR), contract) for function, _, contract in LOSS_CLASSES.values()
}
_FUNCTIONS |= {short: _FUNCTIONS[name] for short, name in _SHORT.items()}

_LOSSES_ONLY = {"categorical_generalized_cross_entropy", "circle", "cosine_similarity", "ctc", "dice", "tversky"}
"""Functions of `keras.losses` that `keras.metrics` never had."""

_OUTPUT = "target, output"


def _backend(contract: Loss, axis: bool = True) -> Loss:
    """The contract of the backend's function of the same loss: (target, output), labels first."""
    return Loss(
        contract.title, contract.takes, contract.family, contract.labels, "keras", input="output", target="target",
        class_axis=-1, logits="from_logits", axis="axis" if axis else None,
    )  # fmt: skip


LOSSES: dict[str, Api] = {
    **{LOSS + name: Api(text, contract, _CALL) for name, (_, text, contract) in LOSS_CLASSES.items()},
    **{LOSS + name: api for name, api in _FUNCTIONS.items()},
    **{METRIC + name: api for name, api in _FUNCTIONS.items() if name not in _LOSSES_ONLY},
    B + "categorical_crossentropy": Api(f"{_OUTPUT}, from_logits=False, axis=-1", _backend(_CATEGORICAL)),
    B + "sparse_categorical_crossentropy": Api(
        f"{_OUTPUT}, from_logits=False, axis=-1, ignore_class=None", _backend(_SPARSE)
    ),
    B + "binary_crossentropy": Api(f"{_OUTPUT}, from_logits=False", _backend(_BINARY, False)),
    B + "categorical_focal_crossentropy": Api(
        f"{_OUTPUT}, alpha=0.25, gamma=2.0, from_logits=False, axis=-1", _backend(_CATEGORICAL_FOCAL)
    ),
    B + "binary_focal_crossentropy": Api(
        f"{_OUTPUT}, apply_class_balancing=False, alpha=0.25, gamma=2.0, from_logits=False",
        _backend(_BINARY_FOCAL, False),
    ),
    OP + "categorical_crossentropy": Api(f"{_OUTPUT}, from_logits=False, axis=-1", _backend(_CATEGORICAL)),
    OP + "sparse_categorical_crossentropy": Api(f"{_OUTPUT}, from_logits=False, axis=-1", _backend(_SPARSE)),
    OP + "binary_crossentropy": Api(f"{_OUTPUT}, from_logits=False", _backend(_BINARY, False)),
}

LOSS_STRINGS: dict[str, str] = {
    **{title: LOSS + title for title in LOSS_CLASSES},
    **{function: LOSS + function for function in _FUNCTIONS},
}
"""What `compile(loss="…")` means, as a canonical name.

"crossentropy" and "ce" aren't among them: Keras chooses the binary, the sparse or the categorical one by the shapes.
"""


# ------------------------------------------------------------------------------------------------------------- metrics

_BINARY_ACCURACY = Metric("BinaryAccuracy", threshold="threshold")
_AUC = Metric("AUC", logits="from_logits")
_METRIC_CALL = "y_true, y_pred, sample_weight=None"

METRICS: dict[str, Api] = {
    METRIC + "BinaryAccuracy": Api("name='binary_accuracy', dtype=None, threshold=0.5", _BINARY_ACCURACY, _METRIC_CALL),
    METRIC + "AUC": Api(
        "num_thresholds=200, curve='ROC', summation_method='interpolation', name=None, dtype=None, thresholds=None, "
        "multi_label=False, num_labels=None, label_weights=None, from_logits=False",
        _AUC,
        _METRIC_CALL,
    ),
    METRIC + "Precision": Api(
        "thresholds=None, top_k=None, class_id=None, name=None, dtype=None",
        Metric("Precision", threshold="thresholds"),
        _METRIC_CALL,
    ),
    METRIC + "Recall": Api(
        "thresholds=None, top_k=None, class_id=None, name=None, dtype=None",
        Metric("Recall", threshold="thresholds"),
        _METRIC_CALL,
    ),
    **{
        METRIC + name: Api(
            "thresholds=None, name=None, dtype=None", Metric(name, threshold="thresholds"), _METRIC_CALL
        )
        for name in ("TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives")
    },
    METRIC + "BinaryIoU": Api(
        "target_class_ids=(0, 1), threshold=0.5, name=None, dtype=None",
        Metric("BinaryIoU", threshold="threshold"),
        _METRIC_CALL,
    ),
    METRIC + "BinaryCrossentropy": Api(
        "name='binary_crossentropy', dtype=None, from_logits=False, label_smoothing=0",
        Metric("BinaryCrossentropy", logits="from_logits"),
        _METRIC_CALL,
    ),
    METRIC + "CategoricalCrossentropy": Api(
        "name='categorical_crossentropy', dtype=None, from_logits=False, label_smoothing=0, axis=-1",
        Metric("CategoricalCrossentropy", logits="from_logits"),
        _METRIC_CALL,
    ),
    METRIC + "SparseCategoricalCrossentropy": Api(
        "name='sparse_categorical_crossentropy', dtype=None, from_logits=False, ignore_class=None, axis=-1",
        Metric("SparseCategoricalCrossentropy", logits="from_logits"),
        _METRIC_CALL,
    ),
    METRIC + "binary_accuracy": Api("y_true, y_pred, threshold=0.5", _BINARY_ACCURACY),
}

METRIC_STRINGS: dict[str, str] = {
    "binary_accuracy": METRIC + "binary_accuracy",
    "BinaryAccuracy": METRIC + "BinaryAccuracy",
    "AUC": METRIC + "AUC",
    "auc": METRIC + "AUC",
    "Precision": METRIC + "Precision",
    "precision": METRIC + "Precision",
    "Recall": METRIC + "Recall",
    "recall": METRIC + "Recall",
}
"""What `compile(metrics=["…"])` means, as a canonical name; "accuracy" is BinaryAccuracy with one output unit."""


# -------------------------------------------------------------------------------------------------------------- layers

_LAYER = "inputs, training=None, mask=None"
_IN = Opaque("inputs")
_KEEP = Same("inputs")
_RESIZE = Reshape("resize", "inputs")

_WEIGHTS = (
    "use_bias=True, kernel_initializer='glorot_uniform', bias_initializer='zeros', kernel_regularizer=None, "
    "bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, bias_constraint=None"
)
_SEPARABLE = (
    "depth_multiplier=1, activation=None, use_bias=True, depthwise_initializer='glorot_uniform', "
    "pointwise_initializer='glorot_uniform', bias_initializer='zeros', depthwise_regularizer=None, "
    "pointwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None, "
    "pointwise_constraint=None, bias_constraint=None, **kwargs"
)
_DEPTHWISE = (
    "activation=None, use_bias=True, depthwise_initializer='glorot_uniform', bias_initializer='zeros', "
    "depthwise_regularizer=None, bias_regularizer=None, activity_regularizer=None, depthwise_constraint=None, "
    "bias_constraint=None, **kwargs"
)
_RECURRENT = (
    "use_bias=True, kernel_initializer='glorot_uniform', recurrent_initializer='orthogonal', bias_initializer='zeros'"
)
_REGULAR = (
    "kernel_regularizer=None, recurrent_regularizer=None, bias_regularizer=None, activity_regularizer=None, "
    "kernel_constraint=None, recurrent_constraint=None, bias_constraint=None, dropout=0.0, recurrent_dropout=0.0"
)
_SEQUENCE = "return_sequences=False, return_state=False, go_backwards=False, stateful=False"
_NORM = "beta_regularizer=None, gamma_regularizer=None, beta_constraint=None, gamma_constraint=None"
_POOL = "strides=None, padding='valid', data_format=None, name=None, **kwargs"

_OLD_DENSE = (("output_dim", "units"), ("bias", "use_bias"), ("init", "kernel_initializer"))
_OLD_CONV = (
    ("nb_filter", "filters"),
    ("border_mode", "padding"),
    ("subsample", "strides"),
    ("dim_ordering", "data_format"),
    ("bias", "use_bias"),
    ("init", "kernel_initializer"),
)


def _layer(text: str, effect: Effect, renamed: tuple[tuple[str, str], ...] = (), call: str = _LAYER) -> Api:
    return Api(text, effect, call, renamed)


def _unit(n: int) -> str:
    """A convolution's default stride, as Keras writes it for so many dimensions."""
    return "1" if n == 1 else str((1,) * n)


def _size(n: int) -> str:
    """A max pooling's default size, likewise."""
    return "2" if n == 1 else str((2,) * n)


def _convolution(n: int) -> Api:
    return _layer(
        f"filters, kernel_size, strides={_unit(n)}, padding='valid', data_format=None, dilation_rate={_unit(n)}, "
        f"groups=1, activation=None, {_WEIGHTS}, **kwargs",
        Affine("filters", -1, n + 2, activation="activation", input="inputs", data_format="data_format"),
        _OLD_CONV,
    )


def _transpose(n: int) -> Api:
    order = "data_format=None, output_padding=None" if n == 3 else "output_padding=None, data_format=None"
    return _layer(
        f"filters, kernel_size, strides={_unit(n)}, padding='valid', {order}, dilation_rate={_unit(n)}, "
        f"activation=None, {_WEIGHTS}, **kwargs",
        Affine("filters", -1, n + 2, activation="activation", input="inputs", data_format="data_format"),
        _OLD_CONV,
    )


def _separable(n: int) -> Api:
    return _layer(
        f"filters, kernel_size, strides={_unit(n)}, padding='valid', data_format=None, dilation_rate={_unit(n)}, "
        f"{_SEPARABLE}",
        Affine("filters", -1, n + 2, activation="activation", input="inputs", data_format="data_format"),
        _OLD_CONV,
    )


def _depthwise(n: int) -> Api:
    return _layer(
        f"kernel_size, strides={_unit(n)}, padding='valid', depth_multiplier=1, data_format=None, "
        f"dilation_rate={_unit(n)}, {_DEPTHWISE}",
        Affine(None, -1, n + 2, activation="activation", input="inputs", data_format="data_format"),
    )


_STATE = Opaque("sequences", 2, "keras-recurrent")
_SEQUENCES = "sequences, initial_state=None, mask=None, training=None"
_LSTM = _layer(
    f"units, activation='tanh', recurrent_activation='sigmoid', {_RECURRENT}, unit_forget_bias=True, {_REGULAR}, "
    f"seed=None, {_SEQUENCE}, unroll=False, use_cudnn='auto', **kwargs",
    _STATE,
    _OLD_DENSE,
    _SEQUENCES,
)
_GRU = _layer(
    f"units, activation='tanh', recurrent_activation='sigmoid', {_RECURRENT}, {_REGULAR}, seed=None, {_SEQUENCE}, "
    "unroll=False, reset_after=True, use_cudnn='auto', **kwargs",
    _STATE,
    _OLD_DENSE,
    _SEQUENCES,
)
_CONV_LSTM = (
    "filters, kernel_size, strides=1, padding='valid', data_format=None, dilation_rate=1, activation='tanh', "
    f"recurrent_activation='sigmoid', {_RECURRENT}, unit_forget_bias=True, {_REGULAR}, seed=None, {_SEQUENCE}, **kwargs"
)

LAYERS: dict[str, Api] = {
    L + "Dense": _layer(
        f"units, activation=None, {_WEIGHTS}, lora_rank=None, lora_alpha=None, quantization_config=None, **kwargs",
        Affine("units", -1, activation="activation", input="inputs"),
        _OLD_DENSE,
    ),
    L + "EinsumDense": _layer(
        "equation, output_shape, activation=None, bias_axes=None, kernel_initializer='glorot_uniform', "
        "bias_initializer='zeros', kernel_regularizer=None, bias_regularizer=None, kernel_constraint=None, "
        "bias_constraint=None, lora_rank=None, lora_alpha=None, gptq_unpacked_column_size=None, "
        "quantization_config=None, **kwargs",
        Affine(None, None, keeps_rank=False, activation="activation", input="inputs"),
    ),
    **{L + f"Conv{n}D": _convolution(n) for n in (1, 2, 3)},
    **{L + f"Convolution{n}D": _convolution(n) for n in (1, 2, 3)},
    **{L + f"Conv{n}DTranspose": _transpose(n) for n in (1, 2, 3)},
    **{L + f"Convolution{n}DTranspose": _transpose(n) for n in (1, 2, 3)},
    **{L + f"Deconvolution{n}D": _transpose(n) for n in (2, 3)},
    **{L + f"AtrousConvolution{n}D": _convolution(n) for n in (1, 2)},
    **{L + f"SeparableConv{n}D": _separable(n) for n in (1, 2)},
    **{L + f"SeparableConvolution{n}D": _separable(n) for n in (1, 2)},
    **{L + f"DepthwiseConv{n}D": _depthwise(n) for n in (1, 2)},
    **{
        L + f"LocallyConnected{n}D": _layer(
            f"filters, kernel_size, strides={_unit(n)}, padding='valid', data_format=None, activation=None, **kwargs",
            Affine("filters", -1, n + 2, activation="activation", input="inputs", data_format="data_format"),
            _OLD_CONV,
        )
        for n in (1, 2)
    },
    L + "Activation": _layer("activation, **kwargs", ActivationLayer()),
    L + "Lambda": _layer(
        "function, output_shape=None, mask=None, arguments=None, **kwargs", ActivationLayer("function")
    ),
    L + "Softmax": _layer("axis=-1, **kwargs", Activate(Scale.PROBABILITIES, "Softmax", "axis", "inputs")),
    L + "ReLU": _layer(
        "max_value=None, negative_slope=0.0, threshold=0.0, **kwargs",
        Activate(Scale.NON_NEGATIVE, "ReLU", input="inputs", unless=("negative_slope", "threshold")),
    ),
    L + "ThresholdedReLU": _layer(
        "theta=1.0, **kwargs", Activate(Scale.NON_NEGATIVE, "ThresholdedReLU", input="inputs")
    ),
    L + "LeakyReLU": _layer("negative_slope=0.3, **kwargs", _IN, _ALPHA),
    L + "PReLU": _layer(
        "alpha_initializer='Zeros', alpha_regularizer=None, alpha_constraint=None, shared_axes=None, **kwargs", _IN
    ),
    L + "ELU": _layer("alpha=1.0, **kwargs", _IN),
    L + "Identity": _layer("**kwargs", _KEEP),
    L + "InputLayer": _layer(
        "shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None, input_tensor=None, "
        "optional=False, name=None, **kwargs",
        _KEEP,
        (("input_shape", "shape"), ("batch_input_shape", "batch_shape")),
    ),
    L + "Dropout": _layer("rate, noise_shape=None, seed=None, **kwargs", _KEEP, (("p", "rate"),)),
    L + "SpatialDropout1D": _layer("rate, seed=None, name=None, dtype=None", _KEEP),
    L + "SpatialDropout2D": _layer("rate, data_format=None, seed=None, name=None, dtype=None", _KEEP),
    L + "SpatialDropout3D": _layer("rate, data_format=None, seed=None, name=None, dtype=None", _KEEP),
    L + "AlphaDropout": _layer("rate, noise_shape=None, seed=None, **kwargs", _IN),
    L + "GaussianDropout": _layer("rate, seed=None, **kwargs", _IN),
    L + "GaussianNoise": _layer("stddev, seed=None, **kwargs", _IN),
    L + "ActivityRegularization": _layer("l1=0.0, l2=0.0, **kwargs", _KEEP),
    L + "Masking": _layer("mask_value=0.0, **kwargs", _KEEP),
    L + "Flatten": _layer("data_format=None, **kwargs", Reshape("flatten-batch", "inputs")),
    L + "Reshape": _layer("target_shape, **kwargs", Reshape("reshape-batch", "inputs", "target_shape")),
    L + "Permute": _layer("dims, **kwargs", Reshape("permute-batch", "inputs", "dims")),
    L + "RepeatVector": _layer("n, **kwargs", Reshape("unknown", "inputs")),
    L + "Embedding": _layer(
        "input_dim, output_dim, embeddings_initializer='uniform', embeddings_regularizer=None, "
        "embeddings_constraint=None, mask_zero=False, weights=None, lora_rank=None, lora_alpha=None, "
        "quantization_config=None, **kwargs",
        Opaque("inputs", outputs="embedding"),
    ),
    L + "LSTM": _LSTM,
    L + "GRU": _GRU,
    L + "CuDNNLSTM": _layer(f"units, {_SEQUENCE}, **kwargs", _STATE, (), _SEQUENCES),
    L + "CuDNNGRU": _layer(f"units, {_SEQUENCE}, **kwargs", _STATE, (), _SEQUENCES),
    L + "SimpleRNN": _layer(
        f"units, activation='tanh', {_RECURRENT}, {_REGULAR}, {_SEQUENCE}, unroll=False, seed=None, **kwargs",
        _STATE,
        _OLD_DENSE,
        _SEQUENCES,
    ),
    L + "RNN": _layer(f"cell, {_SEQUENCE}, unroll=False, zero_output_for_mask=False, **kwargs", _STATE, (), _SEQUENCES),
    **{
        L + f"ConvLSTM{n}D": _layer(_CONV_LSTM, Opaque("sequences", n + 2, "keras-recurrent"), _OLD_CONV, _SEQUENCES)
        for n in (1, 2, 3)
    },
    L + "TimeDistributed": Api("layer, **kwargs", Wrap("layer")),
    L + "Bidirectional": Api("layer, merge_mode='concat', weights=None, backward_layer=None, **kwargs", Wrap("layer")),
    L + "SpectralNormalization": Api("layer, power_iterations=1, **kwargs", Wrap("layer")),
    L + "BatchNormalization": _layer(
        "axis=-1, momentum=0.99, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', "
        "gamma_initializer='ones', moving_mean_initializer='zeros', moving_variance_initializer='ones', "
        f"{_NORM}, renorm=False, renorm_clipping=None, renorm_momentum=0.99, synchronized=False, **kwargs",
        _IN,
        (("mode", "axis"),),
    ),
    L + "SyncBatchNormalization": _layer("axis=-1, momentum=0.99, epsilon=0.001, **kwargs", _IN),
    L + "LayerNormalization": _layer(
        "axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', gamma_initializer='ones', "
        f"{_NORM}, **kwargs",
        _IN,
    ),
    L + "GroupNormalization": _layer(
        "groups=32, axis=-1, epsilon=0.001, center=True, scale=True, beta_initializer='zeros', "
        f"gamma_initializer='ones', {_NORM}, **kwargs",
        _IN,
    ),
    L + "RMSNormalization": _layer("axis=-1, epsilon=1e-06, **kwargs", Opaque("x"), (), "x"),
    L + "UnitNormalization": _layer("axis=-1, **kwargs", _IN),
    L + "Normalization": _layer("axis=-1, mean=None, variance=None, invert=False, **kwargs", _IN),
    L + "Rescaling": _layer("scale, offset=0.0, **kwargs", _IN),
    L + "Attention": _layer("use_scale=False, score_mode='dot', dropout=0.0, seed=None, **kwargs", _IN),
    L + "AdditiveAttention": _layer("use_scale=True, dropout=0.0, **kwargs", _IN),
    L + "MultiHeadAttention": _layer(
        "num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None, attention_axes=None, "
        "sliding_window=None, flash_attention=None, kernel_initializer='glorot_uniform', bias_initializer='zeros', "
        "kernel_regularizer=None, bias_regularizer=None, activity_regularizer=None, kernel_constraint=None, "
        "bias_constraint=None, use_gate=False, seed=None, **kwargs",
        Opaque("query", outputs="unknown"),
        (),
        "query, value, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None, "
        "return_attention_scores=False, training=None, use_causal_mask=False",
    ),
    **{
        L + f"{name}{n}D": _layer(f"pool_size{f'={_size(n)}' if name.startswith('Max') else ''}, {_POOL}", _RESIZE)
        for name in ("MaxPooling", "MaxPool", "AveragePooling", "AvgPool")
        for n in (1, 2, 3)
    },
    **{
        L + f"Global{kind}{n}D": _layer("data_format=None, keepdims=False, **kwargs", Reshape("global-pool", "inputs"))
        for kind in ("AveragePooling", "AvgPool", "MaxPooling", "MaxPool")
        for n in (1, 2, 3)
    },
    **{
        L + f"Adaptive{kind}Pooling{n}D": _layer("output_size, data_format=None, **kwargs", _RESIZE)
        for kind in ("Average", "Max")
        for n in (1, 2, 3)
    },
    L + "UpSampling1D": _layer("size=2, **kwargs", _RESIZE),
    L + "UpSampling2D": _layer("size=(2, 2), data_format=None, interpolation='nearest', **kwargs", _RESIZE),
    L + "UpSampling3D": _layer("size=(2, 2, 2), data_format=None, **kwargs", _RESIZE),
    L + "Resizing": _layer(
        "height, width, interpolation='bilinear', crop_to_aspect_ratio=False, pad_to_aspect_ratio=False, "
        "fill_mode='constant', fill_value=0.0, antialias=False, data_format=None, **kwargs",
        Reshape("resize", "data"),
        (),
        "data, training=True",
    ),
    L + "Cropping1D": _layer("cropping=(1, 1), **kwargs", _RESIZE),
    L + "Cropping2D": _layer("cropping=((0, 0), (0, 0)), data_format=None, **kwargs", _RESIZE),
    L + "Cropping3D": _layer("cropping=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs", _RESIZE),
    L + "ZeroPadding1D": _layer("padding=1, data_format=None, **kwargs", _IN),
    L + "ZeroPadding2D": _layer("padding=(1, 1), data_format=None, **kwargs", _IN),
    L + "ZeroPadding3D": _layer("padding=((1, 1), (1, 1), (1, 1)), data_format=None, **kwargs", _IN),
    L + "Concatenate": _layer("axis=-1, **kwargs", Join("inputs", "axis")),
    L + "concatenate": Api("inputs, axis=-1, **kwargs", Join("inputs", "axis")),
    L + "Average": _layer("**kwargs", Join("inputs", "", elementwise=True)),
    L + "average": Api("inputs, **kwargs", Join("inputs", "", elementwise=True)),
    **{L + name: _layer("**kwargs", _IN) for name in ("Add", "Subtract", "Multiply", "Maximum", "Minimum")},
    **{L + name: Api("inputs, **kwargs", _IN) for name in ("add", "subtract", "multiply", "maximum", "minimum")},
    L + "Dot": _layer("axes, normalize=False, **kwargs", _IN),
    L + "dot": Api("inputs, axes=-1, **kwargs", _IN),
}

_INPUT = Api(
    "shape=None, batch_size=None, dtype=None, sparse=None, ragged=None, batch_shape=None, name=None, tensor=None, "
    "optional=False",
    Makes(role="data", shape="shape", batch=True),
    renamed=(("batch_input_shape", "batch_shape"),),
)
_SEQUENTIAL = Api(
    "layers=None, trainable=True, name=None", Chain("keras-sequential"), "inputs, training=None, mask=None, **kwargs"
)
_MODEL = Api(
    "inputs=None, outputs=None, name=None, **kwargs",
    Chain("keras-model"),
    "inputs, training=None, mask=None",
    (("input", "inputs"), ("output", "outputs")),
)

DATASETS: dict[str, Api] = {
    "keras.datasets.mnist.load_data": Api("path='mnist.npz'", LabelledData(1, classes=10, dtype="uint8")),
    "keras.datasets.fashion_mnist.load_data": Api("", LabelledData(1, classes=10, dtype="uint8")),
    "keras.datasets.cifar10.load_data": Api("", LabelledData(2, classes=10, dtype="uint8")),
    "keras.datasets.cifar100.load_data": Api(
        "label_mode='fine'", LabelledData(2, classes=100, dtype="int64", unless=("label_mode",))
    ),
    "keras.datasets.imdb.load_data": Api(
        "path='imdb.npz', num_words=None, skip_top=0, maxlen=None, seed=113, start_char=1, oov_char=2, index_from=3, **kwargs",
        LabelledData(1, classes=2, dtype="int64"),
    ),
    "keras.datasets.reuters.load_data": Api(
        "path='reuters.npz', num_words=None, skip_top=0, maxlen=None, test_split=0.2, seed=113, start_char=1, oov_char=2, "
        "index_from=3",
        LabelledData(1, classes=46, dtype="int64"),
    ),
}
"""The data sets that Keras brings, whose labels are class indices."""

_LOADED = Api("filepath, custom_objects=None, compile=True, safe_mode=True", Chain("keras-loaded"), "inputs")

CONTAINERS: dict[str, Api] = {
    "keras.models.load_model": _LOADED,
    "keras.saving.load_model": _LOADED,
    **DATASETS,
    "keras.Input": _INPUT,
    L + "Input": _INPUT,
    "keras.Sequential": _SEQUENTIAL,
    "keras.models.Sequential": _SEQUENTIAL,
    "keras.Model": _MODEL,
    "keras.models.Model": _MODEL,
    "keras.models.Functional": _MODEL,
}


# ----------------------------------------------------------------------------------------- keras.ops and keras.backend


def _number_functions(prefix: str) -> dict[str, Api]:
    """What `keras.ops` and the old `keras.backend` share, name and signature."""
    return {
        prefix + "softmax": Api("x, axis=-1", _SOFTMAX),
        prefix + "sigmoid": Api("x", _SIGMOID),
        prefix + "hard_sigmoid": Api("x", _HARD_SIGMOID),
        prefix + "softplus": Api("x", _SOFTPLUS),
        prefix + "softsign": Api("x", _SOFTSIGN),
        prefix + "tanh": Api("x", _TANH),
        prefix + "elu": Api("x, alpha=1.0", _X),
        prefix + "log": Api("x", Logarithm("x")),
        prefix + "exp": Api("x", Exponential("x")),
        prefix + "cast": Api("x, dtype", Cast(None, "x", "dtype")),
        prefix + "mean": Api("x, axis=None, keepdims=False", Reshape("reduce", "x")),
        prefix + "sum": Api("x, axis=None, keepdims=False", Sum("x", "axis")),
        prefix + "stack": Api("x, axis=0", Join("x", "axis", new_axis=True)),
        prefix + "maximum": Api("x1, x2" if prefix == OP else "x, y", Opaque("x1" if prefix == OP else "x")),
        prefix + "minimum": Api("x1, x2" if prefix == OP else "x, y", Opaque("x1" if prefix == OP else "x")),
    }


_GREATER = ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal")

OPS: dict[str, Api] = {
    **_number_functions(OP),
    OP + "log_softmax": Api("x, axis=-1", _LOG_SOFTMAX),
    OP + "log_sigmoid": Api("x", _LOG_SIGMOID),
    OP + "sparsemax": Api("x, axis=-1", _SPARSEMAX),
    OP + "sparse_sigmoid": Api("x", _SPARSE_SIGMOID),
    OP + "sparse_plus": Api("x", _SPARSE_PLUS),
    OP + "squareplus": Api("x, b=4", _SQUAREPLUS),
    OP + "relu": Api("x", _PLAIN_RELU),
    OP + "relu6": Api("x", _RELU6),
    OP + "hard_tanh": Api("x", _HARD_TANH),
    **{OP + name: Api("x", _X) for name in ("selu", "silu", "swish", "hard_silu", "hard_swish", "tanh_shrink")},
    OP + "gelu": Api("x, approximate=True", _X),
    OP + "leaky_relu": Api("x, negative_slope=0.2", _X),
    OP + "log2": Api("x", Logarithm("x", "2")),
    OP + "log10": Api("x", Logarithm("x", "10")),
    OP + "log1p": Api("x", Logarithm("x", "1p")),
    OP + "clip": Api("x, x_min, x_max", Clamp("x_min", "x_max", "x")),
    OP + "one_hot": Api(
        "x, num_classes, axis=-1, dtype=None, sparse=False", OneHot("float", "x", "dtype", "num_classes")
    ),
    OP + "argmax": Api("x, axis=None, keepdims=False", Hard(True, "x", "axis")),
    OP + "argmin": Api("x, axis=None, keepdims=False", Hard(True, "x", "axis")),
    OP + "round": Api("x, decimals=0", Hard(input="x")),
    OP + "floor": Api("x", Hard(input="x")),
    OP + "sign": Api("x", Hard(input="x")),
    **{OP + name: Api("x1, x2", Hard(input="x1", truth=True)) for name in _GREATER},
    OP + "amax": Api("x, axis=None, keepdims=False", Reshape("extreme", "x")),
    OP + "max": Api("x, axis=None, keepdims=False, initial=None", Reshape("extreme", "x")),
    OP + "negative": Api("x", Negative("x")),
    OP + "power": Api("x1, x2", Arithmetic("pow", "x1", "x2")),
    **{
        OP + name: Api("x1, x2", Arithmetic(operator, "x1", "x2"))
        for name, operator in (("add", "add"), ("subtract", "sub"), ("multiply", "mul"), ("divide", "div"))
    },
    OP + "reshape": Api("x, newshape", Reshape("reshape", "x", "newshape")),
    OP + "ravel": Api("x", Reshape("ravel", "x")),
    OP + "squeeze": Api("x, axis=None", Reshape("squeeze", "x")),
    OP + "expand_dims": Api("x, axis", Reshape("unsqueeze", "x")),
    OP + "transpose": Api("x, axes=None", Reshape("permute", "x", "axes")),
    OP + "swapaxes": Api("x, axis1, axis2", Reshape("transpose", "x")),
    OP + "moveaxis": Api("x, source, destination", Reshape("unknown", "x")),
    OP + "concatenate": Api("xs, axis=0", Join("xs", "axis")),
    OP + "where": Api("condition, x1=None, x2=None", Pick(("x1", "x2"))),
    OP + "take": Api("x, indices, axis=None", Reshape("select", "x")),
    OP + "take_along_axis": Api("x, indices, axis=None", Reshape("gather", "x")),
    OP + "copy": Api("x", Same("x")),
    OP + "nan_to_num": Api("x, nan=0.0, posinf=None, neginf=None", Same("x")),
    OP + "stop_gradient": Api("variable", Detach("variable")),
    OP + "convert_to_tensor": Api("x, dtype=None, sparse=None, ragged=None", FromData("x")),
    OP + "convert_to_numpy": Api("x", Detach("x")),
    OP + "array": Api("x, dtype=None", FromData("x")),
    OP + "matmul": Api("x1, x2", Opaque("x1")),
    OP + "dot": Api("x1, x2", Opaque("x1")),
    OP + "zeros": Api("shape, dtype=None", Makes(dtype="float", shape="shape")),
    OP + "ones": Api("shape, dtype=None", Makes(dtype="float", shape="shape")),
    OP + "full": Api("shape, fill_value, dtype=None", Makes(fill="fill_value", shape="shape")),
    OP + "eye": Api("N, M=None, k=0, dtype=None", Makes(Scale.ONE_HOT, "float", rank=2)),
    OP + "zeros_like": Api("x, dtype=None", Makes(like="x")),
    OP + "ones_like": Api("x, dtype=None", Makes(like="x")),
}

BACKEND: dict[str, Api] = {
    **_number_functions(B),
    B + "relu": Api(
        "x, alpha=0.0, max_value=None, threshold=0.0",
        Activate(Scale.NON_NEGATIVE, "relu", input="x", unless=("alpha", "threshold")),
    ),
    B + "clip": Api("x, min_value, max_value", Clamp("min_value", "max_value", "x")),
    B + "one_hot": Api("indices, num_classes", OneHot("float", "indices", units="num_classes")),
    B + "argmax": Api("x, axis=-1", Hard(True, "x", "axis")),
    B + "argmin": Api("x, axis=-1", Hard(True, "x", "axis")),
    B + "round": Api("x", Hard(input="x")),
    B + "sign": Api("x", Hard(input="x")),
    **{B + name: Api("x, y", Hard(input="x", truth=True)) for name in _GREATER},
    B + "max": Api("x, axis=None, keepdims=False", Reshape("extreme", "x")),
    B + "pow": Api("x, a", Arithmetic("pow", "x", "a")),
    B + "reshape": Api("x, shape", Reshape("reshape", "x")),
    B + "flatten": Api("x", Reshape("unknown", "x")),
    B + "batch_flatten": Api("x", Reshape("flatten-batch", "x")),
    B + "squeeze": Api("x, axis", Reshape("squeeze", "x")),
    B + "expand_dims": Api("x, axis=-1", Reshape("unsqueeze", "x")),
    B + "permute_dimensions": Api("x, pattern", Reshape("permute", "x", "pattern")),
    B + "transpose": Api("x", Reshape("transposed", "x")),
    B + "concatenate": Api("tensors, axis=-1", Join("tensors", "axis")),
    B + "switch": Api("condition, then_expression, else_expression", Pick(("then_expression", "else_expression"))),
    B + "gather": Api("reference, indices", Reshape("select", "reference")),
    B + "stop_gradient": Api("variables", Detach("variables")),
    B + "get_value": Api("x", Same("x")),
    B + "eval": Api("x", Same("x")),
    B + "dot": Api("x, y", Opaque("x")),
    B + "batch_dot": Api("x, y, axes=None", Opaque("x")),
    B + "dropout": Api("x, level, noise_shape=None, seed=None", Same("x")),
    B + "variable": Api("value, dtype=None, name=None, constraint=None", FromData("value")),
    B + "constant": Api("value, dtype=None, shape=None, name=None", FromData("value")),
    B + "placeholder": Api(
        "shape=None, ndim=None, dtype=None, sparse=False, name=None, ragged=False", Makes(role="data", shape="shape")
    ),
    B + "zeros": Api("shape, dtype=None, name=None", Makes(dtype="float", shape="shape")),
    B + "ones": Api("shape, dtype=None, name=None", Makes(dtype="float", shape="shape")),
    B + "zeros_like": Api("x, dtype=None, name=None", Makes(like="x")),
    B + "ones_like": Api("x, dtype=None, name=None", Makes(like="x")),
}

UTILS: dict[str, Api] = {
    U + "to_categorical": Api(
        "x, num_classes=None",
        OneHot("float", "x", units="num_classes", drops_column=True),
        renamed=(("y", "x"), ("nb_classes", "num_classes")),
    ),
    U + "normalize": Api("x, axis=-1, order=2", Opaque("x")),
    U + "multi_gpu_model": Api("model, gpus=None, cpu_merge=True, cpu_relocation=False", Wrap("model")),
}


# -------------------------------------------------------------------------------------------------------- applications

_APPLICATION = Model(
    "logits", "classes", activation="classifier_activation", default_activation="softmax", conditional="include_top"
)
_FROM = "weights='imagenet', input_tensor=None"
_TOP = "classes=1000, classifier_activation='softmax'"


def _application(text: str) -> Api:
    return Api(text, _APPLICATION, _LAYER)


def _usual(name: str, shown: str) -> tuple[str, Api]:
    text = f"include_top=True, {_FROM}, input_shape=None, pooling=None, {_TOP}, name='{shown}'"
    return f"keras.applications.{name}", _application(text)


def _convnext(name: str) -> tuple[str, Api]:
    return f"keras.applications.ConvNeXt{name}", _application(
        f"include_top=True, include_preprocessing=True, {_FROM}, input_shape=None, pooling=None, {_TOP}, "
        f"name='convnext_{name.lower()}'"
    )


def _efficientnet_v2(name: str) -> tuple[str, Api]:
    return f"keras.applications.EfficientNetV2{name}", _application(
        f"include_top=True, {_FROM}, input_shape=None, pooling=None, {_TOP}, include_preprocessing=True, "
        f"name='efficientnetv2-{name.lower()}'"
    )


def _mobilenet_v3(name: str) -> tuple[str, Api]:
    return f"keras.applications.{name}", _application(
        f"input_shape=None, alpha=1.0, minimalistic=False, include_top=True, {_FROM}, classes=1000, pooling=None, "
        f"dropout_rate=0.2, classifier_activation='softmax', include_preprocessing=True, name='{name}'"
    )


APPLICATIONS: dict[str, Api] = dict(
    [
        *(_usual(name, name.lower()) for name in ("VGG16", "VGG19", "Xception")),
        *(_usual(f"ResNet{n}{v}", f"resnet{n}{v.lower()}") for n in (50, 101, 152) for v in ("", "V2")),
        *(_usual(f"DenseNet{n}", f"densenet{n}") for n in (121, 169, 201)),
        *(_usual(f"EfficientNetB{n}", f"efficientnetb{n}") for n in range(8)),
        _usual("InceptionV3", "inception_v3"),
        _usual("InceptionResNetV2", "inception_resnet_v2"),
        *(_convnext(name) for name in ("Tiny", "Small", "Base", "Large", "XLarge")),
        *(_efficientnet_v2(name) for name in ("B0", "B1", "B2", "B3", "S", "M", "L")),
        *(_mobilenet_v3(f"MobileNetV3{name}") for name in ("Small", "Large")),
        (
            "keras.applications.MobileNet",
            _application(
                f"input_shape=None, alpha=1.0, depth_multiplier=1, dropout=0.001, include_top=True, {_FROM}, "
                f"pooling=None, {_TOP}, name=None"
            ),
        ),
        (
            "keras.applications.MobileNetV2",
            _application(f"input_shape=None, alpha=1.0, include_top=True, {_FROM}, pooling=None, {_TOP}, name=None"),
        ),
        *(
            (
                f"keras.applications.NASNet{name}",
                _application(
                    f"input_shape=None, include_top=True, {_FROM}, pooling=None, {_TOP}, name='nasnet_{name.lower()}'"
                ),
            )
            for name in ("Large", "Mobile")
        ),
    ]
)

TABLE: dict[str, Api] = {
    **ACTIVATION_FUNCTIONS,
    **OPS,
    **BACKEND,
    **UTILS,
    **METRICS,
    **LOSSES,
    **LAYERS,
    **CONTAINERS,
    **APPLICATIONS,
}

NAMESPACES: dict[str, str] = {
    "tensorflow.keras": "keras",
    "tensorflow.python.keras": "keras",
    "tensorflow._api.v2.keras": "keras",
    "tensorflow._api.v1.keras": "keras",
    "tensorflow.contrib.keras": "keras",
    "tf_keras": "keras",
    "keras.src": "keras",
    "keras.api": "keras",
    "keras._tf_keras.keras": "keras",
    "keras._tf_keras": "keras",
    "keras.python.keras": "keras",
    "keras.keras": "keras",
    "keras.v1": "keras",
    "keras.v2": "keras",
    "keras.objectives": "keras.losses",
    "keras.backend_legacy": "keras.backend",
    "keras.engine.topology": "keras.layers",
    "keras.engine.input_layer": "keras.layers",
    "keras.engine.sequential": "keras.models",
    "keras.engine.training": "keras.models",
    "keras.engine.functional": "keras.models",
    "keras.engine": "keras.models",
    "keras_applications": "keras.applications",
}  # fmt: skip
"""Other names of the same modules."""
