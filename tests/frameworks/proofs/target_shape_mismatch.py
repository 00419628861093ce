"""LL203: targets that don't have the shape of the output."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving import reference
from proving.laboratory import Lab
from proving.proof import TENSORFLOW, proof

SAME_SIZE = "must be the same as input size"
ONE_DIMENSION = "0D or 1D target tensor expected, multi-target not supported"
SPATIAL = "only batches of spatial targets supported (3D tensors)"


class Flat:
    """What stands for a discriminator's body: a tensor as it is."""

    def __call__(self, images: Any) -> Any:
        return images


@proof("bad.py", LL203=11)
def refused(lab: Lab) -> None:
    """Binary and softmax cross-entropies, of a loader's batches and of tensors made in place."""

    def drive(program: Any) -> None:
        vectors = np.random.default_rng(0).standard_normal((8, 300))
        program.reviews(vectors, np.array([5, 1, 4, 2, 5, 3, 1, 4]))
        program.discriminator(Flat(), lab.floats(64, 128))
        program.cats_and_dogs(lab.floats(8, 3, 8, 8))
        program.one_for_each_class(lab.floats(8, 3, 8, 8))
        program.columns(lab.floats(6, 16), lab.classes(4, 6))
        program.masks(lab.floats(4, 16, 32, 32), 32)
        program.several_at_once(lab.floats(2, 16))

    bad, _ = lab.pair(drive)
    binary, softmax = bad.at("LL203")[:5], bad.at("LL203")[5:]
    for line in binary:
        lab.raises(line, ValueError, SAME_SIZE)
    for line in softmax[:3]:
        lab.raises(line, RuntimeError, ONE_DIMENSION)
    for line in softmax[3:5]:
        lab.raises(line, RuntimeError, SPATIAL)
    lab.raises(softmax[5], RuntimeError, "Expected floating point type for target with class probabilities, got Long")


@proof("good.py")
def fitting(lab: Lab) -> None:
    """The same with the shapes that fit, changes in place, and single examples without a batch."""

    def drive(program: Any) -> None:
        table = [(*lab.floats(1, 300), lab.binary(2)[:1]) for _ in range(4)]
        program.reviews(np.zeros((8, 300)), np.array([5, 1, 4, 2, 5, 3, 1, 4]), table)
        program.in_place(lab.floats(8, 3, 8, 8))
        program.one_at_a_time(lab.floats(3, 2), [1.0, 0.0, 1.0])
        program.pixels(lab.floats(4, 16, 32, 32), lab.classes(3, 4, 32, 32))
        program.indices(lab.floats(8, 16), lab.classes(4, 8))
        program.made_elsewhere(lab.floats(8, 16), (8, 1))
        program.collated(lab.floats(8, 16))

    lab.run(drive)


@proof("bad_pairs.py", on=TENSORFLOW, LL203=2)
def pairs(lab: Lab) -> None:
    """optax's binary loss and Keras' function on 32 outputs (32, 1) and 32 labels (32,)."""
    import jax

    def drive(program: Any) -> None:
        x, key = lab.floats(32, 16).numpy(), jax.random.PRNGKey(0)
        program.loss_fn(program.Probe().init(key, x)["params"], x, key)
        program.step(lab.floats(32, 16).numpy())

    bad, _ = lab.pair(drive)
    of_optax, of_keras = bad.at("LL203")
    call = of_optax.call
    lab.holds(call, call.value.shape == (32, 32), "silently every output with every label", "a loss of (32, 32)")
    lab.wrong(of_optax, meant=reference.binary_cross_entropy(call.logits[:, 0], call.labels), by=1e-5)
    lab.raises(of_keras, ValueError, "")


@proof("good_pairs.py", on=TENSORFLOW)
def pairs_that_fit(lab: Lab) -> None:
    """Labels of the output's shape, one example at a time, and what Keras squeezes."""
    import jax

    def drive(program: Any) -> None:
        x, key = lab.floats(32, 16).numpy(), jax.random.PRNGKey(0)
        params = program.Probe().init(key, x)["params"]
        program.loss_fn(params, x, key)
        mean = program.each_by_itself(params, x, key)
        logits = program.Probe().apply({"params": params}, x)
        labels = np.asarray(jax.random.randint(key, (32,), 0, 2), dtype=float)
        lab.equal(
            "one example at a time",
            np.asarray(mean, dtype=float),
            reference.binary_cross_entropy(np.asarray(logits, dtype=float)[:, 0], labels),
        )
        program.squeezed_by_keras(x)

    run = lab.run(drive)
    (own,) = (call for call in run.calls if call.name == "own_loss")
    lab.right(own, reference.binary_cross_entropy(own.logits[:, 0], own.labels))
