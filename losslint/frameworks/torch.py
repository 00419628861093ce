"""PyTorch: torch, torch.nn, torch.nn.functional, torch.special, and the methods of a tensor.

Signatures are those of torch 2.13.0, as `inspect.signature` or the documentation gives them.
"""

from __future__ import annotations

import re

from losslint.evaluation.values import Scale
from losslint.frameworks.vocabulary import (
    Activate,
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
    Logarithm,
    Loss,
    Makes,
    MaxAlong,
    Negative,
    OneHot,
    Opaque,
    Pick,
    Product,
    Reshape,
    Same,
    Scatter,
    Sum,
    Switch,
    Weights,
    Wrap,
)

P = "torch.nn.functional."
N = "torch.nn."

SOFTMAX = Activate(Scale.PROBABILITIES, "softmax", "dim")
LOG_SOFTMAX = Activate(Scale.LOG_PROBABILITIES, "log_softmax", "dim")
SIGMOID = Activate(Scale.SIGMOID, "sigmoid")
LOG_SIGMOID = Activate(Scale.LOG_SIGMOID, "logsigmoid")
RELU = Activate(Scale.NON_NEGATIVE, "relu")
TANH = Activate(Scale.BOUNDED, "tanh")
GUMBEL = Activate(Scale.PROBABILITIES, "gumbel_softmax", "dim", "logits")
SOFTPLUS = Activate(Scale.NON_NEGATIVE, "softplus")
HARD_SIGMOID = Activate(Scale.UNIT, "hardsigmoid")
SOFTSIGN = Activate(Scale.BOUNDED, "softsign")
HARD_TANH = Activate(Scale.BOUNDED, "hardtanh", unless=("min_val", "max_val"))

_WEIGHT = ("weight",)

CROSS_ENTROPY = Loss(
    "CrossEntropyLoss", "logits", "softmax", "indices-or-probabilities", "torch", applies="log_softmax", weights=_WEIGHT
)
NLL = Loss("NLLLoss", "log-probabilities", "softmax", "indices", "torch", weights=_WEIGHT)
BCE = Loss(
    "BCELoss", "probabilities", "sigmoid", "binary", "torch", checks_dtype=True, class_axis=None, weights=_WEIGHT
)
NLL = Loss("NLLLoss", "log-probabilities", "softmax", "indices", "torch", weights=_WEIGHT)
BCE = Loss(
    "BCELoss", "probabilities", "sigmoid", "binary", "torch", checks_dtype=True, class_axis=None, shapes="equal",
    weights=_WEIGHT,
)  # fmt: skip
BCE_LOGITS = Loss(
    "BCEWithLogitsLoss", "logits", "sigmoid", "binary", "torch", applies="sigmoid", checks_dtype=True, class_axis=None,
    shapes="equal", weights=("pos_weight", "weight"),
)  # fmt: skip
KL_DIV = Loss("KLDivLoss", "log-probabilities", "divergence", "probabilities", "torch", class_axis=None)
MULTI_LABEL = Loss(
    "MultiLabelSoftMarginLoss", "logits", "sigmoid", "binary", "torch", applies="sigmoid", class_axis=None,
    shapes="broadcast",
)  # fmt: skip
SOFT_MARGIN = Loss("SoftMarginLoss", "logits", "sigmoid", "signs", "torch", applies="sigmoid", class_axis=None)
MSE = Loss("MSELoss", "any", "regression", "same", "torch", class_axis=None)


def loss(
    title: str,
    takes: str,
    family: str,
    labels: str,
    input: str = "input",
    target: str = "target",
    *,
    class_axis: int | None = 1,
    logits: str | None = None,
    checks_dtype: bool = False,
    switches: tuple[Switch, ...] = (),
    shapes: str | None = None,
) -> Loss:
    """The contract of a loss of a library on top of torch: where it takes logits, it applies its family's activation."""
    applies = {"softmax": "log_softmax", "sigmoid": "sigmoid"}.get(family) if takes == "logits" else None
    return Loss(
        title, takes, family, labels, "torch", applies, input, target, class_axis, logits, checks_dtype,
        switches=switches, shapes=shapes,
    )  # fmt: skip


def _any(title: str, family: str, labels: str = "same", input: str = "input", target: str = "target") -> Loss:
    """The contract of a loss that takes any numbers."""
    return Loss(title, "any", family, labels, "torch", input=input, target=target, class_axis=None)


_REDUCE = "size_average=None, reduce=None, reduction='mean'"
_PAIR = "input, target"

LOSSES: dict[str, Api] = {
    N + "CrossEntropyLoss": Api(
        "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0",
        CROSS_ENTROPY,
        _PAIR,
    ),
    N + "NLLLoss": Api("weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'", NLL, _PAIR),
    N + "NLLLoss2d": Api(
        "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'", NLL, _PAIR
    ),
    N + "BCELoss": Api(f"weight=None, {_REDUCE}", BCE, _PAIR),
    N + "BCEWithLogitsLoss": Api(f"weight=None, {_REDUCE}, pos_weight=None", BCE_LOGITS, _PAIR),
    N + "KLDivLoss": Api(f"{_REDUCE}, log_target=False", KL_DIV, _PAIR),
    N + "MultiLabelSoftMarginLoss": Api(f"weight=None, {_REDUCE}", MULTI_LABEL, _PAIR),
    N + "MSELoss": Api(_REDUCE, MSE, _PAIR),
    N + "L1Loss": Api(_REDUCE, _any("L1Loss", "regression"), _PAIR),
    N + "SmoothL1Loss": Api(f"{_REDUCE}, beta=1.0", _any("SmoothL1Loss", "regression"), _PAIR),
    N + "HuberLoss": Api("reduction='mean', delta=1.0", _any("HuberLoss", "regression"), _PAIR),
    N + "GaussianNLLLoss": Api(
        "*, full=False, eps=1e-06, reduction='mean'", _any("GaussianNLLLoss", "regression"), "input, target, var"
    ),
    N + "PoissonNLLLoss": Api(
        "log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, reduction='mean'",
        _any("PoissonNLLLoss", "regression", input="log_input"),
        "log_input, target",
    ),
    N + "MultiLabelMarginLoss": Api(_REDUCE, _any("MultiLabelMarginLoss", "margin", "padded-indices"), _PAIR),
    N + "MultiMarginLoss": Api(
        f"p=1, margin=1.0, weight=None, {_REDUCE}", _any("MultiMarginLoss", "margin", "indices"), _PAIR
    ),
    N + "SoftMarginLoss": Api(_REDUCE, SOFT_MARGIN, _PAIR),
    N + "HingeEmbeddingLoss": Api(f"margin=1.0, {_REDUCE}", _any("HingeEmbeddingLoss", "margin", "signs"), _PAIR),
    N + "CosineEmbeddingLoss": Api(
        f"margin=0.0, {_REDUCE}", _any("CosineEmbeddingLoss", "margin", input="input1"), "input1, input2, target"
    ),
    N + "MarginRankingLoss": Api(
        f"margin=0.0, {_REDUCE}", _any("MarginRankingLoss", "margin", input="input1"), "input1, input2, target"
    ),
    N + "TripletMarginLoss": Api(
        f"margin=1.0, p=2.0, eps=1e-06, swap=False, {_REDUCE}",
        _any("TripletMarginLoss", "margin", input="anchor", target="positive"),
        "anchor, positive, negative",
    ),
    N + "TripletMarginWithDistanceLoss": Api(
        "*, distance_function=None, margin=1.0, swap=False, reduction='mean'",
        _any("TripletMarginWithDistanceLoss", "margin", input="anchor", target="positive"),
        "anchor, positive, negative",
    ),
    N + "AdaptiveLogSoftmaxWithLoss": Api(
        "in_features, n_classes, cutoffs, div_value=4.0, head_bias=False, device=None, dtype=None",
        _any("AdaptiveLogSoftmaxWithLoss", "softmax", "indices", "input_", "target_"),
        "input_, target_",
    ),
    N + "CTCLoss": Api(
        "blank=0, reduction='mean', zero_infinity=False",
        _any("CTCLoss", "margin", input="log_probs", target="targets"),
        "log_probs, targets, input_lengths, target_lengths",
    ),
    N + "LinearCrossEntropyLoss": Api(
        "in_features, num_classes, *, out_features=(), bias=False, device=None, dtype=None, reduction='mean', "
        "weight=None, ignore_index=None, label_smoothing=0.0, options=None",
        _any("LinearCrossEntropyLoss", "softmax", "indices"),
        _PAIR,
    ),
    P + "cross_entropy": Api(
        "input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', "
        "label_smoothing=0.0",
        CROSS_ENTROPY,
    ),
    P + "nll_loss": Api(
        "input, target, weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'", NLL
    ),
    P + "binary_cross_entropy": Api(f"input, target, weight=None, {_REDUCE}", BCE),
    P + "binary_cross_entropy_with_logits": Api(f"input, target, weight=None, {_REDUCE}, pos_weight=None", BCE_LOGITS),
    P + "kl_div": Api(f"input, target, {_REDUCE}, log_target=False", KL_DIV),
    P + "multilabel_soft_margin_loss": Api(f"input, target, weight=None, {_REDUCE}", MULTI_LABEL),
    P + "mse_loss": Api(f"input, target, {_REDUCE}, weight=None", MSE),
    P + "l1_loss": Api(f"input, target, {_REDUCE}, weight=None", _any("l1_loss", "regression")),
    P + "smooth_l1_loss": Api(f"input, target, {_REDUCE}, beta=1.0", _any("smooth_l1_loss", "regression")),
    P + "huber_loss": Api("input, target, reduction='mean', delta=1.0, weight=None", _any("huber_loss", "regression")),
    P + "gaussian_nll_loss": Api(
        "input, target, var, full=False, eps=1e-06, reduction='mean'", _any("gaussian_nll_loss", "regression")
    ),
    P + "poisson_nll_loss": Api(
        "input, target, log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, reduction='mean'",
        _any("poisson_nll_loss", "regression"),
    ),
    P + "multilabel_margin_loss": Api(
        f"input, target, {_REDUCE}", _any("multilabel_margin_loss", "margin", "padded-indices")
    ),
    P + "multi_margin_loss": Api(
        f"input, target, p=1, margin=1.0, weight=None, {_REDUCE}", _any("multi_margin_loss", "margin", "indices")
    ),
    P + "soft_margin_loss": Api(f"input, target, {_REDUCE}", SOFT_MARGIN),
    P + "hinge_embedding_loss": Api(
        f"input, target, margin=1.0, {_REDUCE}", _any("hinge_embedding_loss", "margin", "signs")
    ),
    P + "cosine_embedding_loss": Api(
        f"input1, input2, target, margin=0, {_REDUCE}", _any("cosine_embedding_loss", "margin", input="input1")
    ),
    P + "margin_ranking_loss": Api(
        f"input1, input2, target, margin=0, {_REDUCE}", _any("margin_ranking_loss", "margin", input="input1")
    ),
    P + "triplet_margin_loss": Api(
        f"anchor, positive, negative, margin=1.0, p=2, eps=1e-06, swap=False, {_REDUCE}",
        _any("triplet_margin_loss", "margin", input="anchor", target="positive"),
    ),
    P + "triplet_margin_with_distance_loss": Api(
        "anchor, positive, negative, *, distance_function=None, margin=1.0, swap=False, reduction='mean'",
        _any("triplet_margin_with_distance_loss", "margin", input="anchor", target="positive"),
    ),
    P + "linear_cross_entropy": Api(
        "input, linear_weight, target, *, linear_bias=None, weight=None, reduction='mean', ignore_index=None, "
        "label_smoothing=0.0, options=None",
        _any("linear_cross_entropy", "softmax", "indices"),
    ),
    P + "ctc_loss": Api(
        "log_probs, targets, input_lengths, target_lengths, blank=0, reduction='mean', zero_infinity=False",
        _any("ctc_loss", "margin", input="log_probs", target="targets"),
    ),
}

FUNCTIONS: dict[str, Api] = {
    P + "softmax": Api("input, dim=None, _stacklevel=3, dtype=None", SOFTMAX),
    P + "softmin": Api("input, dim=None, _stacklevel=3, dtype=None", SOFTMAX),
    P + "log_softmax": Api("input, dim=None, _stacklevel=3, dtype=None", LOG_SOFTMAX),
    P + "gumbel_softmax": Api("logits, tau=1, hard=False, eps=1e-10, dim=-1", GUMBEL),
    P + "sigmoid": Api("input", SIGMOID),
    P + "logsigmoid": Api("input", LOG_SIGMOID),
    P + "hardsigmoid": Api("input, inplace=False", HARD_SIGMOID),
    P + "relu": Api("input, inplace=False", RELU),
    P + "relu_": Api("input", RELU),
    P + "relu6": Api("input, inplace=False", RELU),
    P + "hardtanh_": Api("input, min_val=-1.0, max_val=1.0", HARD_TANH),
    P + "softplus": Api("input, beta=1, threshold=20", SOFTPLUS),
    P + "tanh": Api("input", TANH),
    P + "hardtanh": Api("input, min_val=-1.0, max_val=1.0, inplace=False", HARD_TANH),
    **{P + f"dropout{n}": Api("input, p=0.5, training=True, inplace=False", Same()) for n in ("", "1d", "2d", "3d")},
    P + "alpha_dropout": Api("input, p=0.5, training=False, inplace=False", Opaque()),
    P + "feature_alpha_dropout": Api("input, p=0.5, training=False, inplace=False", Opaque()),
    P + "celu": Api("input, alpha=1.0, inplace=False", Opaque()),
    P + "elu": Api("input, alpha=1.0, inplace=False", Opaque()),
    P + "selu": Api("input, inplace=False", Opaque()),
    P + "gelu": Api("input, *, approximate='none'", Opaque()),
    P + "silu": Api("input, inplace=False", Opaque()),
    P + "mish": Api("input, inplace=False", Opaque()),
    P + "hardswish": Api("input, inplace=False", Opaque()),
    P + "leaky_relu": Api("input, negative_slope=0.01, inplace=False", Opaque()),
    P + "prelu": Api("input, weight", Opaque()),
    P + "rrelu": Api("input, lower=0.125, upper=0.3333333333333333, training=False, inplace=False", Opaque()),
    P + "glu": Api("input, dim=-1", Opaque()),
    P + "threshold": Api("input, threshold, value, inplace=False", Reshape("rearrange")),
    P + "softsign": Api("input", SOFTSIGN),
    P + "tanhshrink": Api("input", Opaque()),
    P + "hardshrink": Api("input, lambd=0.5", Opaque()),
    P + "softshrink": Api("input, lambd=0.5", Opaque()),
    P + "batch_norm": Api(
        "input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05", Opaque()
    ),
    P + "instance_norm": Api(
        "input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, "
        "momentum=0.1, eps=1e-05",
        Opaque(),
    ),
    P + "group_norm": Api("input, num_groups, weight=None, bias=None, eps=1e-05", Opaque()),
    P + "local_response_norm": Api("input, size, alpha=0.0001, beta=0.75, k=1.0", Opaque()),
    P + "embedding": Api(
        "input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False",
        Opaque(outputs="embedding"),
    ),
    P + "scaled_dot_product_attention": Api(
        "query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, *, scale=None, enable_gqa=False",
        Opaque("query"),
    ),
    **{
        P + f"conv{n}d": Api(
            "input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1", Affine(axis=1, rank=n + 2)
        )
        for n in (1, 2, 3)
    },
    **{
        P + f"conv_transpose{n}d": Api(
            "input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1",
            Affine(axis=1, rank=n + 2),
        )
        for n in (1, 2, 3)
    },
    **{
        P + f"max_pool{n}d": Api(
            "input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False",
            Reshape("resize"),
        )
        for n in (1, 2, 3)
    },
    **{
        P + f"avg_pool{n}d": Api("input, kernel_size, stride=None, padding=0, **kwargs", Reshape("average-pool"))
        for n in (1, 2, 3)
    },
    **{P + f"adaptive_avg_pool{n}d": Api("input, output_size", Reshape("average-pool")) for n in (1, 2, 3)},
    **{
        P + f"adaptive_max_pool{n}d": Api("input, output_size, return_indices=False", Reshape("resize"))
        for n in (1, 2, 3)
    },
    P + "upsample_bilinear": Api("input, size=None, scale_factor=None", Reshape("resize")),
    P + "upsample_nearest": Api("input, size=None, scale_factor=None", Reshape("resize")),
    P + "pixel_shuffle": Api("input, upscale_factor", Reshape("rearrange")),
    P + "rms_norm": Api("input, normalized_shape, weight=None, eps=None", Opaque()),
    **{P + f"lp_pool{n}d": Api("input, norm_type, kernel_size, stride=None, ceil_mode=False", Opaque()) for n in (1, 2, 3)},
    P + "grid_sample": Api("input, grid, mode='bilinear', padding_mode='zeros', align_corners=None", Reshape("resize")),
    P + "linear": Api("input, weight, bias=None", Affine(axis=-1)),
    P + "one_hot": Api("input, num_classes=-1", OneHot("int64", "input", units="num_classes")),
    P + "interpolate": Api(
        "input, size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None, "
        "antialias=False",
        Reshape("resize"),
    ),
    P + "upsample": Api("input, size=None, scale_factor=None, mode='nearest', align_corners=None", Reshape("resize")),
    P + "normalize": Api("input, p=2.0, dim=1, eps=1e-12, out=None", Opaque()),
    P + "layer_norm": Api("input, normalized_shape, weight=None, bias=None, eps=1e-05", Opaque()),
    P + "cosine_similarity": Api("x1, x2, dim=1, eps=1e-8", Opaque("x1")),
    P + "pad": Api("input, pad, mode='constant', value=None", Reshape("rearrange")),
    "torch.softmax": Api("input, dim, dtype=None", SOFTMAX),
    "torch.log_softmax": Api("input, dim, dtype=None", LOG_SOFTMAX),
    "torch.special.softmax": Api("input, dim, dtype=None", SOFTMAX),
    "torch.special.log_softmax": Api("input, dim, dtype=None", LOG_SOFTMAX),
    "torch.sigmoid": Api("input, *, out=None", SIGMOID),
    "torch.special.expit": Api("input, *, out=None", SIGMOID),
    "torch.relu": Api("input", RELU),
    "torch.tanh": Api("input, *, out=None", TANH),
    "torch.log": Api("input, *, out=None", Logarithm()),
    "torch.log2": Api("input, *, out=None", Logarithm(base="2")),
    "torch.log10": Api("input, *, out=None", Logarithm(base="10")),
    "torch.exp": Api("input, *, out=None", Exponential()),
    "torch.clamp": Api("input, min=None, max=None, *, out=None", Clamp()),
    "torch.clip": Api("input, min=None, max=None, *, out=None", Clamp()),
    "torch.argmax": Api("input, dim=None, keepdim=False", Hard(indices=True, axis="dim")),
    "torch.argmin": Api("input, dim=None, keepdim=False", Hard(indices=True, axis="dim")),
    "torch.round": Api("input, *, decimals=0, out=None", Hard()),
    "torch.max": Api("input, dim=None, keepdim=False, *, out=None", MaxAlong()),
    "torch.squeeze": Api("input, dim=None", Reshape("squeeze")),
    "torch.unsqueeze": Api("input, dim", Reshape("unsqueeze")),
    "torch.flatten": Api("input, start_dim=0, end_dim=-1", Reshape("flatten")),
    "torch.transpose": Api("input, dim0, dim1", Reshape("transpose")),
    "torch.swapaxes": Api("input, axis0, axis1", Reshape("transpose")),
    "torch.permute": Api("input, dims", Reshape("permute")),
    "torch.reshape": Api("input, shape", Reshape("reshape")),
    "torch.clone": Api("input, *, memory_format=None", Same()),
    "torch.nan_to_num": Api("input, nan=None, posinf=None, neginf=None, *, out=None", Same()),
    "torch.cat": Api("tensors, dim=0, *, out=None", Join()),
    "torch.concat": Api("tensors, dim=0, *, out=None", Join()),
    "torch.concatenate": Api("tensors, dim=0, *, out=None", Join()),
    "torch.stack": Api("tensors, dim=0, *, out=None", Join(new_axis=True)),
    "torch.vstack": Api("tensors, *, out=None", Join(axis="", rows=True)),
    "torch.hstack": Api("tensors, *, out=None", Join(axis="")),
    "torch.where": Api("condition, input, other", Pick()),
    "torch.mean": Api("input, dim=None, keepdim=False, *, dtype=None, out=None", Reshape("reduce")),
    "torch.matmul": Api("input, other, *, out=None", Product("input", "other")),
    "torch.mm": Api("input, mat2, *, out=None", Product("input", "mat2")),
    "torch.bmm": Api("input, mat2, *, out=None", Product("input", "mat2")),
    **{f"torch.{name}": Api("input, other, *, out=None", Reshape("combine")) for name in ("maximum", "minimum")},
    **{
        f"torch.{name}": Api("input, other, *, out=None", Arithmetic("mul", "input", "other"))
        for name in ("mul", "multiply")
    },
    **{
        f"torch.{name}": Api("input, other, *, rounding_mode=None, out=None", Arithmetic("div", "input", "other"))
        for name in ("div", "divide")
    },
    **{
        f"torch.{name}": Api("input, other, *, alpha=1, out=None", Arithmetic(name, "input", "other"))
        for name in ("add", "sub")
    },
    "torch.pow": Api("input, exponent, *, out=None", Arithmetic("pow", "input", "exponent")),
    **{f"torch.{name}": Api("input, *, out=None", Negative()) for name in ("neg", "negative")},
    "torch.split": Api("tensor, split_size_or_sections, dim=0", Reshape("parts", "tensor")),
    "torch.chunk": Api("input, chunks, dim=0", Reshape("parts")),
    "torch.unbind": Api("input, dim=0", Reshape("unknown")),
    "torch.tensor_split": Api("input, indices_or_sections, dim=0", Reshape("parts")),
    "torch.sum": Api("input, dim=None, keepdim=False, *, dtype=None", Sum()),
    "torch.amax": Api("input, dim=(), keepdim=False, *, out=None", Reshape("extreme")),
    "torch.log1p": Api("input, *, out=None", Logarithm(base="1p")),
    "torch.bernoulli": Api("input, *, generator=None, out=None", Hard()),
    **{f"torch.{name}": Api("input, *, out=None", Hard()) for name in ("floor", "ceil", "sign", "trunc")},
    **{
        f"torch.{name}": Api("input, other, *, out=None", Hard(truth=True))
        for name in ("gt", "ge", "lt", "le", "eq", "ne", "greater", "greater_equal", "less", "less_equal", "not_equal")
    },
    "torch.t": Api("input", Reshape("transposed")),
    "torch.movedim": Api("input, source, destination", Reshape("unknown")),
    "torch.gather": Api("input, dim, index, *, sparse_grad=False, out=None", Reshape("gather")),
    "torch.index_select": Api("input, dim, index, *, out=None", Reshape("select")),
    "torch.masked_select": Api("input, mask, *, out=None", Reshape("select")),
    "torch.take_along_dim": Api("input, indices, dim=None, *, out=None", Reshape("gather")),
    "torch.tile": Api("input, dims", Reshape("unknown")),
    "torch.eye": Api(
        "n, m=None, *, out=None, dtype=None, layout=None, device=None, requires_grad=False",
        Makes(Scale.ONE_HOT, "float32", rank=2),
    ),
    "torch.empty_like": Api(
        "input, *, dtype=None, layout=None, device=None, requires_grad=False", Makes(like="input", blank=True)
    ),
    "torch.randn_like": Api("input, *, dtype=None, layout=None, device=None, requires_grad=False", Makes(like="input")),
    "torch.rand_like": Api("input, *, dtype=None, layout=None, device=None, requires_grad=False", Makes(like="input")),
    "torch.randint_like": Api("input, low=0, high=None, *, dtype=None, device=None", Makes(like="input")),
    "torch.randint": Api(
        "low, high=None, size=None, *, generator=None, out=None, dtype=None, layout=None, device=None, "
        "requires_grad=False, pin_memory=False",
        Makes(Scale.INDICES, "int64", shape="size"),
    ),
    "torch.arange": Api(
        "start=0, end=None, step=1, *, out=None, dtype=None, device=None", Makes(rank=1, counting=True)
    ),
    **{
        f"torch.{name}": Api(
            "*size, out=None, dtype=None, layout=None, device=None, requires_grad=False",
            Makes(dtype="float32", shape="size", zeros=name == "zeros", blank=name == "empty"),
        )
        for name in ("zeros", "ones", "empty")
    },
    "torch.rand": Api(
        "*size, generator=None, out=None, dtype=None, layout=None, device=None, requires_grad=False",
        Makes(Scale.UNIT, "float32", shape="size"),
    ),
    "torch.randn": Api(
        "*size, generator=None, out=None, dtype=None, layout=None, device=None, requires_grad=False",
        Makes(dtype="float32", shape="size"),
    ),
    "torch.full": Api("size, fill_value, *, out=None, dtype=None, layout=None, device=None, requires_grad=False",
                      Makes(fill="fill_value", shape="size")),
    "torch.zeros_like": Api(
        "input, *, dtype=None, layout=None, device=None, requires_grad=False", Makes(like="input", blank=True)
    ),
    "torch.ones_like": Api("input, *, dtype=None, layout=None, device=None, requires_grad=False", Makes(like="input")),
    "torch.full_like": Api("input, fill_value, *, dtype=None, layout=None, device=None", Makes(like="input")),
    "torch.tensor": Api("data, *, dtype=None, device=None, requires_grad=False, pin_memory=False", FromData(floats="float32")),
    "torch.as_tensor": Api("data, dtype=None, device=None", FromData(floats="float32")),
    "torch.from_numpy": Api("ndarray", Same("ndarray")),
    **{
        f"torch.{module}{name}Tensor": Api("data=None", Cast(dtype, "data", sizes=True))
        for module in ("", "cuda.")
        for name, dtype in (
            ("Float", "float32"), ("Double", "float64"), ("Half", "float16"), ("Long", "int64"), ("Int", "int32"),
            ("Short", "int16"), ("Char", "int8"), ("Byte", "uint8"), ("Bool", "bool"),
        )
    },
    "torch.nn.Parameter": Api("data=None, requires_grad=True", Weights("data", trained="requires_grad")),
    "torch.autograd.Variable": Api("data, requires_grad=False, volatile=False", Wrap("data")),
    "torch.compile": Api(
        "model=None, *, fullgraph=False, dynamic=None, backend=None, mode=None, **kwargs", Wrap("model")
    ),
    "torch.jit.script": Api("obj, optimize=None, **kwargs", Wrap("obj")),
    "torch.jit.trace": Api("func, example_inputs=None, **kwargs", Wrap("func")),
}  # fmt: skip


def _layer(text: str, effect: Effect, call: str = "input") -> Api:
    return Api(text, effect, call)


_CONV = "stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode='zeros', device=None, dtype=None"
_CONV_T = (
    "stride=1, padding=0, output_padding=0, groups=1, bias=True, dilation=1, padding_mode='zeros', "
    "device=None, dtype=None"
)
_NORM = (
    "num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, "
    "device=None, dtype=None, *, bias=True"
)
_INSTANCE_NORM = _NORM.replace("affine=True, track_running_stats=True", "affine=False, track_running_stats=False")
_RNN = "input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0, bidirectional=False, **kwargs"
_MAX_POOL = "kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False"
_AVG_POOL = "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True"

LAYERS: dict[str, Api] = {
    N + "Softmax": _layer("dim=None", SOFTMAX),
    N + "Softmin": _layer("dim=None", SOFTMAX),
    N + "Softmax2d": _layer("", Activate(Scale.PROBABILITIES, "softmax2d")),
    N + "LogSoftmax": _layer("dim=None", LOG_SOFTMAX),
    N + "Sigmoid": _layer("", SIGMOID),
    N + "LogSigmoid": _layer("", LOG_SIGMOID),
    N + "Hardsigmoid": _layer("inplace=False", HARD_SIGMOID),
    N + "ReLU": _layer("inplace=False", RELU),
    N + "ReLU6": _layer("inplace=False", RELU),
    N + "Softplus": _layer("beta=1.0, threshold=20.0", SOFTPLUS),
    N + "Tanh": _layer("", TANH),
    N + "Identity": Api("*args, **kwargs", Same(), "input"),
    N + "Dropout": _layer("p=0.5, inplace=False", Same()),
    N + "Dropout1d": _layer("p=0.5, inplace=False", Same()),
    N + "Dropout2d": _layer("p=0.5, inplace=False", Same()),
    N + "Dropout3d": _layer("p=0.5, inplace=False", Same()),
    N + "AlphaDropout": _layer("p=0.5, inplace=False", Opaque()),
    N + "Flatten": _layer("start_dim=1, end_dim=-1", Reshape("flatten")),
    N + "Unflatten": _layer("dim, unflattened_size", Reshape("unknown")),
    N + "Upsample": _layer(
        "size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None",
        Reshape("resize"),
    ),
    N + "Linear": _layer("in_features, out_features, bias=True, device=None, dtype=None", Affine("out_features", -1)),
    N + "LazyLinear": _layer("out_features, bias=True, device=None, dtype=None", Affine("out_features", -1)),
    N + "Bilinear": _layer(
        "in1_features, in2_features, out_features, bias=True, device=None, dtype=None",
        Affine("out_features", -1, input="input1"),
        "input1, input2",
    ),
    N + "Conv1d": _layer(f"in_channels, out_channels, kernel_size, {_CONV}", Affine("out_channels", 1, 3)),
    N + "Conv2d": _layer(f"in_channels, out_channels, kernel_size, {_CONV}", Affine("out_channels", 1, 4)),
    N + "Conv3d": _layer(f"in_channels, out_channels, kernel_size, {_CONV}", Affine("out_channels", 1, 5)),
    N + "LazyConv2d": _layer(f"out_channels, kernel_size, {_CONV}", Affine("out_channels", 1, 4)),
    N + "ConvTranspose1d": _layer(f"in_channels, out_channels, kernel_size, {_CONV_T}", Affine("out_channels", 1, 3)),
    N + "ConvTranspose2d": _layer(f"in_channels, out_channels, kernel_size, {_CONV_T}", Affine("out_channels", 1, 4)),
    N + "ConvTranspose3d": _layer(f"in_channels, out_channels, kernel_size, {_CONV_T}", Affine("out_channels", 1, 5)),
    N + "BatchNorm1d": _layer(_NORM, Opaque()),
    N + "BatchNorm2d": _layer(_NORM, Opaque(rank=4)),
    N + "BatchNorm3d": _layer(_NORM, Opaque(rank=5)),
    N + "InstanceNorm1d": _layer(_INSTANCE_NORM, Opaque()),
    N + "InstanceNorm2d": _layer(_INSTANCE_NORM, Opaque(rank=4)),
    N + "InstanceNorm3d": _layer(_INSTANCE_NORM, Opaque(rank=5)),
    N + "LayerNorm": _layer(
        "normalized_shape, eps=1e-05, elementwise_affine=True, bias=True, device=None, dtype=None", Opaque()
    ),
    N + "GroupNorm": _layer(
        "num_groups, num_channels, eps=1e-05, affine=True, device=None, dtype=None, *, bias=True", Opaque()
    ),
    N + "Embedding": _layer("num_embeddings, embedding_dim, padding_idx=None, **kwargs", Opaque(outputs="embedding")),
    N + "LSTM": _layer(_RNN, Opaque(rank=3, outputs="recurrent"), "input, hx=None"),
    N + "GRU": _layer(_RNN, Opaque(rank=3, outputs="recurrent"), "input, hx=None"),
    N + "RNN": _layer(
        _RNN.replace("bias", "nonlinearity='tanh', bias"), Opaque(rank=3, outputs="recurrent"), "input, hx=None"
    ),
    N + "MaxPool1d": _layer(_MAX_POOL, Reshape("resize")),
    N + "MaxPool2d": _layer(_MAX_POOL, Reshape("resize")),
    N + "MaxPool3d": _layer(_MAX_POOL, Reshape("resize")),
    N + "AvgPool1d": _layer(_AVG_POOL, Reshape("average-pool")),
    N + "AvgPool2d": _layer(f"{_AVG_POOL}, divisor_override=None", Reshape("average-pool")),
    N + "AvgPool3d": _layer(f"{_AVG_POOL}, divisor_override=None", Reshape("average-pool")),
    N + "AdaptiveMaxPool1d": _layer("output_size, return_indices=False", Reshape("resize")),
    N + "AdaptiveMaxPool3d": _layer("output_size, return_indices=False", Reshape("resize")),
    N + "AdaptiveAvgPool1d": _layer("output_size", Reshape("average-pool")),
    N + "AdaptiveAvgPool2d": _layer("output_size", Reshape("average-pool")),
    N + "AdaptiveAvgPool3d": _layer("output_size", Reshape("average-pool")),
    N + "AdaptiveMaxPool2d": _layer("output_size, return_indices=False", Reshape("resize")),
    N + "LeakyReLU": _layer("negative_slope=0.01, inplace=False", Opaque()),
    N + "PReLU": _layer("num_parameters=1, init=0.25, device=None, dtype=None", Opaque()),
    N + "ELU": _layer("alpha=1.0, inplace=False", Opaque()),
    N + "SELU": _layer("inplace=False", Opaque()),
    N + "GELU": _layer("approximate='none'", Opaque()),
    N + "SiLU": _layer("inplace=False", Opaque()),
    N + "Mish": _layer("inplace=False", Opaque()),
    N + "Hardswish": _layer("inplace=False", Opaque()),
    N + "Hardtanh": _layer("min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None", HARD_TANH),
    N + "Softsign": _layer("", SOFTSIGN),
    N + "CELU": _layer("alpha=1.0, inplace=False", Opaque()),
    N + "GLU": _layer("dim=-1", Opaque()),
    N + "RReLU": _layer("lower=0.125, upper=0.3333333333333333, inplace=False", Opaque()),
    N + "Threshold": _layer("threshold, value, inplace=False", Opaque()),
    N + "Hardshrink": _layer("lambd=0.5", Opaque()),
    N + "Softshrink": _layer("lambd=0.5", Opaque()),
    N + "Tanhshrink": _layer("", Opaque()),
    N + "MultiheadAttention": _layer(
        "embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None, vdim=None, "
        "batch_first=False, device=None, dtype=None",
        Opaque("query", outputs="unknown"),
        "query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True, "
        "is_causal=False",
    ),
    N + "TransformerEncoder": _layer(
        "encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True",
        Opaque("src"),
        "src, mask=None, src_key_padding_mask=None, is_causal=None",
    ),
    N + "TransformerEncoderLayer": _layer(
        "d_model, nhead, dim_feedforward=2048, dropout=0.1, **kwargs",
        Opaque("src"),
        "src, src_mask=None, src_key_padding_mask=None, is_causal=False",
    ),
    N + "TransformerDecoder": _layer(
        "decoder_layer, num_layers, norm=None", Opaque("tgt"), "tgt, memory, tgt_mask=None, memory_mask=None, **kwargs"
    ),
    N + "TransformerDecoderLayer": _layer(
        "d_model, nhead, dim_feedforward=2048, dropout=0.1, **kwargs",
        Opaque("tgt"),
        "tgt, memory, tgt_mask=None, memory_mask=None, **kwargs",
    ),
    N + "Transformer": _layer(
        "d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, dropout=0.1, **kwargs",
        Opaque("src"),
        "src, tgt, src_mask=None, tgt_mask=None, **kwargs",
    ),
    N + "PixelShuffle": _layer("upscale_factor", Opaque()),
    N + "PixelUnshuffle": _layer("downscale_factor", Opaque()),
    N + "ChannelShuffle": _layer("groups", Opaque()),
    N + "CosineSimilarity": _layer("dim=1, eps=1e-08", Opaque("x1"), "x1, x2"),
    N + "PairwiseDistance": _layer("p=2.0, eps=1e-06, keepdim=False", Opaque("x1"), "x1, x2"),
    N + "LocalResponseNorm": _layer("size, alpha=0.0001, beta=0.75, k=1.0", Opaque()),
    N + "RMSNorm": _layer(
        "normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None", Opaque("x"), "x"
    ),
    N + "SyncBatchNorm": _layer(
        "num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, process_group=None, "
        "device=None, dtype=None, *, bias=True",
        Opaque(),
    ),
    **{
        N + f"{kind}Pad{n}d": _layer("padding, value" if kind == "Constant" else "padding", Opaque())
        for kind in ("Zero", "Constant", "Reflection", "Replication", "Circular")
        for n in (1, 2, 3)
    },
    N + "UpsamplingBilinear2d": _layer("size=None, scale_factor=None", Reshape("resize")),
    N + "UpsamplingNearest2d": _layer("size=None, scale_factor=None", Reshape("resize")),
    N + "LazyConv1d": _layer(f"out_channels, kernel_size, {_CONV}", Affine("out_channels", 1, 3)),
    N + "LazyConv3d": _layer(f"out_channels, kernel_size, {_CONV}", Affine("out_channels", 1, 5)),
    **{
        N + f"LazyConvTranspose{n}d": _layer(f"out_channels, kernel_size, {_CONV_T}", Affine("out_channels", 1, n + 2))
        for n in (1, 2, 3)
    },
    **{N + f"LPPool{n}d": _layer("norm_type, kernel_size, stride=None, ceil_mode=False", Opaque()) for n in (1, 2, 3)},
    N + "CrossMapLRN2d": _layer("size, alpha=0.0001, beta=0.75, k=1", Opaque()),
    N + "Unfold": _layer("kernel_size, dilation=1, padding=0, stride=1", Opaque(rank=3)),
    N + "Fold": _layer("output_size, kernel_size, dilation=1, padding=0, stride=1", Opaque(rank=4)),
    **{
        N + f"Lazy{kind}Norm{n}d": _layer(_NORM.removeprefix("num_features, "), Opaque())
        for kind in ("Batch", "Instance")
        for n in (1, 2, 3)
    },
    **{
        N + f"{kind}Cell": _layer(
            f"input_size, hidden_size, bias=True, {extra}device=None, dtype=None",
            Opaque(outputs="unknown"),
            "input, hx=None",
        )
        for kind, extra in (("LSTM", ""), ("GRU", ""), ("RNN", "nonlinearity='tanh', "))
    },
    N + "EmbeddingBag": _layer(
        "num_embeddings, embedding_dim, max_norm=None, norm_type=2.0, **kwargs",
        Opaque(rank=2),
        "input, offsets=None, per_sample_weights=None",
    ),
    N + "FeatureAlphaDropout": _layer("p=0.5, inplace=False", Opaque()),
    N + "_Loss": _layer("size_average=None, reduce=None, reduction='mean'", Opaque(), _PAIR),
    N + "_WeightedLoss": _layer("weight=None, size_average=None, reduce=None, reduction='mean'", Opaque(), _PAIR),
    N + "Sequential": Api("*layers", Chain("sequential"), "input"),
    N + "ModuleList": Api("modules=None", Chain("list"), "input"),
    N + "ModuleDict": Api("modules=None", Chain("dict"), "input"),
    N + "DataParallel": Api("module, device_ids=None, output_device=None, dim=0", Wrap("module")),
    N + "parallel.DataParallel": Api("module, device_ids=None, output_device=None, dim=0", Wrap("module")),
    N + "parallel.DistributedDataParallel": Api(
        "module, device_ids=None, output_device=None, dim=0, **kwargs", Wrap("module")
    ),
    **{
        f"torch.ao.quantization.{name}": Api(f"model, {text}", Wrap("model"))
        for name, text in (
            ("prepare", "inplace=False, **kwargs"), ("prepare_qat", "mapping=None, inplace=False"),
            ("fuse_modules", "modules_to_fuse, inplace=False, **kwargs"),
            ("fuse_modules_qat", "modules_to_fuse, inplace=False, **kwargs"),
        )
    },
    "torch.ao.quantization.convert": Api("module, mapping=None, inplace=False, **kwargs", Wrap("module")),
    "torch.ao.quantization.QuantStub": _layer("qconfig=None", Same("x"), "x"),
    "torch.ao.quantization.DeQuantStub": _layer("qconfig=None", Same("x"), "x"),
    N + "SyncBatchNorm.convert_sync_batchnorm": Api("module, process_group=None", Wrap("module")),
    N + "utils.parametrizations.weight_norm": Api("module, name='weight', dim=0", Wrap("module")),
    N + "utils.weight_norm": Api("module, name='weight', dim=0", Wrap("module")),
    N + "utils.spectral_norm": Api("module, name='weight', n_power_iterations=1, eps=1e-12, dim=None", Wrap("module")),
}

_AXIS = (("axis", "dim"), ("keepdims", "keepdim"))
"""torch's own functions take NumPy's names too; those of torch.nn.functional that are written in Python don't."""


def _with_axis(name: str, api: Api) -> Api:
    if name.startswith(N):
        return api
    words = re.findall(r"\w+", api.text)
    return Api(api.text, api.effect, api.call, tuple(pair for pair in _AXIS if pair[1] in words))


TABLE: dict[str, Api] = {**LOSSES, **{name: _with_axis(name, api) for name, api in FUNCTIONS.items()}, **LAYERS}

METHODS: dict[str, Api] = {
    "softmax": Api("input, dim, dtype=None", SOFTMAX),
    "log_softmax": Api("input, dim, dtype=None", LOG_SOFTMAX),
    "sigmoid": Api("input", SIGMOID),
    "sigmoid_": Api("input", SIGMOID),
    "relu": Api("input", RELU),
    "relu_": Api("input", RELU),
    "tanh": Api("input", TANH),
    "tanh_": Api("input", TANH),
    "log": Api("input", Logarithm()),
    "log_": Api("input", Logarithm()),
    "log2": Api("input", Logarithm(base="2")),
    "log10": Api("input", Logarithm(base="10")),
    "exp": Api("input", Exponential()),
    "clamp": Api("input, min=None, max=None", Clamp()),
    "clamp_": Api("input, min=None, max=None", Clamp()),
    "clip": Api("input, min=None, max=None", Clamp()),
    "clamp_min": Api("input, min", Clamp(high="")),
    "clamp_max": Api("input, max", Clamp(low="")),
    "argmax": Api("input, dim=None, keepdim=False", Hard(indices=True, axis="dim")),
    "argmin": Api("input, dim=None, keepdim=False", Hard(indices=True, axis="dim")),
    "round": Api("input, *, decimals=0", Hard()),
    "round_": Api("input, *, decimals=0", Hard()),
    **{name: Api("input", Hard()) for name in ("floor", "ceil", "sign", "trunc")},
    **{
        name: Api("input, other", Hard(truth=True))
        for name in ("gt", "ge", "lt", "le", "eq", "ne", "greater", "greater_equal", "less", "less_equal", "not_equal")
    },
    "bernoulli": Api("input, *, generator=None", Hard()),
    "log1p": Api("input", Logarithm(base="1p")),
    "amax": Api("input, dim=(), keepdim=False", Reshape("extreme")),
    "sum": Api("input, dim=None, keepdim=False, *, dtype=None", Sum()),
    **{
        name: Api("input, other", Arithmetic("mul", "input", "other"))
        for name in ("mul", "multiply", "mul_", "multiply_")
    },
    **{
        name: Api("input, other, *, rounding_mode=None", Arithmetic("div", "input", "other"))
        for name in ("div", "divide", "div_", "divide_")
    },
    **{name: Api("input, other, *, alpha=1", Arithmetic("add", "input", "other")) for name in ("add", "add_")},
    **{name: Api("input, other, *, alpha=1", Arithmetic("sub", "input", "other")) for name in ("sub", "sub_")},
    **{name: Api("input, mat2", Product("input", "mat2")) for name in ("mm", "bmm")},
    "matmul": Api("input, other", Product("input", "other")),
    "pow": Api("input, exponent", Arithmetic("pow", "input", "exponent")),
    **{name: Api("input", Negative()) for name in ("neg", "negative")},
    "max": Api("input, dim=None, keepdim=False", MaxAlong()),
    "float": Api("input", Cast("float32")),
    "double": Api("input", Cast("float64")),
    "half": Api("input", Cast("float16")),
    "bfloat16": Api("input", Cast("bfloat16")),
    "long": Api("input", Cast("int64")),
    "int": Api("input", Cast("int32")),
    "byte": Api("input", Cast("uint8")),
    "short": Api("input", Cast("int16")),
    "char": Api("input", Cast("int8")),
    "bool": Api("input", Cast("bool")),
    "to": Api("input, *args, dtype=None, device=None, non_blocking=False, copy=False", Cast(None, argument="dtype")),
    "type": Api("input, dtype=None, non_blocking=False", Cast(None, argument="dtype")),
    "astype": Api("input, dtype", Cast(None, argument="dtype")),
    "type_as": Api("input, other", Cast(None, like="other")),
    "cuda": Api("input, device=None, non_blocking=False", Same()),
    "cpu": Api("input", Same()),
    "contiguous": Api("input", Same()),
    "clone": Api("input", Same()),
    "detach": Api("input", Detach()),
    "requires_grad_": Api("input, requires_grad=True", Same()),
    "data": Api("input", Detach()),
    "numpy": Api("input", Detach()),
    "masked_fill": Api("input, mask, value", Same()),
    "masked_fill_": Api("input, mask, value", Same()),
    "nan_to_num": Api("input, nan=None, posinf=None, neginf=None", Same()),
    "pin_memory": Api("input", Same()),
    "movedim": Api("input, source, destination", Reshape("unknown")),
    "narrow": Api("input, dim, start, length", Reshape("unknown")),
    "split": Api("input, split_size, dim=0", Reshape("parts")),
    "chunk": Api("input, chunks, dim=0", Reshape("parts")),
    "unbind": Api("input, dim=0", Reshape("unknown")),
    "tensor_split": Api("input, indices_or_sections, dim=0", Reshape("parts")),
    "ravel": Api("input", Reshape("ravel")),
    "tile": Api("input, *dims", Reshape("unknown")),
    "repeat_interleave": Api("input, repeats, dim=None, *, output_size=None", Reshape("unknown")),
    "take_along_dim": Api("input, indices, dim=None", Reshape("gather")),
    "new_full": Api("input, size, fill_value, *, dtype=None", Makes(like="input", shape="size")),
    "masked_select": Api("input, mask", Reshape("select")),
    "index_select": Api("input, dim, index", Reshape("select")),
    "gather": Api("input, dim, index, *, sparse_grad=False", Reshape("gather")),
    "squeeze": Api("input, dim=None", Reshape("squeeze")),
    "squeeze_": Api("input, dim=None", Reshape("squeeze")),
    "unsqueeze": Api("input, dim", Reshape("unsqueeze")),
    "unsqueeze_": Api("input, dim", Reshape("unsqueeze")),
    "flatten": Api("input, start_dim=0, end_dim=-1", Reshape("flatten")),
    "transpose": Api("input, dim0, dim1", Reshape("transpose")),
    "swapaxes": Api("input, axis0, axis1", Reshape("transpose")),
    "permute": Api("input, *dims", Reshape("permute")),
    "view": Api("input, *shape", Reshape("reshape")),
    "reshape": Api("input, *shape", Reshape("reshape")),
    "resize": Api("input, *sizes", Reshape("reshape", axis="sizes")),
    "resize_": Api("input, *sizes, memory_format=None", Reshape("reshape", axis="sizes")),
    "view_as": Api("input, other", Reshape("unknown")),
    "reshape_as": Api("input, other", Reshape("unknown")),
    "expand": Api("input, *sizes", Reshape("unknown")),
    "expand_as": Api("input, other", Reshape("unknown")),
    "repeat": Api("input, *sizes", Reshape("unknown")),
    "t": Api("input", Reshape("transposed")),
    "mean": Api("input, dim=None, keepdim=False", Reshape("reduce")),
    "fill_": Api("input, value", Makes(like="input", dtype_argument=None)),
    "zero_": Api("input", Makes(like="input", dtype_argument=None, zeros=True)),
    "copy_": Api("input, src, non_blocking=False", Makes(like="input", dtype_argument=None)),
    "uniform_": Api("input, low=0, high=1, *, generator=None", Makes(like="input", dtype_argument=None)),
    "normal_": Api("input, mean=0, std=1, *, generator=None", Makes(like="input", dtype_argument=None)),
    "random_": Api(
        "input, low=0, high=None, *, generator=None", Makes(Scale.INDICES, like="input", dtype_argument=None)
    ),
    "scatter": Api("input, dim, index, src=None, *, value=None, reduce=None", Scatter()),
    "scatter_": Api("input, dim, index, src=None, *, value=None, reduce=None", Scatter()),
    "copy": Api("input", Same()),
    "toarray": Api("input", Same()),
    "todense": Api("input", Same()),
    "to_numpy": Api("input, dtype=None, copy=False, na_value=None", Cast(None, argument="dtype")),
    "new_zeros": Api("input, *size, dtype=None", Makes(like="input", shape="size", zeros=True)),
    "new_ones": Api("input, *size, dtype=None", Makes(like="input", shape="size")),
    "new_empty": Api("input, size, *, dtype=None, device=None", Makes(like="input", shape="size", blank=True)),
}
METHODS = {name: _with_axis(name, api) for name, api in METHODS.items()}
"""Methods of a tensor; the tensor itself is the parameter `input`."""

NAMESPACES: dict[str, str] = {
    "torch.functional": "torch",
    "torch.quantization": "torch.ao.quantization",
    "torch.nn.modules": "torch.nn",
    "torch.Tensor": "torch.tensor_methods",
}
"""Other names of the same modules."""
