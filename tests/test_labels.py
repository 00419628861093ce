"""What is known of labels, from where they are made to the loss: small programs, each with what its loss gets as a target."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from losslint import frameworks
from losslint.evaluation.evaluator import Evaluator
from losslint.evaluation.observations import LossCall
from losslint.evaluation.shapes import shown
from losslint.evaluation.values import Scale, Tensor
from losslint.program.project import Project
from losslint.source import Source

HEAD = """
import numpy as np
import pandas as pd
import torch
import torch.nn as nn
import torch.nn.functional as F
import tensorflow as tf
from sklearn.datasets import *
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import *
from tensorflow import keras
from torch.utils.data import ConcatDataset, DataLoader, Dataset, Subset, TensorDataset, random_split
from torchvision import datasets, transforms

def met(labels):
    F.cross_entropy(output, labels)
"""
ROWS = """
class Rows(Dataset):
    def __init__(self, table):
        self.table = table
    def __getitem__(self, i):
        return {returned}
for batch in DataLoader(Rows(given), batch_size=4):
    met({taken})
"""


def target(code: str, tmp_path: Path) -> Tensor | None:
    """What the only loss of a program gets as its target: None where it isn't a tensor."""
    path = tmp_path / "program.py"
    path.write_text(HEAD + textwrap.dedent(code))
    real = path.resolve().as_posix()
    project = Project([(real, "program.py")], lambda _, shown: Source.from_bytes(path.read_bytes(), shown))
    evaluator = Evaluator(project)
    module = project.module(real)
    assert module is not None
    evaluator.run_module(module)
    calls = [o for o in evaluator.observations if isinstance(o, LossCall)]
    assert calls, "the loss is met"
    assert len({id(call.node) for call in calls}) == 1
    found = calls[0].target
    return found if isinstance(found, Tensor) else None


def told(tensor: Tensor) -> str:
    """In a line: scale, dtype, shape, number of classes."""
    scale = {Scale.INDICES: "indices", Scale.ONE_HOT: "one-hot", Scale.MULTI_HOT: "multi-hot"}.get(tensor.scale, "?")
    count = "" if tensor.n_classes is None else f" of {tensor.n_classes}"
    return f"{scale}{count} {tensor.exact or tensor.dtype} {shown(tensor.shape)}"


def rows(returned: str, taken: str) -> str:
    return ROWS.format(returned=returned, taken=taken)


KNOWN: dict[str, tuple[str, str]] = {
    # ---- made where they are used
    "torch.randint": ("met(torch.randint(0, 5, (8,)))", "indices of 5 int64 (8,)"),
    "torch.randint with one bound": ("met(torch.randint(5, (8,)))", "indices of 5 int64 (8,)"),
    "torch.randint as floats": ("met(torch.randint(0, 2, (8, 1)).float())", "indices of 2 float32 (8, 1)"),
    "a matrix of integers": ("met(torch.randint(0, 2, (8, 3)))", "? int64 (8, 3)"),
    "np.random.randint": ("met(np.random.randint(0, 3, 100))", "indices of 3 int64 (100,)"),
    "np.random.randint of a type": ("met(np.random.randint(3, size=9, dtype=np.int32))", "indices of 3 int32 (9,)"),
    "np.random.choice": ("met(np.random.choice([0, 1, 4], size=20))", "indices of 5 int64 (20,)"),
    "np.random.choice of anything": ("met(np.random.choice(names, 20))", "? None (20,)"),
    "a generator's integers": ("met(np.random.default_rng(0).integers(0, 7, 5))", "indices of 7 int64 (5,)"),
    "random_": ("met(torch.empty(3, dtype=torch.long).random_(5))", "indices of 5 int64 (3,)"),
    "random_ of floats": ("met(torch.empty(3).random_(2))", "? float32 (3,)"),
    "torch.full of an int": ("met(torch.full((8,), 1))", "? int64 (8,)"),
    "torch.full of a float": ("met(torch.full((8,), 1.0))", "? float (8,)"),
    "torch.zeros": ("met(torch.zeros(4, 2))", "? float32 (4, 2)"),
    "torch.zeros of integers": ("met(torch.zeros(4, dtype=int))", "? int64 (4,)"),
    "zeros as many as": ("met(torch.zeros(x.size(0)))", "? float32 (N,)"),
    "zeros of what may be a shape": ("met(torch.zeros(n))", "? float32 (…)"),
    "zeros of two sizes": ("met(torch.zeros(n, 1))", "? float32 (N, 1)"),
    "np.ones": ("met(np.ones((6, 1)))", "? float64 (6, 1)"),
    "zeros_like": ("met(torch.zeros_like(torch.ones(3, 2)))", "? float32 (3, 2)"),
    "tf.zeros": ("met(tf.zeros((8, 2), dtype=tf.int32))", "? int32 (8, 2)"),
    "a tensor of whole numbers": ("met(torch.tensor([0, 2, 1]))", "? of 3 int64 (3,)"),
    "a tensor of floats": ("met(torch.tensor([[0.0], [1.0]]))", "? float32 (2, 1)"),
    "an array of floats": ("met(np.array([0.0, 1.0]))", "? float64 (2,)"),
    "an array of strings": ("met(np.array(['a', 'b']))", "? string (2,)"),
    "a tensor of a type": ("met(torch.tensor(y, dtype=torch.int32))", "? int32 (…)"),
    "LongTensor of a list": ("met(torch.LongTensor([[1], [0]]))", "? of 2 int64 (2, 1)"),
    "LongTensor of a size": ("met(torch.LongTensor(8))", "? int64 (N,)"),
    "a list that random fills": (
        "import random\nmet(np.array([random.randint(0, 4) for _ in range(n)]))",
        "? int64 (N,)",
    ),
    "np.where of two integers": ("met(np.where(frame['kind'] == 'a', 1, 0))", "? int64 (…)"),
    "np.where of a float": ("met(np.where(np.zeros((4, 1)) > 0, 1.0, 0))", "? float (4, 1)"),
    "columns put together": ("met(torch.cat([torch.ones(4, 1), torch.zeros(9, 1)]))", "? float32 (N, 1)"),
    "numbers put together": ("met(np.hstack((np.ones(4), np.zeros(9))))", "? float64 (N,)"),
    "rows put together": ("met(np.vstack([np.ones(4), np.zeros(4)]))", "? float64 (N, ?)"),
    "stacked": ("met(torch.stack([torch.ones(4), torch.zeros(4)], dim=1))", "? float32 (4, 2)"),
    "a list that grows": (
        "import os\nfound = []\nfor name in os.listdir(x):\n    found.append(int(name[0]))\nmet(np.array(found))",
        "? int64 (N,)",
    ),
    "a list repeated": ("met(np.array([0] * 3 + [1] * 4))", "? of 2 int64 (7,)"),
    "numbers by name": ("met(torch.tensor([{'a': 0, 'b': 1}[n] for n in names]))", "? int64 (N,)"),
    "torch.Tensor": ("met(torch.Tensor([1, 0]))", "? float32 (2,)"),
    "arange": ("met(torch.arange(len(x)))", "? int64 (N,)"),
    # ---- other encodings
    "F.one_hot": ("met(F.one_hot(torch.randint(0, 3, (8,)), 3))", "one-hot of 3 int64 (8, 3)".replace("8", "N")),
    "to_categorical": ("met(keras.utils.to_categorical(y, 4))", "one-hot of 4 float (…, 4)"),
    "to_categorical of a column": (
        "met(keras.utils.to_categorical(np.random.randint(0, 4, (9, 1)), 4))",
        "one-hot of 4 float (N, 4)",
    ),
    "tf.one_hot": ("met(tf.one_hot(y, 6))", "one-hot of 6 float (…, 6)"),
    "rows of eye": ("met(np.eye(3)[np.random.randint(0, 3, 7)])", "one-hot of 3 float64 (N, 3)"),
    "rows of torch's eye": ("met(torch.eye(3)[y])", "one-hot of 3 float32 (…, 3)"),
    "rows of an identity of a type": ("met(np.identity(3, dtype=np.float32)[y])", "one-hot of 3 float32 (…, 3)"),
    "scatter_ of ones": (
        "met(torch.zeros(8, 5).scatter_(1, y.view(-1, 1), 1))",
        "one-hot of 5 float32 (8, 5)",
    ),
    "scatter_ of what isn't a column": ("met(torch.zeros(8, 5).scatter_(1, y, 1))", "? float32 (8, 5)"),
    "ones set in rows of zeros": (
        "z = np.zeros((9, 4))\nz[np.arange(9), y] = 1\nmet(z)",
        "one-hot float64 (9, 4)",
    ),
    "LabelEncoder": ("met(LabelEncoder().fit_transform(names))", "indices int64 (N,)"),
    "LabelEncoder, fitted before": ("e = LabelEncoder().fit(names)\nmet(e.transform(names))", "indices int64 (N,)"),
    "OneHotEncoder of a column": (
        "met(OneHotEncoder().fit_transform(y.reshape(-1, 1)).toarray())",
        "one-hot float64 (N, ?)",
    ),
    "OneHotEncoder of a type": (
        "met(OneHotEncoder(dtype=np.float32, sparse_output=False).fit_transform(frame[['kind']]))",
        "one-hot float32 (N, ?)",
    ),
    "OneHotEncoder of anything": ("met(OneHotEncoder().fit_transform(x).toarray())", "? float64 (N, ?)"),
    "OrdinalEncoder": ("met(OrdinalEncoder().fit_transform(frame[['kind']]))", "indices float64 (N, 1)"),
    "LabelBinarizer": ("met(LabelBinarizer().fit_transform(names))", "? int64 (N, ?)"),
    "label_binarize": ("met(label_binarize(y, classes=[0, 1, 2]))", "one-hot of 3 int64 (N, 3)"),
    "label_binarize of two": ("met(label_binarize(y, classes=[0, 1]))", "indices of 2 int64 (N, 1)"),
    "MultiLabelBinarizer": ("met(MultiLabelBinarizer().fit_transform(tags))", "multi-hot int64 (N, ?)"),
    "get_dummies of a column": ("met(pd.get_dummies(frame['kind']).values)", "one-hot bool (N, ?)"),
    "get_dummies of a type": ("met(pd.get_dummies(frame['kind'], dtype=float).to_numpy())", "one-hot float64 (N, ?)"),
    "get_dummies of a table": ("met(pd.get_dummies(frame).values)", "? bool (N, ?)"),
    "get_dummies without the first": ("met(pd.get_dummies(frame['kind'], drop_first=True).values)", "? bool (N, ?)"),
    "factorize": ("met(pd.factorize(frame['kind'])[0])", "indices int64 (N,)"),
    # ---- other types, shapes and rows
    "astype": ("met(np.zeros(3).astype('int32'))", "? int32 (3,)"),
    "astype a type of Python's": ("met(np.zeros(3).astype(int))", "? int64 (3,)"),
    "type with a name": ("met(torch.zeros(3).type('torch.LongTensor'))", "? int64 (3,)"),
    "type with a type": ("met(torch.zeros(3).type(torch.cuda.ByteTensor))", "? uint8 (3,)"),
    "type_as": ("met(torch.zeros(3).type_as(torch.zeros(1).double()))", "? float64 (3,)"),
    "type_as of anything": ("met(torch.zeros(3).type_as(x))", "? None (3,)"),
    "to a device": ("met(torch.zeros(3).to(torch.device('cuda')))", "? float32 (3,)"),
    "to anything": ("met(torch.zeros(3).to(x))", "? None (3,)"),
    "from_numpy": ("met(torch.from_numpy(np.zeros(3)))", "? float64 (3,)"),
    "squeezed": ("met(torch.zeros(8, 1).squeeze())", "? float32 (8,)"),
    "a column made of rows": ("met(torch.zeros(8)[:, None])", "? float32 (8, 1)"),
    "flattened": ("met(torch.zeros(8, 1).ravel())", "? float32 (N,)"),
    "the index of the largest": ("met(F.one_hot(torch.randint(0, 3, (8,)), 3).argmax(dim=1))", "indices of 3 int (N,)"),
    "one lower": ("met(torch.randint(1, 11, (8,)) - 1)", "indices of 10 int (8,)"),
    "divided": ("met(torch.randint(0, 10, (8,)) / 255)", "? float (8,)"),
    "changed in place": ("y = torch.zeros(8)\ny.unsqueeze_(1)\nmet(y)", "? float32 (8, 1)"),
    "changed twice in place": ("y = torch.zeros(8, 1, 1)\ny.squeeze_(2).squeeze_(1)\nmet(y)", "? float32 (8,)"),
    "an array given another shape": ("y = np.zeros(8)\ny.shape = (8, 1)\nmet(y)", "? float64 (8, 1)"),
    "filled in place": ("y = torch.full((8,), 1.0)\ny.fill_(0)\nmet(y)", "? float (8,)"),
    "some of them set": ("y = torch.randint(0, 9, (8,))\ny[y > 1] = 1\nmet(y)", "? int64 (8,)"),
    "some of them chosen": ("y = torch.randint(0, 9, (8,))\nmet(y[y < 3])", "indices int64 (N,)"),
    "split": (
        "a, b, c, d = train_test_split(x, np.random.randint(0, 3, (9, 1)))\nmet(c)",
        "indices of 3 int64 (N, 1)",
    ),
    # ---- data sets that a library brings
    "keras.datasets": ("(a, b), _ = keras.datasets.mnist.load_data()\nmet(b)", "indices of 10 uint8 (N,)"),
    "keras.datasets of columns": (
        "_, (a, b) = keras.datasets.cifar10.load_data()\nmet(b)",
        "indices of 10 uint8 (N, 1)",
    ),
    "of another number": (
        "(a, b), _ = keras.datasets.cifar100.load_data(label_mode='coarse')\nmet(b)",
        "indices int64 (N, 1)",
    ),
    "to_categorical of all classes": (
        "(a, b), _ = keras.datasets.mnist.load_data()\nmet(keras.utils.to_categorical(b))",
        "one-hot of 10 float (N, 10)",
    ),
    "load_iris": ("met(load_iris().target)", "indices of 3 int64 (N,)"),
    "load_wine as a pair": ("x, y = load_wine(return_X_y=True)\nmet(y)", "indices of 3 int64 (N,)"),
    "make_classification": ("x, y = make_classification(n_classes=4)\nmet(y)", "indices of 4 int64 (N,)"),
    "torchvision": ("for x, y in DataLoader(datasets.MNIST('.'), 8):\n    met(y)", "indices of 10 int64 (N,)"),
    "one example of torchvision's": ("met(torch.tensor(datasets.CIFAR100('.')[0][1]))", "indices of 100 int64 ()"),
    "a folder of images": ("for x, y in DataLoader(datasets.ImageFolder('.')):\n    met(y)", "indices int64 (N,)"),
    "a part of them": (
        "for x, y in DataLoader(Subset(datasets.MNIST('.'), chosen)):\n    met(y)",
        "indices int64 (N,)",
    ),
    "two random parts": (
        "a, b = random_split(datasets.MNIST('.'), [1, 2])\nfor x, y in DataLoader(b):\n    met(y)",
        "indices of 10 int64 (N,)",
    ),
    "several together": (
        "for x, y in DataLoader(ConcatDataset([datasets.MNIST('.'), datasets.KMNIST('.')])):\n    met(y)",
        "indices int64 (N,)",
    ),
    "whose labels were looked at": (
        "d = datasets.MNIST('.')\nkeep = d.targets < 5\nfor x, y in DataLoader(d):\n    met(y)",
        "indices int64 (N,)",
    ),
    "all of its labels": ("met(torch.tensor(datasets.CIFAR10('.').targets))", "indices int (N,)"),
    "flow_from_directory": (
        "for x, y in keras.preprocessing.image.ImageDataGenerator().flow_from_directory('.'):\n    met(y)",
        "one-hot float32 (N, ?)",
    ),
    "flow_from_directory of some classes": (
        "g = keras.preprocessing.image.ImageDataGenerator()\n"
        "for x, y in g.flow_from_directory('.', classes=['a', 'b', 'c']):\n    met(y)",
        "one-hot of 3 float32 (N, 3)",
    ),
    "flow_from_dataframe": (
        "g = keras.preprocessing.image.ImageDataGenerator()\n"
        "for x, y in g.flow_from_dataframe(frame, class_mode='binary'):\n    met(y)",
        "indices of 2 float32 (N,)",
    ),
    "image_dataset_from_directory": (
        "for x, y in keras.utils.image_dataset_from_directory('.'):\n    met(y)",
        "indices int32 (N,)",
    ),
    "text_dataset_from_directory": (
        "for x, y in keras.utils.text_dataset_from_directory('.', label_mode='binary'):\n    met(y)",
        "indices of 2 float32 (N, 1)",
    ),
    "TensorFlow's catalogue": (
        "import tensorflow_datasets as tfds\n"
        "(a, b), info = tfds.load('fashion_mnist', split=['train', 'test'], as_supervised=True, with_info=True)\n"
        "for x, y in a.map(lambda x, y: (x / 255, y)).batch(32):\n    met(y)",
        "indices of 10 int64 (N,)",
    ),
    "TensorFlow's catalogue, as dicts": (
        "import tensorflow_datasets as tfds\nfor row in tfds.load('beans')['train'].batch(32):\n    met(row['label'])",
        "indices of 3 int64 (N,)",
    ),
    # ---- pipelines and loaders
    "from_tensor_slices": (
        "d = tf.data.Dataset.from_tensor_slices((x, np.random.randint(0, 4, 90)))\n"
        "for a, b in d.shuffle(9).batch(8).prefetch(1):\n    met(b)",
        "indices of 4 int64 (N,)",
    ),
    "mapped": (
        "d = tf.data.Dataset.from_tensor_slices((x, np.random.randint(0, 4, 90)))\n"
        "for a, b in d.map(lambda a, b: (a, tf.one_hot(b, 4))).batch(8):\n    met(b)",
        "one-hot of 4 float (N, 4)",
    ),
    "zipped": (
        "one = tf.data.Dataset.from_tensor_slices(x)\nother = tf.data.Dataset.from_tensor_slices(np.zeros(9))\n"
        "for a, b in tf.data.Dataset.zip((one, other)).batch(8):\n    met(b)",
        "? float64 (N,)",
    ),
    "TensorDataset": (
        "for a, b in DataLoader(TensorDataset(x, torch.randint(0, 3, (9,)))):\n    met(b)",
        "indices of 3 int64 (N,)",
    ),
    "an int of a data set's own": (rows("self.table[i], int(self.table[i][0])", "batch[1]"), "? int64 (N,)"),
    "a float": (rows("float(self.table[i][0])", "batch"), "? float64 (N,)"),
    "a comparison made a bool": (rows("bool(self.table[i][0])", "batch"), "? bool (N,)"),
    "a constant": (rows("(self.table[i], 1)", "batch[1]"), "? int64 (N,)"),
    "a tensor of one number": (rows("torch.tensor([float(self.table[i])])", "batch"), "? float32 (N, 1)"),
    "a tensor of an int": (rows("torch.tensor(int(self.table[i]))", "batch"), "? int64 (N,)"),
    "an array": (rows("np.zeros(3)", "batch"), "? float64 (N, 3)"),
    "a field of a dict": (rows("{'x': self.table[i], 'y': int(self.table[i])}", "batch['y']"), "? int64 (N,)"),
    "without a batch": (
        "class Rows(Dataset):\n    def __getitem__(self, i):\n        return torch.zeros(3)\n"
        "for y in DataLoader(Rows(), batch_size=None):\n    met(y)",
        "? float32 (3,)",
    ),
    "a list of examples": (
        "for x, y in DataLoader([(1.0, torch.zeros(2)), (0.0, torch.zeros(2))]):\n    met(y)",
        "? float32 (N, 2)",
    ),
    "by a collation of one's own": (
        "def collate(rows):\n    return torch.stack([torch.tensor(int(row)) for row in rows])\n"
        "for y in DataLoader(given, collate_fn=collate):\n    met(y)",
        "? int64 (N,)",
    ),
}

LIGHTNING = """
import pytorch_lightning as pl
class Model(pl.LightningModule):
    def training_step(self, batch, index):
        x, y = batch
        met(y)
"""
KNOWN |= {
    "Lightning's loader": (
        LIGHTNING + "pl.Trainer(max_epochs=2).fit(Model(), DataLoader(datasets.MNIST('.'), 8))",
        "indices of 10 int64 (N,)",
    ),
    "Lightning's data module": (
        LIGHTNING
        + """
class Digits(pl.LightningDataModule):
    def setup(self, stage):
        self.train, self.rest = random_split(datasets.MNIST('.'), [1, 2])
    def train_dataloader(self):
        return DataLoader(self.train, batch_size=8)
pl.Trainer().fit(Model(), datamodule=Digits())
""",
        "indices of 10 int64 (N,)",
    ),
    "a model that brings its loader": (
        LIGHTNING
        + """
    def train_dataloader(self):
        return DataLoader(TensorDataset(torch.zeros(8, 3), torch.zeros(8, 1)))
trainer = pl.Trainer()
trainer.fit(Model())
""",
        "? float32 (N, 1)",
    ),
}

UNKNOWN: dict[str, str] = {
    "a row of a table": rows("self.table[i]", "batch"),
    "a loader of anything": "for x, y in DataLoader(given):\n    met(y)",
    "a collation that isn't known": "for x, y in DataLoader(datasets.MNIST('.'), collate_fn=given):\n    met(y)",
    "a target_transform": "for x, y in DataLoader(datasets.MNIST('.', target_transform=given)):\n    met(y)",
    "labels that were replaced": ("d = datasets.MNIST('.')\nd.targets = given\nfor x, y in DataLoader(d):\n    met(y)"),
    "labels that were changed": (
        "d = datasets.MNIST('.')\nd.targets[d.targets > 1] = 1\nfor x, y in DataLoader(d):\n    met(y)"
    ),
    "a mode that isn't known": "for x, y in keras.utils.image_dataset_from_directory('.', label_mode=mode):\n    met(y)",
    "a map that isn't known": (
        "for x, y in tf.data.Dataset.from_tensor_slices((x, np.zeros(3))).map(given):\n    met(y)"
    ),
    "a column of a table": "met(frame['kind'].values)",
    "an encoder's other methods": "met(LabelEncoder().fit(names).inverse_transform(y))",
}

# More of them, each in a line.
MADE = {
    "met(torch.zeros(4, 3).long().argmax(1))": "? int (4,)",
    "met(torch.randint(0, 5, (8, 1)).squeeze(1))": "indices of 5 int64 (8,)",
    "met(torch.randint(0, 5, (8, 1)).squeeze())": "indices of 5 int64 (8,)",
    "met(torch.randint(0, 5, (8,)).unsqueeze(-1))": "indices of 5 int64 (8, 1)",
    "met(torch.randint(0, 5, (8, 2)).flatten())": "? int64 (N,)",
    "met(torch.randint(0, 5, (8, 2)).view(-1))": "? int64 (N,)",
    "met(torch.randint(0, 5, (8, 2)).view(2, 8))": "? int64 (2, 8)",
    "met(torch.randint(0, 5, (8, 2)).reshape(-1, 4))": "? int64 (N, 4)",
    "met(torch.randint(0, 5, (8, 2)).t())": "? int64 (…)",
    "met(torch.randint(0, 5, (8, 2)).transpose(0, 1))": "? int64 (2, 8)",
    "met(torch.randint(0, 5, (8, 2, 3)).permute(2, 0, 1))": "? int64 (3, 8, 2)",
    "met(torch.randint(0, 5, (8, 2))[:, 0])": "? int64 (8,)",
    "met(torch.randint(0, 5, (8, 2))[:, 0:1])": "? int64 (8, ?)",
    "met(torch.randint(0, 5, (8, 2))[..., 0])": "? int64 (…)",
    "met(torch.randint(0, 5, (8, 2))[0])": "? int64 (2,)",
    "met(torch.randint(0, 5, (8, 2))[None])": "? int64 (1, 8, 2)",
    "met(torch.randint(0, 5, (8,))[torch.ones(8, dtype=torch.bool)])": "indices int64 (N,)",
    "met(torch.randint(0, 5, (8,)).int())": "indices of 5 int32 (8,)",
    "met(torch.randint(0, 5, (8,)).double())": "indices of 5 float64 (8,)",
    "met(torch.randint(0, 5, (8,)).to(torch.float16))": "indices of 5 float16 (8,)",
    "met(torch.randint(0, 5, (8,)).type(torch.FloatTensor))": "indices of 5 float32 (8,)",
    "met(torch.randint(0, 5, (8,)).type_as(torch.zeros(3)))": "indices of 5 float32 (8,)",
    "met(torch.randint(0, 5, (8,)) == 1)": "? bool (8,)",
    "met((torch.randint(0, 5, (8,)) == 1).float())": "? float32 (8,)",
    "met(torch.randint(0, 5, (8,)) > 2)": "? bool (8,)",
    "met(torch.randint(0, 2, (8,)) * 1.0)": "? float (8,)",
    "met(torch.randint(0, 2, (8,)) + 1)": "indices of 3 int (8,)",
    "met(1 - torch.randint(0, 2, (8,)))": "? int (8,)",
    "met(F.one_hot(torch.randint(0, 5, (8,)), 5))": "one-hot of 5 int64 (N, 5)",
    "met(F.one_hot(torch.randint(0, 5, (8,))))": "one-hot int64 (N, ?)",
    "met(F.one_hot(torch.randint(0, 5, (8,)), num_classes=5).float())": "one-hot of 5 float32 (N, 5)",
    "met(torch.eye(4)[torch.randint(0, 4, (8,))])": "one-hot of 4 float32 (N, 4)",
    "met(torch.nn.functional.one_hot(torch.randint(0, 5, (8, 6)), 5).permute(0, 2, 1))": "one-hot of 5 int64 (N, 5, ?)",
    "met(torch.cat([torch.zeros(4, dtype=torch.long), torch.ones(4, dtype=torch.long)]))": "? int64 (N,)",
    "met(torch.stack([torch.zeros(4), torch.ones(4)]))": "? float32 (2, 4)",
    "met(torch.stack([torch.zeros(4), torch.ones(4)], dim=1))": "? float32 (4, 2)",
    "met(torch.cat([torch.zeros(4, 2), torch.ones(4, 3)], dim=1))": "? float32 (4, ?)",
    "met(torch.hstack([torch.zeros(4), torch.ones(4)]))": "? float32 (N,)",
    "met(torch.arange(4))": "? int64 (N,)",
    "met(torch.arange(0, 8, 2))": "? int64 (N,)",
    "met(torch.arange(4.0))": "? float (N,)",
    "met(torch.arange(4).repeat(2))": "? int64 (…)",
    "met(torch.arange(4).repeat_interleave(2))": "? int64 (…)",
    "met(torch.arange(4).expand(2, 4))": "? int64 (…)",
    "met(torch.rand(4, 2))": "? float32 (4, 2)",
    "met(torch.randn(4, 2))": "? float32 (4, 2)",
    "met(torch.rand(4) > 0.5)": "? bool (4,)",
    "met(torch.bernoulli(torch.rand(4, 3)))": "? float (4, 3)",
    "met(torch.tensor(3))": "? int64 ()",
    "met(torch.tensor(3.0))": "? float32 ()",
    "met(torch.tensor(True))": "? bool ()",
    "met(torch.tensor([True, False]))": "? bool (2,)",
    "met(torch.tensor([[1, 0], [0, 1]]))": "? int64 (2, 2)",
    "met(torch.tensor([1, 2.5]))": "? float32 (2,)",
    "met(torch.as_tensor([1, 2]))": "? of 3 int64 (2,)",
    "met(torch.from_numpy(np.zeros(4)))": "? float64 (4,)",
    "met(torch.from_numpy(np.zeros(4, dtype=np.int32)).long())": "? int64 (4,)",
    "met(torch.FloatTensor([1, 2]))": "? float32 (2,)",
    "met(torch.IntTensor([1, 2]))": "? of 3 int32 (2,)",
    "met(torch.ByteTensor([1, 2]))": "? of 3 uint8 (2,)",
    "met(torch.Tensor([1, 2]))": "? float32 (2,)",
    "met(torch.Tensor(3, 2))": "? float32 (N, ?)",
    "met(torch.ones_like(torch.randint(0, 5, (8,))))": "? int64 (8,)",
    "met(torch.full_like(torch.zeros(3), 1))": "? float32 (3,)",
    "met(torch.zeros(3).new_zeros(5))": "? float32 (5,)",
    "met(torch.zeros(3).new_full((5,), 1))": "? float32 (5,)",
    "met(torch.zeros(3).fill_(1))": "? float32 (3,)",
    "met(torch.zeros(8, 3).scatter_(1, torch.randint(0, 3, (8, 1)), 1))": "one-hot of 3 float32 (8, 3)",
    "met(torch.where(torch.zeros(4) > 0, torch.ones(4), torch.zeros(4)))": "? float32 (4,)",
    "met(torch.where(torch.zeros(4) > 0, 1, 0))": "? int64 (4,)",
    "met(torch.clamp(torch.randn(4, 2), 0, 1))": "? float32 (4, 2)",
    "met(torch.clamp(torch.randn(4, 2), min=0))": "? float (4, 2)",
    "met(torch.randn(4, 2).round())": "? float (4, 2)",
    "met(torch.rand(4, 2).round().long())": "? int64 (4, 2)",
    "met(torch.randn(4, 2).sum())": "? float (…)",
    "met(torch.randn(4, 2).sum(1))": "? float (…)",
    "met(torch.randn(4, 2).max(1)[1])": "? int (…)",
    "met(torch.randn(4, 2).max(1).indices)": "? int (…)",
    "met(torch.max(torch.randn(4, 2), dim=1)[0])": "? float32 (…)",
    "met(torch.randn(4, 2).argmax())": "? int (…)",
    "met(torch.randn(4, 2).argmax(dim=-1, keepdim=True))": "? int (…)",
    "met(torch.randn(4, 2).gather(1, torch.zeros(4, 1, dtype=torch.long)))": "? float32 (…)",
    "met(torch.randn(4, 2).bool())": "? bool (4, 2)",
    "met(torch.randn(4, 2).numpy())": "? float32 (4, 2)",
    "met(torch.randn(4, 2).detach().cpu())": "? float32 (4, 2)",
    "met(torch.randn(4, 2).masked_fill(torch.zeros(4, 2) > 0, 0))": "? float32 (4, 2)",
    "met(~(torch.zeros(4) > 0))": "? bool (4,)",
    "met(np.zeros(5).astype('int64'))": "? int64 (5,)",
    "met(np.zeros(5).astype(np.float32))": "? float32 (5,)",
    "met(np.zeros(5).astype(int))": "? int64 (5,)",
    "met(np.arange(5))": "? int64 (N,)",
    "met(np.array([[1, 0], [0, 1]]))": "? int64 (2, 2)",
    "met(np.eye(3))": "one-hot float64 (N, 3)",
    "met(np.eye(3)[np.array([0, 1])])": "one-hot of 3 float64 (N, 3)",
    "met(np.concatenate([np.zeros(3), np.ones(4)]))": "? float64 (N,)",
    "met(np.vstack([np.zeros((3, 2)), np.ones((4, 2))]))": "? float64 (N, ?)",
    "met(np.stack([np.zeros(3), np.ones(3)], axis=1))": "? float64 (3, 2)",
    "met(np.expand_dims(np.zeros(3), 1))": "? float64 (3, 1)",
    "met(np.zeros((3, 1)).ravel())": "? float64 (N,)",
    "met(np.zeros((3, 2)).reshape(6))": "? float64 (6,)",
    "met(np.zeros((3, 2)).T)": "? float64 (…)",
    "met(np.argmax(np.zeros((3, 2)), axis=1))": "? int (3,)",
    "met(np.random.rand(4, 2))": "? float64 (4, 2)",
    "met(np.random.randn(4))": "? float64 (4,)",
    "met(np.repeat(np.arange(3), 2))": "? int64 (…)",
    "met(np.full((4, 1), 2))": "? int64 (4, 1)",
    "met(np.zeros((4, 1)).squeeze())": "? float64 (4,)",
    "met(np.zeros((4, 1))[:, 0])": "? float64 (4,)",
    "met(np.zeros((4, 3))[:, np.newaxis])": "? float64 (4, 1, 3)",
    "met(np.zeros(4) > 0)": "? bool (4,)",
    "met((np.zeros(4) > 0).astype('float32'))": "? float32 (4,)",
    "met(keras.utils.to_categorical(np.random.randint(0, 3, 9)))": "one-hot float (N, ?)",
    "met(keras.utils.to_categorical(np.random.randint(0, 3, 9), 3))": "one-hot of 3 float (N, 3)",
    "met(tf.one_hot(tf.constant([0, 1]), 3))": "one-hot of 3 float (N, 3)",
    "met(tf.constant([0, 1]))": "? of 2 int (2,)",
    "met(tf.constant([0.0, 1.0]))": "? float (2,)",
    "met(tf.constant([0, 1], dtype=tf.float32))": "? float32 (2,)",
    "met(tf.cast(tf.constant([0, 1]), tf.float32))": "? of 2 float32 (2,)",
    "met(tf.cast(tf.constant([0, 1]), 'int64'))": "? of 2 int64 (2,)",
    "met(tf.zeros([4, 2]))": "? float (4, 2)",
    "met(tf.ones((4,), tf.int64))": "? int64 (4,)",
    "met(tf.fill([4], 1))": "? int64 (4,)",
    "met(tf.reshape(tf.zeros([4, 2]), [-1]))": "? float (N,)",
    "met(tf.reshape(tf.zeros([4, 2]), (2, 4)))": "? float (2, 4)",
    "met(tf.expand_dims(tf.zeros([4]), 1))": "? float (4, 1)",
    "met(tf.squeeze(tf.zeros([4, 1]), axis=1))": "? float (4,)",
    "met(tf.squeeze(tf.zeros([4, 1])))": "? float (4,)",
    "met(tf.transpose(tf.zeros([4, 2])))": "? float (…)",
    "met(tf.concat([tf.zeros([4, 1]), tf.ones([4, 2])], axis=1))": "? float (4, ?)",
    "met(tf.stack([tf.zeros([4]), tf.ones([4])], axis=-1))": "? float (4, 2)",
    "met(tf.argmax(tf.zeros([4, 2]), axis=1))": "? int (4,)",
    "met(tf.argmax(tf.zeros([4, 2]), 1, output_type=tf.int32))": "? int (4,)",
    "met(tf.random.uniform([4], maxval=3, dtype=tf.int32))": "? int32 (4,)",
    "met(tf.random.uniform((4, 2)))": "? float (4, 2)",
    "met(tf.random.normal((4, 2)))": "? float (4, 2)",
    "met(tf.zeros_like(tf.constant([1, 2])))": "? int (2,)",
    "met(tf.convert_to_tensor([1, 2]))": "? of 3 int (2,)",
    "met(tf.greater(tf.zeros([4]), 0.5))": "? bool (4,)",
    "met(tf.equal(tf.zeros([4]), 1))": "? bool (4,)",
    "met(tf.where(tf.zeros([4]) > 0, tf.ones([4]), tf.zeros([4])))": "? float (4,)",
    "met(tf.identity(tf.zeros([4])))": "? float (4,)",
    "met(tf.tile(tf.zeros([4]), [2]))": "? float (…)",
    "met(tf.zeros([4, 2])[:, 0])": "? float (4,)",
    "met(tf.zeros([4, 2])[..., tf.newaxis])": "? float (…)",
    "met(LabelEncoder().fit_transform(['a', 'b']))": "indices int64 (N,)",
    "met(OneHotEncoder().fit_transform(table))": "? float64 (N, ?)",
    "met(OneHotEncoder(sparse_output=False).fit_transform(table))": "? float64 (N, ?)",
    "met(LabelBinarizer().fit_transform(['a', 'b', 'c']))": "? int64 (N, ?)",
    "met(MultiLabelBinarizer().fit_transform(table))": "multi-hot int64 (N, ?)",
    "met(pd.get_dummies(table))": "? bool (N, ?)",
    "met(pd.get_dummies(table).values)": "? bool (N, ?)",
    "met(pd.factorize(table)[0])": "indices int64 (N,)",
    "met(pd.Series([0, 1]).values)": "? None (N,)",
    "met(pd.read_csv(path)['kind'].values)": "? None (N,)",
    "met(pd.read_csv(path).iloc[:, 1:].values)": "? None (N, ?)",
    "met(torch.tensor(pd.read_csv(path)['kind'].values).long())": "? int64 (N,)",
    "met(train_test_split(np.zeros(8), np.ones((8, 2)), test_size=0.2)[2])": "? float64 (N, 2)",
    "a, b, c, e = train_test_split(np.zeros((8, 3)), np.random.randint(0, 3, 8))\nmet(e)": "indices of 3 int64 (N,)",
    "x = torch.zeros(4)\nx[:] = 1\nmet(x)": "? float32 (4,)",
    "x = torch.zeros(4, dtype=torch.long)\nx[2] = 1\nmet(x)": "? int64 (4,)",
    "x = np.zeros((4, 3))\nx[np.arange(4), y] = 1\nmet(x)": "one-hot float64 (4, 3)",
    "x = np.zeros(4)\nx.shape = (2, 2)\nmet(x)": "? float64 (2, 2)",
    "for x, y in tf.data.Dataset.from_tensor_slices((np.zeros(3), np.arange(3))).batch(2).unbatch():\n    met(y)": "? int64 ()",
    "for x, y in tf.data.Dataset.from_tensor_slices((np.zeros(3), np.random.randint(0, 3, 9))).filter(keep):\n    met(y)": "indices int64 ()",
    "for i, (x, y) in tf.data.Dataset.from_tensor_slices((np.zeros(3), np.arange(3))).enumerate():\n    met(y)": "? int64 ()",
    "for i, (x, y) in enumerate(tf.data.Dataset.from_tensor_slices((np.zeros(3), np.arange(3)))):\n    met(y)": "? int64 ()",
    "for row in tf.data.Dataset.from_tensor_slices({'x': np.zeros(3), 'y': np.arange(3)}).batch(4):\n    met(row['y'])": "? int64 (N,)",
    "for x, y in tf.data.Dataset.from_tensors((np.zeros(3), np.arange(3))):\n    met(y)": "? int64 (N,)",
    "for x, y in tf.data.Dataset.from_tensor_slices((np.zeros((3, 2)), np.arange(3))).repeat().take(2).skip(1).cache():\n    met(y)": "? int64 ()",
    "for x, y in keras.preprocessing.image.ImageDataGenerator().flow(np.zeros((8, 4)), np.arange(8)):\n    met(y)": "? int64 (N,)",
    "for x, y in keras.preprocessing.image.ImageDataGenerator().flow_from_directory('.', class_mode='sparse'):\n    met(y)": "indices float32 (N,)",
    "for x, y in keras.utils.image_dataset_from_directory('.', label_mode='categorical'):\n    met(y)": "one-hot float32 (N, ?)",
    "(x, y), (a, b) = keras.datasets.cifar10.load_data()\nmet(y)": "indices of 10 uint8 (N, 1)",
    "(x, y), (a, b) = keras.datasets.mnist.load_data()\nmet(b)": "indices of 10 uint8 (N,)",
    "(x, y), (a, b) = keras.datasets.imdb.load_data()\nmet(b)": "indices of 2 int64 (N,)",
    "met(load_breast_cancer(as_frame=True).target)": "indices of 2 int64 (N,)",
    "met(load_digits()['target'])": "indices of 10 int64 (N,)",
    "x, y = make_blobs(centers=4)\nmet(y)": "indices of 4 int64 (N,)",
    "x, y = make_moons()\nmet(y)": "indices of 2 int64 (N,)",
    "for x, y in DataLoader(datasets.MNIST('.'), 8, collate_fn=None):\n    met(y)": "indices of 10 int64 (N,)",
    "for x, y in DataLoader(TensorDataset(torch.zeros(8), torch.arange(8)), batch_size=None):\n    met(y)": "? int64 ()",
    "loader = DataLoader(datasets.MNIST('.'), 8)\nx, y = next(iter(loader))\nmet(y)": "indices of 10 int64 (N,)",
    "class Own(datasets.MNIST):\n    pass\nfor x, y in DataLoader(Own('.'), 8):\n    met(y)": "indices of 10 int64 (N,)",
    "class Own(datasets.MNIST):\n    def __getitem__(self, i):\n        return super().__getitem__(i)\nfor x, y in DataLoader(Own('.'), 8):\n    met(y)": "indices of 10 int64 (N,)",
    "class Own(Dataset):\n    def __iter__(self):\n        yield torch.zeros(3), 1\nfor x, y in DataLoader(Own(), 8):\n    met(y)": "? int64 (N,)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return 'text', torch.zeros(3)\nfor x, y in DataLoader(Own(), 8):\n    met(y)": "? float32 (N, 3)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return [1.0, 2.0]\nfor a, b in DataLoader(Own(), 8):\n    met(b)": "? float64 (N,)",
    "for y in DataLoader(torch.zeros(8, 3), 4):\n    met(y)": "? float32 (N, 3)",
    "import tensorflow_datasets as tfds\na = tfds.load('mnist', split='train', as_supervised=True, batch_size=8)\nfor x, y in a:\n    met(y)": "indices of 10 int64 (N,)",
}  # fmt: skip

MADE |= {
    "met(torch.eye(3))": "one-hot float32 (N, 3)",
    "met(np.eye(3, 4))": "one-hot float64 (N, 4)",
    "met(np.eye(3, n))": "one-hot float64 (N, ?)",
    "met(given.to('cuda').long())": "? int64 (…)",
    "met(tf.one_hot(tf.constant([0, 1]), 3, dtype=tf.int32))": "one-hot of 3 int32 (N, 3)",
    "met(F.one_hot(torch.randint(0, 5, (8, 6)), 5))": "one-hot of 5 int64 (N, ?, 5)",
    "met(nn.Flatten()(torch.zeros(2, 3, 4)))": "? float32 (N, ?)",
    "met(torch.flatten(torch.zeros(2, 3, 4), 1))": "? float32 (N, ?)",
    "met(torch.zeros(2, 3, 4).flatten(0, 1))": "? float32 (…)",
    "met(torch.zeros(3, 4).unsqueeze(0))": "? float32 (1, 3, 4)",
    "met(torch.zeros(3, 4).unsqueeze(1))": "? float32 (3, 1, 4)",
    "met(torch.zeros(3, 4).unsqueeze(-1))": "? float32 (3, 4, 1)",
    "met(torch.zeros(3, 4).unsqueeze(-2))": "? float32 (3, 1, 4)",
    "met(torch.zeros(3, 1, 4).squeeze(1))": "? float32 (3, 4)",
    "met(torch.zeros(3, 1, 4).squeeze(-2))": "? float32 (3, 4)",
    "met(torch.zeros(3, 2, 4).squeeze(1))": "? float32 (3, 2, 4)",
    "met(torch.zeros(3, 2, 4)[1:])": "? float32 (N, 2, 4)",
    "met(torch.zeros(3, 2, 4)[:, 1])": "? float32 (3, 4)",
    "met(torch.zeros(3, 2, 4)[1, :, 2])": "? float32 (2,)",
    "met(torch.zeros(3, 2, 4)[:, None, :, 0])": "? float32 (3, 1, 2)",
    "met(torch.zeros(3, 2, 4).transpose(0, 2))": "? float32 (4, 2, 3)",
    "met(torch.zeros(3, 2, 4).permute(1, 2, 0))": "? float32 (2, 4, 3)",
    "met(torch.zeros(3, 2, 4).movedim(0, 2))": "? float32 (…)",
    "met(torch.zeros(3, 2, 4).view(6, -1))": "? float32 (6, ?)",
    "met(torch.zeros(3, 2, 4).view(-1, 2, 2))": "? float32 (N, 2, 2)",
    "met(tf.argmax(tf.zeros([4, 2]), dimension=1))": "? int (4,)",
    "met(tf.random.uniform([4], 3, dtype=tf.int32))": "? int32 (4,)",
    "met(np.random.randint(low=5, size=3))": "indices of 5 int64 (3,)",
    "met(np.random.randint(low=0, high=n, size=3))": "indices int64 (3,)",
    "met(given.to(torch.int32))": "? int32 (…)",
    "met(torch.zeros([3, 4]))": "? float32 (3, 4)",
    "met(np.zeros(shape=(3,)))": "? float64 (3,)",
    "met(torch.zeros(*sizes))": "? float32 (…)",
    "met(torch.tensor(np.zeros((3, 2))))": "? float64 (3, 2)",
    "met(np.array([np.zeros(2), np.ones(2)]))": "? float64 (2, 2)",
    "met(torch.zeros(3, 1).squeeze(n))": "? float32 (…)",
    "for x, y in DataLoader([(torch.zeros(2), 1), (torch.zeros(2), 1)]):\n    met(y)": "? int64 (N,)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return {'x': 1.0}\nfor b in DataLoader(Own(), 8):\n    met(b.get('z', torch.zeros(3)))": "? float32 (3,)",
}  # fmt: skip
OPEN = (
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return len\nfor b in DataLoader(Own(), 8):\n    met(b)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return Own\nfor b in DataLoader(Own(), 8):\n    met(b)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return nn.ReLU()\nfor b in DataLoader(Own(), 8):\n    met(b)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return nn.Sequential()\nfor b in DataLoader(Own(), 8):\n    met(b)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return self\nfor b in DataLoader(Own(), 8):\n    met(b)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return {}\nfor b in DataLoader(Own(), 8):\n    met(b)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return Own.__len__\nfor b in DataLoader(Own(), 8):\n    met(b)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return 'text'\nfor b in DataLoader(Own(), 8):\n    met(b)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return np.zeros\nfor b in DataLoader(Own(), 8):\n    met(b)",
    "class Own(Dataset):\n    def __getitem__(self, i):\n        return (len, 1)\nfor b in DataLoader(Own(), 8):\n    met(b)",
    "for b in tf.data.Dataset.from_tensor_slices({'a': [1, 2]}).interleave(read):\n    met(b)",
    "for b in tf.data.Dataset.from_generator(make).interleave(read):\n    met(b)",
    "for b in tf.data.Dataset.list_files('*').interleave(read):\n    met(b)",
    "for b in tf.data.Dataset.range(5).interleave(read):\n    met(b)",
    "met(train_test_split()[0])",
    "met(train_test_split(*arrays)[1])",
    "for x, y in DataLoader(datasets.MNIST('.'), **options):\n    met(y)",
    "loader = DataLoader(datasets.MNIST('.'))\nloader.collate_fn = other\nfor x, y in loader:\n    met(y)",
    "for x in DataLoader([]):\n    met(x)",
    "for x, y in DataLoader([(1, 2), (1, 2, 3)]):\n    met(y)",
    "import tensorflow_datasets as tfds\na, info = tfds.load('mnist', with_info=flag)\nmet(a)",
    "met(datasets.MNIST('.').classes)",
    "met(torch.linspace(0, 1, 5))",
    "met(torch.multinomial(torch.rand(4, 3), 1))",
    "met(torch.randperm(8))",
    "met(torch.randn(4, 2).mean(dim=1, keepdim=True))",
    "met(torch.topk(torch.randn(4, 5), 2)[1])",
    "met(torch.logical_and(torch.zeros(4) > 0, torch.ones(4) > 0))",
    "met((torch.zeros(4) > 0) & (torch.ones(4) > 0))",
    "met(np.random.permutation(8))",
    "met(tf.range(4))",
    "met(pd.Categorical(table).codes)",
    "met(len(table))",
    "x = torch.zeros(4, 2)\nmet(x.new_tensor([1, 2]))",
    "for x in keras.preprocessing.image.ImageDataGenerator().flow_from_directory('.', class_mode=None):\n    met(x)",
    "for x in keras.utils.image_dataset_from_directory('.', label_mode=None):\n    met(x)",
    "for x, y in keras.utils.image_dataset_from_directory('.', labels=None):\n    met(y)",
    "x, y = load_digits(return_X_y=flag)\nmet(y)",
    "x, y = make_multilabel_classification(n_classes=4)\nmet(y)",
    "for (a, b), y in DataLoader(MyPairs(), 8):\n    met(y)",
    "import tensorflow_datasets as tfds\na, b = tfds.load('mnist', split=['train', 'test'], as_supervised=flag)\nfor x in a:\n    met(x)",
    "import tensorflow_datasets as tfds\na = tfds.load(name, split='train', as_supervised=True)\nfor x, y in a:\n    met(y)",
)  # fmt: skip


@pytest.mark.parametrize("code", MADE)
def test_what_is_made(code: str, tmp_path: Path) -> None:
    found = target(code, tmp_path)
    assert found is not None
    assert told(found) == MADE[code]


TABLES = {
    "table[kinds].values": "? None (N, 2)",
    "table[['a', 'b', 'c']].values": "? None (N, 3)",
    "table[[True, False, True]].values": "? None (N, ?)",
    "table[[kind for kind in given]].values": "? None (N, ?)",
    "table[['a', *given]].values": "? None (N, ?)",
    "table[table['a'] > 0].values": "? None (N, ?)",
    "table.y": "? None (N,)",
    "table.loc[table['a'] > 0, 'y'].values": "? None (N,)",
    "table.iloc[np.arange(3), 0].values": "? None (N,)",
    "table.iloc[np.argmax(np.zeros((4, 2)), 1), 0].values": "? None (N,)",
    "table.iloc[:, 0].map(given).values": "? None (N,)",
    "table.iloc[:, 1:]['a'].values": "? None (N,)",
    "table.iloc[3:, 1:].values": "? None (N, ?)",
    "table.iloc[()].values": "? None (N, ?)",
    "table['a'].iloc[3:].values": "? None (N,)",
    "np.zeros(table.shape)": "? float64 (…)",
    "np.zeros(table.ndim)": "? float64 (2,)",
    "table[given]": None,
    "table[()]": None,
    "table['a', 'b']": None,
    "table.loc[given, 'y']": None,
    "table.T": None,
    "table['a'].iloc[3]": None,
    "table['a'].iloc[1:, 2]": None,
    "np.loadtxt(path).T": "? None (…)",
    "table.values[0, 1]": None,
    "np.loadtxt(path)[0, 1]": "? None ()",
    "np.loadtxt(path).ravel()": "? None (N,)",
}


@pytest.mark.parametrize("code", TABLES)
def test_tables(code: str, tmp_path: Path) -> None:
    found = target(f"table = pd.read_csv(path)\nkinds = ['a', 'b']\nmet({code})", tmp_path)
    assert (told(found) if found is not None else None) == TABLES[code]


@pytest.mark.parametrize(
    ("code", "batch", "way"),
    [
        ("table.iloc[:, 0]", True, "a column: one value for each row"),
        ("table.iloc[:, 1:]['a']", True, "a column: one value for each row"),
        ("table.iloc[0]", False, None),
        ("table.iloc[0, 1:]", False, None),
        ("table['a'].iloc[3:]", True, "a column: one value for each row"),
        ("table['a']", True, "a column: one value for each row"),
    ],
)
def test_rows_and_columns_of_tables(code: str, batch: bool, way: str | None, tmp_path: Path) -> None:
    """A row has one value for each column, and says nothing of how many labels an example has."""
    found = target(f"table = pd.read_csv(path)\nmet({code})", tmp_path)
    assert found is not None
    assert ("batch" in found.notes) is batch
    assert (found.way.message if found.way is not None else None) == way


@pytest.mark.parametrize("code", OPEN)
def test_what_is_left_open(code: str, tmp_path: Path) -> None:
    found = target(code, tmp_path)
    assert found is None or told(found) == "? None (…)"


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known(name: str, tmp_path: Path) -> None:
    code, expected = KNOWN[name]
    found = target(code, tmp_path)
    assert found is not None
    assert told(found) == expected


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_known(name: str, tmp_path: Path) -> None:
    found = target(UNKNOWN[name], tmp_path)
    assert found is None or told(found) == "? None (…)"


def test_methods_of_objects_are_those_of_classes_in_the_tables() -> None:
    for name in frameworks.OBJECT_METHODS:
        assert frameworks.lookup(name.rpartition(".")[0]) is not None, name
