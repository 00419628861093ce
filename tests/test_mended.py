"""What fixes make of programs: each with what the line is afterwards, or None where nothing may be written."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from losslint import lint_sources
from losslint.finding import Edit
from losslint.program.module import Module
from losslint.rewriting import Rewriter
from losslint.testing import Fixture

TORCH = """
import torch
import torch.nn as nn
import torch.nn.functional as F
x, y = torch.randn(8, 8), torch.randint(0, 4, (8,))
head = nn.Linear(8, 4)
"""
STEP = TORCH + "w = torch.ones(4)\ndef step(x, y):\n"
IN_KERAS = """
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
x = np.random.rand(8, 8)
model = keras.Sequential([layers.Dense({units}, activation={activation})])
"""
LOGITS = IN_KERAS.format(units=4, activation=None)
SOFTMAX = IN_KERAS.format(units=4, activation="'softmax'")
SIGMOID = IN_KERAS.format(units=1, activation="'sigmoid'")
ONE = IN_KERAS.format(units=1, activation=None)
SKLEARN = """
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, make_scorer
from sklearn.svm import SVC
"""


def compiled(model: str, loss: str) -> str:
    """A Keras model that is compiled with a loss, and perhaps with metrics."""
    return f"{model}model.compile('adam', {loss})"


MENDED: dict[str, tuple[str, str | None]] = {
    # ---- from_logits
    "a flag": (compiled(SOFTMAX, "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"), "SparseCategoricalCrossentropy())"),
    "a flag by its place": (compiled(SOFTMAX, "keras.losses.SparseCategoricalCrossentropy(True)"), "SparseCategoricalCrossentropy())"),
    "a flag by its place, before others": (
        SOFTMAX + "keras.losses.sparse_categorical_crossentropy(y, model(x), True, -1)",
        "sparse_categorical_crossentropy(y, model(x), False, -1)",
    ),
    "a flag of a function": (SOFTMAX + "keras.losses.sparse_categorical_crossentropy(y, model(x), True)", "sparse_categorical_crossentropy(y, model(x))"),
    "a flag that is off": (compiled(LOGITS, "keras.losses.SparseCategoricalCrossentropy(from_logits=False)"), "(from_logits=True))"),
    "a flag by its place that is off": (compiled(LOGITS, "keras.losses.SparseCategoricalCrossentropy(False)"), "(True))"),
    "no flag": (compiled(LOGITS, "keras.losses.SparseCategoricalCrossentropy()"), "(from_logits=True))"),
    "a flag that is a name": (LOGITS + "off = False\nmodel.compile('adam', keras.losses.SparseCategoricalCrossentropy(from_logits=off))", 'activation="softmax"'),
    "a loss by name": (compiled(LOGITS, "'sparse_categorical_crossentropy'"), "keras.losses.SparseCategoricalCrossentropy(from_logits=True))"),
    "a loss that is a function": (compiled(LOGITS, "keras.losses.sparse_categorical_crossentropy"), "keras.losses.SparseCategoricalCrossentropy(from_logits=True))"),
    "a loss that is a class": (compiled(LOGITS, "keras.losses.SparseCategoricalCrossentropy"), "keras.losses.SparseCategoricalCrossentropy(from_logits=True))"),
    "a class that is imported": (
        LOGITS + "from tensorflow.keras.losses import SparseCategoricalCrossentropy\nmodel.compile('adam', SparseCategoricalCrossentropy)",
        "'adam', SparseCategoricalCrossentropy(from_logits=True))",
    ),
    "a loss by name, where a class is imported": (
        LOGITS.replace("from tensorflow import keras\n", "from tensorflow.keras.losses import SparseCategoricalCrossentropy\n").replace("keras.Seq", "tf.keras.Seq")
        + "model.compile('adam', 'sparse_categorical_crossentropy')",
        "from_logits=True))",
    ),
    "a loss by name, where the losses are imported": (
        "from tensorflow.keras import layers, losses, Sequential\nmodel = Sequential([layers.Dense(4)])\nmodel.compile('adam', 'sparse_categorical_crossentropy')",
        "'adam', losses.SparseCategoricalCrossentropy(from_logits=True))",
    ),
    "a loss by name, where TensorFlow has its whole name": (
        "import tensorflow\nmodel = tensorflow.keras.Sequential([tensorflow.keras.layers.Dense(4)])\nmodel.compile('adam', 'sparse_categorical_crossentropy')",
        "'adam', tensorflow.keras.losses.SparseCategoricalCrossentropy(from_logits=True))",
    ),
    "a loss that is imported as a function": (
        LOGITS + "from tensorflow.keras.losses import sparse_categorical_crossentropy\nmodel.compile('adam', sparse_categorical_crossentropy)",
        "SparseCategoricalCrossentropy(from_logits=True))",
    ),
    # ---- metrics
    "a metric by name": (compiled(ONE, "keras.losses.BinaryCrossentropy(from_logits=True), metrics=['binary_accuracy']"), "BinaryAccuracy(threshold=0)]"),
    "a metric that is a class": (
        compiled(ONE, "keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.BinaryAccuracy]"),
        "[keras.metrics.BinaryAccuracy(threshold=0)]",
    ),
    "a metric that is a function": (
        compiled(ONE, "keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.binary_accuracy]"),
        "[keras.metrics.BinaryAccuracy(threshold=0)]",
    ),
    "a metric with a threshold": (
        compiled(ONE, "keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.BinaryAccuracy(threshold=0.5)]"),
        "[keras.metrics.BinaryAccuracy(threshold=0)]",
    ),
    # ---- decisions
    "a decision": (SKLEARN + "log_loss(y, LogisticRegression().fit(x, y).predict(x))", "fit(x, y).predict_proba(x))"),
    "a decision that is used twice": (
        SKLEARN + "def score(x, y):\n    model = LogisticRegression().fit(x, y)\n    decided = model.predict(x)\n    print(decided)\n    return log_loss(y, decided)",
        None,
    ),
    "a decision of what has no probabilities": (SKLEARN + "log_loss(y, SVC().fit(x, y).predict(x))", None),
    "decisions in the place of labels": (SKLEARN + "log_loss(LogisticRegression().fit(x, y).predict(x), y)", None),
    "a scorer": (SKLEARN + "from sklearn.model_selection import cross_val_score\ncross_val_score(LogisticRegression(), x, y, scoring=make_scorer(log_loss))", "make_scorer(log_loss"),
    # ---- labels
    "multi-hot labels": (
        "from sklearn.preprocessing import MultiLabelBinarizer\n" + IN_KERAS.format(units=3, activation="'sigmoid'")
        + "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, MultiLabelBinarizer().fit_transform(names))",
        "'adam', 'binary_crossentropy')",
    ),
    "old arguments": (TORCH + "F.cross_entropy(head(x), y, size_average=False, reduce=True)", "F.cross_entropy(head(x), y, reduction=\"sum\")"),
    "old arguments around another one": (
        TORCH + "F.cross_entropy(head(x), y, size_average=False, weight=None, reduce=True)",
        "F.cross_entropy(head(x), y, reduction=\"sum\", weight=None)",
    ),
    "old arguments by their places": (TORCH + "F.cross_entropy(head(x), y, None, False)", None),
    "old arguments in a mapping": (TORCH + "options = {'size_average': False}\nF.cross_entropy(head(x), y, **options)", None),
    # ---- activations
    "logsigmoid before a loss that takes logits": (TORCH + "F.binary_cross_entropy_with_logits(F.logsigmoid(nn.Linear(8, 1)(x)), torch.ones(8, 1))", "with_logits(nn.Linear(8, 1)(x), "),
    "relu before a loss of probabilities": (IN_KERAS.format(units=4, activation="'relu'") + "model.compile('adam', 'sparse_categorical_crossentropy')", None),
    "hard_sigmoid before a loss of probabilities": (IN_KERAS.format(units=4, activation="'hard_sigmoid'") + "model.compile('adam', 'sparse_categorical_crossentropy')", None),
    "softmax over one channel": (TORCH + "F.nll_loss(nn.Sequential(nn.Conv2d(3, 1, 1), nn.Softmax2d())(torch.randn(8, 3, 9, 9)), y)", "F.cross_entropy(nn.Sequential(nn.Conv2d(3, 1, 1))("),
    "softmax of two axes": (TORCH + "F.nll_loss(F.log_softmax(head(x)), y)", "F.log_softmax(head(x), dim=1)"),
    "softmax of one axis": (TORCH + "F.nll_loss(F.log_softmax(nn.Linear(8, 4)(torch.randn(8))), torch.tensor(1))", "(torch.randn(8)), dim=0)"),
    "softmax of three axes": (TORCH + "F.nll_loss(F.log_softmax(head(torch.randn(2, 3, 8))), torch.zeros(2, 4).long())", "dim="),
    "swapped in a list of arguments": (TORCH + "F.cross_entropy(*[y, head(x)])", None),
    "log_softmax before a loss that applies it": (TORCH + "F.cross_entropy(F.log_softmax(head(x), dim=1), y)", "F.nll_loss(F.log_softmax(head(x), dim=1), y)"),
    "log_softmax before a loss of probabilities": (TORCH + "F.cross_entropy(F.log_softmax(head(x), dim=1), torch.rand(8, 4))", "F.cross_entropy(head(x), torch.rand(8, 4))"),
    "log_softmax before a loss of one-hot labels": (TORCH + "F.cross_entropy(F.log_softmax(head(x), dim=1), F.one_hot(y, 4).float())", "F.cross_entropy(head(x), F.one_hot(y, 4).float())"),
    "log_softmax before a loss of floats": (TORCH + "F.cross_entropy(F.log_softmax(head(x), dim=1), z.float())", "F.cross_entropy(head(x), z.float())"),
    "log_softmax before a loss that says it doesn't smooth": (
        TORCH + "F.cross_entropy(F.log_softmax(head(x), dim=1), y, label_smoothing=0.0)", "F.cross_entropy(head(x), y, label_smoothing=0.0)",
    ),
    # ---- logarithms
    "a logarithm of a softmax": (TORCH + "loss = -torch.log(F.softmax(head(x), dim=1))[:, 0].mean()", "-F.log_softmax(head(x), dim=1)[:, 0]"),
    "a logarithm of a softmax's method": (TORCH + "loss = -head(x).softmax(1).log()[:, 0].mean()", "-head(x).log_softmax(1)[:, 0]"),
    "a logarithm of a name": (STEP + "    p = F.softmax(head(x), dim=1)\n    return -torch.log(p)[:, 0].mean()", "return -p[:, 0].mean()"),
    "a logarithm of a name that is used": (
        STEP + "    z = head(x)\n    p = F.softmax(z, dim=1)\n    print(p)\n    return -torch.log(p)[:, 0].mean()",
        "return -F.log_softmax(z, dim=1)[:, 0].mean()",
    ),
    "a logarithm of a name that is used, of what may differ the next time": (
        STEP + "    p = F.softmax(head(x), dim=1)\n    print(p)\n    return -torch.log(p)[:, 0].mean()",
        None,
    ),
    "a logarithm of a layer": (TORCH + "soft = nn.Softmax(dim=1)\nloss = -torch.log(soft(head(x)))[:, 0].mean()", "F.log_softmax(head(x), dim=1)[:, 0]"),
    "a logarithm of a sigmoid": (TORCH + "loss = -torch.log(torch.sigmoid(nn.Linear(8, 1)(x))).mean()", "F.logsigmoid(nn.Linear(8, 1)(x)).mean()"),
    "a logarithm of a sigmoid's method": (TORCH + "loss = -nn.Linear(8, 1)(x).sigmoid().log().mean()", "F.logsigmoid(nn.Linear(8, 1)(x)).mean()"),
    "both logarithms of a sigmoid": (
        STEP + "    z = head(x)\n    p = torch.sigmoid(z)\n    t = y.float()\n    return -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).mean()",
        "(t * F.logsigmoid(z) + (1 - t) * F.logsigmoid(-z))",
    ),
    "both logarithms of a sigmoid of a sum": (
        STEP + "    z = head(x)\n    p = torch.sigmoid(z + w)\n    t = y.float()\n    return -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).mean()",
        "(t * F.logsigmoid(z + w) + (1 - t) * F.logsigmoid(-(z + w)))",
    ),
    "both logarithms of a sigmoid, the other way round": (
        STEP + "    z = head(x)\n    p = torch.sigmoid(z)\n    t = y.float()\n    return -(t * torch.log(p) + (1 - t) * torch.log(1 + -p)).mean()",
        "(t * F.logsigmoid(z) + (1 - t) * torch.log(1 + -p))",
    ),
    "both logarithms of what changes between": (
        STEP + "    z = head(x)\n    p = torch.sigmoid(z)\n    a = torch.log(p)\n    z = z + 1\n    b = torch.log(1 - p)\n    return -(y * a + (1 - y) * b).mean()",
        None,
    ),
    "a logarithm of what changes between": (
        STEP + "    p = F.softmax(head(x), dim=1)\n    x = x + 1\n    return -torch.log(p)[:, 0].mean()",
        "return -p[:, 0].mean()",
    ),
    "a logarithm of what is drawn": (STEP + "    p = F.softmax(head(torch.randn(8, 8)), dim=1)\n    print(p)\n    return -torch.log(p)[:, 0].mean()", None),
    "both logarithms of a softmax of two": (TORCH + "p = F.softmax(nn.Linear(8, 2)(x), dim=1)\nloss = -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).mean()", None),
    "a logarithm in TensorFlow": (LOGITS + "loss = -tf.math.log(tf.nn.softmax(model(x)))[:, 0]", "-tf.nn.log_softmax(model(x))[:, 0]"),
    "a logarithm of a sigmoid in TensorFlow": (ONE + "loss = -tf.math.log(tf.sigmoid(model(x)))", "-tf.math.log_sigmoid(model(x))"),
    "a logarithm in JAX": ("import jax\nimport jax.numpy as jnp\ndef loss(w, x):\n    return -jnp.log(jax.nn.softmax(x @ w))[:, 0].mean()", None),
    "a logarithm that is kept finite": (TORCH + "loss = -torch.log(F.softmax(head(x), dim=1) + 1e-8)[:, 0].mean()", "-F.log_softmax(head(x), dim=1)[:, 0]"),
    "a logarithm that is clamped": (TORCH + "loss = -torch.log(torch.clamp(F.softmax(head(x), dim=1), min=1e-8))[:, 0].mean()", "-F.log_softmax(head(x), dim=1)[:, 0]"),
    # ---- focal losses
    "a focal loss with weights": (
        STEP + "    z = head(x)\n    ce = F.cross_entropy(z, y, weight=w, reduction='none')\n    pt = torch.exp(-ce)\n    return ((1 - pt) ** 2 * ce).mean()",
        "torch.exp(-F.cross_entropy(z, y, reduction='none'))",
    ),
    "a focal loss with the weights of an object": (
        STEP + "    criterion = nn.CrossEntropyLoss(weight=w, reduction='none')\n    z = head(x)\n    ce = criterion(z, y)\n    pt = torch.exp(-ce)\n    return ((1 - pt) ** 2 * ce).mean()",
        None,
    ),
    "a focal loss on a mean by its place": (
        STEP + "    z = head(x)\n    ce = F.cross_entropy(z, y, w, True)\n    pt = torch.exp(-ce)\n    return (1 - pt) ** 2 * ce",
        None,
    ),
    "a focal loss on a mean of a list": (
        STEP + "    z = head(x)\n    ce = F.cross_entropy(*[z, y])\n    pt = torch.exp(-ce)\n    return (1 - pt) ** 2 * ce",
        None,
    ),
    "a focal loss with weights in the exponent": (
        TORCH + "w = torch.ones(4)\nloss = ((1 - torch.exp(-F.cross_entropy(head(x), y, weight=w, reduction='none'))) ** 2 * F.cross_entropy(head(x), y, weight=w, reduction='none')).mean()",
        "torch.exp(-F.cross_entropy(head(x), y, reduction='none'))",
    ),
    "a focal loss whose weights come by place": (
        TORCH + "w = torch.ones(4)\nce = F.cross_entropy(head(x), y, w, reduction='none')\npt = torch.exp(-ce)\nloss = ((1 - pt) ** 2 * ce).mean()",
        None,
    ),
    # ---- found by what no test came to
    "a logarithm of a list's part": (TORCH + "p = F.softmax(head(x), dim=1)\nloss = -torch.log(*[p])[:, 0].mean()", None),
    "a logarithm of a Sequential": (TORCH + "net = nn.Sequential(head, nn.Softmax(dim=1))\nloss = -torch.log(net(x))[:, 0].mean()", None),
    "both logarithms of a sigmoid that is written twice": (STEP + "    z = head(x)\n    t = y.float()\n    return -(t * torch.log(torch.sigmoid(z)) + (1 - t) * torch.log(1 - torch.sigmoid(z))).mean()", None),
    "both logarithms of a sigmoid, turned round": (STEP + "    z = head(x)\n    p = torch.sigmoid(z)\n    t = y.float()\n    return -(t * torch.log(p) + (1 - t) * torch.log(-p + 1)).mean()", '(t * F.logsigmoid(z) + (1 - t) * torch.log(-p + 1))'),
    "both logarithms of a sigmoid, in floats": (STEP + "    z = head(x)\n    p = torch.sigmoid(z)\n    t = y.float()\n    return -(t * torch.log(p) + (1 - t) * torch.log(1.0 - p)).mean()", '(t * F.logsigmoid(z) + (1 - t) * F.logsigmoid(-z))'),
    "a logarithm of a sigmoid that is written elsewhere": (TORCH + "loss = -torch.log(torch.sigmoid(head(x), out=o)).mean()", None),
    "a logarithm of a softmax that Keras calls an activation": (
        "import keras\nmodel = keras.Sequential([keras.layers.Dense(4)])\n"
        "loss = -(keras.ops.one_hot(y, 4) * keras.ops.log(keras.activations.softmax(model(x)))).sum()", None,
    ),
    "a logarithm of a sigmoid in Keras": ("import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\nloss = -keras.ops.log(keras.ops.sigmoid(model(x)))", '-keras.ops.log_sigmoid(model(x))'),
    "a logarithm in TensorFlow, by its name": (ONE + "from tensorflow.math import log\nloss = -log(tf.sigmoid(model(x)))", "loss = -tf.math.log_sigmoid(model(x))"),
    "a logarithm in TensorFlow, by its name, of what has none": (ONE + "from tensorflow.math import log\nloss = -log(tf.nn.sigmoid(model(x)))", "loss = -tf.math.log_sigmoid(model(x))"),
    "a logarithm of a softmax by its name": (TORCH + "from torch.nn.functional import softmax\nloss = -torch.log(softmax(head(x), dim=1))[:, 0].mean()", None),
    "a logarithm of a layer over an axis that isn't known": (TORCH + "soft = nn.Softmax(dim=d)\nloss = -torch.log(soft(head(x)))[:, 0].mean()", None),
    "a logarithm of a name with a type": (STEP + "    p: torch.Tensor = F.softmax(head(x), dim=1)\n    return -torch.log(p)[:, 0].mean()", 'p: torch.Tensor = F.log_softmax(head(x), dim=1)'),
    "a logarithm in a class": (TORCH + "class A:\n    p = F.softmax(head(x), dim=1)\n    loss = -torch.log(p)[:, 0].mean()", None),
    "a logarithm of a global name": (STEP + "    global p\n    p = F.softmax(head(x), dim=1)\n    return -torch.log(p)[:, 0].mean()", None),
    "a loss that is called a metric": (compiled(LOGITS, "keras.metrics.sparse_categorical_crossentropy"), 'tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))'),
    "a loss out of a list": (compiled(LOGITS, "[keras.losses.SparseCategoricalCrossentropy][0]"), 'layers.Dense(4, activation="softmax")'),
    "a loss by name, where a class of Keras is imported": ("from keras import Sequential, layers\nfrom keras.losses import SparseCategoricalCrossentropy\nmodel = Sequential([layers.Dense(4)])\nmodel.compile('adam', 'sparse_categorical_crossentropy')", "'adam', SparseCategoricalCrossentropy(from_logits=True))"),
    "a class that is imported under another name": ("from keras import Sequential, layers\nfrom keras.losses import SparseCategoricalCrossentropy as Loss\nmodel = Sequential([layers.Dense(4)])\nmodel.compile('adam', Loss)", 'layers.Dense(4, activation="softmax")'),
    "a metric by the name that it's imported under": (ONE + "from tensorflow.keras.metrics import binary_accuracy\nmodel.compile('adam', keras.losses.BinaryCrossentropy(from_logits=True), metrics=[binary_accuracy])", None),
    "a metric by name, where nothing of Keras' metrics is imported": ("from keras import Sequential, layers\nfrom keras.losses import BinaryCrossentropy\nmodel = Sequential([layers.Dense(1)])\nmodel.compile('adam', BinaryCrossentropy(from_logits=True), metrics=['binary_accuracy'])", 'from keras.metrics import BinaryAccuracy'),
    "a metric that is a name": (ONE + "kind = keras.metrics.BinaryAccuracy\nmodel.compile('adam', keras.losses.BinaryCrossentropy(from_logits=True), metrics=[kind])", None),
    "softmax over an axis that isn't there": (TORCH + "F.cross_entropy(F.softmax(head(x), dim=3), y)", 'F.cross_entropy(head(x), y)'),
    "softmax at the end of a Sequential": (TORCH + "F.nll_loss(nn.Sequential(head, nn.Softmax(dim=1))(x), y)", 'nn.Sequential(head, nn.LogSoftmax(dim=1))'),
    "softmax at the end of a library's model": (TORCH + "import segmentation_models_pytorch as smp\nF.nll_loss(smp.Unet('resnet18', classes=4, activation='softmax2d')(torch.randn(8, 3, 32, 32)), torch.zeros(8, 32, 32).long())", 'activation=None)'),
    "swapped in a partial": (TORCH + "import functools\nfunctools.partial(F.cross_entropy, y)(head(x))", None),
    "swapped in a lambda": (TORCH + "for loss in map(lambda p: F.cross_entropy(F.one_hot(y, 4).float(), p), [head(x)]):\n    pass", 'F.cross_entropy(p, F.one_hot(y, 4).float())'),
    "a decision by a method's name": (SKLEARN + "model = LogisticRegression().fit(x, y)\npredict = model.predict\nlog_loss(y, predict(x))", None),
    "integers in a list of arguments": (TORCH + "F.binary_cross_entropy_with_logits(*[nn.Linear(8, 1)(x), torch.ones(8, 1).long()])", 'torch.ones(8, 1).long().float()]'),
    "old arguments behind others": (TORCH + "F.cross_entropy(head(x), y, *more, size_average=False)", 'F.cross_entropy(head(x), y, *more, reduction="sum")'),
    "logarithms in a loss that is made by map": (TORCH + "losses = list(map(nn.KLDivLoss, ['sum']))\nlosses[0](F.log_softmax(head(x), 1), F.log_softmax(z, 1))", None),
    "a flag of a partial": (SOFTMAX + "import functools\nloss = functools.partial(keras.losses.sparse_categorical_crossentropy, from_logits=True)\nmodel.compile('adam', loss)", 'keras.Sequential([layers.Dense(4)])'),
    "a flag in a mapping": (SOFTMAX + "options = {'from_logits': True}\nmodel.compile('adam', keras.losses.SparseCategoricalCrossentropy(**options))", 'keras.Sequential([layers.Dense(4)])'),
    "a focal loss by way of many names": (STEP + "    z = head(x)\n    ce = F.cross_entropy(z, y)\n    a = -ce\n    b = a\n    c = b\n    d = c\n    pt = torch.exp(d)\n    return (1 - pt) ** 2 * ce", None),
    "a focal loss by a method": (STEP + "    ce = F.cross_entropy(head(x), y)\n    return (1 - (-ce).exp()) ** 2 * ce", '((1 - (-ce).exp()) ** 2 * ce).mean()'),
    "a focal loss in a function": (TORCH + "def focal(ce):\n    pt = torch.exp(-ce)\n    return (1 - pt) ** 2 * ce\nfocal(F.cross_entropy(head(x), y))", 'focal(F.cross_entropy(head(x), y, reduction="none"))'),
    "a focal loss in a function, by a keyword": (TORCH + "def focal(ce):\n    pt = torch.exp(-ce)\n    return (1 - pt) ** 2 * ce\nfocal(ce=F.cross_entropy(head(x), y))", None),
    "a focal loss in a function under another name": (TORCH + "def focal(ce):\n    pt = torch.exp(-ce)\n    return (1 - pt) ** 2 * ce\nf = focal\nf(F.cross_entropy(head(x), y))", None),
    "a logarithm in TensorFlow that can't be written": (
        "from tensorflow.keras import Sequential, layers\nfrom tensorflow.math import log, sigmoid\n"
        "loss = -log(sigmoid(Sequential([layers.Dense(1)])(x)))", None,
    ),
    "a label for each step, without an axis for the one unit": (TORCH + "F.binary_cross_entropy_with_logits(nn.Linear(8, 1)(torch.randn(8, 5, 8)), torch.zeros(8, 5))", 'torch.zeros(8, 5).unsqueeze(-1))'),
    "a label for each step, with an axis that the output hasn't": (TORCH + "F.binary_cross_entropy_with_logits(nn.Linear(8, 1)(torch.randn(8, 5, 8)).squeeze(-1), torch.zeros(8, 5, 1))", 'torch.zeros(8, 5, 1).squeeze(-1))'),
    "a label for each step, compared with every step": (
        "import jax.numpy as jnp\nimport optax\nfrom flax import nnx\nhead = nnx.Linear(8, 1, rngs=nnx.Rngs(0))\n"
        "optax.sigmoid_binary_cross_entropy(head(jnp.ones((8, 5, 8))), jnp.zeros((8, 5))).mean()", 'jnp.zeros((8, 5))[..., None])',
    ),
    "a label for each example, compared with every example": (
        "import jax.numpy as jnp\nimport optax\nfrom flax import nnx\nhead = nnx.Linear(8, 1, rngs=nnx.Rngs(0))\n"
        "optax.sigmoid_binary_cross_entropy(head(jnp.ones((8, 8))), jnp.zeros((8,))).mean()", 'jnp.zeros((8,))[:, None])',
    ),
    "a focal loss with weights, which are None": (STEP + "    ce = F.cross_entropy(head(x), y, None)\n    return (1 - torch.exp(-ce)) ** 2 * ce", 'F.cross_entropy(head(x), y, None, reduction="none")'),
    "a binary cross-entropy of logits by hand": (TORCH + "z = nn.Linear(8, 1)(x)\nt = y.float()\nloss = -(t * torch.log(z) + (1 - t) * torch.log(1 - z)).mean()", '-(t * F.logsigmoid(z) + (1 - t) * F.logsigmoid(-z)).mean()'),
    "a binary cross-entropy of clipped logits by hand": (TORCH + "z = nn.Linear(8, 1)(x)\nt = y.float()\nloss = -(t * torch.log(z.clamp(min=1e-8)) + (1 - t) * torch.log((1.0 - z).clamp(min=1e-8))).mean()", '-(t * F.logsigmoid(z) + (1 - t) * F.logsigmoid(-z)).mean()'),
    "a binary cross-entropy of logits by hand, in TensorFlow 1": (
        "import tensorflow as tf\nx, t = tf.placeholder(tf.float32, [None, 8]), tf.placeholder(tf.float32, [None, 4])\n"
        "z = tf.matmul(x, tf.Variable(tf.random_normal([8, 4])))\nloss = tf.reduce_mean(-t * tf.log(z) - (1 - t) * tf.log(1 - z))",
        "tf.reduce_mean(-t * tf.log_sigmoid(z) - (1 - t) * tf.log_sigmoid(-z))",
    ),
    "a binary cross-entropy of a layer's result by hand": (TORCH + "fc = nn.Linear(8, 1)\nt = y.float()\nloss = -(t * torch.log(fc(x)) + (1 - t) * torch.log(1 - fc(x))).mean()", None),
    "an argument by its name in NumPy's way": (TORCH + "F.cross_entropy(head(x), y, weights = w)", 'F.cross_entropy(head(x), y, weight = w)'),
    "both names of an argument": (TORCH + "F.cross_entropy(head(x), y, weights=w, weight=w)", None),
    "an argument in a mapping": (TORCH + "F.cross_entropy(head(x), y, **{'weights': w})", None),
    "both logarithms of a sigmoid without its axis": (TORCH + "def step(x, y):\n    z = head(x)\n    p = torch.sigmoid(z).squeeze(1)\n    t = y.float()\n    return -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).mean()", None),
}  # fmt: skip


def mended(text: str, tmp_path: Path) -> str:
    raw = (text + "\n").encode()
    return Fixture(tmp_path, "bad.py", {"bad.py": raw}).fixed_text


@pytest.mark.parametrize("name", MENDED)
def test_what_is_written(name: str, tmp_path: Path) -> None:
    text, expected = MENDED[name]
    written = mended(text, tmp_path)
    if expected is None:
        assert written == text + "\n"
    else:
        assert expected not in text or written != text + "\n"
        assert expected in written


FIXES = {
    "cross_entropy": ("F.cross_entropy(F.softmax(head(x), dim=1), y)", ["take the softmax away", "log_softmax instead of softmax, and NLLLoss, which takes its result"]),
    "cross_entropy that smoothes": ("F.cross_entropy(F.softmax(head(x), dim=1), y, label_smoothing=0.1)", ["take the softmax away"]),
    "cross_entropy of probabilities": ("F.cross_entropy(F.softmax(head(x), dim=1), F.softmax(z, dim=1))", ["take the softmax away"]),
    "bce with logits": ("F.binary_cross_entropy_with_logits(torch.sigmoid(head(x)), t)", ["take the sigmoid away", "BCELoss takes probabilities"]),
    "bce with logits and weights": ("F.binary_cross_entropy_with_logits(torch.sigmoid(head(x)), t, pos_weight=w)", ["take the sigmoid away"]),
    "nll_loss of logits": ("F.nll_loss(head(x), y)", ["CrossEntropyLoss takes logits", "log_softmax in front of the loss"]),
    "nll_loss of probabilities": ("F.nll_loss(F.softmax(head(x), dim=1), y)", ["log_softmax instead of softmax", "CrossEntropyLoss, and take the softmax away"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FIXES)
def test_which_fixes_there_are(name: str, tmp_path: Path) -> None:
    line, expected = FIXES[name]
    fixture = Fixture(tmp_path, "bad.py", {"bad.py": (TORCH + line + "\n").encode()})
    (finding,) = fixture.findings
    assert [fix.message for fix in finding.fixes] == expected
    assert [fix.applicability for fix in finding.fixes] == ["safe"] * len(expected)


def test_one_of_two_edits_is_no_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build = Rewriter.replace_node

    def refuse(self: Rewriter, module: Module, node: ast.expr, text: str) -> tuple[Edit, ...] | None:
        return None if text == "F.logsigmoid(-z)" else build(self, module, node, text)

    monkeypatch.setattr(Rewriter, "replace_node", refuse)
    program, _ = MENDED["both logarithms of a sigmoid"]
    (finding,) = Fixture(tmp_path, "bad.py", {"bad.py": (program + "\n").encode()}).findings
    assert (finding.code, finding.fixes) == ("LL111", ())


@pytest.mark.parametrize(
    ("code", "helper", "text"),
    [
        ("LL111", "def soft(z):\n    return F.softmax(z, dim=1)\n", "-(F.one_hot(y, 4) * torch.log(soft(nn.Linear(8, 4)(x)))).sum(1).mean()"),
        (
            "LL111", "def ln(p):\n    return torch.log(1 - p)\n",
            "-(y.float() * torch.log(p := torch.sigmoid(z)) + (1 - y.float()) * ln(p)).mean()",
        ),
        ("LL106", "def ln(z):\n    return torch.log(z)\n", "-(y.float() * ln(z) + (1 - y.float()) * torch.log(1 - z)).mean()"),
        ("LL106", "def ln(z):\n    return torch.log(1 - z)\n", "-(y.float() * torch.log(z) + (1 - y.float()) * ln(z)).mean()"),
    ],
)
def test_what_stands_in_two_files_is_not_written_as_one(code: str, helper: str, text: str) -> None:
    train = TORCH + f"from helpers import *\nz = nn.Linear(8, 1)(x)\nloss = {text}\n"
    helpers = f"import torch\nimport torch.nn.functional as F\n\n\n{helper}"
    (finding,) = lint_sources({"helpers.py": helpers, "train.py": train}).findings
    assert (finding.code, finding.fixes) == (code, ())


def test_a_logarithm_and_its_loss_in_two_files() -> None:
    """Each step of the way is shown where it stands."""
    train = TORCH + "from helpers import *\np = F.softmax(head(x), dim=1)\nloss = -ln(p, F.one_hot(y, 4)).mean()\n"
    helpers = "import torch\n\n\ndef ln(p, t):\n    return (t * torch.log(p)).sum(1)\n"
    (finding,) = lint_sources({"helpers.py": helpers, "train.py": train}).findings
    assert [(step.place.path, step.message.partition(":")[0]) for step in finding.trace[-2:]] == [
        ("helpers.py", "the logarithm of a softmax"),
        ("train.py", "multiplied, summed up, and its sign changed"),
    ]
