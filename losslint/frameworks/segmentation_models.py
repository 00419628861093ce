"""segmentation_models_pytorch, and segmentation_models for Keras: models with an `activation=`, losses with a `mode=`.

Signatures are those of segmentation_models_pytorch 0.6.0; `**kwargs` stands for parameters that change nothing here.
"""

from __future__ import annotations

from losslint.evaluation.values import Scale
from losslint.frameworks import torch
from losslint.frameworks.torch import loss
from losslint.frameworks.vocabulary import Activate, Api, Effect, Hard, Loss, Model, Same, Switch

_SMP = "segmentation_models_pytorch."
_SMP_TAIL = "*, in_channels=3, classes=1, activation=None, aux_params=None, **kwargs"
_SMP_ENCODER = "encoder_name='resnet34', encoder_depth=5, encoder_weights='imagenet'"
_SMP_ENCODERS = {
    **dict.fromkeys(
        (
            "Unet", "UnetPlusPlus", "MAnet", "Linknet", "FPN", "PAN", "DeepLabV3", "DeepLabV3Plus", "UPerNet",
            "Segformer",
        ),
        _SMP_ENCODER,
    ),
    "PSPNet": "encoder_name='resnet34', encoder_weights='imagenet', encoder_depth=3",
    "DPT": "encoder_name='tu-vit_base_patch16_224.augreg_in21k', encoder_depth=4, encoder_weights='imagenet'",
}  # fmt: skip
_SMP_MODEL = Model("logits", "classes", 1, 4, activation="activation", default_activation=None, unless=("aux_params",))
_SMP_CALL = "y_pred, y_true"


def _by_mode(title: str, family: str = "overlap", multiclass: str = "softmax", applies: str = "softmax") -> Loss:
    """A loss whose `mode` says what the labels are, and whose `from_logits` says what it applies to its input."""
    return loss(
        title, "probabilities" if family == "sigmoid" else "any", family, "same", "y_pred", "y_true",
        logits="from_logits",
        switches=(
            Switch("mode", "multiclass", family=multiclass, labels="indices", applies=applies),
            Switch("mode", "binary", family="sigmoid", labels="same", applies="sigmoid"),
            Switch("mode", "multilabel", family="sigmoid", labels="binary", applies="sigmoid"),
        ),
    )  # fmt: skip


_REGION = "mode, classes=None, log_loss=False, from_logits=True, smooth=0.0, ignore_index=None, eps=1e-07"

TABLE: dict[str, Api] = {
    **{
        _SMP + name: Api(f"{encoder}, {_SMP_TAIL}", _SMP_MODEL, "x") for name, encoder in _SMP_ENCODERS.items()
    },
    _SMP + "create_model": Api(
        "arch, encoder_name='resnet34', encoder_weights='imagenet', in_channels=3, classes=1, activation=None, "
        "aux_params=None, **kwargs",
        _SMP_MODEL,
        "x",
    ),
    _SMP + "losses.DiceLoss": Api(f"{_REGION}, class_weights=None", _by_mode("DiceLoss"), _SMP_CALL),
    _SMP + "losses.JaccardLoss": Api(f"{_REGION}, class_weights=None", _by_mode("JaccardLoss"), _SMP_CALL),
    _SMP + "losses.TverskyLoss": Api(
        f"{_REGION}, alpha=0.5, beta=0.5, gamma=1.0, class_weights=None", _by_mode("TverskyLoss"), _SMP_CALL
    ),
    _SMP + "losses.FocalLoss": Api(
        "mode, alpha=None, gamma=2.0, ignore_index=None, from_logits=True, eps=1e-07, reduction='mean', "
        "normalized=False, reduced_threshold=None, class_weights=None",
        _by_mode("FocalLoss", "sigmoid", "sigmoid", "sigmoid"),
        _SMP_CALL,
    ),
    _SMP + "losses.LovaszLoss": Api(
        "mode, per_image=False, ignore_index=None, from_logits=True",
        loss(
            "LovaszLoss", "any", "overlap", "same", "y_pred", "y_true",
            switches=(
                Switch("mode", "multiclass", takes="logits", family="softmax", labels="indices", applies="softmax"),
            ),
        ),
        _SMP_CALL,
    ),
    _SMP + "losses.SoftBCEWithLogitsLoss": Api(
        "weight=None, ignore_index=-100, reduction='mean', smooth_factor=None, pos_weight=None",
        loss("SoftBCEWithLogitsLoss", "logits", "sigmoid", "binary", "y_pred", "y_true", class_axis=None),
        _SMP_CALL,
    ),
    _SMP + "losses.SoftCrossEntropyLoss": Api(
        "reduction='mean', smooth_factor=None, ignore_index=-100, dim=1",
        loss("SoftCrossEntropyLoss", "logits", "softmax", "indices", "y_pred", "y_true"),
        _SMP_CALL,
    ),
    _SMP + "losses.MCCLoss": Api(
        "eps=1e-05", loss("MCCLoss", "any", "overlap", "same", "y_pred", "y_true", class_axis=None), _SMP_CALL
    ),
    _SMP + "utils.losses.DiceLoss": Api(
        "eps=1.0, beta=1.0, activation=None, ignore_channels=None, **kwargs",
        loss("DiceLoss", "any", "overlap", "same", "y_pr", "y_gt", class_axis=None),
        "y_pr, y_gt",
    ),
    **{
        _SMP + f"utils.losses.{name}": torch.LOSSES[f"torch.nn.{name}"]
        for name in ("BCELoss", "BCEWithLogitsLoss", "CrossEntropyLoss", "NLLLoss", "MSELoss")
    },
    **{
        f"segmentation_models.{name}": Api(
            "backbone_name='vgg16', input_shape=(None, None, 3), classes=1, activation='sigmoid', **kwargs"
            if name in ("Unet", "Linknet")
            else "backbone_name='vgg16', input_shape=None, classes=21, activation='softmax', **kwargs",
            Model(
                "logits", "classes", -1, 4, activation="activation",
                default_activation="sigmoid" if name in ("Unet", "Linknet") else "softmax",
            ),
            "inputs, training=None, mask=None",
        )
        for name in ("Unet", "Linknet", "FPN", "PSPNet")
    },
}  # fmt: skip

ACTIVATIONS: dict[str, Effect] = {
    "softmax2d": Activate(Scale.PROBABILITIES, "softmax2d"),
    "logsoftmax": Activate(Scale.LOG_PROBABILITIES, "logsoftmax"),
    "identity": Same(),
    "argmax": Hard(indices=True),
    "argmax2d": Hard(indices=True),
}
"""What the string says that segmentation_models_pytorch's `activation=` takes, where Keras has no such name."""
