"""LL115: scikit-learn's log_loss on decisions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from losslint.rule import Atom, Context, Edit, Finding, Fix, LossCall, Rule, Scale, Tensor
from losslint_rules import activations
from losslint_rules.counterparts import renamed_callee

if TYPE_CHECKING:
    import libcst as cst


class LogLossOnHardPredictions(Rule):
    """scikit-learn's log loss gets decided classes, or scores, where it takes probabilities.

    ## What it does
    Finds `log_loss` on what a classifier's `predict` or `decision_function` gives, also behind a pipeline or a search, and
    `make_scorer(log_loss)`, which calls `predict` unless it is told otherwise.

    ## Why is this bad?
    Of two classes, `log_loss` takes a decision for the probability 0 or 1, without a word: a right one costs nothing, and a
    wrong one 36.04, the most there is. So it is the share of errors times 36, and says nothing of how sure the model is. As a
    scorer it is taken for better the higher it is, too: a search returns the worst model. Of more than two classes, and of
    `decision_function`'s values, it raises: "y_prob contains values greater than 1".

    ## Example
    ```python
    log_loss(y_test, model.predict(X_test))
    GridSearchCV(model, grid, scoring=make_scorer(log_loss))
    ```

    ## Use instead
    ```python
    log_loss(y_test, model.predict_proba(X_test))
    GridSearchCV(model, grid, scoring="neg_log_loss")
    ```

    ## Fix safety
    Safe: only the number that is measured changes. Where the decisions are used elsewhere too, the fix is only shown. There is
    none for classifiers that have no `predict_proba`, or only as their arguments say, such as `SVC`.

    ## References
    - [sklearn.metrics.log_loss](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.log_loss.html)
    - [sklearn.metrics.make_scorer](https://scikit-learn.org/stable/modules/generated/sklearn.metrics.make_scorer.html)
    """

    code = "LL115"
    name = "log-loss-on-hard-predictions"
    severity = "error"
    fix = "safe"

    def visit_LossCall(self, node: cst.CSTNode | None, call: LossCall, context: Context) -> Iterator[Finding]:
        if call.contract.framework != "sklearn":
            return
        tensor = call.prediction
        cause = tensor.cause.name if tensor.cause is not None else "the model's decisions"
        if call.form == "scorer":
            if tensor.scale is Scale.HARD:
                says = "makes a score of log_loss on `predict`'s decisions, and takes the highest for the best"
            elif tensor.scale is not Scale.UNIT:
                says = f"makes a score of log_loss, which takes probabilities, on what `{cause}` gives: it raises"
            else:
                return
            advice = 'Use `scoring="neg_log_loss"`, or say `response_method="predict_proba", greater_is_better=False`.'
            yield self.finding(call, f"make_scorer {says}. {advice}", fix=_told(call, context))
        elif _decided(call.input):
            yield self.finding(
                call,
                f"log_loss takes probabilities and gets {f'the result of {cause}' if tensor.cause else cause}: each wrong "
                "answer costs 36, however sure the model was, and with more than two classes it raises. "
                f"{_advice(tensor)}",
                context.trace(call, "log_loss takes probabilities"),
                _probabilities(call, context),
            )
        elif tensor.cause is not None and tensor.cause.name in ("decision_function", "predict_log_proba"):
            yield self.finding(
                call,
                f"log_loss takes probabilities and gets the result of {cause}: it raises, since they aren't between 0 and "
                f"1. {_advice(tensor)}",
                context.trace(call, "log_loss takes probabilities"),
                _probabilities(call, context),
            )
        elif _decided(call.target):
            yield self.finding(
                call,
                "log_loss takes the labels first, and gets decisions there: it compares them with what isn't probabilities. "
                "Give it the labels, and then `predict_proba`'s result.",
                context.trace(call, "log_loss takes the labels first", call.labels),
            )


def _decided(atom: Atom) -> bool:
    return isinstance(atom, Tensor) and atom.scale is Scale.HARD and atom.role == "prediction"


def _advice(tensor: Tensor) -> str:
    if "without-probabilities" in tensor.notes:
        return "Put a CalibratedClassifierCV around the model, and use `predict_proba`."
    return "Use `predict_proba`."


def _probabilities(call: LossCall, context: Context) -> Fix | None:
    """`predict_proba` where another method is called: safe where its result goes into this loss alone."""
    tensor, cause = call.prediction, call.prediction.cause
    if cause is None or not isinstance(cause.node, ast.Call) or "without-probabilities" in tensor.notes:
        return None
    if cause.form == "call" and cause.name == "predict" and activations.is_local(call, context):
        edits = context.rewriter.set_keyword(cause.module, cause.node, "method", '"predict_proba"')
        return context.fix("safe", "predict_proba", edits)
    if cause.form != "method" or not isinstance(cause.node.func, ast.Attribute):
        return None
    if activations.is_local(call, context):
        edits = renamed_callee(context, cause.module, cause.node, cause.name, "predict_proba")
        return context.fix("safe", "predict_proba", edits)
    if call.input_node is None or cause.module is not call.module:
        return None
    owner = call.module.segment(cause.node.func.value)
    given = call.module.segment(cause.node)[len(call.module.segment(cause.node.func)) :]
    text = f"{owner}.predict_proba{given}"
    return context.fix("display", "predict_proba", context.rewriter.replace_node(call.module, call.input_node, text))


def _told(call: LossCall, context: Context) -> Fix | None:
    """The scorer told to call `predict_proba`, and that less is better."""
    edits: tuple[Edit, ...] = ()
    given = {keyword.arg for keyword in call.node.keywords}
    if given & {None, "needs_proba", "needs_threshold", "response_method"} or len(call.node.args) != 1:
        return None
    text = ", ".join(
        [
            *(call.module.segment(argument) for argument in call.node.args),
            'response_method="predict_proba"',
            "greater_is_better=False",
            *(call.module.segment(keyword) for keyword in call.node.keywords if keyword.arg != "greater_is_better"),
        ]
    )
    edits = (
        context.rewriter.replace_node(call.module, call.node, f"{call.module.segment(call.node.func)}({text})") or ()
    )
    return context.fix("safe", "probabilities, and less is better", edits or None)
