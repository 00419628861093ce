"""JAX: functions made of functions, and flax' training state, which holds the model's function and its parameters."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.evaluation import values as v
from losslint.evaluation.values import Arguments, External, Made, Partial, Seq, Unknown, Value

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator

JITTERS = ("jax.jit", "jax.checkpoint", "jax.remat", "flax.nnx.jit", "flax.nnx.remat", "flax.linen.jit", "flax.linen.remat")
"""Functions that leave a function as it is."""
MAPPERS = ("jax.vmap", "jax.pmap", "torch.vmap", "torch.func.vmap")
"""Functions that call a function with one example of each batch that it's given."""
WITH_VALUE = ("jax.value_and_grad", "flax.nnx.value_and_grad")
GRADIENTS = ("jax.grad", "flax.nnx.grad", "torch.func.grad")
STATE = "flax.training.train_state.TrainState"


def differentiated(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """`value_and_grad(f)` and `grad(f)`: what calls the function, and gives its gradients, too."""
    if not arguments.positional:
        return Unknown(f"`{external.shown}` of nothing")
    given = "losslint.with_gradients" if external.name in WITH_VALUE else "losslint.gradients"
    return Partial(External(given, external.shown), Arguments(arguments.positional[:1]))


def with_gradients(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """Call what `value_and_grad` was given: the value as it is, with what goes along with it, and the gradients."""
    (function, _), *rest = arguments.positional
    value = evaluator.call(function, Arguments(rest, arguments.keywords, arguments.open), node, node)
    return Seq("tuple", [value, _gradients()])


def gradients(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """Call what `grad` was given, for what it meets. What goes along with the gradients isn't told from them."""
    with_gradients(evaluator, external, arguments, node)
    return _gradients()


def _gradients() -> Unknown:
    return Unknown("gradients", ("gradients", v.fresh()))


def state(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """`TrainState.create(apply_fn=model.apply, …)`: what it was made with are its attributes."""
    return Made(STATE, external.shown, None, arguments, node, evaluator.frame.module, evaluator.path)


def of_state(evaluator: Evaluator, made: Made, name: str, arguments: Arguments, node: ast.AST) -> Value | None:
    """A method of a training state; None of anything else. A step leaves the function that it holds."""
    if made.name != STATE or name not in ("apply_gradients", "replace"):
        return None
    keywords = {**made.arguments.keywords, **(arguments.keywords if name == "replace" else {})}
    held = Arguments(made.arguments.positional, keywords, made.arguments.open or arguments.open)
    return Made(STATE, made.shown, None, held, node, evaluator.frame.module, evaluator.path)
