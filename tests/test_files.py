"""Programs of several files: how a model comes from one to the loss in another, and where it doesn't."""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint import discovery, session
from losslint.evaluation import registration
from losslint.finding import Finding
from losslint.program import references
from losslint.settings import Settings

NETS = """
import torch.nn as nn
class Soft(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        self.end = nn.{end}
    def forward(self, x):
        return self.end(self.fc(x))
"""
LOSS = """
import torch.nn.functional as F
def step(model, x, y):
    return F.cross_entropy(model(x), y)
"""
FILLS = "from reg import MODELS\nMODELS['soft'] = Soft\n"
ASKS = "from reg import MODELS\nstep(MODELS['soft'](), x, y)\n"
TRAINER = """
class Trainer:
    def __init__(self, model, criterion):
        self.model, self.criterion = model, criterion
    def step(self, x, y):
        return self.criterion(self.model(x), y)
"""
STEPS = """
import torch.nn.functional as F
class Step:
    def __call__(self, model, x, y):
        return F.cross_entropy(model(x), y)
    def scored(self, model, x, y):
        return F.cross_entropy(model(x), y)
"""
KEEPS = "class App:\n    def __init__(self):\n        self.trainer = Step()\n"
TRAINS = "import torch.nn as nn\nimport torch.nn.functional as F\nfrom nets import Soft\nfrom trainer import Trainer\n"

REACHED: dict[str, dict[str, str]] = {
    **{
        f"a loss under another name, {place}": {"nets.py": NETS, "losses.py": f"import torch.nn as nn\n{made}", "a.py": f"from nets import Soft\n{used}"}
        for place, made, used in [
            ("of a module", "measure = nn.CrossEntropyLoss()\n", "from losses import measure\ndef step(x, y):\n    return measure(Soft()(x), y)\n"),
            ("of a class", "class Base:\n    measure = nn.CrossEntropyLoss()\n", "from losses import Base\nclass Run(Base):\n    def one(self, x, y):\n        return self.measure(Soft()(x), y)\n"),
            ("of an object", "class Base:\n    def __init__(self):\n        self.measure = nn.CrossEntropyLoss()\n", "from losses import Base\nclass Run(Base):\n    def one(self, x, y):\n        return self.measure(Soft()(x), y)\n"),
        ]
    },
    "by its name": {"nets.py": NETS, "a.py": LOSS + "from nets import Soft\nstep(Soft(), x, y)\n"},
    "by another name": {"nets.py": NETS, "a.py": LOSS + "from nets import Soft as Model\nstep(Model(), x, y)\n"},
    "by its module": {"nets.py": NETS, "a.py": LOSS + "import nets\nstep(nets.Soft(), x, y)\n"},
    "by its module under another name": {"nets.py": NETS, "a.py": LOSS + "import nets as n\nstep(n.Soft(), x, y)\n"},
    "by a package": {"pkg/__init__.py": "", "pkg/nets.py": NETS, "a.py": LOSS + "import pkg.nets\nstep(pkg.nets.Soft(), x, y)\n"},
    "by a folder": {"pkg/nets.py": NETS, "a.py": LOSS + "from pkg import nets\nstep(nets.Soft(), x, y)\n"},
    "by what a package gives on": {"pkg/__init__.py": "from .nets import Soft\n", "pkg/nets.py": NETS, "a.py": LOSS + "from pkg import Soft\nstep(Soft(), x, y)\n"},
    "inside a package": {"pkg/__init__.py": "", "pkg/nets.py": NETS, "pkg/a.py": LOSS + "from .nets import Soft\nstep(Soft(), x, y)\n"},
    "a module inside a package": {"pkg/__init__.py": "", "pkg/nets.py": NETS, "pkg/a.py": LOSS + "from . import nets\nstep(nets.Soft(), x, y)\n"},
    "from above": {"pkg/__init__.py": "", "pkg/nets.py": NETS, "pkg/sub/__init__.py": "", "pkg/sub/a.py": LOSS + "from ..nets import Soft\nstep(Soft(), x, y)\n"},
    "by a module that isn't written in ASCII": {"nätze.py": NETS, "a.py": LOSS + "from nätze import Soft\nstep(Soft(), x, y)\n"},
    "by an import with half of a bracket": {"nets.py": NETS, "a.py": LOSS + "from nets import (  # all (that there are\n    Soft,\n)\nstep(Soft(), x, y)\n"},
    "below a text that begins like imports": {
        "nets.py": NETS,
        "a.py": "'''\nfrom nets import some of them\nfrom 3 import 4\nimport 5\nfrom above\n'''\n" + LOSS + "from nets import Soft\nstep(Soft(), x, y)\n",
    },
    "by a star": {"nets.py": NETS, "a.py": LOSS + "from nets import *\nstep(Soft(), x, y)\n"},
    "by a star of a star": {"deep.py": NETS, "nets.py": "from deep import *\n", "a.py": LOSS + "from nets import *\nstep(Soft(), x, y)\n"},
    "by stars in a circle": {"deep.py": "from nets import *\n" + NETS, "nets.py": "from deep import *\n", "a.py": LOSS + "from nets import *\nstep(Soft(), x, y)\n"},
    "by a star that is told": {"nets.py": "__all__ = ['Soft']\n" + NETS, "a.py": LOSS + "from nets import *\nstep(Soft(), x, y)\n"},
    "by a star that is told more": {"nets.py": "__all__ = []\n__all__ += ['Soft']\n" + NETS, "a.py": LOSS + "from nets import *\nstep(Soft(), x, y)\n"},
    "by vars": {"nets.py": NETS, "a.py": LOSS + "import nets\nstep(vars(nets)['Soft'](), x, y)\n"},
    "by getattr": {"nets.py": NETS, "a.py": LOSS + "import nets\nstep(getattr(nets, 'Soft')(), x, y)\n"},
    "by __dict__": {"nets.py": NETS, "a.py": LOSS + "import nets\nstep(nets.__dict__['Soft'](), x, y)\n"},
    "by getattr, by a name that isn't known": {"nets.py": NETS, "a.py": LOSS + "import nets, sys\nstep(getattr(nets, sys.argv[1])(), x, y)\n"},
    "by getattr, by one of two names": {
        "nets.py": NETS + "More = Soft\n", "a.py": LOSS + "import nets, sys\nname = 'Soft' if len(sys.argv) > 1 else 'More'\nstep(getattr(nets, name)(), x, y)\n",
    },
    "by importlib": {"nets.py": NETS, "a.py": LOSS + "import importlib\nstep(importlib.import_module('nets').Soft(), x, y)\n"},
    "by an attribute that is set": {"nets.py": NETS, "a.py": LOSS + "import nets\nnets.model = nets.Soft()\nstep(nets.model, x, y)\n"},
    "in a try": {"nets.py": NETS, "a.py": LOSS + "try:\n    from nets import Soft\nexcept ImportError:\n    Soft = None\nstep(Soft(), x, y)\n"},
    "in a function": {"nets.py": NETS, "a.py": LOSS + "def main():\n    from nets import Soft\n    step(Soft(), x, y)\nmain()\n"},
    "in a circle": {"a.py": LOSS + "import b\n" + NETS + "def make():\n    return Soft()\nb.run(step)\n", "b.py": "import a\ndef run(step):\n    step(a.make(), 1, 2)\n"},
    "in a circle, by a name that isn't there yet": {"a.py": LOSS + "from b import run\n" + NETS + "run(step)\n", "b.py": "def run(step):\n    from a import Soft\n    step(Soft(), 1, 2)\n"},
    "by a function elsewhere": {"nets.py": NETS + "def make():\n    return Soft()\n", "a.py": LOSS + "from nets import make\nstep(make(), x, y)\n"},
    "by a dict elsewhere": {"nets.py": NETS + "MODELS = {'soft': Soft}\n", "a.py": LOSS + "from nets import MODELS\nstep(MODELS['soft'](), x, y)\n"},
    "by a base class elsewhere": {"nets.py": NETS, "a.py": LOSS + "from nets import Soft\nclass More(Soft):\n    pass\nstep(More(), x, y)\n"},
    "by a loss elsewhere": {"losses.py": LOSS, "nets.py": NETS, "a.py": "from losses import step\nfrom nets import Soft\nstep(Soft(), x, y)\n"},
    "by vars of a star": {"nets/__init__.py": "from .soft import *\n", "nets/soft.py": NETS, "a.py": LOSS + "import nets\nstep(vars(nets)['Soft'](), x, y)\n"},
    "by vars of two stars of one star": {
        "nets/__init__.py": "from .a import *\nfrom .b import *\n", "nets/a.py": "from .soft import *\n", "nets/b.py": "from .soft import *\n",
        "nets/soft.py": NETS, "a.py": LOSS + "import nets\nstep(vars(nets)['Soft'](), x, y)\n",
    },
    "by vars of a star that is told": {"nets/__init__.py": "from .soft import *\n", "nets/soft.py": "__all__ = ['Soft']\n" + NETS, "a.py": LOSS + "import nets\nstep(vars(nets)['Soft'](), x, y)\n"},
    "by a name that may be set again": {"nets.py": NETS, "a.py": LOSS + "import sys\nfrom nets import Soft\nif len(sys.argv) > 3:\n    Soft = Soft\nstep(Soft(), x, y)\n"},
    "by a dict that another file fills": {"reg.py": "MODELS = dict()\n", "nets.py": NETS + FILLS, "a.py": LOSS + "import nets\n" + ASKS},
    "by a dict that a module of a package fills": {"reg.py": "MODELS = {}\n", "pkg/__init__.py": "", "pkg/nets.py": NETS + FILLS, "a.py": LOSS + "from pkg import nets\n" + ASKS},
    **{
        f"to {what} that a trainer elsewhere is given": {"nets.py": NETS, "trainer.py": TRAINER, "a.py": TRAINS + given}
        for what, given in {
            "a loss": "Trainer(Soft(), nn.CrossEntropyLoss())\n",
            "a function": "def criterion(p, t):\n    return F.cross_entropy(p, t)\nTrainer(Soft(), criterion)\n",
            "a lambda": "Trainer(Soft(), lambda p, t: F.cross_entropy(p, t))\n",
            "an own loss": "class Loss(nn.Module):\n    def forward(self, p, t):\n        return F.cross_entropy(p, t)\nTrainer(Soft(), Loss())\n",
        }.items()
    },
    "by what an object keeps": {"nets.py": NETS, "steps.py": STEPS + KEEPS, "a.py": "from nets import Soft\nfrom steps import App\napp = App()\ndef go(x, y):\n    return app.trainer(Soft(), x, y)\n"},
    "by what a base keeps": {"nets.py": NETS, "steps.py": STEPS + KEEPS, "a.py": "from nets import Soft\nfrom steps import App\nclass Main(App):\n    def go(self, x, y):\n        return self.trainer(Soft(), x, y)\n"},
    "by a global of a global": {"nets.py": NETS, "steps.py": STEPS + "one = Step()\ntwo = one\nthree = two\n", "a.py": "from nets import Soft\nfrom steps import three\nthree(Soft(), 1, 2)\n"},
    "by a method of what is in a dict": {"nets.py": NETS, "steps.py": STEPS + "steps = {'a': Step()}\n", "a.py": "from nets import Soft\nfrom steps import steps\ndef go(x, y):\n    return steps['a'].scored(Soft(), x, y)\n"},
    "by a registry, of a file with much else in it": {
        "reg.py": "MODELS = {}\n", "nets.py": NETS + FILLS + "".join(f"n{number} = {number}\n" for number in range(60)),
        "a.py": LOSS + "import nets, sys\nfrom reg import MODELS\nstep(MODELS[sys.argv[1]](), x, y)\n",
    },
    **{
        f"by a registry, {how}": {"nets.py": NETS + given, **files, "a.py": LOSS + "import nets\n" + ASKS}
        for how, (given, files) in {
            "through a function under another name": ("from more import register_it as register\nregister('soft')(Soft)\n", {
                "reg.py": "MODELS = {}\ndef add(name):\n    def put(made):\n        MODELS[name] = made\n        return made\n    return put\n",
                "more.py": "from reg import add\nregister_it = add\n",
            }),
            "through a function that a branch defines": ("from more import register\nregister('soft', Soft)\n", {
                "reg.py": "MODELS = {}\n",
                "more.py": "import reg as r\ntry:\n    def register(name, made):\n        r.MODELS[name] = made\nfinally:\n    pass\n",
            }),
            "through a function that takes all names": ("from more import *\nregister('soft', Soft)\n", {
                "reg.py": "MODELS = {}\n", "more.py": "from reg import *\ndef register(name, made):\n    \"\"\"\nKeeps.\n\"\"\"\n    MODELS[name] = made\n",
            }),
            "of an object": ("from reg import registry\nregistry.register('soft', Soft)\n", {
                "reg.py": "class Registry:\n    def __init__(self):\n        self.known = {}\n    def register(self, name, made):\n"
                "        self.known[name] = made\nregistry = Registry()\nMODELS = registry.known\n",
            }),
            "of a class": ("from reg import Base\nBase.register('soft', Soft)\n", {
                "reg.py": "class Base:\n    known = {}\n    @classmethod\n    def register(cls, name, made):\n        cls.known[name] = made\nMODELS = Base.known\n",
            }),
            "all of it": ("import reg\nreg.MODELS['soft'] = Soft\n", {"reg.py": "MODELS = {}\n"}),
        }.items()
    },
    **{
        f"by a registry that a package fills {how}": {"reg.py": "MODELS = {}\n", "pkg/nets.py": NETS, **files, "a.py": LOSS + "import pkg\n" + ASKS}
        for how, files in {
            "itself": {"pkg/__init__.py": "from .nets import Soft\nfrom reg import MODELS\nMODELS['soft'] = Soft\n"},
            "by names that are computed": {
                "pkg/__init__.py": "from tools import load\nload(__name__)\n", "pkg/nets.py": NETS + FILLS,
                "tools.py": "import importlib\ndef load(name):\n    importlib.import_module('pkg.nets')\n",
            },
            "in a package of it": {"pkg/__init__.py": "from . import zoo\n", "pkg/zoo/__init__.py": "from .. import nets\n", "pkg/nets.py": NETS + FILLS},
        }.items()
    },
    **{
        f"by a star of a file that makes the name {how}": {"nets.py": NETS, "more.py": made, "a.py": LOSS + "from more import *\nstep(Made(), x, y)\n"}
        for how, made in {
            "beside another": "from nets import Soft\nother, Made = 1, Soft\n",
            "in a loop": "from nets import Soft\nfor Made in [Soft]:\n    pass\n",
            "among imports": "from nets import (\n    Soft as\n    Made,\n)\n",
            "with a type": "from nets import Soft\nMade: type = Soft\n",
            "in an expression": "from nets import Soft\nprint(Made := Soft)\n",
        }.items()
    },
    "beside a file that is too much work": {
        "long.py": "z = [0]\n" + "".join(f"{' ' * 4 * n}for {i} in range(16):\n" for n, i in enumerate("ijkl")) + " " * 16 + "z = [i, j, k, l, z[i]]\nn = 3\n",
        "nets.py": NETS, "a.py": LOSS + "from nets import Soft\nfrom long import n\nprint(n)\nstep(Soft(), x, y)\n",
    },
}  # fmt: skip

NOT_REACHED: dict[str, dict[str, str]] = {
    "a file that isn't there": {"a.py": LOSS + "from nets import Soft\nstep(Soft(), x, y)\n"},
    "a file that isn't there, in a package": {"pkg/__init__.py": "", "pkg/a.py": LOSS + "from .nets import Soft\nfrom . import other as o\nstep(Soft(), x, o.y)\n"},
    "a name that isn't there": {"nets.py": NETS, "a.py": LOSS + "from nets import Hard\nstep(Hard(), x, y)\n"},
    "a name that a star leaves out": {"nets.py": "__all__ = ['Other']\nclass Other: pass\n" + NETS, "a.py": LOSS + "from nets import *\nstep(Soft(), x, y)\n"},
    "a name with an underscore": {"nets.py": NETS + "_Soft = Soft\n", "a.py": LOSS + "from nets import *\nstep(_Soft(), x, y)\n"},
    "what isn't Python": {"nets.py": NETS + "def (:\n", "a.py": LOSS + "from nets import Soft\nstep(Soft(), x, y)\n"},
    "what isn't Python, by its module": {"nets.py": NETS + "def (:\n", "a.py": LOSS + "import nets\nstep(nets.Soft(), x, y)\n"},
    "vars of a star with many names": {
        "nets/__init__.py": "from .soft import *\n", "nets/soft.py": NETS + "".join(f"n{number} = {number}\n" for number in range(450)),
        "a.py": LOSS + "import nets\nstep(vars(nets)['Soft'](), x, y)\n",
    },
    "a name that is something else by then": {"nets.py": NETS + "Soft = None\n", "a.py": LOSS + "from nets import Soft\nstep(Soft(), x, y)\n"},
    "a loss that another file has in its place": {"pkg/__init__.py": "", "pkg/nets.py": NETS, "pkg/a.py": "from torch.nn.functional import cross_entropy\nfrom .losses import cross_entropy\nfrom .nets import Soft\ncross_entropy(Soft()(x), y)\n"},
    "a name that is deleted": {"nets.py": NETS + "del Soft\n", "a.py": LOSS + "from nets import Soft\nstep(Soft(), x, y)\n"},
    "a dict that wasn't empty, and that another file fills": {"reg.py": "MODELS = dict(other=None)\n", "nets.py": NETS + FILLS, "a.py": LOSS + "import nets\n" + ASKS},
}  # fmt: skip


def findings(files: dict[str, str], end: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Finding, ...]:
    for name, text in {"pyproject.toml": "", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text.replace("{end}", end), encoding="utf-8")
    monkeypatch.chdir(folder)
    return session.lint(discovery.discover(["."], Settings()).files, Settings()).findings


def codes(files: dict[str, str], end: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    return {finding.code for finding in findings(files, end, folder, monkeypatch)}


@pytest.mark.parametrize("name", REACHED)
def test_probabilities_come_from_another_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(REACHED[name], "Softmax(dim=1)", tmp_path, monkeypatch) == {"LL101"}


@pytest.mark.parametrize("name", REACHED)
def test_logits_come_from_another_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(REACHED[name], "Identity()", tmp_path, monkeypatch) == set()


@pytest.mark.parametrize("name", [name for name in REACHED if "registry" in name or "dict" in name])
def test_a_registry_of_a_large_project_is_filled_by_who_leads_to_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only those files are run, and all of them."""
    monkeypatch.setattr(registration, "FEW_FILES", 0)
    assert codes(REACHED[name], "Softmax(dim=1)", tmp_path, monkeypatch) == {"LL101"}


@pytest.mark.parametrize("name", REACHED)
def test_a_registry_to_which_too_much_leads_to_tell_is_filled_all_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registration, "FEW_FILES", 0)
    monkeypatch.setattr(references, "MOST_REACHED", 0)
    assert codes(REACHED[name], "Softmax(dim=1)", tmp_path, monkeypatch) == {"LL101"}


@pytest.mark.parametrize("name", NOT_REACHED)
def test_what_does_not_come_is_not_known(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(NOT_REACHED[name], "Softmax(dim=1)", tmp_path, monkeypatch) == set()


def test_the_choice_of_a_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parser = "import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument('--kind', choices=['nets', 'other'])\nargs = parser.parse_args()\n"
    program = LOSS + parser + "import importlib\nstep(importlib.import_module(args.kind).Soft(), x, y)\n"
    files = {"nets.py": NETS, "other.py": NETS.replace("{end}", "Identity()"), "a.py": program}
    found = findings(files, "Softmax(dim=1)", tmp_path, monkeypatch)
    assert [(finding.code, finding.condition) for finding in found] == [("LL101", "args.kind == 'nets'")]


@pytest.mark.parametrize(("end", "found"), [("Softmax(dim=1)", {"LL111"}), ("Identity()", set())])
def test_a_loss_by_hand_is_in_another_file(end: str, found: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    losses = "import torch\ndef entropy(p, t):\n    return -(t * torch.log(p)).sum(1).mean()\n"
    used = "from losses import entropy\nfrom nets import Soft\ndef step(x, t):\n    return entropy(Soft()(x), t)\n"
    assert codes({"nets.py": NETS, "losses.py": losses, "a.py": used}, end, tmp_path, monkeypatch) == found
