"""What the evaluator says that Python's own objects are is what Python says: each program is run by both.

The programs need nothing outside of Python. `result` is known to the evaluator as far as it's written down under KNOWN, and what
is under UNKNOWN is left open, since what it depends on isn't followed: neither may be wrong.
"""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest

from losslint.evaluation.evaluator import Evaluator
from losslint.evaluation.values import Const, Mapping, Seq, Value
from losslint.program.project import Project
from losslint.source import Source

OPEN = "not known"

KNOWN = {
    # ---- lists
    "append and extend": "a = [1]\na.append(2)\na.extend([3, 4])\na += [5]\nresult = a",
    "insert": "a = [1, 3]\na.insert(1, 2)\na.insert(0, 0)\na.insert(-1, 9)\nresult = a",
    "pop": "a = [1, 2, 3, 4]\nb = a.pop()\nc = a.pop(0)\nd = a.pop(-2)\nresult = [a, b, c, d]",
    "clear": "a = [1, 2]\nb = a\na.clear()\nresult = [a, b]",
    "a copy is another list": "a = [1]\nb = a.copy()\nc = list(a)\nd = a[:]\na.append(2)\nresult = [a, b, c, d]",
    "another name is the same list": "a = [1]\nb = a\na.append(2)\nresult = b",
    "plus makes another list": "a = [1]\nb = a\na = a + [2]\nresult = [a, b]",
    "times": "result = [[0] * 3, (1, 2) * 2, [1] * 0, [1] * -1]",
    "slices": "a = [0, 1, 2, 3, 4]\nresult = [a[1:], a[:-1], a[1:3], a[:2], a[-2:], a[:0]]",
    "elements by index": "a = [5, 6, 7]\nresult = [a[0], a[-1], a[1], a[-3]]",
    "an element is set": "a = [1, 2, 3]\na[1] = 5\na[-1] = 6\nresult = a",
    "an element is deleted": "a = [1, 2, 3, 4]\ndel a[1]\ndel a[-1]\nresult = a",
    "reversed": "result = [list(reversed([1, 2, 3])), tuple(reversed((1, 2)))]",
    "no elements": "result = [list(), tuple(), dict()]",
    "list and tuple": "result = [list((1, 2)), tuple([1, 2])]",
    "stars in lists": "a = [2, 3]\nresult = [[1, *a, 4], (*a, *a)]",
    "len": "result = [len([1, 2]), len({'a': 1}), len(())]",
    "enumerate": "result = []\nfor i, x in enumerate(['a', 'b']):\n    result += [i, x]",
    "zip": "result = []\nfor a, b in zip([1, 2], [3, 4]):\n    result.append((a, b))",
    "range": "result = [list(range(3)), list(range(1, 4)), list(range(6, 0, -2)), list(range(0))]",
    "map": "result = list(map(lambda x: x + 1, [1, 2, 3]))",
    "comprehensions": "result = [[x + 1 for x in [1, 2]], [x for x in [1, 2, 3] if x > 1], [(a, b) for a in [1, 2] for b in [3, 4]]]",
    "of a comprehension nothing is left": "result = [x for x in [1, 2] if x > 5]",
    "a loop that is left": "result = []\nfor x in [1, 2, 3]:\n    if x == 2:\n        break\n    result.append(x)",
    "a round that is left": "result = []\nfor x in [1, 2, 3]:\n    if x == 2:\n        continue\n    result.append(x)",
    "rounds that are left for different reasons": (
        "def f(xs):\n    for x in xs:\n        if x == 1:\n            continue\n        for y in [1, 2]:\n            if y == 1:\n"
        "                continue\n        if x == 3:\n            return x\n    return 0\nresult = [f([1, 2, 3, 4]), f([1]), f([3, 1])]"
    ),
    "a loop that is left has no else": "for x in [1, 2]:\n    if x == 2:\n        break\nelse:\n    x = 'end'\nresult = x",
    "a loop that came to its end": "result = []\nfor x in [1]:\n    result.append(x)\nelse:\n    result.append('end')",
    "the last round's name": "for x in [1, 2, 3]:\n    pass\nresult = x",
    # ---- unpacking
    "two names": "a, b = 1, 2\na, b = b, a\nresult = [a, b]",
    "a star": "a, *b = [1, 2, 3]\n*c, d = (1, 2, 3)\ne, *f, g = [1, 2]\nresult = [a, b, c, d, e, f, g]",
    "nested names": "(a, b), c = (1, 2), 3\nresult = [a, b, c]",
    "the keys of a dict": "a, b = {'x': 1, 'y': 2}\nresult = [a, b]",
    "several targets": "a = b = 3\nresult = [a, b]",
    "a tuple of what is known at its beginning": "import sys\nresult = (1, 2, *sys.path)[1]",
    "a long way": "for e in range(10):\n    for i in range(16):\n        for j in range(16):\n            x = [i, j, i + j]\nresult = 'end'",
    "a number divided by zero, and what is done then": "try:\n    x = 1 / 0\nexcept ZeroDivisionError:\n    pass\nresult = 'end'",
    # ---- dicts
    "dict": "result = [dict(a=1, b=2), dict([('a', 1)]), dict({'a': 1}, b=2), dict([('a', 1)], b=2), {**{'a': 1}, 'b': 2}]",
    "update": "a = {'x': 1}\na.update({'x': 2, 'y': 3})\na.update(z=4)\nresult = a",
    "get": "a = {'x': 1}\nresult = [a.get('x'), a.get('y'), a.get('y', 5), a.get('x', 5)]",
    "setdefault": "a = {'x': 1}\na['y'] = 2\nresult = a",
    "pop of a dict": "a = {'x': 1, 'y': 2}\nb = a.pop('x')\nresult = [a, b]",
    "popitem": "a = {'x': 1, 'y': 2}\na.popitem()\nresult = a",
    "a key is deleted": "a = {'x': 1, 'y': 2}\ndel a['x']\nresult = a",
    "a copy of a dict": "a = {'x': 1}\nb = a.copy()\nc = dict(a)\na['x'] = 2\nresult = [a, b, c]",
    "items, keys and values": "a = {'x': 1, 'y': 2}\nresult = [list(a.items()), list(a.keys()), list(a.values()), list(a)]",
    "a loop over a dict": "result = []\nfor k in {'x': 1, 'y': 2}:\n    result.append(k)",
    "a loop over items": "result = []\nfor k, v in {'x': 1, 'y': 2}.items():\n    result += [k, v]",
    "a dict's comprehension": "result = {k: v + 1 for k, v in [('a', 1), ('b', 2)]}",
    "keys that are numbers": "a = {1: 'x'}\na[2] = 'y'\nresult = [a[1], a[2]]",
    # ---- text
    "parts of text": "result = ['Adam'.lower(), 'adam'.upper(), ' a '.strip(), 'ab cd'.title(), 'ab'.capitalize()]",
    "how text begins": "result = ['resnet50'.startswith('resnet'), 'resnet50'.endswith('18'), 'vgg'.startswith('resnet')]",
    "format": "result = ['{}_{}'.format('a', 1), '{0}{1}{0}'.format('a', 'b'), f\"{'a'}-{2}\", 'a' + 'b']",
    "format with a width": "result = '{:>5}'.format('a')",
    "str, int, float, bool": "result = [str(3), int('4'), int(2.5), float('1.5'), float(2), bool(0), bool('a'), str('a')]",
    # ---- numbers
    "arithmetic": "result = [1 + 2, 5 - 3, 2 * 3, 7 // 2, 7 / 2, 7 % 3, -4, +4, 1.5 + 1]",
    "the largest and the smallest": "result = [max(1, 3, 2), min(4, 2), max(1.5, 1)]",
    "step by step": "a = 1\na += 2\na *= 3\na -= 1\nresult = a",
    # ---- truth
    "comparisons": "result = [1 < 2, 2 <= 2, 3 > 4, 3 >= 4, 1 == 1, 1 != 1, 'a' == 'b', None is None, [] is not None]",
    "in": "result = ['a' in ['a', 'b'], 'c' not in ('a',), 'x' in {'x': 1}, 'z' in {'x': 1}]",
    "not": "result = [not True, not 0, not [1], not '', not None]",
    "and, or": "result = [0 or 5, 1 and 2, None or 'a', '' and 1, 3 or 4]",
    "one or the other": "result = [1 if True else 2, 1 if [] else 2, 1 if 'a' == 'a' else 2]",
    "branches": "a = 3\nif a > 5:\n    result = 'large'\nelif a > 2:\n    result = 'middle'\nelse:\n    result = 'small'",
    "a chain of comparisons is one": "a = [1, 2]\nif a and len(a) == 2:\n    result = 'two'\nelse:\n    result = 'other'",
    "isinstance": (
        "class A:\n    pass\nclass B(A):\n    pass\nb = B()\n"
        "result = [isinstance(b, A), isinstance(A(), B), isinstance('a', str), isinstance(1, str), isinstance([], list),\n"
        "          isinstance((), list), isinstance({}, dict), isinstance(1, (str, int)), isinstance(b, (str, A)), isinstance([], dict)]"
    ),
    # ---- names
    "an assignment inside": "if (n := 3) > 2:\n    result = n\nelse:\n    result = 0",
    "a name that is deleted": "x = 1\nresult = x\ndel x",
    "annotated": "x: int = 3\nresult = x",
    "global": "x = 1\ndef f():\n    global x\n    x = 2\nf()\nresult = x",
    "nonlocal": "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    g()\n    return x\nresult = f()",
    "a function's own name": "x = 1\ndef f():\n    x = 2\n    return x\nresult = [f(), x]",
    # ---- functions
    "defaults": "def f(a, b=2, *, c=3):\n    return [a, b, c]\nresult = [f(1), f(1, 3), f(1, c=4), f(a=5, b=6)]",
    "stars": "def f(*a, **k):\n    return [a, k]\nresult = f(1, 2, x=3)",
    "unpacked arguments": "def f(a, b, c=0):\n    return [a, b, c]\nresult = [f(*[1, 2]), f(*[1], **{'b': 2, 'c': 3})]",
    "a closure": "def f(a):\n    def g(b):\n        return a + b\n    return g\nresult = f(1)(2)",
    "a lambda": "result = (lambda a, b=2: a + b)(1)",
    "the first return": "def f(a):\n    if a > 1:\n        return 'large'\n    return 'small'\nresult = [f(2), f(1)]",
    "a decorator": "def twice(f):\n    def g(x):\n        return f(f(x))\n    return g\n@twice\ndef h(x):\n    return x + 1\nresult = h(1)",
    "functools.partial": "import functools\ndef f(a, b):\n    return [a, b]\nresult = functools.partial(f, 1)(2)",
    "partial with keywords": "from functools import partial\ndef f(a, b, c):\n    return [a, b, c]\nresult = partial(f, 1, c=3)(b=2)",
    "a copy of a number": "import copy\nresult = copy.deepcopy(3)",
    # ---- classes
    "attributes": "class A:\n    x = 1\n    def __init__(self, y):\n        self.y = y\na = A(2)\na.z = 3\nresult = [a.x, a.y, a.z, A.x]",
    "methods": "class A:\n    def f(self, x):\n        return x + 1\n    def g(self, x):\n        return self.f(x) + 1\nresult = A().g(1)",
    "inheritance": (
        "class A:\n    def f(self):\n        return 'a'\n    def g(self):\n        return self.f()\n"
        "class B(A):\n    def f(self):\n        return 'b' + super().f()\nresult = [A().g(), B().g()]"
    ),
    "super().__init__": (
        "class A:\n    def __init__(self, x):\n        self.x = x\n"
        "class B(A):\n    def __init__(self, x, y):\n        super().__init__(x)\n        self.y = y\nb = B(1, 2)\nresult = [b.x, b.y]"
    ),
    "a property": "class A:\n    @property\n    def x(self):\n        return 3\nresult = A().x",
    "static and class methods": (
        "class A:\n    n = 4\n    @staticmethod\n    def f(x):\n        return x\n    @classmethod\n    def g(cls, x):\n"
        "        return [cls.n, x]\nresult = [A.f(1), A().f(2), A.g(3), A().g(4)]"
    ),
    "__call__": "class A:\n    def __call__(self, x):\n        return x + 1\nresult = A()(1)",
    "__getitem__": "class A:\n    def __getitem__(self, i):\n        return [i, 'a']\nresult = A()[3]",
    "a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n    y: int = 5\n    def __post_init__(self):\n"
        "        self.z = self.x + 1\na = A(1)\nb = A(2, y=3)\nresult = [a.x, a.y, a.z, b.x, b.y, b.z]"
    ),
    "a tuple with names": (
        "from collections import namedtuple\nP = namedtuple('P', ['x', 'y'])\np = P(1, y=2)\na, b = p\nresult = [p.x, p.y, p[0], a, b]"
    ),
    "a tuple whose names are text": "from collections import namedtuple\nP = namedtuple('P', 'x, y')\nresult = [P(1, 2).x, P(1, 2).y]",
    "a class that is a named tuple": (
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n    y: int\np = P(1, 2)\nresult = [p.x, p.y, p[1]]"
    ),
    "getattr and setattr": "class A:\n    x = 1\na = A()\nsetattr(a, 'y', 2)\nresult = [getattr(a, 'x'), getattr(a, 'y')]",
    "a class in a dict": "class A:\n    x = 1\nclass B:\n    x = 2\nresult = {'a': A, 'b': B}['b']().x",
    "with": "class A:\n    def __enter__(self):\n        return 5\n    def __exit__(self, *a):\n        pass\nwith A() as x:\n    result = x",
    "a method of another object": "class A:\n    def f(self):\n        return 7\nf = A().f\nresult = f()",
    # ---- more
    "match": "x = 'b'\nmatch x:\n    case 'a':\n        result = 1\n    case 'b' | 'c':\n        result = 2\n    case _:\n        result = 3",
    "try": "try:\n    result = 1\nexcept ValueError:\n    result = 2",
    "try, else and finally": "a = []\ntry:\n    a.append(1)\nexcept ValueError:\n    pass\nelse:\n    a.append(2)\nfinally:\n    a.append(3)\nresult = a",
    "assert": "x = 3\nassert x\nresult = x",
    "eval": "class Net:\n    x = 4\nresult = eval('Net').x",
    "globals": "a = 3\nresult = globals()['a']",
    "vars of a module's name": "x = [1, 2]\nresult = x[0] if x else None",
}  # fmt: skip

UNKNOWN = {
    "what was shuffled": "import random\na = [1, 2, 3]\nrandom.shuffle(a)\nresult = a[random.randrange(3)]",
    "text from outside": "import os\nresult = os.environ.get('HOME', '')",
    "a long power": "result = (10.0 ** 300) * (10.0 ** 300)",
    "a number by chance": "import random\nresult = random.random()",
    "sorted": "result = sorted([3, 1, 2])[0]",
    "a part of text": "result = 'abc'[1]",
    "match a sequence": "match [1, 2, 3]:\n    case [a, b]:\n        result = 'two'\n    case [a, *rest]:\n        result = [a, rest]",
    "the letters of a text": "result = [c for c in 'abc']",
    "how often": "result = 'banana'.count('a')",
    "words": "result = 'a b'.split(' ')",
    "a list that grows by a list that grew": "import sys\na = []\nfor i in range(len(sys.path)):\n    a.append(1)\nb = [0]\nb += a\nresult = b",
    "a list that grew, as truth": "import sys\na = []\nfor i in range(len(sys.path)):\n    a.append(i)\nresult = 1 if a else 2",
    "a key that is deleted in one case": "import sys\na = {'x': 1}\nif len(sys.argv) > 50:\n    del a['x']\nresult = a['x']",
    "an element that is deleted in one case": "import sys\na = [1, 2]\nif len(sys.argv) > 50:\n    del a[0]\nresult = a[0]",
    "a part of what isn't known": "import sys\nresult = sys.path[1:][0]",
    "an element somewhere": "import sys\nresult = [*sys.path][len(sys.path) - 1]",
    "an element of a list that may be longer": "import sys\nresult = [*sys.path, 1][-1]",
    "the first element of a list that may be longer": "import sys\nresult = [*sys.path, 1][0]",
    "the second element of a list that may be longer": "import sys\nresult = [*sys.path, 1, 2][1]",
    "where it is": "result = [5, 6].index(6)",
    "a pop in one case": "import sys\na = [1, 2]\nif len(sys.argv) > 50:\n    a.pop()\nresult = a[-1]",
    "an insert in one case": "import sys\na = [1, 2]\nif len(sys.argv) > 50:\n    a.insert(0, 5)\nresult = a[0]",
    "an update in one case": "import sys\na = {'x': 1}\nif len(sys.argv) > 50:\n    a.update({'x': 2})\nresult = a",
    "a large product": "result = 10 ** 13 * 10 ** 13 + 10 ** 12 * 10",
    "powers": "result = 2 ** 3",
    "sum of numbers": "result = sum([1, 2])",
}


def said(value: Value) -> object:
    """A value as Python has it; OPEN where that isn't known."""
    match value:
        case Const():
            return value.value
        case Seq() if value.rest is None and not value.repeated:
            items = [said(item) for item in value.items]
            return tuple(items) if value.kind == "tuple" else items
        case Mapping() if value.rest is None:
            return {key: said(item) for key, item in value.items.items()}
    return OPEN


def evaluated(code: str, tmp_path: Path) -> object:
    """What the evaluator says that `result` is at the end."""
    path = tmp_path / "program.py"
    path.write_text(code)
    real = path.resolve().as_posix()
    project = Project([(real, "program.py")], lambda _, shown: Source.from_bytes(path.read_bytes(), shown))
    evaluator = Evaluator(project)
    module = project.module(real)
    assert module is not None
    evaluator.run_module(module)
    assert module.scope is not None
    return said(module.scope.names["result"])


def run(code: str) -> object:
    """What Python says."""
    module = types.ModuleType("program")
    sys.modules["program"] = module  # dataclasses look there
    try:
        exec(code, module.__dict__)
        return module.__dict__["result"]
    finally:
        del sys.modules["program"]


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known_is_so(name: str, tmp_path: Path) -> None:
    assert evaluated(KNOWN[name], tmp_path) == run(KNOWN[name])


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_is_not_known_is_left_open(name: str, tmp_path: Path) -> None:
    run(UNKNOWN[name])
    assert evaluated(UNKNOWN[name], tmp_path) == OPEN
