"""Programs that differ in one thing, and what is said of each: the code and a part of the message, nothing where a list is empty.

Most of them were found by mistakes that were put into losslint, and that no other test saw (`python -m mutation`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint import discovery, session
from losslint.finding import Finding
from losslint.settings import Settings

TORCH = """
import torch
import torch.nn as nn
import torch.nn.functional as F
x, y = torch.randn(8, 8), torch.randint(0, 4, (8,))
head = nn.Linear(8, 4)
"""
TF1 = """
import numpy as np
import tensorflow as tf
images, kind = tf.placeholder(tf.float32, [None, 8]), tf.placeholder(tf.float32, [None, 4])
scores = tf.layers.dense(images, 4)
loss = tf.nn.softmax_cross_entropy_with_logits(labels=kind, logits=scores)
train = tf.train.AdamOptimizer().minimize(loss)
wanted = np.random.randint(0, 4, 8)
"""
KERAS = """
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
x = np.random.rand(8, 8)
"""
SKLEARN = """
import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
"""
SCORED = (
    "from sklearn.metrics import make_scorer\nfrom sklearn.model_selection import cross_val_score\n"
    "cross_val_score(LogisticRegression(), x, y, scoring=make_scorer(log_loss, {}))\n"
)
FOCAL = TORCH + "ce = F.cross_entropy(head(x), y)\npt = torch.exp({})\nloss = (1 - pt) ** 2 * ce\n"

WEIGHTED = "w = torch.ones(4)\nce = F.cross_entropy(head(x), y, weight=w, reduction='none')\npt = torch.exp({})\nloss = ((1 - pt) ** 2 * ce).mean()\n"

STEPS = """
class Step:
    def __init__(self, model):
        self.model = model
    def scored(self, x, y, soft=True):
        z = self.model(x)
        if soft:
            z = F.softmax(z, dim=1)
        return F.cross_entropy(z, y)
"""


def fitted(layers: str, loss: str, labels: str) -> str:
    """A Keras model that is fitted to labels."""
    return f"{KERAS}model = keras.Sequential([{layers}])\nmodel.compile('adam', {loss!r})\nmodel.fit(x, {labels})\n"


def told(loss: str, units: str) -> str:
    """A loss that is told that it gets logits, where it really computes with them."""
    backend = "import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras\n"
    return f"{backend}model = keras.Sequential([keras.layers.Dense({units})])\nmodel.compile('adam', keras.losses.{loss}(from_logits=True))\n"


def measured(metrics: str, last: str = "layers.Dense(1)") -> str:
    """A Keras model that gives logits, and metrics of it."""
    return f"{KERAS}model = keras.Sequential([{last}])\nmodel.compile('adam', keras.losses.BinaryCrossentropy(from_logits=True), metrics={metrics})\n"


def binary(output: str, target: str, first: str = "") -> str:
    """A binary loss on what a layer gives, and labels."""
    return f"{TORCH}{first}F.binary_cross_entropy_with_logits({output}, {target})\n"


def classes(output: str, target: str = "y", first: str = "") -> str:
    """A cross-entropy on what a layer gives, and labels."""
    return f"{TORCH}{first}F.cross_entropy({output}, {target})\n"


def batches(data: str, batch: str) -> str:
    """A Lightning module whose loader gives this, and whose step takes it apart so."""
    return (
        f"{TORCH}import pytorch_lightning as pl\nclass Net(pl.LightningModule):\n    def train_dataloader(self):\n        return {data}\n"
        f"    def training_step(self, batch, i):\n        {batch} = batch\n        return F.cross_entropy(head(a), b)\npl.Trainer().fit(Net())\n"
    )


ONE = "nn.Linear(8, 1)(x)"
DATA = "from torch.utils.data import ConcatDataset, DataLoader, Dataset\n"
LOADER = "import other\nfor a, b in other.loader:\n    pass\n"
ARGUMENTS = "import argparse\nargs = argparse.ArgumentParser().parse_args()\n"
SOFT = TORCH + ARGUMENTS + "soft = nn.Sequential(head, nn.Softmax(dim=1))\n"
MODEL = "import torchvision\nmodel = torchvision.models.vgg16()\n"

ENCODED = fitted("layers.Dense(4, activation='softmax')", "sparse_categorical_crossentropy", "OneHotEncoder().fit_transform(np.zeros(SHAPE))").replace(
    "import numpy", "from sklearn.preprocessing import OneHotEncoder\nimport numpy"
)
PERMUTED = """
import os
os.environ["KERAS_BACKEND"] = "jax"
import keras
from keras import layers
model = keras.Sequential([keras.Input((3, 8)), layers.Dense(4), layers.Permute((2, 1)), layers.Softmax(axis=1)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True, axis=1))
"""

PROGRAMS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    # ---- where a pipeline ends
    "a pipeline that ends in a classifier": (
        SKLEARN + "log_loss(y, make_pipeline(StandardScaler(), StandardScaler(), LogisticRegression()).fit(x, y).predict(x))\n",
        [("LL115", "")],
    ),
    "a pipeline that ends in something else": (
        SKLEARN + "log_loss(y, make_pipeline(LogisticRegression(), StandardScaler(), Ridge()).fit(x, y).predict(x))\n",
        [],
    ),
    "steps of which some aren't known": (
        SKLEARN + "log_loss(y, Pipeline([*other.steps, ('b', LogisticRegression())]).fit(x, y).predict(x))\n",
        [],
    ),
    "steps with names": (
        SKLEARN + "log_loss(y, Pipeline([('a', StandardScaler()), ('b', LogisticRegression())]).fit(x, y).predict(x))\n",
        [("LL115", "")],
    ),
    "a score of probabilities": (SKLEARN + SCORED.format("needs_proba=True"), []),
    "a score of decisions": (SKLEARN + SCORED.format("needs_proba=False"), [("LL115", "")]),
    "a score that nothing is said of": (SKLEARN + SCORED.format("greater_is_better=False"), [("LL115", "")]),
    "a score of what isn't known": (SKLEARN + SCORED.format("needs_proba=flag"), []),
    "a score of probabilities, as it's said now": (SKLEARN + SCORED.format("response_method='predict_proba', greater_is_better=False"), []),
    "a score of scores": (SKLEARN + SCORED.format("response_method='decision_function', greater_is_better=False"), [("LL115", "")]),
    # ---- logits, and what is made of them
    "logits times a learned temperature": (TORCH + "t = nn.Parameter(torch.ones(4))\nF.nll_loss(t * head(x), y)\n", [("LL107", "")]),
    "logits and a learned bias": (TORCH + "t = nn.Parameter(torch.ones(4))\nF.nll_loss(head(x) + t, y)\n", [("LL107", "")]),
    "a learned number over logits": (TORCH + "t = nn.Parameter(torch.ones(4))\nF.nll_loss(t / head(x), y)\n", []),
    "a sum of logits": (TORCH + "F.nll_loss(head(x) + head(x), y)\n", [("LL107", "")]),
    "a difference of logits": (TORCH + "F.nll_loss(head(x) - head(x), y)\n", [("LL107", "")]),
    "a product of logits": (TORCH + "F.nll_loss(head(x) * head(x), y)\n", []),
    "logits times numbers by chance": (TORCH + "F.nll_loss(torch.rand(8, 4) * head(x), y)\n", []),
    # ---- shapes that differ, and how
    "a label for each image": (
        TORCH + "net = nn.Conv2d(3, 2, 3)\nF.binary_cross_entropy_with_logits(net(torch.randn(8, 3, 9, 9)), torch.ones(8))\n",
        [("LL203", "and gets (N,): it raises")],
    ),
    "a label for each example": (
        TORCH + "F.binary_cross_entropy_with_logits(head(x), torch.ones(8))\n",
        [("LL203", "")],
    ),
    "a column of labels for one unit": (
        TORCH + "F.binary_cross_entropy_with_logits(nn.Linear(8, 1)(x), torch.ones(8, 1))\n",
        [],
    ),
    "a column of class indices": (TORCH + "F.cross_entropy(head(x), torch.randint(0, 4, (8, 1)))\n", [("LL203", ".squeeze(1)`")]),
    "a column of class indices, in floats": (
        TORCH + "F.cross_entropy(head(x), torch.randint(0, 4, (8, 1)).float())\n",
        [("LL202", ""), ("LL203", ".squeeze(1).long()")],
    ),
    "columns of integers": (TORCH + "F.cross_entropy(head(x), torch.randint(0, 2, (8, 4)))\n", [("LL203", "Several labels at once")]),
    # ---- one unit
    "one unit in a cross-entropy of classes": (
        TORCH + "F.cross_entropy(nn.Linear(8, 1)(x), torch.randint(0, 2, (8,)))\n",
        [("LL112", "the softmax over one unit is 1")],
    ),
    "one unit that was squeezed": (
        TORCH + "F.cross_entropy(nn.Linear(8, 1)(x).squeeze(1), torch.randint(0, 2, (8,)))\n",
        [("LL112", "takes the examples for classes")],
    ),
    "one channel": (TORCH + "F.cross_entropy(nn.Conv2d(3, 1, 3)(torch.randn(8, 3, 9, 9)), torch.zeros(8, 7, 7).long())\n", [("LL301", "")]),
    "one unit, and labels of three classes": (TORCH + "F.cross_entropy(nn.Linear(8, 1)(x), torch.randint(0, 3, (8,)))\n", [("LL112", "")]),
    "numbers that no model made": (TORCH + "F.binary_cross_entropy_with_logits(torch.randn(8, 4), torch.ones(8))\n", []),
    "logits between zero and one": (TORCH + "F.cross_entropy(torch.clamp(head(x), 0, 1), y)\n", []),
    "logits between other bounds": (TORCH + "F.cross_entropy(torch.clamp(head(x), -5, 5), y)\n", []),
    "logits above zero": (TORCH + "F.cross_entropy(torch.clamp(head(x), min=0), y)\n", []),
    "what two classes may get": (TORCH + "F.cross_entropy(F.softmax(nn.Linear(8, 2)(x), dim=1), torch.randint(0, 2, (8,)))\n", [("LL101", "with 2 classes the loss can't fall below 0.31")]),
    "what four classes may get": (TORCH + "F.cross_entropy(F.softmax(head(x), dim=1), y)\n", [("LL101", "with 4 classes the loss can't fall below 0.74")]),
    "what classes may get, of which nobody knows how many there are": (TORCH + "F.cross_entropy(F.softmax(nn.Linear(8, n)(x), dim=1), y)\n", [("LL101", "")]),
    "what is said of a softmax of four, with the flag": (
        told("SparseCategoricalCrossentropy", "4, activation='softmax'"),
        [("LL401", "with 4 classes the loss can't fall below 0.74")],
    ),
    "what is said of a softmax of two, with the flag": (
        told("SparseCategoricalCrossentropy", "2, activation='softmax'"),
        [("LL401", "with 2 classes the loss can't fall below 0.31")],
    ),
    "what is said of a sigmoid that four classes went through": (TORCH + "F.cross_entropy(torch.sigmoid(head(x)), y)\n", [("LL103", "")]),
    "what a focal loss of four gets": (
        told("CategoricalFocalCrossentropy", "4, activation='softmax'"),
        [("LL401", "with 4 classes none gets more than 48 %")],
    ),
    "what a focal loss of two gets": (
        told("CategoricalFocalCrossentropy", "2, activation='softmax'"),
        [("LL401", "with 2 classes none gets more than 73 %")],
    ),
    "what a focal loss of nobody knows how many gets": (
        told("CategoricalFocalCrossentropy", "n, activation='softmax'"),
        [("LL401", "no class gets more than e/(e+C-1)")],
    ),
    "what is said of a sigmoid, with the flag": (
        told("BinaryCrossentropy", "1, activation='sigmoid'"),
        [("LL401", "no answer can be less than 50 %")],
    ),
    "logits of any shape, squeezed": (TORCH + "F.cross_entropy(head(x).repeat(*sizes).squeeze(1), y)\n", []),
    "logits that something was done with": (TORCH + "F.cross_entropy(head(x).other(), y.float())\n", [("LL202", "")]),
    "relu where probabilities are taken": (
        KERAS + "model = keras.Sequential([layers.Dense(4, activation='relu')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\n",
        [("LL109", "neither probabilities nor logits")],
    ),
    "hard_sigmoid where probabilities are taken": (
        KERAS + "model = keras.Sequential([layers.Dense(1, activation='hard_sigmoid')])\nmodel.compile('adam', 'binary_crossentropy')\n",
        [],
    ),
    "columns that differ": (TORCH + "F.binary_cross_entropy_with_logits(head(x), torch.ones(8, 3))\n", [("LL203", "")]),
    "rows and columns that agree": (TORCH + "F.binary_cross_entropy_with_logits(head(x), torch.ones(8, 4))\n", []),
    "a focal loss": (FOCAL.format("-ce"), [("LL601", "")]),
    "a focal loss, with minus one": (FOCAL.format("-1 * ce"), [("LL601", "")]),
    "something like a focal loss": (FOCAL.format("-0.5 * ce"), [("LL601", "")]),
    "something else like it": (FOCAL.format("ce"), []),
    "a label for each step of time": (TORCH + "F.binary_cross_entropy_with_logits(head(torch.randn(8, 3, 8)), torch.ones(8, 3, 4))\n", []),
    "classes behind the steps of time": (TORCH + "F.cross_entropy(head(torch.randn(8, 3, 8)), torch.zeros(8, 3).long())\n", [("LL302", "(B, T, C)")]),
    "classes before them": (TORCH + "F.cross_entropy(head(torch.randn(8, 3, 8)).transpose(1, 2), torch.zeros(8, 3).long())\n", []),
    "one-hot labels for nll_loss": (TORCH + "F.nll_loss(F.log_softmax(head(x), dim=1), F.one_hot(y, 4))\n", [("LL202", "")]),
    "one-hot labels for a margin": (TORCH + "nn.MultiMarginLoss()(head(x), F.one_hot(y, 4))\n", [("LL204", "")]),
    "class indices for a margin": (TORCH + "F.multi_margin_loss(head(x), y)\n", []),
    "a column of labels for several units": (TORCH + "F.binary_cross_entropy_with_logits(head(x), torch.ones(8, 1))\n", [("LL203", "one number for each example, (N, 1)")]),
    "one example without a batch": (TORCH + "F.cross_entropy(head(torch.randn(8)), torch.tensor(1))\n", []),
    "one example without a batch, through softmax": (TORCH + "F.cross_entropy(F.softmax(head(torch.randn(8)), dim=0), torch.tensor(1))\n", [("LL101", "")]),
    # ---- old arguments
    "both old arguments": (
        TORCH + "nn.CrossEntropyLoss(size_average=False, reduce=True)(head(x), y)\n",
        [("LL502", "reduction='sum'")],
    ),
    "old arguments in the other order": (
        TORCH + "nn.CrossEntropyLoss(reduce=False, size_average=True)(head(x), y)\n",
        [("LL502", "reduction='none'")],
    ),
    "an old argument beside the new one": (
        TORCH + "nn.CrossEntropyLoss(size_average=True, reduction='sum')(head(x), y)\n",
        [("LL502", "reduction='mean'")],
    ),
    "an old argument that isn't known": (TORCH + "nn.CrossEntropyLoss(size_average=flag)(head(x), y)\n", [("LL502", "")]),
    # ---- what is fed
    "class indices that are fed": (TF1 + "with tf.Session() as s:\n    s.run(train, feed_dict={kind: wanted, images: x})\n", [("LL204", "")]),
    "class indices that are fed, by place": (TF1 + "with tf.Session() as s:\n    s.run(train, {kind: wanted})\n", [("LL204", "")]),
    "class indices that are shown": (TF1 + "show({kind: wanted})\nplot.bars({kind: wanted})\n", []),
    "other keys beside": (TF1 + "with tf.Session() as s:\n    s.run(train, feed_dict={('a', 1): 2, 'b': 1, 1: 2, '': 3, kind: wanted})\n", [("LL204", "")]),
    # ---- labels in Keras
    "labels by chance": (
        fitted("layers.Dense(4, activation='softmax')", "categorical_crossentropy", "np.random.randint(0, 4, 8)"),
        [("LL204", "")],
    ),
    "one-hot labels": (
        fitted("layers.Dense(4, activation='softmax')", "categorical_crossentropy", "keras.utils.to_categorical(np.random.randint(0, 4, 8), 4)"),
        [],
    ),
    "one-hot labels of more classes": (
        fitted("layers.Dense(3, activation='softmax')", "categorical_crossentropy", "keras.utils.to_categorical(np.random.randint(0, 4, 8), 4)"),
        [("LL402", "have 4 columns")],
    ),
    "class indices beyond the units": (
        fitted("layers.Dense(3, activation='softmax')", "sparse_categorical_crossentropy", "np.random.randint(0, 5, 8)"),
        [("LL402", "go up to 4")],
    ),
    "class indices that fit": (
        fitted("layers.Dense(5, activation='softmax')", "sparse_categorical_crossentropy", "np.random.randint(0, 5, 8)"),
        [],
    ),
    "indices of classes for one unit": (
        fitted("layers.Dense(1, activation='sigmoid')", "binary_crossentropy", "np.random.randint(0, 3, 8)"),
        [("LL402", "indices of 3 classes")],
    ),
    "zeros and ones for one unit": (
        fitted("layers.Dense(1, activation='sigmoid')", "binary_crossentropy", "np.random.randint(0, 2, 8)"),
        [],
    ),
    "one label for several units": (
        fitted("layers.Dense(3, activation='sigmoid')", "binary_crossentropy", "np.random.randint(0, 2, 8)"),
        [("LL402", "one number for each example")],
    ),
    "labels of more columns, whatever they are": (
        fitted("layers.Dense(3, activation='softmax')", "categorical_crossentropy", "np.zeros((8, 4))"),
        [("LL402", "have 4 columns")],
    ),
    "labels of as many columns": (
        fitted("layers.Dense(3, activation='softmax')", "categorical_crossentropy", "np.zeros((8, 3))"),
        [],
    ),
    "examples without labels": (
        KERAS + "model = keras.Sequential([layers.Dense(3, activation='softmax')])\n"
        "model.compile('adam', 'sparse_categorical_crossentropy')\n"
        "model.fit(tf.data.Dataset.from_tensor_slices((x,)).batch(2))\n",
        [],
    ),
    "examples with labels, as many as": (
        KERAS + "model = keras.Sequential([layers.Dense(3, activation='softmax')])\n"
        "model.compile('adam', 'sparse_categorical_crossentropy')\n"
        "model.fit_generator(tf.data.Dataset.from_tensor_slices((x, np.random.randint(0, 5, 8))).batch(2), 10)\n",
        [("LL402", "")],
    ),
    "examples with labels, in a data set": (
        KERAS + "model = keras.Sequential([layers.Dense(3, activation='softmax')])\n"
        "model.compile('adam', 'sparse_categorical_crossentropy')\n"
        "model.fit(tf.data.Dataset.from_tensor_slices((x, np.random.randint(0, 5, 8))).batch(2))\n",
        [("LL402", "")],
    ),
    # ---- a metric
    "a metric on logits": (
        KERAS + "model = keras.Sequential([layers.Dense(1)])\n"
        "model.compile('adam', keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.BinaryAccuracy()])\n",
        [("LL403", "gets logits")],
    ),
    "a metric without a loss": (KERAS + "model = keras.Sequential([layers.Dense(1)])\nmodel.compile('adam', metrics=[keras.metrics.BinaryAccuracy()])\n", []),
    "a metric on probabilities": (
        KERAS + "model = keras.Sequential([layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('adam', 'binary_crossentropy', metrics=[keras.metrics.BinaryAccuracy()])\n",
        [],
    ),
    "a metric on logits that knows": (
        KERAS + "model = keras.Sequential([layers.Dense(1)])\n"
        "model.compile('adam', keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.BinaryAccuracy(threshold=0)])\n",
        [],
    ),
    "a metric on logits in a row of rows": (
        KERAS + "x = keras.Input((8,))\nmodel = keras.Model(x, [layers.Dense(1, name='a')(x), layers.Dense(1, name='b')(x)])\n"
        "model.compile('adam', keras.losses.BinaryCrossentropy(from_logits=True), metrics=[[keras.metrics.BinaryAccuracy()], []])\n",
        [("LL403", "")],
    ),
    "a metric on logits of one of two": (
        KERAS + "x = keras.Input((8,))\nmodel = keras.Model(x, [layers.Dense(1, name='a')(x), layers.Dense(1, activation='sigmoid', name='b')(x)])\n"
        "model.compile('adam', {'a': keras.losses.BinaryCrossentropy(from_logits=True), 'b': 'binary_crossentropy'},\n"
        "              metrics={'b': [keras.metrics.BinaryAccuracy()]})\n",
        [],
    ),
    "a metric on logits of the other": (
        KERAS + "x = keras.Input((8,))\nmodel = keras.Model(x, [layers.Dense(1, name='a')(x), layers.Dense(1, activation='sigmoid', name='b')(x)])\n"
        "model.compile('adam', {'a': keras.losses.BinaryCrossentropy(from_logits=True), 'b': 'binary_crossentropy'},\n"
        "              metrics={'a': [keras.metrics.BinaryAccuracy()]})\n",
        [("LL403", "")],
    ),
    # ---- a logarithm without a gradient
    "a logarithm of a softmax": (TORCH + "def step():\n    return -torch.log(F.softmax(head(x), dim=1))[range(8), y].mean()\nstep()\n", [("LL111", "")]),
    "a logarithm without a gradient": (
        TORCH + "@torch.no_grad()\ndef step():\n    return -torch.log(F.softmax(head(x), dim=1))[range(8), y].mean()\nstep()\n",
        [],
    ),
    "a logarithm without a gradient, further in": (
        TORCH + "def inner():\n    return -torch.log(F.softmax(head(x), dim=1))[range(8), y].mean()\n@torch.no_grad()\ndef step():\n    return inner()\nstep()\n",
        [],
    ),
    "a logarithm without a gradient, in a block": (
        TORCH + "with torch.no_grad():\n    loss = -torch.log(F.softmax(head(x), dim=1))[range(8), y].mean()\n",
        [],
    ),
    "a logarithm of a class that was picked": (TORCH + "p = F.softmax(head(x), dim=1)\nloss = -torch.log(p.gather(1, y.view(-1, 1))).mean()\n", [("LL111", "")]),
    "logits over time": (TORCH + "F.nll_loss(head(torch.randn(8, 3, 8)).mean(1), y)\n", [("LL107", "")]),
    "a loss without a target": (TORCH + "F.cross_entropy(nn.Softmax(dim=1)(head(x)))\n", [("LL101", "")]),
    # ---- clamped
    "probabilities that are clamped": (TORCH + "F.binary_cross_entropy(torch.clamp(nn.Linear(8, 1)(x), 0, 1), torch.ones(8, 1))\n", []),
    "logits that are clamped": (TORCH + "F.binary_cross_entropy(torch.clamp(nn.Linear(8, 1)(x), -5, 5), torch.ones(8, 1))\n", []),
    # ---- values that were set
    "a one in each row": (
        "import numpy as np\n" + TORCH + "t = np.zeros((8, 4))\nt[np.arange(8), y] = 1\nF.cross_entropy(head(x), torch.from_numpy(t).long())\n",
        [("LL202", "")],
    ),
    "a two in each row": (
        "import numpy as np\n" + TORCH + "t = np.zeros((8, 4))\nt[np.arange(8), y] = 2\nF.cross_entropy(head(x), torch.from_numpy(t))\n",
        [],
    ),
    # ---- a class of the program's own, on objects that were made of it
    "a method on each object": (
        TORCH + "class Trainer:\n    def __init__(self, model):\n        self.model = model\n    def step(self, x, y):\n"
        "        return F.cross_entropy(self.model(x), y)\nTrainer(nn.Sequential(head, nn.Softmax(dim=1)))\nTrainer(head)\n",
        [("LL101", "")],
    ),
    "an inherited method on the object of another class": (
        TORCH + "class Base:\n    def step(self, x, y):\n        return F.cross_entropy(self.model(x), y)\n"
        "class Trainer(Base):\n    def __init__(self):\n        self.model = nn.Sequential(head, nn.Softmax(dim=1))\n",
        [("LL101", "")],
    ),
    # ---- axes, and how many classes there are
    "one example, and its classes": (classes("F.softmax(head(torch.randn(8)), dim=0)", "torch.tensor(1)"), [("LL101", "with 4 classes")]),
    "rows of as many classes": (classes("F.softmax(head(x), dim=1).view(-1, 4)"), [("LL101", "with 4 classes")]),
    "rows of fewer": (classes("F.softmax(head(x), dim=1).view(-1, 2)"), [("LL101", "already: the loss can't")]),
    "one column of several": (classes("F.softmax(head(x), dim=1)[:, 0]"), [("LL101", "already: the loss can't")]),
    "some units, squeezed": (classes("nn.Linear(8, args.n)(x).squeeze(1)", first=ARGUMENTS), []),
    "labels with an axis more": (classes("head(x)", "torch.zeros(8, 1, 1).long()"), []),
    "labels with an axis more, of any outputs": (classes("head(other.x)", "torch.zeros(8, 1, 5).long()", "import other\n"), []),
    "labels with an axis of one, of any outputs": (classes("head(other.x)", "torch.zeros(8, 1).long()", "import other\n"), [("LL203", ".squeeze(1)")]),
    "labels of some rows and one column": (classes("head(x)", "torch.randint(0, 4, (8,)).view(args.n, 1)", ARGUMENTS), [("LL203", ".squeeze(1)")]),
    "labels put together that are as long": (classes("head(x)", "torch.stack([y, y])"), [("LL203", "")]),
    "labels put together that may be as long": (binary("head(x)", "torch.stack([torch.ones(8, 4), torch.ones(args.n, 4)])", ARGUMENTS), [("LL203", "")]),
    "classes behind the steps of time, where a loss wants them": (
        TORCH + "from timm.loss import LabelSmoothingCrossEntropy\nLabelSmoothingCrossEntropy()(head(torch.randn(8, 3, 8)), torch.zeros(8, 3).long())\n",
        [],
    ),
    "one-hot labels of more classes, on axis 1": (
        classes("nn.Conv2d(3, 4, 3)(torch.randn(8, 3, 9, 9))", "F.one_hot(torch.zeros(8, 7, 7).long(), 5).permute(0, 3, 1, 2).float()"),
        [("LL402", "have 5 columns")],
    ),
    "one-hot labels of as many classes, on axis 1": (
        classes("nn.Conv2d(3, 5, 3)(torch.randn(8, 3, 9, 9))", "F.one_hot(torch.zeros(8, 7, 7).long(), 5).permute(0, 3, 1, 2).float()"),
        [],
    ),
    "a graph's nodes": (binary("GraphConv(8, 4)(graph, torch.randn(8, 8))", "torch.ones(8)", "from dgl.nn import GraphConv\n"), [("LL203", "")]),
    "labels of all examples": (binary("head(other.x)", "MNIST('.').targets", "import other\nfrom torchvision.datasets import MNIST\n"), [("LL203", "")]),
    "numbers like those of one example": (binary("head(other.x)", "torch.zeros_like(torch.randn(4))", "import other\n"), []),
    "class indices behind a flattened softmax": (fitted("keras.Input((8,)), layers.Dense(4, activation='softmax'), layers.Flatten()", "sparse_categorical_crossentropy", "np.random.randint(0, 5, 8)"), [("LL402", "go up to 4")]),
    "class indices behind one that says its input": (
        fitted("layers.Dense(4, activation='softmax', input_shape=(8,)), layers.Flatten()", "sparse_categorical_crossentropy", "np.random.randint(0, 5, 8)"),
        [("LL402", "go up to 4")],
    ),
    "class indices behind flattened steps of time": (
        fitted("layers.Dense(4, activation='softmax', input_shape=(3, 8)), layers.Flatten()", "sparse_categorical_crossentropy", "np.random.randint(0, 5, 8)"),
        [],
    ),
    "class indices that are chosen": (fitted("layers.Dense(4, activation='softmax')", "sparse_categorical_crossentropy", "np.random.choice([0, 1, 7], 8)"), [("LL402", "go up to 7")]),
    "class indices that are chosen of what isn't known": (fitted("layers.Dense(4, activation='softmax')", "sparse_categorical_crossentropy", "np.random.choice([0, n, 7], 8)"), []),
    # ---- dtypes
    "numbers told to be floats": (binary(ONE + ".squeeze(1)", "torch.FloatTensor([0, 1, 0, 1, 0, 1, 0, 1])"), []),
    "numbers told to be integers": (binary(ONE + ".squeeze(1)", "torch.LongTensor([0, 1, 0, 1, 0, 1, 0, 1])"), [("LL201", "")]),
    "class indices as floats, by a word": (classes("head(x)", "torch.from_numpy(np.random.randint(0, 4, 8).astype('float'))", "import numpy as np\n"), [("LL202", "")]),
    "what isn't known, as integers": (binary(ONE, "b.to(torch.long)", LOADER), [("LL201", "")]),
    "what isn't known, elsewhere and as integers": (binary(ONE, "b.to('cuda', torch.long)", LOADER), [("LL201", "")]),
    "what isn't known, elsewhere": (binary(ONE, "b.to('cuda')", LOADER), []),
    "a number of integers": (binary(ONE, "torch.tensor([[y[0].item()]])"), [("LL201", "")]),
    "a number of floats": (binary(ONE, "torch.tensor([[y.float()[0].item()]])"), []),
    # ---- which of them is the model's
    "the model's output after what isn't known, in the place of labels": (classes("F.one_hot(y, 4).float()", "head(x).other()"), [("LL205", "")]),
    "labels after what isn't known, before the model's output": (classes("F.one_hot(y, 4).float().other()", "head(x)"), []),
    # ---- models of libraries
    "a library's model": (TORCH + MODEL + "F.nll_loss(model(x), y)\n", [("LL107", "")]),
    "a library's model with something set on its head": (TORCH + MODEL + "model.classifier.more = other\nF.nll_loss(model(x), y)\n", []),
    "a library's model without its last layer": (TORCH + MODEL + "del model.classifier[-1]\nF.nll_loss(model(x), y)\n", []),
    "a library's model whose last layer is taken out": (TORCH + MODEL + "model.classifier.pop(-1)\nF.nll_loss(model(x), y)\n", []),
    "a model of flax's, told to end in a softmax": (
        "import flax.linen as nn\nimport optax\nclass Net(nn.Module):\n    @nn.compact\n    def __call__(self, x, soft):\n"
        "        x = nn.Dense(4)(x)\n        return nn.softmax(x) if soft else x\n"
        "optax.softmax_cross_entropy(Net().apply(params, x, True), y)\noptax.softmax_cross_entropy(Net().apply(params, x, False), y)\n",
        [("LL101", "")],
    ),
    "layers of which none is known": (
        KERAS + "import other\nmodel = keras.Sequential(other.layers)\n"
        "keras.losses.sparse_categorical_crossentropy(y, model(layers.Softmax()(layers.Dense(4)(x))), from_logits=True)\n",
        [],
    ),
    "a model from a file of which it's asked how long it is": (
        KERAS + "model = keras.models.load_model('a')\nif len(model.layers) > 3:\n    model = keras.Sequential([layers.Dense(4, activation='softmax')])\n"
        "model.compile('adam', keras.losses.SparseCategoricalCrossentropy(from_logits=True))\n",
        [("LL401", "")],
    ),
    # ---- data sets and loaders
    "two data sets whose examples are alike": (
        TORCH + DATA + "class One(Dataset):\n    def __getitem__(self, i):\n        return torch.randn(8), torch.tensor(1)\nclass Two(One): pass\n"
        "for a, b in DataLoader(ConcatDataset([One(), Two()])):\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 4)(a), b)\n",
        [("LL203", "")],
    ),
    "two data sets whose examples aren't": (
        TORCH + DATA + "class One(Dataset):\n    def __getitem__(self, i):\n        return torch.randn(8), torch.tensor(1)\n"
        "class Two(Dataset):\n    def __getitem__(self, i):\n        return torch.randn(8)\n"
        "for a, b in DataLoader(ConcatDataset([One(), Two()])):\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 4)(a), b)\n",
        [],
    ),
    "a data set of a library that isn't known": (TORCH + DATA + "import other\nfor a, b in DataLoader(other.Data()):\n    F.cross_entropy(head(a), b)\n", []),
    "batches in a list": (batches("[(torch.randn(8, 8), torch.randint(0, 4, (8, 1)))]", "a, b"), [("LL203", "")]),
    "no batches": (batches("[]", "a, b"), []),
    # ---- metrics by names
    "a metric on logits, by a name": (measured("{'a': [keras.metrics.BinaryAccuracy()]}"), [("LL403", "")]),
    "metrics on logits of which it's not known which is meant": (measured("{'a': [keras.metrics.BinaryAccuracy()], 'b': [keras.metrics.BinaryAccuracy()]}"), []),
    # ---- by hand
    "a cross-entropy by hand, times a number": (TORCH + "p = F.softmax(head(x), dim=1)\nloss = (torch.rand(8, 4) * torch.log(p)).sum() * -1.0\n", [("LL111", "")]),
    "a cross-entropy by hand, times what is no number": (TORCH + "p = F.softmax(head(x), dim=1)\nloss = (torch.rand(8, 4) * torch.log(p)).sum() * 'a'\n", []),
    "the last class's logarithm, times what it brought": (TORCH + "loss = -(torch.log(F.softmax(head(x), dim=1)[..., 0]) * torch.rand(8)).mean()\n", []),
    "a class's logarithm without others, times what it brought": (TORCH + "loss = -(torch.log(F.softmax(head(x), dim=1)[0, ..., None]) * torch.rand(8)).mean()\n", []),
    "a focal loss of weighted losses": (TORCH + WEIGHTED.format("-1 * ce"), [("LL602", "")]),
    "a power of weighted losses": (TORCH + WEIGHTED.format("-0.5 * ce"), []),
    "a focal loss whose reduction isn't known": (
        TORCH + "ce = F.cross_entropy(head(x), y, size_average=flag)\npt = torch.exp(-ce)\nloss = (1 - pt) ** 2 * ce\n",
        [("LL502", "")],
    ),
    "a logarithm of a sigmoid that is kept finite": (TORCH + "p = torch.sigmoid(head(x))\nloss = -(torch.rand(8, 4) * torch.log(p + 1e-8)).mean()\n", []),
    "a logarithm in one expression that is kept finite": (TORCH + "loss = -(torch.rand(8, 4) * torch.log(torch.sigmoid(head(x)) + 1e-8)).mean()\n", [("LL111", "kept from -inf")]),
    "logarithms where probabilities are taken": (TORCH + "F.kl_div(F.log_softmax(head(x), dim=1), F.log_softmax(z, dim=1), log_target=False)\n", [("LL108", "Say `log_target=True`")]),
    "logarithms where they are taken": (TORCH + "F.kl_div(F.log_softmax(head(x), dim=1), F.log_softmax(z, dim=1), log_target=True)\n", []),
    "what a network gave, in a data set": (
        TORCH + DATA + "from monai.networks.nets import UNet\nfrom torch.utils.data import TensorDataset\n"
        "for a, b in DataLoader(TensorDataset(UNet(2, 3, 4)(other), y)):\n    F.cross_entropy(F.softmax(a, dim=1), b)\n",
        [("LL101", "with 4 classes")],
    ),
    # ---- found by what no test came to
    "a network's output with other axes": (classes("UNet(2, 3, 4)(other).transpose(1, -1)", "y", "from monai.networks.nets import UNet\n"), []),
    "a softmax over an axis that was moved": (classes("F.softmax(UNet(2, 3, 4)(other).transpose(0, 1), dim=0)", "y", "from monai.networks.nets import UNet\n"), [("LL101", "")]),
    "probabilities with axes that are moved somewhere": (classes("F.softmax(head(x), dim=1).transpose(args.a, args.b)", "y", ARGUMENTS), [("LL101", "already: the loss can't")]),
    "probabilities with a new axis somewhere": (classes("F.softmax(head(x), dim=1).unsqueeze(args.a)", "y", ARGUMENTS), [("LL101", "already: the loss can't")]),
    "labels put together along any axis": (binary("head(x)", "torch.stack([torch.ones(8), torch.ones(8)], dim=args.a)", ARGUMENTS), []),
    "some rows of any outputs": (classes("F.softmax(head(other.x), dim=1)[:4]", "y", "import other\n"), [("LL101", "with 4 classes")]),
    "some rows and columns of any outputs": (classes("F.softmax(head(other.x), dim=1)[:4, :2]", "y", "import other\n"), [("LL101", "already: the loss can't")]),
    "one channel, squeezed as far as it goes": (classes("nn.Conv2d(3, 1, 3)(torch.randn(8, 3, 9, 9)).squeeze()", "y"), [("LL301", "one channel")]),
    "one unit at each step, squeezed as far as it goes": (classes("nn.Linear(8, 1)(torch.randn(8, 3, 8)).squeeze()", "y"), []),
    "a focal loss and a number": (TORCH + "ce = F.cross_entropy(head(x), y)\npt = torch.exp(-ce)\nloss = (1 - pt) ** 2 * ce + 0.1\n", [("LL601", "")]),
    "a mean power of losses": (TORCH + "ce = F.cross_entropy(head(x), y)\npt = torch.exp(-ce)\nloss = ((1 - pt) ** 2).mean() * ce\n", []),
    "squares of losses": (TORCH + "ce = F.cross_entropy(head(x), y)\npt = torch.exp(-ce)\nloss = ce * ce + (1 - pt) * (1 - pt)\n", []),
    "a product of logarithms": (TORCH + "p = F.softmax(head(x), dim=1)\nq = torch.sigmoid(head(x))\nloss = -(torch.log(p) * torch.log(q)).sum()\n", []),
    "something over logarithms": (TORCH + "p = F.softmax(head(x), dim=1)\nloss = -(1 / torch.log(p)).sum()\n", []),
    "a cross-entropy by hand, over a negative number": (TORCH + "p = F.softmax(head(x), dim=1)\nloss = (torch.rand(8, 4) * torch.log(p)).sum() / -8\n", [("LL111", "")]),
    "a cross-entropy by hand in bits": (TORCH + "p = F.softmax(head(x), dim=1)\nloss = -(torch.rand(8, 4) * torch.log2(p)).sum()\n", []),
    "an action's probability from a function": (TORCH + "def act(x):\n    return F.softmax(head(x), dim=1)[:, 0]\nloss = -(torch.log(act(x)) * torch.rand(8)).mean()\n", []),
    "a class's probability at once": (TORCH + "p = F.softmax(head(x), dim=1)[:, 0]\nloss = -(torch.log(p)).mean()\n", [("LL111", "")]),
    "a focal loss that says its reduction as it was said": (TORCH + "class Own(nn.CrossEntropyLoss):\n    def forward(self, p, t):\n        return F.cross_entropy(p, t, reduction=self.reduction)\nce = Own(size_average=flag)(head(x), y)\npt = torch.exp(-ce)\nloss = (1 - pt) ** 2 * ce\n", [("LL502", "")]),
    "a focal loss that hands its reduction on": (TORCH + "class Own(nn.CrossEntropyLoss):\n    def forward(self, p, t):\n        return F.cross_entropy(p, t, reduction=self.reduction)\nce = Own()(head(x), y)\npt = torch.exp(-ce)\nloss = (1 - pt) ** 2 * ce\n", [("LL601", "")]),
    "a library's model whose head is looked at": (TORCH + MODEL + "print(model.classifier, model.classifier)\nF.nll_loss(model(x), y)\n", [("LL107", "")]),
    "a metric that is a function": (KERAS + "model = keras.Sequential([layers.Dense(1)])\nkeras.losses.BinaryCrossentropy(from_logits=True)(y, model(x))\nkeras.metrics.binary_accuracy(y, model(x))\n", [("LL403", "binary_accuracy")]),
    "as many metrics as outputs, for each of them": (KERAS + "x = keras.Input((8,))\nmodel = keras.Model(x, [layers.Dense(1, name='a')(x), layers.Dense(1, name='b')(x)])\nmodel.compile('adam', keras.losses.BinaryCrossentropy(from_logits=True), metrics=[keras.metrics.BinaryAccuracy(), keras.metrics.BinaryAccuracy()])\n", []),
    "a metric that isn't known": (measured("[other.metric]", "layers.Dense(1)").replace("import numpy", "import other\nimport numpy"), []),
    "a pipeline that ends in a scaler": (SKLEARN + "log_loss(y, Pipeline([('a', LogisticRegression()), ('b', StandardScaler())]).fit(x, y).predict(x))\n", []),
    "predictions across folds, and transformations": (SKLEARN + "from sklearn.model_selection import cross_val_predict\nlog_loss(y, cross_val_predict(LogisticRegression(), x, y, method='transform'))\nlog_loss(y, cross_val_predict(other, x, y, method='predict'))\nlog_loss(y, cross_val_predict(LogisticRegression(), x, y))\n", [("LL115", "")]),
    "scorers that don't say what of": (SKLEARN + "from sklearn.metrics import make_scorer\nmake_scorer(lambda y, p: log_loss(y, p))\nmake_scorer(log_loss, response_method=other)\nmake_scorer(log_loss, **other)\n", []),
    "what a classifier has no method for": (SKLEARN + "log_loss(y, LogisticRegression().fit(x, y).transform(x))\n", []),
    "class indices of two kinds, in parts": (KERAS + ARGUMENTS + "from sklearn.model_selection import train_test_split\nlabels = np.random.randint(0, 5, 8) if args.a else np.random.randint(0, 6, 8)\na, b, c, d = train_test_split(x, labels)\nmodel = keras.Sequential([layers.Dense(4, activation='softmax')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(a, c)\n", [("LL402", "go up to 4")]),
    "class indices in a list, in parts": (KERAS + "from sklearn.model_selection import train_test_split\na, b, c, d = train_test_split(x, [0, 1, 2])\na, b, c, e = train_test_split({'a': 1}, 3)\nmodel = keras.Sequential([layers.Dense(4, activation='softmax')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(a, c)\n", []),
    "class indices of two kinds, one-hot": (KERAS + ARGUMENTS + "labels = np.random.randint(0, 5, 8) if args.a else np.random.randint(0, 6, 8)\nmodel = keras.Sequential([layers.Dense(4, activation='softmax')])\nmodel.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, keras.utils.to_categorical(labels, 5))\n", [("LL402", "have 5 columns")]),
    "some classes of a data set": (KERAS + "from sklearn.datasets import load_iris, load_digits\na, b = load_digits(n_class=3, return_X_y=True)\nmodel = keras.Sequential([layers.Dense(4, activation='softmax')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(a, b)\n", []),
    "labels of a kind that isn't there": (KERAS + "data = keras.utils.image_dataset_from_directory('a', label_mode='other')\nmodel = keras.Sequential([layers.Dense(4, activation='softmax')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(data)\n", []),
    "data sets side by side": (KERAS + "a = tf.data.Dataset.from_tensor_slices(x)\nb = tf.data.Dataset.from_tensor_slices(np.random.randint(0, 5, 8))\nmodel = keras.Sequential([layers.Dense(4, activation='softmax')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(tf.data.Dataset.zip(a, b).batch(2))\n", [("LL402", "go up to 4")]),
    "slices of nothing": (KERAS + "model = keras.Sequential([layers.Dense(4, activation='softmax')])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(tf.data.Dataset.from_tensor_slices().batch(2))\nmodel.fit(tf.data.Dataset.from_tensor_slices((x, len)).batch(2))\n", []),
    "batches of lists of numbers": (TORCH + DATA + "class One(Dataset):\n    def __getitem__(self, i):\n        return [float(n) for n in other], torch.tensor(1)\nfor a, b in DataLoader(One()):\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 4)(a), b)\n", [("LL203", "")]),
    "a loader of a list": (TORCH + DATA + "for a, b in DataLoader([One() for i in other]):\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 4)(a), b)\n", []),
    "a data set of a class that isn't known": (TORCH + DATA + "import other\nclass One(other.Data): pass\nfor a, b in DataLoader(One()):\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 4)(a), b)\n", []),
    "a data set that returns in two places": (TORCH + DATA + "class One(Dataset):\n    def __getitem__(self, i):\n        if i > 3:\n            return torch.randn(8), 1\n        return torch.randn(8), 0\nfor a, b in DataLoader(One()):\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 4)(a), b)\n", [("LL203", "")]),
    "a data set with options that aren't known": (TORCH + DATA + "from torchvision.datasets import MNIST\nfor a, b in DataLoader(MNIST(**other)):\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 4)(a), b)\nfor a, b in DataLoader(MNIST('.', target_transform=f)):\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 4)(a), b)\n", []),
    "data sets together that aren't known": (TORCH + DATA + "for a, b in DataLoader(ConcatDataset(other)):\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 4)(a), b)\n", []),
    "a part of a data set of dicts": (TORCH + DATA + "from torch.utils.data import Subset\nclass One(Dataset):\n    def __getitem__(self, i):\n        return {'a': torch.randn(8), 'b': torch.tensor(1)}\nfor batch in DataLoader(Subset(One(), [1])):\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 4)(batch['a']), batch['b'])\n", [("LL203", "")]),
    "all examples of a data set": (TORCH + "from torchvision.datasets import MNIST\ntrain = MNIST('.')\nF.cross_entropy(head(train.data), train.targets)\nF.binary_cross_entropy_with_logits(head(train.data), train.targets)\n", [("LL203", "")]),
    "a trainer that validates what isn't known": (TORCH + "import pytorch_lightning as pl\npl.Trainer().validate(head)\npl.Trainer().fit(other.model)\n", []),
    "one-hot labels along the examples": (classes("head(x)", "tf.one_hot(y, 4, axis=0)", "import tensorflow as tf\n"), []),
    "a column full of whole zeros": (binary("nn.Linear(8, 1)(x)", "torch.full((8, 1), 0)"), [("LL201", "")]),
    "a column full of zeros": (binary("nn.Linear(8, 1)(x)", "torch.full((8, 1), 0.0)"), []),
    "a column of ones of the usual kind": (binary("nn.Linear(8, 1)(x)", "torch.ones(8, 1, dtype=None)"), []),
    "a column that counts in floats": (binary("nn.Linear(8, 1)(x)", "torch.arange(8, dtype=torch.float32).view(8, 1)"), []),
    "class indices below four, for two units": (classes("nn.Linear(8, 2)(x)", "torch.randint(4, (8,))"), [("LL402", "go up to 3")]),
    "a tensor with axes that aren't known": (binary("nn.Linear(8, 1)(x)", "torch.zeros(8, *other)"), []),
    "class indices below four, of NumPy's": (classes("nn.Linear(8, 2)(x)", "torch.from_numpy(np.random.randint(4, size=8))", "import numpy as np\n"), [("LL402", "go up to 3")]),
    "the larger of two softmaxes": (KERAS + "x = keras.Input((8,))\nmodel = keras.Model(x, layers.Maximum()([layers.Dense(4, activation='softmax')(x), layers.Dense(4, activation='softmax')(x)]))\nmodel.compile('adam', keras.losses.SparseCategoricalCrossentropy(from_logits=True))\n", []),
    "the mean of two outputs": (KERAS + "x = keras.Input((8,))\nmodel = keras.Model(x, layers.Average()([layers.Dense(4)(x), layers.Dense(4)(x)]))\nmodel.compile('adam', 'sparse_categorical_crossentropy')\n", [("LL401", "")]),
    "the largest logits of the steps of time": (TORCH + "F.nll_loss(torch.amax(head(torch.randn(8, 3, 8)), dim=1), y)\n", [("LL107", "")]),
    "a flag from the command line": (KERAS + ARGUMENTS + "keras.losses.sparse_categorical_crossentropy(y, keras.Sequential([layers.Dense(4)])(x), from_logits=args.a)\n", []),
    "a layer with options that aren't known": (KERAS + "model = keras.Sequential([layers.Dense(**other)])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\n", []),
    "class indices beyond the channels of an old layer": (fitted("layers.Convolution2D(4, 3, 3, border_mode='same', activation='softmax')", "sparse_categorical_crossentropy", "np.random.randint(0, 5, 8)"), []),
    "the states of a recurrent layer": (KERAS + "x = keras.Input((8, 8))\nmodel = keras.Model(x, layers.ConvLSTM2D(4, 3, return_state=True)(x))\nmodel.compile('adam', 'sparse_categorical_crossentropy')\n", []),
    "an activation with options that aren't known": (KERAS + "model = keras.Sequential([layers.Dense(4), layers.Activation(**other)])\nmodel.compile('adam', 'sparse_categorical_crossentropy')\n", []),
    "a column of class indices that is fed": (TF1 + "with tf.Session() as s:\n    s.run(train, {kind: wanted.reshape(-1, 1)})\n", [("LL204", "")]),
    "probabilities squared, times their logarithm": (TORCH + "p = F.softmax(head(x), dim=1)\nloss = -(p ** 2 * torch.log(p)).sum()\n", [("LL111", "")]),
    "an entropy": (TORCH + "p = F.softmax(head(x), dim=1)\nloss = -(p * torch.log(p)).sum()\n", []),
    "a softmax of what isn't known, in a binary loss": (TORCH + "F.binary_cross_entropy(F.softmax(other.z, dim=1), other.t)\n", [("LL113", "")]),
    "a sigmoid of what isn't known, in a binary loss": (TORCH + "F.binary_cross_entropy(torch.sigmoid(other.z), other.t)\n", []),
    "a method with a default that nobody leaves it, of two objects": (
        TORCH + STEPS + "Step(head).scored(x, y, soft=False)\nStep(nn.Linear(8, 4)).scored(x, y, soft=False)\n",
        [],
    ),
    "a method with a default that another one doesn't leave it": (
        TORCH + STEPS.replace("__init__", "every").replace("self.model = model", "return self.scored(x, y, soft=False)") + "Step()\n",
        [],
    ),
    "a list of numbers for each example": (
        TORCH + DATA + "class One(Dataset):\n    def __getitem__(self, i):\n        return torch.randn(8), [int(n) for n in other]\n"
        "for a, b in DataLoader(One()):\n    one, two = b\n    F.binary_cross_entropy_with_logits(nn.Linear(8, 1)(a).squeeze(1), two)\n",
        [("LL201", "")],
    ),
    "one unit at each step of time, and as many axes of labels": (
        classes("nn.Linear(8, 1)(torch.randn(8, 3, 8))", "torch.zeros(8, 1, 3).long()"),
        [("LL203", "one class index for each position"), ("LL302", "")],
    ),
    "one unit and a column for each class": (fitted("layers.Dense(1, activation='sigmoid')", "binary_crossentropy", "keras.utils.to_categorical(labels)"), [("LL402", "1 unit")]),
    "one unit at each step, and a label for each": (KERAS + "model = keras.Sequential([keras.Input((5, 8)), layers.LSTM(8, return_sequences=True), layers.Dense(1)])\nkeras.losses.binary_crossentropy(np.ones((8, 5, 1)), model(x), from_logits=True)\n", []),
    "one unit at the last step, and a label for each": (KERAS + "model = keras.Sequential([keras.Input((5, 8)), layers.LSTM(8), layers.Dense(1)])\nkeras.losses.binary_crossentropy(np.ones((8, 5, 1)), model(x), from_logits=True)\n", [("LL203", "")]),
    "labels first, and the output times what isn't known": (classes("F.one_hot(y, 4).float()", "head(x) * other.w", "import other\n"), [("LL205", "")]),
    "labels first, and the product of two outputs": (classes("F.one_hot(y, 4).float()", "head(x) * head(x)"), [("LL205", "")]),
    "more columns than units, along the last axis": (fitted("layers.Dense(3, activation='softmax')", "categorical_crossentropy", "tf.one_hot(np.random.randint(0, 4, 8), 4, axis=-1)"), [("LL402", "have 4 columns")]),
    "softmax twice, of what isn't known": (TORCH + "import other\nF.nll_loss(F.log_softmax(F.softmax(other.z, dim=1), dim=1), other.t)\n", [("LL101", "")]),
    "one-hot labels that an encoder gives for one column": (ENCODED.replace("SHAPE", "(8, 1)"), [("LL204", "")]),
    "labels that an encoder gives for three columns": (ENCODED.replace("SHAPE", "(8, 3)"), []),
    "one channel of an image": (TORCH + "nn.Softmax()(nn.Conv2d(3, 1, 3)(torch.randn(8, 3, 9, 9)))\n", [("LL112", "one unit"), ("LL303", "axis 1")]),
    "softmax in a function, of what it is given": (TORCH + "def act(z):\n    return F.softmax(z)\n", [("LL303", "axis 0 for 1 or 3 axes")]),
    "a metric and a loss on the same layer": (KERAS + "top = layers.Dense(1)\nkeras.losses.BinaryCrossentropy(from_logits=True)(y, top(a))\nkeras.metrics.binary_accuracy(y, top(b))\n", [("LL403", "")]),
    "classes that are put in front, from the end": (classes("F.softmax(head(torch.randn(8, 3, 8)), dim=2).permute(0, -1, 1)", "torch.zeros(8, 3).long()"), [("LL101", "with 4 classes")]),
    "channels that are pooled": (classes("F.softmax(nn.MaxPool2d(2)(nn.Conv2d(3, 4, 3)(torch.randn(8, 3, 9, 9))), dim=1)", "torch.zeros(8, 3, 3).long()"), [("LL101", "with 4 classes")]),
    "classes that are put in front in Keras": (PERMUTED, [("LL401", "with 4 classes")]),
    "the largest of the weighed logarithms": (TORCH + "p = F.softmax(head(x), dim=1)\nloss = -(torch.rand(8, 4) * torch.log(p)).amax()\n", []),
    "TensorFlow's whole numbers": (binary("head(x)", "torch.from_numpy(tf.one_hot(y, 4, dtype=tf.int64).numpy())", "import tensorflow as tf\n"), [("LL201", "")]),
    "one unit at each step, and a label for the whole": (binary("nn.Linear(8, 1)(torch.randn(8, 5, 8))", "torch.zeros(8)"), [("LL203", "(N, ?, 1), and gets (N,)")]),
    "sigmoid in front of a softmax loss in two parts": (TORCH + "F.nll_loss(F.log_softmax(torch.sigmoid(head(x)), dim=1), y)\n", [("LL103", "in front of F.nll_loss")]),
    **{
        f"{number} in each row": (
            fitted("layers.Dense(4, activation='softmax')", "sparse_categorical_crossentropy", "z").replace(
                "model.fit", f"z = np.zeros((8, 4))\nz[np.arange(8), labels] = {number}\nmodel.fit"
            ),
            codes,
        )
        for number, codes in [("1", [("LL204", "one-hot")]), ("0.5", [])]
    },
    "a slice of what a layer gives": (KERAS + "keras.losses.sparse_categorical_crossentropy(y[:4], layers.Dense(4, activation='softmax')(x)[:4], from_logits=True)\n", [("LL401", "softmax is applied")]),
    "what a layer gives": (KERAS + "keras.losses.sparse_categorical_crossentropy(y, layers.Dense(4, activation='softmax')(x), from_logits=True)\n", [("LL401", "TensorFlow looks")]),
    "a number of classes that is none": (classes("F.softmax(nn.Linear(8, 4.0)(x), dim=1)"), [("LL101", "log(1 + (C-1)/e)")]),
    "a product with weights": (classes("F.softmax(x @ nn.Parameter(torch.randn(8, 4)), dim=1)"), [("LL101", "with 4 classes")]),
    "a module that PyTorch doesn't tell that it trains": (
        classes("Net()(x)", first="class Net(nn.Module):\n    def forward(self, x, training=None):\n        z = head(x)\n        return z if training else F.softmax(z, dim=1)\n"),
        [("LL101", "with 4 classes")],
    ),
    **{
        f"a data set in parts, {name}": (
            "import keras, other, tensorflow_datasets as tfds\nfrom keras import layers\nmodel = keras.Sequential([layers.Dense(10, activation='softmax')])\n"
            f"model.compile('adam', 'categorical_crossentropy')\ntrain, *rest = tfds.load('mnist', split=['train', {more}], as_supervised=True, batch_size=32)\nmodel.fit(train)\n",
            codes,
        )
        for name, more, codes in [("all of them known", "'test'", [("LL204", "")]), ("and others", "*other.more", [])]
    },
    "a model and a loss that never meet": (
        SOFT + "on = not args.a\nmodel = soft if args.a else head\nif on:\n    F.cross_entropy(model(x), y)\n", [],
    ),
    "some rows of what a layer gives": (KERAS + "keras.losses.sparse_categorical_crossentropy(y[:4], layers.Dense(4, activation='softmax')(np.zeros((8, 8)))[np.arange(4)], from_logits=True)\n", [("LL401", "softmax is applied")]),
    "a loss that is moved": (TORCH + "criterion = nn.CrossEntropyLoss().to('cpu')\ncriterion(F.softmax(head(x), dim=1), y)\n", [("LL101", "with 4 classes")]),
    "integers that are joined, of which nothing else is known": (binary(ONE, "torch.cat([other.a, other.b]).long()", "import other\n"), [("LL201", "")]),
    "class indices that are put into floats": (
        TORCH + "out = torch.zeros(5, 8)\nfor t in range(5):\n    out[t] = torch.randint(0, 4, (8,))\nF.cross_entropy(head(x), out[0])\n",
        [("LL202", "a target (N,) of type float32")],
    ),
    "one of the layers of a comprehension": (classes("F.softmax([nn.Linear(8, n) for n in (5, 6, 4)][2](x), dim=1)"), [("LL101", "with 4 classes")]),
    # ---- logarithms that are summed up
    "a logarithm of logits, and one of what a sigmoid leaves": (
        TORCH + "z = nn.Linear(8, 1)(x)\np = torch.sigmoid(z)\nt = y.float()\nloss = -(t * torch.log(z) + (1 - t) * torch.log(1 - p)).mean()\n",
        [],
    ),
    "logarithms of chosen classes": (
        TORCH + "p, q = F.softmax(head(x), dim=1), F.softmax(head(x), dim=1)\nloss = -(torch.log(p[:, 0]) + torch.log(q[:, 1])).mean()\n",
        [("LL111", ""), ("LL111", "")],
    ),
    "a logarithm of a chosen class, and a number": (
        TORCH + "p = F.softmax(head(x), dim=1)\nloss = -(torch.log(p[:, 0]) + 1.0).mean()\n",
        [("LL111", "")],
    ),
    "a logarithm of noise": (TORCH + "t = F.one_hot(y, 4)\nloss = -(t * torch.log(torch.randn(8, 4))).sum(1).mean()\n", []),
    "a logarithm of logits, labels and weights that are probabilities": (
        TORCH + "t, w = F.one_hot(y, 4), F.softmax(nn.Linear(8, 4)(x), dim=1)\nloss = -(t * torch.log(head(x)) * w).sum(1).mean()\n",
        [("LL107", "")],
    ),
    "a logarithm that NumPy takes": (
        KERAS + "import numpy as np\np = tf.nn.softmax(layers.Dense(4)(x))\nloss = -tf.reduce_sum(tf.one_hot([1] * 8, 4) * np.log(p))\n",
        [],
    ),
    "a logarithm that TensorFlow takes": (
        KERAS + "p = tf.nn.softmax(layers.Dense(4)(x))\nloss = -tf.reduce_sum(tf.one_hot([1] * 8, 4) * tf.math.log(p))\n",
        [("LL111", "")],
    ),
    "a weighted cross-entropy times -1": (TORCH + WEIGHTED.format("-1 * ce"), [("LL602", "")]),
    "a cross-entropy by hand on one channel": (
        TORCH + "p = F.softmax(nn.Conv2d(3, 1, 1)(torch.randn(2, 3, 4, 4)), dim=1)\nloss = -(F.one_hot(y, 4) * torch.log(p)).mean()\n",
        [("LL112", "softmax over one unit"), ("LL111", "")],
    ),
    "a logarithm that NumPy takes of logits": (
        TORCH + "import numpy as np\nF.cross_entropy(head(x), y)\nloss = -(F.one_hot(y, 4) * np.log(head(x))).sum(1).mean()\n",
        [],
    ),
    "a chosen probability that a policy gave": (
        TORCH + "def act(x):\n    return F.softmax(head(x), dim=1)\ndef update(x):\n    p = act(x)\n    return -torch.log(p[:, 0]).mean()\nupdate(x)\n",
        [],
    ),
    "a chosen probability of a softmax that stands there": (
        TORCH + "def update(x):\n    p = F.softmax(head(x), dim=1)\n    return -torch.log(p[:, 0]).mean()\nupdate(x)\n",
        [("LL111", "")],
    ),
    "an action that was chosen, times what it brought in": (
        TORCH + "p = F.softmax(head(x), dim=1)\nloss = -(torch.log(p.gather(1, y[:, None])) * torch.randn(8, 1)).mean()\n",
        [],
    ),
    "the same, chosen among the logarithms": (
        TORCH + "p = F.softmax(head(x), dim=1)\nlogp = torch.log(p)\nloss = -(logp.gather(1, y[:, None]) * torch.randn(8, 1)).mean()\n",
        [],
    ),
    "a focal loss on a sum that is asked for the old way": (
        FOCAL.replace("y)", "y, size_average=False)").format("-ce"),
        [("LL502", ""), ("LL601", "gives the sum over the batch")],
    ),
    "a logarithm of a classifier's scores": (
        TORCH + "from sklearn.svm import SVC\nt = F.one_hot(y, 4)\nz = torch.from_numpy(SVC().fit(x, y).decision_function(x))\n"
        "loss = -(t * torch.log(z)).sum(1).mean()\n",
        [],
    ),
    "a logarithm of what is at least 1": (TORCH + "t = F.one_hot(y, 4)\nloss = -(t * torch.log(head(x).abs() + 1)).sum(1).mean()\n", []),
    "a logarithm of exponentials": (TORCH + "t = F.one_hot(y, 4)\nloss = -(t * torch.log(torch.exp(head(x)))).sum(1).mean()\n", []),
    "a logarithm beside two that make no loss of logits": (
        TORCH + "p, q = F.softmax(head(x), dim=1), F.softmax(head(x + 1), dim=1)\nt = F.one_hot(y, 4)\n"
        "loss = -(t * torch.log(p) + (1 - t) * torch.log(1 - p) + t * torch.log(q)).sum(1).mean()\n",
        [("LL111", "")],
    ),
    # ---- under a condition
    "a dict in a list that gets something under a condition": (
        TORCH + ARGUMENTS + "one, two = {'a': head}, {'a': head}\nboth = [one if args.a else two]\nif args.a:\n    both[0]['a'] = nn.Sequential(head, nn.Softmax(dim=1))\n"
        "F.cross_entropy(one['a'](x), y)\n",
        [("LL101", "")],
    ),
}  # fmt: skip


def linted(text: str, tmp_path: Path) -> tuple[Finding, ...]:
    (tmp_path / "setup.py").touch()
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    result = session.lint(discovery.discover([str(tmp_path / "a.py")], Settings()).files, Settings())
    assert result.errors == ()
    return result.findings


def found(text: str, tmp_path: Path) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in linted(text, tmp_path)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_said(name: str, tmp_path: Path) -> None:
    program, expected = PROGRAMS[name]
    said = found(program, tmp_path)
    assert [code for code, _ in said] == [code for code, _ in expected], said
    for (_, message), (_, part) in zip(said, expected, strict=True):
        assert part in message


LOSS = "keras.losses.SparseCategoricalCrossentropy({})"
CONDITIONS: dict[str, tuple[str, list[tuple[str, str | None]]]] = {
    "by what is negated": (SOFT + "on = not args.a\nmodel = soft if on else head\nF.cross_entropy(model(x), y)\n", [("LL101", "not args.a")]),
    "one of three ways, of which two give the same": (
        SOFT + "def make():\n    for i in range(3):\n        if args.a:\n            return nn.Softmax\n    if not args.b:\n        return nn.Softmax\n"
        "    return nn.ReLU\nF.cross_entropy(make()(1)(head(x)), y)\n",
        [("LL101", "args.a"), ("LL109", "args.b")],
    ),
    "a mode that isn't always known": (
        SOFT + "import other\nmode = 'a' if args.a else other.mode()\nmodel = soft if args.a else head\nif mode == 'a':\n    F.cross_entropy(model(x), y)\n",
        [("LL101", "args.a")],
    ),
    "a power of losses, or not": (
        SOFT + "ce = F.cross_entropy(head(x), y)\npt = torch.exp(-ce)\nw = (1 - pt) ** 2 if args.a else 1.0\nloss = w * ce\n",
        [("LL601", "args.a")],
    ),
    "one of two losses": (
        KERAS + ARGUMENTS + f"loss = {LOSS.format('from_logits=True')} if args.a else {LOSS.format('')}\n"
        "model = keras.Sequential([layers.Dense(4, activation='softmax')])\nmodel.compile('adam', loss)\n",
        [("LL401", "args.a")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONDITIONS)
def test_under_what_condition(name: str, tmp_path: Path) -> None:
    program, expected = CONDITIONS[name]
    assert [(finding.code, finding.condition) for finding in linted(program, tmp_path)] == expected
