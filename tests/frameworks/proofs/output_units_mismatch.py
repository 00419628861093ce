"""LL402: more classes among the labels than units, or another number of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from proving.laboratory import Lab, about, require
from proving.proof import JAX, TENSORFLOW, measurement, proof
from proving.training import Clouds

OUT_OF_RANGE = "is out of bounds"

UNITS = "The output has {units:.0f} units, and "
GO_UP_TO = (
    "the labels go up to {most:.0f}: from {units:.0f} on they are out of range, and it raises (on JAX the loss is wrong in "
    "silence). Give it {classes:.0f} units"
)


@proof("bad_torch.py", LL402=3)
def torch_units(lab: Lab) -> None:
    """Ten classes and eight units, ten columns and eight, ten classes and one unit."""

    def drive(program: Any) -> None:
        images = lab.floats(40, 8, 8)
        program.digits(images)
        program.one_unit(images)

    bad, _ = lab.pair(drive)
    index, columns, single = bad.at("LL402")
    lab.raises(index, IndexError, OUT_OF_RANGE)
    lab.raises(columns, ValueError, "must be the same as input size")
    units = index.call.input.shape[1]
    lab.claim(
        UNITS + GO_UP_TO, units=units, most=float(index.call.target.max()), classes=1 + float(index.call.target.max())
    )
    (_, output), (_, target) = columns.call.input.shape, columns.call.target.shape
    lab.claim(UNITS + "the one-hot labels have {columns:.0f} columns", units=output, columns=target)
    call = single.call
    import torch

    certain = torch.full_like(call.input, 50.0)
    least = float(call.with_logits(certain.double().numpy()))
    lab.holds(call, least < -100, "it has no lower bound: the loss at logits of 50", f"{least:.1f}")


@proof("good_torch.py")
def torch_good(lab: Lab) -> None:
    """Classes that were left out, put together or shifted, and more units than classes."""

    def drive(program: Any) -> None:
        images = lab.floats(40, 8, 8)
        program.part(images)
        program.fewer(images)
        program.parity(images)

    lab.run(drive)


@proof("bad.py", on=TENSORFLOW, LL402=6)
def keras_units(lab: Lab) -> None:
    """More columns than units, fewer units than classes, one unit for ten classes and for one-hot labels."""
    import keras
    import tensorflow as tf

    def drive(program: Any) -> None:
        for function in ("more_columns", "fewer_units", "one_unit_for_ten", "two_units_for_one", "one_hot_for_one"):
            getattr(program, function)()
        program.shifted(lab.floats(20, 8).numpy())

    bad, _ = lab.pair(drive)
    columns, classes, one, two, one_hot, shifted = bad.at("LL402")
    for line in (columns, two, one_hot, shifted):
        lab.raises(line, ValueError, "must have the same ")
    for line, labels in ((columns, "one-hot labels"), (shifted, "labels")):
        width = line.call.target.shape[-1]
        lab.claim(
            UNITS + f"the {labels} have " + "{columns:.0f} columns", units=line.call.input.shape[-1], columns=width
        )
    most = float(max(keras.datasets.fashion_mnist.load_data()[0][1]))
    lab.claim(UNITS + GO_UP_TO, units=classes.call.input.shape[-1], most=most, classes=most + 1)
    lab.claim(UNITS + "the labels are one number for each example, (N,)", units=two.call.input.shape[-1])
    one_unit = "The output has {units:.0f} unit, and the labels are "
    kinds = float(one.call.labels.max()) + 1
    lab.claim(one_unit + "indices of {classes:.0f} classes", units=one.call.input.shape[-1], classes=kinds)
    lab.claim(one_unit + "one-hot, with a column for each class", units=one_hot.call.input.shape[-1])
    for label in (0.0, 1.0):
        far = one_hot.call.with_logits(np.full((4, 1), 1000 * label - 500), np.full((4, 1), label))
        require(np.allclose(far, 0), f"a label of {label} costs {far} on a perfect logit")
    lab.claim("One unit takes labels {low:.0f} and {high:.0f}", low=0.0, high=1.0)
    lab.raises(classes, tf.errors.InvalidArgumentError, "outside the valid range of [0, 9)")
    least = float(one.call.with_logits(np.full((40, 1), 50.0), one.call.labels[:, None]).mean())
    lab.holds(one.call, least < -100, "it has no lower bound: the loss at logits of 50", f"{least:.1f}")


@proof("good.py", on=TENSORFLOW)
def keras_good(lab: Lab) -> None:
    """Units that fit, more of them, classes that were left out, and pictures of 6 kinds."""

    def drive(program: Any) -> None:
        program.digits()
        program.steps()
        program.flowers()
        program.animals(lab.pictures(6))

    lab.run(drive)


@measurement(on=TENSORFLOW)
def out_of_range(lab: Lab) -> None:
    """A label of 7 for 5 units, in PyTorch and in Keras on TensorFlow."""
    import keras
    import tensorflow as tf
    import torch

    labels = np.array([7, 1])
    lab.refuses(
        lambda: torch.nn.functional.cross_entropy(torch.zeros(2, 5), torch.from_numpy(labels)),
        IndexError,
        "Target 7 is out of bounds",
    )
    lab.refuses(
        lambda: keras.losses.sparse_categorical_crossentropy(labels, tf.fill((2, 5), 0.2)),
        tf.errors.InvalidArgumentError,
        "Received a label value of 7 which is outside the valid range of [0, 5)",
    )


@measurement(on=JAX)
def unchecked(lab: Lab) -> None:
    """A label of 7 for 5 units on JAX; and 200 steps with one sigmoid unit for 3 classes, and with three and a softmax."""
    import jax
    import jax.numpy as jnp
    import keras
    import optax

    logits, labels = jnp.zeros((2, 5)), jnp.array([7, 1])
    of_keras = float(keras.losses.sparse_categorical_crossentropy(labels, jax.nn.softmax(logits))[0])
    of_optax = float(optax.softmax_cross_entropy_with_integer_labels(logits, labels)[0])
    lab.measure("a label of 7 for 5 units", "the loss in Keras and optax", f"{of_keras:g}, {of_optax:g}")
    require(np.isnan(of_optax), f"{of_optax}")
    lab.claim("a loss of {of_keras:.0f} in Keras and NaN in optax", of_keras=abs(of_keras))

    clouds = Clouds(3)
    x, y = (jnp.asarray(part.numpy()) for part in clouds.sample(1))
    new, truth = (part.numpy() for part in clouds.sample(2))

    def run(units: int, loss: Any) -> tuple[float, Any]:
        step = jax.jit(jax.value_and_grad(lambda w: loss(x @ w[:-1] + w[-1]).mean()))
        weights, value = jnp.zeros((clouds.features + 1, units)), jnp.nan
        for _ in range(200):
            value, gradient = step(weights)
            weights -= 0.1 * gradient
        return float(value), new @ np.asarray(weights[:-1]) + np.asarray(weights[-1])

    low, one = run(1, lambda z: keras.losses.binary_crossentropy(y[:, None].astype(float), jax.nn.sigmoid(z)))
    _, three = run(3, lambda z: keras.losses.sparse_categorical_crossentropy(y, jax.nn.softmax(z)))
    share = 100 * float(np.mean((one[:, 0] > 0) == truth))
    correct = 100 * float(np.mean(three.argmax(axis=1) == truth))
    lab.measure("one unit for 3 classes", "the last loss", f"{low:.2f}")
    lab.measure("one unit for 3 classes, and three", "right", f"{share:.1f} %, {correct:.1f} %")
    lab.claim(
        "in one run of 200 steps with {classes:.0f} classes the loss fell to {low}, and {share} % instead of {correct} % "
        "were right",
        classes=clouds.classes,
        low=about(low, 0.3),
        share=about(share, 2),
        correct=about(correct, 2),
    )
