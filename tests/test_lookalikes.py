"""Programs that differ in one thing, and what is said of each: the code and a part of the message, nothing where a list is empty.

Most of them were found by mistakes that were put into losslint, and that no other test saw (`python -m mutation`).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint import discovery, session
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
        "import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras\nmodel = keras.Sequential([keras.layers.Dense(4, activation='softmax')])\n"
        "model.compile('adam', keras.losses.SparseCategoricalCrossentropy(from_logits=True))\n",
        [("LL401", "with 4 classes the loss can't fall below 0.74")],
    ),
    "what is said of a softmax of two, with the flag": (
        "import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras\nmodel = keras.Sequential([keras.layers.Dense(2, activation='softmax')])\n"
        "model.compile('adam', keras.losses.SparseCategoricalCrossentropy(from_logits=True))\n",
        [("LL401", "with 2 classes the loss can't fall below 0.31")],
    ),
    "what is said of a sigmoid that four classes went through": (TORCH + "F.cross_entropy(torch.sigmoid(head(x)), y)\n", [("LL103", "")]),
    "what a focal loss of four gets": (
        "import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras\nmodel = keras.Sequential([keras.layers.Dense(4, activation='softmax')])\n"
        "model.compile('adam', keras.losses.CategoricalFocalCrossentropy(from_logits=True))\n",
        [("LL401", "with 4 classes none gets more than 48 %")],
    ),
    "what a focal loss of two gets": (
        "import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras\nmodel = keras.Sequential([keras.layers.Dense(2, activation='softmax')])\n"
        "model.compile('adam', keras.losses.CategoricalFocalCrossentropy(from_logits=True))\n",
        [("LL401", "with 2 classes none gets more than 73 %")],
    ),
    "what a focal loss of nobody knows how many gets": (
        "import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras\nmodel = keras.Sequential([keras.layers.Dense(n, activation='softmax')])\n"
        "model.compile('adam', keras.losses.CategoricalFocalCrossentropy(from_logits=True))\n",
        [("LL401", "no class gets more than e/(e+C-1)")],
    ),
    "what is said of a sigmoid, with the flag": (
        "import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras\nmodel = keras.Sequential([keras.layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('adam', keras.losses.BinaryCrossentropy(from_logits=True))\n",
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
        KERAS + "model = keras.Sequential([layers.Dense(4, activation='softmax')])\n"
        "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, np.random.randint(0, 4, 8))\n",
        [("LL204", "")],
    ),
    "one-hot labels": (
        KERAS + "model = keras.Sequential([layers.Dense(4, activation='softmax')])\n"
        "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, keras.utils.to_categorical(np.random.randint(0, 4, 8), 4))\n",
        [],
    ),
    "one-hot labels of more classes": (
        KERAS + "model = keras.Sequential([layers.Dense(3, activation='softmax')])\n"
        "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, keras.utils.to_categorical(np.random.randint(0, 4, 8), 4))\n",
        [("LL402", "have 4 columns")],
    ),
    "class indices beyond the units": (
        KERAS + "model = keras.Sequential([layers.Dense(3, activation='softmax')])\n"
        "model.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(x, np.random.randint(0, 5, 8))\n",
        [("LL402", "go up to 4")],
    ),
    "class indices that fit": (
        KERAS + "model = keras.Sequential([layers.Dense(5, activation='softmax')])\n"
        "model.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(x, np.random.randint(0, 5, 8))\n",
        [],
    ),
    "indices of classes for one unit": (
        KERAS + "model = keras.Sequential([layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('adam', 'binary_crossentropy')\nmodel.fit(x, np.random.randint(0, 3, 8))\n",
        [("LL402", "indices of 3 classes")],
    ),
    "zeros and ones for one unit": (
        KERAS + "model = keras.Sequential([layers.Dense(1, activation='sigmoid')])\n"
        "model.compile('adam', 'binary_crossentropy')\nmodel.fit(x, np.random.randint(0, 2, 8))\n",
        [],
    ),
    "one label for several units": (
        KERAS + "model = keras.Sequential([layers.Dense(3, activation='sigmoid')])\n"
        "model.compile('adam', 'binary_crossentropy')\nmodel.fit(x, np.random.randint(0, 2, 8))\n",
        [("LL402", "one number for each example")],
    ),
    "labels of more columns, whatever they are": (
        KERAS + "model = keras.Sequential([layers.Dense(3, activation='softmax')])\n"
        "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, np.zeros((8, 4)))\n",
        [("LL402", "have 4 columns")],
    ),
    "labels of as many columns": (
        KERAS + "model = keras.Sequential([layers.Dense(3, activation='softmax')])\n"
        "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, np.zeros((8, 3)))\n",
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
}  # fmt: skip


def found(text: str, tmp_path: Path) -> list[tuple[str, str]]:
    (tmp_path / "setup.py").touch()
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    result = session.lint(discovery.discover([str(tmp_path / "a.py")], Settings()).files, Settings())
    assert result.errors == ()
    return [(finding.code, finding.message) for finding in result.findings]


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_said(name: str, tmp_path: Path) -> None:
    program, expected = PROGRAMS[name]
    said = found(program, tmp_path)
    assert [code for code, _ in said] == [code for code, _ in expected], said
    for (_, message), (_, part) in zip(said, expected, strict=True):
        assert part in message
