"""torchvision: models, and `ops.sigmoid_focal_loss`.

Signatures are those of torchvision 0.28; `**kwargs` stands for parameters that change nothing here.
"""

from __future__ import annotations

from losslint.frameworks.torch import loss
from losslint.frameworks.vocabulary import Api, Model

_LAST = {
    "alexnet": 6, "convnext": 2, "efficientnet": 1, "maxvit": 5, "mnasnet": 1, "mobilenet_v2": 1, "mobilenet_v3": 3, "vgg": 6,
}  # fmt: skip
"""The index of the last layer in `classifier`, of the models whose names start so."""


def _classifier(name: str) -> Api:
    last = next((index for start, index in _LAST.items() if name.startswith(start)), None)
    return Api(
        "*, weights=None, progress=True, num_classes=1000, **kwargs",
        Model("logits", "num_classes", -1, 2, last=last),
        "x",
    )


_PERHAPS_A_TUPLE = Api(
    "*, weights=None, progress=True, num_classes=1000, **kwargs", Model("unknown", "num_classes", -1, 2), "x"
)
_SEGMENTATION = Api(
    "*, weights=None, progress=True, num_classes=None, aux_loss=None, **kwargs", Model("out", "num_classes", 1, 4), "x"
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

_SIGMOID_FOCAL = loss(
    "sigmoid_focal_loss", "logits", "sigmoid", "binary", "inputs", "targets", class_axis=None, checks_dtype=True,
    shapes="equal",
)  # fmt: skip

_CLASSES = {
    "AlexNet": "num_classes=1000, dropout=0.5",
    "ConvNeXt": "block_setting, stochastic_depth_prob=0.0, layer_scale=1e-06, num_classes=1000, **kwargs",
    "DenseNet": "growth_rate=32, block_config=(6, 12, 24, 16), num_init_features=64, bn_size=4, drop_rate=0, "
    "num_classes=1000, memory_efficient=False",
    "EfficientNet": "inverted_residual_setting, dropout, stochastic_depth_prob=0.2, num_classes=1000, **kwargs",
    "MNASNet": "alpha, num_classes=1000, dropout=0.2",
    "MobileNetV2": "num_classes=1000, width_mult=1.0, **kwargs",
    "MobileNetV3": "inverted_residual_setting, last_channel, num_classes=1000, **kwargs",
    "RegNet": "block_params, num_classes=1000, **kwargs",
    "ResNet": "block, layers, num_classes=1000, **kwargs",
    "ShuffleNetV2": "stages_repeats, stages_out_channels, num_classes=1000, **kwargs",
    "SqueezeNet": "version='1_0', num_classes=1000, dropout=0.5",
    "SwinTransformer": "patch_size, embed_dim, depths, num_heads, window_size, *, num_classes=1000, **kwargs",
    "VGG": "features, num_classes=1000, init_weights=True, dropout=0.5",
    "VisionTransformer": "image_size, patch_size, num_layers, num_heads, hidden_dim, mlp_dim, *, num_classes=1000, **kwargs",
}

TABLE: dict[str, Api] = {
    **{
        f"torchvision.models.{name}": Api(text, Model("logits", "num_classes", -1, 2), "x")
        for name, text in _CLASSES.items()
    },
    **{f"torchvision.models.{name}": _classifier(name) for name in _VISION.split()},
    **{f"torchvision.models.video.{name}": _classifier(name) for name in _VIDEO.split()},
    **{f"torchvision.models.segmentation.{name}": _SEGMENTATION for name in _DENSE.split()},
    "torchvision.models.googlenet": _PERHAPS_A_TUPLE,
    "torchvision.models.inception_v3": _PERHAPS_A_TUPLE,
    "torchvision.models.get_model": Api("name, **config", Model("unknown")),
    "torchvision.ops.sigmoid_focal_loss": Api("inputs, targets, alpha=0.25, gamma=2, reduction='none'", _SIGMOID_FOCAL),
}
