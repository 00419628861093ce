"""LL115: decisions in the place of probabilities, in scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving.laboratory import Lab, require
from proving.proof import TENSORFLOW, measurement, proof

NAMES = ("direct", "compared", "searched", "held_out", "of_scores", "of_a_margin", "scored")


def attempt(function: Any) -> Any:
    """What a function of the program gives, or what it raises."""
    try:
        return function()
    except ValueError as error:
        return error


def all_of(program: Any) -> dict[str, Any]:
    """Every function of the program."""
    return {name: attempt(getattr(program, name)) for name in NAMES if hasattr(program, name)}


@proof("bad.py", LL115=7)
def decisions(lab: Lab) -> None:
    """Seven ways to decisions: two classes, 400 samples of which 15 % carry the wrong label."""
    bad, fixed = lab.run(all_of), lab.run(all_of, "fixed")
    given: dict[str, Any] = bad.result  # type: ignore[assignment]
    better: dict[str, Any] = fixed.result  # type: ignore[assignment]
    worst = -np.log(np.finfo(np.float64).eps)
    lines = dict(zip(NAMES, bad.at("LL115"), strict=True))
    for name, line in zip(NAMES, fixed.at("LL115"), strict=True):
        lab.speak_of(fixed, line, "gives", str(better[name]))
    for name in ("direct", "searched", "held_out"):
        wrong = given[name] / worst
        require(0.05 < wrong < 0.5, f"{name}: {wrong} errors for each example")
        require(better[name] < 1, f"{name} with probabilities: {better[name]}")
        lab.speak_of(
            bad, lines[name], "the share of errors, times 36.04", f"{given[name]:.4f}, {better[name]:.4f} fixed"
        )
    for accuracy, loss in given["compared"].values():
        require(np.isclose(loss, (1 - accuracy) * worst), f"accuracy {accuracy}, log loss {loss}")
    lab.speak_of(bad, lines["compared"], "the share of errors, times 36.04", "of both models")
    require(
        "greater than 1" in str(given["of_scores"]) or "lower than 0" in str(given["of_scores"]), "scores are taken"
    )
    lab.speak_of(bad, lines["of_scores"], "raises ValueError", str(given["of_scores"]))
    lab.speak_of(bad, lines["of_a_margin"], "the share of errors, times 36.04", f"{given['of_a_margin']:.4f}")
    found, meant = given["scored"], better["scored"]
    require(found.best_score_ > 1 > -meant.best_score_ > 0, "the search takes the highest loss")
    require(found.best_score_ == max(found.cv_results_["mean_test_score"]), "the highest is the best")
    lab.speak_of(bad, lines["scored"], "the search takes the model with the highest loss", f"{found.best_score_:.4f}")


@proof("good.py")
def good(lab: Lab) -> None:
    """Probabilities, other metrics, and a regression."""
    run = lab.run(
        lambda p: [p.probabilities(), p.column(), p.bounded(), p.held_out(), p.regressed(), p.given(Half()), p.scored()]
    )
    result: list[Any] = run.result  # type: ignore[assignment]
    for value in (result[0][1], *result[1:6]):
        require(0 <= value < 1, f"a log loss of {value}")


class Half:
    """A model of which nothing is known."""

    def predict(self, x: Any) -> Any:
        return np.full(len(x), 0.5)


@proof("good_keras.py", on=TENSORFLOW)
def keras(lab: Lab) -> None:
    """A Keras model's probabilities of three classes."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((60, 4)).astype("float32"), rng.permutation(np.arange(60) % 3)
    run = lab.run(lambda p: p.evaluate(x, y, x, y))
    require(0 < run.result[1] < 3, f"a log loss of {run.result[1]}")  # type: ignore[index]


@measurement()
def costs(lab: Lab) -> None:
    """What a wrong decision costs, and what more classes and a classifier's scores do."""
    from sklearn.metrics import log_loss

    right, wrong = log_loss([0, 1], [0, 1]), log_loss([0, 1, 1, 1], [0, 0, 0, 0])
    decisions = np.array([0, 1])
    same = [log_loss([0, 1, 1, 1], given) for given in (np.array([0, 0, 1, 1]), np.array([0.0, 0.0, 1.0, 1.0]))]
    require(same[0] == same[1], f"decisions give {same[0]}, and probabilities {same[1]}")
    lab.claim("a decision for the probability {no} or {yes}", no=str(decisions.min()), yes=str(decisions.max()))
    lab.claim("a right one costs nothing, and a wrong one {most:.2f}, the most there is", most=wrong * 4 / 3)
    lab.claim("each wrong answer costs {most:.0f}", most=wrong * 4 / 3)
    lab.claim("it is the share of errors times {most:.0f}", most=wrong * 4 / 3)
    require(right < 1e-9, f"right decisions cost {right}")
    for given in ([0, 1, 2], [-1.5, 2.0, 0.5]):
        error = attempt(lambda: log_loss([0, 1, 1] if given[0] else [0, 1, 2], given))  # noqa: B023
        require(isinstance(error, ValueError), f"{given} gives {error}")
        lab.quotable(str(error))
