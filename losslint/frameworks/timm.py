"""timm: `create_model`, and its losses.

Signatures are those of timm 1.0.31; `**kwargs` stands for parameters that change nothing here.
"""

from __future__ import annotations

from losslint.frameworks.torch import loss
from losslint.frameworks.vocabulary import Api, Model

_TIMM_MODEL = Api(
    "model_name, pretrained=False, pretrained_cfg=None, pretrained_cfg_overlay=None, checkpoint_path=None, "
    "cache_dir=None, scriptable=None, exportable=None, no_jit=None, num_classes=1000, features_only=False, **kwargs",
    Model("logits", "num_classes", -1, 2, unless=("features_only",)),
    "x",
)
_TIMM_PAIR = "x, target"

TABLE: dict[str, Api] = {
    "timm.create_model": _TIMM_MODEL,
    "timm.models.create_model": _TIMM_MODEL,
    "timm.loss.LabelSmoothingCrossEntropy": Api(
        "smoothing=0.1",
        loss("LabelSmoothingCrossEntropy", "logits", "softmax", "indices", "x", class_axis=-1),
        _TIMM_PAIR,
    ),
    "timm.loss.SoftTargetCrossEntropy": Api(
        "", loss("SoftTargetCrossEntropy", "logits", "softmax", "probabilities", "x", class_axis=-1), _TIMM_PAIR
    ),
    "timm.loss.PolyCrossEntropy": Api(
        "epsilon=2.0, smoothing=0.0, reduction='mean'",
        loss("PolyCrossEntropy", "logits", "softmax", "indices-or-probabilities", "x", class_axis=-1),
        _TIMM_PAIR,
    ),
    "timm.loss.BinaryCrossEntropy": Api(
        "smoothing=0.1, target_threshold=None, weight=None, reduction='mean', sum_classes=False, pos_weight=None, "
        "smooth_dense=False",
        loss("BinaryCrossEntropy", "logits", "sigmoid", "same", "x", class_axis=None),
        _TIMM_PAIR,
    ),
    "timm.loss.PolyBinaryCrossEntropy": Api(
        "epsilon=2.0, gamma=0.0, alpha=None, smoothing=0.0, reduction='mean'",
        loss("PolyBinaryCrossEntropy", "logits", "sigmoid", "same", "x", class_axis=None),
        _TIMM_PAIR,
    ),
    "timm.loss.JsdCrossEntropy": Api(
        "num_splits=3, alpha=12, smoothing=0.1",
        loss("JsdCrossEntropy", "logits", "softmax", "indices", "output", class_axis=-1),
        "output, target",
    ),
    "timm.loss.DistributionBalancedLoss": Api(
        "class_counts, num_samples, map_alpha=0.1, map_beta=10.0, map_mu=0.2, neg_scale=2.0, init_bias=0.05, "
        "focal_gamma=2.0, focal_balance=2.0, smoothing=0.0, reduction='mean'",
        loss("DistributionBalancedLoss", "logits", "sigmoid", "same", "x", class_axis=None),
        _TIMM_PAIR,
    ),
    "timm.loss.AsymmetricLossMultiLabel": Api(
        "gamma_neg=4, gamma_pos=1, clip=0.05, eps=1e-08, disable_torch_grad_focal_loss=False, smoothing=0.0, "
        "reduction='batchmean', weight=None, pos_weight=None",
        loss("AsymmetricLossMultiLabel", "logits", "sigmoid", "binary", "x", "y", class_axis=None),
        "x, y",
    ),
    "timm.loss.AsymmetricLossSingleLabel": Api(
        "gamma_pos=1, gamma_neg=4, eps=0.1, reduction='mean'",
        loss("AsymmetricLossSingleLabel", "logits", "softmax", "indices", "inputs", class_axis=-1),
        "inputs, target, reduction=None",
    ),
}
