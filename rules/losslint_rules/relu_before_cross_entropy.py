"""LL109: clipped or squashed logits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Context, Finding, LossCall, Rule, Scale
from losslint_rules import activations
from losslint_rules.contracts import last_step, subject

if TYPE_CHECKING:
    import libcst as cst


class ReluBeforeCrossEntropy(Rule):
    """The logits of a loss are clipped or squashed by relu, tanh or the like.

    ## What it does
    Finds the result of `relu`, `softplus`, `tanh`, `hardsigmoid`, … in a loss that takes logits, and in Keras'
    cross-entropies on probabilities; and relu or tanh in front of the softmax, log-softmax or sigmoid whose result
    the loss takes.

    ## Why is this bad?
    A logit is any real number. With relu none can fall below 0: a class whose logits are negative gets no
    gradient any more and is dead, and ties among the zeros change which class wins. In one run of 200 steps
    with 10 classes, a small network reached 83 % instead of 100 %. With tanh the loss can't fall below log(1 +
    (C-1)/e²): 0.13 for 2 classes, 0.80 for 10, 2.67 for 100. With Keras' `from_logits=False`, relu gives NaN
    where all outputs are 0.

    ## Example
    ```python
    logits = F.relu(self.fc(x))
    loss = F.cross_entropy(logits, y)
    ```

    ## Use instead
    ```python
    logits = self.fc(x)
    loss = F.cross_entropy(logits, y)
    ```

    ## Fix safety
    The activation is taken away: safe where its result goes into the loss alone, unsafe where it is the model's
    output.

    ## References
    - [torch.nn.CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
    """

    code = "LL109"
    name = "relu-before-cross-entropy"
    severity = "warning"
    fix = "unsafe"
    looks_behind = True

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        contract, tensor = call.contract, call.prediction
        if contract.family not in ("softmax", "sigmoid") or not activations.clipped(tensor):
            return
        if contract.takes != "logits" and not (contract.takes == "probabilities" and contract.framework == "keras"):
            return
        if contract.takes == "probabilities" and tensor.scale is Scale.UNIT:
            return  # hard_sigmoid makes probabilities of a kind
        if call.behind and (tensor.cause is None or tensor.cause.base is not Scale.UNBOUNDED):
            return  # a softmax of features that went through relu may be meant
        name = activations.name(tensor)
        effect = {
            Scale.NON_NEGATIVE: "no logit can fall below 0, and a class that gets there has no gradient any more",
            Scale.BOUNDED: "the logits stay between -1 and 1, and no answer can be sure",
        }.get(tensor.scale, "the logits stay between 0 and 1, and no answer can be sure")
        if contract.takes == "probabilities":
            effect = "these are neither probabilities nor logits"
        yield self.finding(
            call,
            f"{subject(call)} takes {contract.takes}, and its input went through {name}: {effect}. Take "
            f"the {name} away{' and set `from_logits=True`' if contract.takes == 'probabilities' else ''}.",
            context.trace(call, last_step(call, f"takes {contract.takes}")),
            activations.without(call, context) if contract.takes == "logits" else None,
        )
