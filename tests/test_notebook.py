"""Notebooks: cells to one module, magics, and writing back only what changed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.finding import Edit, Place
from losslint.notebook import clean
from losslint.source import Source, SourceError

Cell = dict[str, object]


def code(text: str | list[str], **more: object) -> Cell:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text, **more}


def markdown(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": [text]}


def notebook(*cells: Cell, **metadata: object) -> str:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def source(text: str) -> Source:
    return Source.from_bytes(text.encode(), "nb.ipynb")


def edit(line: int, column: int, end_line: int, end_column: int, text: str) -> Edit:
    return Edit(Place("nb.ipynb", line, column, end_line, end_column), text)


def test_cells_are_one_module() -> None:
    read = source(
        notebook(markdown("# A"), code(["import torch\n", "x = 1"]), code("y = x\n"), markdown("b"), code("z"))
    )
    assert read.text == "import torch\nx = 1\ny = x\n\nz"
    assert [(cell.number, cell.first_line) for cell in read.cells or ()] == [(2, 1), (3, 3), (5, 5)]
    assert [read.locate(line) for line in (1, 2, 3, 5)] == [(2, 1), (2, 2), (3, 1), (5, 1)]
    assert read.skipped_cells == ()


def test_await_at_the_top_is_fine() -> None:
    read = source(notebook(code("x = await f()\nasync with a: pass\nasync for b in c: pass")))
    assert len(read.parse().body) == 3
    assert read.skipped_cells == ()


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install torch\nx = 1", "pass\nx = 1"),
        ("!pip install \\\n  torch\nx = 1", "pass\n\nx = 1"),
        ("if x:\n    !ls\n    %cd a", "if x:\n    pass\n    pass"),
        ("files = !ls\nx = 1", "pass\nx = 1"),
        ("a.b[0] = %who_ls\nx = 1", "pass\nx = 1"),
        ("nn.Linear?\n?nn.Linear\nnn.Linear??\n??nn.Linear\nx = 1", "pass\npass\npass\npass\nx = 1"),
        ("%time x = f()", "pass; x = f()"),
        ("if a:\n    %time x = f()", "if a:\n    pass; x = f()"),
        ("%time -q x = f()", "pass"),
        ("%time for x in y: pass", "pass"),
        ("%timeit f()", "pass"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("# a comment\n\n%%capture out\n%%time\nx = 1", "# a comment\n\npass\npass\nx = 1"),
        ("%%time\n!ls\nx = 1", "pass\npass\nx = 1"),
        ("%%bash\nls\necho 'a", "\n\n"),
        ("%%writefile a.py\nx = 1", "\n"),
        # A percent sign, a question mark or an exclamation mark that isn't IPython's.
        ("x = (a\n % b)\n!ls", "x = (a\n % b)\npass"),
        ("x = a \\\n % b\n!ls", "x = a \\\n % b\npass"),
        ("x = '''\n%magic\n!ls\nwhy?\n'''\n!ls", "x = '''\n%magic\n!ls\nwhy?\n'''\npass"),
        ('x = "a\\\n%b"\n!ls', 'x = "a\\\n%b"\npass'),
        ("x = 1  # why?\n!ls", "x = 1  # why?\npass"),
        ("print('why?')\n!ls 'a", "print('why?')\npass"),
        ("x = [\n  1,  # (\n % 2]", None),
        ("x = {'(': 1}\n!ls", "x = {'(': 1}\npass"),
        ("# no more\n\n# than comments", "# no more\n\n# than comments"),
        ("x = 'a\n!ls", None),
        ("model = ...\nthen train it", None),
        ("library(keras)\nx <- 1 %>% f()", None),
        ("    x = 1\n    !ls", "    x = 1\n    pass"),
    ],
)
def test_magics(cell: str, python: str | None) -> None:
    cleaned = clean(cell)
    assert cleaned == python
    if cleaned is not None:
        assert cleaned.count("\n") == cell.count("\n")


def test_a_cell_that_is_not_python_is_skipped() -> None:
    read = source(notebook(code("x = 1"), code("for each batch:\n    do things"), code("%%bash\nls"), code("y = 2")))
    assert read.text == "x = 1\n\n\n\n\ny = 2"
    assert read.skipped_cells == (2,)
    read.parse()


def test_an_indented_cell() -> None:
    read = source(notebook(code("import a"), code("    x = 1\n    y = 2"), code("z = 3")))
    read.parse()
    assert read.skipped_cells == ()
    assert [read.locate(line) for line in (1, 3, 4, 5)] == [(1, 1), (2, 1), (2, 2), (3, 1)]
    assert read.line(3) == "    x = 1"


@pytest.mark.parametrize(
    ("metadata", "has_code"),
    [
        ({}, True),
        ({"kernelspec": {"name": "python3", "language": "python"}}, True),
        ({"language_info": {"name": "python"}}, True),
        ({"kernelspec": {"language": "R"}, "language_info": {"name": "R"}}, False),
        ({"kernelspec": {"name": "julia", "language": "julia"}}, False),
        ({"kernelspec": 3}, True),
    ],
)
def test_kernels(metadata: dict[str, object], has_code: bool) -> None:
    read = source(notebook(code("x = 1"), **metadata))
    assert bool(read.text) is has_code
    assert bool(read.cells) is has_code
    assert read.locate(1) == ((1, 1) if has_code else (None, 1))


def test_a_cell_in_another_language() -> None:
    read = source(notebook(code("ls -la | wc", metadata={"vscode": {"languageId": "shellscript"}}), code("x = 1")))
    assert read.text == "\nx = 1"


def test_the_format_before_2015() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python", "outputs": []}]}
    text = json.dumps({"metadata": {"name": ""}, "nbformat": 3, "worksheets": [sheet]})
    read = source(text)
    assert read.text == "x = 1\ny = 2"
    assert read.edited([edit(2, 5, 2, 6, "3")]).decode() == text.replace("y = 2", "y = 3")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "is empty, not a notebook"),
        (b"{", "is not a notebook: "),
        (b"[]", "no object at its top"),
        (b"{}", "it has no cells"),
        (b'{"cells": 3}', "it has no cells"),
        (b"\xff", "not UTF-8"),
        (b"[" * 200_000, "is not a notebook"),
        (b'{"cells": [' + b"1" * 10_000 + b"]}", "is not a notebook"),
        (b"x = 1", "is not a notebook: Expecting value, in line 1, column 1"),
    ],
)
def test_broken_notebooks(raw: bytes, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        Source.from_bytes(raw, "nb.ipynb")
    assert message in str(caught.value)


def test_cells_that_are_odd() -> None:
    read = source(json.dumps({"cells": [3, None, {}, {"cell_type": "code"}, code([1, "x"]), code(""), code([])]}))  # type: ignore[list-item]
    assert read.text == "x\n\n"
    read.parse()


EXAMPLE = """{
 "metadata": {"b": 1, "a": "\\u00e9\\/"},
 "cells": [
  {
   "source": ["import torch\\n", "x = 'é'\\n", "y = 2"],
   "cell_type": "code", "outputs": [ {"text": ["\\u001b[0m", 1.50] } ],
   "metadata": { }
  },
  {"cell_type": "code",
   "source": [
    "a = '\\/'\\n",
    "b = 2\\n",
    "c = 3"
   ]}
  , {"cell_type": "code", "source": "d = 4\\ne = 5"}
 ],
 "nbformat": 4
}

"""


@pytest.mark.parametrize(
    ("edits", "change"),
    [
        ([edit(2, 1, 2, 2, "z")], lambda text: text.replace("\"x = 'é", "\"z = 'é")),
        ([edit(3, 5, 3, 6, "é")], lambda text: text.replace("y = 2", "y = é")),
        ([edit(2, 1, 2, 1, "import a\n")], lambda text: text.replace('"x =', '"import a\\n", "x =')),
        ([edit(3, 6, 3, 6, "\nz = 1")], lambda text: text.replace('"y = 2"', '"y = 2\\n", "z = 1"')),
        ([edit(2, 1, 3, 1, "")], lambda text: text.replace("\"x = 'é'\\n\", ", "")),
        ([edit(4, 1, 5, 1, "")], lambda text: text.replace("\"a = '\\/'\\n\",\n    ", "")),
        ([edit(5, 5, 5, 6, '"q"')], lambda text: text.replace("b = 2", 'b = \\"q\\"')),
        ([edit(6, 1, 7, 1, "")], lambda text: text.replace(',\n    "c = 3"', "")),
        ([edit(8, 5, 8, 6, "6")], lambda text: text.replace("e = 5", "e = 6")),
        (
            [edit(1, 8, 1, 13, "a"), edit(6, 5, 6, 6, "9")],
            lambda text: text.replace("import torch", "import a").replace("c = 3", "c = 9"),
        ),
        ([edit(5, 1, 5, 1, "import x\n")], lambda text: text.replace('"b =', '"import x\\n",\n    "b =')),
    ],
)
def test_writing_leaves_every_other_byte(edits: list[Edit], change: Callable[[str], str]) -> None:
    assert source(EXAMPLE).edited(edits).decode() == change(EXAMPLE)


def test_one_physical_line() -> None:
    text = json.dumps({"cells": [code(["x = 1\n", "y = 2"])], "nbformat": 4}, separators=(",", ":"))
    assert "\n" not in text
    assert source(text).edited([edit(1, 6, 1, 6, "\nz = 3")]).decode() == text.replace(
        '"x = 1\\n","y', '"x = 1\\n","z = 3\\n","y'
    )


def test_one_line_cell_becomes_two() -> None:
    text = notebook(code(["x = 1"]))
    after = source(text).edited([edit(1, 1, 1, 1, "import a\n")]).decode()
    assert after == text.replace('    "x = 1"', '    "import a\\n",\n    "x = 1"')


def test_escapes_as_they_were() -> None:
    text = notebook(code(["x = 'é'\n", "y = 2"]))
    assert "\\u00e9" in text
    assert source(text).edited([edit(2, 5, 2, 6, "'è'")]).decode() == text.replace("y = 2", "y = '\\u00e8'")


def test_a_byte_order_mark_stays() -> None:
    raw = b"\xef\xbb\xbf" + notebook(code(["x = 1"])).encode()
    assert Source.from_bytes(raw, "a.ipynb").edited([edit(1, 5, 1, 6, "2")]) == raw.replace(b"x = 1", b"x = 2")


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([edit(1, 1, 4, 3, "x")], "reaches from cell 1 into the next one"),
        ([edit(1, 1, 1, 1, "import a\n")], "has a magic in line 1"),
        ([edit(3, 1, 3, 5, "x")], "has a magic in line 3"),
        ([edit(9, 1, 9, 1, "x")], "outside"),
    ],
)
def test_edits_that_are_refused(edits: list[Edit], message: str) -> None:
    read = source(notebook(code("%%time\nx = 1\n!ls"), code("y = 2")))
    with pytest.raises(SourceError) as caught:
        read.edited(edits)
    assert message in str(caught.value)


def test_a_notebook_without_code_has_nothing_to_edit() -> None:
    with pytest.raises(SourceError, match="the notebook has no code"):
        source(notebook(markdown("# A"))).edited([edit(1, 1, 1, 1, "import a\n")])


def test_edits_beside_magics() -> None:
    text = notebook(code("!ls\nx = 1\n%time y = 2"))
    read = source(text)
    assert read.text == "pass\nx = 1\npass; y = 2"
    after = read.edited([edit(1, 1, 1, 1, "import a\n"), edit(2, 5, 2, 6, "3"), edit(3, 11, 3, 12, "4")])
    assert json.loads(after)["cells"][0]["source"] == "import a\n!ls\nx = 3\n%time y = 4"


def test_crlf_in_a_cell() -> None:
    text = notebook(code(["x = 1\r\n", "y = 2\r\n"]))
    read = source(text)
    assert read.text == "x = 1\ny = 2\n"
    after = json.loads(read.edited([edit(2, 1, 2, 1, "z = 3\n")]))
    assert after["cells"][0]["source"] == ["x = 1\r\n", "z = 3\r\n", "y = 2\r\n"]


@given(
    st.lists(st.lists(st.sampled_from(["a = 1", "é = '𝛼'", "", "b = '\\n'"]), min_size=1, max_size=4), max_size=4),
    st.data(),
)
def test_writing_and_reading_agree(cells: list[list[str]], data: st.DataObject) -> None:
    """What is read after an edit is the module text with the edit made in it."""
    indent = data.draw(st.sampled_from([None, 1]))
    as_list = data.draw(st.booleans())
    contents: list[Cell] = []
    for lines in cells:
        text = "\n".join(lines)
        contents.append(code(text.splitlines(keepends=True) if as_list else text))
    ascii_only = data.draw(st.booleans())
    read = source(json.dumps({"cells": contents, "nbformat": 4}, indent=indent, ensure_ascii=ascii_only))
    if not read.cells:
        return
    line = data.draw(st.integers(1, len(read.lines)))
    column = len(read.line(line)) + 1
    text = data.draw(st.sampled_from(["  # ü", "\nc = 3", ""]))
    after = Source.from_bytes(read.edited([edit(line, column, line, column, text)]), "nb.ipynb")
    lines = list(read.lines)
    lines[line - 1] += text
    assert after.text == "\n".join(lines)
    assert json.loads(after.raw)["nbformat"] == 4
