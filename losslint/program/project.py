"""The project: which file an import means, and modules parsed once, when they are first needed."""

from __future__ import annotations

import ast
import posixpath
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from losslint.finding import FileError
from losslint.program import bodies
from losslint.program.module import Module
from losslint.source import Source, SourceError

ALWAYS_EXTERNAL = frozenset(
    [
        "torch",
        "tensorflow",
        "keras",
        "tf_keras",
        "jax",
        "jaxlib",
        "numpy",
        "sklearn",
        "scipy",
        "pandas",
        "matplotlib",
        "optax",
        "flax",
        "typing",
        "os",
        "sys",
        "re",
        "math",
        "functools",
        "collections",
        "itertools",
        "logging",
        "json",
        "argparse",
        "random",
        "time",
        "copy",
        "abc",
        "dataclasses",
        "enum",
        "pathlib",
        "warnings",
    ]
)
"""Top-level names that are never the project's: a folder `torch` beside a file is not PyTorch's."""


MOST_WHOLE = 8_000_000
"""Beyond so many bytes of modules that were parsed, some 300 MB of syntax trees, functions' bodies are let go."""

_COMPUTED = re.compile(r"\b(?:globals|locals|vars|setattr)\(|__dict__")
"""In a file that may give names without naming them in a statement."""
_BINDING = (
    r"^[ \t]*(?:(?:async[ \t]+)?def|class|global|for|case)\b.*(?<![\w.])NAME\b"
    r"|(?:\bimport\b|,|\(|^)[ \t]*NAME[ \t]*(?:,|\)|#|;|\\|$)|\bas[ \t]+NAME\b"
    r"|^[ \t]*[^#=]*(?<![\w.])NAME\b[^#=]*=(?!=)|(?<![\w.])NAME[ \t]*:="
)
"""A line that gives a name a value: a definition, an import, an assignment, a loop or the like; more than that is no harm."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Project:
    """Files by their real path, and the modules that they are.

    `read` gives a file's source, or raises `SourceError`. Errors are kept in `errors`, by path as shown. `raws` are the files'
    bytes by real path, where they're known: not all that's asked of a file needs its text.
    """

    def __init__(
        self,
        files: Iterable[tuple[str, str]],
        read: Callable[[str, str], Source],
        raws: Mapping[str, bytes] | None = None,
    ) -> None:
        self.files = {sys.intern(posix(real)): shown for real, shown in files}
        self.folders: set[str] = set()
        for real in self.files:
            folder = posixpath.dirname(real)
            while folder and folder not in self.folders:
                self.folders.add(folder)
                folder = posixpath.dirname(folder)
        self._tops = {folder.rpartition("/")[2] for folder in self.folders}
        self._tops.update(real.rpartition("/")[2].removesuffix(".py") for real in self.files)
        """What the name of a module of the project's can begin with."""
        self.read = read
        self.raws: Mapping[str, bytes] = {} if raws is None else raws
        """Their bytes, by real path; to ask for them here doesn't count as looking at them."""
        self.looked_at: set[str] = set()
        """The files whose bytes were asked for."""
        self.errors: dict[str, FileError] = {}
        self._modules: dict[str, Module | None] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        self._roots: dict[str, list[str]] = {}
        self.import_lines: dict[str, Sequence[bytes] | None] = {}
        """What selection has found out of files that aren't parsed, each once."""
        self.import_words: dict[str, set[bytes]] = {}
        self.same_statements: dict[tuple[int, str | None, tuple[str, ...]], tuple[int, str | None, tuple[str, ...]]] = {}
        """Each import statement that was met so far."""
        self.statements: dict[str, Sequence[tuple[int, str | None, tuple[str, ...]]]] = {}
        self._stems: dict[str, list[str]] = {}
        self._named: dict[str, list[str]] = {}
        self.changing: dict[str, bool] = {}
        """Whether a file changes `sys.path`, as far as that's known."""
        self.with_star: dict[str, bool] = {}
        """Whether a file may import all names of another one, as far as that's known."""
        self._whole = 0
        self._gives: dict[tuple[str, str], bool] = {}
        self._computed: dict[str, bool] = {}
        self._stars: dict[str, tuple[list[str], bool]] = {}
        self.imports_of: Callable[[str], Sequence[tuple[int, str | None, tuple[str, ...]]]] | None = None
        """The import statements of a file that isn't parsed: dots, module (None for a plain `import`), names."""
        self.on_parsed: Callable[[Module], object] | None = None
        """Called with each module that is to be run for its own sake, before functions' bodies are let go."""
        self.lets_go = False
        """Whether functions' bodies are let go from the beginning."""

    def module(self, real: str) -> Module | None:
        """The module of a file; None where it can't be read or parsed (said in `errors`)."""
        if real in self._modules:
            return self._modules[real]
        shown = self.files[real]
        module: Module | None
        try:
            source = self.read(real, shown)
            tree = source.parse()
        except SourceError as error:
            self.errors[shown] = FileError(shown, str(error))
            module = None
        else:
            module = Module(real, shown, source, tree, posixpath.basename(real) == "__init__.py")
            module.definitions = definitions(tree)
            self._whole += len(source.raw)
            if (self.lets_go or self._whole > MOST_WHOLE) and source.cells is None:
                if self.on_parsed is not None:
                    self.on_parsed(module)
                bodies.let_go(tree, source, classes=self.on_parsed is None)
        self._modules[real] = module
        return module

    def parsed(self, real: str) -> Module | None:
        """The module of a file, where it was needed before."""
        return self._modules.get(real)

    def all_parsed(self) -> list[Module]:
        """The modules that were needed so far."""
        return [module for module in self._modules.values() if module is not None]

    def raw(self, real: str) -> bytes:
        """A file's bytes; none where it can't be read."""
        self.looked_at.add(real)
        known = self.raws.get(real)
        if known is not None:
            return known
        try:
            return self.read(real, self.files[real]).raw
        except SourceError:
            return b""

    def gives(self, real: str, name: str) -> bool:
        """Whether a file can give its importer a name: it may be bound there, or in a file that it imports all names of."""
        key = (real, name)
        known = self._gives.get(key)
        if known is None:
            files, more = self._starred(real)
            known = self._gives[key] = more or any(self._binds(file, name) for file in files)
        return known

    def _binds(self, real: str, name: str) -> bool:
        """Whether there's a statement in a file that looks as if it gave a name a value; in vain is no harm."""
        text = self.text(real)
        if name not in text:
            return False
        computed = self._computed.get(real)
        if computed is None:
            computed = self._computed[real] = _COMPUTED.search(text) is not None
        if computed or not name.isidentifier():
            return True
        pattern = re.compile(_BINDING.replace("NAME", name))
        at = text.find(name)
        while at >= 0:
            end = text.find("\n", at)
            if end < 0:
                end = len(text)
            if pattern.search(text[text.rfind("\n", 0, at) + 1 : end]):
                return True
            at = text.find(name, end)
        return False

    def _starred(self, real: str) -> tuple[list[str], bool]:
        """A file and those that it imports all names of, and so on; and whether there are others, outside of the project."""
        known = self._stars.get(real)
        if known is None:
            more = False
            found = [real]
            for file in found:  # it grows
                self.looked_at.add(file)
                if not (self.with_star[file] if file in self.with_star else "import *" in self.text(file)):
                    continue
                if self.imports_of is None:
                    more = True
                    continue
                for level, module, names in self.imports_of(file):
                    if "*" in names:
                        source = self.find(file, module or "", level)
                        if source is None or not source.endswith((".py", ".ipynb")):
                            more = True
                        elif source not in found:
                            found.append(source)
            known = self._stars[real] = found, more
        return known

    def text(self, real: str) -> str:
        """A file's text; none where it can't be read, or isn't one of the project's files."""
        if real not in self.files:
            return ""
        try:
            return self.read(real, self.files[real]).text
        except SourceError:
            return ""

    def roots(self, real: str) -> list[str]:
        """The folders that an absolute import is looked for in, the likeliest first.

        A script finds what is beside it; a package's module what is beside the package; and projects put their
        top folder, or `src`, on the path.
        """
        folder = posixpath.dirname(real)
        if folder not in self._roots:
            found = []
            current = folder
            while current in self.folders:
                found.append(current)
                if f"{current}/src" in self.folders:
                    found.append(f"{current}/src")
                parent = posixpath.dirname(current)
                if parent == current:
                    break
                current = parent
            self._roots[folder] = found
        return self._roots[folder]

    def find(self, importer: str, name: str, level: int = 0) -> str | None:
        """The real path of an imported module: a file, or a folder (a namespace package); None if it isn't the project's."""
        if level:
            folder = posixpath.dirname(importer)
            relative = (folder, f"{'.' * level}{name}")
            if relative not in self._found:
                relative = (sys.intern(folder), sys.intern(relative[1]))
                for _ in range(level - 1):
                    folder = posixpath.dirname(folder)
                self._found[relative] = self._at(folder, name)
            return self._found[relative]
        top = name.partition(".")[0]
        if top in ALWAYS_EXTERNAL or (top and top not in self._tops):
            return None
        key = (posixpath.dirname(importer), name)
        if key not in self._found:
            key = (sys.intern(key[0]), sys.intern(name))
            self._found[key] = next(
                (found for root in self.roots(importer) if (found := self._at(root, name)) is not None), None
            )
        return self._found[key] or self._on_the_path(importer, name, top)

    def _on_the_path(self, importer: str, name: str, top: str) -> str | None:
        """A module in a folder that the importer itself puts on `sys.path`: the nearest one that has it, if one is nearest.

        Which folder it is, the program computes in a hundred ways; that it does is enough where the name leads to one.
        """
        if not self._changes_path(importer):
            return None
        bases = {posixpath.dirname(real.removesuffix("/__init__.py")) for real in self.stems.get(top, ())}
        bases |= {posixpath.dirname(folder) for folder in self.folders_named(top)}
        found = {base: at for base in bases if (at := self._at(base, name)) is not None}
        if not found:
            return None
        near = {base: len(posixpath.commonpath([base, importer])) for base in found}
        nearest = [base for base in found if near[base] == max(near.values())]
        return found[nearest[0]] if len(nearest) == 1 else None

    def _changes_path(self, importer: str) -> bool:
        known = self.changing.get(importer)
        self.looked_at.add(importer)
        if known is None:
            known = self.changing[importer] = (
                "sys.path" in self.text(importer) if importer.endswith(".ipynb") else b"sys.path" in self.raw(importer)
            )
        return known

    def folders_named(self, name: str) -> list[str]:
        """The project's folders of a name."""
        if not self._named:
            for folder in self.folders:
                self._named.setdefault(folder.rpartition("/")[2], []).append(folder)
        return self._named.get(name, [])

    @property
    def stems(self) -> dict[str, list[str]]:
        """The project's files by the last part of their module's name."""
        if not self._stems:
            for real in self.files:
                stem = real.removesuffix("/__init__.py").removesuffix(".py").rpartition("/")[2]
                self._stems.setdefault(stem, []).append(real)
        return self._stems

    def below(self, package: str) -> list[str]:
        """The names of the modules directly in a package, by what `find` gives for it."""
        folder = package.removesuffix("/__init__.py")
        found = set()
        for real in self.files:
            if real.startswith(f"{folder}/"):
                name, _, rest = real[len(folder) + 1 :].partition("/")
                if rest in ("", "__init__.py"):
                    found.add(name.removesuffix(".py"))
        return sorted(found - {"__init__"})

    def defined(self, name: str) -> list[ast.stmt]:
        """Where the project defines what a dotted name means ("pkg.losses.SmoothCE"), re-exported or not.

        That is a function, a class, or an assignment to a name; or with a class before the last name ("pkg.Net.loss") a
        method, or an assignment to an attribute. Its module is looked for nearest to the project's top: several are
        equally near where nothing tells them apart.
        """
        module, _, last = name.rpartition(".")
        files = self._nearest(module)
        if files:
            return [found for real in files for found in self._definitions(real, last, set())]
        module, _, owner = module.rpartition(".")
        classes = [found for real in self._nearest(module) for found in self._definitions(real, owner, set())]
        return [found for cls in classes if isinstance(cls, ast.ClassDef) for found in _members(cls, last)]

    def _nearest(self, module: str) -> list[str]:
        """The files that a dotted name of a module means, those nearest to the project's top."""
        path = module.replace(".", "/")
        beside = self.stems.get(path.rpartition("/")[2], [])
        files = [real for real in beside if real.endswith((f"/{path}.py", f"/{path}/__init__.py"))]
        depth = {real: real.removesuffix("/__init__.py").count("/") for real in files}
        return [real for real in files if depth[real] == min(depth.values())]

    def _definitions(self, real: str, name: str, seen: set[tuple[str, str]]) -> list[ast.stmt]:
        """Where a module's name is defined: in it, or in the module that it imports it from."""
        module = self.module(real) if (real, name) not in seen and real.endswith(".py") else None
        if module is None:
            return []
        seen.add((real, name))
        if name in module.definitions:
            return _all(module.tree, name)
        found: list[ast.stmt] = []
        for node in bodies.walk(module.tree):
            if not isinstance(node, ast.ImportFrom):
                continue
            for alias in node.names:
                if alias.name != "*" and (alias.asname or alias.name) != name:
                    continue
                source = self.find(real, node.module or "", node.level)
                if source is not None:
                    found += self._definitions(source, name if alias.name == "*" else alias.name, seen)
        return found

    def _at(self, base: str, name: str) -> str | None:
        path = f"{base.rstrip('/')}/{name.replace('.', '/')}" if name else base
        if f"{path}/__init__.py" in self.files:
            return sys.intern(f"{path}/__init__.py")
        if f"{path}.py" in self.files:
            return sys.intern(f"{path}.py")
        if path in self.folders:
            return sys.intern(path)
        return None


def posix(path: str) -> str:
    """A path with forward slashes."""
    return path.replace("\\", "/")


def _members(cls: ast.ClassDef, name: str) -> list[ast.stmt]:
    """What gives an attribute of a class a value: its body, or its methods by `self.name = …`."""
    own = _all(cls, name)
    if own:
        return own
    found: list[ast.stmt] = []
    for _, method in _defining(cls):
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and method.args.args:
            for node in ast.walk(method):
                match node:
                    case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
                        match target:
                            case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                                if (owner, attribute) == (method.args.args[0].arg, name):
                                    found.append(node)
    return found


def _all(tree: ast.Module | ast.ClassDef, name: str) -> list[ast.stmt]:
    """Where a name of a module, or of a class, is defined: the last place, or every assignment that there is."""
    places = [statement for defined, statement in _defining(tree) if defined == name]
    if places and isinstance(places[-1], Definition):
        return places[-1:]
    return [place for place in places if not isinstance(place, Definition)]


def definitions(tree: ast.Module) -> dict[str, ast.stmt]:
    """Where each top-level name of a module is defined (the last place wins), branches included."""
    return dict(_defining(tree))


def _defining(tree: ast.Module | ast.ClassDef) -> Iterator[tuple[str, ast.stmt]]:
    """The names that a module's, or a class's, own statements define, in order, branches included."""
    todo: list[ast.stmt] = list(reversed(tree.body))
    while todo:
        statement = todo.pop()
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield statement.name, statement
            case ast.If() | ast.Try() | ast.With():
                todo.extend(reversed([s for s in ast.iter_child_nodes(statement) if isinstance(s, ast.stmt)]))
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name, statement
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                yield name, statement
