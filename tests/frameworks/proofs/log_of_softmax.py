"""LL111: what is lost between an activation and its logarithm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from proving import reference
from proving.laboratory import Lab, about, require
from proving.on_torch import number
from proving.proof import GRAPH, JAX, TENSORFLOW, measurement, proof
from torch import Tensor

Loss = Callable[[Any, Tensor, Tensor], Tensor]
"""Of a program, of logits and of a target that fits them."""

FAR = 200.0
"""How far the first logit is ahead of the others: farther than any activation can tell."""


def judged(lab: Lab, bad: Any, fixed: Any, losses: list[tuple[Loss, bool]], logits: Tensor, target: Tensor) -> None:
    """Each line does on ordinary logits what its mended form does; on far ones it is lost, or, where it is guarded, capped."""
    far = torch.zeros_like(logits)
    far[:, 0] = FAR
    lines = list(zip(bad.at("LL111"), fixed.at("LL111"), losses, strict=True))
    for before, after, (loss, guarded) in lines:
        require(not fixed.is_left(after.number), f"line {after.number} isn't mended")
        usual, again = (float(loss(run.module, logits, target)) for run in (bad, fixed))
        require(abs(usual - again) < 1e-4 * max(1.0, abs(again)), f"line {before.number}: {usual}, and mended {again}")
        lost, kept = (loss(run.module, far, target) for run in (bad, fixed))
        require(torch.isfinite(kept), f"line {after.number}, mended: {kept}")
        if guarded:
            require(torch.isfinite(lost) and lost < kept / 2, f"line {before.number}: {lost}, and mended {kept}")
        else:
            require(not torch.isfinite(lost), f"line {before.number}: {lost} at {FAR} ahead")
        numbers = f"{usual:.5g}, mended {again:.5g}; {FAR:g} ahead {float(lost):.5g}, mended {float(kept):.5g}"
        lab.speak_of(bad, before, "capped" if guarded else "lost", numbers)
        lab.speak_of(fixed, after, "right", numbers)


def rows(target: Tensor) -> Tensor:
    """The targets as probabilities."""
    return F.one_hot(target, 4).float()


BY_HAND: list[tuple[Loss, bool]] = [
    (lambda p, z, y: p.SoftTargetLoss()(z, rows(y)), False),
    (lambda p, z, y: p.RankingLoss()(z, 9 * rows(y))[0], True),
    (lambda p, z, y: p.PrototypeLoss(0.5)(z, rows(y))[0], False),
    (lambda p, z, y: p.gathered(z, y), False),
    (lambda p, z, y: p.focal(z, y), False),
    (lambda p, z, y: p.nested(z, rows(y)), True),
    (lambda p, z, y: p.distillation(z, rows(y), 0.5), False),
    (lambda p, z, y: p.logistic(z, torch.eye(4)[:, :1], torch.zeros(1), (y == 1).float()[:, None])[0], False),
    (lambda p, z, y: p.pairwise(z, torch.eye(4)[1], torch.eye(4)[0]), False),
]


@proof("bad.py", LL111=9)
def by_hand(lab: Lab) -> None:
    """Nine losses by hand on 8 examples of 4 classes: on ordinary logits, and 200 ahead on a wrong class."""
    logits, target = lab.floats(8, 4), lab.classes(4, 8)

    def drive(program: Any) -> None:
        for loss, _ in BY_HAND:
            loss(program, logits, target)
        net = torch.nn.Linear(4, 4)
        program.train(lab.loader(logits, rows(target)), net, torch.optim.SGD(net.parameters(), lr=0.1))

    bad, fixed = lab.pair(drive)
    judged(lab, bad, fixed, BY_HAND, logits, target)
    soft = float(BY_HAND[0][0](fixed.module, logits, target))
    lab.equal("SoftTargetLoss", np.asarray(soft), reference.cross_entropy(number(logits), target.numpy()))


@proof("bad_nll.py", LL111=3)
def between(lab: Lab) -> None:
    """A tagger that ends in softmax, an encoder that says log-probabilities, and a distillation; 8 examples."""
    teacher = torch.nn.Linear(12, 4)

    def drive(program: Any) -> None:
        program.train(lab.loader(lab.classes(30, 8, 5), lab.classes(4, 8)), 30, 4)
        student = torch.nn.Linear(12, 4)
        program.distill(lab.loader(lab.floats(8, 12), lab.classes(4, 8)), student, teacher)
        program.Encoder(12, 4)(lab.floats(8, 12))

    bad, fixed = lab.pair(drive)
    said, tagger, divergence = zip(bad.at("LL111"), fixed.at("LL111"), strict=True)
    for before, after in (tagger, divergence):
        lab.right(before.call)
        lab.right(after.call)
    far = FAR * torch.eye(4)[:1]
    for run, line in zip((bad, fixed), said, strict=True):
        encoder, tagger_ = run.module.Encoder(4, 4), run.module.Tagger(3, 4)
        with torch.no_grad():
            for last in (encoder.head, tagger_.out):
                last.weight.zero_()
                last.bias.copy_(far[0])
        least = float(encoder(far).detach().min())
        require(np.isinf(least) == run.is_left(line.number), f"{run.text.form}:{line.number}: {least}")
        lab.speak_of(run, line, f"the least logarithm where one logit is {FAR:g} ahead", f"{least:g}")
        lost = F.nll_loss(torch.log(tagger_(torch.zeros(1, 2, dtype=torch.long))), torch.tensor([1]))
        require(torch.isinf(lost), "the tagger's loss, which has no fix")


@proof("bad_tensorflow.py", LL111=5, on=GRAPH)
def graphs(lab: Lab) -> None:
    """A graph of TensorFlow 1: softmax and sigmoid, guarded or not; 6 examples of 4 classes."""
    features = number(lab.floats(6, 8)).astype(np.float32)
    labels = number(F.one_hot(lab.classes(4, 6), 4)).astype(np.float32)
    names = ("cost", "clipped", "multiplied", "logistic", "built")

    def drive(program: Any) -> dict[str, tuple[float, float]]:
        tf = program.tf
        with tf.Session() as session:
            _, built, probabilities = program.build(program.x, program.labels)
            session.run(tf.global_variables_initializer())
            session.run(program.W.assign(np.eye(8, 4)))
            session.run(program.v.assign(np.eye(8, 1)))
            losses = {name: getattr(program, name, built) for name in names}
            fed = {program.labels: labels, program.binary: labels[:, :1]}
            far = np.zeros_like(features)
            far[:, 0] = FAR
            usual = session.run({**losses, "accuracy": program.accuracy}, {**fed, program.x: features})
            lost = session.run(losses, {**fed, program.x: far})
            session.run([program.train_step, probabilities], {**fed, program.x: features})
        return {name: (float(usual[name]), float(lost[name])) for name in names}

    for form in ("bad", "fixed"):
        run = lab.run(drive, form)
        for line, name in zip(run.at("LL111"), names, strict=True):
            usual, far = run.result[name]
            require(np.isfinite(usual), f"{form}:{line.number}: {usual}")
            if name != "built":
                finite = form == "fixed" or name in ("clipped", "multiplied")
                require(np.isfinite(far) == finite, f"{form}:{line.number}: {far} at {FAR} ahead")
            lab.speak_of(run, line, f"ordinary, and {FAR:g} ahead", f"{usual:.5g}, {far:.5g}")
        logits = features[:, :4].astype(float)
        expected = reference.cross_entropy(logits, labels.argmax(axis=1), reduction="none")
        lab.equal(f"{form}: cost", np.asarray(run.result["cost"][0]), expected.mean())
        lab.equal(f"{form}: multiplied", np.asarray(run.result["multiplied"][0]), expected.sum())
        binary = reference.binary_cross_entropy(logits[:, :1], labels[:, :1])
        lab.equal(f"{form}: logistic", np.asarray(run.result["logistic"][0]), binary)


@proof("bad_jax.py", LL111=3, on=JAX)
def arrays(lab: Lab) -> None:
    """jax.nn and Keras' operations on 6 examples of 4 classes."""
    logits = number(lab.floats(6, 4)).astype(np.float32)
    labels = number(F.one_hot(lab.classes(4, 6), 4)).astype(np.float32)
    parameters = {"w": np.eye(4, dtype=np.float32), "b": np.zeros(4, dtype=np.float32)}
    far = np.zeros_like(logits)
    far[:, 0] = FAR

    def losses(program: Any, x: Any) -> list[float]:
        return [
            float(program.loss_fn(parameters, x, labels)),
            float(program.guarded(parameters, x, labels)[0]),
            float(program.soft_cross_entropy(x, labels)),
        ]

    for form in ("bad", "fixed"):
        run = lab.run(lambda program: (losses(program, logits), losses(program, far)), form)
        usual, lost = run.result  # type: ignore[misc]
        expected = float(reference.cross_entropy(logits.astype(float), labels.argmax(axis=1)))
        for line, value, then, examples, guarded in zip(
            run.at("LL111"), usual, lost, (1, 6, 1), (False, True, False), strict=True
        ):
            lab.equal(f"{form}:{line.number}", np.asarray(value / examples), np.asarray(expected))
            require(np.isfinite(then) == (form == "fixed" or guarded), f"{form}:{line.number}: {then} at {FAR} ahead")
            lab.speak_of(run, line, f"ordinary, and {FAR:g} ahead", f"{value:.5g}, {then:.5g}")


@proof("good.py")
def good(lab: Lab) -> None:
    """Ensembles, mixtures, entropies, policies and what is only measured: each is what it says."""
    logits, target, few = lab.floats(6, 4), lab.classes(4, 6), lab.classes(3, 6)

    def drive(program: Any) -> None:
        x = lab.floats(6, 5)
        ensemble = program.Ensemble(3, 5, 4)
        program.train(lab.loader(x, target), ensemble, rows(few))
        z = number(logits)
        p = reference.softmax(z)
        entropy, bernoulli, weighted, bits, again = program.entropies(logits, logits)
        for name, value, base in (("entropy", entropy, 1), ("bits", bits, np.log(2)), ("again", again, 1)):
            lab.equal(name, number(value), np.asarray(-(p * np.log(p) / base).sum(axis=1).mean()))
        s = reference.sigmoid(z)
        lab.equal("bernoulli", number(bernoulli), np.asarray((-s * np.log(s) - (1 - s) * np.log(1 - s)).mean()))
        lab.equal("weighted", number(weighted), np.asarray((-0.1 * p * np.log(p)).mean()))
        lab.equal("wrong classes", number(program.wrong_classes(logits, rows(target))),
                  np.asarray((-np.log(1 - p) * number(rows(target))).sum(axis=1).mean()))  # fmt: skip
        lab.equal("both ways", number(program.both_ways(logits, rows(target))),
                  reference.binary_of_probabilities(p, number(rows(target))))  # fmt: skip
        policy = program.Policy(5, 4)
        chosen, sampled, first = program.reinforce(policy, x, target, lab.floats(6))
        lab.equal("chosen and sampled", number(chosen), number(sampled))
        require(torch.isfinite(first), "the first action's loss")
        own = reference.cross_entropy(number(policy.fc(x)), target.numpy())
        lab.equal("imitate", number(program.imitate(policy, x, target)), own)
        program.clipped_objective(logits, target[:, None], lab.floats(6, 1), lab.floats(6, 1))
        program.gumbel(logits, 0.5)
        nll = program.negative_log_likelihood(torch.nn.Identity(), lab.loader(logits, rows(target)))
        lab.equal("negative_log_likelihood", np.asarray(nll), reference.cross_entropy(z, target.numpy()))
        loss, measured = program.evaluate(torch.nn.Identity(), logits, target)
        lab.equal("evaluate", number(loss), np.asarray(float(measured)))
        far = torch.tensor([[0.0, FAR]])
        lab.equal("sharpened", number(program.sharpened(far, 2.0)), reference.softmax(number(far)))
        lab.equal("either", number(program.either(logits, rows(target), True)),
                  reference.cross_entropy(z, target.numpy()))  # fmt: skip
        program.right(logits, rows(target))

    lab.run(drive)


@proof("good_keras.py", on=TENSORFLOW)
def clipped(lab: Lab) -> None:
    """Losses that clip what a softmax gives, as Keras' own do; 6 examples of 5 classes."""
    import keras

    def drive(program: Any) -> None:
        x = number(lab.floats(6, 7)).astype(np.float32)
        y = keras.utils.to_categorical(number(lab.classes(5, 6)), 5)
        for model in (program.model, program.other):
            model.fit(x, y, verbose=0)
        given = keras.losses.categorical_crossentropy(y, program.other(x))
        lab.equal("guarded", np.asarray(program.guarded(y, program.other(x))), np.asarray(given).mean())

    for call in lab.run(drive).calls:
        if call.name in ("loss", "guarded"):
            weights = np.array([1.0, 2.0, 1.0, 4.0, 1.0]) if call.name == "loss" else np.ones(5)
            each = reference.cross_entropy(call.logits, call.labels, axis=-1, reduction="none")
            lab.right(call, np.mean(each * (call.labels @ weights)))  # type: ignore[attr-defined]


@measurement()
def what_is_lost(lab: Lab) -> None:
    """From where on an activation's logarithm is infinite, by dtype; and what an epsilon makes of the gradient."""
    halves = torch.arange(1, 400) / 2
    gaps, ends = {}, {}
    for name, dtype in (("single", torch.float32), ("half", torch.float16), ("brain", torch.bfloat16)):
        pairs = torch.stack([torch.zeros_like(halves), -halves], dim=1).to(dtype)
        gaps[name] = float(halves[torch.isinf(F.softmax(pairs, dim=1).log()[:, 1])].min())
        ends[name] = float(halves[torch.isinf(torch.sigmoid(-halves.to(dtype)).log())].min())
        lab.measure(name, "softmax and sigmoid underflow at", f"{gaps[name]}, {ends[name]}")
    one = float(halves[torch.isinf(torch.log(1 - torch.sigmoid(halves)))].min())
    lab.measure("single", "1 - sigmoid underflows at", f"{one}")
    lab.claim(
        "where a logit lies {single:.0f} below the largest one ({half:.1f} in half precision, {brain:.0f} in bfloat16",
        **gaps,
    )
    lab.claim("a sigmoid from a logit of -{single:.0f} on", **ends)
    lab.claim("from a logit of -{single:.0f} on (-{half:.1f} in half precision)", **ends)
    lab.claim("With `log(1 - sigmoid(x))` that happens from a logit of {one:.0f} on", one=one)
    lab.claim("`1 - sigmoid(x)` is 0 from a logit of {one:.0f} on", one=one)
    lab.claim("where a logit lies {single:.0f} below the largest ({half:.1f} in half precision)", **gaps)
    lab.claim("below the largest ({half:.1f} in half precision)", **gaps)
    logits = torch.tensor([[30.0, 0.0]], requires_grad=True)
    loss = -torch.log(F.softmax(logits, dim=1)[0, 1] + 1e-8)
    loss.backward()
    assert logits.grad is not None
    cap = float(-torch.log(torch.tensor(1e-8)))
    slope = float(logits.grad[0, 0])
    lab.measure(
        "an epsilon of 1e-8", "the cap, and the gradient of a mistake that is 30 ahead", f"{cap:.4g}, {slope:.2g}"
    )
    lab.claim("capped instead (at {cap:.1f} for 1e-8)", cap=cap)
    lab.claim("caps the loss, at {cap:.1f} for 1e-8", cap=cap)
    lab.claim(
        "a mistake that is 30 ahead gets a gradient of {slope} instead of 1", slope=f"{slope:.0e}".replace("e-0", "e-")
    )


@measurement(on=(TENSORFLOW, JAX))
def elsewhere(lab: Lab) -> None:
    """From where on TensorFlow's and JAX's softmax is 0."""
    halves = np.arange(1, 400, dtype=np.float32) / 2
    pairs = np.stack([np.zeros_like(halves), -halves], axis=1)
    if lab.environment == TENSORFLOW:
        import tensorflow as tf

        values = tf.math.log(tf.nn.softmax(pairs)).numpy()
    else:
        import jax

        values = np.asarray(jax.numpy.log(jax.nn.softmax(pairs)))
    gap = float(halves[np.isinf(values[:, 1])].min())
    lab.measure("single", "underflows at", f"{gap}")
    lab.claim("{gap:.0f} with TensorFlow and JAX", gap=about(gap, 1))
    lab.claim("where a logit lies {gap:.0f} below the largest (", gap=about(gap, 1))
