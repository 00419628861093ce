"""Words that stand by themselves."""

from __future__ import annotations

import pytest

from losslint.program.words import holds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("net", True),
        ("a.net(x)", True),
        ("subnet, net", True),
        ("netnet net", True),
        ("subnet", False),
        ("nets", False),
        ("_net net2", False),
        ("réseaunet", False),
        ("", False),
    ],
)
def test_a_word_that_is_no_part_of_another_one(text: str, expected: bool) -> None:
    assert holds(text, "net") is expected
    if text.isascii():
        assert holds(text.encode(), b"net") is expected
