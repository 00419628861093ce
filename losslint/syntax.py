"""Saying why a text isn't Python for the Python that runs: Python 2, newer syntax, or just an error.

Best effort: the parser names a place, and the text around it is compared with what each version of Python brought.
"""

from __future__ import annotations

import re
import sys

MOST_LINES = 2_000
MOST_COLUMNS = 5_000

_NEWER: tuple[tuple[tuple[int, int], str, re.Pattern[str]], ...] = (
    ((3, 11), "except*", re.compile(r"^\s*except\s*\*")),
    ((3, 11), "a star in an index", re.compile(r"\[\s*\*\w|\*\w+\s*:\s*\*")),
    ((3, 13), "defaults of type parameters", re.compile(r"^\s*(?:async\s+)?(?:def|class|type)\s+\w+\s*\[[^\]=]*=")),
    ((3, 12), "type parameters", re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+\w+\s*\[")),
    ((3, 12), "a type statement", re.compile(r"^\s*type\s+\w+\s*(?:\[.*\]\s*)?=")),
    ((3, 14), "except without parentheses", re.compile(r"^\s*except\*?\s+[\w.]+\s*(?:,\s*[\w.]+\s*)+:")),
    ((3, 14), "a template string", re.compile(r"(?<![\w\"'])(?:[tT][rR]?|[rR][tT])[\"']")),
    ((3, 15), "a lazy import", re.compile(r"^\s*lazy\s+(?:import|from)\b")),
)

_PYTHON_2: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a print statement", re.compile(r"^(?:[^#\"']*[:;])?\s*print\s+(?:>>|[\w\"'`({\[%-])")),
    ("an exec statement", re.compile(r"^(?:[^#\"']*[:;])?\s*exec\s+[\w\"'(]")),
    # `except ValueError, e:` binds a name; Python 3.14's `except TypeError, ValueError:` names two classes.
    ("'except X, name:'", re.compile(r"^\s*except\s+(?:[\w.]+|\(.*\))\s*,\s*[a-z_]\w*\s*:")),
    ("'raise X, value'", re.compile(r"^(?:[^#\"']*[:;])?\s*raise\s+[\w.]+\s*,")),
    ("the operator <>", re.compile(r"<>")),
    ("backticks", re.compile(r"`[^`]+`")),
    ("an octal number like 0777", re.compile(r"(?<![\w.])0[0-7]+\b")),
    ("a long integer like 12L", re.compile(r"(?<![\w.])(?:\d+|0[xX][0-9a-fA-F]+)[lL]\b")),
    ("a ur'' string", re.compile(r"(?<!\w)[uU][rR][\"']")),
    ("a tuple as a parameter", re.compile(r"(?:^\s*def\s+\w+\s*\(|\blambda\b)[^:]*?\(\s*\w+\s*,")),
)

# Seen anywhere in a file that doesn't parse for another reason (tabs and spaces mixed, mostly).
_STRONG = tuple(pair for pair in _PYTHON_2 if pair[0] in ("a print statement", "'except X, name:'"))

_QUOTE = re.compile("[\"']")
_STRINGS = {'"': re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL), "'": re.compile(r"'(?:\\.|[^'\\])*'", re.DOTALL)}

_F_STRING = re.compile(r"(?<![\w])(?:[fF][rR]?|[rR][fF])(\"\"\"|'''|\"|')")


def explain(error: SyntaxError, text: str, where: str | None = None) -> str:
    """What is wrong with a text that doesn't parse, in one line. `where` is the error's place, if not its line."""
    number = error.lineno or 1
    place = where or f"line {number}"
    running = sys.version_info[:2]
    # What is said is a guess, and not worth more time than a program's first lines take.
    lines = [line[:MOST_COLUMNS] for line in text.split("\n", max(number, MOST_LINES))]
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    message = error.msg or "invalid syntax"
    if "Missing parentheses in call to 'print'" in message:
        return f"is Python 2 (a print statement, in {place})"
    if "Missing parentheses in call to 'exec'" in message:
        return f"is Python 2 (an exec statement, in {place})"
    code = _without_strings(line)
    for name, pattern in _PYTHON_2:
        if name not in ("a print statement", "an exec statement") and pattern.search(code):
            return f"is Python 2 ({name}, in {place})"
    if running < (3, 12) and _new_f_string(lines, number):
        return _needs((3, 12), "an f-string with quotes, backslashes or lines of its own inside", place)
    for version, name, pattern in _NEWER:
        # A template string's prefix is what is left of it when its text is blanked, so that one looks at the same line.
        if running < version and pattern.search(code):
            return _needs(version, name, place)
    for index, other in enumerate(lines[:MOST_LINES], 1):
        for name, pattern in _STRONG:
            if index != number and pattern.search(_without_strings(other)) and not re.match(r"\s*print\s*\(", other):
                return f"has a syntax error in {place}: {message} (it looks like Python 2: {name}, in line {index})"
    return f"has a syntax error in {place}: {message}"


def _needs(version: tuple[int, int], name: str, place: str) -> str:
    needed, runs = ".".join(map(str, version)), ".".join(map(str, sys.version_info[:2]))
    return f"needs Python {needed} or newer ({name}, in {place}); losslint runs on Python {runs}"


def _without_strings(line: str) -> str:
    """A line without its comment, and with the insides of its strings blanked. What doesn't end is no string.

    Each sign is looked at some times at most: where a quote's string doesn't end, that of no later quote of its kind does,
    since a backslash belongs to the same sign for both.
    """
    parts: list[str] = []
    strings = dict(_STRINGS)
    position = 0
    for quote in _QUOTE.finditer(line):
        if quote.start() < position or quote.group() not in strings:
            continue
        string = strings[quote.group()].match(line, quote.start())
        if string is None:
            del strings[quote.group()]
            continue
        parts += [line[position : quote.end()], " " * (len(string.group()) - 2), quote.group()]
        position = string.end()
    return "".join([*parts, line[position:]]).split("#", 1)[0]


def _new_f_string(lines: list[str], number: int) -> bool:
    """Whether an f-string that starts in this line, or a little before it, is one that only PEP 701 allows."""
    first = max(1, number - 3)
    lines, number = lines[first - 1 : number + 100], number - first + 1
    text = "\n".join(lines)[:MOST_COLUMNS]
    for index in range(1, min(number, len(lines)) + 1):
        start = sum(len(line) + 1 for line in lines[: index - 1])
        for match in _F_STRING.finditer(text, start, start + len(lines[index - 1])):
            end, news = _scan_f_string(text, match.start(), 0)
            if end > 0 and news and text.count("\n", 0, end) + 1 >= number:
                return True
    return False


def _scan_f_string(text: str, start: int, depth: int) -> tuple[int, bool]:
    """The end of the f-string that starts here, as PEP 701 reads it, and whether older Pythons would refuse it.

    The end is -1 where it doesn't end.
    """
    match = _F_STRING.match(text, start)
    if match is None or depth > 20:
        return -1, False
    quote, raw = match.group(1), "r" in match.group().lower()
    position, news = match.end(), False
    while position < len(text):
        if text.startswith(quote, position):
            return position + len(quote), news
        character = text[position]
        if (character == "\\" and not raw) or text.startswith("{{", position):
            position += 2
        elif character == "{":
            position, inside = _scan_field(text, position + 1, quote, depth)
            news |= inside
            if position < 0:
                return -1, False
        elif character == "\n" and len(quote) == 1:
            return -1, False
        else:
            position += 1
    return -1, False


def _scan_field(text: str, position: int, quote: str, depth: int) -> tuple[int, bool]:
    """The end of a replacement field, and whether there's something in it that older Pythons would refuse."""
    news, brackets, in_format = False, 0, False
    while position < len(text):
        character = text[position]
        if in_format:
            if character == "{":
                position, inside = _scan_field(text, position + 1, quote, depth + 1)
                news |= inside
                if position < 0:
                    return -1, False
                continue
            if character == "}":
                return position + 1, news
            if text.startswith(quote, position):
                return -1, False
        elif character == "}" and brackets == 0:
            return position + 1, news
        elif character == ":" and brackets == 0:
            in_format = True
        elif character in "([{":
            brackets += 1
        elif character in ")]}":
            brackets -= 1
        elif character == "#":
            news = True
            position = text.find("\n", position)
            if position < 0:
                return -1, False
        elif character == "\\":
            news = True
        elif character == "\n":
            news |= len(quote) == 1
        elif character in "\"'" or _F_STRING.match(text, position):
            if nested := _F_STRING.match(text, position):
                end, _ = _scan_f_string(text, position, depth + 1)
                inner = nested.group(1)
            else:
                inner = text[position : position + 3] if text[position : position + 3] in ('"""', "'''") else character
                end = _plain_end(text, position + len(inner), inner)
            if end < 0:
                return -1, False
            # The same kind of quote, a backslash or one level more than the two kinds of quotes allow.
            news |= (inner[0] == quote[0] and len(inner) <= len(quote)) or "\\" in text[position:end]
            position = end
            continue
        position += 1
    return -1, False


def _plain_end(text: str, position: int, quote: str) -> int:
    """The end of a plain string whose inside starts here, or -1."""
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text.startswith(quote, position):
            return position + len(quote)
        elif text[position] == "\n" and len(quote) == 1:
            return -1
        else:
            position += 1
    return -1
