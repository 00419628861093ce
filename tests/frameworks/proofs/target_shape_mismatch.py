"""LL203: targets that don't have the shape of the output."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving import reference
from proving.laboratory import Lab, about
from proving.proof import KERAS, TENSORFLOW, measurement, proof
from proving.training import Clouds

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
    lab.claim("takes a label for each of {classes:.0f} classes", classes=binary[4].call.input.shape[1])
    _, one, height, width = softmax[3].call.target.shape
    size = "{height:.0f}, {width:.0f}"
    lab.claim(
        "gets (N, {one:.0f}, " + size + "): it raises at the first batch. Use `.squeeze(1)`: (N, " + size + ")",
        one=one, height=height, width=width,
    )  # fmt: skip
    lab.claim("gets integers of the output's own {axes:.0f} axes", axes=softmax[5].call.target.dim())


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


@measurement()
def what_pairs_cost(lab: Lab) -> None:
    """200 steps of gradient descent on optax's loss, the labels (500,) or (500, 1); two classes that are equally frequent."""
    import jax
    import jax.numpy as jnp
    import optax

    clouds = Clouds(2, distance=0.8)
    x, y = (jnp.asarray(part.numpy()) for part in clouds.sample(1))
    new, truth = (part.numpy() for part in clouds.sample(2))

    def run(labels: Any) -> tuple[float, float]:
        def loss(weights: Any) -> Any:
            return optax.sigmoid_binary_cross_entropy(x @ weights[:-1] + weights[-1], labels).mean()

        step = jax.jit(jax.value_and_grad(loss))
        weights, value = jnp.zeros((clouds.features + 1, 1)), jnp.nan
        for _ in range(200):
            value, gradient = step(weights)
            weights -= 0.1 * gradient
        said = new @ np.asarray(weights[:-1, 0]) + float(weights[-1, 0]) > 0
        return float(value), 100 * float(np.mean(said == truth))

    (wrong, share), (right, correct) = run(y), run(y[:, None])
    lab.measure("labels (500,), (500, 1)", "the last loss", f"{wrong:.4f}, {right:.4f}")
    lab.measure("labels (500,), (500, 1)", "right", f"{share:.1f} %, {correct:.1f} %")
    lab.claim(
        "In one run of 200 steps the loss stayed at {wrong} instead of {right}, and {share} % instead of {correct} % were right",
        wrong=about(wrong, 0.01),
        right=about(right, 0.01),
        share=about(share, 1.5),
        correct=about(correct, 1.5),
    )


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


@proof("bad_steps.py", on=KERAS, LL203=3)
def steps(lab: Lab) -> None:
    """Labels of each step, as indices and one-hot, and an output for the whole sequence."""

    def drive(program: Any) -> None:
        program.indices()
        program.indices_of_more_axes()
        program.one_hot()

    bad = lab.run(drive)
    shapes = "target.shape=({}), output.shape=(32, 4)" if lab.environment == TENSORFLOW else "target.shape=torch.Size([{}])"
    for line, shape in zip(bad.at("LL203"), ("32, 12", "32, 3, 2", "32, 12, 4"), strict=True):
        lab.raises(line, ValueError, shapes.format(shape))
    classes, steps = 4, 12
    lab.claim("for each row of the output, (N, {classes}), and gets (N, {steps})", classes=str(classes), steps=str(steps))
    lab.claim("the output's shape, (N, {classes}), and gets (N, ?, {classes})", classes=str(classes))


@proof("good_steps.py", on=KERAS)
def steps_that_fit(lab: Lab) -> None:
    """As many outputs as labels."""
    lab.run(lambda p: p.main())
