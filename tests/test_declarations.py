"""Losses and layers of one's own: declared in the settings, or shipped by a plugin."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import Run

from losslint import frameworks
from losslint.frameworks.vocabulary import Activate, Affine, Api, Gives, Loss, Model, Opaque, Same
from losslint.hierarchy import load
from losslint.settings import SettingsError

SMOOTH = """\
[tool.losslint.losses."mylib.losses.SmoothCE"]
takes = "logits"
family = "softmax"
labels = "indices"
call = "input, target"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="utf-8")


def findings(run: Run, *arguments: str) -> list[dict[str, object]]:
    content = json.loads(run(*arguments, "--output-format", "json").out)
    assert content["errors"] == []
    found: list[dict[str, object]] = content["findings"]
    return found


def codes(run: Run, *arguments: str) -> list[str]:
    return [f"{f['path']}:{f['line']}:{f['code']}" for f in findings(run, *arguments)]


# ---- losses

TRAIN = """\
import torch.nn.functional as F
from mylib.losses import SmoothCE
import mylib as m

criterion = SmoothCE(0.1)

def train(model, x, y):
    p = F.softmax(F.linear(x, y), dim=1)
    return criterion(p, y)

def other(x, y):
    logits = F.linear(x, y)
    return m.losses.SmoothCE()(target=y, input=logits.softmax(1)) + criterion(logits, y)
"""


def test_a_library_loss(run: Run) -> None:
    write("train.py", TRAIN)
    assert codes(run) == []
    write("pyproject.toml", SMOOTH)
    assert codes(run) == ["train.py:9:LL101", "train.py:13:LL101"]
    (first, _) = findings(run)
    assert str(first["message"]).startswith("SmoothCE applies log_softmax to what went through softmax already")


def test_fixes_write_no_other_function_of_a_library_that_is_not_known(run: Run) -> None:
    """mylib.BCELoss need not have a BCEWithLogitsLoss beside it, as torch's has."""
    write(
        "train.py",
        "import torch.nn as nn\nimport torch\nimport mylib\n\n"
        "def train(x, w, y):\n"
        "    logits = torch.nn.functional.linear(x, w)\n"
        "    return mylib.BCELoss()(logits, y), nn.BCELoss()(logits, y)\n",
    )
    write(
        "pyproject.toml",
        '[tool.losslint.losses."mylib.BCELoss"]\ncall = "input, target"\ntakes = "probabilities"\nfamily = "sigmoid"\n'
        'labels = "binary"\n',
    )
    own, torchs = findings(run)
    assert (own["code"], torchs["code"]) == ("LL106", "LL106")
    assert own["fix"] is None
    assert torchs["fix"] is not None


def test_a_function(run: Run) -> None:
    write(
        "a.py",
        "from mylib import smooth_ce as loss_of\n\n"
        "def train(x, w, y):\n"
        "    return loss_of(y, (x @ w).softmax(-1)), loss_of(y, x.softmax(-1), logits=False)\n",
    )
    write(
        "pyproject.toml",
        '[tool.losslint.losses."mylib.functional.smooth_ce"]\naliases = ["mylib.smooth_ce"]\nlogits = "logits"\n'
        'function = "labels, scores, logits=True"\ninput = "scores"\ntarget = "labels"\ntakes = "probabilities"\n'
        'family = "softmax"\nlabels = "indices"\n',
    )
    assert codes(run) == ["a.py:4:LL101"]
    (finding,) = findings(run)
    assert finding["column"] == 12


def test_switches_and_an_axis(run: Run) -> None:
    write(
        "a.py",
        "import torch.nn.functional as F\nfrom mylib import Loss\n\n"
        "def train(x, w, y):\n"
        "    p = F.softmax(F.linear(x, w), dim=-1)\n"
        "    a = Loss(p, y)\n"
        '    b = Loss(mode="multi")(p, y)\n'
        '    c = Loss(mode="binary")(p, y)\n'
        "    return a, b, c, Loss(mode=w)(p, y)\n",
    )
    write(
        "pyproject.toml",
        '[tool.losslint.losses."mylib.Loss"]\ninit = "mode=None"\ncall = "input, target"\ntakes = "any"\n'
        'family = "overlap"\nlabels = "same"\nswitches = [\n'
        '  { argument = "mode", value = "multi", takes = "logits", family = "softmax", labels = "indices" },\n'
        '  { argument = "mode", value = "binary", takes = "logits", family = "sigmoid" },\n]\n',
    )
    assert codes(run) == ["a.py:7:LL101", "a.py:8:LL105"]


LOSSES = """\
import torch.nn as nn
import torch.nn.functional as F


class SmoothCE(nn.Module):
    def forward(self, input, target):
        # what it does with them depends on a file that nobody reads
        return F.cross_entropy(unknown(input), target)
"""

USES = """\
import torch.nn.functional as F
from {module} import {name}

def train(x, w, y):
    return {name}()(F.softmax(F.linear(x, w), dim=1), y)
"""


@pytest.mark.parametrize("prefix", ["", "src/"])
def test_a_loss_of_the_project_itself(run: Run, prefix: str) -> None:
    """What the settings say of it overrides evaluating its body, under whatever name it is imported."""
    write(f"{prefix}pkg/__init__.py", "from .losses import *\n")
    write(f"{prefix}pkg/losses.py", LOSSES)
    write("absolute.py", USES.format(module="pkg.losses", name="SmoothCE"))
    write("exported.py", USES.format(module="pkg", name="SmoothCE"))
    write(f"{prefix}pkg/relative.py", USES.format(module=".losses", name="SmoothCE"))
    assert codes(run) == []
    names = ("absolute.py", "exported.py", f"{prefix}pkg/relative.py")
    expected = [f"{name}:5:LL101" for name in sorted(names)]
    for name in ("pkg.losses.SmoothCE", "pkg.SmoothCE"):
        write("pyproject.toml", SMOOTH.replace("mylib.losses.SmoothCE", name))
        assert codes(run) == expected
        assert codes(run, "absolute.py") == ["absolute.py:5:LL101"]


def test_a_loss_of_the_project_is_silenced(run: Run) -> None:
    write("losses.py", "import torch.nn.functional as F\n\ndef my_loss(p, y):\n    return F.cross_entropy(p, y)\n")
    write("a.py", USES.format(module="losses", name="my_loss").replace("()(", "("))
    assert codes(run) == ["losses.py:4:LL101"]
    write(
        "pyproject.toml",
        '[tool.losslint.losses."losses.my_loss"]\nfunction = "p, y"\ninput = "p"\ntarget = "y"\ntakes = "any"\n'
        'family = "softmax"\nlabels = "indices"\n',
    )
    assert codes(run) == []


def test_the_nearest_of_several(run: Run) -> None:
    """A name means the module nearest to the project's top, not every file of that name."""
    write("losses.py", LOSSES)
    write("old/losses.py", LOSSES.replace("unknown(input)", "input"))
    write("a.py", USES.format(module="losses", name="SmoothCE"))
    write("old/__init__.py", "")
    write("old/b.py", USES.format(module=".losses", name="SmoothCE"))
    write("pyproject.toml", SMOOTH.replace("mylib.losses", "losses").replace('"logits"', '"any"'))
    assert codes(run) == ["old/losses.py:8:LL101"]


def test_only_the_word_itself_selects_a_file(run: Run) -> None:
    write("pyproject.toml", SMOOTH.replace("SmoothCE", "Loss"))
    write("a.py", "import x\n\nclass NoLossAtAll:\n    pass\n")
    write("b.py", "from mylib.losses import Loss\n")
    content = json.loads(run("--output-format", "json").out)
    assert content["statistics"]["selected"] == 1


def test_what_is_declared_holds_for_one_run(run: Run) -> None:
    write("train.py", TRAIN)
    write("pyproject.toml", SMOOTH)
    assert len(codes(run)) == 2
    assert codes(run, "--isolated") == []
    assert frameworks.lookup("mylib.losses.SmoothCE") is None


# ---- layers

LAYERS = """\
import torch.nn as nn
from mylib.nn import Head, Soft, Keep

class Net(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.fc = Keep(nn.Linear(3, 10))
        self.head = Head(32, 10)
        self.soft = Soft(dim=1)

    def forward(self, x):
        return self.{last}(self.fc(x))

def train(x, y):
    return nn.CrossEntropyLoss()(Net(10)(x), y)
"""


def layer(name: str, *lines: str) -> str:
    return f'[tool.losslint.layers."mylib.nn.{name}"]\n' + "\n".join(lines) + "\n"


def test_a_layer(run: Run) -> None:
    write("a.py", LAYERS.format(last="head"))
    write("pyproject.toml", layer("Head", 'init = "features, classes"', 'call = "x"', 'scale = "probabilities"'))
    (finding,) = findings(run)
    assert finding["code"] == "LL101"
    assert "what went through Head already" in str(finding["message"])
    # what makes probabilities by whatever means is more than an activation, and isn't taken away
    assert finding["fix"] is None
    given = ('init = "features, classes"', 'call = "x"', 'scale = "probabilities"', 'units = "classes"')
    write("pyproject.toml", layer("Head", *given))
    (finding,) = findings(run)
    assert "with 10 classes the loss can't fall below" in str(finding["message"])
    write("pyproject.toml", layer("Head", 'call = "x"', 'scale = "probabilities"', 'class-axis = 1', 'rank = 2'))
    assert codes(run) == ["a.py:15:LL101"]
    write("pyproject.toml", layer("Head", 'call = "x"', 'scale = "logits"', 'init = "n, classes"', 'units = "classes"'))
    assert findings(run) == []
    write("a.py", LAYERS.format(last="head").replace("Head(32, 10)", "Head(32, 1)"))
    assert codes(run) == ["a.py:15:LL112"]
    write("pyproject.toml", layer("Head", 'call = "x"', 'scale = "independent-probabilities"'))
    assert codes(run) == ["a.py:15:LL103"]
    write("pyproject.toml", layer("Head", 'call = "x"', 'scale = "unknown"'))
    assert codes(run) == []


def test_an_activation(run: Run) -> None:
    write("a.py", LAYERS.format(last="soft"))
    declared = layer("Keep", 'call = "x"', 'init = "layer"', 'scale = "same"')
    write(
        "pyproject.toml",
        declared + layer("Soft", 'init = "dim"', 'call = "x"', 'activation = "softmax"', 'axis = "dim"'),
    )
    (finding,) = findings(run)
    assert "what went through mylib.nn.Soft already" in str(finding["message"])
    assert run("--fix", "--unsafe-fixes").status == 0
    assert "return self.fc(x)" in Path("a.py").read_text()


def test_a_model_of_the_project_itself(run: Run) -> None:
    write("nets.py", "import secret\n\ndef build(classes):\n    return secret.build(classes)\n")
    write(
        "a.py",
        "from nets import build\n\nmodel = build(10)\nmodel.compile(loss='sparse_categorical_crossentropy')\n",
    )
    assert codes(run) == []
    write(
        "pyproject.toml",
        '[tool.losslint.layers."nets.build"]\ninit = "classes"\ncall = "inputs"\nscale = "logits"\nmodel = true\n'
        'units = "classes"\n',
    )
    assert codes(run) == ["a.py:4:LL401"]


def test_an_argument_that_puts_an_activation_at_the_end(run: Run) -> None:
    write(
        "a.py",
        "import torch.nn as nn\nfrom mylib import Net\n\n"
        "def train(x, y):\n"
        "    one = nn.CrossEntropyLoss()(Net(classes=10)(x), y)\n"
        "    two = nn.CrossEntropyLoss()(Net(classes=10, act=None)(x), y)\n"
        "    return one + two + nn.CrossEntropyLoss()(Net(classes=10, act='sigmoid')(x), y)\n",
    )
    write(
        "pyproject.toml",
        '[tool.losslint.layers."mylib.Net"]\ninit = "*, classes, act=\'softmax\'"\ncall = "x"\nscale = "logits"\n'
        'activation-argument = "act"\n',
    )
    assert codes(run) == ["a.py:5:LL101", "a.py:7:LL103"]


# ---- what the keys come to


def test_what_a_declaration_comes_to() -> None:
    write(
        "losslint.toml",
        """\
[losses."m.A"]
call = "input, target"
takes = "logits"
family = "softmax"
labels = "indices"
framework = "torch"
[losses."m.B"]
init = "weight, from_logits=False"
call = "y_true, y_pred"
input = "y_pred"
target = "y_true"
takes = "probabilities"
family = "sigmoid"
labels = "binary"
framework = "keras"
logits = "from_logits"
checks-dtype = true
shapes = "equal"
[losses."m.c"]
function = "input, target, dim=1"
takes = "logits"
applies = "nothing"
family = "softmax"
labels = "one-hot"
axis = "dim"
class-axis = 2
[layers."m.D"]
call = "x"
scale = "logits"
units = "n"
class-axis = 1
rank = 4
[layers."m.E"]
call = "x"
scale = "unit"
[layers."m.f"]
function = "t, axis"
activation = "log_softmax"
axis = "axis"
[layers."m.G"]
call = "inputs"
scale = "logits"
model = true
[layers."m.H"]
call = "x"
scale = "unknown"
rank = 3
[layers."m.I"]
call = "other, x"
scale = "same"
""",
    )
    table = load([]).run.declared.table
    a, b, c = (table[name].effect for name in ("m.A", "m.B", "m.c"))
    assert isinstance(a, Loss)
    assert isinstance(b, Loss)
    assert isinstance(c, Loss)
    assert (a.applies, a.input, a.target, a.class_axis, a.framework) == ("log_softmax", "input", "target", 1, "torch")
    assert (b.applies, b.input, b.target, b.class_axis, b.logits) == (None, "y_pred", "y_true", None, "from_logits")
    assert (b.checks_dtype, b.shapes, a.shapes) == (True, "equal", None)
    assert (c.applies, c.class_axis, c.axis, c.framework) == (None, 2, "dim", "other")
    assert (table["m.c"].call, table["m.A"].text, table["m.A"].call) == (None, "*args, **kwargs", "input, target")
    d, e, f, g, h, i = (table[f"m.{name}"].effect for name in "DEfGHI")
    assert isinstance(d, Affine)
    assert (d.units, d.axis, d.rank, d.keeps_rank, d.input) == ("n", 1, 4, False, "x")
    assert isinstance(e, Gives)
    assert e.title == "E"
    assert isinstance(f, Activate)
    assert (f.input, f.axis, f.title) == ("t", "axis", "m.f")
    assert isinstance(g, Model)
    assert isinstance(h, Opaque)
    assert h.rank == 3
    assert isinstance(i, Same)
    assert i.input == "x"


LOSS = 'call = "input, target"\ntakes = "logits"\nfamily = "softmax"\nlabels = "indices"\n'
HEAD = 'call = "x"\nscale = "logits"\n'


@pytest.mark.parametrize(
    ("kind", "name", "text", "message"),
    [
        ("losses", "m.L", LOSS + "tales = 1", "has an unknown key 'tales' (did you mean 'takes'?)"),
        ("losses", "m.L", LOSS + "zzz = 1", "has an unknown key 'zzz' (the keys are call, function, init, "),
        ("losses", "m.L", LOSS.replace('"logits"', '"logit"'),
         "takes must be one of logits, log-probabilities, probabilities, any, not 'logit' (did you mean 'logits'?)"),
        ("losses", "m.L", LOSS.replace('takes = "logits"', ""), "takes is missing: it must be one of logits, "),
        ("losses", "m.L", LOSS.replace('labels = "indices"', ""), "labels is missing: it must be one of indices, "),
        ("losses", "m.L", LOSS.replace('"softmax"', "3"), "family must be one of softmax, sigmoid, "),
        ("losses", "m.L", LOSS.replace('"input, target"', '"input, , target"'), "call must list parameters as Python"),
        ("losses", "m.L", LOSS.replace('"input, target"', '"input, target=f()"'), "call must list parameters as Python"),
        ("losses", "m.L", LOSS.replace('"input, target"', "[1]"), "call must be a string, not [1]"),
        ("losses", "m.L", LOSS.replace("target", "labels"), "target is missing: it must be one of the parameters input, labels"),
        ("losses", "m.L", LOSS + 'target = "targets"', "input, target, not 'targets' (did you mean 'target'?)"),
        ("losses", "m.L", LOSS + 'init = "a"\nlogits = "b"', "logits must be one of the parameters input, target, a, not 'b'"),
        ("losses", "m.L", LOSS + 'function = "input, target"', "function is for a function, and call for a class: use one"),
        ("losses", "m.L", LOSS.replace("call", "init"), "call is missing: the parameters of calling the object"),
        ("losses", "m.L", LOSS + 'framework = "pytorch"', "framework must be one of torch, keras, not 'pytorch' (did you mean"),
        ("losses", "m.L", LOSS + "class-axis = true", "class-axis must be a whole number, not True"),
        ("losses", "m.L", LOSS + 'checks-dtype = "yes"', "checks-dtype must be true or false, not 'yes'"),
        ("losses", "m.L", LOSS + "aliases = 'm.M'", "aliases must be a list of strings, not 'm.M'"),
        ("losses", "m.L", LOSS + "switches = 1", "switches must be a list of tables"),
        ("losses", "m.L", LOSS + "switches = [{ value = 1 }]", "switches: argument is missing"),
        ("losses", "m.L", LOSS + 'switches = [{ argument = "x" }]', "switches: value must be the value of the argument"),
        ("losses", "m.L", LOSS + 'switches = [{ argument = "x", value = 1 }]', "switches: x changes nothing: say one of takes, "),
        ("losses", "m.L", LOSS + 'switches = [{ argument = "x", value = 1, take = "any" }]', "(did you mean 'takes'?)"),
        ("losses", "SmoothCE", LOSS, "the name must be a dotted import path, as in mylib.losses.SmoothCE"),
        ("losses", "m-1.L", LOSS, "the name must be a dotted import path"),
        ("layers", "m.H", "call = 'x'", "scale or activation: exactly one must be given; scale is one of logits, "),
        ("layers", "m.H", HEAD + 'activation = "softmax"', "scale or activation: exactly one must be given"),
        ("layers", "m.H", HEAD.replace("logits", "probability"),
         "scale must be one of logits, probabilities, independent-probabilities, "),
        ("layers", "m.H", HEAD.replace("logits", "probability"), "not 'probability' (did you mean 'probabilities'?)"),
        ("layers", "m.H", 'call = "x"\nactivation = "soft_max"', "not 'soft_max' (did you mean 'softmax'?)"),
        ("layers", "m.H", 'call = "x"\nactivation = "softmax"\nunits = "n"', "units has no meaning beside activation"),
        ("layers", "m.H", HEAD + 'axis = "dim"', "axis has no meaning beside scale = 'logits'"),
        ("layers", "m.H", HEAD + 'init = "n"\nunits = "m"', "units must be one of the parameters x, n, not 'm'"),
        ("layers", "m.H", HEAD + "rank = 2", "rank says nothing unless class-axis or units says where the classes are"),
        ("layers", "m.H", HEAD.replace("logits", "same") + "rank = 2", "rank has no meaning beside scale = 'same'"),
        ("layers", "m.H", HEAD.replace("logits", "unit") + "model = true", "model has no meaning beside scale = 'unit'"),
        ("layers", "m.H", HEAD.replace("call", "function") + "model = true", "model is for what makes a model"),
        ("layers", "m.H", HEAD + 'default-activation = "softmax"', "has no meaning without activation-argument"),
        ("layers", "m.H", HEAD.replace('"x"', '""'), "call has no parameter that takes the input"),
    ],
)  # fmt: skip
def test_wrong_declarations(kind: str, name: str, text: str, message: str) -> None:
    write("pyproject.toml", f'[tool.losslint.{kind}."{name}"]\n{text}\n')
    with pytest.raises(SettingsError) as caught:
        load(["."])
    assert str(caught.value).startswith(f'pyproject.toml: tool.losslint.{kind}."{name}"')
    assert message in str(caught.value)


def test_wrong_tables() -> None:
    write("losslint.toml", "losses = 3\n")
    with pytest.raises(SettingsError, match="losses must be a table, with a table for each dotted name"):
        load(["."])
    write("losslint.toml", "[losses]\n'm.L' = 3\n")
    with pytest.raises(SettingsError, match=r'losses."m.L" must be a table'):
        load(["."])
    write("losslint.toml", f'[losses."m.L"]\n{LOSS}[layers."m.H"]\naliases = ["m.L"]\n{HEAD}')
    with pytest.raises(SettingsError, match=r'layers."m.H": m.L is declared twice'):
        load(["."])


def test_a_wrong_declaration_on_the_command_line(run: Run) -> None:
    write("pyproject.toml", SMOOTH.replace('"logits"', '"logit"'))
    done = run()
    assert done.status == 2
    assert 'pyproject.toml: tool.losslint.losses."mylib.losses.SmoothCE": takes must be one of' in " ".join(
        done.err.split()
    )


# ---- methods, and names that something is assigned to

METHODS = """\
import fast_losses
import torch
import torch.nn as nn
from engine import trained


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 10)
        self.criterion = fast_losses.make("xent")

    def forward(self, x):
        return torch.softmax(self.fc(x), dim=1)

    def loss(self, scores, labels):
        return trained(scores, labels)

    @staticmethod
    def plain(scores, labels):
        return trained(scores, labels)

    def step(self, x, y):
        a = self.criterion(self(x), y)
        return a + self.loss(self(x), y)


if trained is None:
    xent = fast_losses.slow
else:
    xent = fast_losses.make("xent")
typed: nn.Module = fast_losses.make("xent")


def shared(scores, labels):
    return trained(scores, labels)


class Tasks:
    loss = shared
"""
USES_METHODS = """\
import models
from models import Net, typed, xent


def train(x, y):
    net = Net()
    a = net.loss(net(x), y)
    b = Net.plain(net(x), y)
    c = xent(net(x), y)
    d = typed(net(x), y)
    e = models.xent(net(x), y)
    f = Net.loss(net, net(x), y)
    return a + b + c + d + e + f


class Other:
    def loss(self, scores, labels):
        return scores


def others(x, y):
    net = Net()
    return Other().loss(net(x), y)


def tasks(x, y):
    return models.Tasks.loss(Net()(x), y)
"""


def declared_loss(name: str) -> str:
    return (
        f'[tool.losslint.losses."{name}"]\nfunction = "scores, labels"\ninput = "scores"\ntarget = "labels"\n'
        'takes = "logits"\nfamily = "softmax"\nlabels = "indices"\n'
    )


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("models.Net.loss", ["models.py:25", "train.py:7"]),
        ("models.Net.plain", ["train.py:8"]),
        ("models.Net.criterion", ["models.py:24"]),
        ("models.xent", ["train.py:9", "train.py:11"]),
        ("models.typed", ["train.py:10"]),
        ("models.shared", ["train.py:27"]),
        ("models.Net.none", []),
        ("models.None.loss", []),
    ],
)
def test_methods_and_assigned_names(run: Run, name: str, places: list[str]) -> None:
    write("models.py", METHODS)
    write("train.py", USES_METHODS)
    write("pyproject.toml", declared_loss(name))
    assert codes(run) == [f"{place}:LL101" for place in places]


def test_a_layer_that_is_a_method(run: Run) -> None:
    write(
        "a.py",
        "import torch.nn as nn\nfrom outside import soften\n\nclass Net(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(3, 10)\n\n"
        "    def head(self, x):\n        return soften(x)\n\n"
        "    def forward(self, x):\n        return self.head(self.fc(x))\n\n"
        "def train(x, y):\n    return nn.CrossEntropyLoss()(Net()(x), y)\n",
    )
    assert codes(run) == []
    write("pyproject.toml", '[tool.losslint.layers."a.Net.head"]\nfunction = "x"\nscale = "probabilities"\n')
    assert codes(run) == ["a.py:16:LL101"]


# ---- plugins

PLUGIN = """\
from losslint.frameworks.vocabulary import Api, Loss

TABLE = {"mylib.losses.SmoothCE": Api("smoothing=0.1", Loss("SmoothCE", "logits", "softmax", "indices", "torch",
                                                            "log_softmax"), "input, target")}
NAMESPACES = {"mylib.core.losses": "mylib.losses"}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages, with the plugin `mylib_losslint`."""
    folder = tmp_path / "site"
    info = folder / "mylib_losslint-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mylib-losslint\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[losslint.frameworks]\nmylib = mylib_losslint\n")
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    frameworks._installed.cache_clear()
    yield folder
    sys.modules.pop("mylib_losslint", None)
    frameworks._installed.cache_clear()


def test_a_plugin(run: Run, site: Path) -> None:
    (site / "mylib_losslint.py").write_text(PLUGIN)
    write("project/train.py", TRAIN)
    write("project/b.py", USES.format(module="mylib.core.losses", name="SmoothCE"))
    assert codes(run, "project") == ["project/b.py:5:LL101", "project/train.py:9:LL101", "project/train.py:13:LL101"]
    # The project's own word counts more than the plugin's.
    write("project/pyproject.toml", SMOOTH.replace('"logits"', '"any"'))
    assert codes(run, "project") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("import nothing_of_that_name", "can't be imported: ModuleNotFoundError"),
        ("1 / 0", "can't be imported: ZeroDivisionError"),
        ("", "TABLE must map dotted names to `losslint.frameworks.vocabulary.Api`"),
        ("TABLE = {'a.B': 3}", "TABLE must map dotted names"),
        (PLUGIN + "NAMESPACES = ['a']", "NAMESPACES must map dotted names to dotted names"),
        (PLUGIN + "TOKENS = b'abc'", "TOKENS must be a tuple of bytes"),
        (PLUGIN.replace("smoothing=0.1", "smoothing="), "the signature of mylib.losses.SmoothCE can't be read"),
    ],
)
def test_a_broken_plugin(run: Run, site: Path, text: str, message: str) -> None:
    (site / "mylib_losslint.py").write_text(text + "\n")
    done = run()
    assert (done.status, done.out) == (2, "1 plugin could not be used.\n")
    assert "the plugin 'mylib' (losslint.frameworks: mylib_losslint)" in " ".join(done.err.split())
    assert message in " ".join(done.err.split())


def test_a_plugin_without_tokens_selects_files_all_the_same() -> None:
    contract = Loss("X", "logits", "softmax", "indices", "torch")
    extension = frameworks.Extension(
        {
            "m.Own": Api("", contract, "input, target"),
            "m.Any": Api("input, target", Loss("Any", "any", "margin", "same", "torch")),
        },
        {"m.Alias": "m.Own", "n": "m"},
    )
    assert extension.words() == ("Alias", "Own")


def test_messages_speak_of_the_declared_loss(run: Run) -> None:
    """In which order it takes its arguments, and nothing of what another loss does with wrong numbers."""
    write(
        "a.py",
        "import torch.nn as nn\nfrom mylib import bce\n\nnet = nn.Linear(3, 1)\n\n"
        "def train(loader):\n"
        "    for x, y in loader:\n"
        "        bce(y, net(x)), bce(net(x), y)\n",
    )
    write(
        "pyproject.toml",
        '[tool.losslint.losses."mylib.bce"]\nfunction = "truth, p"\ninput = "p"\ntarget = "truth"\n'
        'takes = "probabilities"\nfamily = "sigmoid"\nlabels = "binary"\n',
    )
    first, meant, second = (str(finding["message"]) for finding in findings(run))
    assert first == meant == (
        "bce takes probabilities and gets the logits of the model: outside of [0, 1] these aren't any. Apply sigmoid "
        "first, or use a loss that takes logits."
    )
    assert second.startswith("bce takes the labels first, and here")
