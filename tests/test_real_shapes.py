"""Shapes of real programs: what connects a cause and its loss there, and what looks like it and is right beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import codes

from losslint.program.project import Project
from losslint.selection import connected
from losslint.source import Source

KERAS = """
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.datasets import cifar10
from tensorflow.keras.utils import to_categorical
"""
CLASSES = """
class Model:
    def __init__(self, n_classes=1000):
        inputs = keras.Input((32, 32, 3))
        outputs = layers.Dense(n_classes, activation="softmax")(layers.Flatten()(inputs))
        self.model = keras.Model(inputs, outputs)

    def cifar(self):
        (x, y), _ = cifar10.load_data()
        self.model.compile(loss="categorical_crossentropy")
        self.model.fit(x, to_categorical(y, 10))

"""

TORCH = """
import torch
import torch.nn as nn
import torch.nn.functional as F
"""
SOFTMAX = (
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
TF1 = """
import numpy as np
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data
x = tf.placeholder(tf.float32, [None, 784])
y = tf.placeholder(tf.float32, [None, 10])
z = tf.matmul(x, tf.Variable(tf.zeros([784, 10]))) + tf.Variable(tf.zeros([10]))
"""
RUN = """
step = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
mnist = input_data.read_data_sets("data", one_hot={one_hot})
with tf.Session() as session:
    for _ in range(1000):
        a, b = mnist.train.next_batch(100)
        session.run(step, feed_dict={{x: a, {y}: b}})
"""
FORMED = """
loss = tf.losses.softmax_cross_entropy(y, z)
step = tf.train.AdamOptimizer().minimize(loss)
def sample(targets, classes):
    for k in range(classes):
        at = np.random.choice(np.argwhere(np.argmax(targets, axis=1) == k).flatten(), 4)
        if k == 0:
            batch = targets[at]
        else:
            batch = np.concatenate([batch, targets[at]], axis=0)
    if len(batch.shape) == 1:
        batch = batch.reshape(batch.shape[0], 1)
    return batch
(images, labels), _ = tf.keras.datasets.mnist.load_data()
{one_hot}
with tf.Session() as session:
    session.run(step, feed_dict={{x: images, y: sample(onehot, int(input()))}})
"""
SIZED = (
    SOFTMAX.replace("nn.Linear(8, 4)", "nn.Conv2d(3, 4, 1)")
    + """
class Segmentation(nn.Module):
    def __init__(self, net, loss):
        super().__init__()
        self.net, self.loss = net, loss
    def forward(self, x, y, size=None):
        if size is None:
            return self.loss(self.net(x), y)
        return F.interpolate(self.net(x), size=size)
module = Segmentation(Net(), nn.NLLLoss())
def infer(x):
    x = load(x)[None].cuda()
    return module(x, None, {size})
"""
)
BY_HAND = "loss = -tf.reduce_mean(tf.reduce_sum(y * tf.log(tf.nn.softmax(z)), 1))"
SPARSE = "loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=t, logits=z))"
SEQUENCE = """
x = np.random.random((8, 20, 4))
y = np.eye(3)[np.random.randint(0, 3, (8, 20))]
model = keras.Sequential([layers.LSTM(16, input_shape=(20, 4){returned}), layers.Dense(3, activation="softmax")])
model.compile(loss="{loss}")
"""

HEADS = (
    TORCH
    + """
one, other = nn.Linear(8, 4), nn.Linear(8, 4)
def step(x, y):
    x = x.view(-1, 8)
    p, q = F.softmax(one(x), dim=1), F.softmax(other(x), dim=1)
    return F.cross_entropy({}, y)
"""
)
WITH_LABELS = (
    TORCH
    + """
class Net(nn.Module):
    def __init__(self, n, soft):
        super().__init__()
        self.fc, self.soft = nn.Linear(8, n), soft
    def forward(self, x, labels=None):
        z = self.fc(x)
        if self.soft:
            z = F.log_softmax(z, 1)
        if labels is not None:
            return {loss}
        return z
"""
)
LOADED = (
    TORCH
    + """
import pytorch_lightning as pl
from transformers import BertPreTrainedModel
from elsewhere import Base
class Net({base}):
    def __init__(self, n):
        super().__init__()
        self.fc = nn.Linear(8, n)
    def forward(self, x):
        return {gives}
net = {made}
for x, y in loader:
    F.cross_entropy(net(x), y)
"""
)
READ = """
import numpy as np
import pandas as pd
from keras.models import Sequential
from keras.layers import Dense
from keras.utils import to_categorical
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder
frame = pd.read_csv("iris.csv")
"""
CLASSIFIER = """
model = Sequential([Dense(8, input_dim=4, activation="relu"), Dense(3, activation="softmax")])
model.compile(loss="categorical_crossentropy", optimizer="adam")
model.fit(x, y)
"""
ROWS = """
import pandas as pd
from torch.utils.data import DataLoader, Dataset
class Rows(Dataset):
    def __init__(self, frame):
        self.x, self.y = frame[["a", "b"]].values, {labels}
    def __getitem__(self, i):
        return torch.tensor(self.x[i]), torch.tensor(self.y[i], dtype=torch.float)
fc = nn.Linear(2, {units})
for x, y in DataLoader(Rows(pd.read_csv("a.csv")), batch_size=8):
    F.binary_cross_entropy_with_logits(fc(x), y)
"""

SET_UP = (
    TORCH
    + """
class Base(nn.Module):
    def __init__(self, n, spec=nn.{loss}()):
        super().__init__()
        self._n, self._spec = n, spec
        self.criterion = None
        self._create()
    def _create(self):
        raise NotImplementedError
    def fit(self, loader):
        self._set_up()
        self._epoch(loader)
    def _set_up(self):
        self.criterion = self._spec
    def _epoch(self, loader):
        for x, y in loader:
            self.criterion(self(x), y)
class Dense(Base):
    def __init__(self, n, spec=nn.{loss}()):
        super().__init__(n, spec)
    def _create(self):
        self.fc = nn.Linear(8, self._n)
    def forward(self, x):
        return F.{gives}(self.fc(x), 1)
"""
)
BINARY = "binary_crossentropy"
WRITTEN = KERAS + """
x = np.random.random((4, 3))
y = np.array([{labels}])
model = keras.Sequential([layers.Dense(3, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile(loss="{loss}", optimizer="adam")
model.fit(x, {fitted})
"""
LATER = (
    TORCH
    + """
class Net(nn.Module):
    def __init__(self, width, n_classes=1, soft=True):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(width, n_classes), nn.LogSoftmax(-1)) if soft else nn.Linear(width, n_classes)
    def forward(self, x):
        return self.net(x)
    def fit(self, x, y):
        return F.nll_loss(self(x), y)
class Judge:
    def take(self, x, y):
        self.net = Net({given})
        return self.net.{use}
"""
)
PROGRAMS: dict[str, tuple[str, list[str]]] = {
    # ---- one method sets the criterion, another one uses it, a third one calls both
    "a criterion that a method sets": (SET_UP.format(loss="CrossEntropyLoss", gives="softmax"), ["LL101"]),
    "the right criterion that a method sets": (SET_UP.format(loss="NLLLoss", gives="log_softmax"), []),
    "a criterion that a method would set, of who is never fitted": (
        SET_UP.format(loss="CrossEntropyLoss", gives="softmax") + "features = Dense(4)\nshow(features(torch.zeros(2, 8)))\n",
        [],
    ),
    # ---- labels that are written out
    "labels of four classes, written out": (WRITTEN.format(labels="[1], [2], [3], [0]", loss=BINARY, fitted="y"), ["LL402"]),
    "labels of four classes, in a row": (WRITTEN.format(labels="1, 2, 3, 0", loss=BINARY, fitted="y"), ["LL402"]),
    "labels of two classes, written out": (WRITTEN.format(labels="[1], [0], [1], [0]", loss=BINARY, fitted="y"), []),
    "numbers of which a test makes labels": (WRITTEN.format(labels="[1], [2], [3], [0]", loss=BINARY, fitted="y > 1"), []),
    "numbers that are made small": (WRITTEN.format(labels="[1], [2], [3], [0]", loss=BINARY, fitted="y / 3"), []),
    "numbers of which a remainder is taken": (WRITTEN.format(labels="[1], [2], [3], [0]", loss=BINARY, fitted="y % 2"), []),
    "numbers that are clipped": (WRITTEN.format(labels="[1], [2], [3], [0]", loss=BINARY, fitted="np.clip(y, 0, 1)"), []),
    "numbers that are to be met": (WRITTEN.format(labels="[1], [2], [3], [0]", loss="mse", fitted="y"), []),
    # ---- one unit that is only a default, of a class that is made further down
    "one unit by default, and who makes it says how many": (LATER.format(given="x.shape[1], y.shape[1]", use="net"), []),
    "one unit by default, and who makes it gives three": (LATER.format(given="8, n_classes=3", use="net"), []),
    "one unit by default, and who makes it leaves it so": (LATER.format(given="8", use="fit(x, y)"), ["LL112", "LL112"]),
    "one unit by default, and who makes it says so": (LATER.format(given="8, 1", use="fit(x, y)"), ["LL112", "LL112"]),
    "one unit by default, and nobody makes it": (
        LATER.format(given="x.shape[1]", use="net").replace("= Net(", "= Other("),
        ["LL112", "LL112"],
    ),
    # ---- units that are only a default
    "a default's units of a class that nobody makes": (KERAS + CLASSES, []),
    "a default's units of a class that is made": (KERAS + CLASSES + "Model().cifar()", ["LL402"]),
    "units that were asked for": (KERAS + CLASSES + "Model(10).cifar()", []),
    # ---- cross-entropies that are written by hand
    "a binary one of logits": (
        TF1 + "loss = tf.reduce_mean(tf.reduce_sum(-y * tf.log(z) - (1 - y) * tf.log(1 - z), 1))",
        ["LL106"],
    ),
    "a binary one of a sigmoid": (
        TF1
        + "p = tf.clip_by_value(tf.nn.sigmoid(z), 1e-7, 1 - 1e-7)\n"
        + "loss = tf.reduce_mean(tf.reduce_sum(-y * tf.log(p) - (1 - y) * tf.log(1 - p), 1))",
        [],
    ),
    "a binary one of clipped logits, chosen by name": (
        TF1
        + "h = tf.nn.relu(z) if FLAGS.act == 'relu' else z\nout = tf.layers.dense(h, 10)\n"
        + "loss = -tf.reduce_mean(y * tf.log(tf.clip_by_value(out, 1e-10, 1.0))"
        + " + (1 - y) * tf.log(tf.clip_by_value(1 - out, 1e-10, 1.0)))",
        ["LL106"],
    ),
    "a logarithm of a layer that is no loss": (
        TORCH + "fc = nn.Linear(8, 1)\ndef cross_entropy(x, t):\n    return -(t * torch.log(fc(x))).mean()",
        [],
    ),
    "one of logits and one-hot labels": (
        TORCH + "fc = nn.Linear(8, 4)\ndef cross_entropy(x, y):\n    t = F.one_hot(y, 4)\n"
        "    return -(t * torch.log(fc(x))).sum(1).mean()",
        ["LL107"],
    ),
    "one of logits that are kept between 0 and 1, whatever is fed": (
        TF1 + "p = tf.clip_by_value(z, 1e-10, 1.0)\nloss = tf.reduce_mean(-tf.reduce_sum(y * tf.log(p), axis=1))",
        ["LL107"],
    ),
    "a rate's logarithm that is only kept from 0": (
        TF1 + "r = tf.maximum(z, 1e-7)\nloss = tf.reduce_mean(-tf.reduce_sum(y * tf.log(r), axis=1)) + tf.reduce_mean(r)",
        [],
    ),
    # ---- what can't be None
    "a size that says that it's inference": (SIZED.format(size="x.shape[2:]"), []),
    "no size": (SIZED.format(size="None"), ["LL107"]),
    "a number": (SIZED.format(size="len(x)"), []),
    # ---- a softmax over one unit, whatever the loss is
    "a softmax over one unit and the squared error": (
        KERAS + "model = keras.Sequential([layers.Dense(4, activation='tanh'), layers.Dense(1), layers.Activation('softmax')])\n"
        "model.compile(loss='mse', optimizer='sgd')",
        ["LL112"],
    ),
    "the same in a function": (
        KERAS + "def build():\n    model = keras.Sequential()\n    model.add(layers.Dense(units=1, activation='softmax'))\n"
        "    model.compile(loss='mse', optimizer='sgd')\n    return model",
        ["LL112"],
    ),
    "a softmax before the last unit": (
        KERAS + "model = keras.Sequential([layers.Dense(4, activation='softmax'), layers.Dense(1)])\n"
        "model.compile(loss='mse', optimizer='sgd')",
        [],
    ),
    "attention, whose scores are one unit a step": (
        KERAS + "class Pool(layers.Layer):\n    def __init__(self):\n        super().__init__()\n"
        "        self.score = layers.Dense(1)\n    def call(self, x):\n"
        "        return keras.ops.sum(keras.ops.softmax(self.score(x), axis=1) * x, axis=1)\nPool()(keras.Input((20, 8)))",
        [],
    ),
    # ---- labels that take another form where they had one that isn't known
    "labels that are reshaped where they had no classes": (
        TF1 + FORMED.format(one_hot="onehot = np.zeros((60000, labels.max() + 1))\nonehot[np.arange(60000), labels] = 1"),
        [],
    ),
    "the same of labels that have none": (TF1 + FORMED.format(one_hot="onehot = labels.reshape(-1, 1)"), ["LL204"]),
    "one of a softmax, and class indices are fed": (TF1 + BY_HAND + RUN.format(one_hot=False, y="y"), ["LL111", "LL204"]),
    "one of a softmax, and one-hot labels are fed": (TF1 + BY_HAND + RUN.format(one_hot=True, y="y"), ["LL111"]),
    "one of a softmax times a weight for each example": (
        TORCH + "fc = nn.Linear(8, 4)\ndef cross_entropy(x, w):\n    w = torch.rand(x.size(0), 1)\n"
        "    return -(w * torch.log(F.softmax(fc(x), 1))).sum(1).mean()",
        ["LL111"],
    ),
    # ---- what a placeholder is fed with
    "one-hot digits for a sparse loss": (
        TF1 + "t = tf.placeholder('float')\n" + SPARSE + RUN.format(one_hot=True, y="t"),
        ["LL204"],
    ),
    "digits for a sparse loss": (
        TF1 + "t = tf.placeholder(tf.int64)\n" + SPARSE + RUN.format(one_hot=False, y="t"),
        [],
    ),
    "one-hot digits, made indices": (
        TF1 + "u = tf.placeholder('float')\nt = tf.argmax(u, 1)\n" + SPARSE + RUN.format(one_hot=True, y="u"),
        [],
    ),
    "one-hot digits in a row": (
        TF1 + "u = tf.placeholder('float')\nt = tf.reshape(u, shape)\n" + SPARSE + RUN.format(one_hot=True, y="u"),
        [],
    ),
    # ---- what is swapped is judged the way it was meant, too
    "swapped, and a softmax": (
        TORCH + "fc = nn.Linear(8, 4)\nfor x, y in loader:\n    loss = F.cross_entropy(y, F.softmax(fc(x), 1))",
        ["LL101", "LL205"],
    ),
    "swapped": (
        TORCH + "fc = nn.Linear(8, 4)\nfor x, y in loader:\n    loss = F.cross_entropy(y, fc(x))",
        ["LL205"],
    ),
    "swapped, by types": (
        TF1
        + "def step(scores, labels):\n    return tf.nn.sparse_softmax_cross_entropy_with_logits(scores, labels)\n"
        + "step(np.random.randn(8, 20, 4).astype(np.float32), np.random.randint(0, 4, (8, 20)))",
        ["LL205"],
    ),
    "in order, by types": (
        TF1
        + "def step(labels, scores):\n    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores)\n"
        + "step(np.random.randint(0, 4, (8, 20)), np.random.randn(8, 20, 4).astype(np.float32))",
        [],
    ),
    "a tuple by mistake": (
        TF1
        + "w, b = tf.Variable(tf.zeros([784, 10])), tf.Variable(tf.zeros([10]))\nout = tf.matmul(x, w), b\n"
        + "loss = tf.nn.softmax_cross_entropy_with_logits(out, y)",
        ["LL205"],
    ),
    # ---- axes of Keras' labels
    "a label for each step, and one output": (
        KERAS + SEQUENCE.format(returned="", loss="categorical_crossentropy") + "model.fit(x, y)",
        ["LL203"],
    ),
    "a label for each step, and an output for each": (
        KERAS + SEQUENCE.format(returned=", return_sequences=True", loss="categorical_crossentropy") + "model.fit(x, y)",
        [],
    ),
    "the last label, and one output": (
        KERAS + SEQUENCE.format(returned="", loss="categorical_crossentropy") + "model.fit(x, y[:, -1, :])",
        [],
    ),
    "an index for each sequence, and an output for each step": (
        KERAS
        + SEQUENCE.format(returned=", return_sequences=True", loss="sparse_categorical_crossentropy")
        + "model.fit(x, np.random.randint(0, 3, 8))",
        [],
    ),
    "an index for each step, and one output": (
        KERAS
        + SEQUENCE.format(returned="", loss="sparse_categorical_crossentropy")
        + "model.fit(x, np.random.randint(0, 3, (8, 20, 2)))",
        ["LL203"],
    ),
    "an index for each step, with an axis of its own": (
        KERAS
        + SEQUENCE.format(returned=", return_sequences=True", loss="sparse_categorical_crossentropy")
        + "model.fit(x, np.random.randint(0, 3, (8, 20, 1)))",
        [],
    ),
    # ---- what an annotation says of a parameter that nobody is seen to give
    "a model by its class": (
        SOFTMAX + "def train(model: Net, loader):\n    for x, y in loader:\n        F.cross_entropy(model(x), y)\n",
        ["LL101"],
    ),
    "a model by its class's name, and a loss by its own": (
        SOFTMAX + "class Trainer:\n    def __init__(self, model: 'Net', criterion: nn.CrossEntropyLoss):\n"
        "        self.model, self.criterion = model, criterion\n    def step(self, x, y):\n"
        "        return self.criterion(self.model(x), y)\n",
        ["LL101"],
    ),
    "a model by a class that another one inherits from": (
        SOFTMAX + "class Plain(Net):\n    def forward(self, x):\n        return self.fc(x)\n"
        "def train(model: Net, loader):\n    for x, y in loader:\n        F.cross_entropy(model(x), y)\n",
        [],
    ),
    "another model that's given": (
        SOFTMAX + "def train(model: Net, loader):\n    for x, y in loader:\n        F.cross_entropy(model(x), y)\n"
        "train(nn.Linear(8, 4), None)\n",
        [],
    ),
    # ---- labels out of a table
    **{
        f"a column of a table: {code}": (READ + "x = frame.iloc[:, :4].values\n" + code + CLASSIFIER, ["LL204"])
        for code in (
            "y = frame['kind']",
            "y = frame.kind.values",
            "y = frame.iloc[:, 4].values",
            "y = frame.iloc[:, -1]",
            "y = frame[['kind']].values",
            "y = frame.loc[:, 'kind']",
            "y = frame.values[:, 4].astype(int)",
            "y = np.array(frame.pop('kind'))",
            "y = frame.dropna()['kind'].map({'a': 0, 'b': 1, 'c': 2})",
            "frame = frame[(frame.a > 0) & (frame.b < 3)]\ny = frame['kind']",
            "frame = frame[~frame.kind.isin(['d', 'e'])]\ny = frame['kind']",
            "y = frame.loc[frame.a > 0, 'kind']",
            "x, _, y, _ = train_test_split(x, frame['kind'], test_size=0.2)",
            "data = np.loadtxt('iris.csv', delimiter=',')\nx, y = data[:, :4], data[:, 4]",
            "data = np.genfromtxt('iris.csv', delimiter=',')\nx, y = data[:, :4], data[:, 4]",
        )
    },
    **{
        f"no column of a table: {code}": (READ + "x = frame.iloc[:, :4].values\n" + code + CLASSIFIER, [])
        for code in (
            "y = to_categorical(frame['kind'])",
            "y = to_categorical(pd.read_csv('labels.csv'))",
            "y = to_categorical(frame[['kind']])",
            "y = to_categorical(LabelEncoder().fit_transform(frame['kind']))",
            "y = pd.get_dummies(frame['kind']).values",
            "y = np.eye(3)[frame['kind'].values]",
            "y = frame[['a', 'b', 'c']]",
            "y = frame[names]",
            "y = frame.iloc[:, 4:].values",
            "y = frame.iloc[:, columns]",
            "y = frame.loc[:, 'a':'c']",
            "y = frame.values[:, 4:]",
            "y = np.stack(frame['scores'])",
            "y = np.array(frame['scores'].tolist())",
            "y = np.array(list(frame['scores']))",
            "y = frame['scores'].apply(pd.Series)",
            "y = frame['kind'].str.get_dummies()",
            "y = pd.read_csv('scores.csv', header=[0, 1])['kind']",
            "y = np.loadtxt('scores.csv')",
            "y = np.loadtxt('scores.csv')[:, 1:]",
        )
    },
    "a cell may hold a list": (TORCH + ROWS.format(labels="frame['scores'].values", units=6), []),
    "so may one of a column": (TORCH + ROWS.format(labels="frame.scores", units=6), []),
    "a column's numbers in a tensor": (
        TORCH + ROWS.format(labels="torch.tensor(frame['kind'].values)", units=1),
        ["LL203"],
    ),
    # ---- another library's loss
    **{
        f"torch's loss in Keras on {backend}": (
            f"{head}import torch\n"
            "def loss(prediction, target):\n    return torch.nn.CrossEntropyLoss()(prediction, target.argmax(1))\n"
            "model = keras.Sequential([keras.layers.Input((8,)), keras.layers.Dense(4)])\nmodel.compile('adam', loss)",
            codes,
        )
        for backend, head, codes in (
            ("torch", "import os\nos.environ['KERAS_BACKEND'] = 'torch'\nimport keras\n", ["LL205"]),
            ("TensorFlow", "from tensorflow import keras\n", []),
            ("TensorFlow by choice", "import os\nos.environ['KERAS_BACKEND'] = 'tensorflow'\nimport keras\n", []),
            ("jax", "import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras\n", []),
            ("nobody knows which backend", "import keras\n", ["LL205"]),
        )
    },
    # ---- arguments that aren't what the loss takes
    "weights for weight": (
        TORCH + "fc = nn.Linear(8, 4)\ndef f(x, y, w):\n    return F.binary_cross_entropy_with_logits(fc(x), y, weights=w)",
        ["LL305"],
    ),
    "weight": (
        TORCH + "fc = nn.Linear(8, 4)\ndef f(x, y, w):\n    return F.binary_cross_entropy_with_logits(fc(x), y, weight=w)",
        [],
    ),
    "logits for labels": (
        KERAS + "z = layers.Dense(4)(keras.Input((8,)))\nkeras.losses.categorical_crossentropy(z, z, from_logits=True)",
        ["LL204"],
    ),
    "their softmax for labels": (
        KERAS
        + "z = layers.Dense(4)(keras.Input((8,)))\n"
        + "keras.losses.categorical_crossentropy(keras.ops.softmax(z), z, from_logits=True)",
        [],
    ),
    # ---- models out of files
    "a model out of a checkpoint": (
        LOADED.format(base="pl.LightningModule", made="Net.load_from_checkpoint('a.ckpt')", gives="F.softmax(self.fc(x), 1)"),
        ["LL101"],
    ),
    "a model out of a checkpoint, that gives logits": (
        LOADED.format(base="pl.LightningModule", made="Net.load_from_checkpoint('a.ckpt')", gives="self.fc(x)"),
        [],
    ),
    "a pretrained model": (
        LOADED.format(base="BertPreTrainedModel", made="Net.from_pretrained('bert')", gives="F.softmax(self.fc(x), 1)"),
        ["LL101"],
    ),
    "a method of that name of what isn't known": (
        LOADED.format(base="Base", made="Net.from_pretrained('bert')", gives="F.softmax(self.fc(x), 1)"),
        [],
    ),
    "a model that is prepared to be quantised": (
        LOADED.format(
            base="nn.Module",
            made="torch.quantization.prepare_qat(Net(4))",
            gives="torch.ao.quantization.DeQuantStub()(F.softmax(self.fc(x), 1))",
        ),
        ["LL101"],
    ),
    # ---- probabilities that are put side by side
    "several, each over its own axis": (
        HEADS.format("torch.cat([p.unsqueeze(-1), q.unsqueeze(-1)], dim=-1)"),
        ["LL101"],
    ),
    "several, and the classes are put side by side": (HEADS.format("torch.cat([p, q], dim=1)"), []),
    "several, with an axis before the classes, that are put side by side": (
        HEADS.format("torch.cat([p.unsqueeze(1), q.unsqueeze(1)], dim=-1).flatten(1)"),
        [],
    ),
    # ---- what a switch turns off
    "training that is switched off": (
        SOFTMAX + "TRAINED = True\nnet = Net()\nif TRAINED:\n    net.load_state_dict(state)\nelse:\n    for x, y in loader:\n"
        "        F.cross_entropy(net(x), y)\nnet = nn.Linear(8, 4)\nfor x, y in loader:\n    F.cross_entropy(net(x), y)",
        ["LL101"],
    ),
    "training that is switched off, and right": (
        SOFTMAX + "TRAIN = False\nnet = nn.Linear(8, 4)\nif TRAIN:\n    for x, y in loader:\n"
        "        F.cross_entropy(net(x), y)\nnet = Net()\nprint(net(x))",
        [],
    ),
    "what a switch puts in the model": (
        TORCH + "SOFT = False\nnet = nn.Linear(8, 4)\nif SOFT:\n    net = nn.Sequential(net, nn.Softmax(dim=1))\n"
        "    criterion = nn.NLLLoss()\ncriterion = nn.CrossEntropyLoss()\nfor x, y in loader:\n    criterion(net(x), y)",
        [],
    ),
    # ---- branches that no call comes to
    "a choice that nobody makes": (
        TORCH
        + "def loss(z, y, kind='mean'):\n    if kind == 'mean':\n        return z.mean()\n    elif kind == 'ce':\n"
        + "        return F.cross_entropy(z.softmax(dim=1), y)\nloss(a, b)",
        ["LL101"],
    ),
    "a model that nobody gives labels": (
        WITH_LABELS.format(loss="F.cross_entropy(F.softmax(z, 1), labels)") + "print(Net(4, False)(x))",
        ["LL101"],
    ),
    "a model that nobody gives labels, and that is right": (
        WITH_LABELS.format(loss="F.cross_entropy(z, labels)") + "print(Net(4, False)(x))",
        [],
    ),
    "a branch for each kind of model": (
        WITH_LABELS.format(loss="F.nll_loss(z, labels) if self.soft else F.cross_entropy(z, labels)") + "print(Net(4, True)(x))",
        [],
    ),
    "a default that the only call doesn't leave": (
        TORCH
        + "fc = nn.Linear(8, 4)\ndef step(x, y, soft=True, train=True):\n    z = fc(x)\n    if soft:\n"
        + "        z = F.softmax(z, 1)\n"
        + "    if train:\n        return F.cross_entropy(z, y)\n    return z\nstep(a, b, soft=False, train=False)",
        [],
    ),
    # ---- names that a library's `import *` gives
    "parts of Keras by import *": (
        "from tensorflow.keras import *\nmodel = models.Sequential([layers.Dense(4)])\n"
        "model.compile(loss=losses.CategoricalCrossentropy())",
        ["LL401"],
    ),
    "a model that a function says it gives": (
        SOFTMAX + "def load(path) -> Net:\n    return torch.load(path)\nmodel = load('a.pt')\nF.cross_entropy(model(x), y)",
        ["LL101"],
    ),
    "a model that a name is said to hold": (
        SOFTMAX + "model: Net = torch.load('a.pt')\nF.cross_entropy(model(x), y)",
        ["LL101"],
    ),
    "another model than is said": (
        SOFTMAX + "def load() -> Net:\n    return nn.Linear(8, 4)\nmodel: Net = load()\nF.cross_entropy(model(x), y)",
        [],
    ),
    # ---- labels mixed by a softmax over examples
    "labels of examples that are like it": (
        TORCH + "def attend(similarities, labels, y):\n    one_hot = torch.zeros(8, 5, 4).scatter_(2, labels.unsqueeze(2), 1)\n"
        "    weights = F.softmax(similarities, dim=1)\n"
        "    return F.cross_entropy(weights.unsqueeze(1).bmm(one_hot).squeeze(1), y)",
        ["LL101"],
    ),
    "their logarithm": (
        TORCH + "def attend(similarities, labels, y):\n    one_hot = F.one_hot(labels, 4).float()\n"
        "    weights = F.softmax(similarities, dim=1)\n    return F.nll_loss(torch.log(weights @ one_hot), y)",
        [],
    ),
    "features of examples that are like it": (
        TORCH + "def attend(similarities, features, y):\n    weights = F.softmax(similarities, dim=1)\n"
        "    return F.cross_entropy(weights @ features, y)",
        [],
    ),
}

NETS = "import torch.nn as nn\nnet = nn.Sequential(nn.Linear(8, 4), nn.Softmax(dim=1))\nplain = nn.Linear(8, 4)\n"
USES = "import package\nimport torch.nn.functional as F\nfrom package import losses\n"

NET_OF = """
import torch.nn as nn
import torch.nn.functional as F
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
    def forward(self, x):
        return {}
"""
BY_NAME = """
import argparse
import importlib
import torch.nn.functional as F
parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
args = parser.parse_args()
def train(name, loader):
    module = importlib.import_module({})
    net = module.Net()
    for x, y in loader:
        F.cross_entropy(net(x), y)
"""

PACKAGES: dict[str, tuple[dict[str, str], list[str]]] = {
    "a package that imports its own parts": (
        {"package/__init__.py": "from . import losses, nets\n", "main.py": USES + "losses.loss(package.nets.net(x), y)\n"},
        ["LL101"],
    ),
    "a package that imports its own parts by its name": (
        {"package/__init__.py": "from package import losses\nfrom package import nets\n",
         "main.py": USES + "losses.loss(package.nets.net(x), y)\n"},
        ["LL101"],
    ),
    "another part of it": (
        {"package/__init__.py": "from . import losses, nets\n", "main.py": USES + "losses.loss(package.nets.plain(x), y)\n"},
        [],
    ),
    **{
        f"a module by a name that begins so: {written}": (
            {"package/__init__.py": "", "package/net_soft.py": NET_OF.format("F.softmax(self.fc(x), dim=1)"),
             "package/net_plain.py": NET_OF.format("self.fc(x)"), "package/other.py": "", "main.py": BY_NAME.format(written)},
            ["LL101"],
        )
        for written in (
            "'package.' + args.model",
            "f'package.{args.model}'",
            "'package.{}'.format(args.model.lower())",
            "'package.net_' + name",
        )
    },
    "a module by a name that begins so, and all are right": (
        {"package/__init__.py": "", "package/net_plain.py": NET_OF.format("self.fc(x)"), "package/other.py": "",
         "main.py": BY_NAME.format("'package.' + args.model")},
        [],
    ),
    "a module by a name that ends so": (
        {"package/__init__.py": "", "package/soft/__init__.py": "",
         "package/soft/model.py": NET_OF.format("F.softmax(self.fc(x), 1)"),
         "package/plain/__init__.py": "", "package/plain/model.py": NET_OF.format("self.fc(x)"),
         "main.py": BY_NAME.format("f'package.{name}.model'")},
        ["LL101"],
    ),
    "a name that a package gives something else": (
        {"package/__init__.py": "from . import losses\nfrom .other import nets\n",
         "package/other.py": "import torch.nn as nn\nclass nets:\n    net = nn.Linear(8, 4)\n",
         "main.py": USES + "losses.loss(package.nets.net(x), y)\n"},
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, expected = PROGRAMS[name]
    assert codes(tmp_path, {"program.py": text}, monkeypatch) == expected


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, expected = PACKAGES[name]
    losses = "import torch.nn.functional as F\ndef loss(x, y):\n    return F.cross_entropy(x, y)\n"
    files = {"package/nets.py": NETS, "package/losses.py": losses, **files}
    assert codes(tmp_path, files, monkeypatch) == expected


LINEN = """
from functools import partial
from typing import Any
import jax
import jax.numpy as jnp
import optax
import flax.linen as nn
from flax.training import train_state


class TrainState(train_state.TrainState):
    batch_stats: Any


class Net(nn.Module):
    @nn.compact
    def __call__(self, x, train=True):
        x = nn.relu(nn.Dense(16)(x))
        x = nn.Dense(4)(x)
        return {last}


def create(rng):
    net = Net()
    variables = net.init(rng, jnp.ones([1, 8]))
    {made}
"""
STATE = "return train_state.TrainState.create(apply_fn=net.apply, params=variables['params'], tx=optax.sgd(0.1))"
OWN_STATE = STATE.replace("train_state.", "").replace("tx=", "batch_stats=variables['batch_stats'], tx=")
STEP = """
{decorator}
def train_step(state, batch, rate):
    def loss_fn(params):
        logits = state.apply_fn({{"params": params}}, batch["image"])
        loss = optax.softmax_cross_entropy_with_integer_labels(logits=logits, labels=batch["label"]).mean()
        return loss, logits

    {gradients}
    return state.apply_gradients(grads=grads).replace(step=0)


def train(rng, data):
    state = create(rng)
    for batch in data:
        state = train_step(state, batch, 0.1)
"""
VALUE_AND_GRAD = "grad_fn = jax.value_and_grad(loss_fn, has_aux=True)\n    (loss, logits), grads = grad_fn(state.params)"
GRAD = "grads, logits = jax.grad(loss_fn, has_aux=True)(state.params)"
DIRECT = """
def loss_fn(params, model, batch):
    logits = model.apply({"params": params}, batch["image"])
    return optax.softmax_cross_entropy_with_integer_labels(logits, batch["label"]).mean()


def train(params, data):
    model = Net()
    for batch in data:
        loss, grads = jax.value_and_grad(loss_fn)(params, model, batch)
"""
NNX = """
import optax
from flax import nnx


class Net(nnx.Module):
    def __init__(self, *, rngs):
        self.fc = nnx.Linear(8, 4, rngs=rngs)

    def __call__(self, x):
        return {last}


@nnx.jit
def train_step(model, optimizer, x, y):
    def loss_fn(model):
        return optax.softmax_cross_entropy_with_integer_labels(model(x), y).mean()

    loss, grads = nnx.value_and_grad(loss_fn)(model)
    optimizer.update(grads)
    return loss


def train(batches, optimizer):
    model = Net(rngs=nnx.Rngs(0))
    for x, y in batches:
        train_step(model, optimizer, x, y)
"""
JAX = {
    "value_and_grad of a state's function": (LINEN.format(last="{last}", made=STATE), STEP, "@jax.jit", VALUE_AND_GRAD),
    "a state of the project's own, and grad": (LINEN.format(last="{last}", made=OWN_STATE), STEP, "@jax.jit", GRAD),
    "a decorator that is told more": (
        LINEN.format(last="{last}", made=STATE), STEP, "@partial(jax.jit, static_argnums=2)", VALUE_AND_GRAD
    ),
    "no state": (LINEN.format(last="{last}", made="return variables") + DIRECT.replace("{", "{{").replace("}", "}}"), "", "", ""),
    "nnx": (NNX, "", "", ""),
}  # fmt: skip
"""How JAX' programs train: a gradient is taken of a function, which meets the loss only then."""


@pytest.mark.parametrize("name", JAX)
@pytest.mark.parametrize(("last", "expected"), [("jax.nn.softmax(x)", ["LL101"]), ("x", [])])
def test_what_a_gradient_is_taken_of(
    name: str, last: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, step, decorator, gradients = JAX[name]
    last = last.replace("jax.nn", "nnx").replace("x)", "self.fc(x))") if name == "nnx" else last
    if name == "nnx" and last == "x":
        last = "self.fc(x)"
    text = program.format(last=last) + step.format(decorator=decorator, gradients=gradients)
    assert codes(tmp_path, {"program.py": text}, monkeypatch) == expected


CONNECTED: dict[str, tuple[dict[str, str], set[str]]] = {
    "what a package hands on": (
        {"__init__.py": "from .nets import Net\nfrom .other import Other\n", "main.py": "from package import Net\n"},
        {"package/__init__.py", "main.py"},
    ),
    "another name of it": (
        {"__init__.py": "from .nets import Net\nfrom .other import Other\n", "main.py": "from package import Other\n"},
        {"package/__init__.py"},
    ),
    "another name of a package that does more": (
        {"__init__.py": "from .nets import Net\ndef Other():\n    return Net()\n", "main.py": "from package import Other\n"},
        {"package/__init__.py", "main.py"},
    ),
    "a name under which it hands on another": (
        {"__init__.py": "from .nets import Net as Other\n", "main.py": "from package import Other\n"},
        {"package/__init__.py", "main.py"},
    ),
    "all that it has": (
        {"__init__.py": "from .nets import Net\n", "main.py": "from package import *\n"},
        {"package/__init__.py", "main.py"},
    ),
    "the package itself": (
        {"__init__.py": "from .nets import *\n", "main.py": "import package\n"},
        {"package/__init__.py", "main.py"},
    ),
    "a part of it": (
        {"__init__.py": "from .other import Other\n", "main.py": "from package import nets\n"},
        {"main.py"},
    ),
}


@pytest.mark.parametrize("name", CONNECTED)
def test_what_a_named_file_is_connected_with(name: str, tmp_path: Path) -> None:
    files, expected = CONNECTED[name]
    written = {"package/nets.py": NETS, "package/other.py": "class Other:\n    pass\n"}
    written |= {file if file == "main.py" else f"package/{file}": text for file, text in files.items()}
    for file, text in written.items():
        path = tmp_path / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    real = {file: (tmp_path / file).as_posix() for file in written}
    raws = {real[file]: text.encode() for file, text in written.items()}
    project = Project([(real[file], file) for file in written], lambda at, shown: Source.from_bytes(raws[at], shown), raws)
    found = connected(project, {real["package/nets.py"]}, raws.keys())
    assert {file for file in written if real[file] in found} - {"package/nets.py"} == expected
