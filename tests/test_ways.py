"""Ways from an activation to a loss: what keeps probabilities what they are, and what doesn't.

Each program makes `out` of a model that ends in a softmax, and of its twin that doesn't: cross-entropy of it is a finding in the
first case, and none in the second. What ends a scale is under LOST: nothing is said of it.
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
    # ---- what is done with the numbers
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
}  # fmt: skip
LOST = {
    "arithmetic": "out = Soft()(x) * 5.0 - 1.0",
    "another layer": "out = nn.Linear(4, 4)(Soft()(x))",
    "a sum of two": "out = Soft()(x) + Soft()(x).log()",
    "what is not known": "import other\nout = other.change(Soft()(x))",
    "one of two models": "import random\nout = (Soft() if random.random() > 0.5 else nn.Linear(8, 4))(x)",
    "an own operator": "class Net(Soft):\n    def __mul__(self, other):\n        return other\nout = Net() * x",
    "a list that is shuffled": "import random\nmodels = [Soft(), nn.Linear(8, 4)]\nrandom.shuffle(models)\nout = models[1](x)",
    "a model behind a setting": "import os\nmodels = {'a': nn.Linear(8, 4), 'b': Soft()}\nout = models[os.environ['MODEL']](x) * 2.0",
    "too many arguments": "def make(a):\n    return Soft()\nout = make(1, 2)(x)",
    "an autograd function": "class Scale(torch.autograd.Function):\n    pass\nout = Scale.apply(Soft()(x))",
    "a module that is called and can't be": "class Box:\n    model = Soft()\nout = Box()(x)",
    "numbers that were replaced": "out = Soft()(x)\nout.data = torch.randn(8, 4)",
    "numbers that were changed in place": "out = Soft()(x)\nout[:] = torch.randn(8, 4)",
    "an attribute that nobody set": "out = Soft().other(x)",
    "a contextmanager": "import contextlib\n@contextlib.contextmanager\ndef use():\n    yield nn.Linear(8, 4)\nwith use() as model:\n    out = model(x)",
}  # fmt: skip


def program(end: str, way: str) -> str:
    return TORCH.replace("{end}", end).replace("{way}", way)


def codes(text: str, tmp_path: Path) -> list[str]:
    (tmp_path / "setup.py").touch()
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    result = session.lint(discovery.discover([str(tmp_path / "a.py")], Settings()).files, Settings())
    assert result.errors == ()
    return sorted(finding.code for finding in result.findings if finding.code == "LL101")


@pytest.mark.parametrize("name", KEPT)
def test_probabilities_stay_what_they_are(name: str, tmp_path: Path) -> None:
    assert set(codes(program("Softmax(dim=1)", KEPT[name]), tmp_path)) == {"LL101"}


@pytest.mark.parametrize("name", KEPT)
def test_so_do_logits(name: str, tmp_path: Path) -> None:
    assert codes(program("Identity()", KEPT[name]), tmp_path) == []


@pytest.mark.parametrize("name", LOST)
def test_what_is_made_of_them_is_something_else(name: str, tmp_path: Path) -> None:
    assert codes(program("Softmax(dim=1)", LOST[name]), tmp_path) == []
