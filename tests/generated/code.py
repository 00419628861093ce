"""Source texts out of lines and suites, files out of parts, and where in them the marked lines are."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

INDENT = "    "

_MARK = re.compile(r"‹(\w+)›")


class Mark(str, enum.Enum):
    """What a finding can be at. A marked line is remembered by its number; the mark itself isn't part of the program."""

    LOSS = "loss"
    """The call in which predictions and labels meet; where nobody sees one, `compile`."""
    MADE = "made"
    """Where the loss is constructed."""
    ACTIVATION = "activation"
    """The activation after the last layer."""
    WITHIN = "within"
    """The call of the library's loss, in a function of the program's own."""
    CALLED = "called"
    """Where a layer that is that activation is called."""
    LOGARITHM = "logarithm"
    METRIC = "metric"
    LABELS = "labels"
    COMMENT = "comment"
    """A comment that suppresses something."""

    def __str__(self) -> str:
        return f"‹{self.value}›"


@dataclass(frozen=True)
class Suite:
    """A compound statement: its first line, and what is indented below."""

    head: str
    body: Sequence[Code]


Code = str | Suite
"""A line, or lines of one statement, or a suite."""


def render(code: Sequence[Code], depth: int = 0) -> Iterator[str]:
    """The lines of a block."""
    for part in code:
        if isinstance(part, Suite):
            yield from (INDENT * depth + line for line in part.head.split("\n"))
            yield from render(part.body or ["pass"], depth + 1)
        else:
            yield from (INDENT * depth + line if line else "" for line in part.split("\n"))


def function(signature: str, *body: Code, decorators: Sequence[str] = ()) -> Suite:
    """A function, `signature` being its name and parameters."""
    return Suite("\n".join([*(f"@{name}" for name in decorators), f"def {signature}:"]), body)


def klass(name: str, *body: Code, decorators: Sequence[str] = ()) -> Suite:
    """A class, `name` with its bases."""
    return Suite("\n".join([*(f"@{name}" for name in decorators), f"class {name}:"]), body)


def loop(head: str, *body: Code) -> Suite:
    """A for loop."""
    return Suite(f"for {head}:", body)


# ---------------------------------------------------------------------------------------------------------------- files


class Sharing(str, enum.Enum):
    """How a file uses what another one defines."""

    NAMES = "from module import name"
    MODULE = "import module"
    ALIAS = "import module as alias"
    STAR = "from module import *"
    PACKAGE = "from .module import name"


@dataclass(frozen=True)
class Part:
    """What may become a file of its own: its code, and the names that it shares."""

    stem: str
    code: tuple[Code, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """A project's files by their path, the module to run, and the places of the marked lines."""

    files: Mapping[str, str]
    main: str
    marks: Mapping[str, tuple[tuple[str, int], ...]] = field(compare=False)

    def places(self, mark: Mark) -> tuple[tuple[str, int], ...]:
        """The path and line of each line with a mark, from 1."""
        return self.marks.get(mark.value, ())

    def __str__(self) -> str:
        return "\n".join(f"# ------ {path}\n{text}" for path, text in self.files.items())


def assemble(
    parts: Sequence[Part],
    apart: frozenset[str],
    sharing: Sharing,
    spelled: Spelling,
    *,
    comment_on_loss: str = "",
) -> Program:
    """Files out of parts: those named in `apart` get files of their own, the others are one file, the last part's."""
    main = parts[-1]
    files: list[tuple[Part, list[Part]]] = [
        (part, []) for part in parts if part.stem in apart and part is not main and part.code
    ]
    separate = [part for part, _ in files]
    rest = [part for part in parts if part not in separate]
    joined = Part(main.stem, tuple(line for part in rest for line in ("", "", *part.code)))
    folder = "project/" if sharing is Sharing.PACKAGE and separate else ""
    texts: dict[str, str] = {}
    marks: dict[str, list[tuple[str, int]]] = {}
    for part, uses in [*((part, []) for part in separate), (joined, separate)]:
        text = re.sub(r"\n{4,}", "\n\n\n", "\n".join(render(part.code)).strip("\n"))
        lines = [spelled.imports(text)]
        for other in uses:
            line, text = _shared(other, sharing, text)
            lines.append(line)
        text = spelled.text(text)
        path = f"{folder}{part.stem}.py"
        texts[path] = _without_marks("\n".join([*lines, "", "", text]).strip("\n") + "\n", path, marks, comment_on_loss)
    if folder:
        texts[f"{folder}__init__.py"] = ""
    return Program(texts, (folder + main.stem).replace("/", "."), {mark: tuple(at) for mark, at in marks.items()})


def _without_marks(text: str, path: str, marks: dict[str, list[tuple[str, int]]], comment: str) -> str:
    """The text without its marks, which are written down; the comment goes to the line of the loss."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        for mark in _MARK.findall(line):
            marks.setdefault(mark, []).append((path, number))
        if comment and str(Mark.LOSS) in line:
            line += f"  # {comment}"
            marks.setdefault(Mark.COMMENT.value, []).append((path, number))
        found.append(_MARK.sub("", line))
    return "\n".join(found)


def _shared(part: Part, sharing: Sharing, text: str) -> tuple[str, str]:
    """The import of a part's names, and the text that uses them."""
    used = [name for name in part.names if re.search(rf"(?<![\w.\"']){name}\b", text)]
    if not used:
        return f"import {part.stem}" if sharing is not Sharing.PACKAGE else f"from . import {part.stem}", text
    if sharing in (Sharing.MODULE, Sharing.ALIAS):
        alias = part.stem if sharing is Sharing.MODULE else part.stem[0].upper()
        for name in used:
            text = re.sub(rf"(?<![\w.\"']){name}\b(?!=)", f"{alias}.{name}", text)
        return f"import {part.stem}" + ("" if sharing is Sharing.MODULE else f" as {alias}"), text
    module = f".{part.stem}" if sharing is Sharing.PACKAGE else part.stem
    return f"from {module} import {'*' if sharing is Sharing.STAR else ', '.join(used)}", text


# ------------------------------------------------------------------------------------------------------------- spelling


@dataclass(frozen=True)
class Namespace:
    """A library's namespace as programs are built with it, and the ways to import it.

    `name` is what a built text says before the dot (`nn`). Each way is an import and what the text then says in its place;
    a way whose replacement is empty imports the used names themselves (`from torch.nn import Linear`).
    """

    name: str
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Spelling:
    """How a program imports its libraries: for each namespace the number of its way."""

    namespaces: tuple[Namespace, ...]
    chosen: tuple[int, ...]

    def _ways(self) -> Iterator[tuple[Namespace, str, str]]:
        for number, namespace in enumerate(self.namespaces):
            chosen = self.chosen[number] if number < len(self.chosen) else 0
            line, replacement = namespace.ways[chosen % len(namespace.ways)]
            yield namespace, line, replacement

    def imports(self, text: str) -> str:
        """The import lines that a text needs, sorted."""
        lines: set[str] = set()
        for namespace, line, replacement in self._ways():
            used = sorted(set(re.findall(rf"(?<![\w.]){namespace.name}\.(\w+)", text)))
            if not used:
                continue
            lines.add(line if replacement or "*" in line else f"{line} import {', '.join(used)}")
        return "\n".join(sorted(lines))

    def text(self, text: str) -> str:
        """A built text with the namespaces spelled as they're imported."""
        for namespace, _, replacement in self._ways():
            dotted = f"{replacement}." if replacement else ""
            text = re.sub(rf"(?<![\w.]){namespace.name}\.(?=\w)", dotted, text)
        return text
