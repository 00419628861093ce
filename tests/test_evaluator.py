"""What the evaluator follows: small programs, each with what losslint says of it (nothing, where a list is empty)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from command import codes

from losslint import discovery, session
from losslint.evaluation.evaluator import Evaluator, Frame
from losslint.evaluation.relevance import Mentions, Relevance
from losslint.evaluation.values import Scope
from losslint.program.project import Project
from losslint.settings import Settings
from losslint.source import Source

TORCH = """
import torch
import torch.nn as nn
import torch.nn.functional as F
"""
NET = (
    TORCH
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)
"""
)
LOOP = """
criterion = nn.CrossEntropyLoss()
for x, y in loader:
    loss = criterion(model(x), y)
"""
KERAS = """
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
"""

LAYERED = """
class Layer(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.activation = activation
    def forward(self, x):
        x = self.fc(x)
        if self.activation:
            x = self.activation(x)
        return x
class Net(nn.Module):
    def __init__(self, count=2):
        super().__init__()
        self.layers = nn.ModuleList()
        self.layers.append(Layer(F.relu))
        for i in range(count):
            self.layers.append(Layer(F.relu))
        self.layers.append(Layer({last}))
    def forward(self, x, blocks):
        for {names} in {rounds}:
            x = {call}
        return x
"""

PROGRAMS: dict[str, tuple[str, list[str]]] = {
    # ---- a subclass of a library's loss, with no constructor of its own
    "a loss that is a subclass": (
        NET + "class Measured(nn.CrossEntropyLoss):\n    def forward(self, output, labels):\n"
        "        return super().forward(output, labels)\n"
        "def train(loader):\n    model, measure = Net(), Measured()\n"
        "    for x, y in loader:\n        loss = measure(model(x), y)\n",
        ["LL101"],
    ),
    "a subclass that takes the logarithm before": (
        NET + "class Measured(nn.NLLLoss):\n    def forward(self, output, labels):\n"
        "        return super().forward(F.log_softmax(output, dim=1), labels)\n"
        "def train(loader):\n    model, measure = nn.Linear(8, 4), Measured()\n"
        "    for x, y in loader:\n        loss = measure(model(x), y)\n",
        [],
    ),
    # ---- a round that is left, and a loop
    "layers after a round that adds none": (
        TORCH + "layers = []\nfor kind in ['linear', 'none', 'softmax']:\n    if kind == 'none':\n        continue\n"
        "    layers.append(nn.Linear(8, 4) if kind == 'linear' else nn.Softmax(dim=1))\nmodel = nn.Sequential(*layers)\n" + LOOP,
        ["LL101"],
    ),
    "layers after the loop was left": (
        TORCH + "layers = []\nfor kind in ['linear', 'none', 'softmax']:\n    if kind == 'none':\n        break\n"
        "    layers.append(nn.Linear(8, 4) if kind == 'linear' else nn.Softmax(dim=1))\nmodel = nn.Sequential(*layers)\n" + LOOP,
        [],
    ),
    # ---- targets that are padded
    "a padded target keeps its type, whatever that is": (
        TORCH + "def train(text):\n    net = nn.Linear(8, 4)\n    target = F.pad(text, [0, 1], 'constant', -1)\n"
        "    y = net(text.float())\n    return F.cross_entropy(y.view(-1, y.shape[-1]), target.view(-1))\n",
        [],
    ),
    "the larger of two targets has the type of one of them": (
        TORCH + "def train(x, a, b):\n    y = nn.Linear(8, 4)(x)\n"
        "    return F.cross_entropy(y.view(-1, y.shape[-1]), torch.maximum(a, b).view(-1))\n",
        [],
    ),
    "a padded target of floats": (
        TORCH + "def train(x):\n    y = nn.Linear(8, 4)(x)\n    target = F.pad(torch.ones(32), [0, 1])\n"
        "    return F.cross_entropy(y.view(-1, y.shape[-1]), target.view(-1))\n",
        ["LL202"],
    ),
    # ---- the axis of the classes, as a loss is told
    "labels with an axis of one, where the loss has its classes": (
        "import numpy as np\nfrom keras import losses\ny = np.random.randint(0, 2, size=(2, 1, 4, 4)).astype('float32')\n"
        "p = np.random.random((2, 2, 4, 4)).astype('float32')\nlosses.sparse_categorical_crossentropy(y, p, axis=1)\n",
        [],
    ),
    "labels with a column for each class, on the axis that the loss is told": (
        "import numpy as np\nfrom keras import losses\ny = np.random.randint(0, 2, size=(2, 3, 4, 4)).astype('float32')\n"
        "p = np.random.random((2, 3, 4, 4)).astype('float32')\nlosses.sparse_categorical_crossentropy(y, p, axis=1)\n",
        ["LL204"],
    ),
    # ---- one-hot labels in another shape
    "one-hot labels in one row are zeros and ones": (
        "import tensorflow as tf\ndef loss(scores, y):\n"
        "    flat = tf.reshape(tf.stack([tf.zeros_like(scores), scores], axis=-1), (-1, 2))\n"
        "    labels = tf.reshape(tf.one_hot(y, 100, dtype=tf.int32), (-1,))\n"
        "    return tf.compat.v1.losses.sparse_softmax_cross_entropy(logits=flat, labels=labels)\n",
        [],
    ),
    "one-hot labels in another batch are one-hot labels": (
        "import tensorflow as tf\ndef loss(scores, y):\n    labels = tf.reshape(tf.one_hot(y, 100), (-1, 100))\n"
        "    return tf.compat.v1.losses.sparse_softmax_cross_entropy(logits=scores, labels=labels)\n",
        ["LL204"],
    ),
    # ---- a loss of the program's own, kept in an attribute of a class whose methods nobody is seen to call
    "an own loss in an attribute": (
        NET + "class Objective(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.gamma = 2\n"
        "    def forward(self, output, labels):\n        return F.cross_entropy(output, labels)\n"
        "class Module(pl.LightningModule):\n    def __init__(self):\n        super().__init__()\n"
        "        self.net = Net()\n        self.objective = Objective().to(device)\n"
        "    def training_step(self, batch, number):\n        x, y = batch\n        return self.objective(self.net(x), y)\n",
        ["LL101"],
    ),
    "a function in an attribute": (
        NET + "measure = lambda output, labels: F.cross_entropy(output, labels)\n"
        "class Solver:\n    def __init__(self):\n        self.net = Net()\n        self.measure_of = measure\n"
        "    def improve(self, batch):\n        x, y = batch\n        return self.measure_of(self.net(x), y)\n",
        ["LL101"],
    ),
    # ---- parts of an output
    "parts side by side": (
        NET + "model = Net()\ncriterion = nn.CrossEntropyLoss()\nfor x, y in loader:\n"
        "    for part, wanted in zip(model(x).split(2), y.split(2)):\n        loss = criterion(part, wanted)\n",
        ["LL101"],
    ),
    "some of the rows": (
        TORCH + "head = nn.Linear(8, 4)\ndef train(x):\n    labels = torch.randint(0, 4, (8, 1))\n"
        "    keep = torch.ones(8, dtype=torch.bool)\n"
        "    return F.cross_entropy(head(torch.randn(8, 8))[keep], labels[keep])\n",
        ["LL203"],
    ),
    "some of the pixels": (
        TORCH + "head = nn.Linear(8, 4)\ndef train(x):\n    labels = torch.randint(0, 4, (8, 1))\n"
        "    keep = torch.ones(8, 1, dtype=torch.bool)\n"
        "    return F.cross_entropy(head(torch.randn(8, 8))[keep[:, 0]], labels[keep])\n",
        [],
    ),
    "parts by their number": (
        NET + "model = Net()\nfirst, second = torch.chunk(model(x), 2)\nloss = F.cross_entropy(second, y)\n",
        ["LL101"],
    ),
    "parts of logits": (
        NET + "head = nn.Linear(8, 6)\nkinds, sizes = torch.split(head(x), [4, 2], dim=1)\n"
        "loss = F.cross_entropy(kinds, y) + F.mse_loss(torch.sigmoid(sizes), z)\n",
        [],
    ),
    # ---- Sequential in every form
    "sequential of layers": (TORCH + "model = nn.Sequential(nn.Linear(8, 4), nn.Softmax(dim=1))" + LOOP, ["LL101"]),
    "sequential of an unpacked list": (
        TORCH + "layers = [nn.Linear(8, 4)]\nlayers.append(nn.Softmax(dim=1))\nmodel = nn.Sequential(*layers)" + LOOP,
        ["LL101"],
    ),
    "sequential of an OrderedDict": (
        TORCH
        + "from collections import OrderedDict\n"
        + "model = nn.Sequential(OrderedDict([('fc', nn.Linear(8, 4)), ('out', nn.Softmax(dim=1))]))"
        + LOOP,
        ["LL101"],
    ),
    "sequential by add_module": (
        TORCH + "model = nn.Sequential()\nmodel.add_module('fc', nn.Linear(8, 4))\n"
        "model.add_module('out', nn.Softmax(dim=1))" + LOOP,
        ["LL101"],
    ),
    "sequential by append": (
        TORCH + "model = nn.Sequential(nn.Linear(8, 4))\nmodel.append(nn.Softmax(dim=1))" + LOOP,
        ["LL101"],
    ),
    "sequential nested": (
        TORCH
        + "model = nn.Sequential(nn.Linear(8, 8), nn.Sequential(nn.ReLU(), nn.Linear(8, 4), nn.Softmax(dim=1)))"
        + LOOP,
        ["LL101"],
    ),
    "sequential indexed past its softmax": (
        TORCH + "net = nn.Sequential(nn.Linear(8, 4), nn.Softmax(dim=1))\nmodel = net[0]" + LOOP,
        [],
    ),
    "sequential sliced before its softmax": (
        TORCH + "net = nn.Sequential(nn.Linear(8, 4), nn.Softmax(dim=1))\nmodel = net[:-1]" + LOOP,
        [],
    ),
    "sequential sliced with its softmax": (
        TORCH + "net = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 4), nn.Softmax(dim=1))\nmodel = net[1:]" + LOOP,
        ["LL101"],
    ),
    "a class that is a Sequential": (
        TORCH
        + "class Net(nn.Sequential):\n    def __init__(self):\n"
        + "        super().__init__(nn.Linear(8, 4), nn.Softmax(dim=1))\nmodel = Net()"
        + LOOP,
        ["LL101"],
    ),
    "a module list in a loop": (
        TORCH
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.steps = nn.ModuleList([nn.Linear(8, 4), nn.Softmax(dim=1)])
    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x
model = Net()
"""
        + LOOP,
        ["LL101"],
    ),
    # ---- tests of what has to fail
    "a test that a misuse raises": (
        NET + "import pytest\ndef test_it():\n    with pytest.raises(ValueError, match='logits'):\n"
        "        F.cross_entropy(Net()(x), y)",
        [],
    ),
    "a test case that a misuse raises": (
        NET + "import unittest\nclass Case(unittest.TestCase):\n    def test_it(self):\n"
        "        with self.assertRaises(ValueError):\n            F.cross_entropy(Net()(x), y)",
        [],
    ),
    "a test that warns": (
        NET
        + "import pytest\ndef test_it():\n    with pytest.warns(UserWarning):\n        F.cross_entropy(Net()(x), y)",
        ["LL101"],
    ),
    # ---- layers that are gone through beside what isn't known
    "layers beside unknown blocks": (
        TORCH + LAYERED.format(last="None", rounds="zip(self.layers, blocks)", call="layer(x)", names="layer, block")
        + "for x, y, blocks in loader:\n    F.cross_entropy(Net()(x, blocks), y)",
        [],
    ),
    "layers beside unknown blocks, the last one bounded": (
        TORCH + LAYERED.format(last="F.relu", rounds="zip(self.layers, blocks)", call="layer(x)", names="layer, block")
        + "for x, y, blocks in loader:\n    F.cross_entropy(Net()(x, blocks), y)",
        ["LL109"],
    ),
    "layers beside blocks that grew in a loop": (
        TORCH + LAYERED.format(last="None", rounds="zip(self.layers, blocks)", call="layer(x)", names="layer, block")
        + "def sample(fanouts):\n    blocks = []\n    for fanout in fanouts:\n        blocks.insert(0, graph(fanout))\n"
        "    return blocks\nfor x, y, fanouts in loader:\n    F.cross_entropy(Net()(x, sample(fanouts)), y)",
        [],
    ),
    "layers beside blocks that grew in a loop, the last one bounded": (
        TORCH + LAYERED.format(last="F.relu", rounds="zip(self.layers, blocks)", call="layer(x)", names="layer, block")
        + "def sample(fanouts):\n    blocks = []\n    for fanout in fanouts:\n        blocks.insert(0, graph(fanout))\n"
        "    return blocks\nfor x, y, fanouts in loader:\n    F.cross_entropy(Net()(x, sample(fanouts)), y)",
        ["LL109"],
    ),
    # ---- what a model makes step by step, put into a tensor that was made before
    "set step by step": (
        TORCH
        + "net = nn.Linear(8, 9)\ndef decode(x):\n    out = torch.zeros(x.shape[0], x.shape[1], 9).to(x.device)\n"
        "    for t in range(1, x.shape[0]):\n        out[t] = F.softmax(net(x[t]), dim=1)\n    return out\n"
        "for x, y in loader:\n    out = decode(x)\n    F.cross_entropy(out[1:].view(-1, 9), y[1:].view(-1))",
        ["LL101"],
    ),
    "set batch by batch": (
        TORCH
        + "net = nn.Linear(8, 9)\ndef f(x, y):\n    out = torch.empty(len(x), 9)\n    for i in range(0, len(x), 16):\n"
        "        out[i : i + 16] = net(x[i : i + 16]).softmax(1)\n    return F.cross_entropy(out, y)",
        ["LL101"],
    ),
    "logits set step by step": (
        TORCH
        + "net = nn.Linear(8, 9)\ndef f(x, y):\n    out = x.new_zeros(x.shape[0], 4, 9)\n    for i in range(4):\n"
        "        out[:, i] = net(x[:, i])\n    return F.cross_entropy(out.view(-1, 9), y)",
        [],
    ),
    "classes set one by one": (
        TORCH
        + "net = nn.Linear(8, 1)\ndef f(x, y):\n    out = torch.zeros(len(x), 2)\n    p = torch.sigmoid(net(x)).squeeze(1)\n"
        "    out[:, 1] = p\n    out[:, 0] = 1 - p\n    return F.nll_loss(out, y)",
        [],
    ),
    "several things set": (
        TORCH
        + "net = nn.Linear(8, 9)\ndef f(x, y):\n    out = torch.zeros(2, len(x), 9)\n    out[0] = net(x).softmax(1)\n"
        "    out[1] = x\n    return F.cross_entropy(out.view(-1, 9), y)",
        [],
    ),
    "a part set to another scale": (
        TORCH
        + "import numpy as np\nnet = nn.Linear(8, 9)\nfor x, y in loader:\n    out = net(x)\n"
        "    out[..., np.r_[:2, 4:9]] = torch.sigmoid(out[..., np.r_[:2, 4:9]])\n"
        "    F.binary_cross_entropy(out[..., 4:], y)",
        [],
    ),
    "a part set to another scale, of one of two": (
        TORCH
        + "import numpy as np\nnet = nn.Linear(8, 9)\ndef f(x, y, sure):\n    out = net(x)\n"
        "    if not sure:\n        out = out[..., :-4]\n"
        "    out[..., np.r_[:2, 4:9]] = torch.sigmoid(out[..., np.r_[:2, 4:9]])\n"
        "    return F.binary_cross_entropy(out[..., 4:], y)",
        [],
    ),
    "a part set to nothing, of one of two": (
        TORCH
        + "net = nn.Linear(8, 9)\ndef f(x, y, sure):\n    out = net(x)\n    if not sure:\n        out = out[..., :-4]\n"
        "    out[..., 0] = 0\n    return F.binary_cross_entropy(out[..., 4:], y)",
        ["LL106"],
    ),
    "a part set to nothing": (
        TORCH
        + "net = nn.Linear(8, 9)\nfor x, y in loader:\n    out = net(x)\n    out[..., 0] = 0\n"
        "    F.binary_cross_entropy(out[..., 4:], y)",
        ["LL106"],
    ),
    # ---- labels of which there may be none
    "no labels in it": (
        TORCH
        + "def f(x, boxes):\n    y = torch.cat([b.y for b in boxes]) if len(boxes) else torch.empty(0)\n"
        "    if y.numel() == 0:\n        return x.sum() * 0\n    return F.cross_entropy(nn.Linear(8, 9)(x), y)\nf(x, [])",
        [],
    ),
    "one label of each example, squeezed": (
        TORCH
        + "from torch.utils.data import DataLoader, Dataset\nclass Rows(Dataset):\n"
        "    def __init__(self, n):\n        self.n = n\n"
        "    def __getitem__(self, i):\n        return torch.rand(8), torch.LongTensor([3]).squeeze()\nnet = nn.Linear(8, 9)\n"
        "for x, y in DataLoader(Rows(8), batch_size=4):\n    F.cross_entropy(net(x), y)",
        [],
    ),
    "one label of each example": (
        TORCH
        + "from torch.utils.data import DataLoader, Dataset\nclass Rows(Dataset):\n"
        "    def __init__(self, n):\n        self.n = n\n"
        "    def __getitem__(self, i):\n        return torch.rand(8), torch.LongTensor([3])\nnet = nn.Linear(8, 9)\n"
        "for x, y in DataLoader(Rows(8), batch_size=4):\n    F.cross_entropy(net(x), y)",
        ["LL203"],
    ),
    # ---- several losses, each for the ranks that go with it
    "a loss for each rank": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    if len(out.shape) == 1:\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        [],
    ),
    "a rank that is known": (
        TORCH
        + "net = nn.Sequential(nn.Flatten(), nn.Linear(8, 9))\ndef measure(out, y):\n    if out.dim() > 2 or out.ndim == 1:\n"
        "        return F.binary_cross_entropy(out, y)\n    if len(out.shape) == 3 or len(out.size()) == 4:\n"
        "        out = out.softmax(1)\n    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x), y)",
        [],
    ),
    "the rank that it has": (
        TORCH
        + "net = nn.Sequential(nn.Flatten(), nn.Linear(8, 9))\ndef measure(out, y):\n    if len(out.shape) == 2:\n"
        "        out = out.softmax(1)\n    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x), y)",
        ["LL101"],
    ),
    "the rank that it has, by a name of the sizes": (
        TORCH
        + "net = nn.Sequential(nn.Flatten(), nn.Linear(8, 9))\ndef measure(out, y):\n    sizes, shape = out.size(), out.shape\n"
        "    if len(sizes) == 2:\n        out = out.softmax(1)\n    if len(shape) > 2:\n        return F.nll_loss(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x), y)",
        ["LL101"],
    ),
    "a loss for each rank, which has a name": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    n = out.dim()\n    if n == 1:\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        [],
    ),
    "a loss for each rank, by its sizes' name": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    sizes = out.shape\n    if 2 > len(sizes):\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        [],
    ),
    "a loss for each rank, which is kept as a test": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    flat = out.ndim == 1\n    if flat:\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        [],
    ),
    "a loss for each rank, one of several questions": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    n = y.ndimension()\n    if flag and n in (1, 2, k):\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        [],
    ),
    "a loss for each rank of two": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    low, high = out.dim(), y.dim()\n    if low == high:\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        [],
    ),
    "a loss for each rank in between": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    n = out.dim()\n    if 0 < n < 2:\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        [],
    ),
    "a loss for each dtype, which has a name": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    kind = y.dtype\n    if kind != torch.long:\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        [],
    ),
    "a loss for each dtype, asked for": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    floats = y.is_floating_point()\n    if floats:\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        [],
    ),
    "a name that has nothing to do with the rank": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    n = out.size(0)\n    if n == 1:\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        ["LL201"],
    ),
    "a number of epochs called dim": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    dim = epochs\n    if dim == 1:\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        ["LL201"],
    ),
    "an argument called dtype": (
        TORCH
        + "import argparse\n"
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    args = argparse.ArgumentParser().parse_args()\n    if args.dtype == 'multi':\n"
        "        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        ["LL201"],
    ),
    "something else of its own": (
        TORCH
        + "from zoo import encoder\nnet = nn.Sequential(encoder(8), nn.Linear(8, 9))\ndef measure(out, y):\n"
        "    if out.requires_grad:\n        return F.binary_cross_entropy_with_logits(out, y)\n"
        "    return F.cross_entropy(out, y)\nfor x, y in loader:\n    measure(net(x).reshape(len(x), *sizes), y.long())",
        ["LL201"],
    ),
    "a loss for all but the smallest batches": (
        TORCH
        + "net = nn.Linear(8, 9)\nfor x, y in loader:\n    if x.shape[0] < 2:\n        continue\n"
        "    F.binary_cross_entropy_with_logits(net(x), y.long())",
        ["LL201"],
    ),
    # ---- both branches of a test whether a name is one of several
    "in both branches": (
        TORCH
        + "from settings import policy\ndef f(x, y):\n    out = nn.Linear(8, 9)(x)\n    name = policy().name\n"
        "    if name in ['half', 'brain']:\n        out = torch.sigmoid(out.float())\n    else:\n"
        "        out = torch.sigmoid(out)\n    return F.binary_cross_entropy(out, y)",
        ["LL116", "LL116"],
    ),
    "in one of the branches": (
        TORCH
        + "from settings import policy\ndef f(x, y):\n    out = nn.Linear(8, 9)(x)\n    name = policy().name\n"
        "    if name in ['half', 'brain']:\n        out = torch.sigmoid(out.float())\n    else:\n        out = out * 2\n"
        "    return F.binary_cross_entropy(out, y)",
        ["LL106", "LL116"],
    ),
    # ---- settings out of a file
    "a dataclass of unknown settings": (
        "import yaml\nfrom dataclasses import dataclass\nfrom keras import Model\nfrom keras.layers import Dense, Input\n"
        "@dataclass\nclass Layer:\n    units: int = 10\n    activation: str = None\n"
        "with open('net.yaml') as file:\n    layer = Layer(**yaml.safe_load(file))\ni = Input((8,))\n"
        "model = Model(i, Dense(layer.units, activation=layer.activation)(i))\nmodel.compile('adam', 'categorical_crossentropy')",
        [],
    ),
    "a dataclass of settings": (
        "import yaml\nfrom dataclasses import dataclass\nfrom keras import Model\nfrom keras.layers import Dense, Input\n"
        "@dataclass\nclass Layer:\n    units: int = 10\n    activation: str = None\n"
        "layer = Layer(**{'units': 9})\ni = Input((8,))\n"
        "model = Model(i, Dense(layer.units, activation=layer.activation)(i))\nmodel.compile('adam', 'categorical_crossentropy')",
        ["LL401"],
    ),
    "Keras 1, where Theano's channels are first": (
        "from keras.layers import Input, Convolution2D\nfrom keras.models import Model\nfrom keras.datasets import mnist\n"
        "i = Input(shape=(1, 28, 28))\nmodel = Model(i, Convolution2D(1, 3, 3, activation='sigmoid', border_mode='same')(i))\n"
        "model.compile('adam', 'binary_crossentropy')\n(a, _), (b, _) = mnist.load_data()\n"
        "a = a.reshape((len(a), 1, 28, 28)) / 255.0\nmodel.fit(a, a)",
        [],
    ),
    # ---- sequences without their padding
    "packed scores": (
        NET
        + "from torch.nn.utils.rnn import pack_padded_sequence\nmodel = Net()\nfor x, y, lengths in loader:\n"
        "    scores = pack_padded_sequence(model(x), lengths, batch_first=True)[0]\n"
        "    targets, _ = pack_padded_sequence(y[:, 1:], lengths, batch_first=True)\n    F.cross_entropy(scores, targets)\n"
        "    F.cross_entropy(pack_padded_sequence(model(x), lengths).data, targets)",
        ["LL101", "LL101"],
    ),
    "packed embeddings": (
        TORCH
        + "from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence\nlstm, fc = nn.LSTM(8, 8), nn.Linear(8, 9)\n"
        "for x, y, lengths in loader:\n    out, _ = lstm(pack_padded_sequence(fc(x).relu(), lengths))\n"
        "    F.cross_entropy(fc(out.data), y)\n    out, _ = pad_packed_sequence(out)\n    F.cross_entropy(fc(out[-1]), y)",
        [],
    ),
    "a program of 2017, with an argument called async": (
        NET + "criterion = nn.CrossEntropyLoss().cuda()\nmodel = Net()\nfor x, y in loader:\n"
        "    y = y.cuda(async=True)\n    criterion(model(x.cuda(0,\n        async = True)), y)",
        ["LL101"],
    ),
    "layers that are counted": (
        TORCH + LAYERED.format(last="None", rounds="enumerate(self.layers)", call="layer(x)", names="i, layer")
        + "for x, y, blocks in loader:\n    F.cross_entropy(Net()(x, blocks), y)",
        [],
    ),
    "layers that are left out, perhaps": (
        TORCH + "found = [m for m in [nn.Linear(8, 4), nn.ReLU()] if keep(m)]\nfor x, y in loader:\n"
        "    for layer in found:\n        x = layer(x)\n    F.cross_entropy(x, y)",
        [],
    ),
    # ---- weights without a layer, and classes that can't be made so
    "a bias that makes one unit into several": (
        TORCH + "class Net(nn.Module):\n    def __init__(self, classes):\n        super().__init__()\n"
        "        self.fc = nn.Linear(8, 1, bias=False)\n        self.bias = nn.Parameter(torch.zeros(classes))\n"
        "    def forward(self, x):\n        return self.fc(x) + self.bias\nmodel = Net(4)" + LOOP,
        [],
    ),
    "a bias for the one unit": (
        TORCH + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc = nn.Linear(8, 1, bias=False)\n        self.bias = nn.Parameter(torch.zeros(1))\n"
        "    def forward(self, x):\n        return self.fc(x) + self.bias\nmodel = Net()" + LOOP,
        ["LL112"],
    ),
    "a class of a namespace that can't be made with these arguments": (
        NET + "class Block(nn.Module):\n    def __init__(self, inside, outside):\n        super().__init__()\n"
        "        self.fc = nn.Linear(inside, outside)\n    def forward(self, x):\n        return F.softmax(self.fc(x), dim=1)\n"
        "class Logits(nn.Module):\n    def __init__(self, classes):\n        super().__init__()\n"
        "        self.fc = nn.Linear(8, classes)\n    def forward(self, x):\n        return self.fc(x)\n"
        "model = {'block': Block, 'logits': Logits}[kind](classes=4)" + LOOP,
        [],
    ),
    # ---- lists that grow in loops of unknown length
    "units counted in a loop": (
        TORCH + "import os\nnames = []\nfor name in os.listdir('data'):\n    names.append(name)\n"
        "model = nn.Linear(8, len(names))" + LOOP,
        [],
    ),
    "units counted by a set": (TORCH + "labels = [1, 0, 1]\nmodel = nn.Linear(8, len(set(labels)) - 1)" + LOOP, []),
    "units counted in a list that is written out": (
        TORCH + "names = ['only']\nmodel = nn.Linear(8, len(names))" + LOOP,
        ["LL112"],
    ),
    "units counted where each round has its list": (
        TORCH + "for fold in folds:\n    names = []\n    names.append('only')\n    model = nn.Linear(8, len(names))\n"
        "    for x, y in fold:\n        F.cross_entropy(model(x), y)",
        ["LL112"],
    ),
    "layers that grow in a loop, and then a softmax": (
        TORCH + "layers = []\nfor a, b in zip(sizes[:-1], sizes[1:]):\n    layers += [nn.Linear(a, b), nn.ReLU()]\n"
        "layers = layers + [nn.Linear(8, 4), nn.Softmax(dim=1)]\nmodel = nn.Sequential(*layers)" + LOOP,
        ["LL101"],
    ),
    "a list that is perhaps empty after a loop": (
        NET + "heads = []\nwhile more():\n    heads.append(Net())\nif heads:\n    model = Net()\n"
        "else:\n    model = nn.Linear(8, 4)" + LOOP,
        [],
    ),
    # ---- the head of a library's model, reached into
    "the last layer of a classifier replaced": (
        TORCH + "from torchvision import models\nmodel = models.vgg16()\n"
        "model.classifier[6] = nn.Sequential(nn.Linear(4096, 10), nn.Softmax(dim=1))" + LOOP,
        ["LL101"],
    ),
    "the last layer of a classifier replaced, rightly": (
        TORCH + "from torchvision import models\nmodel = models.mobilenet_v2()\n"
        "model.classifier[-1] = nn.Sequential(nn.Linear(1280, 10), nn.LogSoftmax(dim=1))\n"
        "for x, y in loader:\n    F.nll_loss(model(x), y)",
        [],
    ),
    "a layer inside of a classifier replaced": (
        TORCH + "from torchvision import models\nmodel = models.vgg16()\nmodel.classifier[3] = nn.Linear(4096, 64)\n"
        "for x, y in loader:\n    F.nll_loss(model(x), y)",
        [],
    ),
    "a layer behind a classifier": (
        TORCH + "from torchvision import models\nmodel = models.alexnet()\n"
        "model.classifier.add_module('7', nn.Softmax(dim=1))" + LOOP,
        ["LL101"],
    ),
    # ---- layers of libraries for graphs
    "a graph convolution without log_softmax": (
        TORCH + "from torch_geometric.nn import GCNConv\nmodel = GCNConv(16, 4)\n"
        "for d in loader:\n    F.nll_loss(model(d.x, d.edge_index), d.y)",
        ["LL107"],
    ),
    "a graph convolution that applies what it's told": (
        TORCH + "from dgl.nn import GraphConv\nmodel = GraphConv(16, 4, activation=torch.sigmoid)\n"
        "for g, h, y in loader:\n    F.binary_cross_entropy_with_logits(model(g, h), y)",
        ["LL104"],
    ),
    "a graph convolution and log_softmax": (
        TORCH + "from torch_geometric.nn import GATConv\nmodel = GATConv(16, 4, heads=2, concat=False)\n"
        "for d in loader:\n    F.nll_loss(F.log_softmax(model(d.x, d.edge_index), dim=-1), d.y)",
        [],
    ),
    # ---- taken out again
    "the last layer of a dictionary taken out": (
        TORCH
        + """
class Net(nn.Module):
    def __init__(self, sizes):
        super().__init__()
        self.layers = nn.ModuleDict()
        for i in range(2):
            self.layers[f"fc_{i}"] = nn.Linear(8, 8)
            self.layers[f"relu_{i}"] = nn.ReLU()
        self.layers.pop(next(reversed(self.layers.keys())))
    def forward(self, x):
        for layer in self.layers.values():
            x = layer(x)
        return x
model = Net()
"""
        + LOOP,
        [],
    ),
    "the last layer deleted": (
        TORCH + "model = nn.Sequential(nn.Linear(8, 4), nn.Softmax(dim=1))\ndel model[-1]" + LOOP,
        [],
    ),
    "a layer deleted whose number isn't known": (
        TORCH + "model = nn.Sequential(nn.Linear(8, 4), nn.Softmax(dim=1))\ndel model[cut]" + LOOP,
        [],
    ),
    "a layer before the last deleted": (
        TORCH + "model = nn.Sequential(nn.Linear(8, 8), nn.Linear(8, 4), nn.Softmax(dim=1))\ndel model[0]" + LOOP,
        ["LL101"],
    ),
    "sequential extended and inserted into": (
        TORCH + "model = nn.Sequential(nn.Linear(8, 4))\nmodel.extend([nn.Softmax(dim=1)])\nmodel.insert(0, nn.ReLU())" + LOOP,
        ["LL101"],
    ),
    "a list that gets the same under a condition": (
        NET + "model = Net()\nparts = []\nfor x, y in loader:\n    if keep(x):\n        parts.append(model(x))\n"
        "    else:\n        parts.append(model(flip(x)))\nF.cross_entropy(torch.cat(parts), labels)",
        ["LL101"],
    ),
    "a list that gets something else under a condition": (
        NET + "model = Net()\nparts = []\nfor x, y in loader:\n    if keep(x):\n        parts.append(model(x))\n"
        "    else:\n        parts.append(model.fc(x))\nF.cross_entropy(torch.cat(parts), labels)",
        [],
    ),
    # ---- wrappers that change nothing
    "wrapped and moved": (
        NET + "model = torch.compile(nn.DataParallel(Net().to('cuda')).cuda())\nmodel.train()" + LOOP,
        ["LL101"],
    ),
    "model.module": (NET + "model = nn.DataParallel(Net()).module" + LOOP, ["LL101"]),
    "model.forward": (
        NET + "model = Net()\nfor x, y in loader:\n    loss = F.cross_entropy(model.forward(x).float(), y)",
        ["LL101"],
    ),
    "Variable": (
        NET + "from torch.autograd import Variable\nmodel = Net()\n"
        "for x, y in loader:\n    loss = F.cross_entropy(Variable(model(Variable(x))), y)",
        ["LL101"],
    ),
    # ---- functions, lambdas, partial, defaults
    "a lambda": (NET + "model = Net()\nloss_of = lambda x, y: F.cross_entropy(model(x), y)\nloss_of(a, b)", ["LL101"]),
    "a lambda that is handed on": (
        TORCH + "def run(f):\n    return f(1, 2)\nrun(lambda x, y: F.cross_entropy(torch.softmax(x, 1), y))",
        ["LL101"],
    ),
    "a factory": (
        NET + "def build():\n    return Net(), nn.CrossEntropyLoss()\nmodel, loss = build()\nloss(model(x), y)",
        ["LL101"],
    ),
    "functools.partial": (
        TORCH + "from functools import partial\nact = partial(F.softmax, dim=1)\n"
        "def step(x, y):\n    return F.cross_entropy(act(nn.Linear(8, 4)(x)), y)",
        ["LL101"],
    ),
    "a default argument": (
        NET
        + "def train(model, x, y, criterion=nn.CrossEntropyLoss()):\n    return criterion(model(x), y)\ntrain(Net(), a, b)",
        ["LL101"],
    ),
    "a function kept in self": (
        TORCH
        + """
class Net(nn.Module):
    def __init__(self, act=torch.sigmoid):
        super().__init__()
        self.fc = nn.Linear(8, 1)
        self.act = act
    def forward(self, x):
        return self.act(self.fc(x))
loss = F.binary_cross_entropy_with_logits(Net()(x), y)
""",
        ["LL104"],
    ),
    "the criterion in a dict": (
        NET + "losses = {'ce': nn.CrossEntropyLoss(), 'mse': nn.MSELoss()}\nlosses['ce'](Net()(x), y)",
        ["LL101"],
    ),
    "the criterion in self": (
        NET
        + """
class Trainer:
    def __init__(self, model):
        self.model = model
        self.criterion = nn.CrossEntropyLoss()
    def step(self, x, y):
        return self.criterion(self.model(x), y)
Trainer(Net()).step(a, b)
""",
        ["LL101"],
    ),
    "a trainer that nobody calls": (
        NET
        + """
class Trainer:
    def __init__(self, model):
        self.model = model
        self.criterion = nn.CrossEntropyLoss()
    def step(self, x, y):
        return self.criterion(self.model(x), y)
trainer = Trainer(Net())
""",
        ["LL101"],
    ),
    "inheritance": (
        NET
        + "class Deeper(Net):\n    def __init__(self):\n        super().__init__()\n        self.more = nn.Linear(8, 8)\n"
        + "    def forward(self, x):\n        return super().forward(self.more(x))\n"
        + "F.cross_entropy(Deeper()(x), y)",
        ["LL101"],
    ),
    "an overridden head": (
        NET
        + "class Logits(Net):\n    def forward(self, x):\n        return self.fc(x)\nF.cross_entropy(Logits()(x), y)",
        [],
    ),
    "a property": (
        NET + "class Holder:\n    @property\n    def loss(self):\n        return nn.CrossEntropyLoss()\n"
        "Holder().loss(Net()(x), y)",
        ["LL101"],
    ),
    # ---- a value for each position
    "a tuple, the right part": (
        TORCH
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
    def forward(self, x):
        logits = self.fc(x)
        return logits, F.softmax(logits, dim=1)
logits, probabilities = Net()(x)
F.cross_entropy(logits, y)
""",
        [],
    ),
    "a tuple, the wrong part": (
        TORCH
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
    def forward(self, x):
        logits = self.fc(x)
        return logits, F.softmax(logits, dim=1)
out = Net()(x)
F.cross_entropy(out[1], y)
""",
        ["LL101"],
    ),
    "a dict": (
        TORCH
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
    def forward(self, x):
        z = self.fc(x)
        return {"logits": z, "probs": z.softmax(-1)}
out = Net()(x)
F.cross_entropy(out["logits"], y)
F.cross_entropy(out["probs"], y)
""",
        ["LL101"],
    ),
    "what the program itself turns off under the name that typing has": (
        NET + "TYPE_CHECKING = True\nmodel = nn.Linear(8, 4)\nif not TYPE_CHECKING:\n    model = Net()" + LOOP,
        [],
    ),
    "what really runs under the name that typing has": (
        NET + "from typing import TYPE_CHECKING\nmodel = nn.Linear(8, 4)\nif not TYPE_CHECKING:\n    model = Net()" + LOOP,
        ["LL101"],
    ),
    # ---- chosen by a name
    "a class that its decorator registers": (
        TORCH
        + """
NETS = {}
def register(name):
    def wrap(cls):
        NETS[name] = cls
        return cls
    return wrap
@register('soft')
class Soft(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
    def forward(self, x):
        return F.softmax(self.fc(x), dim=1)
model = NETS[args.net]()
"""
        + LOOP,
        ["LL101"],
    ),
    "a dictionary with a default": (
        NET + "MODELS = {'plain': lambda: nn.Linear(8, 4)}\nmodel = MODELS.get(args.model, Net)()" + LOOP,
        ["LL101"],
    ),
    "a loss by the name that an argument has by default": (
        NET + "import argparse\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('--train-loss', type=str, default='CrossEntropyLoss')\nargs = parser.parse_args()\n"
        "criterion = getattr(nn, args.train_loss)()\nfor x, y in loader:\n    criterion(Net()(x), y)",
        ["LL101"],
    ),
    "a loss by a name out of an argument's choices": (
        NET + "import argparse\nparser = argparse.ArgumentParser()\n"
        "parser.add_argument('--loss', choices=['MSELoss', 'MultiMarginLoss'])\nargs = parser.parse_args()\n"
        "criterion = getattr(nn, args.loss)()\nfor x, y in loader:\n    criterion(Net()(x), y)",
        [],
    ),
    "eval of a name": (NET + "model = eval('Net')()" + LOOP, ["LL101"]),
    "a flag of a module outside": (
        NET + "import tensorflow as tf\nFLAGS = tf.app.flags.FLAGS\n"
        "model = {'a': Net, 'b': lambda: nn.Linear(8, 4)}[FLAGS.net]()" + LOOP,
        ["LL101"],
    ),
    "losses in a dictionary of lambdas": (
        NET + "LOSSES = {'ce': lambda p, y: F.cross_entropy(p, y), 'mse': lambda p, y: F.mse_loss(p, y)}\n"
        "def run(args, x, y):\n    loss_of = LOSSES[args.loss]\n    return loss_of(Net()(x), y)",
        ["LL101"],
    ),
    "a loss that is an attribute of the class": (
        TORCH
        + """
class Net(nn.Module):
    activation = nn.Softmax(dim=1)
    criterion = nn.CrossEntropyLoss()
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
    def forward(self, x, y):
        return self.criterion(self.activation(self.fc(x)), y)
""",
        ["LL101"],
    ),
    # ---- weights without a layer
    "a product with a parameter": (
        TORCH
        + """
class Scorer(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(8, 4))
        self.b = nn.Parameter(torch.zeros(4))
    def forward(self, x):
        return x @ self.w + self.b
model = Scorer()
for x, y in loader:
    F.nll_loss(model(x), y)
    F.binary_cross_entropy(torch.matmul(x, model.w), y)
    F.cross_entropy(model(x), y)
""",
        ["LL107", "LL106"],
    ),
    "a product without weights": (
        TORCH + "for q, k, y in loader:\n    F.binary_cross_entropy(q @ k.t(), y)\n    F.nll_loss(torch.mm(q, k), y)",
        [],
    ),
    "weights that aren't trained": (
        TORCH + "table = nn.Parameter(torch.eye(4), requires_grad=False)\n"
        "for p, y in loader:\n    F.binary_cross_entropy(p @ table, y)",
        [],
    ),
    "variables of TensorFlow 1": (
        KERAS + "x = tf.placeholder(tf.float32, [None, 784])\nw = tf.Variable(tf.zeros([784, 10]))\n"
        "b = tf.get_variable('b', [10])\nscores = tf.add(tf.matmul(x, w), b)\n"
        "loss = tf.keras.losses.sparse_categorical_crossentropy(y, scores)\n"
        "right = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=scores)",
        ["LL401"],
    ),
    # ---- means of probabilities
    "a divergence of the mean of probabilities": (
        TORCH + "head = nn.Linear(8, 4)\nfor x, p in loader:\n    q = torch.mean(F.softmax(head(x), dim=1), dim=0)\n"
        "    F.kl_div(input=q, target=p, reduction='sum')",
        ["LL108"],
    ),
    "a divergence of the logarithm of the mean": (
        TORCH + "head = nn.Linear(8, 4)\nfor x, p in loader:\n    q = torch.mean(F.softmax(head(x), dim=1), dim=0)\n"
        "    F.kl_div(input=q.log(), target=p, reduction='sum')\n    F.kl_div(torch.rand(4), p)",
        [],
    ),
    # ---- names lie, order matters
    "a name that lies": (
        TORCH + "def step(x, y):\n    probs = nn.Linear(8, 4)(x)\n    return F.cross_entropy(probs, y)",
        [],
    ),
    "softmax after the loss": (
        TORCH
        + "def step(x, y):\n    z = nn.Linear(8, 4)(x)\n    loss = F.cross_entropy(z, y)\n"
        + "    z = F.softmax(z, dim=1)\n    return loss, z",
        [],
    ),
    # ---- branches
    "at inference only": (
        TORCH
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
    def forward(self, x):
        x = self.fc(x)
        if not self.training:
            x = F.softmax(x, dim=1)
        return x
F.cross_entropy(Net()(x), y)
""",
        [],
    ),
    "both branches of one flag": (
        TORCH
        + """
def step(x, y, binary):
    z = nn.Linear(8, 4)(x)
    p = torch.sigmoid(z) if binary else z
    criterion = nn.BCELoss() if binary else nn.CrossEntropyLoss()
    return criterion(p, y)
""",
        [],
    ),
    "a flag of which nothing is known": (
        TORCH
        + """
def step(x, y, normalise):
    z = nn.Linear(8, 4)(x)
    if normalise:
        z = F.softmax(z, dim=1)
    return F.cross_entropy(z, y)
""",
        [],
    ),
    "a flag with its default": (
        TORCH
        + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
    def forward(self, x, apply_softmax=False):
        z = self.fc(x)
        return F.softmax(z, dim=1) if apply_softmax else z
F.cross_entropy(Net()(x), y)
show(Net()(x, apply_softmax=True))
""",
        [],
    ),
    "a choice that the command line names": (
        NET
        + """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--loss")
args = parser.parse_args()
if args.loss == "ce":
    criterion = nn.CrossEntropyLoss()
else:
    criterion = nn.MSELoss()
criterion(Net()(x), y)
""",
        ["LL101"],
    ),
    # ---- losses of one's own
    "a focal loss of one's own": (
        NET
        + """
class FocalLoss(nn.Module):
    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma
    def forward(self, inputs, targets):
        ce = F.cross_entropy(inputs, targets, reduction="none")
        return ((1 - torch.exp(-ce)) ** self.gamma * ce).mean()
FocalLoss()(Net()(x), y)
""",
        ["LL101"],
    ),
    "a wrapper around a loss": (
        NET + "def smooth(prediction, target):\n    return F.cross_entropy(prediction, target, label_smoothing=0.1)\n"
        "smooth(Net()(x), y)",
        ["LL101"],
    ),
    "focal weights beside the loss": (
        TORCH
        + """
def focal(x, y):
    z = nn.Linear(8, 1)(x)
    p = torch.sigmoid(z)
    bce = F.binary_cross_entropy_with_logits(z, y, reduction="none")
    return ((1 - p) ** 2 * bce).mean()
""",
        [],
    ),
    # ---- Lightning
    "training_step": (
        TORCH
        + """
import pytorch_lightning as pl
class Lit(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.model = nn.Sequential(nn.Linear(8, 4), nn.Softmax(dim=1))
        self.loss = nn.CrossEntropyLoss()
    def forward(self, x):
        return self.model(x)
    def training_step(self, batch, batch_idx):
        x, y = batch
        return self.loss(self(x), y)
pl.Trainer().fit(Lit())
""",
        ["LL101"],
    ),
    # ---- Keras
    "keras sequential, a string": (
        KERAS
        + "m = keras.Sequential([layers.Dense(8), layers.Dense(4)])\nm.compile('adam', loss='sparse_categorical_crossentropy')",
        ["LL401"],
    ),
    "keras sequential, .add, positional": (
        KERAS + "m = keras.Sequential()\nm.add(layers.Dense(4))\nm.compile('adam', 'categorical_crossentropy')",
        ["LL401"],
    ),
    "keras functional": (
        KERAS
        + "i = keras.Input((8,))\no = layers.Dense(1)(i)\nm = keras.Model(i, o)\nm.compile(loss='binary_crossentropy')",
        ["LL401"],
    ),
    "keras subclassed": (
        KERAS
        + """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(4, activation='softmax')
    def call(self, x, training=None):
        return self.d(x)
m = Net()
m.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
""",
        ["LL401"],
    ),
    "keras, right": (
        KERAS
        + "m = keras.Sequential([layers.Dense(4, activation='softmax')])\nm.compile(loss='sparse_categorical_crossentropy')\n"
        + "n = keras.Sequential([layers.Dense(4)])\nn.compile(loss=keras.losses.CategoricalCrossentropy(from_logits=True))",
        [],
    ),
    "keras, a list of losses": (
        KERAS
        + "i = keras.Input((8,))\na = layers.Dense(4, 'softmax')(i)\nb = layers.Dense(1)(i)\nm = keras.Model(i, [a, b])\n"
        + "m.compile(loss=['categorical_crossentropy', 'mse'])\n"
        + "m.compile(loss=['mse', 'binary_crossentropy'])",
        ["LL401"],
    ),
    "keras, a dict of losses": (
        KERAS
        + "i = keras.Input((8,))\na = layers.Dense(4, name='kind')(i)\nb = layers.Dense(1, name='value')(i)\n"
        + "m = keras.Model(i, [a, b])\nm.compile(loss={'kind': 'categorical_crossentropy', 'value': 'mse'})",
        ["LL401"],
    ),
    "keras, GradientTape": (
        KERAS
        + """
model = keras.Sequential([layers.Dense(4)])
loss_fn = keras.losses.SparseCategoricalCrossentropy()
@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    return loss
""",
        ["LL401"],
    ),
    "keras, labels that don't fit": (
        KERAS
        + "m = keras.Sequential([layers.Dense(4, activation='softmax')])\nm.compile(loss='sparse_categorical_crossentropy')\n"
        + "m.fit(x, keras.utils.to_categorical(y, 4))",
        ["LL204"],
    ),
    # ---- labels, shapes, arguments
    "integer labels": (
        TORCH + "model = nn.Linear(8, 1)\nF.binary_cross_entropy_with_logits(model(x), torch.randint(0, 2, (8, 1)))",
        ["LL201"],
    ),
    "integer labels, cast": (
        TORCH
        + "model = nn.Linear(8, 1)\nF.binary_cross_entropy_with_logits(model(x), torch.randint(0, 2, (8, 1)).float())",
        [],
    ),
    "integer labels, moved": (
        TORCH + "model, device = nn.Linear(8, 1), torch.device('cuda')\n"
        "F.binary_cross_entropy_with_logits(model(x), torch.randint(0, 2, (8, 1)).to(device))",
        ["LL201"],
    ),
    "integer labels, in the type of the prediction": (
        TORCH
        + "z = nn.Linear(8, 1)(x)\nF.binary_cross_entropy_with_logits(z, torch.randint(0, 2, (8, 1)).type(z.type()))",
        [],
    ),
    "integer labels, to what isn't known": (
        TORCH + "def f(x, kind):\n    y = torch.randint(0, 2, (8, 1)).to(kind)\n"
        "    return F.binary_cross_entropy_with_logits(nn.Linear(8, 1)(x), y)",
        [],
    ),
    "a flag named like an activation": (
        TORCH + "def f(x, y, cfg):\n    z = nn.Linear(8, 4)(x)\n    if cfg.softmax:\n        z = torch.softmax(z, 1)\n"
        "    return F.cross_entropy(z, y)",
        [],
    ),
    "scores of positions": (
        TORCH + "emb, rnn, fc = nn.Embedding(9, 8), nn.LSTM(8, 8), nn.Linear(8, 1)\n"
        "def step(x, y):\n    h, _ = rnn(emb(x))\n    return F.cross_entropy(fc(h).squeeze(-1), y)\n"
        "def other(h, y):\n    return F.cross_entropy(fc(h).squeeze(-1), y)",
        [],
    ),
    "a column squeezed away": (
        TORCH + "fc = nn.Linear(8, 1)\ndef step(x, y):\n    return F.cross_entropy(fc(x.view(-1, 8)).squeeze(1), y)",
        ["LL112"],
    ),
    "a criterion that also fits": (
        TORCH
        + "criterion = nn.BCELoss()\nhead = nn.Linear(8, 1)\ncriterion((torch.tanh(head(x)) + 1) / 2, y)\ncriterion(head(x), y)",
        ["LL106"],
    ),
    "keras, a loss that is chosen by shapes": (
        KERAS + "m = keras.Sequential([layers.Dense(1)])\nm.compile(loss='crossentropy')",
        [],
    ),
    "keras, a matrix of zeros and ones": (
        KERAS + "import numpy as np\nm = keras.Sequential([layers.Dense(4, activation='softmax')])\n"
        "m.compile(loss='categorical_crossentropy')\nm.fit(x, np.random.randint(0, 2, size=(8, 4)))",
        [],
    ),
    "keras, random indices": (
        KERAS + "import numpy as np\nm = keras.Sequential([layers.Dense(4, activation='softmax')])\n"
        "m.compile(loss='categorical_crossentropy')\nm.fit(x, np.random.randint(0, 4, size=(8,)))",
        ["LL204"],
    ),
    "sequence scores": (
        TORCH
        + "emb, rnn, fc = nn.Embedding(9, 8), nn.LSTM(8, 8), nn.Linear(8, 9)\n"
        + "def step(x, y):\n    h, _ = rnn(emb(x))\n    return F.cross_entropy(fc(h), y)",
        ["LL302"],
    ),
    "sequence scores, transposed": (
        TORCH
        + "emb, rnn, fc = nn.Embedding(9, 8), nn.LSTM(8, 8), nn.Linear(8, 9)\n"
        + "def step(x, y):\n    h, _ = rnn(emb(x))\n    return F.cross_entropy(fc(h).transpose(1, 2), y)",
        [],
    ),
    "swapped": (
        TORCH + "model = nn.Linear(8, 4)\nfor x, y in loader:\n    loss = F.cross_entropy(y, model(x))",
        ["LL205"],
    ),
    "a loss with a dim": (TORCH + "criterion = nn.CrossEntropyLoss(dim=1)", ["LL305"]),
    "tensors into a constructor": (
        TORCH + "model = nn.Linear(8, 4)\nfor x, y in loader:\n    loss = nn.CrossEntropyLoss(model(x), y)",
        ["LL501"],
    ),
    "bce on logits": (TORCH + "model = nn.Linear(8, 1)\nloss = nn.BCELoss()(model(x), y)", ["LL106"]),
    "bce on values in [0, 1]": (
        TORCH + "model = nn.Linear(8, 1)\nloss = nn.BCELoss()((torch.tanh(model(x)) + 1) / 2, y)",
        [],
    ),
    "nll on logits": (TORCH + "model = nn.Linear(8, 4)\nloss = F.nll_loss(model(x), y)", ["LL107"]),
    "one class": (TORCH + "model = nn.Linear(8, 1)\nloss = F.cross_entropy(model(x), y)", ["LL112"]),
    # ---- it always ends
    "recursion": (
        NET + "def f(x, y):\n    g(x, y)\n    return F.cross_entropy(Net()(x), y)\ndef g(x, y):\n    return f(x, y)",
        ["LL101"],
    ),
    "a class of itself": (
        TORCH + "class A(nn.Module):\n    def __init__(self):\n        self.a = A()\n    def forward(self, x):\n"
        "        return self.a(x)\nF.cross_entropy(A()(x), y)",
        [],
    ),
    "a vocabulary that grows while it's read": (
        TORCH
        + "def build(path):\n    words = open(path).read().split()\n    known = {'<unk>': 0}\n    for word in words:\n"
        "        if known.get(word) is None:\n            known[word] = len(known)\n    return words, known\n"
        "words, known = build('corpus.txt')\nmodel = nn.Linear(8, len(known))" + LOOP,
        [],
    ),
    "a vocabulary of one word": (
        TORCH + "known = {'<unk>': 0}\nmodel = nn.Linear(8, len(known))" + LOOP,
        ["LL112"],
    ),
    "put behind an empty tensor in each round": (
        TORCH
        + "net = nn.Linear(8, 4)\ndef train(loader):\n    out, ys = torch.tensor([]), torch.LongTensor()\n"
        "    for x, y in loader:\n        out = torch.cat([out, F.softmax(net(x), dim=1)])\n"
        "        ys = torch.cat((ys, y))\n    return F.cross_entropy(out, ys)",
        ["LL101"],
    ),
    "put behind a tensor of no rows": (
        TORCH
        + "net = nn.Linear(8, 4)\ndef train(loader, device):\n    out = torch.empty(0, 4).to(device)\n"
        "    for x, y in loader:\n        out = torch.cat((out, F.softmax(net(x), dim=1)))\n    return F.cross_entropy(out, y)",
        ["LL101"],
    ),
    "put behind a tensor of one row": (
        TORCH
        + "net = nn.Linear(8, 4)\ndef train(loader):\n    out = torch.zeros(1, 4)\n    for x, y in loader:\n"
        "        out = torch.cat([out, F.softmax(net(x), dim=1)])\n    return F.cross_entropy(out, y)",
        [],
    ),
    "logits put behind an empty tensor": (
        TORCH
        + "net = nn.Linear(8, 4)\ndef train(loader):\n    out = torch.Tensor()\n    for x, y in loader:\n"
        "        out = torch.cat([out, net(x)])\n    return F.cross_entropy(out, y)",
        [],
    ),
    "an old resize": (
        TORCH + "def f(net, x, y):\n    return F.cross_entropy(F.softmax(net(x), dim=1).resize(1, 4), y)",
        ["LL101"],
    ),
    "added in place": (
        TORCH
        + "wide, deep = nn.Linear(8, 1), nn.Linear(8, 1)\ndef f(x, y):\n    out = wide(x)\n    out.add_(deep(x))\n"
        "    return F.binary_cross_entropy(out, y.float())",
        ["LL106"],
    ),
    "a probability to which another number is added in place": (
        TORCH + "def f(net, x, y, z):\n    out = torch.sigmoid(net(x))\n    out.add_(z)\n"
        "    return F.binary_cross_entropy_with_logits(out, y.float())",
        [],
    ),
    "what a method sets that nobody calls": (
        TORCH
        + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(8, 1)\n"
        "    def prepare(self, method):\n        self.method = method\n    def step(self, x, y):\n        out = self.fc(x)\n"
        "        if self.method == 'binary':\n            out = out.sigmoid()\n"
        "        return F.binary_cross_entropy_with_logits(out, y.float())",
        ["LL104"],
    ),
    "what a method sets that nobody calls, asked for again": (
        TORCH
        + "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(8, 1)\n"
        "    def prepare(self, plain):\n        self.plain = plain\n    def step(self, x, y):\n        out = self.fc(x)\n"
        "        if not self.plain:\n            out = out.sigmoid()\n        if self.plain:\n"
        "            return F.binary_cross_entropy_with_logits(out, y.float())",
        [],
    ),
    "a setting out of a module that isn't here": (
        TORCH
        + "import settings\nnet = nn.Linear(8, 4)\ndef f(x, y):\n    out = net(x)\n    if settings.SOFT:\n"
        "        out = out.softmax(1)\n    if not settings.SOFT:\n        return F.cross_entropy(out, y)",
        [],
    ),
    "a library's function that isn't None": (
        TORCH
        + "class Layer(nn.Module):\n    def __init__(self, activation=None):\n        super().__init__()\n"
        "        self.fc = nn.Linear(8, 4)\n        self.activation = activation\n    def forward(self, x):\n"
        "        x = self.fc(x)\n        if self.activation is not None:\n            return self.activation(x)\n"
        "        return x\nmodel = Layer(torch.sigmoid)\nplain = Layer()\ndef f(x, y):\n"
        "    F.binary_cross_entropy_with_logits(plain(x), y.float())\n"
        "    return F.binary_cross_entropy_with_logits(model(x), y.float())",
        ["LL104"],
    ),
    "what a library that isn't here calls so may be None": (
        TORCH
        + "from elsewhere import activation\nfc = nn.Linear(8, 4)\ndef f(x, y):\n    x = fc(x)\n    if activation is not None:\n"
        "        x = x.sigmoid()\n    if activation is None:\n        return F.binary_cross_entropy_with_logits(x, y.float())",
        [],
    ),
    "many branches": (
        TORCH
        + "def f(x, y, *flags):\n    z = nn.Linear(8, 4)(x)\n"
        + "".join(f"    if flags[{i}]:\n        z = z * {i}\n    else:\n        z = F.relu(z)\n" for i in range(40))
        + "    return F.cross_entropy(z, y)",
        [],
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, expected = PROGRAMS[name]
    assert codes(tmp_path, {"program.py": text}, monkeypatch) == expected


NET_FILE = NET
TRAIN = "import torch.nn.functional as F\n{}\ndef train(x, y):\n    return F.cross_entropy({}(x), y)\n"

IMPORTS: dict[str, dict[str, str]] = {
    "from": {"model.py": NET_FILE, "train.py": TRAIN.format("from model import Net", "Net()")},
    "alias": {"model.py": NET_FILE, "train.py": TRAIN.format("import model as m", "m.Net()")},
    "renamed": {"model.py": NET_FILE, "train.py": TRAIN.format("from model import Net as N", "N()")},
    "star": {"model.py": NET_FILE, "train.py": TRAIN.format("from model import *", "Net()")},
    "relative": {
        "pkg/__init__.py": "",
        "pkg/model.py": NET_FILE,
        "pkg/train.py": TRAIN.format("from .model import Net", "Net()"),
    },
    "parent": {
        "pkg/__init__.py": "",
        "pkg/models/__init__.py": "",
        "pkg/models/net.py": NET_FILE,
        "pkg/run/__init__.py": "",
        "pkg/run/train.py": TRAIN.format("from ..models.net import Net", "Net()"),
    },
    "re-export": {
        "pkg/__init__.py": "from .model import Net",
        "pkg/model.py": NET_FILE,
        "train.py": TRAIN.format("from pkg import Net", "Net()"),
    },
    "star re-export": {
        "pkg/__init__.py": "from .model import *",
        "pkg/model.py": NET_FILE,
        "train.py": TRAIN.format("import pkg", "pkg.Net()"),
    },
    "src": {
        "src/pkg/__init__.py": "",
        "src/pkg/model.py": NET_FILE,
        "scripts/train.py": TRAIN.format("from pkg.model import Net", "Net()"),
    },
    "dotted": {
        "pkg/__init__.py": "",
        "pkg/model.py": NET_FILE,
        "train.py": TRAIN.format("import pkg.model", "pkg.model.Net()"),
    },
    "a folder without an __init__.py, by its whole name": {
        "nets/plain/model.py": NET_FILE,
        "train.py": TRAIN.format("import nets.plain.model", "nets.plain.model.Net()"),
    },
    "cycle": {
        "model.py": "import train\n" + NET_FILE,
        "train.py": TRAIN.format("from model import Net", "Net()"),
    },
    "for the types' sake, and by a lazy module else": {
        "pkg/__init__.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .model import *\n"
        "else:\n    import sys\n    from lazy import Lazy\n    sys.modules[__name__] = Lazy(__name__)\n",
        "pkg/model.py": NET_FILE,
        "train.py": TRAIN.format("from pkg import Net", "Net()"),
    },
    "when it really runs": {
        "model.py": NET_FILE,
        "train.py": TRAIN.format("import typing\nif not typing.TYPE_CHECKING:\n    from model import Net", "Net()"),
    },
    "a loss from a file without a model": {
        "model.py": NET_FILE,
        "losses.py": "import torch.nn as nn\ndef get_loss(name):\n"
        "    return {'ce': nn.CrossEntropyLoss, 'l1': nn.L1Loss}[name]()\n",
        "main.py": "from model import Net\nfrom losses import get_loss\ncriterion = get_loss('ce')\n"
        "for x, y in loader:\n    criterion(Net()(x), y)\n",
    },
    "a loop in a file without a loss": {
        "model.py": NET_FILE,
        "engine.py": "def train(model, criterion, loader):\n    for x, y in loader:\n        criterion(model(x), y).backward()\n",
        "main.py": "import torch.nn as nn\nfrom model import Net\nfrom engine import train\n"
        "def main():\n    train(Net(), nn.CrossEntropyLoss(), None)\n",
    },
}


@pytest.mark.parametrize("name", IMPORTS)
def test_an_import(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(tmp_path, IMPORTS[name], monkeypatch) == ["LL101"]


def test_a_folder_named_like_a_framework_is_not_the_framework(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"torch/__init__.py": "", "torch/nn.py": "", "train.py": NET + "F.cross_entropy(Net()(x), y)"}
    assert codes(tmp_path, files, monkeypatch) == ["LL101"]


def test_a_class_of_the_project_with_a_loss_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = NET + "class CrossEntropyLoss(nn.Module):\n    def forward(self, p, y):\n        return -p.log()[y]\n"
    assert codes(tmp_path, {"a.py": text + "CrossEntropyLoss()(Net()(x), y)"}, monkeypatch) == []


def test_a_finding_says_under_which_choice_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, _ = PROGRAMS["a choice that the command line names"]
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (finding,) = session.lint(discovery.discover(["a.py"], Settings()).files, Settings()).findings
    assert finding.condition == "args.loss == 'ce'"


def test_a_choice_that_is_made_is_said_without_the_ones_that_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = NET + (
        "if kind == 'mse':\n    criterion = nn.MSELoss()\nelif kind == 'ce':\n    criterion = nn.CrossEntropyLoss()\n"
        "else:\n    raise ValueError\ncriterion(Net()(x), y)\n"
    )
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (finding,) = session.lint(discovery.discover(["a.py"], Settings()).files, Settings()).findings
    assert finding.condition == "kind == 'ce'"


def test_a_logarithm_that_was_taken_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TORCH + "loss = F.nll_loss(torch.log(torch.sigmoid(nn.Linear(8, 4)(x))), y)\n"
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = session.lint(discovery.discover(["a.py"], Settings()).files, Settings()).findings
    assert [f.message.split(":")[0] for f in found if f.code == "LL107"] == [
        "F.nll_loss takes log-probabilities and gets the logarithm of sigmoid"
    ]


def test_each_caller_is_judged_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = NET + (
        "def step(model, x, y):\n    return F.cross_entropy(model(x), y)\n"
        "step(nn.Linear(8, 4), a, b)\nstep(Net(), a, b)\n"
    )
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (finding,) = session.lint(discovery.discover(["a.py"], Settings()).files, Settings()).findings
    assert [step.message for step in finding.trace] == [
        "softmax over dim 1 turns logits into probabilities",
        "returned by Net.forward",
        "step is called here",
        "F.cross_entropy applies log_softmax itself",
    ]
    assert finding.trace[2].place.line == text.splitlines().index("step(Net(), a, b)") + 1


def test_a_named_file_is_linted_in_its_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in IMPORTS["a loop in a file without a loss"].items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "setup.py").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = session.lint(discovery.discover(["model.py"], Settings()).files, Settings())
    assert [(f.code, f.place.path) for f in result.findings] == [("LL101", "engine.py")]


def test_a_fix_of_a_shared_call_is_only_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TORCH + (
        "head = nn.Linear(8, 1)\ndef loss(x, y):\n    return F.binary_cross_entropy_with_logits(x, y)\n"
        "loss(torch.sigmoid(head(x)), y)\nloss(head(x), y)\n"
    )
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (finding,) = session.lint(discovery.discover(["a.py"], Settings()).files, Settings()).findings
    assert finding.code == "LL104"
    assert finding.fix is not None
    assert finding.fix.applicability == "display"


def test_a_fix_of_a_shared_loss_is_only_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, _ = PROGRAMS["a criterion that also fits"]
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (finding,) = session.lint(discovery.discover(["a.py"], Settings()).files, Settings()).findings
    assert finding.fix is not None
    assert finding.fix.applicability == "display"


def test_what_was_cut_is_run_for_its_own_sake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losslint.evaluation.evaluator.NESTED_STEPS", 60)
    monkeypatch.setattr("losslint.evaluation.evaluator.CALL_STEPS", 60)
    work = "".join(f"        a{i} = nn.Linear({i}, 8)\n" for i in range(20))
    text = NET + (
        "class Solver:\n    def __init__(self):\n        self.model = Net()\n        self.build()\n"
        "    def build(self):\n" + work + "        self.loss = F.cross_entropy(self.model(x), y)\n"
        "def main():\n    Solver()\nmain()\n"
    )
    assert codes(tmp_path, {"a.py": text}, monkeypatch) == ["LL101"]


WORK = "\n".join(f"        a{i} = loader + {i}" for i in range(40))
WAITING = f"""
class Trainer:
    def prepare(self, loader):
{WORK}
    def finish(self, out, y):
        return F.cross_entropy(out, y)
    def fit(self{{handed}}):
        net = Net()
        {{first}}
        self.prepare(x)
        self.finish(net(x), y)
"""
"""A method that does other work before it meets a loss."""
PATIENCES = {
    "it is handed what isn't known, and names no loss": (", x, y", "pass", []),
    "it names a loss": (", x, y", "nn.BCELoss()", ["LL101"]),
    "it has met one before": (", x, y", "self.finish(net(x), y)", ["LL101"]),
    "it makes all itself": ("", "x, y = torch.rand(4, 8), torch.zeros(4).long()", ["LL101"]),
    "it need not be handed anything": (", x=1, y=2", "pass", ["LL101"]),
}


@pytest.mark.parametrize("name", PATIENCES)
def test_who_meets_no_loss_for_long_is_given_up(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handed, first, expected = PATIENCES[name]
    text = NET + WAITING.format(handed=handed, first=first)
    assert codes(tmp_path, {"a.py": text}, monkeypatch) == ["LL101"]
    monkeypatch.setattr("losslint.evaluation.evaluator.PATIENCE", 100)
    assert codes(tmp_path, {"a.py": text}, monkeypatch) == expected


def test_what_is_met_in_a_module_is_not_met_by_who_reads_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = NET + WAITING.format(handed=", x, y", first="self.finish(nn.Linear(8, 4)(x), y)").replace(
        "        self.prepare(x)", 2 * "        self.prepare(x)\n        self.finish(x, y)\n" + "        a = other.ONE + 1"
    )
    files = {"a.py": f"import other\n{text}", "other.py": TORCH + "F.softmax(net(1), dim=1)\nONE = 1\n"}
    monkeypatch.setattr("losslint.evaluation.evaluator.PATIENCE", 220)
    assert codes(tmp_path, files, monkeypatch) == ["LL101"]


ERRORS = {
    "what only makes a message": ("message = [str(i) for i in x]", 0),
    "what may return": ("if len(x) > 2:\n            return F.relu(x)", 1),
    "what may go on with the next": ("if len(x) > 2:\n            break", 1),
    "a loss": ("message = F.cross_entropy(x, x)", 1),
    "a function": ("def message():\n            return x", 1),
}


@pytest.mark.parametrize("name", ERRORS)
def test_what_leads_to_an_error_alone_is_not_run(name: str) -> None:
    statement, kept = ERRORS[name]
    tree = ast.parse(f"for x in xs:\n    if x:\n        {statement}\n        again = x + 1\n        raise ValueError(again)\n")
    block = tree.body[0].body[0].body  # type: ignore[attr-defined]
    project = Project([("a.py", "a.py")], lambda real, shown: Source.from_bytes(b"", shown))
    module = project.module("a.py")
    assert module is not None
    evaluator = Evaluator(project, Relevance([module], Mentions(lambda word: word == "cross_entropy")))
    evaluator.frame = Frame(module, Scope(None, ()))
    for _ in range(2):
        assert evaluator.before_error(block) == [*block[:kept], block[-1]]
