"""Edits: what each builder makes of a program, to the character, and where it rather makes nothing.

The node that a case is about is marked: `«…»` around it, `‹…›` around a second one (the input of an activation, the
construction of a layer, the other argument). The marks are taken out before anything reads the program.
"""

from __future__ import annotations

import ast
import json
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.editing import Lines, replace, replacements
from losslint.evaluation.values import Cause
from losslint.finding import Edit
from losslint.program.module import Module
from losslint.rewriting import Edits, Rewriter, Tree
from losslint.source import Source

MARKS = {"«": "»", "‹": "›"}


class Program:
    """A module made from marked text."""

    def __init__(self, marked: str, path: str = "model.py") -> None:
        text = ""
        open_marks: list[tuple[str, int]] = []
        self.spans: dict[str, tuple[int, int]] = {}
        for character in marked:
            if character in MARKS:
                open_marks.append((character, len(text)))
            elif character in MARKS.values():
                mark, start = open_marks.pop()
                self.spans[mark] = (start, len(text))
            else:
                text += character
        self.text = text
        source = Source.from_text(path, text)
        self.module = Module(path, path, source, source.parse(), path.endswith("__init__.py"))
        self.rewriter = Rewriter()

    def node(self, mark: str = "«") -> ast.AST:
        """The outermost expression that a mark is around."""
        tree = Tree(self.module)
        for node in ast.walk(self.module.tree):
            if isinstance(node, (ast.expr, ast.alias)) and tree.span(node) == self.spans[mark]:
                return node
        raise LookupError(self.text[slice(*self.spans[mark])])

    def expression(self, mark: str = "«") -> ast.expr:
        node = self.node(mark)
        assert isinstance(node, ast.expr)
        return node

    def call(self, mark: str = "«") -> ast.Call:
        node = self.node(mark)
        assert isinstance(node, ast.Call)
        return node

    def after(self, edits: Edits | None) -> str | None:
        return None if edits is None else edited(self.text, edits)

    def cause(self, form: str, name: str = "softmax") -> Cause:
        node = self.node()
        second = self.node("‹") if "‹" in self.spans else None
        given: ast.AST | None = second
        if form == "call" and given is None and isinstance(node, ast.Call) and node.args:
            given = node.args[0]
        if form == "layer":
            given = node.args[0] if isinstance(node, ast.Call) and node.args else None
        return Cause(
            name,
            form,
            self.module,
            node,
            made=second if form == "layer" else node,
            made_module=self.module,
            written=second if form == "keyword" else None,
            input=given if isinstance(given, ast.expr) and form in ("call", "layer") else None,
        )


def edited(text: str, edits: Edits) -> str:
    return replace(text, replacements(Lines(text), edits))


def dedent(text: str) -> str:
    return textwrap.dedent(text).removeprefix("\n")


def check(act: Callable[[Program], Edits | None], before: str, after: str | None) -> None:
    program = Program(dedent(before))
    result = program.after(act(program))
    assert result == (None if after is None else dedent(after))


def drop(form: str, name: str = "softmax") -> Callable[[Program], Edits | None]:
    return lambda program: program.rewriter.drop_activation(program.cause(form, name))


USED = "import torch.nn.functional as F\nkeep = F.relu\n"
"""An import that stays: most cases aren't about imports."""


# --------------------------------------------------------------------------------------------------------------- calls


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return_ = «F.softmax(self.fc(x), dim=1)»", "return_ = self.fc(x)"),
        ("y = «F.softmax(x)»  # probabilities", "y = x  # probabilities"),
        ("y = «F.softmax(dim=1, input=‹x›)»", "y = x"),
        ("y = «F.softmax(input=‹a + b›, dim=1)» * 2", "y = (a + b) * 2"),
        ("y = «F.softmax(a + b, 1)»", "y = a + b"),
        ("y = «F.softmax((a + b), 1)» * 2", "y = (a + b) * 2"),
        ("y = «F.softmax(a + b, 1)».log()", "y = (a + b).log()"),
        ("y = -«F.softmax(a ** b, 1)»", "y = -a ** b"),
        ("y = «F.softmax(-a, 1)» ** 2", "y = (-a) ** 2"),
        ("y = «F.softmax(a if p else b, 1)» + 1", "y = (a if p else b) + 1"),
        ("y = «F.softmax(a if p else b, 1)»", "y = a if p else b"),
        ("y = «F.softmax(z := g(x), 1)»", "y = (z := g(x))"),
        ("y = «F.softmax(lambda: 1, 1)».q", "y = (lambda: 1).q"),
        ("y = h(«F.softmax(x, 1)», y)", "y = h(x, y)"),
        ("x = «F.softmax(x, 1)»; \\\ny = 1\n", None),
        ("y = h(**«F.softmax(a or b)»)", "y = h(**a or b)"),
        ("y = 'é', «F.softmax(x, 1)»", "y = 'é', x"),
        ("naïve = «F.softmax(façade.ü(x), 1)» # é", "naïve = façade.ü(x) # é"),
        ("y = 0; z = «F.softmax(x, 1)»; w = 1", "y = 0; z = x; w = 1"),
        ("g = lambda x: «F.softmax(x, 1)»", "g = lambda x: x"),
        ("y = a if p else «F.softmax(x, 1)»if q else b", "y = a if p else (x)if q else b"),
        ("y = [«F.softmax(x, 1)»for x in z]", "y = [(x)for x in z]"),
        ("y = «F.softmax(x for x in z)»", "y = (x for x in z)"),
        ("y = «F.softmax([a,\n  b], 1)»", "y = [a,\n  b]"),
        ("y = «F.softmax(\n    a\n    + b,  # logits\n    dim=1,\n)»", "y = (a\n    + b)"),
        (
            "y = «F.softmax(  # over the classes\n    self.fc(\n        x\n    ), dim=1)»",
            "y = self.fc(\n        x\n    )",
        ),
        ("y = «F.softmax((a\n      + b), 1)»", "y = (a\n      + b)"),
        ("y = \\\n  «F.softmax(x, \\\n  1)»", "y = \\\n  x"),
        ("y = (\n  «F.softmax(a +\n   b)»\n)", "y = (\n  a +\n   b\n)"),
        ("y: T = «F.softmax(y, 1)»", "y: T = y"),
        ("assert «F.softmax(x, 1)», 'é'", "assert x, 'é'"),
        ("@«F.softmax(dec, 1)»\ndef f(): pass", "@dec\ndef f(): pass"),
        ("y = «F.softmax(x, 1)»[0]", "y = x[0]"),
        ("y = «F.softmax(x + 1, 1)»[:, 0]", "y = (x + 1)[:, 0]"),
        ("y = x @ «F.softmax(a @ b, 1)»", "y = x @ (a @ b)"),
        ("y = «F.softmax(a @ b, 1)» @ x", "y = a @ b @ x"),
        ("y = «F.softmax(F.softmax(x, 1), 1)»", "y = F.softmax(x, 1)"),
        ("y = «F.softmax(*x)»", None),
        ("y = «F.softmax(*a, input=‹x›)»", None),
        ("y = «F.softmax()»", None),
        ("y = «self.activation(x)»", None),  # which may be another one the next time
        ("def f(act):\n    return «act(x)»", None),
        ("y = «table['softmax'](x)»", None),
        ("act = F.softmax\ny = «act(x, 1)»", "act = F.softmax\ny = x"),
        ("self.act = F.softmax\ny = «self.act(x, 1)»", "self.act = F.softmax\ny = x"),
        ("self.act = F.softmax if p else F.relu\ny = «self.act(x, 1)»", None),
        ("tf = load()\ny = «tf.nn.softmax(x)»", "tf = load()\ny = x"),
        ("from keras.activations import *\ny = «softmax(x)»", "from keras.activations import *\ny = x"),
    ],
)
def test_a_call_gives_way_to_its_input(before: str, after: str | None) -> None:
    check(drop("call"), USED + before, None if after is None else USED + after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "def f(x):\n    x = g(x)\n    x = «F.softmax(x, dim=1)»\n    return x\n",
            "def f(x):\n    x = g(x)\n    return x\n",
        ),
        (
            "def f(x):\n    # first\n    x = g(x)\n    # then\n"
            "    x = «F.softmax(\n        x,\n        dim=1,\n    )»  # over dim 1\n    return x\n",
            "def f(x):\n    # first\n    x = g(x)\n    # then\n    return x\n",
        ),
        (
            "def f(x):\n    if p:\n        x = «F.softmax(x, 1)»  # no\n    return x\n",
            "def f(x):\n    if p:\n        pass\n    return x\n",
        ),
        ("if p: x = «F.softmax(x, 1)»  # here\n", "if p: pass  # here\n"),
        ("if p: x = «F.softmax(x, 1)»; y = x\n", "if p: y = x\n"),
        ("if p:\n    y = x\nelse:\n    x = «F.softmax(x, 1)»\n", "if p:\n    y = x\nelse:\n    pass\n"),
        ("a = 1; x = «F.softmax(x, 1)»\n", "a = 1\n"),
        ("a = 1; x = «F.softmax(x, 1)»; b = 2  # c\n", "a = 1; b = 2  # c\n"),
        ("x = «F.softmax(x, 1)»; b = 2\n", "b = 2\n"),
        ("x = «F.softmax(x, 1)»;\nb = 2\n", "b = 2\n"),
        ("self.x = «F.softmax(self.x, 1)»\ny = 1\n", "y = 1\n"),
        ("a = 1\nx = «F.softmax(x, 1)»", "a = 1"),
        ("x = («F.softmax(x, 1)»)\ny = 1\n", "y = 1\n"),
        ("def f(x):\n\tx = «F.softmax(x, 1)»\n\treturn x\n", "def f(x):\n\treturn x\n"),
        ("a = 1\n\nx = «F.softmax(x, 1)»\n\nb = 2\n", "a = 1\n\nb = 2\n"),
        ("x = y = «F.softmax(x, 1)»\n", "x = y = x\n"),
        ("x[0] = «F.softmax(x[0], 1)»\n", "x[0] = x[0]\n"),
        ("try:\n    y = «F.softmax(x, 1)»\nexcept E:\n    y = 1\n", "try:\n    y = x\nexcept E:\n    y = 1\n"),
        ("try:\n    y = 1\nexcept E:\n    x = «F.softmax(x, 1)»\n", "try:\n    y = 1\nexcept E:\n    pass\n"),
        ("match a:\n    case 1:\n        x = «F.softmax(x, 1)»\n", "match a:\n    case 1:\n        pass\n"),
    ],
)
def test_a_statement_that_does_nothing_any_more_goes(before: str, after: str) -> None:
    check(drop("call"), USED + before, USED + after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("y = «x.softmax(dim=1)»", "y = x"),
        ("y = «self.fc(x).softmax(-1)»", "y = self.fc(x)"),
        ("y = «(a + b).softmax(-1)»", "y = a + b"),
        ("y = «(a + b).softmax(-1)».mean()", "y = (a + b).mean()"),
        ("y = («self.fc(x)\n     .softmax(-1)»)", "y = (self.fc(x))"),
        ("y = «(a, b).softmax(-1)»", "y = (a, b)"),
        ("async def f():\n    y = «(await x).softmax(-1)»", "async def f():\n    y = await x"),
        ("x = «x.sigmoid()»\ny = x", "y = x"),
        ("y = «(a  # left\n + b).softmax(1)»", "y = (a  # left\n + b)"),
        ("y = «x.float().softmax(1)».log()", "y = x.float().log()"),
    ],
)
def test_a_method_gives_way_to_its_receiver(before: str, after: str) -> None:
    check(drop("method"), before, after)


# -------------------------------------------------------------------------------------------------------------- layers


NET = """
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 2)
        self.softmax = ‹nn.Softmax(dim=1)›  # over the classes

    def forward(self, x):
        x = self.fc(x)
        {use}
"""

NET_AFTER = """
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 2)

    def forward(self, x):
        x = self.fc(x)
        {use}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return «self.softmax(x)»", "return x"),
        ("x = «self.softmax(x)»\n        return x", "return x"),
        ("return «self.softmax.forward(x)»", "return x"),
        (
            "import torch.nn.functional as F\n        return «self.softmax(a + b)» * F.softmax(x)",
            "import torch.nn.functional as F\n        return (a + b) * F.softmax(x)",
        ),
    ],
)
def test_a_layer_that_nothing_else_uses_isnt_made_any_more(before: str, after: str) -> None:
    check(drop("layer"), NET.format(use=before), NET_AFTER.format(use=after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return «self.softmax(x)», self.softmax(2)", "return x, self.softmax(2)"),
        ("return «self.softmax(x)», model.softmax", "return x, model.softmax"),
        ("return «self.softmax(x)», getattr(self, 'softmax')", "return x, getattr(self, 'softmax')"),
        ("return «self.softmax(*x)»", None),
        ("self.softmax = other\n        return «self.softmax(x)»", None),
        ("return «self.act(x)»", None),
        ("for layer in self.layers:\n            x = «layer(x)»\n        return x", None),
    ],
)
def test_a_layer_that_is_used_elsewhere_stays(before: str, after: str | None) -> None:
    unmarked = NET.replace("‹", "").replace("›", "")
    check(drop("layer"), NET.format(use=before), None if after is None else unmarked.format(use=after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "import torch.nn as nn\nk = nn.ReLU\ny = «‹nn.Softmax(dim=1)›(x)»\n",
            "import torch.nn as nn\nk = nn.ReLU\ny = x\n",
        ),
        (
            "from keras.layers import Dense, Softmax\nx = Dense(2)(x)\nx = «‹Softmax()›(x)»\n",
            "from keras.layers import Dense\nx = Dense(2)(x)\n",
        ),
        ("y = «‹Softmax(name='out')›(x)»\nlosses = {'out': 'mse'}\n", None),
        ("y = «‹Softmax(name='out')›(x)»\n", "y = x\n"),
        ("y = «‹Softmax(name=n)›(x)»\n", None),
        (
            "def f(x):\n    act = ‹nn.Softmax(1)›\n    return «act(x)», act\n",
            "def f(x):\n    act = nn.Softmax(1)\n    return x, act\n",
        ),
        (
            "def f(x):\n    act = ‹nn.Softmax(1)›; \\\n    b = 1\n    return «act(x)»\n",
            "def f(x):\n    act = nn.Softmax(1); \\\n    b = 1\n    return x\n",
        ),
        ("def f(x):\n    act = ‹nn.Softmax(1)›\n    return «act(x, *more)»\n", None),
        (
            "class A:\n  def __init__(self):\n    self.s: M = ‹Softmax()›\n  def f(self, x):\n    return «self.s(x)»\n",
            "class A:\n  def __init__(self):\n    pass\n  def f(self, x):\n    return x\n",
        ),
        (
            "class A:\n  def __init__(self):\n    self.s = ‹Softmax()›\n    for self.s in more: pass\n"
            "  def f(self, x):\n    return «self.s(x)»\n",
            None,
        ),
        (
            "def f(x):\n    act = ‹nn.Softmax(1)›\n    return «act(x)»\n",
            "def f(x):\n    return x\n",
        ),
        ("act = ‹nn.Softmax(1)›\ny = «act(x)»\n", "act = nn.Softmax(1)\ny = x\n"),
        ("def f(x, act=‹nn.Softmax(1)›):\n    return «act(x)»\n", None),
        (
            "class A:\n  def __init__(self):\n    self.s = ‹Softmax()›\n  def f(self, x):\n    return «self.s(x)»\n"
            "class B:\n  def __init__(self):\n    self.s = Softmax()\n  def f(self, x):\n    return self.s(x)\n",
            "class A:\n  def __init__(self):\n    pass\n  def f(self, x):\n    return x\n"
            "class B:\n  def __init__(self):\n    self.s = Softmax()\n  def f(self, x):\n    return self.s(x)\n",
        ),
    ],
)
def test_other_layers(before: str, after: str | None) -> None:
    check(drop("layer"), before, after)


# ------------------------------------------------------------------------------------------------------------ elements


NN = "import torch.nn as nn\nk = nn.ReLU\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("net = nn.Sequential(nn.Linear(1, 2), «nn.Softmax(dim=1)»)", "net = nn.Sequential(nn.Linear(1, 2))"),
        (
            "net = nn.Sequential(nn.Linear(1, 2), «nn.Softmax(dim=1)»).to(d)",
            "net = nn.Sequential(nn.Linear(1, 2)).to(d)",
        ),
        ("net = nn.Sequential(«nn.Softmax(dim=1)», nn.Linear(1, 2))", "net = nn.Sequential(nn.Linear(1, 2))"),
        ("net = nn.Sequential(a, «nn.Softmax(dim=1)», b, )", "net = nn.Sequential(a, b, )"),
        ("net = nn.Sequential(a, («nn.Softmax(dim=1)»))", "net = nn.Sequential(a)"),
        ("net = nn.Sequential([a, «nn.Softmax(dim=1)»])", "net = nn.Sequential([a])"),
        ("net = nn.Sequential(*[a, «nn.Softmax(dim=1)»])", "net = nn.Sequential(*[a])"),
        ("net = keras.Sequential(layers=[a, «Softmax()»])", "net = keras.Sequential(layers=[a])"),
        (
            "net = nn.Sequential(\n    nn.Linear(1, 2),  # head\n    # probabilities:\n"
            "    «nn.Softmax(dim=1)»,  # gone\n)",
            "net = nn.Sequential(\n    nn.Linear(1, 2),  # head\n    # probabilities:\n)",
        ),
        (
            "net = nn.Sequential(\n    nn.Linear(1, 2),\n    «nn.Softmax(dim=1)»\n)",
            "net = nn.Sequential(\n    nn.Linear(1, 2)\n)",
        ),
        (
            "net = nn.Sequential(\n    nn.Linear(1, 2),  # head\n    «nn.Softmax(\n        dim=1\n    )»  # gone\n)",
            "net = nn.Sequential(\n    nn.Linear(1, 2)  # head\n)",
        ),
        (
            "net = nn.Sequential(\n    nn.Linear(1, 2),\n    «nn.Softmax(dim=1)»)",
            "net = nn.Sequential(\n    nn.Linear(1, 2))",
        ),
        (
            "net = nn.Sequential(\n    nn.Linear(1, 2),  # head\n    «nn.Softmax(dim=1)»)",
            "net = nn.Sequential(\n    nn.Linear(1, 2)  # head\n    )",
        ),
        (
            "net = nn.Sequential(\n    «nn.Softmax(dim=1)»,\n    nn.Linear(1, 2),\n)",
            "net = nn.Sequential(\n    nn.Linear(1, 2),\n)",
        ),
        (
            "net = nn.Sequential(«nn.Softmax(dim=1)»,\n                    nn.Linear(1, 2))",
            "net = nn.Sequential(nn.Linear(1, 2))",
        ),
        (
            "net = nn.Sequential(«nn.Softmax(dim=1)»,  # gone\n                    nn.Linear(1, 2))",
            "net = nn.Sequential(\n                    nn.Linear(1, 2))",
        ),
        (
            "net = nn.Sequential(\n    a, «nn.Softmax(dim=1)»,  # both\n    b,\n)",
            "net = nn.Sequential(\n    a,  # both\n    b,\n)",
        ),
        (
            "net = nn.Sequential(\n      a\n    , «nn.Softmax(dim=1)»\n    , b\n)",
            "net = nn.Sequential(\n      a\n    , b\n)",
        ),
        (
            "net = nn.Sequential(OrderedDict([\n    ('fc', fc),\n    ('out', «nn.Softmax(dim=1)»),\n]))",
            "net = nn.Sequential(OrderedDict([\n    ('fc', fc),\n]))",
        ),
        (
            "net = nn.Sequential(OrderedDict([('fc', fc), ('out', «nn.Softmax(1)»)]))",
            "net = nn.Sequential(OrderedDict([('fc', fc)]))",
        ),
        (
            "net = nn.Sequential(OrderedDict({'fc': fc, 'out': «nn.Softmax(1)»}))",
            "net = nn.Sequential(OrderedDict({'fc': fc}))",
        ),
        (
            "net.append(a)\nnet.append(«nn.Softmax(dim=1)»)\nx = nn.Sequential(*net)",
            "net.append(a)\nx = nn.Sequential(*net)",
        ),
        (
            "if last:\n    net.append(«nn.Softmax(dim=1)»)\nx = nn.Sequential(*net)",
            "if last:\n    pass\nx = nn.Sequential(*net)",
        ),
        ("model.add(a)\nmodel.add(«Softmax()»)  # gone\nmodel.fit()", "model.add(a)\nmodel.fit()"),
        ("model.add_module('out', «nn.Softmax(1)»)\nmodel(x)", "model(x)"),
        ("model.add_module(name='out', module=«nn.Softmax(1)»)\nmodel(x)", "model(x)"),
        (
            "layers = [a]\nlayers += [«nn.Softmax(1)»]\nx = nn.Sequential(*layers)",
            "layers = [a]\nx = nn.Sequential(*layers)",
        ),
        (
            "layers = [a]\nlayers.extend([b, «nn.Softmax(1)»])\nx = nn.Sequential(*layers)",
            "layers = [a]\nlayers.extend([b])\nx = nn.Sequential(*layers)",
        ),
        ("layers = [a, «nn.Softmax(1)»]\nx = nn.Sequential(*layers)", "layers = [a]\nx = nn.Sequential(*layers)"),
        ("net = nn.Sequential(a, «nn.Softmax(1)»)\ny = net[0]", "net = nn.Sequential(a)\ny = net[0]"),
        ("def f():\n    return nn.Sequential(a, «nn.Softmax(1)»)", "def f():\n    return nn.Sequential(a)"),
        (
            "class N(nn.Sequential):\n    def __init__(self):\n        super().__init__(a, «nn.Softmax(1)»)",
            "class N(nn.Sequential):\n    def __init__(self):\n        super().__init__(a)",
        ),
        ("self.net = nn.Sequential(a, «nn.Softmax(1)», b)\nself.net[0]", "self.net = nn.Sequential(a, b)\nself.net[0]"),
        ("net: M = nn.Sequential(a, «nn.Softmax(1)»)", "net: M = nn.Sequential(a)"),
        ("net = nn.Sequential(a, «nn.Softmax(1)»)\ny = net[:1]", "net = nn.Sequential(a)\ny = net[:1]"),
        (
            "net = nn.Sequential(OrderedDict([('fc', fc), ('out', «nn.Softmax(1)»)]))\nnet['fc']",
            "net = nn.Sequential(OrderedDict([('fc', fc)]))\nnet['fc']",
        ),
        ("layers = [a, «nn.Softmax(1)»]\nx = nn.Sequential(*list(layers))", "layers = [a]\nx = nn.Sequential(*list(layers))"),
        ("def f():\n    return [a, «nn.Softmax(1)»]", "def f():\n    return [a]"),
        # what would mean something else afterwards
        ("net = nn.Sequential(«nn.Softmax(dim=1)»)", None),
        ("net = nn.Sequential(a, «nn.Softmax(1)»)\ny = net[:2]", None),
        ("net = nn.Sequential(a, «nn.Softmax(1)»)\ny = net[-2:1]", None),
        ("net = nn.Sequential(OrderedDict([('fc', fc), ('out', «nn.Softmax(1)»)]))\nnet['out']", None),
        ("net = nn.Sequential(OrderedDict({'fc': fc, 'out': «nn.Softmax(1)»}))\nnet.out", None),
        ("net = nn.Sequential(OrderedDict({k: fc, j: «nn.Softmax(1)»}))", None),
        ("net = nn.Sequential(OrderedDict([(k, fc), (j, «nn.Softmax(1)»)]))", None),
        ("y = model.add(«Softmax()»)", None),
        ("f().add(«Softmax()»)", None),
        ("f().extend([«nn.Softmax(1)»])", None),
        ("net = nn.Sequential(a)\nnet.extend([«nn.Softmax(1)»])\nnet[1]", None),
        ("net = nn.Sequential(a, «nn.Softmax(1)» if p else b)", None),
        ("net = nn.Sequential(a, *[«nn.Softmax(1)»])", None),
        ("self.net = nn.Sequential(a, «nn.Softmax(1)», b)\nself.net[2]", None),
        ("net = nn.Sequential(a, «nn.Softmax(1)»)\ny = net[-1]", None),
        ("net = nn.Sequential(a, «nn.Softmax(1)»)\ny = net[:-1]", None),
        ("net = nn.Sequential(a, «nn.Softmax(1)»)\ny = net[i]", None),
        ("net = nn.Sequential(a, «nn.Softmax(1)»)\ny = list(net.children())[:-1]", None),
        ("net = keras.Sequential([a, «Softmax()»])\nnet.pop()", None),
        ("net = keras.Sequential([a, «Softmax()»])\nnet.layers[-1].name", None),
        ("net = nn.Sequential(OrderedDict([('fc', fc), ('out', «nn.Softmax(1)»)]))\nnet.out", None),
        ("layers = [a, «nn.Softmax(1)»]\nfor l, m in zip(layers, more): pass", None),
        ("layers.append(«nn.Softmax(1)»)\nn = len(layers)", None),
        ("layers = f()\nlayers.append(«nn.Softmax(1)»)\nx = nn.Sequential(*layers)\nx[1]", None),
        ("act = «nn.Softmax(1)»\nnet = nn.Sequential(a, act)", None),
        ("net = block(«nn.Softmax(1)», 2)", None),
        ("net = keras.Sequential([a, «Softmax(name='p')»])\nnet.get_layer('p')", None),
    ],
)
def test_an_element_of_a_sequential_goes(before: str, after: str | None) -> None:
    check(drop("element"), NN + before, None if after is None else NN + after)


# ------------------------------------------------------------------------------------------------------------ keywords


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("y = «Dense(10, activation=‹'softmax'›)»(x)", "y = Dense(10)(x)"),
        ("y = «Dense(activation=‹'softmax'›, units=10)»(x)", "y = Dense(units=10)(x)"),
        ("y = «Dense(10, ‹'softmax'›)»(x)", "y = Dense(10)(x)"),
        ("y = «Dense(10, ‹'softmax'›, name='a')»(x)", "y = Dense(10, name='a')(x)"),
        ("y = «Dense(10, ‹'softmax'›, True)»(x)", "y = Dense(10, None, True)(x)"),
        (
            "y = «Dense(\n    10,  # classes\n    activation=‹'softmax'›,  # gone\n    name='a',\n)»(x)",
            "y = Dense(\n    10,  # classes\n    name='a',\n)(x)",
        ),
        ("y = «Conv2D(10, 1, activation=(‹'softmax'›))»(x)", "y = Conv2D(10, 1)(x)"),
        ("y = «Unet(10, activation=‹'softmax'›)»", "y = Unet(10, activation=None)"),
        ("y = «ResNet50(classifier_activation=‹'softmax'›)»", "y = ResNet50(classifier_activation=None)"),
        ("y = «Dense(10, activation=‹act›)»(x)", None),
        ("y = «Dense(10, activation=‹self.act›)»(x)", None),
        (
            "import tensorflow as tf\ny = «tf.layers.dense(x, 10, activation=‹tf.nn.softmax›)»",
            "import tensorflow as tf\ny = tf.layers.dense(x, 10)",
        ),
        ("from keras.activations import softmax\ny = «Dense(10, activation=‹softmax›)»", "y = Dense(10)"),
        ("y = Dense(10)(x)\ny = «Activation(‹'softmax'›)»(y)", "y = Dense(10)(x)"),
        ("y = «Activation(‹'softmax'›, name='p')»(z)", "y = z"),
        ("m.add(Dense(1))\nm.add(«Activation(‹'softmax'›)»)\n", "m.add(Dense(1))\n"),
        ("m = Sequential([Dense(1), «Activation(‹'softmax'›)»])\n", "m = Sequential([Dense(1)])\n"),
        ("act = «Activation(‹'softmax'›)»\n", "act = Activation('linear')\n"),
        ("import tensorflow as tf\nact = «Activation(‹tf.nn.softmax›)»\n", None),
        ("y = «Activation(‹'softmax'›)»(x, training=t)", None),
        ("y = «Dense(10, activation=get(‹'softmax'›))»(x)", None),
    ],
)
def test_an_activation_by_name_goes(before: str, after: str | None) -> None:
    check(drop("keyword"), before, after)


def test_other_forms_stay() -> None:
    program = Program("y = «vgg16(x)»")
    assert program.rewriter.drop_activation(program.cause("model")) is None
    assert program.rewriter.drop_activation(program.cause("other")) is None


# ------------------------------------------------------------------------------------------------------------- imports


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from torch.nn.functional import softmax\ny = «softmax(x, 1)»\n", "y = x\n"),
        (
            "import torch\nimport torch.nn.functional as F  # functions\n\ny = «F.softmax(x, 1)»\n",
            "import torch\n\ny = x\n",
        ),
        ("from a import softmax, relu\ny = «softmax(x, 1)»\n", "from a import relu\ny = x\n"),
        ("from a import relu, softmax\ny = «softmax(x, 1)»\n", "from a import relu\ny = x\n"),
        (
            "from a import (\n    relu,\n    softmax,  # s\n    tanh,\n)\ny = «softmax(x, 1)»\n",
            "from a import (\n    relu,\n    tanh,\n)\ny = x\n",
        ),
        ("from a import relu, \\\n    softmax\ny = «softmax(x, 1)»\n", "from a import relu\ny = x\n"),
        ("import os, torch.nn.functional as F\ny = «F.softmax(x, 1)»\n", "import os\ny = x\n"),
        ("import os; from a import softmax\ny = «softmax(x, 1)»\n", "import os\ny = x\n"),
        ("from a import softmax as s\ny = «s(x, 1)»\n", "y = x\n"),
        ("def f(x):\n    from a import softmax\n    return «softmax(x, 1)»\n", "def f(x):\n    return x\n"),
        ("from a import F\ny = «F.softmax(F.x, 1)»\n", "from a import F\ny = F.x\n"),
        # and where it may have another purpose
        (
            "from a import softmax\ny = «softmax(x, 1)»\n__all__ = ['softmax']\n",
            "from a import softmax\ny = x\n__all__ = ['softmax']\n",
        ),
        ("from a import F\ny: 'F.T' = «F.softmax(x, 1)»\n", "from a import F\ny: 'F.T' = x\n"),
        ("from a import F\ny = «F.softmax(x, 1)»  # type: F.T\n", "from a import F\ny = x  # type: F.T\n"),
        ("from a import F  # noqa: F401\ny = «F.softmax(x, 1)»\n", "from a import F  # noqa: F401\ny = x\n"),
        ("from a import F as F\ny = «F.softmax(x, 1)»\n", "from a import F as F\ny = x\n"),
        (
            "try:\n    from a import F\nexcept E:\n    F = 1\ny = «F.softmax(x, 1)»\n",
            "try:\n    from a import F\nexcept E:\n    F = 1\ny = x\n",
        ),
        ("if a:\n    from a import F\ny = «F.softmax(x, 1)»\n", "if a:\n    from a import F\ny = x\n"),
        ("'''F is used'''\nfrom a import F\ny = «F.softmax(x, 1)»\n", "'''F is used'''\ny = x\n"),
    ],
)
def test_an_import_that_nothing_uses_goes(before: str, after: str) -> None:
    check(drop("call"), before, after)


def test_an_import_of_a_package_stays() -> None:
    program = Program("from a import softmax\ny = «softmax(x, 1)»\n", "pkg/__init__.py")
    assert program.after(program.rewriter.drop_activation(program.cause("call"))) == "from a import softmax\ny = x\n"


def test_drop_imports() -> None:
    program = Program("import os\nfrom a import softmax, relu\ny = «softmax(x)» + relu(x)\n")
    place = program.module.place(program.node())
    assert program.rewriter.drop_imports(program.module, ["softmax", "relu", "os"], []) is not None
    edits = program.rewriter.drop_imports(program.module, ["softmax", "relu"], [place])
    assert program.after(edits) == "import os\nfrom a import relu\ny = softmax(x) + relu(x)\n"
    program = Program("from __future__ import annotations\ny = «annotations»\n")
    assert program.rewriter.drop_imports(program.module, ["annotations"], [program.module.place(program.node())]) is None


# --------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("before", "old", "new", "after"),
    [
        (
            "import torch.nn as nn\nc = «nn.BCELoss()»",
            "BCELoss",
            "BCEWithLogitsLoss",
            "import torch.nn as nn\nc = nn.BCEWithLogitsLoss()",
        ),
        (
            "import torch\nc = «torch.nn.functional.nll_loss»",
            "nll_loss",
            "cross_entropy",
            "import torch\nc = torch.nn.functional.cross_entropy",
        ),
        (
            "import torch.nn as nn\nc: C = («nn . NLLLoss»)",
            "NLLLoss",
            "CrossEntropyLoss",
            "import torch.nn as nn\nc: C = (nn . CrossEntropyLoss)",
        ),
        ("y = «f(é).softmax(dim=1)»", "softmax", "log_softmax", "y = f(é).log_softmax(dim=1)"),
        ("y = «self.nll_loss(x)»", "nll_loss", "cross_entropy", None),
        ("net.nll_loss = F.nll_loss\ny = «net.nll_loss(x)»", "nll_loss", "cross_entropy", None),
        ("y = «nn.MSELoss()»", "BCELoss", "BCEWithLogitsLoss", None),
        ("c = «BCELoss()»", "BCELoss", "BCEWithLogitsLoss", None),
        ("from t import BCELoss\nc = «BCELoss()»", "BCELoss", "B2", "from t import B2\nc = B2()"),
        (
            "from t import BCELoss, Linear\nc = «BCELoss()»\nd = BCELoss()",
            "BCELoss",
            "B2",
            "from t import BCELoss, B2, Linear\nc = B2()\nd = BCELoss()",
        ),
        (
            "from t import (\n    BCELoss,  # l\n    Linear,\n)\nc = «BCELoss()»\nd = BCELoss",
            "BCELoss",
            "B2",
            "from t import (\n    BCELoss,  # l\n    B2,\n    Linear,\n)\nc = B2()\nd = BCELoss",
        ),
        (
            "from t import (\n    Linear,\n    BCELoss\n)\nc = «BCELoss()»\nd = BCELoss",
            "BCELoss",
            "B2",
            "from t import (\n    Linear,\n    BCELoss,\n    B2\n)\nc = B2()\nd = BCELoss",
        ),
        (
            "from t import (\n    Linear,\n    BCELoss,  # l\n)\nc = «BCELoss()»\nd = BCELoss",
            "BCELoss",
            "B2",
            "from t import (\n    Linear,\n    BCELoss,  # l\n    B2,\n)\nc = B2()\nd = BCELoss",
        ),
        (
            "from t import (\n    Linear,\n    BCELoss  # l\n)\nc = «BCELoss()»\nd = BCELoss",
            "BCELoss",
            "B2",
            "from t import (\n    Linear,\n    BCELoss,  # l\n    B2\n)\nc = B2()\nd = BCELoss",
        ),
        ("from t import BCELoss as L\nc = «L()»", "BCELoss", "B2", "from t import B2 as L\nc = L()"),
        (
            "from t import BCELoss as L\nc = «L()»\nd = L()",
            "BCELoss",
            "B2",
            "from t import BCELoss as L, B2\nc = B2()\nd = L()",
        ),
        ("from t import BCELoss, B2\nc = «BCELoss()»", "BCELoss", "B2", "from t import B2\nc = B2()"),
        ("from t import BCELoss, B2 as Z\nc = «BCELoss()»", "BCELoss", "B2", "from t import B2 as Z\nc = Z()"),
        ("from t import BCELoss\nB2 = 1\nc = «BCELoss()»", "BCELoss", "B2", None),
        ("from t import BCELoss, B2\nB2 = 1\nc = «BCELoss()»", "BCELoss", "B2", None),
        ("from t import ＢCELoss\nc = «BCELoss()»", "BCELoss", "B2", None),  # Python reads both as one name
        ("from t import BCELoss\ndef f(BCELoss):\n    return «BCELoss()»", "BCELoss", "B2", None),
        (
            "try:\n    from t import BCELoss\nexcept I:\n    from u import BCELoss\nc = «BCELoss()»",
            "BCELoss",
            "B2",
            None,
        ),
        ("import t.BCELoss as BCELoss\nc = «BCELoss()»", "BCELoss", "B2", None),
        (
            "from t import BCELoss\n__all__ = ['BCELoss']\nc = «BCELoss()»",
            "BCELoss",
            "B2",
            "from t import BCELoss, B2\n__all__ = ['BCELoss']\nc = B2()",
        ),
    ],
)
def test_rename_callee(before: str, old: str, new: str, after: str | None) -> None:
    check(lambda p: p.rewriter.rename_callee(p.module, p.expression(), old, new), before, after)


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("m.compile(loss=«'mse'»)", "mae", "m.compile(loss='mae')"),
        ('m(«u"é"», 1)', "mae", 'm(u"mae", 1)'),
        ('m(«r"""mse"""»)', "a_b-c", 'm(r"""a_b-c""")'),
        ("m(«'a' 'b'»)", "c", None),
        ("m(«b'a'»)", "c", None),
        ("m(«'a'»)", "c'", None),
        ("m(«1»)", "c", None),
    ],
)
def test_string(before: str, value: str, after: str | None) -> None:
    def act(program: Program) -> Edits | None:
        node = program.node()
        assert isinstance(node, ast.Constant)
        return program.rewriter.string(program.module, node, value)

    check(act, before, after)


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("y = «a.log()» * 2", "b + 1", "y = (b + 1) * 2"),
        ("y = «a.log()»", "b + 1", "y = b + 1"),
        ("f(k=«True»)", "False", "f(k=False)"),
        ("f(«True»)", "not even Python", None),
        ("from a import F\ny = «F.log(x)»\n", "x", "y = x\n"),
    ],
)
def test_replace_node(before: str, text: str, after: str | None) -> None:
    check(lambda p: p.rewriter.replace_node(p.module, p.expression(), text), before, after)


# ----------------------------------------------------------------------------------------------------------- arguments


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("«f()»", "f(dim=1)"),
        ("«f( )»", "f(dim=1)"),
        ("«f(\n)»", "f(dim=1)"),
        ("«f(x)»", "f(x, dim=1)"),
        ("«f(x, )»", "f(x, dim=1, )"),
        ("«f(x, dim=(None), y=2)»", "f(x, dim=1, y=2)"),
        ("«f(x, dim=a\n  .b)»", "f(x, dim=1)"),
        ("«f(x, **k)»", "f(x, dim=1, **k)"),
        ("«f(\n    x,\n    **k,\n)»", "f(\n    x,\n    dim=1,\n    **k,\n)"),
        ("«f(\n    x,  # in\n)»", "f(\n    x,  # in\n    dim=1,\n)"),
        ("«f(\n    x  # in\n)»", "f(\n    x,  # in\n    dim=1\n)"),
        ("«f(\n    x\n)»", "f(\n    x,\n    dim=1\n)"),
        ("«f(\n    x,\n    y=2)»", "f(\n    x,\n    y=2, dim=1)"),
        ("«f((x))»", "f((x), dim=1)"),
        ("«f(x for x in y)»", None),
        ("«f((x for x in y))»", "f((x for x in y), dim=1)"),
        ("«f(*x)»", "f(*x, dim=1)"),
        ("«f(  # why\n)»", "f(  # why\ndim=1)"),
    ],
)
def test_set_keyword(before: str, after: str | None) -> None:
    check(lambda p: p.rewriter.set_keyword(p.module, p.call(), "dim", "1"), before, after)


@pytest.mark.parametrize(
    ("before", "which", "after"),
    [
        ("«f(dim=1)»", ["dim"], "f()"),
        ("«f(a, dim=1)»", ["dim"], "f(a)"),
        ("«f(dim=1, b=2)»", ["dim"], "f(b=2)"),
        ("«f(a, b)»", [1], "f(a)"),
        ("«f(a, b, c)»", [0, 1], "f(c)"),
        ("«f(a, b, dim=2)»", ["dim", 0], "f(b)"),
        ("«f(*a, b)»", [1], None),
        ("«f(a)»", ["dim"], None),
        ("«f(a)»", [1], None),
        ("«f(\n    dim=1,\n)»", ["dim"], "f(\n)"),
        ("«f(\n    dim=(1),  # why\n    b=2\n)»", ["dim"], "f(\n    b=2\n)"),
        ("«f(a,\n  dim=1)»", ["dim"], "f(a)"),
        ("«f(a,  # a\n  dim=1)»", ["dim"], "f(a  # a\n  )"),
        ("«f(a, dim=1, reduction='x', b=2)»", ["dim", "b"], "f(a, reduction='x')"),
        ("«f(a  # a\n  , dim=1)»", ["dim"], "f(a  # a\n   )"),
    ],
)
def test_remove_argument(before: str, which: list[str | int], after: str | None) -> None:
    check(lambda p: p.rewriter.remove_argument(p.module, p.call(), *which), before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("loss(«y», ‹net(x)›)", "loss(net(x), y)"),
        ("loss(‹net(x)›, «y.long()», reduction='sum')", "loss(y.long(), net(x), reduction='sum')"),
        ("loss(input=«y», target=‹net(x)›)", "loss(input=net(x), target=y)"),
        ("loss((«a + b»), ‹c›)", "loss(c, (a + b))"),
        ("loss(\n    «y»,  # 1\n    ‹x›,  # 2\n)", "loss(\n    x,  # 1\n    y,  # 2\n)"),
        ("loss(«é», ‹ü›)", "loss(ü, é)"),
        ("loss(«f(‹x›)», y)", None),
        ("loss(«x», f(‹y›))", None),
        ("loss(«x := 1», target=(‹y›))", "loss((y), target=(x := 1))"),
    ],
)
def test_swap_arguments(before: str, after: str | None) -> None:
    check(lambda p: p.rewriter.swap_arguments(p.module, p.expression(), p.expression("‹")), before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(«y»)", "f(y.float())"),
        ("f(«y[0]», 1)", "f(y[0].float(), 1)"),
        ("f(«a + b»)", "f((a + b).float())"),
        ("f((«a + b»))", "f((a + b).float())"),
        ("f(«-a»)", "f((-a).float())"),
        ("f(«a < b»)", "f((a < b).float())"),
        ("f(«a if p else b»)", "f((a if p else b).float())"),
        ("f(«1»)", "f((1).float())"),
        ("f(«lambda: 0»)", "f((lambda: 0).float())"),
        ("f(k=«not a»)", "f(k=(not a).float())"),
        ("async def g():\n    f(«await y»)", "async def g():\n    f((await y).float())"),
        ("f(«'é'», 1)", "f('é'.float(), 1)"),
        ("f(«a\n  + b»)", "f((a\n  + b).float())"),
        ("y = «a, b»", "y = (a, b).float()"),
        ("f«(x for x in y)»", None),  # the parentheses are the call's
        ("f(«(x for x in y)», z)", "f((x for x in y).float(), z)"),
        ("f(*«y»)", "f(*y.float())"),
    ],
)
def test_append_method(before: str, after: str | None) -> None:
    check(lambda p: p.rewriter.append_method(p.module, p.expression(), ".float()"), before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("«nn.CE(out, y)»", "nn.CE()(out, y)"),
        ("«nn.CE(out, y, reduction='sum')»", "nn.CE(reduction='sum')(out, y)"),
        ("«nn.CE(out, y, weight=w, reduction='sum')»", "nn.CE(weight=w, reduction='sum')(out, y)"),
        ("«nn.CE(out, y,\n  weight=w)»", "nn.CE(weight=w)(out, y)"),
        ("«nn.CE(\n    out,\n    y,\n    weight=w,\n)»", "nn.CE(weight=w)(\n    out,\n    y,\n)"),
        ("l = «nn.CE(\n    out, y\n)».mean()", "l = nn.CE()(\n    out, y\n).mean()"),
        ("«nn.CE(out, y, w)»", None),
        ("«nn.CE(weight=w)»", None),
        ("«nn.CE(*out)»", None),
        ("«nn.CE(out, y, **k)»", None),
        ("«(nn.CE)(out, y)»", "(nn.CE)()(out, y)"),
    ],
)
def test_split_constructor(before: str, after: str | None) -> None:
    check(lambda p: p.rewriter.split_constructor(p.module, p.call(), 2), before, after)


def test_split_constructor_with_keywords_only() -> None:
    check(
        lambda p: p.rewriter.split_constructor(p.module, p.call(), 0),
        "«nn.CE(input=out, weight=w, target=y)»",
        "nn.CE(weight=w)(input=out, target=y)",
    )


# ------------------------------------------------------------------------------------------------------------ is_local


@pytest.mark.parametrize(
    ("body", "local"),
    [
        ("return ‹loss(«F.softmax(x, 1)», y)›", True),
        ("return ‹loss(torch.log(«F.softmax(x, 1)»), y)›", True),
        ("return ‹loss(p := «F.softmax(x, 1)», y)›, p", False),
        ("p = «F.softmax(x, 1)»\nreturn ‹loss(p, y)›", True),
        ("p = «F.softmax(x, 1)».squeeze()\nreturn ‹loss(p, y)›", True),
        ("p = g(«F.softmax(x, 1)»)\nreturn ‹loss(p, y)›", False),
        ("p = «F.softmax(x, 1)»\nreturn ‹loss(p, y)›, p", False),
        ("p = «F.softmax(x, 1)»\nl = ‹loss(p, y)›\nreturn p.argmax(1)", False),
        ("p = f(x)\np = «F.softmax(p, 1)»\nl = ‹loss(p, y)›\np = 1\nreturn p", True),
        ("for x, y in data:\n    p = f(x)\n    p = «F.softmax(p, 1)»\n    ‹loss(p, y)›", True),
        ("for x, y in data:\n    print(p)\n    p = «F.softmax(x, 1)»\n    ‹loss(p, y)›", False),
        ("for x, y in data:\n    p = «F.softmax(x, 1)»\n    ‹loss(p, y)›\nreturn p", False),
        ("for x, y in data:\n    p = «F.softmax(x, 1)»\n    ‹loss(p, y)›\nfor p in data:\n    print(p)", True),
        ("if a:\n    p = «F.softmax(x, 1)»\nelse:\n    p = x\nreturn ‹loss(p, y)›", True),
        ("p = «F.softmax(x, 1)»\nif a:\n    p = 2\n‹loss(p, y)›\nif b:\n    return p", False),
        ("p = «F.softmax(x, 1)»\nif a:\n    ‹loss(p, y)›\n    return 1\np = 2\nreturn p", True),
        ("p = «F.softmax(x, 1)»\nwhile a:\n    ‹loss(p, y)›\n    break\nelse:\n    return p", False),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\ng = lambda: p", False),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\ng = lambda p: p", True),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\ndef g():\n    return p", False),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\nreturn locals()", False),
        ("global p\np = «F.softmax(x, 1)»\n‹loss(p, y)›", False),
        ("self.p = «F.softmax(x, 1)»\n‹loss(self.p, y)›", False),
        ("p, q = «F.softmax(x, 1)», 1\n‹loss(p, y)›", False),
        ("try:\n    p = «F.softmax(x, 1)»\n    ‹loss(p, y)›\n    p = 1\nexcept E:\n    print(p)", False),
        ("try:\n    p = «F.softmax(x, 1)»\n    ‹loss(p, y)›\nfinally:\n    p = 2\nreturn p", True),
        ("with t:\n    p = «F.softmax(x, 1)»\n    ‹loss(p, y)›\n    p = 1\nreturn p", False),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\np += 1", False),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\np[0] = 1", False),
        ("p = «F.softmax(x, 1)»\n‹loss(p.log(), y)›", True),
        ("p = «F.softmax(x, 1)»\n‹loss(p, p)›", False),
        (
            "while a:\n    p = «F.softmax(x, 1)»\n    if b:\n        continue\n    ‹loss(p, y)›\nelse:\n    print(p)",
            False,
        ),
        ("match a:\n    case 1:\n        p = «F.softmax(x, 1)»\n    case _:\n        p = 2\n‹loss(p, y)›", True),
        ("match a:\n    case p:\n        p = «F.softmax(x, 1)»\n‹loss(p, y)›", False),
        ("p: T = «F.softmax(x, 1)»\n‹loss(p, y)›", True),
        ("p = «F.softmax(x, 1)»\np: T\n‹loss(p, y)›", True),
        ("p = «F.softmax(x, 1)»\nimport p\n‹loss(p, y)›", False),
        ("p = «F.softmax(x, 1)»\n‹loss(lambda: p, y)›", False),
        ("p = «F.softmax(x, 1)»\nwith t as p:\n    ‹loss(p, y)›", False),
        ("p = «F.softmax(x, 1)»\nwith t as q:\n    ‹loss(p, y)›", True),
        ("p = 1\np += 1\np = «F.softmax(x, 1)»\n‹loss(p, y)›", True),
        ("global q\np = «F.softmax(x, 1)»\n‹loss(p, y)›", True),
        ("p = «F.softmax(x, 1)»\ntry:\n    ‹loss(p, y)›\nexcept E as p:\n    pass", False),
        ("try:\n    p = «F.softmax(x, 1)»\n    ‹loss(p, y)›\nexcept:\n    pass", True),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\nq, *p = y", True),
        ("p = «F.softmax(x, 1)»\nq, *p = y\n‹loss(p, y)›", False),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\nif (p := 1): pass", False),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\ndel p", False),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\ndef p(): pass", False),
    ],
)
def test_is_local(body: str, local: bool) -> None:
    program = Program("def train(x, y, data, a, b):\n" + textwrap.indent(body, "    ") + "\n")
    loss = program.call("‹")
    cause = program.cause("call")
    assert program.rewriter.is_local(cause, loss, loss.args[0]) is local


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("for x in d:\n    p = «F.softmax(x, 1)»\n    ‹loss(p, y)›\n", True),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\np = 2\nprint(p)\n", False),
        ("p = «F.softmax(x, 1)»\n‹loss(p, y)›\ndef f():\n    print(p)\n", False),
        ("class A:\n    p = «F.softmax(x, 1)»\n    ‹loss(p, y)›\n", False),
        ("p = «F.softmax(x, 1)»\ndef f():\n    ‹loss(p, y)›\n", False),
    ],
)
def test_is_local_in_a_script(text: str, local: bool) -> None:
    program = Program(text)
    loss = program.call("‹")
    assert program.rewriter.is_local(program.cause("call"), loss, loss.args[0]) is local


def test_what_is_no_argument_of_a_loss_does_not_come_to_it() -> None:
    program = Program("def f(x):\n    p = «F.softmax(x, 1)»\n    g(‹p›)\n    loss(p, y)\n")
    loss = next(n for n in ast.walk(program.module.tree) if isinstance(n, ast.Call) and ast.unparse(n) == "loss(p, y)")
    assert not program.rewriter.is_local(program.cause("call"), loss, program.expression("‹"))


# ------------------------------------------------------------------------------------------------------- is_repeatable


@pytest.mark.parametrize("indent", ["", "    "])
@pytest.mark.parametrize(
    ("body", "repeatable"),
    [
        ("p = «z + w»\n‹g(p)›", True),
        ("p = «z.a[0:1] + (w, -1)»\nv = 1\n‹g(p)›", True),
        ("p = «z + w»\nfor i in r:\n    ‹g(p)›\nz = 2", True),
        ("for i in r:\n    p = «z + w»\n    ‹g(p)›\n    z = 2", True),
        ("p = «z + w»\nk.v = k[0] = 1\nk.add_(1)\n‹g(p)›", True),
        ("p = «z + w»\nz = 1\n‹g(p)›", False),
        ("p = «z + w»\nz[0] = 1\n‹g(p)›", False),
        ("p = «z + w»\nw.data = 1\n‹g(p)›", False),
        ("p = «z + w»\nz.add_(1)\n‹g(p)›", False),
        ("p = «z + w»\ndel z\n‹g(p)›", False),
        ("p = «z + w»\ndef h(): pass\n‹g(p)›", False),
        ("p = «z + w»\nfor i in r:\n    ‹g(p)›\n    z = 2", False),
        ("p = «z + h(w)»\n‹g(p)›", False),
        ("p = «[i for i in z]»\n‹g(p)›", False),
        ("‹g(p)›\np = «z + w»", False),
        ("f = lambda: («z + w») + (‹g(p)›)", False),
        ("class A:\n    p = «z + w»\n    q = ‹g(p)›", False),
        ("p = «z + w»\nf = lambda: ‹g(p)›", False),
    ],
)
def test_is_repeatable(indent: str, body: str, repeatable: bool) -> None:
    program = Program(("def f(z, w, r):\n" if indent else "") + textwrap.indent(body, indent) + "\n")
    assert program.rewriter.is_repeatable(program.module, program.expression(), program.expression("‹")) is repeatable


# -------------------------------------------------------------------------------------------------- how a name is written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("import torch.nn.functional as F", "F.log_softmax"),
        ("import torch", "torch.nn.functional.log_softmax"),
        ("from torch.nn import functional", "functional.log_softmax"),
        ("import torch\nfrom torch.nn import functional as f", "f.log_softmax"),
        ("import torchvision", None),
        ("from .torch.nn import functional", None),
        ("from . import torch", None),
        ("import torch.nn.functional as F\nF = 1", None),
        ("def f():\n    import torch", None),
        ("try:\n    import torch.nn.functional as F\nexcept E:\n    import more as F", None),
    ],
)
def test_written_name(text: str, written: str | None) -> None:
    program = Program(text + "\n")
    assert program.rewriter.written_name(program.module, "torch.nn.functional.log_softmax") == written


# ------------------------------------------------------------------------------------------------- trees and positions

BUILDERS: dict[str, Callable[[Program, ast.Call], Edits | None]] = {
    "drop a call": lambda p, c: p.rewriter.drop_activation(Cause("softmax", "call", p.module, c, input=c.args[0])),
    "drop a layer": lambda p, c: p.rewriter.drop_activation(
        Cause("softmax", "layer", p.module, c, made=c.func, made_module=p.module, input=c.args[0])
    ),
    "drop an element": lambda p, c: p.rewriter.drop_activation(Cause("softmax", "element", p.module, c)),
    "rename": lambda p, c: p.rewriter.rename_callee(p.module, c, "softmax", "log_softmax"),
    "replace": lambda p, c: p.rewriter.replace_node(p.module, c, "x"),
    "set a keyword": lambda p, c: p.rewriter.set_keyword(p.module, c, "dim", "1"),
    "set another keyword": lambda p, c: p.rewriter.set_keyword(p.module, c, "dtype", "d"),
    "remove an argument": lambda p, c: p.rewriter.remove_argument(p.module, c, 0),
    "swap": lambda p, c: p.rewriter.swap_arguments(p.module, c.args[0], c.args[1]),
    "append": lambda p, c: p.rewriter.append_method(p.module, c.args[0], ".float()"),
    "split": lambda p, c: p.rewriter.split_constructor(p.module, c, 2),
}
CALL = "import torch.nn.functional as F\nnet = Sequential(a,\n  F.softmax(x, y, dtype=z))\n"


def softmax(tree: ast.Module) -> ast.Call:
    return next(n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n).startswith("F.softmax"))


@pytest.mark.parametrize("name", BUILDERS)
def test_nothing_is_built_of_what_is_not_in_the_text(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from losslint import rewriting

    build = BUILDERS[name]
    program = Program(CALL)
    call = softmax(program.module.tree)
    assert build(program, call) is not None

    assert build(Program(CALL), softmax(ast.parse(CALL))) is None  # a node of another tree

    short = Program("import a\n")  # the text is another one than the tree's
    short.module.tree = program.module.tree
    assert build(short, call) is None

    monkeypatch.setattr(rewriting, "MOST_READ", 10)
    assert build(Program(CALL), call) is None
    monkeypatch.undo()
    monkeypatch.setattr("libcst.parse_module", lambda text: exec("raise ValueError"))
    unread = Program(CALL)  # libcst is asked where the parts of a call are; what is replaced whole needs no more than a place
    assert (build(unread, softmax(unread.module.tree)) is None) is (name not in ("rename", "replace"))


def test_an_import_is_dropped_out_of_a_text_of_known_places_only() -> None:
    program = Program("from a import softmax\n")
    outside = program.module.place(Program("\n\ny = «softmax»").node())
    assert program.rewriter.drop_imports(program.module, ["softmax"], [outside]) is None


def test_nodes_meet_by_position() -> None:
    text = """é = (f(("a", (b)), *c, k=(d), **e)); z = 1, 2
g(i for i in j)
h((i for i in j))
def n(): pass
@dec
class A(B, metaclass=M):
    async def m(self, a: int = (1), *b):
        return await self.x[0:1][a, ...]
try: pass
except E as e: {**a, "k": [*b]}
from . import (a as b, c)
lambda q: {r for r in s}
"""
    program = Program(text)
    expected = {
        "Call", "Name", "Attribute", "Tuple", "List", "Dict", "GeneratorExp", "Await", "Subscript", "Lambda", "SetComp",
        "ClassDef", "FunctionDef", "Assign", "Return", "Try", "ImportFrom",
    }  # fmt: skip
    seen = set()
    for node in ast.walk(program.module.tree):
        name = type(node).__name__
        if name in expected and program.module.segment(node) != "a, ...":  # libcst has no tuple there
            found = program.rewriter.node(program.module, node)
            assert type(found).__name__ == name, (name, found)
            seen.add(name)
    assert seen == expected
    assert program.rewriter.node(program.module, program.module.tree) is None


def test_text_that_libcst_cannot_read_gives_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import libcst

    def refuse(text: str) -> libcst.Module:
        raise ValueError(text)

    monkeypatch.setattr(libcst, "parse_module", refuse)
    program = Program("y = «softmax(‹x›)»")
    assert program.rewriter.node(program.module, program.node()) is None
    assert program.rewriter.drop_activation(program.cause("call")) is None
    assert program.rewriter.append_method(program.module, program.expression(), ".float()") is None


def test_a_statement_that_libcst_cannot_read_keeps_nothing_else_from_being_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    import libcst

    parse = libcst.parse_module

    def refuse(text: str) -> libcst.Module:
        if "new syntax" in text:
            raise ValueError(text)
        return parse(text)

    monkeypatch.setattr(libcst, "parse_module", refuse)
    program = Program("import F\nx = 'new syntax'; z = (F.softmax(x))\nz = (F.softmax(x))\nF.softmax(x)\ny = «F.softmax(‹x›)»")
    first, second, _, last = (node for node in ast.walk(program.module.tree) if isinstance(node, ast.Call))
    causes = [Cause("softmax", "call", program.module, call, input=call.args[0]) for call in (first, second, last)]
    assert [program.rewriter.drop_activation(cause) is not None for cause in causes] == [False, True, True]


def test_only_what_changes_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from losslint import rewriting

    text = "".join(f"def f{n}(x):\n    return F.softmax(x)\n\n\n" for n in range(50))
    program = Program(f"import F\n{text}y = «F.softmax(‹x›)»")
    calls = [node for node in ast.walk(program.module.tree) if isinstance(node, ast.Call)]
    monkeypatch.setattr(rewriting, "MOST_TAKEN", 200)
    made = [
        program.rewriter.drop_activation(Cause("softmax", "call", program.module, call, input=call.args[0])) is not None
        for call in sorted(calls, key=lambda call: call.lineno)
    ]
    assert 2 < made.count(True) < 10 and made[:-1] == sorted(made[:-1], reverse=True)


def test_line_ends_and_other_encodings_stay() -> None:
    raw = "# coding: latin-1\r\nimport F\r\nb = 'é'; y = F.softmax(\r\n  x, 1)\r\n".encode("latin-1")
    source = Source.from_bytes(raw, "m.py")
    module = Module("m.py", "m.py", source, source.parse(), False)
    call = next(n for n in ast.walk(module.tree) if isinstance(n, ast.Call))
    edits = Rewriter().drop_activation(Cause("softmax", "call", module, call, input=call.args[0]))
    assert edits is not None
    assert source.edited(edits) == "# coding: latin-1\r\nb = 'é'; y = x\r\n".encode("latin-1")


def test_top_level_await_in_a_notebook_is_fine() -> None:
    cells = ["import F\n%matplotlib inline\nx = await g()", "x = F.softmax(x, 1)", "print(x)"]
    notebook = {
        "cells": [
            {"cell_type": "code", "source": c, "metadata": {}, "outputs": [], "execution_count": None} for c in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    source = Source.from_bytes(json.dumps(notebook).encode(), "m.ipynb")
    module = Module("m.ipynb", "m.ipynb", source, source.parse(), False)
    call = next(n for n in ast.walk(module.tree) if isinstance(n, ast.Call) and ast.unparse(n).startswith("F."))
    edits = Rewriter().drop_activation(Cause("softmax", "call", module, call, input=call.args[0]))
    assert edits is not None
    after = json.loads(source.edited(edits))
    assert ["".join(c["source"]).strip() for c in after["cells"]] == [
        "%matplotlib inline\nx = await g()", "", "print(x)",
    ]  # fmt: skip


# --------------------------------------------------------------------------------------------------------- any program


EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "y", "1", "'é'", "(x)", "(  # c\n x)", "self.a", "x[0]"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" + ".join),
        st.tuples(inner, inner).map(lambda p: f"{p[0]}\\\n ** {p[1]}"),
        st.tuples(inner, inner).map(lambda p: f"F.softmax({p[0]}, dim={p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"F.softmax(\n  {p[0]},  # c\n  {p[1]},\n )"),
        inner.map(lambda e: f"({e}).softmax(dim=1)"),
        inner.map(lambda e: f"F.softmax({e})"),
        inner.map(lambda e: f"-({e})"),
        inner.map(lambda e: f"[{e} for x in y]"),
        inner.map(lambda e: f"(lambda: {e})"),
        inner.map(lambda e: f"f'é{{x}}', {e}"),
        inner.map(lambda e: f"nn.Sequential(a, {e},)"),
        inner.map(lambda e: f"(x if {e} else y)"),
    ),
    max_leaves=6,
)
STATEMENTS = st.tuples(
    st.sampled_from(
        ["x = {}\n", "y = x = {}\n", "if x: x = {}\n", "x = {}; y = 1\n", "\ty = {}\n", "return_ = ({})  # é\n"]
    ),
    EXPRESSIONS,
).map(lambda pair: ("def f():\n" if pair[0].startswith("\t") else "") + pair[0].format(pair[1]))


@settings(max_examples=250, deadline=None)
@given(st.lists(STATEMENTS, min_size=1, max_size=3).map("".join))
def test_any_result_parses_and_touches_its_ranges_only(text: str) -> None:
    text = "import torch.nn.functional as F\n" + text
    try:
        ast.parse(text)
    except SyntaxError:
        return
    program = Program(text)
    module, rewriter = program.module, program.rewriter
    results: list[Edits | None] = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            given_input = node.args[0] if node.args else None
            results += [
                rewriter.drop_activation(Cause("softmax", form, module, node, node, module, None, given_input))
                for form in ("call", "method", "layer", "element", "keyword")
            ]
            results.append(rewriter.set_keyword(module, node, "new", "1"))
            results.append(rewriter.remove_argument(module, node, 0))
            results.append(rewriter.remove_argument(module, node, "dim"))
            results.append(rewriter.split_constructor(module, node, 2))
            results.append(rewriter.rename_callee(module, node, "softmax", "log_softmax"))
            if len(node.args) > 1:
                results.append(rewriter.swap_arguments(module, node.args[0], node.args[1]))
        if isinstance(node, ast.expr):
            results.append(rewriter.append_method(module, node, ".float()"))
            results.append(rewriter.replace_node(module, node, "a or b"))
    for edits in results:
        if edits is not None:
            after = edited(text, edits)
            ast.parse(after)
            assert _untouched(text, edits) == _untouched_after(text, after, edits)


def _untouched(text: str, edits: tuple[Edit, ...]) -> list[str]:
    """What is between the edits, in the old text."""
    ordered = replacements(Lines(text), edits)
    starts = [0, *(r.end for r in ordered)]
    ends = [*(r.start for r in ordered), len(text)]
    return [text[a:b] for a, b in zip(starts, ends, strict=True)]


def _untouched_after(text: str, after: str, edits: tuple[Edit, ...]) -> list[str]:
    """What is between the new texts, in the new text."""
    parts, at = [], 0
    for part, edit in zip(_untouched(text, edits), [*replacements(Lines(text), edits), None], strict=True):
        parts.append(after[at : at + len(part)])
        at += len(part)
        if edit is not None:
            assert after[at : at + len(edit.text)] == edit.text
            at += len(edit.text)
    assert at == len(after)
    return parts
