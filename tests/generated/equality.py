"""When two programs are the same: their syntax trees are equal, up to what has no say in their values.

- How a name is imported: names are resolved to what they stand for, and imports are left out.
- What nothing reads: an attribute of `self`, a variable or a function of a module that no other line of the project asks for
  (a layer that `forward` no longer calls).
- An assignment of a name to itself, and a Sequential around one layer or none of whose layers do anything (`nn.Identity`).

A fixed program is *equal in value* to a right one where it is the same as a program that the generator builds from another
right specification: the table (`facts.RIGHT`) calls that right, and it differs only in where the same function is written
(`NLLLoss` of `log_softmax` for `CrossEntropyLoss` of logits, `.float()` at the loss for labels that are made as floats).
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping


def normal_form(files: Mapping[str, str]) -> dict[str, str]:
    """The syntax trees of a program's files, dumped, without what has no say."""
    trees = {path: _Resolved(_imports(tree := ast.parse(text))).visit(tree) for path, text in files.items()}
    while True:
        read = _read(trees.values())
        passes = [_Unread(read) for _ in trees]
        trees = {
            path: ast.fix_missing_locations(drop.visit(tree))
            for drop, (path, tree) in zip(passes, trees.items(), strict=True)
        }
        if not any(drop.changed for drop in passes):
            break
    return {path: ast.unparse(tree) for path, tree in trees.items()}


def same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two programs are the same."""
    return normal_form(one) == normal_form(other)


def _imports(tree: ast.Module) -> dict[str, str]:
    """What names stand for, by the imports of a file."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for alias in node.names:
                if alias.name != "*":
                    found[alias.asname or alias.name] = f"{module}.{alias.name}"
    return found


class _Resolved(ast.NodeTransformer):
    """Names as what they stand for, without imports; keyword arguments in order; a partial that is called at once as the call."""

    def __init__(self, imports: Mapping[str, str]) -> None:
        self.imports = imports

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.imports or not isinstance(node.ctx, ast.Load):
            return node
        first, *rest = self.imports[node.id].split(".")
        found: ast.expr = ast.Name(first, ast.Load())
        for name in rest:
            found = ast.Attribute(found, name, ast.Load())
        return found

    def visit_Import(self, node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return None

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        match node.func:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="functools"), attr="partial"), args=[function, *first], keywords=more
            ):
                node = ast.Call(function, [*first, *node.args], [*more, *node.keywords])
        node.keywords.sort(key=lambda keyword: keyword.arg or "")
        return node


def _read(trees: object) -> Counter[str]:
    """How often names and attributes are read."""
    found: Counter[str] = Counter()
    for tree in trees:  # type: ignore[attr-defined]
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                found[node.id] += 1
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                found[node.attr] += 1
    return found


class _Unread(ast.NodeTransformer):
    """Without assignments to what nothing reads."""

    def __init__(self, read: Counter[str]) -> None:
        self.read = read
        self.changed = False

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | None:
        self.generic_visit(node)
        if len(node.targets) != 1:
            return node
        match node.targets[0], node.value:
            case ast.Attribute(value=ast.Name(id="self"), attr=name), _ if not self.read[name]:
                return self._without()
            case ast.Name(id=name), ast.Name(id=other) if name == other:
                return self._without()
            case ast.Name(id=name), ast.Call() if not self.read[name]:
                return self._without()
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | None:
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if ast.unparse(node.func).endswith(("nn.Sequential", "Sequential")):
            kept = [argument for argument in node.args if not _is_identity(argument)]
            if len(kept) != len(node.args):
                self.changed = True
                node.args = kept
            if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred) and isinstance(node.args[0], ast.Call):
                if "OrderedDict" not in ast.unparse(node.args[0]):
                    self.changed = True
                    return node.args[0]
        return node

    def visit_If(self, node: ast.If) -> ast.stmt | None:
        self.generic_visit(node)
        if not node.orelse and (not node.body or all(isinstance(line, ast.Pass) for line in node.body)):
            return self._without()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        self.generic_visit(node)
        if not node.body:
            node.body = [ast.Pass()]
        return node

    def _without(self) -> None:
        self.changed = True


def _is_identity(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Identity")
