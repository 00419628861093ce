"""What arithmetic makes of losses and of logarithms: small programs, each with what losslint says of it.

A finding is written as its code, its severity where that is an info, and its condition.
"""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from losslint import discovery, session
from losslint.settings import Settings

HEAD = """
import torch
import torch.nn as nn
import torch.nn.functional as F
"""

FOCAL: dict[str, tuple[str, list[str]]] = {
    "the default is the mean": ("ce = F.cross_entropy(x, y)\nout = (1 - torch.exp(-ce)) ** 2 * ce", ["LL601"]),
    "of each example": ("ce = F.cross_entropy(x, y, reduction='none')\nout = (1 - torch.exp(-ce)) ** 2 * ce", []),
    "a mean that is taken later": (
        "ce = F.cross_entropy(x, y, reduction='none').mean()\nout = (1 - torch.exp(-ce)) ** 2 * ce",
        ["LL601"],
    ),
    "a mean over one axis": (
        "ce = F.binary_cross_entropy_with_logits(x, y, reduction='none').mean(dim=1)\n"
        "out = (1 - torch.exp(-ce)) ** 2 * ce",
        [],
    ),
    "a masked mean": (
        "ce = (F.cross_entropy(x, y, reduction='none') * mask).sum() / mask.sum()\n"
        "out = (1 - torch.exp(-ce)) ** 2 * ce",
        ["LL601"],
    ),
    "weights of one's own are followed no further": (
        "ce = F.cross_entropy(x, y, reduction='none') * mask\nout = ((1 - torch.exp(-ce)) ** 2 * ce).mean()",
        [],
    ),
    "gamma is 1": ("ce = F.cross_entropy(x, y)\nout = (1 - torch.exp(-ce)) * ce", ["LL601"]),
    "as methods": ("ce = F.cross_entropy(x, y)\nout = (1 - ce.neg().exp()).pow(gamma).mul(ce)", ["LL601"]),
    "as functions": (
        "ce = F.cross_entropy(x, y)\nout = torch.mul(torch.pow(1 - torch.exp(torch.neg(ce)), gamma), ce)",
        ["LL601"],
    ),
    "a factor before": ("ce = F.cross_entropy(x, y)\nout = alpha * (1 - torch.exp(-ce)) ** 2 * ce", ["LL601"]),
    "the sign on the other side": ("logpt = -F.cross_entropy(x, y)\nout = -(1 - logpt.exp()) ** 2 * logpt", ["LL601"]),
    "times minus one": ("logpt = -1 * F.cross_entropy(x, y)\nout = -1 * (1 - logpt.exp()) ** 2 * logpt", ["LL601"]),
    "scaled in between": (
        "logpt = -F.cross_entropy(x, y)\npt = logpt.exp()\nlogpt *= alpha\nout = -((1 - pt) ** gamma) * logpt",
        ["LL601"],
    ),
    "clamped": ("ce = F.cross_entropy(x, y)\nout = (1 - torch.exp(-ce).clamp(1e-7, 1.0)) ** 2 * ce", ["LL601"]),
    "a sum": ("ce = F.cross_entropy(x, y, reduction='sum')\nout = (1 - torch.exp(-ce)) ** 2 * ce", ["LL601"]),
    "the old arguments": (
        "ce = F.cross_entropy(x, y, reduce=False)\nout = ((1 - torch.exp(-ce)) ** 2 * ce).mean()",
        ["LL502 info"],
    ),
    "a reduction that is chosen": (
        "ce = F.cross_entropy(x, y, reduction='mean' if kind == 'flat' else 'none')\n"
        "out = (1 - torch.exp(-ce)) ** 2 * ce",
        ["LL601 when kind == 'flat'"],
    ),
    "a reduction that isn't known": (
        "ce = F.cross_entropy(x, y, reduction=kind)\nout = ((1 - torch.exp(-ce)) ** 2 * ce).mean()",
        [],
    ),
    "an uncertainty, and no power": ("ce = F.cross_entropy(x, y)\nout = torch.exp(-alpha) * ce + alpha", []),
    "a power of something else": ("ce = F.cross_entropy(x, y)\nout = (1 - mask) ** 2 * ce", []),
    "p_t from a cross-entropy of its own": (
        "pt = torch.exp(-F.cross_entropy(x, y, reduction='none'))\n"
        "out = (1 - pt) ** 2 * F.cross_entropy(x, y, weight=torch.ones(3), reduction='none')",
        [],
    ),
    "a weight": (
        "ce = F.cross_entropy(x, y, weight=torch.ones(3), reduction='none')\n"
        "out = ((1 - torch.exp(-ce)) ** 2 * ce).mean()",
        ["LL602"],
    ),
    "a weight that isn't known": (
        "ce = F.cross_entropy(x, y, weight=mask, reduction='none')\nout = ((1 - torch.exp(-ce)) ** 2 * ce).mean()",
        [],
    ),
    "a weight where there is one": (
        "w = None if alpha is None else alpha.float()\n"
        "ce = F.cross_entropy(x, y, weight=w, reduction='none')\nout = ((1 - torch.exp(-ce)) ** 2 * ce).mean()",
        [],
    ),
}

LOGARITHMS: dict[str, tuple[str, list[str]]] = {
    "weighted, summed, negated": ("p = F.softmax(x, 1)\nout = -(y * torch.log(p)).sum(1).mean()", ["LL111"]),
    "the sign on the targets": ("p = F.softmax(x, 1)\nout = (-y * torch.log(p)).sum()", ["LL111"]),
    "subtracted": ("p = F.softmax(x, 1)\nout = 0\nout -= torch.mean(torch.sum(y * torch.log(p), dim=1))", ["LL111"]),
    "divided by a negative number": ("p = F.softmax(x, 1)\nout = (y * torch.log(p)).sum() / -8", ["LL111"]),
    "not negated": ("p = F.softmax(x, 1)\nout = (y * torch.log(p)).sum()", []),
    "not summed": ("p = F.softmax(x, 1)\nout = -(y * torch.log(p))", []),
    "of a helper": (
        "def log(t, eps=1e-20):\n    return torch.log(t + eps)\np = x.softmax(dim=-1)\nout = -(y * log(p)).sum(-1).mean()",
        ["LL111 info"],
    ),
    "into NLLLoss": ("out = nn.NLLLoss()(torch.log(F.softmax(x, 1)), y)", ["LL111"]),
    "into kl_div, as its target": ("out = F.kl_div(F.log_softmax(x, 1), y.softmax(1).log(), log_target=True)", ["LL111 info"]),
    "in its own argument": ("out = torch.log(F.softmax(x, dim=1))", ["LL111 info"]),
    "another base": ("out = -(y * torch.log2(F.softmax(x, dim=1))).sum()", []),
    "log1p": ("out = -(y * torch.log1p(F.softmax(x, dim=1))).sum()", []),
    "NumPy's": ("import numpy as np\np = F.softmax(x, 1).detach().numpy()\nout = -(y * np.log(p)).sum()", []),
    "an entropy": ("p = F.softmax(x, 1)\nout = -(p * torch.log(p)).sum(1).mean()", []),
    "an entropy that is weighted": ("p = F.softmax(x, 1)\nout = -(y * p * torch.log(p)).sum(1).mean()", []),
    "an entropy in one line": (
        "out = -(F.softmax(x, 1) * torch.log(F.softmax(x, 1) + 1e-9)).sum(-1).mean()",
        [],
    ),
    "an entropy of zeros and ones": (
        "m = torch.sigmoid(x)\nout = (-m * torch.log(m) - (1 - m) * torch.log(1 - m)).mean()",
        [],
    ),
    "a divergence by hand": (
        "p, q = F.softmax(x, 1), F.softmax(y, 1)\nout = (p * (torch.log(p) - torch.log(q))).sum(1).mean()",
        ["LL111"],
    ),
    "1 - p": ("out = (-torch.log(1 - F.softmax(x, 1)) * y).sum(1).mean()", []),
    "a mean of softmaxes": ("out = -(y * torch.log((F.softmax(x, 1) + F.softmax(mask, 1)) / 2)).sum()", []),
    "gumbel": ("out = -(y * torch.log(F.gumbel_softmax(x))).sum()", []),
    "both halves": (
        "p = torch.sigmoid(x)\nout = -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()",
        ["LL111"],
    ),
    "both halves, guarded": (
        "p = torch.sigmoid(x).clamp(1e-7, 1 - 1e-7)\nout = -(y * p.log() + (1 - y) * (1 - p).log()).mean()",
        [],
    ),
    "both halves of a softmax": (
        "p = F.softmax(x, 1)\nout = -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()",
        [],
    ),
    "a class that was picked": ("p = F.softmax(x, 1)\nout = -torch.log(p[range(8), y]).mean()", ["LL111"]),
    "an action times its reward": ("p = F.softmax(x, 1)\nout = -(torch.log(p.gather(1, y)) * mask).mean()", []),
    "how far a policy moved": ("p = F.softmax(x, 1)\nout = (mask - torch.log(p.gather(1, y))).mean()", []),
    "a focal loss": ("p = F.softmax(x, 1).gather(1, y)\nout = -((1 - p) ** 2 * torch.log(p)).mean()", ["LL111"]),
    "detached": ("p = F.softmax(x, 1).detach()\nout = -(y * torch.log(p)).sum()", []),
    "of what is detached": ("out = -(y * torch.log(F.softmax(nn.Linear(2, 2)(x).detach(), 1))).sum()", []),
    "without a gradient": ("with torch.no_grad():\n    out = -(y * torch.log(F.softmax(x, 1))).sum()", []),
    "without a gradient, or with one": (
        "with torch.set_grad_enabled(kind):\n    out = -(y * torch.log(F.softmax(x, 1))).sum()",
        ["LL111"],
    ),
    "a table": ("out = torch.log(torch.sigmoid(torch.arange(-6.0, 6.0, 0.01)))", []),
    "one of two activations": (
        "p = F.softmax(x, 1) if kind else F.softmax(x / 2, 1)\nout = -(y * p.log()).sum(1).mean()",
        ["LL111", "LL111"],
    ),
    "an activation, or none": ("p = F.softmax(x, 1) if kind else x\nout = -(y * p.log()).sum(1).mean()", []),
}


def said(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What losslint says of a program."""
    (folder / "program.py").write_text(text, encoding="utf-8")
    (folder / "setup.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(folder)
    result = session.lint(discovery.discover(["."], Settings()).files, Settings())
    assert not result.errors
    return [
        f.code + (" info" if f.severity == "info" else "") + (f" when {f.condition}" if f.condition else "")
        for f in result.findings
    ]


def in_function(body: str) -> str:
    return f"{HEAD}def loss(x, y, mask, gamma, alpha, kind):\n{textwrap.indent(body, '    ')}\n    return out\n"


@pytest.mark.parametrize("name", FOCAL)
def test_focal_losses(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body, expected = FOCAL[name]
    assert said(tmp_path, in_function(body), monkeypatch) == expected


@pytest.mark.parametrize("name", LOGARITHMS)
def test_logarithms(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body, expected = LOGARITHMS[name]
    assert said(tmp_path, in_function(body), monkeypatch) == expected


CLASS = """
class FocalLoss(nn.modules.loss._WeightedLoss):
    def __init__(self, weight=None, gamma=2.0, reduction="mean"):
        super().__init__(weight, reduction=reduction)
        self.gamma = gamma
    def forward(self, x, y):
        ce = F.cross_entropy(x, y, weight=self.weight, reduction=self.reduction)
        return ((1 - torch.exp(-ce)) ** self.gamma * ce).mean()
"""

OPTIONAL = """
class FocalLoss(nn.Module):
    def __init__(self, weights=None):
        super().__init__()
        self.weights = torch.tensor(weights, dtype=torch.float32) if weights is not None else None
    def forward(self, x, y):
        weight = self.weights.to(x.device) if self.weights is not None else None
        ce = F.cross_entropy(x, y, weight=weight, reduction="none")
        return ((1 - torch.exp(-ce)) ** 2 * ce).mean()
"""

MADE: dict[str, tuple[str, list[str]]] = {
    "by nobody": ("", ["LL601 when reduction == 'mean'", "LL602 when weight is not None"]),
    "with its defaults": ("criterion = FocalLoss()\ncriterion(a, b)", ["LL601"]),
    "of each example": ("criterion = FocalLoss(reduction='none')\ncriterion(a, b)", []),
    "with a weight": ("criterion = FocalLoss(torch.ones(3), reduction='none')\ncriterion(a, b)", ["LL602"]),
    "in a function that comes later": (
        "def train(loader, net):\n    criterion = FocalLoss(reduction='none')\n"
        "    for x, y in loader:\n        criterion(net(x), y).backward()",
        [],
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_parameters_of_a_focal_loss(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use, expected = MADE[name]
    assert said(tmp_path, f"{HEAD}{CLASS}\n{use}\n", monkeypatch) == expected


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("", ["LL602 when weights is not None"]),
        ("FocalLoss()(a, b)", []),
        ("FocalLoss([1.0, 5.0])(a, b)", ["LL602"]),
    ],
)
def test_weights_that_may_be_left_out(
    use: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(tmp_path, f"{HEAD}{OPTIONAL}\n{use}\n", monkeypatch) == expected
