"""The logarithm of an activation in one step: `F.log_softmax(x, dim=1)` for `torch.log(F.softmax(x, dim=1))`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.rule import Cause, Context, Edit, Fix, LogarithmCall, LossCall

if TYPE_CHECKING:
    from losslint.program.module import Module

CLAMPS = frozenset({"clamp", "clamp_", "clamp_min", "clamp_min_", "clip", "clip_by_value"})
GUARDS = frozenset({"clamped", "epsilon"})
"""Notes of probabilities that are kept from 0 before their logarithm is taken."""

IN_ONE_STEP = {
    "torch": {"softmax": "F.log_softmax", "sigmoid": "F.logsigmoid"},
    "tensorflow": {"softmax": "tf.nn.log_softmax", "sigmoid": "tf.math.log_sigmoid"},
    "jax": {"softmax": "jax.nn.log_softmax", "sigmoid": "jax.nn.log_sigmoid"},
    "keras": {"softmax": "keras.ops.log_softmax", "sigmoid": "keras.ops.log_sigmoid"},
}
"""For each library, the function that gives the logarithm of an activation."""
HAVE_LOGARITHMS = ("torch.", "tensorflow.nn.", "tensorflow.math.", "jax.nn.", "flax.", "keras.ops.")
"""Where `log_softmax` stands beside `softmax`, with the same arguments."""


def library(call: LogarithmCall) -> str:
    """The library whose function takes the logarithm."""
    return call.log.api.partition(".")[0]


def in_one_step(call: LogarithmCall, context: Context) -> Fix | None:
    """The fix that takes the logarithm in one step: safe, since nothing else changes, and the value is the same."""
    name = IN_ONE_STEP[library(call)][call.cause.name]
    return context.fix("safe", f"{name} in one step", _edits(call, context))


def _edits(call: LogarithmCall, context: Context) -> tuple[Edit, ...] | None:
    cause, module, rewriter = call.cause, call.module, context.rewriter
    if not isinstance(cause.node, ast.Call) or call.log.input is None:
        return None
    written = _logarithm(call, context)
    if written is None:
        return None
    whole = rewriter.chain(module, cause.node)
    assigned = rewriter.assigned(module, whole) if _only_chosen(whole, cause.node) else None
    name = assigned.name if assigned is not None else ""
    inner = _unguarded(call.log.input, name, cause.node)
    if any(part is cause.node for part in ast.walk(inner)):
        if call.partner is not None or not _only_chosen(inner, cause.node):
            return None
        return rewriter.replace_node(module, call.node, rewriter.text(module, inner, {cause.node: written}))
    read = next((part for part in ast.walk(inner) if assigned is not None and part in assigned.reads), None)
    if assigned is None or read is None or not _only_chosen(inner, read):
        return None
    if call.partner is not None:
        return _both(call, written, assigned.reads, context) if read is inner and whole is cause.node else None
    if assigned.local and assigned.reads == {read}:
        return _joined(
            rewriter.replace_node(module, cause.node, written),
            rewriter.replace_node(module, call.node, rewriter.text(module, inner)),
        )
    if not rewriter.is_repeatable(module, whole, call.node, but=_calls(whole, cause.node)):
        return None
    again = rewriter.text(module, whole, {cause.node: written})
    return rewriter.replace_node(module, call.node, rewriter.text(module, inner, {read: again}))


def of_sigmoid(call: LossCall, context: Context) -> Fix | None:
    """The fix of a binary cross-entropy by hand on logits: log(z) and log(1 - z) as the logarithms of sigmoid(z) and sigmoid(-z).

    Both logarithms are of one name, with what keeps it from 0 or without; else there is none. Nor is there where the name is what
    was clipped: the sigmoid of that is another one.
    """
    partner, module, rewriter = call.partner, call.module, context.rewriter
    if partner is None or partner.input is None or not isinstance(call.input_node, ast.expr):
        return None
    if not partner.api.endswith(".log") or ("clamped-logits" in call.prediction.notes and not _clamps(call.input_node)):
        return None
    name = next((n for part in ast.walk(partner.input) if (n := _of_complement(part)) is not None), None)
    if name is None or _of_complement(_unguarded(partner.input, name, partner.node)) != name:
        return None
    match _unguarded(call.input_node, name, call.node):
        case ast.Name(id=read) if read == name:
            pass
        case _:
            return None
    function = _log_sigmoid(partner.api.partition(".")[0], call.node, module, context)
    if function is None:
        return None
    edits = _joined(
        rewriter.replace_node(module, call.node, f"{function}({name})"),
        rewriter.replace_node(module, partner.node, f"{function}(-{name})"),
    )
    return context.fix("safe", f"the logarithms of sigmoid, as {function}", edits)


def of_softmax(call: LossCall, context: Context) -> Fix | None:
    """The fix of a cross-entropy by hand on logits: log(z) as log_softmax(z), where z is a name, kept from 0 there or not at all.

    Which axis has the classes is sure where there are two, and TensorFlow's and JAX' functions take the last one by themselves.
    """
    module, tensor, library = call.module, call.prediction, call.contract.framework
    if library not in IN_ONE_STEP or tensor.shape.rank != 2 or not isinstance(call.input_node, ast.expr):
        return None
    if "clamped-logits" in tensor.notes and not _clamps(call.input_node):
        return None
    names = {part.id for part in ast.walk(call.input_node) if isinstance(part, ast.Name)}
    name = next((n for n in sorted(names) if _is_name(_unguarded(call.input_node, n, call.node), n)), None)
    function = context.rewriter.written_name(module, _full_name(library, "softmax"))
    if name is None or function is None:
        return None
    written = f"{function}({name}, dim={tensor.shape.rank - 1})" if library == "torch" else f"{function}({name})"
    edits = context.rewriter.replace_node(module, call.node, written)
    return context.fix("safe", f"the logarithm of softmax, as {function}", edits)


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _log_sigmoid(library: str, logarithm: ast.Call, module: Module, context: Context) -> str | None:
    """How a module writes the logarithm of a sigmoid, of the library that this logarithm is; None where it can't yet."""
    match library, logarithm.func:
        case "tensorflow", ast.Attribute(value=value, attr="log"):  # tf.nn has a sigmoid, and no log_sigmoid
            return f"{context.rewriter.text(module, value)}.log_sigmoid"
    return context.rewriter.written_name(module, _full_name(library, "sigmoid")) if library in IN_ONE_STEP else None


def _full_name(library: str, activation: str) -> str:
    """The whole name of the function that gives the logarithm of an activation."""
    name = IN_ONE_STEP[library][activation]
    return name.replace("F.", "torch.nn.functional.", 1).replace("tf.", "tensorflow.", 1)


def _of_complement(node: ast.AST) -> str | None:
    """The name in `1 - name`."""
    match node:
        case ast.BinOp(left=ast.Constant(value=1), op=ast.Sub(), right=ast.Name(id=name)):
            return name
    return None


def _calls(whole: ast.expr, activation: ast.Call) -> list[ast.AST]:
    """The activation, and what is called on its result."""
    found: list[ast.AST] = [activation]
    while whole is not activation and isinstance(whole, (ast.Call, ast.Attribute, ast.Subscript)):
        if isinstance(whole, ast.Call):
            found.append(whole)
        whole = whole.func if isinstance(whole, ast.Call) else whole.value
    return found


def _both(
    call: LogarithmCall, written: str, reads: frozenset[ast.AST], context: Context
) -> tuple[Edit, ...] | None:
    """log(p) and log(1 - p), of a sigmoid: both, or none."""
    partner, cause, rewriter = call.partner, call.cause, context.rewriter
    if partner is None:
        return None
    for log in (call.log, partner):
        if not rewriter.is_repeatable(call.module, cause.node, log.node, but=[cause.node]):
            return None
    match partner.input:
        case ast.BinOp(left=ast.Constant(value=1), op=ast.Sub(), right=other) if other in reads:
            pass
        case _:
            return None
    applied = _applied(cause)
    text = rewriter.text(call.module, applied)
    if not isinstance(applied, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
        text = f"({text})"
    opposite = _logarithm(call, context, f"-{text}")
    if opposite is None:
        return None
    return _joined(
        rewriter.replace_node(call.module, call.node, written),
        rewriter.replace_node(call.module, partner.node, opposite),
    )


def _joined(one: tuple[Edit, ...] | None, other: tuple[Edit, ...] | None) -> tuple[Edit, ...] | None:
    return None if one is None or other is None else (*one, *other)


def _applied(cause: Cause) -> ast.expr:
    """What the activation is applied to."""
    assert isinstance(cause.node, ast.Call)
    return cause.input if cause.input is not None else cause.node.args[0]


def _logarithm(call: LogarithmCall, context: Context, applied: str | None = None) -> str | None:
    """The text of the activation's logarithm; with `applied`, of something else than it is applied to."""
    cause, rewriter = call.cause, context.rewriter
    node, module = cause.node, cause.module
    if not isinstance(node, ast.Call) or cause.form not in ("call", "method", "layer") or cause.input is None:
        return None
    text = applied if applied is not None else rewriter.text(module, cause.input)
    owner = rewriter.text(module, node.func.value) if isinstance(node.func, ast.Attribute) else None
    if cause.name == "sigmoid":
        if cause.form != "layer" and len(node.args) + len(node.keywords) != (cause.form == "call"):
            return None
        if library(call) in ("torch", "tensorflow"):
            function = _log_sigmoid(library(call), call.node, module, context)
            return None if function is None else f"{function}({text})"
        if owner is not None and cause.api.startswith(HAVE_LOGARITHMS):
            return f"{owner}.log_sigmoid({text})"
        return None
    if cause.form == "layer":
        dim = _dim(cause)
        functional = rewriter.written_name(module, _full_name("torch", "softmax")) if library(call) == "torch" else None
        return None if functional is None or dim is None else f"{functional}({text}, dim={dim})"
    if owner is None or not cause.api.startswith(HAVE_LOGARITHMS) or not cause.api.endswith(".softmax"):
        return None
    return rewriter.text(module, node, {node.func: f"{owner}.log_softmax"})


def _dim(cause: Cause) -> int | None:
    """The axis that a softmax layer was made with."""
    made = cause.made
    given = [*made.args, *(keyword.value for keyword in made.keywords)] if isinstance(made, ast.Call) else []
    try:
        return int(ast.literal_eval(given[0])) if len(given) == 1 else None
    except (ValueError, TypeError):
        return None


def _unguarded(node: ast.expr, name: str, activation: ast.AST) -> ast.expr:
    """What is under a logarithm, without what keeps it from 0: `p + eps`, `p.clamp(min=eps)`, `tf.clip_by_value(p, …)`."""
    while True:
        match node:
            case ast.BinOp(left=one, op=ast.Add(), right=other):
                sides = [side for side in (one, other) if _holds(side, name, activation)]
            case ast.Call(func=ast.Attribute(attr=method, value=owner), args=arguments) if method in CLAMPS:
                sides = [part for part in (owner, *arguments[:1]) if _holds(part, name, activation)][:1]
            case _:
                return node
        if len(sides) != 1:
            return node
        node = sides[0]


def _holds(node: ast.AST, name: str, activation: ast.AST) -> bool:
    return any(part is activation or (isinstance(part, ast.Name) and part.id == name) for part in ast.walk(node))


def _is_clamp(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLAMPS


def _clamps(node: ast.AST) -> bool:
    """Whether something is clipped there, and not before."""
    return any(_is_clamp(part) for part in ast.walk(node))


def _only_chosen(node: ast.AST, value: ast.AST) -> bool:
    """Whether nothing is computed of a value: it is only indexed, gathered or reshaped."""
    if node is value:
        return True
    if isinstance(node, (ast.BinOp, ast.UnaryOp)) or _is_clamp(node):
        return not _holds(node, "", value)
    return all(_only_chosen(part, value) for part in ast.iter_child_nodes(node))
