"""Focal losses that are made of a cross-entropy: where they are reported, and what may be rewritten in them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.rule import Context, FocalCall, Place, Step

if TYPE_CHECKING:
    from losslint.program.module import Module

MOST_NAMES = 4
"""Names that a cross-entropy is followed through: `ce = …`, `logpt = -ce`."""


def place(call: FocalCall) -> Place:
    """Where a finding is: at the cross-entropy."""
    return call.result.module.place(call.result.node)


def trace(call: FocalCall, context: Context, says: str) -> tuple[Step, ...]:
    """From the cross-entropy, made and called, to the product that is the focal loss."""
    result = call.result
    steps = (*context.way(call.way), context.step(call.module, call.node, says))
    if result.made is None or result.made_module is None or result.made is result.node.func:
        return steps
    return (context.step(result.made_module, result.made, "the loss is made here"), *steps)


def condition(call: FocalCall, argument: str) -> str | None:
    """Under which value of a parameter that nobody in the project sets it is so."""
    return next((a.text for a in call.result.assumed if a.argument == argument), None)


def signed(node: ast.expr, module: Module, context: Context) -> ast.expr:
    """The expression with the minus signs in front of it."""
    for part in context.rewriter.above(module, node):
        if not isinstance(part, ast.UnaryOp):
            break
        node = part
    return node


def is_only_in_it(call: FocalCall, context: Context) -> bool:
    """Whether nothing but the exponent and the product reads the cross-entropy: then its shape may change."""
    return _is_only_in(call.result.module, call.result.node, call, context, MOST_NAMES)


def _is_only_in(module: Module, node: ast.expr, call: FocalCall, context: Context, depth: int) -> bool:
    around = context.rewriter.above(module, node)
    if any(part is call.exponential or part is call.node for part in around):
        return True
    if depth == 0:
        return False
    outer = signed(node, module, context)
    found = context.rewriter.assigned(module, outer)
    if found is None:
        module, parameter = call.module, _parameter(module, outer, call, context)
        found = context.rewriter.parameter(*parameter) if parameter is not None else None
    if found is None or not found.local or not found.reads:
        return False
    return all(isinstance(r, ast.Name) and _is_only_in(module, r, call, context, depth - 1) for r in found.reads)


def _parameter(
    module: Module, node: ast.expr, call: FocalCall, context: Context
) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, str] | None:
    """The parameter of the function with the product that an argument of its call goes into."""
    called = next(iter(context.rewriter.above(module, node)), None)
    function = next(
        (
            part
            for part in context.rewriter.above(call.module, call.node)
            if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))
        ),
        None,
    )
    if not isinstance(called, ast.Call) or function is None:
        return None
    name = called.func.attr if isinstance(called.func, ast.Attribute) else getattr(called.func, "id", "")
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    if name != function.name or node not in called.args:
        return None
    index = called.args.index(node) + (names[:1] == ["self"])
    return (function, names[index]) if index < len(names) else None
