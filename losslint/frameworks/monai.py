"""MONAI: networks, and losses whose flags say what they apply to their input.

Signatures are those of MONAI 1.6.1; `**kwargs` stands for parameters that change nothing here.
"""

from __future__ import annotations

from losslint.frameworks.torch import loss
from losslint.frameworks.vocabulary import Api, Loss, Model, Switch, Wrap
from losslint.record import replace

_M = "monai.losses."
_N = "monai.networks.nets."
_FLAGS = "include_background=True, to_onehot_y=False, sigmoid=False, softmax=False, other_act=None"
_INDICES = Switch("to_onehot_y", True, labels="indices")
_FLAG_SWITCHES = (
    _INDICES,
    Switch("sigmoid", True, takes="logits", family="sigmoid", applies="sigmoid"),
    Switch("softmax", True, takes="logits", family="softmax", applies="softmax"),
)
_MONAI_CALL = "input, target"


def _flagged(title: str) -> Loss:
    """A loss of MONAI's that applies nothing unless `sigmoid` or `softmax` says so."""
    return loss(title, "any", "overlap", "same", switches=_FLAG_SWITCHES)


_TAIL = "reduction='mean', smooth_nr=1e-05, smooth_dr=1e-05, batch=False"
_DICE = f"{_FLAGS}, squared_pred=False, jaccard=False, {_TAIL}"
_DICE_CE = Api(
    f"{_DICE}, weight=None, lambda_dice=1.0, lambda_ce=1.0, label_smoothing=0.0",
    loss(
        "DiceCELoss", "logits", "softmax", "same",
        switches=(_INDICES, Switch("sigmoid", True, family="sigmoid", applies="sigmoid")),
    ),
    _MONAI_CALL,
)  # fmt: skip
_DICE_FOCAL_SWITCHES = (_INDICES, Switch("softmax", True, family="softmax", applies="softmax"))
_DICE_FOCAL = Api(
    f"{_DICE}, gamma=2.0, weight=None, lambda_dice=1.0, lambda_focal=1.0, alpha=None",
    loss("DiceFocalLoss", "logits", "sigmoid", "same", switches=_DICE_FOCAL_SWITCHES),
    _MONAI_CALL,
)
_GENERALIZED_DICE = f"{_FLAGS}, w_type='square', {_TAIL}"
_DICE_LOSS = Api(f"{_DICE}, weight=None, soft_label=False, ignore_index=None", _flagged("DiceLoss"), _MONAI_CALL)
_GENERALIZED_DICE_LOSS = Api(f"{_GENERALIZED_DICE}, soft_label=False", _flagged("GeneralizedDiceLoss"), _MONAI_CALL)
_GENERALIZED_DICE_FOCAL = Api(
    f"{_GENERALIZED_DICE}, gamma=2.0, weight=None, lambda_gdl=1.0, lambda_focal=1.0",
    loss("GeneralizedDiceFocalLoss", "logits", "sigmoid", "same", switches=_DICE_FOCAL_SWITCHES),
    _MONAI_CALL,
)
_WASSERSTEIN = Api(
    "dist_matrix, weighting_mode='default', reduction='mean', smooth_nr=1e-05, smooth_dr=1e-05",
    replace(loss("GeneralizedWassersteinDiceLoss", "logits", "softmax", "indices"), applies="softmax"),
    _MONAI_CALL,
)
_NO_BACKGROUND = _FLAGS.replace("include_background=True", "include_background=False")
_SKELETON = "smooth_nr=1.0, smooth_dr=1.0, smooth=0.0001"
_DIMENSIONS = (("dimensions", "spatial_dims"),)
_SEGMENTING = {
    "UNet": "spatial_dims, in_channels, out_channels, channels, strides, **kwargs",
    "AttentionUnet": "spatial_dims, in_channels, out_channels, channels, strides, **kwargs",
    "BasicUNet": "spatial_dims=3, in_channels=1, out_channels=2, **kwargs",
    "VNet": "spatial_dims=3, in_channels=1, out_channels=1, **kwargs",
    "HighResNet": "spatial_dims=3, in_channels=1, out_channels=1, **kwargs",
    "AHNet": "layers=(3, 4, 6, 3), spatial_dims=3, in_channels=1, out_channels=1, **kwargs",
    "FlexibleUNet": "in_channels, out_channels, backbone, **kwargs",
    "UNETR": "*args, in_channels=None, out_channels=None, **kwargs",
    "SwinUNETR": "*args, in_channels=None, out_channels=None, **kwargs",
}
"""Networks that end in a convolution; the last two had an `img_size` before the channels, or behind them."""
_DENSE = "spatial_dims, in_channels, out_channels, init_features=64, growth_rate=32, **kwargs"
_CLASSIFYING = {
    **{f"DenseNet{n}": (_DENSE, "x") for n in ("", "121", "169", "201", "264")},
    **{
        f"resnet{n}": ("pretrained=False, progress=True, *, num_classes=400, feed_forward=True, **kwargs", "x")
        for n in (10, 18, 34, 50, 101, 152, 200)
    },
    **{
        name: (f"layers={layers}, groups={groups}, reduction=16, *, num_classes=1000, **kwargs", "x")
        for name, layers, groups in (
            ("SENet154", "(3, 8, 36, 3)", 64),
            ("SEResNet50", "(3, 4, 6, 3)", 1),
            ("SEResNet101", "(3, 4, 23, 3)", 1),
            ("SEResNet152", "(3, 8, 36, 3)", 1),
            ("SEResNext50", "(3, 4, 6, 3)", 32),
            ("SEResNext101", "(3, 4, 23, 3)", 32),
        )
    },
    "EfficientNetBN": (
        "model_name, pretrained=True, progress=True, spatial_dims=2, in_channels=3, num_classes=1000, **kwargs",
        "inputs",
    ),
    "MILModel": ("num_classes, mil_mode='att', pretrained=True, **kwargs", "x, no_head=False"),
}
_INPUTS = {"UNETR": "x_in", "SwinUNETR": "x_in", "FlexibleUNet": "inputs"}

TABLE: dict[str, Api] = {
    _M + "DiceLoss": _DICE_LOSS,
    _M + "MaskedDiceLoss": Api(
        f"{_DICE}, weight=None, soft_label=False", _flagged("MaskedDiceLoss"), "input, target, mask=None"
    ),
    _M + "DiceCELoss": _DICE_CE,
    _M + "DiceFocalLoss": _DICE_FOCAL,
    _M + "GeneralizedDiceLoss": _GENERALIZED_DICE_LOSS,
    _M + "GeneralizedDiceFocalLoss": _GENERALIZED_DICE_FOCAL,
    _M + "TverskyLoss": Api(
        f"{_FLAGS}, alpha=0.5, beta=0.5, {_TAIL}, soft_label=False, ignore_index=None",
        _flagged("TverskyLoss"),
        _MONAI_CALL,
    ),
    _M + "FocalLoss": Api(
        "include_background=True, to_onehot_y=False, gamma=2.0, alpha=None, weight=None, reduction='mean', "
        "use_softmax=False, ignore_index=None",
        loss(
            "FocalLoss", "logits", "sigmoid", "binary",
            switches=(_INDICES, Switch("use_softmax", True, family="softmax", applies="log_softmax")),
        ),
        _MONAI_CALL,
    ),
    **{
        _M + name: Api(text, _flagged(name), _MONAI_CALL)
        for name, text in (
            ("BoundaryLoss", f"{_FLAGS}, reduction='mean', batch=False"),
            ("HausdorffDTLoss", f"alpha=2.0, {_NO_BACKGROUND}, reduction='mean', batch=False"),
            ("LogHausdorffDTLoss", f"alpha=2.0, {_NO_BACKGROUND}, reduction='mean', batch=False"),
            ("MCCLoss", f"{_FLAGS}, reduction='mean', smooth_nr=0.0, smooth_dr=1e-05, batch=False"),
            ("SoftclDiceLoss", f"iter_=3, {_SKELETON}, {_FLAGS}, reduction='mean'"),
            ("SoftDiceclDiceLoss", f"iter_=3, alpha=0.5, {_SKELETON}, {_FLAGS}, reduction='mean'"),
        )
    },
    _M + "GeneralizedWassersteinDiceLoss": _WASSERSTEIN,
    _M + "NACLLoss": Api(
        "classes, dim, kernel_size=3, kernel_ops='mean', distance_type='l1', alpha=0.1, sigma=1.0",
        loss("NACLLoss", "logits", "softmax", "indices", "inputs", "targets"),
        "inputs, targets",
    ),
    _M + "DeepSupervisionLoss": Api("loss, weight_mode='exp', weights=None", Wrap("loss")),
    **{
        f"{_N}{name}": Api(text, Model("logits", "out_channels", 1, None), _INPUTS.get(name, "x"), _DIMENSIONS)
        for name, text in _SEGMENTING.items()
    },
    _N + "SegResNet": Api(
        "spatial_dims=3, init_filters=8, in_channels=1, out_channels=2, *, use_conv_final=True, **kwargs",
        Model("logits", "out_channels", 1, None, conditional="use_conv_final"),
        "x",
        _DIMENSIONS,
    ),
    _N + "DynUNet": Api(
        "spatial_dims, in_channels, out_channels, kernel_size, strides, upsample_kernel_size, *, "
        "deep_supervision=False, **kwargs",
        Model("logits", "out_channels", 1, None, unless=("deep_supervision",)),
        "x",
    ),
    _N + "MedNeXt": Api(
        "spatial_dims=3, init_filters=32, in_channels=1, out_channels=2, *, deep_supervision=False, **kwargs",
        Model("logits", "out_channels", 1, None, unless=("deep_supervision",)),
        "x",
    ),
    **{
        f"{_N}{name}": Api(
            text,
            Model(
                "logits", "out_channels" if "out_channels" in text else "num_classes", -1, 2,
                conditional="feed_forward" if "feed_forward" in text else None,
            ),
            call,
        )
        for name, (text, call) in _CLASSIFYING.items()
    },
}  # fmt: skip
