"""LL204: labels for the other loss."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, about, require
from proving.on_torch import number
from proving.proof import GRAPH, KERAS, TENSORFLOW, measurement, proof
from proving.training import Clouds, linear, train


@proof("bad.py", on=KERAS, LL204=3)
def encodings(lab: Lab) -> None:
    """One-hot labels with the sparse losses, class indices with the categorical one."""
    import tensorflow as tf

    def drive(program: Any) -> None:
        program.one_hot_labels()
        program.index_labels()
        program.step(None, tf.constant(lab.floats(6, 8).numpy()), tf.constant(lab.classes(10, 6).numpy()))

    if lab.environment != TENSORFLOW:
        lab.unrun("step", "it is TensorFlow's alone")
    bad, _ = lab.pair(drive if lab.environment == TENSORFLOW else lambda p: (p.one_hot_labels(), p.index_labels()))
    sparse, categorical, own = bad.at("LL204")
    own_words = "`target.ndim - 1`" if lab.environment == TENSORFLOW else "must have the same shape up until the last"
    lab.raises(sparse, ValueError, own_words)
    lab.raises(categorical, ValueError, "must have the same ")
    if lab.environment == TENSORFLOW:
        lab.raises(own, ValueError, "`labels.shape.rank` must equal `logits.shape.rank - 1`")


@measurement(on=TENSORFLOW)
def broadcast(lab: Lab) -> None:
    """Class indices that are broadcast: of shape (N, 1), and of shape (N,) with as many classes."""
    import tensorflow as tf

    logits, labels = lab.floats(5, 5).numpy(), lab.classes(5, 5).numpy()
    right = float(reference.cross_entropy(logits.astype(float), labels))
    column = float(tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels[:, None].astype("float32"), logits)))
    row = float(tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels.astype("float32"), logits)))
    lab.measure("5 examples of 5 classes", "indices (N, 1), (N,), and right", f"{column:.4f}, {row:.4f}, {right:.4f}")
    lab.claim(
        "(for 5 examples of 5 classes a loss of {column:.1f} instead of {right:.1f}), and so are those of shape (N,) where the "
        "batch is as large as the number of classes ({row:.1f})",
        column=column,
        right=right,
        row=row,
    )


@proof("good.py", on=TENSORFLOW)
def good(lab: Lab) -> None:
    """Labels and losses that fit, and pictures from folders."""
    import tensorflow as tf

    def drive(program: Any) -> None:
        program.step(tf.constant(lab.floats(6, 8).numpy()), tf.constant(lab.classes(10, 6).numpy()))

    lab.run(drive)


@proof("bad_fed.py", on=GRAPH, LL204=1)
def fed(lab: Lab) -> None:
    """A placeholder of 12 columns that is fed with class indices."""

    def drive(program: Any) -> Exception | None:
        try:
            program.main()
        except ValueError as error:
            return error
        return None

    for form in ("bad", "fixed"):
        run = lab.run(drive, form)
        require(isinstance(run.result, ValueError), "it goes through")
        require("Cannot feed value of shape (20,)" in str(run.result), str(run.result))
        (line,) = run.at("LL204")
        lab.speak_of(run, line, "raises ValueError", "Cannot feed value of shape (20,)")


@proof("good_fed.py", on=GRAPH)
def fed_well(lab: Lab) -> None:
    """Placeholders that are fed with what they are for."""

    def drive(program: Any) -> None:
        x, y = np.random.random((60, 400)), np.random.randint(0, 12, 60)
        with program.tf.Session() as session:
            session.run(program.tf.global_variables_initializer())
            feeds = {program.pixels: x, program.kind: np.eye(12)[y], program.index: y}
            loss, scores = session.run([program.loss, program.scores], feed_dict=feeds)
        right = reference.cross_entropy(scores.astype(float), y)
        lab.equal("the three losses", np.asarray(loss / 3, dtype=float), np.asarray(right))

    lab.run(drive)


@proof("bad_folder.py", on=TENSORFLOW, LL204=2)
def folders(lab: Lab) -> None:
    """Folders of pictures whose labels are one-hot, with the sparse loss, and the other way round."""

    def drive(program: Any) -> None:
        program.folder(lab.pictures())
        program.pipeline(lab.pictures())

    bad, _ = lab.pair(drive)
    wide, narrow = bad.at("LL204")
    lab.raises(wide, ValueError, "`target.ndim - 1`")
    lab.raises(narrow, ValueError, "must have the same ")


@proof("good_folder.py", on=TENSORFLOW)
def folders_that_fit(lab: Lab) -> None:
    """Folders of pictures, read with labels for the loss that takes them."""

    def drive(program: Any) -> None:
        program.folder(lab.pictures(), "sparse")
        with contextlib.suppress(TypeError):  # py_function isn't called as the last line does
            program.pipeline(lab.pictures())

    lab.run(drive)


@proof("bad_made.py", on=KERAS, LL204=7)
def made(lab: Lab) -> None:
    """Labels of LabelEncoder, of OneHotEncoder, of a data set, a column, scaled ones and strings."""
    species = np.array(["a", "b", "c", "a", "b", "c", "a", "b"])

    def drive(program: Any) -> None:
        x = lab.floats(8, 5).numpy()
        program.encoded(x, species)
        program.in_columns(x, species)
        program.in_slices()
        table = torch.cat([lab.floats(8, 5), lab.classes(4, 8, 1)], dim=1)
        program.one_number_each(table.numpy())
        program.divided(lab.floats(8, 5).numpy())
        program.strings(lab.floats(3, 5).numpy())
        program.characters([[0, 1], [3, 2], [4, 6]])

    bad, _ = lab.pair(drive)
    *refused, divided, strings, characters = bad.at("LL204")
    for line, text in zip(refused, ("same ", "must have ", "same ", "same "), strict=True):
        lab.raises(line, ValueError, text)
    classes = np.rint(255 * divided.call.labels)
    lab.wrong(divided, meant=reference.cross_entropy(divided.call.logits, classes), by=1e-4)
    zeros = reference.cross_entropy(divided.call.logits, 0 * classes)
    lab.right(divided, zeros, what="what it is: every label is class 0")
    lab.claim("every example becomes one of class {zero:.0f}", zero=0 * classes.max())
    kept = np.unique(np.arange(256) / 255 // 1, return_counts=True)
    require(kept[1].tolist() == [255, 1], f"{kept}")
    lab.claim("nearly all become {zero:.0f}", zero=kept[0][0])
    lab.raises(strings, ValueError, "dtype")
    lab.raises(characters, ValueError, "must have ")


@proof("good_made.py", on=TENSORFLOW)
def made_well(lab: Lab) -> None:
    """The same labels for the loss that takes them."""
    species = np.array(["a", "b", "c", "a", "b", "c", "a", "b"])

    def drive(program: Any) -> None:
        program.encoded(lab.floats(8, 5).numpy(), species)
        program.scaled(lab.floats(8, 5).numpy())
        program.characters([[0, 1], [3, 2], [4, 6]])

    lab.run(drive)


@proof("bad_optax.py", LL204=2)
def optax(lab: Lab) -> None:
    """optax's losses on labels of scikit-learn's, 6 examples of 4 classes."""
    bad, _ = lab.pair(lambda p: p.loss_of(lab.floats(6, 4).numpy()))
    sparse, categorical = bad.at("LL204")
    lab.raises(sparse, ValueError, "must have the same number of dimensions")
    lab.raises(categorical, ValueError, "Incompatible shapes for broadcasting")


@proof("bad_margin.py", LL204=4)
def margins(lab: Lab) -> None:
    """SoftMarginLoss, hinge_embedding_loss, MultiLabelMarginLoss and MultiMarginLoss on zeros and ones."""

    def drive(program: Any) -> None:
        for function in (program.binary, program.distances, program.topics, program.one_species):
            function()

    bad, _ = lab.pair(drive)
    soft, embedding, several, single = bad.at("LL204")
    call = soft.call
    lab.wrong(soft, meant=reference.binary_cross_entropy(call.logits, number(call.target)), by=1e-3)
    zeros = torch.zeros_like(call.target)
    costs = [float(call.with_logits(np.full((64, 1), logit), zeros)) for logit in (-100.0, 0.0, 100.0)]
    lab.holds(call, np.allclose(costs, np.log(2)), "a label of 0 costs, for logits of -100, 0 and 100", f"{costs}")
    lab.claim("a label of 0 costs log 2 whatever the model says")

    call = embedding.call
    lab.wrong(embedding, meant=reference.hinge_embedding(number(call.input), 2 * number(call.target) - 1), by=1e-3)
    distances = np.full((64, 1), 0.3)
    both = float(call.with_logits(distances, zeros))
    halves = [float(call.with_logits(distances, zeros + sign)) for sign in (1.0, -1.0)]
    lab.holds(call, np.isclose(both, sum(halves)), "a label of 0 costs what 1 and -1 cost together", f"{both:.4f}")
    lab.claim("a label of 0 counts as both")

    call = several.call
    least = float(call.with_logits(10 * number(call.target)))
    lab.holds(call, least > 1, "on perfect logits, and the indices that it reads", f"{least:.4f}, 0 and 1 alone")
    read = [[0, 1, -1, -1, -1]] * 64
    of_first = float(call.with_logits(call.logits, torch.tensor(read).clamp_min(-1)))
    first_two = reference.multilabel_margin(number(call.input), np.array(read))
    lab.holds(call, np.isclose(of_first, first_two), "0 and 1 are indices", f"{of_first:.4f}")
    lab.claim("it reads 0 and 1 as the indices of two classes")
    lab.raises(single, RuntimeError, "target tensor should be 1-D")
    for words in ("labels of -1 and 1", "class indices with -1 behind them", "labels of 0 and 1"):
        lab.claim(words)


@measurement()
def what_margins_cost(lab: Lab) -> None:
    """200 steps of SGD with SoftMarginLoss on labels of 0 and 1, or -1 and 1; MultiLabelMarginLoss on perfect logits."""
    clouds = Clouds(2, distance=0.8)

    def run(low: int) -> float:
        model = linear(clouds, units=1)
        signs = torch.tensor([low, 1])
        train(model, lambda z, y: F.soft_margin_loss(z[:, 0], signs[y]), clouds)
        x, y = clouds.sample(2)
        with torch.no_grad():
            return 100 * float(((model(x)[:, 0] > 0) == (y == 1)).float().mean())

    wrong, correct = run(0), run(-1)
    lab.measure("labels of 0 and 1, and of -1 and 1", "right", f"{wrong:.1f} %, {correct:.1f} %")
    lab.claim(
        "in one run of 200 steps, labels of 0 and 1 reached {wrong} % instead of {correct} %",
        wrong=about(wrong, 1.5),
        correct=about(correct, 1.5),
    )
    one_hot, scores = torch.eye(5, dtype=torch.long), 10 * torch.eye(5)
    multi = float(F.multilabel_margin_loss(scores, one_hot))
    indices = torch.full((5, 5), -1)
    indices[:, 0] = torch.arange(5)
    least = float(F.multilabel_margin_loss(scores, indices))
    lab.measure("5 classes", "on perfect logits, one-hot labels and indices", f"{multi:.4f}, {least:.4f}")
    lab.claim(
        "gives perfect logits of {classes:.0f} classes a loss of {multi:.1f} instead of {least:.0f}",
        classes=5,
        multi=multi,
        least=least,
    )


@proof("good_margin.py")
def margins_that_fit(lab: Lab) -> None:
    """Labels as the margin losses take them."""

    def drive(program: Any) -> None:
        for function in (program.binary, program.signed, program.topics, program.marked, program.one_species):
            function()
        program.loaded(lab.loader(lab.floats(6, 20), 2 * lab.binary(6, 1) - 1))

    lab.run(drive)


@proof("bad_by_hand.py", LL111=1, LL204=1)
def by_hand(lab: Lab) -> None:
    """Class indices multiplied with a softmax's logarithms: it raises, and is another loss where the shapes happen to fit."""
    probabilities, labels = torch.softmax(lab.floats(10, 10), dim=1), lab.classes(10, 10)

    def drive(program: Any) -> None:
        program.train(lab.floats(10, 8))

    bad = lab.run(drive)
    (line,) = bad.at("LL204")
    lab.refuses(lambda: bad.module.written_out(probabilities[:6], labels[:6]), RuntimeError, "must match the size of tensor b")
    wrong = float(bad.module.written_out(probabilities, labels))
    right = float(F.nll_loss(probabilities.log(), labels))
    require(wrong > 10 * right, f"{wrong} instead of {right}")
    lab.speak_of(bad, line, "silently wrong: 10 examples of 10 classes", f"{wrong:.5g} instead of {right:.5g}")


@proof("good_by_hand.py")
def right_by_hand(lab: Lab) -> None:
    """One-hot labels, and class indices that choose a column."""
    logits, labels = lab.floats(6, 10), lab.classes(10, 6)

    def drive(program: Any) -> None:
        program.train(lab.floats(10, 8))
        logarithms = torch.log_softmax(logits, dim=1)
        right = reference.cross_entropy(number(logits), labels.numpy())
        lab.equal("one-hot", number(program.written_out(logarithms, F.one_hot(labels, 10))), right)
        lab.equal("chosen", number(program.chosen(logarithms, labels)), right)

    lab.run(drive)
