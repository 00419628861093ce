"""A language server: findings as one types, with their way, fixes as code actions, and the rules' texts on hover.

What is open in the editor is what is linted, saved or not, each file in the context of its project: what model.py does to the
loss in train.py is shown in train.py, be that open or not. Places are the engine's; an editor counts lines from 0, and columns
in units that it says itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import PositionCodec

from losslint import __version__, session
from losslint.discovery import File, is_excluded, project_root
from losslint.documentation import documentation
from losslint.finding import Edit, Finding, Fix, Place, Severity
from losslint.fix import fix_until_stable, is_applicable
from losslint.hierarchy import Hierarchy, load
from losslint.report import harmless, said
from losslint.result import Result
from losslint.rule import all_rules, plugin_errors
from losslint.settings import Settings, SettingsError
from losslint.source import Source, SourceError, shown_path

DELAY = 0.3
"""Seconds without a key that are waited for before a file is linted again."""

FIX_ALL = "source.fixAll.losslint"

_STACK = 256 * 1024 * 1024  # threads have a small one on some systems, and syntax trees are deep
_SEVERITIES: dict[Severity, lsp.DiagnosticSeverity] = {
    "error": lsp.DiagnosticSeverity.Error,
    "warning": lsp.DiagnosticSeverity.Warning,
    "info": lsp.DiagnosticSeverity.Information,
}


@dataclass(frozen=True)
class _Open:
    """The documents that are open: their text as bytes, by path as shown, and their files."""

    files: tuple[File, ...] = ()
    texts: Mapping[str, bytes] = field(default_factory=dict)


class Server(LanguageServer):
    """The server of one editor."""

    def __init__(self) -> None:
        super().__init__("losslint", __version__)
        threading.stack_size(_STACK)
        self.worker = ThreadPoolExecutor(1, "losslint")
        self.result = Result()
        self.published: set[str] = set()
        self.pending: asyncio.Task[None] | None = None
        self.said: set[str] = set()

    # --------------------------------------------------------------------------------------------------------- linting

    def opened(self) -> _Open:
        """What is open now."""
        files: list[File] = []
        texts: dict[str, bytes] = {}
        for uri, document in list(self.workspace.text_documents.items()):
            path = to_fs_path(uri)
            if path is None or not uri.startswith("file:") or not path.endswith(".py"):
                continue
            path = os.path.abspath(path)
            shown = shown_path(path, os.getcwd())
            files.append(File(path, shown, path, os.path.realpath(path)))
            texts[shown] = _encoded(document.source)
        return _Open(tuple(sorted(files, key=lambda file: file.shown)), texts)

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
        self.publish(result)

    def publish(self, result: Result) -> None:
        """Show the findings; those of a file that doesn't parse just now stay what they were."""
        broken = {error.path for error in result.errors}
        kept = tuple(finding for finding in self.result.findings if finding.place.path in broken)
        new = tuple(finding for finding in result.findings if finding.place.path not in broken)
        sources = {**{path: s for path, s in self.result.sources.items() if path in broken}, **result.sources}
        self.result = Result(kept + new, result.errors, sources=sources)
        for error in result.errors:
            if not error.is_file:
                self.say(f"{error.path} {error.message}")
        by_uri: dict[str, list[lsp.Diagnostic]] = {}
        for finding in new:
            by_uri.setdefault(_uri(finding.place.path), []).append(self.diagnostic(finding))
        stays = {_uri(path) for path in broken}
        for uri in sorted((self.published | by_uri.keys()) - stays):
            document = self.workspace.text_documents.get(uri)
            version = None if document is None else document.version
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, by_uri.get(uri, []), version))
        self.published = by_uri.keys() | (self.published & stays)

    # --------------------------------------------------------------------------------------------------------- shapes

    def codec(self) -> PositionCodec:
        """How the editor counts columns."""
        return self.workspace.position_codec

    def range(self, place: Place, sources: Mapping[str, Source]) -> lsp.Range:
        """A place as the editor has it."""
        found = lsp.Range(
            lsp.Position(place.line - 1, place.column - 1), lsp.Position(place.end_line - 1, place.end_column - 1)
        )
        source = sources.get(place.path)
        return found if source is None else self.codec().range_to_client_units(source.lines, found)

    def diagnostic(self, finding: Finding) -> lsp.Diagnostic:
        """A finding as the editor shows it, with its way as related information."""
        related = [
            lsp.DiagnosticRelatedInformation(
                lsp.Location(_uri(step.place.path), self.range(step.place, self.result.sources)), harmless(step.message)
            )
            for step in finding.trace
        ]
        return lsp.Diagnostic(
            range=self.range(finding.place, self.result.sources),
            message=harmless(said(finding)),
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            source="losslint",
            related_information=related,
        )

    def at(self, uri: str, wanted: lsp.Range) -> list[Finding]:
        """The findings of a file that a range touches."""
        found = []
        for finding in self.result.findings:
            if _uri(finding.place.path) == uri:
                shown = self.range(finding.place, self.result.sources)
                if _before(shown.start, wanted.end) and _before(wanted.start, shown.end):
                    found.append(finding)
        return found

    def workspace_edit(self, edits: Mapping[str, Sequence[lsp.TextEdit]]) -> lsp.WorkspaceEdit:
        """Edits of files, with the versions that they're made for where the editor takes them."""
        capabilities = self.client_capabilities.workspace
        support = capabilities.workspace_edit if capabilities is not None else None
        if support is None or not support.document_changes:
            return lsp.WorkspaceEdit(changes={_uri(path): list(made) for path, made in edits.items()})
        changes: list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile] = []
        for path, made in edits.items():
            document = self.workspace.text_documents.get(_uri(path))
            version = None if document is None else document.version
            identifier = lsp.OptionalVersionedTextDocumentIdentifier(_uri(path), version)
            changes.append(lsp.TextDocumentEdit(identifier, list(made)))
        return lsp.WorkspaceEdit(document_changes=changes)

    def edits(self, fix: Fix) -> dict[str, list[lsp.TextEdit]]:
        """The edits of a fix, by path as shown."""
        found: dict[str, list[lsp.TextEdit]] = {}
        for edit in fix.edits:
            found.setdefault(edit.place.path, []).append(self._edit(edit))
        return found

    def _edit(self, edit: Edit) -> lsp.TextEdit:
        return lsp.TextEdit(self.range(edit.place, self.result.sources), edit.text)

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
                note = "" if fix.applicability == "safe" else " (changes what the model gives)"
                found.append(
                    lsp.CodeAction(
                        title=f"{finding.code}: {harmless(fix.message)}{note}",
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=[self.diagnostic(finding)],
                        is_preferred=first and fix.applicability == "safe",
                        edit=self.workspace_edit(self.edits(fix)),
                    )
                )
                first = False
        safe = [f for f in self.result.findings if _uri(f.place.path) == uri and is_applicable(f.fix, unsafe=False)]
        if safe and _wanted(FIX_ALL, only):
            title = f"losslint: make all safe fixes of this file ({len(safe)})"
            found.append(lsp.CodeAction(title=title, kind=FIX_ALL, data=uri))
        return found

    def is_current(self, fix: Fix) -> bool:
        """Whether the files that a fix edits are still what was linted: the next findings are on their way."""
        opened = self.opened().texts
        for path in {edit.place.path for edit in fix.edits}:
            source = self.result.sources.get(path)
            if source is None or (path in opened and opened[path] != source.raw):
                return False
        return True

    async def fix_all(self, uri: str) -> lsp.WorkspaceEdit:
        """All safe fixes of a file, with the same engine as `--fix`: whole, and tried before they're made."""
        opened = self.opened()

        def work() -> dict[str, list[lsp.TextEdit]]:
            done = fix_until_stable(
                lambda overlay: self.lint(opened, overlay), only=lambda finding: _uri(finding.place.path) == uri
            )
            return {
                path: self._changed(done.originals[path], Source.from_bytes(raw, path))
                for path, raw in done.contents.items()
            }

        return self.workspace_edit(await asyncio.get_running_loop().run_in_executor(self.worker, work))

    def _changed(self, old: Source, new: Source) -> list[lsp.TextEdit]:
        """The lines that give way to others."""
        found = []
        before, after = old.lines, new.lines
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
        return lsp.Hover(content, self.range(findings[0].place, self.result.sources))


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
                [lsp.FileSystemWatcher(pattern) for pattern in ("**/*.py", "**/pyproject.toml", "**/losslint.toml")]
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

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def did_change_files(_: lsp.DidChangeWatchedFilesParams) -> None:
        server.schedule()

    kinds = [lsp.CodeActionKind.QuickFix, FIX_ALL]

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
