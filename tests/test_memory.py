"""What is remembered of calls, and what is not."""

from __future__ import annotations

import pytest

from losslint import lint_sources
from losslint.evaluation import evaluator
from losslint.evaluation.evaluator import Evaluator
from losslint.evaluation.values import Function

TRAIN = """\
import torch.nn as nn
from helpers import *


def train(loader, layers):
    model = nn.Sequential(nn.Linear(784, 10))
    {each}
    for images, labels in loader:
        nn.CrossEntropyLoss()(model(images), labels)
"""


def runs(monkeypatch: pytest.MonkeyPatch, helpers: str, train: str, name: str) -> tuple[int, list[str]]:
    """How often a function of helpers.py was run, and the codes that were found."""
    count = 0
    run = Evaluator._run_call

    def counted(self: Evaluator, function: Function, *rest: object) -> object:
        nonlocal count
        count += function.name == name
        return run(self, function, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(evaluator.Evaluator, "_run_call", counted)
    result = lint_sources({"helpers.py": helpers, "train.py": train})
    return count, [finding.code for finding in result.findings]


CHECK = "def check(path):\n    parts = []\n    parts.append(path)\n    for part in parts:\n        print(part)\n"


def test_a_call_that_came_to_nothing_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    train = TRAIN.format(each="\n    ".join(["check('a')"] * 5 + ["check('b')"] * 5))
    assert runs(monkeypatch, CHECK, train, "check") == (2, [])


def test_a_call_on_numbers_of_which_nothing_is_known_is_not_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    train = TRAIN.format(each="\n    ".join(["check(model(layers).other())"] * 5 + ["check(model(layers))"] * 2))
    assert runs(monkeypatch, CHECK, train, "check") == (3, [])


def test_a_call_that_changes_what_was_there_is_run_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers = "import torch.nn as nn\n\ndef add(model):\n    model.add_module(str(len(model)), nn.Softmax(dim=1))\n"
    train = TRAIN.format(each="add(model)\n    add(model)")
    count, codes = runs(monkeypatch, helpers, train, "add")
    assert (count, set(codes)) == (2, {"LL101"})


@pytest.mark.parametrize(
    ("change", "first", "parts", "model"),
    [
        ("parts.append(nn.Softmax(dim=dim))", "[]", "[nn.Linear(784, 10)]", "nn.Sequential(*parts)"),
        ("parts['end'] = nn.Softmax(dim=dim)", "{}", "{}", "nn.Sequential(nn.Linear(784, 10), parts['end'])"),
    ],
)
def test_a_call_that_changes_what_it_is_given_is_run_each_time(
    change: str, first: str, parts: str, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    helpers = f"import torch.nn as nn\n\ndef put(parts, dim):\n    {change}\n"
    each = f"first, parts = {first}, {parts}\n    put(first, 1)\n    put(parts, 1)\n    model = {model}"
    count, codes = runs(monkeypatch, helpers, TRAIN.format(each=each), "put")
    assert (count, codes) == (2, ["LL101"])


def test_what_a_call_gives_that_may_reach_a_loss_is_made_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers = "import torch.nn as nn\n\ndef make(kind):\n    return nn.Softmax(dim=1) if kind == 'soft' else nn.Identity()\n"
    each = "make('none')\n    make('none')\n    model.append(make('soft'))"
    count, codes = runs(monkeypatch, helpers, TRAIN.format(each=each), "make")
    assert (count, codes) == (3, ["LL101"])


def test_a_global_that_a_call_sets_counts_as_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers = "import torch.nn as nn\nlast = None\n\ndef choose(kind):\n    global last\n    last = nn.Softmax(dim=1)\n"
    train = "import helpers\n" + TRAIN.format(each="helpers.choose('a')\n    helpers.choose('a')\n    model.append(helpers.last)")
    count, codes = runs(monkeypatch, helpers, train, "choose")
    assert (count, codes) == (2, ["LL101"])

REGISTRY = """\
import torch.nn as nn

models = {{}}


def register(name=None):
    def decorate(function):
        models[name or function.__name__] = function
        return function
    return decorate


def make(name):
    return models[name]()


@register({soft})
def soft():
    return nn.Sequential(nn.Linear(784, 10), nn.Softmax(dim=1))


@register()
def plain():
    return nn.Linear(784, 10)
"""


@pytest.mark.parametrize(
    ("registered", "asked", "codes"),
    [
        ("", "'soft'", ["LL101"]),
        ("", "'plain'", []),
        ("'with_softmax'", "'with_softmax'", ["LL101"]),
        ("'with_' + 'softmax'", "'with_softmax'", ["LL101"]),
        ("", "name", ["LL101"]),
    ],
)
def test_what_a_decorator_registers_is_there_when_it_is_asked_for(registered: str, asked: str, codes: list[str]) -> None:
    train = "import torch.nn as nn\nfrom helpers import make\n\ndef train(x, y, name):\n"
    train += f"    nn.CrossEntropyLoss()(make({asked})(x), y)\n"
    result = lint_sources({"helpers.py": REGISTRY.format(soft=registered), "train.py": train})
    assert [finding.code for finding in result.findings] == codes


def test_many_functions_that_a_decorator_registers_are_decorated_only_when_it_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers = REGISTRY.format(soft="") + "".join(
        f"\n\n@register()\ndef other{number}():\n    return nn.Linear(784, {number + 2})\n" for number in range(100)
    )
    train = "import torch.nn as nn\nfrom helpers import make\n\ndef train(x, y):\n    nn.CrossEntropyLoss()(make('soft')(x), y)\n"
    count, codes = runs(monkeypatch, helpers, train, "decorate")
    assert (count, codes) == (1, ["LL101"])


def test_many_functions_that_a_decorator_registers_have_no_part_in_another_dict(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers = REGISTRY.format(soft="") + "".join(
        f"\n\n@register()\ndef other{number}():\n    return nn.Linear(784, {number + 2})\n" for number in range(100)
    )
    train = (
        "import torch.nn as nn\nfrom helpers import models\nends = {'soft': nn.Softmax(dim=1)}\n\ndef train(x, y):\n"
        "    for name, end in ends.items():\n        nn.CrossEntropyLoss()(end(nn.Linear(8, 4)(x)), y)\n"
    )
    count, codes = runs(monkeypatch, helpers, train, "decorate")
    assert (count, codes) == (0, ["LL101"])


CHAIN = """\
from registry import models, register
from m{next} import part{next}

base = models["part{next}"]


@register("part{number}")
def part{number}():
    return base
"""


def test_files_that_register_and_ask_each_for_the_next_one() -> None:
    register = "def register(name):\n    def put(f):\n        models[name] = f\n        return f\n    return put\n"
    files = {f"m{number}.py": CHAIN.format(number=number, next=number + 1) for number in range(1200)}
    files["registry.py"] = "models = {}\n\n" + register
    files["train.py"] = (
        "import torch.nn as nn\nfrom registry import models\nfrom m0 import part0\n\n"
        "def train(x, y):\n    nn.CrossEntropyLoss()(nn.Softmax(1)(models['part0']()(x)), y)\n"
    )
    result = lint_sources(files)
    assert (result.errors, [finding.code for finding in result.findings]) == ((), ["LL101"])


def test_options_that_a_call_adds_to_a_parser_are_added_to_each(monkeypatch: pytest.MonkeyPatch) -> None:
    helpers = "def options(parser):\n    parser.add_argument('--kind', choices=['a', 'b'])\n"
    parsers = "import argparse\nfirst, second = argparse.ArgumentParser(), argparse.ArgumentParser()\n"
    each = "options(first)\n    options(second)"
    assert runs(monkeypatch, helpers, parsers + TRAIN.format(each=each), "options") == (2, [])


DECORATED = """\
import torch.nn as nn

NETS = {{}}
texts = None


class Log(nn.Module):
    def forward(self, x):
        return x.log_softmax(1)


def described(cls):
    global texts
    if texts is None:
        texts = ["A network."]
    {much}
    {body}
    return cls


"""
MUCH = "for number in range(24):\n        for line in range(4):\n            print(number, line, cls)"
PLAIN = "@described\nclass Net{number}(nn.Module):\n    def __init__(self):\n        super().__init__()\n\n\n"
SOFT = """\
@described
class Soft(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(784, 10)

    def forward(self, x):
        return {returned}
"""


@pytest.mark.parametrize(
    ("much", "body", "made", "returned", "all_run", "codes"),
    [
        (MUCH, "cls.__doc__ = texts[0]", "Soft()", "self.out(x).softmax(1)", False, ["LL101"]),
        (MUCH, "cls.__doc__ = texts[0]", "Soft()", "self.out(x)", False, []),
        (MUCH, "NETS[cls.__name__] = cls", "NETS['Soft']()", "self.out(x).softmax(1)", True, ["LL101"]),
        (MUCH, "cls.kept = nn.Softmax(dim=1)", "Soft()", "self.kept(self.out(x))", True, ["LL101"]),
        ("", "return Log if cls.__name__ == 'Soft' else cls", "Soft()", "self.out(x)", True, ["LL102"]),
    ],
)
def test_a_decorator_that_leaves_classes_alone_is_not_run_for_each(
    monkeypatch: pytest.MonkeyPatch, much: str, body: str, made: str, returned: str, all_run: bool, codes: list[str]
) -> None:
    classes = "".join(PLAIN.format(number=number) for number in range(40)) + SOFT.format(returned=returned)
    helpers = DECORATED.format(much=much, body=body) + classes
    train = f"import torch.nn as nn\nfrom helpers import *\n\ndef train(x, y):\n    nn.CrossEntropyLoss()({made}(x), y)\n"
    count, found = runs(monkeypatch, helpers, train, "described")
    assert (count == 41, found) == (all_run, codes)
