"""Words in the text of a program."""

from __future__ import annotations

from typing import AnyStr


def holds(text: AnyStr, word: AnyStr) -> bool:
    """Whether a text has a word that isn't part of another one. A pattern for each of thousands of words takes longer to make."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (_is_of_word(text[at - 1 : at]) or _is_of_word(text[end : end + 1])):
            return True
        at = text.find(word, end)
    return False


def _is_of_word(letter: AnyStr) -> bool:
    return letter.isalnum() or (len(letter) == 1 and ord(letter) == ord("_"))
