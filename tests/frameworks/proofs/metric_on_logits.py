"""LL403: the threshold of probabilities, on logits."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving.laboratory import Lab, require
from proving.proof import TENSORFLOW, measurement, proof

LINES = ("by_name", "accuracy", "area", "precision", "recall", "binary_accuracy", "by_hand_accuracy", "by_hand_area")


def driven(program: Any) -> dict[str, Any]:
    """What the program measures, and what is so: of 5 labels an example, of which each is one of 2."""
    model = program.made()
    several = np.random.default_rng(1).integers(0, 2, (len(program.x), 5)).astype("float32")
    names = ("accuracy", "area", "precision", "recall", "binary_accuracy")
    model.evaluate(program.x, several, verbose=0)
    found = dict(zip(names, (float(metric.result()) for metric in model.metrics[-1].metrics), strict=True))
    z = model.predict(program.x, verbose=0)
    _, seen, area = program.by_hand()
    return {
        **found,
        "by_name": program.by_name()[-1],
        "by_hand_accuracy": float(seen),
        "by_hand_area": float(area),
        "of zero": float(((z > 0) == several).mean()),
        "of half": float(((z > 0.5) == several).mean()),
    }


@proof("bad.py", on=TENSORFLOW, LL403=8)
def thresholds(lab: Lab) -> None:
    """A single unit, five of them, and metrics updated by hand: each before and after the fix."""
    bad, fixed = lab.run(driven), lab.run(driven, "fixed")
    wrong: dict[str, Any] = bad.result  # type: ignore[assignment]
    right: dict[str, Any] = fixed.result  # type: ignore[assignment]
    require(wrong["of half"] != wrong["of zero"], "the two thresholds give the same accuracy")
    for name in ("accuracy", "binary_accuracy"):
        require(np.isclose(wrong[name], wrong["of half"]), f"{name}: {wrong[name]}")
        require(np.isclose(right[name], right["of zero"]), f"{name}, told: {right[name]}")
    require(wrong["by_hand_accuracy"] != right["by_hand_accuracy"], "the same by hand")
    require(wrong["by_hand_area"] != right["by_hand_area"], "the same area by hand")
    require(wrong["by_name"] != right["by_name"], "the same by name")
    for run, numbers in ((bad, wrong), (fixed, right)):
        for name, line in zip(LINES, run.at("LL403"), strict=True):
            lab.speak_of(run, line, "measures", str(numbers[name]))


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """Metrics that are told, probabilities, several classes, a regression, and two outputs."""

    def drive(program: Any) -> list[Any]:
        x, y = program.x, program.y
        classes = np.arange(len(x)) % 5
        results = [
            program.told().evaluate(x, y, verbose=0, return_dict=True),
            program.probabilities().evaluate(x, y, verbose=0, return_dict=True),
            program.classes().evaluate(x, classes, verbose=0, return_dict=True),
            program.values().evaluate(x, y, verbose=0, return_dict=True),
            program.two_outputs().evaluate(x, {"kind": y, "price": y}, verbose=0, return_dict=True),
        ]
        program.by_hand()
        return results

    run = lab.run(drive)
    for numbers in run.result:  # type: ignore[attr-defined]
        require(all(np.isfinite(v) for v in numbers.values()), f"{numbers}")


@measurement(on=TENSORFLOW)
def halves(lab: Lab) -> None:
    """The default threshold, what it is as a probability, and what AUC does to logits."""
    import keras

    half = keras.metrics.BinaryAccuracy().threshold
    probability = float(1 / (1 + np.exp(-half)))
    text = "a probability of {half:.1f} is the logit {zero:.0f}, and the logit {half:.1f} a probability of {p:.2f}"
    lab.claim(text, half=half, zero=np.log(half / (1 - half)), p=probability)
    lab.claim("with their threshold of {half:.1f}", half=half)
    lab.claim("takes what is above {half:.1f} for positive", half=half)
    y, beyond = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.5, 3.0, -2.0, -1.0])
    area = keras.metrics.AUC()
    area.update_state(y, beyond)
    least, most = np.clip(beyond, 0, 1).min(), np.clip(beyond, 0, 1).max()
    told = keras.metrics.AUC(from_logits=True)
    told.update_state(y, beyond)
    require(
        np.isclose(float(area.result()), 0.5) and np.isclose(float(told.result()), 0.75), "what lies beyond is equal"
    )
    lab.claim("cuts logits off at {least:.0f} and {most:.0f}", least=least, most=most)
    lab.claim("cuts it off at {least:.0f} and {most:.0f}", least=least, most=most)
    lab.claim("The threshold of a logit is {zero:.0f}.", zero=np.log(half / (1 - half)))
