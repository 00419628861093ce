"""Reading bytes as a module, and writing them back with edits."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.editing import EditError, Lines, Replacement, moved, normalized, replace, replacements
from losslint.finding import Edit, Place
from losslint.source import Source, SourceError, read_all


def edit(line: int, column: int, end_line: int, end_column: int, text: str) -> Edit:
    return Edit(Place("a.py", line, column, end_line, end_column), text)


def source(raw: bytes) -> Source:
    return Source.from_bytes(raw, "a.py")


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        (b"", "", "utf-8"),
        (b"x = 1", "x = 1", "utf-8"),
        (b"x\r\ny\rz\n", "x\ny\nz\n", "utf-8"),
        ("é = 1\n".encode(), "é = 1\n", "utf-8"),
        ("\ufeffx\n".encode(), "x\n", "utf-8"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n", "iso-8859-1"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'\n", None, "cp1252"),
        (b"# coding: utf-8-unix\n", None, "utf-8"),
        # The third line, or one after code, declares nothing.
        (b"\n\n# coding: nonsense\n", None, "utf-8"),
        (b"x = 1\n# coding: nonsense\n", None, "utf-8"),
        (b"x = 1\x0c\ny = 2\n", "x = 1\x0c\ny = 2\n", "utf-8"),
    ],
)
def test_reading(raw: bytes, text: str | None, encoding: str) -> None:
    read = source(raw)
    assert read.encoding == encoding
    assert text is None or read.text == text
    assert read.cells is None
    assert read.locate(3) == (None, 3)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"x = 1\n\0", "contains a null byte, in line 2"),
        ("x".encode("utf-16"), "is UTF-16"),
        (b"# coding: nonsense\n", "unknown encoding, 'nonsense'"),
        (b"# coding: rot13\n", "unknown encoding, 'rot13'"),
        (
            b"a\nb\n\xff\n",
            "can't be decoded as utf-8 (and no coding line declares another): invalid start byte, in line 3",
        ),
        (b"\xef\xbb\xbf# coding: latin-1\n", "byte order mark"),
        (b"# coding: ascii\n\xe9", "can't be decoded as ascii"),
    ],
)
def test_refused_bytes(raw: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        source(raw)
    assert message in str(caught.value)


def test_refused_files(tmp_path: Path) -> None:
    folder = tmp_path / "x.py"
    folder.mkdir()
    with pytest.raises(SourceError, match="is a folder"):
        Source.read(folder, "x.py")
    with pytest.raises(SourceError, match="No such file"):
        Source.read(tmp_path / "none.py", "none.py")
    with pytest.raises(SourceError, match="can't be read"):
        Source.read(Path("a\0b.py"), "a")


def test_reading_more_than_the_system_says(tmp_path: Path) -> None:
    """A file may grow while it is read, and what is no file has no size."""
    file = tmp_path / "x.py"
    for raw in (b"", b"x = 1\n", b"x = 1\n" * 50_000):
        file.write_bytes(raw)
        for size in (0, 10, len(raw) - 1, len(raw), len(raw) + 1):
            with open(file, "rb", buffering=0) as stream:
                assert read_all(stream, size) == raw


def test_reading_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losslint.source.MOST_BYTES", 6)
    (tmp_path / "x.py").write_bytes(b"x = 1\n")
    assert Source.read(tmp_path / "x.py", "x.py").text == "x = 1\n"
    (tmp_path / "x.py").write_bytes(b"x = 10\n")
    with pytest.raises(SourceError, match="more than 6 bytes"):
        Source.read(tmp_path / "x.py", "x.py")


NEWER = "needs Python {} or newer"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ('f"{x["a"]}"', (3, 12)),
        ("log(f'{a} {x['a']}', 1)", (3, 12)),
        ('f"{x + "a"}"', (3, 12)),
        ('f"{"\\n".join(x)}"', (3, 12)),
        ('f"{\nx\n}"', (3, 12)),
        ('f"{x # why\n}"', (3, 12)),
        ('f"{f"{f"{1}"}"}"', (3, 12)),
        (r"""rf"\d{x["a"]}\d" """.strip(), (3, 12)),
        (r"""f"\n{{}}{x["a"]}" """.strip(), (3, 12)),
        ('f"{x:{y["w"]}}"', (3, 12)),
        (r"""f"{x['\n']}" """.strip(), (3, 12)),
        ('f"{x:>{"w"}}"', (3, 12)),
        ("type X = int", (3, 12)),
        ("type X[T] = list[T]", (3, 12)),
        ("def f[T](x: T) -> T: ...", (3, 12)),
        ("class A[T]: ...", (3, 12)),
        ("def f[T = int](x: T): ...", (3, 13)),
        ("x = t'{y}'", (3, 14)),
        ("try:\n    f()\nexcept TypeError, ValueError:\n    pass", (3, 14)),
        ("try:\n    f()\nexcept* TypeError:\n    pass", (3, 11)),
        ("x[*y]", (3, 11)),
    ],
)
def test_newer_syntax_is_named(text: str, version: tuple[int, int]) -> None:
    if sys.version_info[:2] >= version:
        assert isinstance(Source.from_text("a.py", text).parse(), ast.Module)
        return
    with pytest.raises(SourceError) as caught:
        Source.from_text("a.py", text).parse()
    assert str(caught.value).startswith(NEWER.format(".".join(map(str, version))))


@pytest.mark.parametrize(
    "text",
    [
        'print "a"',
        "print x",
        "if x: print 'a' % b",
        'exec "x"',
        "try:\n    pass\nexcept X, e:\n    pass",
        "try:\n    pass\nexcept (X, Y), e:\n    pass",
        "x = `a`",
        "if a <> b: pass",
        "raise X, 'm'",
        "x = 0777",
        "x = 12L",
        "x = ur'a'",
        "def f(a, (b, c)): pass",
    ],
)
def test_python_2_is_named(text: str) -> None:
    if "except X, e" in text and sys.version_info >= (3, 14):
        pytest.skip("Python 3.14 reads it as two classes")
    with pytest.raises(SourceError, match=r"^is Python 2 \(.*in line \d\)"):
        Source.from_text("a.py", text).parse()


def test_python_2_behind_another_error() -> None:
    text = "if x:\n\ty = 1\n        z = 2\nprint 'a'\n"
    with pytest.raises(SourceError, match="looks like Python 2: a print statement, in line 4"):
        Source.from_text("a.py", text).parse()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = (\n", "has a syntax error in line 1: '(' was never closed"),
        ("def f(:\n    pass\n", "has a syntax error in line 1"),
        ("x = 1\n  y = 2\n", "has a syntax error in line 2: unexpected indent"),
        ("x = f'{'\n", "has a syntax error in line 1"),
        ("x = f'{a:{b\n", "has a syntax error in line 1"),
        ("x = f'{a:'\n", "has a syntax error in line 1"),
        ("x = f'{a # b", "has a syntax error in line 1"),
        ("x = f'{\"a\n", "has a syntax error in line 1"),
        ("x = f'{f\"a\n", "has a syntax error in line 1"),
        ("x = f'a\n'\n", "has a syntax error in line 1"),
        ("x = f'{\"a", "has a syntax error in line 1"),
        ("x = f'a", "has a syntax error in line 1"),
    ],
)
def test_syntax_errors(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        Source.from_text("a.py", text).parse()
    assert message in str(caught.value)


def test_an_argument_called_async() -> None:
    """torch's, before Python 3.7 took the word. Everything stays in its place."""
    text = "y = y.cuda(async=True)\nz = z.cuda(0, async = True).softmax(1)\n"
    first, second = Source.from_text("a.py", text).parse().body
    assert ast.unparse(first) == "y = y.cuda(non_blocking=True)"
    assert ast.unparse(second) == "z = z.cuda(0, non_blocking=True).softmax(1)"
    assert isinstance(second, ast.Assign)
    assert second.value.end_col_offset == len("z = z.cuda(0, async = True).softmax(1)")


@pytest.mark.parametrize("text", ["async = True\n", "f(async=1) +\n", "f(async == 1)\n", "f(async)\n"])
def test_async_elsewhere_is_an_error(text: str) -> None:
    with pytest.raises(SourceError, match="syntax error"):
        Source.from_text("a.py", text).parse()


@pytest.mark.parametrize("text", ["(" * 5000 + ")" * 5000, "x = " + "-" * 100_000 + "1", "x" + ".a" * 100_000])
def test_deep_nesting(text: str) -> None:
    try:
        Source.from_text("a.py", text).parse()  # Python 3.10 gets through the attributes
    except SourceError as error:
        assert any(words in str(error) for words in ("too deeply nested", "too many nested", "can't be parsed"))


def test_warnings_of_the_program_stay_inside(capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        filters = list(warnings.filters)
        Source.from_text("a.py", "x = '\\d'\ny = 1 is 1\n").parse()
        assert warnings.filters == filters
    assert capfd.readouterr() == ("", "")


def test_columns_in_characters() -> None:
    read = source("x = 'é𝛼'; y = 1\nz = 1\n".encode())
    tree = read.parse()
    second = tree.body[1]
    assert read.char_column(second.lineno, second.col_offset) == 11
    assert read.char_column(2, 4) == 5


@pytest.mark.parametrize(
    ("raw", "edits", "after"),
    [
        (b"a\r\nb\r\n", [edit(1, 2, 1, 2, "\nx")], b"a\r\nx\r\nb\r\n"),
        (b"a\nb\r\nc", [edit(2, 1, 2, 2, "x\ny")], b"a\nx\r\ny\r\nc"),
        (b"a\r\nb", [edit(2, 2, 2, 2, "\nc")], b"a\r\nb\r\nc"),
        (b"a", [edit(1, 2, 1, 2, "\nb")], b"a\nb"),
        (b"\xef\xbb\xbfa\n", [edit(1, 1, 1, 2, "b")], b"\xef\xbb\xbfb\n"),
        (b"# coding: latin-1\n'\xe9' + x\n", [edit(2, 7, 2, 8, "\xe9")], b"# coding: latin-1\n'\xe9' + \xe9\n"),
        (b"a\x0c\nb\n", [edit(2, 1, 2, 2, "c")], b"a\x0c\nc\n"),
        (b"a\nb\nc\n", [edit(2, 1, 3, 1, "")], b"a\nc\n"),
        (b"a\nb\n", [edit(1, 1, 1, 2, "x"), edit(2, 1, 2, 2, "y"), edit(1, 1, 1, 2, "x")], b"x\ny\n"),
        (b"ab\n", [edit(1, 2, 1, 2, "1"), edit(1, 2, 1, 2, "2"), edit(1, 1, 1, 2, "x")], b"x12b\n"),
        ("é𝛼b\n".encode(), [edit(1, 3, 1, 4, "c")], "é𝛼c\n".encode()),
        (b"a\n", [edit(3, 1, 3, 1, "b\n")], b"a\nb\n"),
        (b"a\n", [], b"a\n"),
    ],
)
def test_edits_leave_every_other_byte(raw: bytes, edits: list[Edit], after: bytes) -> None:
    assert source(raw).edited(edits) == after


@pytest.mark.parametrize(
    ("raw", "edits", "message"),
    [
        (b"abc\n", [edit(1, 1, 1, 3, ""), edit(1, 2, 1, 4, "")], "two edits replace the same text, in line 1"),
        (b"abc\n", [edit(9, 1, 9, 1, "x")], "line 9 is outside"),
        (b"abc\n", [edit(1, 9, 1, 9, "x")], "column 9 is outside line 1"),
        (b"abc\n", [edit(1, 3, 1, 1, "x")], "ends before it starts"),
        (b"# coding: latin-1\n", [edit(2, 1, 2, 1, "\u4e00")], "can't be written in iso-8859-1"),
        (b"# coding: iso2022_jp\nx = '\x1b$B\x1b(B'\n", [edit(2, 1, 2, 2, "y")], "byte for byte"),
    ],
)
def test_edits_that_are_refused(raw: bytes, edits: list[Edit], message: str) -> None:
    with pytest.raises(SourceError) as caught:
        source(raw).edited(edits)
    assert message in str(caught.value)


@given(st.text(alphabet="ab\n\r\x0cé\u2028", max_size=40), st.data())
def test_replacing_is_exact(text: str, data: st.DataObject) -> None:
    """A replacement changes its own range; what is after it moves by the difference in length."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    one = Replacement(start, end, data.draw(st.text(alphabet="xy", max_size=5)))
    after = replace(text, [one])
    assert after == text[:start] + one.text + text[end:]
    for offset in range(end + 1, len(text)):
        low, high = moved(offset, [one])
        assert low == high
        assert after[low] == text[offset]


@given(st.text(alphabet="ab\n\r\x0cé\u2028", max_size=40))
def test_lines_are_those_of_python(text: str) -> None:
    lines = Lines(text)
    assert len(lines.starts) == normalized(text).count("\n") + 1
    for offset in range(len(text) + 1):
        line, column = lines.position(offset)
        if column - 1 <= len(normalized(text).split("\n")[line - 1]):
            assert lines.offset(line, column) == offset


def test_moved_inside_a_replacement() -> None:
    ordered = replacements(Lines("abcdef"), [edit(1, 2, 1, 4, "xyz")])
    assert moved(0, ordered) == (0, 0)
    assert moved(1, ordered) == moved(2, ordered) == (1, 4)
    assert moved(3, ordered) == (4, 4)
    with pytest.raises(EditError):
        replacements(Lines("abcdef"), [edit(1, 2, 1, 4, "x"), edit(1, 3, 1, 5, "y")])


def test_importing_is_cheap() -> None:
    code = (
        "import sys, losslint.source; print(sorted({'libcst', 'rich', 'nbformat', 'json', 'click'} & set(sys.modules)))"
    )
    # What measures coverage imports modules of its own.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
