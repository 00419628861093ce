"""Writing a Keras loss with `from_logits=True` where it stands by its name only."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from losslint.rule import Context, Edit, Place

if TYPE_CHECKING:
    from losslint.program.module import Module

CLASSES = {
    "bce": "BinaryCrossentropy",
    "binary_crossentropy": "BinaryCrossentropy",
    "binary_focal_crossentropy": "BinaryFocalCrossentropy",
    "categorical_crossentropy": "CategoricalCrossentropy",
    "categorical_focal_crossentropy": "CategoricalFocalCrossentropy",
    "crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
}
"""Losses with a `from_logits`, as strings and functions, and their classes."""

LIBRARIES = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")


def with_logits(context: Context, module: Module, node: ast.AST) -> tuple[Edit, ...] | None:
    """The edits that write a loss given as a string, a function or a class as an object with `from_logits=True`.

    A name that the module has already is used; else the class is imported beside what is imported of Keras.
    """
    match node:
        case ast.Constant(value=str(name)):
            title = CLASSES.get(name, name)
        case ast.Attribute(attr=name):
            title = CLASSES.get(name, name)
            holder = module.segment(node.value)
            if title in CLASSES.values() and holder.rpartition(".")[2] == "losses":
                return context.rewriter.replace_node(module, node, f"{holder}.{title}(from_logits=True)")
        case ast.Name(id=name):
            title = CLASSES.get(name, name)
            if name == title and title in CLASSES.values():
                return context.rewriter.replace_node(module, node, f"{name}(from_logits=True)")
        case _:
            return None
    if title not in CLASSES.values() or not isinstance(node, ast.expr):
        return None
    reference, imported = reference_to(module, "losses", title)
    if reference is None:
        return None
    written = context.rewriter.replace_node(module, node, f"{reference}(from_logits=True)")
    return None if written is None else (*written, *imported)


def reference_to(module: Module, package: str, title: str) -> tuple[str | None, tuple[Edit, ...]]:
    """An expression for a class of Keras' losses or metrics, and the import that it needs."""
    beside: tuple[ast.stmt, str] | None = None
    for statement in module.tree.body:
        match statement:
            case ast.Import(names=names):
                for alias in names:
                    bound = alias.asname or alias.name
                    if alias.name in LIBRARIES:
                        return f"{bound}.{package}.{title}", ()
                    if alias.name == "tensorflow" and alias.asname is not None:
                        return f"{bound}.keras.{package}.{title}", ()
                    if alias.name == "tensorflow":
                        return f"tensorflow.keras.{package}.{title}", ()
            case ast.ImportFrom(module=str(source), names=names, level=0):
                for alias in names:
                    bound = alias.asname or alias.name
                    if f"{source}.{alias.name}" in LIBRARIES:
                        return f"{bound}.{package}.{title}", ()
                    if source in LIBRARIES and alias.name == package:
                        return f"{bound}.{title}", ()
                    if alias.name == title and source in [f"{name}.{package}" for name in LIBRARIES]:
                        return bound, ()
                library = next((name for name in LIBRARIES if source == name or source.startswith(f"{name}.")), None)
                if library is not None and (
                    beside is None or source < f"{library}.{package}"
                ):  # sorted, where they are
                    beside = statement, f"from {library}.{package} import {title}"
    if beside is None:
        return None, ()
    place = module.place(beside[0])
    end = Place(place.path, place.end_line, place.end_column, place.end_line, place.end_column)
    return title, (Edit(end, f"\n{beside[1]}"),)
