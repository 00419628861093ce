"""Inputs that nobody wrote: real files, changed at random or by how much of losslint they come to.

    python -m fuzzing [--target NAME] [--inputs N | --seconds S] [--trees FOLDER...] [--atheris]

in `tests/`. Each input has to be answered, or refused with one of the documented errors, in a bounded number of steps, and the
same way a second time. What fails is written into `--crashes FOLDER`.
"""
