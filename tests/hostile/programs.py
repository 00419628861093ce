"""The programs, by name; each is the files of a project."""

from __future__ import annotations

import json
from collections.abc import Callable

Files = dict[str, bytes]

DEEP = 10_000
"""Levels of nesting."""

HEAD = "import torch, torch.nn as nn, torch.nn.functional as F\nfrom torch.nn import CrossEntropyLoss\nmodel = nn.Linear(8, 3)\n"
TAIL = "\nF.cross_entropy(F.softmax(model(torch.randn(4, 8)), dim=1), torch.tensor([0, 1, 2, 0]))\n"
"""A finding, if the program before it lets one be made."""

PROGRAMS: dict[str, Callable[[], Files]] = {}


def program(function: Callable[[], str | bytes | Files]) -> Callable[[], str | bytes | Files]:
    """Name a program; a text is a file between the head and the tail."""

    def files() -> Files:
        made = function()
        if isinstance(made, dict):
            return made
        return {"train.py": (HEAD + made + TAIL).encode() if isinstance(made, str) else made}

    PROGRAMS[function.__name__] = files
    return function


# ------------------------------------------------------------------------------------------------------------------ depth


def around(left: str, right: str, inside: str = "1", depth: int = DEEP) -> str:
    return f"x = {left * depth}{inside}{right * depth}"


@program
def parentheses() -> str:
    return around("(", ")")


@program
def lists() -> str:
    return around("[", "]")


@program
def dictionaries() -> str:
    return around("{1: ", "}")


@program
def tuples() -> str:
    return around("(", ",)")


@program
def brackets_that_never_close() -> str:
    return "x = " + "(" * DEEP


@program
def mixed_brackets() -> str:
    return around("([{1: ", "}])")


@program
def calls() -> str:
    return around("f(", ")")


@program
def losses_of_losses() -> str:
    return around("F.cross_entropy(", ", y)")


@program
def layers_of_layers() -> str:
    return "net = " + "nn.Sequential(" * DEEP + "nn.Linear(1, 1)" + ")" * DEEP + "\nF.cross_entropy(net(x), y)"


@program
def calls_of_calls() -> str:
    return "x = f" + "()" * DEEP


@program
def attributes() -> str:
    return "x = a" + ".b" * DEEP


@program
def methods() -> str:
    return "x = a" + ".b()" * DEEP


@program
def softmaxes() -> str:
    return "x = model(torch.randn(4, 8))" + ".softmax(1)" * DEEP + "\nF.cross_entropy(x, y)"


@program
def indices() -> str:
    return "x = a" + "[0]" * DEEP


@program
def indices_in_indices() -> str:
    return around("a[", "]")


@program
def unary_operators() -> str:
    return "x = " + "-" * DEEP + "1"


@program
def nots() -> str:
    return "x = " + "not " * DEEP + "1"


@program
def sums() -> str:
    return "x = " + "1 + " * DEEP + "1"


@program
def powers() -> str:
    return "x = " + "1 ** " * DEEP + "1"


@program
def sums_of_losses() -> str:
    return "x = " + "F.cross_entropy(model(x), y) + " * DEEP + "0\nx.backward()"


@program
def comparisons() -> str:
    return "x = " + "1 < " * DEEP + "1"


@program
def ands() -> str:
    return "x = " + "a and " * DEEP + "a"


@program
def conditionals() -> str:
    return "x = " + "1 if a else " * DEEP + "1"


@program
def conditionals_inside() -> str:
    return around("(1 if (", ") else 2)", depth=DEEP)


@program
def lambdas() -> str:
    return "x = " + "lambda: " * DEEP + "1"


@program
def comprehensions() -> str:
    return around("[a for a in ", "]")


@program
def clauses() -> str:
    return "x = [a" + " for a in b" * DEEP + "]"


@program
def awaits() -> str:
    return "async def f():\n    x = " + "await " * DEEP + "1"


@program
def f_strings() -> str:
    """Before Python 3.12 each needs quotes of its own."""
    return "x = " + 'f"{' * DEEP + "1" + '}"' * DEEP


@program
def format_specifications() -> str:
    return "x = f'" + "{a:" * DEEP + "}" * DEEP + "'"


@program
def stars() -> str:
    return around("[*", "]", "a")


@program
def else_ifs() -> str:
    return "if a == 0:\n    x = 0\n" + "".join(f"elif a == {n}:\n    x = {n}\n" for n in range(1, DEEP))


@program
def elses() -> str:
    """As deep as indentation may be: a hundred."""
    return "".join("    " * n + "if a:\n" + "    " * (n + 1) + "b\n" + "    " * n + "else:\n" for n in range(99)) + "    " * 99 + "x = 1"


@program
def functions_in_functions() -> str:
    return "".join(" " * n + f"def f{n}(x):\n" for n in range(99)) + " " * 99 + "return F.cross_entropy(x, y)\n"


@program
def too_many_indents() -> str:
    return "".join(" " * n + f"def f{n}(x):\n" for n in range(DEEP)) + " " * DEEP + "return F.cross_entropy(x, y)\n"


@program
def classes_in_classes() -> str:
    return "".join(" " * n + f"class A{n}(nn.Module):\n" for n in range(99)) + " " * 99 + "x = 1\n"


@program
def withs() -> str:
    return "with a" + ", a" * DEEP + ":\n    pass"


@program
def tries() -> str:
    return "".join(" " * n + "try:\n" for n in range(15)) + " " * 15 + "x = 1\n" + "".join(
        " " * n + "finally:\n" + " " * n + " x = 2\n" for n in range(14, -1, -1)
    )


@program
def decorators() -> str:
    return "@f\n" * DEEP + "def g(x):\n    return F.cross_entropy(x, y)"


@program
def decorators_of_decorators() -> str:
    return "def deco(f):\n    def inner(*a, **k):\n        return f(*a, **k)\n    return inner\n" + "@deco\n" * 500 + (
        "def g(x):\n    return F.cross_entropy(x, y)\ng(model(1))"
    )


@program
def walruses() -> str:
    return around("(a := ", ")")


@program
def patterns() -> str:
    return "match a:\n    case " + "[" * DEEP + "_" + "]" * DEEP + ":\n        pass"


@program
def annotations() -> str:
    return "x: " + "list[" * DEEP + "int" + "]" * DEEP + " = 1"


@program
def assignments_in_a_row() -> str:
    return "x = " * DEEP + "1"


@program
def targets() -> str:
    return "(" * DEEP + "x," + "),".rstrip(",") * DEEP + " = y"


@program
def backslashes() -> str:
    return "x = " + "\\\n" * DEEP * 10 + "1"


@program
def continuation_of_strings() -> str:
    return "x = (" + "'a'\n" * DEEP * 10 + ")"


# ------------------------------------------------------------------------------------------------------------------- size


@program
def one_long_line() -> str:
    return "; ".join("x = F.cross_entropy(model(x), y)" for _ in range(100_000))


@program
def twenty_megabytes() -> str:
    return "x = F.relu(y)  # CrossEntropyLoss\n" * (20_000_000 // 35)


@program
def twenty_megabytes_of_losses() -> str:
    return "loss = F.cross_entropy(F.softmax(model(x), 1), y)\n" * (20_000_000 // 50)


@program
def twenty_megabytes_of_data() -> str:
    return "x = [" + "0.125, " * (20_000_000 // 7) + "]"


@program
def twenty_megabytes_of_text() -> str:
    return 'x = """' + "CrossEntropyLoss " * (20_000_000 // 17) + '"""'


@program
def twenty_megabytes_without_a_loss() -> Files:
    return {"train.py": b"x = 1\n" * (20_000_000 // 6)}


@program
def a_million_assignments() -> str:
    return "\n".join(f"x{n} = {n}" for n in range(1_000_000))


@program
def a_million_assignments_to_one() -> str:
    return "\n".join(f"x = x + {n}" for n in range(1_000_000))


@program
def many_functions() -> str:
    return "\n".join(f"def f{n}(x):\n    return F.cross_entropy(F.softmax(x, 1), y)" for n in range(12_800))


@program
def many_functions_that_call_each_other() -> str:
    return "\n".join(f"def f{n}(x):\n    return f{n + 1}(F.softmax(x, 1)) + f{n + 2}(x)" for n in range(5_000)) + "\nf0(model(x))"


@program
def many_classes() -> str:
    return "\n".join(
        f"class A{n}(A{n - 1 if n else 0}, nn.Module):\n    def forward(self, x):\n        return super().forward(x)"
        for n in range(5_000)
    )


@program
def many_layers() -> str:
    return "net = nn.Sequential(" + "nn.Linear(8, 8), " * 35_000 + ")\nF.cross_entropy(net(x), y)"


@program
def many_arguments() -> str:
    return "F.cross_entropy(" + "x, " * 40_000 + ")\nf(" + ", ".join(f"a{n}=1" for n in range(40_000)) + ")"


@program
def many_names() -> str:
    return "from torch import " + ", ".join(f"a{n}" for n in range(100_000))


@program
def a_large_number() -> str:
    return "x = " + "9" * 100_000


@program
def a_large_hexadecimal_number() -> str:
    return "x = nn.Linear(0x" + "F" * 1_000_000 + ", 3)\nprint(x)"


@program
def numbers_that_grow() -> str:
    return "x = 10 ** 10 ** 10\ny = 2 << 10 ** 9\nz = 'a' * 10 ** 10\nw = [0] * 10 ** 10\nv = (1,) * 10 ** 9\nn = nn.Linear(10 ** 9 ** 2, 3)"


@program
def numbers_that_grow_in_a_loop() -> str:
    return "x = 3\n" + "x = x * x\n" * 1000 + "s = 'ab'\n" + "s = s + s\n" * 1000 + "l = [1, 2]\n" + "l = l + l\n" * 1000 + (
        "F.cross_entropy(nn.Linear(x, 3)(l), y)"
    )


@program
def formats_that_grow() -> str:
    return "x = '%1000000000d' % 1\ny = f'{1:>1000000000}'\nz = '{:>1000000000}'.format(1)\nw = 'a'.ljust(10 ** 10)"


@program
def ranges_that_grow() -> str:
    return (
        "for n in range(10 ** 12):\n    x = F.cross_entropy(model(n), y)\n"
        "layers = [nn.Linear(8, 8) for _ in range(10 ** 9)]\nnet = nn.Sequential(*layers)\n"
        "l = list(range(10 ** 10))\nF.cross_entropy(net(x), y)"
    )


@program
def a_regular_expression() -> bytes:
    """What the scans for words and imports could be slow at."""
    return (HEAD + "from . import (" * 20_000 + TAIL).encode()


@program
def import_lines() -> bytes:
    return (HEAD + "from a import \\\n" * 100_000 + "b\n" + TAIL).encode()


@program
def spaces() -> bytes:
    return (HEAD + "x = 1" + " " * 5_000_000 + "\n" + "\t" * 1_000_000 + "\n" + TAIL).encode()


@program
def comments() -> str:
    return "# losslint: ignore[" * 100_000 + "\n" + "# noqa: " * 100_000 + "\n" + "# losslint: ignore[LL101]\n" * 50_000


@program
def coding_lines() -> bytes:
    return b"#" + b"coding" * 1_000_000 + b"\n" + b"# coding: " * 80_000 + b"\n" + (HEAD + TAIL).encode()


@program
def null_bytes() -> bytes:
    return b"import torch # CrossEntropyLoss\n" + b"\0" * 10_000_000


@program
def quotes() -> bytes:
    return (HEAD + '"' * 1_000_001 + "\n" + TAIL).encode()


@program
def print_statements() -> bytes:
    """A file that isn't Python, of which why is looked for."""
    return (HEAD + "x = '" * 50_000 + "\n" + "f'{" * 50_000 + "\n" + "print x\n" * 100_000).encode()


@program
def backslashes_in_strings_that_never_end() -> bytes:
    """Each of them could be a sign of its own, or belong to the next one: there are more ways than anybody can try."""
    return (HEAD + ("don't " + "\\" * 4_000 + " values\n") * 3 + "x = 1\n" + "'\\" * 2_000).encode()


@program
def spaces_in_lines_that_are_not_python() -> bytes:
    lines = " " * 4_990 + "x\n" + ":" + " " * 4_990 + "\n" + ": " * 2_400 + "\n"
    return (HEAD + "x = 1 1\n" + lines * 20).encode()


# ------------------------------------------------------------------------------- as large as a file may be that gets fixes


def as_many(line: Callable[[int], str], size: int = 170_000) -> str:
    made: list[str] = []
    while size > 0:
        made.append(line(len(made)))
        size -= len(made[-1]) + 1
    return "\n".join(made)


@program
def as_many_functions_with_losses() -> str:
    return as_many(lambda n: f"def f{n}(x, y):\n    return F.cross_entropy(F.softmax(x, 1), y)")


@program
def as_many_classes_with_losses() -> str:
    return as_many(
        lambda n: f"class N{n}(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.net = nn.Sequential(nn.Linear(8, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(1))\n"
        "        self.loss = nn.CrossEntropyLoss()\n    def forward(self, x, y):\n        return self.loss(self.net(x), y)"
    )


@program
def as_many_methods_with_losses() -> str:
    return "class N(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.c = nn.CrossEntropyLoss()\n" + as_many(
        lambda n: f"    def m{n}(self, x, y):\n        x = self.m{n + 1}(x, y)\n        return self.c(F.softmax(x, 1), y)"
    )


@program
def as_many_losses_in_a_function() -> str:
    return "def f(x, y):\n" + as_many(lambda n: "    x = F.softmax(x, 1)\n    loss = F.cross_entropy(x, y)") + "\nf(model(1), 2)"


@program
def as_many_losses_in_a_dictionary() -> str:
    losses = as_many(lambda n: f"'{n}': (lambda x, y: F.cross_entropy(F.softmax(x, 1), y)),", 120_000)
    return "d = {" + losses + "}\n" + as_many(lambda n: f"d['{n}'](model(1), y)", 30_000)


@program
def as_many_losses_of_one_activation() -> str:
    losses = ("nn.CrossEntropyLoss()", "nn.BCELoss()", "F.nll_loss")
    return "p = F.softmax(model(x), 1)\n" + as_many(lambda n: f"loss = {losses[n % 3]}(p, y)")


@program
def as_many_losses_in_one_loop() -> str:
    return (
        "def loop(criterion, x, y):\n    return criterion(F.softmax(model(x), 1), y)\n"
        + as_many(lambda n: f"c{n} = nn.CrossEntropyLoss()\nloop(c{n}, x, y)")
    )


@program
def as_many_logarithms() -> str:
    return "import tensorflow as tf\n" + as_many(
        lambda n: f"logits{n} = tf.nn.softmax(tf.matmul(x, w{n}) + b)\ncost = -tf.reduce_sum(y * tf.log(logits{n}))\n"
        f"loss{n} = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits{n}))"
    )


@program
def as_many_names() -> str:
    return as_many(lambda n: f"ℱµ{n} = F.softmax(model(1), 1)\nF.cross_entropy(ℱμ{n}, y)")


@program
def as_many_functions_of_what_is_global() -> str:
    functions = as_many(
        lambda n: f"def f{n}():\n    global x\n    x = F.softmax(x, 1)\n    f{max(n - 1, 0)}()\n    F.cross_entropy(x, y)"
    )
    return f"{functions}\nx = model(1)\nf500()"


@program
def as_many_functions_that_wait() -> str:
    return as_many(
        lambda n: f"async def g{n}(x):\n    async for a in g{n - 1 if n else 1}(x):\n        await F.cross_entropy(F.softmax(a, 1), y)\n"
        f"    async with a as b, c as d:\n        return await g{n // 2}(b)"
    )


@program
def as_many_choices_from_the_command_line() -> str:
    options = as_many(lambda n: f"p.add_argument('--a{n}', default='x', choices=['x', 'y'])", 60_000)
    return f"import argparse\np = argparse.ArgumentParser()\n{options}\na = p.parse_args()\n" + as_many(
        lambda n: f"if a.a{n} == 'x': x = F.softmax(x, 1)\nelif a.a{n} == 'y': c = nn.BCELoss()\nelse: c = nn.CrossEntropyLoss()\nc(x, y)",
        100_000,
    )


@program
def as_many_cells_with_losses() -> Files:
    return notebook(HEAD, *(f"x{n} = F.cross_entropy(F.softmax(model(x), 1), y)" for n in range(3_000)))


# ---------------------------------------------------------------------------------------------------------- without an end


@program
def recursive_functions() -> str:
    return (
        "def f(x):\n    return g(F.softmax(x, 1))\ndef g(x):\n    return h(f(x), g(x), h(x, x, x))\n"
        "def h(x, y, z):\n    return F.cross_entropy(f(x), g(f(h(x, y, z))))\nf(model(torch.randn(2, 8)))"
    )


@program
def recursive_classes() -> str:
    return (
        "class A(B):\n    def forward(self, x):\n        return B()(A()(x))\nclass B(A):\n    def __init__(self):\n"
        "        self.a = A()\n        self.b = B()\n    def forward(self, x):\n        return self.a(self.b(x))\n"
        "class C(C):\n    pass\nclass D(D.E, nn.Module):\n    class E(D):\n        pass\n"
        "F.cross_entropy(A()(x), y)\nF.cross_entropy(C()(x), y)\nF.cross_entropy(D()(x), y)"
    )


@program
def classes_that_inherit_in_circles() -> str:
    return "class A: pass\n" + "".join("class A(A, B):\n    pass\nclass B(A):\n    pass\n" for _ in range(500)) + (
        "A().x.y.z\nF.cross_entropy(A()(x), y)"
    )


@program
def metaclasses() -> str:
    return (
        "class M(type):\n    def __call__(cls, *a):\n        return cls(*a)\n    def __getattr__(cls, n):\n        return getattr(cls, n)\n"
        "class A(nn.Module, metaclass=M):\n    def __getattr__(self, n):\n        return getattr(self, n)\n"
        "    def __call__(self, x):\n        return self(x)\n    __iter__ = __next__ = __getitem__ = __call__\n"
        "class M2(M, metaclass=M2):\n    pass\n"
        "for a in A():\n    F.cross_entropy(a.b.c(A()(x)), y)"
    )


@program
def values_that_hold_themselves() -> str:
    return (
        "l = []\nl.append(l)\nl += l\nd = {}\nd['d'] = d\nclass A: pass\na = A()\na.a = a\na.b = [a, l, d]\n"
        "nn.Sequential(l)\nnet = nn.Sequential()\nnet.add_module('n', net)\nF.cross_entropy(net(l), d)\n"
        "m = nn.ModuleList()\nm.append(m)\nfor n in m:\n    F.cross_entropy(n(x), y)\nf = lambda: f\nf()()()()\nprint(l, d, a)"
    )


@program
def exec_strings() -> str:
    return "exec('F.cross_entropy(F.softmax(x, 1), y)')\n" + "exec('exec(' + repr('exec(\"1\")') * 100 + ')')\neval('(' * 10000)"


@program
def cases_without_end() -> str:
    """Each holds where none before it does."""
    return "def f(x, k):\n  match k:\n" + "".join(
        f"    case {{'a{n}': [a, *b], **c}} if F.cross_entropy(F.softmax(x, 1), a): x = F.softmax(x, 1)\n"
        f"    case A{n}(x=1 | 2 | 3 as z): F.cross_entropy(x, z)\n"
        for n in range(1_300)
    ) + "f(model(1), q)"


@program
def exponential_branches() -> str:
    return "".join(f"if a{n}:\n    x = F.softmax(x, 1)\nelse:\n    x = F.relu(x)\n" for n in range(300)) + "F.cross_entropy(x, y)"


@program
def exponential_branches_with_losses() -> str:
    return "".join(
        f"if a == {n}:\n    criterion = nn.CrossEntropyLoss()\n    x = F.softmax(x, 1)\nelif b == '{n}':\n"
        f"    criterion = nn.BCELoss()\n    x = F.sigmoid(x)\nloss = criterion(x, y)\n"
        for n in range(300)
    )


@program
def exponential_calls() -> str:
    return "def f0(x):\n    return F.cross_entropy(x, y)\n" + "".join(
        f"def f{n}(x):\n    return f{n - 1}(F.softmax(x, 1)) + f{n - 1}(x)\n" for n in range(1, 60)
    ) + "f59(model(x))"


@program
def exponential_values() -> str:
    return "x = [model]\n" + "x = [x, x]\n" * 200 + "F.cross_entropy(x, y)\nprint(x)\nnn.Sequential(*x)"


@program
def exponential_classes() -> str:
    return "class A0(nn.Module):\n    def forward(self, x):\n        return F.softmax(x, 1)\n" + "".join(
        f"class A{n}(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = A{n - 1}()\n"
        f"        self.b = A{n - 1}()\n    def forward(self, x):\n        return self.a(x) + self.b(x)\n"
        for n in range(1, 40)
    ) + "F.cross_entropy(A39()(x), y)"


@program
def choices_without_end() -> str:
    return "net = {" + ", ".join(f"'{n}': nn.Linear({n}, {n})" for n in range(2000)) + "}[name]\nact = {" + ", ".join(
        f"'{n}': nn.Softmax({n})" for n in range(2000)
    ) + "}[other]\nlosses = {" + ", ".join(f"'{n}': nn.CrossEntropyLoss(label_smoothing={n})" for n in range(2000)) + (
        "}\ncriterion = losses[kind]\nfor x in data:\n    criterion(act(net(x)), y)\n    for c in losses.values():\n        c(act(net(x)), y)"
    )


@program
def unions_of_unions() -> str:
    return "x = 1\n" + "".join(f"x = x if a{n} else [x, {n}]\n" for n in range(1000)) + "F.cross_entropy(x, y)"


@program
def loops_in_loops() -> str:
    return "".join(" " * n + f"for a{n} in [1, 2, 3, nn.Softmax(1), nn.ReLU()]:\n" for n in range(60)) + " " * 60 + (
        "F.cross_entropy(a0(a1(a2(x))), y)"
    )


@program
def loops_that_change_what_they_go_over() -> str:
    return "l = [nn.Linear(8, 8)]\nfor a in l:\n    l.append(a)\n    l.extend(l)\nwhile l:\n    l = l + l\nnn.Sequential(*l)\nF.cross_entropy(l, y)"


@program
def generators_without_end() -> str:
    return (
        "def g():\n    while True:\n        yield F.softmax(x, 1)\n        yield from g()\n"
        "for a, b in zip(g(), g()):\n    F.cross_entropy(a, b)\nlist(g())\nx, *y = g()\nF.cross_entropy(*g())"
    )


@program
def comprehensions_in_comprehensions() -> str:
    return "x = " + "[[" * 20 + "1" + " for _ in range(9)] for _ in range(9)]" * 20 + "\nF.cross_entropy(x, y)"


@program
def keras_models_of_models() -> str:
    return (
        "import keras\nm = keras.Sequential()\nm.add(m)\n"
        + "m = keras.Sequential([m, m])\n" * 100
        + "m.compile(loss='categorical_crossentropy')\nm.fit(x, y)"
    )


@program
def shadowed_builtins() -> str:
    return "print = len = range = super = property = staticmethod = nn = F = torch\n" + TAIL


@program
def properties_without_end() -> str:
    return (
        "class A(nn.Module):\n    @property\n    def a(self):\n        return self.b\n    @property\n    def b(self):\n        return self.a\n"
        "    def forward(self, x):\n        return self.a(self.forward(x))\nF.cross_entropy(A()(x), A().a)"
    )


# ------------------------------------------------------------------------------------------------------------- more files


@program
def imports_in_circles() -> Files:
    files = {
        f"m{n}.py": f"from m{(n + 1) % 50} import *\nfrom m{(n + 7) % 50} import x, y as z\nimport m{(n + 3) % 50} as me\n{HEAD}{TAIL}"
        for n in range(50)
    }
    return {name: text.encode() for name, text in files.items()}


@program
def imports_of_themselves() -> Files:
    text = f"import train\nfrom train import *\nfrom train import f as f, train as t\nfrom . import train\n{HEAD}f = f\nt.t.t.f(1){TAIL}"
    return {"train.py": text.encode(), "__init__.py": b"from .train import *\nfrom . import *\n"}


@program
def a_chain_of_imports() -> Files:
    files = {f"m{n}.py": f"from m{n + 1} import f\n" for n in range(2_000)}
    files["m2000.py"] = f"{HEAD}def f(x):\n    return F.cross_entropy(F.softmax(x, 1), y)\n"
    files["train.py"] = f"{HEAD}from m0 import f\nf(model(x)){TAIL}"
    return {name: text.encode() for name, text in files.items()}


@program
def functions_in_many_files() -> Files:
    files = {
        f"m{n}.py": f"{HEAD}import m{(n * 7 + 1) % 300} as a, m{(n * 3 + 1) % 300} as b\n"
        "def f(x):\n    return a.f(F.softmax(x, 1)) + b.f(F.cross_entropy(x, a.f(b.f(x))))\nf(model(1))\n"
        for n in range(300)
    }
    return {name: text.encode() for name, text in files.items()}


@program
def a_deep_package() -> Files:
    folder = "/".join(["a"] * 200)
    return {f"{folder}/train.py": (HEAD + "from " + "." * 200 + " import x\nfrom " + "." * 5000 + " import y\n" + TAIL).encode()}


# --------------------------------------------------------------------------------------------------------------- notebooks


def notebook(*cells: str) -> Files:
    made = {"cells": [{"cell_type": "code", "source": cell} for cell in cells], "metadata": {}, "nbformat": 4}
    return {"nb.ipynb": json.dumps(made).encode()}


@program
def a_deep_notebook() -> Files:
    return {"nb.ipynb": b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b', "x": "CrossEntropyLoss"}'}


@program
def a_notebook_deep_in_metadata() -> Files:
    return {"nb.ipynb": b'{"metadata": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b', "cells": [], "x": "CrossEntropyLoss"}'}


@program
def a_notebook_of_many_cells() -> Files:
    return notebook(*(f"x{n} = F.cross_entropy(F.softmax(model(x), 1), y)" for n in range(16_200)))


@program
def a_notebook_of_magics() -> Files:
    return notebook(HEAD, "%%time\n" * 20_000, "%x\n!y\nz?\n" * 20_000, "%time " * 20_000, "(" * DEEP, "x = '''" + "\\\n%a" * 20_000, TAIL)


@program
def a_notebook_with_a_large_output() -> Files:
    cell = {"cell_type": "code", "source": HEAD + TAIL, "outputs": [{"data": {"image/png": "A" * 20_000_000}}]}
    return {"nb.ipynb": json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}).encode()}
