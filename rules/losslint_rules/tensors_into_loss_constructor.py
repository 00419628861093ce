"""LL501: the constructor is called as if it were the loss."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Atom, Choice, Context, Finding, Fix, LossMade, Rule, Tensor, Unknown, Value, short_name

if TYPE_CHECKING:
    import libcst as cst


class TensorsIntoLossConstructor(Rule):
    """Predictions and labels are given to the loss's constructor.

    ## What it does
    Finds `nn.CrossEntropyLoss(outputs, labels)`, `keras.losses.CategoricalCrossentropy(y, p)` and the like: the
    class is called with the tensors, instead of an object of it.

    ## Why is this bad?
    PyTorch takes the outputs for class weights and the labels for the old `size_average`: "Boolean value of
    Tensor with more than one value is ambiguous", or with a batch of 1 a module comes out, and `.backward()`
    doesn't exist. With the outputs alone it makes a module without a word. Keras takes the labels for
    `from_logits`, and makes a loss object without a word.

    ## Example
    ```python
    loss = nn.CrossEntropyLoss(outputs, labels)
    ```

    ## Use instead
    ```python
    loss = nn.CrossEntropyLoss()(outputs, labels)
    ```

    ## Fix safety
    Safe: an object is made and then called. The call as it stands can't compute a loss.

    ## References
    - [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
    """

    code = "LL501"
    name = "tensors-into-loss-constructor"
    severity = "error"
    fix = "safe"

    def visit_LossMade(self, node: cst.CSTNode | None, made: LossMade, context: Context) -> Iterator[Finding]:
        if made.call or made.contract.framework not in ("torch", "keras") or made.arguments.open:
            return
        values = [value for value, _ in made.arguments.positional]
        # the second parameter is `size_average` in torch, and no loss of Keras' takes a tensor first
        pair = len(values) >= 2 and _is_tensor(values[1]) and _may_be_tensor(values[0])
        alone = len(values) == 1 and _is_prediction(values[0])
        if not pair and not alone:
            return
        name = short_name(made.shown)
        yield self.finding(
            made,
            f"{name}(…) makes the loss, it doesn't compute it: the tensors are taken for its settings. Write "
            f"`{name}()(…)`.",
            (),
            _split(made, context) if pair else None,
        )


def _atoms(value: Value) -> tuple[Atom, ...]:
    return tuple(atom for _, atom in value.alternatives) if isinstance(value, Choice) else (value,)


def _is_tensor(value: Value) -> bool:
    """Whether it's numbers of a model or of the data, on every way."""
    return all(isinstance(a, Tensor) or (isinstance(a, Unknown) and a.role is not None) for a in _atoms(value))


def _may_be_tensor(value: Value) -> bool:
    return all(isinstance(a, (Tensor, Unknown)) for a in _atoms(value))


def _is_prediction(value: Value) -> bool:
    return all(isinstance(a, Tensor) and a.role == "prediction" for a in _atoms(value))


def _split(made: LossMade, context: Context) -> Fix | None:
    edits = context.rewriter.split_constructor(made.module, made.node, 2)
    return context.fix("safe", "make the loss, then call it", edits)
