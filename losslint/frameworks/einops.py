"""einops: other shapes of the same numbers. Which axis is which, its patterns say, and nothing here reads them.

Signatures are those of einops 0.8.1.
"""

from __future__ import annotations

from losslint.frameworks.vocabulary import Api, Reshape

_FUNCTIONS = {
    f"einops.{name}": Api("tensor, pattern, **axes_lengths", Reshape("unknown", "tensor")) for name in ("rearrange", "repeat")
}
_LAYERS = {
    f"einops.layers.{backend}.Rearrange": Api("pattern, **axes_lengths", Reshape("unknown", given), given)
    for backend, given in (("torch", "input"), ("tensorflow", "inputs"), ("keras", "inputs"), ("flax", "input"))
}

TABLE: dict[str, Api] = {**_FUNCTIONS, **_LAYERS}
