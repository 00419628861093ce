"""LL112: softmax over one unit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import ActivationCall, Context, Finding, Fix, LossCall, Rule, Scale, short_name
from losslint_rules import activations
from losslint_rules.contracts import channels_without_classes, one_unit

if TYPE_CHECKING:
    import libcst as cst


class SingleClassSoftmax(Rule):
    """A softmax, or a softmax cross-entropy, over a single unit: the result is a constant.

    ## What it does
    Finds a softmax over an axis of size 1 (`Linear(_, 1)` and then `Softmax`, `Dense(1,
    activation="softmax")`), and losses that apply a softmax themselves to the output of such a layer.

    ## Why is this bad?
    The probabilities of one class sum to 1, so the one there is *is* 1, whatever the network says: accuracy
    stays at the share of one class (0.5 on balanced labels) for ever. With `BCELoss` the loss stays at 50 on
    balanced labels, with `CrossEntropyLoss` it is 0 (and raises "Target 1 is out of bounds" at the first label
    1), and the gradient is exactly 0. The trap is Keras on TensorFlow: `Dense(1, "softmax")` with
    `binary_crossentropy` trains on the logits behind it, so the loss falls as if all were well, and every
    prediction is 1.0 all the same.

    ## Example
    ```python
    model = keras.Sequential([keras.layers.Dense(1, activation="softmax")])
    model.compile(loss="binary_crossentropy")
    ```

    ## Use instead
    ```python
    model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
    model.compile(loss="binary_crossentropy")
    ```
    In PyTorch: `nn.Linear(_, 1)` and `nn.BCEWithLogitsLoss()`, with targets of the same shape and of type
    float.

    ## Fix safety
    Display only: where Keras is told the activation, a diff shows the sigmoid. The rest is to be decided by a
    person: one unit and a binary loss, or two units and the softmax.

    ## References
    -
      [torch.nn.BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html)
    - [keras.layers.Softmax](https://keras.io/api/layers/activation_layers/softmax/)
    """

    code = "LL112"
    name = "single-class-softmax"
    severity = "error"
    fix = "display"

    def visit_ActivationCall(
        self, node: cst.CSTNode | None, call: ActivationCall, context: Context
    ) -> Iterator[Finding]:
        tensor = call.tensor
        if call.scale not in (Scale.PROBABILITIES, Scale.LOG_PROBABILITIES) or tensor.role != "prediction":
            return
        axis = _axis(call)
        if axis is None or tensor.shape.size(axis) != 1:
            return
        constant = "1" if call.scale is Scale.PROBABILITIES else "0"
        yield self.finding(
            call,
            f"{call.cause.name} over one unit always gives {constant}, whatever the network says. Use sigmoid and a "
            "binary cross-entropy, or two units.",
            (
                *context.way(tensor.way),
                context.step(call.module, call.node, f"{call.cause.name} over an axis of size 1"),
            ),
            _sigmoid(call, context),
        )

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if call.contract.family != "softmax" or call.contract.takes == "any" or call.prediction.role != "prediction":
            return
        if channels_without_classes(call) or not one_unit(call):
            return
        if call.contract.framework == "keras" and call.contract.takes == "probabilities" and call.backend is not None:
            effect = _on_backend(call)
        elif call.prediction.scale is Scale.PROBABILITIES and call.contract.takes == "probabilities":
            effect = "there is one class, whose probability is 1: every example gets the same answer"
        elif call.prediction.shape.class_size == 1:
            effect = "the softmax over one unit is 1, the loss is constant and the gradient 0"
        else:
            effect = (
                "without the axis of the one unit it takes the examples for classes, and the softmax is over the batch"
            )
        yield self.finding(
            call,
            f"{short_name(call.shown)} needs one unit for each class and gets a single one: {effect}. Use a binary "
            "cross-entropy on the logits, or two units.",
            context.trace(call, f"{short_name(call.shown)} is a cross-entropy over the classes"),
        )


def _on_backend(call: LossCall) -> str:
    """What Keras does with a single unit in a categorical loss."""
    if call.contract.labels == "indices" and call.backend != "jax":
        return "it raises at the first label that isn't the first class"
    if call.backend == "tensorflow":
        return "the loss is zero whatever it gets, and the gradient that comes back isn't its own"
    return "the loss is zero whatever it gets, and no gradient comes back"


def _axis(call: ActivationCall) -> int | None:
    """The axis that is normalised: the one given, or the default that is meant where none is."""
    if call.axis is not None or call.explicit:
        return call.axis
    if call.cause.name == "softmax2d":
        return -3
    if not call.has_axis or call.cause.form == "keyword":
        return -1
    # torch without `dim`: axis 1 of what has two or four, which is all that can be told without guessing
    return 1 if call.tensor.shape.rank in (2, 4) else None


def _sigmoid(call: ActivationCall, context: Context) -> Fix | None:
    if call.scale is not Scale.PROBABILITIES or call.tensor.scale is not Scale.UNBOUNDED:
        return None
    return context.fix("display", "one unit takes a sigmoid", activations.instead(call.cause, "sigmoid", context))
