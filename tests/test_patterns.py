"""Patterns as in a .gitignore file: what they mean is what git says, and they're read in bounded time whatever they are."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from pathlib import Path

import pytest
from command import Run
from matching import Counted, TooManySteps

from losslint.patterns import MOST_WILD, PatternError, Patterns, check, lines_of

BROKEN = "(  # CrossEntropyLoss\n"
"""What a file that is looked at gives an error for."""

NAMES = ("a", "b", "p", "é", "-", " ", "]", "[", "!", "\\", "#", "ab", "aab", ".py", "x", "A", "1", "*", "?")
PIECES = (
    "*", "*", "**", "**/", "/**", "/", "?", "a", "b", "p", "ab", ".py", "[ab]", "[!a]", "[p-e]", "[a-c]", "[]a]", "[", "]", "!",
    "\\", "[[:alpha:]]", "[[:bad:]]", "[^a]", "-", " ", "é", "#", "x", "[a-", "[a\\]b]", "[/a]", "\\/", "***", "[[:", "[a-\\p]",
    "[:a]", "[[:digit:]-z]", "[--a]", "[\\", "\r", "\t", "\f", "[[::]]", "[!-a]", "A", "\x85",
)  # fmt: skip


def joined(pieces: tuple[str, ...], most: int, chance: random.Random) -> str:
    return "".join(chance.choice(pieces) for _ in range(chance.randint(1, most)))


def tree(chance: random.Random) -> list[tuple[str, bool]]:
    """Files and folders with names that patterns have signs of, and whether each is a folder."""
    for _ in range(60):
        path = Path(*(joined(NAMES, 4, chance) for _ in range(chance.choice((1, 1, 2, 3, 4)))))
        if not any(os.path.lexists(above) and not above.is_dir() for above in path.parents) and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    paths = [path.relative_to(Path()) for path in Path().rglob("*") if path.parts[0] != ".git"]
    return [(path.as_posix(), path.is_dir()) for path in sorted(paths)]


@pytest.mark.parametrize("seed", range(3))
def test_what_git_says(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    chance = random.Random(seed)
    subprocess.run(["git", "init", "-q", "."], check=True)
    subprocess.run(["git", "config", "core.ignorecase", "false"], check=True)
    paths = tree(chance)
    asked = b"".join(os.fsencode(path) + b"\0" for path, _ in paths)
    command = ["git", "check-ignore", "--no-index", "--verbose", "--non-matching", "-z", "--stdin"]
    for _ in range(60):
        lines = [joined(PIECES, 6, chance) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        raw = "\n".join(lines).encode()
        Path(".gitignore").write_bytes(raw)
        said = subprocess.run(command, input=asked, capture_output=True, check=False).stdout.split(b"\0")
        git = {path for pattern, path in zip(said[2::4], said[3::4], strict=False) if pattern and not pattern.startswith(b"!")}
        patterns = Patterns(lines_of(raw), bytewise=True)
        for path, is_folder in paths:
            folders = [path[: slash.start()] for slash in re.finditer("/", path)]
            ours = any(patterns.verdict(folder, True) for folder in folders) or bool(patterns.verdict(path, is_folder))
            assert ours == (os.fsencode(path) in git), (lines, path)


def test_characters_and_bytes() -> None:
    """git compares bytes; what stands in settings is meant as it's seen."""
    assert Patterns(["?.py", "[à-ü]"]).verdict("é.py", False)
    assert not Patterns(lines_of(b"?.py"), bytewise=True).verdict("é.py", False)
    assert Patterns(lines_of("é*".encode()), bytewise=True).verdict("é.py", False)
    name = os.fsdecode(b"\xff\x80.py")
    assert Patterns(lines_of(b"\xff?.py"), bytewise=True).verdict(name, False)
    assert Patterns(lines_of(b"\xef\xbb\xbfa.py\r\n\xff.py"), bytewise=True).verdict("a.py", False)


def test_with_folders_above() -> None:
    patterns = Patterns(["tests/", "a/b"])
    assert patterns.covers("tests/a.py") and patterns.covers("x/tests/y/a.py") and patterns.covers("a/b/c/d.py")
    assert not patterns.covers("tests") and not patterns.covers("x/a/b")


HOSTILE = (
    "*a" * 100 + "b",
    "*" * 50_000, "**/" * 5_000 + "b", "**/a*" * 5_000 + "b", "a*" * 120 + "/**/" + "*a" * 120 + "/b", "[a" * 9_000,
    "**/*a/" * 900 + "b", "**\\/" * 5_000 + "b",
)  # fmt: skip


@pytest.mark.parametrize("pattern", HOSTILE, ids=lambda pattern: str(pattern)[:12])
@pytest.mark.parametrize("path", ["a" * 255, "/".join("a" * 300), "/".join(["a" * 100] * 6)], ids=["name", "folders", "both"])
def test_bounded(pattern: str, path: str) -> None:
    """No more steps than a pattern's signs times a path's: who tries all ways has more than there is time for."""
    patterns = Patterns([pattern])
    said = [
        Counted(fits.__self__, len(pattern) * len(path)).fullmatch(path if anchored else path.rpartition("/")[2])  # type: ignore[attr-defined]
        for _, fits, anchored, _, _ in patterns._wild
    ]
    assert patterns.verdict(path, False) is (True if any(said) else None)


def test_who_tries_all_ways_is_noticed() -> None:
    naive = HOSTILE[0].replace("*", "[^/]*")
    with pytest.raises(TooManySteps):
        Counted(naive, len(HOSTILE[0]) * 255).fullmatch("a" * 255)


STEPS = (
    "(?:a|b)*c", r"(?<!\w)x\b", r"^\s*print\s+[\w\"]", "a{2,4}?b", "(?P<g>ab?)+(?P=g)c?", "[^a-c]+$", r"(?!ab)[ab]{2}\Z|\D*?1",
    r"'(?:\\.|[^'\\])*'", "(?=(?P<g>[^/]*?a))(?P=g)[^/]*b",
)  # fmt: skip


@pytest.mark.parametrize("pattern", STEPS)
def test_steps_lead_where_python_goes(pattern: str) -> None:
    chance = random.Random(0)
    python = re.compile(pattern)
    for _ in range(500):
        text = "".join(chance.choice("aabbcx _'\\\n1\"/print ") for _ in range(chance.randrange(9)))
        ours = Counted(python, 10_000)
        assert (found.end() if (found := ours.match(text)) else None) == (m.end() if (m := python.match(text)) else None)
        assert bool(ours.fullmatch(text)) == bool(python.fullmatch(text))
        assert [found.group() for found in ours.finditer(text)] == [m.group() for m in python.finditer(text)]


def test_many() -> None:
    Patterns(f"a{number}" for number in range(100_000))
    with pytest.raises(PatternError, match="has more than 100,000 characters of patterns with wildcards"):
        Patterns(f"*{number:04}" for number in range(MOST_WILD // 5 + 1))


@pytest.mark.parametrize("pattern", ["*.py", "a/", "/a", "[a-z]", "[!a]*", "a\\ ", "**/x", "!x", "[[:alpha:]]"])
def test_good_ones(pattern: str) -> None:
    check(pattern)


# ---- files that git reads


def listed(run: Run) -> tuple[list[str], list[str]]:
    done = run(".", "--isolated", "--no-cache", "--output-format", "json")
    content = json.loads(done.out)
    return [error["path"] for error in content["errors"]], [error["message"] for error in content["errors"]]


@pytest.mark.parametrize("line", ["[p-e]", "[z-a].py", "[", "\\", "[[:x:]]", "/", "!", "*[!a-", "\udcff\udc80", "a\0b"])
def test_a_line_that_is_no_pattern_is_passed_over(line: str, run: Run) -> None:
    Path("bad.py").write_text(BROKEN)
    Path("out.py").write_text(BROKEN)
    Path(".gitignore").write_bytes(f"{line}\nout.py\n".encode("utf-8", "surrogateescape"))
    assert listed(run)[0] == ["bad.py"]


def test_a_file_that_is_too_large_is_named(run: Run) -> None:
    Path("out.py").write_text(BROKEN)
    Path("sub").mkdir()
    Path("sub/.gitignore").write_text("out.py\n" + "#" * 1_000_000)
    Path(".gitignore").write_text("".join(f"*a{number}\n" for number in range(20_000)) + "out.py\n")
    messages = dict(zip(*listed(run), strict=True))
    assert set(messages) == {".gitignore", "out.py", "sub/.gitignore"}
    assert messages[".gitignore"] == "has more than 100,000 characters of patterns with wildcards: none of it is heeded"
    assert messages["sub/.gitignore"] == "is larger than 1 MB: none of it is heeded"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
@pytest.mark.parametrize("name", [".gitignore", ".git"])
def test_what_never_ends_is_not_read(name: str, run: Run) -> None:
    os.mkfifo(name)
    Path("bad.py").write_text(BROKEN)
    assert listed(run)[0] == ["bad.py"]


def test_a_link_is_not_followed(run: Run) -> None:
    """git doesn't either."""
    Path("ignores").write_text("bad.py\n")
    os.symlink("ignores", ".gitignore")
    Path("bad.py").write_text(BROKEN)
    assert listed(run)[0] == ["bad.py"]
