"""LL302: the loss takes axis 1 for the classes, whatever is there."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, about, require
from proving.on_torch import number
from proving.proof import measurement, proof
from proving.training import Clouds, linear, right


def drive_of(lab: Lab, length: int, height: int) -> Any:
    def drive(program: Any) -> None:
        tokens, tags = lab.classes(50, 2, length), lab.classes(8, 2, length)
        images, masks = lab.floats(2, 3, height, height), lab.classes(8, 2, height, height)
        program.train(lab.loader(tokens, tags, images, masks))

    return drive


@proof("bad.py", LL302=2)
def misplaced(lab: Lab) -> None:
    """A tagger (B, T, C) and a picture (B, H, W, C): sizes that differ, and sizes that are equal."""
    bad, _ = lab.pair(drive_of(lab, 7, 5))
    tagger, pixels = bad.at("LL302")
    lab.raises(tagger, RuntimeError, "Expected target size [2, 17], got [2, 7]")
    lab.raises(pixels, RuntimeError, "size mismatch")

    equal = lab.run(drive_of(lab, 17, 8))
    for line, settings in zip(equal.at("LL302"), ({"ignore_index": 0}, {}), strict=True):
        logits, labels = number(line.call.input), line.call.target.numpy()
        lab.wrong(line, meant=reference.cross_entropy(logits, labels, axis=-1, **settings), by=1e-3)
    lab.run(drive_of(lab, 17, 8), "fixed")


@proof("good.py")
def good(lab: Lab) -> None:
    """transpose, permute, view, reshape, and a last state."""

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.classes(50, 4, 6), lab.classes(16, 4, 6) + 1))

    lab.run(drive)


@measurement()
def as_long_as_there_are_classes(lab: Lab) -> None:
    """200 steps of SGD on sequences of 32 tokens of 32 classes, the classes last and on axis 1; and view instead of transpose."""
    clouds = Clouds(32, examples=32 * 8)

    def sequences(loss: Any) -> tuple[float, float]:
        model = linear(clouds)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        losses = []
        for step in range(200):
            x, y = clouds.sample(100 + step)
            value = loss(model(x).view(8, 32, 32), y.view(8, 32))
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
            losses.append(float(value.detach()))
        return sum(losses[-20:]) / 20, right(model, clouds)

    wrong, share = sequences(F.cross_entropy)
    _, correct = sequences(lambda z, y: F.cross_entropy(z.transpose(1, 2), y))
    lab.measure("classes last", "loss and tokens right", f"{wrong:.3f} (log 32 = {math.log(32):.3f}), {share:.1f} %")
    lab.measure("classes on axis 1", "tokens right", f"{correct:.1f} %")
    lab.claim(
        "in one run of 200 steps with 32 of both, the loss stayed at {wrong}, where log 32 is {even:.2f}, and {share} % of "
        "the tokens were right instead of {correct} %",
        even=math.log(32),
        wrong=about(wrong, 0.05),
        share=about(share, 2),
        correct=about(correct, 2),
    )
    z, y = lab.floats(2, 7, 5), lab.classes(5, 2, 7)
    scrambled, correct_loss = float(F.cross_entropy(z.view(2, 5, 7), y)), float(F.cross_entropy(z.transpose(1, 2), y))
    lab.measure("view instead of transpose", "silently wrong", f"{scrambled:.3f} instead of {correct_loss:.3f}")
    require(abs(scrambled - correct_loss) > 0.01, "view gives what transpose does")
