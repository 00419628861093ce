"""Which of its backends Keras computes with: what the program says, before the settings do.

A program chooses with `os.environ["KERAS_BACKEND"] = "jax"` before Keras is imported, which holds for what is imported
later, in other modules too; and by importing Keras through TensorFlow.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.evaluation import conditions as cond
from losslint.evaluation.observations import LossCall
from losslint.evaluation.values import Arguments, Atom, Const, External, Unknown, Value
from losslint.program import bodies

if TYPE_CHECKING:
    from losslint.evaluation.evaluator import Evaluator
    from losslint.program.module import Module

NAMES = ("tensorflow", "torch", "jax")
VARIABLE = "KERAS_BACKEND"
NOT_KNOWN = "?"
"""Chosen, but which one isn't known."""


def item_set(evaluator: Evaluator, container: Value, key: Value, value: Value) -> None:
    """`os.environ["KERAS_BACKEND"] = …`"""
    if isinstance(container, External) and container.name == "os.environ":
        if isinstance(key, Const) and key.value == VARIABLE:
            _choose(evaluator, value)


def set_default(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """`os.environ.setdefault("KERAS_BACKEND", …)`, `os.putenv(…)`."""
    if len(arguments.positional) == 2:
        (key, _), (value, _) = arguments.positional
        item_set(evaluator, External("os.environ", "os.environ"), key, value)
    return Unknown("an environment variable")


def set_backend(evaluator: Evaluator, external: External, arguments: Arguments, node: ast.AST) -> Value:
    """`keras.config.set_backend(…)`."""
    if arguments.positional:
        _choose(evaluator, arguments.positional[0][0])
    return Const(None)


def _choose(evaluator: Evaluator, value: Value) -> None:
    module = evaluator.frame.module
    name = value.value if isinstance(value, Const) and isinstance(value.value, str) else NOT_KNOWN
    if cond.without(evaluator.path, evaluator.frame.base) or module.chooses not in (None, name):
        name = NOT_KNOWN
    module.chooses = module.backend = evaluator.environment = name


def call_loss(evaluator: Evaluator, module: Module, loss: Atom, arguments: Arguments, node: ast.Call) -> None:
    """Call a loss of the program's own as a model does that this module compiles.

    A loss of another backend's raises there, however its arguments are given: the program doesn't mean this one.
    """
    seen = len(evaluator.observations)
    evaluator.call(loss, arguments, node, node)
    others = frozenset(NAMES) - {of(evaluator, module, "")}
    if len(others) < len(NAMES):
        evaluator.observations[seen:] = [
            o for o in evaluator.observations[seen:] if not (isinstance(o, LossCall) and o.contract.framework in others)
        ]


def of(evaluator: Evaluator, module: Module, shown: str) -> str | None:
    """The backend of a loss of Keras' that a module uses under this name; None where it isn't known."""
    if module.backend is not None:
        return module.backend if module.backend in NAMES else None
    if shown.startswith(("tf.", "tensorflow.", "tf_keras.")) or _only_of_tensorflow(evaluator, module):
        return "tensorflow"
    return evaluator.backends.get(module.file)


def _only_of_tensorflow(evaluator: Evaluator, module: Module) -> bool:
    """Whether a module imports TensorFlow, and Keras from nowhere else."""
    known = evaluator.of_tensorflow.get(module.file)
    if known is None and "tensorflow" not in module.source.text and "tf_keras" not in module.source.text:
        known = evaluator.of_tensorflow[module.file] = False  # to walk its tree takes a hundred times as long
    if known is None:
        roots: set[str] = set()
        for node in bodies.walk(module.tree):
            if isinstance(node, ast.Import):
                roots |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
                roots.add(node.module.partition(".")[0])
        known = bool(roots & {"tensorflow", "tf_keras"}) and "keras" not in roots
        evaluator.of_tensorflow[module.file] = known
    return known
