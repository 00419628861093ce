"""Ways from an activation to a loss: what keeps probabilities what they are, and what doesn't.

Each program makes `out` of a model that ends in a softmax, and of its twin that doesn't: cross-entropy of it is a finding in the
first case, and none in the second. What ends a scale is under LOST: nothing is said of it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint import discovery, lint_sources, session
from losslint.settings import Settings

TORCH = """
import torch
import torch.nn as nn
import torch.nn.functional as F
class Soft(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        self.end = nn.{end}
    def forward(self, x):
        return self.end(self.fc(x))
x, y = torch.randn(8, 8), torch.randint(0, 4, (8,))
{way}
F.cross_entropy(out, y)
"""
ARGUMENTS = "import argparse\nargs = argparse.ArgumentParser().parse_args()\n"
KEPT = {
    "in a list": "models = [Soft()]\nout = models[0](x)",
    "in a list, by a slice": "models = [nn.ReLU(), Soft()]\nout = models[1:][0](x)",
    "taken out of a list": "models = [nn.ReLU(), Soft()]\nout = models.pop()(x)",
    "put into a list": "models = []\nmodels.insert(0, Soft())\nmodels[0] = Soft()\nout = models[0](x)",
    "in a tuple": "a, *models = (1, Soft())\nout = models[0](x)",
    "in a dict": "models = dict(a=Soft())\nout = models['a'](x)",
    "in a dict, by get": "models = {}\nmodels.update(a=Soft())\nout = models.get('a')(x)",
    "in a dict, by its items": "for name, model in {'a': Soft()}.items():\n    out = model(x)",
    "in a dict's comprehension": "models = {name: Soft() for name in ['a', 'b']}\nout = models['b'](x)",
    "in a merged dict": "models = {**{'a': 1}, **{'b': Soft()}}\nout = models['b'](x)",
    "in a dict with a default": "models = {'a': Soft()}\nout = models.get('b', Soft())(x)",
    "in an object's dict": "class Box: pass\nbox = Box()\nbox.model = Soft()\nout = box.__dict__['model'](x)",
    "in a named tuple": "from collections import namedtuple\nPair = namedtuple('Pair', 'model n')\nout = Pair(Soft(), 2).model(x)",
    "in a typed named tuple": (
        "from typing import NamedTuple\nclass Pair(NamedTuple):\n    model: nn.Module\n    n: int\nout = Pair(n=2, model=Soft()).model(x)"
    ),
    "in a data class": (
        "from dataclasses import dataclass\n@dataclass\nclass Setup:\n    model: nn.Module\n    n: int = 2\nout = Setup(Soft()).model(x)"
    ),
    "by map": "out = list(map(lambda model: model(x), [Soft()]))[0]",
    "by next": "out = next(iter([Soft()]))(x)",
    "by zip": "for model, n in zip([Soft()], [1]):\n    out = model(x)",
    "by enumerate": "for n, model in enumerate([Soft()]):\n    out = model(x)",
    "by getattr": "class Box:\n    model = Soft()\nout = getattr(Box, 'model')(x)",
    "by setattr": "class Box: pass\nsetattr(Box, 'model', Soft())\nout = Box.model(x)",
    "by a class method": "class Maker:\n    @classmethod\n    def make(cls):\n        return Soft()\nout = Maker().make()(x)",
    "by a static method": "class Maker:\n    @staticmethod\n    def make():\n        return Soft()\nout = Maker().make()(x)",
    "by a property": "class Maker:\n    @property\n    def model(self):\n        return Soft()\nout = Maker().model(x)",
    "by partial": "from functools import partial\ndef make(kind, end):\n    return kind()\nout = partial(make, Soft, end=1)()(x)",
    "by partial of a loss": "from functools import partial\nloss = partial(F.cross_entropy, reduction='sum')\nout = Soft()(x)\nloss(out, y)",
    "by a decorator": "def same(f):\n    return f\n@same\ndef run(model):\n    return model(x)\nout = run(Soft())",
    "by a wrapping decorator": (
        "import functools\ndef timed(f):\n    @functools.wraps(f)\n    def inner(*args, **kwargs):\n        return f(*args, **kwargs)\n"
        "    return inner\n@timed\ndef run(model):\n    return model(x)\nout = run(Soft())"
    ),
    "by a generator": "def outputs():\n    yield Soft()(x)\nfor out in outputs():\n    pass",
    "by a generator's generator": "def some():\n    yield Soft()(x)\ndef outputs():\n    yield from some()\nout = next(outputs())",
    "by a name inside": "if (out := Soft()(x)) is not None:\n    pass",
    "by an own iterator": (
        "class Models:\n    def __iter__(self):\n        yield Soft()\nfor model in Models():\n    out = model(x)"
    ),
    "by an own index": "class Models:\n    def __getitem__(self, i):\n        return Soft()\nout = Models()[3](x)",
    "by a context": "class Use:\n    def __enter__(self):\n        return Soft()\n    def __exit__(self, *a): pass\nwith Use() as model:\n    out = model(x)",
    "by super": "class More(Soft):\n    def forward(self, x):\n        return super().forward(x)\nout = More()(x)",
    "by super in another method": "class More(Soft):\n    def logits(self, x):\n        return super().forward(x)\n    def forward(self, x):\n        return self.logits(x)\nout = More()(x)",
    "by forward": "out = Soft().forward(x)",
    "by __call__": "out = Soft().__call__(x)",
    "by a method's name": "model = Soft()\nrun = model.forward\nout = run(x)",
    "by a copy": "import copy\nout = copy.deepcopy(Soft())(x)",
    "by a module's wrappers": "model = nn.DataParallel(Soft())\nout = model.module(x)",
    "by compile": "out = torch.compile(Soft())(x)",
    "by to and eval": "out = Soft().to('cuda').train()(x)",
    "by vmap": "out = torch.vmap(Soft())(x)",
    "by a layer in a Sequential": "out = nn.Sequential(nn.Flatten(), Soft())(x)",
    "by an ordered dict": (
        "from collections import OrderedDict\nout = nn.Sequential(OrderedDict([('a', nn.Flatten()), ('b', Soft())]))(x)"
    ),
    "by a Sequential's child": "net = nn.Sequential(nn.Flatten(), Soft())\nout = net[-1](net[0](x))",
    "by a Sequential's part": "net = nn.Sequential(nn.Flatten(), Soft(), nn.Softplus())\nout = net[:2](x)",
    "by add_module": "net = nn.Sequential()\nnet.add_module('a', nn.Flatten())\nnet.add_module('b', Soft())\nout = net(x)",
    "by a name of a Sequential": "net = nn.Sequential()\nnet.add_module('a', Soft())\nout = net.a(x)",
    "by an own add_module": (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.add_module('a', Soft())\n"
        "    def forward(self, x):\n        return self.a(x)\nout = Net()(x)"
    ),
    "by a subclass of Sequential": (
        "class Net(nn.Sequential):\n    def __init__(self):\n        super().__init__(nn.Flatten(), Soft())\nout = Net()(x)"
    ),
    "by a subclass of Sequential without a constructor": "class Net(nn.Sequential):\n    pass\nout = Net(nn.Flatten(), Soft())(x)",
    "by a subclass's super": (
        "class Net(nn.Sequential):\n    def __init__(self):\n        super().__init__(nn.Flatten(), Soft())\n"
        "    def forward(self, x):\n        return super().forward(x)\nout = Net()(x)"
    ),
    "by a ModuleList": "net = nn.ModuleList([nn.Flatten(), Soft()])\nfor layer in net:\n    x = layer(x)\nout = x",
    "by a ModuleList that grows": "net = nn.ModuleList()\nnet.extend([nn.Flatten(), Soft()])\nout = net[-1](net[0](x))",
    "by a ModuleDict": "net = nn.ModuleDict({'a': Soft()})\nout = net['a'](x)",
    "by children": "net = nn.Sequential(nn.Flatten(), Soft())\nfor layer in net.children():\n    x = layer(x)\nout = x",
    "by the last replaced": "net = nn.Sequential(nn.Flatten(), nn.Softplus())\nnet[-1] = Soft()\nout = net(x)",
    "by the last deleted": "net = nn.Sequential(nn.Flatten(), Soft(), nn.Softplus())\ndel net[-1]\nout = net(x)",
    "by an attribute that is a function": (
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.forward = Soft()\nout = Net()(x)"
    ),
    "by one of two that are the same": "import random\nmodel = Soft() if random.random() > 0.5 else Soft()\nout = model(x)",
    "by a loop that ends": "model = None\nwhile model is None:\n    model = Soft()\nout = model(x)",
    "by a try": "try:\n    model = Soft()\nexcept RuntimeError:\n    raise\nout = model(x)",
    "by a try that falls back": "try:\n    model = Soft().cuda()\nexcept RuntimeError:\n    model = Soft()\nout = model(x)",
    "by the isinstance of its class": "model = Soft()\nout = model(x) if isinstance(model, nn.Module) else None",
    "by its name in the module": "out = globals()['Soft']()(x)",
    "by eval": "out = eval('Soft')()(x)",
    "by a class made of attributes": "class Config:\n    model = 'soft'\nout = {'soft': Soft, 'relu': nn.ReLU}[Config.model]()(x)",
    "by lower case": "out = {'soft': Soft}['SOFT'.lower()]()(x)",
    "by a formatted name": "models = {'soft_1': Soft()}\nout = models['{}_{}'.format('soft', 1)](x)",
    "by a condition of two": "a, b = 1, 'x'\nif a == 1 and b == 'x':\n    model = Soft()\nelse:\n    model = nn.Softplus()\nout = model(x)",
    "by one of two conditions": "a, b = 1, 'x'\nif a == 2 or b == 'x':\n    model = Soft()\nelse:\n    model = nn.Softplus()\nout = model(x)",
    "by not": "plain = False\nif not plain:\n    model = Soft()\nelse:\n    model = nn.Softplus()\nout = model(x)",
    "by more than a number": "n = 3\nmodel = Soft() if n >= 3 and n <= 3 and 2 < n else nn.Softplus()\nout = model(x)",
    "by a name in a list": "kind = 'soft'\nmodel = Soft() if kind in ('soft', 'hard') else nn.Softplus()\nout = model(x)",
    "by a part of a name": "kind = 'my_soft'\nmodel = Soft() if 'soft' in kind else nn.Softplus()\nout = model(x)",
    "by how a name begins": "kind = 'soft_1'\nmodel = Soft() if kind.startswith('soft') else nn.Softplus()\nout = model(x)",
    "by match": "match 'soft':\n    case 'hard':\n        model = nn.Softplus()\n    case _:\n        model = Soft()\nout = model(x)",
    "by an attribute of a layer": "layer = nn.Flatten()\nlayer.model = Soft()\nout = layer.model(x)",
    "by an attribute of a Sequential": "net = nn.Sequential(nn.Flatten())\nnet.head = Soft()\nout = net.head(x)",
    "by an attribute of a Sequential that is one of its layers": "net = nn.Sequential(nn.Flatten())\nnet.head = Soft()\nout = net(x)",
    "by the name of a layer that is replaced": (
        "from collections import OrderedDict\nnet = nn.Sequential(OrderedDict([('a', nn.Flatten()), ('b', nn.Softplus())]))\n"
        "net.b = Soft()\nout = net(x)"
    ),
    "by a class that is changed": "class Box: pass\nBox.model = Soft()\nout = Box().model(x)",
    "by its class": "out = Soft().__class__()(x)",
    "by a member of an enumeration": (
        "import enum\nclass Kind(enum.Enum):\n    SOFT = 1\n    HARD = 2\nkind = Kind.SOFT\n"
        "model = Soft() if kind == Kind.SOFT else nn.Softplus()\nout = model(x)"
    ),
    "by another member": (
        "import enum\nclass Kind(enum.Enum):\n    SOFT = 1\n    HARD = 2\nmodels = {Kind.HARD: nn.Softplus(), Kind.SOFT: Soft()}\n"
        "out = models[Kind.SOFT](x)"
    ),
    "by a base's property": (
        "class Base:\n    @property\n    def model(self):\n        return Soft()\nclass More(Base):\n    @property\n    def model(self):\n"
        "        return super().model\nout = More().model(x)"
    ),
    "by a base's attribute": "class Base:\n    model = Soft()\nclass More(Base):\n    def get(self):\n        return super().model\nout = More().get()(x)",
    "by what is no tuple": "out = Soft()(x)\nif isinstance(out, tuple):\n    out = out[0] * 5.0",
    "by what is no dict": "out = Soft()(x)\nif isinstance(out, (dict, list)):\n    out = nn.Linear(4, 4)(out)",
    "by what is a tensor": "out = Soft()(x)\nif not isinstance(out, torch.Tensor):\n    out = nn.Linear(4, 4)(out)",
    "by a list that is one": "out = [Soft()(x)]\nif isinstance(out, (list, tuple)):\n    out = out[0]",
    "by a layer's kind": "layer = nn.ReLU()\nmodel = Soft() if isinstance(layer, nn.ReLU) else nn.Softplus()\nout = model(x)",
    "by another layer's kind": "layer = nn.ReLU()\nmodel = nn.Softplus() if isinstance(layer, nn.Linear) else Soft()\nout = model(x)",
    "by a function that is no text": "model = nn.Softplus() if isinstance(Soft, str) else Soft()\nout = model(x)",
    "by what one has, in both cases": "model = Soft() if hasattr(torch, 'compile') else Soft()\nout = model(x)",
    "by filter": "out = list(filter(None, [Soft()]))[0](x)",
    "by map over what isn't known": "import os\nout = list(map(lambda name: Soft()(x), os.listdir('.')))[0]",
    "by tqdm": "from tqdm import tqdm\nfor model in tqdm([Soft()]):\n    out = model(x)",
    "by accelerate": "from accelerate import Accelerator\nout = Accelerator().prepare(Soft())(x)",
    "by accelerate, of two": "from accelerate import Accelerator\nmodel, n = Accelerator().prepare(Soft(), 1)\nout = model(x)",
    "by an argument": (
        "import argparse\nparser = argparse.ArgumentParser()\ngroup = parser.add_argument_group('model')\n"
        "group.add_argument('--kind', choices={'a': 1}, default='a')\nargs, more = parser.parse_known_args()\n"
        "out = {'a': Soft}[args.kind]()(x)"
    ),
    "by torch.jit": "out = torch.jit.script(Soft())(x)",
    "by a compiled function": "@torch.compile\ndef run(model):\n    return model(x)\nout = run(Soft())",
    "by a function that is compiled in a way": "@torch.compile(mode='default')\ndef run(model):\n    return model(x)\nout = run(Soft())",
    "by a mapped function": "@torch.vmap\ndef run(row):\n    return Soft()(row)\nout = run(x)",
    "by the layers of a list": "layers = list(nn.Sequential(nn.Flatten(), Soft()))\nout = layers[1](layers[0](x))",
    "by the layers of a loop": "for layer in nn.Sequential(nn.Flatten(), Soft()):\n    x = layer(x)\nout = x",
    "by the rows of a loop": "out = torch.stack([row for row in Soft()(x)])",
    "by the rows of two lists": "import random\nmodels = [Soft()] if random.random() > 0.5 else [Soft(), Soft()]\nfor model in models:\n    out = model(x)",
    "by one of two pairs": "import random\na, b = (Soft(), 1) if random.random() > 0.5 else (Soft(), 2)\nout = a(x)",
    "by an own index in a loop": "class Models:\n    def __getitem__(self, i):\n        return Soft()\nfor model in Models():\n    out = model(x)",
    "by one of many that are the same": "import random\nmodels = [Soft(), Soft()]\nout = models[random.randrange(2)](x)",
    "by a list that grew": "models = []\nfor i in range(int(input())):\n    models.append(Soft())\na, b = models\nout = a(x)",
    "by one of two names": "import random\nname = 'a' if random.random() > 0.5 else 'b'\nout = {'a': Soft, 'b': Soft}[name]()(x)",
    "by one of many names": (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--kind')\nargs = parser.parse_args()\n"
        "models = {'soft': Soft, 'a': nn.ReLU, 'b': nn.ReLU, 'c': nn.ReLU, 'd': nn.ReLU, 'e': nn.ReLU, 'f': nn.ReLU, 'g': nn.ReLU, 'h': nn.ReLU,\n"
        "          'i': nn.ReLU, 'j': nn.ReLU, 'k': nn.ReLU, 'l': nn.ReLU, 'm': nn.ReLU, 'n': nn.ReLU, 'o': nn.ReLU, 'p': nn.ReLU}\n"
        "if args.kind == 'soft':\n    out = models[args.kind]()(x)\nelse:\n    out = Soft()(x)"
    ),
    "by a ModuleDict that is set": "net = nn.ModuleDict()\nnet['a'] = Soft()\nout = net['a'](x)",
    "by a Sequential that goes on": "net = nn.Sequential(nn.Flatten())\nnet.extend(nn.Sequential(Soft()))\nout = net(x)",
    "by a Sequential without its end": "net = nn.Sequential(nn.Flatten(), Soft(), nn.Softplus())\nnet.pop(2)\nout = net(x)",
    "by a Sequential's forward": "out = nn.Sequential(nn.Flatten(), Soft()).forward(x)",
    "by a Sequential elsewhere": "out = nn.Sequential(nn.Flatten(), Soft()).to('cuda').eval()(x)",
    "by a wrapped Sequential": "out = nn.DataParallel(nn.Sequential(nn.Flatten(), Soft())).module(x)",
    "by an object's children": "out = list(Soft().children())[1](nn.Linear(8, 4)(x))",
    "by an own Sequential's add_module": (
        "class Net(nn.Sequential):\n    def __init__(self):\n        super().__init__()\n        self.add_module('a', nn.Flatten())\n"
        "        self.add_module('b', Soft())\nout = Net()(x)"
    ),
    "by an own Sequential's append": (
        "class Net(nn.Sequential):\n    def __init__(self):\n        super().__init__()\n        self.append(nn.Flatten())\n"
        "        self.append(Soft())\nout = Net()(x)"
    ),
    "by a checkpoint": (
        "import pytorch_lightning as pl\nclass Net(pl.LightningModule):\n    def __init__(self):\n        super().__init__()\n        self.model = Soft()\n"
        "    def forward(self, x):\n        return self.model(x)\nout = Net().load_from_checkpoint('a.ckpt')(x)"
    ),
    "by a data class that is unpacked": (
        "from dataclasses import dataclass\n@dataclass\nclass Result:\n    scores: torch.Tensor\n    n: int\n    def __iter__(self):\n"
        "        return iter((self.scores, self.n))\nout, n = Result(Soft()(x), 1)"
    ),
    "by super().__call__": "class More(Soft):\n    def run(self, x):\n        return super().__call__(x)\nout = More().run(x)",
    "by a subclass of a layer": (
        "class Head(nn.Linear):\n    def forward(self, x):\n        return Soft()(super().forward(x) @ torch.ones(4, 8))\nout = Head(8, 4)(x)"
    ),
    "by a layer's forward": "out = nn.Identity().forward(Soft()(x))",
    "by one condition in another": "a = 3\nif (a > 1 and not a > 5) or a == 9:\n    model = Soft()\nelse:\n    model = nn.Softplus()\nout = model(x)",
    "by a condition that holds already": "import sys\nn = len(sys.argv)\nif n == 1:\n    out = Soft()(x) if n == 1 else nn.Linear(8, 4)(x)\nelse:\n    out = Soft()(x)",
    "by a condition that is excluded": "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--kind')\nkind = parser.parse_args().kind\nif kind == 'a':\n    out = nn.Linear(8, 4)(x) if kind == 'b' else Soft()(x)\nelse:\n    out = Soft()(x)",
    "by a type": "kind = nn.ReLU\nmodel = Soft() if kind is nn.ReLU else nn.Softplus()\nout = model(x)",
    "by a conditional value": "import sys\nflag = len(sys.argv) > 1\nout = Soft()(x) if flag else Soft()(x)",
    "by or": "model = None or Soft()\nout = model(x)",
    "by nested functions": "def outer():\n    model = Soft()\n    def inner(x):\n        return model(x)\n    return inner\nout = outer()(x)",
    "by +=": "class Box:\n    models = [nn.Flatten()]\nbox = Box()\nbox.models += [Soft()]\nout = box.models[1](x)",
    "by += under a key": "box = {'models': [nn.Flatten()]}\nbox['models'] += [Soft()]\nout = box['models'][1](x)",
    "by a method that is bound later": "model = Soft()\nclass Box: pass\nbox = Box()\nbox.run = lambda x: model(x)\nout = box.run(x)",
    "by keywords with a star": "def make(**options):\n    return options['kind']()\nout = make(kind=Soft)(x)",
    "by keywords that go on": "def make(kind):\n    return kind()\ndef outer(**options):\n    return make(**options)\nout = outer(kind=Soft)(x)",
    "by a keyword of its own": "def make(*, kind=Soft):\n    return kind()\nout = make()(x)",
    "by a Sequential whose forward is set": "net = nn.Sequential(head := nn.Linear(8, 4))\nnet.forward = lambda x: Soft()(x)\nout = net(x)",
    "by a layer that is added in one case": ARGUMENTS + "net = nn.Sequential(nn.Flatten())\nif args.a:\n    net.append(nn.Dropout(0.1))\nnet.append(Soft())\nout = net(x)",
    "by a number that is smaller": ARGUMENTS + "out = Soft()(x) if 2 < args.n else Soft()(x)",
    "by two numbers": ARGUMENTS + "out = Soft()(x) if args.n < args.m else Soft()(x)",
    "by one value or another": ARGUMENTS + "model = args.model or Soft()\nout = Soft()(x)",
    "by a negation of two": ARGUMENTS + "flag = not (args.a and args.b)\nout = Soft()(x) if flag else Soft()(x)",
    "by names that aren't known": "import other\nmodels = {name: Soft() for name in other.names}\nout = models['a'](x)",
    "by a decorator of a library's": "import other\nimport functools\nclass Net(Soft):\n    @functools.lru_cache(maxsize=None)\n    def logits(self, x):\n        return super().forward(x)\nout = Net().logits(x)",
    "by a long loop": "for epoch in range(10):\n    for i in range(16):\n        for j in range(16):\n            z = [i, j, i + j]\n    out = Soft()(x)",
    "by a long loop over models": "for model in [Soft(), Soft(), Soft(), Soft()]:\n    for i in range(16):\n        for j in range(16):\n            z = [i, j, i + j]\n    out = model(x)",
    "by a function that came to nothing before": "def same(z):\n    z = z.contiguous()\n    return z\nsame(nn.Linear(8, 4)(x))\nsame(torch.ones(8, 4))\nout = same(Soft()(x))",
    "by a function that got other numbers before": "def loss(z):\n    z = z.contiguous()\n    return F.cross_entropy(z, y)\nloss(nn.Linear(8, 4)(x))\nloss(Soft()(x))\nout = nn.Linear(8, 4)(x)",
    "by what is among what isn't known": ARGUMENTS + "if args.kind in args.kinds:\n    out = Soft()(x)\nelse:\n    out = Soft()(x)",
    "by a layer over a list that is one": ARGUMENTS + "import sys\nmodels = [*sys.path, Soft()]\nmodels = [Soft()]\nout = models[0](x)",
    "by what is no module": "class Box: pass\nbox = Box()\nout = nn.Linear(8, 4)(x) if isinstance(box, nn.Module) else Soft()(x)",
    "by functions that were made by one": (
        "def outer(end):\n    def inner(z):\n        z = end(z)\n        return z\n    return inner\n"
        "outer(nn.Flatten())(nn.Linear(8, 4)(x))\nouter(nn.Linear(8, 4))(x)\nout = outer(Soft())(x)"
    ),
    "by a loss in functions that were made by one": (
        "def outer(model):\n    def inner(z):\n        return F.cross_entropy(model(z), y)\n    return inner\n"
        "outer(nn.Linear(8, 4))(x)\nouter(Soft())(x)\nout = nn.Linear(8, 4)(x)"
    ),
    "by options of a function that are used": "def make(**options):\n    return options.get('end', nn.Flatten())\nmake()\nout = make(end=Soft())(x)",
    "by cases that all return": ARGUMENTS + "def make(kind):\n    match kind:\n        case 'a':\n            return Soft()\n        case _:\n            return Soft()\n    return nn.Linear(8, 4)\nout = make(args.kind)(x)",
    "by branches that all return": ARGUMENTS + "def make(kind):\n    if kind == 'a':\n        return Soft()\n    else:\n        return Soft()\n    return nn.Linear(8, 4)\nout = make(args.kind)(x)",
    "by a try that returns": "def make():\n    try:\n        return Soft()\n    finally:\n        print('made')\n    return nn.Linear(8, 4)\nout = make()(x)",
    "by a block that returns": "def make():\n    with open('a') as file:\n        return Soft()\n    return nn.Linear(8, 4)\nout = make()(x)",
    "by what raises else": ARGUMENTS + "def make(kind):\n    if kind == 'a':\n        return Soft()\n    raise ValueError(kind)\n    return nn.Linear(8, 4)\nout = make(args.kind)(x)",
    "by the first of several": "def make():\n    return Soft()\n    return nn.Linear(8, 4)\nout = make()(x)",
    "by a case with more than one": ARGUMENTS + "match args.kind:\n    case 'a' | 'b':\n        model = Soft()\n    case None:\n        model = Soft()\n    case str():\n        model = Soft()\n    case _:\n        model = Soft()\nout = model(x)",
    # ---- what isn't known, and is the same twice
    "by two conditions": ARGUMENTS + "if args.a and args.b:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nif args.a and args.b:\n    out = model(x)\nelse:\n    out = Soft()(x)",
    "by one of two that aren't known": ARGUMENTS + "if args.a or args.b:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nif args.a or args.b:\n    out = model(x)\nelse:\n    out = Soft()(x)",
    "by two conditions turned round": ARGUMENTS + "if not (args.a and args.b):\n    model = nn.Linear(8, 4)\nelse:\n    model = Soft()\nout = model(x) if args.a and args.b else Soft()(x)",
    "by two conditions of which one is known": ARGUMENTS + "on = True\nif on and args.a:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nout = model(x) if args.a else Soft()(x)",
    "by a condition and what excludes it": ARGUMENTS + "off = False\nif args.a and off:\n    model = nn.Linear(8, 4)\nelse:\n    model = Soft()\nout = model(x)",
    "by a part of two conditions": ARGUMENTS + "model = Soft()\nif args.a and args.kind == 'b':\n    if args.a:\n        out = model(x)\n    else:\n        out = nn.Linear(8, 4)(x)\nelse:\n    out = model(x)",
    "by a negation that is kept": ARGUMENTS + "plain = not args.a\nmodel = nn.Linear(8, 4) if plain else Soft()\nout = Soft()(x) if not args.a else model(x)",
    "by a word in a text": ARGUMENTS + "if 'soft' in args.kind:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nout = model(x) if 'soft' in args.kind else Soft()(x)",
    "by a list of one": ARGUMENTS + "if args.kind in ['soft']:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nout = model(x) if args.kind == 'soft' else Soft()(x)",
    "by a list of two": ARGUMENTS + "if args.kind not in ('soft', 'softer'):\n    model = nn.Linear(8, 4)\nelse:\n    model = Soft()\nout = model(x) if args.kind in ('soft', 'softer') else Soft()(x)",
    "by what is equal, either way round": ARGUMENTS + "if 'soft' == args.kind:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nout = model(x) if args.kind == 'soft' else Soft()(x)",
    "by what is larger": ARGUMENTS + "if args.n > 2:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nout = Soft()(x) if args.n <= 2 else model(x)",
    "by what isn't smaller": ARGUMENTS + "if args.n >= 2:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nout = Soft()(x) if args.n < 2 else model(x)",
    "by None": ARGUMENTS + "if args.n is None:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nout = Soft()(x) if args.n is not None else model(x)",
    "by a value that is one of two": ARGUMENTS + "kind = 'a' if args.a else 'b'\nmodel = Soft() if kind == 'a' else nn.Linear(8, 4)\nout = model(x) if args.a else Soft()(x)",
    "by a value that is neither": ARGUMENTS + "kind = 'a' if args.a else 'b'\nmodel = nn.Linear(8, 4) if kind == 'c' else Soft()\nout = model(x)",
    "by the cases of a match": ARGUMENTS + "match args.kind:\n    case 'a':\n        out = Soft()(x)\n    case other:\n        out = Soft()(x)",
    "by the cases of a match with a guard": ARGUMENTS + "match args.kind:\n    case 'a' if args.a:\n        out = Soft()(x)\n    case _:\n        out = Soft()(x)",
    "by an assignment inside a condition": ARGUMENTS + "if (kind := args.kind) == 'a':\n    out = Soft()(x)\nelse:\n    out = Soft()(x) if kind != 'a' else nn.Linear(8, 4)(x)",
    "by a named condition": ARGUMENTS + "if on := args.a:\n    out = Soft()(x)\nelse:\n    out = nn.Linear(8, 4)(x) if on else Soft()(x)",
    "by options that aren't known": ARGUMENTS + "def make(kind=Soft, **more):\n    return kind()\nout = make(Soft, **vars(args))(x)",
    "by options of which some are known": ARGUMENTS + "def make(kind, **more):\n    return kind()\nout = make(**{'kind': Soft, **vars(args)})(x)",
    "by a handler's name": "try:\n    import fast\nexcept ImportError:\n    model = Soft()\nout = model(x)",
    "in a static method that nobody calls": "class Trainer:\n    @staticmethod\n    def step(x, y):\n        return F.cross_entropy(Soft()(x), y)\nout = nn.Linear(8, 4)(x)",
    "in a class method that nobody calls": "class Trainer:\n    @classmethod\n    def step(cls, x, y):\n        return F.cross_entropy(Soft()(x), y)\nout = nn.Linear(8, 4)(x)",
    "in a function in a function": "def outer():\n    def inner(x, y):\n        return F.cross_entropy(Soft()(x), y)\n    register(inner)\nout = nn.Linear(8, 4)(x)",
    "by a lambda in a class": "class Net(nn.Module):\n    forward = lambda self, x: Soft()(x)\nout = Net()(x)",
    "by another name in a class": "class Net(nn.Module):\n    def run(self, x):\n        return Soft()(x)\n    forward = run\nout = Net()(x)",
    "by global": "model = None\ndef build():\n    global model\n    model = Soft()\nbuild()\nout = model(x)",
    "by async": "async def run():\n    async with other() as session:\n        async for batch in session:\n            out = await step(batch)\nasync def step(batch):\n    return F.cross_entropy(Soft()(batch), y)\nout = nn.Linear(8, 4)(x)",
    "by a while of none": "while False:\n    pass\nelse:\n    out = Soft()(x)",
    "by the end of a loop": "for i in range(3):\n    if i > 5:\n        break\nelse:\n    out = Soft()(x)",
    # ---- what is done with the numbers
    "transposed twice": "out = Soft()(x).T.T",
    "its data": "out = Soft()(x).data.clone()",
    "all of the last axis": "out = Soft()(x)[..., :]",
    "copied to another type": "out = Soft()(x).to(torch.float64)",
    "where it's finite": "out = torch.nan_to_num(Soft()(x))",
    "moved and back": "out = Soft()(x).permute(1, 0).permute(1, 0)",
    "chunks": "out = Soft()(x).chunk(2)[0]",
    "split": "a, b = torch.split(Soft()(x), 4)\nout = a",
    "expanded": "out = Soft()(x).unsqueeze(0).expand(2, 8, 4)[0]",
    "repeated": "out = Soft()(x).repeat(2, 1)",
    "flattened": "out = Soft()(x).flatten(1)",
    "chosen rows": "out = torch.index_select(Soft()(x), 0, y)",
    "contiguous, squeezed and cloned": "out = Soft()(x).contiguous().unsqueeze(1).squeeze(1).clone()",
    "in half precision and back": "out = Soft()(x).half().float()",
    "in another shape": "out = Soft()(x).view(-1, 4).reshape(8, 4)",
    "put together": "out = torch.cat([Soft()(x), Soft()(x)])[:8]",
    "put on top of each other": "out = torch.stack([Soft()(x), Soft()(x)])[0]",
    "some of the rows": "out = Soft()(x)[:8]",
    "rows by a mask": "out = Soft()(x)[y >= 0]",
    "through dropout": "out = F.dropout(Soft()(x), 0.0, False)",
    "through the identity": "out = nn.Identity()(Soft()(x))",
    "through no gradient": "with torch.enable_grad():\n    out = Soft()(x)",
    "by torch.Tensor's own methods": "out = torch.Tensor.contiguous(Soft()(x))",
    "in place": "out = Soft()(x)\nout.requires_grad_(True)",
    # ---- what chooses a model, and what is the same twice
    "by type": "out = type(Soft())()(x)",
    "by the isinstance of a base": "class Net(nn.Sequential): pass\nout = Soft()(x) if isinstance(Net(), nn.Sequential) else nn.Linear(8, 4)(x)",
    "by the isinstance of a base's base": "class Net(nn.Linear): pass\nout = Soft()(x) if isinstance(Net(8, 4), nn.Module) else nn.Linear(8, 4)(x)",
    "by an argument of a group, of which there's one choice": (
        "import argparse\nparser = argparse.ArgumentParser()\ngroup = parser.add_argument_group('model')\n"
        "group.add_argument('--kind', choices=['soft'])\nargs = parser.parse_args()\n"
        "models = {'soft': Soft, " + ", ".join(f"'{name}': nn.Flatten" for name in "abcdefghijklmnop") + "}\nout = models[args.kind]()(x)"
    ),
    "by a method with a flag that isn't Keras'": (
        "class Net(Soft):\n    def scores(self, x, training=False):\n        return self.fc(x) if training else self.forward(x)\nout = Net().scores(x)"
    ),
    "in a data class, by keywords": (
        "from dataclasses import dataclass\n@dataclass\nclass Setup:\n    n: int\n    model: nn.Module\nout = Setup(model=Soft(), n=2).model(x)"
    ),
    "in a class of a library's, by keywords": "import other\nclass Setup(other.Setup):\n    model: nn.Module\nout = Setup(model=Soft()).model(x)",
    "by a constructor that a library decorates": ARGUMENTS + (
        "import other\nclass More(Soft):\n    @other.configured\n    def __init__(self, n, m):\n        super().__init__()\n"
        "out = {'a': More, 'b': nn.Flatten}[args.kind](4)(x)"
    ),
    "by what is put into a list twice": ARGUMENTS + "outs = [Soft()(x)]\nif args.a:\n    outs.append(Soft()(x))\nout = outs[1]",
    "by the end of a list that grew": ARGUMENTS + (
        "heads = []\nfor i in range(args.n):\n    heads.append(nn.Linear(8, 4))\nmodels = [head for head in heads]\nmodels.append(Soft())\nout = models[-1](x)"
    ),
    "by a place in a list of the same": ARGUMENTS + "models = []\nfor i in range(args.n):\n    models.append(Soft())\nout = models[2](x)",
    "by a part of a list of the same": ARGUMENTS + "outs = [Soft()(x) for i in range(args.n)]\nout = outs[2:][0]",
    "by names for a list of the same": ARGUMENTS + "out, more = [Soft()(x) for i in range(args.n)]",
    "by a library's setting in a list, twice": (
        "import other\nmodel = Soft() if other.kind in ('a', 'b') else nn.Linear(8, 4)\nout = model(x) if other.kind in ('a', 'b') else Soft()(x)"
    ),
    "by a library's class that is there": "from other import Mixed\nif Mixed:\n    out = Soft()(x)\nelse:\n    out = nn.Linear(8, 4)(x)",
    "by a default, after options that aren't known": "import other\ndef make(kind=Soft):\n    return kind()\nmake(**other.options)\nout = make()(x)",
    "by functions inside of one, asked the same": (
        "def outer(kind):\n    def inner(z):\n        return kind\n    return inner\nouter('hard')(1)\nout = {'hard': nn.Flatten(), 'soft': Soft()}[outer('soft')(1)](x)"
    ),
    "by the number of axes, asked twice": "def axes(t):\n    return t.dim()\naxes(torch.ones(8))\nout = Soft()(x) if axes(torch.ones(8, 4)) == 2 else nn.Flatten()(x)",
    "by rows with names": "out, more = Soft()(x)",
    "by a loop that is too long to follow": (
        "for n in [" + ", ".join(map(str, range(24))) + "]:\n    for i in range(16):\n        for j in range(16):\n            z = [i, j, i + j]\n"
        "            z = [i, j, z[0]]\nout = Soft()(x)"
    ),
    # ---- what is made in passing, and changes nothing
    "by one of two classes, of which one takes other arguments": ARGUMENTS + (
        "class More(Soft):\n    def __init__(self, n):\n        super().__init__()\nout = {'a': More, 'b': Soft}[args.kind](4)(x)"
    ),
    "by a subclass of a layer with nothing of its own": "class Same(nn.Identity):\n    pass\nout = Same()(Soft()(x))",
    "by a method that super has from a library": "class More(Soft):\n    def moved(self):\n        return super().to('cpu')\nout = More().moved()(x)",
    "by an argument that is parsed twice": (
        "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--kind', choices=['a'])\nargs = parser.parse_args()\n"
        "args = parser.parse_args()\nout = {'a': Soft}[args.kind]()(x)"
    ),
    "by a ModuleList elsewhere": "out = nn.ModuleList([Soft()]).to('cuda')[0](x)",
    "by a progress bar": "from rich.progress import track\nfor model in track([Soft()]):\n    out = model(x)",
    "by a mapping that is made before": "out = torch.vmap(in_dims=0)(Soft())(x)",
    "by a model that no_grad is given": "out = torch.no_grad()(Soft())(x)",
    "by kinds that aren't known": "import other\nout = Soft()(x) if isinstance(Soft(), other.kinds) else Soft()(x)",
    "by a tensor's kind that isn't known": "import other\nout = Soft()(x)\nif isinstance(out, other.Array):\n    out = out.float()",
    "by a comparison that can't be": "n = 'a'\nout = Soft()(x) if n > 3 else Soft()(x)",
    "by an object's device": "out = Soft()(x).to(Soft().device)",
    "by a tensor's device and dtype": "out = Soft()(x)\nout = out.to(out.device).to(out.dtype)",
    "by a tensor's gradient": "out = Soft()(x)\nout.grad = None\nif out.requires_grad:\n    out = out.clone()",
    "by a layer's own argument": "layer = nn.Linear(in_features=8, out_features=4)\nout = Soft()(x) if layer.out_features == 4 else nn.Linear(8, 4)(x)",
    "by a layer's wrapper": "out = nn.Identity().module(Soft()(x))",
    "by a Sequential in a Sequential": "net = nn.Sequential(nn.Flatten())\nnet.more = nn.Sequential(Soft())\nout = net(x)",
    "by a text with too few words, of models that are the same": "out = {'a': Soft(), 'b': Soft()}['{} {}'.format('a')](x)",
    "by a member that isn't there, of models that are the same": "import enum\nclass Kind(enum.Enum):\n    HARD = 2\nout = {2: Soft(), 3: Soft()}[Kind.SOFT](x)",
    "by the end of a list that grows long": "models = []\nfor i in range(16):\n    for j in range(16):\n        models.append(nn.Linear(8, 4))\n        models.append(nn.Linear(8, 4))\nmodels.append(Soft())\nout = models[-1](x)",
    "by a dict's text": "out = {str(3): Soft()}['3'](x)",
    "by a dict of layers": "from collections import OrderedDict\nout = nn.Sequential(OrderedDict(a=nn.Flatten(), b=Soft()))(x)",
    "by pairs of layers": "class Net(nn.Sequential): pass\nout = Net(*[nn.Flatten(), Soft()])(x)",
    "by layers in a keyword": "from collections import OrderedDict\nout = nn.Sequential(OrderedDict([('a', nn.Flatten())] + [('b', Soft())]))(x)",
    "by a buffer of any name": ARGUMENTS + "class Net(Soft):\n    def __init__(self):\n        super().__init__()\n        self.register_buffer(args.name, x)\n        self.add_module(args.name, nn.Flatten())\nout = Net()(x)",
    "by a factory that does much": (
        "def make():\n    z = [0]\n    for i in range(16):\n        for j in range(16):\n            z = [i, j, z[i], z[j]]\n            z = [i, j, z[i], z[j]]\n"
        "            z = [i, j, z[i], z[j]]\n    return Soft()\nout = make()(x)"
    ),
    "by a function that calls itself": "def make(n):\n    return Soft() if n == 0 else make(n - 1)\nout = make(1)(x)",
    "by a context without an entrance": "class Use:\n    model = Soft()\n    def __exit__(self, *a): pass\nwith Use() as use:\n    out = use.model(x)",
    "by a decorator of what isn't known": "import other\nkind = other.make()\n@kind[0].wrap\ndef make():\n    return Soft()\nout = make()(x)",
    "by nonlocal, two functions further in": (
        "def outer():\n    model = None\n    def middle():\n        def inner():\n            nonlocal model\n            model = Soft()\n        inner()\n"
        "    middle()\n    return model\nout = outer()(x)"
    ),
    "by a mode in a list, where it's known": ARGUMENTS + "modes = ['a' if args.a else 'b']\nif args.a:\n    out = Soft()(x) if modes[0] == 'a' else nn.Linear(8, 4)(x)\nelse:\n    out = Soft()(x)",
    "by a mode that is one of two": ARGUMENTS + "mode = 'a' if args.a else 'b'\nout = Soft()(x) if mode else nn.Linear(8, 4)(x)",
    "by a number that says more": ARGUMENTS + "if args.n == 3:\n    out = Soft()(x) if args.n >= 2 else nn.Linear(8, 4)(x)\nelse:\n    out = Soft()(x)",
    "by a library's class that is compared": "from other import Kind\nout = Soft()(x) if Kind == 'a' else Soft()(x)",
    "by a model that is compared": "model = Soft()\nout = model(x) if model > 3 else Soft()(x)",
    "by a model that is looked for": "model = Soft()\nout = model(x) if model in (1, 2) else Soft()(x)",
    "by a number that is too large": "n = 10000000000000 + 1\nout = Soft()(x) if n > 3 else Soft()(x)",
    "by a number that there isn't": "n = 1\nif n == 1:\n    out = Soft()(x)\nelse:\n    out = Soft()(x / (n % 0))",
    "by zip of what isn't known": "import other\nfor a, b in zip(other.xs, other.ys):\n    out = Soft()(a)",
    "by a text that grows with a number": "out = {'soft_1': Soft(), 'soft_2': Soft()}['soft_' + str(1)](x)",
    "the first of one, sorted": "out = sorted([Soft()], key=id)[0](x)",
    "each of a tuple that goes on": "import other\nfor out in (Soft()(x), *other.outs):\n    pass",
    "by an option with choices that are numbers": "import argparse, other\nparser = argparse.ArgumentParser()\nparser.add_argument('--n', type=int, choices=[1, 2])\nparser.add_argument('--m', choices=[other.a])\nout = {1: Soft(), 2: Soft()}[parser.parse_args().n](x)",
    "by the first of a tuple that goes on, asked twice": "import other\ndef first(parts):\n    return parts[0]\nfirst(('hard', *other.more))\nout = {'hard': nn.Flatten(), 'soft': Soft()}[first(('soft', *other.more))](x)",
    "by every second number, of many models": "models = {2: Soft()}\nfor name in 'abcdefghijklmnop':\n    models[name] = nn.Flatten()\nfor i in range(0, 3, 2):\n    if i:\n        out = models[i](x)",
    "by a key that isn't known, of a dict whose keys aren't": ARGUMENTS + "import other\nmodels = {name: Soft() for name in other.names}\nout = models[args.kind](x)",
    "by a key that a comprehension hasn't": "models = {name: nn.Flatten() for name in ('a',)}\nout = models.get('b', Soft())(x)",
    "by what isn't false": "on = not False\nout = Soft()(x) if on else nn.Linear(8, 4)(x)",
}  # fmt: skip
LOST = {
    "arithmetic": "out = Soft()(x) * 5.0 - 1.0",
    "another layer": "out = nn.Linear(4, 4)(Soft()(x))",
    "a sum of two": "out = Soft()(x) + Soft()(x).log()",
    "what is not known": "import other\nout = other.change(Soft()(x))",
    "an own operator": "class Net(Soft):\n    def __mul__(self, other):\n        return other\nout = Net() * x",
    "a place beyond the end of a list": "soft = Soft()\nmodels = [soft, soft]\nout = models[2](x)",
    "a list that is shuffled": "import random\nmodels = [Soft(), nn.Linear(8, 4)]\nrandom.shuffle(models)\nout = models[1](x)",
    "a model behind a setting": "import os\nmodels = {'a': nn.Linear(8, 4), 'b': Soft()}\nout = models[os.environ['MODEL']](x) * 2.0",
    "too many arguments": "def make(a):\n    return Soft()\nout = make(1, 2)(x)",
    "an autograd function": "class Scale(torch.autograd.Function):\n    pass\nout = Scale.apply(Soft()(x))",
    "a module that is called and can't be": "class Box:\n    model = Soft()\nout = Box()(x)",
    "numbers that were replaced": "out = Soft()(x)\nout.data = torch.randn(8, 4)",
    "numbers that were changed in place": "out = Soft()(x)\nout[:] = torch.randn(8, 4)",
    "a Sequential that has another layer": "net = nn.Sequential(nn.Flatten(), Soft())\nnet.head = nn.Linear(4, 4)\nout = net(x)",
    "a Sequential backwards": "net = nn.Sequential(Soft(), nn.Linear(8, 8))\nfor layer in reversed(net):\n    x = layer(x)\nout = x * 2.0",
    "a part of a Sequential": "import sys\nnet = nn.Sequential(nn.Linear(8, 8), Soft(), nn.Linear(4, 4))\nout = net[:len(sys.argv)](x) * 2.0",
    "an object that has no elements": "class Box:\n    model = Soft()\nfor model in Box():\n    out = model(x)",
    "another number of names": "a, b = [Soft()]\nout = a(x)",
    "a dict from which something was taken": "import sys\nmodels = {'a': nn.Linear(8, 4), 'b': Soft()}\ndel models[sys.argv[1]]\nout = models['b'](x) * 2.0",
    "a list by a slice that isn't known": "import sys\nmodels = [Soft(), nn.Linear(8, 4)]\nout = models[len(sys.argv):][0](x) * 2.0",
    "an element by chance": "import random\nmodels = [nn.Linear(8, 4)] * 40\nmodels[random.randrange(3)] = Soft()\nout = models[0](x) * 2.0",
    "a list that is made longer by what isn't known": "import other\nmodels = []\nmodels.extend(other.models)\nmodels += other.more\nout = models[0](x)",
    "a Sequential that is made longer so": "import other\nnet = nn.Sequential(Soft())\nnet.extend(other.layers)\nout = net(x)",
    "a Sequential with a layer somewhere": "import other\nnet = nn.Sequential(Soft())\nnet.insert(other.index, nn.Linear(8, 8))\nout = net(x)",
    "a call of a tensor": "out = Soft()(x)(x)",
    "what a setter sets": (
        "class Box:\n    @property\n    def model(self):\n        return self._model\n    @model.setter\n    def model(self, value):\n"
        "        self._model = value\nbox = Box()\nbox.model = Soft()\nout = box.model(x)"
    ),
    "a text": "out = 'soft'(x)",
    "a method of a list that isn't known": "out = [Soft()].sort()(x)",
    "a setting": "import yaml\nconfig = yaml.safe_load(open('a.yaml'))\nout = config.get('models')[0](x)",
    "an attribute by a name that isn't known": "import sys\nclass Box:\n    model = Soft()\nout = getattr(Box(), sys.argv[1])(x)",
    "an attribute that is gone": "class Box: pass\nbox = Box()\nbox.model = Soft()\ndel box.model\nout = box.model(x)",
    "a file that isn't there": "from .other import make\nout = make(Soft())(x) * 2.0",
    "a star of what isn't known": "from other import *\nout = build(x)",
    "one of two that differ": ARGUMENTS + "model = Soft() if args.a else nn.Linear(8, 4)\nout = model(x) if not args.a else nn.Linear(8, 4)(x)",
    "one of two conditions that differ": ARGUMENTS + "if args.a and args.b:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nif not (args.a and args.b):\n    out = model(x)\nelse:\n    out = nn.Linear(8, 4)(x)",
    "a model whose head was replaced": "import torchvision\nnet = torchvision.models.resnet18()\nnet.fc = nn.Sequential(nn.Linear(512, 4), nn.Softmax(dim=1), nn.Linear(4, 4))\nout = net(x)",
    "a model whose head isn't known": "import torchvision, other\nnet = torchvision.models.resnet18()\nnet.fc = other.Head(nn.Softmax(dim=1))\nout = net(x)",
    "a model whose forward was replaced": "import torchvision\nnet = torchvision.models.resnet18()\nnet.forward = other\nout = net(x)",
    "the size of a tensor": "out = Soft()(x).size()",
    "numbers made integers": "out = Soft()(x).long() * 1.0",
    "values of several scales": "out = torch.cat([Soft()(x), nn.Linear(8, 4)(x)])",
    "the larger of several scales": "out = torch.maximum(Soft()(x), nn.Linear(8, 4)(x))",
    "a choice of what isn't known": "import other\nout = torch.where(y > 1, Soft()(x), other.get(x))",
    "a logarithm of a number": "out = Soft()(x) * torch.log(torch.tensor(2.0))",
    "a rounded number": "out = Soft()(x) + torch.round(torch.tensor(2.5))",
    "a mean over the classes": "out = Soft()(x).unsqueeze(1).mean(dim=2)",
    "moved by what isn't known": "import sys\nout = Soft()(x).permute(*map(int, sys.argv[1:])) * 1.5",
    "a weighted sum over a batch": "out = torch.bmm(Soft()(x).unsqueeze(1), torch.randn(8, 4, 4)).squeeze(1)",
    "attention": "q = nn.Linear(8, 4)(x)\nout = torch.matmul(F.softmax(q @ q.t(), dim=-1), q)",
    "a list's place": "models = [nn.Linear(8, 4), Soft()]\nout = models[models.index(models[1]) - 1](x) * 2.0",
    "a dict's unknown method": "models = {'a': Soft()}\nout = models.fromkeys('b')(x)",
    "a dict updated by what isn't known": "import other\nmodels = {'a': nn.Linear(8, 4)}\nmodels.update(other.models)\nout = models['a'](x) * 2.0",
    "a dict of unknown pairs": "import other\nmodels = dict(other.pairs, **other.more)\nout = models['a'](Soft()(x))",
    "a partial of nothing": "import functools\ntry:\n    out = functools.partial()(Soft()(x))\nexcept TypeError:\n    out = nn.Linear(8, 4)(x)",
    "a module by a name that isn't known": "import importlib, sys\nout = importlib.import_module(sys.argv[1]).make(Soft())(x)",
    "vars of what isn't known": "import other\nout = vars(other.settings)['model'](Soft()(x))",
    "eval of what isn't Python": "out = eval('Soft(')(x)",
    "eval of what isn't known": "import sys\nout = eval(sys.argv[1])(Soft()(x))",
    "iter of what isn't known": "import other\nout = next(iter(other.models))(Soft()(x))",
    "an enumeration of what isn't known": "import other\nfor i, model in enumerate(other.models):\n    out = model(Soft()(x))",
    "the largest": "out = max([Soft()(x)], key=len) * 2.0",
    "the sum of a list": "out = sum([Soft()(x), Soft()(x)]) * 0.7",
    "a number that can't be read": "n = int('a')\nout = [nn.Linear(8, 4), Soft()][n](x) * 2.0",
    "super outside of a class": "out = super().make(Soft())(x)",
    "a function's attribute": "def make(): pass\nout = make.model(Soft()(x))",
    "a method's attribute": "out = Soft().forward.model(x)",
    "a partial's attribute": "import functools\nout = functools.partial(Soft).model(x)",
    "a tensor's own names": "out = Soft()(x)._base * 1.5",
    "a trainer": "import pytorch_lightning as pl\nout = pl.Trainer()(Soft())(x)",
    "a long list": "models = [nn.Linear(8, 4)] * 2000 + [Soft()]\nout = models[-5](x) * 2.0",
    "all modules of a Sequential": "out = list(nn.Sequential(Soft()).modules())[0](x) * 2.0",
    "a key out of a tensor": "models = {0: nn.Linear(8, 4), 1: Soft()}\nout = models[torch.tensor(0)](x) * 2.0",
    "one of two dicts": ARGUMENTS + "models = {} if args.a else {}\nmodels['a'] = nn.Linear(8, 4)\nout = models['a'](x)",
    "an element that was set in one case": ARGUMENTS + "models = [nn.Linear(8, 4)]\nif args.a:\n    models[0] = nn.Linear(8, 4)\nout = models[0](x)",
    "an element of a Sequential that was set somewhere": ARGUMENTS + "net = nn.Sequential(nn.Linear(8, 4), Soft())\nnet[len(args.kind)] = nn.Linear(4, 4)\nout = net(x)",
    "joined over the classes": "out = torch.cat([Soft()(x), Soft()(x)], dim=1)",
    "flat nothing": "out = torch.flatten({'a': Soft()})",
    "the largest over the classes": "out = torch.amax(Soft()(x), dim=1, keepdim=True)",
    "the larger of two": "out = torch.maximum(Soft()(x), Soft()(x))",
    "text in pieces": "for part in 'ab':\n    out = nn.Linear(8, 4)(x)",
    "layers before those that aren't known": "import other\nout = nn.Sequential(Soft(), *other.layers)(x)",
    "layers by options": "import other\nout = nn.Sequential(Soft(), **other.layers)(x)",
    "an attribute that nobody set": "out = Soft().other(x)",
    "a contextmanager": "import contextlib\n@contextlib.contextmanager\ndef use():\n    yield nn.Linear(8, 4)\nwith use() as model:\n    out = model(x)",
    "along the classes": "out = torch.cat([Soft()(x), Soft()(x)], dim=1)",
    "what is put into a list, or isn't known": ARGUMENTS + "import other\nouts = [Soft()(x)]\nif args.a:\n    outs.append(other.run(x))\nout = outs[1]",
    "the end of a list whose first elements aren't known": ARGUMENTS + "layers = [nn.Softmax(dim=1) for i in range(args.n)]\nlayers.append(nn.Linear(4, 4))\nout = layers[-1](x)",
    "the beginning of a list that goes on": ARGUMENTS + "layers = [nn.Linear(8, 4), *[nn.Softmax(dim=1) for i in range(args.n)]]\nout = layers[0](x)",
    "an element of a list that grew": ARGUMENTS + "models = []\nfor i in range(args.n):\n    models.append(nn.Linear(8, 4))\nmodels.append(Soft())\nout = models[1](x)",
    "a part of a list that grew": ARGUMENTS + "outs = [Soft()(x) for i in range(args.n)]\nouts.append(nn.Linear(8, 4)(x))\nout = outs[1:][0]",
    "names for a list that grew": ARGUMENTS + "outs = [Soft()(x) for i in range(args.n)]\nouts.append(nn.Linear(8, 4)(x))\nmore, out = outs",
    "a number that another one excludes": ARGUMENTS + "model = Soft() if args.n == 3 else nn.Linear(8, 4)\nif args.n > 5:\n    F.cross_entropy(model(x), y)\nout = nn.Linear(8, 4)(x)",
    "one of two, by what is computed": "model = nn.Linear(8, 4) if x.sum() > 0 else Soft()\nout = model(x)",
    "one of two, by what is computed, in branches": "if x.sum() > 0:\n    model = nn.Linear(8, 4)\nelse:\n    model = Soft()\nout = model(x)",
    "one of three modes": ARGUMENTS + "mode = 'a' if args.a else 'b' if args.b else 'c'\nout = Soft()(x) if mode == 'a' else nn.Linear(8, 4)(x)",
    "an object of an autograd function": "class Scale(torch.autograd.Function):\n    pass\nout = Scale()(Soft()(x))",
    "what a class gets from above": "class More(Soft):\n    @classmethod\n    def make(cls):\n        return super().build()\nout = More.make()(x)",
    "a forward that a library has": "import other\nclass Net(other.Net):\n    def forward(self, x):\n        return super().forward(Soft()(x))\nout = Net()(x)",
    "super of what isn't known": "import other\nclass More(Soft):\n    def run(self, x):\n        return super().forward(x)\nout = More.run(other.model(), x)",
    "a list without its ninth element": "models = [Soft()]\nmodels.pop(9)\nout = models[0](x)",
    "a tensor's method by a name that isn't there": "out = torch.Tensor.other(Soft()(x))",
    "a wrapper of nothing": "out = nn.DataParallel()(Soft()(x))",
    "a named tuple without names": "from collections import namedtuple\nPair = namedtuple('Pair')\nout = Pair(Soft(), 1).model(x)",
    "a named tuple with names that aren't known": "from collections import namedtuple\nimport other\nPair = namedtuple('Pair', other.fields)\nout = Pair(Soft(), 1).model(x)",
    "an element of what has none": "out = list(3)[0](Soft()(x))",
    "a range that never ends": "for i in range(1, 9, 0):\n    out = Soft()(x)\nout = nn.Linear(8, 4)(x)",
    "an enumeration of a keyword": "for i, model in enumerate(iterable=[Soft()]):\n    out = model(x)",
    "the items of a tensor": "for name, out in Soft()(x).items():\n    pass",
    "what isn't known, and one more": "import other\nout = other.f(Soft()(x)).add(1)",
    "a product of one thing": "out = torch.matmul(Soft()(x))",
    "a sum of one thing": "out = torch.add(Soft()(x))",
    "a method of a layer's subclass that isn't there": "class Own(nn.Softmax):\n    def forward(self, x):\n        return self.change(super().forward(x))\nout = Own(1)(nn.Linear(8, 4)(x))",
    "a model whose head comes from elsewhere": "import torchvision, other\nnet = torchvision.models.resnet18()\nnet.fc = other.make(nn.Softmax(dim=1))\nout = net(x)",
    "a model that finds things": "import torchvision\nnet = torchvision.models.detection.fasterrcnn_resnet50_fpn()\nout = net(Soft()(x))",
    "a model with options that aren't known": "import segmentation_models_pytorch as smp\nimport other\nout = smp.Unet('resnet18', **other.options)(x)",
    "a layer of a Sequential that isn't known any more": "from collections import OrderedDict\nimport other\nnet = nn.Sequential(OrderedDict([('a', nn.Flatten()), ('b', Soft())]))\nnet.b = other.make()\nout = net(x)",
    "a dict with pairs that aren't known": "import other\nmodels = dict([('a', nn.Linear(8, 4)), other.pair])\nout = models['b'](Soft()(x))",
    "the larger of two, at each place": "out = Soft()(x).max(torch.ones(8, 4))",
    "a logarithm of a number alone": "import math\nout = Soft()(x) * torch.log(2.0) * math.pi",
    "a rounded number alone": "out = Soft()(x) * torch.round(2.5) * 1.5",
    "a function that calls itself again and again": "def make(n):\n    return Soft() if n == 0 else make(n - 1)\nout = make(2)(x)",
    "a layer beyond the end of a Sequential": "net = nn.Sequential(nn.Flatten(), Soft())\nnet[2] = nn.Linear(4, 4)\nout = net(x)",
    "a list into which something is put somewhere": ARGUMENTS + "models = [Soft()]\nmodels.insert(args.n, nn.Linear(8, 4))\nout = models[0](x)",
    "a list without an element that it hadn't": "models = [Soft()]\ndel models[1]\nout = models[0](x)",
    "a decorator that is a partial": "import functools\n@functools.partial(print)\ndef make():\n    return Soft()\nout = make()(x)",
    "more names than there are elements, and a rest": "*a, b, c = [Soft()]\nout = b(x)",
    "the parts of an object": "class Box: pass\na, b = Box()\nout = a(Soft()(x))",
    "the parts of a dict": "a, b = {'a': Soft(), 'b': 1}\nout = a(x)",
    "a dataclass' fields, of which there are too few": "from dataclasses import dataclass\n@dataclass\nclass Box:\n    model: nn.Module\na, b = Box(Soft())\nout = b(x)",
    "each of a list that goes on": "import other\nfor out in [Soft()(x), *other.outs]:\n    pass",
    "a key that isn't known, of a dict with nothing in it": ARGUMENTS + "models = {}\nout = models[args.kind](Soft()(x))",
    "a key that a comprehension may have": "import other\nmodels = {name: nn.Linear(8, 4) for name in (other.a,)}\nout = models.get('b', Soft())(x)",
    "a dict without its last": "models = {'a': Soft()}\nmodels.popitem()\nout = models['a'](x)",
}  # fmt: skip

# Under which choice a finding holds, as it is said; where none is said, nothing is.
CHOICES = {
    "args.kind == 'soft'": "args.kind == 'soft'",
    "args.kind != 'soft'": "args.kind != 'soft'",
    "args.a": "args.a",
    "not args.a": "not args.a",
    "args.n == 3": "args.n == 3",
    "args.n is None": "args.n is None",
    "args.n is not None": "args.n is not None",
    "args.a and args.b": "args.a and args.b",
    "not (args.a and args.b)": "not (args.a and args.b)",
    "args.a or args.b": "args.a or args.b",
    "not (args.a or args.b)": "not (args.a or args.b)",
    "args.kind == 'soft' and args.n is None": "args.kind == 'soft' and args.n is None",
    "args.kind in ('a', 'b')": "args.kind in ('a', 'b')",
    "args.kind not in ('a', 'b')": "args.kind not in ('a', 'b')",
    "args.kind in ['a']": "args.kind == 'a'",
    "'soft' in args.kind": "'soft' in args.kind",
    "'soft' not in args.kind": "'soft' not in args.kind",
    "args.a is False": "args.a is False",
    "isinstance(args.a, str)": "isinstance(args.a, str)",
    "args.n > 2": None,
    "args.n <= 2": None,
    "args.n != 3": None,
    "hasattr(args, 'a')": None,
    "len(args.kind) > 3": None,
}

# The same in Keras: a loss that is told to expect logits.
KERAS = """
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
def head(**named):
    return layers.Dense(4, activation={end}, **named)
{way}
"""
COMPILED = {
    "a Sequential": "model = keras.Sequential([layers.Dense(8), head()])\nmodel.compile('adam', LOSS)",
    "its layers by name": "model = keras.Sequential(layers=[layers.Dense(8), head()])\nmodel.compile(optimizer='adam', loss=LOSS)",
    "a Sequential that grows": "model = keras.Sequential()\nmodel.add(layers.Dense(8))\nmodel.add(layer=head())\nmodel.compile('adam', loss=LOSS)",
    "a Sequential without its end": "model = keras.Sequential([head(), layers.Dense(2)])\nmodel.pop()\nmodel.compile('adam', LOSS)",
    "a subclass of Sequential": (
        "class Net(keras.Sequential):\n    def __init__(self):\n        super().__init__()\n        self.add(head())\nmodel = Net()\nmodel.compile('adam', LOSS)"
    ),
    "a functional model": "x = keras.Input((8,))\nmodel = keras.Model(x, head()(x))\nmodel.compile('adam', LOSS)",
    "a functional model by names": "x = keras.Input((8,))\nmodel = keras.Model(inputs=x, outputs=head()(x))\nmodel.compile('adam', LOSS)",
    "the output of a model": "base = keras.Sequential([head()])\nmodel = keras.Model(base.input, base.output)\nmodel.compile('adam', LOSS)",
    "a model on a model": "x = keras.Input((8,))\nbase = keras.Sequential([head()])\nmodel = keras.Model(x, base(x))\nmodel.compile('adam', LOSS)",
    "the outputs of a functional model": (
        "x = keras.Input((8,))\nbase = keras.Model(x, head()(x))\nmodel = keras.Model(base.inputs, base.outputs)\nmodel.compile('adam', LOSS)"
    ),
    "a layer of a model": "base = keras.Sequential([layers.Dense(8), head()])\nmodel = keras.Sequential([base.layers[0], base.layers[-1]])\nmodel.compile('adam', LOSS)",
    "a layer by its name": "base = keras.Sequential([layers.Dense(8), head(name='top')])\nmodel = keras.Sequential([base.get_layer('top')])\nmodel.compile('adam', LOSS)",
    "the layers of a model in a loop": "base = keras.Sequential([layers.Dense(8), head()])\nmodel = keras.Sequential()\nfor layer in base.layers:\n    model.add(layer)\nmodel.compile('adam', LOSS)",
    "an own model": (
        "class Net(keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.top = head()\n"
        "    def call(self, x, training=False):\n        return self.top(x)\nmodel = Net()\nmodel.compile('adam', LOSS)"
    ),
    "an own model that is told whether it trains": (
        "class Net(keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.top = head()\n"
        "    def call(self, x, training=None):\n        x = self.top(x)\n        return x if training else tf.sigmoid(x)\n"
        "    def train_step(self, data):\n        x, y = data\n        return LOSS(y, self.call(x, training=True))\n"
    ),
    "an own model that is told nothing": (
        "class Net(keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.top = head()\n"
        "    def call(self, x, training=None):\n        x = self.top(x)\n        return x if training else layers.Dense(4)(x)\n"
        "    def train_step(self, data):\n        x, y = data\n        return LOSS(y, self.call(x))\n"
    ),
    "an own layer": (
        "class Top(layers.Layer):\n    def __init__(self):\n        super().__init__()\n        self.top = head()\n    def call(self, x):\n"
        "        return self.top(x)\nmodel = keras.Sequential([Top()])\nmodel.compile('adam', LOSS)"
    ),
    "an activation of its own": "model = keras.Sequential([layers.Dense(4), layers.Activation({end} or 'linear')])\nmodel.compile('adam', LOSS)",
    "an activation that is a function": "model = keras.Sequential([layers.Dense(4, activation=getattr(tf.keras.activations, {end} or 'linear'))])\nmodel.compile('adam', LOSS)",
    "an activation that is called": "x = keras.Input((8,))\ny = layers.Dense(4)(x)\nmodel = keras.Model(x, getattr(tf.keras.activations, {end} or 'linear')(y))\nmodel.compile('adam', LOSS)",
    "losses by name": (
        "x = keras.Input((8,))\na, b = head(name='a')(x), layers.Dense(1, name='b')(x)\nmodel = keras.Model(x, [a, b])\n"
        "model.compile('adam', loss={'a': LOSS, 'b': 'mse'})"
    ),
    "losses in a row": "x = keras.Input((8,))\na, b = head()(x), layers.Dense(1)(x)\nmodel = keras.Model(x, [a, b])\nmodel.compile('adam', loss=[LOSS, 'mse'])",
    "one loss for both": "x = keras.Input((8,))\nmodel = keras.Model(x, [head()(x), head()(x)])\nmodel.compile('adam', loss=LOSS)",
    "a loss by name of one output": "x = keras.Input((8,))\nmodel = keras.Model(x, head(name='a')(x))\nmodel.compile('adam', loss={'a': LOSS})",
    "an own loss": "def loss(y, p):\n    return LOSS(y, p)\nmodel = keras.Sequential([head()])\nmodel.compile('adam', loss=loss)",
    "a lambda": "model = keras.Sequential([head()])\nmodel.compile('adam', loss=lambda y, p: LOSS(y, p))",
    "a loss that is fitted": (
        "from sklearn.datasets import load_iris\nx, y = load_iris(return_X_y=True)\nmodel = keras.Sequential([head()])\n"
        "model.compile('adam', LOSS)\nmodel.fit(x=x, y=y)"
    ),
    "what is predicted": "model = keras.Sequential([head()])\nmodel.build((None, 8))\nmodel.summary()\nLOSS(y, model(x))",
    "a model's call": "model = keras.Sequential([head()])\nLOSS(y, model.call(x))",
    "dropout, flatten and reshape": "model = keras.Sequential([head(), layers.Dropout(0.1), layers.Flatten(), layers.Reshape((4,))])\nmodel.compile('adam', LOSS)",
    "time": "model = keras.Sequential([layers.TimeDistributed(head())])\nmodel.compile('adam', LOSS)",
    "tf.function": "model = keras.Sequential([head()])\n@tf.function\ndef step(x, y):\n    return LOSS(y, model(x, training=True))\nstep(x, y)",
    "tf.function in a way": "model = keras.Sequential([head()])\n@tf.function(reduce_retracing=True)\ndef step(x, y):\n    return LOSS(y, model(x))\nstep(x, y)",
    "a tape": "model = keras.Sequential([head()])\nwith tf.GradientTape() as tape:\n    loss = LOSS(y, model(x))",
    "tensors": "model = keras.Sequential([head()])\nLOSS(y, tf.reshape(tf.identity(tf.squeeze(tf.expand_dims(model(x), 1), 1)), (-1, 4)))",
    "concatenated": "model = keras.Sequential([head()])\nLOSS(y, tf.concat([model(x), model(x)], axis=0))",
    "cast": "model = keras.Sequential([head()])\nLOSS(y, tf.cast(model(x), tf.float32))",
    "an own activation": "def soft(x):\n    return tf.nn.softmax(x) if {end} else x\nmodel = keras.Sequential([layers.Dense(4, activation=soft)])\nmodel.compile('adam', LOSS)",
    "an activation that is a lambda": "model = keras.Sequential([layers.Dense(4, activation=lambda x: tf.nn.softmax(x) if {end} else x)])\nmodel.compile('adam', LOSS)",
    "an activation that is a layer": "model = keras.Sequential([layers.Dense(4, activation=layers.Softmax() if {end} else None)])\nmodel.compile('adam', LOSS)",
    "an activation that is an object": (
        "class Soft:\n    def __call__(self, x):\n        return tf.nn.softmax(x)\nmodel = keras.Sequential([layers.Dense(4, activation=Soft() if {end} else None)])\n"
        "model.compile('adam', LOSS)"
    ),
    "an activation that is a partial": (
        "import functools\nmodel = keras.Sequential([layers.Dense(4, activation=functools.partial(tf.nn.softmax, axis=-1) if {end} else None)])\nmodel.compile('adam', LOSS)"
    ),
    "a recurrent layer before": "model = keras.Sequential([layers.LSTM(8, return_sequences=True), layers.GRU(8), head()])\nmodel.compile('adam', LOSS)",
    "a recurrent layer with states before": (
        "x = keras.Input((8, 8))\nout, state, cell = layers.LSTM(8, return_state=True)(x)\nmodel = keras.Model(x, head()(out))\nmodel.compile('adam', LOSS)"
    ),
    "an embedding and a pooling before": "model = keras.Sequential([layers.Embedding(9, 8), layers.GlobalAveragePooling1D(), head()])\nmodel.compile('adam', LOSS)",
    "convolutions before": (
        "model = keras.Sequential([layers.Conv2D(4, 3, data_format='channels_first'), layers.MaxPooling2D(), layers.BatchNormalization(),\n"
        "                          layers.GlobalMaxPooling2D(), head()])\nmodel.compile('adam', LOSS)"
    ),
    "joined layers before": (
        "x = keras.Input((8,))\na, b = layers.Dense(4)(x), layers.Dense(4)(x)\ny = layers.Concatenate()([a, b])\ny = layers.Add()([y, y])\ny = layers.concatenate([y])\n"
        "model = keras.Model(x, head()(y))\nmodel.compile('adam', LOSS)"
    ),
    "a base from the library before": (
        "base = keras.applications.ResNet50(include_top=False, pooling='avg')\nbase.trainable = False\nmodel = keras.Sequential([base, layers.Flatten(), head()])\nmodel.compile('adam', LOSS)"
    ),
    "the number of inputs": "model = keras.Sequential([layers.Dense(8, input_dim=8), head()])\nmodel.compile('adam', LOSS)",
    "an input that is a layer": "model = keras.Sequential([keras.Input(shape=(8,)), layers.InputLayer(input_shape=(8,)), head()])\nmodel.compile('adam', LOSS)",
    "a last layer behind what isn't known": "import other\nmodel = keras.Sequential(other.layers)\nmodel.add(head())\nmodel.compile('adam', LOSS)",
    "a last layer behind another, behind what isn't known": "import other\nmodel = keras.Sequential(other.layers)\nmodel.add(layers.Dense(2))\nmodel.add(head())\nmodel.compile('adam', LOSS)",
    "losses in a dict that is made": "x = keras.Input((8,))\nmodel = keras.Model(x, head(name='a')(x))\nmodel.compile('adam', loss=dict(a=LOSS))",
    "labels in a list": "model = keras.Sequential([head()])\nmodel.compile('adam', LOSS)\nmodel.fit(x, [0, 1, 2])",
    "a layer of a list of one": "x = keras.Input((8,))\nmodel = keras.Model(x, layers.Dropout(0.1)([head()(x)]))\nmodel.compile('adam', LOSS)",
    "moved axes": "model = keras.Sequential([head(), layers.Permute((1,))])\nmodel.compile('adam', LOSS)",
    "a recurrent layer that may give all": "import sys\nmodel = keras.Sequential([layers.LSTM(8, return_sequences=len(sys.argv) > 1), head()])\nmodel.compile('adam', LOSS)",
    "its gradient is stopped": "model = keras.Sequential([head()])\nLOSS(y, tf.stop_gradient(model(x)))",
    "tf.function that is called": "model = keras.Sequential([head()])\nstep = tf.function(lambda x, y: LOSS(y, model(x)))\nstep(x, y)",
    "tf.function that is called in a way": "model = keras.Sequential([head()])\nstep = tf.function(reduce_retracing=True)(lambda x, y: LOSS(y, model(x)))\nstep(x, y)",
    "labels from a keyword": "model = keras.Sequential([head()])\nmodel.compile('adam', LOSS)\nmodel.fit(verbose=1)",
    "losses by name, of which some aren't known": "import other\nx = keras.Input((8,))\nmodel = keras.Model(x, [head(name='a')(x), layers.Dense(1, name='b')(x)])\nmodel.compile('adam', loss={**other.losses, 'a': LOSS})",
    "labels in a list, and an own loss": "def loss(y, p):\n    return LOSS(y, p)\nmodel = keras.Sequential([head()])\nmodel.compile('adam', loss)\nmodel.fit(x, [0, 1, 2])",
    "a library's model that is fitted": "model = keras.applications.ResNet50(classes=4, classifier_activation={end})\nmodel.compile('adam', LOSS)\nmodel.fit(x, y)",
}  # fmt: skip
NOT_COMPILED = {
    "a model from a file": "model = keras.models.load_model('a.h5')\nmodel.compile('adam', LOSS)",
    "a model without outputs": "x = keras.Input((8,))\nmodel = keras.Model(x, None)\nmodel.compile('adam', LOSS)",
    "a layer that isn't there": "base = keras.Sequential([head(name='top')])\nmodel = keras.Sequential([base.get_layer('other')])\nmodel.compile('adam', LOSS)",
    "no loss": "model = keras.Sequential([head()])\nmodel.compile('adam')\nmodel.fit(x, y)",
    "a loss that isn't known": "import other\nmodel = keras.Sequential([head()])\nmodel.compile('adam', loss=other.loss)",
    "more outputs than losses": "x = keras.Input((8,))\nmodel = keras.Model(x, [head()(x), head()(x), head()(x)])\nmodel.compile('adam', loss=[LOSS, LOSS])",
    "losses of other names": "x = keras.Input((8,))\nmodel = keras.Model(x, [head(name='a')(x), head(name='b')(x)])\nmodel.compile('adam', loss={'c': LOSS})",
    "a flag that isn't known": "import sys\nmodel = keras.Sequential([head()])\nmodel.compile('adam', keras.losses.SparseCategoricalCrossentropy(from_logits=len(sys.argv) > 1))",
    "another layer behind it": "model = keras.Sequential([head(), layers.Dense(4)])\nmodel.compile('adam', LOSS)",
    "a layer that isn't known": "import other\nmodel = keras.Sequential([head(), other.Layer()])\nmodel.compile('adam', LOSS)",
    "an activation that isn't known": "import other\nmodel = keras.Sequential([layers.Dense(4, activation=other.activation)])\nmodel.compile('adam', LOSS)",
    "a base from the library": "model = keras.applications.ResNet50(include_top=False)\nmodel.compile('adam', LOSS)",
    "a base with an activation that isn't known": "import other\nmodel = keras.applications.ResNet50(classifier_activation=other.activation)\nmodel.compile('adam', LOSS)",
    "an activation by a name that isn't known": "import sys\nmodel = keras.Sequential([layers.Dense(4, activation=sys.argv[1])])\nmodel.compile('adam', LOSS)",
    "an activation of a name that isn't there": "model = keras.Sequential([layers.Dense(4, activation='softer')])\nmodel.compile('adam', LOSS)",
    "a layer of an activation that isn't known": "import other\nmodel = keras.Sequential([head(), layers.Activation(other.activation)])\nmodel.compile('adam', LOSS)",
    "a class in the place of an activation": "class Soft:\n    pass\nmodel = keras.Sequential([layers.Dense(4, activation=Soft)])\nmodel.compile('adam', LOSS)",
    "a number in the place of an activation": "model = keras.Sequential([layers.Dense(4, activation=3)])\nmodel.compile('adam', LOSS)",
    "states of a recurrent layer": "x = keras.Input((8, 8))\nmodel = keras.Model(x, layers.LSTM(8, activation='softmax', return_state=True)(x))\nmodel.compile('adam', LOSS)",
    "another method of a model": "model = keras.Sequential([head()])\nmodel.distill(LOSS)",
    "layers of which one isn't known": "import other\nmodel = keras.Sequential(other.layers + [head()])\nmodel.pop()\nmodel.compile('adam', LOSS)",
    "losses of which one is too many": "model = keras.Sequential([head()])\nmodel.compile('adam', loss=[LOSS, LOSS])",
    "examples in a list": "model = keras.Sequential([head()])\nmodel.compile('adam')\nmodel.fit([x, x])",
    "a model from a file that predicts": "LOSS(y, keras.models.load_model('a').predict(x))",
    "a flag of a function that isn't known": "import sys\nmodel = keras.Sequential([head()])\nkeras.losses.sparse_categorical_crossentropy(y, model(x), from_logits=len(sys.argv) > 1)",
    "more losses than outputs": "x = keras.Input((8,))\nmodel = keras.Model(x, [head()(x), layers.Dense(1)(x)])\nmodel.compile('adam', loss=[LOSS, 'mse', 'mse'])",
    "the compiled loss itself": "model = keras.Sequential([head()])\nmodel.compiled_loss(y, other.predict(x))",
    "a model and a loss that aren't known": "import other\nmodel = other.make()\nmodel.compile('adam', loss=other.loss)",
    "a layer by a name that isn't known": "import other\nbase = keras.Sequential([head(name='top')])\nmodel = keras.Sequential([base.get_layer(other.name)])\nmodel.compile('adam', LOSS)",
    "a layer that is added in a way of its own": "model = keras.Sequential()\nmodel.add()\nmodel.compile('adam', LOSS)",
    "a number in the place of a loss": "model = keras.Sequential([head()])\nmodel.compile('adam', loss=3)",
    "predictions of several outputs": "x = keras.Input((8,))\nmodel = keras.Model(x, [head()(x), head()(x)])\nLOSS(y, model.predict(x))",
    "losses that aren't known of several outputs": "import other\nx = keras.Input((8,))\nmodel = keras.Model(x, [head()(x), head()(x)])\nmodel.compile('adam', loss=other.loss())",
    "a loss that is made elsewhere": "import other\nmodel = keras.Sequential([head()])\nmodel.compile('adam', loss=other.make())",
}  # fmt: skip


def program(end: str, way: str) -> str:
    return TORCH.replace("{end}", end).replace("{way}", way)


def compiled(end: str, way: str) -> str:
    return KERAS.replace("{way}", way).replace("{end}", end)


def codes(text: str, tmp_path: Path) -> list[str]:
    (tmp_path / "setup.py").touch()
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    result = session.lint(discovery.discover([str(tmp_path / "a.py")], Settings()).files, Settings())
    assert result.errors == ()
    return sorted(finding.code for finding in result.findings if finding.code in ("LL101", "LL401"))


@pytest.mark.parametrize("name", KEPT)
def test_probabilities_stay_what_they_are(name: str, tmp_path: Path) -> None:
    assert set(codes(program("Softmax(dim=1)", KEPT[name]), tmp_path)) == {"LL101"}


@pytest.mark.parametrize("name", KEPT)
def test_so_do_logits(name: str, tmp_path: Path) -> None:
    assert codes(program("Identity()", KEPT[name]), tmp_path) == []


@pytest.mark.parametrize("name", LOST)
def test_what_is_made_of_them_is_something_else(name: str, tmp_path: Path) -> None:
    assert codes(program("Softmax(dim=1)", LOST[name]), tmp_path) == []


@pytest.mark.parametrize("name", COMPILED)
def test_a_loss_of_logits_gets_probabilities(name: str, tmp_path: Path) -> None:
    assert set(codes(compiled("'softmax'", COMPILED[name]), tmp_path)) == {"LL401"}


@pytest.mark.parametrize("name", COMPILED)
def test_a_loss_of_logits_gets_logits(name: str, tmp_path: Path) -> None:
    assert codes(compiled("None", COMPILED[name]), tmp_path) == []


@pytest.mark.parametrize("name", NOT_COMPILED)
def test_what_is_compiled_is_not_known(name: str, tmp_path: Path) -> None:
    assert codes(compiled("'softmax'", NOT_COMPILED[name]), tmp_path) == []


@pytest.mark.parametrize("condition", CHOICES)
def test_a_choice_is_said(condition: str, tmp_path: Path) -> None:
    way = f"{ARGUMENTS}if {condition}:\n    model = Soft()\nelse:\n    model = nn.Linear(8, 4)\nout = model(x)"
    (tmp_path / "setup.py").touch()
    (tmp_path / "a.py").write_text(program("Softmax(dim=1)", way), encoding="utf-8")
    result = session.lint(discovery.discover([str(tmp_path / "a.py")], Settings()).files, Settings())
    expected = CHOICES[condition]
    assert [(f.code, f.condition) for f in result.findings] == ([] if expected is None else [("LL101", expected)])


@pytest.mark.parametrize(
    "change",
    ["parts.pop(0)", "parts.pop(-3)", "parts.insert(0, nn.Flatten())", "parts.insert(-1, nn.Flatten())", "del parts[0]", "parts = parts[1:]",
     "parts = [nn.Flatten(), *parts]", "parts = [nn.Flatten()] + parts", "parts.append(nn.Flatten())", "parts += [nn.Flatten()]"],
)  # fmt: skip
def test_the_place_of_an_element_is_where_it_is_written(change: str, tmp_path: Path) -> None:
    parts = "parts = [\n    nn.ReLU(),\n    nn.Linear(8, 4),\n    nn.Softmax(dim=1),\n]"
    text = program("Identity()", f"{parts}\n{change}\nout = nn.Sequential(*parts)(x)")
    (tmp_path / "setup.py").touch()
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    result = session.lint(discovery.discover([str(tmp_path / "a.py")], Settings()).files, Settings())
    (finding,) = (finding for finding in result.findings if finding.code == "LL101")
    assert finding.trace[0].place.line == text.split("\n").index("    nn.Softmax(dim=1),") + 1


def test_an_activation_without_an_axis_is_found_where_it_is_made() -> None:
    """The file that calls it is another one."""
    made = "import torch.nn as nn\n\n\nclass Base(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.soft = nn.Softmax()\n"
    called = "from bases import Base\n\nclass Net(Base):\n    def forward(self, x):\n        return self.soft(x)\n"
    result = lint_sources({"bases.py": made, "nets.py": called + "\nloss = nn.NLLLoss()(Net()(x), y)\n"})
    assert [(f.code, f.place.path, f.place.line) for f in result.findings if f.code == "LL303"] == [("LL303", "bases.py", 7)]


@pytest.mark.parametrize(
    ("written", "step"),
    [
        ("F.softmax(z, dim=1)", "softmax over dim 1 turns logits into probabilities"),
        ("F.softmax(z, dim=n)", "softmax turns logits into probabilities"),
        ("z.softmax(-1)", "softmax over dim -1 turns logits into probabilities"),
    ],
)
def test_what_an_activation_does_is_said(written: str, step: str, tmp_path: Path) -> None:
    (tmp_path / "setup.py").touch()
    text = program("Identity()", f"z = nn.Linear(8, 4)(x)\nout = {written}")
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    result = session.lint(discovery.discover([str(tmp_path / "a.py")], Settings()).files, Settings())
    (finding,) = (finding for finding in result.findings if finding.code == "LL101")
    assert finding.trace[0].message == step


def test_the_mean_of_a_loss_is_one_step_of_the_way() -> None:
    text = (
        "import torch\nimport torch.nn.functional as F\n\nz = torch.nn.Linear(8, 4)(x)\n"
        "ce = F.cross_entropy(z, y, reduction='none').mean()\npt = torch.exp(-ce)\nloss = (1 - pt) ** 2 * ce\n"
    )
    (finding,) = (finding for finding in lint_sources({"a.py": text}).findings if finding.code == "LL601")
    assert [step.message for step in finding.trace][:3] == [
        "cross_entropy gives one loss for each example",
        "one number: the mean over the batch",
        "p_t = exp(-loss)",
    ]
