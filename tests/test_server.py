"""The language server, talked to by a real client over its standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

pytest.importorskip("pygls", reason="needs the extra: losslint-classification[server]")
pytest_lsp = pytest.importorskip("pytest_lsp", reason="needs the client: pytest-lsp")

from lsprotocol import types as lsp  # noqa: E402

CHECKOUT = Path(__file__).resolve().parent.parent

MODEL = """\
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(20, 10)

    def forward(self, x):
        return torch.softmax(self.fc(x), dim=1)
"""
TRAIN = """\
import torch.nn as nn

from model import Net

model = Net()
criterion = nn.CrossEntropyLoss()


def train(loader):
    for x, y in loader:
        loss = criterion(model(x), y)
        loss.backward()
"""
LABELS = """\
import torch
import torch.nn as nn

model = nn.Sequential(nn.Linear(20, 1), nn.Sigmoid())
größe = "😀"; criterion = nn.BCEWithLogitsLoss()


def train(x, y):
    größe = "😀"; loss = criterion(model(x), y)
    return loss


def validate(x, y):
    return nn.BCELoss()(nn.Linear(20, 1)(x), y)
"""


class Editor:
    """An editor with a folder open."""

    def __init__(self, client: pytest_lsp.LanguageClient, folder: Path) -> None:
        self.client, self.folder = client, folder
        self.versions: dict[str, int] = {}
        self.cells: dict[str, str] = {}

    def uri(self, name: str) -> str:
        return name if ":" in name else (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None) -> None:
        text = (self.folder / name).read_text(encoding="utf-8") if text is None else text
        item = lsp.TextDocumentItem(self.uri(name), "python", 1, text)
        self.versions[name] = 1
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))

    def change(self, name: str, text: str) -> None:
        self.versions[name] += 1
        identifier = lsp.VersionedTextDocumentIdentifier(self.versions[name], self.uri(name))
        changes = [lsp.TextDocumentContentChangeWholeDocument(text)]
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(identifier, changes))

    def open_notebook(self, name: str, *cells: str) -> None:
        """A notebook, whose cells are documents with addresses of their own."""
        items = [lsp.TextDocumentItem(self.cell(name, n), "python", 1, text) for n, text in enumerate(cells, 1)]
        for item in items:
            self.versions[item.uri], self.cells[item.uri] = 1, item.text
        listed = [lsp.NotebookCell(lsp.NotebookCellKind.Code, item.uri) for item in items]
        notebook = lsp.NotebookDocument(self.uri(name), "jupyter-notebook", 1, listed)
        self.client.notebook_document_did_open(lsp.DidOpenNotebookDocumentParams(notebook, items))

    def change_cell(self, name: str, number: int, text: str) -> None:
        uri = self.cell(name, number)
        self.versions[uri] += 1
        self.cells[uri] = text
        identifier = lsp.VersionedTextDocumentIdentifier(self.versions[uri], uri)
        changes = [lsp.TextDocumentContentChangeWholeDocument(text)]
        self._change_notebook(
            name,
            lsp.NotebookDocumentCellChanges(text_content=[lsp.NotebookDocumentCellContentChanges(identifier, changes)]),
        )

    def insert_cell(self, name: str, at: int, number: int, text: str) -> None:
        item = lsp.TextDocumentItem(self.cell(name, number), "python", 1, text)
        self.versions[item.uri], self.cells[item.uri] = 1, text
        array = lsp.NotebookCellArrayChange(at, 0, [lsp.NotebookCell(lsp.NotebookCellKind.Code, item.uri)])
        structure = lsp.NotebookDocumentCellChangeStructure(array, did_open=[item])
        self._change_notebook(name, lsp.NotebookDocumentCellChanges(structure=structure))

    def _change_notebook(self, name: str, cells: lsp.NotebookDocumentCellChanges) -> None:
        identifier = lsp.VersionedNotebookDocumentIdentifier(2, self.uri(name))
        change = lsp.NotebookDocumentChangeEvent(cells=cells)
        self.client.notebook_document_did_change(lsp.DidChangeNotebookDocumentParams(identifier, change))

    def close_notebook(self, name: str, *numbers: int) -> None:
        closed = [lsp.TextDocumentIdentifier(self.cell(name, number)) for number in numbers]
        notebook = lsp.NotebookDocumentIdentifier(self.uri(name))
        self.client.notebook_document_did_close(lsp.DidCloseNotebookDocumentParams(notebook, closed))

    def cell(self, name: str, number: int) -> str:
        """A cell's address, as Visual Studio Code makes it."""
        return self.uri(name).replace("file:", "vscode-notebook-cell:") + f"#W{number}"

    def close(self, name: str) -> None:
        identifier = lsp.TextDocumentIdentifier(self.uri(name))
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(identifier))

    def codes(self, name: str) -> list[str]:
        return [str(found.code) for found in self.client.diagnostics.get(self.uri(name), ())]

    async def until(self, name: str, *codes: str) -> list[lsp.Diagnostic]:
        """Wait until these are a file's diagnostics."""
        for _ in range(600):
            if self.uri(name) in self.client.diagnostics and self.codes(name) == list(codes):
                return list(self.client.diagnostics[self.uri(name)])
            await asyncio.sleep(0.05)
        raise AssertionError(f"{name}: {self.codes(name)}, not {list(codes)}")

    async def actions(self, name: str, place: lsp.Range) -> list[lsp.CodeAction]:
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(self.uri(name)), place, lsp.CodeActionContext([]))
        found = await self.client.text_document_code_action_async(params)
        return [action for action in found or () if isinstance(action, lsp.CodeAction)]

    def made(self, edit: lsp.WorkspaceEdit | None) -> dict[str, str]:
        """The texts after an edit, as an editor makes it: by the names of files, and the addresses of cells."""
        assert edit is not None
        after = {}
        for change in edit.document_changes or ():
            assert isinstance(change, lsp.TextDocumentEdit)
            uri = change.text_document.uri
            name = uri if "#" in uri else Path(uri).name
            assert change.text_document.version == self.versions.get(name)
            text = self.cells[uri] if "#" in uri else (self.folder / name).read_text(encoding="utf-8")
            after[name] = applied(text, [one for one in change.edits if isinstance(one, lsp.TextEdit)])
        return after


def applied(text: str, edits: list[lsp.TextEdit]) -> str:
    """A text after edits, whose columns count units of UTF-16."""
    lines = [line.encode("utf-16-le") for line in text.split("\n")]
    starts = [sum(len(line) + 2 for line in lines[:number]) for number in range(len(lines) + 1)]
    raw = text.encode("utf-16-le")
    for one in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        start = starts[one.range.start.line] + 2 * one.range.start.character
        end = starts[one.range.end.line] + 2 * one.range.end.character
        raw = raw[:start] + one.new_text.encode("utf-16-le") + raw[end:]
    return raw.decode("utf-16-le")


def edit(folder: Path, session: Callable[[Editor], Awaitable[None]]) -> None:
    """Start a server and an editor, and let the editor do something."""

    async def run() -> None:
        client = pytest_lsp.make_test_lsp_client()
        watched: list[str] = []

        @client.feature(lsp.CLIENT_REGISTER_CAPABILITY)
        def register(params: lsp.RegistrationParams) -> None:
            for registration in params.registrations:
                watched.extend(watcher["globPattern"] for watcher in registration.register_options["watchers"])

        environment = {**os.environ, "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'rules'}"}
        await client.start_io(sys.executable, "-m", "losslint", "--server", env=environment)
        params = lsp.InitializeParams(
            capabilities=pytest_lsp.client_capabilities("visual-studio-code"),
            root_uri=folder.as_uri(),
            workspace_folders=[lsp.WorkspaceFolder(folder.as_uri(), folder.name)],
        )
        await asyncio.wait_for(client.initialize_session(params), 60)
        try:
            await asyncio.wait_for(session(Editor(client, folder)), 120)
            assert watched == ["**/*.py", "**/*.ipynb", "**/pyproject.toml", "**/losslint.toml"]
        finally:
            await client.shutdown_session()
            await client.stop()

    asyncio.run(run())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "train.py").write_text(TRAIN)
    (tmp_path / "labels.py").write_text(LABELS, encoding="utf-8")
    return tmp_path


def test_findings_as_one_types(folder: Path) -> None:
    good = MODEL.replace("torch.softmax(self.fc(x), dim=1)", "self.fc(x)")

    async def session(editor: Editor) -> None:
        editor.open("train.py")
        (found,) = await editor.until("train.py", "LL101")
        assert found.severity is lsp.DiagnosticSeverity.Error
        assert found.source == "losslint"
        assert (found.range.start.line, found.range.start.character) == (10, 15)
        # The way there, from the other file.
        steps = found.related_information or []
        assert steps[0].location.uri == editor.uri("model.py")
        assert (steps[0].location.range.start.line, steps[0].location.range.start.character) == (10, 15)
        assert "softmax" in steps[0].message
        # What isn't saved counts, and what it does to the other file.
        editor.open("model.py", MODEL)
        editor.change("model.py", good)
        await editor.until("train.py")
        editor.change("model.py", MODEL)
        await editor.until("train.py", "LL101")
        editor.close("train.py")
        await asyncio.sleep(1)
        assert editor.codes("train.py") == ["LL101"], "model.py, which is open, is its cause"
        editor.change("model.py", good)
        await editor.until("train.py")
        editor.change("model.py", MODEL)
        await editor.until("train.py", "LL101")
        editor.close("model.py")  # as it is on the disk, and nobody looks at either
        await editor.until("train.py")

    edit(folder, session)


def test_what_does_not_parse_keeps_what_was_found(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("labels.py")
        await editor.until("labels.py", "LL104", "LL106")
        editor.change("labels.py", LABELS + "x = (\n")
        await asyncio.sleep(1.5)
        assert editor.codes("labels.py") == ["LL104", "LL106"]
        editor.change("labels.py", LABELS.replace("nn.BCELoss()", "nn.BCEWithLogitsLoss()"))
        await editor.until("labels.py", "LL104")

    edit(folder, session)


def test_quick_fixes(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("train.py")
        (found,) = await editor.until("train.py", "LL101")
        action, other = await editor.actions("train.py", found.range)
        assert action.title == "LL101: take the softmax away (changes what the model gives)"
        assert other.title.startswith("LL101: log_softmax instead of softmax, and NLLLoss")
        assert action.kind == lsp.CodeActionKind.QuickFix
        assert not action.is_preferred
        # In another file than the one that is open.
        mended = MODEL.replace("torch.softmax(self.fc(x), dim=1)", "self.fc(x)").replace("import torch\n", "")
        assert editor.made(action.edit) == {"model.py": mended}
        assert editor.made(other.edit) == {
            "model.py": MODEL.replace("torch.softmax", "torch.log_softmax"),
            "train.py": TRAIN.replace("nn.CrossEntropyLoss", "nn.NLLLoss"),
        }
        assert await editor.actions("train.py", lsp.Range(lsp.Position(0, 0), lsp.Position(0, 1))) == []

    edit(folder, session)


def test_two_right_fixes_and_all_of_a_file(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("labels.py")
        found, other = await editor.until("labels.py", "LL104", "LL106")
        # A character outside of the plane that 16 bits hold counts twice.
        assert found.range.start.character == LABELS.split("\n")[8].index("criterion") + 1
        first, second, every = await editor.actions("labels.py", found.range)
        assert (first.title, first.is_preferred) == ("LL104: BCELoss takes probabilities", True)
        probabilities = LABELS.replace("criterion = nn.BCEWithLogitsLoss", "criterion = nn.BCELoss")
        assert editor.made(first.edit) == {"labels.py": probabilities}
        assert second.title == "LL104: take the sigmoid away (changes what the model gives)"
        assert editor.made(second.edit) == {"labels.py": LABELS.replace(", nn.Sigmoid()", "")}
        assert every.kind == "source.fixAll.losslint"
        assert every.title.endswith("(2)")
        assert every.edit is None
        resolved = await editor.client.code_action_resolve_async(every)
        both = probabilities.replace("nn.BCELoss()(nn.Linear", "nn.BCEWithLogitsLoss()(nn.Linear")
        assert editor.made(resolved.edit) == {"labels.py": both}
        # On save, editors ask for this kind alone.
        context = lsp.CodeActionContext([], only=[lsp.CodeActionKind.SourceFixAll])
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(editor.uri("labels.py")), other.range, context)
        (only,) = await editor.client.text_document_code_action_async(params) or ()
        assert isinstance(only, lsp.CodeAction) and only.kind == "source.fixAll.losslint"
        # While a change isn't linted yet, there are no edits that would miss their place.
        editor.change("labels.py", "\n" + LABELS)
        assert [action.kind for action in await editor.actions("labels.py", found.range)] == ["source.fixAll.losslint"]

    edit(folder, session)


def test_hover(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("train.py")
        await editor.until("train.py", "LL101")
        where = lsp.TextDocumentIdentifier(editor.uri("train.py"))
        shown = await editor.client.text_document_hover_async(lsp.HoverParams(where, lsp.Position(10, 20)))
        assert shown is not None and isinstance(shown.contents, lsp.MarkupContent)
        assert shown.contents.kind is lsp.MarkupKind.Markdown
        assert shown.contents.value.startswith("### LL101 softmax-before-cross-entropy\n")
        assert "## Why is this bad?" in shown.contents.value
        assert await editor.client.text_document_hover_async(lsp.HoverParams(where, lsp.Position(0, 0))) is None

    edit(folder, session)


def test_settings_and_comments(folder: Path) -> None:
    async def session(editor: Editor) -> None:
        editor.open("train.py")
        await editor.until("train.py", "LL101")
        ignored = TRAIN.replace("criterion(model(x), y)", "criterion(model(x), y)  # losslint: ignore[LL101] as it was")
        editor.change("train.py", ignored)
        await editor.until("train.py")
        editor.change("train.py", TRAIN)
        await editor.until("train.py", "LL101")
        (folder / "pyproject.toml").write_text('[tool.losslint]\nignore = ["LL101"]\n')
        changed = lsp.FileEvent(editor.uri("pyproject.toml"), lsp.FileChangeType.Changed)
        editor.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([changed]))
        await editor.until("train.py")
        (folder / "pyproject.toml").write_text('[tool.losslint]\nextend-exclude = ["train.py"]\n')
        editor.open("labels.py")
        await editor.until("labels.py", "LL104", "LL106")
        assert editor.codes("train.py") == []
        (folder / "pyproject.toml").write_text('[tool.losslint]\nignore = ["LL999"]\n')
        editor.change("labels.py", LABELS + "\n")
        for _ in range(200):
            if editor.client.messages:
                break
            await asyncio.sleep(0.05)
        assert "unknown rule 'LL999'" in editor.client.messages[0].message

    edit(folder, session)


CELLS = (
    "%matplotlib inline\nimport torch\nimport torch.nn as nn",
    "model = nn.Sequential(nn.Linear(20, 1), nn.Sigmoid())",
    'größe = "😀"; criterion = nn.BCEWithLogitsLoss()\n\ndef train(x, y):\n    größe = "😀"; loss = criterion(model(x), y)\n'
    "    return loss",
)


def test_notebooks(folder: Path) -> None:
    """The cells are documents of their own; together they're the notebook."""

    async def session(editor: Editor) -> None:
        name = "nb.ipynb"
        editor.open_notebook(name, *CELLS)
        second, third = (editor.cell(name, number) for number in (2, 3))
        (found,) = await editor.until(third, "LL104")
        assert (found.range.start.line, found.range.start.character) == (
            3,
            CELLS[2].split("\n")[3].index("criterion") + 1,
        )
        steps = found.related_information or []
        assert (steps[0].location.uri, steps[0].location.range.start.line) == (second, 0)
        # Both right fixes, in the cells that they're in, and all of the notebook.
        loss, sigmoid, every = await editor.actions(third, found.range)
        assert loss.title == "LL104: BCELoss takes probabilities"
        mended = CELLS[2].replace("nn.BCEWithLogitsLoss", "nn.BCELoss")
        assert editor.made(loss.edit) == {third: mended}
        assert editor.made(sigmoid.edit) == {second: CELLS[1].replace(", nn.Sigmoid()", "")}
        assert every.kind == "source.fixAll.losslint"
        resolved = await editor.client.code_action_resolve_async(every)
        assert editor.made(resolved.edit) == {third: mended}
        context = lsp.CodeActionContext([], only=["notebook.source.fixAll"])
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(second), found.range, context)
        (only,) = await editor.client.text_document_code_action_async(params) or ()
        assert isinstance(only, lsp.CodeAction) and only.kind == "notebook.source.fixAll.losslint"
        assert editor.made((await editor.client.code_action_resolve_async(only)).edit) == {third: mended}
        hover = lsp.HoverParams(lsp.TextDocumentIdentifier(third), found.range.start)
        shown = await editor.client.text_document_hover_async(hover)
        assert shown is not None and isinstance(shown.contents, lsp.MarkupContent)
        assert shown.contents.value.startswith("### LL104 ")
        # As one types, in any cell; and where cells come and go.
        editor.change_cell(name, 2, CELLS[1].replace(", nn.Sigmoid()", ""))
        await editor.until(third)
        editor.change_cell(name, 2, CELLS[1])
        await editor.until(third, "LL104")
        editor.insert_cell(name, 2, 4, "model = model[0]")
        await editor.until(third)
        editor.change_cell(name, 4, "# losslint: ignore[LL101]")
        await editor.until(editor.cell(name, 4), "LL901")
        await editor.until(third, "LL104")
        editor.close_notebook(name, 1, 2, 3, 4)
        await editor.until(third)

    edit(folder, session)


def test_notebooks_and_modules(folder: Path) -> None:
    """What a module does to a notebook's loss is shown in the cell, or where it isn't open in its file."""
    cells = [
        "from model import Net",
        "import torch.nn as nn\nmodel = Net()",
        "loss = nn.CrossEntropyLoss()(model(x), y)",
    ]
    saved = {"cells": [{"cell_type": "code", "source": [cell]} for cell in cells]}
    (folder / "nb.ipynb").write_text(json.dumps(saved, indent=1))

    async def session(editor: Editor) -> None:
        editor.open("model.py")
        editor.open_notebook("nb.ipynb", *cells)
        (found,) = await editor.until(editor.cell("nb.ipynb", 3), "LL101")
        action, other = await editor.actions(editor.cell("nb.ipynb", 3), found.range)
        mended = MODEL.replace("torch.softmax(self.fc(x), dim=1)", "self.fc(x)").replace("import torch\n", "")
        assert editor.made(action.edit) == {"model.py": mended}
        assert editor.made(other.edit) == {
            "model.py": MODEL.replace("torch.softmax", "torch.log_softmax"),
            "train.py": TRAIN.replace("nn.CrossEntropyLoss", "nn.NLLLoss"),
            editor.cell("nb.ipynb", 3): cells[2].replace("nn.CrossEntropyLoss", "nn.NLLLoss"),
        }
        editor.close_notebook("nb.ipynb", 1, 2, 3)
        (found,) = await editor.until("nb.ipynb", "LL101")
        assert "CrossEntropyLoss" in (folder / "nb.ipynb").read_text().split("\n")[found.range.start.line]
        assert editor.codes(editor.cell("nb.ipynb", 3)) == []

    edit(folder, session)


def test_a_notebook_that_is_not_open_is_mended_in_its_file(folder: Path) -> None:
    model = "import torch.nn as nn\nmodel = nn.Sequential(nn.Linear(9, 1), nn.Sigmoid())\n"
    (folder / "model.py").write_text(model)
    cells = [
        "%pylab\nfrom model import model\nimport torch.nn as nn",
        "loss = nn.BCEWithLogitsLoss()(model(x), y)\nprint(loss)",
    ]
    saved = {"cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]}
    text = json.dumps(saved, indent=1)
    (folder / "nb.ipynb").write_text(text)

    async def session(editor: Editor) -> None:
        editor.open("model.py")
        (found,) = await editor.until("nb.ipynb", "LL104")
        loss, sigmoid, every = await editor.actions("nb.ipynb", found.range)
        mended = {"nb.ipynb": text.replace("nn.BCEWithLogitsLoss()", "nn.BCELoss()")}
        assert editor.made(loss.edit) == mended
        assert editor.made(sigmoid.edit) == {"model.py": model.replace(", nn.Sigmoid()", "")}
        assert editor.made((await editor.client.code_action_resolve_async(every)).edit) == mended

    edit(folder, session)


def test_without_the_extra(tmp_path: Path) -> None:
    (tmp_path / "pygls.py").write_text("raise ImportError\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{CHECKOUT}{os.pathsep}{CHECKOUT / 'rules'}"}
    command = [sys.executable, "-m", "losslint", "--server"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False)
    assert done.returncode == 2
    assert "losslint-classification[server]" in done.stderr
