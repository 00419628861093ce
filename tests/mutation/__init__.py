"""Mutants of ourselves: small mistakes put into the evaluator and the rules, each of which a test has to see.

    python -m mutation [--sample N] [--seed S] [--modules GLOB...] [--session FOLDER] [--survivors]

in `tests/`. Cosmic Ray makes the mutants. A mutant is judged by the tests that come to its line, the quickest first: it's killed
by the first that fails, and by taking many times as long.
"""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
