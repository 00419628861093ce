"""Which files have to be evaluated: a scan of bytes for the losses' names, and what hangs together with those files."""

from __future__ import annotations

import ast
import functools
import posixpath
import re
import sys
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TypeAlias

from losslint import frameworks
from losslint.evaluation.relevance import Mentions, Relevance
from losslint.extension import Extension
from losslint.program.bodies import blocks
from losslint.program.module import Module
from losslint.program.project import Project
from losslint.program.words import holds

_PRECISIONS = (
    b"set_default_dtype", b"set_default_tensor_type", b".double(", b"torch.double", b"torch.float64", b"autocast", b".half(",
    b"bfloat16", b"precision=",
)  # fmt: skip
"""Words of a program that may compute in anything but float32."""
_NAMES = re.compile(rb"[A-Za-z_][A-Za-z_0-9]*")
_IMPORT = re.compile(rb"[ \t\f]*(?:from|import)[ \t.\\][^\n\\]*(?:\\\n?[^\n\\]*)*")
"""An import statement, from the beginning of its line to the end of the last one that goes on with a backslash."""
_IMPORT_IN_BRACKETS = re.compile(rb"[ \t\f]*from(?:\\\n|[^\n(])*import(?:[ \t]|\\\n)*\([^)]{0,9999}\)")
"""The same where the names stand in brackets, over several lines."""
_STAR = re.compile(rb"\*(?<=import \*)")
_COMMENT = re.compile(rb"#[^\n]*")
_LOGARITHM = re.compile(
    rb"g_?\((?:(?<=\.log\()\s*\)|(?<=\.log_\()\s*\)|(?<=tf\.math\.log\()|(?<=tensorflow\.math\.log\()"
    rb"|(?<=log\()(?<![\w.]log\()"
    rb"|(?<=\.log\()(?<!self\.log\()(?<!logger\.log\()(?<!logging\.log\()(?<!wandb\.log\()(?<!console\.log\()(?<!np\.log\()"
    rb"(?<!numpy\.log\()(?<!math\.log\())"
)
"""A logarithm through which a gradient can go, and not a message that is logged. (What stands before it is asked for behind it: a
pattern that begins with letters is looked for ten times as fast, and twice as fast where the first is a rare one.)"""
_NOTEBOOK = re.compile(rb"\s*\{")
_PICTURE = b'"image/'
_PICTURE_HEAD = re.compile(rb'"image/(?:png|jpeg|gif|webp)":[ \t\r\n]*"')
_FRAMEWORKS = (b"torch", b"keras", b"tensorflow", b"tf.", b"jax", b"flax")
_SOFTMAX = re.compile(rb"ftm(?<=oftm)")
_BARE_SOFTMAX = re.compile(rb"ftm(?<=[Ss]oftm)(?:ax|in)\([ \t]*(?:[A-Za-z_][\w.]*[ \t]*)?\)")
_ONE_UNIT = re.compile(rb"ense\(\s*(?:(?:units|output_dim)\s*=\s*)?1\s*[,)]")
_ACTIVATIONS = (b"oftmax", b"oftMax", b"igmoid")
_TIMES_LOGARITHM = re.compile(rb"\*[ \t]*(?:\w+\.)*(?<!math\.)(?<!np\.)log\(")
"""A loss by hand, of what another file makes."""
Statement: TypeAlias = "tuple[int, str | None, tuple[str, ...]]"
"""An import statement: the number of dots, the module (None for a plain `import`), the names."""
MOST_IMPORTERS = 600
"""More files that import one with a loss aren't evaluated for that: in a library with one base class for hundreds of models,
trees of all of them take gigabytes."""
MOST_ROUNDS = 2
"""How many importers of importers of a file with a loss are evaluated."""


_PARTS = (b"Loss", b"BCE", b"py", b"_loss", b"bce", b"k", b"KLD", b"z")
"""Parts that nearly every word holds one of (the others: entropy, kl_div, lovasz), and that begin with a letter that's rare in
programs. To look for a part takes as long as to find its first letter everywhere."""


def _found_fast(words: Iterable[tuple[bytes, bool]]) -> list[re.Pattern[bytes]]:
    """Patterns, one of which is found where one of these words is: by a part of it, behind which is asked what stands before it.

    For a part the regular expressions have a loop of its own, which takes a twentieth of the time of looking for all words at
    once. With each word stands whether it is found only by itself, and not as a part of another one.
    """
    by_part: dict[bytes, list[bytes]] = {}
    for word, alone in words:
        part = next((part for part in _PARTS if part in word), word)
        rest = word[word.index(part) + len(part) :]
        form = rb"%s(?<=\b%s)\b" if alone else rb"%s(?<=%s)"
        by_part.setdefault(part, []).append(form % (re.escape(rest), re.escape(word)))
    return [re.compile(b"%s(?:%s)" % (re.escape(part), b"|".join(rests))) for part, rests in by_part.items()]


class Words:
    """The words under which a loss can be met: the built-in ones, and those of tables beside the built-in ones."""

    def __init__(self, *extensions: Extension) -> None:
        tokens = (*frameworks.TOKENS, *(token for extension in extensions for token in extension.tokens))
        # Anybody may call a loss anything, "Loss" too: such a name is a word of its own, not a part of one.
        names = sorted({word.encode() for extension in extensions for word in extension.words()})
        self._words = [*((token, False) for token in tokens), *((name, True) for name in names)]
        self._searches = [pattern.search for pattern in _found_fast(self._words)]

    @functools.cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        """All words in one pattern, for short texts: where no file has a loss nobody asks for it."""
        forms = (rb"\b%s\b" % re.escape(word) if alone else re.escape(word) for word, alone in self._words)
        return re.compile(b"|".join(forms))

    def has_loss(self, raw: bytes) -> bool:
        """Whether a file holds a word under which a loss can be met, logarithms from which one can be made by hand, a softmax
        that isn't told its axis, or a softmax and one unit."""
        raw = without_pictures(raw)
        return self._has_word(raw) or has_logarithm(raw) or _has_softmax_only(raw)

    def _has_word(self, raw: bytes) -> bool:
        return any(search(raw) is not None for search in self._searches)

    def first(self, raw: bytes) -> str:
        """The first such word of a file; empty where it holds none."""
        raw = without_pictures(raw)
        parts = [found.start() for search in self._searches if (found := search(raw)) is not None]
        # the first word begins before the first part of one, and not farther than the longest has letters
        longest = max(len(word) for word, _ in self._words)
        found = self._pattern.search(raw, max(0, min(parts) - longest)) if parts else None
        if found is None:
            return "log" if has_logarithm(raw) else "softmax" if _has_softmax_only(raw) else ""
        return found.group().decode("utf-8", "replace").strip("\"'")

    def is_word(self, name: str) -> bool:
        """Whether an identifier, or a string, holds such a word."""
        return self._pattern.search(b'"%s"' % name.encode("utf-8", "replace")) is not None


def without_pictures(raw: bytes) -> bytes:
    """A file without the pictures that a notebook's outputs hold: they are nine tenths of its bytes, and any word may be in them.

    Inside of a string, such as a cell's source, each quotation mark has a backslash before it, so that nothing else is left out.
    """
    start = raw.find(_PICTURE) if _NOTEBOOK.match(raw) is not None else -1
    if start < 0:
        return raw
    kept: list[bytes] = []
    end = 0
    while start >= 0:
        head = _PICTURE_HEAD.match(raw, start)
        begins = head.end() if head is not None and raw[start - 1 : start] != b"\\" else -1
        ends = raw.find(b'"', begins) if begins >= 0 else -1
        if ends >= 0:
            kept.append(raw[end:begins])
            end = ends
        start = raw.find(_PICTURE, max(ends, start + 1))
    kept.append(raw[end:])
    return b"".join(kept)


def has_logarithm(raw: bytes) -> bool:
    """Whether a file takes logarithms, and has an activation or a product that they can be part of a loss with."""
    if _LOGARITHM.search(raw) is None:
        return False
    if not any(framework in raw for framework in _FRAMEWORKS):  # mathematics is full of logarithms
        return False
    return any(activation in raw for activation in _ACTIVATIONS) or _TIMES_LOGARITHM.search(raw) is not None


def _has_softmax_only(raw: bytes) -> bool:
    """Whether a file has a softmax that something can be said of without a loss."""
    return _SOFTMAX.search(raw) is not None and (_has_bare_softmax(raw) or _has_softmax_and_one_unit(raw))


def _has_bare_softmax(raw: bytes) -> bool:
    """Whether a file of PyTorch's calls a softmax of one argument, or makes one of none: such a file need not have a loss."""
    return b"torch" in raw and _BARE_SOFTMAX.search(raw) is not None


def _has_softmax_and_one_unit(raw: bytes) -> bool:
    """Whether a file of Keras' has a softmax and a layer of one unit: any loss will do then, the mean squared error too."""
    return b"oftmax" in raw and (b"keras" in raw or b"tensorflow" in raw) and _ONE_UNIT.search(raw) is not None


def chooses_backend(raw: bytes) -> bool:
    """Whether a file may choose Keras' backend for what it imports, and for what imports it."""
    return b"KERAS_BACKEND" in raw


def has_star(raw: bytes) -> bool:
    """Whether a file may import all names of another one."""
    return _STAR.search(raw) is not None


def asks_for_precision(raw: bytes) -> bool:
    """Whether a file has a loss to which the precision matters."""
    return b"BCELoss" in raw or b"binary_cross_entropy" in raw


def speaks_of_precision(raw: bytes) -> bool:
    """Whether a file has a word of a program that may compute in anything but float32."""
    return any(word in raw for word in _PRECISIONS)


def select(
    project: Project, seeds: Set[str], files: Set[str], mentions: Mentions
) -> tuple[list[Module], Relevance, set[str]]:
    """The modules to evaluate, of these files: the seeds, and those that can come to a loss through them; and those looked at
    for it.

    A loss in one file meets the model of another in a file that imports both: one that takes from a seed what can come to
    a loss. Whoever takes only its other functions is left out.
    """
    project.on_parsed = mentions.module
    modules = {path: project.module(path) for path in sorted(_met(project, seeds, files))}
    examined: set[str] = set()
    fresh = set(modules)
    relevance = Relevance([module for module in modules.values() if module is not None], mentions)
    for _ in range(MOST_ROUNDS):
        if files <= modules.keys():
            break  # nobody is left who could import them
        given = _Given(project, modules, relevance)
        reachable = {path: names for path in fresh if (names := given.by(path))}
        stems = {_stem(path) for path in reachable}
        if not stems:
            break
        words = {stem.encode() for stem in stems}
        near = {path for path in files if path not in modules and not words.isdisjoint(_words(project, path))}
        examined |= near
        fresh = {path for path in near if _takes_any(project, path, reachable, stems | {"__init__"})}
        if len(fresh) > MOST_IMPORTERS:
            break
        modules.update((path, project.module(path)) for path in sorted(fresh))
        found = [module for _, module in sorted(modules.items()) if module is not None]
        relevance = Relevance(found, mentions)
    project.on_parsed = None
    selected = [module for path, module in sorted(modules.items()) if module is not None and path in files]
    return selected, relevance, examined


class _Given:
    """The globals of selected modules through which who imports them can come to a loss."""

    def __init__(self, project: Project, modules: Mapping[str, Module | None], relevance: Relevance) -> None:
        self._project = project
        self._modules = modules
        self._relevance = relevance
        self._known: dict[str, Set[str]] = {}

    def by(self, path: str) -> Set[str]:
        """Those of one module. What a star brings from a module that isn't selected leads to no loss."""
        known = self._known.get(path)
        if known is None:
            self._known[path] = frozenset()  # as long as it isn't known: modules may import each other
            module = self._modules.get(path)
            if module is not None:
                known = self._known[path] = self._relevance.globals_of(module, lambda node: self._of_star(path, node))
        return known or frozenset()

    def _of_star(self, path: str, node: ast.ImportFrom) -> Set[str]:
        found = self._project.find(path, node.module or "", node.level)
        return {name for name in self.by(found) if not name.startswith("_")} if found is not None else frozenset()


def _met(project: Project, seeds: Set[str], files: Set[str]) -> set[str]:
    """The seeds that are among these files, and the others that these files import, or a seed that they import does."""
    found = set(seeds & files)
    others = seeds - found
    fresh = files
    for _ in range(MOST_ROUNDS if others else 0):
        imported: set[str] = set()
        for path in fresh:
            imported |= _imports(project, path, _statements(project, path))
        imported = (imported & others) - found
        found |= imported
        project.looked_at |= imported
        fresh = imported
    return found


def _takes_any(project: Project, path: str, reachable: Mapping[str, Set[str]], stems: Set[str]) -> bool:
    """Whether a file takes one of these names from these files, whose last names are `stems`."""
    for level, module, names in _statements(project, path):
        # a module is what its last name says, or the package itself: most needn't be looked for
        of: Set[str] | None = None
        if module is not None and (not module or module.rpartition(".")[2] in stems):
            of = reachable.get(project.find(path, module, level) or "")
        for name in names:
            if of and (name == "*" or name in of):
                return True
            if name.rpartition(".")[2] in stems:
                full = f"{module}.{name}" if module else name
                taken = reachable.get(project.find(path, full, level) or "")
                raw = project.raws[path] if taken else b""
                if any(holds(raw, word.encode()) for word in taken or ()):
                    return True
    return False


def connected(project: Project, named: set[str], files: Set[str]) -> set[str]:
    """The named files and those that import them, or import those: all that a named file can meet a loss through.

    A package that does nothing but import hands on what it takes from them, and not its other names.
    """
    found = set(named)
    fresh: dict[str, Set[str] | None] = dict.fromkeys(named)
    for _ in range(MOST_ROUNDS + 1):
        stems = {_stem(path).encode() for path in fresh}
        importers: dict[str, Set[str] | None] = {}
        for path in files:
            if path not in found and not stems.isdisjoint(_words(project, path)):
                taken = _taken(project, path, fresh)
                if taken is None or taken:
                    importers[path] = taken if _only_imports(path, project.raws[path]) else None
        if not importers:
            break
        fresh = importers
        found |= fresh.keys()
    return found


_DOES_MORE = re.compile(rb"^(?:def|async|class|@|[\w.\[\]\"']+ *\(|[\w.]+\[)|\bas\b|__getattr__|getattr|globals", re.MULTILINE)


def _only_imports(path: str, raw: bytes) -> bool:
    """Whether a package's `__init__.py` gives its importers nothing but what it imports, under the names that it has there."""
    return posixpath.basename(path) == "__init__.py" and _DOES_MORE.search(raw) is None


def _taken(project: Project, path: str, given: Mapping[str, Set[str] | None]) -> Set[str] | None:
    """The names that a file takes from these files, of those that each gives; None where it may take any."""
    found: set[str] = set()
    for level, module, names in _statements(project, path):
        source = project.find(path, module, level) if module is not None else None
        for name in names:
            if project.find(path, f"{module}.{name}" if module else name, level) in given:
                return None
            if source is not None and source in given:
                gives = given[source]
                if name == "*":
                    return None
                if gives is None or name in gives:
                    found.add(name)
    return found


def import_lines(path: str, raw: bytes) -> Sequence[bytes] | None:
    """A file's import statements as they're written; None for a notebook, whose cells have magics."""
    if path.endswith(".ipynb"):
        return None
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    found: list[bytes] = []
    # to look for the word, and then for where its line begins, takes a third of the time of looking at where all lines begin
    at, end = raw.find(b"import"), 0
    while at >= 0:
        start = raw.rfind(b"\n", end, at) + 1 or end
        while start > end and raw[start - 2 : start] == b"\\\n":  # a line that goes on
            start = raw.rfind(b"\n", end, start - 1) + 1 or end
        statement = _IMPORT.match(raw, start)
        if statement is not None:
            if b"(" in statement.group():
                statement = _IMPORT_IN_BRACKETS.match(raw, start) or statement
            found.append(statement.group())
            at = max(at, statement.end())
        end = raw.find(b"\n", at) + 1
        at = raw.find(b"import", end) if end else -1
    return tuple(found)


def lines_of(project: Project, path: str) -> Sequence[bytes] | None:
    """The same, looked for once in a run."""
    if path not in project.import_lines:
        project.import_lines[path] = import_lines(path, project.raws[path])
    return project.import_lines[path]


def _words(project: Project, path: str) -> set[bytes]:
    """The words of a file's import statements; in a notebook of all of it."""
    found = project.import_words.get(path)
    if found is None:
        lines = lines_of(project, path)
        found = set(_NAMES.findall(without_pictures(project.raws[path]) if lines is None else b"\n".join(lines)))
        project.import_words[path] = found
    return found


def _stem(path: str) -> str:
    name = posixpath.basename(path)
    if name == "__init__.py":
        return posixpath.basename(posixpath.dirname(path))
    return name.rpartition(".")[0]


def _imports(project: Project, path: str, statements: Iterable[Statement]) -> set[str]:
    """The project's files that a module imports, by its own import statements."""
    found: set[str | None] = set()
    for level, module, names in statements:
        if module is not None:
            found.add(project.find(path, module, level))
        found.update(project.find(path, f"{module}.{name}" if module else name, level) for name in names)
    return {path for path in found if path is not None}


def _statements(project: Project, path: str) -> Sequence[Statement]:
    """The import statements of a file: read alone, since a whole tree costs a hundred times as much, in time and in memory."""
    known = project.statements.get(path)
    if known is None:
        same = project.same_statements  # of those of a large project, most are those of other files, too
        known = project.statements[path] = tuple([same.setdefault(one, one) for one in _read_statements(project, path)])
    return known


def statements(project: Project, path: str) -> Sequence[Statement]:
    """The import statements of a file of a project."""
    project.looked_at.add(path)
    return _statements(project, path)


def _read_statements(project: Project, path: str) -> Sequence[Statement]:
    lines = lines_of(project, path)
    if lines is not None:
        found: list[Statement] = []
        for line in lines:
            statement = _read_statement(line)
            if statement is not None:
                found.append(statement)
                continue
            try:
                found.extend(map(_of_node, imports(ast.parse(b" ".join(line.replace(b"\\\n", b" ").split())))))
            except (SyntaxError, ValueError):
                if b"(" in line:  # a comment with a bracket in it, perhaps
                    break
                # a line of a text that begins like an import
        else:
            return found
    module = project.module(path)
    return [_of_node(node) for node in imports(module.tree)] if module is not None else []


def _read_statement(line: bytes) -> Statement | None:
    """An import statement of the usual form; None for any other one."""
    line = line.replace(b"\\\n", b" ")
    if b"#" in line:
        line = _COMMENT.sub(b"", line)
    if not line.isascii():
        return None
    word, *rest = line.decode("ascii").rstrip(" \t\r\n\f;").split(None, 1)
    if word == "import" and rest:
        names = _names(rest[0], dotted=True)
        return None if names is None else (0, None, names)
    module, *rest = rest[0].split(None, 2) if rest else ("",)
    if word != "from" or len(rest) != 2 or rest[0] != "import":
        return None
    name = module.lstrip(".")
    if name and not name.replace(".", "").isidentifier():
        return None
    text = rest[1]
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].rstrip().removesuffix(",")
    found = ("*",) if text == "*" else _names(text)
    return None if found is None else (len(module) - len(name), sys.intern(name), found)


def _names(text: str, dotted: bool = False) -> tuple[str, ...] | None:
    """The names in a list of names, each with `as` and another one or without; None where it isn't one."""
    found: list[str] = []
    for part in text.split(","):
        match part.split():
            case [name] | [name, "as", _]:
                if not (name.replace(".", "") if dotted else name).isidentifier():
                    return None
                found.append(sys.intern(name))  # hundreds of thousands, of which nine tenths are the same
            case _:
                return None
    return tuple(found)


def _of_node(node: ast.Import | ast.ImportFrom) -> Statement:
    names = tuple(alias.name for alias in node.names)
    return (node.level, node.module or "", names) if isinstance(node, ast.ImportFrom) else (0, None, names)


def imports(tree: ast.Module) -> list[ast.Import | ast.ImportFrom]:
    """The import statements of a module, those in functions and branches too."""
    found: list[ast.Import | ast.ImportFrom] = []
    todo: list[ast.AST] = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.append(node)
            continue
        for block in blocks(node):
            todo.extend(block)
    return found
