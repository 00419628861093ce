"""`python -m losslint`."""

import os
import sys

# -m puts the folder that one stands in first on the path, and what is linted must neither be imported in the place of what it's
# named like, nor be taken for a plugin. The command `losslint` has no such folder, nor has `python -P`.
if sys.path and sys.path[0] in ("", os.getcwd()) and not getattr(sys.flags, "safe_path", False):
    del sys.path[0]

from losslint.cli import main

if __name__ == "__main__":
    main()
