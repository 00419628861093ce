"""MONAI: networks, and losses whose flags say what they apply to their input.

Signatures are those of MONAI 1.6.1; `**kwargs` stands for parameters that change nothing here.
"""

from __future__ import annotations

from losslint.frameworks.torch import loss
from losslint.frameworks.vocabulary import Api, Loss, Model, Switch

_M = "monai.losses."
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
_NETS = {
    "UNet": "spatial_dims, in_channels, out_channels, channels, strides, **kwargs",
    "AttentionUnet": "spatial_dims, in_channels, out_channels, channels, strides, **kwargs",
    "BasicUNet": "spatial_dims=3, in_channels=1, out_channels=2, **kwargs",
    "SegResNet": "spatial_dims=3, init_filters=8, in_channels=1, out_channels=2, **kwargs",
    "UNETR": "*args, in_channels=None, out_channels=None, **kwargs",
    "SwinUNETR": "*args, in_channels=None, out_channels=None, **kwargs",
}
"""Networks that end in a convolution; the last two had an `img_size` before the channels, or behind them."""
_DIMENSIONS = (("dimensions", "spatial_dims"),)

TABLE: dict[str, Api] = {
    _M + "DiceLoss": Api(
        f"{_DICE}, weight=None, soft_label=False, ignore_index=None", _flagged("DiceLoss"), _MONAI_CALL
    ),
    _M + "MaskedDiceLoss": Api(
        f"{_DICE}, weight=None, soft_label=False", _flagged("MaskedDiceLoss"), "input, target, mask=None"
    ),
    _M + "DiceCELoss": _DICE_CE,
    _M + "DiceFocalLoss": _DICE_FOCAL,
    _M + "GeneralizedDiceLoss": Api(
        f"{_GENERALIZED_DICE}, soft_label=False", _flagged("GeneralizedDiceLoss"), _MONAI_CALL
    ),
    _M + "GeneralizedDiceFocalLoss": Api(
        f"{_GENERALIZED_DICE}, gamma=2.0, weight=None, lambda_gdl=1.0, lambda_focal=1.0",
        loss("GeneralizedDiceFocalLoss", "logits", "sigmoid", "same", switches=_DICE_FOCAL_SWITCHES),
        _MONAI_CALL,
    ),
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
        f"monai.networks.nets.{name}": Api(
            text, Model("logits", "out_channels", 1, None), "x_in" if "UNETR" in name else "x", _DIMENSIONS
        )
        for name, text in _NETS.items()
    },
    **{
        f"monai.networks.nets.{name}": Api(
            "spatial_dims, in_channels, out_channels, **kwargs", Model("logits", "out_channels", -1, 2), "x"
        )
        for name in ("DenseNet121", "DenseNet169", "DenseNet201", "DenseNet264")
    },
}  # fmt: skip
