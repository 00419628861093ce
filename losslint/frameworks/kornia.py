"""kornia's losses of classification: all apply their activation themselves.

Signatures are those of kornia 0.9.0.
"""

from __future__ import annotations

from losslint.frameworks.torch import loss
from losslint.frameworks.vocabulary import Api, Loss
from losslint.record import replace

_K = "kornia.losses."
_KORNIA_PAIR = "pred, target"


def _kornia(title: str, family: str, labels: str = "indices", takes: str = "logits") -> Loss:
    contract = loss(title, takes, family, labels, "pred", class_axis=None if family == "sigmoid" else 1)
    if family == "softmax" and title != "FocalLoss":  # an overlap: of the probabilities themselves
        contract = replace(contract, applies="softmax")
    return contract


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

TABLE: dict[str, Api] = {
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
