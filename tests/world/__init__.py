"""The world as a test: losslint over 200 well-known packages, and Python's own library with its tests.

    python -m world [--wheels FOLDER] [--only WORD] [--record FILE]

in `tests/`. It downloads each package of `packages.txt` once, as a wheel, and lints it in a process of its own, in which each of
Python's warnings is an error. Nothing may fail, take too long, or be found where nobody trains a classifier.
"""
