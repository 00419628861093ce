"""Functions' bodies that are let go, and parsed again when they're looked at: nothing may come out differently."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from losslint import lint_paths, lint_sources
from losslint.program import bodies, project
from losslint.source import Source

PROGRAMS = {
    "in classes and branches": """\
        @decorated(
            1,
        )
        def train(
            x: int,
            y: str = '''a
text''',
        ) -> None:
            '''A text
 that isn't indented.
            '''
            if x:
                return y

            return None

        class Net(Base):
            if flag:
                async def forward(self, x):
                    x = self.fc(x)
                    async for y in x:
                        yield y

            class Inner:
                try:
                    def deep(self):
                        def deeper():
                            return 1
                        x = deeper()
                        return x
                except ImportError:
                    def deep(self):
                        x = lambda: (
                            2
                        )
                        return x()

        match x:
            case 1:
                with open(y) as z:
                    def inner():
                        a = 1
                        # a comment
                        b = 2

                        return a + b
        """,
    "tabs, and a form feed": "class A:\n\tdef f(self):\n\t\tx = 1\n\t\ty = 2\n\x0c\n\t\tif x:\n\t\t\ty = 3\n\t\treturn y\n",
    "letters of several bytes": "def größe(α, β):\n    γ = 'ä€😀'; δ = γ\n    ε = δ\n\n    return ε\n",
    "a line that goes on in an empty one": "def f(x):\n    y = 1\n    z = 2\n\n    assert x == y \\\n\nprint(f)\n",
    "the end without a new line": "class A:\n    def f(self, x):\n        y = 1\n        z = 2\n\n        return x",
    "an argument that has become a word": "def f(x):\n    a = 1\n    b = 2\n    c = 3\n    return x.cuda(async=True)\n",
    "ends of several kinds": "def f(x):\r\n    a = '''\r\n    '''\r\n    b = 2\r\n    return (a,\r\n        b)\r\n",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_body_is_read_again_as_it_was(name: str) -> None:
    text = PROGRAMS[name]
    if name == "in classes and branches":
        text = "\n".join(line.removeprefix("        ") for line in text.split("\n"))
    source = Source.from_text("model.py", text)
    whole, tree = source.parse(), source.parse()
    bodies.let_go(tree, source)
    assert any(isinstance(getattr(node, "body", None), bodies.Body) for node in ast.walk(tree))
    assert ast.dump(tree, include_attributes=True) == ast.dump(whole, include_attributes=True)


def test_a_body_is_a_list() -> None:
    source = Source.from_text("model.py", "def f():\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n")
    tree = source.parse()
    names = [ast.unparse(statement) for statement in tree.body[0].body]  # type: ignore[attr-defined]

    def body() -> list[ast.stmt]:
        bodies.let_go(tree, source)
        found = tree.body[0].body  # type: ignore[attr-defined]
        assert isinstance(found, bodies.Body)
        return found

    assert len(body()) == 4
    assert ast.unparse(body()[-1]) == "d = 4"
    assert [ast.unparse(statement) for statement in body()[1:3]] == names[1:3]
    assert [ast.unparse(statement) for statement in reversed(body())] == names[::-1]
    assert [*map(ast.unparse, body())] == names
    assert body() != []
    found = body()
    assert found == list(found)
    assert found[1] in found


@pytest.mark.parametrize("part", ast.arguments._fields)
def test_each_kind_of_parameters_is_read_again(part: str) -> None:
    source = Source.from_text("model.py", "def f(a, /, b, *c, d, **e):\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n")
    whole, tree = source.parse(), source.parse()
    bodies.let_go(tree, source)
    parameters = tree.body[0].args  # type: ignore[attr-defined]
    assert isinstance(parameters, bodies.Parameters)

    def dumped(value: object) -> object:
        return [dumped(item) for item in value] if isinstance(value, list) else ast.dump(value) if value else None  # type: ignore[arg-type]

    expected = dumped(getattr(whole.body[0].args, part))  # type: ignore[attr-defined]
    assert dumped(getattr(parameters, part)) == ([] if part == "kw_defaults" else expected)
    assert parameters.args[0].arg == "b"
    assert dumped(getattr(parameters, part)) == expected


def test_what_is_let_go_is_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """All programs of the fixtures, with every body let go."""
    fixtures = [Path(__file__).parent.parent / "fixtures"]
    before = lint_paths(fixtures)
    monkeypatch.setattr(project, "MOST_WHOLE", 0)
    after = lint_paths(fixtures)
    assert len(before.findings) > 100
    assert after.findings == before.findings
    assert after.errors == before.errors


def test_what_nobody_runs_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "MOST_WHOLE", 0)
    read: list[tuple[str, int]] = []
    definition = Source.definition

    def counted(self: Source, start: int, end: int, line: int) -> bodies.Definition:
        read.append((self.path, line))
        return definition(self, start, end, line)

    monkeypatch.setattr(Source, "definition", counted)
    unused = "".join(f"def f{number}(x):\n    a = x\n    b = a\n    c = b\n    return c\n\n\n" for number in range(20))
    model = unused + "class Net(nn.Module):\n    def forward(self, x):\n        y = x\n        z = y\n\n        return z\n"
    train = "import torch.nn as nn\nfrom model import Net\n\ndef train(x, y):\n    nn.CrossEntropyLoss()(Net()(x), y)\n"
    result = lint_sources({"model.py": f"import torch.nn as nn\n\n\n{model}", "train.py": train})
    assert (result.findings, result.errors) == ((), ())
    of_class = 4 + 7 * 20
    assert sorted(read) == [("model.py", of_class), ("model.py", of_class + 1), ("train.py", 4)]
