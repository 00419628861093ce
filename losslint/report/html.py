"""The report as one page for a browser: nothing is loaded, nothing of what was linted is anything but text.

`page.css` and `page.js` beside this file are put into it, and its policy allows these two by their hashes and nothing
else. Without JavaScript the page is whole; with it there are a switch of colours and a filter.
"""

from __future__ import annotations

import base64
import collections
import functools
import hashlib
import importlib.resources
import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from markdown_it import MarkdownIt

from losslint import __version__
from losslint.documentation import documentation
from losslint.finding import Finding, Fix, Place, Severity, Step
from losslint.fix import fix_diff
from losslint.report import Report, count, fix_option, harmless, shown_place, summary
from losslint.report.highlight import Span, escaped, line, spans
from losslint.rule import Rule
from losslint.source import Source

_CONTEXT = 3  # lines of code above and below each step
_MOST_LINES = 8  # of a step that goes over several lines

_OPTION = re.compile(r"--[a-z-]+")

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


def write(report: Report, out: TextIO) -> None:
    """Write the page. In ASCII, other characters by their number: true in whatever encoding the output is written."""
    page = "".join(_Page(report).parts())
    out.write(page.encode("ascii", "xmlcharrefreplace").decode("ascii"))


def _file(name: str) -> str:
    return importlib.resources.files("losslint.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii") + "'"


def _whole(match: re.Match[str]) -> str:
    """An option that isn't broken at its hyphens."""
    return f'<span class="option">{match.group()}</span>'


def _path(path: str) -> str:
    """A path that is rather broken after a slash."""
    return escaped(harmless(path)).replace("/", "/<wbr>")


def _prose(text: str) -> str:
    """A message, with what stands in backticks as code."""
    parts = escaped(harmless(text)).split("`")
    if len(parts) % 2 == 0:  # one that opens nothing
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))


class _Page:
    def __init__(self, report: Report) -> None:
        self.report = report
        self.rules = {rule.code: rule for rule in report.rules}
        self.by_path: dict[str, list[tuple[int, Finding]]] = {}
        for number, finding in enumerate(report.findings, 1):
            self.by_path.setdefault(finding.place.path, []).append((number, finding))
        self._tokens: dict[tuple[str, int], list[list[Span]]] = {}

    def parts(self) -> Iterator[str]:
        css, js = _file("page.css"), _file("page.js")
        policy = (
            f"default-src 'none'; style-src {_hash(css)}; script-src {_hash(js)}; base-uri 'none'; form-action 'none'"
        )
        said = summary(self.report)
        yield (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{escaped(policy)}">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="color-scheme" content="light dark">\n'
            f"<title>losslint: {escaped(said)}</title>\n<style>{css}</style>\n</head>\n<body>\n"
            '<a class="skip" href="#main">Skip to the report</a>\n'
            '<header class="top"><div class="wide">\n<p class="brand">losslint</p>\n'
            '<button id="theme" type="button" aria-pressed="false" hidden>Dark colours</button>\n</div></header>\n'
            '<main id="main" tabindex="-1" class="wide">\n'
        )
        yield from self._overview(said)
        yield from self._errors()
        yield from self._findings()
        yield from self._rules()
        yield f'</main>\n<footer class="wide"><p>Written by losslint {__version__}.</p></footer>\n'
        yield f"<script>{js}</script>\n</body>\n</html>\n"

    # ------------------------------------------------------------------------------------------------------- overview

    def _overview(self, said: str) -> Iterator[str]:
        findings = self.report.findings
        yield f'<section class="overview" aria-labelledby="title">\n<h1 id="title">{self._headline()}</h1>\n'
        yield f'<p class="lead">{_OPTION.sub(_whole, escaped(said))}</p>\n'
        counts = [(severity, sum(f.severity == severity for f in findings)) for severity in _SEVERITIES]
        yield '<ul class="tiles">\n'
        for severity, number in counts:
            yield f'<li class="tile {severity if number else "none"}"><strong>{number}</strong> {_noun(number, severity)}</li>\n'
        yield f'<li class="tile"><strong>{self.report.files}</strong> {_noun(self.report.files, "file")} linted</li>\n'
        yield "</ul>\n"
        if findings:
            yield '<div class="tables">\n'
            yield from self._by_rule()
            yield from self._by_file()
            yield "</div>\n"
        yield "</section>\n"

    def _headline(self) -> str:
        if self.report.findings:
            return "What reaches the losses, and shouldn\N{RIGHT SINGLE QUOTATION MARK}t"
        return "Some files could not be linted" if self.report.errors else "All losses get what they expect"

    def _by_rule(self) -> Iterator[str]:
        counts = collections.Counter(finding.code for finding in self.report.findings)
        first = {finding.code: finding for finding in reversed(self.report.findings)}
        yield _table("By rule", "Rule")
        for code, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            finding = first[code]
            yield (
                f'<tr><th scope="row"><a href="#rule-{escaped(code)}"><span class="tag {finding.severity}">{escaped(code)}</span>'
                f'{escaped(finding.name)}</a></th><td class="number">{number}</td></tr>\n'
            )
        yield "</tbody></table>\n"

    def _by_file(self) -> Iterator[str]:
        yield _table("By file", "File")
        for number, (path, findings) in enumerate(self.by_path.items(), 1):
            yield (
                f'<tr><th scope="row"><a class="path" href="#file-{number}">{_path(path)}</a></th>'
                f'<td class="number">{len(findings)}</td></tr>\n'
            )
        yield "</tbody></table>\n"

    def _errors(self) -> Iterator[str]:
        if not self.report.errors:
            return
        yield '<section aria-labelledby="errors">\n<h2 id="errors">What could not be linted or used</h2>\n<ul class="errors">\n'
        for error in self.report.errors:
            yield f'<li><span class="path">{escaped(harmless(error.path))}</span> {_prose(error.message)}</li>\n'
        yield "</ul>\n</section>\n"

    # ------------------------------------------------------------------------------------------------------- findings

    def _findings(self) -> Iterator[str]:
        if not self.report.findings:
            return
        yield '<section aria-labelledby="findings">\n<h2 id="findings">Findings</h2>\n'
        yield from self._filter()
        for number, (path, findings) in enumerate(self.by_path.items(), 1):
            yield f'<section class="file" aria-labelledby="file-{number}">\n'
            yield f'<h3 id="file-{number}" class="path">{_path(path)}</h3>\n'
            for index, finding in findings:
                yield from self._finding(index, finding)
            yield "</section>\n"
        yield "</section>\n"

    def _filter(self) -> Iterator[str]:
        """What JavaScript shows where there is some, and there's a choice."""
        codes = sorted({(finding.code, finding.name) for finding in self.report.findings})
        if len(self.report.findings) < 2:
            return
        yield '<form id="filter" class="filter" hidden>\n<label>Rule <select name="rule"><option value="">all</option>'
        for code, name in codes:
            yield f'<option value="{escaped(code)}">{escaped(code)} {escaped(name)}</option>'
        yield '</select></label>\n<label>Severity <select name="severity"><option value="">all</option>'
        for severity in _SEVERITIES:
            if any(finding.severity == severity for finding in self.report.findings):
                yield f'<option value="{severity}">{severity}</option>'
        yield f'</select></label>\n<output id="shown">{count(len(self.report.findings), "finding")}</output>\n</form>\n'

    def _finding(self, index: int, finding: Finding) -> Iterator[str]:
        place = escaped(shown_place(finding.place, self.report.sources))
        yield (
            f'<article class="finding {finding.severity}" aria-labelledby="finding-{index}" '
            f'data-rule="{escaped(finding.code)}" data-severity="{finding.severity}">\n<header>\n'
            f'<h4 id="finding-{index}"><span class="tag {finding.severity}">{finding.severity}</span>'
            f'<span class="code">{escaped(finding.code)}</span> {escaped(finding.name)}</h4>\n'
            f'<a class="place" href="#finding-{index}">{place}</a>\n</header>\n'
            f'<p class="message">{_prose(finding.message)}</p>\n'
        )
        if finding.condition is not None:
            yield f'<p class="condition">This is so when <code>{escaped(harmless(finding.condition))}</code>.</p>\n'
        if finding.code in self.rules:
            code = escaped(finding.code)
            yield f'<p class="why"><a href="#rule-{code}">What {code} is about, and what it costs</a></p>\n'
        yield from self._way(finding)
        for number, fix in enumerate(finding.fixes):
            yield from self._fix(fix, "Fix" if number == 0 else "Or", chosen=fix is finding.fix)
        yield "</article>\n"

    def _way(self, finding: Finding) -> Iterator[str]:
        steps = finding.trace or (Step(finding.place, "here"),)
        if not finding.trace:
            yield self._frame(finding.place)
            return
        yield f'<h5>{"The way from the cause to the loss" if len(steps) > 1 else "Where it is"}</h5>\n<ol class="way">\n'
        for number, step in enumerate(steps, 1):
            kind = " cause" if number == 1 and len(steps) > 1 else " loss" if number == len(steps) else ""
            yield (
                f'<li class="step{kind}">\n<p class="says">{_prose(step.message)}</p>\n'
                f'<p class="place">{escaped(shown_place(step.place, self.report.sources))}</p>\n{self._frame(step.place)}</li>\n'
            )
        yield "</ol>\n"

    def _frame(self, place: Place) -> str:
        """The code around a place, with the place marked."""
        source = self.report.sources.get(place.path)
        if source is None:
            return ""
        lines, tokens, first, last = self._code(source, place)
        _, _, _, end_line, _ = source.located(place)
        until = min(last, first + _MOST_LINES - 1)
        above, below = max(1, first - _CONTEXT), min(len(lines), until + _CONTEXT)
        while above < first and not lines[above - 1].strip():
            above += 1
        while below > until and not lines[below - 1].strip():
            below -= 1
        indentation = min(
            (len(text) - len(text.lstrip(" ")) for text in lines[above - 1 : below] if text.strip()), default=0
        )
        rows = []
        for number in range(above, below + 1):
            code = lines[number - 1]
            marked = None
            if first <= number <= until:
                start = place.column - 1 if number == first else len(code) - len(code.lstrip())
                end = place.end_column - 1 if number == end_line else len(code.rstrip())
                marked = max(0, start - indentation), max(0, end - indentation)
            shifted = [(a - indentation, b - indentation, name) for a, b, name in tokens[number - 1] if b > indentation]
            rows.append(
                f'<span class="row{" hit" if marked else ""}" data-line="{number}">'
                f"<span>{line(code[indentation:], shifted, marked)}</span></span>\n"
            )
            if number == until < last:
                rows.append('<span class="row cut"><span>\N{HORIZONTAL ELLIPSIS}</span></span>\n')
        return f'<pre class="frame">{"".join(rows)}</pre>\n'

    def _code(self, source: Source, place: Place) -> tuple[list[str], list[list[Span]], int, int]:
        """The lines that people number (the file's, or the cell's), their tokens, and a place's first and last line."""
        cell = source.cell_at(place.line)
        key = (source.path, 0 if cell is None else cell.number)
        text = source.text if cell is None else cell.text
        lines = text.split("\n")
        if key not in self._tokens:
            found = spans(text)
            self._tokens[key] = found + [[]] * (len(lines) - len(found))
        _, first, _, last, _ = source.located(place)
        return lines, self._tokens[key], first, max(first, last)

    def _fix(self, fix: Fix, word: str, *, chosen: bool) -> Iterator[str]:
        how = {
            "safe": f"safe, with <code>{fix_option(fix) if chosen else '--interactive'}</code>",
            "unsafe": f"changes what the model gives, with <code>{fix_option(fix) if chosen else '--interactive'}</code>",
            "display": "to be done by hand",
        }[fix.applicability]
        yield (
            f'<div class="fix {fix.applicability}">\n<h5>{word}: {_prose(fix.message)} '
            f'<span class="how">({how})</span></h5>\n'
        )
        if diff := fix_diff(fix, self.report.sources):
            yield f'<pre class="diff">{"".join(_diff(diff.split(chr(10))[:-1]))}</pre>\n'
        yield "</div>\n"

    # ------------------------------------------------------------------------------------------------------- rules

    def _rules(self) -> Iterator[str]:
        codes = sorted({finding.code for finding in self.report.findings if finding.code in self.rules})
        if not codes:
            return
        yield '<section aria-labelledby="rules">\n<h2 id="rules">The rules</h2>\n'
        for code in codes:
            rule, shown = self.rules[code], escaped(code)
            yield (
                f'<article class="rule" aria-labelledby="rule-{shown}">\n<h3 id="rule-{shown}">'
                f'<span class="tag {rule.severity}">{shown}</span>{escaped(rule.name)}</h3>\n'
                f"{_documentation(rule)}</article>\n"
            )
        yield "</section>\n"


def _table(caption: str, column: str) -> str:
    """The start of a table that counts findings."""
    head = f'<tr><th scope="col">{column}</th><th scope="col" class="number">Findings</th></tr>'
    return f"<table><caption>{caption}</caption>\n<thead>{head}</thead>\n<tbody>\n"


def _noun(number: int, noun: str) -> str:
    return count(number, noun).partition(" ")[2]


def _diff(lines: Iterable[str]) -> Iterator[str]:
    for text in lines:
        element, name = "span", ""
        if text.startswith(("---", "+++")):
            name = " head"
        elif text.startswith("@@"):
            name = " hunk"
        elif text.startswith("-"):
            element = "del"
        elif text.startswith("+"):
            element = "ins"
        yield f'<{element} class="row{name}">{escaped(text) or " "}</{element}>\n'


@functools.cache
def _markdown() -> MarkdownIt:
    def code(text: str, language: str, _attributes: str) -> str:
        if language != "python":
            return ""
        lines = text.split("\n")
        return "\n".join(line(code, tokens) for code, tokens in zip(lines, spans(text), strict=False))

    # Without HTML of its own, and without images, which would be loaded from elsewhere.
    return MarkdownIt("commonmark", {"html": False, "highlight": code}).disable("image")


def _documentation(rule: type[Rule]) -> str:
    """A rule's documentation, its headings two levels lower."""
    markdown = _markdown()
    tokens = markdown.parse(documentation(rule).markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1:]) + 2)}"
    rendered = markdown.renderer.render(tokens, markdown.options, {})
    return str(rendered)
