"""A language server: findings as one types, with their way, fixes as code actions, and the rules' texts on hover.

What is open in the editor is what is linted, saved or not, each file in the context of its project: what model.py does to the
loss in train.py is shown in train.py, be that open or not. Places are the engine's; an editor counts lines from 0, and columns
in units that it says itself. To an editor a notebook is a list of documents, one a cell; to the engine it's the file that the
notebook would be saved as.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import json
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import unquote

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import PositionCodec, TextDocument

from losslint import __version__, session
from losslint.discovery import File, is_excluded, project_root
from losslint.documentation import documentation
from losslint.finding import Edit, Finding, Fix, Place, Severity, is_applicable
from losslint.fix import Fixed, fix_until_stable
from losslint.hierarchy import Hierarchy, load
from losslint.record import dataclass, field
from losslint.report import harmless, said
from losslint.result import Result
from losslint.rule import all_rules, plugin_errors
from losslint.settings import Settings, SettingsError
from losslint.source import Source, SourceError, shown_path

DELAY = 0.3
"""Seconds without a key that are waited for before a file is linted again."""

FIX_ALL = "source.fixAll.losslint"
FIX_ALL_CELLS = "notebook.source.fixAll.losslint"
"""What editors ask for that tidy up a notebook when it's saved."""

_NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    [lsp.NotebookDocumentFilterWithCells(cells=[lsp.NotebookCellLanguage("python")])], save=True
)

_STACK = 256 * 1024 * 1024  # threads have a small one on some systems, and syntax trees are deep
_SEVERITIES: dict[Severity, lsp.DiagnosticSeverity] = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "info": lsp.DiagnosticSeverity.Information,
}


@dataclass(frozen=True)
class _Open:
    """The documents that are open: their text as bytes, by path as shown, and their files.

    Of notebooks, `cells` are the addresses of their cells, in order.
    """

    files: tuple[File, ...] = ()
    texts: Mapping[str, bytes] = field(default_factory=dict)
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Server(LanguageServer):
    """The server of one editor."""

    def __init__(self) -> None:
        super().__init__("losslint", __version__, notebook_document_sync=_NOTEBOOKS)
        threading.stack_size(_STACK)
        self.worker = ThreadPoolExecutor(1, "losslint")
        self.result = Result()
        self.cells: Mapping[str, tuple[str, ...]] = {}
        self.published: dict[str, str] = {}
        self.pending: asyncio.Task[None] | None = None
        self.said: set[str] = set()

    # --------------------------------------------------------------------------------------------------------- linting

    def opened(self) -> _Open:
        """What is open now."""
        notebooks = {
            uri: [cell.document for cell in notebook.cells]
            for uri, notebook in self.workspace.notebook_documents.items()
        }
        of_notebooks = {unquote(cell) for cells in notebooks.values() for cell in cells}
        files: list[File] = []
        texts: dict[str, bytes] = {}
        addresses: dict[str, tuple[str, ...]] = {}
        for uri in [*self.workspace.text_documents, *notebooks]:
            path = to_fs_path(uri) if uri.startswith("file:") else None
            cells = notebooks.get(uri)
            if path is None or uri in of_notebooks or not path.endswith(".py" if cells is None else ".ipynb"):
                continue
            path = os.path.abspath(path)
            shown = shown_path(path, os.getcwd())
            files.append(File.at(path, shown, path, os.path.realpath(path)))
            if cells is None:
                texts[shown] = _encoded(self.workspace.get_text_document(uri).source)
            else:
                texts[shown] = _notebook([self.workspace.get_text_document(cell) for cell in cells])
                addresses[shown] = tuple(cells)
        return _Open(tuple(sorted(files, key=lambda file: file.shown)), texts, addresses)

    def lint(self, opened: _Open, overlay: Mapping[str, bytes] | None = None) -> Result:
        """Lint what is open; each project under its own settings. Runs in the worker."""
        texts = {**opened.texts, **(overlay or {})}
        by_root: dict[str, list[File]] = {}
        for file in opened.files:
            by_root.setdefault(project_root(file), []).append(file)
        results = []
        for files in by_root.values():
            try:
                results.append(self.lint_project(files, load([file.path for file in files], _rules()), texts))
            except SettingsError as error:
                self.say(f"losslint: {error}")
                results.append(self.lint_project(files, Settings(), texts))
        return Result(
            tuple(finding for result in results for finding in result.findings),
            tuple(dict.fromkeys(error for result in results for error in result.errors)),
            sources={path: source for result in results for path, source in result.sources.items()},
        )

    def lint_project(self, files: Sequence[File], settings: Settings | Hierarchy, texts: Mapping[str, bytes]) -> Result:
        """Lint what is open of a project, but for what the settings exclude."""
        named = [file for file in files if not is_excluded(file, settings)]
        return session.lint(named, settings, overlay=texts)

    def say(self, message: str) -> None:
        """Show a message in the editor, once."""
        if message not in self.said:
            self.said.add(message)
            shown = lsp.ShowMessageParams(lsp.MessageType.Error, harmless(message))
            self.window_show_message(shown)

    def schedule(self, delay: float = DELAY) -> None:
        """Lint soon; a change before that starts the wait anew."""
        if self.pending is not None:
            self.pending.cancel()
        self.pending = asyncio.get_running_loop().create_task(self._soon(delay))

    async def _soon(self, delay: float) -> None:
        await asyncio.sleep(delay)
        opened = self.opened()
        try:
            result = await asyncio.get_running_loop().run_in_executor(self.worker, self.lint, opened)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # a defect of ours: said, and the server goes on
            self.say(f"losslint failed, please report it: {type(error).__name__}: {error}")
            return
        self.publish(result, opened)

    def publish(self, result: Result, opened: _Open) -> None:
        """Show the findings; those of a file that doesn't parse just now stay what they were."""
        broken = {error.path for error in result.errors}
        kept = tuple(finding for finding in self.result.findings if finding.place.path in broken)
        new = tuple(finding for finding in result.findings if finding.place.path not in broken)
        sources = {**{path: s for path, s in self.result.sources.items() if path in broken}, **result.sources}
        self.result = Result(kept + new, result.errors, sources=sources)
        self.cells = {**opened.cells, **{path: cells for path, cells in self.cells.items() if path in broken}}
        for error in result.errors:
            if not error.is_file:
                self.say(f"{error.path} {error.message}")
        by_uri: dict[str, list[lsp.Diagnostic]] = {}
        now: dict[str, str] = {}
        for finding in new:
            uri = self.location(finding.place).uri
            by_uri.setdefault(uri, []).append(self.diagnostic(finding))
            now[uri] = finding.place.path
        stay = {uri: path for uri, path in self.published.items() if path in broken}
        for uri in sorted((self.published.keys() | now.keys()) - stay.keys()):
            document = self.workspace.text_documents.get(unquote(uri))
            version = None if document is None else document.version
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, by_uri.get(uri, []), version))
        self.published = {**stay, **now}

    # --------------------------------------------------------------------------------------------------------- shapes

    def codec(self) -> PositionCodec:
        """How the editor counts columns."""
        return self.workspace.position_codec

    def location(self, place: Place) -> lsp.Location:
        """A place as the editor has it."""
        source = self.result.sources.get(place.path)
        cell, line, column, end_line, end_column = (
            (None, place.line, place.column, place.end_line, place.end_column)
            if source is None
            else source.located(place)
        )
        found = lsp.Range(lsp.Position(line - 1, column - 1), lsp.Position(end_line - 1, end_column - 1))
        if source is None:
            return lsp.Location(_uri(place.path), found)
        if cell is None:
            return lsp.Location(_uri(place.path), self.codec().range_to_client_units(source.lines, found))
        cells = self.cells.get(place.path)
        if cells is None:  # a notebook that isn't open: its file is JSON
            first, last = source.file_lines(place)
            return lsp.Location(_uri(place.path), lsp.Range(lsp.Position(first - 1, 0), lsp.Position(last, 0)))
        lines = source.lines[place.line - line :]  # from the cell's first on
        return lsp.Location(cells[cell - 1], self.codec().range_to_client_units(lines, found))

    def path(self, uri: str) -> str:
        """The file that a document is, or is a cell of, by its path as shown."""
        for path, cells in self.cells.items():
            if uri in cells:
                return path
        return shown_path(os.path.abspath(to_fs_path(uri) or uri), os.getcwd())

    def diagnostic(self, finding: Finding) -> lsp.Diagnostic:
        """A finding as the editor shows it, with its way as related information."""
        related = [
            lsp.DiagnosticRelatedInformation(self.location(step.place), harmless(step.message))
            for step in finding.trace
        ]
        return lsp.Diagnostic(
            range=self.location(finding.place).range,
            message=harmless(said(finding)),
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            source="losslint",
            related_information=related,
        )

    def at(self, uri: str, wanted: lsp.Range) -> list[Finding]:
        """The findings of a document that a range touches."""
        found = []
        for finding in self.result.findings:
            shown = self.location(finding.place)
            if shown.uri == uri and _before(shown.range.start, wanted.end) and _before(wanted.start, shown.range.end):
                found.append(finding)
        return found

    def workspace_edit(self, edits: Mapping[str, Sequence[lsp.TextEdit]]) -> lsp.WorkspaceEdit:
        """Edits of documents, with the versions that they're made for where the editor takes them."""
        capabilities = self.client_capabilities.workspace
        support = capabilities.workspace_edit if capabilities is not None else None
        if support is None or not support.document_changes:
            return lsp.WorkspaceEdit(changes={uri: list(made) for uri, made in edits.items()})
        changes: list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile] = []
        for uri, made in edits.items():
            document = self.workspace.text_documents.get(unquote(uri))
            version = None if document is None else document.version
            identifier = lsp.OptionalVersionedTextDocumentIdentifier(uri, version)
            changes.append(lsp.TextDocumentEdit(identifier, list(made)))
        return lsp.WorkspaceEdit(document_changes=changes)

    def edits(self, fix: Fix) -> dict[str, list[lsp.TextEdit]]:
        """The edits of a fix, by the documents' addresses. Raises SourceError where they can't be made."""
        found: dict[str, list[lsp.TextEdit]] = {}
        notebooks: dict[str, list[Edit]] = {}
        for edit in fix.edits:
            source = self.result.sources.get(edit.place.path)
            if source is not None and source.cells is not None:
                notebooks.setdefault(edit.place.path, []).append(edit)
                continue
            location = self.location(edit.place)
            found.setdefault(location.uri, []).append(lsp.TextEdit(location.range, edit.text))
        for path, edits in notebooks.items():
            source = self.result.sources[path]
            found |= self.changed(source, Source.from_bytes(source.edited(edits), path), self.cells)
        return found

    def changed(self, old: Source, new: Source, cells: Mapping[str, Sequence[str]]) -> dict[str, list[lsp.TextEdit]]:
        """The lines that give way to others, by the documents' addresses."""
        if old.cells is None or new.cells is None:
            return {_uri(old.path): self._changed(old.lines, new.lines)}
        documents = cells.get(old.path)
        if documents is None:
            before, after = (source.raw.decode("utf-8-sig").split("\n") for source in (old, new))
            return {_uri(old.path): self._changed(before, after)}
        return {
            documents[one.number - 1]: self._changed(one.text.split("\n"), other.text.split("\n"))
            for one, other in zip(old.cells, new.cells, strict=True)
            if one.text != other.text
        }

    # --------------------------------------------------------------------------------------------------------- actions

    def actions(self, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        """The fixes of the findings here, and, where there are safe ones, all of this file's."""
        uri, only = params.text_document.uri, params.context.only
        found: list[lsp.CodeAction] = []
        for finding in self.at(uri, params.range) if _wanted(lsp.CodeActionKind.QuickFix, only) else ():
            first = True
            for fix in finding.fixes:
                if not is_applicable(fix, unsafe=True) or not self.is_current(fix):
                    continue
                try:
                    edits = self.edits(fix)
                except SourceError:  # a notebook's magic is in the way
                    continue
                note = "" if fix.applicability == "safe" else " (changes what the model gives)"
                found.append(
                    lsp.CodeAction(
                        title=f"{finding.code}: {harmless(fix.message)}{note}",
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=[self.diagnostic(finding)],
                        is_preferred=first and fix.applicability == "safe",
                        edit=self.workspace_edit(edits),
                    )
                )
                first = False
        path = self.path(uri)
        safe = [f for f in self.result.findings if f.place.path == path and is_applicable(f.fix, unsafe=False)]
        kinds = [kind for kind in (FIX_ALL, FIX_ALL_CELLS)[: 1 + (path in self.cells)] if _wanted(kind, only)]
        if safe and kinds:
            title = f"losslint: make all safe fixes of this file ({len(safe)})"
            found.append(lsp.CodeAction(title=title, kind=kinds[0], data=path))
        return found

    def is_current(self, fix: Fix) -> bool:
        """Whether the files that a fix edits are still what was linted: the next findings are on their way."""
        opened = self.opened()
        for path in {edit.place.path for edit in fix.edits}:
            source = self.result.sources.get(path)
            if source is None or opened.texts.get(path, source.raw) != source.raw:
                return False
            if opened.cells.get(path) != self.cells.get(path):
                return False
        return True

    async def fix_all(self, path: str) -> lsp.WorkspaceEdit:
        """All safe fixes of a file, with the same engine as `--fix`: whole, and tried before they're made."""
        opened = self.opened()

        def work() -> Fixed[Result]:
            return fix_until_stable(
                lambda overlay: self.lint(opened, overlay), only=lambda finding: finding.place.path == path
            )

        done = await asyncio.get_running_loop().run_in_executor(self.worker, work)
        edits: dict[str, list[lsp.TextEdit]] = {}
        if opened.cells == self.opened().cells:
            for changed, raw in done.contents.items():
                edits |= self.changed(done.originals[changed], Source.from_bytes(raw, changed), opened.cells)
        return self.workspace_edit(edits)

    def _changed(self, before: Sequence[str], after: Sequence[str]) -> list[lsp.TextEdit]:
        """The lines that give way to others."""
        found = []
        for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag == "equal":
                continue
            text = "".join(f"{line}\n" for line in after[j1:j2])
            end = lsp.Position(i2, 0)
            if i2 == len(before):  # the last line has no end
                text = text[:-1]
                end = self.codec().position_to_client_units(before, lsp.Position(i2 - 1, len(before[-1])))
            found.append(lsp.TextEdit(lsp.Range(lsp.Position(i1, 0), end), text))
        return found

    def hover(self, params: lsp.HoverParams) -> lsp.Hover | None:
        """The text of the rules that found something here."""
        here = lsp.Range(params.position, params.position)
        rules = {rule.code: rule for rule in all_rules()}
        findings = [finding for finding in self.at(params.text_document.uri, here) if finding.code in rules]
        if not findings:
            return None
        texts = [
            f"### {code} {rules[code].name}\n\n{documentation(rules[code]).markdown}"
            for code in dict.fromkeys(finding.code for finding in findings)
        ]
        content = lsp.MarkupContent(lsp.MarkupKind.Markdown, "\n\n---\n\n".join(texts))
        return lsp.Hover(content, self.location(findings[0].place).range)


def _rules() -> list[tuple[str, str]]:
    """The rules that settings may name."""
    return [(rule.code, rule.name) for rule in all_rules()]


def _encoded(text: str) -> bytes:
    """The bytes that a file with this text would have, in the encoding that it declares."""
    raw = text.encode("utf-8", "surrogatepass")
    try:
        encoding = Source.from_bytes(raw, "document.py").encoding
        return text.encode(encoding)
    except (SourceError, UnicodeEncodeError, LookupError):  # a text that can't be read is for the engine to name
        return raw


def _notebook(cells: Iterable[TextDocument]) -> bytes:
    """The bytes of a file with these cells."""
    listed = [
        {"cell_type": "code", "metadata": {"vscode": {"languageId": cell.language_id or ""}}, "source": cell.source}
        for cell in cells
    ]
    return json.dumps({"cells": listed}).encode()


def _uri(path: str) -> str:
    """The address of a file, by its path as shown."""
    uri: str | None = from_fs_path(os.path.abspath(path))
    assert uri is not None
    return uri


def _before(one: lsp.Position, other: lsp.Position) -> bool:
    return (one.line, one.character) <= (other.line, other.character)


def _wanted(kind: str, only: Iterable[str] | None) -> bool:
    """Whether an editor that asks for these kinds asks for this one."""
    return only is None or any(kind == asked or kind.startswith(f"{asked}.") for asked in only)


def make() -> Server:
    """A server that answers what editors ask."""
    server = Server()

    @server.feature(lsp.INITIALIZED)
    async def initialized(_: lsp.InitializedParams) -> None:
        root = to_fs_path(server.workspace.root_uri) if server.workspace.root_uri else None
        if root is not None and os.path.isdir(root):
            os.chdir(root)  # what paths in messages are relative to
        for error in plugin_errors():
            server.say(f"{error.path} {error.message}")
        workspace = server.client_capabilities.workspace
        watched = workspace.did_change_watched_files if workspace is not None else None
        if watched is not None and watched.dynamic_registration:
            # Other files change, too: by other programs, and the settings.
            options = lsp.DidChangeWatchedFilesRegistrationOptions(
                [
                    lsp.FileSystemWatcher(pattern)
                    for pattern in ("**/*.py", "**/*.ipynb", "**/pyproject.toml", "**/losslint.toml")
                ]
            )
            method = lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES
            registration = lsp.Registration("losslint-files", method, options)
            with contextlib.suppress(
                JsonRpcException
            ):  # without, what the editor itself opens and saves is what is seen
                await server.client_register_capability_async(lsp.RegistrationParams([registration]))

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(_: lsp.DidOpenTextDocumentParams) -> None:
        server.schedule(0)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(_: lsp.DidChangeTextDocumentParams) -> None:
        server.schedule()

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(_: lsp.DidSaveTextDocumentParams) -> None:
        server.schedule(0)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(_: lsp.DidCloseTextDocumentParams) -> None:
        server.schedule(0)

    @server.feature(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)
    async def did_open_notebook(_: lsp.DidOpenNotebookDocumentParams) -> None:
        server.schedule(0)

    @server.feature(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)
    async def did_change_notebook(_: lsp.DidChangeNotebookDocumentParams) -> None:
        server.schedule()

    @server.feature(lsp.NOTEBOOK_DOCUMENT_DID_SAVE)
    async def did_save_notebook(_: lsp.DidSaveNotebookDocumentParams) -> None:
        server.schedule(0)

    @server.feature(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)
    async def did_close_notebook(_: lsp.DidCloseNotebookDocumentParams) -> None:
        server.schedule(0)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def did_change_files(_: lsp.DidChangeWatchedFilesParams) -> None:
        server.schedule()

    kinds = [lsp.CodeActionKind.QuickFix, FIX_ALL, FIX_ALL_CELLS]

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True)
    )
    def code_action(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        return server.actions(params)

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    async def resolve(action: lsp.CodeAction) -> lsp.CodeAction:
        if action.edit is None and isinstance(action.data, str):
            action.edit = await server.fix_all(action.data)
        return action

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        return server.hover(params)

    return server


def main() -> None:
    """Serve an editor on standard input and output, until it closes them."""
    make().start_io()
