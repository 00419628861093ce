"""The floor: what it costs in plain Python to read all files, to look for the losses' words, and to parse those that have one."""

import ast
import contextlib
import gc
import os
import sys

from losslint.extension import Extension
from losslint.selection import Words

has_loss = Words(Extension()).has_loss
gc.disable()
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(".py"):
            with open(os.path.join(folder, name), "rb") as stream:
                raw = stream.read()
            if has_loss(raw):
                with contextlib.suppress(SyntaxError, ValueError):
                    ast.parse(raw)
