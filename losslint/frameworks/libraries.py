"""Libraries on top of torch and Keras: Lightning, torchvision, timm, segmentation_models, MONAI, kornia, transformers.

Signatures are those of torchvision 0.28, timm 1.0.31, segmentation_models_pytorch 0.6.0, MONAI 1.6.1, kornia 0.9.0 and
transformers 5, as their sources have them; `**kwargs` stands for parameters that change nothing here.
"""

from __future__ import annotations

import re

from losslint.evaluation.values import Scale
from losslint.frameworks import torch
from losslint.frameworks.vocabulary import (
    Activate,
    Api,
    Effect,
    Hard,
    Loss,
    Model,
    Same,
    Switch,
    Trainer,
)


def _loss(
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
) -> Loss:
    applies = {"softmax": "log_softmax", "sigmoid": "sigmoid"}.get(family) if takes == "logits" else None
    return Loss(
        title,
        takes,
        family,
        labels,
        "torch",
        applies,
        input,
        target,
        class_axis,
        logits,
        checks_dtype,
        switches=switches,
    )


# ----------------------------------------------------------------------------------------------------------- lightning

LIGHTNING: dict[str, Api] = {
    "pytorch_lightning.Trainer": Api("**kwargs", Trainer()),
    "pytorch_lightning.Trainer.from_argparse_args": Api("args, **kwargs", Trainer()),
}


# --------------------------------------------------------------------------------------------------------- torchvision

_CLASSIFIER = Api("weights=None, progress=True, num_classes=1000, **kwargs", Model("logits", "num_classes", -1, 2), "x")
_PERHAPS_A_TUPLE = Api(
    "weights=None, progress=True, num_classes=1000, **kwargs", Model("unknown", "num_classes", -1, 2), "x"
)
_SEGMENTATION = Api(
    "weights=None, progress=True, num_classes=None, aux_loss=None, **kwargs", Model("out", "num_classes", 1, 4), "x"
)

_VISION = (
    "alexnet convnext_base convnext_large convnext_small convnext_tiny densenet121 densenet161 densenet169 "
    "densenet201 efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3 efficientnet_b4 efficientnet_b5 "
    "efficientnet_b6 efficientnet_b7 efficientnet_v2_l efficientnet_v2_m efficientnet_v2_s maxvit_t mnasnet0_5 "
    "mnasnet0_75 mnasnet1_0 mnasnet1_3 mobilenet_v2 mobilenet_v3_large mobilenet_v3_small regnet_x_16gf "
    "regnet_x_1_6gf regnet_x_32gf regnet_x_3_2gf regnet_x_400mf regnet_x_800mf regnet_x_8gf regnet_y_128gf "
    "regnet_y_16gf regnet_y_1_6gf regnet_y_32gf regnet_y_3_2gf regnet_y_400mf regnet_y_800mf regnet_y_8gf "
    "resnet101 resnet152 resnet18 resnet34 resnet50 resnext101_32x8d resnext101_64x4d resnext50_32x4d "
    "shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 shufflenet_v2_x2_0 squeezenet1_0 squeezenet1_1 "
    "swin_b swin_s swin_t swin_v2_b swin_v2_s swin_v2_t vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 "
    "vgg19_bn vit_b_16 vit_b_32 vit_h_14 vit_l_16 vit_l_32 wide_resnet101_2 wide_resnet50_2"
)
_VIDEO = "mc3_18 mvit_v1_b mvit_v2_s r2plus1d_18 r3d_18 s3d swin3d_b swin3d_s swin3d_t"
_DENSE = (
    "deeplabv3_mobilenet_v3_large deeplabv3_resnet101 deeplabv3_resnet50 fcn_resnet101 fcn_resnet50 "
    "lraspp_mobilenet_v3_large"
)

_SIGMOID_FOCAL = _loss(
    "sigmoid_focal_loss", "logits", "sigmoid", "binary", "inputs", "targets", class_axis=None, checks_dtype=True
)

TORCHVISION: dict[str, Api] = {
    **{f"torchvision.models.{name}": _CLASSIFIER for name in _VISION.split()},
    **{f"torchvision.models.video.{name}": _CLASSIFIER for name in _VIDEO.split()},
    **{f"torchvision.models.segmentation.{name}": _SEGMENTATION for name in _DENSE.split()},
    "torchvision.models.googlenet": _PERHAPS_A_TUPLE,
    "torchvision.models.inception_v3": _PERHAPS_A_TUPLE,
    "torchvision.models.get_model": Api("name, **config", Model("unknown")),
    "torchvision.ops.sigmoid_focal_loss": Api("inputs, targets, alpha=0.25, gamma=2, reduction='none'", _SIGMOID_FOCAL),
}


# ---------------------------------------------------------------------------------------------------------------- timm

_TIMM_MODEL = Api(
    "model_name, pretrained=False, pretrained_cfg=None, pretrained_cfg_overlay=None, checkpoint_path=None, "
    "cache_dir=None, scriptable=None, exportable=None, no_jit=None, num_classes=1000, features_only=False, **kwargs",
    Model("logits", "num_classes", -1, 2, unless=("features_only",)),
    "x",
)
_TIMM_PAIR = "x, target"

TIMM: dict[str, Api] = {
    "timm.create_model": _TIMM_MODEL,
    "timm.models.create_model": _TIMM_MODEL,
    "timm.loss.LabelSmoothingCrossEntropy": Api(
        "smoothing=0.1",
        _loss("LabelSmoothingCrossEntropy", "logits", "softmax", "indices", "x", class_axis=-1),
        _TIMM_PAIR,
    ),
    "timm.loss.SoftTargetCrossEntropy": Api(
        "", _loss("SoftTargetCrossEntropy", "logits", "softmax", "probabilities", "x", class_axis=-1), _TIMM_PAIR
    ),
    "timm.loss.PolyCrossEntropy": Api(
        "epsilon=2.0, smoothing=0.0, reduction='mean'",
        _loss("PolyCrossEntropy", "logits", "softmax", "indices-or-probabilities", "x", class_axis=-1),
        _TIMM_PAIR,
    ),
    "timm.loss.BinaryCrossEntropy": Api(
        "smoothing=0.1, target_threshold=None, weight=None, reduction='mean', sum_classes=False, pos_weight=None, "
        "smooth_dense=False",
        _loss("BinaryCrossEntropy", "logits", "sigmoid", "same", "x", class_axis=None),
        _TIMM_PAIR,
    ),
    "timm.loss.PolyBinaryCrossEntropy": Api(
        "epsilon=2.0, gamma=0.0, alpha=None, smoothing=0.0, reduction='mean'",
        _loss("PolyBinaryCrossEntropy", "logits", "sigmoid", "same", "x", class_axis=None),
        _TIMM_PAIR,
    ),
    "timm.loss.AsymmetricLossMultiLabel": Api(
        "gamma_neg=4, gamma_pos=1, clip=0.05, eps=1e-08, disable_torch_grad_focal_loss=False, smoothing=0.0, "
        "reduction='batchmean', weight=None, pos_weight=None",
        _loss("AsymmetricLossMultiLabel", "logits", "sigmoid", "binary", "x", "y", class_axis=None),
        "x, y",
    ),
    "timm.loss.AsymmetricLossSingleLabel": Api(
        "gamma_pos=1, gamma_neg=4, eps=0.1, reduction='mean'",
        _loss("AsymmetricLossSingleLabel", "logits", "softmax", "indices", "inputs", class_axis=-1),
        "inputs, target, reduction=None",
    ),
}


# ------------------------------------------------------------------------------------------------- segmentation_models

_SMP = "segmentation_models_pytorch."
_SMP_DECODERS = (
    "Unet", "UnetPlusPlus", "MAnet", "Linknet", "FPN", "PSPNet", "PAN", "DeepLabV3", "DeepLabV3Plus", "UPerNet",
    "Segformer", "DPT",
)  # fmt: skip
_SMP_MODEL = Model("logits", "classes", 1, 4, activation="activation", default_activation=None, unless=("aux_params",))
_SMP_CALL = "y_pred, y_true"


def _by_mode(title: str, family: str = "overlap", multiclass: str = "softmax", applies: str = "log_softmax") -> Loss:
    """A loss whose `mode` says what the labels are, and whose `from_logits` says what it applies to its input."""
    return _loss(
        title, "probabilities" if family == "sigmoid" else "any", family, "same", "y_pred", "y_true",
        logits="from_logits",
        switches=(
            Switch("mode", "multiclass", family=multiclass, labels="indices", applies=applies),
            Switch("mode", "binary", family="sigmoid", labels="same", applies="sigmoid"),
            Switch("mode", "multilabel", family="sigmoid", labels="binary", applies="sigmoid"),
        ),
    )  # fmt: skip


_REGION = "mode, classes=None, log_loss=False, from_logits=True, smooth=0.0, ignore_index=None, eps=1e-07"

SMP: dict[str, Api] = {
    **{
        _SMP + name: Api(
            "encoder_name='resnet34', encoder_depth=5, encoder_weights='imagenet', *, in_channels=3, classes=1, "
            "activation=None, aux_params=None, **kwargs",
            _SMP_MODEL,
            "x",
        )
        for name in _SMP_DECODERS
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
        _loss(
            "LovaszLoss", "any", "overlap", "same", "y_pred", "y_true",
            switches=(
                Switch("mode", "multiclass", takes="logits", family="softmax", labels="indices", applies="softmax"),
            ),
        ),
        _SMP_CALL,
    ),
    _SMP + "losses.SoftBCEWithLogitsLoss": Api(
        "weight=None, ignore_index=-100, reduction='mean', smooth_factor=None, pos_weight=None",
        _loss("SoftBCEWithLogitsLoss", "logits", "sigmoid", "binary", "y_pred", "y_true", class_axis=None),
        _SMP_CALL,
    ),
    _SMP + "losses.SoftCrossEntropyLoss": Api(
        "reduction='mean', smooth_factor=None, ignore_index=-100, dim=1",
        _loss("SoftCrossEntropyLoss", "logits", "softmax", "indices", "y_pred", "y_true"),
        _SMP_CALL,
    ),
    _SMP + "losses.MCCLoss": Api(
        "eps=1e-05", _loss("MCCLoss", "any", "overlap", "same", "y_pred", "y_true", class_axis=None), _SMP_CALL
    ),
    _SMP + "utils.losses.DiceLoss": Api(
        "eps=1.0, beta=1.0, activation=None, ignore_channels=None, **kwargs",
        _loss("DiceLoss", "any", "overlap", "same", "y_pr", "y_gt", class_axis=None),
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


# --------------------------------------------------------------------------------------------------------------- monai

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
    return _loss(title, "any", "overlap", "same", switches=_FLAG_SWITCHES)


_TAIL = "reduction='mean', smooth_nr=1e-05, smooth_dr=1e-05, batch=False"
_DICE = f"{_FLAGS}, squared_pred=False, jaccard=False, {_TAIL}"
_DICE_CE = Api(
    f"{_DICE}, weight=None, lambda_dice=1.0, lambda_ce=1.0, label_smoothing=0.0",
    _loss(
        "DiceCELoss", "logits", "softmax", "same",
        switches=(_INDICES, Switch("sigmoid", True, family="sigmoid", applies="sigmoid")),
    ),
    _MONAI_CALL,
)  # fmt: skip
_DICE_FOCAL_SWITCHES = (_INDICES, Switch("softmax", True, family="softmax", applies="softmax"))
_DICE_FOCAL = Api(
    f"{_DICE}, gamma=2.0, weight=None, lambda_dice=1.0, lambda_focal=1.0, alpha=None",
    _loss("DiceFocalLoss", "logits", "sigmoid", "same", switches=_DICE_FOCAL_SWITCHES),
    _MONAI_CALL,
)
_GENERALIZED_DICE = f"{_FLAGS}, w_type='square', {_TAIL}"
_NETS = {
    "UNet": "spatial_dims, in_channels, out_channels, **kwargs",
    "AttentionUnet": "spatial_dims, in_channels, out_channels, **kwargs",
    "BasicUNet": "spatial_dims=3, in_channels=1, out_channels=2, **kwargs",
    "SegResNet": "spatial_dims=3, init_filters=8, in_channels=1, out_channels=2, **kwargs",
    "UNETR": "*args, in_channels=None, out_channels=None, **kwargs",
    "SwinUNETR": "*args, in_channels=None, out_channels=None, **kwargs",
}
"""Networks that end in a convolution; the last two had an `img_size` before the channels, or behind them."""
_DIMENSIONS = (("dimensions", "spatial_dims"),)

MONAI: dict[str, Api] = {
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
        _loss("GeneralizedDiceFocalLoss", "logits", "sigmoid", "same", switches=_DICE_FOCAL_SWITCHES),
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
        _loss(
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


# -------------------------------------------------------------------------------------------------------------- kornia

_K = "kornia.losses."
_KORNIA_PAIR = "pred, target"


def _kornia(title: str, family: str, labels: str = "indices", takes: str = "logits") -> Loss:
    return _loss(title, takes, family, labels, "pred", class_axis=None if family == "sigmoid" else 1)


_KORNIA: tuple[tuple[str, str, str, Loss], ...] = (
    (
        "FocalLoss",
        "focal_loss",
        "alpha, gamma=2.0, reduction='none', weight=None, ignore_index=-100",
        _kornia("FocalLoss", "softmax"),
    ),
    (
        "DiceLoss",
        "dice_loss",
        "average='micro', eps=1e-08, weight=None, ignore_index=-100",
        _kornia("DiceLoss", "softmax"),
    ),
    ("TverskyLoss", "tversky_loss", "alpha, beta, eps=1e-08, ignore_index=-100", _kornia("TverskyLoss", "softmax")),
    ("LovaszSoftmaxLoss", "lovasz_softmax_loss", "weight=None", _kornia("LovaszSoftmaxLoss", "softmax")),
    ("LovaszHingeLoss", "lovasz_hinge_loss", "", _kornia("LovaszHingeLoss", "margin", "same", "any")),
)

_BINARY_FOCAL = _kornia("BinaryFocalLossWithLogits", "sigmoid", "binary")

KORNIA: dict[str, Api] = {
    **{_K + title: Api(text, contract, _KORNIA_PAIR) for title, _, text, contract in _KORNIA},
    **{_K + function: Api(f"{_KORNIA_PAIR}, {text}".rstrip(", "), contract) for _, function, text, contract in _KORNIA},
    _K + "BinaryFocalLossWithLogits": Api(
        "alpha, gamma=2.0, reduction='none', pos_weight=None, weight=None, ignore_index=-100",
        _BINARY_FOCAL,
        _KORNIA_PAIR,
    ),
    _K + "binary_focal_loss_with_logits": Api(
        "pred, target, alpha=0.25, gamma=2.0, reduction='none', pos_weight=None, weight=None, ignore_index=-100",
        _BINARY_FOCAL,
    ),
}


# -------------------------------------------------------------------------------------------------------- transformers

_HUGGING_FACE = re.compile(
    r"transformers\.(?:models\.\w+\.\w+\.)?[A-Z]\w*For(?P<task>\w+?)(?P<maker>\.from_pretrained|\.from_config)?$"
)
_TASKS: dict[str, Model] = {
    **{
        task: Model("logits-field", "num_labels", -1, 2)
        for task in ("SequenceClassification", "ImageClassification", "AudioClassification", "VideoClassification")
    },
    "TokenClassification": Model("logits-field", "num_labels", -1, 3),
    "SemanticSegmentation": Model("logits-field", "num_labels", 1, 4),
    "MultipleChoice": Model("logits-field", None, -1, 2),
    "CausalLM": Model("logits-field", None, -1, 3),
    "MaskedLM": Model("logits-field", None, -1, 3),
}
_MADE = "pretrained_model_name_or_path=None, *model_args, config=None, num_labels=None, **kwargs"
_TRANSFORMERS: dict[tuple[str, bool], Api] = {
    (task, maker): Api(_MADE if maker else "config=None, *inputs, **kwargs", model, "input_ids=None, **kwargs")
    for task, model in _TASKS.items()
    for maker in (True, False)
}


def by_pattern(name: str) -> Api | None:
    """The models of transformers, whose classes' names say what they give: any `…ForSequenceClassification`."""
    if not name.startswith("transformers."):
        return None
    found = _HUGGING_FACE.match(name)
    return _TRANSFORMERS.get((found["task"], found["maker"] is not None)) if found else None


TABLE: dict[str, Api] = {**LIGHTNING, **TORCHVISION, **TIMM, **SMP, **MONAI, **KORNIA}

NAMESPACES: dict[str, str] = {
    "lightning.pytorch": "pytorch_lightning",
    "lightning": "pytorch_lightning",
    "pytorch_lightning.trainer.trainer": "pytorch_lightning",
    "pytorch_lightning.trainer": "pytorch_lightning",
    "pytorch_lightning.core.lightning": "pytorch_lightning",
    "pytorch_lightning.core.module": "pytorch_lightning",
    "pytorch_lightning.core": "pytorch_lightning",
    "torchvision.ops.focal_loss": "torchvision.ops",
    "torchvision.models.segmentation.segmentation": "torchvision.models.segmentation",
    **{
        f"torchvision.models.{module}": "torchvision.models"
        for module in ("resnet", "vgg", "densenet", "inception", "mobilenet", "efficientnet", "vision_transformer")
    },
    "timm.loss.cross_entropy": "timm.loss",
    "timm.loss.binary_cross_entropy": "timm.loss",
    "timm.loss.asymmetric_loss": "timm.loss",
    "timm.models.factory": "timm.models",
    "segmentation_models_pytorch.losses.dice": "segmentation_models_pytorch.losses",
    "segmentation_models_pytorch.losses.focal": "segmentation_models_pytorch.losses",
    "monai.losses.dice": "monai.losses",
    "monai.losses.focal_loss": "monai.losses",
    "monai.losses.tversky": "monai.losses",
    "monai.networks.nets.unet": "monai.networks.nets",
    "kornia.losses.focal": "kornia.losses",
    "kornia.losses.dice": "kornia.losses",
    "kornia.losses.tversky": "kornia.losses",
}
"""Other names of the same modules."""
