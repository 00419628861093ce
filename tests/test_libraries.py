"""What the tables of the libraries say, seen from a program: a model's end and a loss of each library, with the findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint import discovery, session
from losslint.settings import Settings

TORCH = """
import torch
import torch.nn as nn
import torch.nn.functional as F
head = nn.Linear(8, 4)
pixels = nn.Conv2d(3, 4, 1)
"""
SIGMOID = "torch.sigmoid(head(x))"
SOFTMAX = "F.softmax(head(x), dim=1)"
MASKS = "torch.sigmoid(pixels(x))"
CLASSES = "pixels(x).softmax(dim=1)"

TORCH_LOSSES: dict[str, tuple[str, str, list[str]]] = {
    # torch
    "SoftMarginLoss of a sigmoid": ("", f"nn.SoftMarginLoss()({SIGMOID}, y)", ["LL104"]),
    "SoftMarginLoss of logits": ("", "nn.SoftMarginLoss()(head(x), y)", []),
    "soft_margin_loss of a sigmoid": ("", f"F.soft_margin_loss({SIGMOID}, y)", ["LL104"]),
    "MultiLabelSoftMarginLoss of a sigmoid": ("", f"nn.MultiLabelSoftMarginLoss()({SIGMOID}, y)", ["LL104"]),
    "MultiMarginLoss of probabilities": ("", f"nn.MultiMarginLoss()({SOFTMAX}, y)", []),
    "HingeEmbeddingLoss of distances": ("", "nn.HingeEmbeddingLoss()(F.pairwise_distance(a, b), y)", []),
    "AdaptiveLogSoftmaxWithLoss": ("", "nn.AdaptiveLogSoftmaxWithLoss(1, 9, [3])(nn.Linear(8, 1)(x), y)", []),
    # torchvision
    "torchvision's focal loss of a sigmoid": (
        "from torchvision.ops import sigmoid_focal_loss", f"sigmoid_focal_loss({SIGMOID}, y)", ["LL104"],
    ),
    "torchvision's focal loss of logits": (
        "from torchvision.ops import sigmoid_focal_loss", "sigmoid_focal_loss(head(x), y)", [],
    ),
    "torchvision's model": (
        "from torchvision import models", "nn.NLLLoss()(models.resnet18(num_classes=4)(x), y)", ["LL107"],
    ),
    "torchvision's class": (
        "from torchvision.models.resnet import ResNet, BasicBlock",
        "F.nll_loss(ResNet(BasicBlock, [2, 2, 2, 2])(x), y)", ["LL107"],
    ),
    "torchvision's segmentation": (
        "import torchvision",
        "F.nll_loss(torchvision.models.segmentation.fcn_resnet50(num_classes=4)(x)['out'], y)", ["LL107"],
    ),
    # timm
    "timm's smoothing of probabilities": (
        "from timm.loss import LabelSmoothingCrossEntropy", f"LabelSmoothingCrossEntropy(0.1)({SOFTMAX}, y)", ["LL101"],
    ),
    "timm's soft targets of probabilities": ("import timm.loss", f"timm.loss.SoftTargetCrossEntropy()({SOFTMAX}, y)", ["LL101"]),
    "timm's soft targets of logits": ("import timm.loss", "timm.loss.SoftTargetCrossEntropy()(head(x), y)", []),
    "timm's binary loss of a sigmoid": ("import timm", f"timm.loss.BinaryCrossEntropy()({SIGMOID}, y)", ["LL104"]),
    "timm's asymmetric loss of a sigmoid": (
        "from timm.loss.asymmetric_loss import AsymmetricLossMultiLabel",
        f"AsymmetricLossMultiLabel()({SIGMOID}, y)", ["LL104"],
    ),
    "timm's AugMix loss of probabilities": (
        "from timm.loss import JsdCrossEntropy", f"JsdCrossEntropy()({SOFTMAX}, y)", ["LL101"],
    ),
    "timm's balanced loss of a sigmoid": (
        "from timm.loss import DistributionBalancedLoss", f"DistributionBalancedLoss(c, 9)({SIGMOID}, y)", ["LL104"],
    ),
    "timm's model": ("import timm", "F.nll_loss(timm.create_model('resnet18', num_classes=4)(x), y)", ["LL107"]),
    "timm's features": ("import timm", "F.nll_loss(timm.create_model('resnet18', features_only=True)(x), y)", []),
    # segmentation_models_pytorch
    "smp's Dice of a softmax": (
        "import segmentation_models_pytorch as smp", f"smp.losses.DiceLoss('multiclass')({CLASSES}, y)", ["LL101"],
    ),
    "smp's Dice told of the softmax": (
        "import segmentation_models_pytorch as smp",
        f"smp.losses.DiceLoss('multiclass', from_logits=False)({CLASSES}, y)", [],
    ),
    "smp's Jaccard of a sigmoid": (
        "import segmentation_models_pytorch as smp", f"smp.losses.JaccardLoss(mode='binary')({MASKS}, y)", ["LL104"],
    ),
    "smp's Dice with a mode that isn't known": (
        "import segmentation_models_pytorch as smp", f"smp.losses.DiceLoss(mode)({CLASSES}, y)", [],
    ),
    "smp's focal loss of a sigmoid": (
        "from segmentation_models_pytorch.losses import FocalLoss", f"FocalLoss('multilabel')({MASKS}, y)", ["LL104"],
    ),
    "smp's model that ends in a sigmoid": (
        "import segmentation_models_pytorch as smp",
        "smp.losses.SoftBCEWithLogitsLoss()(smp.Unet('resnet34', classes=1, activation='sigmoid')(x), y)", ["LL104"],
    ),
    "smp's model": (
        "import segmentation_models_pytorch as smp", "F.cross_entropy(smp.PSPNet('resnet34', classes=4)(x), y)", [],
    ),
    "smp's model that ends in a softmax": (
        "import segmentation_models_pytorch as smp",
        "F.cross_entropy(smp.DPT(classes=4, activation='softmax2d')(x), y)", ["LL101"],
    ),
    # MONAI
    "MONAI's Dice of a sigmoid": ("from monai.losses import DiceLoss", f"DiceLoss(sigmoid=True)({MASKS}, y)", ["LL104"]),
    "MONAI's Dice as it is": ("from monai.losses import DiceLoss", f"DiceLoss()({MASKS}, y)", []),
    "MONAI's Dice of a softmax": (
        "from monai.losses.dice import DiceLoss", f"DiceLoss(softmax=True, to_onehot_y=True)({CLASSES}, y)", ["LL101"],
    ),
    "MONAI's Dice and cross-entropy of a softmax": ("import monai", f"monai.losses.DiceCELoss()({CLASSES}, y)", ["LL101"]),
    "MONAI's Hausdorff loss of a softmax": (
        "from monai.losses import HausdorffDTLoss", f"HausdorffDTLoss(softmax=True)({CLASSES}, y)", ["LL101"],
    ),
    "MONAI's Wasserstein loss of a softmax": (
        "from monai.losses import GeneralizedWassersteinDiceLoss",
        f"GeneralizedWassersteinDiceLoss(distances)({CLASSES}, y)", ["LL101"],
    ),
    "MONAI's focal loss of a softmax": (
        "from monai.losses import FocalLoss", f"FocalLoss(use_softmax=True)({CLASSES}, y)", ["LL101"],
    ),
    "MONAI's deep supervision of a softmax": (
        "from monai.losses import DeepSupervisionLoss, DiceCELoss",
        f"DeepSupervisionLoss(DiceCELoss(to_onehot_y=True))({CLASSES}, y)", ["LL101"],
    ),
    "MONAI's network": (
        "from monai.networks.nets import UNet",
        "F.nll_loss(UNet(spatial_dims=2, in_channels=1, out_channels=4, channels=(8,), strides=())(x), y)", ["LL107"],
    ),
    "MONAI's network without its last convolution": (
        "from monai.networks.nets import SegResNet", "F.nll_loss(SegResNet(use_conv_final=False)(x), y)", [],
    ),
    "MONAI's network with deep supervision": (
        "from monai.networks.nets import DynUNet", "F.nll_loss(DynUNet(2, 1, 4, k, s, u, deep_supervision=True)(x), y)", [],
    ),
    "MONAI's classifier": ("from monai.networks.nets import resnet18", "F.nll_loss(resnet18(num_classes=4)(x), y)", ["LL107"]),
    # einops
    "einops' rearrange of a softmax": (
        "from einops import rearrange", "F.cross_entropy(rearrange(pixels(x).softmax(1), 'b c h w -> (b h w) c'), y)", ["LL101"],
    ),
    "einops' layer behind a softmax": (
        "from einops.layers.torch import Rearrange",
        "F.cross_entropy(nn.Sequential(nn.Linear(8, 4), nn.Softmax(-1), Rearrange('b t c -> b c t'))(x), y)", ["LL101"],
    ),
    "einops' rearrange of logits": (
        "import einops", "F.cross_entropy(einops.rearrange(pixels(x), 'b c h w -> (b h w) c'), y)", [],
    ),
    # kornia
    "kornia's focal loss of a softmax": (
        "import kornia", f"kornia.losses.FocalLoss(alpha=0.5)({CLASSES}, y)", ["LL101"],
    ),
    "kornia's Dice of a softmax": ("from kornia.losses import dice_loss", f"dice_loss({CLASSES}, y)", ["LL101"]),
    "kornia's Tversky of a softmax": (
        "from kornia.losses import TverskyLoss", f"TverskyLoss(0.5, 0.5)({CLASSES}, y)", ["LL101"],
    ),
    "kornia's Lovasz of logits": (
        "from kornia.losses import lovasz_softmax_loss", "lovasz_softmax_loss(pixels(x), y)", [],
    ),
    "kornia's binary focal loss of a sigmoid": (
        "from kornia.losses import binary_focal_loss_with_logits", f"binary_focal_loss_with_logits({MASKS}, y)", ["LL104"],
    ),
    # transformers
    "transformers' logits as log-probabilities": (
        "from transformers import AutoModelForSequenceClassification",
        "F.nll_loss(AutoModelForSequenceClassification.from_pretrained('bert', num_labels=4)(x).logits, y)", ["LL107"],
    ),
    "transformers' softmax": (
        "from transformers import BertForTokenClassification",
        "F.cross_entropy(F.softmax(BertForTokenClassification(config)(x).logits, dim=-1).transpose(1, 2), y)", ["LL101"],
    ),
    "transformers' language model": (
        "from transformers import GPT2LMHeadModel",
        "F.nll_loss(GPT2LMHeadModel.from_pretrained('gpt2')(x).logits.flatten(0, 1), y)", ["LL107"],
    ),
    "transformers' own loss": (
        "from transformers import BertForSequenceClassification",
        "F.nll_loss(BertForSequenceClassification(config)(x, labels=y).loss, y)", [],
    ),
    "transformers' hidden states": (
        "from transformers import AutoModel", "F.nll_loss(AutoModel.from_pretrained('bert')(x).last_hidden_state, y)", [],
    ),
}  # fmt: skip

LIGHTNING = """
class Module({base}.LightningModule):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(8, 4)
    def forward(self, x):
        return self.head(x).softmax(dim=-1)
    def training_step(self, batch, index):
        x, y = batch
        return F.cross_entropy(self(x), y)
{base}.Trainer(max_epochs=3).fit(Module(), loader)
"""

KERAS = """
import tensorflow as tf
from tensorflow import keras
"""

OTHERS: dict[str, tuple[str, list[str]]] = {
    **{
        f"Lightning as {name}": (TORCH + statement + LIGHTNING.format(base=name), ["LL101"])
        for name, statement in (
            ("L", "import lightning as L"),
            ("pl", "import lightning.pytorch as pl"),
            ("lightning.pytorch", "import lightning.pytorch"),
            ("pytorch_lightning", "import pytorch_lightning"),
        )
    },
    "a Lambda that is a softmax": (
        KERAS + "model = keras.Sequential([keras.layers.Dense(4), keras.layers.Lambda(tf.nn.softmax)])\n"
        "model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=True))",
        ["LL401"],
    ),
    "a Lambda of one's own": (
        KERAS + "model = keras.Sequential([keras.layers.Dense(4), keras.layers.Lambda(lambda z: tf.nn.softmax(z))])\n"
        "model.compile(loss='categorical_crossentropy')",
        [],
    ),
    "a Lambda that does something": (
        KERAS + "model = keras.Sequential([keras.layers.Dense(4), keras.layers.Lambda(scale)])\n"
        "model.compile(loss='categorical_crossentropy')",
        [],
    ),
    "tf.losses of TensorFlow 2": (
        KERAS + "head = keras.layers.Dense(4)\ntf.losses.SparseCategoricalCrossentropy()(y, head(x))",
        ["LL401"],
    ),
    "compat.v1": (
        KERAS + "z = tf.compat.v1.layers.dense(x, 4)\n"
        "tf.compat.v1.losses.softmax_cross_entropy(onehot_labels=y, logits=tf.nn.softmax(z))",
        ["LL101"],
    ),
    "tf_slim": (
        "import tensorflow as tf\nimport tf_slim as slim\nz = slim.fully_connected(x, 4, activation_fn=tf.nn.softmax)\n"
        "slim.losses.softmax_cross_entropy(z, y)",
        ["LL101"],
    ),
    "keras.ops": (
        "import keras\nhead = keras.layers.Dense(4)\n"
        "keras.ops.categorical_crossentropy(y, head(x))\nkeras.ops.categorical_crossentropy(y, head(x), from_logits=True)",
        ["LL401"],
    ),
    "keras.backend": (
        "from keras import backend as K\nfrom keras.layers import Dense\nK.categorical_crossentropy(y, Dense(4)(x))",
        ["LL401"],
    ),
    "an application with its own softmax": (
        KERAS + "model = keras.applications.ResNet50(classes=4, weights=None)\n"
        "model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=True))",
        ["LL401"],
    ),
    "an application without it": (
        KERAS + "model = keras.applications.resnet50.ResNet50(classes=4, classifier_activation=None)\n"
        "model.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=True))",
        [],
    ),
    "optax' Dice of a sigmoid": (
        "import jax\nimport optax\nimport flax.linen as nn\n"
        "z = nn.Dense(1)(x)\noptax.losses.binary_dice_loss(jax.nn.sigmoid(z), y)\noptax.losses.binary_dice_loss(z, y)",
        ["LL104"],
    ),
    "scipy's softmax into optax": (
        "import jax.scipy.special\nimport optax\nimport flax.linen as nn\n"
        "optax.softmax_cross_entropy(jax.scipy.special.softmax(nn.Dense(4)(x), axis=-1), y)",
        ["LL101"],
    ),
}


def codes(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (folder / "a.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    result = session.lint(discovery.discover(["a.py"], Settings()).files, Settings())
    assert result.errors == ()
    return [finding.code for finding in result.findings]


@pytest.mark.parametrize("case", TORCH_LOSSES)
def test_a_loss_on_torch(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    statement, call, expected = TORCH_LOSSES[case]
    assert codes(tmp_path, f"{TORCH}{statement}\n{call}\n", monkeypatch) == expected


@pytest.mark.parametrize("case", OTHERS)
def test_a_program(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, expected = OTHERS[case]
    assert codes(tmp_path, text, monkeypatch) == expected
