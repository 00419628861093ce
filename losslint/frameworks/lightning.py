"""Lightning: the trainer that runs a module's own training methods.

Both of its names, `lightning.pytorch` and `pytorch_lightning`, lead to the second one. Signatures are those of Lightning 2.6.
"""

from __future__ import annotations

from losslint.frameworks.vocabulary import Api, Trainer

TABLE: dict[str, Api] = {
    "pytorch_lightning.Trainer": Api("**kwargs", Trainer()),
    "pytorch_lightning.Trainer.from_argparse_args": Api("args, **kwargs", Trainer()),
}

NAMESPACES: dict[str, str] = {
    "lightning.pytorch": "pytorch_lightning",
    "lightning": "pytorch_lightning",
    "pytorch_lightning.core.lightning": "pytorch_lightning",
    "pytorch_lightning.core.module": "pytorch_lightning",
    "pytorch_lightning.core": "pytorch_lightning",
}
"""Other names of the same modules."""
