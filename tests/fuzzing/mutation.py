"""Changing real files: bytes, lines and words of them, and pieces of others."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
MOST_BYTES = 20_000
"""Larger files say nothing more, and take longer."""

_WORD = re.compile(rb"[A-Za-z_]\w*|\d+|[^\w\s]|\s+")

INTERESTING = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\x0c", b"\t", b"\\\n", b"'''", b'"""', b"{", b"}", b"(", b")", b"[", b"]", b":",
    b"*", b"**", b"@", b":=", b"->", b"...", b"lambda: ", b"yield ", b"await ", b"async ", b"global x\n", b"del ", b"None", b"self", b"super()",
    b"-1", b"0", b"1e999", b"10**10", b"0xFFFFFFFFFFFFFFFFFFFF", b"float('nan')", b"# losslint: ignore", b"# noqa", b"# losslint: ignore[",
    b"# coding: latin-1\n", b"# coding: rot13\n", b"%%bash\n", b"!ls\n", b"%time ", b"f'{x!r:{y}}'", b"\xe2\x80\xa8", b"\xed\xa0\x80",
    "é".encode(), "ℱ".encode(), b"import *", b"from . import x\n", b"nn.Softmax(dim=1)", b"F.cross_entropy(x, x)", b"*args, **kwargs",
    b"if x:\n", b"else:\n", b"for x in x:\n", b"while True:\n", b"try:\n", b"except:\n", b"class A(A):\n", b"return ", b"raise\n",
    b"true", b"null", b"{}", b"[]", b'"count": 1e400', b'"\\ud800"', b"[tool.losslint]\n", b"select = []\n", b"\x1b[31m", b"\xe2\x80\xae",
)  # fmt: skip


def mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the seeds, changed in some places."""
    raw = chance.choice(seeds)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 5, 12))):
        raw = chance.choice(_CHANGES)(raw, seeds, chance)
    return raw[: 2 * MOST_BYTES]


def _bytes(raw: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    kind = chance.randrange(3)
    if kind == 0:
        return raw[:at] + raw[at + chance.choice((1, 2, 8, 100)) :]
    if kind == 1:
        return raw[:at] + bytes([chance.randrange(256)]) + raw[at:]
    return raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :]


def _interesting(raw: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(INTERESTING) + raw[at + chance.choice((0, 0, 1, 5)) :]


def _words(raw: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    words = _WORD.findall(raw)
    if not words:
        return raw
    at = chance.randrange(len(words))
    kind = chance.randrange(5)
    if kind == 0:
        del words[at]
    elif kind == 1:
        words[at] = chance.choice(words)
    elif kind == 2:
        words.insert(at, chance.choice(words))
    elif kind == 3:
        other = chance.randrange(len(words))
        words[at], words[other] = words[other], words[at]
    else:
        words[at] = chance.choice(INTERESTING)
    return b"".join(words)


def _lines(raw: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    at, kind = chance.randrange(len(lines)), chance.randrange(5)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(chance.randrange(len(lines) + 1), lines[at])
    elif kind == 2:
        lines[at] = b"    " + lines[at]
    elif kind == 3:
        lines[at] = lines[at][4:]
    else:
        other = chance.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def _splice(raw: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(seeds).split(b"\n")
    start = chance.randrange(len(other))
    lines = raw.split(b"\n")
    at = chance.randrange(len(lines) + 1)
    return b"\n".join([*lines[:at], *other[start : start + chance.choice((1, 3, 10))], *lines[at:]])


def _repeat(raw: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    start = chance.randrange(len(raw) + 1)
    piece = raw[start : start + chance.choice((1, 4, 20, 80))]
    return raw[:start] + piece * chance.choice((2, 10, 200)) + raw[start:]


_CHANGES = (_bytes, _interesting, _words, _words, _words, _lines, _lines, _splice, _repeat)


def seeds_for(target: str, trees: Iterable[Path] = ()) -> list[bytes]:
    """The files that a target's inputs are made of."""
    if target in ("caches", "baselines"):
        entry = {"path": "a.py", "rule": "LL101", "within": "f", "statement": "x", "count": 1}
        plain: list[object] = [
            {"version": 1, "findings": [entry, entry]},
            {"seal": "0" * 32, "engine": "x", "watched": [], "files": {"a": ["d", "1", 2, 3]}, "projects": {"k": {"read": []}}},
        ]
        return [json.dumps(each, indent=1).encode() for each in plain]
    if target == "settings":
        return [
            b'[tool.losslint]\nselect = ["LL1", "ALL"]\nignore = ["LL203"]\nexclude = ["a/**"]\nfail-on = "error"\n'
            b'output-format = "json"\nbackend = "jax"\n[tool.losslint.per-file-ignores]\n"tests/*" = ["ALL"]\n'
            b'[tool.losslint.losses]\n"my.Loss" = "torch.nn.CrossEntropyLoss"\n[tool.losslint.losses."other.Loss"]\ninput = "logits"\n'
            b'[tool.losslint.layers]\n"my.Softmax" = "torch.nn.Softmax"\n',
        ]
    suffix = ".ipynb" if target == "notebooks" else ".py"
    found = [path.read_bytes() for path in _files([FIXTURES, *trees], suffix)]
    if target == "notebooks":
        cells = [{"cell_type": "code", "source": text.splitlines(True)} for text in ("import torch\n%time x\n", "!ls\ny = 1")]
        found.append(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}, indent=1).encode())
    return sorted(set(found))


def _files(folders: Iterable[Path], suffix: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(folder.rglob(f"*{suffix}")):
            if path.is_file() and path.stat().st_size <= MOST_BYTES:
                yield path
