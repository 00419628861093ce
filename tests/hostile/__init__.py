"""Programs that nobody writes but to make losslint fail: too deep, too large, without an end.

    python -m hostile [WORD]

in `tests/` lints each in a process of its own, and says what came of it, how long it took and what memory it needed: more
than two seconds of the processor's time (a tenth of one more for each further file), or 500 megabytes, is a failure.
"""
